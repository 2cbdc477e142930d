package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/fee"
)

// searched is a search record that found nothing.
var searched = []Search{{Who: "甲某某", Where: "镇综合档案室、公文系统", Words: "农田水利 资金", On: law.Day(2026, 3, 9)}}

// complete is an answer with all of its evidence.
func complete(t testing.TB, code QuestionCode, answer string) Answered {
	t.Helper()
	q, _ := QuestionOf(code)
	ch, ok := q.Choice(answer)
	if !ok {
		t.Fatalf("no answer %s to %s", answer, code)
	}
	a := Answered{Answer: answer, Fields: map[string]string{}, Salt: "s"}
	for _, d := range ch.Details {
		switch d.Kind {
		case "select":
			a.Fields[d.Name] = d.Options[0]
		case "date":
			a.Fields[d.Name] = "2026-03-27"
		default:
			a.Fields[d.Name] = "〔" + d.Label + "〕"
		}
	}
	if ch.Searches {
		a.Searches = searched
	}
	return a
}

// answers gives “clarity=clear nature=info …” in order.
func answers(t testing.TB, r *Request, c *Content, d Doing, text string) {
	t.Helper()
	for x := range strings.FieldsSeq(text) {
		q, a, _ := strings.Cut(x, "=")
		if err := r.Resolve(d, c, QuestionCode(q), complete(t, QuestionCode(q), a)); err != nil {
			t.Fatalf("%s: %v", x, err)
		}
	}
}

// Every way of answering leads to one outcome, its letter with everything the
// letter has to say, and its row of table 三; the outcomes that no answer leads to
// are named.
func TestEveryWayOfAnsweringLeadsToOneLetterAndRow(t *testing.T) {
	const toOpen = "clarity=clear nature=info keeper=ours holding=held "
	cal := notices(t)
	corrected := func(t testing.TB, r *Request, cal *calendar.Calendar) {
		must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
		must(t, r.Clarify(on(3, 12)))
	}
	consulted := func(t testing.TB, r *Request, cal *calendar.Calendar) {
		must(t, r.Consult(on(3, 4), AskThird, law.Day(2026, 3, 5)))
		must(t, r.Hear(cal, on(3, 13), 1, "object"))
	}
	reached := map[Outcome]bool{}
	for _, x := range []struct {
		way     string
		outcome Outcome
		letter  string
		row     string
		before  func(testing.TB, *Request, *calendar.Calendar)
	}{
		{"clarity=still", Unclear, "D15", "unable_unclear", corrected},
		{"clarity=overdue", NotMended, "D21", "other_overdue", func(t testing.TB, r *Request, cal *calendar.Calendar) {
			must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
		}},
		{"clarity=clear nature=petition", Petition, "D16", "reject_petition", nil},
		{"clarity=clear nature=publication", Publication, "D18", "reject_publication", nil},
		{"clarity=clear nature=inquiry", Inquiry, "D11", "deny_inquiry", nil},
		{"clarity=clear nature=repeat", Repeated, "D17", "reject_repeat", nil},
		{"clarity=clear nature=confirm", Confirming, "D20", "reject_confirm", nil},
		{"clarity=clear nature=massive", Massive, "D19", "reject_massive", func(t testing.TB, r *Request, _ *calendar.Calendar) { must(t, r.AskReasons(on(3, 4))) }},
		{"clarity=clear nature=notinfo", NotInfo, "D24", "other_misc", nil},
		{"clarity=clear nature=other", Misc, "D26", "other_misc", nil},
		{"clarity=clear nature=info keeper=other", NotOurs, "D13", "unable_nohold", nil},
		{"clarity=clear nature=info keeper=unknown", NotOurs, "D13", "unable_nohold", nil},
		{"clarity=clear nature=info keeper=ours holding=none", NotHeld, "D12", "unable_nohold", nil},
		{"clarity=clear nature=info keeper=ours holding=make", MustMake, "D14", "unable_make", nil},
		{"clarity=clear nature=info keeper=ours holding=archive", Misc, "D25", "other_misc", nil},
		{toOpen + "openness=published", Published, "D01", "granted", nil},
		{toOpen + "openness=open manner=asked", Granted, "D02", "granted", nil},
		{toOpen + "openness=open manner=instead", Granted, "D02", "granted", nil},
		{toOpen + "openness=open manner=onsite", Granted, "D02", "granted", nil},
		{toOpen + "openness=despite manner=asked", Granted, "D02", "granted", consulted},
		{toOpen + "openness=part manner=asked", Partial, "D03", "partial", nil},
		{toOpen + "openness=part manner=onsite", Partial, "D03", "partial", nil},
		{toOpen + "openness=secret", Secret, "D04", "deny_secret", nil},
		{toOpen + "openness=law", Forbidden, "D05", "deny_law", nil},
		{toOpen + "openness=safety", Safety, "D06", "deny_safety", nil},
		{toOpen + "openness=third", Third, "D07", "deny_third", consulted},
		{toOpen + "openness=internal", Internal, "D08", "deny_internal", nil},
		{toOpen + "openness=process", Process, "D09", "deny_process", nil},
		{toOpen + "openness=casefile", CaseFile, "D10", "deny_casefile", nil},
		{toOpen + "openness=open manner=unpaid", NotPaid, "D22", "other_unpaid", func(t testing.TB, r *Request, cal *calendar.Calendar) {
			a, err := fee.Of(fee.ByPage, 68, law.Day(2026, 3, 4))
			must(t, err)
			must(t, r.NotifyFee(cal, on(3, 4), a))
		}},
	} {
		r, c := begun(t), &Content{Wanted: "某某"}
		if x.before != nil {
			x.before(t, r, cal)
		}
		// Every answer but the first may be given while another is not there yet.
		answers(t, r, c, on(4, 20), x.way)
		p := r.Propose(*c, law.Day(2026, 4, 20), nil)
		if p.Outcome != x.outcome || p.Letter != x.letter || p.Row != x.row || p.Waits || len(p.Gaps) > 0 || len(p.Conflicts) > 0 {
			t.Errorf("%s leads to %q %q %q waits %v, open %v, against each other %v", x.way, p.Outcome, p.Letter, p.Row, p.Waits, p.Gaps, p.Conflicts)
			continue
		}
		if len(p.Reasons) != 3 || p.Reasons[0].Cite.Empty() || p.Reasons[1].Cite.Empty() {
			t.Errorf("%s: reasons %v", x.way, p.Reasons)
		}
		if strings.Contains(x.way, "despite") != (p.Also == "N12") {
			t.Errorf("%s: the third party is told by %q", x.way, p.Also)
		}
		reached[x.outcome] = true
		k, _ := LetterOf(p.Letter, law.Day(2026, 4, 20))
		fields, sources := r.Prefill(k, *c)
		f := factsOf()
		f.Sources = sources
		if d := Compose(k, r, f, fields); len(d.Missing) > 0 {
			t.Errorf("%s: the letter lacks %v", x.way, d.Missing)
		}
		must(t, r.Decide(cal, on(4, 20), x.outcome, "青政公开告〔2026〕9号"))
	}
	for _, res := range Results() {
		if _, ok := Otherwise()[res.Outcome]; ok == reached[res.Outcome] {
			t.Errorf("%s: led to %v, otherwise %v", res.Chinese, reached[res.Outcome], ok)
		}
	}
}

// An answer that needs something sent first proposes that letter, and is asked
// again once what was waited for has come.
func TestAnswersThatWait(t *testing.T) {
	cal, r, c := notices(t), begun(t), &Content{}
	answers(t, r, c, on(3, 4), "clarity=ask")
	p := r.Propose(*c, law.Day(2026, 3, 4), nil)
	if p.Letter != "N02" || !p.Waits || p.Outcome != "" {
		t.Fatalf("%+v", p)
	}
	k, _ := LetterOf("N02", law.Day(2026, 3, 4))
	if f, _ := r.Prefill(k, *c); f["by"] != "2026年3月27日" || f["items"] == "" {
		t.Errorf("the notice says %v", f)
	}
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 27)))
	if p = r.Propose(*c, law.Day(2026, 3, 6), nil); p.Letter != "" || len(p.Gaps) == 0 || len(p.Conflicts) > 0 {
		t.Errorf("while it waits: %+v", p)
	}
	must(t, r.Clarify(on(3, 12)))
	if p = r.Propose(*c, law.Day(2026, 3, 12), nil); p.Next != Clarity {
		t.Errorf("after the correction: %+v", p)
	}
	refused(t, r.Resolve(on(3, 12), c, Clarity, complete(t, Clarity, "ask")), "已经告知过一次补正")
	refused(t, r.Resolve(on(3, 12), c, Clarity, complete(t, Clarity, "overdue")), "没有等待中的补正通知")
}

// A refusal, a partial disclosure and 不存在 are not decided without their
// evidence, whatever was answered; what already went out is marked.
func TestEvidenceIsAskedForWhereItMustBe(t *testing.T) {
	for _, x := range []struct {
		question QuestionCode
		answer   string
		outcome  Outcome
		without  string // detail left out
		says     string
	}{
		{Holding, "none", NotHeld, "", "检索记录"}, {Openness, "secret", Secret, "level", "密级"}, {Openness, "law", Forbidden, "law", "条文"}, {Openness, "safety", Safety, "danger", "危害评估"},
		{Openness, "third", Third, "why", "第三方意见"}, {Openness, "internal", Internal, "why", "理由"}, {Openness, "process", Process, "why", "理由"}, {Openness, "casefile", CaseFile, "why", "理由"},
		{Openness, "internal", Internal, "whole", "理由"}, {Openness, "part", Partial, "", "区分处理"},
	} {
		for _, ledger := range []bool{false, true} {
			cal, r, c := notices(t), begun(t), &Content{}
			r.Ledger = ledger
			a := complete(t, x.question, x.answer)
			delete(a.Fields, x.without)
			if x.outcome == NotHeld {
				a.Searches = nil
			}
			must(t, r.Resolve(on(3, 9), c, x.question, a))
			err := r.Decide(cal, on(3, 20), x.outcome, "1")
			refused(t, err, x.says)
			if no, ok := err.(*act.Refusal); ok && no.Cite.Article == "" {
				t.Errorf("%s is refused without an article", x.outcome)
			}
			must(t, r.Decide(cal, fact(on(3, 20)), x.outcome, "1"))
			if len(r.Marks) != 1 || r.Marks[0].Code != "no_finding" {
				t.Errorf("%s: marks %v", x.outcome, r.Marks)
			}
		}
	}
}

// Who answered that a third party objects has to have asked it.
func TestNothingIsDisclosedOverAThirdPartyThatWasNotAsked(t *testing.T) {
	cal, r, c := notices(t), begun(t), &Content{}
	answers(t, r, c, on(3, 9), "openness=despite")
	if p := r.Propose(*c, law.Day(2026, 3, 9), nil); p.Outcome != "" {
		t.Errorf("proposed %s before all is answered", p.Outcome)
	}
	answers(t, r, c, on(3, 9), "clarity=clear nature=info keeper=ours holding=held manner=asked")
	if p := r.Propose(*c, law.Day(2026, 3, 9), nil); p.Outcome != Granted || len(p.Gaps) != 1 || !strings.Contains(p.Gaps[0].Text, "第三十二条") {
		t.Errorf("%+v", p.Gaps)
	}
	refused(t, r.Decide(cal, on(3, 20), Granted, "1"), "征求第三方")
	must(t, r.Decide(cal, fact(on(3, 20)), Granted, "1"))
	if len(r.Marks) != 1 || r.Marks[0].Code != "no_consult" {
		t.Errorf("marks %v", r.Marks)
	}
}

// A changed answer takes back what the former one put on file, and nothing else.
func TestAnswersCanBeChanged(t *testing.T) {
	cal, r, c := notices(t), begun(t), &Content{}
	must(t, r.Find(on(3, 3), FoundDanger))
	c.Findings = map[string]string{FoundDanger: "另行记录"}
	answers(t, r, c, on(3, 9), "holding=none openness=secret")
	if !r.Findings[FoundSearch] || !r.Findings[FoundSecrecy] || !strings.Contains(c.Findings[FoundSearch], "镇综合档案室") {
		t.Fatalf("%v %v", r.Findings, c.Findings)
	}
	answers(t, r, c, on(3, 10), "openness=safety")
	if r.Findings[FoundSecrecy] || c.Findings[FoundSecrecy] != "" || !r.Findings[FoundDanger] {
		t.Errorf("%v %v", r.Findings, c.Findings)
	}
	answers(t, r, c, on(3, 10), "openness=internal holding=held")
	if !r.Findings[FoundDanger] || r.Findings[FoundSearch] {
		t.Errorf("what was recorded beside the questions is gone, or what was answered stays: %v", r.Findings)
	}
	n := len(r.Events())
	answers(t, r, c, on(3, 10), "openness=internal")
	if len(r.Events()) != n {
		t.Error("the same answer again is an act")
	}
	again, err := Replay(slices.Clone(r.Events()))
	must(t, err)
	if fmt.Sprint(again.Findings, again.Guide) != fmt.Sprint(r.Findings, r.Guide) {
		t.Errorf("replayed %v %v", again.Findings, again.Guide)
	}
	must(t, r.Decide(cal, on(3, 12), Internal, "1"))
	refused(t, r.Resolve(on(3, 13), c, Openness, complete(t, Openness, "open")), "不能办理")
	a := c.Guide[Openness]
	a.Fields["why"] = "事后改写"
	if p := r.Propose(*c, law.Day(2026, 3, 13), nil); !slices.ContainsFunc(p.Conflicts, func(s string) bool { return strings.Contains(s, "与留痕不一致") }) {
		t.Errorf("evidence that was rewritten beside the acts is not noticed: %v", p.Conflicts)
	}
}

// Answers that contradict each other or the file are named.
func TestContradictionsAreNamed(t *testing.T) {
	cal := notices(t)
	for says, do := range map[string]func(r *Request, c *Content){
		"不再起作用": func(r *Request, c *Content) { answers(t, r, c, on(3, 9), "holding=held nature=petition") },
		"检索记录中有一条查到了": func(r *Request, c *Content) {
			a := complete(t, Holding, "none")
			a.Searches = []Search{searched[0], searched[0]}
			a.Searches[1].Found = true
			must(t, r.Resolve(on(3, 9), c, Holding, a))
		},
		"检索记录都是没有查到": func(r *Request, c *Content) {
			a := complete(t, Holding, "held")
			a.Searches = searched
			must(t, r.Resolve(on(3, 9), c, Holding, a))
		},
		"但第三方同意公开": func(r *Request, c *Content) {
			must(t, r.Consult(on(3, 4), AskThird, law.Day(2026, 3, 5)))
			must(t, r.Hear(cal, on(3, 6), 1, "agree"))
			answers(t, r, c, on(3, 9), "openness=third")
		},
		"但第三方不同意": func(r *Request, c *Content) {
			must(t, r.Consult(on(3, 4), AskThird, law.Day(2026, 3, 5)))
			must(t, r.Hear(cal, on(3, 6), 1, "object"))
			answers(t, r, c, on(3, 9), "openness=open")
		},
		"案卷里有不应公开的材料": func(r *Request, c *Content) {
			must(t, r.Find(on(3, 4), FoundSecrecy))
			answers(t, r, c, on(3, 9), "openness=open")
		},
		"正在等待申请人补正": func(r *Request, c *Content) {
			answers(t, r, c, on(3, 4), "clarity=clear")
			must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
		},
		"按回答应当是 D12": func(r *Request, c *Content) {
			c.Letters = []Letter{{Code: "D02", On: law.Day(2026, 3, 6)}}
			answers(t, r, c, on(3, 9), "clarity=clear nature=info keeper=ours holding=none")
		},
	} {
		r, c := begun(t), &Content{}
		do(r, c)
		if p := r.Propose(*c, law.Day(2026, 3, 10), nil); !slices.ContainsFunc(p.Conflicts, func(s string) bool { return strings.Contains(s, says) }) {
			t.Errorf("%q is not said, but %v", says, p.Conflicts)
		}
	}
}

// What is typed wrongly is refused with what to write; what is only missing waits.
func TestWrongEvidence(t *testing.T) {
	r, c := begun(t), &Content{}
	for says, a := range map[string]Answered{
		"请选择一个回答": {Answer: "x"},
		"谁、查了哪里":  {Answer: "none", Searches: []Search{{Who: "甲某某"}}},
		"还没有到":    {Answer: "none", Searches: []Search{{Who: "甲某某", Where: "档案室", Words: "水利", On: law.Day(2027, 1, 1)}}},
		"最多30条":   {Answer: "none", Searches: slices.Repeat(searched, 31)},
		"最多1500字": {Answer: "make", Fields: map[string]string{"work": strings.Repeat("长", 1501)}},
		"分成几条":    {Answer: "none", Searches: []Search{{Who: strings.Repeat("长", 1501), Where: "档案室", Words: "水利", On: law.Day(2026, 3, 9)}}},
	} {
		refused(t, r.Resolve(on(3, 9), c, Holding, a), says)
	}
	refused(t, r.Resolve(on(3, 9), c, Openness, Answered{Answer: "secret", Fields: map[string]string{"level": "一般"}}), "从列表中选择")
	refused(t, r.Resolve(on(3, 9), c, Clarity, Answered{Answer: "ask", Fields: map[string]string{"by": "下周"}}), "年-月-日")
	refused(t, r.Resolve(on(3, 9), c, "x", Answered{}), "没有这一问")
	refused(t, r.Resolve(Doing{On: law.Day(2026, 3, 1), Today: law.Day(2026, 3, 9)}, c, Clarity, Answered{Answer: "clear"}), "早于")
	must(t, r.Resolve(on(3, 9), c, Holding, Answered{Answer: "none"}))
	if p := r.Propose(*c, law.Day(2026, 3, 9), nil); !slices.ContainsFunc(p.Gaps, func(g Gap) bool { return g.Question == Holding && strings.Contains(g.Text, "检索记录") }) {
		t.Errorf("the missing record is no gap: %v", p.Gaps)
	}
}

// Each question carries its law, and each answer says what follows.
func TestQuestionsCarryTheirLaw(t *testing.T) {
	if len(Questions()) != 7 {
		t.Fatal("there are seven")
	}
	for _, q := range Questions() {
		if n := strings.Count(q.Law, "。"); n != 2 || len(q.Cites) == 0 {
			t.Errorf("%s: %d sentences, %d articles", q.Name, n, len(q.Cites))
		}
		for _, c := range q.Cites {
			if c.Empty() || c.Article == "" {
				t.Errorf("%s: %v", q.Name, c)
			}
		}
		for _, ch := range q.Choices {
			if ch.Text == "" || ch.Follows == "" || ch.Finding != "" && FindingChinese(ch.Finding) == "" {
				t.Errorf("%s %s", q.Name, ch.Code)
			}
		}
	}
}
