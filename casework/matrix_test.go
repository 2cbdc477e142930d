package casework

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// inState is a file in each state, all with what their verbs need on file.
func inState(t testing.TB, s State) *Request {
	t.Helper()
	cal, r := notices(t), &Request{}
	if s == New {
		return r
	}
	channel := deadline.InPerson
	if s == Arrived {
		channel = deadline.Internet
	}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: channel, Arrived: law.Day(2026, 3, 2), Applicant: Natural}))
	if s == Arrived {
		return r
	}
	must(t, r.Find(on(3, 3), FoundSearch))
	must(t, r.WriteLetter(on(3, 3), 1, "D12", "1号", 0))
	switch s {
	case Correcting:
		must(t, r.AskClarification(cal, on(3, 4), law.Day(2026, 3, 20)))
	case Unpaid:
		a, err := fee.Of(fee.ByPage, 68, law.Day(2026, 3, 4))
		must(t, err)
		must(t, r.NotifyFee(cal, on(3, 4), a))
	case Decided, Closed:
		must(t, r.Decide(cal, on(3, 4), NotHeld, "1号"))
		if s == Closed {
			must(t, r.ServeLetter(on(3, 5), Service{Letter: 1, Way: "ems", Number: "EX1"}))
			must(t, r.OpenRemedy(on(3, 6), Reconsideration, false, true))
			must(t, r.EndRemedy(on(3, 9), 1, Annulled))
		}
	case Void:
		must(t, r.VoidRegistration(on(3, 4), "duplicate"))
	}
	if r.State != s {
		t.Fatalf("the file is %q, not %q", r.State, s)
	}
	return r
}

// Every verb in every state: what it does is written down once, for people to read.
func TestEveryVerbInEveryState(t *testing.T) {
	cal, d := notices(t), on(3, 31)
	a, err := fee.Of(fee.ByPage, 68, d.On)
	must(t, err)
	verbs := []struct {
		kind, name string
		do         func(r *Request) error
	}{
		{act.RequestRegistered, "登记", func(r *Request) error {
			return r.Register(d, Registration{Number: "1", Channel: deadline.InPerson, Arrived: d.On, Applicant: Natural})
		}},
		{act.RequestConfirmed, "与申请人确认", func(r *Request) error { return r.Confirm(d) }},
		{act.RequestAssigned, "分办", func(r *Request) error { return r.Assign(d, "person/7") }},
		{act.RequestNoted, "登记电话记录", func(r *Request) error { return r.Note(d, "phone") }},
		{act.RequestAsked, "告知补正（补登）", func(r *Request) error { return r.AskClarification(cal, fact(d), d.On.AddDays(10)) }},
		{act.RequestCorrected, "收到补正", func(r *Request) error { return r.Clarify(d) }},
		{act.RequestConsulted, "征求第三方意见", func(r *Request) error { return r.Consult(d, AskThird, law.Date{}) }},
		{act.RequestExtended, "延长10日（已同意）", func(r *Request) error { return r.Extend(cal, fact(d), 10, "approval/7") }},
		{act.RequestReasons, "要求说明理由", func(r *Request) error { return r.AskReasons(d) }},
		{act.RequestDelayed, "延迟答复（补登）", func(r *Request) error { return r.Delay(fact(d), d.On.AddDays(20)) }},
		{act.RequestFeeAsked, "收费通知（补登）", func(r *Request) error { return r.NotifyFee(cal, fact(d), a) }},
		{act.RequestFeePaid, "缴费", func(r *Request) error { return r.Pay(d) }},
		{act.RequestFeeWaived, "减免", func(r *Request) error { return r.Waive(d) }},
		{act.RequestFound, "记录认定材料", func(r *Request) error { return r.Find(d, FoundGround) }},
		{act.RequestDecided, "答复信息不存在", func(r *Request) error { return r.Decide(cal, d, NotHeld, "2号") }},
		{act.RequestDecided, "逾期不补正结案", func(r *Request) error { return r.Decide(cal, d, NotMended, "2号") }},
		{act.RequestDecided, "逾期未缴费结案（补登）", func(r *Request) error { return r.Decide(cal, fact(d), NotPaid, "2号") }},
		{act.RequestDecided, "申请人撤回", func(r *Request) error { return r.Withdraw(cal, d) }},
		{act.RequestServed, "送达答复", func(r *Request) error { return r.Serve(d, "person") }},
		{act.RequestVoided, "作废登记", func(r *Request) error { return r.VoidRegistration(d, "duplicate") }},
		{act.RequestReopened, "按结果重新答复", func(r *Request) error { return r.Reopen(d, 1, 0) }},
		{act.RequestLetterWritten, "编制文书", func(r *Request) error { return r.WriteLetter(d, 9, "N04", "9号", 0) }},
		{act.RequestLetterSealed, "登记用印", func(r *Request) error {
			return r.SealLetter(d, 1, Seal{Copies: 1, Consent: "paper", Asker: 1, Keeper: 2})
		}},
		{act.RequestLetterStamped, "上传盖章文书", func(r *Request) error { return r.StampLetter(d, 1, someHash, 7) }},
		{act.RequestLetterVoided, "作废文书", func(r *Request) error { return r.VoidLetter(d, 1, "mistake") }},
		{act.RequestServiceTried, "登记未能送达", func(r *Request) error { return r.TryService(d, 1, "ems", "moved") }},
		{act.RequestNoticePosted, "公告送达（补登）", func(r *Request) error { return r.PostNotice(fact(d), 1, 30) }},
		{act.RequestArchived, "移交归档", func(r *Request) error { return r.Archive(d, someHash, 3, 7) }},
		{act.RemedyRegistered, "登记复议", func(r *Request) error { return r.OpenRemedy(d, Reconsideration, false, true) }},
		{act.RemedyStep, "登记复议进展", func(r *Request) error { return r.StepRemedy(cal, d, 1, RemedyAct{What: "evidence"}) }},
		{act.RemedyEnded, "登记复议结果", func(r *Request) error { return r.EndRemedy(d, 1, Upheld) }},
	}
	states := append([]State{New}, States()...)
	var b strings.Builder
	b.WriteString("办理事项在各个状态下能不能办。● 可以办；○ 可以办，状态随之改变；— 这个状态没有这一步；其余写明为什么不能。\n\n")
	for _, v := range verbs {
		fmt.Fprintf(&b, "%s\n", v.name)
		for _, s := range states {
			r := inState(t, s)
			before, had := r.State, len(r.Events())
			err := v.do(r)
			says := "●"
			switch {
			case err != nil:
				var no *act.Refusal
				if !errors.As(err, &no) {
					t.Errorf("%s while %q: %v is no refusal", v.name, s, err)
					continue
				}
				if says = no.Text; strings.HasPrefix(says, "申请现在“") {
					says = "—"
				}
				if r.State != before || len(r.Events()) != had {
					t.Errorf("%s while %q was refused and changed the file", v.name, s)
				}
			case r.State != before:
				says = "○ → " + r.State.Chinese()
			}
			if err == nil && (len(r.Events()) == had || !r.couldBe(v.kind, s)) {
				t.Errorf("%s while %q was done without its act", v.name, s)
			}
			fmt.Fprintf(&b, "　%s：%s\n", s.Chinese(), says)
		}
	}
	file := filepath.Join("testdata", "verbs.txt")
	if *update {
		must(t, os.WriteFile(file, []byte(b.String()), 0o644))
		return
	}
	if want, err := os.ReadFile(file); err != nil || string(want) != b.String() {
		t.Errorf("what verbs do in each state is not as in %s (%v); after reading it run go test ./casework -update\n%s", file, err, b.String())
	}
}

// couldBe reports whether the table of steps has the kind in the state.
func (r *Request) couldBe(kind string, s State) bool {
	return (&Request{State: s}).Can(kind)
}
