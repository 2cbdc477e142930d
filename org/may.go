package org

import "strings"

// Verb is one thing that a person may be allowed to do. What the law and the
// state of a matter ask beyond that — four eyes, a step that is due — is
// answered by the act itself, with a refusal.
type Verb string

// The verbs.
const (
	Enter           Verb = "enter"            // 进入工作台
	EditSelf        Verb = "edit_self"        // 修改本人账号
	SeeOrgan        Verb = "see_organ"        // 查看机关内部信息
	EditOrgan       Verb = "edit_organ"       // 修改机关办公信息
	ArrangeOrgans   Verb = "arrange_organs"   // 设立、更名、调整、合并、撤销机关
	SeePeople       Verb = "see_people"       // 查看人员
	EditPeople      Verb = "edit_people"      // 登记、修改人员
	GrantPosts      Verb = "grant_posts"      // 授予、收回业务岗位
	GrantGuards     Verb = "grant_guards"     // 授予、收回监督和三员岗位
	HandOver        Verb = "hand_over"        // 办理工作交接
	OpenAccounts    Verb = "open_accounts"    // 开通、停用账号
	SecureAccounts  Verb = "secure_accounts"  // 重置口令、解除锁定、注销登录
	EditGroup       Verb = "edit_group"       // 维护领导小组、会议和责任分工
	SeeReports      Verb = "see_reports"      // 核对年度报告
	EditReports     Verb = "edit_reports"     // 填写、修改年度报告
	PublishReports  Verb = "publish_reports"  // 发布年度报告
	ReviewReports   Verb = "review_reports"   // 审核、退回、催报下级年度报告
	SumReports      Verb = "sum_reports"      // 汇总年度报告、签署计入单位名单
	SeePlans        Verb = "see_plans"        // 查看工作要点、调度和整改
	EditPlans       Verb = "edit_plans"       // 制定工作要点、调度
	DoPlans         Verb = "do_plans"         // 报送工作进展、答复整改
	GiveOrders      Verb = "give_orders"      // 下达整改、登记追责
	SeeScores       Verb = "see_scores"       // 查看考核得分
	EditSchemes     Verb = "edit_schemes"     // 制定考核方案
	Score           Verb = "score"            // 考核评分、复核
	AppealScores    Verb = "appeal_scores"    // 对得分提出申诉
	SeeVoices       Verb = "see_voices"       // 查看投诉、意见和问政
	HandleVoices    Verb = "handle_voices"    // 受理、答复投诉、意见和问政
	SeeLedgers      Verb = "see_ledgers"      // 查看培训、调查、事件和设备台账
	EditLedgers     Verb = "edit_ledgers"     // 登记培训、调查、事件和设备台账
	SeeRequests     Verb = "see_requests"     // 查看依申请公开
	HandleRequests  Verb = "handle_requests"  // 登记、办理依申请公开
	SignReplies     Verb = "sign_replies"     // 签发答复
	SeeItems        Verb = "see_items"        // 查看主动公开信息及其文稿
	EditItems       Verb = "edit_items"       // 起草、修改、送审信息
	ReviewItems     Verb = "review_items"     // 审签信息
	PublishItems    Verb = "publish_items"    // 发布、撤下、归档信息
	RemoveItems     Verb = "remove_items"     // 紧急撤下信息
	OpenSealed      Verb = "open_sealed"      // 查阅紧急撤下的封存件
	EditCatalogue   Verb = "edit_catalogue"   // 维护公开目录、指南、文件库
	EditOutlets     Verb = "edit_outlets"     // 登记公开渠道、公开栏、屏幕、查阅点
	SeeTasks        Verb = "see_tasks"        // 查看任务
	AssignTasks     Verb = "assign_tasks"     // 交办任务
	DoTasks         Verb = "do_tasks"         // 办理任务
	AskApprovals    Verb = "ask_approvals"    // 提请审批
	Approve         Verb = "approve"          // 审批
	SeeLog          Verb = "see_log"          // 查看办理留痕
	AuditLog        Verb = "audit_log"        // 查看登录和系统日志
	NoteSupervision Verb = "note_supervision" // 写监督意见
	SendNotices     Verb = "send_notices"     // 发送通知
	EditSettings    Verb = "edit_settings"    // 修改机关设置
	Configure       Verb = "configure"        // 系统设置、作业、备份
)

// Verbs lists every verb in the order of the printed table.
func Verbs() []Verb {
	return []Verb{Enter, EditSelf, SeeOrgan, EditOrgan, ArrangeOrgans, SeePeople, EditPeople, GrantPosts, GrantGuards, HandOver,
		OpenAccounts, SecureAccounts, EditGroup, SeeReports, EditReports, PublishReports, ReviewReports, SumReports,
		SeePlans, EditPlans, DoPlans, GiveOrders, SeeScores, EditSchemes, Score, AppealScores, SeeVoices, HandleVoices, SeeLedgers, EditLedgers,
		SeeRequests, HandleRequests, SignReplies, SeeItems, EditItems, ReviewItems, PublishItems, RemoveItems, OpenSealed, EditCatalogue, EditOutlets, SeeTasks, AssignTasks, DoTasks, AskApprovals, Approve,
		SeeLog, AuditLog, NoteSupervision, SendNotices, EditSettings, Configure}
}

// Chinese is the name of the verb on screen and in the printed table.
func (v Verb) Chinese() string { return verbNames[v] }

var verbNames = map[Verb]string{
	Enter: "进入工作台", EditSelf: "修改本人账号", SeeOrgan: "查看机关内部信息", EditOrgan: "修改机关办公信息",
	ArrangeOrgans: "设立、更名、调整、合并、撤销机关", SeePeople: "查看人员", EditPeople: "登记、修改人员",
	GrantPosts: "授予、收回业务岗位", GrantGuards: "授予、收回监督和三员岗位", HandOver: "办理工作交接",
	OpenAccounts: "开通、停用账号", SecureAccounts: "重置口令、解除锁定、注销登录", EditGroup: "维护领导小组、会议和责任分工",
	SeeReports: "核对年度报告", EditReports: "填写、修改年度报告", PublishReports: "发布年度报告",
	ReviewReports: "审核、退回、催报年度报告", SumReports: "汇总年度报告、签署计入单位名单", SeePlans: "查看工作要点、调度和整改", EditPlans: "制定工作要点、调度",
	DoPlans: "报送工作进展、答复整改", GiveOrders: "下达整改、登记追责", SeeScores: "查看考核得分", EditSchemes: "制定考核方案", Score: "考核评分、复核",
	AppealScores: "对得分提出申诉", SeeVoices: "查看投诉、意见和问政", HandleVoices: "受理、答复投诉、意见和问政", SeeLedgers: "查看培训、调查、事件和设备台账", EditLedgers: "登记培训、调查、事件和设备台账",
	SeeRequests: "查看依申请公开", HandleRequests: "登记、办理依申请公开", SignReplies: "签发依申请公开答复",
	SeeItems: "查看主动公开信息", EditItems: "起草、修改、送审信息", ReviewItems: "审签信息", PublishItems: "发布、撤下、归档信息", RemoveItems: "紧急撤下信息",
	OpenSealed: "查阅紧急撤下的封存件", EditCatalogue: "维护公开目录、指南、文件库", EditOutlets: "登记公开渠道、公开栏、屏幕、查阅点",
	SeeTasks: "查看任务", AssignTasks: "交办任务", DoTasks: "办理任务", AskApprovals: "提请审批", Approve: "审批", SeeLog: "查看办理留痕",
	AuditLog: "查看登录和系统日志", NoteSupervision: "写监督意见", SendNotices: "发送通知", EditSettings: "修改机关设置",
	Configure: "系统设置、作业、备份",
}

// Reach is where a role's verb holds, seen from the organ of the post.
type Reach uint8

// The relations of a subject to a viewer. They add up.
const (
	Own   Reach = 1 << iota // 本机关及其内设机构、村（社区）
	Below                   // 下级机关
	Self                    // 本人
)

// Chinese is the reach as the printed table has it.
func (r Reach) Chinese() string {
	var s []string
	for _, x := range []struct {
		r Reach
		s string
	}{{Own, "本机关"}, {Below, "下级"}, {Self, "本人"}} {
		if r&x.r != 0 {
			s = append(s, x.s)
		}
	}
	return strings.Join(s, "、")
}

// everyone is what each person with any post may do, whatever the role.
var everyone = map[Verb]Reach{Enter: Own | Self, EditSelf: Self, SeeOrgan: Own, SeePeople: Self, SeeTasks: Own | Self, DoTasks: Self}

// staff is what those who do the work of disclosure share.
func staff(more map[Verb]Reach) map[Verb]Reach {
	out := map[Verb]Reach{SeePeople: Own, SeeReports: Own, SeeLog: Own, AskApprovals: Own,
		SeePlans: Own, SeeScores: Own, SeeVoices: Own, SeeLedgers: Own, SeeItems: Own}
	for v, r := range more {
		out[v] = r
	}
	return out
}

// watching is what those see who watch: everything, here and below.
func watching(more map[Verb]Reach) map[Verb]Reach {
	out := map[Verb]Reach{}
	for _, v := range []Verb{SeeOrgan, SeePeople, SeeReports, SeeRequests, SeePlans, SeeScores, SeeVoices, SeeLedgers, SeeItems, SeeTasks, SeeLog} {
		out[v] = Own | Below
	}
	for v, r := range more {
		out[v] = r
	}
	return out
}

// permissions is the one table that everything asks: role × verb × relation.
// docs/manual/quanxian.md is the same table for people.
//
// What it rests on: an organ answers for its own disclosure, so nobody above it
// approves in its name (条例第四条、第十七条); the 主管部门 arranges, supports and
// publishes what was filed for everything below it (条例第三条); who watches sees
// all of it and changes nothing but his own notes; and of the three
// administrators the first opens accounts and keeps the machine, the second
// hands out guarding roles and secures accounts, the third reads what both did.
// Moving an organ moves whom a post reaches, so the first does not do it.
var permissions = map[Role]map[Verb]Reach{
	Drafter:   staff(map[Verb]Reach{EditReports: Own, DoPlans: Own, EditLedgers: Own, EditItems: Own, EditOutlets: Own}),
	Reviewer:  staff(map[Verb]Reach{SeeRequests: Own, Approve: Own, ReviewItems: Own}),
	Secrecy:   staff(map[Verb]Reach{SeeRequests: Own, Approve: Own, ReviewItems: Own, RemoveItems: Own, OpenSealed: Own}),
	Signer:    staff(map[Verb]Reach{SeeRequests: Own, SignReplies: Own, Approve: Own, AssignTasks: Own, ReviewItems: Own, RemoveItems: Own}),
	Publisher: staff(map[Verb]Reach{EditReports: Own, PublishReports: Own, DoPlans: Own, EditItems: Own, PublishItems: Own, EditCatalogue: Own, EditOutlets: Own}),
	Handler:   staff(map[Verb]Reach{SeeRequests: Own, HandleRequests: Own, EditReports: Own, DoPlans: Own, HandleVoices: Own, EditLedgers: Own, EditItems: Own}),
	Head: staff(map[Verb]Reach{SeeRequests: Own, HandleRequests: Own, SignReplies: Own, EditReports: Own, PublishReports: Own, Approve: Own, EditOrgan: Own, EditPeople: Own, GrantPosts: Own, HandOver: Own,
		OpenAccounts: Own, EditGroup: Own, AssignTasks: Own, SendNotices: Own, EditSettings: Own,
		EditPlans: Own, DoPlans: Own, EditSchemes: Own, Score: Own, AppealScores: Own, HandleVoices: Own, EditLedgers: Own,
		EditItems: Own, ReviewItems: Own, PublishItems: Own, RemoveItems: Own, EditCatalogue: Own, EditOutlets: Own}),
	Office: {SeeRequests: Own | Below, HandleRequests: Own, SignReplies: Own, SeeOrgan: Own | Below, EditOrgan: Own | Below, ArrangeOrgans: Own | Below, SeePeople: Own | Below, EditPeople: Own | Below,
		GrantPosts: Own | Below, HandOver: Own | Below, OpenAccounts: Own | Below, EditGroup: Own | Below, SeeReports: Own | Below,
		EditReports: Own | Below, PublishReports: Own | Below, SeeTasks: Own | Below, AssignTasks: Own | Below, AskApprovals: Own, Approve: Own,
		SeeLog: Own | Below, SendNotices: Own | Below, EditSettings: Own | Below,
		ReviewReports: Own | Below, SumReports: Own | Below, SeePlans: Own | Below, EditPlans: Own | Below, DoPlans: Own, GiveOrders: Own | Below,
		SeeScores: Own | Below, EditSchemes: Own | Below, Score: Own | Below, SeeVoices: Own | Below, HandleVoices: Own | Below,
		SeeLedgers: Own | Below, EditLedgers: Own | Below, SeeItems: Own | Below, EditItems: Own, ReviewItems: Own, PublishItems: Own, RemoveItems: Own | Below, EditCatalogue: Own, EditOutlets: Own},
	Supervisor:    watching(map[Verb]Reach{NoteSupervision: Own | Below}),
	Inspector:     watching(nil),
	Auditor:       watching(map[Verb]Reach{AuditLog: Own | Below, NoteSupervision: Own | Below}),
	SystemAdmin:   {SeeOrgan: Own | Below, SeePeople: Own | Below, OpenAccounts: Own | Below, Configure: Own | Below, EditSettings: Own},
	SecurityAdmin: {SeeOrgan: Own | Below, SeePeople: Own | Below, GrantGuards: Own | Below, SecureAccounts: Own | Below},
	AuditAdmin:    {SeeOrgan: Own | Below, SeePeople: Own | Below, SeeLog: Own | Below, AuditLog: Own | Below, NoteSupervision: Own | Below},
}

// ReachOf is where a role may do what the verb says, 0 for nowhere.
func ReachOf(r Role, v Verb) Reach {
	table, ok := permissions[r]
	if !ok {
		return 0
	}
	return table[v] | everyone[v]
}
