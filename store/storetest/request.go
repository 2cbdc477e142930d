package storetest

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
)

// RunRequests checks the files of requests. Every call of open gives an empty
// store that signs and has a key for private content.
func RunRequests(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"FromTheWebToTheAnswer", requestWay},
		{"AnswerNeedsASignature", requestSigned},
		{"NeighboursSeeNothing", requestScope},
		{"NothingPersonalInTheActs", requestPrivacy},
		{"TableThreeIsTheTally", requestTally},
		{"NewCalendarCountsAgain", requestRecount},
		{"TheApplicantFollowsIt", requestTracked},
		{"ListsPageByPage", requestLists},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func thisDay() law.Date { return law.DateOf(time.Now()) }

// asks is a request that came over the counter some days ago.
func asks(o org.Organ, ago int) store.NewRequest {
	return store.NewRequest{Organ: o.ID, Subject: "农田水利工程资金", Registration: casework.Registration{Channel: deadline.InPerson, Arrived: thisDay().AddDays(-ago), Applicant: casework.Natural},
		Content: casework.Content{Person: casework.Person{Name: "甲某某", Phone: "13955550001", IDNumber: "340000199001010011"}, Wanted: "本镇今年农田水利工程的资金使用情况"}}
}

type requestDoing func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error

// with runs a verb of today on the file as it is now.
func with(t *testing.T, s *store.Store, by store.By, id int64, ago int, verb requestDoing) (store.Done, error) {
	t.Helper()
	x, err := s.Request(ctx, org.Program("测试"), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.WithRequest(ctx, by, id, x.Version, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		return verb(x, cal, casework.Doing{On: day.AddDays(-ago), Today: day})
	})
}

func requestWay(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	handler, signer := store.By{Viewer: officer(3, o[1], org.Handler)}, store.By{Viewer: officer(4, o[1], org.Signer)}
	n := asks(o[1], 0)
	n.Channel = deadline.Internet
	id := idOf(t, must(s.SubmitRequest(ctx, "web-1", n))(t))
	if again := must(s.SubmitRequest(ctx, "web-1", n))(t); !again.Repeated || idOf(t, again) != id {
		t.Errorf("sent twice: %+v", again)
	}
	x := must(s.Request(ctx, handler.Viewer, id))(t)
	if x.State != casework.Arrived || x.Content.Person.Name != "甲某某" || x.Number == "" || !x.Handles {
		t.Fatalf("%+v", x)
	}
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Confirm(d) }))(t)
	if _, err := s.WithRequest(ctx, handler, id, 1, func(*store.RequestFile, *calendar.Calendar, law.Date) error { return nil }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	_, err := with(t, s, handler, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Extend(cal, d, 10, x.Consent)
	})
	var no *act.Refusal
	if !errors.As(err, &no) {
		t.Errorf("an extension without consent: %v", err)
	}
	head := store.By{Viewer: officer(5, o[1], org.Head)}
	must(with(t, s, head, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Extend(cal, d, 10, x.Consent)
	}))(t)
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		x.Content.Findings = map[string]string{casework.FoundSearch: "档案室，按文号检索，无结果"}
		return x.Find(d, casework.FoundSearch)
	}))(t)
	must(with(t, s, signer, id, 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.NotHeld, "测公开告〔2026〕1号")
	}))(t)
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return x.Serve(d, "ems") }))(t)
	x = must(s.Request(ctx, handler.Viewer, id))(t)
	if x.State != casework.Closed || x.Outcome != casework.NotHeld || len(x.Marks) != 0 || x.Content.Findings[casework.FoundSearch] == "" {
		t.Errorf("%s %s %v", x.State, x.Outcome, x.Marks)
	}
	rows, _, err := s.Requests(ctx, handler.Viewer, store.RequestQuery{})
	if err != nil || len(rows) != 1 || rows[0].Row != x.Row(must(s.Calendar(ctx))(t), thisDay()) {
		t.Errorf("the list says %+v, the file %+v (%v)", rows, x.Row(must(s.Calendar(ctx))(t), thisDay()), err)
	}
	if three := must(s.TableThree(ctx, o[1].ID, thisDay().Year, nil))(t); three["unable_nohold"]["natural"] != 1 || three["new"]["total"] != 1 || three["result_total"]["total"] != 1 {
		t.Errorf("table three: %v", three)
	}
}

func requestSigned(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	decide := func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return x.Decide(cal, d, casework.Granted, "测公开告〔2026〕2号")
	}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	var no *act.Refusal
	if _, err := with(t, s, handler, id, 0, decide); !errors.As(err, &no) || !strings.Contains(no.Text, "签发") {
		t.Errorf("an answer without signature: %v", err)
	}
	// Who wrote the letter does not sign it, not even as the head.
	both := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}
	must(with(t, s, both, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Content.Letters = append(x.Content.Letters, casework.Letter{Code: "D02", On: d.On, Body: []string{"经查……"}, By: 3})
		return nil
	}))(t)
	if _, err := with(t, s, both, id, 0, decide); !errors.As(err, &no) || !strings.Contains(no.Text, "起草人") {
		t.Errorf("the author signed: %v", err)
	}
	paper := both
	paper.Paper, paper.Signer = &act.Paper{On: thisDay()}, "乙某"
	must(with(t, s, paper, id, 0, decide))(t)

	// What the leader approved may be sent by the handler.
	id = idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	a := idOf(t, must(s.AskApproval(ctx, handler, org.Approval{Organ: o[1].ID, Title: "答复", Ref: store.AnswerRef(id), Steps: []org.ApprovalStep{{Role: org.Signer}}}))(t))
	if _, err := with(t, s, handler, id, 0, decide); !errors.As(err, &no) {
		t.Errorf("an approval that waits counts as given: %v", err)
	}
	signer := store.By{Viewer: officer(4, o[1], org.Signer)}
	must(s.WithApproval(ctx, signer, a, 1, func(a *org.Approval) error { return a.Decide(signer.Viewer, true, "同意", thisDay()) }))(t)
	must(with(t, s, handler, id, 0, decide))(t)

	// A row of the ledger was signed on paper long ago.
	row := asks(o[1], 30)
	row.Ledger, row.Number = true, "纸质第7号"
	id = idOf(t, must(s.RegisterRequest(ctx, handler, row))(t))
	must(with(t, s, handler, id, 20, decide))(t)
	if _, err := s.RegisterRequest(ctx, handler, row); !errors.As(err, &no) {
		t.Errorf("the same number twice: %v", err)
	}
}

func requestScope(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	for _, c := range []struct {
		v           org.Viewer
		sees, reads bool
	}{{officer(6, o[2], org.Handler, org.Head), false, false}, {officer(7, o[1], org.Drafter), false, false}, {officer(8, o[0], org.Office), true, false}, {officer(9, o[0], org.Supervisor), true, false},
		{officer(4, o[1], org.Signer), true, true}} {
		x, err := s.Request(ctx, c.v, id)
		if (err == nil) != c.sees || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v: %v", c.v.Posts, err)
			continue
		}
		if err == nil && (x.Content.Person.Phone != "") != c.reads {
			t.Errorf("%v reads %+v", c.v.Posts, x.Content.Person)
		}
		rows, _, err := s.Requests(ctx, c.v, store.RequestQuery{})
		if err != nil || (len(rows) == 1) != c.sees {
			t.Errorf("%v lists %d: %v", c.v.Posts, len(rows), err)
		}
		if c.reads {
			continue
		}
		_, err = s.WithRequest(ctx, store.By{Viewer: c.v}, id, 1, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
			return x.Note(casework.Doing{On: day, Today: day}, "remark")
		})
		var no *act.Refusal
		if !errors.Is(err, store.ErrNotFound) && !errors.As(err, &no) {
			t.Errorf("%v worked on it: %v", c.v.Posts, err)
		}
	}
}

// Neither acts nor lists hold anything a person said or is.
func requestPrivacy(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	handler := store.By{Viewer: officer(3, o[1], org.Handler), Reason: "甲某某来电催办"}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	must(with(t, s, handler, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Content.Notes = append(x.Content.Notes, casework.Note{On: d.On, Kind: "phone", Text: "甲某某称要农田水利工程的资金"})
		return x.Note(d, "phone")
	}))(t)
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t) {
		if text := e.Act.Chinese() + strings.Join(changesOf(e), " "); strings.Contains(text, "甲某某") || strings.Contains(text, "13955550001") {
			t.Errorf("the log says %s", text)
		}
	}
}

func changesOf(e store.Entry) []string {
	out := []string{e.Details.Reason, e.Details.Signer}
	for _, c := range e.Details.Changes {
		out = append(out, c.Old, c.New)
	}
	return out
}

func requestTally(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler, org.Head)}
	random := rand.New(rand.NewPCG(7, 11))
	results := casework.Results()
	var rows []casework.Row
	cal := must(s.Calendar(ctx))(t)
	for range 60 {
		n := asks(o[1], 10+random.IntN(700))
		n.Ledger, n.Applicant = true, casework.Applicants()[random.IntN(6)]
		id := idOf(t, must(s.RegisterRequest(ctx, by, n))(t))
		if random.IntN(4) > 0 {
			ago := random.IntN(thisDay().DaysSince(n.Arrived))
			_, err := with(t, s, by, id, ago, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
				d.Fact = true
				return x.Decide(cal, d, results[random.IntN(len(results))].Outcome, "")
			})
			var no *act.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Fatal(err)
			}
		}
		rows = append(rows, must(s.Request(ctx, by.Viewer, id))(t).Row(cal, thisDay()))
	}
	maps3 := []casework.Mapping{{From: thisDay().AddDays(-200), Rows: map[casework.Outcome]string{casework.NotInfo: "", casework.Published: "unable_nohold"}}}
	for year := thisDay().Year - 2; year <= thisDay().Year; year++ {
		for _, m := range [][]casework.Mapping{nil, maps3} {
			got, want := must(s.TableThree(ctx, o[1].ID, year, m))(t), casework.TableThree(rows, year, m)
			if !maps.EqualFunc(got, want, maps.Equal[map[string]int, map[string]int]) {
				t.Errorf("%d: the store counts %v, the files %v", year, got, want)
			}
		}
	}
}

func requestRecount(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler)}
	id := idOf(t, must(s.RegisterRequest(ctx, by, asks(o[1], 0)))(t))
	before, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Open: true})
	if err != nil || len(before) != 1 || before[0].ID != id {
		t.Fatal(before, err)
	}
	if looked, moved, err := s.RecountRequests(ctx, program("")); err != nil || looked != 1 || moved != 0 {
		t.Fatalf("nothing new, and %d of %d moved: %v", moved, looked, err)
	}
	cal := must(s.Calendar(ctx))(t)
	due := before[0].Due
	// A notice that makes the last day a day off.
	table := ""
	for y := min(cal.Horizon().Year, due.Year); y <= due.Year; y++ {
		table += fmt.Sprintf("year %d\n", y)
	}
	table += fmt.Sprintf("off 地方假日 %s\n", due.String()[5:])
	must(s.SaveSetting(ctx, program(""), store.Setting{Name: org.CalendarNotice, Value: table}))(t)
	if looked, moved, err := s.RecountRequests(ctx, program("")); err != nil || looked != 1 || moved != 1 {
		t.Fatalf("a new notice moved %d of %d: %v", moved, looked, err)
	}
	after, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Open: true})
	if err != nil || !after[0].Due.After(due) {
		t.Errorf("due %s, was %s: %v", after[0].Due, due, err)
	}
	if h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: "requests/recount"}))(t); len(h) != 1 {
		t.Errorf("%d acts say why", len(h))
	}
}

func requestTracked(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	handler := store.By{Viewer: officer(3, o[1], org.Handler)}
	id := idOf(t, must(s.RegisterRequest(ctx, handler, asks(o[1], 3)))(t))
	x := must(s.Request(ctx, handler.Viewer, id))(t)
	code := must(s.RequestCode(id))(t)
	for _, wrong := range [][2]string{{x.Number, "AAAAAAAAAA"}, {"2001-0001", code}, {x.Number, ""}} {
		if _, err := s.TrackedRequest(ctx, wrong[0], wrong[1]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if y := must(s.TrackedRequest(ctx, " "+x.Number, strings.ToLower(code[:5]+" "+code[5:])))(t); y.ID != id || y.Content.Wanted == "" {
		t.Errorf("tracked %+v", y)
	}
	_, err := s.WithTrackedRequest(ctx, "k1", x.Number, code, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		return x.Extend(cal, casework.Doing{On: day, Today: day}, 5, "paper")
	})
	if err == nil {
		t.Error("an applicant extended the period")
	}
	must(s.WithTrackedRequest(ctx, "k2", x.Number, code, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		return x.Withdraw(cal, casework.Doing{On: day, Today: day})
	}))(t)
	if y := must(s.TrackedRequest(ctx, x.Number, code))(t); y.State != casework.Closed || y.Outcome != casework.Withdrawn {
		t.Errorf("withdrawn: %s %s", y.State, y.Outcome)
	}
}

func requestLists(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler)}
	want := map[int64]bool{}
	for i := range 23 {
		n := asks(o[1], i/3) // several are due on one day
		n.Subject = fmt.Sprintf("事项%d", i)
		want[idOf(t, must(s.RegisterRequest(ctx, by, n))(t))] = true
	}
	for _, q := range []store.RequestQuery{{Open: true, Limit: 4}, {Limit: 5}} {
		seen := map[int64]bool{}
		var last law.Date
		for {
			rows, next, err := s.Requests(ctx, by.Viewer, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range rows {
				if seen[x.ID] || q.Open && x.Prudent.Before(last) {
					t.Fatalf("%+v: %d twice or out of order", q, x.ID)
				}
				seen[x.ID], last = true, x.Prudent
			}
			if q.After = next; next == "" {
				break
			}
		}
		if !maps.Equal(seen, want) {
			t.Errorf("%+v: %d of %d", q, len(seen), len(want))
		}
	}
	if rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Search: "事项22"}); err != nil || len(rows) != 1 {
		t.Errorf("found %d: %v", len(rows), err)
	}
	if _, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{After: "x"}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a mark that is none: %v", err)
	}
	if n, m, err := s.AskedBefore(ctx, rows0(t, s, by)); err != nil || n != 23 || m < 1 || m > 23 {
		t.Errorf("asked %d in the year, %d in the month: %v", n, m, err)
	}
}

func rows0(t *testing.T, s *store.Store, by store.By) int64 {
	rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{Limit: 1})
	if err != nil || len(rows) == 0 {
		t.Fatal(err)
	}
	return rows[0].ID
}
