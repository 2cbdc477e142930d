// Package calendar says which days are working days (工作日). It reads the
// State Council's yearly notices, kept as data beside this file, counts both
// the days off and the make-up days worked (调休上班), and knows how far ahead
// that is known: beyond the last notice every answer is provisional.
package calendar

import (
	_ "embed"
	"fmt"
	"strings"

	"gongkai/law"
)

//go:embed notices.txt
var notices string

// Workdays is a number of working days, so that it cannot be mixed up with
// calendar days.
type Workdays int

// A Notice is one State Council notice, or the later one that changed it.
type Notice struct {
	Year    int
	Address string // where it was published
}

// A Calendar is a value: a process may hold two and compare them.
type Calendar struct {
	from, to law.Date // first and last day that the notices cover
	notices  []Notice
	names    map[law.Date]string // day named by a notice → holiday
	worked   map[law.Date]bool   // day named by a notice → it is worked
	// before[i] counts the working days among the first i days from from on;
	// days[k] is the offset of working day k.
	before []int32
	days   []int32
}

// Load reads the notices that the program carries: 2007 to 2026.
func Load() (*Calendar, error) { return Parse(notices) }

// Parse reads a table of notices in the form that notices.txt explains. Years
// must follow each other without a gap.
func Parse(table string) (*Calendar, error) {
	c := &Calendar{names: map[law.Date]string{}, worked: map[law.Date]bool{}}
	year, n := 0, 0
	for line := range strings.Lines(table) {
		n++
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		err := error(nil)
		switch {
		case f[0] == "year" && len(f) == 2:
			year, err = c.startYear(f[1], year)
		case f[0] == "notice" && len(f) == 2 && year > 0:
			c.notices = append(c.notices, Notice{year, f[1]})
		case (f[0] == "off" || f[0] == "on") && len(f) > 2 && year > 0:
			err = c.list(year, f[1], f[2:], f[0] == "on")
		default:
			err = fmt.Errorf("is not understood")
		}
		if err != nil {
			return nil, fmt.Errorf("calendar: line %d: %w", n, err)
		}
	}
	if year == 0 {
		return nil, fmt.Errorf("calendar: the table names no year")
	}
	c.to = law.Date{Year: year, Month: 12, Day: 31}
	c.count()
	return c, nil
}

func (c *Calendar) startYear(s string, last int) (int, error) {
	d, err := law.ParseDate(s + "-01-01")
	if err != nil {
		return 0, fmt.Errorf("%q is not a year", s)
	}
	if last != 0 && d.Year != last+1 {
		return 0, fmt.Errorf("year %d does not follow %d", d.Year, last)
	}
	if last == 0 {
		c.from = d
	}
	return d.Year, nil
}

// list enters the days of one line; a later line wins, as a later notice does.
func (c *Calendar) list(year int, name string, spans []string, worked bool) error {
	for _, s := range spans {
		a, b, ranged := strings.Cut(s, "..")
		first, err := day(year, a)
		if err != nil {
			return err
		}
		last := first
		if ranged {
			if last, err = day(year, b); err != nil {
				return err
			}
		}
		if n := last.DaysSince(first); n < 0 || n > 31 {
			return fmt.Errorf("%q is no span of days", s)
		}
		for d := first; !d.After(last); d = d.AddDays(1) {
			c.names[d], c.worked[d] = name, worked
		}
	}
	return nil
}

func day(year int, s string) (law.Date, error) {
	if len(s) == len("01-02") {
		s = fmt.Sprintf("%04d-%s", year, s)
	}
	return law.ParseDate(s)
}

// count prepares the sums that make adding working days two look-ups.
func (c *Calendar) count() {
	n := c.to.DaysSince(c.from) + 1
	c.before = make([]int32, n+1)
	d := c.from
	for i := range n {
		c.before[i+1] = c.before[i]
		if c.rule(d) {
			c.before[i+1]++
			c.days = append(c.days, int32(i))
		}
		d = d.AddDays(1)
	}
}

// rule decides a day from the notices, and by the weekday where none names it.
func (c *Calendar) rule(d law.Date) bool {
	if w, named := c.worked[d]; named {
		return w
	}
	wd := d.Weekday()
	return wd != 0 && wd != 6
}

// First is the first day that the notices cover.
func (c *Calendar) First() law.Date { return c.from }

// Horizon is the last day that the notices cover. The notice for the next year
// usually appears in November.
func (c *Calendar) Horizon() law.Date { return c.to }

// Known reports whether a notice covers the day.
func (c *Calendar) Known(d law.Date) bool { return !d.Before(c.from) && !d.After(c.to) }

// Notices lists the notices in the order of their years.
func (c *Calendar) Notices() []Notice { return append([]Notice(nil), c.notices...) }

// Working reports whether d is a working day. Outside First…Horizon it goes by
// the weekday alone and is provisional.
func (c *Calendar) Working(d law.Date) bool { return c.rule(d) }

// Holiday is the holiday that a notice names for the day (元旦, 春节 …), also
// for a make-up day worked in exchange; "" for an ordinary day.
func (c *Calendar) Holiday(d law.Date) string { return c.names[d] }

// Add returns the n-th working day after d; d itself does not count. With n = 0
// it is d, whatever day that is. provisional reports that the count left
// the days that notices cover, so the answer may move when one is loaded.
func (c *Calendar) Add(d law.Date, n Workdays) (due law.Date, provisional bool) {
	if n <= 0 || d.IsZero() {
		return d, !d.IsZero() && !c.Known(d)
	}
	left := int(n)
	if c.Known(d) {
		k := int(c.before[d.DaysSince(c.from)+1]) + left - 1
		if k < len(c.days) {
			return c.from.AddDays(int(c.days[k])), false
		}
		left = k - len(c.days) + 1
		d = c.to
	}
	for left > 0 { // beyond the horizon, or before the first notice
		d = d.AddDays(1)
		if c.rule(d) {
			left--
		}
	}
	return d, true
}

// Between counts the working days after a up to and including b; it is
// negative if b comes before a. provisional is as for Add.
func (c *Calendar) Between(a, b law.Date) (n Workdays, provisional bool) {
	if b.Before(a) {
		m, p := c.Between(b, a)
		return -m, p
	}
	if c.Known(a) && c.Known(b) {
		return Workdays(c.before[b.DaysSince(c.from)+1] - c.before[a.DaysSince(c.from)+1]), false
	}
	for d := a.AddDays(1); !d.After(b); d = d.AddDays(1) {
		if c.rule(d) {
			n++
		}
	}
	return n, true
}

// InYear counts the working days of a calendar year.
func (c *Calendar) InYear(year int) (n Workdays, provisional bool) {
	return c.Between(law.Date{Year: year - 1, Month: 12, Day: 31}, law.Date{Year: year, Month: 12, Day: 31})
}
