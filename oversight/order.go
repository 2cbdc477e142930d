package oversight

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// OrderState is where a rectification order stands.
type OrderState string

// The states of an order.
const (
	OrderOpen      OrderState = "open"      // 整改中
	OrderReplied   OrderState = "replied"   // 已报送，待验收
	OrderReturned  OrderState = "returned"  // 退回重报
	OrderAccepted  OrderState = "accepted"  // 已销号
	OrderCancelled OrderState = "cancelled" // 已撤回
)

// OrderStates lists the states.
func OrderStates() []OrderState {
	return []OrderState{OrderOpen, OrderReplied, OrderReturned, OrderAccepted, OrderCancelled}
}

// Chinese is the state on screen.
func (s OrderState) Chinese() string {
	return map[OrderState]string{OrderOpen: "整改中", OrderReplied: "待验收", OrderReturned: "退回重报", OrderAccepted: "已销号", OrderCancelled: "已撤回"}[s]
}

// OrderSource is what an order came from.
type OrderSource string

// The sources.
const (
	FromGap         OrderSource = "gap"         // 月度调度的缺口
	FromScore       OrderSource = "score"       // 考核扣分项
	FromVoice       OrderSource = "voice"       // 投诉举报
	FromFinding     OrderSource = "finding"     // 年度报告核对意见、检查发现
	FromSupervision OrderSource = "supervision" // 监督意见
	FromPlan        OrderSource = "plan"        // 工作要点
	FromOffice      OrderSource = "office"      // 主管部门自行提出
)

// OrderSources lists the sources in the order of the form.
func OrderSources() []OrderSource {
	return []OrderSource{FromOffice, FromGap, FromScore, FromVoice, FromFinding, FromSupervision, FromPlan}
}

// Chinese is the source on screen.
func (s OrderSource) Chinese() string {
	return map[OrderSource]string{FromGap: "月度调度", FromScore: "考核", FromVoice: "投诉意见", FromFinding: "检查发现", FromSupervision: "监督意见", FromPlan: "工作要点", FromOffice: "日常监督"}[s]
}

// An Order asks an organ to put something right by a day 整改通知.
type Order struct {
	ID        int64
	Organ     int64 // that has to put it right, or its 内设机构 or 村（社区）
	Issuer    int64
	Year      int
	Serial    int // within issuer and year
	Title     string
	Text      string // what is wrong and what to do
	Basis     string
	Source    OrderSource
	Ref       string // what it came from, e.g. act/12; "" for none
	Given     law.Date
	Due       law.Date
	FirstDue  law.Date // before it was extended
	State     OrderState
	Escalated law.Date // the head was told that it is overdue
	Ended     law.Date
	By        int64 // who gave it
	Version   int64
}

// Number is the number of the order as it is printed.
func (o Order) Number() string { return fmt.Sprintf("公开整改〔%d〕%d号", o.Year, o.Serial) }

// Over reports whether nothing more is to be done.
func (o Order) Over() bool { return o.State == OrderAccepted || o.State == OrderCancelled }

// Late is by how many days the order is overdue on the day: what was replied in
// time and waits is not.
func (o Order) Late(today law.Date) int {
	if o.Over() || o.State == OrderReplied {
		return 0
	}
	return max(today.DaysSince(o.Due), 0)
}

// Wrong says in Chinese what cannot be kept, by field name.
func (o Order) Wrong(today law.Date) map[string]string {
	bad := map[string]string{}
	if o.Organ == 0 {
		bad["organ"] = "请选择由哪个机关或者内设机构整改。"
	}
	if o.Source.Chinese() == "" {
		bad["source"] = "请选择问题从哪里来。"
	}
	check(bad, "title", o.Title, maxTitle, "请写标题，例如：公开指南电话失效。")
	check(bad, "text", o.Text, maxPlanText, "请写明存在的问题和整改要求，例如：指南所列电话已停用，请更正并核对其余信息。")
	check(bad, "basis", o.Basis, maxShort, "请写依据，例如：《政府信息公开条例》第十二条。")
	switch {
	case !o.Due.Valid():
		bad["due"] = "请写整改期限，例如 2026-02-10。"
	case o.Due.Before(today):
		bad["due"] = "期限" + o.Due.Chinese() + "已经过去，请改为今天或以后的日期。"
	}
	return bad
}

// An OrderReply is what the organ says it has done 整改报告.
type OrderReply struct {
	ID, Order int64
	Text      string
	Evidence
	State  ReplyState
	Reason string
	By     int64
}

// Wrong says in Chinese what cannot be kept, by field name.
func (r OrderReply) Wrong() map[string]string {
	bad := map[string]string{}
	check(bad, "reply", r.Text, maxPlanText, "请写整改情况，例如：电话已更正，并对指南逐项核对，另改正地址1处。")
	r.Evidence.Wrong(bad)
	return bad
}

// Reply takes what the organ did. Being late does not stand in the way.
func (o *Order) Reply(r *OrderReply) error {
	switch {
	case o.Over():
		return act.Refuse("整改通知" + o.State.Chinese() + "。")
	case o.State == OrderReplied:
		return act.Refuse("上次报送的整改情况还在等待验收。")
	case r.Empty():
		return act.Refuse("请附整改的佐证：上传文件或者填写更正后页面的链接。")
	}
	o.State, r.State = OrderReplied, ReplySent
	return nil
}

// Decide accepts a reply or returns it with a reason.
func (o *Order) Decide(r *OrderReply, accept bool, reason string, by int64, on law.Date) error {
	switch {
	case o.State != OrderReplied || r.State != ReplySent:
		return act.Refuse("没有等待验收的整改情况。")
	case by != 0 && by == r.By:
		return act.Refuse("整改情况是您报送的，请由另一位同事验收。")
	case !accept && strings.TrimSpace(reason) == "":
		return act.Refuse("退回须写明原因，例如：链接打不开，电话仍为旧号。")
	}
	r.Reason = strings.TrimSpace(reason)
	if accept {
		o.State, r.State, o.Ended = OrderAccepted, ReplyAccepted, on
	} else {
		o.State, r.State = OrderReturned, ReplyReturned
	}
	return nil
}

// Extend gives more time, with a reason.
func (o *Order) Extend(to law.Date, reason string, today law.Date) error {
	switch {
	case o.Over():
		return act.Refuse("整改通知" + o.State.Chinese() + "，不需要延期。")
	case !to.Valid() || !to.After(o.Due):
		return act.Refuse("新的期限要晚于现在的" + o.Due.Chinese() + "。")
	case to.Before(today):
		return act.Refuse("新的期限" + to.Chinese() + "已经过去。")
	case to.DaysSince(o.FirstDue) > 366:
		return act.Refuse("延期累计不能超过一年。需要更长时间的，请撤回后重新下达。")
	case strings.TrimSpace(reason) == "":
		return act.Refuse("请写明延期的原因，例如：网站改版，统一在三月底前更正。")
	}
	o.Due, o.Escalated = to, law.Date{}
	return nil
}

// Cancel takes the order back, with a reason.
func (o *Order) Cancel(reason string, on law.Date) error {
	switch {
	case o.Over():
		return act.Refuse("整改通知" + o.State.Chinese() + "。")
	case strings.TrimSpace(reason) == "":
		return act.Refuse("请写明撤回的原因，例如：经核实问题不成立。")
	}
	o.State, o.Ended = OrderCancelled, on
	return nil
}
