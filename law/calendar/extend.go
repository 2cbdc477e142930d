package calendar

import (
	"fmt"
	"strings"

	"gongkai/law"
)

// maxTable bounds a table of notices that people enter, in bytes: a year takes
// some 600.
const maxTable = 64 << 10

// Extend is the calendar of the program with notices that were entered here
// (the next year's, or a later one that changes days), in the form of
// notices.txt without remarks. A year that the program has may be named again:
// its lines come after and win.
func Extend(table string) (*Calendar, error) {
	if len(table) > maxTable {
		return nil, fmt.Errorf("calendar: the table has %d bytes, at most %d are read", len(table), maxTable)
	}
	years, order := map[string][]string{}, []string{}
	year := ""
	for _, t := range []string{notices, table} {
		year = ""
		for line := range strings.Lines(t) {
			plain, _, _ := strings.Cut(line, "#")
			f := strings.Fields(plain)
			if len(f) == 0 {
				continue
			}
			if f[0] == "year" && len(f) == 2 {
				if year = f[1]; years[year] == nil {
					order = append(order, year)
				}
			} else if year == "" {
				return nil, fmt.Errorf("calendar: %q stands before any year", strings.TrimSpace(plain))
			}
			if f[0] == "year" && years[year] != nil {
				continue
			}
			years[year] = append(years[year], strings.TrimSpace(plain))
		}
	}
	var b strings.Builder
	for _, y := range order {
		for _, l := range years[y] {
			b.WriteString(l + "\n")
		}
	}
	return Parse(b.String())
}

// A Change is a day that is worked in one calendar and not in the other.
type Change struct {
	Day  law.Date
	Now  bool   // a working day in the new one
	Name string // of the holiday, as the new one has it
}

// Changes lists the days between from and to that the two calendars see
// differently.
func Changes(old, now *Calendar, from, to law.Date) []Change {
	var out []Change
	for d := from; !d.After(to); d = d.AddDays(1) {
		if a, b := old.Working(d), now.Working(d); a != b {
			out = append(out, Change{d, b, now.Holiday(d)})
		}
	}
	return out
}
