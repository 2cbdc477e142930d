package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type draftPage struct {
	page.Base
	Name        string
	Year        int
	Organ       int64
	Key         string
	Version     int64
	Sum         string // stands for the figures that are shown
	Provisional bool
	Doubts      []string // why the sum is not final
	Closed      string   // why nothing can be written now
	Changes     []draftChange
	ChangesMore int
	Words       []string // parts of the prose that will be other ones
	New         bool     // nothing was entered yet
	Prose       []draftChapter
	Findings    []page.Finding
	Filing      string
	Back        string
	Failure     string
	May         bool
}

type draftChange struct{ Label, Old, New string }

type draftChapter struct {
	Title string
	Prose []page.Prose
}

var draftTemplate = page.NewTemplate(templates, "templates/totals_draft.html")

// mostChanges bounds how many changed figures the page lists.
const mostChanges = 80

// totalsDraft shows what would be written into the government's own report.
func (d *Desk) totalsDraft(w http.ResponseWriter, r *http.Request) error {
	return d.showDraft(w, r, http.StatusOK, "")
}

func (d *Desk) showDraft(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	c, t, rep, f, err := d.drafted(r)
	if err != nil {
		return err
	}
	p := draftPage{Base: d.totalsBase(r, "写入本级政府年报草稿"), Name: t.State.Root.Name, Year: c.Year, Organ: c.Organ.ID, Key: page.NewKey(), Version: f.Version,
		Sum: sumMark(rep), Provisional: c.Provisional, New: f.Report == nil, Filing: filingPath(c.Organ.ID, c.Year), Back: c.at(""), Failure: failure, May: c.may()}
	p.Crumbs = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", p.Name, c.Year), Href: c.at("")}}
	if err := f.Filing.MayEdit(); err != nil {
		var refusal *act.Refusal
		if errors.As(err, &refusal) {
			p.Closed = refusal.Text
		}
	}
	if t.State.Signed == nil {
		p.Doubts = append(p.Doubts, "计入单位名单还没有签署。")
	} else if n := len(t.State.Changes); n > 0 {
		p.Doubts = append(p.Doubts, fmt.Sprintf("名单签署之后有%d处变化还没有重新签署，这里按已签署的名单汇总。", n))
	}
	if s := t.NotCounted(20); s != "" {
		p.Doubts = append(p.Doubts, s)
	}
	if c.Provisional {
		p.Doubts = append(p.Doubts, "合计包含已报送、还没有审核的报告。")
	}
	if len(t.Counted) == 0 {
		p.Closed = "还没有一份可以计入的报告，没有可以写入的合计。"
	}
	for _, x := range reporting.Differences(f.Report, rep) {
		switch {
		case x.Cell == "":
			p.Words = append(p.Words, x.Label)
		case len(p.Changes) == mostChanges:
			p.ChangesMore++
		default:
			p.Changes = append(p.Changes, draftChange{reporting.CellName(rep.Form, x.Cell), x.Old, x.New})
		}
	}
	p.Prose = append(p.Prose, draftChapter{"引言", page.Paragraphs(rep.Intro)})
	for i, ch := range rep.Form.Chapters {
		if ch.Kind == "prose" {
			p.Prose = append(p.Prose, draftChapter{ch.Ordinal + "、" + ch.Title, page.Paragraphs(rep.Chapters[i])})
		}
	}
	findings, err := d.judge(r, &filingCase{f, c.Organ.ID, c.viewer, d.cfg.Today()}, rep)
	if err != nil {
		return err
	}
	for _, x := range findings {
		if x.Level != annual.Info {
			p.Findings = append(p.Findings, page.FindingOf(rep, x, ""))
		}
	}
	return page.RenderStatus(w, r, code, draftTemplate, p)
}

// drafted makes the government's report of its sum.
func (d *Desk) drafted(r *http.Request) (*totalsCase, *store.Total, *annual.Report, *store.FilingFile, error) {
	c, err := d.totalsOf(r)
	if err == nil && c.Organ.ID == 0 {
		err = page.ErrNotFound
	}
	if err != nil {
		return nil, nil, nil, nil, err
	}
	t, err := d.total(r, c)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	rep, f, err := d.totalReport(r, c, t)
	return c, t, rep, f, err
}

// sumMark stands for the figures of a report, so that what is written is what
// was shown.
func sumMark(rep *annual.Report) string {
	b, err := annual.Canonical(rep)
	if err != nil {
		return ""
	}
	return act.Digest(b)[:24]
}

func (d *Desk) totalsDraftSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, t, rep, f, err := d.drafted(r)
	if err != nil {
		return err
	}
	if !c.may() {
		return page.ErrNotFound
	}
	again := "在您查看期间，下级报告、名单或者本级草稿有了变化，没有写入。下面是现在的合计，请核对后再写入一次。"
	if sumMark(rep) != r.PostForm.Get("sum") {
		return d.showDraft(w, r, http.StatusConflict, again)
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	findings, err := d.judge(r, &filingCase{f, c.Organ.ID, c.viewer, d.cfg.Today()}, rep)
	if err != nil {
		return err
	}
	by := page.By(r)
	done, err := d.store.WithFiling(r.Context(), by, c.Organ.ID, c.Year, version, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report, f.Findings, f.FileName = rep.Clone(), findings, ""
		return nil
	})
	if err == nil {
		if by.Key != "" {
			by.Key += ".taken"
		}
		_, err = d.store.TakeTotal(r.Context(), by, t)
	}
	var refusal *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		return d.showDraft(w, r, http.StatusConflict, again)
	case errors.As(err, &refusal):
		return d.showDraft(w, r, http.StatusUnprocessableEntity, refusal.Text)
	case err != nil:
		return missing(err)
	}
	return page.Done(w, r, c.at(""), "summed", done)
}
