package lead

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/text"
	"gongkai/web/page"
)

// ledgerDays is how pages of voices and ledgers count limits.
type ledgerDays struct {
	calendar *calendar.Calendar
	today    law.Date
}

// ledgerWarn is how many working days before its limit a tag turns yellow.
const ledgerWarn = 3

func (l *Lead) ledgerDays(ctx context.Context) (ledgerDays, error) {
	c, err := l.cfg.Calendar(ctx)
	return ledgerDays{c, l.cfg.Today()}, err
}

func (d ledgerDays) limit(due law.Date, basis string) page.Limit {
	return page.LimitOf(d.calendar, d.today, due, basis, ledgerWarn)
}

// ledgerOrgans lists the organs where the viewer may do this, for a select: his
// homes with their 内设机构 and 村, and what stands directly below them. The
// second answer is the one that is selected.
func (l *Lead) ledgerOrgans(r *http.Request, verb org.Verb, wanted string) ([]page.Option, int64, error) {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	want, _ := strconv.ParseInt(wanted, 10, 64) // what is no number selects the first
	var list []org.Organ
	for _, id := range v.Scope(verb).Homes() {
		o, err := l.store.Organ(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		children, err := l.store.Children(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		for _, x := range append([]org.Organ{o}, children...) {
			if org.May(v, verb, x.Subject()) && x.InForce(l.cfg.Today()) && !slices.ContainsFunc(list, func(y org.Organ) bool { return y.ID == x.ID }) {
				list = append(list, x)
			}
		}
	}
	if want != 0 && !slices.ContainsFunc(list, func(y org.Organ) bool { return y.ID == want }) { // deeper down
		x, err := l.store.Organ(ctx, want)
		switch {
		case err == nil && org.May(v, verb, x.Subject()):
			list = append(list, x)
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return nil, 0, err
		}
	}
	var out []page.Option
	selected := int64(0)
	for _, x := range list {
		if selected == 0 || x.ID == want {
			selected = x.ID
		}
	}
	for _, x := range list {
		out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: x.Name, Selected: x.ID == selected})
	}
	return out, selected, nil
}

// ledgerOrganNamed is the one organ that a name, short name or code stands for.
// message says in Chinese why there is none.
func (l *Lead) ledgerOrganNamed(ctx context.Context, name string) (o org.Organ, message string, err error) {
	if name = strings.TrimSpace(name); name == "" {
		return o, "", nil
	}
	list, err := l.store.MatchOrgans(ctx, org.Program("查找机关"), org.SeeOrgan, name, 3)
	if err != nil {
		return o, "", err
	}
	f := text.Fold(name)
	exact := slices.DeleteFunc(slices.Clone(list), func(o org.Organ) bool {
		return f != text.Fold(o.Name) && f != text.Fold(o.Short) && f != text.Fold(o.Code)
	})
	switch {
	case len(exact) == 1:
		return exact[0], "", nil
	case len(list) == 1:
		return list[0], "", nil
	case len(list) == 0:
		return o, "没有找到“" + ledgerShort(name, 20) + "”。请写机关全称，例如“青石镇人民政府”。", nil
	}
	var names []string
	for _, x := range list {
		names = append(names, x.Name)
	}
	return o, "有几个机关的名称含有“" + ledgerShort(name, 20) + "”（" + strings.Join(names, "、") + "…），请写全称。", nil
}

// ledgerNear names organs that are near one, for the list under an input.
func (l *Lead) ledgerNear(ctx context.Context, organ int64) ([]string, error) {
	o, err := l.store.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	var out []string
	add := func(list ...org.Organ) {
		for _, x := range list {
			if x.ID != organ && x.InForce(l.cfg.Today()) && len(out) < 300 && !slices.Contains(out, x.Name) {
				out = append(out, x.Name)
			}
		}
	}
	below, err := l.store.Children(ctx, organ)
	if err != nil {
		return nil, err
	}
	add(below...)
	if o.Parent != 0 {
		up, err := l.store.Organ(ctx, o.Parent)
		if err != nil {
			return nil, err
		}
		add(up)
		beside, err := l.store.Children(ctx, o.Parent)
		if err != nil {
			return nil, err
		}
		add(beside...)
	}
	return out, nil
}

// ledgerSearch is a typed word, bounded.
func ledgerSearch(r *http.Request) string {
	return ledgerShort(strings.TrimSpace(r.FormValue("q")), 60)
}

// ledgerDate reads a day of a form. bad gets a message where it is none.
func ledgerDate(r *http.Request, field string, bad map[string]string) law.Date {
	s := strings.TrimSpace(r.FormValue(field))
	if s == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(s)
	if err != nil {
		bad[field] = "日期请写成年-月-日的形式，如 2026-03-02。"
	}
	return d
}

// ledgerNumber reads a whole number of a form, empty for 0.
func ledgerNumber(r *http.Request, field string, most int64, bad map[string]string) int64 {
	s := strings.TrimSpace(r.FormValue(field))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > most {
		bad[field] = fmt.Sprintf("请写0至%d之间的整数。", most)
		return 0
	}
	return n
}

// Bounds of files that a form of these parts may bring.
const (
	ledgerFileBytes = 20 << 20
	ledgerBody      = 64 << 20
	ledgerFiles     = 10 // at once
)

// ledgerTypes are what such files may be, by their content, with their endings.
var ledgerTypes = map[string]string{
	"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "application/ofd": ".ofd",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   ".docx",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         ".xlsx",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
	"application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
}

// A ledgerFile is a file that a form brought, kept as a private one.
type ledgerFile struct {
	ID   int64
	Name string
	Size int64
}

// ledgerForm reads a form, with or without files.
func ledgerForm(r *http.Request) error {
	err := r.ParseMultipartForm(ledgerBody)
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

// ledgerKeep keeps the files of a form's field under a reference. message says in
// Chinese why one cannot be kept; what was kept before it is thrown away.
func (l *Lead) ledgerKeep(r *http.Request, field, ref string, images bool) (out []ledgerFile, message string, err error) {
	if r.MultipartForm == nil {
		return nil, "", nil
	}
	heads := r.MultipartForm.File[field]
	if len(heads) > ledgerFiles {
		return nil, fmt.Sprintf("一次最多%d个文件，请分几次上传。", ledgerFiles), nil
	}
	defer func() {
		if message != "" || err != nil {
			for _, f := range out {
				_ = l.store.DropPrivate(r.Context(), f.ID) // unkept files are taken away anyway
			}
			out = nil
		}
	}()
	for _, h := range heads {
		if h.Size > ledgerFileBytes {
			return out, "“" + ledgerFileName(h.Filename) + "”超过 20 MB。请用较低的分辨率重新扫描，或者分成几个文件。", nil
		}
		f, err := h.Open()
		if err != nil {
			return out, "", err
		}
		p, err := l.store.PutPrivate(r.Context(), ref, f)
		f.Close()
		var refusal *act.Refusal
		switch {
		case errors.As(err, &refusal):
			return out, refusal.Text, nil
		case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
			return out, "这台服务器没有设置加密密钥或文件夹，不能保存文件。请先不传文件登记，并告诉系统管理员。", nil
		case err != nil:
			return out, "", err
		}
		out = append(out, ledgerFile{p.ID, ledgerFileName(h.Filename), p.Size})
		if end, ok := ledgerTypes[p.Type]; !ok || images && !strings.HasPrefix(p.Type, "image/") {
			if images {
				return out, "照片应是 JPG 或 PNG。“" + ledgerFileName(h.Filename) + "”的内容不是。", nil
			}
			return out, "“" + ledgerFileName(h.Filename) + "”的内容不是 PDF、OFD、图片或 Office 文件，请检查是否选错了文件。", nil
		} else if !strings.EqualFold(filepath.Ext(h.Filename), end) { // a name says what the content is
			out[len(out)-1].Name += end
		}
	}
	return out, "", nil
}

// ledgerFileName is the last part of a name without what a path, a header or a
// page could stumble over.
func ledgerFileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`:*?"<>|`, r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if rs := []rune(name); len(rs) > 60 {
		name = string(rs[:30]) + "…" + string(rs[len(rs)-29:])
	}
	if name == "" {
		return "未命名"
	}
	return name
}

// ledgerSend sends a private file that the viewer may see; its reading was
// logged by the caller.
func (l *Lead) ledgerSend(w http.ResponseWriter, r *http.Request, id int64, name string) error {
	p, f, err := l.store.OpenPrivate(r.Context(), id)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, p.Type, p.Size, f)
}

// ledgerLetter sends a letter as docx or pdf by the ending of the address.
func (l *Lead) ledgerLetter(w http.ResponseWriter, r *http.Request, letter reporting.Letter, name, format string) error {
	return page.Send(w, name, format, page.Writers{
		"docx": func(to io.Writer) error { return render.Letter(to, letter) },
		"pdf":  func(to io.Writer) error { return render.LetterPDF(to, letter, l.cfg.Fonts) },
	}, nil)
}

// ledgerFailed tells a refusal and a conflict, which the form shows, from an error.
func ledgerFailed(err error) (refusal string, conflict bool, rest error) {
	var r *act.Refusal
	switch {
	case errors.As(err, &r):
		return r.Text, false, nil
	case errors.Is(err, store.ErrConflict):
		return "", true, nil
	}
	return "", false, err
}

// ledgerShort is the beginning of a text, in characters.
func ledgerShort(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// ledgerOptions draws choices of a select.
func ledgerOptions(selected, none string, pairs ...[2]string) []page.Option {
	var out []page.Option
	if none != "" {
		out = append(out, page.Option{Text: none})
	}
	for _, p := range pairs {
		out = append(out, page.Option{Value: p[0], Text: p[1], Selected: p[0] == selected})
	}
	return out
}

// acted answers a form of a page: on to where what was done is seen, or the page
// again with what was refused, or that somebody else was faster.
func acted(w http.ResponseWriter, r *http.Request, d store.Done, err error, to, word string, again func(w http.ResponseWriter, r *http.Request, code int, refusal string, conflict bool) error) error {
	refusal, conflict, rest := ledgerFailed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return again(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return again(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	return page.Done(w, r, to, word, d)
}
