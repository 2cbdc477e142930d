package storetest

import (
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// Requests of a town are counted for its score, and the evidence opens to the
// files: one answered in time, one late, one that nobody answered, one that
// waits for the applicant, one that a review corrected.
func requestMeasures(x *scoring) {
	t, town := x.t, x.organs[1]
	by := store.By{Viewer: officer(3, town, org.Handler, org.Head)}
	register := func(day law.Date) int64 {
		setDay(x.clock, day)
		return idOf(t, must(x.RegisterRequest(ctx, by, store.NewRequest{Organ: town.ID, Subject: "会议纪要", Content: casework.Content{Wanted: "会议纪要"},
			Registration: casework.Registration{Channel: deadline.InPerson, Arrived: day, Applicant: casework.Natural, Ledger: true}}))(t))
	}
	do := func(id int64, day law.Date, verb requestDoing) {
		t.Helper()
		setDay(x.clock, day)
		file := must(x.Request(ctx, org.Program("测试"), id))(t)
		must(x.WithRequest(ctx, by, id, file.Version, func(f *store.RequestFile, cal *calendar.Calendar, today law.Date) error {
			return verb(f, cal, casework.Doing{On: day, Today: today, Fact: true})
		}))(t)
	}
	answer := func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Granted, "")
	}
	inTime, late, never, waits := register(law.Day(2026, 1, 6)), register(law.Day(2026, 1, 6)), register(law.Day(2026, 1, 7)), register(law.Day(2026, 1, 8))
	do(waits, law.Day(2026, 1, 9), func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.AskClarification(cal, d, law.Day(2026, 6, 1))
	})
	do(inTime, law.Day(2026, 1, 14), answer)
	do(late, law.Day(2026, 3, 20), answer)
	do(inTime, law.Day(2026, 2, 10), func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.OpenRemedy(d, casework.Reconsideration, false, true)
	})
	do(inTime, law.Day(2026, 3, 25), func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.EndRemedy(d, 1, casework.Annulled)
	})

	setDay(x.clock, law.Day(2026, 4, 8))
	names := []string{"requests.ontime", "requests.overdue", "requests.quick", "requests.marked", "requests.upheld", "requests.corrected", "requests.turned", "requests.charged", "requests.days", "requests.extended", "requests.disputed"}
	round := x.round(x.scheme("T", measuring(names...)), 1)
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	for item, want := range map[string][2]int64{"requests.ontime": {1, 3}, "requests.overdue": {2, 0}, "requests.quick": {1, 2}, "requests.marked": {1, 0}, "requests.upheld": {0, 1}, "requests.corrected": {1, 0},
		"requests.turned": {0, 0}, "requests.charged": {0, 0}, "requests.days": {6 + 49, 2}, "requests.extended": {0, 0}, "requests.disputed": {1, 0}} {
		if got := x.known(round, town.ID, item); got.State != oversight.FactKnown || got.N != want[0] || got.Of != want[1] {
			t.Errorf("%s: %+v, want %v", item, got, want)
		}
		if f := x.known(round, x.organs[2].ID, item); f.N != 0 || f.Of != 0 {
			t.Errorf("%s of the neighbour: %+v", item, f)
		}
	}
	sheet := x.sheets(x.one, round)[town.ID].ID
	list := must(x.MeasureEvidence(ctx, x.one, sheet, "requests.overdue"))(t)
	var refs []string
	for _, c := range list {
		refs = append(refs, c.Href)
		if !strings.Contains(c.Text, "会议纪要") {
			t.Errorf("the evidence says %q", c.Text)
		}
	}
	for _, id := range []int64{late, never} {
		if ref := "/desk/" + strings.Replace(store.RequestRef(id), "request/", "requests/", 1); !strings.Contains(strings.Join(refs, " "), ref) {
			t.Errorf("the evidence lacks %s: %v", ref, refs)
		}
	}
}
