package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gongkai/doc"
	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/web/page"
)

// checkPage asks for a report.
type checkPage struct {
	page.Base
	Message string
	Text    string
	Kinds   string
}

var checkTemplate = page.NewTemplate(templates, "templates/check.html", "templates/drop.html")

// kinds are the extensions that file inputs offer; the reader sniffs content.
const kinds = ".docx,.doc,.wps,.pdf,.ofd,.xlsx,.xls,.et,.html,.htm,.txt,.md,.rtf,.json,.zip"

func (d *Desk) checkForm(w http.ResponseWriter, r *http.Request) error {
	return d.askAgain(w, r, http.StatusOK, "", "")
}

func (d *Desk) askAgain(w http.ResponseWriter, r *http.Request, code int, message, text string) error {
	p := checkPage{Base: d.base(r, "check", "核对年度报告", "desk.js"), Message: message, Text: text, Kinds: kinds}
	return page.RenderStatus(w, r, code, checkTemplate, p)
}

// A read is one file that was looked at.
type read struct {
	name     string
	data     []byte
	doc      *doc.Document
	report   *annual.Report
	findings []annual.Finding
	problem  string // "" if it was read
}

// check answers a drop with the whole result. Nothing is kept.
func (d *Desk) check(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	uploads := f.files
	text := f.Get("text")
	if h := f.Get("html"); strings.TrimSpace(h) != "" { // script sent what the clipboard held
		uploads = append(uploads, upload{Field: "files", Name: "粘贴的内容.html", Data: []byte(h)})
	} else if strings.TrimSpace(text) != "" {
		uploads = append(uploads, upload{Field: "files", Name: "粘贴的内容.txt", Data: []byte(text)})
	}
	last, lastErr := d.lastReport(r.Context(), f)
	var files []upload
	for _, u := range uploads {
		if u.Field == "files" {
			files = append(files, u)
		}
	}
	chosen := len(files)
	files = unzip(files)
	if len(files) == 0 && chosen > 0 {
		return d.askAgain(w, r, http.StatusUnprocessableEntity, "压缩包里没有可以读取的文件。请确认里面是年度报告（docx、pdf、xlsx、网页等），再上传一次。", text)
	}
	if len(files) == 0 {
		return d.askAgain(w, r, http.StatusUnprocessableEntity, "还没有选择文件，也没有粘贴内容。请把年度报告文件拖到框里，或者粘贴报告全文。", text)
	}
	if lastErr != "" {
		return d.askAgain(w, r, http.StatusUnprocessableEntity, "上一年度报告："+lastErr, text)
	}
	if len(files) == 1 {
		one := d.read(r.Context(), files[0], last)
		if one.problem != "" {
			return d.askAgain(w, r, http.StatusUnprocessableEntity, "“"+one.name+"”："+one.problem, text)
		}
		return d.showResult(w, r, one, last, nil)
	}
	if len(files) > 60 {
		return d.askAgain(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("一次核对最多 60 个文件，这次有 %d 个。全县收报请用“收报”页面。", len(files)), text)
	}
	return d.showMany(w, r, files, last)
}

// lastReport reads the report of the year before that came along, nil if none.
func (d *Desk) lastReport(ctx context.Context, f form) (*annual.Report, string) {
	u, ok := f.file("lastfile")
	if !ok {
		return nil, ""
	}
	one := d.read(ctx, u, nil)
	return one.report, one.problem
}

// read reads and checks one file. Our own machine form is a file like others.
func (d *Desk) read(ctx context.Context, u upload, last *annual.Report) read {
	out := read{name: u.Name, data: u.Data}
	if u.Err != nil {
		out.problem = limit.Message(u.Err)
		return out
	}
	if looksLikeMachineForm(u.Data) {
		rep, err := decode(string(u.Data))
		if err != nil {
			out.problem = "这个 .json 文件不是本系统保存的年度报告，或者已被改坏。请上传从“填报”页保存的文件。"
			return out
		}
		out.report = rep
	} else {
		ctx, stop := context.WithTimeout(ctx, limit.PerFile)
		defer stop()
		rd, err := ingest.Read(ctx, u.Name, u.Data)
		if err != nil || rd == nil || rd.Report == nil {
			out.problem = limit.Message(err)
			if errors.Is(err, context.DeadlineExceeded) {
				out.problem = "读取用时过长，已停止。请换一种格式（如 .docx）再试。"
			}
			return out
		}
		out.doc, out.report = rd.Doc, rd.Report
	}
	out.findings = annual.Check(out.report, d.context(ctx, out.report, last))
	return out
}

// looksLikeMachineForm tells our JSON from any other text: readers of other
// formats have nothing to do with a file that opens with a brace.
func looksLikeMachineForm(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \r\n\t")
	return len(b) > 0 && b[0] == '{'
}

type resultPage struct {
	page.Base
	View    *view
	Carry   carry
	Formats []format
	Applied int          // changes accepted so far
	Changed []changeView // those accepted just now
	HasLast bool
	Stored  *storedInfo // set when the report comes from the store
}

var resultTemplate = page.NewTemplate(templates, "templates/result.html", "templates/view.html")

func (d *Desk) showResult(w http.ResponseWriter, r *http.Request, one read, last *annual.Report, accepted []string) error {
	return d.showResultAt(w, r, "check", []page.Link{{Text: "核对", Href: "/check"}}, one, last, accepted, nil)
}

// showResultAt draws one report wherever it came from.
func (d *Desk) showResultAt(w http.ResponseWriter, r *http.Request, section string, crumbs []page.Link, one read, last *annual.Report, accepted []string, st *storedInfo) error {
	applied := 0
	var now []changeView
	if len(accepted) > 0 {
		now = changed(one.report, accepted)
		if applied = accept(one.report, accepted); applied > 0 {
			one.findings = annual.Check(one.report, d.context(r.Context(), one.report, last))
		}
	}
	c, err := newCarry(one.name, one.data, one.report, last, accepted)
	if err != nil {
		return fmt.Errorf("desk: carry: %w", err)
	}
	v := newView(one.name, one.report, one.findings, one.doc)
	title := v.Organ
	if v.Year > 0 {
		title += fmt.Sprintf("%d年度", v.Year)
	}
	p := resultPage{Base: d.base(r, section, title, "desk.js"), View: v, Carry: c, Formats: formats(), Applied: applied, Changed: now, HasLast: last != nil, Stored: st}
	p.Crumbs = crumbs
	return page.Render(w, r, resultTemplate, p)
}

// checkAgain shows a result from what a page carries: a chosen report of
// several, or the same one with suggestions accepted.
func (d *Desk) checkAgain(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c := carryFrom(f)
	rep, err := c.report()
	if err != nil {
		return err
	}
	last := c.last()
	one := read{name: c.File, report: rep}
	if b, err := base64.StdEncoding.DecodeString(c.Original); err == nil && len(b) > 0 && len(b) <= maxOriginal && !looksLikeMachineForm(b) && !slowToRead(c.File) {
		// The report is what the page carries; the file only shows where it stood.
		if dc, err := ingest.File(r.Context(), c.File, b); err == nil {
			one.data, one.doc = b, dc
		}
	}
	one.findings = annual.Check(one.report, d.context(r.Context(), one.report, last))
	return d.showResult(w, r, one, last, c.Accepted)
}

// checkDownload writes the carried report, with the accepted changes.
func (d *Desk) checkDownload(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	c := carryFrom(f)
	rep, err := c.report()
	if err != nil {
		return err
	}
	if f.Get("version") != "read" {
		accept(rep, c.Accepted)
	}
	if f.Get("format") == "rich" {
		return d.richPage(w, rep)
	}
	return d.download(w, f.Get("format"), rep, annual.Check(rep, d.context(r.Context(), rep, c.last())))
}
