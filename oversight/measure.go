package oversight

import "gongkai/law"

// A MeasureShape is what the facts of a measure look like.
type MeasureShape string

// The shapes.
const (
	ShapeCount MeasureShape = "count" // a number of things, also by month
	ShapeRatio MeasureShape = "ratio" // so many of so many
	ShapeDate  MeasureShape = "date"  // done or not, in time or so many days late
	ShapeState MeasureShape = "state" // so many of what has to be there
	ShapeMean  MeasureShape = "mean"  // an average: a sum over so many cases
)

// A Measure 取数指标 is a figure about an organ that the program can know. It is
// declared here and answered by whoever holds the data; one that nobody answers
// yet is scored by hand, never as nothing.
type Measure struct {
	Name    string // stable, e.g. report.filed
	Chinese string
	Unit    string
	Shape   MeasureShape
	Counts  string // what exactly is counted
	Cite    law.Cite
	None    string // why the program cannot answer it, "" for one that it can
}

func measureCite(a, paraphrase string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: a, Paraphrase: paraphrase}
}

var (
	scoredReport   = measureCite("第四十九条", "机关每年1月31日前提交并公布上一年度的年度报告。")
	scoredContent  = measureCite("第五十条", "年度报告写明规定的各项内容和数据。")
	scoredOffice   = measureCite("第四条", "机关应当有承担政府信息公开日常工作的机构，并让人找得到。")
	scoredLead     = measureCite("第三条", "各级政府加强组织领导，主管部门推进、指导、协调、监督。")
	scoredAssess   = measureCite("第四十六条", "政府信息公开工作应当有考核、社会评议和责任追究制度，定期考核评议。")
	scoredDaily    = measureCite("第四十七条", "主管部门对日常工作监督检查，发现问题督促整改或者通报批评。")
	scoredTraining = measureCite("第四十八条", "主管部门对公开工作人员定期培训。")
	scoredDuty     = measureCite("第五十一条", "认为机关没有依法履行公开职责的，可以投诉举报，由主管部门处理。")
	scoredTwenty   = measureCite("第二十六条", "属于主动公开范围的信息，自形成或者变更之日起20个工作日内公开。")
	scoredScope    = measureCite("第二十条、第二十一条", "机关主动公开列明的各类信息。")
	scoredGuide    = measureCite("第十二条", "机关编制、公布公开指南和公开目录，并及时更新。")
	scoredSecrecy  = measureCite("第十七条", "公开前应当依照程序审查，涉密的不得公开。")
	scoredReply    = measureCite("第三十三条", "申请应当在规定的期限内答复。")
	scoredTurn     = measureCite("第四十四条", "多人申请同样信息且可以公开的，应当纳入主动公开范围。")
	scoredAdjust   = measureCite("第十八条", "对不予公开的信息定期评估审查，可以公开的应当公开。")
	scoredPlace    = measureCite("第二十五条", "在档案馆、图书馆、政务服务场所设查阅场所，为获取信息提供便利。")
)

// Measures lists every measure there is a name for, in the order in which
// people choose.
func Measures() []Measure {
	return []Measure{
		{"report.filed", "年度报告按时提交", "", ShapeDate, "本轮期间应提交的上一年度报告，是否提交，迟了几天；没有规定期限的不计", scoredReport, ""},
		{"report.published", "年度报告按时公布", "", ShapeDate, "本轮期间应公布的上一年度报告，是否公布，迟了几天；没有规定期限的不计", scoredReport, ""},
		{"report.returned", "年度报告被退回", "次", ShapeCount, "上一年度报告被主管部门退回修改的次数", scoredContent, ""},
		{"report.errors", "年度报告未改正的错误", "处", ShapeCount, "上一年度报告现有的错误，主管部门认定不成立的除外", scoredContent, ""},
		{"report.alike", "年度报告与其他机关雷同", "处", ShapeCount, "主管部门退回上一年度报告时指出的、与其他机关雷同的处数", scoredContent, ""},

		{"meeting.held", "领导小组会议", "次", ShapeCount, "本轮期间登记的领导小组会议", scoredLead, ""},
		{"group.set", "领导小组在任", "项", ShapeState, "本轮最后一天，领导小组是否有组长、是否有成员", scoredLead, ""},
		{"duty.set", "责任分工已明确", "项", ShapeState, "本轮最后一天，是否有分管负责人、是否有承办机构", scoredOffice, ""},
		{"duty.lead", "负责人已明确", "项", ShapeState, "本轮最后一天，是否有分管负责人（内设机构、村是责任人）", scoredOffice, ""},
		{"duty.handle", "经办已明确", "项", ShapeState, "本轮最后一天，是否有承办机构（内设机构、村是业务经办人）", scoredOffice, ""},
		{"office.complete", "公开机构联系信息", "项", ShapeState, "公开机构名称、地址、办公时间、电话四项中填写了几项", scoredOffice, ""},
		{"handover.overdue", "工作交接逾期", "件", ShapeCount, "最后在岗日期在本轮期间、到本轮最后一天仍未办结的交接", scoredAssess, ""},
		{"task.ontime", "交办任务按期办结", "件", ShapeRatio, "期限在本轮期间的任务中，在期限当日或之前办结的；取消的不计", scoredDaily, ""},
		{"task.overdue", "交办任务逾期", "件", ShapeCount, "期限在本轮期间、逾期办结或者仍未办结的任务；取消的不计", scoredDaily, ""},
		{"supervision.open", "监督意见未答复", "条", ShapeCount, "本轮期间提出、到本轮最后一天没有答复的监督意见", scoredDaily, ""},

		{"plan.ontime", "工作要点按期完成", "项", ShapeRatio, "完成时限在本轮期间的工作要点任务中，按期完成的", scoredAssess, ""},
		{"plan.overdue", "工作要点逾期", "项", ShapeCount, "完成时限在本轮期间、逾期完成或者仍未完成的工作要点任务", scoredAssess, ""},
		{"order.ontime", "整改按期完成", "件", ShapeRatio, "整改期限在本轮期间的整改通知中，按期答复的", scoredDaily, ""},
		{"order.overdue", "整改逾期", "件", ShapeCount, "整改期限在本轮期间、逾期或者仍未答复的整改通知", scoredDaily, ""},
		{"dispatch.answered", "调度问题反馈", "项", ShapeRatio, "本轮期间印发的各月调度指出的问题中，到本轮最后一天已经反馈的", scoredDaily, ""},
		{"training.held", "开展培训", "次", ShapeCount, "本轮期间登记的政府信息公开培训", scoredTraining, ""},
		{"training.hours", "培训学时", "学时", ShapeCount, "本轮期间登记的培训学时", scoredTraining, ""},
		{"voice.ontime", "投诉意见按期答复", "件", ShapeRatio, "答复期限在本轮期间的投诉、意见中，按期答复的", scoredDuty, ""},
		{"voice.overdue", "投诉意见逾期", "件", ShapeCount, "答复期限在本轮期间、逾期答复或者仍未答复的投诉、意见", scoredDuty, ""},

		{"items.posted", "主动公开信息", "条", ShapeCount, "本轮各月发布的主动公开信息；同一信息发在几处只计一条", scoredScope, ""},
		{"items.blank", "空白月", "个月", ShapeCount, "本轮各月中没有发布主动公开信息的月份；还没有过完的月份不算", scoredScope, ""},
		{"items.late", "超期公开", "条", ShapeCount, "本轮发布、晚于法定期限的主动公开信息，和期限在本轮期间、已经过了仍未发布的；补录的旧信息、工作动态没有期限，不算", scoredTwenty, ""},
		{"items.ontime", "按期公开", "条", ShapeRatio, "本轮发布、有法定期限的主动公开信息中，没有晚于期限的", scoredTwenty, ""},
		{"items.bare", "要素不规范", "条", ShapeCount, "本轮发布、缺标题、目录、成文日期或者文号的主动公开信息", scoredGuide, ""},
		{"items.broken", "正文不能正常显示", "条", ShapeCount, "本轮发布、检查时正文打不开或者显示不全的主动公开信息", scoredScope, "程序不访问门户网站，正文能不能显示没有记录，由考核人打开页面看"},
		{"items.corrected", "更正信息", "条", ShapeCount, "本轮期间更正过错误的主动公开信息；内容变更不算", scoredScope, ""},
		{"columns.empty", "空白栏目", "个", ShapeCount, "本轮最后一天没有任何信息的应设栏目", scoredGuide, ""},
		{"columns.stale", "栏目不更新", "个", ShapeCount, "本轮最后一天超过规定时间没有更新的栏目", scoredGuide, ""},
		{"guide.current", "指南和目录更新", "项", ShapeState, "本轮最后一天，公开指南、公开目录是否在规定的月数内签发、编制过，指南是否与机构信息一致", scoredGuide, ""},
		{"system.live", "公开制度", "项", ShapeCount, "到本轮最后一天公开着的政府信息公开制度", scoredAssess, ""},
		{"standard.covered", "标准目录覆盖", "项", ShapeRatio, "所用的基层政务公开标准目录里由本机关公开的事项（公开主体写明本机关、这一类机关，或者没有写）中，到本轮最后一天有信息的", scoredScope, ""},
		{"document.marked", "公文公开属性", "份", ShapeRatio, "本轮成文、进了本平台的文件、规范性文件、规章中，已经主动公开或者审定了不主动公开理由的；没有进本平台的公文不在内", scoredScope, ""},
		{"interpret.ontime", "政策解读同步", "件", ShapeRatio, "解读时限在本轮期间、已经到了的规章和行政规范性文件中，按时发布了解读的；时限在设置里定", scoredScope, ""},
		{"secrecy.reviewed", "保密审查", "条", ShapeRatio, "本轮发布的信息中，有完整审查记录的", scoredSecrecy, ""},
		{"secrecy.events", "失泄密事件", "件", ShapeCount, "本轮期间发现、登记为泄密或者泄露个人信息、商业秘密的事件", scoredSecrecy, ""},
		{"requests.ontime", "申请按期答复", "件", ShapeRatio, "本轮期间答复的申请，和期限在本轮期间、已经过了仍未答复的申请中，按期答复的；等待补正、意见、缴费的不算", scoredReply, ""},
		{"requests.overdue", "申请超期答复", "件", ShapeCount, "本轮期间超期答复的，和期限在本轮期间、已经过了仍未答复的申请", scoredReply, ""},
		{"requests.quick", "申请十个工作日内答复", "件", ShapeRatio, "本轮期间答复的申请中，从收到到答复不超过10个工作日的", scoredReply, ""},
		{"requests.days", "平均办理工作日", "个工作日", ShapeMean, "本轮期间答复的申请，从收到到答复平均几个工作日；扣除的时间不算", scoredReply, ""},
		{"requests.extended", "延长答复期限", "件", ShapeCount, "本轮期间答复的申请中，延长过期限的", scoredReply, ""},
		{"requests.asked", "要求补正", "件", ShapeCount, "本轮期间收到的申请中，要求过补正的", scoredReply, ""},
		{"requests.disputed", "复议和诉讼", "件", ShapeCount, "本轮期间提起、计入表四的复议和诉讼", scoredReply, ""},
		{"requests.marked", "申请办理不合规定", "件", ShapeCount, "本轮期间收到、办理过程中有不符合规定的事实记录在案的申请", scoredReply, ""},
		{"requests.upheld", "复议诉讼未被纠错", "件", ShapeRatio, "本轮期间审结、计入表四的复议和诉讼中，结果不是纠正的", scoredReply, ""},
		{"requests.corrected", "复议诉讼被纠错", "件", ShapeCount, "本轮期间在复议、诉讼中被撤销、变更、确认违法或者责令履行的答复，计入表四的", scoredReply, ""},
		{"requests.turned", "依申请转主动公开", "件", ShapeCount, "本轮期间决定转为主动公开的申请", scoredTurn, ""},
		{"requests.charged", "收取信息处理费", "件", ShapeCount, "本轮期间收到、收取了信息处理费没有退还的申请", scoredReply, ""},
		{"review.done", "动态调整", "次", ShapeCount, "本轮期间对不予公开信息作的定期评估", scoredAdjust, ""},
		{"review.overdue", "评估逾期", "条", ShapeCount, "到取数这一天，评估审查的日期在本轮期间、已经过了仍未评估的不主动公开信息", scoredAdjust, ""},
		{"place.visits", "查阅点接待", "人次", ShapeCount, "本轮期间查阅点登记的接待人次", scoredPlace, ""},
		{"place.set", "查阅点", "处", ShapeCount, "本轮最后一天在册的政府信息查阅点", scoredPlace, ""},
		{"board.updated", "公开栏更新", "次", ShapeCount, "本轮各月公开栏、电子屏的更新次数；同一块同一天算一次", scoredScope, ""},
		{"board.village", "村务公开栏更新", "次", ShapeCount, "本轮各月公开栏上村务、村级财务的更新次数；同一块同一天算一次", scoredScope, ""},
		{"channels.used", "其他公开渠道", "种", ShapeCount, "本轮最后一天在用的公开渠道，政府网站除外，一种算一项", scoredScope, ""},
		{"materials.sent", "上报信息", "条", ShapeCount, "本轮期间移送给公开机构、没有被退回不用的材料", scoredScope, ""},
		{"messages.ontime", "留言按期答复", "件", ShapeRatio, "答复期限在本轮期间的网络问政、意见建议、找错中，按期答复的", scoredScope, ""},
	}
}

// MeasureOf finds a measure by name.
func MeasureOf(name string) (Measure, bool) {
	for _, m := range Measures() {
		if m.Name == name {
			return m, true
		}
	}
	return Measure{}, false
}

// A FactState says what is known.
type FactState string

// The states.
const (
	FactKnown  FactState = ""           // it was counted
	FactNone   FactState = "none"       // there is nothing to measure: no date was set, the organ does not file
	FactAway   FactState = "away"       // nobody answers the measure yet
	FactFailed FactState = "failed"     // counting failed
	FactLost   FactState = "incomplete" // what was entered by hand says too little
)

// A Fact is what a measure found about one organ in one span, as it was frozen
// when the score was computed. Of a measure that is not known the figures say
// nothing.
type Fact struct {
	State FactState `json:"state,omitempty"`
	N     int64     `json:"n,omitempty"`    // how many; of a ratio the upper part
	Of    int64     `json:"of,omitempty"`   // of how many
	Each  []int64   `json:"each,omitempty"` // by month of the span, or by period of the indicator if by hand
	Done  bool      `json:"done,omitempty"` // of a date: it was done
	Days  int64     `json:"days,omitempty"` // of a date: days late, to the end of the span if it was not done
	Refs  []string  `json:"refs,omitempty"` // the first few things that were counted, e.g. task/5
	Link  string    `json:"link,omitempty"` // where the list of them is
	Note  string    `json:"note,omitempty"` // why there is nothing, or what failed
}

// events is how often the fact counts against an organ, for measures of any
// shape.
func (f Fact) events(shape MeasureShape) int64 {
	switch shape {
	case ShapeDate:
		if f.Done && f.Days == 0 {
			return 0
		}
		return 1
	case ShapeRatio, ShapeState:
		return max(f.Of-f.N, 0)
	case ShapeMean:
		return 0 // an average is no event
	}
	return f.N
}
