package casework

import (
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/deadline"
)

func redaction() Redaction {
	return Redaction{Of: 5, As: 6, Name: "批复.pdf", Pages: 3, Before: strings.Repeat("a", 64), After: strings.Repeat("b", 64), On: law.Day(2026, 3, 5), By: 7, Salt: "x",
		Covers: []Cover{{1, 10, 10, 200, 20, "privacy"}, {2, 10, 10, 200, 20, "trade"}, {2, 30, 30, 200, 40, "privacy"}}}
}

func atWork(t *testing.T) (*Request, Doing) {
	t.Helper()
	r, on := &Request{}, law.Day(2026, 3, 2)
	must(t, r.Register(Doing{On: on, Today: on}, Registration{Number: "2026-0001", Channel: deadline.InPerson, Arrived: on, Applicant: Natural}))
	return r, Doing{On: law.Day(2026, 3, 5), Today: law.Day(2026, 3, 6)}
}

// A redaction is the separated text that a partial disclosure needs; its acts
// give the same file again, and a record that was changed is not the one the act
// names.
func TestRedactionIsOnFile(t *testing.T) {
	r, d := atWork(t)
	x := redaction()
	must(t, r.Redact(d, x))
	if !r.Findings[FoundRedacted] || x.Grounds() != "privacy:2,trade:1" || x.Told() != "《批复.pdf》共3页，遮盖3处：个人隐私2处、商业秘密1处。" {
		t.Errorf("%v, %s, %s", r.Findings, x.Grounds(), x.Told())
	}
	again, err := Replay(r.Events())
	if err != nil || !again.Stands(x) {
		t.Fatalf("replayed: %v, stands %v", err, again != nil && again.Stands(x))
	}
	for name, change := range map[string]func(*Redaction){
		"box":    func(x *Redaction) { x.Covers[0].X1++ },
		"ground": func(x *Redaction) { x.Covers[0].Ground = "secret" },
		"hash":   func(x *Redaction) { x.Before = strings.Repeat("c", 64) },
		"who":    func(x *Redaction) { x.By++ },
		"file":   func(x *Redaction) { x.As++ },
	} {
		y := redaction()
		if change(&y); again.Stands(y) {
			t.Errorf("%s changed, and the proof stands", name)
		}
	}
}

func TestRedactionRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Redaction)
		says   string
	}{
		"no place":       {func(x *Redaction) { x.Covers = nil }, "没有遮盖"},
		"no ground":      {func(x *Redaction) { x.Covers[1].Ground = "" }, "第2处遮盖没有理由"},
		"unknown ground": {func(x *Redaction) { x.Covers[2].Ground = "wish" }, "第3处遮盖没有理由"},
		"same file":      {func(x *Redaction) { x.After = x.Before }, "没有遮盖"},
	} {
		r, d := atWork(t)
		x := redaction()
		c.change(&x)
		if err := r.Redact(d, x); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, d := atWork(t)
	d.On = d.Today.AddDays(1)
	if r.Redact(d, redaction()) == nil {
		t.Error("a redaction of tomorrow")
	}
}

// No fact of the act may be changed and still be taken.
func TestRedactionActIsWhole(t *testing.T) {
	r, d := atWork(t)
	must(t, r.Redact(d, redaction()))
	for name, change := range map[string]func(*Event){
		"places":  func(e *Event) { e.Facts["places"] = "2" },
		"grounds": func(e *Event) { e.Facts["grounds"] = "privacy:3,trade:1" },
		"unknown": func(e *Event) { e.Facts["grounds"] = "wish:3" },
		"proof":   func(e *Event) { e.Facts["proof"] = "12" },
		"refs":    func(e *Event) { e.Refs = nil },
		"more":    func(e *Event) { e.Facts["more"] = "1" },
	} {
		events := r.Events()
		last := events[len(events)-1]
		if last.Kind != act.RequestRedacted {
			t.Fatal(last.Kind)
		}
		facts := map[string]string{}
		for k, v := range last.Facts {
			facts[k] = v
		}
		last.Facts = facts
		change(&last)
		if _, err := Replay(append(append([]Event(nil), events[:len(events)-1]...), last)); err == nil {
			t.Errorf("%s changed, and the file is replayed", name)
		}
	}
}

func TestCoverGroundsSayWhy(t *testing.T) {
	for _, g := range CoverGrounds() {
		if g.Cite.Article == "" || g.Cite.Paraphrase == "" || g.Chinese == "" {
			t.Errorf("%s names no article", g.Code)
		}
	}
}
