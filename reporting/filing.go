package reporting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
)

// FilingState is where an organ's report of a year stands.
type FilingState string

// The states of a filing. A published one that is corrected goes through them
// again, while what was published stays as it is.
const (
	FilingDraft     FilingState = "draft"     // 草稿
	FilingChecked   FilingState = "checked"   // 已自检
	FilingSubmitted FilingState = "submitted" // 已报送
	FilingReturned  FilingState = "returned"  // 已退回
	FilingAccepted  FilingState = "accepted"  // 已审核通过
	FilingPublished FilingState = "published" // 已发布
)

// Chinese is the state on screen.
func (s FilingState) Chinese() string {
	switch s {
	case FilingDraft:
		return "草稿"
	case FilingChecked:
		return "已自检"
	case FilingSubmitted:
		return "已报送"
	case FilingReturned:
		return "已退回"
	case FilingAccepted:
		return "审核通过"
	case FilingPublished:
		return "已发布"
	}
	return ""
}

// A Filing is what becomes of an organ's report of a fiscal year on its way from
// draft to publication. It holds no figures: they are the report's.
type Filing struct {
	Organ        int64
	Year         int
	State        FilingState
	Correction   int      // 0 for the first publication, then counted from 1
	Due          law.Date // to hand it in by, zero where none is set
	Basis        string   // what the day stands on, or why there is none
	PublishBy    law.Date // to publish it by, zero where no statute says so
	Submitted    law.Date // the last time
	SubmittedBy  int64    // person, 0 for the program
	Filed        law.Date // the first time; a return does not move it, what the organ took back itself does not count
	Accepted     law.Date
	AcceptedBy   int64
	Published    law.Date // the first time; it never moves
	Corrected    law.Date // the last correction's publication
	Note         string   // what the public is told about the correction
	Returned     int      // how often it was returned
	Reminded     law.Date // the last time
	Reminders    int      // how often
	Explanations []Explanation
	Decisions    []Decision
	Marks        []Mark
	Version      int64 // as read; 0 for one nobody began
	Public       int64 // version of the published report, 0 while there is none
}

// Clone is a copy that shares nothing with the filing.
func (f Filing) Clone() Filing {
	f.Explanations, f.Decisions, f.Marks = slices.Clone(f.Explanations), slices.Clone(f.Decisions), slices.Clone(f.Marks)
	return f
}

// An Explanation is why a warning is right as it stands, signed; it travels with
// the report.
type Explanation struct {
	Finding string   `json:"finding"` // its Identity
	Text    string   `json:"text"`
	By      int64    `json:"by"`
	Name    string   `json:"name"`
	On      law.Date `json:"on"`
}

// A Decision is what the office decided about a finding. It survives every check
// in which the finding comes back the same.
type Decision struct {
	Finding string   `json:"finding"`
	Stands  bool     `json:"stands"` // the finding is right and has to be mended; else it is set aside
	Text    string   `json:"text"`
	By      int64    `json:"by"`
	Name    string   `json:"name"`
	On      law.Date `json:"on"`
}

// A Mark is one reason for returning a report, at a cell or for the whole.
type Mark struct {
	Cell    string `json:"cell,omitempty"` // cell id, "" for the whole
	Code    string `json:"code,omitempty"` // of the rule, "" for one in the office's own words
	Text    string `json:"text"`
	Settled bool   `json:"settled,omitempty"` // the next submission changed it

	By law.Date `json:"by,omitzero"` // day by which the organ has to settle it, zero if none was set
}

// Identity tells a finding from every other one of the same report: the rule,
// the cells and the figures it saw. A finding about other figures is another
// one, so what was explained once does not excuse what came later.
func Identity(f annual.Finding) string {
	cells := slices.Clone(f.Cells)
	slices.Sort(cells)
	return strings.Join([]string{f.Code, strings.Join(cells, ","), f.Expected, f.Found, f.Quote}, "|")
}

var (
	citeFile    = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条", Paraphrase: "各机关应当按期报送年度报告，主管部门汇总公布。"}
	citeContent = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第五十条", Paraphrase: "年度报告各项数据应当真实一致。"}
)

// maxNote bounds the note on a correction, in bytes.
const maxNote = 6000

// MayEdit is nil while the content may change.
func (f *Filing) MayEdit() error {
	switch f.State {
	case FilingDraft, FilingChecked, FilingReturned:
		return nil
	case FilingPublished:
		return act.Refuse(fmt.Sprintf("%d年度报告已于%s发布，数字不再改动。确需更正的，请先办理“更正”，写明更正说明。", f.Year, f.Published.Chinese()), citeContent)
	}
	return act.Refuse("报告" + f.State.Chinese() + "，不能修改。需要修改的，请联系主管部门退回。")
}

// Edited says that the content changed: what was checked has to be checked
// again.
func (f *Filing) Edited() error {
	if err := f.MayEdit(); err != nil {
		return err
	}
	if f.State == FilingChecked {
		f.State = FilingDraft
	}
	return nil
}

// Explain keeps why a warning is right. Errors cannot be explained away.
func (f *Filing) Explain(x annual.Finding, text string, by int64, name string, on law.Date) error {
	if err := f.MayEdit(); err != nil {
		return err
	}
	switch {
	case x.Level == annual.Error:
		return act.Refuse("这是错误，不能用说明代替改正："+x.Message, citeContent)
	case strings.TrimSpace(text) == "":
		return act.Refuse("请写明情况，例如“上年度两件申请合并办理，故结转数减少”。")
	case len(text) > 3000:
		return act.Refuse("说明过长，最多1000字。")
	}
	f.Explanations = slices.DeleteFunc(f.Explanations, func(e Explanation) bool { return e.Finding == Identity(x) })
	f.Explanations = append(f.Explanations, Explanation{Identity(x), strings.TrimSpace(text), by, name, on})
	return nil
}

// Explained is the explanation of a finding, or nil.
func (f *Filing) Explained(x annual.Finding) *Explanation {
	id := Identity(x)
	if i := slices.IndexFunc(f.Explanations, func(e Explanation) bool { return e.Finding == id }); i >= 0 {
		return &f.Explanations[i]
	}
	return nil
}

// Decided is the office's decision on a finding, or nil.
func (f *Filing) Decided(x annual.Finding) *Decision {
	id := Identity(x)
	if i := slices.IndexFunc(f.Decisions, func(d Decision) bool { return d.Finding == id }); i >= 0 {
		return &f.Decisions[i]
	}
	return nil
}

// Open are the findings that stand in the way: errors that nobody set aside, and
// warnings without explanation or decision.
func (f *Filing) Open(findings []annual.Finding) (errors, unexplained []annual.Finding) {
	for _, x := range findings {
		if d := f.Decided(x); d != nil && !d.Stands {
			continue
		}
		switch {
		case x.Level == annual.Error:
			errors = append(errors, x)
		case x.Level == annual.Warning && f.Explained(x) == nil:
			unexplained = append(unexplained, x)
		}
	}
	return errors, unexplained
}

// Check says that the organ checked its report itself.
func (f *Filing) Check(findings []annual.Finding) error {
	if err := f.MayEdit(); err != nil {
		return err
	}
	if errs, _ := f.Open(findings); len(errs) > 0 {
		return act.Refuse(fmt.Sprintf("还有%d处错误须先改正，第一处：%s", len(errs), errs[0].Message), citeContent)
	}
	f.State = FilingChecked
	return nil
}

// Submit hands the report to the office. Errors stand in the way; warnings need
// an explanation. Being late does not: it is recorded.
func (f *Filing) Submit(findings []annual.Finding, on law.Date) error {
	if err := f.MayEdit(); err != nil {
		return err
	}
	errs, open := f.Open(findings)
	switch {
	case len(errs) > 0:
		return act.Refuse(fmt.Sprintf("还有%d处错误须先改正，第一处：%s", len(errs), errs[0].Message), citeContent)
	case len(open) > 0:
		return act.Refuse(fmt.Sprintf("还有%d处需要核实，请改正或写明情况，第一处：%s", len(open), open[0].Message), citeContent)
	}
	f.handIn(on)
	return nil
}

// handIn keeps the day, and the first one. Of filings kept without a first day
// the last submission before is it.
func (f *Filing) handIn(on law.Date) {
	if f.Filed.IsZero() && f.Published.IsZero() {
		if f.Filed = f.Submitted; f.Filed.IsZero() {
			f.Filed = on
		}
	}
	f.State, f.Submitted = FilingSubmitted, on
}

// Decide keeps the office's word on a finding.
func (f *Filing) Decide(x annual.Finding, stands bool, text string, by int64, name string, on law.Date) error {
	switch {
	case f.State != FilingSubmitted:
		return act.Refuse("报告" + f.State.Chinese() + "，不在审核中。")
	case strings.TrimSpace(text) == "":
		return act.Refuse("请写明认定的理由。")
	}
	f.Decisions = slices.DeleteFunc(f.Decisions, func(d Decision) bool { return d.Finding == Identity(x) })
	f.Decisions = append(f.Decisions, Decision{Identity(x), stands, strings.TrimSpace(text), by, name, on})
	return nil
}

// Return sends the report back with reasons.
func (f *Filing) Return(marks []Mark) error {
	if f.State != FilingSubmitted && f.State != FilingAccepted {
		return act.Refuse("报告" + f.State.Chinese() + "，不能退回。")
	}
	if len(marks) == 0 {
		return act.Refuse("退回须写明理由，至少一条，最好标在具体的格子上。")
	}
	for _, m := range marks {
		if strings.TrimSpace(m.Text) == "" {
			return act.Refuse("有一条退回理由是空的，请写明要改什么。")
		}
	}
	f.State, f.Marks, f.Accepted, f.AcceptedBy = FilingReturned, slices.Clone(marks), law.Date{}, 0
	f.Returned++
	return nil
}

// Accept ends the office's review. The office cannot accept past an error
// without a decision of its own on it.
func (f *Filing) Accept(findings []annual.Finding, on law.Date) error {
	if f.State != FilingSubmitted {
		return act.Refuse("报告" + f.State.Chinese() + "，不在审核中。")
	}
	if errs, _ := f.Open(findings); len(errs) > 0 {
		return act.Refuse(fmt.Sprintf("还有%d处错误。请退回修改，或者逐条认定并写明理由，第一处：%s", len(errs), errs[0].Message), citeContent)
	}
	f.State, f.Accepted = FilingAccepted, on
	return nil
}

// Publish puts the accepted report before the public. The day of the first
// publication never moves.
func (f *Filing) Publish(on law.Date) error {
	if f.State != FilingAccepted {
		return act.Refuse("报告"+f.State.Chinese()+"，审核通过后才能发布。", citeFile)
	}
	f.State = FilingPublished
	if f.Published.IsZero() {
		if f.Published = on; f.Filed.IsZero() {
			f.Filed = f.Submitted
		}
	} else {
		f.Corrected = on
	}
	return nil
}

// Correct opens a published report for a correction, with what the public will
// be told.
func (f *Filing) Correct(note string) error {
	switch {
	case f.State != FilingPublished:
		return act.Refuse("报告还没有发布，直接修改即可，不需要更正。")
	case strings.TrimSpace(note) == "":
		return act.Refuse("请写明更正说明：更正了什么、为什么。它会随更正后的报告一起公布。")
	case len(note) > maxNote:
		return act.Refuse(fmt.Sprintf("更正说明过长，最多%d字。", maxNote/3))
	}
	f.State, f.Note = FilingDraft, strings.TrimSpace(note)
	f.Correction++
	f.Submitted, f.Accepted, f.SubmittedBy, f.AcceptedBy, f.Marks = law.Date{}, law.Date{}, 0, 0, nil
	return nil
}

// Withdraw takes back what was handed in and nobody has decided on yet.
func (f *Filing) Withdraw() error {
	if f.State != FilingSubmitted {
		return act.Refuse("报告" + f.State.Chinese() + "，不能撤回。" + map[FilingState]string{
			FilingAccepted: "已审核通过的，请联系主管部门退回。", FilingPublished: "已发布的，请办理“更正”。"}[f.State])
	}
	f.State, f.Submitted, f.SubmittedBy = FilingDraft, law.Date{}, 0
	if f.Returned == 0 && f.Published.IsZero() {
		f.Filed = law.Date{}
	}
	if len(f.Marks) > 0 {
		f.State = FilingReturned
	}
	return nil
}

// Remind says that the organ was asked for its report, once a day unless forced.
func (f *Filing) Remind(on law.Date, forced bool) error {
	switch {
	case f.State == FilingSubmitted, f.State == FilingAccepted, f.State == FilingPublished:
		return act.Refuse("报告" + f.State.Chinese() + "，不需要催报。")
	case f.Reminded == on && !forced:
		return act.Refuse("今天已经催报过。")
	}
	f.Reminded = on
	f.Reminders++
	return nil
}

// Late says by how many days the report missed its day: handed in for the first
// time after Due, or published after PublishBy, or still not. That it was returned
// makes nobody late: it is counted by itself ([Filing.Returned]), and so is what
// was not mended by the day set ([Filing.MendBy]). What the organ took back itself
// counts as not handed in. 0 where it is in time or no day is set; a correction
// changes nothing.
func (f *Filing) Late(today law.Date) int {
	filed, published := today, today
	switch {
	case !f.Published.IsZero():
		published = f.Published
		if filed = f.Filed; filed.IsZero() { // published without being handed in here
			filed = f.Published
		}
	case !f.Filed.IsZero():
		filed = f.Filed
	case !f.Submitted.IsZero(): // kept without a first day
		filed = f.Submitted
	}
	late := 0
	if !f.Due.IsZero() {
		late = max(late, filed.DaysSince(f.Due))
	}
	if !f.PublishBy.IsZero() {
		late = max(late, published.DaysSince(f.PublishBy))
	}
	return late
}

// MendBy is the day by which a returned report has to be mended, the earliest
// that a reason names; zero where none was set or nothing was returned.
func (f *Filing) MendBy() law.Date {
	var by law.Date
	if f.State != FilingReturned {
		return by
	}
	for _, m := range f.Marks {
		if !m.Settled && !m.By.IsZero() && (by.IsZero() || m.By.Before(by)) {
			by = m.By
		}
	}
	return by
}
