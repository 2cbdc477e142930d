package calendar

import (
	"testing"

	"gongkai/law"
)

const next = `year 2027
notice https://www.example.gov.cn/2027
off 元旦 01-01..01-03
off 国庆节 10-01..10-07
on 国庆节 09-26 10-09
`

// The notice of the next year moves the horizon, and only the days it names.
func TestNextYearsNotice(t *testing.T) {
	old, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	now, err := Extend(next)
	if err != nil {
		t.Fatal(err)
	}
	if now.Horizon() != law.Day(2027, 12, 31) || old.Horizon() != law.Day(2026, 12, 31) {
		t.Errorf("horizons %v and %v", old.Horizon(), now.Horizon())
	}
	got := map[string]bool{}
	for _, c := range Changes(old, now, law.Day(2026, 1, 1), law.Day(2027, 12, 31)) {
		got[c.Day.String()] = c.Now
	}
	want := map[string]bool{"2027-01-01": false, "2027-09-26": true, "2027-10-09": true,
		"2027-10-01": false, "2027-10-04": false, "2027-10-05": false, "2027-10-06": false, "2027-10-07": false}
	if len(got) != len(want) {
		t.Errorf("changes %v", got)
	}
	for d, w := range want {
		if g, ok := got[d]; !ok || g != w {
			t.Errorf("%s: %v %v", d, g, ok)
		}
	}
}

// A later notice of a year that is known changes the days it names, as that of
// May 2019 did.
func TestLaterNoticeWins(t *testing.T) {
	now, err := Extend("year 2026\nnotice https://www.example.gov.cn/later\noff 抗灾 11-27\n")
	if err != nil {
		t.Fatal(err)
	}
	old, _ := Load()
	c := Changes(old, now, law.Day(2026, 1, 1), law.Day(2026, 12, 31))
	if len(c) != 1 || c[0].Day != law.Day(2026, 11, 27) || c[0].Now || c[0].Name != "抗灾" {
		t.Errorf("changes %+v", c)
	}
}

func TestWrongNoticesAreRefused(t *testing.T) {
	for _, table := range []string{"off 元旦 01-01", "year 2029\nnotice x\n", "year 2027\noff 元旦 13-01\n", "year 2027\noff 元旦 01-05..01-03\n", "hello"} {
		if _, err := Extend(table); err == nil {
			t.Errorf("accepted: %q", table)
		}
	}
}
