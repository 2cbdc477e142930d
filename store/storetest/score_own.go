package storetest

import (
	"errors"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// Nobody but who assesses or watches sees a score before it is announced; then
// each organ sees its own, and all of them only if the office says so.
func ownScores(x *scoring) {
	t := x.t
	setDay(x.clock, law.Day(2026, 4, 8))
	round := x.round(x.scheme("T", simple), 1)
	sheets := x.sheets(x.one, round)
	mine, other := sheets[x.organs[1].ID].ID, sheets[x.organs[2].ID].ID
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	for _, s := range []int64{mine, other} {
		if err := x.give(x.one, s, "2", 5000); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.give(x.watcher, mine, "2", 6000); err == nil {
		t.Error("who watches gave points")
	}
	seen := x.sheets(x.watcher, round)
	if r := seen[x.organs[1].ID]; len(seen) != 2 || r.Mark("2").Points != 5000 {
		t.Errorf("who watches sees %+v", seen)
	}
	clerk := officer(9, x.organs[1], org.Drafter)
	county := officer(10, x.organs[0], org.Drafter) // of the county itself, not of its office
	for name, v := range map[string]org.Viewer{"clerk": clerk, "county clerk": county, "nobody": {}} {
		if _, err := x.Round(ctx, v, round); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s sees the round before it is announced: %v", name, err)
		}
		if _, err := x.Assessment(ctx, v, mine); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s sees the score before it is announced: %v", name, err)
		}
		if rows := must(x.Rounds(ctx, v, store.RoundQuery{}))(t); len(rows) != 0 {
			t.Errorf("%s is shown %+v", name, rows)
		}
	}
	// The head may ask for a bonus; of the scores he sees nothing.
	f := must(x.Assessment(ctx, x.heads[0], mine))(t)
	if !f.Masked || f.Total != 0 || f.Mark("2").Points != 0 || f.Mark("2").Reason != "" || f.Rank != 0 {
		t.Errorf("the head sees %+v", f.Assessment)
	}
	if _, err := x.Assessment(ctx, x.heads[0], other); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("and of his neighbour: %v", err)
	}
	if rows := must(x.Assessments(ctx, x.file(x.heads[0], round), x.heads[0], store.AssessmentQuery{Round: round, Marks: true}))(t); len(rows) != 0 {
		t.Errorf("and in the table: %+v", rows)
	}
	for kind, verb := range map[string]store.RoundVerb{
		act.ScoreSubmitted: func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
			return r.Submit(x.one, n.Open, n.Waits, on)
		}} {
		if err := x.do(x.one, round, kind, verb); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := x.Assessment(ctx, x.heads[0], mine); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("in review the head has nothing to say: %v", err)
	}
	if err := x.do(x.one, round, act.ScoreReviewed, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
		return r.ReviewOnPaper(x.one, "分管领导", on, on)
	}); err != nil {
		t.Fatal(err)
	}
	if err := x.do(x.one, round, act.ScoreAnnounced, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
		return r.Announce(x.one, on, on.AddDays(7), false)
	}); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]org.Viewer{"clerk": clerk, "head": x.heads[0]} {
		f := must(x.Assessment(ctx, v, mine))(t)
		if f.Masked || f.Mark("2").Points != 5000 || f.Rank != 1 || f.Of != 2 {
			t.Errorf("%s sees %+v, place %d of %d", name, f.Totals, f.Rank, f.Of)
		}
		if _, err := x.Assessment(ctx, v, other); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s sees the neighbour's: %v", name, err)
		}
		if rows := must(x.Assessments(ctx, x.file(v, round), v, store.AssessmentQuery{Round: round, Marks: true}))(t); len(rows) != 1 || rows[0].Organ != x.organs[1].ID || rows[0].Rank != 1 {
			t.Errorf("%s is shown %+v", name, rows)
		}
		if rows := must(x.Rounds(ctx, v, store.RoundQuery{}))(t); len(rows) != 1 || rows[0].Organs != 0 {
			t.Errorf("%s is shown %+v", name, rows)
		}
	}
	if _, err := x.Assessment(ctx, county, mine); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the county's clerk sees a town's score: %v", err)
	}
}

// Where the scheme says so organs assess themselves first; a bonus is asked for
// with evidence and decided.
func selfScores(x *scoring) {
	t := x.t
	round := x.round(x.scheme("T", func(s *oversight.Scheme) { simple(s); s.Self = true }), 1)
	sheet := x.sheets(x.one, round)[x.organs[1].ID].ID
	refused(t, x.give(x.one, sheet, "2", 100), "机关自评阶段")
	self := func(v org.Viewer, item string, p oversight.Points) error {
		return x.score(v, sheet, act.ScoreSelf, item, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error {
			return a.AssessSelf(s, r, v, item, version, p, "自评", nil, on)
		})
	}
	if err := self(x.heads[1], "2", 5000); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour assessed: %v", err)
	}
	refused(t, self(x.one, "2", 5000), "没有这项权限")
	for item, p := range map[string]oversight.Points{"1": 4000, "2": 5500} {
		if err := self(x.heads[0], item, p); err != nil {
			t.Fatal(err)
		}
	}
	must(x.WithAssessment(ctx, store.By{Viewer: x.heads[0]}, sheet, act.ScoreSelf, "", nil, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer) error {
		return a.HandInSelf(s, r, v, law.Day(2026, 1, 5))
	}))(t)
	if f := x.file(x.one, round); f.Selves != 1 {
		t.Errorf("%d handed in", f.Selves)
	}
	if err := x.score(x.heads[0], sheet, act.BonusAsked, "3", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error {
		return a.AskBonus(s, r, v, "3", version, oversight.ScoreEvent{Key: "a", Count: 1, Text: "市政府办表彰"}, on)
	}); err != nil {
		t.Fatal(err)
	}
	if err := x.do(x.one, round, act.ScoreBegun, func(r *oversight.Round, _ store.RoundTally, _ bool, _ law.Date) error { return r.BeginScoring() }); err != nil {
		t.Fatal(err)
	}
	if f := x.file(x.one, round); f.Waits != 1 {
		t.Errorf("%d bonuses wait", f.Waits)
	}
	if err := x.score(x.one, sheet, act.BonusDecided, "3", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error {
		return a.DecideBonus(s, r, v, "3", version, 1, true, 1, "", on)
	}); err != nil {
		t.Fatal(err)
	}
	if err := x.give(x.one, sheet, "2", 5000); err != nil {
		t.Fatal(err)
	}
	f := must(x.Assessment(ctx, x.one, sheet))(t)
	if f.Bonus != 300 || f.Mark("2").Self.Points != 5500 || f.Mark("2").Points != 5000 {
		t.Errorf("%+v", f.Assessment)
	}
	// A second bonus by the head, who sees nothing of the scores, keeps them.
	if err := x.score(x.heads[0], sheet, act.BonusAsked, "3", func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error {
		return a.AskBonus(s, r, v, "3", version, oversight.ScoreEvent{Key: "a", Count: 1, Text: "又一次"}, on)
	}); err != nil {
		t.Fatal(err)
	}
	if f = must(x.Assessment(ctx, x.one, sheet))(t); f.Mark("2").Points != 5000 || f.Waits != 1 || f.Bonus != 300 {
		t.Errorf("what the head said took away the scores: %+v", f.Assessment)
	}
}

// Two people score the same indicator: the second is told, and nothing is lost.
func twoScorers(x *scoring) {
	t := x.t
	round := x.round(x.scheme("T", simple), 1)
	sheet := x.sheets(x.one, round)[x.organs[1].ID].ID
	by := func(v org.Viewer, p oversight.Points, key string) error {
		_, err := x.WithAssessment(ctx, store.By{Viewer: v, Key: key}, sheet, act.ScoreGiven, "2", nil, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer) error {
			return a.Give(s, r, v, "2", 0, p, "看了", nil, law.Day(2026, 4, 8))
		})
		return err
	}
	if err := by(x.one, 5000, "a"); err != nil {
		t.Fatal(err)
	}
	if err := by(x.one, 5000, "a"); err != nil {
		t.Errorf("a double click: %v", err)
	}
	if err := by(x.two, 4000, "b"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second overwrote the first: %v", err)
	}
	if f := must(x.Assessment(ctx, x.one, sheet))(t); f.Mark("2").Points != 5000 || f.Mark("2").Version != 1 {
		t.Errorf("%+v", f.Mark("2"))
	}
}
