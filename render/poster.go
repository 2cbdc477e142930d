package render

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/signintech/gopdf"
	"rsc.io/qr"
)

// A Poster calls people to a page by its code: one sheet A4 to be read from a
// distance.
type Poster struct {
	Place   string // small, on top: who calls
	Title   string
	Text    string // one or two sentences
	Call    string // beside the code, e.g. 请用手机扫码填写
	Address string // that the code leads to; printed below it
	Foot    string // until when, and who
}

// The poster, in points.
const (
	posterMargin = 25 * mm
	posterWidth  = pageW - 2*posterMargin
	posterCode   = 92 * mm
)

// PosterPDF writes the poster as pdf; folders are further places to look for
// fonts. It returns a *FontError if there is no Chinese font.
func PosterPDF(w io.Writer, p Poster, folders []string) (err error) {
	defer func() { // as writePDF: font files are whatever the machine has
		if v := recover(); v != nil {
			err = fmt.Errorf("render: poster: a font file is damaged: %v", v)
		}
	}()
	code, err := qr.Encode(p.Address, qr.M)
	if err != nil {
		return fmt.Errorf("render: poster: %w", err)
	}
	fonts, err := findFonts(folders)
	if err != nil {
		return err
	}
	gp := &gopdf.GoPdf{}
	gp.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: pageW, H: pageH}})
	gp.SetInfo(gopdf.PdfInfo{Title: line(p.Title), Producer: "Gongkai"})
	gp.AddPage()
	s := &sheet{gp: gp, fonts: fonts, page: 1}
	gp.SetFillColor(0xa8, 0x27, 0x1b)
	gp.RectFromUpperLeftWithStyle(0, 0, pageW, 14, "F")
	s.y = 30 * mm
	s.centred(note, p.Place, 18, 30)
	s.y += 12
	s.centred(title, p.Title, posterSize(p.Title), posterSize(p.Title)*1.4)
	s.y += 14
	s.centred(body, p.Text, 19, 32)
	left, top := (pageW-posterCode)/2, max(s.y+18, 128*mm)
	s.code(code, left, top, posterCode)
	s.y = top + posterCode + 2
	s.centred(chapter, p.Call, 24, 36)
	s.centred(note, p.Address, 12, 20)
	s.y = max(s.y+10, pageH-42*mm)
	s.centred(body, p.Foot, 16, 26)
	if s.err != nil {
		return fmt.Errorf("render: poster: %w", s.err)
	}
	if _, err := gp.WriteTo(w); err != nil {
		return fmt.Errorf("render: poster: %w", err)
	}
	return nil
}

// posterSize is the size of a title that fits two lines.
func posterSize(s string) float64 {
	size := 46.0
	for size > 24 && width(line(s))*size > 2*posterWidth {
		size -= 2
	}
	return size
}

// centred sets text in the middle of the poster.
func (s *sheet) centred(st style, text string, size, leading float64) {
	if line(text) == "" {
		return
	}
	for _, l := range s.fonts.breakLines(st, line(text), 0, size, posterWidth, 0) {
		s.draw(l, (pageW-l.width)/2, s.y+size, size, 0)
		s.y += leading
	}
}

// PosterDOCX writes the poster as a Word document, so that its words can be
// changed.
func PosterDOCX(w io.Writer, p Poster) error {
	code, err := qr.Encode(p.Address, qr.M)
	if err != nil {
		return fmt.Errorf("render: poster: %w", err)
	}
	code.Scale = 12
	z := zip.NewWriter(w)
	put := func(name string, data []byte) {
		if err != nil {
			return
		}
		var f io.Writer
		// A fixed time: the bytes depend on the poster alone.
		if f, err = z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
			_, err = f.Write(data)
		}
	}
	put("[Content_Types].xml", []byte(xmlHead+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="`+wordML+`document.main+xml"/></Types>`))
	put("_rels/.rels", []byte(xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="`+relNS+`/officeDocument" Target="word/document.xml"/></Relationships>`))
	put("word/_rels/document.xml.rels", []byte(xmlHead+`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="`+relNS+`/image" Target="media/code.png"/></Relationships>`))
	put("word/media/code.png", code.PNG())
	put("word/document.xml", []byte(xmlHead+posterXML(p)))
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return fmt.Errorf("render: poster: %w", err)
	}
	return nil
}

func posterXML(p Poster) string {
	var b strings.Builder
	b.WriteString(`<w:document ` + docxNS + ` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>`)
	para := func(text, han string, half, before int, more string) {
		if text = line(text); text != "" {
			fmt.Fprintf(&b, `<w:p><w:pPr><w:spacing w:before="%d" w:after="0"/><w:jc w:val="center"/></w:pPr><w:r><w:rPr>%s%s<w:sz w:val="%d"/><w:szCs w:val="%[4]d"/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r></w:p>`, before, fontsXML(han), more, half, escape(text))
		}
	}
	para(p.Place, "宋体", 36, 0, "")
	para(p.Title, typeface[title], int(posterSize(p.Title))*2, 300, "")
	para(p.Text, typeface[body], 38, 400, "")
	side := int(posterCode / 72 * 914400)
	fmt.Fprintf(&b, `<w:p><w:pPr><w:spacing w:before="600" w:after="0"/><w:jc w:val="center"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%[1]d"/><wp:docPr id="1" name="二维码" descr="%s"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="code.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[1]d" cy="%[1]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		side, strings.ReplaceAll(escape(line(p.Address)), `"`, "&quot;"))
	para(p.Call, "黑体", 48, 200, "")
	para(p.Address, "宋体", 24, 100, "")
	para(p.Foot, typeface[body], 32, 700, "")
	fmt.Fprintf(&b, `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1134" w:left="1417" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}
