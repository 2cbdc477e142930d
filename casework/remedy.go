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
}

// A RemedyAct is something that happened in it.
type RemedyAct struct {
	On   law.Date
	What string // answered, evidence, hearing, instance
}

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

// OpenRemedy 登记复议、诉讼. counted is false where only another organ's figure counts it.
func (r *Request) OpenRemedy(d Doing, kind RemedyKind, simple, counted bool) error {
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
	return r.happen(Event{Kind: act.RemedyRegistered, On: d.On, Facts: m})
}

// StepRemedy records what happened in a case: answered 答复、答辩, evidence 举证,
// hearing 听证、开庭, instance 上诉.
func (r *Request) StepRemedy(d Doing, n int, what string) error {
	if n < 1 || n > len(r.Remedies) {
		return act.Refuse("没有这一件复议、诉讼。")
	}
	if err := d.when(r.Remedies[n-1].Begun, "收到副本之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RemedyStep, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "what", what)})
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
	}
	if err := d.when(r.Remedies[n-1].Ended, "结果之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestReopened, On: d.On, Facts: d.facts(nil, "remedy", strconv.Itoa(n), "days", strconv.Itoa(days))})
}

func (r *Request) remedyRegistered(e Event, f *facts) {
	x := RemedyCase{N: len(r.Remedies) + 1, Kind: oneOf(f, "kind", RemedyKinds()...), Begun: e.On, Simple: f.maybe("simple") != "", Counted: f.maybe("uncounted") == ""}
	r.Remedies = append(r.Remedies, x)
}

func (r *Request) remedyStep(e Event, f *facts) {
	n := f.num("n")
	what := oneOf(f, "what", "answered", "evidence", "hearing", "instance")
	if n < 1 || n > len(r.Remedies) {
		f.fail("n")
		return
	}
	x := &r.Remedies[n-1]
	x.Steps = append(x.Steps, RemedyAct{e.On, what})
}

func (r *Request) remedyEnded(e Event, f *facts) {
	n := f.num("n")
	ending := oneOf(f, "ending", Endings()...)
	if n < 1 || n > len(r.Remedies) || !r.Remedies[n-1].Ended.IsZero() {
		f.fail("n")
		return
	}
	r.Remedies[n-1].Ended, r.Remedies[n-1].Ending = e.On, ending
}
