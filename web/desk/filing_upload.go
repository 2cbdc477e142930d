package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/ingest"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type filingUploadPage struct {
	page.Base
	Organ     string
	Year      int
	Path      string
	Key       string
	Version   int64
	Kinds     string
	Begun     bool
	Message   string
	Questions []uploadQuestion // to be confirmed before the file is taken
	File      string           // name of the file the questions are about
	Original  string           // the file itself, "" if it is too large to travel
}

// An uploadQuestion is something about a file that only a person can answer.
type uploadQuestion struct {
	Name, Text, Yes string
	Answered        bool
}

var filingUploadTemplate = page.NewTemplate(templates, "templates/filing_upload.html")

func (d *Desk) filingUploadForm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if refused := c.locked(); refused != "" {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused})
	}
	return d.showUpload(w, r, c, http.StatusOK, "", nil, upload{})
}

func (d *Desk) showUpload(w http.ResponseWriter, r *http.Request, c *filingCase, code int, message string, ask []uploadQuestion, u upload) error {
	p := filingUploadPage{Base: d.filingBase(r, "上传文件", "desk.js"), Organ: c.Organ.Name, Year: c.Year, Path: c.path(""), Key: page.NewKey(), Version: c.Version, Kinds: kinds,
		Begun: c.Report != nil, Message: message, Questions: ask, File: u.Name}
	if len(ask) > 0 && len(u.Data) <= maxOriginal {
		p.Original = base64.StdEncoding.EncodeToString(u.Data)
	}
	p.Crumbs = c.crumbs(true)
	return page.RenderStatus(w, r, code, filingUploadTemplate, p)
}

// filingUpload reads a file into the filing. What the file says about itself
// that does not fit is asked about first; what was written before is replaced
// only when that is confirmed.
func (d *Desk) filingUpload(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if refused := c.locked(); refused != "" {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused})
	}
	again := func(message string) error {
		return d.showUpload(w, r, c, http.StatusUnprocessableEntity, message, nil, upload{})
	}
	u, ok := f.file("file")
	if b, err := base64.StdEncoding.DecodeString(f.Get("original")); !ok && err == nil && len(b) > 0 && len(b) <= maxOriginal {
		u, ok = upload{Field: "file", Name: cleanName(f.Get("name")), Data: b}, true
	}
	if !ok {
		return again("还没有选择文件。请选择写好的年度报告，Word、WPS、PDF、Excel、网页都可以。")
	}
	u.Field = "files"
	inside := unzip([]upload{u})
	if len(inside) != 1 {
		return again(fmt.Sprintf("“%s”里有 %d 个文件。这里一次只收一份报告，请解压后单独上传。", u.Name, len(inside)))
	}
	u = inside[0]
	one := d.read(r.Context(), u, nil)
	if one.problem != "" {
		return again("“" + one.name + "”：" + one.problem)
	}
	if strings.TrimSpace(one.report.Prose()) == "" && unread(one.report) != "" {
		return again("“" + one.name + "”：" + unread(one.report))
	}
	ask, rep, err := d.questions(r.Context(), c, one.report)
	if err != nil {
		return err
	}
	open := false
	for i := range ask {
		ask[i].Answered = f.Get(ask[i].Name) == "1"
		open = open || !ask[i].Answered
	}
	if open {
		return d.showUpload(w, r, c, http.StatusUnprocessableEntity, "", ask, u)
	}
	return d.takeFile(w, r, c, f, u, rep)
}

// questions are what does not fit in a file, and the report as it would be kept
// once all of them are answered with yes.
func (d *Desk) questions(ctx context.Context, c *filingCase, rep *annual.Report) ([]uploadQuestion, *annual.Report, error) {
	var out []uploadQuestion
	ask := func(name, yes, format string, args ...any) {
		out = append(out, uploadQuestion{Name: name, Text: fmt.Sprintf(format, args...), Yes: yes})
	}
	own := fmt.Sprintf("%s%d年度", c.Organ.Name, c.Year)
	fits, known, err := d.isOf(ctx, c, rep.Organ)
	switch {
	case err != nil:
		return nil, nil, err
	case rep.Organ == "":
		ask("organ", "是本机关的报告", "文件里没有写明是哪个机关的报告。")
	case known != "" && !fits:
		ask("organ", "确实是本机关的报告，文件里机关名称写错了", "文件写的是“%s”，是%s的报告，不是%s的。", rep.Organ, known, c.Organ.Name)
	case !fits:
		ask("organ", "是本机关的报告", "文件写的机关是“%s”，认不出是不是%s。", rep.Organ, c.Organ.Name)
	}
	if !fits {
		rep.Organ = c.Organ.Name
	}
	switch rep.Year {
	case c.Year:
	case 0:
		ask("year", fmt.Sprintf("是%d年度的报告", c.Year), "文件里没有写明年度。")
	default:
		ask("year", fmt.Sprintf("确实是%d年度的报告，文件里年度写错了", c.Year), "文件写的是%d年度，这里报送的是%s。", rep.Year, own)
	}
	rep.Year = c.Year
	form, err := annual.FormFor(c.Year)
	if err != nil {
		return nil, nil, page.ErrNotFound
	}
	if rep.Form != form {
		ask("form", "保留两个格式都有的格子，其余由我补填", "文件用的是%s版格式，%d年度应当用%s版格式。", rep.Form.Edition, c.Year, form.Edition)
		rep = recast(rep, form)
	}
	if c.Report != nil {
		n := len(reporting.Differences(c.Report, rep))
		ask("replace", "用这份文件替换现有内容", "已经填写过内容，与这份文件有 %d 处不同。替换以后原来填写的不再保留，需要的请先在填写页保存一份草稿文件。", n)
	}
	return out, rep, nil
}

// isOf reports whether a name in a file is this organ's, and else whose it is,
// as far as that can be told.
func (d *Desk) isOf(ctx context.Context, c *filingCase, name string) (fits bool, whose string, err error) {
	if name == "" {
		return false, "", nil
	}
	if _, sure := org.Match([]org.Organ{c.Organ}, name); sure == org.Certain {
		return true, "", nil
	}
	all, err := d.store.Organs(ctx)
	if err != nil {
		return false, "", err
	}
	o, sure := org.Match(all, name)
	switch {
	case sure < org.Likely:
		return false, "", nil
	case o.ID == c.id:
		return true, "", nil
	}
	return false, o.Name, nil
}

// recast is a report on the form of its year: what both forms have keeps its
// figure and its place, what only the old one has is left behind.
func recast(r *annual.Report, form *annual.Form) *annual.Report {
	n := annual.New(form, r.Organ, r.Year)
	n.Title, n.Intro, n.Signature, n.Dated, n.Published, n.Contact, n.Notes = r.Title, r.Intro, r.Signature, r.Dated, r.Published, r.Contact, r.Notes
	copy(n.Chapters, r.Chapters)
	copy(n.Headings, r.Headings)
	n.Sources = make([]annual.Source, len(n.Values))
	shared := func(ids []string) (out []string) {
		for _, id := range ids {
			if _, ok := form.Index(id); ok {
				out = append(out, id)
			}
		}
		return out
	}
	for i, cell := range form.Cells {
		if j, ok := r.Form.Index(cell.ID); ok { // the same id means the same in both
			n.Values[i] = r.Values[j]
			n.Sources[i] = annual.Source{Raw: r.Raw(j), At: r.At(j)}
		}
	}
	for _, u := range r.Undecided {
		if u.Cells = shared(u.Cells); len(u.Cells) > 0 {
			n.Undecided = append(n.Undecided, u)
		}
	}
	for _, p := range r.Repairs {
		had := len(p.Cells) > 0
		if p.Cells = shared(p.Cells); len(p.Cells) > 0 || !had {
			n.Repairs = append(n.Repairs, p)
		}
	}
	return n
}

// takeFile keeps what was read, and the file beside it.
func (d *Desk) takeFile(w http.ResponseWriter, r *http.Request, c *filingCase, f form, u upload, rep *annual.Report) error {
	findings, err := d.judge(r, c, rep)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	by := page.By(r)
	done, err := d.store.WithFiling(r.Context(), by, c.id, c.Year, version, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		if err := x.Edited(); err != nil {
			return err
		}
		x.Report, x.Findings, x.FileName = rep, findings, u.Name
		return nil
	})
	if err != nil {
		return d.filingDone(w, r, c, done, err, "", filingSaid{})
	}
	to, word := c.path(""), "fileread"
	if len(reporting.Unconfirmed(rep)) > 0 || len(rep.Repairs) > 0 {
		to = c.path("/confirm")
	}
	now, _ := strconv.ParseInt(done.Answer, 10, 64)
	by.Key += ".file"
	_, err = d.store.PutFilingSource(r.Context(), by, c.id, c.Year, now, u.Name, bytes.NewReader(u.Data))
	var refused *act.Refusal
	switch {
	case err == nil, done.Repeated:
	case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs), errors.As(err, &refused), errors.Is(err, store.ErrConflict):
		word = "filelost" // the content is kept; the page says that the file is not
	default:
		return err
	}
	return page.Done(w, r, to, word, done)
}

// filingSource gives the file that the content was read from.
func (d *Desk) filingSource(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	name, data, err := d.sourceOf(r, c)
	if err != nil {
		return missing(err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="source"; filename*=UTF-8''`+url.PathEscape(cleanName(name)))
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(data)
	return nil
}

// sourceOf reads that file: ErrNotFound if there is none.
func (d *Desk) sourceOf(r *http.Request, c *filingCase) (name string, data []byte, err error) {
	name, file, err := d.store.FilingSource(r.Context(), c.viewer, c.id, c.Year)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(file)
	return name, b.Bytes(), err
}

// sourcePanel is the file as it was read, to be shown beside the figures; nil
// where there is none, or where reading it again would take too long.
func (d *Desk) sourcePanel(r *http.Request, c *filingCase) *source {
	name, data, err := d.sourceOf(r, c)
	if err != nil || slowToRead(name) || looksLikeMachineForm(data) {
		return newSource(nil)
	}
	dc, err := ingest.File(r.Context(), name, data)
	if err != nil {
		return newSource(nil)
	}
	return newSource(dc)
}
