package ruled

import (
	"fmt"

	"gongkai/doc"
)

// Tell notes what could not be read of a page of the format (PDF, OFD). bad
// counts the characters without a known meaning.
func (p *Page) Tell(d *doc.Document, format string, bad int) {
	at := doc.Place{Page: p.Number}
	ink := 0
	for _, c := range p.Chars {
		if c.R > ' ' && c.R != 0x3000 {
			ink++
		}
	}
	var largest Box
	for _, b := range p.Images {
		if extent(b) > extent(largest) {
			largest = b
		}
	}
	share := extent(largest) / max(p.W*p.H, 1)
	switch {
	case ink == 0 && (share > 0 || len(p.Rules) == 0):
		if share > 0 {
			d.Note("NO-TEXT-LAYER", at, fmt.Sprintf("第%d页是扫描图片，没有文字层，内容无法读取；请提供 Word 或带文字的 %s。", p.Number, format))
		} else {
			d.Note("NO-TEXT-LAYER", at, fmt.Sprintf("第%d页没有可读取的文字。", p.Number))
		}
	case ink == 0:
		d.Note("NO-TEXT-LAYER", at, fmt.Sprintf("第%d页的文字已转成线条，没有文字层，内容无法读取；请提供 Word 或带文字的 %s。", p.Number, format))
	case bad*5 > ink:
		d.Note("GARBLED-TEXT", at, fmt.Sprintf("第%d页的字体没有文字编码，有%d个字符无法识别；请提供 Word 文件。", p.Number, bad))
	case share > 0.8:
		d.Note("OCR-TEXT", at, fmt.Sprintf("第%d页是扫描图片，文字来自识别结果，可能有误，请与原件核对。", p.Number))
	case share > 0.12 && p.bare(largest):
		d.Note("PICTURE-TABLE", at, fmt.Sprintf("第%d页有一幅较大的图片；如果它是表格的图片，其中的数字没有读取，请提供文字版。", p.Number))
	}
}

func extent(b Box) float64 { return (b.X1 - b.X0) * (b.Y1 - b.Y0) }

// bare reports whether no text stands on the picture.
func (p *Page) bare(b Box) bool {
	n := 0
	for _, c := range p.Chars {
		if x, y := (c.X0+c.X1)/2, (c.Y0+c.Y1)/2; x > b.X0 && x < b.X1 && y > b.Y0 && y < b.Y1 {
			n++
		}
	}
	return n < 5
}
