package storetest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// What was published does not move: not by saving, not past the filing.
func filingFreeze(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	f.published(t, 9)
	for name, v := range map[string]org.Viewer{"clerk": f.clerk, "office": f.office, "program": org.Program("导入")} {
		if err := f.try(v, town, act.FilingSaved, filledIn(10)); !isRefused(err) {
			t.Errorf("%s changed a published year: %v", name, err)
		}
	}
	past := store.Filed{Organ: town, Year: filingYear, Report: figures(11), Published: law.Day(2026, 1, 12), Version: 1}
	if _, err := s.SaveReport(ctx, past); !isRefused(err) {
		t.Errorf("the public report was changed past the filing: %v", err)
	}
	if err := f.try(f.clerk, town, act.FilingReopened, reopened(" ")); !isRefused(err) {
		t.Errorf("reopened without a word: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingReopened, reopened("表三新收件数更正"))
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(10))
	if r := must(s.Report(ctx, town, filingYear))(t); r.Report.Get("t3.new.total") != annual.Num(9) || r.Version != 1 {
		t.Errorf("the public reads the correction before it is published: %+v", r.Report.Get("t3.new.total"))
	}
	if n := must(s.ReportNotes(ctx, town, filingYear))(t); len(n) != 0 {
		t.Errorf("the public reads the note before the correction is published: %+v", n)
	}
	// A draft of another organ does not keep an import of last year's report out.
	f.must(t, officer(61, f.o[2], org.Drafter), f.o[2].ID, act.FilingSaved, filledIn(1))
	if _, err := s.SaveReport(ctx, store.Filed{Organ: f.o[2].ID, Year: filingYear, Report: figures(1), Published: law.Day(2026, 1, 12)}); !isRefused(err) {
		t.Errorf("published past a draft: %v", err)
	}
	must(s.SaveReport(ctx, store.Filed{Organ: f.o[2].ID, Year: 2024, Report: figures(1), Published: law.Day(2025, 1, 12)}))(t)
}

func filingCorrection(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	f.published(t, 9)
	s.at(law.Day(2026, 5, 6), 10, 0)
	note := "表三“新收”漏计一件，予以更正。"
	f.must(t, f.clerk, town, act.FilingReopened, reopened(note))
	f.must(t, f.clerk, town, act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		x.Report.Set("t3.new.total", annual.Num(10))
		x.Report.Chapters[0] = "本年度主动公开信息若干条。办理申请十件。"
		return nil
	})
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	s.at(law.Day(2026, 5, 8), 10, 0)
	x := f.must(t, f.office, town, act.FilingPublished, publish)
	if x.Published != law.Day(2026, 1, 12) || x.Corrected != law.Day(2026, 5, 8) || x.Correction != 1 || x.Public != 2 {
		t.Errorf("corrected: %+v", x.Filing)
	}
	r := must(s.Report(ctx, town, filingYear))(t)
	if r.Version != 2 || r.Report.Get("t3.new.total") != annual.Num(10) || r.Published != law.Day(2026, 1, 12) {
		t.Errorf("the public reads version %d of %v", r.Version, r.Published)
	}
	if old := must(s.ReportVersion(ctx, town, filingYear, 1))(t); old.Report.Get("t3.new.total") != annual.Num(9) {
		t.Errorf("the version before says %v", old.Report.Get("t3.new.total"))
	}
	notes := must(s.ReportNotes(ctx, town, filingYear))(t)
	if len(notes) != 1 || notes[0].Version != 2 || notes[0].Note != note || notes[0].On != law.Day(2026, 5, 8) || len(notes[0].Differences) != 2 {
		t.Fatalf("the public reads %+v", notes)
	}
	if d := notes[0].Differences[0]; d.Cell != "t3.new.total" || d.Old != "9" || d.New != "10" {
		t.Errorf("the figure: %+v", d)
	}
	if d := notes[0].Differences[1]; d.Part != "chapter.1" || d.Old != "办理申请及时。" || d.New != "办理申请十件。" {
		t.Errorf("the words: %+v", d)
	}
	entries := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: act.ReportRef(town, filingYear)}))(t)
	if len(entries) != 2 || entries[0].Act.Kind != act.ReportCorrected || entries[0].Act.Officer != f.office.Person || entries[0].Act.On != law.Day(2026, 5, 8) {
		t.Errorf("the act of correction: %+v", entries)
	}
	must(s.Integrate(ctx))(t)
	if log := must(s.VerifyLog(ctx))(t); len(log.Faults) != 0 || len(log.Unlogged) != 0 {
		t.Errorf("the log: %+v", log)
	}
}

// What was published before there were filings is as frozen, and is corrected
// in the same way.
func filingLegacy(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	must(s.SaveReport(ctx, store.Filed{Organ: town, Year: filingYear, Report: figures(5), Published: law.Day(2026, 1, 9), FileName: "年报.docx", Source: []byte("原件")}))(t)
	x := f.file(t, town)
	if x.State != reporting.FilingPublished || x.Published != law.Day(2026, 1, 9) || x.Public != 1 || x.Version != 0 {
		t.Fatalf("published without a filing: %+v", x.Filing)
	}
	rows, _ := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, Under: town}))(t)
	if len(rows) != 1 || rows[0].State != reporting.FilingPublished || !rows[0].Begun || rows[0].Counts.New != annual.Num(5) || rows[0].Public != 1 {
		t.Errorf("its row: %+v", rows)
	}
	if err := f.try(f.clerk, town, act.FilingSaved, filledIn(6)); !isRefused(err) {
		t.Errorf("changed: %v", err)
	}
	f.must(t, f.clerk, town, act.FilingReopened, reopened("更正"))
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(6))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	f.must(t, f.office, town, act.FilingPublished, publish)
	if notes := must(s.ReportNotes(ctx, town, filingYear))(t); len(notes) != 1 || len(notes[0].Differences) != 1 || notes[0].Version != 2 {
		t.Errorf("notes %+v", notes)
	}
	if x := f.file(t, town); x.Published != law.Day(2026, 1, 9) || x.Public != 2 {
		t.Errorf("after the correction: %+v", x.Filing)
	}
}

func filingVersions(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	odd := annual.Finding{Code: "Y-CARRY", Level: annual.Warning, Cells: []string{"t3.carried_in.total"}, Message: "与上年结转不符。"}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1, odd))
	f.must(t, f.clerk, town, act.FilingExplained, func(x *store.FilingFile, on law.Date) error {
		return x.Explain(odd, "两件合并办理", 11, "某某", on)
	})
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.office, town, act.FilingDecided, func(x *store.FilingFile, on law.Date) error {
		return x.Decide(odd, false, "情况属实", 21, "某某", on)
	})
	f.must(t, f.office, town, act.FilingReturned, func(x *store.FilingFile, _ law.Date) error {
		return x.Return([]reporting.Mark{{Cell: "t3.new.total", Text: "与台账不符"}, {Cell: "t2.fees.amount", Text: "单位"}, {Text: "文字过简"}})
	})
	x := f.must(t, f.clerk, town, act.FilingSaved, filledIn(2, odd))
	if len(x.Marks) != 3 || x.Marks[0].Settled || x.Returned != 1 {
		t.Errorf("returned: %+v", x.Filing)
	}
	x = f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if !x.Marks[0].Settled || x.Marks[1].Settled || !x.Marks[2].Settled {
		t.Errorf("what was mended: %+v", x.Marks)
	}
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	f.must(t, f.office, town, act.FilingPublished, publish)

	list := must(s.FilingVersions(ctx, f.office, town, filingYear))(t)
	if len(list) != 3 || list[0].N != 3 || list[0].State != reporting.FilingPublished || list[0].Public != 1 || list[2].State != reporting.FilingSubmitted || list[2].By != 11 {
		t.Fatalf("versions: %+v", list)
	}
	if d := list[1].Differences; len(d) != 1 || d[0].Cell != "t3.new.total" || d[0].Old != "1" || d[0].New != "2" || len(list[0].Differences) != 0 {
		t.Errorf("differences: %+v", d)
	}
	old := must(s.FilingVersion(ctx, f.clerk, town, filingYear, 1))(t)
	if old.Report.Get("t3.new.total") != annual.Num(1) || len(old.Explanations) != 1 || len(old.Findings) != 1 || len(old.Marks) != 0 {
		t.Errorf("the first submission: %+v", old)
	}
	if last := must(s.FilingVersion(ctx, f.clerk, town, filingYear, 3))(t); len(last.Decisions) != 1 || last.Explanations[0].Text != "两件合并办理" {
		t.Errorf("the published snapshot: %+v", last.Filing)
	}
	for _, err := range []error{
		errOf(s.FilingVersions(ctx, f.neighbour, town, filingYear)), errOf(s.FilingVersion(ctx, f.neighbour, town, filingYear, 1)), errOf(s.FilingVersion(ctx, f.clerk, town, filingYear, 9)),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
	}
}

func errOf[T any](_ T, err error) error { return err }

// Who is told: the office of what comes in, the organ of what was decided.
func filingTold(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	clerk := s.staff(t, town, 1, org.Drafter)
	boss := s.staff(t, f.o[0].ID, 2, org.Office)
	stranger := s.staff(t, f.o[2].ID, 3, org.Head)
	f.clerk.Person, f.office.Person = clerk, boss
	told := func(person int64) (kinds []string) {
		for _, n := range must(s.Inbox(ctx, org.Viewer{Person: person}, true, 0))(t) {
			kinds = append(kinds, n.Kind)
		}
		return kinds
	}
	f.must(t, f.second, town, act.FilingReminded, remind(false))
	if got := told(clerk); !slices.Equal(got, []string{act.FilingReminded}) {
		t.Errorf("the town was told %v", got)
	}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if got := told(boss); !slices.Equal(got, []string{act.FilingSubmitted}) {
		t.Errorf("the office was told %v", got)
	}
	if got := told(clerk); len(got) != 0 {
		t.Errorf("the town is still told %v", got)
	}
	f.must(t, f.office, town, act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Text: "请核对", By: law.Day(2026, 1, 19)}})
	})
	if got := told(clerk); !slices.Equal(got, []string{act.FilingReturned}) {
		t.Errorf("the town was told %v", got)
	}
	if n := must(s.Inbox(ctx, org.Viewer{Person: clerk}, true, 0))(t)[0]; n.Due != law.Day(2026, 1, 19) || n.Link != fmt.Sprintf("/desk/filing/%d/%d", town, filingYear) {
		t.Errorf("the town is told to mend it by %s at %s", n.Due, n.Link)
	}
	if got := told(boss); len(got) != 0 {
		t.Errorf("the office is still told %v", got)
	}
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	if got := told(clerk); !slices.Equal(got, []string{act.FilingAccepted}) {
		t.Errorf("the town was told %v", got)
	}
	if got := told(stranger); len(got) != 0 {
		t.Errorf("a neighbour was told %v", got)
	}
}

func filingSource(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town := f.o[1].ID
	content := "年度报告原件"
	d := must(s.PutFilingSource(ctx, store.By{Viewer: f.clerk}, town, filingYear, 0, "清溪镇.docx", strings.NewReader(content)))(t)
	read := func(name string, file *store.File, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		return name + ":" + string(must(io.ReadAll(file))(t))
	}
	if got := read(s.FilingSource(ctx, f.head, town, filingYear)); got != "清溪镇.docx:"+content {
		t.Errorf("source %q", got)
	}
	if _, _, err := s.FilingSource(ctx, f.neighbour, town, filingYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour read it: %v", err)
	}
	if _, err := s.PutFilingSource(ctx, store.By{Viewer: f.neighbour}, town, filingYear, 1, "x.docx", strings.NewReader("x")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour wrote it: %v", err)
	}
	version := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	must(s.WithFiling(ctx, store.By{Viewer: f.clerk}, town, filingYear, version, act.FilingSaved, filledIn(3)))(t)
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	if _, err := s.PutFilingSource(ctx, store.By{Viewer: f.clerk}, town, filingYear, f.file(t, town).Version, "x.docx", strings.NewReader("x")); !isRefused(err) {
		t.Errorf("the file was changed under review: %v", err)
	}
	f.must(t, f.office, town, act.FilingReturned, sentBack(""))
	must(s.PutFilingSource(ctx, store.By{Viewer: f.clerk}, town, filingYear, f.file(t, town).Version, "改.docx", strings.NewReader("改")))(t)
	if got := read(s.FilingVersionSource(ctx, f.office, town, filingYear, 1)); got != "清溪镇.docx:"+content {
		t.Errorf("source of the first submission %q", got)
	}
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.office, town, act.FilingAccepted, accepted)
	f.must(t, f.office, town, act.FilingPublished, publish)
	if _, _, err := s.Source(ctx, town, filingYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the uploaded file was published: %v", err)
	}
}
