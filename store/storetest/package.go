package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/translog"
)

// RunPackages checks reports that go from one instance to another. open gives an
// empty store whose log has the name.
func RunPackages(t *testing.T, open func(t testing.TB, log string) *FilingBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *exchange)
	}{
		{"ThereAndBack", packageRound},
		{"NothingTamperedIsTaken", packageTampered},
		{"WhoIsTrusted", packageTrust},
		{"OlderAndAgain", packageOrder},
		{"PublishedAndCorrected", packagePublished},
		{"KeyThatWasReplaced", packageKey},
		{"WhoMay", packageRights},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newExchange(t, open(t, "town.example"), open(t, "county.example")))
		})
	}
}

// LogKeyNamed draws a key for a log of that name.
func LogKeyNamed(t testing.TB, name string) *translog.Key {
	t.Helper()
	secret, _, err := translog.NewKey(name)
	if err != nil {
		t.Fatal(err)
	}
	return must(translog.ParseKey(secret))(t)
}

// An exchange is a town's instance and its county's, which know each other.
type exchange struct {
	below, above *FilingBed
	town         org.Organ // at the town's instance
	county, same org.Organ // the county, and the town as the county knows it
	clerk        org.Viewer
	office       org.Viewer
}

func newExchange(t *testing.T, below, above *FilingBed) *exchange {
	below.at(law.Day(2026, 1, 12), 9, 0)
	above.at(law.Day(2026, 1, 12), 9, 0)
	x := &exchange{below: below, above: above}
	x.town = must(below.SaveOrgan(ctx, org.Organ{Code: "T1", Name: "清溪镇人民政府", Kind: org.Town, Level: org.Township}))(t)
	x.county = must(above.SaveOrgan(ctx, org.Organ{Code: "C1", Name: "白云县人民政府", Kind: org.Government, Level: org.County}))(t)
	x.same = must(above.SaveOrgan(ctx, org.Organ{Code: "T1", Name: "清溪镇人民政府", Kind: org.Town, Level: org.Township, Parent: x.county.ID}))(t)
	must(above.SaveOrgan(ctx, org.Organ{Code: "T2", Name: "白马镇人民政府", Kind: org.Town, Level: org.Township, Parent: x.county.ID}))(t)
	x.clerk, x.office = officer(11, x.town, org.Drafter, org.Head, org.Publisher), officer(21, x.county, org.Office)
	must(below.SavePeer(ctx, program(""), store.Peer{Title: "白云县", Verifier: above.LogKey().Verifier, Decides: true, Organs: []int64{x.town.ID}}))(t)
	must(above.SavePeer(ctx, program(""), store.Peer{Title: "清溪镇", Verifier: below.LogKey().Verifier, Sends: true, Organs: []int64{x.same.ID}}))(t)
	return x
}

// handIn lets the town hand in a report of n requests.
func (x *exchange) handIn(t testing.TB, n int64) {
	t.Helper()
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingSaved, filledIn(n))
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingSubmitted, handedIn)
}

func (x *exchange) do(t testing.TB, s *FilingBed, v org.Viewer, organ int64, kind string, verb store.FilingVerb) {
	t.Helper()
	f := &filingBed{FilingBed: s}
	f.must(t, v, organ, kind, verb)
}

// sent is the package the town makes now.
func (x *exchange) sent(t testing.TB) []byte {
	t.Helper()
	return must(x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, false))(t)
}

// up carries a package to the county.
func (x *exchange) up(file []byte, findings ...annual.Finding) (store.Done, error) {
	by := store.By{Viewer: x.office}
	p, err := x.above.OpenPackage(ctx, by, file)
	if err != nil {
		return store.Done{}, err
	}
	return x.above.TakePackage(ctx, by, p, findings)
}

// down carries an answer to the town.
func (x *exchange) down(file []byte) (store.Done, error) {
	by := store.By{Viewer: x.clerk}
	p, err := x.below.OpenPackage(ctx, by, file)
	if err != nil {
		return store.Done{}, err
	}
	return x.below.TakeAnswer(ctx, by, p)
}

func (x *exchange) answer(t testing.TB) []byte {
	t.Helper()
	return must(x.above.ExportAnswer(ctx, store.By{Viewer: x.office}, x.same.ID, filingYear))(t)
}

func (x *exchange) states(t testing.TB, below, above reporting.FilingState) {
	t.Helper()
	b, a := must(x.below.Filing(ctx, org.Program("测试"), x.town.ID, filingYear))(t), must(x.above.Filing(ctx, org.Program("测试"), x.same.ID, filingYear))(t)
	if b.State != below || a.State != above {
		t.Errorf("the town has it as %s, the county as %s; want %s and %s", b.State, a.State, below, above)
	}
}

// A report goes up with its explanation and its file, comes back with marks,
// goes up again and is accepted: each side says the same.
func packageRound(t *testing.T, x *exchange) {
	odd := annual.Finding{Code: "Y-CARRY", Level: annual.Warning, Cells: []string{"t3.carried_in.total"}, Message: "与上年结转不符。"}
	must(x.below.PutFilingSource(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, 0, "年报.docx", strings.NewReader("原件内容")))(t)
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingSaved, filledIn(7, odd))
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingExplained, func(f *store.FilingFile, on law.Date) error {
		return f.Explain(odd, "两件合并办理", 11, "某某", on)
	})
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingSubmitted, handedIn)
	file := must(x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, true))(t)
	if again := must(x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, true))(t); !bytes.Equal(file, again) {
		t.Error("made again the package differs")
	}
	x.above.at(law.Day(2026, 1, 15), 9, 0) // carried for three days
	must(x.up(file, odd, fixable))(t)
	a := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t)
	if a.State != reporting.FilingSubmitted || a.Submitted != law.Day(2026, 1, 12) || a.SubmittedBy != 0 || a.Report.Get("t3.new.total") != annual.Num(7) ||
		a.Explained(odd) == nil || len(a.Findings) != 2 || a.FileName != "年报.docx" {
		t.Errorf("at the county: %+v", a)
	}
	_, f, err := x.above.FilingSource(ctx, x.office, x.same.ID, filingYear)
	if err != nil {
		t.Fatal(err)
	}
	if b := must(io.ReadAll(f))(t); string(b) != "原件内容" {
		t.Errorf("the file says %q", b)
	}
	f.Close()
	if _, err := x.above.Report(ctx, x.same.ID, filingYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the public reads what came in: %v", err)
	}
	must(x.down(x.answer(t)))(t)
	x.states(t, reporting.FilingSubmitted, reporting.FilingSubmitted)

	x.do(t, x.above, x.office, x.same.ID, act.FilingReturned, sentBack("t3.new.total"))
	must(x.down(x.answer(t)))(t)
	x.states(t, reporting.FilingReturned, reporting.FilingReturned)
	if b := must(x.below.Filing(ctx, x.clerk, x.town.ID, filingYear))(t); len(b.Marks) != 1 || b.Marks[0].Cell != "t3.new.total" || b.Returned != 1 {
		t.Errorf("the town reads %+v", b.Marks)
	}
	if _, err := x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, false); !isRefused(err) {
		t.Errorf("a package of what was returned: %v", err)
	}
	x.handIn(t, 9)
	must(x.up(x.sent(t)))(t)
	if a := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t); a.Report.Get("t3.new.total") != annual.Num(9) || !a.Marks[0].Settled || a.FileName != "" {
		t.Errorf("handed in again: %+v", a.Filing)
	}
	x.do(t, x.above, x.office, x.same.ID, act.FilingAccepted, accepted)
	must(x.down(x.answer(t)))(t)
	x.states(t, reporting.FilingAccepted, reporting.FilingAccepted)
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingPublished, publish)
	must(x.up(x.sent(t)))(t)
	x.states(t, reporting.FilingPublished, reporting.FilingPublished)
	for _, s := range []*FilingBed{x.below, x.above} {
		if y := must(s.Inspect(ctx, nil))(t); len(y.Faults) != 0 {
			t.Errorf("inspection: %+v", y.Faults)
		}
	}
	in, out := must(x.above.Packages(ctx, x.office, filingYear))(t), must(x.below.Packages(ctx, x.clerk, filingYear))(t)
	if len(in) != 3 || in[0].Out || in[0].Peer != "清溪镇" || len(out) != 3 || !out[0].Out || out[1].State != reporting.FilingAccepted || !out[0].Last || out[1].Last {
		t.Errorf("in %+v\nout %+v", in, out)
	}
	if n := len(must(x.above.Packages(ctx, officer(9, x.county, org.SystemAdmin), filingYear))(t)); n != 0 {
		t.Errorf("somebody without reports sees %d packages", n)
	}
}

// Whatever is changed on the way is refused, and nothing is kept.
func packageTampered(t *testing.T, x *exchange) {
	must(x.below.PutFilingSource(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, 0, "年报.docx", strings.NewReader("原件内容")))(t)
	x.handIn(t, 7)
	file := must(x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, true))(t)
	change := func(what func(*reporting.PackageFile)) []byte {
		var f reporting.PackageFile
		if err := json.Unmarshal(file, &f); err != nil {
			t.Fatal(err)
		}
		what(&f)
		return must(json.Marshal(f))(t)
	}
	swap := func(old, new string) func(*reporting.PackageFile) {
		return func(f *reporting.PackageFile) {
			b := bytes.Replace(f.Body, []byte(old), []byte(new), 1)
			if bytes.Equal(b, f.Body) {
				t.Fatalf("the package has no %s", old)
			}
			f.Body = b
		}
	}
	for name, b := range map[string][]byte{
		"a figure":        change(swap(`\"t3.new.total\":{\"value\":7,\"raw\":\"7\"`, `\"t3.new.total\":{\"value\":8,\"raw\":\"8\"`)),
		"the organ":       change(swap(`"code":"T1"`, `"code":"T2"`)),
		"the number":      change(swap(`"n":1`, `"n":9`)),
		"the day":         change(swap(`2026-01-12`, `2026-01-02`)),
		"the file":        change(func(f *reporting.PackageFile) { f.Source = []byte("另一个原件") }),
		"the signature":   change(func(f *reporting.PackageFile) { f.Signature = strings.Replace(f.Signature, "1\n", "2\n", 1) }),
		"no signature":    change(func(f *reporting.PackageFile) { f.Signature = "" }),
		"the form":        change(func(f *reporting.PackageFile) { f.Form = reporting.AnswerForm }),
		"a later form":    change(func(f *reporting.PackageFile) { f.Form = "gongkai-package/2" }),
		"cut off":         file[:len(file)-40],
		"a field more":    append([]byte(`{"x":1,`), file[1:]...),
		"something else":  []byte("PK\x03\x04"),
		"nothing":         nil,
		"text behind it":  append(append([]byte{}, file...), "{}"...),
		"depth":           []byte(strings.Repeat("[", 100_000)),
		"a deep body":     change(func(f *reporting.PackageFile) { f.Body = []byte(strings.Repeat("[", 99) + strings.Repeat("]", 99)) }),
		"far too large":   make([]byte, reporting.MaxPackage+1),
		"another's word":  must(x.above.ExportPackage(ctx, program(""), signedByCounty(t, x), filingYear, false))(t),
		"body of nothing": change(func(f *reporting.PackageFile) { f.Body = []byte("null") }),
	} {
		if _, err := x.up(b); !isRefused(err) {
			t.Errorf("%s changed: %v", name, err)
		}
	}
	x.states(t, reporting.FilingSubmitted, reporting.FilingDraft)
	for _, p := range must(x.above.Packages(ctx, x.office, filingYear))(t) {
		if !p.Out {
			t.Errorf("a package was kept: %+v", p)
		}
	}
	// Printed anew, with spaces, it is the same package.
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, file, "", "  "); err != nil {
		t.Fatal(err)
	}
	must(x.up(pretty.Bytes()))(t)
	x.states(t, reporting.FilingSubmitted, reporting.FilingSubmitted)

	answer := x.answer(t)
	x.do(t, x.above, x.office, x.same.ID, act.FilingReturned, sentBack(""))
	returned := x.answer(t)
	file = returned
	if _, err := x.down(change(swap(`请核对`, `请重写`))); !isRefused(err) {
		t.Errorf("changed marks: %v", err)
	}
	must(x.down(returned))(t)
	if _, err := x.down(answer); !isRefused(err) {
		t.Errorf("an older answer: %v", err)
	}
}

// signedByCounty hands in a report of the county at the county and returns its
// id: a package that the county signs itself.
func signedByCounty(t testing.TB, x *exchange) int64 {
	x.do(t, x.above, x.office, x.county.ID, act.FilingSaved, filledIn(1))
	x.do(t, x.above, x.office, x.county.ID, act.FilingSubmitted, handedIn)
	return x.county.ID
}

// Only who is entered, for the organ, for the purpose, and not stopped.
func packageTrust(t *testing.T, x *exchange) {
	x.handIn(t, 7)
	file := x.sent(t)
	peer := must(x.above.Peers(ctx, x.office))(t)[0]
	save := func(change func(*store.Peer)) {
		t.Helper()
		p := must(x.above.Peers(ctx, x.office))(t)[0]
		change(&p)
		must(x.above.SavePeer(ctx, program(""), p))(t)
	}
	save(func(p *store.Peer) { p.Stopped = true })
	if _, err := x.up(file); !isRefused(err) {
		t.Errorf("from one that was stopped: %v", err)
	}
	save(func(p *store.Peer) { p.Stopped, p.Sends, p.Decides = false, false, true })
	if _, err := x.up(file); !isRefused(err) {
		t.Errorf("from one that only decides: %v", err)
	}
	other := must(x.above.OrganByCode(ctx, "T2"))(t)
	save(func(p *store.Peer) { p.Sends, p.Organs = true, []int64{other.ID} })
	if _, err := x.up(file); !isRefused(err) {
		t.Errorf("for an organ that is not its own: %v", err)
	}
	save(func(p *store.Peer) { p.Organs = []int64{x.county.ID} }) // and all below it
	must(x.up(file))(t)

	for name, p := range map[string]store.Peer{
		"no key":         {Title: "某镇", Verifier: "x", Sends: true, Organs: []int64{x.same.ID}},
		"its own key":    {Title: "某镇", Verifier: x.above.LogKey().Verifier, Sends: true, Organs: []int64{x.same.ID}},
		"for no purpose": {Title: "某镇", Verifier: LogKey(t).Verifier, Organs: []int64{x.same.ID}},
		"for no organ":   {Title: "某镇", Verifier: LogKey(t).Verifier, Sends: true},
		"without a name": {Title: " ", Verifier: LogKey(t).Verifier, Sends: true, Organs: []int64{x.same.ID}},
		"entered twice":  {Title: "某镇", Verifier: x.below.LogKey().Verifier, Sends: true, Organs: []int64{x.same.ID}},
		"another's name": {ID: peer.ID, Version: 5, Title: "某镇", Verifier: LogKey(t).Verifier, Sends: true, Organs: []int64{x.same.ID}},
	} {
		if _, err := x.above.SavePeer(ctx, program(""), p); !isRefused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := x.above.SavePeer(ctx, program(""), peer); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an older version of the peer: %v", err)
	}
}

// The same package again changes nothing; an older one, and another of the same
// number, are refused.
func packageOrder(t *testing.T, x *exchange) {
	x.handIn(t, 7)
	first := x.sent(t)
	withdraw := func() {
		x.do(t, x.below, x.clerk, x.town.ID, act.FilingWithdrawn, func(f *store.FilingFile, _ law.Date) error { return f.Withdraw() })
	}
	must(x.up(first))(t)
	before := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t)
	if d := must(x.up(first))(t); d.Act != 0 {
		t.Errorf("the same again was an act: %+v", d)
	}
	if after := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t); after.Version != before.Version {
		t.Error("the same again changed the filing")
	}
	withdraw()
	if _, err := x.below.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, false); !isRefused(err) {
		t.Errorf("a package of what was withdrawn: %v", err)
	}
	x.handIn(t, 8)
	answer := x.answer(t) // to the first
	must(x.up(x.sent(t)))(t)
	if a := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t); a.State != reporting.FilingSubmitted || a.Report.Get("t3.new.total") != annual.Num(8) {
		t.Errorf("the second: %+v", a.Filing)
	}
	if _, err := x.up(first); !isRefused(err) {
		t.Errorf("the older one: %v", err)
	}
	if _, err := x.down(answer); !isRefused(err) {
		t.Errorf("an answer to the older one: %v", err)
	}
	// A town restored from a backup hands in something else under the number.
	x.below.Exec(t, "update filing_version set on_day = '2026-01-11' where organ = $1 and n = 2", x.town.ID)
	if _, err := x.up(x.sent(t)); !isRefused(err) {
		t.Errorf("two contents of one number: %v", err)
	}
	x.above.at(law.Day(2026, 1, 5), 9, 0)
	withdraw()
	x.handIn(t, 9)
	if _, err := x.up(x.sent(t)); !isRefused(err) {
		t.Errorf("from the future: %v", err)
	}
}

// What is published there is published here, once it was accepted here and is
// the same; a correction comes with its note.
func packagePublished(t *testing.T, x *exchange) {
	x.handIn(t, 7)
	must(x.up(x.sent(t)))(t)
	x.do(t, x.above, x.office, x.same.ID, act.FilingAccepted, accepted)
	accept := x.answer(t)
	must(x.down(accept))(t)
	must(x.down(accept))(t) // carried twice
	x.below.at(law.Day(2026, 1, 20), 9, 0)
	x.above.at(law.Day(2026, 1, 25), 9, 0)
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingPublished, publish)
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingReopened, reopened("表三更正"))
	x.handIn(t, 8)
	correction := x.sent(t)
	if _, err := x.up(correction); !isRefused(err) {
		t.Errorf("a correction of what is not published here yet: %v", err)
	}
	// The publication was not carried yet: the office publishes it itself.
	x.do(t, x.above, x.office, x.same.ID, act.FilingPublished, publish)
	must(x.up(correction))(t)
	a := must(x.above.Filing(ctx, x.office, x.same.ID, filingYear))(t)
	if a.State != reporting.FilingSubmitted || a.Correction != 1 || a.Note != "表三更正" {
		t.Errorf("the correction: %+v", a.Filing)
	}
	x.do(t, x.above, x.office, x.same.ID, act.FilingAccepted, accepted)
	must(x.down(x.answer(t)))(t)
	x.do(t, x.below, x.clerk, x.town.ID, act.FilingPublished, publish)
	must(x.up(x.sent(t)))(t)
	x.states(t, reporting.FilingPublished, reporting.FilingPublished)
	notes := must(x.above.ReportNotes(ctx, x.same.ID, filingYear))(t)
	if len(notes) != 1 || notes[0].Note != "表三更正" || notes[0].On != law.Day(2026, 1, 20) || len(notes[0].Differences) != 1 {
		t.Errorf("the county's public reads %+v", notes)
	}
}
