package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// The public contract of the two calculators.
func TestDeadlineCommand(t *testing.T) {
	type answer struct {
		Due         string
		Provisional bool
		Trace       []struct {
			On, Why string
			N       int
		}
	}
	for _, c := range []struct {
		args        string
		due         string
		provisional bool
		counted     int
	}{
		{"--received 2026-09-30 --days 20", "2026-11-03", false, 20},
		{"--received 2026-09-30", "2026-11-03", false, 20},
		{"--received 2021-02-05 --days 7", "2021-02-20", false, 7}, // a Saturday that is worked
		{"--received 2026-09-30 --days 20 --pause 2026-10-12..2026-10-16", "2026-11-10", false, 20},
		{"--received 2026-09-30 --days 20 --extend 20", "2026-12-01", false, 40},
		{"--received 2026-11-20 --extend 20", "2027-01-15", true, 40},
		{"--received 2026-03-02 --corrected 2026-03-20", "2026-04-20", false, 20},
	} {
		code, out, errOut := gongkai(t, append([]string{"deadline", "--json"}, strings.Fields(c.args)...)...)
		var a answer
		if err := json.Unmarshal([]byte(out), &a); code != clean || err != nil {
			t.Fatalf("%s: %d %v %s", c.args, code, err, errOut)
		}
		if a.Due != c.due || a.Provisional != c.provisional {
			t.Errorf("%s: %s %v, want %s %v", c.args, a.Due, a.Provisional, c.due, c.provisional)
		}
		if last := a.Trace[len(a.Trace)-1]; last.On != c.due || last.N != c.counted {
			t.Errorf("%s: the trace ends with %+v", c.args, last)
		}
	}
	for args, want := range map[string]string{
		"":                                "--received",
		"--received 2026-13-01":           "不是日期",
		"--received 2007-01-05":           "尚未施行",
		"--received 2026-09-30 --days -1": "--days",
		"--received 2026-09-30 --pause 2026-10-16..2026-10-12": "--pause",
		"--received 2026-09-30 --pause 10-12":                  "--pause",
		"--received 2026-09-30 --corrected 2026-09-01":         "--corrected",
		"--received 2026-09-30 --wrong":                        "无法识别",
	} {
		if code, _, e := gongkai(t, append([]string{"deadline"}, strings.Fields(args)...)...); code != unreadable || !strings.Contains(e, want) {
			t.Errorf("%q: %d %s", args, code, e)
		}
	}
}

func TestFeeCommand(t *testing.T) {
	for args, want := range map[string]int64{"items 10": 0, "items 11": 10000, "items 50": 700000, "pages 68": 38000, "pages 250": 470000} {
		code, out, errOut := gongkai(t, append([]string{"fee", "--json"}, strings.Fields(args)...)...)
		var a struct {
			Fen   *int64
			Steps []struct{ Fen int64 }
		}
		if err := json.Unmarshal([]byte(out), &a); code != clean || err != nil || a.Fen == nil {
			t.Fatalf("%s: %d %v %s", args, code, err, errOut)
		}
		sum := int64(0)
		for _, s := range a.Steps {
			sum += s.Fen
		}
		if *a.Fen != want || sum != want {
			t.Errorf("%s: %d by steps %d, want %d", args, *a.Fen, sum, want)
		}
	}
	if code, out, _ := gongkai(t, "fee", "items", "31"); code != clean || !strings.Contains(out, "合计2200元") {
		t.Errorf("in words: %d %s", code, out)
	}
	for args, want := range map[string]string{"items": "数目不对", "items x": "整数", "items -1": "无法识别", "weight 3": "items（按件）", "pages 3 --on 2020-05-01": "尚未施行"} {
		if code, _, e := gongkai(t, append([]string{"fee"}, strings.Fields(args)...)...); code != unreadable || !strings.Contains(e, want) {
			t.Errorf("%q: %d %s", args, code, e)
		}
	}
}
