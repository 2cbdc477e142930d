package casework

import (
	"maps"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
)

// LinkRole is what another file is to this one.
type LinkRole string

// The roles.
const (
	SplitInto  LinkRole = "split_into"  // 拆分出的另一件
	SplitFrom  LinkRole = "split_from"  // 从另一件拆分而来
	MergedInto LinkRole = "merged_into" // 并入另一件办理
	MergedFrom LinkRole = "merged_from" // 另一件并入本件
	FormerOne  LinkRole = "former"      // 就相同信息已经答复的前一件
)

// LinkRoles lists the roles.
func LinkRoles() []LinkRole {
	return []LinkRole{SplitInto, SplitFrom, MergedInto, MergedFrom, FormerOne}
}

// Chinese is the role on screen, before the number of the other file.
func (l LinkRole) Chinese() string {
	return map[LinkRole]string{SplitInto: "拆分出", SplitFrom: "拆分自", MergedInto: "并入", MergedFrom: "并入本件的", FormerOne: "前一次申请"}[l]
}

// A Link is another file that belongs to this one.
type Link struct {
	Role LinkRole
	Ref  string // of the other file
	On   law.Date
}

// linkOf is the reference of the first link of a role, "" for none.
func (r *Request) linkOf(role LinkRole) string {
	if i := slices.IndexFunc(r.Links, func(l Link) bool { return l.Role == role }); i >= 0 {
		return r.Links[i].Ref
	}
	return ""
}

func (r *Request) linked(e Event, f *act.Facts) {
	role := act.OneOf(f, "role", LinkRoles()...)
	if len(e.Refs) != 1 || e.Refs[0] == "" {
		f.Fail("role")
		return
	}
	r.Links = append(r.Links, Link{Role: role, Ref: e.Refs[0], On: e.On})
}

// LinkTo 关联 names another file, once in each role.
func (r *Request) LinkTo(d Doing, role LinkRole, ref string) error {
	if slices.ContainsFunc(r.Links, func(l Link) bool { return l.Role == role && l.Ref == ref }) {
		return act.Refuse("这两件已经关联过了。")
	}
	if err := d.when(law.Date{}, ""); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestLinked, On: d.On, Facts: d.facts(nil, "role", string(role)), Refs: []string{ref}})
}

// ItsClock are the acts that a file split off takes over: its receipt and its
// correction run on the same days.
var itsClock = []string{act.RequestRegistered, act.RequestConfirmed, act.RequestAsked, act.RequestCorrected}

// Split 拆分 opens a file of its own for each further matter of an application
// that asks for several 一事一申请. They have the same day of receipt and the same
// period. self is the reference of this file; refs and numbers are those of the
// new ones.
func (r *Request) Split(d Doing, self string, refs, numbers []string) ([]*Request, error) {
	if err := r.fits(act.RequestLinked); err != nil {
		return nil, err
	}
	if err := d.when(r.Arrived, "收件日期"); err != nil {
		return nil, err
	}
	switch {
	case len(refs) == 0 || len(refs) != len(numbers):
		return nil, act.Refuse("请写明另外立件的每一个事项。")
	case r.State != Arrived && r.State != Running:
		return nil, act.Refuse("申请现在“" + r.State.Chinese() + "”，不能拆分。待确认、办理中的申请才能拆分。")
	case r.Matter != "":
		return nil, act.Refuse("更正申请不拆分，请另行登记。")
	case len(r.Consults) > 0 || r.Extended > 0 || r.Payment != nil || r.Answers > 0 || !r.Reasons.IsZero() || len(r.Remedies) > 0:
		return nil, act.Refuse("已经征求意见、延期、收费、要求说明理由或者答复过，不能再拆分。可以在一份答复中逐项答复。")
	}
	var out []*Request
	for i, ref := range refs {
		c := &Request{}
		for _, e := range r.events {
			if !slices.Contains(itsClock, e.Kind) {
				continue
			}
			e.Facts = maps.Clone(e.Facts)
			if e.Kind == act.RequestRegistered {
				e.Facts["number"] = numbers[i]
			}
			if err := c.apply(e); err != nil {
				return nil, err
			}
		}
		if err := c.LinkTo(d, SplitFrom, self); err != nil {
			return nil, err
		}
		if err := r.LinkTo(d, SplitInto, ref); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Merge 合并 ends a file that asks for the same as another of the same applicant:
// it is answered there. into is the reference of that one.
func (r *Request) Merge(d Doing, into string) error {
	switch {
	case r.Matter != "":
		return act.Refuse("更正申请不与公开申请合并。")
	case r.linkOf(MergedInto) != "":
		return act.Refuse("这一件已经并入另一件。")
	case r.linkOf(MergedFrom) != "":
		return act.Refuse("已经有别的申请并入本件，本件不能再并入另一件。")
	}
	if err := r.fits(act.RequestDecided); err != nil {
		return err
	}
	return r.LinkTo(d, MergedInto, into)
}

// Join 并入本件 is the other side of Merge: this file answers for both.
func (r *Request) Join(d Doing, from string) error {
	switch {
	case r.Matter != "" || !r.State.Open() || r.State == Decided:
		return act.Refuse("要并入的那一件“"+r.State.Chinese()+"”，只能并入还在办理的公开申请。已经答复的，按重复申请办理。", reg("第三十六条第六项", "已就该申请作出答复、申请人重复申请公开相同信息的，告知不予重复处理。"))
	case r.linkOf(MergedInto) != "":
		return act.Refuse("要并入的那一件已经并入别的申请。")
	}
	return r.LinkTo(d, MergedFrom, from)
}

// A Turn is the question whether what was asked for becomes proactive disclosure
// 转为主动公开, art. 44.
type Turn struct {
	Why      string // alike: several asked the same; suggested: the applicant did; own: the organ itself
	Proposed law.Date
	Many     int    // how many applicants asked the same, 0 unless that is why
	Decision string // "" not yet, open, part, no
	Decided  law.Date
}

// TurnWhy words why it was proposed.
func TurnWhy(code string) string {
	return map[string]string{"alike": "多个申请人申请相同信息", "suggested": "申请人建议", "own": "本机关提出"}[code]
}

// TurnDecision words a decision.
func TurnDecision(code string) string {
	return map[string]string{"open": "纳入主动公开", "part": "区分处理后纳入主动公开", "no": "不纳入"}[code]
}

var widens = reg("第四十四条", "多个申请人就相同政府信息提出申请且该信息属于可以公开的，可以纳入主动公开的范围；申请人认为应当主动公开的，可以建议，经审核属于主动公开范围的应当及时主动公开。")

func (r *Request) noted(e Event, f *act.Facts) {
	switch f.Word("kind") {
	case "suggest":
		if r.Turn == nil {
			r.Turn = &Turn{Why: "suggested", Proposed: e.On}
		}
	case "phone":
		r.Calls++
	}
}

func (r *Request) turnAsked(e Event, f *act.Facts) {
	why, many := act.OneOf(f, "why", "alike", "own"), 0
	if why == "alike" {
		many = f.Num("many")
	}
	if r.Turn != nil {
		f.Fail("why")
		return
	}
	r.Turn = &Turn{Why: why, Proposed: e.On, Many: many}
}

func (r *Request) turned(e Event, f *act.Facts) {
	decision := act.OneOf(f, "decision", "open", "part", "no")
	if r.Turn == nil || r.Turn.Decision != "" || decision != "no" && !r.disclosed() {
		f.Fail("decision")
		return
	}
	r.Turn.Decision, r.Turn.Decided = decision, e.On
}

// disclosed reports whether the answer gave something to the applicant.
func (r *Request) disclosed() bool {
	return r.Answers > 0 && (r.Outcome == Granted || r.Outcome == Partial || r.Outcome == Published)
}

// ProposeTurn 提议转为主动公开. many is how many applicants asked the same, 0 for a
// proposal of the organ's own.
func (r *Request) ProposeTurn(d Doing, many int) error {
	if r.Matter != "" {
		return act.Refuse("更正申请不涉及转为主动公开。")
	}
	if r.Turn != nil {
		return act.Refuse("这一件已经提议过转为主动公开。")
	}
	if err := d.when(r.Arrived, "收件日期"); err != nil {
		return err
	}
	m := d.facts(nil, "why", "own")
	if many > 1 {
		m["why"], m["many"] = "alike", strconv.Itoa(many)
	}
	return r.happen(Event{Kind: act.RequestTurnAsked, On: d.On, Facts: m})
}

// DecideTurn 审核提议: what could not be given to one applicant is not given to all.
func (r *Request) DecideTurn(d Doing, decision string) error {
	switch {
	case r.Turn == nil:
		return act.Refuse("还没有转为主动公开的提议。", widens)
	case r.Turn.Decision != "":
		return act.Refuse("这一提议已经审核过：" + TurnDecision(r.Turn.Decision) + "。")
	case TurnDecision(decision) == "":
		return act.Refuse("请选择审核结果。", widens)
	case decision != "no" && !r.disclosed():
		return act.Refuse("这一件还没有以公开、部分公开作出答复，信息是否可以公开还没有确定，不能决定转为主动公开。", widens)
	}
	if err := d.when(r.Turn.Proposed, "提议之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestTurned, On: d.On, Facts: d.facts(nil, "decision", decision)})
}

// triedCalls is how many telephone records show that an applicant cannot be
// reached.
const triedCalls = 2

// ConfirmUnreached 联系不上申请人: the application is handled all the same, and its
// period counts from the day it arrived, which is never later than any day of
// confirmation.
func (r *Request) ConfirmUnreached(d Doing) error {
	if err := r.fits(act.RequestConfirmed); err != nil {
		return err
	}
	if err := d.when(r.Arrived, "收件日期"); err != nil {
		return err
	}
	if r.Calls < triedCalls && !d.Fact {
		return act.Refuse("请先至少登记两次联系申请人的电话记录，再按联系不上办理。", reg("第三十一条", "网络和传真以双方确认之日为收到申请之日。"))
	}
	return r.happen(Event{Kind: act.RequestConfirmed, On: d.On, Facts: d.facts(nil, "unreached", "1")})
}
