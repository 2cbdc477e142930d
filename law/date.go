package law

import (
	"fmt"
	"time"
)

// Date is a calendar day (日) as law counts it: no hour, no zone. The zero
// Date is no day at all.
type Date struct {
	Year  int
	Month int // 1 to 12
	Day   int // 1 to 31
}

// Day makes a Date and normalises it, so that 2024-02-30 becomes 2024-03-01.
func Day(year, month, day int) Date {
	return fromTime(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
}

// ParseDate reads the ISO form 2006-01-02.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return Date{}, fmt.Errorf("law: %q is not a date such as 2026-01-31", s)
	}
	return fromTime(t), nil
}

// Valid reports whether d names a day that exists.
func (d Date) Valid() bool { return !d.IsZero() && Day(d.Year, d.Month, d.Day) == d }

// IsZero reports whether d is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Before reports whether d comes before e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// After reports whether d comes after e.
func (d Date) After(e Date) bool { return e.Before(d) }

// AddDays returns the day n calendar days later. The zero Date stays zero.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return fromTime(d.time().AddDate(0, 0, n))
}

// Weekday is 0 for Sunday to 6 for Saturday.
func (d Date) Weekday() int { return int(d.time().Weekday()) }

// DaysSince counts calendar days from e to d.
func (d Date) DaysSince(e Date) int {
	return int(d.time().Sub(e.time()) / (24 * time.Hour))
}

// String is the ISO form, or the empty string for no day.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Chinese is the form used in letters: 2026年1月31日.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day)
}

// MarshalText writes the ISO form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; empty text is no day.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// Beijing is the zone in which legal days are counted: UTC+8, without the
// zone database, which a closed machine may lack.
var Beijing = time.FixedZone("UTC+8", 8*60*60)

// DateOf is the legal day of an instant.
func DateOf(t time.Time) Date { return fromTime(t.In(Beijing)) }

// Start is the instant at which the day begins in China.
func (d Date) Start() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, Beijing)
}

func (d Date) time() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}

func fromTime(t time.Time) Date {
	return Date{t.Year(), int(t.Month()), t.Day()}
}
