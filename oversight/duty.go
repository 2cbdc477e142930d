package oversight

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
)

// RhythmKind is how often something has to be published 公开频次.
type RhythmKind string

// The kinds.
const (
	Monthly    RhythmKind = "monthly"
	Quarterly  RhythmKind = "quarterly"
	HalfYearly RhythmKind = "halfyear"
	Yearly     RhythmKind = "yearly"
	OnEvent    RhythmKind = "event"
)

// A DutyRule says when something has to be published again and again. Its text
// form, which databases keep, is
//
//	monthly:25      each month by the 25th      monthly:+10    by the 10th of the next month
//	quarterly:0     by the end of the quarter   quarterly:+15  by the 15th day after it
//	halfyear:0, halfyear:+15                    likewise
//	yearly:03-31    each year by 31 March
//	event:20d, event:7w                         20 days, 7 working days after something happened
type DutyRule struct {
	Kind     RhythmKind
	Month    int  // of Yearly
	Day      int  // of the month, of Yearly and Monthly; days after a period or event
	After    bool // counted from the end of the period
	Workdays bool // of OnEvent
}

// ParseDutyRule reads the text form.
func ParseDutyRule(s string) (DutyRule, error) {
	kind, rest, _ := strings.Cut(s, ":")
	r := DutyRule{Kind: RhythmKind(kind)}
	bad := fmt.Errorf("oversight: rule %q", s)
	var err error
	switch r.Kind {
	case Monthly, Quarterly, HalfYearly:
		rest, r.After = strings.CutPrefix(rest, "+")
		r.Day, err = strconv.Atoi(rest)
	case Yearly:
		m, d, _ := strings.Cut(rest, "-")
		if r.Month, err = strconv.Atoi(m); err == nil {
			r.Day, err = strconv.Atoi(d)
		}
	case OnEvent:
		n, days := strings.CutSuffix(rest, "d")
		if !days {
			n, r.Workdays = strings.CutSuffix(rest, "w")
		}
		if !days && !r.Workdays {
			return r, bad
		}
		r.Day, err = strconv.Atoi(n)
	}
	if err != nil || r.Check() != "" || r.String() != s {
		return DutyRule{}, bad
	}
	return r, nil
}

// String is the text form.
func (r DutyRule) String() string {
	plus := ""
	if r.After {
		plus = "+"
	}
	switch r.Kind {
	case Yearly:
		return fmt.Sprintf("%s:%02d-%02d", r.Kind, r.Month, r.Day)
	case OnEvent:
		if r.Workdays {
			return fmt.Sprintf("%s:%dw", r.Kind, r.Day)
		}
		return fmt.Sprintf("%s:%dd", r.Kind, r.Day)
	}
	return fmt.Sprintf("%s:%s%d", r.Kind, plus, r.Day)
}

// Check says in Chinese what is wrong with the rule, or "".
func (r DutyRule) Check() string {
	switch r.Kind {
	case Monthly:
		if r.Day < 1 || r.Day > 31 {
			return "每月的日期写1到31；31指当月最后一天。"
		}
	case Quarterly, HalfYearly:
		if r.After && (r.Day < 1 || r.Day > 90) || !r.After && r.Day != 0 {
			return "季度、半年结束后的天数写1到90；要求在期内完成的写0。"
		}
	case Yearly:
		if r.Month < 1 || r.Month > 12 || r.Day < 1 || r.Day > monthDays(2024, r.Month) {
			return "每年的日期写月-日，例如 03-31。"
		}
	case OnEvent:
		if r.Day < 1 || r.Day > 366 {
			return "事项发生后的天数写1到366。"
		}
	default:
		return "请选择频次：每月、每季度、每半年、每年，或者事项发生后若干天。"
	}
	return ""
}

// Chinese says when, in a few words.
func (r DutyRule) Chinese() string {
	switch {
	case r.Kind == Monthly && r.After:
		return fmt.Sprintf("每月，次月%d日前", r.Day)
	case r.Kind == Monthly && r.Day >= 31:
		return "每月底前"
	case r.Kind == Monthly:
		return fmt.Sprintf("每月%d日前", r.Day)
	case r.Kind == Quarterly && r.After:
		return fmt.Sprintf("每季度，季后%d日内", r.Day)
	case r.Kind == Quarterly:
		return "每季度末前"
	case r.Kind == HalfYearly && r.After:
		return fmt.Sprintf("每半年，期后%d日内", r.Day)
	case r.Kind == HalfYearly:
		return "每半年末前"
	case r.Kind == Yearly:
		return fmt.Sprintf("每年%d月%d日前", r.Month, r.Day)
	case r.Workdays:
		return fmt.Sprintf("事项发生后%d个工作日内", r.Day)
	}
	return fmt.Sprintf("事项发生后%d日内", r.Day)
}

// A DutyPeriod is one time at which something has to be published.
type DutyPeriod struct {
	Name string // 2026-01, 2026Q1, 2026H1, 2026; of an event "e" and its number
	Due  law.Date
}

// Chinese is the name of the period on screen.
func (p DutyPeriod) Chinese() string {
	year, rest := p.Name, ""
	if len(p.Name) > 4 {
		year, rest = p.Name[:4], p.Name[4:]
	}
	switch {
	case strings.HasPrefix(p.Name, "e"):
		return "事项"
	case strings.HasPrefix(rest, "-"):
		return year + "年" + strings.TrimLeft(rest, "-0") + "月"
	case strings.HasPrefix(rest, "Q"):
		return year + "年第" + map[string]string{"Q1": "一", "Q2": "二", "Q3": "三", "Q4": "四"}[rest] + "季度"
	case rest == "H1":
		return year + "年上半年"
	case rest == "H2":
		return year + "年下半年"
	}
	return year + "年"
}

// months is how many months a period has, 0 of an event.
func (r DutyRule) months() int {
	return map[RhythmKind]int{Monthly: 1, Quarterly: 3, HalfYearly: 6, Yearly: 12}[r.Kind]
}

// period is the n-th period of a year, counted from 0; other years follow.
func (r DutyRule) period(year, n int) DutyPeriod {
	per := 12 / r.months()
	year, n = year+n/per, n%per
	if n < 0 {
		year, n = year-1, n+per
	}
	first := n*r.months() + 1
	last := first + r.months() - 1
	end := law.Day(year, last, monthDays(year, last))
	p := DutyPeriod{Due: end}
	switch r.Kind {
	case Monthly:
		p.Name = fmt.Sprintf("%04d-%02d", year, last)
		if r.After {
			next := end.AddDays(1)
			p.Due = law.Day(next.Year, next.Month, min(r.Day, monthDays(next.Year, next.Month)))
		} else {
			p.Due = law.Day(year, last, min(r.Day, end.Day))
		}
	case Quarterly:
		p.Name = fmt.Sprintf("%04dQ%d", year, n+1)
	case HalfYearly:
		p.Name = fmt.Sprintf("%04dH%d", year, n+1)
	case Yearly:
		p.Name = fmt.Sprintf("%04d", year)
		p.Due = law.Day(year, r.Month, min(r.Day, monthDays(year, r.Month)))
	}
	if r.Kind == Quarterly || r.Kind == HalfYearly {
		p.Due = end.AddDays(r.Day)
	}
	return p
}

// First is the earliest period due on the day or later; none for an event.
func (r DutyRule) First(day law.Date) (DutyPeriod, bool) {
	if r.months() == 0 {
		return DutyPeriod{}, false
	}
	p := r.period(day.Year-1, 0)
	for n := 1; p.Due.Before(day); n++ {
		p = r.period(day.Year-1, n)
	}
	return p, true
}

// Next is the period after one that First or Next gave.
func (r DutyRule) Next(p DutyPeriod) (DutyPeriod, bool) {
	if r.months() == 0 {
		return DutyPeriod{}, false
	}
	return r.First(p.Due.AddDays(1))
}

// From is when a publication is due that follows an event. provisional says that
// the calendar does not reach so far.
func (r DutyRule) From(event law.Date, cal *calendar.Calendar) (due law.Date, provisional bool) {
	if r.Workdays {
		return cal.Add(event, calendar.Workdays(r.Day))
	}
	return event.AddDays(r.Day), false
}

// monthDays is how many days a month has.
func monthDays(year, month int) int {
	return law.Day(year, month+1, 1).AddDays(-1).Day
}

// A Recurring is what an organ has to publish again and again 重点公开事项.
type Recurring struct {
	ID       int64
	Organ    int64 // an organ, or its 内设机构 or 村（社区）
	Name     string
	Category string
	Rule     DutyRule
	Basis    string     // the instrument and article it stands on, or who asked for it
	Template string     // id of the template it was made from, "" for none
	From     law.Date   // first day it holds
	To       law.Date   // last day, zero while it has no end
	Period   DutyPeriod // the earliest that is not ticked off; none where Name is ""
	Version  int64
}

// Wrong says in Chinese what cannot be kept, by field name.
func (x Recurring) Wrong() map[string]string {
	bad := map[string]string{}
	if x.Organ == 0 {
		bad["organ"] = "请选择由哪个机关或者内设机构公开。"
	}
	check(bad, "name", x.Name, maxTitle, "请写要公开的事项，例如：城乡低保对象名单。")
	check(bad, "category", x.Category, 40, "")
	check(bad, "basis", x.Basis, maxShort, "请写依据，例如：《预算法》第十四条，或者县政府办公室通知。")
	if why := x.Rule.Check(); why != "" {
		bad["rule"] = why
	}
	switch {
	case !x.From.Valid():
		bad["from"] = "请写从哪天起执行，例如 2026-01-01。"
	case !x.To.IsZero() && (!x.To.Valid() || x.To.Before(x.From)):
		bad["to"] = "截止日期早于起始日期，或不是有效日期。"
	}
	return bad
}

// Holds reports whether a period falls into the time in which the item holds.
func (x Recurring) Holds(p DutyPeriod) bool { return x.To.IsZero() || !p.Due.After(x.To) }

// A Tick says that something was published for a period 已公开.
type Tick struct {
	Item   int64
	Period string
	On     law.Date // the day it was published
	Note   string   // e.g. 本期没有应公开的内容
	Evidence
	Person int64
}

// Wrong says in Chinese what cannot be kept, by field name.
func (x Tick) Wrong(today law.Date) map[string]string {
	bad := map[string]string{}
	switch {
	case !x.On.Valid():
		bad["on"] = "请写公开的日期，例如 2026-01-20。"
	case x.On.After(today):
		bad["on"] = "公开日期不能晚于今天；公开以后再登记。"
	}
	check(bad, "note", x.Note, maxShort, "")
	x.Evidence.Wrong(bad)
	if x.Evidence.Empty() && strings.TrimSpace(x.Note) == "" && bad["link"] == "" {
		bad["link"] = "请填写公开页面的链接，或者上传佐证；本期没有应公开的内容的，在说明里写明。"
	}
	return bad
}
