package casework

import (
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
)

// RemedyKind is what an applicant turned to.
type RemedyKind string

// The kinds, keyed as the groups of table 四 are.
const (
	Reconsideration RemedyKind = "review" // 行政复议
	SuedDirectly    RemedyKind = "direct" // 未经复议直接起诉
	SuedAfter       RemedyKind = "after"  // 复议后起诉
)

// Chinese is the kind on screen.
func (k RemedyKind) Chinese() string {
	return map[RemedyKind]string{Reconsideration: "行政复议", SuedDirectly: "行政诉讼（未经复议）", SuedAfter: "行政诉讼（复议后）"}[k]
}

// RemedyKinds lists the kinds in the order of table 四.
func RemedyKinds() []RemedyKind { return []RemedyKind{Reconsideration, SuedDirectly, SuedAfter} }

// Ending is how a review or a court case ended.
type Ending string

// The endings.
const (
	Upheld     Ending = "upheld"     // 维持、驳回诉讼请求
	Annulled   Ending = "annulled"   // 撤销
	Changed    Ending = "changed"    // 变更
	Unlawful   Ending = "unlawful"   // 确认违法、无效
	Ordered    Ending = "ordered"    // 责令履行
	Dismissed  Ending = "dismissed"  // 驳回申请、驳回起诉
	Terminated Ending = "terminated" // 终止、撤回
	Mediated   Ending = "mediated"   // 调解、和解
)

// Endings lists them in the order of the form.
func Endings() []Ending {
	return []Ending{Upheld, Annulled, Changed, Unlawful, Ordered, Dismissed, Terminated, Mediated}
}

// Chinese is the ending on screen.
func (e Ending) Chinese() string {
	return map[Ending]string{Upheld: "维持、驳回诉讼请求", Annulled: "撤销", Changed: "变更", Unlawful: "确认违法、确认无效", Ordered: "责令履行", Dismissed: "驳回申请、驳回起诉", Terminated: "终止、撤回", Mediated: "调解、和解"}[e]
}

// Column is the column of table 四 that an ending counts in by default: upheld,
// corrected, other. The authority in charge may decide otherwise.
func (e Ending) Column() string {
	switch e {
	case Upheld:
		return "upheld"
	case Annulled, Changed, Unlawful, Ordered:
		return "corrected"
	}
	return "other"
}

// Corrects reports whether the answer has to be given anew.
func (e Ending) Corrects() bool { return e == Annulled || e == Ordered }

// A RemedyCase is one review or one instance of a court.
type RemedyCase struct {
	N       int
	Kind    RemedyKind
	Simple  bool     // 简易程序
	Begun   law.Date // the copy came in
	Steps   []RemedyAct
	Ended   law.Date
	Ending  Ending
	Counted bool // false for a case where the organ is not the one that counts, e.g. sued only as co-defendant
	Letter  int  // number in the file of the letter it is against; 0 for none or one on paper
	Redone  bool // the answer was given anew, as it ordered
}

// A RemedyAct is something that happened in it.
type RemedyAct struct {
	On     law.Date
	What   string   // one of RemedySteps
	Due    law.Date // the day a hearing is held; zero for other steps
	Ending Ending   // of a judgment that may be appealed against; "" for other steps
}

// RemedySteps are what may happen in a review or at a court, with their Chinese,
// in the order of the form.
func RemedySteps() [][2]string {
	return [][2]string{{"answered", "提交书面答复、答辩"}, {"evidence", "提交证据"}, {"notified", "收到听证、开庭通知"}, {"hearing", "听证、开庭"}, {"judged", "一审裁判（可上诉）"}, {"instance", "进入上诉审"}}
}

// StepChinese is a step on screen.
func StepChinese(what string) string { return chineseOf(RemedySteps(), what) }

// AnswerDue is until when the organ has to hand in its answer with the evidence.
// One that is late counts as an answer without evidence.
func (x RemedyCase) AnswerDue(cal *calendar.Calendar) (deadline.Limit, error) {
	name := deadline.Defence
	if x.Kind == Reconsideration {
		if name = deadline.ReviewAnswer; x.Simple {
			name = deadline.SimpleAnswer
		}
	}
	return deadline.Of(cal, name, x.Begun)
}

// Answered is when the organ handed in its answer, zero if it did not.
func (x RemedyCase) Answered() law.Date {
	if i := slices.IndexFunc(x.Steps, func(a RemedyAct) bool { return a.What == "answered" }); i >= 0 {
		return x.Steps[i].On
	}
	return law.Date{}
}

// last is the latest step of a kind, nil if there is none.
func (x RemedyCase) last(what string) *RemedyAct {
	for i := len(x.Steps) - 1; i >= 0; i-- {
		if x.Steps[i].What == what {
			return &x.Steps[i]
		}
	}
	return nil
}

// Hearing is the day of the next hearing that was notified and not held, zero for
// none.
func (x RemedyCase) Hearing() law.Date {
	n, h := x.last("notified"), x.last("hearing")
	if n == nil || !x.Ended.IsZero() || h != nil && !h.On.Before(n.Due) {
		return law.Date{}
	}
	return n.Due
}

// AppealBy is until when a judgment may be appealed against, false if there is
// none that waits.
func (x RemedyCase) AppealBy(cal *calendar.Calendar) (deadline.Limit, bool) {
	j, up := x.last("judged"), x.last("instance")
	if j == nil || !x.Ended.IsZero() || up != nil && !up.On.Before(j.On) {
		return deadline.Limit{}, false
	}
	name := deadline.AppealJudgment
	if j.Ending == Dismissed || j.Ending == Terminated {
		name = deadline.AppealRuling
	}
	l, err := deadline.Of(cal, name, j.On)
	return l, err == nil
}

// Instance is the instance a court case is at: 1, or 2 after an appeal; 0 for a
// review.
func (x RemedyCase) Instance() int {
	switch {
	case x.Kind == Reconsideration:
		return 0
	case x.last("instance") != nil:
		return 2
	}
	return 1
}

// OpenRemedy 登记复议、诉讼. counted is false where only another organ's figure counts it.
func (r *Request) OpenRemedy(d Doing, kind RemedyKind, simple, counted bool) error {
	return r.OpenRemedyAgainst(d, kind, simple, counted, 0)
}

// OpenRemedyAgainst is OpenRemedy against a letter of the file, by its number.
func (r *Request) OpenRemedyAgainst(d Doing, kind RemedyKind, simple, counted bool, letter int) error {
	if letter != 0 && r.Letter(letter) == nil {
		return act.Refuse("案卷中没有这份文书，请重新选择所针对的文书。")
	}
	if err := d.when(r.Arrived, "收件日期"); err != nil {
		return err
	}
	if kind == SuedAfter && !slices.ContainsFunc(r.Remedies, func(x RemedyCase) bool { return x.Kind == Reconsideration }) && !d.Fact {
		return act.Refuse("案卷中没有行政复议，不能登记为复议后起诉。请先登记复议，或者登记为直接起诉。")
	}
	m := d.facts(nil, "kind", string(kind))
	if simple {
		m["simple"] = "1"
	}
	if !counted {
		m["uncounted"] = "1"
	}
	m["letter"] = plain(letter)
	return r.happen(Event{Kind: act.RemedyRegistered, On: d.On, Facts: m})
}

// StepRemedy records what happened in a case, one of RemedySteps. due is the day
// of a hearing that was notified, ending what a judgment of the first instance
// says; both are zero otherwise. An answer that comes too late is recorded, and
// marked: it counts as an answer without evidence.
func (r *Request) StepRemedy(cal *calendar.Calendar, d Doing, n int, s RemedyAct) error {
	if n < 1 || n > len(r.Remedies) {
		return act.Refuse("没有这一件复议、诉讼。")
	}
	x := r.Remedies[n-1]
	if err := d.when(x.Begun, "收到副本之日"); err != nil {
		return err
	}
	switch {
	case StepChinese(s.What) == "":
		return act.Refuse("请选择进展。")
	case !x.Ended.IsZero() && s.What != "evidence":
		return act.Refuse("这一件的结果已经登记，不能再登记进展。")
	case s.What == "notified" && s.Due.Before(d.On):
		return act.Refuse("请写听证、开庭的日期，不早于收到通知之日。")
	case s.What == "judged" && s.Ending.Chinese() == "":
		return act.Refuse("请选择一审裁判的结果。")
	case (s.What == "judged" || s.What == "instance") && x.Kind == Reconsideration:
		return act.Refuse("行政复议没有审级：结果直接登记；不服复议决定起诉的，另登记为复议后起诉。")
	}
	var marks []string
	if s.What == "answered" && x.Answered().IsZero() {
		if l, err := x.AnswerDue(cal); err == nil && d.On.After(l.Due) {
			marks = append(marks, "remedy_late") // late is no reason not to answer
		}
	}
	m := d.facts(marks, "n", strconv.Itoa(n), "what", s.What)
	if s.What == "notified" {
		m["until"] = s.Due.String()
	}
	if s.What == "judged" {
		m["ending"] = string(s.Ending)
	}
	return r.happen(Event{Kind: act.RemedyStep, On: d.On, Facts: m})
}

// EndRemedy 登记结果.
func (r *Request) EndRemedy(d Doing, n int, e Ending) error {
	if n < 1 || n > len(r.Remedies) || !r.Remedies[n-1].Ended.IsZero() {
		return act.Refuse("没有这一件复议、诉讼，或者结果已经登记。")
	}
	if err := d.when(r.Remedies[n-1].Begun, "收到副本之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RemedyEnded, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "ending", string(e))})
}

// Reopen 重新答复 as a decision or judgment orders, with the working days it sets
// or 0 for the statutory period.
func (r *Request) Reopen(d Doing, n, days int) error {
	switch {
	case n < 1 || n > len(r.Remedies) || r.Remedies[n-1].Ended.IsZero():
		return act.Refuse("复议、诉讼的结果还没有登记。")
	case !r.Remedies[n-1].Ending.Corrects():
		return act.Refuse("这一结果（" + r.Remedies[n-1].Ending.Chinese() + "）没有要求重新答复。")
	case r.Remedies[n-1].Redone:
		return act.Refuse("已经按这一结果转入重新答复。")
	}
	if err := d.when(r.Remedies[n-1].Ended, "结果之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestReopened, On: d.On, Facts: d.facts(nil, "remedy", strconv.Itoa(n), "days", strconv.Itoa(days))})
}

func (r *Request) remedyRegistered(e Event, f *act.Facts) {
	x := RemedyCase{N: len(r.Remedies) + 1, Kind: act.OneOf(f, "kind", RemedyKinds()...), Begun: e.On, Simple: f.Yes("simple"), Counted: !f.Yes("uncounted")}
	if f.Maybe("letter") != "" {
		if x.Letter = f.Num("letter"); r.Letter(x.Letter) == nil {
			f.Fail("letter")
		}
	}
	r.Remedies = append(r.Remedies, x)
}

func (r *Request) remedyStep(e Event, f *act.Facts) {
	n := f.Num("n")
	a := RemedyAct{On: e.On, What: act.OneOf(f, "what", codes(RemedySteps())...)}
	if a.What == "notified" {
		if a.Due = f.Day("until"); a.Due.IsZero() {
			f.Fail("until")
		}
	}
	if a.What == "judged" {
		a.Ending = act.OneOf(f, "ending", Endings()...)
	}
	if n < 1 || n > len(r.Remedies) {
		f.Fail("n")
		return
	}
	x := &r.Remedies[n-1]
	x.Steps = append(x.Steps, a)
}

func (r *Request) remedyEnded(e Event, f *act.Facts) {
	n := f.Num("n")
	ending := act.OneOf(f, "ending", Endings()...)
	if n < 1 || n > len(r.Remedies) || !r.Remedies[n-1].Ended.IsZero() {
		f.Fail("n")
		return
	}
	r.Remedies[n-1].Ended, r.Remedies[n-1].Ending = e.On, ending
}
