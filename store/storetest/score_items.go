package storetest

import (
	"fmt"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// townDesk is the people of the first town.
func (x *scoring) townDesk() itemDesk {
	o := x.organs[1]
	by := func(id int64, roles ...org.Role) store.By { return store.By{Viewer: officer(id, o, roles...)} }
	return itemDesk{organ: o, clerk: by(3, org.Drafter, org.Publisher), office: by(4, org.Secrecy, org.Head), leader: by(5, org.Signer)}
}

// publish brings an item of the first town out on a day; made is the day on which
// it came into being.
func (x *scoring) publish(t *testing.T, day, made law.Date, kind proactive.Kind, policy int64) int64 {
	t.Helper()
	setDay(x.clock, day)
	c := itemText(fmt.Sprint(kind.Chinese(), " ", day))
	c.Made, c.DocNo, c.Policy = made, fmt.Sprintf("测政〔2026〕%d%02d号", day.Month, day.Day), policy
	if kind == proactive.Normative {
		c.Effective, c.Until = day, day.AddDays(1000)
	}
	id, _ := x.townDesk().published(t, x.Store, store.NewItem{Kind: kind, Content: c})
	return id
}

// What a town published in a quarter, reckoned by hand.
func itemFigures(x *scoring) {
	t, town := x.t, x.organs[1]
	d := x.townDesk()
	setDay(x.clock, law.Day(2026, 1, 6))
	c := itemText("一直没有发的文件")
	c.Made = law.Day(2026, 1, 6) // twenty working days end on 3 February
	must(x.DraftItem(ctx, d.clerk, store.NewItem{Organ: town.ID, Kind: proactive.Document, Content: c}))(t)
	x.publish(t, law.Day(2026, 2, 3), law.Day(2026, 1, 5), proactive.Document, 0) // a day late
	read := x.publish(t, law.Day(2026, 3, 2), law.Day(2026, 3, 2), proactive.Normative, 0)
	x.publish(t, law.Day(2026, 3, 5), law.Day(2026, 3, 5), proactive.Interpretation, read) // the third working day
	x.publish(t, law.Day(2026, 3, 10), law.Day(2026, 3, 10), proactive.News, 0)
	wrong := x.publish(t, law.Day(2026, 3, 16), law.Day(2026, 3, 16), proactive.Normative, 0) // never interpreted
	must(onItem(t, x.Store, d.clerk, wrong, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Begin(do, proactive.Correcting, "文号写错")
	}))(t)
	d.bring(t, x.Store, wrong)
	board := idOf(t, must(x.SaveOutlet(ctx, d.clerk, proactive.Outlet{Organ: town.ID, Kind: proactive.Board, Name: "下河村公开栏", Place: "村委会院外", Since: law.Day(2026, 1, 1)}))(t))
	for _, side := range []proactive.Side{"", "", proactive.Village} {
		must(x.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Title: "公示", Topic: "民生", Side: side, On: law.Day(2026, 3, 9)}))(t)
	}
	must(x.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Title: "公示", Topic: "民生", On: law.Day(2026, 2, 9)}))(t)
	must(x.ReportIncident(ctx, store.By{Viewer: officer(4, town, org.Secrecy, org.Head)}, oversight.Incident{Organ: town.ID, Kind: oversight.PrivacyLost, Found: law.Day(2026, 3, 11), Content: oversight.IncidentContent{Title: "某事", What: "某情况"}}))(t)

	setDay(x.clock, law.Day(2026, 4, 8))
	want := map[string]oversight.Fact{
		"items.posted": {N: 5, Each: []int64{0, 1, 4}}, "items.blank": {N: 1}, "items.late": {N: 2}, "items.ontime": {N: 3, Of: 4}, "items.bare": {}, "items.corrected": {N: 1},
		"document.marked": {N: 3, Of: 4}, "interpret.ontime": {N: 1, Of: 2}, "columns.empty": {N: 4}, "columns.stale": {N: 1}, "guide.current": {N: 0, Of: 2}, "secrecy.events": {N: 1},
		"secrecy.reviewed": {N: 5, Of: 5}, "board.updated": {N: 2, Each: []int64{0, 1, 1}}, "board.village": {N: 1}, "channels.used": {N: 1}, "place.set": {}, "system.live": {}, "materials.sent": {},
		"review.done": {}, "review.overdue": {}, "duty.lead": {Of: 1}, "duty.handle": {Of: 1}, "messages.ontime": {},
	}
	var names []string
	for n := range want {
		names = append(names, n)
	}
	round := x.round(x.scheme("T", measuring(append(names, "standard.covered")...)), 1)
	must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
	sheet := x.sheets(x.one, round)[town.ID].ID
	for name, w := range want {
		got := x.known(round, town.ID, name)
		if got.State != oversight.FactKnown || got.N != w.N || got.Of != w.Of || w.Each != nil && fmt.Sprint(got.Each) != fmt.Sprint(w.Each) {
			t.Errorf("%s: %+v, want %+v", name, got, w)
		}
		n := int64(0)
		for _, e := range must(x.MeasureEvidence(ctx, x.one, sheet, name))(t) {
			if n += e.N; e.Text == "" || e.Href == "" {
				t.Errorf("the evidence of %s: %+v", name, e)
			}
		}
		if n != max(w.N, w.Of) {
			t.Errorf("the evidence of %s adds up to %d, not %d", name, n, max(w.N, w.Of))
		}
	}
	if f := x.known(round, town.ID, "standard.covered"); f.State != oversight.FactNone {
		t.Errorf("without a standard catalogue: %+v", f)
	}
	neighbour := x.organs[2].ID
	for name, n := range map[string]int64{"items.posted": 0, "items.blank": 3, "items.late": 0, "columns.empty": 7} {
		if f := x.known(round, neighbour, name); f.State != oversight.FactKnown || f.N != n {
			t.Errorf("%s of who published nothing: %+v", name, f)
		}
	}
}

// yearScheme is reckoned out of figures alone.
func yearScheme(s *oversight.Scheme) {
	const p = oversight.Point
	i := func(key, name, measure string, kind oversight.IndicatorKind, most oversight.Points, rule oversight.Rule) oversight.Indicator {
		return oversight.Indicator{Key: key, Name: name, Kind: kind, Max: most, Measure: measure, Rule: rule}
	}
	posted := i("1", "每月公开数量", "items.posted", oversight.CountTarget, 30*p, oversight.Rule{Target: 2, Short: 2 * p, Blank: 5 * p})
	posted.Period = oversight.PeriodMonth
	board := i("5", "公开栏更新", "board.updated", oversight.CountTarget, 10*p, oversight.Rule{Target: 1})
	board.Period = oversight.PeriodQuarter
	s.Name, s.Lacking, s.Full = "全年考评", oversight.LackingScale, 100*p
	s.Weights = oversight.Weights{Quarter: 100}
	s.Rounds = []oversight.ScorePeriod{oversight.PeriodQuarter}
	s.Groups = []oversight.SchemeGroup{{Name: "工作", Indicators: []oversight.Indicator{posted,
		i("2", "按期公开", "", oversight.DeductPerEvent, 20*p, oversight.Rule{Faults: []oversight.Fault{{Key: "late", Name: "超期公开", Each: 5 * p, Unit: "条", Measure: "items.late"}}}),
		i("3", "按期答复", "requests.ontime", oversight.RatioOf, 20*p, oversight.Rule{Full: 100, Least: 1}),
		i("4", "平均办理时间", "requests.days", oversight.RatioOf, 10*p, oversight.Rule{Full: 10, Zero: 20, Least: 1}),
		board, i("6", "领导小组会议", "meeting.held", oversight.Presence, 10*p, oversight.Rule{})}}}
}

// A year of a town, by four quarters, reckoned by hand:
//
//	一季度 1月2条 2月1条 −2 3月空白 −5：23；无超期 20；1件按期 20；6个工作日 10；公开栏 10；会议 10：93
//	二季度 4月2条 5月空白 −5 6月2条：25；1条超期 −5：15；1件超期 0；34个工作日 0；公开栏没有 0；会议没有 0：40
//	三季度 8月空白 −5：25；20；没有申请，30分不计；公开栏 10；会议 10：65/70，折算 92.86
//	四季度 30；20；没有申请；公开栏 10；会议 0：60/70，折算 85.71
//	全年 (93 + 40 + 92.86 + 85.71) / 4 = 77.8925，取 77.89
func yearOfATown(x *scoring) {
	t, town := x.t, x.organs[1]
	d, third := x.townDesk(), officer(104, x.organs[0], org.Office)
	handler := store.By{Viewer: officer(6, town, org.Handler, org.Head)}
	out := func(month int, days ...int) {
		t.Helper()
		for _, day := range days {
			x.publish(t, law.Day(2026, month, day), law.Day(2026, month, day), proactive.Notice, 0)
		}
	}
	request := func(received, answered law.Date) {
		t.Helper()
		setDay(x.clock, received)
		id := idOf(t, must(x.RegisterRequest(ctx, handler, store.NewRequest{Organ: town.ID, Subject: "会议纪要", Content: casework.Content{Wanted: "会议纪要"},
			Registration: casework.Registration{Channel: deadline.InPerson, Arrived: received, Applicant: casework.Natural, Ledger: true}}))(t))
		setDay(x.clock, answered)
		f := must(x.Request(ctx, org.Program("测试"), id))(t)
		must(x.WithRequest(ctx, handler, id, f.Version, func(f *store.RequestFile, cal *calendar.Calendar, today law.Date) error {
			return f.Decide(cal, casework.Doing{On: answered, Today: today, Fact: true}, casework.Granted, "")
		}))(t)
	}
	meeting := func(day law.Date) {
		t.Helper()
		setDay(x.clock, day)
		must(x.SaveMeeting(ctx, store.By{Viewer: org.Program("测试")}, org.Meeting{Organ: town.ID, On: day, Chair: "镇长", Present: "全体", Topics: "公开工作"}))(t)
	}
	board := int64(0)
	hung := func(day law.Date) {
		t.Helper()
		setDay(x.clock, day)
		if board == 0 {
			board = idOf(t, must(x.SaveOutlet(ctx, d.clerk, proactive.Outlet{Organ: town.ID, Kind: proactive.Board, Name: "公开栏", Place: "院外", Since: law.Day(2026, 1, 1)}))(t))
		}
		must(x.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Title: "公示", Topic: "民生", On: day}))(t)
	}
	scheme := x.scheme("T", yearScheme)
	scored := func(number int, on law.Date, want string) {
		t.Helper()
		setDay(x.clock, on)
		round := x.round(scheme, number)
		must(x.ComputeRound(ctx, store.By{Viewer: x.one}, round, 1))(t)
		for _, step := range []struct {
			v    org.Viewer
			kind string
			do   store.RoundVerb
		}{
			{x.two, act.ScoreSubmitted, func(r *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
				return r.Submit(x.two, n.Open, n.Waits, on)
			}},
			{third, act.ScoreReviewed, func(r *oversight.Round, _ store.RoundTally, scored bool, on law.Date) error {
				return r.Review(third, scored, on)
			}},
			{x.one, act.ScoreAnnounced, func(r *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
				return r.Announce(x.one, on, on.AddDays(7), false)
			}},
		} {
			if err := x.do(step.v, round, step.kind, step.do); err != nil {
				t.Fatalf("quarter %d: %v", number, err)
			}
		}
		r := x.sheets(x.one, round)[town.ID]
		if r.Total.String() != want {
			t.Errorf("quarter %d comes to %s, by hand %s", number, r.Total, want)
			for _, m := range r.Marks {
				t.Logf("%s: %s %s %+v", m.Key, m.Points, m.State, m.Facts)
			}
		}
		for _, name := range []string{"items.posted", "board.updated", "meeting.held", "requests.days"} {
			fact, n := oversight.Fact{}, int64(0)
			for _, m := range r.Marks {
				if i, _ := x.file(x.one, round).Sheet.Indicator(m.Key); i != nil && i.Measure == name {
					fact = m.Facts[""]
				}
			}
			for _, e := range must(x.MeasureEvidence(ctx, x.one, r.ID, name))(t) {
				n += e.N
			}
			if n != fact.N {
				t.Errorf("quarter %d: %s counts %d, its evidence adds up to %d", number, name, fact.N, n)
			}
		}
	}
	meeting(law.Day(2026, 1, 8))
	out(1, 12, 20)
	request(law.Day(2026, 1, 21), law.Day(2026, 1, 29)) // six working days
	out(2, 3)
	hung(law.Day(2026, 2, 4))
	scored(1, law.Day(2026, 4, 8), "93")

	out(4, 9, 10)
	request(law.Day(2026, 4, 13), law.Day(2026, 6, 1))
	out(6, 8)
	x.publish(t, law.Day(2026, 6, 10), law.Day(2026, 5, 6), proactive.Notice, 0) // more than twenty working days
	scored(2, law.Day(2026, 7, 8), "40")

	meeting(law.Day(2026, 7, 9))
	out(7, 13, 14)
	out(9, 1, 2, 3)
	hung(law.Day(2026, 9, 4))
	scored(3, law.Day(2026, 10, 9), "92.86")

	out(10, 12, 13)
	out(11, 2, 3)
	hung(law.Day(2026, 11, 4))
	out(12, 1, 2)
	scored(4, law.Day(2027, 1, 8), "85.71")

	_, rows, err := x.YearScores(ctx, x.one, scheme, 2026)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	for _, r := range rows {
		if r.Organ == town.ID && (r.Total.String() != "77.89" || len(r.Missing) != 0 || r.Rank != 1) {
			t.Errorf("the year comes to %s, place %d, by hand 77.89", r.Total, r.Rank)
		}
	}
}
