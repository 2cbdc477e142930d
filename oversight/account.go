package oversight

import (
	"gongkai/law"
)

// AccountKind is how somebody was held to account 责任追究.
type AccountKind string

// The kinds, the lightest first.
const (
	Talked      AccountKind = "talked"      // 约谈
	Criticised  AccountKind = "criticised"  // 通报批评
	Examined    AccountKind = "examined"    // 责令作出书面检查
	Ordered     AccountKind = "ordered"     // 责令改正
	Disciplined AccountKind = "disciplined" // 建议给予处分
	Handed      AccountKind = "handed"      // 移送纪检监察机关
)

// AccountKinds lists the kinds in that order.
func AccountKinds() []AccountKind {
	return []AccountKind{Talked, Criticised, Examined, Ordered, Disciplined, Handed}
}

// Chinese is the kind on screen.
func (k AccountKind) Chinese() string {
	return map[AccountKind]string{Talked: "约谈", Criticised: "通报批评", Examined: "责令检查", Ordered: "责令改正", Disciplined: "建议给予处分", Handed: "移送纪检监察机关"}[k]
}

// AccountCite is the rule that holding to account stands on.
func AccountCite() law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第五十二条、第五十三条",
		Paraphrase: "违反条例的由上一级机关责令改正，情节严重的对负有责任的领导人员和直接责任人员依法给予处分。"}
}

// An Account is that an organ was held to account: for what, by whom, on which
// paper. What it says about a person is no part of it: that stands in the
// details of the act, which can be erased.
type Account struct {
	ID       int64
	Organ    int64 // it is about
	Issuer   int64
	Kind     AccountKind
	On       law.Date
	Document string // 文号
	Ref      string // the order or dispatch it follows, "" for none
	Person   int64  // a recorded person it is about, 0 for none
}

// Wrong says in Chinese what cannot be kept, by field name.
func (a Account) Wrong(today law.Date) map[string]string {
	bad := map[string]string{}
	if a.Organ == 0 {
		bad["organ"] = "请选择被追究责任的机关。"
	}
	if a.Kind.Chinese() == "" {
		bad["kind"] = "请选择追究的方式。"
	}
	switch {
	case !a.On.Valid():
		bad["on"] = "请写日期，例如 2026-02-10。"
	case a.On.After(today):
		bad["on"] = "日期不能晚于今天；实施以后再登记。"
	}
	check(bad, "document", a.Document, maxTitle, "请写文件的文号或名称，例如：云政办函〔2026〕8号。")
	return bad
}
