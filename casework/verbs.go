package casework

import (
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// Registration is what opens a file.
type Registration struct {
	Number    string
	Channel   deadline.Channel
	Arrived   law.Date
	Confirmed law.Date // with the applicant; zero if not yet
	Applicant Applicant
	Ledger    bool
	Matter    string // "" or Mend
}

// Register 登记 opens a file. No purpose is asked, and nothing may keep a request
// from being registered.
func (r *Request) Register(d Doing, x Registration) error {
	d.On = x.Arrived
	if err := d.when(law.Date{}, ""); err != nil {
		return err
	}
	if _, _, err := deadline.PeriodOn(deadline.Reply, x.Arrived); err != nil {
		return act.Refuse("收到日期早于《政府信息公开条例》施行之日，请核对。")
	}
	if !x.Confirmed.IsZero() && (x.Confirmed.Before(x.Arrived) || x.Confirmed.After(d.Today)) {
		return act.Refuse("与申请人确认的日期应当在收件当日或者以后，且不晚于今天。", reg("第三十一条", "平常信函当日确认，网络和传真以双方确认之日为收到申请之日。"))
	}
	m := d.facts(nil, "number", x.Number, "channel", string(x.Channel), "applicant", string(x.Applicant), "confirmed", x.Confirmed.String())
	if x.Matter != "" {
		m["matter"] = x.Matter
	}
	if x.Ledger {
		m["ledger"] = "1"
	}
	return r.happen(Event{Kind: act.RequestRegistered, On: x.Arrived, Facts: m})
}

// Confirm 与申请人确认: the day on which the applicant was reached is the day of
// receipt of what came by the network, fax or plain post.
func (r *Request) Confirm(d Doing) error {
	if err := r.fits(act.RequestConfirmed); err != nil {
		return err
	}
	if err := d.when(r.Arrived, "收件日期"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestConfirmed, On: d.On, Facts: d.facts(nil)})
}

// Due is when the answer is due, with its derivation.
func (r *Request) Due(cal *calendar.Calendar, today law.Date) (deadline.Result, error) {
	c := r.Clock
	if c.Received.IsZero() { // not confirmed: the prudent count
		c.Received = r.Arrived
	}
	return deadline.Compute(cal, c, today)
}

// AskClarification 告知补正: once, within seven working days, with a reasonable
// period.
func (r *Request) AskClarification(cal *calendar.Calendar, d Doing, until law.Date) error {
	if err := r.fits(act.RequestAsked); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	var marks []string
	if r.Asked > 0 {
		if err := d.refuse(&marks, "correct_twice", "已经告知过一次补正，不能再次要求补正。内容仍不明确的，可以答复无法提供。"); err != nil {
			return err
		}
	}
	if last, err := deadline.Of(cal, deadline.AskCorrection, r.Received); err == nil && d.On.After(last.Due) {
		if err := d.refuse(&marks, "correct_late", "补正通知最迟应当在"+last.Due.Chinese()+"发出，已经超过，请直接办理答复。"); err != nil {
			return err
		}
	}
	if !until.After(d.On) {
		return act.Refuse("请给申请人合理的补正期限，写明截止日期。", reg("第三十条", "补正通知应当写明补正的事项和合理的补正期限。"))
	}
	return r.happen(Event{Kind: act.RequestAsked, On: d.On, Facts: d.facts(marks, "until", until.String())})
}

// Clarify 收到补正: the reply period starts anew.
func (r *Request) Clarify(d Doing) error {
	if err := r.fits(act.RequestCorrected); err != nil {
		return err
	}
	if err := d.when(r.lastOf(act.RequestAsked), "发出补正通知之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestCorrected, On: d.On, Facts: d.facts(nil)})
}

// lastOf is the day of the latest act of a kind, zero if there is none.
func (r *Request) lastOf(kind string) law.Date {
	for i := len(r.events) - 1; i >= 0; i-- {
		if r.events[i].Kind == kind {
			return r.events[i].On
		}
	}
	return law.Date{}
}

// Consult 征求意见 suspends the clock until the answer comes.
func (r *Request) Consult(d Doing, kind ConsultKind, delivered law.Date) error {
	if err := r.fits(act.RequestConsulted); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	for _, c := range r.Consults {
		if c.Kind == kind && c.Answered.IsZero() {
			return act.Refuse("正在" + kind.Chinese() + "，收到意见或者期满后再办理。")
		}
	}
	return r.happen(Event{Kind: act.RequestConsulted, On: d.On, Facts: d.facts(nil, "kind", string(kind), "delivered", delivered.String())})
}

// OpinionDue is until when an opinion is expected, false where the statute says
// nothing: then the organ sets a day of its own, and silence is no consent.
func OpinionDue(cal *calendar.Calendar, c Consultation) (deadline.Limit, bool) {
	name := map[ConsultKind]deadline.Name{AskThird: deadline.ThirdParty, AskJoint: deadline.JointMaker}[c.Kind]
	from := c.Delivered
	if from.IsZero() {
		from = c.Sent
	}
	l, err := deadline.Of(cal, name, from)
	return l, name != "" && err == nil
}

// Hear 收到意见 ends a consultation: agree, object, or silent once its time is over.
func (r *Request) Hear(cal *calendar.Calendar, d Doing, n int, opinion string) error {
	if n < 1 || n > len(r.Consults) || !r.Consults[n-1].Answered.IsZero() {
		return act.Refuse("没有这次征求意见，或者已经登记过结果。")
	}
	c := r.Consults[n-1]
	if err := d.when(c.Sent, "发出征求意见书之日"); err != nil {
		return err
	}
	if opinion == "silent" {
		due, limited := OpinionDue(cal, c)
		switch {
		case !limited:
			return act.Refuse("法律没有规定其他机关答复意见的期限，没有答复不能视为同意或者不同意，请继续联系或者自行判断后登记结果。", reg("第三十三条第三款", "征求其他机关意见所需时间不计入期限。"))
		case !d.On.After(due.Due):
			return act.Refuse("对方的答复期限到"+due.Due.Chinese()+"，期满后才能登记为逾期未答复。", due.Steps[0].Cite)
		}
	}
	return r.happen(Event{Kind: act.RequestAnswered, On: d.On, Facts: d.facts(nil, "n", strconv.Itoa(n), "opinion", opinion)})
}

// Extend 延长: once, up to twenty working days, with the consent of the head of
// the disclosure office, before the period ends. consent names the record of the
// consent.
func (r *Request) Extend(cal *calendar.Calendar, d Doing, days int, consent string) error {
	if err := r.fits(act.RequestExtended); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	var marks []string
	if r.Extended > 0 {
		if err := d.refuse(&marks, "extend_twice", "已经延长过一次，不能再延长。"); err != nil {
			return err
		}
	}
	most, _, err := deadline.PeriodOn(deadline.Extension, r.Received)
	if err != nil {
		return err
	}
	if days < 1 {
		return act.Refuse("请写延长的工作日数，1至" + strconv.Itoa(most.N) + "。")
	}
	if days > most.N {
		if err := d.refuse(&marks, "extend_long", fmt.Sprintf("最长只能延长%d个工作日。", most.N)); err != nil {
			return err
		}
	}
	due, err := r.Due(cal, d.Today)
	if err != nil {
		return err
	}
	if d.On.After(due.First) {
		if err := d.refuse(&marks, "extend_late", "答复期限"+due.First.Chinese()+"已经届满，不能再延长，请尽快答复。"); err != nil {
			return err
		}
	}
	if consent == "" {
		if err := d.refuse(&marks, "extend_consent", "延长须经公开机构负责人同意：请先提请审批，或者录入纸质签批。"); err != nil {
			return err
		}
	}
	return r.happen(Event{Kind: act.RequestExtended, On: d.On, Facts: d.facts(marks, "days", strconv.Itoa(days), "consent", consent)})
}

// AskReasons 要求说明理由, art. 35.
func (r *Request) AskReasons(d Doing) error {
	if err := r.fits(act.RequestReasons); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestReasons, On: d.On, Facts: d.facts(nil)})
}

// Delay 延迟答复, art. 35: the reasons are good and the day is named to the
// applicant.
func (r *Request) Delay(d Doing, until law.Date) error {
	if err := r.fits(act.RequestDelayed); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	if r.Reasons.IsZero() && !d.Fact {
		return act.Refuse("延迟答复以申请数量、频次明显超过合理范围并已要求说明理由为前提。", reg("第三十五条", "先要求申请人说明理由；理由合理而无法在期限内答复的，可以确定延迟答复的合理期限。"))
	}
	if !until.After(d.On) {
		return act.Refuse("请写明延迟至哪一天答复。")
	}
	return r.happen(Event{Kind: act.RequestDelayed, On: d.On, Facts: d.facts(nil, "until", until.String())})
}

// NotifyFee 收费通知: within the reply period; the clock stands until all is paid.
func (r *Request) NotifyFee(cal *calendar.Calendar, d Doing, a fee.Amount) error {
	if err := r.fits(act.RequestFeeAsked); err != nil {
		return err
	}
	if err := d.when(r.Received, "收到申请之日"); err != nil {
		return err
	}
	if a.Fen <= 0 {
		return act.Refuse("按标准计算不产生信息处理费，不需要发收费通知。", a.Cite)
	}
	if r.Payment != nil {
		return act.Refuse("这件申请已经发过收费通知，同一申请只能按一种方式收费一次。", a.Cite)
	}
	var marks []string
	due, err := r.Due(cal, d.Today)
	if err != nil {
		return err
	}
	if d.On.After(due.Due) {
		if err := d.refuse(&marks, "fee_late", "收费通知应当在答复期限内发出，期限"+due.Due.Chinese()+"已经届满。"); err != nil {
			return err
		}
	}
	by, err := deadline.Of(cal, deadline.Payment, d.On)
	if err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestFeeAsked, On: d.On, Facts: d.facts(marks, "method", string(a.Method), "units", strconv.Itoa(a.Units), "fen", strconv.FormatInt(int64(a.Fen), 10), "until", by.Due.String())})
}

// Pay 缴费 in full.
func (r *Request) Pay(d Doing) error { return r.afterFee(d, act.RequestFeePaid) }

// Waive 减免.
func (r *Request) Waive(d Doing) error { return r.afterFee(d, act.RequestFeeWaived) }

func (r *Request) afterFee(d Doing, kind string) error {
	if err := r.fits(kind); err != nil {
		return err
	}
	if err := d.when(r.lastOf(act.RequestFeeAsked), "发出收费通知之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: kind, On: d.On, Facts: d.facts(nil)})
}

// Refund 退费.
func (r *Request) Refund(d Doing) error {
	if r.Payment == nil || r.Payment.Paid.IsZero() || !r.Payment.Refunded.IsZero() {
		return act.Refuse("没有已缴的费用可以退还。")
	}
	if err := d.when(r.Payment.Paid, "缴费之日"); err != nil {
		return err
	}
	return r.happen(Event{Kind: act.RequestFeeBack, On: d.On, Facts: d.facts(nil)})
}

// Find 记录认定材料: one finding is on file. What it says stands in the sealed part.
func (r *Request) Find(d Doing, what string) error {
	if FindingChinese(what) == "" {
		return act.Refuse("没有这一种认定材料。")
	}
	return r.happen(Event{Kind: act.RequestFound, On: d.On, Facts: d.facts(nil, "what", what)})
}

// Assign 分办 to a person or a section, named as a reference.
func (r *Request) Assign(d Doing, ref string) error {
	return r.happen(Event{Kind: act.RequestAssigned, On: d.On, Facts: d.facts(nil), Refs: []string{ref}})
}

// Note 登记电话记录、说明; its words stand in the sealed part.
func (r *Request) Note(d Doing, kind string) error {
	return r.happen(Event{Kind: act.RequestNoted, On: d.On, Facts: d.facts(nil, "kind", kind)})
}

// VoidRegistration 作废登记: entered twice or by mistake. It counts nowhere, and
// its number is not given again.
func (r *Request) VoidRegistration(d Doing, reason string) error {
	if reason == "" {
		return act.Refuse("请选择作废的原因。")
	}
	return r.happen(Event{Kind: act.RequestVoided, On: d.On, Facts: d.facts(nil, "reason", reason)})
}
