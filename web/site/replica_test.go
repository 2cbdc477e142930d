package site

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// The public may see a state that is a little old; who is signed in sees on the
// public pages what he did, and what one of them was shown is not kept for the
// other.
func TestReplicaAnswersThePublicOnly(t *testing.T) {
	pair := storetest.StartPair(t)
	pair.Database(t, "gk")
	st, err := store.Open(t.Context(), pair.Primary.Address("gk")+"&blobs="+t.TempDir(),
		store.Options{Signer: storetest.LogKey(t), Replica: pair.Standby.Address("gk"), Lag: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	c := countyOn(t, st)
	c.cfg.Visit = func(r *http.Request) (page.Visit, error) {
		if r.Header.Get("Officer") == "" {
			return page.Visit{}, nil
		}
		return page.Visit{Viewer: org.Viewer{Person: 1, Name: "某经办人"}}, nil
	}
	pair.Catch(t)
	for range 100 {
		if r, _ := st.Replica(); r.Why == "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if r, set := st.Replica(); !set || r.Why != "" {
		t.Fatalf("replica %+v", r)
	}
	get := func(path, officer string) string {
		t.Helper()
		q := httptest.NewRequest("GET", path, nil)
		q.Header.Set("Officer", officer)
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, q)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", path, w.Code)
		}
		return w.Body.String()
	}
	const public, officer = "", "yes"
	at := "/reports/" + c.qs.Code
	pages := []string{"/", "/reports?year=2025", at, at + "/2025", "/reports/sum/" + c.gov.Code + "/2025", "/open/reports-2025.csv", "/api/v1" + at + "/2025"}
	old := map[string]string{}
	for _, p := range pages {
		old[p] = get(p, public)
	}
	pair.Standby.Exec(t, "gk", "select pg_wal_replay_pause()")
	f, err := st.Report(t.Context(), c.qs.ID, 2025)
	if err != nil {
		t.Fatal(err)
	}
	f.Report = full(t, c.qs.Name, 2025, 4321)
	if _, err := st.SaveReport(t.Context(), *f); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, p := range pages {
			if now := get(p, officer); now == old[p] {
				t.Errorf("%s: who corrected the report sees it as it was", p)
			}
			if now := get(p, public); now != old[p] {
				t.Errorf("%s: the public is not answered by the standby", p)
			}
		}
	}
	pair.Standby.Exec(t, "gk", "select pg_wal_replay_resume()")
	pair.Catch(t)
	for _, p := range pages {
		if now := get(p, public); now == old[p] {
			t.Errorf("%s: still old after the standby has caught up", p)
		}
	}
	pair.Standby.Stop()
	for _, p := range pages {
		get(p, public)
	}
}
