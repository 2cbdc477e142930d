package oversight

import (
	"fmt"

	"gongkai/law"
)

// GapGroup is a column of the monthly dispatch.
type GapGroup string

// The groups, in the order of the page.
const (
	GroupColumns GapGroup = "columns" // 栏目和要素
	GroupLate    GapGroup = "late"    // 超期
	GroupMissing GapGroup = "missing" // 未报
	GroupRectify GapGroup = "rectify" // 待整改
	GroupPlan    GapGroup = "plan"    // 要点进展
)

// GapGroups lists the groups in that order.
func GapGroups() []GapGroup {
	return []GapGroup{GroupColumns, GroupLate, GroupMissing, GroupRectify, GroupPlan}
}

// Chinese is the head of the column.
func (g GapGroup) Chinese() string {
	return map[GapGroup]string{GroupColumns: "栏目和要素", GroupLate: "超期", GroupMissing: "未报", GroupRectify: "待整改", GroupPlan: "要点进展"}[g]
}

// A GapSource is one kind of gap: what is missing where something should be. It
// is declared here by name; whoever holds the data answers it with the gaps and
// where each can be seen. A source that nobody answers is said to be unconnected
// and never counts as none.
type GapSource struct {
	Name    string
	Group   GapGroup
	Chinese string
	Means   string // what counts as a gap, in one sentence
}

// The names of sources.
const (
	GapColumnsEmpty   = "columns.empty"
	GapColumnsStale   = "columns.stale"
	GapItemsBare      = "items.bare"
	GapGuideOld       = "guide.old"
	GapItemsLate      = "items.late"
	GapRecurringLate  = "recurring.late"
	GapTasksLate      = "tasks.late"
	GapRequestsLate   = "requests.late"
	GapVoicesLate     = "voices.late"
	GapReportsMissing = "reports.missing"
	GapReportsBack    = "reports.returned"
	GapOrdersOpen     = "orders.open"
	GapPlanLate       = "plan.late"
	GapPlanReturned   = "plan.returned"
	GapPlanSilent     = "plan.silent"
)

// GapSources lists every source in the order of the page.
func GapSources() []GapSource {
	return []GapSource{
		{GapColumnsEmpty, GroupColumns, "空白栏目", "应设的栏目里一条信息也没有；一条也没有发布过的单位算一项"},
		{GapColumnsStale, GroupColumns, "久未更新的栏目", "超过规定时间没有更新的栏目"},
		{GapItemsBare, GroupColumns, "要素不全的信息", "已经公开的信息缺标题、目录、成文日期或者文号"},
		{GapGuideOld, GroupColumns, "指南、目录过时", "没有签发公开指南，指南与机构信息不一致，或者指南、目录超过规定时间没有更新"},
		{GapItemsLate, GroupLate, "逾期未公开", "过了法定公开期限还没有发布的信息"},
		{GapRecurringLate, GroupLate, "重点公开事项超期", "重点公开事项日历上到期没有登记公开"},
		{GapTasksLate, GroupLate, "交办任务超期", "交办的任务过了期限没有办结"},
		{GapRequestsLate, GroupLate, "依申请公开超期", "公开申请过了答复期限没有答复"},
		{GapVoicesLate, GroupLate, "投诉意见超期", "投诉、意见、问政过了办理期限没有答复"},
		{GapReportsMissing, GroupMissing, "年度报告未报", "过了报送日期还没有报送上一年度报告"},
		{GapReportsBack, GroupMissing, "退回的年度报告未重报", "报告被退回后还没有重新报送"},
		{GapOrdersOpen, GroupRectify, "整改未销号", "整改通知还没有报送整改情况，或者报送后被退回"},
		{GapPlanLate, GroupPlan, "要点任务超期", "工作要点的任务过了时限没有报完成"},
		{GapPlanReturned, GroupPlan, "要点进展被退回", "报送的进展被退回后没有重报"},
		{GapPlanSilent, GroupPlan, "要点进展未报", "上月以前印发的要点，本月没有报送进展"},
	}
}

// GapSourceOf finds a source by name.
func GapSourceOf(name string) (GapSource, bool) {
	for _, s := range GapSources() {
		if s.Name == name {
			return s, true
		}
	}
	return GapSource{}, false
}

// A Gap is one thing that is missing at an organ on a day.
type Gap struct {
	Organ  int64 // that answers for it
	Part   int64 // the 内设机构 or 村（社区） it lies in, 0 for none
	Source string
	Ref    string // what shows it, e.g. plantask/12
	Text   string
	Due    law.Date // missed, or to come; zero for none
	Since  string   // month in which it was first dispatched, "" where it is new
}

// Key is the same for the same gap in every month.
func (g Gap) Key() string { return fmt.Sprintf("%s|%d|%s", g.Source, g.Part, g.Ref) }

// A SourceAnswer is what a source said when gaps were counted.
type SourceAnswer struct {
	Name      string `json:"name"`
	Connected bool   `json:"connected"`
	Gaps      int    `json:"gaps"`
}

// Says is the answer on screen: never a zero for what was not asked.
func (a SourceAnswer) Says() string {
	if !a.Connected {
		return "尚未接入"
	}
	return fmt.Sprintf("%d 项", a.Gaps)
}
