package act

// The kinds of voices and ledgers.
const (
	VoiceReceived    = "voice.received"
	VoiceTransferred = "voice.transferred"
	VoiceAssigned    = "voice.assigned"
	VoiceFiled       = "voice.filed" // 补充材料
	VoiceExtended    = "voice.extended"
	VoiceFound       = "voice.found" // 登记查证结论
	VoiceAnswered    = "voice.answered"
	VoiceDeclined    = "voice.declined"
	VoiceMerged      = "voice.merged"
	VoiceReopened    = "voice.reopened"
	VoiceRated       = "voice.rated"
	VoicePublished   = "voice.published"
	VoiceWithdrawn   = "voice.withdrawn"
	VoiceErased      = "voice.erased" // 清除个人信息和内容

	SurveySaved     = "survey.saved"
	SurveyOpened    = "survey.opened"
	SurveyClosed    = "survey.closed"
	SurveyEntered   = "survey.entered" // 录入纸质问卷
	TrainingSaved   = "training.saved"
	TrainingHeld    = "training.held"
	TrainingDropped = "training.dropped" // 取消培训
	TrainingSigned  = "training.signed"
	TrainingFiled   = "training.filed" // 上传材料
	TrainingTested  = "training.tested"

	IncidentReported = "incident.reported"
	IncidentChanged  = "incident.changed"
	IncidentClosed   = "incident.closed"

	EquipmentSaved   = "equipment.saved"
	EquipmentChecked = "equipment.checked"
	EquipmentEnded   = "equipment.ended"   // 停用、报废
	EquipmentVisited = "equipment.visited" // 登记查阅
)

// ledgerKinds are those of Kinds.
func ledgerKinds() map[string]Kind {
	return map[string]Kind{
		VoiceReceived:    {1, "登记投诉意见"},
		VoiceTransferred: {1, "转办投诉意见"},
		VoiceAssigned:    {1, "指定投诉意见经办人"},
		VoiceFiled:       {1, "补充投诉意见材料"},
		VoiceExtended:    {1, "延长投诉意见办理期限"},
		VoiceFound:       {1, "登记查证结论"},
		VoiceAnswered:    {1, "答复投诉意见"},
		VoiceDeclined:    {1, "不予受理投诉意见"},
		VoiceMerged:      {1, "并案"},
		VoiceReopened:    {1, "重新办理投诉意见"},
		VoiceRated:       {1, "评价答复"},
		VoicePublished:   {1, "公开问答"},
		VoiceWithdrawn:   {1, "撤下问答"},
		VoiceErased:      {1, "清除投诉意见内容"},

		SurveySaved:     {1, "编写社会评议问卷"},
		SurveyOpened:    {1, "开始社会评议"},
		SurveyClosed:    {1, "结束社会评议"},
		SurveyEntered:   {1, "录入纸质问卷"},
		TrainingSaved:   {1, "编写培训计划"},
		TrainingHeld:    {1, "登记培训情况"},
		TrainingDropped: {1, "取消培训"},
		TrainingSigned:  {1, "培训签到"},
		TrainingFiled:   {1, "上传培训材料"},
		TrainingTested:  {1, "培训测试"},

		IncidentReported: {1, "登记事件"},
		IncidentChanged:  {1, "补充事件处置情况"},
		IncidentClosed:   {1, "事件办结"},

		EquipmentSaved:   {1, "登记设备场所"},
		EquipmentChecked: {1, "检查设备场所"},
		EquipmentEnded:   {1, "停用设备场所"},
		EquipmentVisited: {1, "登记查阅服务"},
	}
}
