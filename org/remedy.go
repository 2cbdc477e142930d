package org

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
)

// RemedyKind says what a remedy organ is.
type RemedyKind string

// The kinds.
const (
	Review RemedyKind = "review" // 复议机关
	Court  RemedyKind = "court"  // 管辖法院
)

// Chinese is the name of the kind.
func (k RemedyKind) Chinese() string {
	switch k {
	case Review:
		return "复议机关"
	case Court:
		return "管辖法院"
	}
	return ""
}

// A Remedy is where one turns against an act of an organ, and for which days
// that holds. Letters take it on the day they are signed.
type Remedy struct {
	Kind    RemedyKind
	Name    string
	Address string
	Phone   string
	Web     string // where to apply through the internet (行政复议法第二十二条第二款)
	Basis   string
	From    law.Date // first day, zero since ever
	To      law.Date // last day, zero until further notice
}

// InForce reports whether it holds on the day.
func (r Remedy) InForce(d law.Date) bool {
	return (r.From.IsZero() || !d.Before(r.From)) && (r.To.IsZero() || !d.After(r.To))
}

// CheckRemedies says in Chinese what is wrong with the remedies of an organ, by
// their place in the list.
func CheckRemedies(list []Remedy) map[int]string {
	bad := map[int]string{}
	for i, r := range list {
		switch {
		case r.Kind.Chinese() == "":
			bad[i] = "请选择是复议机关还是管辖法院。"
		case strings.TrimSpace(r.Name) == "":
			bad[i] = "请填写" + r.Kind.Chinese() + "的名称。"
		case len([]rune(r.Name)) > 100 || len([]rune(r.Address)) > 200 || len([]rune(r.Basis)) > 200 || len(r.Phone) > 60 || len(r.Web) > 300:
			bad[i] = "“" + string([]rune(r.Name)[:min(20, len([]rune(r.Name)))]) + "”的内容过长。"
		case !plain(r.Name + r.Address + r.Phone + r.Web + r.Basis):
			bad[i] = "有无法显示的字符，请删去后再试。"
		case r.Web != "" && !webAddress(r.Web):
			bad[i] = "网上申请的网址应当以 http:// 或 https:// 开头。"
		case !r.From.IsZero() && !r.To.IsZero() && r.To.Before(r.From):
			bad[i] = fmt.Sprintf("“%s”的截止日期早于起始日期。", r.Name)
		}
		for j, q := range list[:i] {
			if bad[i] == "" && q.Kind == r.Kind && !apartIn(q, r) {
				bad[i] = fmt.Sprintf("“%s”与“%s”的日期重叠：同一天只能有一个%s。请给前一个写上截止日期。", r.Name, list[j].Name, r.Kind.Chinese())
			}
		}
	}
	return bad
}

// apartIn reports whether no day is in both.
func apartIn(a, b Remedy) bool {
	return !a.To.IsZero() && !b.From.IsZero() && a.To.Before(b.From) || !b.To.IsZero() && !a.From.IsZero() && b.To.Before(a.From)
}

// RemedyOn is the remedy of a kind decided for the day.
func RemedyOn(list []Remedy, kind RemedyKind, day law.Date) (Remedy, bool) {
	i := slices.IndexFunc(list, func(r Remedy) bool { return r.Kind == kind && r.InForce(day) })
	if i < 0 {
		return Remedy{}, false
	}
	return list[i], true
}

// reviewLaw is the day the revised 行政复议法 came into force.
var reviewLaw = law.Day(2024, 1, 1)

func reviewCite(article, says string) law.Cite {
	return law.Cite{Instrument: "行政复议法", Number: "2023年修订", Article: article, Paraphrase: says}
}

func oldReviewCite(article, says string) law.Cite {
	return law.Cite{Instrument: "行政复议法", Number: "2017年修正", Article: article, Paraphrase: says}
}

func courtCite(article, says string) law.Cite {
	return law.Cite{Instrument: "行政诉讼法", Number: "2017年修正", Article: article, Paraphrase: says}
}

// DefaultRemedy derives from the tree where one turns against an act of the
// organ on the day, and says why. above are the organs above it, the nearest
// first; line is its superior in a vertical system or nil. The name is "" where
// the tree does not settle it: then somebody has to decide.
func DefaultRemedy(kind RemedyKind, o Organ, above []Organ, line *Organ, day law.Date) (Remedy, []law.Step) {
	if o.Kind == Section || o.Kind == Village {
		return Remedy{Kind: kind}, []law.Step{{On: day, Text: o.Kind.Chinese() + "不以自己的名义答复，救济途径随所属机关。"}}
	}
	var name string
	var steps []law.Step
	if kind == Court {
		name, steps = defaultCourt(o, above, day)
	} else {
		name, steps = defaultReview(o, above, line, day)
	}
	r := Remedy{Kind: kind, Name: name}
	if len(steps) > 0 {
		r.Basis = steps[len(steps)-1].Cite.String()
	}
	return r, steps
}

// government is the nearest government above.
func government(above []Organ) (Organ, bool) {
	for _, a := range above {
		if a.Kind == Government {
			return a, true
		}
	}
	return Organ{}, false
}

func defaultReview(o Organ, above []Organ, line *Organ, day law.Date) (string, []law.Step) {
	step := func(text string, c law.Cite) []law.Step { return []law.Step{{On: day, Text: text, Cite: c}} }
	gov, has := government(above)
	name := gov.Name
	if !has {
		name = ""
	}
	old := day.Before(reviewLaw)
	switch {
	case line != nil && old:
		return line.Name, step("垂直领导的机关，由上一级主管部门“"+line.Name+"”复议。", oldReviewCite("第十二条第二款", "对实行垂直领导的机关不服，向上一级主管部门申请复议"))
	case line != nil:
		return line.Name, step("实行垂直领导的机关，由上一级主管部门“"+line.Name+"”复议。", reviewCite("第二十七条", "对海关、金融、外汇管理等实行垂直领导的机关、税务和国家安全机关不服，向上一级主管部门申请复议"))
	case o.Kind == Department && o.Level == Nation:
		return o.Name, step("国务院部门的行政行为，由该部门自己复议。", map[bool]law.Cite{
			false: reviewCite("第二十五条", "国务院部门管辖对本部门行政行为不服的复议"), true: oldReviewCite("第十四条", "对国务院部门不服，向该部门申请复议")}[old])
	case o.Kind == Government && o.Level == Province:
		return o.Name, step("省级人民政府的行政行为，由它自己复议；对决定不服可以起诉或申请国务院裁决。", map[bool]law.Cite{
			false: reviewCite("第二十四条第二款", "省、自治区、直辖市人民政府同时管辖对本机关行政行为不服的复议"), true: oldReviewCite("第十四条", "对省级人民政府不服，向该政府申请复议")}[old])
	case o.Kind == Department && old:
		return name, step("由本级人民政府“"+name+"”或者上一级主管部门复议，申请人选择。", oldReviewCite("第十二条第一款", "对县级以上地方政府工作部门不服，可以向本级政府或者上一级主管部门申请复议"))
	case o.Kind == Department:
		return name, step("县级以上地方人民政府工作部门，由本级人民政府“"+name+"”复议。", reviewCite("第二十四条第一款第一项", "县级以上地方政府管辖对本级政府工作部门不服的复议"))
	case o.Kind == Street:
		return name, step("街道办事处是派出机关，由设立它的人民政府“"+name+"”复议。", map[bool]law.Cite{
			false: reviewCite("第二十四条第一款第三项", "县级以上地方政府管辖对本级政府派出机关不服的复议"), true: oldReviewCite("第十五条第一款第一项", "对派出机关不服，向设立它的政府申请复议")}[old])
	case o.Kind == Town, o.Kind == Government:
		return name, step("由上一级人民政府“"+name+"”复议。", map[bool]law.Cite{
			false: reviewCite("第二十四条第一款第二项", "县级以上地方政府管辖对下一级政府不服的复议"), true: oldReviewCite("第十三条第一款", "对地方各级政府不服，向上一级地方政府申请复议")}[old])
	case o.Kind == Authorised || o.Kind == Enterprise:
		return name, step("法律、法规授权的组织，由管理它的人民政府“"+name+"”复议；由部门管理的按该部门的规则，请核对。", map[bool]law.Cite{
			false: reviewCite("第二十四条第一款第四项", "县级以上地方政府管辖对本级政府或其部门管理的授权组织不服的复议"), true: oldReviewCite("第十五条第一款第三项", "对授权组织不服，向直接管理它的政府或部门申请复议")}[old])
	}
	return "", []law.Step{{On: day, Text: "机关类别未定，无法推定复议机关，请先补填类别或直接填写。"}}
}

func defaultCourt(o Organ, above []Organ, day law.Date) (string, []law.Step) {
	step := func(name, text string, c law.Cite) (string, []law.Step) {
		return name, []law.Step{{On: day, Text: text, Cite: c}}
	}
	chain := append([]Organ{o}, above...)
	place := func(l Level) string {
		for _, a := range chain {
			if a.Kind == Government && a.Level == l {
				return strings.TrimSuffix(a.Name, "人民政府")
			}
		}
		return ""
	}
	if o.Kind == Government && o.Level != Township && o.Level != 0 || o.Kind == Department && o.Level == Nation {
		c := courtCite("第十五条第一项", "对国务院部门或者县级以上地方政府提起的案件，由中级人民法院管辖")
		city := place(Prefecture)
		if city == "" {
			return step("", "县级以上人民政府和国务院部门作被告，由中级人民法院管辖；请填写是哪一个。", c)
		}
		return step(city+"中级人民法院", "县级以上人民政府和国务院部门作被告，由中级人民法院管辖。", c)
	}
	c := courtCite("第十四条、第十八条第一款", "基层法院管辖第一审行政案件，由最初作出行政行为的机关所在地法院管辖；高级法院可以指定跨区域管辖")
	county := place(County)
	if county == "" {
		return step("", "由机关所在地的基层人民法院管辖；实行集中管辖的地方另有指定，请填写是哪一个。", c)
	}
	return step(county+"人民法院", "由机关所在地的基层人民法院管辖。实行集中管辖的地方另有指定，请核对。", c)
}
