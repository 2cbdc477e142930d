package ingest

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/docx"
	"gongkai/ingest/limit"
	"gongkai/ingest/office"
	"gongkai/ingest/xlsx"
	"gongkai/law"
	"gongkai/rich"
)

// A Paper is what a file says that is to be published: its text with its form,
// and what stands at a fixed place in an official paper 公文. What could not be
// told is zero.
type Paper struct {
	Title    string
	DocNo    string       // 文号
	Organ    string       // 发文机关署名, where the signature is beyond doubt
	Made     law.Date     // 成文日期, likewise
	Body     rich.Body    // without title and 文号, with the signature
	Pictures []Attachment // of the body, under the negative ids its images carry
	Text     string       // plain text of the body
	Notes    []doc.Note   // what a person should know, in Chinese
	Dropped  []rich.Dropped
	Pages    int  // of a pdf or ofd, as far as known
	Scanned  bool // pictures of pages: there is no text in it
}

// An Attachment is a picture taken out of a file. Key is negative: the id that
// the body's images carry until the picture is kept among the item's files.
type Attachment struct {
	Key  int64
	Name string
	Type string // image/png, image/jpeg or image/gif
	Data []byte
}

// Leak reports whether the file holds text that its readers do not see: it
// should not be published as it is.
func (p Paper) Leak() bool {
	for _, d := range p.Dropped {
		if d.Leak() {
			return true
		}
	}
	for _, n := range p.Notes {
		if strings.HasPrefix(n.Code, "HIDDEN-") || n.Code == "COMMENTS" { // of a workbook
			return true
		}
	}
	return false
}

// Rich reads a file to be published: docx with its form, doc, wps, rtf, xls and
// et by way of LibreOffice, pdf, ofd, xlsx, csv, html, text and Markdown as
// paragraphs and tables. The error is a *limit.Error with a sentence for a
// person.
func Rich(ctx context.Context, name string, data []byte) (p Paper, err error) {
	defer func() {
		// As in Read: a file that brings a reader down is broken, and no more.
		if v := recover(); v != nil {
			p, err = Paper{}, limit.Broken(path.Ext(name), fmt.Errorf("panic: %v", v))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, limit.PerFile)
	defer cancel()
	kind := kindOf(name, data)
	if kind == "office" {
		newName, converted, err := office.Convert(ctx, name, data)
		if err != nil {
			return Paper{}, err
		}
		name, data, kind = newName, converted, kindOf(newName, converted)
	}
	switch kind {
	case "picture":
		return Paper{}, &limit.Error{Code: "PICTURE", Msg: "这是一张图片，没有可读取的文字。请作为图片插入正文并填写图片说明，或上传由 Word、WPS 导出的文件。"}
	case "docx":
		p, err = richDocx(ctx, name, data)
	case "xlsx":
		var d *doc.Document
		if d, err = xlsx.ReadShown(ctx, name, data); err == nil {
			p, err = plainPaper(d)
		}
	default:
		var d *doc.Document
		if d, err = File(ctx, name, data); err == nil {
			p, err = plainPaper(d)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = &limit.Error{Code: "TIMEOUT", Msg: fmt.Sprintf("读取超过 %d 秒仍未完成，已停止。请换一种格式再试。", int(limit.PerFile.Seconds())), Err: err}
	}
	if err != nil {
		return Paper{}, err
	}
	for i := range p.Body.Blocks {
		captioned(&p.Body.Blocks[i])
	}
	p.official(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	p.Body = p.Body.Tidy()
	p.Text = p.Body.Text()
	return p, nil
}

// TextOf is the plain text of a file, for search and vetting, at most
// rich.MaxText characters. A file without text gives "".
func TextOf(ctx context.Context, name string, data []byte) (string, error) {
	p, err := Rich(ctx, name, data)
	if limit.Code(err) == "PICTURE" && err != nil {
		return "", nil
	}
	if err != nil || p.Scanned {
		return "", err
	}
	lines := []string{}
	for _, s := range []string{p.Title, p.DocNo, p.Text} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return strings.Join(lines, "\n"), nil
}

func richDocx(ctx context.Context, name string, data []byte) (Paper, error) {
	page, err := docx.ReadPage(ctx, name, data)
	if err != nil {
		return Paper{}, err
	}
	p := Paper{Title: rich.OneLine(page.Title)}
	keys := map[string]int64{}
	for i, pic := range page.Pictures {
		key := -int64(i + 1)
		keys[pic.Src] = key
		p.Pictures = append(p.Pictures, Attachment{key, pic.Name, pic.Type, pic.Data})
	}
	body, dropped := rich.FromHTML(page.HTML, func(src string) (int64, bool) { key, ok := keys[src]; return key, ok })
	p.Body = body
	if err := p.tell(dropped); err != nil {
		return Paper{}, err
	}
	if body.Empty() && p.Title == "" && len(p.Pictures) == 0 {
		return Paper{}, &limit.Error{Code: "EMPTY", Msg: "Word 文件中没有任何文字，请检查是否选错了文件。"}
	}
	p.Scanned = body.Empty() && p.Title == "" && len(p.Pictures) > 0
	return p, nil
}

// tell makes notes of what was dropped.
func (p *Paper) tell(dropped []rich.Dropped) error {
	p.Dropped = dropped
	for _, d := range dropped {
		if d.Why == rich.TooMuch {
			return &limit.Error{Code: "TOO-LARGE", Msg: "文件" + d.Sentence()}
		}
		p.Notes = append(p.Notes, doc.Note{Code: strings.ToUpper(string(d.Why)), Text: d.Sentence()})
	}
	return nil
}

// plainPaper takes over paragraphs and tables of a document without form.
func plainPaper(d *doc.Document) (Paper, error) {
	p := Paper{Notes: d.Notes}
	cells, text := 0, 0
	sheets := map[string]bool{}
	for _, b := range d.Blocks {
		if b.Grid != nil && b.Grid.At.Part != "" {
			sheets[b.Grid.At.Part] = true
		}
	}
	for _, b := range d.Blocks {
		switch {
		case b.Grid != nil && blank(b.Grid):
		case b.Grid != nil:
			g := tableOf(b.Grid)
			if len(sheets) > 1 {
				g.Spans = []rich.Span{{Text: b.Grid.At.Part}}
			}
			if d.Format == "xlsx" || d.Format == "csv" {
				labels(&g)
			}
			for _, r := range g.Rows {
				cells += len(r.Cells)
			}
			p.Body.Blocks = append(p.Body.Blocks, g)
			p.Pages = max(p.Pages, b.Grid.At.Page)
		case b.Para != nil:
			text += len(b.Para.Text)
			p.Pages = max(p.Pages, b.Para.At.Page)
			x := rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: b.Para.Text}}}
			if b.Para.Level > 0 {
				x.Kind, x.Level = rich.Heading, b.Para.Level+1
			} else if l := habit(b.Para.Text); l > 0 {
				x.Kind, x.Level = rich.Heading, l
			}
			p.Body.Blocks = append(p.Body.Blocks, x)
		}
		if len(p.Body.Blocks) > rich.MaxBlocks || cells > rich.MaxCells || text > 3*rich.MaxText {
			return Paper{}, p.tell([]rich.Dropped{{Why: rich.TooMuch, Count: 1}})
		}
	}
	p.Body = p.Body.Tidy()
	for _, n := range d.Notes {
		p.Pages = max(p.Pages, n.At.Page)
	}
	if p.Body.Empty() {
		for _, n := range d.Notes {
			p.Scanned = p.Scanned || n.Code == "NO-TEXT-LAYER"
		}
		if !p.Scanned {
			return Paper{}, &limit.Error{Code: "EMPTY", Msg: "文件中没有可读取的文字，请检查是否选错了文件。"}
		}
	}
	return p, nil
}
