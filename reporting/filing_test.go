package reporting

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
)

func no(err error) bool {
	var r *act.Refusal
	return errors.As(err, &r) && r.Text != ""
}

var (
	unbalanced = annual.Finding{Code: "T3-RESULT-SUM", Level: annual.Error, Cells: []string{"t3.result_total.natural"}, Expected: "26", Found: "27", Message: "不平。"}
	unlike     = annual.Finding{Code: "Y-CARRY", Level: annual.Warning, Cells: []string{"t3.carried_in.total"}, Expected: "2", Found: "1", Message: "与上年结转不符。"}
	filed      = law.Day(2026, 1, 20)
)

// Errors are mended and warnings explained before a report goes up; a return
// comes with reasons; publication comes after acceptance.
func TestReportFromDraftToPublication(t *testing.T) {
	f := Filing{Year: 2025, State: FilingDraft, Due: law.Day(2026, 1, 15)}
	if !no(f.Submit([]annual.Finding{unbalanced}, filed)) || !no(f.Explain(unbalanced, "没关系", 1, "某某", filed)) {
		t.Error("an error went up, or was explained away")
	}
	if !no(f.Submit([]annual.Finding{unlike}, filed)) || !no(f.Explain(unlike, " ", 1, "某某", filed)) {
		t.Error("a warning went up without a word")
	}
	if err := f.Explain(unlike, "上年两件合并办理", 1, "某某", filed); err != nil {
		t.Fatal(err)
	}
	if err := f.Submit([]annual.Finding{unlike}, filed); err != nil || f.State != FilingSubmitted {
		t.Fatal(err)
	}
	if f.Late(law.Day(2026, 3, 1)) != 5 {
		t.Errorf("late by %d days", f.Late(law.Day(2026, 3, 1)))
	}
	if !no(f.Edited()) || !no(f.Publish(filed)) || !no(f.Return(nil)) {
		t.Error("changed under review, published without acceptance, or returned without reason")
	}
	if err := f.Return([]Mark{{Cell: "t3.new.total", Text: "与台账不符"}}); err != nil || f.Returned != 1 {
		t.Fatal(err)
	}
	for _, err := range []error{f.Edited(), f.Submit([]annual.Finding{unlike}, filed), f.Accept([]annual.Finding{unlike}, filed), f.Publish(filed)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !no(f.Edited()) {
		t.Error("a published report was changed")
	}
	if !no(f.Correct("")) {
		t.Error("corrected without a word to the public")
	}
	if err := f.Correct("表三合计更正"); err != nil || f.Correction != 1 || f.Published != filed || f.Edited() != nil {
		t.Errorf("%v %+v", err, f)
	}
}

// Handed in in time and returned is not late; handed in late stays late; what the
// organ took back itself was not handed in. By when it has to be mended is what
// the reasons say.
func TestFirstSubmissionDecidesLateness(t *testing.T) {
	due, later := law.Day(2026, 1, 20), law.Day(2026, 1, 26)
	back := []Mark{{Text: "与台账不符", By: law.Day(2026, 1, 25)}, {Text: "请署名", By: law.Day(2026, 1, 23)}}
	f := Filing{Year: 2025, State: FilingDraft, Due: due}
	for _, err := range []error{f.Submit(nil, due), f.Return(back)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.Late(later) != 0 || f.MendBy() != law.Day(2026, 1, 23) {
		t.Errorf("returned: late by %d days, to be mended by %s", f.Late(later), f.MendBy())
	}
	if err := f.Submit(nil, later); err != nil || f.Late(later) != 0 || f.Submitted != later || f.Filed != due || !f.MendBy().IsZero() {
		t.Errorf("handed in again: %v, late by %d days: %+v", err, f.Late(later), f)
	}
	if err := f.Withdraw(); err != nil || f.Late(later) != 0 {
		t.Errorf("taken back after a return: %v, late by %d days", err, f.Late(later))
	}
	f = Filing{Year: 2025, State: FilingDraft, Due: due}
	for _, err := range []error{f.Submit(nil, due), f.Withdraw()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.Late(later) != 6 {
		t.Errorf("taken back and not handed in again: late by %d days", f.Late(later))
	}
	for _, err := range []error{f.Submit(nil, later), f.Return(back), f.Submit(nil, later.AddDays(9)), f.Accept(nil, later.AddDays(9)), f.Publish(later.AddDays(9))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.Late(later.AddDays(99)) != 6 {
		t.Errorf("the first submission was late by 6 days, counted %d", f.Late(later.AddDays(99)))
	}
	// Kept before there was a first day.
	if f := (Filing{State: FilingReturned, Due: due, Submitted: due}); f.Late(later) != 0 {
		t.Errorf("late by %d days", f.Late(later))
	}
}

// What was explained about one figure does not excuse another.
func TestExplanationIsOfTheseFigures(t *testing.T) {
	f := Filing{State: FilingDraft}
	if err := f.Explain(unlike, "有原因", 1, "某某", filed); err != nil {
		t.Fatal(err)
	}
	other := unlike
	other.Found = "7"
	if _, open := f.Open([]annual.Finding{unlike, other}); len(open) != 1 || open[0].Found != "7" {
		t.Errorf("open: %+v", open)
	}
}

// A person's decision survives every check in which the finding is the same.
func TestDecisionSurvivesTheNextCheck(t *testing.T) {
	f := Filing{State: FilingSubmitted}
	if !no(f.Accept([]annual.Finding{unbalanced}, filed)) || !no(f.Decide(unbalanced, false, "", 2, "某某", filed)) {
		t.Error("accepted past an error, or set aside without a word")
	}
	if err := f.Decide(unbalanced, false, "附表按财政口径", 2, "某某", filed); err != nil {
		t.Fatal(err)
	}
	if err := f.Return([]Mark{{Text: "另一处"}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Submit([]annual.Finding{unbalanced}, filed); err != nil {
		t.Errorf("what was set aside came back: %v", err)
	}
	if err := f.Accept([]annual.Finding{unbalanced}, filed); err != nil {
		t.Error(err)
	}
}

// Whatever people do in whatever order, a published report was accepted, what
// was published first keeps its filed, and nothing changes under review.
func TestNoWayAroundTheReview(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Filing{Year: 2025, State: FilingDraft}
		accepted, first := false, law.Date{}
		at := filed
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			at = at.AddDays(1)
			before := f.State
			var findings []annual.Finding
			if rapid.Bool().Draw(t, "wrong") {
				findings = append(findings, unbalanced)
			}
			switch rapid.IntRange(0, 6).Draw(t, "verb") {
			case 0:
				if f.Edited() == nil && (before == FilingSubmitted || before == FilingAccepted || before == FilingPublished) {
					t.Fatalf("changed while %s", before)
				}
			case 1:
				_ = f.Check(findings)
			case 2:
				if f.Submit(findings, at) == nil && len(findings) > 0 {
					t.Fatal("submitted with an error")
				}
			case 3:
				_ = f.Return([]Mark{{Text: "改"}})
			case 4:
				if f.Accept(findings, at) == nil {
					if before != FilingSubmitted || len(findings) > 0 {
						t.Fatalf("accepted while %s with %d errors", before, len(findings))
					}
					accepted = true
				}
			case 5:
				if f.Publish(at) == nil {
					if !accepted || before != FilingAccepted {
						t.Fatal("published without acceptance")
					}
					if first.IsZero() {
						first = at
					}
					accepted = false
				}
			case 6:
				_ = f.Correct("更正")
			}
			if !first.IsZero() && f.Published != first {
				t.Fatalf("the filed of publication moved from %v to %v", first, f.Published)
			}
		}
	})
}
