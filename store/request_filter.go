package store

import (
	"fmt"

	"gongkai/law"
	"gongkai/law/deadline"
)

// A FigureFilter chooses the requests behind one figure. Zero fields choose all.
type FigureFilter struct {
	Near     law.Date // open, not over, due up to the day
	Waiting  bool     // open, and the clock stands
	Person   int64    // who handles it, -1 for nobody
	Channel  deadline.Channel
	Month    string // of receipt, like 2026-03
	Answered bool
	Late     bool // answered late, or marked as late
	Extended bool
	Asked    bool // the applicant was asked to correct 补正
	Ended    int  // a review or court case ended in the year
	Reversed int  // one that ended in the year corrected the answer
}

// open reports whether the filter is about requests that are open.
func (f FigureFilter) open() bool { return f.Waiting || !f.Near.IsZero() }

// conditions are those of a query over request r.
func (f FigureFilter) conditions(today law.Date, arg func(any) string) (out []string) {
	if !f.Near.IsZero() {
		out = append(out, "r.waiting = ''", "r.due >= "+arg(today.String()), "r.prudent <= "+arg(f.Near.String()))
	}
	if f.Waiting {
		out = append(out, "r.waiting <> ''")
	}
	if f.Person != 0 {
		out = append(out, "r.person = "+arg(max(f.Person, 0)))
	}
	if f.Channel != "" {
		out = append(out, "r.channel = "+arg(string(f.Channel)))
	}
	if f.Month != "" {
		out = append(out, "r.received >= "+arg(f.Month+"-01"), "r.received <= "+arg(f.Month+"-31"))
	}
	for _, x := range []struct {
		use  bool
		cond string
	}{{f.Answered, "r.answer <> ''"}, {f.Late, "r.late = 1"}, {f.Extended, "r.extended = 1"}, {f.Asked, "r.corrected = 1"}} {
		if x.use {
			out = append(out, x.cond)
		}
	}
	for _, x := range []struct {
		year int
		cond string
	}{{f.Ended, ""}, {f.Reversed, " and m.ending in (" + correctingEndings() + ")"}} {
		if x.year != 0 {
			out = append(out, fmt.Sprintf("exists (select 1 from request_remedy m where m.request = r.id and m.counted = 1 and m.ended >= %s and m.ended <= %s%s)",
				arg(law.Day(x.year, 1, 1).String()), arg(law.Day(x.year, 12, 31).String()), x.cond))
		}
	}
	return out
}
