package storetest

import (
	"errors"
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
	"gongkai/reporting"
	"gongkai/store"
)

// RunFacts checks what the prose of a report can say of a year. Every call of open
// gives an empty store with the clock given.
func RunFacts(t *testing.T, open func(testing.TB, *Clock) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*scoring)
	}{
		{"OfNothingNothingIsKnown", factsOfNothing},
		{"EveryFigureOpensToWhatItCounts", factsOfAYear},
		{"TemplateHasVersionsAndIsHandedDown", proseTemplates},
		{"ProseKeepsItsLinks", proseLinks},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(newScoring(t, open, 2)) })
	}
}

// factsFor is the facts by key.
func (x *scoring) factsFor(v org.Viewer, o org.Organ, year int, below bool) map[string]reporting.Fact {
	x.t.Helper()
	get := x.ReportFacts
	if below {
		get = x.ReportFactsBelow
	}
	out := map[string]reporting.Fact{}
	for _, f := range must(get(ctx, v, o.ID, year, law.Day(2027, 1, 10)))(x.t) {
		if _, twice := out[f.Key]; twice {
			x.t.Errorf("%s comes twice", f.Key)
		}
		if k, ok := reporting.KindOfFact(f.Key); !ok || f.Label == "" || f.Unit != k.Unit {
			x.t.Errorf("%+v is of no kind", f)
		}
		out[f.Key] = f
	}
	return out
}

func factsOfNothing(x *scoring) {
	town := x.organs[1]
	for key, f := range x.factsFor(officer(3, town, org.Drafter), town, 2026, false) {
		if f.Known || f.N != 0 || f.Href != "" {
			x.t.Errorf("%s of nothing: %+v", key, f)
		}
	}
	if _, err := x.ReportFacts(ctx, officer(4, x.organs[2], org.Head), town.ID, 2026, law.Day(2027, 1, 1)); !errors.Is(err, store.ErrNotFound) {
		x.t.Errorf("the neighbour reads them: %v", err)
	}
	if _, err := x.ReportFactsBelow(ctx, officer(3, town, org.Drafter), x.organs[0].ID, 2026, law.Day(2027, 1, 1)); !errors.Is(err, store.ErrNotFound) {
		x.t.Errorf("a town reads the county's: %v", err)
	}
}

// A town's year of known small data: what is counted, and that behind each figure
// stand as many things.
func factsOfAYear(x *scoring) {
	t, town, county := x.t, x.organs[1], x.organs[0]
	village := must(x.SaveOrgan(ctx, org.Organ{Name: "下河村", Kind: org.Village, Level: org.Grassroots, Parent: town.ID}))(t)
	head := officer(3, town, org.Head, org.Handler, org.Drafter, org.Publisher)
	by := store.By{Viewer: head}
	x.yearOfItems(town)
	x.yearOfRequests(town, by)
	x.yearOfLedgers(town, village, program(""))
	setDay(x.clock, law.Day(2027, 1, 10))

	got := x.factsFor(head, town, 2026, false)
	for key, want := range map[string]int64{
		"items.published": 4, "items.total": 6, "items.documents": 1, "items.interpretations": 1, "items.kind.notice": 1, "items.kind.news": 1, "items.category.20.15": 3, "items.category.20.1": 1,
		"items.shown": 3, "items.outside": 2, "items.topic.民生": 2, "items.topic.财务": 1, "items.channel.board": 3, "items.channel.video": 1, "items.corrected": 1, "items.withdrawn": 1, "items.changed": 0,
		"requests.new": 3, "requests.applicant.natural": 2, "requests.applicant.business": 1, "requests.channel.person": 3, "requests.answered": 2, "requests.ontime": 1, "requests.late": 1, "requests.outcome.granted": 2, "requests.carried_in": 0,
		"requests.carried_out": 1, "remedies.reviews": 1, "remedies.suits": 0, "remedies.corrected": 1, "fees.requests": 0, "fees.amount": 0,
		"trainings.sessions": 2, "trainings.hours": 20, "trainings.persons": 8, "visits.persons": 30, "visits.items": 21, "visits.prints": 3, "places.points": 1, "equipment.kind.point": 1,
		"outlets.boards": 1, "outlets.media": 1, "outlets.kind.board": 1, "postings.boards": 3, "postings.media": 1, "guides.copies": 120, "guides.receivers": 2, "meetings.held": 1,
		"voices.received": 1, "voices.answered": 1, "voices.ontime": 1, "orders.given": 1, "orders.finished": 0, "accountability.kept": 0,
	} {
		if f := got[key]; f.N != want || !f.Known {
			t.Errorf("%s is %d (known %v), want %d", key, f.N, f.Known, want)
		}
	}
	if f := got["surveys.held"]; f.Known {
		t.Errorf("surveys were never kept and are %+v", f)
	}
	if f := got["requests.days"]; f.Text() == "0" || !f.Known {
		t.Errorf("average days %+v", f)
	}
	summed := map[string]bool{"fees.amount": true, "visits.persons": true, "visits.items": true, "visits.prints": true, "trainings.hours": true, "trainings.persons": true, "guides.copies": true, "guides.receivers": true, "requests.days": true, "surveys.answers": true}
	for key, f := range got {
		if !f.Known || f.N == 0 {
			continue
		}
		if f.Href == "" {
			t.Errorf("%s opens to nothing", key)
		}
		rows, _, err := x.FactRows(ctx, head, town.ID, 2026, key, false, 0)
		if err != nil || len(rows) == 0 || int64(len(rows)) != f.N && !summed[key] {
			t.Errorf("%s is %d and lists %d: %v", key, f.N, len(rows), err)
		}
		for _, r := range rows {
			if r.Text == "" || r.Href == "" {
				t.Errorf("%s lists %+v", key, r)
			}
		}
	}
	for _, key := range []string{"items.kind.*", "x", "", "scores.total", "items.kind."} {
		if _, _, err := x.FactRows(ctx, head, town.ID, 2026, key, false, 0); !errors.Is(err, store.ErrNotFound) && key != "items.kind." {
			t.Errorf("%q lists something: %v", key, err)
		}
	}
	if rows, _, _ := x.FactRows(ctx, head, town.ID, 2026, "items.total", false, 5); len(rows) != 1 {
		t.Errorf("the last of the total: %+v", rows)
	}
	// Another year has nothing of it but what lasts; the neighbour has nothing.
	for _, f := range x.factsFor(head, town, 2025, false) {
		if f.N != 0 && f.Key != "outlets.boards" && f.Key != "outlets.media" {
			t.Errorf("2025 has %+v", f)
		}
	}
	// The county adds up what is below it.
	office := officer(9, county, org.Office)
	all := x.factsFor(office, county, 2026, true)
	for _, key := range []string{"items.total", "requests.new", "trainings.persons", "visits.persons", "postings.boards"} {
		if all[key].N != got[key].N || !all[key].Known {
			t.Errorf("%s below the county is %d, of the town %d", key, all[key].N, got[key].N)
		}
	}
	if f := x.factsFor(office, county, 2026, false)["items.total"]; f.Known {
		t.Errorf("the county itself published %+v", f)
	}
	supervisor := officer(10, town, org.Drafter) // sees no requests
	f := x.factsFor(supervisor, town, 2026, false)["requests.new"]
	if f.N != 3 || f.Href != "" {
		t.Errorf("who may not see requests is led to them: %+v", f)
	}
	if _, _, err := x.FactRows(ctx, supervisor, town.ID, 2026, "requests.new", false, 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who may not see requests lists them: %v", err)
	}
}

// yearOfItems: four items of the year and one of old stock, one corrected, one
// withdrawn; two notices that hung on the board alone, one item there too and on
// the video account.
func (x *scoring) yearOfItems(town org.Organ) {
	t := x.t
	d := itemDesk{organ: town, clerk: store.By{Viewer: officer(3, town, org.Drafter, org.Publisher)}, office: store.By{Viewer: officer(4, town, org.Secrecy, org.Head)}, leader: store.By{Viewer: officer(5, town, org.Signer)}}
	publish := func(day law.Date, kind proactive.Kind, title, category string, backfill bool) int64 {
		t.Helper()
		setDay(x.clock, day)
		c := itemText(title)
		c.Made, c.Category = day, category
		if !kind.HasNumber() {
			c.DocNo = ""
		}
		if kind == proactive.Interpretation {
			c.SourceURL = "https://www.example.gov.cn/policy.html"
		}
		if backfill {
			c.Original, c.OriginURL = day.AddDays(-900), "https://www.example.gov.cn/old.html"
		}
		id, _ := d.published(t, x.Store, store.NewItem{Kind: kind, Content: c, Backfill: backfill})
		return id
	}
	notice := publish(law.Day(2026, 2, 3), proactive.Notice, "停水通知", "20.15", false)
	publish(law.Day(2026, 2, 4), proactive.Document, "防汛文件", "20.1", false)
	down := publish(law.Day(2026, 2, 5), proactive.Interpretation, "防汛文件解读", "20.15", false)
	publish(law.Day(2026, 2, 6), proactive.News, "植树", "20.15", false)
	publish(law.Day(2026, 2, 7), proactive.Notice, "旧通知", "20.15", true)
	setDay(x.clock, law.Day(2026, 3, 2))
	must(onItem(t, x.Store, d.clerk, notice, func(x *store.ItemFile, a proactive.Doing) error {
		return x.Begin(a, proactive.Correcting, "时间误写")
	}))(t)
	d.bring(t, x.Store, notice)
	must(onItem(t, x.Store, d.office, down, func(x *store.ItemFile, a proactive.Doing) error { return x.TakeDown(a, "内容有误", false) }))(t)
	out := func(kind proactive.OutletKind, name string) int64 {
		return idOf(t, must(x.SaveOutlet(ctx, d.clerk, proactive.Outlet{Organ: town.ID, Kind: kind, Name: name, Place: "院外", Since: law.Day(2026, 1, 1)}))(t))
	}
	board, video := out(proactive.Board, "公开栏"), out(proactive.VideoFeed, "美丽青石")
	for _, p := range []proactive.Posting{{Outlet: board, Item: notice, Topic: "民生"}, {Outlet: video, Item: notice, Topic: "财务"}, {Outlet: board, Title: "低保名单", Topic: "民生"}, {Outlet: board, Title: "惠农补贴", Topic: "财务"},
		{Outlet: board, Title: "党员活动", Side: proactive.Party}} {
		p.On = law.Day(2026, 3, 1)
		if p.Outlet == video {
			p.On = law.Day(2026, 3, 2)
		}
		must(x.SavePosting(ctx, d.clerk, p))(t)
	}
	for i, who := range []string{"下河村", "便民服务中心", "下河村"} {
		must(x.GiveCopies(ctx, store.By{Viewer: d.clerk.Viewer, Key: fmt.Sprint("copies", i)}, []store.GuideCopies{{Organ: town.ID, What: "公开指南", Receiver: who, Copies: 40, On: law.Day(2026, 3, 1)}}))(t)
	}
}

// yearOfRequests: one answered in time and corrected by a review, one late, one
// open at the end of the year.
func (x *scoring) yearOfRequests(town org.Organ, by store.By) {
	t := x.t
	register := func(day law.Date, a casework.Applicant) int64 {
		setDay(x.clock, day)
		return idOf(t, must(x.RegisterRequest(ctx, by, store.NewRequest{Organ: town.ID, Subject: "会议纪要", Content: casework.Content{Wanted: "会议纪要"},
			Registration: casework.Registration{Channel: deadline.InPerson, Arrived: day, Applicant: a, Ledger: true}}))(t))
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
	inTime, late := register(law.Day(2026, 1, 6), casework.Natural), register(law.Day(2026, 1, 6), casework.Business)
	do(inTime, law.Day(2026, 1, 14), answer)
	do(late, law.Day(2026, 3, 20), answer)
	do(inTime, law.Day(2026, 3, 21), func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.OpenRemedy(d, casework.Reconsideration, false, true)
	})
	do(inTime, law.Day(2026, 3, 25), func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return x.EndRemedy(d, 1, casework.Annulled)
	})
	register(law.Day(2026, 12, 29), casework.Natural)
}

// yearOfLedgers: two trainings, one of them a village's, visits, a meeting, a
// question, an order.
func (x *scoring) yearOfLedgers(town, village org.Organ, by store.By) {
	t := x.t
	setDay(x.clock, law.Day(2026, 4, 1))
	for i, o := range []org.Organ{town, village} {
		id := idOf(t, must(x.SaveTraining(ctx, by, oversight.Training{Organ: o.ID, Year: 2026, Title: "培训"}))(t))
		must(x.WithTraining(ctx, by, id, 1, act.TrainingHeld, func(y *oversight.Training, d law.Date, _ int64) error {
			return y.Hold(law.Day(2026, 2, 1+i), "会议室", 60, 4, d)
		}))(t)
	}
	point := idOf(t, must(x.SaveEquipment(ctx, by, oversight.Equipment{Organ: town.ID, Kind: oversight.ReadingPoint, Name: "查阅点", Place: "大厅", State: oversight.InUse, Since: law.Day(2026, 1, 1)}))(t))
	for i := range 3 {
		must(x.WithEquipment(ctx, by, point, 1, act.EquipmentVisited, func(e *oversight.Equipment, d law.Date) error {
			return e.Visit(oversight.PlaceVisit{On: d.AddDays(-i), Persons: 10, Items: 7, Prints: 1}, d)
		}))(t)
	}
	must(x.SaveMeeting(ctx, by, org.Meeting{Organ: town.ID, On: law.Day(2026, 3, 3), Chair: "某组长", Topics: "部署年度工作"}))(t)
	q := question(town)
	q.Received = law.Day(2026, 3, 3)
	id := idOf(t, must(x.EnterVoice(ctx, by, q))(t))
	must(x.WithVoice(ctx, by, id, 1, act.VoiceAnswered, func(y *oversight.Voice, d store.VoiceDays) error {
		return y.AnswerWith("答", "", law.Day(2026, 3, 5), d.Today)
	}))(t)
	must(x.GiveOrder(ctx, by, oversight.Order{Organ: town.ID, Issuer: x.organs[0].ID, Title: "更新栏目", Text: "栏目三个月没有更新", Basis: "条例", Source: oversight.FromOffice, Due: law.Day(2026, 4, 20)}))(t)
}

// An organ's template takes the place of the county's, and the county's of the
// program's; a wrong one is refused by line and name.
func proseTemplates(x *scoring) {
	t, county, town := x.t, x.organs[0], x.organs[1]
	office, head := store.By{Viewer: officer(9, county, org.Office)}, store.By{Viewer: officer(3, town, org.Head)}
	if p := must(x.ProseTemplate(ctx, town.ID, false))(t); p.Organ != 0 || p.Own != 0 || p.Body != reporting.ShippedTemplate(false) {
		t.Errorf("%+v", p)
	}
	must(x.SaveProseTemplate(ctx, office, county.ID, true, 0, "# 主动公开\n公开{{主动公开信息总数}}条。"))(t)
	if p := must(x.ProseTemplate(ctx, town.ID, false))(t); p.Organ != county.ID || p.Own != 0 || p.OrganName != county.Name {
		t.Errorf("the county's is not handed down: %+v", p)
	}
	if p := must(x.ProseTemplate(ctx, county.ID, false))(t); p.Organ != 0 || p.Body != reporting.ShippedTemplate(true) {
		t.Errorf("what it hands down is not for its own report: %+v", p)
	}
	must(x.SaveProseTemplate(ctx, head, town.ID, false, 0, "# 主动公开\n我镇公开{{items.total}}条。"))(t)
	if p := must(x.ProseTemplate(ctx, town.ID, false))(t); p.Organ != town.ID || p.Own != 1 {
		t.Errorf("%+v", p)
	}
	if _, err := x.SaveProseTemplate(ctx, head, town.ID, false, 0, "# 主动公开\n别的。"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old edition: %v", err)
	}
	var no *act.Refusal
	if _, err := x.SaveProseTemplate(ctx, head, town.ID, false, 1, "# 主动公开\n{{没有}}条。"); !errors.As(err, &no) || no.Text != "模板没有保存：第2行：没有名为“没有”的数字。" {
		t.Errorf("a wrong one: %v", err)
	}
	if _, err := x.SaveProseTemplate(ctx, head, county.ID, true, 1, ""); !errors.As(err, &no) {
		t.Errorf("a town writes the county's: %v", err)
	}
	must(x.SaveProseTemplate(ctx, head, town.ID, false, 1, ""))(t)
	if p := must(x.ProseTemplate(ctx, town.ID, false))(t); p.Organ != county.ID || p.Own != 2 {
		t.Errorf("given up: %+v", p)
	}
	if list := must(x.ProseTemplates(ctx, head.Viewer, town.ID, false))(t); len(list) != 2 || list[1].Body == "" {
		t.Errorf("editions %+v", list)
	}
	if _, err := x.ProseTemplates(ctx, officer(8, x.organs[2], org.Head), town.ID, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour reads them: %v", err)
	}
}

func proseLinks(x *scoring) {
	t, town := x.t, x.organs[1]
	head := store.By{Viewer: officer(3, town, org.Head)}
	p := must(x.Prose(ctx, head.Viewer, town.ID, 2025))(t)
	p.Links = map[string][]reporting.FactLink{"aspect.1": {{Key: "items.total", At: 2, Len: 3, Said: "199", Before: "公开", After: "条"}}}
	p.Problems = []reporting.ProblemNote{{Problem: "解读不多", Became: reporting.BecameDone, Text: "发布解读6篇"}}
	must(x.SaveProse(ctx, head, p))(t)
	if _, err := x.SaveProse(ctx, head, p); !errors.Is(err, store.ErrConflict) {
		t.Errorf("over a version that is gone: %v", err)
	}
	got := must(x.Prose(ctx, head.Viewer, town.ID, 2025))(t)
	if got.Version != 1 || len(got.Links["aspect.1"]) != 1 || got.Links["aspect.1"][0] != p.Links["aspect.1"][0] || got.Problems[0] != p.Problems[0] {
		t.Errorf("%+v", got)
	}
	if d := must(x.SaveProse(ctx, head, got))(t); d.Act != 0 {
		t.Error("saving the same again left an act")
	}
	var no *act.Refusal
	neighbour := store.By{Viewer: officer(8, x.organs[2], org.Head)}
	if _, err := x.SaveProse(ctx, neighbour, got); !errors.As(err, &no) {
		t.Errorf("the neighbour writes: %v", err)
	}
	if _, err := x.Prose(ctx, neighbour.Viewer, town.ID, 2025); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour reads: %v", err)
	}
}
