package deadline

import (
	"gongkai/law"
	"gongkai/law/calendar"
)

// A Day is one line of a trace.
type Day struct {
	On          law.Date `json:"on"`
	Weekday     string   `json:"weekday"`
	N           int      `json:"n"` // which day of the period it is, 0 for one that does not count
	Why         string   `json:"why"`
	Provisional bool     `json:"provisional,omitempty"` // no notice covers the day
}

// maxTrace bounds a trace: nobody reads more days one by one.
const maxTrace = 1000

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// Trace counts a clock's days one by one, from the day from which is counted
// now to the day it ends, at most a thousand of them: the long way to what
// Compute says, for people to follow.
func Trace(cal *calendar.Calendar, c Clock, asOf law.Date) ([]Day, error) {
	r, err := Compute(cal, c, asOf)
	if err != nil {
		return nil, err
	}
	start := c.Received
	first := "收到之日，不计"
	if !r.Restarted.IsZero() {
		start, first = r.Restarted, "重新起算之日，不计"
	}
	days := []Day{{On: start, Weekday: weekdays[start.Weekday()], Why: first, Provisional: !cal.Known(start)}}
	n := 0
	for d := start.AddDays(1); !d.After(r.Due) && len(days) < maxTrace; d = d.AddDays(1) {
		x := Day{On: d, Weekday: weekdays[d.Weekday()], Provisional: !cal.Known(d)}
		weekend := d.Weekday() == 0 || d.Weekday() == 6
		name := cal.Holiday(d)
		switch kind := suspended(c, d, asOf); {
		case !cal.Working(d) && name != "":
			x.Why = name + "放假，不计"
		case !cal.Working(d):
			x.Why = "周末，不计"
		case kind != "":
			x.Why = kind.Chinese() + "期间，不计"
		case weekend:
			n++
			x.N, x.Why = n, name+"调休上班，计入"
		default:
			n++
			x.N, x.Why = n, "工作日"
		}
		days = append(days, x)
	}
	return days, nil
}

// suspended is what keeps a day from counting, "" if nothing does.
func suspended(c Clock, d, asOf law.Date) SegmentKind {
	for _, s := range c.Segments {
		if !s.Kind.suspends() {
			continue
		}
		to := s.To
		if to.IsZero() {
			if to = asOf; to.Before(s.From) {
				to = s.From
			}
		}
		if !d.Before(s.From) && !d.After(to) {
			return s.Kind
		}
	}
	return ""
}
