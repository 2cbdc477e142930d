package outlets

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// An entry is the form of one thing: rows of one or two fields, or of choices.
type entry struct {
	page.Base
	Key     string
	Version int64
	Intro   string
	Cite    string
	Failure string
	Changed bool
	Rows    []row
	Submit  string
	Back    string
	Files   bool
}

type row struct {
	Head   string
	Fields []page.Field
	Checks []page.Option
	Name   string // of the choices
	Bad    string // what is wrong with the choices
}

var entryTemplate = page.NewTemplate(templates, "templates/entry.html")

// entry begins a form; sent again it keeps its key and the version it was about.
func (t *Outlets) entry(r *http.Request, section, title, back string, version int64, crumbs ...page.Link) entry {
	p := entry{Base: t.base(r, section, title), Key: r.PostFormValue("key"), Back: back, Submit: "保存", Version: version}
	p.Crumbs = crumbs
	if p.Key == "" || len(p.Key) > 64 {
		p.Key = page.NewKey()
	}
	if r.Method == http.MethodPost {
		p.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is nobody's version
	}
	return p
}

func (p *entry) row(fields ...page.Field) { p.Rows = append(p.Rows, row{Fields: fields}) }

func (p *entry) choose(head, name string, options []page.Option) {
	p.Rows = append(p.Rows, row{Head: head, Name: name, Checks: options})
}

// render shows the form, filled as it was sent where something was not accepted.
func (p entry) render(w http.ResponseWriter, r *http.Request, bad map[string]string, failure string, changed bool) error {
	p.Failure, p.Changed = failure, changed
	for i := range p.Rows {
		for j := range p.Rows[i].Fields {
			f := &p.Rows[i].Fields[j]
			f.Message = bad[f.Name]
			delete(bad, f.Name)
		}
		p.Rows[i].Bad = bad[p.Rows[i].Name]
		delete(bad, p.Rows[i].Name)
	}
	for _, m := range bad { // what no field stands for
		p.Failure = m
	}
	code := http.StatusOK
	switch {
	case changed:
		code = http.StatusConflict
	case p.Failure != "" || r.Method == http.MethodPost:
		code = http.StatusUnprocessableEntity
	}
	return page.RenderStatus(w, r, code, entryTemplate, p)
}

// failed tells a refusal and a conflict, which the form shows, from an error.
func failed(err error) (refusal string, conflict bool, rest error) {
	var r *act.Refusal
	switch {
	case errors.As(err, &r):
		return r.Text, false, nil
	case errors.Is(err, store.ErrConflict):
		return "", true, nil
	}
	return "", false, err
}

// sent is a field of the form as it was sent, or as it is kept.
func sent(r *http.Request, name, kept string) string {
	if r.Method == http.MethodPost {
		return strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n")
	}
	return kept
}

// sentAll are the choices of the form as they were sent, or as they are kept.
func sentAll(r *http.Request, name string, kept []string) []string {
	if r.Method == http.MethodPost {
		return r.PostForm[name]
	}
	return kept
}

func word(r *http.Request, name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

func number(s string) int64 { n, _ := strconv.ParseInt(strings.TrimSpace(s), 10, 64); return n } // what is no number is nobody's

// day reads a day of a form.
func day(r *http.Request, field string, bad map[string]string) law.Date {
	s := word(r, field)
	if s == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(s)
	if err != nil {
		bad[field] = "日期请写成年-月-日的形式，如 2026-03-02。"
	}
	return d
}

// options draws choices of a select.
func options(selected, none string, pairs ...[2]string) []page.Option {
	var out []page.Option
	if none != "" {
		out = append(out, page.Option{Text: none})
	}
	for _, p := range pairs {
		out = append(out, page.Option{Value: p[0], Text: p[1], Selected: p[0] == selected})
	}
	return out
}

// organs lists the organs where the viewer may do this: his homes with their
// villages and sections. The second answer is the one that is selected.
func (t *Outlets) organs(r *http.Request, verb org.Verb, wanted int64) ([]page.Option, int64, error) {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	var list []org.Organ
	for _, id := range v.Scope(verb).Homes() {
		o, err := t.store.Organ(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		children, err := t.store.Children(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		for _, x := range append([]org.Organ{o}, children...) {
			if org.May(v, verb, x.Subject()) && x.InForce(t.cfg.Today()) && !slices.ContainsFunc(list, func(y org.Organ) bool { return y.ID == x.ID }) {
				list = append(list, x)
			}
		}
	}
	selected := int64(0)
	for _, x := range list {
		if selected == 0 || x.ID == wanted {
			selected = x.ID
		}
	}
	var out []page.Option
	for _, x := range list {
		out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: x.Name, Selected: x.ID == selected})
	}
	return out, selected, nil
}

// Bounds of photos.
const (
	photoBytes = 20 << 20
	photoBody  = 24 << 20
)

// form reads a form, with or without a photo.
func form(r *http.Request) error {
	err := r.ParseMultipartForm(photoBody)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		return err
	case err != nil:
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	return nil
}

// photo keeps the photo of a form under a reference, 0 for none. message says in
// Chinese why it cannot be kept.
func (t *Outlets) photo(r *http.Request, ref string) (id int64, message string, err error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["photo"]) == 0 {
		return 0, "", nil
	}
	h := r.MultipartForm.File["photo"][0]
	if h.Size > photoBytes {
		return 0, "照片超过 20 MB，请用较低的分辨率。", nil
	}
	f, err := h.Open()
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	p, err := t.store.PutPrivate(r.Context(), ref, f)
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return 0, no.Text, nil
	case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
		return 0, "这台服务器没有设置加密密钥或文件夹，不能保存照片。请先不传照片登记，并告诉系统管理员。", nil
	case err != nil:
		return 0, "", err
	}
	if p.Type != "image/jpeg" && p.Type != "image/png" {
		_ = t.store.DropPrivate(r.Context(), p.ID) // what is not kept is taken away anyway
		return 0, "照片应是 JPG 或 PNG，请检查是否选错了文件。", nil
	}
	return p.ID, "", nil
}
