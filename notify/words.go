package notify

import (
	"strings"

	"gongkai/act"
	"gongkai/store"
)

// A Sentence is how a kind of notice reads.
type Sentence struct {
	Inside  string // on the desk, above what the matter is called
	Outside string // in a message that leaves the house, after 您有
}

// sentences are the kinds of notices. A kind that is not here reads as a matter.
var sentences = map[string]Sentence{
	act.TaskAssigned:       {"有任务交给您办理", "一项新任务"},
	act.TaskReturned:       {"您交办的任务被退回", "一项交办的任务被退回"},
	act.TaskDone:           {"您交办的任务已办结", "一项交办的任务已办结"},
	act.TaskCancelled:      {"交给您的任务已取消", "一项任务已取消"},
	act.ApprovalAsked:      {"有事项等您审批", "一项待审批的事项"},
	act.ApprovalGiven:      {"您提请的事项已同意", "一项提请的事项已有结果"},
	act.ApprovalRefused:    {"您提请的事项被退回", "一项提请的事项已有结果"},
	act.FilingSubmitted:    {"有年度报告报送，等您审核", "一份待审核的年度报告"},
	act.FilingReturned:     {"年度报告被退回，请按意见修改后再报送", "一份被退回的年度报告"},
	act.FilingAccepted:     {"年度报告审核通过，请发布", "一份审核通过、待发布的年度报告"},
	act.FilingReminded:     {"主管部门催报年度报告", "一份须报送的年度报告"},
	act.SupervisionNoted:   {"有监督意见需要您处理", "一条监督意见"},
	act.HandedOver:         {"有工作移交给您", "一批移交的工作"},
	act.VoiceReceived:      {"收到投诉意见，请办理", "一件投诉意见"},
	act.VoiceTransferred:   {"有投诉意见转给本机关办理", "一件转办的投诉意见"},
	act.VoiceAssigned:      {"有投诉意见交给您办理", "一件投诉意见"},
	act.VoiceReopened:      {"提出人不满意，请重新办理", "一件重新办理的投诉意见"},
	act.IncidentReported:   {"登记了一起事件", "一起事件"},
	act.TrainingSaved:      {"请按时参加培训", "一次培训"},
	act.PlanIssued:         {"工作要点已印发，有任务由本机关承担", "一份工作要点"},
	act.PlanTaskKept:       {"要点任务已下达或调整", "一项要点任务"},
	act.PlanTaskCancelled:  {"要点任务已取消", "一项要点任务已取消"},
	act.PlanReported:       {"有要点任务报完成，等待验收", "一项待验收的要点任务"},
	act.PlanAccepted:       {"要点任务已验收", "一项要点任务已验收"},
	act.PlanReturned:       {"要点进展被退回", "一项要点进展被退回"},
	act.DispatchIssued:     {"月度调度已印发，有缺口需要逐项答复", "一份月度调度"},
	act.OrderGiven:         {"收到整改通知", "一份整改通知"},
	act.OrderReplied:       {"有整改报告等待验收", "一份待验收的整改报告"},
	act.OrderAccepted:      {"整改已验收销号", "一项整改已销号"},
	act.OrderReturned:      {"整改报告被退回", "一份整改报告被退回"},
	act.OrderExtended:      {"整改期限已延长", "一项整改的期限有变动"},
	act.OrderCancelled:     {"整改通知已撤回", "一份整改通知已撤回"},
	act.OrderEscalated:     {"整改已经逾期，请负责人督办", "一项逾期的整改"},
	act.RequestsRecounted:  {"放假安排有变化，答复期限已重新计算", "一批期限有变化的申请"},
	act.RequestPlanned:     {"有申请请您协办，或者需要加急办理", "一件需要您办理的申请"},
	store.KindRequestStep:  {"申请的内部时限已到", "一件到内部时限的申请"},
	store.KindRequestLate:  {"申请的答复期限将到或者已过，请督办", "一件将到期的申请"},
	store.KindPlanDue:      {"要点任务一周内到期", "一项将到期的要点任务"},
	store.KindRecurringDue: {"重点公开事项一周内到期", "一项将到期的公开事项"},
	store.KindDispatchDay:  {"今天是月度调度日", "今天的月度调度"},
	store.KindWatchWeek:    {"本周信息监测发现了问题，请改正", "一份信息监测结果"},
	act.ItemSubmitted:      {"有信息等您审签", "一条待审签的信息"},
	act.ItemSigned:         {"有信息等您办理下一步", "一条待办理的信息"},
	act.ItemAnswered:       {"保密部门已经答复，请继续审签", "一条待审签的信息"},
	act.ItemReturned:       {"您起草的信息被退回，请修改后重新送审", "一条被退回的信息"},
	act.ItemRemoved:        {"有信息被紧急撤下，请核实、报告", "一条紧急撤下的信息"},
	act.ScoreOpened:        {"请对本机关的工作自评", "一轮考核需要自评"},
	act.ScoreAnnounced:     {"考核得分已公布，可以申诉", "一轮考核得分"},
	act.SubmissionAsked:    {"请在规定日期以前移送要公开的材料", "一份要移送的材料"},
	act.SubmissionSent:     {"有移送的材料等您接收", "一份待接收的材料"},
	act.SubmissionReturned: {"您移送的材料被退回，请补正后重新移送", "一份被退回的材料"},
	act.ScoreAppealed:      {"有机关对考核得分提出申诉", "一件得分申诉"},
	act.AppealDecided:      {"您的得分申诉已有结果", "一件得分申诉的结果"},
	store.KindDueSoon:      {"下一个工作日到期", "一件事项将于下一个工作日前到期"},
	store.KindDueNow:       {"今天到期", "一件事项今天到期"},
	store.KindDuePast:      {"已经过期，尚未办结", "一件事项已过期"},
}

// SentenceOf is how a kind of notice reads.
func SentenceOf(kind string) Sentence {
	if s, ok := sentences[kind]; ok {
		return s
	}
	return Sentence{"有一件事项请您留意", "一件事项"}
}

// Words is a message as it leaves the house: a number and a day. place is the
// name in front, e.g. 云岭县.
func Words(m store.Outgoing, place string) (title, text string) {
	sign := place + "政府信息公开"
	title = sign + "通知"
	if m.Test {
		return title, "【" + sign + "】这是一条测试消息，收到即表示通知渠道可用，无需办理。"
	}
	var b strings.Builder
	b.WriteString("【" + sign + "】您有")
	if m.Kind == store.KindDigest {
		b.WriteString(m.Number + "件事项待查看")
		if !m.Due.IsZero() {
			b.WriteString("，最近的期限是" + m.Due.Chinese())
		}
	} else {
		b.WriteString(SentenceOf(m.Kind).Outside)
		if m.Number != "" {
			b.WriteString("，编号" + m.Number)
		}
		if !m.Due.IsZero() {
			b.WriteString("，期限" + m.Due.Chinese())
		}
	}
	b.WriteString("。请登录工作台查看。")
	return title, b.String()
}
