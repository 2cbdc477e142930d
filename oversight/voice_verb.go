package oversight

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// Transfer gives the voice to another organ. The clock goes on. What complains of
// an organ never goes to that organ.
func (v *Voice) Transfer(to int64, why string, on law.Date) error {
	if err := v.live(); err != nil {
		return err
	}
	rule, _ := VoiceRuleOf(v.Kind)
	switch {
	case to == 0:
		return act.Refuse("请选择转给哪个机关办理。")
	case to == v.Organ:
		return act.Refuse("这一件现在就由这个机关办理。")
	case rule.Upward && to == v.About:
		return act.Refuse("投诉举报不能转给被投诉举报的机关办理。需要它说明情况的，请用整改通知或任务，不附投诉人的材料。", rule.Cite)
	}
	if err := reason(why, "属于教育局职责"); err != nil {
		return err
	}
	v.Organ, v.Handler = to, 0
	v.event(VoiceEvent{On: on, What: EventTransferred, To: to, Why: strings.TrimSpace(why)})
	return nil
}

// Assign names who works on it; 0 names nobody.
func (v *Voice) Assign(person int64) error {
	if err := v.live(); err != nil {
		return err
	}
	v.Handler = person
	return nil
}

// Extend moves the last day, once. latest bounds it.
func (v *Voice) Extend(due, latest law.Date, why string, on law.Date) error {
	if err := v.live(); err != nil {
		return err
	}
	switch {
	case v.Extended:
		return act.Refuse("这一件已经延期一次。请尽快答复；确实办不完的，先答复进展，说明何时办结。")
	case on.After(v.Due):
		return act.Refuse("期限" + v.Due.Chinese() + "已经过去，不能再延期。请尽快答复，逾期会如实记录。")
	case !due.After(v.Due):
		return act.Refuse("新的期限要晚于现在的期限" + v.Due.Chinese() + "。")
	case due.After(latest):
		return act.Refuse("延期最多到" + latest.Chinese() + "（与原期限一样长）。")
	}
	if err := reason(why, "需要到现场核实"); err != nil {
		return err
	}
	v.Due, v.Extended = due, true
	v.event(VoiceEvent{On: on, What: EventExtended, Due: due, Why: strings.TrimSpace(why)})
	return nil
}

// Find keeps what looking into a complaint found and what follows.
func (v *Voice) Find(verdict Verdict, finding, measure string) error {
	if err := v.live(); err != nil {
		return err
	}
	rule, _ := VoiceRuleOf(v.Kind)
	switch {
	case !rule.Finding:
		return act.Refuse("只有投诉举报需要查证结论。")
	case verdict.Chinese() == "":
		return act.Refuse("请选择查证结论。")
	case strings.TrimSpace(finding) == "":
		return act.Refuse("请写明查到了什么、依据什么。")
	case (verdict == Proven || verdict == Partly) && strings.TrimSpace(measure) == "":
		return act.Refuse("查证属实的，应当督促整改或者通报批评，请写明如何处理。", rule.Cite)
	}
	for _, s := range []string{finding, measure} {
		if m := badText(s, 2000, true); m != "" {
			return act.Refuse(m)
		}
	}
	v.Verdict, v.Content.Finding, v.Content.Measure = verdict, strings.TrimSpace(finding), strings.TrimSpace(measure)
	return nil
}

// AnswerWith keeps the answer. on is the day it went out, which may lie before
// today where a letter was sent and is entered now.
func (v *Voice) AnswerWith(text, how string, on, today law.Date) error {
	if err := v.live(); err != nil {
		return err
	}
	rule, _ := VoiceRuleOf(v.Kind)
	if rule.Finding && v.Verdict == "" {
		return act.Refuse("请先登记查证结论，再答复。", rule.Cite)
	}
	if strings.TrimSpace(text) == "" {
		return act.Refuse("请写答复的内容。")
	}
	if m := badText(text, MaxVoiceText, true); m != "" {
		return act.Refuse(m)
	}
	if m := badText(how, 100, false); m != "" {
		return act.Refuse(m)
	}
	if err := v.dayOf(on, today, "答复"); err != nil {
		return err
	}
	v.State, v.Ended, v.Content.Answer, v.Content.How = VoiceAnswered, on, strings.TrimSpace(text), strings.TrimSpace(how)
	v.event(VoiceEvent{On: on, What: EventAnswered, Why: v.Content.How})
	return nil
}

func (v *Voice) dayOf(on, today law.Date, what string) error {
	switch {
	case !on.Valid():
		return act.Refuse("请写" + what + "的日期，如 2026-03-02。")
	case on.After(today):
		return act.Refuse(what + "的日期" + on.Chinese() + "还没有到。")
	case on.Before(v.Received):
		return act.Refuse(fmt.Sprintf("%s的日期%s早于收到的日期%s。", what, on.Chinese(), v.Received.Chinese()))
	}
	return nil
}

// Decline ends it without looking into it, with the reason.
func (v *Voice) Decline(why string, on law.Date) error {
	if err := v.live(); err != nil {
		return err
	}
	if err := reason(why, "属于信访事项，请向县信访局提出"); err != nil {
		return err
	}
	v.State, v.Ended, v.Content.Answer = VoiceDeclined, on, strings.TrimSpace(why)
	v.event(VoiceEvent{On: on, What: EventDeclined, Why: v.Content.Answer})
	return nil
}

// Merge ends it as a repetition of another one of the same organ.
func (v *Voice) Merge(into Voice, why string, on law.Date) error {
	if err := v.live(); err != nil {
		return err
	}
	switch {
	case into.ID == v.ID:
		return act.Refuse("不能并入自己。")
	case into.Organ != v.Organ:
		return act.Refuse("另一件不由同一个机关办理，不能并案。可以先转办。")
	case into.State == VoiceMerged:
		return act.Refuse("另一件自己也已并案，请并入它所并入的那一件。")
	}
	if err := reason(why, "同一人就同一件事重复提出"); err != nil {
		return err
	}
	v.State, v.Ended, v.Into = VoiceMerged, on, into.ID
	v.event(VoiceEvent{On: on, What: EventMerged, Why: strings.TrimSpace(why)})
	return nil
}

// Reopen starts it again, once, with a new last day: the person is not content
// with the answer, or an officer found that it was not right.
func (v *Voice) Reopen(why string, due, on law.Date) error {
	switch {
	case v.Erased:
		return v.live()
	case v.State == VoiceOpen:
		return act.Refuse("这一件还在办理。")
	case v.State == VoiceMerged:
		return act.Refuse("这一件已并案，请看并入的那一件。")
	case v.Reopened:
		return act.Refuse("这一件已经重新办理过一次。仍不满意的，可以另行提出，或者向上一级机关反映。")
	}
	if err := reason(why, "答复没有说明何时更新"); err != nil {
		return err
	}
	v.State, v.Ended, v.Due, v.Reopened, v.Extended, v.Rating = VoiceOpen, law.Date{}, due, true, false, 0
	v.event(VoiceEvent{On: on, What: EventReopened, Due: due, Why: strings.TrimSpace(why)})
	return nil
}

// Rate keeps what the person thinks of the answer, 1 (很不满意) to 5 (很满意), once
// for each answer.
func (v *Voice) Rate(n int, comment string, on law.Date) error {
	switch {
	case v.Erased:
		return v.live()
	case v.State != VoiceAnswered:
		return act.Refuse("还没有答复，不能评价。")
	case v.Rating != 0:
		return act.Refuse("您已经评价过这次答复，谢谢。")
	case n < 1 || n > 5:
		return act.Refuse("请从五个选项中选择一个。")
	}
	if m := badText(comment, 500, true); m != "" {
		return act.Refuse(m)
	}
	v.Rating, v.Content.Comment = n, strings.TrimSpace(comment)
	v.event(VoiceEvent{On: on, What: EventRated})
	return nil
}

// Publish shows question and answer to everybody, in the words of the officer.
func (v *Voice) Publish(s Shown, on law.Date) error {
	rule, _ := VoiceRuleOf(v.Kind)
	switch {
	case v.Erased:
		return v.live()
	case !rule.Shown:
		return act.Refuse("投诉举报不公开。")
	case v.State != VoiceAnswered:
		return act.Refuse("答复之后才能公开。")
	case !v.Consent:
		return act.Refuse("提出人没有同意公开。可以另写一篇不涉及提出人的常见问题。")
	case strings.TrimSpace(s.Title) == "" || strings.TrimSpace(s.Question) == "" || strings.TrimSpace(s.Answer) == "":
		return act.Refuse("请写公开用的标题、问题和答复。")
	}
	for _, x := range []struct {
		text string
		most int
	}{{s.Title, MaxVoiceTitle}, {s.Question, MaxVoiceText}, {s.Answer, MaxVoiceText}} {
		if m := badText(x.text, x.most, true); m != "" {
			return act.Refuse(m)
		}
	}
	if found := v.Content.PersonalIn(s.Title, s.Question, s.Answer); len(found) > 0 {
		return act.Refuse("公开的文字里还有个人信息：" + strings.Join(found, "、") + "。请删去或改写后再公开。")
	}
	v.Shown = Shown{On: on, Title: strings.TrimSpace(s.Title), Question: strings.TrimSpace(s.Question), Answer: strings.TrimSpace(s.Answer)}
	v.event(VoiceEvent{On: on, What: EventPublished})
	return nil
}

// Withdraw takes question and answer back from the public.
func (v *Voice) Withdraw(on law.Date) error {
	if v.Shown.On.IsZero() {
		return act.Refuse("这一件没有公开。")
	}
	v.Shown = Shown{}
	v.event(VoiceEvent{On: on, What: EventWithdrawn})
	return nil
}

// Attach adds files of an officer: a letter that came later, the scan of the
// answer.
func (v *Voice) Attach(files []VoiceFile) error {
	switch {
	case v.Erased:
		return v.live()
	case len(files) == 0:
		return act.Refuse("请选择要补充的文件。")
	case len(v.Content.Files)+len(files) > MaxVoiceFiles:
		return act.Refuse(fmt.Sprintf("材料最多%d个，现有%d个。", MaxVoiceFiles, len(v.Content.Files)))
	}
	v.Content.Files = append(v.Content.Files, files...)
	return nil
}
