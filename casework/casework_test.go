package casework

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

func notices(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func on(month, day int) Doing {
	return Doing{On: law.Day(2026, month, day), Today: law.Day(2026, 11, 23)}
}

func fact(d Doing) Doing {
	d.Fact = true
	return d
}

// begun is a file received over the counter on 2 March 2026.
func begun(t testing.TB) *Request {
	t.Helper()
	r := &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: deadline.InPerson, Arrived: law.Day(2026, 3, 2), Applicant: Natural}))
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, err error, says string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Text, says) {
		t.Errorf("not refused with %q: %v", says, err)
	}
}

func due(t testing.TB, r *Request) string {
	t.Helper()
	x, err := r.Due(notices(t), law.Day(2026, 11, 23))
	must(t, err)
	return x.Due.String()
}

// A request on its way through correction, consultation, extension, partial
// disclosure, review and a new answer: every date has its reason.
func TestWholeWayOfARequest(t *testing.T) {
	cal, r := notices(t), &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: deadline.Internet, Arrived: law.Day(2026, 3, 2), Applicant: Business}))
	if r.State != Arrived {
		t.Fatalf("a request from the network is %s before it is confirmed", r.State)
	}
	refused(t, r.Decide(cal, on(3, 3), Granted, "云公开告〔2026〕1号"), "确认收到")
	must(t, r.Confirm(on(3, 3)))
	if due(t, r) != "2026-03-31" {
		t.Errorf("due %s", due(t, r))
	}
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
	refused(t, r.Decide(cal, on(3, 6), Granted, "1"), "等待申请人补正")
	must(t, r.Clarify(on(3, 12)))
	if due(t, r) != "2026-04-10" {
		t.Errorf("after correction due %s", due(t, r))
	}
	refused(t, r.AskClarification(cal, on(3, 13), law.Day(2026, 3, 30)), "一次")
	must(t, r.Consult(on(3, 16), AskThird, law.Day(2026, 3, 17)))
	refused(t, r.Decide(cal, on(3, 18), Partial, "1"), "征求第三方意见")
	refused(t, r.Hear(cal, on(3, 20), 1, "silent"), "期满后")
	must(t, r.Hear(cal, on(3, 20), 1, "object"))
	if due(t, r) != "2026-04-17" {
		t.Errorf("five days were left out: due %s", due(t, r))
	}
	refused(t, r.Extend(cal, on(4, 15), 10, ""), "公开机构负责人同意")
	refused(t, r.Extend(cal, on(4, 15), 21, "approval/7"), "最长")
	must(t, r.Extend(cal, on(4, 15), 10, "approval/7"))
	if due(t, r) != "2026-05-06" {
		t.Errorf("extended to %s", due(t, r))
	}
	refused(t, r.Extend(cal, on(4, 16), 5, "approval/8"), "已经延长过")
	refused(t, r.Decide(cal, on(4, 28), Partial, "云公开告〔2026〕3号"), "区分处理后的文本")
	must(t, r.Find(on(4, 27), FoundRedacted))
	must(t, r.Find(on(4, 27), FoundGround))
	must(t, r.Decide(cal, on(4, 28), Partial, "云公开告〔2026〕3号"))
	must(t, r.Serve(on(4, 29), "ems"))
	if r.State != Closed || len(r.Marks) != 0 {
		t.Fatalf("%s with marks %v", r.State, r.Marks)
	}
	must(t, r.OpenRemedy(on(6, 1), Reconsideration, true, true))
	if l, err := r.Remedies[0].AnswerDue(cal); err != nil || l.Due != law.Day(2026, 6, 8) {
		t.Errorf("answer to the reviewing organ due %s %v", l.Due, err)
	}
	must(t, r.StepRemedy(cal, on(6, 5), 1, RemedyAct{What: "answered"}))
	must(t, r.EndRemedy(on(6, 26), 1, Annulled))
	must(t, r.Reopen(on(6, 29), 1, 15))
	if due(t, r) != "2026-07-20" {
		t.Errorf("the new answer is due %s", due(t, r))
	}
	must(t, r.Decide(cal, on(7, 6), Granted, "云公开告〔2026〕5号"))
	must(t, r.Serve(on(7, 6), "online"))
	row := r.Row(cal, law.Day(2026, 11, 23))
	if row.Outcome != Partial || row.Answer != law.Day(2026, 4, 28) || !row.Reopened {
		t.Errorf("the answer after review made another row: %+v", row)
	}
	again, err := Replay(r.Events())
	if err != nil || again.Row(cal, law.Day(2026, 11, 23)) != row {
		t.Errorf("replayed: %v", err)
	}
}

// What already happened is kept and marked with the article, never refused.
func TestFactsAreMarkedNotBlocked(t *testing.T) {
	cal, r := notices(t), begun(t)
	refused(t, r.AskClarification(cal, on(3, 20), law.Day(2026, 4, 3)), "最迟应当在2026年3月11日")
	must(t, r.AskClarification(cal, fact(on(3, 20)), law.Day(2026, 4, 3)))
	must(t, r.Clarify(on(3, 27)))
	refused(t, r.Extend(cal, on(5, 8), 30, ""), "最长")
	must(t, r.Extend(cal, fact(on(5, 8)), 30, ""))
	must(t, r.Decide(cal, fact(on(7, 1)), NotHeld, "云公开告〔2026〕9号"))
	var codes []string
	for _, m := range r.Marks {
		if codes = append(codes, m.Code); m.Text == "" || m.Cite.Empty() {
			t.Errorf("%s has no words or no article", m.Code)
		}
	}
	if got := strings.Join(codes, " "); got != "correct_late extend_long extend_late extend_consent no_finding answer_late" {
		t.Errorf("marks: %s", got)
	}
	if !r.Row(cal, law.Day(2026, 11, 23)).Late {
		t.Error("a late answer is not late")
	}
}

// Not mended, not paid: only after the time is over.
func TestSilenceOfTheApplicant(t *testing.T) {
	cal, r := notices(t), begun(t)
	refused(t, r.Decide(cal, on(3, 4), NotMended, "1"), "没有等待中的补正")
	must(t, r.AskClarification(cal, on(3, 4), law.Day(2026, 3, 20)))
	refused(t, r.Decide(cal, on(3, 20), NotMended, "1"), "期满后")
	must(t, r.Decide(cal, on(3, 23), NotMended, "1"))
	r = begun(t)
	a, err := fee.Of(fee.ByPage, 68, law.Day(2026, 3, 4))
	must(t, err)
	must(t, r.NotifyFee(cal, on(3, 4), a))
	if r.Payment.PayBy != law.Day(2026, 4, 1) {
		t.Errorf("pay by %s", r.Payment.PayBy)
	}
	refused(t, r.Decide(cal, on(4, 1), NotPaid, "1"), "期满后")
	refused(t, r.Decide(cal, on(4, 2), Granted, "1"), "等待申请人缴费")
	paid, err := Replay(r.Events())
	must(t, err)
	must(t, paid.Pay(on(3, 30)))
	if due(t, paid) != "2026-04-28" {
		t.Errorf("paid on 30 March: due %s", due(t, paid))
	}
	must(t, r.Decide(cal, on(4, 2), NotPaid, "1"))
	zero, _ := fee.Of(fee.ByPage, 30, law.Day(2026, 3, 4))
	refused(t, begun(t).NotifyFee(cal, on(3, 4), zero), "不产生")
}

// Every outcome has a letter, an article and a row of table 三, and R1 only from
// 2024 on.
func TestEveryOutcomeCountsOnce(t *testing.T) {
	for _, x := range Results() {
		if x.Chinese == "" || x.Letter == "" || x.Cite.Empty() || x.Row == "" || x.Group == "" || x.Remedy == "" {
			t.Errorf("%+v", x)
		}
		for _, what := range x.Evidence {
			if FindingChinese(what) == "" {
				t.Errorf("%s asks for %q", x.Outcome, what)
			}
		}
		if x.RemedyOn(law.Day(2023, 12, 31)) == ReviewFirst {
			t.Errorf("%s: review first before the law asked for it", x.Outcome)
		}
		if (x.RemedyOn(law.Day(2024, 1, 1)) == ReviewFirst) != (x.Group == Withholding && x.Outcome != Inquiry || x.Outcome == Partial) {
			t.Errorf("%s: %s", x.Outcome, x.Remedy)
		}
	}
	maps := []Mapping{{From: law.Day(2025, 1, 1), Rows: map[Outcome]string{NotInfo: ""}}, {From: law.Day(2026, 1, 1), Rows: map[Outcome]string{NotInfo: "unable_nohold"}}}
	for d, want := range map[law.Date]string{law.Day(2024, 6, 1): "other_misc", law.Day(2025, 6, 1): "", law.Day(2026, 6, 1): "unable_nohold"} {
		if got := RowOf(NotInfo, d, maps); got != want {
			t.Errorf("on %s it counts in %q, not %q", d, got, want)
		}
	}
}

func TestMappingsAreRead(t *testing.T) {
	maps, bad := ParseMappings("2026-01-01 notinfo unable_nohold；2025-01-01 notinfo 不计入")
	if bad != "" || RowOf(NotInfo, law.Day(2025, 6, 1), maps) != "" || RowOf(NotInfo, law.Day(2026, 6, 1), maps) != "unable_nohold" || RowOf(NotInfo, law.Day(2024, 6, 1), maps) != "other_misc" {
		t.Errorf("%v %q", maps, bad)
	}
	for _, s := range []string{"2026-01-01 notinfo", "x notinfo 不计入", "2026-01-01 invented 不计入", "2026-01-01 notinfo no_row"} {
		if _, bad := ParseMappings(s); bad != s {
			t.Errorf("%q is read (%q)", s, bad)
		}
	}
}

// walk takes random steps through a file; what is refused is passed over.
func walk(t *rapid.T, cal *calendar.Calendar) *Request {
	start := law.Day(2025, 1, 2).AddDays(rapid.IntRange(0, 500).Draw(t, "start"))
	today := law.Day(2026, 11, 23)
	r := &Request{}
	reg := Registration{Number: "1", Channel: rapid.SampledFrom(deadline.Channels()).Draw(t, "channel"), Arrived: start, Applicant: rapid.SampledFrom(Applicants()).Draw(t, "kind")}
	if err := r.Register(Doing{Today: today}, reg); err != nil {
		t.Fatal(err)
	}
	d := Doing{On: start, Today: today}
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		d.On = d.On.AddDays(rapid.IntRange(0, 12).Draw(t, "days"))
		d.Fact = rapid.Bool().Draw(t, "fact")
		a, _ := fee.Of(fee.ByPage, 68, d.On)
		results := Results()
		verbs := []func() error{
			func() error { return r.Confirm(d) }, func() error { return r.AskClarification(cal, d, d.On.AddDays(10)) }, func() error { return r.Clarify(d) },
			func() error {
				return r.Consult(d, rapid.SampledFrom([]ConsultKind{AskThird, AskJoint, AskOther}).Draw(t, "whom"), law.Date{})
			},
			func() error {
				return r.Hear(cal, d, len(r.Consults), rapid.SampledFrom([]string{"agree", "object", "silent"}).Draw(t, "says"))
			},
			func() error { return r.Extend(cal, d, rapid.IntRange(1, 25).Draw(t, "n"), "approval/1") }, func() error { return r.NotifyFee(cal, d, a) }, func() error { return r.Pay(d) },
			func() error { return r.Find(d, FoundSearch) }, func() error {
				return r.Decide(cal, d, results[rapid.IntRange(0, len(results)-1).Draw(t, "outcome")].Outcome, "1号")
			},
			func() error { return r.Serve(d, "ems") }, func() error { return r.OpenRemedy(d, Reconsideration, false, true) },
			func() error { return r.EndRemedy(d, len(r.Remedies), rapid.SampledFrom(Endings()).Draw(t, "ends")) }, func() error { return r.Reopen(d, len(r.Remedies), 0) },
			func() error { return r.VoidRegistration(d, "duplicate") },
		}
		err := verbs[rapid.IntRange(0, len(verbs)-1).Draw(t, "verb")]()
		var no *act.Refusal
		if err != nil && !errors.As(err, &no) {
			t.Fatalf("an error that is no refusal: %v", err)
		}
	}
	return r
}

// A file is what its acts say: replayed it is the same, and the acts of another
// order, with one left out, doubled or changed, are another file or none.
func TestFileIsItsActs(t *testing.T) {
	cal, today := notices(t), law.Day(2026, 11, 23)
	rapid.Check(t, func(t *rapid.T) {
		r := walk(t, cal)
		again, err := Replay(r.Events())
		if err != nil {
			t.Fatal(err)
		}
		if again.Row(cal, today) != r.Row(cal, today) || !reflect.DeepEqual(again.Marks, r.Marks) || !reflect.DeepEqual(again.Clock, r.Clock) {
			t.Fatal("replayed it is another file")
		}
		if len(again.Fresh()) != 0 || len(r.Fresh()) != len(r.Events()) {
			t.Fatal("what is new is not what happened since the file was read")
		}
		events := slices.Clone(r.Events())
		i := rapid.IntRange(0, len(events)-1).Draw(t, "which")
		e := events[i]
		e.Facts = maps.Clone(e.Facts)
		switch keys := slices.Sorted(maps.Keys(e.Facts)); {
		case rapid.Bool().Draw(t, "day"):
			e.On = law.Date{}
		case len(keys) > 0 && rapid.Bool().Draw(t, "drop"):
			delete(e.Facts, keys[rapid.IntRange(0, len(keys)-1).Draw(t, "key")])
		default:
			e.Facts["invented"] = "1"
		}
		events[i] = e
		if bad, err := Replay(events); err == nil && reflect.DeepEqual(bad.Events(), r.Events()) {
			t.Fatal("a changed act is ignored")
		} else if err != nil && !errors.Is(err, ErrFile) {
			t.Fatal(err)
		}
	})
}

// The balance of table 三 holds by construction: new + carried in = results +
// carried out, in every column, and what is carried out comes in next year.
func TestTableThreeBalances(t *testing.T) {
	cal := notices(t)
	rapid.Check(t, func(t *rapid.T) {
		var rows []Row
		for range rapid.IntRange(0, 6).Draw(t, "files") {
			rows = append(rows, walk(t, cal).Row(cal, law.Day(2026, 11, 23)))
		}
		a, b := TableThree(rows, 2025, nil), TableThree(rows, 2026, nil)
		for _, table := range []map[string]map[string]int{a, b} {
			for _, col := range append(Applicants(), "total") {
				c := string(col)
				if table["new"][c]+table["carried_in"][c] != table["result_total"][c]+table["carried_out"][c] {
					t.Fatalf("%s: %v", c, table)
				}
				sum := 0
				for key := range table {
					if !slices.Contains([]string{"new", "carried_in", "carried_out", "result_total"}, key) {
						sum += table[key][c]
					}
				}
				if sum != table["result_total"][c] {
					t.Fatalf("%s: results add up to %d: %v", c, sum, table)
				}
			}
		}
		if !maps.Equal(a["carried_out"], b["carried_in"]) {
			t.Fatalf("carried out %v, carried in %v", a["carried_out"], b["carried_in"])
		}
	})
}

// What a verb may do in which state is written down once and does not drift.
func TestVerbsByState(t *testing.T) {
	for kind := range steps {
		if act.Newest(kind) == 0 {
			t.Errorf("%s is no kind of act", kind)
		}
	}
	for kind, want := range map[string]string{
		act.RequestAsked: "running", act.RequestDecided: "arrived correcting running unpaid", act.RequestServed: "decided", act.RequestExtended: "running",
		act.RequestFeePaid: "unpaid", act.RequestReopened: "closed decided", act.RequestRegistered: "", act.RequestCorrected: "correcting",
	} {
		var from []string
		for _, s := range steps[kind].from {
			from = append(from, string(s))
		}
		slices.Sort(from)
		if got := strings.Join(from, " "); got != want {
			t.Errorf("%s from %q, want %q", kind, got, want)
		}
	}
}
