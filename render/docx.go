package render

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"gongkai/law/annual"
	"gongkai/rich"
)

// DOCX writes the report as a Word document in the layout of an official
// paper. The same report gives the same bytes.
func DOCX(w io.Writer, r *annual.Report, o Options) error {
	return writeDOCX(w, reportPaper(r, o))
}

// typeface names the fonts of a style: the Chinese one that the rules for
// official papers ask for; digits and letters are in Times New Roman.
var typeface = map[style]string{
	body: "仿宋_GB2312", title: "方正小标宋简体", chapter: "黑体", section: "楷体_GB2312",
	addressee: "仿宋_GB2312", signature: "仿宋_GB2312", dated: "仿宋_GB2312", note: "宋体", caption: "黑体",
}

func writeDOCX(w io.Writer, p *paper) error {
	z := zip.NewWriter(w)
	for _, part := range docxParts(p) {
		// A fixed time: the bytes depend on the report alone.
		h := &zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
		f, err := z.CreateHeader(h)
		if err != nil {
			return fmt.Errorf("render: docx: %w", err)
		}
		out := part.data
		if out == nil {
			out = []byte(xmlHead + part.text)
		}
		if _, err := f.Write(out); err != nil {
			return fmt.Errorf("render: docx: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("render: docx: %w", err)
	}
	return nil
}

// documentXML is the text itself.
func documentXML(p *paper) string {
	var b strings.Builder
	b.WriteString(`<w:document ` + docxNS + `><w:body>`)
	if p.number != "" {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="DocNumber"/></w:pPr>` + runXML(p.number, "") + `</w:p>`)
	}
	if p.title != "" {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>` + runXML(p.title, "") + `</w:p>`)
	}
	organ, on := p.signText()
	organIn, onIn := signIndents(organ, on)
	for i, bl := range p.blocks {
		bl.below = i > 0 && p.blocks[i-1].table != nil
		if bl.table != nil {
			tableXML(&b, bl.table)
			if i+1 == len(p.blocks) || p.blocks[i+1].table != nil {
				// Two tables that touch would become one, and a body ends with a paragraph.
				b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr></w:p>`)
			}
			continue
		}
		if bl.inset != nil {
			p.insetXML(&b, bl)
			continue
		}
		paragraphXML(&b, bl, organIn, onIn)
	}
	b.WriteString(`<w:sectPr>`)
	if p.mark != "" {
		b.WriteString(`<w:headerReference w:type="default" r:id="rId6"/><w:headerReference w:type="even" r:id="rId6"/>`)
	}
	fmt.Fprintf(&b, `<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>`+
		`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="1134" w:footer="1304" w:gutter="0"/>`+
		`</w:sectPr></w:body></w:document>`, twips(marginT), twips(marginR), twips(marginB), twips(marginL))
	return b.String()
}

func paragraphXML(b *strings.Builder, bl block, organIn, onIn float64) {
	name := map[style]string{chapter: "Heading1", section: "Heading2", note: "Note", caption: "Caption", addressee: "Addressee",
		signature: "Signature", dated: "Date"}[bl.style]
	b.WriteString(`<w:p><w:pPr>`)
	if name != "" {
		b.WriteString(`<w:pStyle w:val="` + name + `"/>`)
	}
	if bl.fresh {
		b.WriteString(`<w:pageBreakBefore/>`)
	}
	if bl.below && (bl.style == chapter || bl.style == body || bl.style == section) {
		b.WriteString(`<w:spacing w:before="160"/>`)
	}
	switch bl.style {
	case signature:
		fmt.Fprintf(b, `<w:ind w:right="%d"/>`, twips(organIn))
	case dated:
		fmt.Fprintf(b, `<w:ind w:right="%d"/>`, twips(onIn))
	}
	b.WriteString(`</w:pPr>`)
	if bl.lead > 0 {
		b.WriteString(runXML(bl.text[:bl.lead], `<w:rPr>`+fontsXML(typeface[section])+`</w:rPr>`))
	}
	b.WriteString(runXML(bl.text[bl.lead:], ""))
	b.WriteString(`</w:p>`)
}

// runXML is one run; a line feed becomes a line break, a tab a tab.
func runXML(s, props string) string {
	var b strings.Builder
	b.WriteString(`<w:r>` + props)
	for i, l := range strings.Split(clean(s), "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		for j, t := range strings.Split(l, "\t") {
			if j > 0 {
				b.WriteString(`<w:tab/>`)
			}
			if t != "" {
				b.WriteString(`<w:t xml:space="preserve">` + escape(t) + `</w:t>`)
			}
		}
	}
	b.WriteString(`</w:r>`)
	return b.String()
}

func tableXML(b *strings.Builder, t *table) {
	fmt.Fprintf(b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`, twips(textW))
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	fmt.Fprintf(b, `</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="%d" w:type="dxa"/>`+
		`<w:bottom w:w="28" w:type="dxa"/><w:right w:w="%[1]d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`, twips(t.pad()))
	for _, w := range t.widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, twips(w))
	}
	b.WriteString(`</w:tblGrid>`)
	at := t.at()
	for y := range at {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		fmt.Fprintf(b, `<w:trHeight w:val="%d" w:hRule="atLeast"/>`, twips(t.minHeight()))
		if y < t.heads {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		for k := 0; k < t.cols; {
			c := at[y][k]
			if c == nil { // a position no cell covers: an empty cell keeps the row whole
				c = &GridCell{LayoutCell: annual.LayoutCell{Row: y, Col: k, RowSpan: 1, ColSpan: 1, Cell: -1}}
			}
			t.cellXML(b, c, y)
			k = c.Col + c.ColSpan
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

// cellXML writes the part of cell c that stands in row y.
func (t *table) cellXML(b *strings.Builder, c *GridCell, y int) {
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, twips(t.span(c)))
	if c.ColSpan > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, c.ColSpan)
	}
	if c.RowSpan > 1 {
		if y == c.Row {
			b.WriteString(`<w:vMerge w:val="restart"/>`)
		} else {
			b.WriteString(`<w:vMerge/>`)
		}
	}
	if c.Row == y && t.sumRow(y) && c.RowSpan == 1 {
		b.WriteString(`<w:tcBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:tcBorders>`)
	}
	b.WriteString(`<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="TableText"/>`)
	if y < len(t.rows)-1 && len(t.rows) <= keepRows {
		b.WriteString(`<w:keepNext/>`)
	}
	if t.size != cellSize {
		fmt.Fprintf(b, `<w:spacing w:line="%d" w:lineRule="exact"/>`, twips(t.leading()))
	}
	switch {
	case t.centred(c):
		b.WriteString(`<w:jc w:val="center"/>`)
	case c.align == rich.Right:
		b.WriteString(`<w:jc w:val="right"/>`)
	}
	b.WriteString(`</w:pPr>`)
	if text := c.Print(); y == c.Row && text != "" {
		props := ""
		if size := t.fit(c); size != cellSize {
			props = fmt.Sprintf(`<w:rPr><w:sz w:val="%d"/><w:szCs w:val="%[1]d"/></w:rPr>`, int(size*2))
		}
		b.WriteString(runXML(text, props))
	}
	b.WriteString(`</w:p></w:tc>`)
}

// keepRows is the longest table that is kept on one page: the form's own
// tables fit one, a list of organs may not.
const keepRows = 30

// minHeight of a row: a table of few rows breathes, 表三 must fit a page.
func (t *table) minHeight() float64 {
	if t.least > 0 {
		return t.least
	}
	if len(t.rows) <= 16 {
		return 22
	}
	return 18
}

func twips(points float64) int { return int(points*20 + 0.5) }

// escape is for XML text and attributes; the text must be clean.
func escape(s string) string { return xmlEscaper.Replace(s) }

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
