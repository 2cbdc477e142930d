package render

import (
	"fmt"
	"strings"

	"gongkai/rich"
)

// A medium is a picture or a link that the text of a docx names.
type medium struct {
	id   string // of the relationship
	file string // under word/, "" for a link
	data []byte
	to   string // of a link
}

// mediaXML is the relationships and the content types of media.
func (p *paper) mediaXML() (rels, types string) {
	for _, m := range p.media {
		if m.file == "" {
			rels += `<Relationship Id="` + m.id + `" Type="` + relNS + `/hyperlink" Target="` + escape(m.to) + `" TargetMode="External"/>`
			continue
		}
		rels += `<Relationship Id="` + m.id + `" Type="` + relNS + `/image" Target="` + m.file + `"/>`
	}
	if rels != "" {
		types = `<Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/>`
	}
	return rels, types
}

func (p *paper) addMedium(m medium) string {
	m.id = fmt.Sprintf("m%d", len(p.media)+1)
	if m.data != nil {
		m.file = fmt.Sprintf("media/%s.%s", m.id, m.file)
	}
	p.media = append(p.media, m)
	return m.id
}

// insetXML writes a block of an item.
func (p *paper) insetXML(b *strings.Builder, bl block) {
	in := bl.inset
	const flush = `<w:ind w:firstLine="0" w:firstLineChars="0"/>`
	switch {
	case in.rule:
		b.WriteString(`<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="808080"/></w:pBdr><w:spacing w:before="0" w:after="120" w:line="240" w:lineRule="exact"/>` + flush + `</w:pPr></w:p>`)
		return
	case in.imprint != nil:
		p.imprintXML(b, in.imprint)
		return
	case in.picture != nil:
		b.WriteString(`<w:p><w:pPr><w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/>` + flush + `<w:jc w:val="center"/></w:pPr>`)
		if in.picture.data != nil {
			w, h := in.picture.fit(textH * 0.7)
			id := p.addMedium(medium{file: in.picture.kind, data: in.picture.data})
			b.WriteString(drawingXML(id, len(p.media), in.picture.alt, w, h))
		} else {
			b.WriteString(runXML(in.picture.words(), ""))
		}
		b.WriteString(`</w:p>`)
		return
	}
	b.WriteString(`<w:p><w:pPr>`)
	if name := map[style]string{chapter: "Heading1", section: "Heading2"}[bl.style]; name != "" {
		b.WriteString(`<w:pStyle w:val="` + name + `"/>`)
	}
	if in.strong {
		b.WriteString(`<w:keepNext/>`)
	}
	if bl.below {
		b.WriteString(`<w:spacing w:before="160"/>`)
	}
	switch {
	case in.align != "" || in.flush:
		b.WriteString(flush)
	case in.level > 1:
		fmt.Fprintf(b, `<w:ind w:left="%d"/>`, 640*(in.level-1))
	}
	if in.align != "" {
		b.WriteString(`<w:jc w:val="` + string(in.align) + `"/>`)
	}
	if in.strong {
		b.WriteString(`<w:outlineLvl w:val="2"/>`)
	}
	b.WriteString(`</w:pPr>`)
	if in.mark != "" {
		b.WriteString(runXML(in.mark, ""))
	}
	for _, s := range in.spans {
		p.spanXML(b, s, in.strong)
	}
	b.WriteString(`</w:p>`)
}

func (p *paper) spanXML(b *strings.Builder, s rich.Span, strong bool) {
	props := ""
	if s.Bold || strong {
		props += `<w:b/><w:bCs/>`
	}
	if s.Italic {
		props += `<w:i/><w:iCs/>`
	}
	if s.Under || s.Link != "" {
		props += `<w:u w:val="single"/>`
	}
	switch {
	case s.Sub:
		props += `<w:vertAlign w:val="subscript"/>`
	case s.Sup:
		props += `<w:vertAlign w:val="superscript"/>`
	}
	if props != "" {
		props = `<w:rPr>` + props + `</w:rPr>`
	}
	if s.Link == "" || strings.HasPrefix(s.Link, "/") || len(p.media) > 5000 { // a path leads nowhere on paper
		b.WriteString(runXML(s.Text, props))
		return
	}
	b.WriteString(`<w:hyperlink r:id="` + p.addMedium(medium{to: s.Link}) + `">` + runXML(s.Text, props) + `</w:hyperlink>`)
}

// imprintXML writes where the item comes from, with the code beside it.
func (p *paper) imprintXML(b *strings.Builder, im *imprint) {
	rule := `<w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>`
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr></w:p><w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblBorders>%s<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>`, twips(textW), rule)
	side := 22 * mm
	code := im.code()
	wide := textW
	if code != nil {
		wide -= side + 6
	}
	fmt.Fprintf(b, `<w:tblGrid><w:gridCol w:w="%d"/>`, twips(wide))
	if code != nil {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, twips(side+6))
	}
	fmt.Fprintf(b, `</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, twips(wide))
	for _, l := range im.lines {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="TableText"/><w:spacing w:before="0" w:after="0" w:line="320" w:lineRule="exact"/></w:pPr>` + runXML(l, `<w:rPr><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr>`) + `</w:p>`)
	}
	b.WriteString(`</w:tc>`)
	if code != nil {
		code.Scale = 6
		id := p.addMedium(medium{file: "png", data: code.PNG()})
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="right"/></w:pPr>%s</w:p></w:tc>`,
			twips(side+6), drawingXML(id, len(p.media), "本页二维码", side, side))
	}
	b.WriteString(`</w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr></w:p>`)
}

// drawingXML is a run with a picture of a size in points.
func drawingXML(rel string, number int, alt string, w, h float64) string {
	cx, cy := int(w/72*914400), int(h/72*914400)
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="图片%[3]d" descr="%s"/>`+
		`<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="%[3]d" name="图片%[3]d"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="%[5]s"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[2]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		cx, cy, number, escape(line(alt)), rel)
}
