package items

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a table that is imported.
const (
	catBody  = 12 << 20
	catBytes = 8 << 20
	catShown = 300 // lines of a preview
)

// catKey is how an organ stands in public addresses.
func catKey(o org.Organ) string {
	if o.Code != "" {
		return o.Code
	}
	return "~" + strconv.FormatInt(o.ID, 10)
}

// catOrgan is the organ that a page of catalogue, guide or registers is about:
// the one in the address, or where the asker works; with the choices he has.
func (t *Items) catOrgan(r *http.Request, verb org.Verb) (org.Organ, []page.Option, error) {
	v := page.VisitOf(r).Viewer
	sc := v.Scope(verb)
	want, _ := strconv.ParseInt(r.FormValue("organ"), 10, 64) // what is no number is the first
	var list []org.Organ
	for _, id := range sc.Homes() {
		o, err := t.store.Organ(r.Context(), id)
		if err != nil {
			return o, nil, err
		}
		list = append(list, o)
		if len(sc.Below()) == 0 {
			continue
		}
		below, err := t.store.Children(r.Context(), id)
		if err != nil {
			return o, nil, err
		}
		for _, x := range below {
			if x.Filer() && org.May(v, verb, x.Subject()) && len(list) < 200 {
				list = append(list, x)
			}
		}
	}
	if want != 0 && !slices.ContainsFunc(list, func(o org.Organ) bool { return o.ID == want }) {
		o, err := t.store.Organ(r.Context(), want)
		if err != nil {
			return o, nil, err
		}
		if !org.May(v, verb, o.Subject()) || o.HomeID() != o.ID {
			return o, nil, page.ErrNotFound
		}
		list = append(list, o)
	}
	if len(list) == 0 {
		return org.Organ{}, nil, page.ErrNotFound
	}
	at := max(0, slices.IndexFunc(list, func(o org.Organ) bool { return o.ID == want }))
	var options []page.Option
	for i, o := range list {
		options = append(options, page.Option{Value: fmt.Sprint(o.ID), Text: o.Name, Selected: i == at})
	}
	return list[at], options, nil
}

// catBase is the layout of a page about an organ.
func (t *Items) catBase(r *http.Request, section, title string, crumbs ...page.Link) page.Base {
	b := t.base(r, section, title)
	b.Styles = append(b.Styles, t.assets.Path("catalogue.css"))
	b.Crumbs = crumbs
	return b
}

// catYear is the year in the address, or the one that is asked for most: this
// year's, in January last year's.
func (t *Items) catYear(r *http.Request) int {
	today := t.cfg.Today()
	if y, err := strconv.Atoi(r.FormValue("year")); err == nil && y >= 2019 && y <= today.Year {
		return y
	}
	if today.Month == 1 {
		return today.Year - 1
	}
	return today.Year
}

func (t *Items) catYears(selected int) []page.Option {
	var out []int
	for y := t.cfg.Today().Year; y >= 2019; y-- {
		out = append(out, y)
	}
	return page.Years(out, selected)
}

// catSay is why something was not done, where a form has to be shown again.
func catSay(err error) (code int, message string, ok bool) {
	var no *act.Refusal
	switch {
	case err == nil:
		return 0, "", false
	case errors.Is(err, store.ErrConflict):
		return http.StatusConflict, "在您填写期间，别人改动了这份内容。页面已换成最新的内容，请核对后再提交一次。", true
	case errors.As(err, &no):
		return http.StatusUnprocessableEntity, no.Text, true
	}
	return 0, "", false
}

// catDay reads a day of a form; bad is a sentence where it is none.
func catDay(r *http.Request, field string, bad map[string]string) law.Date {
	d, err := org.ParseDay(strings.TrimSpace(r.PostFormValue(field)))
	if err != nil {
		bad[field] = err.Error()
	}
	return d
}

// sheetOf is a list as a workbook and as text; make gives it anew for each.
func sheetOf(make func() render.List) page.Writers {
	return page.Writers{"xlsx": func(w io.Writer) error { return render.ListXLSX(w, make()) }, "csv": func(w io.Writer) error { return render.ListCSV(w, make()) }}
}

// A catImport reads a table from a file or from text, shows how it was read and
// keeps it when nothing is wrong with it.
type catImport struct {
	section, title string
	action, back   string
	note           string
	unit           string
	crumbs         []page.Link
	names, heads   []string          // of the columns, in order
	known          map[string]string // words of headings
	show           []int             // columns of the preview
	read           func(lines []map[string]string, at []int) []proactive.ListLine
	keep           func(by store.By, version int64) (store.Done, error)
	version        int64
}

type catImportPage struct {
	page.Base
	Action, Back, Note string
	Unit               string
	Failure            string
	Columns            string
	Version            int64
	File, Text         page.Field
	Heads              []string
	Lines              []catLine
	Total, Wrong, Cut  int
	Ignored            []string
}

type catLine struct {
	N        int
	State    page.Tag
	Cells    []string
	Messages []string
}

var catImportTemplate = page.NewTemplate(templates, "templates/catalogue_import.html")

func (t *Items) catImportShow(w http.ResponseWriter, r *http.Request, code int, x catImport, failure, text string, lines []catLine, ignored []string) error {
	p := catImportPage{Base: t.catBase(r, x.section, x.title, x.crumbs...), Action: x.action, Back: x.back, Note: x.note, Unit: x.unit, Failure: failure, Columns: strings.Join(x.heads, "、"), Version: x.version, Lines: lines, Ignored: ignored, Total: len(lines)}
	for _, i := range x.show {
		p.Heads = append(p.Heads, x.heads[i])
	}
	for _, l := range lines {
		if len(l.Messages) > 0 {
			p.Wrong++
		}
	}
	if len(lines) > catShown { // what is wrong is always shown
		var few []catLine
		for i, l := range lines {
			if i < catShown || len(l.Messages) > 0 && len(few) < 2*catShown {
				few = append(few, l)
			}
		}
		p.Lines, p.Cut = few, len(lines)-len(few)
	}
	p.File = page.Field{Name: "file", Label: "表格文件", Kind: "file", Accept: ".xlsx,.csv,.txt", Hint: "xlsx 或 CSV（UTF-8、GB18030 都可以），有一行写各列的名称。"}
	p.Text = page.Field{Name: "text", Label: "或者从表格复制，连同表头粘贴到这里", Kind: "textarea", Rows: 8, Value: text, Hint: "核对后可以直接在这里改。"}
	return page.RenderStatus(w, r, code, catImportTemplate, p)
}

// catImported answers the form of an import.
func (t *Items) catImported(w http.ResponseWriter, r *http.Request, x catImport) error {
	if r.Method == http.MethodGet {
		return t.catImportShow(w, r, http.StatusOK, x, "", "", nil, nil)
	}
	again := func(failure string) error {
		return t.catImportShow(w, r, http.StatusUnprocessableEntity, x, failure, r.PostFormValue("text"), nil, nil)
	}
	name, data, err := catUpload(r)
	if err != nil {
		return err
	}
	if len(data) > catBytes {
		return again("文件超过8 MB，这样的表不会有这么大，请检查是否选错了文件。")
	}
	sheet, err := rows.Read(name, data, x.known)
	if err != nil {
		return again(limit.Message(err))
	}
	var values []map[string]string
	var at []int
	for _, row := range sheet.Rows {
		values, at = append(values, row.Values), append(at, row.Line)
	}
	said := x.read(values, at)
	var lines []catLine
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	_ = out.Write(x.heads) // a buffer takes everything
	wrong := len(said) == 0
	for i, l := range said {
		c := catLine{N: l.Line, State: page.Tag{Tone: "ok", Text: "可以导入"}, Messages: l.Messages}
		if len(l.Messages) > 0 {
			c.State, wrong = page.Tag{Tone: "err", Text: "有误"}, true
		}
		for _, k := range x.show {
			c.Cells = append(c.Cells, clip(values[i][x.names[k]], 80))
		}
		lines = append(lines, c)
		record := make([]string, len(x.names))
		for k, n := range x.names {
			record[k] = values[i][n]
		}
		_ = out.Write(record)
	}
	out.Flush()
	if len(said) == 0 {
		return again("没有读到内容。请检查表格是否有表头，表头下面是否有行。")
	}
	if !wrong && r.PostFormValue("do") == "keep" {
		version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
		d, err := x.keep(page.By(r), version)
		if err == nil {
			return page.Done(w, r, x.back, "imported", d)
		}
		code, message, ok := catSay(err)
		if !ok {
			return err
		}
		return t.catImportShow(w, r, code, x, message, text.String(), lines, sheet.Ignored)
	}
	code := http.StatusOK
	if wrong {
		code = http.StatusUnprocessableEntity
	}
	return t.catImportShow(w, r, code, x, "", text.String(), lines, sheet.Ignored)
}

// catUpload is the file of a form or, where none was chosen, its text.
func catUpload(r *http.Request) (string, []byte, error) {
	if r.PostForm == nil {
		if err := r.ParseMultipartForm(catBytes); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return "", nil, catForm(err)
		}
	}
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0 {
		h := r.MultipartForm.File["file"][0]
		f, err := h.Open()
		if err != nil {
			return "", nil, err
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, catBytes+1))
		return h.Filename, b, err
	}
	return "粘贴的表格.csv", []byte(r.PostFormValue("text")), nil
}

// catForm is what a form that cannot be read is answered with.
func catForm(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return err
	}
	return &page.Input{Text: "表单没有完整传到，请再提交一次。"}
}
