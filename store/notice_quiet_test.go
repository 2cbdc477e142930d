package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

func quietAt(q Quiet, t time.Time, cal *calendar.Calendar) bool {
	d := law.DateOf(t)
	if q.Off && !cal.Working(d) {
		return true
	}
	m := int(t.Sub(d.Start()) / time.Minute)
	if q.From <= q.To {
		return m >= q.From && m < q.To
	}
	return m >= q.From || m < q.To
}

// A message waits for the first minute that is not quiet, never longer and never
// less, on whatever day.
func TestQuietIsAsShortAsItCanBe(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quiet{From: rapid.IntRange(0, 1439).Draw(t, "from"), To: rapid.IntRange(0, 1439).Draw(t, "to"), Off: rapid.Bool().Draw(t, "off")}
		at := law.Day(2026, 1, 1).Start().Add(time.Duration(rapid.IntRange(0, 365*1440).Draw(t, "minute")) * time.Minute)
		got := q.After(at, cal)
		want := at
		for quietAt(q, want, cal) {
			want = want.Add(time.Minute)
		}
		if !got.Equal(want) {
			t.Fatalf("%v from %v: %v, want %v", q, at, got, want)
		}
		if back, err := ParseQuiet(q.String()); err != nil || back != q {
			t.Fatalf("%q is read as %v, %v", q, back, err)
		}
	})
}

func TestDefaultQuietIsTheOneOfTheSettings(t *testing.T) {
	c, ok := org.ChoiceOf(SettingQuiet)
	if !ok || c.Default != DefaultQuiet().String() || c.Check(c.Default) != "" {
		t.Errorf("%+v", c)
	}
	for _, bad := range []string{"", "8:00-20:00", "24:00-08:00", "20:00-08:00+周末", "20:00"} {
		if _, err := ParseQuiet(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
		if bad != "" && c.Check(bad) == "" {
			t.Errorf("the settings take %q", bad)
		}
	}
}

func TestRules(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	at := func(month, day, hour, minute int) time.Time {
		return law.Day(2026, month, day).Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	for _, c := range []struct {
		rule        Rule
		after, want time.Time
		text        string
	}{
		{Every(5 * time.Minute), at(3, 18, 10, 0), at(3, 18, 10, 5), "每5分钟"},
		{Daily(3, 10), at(3, 18, 3, 9), at(3, 18, 3, 10), "每天 03:10"},
		{Daily(3, 10), at(3, 18, 3, 10), at(3, 19, 3, 10), "每天 03:10"},
		{Daily(0, 0), at(12, 31, 23, 59), at(13, 1, 0, 0), "每天 00:00"},
		{OnWorkdays(8, 30), at(3, 20, 9, 0), at(3, 23, 8, 30), "工作日 08:30"},
		{OnWorkdays(8, 30), at(2, 13, 9, 0), at(2, 14, 8, 30), "工作日 08:30"}, // a Saturday that is worked
		{OnWorkdays(8, 30), at(2, 14, 9, 0), at(2, 24, 8, 30), "工作日 08:30"}, // 春节
		{OnWorkdays(8, 30), at(9, 30, 9, 0), at(10, 8, 8, 30), "工作日 08:30"},
	} {
		if got := c.rule.Next(c.after, cal); !got.Equal(c.want) || c.rule.String() != c.text {
			t.Errorf("%v after %v: %v, want %v", c.rule, c.after, got.In(law.Beijing), c.want)
		}
	}
}

func TestMobileNumbers(t *testing.T) {
	for phone, want := range map[string]string{"138 0000 0001": "13800000001", "+86 138-0000-0001": "13800000001", "0086 13800000001": "13800000001",
		"0500-1234567": "", "12345678901": "", "": "", "138000000011": "", "13800000001转2": ""} {
		if got := mobile(phone); got != want {
			t.Errorf("%q gives %q", phone, got)
		}
	}
}

func TestDelayGrowsAndIsSpread(t *testing.T) {
	for n := 1; n < 100; n++ {
		whole := min(longestDelay, firstDelay<<min(n-1, 19))
		seen := map[time.Duration]bool{}
		for range 20 {
			d := delay(n)
			if d < whole/2 || d >= whole*3/2 {
				t.Fatalf("after try %d it waits %v", n, d)
			}
			seen[d] = true
		}
		if len(seen) < 2 {
			t.Fatalf("after try %d everything comes back together", n)
		}
	}
}
