// Package xlsx reads Excel workbooks: the used range of every visible sheet as
// one grid, values as Excel shows them.
//
// It is a reader of its own because a general library lays out every row to
// its last column before anyone can count, and a small hostile file then costs
// gigabytes.
package xlsx

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// Read reads an .xlsx file. The places of cells carry the sheet's name and the
// row and column as Excel counts them. Hidden sheets are left out and noted;
// hidden rows and columns are read and noted. The error is a *limit.Error.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	return readBook(ctx, name, data, false)
}

// ReadShown reads what the workbook shows: hidden rows and columns are left out
// too, and noted with what they begin with. It is for files that are to be
// published: a column of identity numbers that was hidden is still in the file.
func ReadShown(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	return readBook(ctx, name, data, true)
}

func readBook(ctx context.Context, name string, data []byte, shown bool) (*doc.Document, error) {
	z, err := limit.OpenFile("Excel", data)
	if err != nil {
		return nil, err
	}
	b := &book{ctx: ctx, zip: z, doc: &doc.Document{Name: name, Format: "xlsx"}, shown: shown}
	if err := b.read(); err != nil {
		var e *limit.Error
		if errors.As(err, &e) {
			return nil, e
		}
		return nil, limit.Broken("Excel", err)
	}
	for _, n := range z.Names {
		if base := path.Base(n); shown && (strings.HasPrefix(base, "comments") || strings.HasPrefix(base, "threadedComment")) && strings.HasSuffix(base, ".xml") {
			b.doc.Note("COMMENTS", doc.Place{}, "工作簿中有批注，没有读取。不要直接把它作为附件公开。")
			break
		}
	}
	if len(b.doc.Blocks) == 0 {
		for _, n := range z.Names {
			if strings.Contains(n, "/media/") {
				b.doc.Note("PICTURE-TABLE", doc.Place{}, "工作簿里只有图片，图片中的文字和表格没有读取，请核对原文。")
				return b.doc, nil
			}
		}
		return nil, &limit.Error{Code: "EMPTY", Msg: "Excel 文件的可见工作表中没有任何内容，请检查是否选错了文件，或取消隐藏工作表。"}
	}
	return b.doc, nil
}

// A book is the workbook being read.
type book struct {
	ctx     context.Context
	zip     *limit.Zip
	doc     *doc.Document
	strings []string
	formats []format // by cell style
	epoch   int      // 1904 where the workbook counts days from there
	cells   int
	text    int
	tables  int
	shown   bool // leave out what is hidden
}

func (b *book) read() error {
	main := "xl/workbook.xml"
	if rels, err := b.relations("_rels/.rels", ""); err != nil {
		return err
	} else if t := rels.ofType("/officeDocument"); b.zip.Has(t) {
		main = t
	}
	dir := path.Dir(main)
	rels, err := b.relations(dir+"/_rels/"+path.Base(main)+".rels", dir)
	if err != nil {
		return err
	}
	type sheet struct{ name, part, state string }
	var sheets []sheet
	err = b.each(main, func(e *xml.StartElement, _ *xml.Decoder) (bool, error) {
		switch e.Name.Local {
		case "workbookPr":
			if v := value(e, "date1904"); v == "1" || v == "true" {
				b.epoch = 1904
			}
		case "sheet":
			sheets = append(sheets, sheet{value(e, "name"), rels.byID[value(e, "id")], value(e, "state")})
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if len(sheets) == 0 {
		return errors.New("no sheets")
	}
	if t := or(rels.ofType("/sharedStrings"), dir+"/sharedStrings.xml"); b.zip.Has(t) {
		if err := b.readStrings(t); err != nil {
			return err
		}
	}
	if t := or(rels.ofType("/styles"), dir+"/styles.xml"); b.zip.Has(t) {
		if err := b.readStyles(t); err != nil {
			return err
		}
	}
	for _, s := range sheets {
		if s.state == "hidden" || s.state == "veryHidden" {
			b.doc.Note("HIDDEN-SHEET", doc.Place{Part: s.name}, fmt.Sprintf("工作表“%s”已隐藏，没有读取。", s.name))
			continue
		}
		if strings.Contains(s.part, "chartsheet") || !b.zip.Has(s.part) {
			continue
		}
		if err := b.readSheet(s.name, s.part); err != nil {
			return err
		}
	}
	return nil
}

// each calls f at every start element of a part; f says whether it has read to
// the element's end. It bounds depth and refuses a document type, so that no
// entity is ever defined.
func (b *book) each(part string, f func(*xml.StartElement, *xml.Decoder) (bool, error)) error {
	data, err := b.zip.Read(part)
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("xml is not in UTF-8") }
	depth := 0
	for n := 0; ; n++ {
		if n&0xfff == 0 && b.ctx.Err() != nil {
			return &limit.Error{Code: "TIMEOUT", Msg: "读取 Excel 文件超时，已停止。请另存后再试。", Err: b.ctx.Err()}
		}
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := t.(type) {
		case xml.Directive:
			return errors.New("xml with a document type")
		case xml.StartElement:
			if depth++; depth > limit.Depth {
				return limit.TooLarge("文档嵌套层数", limit.Depth, "层")
			}
			done, err := f(&e, d)
			if err != nil {
				return err
			}
			if done {
				depth--
			}
		case xml.EndElement:
			depth--
		}
	}
}

// text reads the character data of the element that has begun, to its end.
// Phonetic guides are left out.
func text(d *xml.Decoder) (string, error) {
	var out strings.Builder
	depth, skip := 1, 0
	for depth > 0 {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch e := t.(type) {
		case xml.Directive:
			return "", errors.New("xml with a document type")
		case xml.StartElement:
			if depth++; depth > limit.Depth {
				return "", limit.TooLarge("文档嵌套层数", limit.Depth, "层")
			}
			if e.Name.Local == "rPh" && skip == 0 {
				skip = depth
			}
		case xml.EndElement:
			if depth == skip {
				skip = 0
			}
			depth--
		case xml.CharData:
			if skip == 0 {
				out.Write(e)
			}
		}
	}
	return out.String(), nil
}

func value(e *xml.StartElement, name string) string {
	for i := range e.Attr {
		if e.Attr[i].Name.Local == name {
			return e.Attr[i].Value
		}
	}
	return ""
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// relations are the parts that another part names.
type relations struct {
	byID  map[string]string
	types [][2]string
}

func (b *book) relations(part, dir string) (relations, error) {
	r := relations{byID: map[string]string{}}
	if !b.zip.Has(part) {
		return r, nil
	}
	err := b.each(part, func(e *xml.StartElement, _ *xml.Decoder) (bool, error) {
		if e.Name.Local == "Relationship" && value(e, "TargetMode") != "External" {
			to := value(e, "Target")
			if strings.HasPrefix(to, "/") {
				to = to[1:]
			} else {
				to = path.Join(dir, to)
			}
			r.byID[value(e, "Id")] = to
			r.types = append(r.types, [2]string{value(e, "Type"), to})
		}
		return false, nil
	})
	return r, err
}

func (r relations) ofType(suffix string) string {
	for _, t := range r.types {
		if strings.HasSuffix(t[0], suffix) {
			return t[1]
		}
	}
	return ""
}

func (b *book) readStrings(part string) error {
	return b.each(part, func(e *xml.StartElement, d *xml.Decoder) (bool, error) {
		if e.Name.Local != "si" {
			return false, nil
		}
		s, err := text(d)
		b.strings = append(b.strings, unescape(s))
		return true, err
	})
}
