package calendar

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

func load(t testing.TB) *Calendar {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) law.Date {
	t.Helper()
	d, err := law.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Days of receipt and the days that fall 7, 15, 20 and 40 working days later.
func TestReceipts(t *testing.T) {
	c := load(t)
	for _, row := range []struct {
		received string
		due      [4]string
	}{
		{"2019-05-15", [4]string{"2019-05-24", "2019-06-05", "2019-06-13", "2019-07-11"}},
		{"2020-01-16", [4]string{"2020-02-03", "2020-02-13", "2020-02-20", "2020-03-19"}}, // the epidemic's longer Spring Festival
		{"2021-02-05", [4]string{"2021-02-20", "2021-03-03", "2021-03-10", "2021-04-08"}}, // 02-20 is a Saturday worked
		{"2023-09-25", [4]string{"2023-10-10", "2023-10-20", "2023-10-27", "2023-11-24"}},
		{"2024-02-06", [4]string{"2024-02-21", "2024-03-04", "2024-03-11", "2024-04-09"}},
		{"2025-09-26", [4]string{"2025-10-13", "2025-10-23", "2025-10-30", "2025-11-27"}},
		{"2026-02-11", [4]string{"2026-02-27", "2026-03-10", "2026-03-17", "2026-04-15"}},
		{"2026-09-30", [4]string{"2026-10-15", "2026-10-27", "2026-11-03", "2026-12-01"}},
		{"2026-11-20", [4]string{"2026-12-01", "2026-12-11", "2026-12-18", "2027-01-15"}},
		{"2024-01-22", [4]string{2: "2024-02-22"}},
		{"2024-09-20", [4]string{2: "2024-10-23"}},
		{"2025-12-31", [4]string{2: "2026-01-29"}},
		{"2026-09-28", [4]string{2: "2026-10-30"}},
	} {
		for i, n := range []Workdays{7, 15, 20, 40} {
			if row.due[i] == "" {
				continue
			}
			got, provisional := c.Add(date(t, row.received), n)
			if got.String() != row.due[i] {
				t.Errorf("%s + %d working days = %s, want %s", row.received, n, got, row.due[i])
			}
			if want := got.Year > 2026; provisional != want {
				t.Errorf("%s + %d: provisional %v, want %v", row.received, n, provisional, want)
			}
		}
	}
}

func TestYears(t *testing.T) {
	c := load(t)
	for year, want := range map[int]Workdays{2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		if got, provisional := c.InYear(year); got != want || provisional {
			t.Errorf("%d has %d working days (provisional %v), want %d", year, got, provisional, want)
		}
	}
	if h := c.Horizon().String(); h != "2026-12-31" {
		t.Errorf("horizon is %s", h)
	}
	if _, provisional := c.InYear(2027); !provisional {
		t.Error("2027 has no notice and must be provisional")
	}
}

func TestNamedDays(t *testing.T) {
	c := load(t)
	for day, want := range map[string]struct {
		working bool
		name    string
	}{
		"2019-05-02": {false, "劳动节"}, // second notice of 2019
		"2019-04-28": {true, "劳动节"},
		"2020-01-31": {false, "春节"}, // second notice of 2020
		"2020-02-02": {false, "春节"},
		"2020-02-03": {true, "春节"},
		"2013-04-07": {true, "清明节"}, // missing in one published library
		"2013-10-12": {true, "国庆节"},
		"2018-12-31": {false, "元旦"}, // stands in the notice of 2019
		"2018-12-29": {true, "元旦"},
		"2022-12-31": {false, "元旦"},
		"2007-12-31": {false, "元旦"},
		"2015-09-03": {false, "抗日战争暨世界反法西斯战争胜利70周年纪念日"},
		"2026-10-10": {true, "国庆节"},
		"2026-11-20": {true, ""},
		"2026-11-21": {false, ""},
	} {
		d := date(t, day)
		if got := c.Working(d); got != want.working {
			t.Errorf("%s: working %v, want %v", day, got, want.working)
		}
		if got := c.Holiday(d); got != want.name {
			t.Errorf("%s is called %q, want %q", day, got, want.name)
		}
	}
}

// Each notice stands with its address, and a make-up day is always a weekend.
func TestTable(t *testing.T) {
	c := load(t)
	seen := map[int]int{}
	for _, n := range c.Notices() {
		seen[n.Year]++
		if !strings.HasPrefix(n.Address, "http") || !strings.Contains(n.Address, "gov.cn/") {
			t.Errorf("%d: %q is no address of a notice", n.Year, n.Address)
		}
	}
	for y := 2007; y <= 2026; y++ {
		want := 1
		if y == 2015 || y == 2019 || y == 2020 {
			want = 2
		}
		if seen[y] != want {
			t.Errorf("%d has %d notices, want %d", y, seen[y], want)
		}
	}
	for d, worked := range c.worked {
		// 2020-02-03, a Monday, was named as the day work begins again.
		if wd := d.Weekday(); worked && wd != 0 && wd != 6 && d.String() != "2020-02-03" {
			t.Errorf("%s is listed as made up but is a weekday", d)
		}
	}
}

func TestParseRejects(t *testing.T) {
	for name, table := range map[string]string{
		"nothing":        "",
		"gap":            "year 2025\nyear 2027\n",
		"no year":        "off 元旦 01-01\n",
		"no such day":    "year 2025\noff 元旦 02-30\n",
		"backwards":      "year 2025\noff 元旦 01-03..01-01\n",
		"unknown word":   "year 2025\nholiday 元旦 01-01\n",
		"year not digit": "year 20x5\n",
	} {
		if _, err := Parse(table); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A new year's notice is appended to the table and moves the horizon; a
// deadline that was provisional is settled.
func TestNextNotice(t *testing.T) {
	c, err := Parse(notices + "\nyear 2027\nnotice https://example.gov.cn/2027\noff 元旦 01-01..01-03\n")
	if err != nil {
		t.Fatal(err)
	}
	got, provisional := c.Add(law.Day(2026, 11, 20), 40)
	if got.String() != "2027-01-18" || provisional {
		t.Errorf("with New Year's Day known the 40th day is %s (provisional %v), want 2027-01-18", got, provisional)
	}
}

// Add agrees with counting day by day, and Between undoes it.
func TestAddCountsDays(t *testing.T) {
	c := load(t)
	first := law.Day(2006, 11, 1)
	rapid.Check(t, func(t *rapid.T) {
		d := first.AddDays(rapid.IntRange(0, 7500).Draw(t, "day"))
		n := Workdays(rapid.IntRange(1, 80).Draw(t, "n"))
		got, provisional := c.Add(d, n)
		e, left := d, n
		for left > 0 {
			e = e.AddDays(1)
			if c.Working(e) {
				left--
			}
		}
		if got != e {
			t.Fatalf("%s + %d = %s, day by day %s", d, n, got, e)
		}
		if want := !c.Known(d) || !c.Known(e); provisional != want {
			t.Fatalf("%s + %d = %s: provisional %v, want %v", d, n, got, provisional, want)
		}
		if m, _ := c.Between(d, got); m != n {
			t.Fatalf("between %s and %s: %d, want %d", d, got, m, n)
		}
		if m, _ := c.Between(got, d); m != -n {
			t.Fatalf("between %s and %s: %d, want %d", got, d, m, -n)
		}
	})
}

func BenchmarkAdd20(b *testing.B) {
	c := load(b)
	d := law.Day(2025, 9, 26)
	for b.Loop() {
		c.Add(d, 20)
	}
}
