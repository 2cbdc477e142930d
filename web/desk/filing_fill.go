package desk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// filingFillPage is the form of an organ's own filing.
type filingFillPage struct {
	page.Base
	fillBody
	Organ   string
	Path    string
	Key     string
	Version int64
	Content int64
	Was     string // the content as it was opened, in machine form
	Kinds   string
	Confirm int // cells nobody has confirmed
	Marks   []markView
	Limit   page.Limit
	State   page.Tag
	Saved   string
	Own     bool // of a government: what is compiled is its own part only
}

var filingFillTemplate = page.NewTemplate(templates, "templates/filing_fill.html", "templates/fillparts.html", "templates/view.html", "templates/filing_parts.html")

// filingDraft opens the content for filling in.
func (d *Desk) filingDraft(r *http.Request, c *filingCase) (*draft, error) {
	var dr *draft
	if c.Report != nil {
		dr = draftOf(c.Report)
	} else {
		form, err := annual.FormFor(c.Year)
		if err != nil {
			return nil, page.ErrNotFound
		}
		dr = newDraft(form, c.Year)
	}
	dr.own(c)
	var err error
	dr.Last, err = d.filedLast(r, c)
	return dr, err
}

// own fixes what is not for the form to say: whose report it is, and of which
// year.
func (d *draft) own(c *filingCase) {
	d.Year = c.Year
	d.Front["organ"] = c.Organ.Name
	if c.Report != nil && c.Report.Organ != "" {
		d.Front["organ"] = c.Report.Organ
	}
	if c.Report != nil {
		for _, u := range c.Report.Undecided {
			for _, id := range u.Cells {
				if i, ok := d.Form.Index(id); ok {
					d.Held = append(d.Held, i)
				}
			}
		}
	}
}

// filingFillForm shows the form with what is saved. With ?checked it says what
// is wrong with it.
func (d *Desk) filingFillForm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if refused := c.locked(); refused != "" {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused})
	}
	dr, err := d.filingDraft(r, c)
	if err != nil {
		return err
	}
	var findings *[]annual.Finding
	if r.FormValue("checked") != "" {
		list, err := d.judge(r, c, c.Report)
		if err != nil {
			return err
		}
		findings = &list
	}
	var msg map[string]string
	if c.Report != nil {
		msg = dr.messages()
	}
	return d.showFilingFill(w, r, c, http.StatusOK, dr, msg, "", findings)
}

// locked is why the viewer cannot change the content now, "" if he can.
func (c *filingCase) locked() string {
	if !c.may(org.EditReports) {
		return store.Forbidden(org.EditReports).Text
	}
	var refused *act.Refusal
	if errors.As(c.MayEdit(), &refused) {
		return refused.Text
	}
	return ""
}

func (d *Desk) showFilingFill(w http.ResponseWriter, r *http.Request, c *filingCase, code int, dr *draft, msg map[string]string, notice string, findings *[]annual.Finding) error {
	over := overview(c)
	marks := map[string]page.Mark{}
	for _, m := range over.Marks {
		if m.Cell != "" && !m.Settled && c.State == reporting.FilingReturned {
			marks[m.Cell] = page.Mark{Tone: "sus", Note: "退回意见：" + m.Text}
		}
	}
	if c.Report != nil {
		for _, u := range c.Report.Undecided {
			for _, id := range u.Cells {
				marks[id] = page.Mark{Tone: "sus", Note: "原文读不确定：" + u.Raw}
			}
		}
	}
	data, err := d.compileMarks(r, c.id, c.Year, dr.Form, func(i int) string { return dr.Figures[i] })
	if err != nil {
		return err
	}
	if store.OwnPart(c.Organ) { // its registers hold only a part of the sum
		data = nil
	}
	body, err := newFillBody(dr, msg, marks, findings, data)
	if err != nil {
		return err
	}
	body.Notice, body.Front = notice, body.Front[1:] // whose report it is does not change
	body.writing(c)
	cal, err := d.days(r.Context())
	if err != nil {
		return err
	}
	p := filingFillPage{Base: d.filingBase(r, "填写"+c.name(), "fill.js"), fillBody: body, Organ: c.Organ.Name, Path: c.path(""), Key: page.NewKey(),
		Version: c.Version, Content: c.Content, Kinds: kinds, Confirm: len(reporting.Unconfirmed(c.Report)), Marks: over.Marks,
		Limit: d.filingLimit(cal, &c.Filing, c.today), State: ownTag(&c.Filing, c.Report != nil)}
	if c.State != reporting.FilingReturned {
		p.Marks = nil
	}
	if !c.Saved.IsZero() {
		p.Saved = law.DateOf(c.Saved).String() + " " + c.SavedBy
	}
	p.Own = store.OwnPart(c.Organ)
	p.Crumbs = c.crumbs(true)
	if p.Was, err = bare(c.Report); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, filingFillTemplate, p)
}

// overview is the filing with its marks, for pages that show no more of it.
func overview(c *filingCase) filingPage {
	var p filingPage
	p.marks(c)
	return p
}

// bare is a report in machine form without what is known of its source.
func bare(rep *annual.Report) (string, error) {
	if rep == nil {
		return "", nil
	}
	x := rep.Clone()
	x.Repairs, x.Undecided, x.Notes = nil, nil, nil
	for i := range x.Sources {
		x.Sources[i].At = annual.Place{}
	}
	b, err := annual.EncodeJSON("", x, nil)
	return string(b), err
}

// filingFill does what a button of the form asks. Whatever happens, what was
// typed is saved, or stands in the form that comes back.
func (d *Desk) filingFill(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	dr, err := d.filingTyped(r, c, f)
	if err != nil {
		return err
	}
	switch f.Get("do") {
	case "json":
		return d.download(w, "json", dr.over(c.Report), nil)
	case "zero":
		if f.Get("zero") != "1" {
			return d.showFilingFill(w, r, c.opened(f), http.StatusUnprocessableEntity, dr, map[string]string{"zero": "请先勾选确认：全年确实没有这些情况。程序不会自动把空格当作 0。"}, "", nil)
		}
		return d.showFilingFill(w, r, c.opened(f), http.StatusOK, dr, nil, dr.zeroed()+"还没有保存，请核对后按“保存”。", nil)
	case "paste":
		text, msg := dr.paste(f)
		code := http.StatusOK
		if len(msg) > 0 {
			code = http.StatusUnprocessableEntity
		}
		return d.showFilingFill(w, r, c.opened(f), code, dr, msg, text, nil)
	case "merge":
		return d.filingMerge(w, r, c, f, dr)
	}
	return d.saveFill(w, r, c, f, dr)
}

// filingTyped is the form as it was sent.
func (d *Desk) filingTyped(r *http.Request, c *filingCase, f form) (*draft, error) {
	form, err := annual.FormFor(c.Year)
	if c.Report != nil {
		form = c.Report.Form
	} else if err != nil {
		return nil, page.ErrNotFound
	}
	dr := draftFrom(f.Values, form, c.Year)
	dr.own(c)
	dr.Last, err = d.filedLast(r, c)
	return dr, err
}

// opened is the filing as it was when the form was opened, for a form that comes
// back without being saved: what others did meanwhile must still be found.
func (c *filingCase) opened(f form) *filingCase {
	file := *c.FilingFile
	file.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64)
	file.Content, _ = strconv.ParseInt(f.Get("content"), 10, 64)
	if was, err := decode(f.Get("was")); err == nil && file.Content != c.Content {
		file.Report = was
	}
	return &filingCase{&file, c.id, c.viewer, c.today}
}

// saveFill keeps the draft over the version the form was opened at. Where
// somebody else changed the content meanwhile it asks which figures shall stand.
func (d *Desk) saveFill(w http.ResponseWriter, r *http.Request, c *filingCase, f form, dr *draft) error {
	content, _ := strconv.ParseInt(f.Get("content"), 10, 64)
	if refused := c.locked(); refused != "" {
		return d.showConflict(w, r, c, f, dr, nil, refused)
	}
	to := c.path("/fill")
	if f.Get("do") == "check" {
		to += "?checked=1"
	}
	if content != c.Content {
		theirs, err := d.filingDraft(r, c)
		if err != nil {
			return err
		}
		if len(conflict(theirs, dr.plain(), theirs.plain())) == 0 { // a second click, or the same thing written twice
			return page.Done(w, r, to, "saved", store.Done{})
		}
		return d.showConflict(w, r, c, f, dr, nil, "")
	}
	rep := dr.over(c.Report)
	findings, err := d.judge(r, c, rep)
	if err != nil {
		return err
	}
	// Who explained a finding meanwhile changed no content: nothing is lost by
	// saving over it. The version is that of the content compared above.
	typed, err := bare(rep)
	if err != nil {
		return err
	}
	done, err := d.store.WithFiling(r.Context(), keyed(page.By(r), typed), c.id, c.Year, c.Version, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		if err := x.Edited(); err != nil {
			return err
		}
		x.Report, x.Findings = rep, findings
		return nil
	})
	var refused *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		now, err := d.filingOf(r)
		if err != nil {
			return err
		}
		return d.showConflict(w, r, now, f, dr, nil, now.locked())
	case errors.As(err, &refused):
		return d.showConflict(w, r, c, f, dr, nil, refused.Text)
	case err != nil:
		return err
	}
	if msg := dr.messages(); msg["dated"] != "" { // a day that is none cannot be kept: it stays in the form
		now, err := d.filingOf(r)
		if err != nil {
			return err
		}
		return d.showFilingFill(w, r, now, http.StatusUnprocessableEntity, dr, msg, "其余内容已经保存；成文日期不是日期，还没有存下来。", nil)
	}
	return page.Done(w, r, to, "saved", done)
}

// over is the draft as the next content of a report: a figure that nobody
// touched keeps what is known of it — where it stood in the file, that it is
// undecided —, one that somebody typed is settled by that.
func (d *draft) over(old *annual.Report) *annual.Report {
	r := d.report()
	if old == nil || old.Form != r.Form {
		return r
	}
	was := draftOf(old)
	n := old.Clone()
	if len(n.Sources) == 0 {
		n.Sources = make([]annual.Source, len(n.Values))
		copy(n.Sources, r.Sources)
	}
	for i, c := range d.Form.Cells {
		if d.Figures[i] == was.Figures[i] {
			continue
		}
		n, _ = reporting.Confirm(n, c.ID, r.Values[i])
		n.Sources[i] = annual.Source{Raw: d.Figures[i]}
	}
	n.Organ, n.Year, n.Title, n.Intro, n.Contact, n.Signature, n.Dated, n.Published = r.Organ, r.Year, r.Title, r.Intro, r.Contact, r.Signature, r.Dated, old.Published
	if _, err := parseDay(d.Front["dated"]); err != nil {
		n.Dated = old.Dated
	}
	n.Chapters, n.Headings = r.Chapters, r.Headings
	n.Repairs = slices.DeleteFunc(slices.Clone(n.Repairs), func(p annual.Repair) bool { return strings.HasPrefix(p.Code, "HEADING") }) // the headings are the form's own now
	n.Missing = slices.DeleteFunc(slices.Clone(n.Missing), func(m string) bool {
		k, err := strconv.Atoi(strings.TrimPrefix(m, "chapter."))
		return err == nil && k >= 1 && k <= len(n.Chapters) && n.Chapters[k-1] != ""
	})
	return n
}

// zeroed fills the empty figures with 0 and says what it did.
func (d *draft) zeroed() string {
	n, sums := d.zero()
	text := fmt.Sprintf("已按您的确认，把 %d 个空格填为 0；", n-sums)
	if sums > 0 {
		text += fmt.Sprintf("%d 个空着的合计格按已填的分项算出，不是 0；", sums)
	}
	if k := len(d.Held); k > 0 {
		text += fmt.Sprintf("%d 个原文读不确定的格子没有动，要逐格确认；", k)
	}
	return text + "原来填有内容的格子没有改动。"
}

// paste reads the boxes for whole tables and says what went in.
func (d *draft) paste(v form) (text string, msg map[string]string) {
	msg, done := map[string]string{}, []string{}
	for i := range d.Form.Tables {
		t := &d.Form.Tables[i]
		block := v.Get("paste." + t.ID)
		if strings.TrimSpace(block) == "" {
			continue
		}
		p, err := pasteTable(d.Form, t, block)
		if err != nil {
			msg["paste."+t.ID] = err.Error()
			continue
		}
		for i, s := range p.Cells {
			d.Figures[i] = clip(s, 24)
		}
		done = append(done, fmt.Sprintf("“%s”表 %d 格", t.Name, len(p.Cells)))
	}
	switch {
	case len(done) > 0:
		text = "已填入" + strings.Join(done, "、") + "。"
	case len(msg) == 0:
		text = "没有粘贴内容：请先把整张表粘贴到表格下面的框里。"
	}
	return text, msg
}
