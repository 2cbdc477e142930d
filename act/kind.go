package act

import "maps"

// A Kind is what the program knows of one kind of act: the version that is
// written now and how it reads in Chinese.
type Kind struct {
	Version int
	Chinese string // what was done, without its object
}

// The kinds of the office: everything officers do that is no act on a public
// item. Their body is a [Record].
const (
	OrganCreated   = "organ.created"
	OrganChanged   = "organ.changed"
	OrganRenamed   = "organ.renamed"
	OrganMoved     = "organ.moved"
	OrganMerged    = "organ.merged"
	OrganSplit     = "organ.split"
	OrganAbolished = "organ.abolished"
	OrganImported  = "organ.imported"
	OfficeChanged  = "office.changed" // 办公信息：地址、电话、受理渠道
	RemedyChanged  = "remedy.changed" // 复议机关、管辖法院
	GroupChanged   = "group.changed"  // 领导小组
	MeetingKept    = "meeting.kept"   // 领导小组会议
	DutyChanged    = "duty.changed"   // 责任分工

	PersonCreated  = "person.created"
	PersonChanged  = "person.changed"
	PersonLeft     = "person.left"
	PersonImported = "person.imported"
	PostGranted    = "post.granted"
	PostEnded      = "post.ended"
	HandedOver     = "person.handed_over"

	AccountOpened       = "account.opened"
	AccountClosed       = "account.closed"
	AccountLocked       = "account.locked"
	AccountUnlocked     = "account.unlocked"
	PasswordSet         = "account.password_set"
	SecondFactorOn      = "account.second_factor_on"
	SecondFactorOff     = "account.second_factor_off"
	RecoveryUsed        = "account.recovery_used"
	RecoveryRenewed     = "account.recovery_renewed"
	IdentityLinked      = "account.identity_linked"
	IdentityUnlinked    = "account.identity_unlinked"
	SignedIn            = "session.began"
	SignedOut           = "session.ended"
	SignInRefused       = "session.refused"
	SessionRevoked      = "session.revoked"
	Confirmed           = "session.confirmed"
	TaskAssigned        = "task.assigned"
	TaskTaken           = "task.taken"
	TaskDone            = "task.done"
	TaskReturned        = "task.returned"
	TaskCancelled       = "task.cancelled"
	ApprovalAsked       = "approval.asked"
	ApprovalGiven       = "approval.given"
	ApprovalRefused     = "approval.refused"
	SupervisionNoted    = "supervision.noted"
	SupervisionAnswered = "supervision.answered" // 对监督意见的答复
	FilingSaved         = "filing.saved"         // 年度报告：填写、修改
	FilingExplained     = "filing.explained"     // 对核对意见作出说明
	FilingChecked       = "filing.checked"       // 自检
	FilingSubmitted     = "filing.submitted"
	FilingWithdrawn     = "filing.withdrawn" // 报送后审核前自行撤回
	FilingReturned      = "filing.returned"
	FilingAccepted      = "filing.accepted"
	FilingDecided       = "filing.decided" // 对一条核对意见作出认定
	FilingPublished     = "filing.published"
	FilingReopened      = "filing.reopened" // 发布后更正
	FilingReminded      = "filing.reminded"
	FilingDueSet        = "filing.due_set"
	CountedEdited       = "counted.edited"   // 计入单位名单：修改
	CountedSigned       = "counted.signed"   // 计入单位名单：签署
	OwnFiguresSaved     = "total.own_saved"  // 政府本级数据
	TotalTaken          = "total.taken"      // 汇总数写入本级年报草稿
	ReportsChecked      = "reports.checked"  // 全面核对在库年度报告
	PortalExported      = "portal.exported"  // 导出给门户网站的文件包
	PortalLinked        = "portal.linked"    // 登记报告在门户网站的网址
	PackageMade         = "package.made"     // 生成报送包
	PackageTaken        = "package.taken"    // 导入报送包
	PackageAnswered     = "package.answered" // 生成对报送包的答复
	AnswerTaken         = "package.answer_taken"
	PeerChanged         = "peer.changed" // 登记、修改、停用互联单位
	SettingChanged      = "setting.changed"
	NoticeSent          = "notice.sent"
	DataExported        = "data.exported"
	PersonalRead        = "personal.read" // 查阅个人信息，按批登记
	BackupMade          = "backup.made"
	JobRetried          = "job.retried"
	JobDropped          = "job.dropped"
	LogKeyRotated       = "log.key_rotated"
	DetailsErased       = "details.erased" // 清除一条留痕的附带内容，如期满匿名

	PlanKept           = "plan.kept" // 工作要点：建立、修改
	PlanIssued         = "plan.issued"
	PlanTaskKept       = "plan.task_kept"
	PlanTaskImported   = "plan.task_imported"
	PlanTaskRemoved    = "plan.task_removed"   // 印发前删去
	PlanTaskCancelled  = "plan.task_cancelled" // 印发后取消
	PlanReported       = "plan.reported"       // 报送进展
	PlanAccepted       = "plan.accepted"
	PlanReturned       = "plan.returned"
	DispatchIssued     = "dispatch.issued" // 月度调度
	DispatchAnswered   = "dispatch.answered"
	OrderGiven         = "order.given" // 整改通知
	OrderReplied       = "order.replied"
	OrderAccepted      = "order.accepted"
	OrderReturned      = "order.returned"
	OrderExtended      = "order.extended"
	OrderCancelled     = "order.cancelled"
	OrderEscalated     = "order.escalated" // 逾期提请负责人督办
	AccountabilityKept = "order.accountability"
	RecurringKept      = "recurring.kept" // 重点公开事项
	RecurringEnded     = "recurring.ended"
	RecurringHappened  = "recurring.happened"
	RecurringDone      = "recurring.done"
)

// Kinds is everything this program writes. Older versions stay readable.
func Kinds() map[string]Kind {
	out := map[string]Kind{
		ReportPublished: {1, "发布年度报告"},
		ReportCorrected: {1, "更正发布年度报告"},

		OrganCreated:   {1, "设立机关"},
		OrganChanged:   {1, "修改机关信息"},
		OrganRenamed:   {1, "机关更名"},
		OrganMoved:     {1, "调整隶属关系"},
		OrganMerged:    {1, "机关合并"},
		OrganSplit:     {1, "机关分设"},
		OrganAbolished: {1, "撤销机关"},
		OrganImported:  {1, "导入机关名单"},
		OfficeChanged:  {1, "修改办公信息"},
		RemedyChanged:  {1, "修改复议机关、管辖法院"},
		GroupChanged:   {1, "调整领导小组"},
		MeetingKept:    {1, "登记领导小组会议"},
		DutyChanged:    {1, "调整责任分工"},

		PersonCreated:  {1, "登记人员"},
		PersonChanged:  {1, "修改人员信息"},
		PersonLeft:     {1, "人员离岗"},
		PersonImported: {1, "导入人员名单"},
		PostGranted:    {1, "授予岗位"},
		PostEnded:      {1, "收回岗位"},
		HandedOver:     {1, "办理工作交接"},

		AccountOpened:       {1, "开通账号"},
		AccountClosed:       {1, "停用账号"},
		AccountLocked:       {1, "锁定账号"},
		AccountUnlocked:     {1, "解除锁定"},
		PasswordSet:         {1, "设置口令"},
		SecondFactorOn:      {1, "启用动态口令"},
		SecondFactorOff:     {1, "停用动态口令"},
		RecoveryUsed:        {1, "使用备用码"},
		RecoveryRenewed:     {1, "更换备用码"},
		IdentityLinked:      {1, "绑定统一身份"},
		IdentityUnlinked:    {1, "解除统一身份"},
		SignedIn:            {1, "登录"},
		SignedOut:           {1, "退出"},
		SignInRefused:       {1, "登录被拒"},
		SessionRevoked:      {1, "注销登录"},
		Confirmed:           {1, "再次确认身份"},
		TaskAssigned:        {1, "交办任务"},
		TaskTaken:           {1, "接办任务"},
		TaskDone:            {1, "办结任务"},
		TaskReturned:        {1, "退回任务"},
		TaskCancelled:       {1, "取消任务"},
		ApprovalAsked:       {1, "提请审批"},
		ApprovalGiven:       {1, "审批同意"},
		ApprovalRefused:     {1, "审批退回"},
		SupervisionNoted:    {1, "写监督意见"},
		SupervisionAnswered: {1, "答复监督意见"},
		FilingSaved:         {1, "填写年度报告"},
		FilingExplained:     {1, "对核对意见作出说明"},
		FilingChecked:       {1, "自检年度报告"},
		FilingSubmitted:     {1, "报送年度报告"},
		FilingWithdrawn:     {1, "撤回报送的年度报告"},
		FilingReturned:      {1, "退回年度报告"},
		FilingAccepted:      {1, "审核通过年度报告"},
		FilingDecided:       {1, "对核对意见作出认定"},
		FilingPublished:     {1, "办理年度报告发布"},
		FilingReopened:      {1, "办理年度报告更正"},
		FilingReminded:      {1, "催报年度报告"},
		FilingDueSet:        {1, "规定年度报告报送日期"},
		CountedEdited:       {1, "修改计入单位名单"},
		CountedSigned:       {1, "签署计入单位名单"},
		OwnFiguresSaved:     {1, "填写政府本级数据"},
		TotalTaken:          {1, "汇总数写入年度报告草稿"},
		ReportsChecked:      {1, "全面核对年度报告"},
		PortalExported:      {1, "导出门户文件包"},
		PortalLinked:        {1, "登记门户网站的网址"},
		PackageMade:         {1, "生成报送包"},
		PackageTaken:        {1, "导入报送包"},
		PackageAnswered:     {1, "生成报送包的答复"},
		AnswerTaken:         {1, "导入报送包的答复"},
		PeerChanged:         {1, "登记互联单位"},
		SettingChanged:      {1, "修改设置"},
		NoticeSent:          {1, "发送通知"},
		DataExported:        {1, "导出数据"},
		PersonalRead:        {1, "查阅个人信息"},
		BackupMade:          {1, "备份"},
		JobRetried:          {1, "重试后台作业"},
		JobDropped:          {1, "放弃后台作业"},
		LogKeyRotated:       {1, "更换存证签名密钥"},
		DetailsErased:       {1, "清除留痕附带内容"},

		PlanKept:           {1, "登记工作要点"},
		PlanIssued:         {1, "印发工作要点"},
		PlanTaskKept:       {1, "登记要点任务"},
		PlanTaskImported:   {1, "导入要点任务"},
		PlanTaskRemoved:    {1, "删去要点任务"},
		PlanTaskCancelled:  {1, "取消要点任务"},
		PlanReported:       {1, "报送要点进展"},
		PlanAccepted:       {1, "验收要点进展"},
		PlanReturned:       {1, "退回要点进展"},
		DispatchIssued:     {1, "印发月度调度"},
		DispatchAnswered:   {1, "答复调度缺口"},
		OrderGiven:         {1, "下达整改通知"},
		OrderReplied:       {1, "报送整改情况"},
		OrderAccepted:      {1, "整改验收通过"},
		OrderReturned:      {1, "整改退回"},
		OrderExtended:      {1, "整改延期"},
		OrderCancelled:     {1, "撤回整改通知"},
		OrderEscalated:     {1, "整改逾期提请督办"},
		AccountabilityKept: {1, "登记责任追究"},
		RecurringKept:      {1, "设定重点公开事项"},
		RecurringEnded:     {1, "停止重点公开事项"},
		RecurringHappened:  {1, "登记公开起算事件"},
		RecurringDone:      {1, "登记已公开"},
	}
	maps.Copy(out, ledgerKinds())
	maps.Copy(out, requestKinds())
	maps.Copy(out, itemKinds())
	maps.Copy(out, catalogueKinds())
	maps.Copy(out, compiledKinds())
	maps.Copy(out, outletKinds())
	maps.Copy(out, proseKinds())
	maps.Copy(out, scoreKinds())
	maps.Copy(out, submissionKinds())
	return out
}
