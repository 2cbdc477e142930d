package office

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"

	"gongkai/act"
	"gongkai/ingest/rows"
	"gongkai/web/page"
)

// What an import would do with a line.
const (
	lineNew     = "new"
	lineChanged = "changed"
	lineSame    = "same"
	lineWrong   = "wrong"
)

// A previewLine is the report on one line of a list.
type previewLine struct {
	Line    int
	Name    string
	What    string // lineNew …
	Tag     page.Tag
	Changes []act.Change // old → new by field
	Message string
}

// An importPreview is shown before an import: what will change, and what is
// wrong with which line. The part "preview" draws it. Nothing is kept on the
// server in between: the file travels in the form, and is read again; Seen
// stands for what the plan rests on, so that a database that changed meanwhile
// is noticed.
type importPreview struct {
	Action  string // where another file is given
	Confirm string // where the confirming form goes, Action if ""
	File    string // name of the file
	Packed  string // its content, for the form
	Seen    string
	Moved   bool // the database changed since the last preview
	New     int
	Changed int
	Same    int
	Wrong   int
	Lines   []previewLine
	Cut     int      // lines that are not shown
	Ignored []string // columns that are not taken
	Unit    string   // 个机关、名人员
	Hidden  []page.Option
}

// To is where the confirming form goes.
func (p *importPreview) To() string {
	if p.Confirm != "" {
		return p.Confirm
	}
	return p.Action
}

// mostLines bounds the lines of a preview that are shown; all are counted.
const mostLines = 500

// show adds the report on a line. Lines that stay as they are are only counted.
func (p *importPreview) show(l previewLine) {
	switch l.What {
	case lineNew:
		p.New++
		l.Tag = page.Tag{Tone: "ok", Text: "新增"}
	case lineChanged:
		p.Changed++
		l.Tag = page.Tag{Tone: "warn", Text: "修改"}
	case lineSame:
		p.Same++
		return
	default:
		p.Wrong++
		l.Tag = page.Tag{Tone: "err", Text: "有误"}
	}
	if len(p.Lines) >= mostLines {
		p.Cut++
		return
	}
	p.Lines = append(p.Lines, l)
}

// Ready reports whether there is something to take over and nothing wrong.
func (p *importPreview) Ready() bool { return p.Wrong == 0 && p.New+p.Changed > 0 }

// pack writes a file so that it can travel in a form.
func pack(data []byte) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // memory does not fail
	_ = z.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// unpack is the file that came back. It is as hostile as any upload.
func unpack(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errCarried
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, errCarried
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, rows.MaxBytes+1))
	if err != nil {
		return nil, errCarried
	}
	if len(data) > rows.MaxBytes {
		return nil, &page.Input{Text: fmt.Sprintf("名单文件超过 %d MB。", rows.MaxBytes>>20)}
	}
	return data, nil
}

var errCarried = &page.Input{Text: "表单中的名单不完整，请返回后重新上传文件。"}
