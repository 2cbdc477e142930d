package act

// The kinds of acts on a request 依申请公开 and on what follows it. Their body is a
// [Record] whose facts a file is replayed from.
const (
	RequestRegistered = "request.registered"
	RequestConfirmed  = "request.confirmed"
	RequestAssigned   = "request.assigned"
	RequestNoted      = "request.noted"
	RequestAsked      = "request.asked"
	RequestCorrected  = "request.corrected"
	RequestConsulted  = "request.consulted"
	RequestAnswered   = "request.answered"
	RequestExtended   = "request.extended"
	RequestDelayed    = "request.delayed"
	RequestReasons    = "request.reasons"
	RequestFeeAsked   = "request.fee_asked"
	RequestFeePaid    = "request.fee_paid"
	RequestFeeWaived  = "request.fee_waived"
	RequestFeeBack    = "request.fee_back"
	RequestFound      = "request.found"
	RequestDecided    = "request.decided"
	RequestServed     = "request.served"
	RequestVoided     = "request.voided"
	RequestReopened   = "request.reopened"
	RequestsRecounted = "requests.recounted"   // 按新的放假安排重算在办申请的期限
	RequestsImported  = "requests.imported"    // 导入申请台账
	RequestPlanned    = "requests.planned"     // 安排协办、内部时限、加急
	RequestEraseAsked = "requests.erase_asked" // 提出清除期满案卷的内容
	RequestErased     = "requests.erased"      // 清除期满案卷的内容
	RemedyRegistered  = "request.remedy_registered"
	RemedyStep        = "request.remedy_step"
	RemedyEnded       = "request.remedy_ended"

	RequestLetterWritten = "request.letter_written"
	RequestLetterVoided  = "request.letter_voided"  // 文号作废
	RequestLetterStamped = "request.letter_stamped" // 上传盖章扫描件
	RequestLetterSealed  = "request.letter_sealed"  // 用印
	RequestLetterServed  = "request.letter_served"  // 送达答复以外的文书
	RequestServiceTried  = "request.service_tried"  // 送达未成
	RequestNoticePosted  = "request.notice_posted"  // 公告送达的公告
	RequestArchived      = "request.archived"       // 案卷移交归档

	RequestLinked    = "request.linked"     // 关联另一件申请：拆分、合并、前一次申请
	RequestTurnAsked = "request.turn_asked" // 提议转为主动公开
	RequestTurned    = "request.turned"     // 审核转为主动公开的提议

	RequestRedacted = "request.redacted" // 遮盖后形成可以提供的文本
)

func requestKinds() map[string]Kind {
	return map[string]Kind{
		RequestLinked:     {1, "关联另一件申请"},
		RequestTurnAsked:  {1, "提议转为主动公开"},
		RequestTurned:     {1, "审核转为主动公开的提议"},
		RequestRegistered: {1, "登记申请"},
		RequestConfirmed:  {1, "与申请人确认收到"},
		RequestAssigned:   {1, "分办申请"},
		RequestNoted:      {1, "登记电话记录、说明"},
		RequestAsked:      {1, "告知补正"},
		RequestCorrected:  {1, "收到补正"},
		RequestConsulted:  {1, "征求意见"},
		RequestAnswered:   {1, "收到意见"},
		RequestExtended:   {1, "延长答复期限"},
		RequestDelayed:    {1, "延迟答复"},
		RequestReasons:    {1, "要求说明理由"},
		RequestFeeAsked:   {1, "发出收费通知"},
		RequestFeePaid:    {1, "申请人缴费"},
		RequestFeeWaived:  {1, "减免收费"},
		RequestFeeBack:    {1, "退还收费"},
		RequestFound:      {1, "记录认定材料"},
		RequestDecided:    {1, "作出答复"},
		RequestServed:     {1, "送达答复"},
		RequestVoided:     {1, "作废登记"},
		RequestReopened:   {1, "重新答复"},
		RequestsRecounted: {1, "重算在办申请的期限"},
		RequestsImported:  {1, "导入申请台账"},
		RequestPlanned:    {1, "安排协办、内部时限"},
		RequestEraseAsked: {1, "提出清除期满案卷的内容"},
		RequestErased:     {1, "清除期满案卷的内容"},
		RemedyRegistered:  {1, "登记复议、诉讼"},
		RemedyStep:        {1, "登记复议、诉讼进展"},
		RemedyEnded:       {1, "登记复议、诉讼结果"},

		RequestLetterWritten: {1, "编制文书"},
		RequestLetterVoided:  {1, "作废文书"},
		RequestLetterStamped: {1, "上传盖章文书"},
		RequestLetterSealed:  {1, "登记用印"},
		RequestLetterServed:  {1, "送达文书"},
		RequestServiceTried:  {1, "登记未能送达"},
		RequestNoticePosted:  {1, "公告送达"},
		RequestArchived:      {1, "案卷归档"},
		RequestRedacted:      {1, "遮盖文件"},
	}
}
