package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type filingPage struct {
	page.Base
	Organ   string
	Year    int
	Path    string
	State   page.Tag
	Limit   page.Limit
	Steps   []filingStep
	Next    string
	Saved   string // when and by whom the content was changed last, "" before
	Key     string
	Version int64
	Failure string
	Changed bool // somebody changed it meanwhile

	Fill, Check, Submit, Withdraw, Publish, Correct bool // what the viewer may do now
	Why                                             string
	Sign                                            filingSign
	Begun                                           bool
	Confirm                                         int // cells nobody has confirmed
	Marks                                           []markView
	Returned                                        int
	Reminded                                        string // how often it was asked for, "" if never
	Public                                          string // day of the first publication
	Errors, Warns, Infos                            []filingFinding
	View                                            *view
	Kept                                            bool   // that file is there to be opened
	File                                            string // file the content was read from, "" if typed in
	Correction                                      *filingCorrection
	Versions                                        int
	Log                                             string
}

type filingStep struct{ Name, Class, Text, Late string }

// A markView is one reason of a return.
type markView struct {
	ID, Where, Cell, Text, Code string
	Fill                        string // address of the cell on the filling page
	Settled                     bool
}

// A filingFinding is a finding with what was said about it.
type filingFinding struct {
	findingView
	Mend      page.Link // to the cell on the filling page
	Explained string    // the explanation with who signed it
	Explain   *page.Field
	Mark      string // names the finding in the form
	Decision  string // of the office
	Stands    bool
}

// A filingCorrection is what a correction has come to.
type filingCorrection struct {
	Note        string
	Field       *page.Field // to word the note again, nil where the viewer may not
	Differences []reporting.Difference
}

var filingTemplate = page.NewTemplate(templates, "templates/filing.html", "templates/view.html", "templates/filing_parts.html")

func (d *Desk) filing(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	return d.showFiling(w, r, c, http.StatusOK, filingSaid{})
}

// filingSaid is what the page says beside the filing itself: why something was
// not done, with what was typed.
type filingSaid struct {
	failure string
	changed bool
	finding string            // mark of the finding whose explanation was not taken
	fields  map[string]string // messages by field
}

// findingMark names a finding in a form.
func findingMark(f annual.Finding) string {
	sum := sha256.Sum256([]byte(reporting.Identity(f)))
	return hex.EncodeToString(sum[:8])
}

func (d *Desk) showFiling(w http.ResponseWriter, r *http.Request, c *filingCase, code int, said filingSaid) error {
	findings, err := d.judge(r, c, c.Report)
	if err != nil {
		return err
	}
	cal, err := d.days(r.Context())
	if err != nil {
		return err
	}
	begun := c.Report != nil
	p := filingPage{Base: d.filingBase(r, c.name()), Organ: c.Organ.Name, Year: c.Year, Path: c.path(""), State: ownTag(&c.Filing, begun),
		Limit: d.filingLimit(cal, &c.Filing, c.today), Key: page.NewKey(), Version: c.Version, Failure: said.failure, Changed: said.changed, Begun: begun,
		Returned: c.Returned, Confirm: len(reporting.Unconfirmed(c.Report)), File: c.FileName, Log: page.With("/desk/log", "ref", store.FilingRef(c.id, c.Year))}
	p.Crumbs = c.crumbs(false)
	if c.Reminders > 0 && c.MayEdit() == nil {
		p.Reminded = fmt.Sprintf("催报过 %d 次，最近 %s", c.Reminders, c.Reminded)
	}
	p.Public = c.Published.Chinese()
	p.Next = filingNext(&c.Filing, begun, p.Confirm)
	if !c.Saved.IsZero() {
		p.Saved = law.DateOf(c.Saved).String()
		if c.SavedBy != "" {
			p.Saved += " " + c.SavedBy
		}
	}
	p.steps(c)
	p.marks(c)
	p.findings(c, findings, said, r.FormValue("text"))
	if err := d.filingButtons(r, c, &p, findings, said); err != nil {
		return err
	}
	if c.Correction > 0 {
		if p.Correction, err = d.correctionOf(r, c, said); err != nil {
			return err
		}
	}
	if c.FileName != "" { // its name stays where the file itself could not be kept
		_, file, err := d.store.FilingSource(r.Context(), c.viewer, c.id, c.Year)
		if p.Kept = err == nil; p.Kept {
			_ = file.Close() // nothing was read
		}
	}
	versions, err := d.store.FilingVersions(r.Context(), c.viewer, c.id, c.Year)
	if err != nil {
		return err
	}
	p.Versions = len(versions)
	if begun {
		more := map[string]cellMark{}
		for _, m := range p.Marks {
			if m.Cell != "" && !m.Settled && c.State == reporting.FilingReturned {
				more[m.Cell] = cellMark{page.Mark{Tone: "bad", Note: "退回意见：" + m.Text}, "#" + m.ID}
			}
		}
		p.View = newMarkedView(c.FileName, c.Report, findings, nil, more)
		p.View.Name = "报告内容"
	}
	return page.RenderStatus(w, r, code, filingTemplate, p)
}

// steps is the way of the report with its days.
func (p *filingPage) steps(c *filingCase) {
	now := map[reporting.FilingState]int{reporting.FilingDraft: 0, reporting.FilingReturned: 0, reporting.FilingChecked: 2,
		reporting.FilingSubmitted: 3, reporting.FilingAccepted: 4, reporting.FilingPublished: 5}[c.State]
	day := func(d law.Date) string { return d.String() }
	texts := []string{"", "", day(c.Submitted), day(c.Accepted), day(c.Published)}
	if !c.Saved.IsZero() && now == 0 {
		texts[0] = law.DateOf(c.Saved).String()
	}
	names := []string{"草稿", "自检", "报送", "审核", "发布"}
	if c.State == reporting.FilingReturned {
		names[0], texts[2], texts[3] = "修改", "", fmt.Sprintf("已退回 %d 次", c.Returned)
	}
	if c.Correction > 0 {
		names[0] = fmt.Sprintf("第 %d 次更正", c.Correction)
		texts[4] = day(c.Corrected)
	}
	for i, n := range names {
		s := filingStep{Name: n, Text: texts[i]}
		switch {
		case i < now:
			s.Class = "done"
		case i == now:
			s.Class = "now"
		}
		if late := c.Late(c.today); i == 2 && late > 0 && c.Correction == 0 {
			s.Late = fmt.Sprintf("迟 %d 天", late)
		}
		if i == 2 && now < 3 && !c.Due.IsZero() && c.Correction == 0 {
			s.Text = "应于 " + c.Due.String() + " 前"
		}
		p.Steps = append(p.Steps, s)
	}
}

// marks are the reasons of the last return, the open ones first.
func (p *filingPage) marks(c *filingCase) {
	for _, settled := range []bool{false, true} {
		for i, m := range c.Marks {
			if m.Settled != settled {
				continue
			}
			v := markView{ID: fmt.Sprintf("mark-%d", i+1), Text: m.Text, Code: m.Code, Settled: m.Settled, Where: "全文"}
			if c.Report != nil && m.Cell != "" {
				v.Cell, v.Where = m.Cell, reporting.CellName(c.Report.Form, m.Cell)
				if c.may(org.EditReports) && c.MayEdit() == nil {
					v.Fill = c.path("/fill") + "#" + page.CellID(m.Cell)
				}
			}
			p.Marks = append(p.Marks, v)
		}
	}
}

// findings puts what was found into three lists, each with what was said to it.
// typed is an explanation that was not taken.
func (p *filingPage) findings(c *filingCase, findings []annual.Finding, said filingSaid, typed string) {
	edit := c.may(org.EditReports) && c.MayEdit() == nil
	for i, x := range sorted(findings) {
		v := filingFinding{findingView: findingOf(c.Report, x, i+1, newSource(nil)), Mark: findingMark(x)}
		read := x.Code == "READ-UNDECIDED" // settled at the cell, not explained
		if edit && read {
			v.Mend = page.Link{Text: "逐格确认", Href: c.path("/confirm")}
		} else if edit && len(x.Cells) > 0 {
			v.Mend = page.Link{Text: "去改这一格", Href: c.path("/fill") + "#" + page.CellID(x.Cells[0])}
		} else if edit {
			v.Mend = page.Link{Text: "去改正文", Href: c.path("/fill")}
		}
		if e := c.Explained(x); e != nil {
			v.Explained = fmt.Sprintf("%s（%s，%s）", e.Text, e.Name, e.On.Chinese())
		}
		if dec := c.Decided(x); dec != nil {
			word := "主管部门认定可以这样报："
			if dec.Stands {
				word = "主管部门认定须改正："
			}
			v.Stands = dec.Stands
			v.Decision = fmt.Sprintf("%s%s（%s，%s）", word, dec.Text, dec.Name, dec.On.Chinese())
		}
		if edit && !read && x.Level == annual.Warning && (c.Decided(x) == nil || c.Decided(x).Stands) {
			f := page.Field{Name: "text-" + v.Mark, Label: "情况说明", Kind: "textarea", Rows: 2, Max: 1000, Hint: "写明为什么这样是对的；说明署您的姓名和日期，随报告一起报送。确是差错的，请改正，不用说明。"}
			if e := c.Explained(x); e != nil {
				f.Value = e.Text
			}
			if said.finding == v.Mark {
				f.Value, f.Message = typed, said.fields["text"]
			}
			v.Explain = &f
		}
		switch x.Level {
		case annual.Error:
			p.Errors = append(p.Errors, v)
		case annual.Warning:
			p.Warns = append(p.Warns, v)
		default:
			p.Infos = append(p.Infos, v)
		}
	}
}

// filingButtons offers what the pure verbs would do on a copy.
func (d *Desk) filingButtons(r *http.Request, c *filingCase, p *filingPage, findings []annual.Finding, said filingSaid) error {
	edit := c.may(org.EditReports)
	p.Fill = edit && c.MayEdit() == nil
	check := settled(c.Report, c.try(func(f *reporting.Filing) error { return f.Check(findings) }))
	p.Check = p.Fill && p.Begun && check == nil && c.State != reporting.FilingChecked
	submit := settled(c.Report, c.try(func(f *reporting.Filing) error { return f.Submit(findings, c.today) }))
	p.Submit = p.Fill && submit == nil
	p.Withdraw = edit && c.try(func(f *reporting.Filing) error { return f.Withdraw() }) == nil
	p.Publish = c.may(org.PublishReports) && c.try(func(f *reporting.Filing) error { return f.Publish(c.today) }) == nil
	p.Correct = edit && c.try(func(f *reporting.Filing) error { return f.Correct("更正") }) == nil
	var refused *act.Refusal
	if p.Fill && p.Begun && errors.As(submit, &refused) {
		p.Why = refused.Text
	}
	if !p.Submit {
		return nil
	}
	var err error
	p.Sign, err = d.signOf(r, c, said)
	return err
}

// settled is err, or before it the refusal of a report that nobody has begun, or
// of which a figure is still as the program read it.
func settled(rep *annual.Report, err error) error {
	if rep == nil {
		return act.Refuse("还没有填写内容。请先填写，或者上传已经写好的文件。")
	}
	if n := len(reporting.Unconfirmed(rep)); n > 0 {
		return act.Refuse(fmt.Sprintf("文件里有 %d 格读不确定或经过修复，还没有人对照原文确认。请先办“逐格确认”。", n))
	}
	return err
}

// correctionOf is what the correction changes against what is published.
func (d *Desk) correctionOf(r *http.Request, c *filingCase, said filingSaid) (*filingCorrection, error) {
	out := &filingCorrection{Note: c.Note}
	if c.State != reporting.FilingPublished {
		was, err := d.store.Report(r.Context(), c.id, c.Year)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			out.Differences = reporting.Differences(was.Report, c.Report)
		}
	}
	if c.may(org.EditReports) && c.MayEdit() == nil {
		f := noteField(c.Note, said.fields["note"])
		if said.fields["note"] != "" {
			f.Value = r.FormValue("note")
		}
		out.Field = &f
	}
	return out, nil
}

func noteField(value, message string) page.Field {
	return page.Field{Name: "note", Label: "更正说明", Kind: "textarea", Rows: 4, Max: 2000, Required: true, Value: value, Message: message,
		Hint: "公众会看到：更正了什么、为什么。例如：表三“本年新收”总计由35更正为36，系漏计一件当面提出的申请。"}
}
