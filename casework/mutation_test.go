package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

const someHash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// eventful are files in which together nearly every act happened.
func eventful(t testing.TB) map[string]*Request {
	t.Helper()
	cal, out := notices(t), map[string]*Request{}
	r := &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-001", Channel: deadline.Internet, Arrived: law.Day(2026, 3, 2), Applicant: Business}))
	must(t, r.Confirm(on(3, 3)))
	must(t, r.Assign(on(3, 3), "person/7"))
	must(t, r.WriteLetter(on(3, 4), 1, "N02", "云公开补〔2026〕1号", 0))
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
	must(t, r.ServeLetter(on(3, 5), Service{Letter: 1, Way: "ems", Number: "EX1"}))
	must(t, r.Clarify(on(3, 12)))
	must(t, r.Note(on(3, 12), "phone"))
	must(t, r.Consult(on(3, 16), AskThird, law.Day(2026, 3, 17)))
	must(t, r.Hear(cal, on(3, 20), 1, "object"))
	must(t, r.Extend(cal, on(4, 15), 10, "approval/7"))
	must(t, r.Find(on(4, 27), FoundRedacted))
	must(t, r.Find(on(4, 27), FoundGround))
	must(t, r.WriteLetter(on(4, 27), 2, "D03", "云公开告〔2026〕3号", 0))
	must(t, r.WriteLetter(on(4, 28), 3, "D03", "云公开告〔2026〕3号", 2))
	must(t, r.Decide(cal, on(4, 28), Partial, "云公开告〔2026〕3号"))
	must(t, r.SealLetter(on(4, 28), 3, Seal{Copies: 2, Consent: "answer", Asker: 7, Keeper: 9}))
	must(t, r.StampLetter(on(4, 28), 3, someHash, 77))
	must(t, r.TryService(on(4, 29), 3, "ems", "moved"))
	must(t, r.PostNotice(on(4, 30), 3, 30))
	must(t, r.ServeLetter(on(6, 1), Service{Letter: 3, Way: "notice", Record: "公告栏"}))
	must(t, r.OpenRemedyAgainst(on(6, 1), Reconsideration, true, true, 3))
	must(t, r.StepRemedy(cal, on(6, 2), 1, RemedyAct{What: "notified", Due: law.Day(2026, 6, 12)}))
	must(t, r.StepRemedy(cal, on(6, 5), 1, RemedyAct{What: "answered"}))
	must(t, r.EndRemedy(on(6, 26), 1, Annulled))
	must(t, r.Reopen(on(6, 29), 1, 15))
	must(t, r.Decide(cal, on(7, 6), Granted, "云公开告〔2026〕5号"))
	must(t, r.Serve(on(7, 7), "ems"))
	must(t, r.OpenRemedy(on(8, 3), SuedAfter, false, false))
	must(t, r.StepRemedy(cal, on(9, 1), 2, RemedyAct{What: "judged", Ending: Upheld}))
	must(t, r.StepRemedy(cal, on(9, 10), 2, RemedyAct{What: "instance"}))
	must(t, r.EndRemedy(on(10, 9), 2, Upheld))
	must(t, r.Archive(on(11, 2), someHash, 12, 78))
	out["reviewed"] = r

	r = begun(t)
	a, err := fee.Of(fee.ByPage, 68, law.Day(2026, 3, 4))
	must(t, err)
	must(t, r.AskReasons(on(3, 3)))
	must(t, r.Delay(on(3, 3), law.Day(2026, 5, 6)))
	must(t, r.NotifyFee(cal, on(3, 4), a))
	must(t, r.Pay(on(3, 10)))
	must(t, r.Find(on(3, 11), FoundSearch))
	must(t, r.WriteLetter(on(3, 12), 1, "D12", "云公开告〔2026〕7号", 0))
	must(t, r.Decide(cal, on(3, 12), NotHeld, "云公开告〔2026〕7号"))
	must(t, r.VoidLetter(on(3, 13), 1, "mistake"))
	must(t, r.Refund(on(3, 16)))
	must(t, r.Decide(cal, fact(on(7, 16)), Published, "云公开告〔2026〕8号"))
	must(t, r.Serve(on(7, 17), "person"))
	out["paid"] = r

	r = begun(t)
	must(t, r.NotifyFee(cal, on(3, 4), a))
	must(t, r.Waive(on(3, 5)))
	must(t, r.VoidRegistration(on(3, 6), "duplicate"))
	out["void"] = r
	return out
}

// mutants are all files in which one act was changed: dropped, doubled, moved, of
// another day or kind, with a fact less, more or another.
func mutants(events []Event) map[string][]Event {
	out := map[string][]Event{}
	with := func(name string, i int, e Event) {
		m := slices.Clone(events)
		m[i] = e
		out[fmt.Sprintf("%d %s: %s", i, events[i].Kind, name)] = m
	}
	for i, e := range events {
		at := fmt.Sprintf("%d %s: ", i, e.Kind)
		out[at+"dropped"] = slices.Delete(slices.Clone(events), i, i+1)
		out[at+"doubled"] = slices.Insert(slices.Clone(events), i, e)
		if i+1 < len(events) && !reflect.DeepEqual(e, events[i+1]) {
			m := slices.Clone(events)
			m[i], m[i+1] = m[i+1], m[i]
			out[at+"moved"] = m
		}
		change := func(name string, do func(e *Event)) {
			n := e
			if n.Facts = maps.Clone(e.Facts); n.Facts == nil {
				n.Facts = map[string]string{}
			}
			n.Refs = slices.Clone(e.Refs)
			do(&n)
			with(name, i, n)
		}
		change("the day after", func(e *Event) { e.On = e.On.AddDays(1) })
		change("no day", func(e *Event) { e.On = law.Date{} })
		change("an invented fact", func(e *Event) { e.Facts["invented"] = "1" })
		change("an invented mark", func(e *Event) { e.Facts["marks"] = "invented" })
		change("a mark more", func(e *Event) { e.Facts["marks"] = strings.TrimPrefix(e.Facts["marks"]+",no_consult", ",") })
		change("another reference", func(e *Event) { e.Refs = append(e.Refs, "person/99") })
		for kind := range steps {
			if kind != e.Kind {
				change("as "+kind, func(e *Event) { e.Kind = kind })
			}
		}
		for k, v := range e.Facts {
			change("without "+k, func(e *Event) { delete(e.Facts, k) })
			change("nonsense in "+k, func(e *Event) { e.Facts[k] = "zz" })
			if n, err := strconv.Atoi(v); err == nil {
				change(k+" one more", func(e *Event) { e.Facts[k] = strconv.Itoa(n + 1) })
			}
			if d, err := law.ParseDate(v); err == nil {
				change(k+" one day later", func(e *Event) { e.Facts[k] = d.AddDays(1).String() })
			}
		}
	}
	return out
}

// A change of any single act in a file changes the file or is refused. It is never
// ignored: not even where only the history shows it.
func TestMutationOfAnyAct(t *testing.T) {
	refused, changed := 0, 0
	for name, r := range eventful(t) {
		states := statesOf(t, r.Events())
		for what, events := range mutants(r.Events()) {
			got, err := Replay(events)
			switch {
			case err != nil && !errors.Is(err, ErrFile):
				t.Errorf("%s, %s: %v", name, what, err)
			case err != nil:
				refused++
			case got.Trail == r.Trail:
				t.Errorf("%s, %s: is ignored", name, what)
			default:
				if changed++; slices.Equal(statesOf(t, events), states) && !onlyHistory(what) {
					t.Errorf("%s, %s: changes nothing but the history", name, what)
				}
			}
		}
	}
	t.Logf("%d changed files were refused, %d are other files", refused, changed)
	if refused < 1000 || changed < 200 {
		t.Error("too few changes were tried")
	}
}

// statesOf is everything a file says of itself, without its history, after each of
// its acts that changed it.
func statesOf(t testing.TB, events []Event) []string {
	t.Helper()
	r, out := &Request{}, []string{}
	for _, e := range events {
		must(t, r.apply(e))
		c := *r
		c.Trail, c.events = "", nil
		b, err := json.Marshal(c)
		must(t, err)
		if s := string(b); len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return out
}

// onlyHistory are the changes that only the history shows, on purpose: remarks,
// assignments and the days of findings; who consented, which files prove, and that
// something was recorded afterwards.
func onlyHistory(what string) bool {
	at, change, _ := strings.Cut(what, ": ")
	_, kind, _ := strings.Cut(at, " ")
	if change == "another reference" {
		return true
	}
	for _, fact := range []string{"fact", "consent", "file", "hash", "items", "receipt", "reason"} {
		if change == "without "+fact || change == "nonsense in "+fact || change == fact+" one more" {
			return true
		}
	}
	switch kind {
	case act.RequestNoted, act.RequestAssigned:
		return true
	case act.RequestFound, act.RequestVoided, act.RequestLetterVoided, act.RequestLetterStamped, act.RequestNoticePosted, act.RequestReasons:
		return change == "the day after" || change == "doubled" // twice on one day says the same
	}
	return strings.HasPrefix(change, "as request.noted") || strings.HasPrefix(change, "as request.assigned")
}

// What is changed at random in random files is not ignored either.
func TestMutationOfRandomFiles(t *testing.T) {
	cal := notices(t)
	rapid.Check(t, func(t *rapid.T) {
		r := walk(t, cal)
		all := mutants(r.Events())
		names := slices.Sorted(maps.Keys(all))
		name := rapid.SampledFrom(names).Draw(t, "change")
		got, err := Replay(all[name])
		if err == nil && got.Trail == r.Trail || err != nil && !errors.Is(err, ErrFile) {
			t.Fatalf("%s: %v", name, err)
		}
	})
}
