package oversight

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A RoundState is where a round of assessment stands.
type RoundState string

// The states of a round, in their order.
const (
	RoundSelf      RoundState = "self"      // 机关自评
	RoundScoring   RoundState = "scoring"   // 评分中
	RoundReview    RoundState = "review"    // 待复核
	RoundReviewed  RoundState = "reviewed"  // 复核通过
	RoundAnnounced RoundState = "announced" // 已公布
	RoundClosed    RoundState = "closed"    // 已定分
)

// Chinese is the state on screen.
func (s RoundState) Chinese() string {
	switch s {
	case RoundSelf:
		return "机关自评"
	case RoundScoring:
		return "评分中"
	case RoundReview:
		return "待复核"
	case RoundReviewed:
		return "复核通过，待公布"
	case RoundAnnounced:
		return "已公布"
	case RoundClosed:
		return "已定分"
	}
	return ""
}

// Announced reports whether organs know their scores.
func (s RoundState) Announced() bool { return s == RoundAnnounced || s == RoundClosed }

// A Round 考核轮次 is one scheme applied to a group of organs for a period.
type Round struct {
	ID      int64
	Organ   int64 // whose office assesses
	Scheme  int64
	Edition int64 // version of the scheme it is scored by
	Name    string
	Group   string // of the organs
	Year    int
	Period  ScorePeriod
	Number  int // of the quarter or half, from 1
	State   RoundState

	Computed   law.Date // facts were frozen, zero before
	ComputedBy int64
	SubmitBy   int64 // who handed it to review
	SubmitOn   law.Date
	ReviewBy   int64  // who reviewed here, or entered the paper
	Reviewer   string // name of who reviewed, also on paper
	ReviewOn   law.Date
	Announced  law.Date
	AppealDue  law.Date // the last day to appeal
	Board      bool     // organs see the whole ranking, not only their own place
	Version    int64
}

// Span is the days the round is about.
func (r *Round) Span() Span { return RoundSpan(r.Year, r.Period, r.Number) }

// Term names the period: 2026年第一季度.
func (r *Round) Term() string { return Term(r.Year, r.Period, r.Number) }

// Term names a period of a year: 2026年第一季度, 2026年上半年, 2026年度.
func Term(year int, p ScorePeriod, number int) string {
	switch p {
	case PeriodQuarter:
		return fmt.Sprintf("%d年第%s季度", year, pick(number, "一", "二", "三", "四"))
	case PeriodHalf:
		return fmt.Sprintf("%d年%s", year, pick(number, "上半年", "下半年"))
	}
	return fmt.Sprintf("%d年度", year)
}

func pick(n int, words ...string) string {
	if n < 1 || n > len(words) {
		return fmt.Sprint(n)
	}
	return words[n-1]
}

// Check reports in Chinese what is wrong with a round that is to be opened, by
// field.
func (r *Round) Check(s *Scheme) map[string]string {
	bad := map[string]string{}
	if name := strings.TrimSpace(r.Name); name == "" || len(name) > 300 {
		bad["name"] = "请写明这一轮考核的名称，不超过100字。"
	}
	if r.Year < s.Year || r.Year > s.Year+20 {
		bad["year"] = fmt.Sprintf("方案自%d年起适用，请填%d年或以后的年份。", s.Year, s.Year)
	}
	if !slices.Contains(s.Rounds, r.Period) {
		bad["period"] = "方案没有规定这种周期的考核，请重新选择。"
	}
	if most := 12 / max(r.Period.months(), 1); r.Number < 1 || r.Number > most {
		bad["number"] = "请选择是哪一个季度或半年。"
	}
	return bad
}

// CiteAssess is why there is assessment at all.
func CiteAssess() law.Cite { return scoredAssess }

var errOnlyPeople = "考核须由登录的工作人员办理。"

// MayScore is nil while points may be given.
func (r *Round) MayScore() error {
	switch r.State {
	case RoundScoring:
		return nil
	case RoundSelf:
		return act.Refuse("现在是机关自评阶段。请先结束自评，再评分。")
	case RoundReview, RoundReviewed:
		return act.Refuse("这一轮已送复核，不能改分。需要修改的，请先退回评分。")
	}
	return act.Refuse("这一轮的得分已经公布，不能直接改。确有错误的，请办理复核，写明理由，改动会留下记录。")
}

// BeginScoring ends the stage in which organs assess themselves.
func (r *Round) BeginScoring() error {
	if r.State != RoundSelf {
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在自评阶段。")
	}
	r.State = RoundScoring
	return nil
}

// Submit hands the scores to review. open and waits count marks nobody scored
// and bonuses nobody decided, over all organs.
func (r *Round) Submit(v org.Viewer, open, waits int, on law.Date) error {
	if err := r.MayScore(); err != nil {
		return err
	}
	switch {
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case open > 0:
		return act.Refuse(fmt.Sprintf("还有 %d 处待评，不能送复核。请在得分表中点“待评”逐项评分；没有接入的指标须人工评分，不会自动记 0 分。", open))
	case waits > 0:
		return act.Refuse(fmt.Sprintf("还有 %d 项加分申请没有核定，请先核定。", waits))
	}
	r.State, r.SubmitBy, r.SubmitOn = RoundReview, v.Person, on
	return nil
}

// Return sends the scores back from review.
func (r *Round) Return(v org.Viewer, why string) error {
	switch {
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case r.State != RoundReview && r.State != RoundReviewed:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在复核中。")
	case strings.TrimSpace(why) == "":
		return act.Refuse("请写明退回的原因，评分人才知道改什么。")
	}
	r.State, r.ReviewBy, r.Reviewer, r.ReviewOn = RoundScoring, 0, "", law.Date{}
	return nil
}

// Review confirms the scores. scored says whether the viewer gave points in this
// round: whoever did does not review them.
func (r *Round) Review(v org.Viewer, scored bool, on law.Date) error {
	switch {
	case r.State != RoundReview:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在待复核。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case v.Person == r.SubmitBy || scored:
		return act.Refuse("送复核的人和评过分的人不能复核自己的评分。请由另一位同事复核，或者由领导在纸质得分表上签字后登记。")
	}
	r.State, r.ReviewBy, r.Reviewer, r.ReviewOn = RoundReviewed, v.Person, v.Name, on
	return nil
}

// ReviewOnPaper records that somebody else signed the printed table.
func (r *Round) ReviewOnPaper(v org.Viewer, signer string, on, today law.Date) error {
	signer = strings.TrimSpace(signer)
	switch {
	case r.State != RoundReview:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不在待复核。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case signer == "" || len(signer) > 120:
		return act.Refuse("请写明纸质得分表上的签字人。")
	case signer == v.Name && v.Person == r.SubmitBy:
		return act.Refuse("送复核的人不能自己签字复核，请由另一位同事或领导签字。")
	case !on.Valid() || on.After(today) || on.Before(r.SubmitOn):
		return act.Refuse("签字日期应在送复核之后、今天或之前。")
	}
	r.State, r.ReviewBy, r.Reviewer, r.ReviewOn = RoundReviewed, v.Person, signer, on
	return nil
}

// Announce makes the scores known to the organs and opens the time for appeals.
func (r *Round) Announce(v org.Viewer, on, due law.Date, board bool) error {
	switch {
	case r.State != RoundReviewed:
		return act.Refuse("这一轮" + r.State.Chinese() + "。得分经另一人复核后才能公布。")
	case v.Person == 0:
		return act.Refuse(errOnlyPeople)
	case !due.Valid() || due.Before(on):
		return act.Refuse("申诉截止日期不能早于公布日期。")
	}
	r.State, r.Announced, r.AppealDue, r.Board = RoundAnnounced, on, due, board
	return nil
}

// Close makes the scores final, once nobody can appeal any more.
func (r *Round) Close(appeals int, today law.Date) error {
	switch {
	case r.State != RoundAnnounced:
		return act.Refuse("这一轮" + r.State.Chinese() + "，不能定分。")
	case !today.After(r.AppealDue):
		return act.Refuse("申诉截止日期" + r.AppealDue.Chinese() + "还没有过，请过后再定分。")
	case appeals > 0:
		return act.Refuse(fmt.Sprintf("还有 %d 件申诉没有办结，请先办结。", appeals))
	}
	r.State = RoundClosed
	return nil
}
