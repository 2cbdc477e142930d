package deadline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gongkai/law"
	"gongkai/law/calendar"
)

// SegmentKind is what happened to the clock of a request.
type SegmentKind string

// The kinds. A correction and a fee start the clock anew; consultations suspend
// it; an extension lengthens it once; a delay names a day of its own.
const (
	Correction   SegmentKind = "correction"   // 补正: from the notice to the corrected application
	AskThird     SegmentKind = "third"        // 征求第三方意见
	AskJoint     SegmentKind = "joint"        // 征求共同制作机关意见
	AskOther     SegmentKind = "other"        // 征求其他机关意见
	Fee          SegmentKind = "fee"          // 收费通知至缴清
	Extended     SegmentKind = "extension"    // 延长答复期限
	Delayed      SegmentKind = "delay"        // 延迟答复, 第三十五条
	Disregarding SegmentKind = "disregarding" // 其他依法不计入期限的时间
)

// Chinese names the kind in a derivation.
func (k SegmentKind) Chinese() string {
	return map[SegmentKind]string{Correction: "补正", AskThird: "征求第三方意见", AskJoint: "征求共同制作机关意见", AskOther: "征求其他机关意见",
		Fee: "缴纳信息处理费", Extended: "延长答复期限", Delayed: "延迟答复", Disregarding: "不计入期限的时间"}[k]
}

func (k SegmentKind) suspends() bool {
	return k == AskThird || k == AskJoint || k == AskOther || k == Disregarding
}

func (k SegmentKind) restarts() bool { return k == Correction || k == Fee }

// A Segment is a stretch or an event on a clock.
type Segment struct {
	Kind     SegmentKind
	From     law.Date          // the letter was sent, the extension was decided
	To       law.Date          // the answer, the corrected application, the payment came; zero while it is awaited
	Days     calendar.Workdays // of an extension
	Until    law.Date          // of a delay: the day named to the applicant
	Evidence string            // document behind it, in words
}

// A Clock is the reply period of one request: what is stored of it, and all that
// a recomputation needs.
type Clock struct {
	Received law.Date          // 收到申请之日
	Days     calendar.Workdays // another period than the statutory one, 0 for that
	Segments []Segment
}

// A Result is when a clock ends and why.
type Result struct {
	Due         law.Date
	First       law.Date // the end without extension: an extension has to be decided by then
	Provisional bool
	Waiting     SegmentKind // the segment that is still open: Due is as if it ended today
	Restarted   law.Date    // the day from which is counted now, if not the receipt
	Steps       []law.Step
	Marks       []law.Step // what was done late or twice: facts stay, and are marked
}

// Errors of a clock that cannot be.
var (
	ErrNoReceipt = errors.New("deadline: a clock without a day of receipt")
	ErrSegment   = errors.New("deadline: a segment ends before it begins")
)

// A span is a stretch of days that are left out, both ends included.
type span struct{ from, to law.Date }

// Compute runs a clock over a calendar. asOf stands for the end of a segment
// that is still open. It gives the same answer however often it is asked; the
// order of the segments does not matter.
func Compute(cal *calendar.Calendar, c Clock, asOf law.Date) (Result, error) {
	if c.Received.IsZero() {
		return Result{}, ErrNoReceipt
	}
	p, cite, err := PeriodOn(Reply, c.Received)
	if err != nil {
		return Result{}, err
	}
	days := calendar.Workdays(p.N)
	if c.Days > 0 {
		days = c.Days
	}
	segments := slices.Clone(c.Segments)
	slices.SortStableFunc(segments, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(a.From.String(), b.From.String()), cmp.Compare(a.To.String(), b.To.String()), cmp.Compare(a.Kind, b.Kind))
	})
	r := Result{Steps: []law.Step{{On: c.Received, Text: fmt.Sprintf("收到申请之日为%s，当日不计，自次日起%d个工作日。", c.Received.Chinese(), days), Cite: cite}}}
	start, out, err := r.stretches(cal, segments, c.Received, asOf)
	if err != nil {
		return Result{}, err
	}
	due, provisional := count(cal, start, days, out)
	r.First = due
	due, provisional = r.lengthen(cal, segments, c.Received, start, days, out, due, provisional)
	r.Due, r.Provisional = due, provisional
	r.Steps = append(r.Steps, law.Step{On: r.Due, Text: "答复期限届满日为" + r.Due.Chinese() + provisionalWord(provisional) + "。", Cite: cite})
	return r, nil
}

// stretches finds the day from which is counted and the days that are left out.
func (r *Result) stretches(cal *calendar.Calendar, segments []Segment, received, asOf law.Date) (start law.Date, out []span, err error) {
	start = received
	corrections := 0
	for _, s := range segments {
		to := s.To
		if to.IsZero() && (s.Kind.suspends() || s.Kind.restarts()) {
			r.Waiting = s.Kind
			if to = asOf; to.Before(s.From) {
				to = s.From
			}
		}
		if !to.IsZero() && to.Before(s.From) {
			return start, nil, fmt.Errorf("%w: %s to %s", ErrSegment, s.From, s.To)
		}
		switch {
		case s.Kind == Correction:
			if corrections++; corrections > 1 {
				r.mark(s.From, "补正通知只能发一次，这是第"+fmt.Sprint(corrections)+"次。", reg("第三十条", "补正应当一次性告知。"))
			}
			if last, err := Of(cal, AskCorrection, received); err == nil && s.From.After(last.Due) {
				r.mark(s.From, "补正通知应当在"+last.Due.Chinese()+"前发出。", last.Steps[0].Cite)
			}
			fallthrough
		case s.Kind == Fee:
			if !to.Before(start) {
				start = to
			}
			r.Restarted = start
			r.Steps = append(r.Steps, law.Step{On: to, Text: restartText(s), Cite: restartCite(s.Kind)})
		case s.Kind.suspends():
			out = append(out, span{s.From, to})
			r.Steps = append(r.Steps, law.Step{On: s.From, Text: suspendText(cal, s, to), Cite: suspendCite(s.Kind)})
		}
	}
	return start, merge(out, start), nil
}

// lengthen applies extension and delay.
func (r *Result) lengthen(cal *calendar.Calendar, segments []Segment, received, start law.Date, days calendar.Workdays, out []span, due law.Date, provisional bool) (law.Date, bool) {
	extended := false
	for _, s := range segments {
		switch s.Kind {
		case Extended:
			if s.From.Before(start) {
				r.Steps = append(r.Steps, law.Step{On: s.From, Text: "期限重新起算前作出的延长不再计入。"})
				continue
			}
			most, cite, err := PeriodOn(Extension, received)
			if err != nil {
				continue
			}
			n := s.Days
			switch {
			case extended:
				r.mark(s.From, "答复期限只能延长一次，第二次延长不计入。", cite)
				continue
			case int(n) > most.N:
				r.mark(s.From, fmt.Sprintf("延长%d个工作日，超过上限%d个工作日，只计入上限。", n, most.N), cite)
				n = calendar.Workdays(most.N)
			}
			if s.From.After(r.First) {
				r.mark(s.From, "延长应当在原期限届满（"+r.First.Chinese()+"）前决定。", cite)
			}
			extended = true
			due, provisional = count(cal, start, days+n, out)
			r.Steps = append(r.Steps, law.Step{On: s.From, Text: fmt.Sprintf("经公开机构负责人同意，延长%d个工作日。", n), Cite: cite})
		case Delayed:
			if s.Until.IsZero() {
				continue
			}
			cite := reg("第三十五条", "申请数量、频次明显超过合理范围而理由合理的，可以确定延迟答复的合理期限并告知申请人。")
			if s.Until.After(due) {
				due, provisional = s.Until, !cal.Known(s.Until)
			}
			r.Steps = append(r.Steps, law.Step{On: s.From, Text: "告知申请人延迟至" + s.Until.Chinese() + "答复。", Cite: cite})
		}
	}
	return due, provisional
}

func (r *Result) mark(on law.Date, text string, cite law.Cite) {
	r.Marks = append(r.Marks, law.Step{On: on, Text: text, Cite: cite})
}

// count is the n-th working day after start, stretches left out. They are
// merged and in order.
func count(cal *calendar.Calendar, start law.Date, n calendar.Workdays, out []span) (due law.Date, provisional bool) {
	due, provisional = cal.Add(start, n)
	for _, s := range out {
		if s.from.After(due) {
			break
		}
		lost, p := cal.Between(s.from.AddDays(-1), s.to)
		provisional = provisional || p
		if lost > 0 {
			var p bool
			due, p = cal.Add(due, lost)
			provisional = provisional || p
		}
	}
	return due, provisional
}

// merge puts stretches in order, joins those that meet and cuts off what lies
// not after start.
func merge(in []span, start law.Date) []span {
	slices.SortFunc(in, func(a, b span) int { return cmp.Or(a.from.DaysSince(b.from), a.to.DaysSince(b.to)) })
	var out []span
	for _, s := range in {
		if !s.from.After(start) {
			s.from = start.AddDays(1)
		}
		if s.to.Before(s.from) {
			continue
		}
		if n := len(out); n > 0 && !s.from.After(out[n-1].to.AddDays(1)) {
			if s.to.After(out[n-1].to) {
				out[n-1].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}
