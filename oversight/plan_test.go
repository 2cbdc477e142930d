package oversight

import (
	"errors"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"

	"pgregory.net/rapid"
)

func day(s string) law.Date {
	d, err := law.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestStandingOfATask(t *testing.T) {
	due := day("2026-06-30")
	lead := func(s PartyState, reported string) Party {
		p := Party{Organ: 2, Lead: true, State: s, Percent: -1}
		if reported != "" {
			p.Reported = day(reported)
		}
		return p
	}
	for name, c := range map[string]struct {
		parties []Party
		on      string
		want    Standing
	}{
		"nothing reported":               {[]Party{lead(PartyIdle, "")}, "2026-06-30", StandingIdle},
		"the day after":                  {[]Party{lead(PartyIdle, "")}, "2026-07-01", StandingOverdue},
		"going":                          {[]Party{lead(PartyGoing, "2026-03-01")}, "2026-06-30", StandingGoing},
		"sent back and late":             {[]Party{lead(PartyReturned, "2026-06-01")}, "2026-07-01", StandingOverdue},
		"claimed in time, waits":         {[]Party{lead(PartyWaiting, "2026-06-30")}, "2026-07-10", StandingWaiting},
		"claimed late, waits":            {[]Party{lead(PartyWaiting, "2026-07-05")}, "2026-07-10", StandingOverdue},
		"one of two done, other idle":    {[]Party{lead(PartyDone, "2026-05-01"), lead(PartyIdle, "")}, "2026-06-01", StandingIdle},
		"who helps reports nothing":      {[]Party{lead(PartyGoing, "2026-05-01"), {Organ: 3, Percent: -1}}, "2026-06-01", StandingGoing},
		"one returned weighs most":       {[]Party{lead(PartyGoing, "2026-05-01"), lead(PartyReturned, "2026-05-01")}, "2026-06-01", StandingReturned},
		"all done but not marked so yet": {[]Party{lead(PartyDone, "2026-05-01")}, "2026-06-01", StandingDone},
	} {
		if got := (PlanTask{Due: due, Parties: c.parties}).Standing(day(c.on)); got != c.want {
			t.Errorf("%s: %s, not %s", name, got.Chinese(), c.want.Chinese())
		}
	}
	if got := (PlanTask{Parties: []Party{lead(PartyIdle, "")}}).Standing(day("2030-01-01")); got != StandingIdle {
		t.Errorf("a task without limit is %s", got.Chinese())
	}
	if got := (PlanTask{Due: due, Cancelled: day("2026-05-05")}).Standing(day("2027-01-01")); got != StandingCancelled {
		t.Errorf("a cancelled task is %s", got.Chinese())
	}
}

// A share that its organ split counts as its parts do; nothing is counted twice
// and every percent is between 0 and 100.
func TestRollupCountsEachShareOnce(t *testing.T) {
	whole := PlanTask{ID: 1, Organ: 10, Parties: []Party{{Organ: 20, Lead: true, Percent: 30}, {Organ: 21, Lead: true, Percent: 50}, {Organ: 22, Percent: -1}}}
	parts := []PlanTask{whole,
		{ID: 2, Parent: 1, Organ: 20, Parties: []Party{{Organ: 201, Lead: true, State: PartyDone, Percent: 100}}},
		{ID: 3, Parent: 1, Organ: 20, Parties: []Party{{Organ: 202, Lead: true, Percent: -1}}},
		{ID: 4, Parent: 1, Organ: 20, Cancelled: day("2026-02-02"), Parties: []Party{{Organ: 203, Lead: true}}}}
	r := Rollup(parts)[1]
	if r != (Roll{Shares: 3, Done: 1, Sum: 150}) || r.Percent() != 50 {
		t.Errorf("two parts of one and a share of the other come to %+v", r)
	}
	parts[0].Parties[0].State = PartyDone // accepted as a whole
	if r := Rollup(parts)[1]; r != (Roll{Shares: 2, Done: 1, Sum: 150}) {
		t.Errorf("a share that was accepted counts as %+v", r)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		tasks := make([]PlanTask, n)
		for i := range tasks {
			tasks[i] = PlanTask{ID: int64(i + 1), Organ: rapid.Int64Range(1, 4).Draw(t, "giver"), Parent: rapid.Int64Range(0, int64(n)).Draw(t, "parent")}
			for range rapid.IntRange(1, 3).Draw(t, "leads") {
				tasks[i].Parties = append(tasks[i].Parties, Party{Organ: rapid.Int64Range(1, 4).Draw(t, "lead"), Lead: true, Percent: rapid.IntRange(-1, 100).Draw(t, "percent")})
			}
		}
		for id, r := range Rollup(tasks) { // whatever the links: it ends
			if p := r.Percent(); p < 0 || p > 100 || r.Done > r.Shares {
				t.Fatalf("task %d comes to %+v", id, r)
			}
		}
	})
}

func refusedFor(t *testing.T, err error, word string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Text, word) {
		t.Errorf("not refused for %q: %v", word, err)
	}
}

func TestWhoClaimsProvesAndAnotherAccepts(t *testing.T) {
	task := PlanTask{Organ: 1, Evidence: "网页链接", Parties: []Party{{Organ: 2, Lead: true, Percent: -1}, {Organ: 3, Percent: -1}}}
	on := day("2026-03-02")
	refusedFor(t, task.Report(&Progress{Organ: 3, Text: "x"}, 0, on), "由责任单位报送")
	refusedFor(t, task.Report(&Progress{Organ: 2, Text: "x", Claims: true}, 0, on), "要求附佐证")
	refusedFor(t, task.Report(&Progress{Organ: 2, Text: "x", Claims: true, Evidence: Evidence{Link: "https://a.example"}}, 2, on), "往下分解")
	p := &Progress{Organ: 2, By: 7, Text: "x", Claims: true, Evidence: Evidence{Link: "https://a.example"}}
	if err := task.Report(p, 0, on); err != nil {
		t.Fatal(err)
	}
	refusedFor(t, task.Report(&Progress{Organ: 2, Text: "again"}, 0, on), "等待验收")
	refusedFor(t, task.Decide(p, true, "", 7, false, on), "另一位同事")
	if err := task.Decide(p, true, "", 7, true, on); err != nil { // inside one organ one person may do both
		t.Fatal(err)
	}
	if task.Done != on {
		t.Errorf("its only lead is done, the task on %v", task.Done)
	}
	refusedFor(t, task.Decide(p, false, "x", 8, false, on), "不需要再验收")
	refusedFor(t, task.Cancel("x", on), "已于")
}

func TestDutyRulesSayWhen(t *testing.T) {
	for rule, c := range map[string]struct{ from, period, due, says string }{
		"monthly:25":     {"2026-02-26", "2026-03", "2026-03-25", "每月25日前"},
		"monthly:31":     {"2026-02-01", "2026-02", "2026-02-28", "每月底前"},
		"monthly:+10":    {"2025-12-11", "2025-12", "2026-01-10", "每月，次月10日前"},
		"quarterly:0":    {"2026-03-31", "2026Q1", "2026-03-31", "每季度末前"},
		"quarterly:+15":  {"2026-01-16", "2026Q1", "2026-04-15", "每季度，季后15日内"},
		"halfyear:0":     {"2026-07-01", "2026H2", "2026-12-31", "每半年末前"},
		"halfyear:+20":   {"2026-01-01", "2025H2", "2026-01-20", "每半年，期后20日内"},
		"yearly:03-31":   {"2026-04-01", "2027", "2027-03-31", "每年3月31日前"},
		"yearly:02-29":   {"2026-01-01", "2026", "2026-02-28", "每年2月29日前"},
		"quarterly:+090": {},
		"monthly:0":      {}, "monthly:32": {}, "yearly:13-01": {}, "yearly:02-30": {}, "event:0d": {}, "event:7": {}, "daily:1": {}, "": {},
	} {
		r, err := ParseDutyRule(rule)
		if (err == nil) != (c.due != "") {
			t.Errorf("%q: %v", rule, err)
		}
		if err != nil {
			continue
		}
		p, ok := r.First(day(c.from))
		if !ok || p.Name != c.period || p.Due.String() != c.due || r.Chinese() != c.says {
			t.Errorf("%s from %s: %+v, says %q", rule, c.from, p, r.Chinese())
		}
	}
}

// Periods follow one another without gap and in order, whatever the rule.
func TestDutyPeriodsFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.OneOf(
			rapid.Custom(func(t *rapid.T) DutyRule {
				return DutyRule{Kind: Monthly, Day: rapid.IntRange(1, 31).Draw(t, "day"), After: rapid.Bool().Draw(t, "after")}
			}),
			rapid.Custom(func(t *rapid.T) DutyRule {
				return DutyRule{Kind: rapid.SampledFrom([]RhythmKind{Quarterly, HalfYearly}).Draw(t, "kind"), Day: rapid.IntRange(1, 90).Draw(t, "day"), After: true}
			}),
			rapid.Custom(func(t *rapid.T) DutyRule {
				return DutyRule{Kind: Yearly, Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 28).Draw(t, "day")}
			})).Draw(t, "rule")
		if back, err := ParseDutyRule(r.String()); err != nil || back != r {
			t.Fatalf("%+v is read back as %+v (%v)", r, back, err)
		}
		from := law.Day(2025, 1, 1).AddDays(rapid.IntRange(0, 900).Draw(t, "from"))
		p, _ := r.First(from)
		seen := map[string]bool{}
		for range 20 {
			if seen[p.Name] || p.Due.Before(from) {
				t.Fatalf("%s from %s: %s again or too early (%s)", r, from, p.Name, p.Due)
			}
			seen[p.Name] = true
			next, _ := r.Next(p)
			if gap := next.Due.DaysSince(p.Due); gap < 1 || gap > r.months()*31+4 {
				t.Fatalf("%s: from %s to %s are %d days", r, p.Name, next.Name, gap)
			}
			p = next
		}
	})
}

func TestDutyAfterAnEventCountsItsDays(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	for rule, due := range map[string]string{"event:20d": "2026-10-18", "event:7w": "2026-10-13", "event:2w": "2026-09-30"} { // the national day's holiday and its make-up day lie between
		r, err := ParseDutyRule(rule)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := r.From(day("2026-09-28"), cal); got.String() != due {
			t.Errorf("%s after 28 September is %s, not %s", rule, got, due)
		}
	}
}

// Every template stands on something and can be put into a calendar.
func TestDutyTemplatesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range DutyTemplates() {
		if seen[x.ID] || x.Cite.Empty() || x.Cite.Article == "" || len(x.Kinds) == 0 || (x.Rule.Kind == OnEvent) != (x.Event != "") {
			t.Errorf("template %+v", x)
		}
		seen[x.ID] = true
		item := x.For(5, day("2026-01-01"))
		if bad := item.Wrong(); len(bad) > 0 {
			t.Errorf("%s: %v", x.ID, bad)
		}
		if _, err := ParseDutyRule(x.Rule.String()); err != nil {
			t.Errorf("%s: %v", x.ID, err)
		}
	}
	for _, k := range []org.Kind{org.Government, org.Department, org.Town, org.Street, org.Authorised, org.Village} {
		n := 0
		for _, x := range DutyTemplates() {
			if x.Applies(k) {
				n++
			}
		}
		if n < 2 {
			t.Errorf("%s has %d templates", k.Chinese(), n)
		}
	}
}

func TestGapsKeepTheMonthTheyBeganIn(t *testing.T) {
	gap := func(organ int64, ref, since string) Gap {
		return Gap{Organ: organ, Source: GapPlanLate, Ref: ref, Since: since}
	}
	last := []Gap{gap(1, "plantask/1", "2025-11"), gap(1, "plantask/2", "2025-12"), gap(2, "plantask/1", "2025-12")}
	now := []Gap{gap(1, "plantask/1", ""), gap(2, "plantask/9", ""), gap(3, "plantask/1", "")}
	carried, settled := Carry(now, last, "2026-01")
	if carried != 1 || settled != 2 || now[0].Since != "2025-11" || now[1].Since != "2026-01" || now[2].Since != "2026-01" {
		t.Errorf("carried %d, settled %d: %+v", carried, settled, now)
	}
}

func TestUnconnectedIsNotNone(t *testing.T) {
	if s := (SourceAnswer{Name: GapColumnsEmpty}).Says(); s != "尚未接入" {
		t.Errorf("what nobody answers reads %q", s)
	}
	if s := (SourceAnswer{Connected: true}).Says(); s != "0 项" {
		t.Errorf("none reads %q", s)
	}
	groups := map[GapGroup]bool{}
	names := map[string]bool{}
	for _, s := range GapSources() {
		if names[s.Name] || s.Chinese == "" || s.Means == "" || s.Group.Chinese() == "" {
			t.Errorf("source %+v", s)
		}
		names[s.Name], groups[s.Group] = true, true
	}
	if len(groups) != len(GapGroups()) {
		t.Errorf("%d of %d groups have a source", len(groups), len(GapGroups()))
	}
}

func TestDispatchDayIsAWorkingDay(t *testing.T) {
	cal, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	for month, want := range map[int]string{1: "2026-01-23", 3: "2026-03-25", 4: "2026-04-24"} { // 25 January is a Sunday, 25 April a Saturday
		if got := DispatchDay(2026, month, 25, cal); got.String() != want {
			t.Errorf("of month %d: %s, not %s", month, got, want)
		}
	}
	refusedFor(t, Dispatch{Year: 2026, Month: 1, Day: day("2026-01-25")}.Check(day("2026-01-24")), "还没有到")
	refusedFor(t, Dispatch{Year: 2026, Month: 1, Day: day("2026-01-10")}.Check(day("2026-01-31")), "无法如实还原")
	refusedFor(t, Dispatch{Year: 2026, Month: 2, Day: day("2026-01-25")}.Check(day("2026-01-25")), "所在的月份")
}

func TestOrderIsNotOverdueWhileItWaits(t *testing.T) {
	o := Order{State: OrderOpen, Due: day("2026-02-10"), FirstDue: day("2026-02-10")}
	if o.Late(day("2026-02-10")) != 0 || o.Late(day("2026-02-12")) != 2 {
		t.Error("an order is late from the day after")
	}
	r := &OrderReply{Text: "已更正", By: 5}
	refusedFor(t, o.Reply(r), "佐证")
	r.Link = "https://a.example"
	if err := o.Reply(r); err != nil || o.Late(day("2026-03-01")) != 0 {
		t.Errorf("replied: %v", err)
	}
	refusedFor(t, o.Decide(r, true, "", 5, day("2026-02-11")), "另一位同事")
	refusedFor(t, o.Decide(r, false, "", 6, day("2026-02-11")), "原因")
	if err := o.Decide(r, false, "链接打不开", 6, day("2026-02-11")); err != nil || o.Late(day("2026-02-12")) != 2 {
		t.Errorf("returned: %v, late %d", err, o.Late(day("2026-02-12")))
	}
	refusedFor(t, o.Extend(day("2026-02-09"), "x", day("2026-02-08")), "晚于")
	refusedFor(t, o.Extend(day("2027-03-01"), "x", day("2026-02-11")), "一年")
	refusedFor(t, o.Extend(day("2026-03-01"), "", day("2026-02-11")), "原因")
	if err := o.Extend(day("2026-03-01"), "统一改版", day("2026-02-11")); err != nil || o.FirstDue != day("2026-02-10") {
		t.Errorf("extended: %v", err)
	}
}
