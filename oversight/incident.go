package oversight

import (
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// IncidentKind is what went wrong.
type IncidentKind string

// The kinds.
const (
	Leak        IncidentKind = "leak"    // 泄露国家秘密、工作秘密
	PrivacyLost IncidentKind = "privacy" // 泄露个人信息、商业秘密
	WrongPost   IncidentKind = "wrong"   // 错误发布
	Breakdown   IncidentKind = "failure" // 系统故障
	Attack      IncidentKind = "attack"  // 网络攻击、篡改
	Opinion     IncidentKind = "opinion" // 舆情
	OtherCase   IncidentKind = "other"
)

// IncidentKinds lists them in the order of the form.
func IncidentKinds() []IncidentKind {
	return []IncidentKind{WrongPost, PrivacyLost, Leak, Breakdown, Attack, Opinion, OtherCase}
}

// Chinese is the kind on screen.
func (k IncidentKind) Chinese() string {
	return map[IncidentKind]string{Leak: "泄密", PrivacyLost: "泄露个人信息、商业秘密", WrongPost: "错误发布", Breakdown: "系统故障", Attack: "网络攻击、篡改", Opinion: "舆情", OtherCase: "其他"}[k]
}

// Duty says to whom an incident of the kind has to be reported, with the rule.
func (k IncidentKind) Duty() (text string, cite law.Cite) {
	switch k {
	case Leak:
		return "发现泄露或可能泄露国家秘密的，应当立即采取补救措施，并及时向保密行政管理部门报告。",
			law.Cite{Instrument: "保守国家秘密法", Article: "第四十七条", Paraphrase: "发现国家秘密已经泄露或者可能泄露的，立即补救并及时报告。"}
	case PrivacyLost:
		return "发生个人信息泄露的，应当立即采取补救措施，并通知履行个人信息保护职责的部门和个人。",
			law.Cite{Instrument: "个人信息保护法", Article: "第五十七条", Paraphrase: "发生或可能发生个人信息泄露、篡改、丢失的，立即补救并通知主管部门和个人。"}
	case Attack, Breakdown:
		return "发生网络安全事件的，应当启动应急预案，采取补救措施，并按规定向有关主管部门报告。",
			law.Cite{Instrument: "网络安全法", Article: "关于网络安全事件应急预案的规定", Paraphrase: "发生危害网络安全的事件时启动预案、补救并报告。"}
	}
	return "按本机关的规定报告主管部门。", law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第五条、第六条", Paraphrase: "公开应当及时、准确；发现虚假、不完整信息应当澄清。"}
}

// An Incident is an entry of the register of incidents 事件台账. What happened
// stands in Content, which is kept encrypted.
type Incident struct {
	ID      int64
	Organ   int64
	Number  string
	Kind    IncidentKind
	Secrecy bool // only for those who guard secrets
	Found   law.Date
	Due     law.Date // to report or to close by, zero for none
	Closed  law.Date // zero while open
	Version int64
	Content IncidentContent
}

// IncidentContent is what happened and what was done.
type IncidentContent struct {
	Title   string         `json:"title"`
	What    string         `json:"what"`
	Where   string         `json:"where,omitempty"` // page, column, document
	Steps   []IncidentStep `json:"steps,omitempty"` // measures and reports
	Outcome string         `json:"outcome,omitempty"`
}

// An IncidentStep is a measure taken, or a report to somebody.
type IncidentStep struct {
	On   law.Date `json:"on"`
	To   string   `json:"to,omitempty"` // of a report; "" for a measure
	Text string   `json:"text"`
}

// Check reports in Chinese what is wrong with an entry, by field.
func (x Incident) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	if !slices.Contains(IncidentKinds(), x.Kind) {
		bad["kind"] = "请选择是哪一类事件。"
	}
	if x.Kind == Leak && !x.Secrecy {
		bad["secrecy"] = "泄密事件只对保密审查、公开机构负责人和主管部门显示。"
	}
	for _, c := range []struct {
		field, text string
		most        int
		lines       bool
	}{{"title", x.Content.Title, 60, false}, {"what", x.Content.What, 4000, true}, {"where", x.Content.Where, 200, false}} {
		if m := badText(c.text, c.most, c.lines); m != "" {
			bad[c.field] = m
		}
	}
	if strings.TrimSpace(x.Content.Title) == "" {
		bad["title"] = "请用一句话写明是什么事，例如“公示名单误带身份证号码”。不要写秘密内容。"
	}
	if strings.TrimSpace(x.Content.What) == "" {
		bad["what"] = "请写明经过：什么时候、在哪里、怎样发现、影响多大。不要写秘密内容。"
	}
	switch {
	case !x.Found.Valid():
		bad["found"] = "请写发现的日期，如 2026-03-02。"
	case x.Found.After(today):
		bad["found"] = "发现的日期还没有到。"
	}
	if !x.Due.IsZero() && x.Due.Before(x.Found) {
		bad["due"] = "期限早于发现的日期。"
	}
	if x.Organ == 0 {
		bad["organ"] = "请选择机关。"
	}
	return bad
}

// Add keeps a measure, or with to a report to somebody.
func (x *Incident) Add(s IncidentStep, today law.Date) error {
	switch {
	case !x.Closed.IsZero():
		return act.Refuse("这起事件已经办结。")
	case !s.On.Valid() || s.On.After(today) || s.On.Before(x.Found):
		return act.Refuse("日期应在发现之日（" + x.Found.Chinese() + "）和今天之间。")
	case strings.TrimSpace(s.Text) == "":
		return act.Refuse("请写采取了什么措施，或者报告了什么。")
	case badText(s.Text, 1000, true) != "" || badText(s.To, 60, false) != "":
		return act.Refuse("文字过长（最多1000字），或者有无法显示的字符。")
	case len(x.Content.Steps) >= 100:
		return act.Refuse("措施和报告最多100条。")
	}
	s.Text, s.To = strings.TrimSpace(s.Text), strings.TrimSpace(s.To)
	x.Content.Steps = append(slices.Clone(x.Content.Steps), s)
	return nil
}

// Reported reports whether anybody was told.
func (x Incident) Reported() bool {
	return slices.ContainsFunc(x.Content.Steps, func(s IncidentStep) bool { return s.To != "" })
}

// Close ends it with what came of it. A leak is closed only once it was reported.
func (x *Incident) Close(outcome string, on law.Date) error {
	_, cite := x.Kind.Duty()
	switch {
	case !x.Closed.IsZero():
		return act.Refuse("这起事件已经办结。")
	case (x.Kind == Leak || x.Kind == PrivacyLost) && !x.Reported():
		return act.Refuse("这一类事件必须报告。请先登记向谁报告、什么时候报告的，再办结。", cite)
	case len(x.Content.Steps) == 0:
		return act.Refuse("请先登记采取的措施，再办结。")
	case strings.TrimSpace(outcome) == "":
		return act.Refuse("请写处置结果：影响是否消除、原因是什么、怎样防止再次发生。")
	case badText(outcome, 2000, true) != "":
		return act.Refuse("处置结果最多2000字，不能有无法显示的字符。")
	}
	x.Content.Outcome, x.Closed = strings.TrimSpace(outcome), on
	return nil
}
