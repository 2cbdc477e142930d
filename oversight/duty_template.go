package oversight

import (
	"slices"

	"gongkai/law"
	"gongkai/org"
)

// A DutyTemplate is a publication that law or practice asks of a kind of organ,
// ready to be put into its calendar.
type DutyTemplate struct {
	ID       string // never changed: it is kept with what was made from it
	Name     string
	Category string
	Kinds    []org.Kind
	Rule     DutyRule
	Event    string // what it follows, of rules on an event
	Practice bool   // the rhythm is practice, not the instrument's own
	Cite     law.Cite
}

var (
	dutyYearly = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条",
		Paraphrase: "县级以上政府部门每年1月31日前向主管部门提交并向社会公布上一年度报告。"}
	dutyYearlyGov = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条第二款",
		Paraphrase: "县级以上地方政府的主管部门每年3月31日前公布本级政府上一年度报告。"}
	dutyBudget = law.Cite{Instrument: "预算法", Article: "第十四条第一款",
		Paraphrase: "经批准的预算、预算调整、决算和预算执行情况，由财政部门在批准后二十日内公开。"}
	dutyDeptBudget = law.Cite{Instrument: "预算法", Article: "第十四条第二款",
		Paraphrase: "经财政部门批复的部门预算、决算，由各部门在批复后二十日内公开。"}
	dutyDecision = law.Cite{Instrument: "国务院办公厅关于全面推行行政执法公示制度执法全过程记录制度重大执法决定法制审核制度的指导意见", Number: "国办发〔2018〕118号", Article: "第二部分“加强事后公开”",
		Paraphrase: "行政许可、行政处罚的执法决定信息要在决定作出之日起7个工作日内公开。"}
	dutyChanged = law.Cite{Instrument: "行政处罚法", Article: "第四十八条第二款",
		Paraphrase: "公开的处罚决定被变更、撤销、确认违法或者无效的，三日内（工作日）撤回并说明理由。"}
	dutyAward = law.Cite{Instrument: "政府采购法实施条例", Number: "国务院令第658号", Article: "第四十三条",
		Paraphrase: "中标、成交供应商确定后2个工作日内公告中标、成交结果。"}
	dutyContract = law.Cite{Instrument: "政府采购法实施条例", Number: "国务院令第658号", Article: "第五十条",
		Paraphrase: "政府采购合同签订后2个工作日内公告，涉密和商业秘密除外。"}
	dutyProactive = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第二十六条",
		Paraphrase: "主动公开的信息自形成或者变更之日起20个工作日内公开。"}
	dutyGuide = law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第十二条",
		Paraphrase: "编制、公布公开指南和公开目录并及时更新。"}
	dutyVillage = law.Cite{Instrument: "村民委员会组织法", Article: "第三十条",
		Paraphrase: "村务一般事项至少每季度公布一次，集体财务往来较多的财务收支每月公布一次。"}
)

// DutyTemplates lists the templates in the order of the page.
func DutyTemplates() []DutyTemplate {
	after := func(n int) DutyRule { return DutyRule{Kind: OnEvent, Day: n} }
	workdays := func(n int) DutyRule { return DutyRule{Kind: OnEvent, Day: n, Workdays: true} }
	quarter := DutyRule{Kind: Quarterly}
	acting := []org.Kind{org.Department, org.Town, org.Street, org.Authorised}
	filing := []org.Kind{org.Government, org.Department, org.Town, org.Street, org.Authorised}
	return []DutyTemplate{
		{ID: "report.department", Name: "政府信息公开工作年度报告", Category: "年度报告", Kinds: []org.Kind{org.Department, org.Authorised}, Rule: DutyRule{Kind: Yearly, Month: 1, Day: 31}, Cite: dutyYearly},
		{ID: "report.government", Name: "本级政府信息公开工作年度报告", Category: "年度报告", Kinds: []org.Kind{org.Government}, Rule: DutyRule{Kind: Yearly, Month: 3, Day: 31}, Cite: dutyYearlyGov},
		{ID: "budget.government", Name: "本级预算、预算调整及其说明", Category: "财政预决算", Kinds: []org.Kind{org.Government, org.Town}, Rule: after(20), Event: "人大或其常委会批准", Cite: dutyBudget},
		{ID: "final.government", Name: "本级决算及其说明", Category: "财政预决算", Kinds: []org.Kind{org.Government, org.Town}, Rule: after(20), Event: "人大或其常委会批准", Cite: dutyBudget},
		{ID: "budget.department", Name: "部门预算及其说明", Category: "财政预决算", Kinds: []org.Kind{org.Department, org.Street, org.Authorised}, Rule: after(20), Event: "财政部门批复", Cite: dutyDeptBudget},
		{ID: "final.department", Name: "部门决算及其说明", Category: "财政预决算", Kinds: []org.Kind{org.Department, org.Street, org.Authorised}, Rule: after(20), Event: "财政部门批复", Cite: dutyDeptBudget},
		{ID: "decision.licence", Name: "行政许可决定信息", Category: "行政执法", Kinds: acting, Rule: workdays(7), Event: "作出许可决定", Cite: dutyDecision},
		{ID: "decision.penalty", Name: "行政处罚决定信息", Category: "行政执法", Kinds: acting, Rule: workdays(7), Event: "作出处罚决定", Cite: dutyDecision},
		{ID: "decision.withdrawn", Name: "撤回已变更、撤销的处罚决定信息并说明", Category: "行政执法", Kinds: acting, Rule: workdays(3), Event: "处罚决定被变更、撤销、确认违法或无效", Cite: dutyChanged},
		{ID: "procurement.award", Name: "政府采购中标、成交结果", Category: "政府采购", Kinds: filing, Rule: workdays(2), Event: "确定中标、成交供应商", Cite: dutyAward},
		{ID: "procurement.contract", Name: "政府采购合同", Category: "政府采购", Kinds: filing, Rule: workdays(2), Event: "合同签订", Cite: dutyContract},
		{ID: "proactive", Name: "应主动公开的政府信息", Category: "主动公开", Kinds: filing, Rule: workdays(20), Event: "信息形成或者变更", Cite: dutyProactive},
		{ID: "guide", Name: "核对、更新公开指南和公开目录", Category: "指南目录", Kinds: filing, Rule: quarter, Practice: true, Cite: dutyGuide},
		{ID: "village.affairs", Name: "村务公开（一般事项）", Category: "村（居）务公开", Kinds: []org.Kind{org.Village}, Rule: quarter, Cite: dutyVillage},
		{ID: "village.finance", Name: "村级财务收支", Category: "村（居）务公开", Kinds: []org.Kind{org.Village}, Rule: DutyRule{Kind: Monthly, Day: 10, After: true}, Practice: true, Cite: dutyVillage},
	}
}

// DutyTemplateOf finds a template by its id.
func DutyTemplateOf(id string) (DutyTemplate, bool) {
	for _, t := range DutyTemplates() {
		if t.ID == id {
			return t, true
		}
	}
	return DutyTemplate{}, false
}

// Applies reports whether the template is for organs of the kind.
func (t DutyTemplate) Applies(k org.Kind) bool { return slices.Contains(t.Kinds, k) }

// For is the publication as an organ gets it, from a day on.
func (t DutyTemplate) For(organ int64, from law.Date) Recurring {
	basis := t.Cite.String()
	if t.Practice {
		basis += "（频次为工作惯例）"
	}
	return Recurring{Organ: organ, Name: t.Name, Category: t.Category, Rule: t.Rule, Basis: basis, Template: t.ID, From: from}
}
