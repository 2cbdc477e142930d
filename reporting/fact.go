package reporting

import (
	"fmt"
	"slices"
	"strings"
)

// A FactKind is what the report's prose can say a number of. A kind whose key
// ends in .* is a family: one fact for each of its members, listed where the
// template names the family.
type FactKind struct {
	Key   string
	Label string // stable: templates name facts by it too
	Unit  string
	Part  int64 // N counts so many parts of the unit: tenths of an hour; 0 for whole ones
	Money bool  // N is in 分, written in 元
	Group string
}

// The groups of facts, after the aspects of chapter 一 they belong to.
const (
	groupOpen     = "主动公开"
	groupRequest  = "依申请公开"
	groupManage   = "政府信息管理"
	groupPlatform = "平台建设"
	groupSecure   = "监督保障"
)

var factKinds = []FactKind{
	{Key: "items.total", Label: "主动公开信息总数", Unit: "条", Group: groupOpen},
	{Key: "items.published", Label: "发布信息数", Unit: "条", Group: groupOpen},
	{Key: "items.kind.*", Label: "发布信息分类", Unit: "条", Group: groupOpen},
	{Key: "items.category.*", Label: "发布信息分栏", Unit: "条", Group: groupOpen},
	{Key: "items.documents", Label: "公开文件数", Unit: "件", Group: groupOpen},
	{Key: "items.interpretations", Label: "政策解读数", Unit: "篇", Group: groupOpen},
	{Key: "items.consultations", Label: "意见征集数", Unit: "次", Group: groupOpen},
	{Key: "items.proposals", Label: "建议提案办理公开数", Unit: "件", Group: groupOpen},
	{Key: "items.responses", Label: "回应关切数", Unit: "次", Group: groupOpen},
	{Key: "items.five.*", Label: "五公开分类", Unit: "条", Group: groupOpen},
	{Key: "items.topic.*", Label: "渠道公开内容分类", Unit: "条", Group: groupOpen},
	{Key: "items.channel.*", Label: "各渠道公开数", Unit: "条", Group: groupOpen},
	{Key: "items.outside", Label: "只在渠道公开的信息数", Unit: "条", Group: groupOpen},
	{Key: "items.shown", Label: "渠道公开信息数", Unit: "条", Group: groupOpen},

	{Key: "requests.new", Label: "收到申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.carried_in", Label: "上年结转申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.applicant.*", Label: "申请人分类", Unit: "件", Group: groupRequest},
	{Key: "requests.channel.*", Label: "申请渠道分类", Unit: "件", Group: groupRequest},
	{Key: "requests.answered", Label: "办结申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.outcome.*", Label: "处理结果分类", Unit: "件", Group: groupRequest},
	{Key: "requests.ontime", Label: "按期办结申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.late", Label: "超期办结申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.extended", Label: "延期办结申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.days", Label: "平均办理天数", Unit: "个工作日", Part: 10, Group: groupRequest},
	{Key: "requests.carried_out", Label: "结转下年申请数", Unit: "件", Group: groupRequest},
	{Key: "requests.turned", Label: "依申请转主动公开数", Unit: "件", Group: groupRequest},
	{Key: "fees.requests", Label: "收费申请数", Unit: "件", Group: groupRequest},
	{Key: "fees.amount", Label: "信息处理费金额", Unit: "元", Money: true, Group: groupRequest},
	{Key: "remedies.reviews", Label: "行政复议数", Unit: "件", Group: groupRequest},
	{Key: "remedies.suits", Label: "行政诉讼数", Unit: "件", Group: groupRequest},
	{Key: "remedies.corrected", Label: "复议诉讼纠正数", Unit: "件", Group: groupRequest},

	{Key: "items.changed", Label: "变更信息数", Unit: "次", Group: groupManage},
	{Key: "items.corrected", Label: "更正信息数", Unit: "次", Group: groupManage},
	{Key: "items.withdrawn", Label: "撤下信息数", Unit: "条", Group: groupManage},
	{Key: "items.abolished", Label: "废止失效文件数", Unit: "件", Group: groupManage},
	{Key: "reviews.again", Label: "不公开信息评估审查数", Unit: "件", Group: groupManage},
	{Key: "submissions.received", Label: "接收移送信息数", Unit: "件", Group: groupManage},
	{Key: "cleanups.closed", Label: "文件清理次数", Unit: "次", Group: groupManage},
	{Key: "guides.signed", Label: "修订公开指南数", Unit: "次", Group: groupManage},
	{Key: "catalogues.issued", Label: "编制公开目录数", Unit: "次", Group: groupManage},
	{Key: "items.archived", Label: "立卷归档信息数", Unit: "条", Group: groupManage},

	{Key: "outlets.kind.*", Label: "公开渠道分类", Unit: "个", Group: groupPlatform},
	{Key: "outlets.boards", Label: "公开栏数", Unit: "块", Group: groupPlatform},
	{Key: "outlets.screens", Label: "电子屏数", Unit: "块", Group: groupPlatform},
	{Key: "outlets.media", Label: "政务新媒体账号数", Unit: "个", Group: groupPlatform},
	{Key: "postings.media", Label: "新媒体发文数", Unit: "条", Group: groupPlatform},
	{Key: "postings.boards", Label: "公开栏张贴数", Unit: "张", Group: groupPlatform},
	{Key: "postings.speakers", Label: "广播播出数", Unit: "次", Group: groupPlatform},
	{Key: "places.points", Label: "查阅点数", Unit: "个", Group: groupPlatform},
	{Key: "visits.persons", Label: "查阅点接待人次", Unit: "人次", Group: groupPlatform},
	{Key: "visits.items", Label: "查阅信息数", Unit: "条", Group: groupPlatform},
	{Key: "visits.prints", Label: "打印页数", Unit: "页", Group: groupPlatform},
	{Key: "guides.copies", Label: "公开资料发放份数", Unit: "份", Group: groupPlatform},
	{Key: "guides.receivers", Label: "公开资料发放单位数", Unit: "个", Group: groupPlatform},
	{Key: "equipment.kind.*", Label: "设备和场所分类", Unit: "个", Group: groupPlatform},
	{Key: "equipment.checks", Label: "设备和场所检查数", Unit: "次", Group: groupPlatform},

	{Key: "meetings.held", Label: "领导小组会议数", Unit: "次", Group: groupSecure},
	{Key: "trainings.sessions", Label: "培训次数", Unit: "次", Group: groupSecure},
	{Key: "trainings.hours", Label: "培训小时数", Unit: "小时", Part: 10, Group: groupSecure},
	{Key: "trainings.persons", Label: "培训人次", Unit: "人次", Group: groupSecure},
	{Key: "voices.received", Label: "收到意见投诉数", Unit: "件", Group: groupSecure},
	{Key: "voices.kind.*", Label: "意见投诉分类", Unit: "件", Group: groupSecure},
	{Key: "voices.answered", Label: "答复意见投诉数", Unit: "件", Group: groupSecure},
	{Key: "voices.ontime", Label: "按期答复意见投诉数", Unit: "件", Group: groupSecure},
	{Key: "surveys.held", Label: "社会评议次数", Unit: "次", Group: groupSecure},
	{Key: "surveys.answers", Label: "收回问卷数", Unit: "份", Group: groupSecure},
	{Key: "orders.given", Label: "收到整改通知数", Unit: "件", Group: groupSecure},
	{Key: "orders.finished", Label: "完成整改数", Unit: "件", Group: groupSecure},
	{Key: "accountability.kept", Label: "责任追究数", Unit: "起", Group: groupSecure},
	{Key: "scores.total", Label: "年度考核得分", Unit: "分", Part: 100, Group: groupSecure},
}

// FactKinds lists the kinds in the order of the report.
func FactKinds() []FactKind { return slices.Clone(factKinds) }

// Family reports whether the kind stands for one fact a member.
func (k FactKind) Family() bool { return strings.HasSuffix(k.Key, ".*") }

// has reports whether a fact is of the kind.
func (k FactKind) has(key string) bool {
	if k.Family() {
		return strings.HasPrefix(key, strings.TrimSuffix(k.Key, "*"))
	}
	return k.Key == key
}

// KindOfFact is the kind that a fact's key belongs to, of a member its family.
func KindOfFact(key string) (FactKind, bool) {
	for _, k := range factKinds {
		if k.has(key) {
			return k, true
		}
	}
	return FactKind{}, false
}

// Fact is the fact of a kind that is no family.
func (k FactKind) Fact(n int64) Fact {
	return Fact{Key: k.Key, Label: k.Label, Unit: k.Unit, N: n, Money: k.Money, Known: true}
}

// Member is a fact of a family: id is the member's own key, name what it is
// called in Chinese.
func (k FactKind) Member(id, name string, n int64) Fact {
	return Fact{Key: strings.TrimSuffix(k.Key, "*") + id, Label: k.Label + "：" + name, Unit: k.Unit, N: n, Money: k.Money, Known: true}
}

// Member is what a fact of a family is called in a list, e.g. 通知公告.
func (f Fact) Member() string {
	_, name, _ := strings.Cut(f.Label, "：")
	return name
}

// Text is the fact's number as prose has it, without unit: 36, 7.5, 120.5.
func (f Fact) Text() string {
	part := int64(1)
	if k, ok := KindOfFact(f.Key); f.Money {
		part = 100
	} else if ok && k.Part > 1 {
		part = k.Part
	}
	if f.N%part == 0 {
		return fmt.Sprint(f.N / part)
	}
	digits := len(fmt.Sprint(part)) - 1
	return strings.TrimRight(fmt.Sprintf("%d.%0*d", f.N/part, digits, f.N%part), "0")
}

// Group is the heading under which the fact stands in lists.
func (f Fact) Group() string {
	k, _ := KindOfFact(f.Key)
	return k.Group
}

// factsBy finds facts by key and by label, and the members of families.
type factsBy struct {
	one    map[string]Fact
	family map[string][]Fact // by the family's key; members with a number, the greatest first
}

func indexFacts(facts []Fact) factsBy {
	x := factsBy{map[string]Fact{}, map[string][]Fact{}}
	for _, f := range facts {
		x.one[f.Key] = f
		if k, ok := KindOfFact(f.Key); ok && k.Family() && f.Known && f.N != 0 {
			x.family[k.Key] = append(x.family[k.Key], f)
		}
	}
	for _, list := range x.family {
		slices.SortStableFunc(list, func(a, b Fact) int {
			switch {
			case a.N != b.N:
				return int(min(max(b.N-a.N, -1), 1))
			}
			return strings.Compare(a.Key, b.Key)
		})
	}
	return x
}

// kindNamed is the kind of a name in a template: its key or its label. A member
// of a family has only its key.
func kindNamed(name string) (k FactKind, key string, ok bool) {
	for _, k := range factKinds {
		if k.Key == name || k.Label == name {
			return k, k.Key, true
		}
	}
	if k, ok := KindOfFact(name); ok && k.Family() && len(name) > len(k.Key)-1 {
		return k, name, true
	}
	return FactKind{}, "", false
}
