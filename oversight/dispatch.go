package oversight

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
)

// A Dispatch is a month's 调度 of an office: the gaps of the organs below it as
// they stood on a day. It gives no points. Once issued it does not change; the
// organs answer beside it.
type Dispatch struct {
	ID      int64
	Organ   int64 // the office
	Year    int
	Month   int
	Day     law.Date // on which the gaps were counted
	Issued  law.Date
	Note    string // a word of the office above the list
	Organs  int    // looked at
	Gaps    int
	Carried int // open since an earlier month
	Settled int // of the last month's gaps, closed since
	Sources []SourceAnswer
	Version int64
}

// MonthName is the month as gaps keep it, e.g. 2026-01.
func MonthName(year, month int) string { return fmt.Sprintf("%04d-%02d", year, month) }

// MonthChinese is such a month on screen.
func MonthChinese(name string) string {
	y, m, ok := strings.Cut(name, "-")
	if !ok {
		return name
	}
	return y + "年" + strings.TrimLeft(m, "0") + "月"
}

// Number is how the dispatch is called.
func (d Dispatch) Number() string {
	return fmt.Sprintf("%d年%d月政务公开调度", d.Year, d.Month)
}

// Check is a refusal for a dispatch that cannot be issued on the day.
func (d Dispatch) Check(today law.Date) error {
	switch {
	case !d.Day.Valid() || d.Year != d.Day.Year || d.Month != d.Day.Month:
		return act.Refuse("请选择统计日期。调度属于统计日期所在的月份。")
	case d.Day.After(today):
		return act.Refuse("统计日期" + d.Day.Chinese() + "还没有到，到当天再印发。")
	case today.DaysSince(d.Day) > maxBehind:
		return act.Refuse(fmt.Sprintf("统计日期已过去 %d 天，超过 %d 天的缺口已无法如实还原，请改用较近的日期。", today.DaysSince(d.Day), maxBehind))
	case len([]rune(d.Note)) > maxPlanText:
		return act.Refuse(fmt.Sprintf("按语过长，最多 %d 字。", maxPlanText))
	}
	return nil
}

// maxBehind is how long after a day its gaps may still be issued: what was closed
// meanwhile is no gap any more, so an old day shows too few.
const maxBehind = 10

// DispatchDay is the day of a month on which an office dispatches: the one it has
// set, or the last working day before it.
func DispatchDay(year, month, day int, cal *calendar.Calendar) law.Date {
	d := law.Day(year, month, min(day, monthDays(year, month)))
	for n := 0; n < 15 && !cal.Working(d) && d.Day > 1; n++ {
		d = d.AddDays(-1)
	}
	return d
}

// Carry compares the gaps of a month with those of the dispatch before: what
// stood there keeps the month in which it was first dispatched. carried counts
// those, settled what is closed since.
func Carry(now, last []Gap, month string) (carried, settled int) {
	type key struct {
		organ int64
		key   string
	}
	since := make(map[key]string, len(last))
	for _, g := range last {
		since[key{g.Organ, g.Key()}] = g.Since
	}
	for i := range now {
		k := key{now[i].Organ, now[i].Key()}
		now[i].Since = month
		if first, ok := since[k]; ok {
			now[i].Since = first
			carried++
			delete(since, k)
		}
	}
	return carried, len(since)
}

// A GapAnswer is what an organ says about one of its gaps.
type GapAnswer struct {
	Gap     int64
	Text    string   // the reason, and what is being done
	Promise law.Date // by when it will be closed
	Version int64
}

// Wrong says in Chinese what cannot be kept, by field name.
func (a GapAnswer) Wrong(issued law.Date) map[string]string {
	bad := map[string]string{}
	check(bad, "answer", a.Text, maxShort, "请写原因和措施，例如：经办人变动，已安排专人补报。")
	switch {
	case !a.Promise.Valid():
		bad["promise"] = "请写完成日期，例如 2026-02-10。"
	case a.Promise.Before(issued):
		bad["promise"] = "完成日期早于调度印发的" + issued.Chinese() + "。"
	}
	return bad
}
