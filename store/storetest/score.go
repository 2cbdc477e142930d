package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// setDay makes it nine o'clock of a day.
func setDay(c *Clock, d law.Date) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = time.Date(d.Year, time.Month(d.Month), d.Day, 9, 0, 0, 0, law.Beijing)
}

// scoring is a county of towns with an office of two people, and a scheme.
type scoring struct {
	*store.Store
	t        *testing.T
	clock    *Clock
	organs   []org.Organ
	one, two org.Viewer // the office
	watcher  org.Viewer
	heads    []org.Viewer // of the towns
}

func newScoring(t *testing.T, open func(testing.TB, *Clock) *store.Store, towns int) *scoring {
	c := NewClock()
	setDay(c, law.Day(2026, 1, 5))
	s := open(t, c)
	x := &scoring{Store: s, t: t, clock: c, organs: county(t, s, towns)}
	x.one, x.two, x.watcher = officer(101, x.organs[0], org.Office), officer(102, x.organs[0], org.Office), officer(103, x.organs[0], org.Supervisor)
	for i, o := range x.organs[1:] {
		x.heads = append(x.heads, officer(int64(200+i), o, org.Head))
	}
	return x
}

// scheme keeps a shipped scheme, changed a little, and publishes it.
func (x *scoring) scheme(code string, edit func(*oversight.Scheme)) int64 {
	x.t.Helper()
	s, ok := oversight.ShippedScheme(code)
	if !ok {
		x.t.Fatal(code)
	}
	if edit != nil {
		edit(s)
	}
	id := idOf(x.t, must(x.SaveScheme(ctx, store.By{Viewer: x.one}, x.organs[0].ID, 0, 0, s))(x.t))
	must(x.PublishScheme(ctx, store.By{Viewer: x.one}, id, 1))(x.t)
	return id
}

func (x *scoring) round(scheme int64, number int) int64 {
	x.t.Helper()
	d, err := x.OpenRound(ctx, store.By{Viewer: x.one}, oversight.Round{Scheme: scheme, Name: "一季度考评", Year: 2026, Period: oversight.PeriodQuarter, Number: number}, nil)
	return idOf(x.t, must(d, err)(x.t))
}

func (x *scoring) file(v org.Viewer, round int64) store.RoundFile {
	x.t.Helper()
	return must(x.Round(ctx, v, round))(x.t)
}

// do runs a verb on a round by somebody.
func (x *scoring) do(v org.Viewer, round int64, kind string, verb store.RoundVerb) error {
	x.t.Helper()
	_, err := x.WithRound(ctx, store.By{Viewer: v, Reason: "退"}, round, x.file(v, round).Version, kind, verb)
	return err
}

// sheets are the score tables of a round by organ.
func (x *scoring) sheets(v org.Viewer, round int64) map[int64]store.AssessmentRow {
	x.t.Helper()
	out := map[int64]store.AssessmentRow{}
	for _, r := range must(x.Assessments(ctx, x.file(v, round), v, store.AssessmentQuery{Round: round, Marks: true}))(x.t) {
		out[r.Organ] = r
	}
	return out
}

// score does something with one indicator of one organ.
func (x *scoring) score(v org.Viewer, sheet int64, kind, item string, verb func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error) error {
	x.t.Helper()
	f, err := x.Assessment(ctx, v, sheet)
	if err != nil {
		return err
	}
	m := f.Mark(item)
	version, on := m.Version, law.DateOf(x.clock.Now())
	_, err = x.WithAssessment(ctx, store.By{Viewer: v}, sheet, kind, item, nil, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer) error {
		return verb(a, s, r, v, version, on)
	})
	return err
}

func (x *scoring) give(v org.Viewer, sheet int64, item string, p oversight.Points) error {
	x.t.Helper()
	return x.score(v, sheet, act.ScoreGiven, item, func(a *oversight.Assessment, s *oversight.Scheme, r *oversight.Round, v org.Viewer, version int64, on law.Date) error {
		return a.Give(s, r, v, item, version, p, "现场核查", nil, on)
	})
}

// simple is a scheme that asks for one measure and one score by hand.
func simple(s *oversight.Scheme) {
	s.Name, s.Lacking, s.Full = "季度考评", oversight.LackingScale, 100*oversight.Point
	s.Groups = []oversight.SchemeGroup{{Name: "工作", Indicators: []oversight.Indicator{
		{Key: "1", Name: "交办任务", Kind: oversight.RatioOf, Max: 40 * oversight.Point, Source: oversight.ByProgram, Measure: "task.ontime", Rule: oversight.Rule{Full: 100, Zero: 0, Least: 2}},
		{Key: "2", Name: "现场", Kind: oversight.ManualPoints, Max: 60 * oversight.Point, Source: oversight.OnSite},
		{Key: "3", Name: "表彰", Kind: oversight.BonusPoints, Max: 5 * oversight.Point, Rule: oversight.Rule{Grants: []oversight.Grant{{Key: "a", Name: "表彰", Each: 3 * oversight.Point}}}},
	}}}
}

// RunScores checks assessment. open gives an empty store that signs, with the
// clock given.
func RunScores(t *testing.T, open func(testing.TB, *Clock) *store.Store) {
	for _, c := range []struct {
		name  string
		towns int
		run   func(*scoring)
	}{
		{"SchemeFromDraftToEdition", 1, schemeLife},
		{"QuarterFromScoringToTheFinalScore", 3, quarter},
		{"OrgansSeeTheirOwnOnceAnnounced", 2, ownScores},
		{"OrgansSpeakForThemselves", 2, selfScores},
		{"TwoScorersAtOnce", 1, twoScorers},
		{"InsideAnOrgan", 2, innerScores},
		{"FiguresComeFromWhatIsKept", 2, keptFigures},
		{"ReportsAreMeasuredByTheirDay", 4, reportFigures},
		{"RequestsAreMeasured", 2, requestMeasures},
		{"ItemsAreMeasured", 2, itemMeasures},
		{"AQuarterOfItemsByHand", 2, itemFigures},
		{"AYearOfATownByHand", 2, yearOfATown},
		{"PlacesAreThoseOfTheRule", 25, places},
		{"LargeRoundInParts", 1, largeRound},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(newScoring(t, open, c.towns)) })
	}
}

// A draft may be wrong, an edition may not; a round keeps the edition it was
// opened with.
func schemeLife(x *scoring) {
	t := x.t
	s, _ := oversight.ShippedScheme("T")
	s.Weights.Year = 0
	by := store.By{Viewer: x.one}
	if _, err := x.SaveScheme(ctx, store.By{Viewer: x.heads[0]}, x.organs[0].ID, 0, 0, s); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town wrote its county's scheme: %v", err)
	}
	_, err := x.SaveScheme(ctx, store.By{Viewer: x.heads[0]}, x.organs[1].ID, 0, 0, s)
	refused(t, err, "内设机构和村")
	_, err = x.SaveScheme(ctx, store.By{Viewer: officer(9, x.organs[0], org.Drafter)}, x.organs[0].ID, 0, 0, s)
	refused(t, err, "没有这项权限")
	id := idOf(t, must(x.SaveScheme(ctx, by, x.organs[0].ID, 0, 0, s))(t))
	_, err = x.PublishScheme(ctx, by, id, 1)
	refused(t, err, "年度考核没有权重")
	_, err = x.OpenRound(ctx, by, oversight.Round{Scheme: id, Name: "一季度", Year: 2026, Period: oversight.PeriodQuarter, Number: 1}, nil)
	refused(t, err, "还没有发布")
	s.Weights.Year = 40
	must(x.SaveScheme(ctx, by, 0, id, 1, s))(t)
	s.Name = "别人改的名"
	if _, err := x.SaveScheme(ctx, by, 0, id, 1, s); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second overwrote the first: %v", err)
	}
	must(x.PublishScheme(ctx, by, id, 2))(t)
	_, err = x.PublishScheme(ctx, by, id, 3)
	refused(t, err, "没有改动")
	round := x.round(id, 1)
	s.Groups[0].Indicators[0].Max += 500
	s.Groups[1].Indicators[0].Max -= 500
	must(x.SaveScheme(ctx, by, 0, id, 3, s))(t)
	must(x.PublishScheme(ctx, by, id, 4))(t)
	if f := x.file(x.one, round); f.Edition != 1 || f.Sheet.Groups[0].Indicators[0].Max != 5*oversight.Point {
		t.Errorf("the round lost its edition: %d", f.Edition)
	}
	list := must(x.SchemeEditions(ctx, x.one, id))(t)
	if len(list) != 2 || list[0].Edition != 2 || list[1].Rounds != 1 {
		t.Errorf("editions %+v", list)
	}
	must(x.RetireScheme(ctx, by, id, 5))(t)
	_, err = x.SaveScheme(ctx, by, 0, id, 6, s)
	refused(t, err, "已经停用")
	if _, err := x.OpenRound(ctx, by, oversight.Round{Scheme: id, Name: "二季度", Year: 2026, Period: oversight.PeriodQuarter, Number: 2}, nil); err == nil {
		t.Error("a retired scheme was used")
	}
	if rows := must(x.Schemes(ctx, x.heads[0]))(t); len(rows) != 0 {
		t.Errorf("a town sees its county's schemes: %+v", rows)
	}
	h := must(x.Entries(ctx, x.one, store.EntryQuery{Ref: store.SchemeRef(id)}))(t)
	if len(h) != 6 || h[1].Act.Kind != act.SchemePublished {
		t.Errorf("%d acts", len(h))
	}
}

// task gives a town a task and lets it be done on a day, or not at all.
func (x *scoring) task(organ int, due, done law.Date) {
	x.t.Helper()
	setDay(x.clock, law.Day(2026, 1, 5))
	o := x.organs[organ]
	clerk := officer(int64(300+organ), o, org.Drafter)
	if o.Kind == org.Section {
		clerk.Posts = append(clerk.Posts, org.Post{Person: clerk.Person, Organ: x.organs[1].ID, Path: x.organs[1].Path, Role: org.Drafter})
	}
	id := idOf(x.t, must(x.GiveTask(ctx, store.By{Viewer: x.one}, org.Task{Organ: o.ID, Role: org.Drafter, Title: "报送材料", Due: due}))(x.t))
	if done.IsZero() {
		return
	}
	setDay(x.clock, done)
	must(x.WithTask(ctx, store.By{Viewer: clerk}, id, 1, func(t *org.Task, v org.Viewer) error { return t.Take(v) }))(x.t)
	must(x.WithTask(ctx, store.By{Viewer: clerk}, id, 2, func(t *org.Task, v org.Viewer) error { return t.Finish(v, "已报送") }))(x.t)
}

// A quarter of three towns: counted, scored, looked at by a second person,
// announced, appealed, corrected, final.
func quarter(x *scoring) {
	t := x.t
	in, late := law.Day(2026, 2, 10), law.Day(2026, 2, 20)
	due := law.Day(2026, 2, 12)
	x.task(1, due, in)
	x.task(1, due, in)
	x.task(2, due, in)
	x.task(2, due, late)
	x.task(3, due, in) // too small a sample
	setDay(x.clock, law.Day(2026, 4, 8))
	id := x.scheme("T", simple)
	round := x.round(id, 1)
	if _, err := x.OpenRound(ctx, store.By{Viewer: x.one}, oversight.Round{Scheme: id, Name: "再来", Year: 2026, Period: oversight.PeriodQuarter, Number: 1}, nil); err == nil {
		t.Error("the same quarter was opened twice")
	}
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	sheets := x.sheets(x.one, round)
	for organ, want := range map[int]struct {
		points oversight.Points
		state  oversight.MarkState
	}{1: {4000, oversight.MarkScored}, 2: {2000, oversight.MarkScored}, 3: {0, oversight.MarkOut}} {
		r := sheets[x.organs[organ].ID]
		if m := r.Mark("1"); m.Points != want.points || m.State != want.state {
			t.Errorf("town %d: %s %s", organ, m.Points, m.State)
		}
	}
	err := x.do(x.one, round, act.ScoreSubmitted, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
		return r.Submit(x.one, n.Open, n.Waits, on)
	})
	refused(t, err, "还有 3 处待评")
	for organ, p := range map[int]oversight.Points{1: 5000, 2: 5500, 3: 4500} {
		if err := x.give(x.one, sheets[x.organs[organ].ID].ID, "2", p); err != nil {
			t.Fatal(err)
		}
	}
	submit := func(v org.Viewer) error {
		return x.do(v, round, act.ScoreSubmitted, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
			return r.Submit(v, n.Open, n.Waits, on)
		})
	}
	review := func(v org.Viewer) error {
		return x.do(v, round, act.ScoreReviewed, func(r *oversight.Round, _ store.RoundTally, scored bool, on law.Date) error {
			return r.Review(v, scored, on)
		})
	}
	if err := submit(x.two); err != nil {
		t.Fatal(err)
	}
	refused(t, review(x.one), "不能复核自己的评分") // who scored, though another one submitted
	refused(t, review(x.two), "不能复核自己的评分")
	third := officer(104, x.organs[0], org.Office)
	if err := review(third); err != nil {
		t.Fatal(err)
	}
	announced := x.do(x.one, round, act.ScoreAnnounced, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
		return r.Announce(x.one, on, law.Day(2026, 4, 15), false)
	})
	if announced != nil {
		t.Fatal(announced)
	}
	// 1: 40 + 50; 2: 20 + 55; 3: 45 of 60, the rest scaled to 75: two and three are equal.
	for organ, want := range map[int][2]int{1: {1, 9000}, 2: {2, 7500}, 3: {2, 7500}} {
		r := x.sheets(x.one, round)[x.organs[organ].ID]
		if r.Rank != want[0] || int(r.Total) != want[1] || r.Of != 3 {
			t.Errorf("town %d: place %d of %d with %s", organ, r.Rank, r.Of, r.Total)
		}
	}
	// The second town appeals; whoever scored does not decide.
	sheet := sheets[x.organs[2].ID].ID
	appeal := oversight.Appeal{Assessment: sheet, Item: "2", Want: 6000, Text: "两块公开栏都已更新"}
	if _, err := x.AskAppeal(ctx, store.By{Viewer: x.heads[0]}, appeal); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour appealed: %v", err)
	}
	_, err = x.AskAppeal(ctx, store.By{Viewer: officer(9, x.organs[2], org.Drafter)}, appeal)
	refused(t, err, "没有这项权限")
	a := idOf(t, must(x.AskAppeal(ctx, store.By{Viewer: x.heads[1]}, appeal))(t))
	if _, err := x.AskAppeal(ctx, store.By{Viewer: x.heads[1]}, appeal); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the same thing was appealed twice: %v", err)
	}
	decide := func(v org.Viewer) error {
		_, err := x.WithAppeal(ctx, store.By{Viewer: v}, a, 1, act.AppealDecided, func(p *oversight.Appeal, s *oversight.Assessment, m *oversight.Scheme, r *oversight.Round, on law.Date) error {
			return p.Decide(m, r, s, v, true, 5800, "一块确已更新", on)
		})
		return err
	}
	refused(t, decide(x.one), "不能由您复核")
	if err := decide(x.two); err != nil {
		t.Fatal(err)
	}
	if err := decide(x.two); !errors.Is(err, store.ErrConflict) {
		t.Errorf("decided twice: %v", err)
	}
	f := must(x.Assessment(ctx, x.heads[1], sheet))(t)
	if m := f.Mark("2"); f.Total != 7800 || f.Rank != 2 || m.Points != 5800 || len(m.Past) != 1 || len(f.Appeals) != 1 || f.Appeals[0].State != oversight.AppealUpheld {
		t.Errorf("after the appeal: %s, place %d, %+v", f.Total, f.Rank, f.Appeals)
	}
	if r := x.sheets(x.one, round)[x.organs[3].ID]; r.Rank != 3 {
		t.Errorf("the third is placed %d", r.Rank)
	}
	closing := func() error {
		return x.do(x.one, round, act.ScoreClosed, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
			return r.Close(n.Appeals, on)
		})
	}
	refused(t, closing(), "还没有过")
	setDay(x.clock, law.Day(2026, 4, 16))
	_, err = x.AskAppeal(ctx, store.By{Viewer: x.heads[0]}, oversight.Appeal{Assessment: sheets[x.organs[1].ID].ID, Item: "2", Want: 6000, Text: "晚了"})
	refused(t, err, "申诉截止日期是2026年4月15日")
	if err := closing(); err != nil {
		t.Fatal(err)
	}
	h := must(x.Entries(ctx, x.one, store.EntryQuery{Ref: store.ScoreRef(sheet)}))(t)
	kinds := []string{}
	for _, e := range h {
		kinds = append(kinds, e.Act.Kind)
	}
	if !slices.Equal(kinds, []string{act.AppealDecided, act.ScoreAppealed, act.ScoreGiven}) {
		t.Errorf("history %v", kinds)
	}
	if c := fmt.Sprint(h[0].Details.Changes); !strings.Contains(c, "55 分") || !strings.Contains(c, "58 分") || !strings.Contains(c, "一块确已更新") {
		t.Errorf("the correction says %s", c)
	}
}
