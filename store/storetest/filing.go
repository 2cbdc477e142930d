package storetest

import (
	"errors"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// A FilingBed is an empty store that signs and has a secret, with a way to write
// past it, and to open it once more.
type FilingBed struct {
	*Told
	Exec   func(t testing.TB, sql string, args ...any)
	Reopen func(t testing.TB, o store.Options) *store.Store
}

// RunFilings checks reports on their way from draft to publication.
func RunFilings(t *testing.T, open func(testing.TB) *FilingBed) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *FilingBed)
	}{
		{"FromDraftToPublication", filingLife},
		{"WhoMayDoWhat", filingRights},
		{"FourEyes", filingFourEyes},
		{"NobodyReviewsHimself", filingOwnReview},
		{"ConflictAndRepeatedKey", filingConflict},
		{"ActsDoWhatTheirKindSays", filingKinds},
		{"BulkWithPartialRefusal", filingBulk},
		{"RemindersOnceADay", filingReminders},
		{"PublishedYearIsFrozen", filingFreeze},
		{"CorrectionTellsThePublic", filingCorrection},
		{"PublishedWithoutFiling", filingLegacy},
		{"VersionsAndMarks", filingVersions},
		{"SourceStaysPrivate", filingSource},
		{"WhoIsTold", filingTold},
		{"ScopeOfLists", filingScope},
		{"NearestOfficeSetsTheDay", filingDues},
		{"Lateness", filingLate},
		{"ListsAndTallyAgree", filingLists},
		{"InspectionFindsTampering", filingInspected},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t, open(t)) })
	}
}

// A filingBed is a county with towns and the people of the first.
type filingBed struct {
	*FilingBed
	o                      []org.Organ // county, town, town, …
	clerk, head, office    org.Viewer
	neighbour, second, spy org.Viewer
}

const filingYear = 2025

func filingCounty(t testing.TB, s *FilingBed, towns int) *filingBed {
	t.Helper()
	s.at(law.Day(2026, 1, 12), 9, 0)
	o := county(t, s.Store, towns)
	return &filingBed{FilingBed: s, o: o,
		clerk: officer(11, o[1], org.Drafter), head: officer(12, o[1], org.Head),
		office: officer(21, o[0], org.Office), second: officer(22, o[0], org.Office),
		neighbour: officer(31, o[2], org.Head, org.Drafter), spy: officer(41, o[0], org.SystemAdmin)}
}

// figures is a report with n new requests.
func figures(n int64) *annual.Report {
	f, _ := annual.FormFor(filingYear)
	r := annual.New(f, "", filingYear)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	r.Set("t3.new.total", annual.Num(n))
	r.Chapters[0] = "本年度主动公开信息若干条。办理申请及时。"
	return r
}

func filledIn(n int64, findings ...annual.Finding) store.FilingVerb {
	return func(f *store.FilingFile, _ law.Date) error {
		f.Report, f.Findings = figures(n), findings
		return nil
	}
}

func handedIn(f *store.FilingFile, on law.Date) error { return f.Submit(f.Findings, on) }
func accepted(f *store.FilingFile, on law.Date) error { return f.Accept(f.Findings, on) }
func publish(f *store.FilingFile, on law.Date) error  { return f.Publish(on) }
func sentBack(cell string) store.FilingVerb {
	return func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Cell: cell, Text: "请核对"}})
	}
}
func reopened(note string) store.FilingVerb {
	return func(f *store.FilingFile, _ law.Date) error { return f.Correct(note) }
}

// try runs a verb on the filing of an organ as it stands.
func (f *filingBed) try(v org.Viewer, organ int64, kind string, verb store.FilingVerb) error {
	x, err := f.Filing(ctx, org.Program("测试"), organ, filingYear)
	if err != nil {
		return err
	}
	_, err = f.WithFiling(ctx, store.By{Viewer: v}, organ, filingYear, x.Version, kind, verb)
	return err
}

func (f *filingBed) must(t testing.TB, v org.Viewer, organ int64, kind string, verb store.FilingVerb) *store.FilingFile {
	t.Helper()
	if err := f.try(v, organ, kind, verb); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return f.file(t, organ)
}

func (f *filingBed) file(t testing.TB, organ int64) *store.FilingFile {
	t.Helper()
	return must(f.Filing(ctx, org.Program("测试"), organ, filingYear))(t)
}

// published takes the first town's report all the way.
func (f *filingBed) published(t testing.TB, n int64) {
	t.Helper()
	f.must(t, f.clerk, f.o[1].ID, act.FilingSaved, filledIn(n))
	f.must(t, f.clerk, f.o[1].ID, act.FilingSubmitted, handedIn)
	f.must(t, f.office, f.o[1].ID, act.FilingAccepted, accepted)
	f.must(t, f.office, f.o[1].ID, act.FilingPublished, publish)
}

func isRefused(err error) bool {
	var r *act.Refusal
	return errors.As(err, &r) && r.Text != ""
}

var fixable = annual.Finding{Code: "T3-COL-SUM", Level: annual.Error, Cells: []string{"t3.new.total"}, Expected: "1", Found: "2", Message: "不平。"}

func filingLife(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	x := f.file(t, town)
	if x.State != reporting.FilingDraft || x.Version != 0 || x.Report != nil || x.Organ.ID != town {
		t.Fatalf("one that nobody began: %+v", x)
	}
	x = f.must(t, f.clerk, town, act.FilingSaved, filledIn(7, fixable))
	if x.Version != 1 || x.Content != 1 || x.Report == nil || x.Report.Get("t3.new.total") != annual.Num(7) || len(x.Findings) != 1 || x.Saved.IsZero() {
		t.Fatalf("saved: %+v", x)
	}
	if err := f.try(f.clerk, town, act.FilingSubmitted, handedIn); !isRefused(err) {
		t.Errorf("handed in with an error: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(9))
	if _, err := s.Report(ctx, town, filingYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the public reads a draft: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if err := f.try(f.clerk, town, act.FilingSaved, filledIn(10)); !isRefused(err) {
		t.Errorf("changed under review: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingWithdrawn, func(x *store.FilingFile, _ law.Date) error { return x.Withdraw() })
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if err := f.try(f.head, town, act.FilingPublished, publish); !isRefused(err) {
		t.Errorf("published before acceptance: %v", err)
	}
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	s.at(law.Day(2026, 1, 20), 9, 0)
	x = f.must(t, f.head, town, act.FilingPublished, publish)
	if x.State != reporting.FilingPublished || x.Published != law.Day(2026, 1, 20) || x.Filed != law.Day(2026, 1, 12) || x.SubmittedBy != 11 || x.AcceptedBy != 21 || x.Public != 1 {
		t.Errorf("published: %+v", x.Filing)
	}
	r := must(s.Report(ctx, town, filingYear))(t)
	if r.Report.Get("t3.new.total") != annual.Num(9) || r.Published != law.Day(2026, 1, 20) || r.FileName != "" {
		t.Errorf("the public reads %+v", r)
	}
	entries := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: act.ReportRef(town, filingYear)}))(t)
	if len(entries) != 1 || entries[0].Act.Kind != act.ReportPublished || entries[0].Act.Officer != f.head.Person {
		t.Errorf("the act of publication: %+v", entries)
	}
	must(s.Integrate(ctx))(t)
	log := must(s.VerifyLog(ctx))(t)
	if len(log.Faults) != 0 {
		t.Errorf("the log: %+v", log.Faults)
	}
	if n := len(must(s.Entries(ctx, f.office, store.EntryQuery{Ref: store.FilingRef(town, filingYear)}))(t)); n != 7 {
		t.Errorf("%d acts, want 7: saved twice, handed in, withdrawn, handed in, accepted, published", n)
	}
}

// What each kind of act asks for, and that a stranger is told nothing.
func filingRights(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	if err := f.try(f.neighbour, town, act.FilingSaved, filledIn(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour wrote: %v", err)
	}
	if err := f.try(f.spy, town, act.FilingSaved, filledIn(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the 系统管理员 wrote: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	watcher := officer(5, f.o[0], org.Supervisor)
	for name, v := range map[string]org.Viewer{"clerk": f.clerk, "head": f.head, "watcher": watcher} {
		for kind, verb := range map[string]store.FilingVerb{act.FilingAccepted: accepted, act.FilingReturned: sentBack("")} {
			if err := f.try(v, town, kind, verb); !isRefused(err) {
				t.Errorf("%s: %s: %v", name, kind, err)
			}
		}
	}
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	if err := f.try(f.clerk, town, act.FilingPublished, publish); !isRefused(err) {
		t.Errorf("a drafter published: %v", err)
	}
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "党政办公室", Kind: org.Section, Parent: town}))(t)
	if err := f.try(f.head, section.ID, act.FilingSaved, filledIn(1)); !isRefused(err) {
		t.Errorf("a section files: %v", err)
	}
	if _, err := s.WithFiling(ctx, store.By{Viewer: f.office}, 77, filingYear, 0, act.FilingSaved, filledIn(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an organ that is not there: %v", err)
	}
}

// Who handed in does not accept, except where a county of one person allows it.
func filingFourEyes(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	f.must(t, f.office, town, act.FilingSaved, filledIn(1)) // the office types what a town sent on paper
	f.must(t, f.office, town, act.FilingSubmitted, handedIn)
	if err := f.try(f.office, town, act.FilingAccepted, accepted); !isRefused(err) {
		t.Errorf("accepted what one handed in oneself: %v", err)
	}
	// The town cannot allow it, only the office.
	must(s.SaveSetting(ctx, store.By{Viewer: f.head}, store.Setting{Organ: town, Name: org.OwnReview, Value: "开"}))(t)
	if err := f.try(f.office, town, act.FilingAccepted, accepted); !isRefused(err) {
		t.Errorf("the town's setting let the office off: %v", err)
	}
	must(s.SaveSetting(ctx, store.By{Viewer: f.office}, store.Setting{Organ: f.o[0].ID, Name: org.OwnReview, Value: "开"}))(t)
	if err := f.try(f.office, town, act.FilingAccepted, accepted); !isRefused(err) {
		t.Errorf("without a reason: %v", err)
	}
	by := store.By{Viewer: f.office, Reason: "主管部门只有一人经办"}
	must(s.WithFiling(ctx, by, town, filingYear, f.file(t, town).Version, act.FilingAccepted, accepted))(t)

	// What the organ signed on paper the office only entered: it may accept it.
	f.must(t, f.office, town, act.FilingReturned, sentBack(""))
	paper := store.By{Viewer: f.office, On: law.Day(2026, 1, 9), Paper: &act.Paper{On: law.Day(2026, 1, 9)}, Signer: "镇长"}
	must(s.SaveSetting(ctx, store.By{Viewer: f.office}, store.Setting{Organ: f.o[0].ID, Name: org.OwnReview, Value: "关", Version: 1}))(t)
	must(s.WithFiling(ctx, paper, town, filingYear, f.file(t, town).Version, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Receive(on) }))(t)
	if x := f.file(t, town); x.SubmittedBy != 0 || x.Submitted != law.Day(2026, 1, 9) {
		t.Errorf("entered from paper: by %d on %s", x.SubmittedBy, x.Submitted)
	}
	f.must(t, f.office, town, act.FilingAccepted, accepted)

	other := f.o[2].ID
	f.must(t, f.office, other, act.FilingSaved, filledIn(1))
	f.must(t, f.office, other, act.FilingSubmitted, handedIn)
	f.must(t, f.second, other, act.FilingAccepted, accepted)
}

// A county's office reviews the county's own report; a town with an office of
// its own does not review itself.
func filingOwnReview(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	top := f.o[0].ID
	f.must(t, f.office, top, act.FilingSaved, filledIn(1))
	f.must(t, f.office, top, act.FilingSubmitted, handedIn)
	f.must(t, f.second, top, act.FilingAccepted, accepted)
	town := f.o[1].ID
	own := officer(51, f.o[1], org.Office)
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if err := f.try(own, town, act.FilingAccepted, accepted); !isRefused(err) {
		t.Errorf("a town accepted its own report: %v", err)
	}
}

func filingConflict(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	by := store.By{Viewer: f.clerk, Key: "k"}
	first := must(s.WithFiling(ctx, by, town, filingYear, 0, act.FilingSaved, filledIn(1)))(t)
	again := must(s.WithFiling(ctx, by, town, filingYear, 0, act.FilingSaved, filledIn(2)))(t)
	if first.Answer != "1" || again.Answer != "1" || !again.Repeated || f.file(t, town).Report.Get("t3.new.total") != annual.Num(1) {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if _, err := s.WithFiling(ctx, store.By{Viewer: f.head}, town, filingYear, 0, act.FilingSaved, filledIn(3)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("began twice: %v", err)
	}
	must(s.WithFiling(ctx, store.By{Viewer: f.head}, town, filingYear, 1, act.FilingSaved, filledIn(3)))(t)
	if _, err := s.WithFiling(ctx, store.By{Viewer: f.clerk}, town, filingYear, 1, act.FilingSaved, filledIn(4)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("somebody was overwritten: %v", err)
	}
}

// A verb that does another thing than the act says, or touches what it may not,
// keeps nothing.
func filingKinds(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	for name, c := range map[string]struct {
		kind string
		verb store.FilingVerb
	}{
		"submits as saving":   {act.FilingSaved, handedIn},
		"writes as checking":  {act.FilingChecked, func(x *store.FilingFile, on law.Date) error { x.Report = figures(5); return x.Check(nil) }},
		"publishes as saving": {act.FilingSaved, func(x *store.FilingFile, on law.Date) error { x.State = reporting.FilingPublished; return nil }},
		"empties":             {act.FilingSaved, func(x *store.FilingFile, on law.Date) error { x.Report = nil; return nil }},
		"unknown":             {act.TaskDone, handedIn},
	} {
		if err := f.try(f.clerk, town, c.kind, c.verb); err == nil {
			t.Errorf("%s: nobody minded", name)
		}
	}
	if x := f.file(t, town); x.State != reporting.FilingDraft || x.Version != 1 || x.Report.Get("t3.new.total") != annual.Num(1) {
		t.Errorf("left behind: %+v", x.Filing)
	}
	f.must(t, f.clerk, town, act.FilingChecked, func(x *store.FilingFile, _ law.Date) error { return x.Check(x.Findings) })
	if x := f.must(t, f.clerk, town, act.FilingSaved, filledIn(2)); x.State != reporting.FilingDraft || x.Content != 2 {
		t.Errorf("changed after the check: %+v", x.Filing)
	}
}

func filingBulk(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 30)
	var towns []int64
	for i, o := range f.o[1:] {
		towns = append(towns, o.ID)
		if i%3 == 0 {
			continue // nothing handed in
		}
		clerk := officer(int64(100+i), o, org.Drafter)
		f.must(t, clerk, o.ID, act.FilingSaved, filledIn(int64(i)))
		f.must(t, clerk, o.ID, act.FilingSubmitted, handedIn)
	}
	by := store.By{Viewer: f.office, Key: "all"}
	out := must(s.WithFilings(ctx, by, append(towns, 4711, towns[1]), filingYear, act.FilingAccepted, accepted))(t)
	if len(out) != 31 {
		t.Fatalf("%d outcomes", len(out))
	}
	for i, x := range out[:30] {
		if x.Organ.ID != towns[i] || (x.Err == nil) != (i%3 != 0) || x.Err != nil && !isRefused(x.Err) {
			t.Errorf("%s: %v", x.Organ.Name, x.Err)
		}
	}
	if !errors.Is(out[30].Err, store.ErrNotFound) {
		t.Errorf("an organ that is not there: %v", out[30].Err)
	}
	again := must(s.WithFilings(ctx, by, towns, filingYear, act.FilingAccepted, accepted))(t)
	for i, x := range again {
		if i%3 != 0 && (x.Err != nil || !x.Done.Repeated) {
			t.Errorf("%s again: %+v", x.Organ.Name, x)
		}
	}
	if out := must(s.WithFilings(ctx, store.By{Viewer: f.neighbour}, towns[:1], filingYear, act.FilingReminded, remind(false)))(t); !errors.Is(out[0].Err, store.ErrNotFound) || out[0].Organ.Name != "" {
		t.Errorf("a neighbour learns %+v", out[0])
	}
	if _, err := s.WithFilings(ctx, by, make([]int64, store.MaxFilings+1), filingYear, act.FilingAccepted, accepted); !isRefused(err) {
		t.Errorf("too many at once: %v", err)
	}
}

func remind(forced bool) store.FilingVerb {
	return func(f *store.FilingFile, on law.Date) error { return f.Remind(on, forced) }
}

func filingReminders(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	f.must(t, f.office, town, act.FilingReminded, remind(false))
	if err := f.try(f.office, town, act.FilingReminded, remind(false)); !isRefused(err) {
		t.Errorf("twice a day: %v", err)
	}
	f.must(t, f.office, town, act.FilingReminded, remind(true))
	s.at(law.Day(2026, 1, 13), 9, 0)
	x := f.must(t, f.office, town, act.FilingReminded, remind(false))
	if x.Reminders != 3 || x.Reminded != law.Day(2026, 1, 13) || x.Content != 0 {
		t.Errorf("reminded: %+v", x.Filing)
	}
	rows, _ := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, State: store.FilingsNone}))(t)
	if len(rows) != 3 || rows[1].Begun || rows[1].Reminders != 3 {
		t.Errorf("a reminder counts as begun: %+v", rows)
	}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if err := f.try(f.office, town, act.FilingReminded, remind(true)); !isRefused(err) {
		t.Errorf("reminded of what was handed in: %v", err)
	}
}
