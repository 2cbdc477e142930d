package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// RunLedgers checks training, surveys, incidents, equipment and the sums of a
// year. Every call of open gives an empty bed.
func RunLedgers(t *testing.T, open func(testing.TB) LedgerBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, LedgerBed)
	}{
		{"TrainingFromPlanToTest", trainingLife},
		{"TrainingIsSeenByWhoHoldsAndWhoAttends", trainingScope},
		{"AHallSignsInAtOnce", trainingHall},
		{"EquipmentCheckedAndVisited", equipmentLife},
		{"IncidentsOfSecrecyAreForFew", incidentScope},
		{"SurveyOncePerBrowser", surveyLife},
		{"SumsOfAYear", ledgerSums},
		{"WhatIsKeptIsHandedOver", ledgerHandover},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// employee is a person with a record and roles at an organ.
func employee(t *testing.T, s *store.Store, name string, o org.Organ, roles ...org.Role) org.Viewer {
	t.Helper()
	id := idOf(t, must(s.SavePerson(ctx, program(""), org.Person{Name: name, Organ: o.ID}))(t))
	for _, r := range roles {
		must(s.Grant(ctx, program(""), org.Post{Person: id, Organ: o.ID, Role: r, From: law.Day(2026, 1, 1)}))(t)
	}
	return must(s.Viewer(ctx, id, ledgerDay))(t)
}

func aTest() oversight.Test {
	q, _ := oversight.ParseTest("题一\n*甲\n乙\n\n题二\n甲\n*乙")
	return oversight.Test{Questions: q, Pass: 60, Tries: 2}
}

func trainingLife(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	office := employee(t, s, "主管", o[0], org.Office)
	clerk := employee(t, s, "镇经办", o[1], org.Drafter)
	x := oversight.Training{Organ: o[0].ID, Year: 2026, Title: "年度报告编制培训", Topic: "年度报告", Planned: law.Day(2026, 3, 2), Minutes: 90, Test: aTest()}
	var refusal *act.Refusal
	if _, err := s.SaveTraining(ctx, store.By{Viewer: clerk}, x); !errors.As(err, &refusal) {
		t.Errorf("a town plans the county's training: %v", err)
	}
	id := idOf(t, must(s.SaveTraining(ctx, store.By{Viewer: office, Key: "a"}, x))(t))
	people := must(s.Summonable(ctx, office, o[0].ID, org.Drafter, true))(t)
	if len(people) != 1 || people[0].Person != clerk.Person || people[0].Unit != o[1].Name {
		t.Fatalf("summonable %+v", people)
	}
	with := func(version int64, kind string, verb store.TrainingVerb) {
		t.Helper()
		must(s.WithTraining(ctx, store.By{Viewer: office}, id, version, kind, verb))(t)
	}
	with(1, act.TrainingSaved, func(x *oversight.Training, _ law.Date, _ int64) error {
		return x.Summon(append(people, oversight.Trainee{Name: "某村文书", Unit: "某村", Must: true}))
	})
	if n := must(s.Inbox(ctx, clerk, true, 0))(t); len(n) != 1 || !strings.Contains(n[0].Subject, "年度报告编制培训") {
		t.Errorf("the clerk was told %+v", n)
	}
	if _, err := s.SignTraining(ctx, store.By{Viewer: clerk}, id, "123456"); !errors.As(err, &refusal) {
		t.Errorf("signed in before it was open: %v", err)
	}
	code := store.NewTrainingCode()
	with(2, act.TrainingSigned, func(x *oversight.Training, _ law.Date, _ int64) error { x.Code = code; return nil })
	must(s.SignTraining(ctx, store.By{Viewer: clerk, Key: "s"}, id, code))(t)
	f := must(s.PutPrivate(ctx, store.TrainingRef(id), strings.NewReader("%PDF-1.4 签到表")))(t)
	with(4, act.TrainingFiled, func(x *oversight.Training, _ law.Date, _ int64) error {
		x.Files = append(x.Files, oversight.TrainingFile{Name: "签到表.pdf", Sheet: true, Private: f.ID, Size: f.Size})
		return nil
	})
	with(5, act.TrainingHeld, func(x *oversight.Training, d law.Date, _ int64) error { return x.Hold(d, "县会议中心", 120, 3, d) })
	if d := must(s.AnswerTraining(ctx, store.By{Viewer: clerk}, id, [][]int{{0}, {0}}))(t); d.Answer != "50" {
		t.Errorf("result %q", d.Answer)
	}
	must(s.AnswerTraining(ctx, store.By{Viewer: clerk}, id, [][]int{{0}, {1}}))(t)
	got := must(s.Training(ctx, office, id))(t)
	if got.State != oversight.TrainingHeld || got.Present() != 4 || len(got.Missing()) != 1 || len(got.Files) != 1 || len(got.People) != 2 || got.OrganName != o[0].Name || got.Test.Pass != 60 {
		t.Errorf("%+v", got.Training)
	}
	if _, err := s.SaveTraining(ctx, store.By{Viewer: office}, oversight.Training{ID: id, Organ: o[0].ID, Year: 2026, Title: "改题", Version: got.Version}); !errors.As(err, &refusal) {
		t.Errorf("the test was changed after somebody took it: %v", err)
	}
	r := must(s.TrainingRecords(ctx, office, 0, 2026))(t)
	if len(r) != 2 || r[0].Signed+r[1].Signed != 1 || r[0].Minutes+r[1].Minutes != 120 || r[0].Passed+r[1].Passed != 1 {
		t.Errorf("records %+v", r)
	}
	var kinds []string
	for _, e := range must(s.Entries(ctx, office, store.EntryQuery{Ref: store.TrainingRef(id)}))(t) {
		kinds = append(kinds, e.Act.Kind)
	}
	if len(kinds) != 8 || kinds[0] != act.TrainingTested {
		t.Errorf("history %v", kinds)
	}
}

func trainingScope(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	office, clerk, other := employee(t, s, "主管", o[0], org.Office), employee(t, s, "甲镇经办", o[1], org.Drafter), employee(t, s, "乙镇经办", o[2], org.Drafter)
	id := idOf(t, must(s.SaveTraining(ctx, store.By{Viewer: office}, oversight.Training{Organ: o[0].ID, Year: 2026, Title: "培训", Test: aTest()}))(t))
	must(s.WithTraining(ctx, store.By{Viewer: office}, id, 1, act.TrainingSaved, func(x *oversight.Training, _ law.Date, _ int64) error {
		x.Code = "123456"
		return x.Summon([]oversight.Trainee{{Person: clerk.Person, Name: "甲镇经办"}, {Name: "别人"}})
	}))(t)
	if _, err := s.Training(ctx, other, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody who is not on the list: %v", err)
	}
	x := must(s.Training(ctx, clerk, id))(t)
	if len(x.People) != 1 || x.Code != "" || x.Edits {
		t.Errorf("somebody on the list sees %+v", x)
	}
	if list := must(s.Trainings(ctx, clerk, store.TrainingQuery{}))(t); len(list) != 0 {
		t.Error("a town has the county's plan in its list")
	}
	if list := must(s.Trainings(ctx, clerk, store.TrainingQuery{Mine: true}))(t); len(list) != 1 {
		t.Error("a training that one has to attend is missing")
	}
	if list := must(s.Trainings(ctx, other, store.TrainingQuery{Mine: true}))(t); len(list) != 0 {
		t.Error("somebody else's training")
	}
	if _, err := s.WithTraining(ctx, store.By{Viewer: clerk}, id, 2, act.TrainingHeld, func(x *oversight.Training, _ law.Date, _ int64) error { return x.Drop() }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a trainee cancels it: %v", err)
	}
	if _, err := s.AnswerTraining(ctx, store.By{}, id, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody is tested: %v", err)
	}
	if r := must(s.TrainingRecords(ctx, other, 0, 2026))(t); len(r) != 0 {
		t.Errorf("records of others: %+v", r)
	}
}

// Many people sign in at the same moment: each of them is there afterwards.
func trainingHall(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 0)
	id := idOf(t, must(s.SaveTraining(ctx, program(""), oversight.Training{Organ: o[0].ID, Year: 2026, Title: "培训"}))(t))
	must(s.WithTraining(ctx, program(""), id, 1, act.TrainingSigned, func(x *oversight.Training, _ law.Date, _ int64) error { x.Code = "123456"; return nil }))(t)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v := officer(int64(100+i), o[0], org.Drafter)
			v.Name = fmt.Sprint("经办", i)
			for { // a person tries again, too
				_, err := s.SignTraining(ctx, store.By{Viewer: v, Key: fmt.Sprint("h", i)}, id, "123456")
				if errors.Is(err, store.ErrConflict) {
					continue
				}
				if err != nil {
					t.Error(err)
				}
				return
			}
		}()
	}
	wg.Wait()
	if x := must(s.Training(ctx, officer(1, o[0], org.Head), id))(t); len(x.People) != 12 || x.Present() != 12 {
		t.Errorf("%d on the list, %d present", len(x.People), x.Present())
	}
}

func equipmentLife(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	clerk, keeper := employee(t, s, "经办", o[1], org.Drafter), employee(t, s, "保管人", o[1], org.Drafter)
	by := store.By{Viewer: clerk}
	var refusal *act.Refusal
	if _, err := s.SaveEquipment(ctx, by, oversight.Equipment{Organ: o[2].ID, Kind: oversight.Board, Name: "公开栏", Place: "院内", State: oversight.InUse}); !errors.As(err, &refusal) {
		t.Errorf("in the neighbour's ledger: %v", err)
	}
	stranger := employee(t, s, "外人", o[2], org.Drafter)
	c := oversight.Equipment{Organ: o[1].ID, Kind: oversight.Cipher, Name: "加密机", Place: "保密室", Keeper: stranger.Person, State: oversight.InUse}
	if _, err := s.SaveEquipment(ctx, by, c); !errors.As(err, &refusal) {
		t.Errorf("kept by somebody of another organ: %v", err)
	}
	c.Keeper = keeper.Person
	must(s.SaveEquipment(ctx, by, c))(t)
	point := idOf(t, must(s.SaveEquipment(ctx, by, oversight.Equipment{Organ: o[1].ID, Kind: oversight.ReadingPoint, Name: "便民中心查阅点", Place: "一楼大厅", State: oversight.InUse, Every: 3}))(t))
	for i := range 3 {
		must(s.WithEquipment(ctx, store.By{Viewer: clerk, Key: fmt.Sprint("v", i)}, point, 1, act.EquipmentVisited, func(e *oversight.Equipment, d law.Date) error {
			return e.Visit(oversight.PlaceVisit{On: d.AddDays(-20 * i), Persons: 2 + i, Items: 5, Prints: i}, d)
		}))(t)
	}
	f := must(s.PutPrivate(ctx, store.EquipmentRef(point), strings.NewReader("\x89PNG\r\n\x1a\nx")))(t)
	must(s.WithEquipment(ctx, by, point, 1, act.EquipmentChecked, func(e *oversight.Equipment, d law.Date) error {
		return e.Inspect(oversight.EquipmentCheck{On: d, Who: "经办", Result: "整洁，指南为最新", Good: true, Photo: f.ID}, d)
	}))(t)
	if _, err := s.WithEquipment(ctx, by, point, 1, act.EquipmentChecked, func(*oversight.Equipment, law.Date) error { return nil }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	x := must(s.Equipment(ctx, clerk, point))(t)
	if len(x.Visits) != 3 || x.Visits[0].Persons != 2 || len(x.Checks) != 1 || x.Checks[0].Photo != f.ID || x.NextCheck != law.Day(2026, 6, 2) {
		t.Errorf("%+v", x.Equipment)
	}
	if m := must(s.VisitMonths(ctx, clerk, point, 2026))(t); len(m) != 3 || m[2].Month != 3 || m[0].Persons != 4 {
		t.Errorf("by month %+v", m)
	}
	if list := must(s.EquipmentList(ctx, clerk, store.EquipmentQuery{Search: "大厅"}))(t); len(list) != 1 || list[0].ID != point {
		t.Errorf("search %+v", list)
	}
	if list := must(s.EquipmentList(ctx, clerk, store.EquipmentQuery{Kind: oversight.Cipher}))(t); len(list) != 1 || list[0].Held() != "保管人" {
		t.Errorf("ciphers %+v", list)
	}
	neighbour := officer(9, o[2], org.Head)
	if _, err := s.Equipment(ctx, neighbour, point); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour sees it: %v", err)
	}
	if _, err := s.WithEquipment(ctx, store.By{Viewer: neighbour}, point, 2, act.EquipmentVisited, func(*oversight.Equipment, law.Date) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour works on it: %v", err)
	}
	must(s.WithEquipment(ctx, by, point, 2, act.EquipmentEnded, func(e *oversight.Equipment, d law.Date) error { return e.Retire(d, "搬迁", d) }))(t)
	if list := must(s.EquipmentList(ctx, clerk, store.EquipmentQuery{}))(t); len(list) != 1 {
		t.Errorf("what is gone is still in the ledger: %+v", list)
	}
}

func incidentScope(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	secret := oversight.Incident{Organ: o[1].ID, Kind: oversight.Leak, Secrecy: true, Found: ledgerDay, Content: oversight.IncidentContent{Title: "申酉戌亥标题", What: "申酉戌亥经过"}}
	open := secret
	open.Kind, open.Secrecy = oversight.WrongPost, false
	head := officer(2, o[1], org.Head)
	hidden := idOf(t, must(s.ReportIncident(ctx, store.By{Viewer: head, Reason: "申酉戌亥"}, secret))(t))
	shown := idOf(t, must(s.ReportIncident(ctx, store.By{Viewer: head}, open))(t))
	for name, c := range map[string]struct {
		v              org.Viewer
		hidden, shown  bool
		worksOnTheOpen bool
	}{
		"its head": {head, true, true, true}, "its drafter": {officer(3, o[1], org.Drafter), false, true, true}, "its secrecy officer": {officer(4, o[1], org.Secrecy), true, true, false},
		"a drafter here who heads the neighbour": {org.Viewer{Person: 5, Posts: append(officer(5, o[1], org.Drafter).Posts, officer(5, o[2], org.Head).Posts...)}, false, true, true},
		"the office":                             {officer(6, o[0], org.Office), true, true, true}, "the supervisor": {officer(7, o[0], org.Supervisor), false, true, false}, "the neighbour": {officer(8, o[2], org.Head, org.Secrecy), false, false, false},
	} {
		list := must(s.Incidents(ctx, c.v, store.IncidentQuery{}))(t)
		want := flagged(c.hidden) + flagged(c.shown)
		_, one := s.Incident(ctx, c.v, hidden)
		x, two := s.Incident(ctx, c.v, shown)
		if len(list) != want || (one == nil) != c.hidden || (two == nil) != c.shown || one != nil && !errors.Is(one, store.ErrNotFound) || x.Edits != c.worksOnTheOpen {
			t.Errorf("%s: %d in the list, %v, %v, edits %v", name, len(list), one, two, x.Edits)
		}
		_, err := s.WithIncident(ctx, store.By{Viewer: c.v}, hidden, 99, act.IncidentChanged, func(*oversight.Incident, law.Date) error { return nil })
		if !c.hidden && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s works on the hidden one: %v", name, err)
		}
	}
	must(s.WithIncident(ctx, store.By{Viewer: head}, hidden, 1, act.IncidentChanged, func(x *oversight.Incident, d law.Date) error {
		return x.Add(oversight.IncidentStep{On: d, To: "县保密局", Text: "申酉戌亥书面报告"}, d)
	}))(t)
	must(s.WithIncident(ctx, store.By{Viewer: head}, hidden, 2, act.IncidentClosed, func(x *oversight.Incident, d law.Date) error { return x.Close("已清除", d) }))(t)
	if x := must(s.Incident(ctx, head, hidden))(t); x.Closed != ledgerDay || x.Number != "2026-001" || !x.Reported() {
		t.Errorf("closed as %+v", x.Incident)
	}
	if dump := b.Dump(t); strings.Contains(dump, "申酉戌亥") || !strings.Contains(dump, "2026-001") {
		t.Error("what happened lies open in the database")
	}
}

func flagged(b bool) int {
	if b {
		return 1
	}
	return 0
}

func surveyLife(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	clerk := officer(2, o[1], org.Drafter)
	q, message := oversight.ParseSurvey("单选：（必答）您满意吗？\n- 满意\n- 不满意\n打分：总体\n填空：建议")
	if message != "" {
		t.Fatal(message)
	}
	x := oversight.Survey{Organ: o[1].ID, Title: "社会评议", Questions: q, Opens: ledgerDay, Closes: law.Day(2026, 3, 31), Web: true, Paper: true, OpenResults: true}
	id := idOf(t, must(s.SaveSurvey(ctx, store.By{Viewer: clerk}, x))(t))
	row := must(s.Survey(ctx, clerk, id))(t)
	if _, err := s.SurveyNumbered(ctx, row.Number); !errors.Is(err, store.ErrNotFound) || len(row.Number) != 8 {
		t.Errorf("a draft is public: %q %v", row.Number, err)
	}
	answer := oversight.SurveyAnswer{Chosen: [][]int{{0}, {4}, nil}, Texts: []string{"", "", "申酉戌亥字大一点"}}
	var refusal *act.Refusal
	if _, err := s.AnswerSurvey(ctx, row.Number, "b1", answer); !errors.As(err, &refusal) {
		t.Errorf("a draft was answered: %v", err)
	}
	must(s.WithSurvey(ctx, store.By{Viewer: clerk}, id, 1, act.SurveyOpened, func(x *oversight.Survey, d law.Date) error { return x.Begin(d) }))(t)
	must(s.AnswerSurvey(ctx, strings.ToLower(row.Number), "b1", answer))(t)
	if _, err := s.AnswerSurvey(ctx, row.Number, "b1", answer); !errors.As(err, &refusal) {
		t.Errorf("answered twice: %v", err)
	}
	must(s.AnswerSurvey(ctx, row.Number, "b2", oversight.SurveyAnswer{Chosen: [][]int{{1}}}))(t)
	if _, err := s.AnswerSurvey(ctx, row.Number, "b3", oversight.SurveyAnswer{Chosen: [][]int{{7}}}); !errors.As(err, &refusal) {
		t.Errorf("a choice that is none: %v", err)
	}
	if _, err := s.EnterSurvey(ctx, store.By{Viewer: officer(9, o[2], org.Head)}, id, answer); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour enters paper: %v", err)
	}
	must(s.EnterSurvey(ctx, store.By{Viewer: clerk, Key: "p1"}, id, answer))(t)
	must(s.EnterSurvey(ctx, store.By{Viewer: clerk, Key: "p1"}, id, answer))(t)
	if _, err := s.SaveSurvey(ctx, store.By{Viewer: clerk}, oversight.Survey{ID: id, Organ: o[1].ID, Title: "改", Questions: q, Opens: x.Opens, Closes: x.Closes, Web: true, Version: 2}); !errors.As(err, &refusal) {
		t.Errorf("changed while it runs: %v", err)
	}
	r := must(s.SurveyResults(ctx, clerk, id))(t)
	if r.Counts.Answers != 3 || r.Counts.Web != 2 || r.Counts.Questions[0].Counts[0] != 2 || r.Counts.Questions[1].Sum != 10 || len(r.Texts[2]) != 2 || r.Counts.Questions[0].Share(0) != "" {
		t.Errorf("%+v %v", r.Counts, r.Texts)
	}
	if _, err := s.PublicResults(ctx, row.Number, ledgerDay); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("results are public while it runs: %v", err)
	}
	must(s.WithSurvey(ctx, store.By{Viewer: clerk}, id, 2, act.SurveyClosed, func(x *oversight.Survey, d law.Date) error { return x.End(d) }))(t)
	if p := must(s.PublicResults(ctx, row.Number, ledgerDay))(t); p.Counts.Answers != 3 || len(p.Texts[2]) != 0 {
		t.Errorf("the public reads %v", p.Texts)
	}
	if _, err := s.Survey(ctx, officer(9, o[2], org.Head), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour sees it: %v", err)
	}
	if dump := b.Dump(t); strings.Contains(dump, "申酉戌亥") {
		t.Error("what people wrote lies open in the database")
	}
}

// What is counted in SQL is what a count by hand says.
func ledgerSums(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 2)
	village := must(s.SaveOrgan(ctx, org.Organ{Name: "某村", Kind: org.Village, Level: org.Grassroots, Parent: o[1].ID}))(t)
	by := program("")
	if got := must(s.LedgerSums(ctx, o[1].ID, 2026))(t); got.AllVoices().Received != 0 || got.Year != 2026 {
		t.Errorf("of nothing: %+v", got)
	}
	for i, v := range []struct {
		kind     oversight.VoiceKind
		received law.Date
		answer   law.Date
	}{{oversight.Question, law.Day(2026, 1, 5), law.Day(2026, 1, 7)}, {oversight.Question, law.Day(2026, 1, 5), law.Day(2026, 2, 27)}, {oversight.Advice, law.Day(2026, 2, 27), law.Date{}},
		{oversight.Mistake, law.Day(2026, 2, 9), law.Date{}}, {oversight.Question, law.Day(2025, 12, 30), law.Day(2026, 1, 4)}} {
		x := question(o[1])
		x.Kind, x.Received = v.kind, v.received
		id := idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: by.Viewer, Key: fmt.Sprint("n", i)}, x))(t))
		if !v.answer.IsZero() {
			must(s.WithVoice(ctx, by, id, 1, act.VoiceAnswered, func(y *oversight.Voice, d store.VoiceDays) error { return y.AnswerWith("答", "", v.answer, d.Today) }))(t)
		}
		if i == 0 {
			must(s.WithVoice(ctx, by, id, 2, act.VoiceRated, func(y *oversight.Voice, d store.VoiceDays) error { return y.Rate(5, "", d.Today) }))(t)
		}
	}
	for i, x := range []oversight.Training{{Organ: o[1].ID, Minutes: 90}, {Organ: village.ID, Minutes: 30}, {Organ: o[1].ID}, {Organ: o[1].ID}, {Organ: o[2].ID, Minutes: 60}} {
		x.Year, x.Title = 2026, "培训"
		id := idOf(t, must(s.SaveTraining(ctx, by, x))(t))
		must(s.WithTraining(ctx, by, id, 1, act.TrainingHeld, func(y *oversight.Training, d law.Date, at int64) error {
			if i == 3 {
				return y.Drop()
			}
			if i == 2 {
				return nil
			}
			if err := y.Summon([]oversight.Trainee{{ID: int64(500 + i), Name: "甲"}}); err != nil {
				return err
			}
			return errors.Join(y.SignSheet([]int64{int64(500 + i)}, at), y.Hold(law.Day(2026, 2, 1), "会议室", x.Minutes, 4, d))
		}))(t)
	}
	point := idOf(t, must(s.SaveEquipment(ctx, by, oversight.Equipment{Organ: o[1].ID, Kind: oversight.ReadingPoint, Name: "查阅点", Place: "大厅", State: oversight.InUse}))(t))
	for i := range 4 { // two on one day
		must(s.WithEquipment(ctx, by, point, 1, act.EquipmentVisited, func(e *oversight.Equipment, d law.Date) error {
			return e.Visit(oversight.PlaceVisit{On: d.AddDays(-i / 2), Persons: 10, Items: 7, Prints: 1}, d)
		}))(t)
	}
	must(s.ReportIncident(ctx, by, oversight.Incident{Organ: village.ID, Kind: oversight.WrongPost, Found: ledgerDay, Content: oversight.IncidentContent{Title: "x", What: "y"}}))(t)
	got := must(s.LedgerSums(ctx, o[1].ID, 2026))(t)
	// Answered on 27 February after 5 January: late. The mistake of 9 February is open past its day.
	if q := got.Voices[oversight.Question]; q != (oversight.VoiceSum{Received: 2, Answered: 2, OnTime: 1, Late: 1, Rated: 1, Content: 1}) {
		t.Errorf("questions %+v", q)
	}
	if a := got.AllVoices(); a.Received != 4 || a.Open != 2 || a.Late != 2 {
		t.Errorf("voices %+v", a)
	}
	if got.Trainings != (oversight.TrainingSum{Planned: 3, Sessions: 2, Minutes: 120, Persons: 10}) {
		t.Errorf("trainings %+v", got.Trainings)
	}
	if got.Visits != (oversight.VisitSum{Points: 1, Days: 2, Persons: 40, Items: 28, Prints: 4}) || got.Equipment[oversight.ReadingPoint] != 1 || got.Incidents[oversight.WrongPost] != 1 {
		t.Errorf("%+v", got)
	}
	below := must(s.LedgerSumsBelow(ctx, o[0].ID, 2026))(t)
	if len(below) != 2 || below[o[1].ID].Trainings != got.Trainings || below[o[2].ID].Trainings.Minutes != 60 {
		t.Errorf("below the county: %+v", below)
	}
}

// Who leaves hands over what he works on and what he keeps.
func ledgerHandover(t *testing.T, b LedgerBed) {
	s := b.Store
	o := county(t, s, 1)
	head := employee(t, s, "负责人", o[1], org.Head)
	leaver, taker := employee(t, s, "离岗人", o[1], org.Handler), employee(t, s, "接手人", o[1], org.Handler)
	voice := idOf(t, must(s.EnterVoice(ctx, store.By{Viewer: leaver}, question(o[1])))(t))
	must(s.WithVoice(ctx, store.By{Viewer: leaver}, voice, 1, act.VoiceAssigned, func(v *oversight.Voice, _ store.VoiceDays) error { return v.Assign(leaver.Person) }))(t)
	thing := idOf(t, must(s.SaveEquipment(ctx, store.By{Viewer: head}, oversight.Equipment{Organ: o[1].ID, Kind: oversight.Cipher, Name: "加密机", Place: "保密室", Keeper: leaver.Person, State: oversight.InUse}))(t))
	id := idOf(t, must(s.BeginHandover(ctx, store.By{Viewer: head}, org.Handover{Person: leaver.Person, Organ: o[1].ID, Leaves: true, Day: ledgerDay, Reason: "调离", Successor: taker.Person, Witness: head.Person}))(t))
	h := must(s.Handover(ctx, head, id))(t)
	var settled []org.Matter
	seen := map[string]bool{}
	for _, m := range h.Matters {
		if seen[m.Part] = true; m.Passable {
			m.How, m.Receiver = org.Passed, taker.Person
		} else {
			m.How = org.Closed
		}
		if strings.Contains(m.What, "名单未更新") {
			t.Errorf("the list says what somebody wrote: %s", m.What)
		}
		settled = append(settled, m)
	}
	if !seen["voices"] || !seen["equipment"] {
		t.Fatalf("the list has no voices or no equipment: %+v", h.Matters)
	}
	must(s.SettleHandover(ctx, store.By{Viewer: head}, id, h.Version, settled))(t)
	if x := must(s.Voice(ctx, head, voice))(t); x.Handler != leaver.Person {
		t.Error("moved before it was confirmed")
	}
	for _, p := range h.Parties {
		h = must(s.Handover(ctx, head, id))(t)
		must(s.ConfirmHandover(ctx, store.By{Viewer: must(s.Viewer(ctx, p.Person, ledgerDay))(t)}, id, h.Version, p.Side, p.Person))(t)
	}
	h = must(s.Handover(ctx, head, id))(t)
	must(s.CompleteHandover(ctx, store.By{Viewer: head}, id, h.Version))(t)
	if x := must(s.Voice(ctx, head, voice))(t); x.Handler != taker.Person {
		t.Errorf("the voice is with %d", x.Handler)
	}
	if x := must(s.Equipment(ctx, head, thing))(t); x.Keeper != taker.Person {
		t.Errorf("the machine is with %d", x.Keeper)
	}
}
