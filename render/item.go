package render

import (
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/rich"
)

// An ItemPaper is a published item to be printed in the layout of an official
// paper. It has no red head: only the paper itself has one.
type ItemPaper struct {
	Title     string
	DocNo     string
	Organ     string // signs, unless the body is signed
	Made      law.Date
	Published law.Date
	Index     string // 索引号
	Source    string // 来源 or 发布机构
	Address   string // of the item's page, for the code; "" for none
	Body      rich.Body
	Pictures  func(id int64) (data []byte, kind string, err error) // nil if there are none
	Files     []string                                             // names of attachments
}

// ItemDocx writes the item as a Word document.
func ItemDocx(w io.Writer, p ItemPaper) error { return writeDOCX(w, itemPaper(p)) }

// ItemPDF writes the item as pdf, A4; folders are further places to look for
// fonts. It returns a *FontError if there is no Chinese font.
func ItemPDF(w io.Writer, p ItemPaper, folders []string) error {
	return writePDF(w, itemPaper(p), folders)
}

// An inset is what a block of an item has beside its style.
type inset struct {
	spans   []rich.Span
	align   rich.Align
	flush   bool
	level   int    // of a list, 0 outside of one
	mark    string // before the text
	strong  bool   // a heading of the third level
	rule    bool
	picture *picture
	imprint *imprint
}

// A picture is an image that stands in the text; data is png or jpeg, nil if
// only its words can be shown.
type picture struct {
	data       []byte
	kind       string
	wide, high int // pixels
	alt        string
}

// An imprint says at the end where the item comes from.
type imprint struct {
	lines   []string
	address string
}

func itemPaper(i ItemPaper) *paper {
	p := &paper{number: line(i.DocNo), title: balance(line(i.Title), textW/22)}
	if rest, ok := strings.CutPrefix(line(i.Title), line(i.Organ)); ok && rest != "" && i.Organ != "" && torn(p.title) >= 4 {
		p.title = line(i.Organ) + "\n" + balance(strings.TrimSpace(rest), textW/22)
	}
	b := i.Body.Tidy()
	ordinals := b.Ordinals()
	sign := signedAt(b, line(i.Organ), i.Made)
	listed := false
	for _, l := range b.Lines() {
		listed = listed || strings.HasPrefix(strings.TrimSpace(l.Text), "附件：")
	}
	files := func() {
		if !listed {
			p.files(i.Files)
		}
		listed = true
	}
	for k, x := range b.Blocks {
		if k == sign {
			files()
			p.add(signature, line(plain(x.Spans)))
			continue
		}
		if sign >= 0 && k == sign+1 {
			p.add(dated, line(plain(x.Spans)))
			continue
		}
		p.itemBlock(x, ordinals[k], i.Pictures)
	}
	files()
	if sign < 0 {
		p.sign(line(i.Organ), i.Made)
	}
	im := &imprint{address: line(i.Address)}
	for _, f := range []struct{ name, value string }{{"索引号", i.Index}, {"来源", i.Source}, {"发布日期", chineseDay(i.Published)}, {"网址", i.Address}} {
		if v := line(f.value); v != "" {
			im.lines = append(im.lines, f.name+"："+v)
		}
	}
	if len(im.lines) > 0 {
		p.blocks = append(p.blocks, block{style: note, inset: &inset{imprint: im}})
	}
	return p
}

func chineseDay(d law.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Chinese()
}

func plain(spans []rich.Span) string {
	var s strings.Builder
	for _, x := range spans {
		s.WriteString(x.Text)
	}
	return s.String()
}

// files lists the attachments as GB/T 9704 has them.
func (p *paper) files(names []string) {
	for i, n := range names {
		if n = line(n); n == "" {
			continue
		}
		switch {
		case len(names) == 1:
			n = "附件：" + n
		case i == 0:
			n = "附件：1. " + n
		default:
			n = "　　　" + strconv.Itoa(i+1) + ". " + n
		}
		p.blocks = append(p.blocks, block{style: body, text: n, below: i == 0})
	}
}

// signedAt is the index of the block that is the organ's name with the date
// under it, or -1 if the body is not signed.
func signedAt(b rich.Body, organ string, made law.Date) int {
	for i := len(b.Blocks) - 2; i >= 0 && i >= len(b.Blocks)-12; i-- {
		x, y := b.Blocks[i], b.Blocks[i+1]
		if x.Kind != rich.Para || y.Kind != rich.Para {
			continue
		}
		who, on := bare(plain(x.Spans)), bare(plain(y.Spans))
		day := on != "" && (!made.IsZero() && (on == bare(made.Chinese()) || on == hanDate(made)) || made.IsZero() && strings.HasSuffix(on, "日") && utf8.RuneCountInString(on) < 13)
		if day && utf8.RuneCountInString(who) <= 40 && (who == bare(organ) || x.Align == rich.Right && y.Align == rich.Right) {
			return i
		}
	}
	return -1
}

func bare(s string) string { return strings.Join(strings.Fields(s), "") }

// hanDate is the date in Chinese numerals, as older papers have it.
func hanDate(d law.Date) string {
	const digits = "〇一二三四五六七八九"
	digit := func(n int) string { return string([]rune(digits)[n]) }
	number := func(n int) string {
		s := ""
		if n >= 20 {
			s = digit(n / 10)
		}
		if n >= 10 {
			s += "十"
		}
		if n%10 > 0 {
			s += digit(n % 10)
		}
		return s
	}
	year := ""
	for _, r := range strconv.Itoa(d.Year) {
		year += digit(int(r - '0'))
	}
	return year + "年" + number(d.Month) + "月" + number(d.Day) + "日"
}

// itemBlock adds a block of the body.
func (p *paper) itemBlock(x rich.Block, ordinal int, pictures func(int64) ([]byte, string, error)) {
	in := &inset{spans: x.Spans, align: x.Align, flush: x.Flush}
	b := block{style: body, text: clean(plain(x.Spans)), inset: in}
	switch x.Kind {
	case rich.Heading:
		switch x.Level {
		case 2:
			b.style = chapter
		case 3:
			b.style = section
		default:
			in.strong = true
		}
	case rich.Entry:
		in.level, in.mark = x.Level, "· "
		if x.Numbered {
			in.mark = strconv.Itoa(ordinal) + ". "
		}
	case rich.Grid:
		if len(x.Spans) > 0 {
			p.add(caption, line(plain(x.Spans)))
		}
		if t := itemTable(x); t != nil {
			p.blocks = append(p.blocks, block{table: t})
		}
		return
	case rich.Picture:
		in.picture = openPicture(x.Image, pictures)
	case rich.Rule:
		in.rule = true
	}
	p.blocks = append(p.blocks, b)
}

// itemTable lays out a table of a body.
func itemTable(x rich.Block) *table {
	t := &table{text: true, size: wideSize}
	taken := map[int]int{} // column → rows still covered
	headed := true
	for r, row := range x.Rows {
		col := 0
		var cells []GridCell
		whole := len(row.Cells) > 0
		for _, c := range row.Cells {
			for taken[col] > 0 {
				col++
			}
			wide, high := max(c.ColSpan, 1), max(c.RowSpan, 1)
			cells = append(cells, GridCell{align: c.Align, LayoutCell: annual.LayoutCell{Row: r, Col: col, RowSpan: high, ColSpan: wide,
				Text: clean(plain(c.Spans)), Cell: -1, Head: c.Head}})
			for k := range wide {
				taken[col+k] = high
			}
			col += wide
			t.cols = max(t.cols, col)
			whole = whole && c.Head
		}
		for k := range taken {
			taken[k] = max(0, taken[k]-1)
		}
		t.rows = append(t.rows, cells)
		if headed = headed && whole; headed && r < 6 {
			t.heads = r + 1
		}
	}
	if t.cols == 0 || t.cols > 60 {
		return nil
	}
	if t.heads == len(t.rows) {
		t.heads = 0
	}
	if t.cols > 7 {
		t.size = cellSize
	}
	t.widths = textWidths(t)
	short := make([]float64, t.cols)
	for _, row := range t.rows {
		for _, c := range row {
			short[c.Col] = max(short[c.Col], width(c.Text))
		}
	}
	for _, row := range t.rows {
		for k := range row {
			if c := &row[k]; c.align == "" && c.ColSpan == 1 && short[c.Col] <= 8 {
				c.align = rich.Centre // a column of names or figures
			}
		}
	}
	return t
}

// textWidths divides the type area by what the columns hold: short ones get
// what they need, the others share the rest by their length.
func textWidths(t *table) []float64 {
	need := make([]float64, t.cols) // ems of the longest line
	for _, row := range t.rows {
		for _, c := range row {
			if c.ColSpan > 1 {
				continue
			}
			for _, l := range strings.Split(c.Text, "\n") {
				need[c.Col] = max(need[c.Col], width(l))
			}
		}
	}
	out := make([]float64, t.cols)
	sum, least := 0.0, textW/float64(t.cols)/3
	for k, n := range need {
		out[k] = max(min(n, 24)*t.size+2*t.pad()+4, least)
		sum += out[k]
	}
	for k := range out {
		out[k] *= textW / sum
	}
	return out
}
