package sample

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// empty is a store with the county's organs, and the day by its clock.
func empty(t *testing.T) (*store.Store, law.Date) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now, err := st.Clock(ctx)
	if err != nil {
		t.Fatal(err)
	}
	day := law.DateOf(now)
	ids := map[int64]int64{}
	for _, o := range Organs() {
		own := o.ID
		o.ID, o.Parent = 0, ids[o.Parent]
		saved, err := st.SaveOrgan(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		ids[own] = saved.ID
	}
	return st, day
}

// office is that with the people and their work.
func office(t *testing.T) (*store.Store, map[string]org.Organ, law.Date) {
	t.Helper()
	ctx := context.Background()
	st, day := empty(t)
	start := time.Now()
	if err := LoadPeople(ctx, st, day); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("loading the people took %v", d)
	} else {
		t.Logf("people and their work in %v", d)
	}
	list, err := st.Organs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]org.Organ{}
	for _, o := range list {
		at[o.ShortName()] = o
	}
	return st, at, day
}

var program = org.Program("test")

func entries(t *testing.T, st *store.Store) int {
	t.Helper()
	list, err := st.Entries(context.Background(), program, store.EntryQuery{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// Whoever looks around finds an office at work.
func TestOfficeIsAlive(t *testing.T) {
	ctx := context.Background()
	st, at, day := office(t)
	for _, l := range Logins() {
		c, err := st.Credentials(ctx, l.Login)
		if err != nil || c.OneTime || l.Name != c.Name || l.Posts == "" {
			t.Errorf("%+v: %+v, %v", l, c, err)
		}
		if ok, err := st.CheckPassword(ctx, c, Password); !ok || err != nil {
			t.Errorf("%s cannot sign in: %v", l.Login, err)
		}
	}
	clerk, err := st.Credentials(ctx, "qingshi")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := st.Unread(ctx, clerk.Person); err != nil || n == 0 {
		t.Errorf("the clerk has %d notices, %v", n, err)
	}
	for _, short := range []string{Name, "青石镇", "县教育局"} {
		o, _, err := st.Office(ctx, at[short].ID)
		if err != nil || o.Empty() || len(o.Wrong()) > 0 || !strings.HasPrefix(o.Phone, "0000-") {
			t.Errorf("%s: office record %+v, %v", short, o, err)
		}
		r, _, err := st.RemedyOn(ctx, at[short].ID, org.Review, day)
		if err != nil || r.Name == "" || r.Name == at[short].Name {
			t.Errorf("%s: one turns to %q, %v", short, r.Name, err)
		}
		if duties, _, err := st.Duties(ctx, program, at[short].ID); err != nil || len(duties) < 5 {
			t.Errorf("%s: %d duties, %v", short, len(duties), err)
		}
	}
	if g, err := st.Group(ctx, program, at[Name].ID); err != nil || len(g.Documents) != 2 || len(g.Meetings) != 1 || len(g.Seats) != 6 {
		t.Errorf("group: %d documents, %d meetings, %d seats, %v", len(g.Documents), len(g.Meetings), len(g.Seats), err)
	}
	if ended, err := st.Tasks(ctx, program, store.TaskQuery{Ended: true}); err != nil || len(ended) != 1 || ended[0].Answer == "" {
		t.Errorf("ended tasks: %+v, %v", ended, err)
	}
	if open, err := st.Handovers(ctx, program, store.HandoverQuery{}); err != nil || len(open) != 1 || open[0].State != org.HandoverOpen {
		t.Errorf("handovers: %+v, %v", open, err)
	}
}

// What an organ was called and where it belonged is history; the reports of the
// sample are of later years.
func TestOfficeHasAPast(t *testing.T) {
	ctx := context.Background()
	st, at, _ := office(t)
	for _, x := range []struct {
		day  law.Date
		want string
	}{{law.Day(2017, 6, 1), Name + "卫生和计划生育局"}, {law.Day(FirstYear, 1, 1), Name + "卫生健康局"}} {
		if o, err := st.OrganOn(ctx, at["县卫生健康局"].ID, x.day); err != nil || o.Name != x.want {
			t.Errorf("%v: %q, %v", x.day, o.Name, err)
		}
	}
	for year, under := range map[int]string{2020: "县自然资源局", 2023: "青石镇"} {
		if o, err := st.OrganOn(ctx, at["青石自然资源所"].ID, law.Day(year, 1, 1)); err != nil || o.Parent != at[under].ID {
			t.Errorf("%d: under %d, want %s, %v", year, o.Parent, under, err)
		}
	}
	filers := 0
	for _, o := range at {
		if o.Filer() {
			filers++
		}
	}
	if filers != len(Organs()) {
		t.Errorf("%d organs file a report, want %d", filers, len(Organs()))
	}
}

// A second start changes nothing.
func TestPeopleAreLoadedOnce(t *testing.T) {
	st, _, day := office(t)
	before := entries(t, st)
	if err := LoadPeople(context.Background(), st, day); err != nil {
		t.Fatal(err)
	}
	if n := entries(t, st); n != before {
		t.Errorf("%d acts after a second start, %d before", n, before)
	}
}

// A start that was interrupted goes on where it stopped: nothing is missing and
// nothing is there twice.
func TestPeopleGoOnAfterAnInterruption(t *testing.T) {
	whole, _, _ := office(t)
	st, day := empty(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- LoadPeople(ctx, st, day) }()
	for entries(t, st) < 40 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("not interrupted: %v", err)
	}
	if err := LoadPeople(context.Background(), st, day); err != nil {
		t.Fatal(err)
	}
	if a, b := entries(t, st), entries(t, whole); a != b {
		t.Errorf("%d acts, want %d", a, b)
	}
}
