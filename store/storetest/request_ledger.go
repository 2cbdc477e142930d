package storetest

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
	"gongkai/org"
	"gongkai/store"
)

// RunRequestLedger checks the ledger 台账. Every call of open gives an empty store
// that signs and has a key for private content.
func RunRequestLedger(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"LedgerAndDeskGiveTheSameTables", ledgerEqualsDesk},
		{"WhatIsExportedChangesNothing", ledgerRound},
		{"AFullerLedgerCarriesFilesOn", ledgerFuller},
		{"AllOrNothing", ledgerWhole},
		{"NeighboursImportNothing", ledgerScope},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// ledgerCases are one request of every outcome, of all channels and kinds of
// applicants, over two years, with what the law lets happen on the way.
func ledgerCases() []casework.Ledger {
	var out []casework.Ledger
	today := thisDay()
	for i, res := range casework.Results() {
		if res.Outcome == casework.Merged { // it names another file: a ledger cannot
			continue
		}
		for j := range 2 {
			on := today.AddDays(-170 - 13*i - 190*j)
			x := casework.Ledger{Number: fmt.Sprintf("收%d-%d", i, j), Subject: "工程资金", Channel: deadline.Channels()[(i+j)%5], Arrived: on, Applicant: casework.Applicants()[(i*2+j)%6], Name: "甲某某", Wanted: "工程资金的使用情况",
				Outcome: res.Outcome, Answer: on.AddDays(16), LetterNo: fmt.Sprintf("测公开告〔2025〕%d号", i+1), Served: on.AddDays(18), Way: "ems"}
			if got := deadline.Received(x.Channel, on, law.Date{}); got.Pending {
				x.Confirmed = on.AddDays(1)
			}
			if len(res.Evidence) > 0 {
				x.Basis = "查阅档案后认定的事实和理由"
			}
			switch res.Outcome {
			case casework.Unclear:
				x.Asked, x.AskedUntil, x.Corrected = on.AddDays(2), on.AddDays(12), on.AddDays(8)
			case casework.NotMended:
				x.Asked, x.AskedUntil, x.Answer = on.AddDays(2), on.AddDays(12), on.AddDays(14)
			case casework.NotPaid:
				x.FeeAsked, x.Method, x.Units, x.Answer, x.Served = on.AddDays(4), fee.ByItem, 40, on.AddDays(70), on.AddDays(72)
			case casework.Third:
				x.Whom, x.Consulted, x.Heard, x.Opinion = casework.AskThird, on.AddDays(3), on.AddDays(9), "object"
			case casework.Granted:
				x.Extended, x.Days, x.Consented, x.Answer, x.Served = on.AddDays(9), 10, true, on.AddDays(30), on.AddDays(31)
			case casework.Withdrawn:
				x.LetterNo, x.Served, x.Way = "", law.Date{}, ""
			}
			if i < 8 {
				x.Remedies[i%3] = casework.LedgerRemedy{Begun: x.Served.AddDays(20), Ended: x.Served.AddDays(60), Ending: casework.Endings()[i]}
			}
			out = append(out, x)
		}
	}
	for i, s := range []struct {
		void string
		ago  int
	}{{"duplicate", 30}, {"", 3}, {"", 60}, {"", 400}} { // entered twice; running; late; long open
		out = append(out, casework.Ledger{Number: fmt.Sprintf("在办%d", i), Channel: deadline.InPerson, Arrived: today.AddDays(-s.ago), Applicant: casework.Legal, Wanted: "会议纪要", VoidReason: s.void})
	}
	return out
}

func ledgerLines(list []casework.Ledger) []store.LedgerLine {
	out := make([]store.LedgerLine, len(list))
	for i, x := range list {
		out[i] = store.LedgerLine{Line: i + 2, Ledger: x}
	}
	return out
}

// onTheDesk handles a case step by step, as the pages do.
func onTheDesk(t *testing.T, s *store.Store, by store.By, o org.Organ, x casework.Ledger) int64 {
	t.Helper()
	by.Paper, by.Signer = &act.Paper{On: x.Arrived}, "乙某"
	id := idOf(t, must(s.RegisterRequest(ctx, by, store.NewRequest{Organ: o.ID, Subject: x.Subject, Registration: casework.Registration{Number: x.Number, Channel: x.Channel, Arrived: x.Arrived, Confirmed: x.Confirmed, Applicant: x.Applicant},
		Content: casework.Content{Person: casework.Person{Name: x.Name}, Wanted: x.Wanted}}))(t))
	do := func(on law.Date, verb requestDoing) {
		t.Helper()
		if on.IsZero() {
			return
		}
		must(with(t, s, by, id, thisDay().DaysSince(on), verb))(t)
	}
	do(x.Asked, func(f *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return f.AskClarification(cal, d, x.AskedUntil)
	})
	do(x.Corrected, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return f.Clarify(d) })
	do(x.Consulted, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		return f.Consult(d, x.Whom, law.Date{})
	})
	do(x.Heard, func(f *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return f.Hear(cal, d, 1, x.Opinion)
	})
	do(x.Extended, func(f *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		return f.Extend(cal, d, x.Days, f.Consent)
	})
	do(x.FeeAsked, func(f *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		a, err := fee.Of(x.Method, x.Units, d.On)
		if err != nil {
			return err
		}
		return f.NotifyFee(cal, d, a)
	})
	do(x.Answer, func(f *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error {
		if x.Outcome == casework.Withdrawn {
			return f.Withdraw(cal, d)
		}
		res, _ := casework.ResultOf(x.Outcome)
		f.Content.Findings = map[string]string{}
		for _, what := range res.Evidence {
			f.Content.Findings[what] = x.Basis
			if err := f.Find(d, what); err != nil {
				return err
			}
		}
		return f.Decide(cal, d, x.Outcome, x.LetterNo)
	})
	do(x.Served, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error { return f.Serve(d, x.Way) })
	for i, k := range casework.RemedyKinds() {
		do(x.Remedies[i].Begun, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			d.Fact = true // sued after a review that the line does not name
			return f.OpenRemedy(d, k, false, true)
		})
		do(x.Remedies[i].Ended, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return f.EndRemedy(d, 1, x.Remedies[i].Ending)
		})
	}
	if x.VoidReason != "" {
		do(x.Arrived, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return f.VoidRegistration(d, x.VoidReason)
		})
	}
	return id
}

// A town that keeps only a ledger gets the tables that a town gets which handles
// every step here.
func ledgerEqualsDesk(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	desk, paper := store.By{Viewer: officer(3, o[1], org.Handler)}, store.By{Viewer: officer(4, o[2], org.Handler)}
	cases := ledgerCases()
	for _, x := range cases {
		onTheDesk(t, s, desk, o[1], x)
	}
	plans := must(s.PlanLedger(ctx, paper.Viewer, o[2].ID, ledgerLines(cases)))(t)
	for _, p := range plans {
		if p.Does != store.LedgerNew || len(p.Faults) > 0 {
			t.Errorf("line %d, %s: %s %v", p.Line, p.Ledger.Outcome, p.Does, p.Faults)
		}
	}
	if d := must(s.ImportLedger(ctx, paper, o[2].ID, ledgerLines(cases)))(t); d.Answer != fmt.Sprintf("%d 0", len(cases)) {
		t.Errorf("entered %s", d.Answer)
	}
	total := 0
	for year := thisDay().Year - 2; year <= thisDay().Year; year++ {
		a, b := must(s.TableThree(ctx, o[1].ID, year, nil))(t), must(s.TableThree(ctx, o[2].ID, year, nil))(t)
		if !maps.EqualFunc(a, b, maps.Equal[map[string]int, map[string]int]) {
			t.Errorf("table three of %d: desk %v, ledger %v", year, a, b)
		}
		c, d := must(s.TableFour(ctx, o[1].ID, year))(t), must(s.TableFour(ctx, o[2].ID, year))(t)
		if !maps.EqualFunc(c, d, maps.Equal[map[string]int, map[string]int]) {
			t.Errorf("table four of %d: desk %v, ledger %v", year, c, d)
		}
		total += a["new"]["total"]
	}
	if total != len(cases)-1 { // one is void
		t.Errorf("%d count as new, of %d", total, len(cases)-1)
	}
	// Row by row, also days, lateness and marks are the same.
	byNumber := map[string]casework.Row{}
	for _, v := range []org.Viewer{desk.Viewer, paper.Viewer} {
		rows, _, err := s.Requests(ctx, v, store.RequestQuery{})
		if err != nil || len(rows) != len(cases) {
			t.Fatal(len(rows), err)
		}
		for _, r := range rows {
			r.Ledger = false
			if was, ok := byNumber[r.Number]; ok && was != r.Row {
				t.Errorf("%s: desk %+v, ledger %+v", r.Number, was, r.Row)
			}
			byNumber[r.Number] = r.Row
		}
	}
}

// What was exported, read back from its cells and imported again changes nothing,
// for files of the ledger as for those of the desk, and with or without numbers.
func ledgerRound(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler)}
	cases := ledgerCases()
	for i := range cases[:20] {
		onTheDesk(t, s, by, o[1], cases[i])
	}
	bare := ledgerLines(cases[20:])
	for i := range bare {
		bare[i].Ledger.Number = ""
	}
	bare = append(bare, bare[0]) // two that look alike are two
	must(s.ImportLedger(ctx, by, o[1].ID, bare))(t)
	if d := must(s.ImportLedger(ctx, by, o[1].ID, bare))(t); d.Answer != "0 0" || d.Act != 0 {
		t.Errorf("the same ledger without numbers again: %+v", d)
	}
	lines, refs, whole, err := s.Ledger(ctx, by.Viewer, store.LedgerQuery{Organ: o[1].ID})
	if err != nil || !whole || len(lines) != len(cases)+1 || len(refs) != len(lines) {
		t.Fatal(len(lines), len(refs), err)
	}
	again := make([]store.LedgerLine, len(lines))
	for i, x := range lines {
		var doubts casework.LedgerDoubts
		back, faults := casework.ReadLedger(x.Texts(), casework.LedgerAnswers{Confirm: "wait"}, &doubts)
		if len(faults) > 0 || len(doubts.Words) > 0 {
			t.Errorf("%v: %v %v", x.Texts(), faults, doubts)
		}
		again[i] = store.LedgerLine{Line: i + 2, Ledger: back}
	}
	for _, p := range must(s.PlanLedger(ctx, by.Viewer, o[1].ID, again))(t) {
		if p.Does != store.LedgerSame {
			t.Errorf("line %d: %s %v %v", p.Line, p.Does, p.Changes, p.Faults)
		}
	}
	if d := must(s.ImportLedger(ctx, by, o[1].ID, again))(t); d.Answer != "0 0" || d.Act != 0 {
		t.Errorf("the export imported again: %+v", d)
	}
}

func ledgerFuller(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler)}
	x := casework.Ledger{Channel: deadline.InPerson, Arrived: thisDay().AddDays(-40), Applicant: casework.Natural, Name: "甲某某", Wanted: "会议纪要"}
	must(s.ImportLedger(ctx, by, o[1].ID, ledgerLines([]casework.Ledger{x})))(t)
	rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{})
	if err != nil || len(rows) != 1 || rows[0].State != casework.Running || rows[0].Due.IsZero() || rows[0].Number == "" {
		t.Fatalf("%+v %v", rows, err)
	}
	id := rows[0].ID
	x.Asked, x.AskedUntil, x.Corrected = x.Arrived.AddDays(1), x.Arrived.AddDays(10), x.Arrived.AddDays(5)
	x.Outcome, x.Basis, x.Answer, x.LetterNo = casework.NotHeld, "档案室检索无结果", x.Arrived.AddDays(12), "测公开告〔2026〕9号"
	p := must(s.PlanLedger(ctx, by.Viewer, o[1].ID, ledgerLines([]casework.Ledger{x})))(t)[0]
	if p.Does != store.LedgerChange || p.ID != id || len(p.Changes) != 7 {
		t.Fatalf("%s %v %v", p.Does, p.Changes, p.Faults)
	}
	if d := must(s.ImportLedger(ctx, by, o[1].ID, ledgerLines([]casework.Ledger{x})))(t); d.Answer != "0 1" {
		t.Errorf("%+v", d)
	}
	f := must(s.Request(ctx, by.Viewer, id))(t)
	if f.State != casework.Decided || f.Outcome != casework.NotHeld || f.Asked != 1 || len(f.Marks) != 0 || f.Content.Findings[casework.FoundSearch] != "档案室检索无结果" {
		t.Errorf("%s %s %v %v", f.State, f.Outcome, f.Marks, f.Content.Findings)
	}
	// What is on file is not changed by a ledger that says something else.
	x.Answer = x.Answer.AddDays(1)
	p = must(s.PlanLedger(ctx, by.Viewer, o[1].ID, ledgerLines([]casework.Ledger{x})))(t)[0]
	if p.Does != store.LedgerWrong || len(p.Faults) != 1 || p.Faults[0].Column != "answer" || !strings.Contains(p.Faults[0].Text, x.Answer.AddDays(-1).String()) {
		t.Errorf("%s %v", p.Does, p.Faults)
	}
	if _, err := s.ImportLedger(ctx, by, o[1].ID, ledgerLines([]casework.Ledger{x})); !errors.Is(err, store.ErrConflict) {
		t.Errorf("imported nevertheless: %v", err)
	}
}

func ledgerWhole(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := store.By{Viewer: officer(3, o[1], org.Handler), Key: "once"}
	good := casework.Ledger{Number: "2026-0001", Channel: deadline.InPerson, Arrived: thisDay().AddDays(-4), Applicant: casework.Natural, Wanted: "会议纪要"}
	early := good
	early.Number, early.Outcome, early.Answer = "2", casework.Granted, good.Arrived.AddDays(-1)
	twice := good
	lines := ledgerLines([]casework.Ledger{good, early, twice})
	plans := must(s.PlanLedger(ctx, by.Viewer, o[1].ID, lines))(t)
	if plans[0].Does != store.LedgerNew || plans[1].Does != store.LedgerWrong || plans[1].Faults[0].Column != "answer" || plans[2].Does != store.LedgerWrong || plans[2].Faults[0].Column != "number" {
		t.Errorf("%+v", plans)
	}
	if _, err := s.ImportLedger(ctx, by, o[1].ID, lines); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
	if rows, _, err := s.Requests(ctx, by.Viewer, store.RequestQuery{}); err != nil || len(rows) != 0 {
		t.Errorf("%d lines of a wrong ledger are in (%v)", len(rows), err)
	}
	d := must(s.ImportLedger(ctx, by, o[1].ID, lines[:1]))(t)
	if again := must(s.ImportLedger(ctx, by, o[1].ID, lines[:1]))(t); !again.Repeated || again.Answer != d.Answer {
		t.Errorf("the same form again: %+v", again)
	}
	// The register goes on after the numbers of the paper ledger.
	n := asks(o[1], 0)
	n.Arrived = law.Day(2026, 1, 5)
	id := idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: by.Viewer}, n))(t))
	if x := must(s.Request(ctx, by.Viewer, id))(t); x.Number != "2026-0002" {
		t.Errorf("number %s", x.Number)
	}
}

func ledgerScope(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	mine := officer(3, o[1], org.Handler)
	lines := ledgerLines(ledgerCases()[:2])
	must(s.ImportLedger(ctx, store.By{Viewer: mine}, o[1].ID, lines))(t)
	for _, v := range []org.Viewer{officer(5, o[2], org.Handler, org.Head), officer(6, o[0], org.Office), officer(7, o[0], org.Supervisor), officer(8, o[1], org.Drafter)} {
		var no *act.Refusal
		if _, err := s.ImportLedger(ctx, store.By{Viewer: v}, o[1].ID, lines); !errors.As(err, &no) {
			t.Errorf("%v imported: %v", v.Posts, err)
		}
		if _, err := s.PlanLedger(ctx, v, o[1].ID, lines); !errors.As(err, &no) {
			t.Errorf("%v planned: %v", v.Posts, err)
		}
		if got, _, _, err := s.Ledger(ctx, v, store.LedgerQuery{Organ: o[1].ID}); err != nil || len(got) != 0 {
			t.Errorf("%v exports %d (%v)", v.Posts, len(got), err)
		}
	}
}
