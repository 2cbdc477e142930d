// Package deadline counts the time limits 期限 of the trade: when a clock starts,
// what suspends it or starts it anew, and why it ends on that day. It is a pure
// function of a working-day calendar and the segments of a clock; the applicant,
// the clerk and the public calculator see the same derivation.
package deadline

import (
	"gongkai/law"
	"gongkai/law/calendar"
)

// Unit is what a period is counted in.
type Unit string

// The units. Months and days of the calendar roll to the next working day when
// they end on a day off; working days end on one by themselves.
const (
	Workdays Unit = "workdays" // 工作日
	Days     Unit = "days"     // 日
	Months   Unit = "months"   // 月
	Years    Unit = "years"    // 年
)

// Chinese is the unit after a number.
func (u Unit) Chinese() string {
	switch u {
	case Workdays:
		return "个工作日"
	case Days:
		return "日"
	case Months:
		return "个月"
	case Years:
		return "年"
	}
	return ""
}

// A Period is a length of time that a rule names.
type Period struct {
	N    int
	Unit Unit
}

// Name tells a period from the others; it is what settings and data say.
type Name string

// The periods of a request 依申请公开.
const (
	Reply         Name = "request.reply"     // 答复
	Extension     Name = "request.extension" // 延长答复，上限
	AskCorrection Name = "request.correct"   // 发出补正通知
	ThirdParty    Name = "request.third"     // 第三方答复意见
	JointMaker    Name = "request.joint"     // 共同制作机关答复意见
	Payment       Name = "request.payment"   // 缴纳信息处理费
	Proactive     Name = "publish"           // 主动公开

	PublishDecision Name = "publish.decision" // 公示行政许可、行政处罚决定
	PublishBudget   Name = "publish.budget"   // 公开预算、决算
	PublishAward    Name = "publish.award"    // 公告采购结果、合同
	CorrectPenalty  Name = "publish.penalty"  // 处罚决定变更、撤销后撤回公开的信息
	Solicit         Name = "publish.solicit"  // 重大决策征求意见，下限

	ReviewAsk      Name = "review.ask"     // 申请行政复议
	ReviewCorrect  Name = "review.correct" // 复议申请补正通知
	ReviewAccept   Name = "review.accept"  // 复议受理审查
	ReviewSend     Name = "review.send"    // 发送复议申请书副本，普通程序
	ReviewAnswer   Name = "review.answer"  // 被申请人书面答复，普通程序
	SimpleSend     Name = "review.simple.send"
	SimpleAnswer   Name = "review.simple.answer" // 被申请人书面答复，简易程序
	ReviewDecide   Name = "review.decide"        // 复议决定，普通程序
	ReviewExtend   Name = "review.extend"        // 复议延期，上限
	SimpleDecide   Name = "review.simple.decide" // 复议决定，简易程序
	ReviewUntold   Name = "review.untold"        // 未告知复议权利的，最长
	ReviewLongest  Name = "review.longest"       // 自行为作出之日起，最长
	SueDirectly    Name = "court.direct"         // 直接起诉
	SueAfterReview Name = "court.after"          // 复议后起诉
	Defence        Name = "court.defence"        // 提交答辩状
	AppealJudgment Name = "court.judgment"       // 上诉，判决
	AppealRuling   Name = "court.ruling"         // 上诉，裁定
)

// instruments, once.
func reg(article, says string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: article, Paraphrase: says}
}

func reg492(article, says string) law.Cite {
	return law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第492号", Article: article, Paraphrase: says}
}

func review(article, says string) law.Cite {
	return law.Cite{Instrument: "行政复议法", Number: "2023年修订", Article: article, Paraphrase: says}
}

func court(article, says string) law.Cite {
	return law.Cite{Instrument: "行政诉讼法", Number: "2017年修正", Article: article, Paraphrase: says}
}

func feeNotice(says string) law.Cite {
	return law.Cite{Instrument: "政府信息公开信息处理费管理办法", Number: "国办函〔2020〕109号", Paraphrase: says}
}

var (
	old = law.Day(2008, 5, 1)  // 第492号施行
	now = law.Day(2019, 5, 15) // 第711号施行
	fee = law.Day(2021, 1, 1)  // 信息处理费管理办法施行
	rev = law.Day(2024, 1, 1)  // 修订的行政复议法施行
	sue = law.Day(2015, 5, 1)  // 修正的行政诉讼法施行
	day = func(d law.Date) law.Date { return d.AddDays(-1) }
)

// one is a table with a single version.
func one(from law.Date, n int, u Unit, c law.Cite) law.Table[Period] {
	return law.Table[Period]{{From: from, Value: Period{n, u}, Cite: c}}
}

// periods is every time limit with the days on which it was law. Limits whose
// length only practice knows are settings of the organ, not here.
var periods = map[Name]law.Table[Period]{
	Reply: {
		{From: old, To: day(now), Value: Period{15, Workdays}, Cite: reg492("第二十四条", "不能当场答复的，自收到申请之日起15个工作日内答复。")},
		{From: now, Value: Period{20, Workdays}, Cite: reg("第三十三条第二款", "不能当场答复的，自收到申请之日起20个工作日内答复。")},
	},
	Extension: {
		{From: old, To: day(now), Value: Period{15, Workdays}, Cite: reg492("第二十四条", "经负责人同意可以延长，最长15个工作日。")},
		{From: now, Value: Period{20, Workdays}, Cite: reg("第三十三条第二款", "经政府信息公开工作机构负责人同意并告知申请人可以延长，最长20个工作日。")},
	},
	AskCorrection:   one(now, 7, Workdays, reg("第三十条", "申请内容不明确的，自收到申请之日起7个工作日内一次性告知补正。")),
	ThirdParty:      one(now, 15, Workdays, reg("第三十二条", "第三方自收到征求意见书之日起15个工作日内提出意见；逾期未提出的，由行政机关决定是否公开。")),
	JointMaker:      one(now, 15, Workdays, reg("第三十四条", "被征求意见的共同制作机关自收到征求意见书之日起15个工作日内提出意见，逾期未提出的视为同意公开。")),
	Payment:         one(fee, 20, Workdays, feeNotice("申请人自收到收费通知次日起20个工作日内缴费，逾期未缴视为放弃申请。")),
	Proactive:       one(now, 20, Workdays, reg("第二十六条", "属于主动公开范围的，自形成或者变更之日起20个工作日内公开。")),
	PublishDecision: one(law.Day(2018, 12, 5), 7, Workdays, law.Cite{Instrument: "关于全面推行行政执法公示制度执法全过程记录制度重大执法决定法制审核制度的指导意见", Number: "国办发〔2018〕118号", Paraphrase: "行政许可、行政处罚的执法决定信息在决定作出之日起7个工作日内公开。"}),
	PublishBudget:   one(law.Day(2015, 1, 1), 20, Days, law.Cite{Instrument: "预算法", Article: "第十四条", Paraphrase: "经批准、批复的预算、决算在批准、批复后20日内公开。"}),
	PublishAward:    one(law.Day(2015, 3, 1), 2, Workdays, law.Cite{Instrument: "政府采购法实施条例", Article: "第四十三条、第五十条", Paraphrase: "中标、成交结果和采购合同自确定、签订之日起2个工作日内公告。"}),
	CorrectPenalty:  one(law.Day(2021, 7, 15), 3, Workdays, law.Cite{Instrument: "行政处罚法", Number: "2021年修订", Article: "第四十八条", Paraphrase: "公开的处罚决定被变更、撤销、确认违法或者确认无效的，3日内撤回并公开说明理由。"}),
	Solicit:         one(law.Day(2019, 9, 1), 30, Days, law.Cite{Instrument: "重大行政决策程序暂行条例", Article: "第十五条", Paraphrase: "公开征求意见的期限一般不少于30日。"}),
	ReviewAsk:       one(rev, 60, Days, review("第二十条第一款", "自知道或者应当知道该行为之日起60日内申请行政复议。")),
	ReviewUntold:    one(rev, 1, Years, review("第二十条第三款", "未告知复议权利、机关和期限的，自知道或者应当知道行为内容之日起最长一年。")),
	ReviewLongest:   one(rev, 5, Years, review("第二十一条", "自行政行为作出之日起超过五年的不予受理。")),
	ReviewCorrect:   one(rev, 5, Workdays, review("第三十一条", "申请材料不齐全的，自收到申请之日起5日内书面通知补正。")),
	ReviewAccept:    one(rev, 5, Workdays, review("第三十条", "收到行政复议申请后5日内审查是否受理。")),
	ReviewSend:      one(rev, 7, Workdays, review("第四十八条", "自受理之日起7日内把申请书副本发送被申请人。")),
	ReviewAnswer:    one(rev, 10, Workdays, review("第四十八条", "被申请人自收到申请书副本之日起10日内提出书面答复并提交证据。")),
	SimpleSend:      one(rev, 3, Workdays, review("第五十四条", "适用简易程序的，自受理之日起3日内把申请书副本发送被申请人。")),
	SimpleAnswer:    one(rev, 5, Workdays, review("第五十四条", "适用简易程序的，被申请人自收到申请书副本之日起5日内提出书面答复并提交证据。")),
	ReviewDecide:    one(rev, 60, Days, review("第六十二条", "适用普通程序的，自受理申请之日起60日内作出决定。")),
	ReviewExtend:    one(rev, 30, Days, review("第六十二条", "情况复杂的，经批准可以延长，最长30日。")),
	SimpleDecide:    one(rev, 30, Days, review("第六十二条", "适用简易程序的，自受理申请之日起30日内作出决定。")),
	SueDirectly:     one(sue, 6, Months, court("第四十六条", "直接起诉的，自知道或者应当知道作出行政行为之日起6个月内提出。")),
	SueAfterReview:  one(sue, 15, Days, court("第四十五条", "不服复议决定的，自收到复议决定书之日起15日内起诉。")),
	Defence:         one(sue, 15, Days, court("第六十七条", "被告自收到起诉状副本之日起15日内提交证据、依据和答辩状。")),
	AppealJudgment:  one(sue, 15, Days, court("第八十五条", "不服一审判决的，自判决书送达之日起15日内上诉。")),
	AppealRuling:    one(sue, 10, Days, court("第八十五条", "不服一审裁定的，自裁定书送达之日起10日内上诉。")),
}

// PeriodOn is the period in force on a day with where it stands, or
// law.ErrNotInForce before the first text that is known here.
func PeriodOn(n Name, on law.Date) (Period, law.Cite, error) {
	v, err := periods[n].On(on)
	return v.Value, v.Cite, err
}

// roll says that the last day of a period that is a day off gives way to the
// first working day after it.
var roll = law.Cite{Instrument: "行政诉讼法", Number: "2017年修正", Article: "第八十一条及最高人民法院司法解释", Paraphrase: "期间届满的最后一日是节假日的，以节假日后的第一日为届满日。"}

// End is the last day of a period that begins the day after from: the day of
// the event itself does not count. Calendar days, months and years that end on
// a day off roll to the next working day; a month without that day ends on its
// last.
func (p Period) End(cal *calendar.Calendar, from law.Date) (due law.Date, provisional bool, rolled bool) {
	switch p.Unit {
	case Workdays:
		due, provisional = cal.Add(from, calendar.Workdays(p.N))
		return due, provisional, false
	case Days:
		due = from.AddDays(p.N)
	case Months, Years:
		months := p.N
		if p.Unit == Years {
			months *= 12
		}
		y, m := from.Year, from.Month+months
		y, m = y+(m-1)/12, (m-1)%12+1
		due = law.Date{Year: y, Month: m, Day: from.Day}
		for !due.Valid() {
			due.Day--
		}
	}
	provisional = !cal.Known(due)
	for !cal.Working(due) {
		due, rolled = due.AddDays(1), true
		provisional = provisional || !cal.Known(due)
	}
	return due, provisional, rolled
}

// A Limit is one time limit with its derivation.
type Limit struct {
	Name        Name
	From        law.Date
	Due         law.Date
	Provisional bool // it reaches beyond the last notice on working days
	Steps       []law.Step
}

// Of is the limit of a name for an event of the day from.
func Of(cal *calendar.Calendar, n Name, from law.Date) (Limit, error) {
	p, cite, err := PeriodOn(n, from)
	if err != nil {
		return Limit{}, err
	}
	l := Limit{Name: n, From: from}
	var rolled bool
	l.Due, l.Provisional, rolled = p.End(cal, from)
	l.Steps = append(l.Steps, law.Step{On: from, Text: "自" + from.Chinese() + "的次日起算，" + length(p) + "。", Cite: cite})
	if rolled {
		l.Steps = append(l.Steps, law.Step{On: l.Due, Text: "最后一日是休息日，顺延到其后第一个工作日。", Cite: roll})
	}
	l.Steps = append(l.Steps, law.Step{On: l.Due, Text: "期限届满日为" + l.Due.Chinese() + provisionalWord(l.Provisional) + "。", Cite: cite})
	return l, nil
}
