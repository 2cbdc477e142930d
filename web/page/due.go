package page

import (
	"fmt"

	"gongkai/law"
	"gongkai/law/calendar"
)

// A Limit is a date limit as the desk shows it: days left, the date, and the
// days that were counted.
type Limit struct {
	Tag         Tag
	Date        string
	Basis       string // what it stands on
	Provisional bool
	Trace       []TraceDay
}

// A TraceDay is one line of the trace: a stretch of ordinary working days, or
// days that are no ordinary ones.
type TraceDay struct {
	Day, Word, Text string
	Off             bool
}

// maxTrace bounds how many days are traced; beyond it nobody counts along.
const maxTrace = 120

// LimitOf shows a limit from today. warn is how many working days before it the
// tag turns yellow.
func LimitOf(c *calendar.Calendar, today, due law.Date, basis string, warn int) Limit {
	if due.IsZero() {
		return Limit{Tag: Tag{Text: "没有期限"}, Basis: basis}
	}
	l := Limit{Date: due.String(), Basis: basis}
	if due.Before(today) {
		n, _ := c.Between(due, today)
		l.Tag = Tag{Tone: "err", Text: fmt.Sprintf("已逾期 %d 个工作日", max(int(n), 0))}
		if n <= 0 {
			l.Tag.Text = "已逾期"
		}
		return l
	}
	n, provisional := c.Between(today, due)
	l.Provisional = provisional
	switch {
	case due == today:
		l.Tag = Tag{Tone: "err", Text: "今天到期"}
	case n <= 1:
		l.Tag = Tag{Tone: "err", Text: fmt.Sprintf("还剩 %d 个工作日", n)}
	case int(n) <= warn:
		l.Tag = Tag{Tone: "warn", Text: fmt.Sprintf("还剩 %d 个工作日", n)}
	default:
		l.Tag = Tag{Text: fmt.Sprintf("还剩 %d 个工作日", n)}
	}
	if due.DaysSince(today) <= maxTrace {
		l.Trace = trace(c, today, due)
	}
	return l
}

// Weekdays are the names of the days of a week from Sunday.
var Weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// trace counts from the day after today to the limit: ordinary stretches as one
// line, holidays and make-up days by name.
func trace(c *calendar.Calendar, today, due law.Date) []TraceDay {
	out := []TraceDay{{dayOf(today), "今天", "当日不计", true}}
	n := 0
	for d := today.AddDays(1); !d.After(due); {
		end, worked := d, c.Working(d)
		name, odd := c.Holiday(d), worked == (d.Weekday() == 0 || d.Weekday() == 6)
		for next := end.AddDays(1); !next.After(due) && c.Working(next) == worked && c.Holiday(next) == name &&
			(worked == (next.Weekday() == 0 || next.Weekday() == 6)) == odd; next = next.AddDays(1) {
			end = next
		}
		days := end.DaysSince(d) + 1
		t := TraceDay{Day: dayOf(d), Off: !worked}
		if days > 1 {
			t.Day += " 至 " + dayOf(end)
		}
		switch {
		case worked && odd:
			t.Word, t.Text = count(n+1, n+days), name+"调休上班，计入"
		case worked:
			t.Word, t.Text = count(n+1, n+days), "工作日"
		case name != "":
			t.Word, t.Text = "不计", name+"放假"
		default:
			t.Word, t.Text = "不计", "周末"
		}
		if worked {
			n += days
		}
		out = append(out, t)
		d = end.AddDays(1)
	}
	return out
}

func count(a, b int) string {
	if a == b {
		return fmt.Sprintf("第 %d 日", a)
	}
	return fmt.Sprintf("第 %d—%d 日", a, b)
}

func dayOf(d law.Date) string {
	return fmt.Sprintf("%02d-%02d %s", d.Month, d.Day, Weekdays[d.Weekday()])
}
