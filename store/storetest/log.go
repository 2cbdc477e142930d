package storetest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/store"
	"gongkai/translog"
)

// LogKey draws a key for the log of a test.
func LogKey(t testing.TB) *translog.Key {
	t.Helper()
	secret, _, err := translog.NewKey("log.example.gov.cn/test")
	if err != nil {
		t.Fatal(err)
	}
	return must(translog.ParseKey(secret))(t)
}

// RunLog checks the public log of stores on the addresses that open gives, each
// of an empty database with a plain connection beside it.
func RunLog(t *testing.T, open func(*testing.T) (address string, db *sql.DB)) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *logged)
	}{
		{"PublishedReportsAreLogged", logPublished},
		{"ReceiptsHold", logReceipts},
		{"TilesServeAMonitor", logTiles},
		{"NothingIsLoggedWithoutAKey", logWithout},
		{"WhatWasThereBeforeIsLoggedOnce", logStart},
		{"ARefusedReportLeavesNoEntry", logRefused},
		{"TamperingIsFound", logTampering},
		{"AnyFlippedByteIsFound", logFlips},
		{"NothingIsSignedOnADamagedLog", logDamaged},
		{"AnEarlierStateIsFoundByItsAnchor", logRollback},
		{"ConcurrentWriters", logConcurrent},
		{"TamperingWithTheOfficeLogIsFound", officeTampering},
		{"AnyFlippedByteOfTheOfficeLogIsFound", officeFlips},
		{"BothLogsAgree", logsAgree},
		{"DetailsAreErased", detailsErased},
		{"ReceiptsOfTheOfficeHold", officeReceipts},
		{"AReceiptIsAPromiseFirst", promisedReceipts},
		{"AnotherKeyTakesOver", keyRotation},
	} {
		t.Run(c.name, func(t *testing.T) {
			address, db := open(t)
			l := &logged{address: address, db: db, key: LogKey(t)}
			l.open(t)
			c.run(t, l)
		})
	}
}

// logged is a store with a log, and a plain connection to tamper by.
type logged struct {
	*store.Store
	address string
	db      *sql.DB
	key     *translog.Key
	towns   []int64
}

func (l *logged) open(t *testing.T) {
	l.Store = must(store.Open(ctx, l.address, store.Options{Signer: l.key}))(t)
	s := l.Store
	t.Cleanup(func() { s.Close() })
}

// publish keeps a report of a town as version (0: new) and integrates.
func (l *logged) publish(t testing.TB, town int64, year int, n, version int64) int64 {
	t.Helper()
	f := plain(town, n)
	f.Year, f.Report.Year, f.Version, f.Published = year, year, version, law.Day(year+1, 1, 20)
	f.Report.Chapters[0] = fmt.Sprintf("收到%d件。", n)
	v := must(l.SaveReport(ctx, f))(t)
	l.integrate(t)
	return v
}

func (l *logged) integrate(t testing.TB) {
	t.Helper()
	if _, err := l.Integrate(ctx); err != nil {
		t.Fatal(err)
	}
}

// fill publishes ten reports, entries 0 to 9.
func (l *logged) fill(t *testing.T) {
	for _, o := range county(t, l.Store, 2)[1:] {
		l.towns = append(l.towns, o.ID)
	}
	for i := range 5 {
		for _, o := range l.towns {
			l.publish(t, o, 2020+i, int64(10*i), 0)
		}
	}
}

func (l *logged) exec(t testing.TB, text string, args ...any) {
	t.Helper()
	res, err := l.db.Exec(text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		t.Fatalf("%s touched nothing", text)
	}
}

func (l *logged) faults(t testing.TB, anchors ...[]byte) []store.LogFault {
	t.Helper()
	return must(l.VerifyLog(ctx, anchors...))(t).Faults
}

func logPublished(t *testing.T, l *logged) {
	o := county(t, l.Store, 1)[1]
	draft := plain(o.ID, 1)
	v := must(l.SaveReport(ctx, draft))(t) // a draft is no act of the public log
	if _, err := l.Receipt(ctx, act.ReportRef(o.ID, 2023)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a draft has a receipt: %v", err)
	}
	draft.Version, draft.Published = v, law.Day(2024, 1, 20)
	draft.FileName, draft.Source = "年报.txt", []byte("文件")
	draft.Version = must(l.SaveReport(ctx, draft))(t)
	draft.Source = nil // corrected by hand: the file stays
	draft.Report.Set("t3.new.total", annual.Num(2))
	must(l.SaveReport(ctx, draft))(t)
	l.integrate(t)
	list := must(l.History(ctx, act.ReportRef(o.ID, 2023)))(t)
	if len(list) != 2 || list[0].Act.Kind != act.ReportPublished || list[1].Act.Kind != act.ReportCorrected || list[1].Act.Seq != 2 || list[1].Index != 1 {
		t.Fatalf("%+v", list)
	}
	a, b := list[0].Act.Body.(act.Report), list[1].Act.Body.(act.Report)
	if a.Organ != "T0" || a.Name != o.Name || a.Version != 2 || b.Version != 3 || a.Content == b.Content || a.Source != act.Digest([]byte("文件")) || b.Source != a.Source {
		t.Errorf("%+v\n%+v", a, b)
	}
	content, err := annual.Canonical(draft.Report)
	if err != nil || b.Content != act.Digest(content) {
		t.Errorf("content %s, %v", b.Content, err)
	}
	if newest := must(l.Leaves(ctx, 0, 1))(t); len(newest) != 1 || newest[0].Index != 1 {
		t.Errorf("newest %+v", newest)
	}
	if c := must(l.VerifyLog(ctx))(t); len(c.Faults) != 0 || c.Size != 2 || len(c.Unlogged) != 0 {
		t.Errorf("%+v", c)
	}
}

func logReceipts(t *testing.T, l *logged) {
	if head := must(l.Head(ctx))(t); head.Size != 0 {
		t.Errorf("head of the empty log %+v", head)
	}
	l.fill(t)
	for i := range int64(10) {
		r := must(l.ReceiptAt(ctx, i))(t)
		if err := translog.VerifyReceipt(r, l.key.Verifier); err != nil || r.Index != i || r.Size != 10 {
			t.Errorf("receipt %d: %+v, %v", i, r, err)
		}
	}
	r := must(l.Receipt(ctx, act.ReportRef(l.towns[0], 2024)))(t)
	if a := must(act.ParseLeaf([]byte(r.Leaf)))(t); a.Body.(act.Report).Year != 2024 {
		t.Errorf("receipt of another report: %s", r.Leaf)
	}
	if _, err := l.ReceiptAt(ctx, 10); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("receipt beyond the end: %v", err)
	}
	// The log of six entries is a beginning of the log of ten.
	whole, six := must(l.Head(ctx))(t), must(l.oldHead(t, 6))(t)
	p := must(l.Consistency(ctx, 6, 10))(t)
	if err := tlog.CheckTree(p, 10, whole.Root, 6, six.Root); err != nil {
		t.Error(err)
	}
}

func (l *logged) oldHead(t testing.TB, size int64) (translog.Checkpoint, error) {
	var note string
	if err := l.db.QueryRow("select note from log_checkpoint where size = $1", size).Scan(&note); err != nil {
		t.Fatal(err)
	}
	v := must(translog.ReadVerifier(l.key.Verifier))(t)
	return translog.OpenCheckpoint([]byte(note), v)
}

func logTiles(t *testing.T, l *logged) {
	o := county(t, l.Store, 1)[1]
	n := must(l.ImportReports(ctx, func(yield func(store.Filed) bool) {
		for year := range 300 {
			f := plain(o.ID, int64(year))
			if f.Year, f.Published = 1000+year, law.Day(1001+year, 1, 1); !yield(f) {
				return
			}
		}
	}))(t)
	l.integrate(t)
	head := must(l.Head(ctx))(t)
	if n != 300 || head.Size != 300 {
		t.Fatalf("%d imported, log of %d", n, head.Size)
	}
	var leaves [][]byte
	for _, path := range []string{"entries/000", "entries/001.p/44"} {
		b, full, err := l.Tile(ctx, path)
		if err != nil || full != (path == "entries/000") {
			t.Fatal(path, full, err)
		}
		leaves = append(leaves, must(translog.SplitEntries(b))(t)...)
	}
	top, _, err := l.Tile(ctx, "1/000.p/1")
	if err != nil || len(leaves) != 300 || len(top) != 32 {
		t.Fatal(len(leaves), len(top), err)
	}
	b, _, err := l.Tile(ctx, "0/001.p/44")
	for i := range 44 {
		if h := translog.LeafHash(leaves[256+i]); err != nil || !bytes.Equal(h[:], b[32*i:32*i+32]) {
			t.Fatalf("entry %d and its hash differ (%v)", 256+i, err)
		}
	}
	for _, path := range []string{"entries/001", "0/002", "0/001.p/45", "x", "", "0/-01"} {
		if _, _, err := l.Tile(ctx, path); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("tile %q: %v", path, err)
		}
	}
}

func logWithout(t *testing.T, l *logged) {
	s := must(store.Open(ctx, l.address))(t)
	defer s.Close()
	o := county(t, s, 1)[1]
	f := plain(o.ID, 1)
	f.Published = law.Day(2024, 1, 2)
	must(s.SaveReport(ctx, f))(t)
	for name, err := range map[string]error{"integrate": second(s.Integrate(ctx)), "checkpoint": second(s.Checkpoint(ctx)), "verify": second(s.VerifyLog(ctx)), "receipt": second(s.Receipt(ctx, "x"))} {
		if !errors.Is(err, store.ErrNoLog) {
			t.Errorf("%s without a key: %v", name, err)
		}
	}
	// A report that was published while nobody logged is named, not hidden.
	if c := must(l.VerifyLog(ctx))(t); len(c.Unlogged) != 1 || c.Unlogged[0] != act.ReportRef(o.ID, 2023) {
		t.Errorf("%+v", c)
	}
}

func second[T any](_ T, err error) error { return err }

func logStart(t *testing.T, l *logged) {
	s := must(store.Open(ctx, l.address))(t)
	defer s.Close()
	o := county(t, s, 1)[1]
	for year := range 30 {
		f := plain(o.ID, int64(year))
		if f.Year = 1990 + year; year%3 > 0 {
			f.Published = law.Day(1991+year, 1, 2)
		}
		must(s.SaveReport(ctx, f))(t)
	}
	if n := must(l.StartLog(ctx))(t); n != 20 {
		t.Errorf("%d reports logged", n)
	}
	l.integrate(t)
	if n := must(l.StartLog(ctx))(t); n != 0 {
		t.Errorf("%d reports logged again", n)
	}
	if c := must(l.VerifyLog(ctx))(t); c.Size != 20 || len(c.Faults) != 0 || len(c.Unlogged) != 0 {
		t.Errorf("%+v", c)
	}
}

func logRefused(t *testing.T, l *logged) {
	l.fill(t)
	f := plain(l.towns[0], 9)
	f.Year, f.Published = 2020, law.Day(2021, 3, 1)
	if _, err := l.SaveReport(ctx, f); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
	l.integrate(t)
	if c := must(l.VerifyLog(ctx))(t); c.Size != 10 || len(c.Faults) != 0 {
		t.Errorf("%+v", c)
	}
}

func logConcurrent(t *testing.T, l *logged) {
	list := county(t, l.Store, 4)
	done := make(chan error)
	for w := range 4 {
		go func() {
			for i := range 10 {
				f := plain(list[1+w].ID, int64(i))
				f.Year, f.Published = 2001+i, law.Day(2002+i, 1, 2)
				if _, err := l.SaveReport(ctx, f); err != nil {
					done <- err
					return
				}
				if _, err := l.Integrate(ctx); err != nil { // many workers, one at a time
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	l.integrate(t)
	if c := must(l.VerifyLog(ctx))(t); c.Size != 40 || c.Waiting != 0 || len(c.Faults) != 0 || len(c.Unlogged) != 0 {
		t.Errorf("%+v", c)
	}
}

// says reports whether one of the faults has the code, the entry and the words.
func says(faults []store.LogFault, code string, index int64, words string) bool {
	for _, f := range faults {
		if f.Code == code && (index < 0 || f.Index == index) && strings.Contains(f.Where+f.Text, words) {
			return true
		}
	}
	return false
}
