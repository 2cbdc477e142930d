package casework

import (
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
)

// Decide 作出答复 with an outcome and the number of its letter. The program writes
// no letter that lacks what it stands on; a letter that already went out is
// recorded, and marked. A row of the ledger needs findings only where the law
// asks for them most: 不予公开, 部分公开, 不存在.
func (r *Request) Decide(cal *calendar.Calendar, d Doing, o Outcome, letter string) error {
	res, ok := ResultOf(o)
	if !ok {
		return act.Refuse("请选择处理结果。")
	}
	if err := r.fits(act.RequestDecided); err != nil {
		return err
	}
	if err := r.suits(res); err != nil {
		return err
	}
	after := r.Received
	if after.IsZero() {
		after = r.Arrived
	}
	if err := d.when(after, "收到申请之日"); err != nil {
		return err
	}
	if r.Payment != nil && o == Published && !r.Payment.Paid.IsZero() && r.Payment.Refunded.IsZero() {
		return act.Refuse("已收取信息处理费，不能再以“已主动公开”答复；确应如此的请先办理退费。")
	}
	var marks []string
	if err := r.stands(cal, d, res, &marks); err != nil {
		return err
	}
	if due, err := r.Due(cal, d.Today); err == nil && d.On.After(due.Due) && !o.gone() && o != NotMended && o != NotPaid {
		marks = append(marks, "answer_late") // late is no reason not to answer
	}
	return r.happen(Event{Kind: act.RequestDecided, On: d.On, Facts: d.facts(marks, "outcome", string(o), "letter", letter)})
}

// stands checks what an outcome stands on.
func (r *Request) stands(cal *calendar.Calendar, d Doing, res Result, marks *[]string) error {
	switch {
	case r.State == Arrived && !res.Outcome.gone():
		return act.Refuse("还没有与申请人确认收到，请先确认。", reg("第三十一条", "网络和传真以双方确认之日为收到申请之日。"))
	case r.State == Correcting && res.Outcome != NotMended && !res.Outcome.gone():
		return act.Refuse("正在等待申请人补正。收到补正后再答复；期满未补正的，可以不再处理。")
	case r.State == Unpaid && res.Outcome != NotPaid && !res.Outcome.gone():
		return act.Refuse("正在等待申请人缴费。缴清后再答复；期满未缴的，可以不再处理。")
	case res.Outcome == NotMended && r.State != Correcting:
		return act.Refuse("没有等待中的补正通知，不能以逾期不补正结案。", res.Cite)
	case res.Outcome == NotMended && !d.On.After(r.CorrectBy):
		return d.refuse(marks, "mend_early", "补正期限到"+r.CorrectBy.Chinese()+"，期满后才能不再处理。")
	case res.Outcome == NotPaid && r.State != Unpaid:
		return act.Refuse("没有等待中的收费通知，不能以逾期未缴费结案。", res.Cite)
	case res.Outcome == NotPaid && !d.On.After(r.Payment.PayBy):
		return d.refuse(marks, "pay_early", "缴费期限到"+r.Payment.PayBy.Chinese()+"，期满后才能不再处理。")
	case res.Outcome == Unclear && r.Asked == 0:
		return d.refuse(marks, "not_asked", "没有要求过补正，不能以“补正后仍不明确”答复。请先告知补正。")
	}
	for _, c := range r.Consults {
		if c.Answered.IsZero() && !res.Outcome.gone() {
			due, limited := OpinionDue(cal, c)
			text := "正在" + c.Kind.Chinese() + "，请先登记意见"
			if limited {
				text += "；对方的期限到" + due.Due.Chinese() + "，期满后可以登记为逾期未答复"
			}
			return act.Refuse(text + "。")
		}
	}
	if r.Ledger && res.Group != Withholding && res.Outcome != Partial && res.Outcome != NotHeld {
		return nil
	}
	var missing []string
	for _, what := range res.Evidence {
		if !r.Findings[what] {
			missing = append(missing, FindingChinese(what))
		}
	}
	if len(missing) > 0 {
		if !d.Fact {
			return act.Refuse("作出“"+res.Chinese+"”的答复前，还缺少："+strings.Join(missing, "、")+"。", res.Cite)
		}
		*marks = append(*marks, "no_finding")
	}
	heard := slices.ContainsFunc(r.Consults, func(c Consultation) bool { return c.Kind == AskThird })
	if res.Outcome == Granted && r.Guide[Openness].Answer == "despite" && !heard {
		return d.refuse(marks, "no_consult", "涉及第三方合法权益，决定公开之前应当先书面征求第三方的意见。已经征求过的，请先补登。")
	}
	return nil
}

// Disclose 予以公开.
func (r *Request) Disclose(cal *calendar.Calendar, d Doing, letter string) error {
	return r.Decide(cal, d, Granted, letter)
}

// Serve 送达: how and when the letter reached the applicant.
func (r *Request) Serve(d Doing, way string) error {
	if err := r.fits(act.RequestServed); err != nil {
		return err
	}
	if err := d.when(r.lastOf(act.RequestDecided), "答复之日"); err != nil {
		return err
	}
	if way == "" {
		return act.Refuse("请选择送达方式。")
	}
	return r.happen(Event{Kind: act.RequestServed, On: d.On, Facts: d.facts(nil, "way", way)})
}

// Withdraw 撤回 by the applicant ends the file; no letter is needed.
func (r *Request) Withdraw(cal *calendar.Calendar, d Doing) error {
	if err := r.Decide(cal, d, Withdrawn, ""); err != nil {
		return err
	}
	return r.Serve(d, "none")
}

// year is the year a day counts in, 0 for no day.
func year(d law.Date) int { return d.Year }
