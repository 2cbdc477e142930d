package proactive

import (
	"slices"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
)

// Kind is what sort of item it is 信息类别.
type Kind string

// The kinds.
const (
	Document       Kind = "document"       // 文件
	Normative      Kind = "normative"      // 行政规范性文件
	Rules          Kind = "rules"          // 规章
	Interpretation Kind = "interpretation" // 政策解读
	News           Kind = "news"           // 工作动态
	Notice         Kind = "notice"         // 通知公告
	Publicity      Kind = "publicity"      // 公示
	Institution    Kind = "institution"    // 机构职能
	Fees           Kind = "fees"           // 行政事业性收费
	Procurement    Kind = "procurement"    // 政府采购
	Licence        Kind = "licence"        // 行政许可
	Penalty        Kind = "penalty"        // 行政处罚
	Coercion       Kind = "coercion"       // 行政强制
	Budget         Kind = "budget"         // 财政预决算
	Funds          Kind = "funds"          // 财政专项资金
	Plan           Kind = "plan"           // 规划计划
	Statistics     Kind = "statistics"     // 统计信息
	Emergency      Kind = "emergency"      // 应急管理
	Project        Kind = "project"        // 重大建设项目
	Livelihood     Kind = "livelihood"     // 民生保障
	Inspection     Kind = "inspection"     // 监督检查
	Recruitment    Kind = "recruitment"    // 公务员招考、人事
	Consultation   Kind = "consultation"   // 决策预公开、意见征集
	Proposal       Kind = "proposal"       // 建议提案办理
	Concern        Kind = "concern"        // 回应关切
	Clarification  Kind = "clarification"  // 澄清
	System         Kind = "system"         // 政府信息公开制度
	Powers         Kind = "powers"         // 权责清单
	OtherKind      Kind = "other"          // 其他
)

// facts of the kinds, in the order in which people choose from them.
type kindFacts struct {
	kind     Kind
	chinese  string
	category string        // usual category, art. 20 or 21
	limit    deadline.Name // within which it has to be out
	period   bool          // it stands for a period and is taken down by itself
	docNo    bool          // it has a 文号
	validity bool          // it comes into force and goes out of it
}

var kinds = []kindFacts{
	{Document, "文件", "20.1", deadline.Proactive, false, true, true},
	{Normative, "行政规范性文件", "20.1", deadline.Proactive, false, true, true},
	{Rules, "规章", "20.1", deadline.Proactive, false, true, true},
	{Interpretation, "政策解读", "20.1", deadline.Proactive, false, false, false},
	{News, "工作动态", "20.15", "", false, false, false},
	{Notice, "通知公告", "20.15", deadline.Proactive, false, true, false},
	{Publicity, "公示", "20.15", deadline.Proactive, true, false, false},
	{Institution, "机构职能", "20.2", deadline.Proactive, false, false, false},
	{Fees, "行政事业性收费", "20.8", deadline.Proactive, false, false, true},
	{Procurement, "政府采购", "20.9", deadline.PublishAward, false, false, false},
	{Licence, "行政许可", "20.5", deadline.PublishDecision, false, true, true},
	{Penalty, "行政处罚", "20.6", deadline.PublishDecision, false, true, false},
	{Coercion, "行政强制", "20.6", deadline.Proactive, false, true, false},
	{Budget, "财政预决算", "20.7", deadline.PublishBudget, false, false, false},
	{Funds, "财政专项资金", "20.7", deadline.Proactive, false, false, false},
	{Plan, "规划计划", "20.3", deadline.Proactive, false, true, true},
	{Statistics, "统计信息", "20.4", deadline.Proactive, false, false, false},
	{Emergency, "应急管理", "20.12", deadline.Proactive, false, false, false},
	{Project, "重大建设项目", "20.10", deadline.Proactive, false, false, false},
	{Livelihood, "民生保障", "20.11", deadline.Proactive, false, false, false},
	{Inspection, "监督检查", "20.13", deadline.Proactive, false, false, false},
	{Recruitment, "招考录用", "20.14", deadline.Proactive, false, false, false},
	{Consultation, "意见征集", "20.15", deadline.Proactive, true, false, false},
	{Proposal, "建议提案办理", "20.15", deadline.Proactive, false, true, false},
	{Concern, "回应关切", "20.15", deadline.Proactive, false, false, false},
	{Clarification, "澄清", "20.15", deadline.Proactive, false, false, false},
	{System, "政府信息公开制度", "20.15", deadline.Proactive, false, true, true},
	{Powers, "权责清单", "20.2", deadline.Proactive, false, false, true},
	{OtherKind, "其他", "20.15", deadline.Proactive, false, false, false},
}

func (k Kind) facts() kindFacts {
	if i := slices.IndexFunc(kinds, func(f kindFacts) bool { return f.kind == k }); i >= 0 {
		return kinds[i]
	}
	return kindFacts{}
}

// Kinds lists them in the order in which people choose from them.
func Kinds() []Kind {
	out := make([]Kind, len(kinds))
	for i, f := range kinds {
		out[i] = f.kind
	}
	return out
}

// Chinese is the kind on screen, "" for none of ours.
func (k Kind) Chinese() string { return k.facts().chinese }

// Category is where an item of the kind usually belongs in the catalogue.
func (k Kind) Category() string { return k.facts().category }

// Period reports whether such an item stands for a period only 公示期.
func (k Kind) Period() bool { return k.facts().period }

// HasNumber reports whether such an item has a 文号.
func (k Kind) HasNumber() bool { return k.facts().docNo }

// HasValidity reports whether such an item comes into force and goes out of it.
func (k Kind) HasValidity() bool { return k.facts().validity }

// Limit is the last day on which an item that was made, or changed, on a day has
// to be out, with its derivation. The zero Limit is none: news has no day on
// which it came into being, and what was made before the Regulation of 2019 is
// old stock.
func (k Kind) Limit(cal *calendar.Calendar, made law.Date) deadline.Limit {
	n := k.facts().limit
	if n == "" || made.IsZero() {
		return deadline.Limit{}
	}
	l, err := deadline.Of(cal, n, made)
	if err != nil {
		return deadline.Limit{}
	}
	return l
}

// Five is a tag of the 五公开.
type Five string

// Fives lists the tags.
func Fives() []Five { return []Five{"决策", "执行", "管理", "服务", "结果"} }

// A Category is an entry of the statutory list of what is published 法定主动公开内容.
type Category struct {
	Code    string // e.g. 20.1, 21.town.3
	Chinese string
}

// Categories is the list of art. 20 and, by the kind of organ, of art. 21. The
// wording of screens is short; the article has it whole.
func Categories(town, county bool) []Category {
	out := slices.Clone(article20)
	switch {
	case town:
		out = append(out, article21Town...)
	case county:
		out = append(out, article21County...)
	}
	return out
}

// CategoryName is the short name of a code, "" for none.
func CategoryName(code string) string {
	for _, list := range [][]Category{article20, article21Town, article21County} {
		for _, c := range list {
			if c.Code == code {
				return c.Chinese
			}
		}
	}
	return ""
}

var (
	article20 = []Category{
		{"20.1", "法规、规章和规范性文件"}, {"20.2", "机关职能、机构设置和联系方式"}, {"20.3", "规划及相关政策"}, {"20.4", "统计信息"},
		{"20.5", "行政许可和对外管理服务事项"}, {"20.6", "行政处罚、行政强制"}, {"20.7", "财政预算、决算"}, {"20.8", "行政事业性收费"},
		{"20.9", "政府集中采购"}, {"20.10", "重大建设项目"}, {"20.11", "扶贫、教育、医疗、社会保障、就业"}, {"20.12", "突发公共事件"},
		{"20.13", "环保、卫生、安全、食品药品监督检查"}, {"20.14", "公务员招考"}, {"20.15", "其他应当主动公开的信息"},
	}
	article21Town = []Category{
		{"21.town.1", "农业农村政策贯彻落实"}, {"21.town.2", "农田水利工程建设运营"}, {"21.town.3", "农村土地承包经营权流转"}, {"21.town.4", "宅基地使用审核"},
		{"21.town.5", "土地征收"}, {"21.town.6", "房屋征收"}, {"21.town.7", "筹资筹劳"}, {"21.town.8", "社会救助"},
	}
	article21County = []Category{
		{"21.county.1", "市政建设"}, {"21.county.2", "公共服务"}, {"21.county.3", "公益事业"}, {"21.county.4", "土地征收"},
		{"21.county.5", "房屋征收"}, {"21.county.6", "治安管理"}, {"21.county.7", "社会救助"},
	}
)
