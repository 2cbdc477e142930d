package store_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// lines is a log that a test reads.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.b.String(), text)
}

// replicated is a store of two counties on a primary with a standby.
type replicated struct {
	*testing.T
	pair         *storetest.Pair
	log          lines
	east, west   org.Organ // counties
	town         org.Organ // of the east
	patient      *store.Store
	prompt       *store.Store // gives a replica up that is behind by more than a second
	plain, stale context.Context
}

func newReplicated(t *testing.T) *replicated {
	r := &replicated{T: t, pair: storetest.StartPair(t), plain: t.Context()}
	r.pair.Database(t, "gk")
	r.pair.Primary.Exec(t, "postgres", "create role gongkai login")
	r.pair.Primary.Exec(t, "postgres", "alter database gk owner to gongkai")
	both := strings.Replace(r.pair.Both("gk"), "user=postgres", "user=gongkai", 1) // nobody special
	key := signing(t)
	open := func(lag time.Duration, log *slog.Logger) *store.Store {
		return open(t, both+"&blobs="+t.TempDir(), key,
			store.Options{Replica: both + "&target_session_attrs=prefer-standby", Lag: lag, Log: log})
	}
	s := open(time.Hour, nil)
	list := []org.Organ{
		{ID: s.NewID(), Code: "E", Name: "东县人民政府", Kind: org.Government, Level: org.County},
		{ID: s.NewID(), Code: "W", Name: "西县人民政府", Kind: org.Government, Level: org.County},
		{ID: s.NewID(), Code: "T", Name: "青石镇人民政府", Kind: org.Town, Level: org.Township},
	}
	list[2].Parent = list[0].ID
	list = ok(s.SaveOrgans(r.plain, list))(t)
	r.east, r.west, r.town = list[0], list[1], list[2]
	r.save(s, r.town, 2024, 7)
	ok(s.Integrate(r.plain))(t)
	r.pair.Catch(t)
	r.patient = open(time.Hour, nil)
	r.prompt = open(time.Second, slog.New(slog.NewTextHandler(&r.log, nil)))
	r.stale = r.patient.Stale(r.plain)
	return r
}

func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// save files a report with that many requests received, or corrects it.
func (r *replicated) save(s *store.Store, o org.Organ, year int, received int64) {
	r.Helper()
	form := ok(annual.FormFor(year))(r)
	f := store.Filed{Organ: o.ID, Year: year, Report: annual.New(form, o.Name, year), Published: law.Day(year+1, 1, 20)}
	if old, err := s.Report(r.plain, o.ID, year); err == nil {
		f.Version = old.Version
	}
	f.Report.Set("t3.new.total", annual.Num(received))
	ok(s.SaveReport(r.plain, f))(r)
}

// seen is what a public page shows of the town in 2024: its own figure, the
// figure in the list, and the sums of both counties, -1 for none.
func (r *replicated) seen(s *store.Store, ctx context.Context) [4]int64 {
	r.Helper()
	n := func(v annual.Value) int64 {
		if !v.Known() {
			return -1
		}
		return v.N
	}
	out := [4]int64{n(ok(s.Report(ctx, r.town.ID, 2024))(r).Report.Get("t3.new.total"))}
	rows, _, err := s.Reports(ctx, store.ReportQuery{Year: 2024, Search: "青石"})
	if err != nil || len(rows) != 1 {
		r.Fatalf("%d rows, %v", len(rows), err)
	}
	out[1] = n(rows[0].Counts.New)
	for i, o := range []org.Organ{r.east, r.west} {
		out[2+i] = n(ok(s.SumTree(ctx, o.ID, 2024))(r).Sum.Get("t3.new.total"))
	}
	return out
}

func (r *replicated) want(what string, got, want [4]int64) {
	r.Helper()
	if got != want {
		r.Errorf("%s: report, list, sum of the east, of the west = %v, want %v", what, got, want)
	}
}

func (r *replicated) at(what string, s *store.Store, ctx context.Context, standby bool) {
	r.Helper()
	if got := ok(s.AtStandby(ctx))(r); got != standby {
		r.Errorf("%s: read at the standby: %v", what, got)
	}
}

func (r *replicated) until(what string, good func() bool) {
	r.Helper()
	for range 200 {
		if good() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.Fatalf("not within ten seconds: %s", what)
}

// state waits until the store reads the replica, or no longer does for that
// reason.
func (r *replicated) state(s *store.Store, why string) {
	r.Helper()
	r.until("replica is "+why, func() bool { st, ok := s.Replica(); return ok && st.Why == why })
}

// Public pages read the standby, everybody who works reads the primary; a
// standby that is behind, away or promoted is left, and nothing that was kept of
// its state is shown as that of the primary, or the other way round.
func TestReplica(t *testing.T) {
	r := newReplicated(t)
	before := [4]int64{7, 7, 7, -1}
	r.at("public", r.patient, r.stale, true)
	r.at("at work", r.patient, r.plain, false)
	r.want("public", r.seen(r.patient, r.stale), before)
	r.want("at work", r.seen(r.patient, r.plain), before)
	if a, b := ok(r.patient.YearStamp(r.stale, 2024))(t), ok(r.patient.YearStamp(r.plain, 2024))(t); a != b {
		t.Errorf("the same state has the stamps %s and %s", a, b)
	}
	r.behind(before)
	r.away()
	r.promoted()
}

func (r *replicated) behind(before [4]int64) {
	r.pair.Standby.Exec(r, "gk", "select pg_wal_replay_pause()")
	old := ok(r.patient.YearStamp(r.stale, 2024))(r)
	r.save(r.patient, r.town, 2024, 9)
	moved := r.town
	moved.Parent = r.west.ID
	ok(r.patient.SaveOrgan(r.plain, moved))(r)
	r.save(r.patient, r.west, 2023, 1)
	ok(r.patient.Integrate(r.plain))(r)
	after := [4]int64{9, 9, -1, 9}
	for range 2 { // what one of them keeps is not given to the other
		r.want("who wrote it", r.seen(r.patient, r.plain), after)
		r.want("public, behind", r.seen(r.patient, r.stale), before)
	}
	if a, b := ok(r.patient.YearStamp(r.stale, 2024))(r), ok(r.patient.YearStamp(r.plain, 2024))(r); a != old || a == b {
		r.Errorf("stamp of the old state %s, before %s; of the new one %s", a, old, b)
	}
	// What only the primary has is not missing.
	ok(r.patient.Report(r.stale, r.west.ID, 2023))(r)
	head := ok(r.patient.Head(r.plain))(r)
	ok(r.tile(head.Size))(r)

	r.state(r.prompt, store.ReplicaBehind)
	r.at("public, too far behind", r.prompt, r.prompt.Stale(r.plain), false)
	r.want("public, too far behind", r.seen(r.prompt, r.prompt.Stale(r.plain)), after)
	if !r.log.has("replica is not read") {
		r.Error("the log does not say that the replica is behind")
	}
	r.pair.Standby.Exec(r, "gk", "select pg_wal_replay_resume()")
	r.pair.Catch(r)
	r.state(r.prompt, "")
	r.at("public, caught up", r.prompt, r.prompt.Stale(r.plain), true)
	for _, s := range []*store.Store{r.patient, r.prompt} {
		r.want("public, caught up", r.seen(s, s.Stale(r.plain)), after)
		r.want("at work, caught up", r.seen(s, r.plain), after)
	}
}

// tile reads the newest tile of entries of the public log.
func (r *replicated) tile(size int64) ([]byte, error) {
	b, _, err := r.patient.Tile(r.stale, "entries/000.p/"+strconv.FormatInt(size, 10))
	return b, err
}

func (r *replicated) away() {
	begun := r.prompt.Stale(r.plain) // a page that is being made
	r.at("public", r.prompt, begun, true)
	r.pair.Standby.Stop()
	now := [4]int64{9, 9, -1, 9}
	r.want("public, standby gone", r.seen(r.prompt, begun), now)
	r.want("public, standby gone", r.seen(r.prompt, r.prompt.Stale(r.plain)), now)
	r.state(r.prompt, store.ReplicaPrimary) // the primary is in the list as well
	r.at("public, standby gone", r.prompt, r.prompt.Stale(r.plain), false)

	// What the standby will never have.
	lost := r.west
	lost.Name = "丢失县人民政府"
	ok(r.patient.SaveOrgan(r.plain, lost))(r)
	r.save(r.patient, r.town, 2024, 11)
	r.want("at work", r.seen(r.patient, r.plain), [4]int64{11, 11, -1, 11})
}

func (r *replicated) promoted() {
	stamp := ok(r.patient.YearStamp(r.plain, 2024))(r)
	r.pair.Primary.Stop()
	r.pair.Standby.Start(r)
	r.pair.Standby.Exec(r, "gk", "select pg_promote()")
	r.until("a write on the promoted standby", func() bool {
		o := r.east
		o.Short = "东县"
		_, err := r.patient.SaveOrgan(r.plain, o)
		return err == nil
	})
	// Its counts are below those of the primary that is gone.
	for _, ctx := range []context.Context{r.plain, r.patient.Stale(r.plain), r.stale} {
		r.want("after the promotion", r.seen(r.patient, ctx), [4]int64{9, 9, -1, 9})
		names := ok(r.patient.Organs(ctx))(r)
		if slices.ContainsFunc(names, func(o org.Organ) bool { return strings.Contains(o.Name, "丢失") }) {
			r.Error("what the standby never had is still shown")
		}
	}
	if ok(r.patient.YearStamp(r.plain, 2024))(r) == stamp {
		r.Error("pages kept of the primary that is gone are still shown")
	}
	r.save(r.patient, r.town, 2024, 12)
	r.want("after the promotion", r.seen(r.patient, r.patient.Stale(r.plain)), [4]int64{12, 12, -1, 12})
}

// A replica that cannot be one is said so, and does not stop the start.
func TestReplicaThatIsNone(t *testing.T) {
	server := storetest.Postgres(t)
	address := server.Database(t)
	s := open(t, address, store.Options{Replica: address})
	if st, set := s.Replica(); !set || st.Why != store.ReplicaPrimary {
		t.Errorf("the primary as its own replica: %+v", st)
	}
	s = open(t, address, store.Options{Replica: "postgres://nobody@127.0.0.1:1/none"})
	if st, set := s.Replica(); !set || st.Why != store.ReplicaAway || st.Error == nil {
		t.Errorf("a replica that is not there: %+v", st)
	}
	if _, err := s.Years(s.Stale(t.Context())); err != nil {
		t.Error(err)
	}
	lite := openSQLite(t)
	if ctx := lite.Stale(t.Context()); ctx != t.Context() {
		t.Error("the mark has an effect on SQLite")
	}
}
