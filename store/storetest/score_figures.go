package storetest

import (
	"errors"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
	"gongkai/store"
)

// The head of a town assesses its sections and villages, and nothing beyond; the
// county does not reach into them by this.
func innerScores(x *scoring) {
	t := x.t
	town := x.organs[1]
	var inside []org.Organ
	for i, k := range []org.Kind{org.Section, org.Village, org.Village} {
		inside = append(inside, must(x.SaveOrgan(ctx, org.Organ{Code: fmt.Sprint("V", i), Name: fmt.Sprintf("第%d村", i), Kind: k, Level: org.Grassroots, Parent: town.ID}))(t))
	}
	head := store.By{Viewer: x.heads[0]}
	s, _ := oversight.ShippedScheme("E")
	if _, err := x.SaveScheme(ctx, head, x.organs[2].ID, 0, 0, s); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a scheme for the neighbour: %v", err)
	}
	id := idOf(t, must(x.SaveScheme(ctx, head, town.ID, 0, 0, s))(t))
	must(x.PublishScheme(ctx, head, id, 1))(t)
	round := idOf(t, must(x.OpenRound(ctx, head, oversight.Round{Scheme: id, Name: "村级考评", Year: 2026, Period: oversight.PeriodYear, Number: 1}, []int64{inside[2].ID}))(t))
	sheets := x.sheets(x.heads[0], round)
	if len(sheets) != 2 || sheets[inside[0].ID].ID == 0 || sheets[inside[1].ID].ID == 0 {
		t.Fatalf("assessed are %d", len(sheets))
	}
	if err := x.give(x.heads[0], sheets[inside[1].ID].ID, "1.1", 1500); err != nil {
		t.Error(err)
	}
	if err := x.give(x.heads[1], sheets[inside[1].ID].ID, "1.1", 1400); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour's head scored: %v", err)
	}
	// The head may not be made to score towns by a round of his own.
	d, _ := oversight.ShippedScheme("D")
	_, err := x.SaveScheme(ctx, head, town.ID, 0, 0, d)
	refused(t, err, "内设机构和村")
	_, err = x.SaveScheme(ctx, head, town.ID, id, 2, d)
	refused(t, err, "内设机构和村")
	if _, err := x.Round(ctx, officer(9, town, org.Drafter), round); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a clerk sees it before it is announced: %v", err)
	}
	if rows := must(x.Rounds(ctx, x.heads[0], store.RoundQuery{}))(t); len(rows) != 1 || !rows[0].Assesses || rows[0].Organs != 2 {
		t.Errorf("the head is shown %+v", rows)
	}
}

// known is a fact of an organ as it was frozen.
func (x *scoring) known(round int64, organ int64, item string) oversight.Fact {
	x.t.Helper()
	r := x.sheets(x.one, round)[organ]
	m := r.Mark(item)
	if m == nil {
		x.t.Fatalf("no %s", item)
	}
	return m.Facts[""]
}

// measuring is a scheme with one indicator for each measure given.
func measuring(names ...string) func(*oversight.Scheme) {
	return func(s *oversight.Scheme) {
		g := oversight.SchemeGroup{Name: "取数"}
		for _, n := range names {
			m, _ := oversight.MeasureOf(n)
			i := oversight.Indicator{Key: n, Name: m.Chinese, Max: 10 * oversight.Point, Measure: n, Source: oversight.ByProgram}
			switch m.Shape {
			case oversight.ShapeRatio:
				i.Kind, i.Rule = oversight.RatioOf, oversight.Rule{Full: 100, Least: 1}
			case oversight.ShapeMean:
				i.Kind, i.Rule = oversight.RatioOf, oversight.Rule{Full: 10, Zero: 20, Least: 1}
			case oversight.ShapeDate:
				i.Kind, i.Rule = oversight.DeadlineMet, oversight.Rule{Late: 100}
			default:
				i.Kind = oversight.Presence
			}
			g.Indicators = append(g.Indicators, i)
		}
		s.Groups, s.Full = []oversight.SchemeGroup{g}, oversight.Points(len(names))*10*oversight.Point
	}
}

// What the office keeps is what is counted, month by month, for the organ that
// answers for it; the evidence lists the same things.
func keptFigures(x *scoring) {
	t := x.t
	town, other := x.organs[1], x.organs[2]
	section := must(x.SaveOrgan(ctx, org.Organ{Code: "S1", Name: "党政办", Kind: org.Section, Level: org.Township, Parent: town.ID}))(t)
	due := law.Day(2026, 2, 12)
	x.task(1, due, law.Day(2026, 2, 12))              // on its day
	x.task(1, due, law.Day(2026, 2, 13))              // late
	x.task(1, law.Day(2026, 3, 20), law.Date{})       // never
	x.task(1, law.Day(2026, 4, 20), law.Date{})       // of the next quarter
	x.organs = append(x.organs, section)              // the section's task counts for its town
	x.task(len(x.organs)-1, due, law.Day(2026, 2, 1)) // in time
	setDay(x.clock, law.Day(2026, 3, 31))
	by := store.By{Viewer: org.Program("测试")}
	for _, m := range []org.Meeting{{Organ: town.ID, On: law.Day(2026, 1, 8), Chair: "镇长", Present: "全体", Topics: "年度要点"},
		{Organ: town.ID, On: law.Day(2026, 3, 8), Chair: "镇长", Present: "全体", Topics: "季度总结"}, {Organ: town.ID, On: law.Day(2025, 12, 30), Chair: "镇长", Present: "全体", Topics: "上年"}} {
		must(x.SaveMeeting(ctx, by, m))(t)
	}
	must(x.SaveOffice(ctx, by, org.OfficeRecord{Organ: town.ID, Unit: "党政办", Address: "青石街1号", Hours: "工作日", Phone: "0700-1234567"}, 0))(t)
	must(x.AssignDuties(ctx, by, town.ID, 0, map[org.DutyKind]org.Holder{org.LeadDuty: {Name: "副镇长"}}))(t)
	must(x.NoteSupervision(ctx, store.By{Viewer: x.watcher}, store.OrganRef(town.ID), "请说明"))(t)

	setDay(x.clock, law.Day(2026, 4, 8))
	names := []string{"task.ontime", "task.overdue", "meeting.held", "office.complete", "duty.set", "group.set", "supervision.open", "handover.overdue"}
	round := x.round(x.scheme("T", measuring(names...)), 1)
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	for item, want := range map[string]oversight.Fact{
		"task.ontime": {N: 2, Of: 4}, "task.overdue": {N: 2, Each: []int64{0, 1, 1}}, "meeting.held": {N: 2, Each: []int64{1, 0, 1}}, "office.complete": {N: 4, Of: 4}, "duty.set": {N: 1, Of: 2},
		"group.set": {Of: 2}, "supervision.open": {N: 1, Each: []int64{0, 0, 1}}, "handover.overdue": {Each: []int64{0, 0, 0}},
	} {
		got := x.known(round, town.ID, item)
		if got.State != oversight.FactKnown || got.N != want.N || got.Of != want.Of || !slices.Equal(got.Each, want.Each) {
			t.Errorf("%s: %+v, want %+v", item, got, want)
		}
		if f := x.known(round, other.ID, item); f.N != 0 || f.State != oversight.FactKnown {
			t.Errorf("%s of the neighbour: %+v", item, f)
		}
	}
	sheet := x.sheets(x.one, round)[town.ID].ID
	for item, want := range map[string]int{"task.ontime": 4, "task.overdue": 2, "meeting.held": 2, "supervision.open": 1, "office.complete": 4} {
		if list := must(x.MeasureEvidence(ctx, x.one, sheet, item))(t); len(list) != want || list[0].Text == "" || list[0].Href == "" {
			t.Errorf("the evidence of %s: %+v", item, list)
		}
	}
	if _, err := x.MeasureEvidence(ctx, x.heads[1], sheet, "task.ontime"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour sees evidence: %v", err)
	}
	if _, err := x.MeasureEvidence(ctx, x.heads[0], sheet, "task.ontime"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the town sees evidence before the score is announced: %v", err)
	}
	// The facts are frozen: what happens later does not move them.
	x.task(1, due, due)
	if f := x.known(round, town.ID, "task.ontime"); f.Of != 4 {
		t.Errorf("frozen, and then %+v", f)
	}
	setDay(x.clock, law.Day(2026, 4, 9))
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 2))(t)
	if f := x.known(round, town.ID, "task.ontime"); f.Of != 5 || f.N != 3 {
		t.Errorf("counted again: %+v", f)
	}
	if _, err := x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 2); !errors.Is(err, store.ErrConflict) {
		t.Errorf("counted twice from one page: %v", err)
	}
	if _, err := x.ComputeRound(ctx, store.By{Viewer: x.heads[0]}, round, 3); err == nil {
		t.Error("a town counted")
	}
	// A measure that nobody answers has no fact, and is not scored.
	quiet := x.round(x.scheme("T", measuring("items.broken")), 2)
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, quiet, 1))(t)
	r := x.sheets(x.one, quiet)[town.ID]
	if m := r.Mark("items.broken"); m.State != oversight.MarkOpen || len(m.Facts) != 0 {
		t.Errorf("a measure nobody answers: %+v", m)
	}
}

// Reports are measured by the day set for them: in time, late, not at all, and
// not measured where no day is set or it lies elsewhere.
func reportFigures(x *scoring) {
	t := x.t
	by := store.By{Viewer: x.one}
	must(x.SetFilingDue(ctx, by, store.FilingDue{Office: x.organs[0].ID, Year: 2025, Kind: org.Town, Level: org.Township, Day: law.Day(2026, 1, 20), Basis: "县政府办通知"}))(t)
	file := func(organ int, on law.Date) {
		t.Helper()
		setDay(x.clock, on)
		o := x.organs[organ]
		v := store.By{Viewer: officer(int64(400+organ), o, org.Head)}
		f := plain(o.ID, 0)
		d := must(x.WithFiling(ctx, v, o.ID, 2025, 0, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
			x.Report = f.Report
			x.Report.Year = 2025
			return nil
		}))(t)
		_ = d
		got := must(x.Filing(ctx, v.Viewer, o.ID, 2025))(t)
		must(x.WithFiling(ctx, v, o.ID, 2025, got.Version, act.FilingSubmitted, func(x *store.FilingFile, day law.Date) error {
			return x.Submit(nil, day)
		}))(t)
	}
	file(1, law.Day(2026, 1, 20))
	file(2, law.Day(2026, 1, 25))
	file(4, law.Day(2026, 1, 10))
	setDay(x.clock, law.Day(2026, 1, 12))
	got := must(x.Filing(ctx, x.one, x.organs[4].ID, 2025))(t)
	must(x.WithFiling(ctx, by, x.organs[4].ID, 2025, got.Version, act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Text: "合计不符"}})
	}))(t)

	setDay(x.clock, law.Day(2026, 4, 8))
	id := x.scheme("T", measuring("report.filed", "report.returned"))
	round := x.round(id, 1)
	must(x.ComputeRound(ctx, by, round, 1))(t)
	for organ, want := range map[int]oversight.Fact{1: {Done: true}, 2: {Done: true, Days: 5}, 3: {Days: 78}, 4: {Done: true}} {
		if f := x.known(round, x.organs[organ].ID, "report.filed"); f.State != oversight.FactKnown || f.Done != want.Done || f.Days != want.Days {
			t.Errorf("town %d: %+v", organ, f)
		}
	}
	if f := x.known(round, x.organs[4].ID, "report.returned"); f.N != 1 {
		t.Errorf("returned once: %+v", f)
	}
	if f := x.known(round, x.organs[1].ID, "report.returned"); f.N != 0 || f.State != oversight.FactKnown {
		t.Errorf("never returned: %+v", f)
	}
	setDay(x.clock, law.Day(2026, 7, 8))
	second := x.round(id, 2)
	must(x.ComputeRound(ctx, by, second, 1))(t)
	for _, item := range []string{"report.filed", "report.returned"} {
		if f := x.known(second, x.organs[3].ID, item); f.State != oversight.FactNone {
			t.Errorf("%s counts in the second quarter too: %+v", item, f)
		}
	}
	if r := x.sheets(x.one, second)[x.organs[3].ID]; r.Unranked() == "" || r.Rank != 0 {
		t.Errorf("nothing could be measured and it has place %d", r.Rank)
	}
}

// The database places organs as the rule does, pages are complete, and one who
// lacks a score takes no part.
func places(x *scoring) {
	t := x.t
	round := x.round(x.scheme("T", func(s *oversight.Scheme) {
		simple(s)
		s.Groups[0].Indicators = s.Groups[0].Indicators[1:2]
		s.Full = 60 * oversight.Point
	}), 1)
	var want []oversight.Place
	for i, r := range slices.Collect(func(yield func(store.AssessmentRow) bool) {
		for _, o := range x.organs[1:] {
			if !yield(x.sheets(x.one, round)[o.ID]) {
				return
			}
		}
	}) {
		p := oversight.Place{Organ: r.Organ, Total: oversight.Points(i % 7 * 500), Takes: i%6 != 0}
		want = append(want, p)
		if p.Takes {
			if err := x.give(x.one, r.ID, "2", p.Total); err != nil {
				t.Fatal(err)
			}
		}
	}
	rank := map[int64]int{}
	for _, p := range oversight.Rank(want) {
		rank[p.Organ] = p.Rank
	}
	f := x.file(x.one, round)
	for _, limit := range []int{1, 4, 100} {
		seen := map[int64]bool{}
		for after := 0; ; after += limit {
			rows := must(x.Assessments(ctx, f, x.one, store.AssessmentQuery{Round: round, After: after, Limit: limit}))(t)
			for _, r := range rows {
				if seen[r.Organ] || r.Rank != rank[r.Organ] {
					t.Errorf("limit %d: %s has place %d, the rule says %d", limit, r.OrganName, r.Rank, rank[r.Organ])
				}
				seen[r.Organ] = true
			}
			if len(rows) < limit {
				break
			}
		}
		if len(seen) != len(want) {
			t.Errorf("limit %d: %d of %d organs", limit, len(seen), len(want))
		}
	}
	if rows := must(x.Assessments(ctx, f, x.one, store.AssessmentQuery{Round: round, Open: true}))(t); len(rows) != 5 {
		t.Errorf("%d have something open", len(rows))
	}
	if rows := must(x.Assessments(ctx, f, x.one, store.AssessmentQuery{Round: round, Search: "第11镇"}))(t); len(rows) != 1 || rows[0].Rank != rank[rows[0].Organ] {
		t.Errorf("search finds %+v", rows)
	}
	if got := must(x.Round(ctx, x.one, round))(t); got.Organs != 25 || got.Done != 20 || got.Open != 5 {
		t.Errorf("tally %+v", got.RoundTally)
	}
	must(x.DropRound(ctx, store.By{Viewer: x.one, Reason: "开错了"}, round, 1))(t)
	if _, err := x.Round(ctx, x.one, round); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a round that was taken back is shown: %v", err)
	}
	x.round(f.Scheme, 1) // and can be opened anew
}

// A round of many organs is written in parts; nobody sees it before it is whole,
// and the same term cannot be opened twice.
func largeRound(x *scoring) {
	t := x.t
	var more []org.Organ
	for i := range 620 {
		more = append(more, org.Organ{Code: fmt.Sprint("L", i), Name: fmt.Sprintf("第%d局", i), Kind: org.Department, Level: org.County, Parent: x.organs[0].ID})
	}
	must(x.SaveOrgans(ctx, more))(t)
	id := x.scheme("T", simple)
	round := x.round(id, 1)
	if f := x.file(x.one, round); f.Organs != 621 || f.State != oversight.RoundScoring {
		t.Errorf("%d organs, %s", f.Organs, f.State)
	}
	_, err := x.OpenRound(ctx, store.By{Viewer: x.one}, oversight.Round{Scheme: id, Name: "再来", Year: 2026, Period: oversight.PeriodQuarter, Number: 1}, nil)
	refused(t, err, "已经开过")
	if rows := must(x.Rounds(ctx, x.one, store.RoundQuery{}))(t); len(rows) != 1 {
		t.Errorf("%d rounds are shown", len(rows))
	}
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	if f := x.file(x.one, round); f.Open != 621 {
		t.Errorf("%d marks are open", f.Open)
	}
}
