package casework

import (
	"testing"

	"gongkai/law"
)

// A letter goes its way: written anew under its number until it is stamped, sealed
// on approval, served with what the way asks for.
func TestLetterAfterWriting(t *testing.T) {
	cal, r := notices(t), begun(t)
	must(t, r.Find(on(3, 3), FoundSearch))
	must(t, r.WriteLetter(on(3, 4), 1, "D12", "云公开告〔2026〕1号", 0))
	must(t, r.WriteLetter(on(3, 5), 2, "D12", "云公开告〔2026〕1号", 1))
	if r.Current(1) || !r.Current(2) {
		t.Error("the first version counts")
	}
	refused(t, r.WriteLetter(on(3, 6), 3, "D12", "云公开告〔2026〕1号", 1), "新的版本")
	refused(t, r.SealLetter(on(3, 6), 2, Seal{Copies: 2, Asker: 1, Keeper: 2}), "批准")
	refused(t, r.SealLetter(on(3, 6), 2, Seal{Consent: "paper", Asker: 1, Keeper: 2}), "份数")
	must(t, r.Decide(cal, on(3, 6), NotHeld, "云公开告〔2026〕1号"))
	must(t, r.SealLetter(on(3, 6), 2, Seal{Copies: 2, Consent: "answer", Asker: 1, Keeper: 2}))
	refused(t, r.StampLetter(on(3, 6), 2, "abc", 7), "扫描件")
	must(t, r.StampLetter(on(3, 6), 2, someHash, 7))
	refused(t, r.WriteLetter(on(3, 6), 3, "D12", "云公开告〔2026〕1号", 2), "已经盖章")
	for way, lacks := range map[string]string{"ems": "邮件号", "registered": "邮件号", "person": "签收人", "left": "见证人", "email": "邮箱", "notice": "公告的载体", "pigeon": "送达方式"} {
		refused(t, r.ServeLetter(on(3, 9), Service{Letter: 2, Way: way}), lacks)
	}
	refused(t, r.ServeLetter(on(3, 5), Service{Letter: 2, Way: "ems", Number: "EX1"}), "早于")
	must(t, r.ServeLetter(on(3, 9), Service{Letter: 2, Way: "ems", Number: "EX1"}))
	if r.State != Closed || r.Letter(2).Served != law.Day(2026, 3, 9) || r.ServedBy != "ems" {
		t.Errorf("%s %+v", r.State, r.Letter(2))
	}
	refused(t, r.VoidLetter(on(3, 10), 2, "mistake"), "已经送达")
	refused(t, r.StampLetter(on(3, 10), 2, someHash, 8), "已经送达")
	must(t, r.StampLetter(fact(on(3, 10)), 2, someHash, 8))
}

// Public notice is the last way, and counts when its days are over; as a fact it is
// recorded at once, and marked.
func TestServedByNotice(t *testing.T) {
	cal, r := notices(t), begun(t)
	must(t, r.Find(on(3, 3), FoundSearch))
	must(t, r.WriteLetter(on(3, 4), 1, "D12", "1号", 0))
	must(t, r.Decide(cal, on(3, 4), NotHeld, "1号"))
	board := Service{Letter: 1, Way: "notice", Record: "公告栏"}
	refused(t, r.ServeLetter(on(3, 5), board), "先登记公告")
	refused(t, r.PostNotice(on(3, 5), 1, 30), "其他方式")
	must(t, r.TryService(on(3, 5), 1, "ems", "moved"))
	must(t, r.PostNotice(on(3, 6), 1, 30))
	refused(t, r.ServeLetter(on(4, 5), board), "期满")
	early, err := Replay(r.Events())
	must(t, err)
	must(t, early.ServeLetter(fact(on(4, 5)), board))
	if n := len(early.Marks); n != 1 || early.Marks[0].Code != "notice_early" {
		t.Errorf("marks %v", early.Marks)
	}
	must(t, r.ServeLetter(on(4, 6), board))
	if r.State != Closed || len(r.Marks) != 0 {
		t.Errorf("%s %v", r.State, r.Marks)
	}
}

// A number that became void takes the answer back that did not leave the house; the
// answer given then counts, once.
func TestVoidNumberTakesTheAnswerBack(t *testing.T) {
	cal, r := notices(t), begun(t)
	must(t, r.Find(on(3, 3), FoundSearch))
	must(t, r.WriteLetter(on(3, 4), 1, "D12", "1号", 0))
	must(t, r.Decide(cal, on(3, 4), NotHeld, "1号"))
	refused(t, r.VoidLetter(on(3, 5), 1, "whim"), "原因")
	must(t, r.VoidLetter(on(3, 5), 1, "mistake"))
	if r.State != Running || r.Outcome != "" || r.Answers != 0 || r.Letter(1).Void != "mistake" {
		t.Fatalf("%s %s %d", r.State, r.Outcome, r.Answers)
	}
	refused(t, r.StampLetter(on(3, 5), 1, someHash, 7), "已经作废")
	must(t, r.WriteLetter(on(3, 6), 2, "D02", "2号", 0))
	must(t, r.Decide(cal, on(3, 6), Granted, "2号"))
	if r.Outcome != Granted || r.Answer != law.Day(2026, 3, 6) {
		t.Errorf("%s on %s", r.Outcome, r.Answer)
	}
}

// A file goes to the archive when nothing is open, and comes back when it is taken
// up again.
func TestArchive(t *testing.T) {
	cal, r := notices(t), begun(t)
	refused(t, r.Archive(on(3, 3), someHash, 3, 7), "不能办理这一步")
	must(t, r.Decide(cal, on(3, 4), Granted, "1号"))
	must(t, r.Serve(on(3, 5), "person"))
	must(t, r.OpenRemedy(on(4, 1), Reconsideration, false, true))
	refused(t, r.Archive(on(4, 2), someHash, 3, 7), "复议、诉讼")
	must(t, r.EndRemedy(on(5, 6), 1, Ordered))
	refused(t, r.Archive(on(5, 7), "abc", 3, 7), "校验值")
	refused(t, r.Archive(on(5, 7), someHash, 3, 0), "移交清单")
	must(t, r.Archive(on(5, 7), someHash, 3, 7))
	if r.Archived != law.Day(2026, 5, 7) {
		t.Error("not in the archive")
	}
	must(t, r.Reopen(on(5, 8), 1, 10))
	if !r.Archived.IsZero() {
		t.Error("a file that was taken up again is in the archive")
	}
	refused(t, r.Reopen(on(5, 8), 1, 10), "已经按这一结果")
}

// The ways of a case: hearings that are ahead, an answer too late, an appeal with
// its day, each ending once.
func TestWaysOfACase(t *testing.T) {
	cal, r := notices(t), begun(t)
	must(t, r.Decide(cal, on(3, 4), Granted, "1号"))
	must(t, r.Serve(on(3, 5), "person"))
	refused(t, r.OpenRemedy(on(4, 1), SuedAfter, false, true), "没有行政复议")
	refused(t, r.OpenRemedyAgainst(on(4, 1), SuedDirectly, false, true, 5), "没有这份文书")
	must(t, r.OpenRemedy(on(4, 1), SuedDirectly, false, true))
	step := func(month, day int, a RemedyAct) error { return r.StepRemedy(cal, on(month, day), 1, a) }
	refused(t, step(4, 2, RemedyAct{What: "notified"}), "开庭的日期")
	must(t, step(4, 2, RemedyAct{What: "notified", Due: law.Day(2026, 5, 12)}))
	if r.Remedies[0].Hearing() != law.Day(2026, 5, 12) {
		t.Error("no hearing is ahead")
	}
	must(t, step(4, 20, RemedyAct{What: "answered"})) // due on 16 April
	if len(r.Marks) != 1 || r.Marks[0].Code != "remedy_late" {
		t.Errorf("marks %v", r.Marks)
	}
	must(t, step(5, 12, RemedyAct{What: "hearing"}))
	if !r.Remedies[0].Hearing().IsZero() {
		t.Error("a hearing that was held is ahead")
	}
	refused(t, step(6, 1, RemedyAct{What: "judged"}), "一审裁判的结果")
	must(t, step(6, 1, RemedyAct{What: "judged", Ending: Annulled}))
	if l, ok := r.Remedies[0].AppealBy(cal); !ok || l.Due != law.Day(2026, 6, 16) {
		t.Errorf("appeal by %v %v", l.Due, ok)
	}
	must(t, step(6, 10, RemedyAct{What: "instance"}))
	if _, ok := r.Remedies[0].AppealBy(cal); ok || r.Remedies[0].Instance() != 2 {
		t.Error("the appeal is not seen")
	}
	must(t, r.EndRemedy(on(9, 1), 1, Ordered))
	refused(t, r.EndRemedy(on(9, 2), 1, Upheld), "已经登记")
	refused(t, step(9, 2, RemedyAct{What: "hearing"}), "结果已经登记")
	must(t, r.Reopen(on(9, 3), 1, 0))
	if due(t, r) == "" || !r.Remedies[0].Redone {
		t.Error("the new answer has no day")
	}
}
