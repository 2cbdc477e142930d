package main

import (
	"strconv"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// scorePrefixes are the addresses of assessment that name something of one town.
var scorePrefixes = []string{"/desk/scores/rounds/{id}", "/desk/scores/sheets/{id}", "/desk/scores/appeals/{id}", "/desk/scores/schemes/{id}"}

// scored has the county's office score the town, and the town appeal.
func (p *whole) scored(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	ctx := t.Context()
	one, two, head := p.holder(801, org.Office, p.organs[0]), p.holder(802, org.Office, p.organs[0]), p.holder(803, org.Head, town)
	by := store.By{Viewer: one}
	number := func(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }
	s := &oversight.Scheme{Name: secrets[1], Year: 2025, Group: "乡镇", Kinds: []org.Kind{org.Town}, Rounds: []oversight.ScorePeriod{oversight.PeriodYear}, Full: 100 * oversight.Point, Weights: oversight.Weights{Year: 100},
		Groups: []oversight.SchemeGroup{{Name: "工作", Indicators: []oversight.Indicator{{Key: "2.3", Name: "现场", Kind: oversight.ManualPoints, Max: 100 * oversight.Point}}}}}
	scheme := number(id(p.store.SaveScheme(ctx, by, p.organs[0].ID, 0, 0, s)))
	id(p.store.PublishScheme(ctx, by, scheme, 1))
	round := number(id(p.store.OpenRound(ctx, by, oversight.Round{Scheme: scheme, Name: secrets[2], Year: 2025, Period: oversight.PeriodYear, Number: 1}, []int64{p.organs[2].ID})))
	f, err := p.store.Round(ctx, one, round)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := p.store.Assessments(ctx, f, one, store.AssessmentQuery{Round: round})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d score tables, %v", len(rows), err)
	}
	sheet := rows[0].ID
	id(p.store.WithAssessment(ctx, by, sheet, act.ScoreGiven, "2.3", nil, func(a *oversight.Assessment, x *oversight.Scheme, r *oversight.Round, v org.Viewer) error {
		return a.Give(x, r, v, "2.3", 0, 90*oversight.Point, secrets[1], nil, p.cfg.Today())
	}))
	step := func(v org.Viewer, version int64, kind string, verb store.RoundVerb) {
		t.Helper()
		id(p.store.WithRound(ctx, store.By{Viewer: v}, round, version, kind, verb))
	}
	step(one, 1, act.ScoreSubmitted, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
		return r.Submit(one, n.Open, n.Waits, on)
	})
	step(two, 2, act.ScoreReviewed, func(r *oversight.Round, _ store.RoundTally, scored bool, on law.Date) error {
		return r.Review(two, scored, on)
	})
	step(one, 3, act.ScoreAnnounced, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
		return r.Announce(one, on, on.AddDays(7), true)
	})
	appeal := id(p.store.AskAppeal(ctx, store.By{Viewer: head}, oversight.Appeal{Assessment: sheet, Item: "2.3", Want: 100 * oversight.Point, Text: secrets[3]}))
	return map[string]string{scorePrefixes[0]: strconv.FormatInt(round, 10), scorePrefixes[1]: strconv.FormatInt(sheet, 10), scorePrefixes[2]: appeal, scorePrefixes[3]: strconv.FormatInt(scheme, 10), "{item}": "2.3"}
}
