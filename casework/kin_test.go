package casework

import (
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/deadline"
)

// An application for three things becomes three files with one period, also after
// it was corrected.
func TestSplitFilesHaveTheSamePeriod(t *testing.T) {
	cal, r := notices(t), &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: deadline.Internet, Arrived: law.Day(2026, 3, 2), Applicant: Natural}))
	must(t, r.Confirm(on(3, 3)))
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
	_, err := r.Split(on(3, 6), "request/1", []string{"request/2"}, []string{"2026-002"})
	refused(t, err, "待补正")
	must(t, r.Clarify(on(3, 12)))
	_, err = r.Split(on(3, 12), "request/1", nil, nil)
	refused(t, err, "每一个事项")
	list, err := r.Split(on(3, 12), "request/1", []string{"request/2", "request/3"}, []string{"2026-002", "2026-003"})
	must(t, err)
	for i, c := range list {
		if c.Number != []string{"2026-002", "2026-003"}[i] || c.Received != law.Day(2026, 3, 3) || due(t, c) != due(t, r) || c.Asked != 1 || c.State != Running {
			t.Errorf("file %d: %s received %s due %s, %s", i+1, c.Number, c.Received, due(t, c), c.State)
		}
		again, err := Replay(c.Fresh())
		must(t, err)
		if len(again.Links) != 1 || again.Links[0] != (Link{SplitFrom, "request/1", law.Day(2026, 3, 12)}) {
			t.Errorf("it came from %v", again.Links)
		}
	}
	if len(r.Links) != 2 || r.Links[1].Ref != "request/3" {
		t.Errorf("split into %v", r.Links)
	}
	must(t, r.Consult(on(3, 13), AskThird, law.Date{}))
	_, err = r.Split(on(3, 14), "request/1", []string{"request/4"}, []string{"2026-004"})
	refused(t, err, "不能再拆分")
}

// A second application for the same ends by a letter of its own and counts once
// as 其他处理; nothing is merged into what is answered.
func TestMerging(t *testing.T) {
	cal, one, two := notices(t), begun(t), begun(t)
	refused(t, two.Decide(cal, on(3, 4), Merged, "1"), "并入哪一件")
	must(t, one.Join(on(3, 4), "request/2"))
	must(t, two.Merge(on(3, 4), "request/1"))
	refused(t, two.Merge(on(3, 4), "request/1"), "已经并入")
	must(t, two.Decide(cal, on(3, 4), Merged, "青政公开告〔2026〕1号"))
	if row := RowOf(two.Outcome, two.Answer, nil); row != "other_misc" || two.Row(cal, law.Day(2026, 3, 5)).NewIn() != 2026 {
		t.Errorf("it counts in %q", row)
	}
	if k, ok := LetterFor(Merged, law.Day(2026, 3, 4)); !ok || k.Code != "D27" {
		t.Errorf("letter %s", k.Code)
	}
	refused(t, one.Merge(on(3, 5), "request/3"), "已经有别的申请并入")
	must(t, one.Decide(cal, on(3, 6), Granted, "青政公开告〔2026〕2号"))
	refused(t, one.Join(on(3, 7), "request/4"), "按重复申请")
}

// Records about oneself: its own outcomes, letter C01, no row of table three.
func TestCorrectionOfRecordsIsNoRequest(t *testing.T) {
	cal, r := notices(t), &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-009", Channel: deadline.InPerson, Arrived: law.Day(2026, 3, 2), Applicant: Natural, Matter: Mend}))
	refused(t, r.Decide(cal, on(3, 9), Granted, "1"), "更正记录的申请")
	refused(t, begun(t).Decide(cal, on(3, 9), Mended, "1"), "公开政府信息的申请")
	refused(t, r.Decide(cal, on(3, 9), LeftAsItIs, "1"), "不公开的事实和理由")
	must(t, r.Decide(cal, on(3, 9), Mended, "青政更正〔2026〕1号"))
	if k, ok := LetterFor(Mended, law.Day(2026, 3, 9)); !ok || k.Code != "C01" {
		t.Errorf("letter %s", k.Code)
	}
	row := r.Row(cal, law.Day(2026, 3, 10))
	if three := TableThree([]Row{row}, 2026, nil); len(three) != 0 {
		t.Errorf("table three counts it: %v", three)
	}
	_, err := Replay(append(begun(t).Events(), Event{Kind: act.RequestDecided, On: law.Day(2026, 3, 9), Facts: map[string]string{"outcome": "mended"}}))
	if err == nil {
		t.Error("a request replays to a correction")
	}
}

// What may be given to one may be given to all, and only that.
func TestTurningIntoProactiveDisclosure(t *testing.T) {
	cal, r := notices(t), begun(t)
	refused(t, r.DecideTurn(on(3, 3), "open"), "还没有转为主动公开的提议")
	must(t, r.Note(on(3, 3), "suggest"))
	if r.Turn == nil || r.Turn.Why != "suggested" {
		t.Fatalf("the applicant's suggestion is lost: %+v", r.Turn)
	}
	refused(t, r.ProposeTurn(on(3, 4), 3), "已经提议过")
	refused(t, r.DecideTurn(on(3, 4), "open"), "还没有确定")
	must(t, r.Decide(cal, on(3, 6), Granted, "青政公开告〔2026〕2号"))
	refused(t, r.DecideTurn(on(3, 9), ""), "请选择")
	must(t, r.DecideTurn(on(3, 9), "open"))
	refused(t, r.DecideTurn(on(3, 9), "no"), "已经审核过")
	other := begun(t)
	must(t, other.ProposeTurn(on(3, 4), 4))
	must(t, other.DecideTurn(on(3, 5), "no")) // no needs no answer
	if again, err := Replay(other.Events()); err != nil || again.Turn.Many != 4 || again.Turn.Why != "alike" || again.Turn.Decision != "no" {
		t.Errorf("%+v %v", again.Turn, err)
	}
}

// Nobody answers the telephone: after two calls the file runs from the day it
// came. Nobody is left to answer: it ends, whatever it waited for.
func TestApplicantsWhoCannotBeReached(t *testing.T) {
	cal, r := notices(t), &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: deadline.Internet, Arrived: law.Day(2026, 3, 2), Applicant: Natural}))
	refused(t, r.ConfirmUnreached(on(3, 4)), "两次")
	must(t, r.Note(on(3, 3), "phone"))
	must(t, r.Note(on(3, 4), "phone"))
	must(t, r.ConfirmUnreached(on(3, 4)))
	if r.Received != law.Day(2026, 3, 2) || r.State != Running || !r.Unreached {
		t.Errorf("received %s, %s", r.Received, r.State)
	}
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
	refused(t, r.Decide(cal, on(3, 6), Lapsed, ""), "申请人死亡")
	must(t, r.Find(on(3, 6), FoundEnded))
	must(t, r.Decide(cal, on(3, 6), Lapsed, ""))
	must(t, r.Serve(on(3, 6), "none"))
	if r.State != Closed || RowOf(r.Outcome, r.Answer, nil) != "other_misc" {
		t.Errorf("%s in row %s", r.State, RowOf(r.Outcome, r.Answer, nil))
	}
}
