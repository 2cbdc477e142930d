package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/translog"
)

const killActsVariable = "GONGKAI_TEST_KILL_ACTS" // address of the database

// killOfficers is how many act at once, each on a setting of its own.
const killOfficers = 4

func killBy(officer int, o org.Organ, key string) store.By {
	return store.By{Viewer: org.Viewer{Person: int64(officer + 1), Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}, Key: key}
}

func killSetting(officer int) string { return fmt.Sprintf("设置%d", officer) }

// childOfKillActs is the process that TestActsKilled kills: officers change a
// setting each, again and again, and integrate as an instance does. A line says
// what is about to be done, another that it was acknowledged.
func childOfKillActs() bool {
	address := os.Getenv(killActsVariable)
	if address == "" {
		return false
	}
	ctx := context.Background()
	var mu sync.Mutex
	say := func(args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(args...)
	}
	key, err := translog.ParseKey(os.Getenv(killKeyVariable))
	if err != nil {
		say("error", err)
		return true
	}
	s, err := store.Open(ctx, address, store.Options{Signer: key})
	if err != nil {
		say("error", err)
		return true
	}
	organs, err := s.Organs(ctx)
	if err != nil {
		say("error", err)
		return true
	}
	var wg sync.WaitGroup
	for i := range killOfficers {
		wg.Go(func() {
			version := int64(0)
			if list, err := s.Settings(ctx, organs[0].ID); err == nil {
				for _, x := range list {
					if x.Name == killSetting(i) {
						version = x.Version
					}
				}
			}
			for ; ; version++ {
				op := fmt.Sprintf("officer%d-%d", i, version)
				say("try", i, version)
				d, err := s.SaveSetting(ctx, killBy(i, organs[0], op), store.Setting{Organ: organs[0].ID, Name: killSetting(i), Value: fmt.Sprint(version + 1), Version: version})
				if err != nil || d.Repeated {
					say("error", d, err)
					return
				}
				say("done", i, version)
			}
		})
	}
	wg.Go(func() {
		for {
			if _, err := s.Integrate(ctx); err != nil {
				say("error", err)
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	wg.Wait()
	return true
}

// triedActs is what each officer has begun and what was acknowledged, as
// versions of the setting before the act; -1 for none.
type triedActs struct{ begun, done [killOfficers]int64 }

// runKilledActs runs a child until a random moment. stop ends it, or something
// under it; with lost the child itself sees that it is gone.
func runKilledActs(t *testing.T, address string, after time.Duration, ack *triedActs, lost bool, stop func(*exec.Cmd)) int {
	t.Helper()
	n := 0
	untilKilled(t, killActsVariable+"="+address, after, stop, func(cmd *exec.Cmd, line string) {
		var what string
		var i int
		var v int64
		if what, _, _ := strings.Cut(line, " "); what == "error" && lost {
			cmd.Process.Kill() // its server is gone
			return
		}
		if _, err := fmt.Sscan(line, &what, &i, &v); err != nil || what == "error" {
			cmd.Process.Kill()
			cmd.Wait()
			t.Fatalf("child says %q", line)
		}
		if what == "try" {
			ack.begun[i] = v
		} else {
			ack.done[i] = v
			n++
		}
	})
	return n
}

// afterKilledActs holds what is kept against what was acknowledged: settings and
// acts go together, a repeated key gets its answer, and both logs verify.
func afterKilledActs(t *testing.T, s *store.Store, o org.Organ, ack *triedActs) {
	t.Helper()
	ctx := context.Background()
	// The server may not have noticed yet that its client is dead, and keep the
	// dead one's lock for a moment.
	var log store.LogCheck
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := s.Integrate(ctx); err != nil {
			t.Fatal(err)
		}
		if log, err = s.VerifyLog(ctx); err != nil || log.Office.Waiting == 0 {
			break
		}
	}
	if err != nil || len(log.Faults) > 0 || log.Office.Waiting > 0 {
		t.Errorf("the logs: %+v, %v", log, err)
	}
	list, err := s.Settings(ctx, o.ID)
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]int64{}
	for _, x := range list {
		if versions[x.Name] = x.Version; x.Value != fmt.Sprint(x.Version) {
			t.Errorf("%s: version %d says %s", x.Name, x.Version, x.Value)
		}
	}
	for i := range killOfficers {
		name := killSetting(i)
		v := versions[name]
		if v < ack.done[i]+1 || v > ack.begun[i]+1 {
			t.Errorf("%s: version %d was acknowledged, %d begun, %d is there", name, ack.done[i]+1, ack.begun[i]+1, v)
		}
		h, err := s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.SettingRef(o.ID, name), Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if seq := int64(0); len(h) > 0 && h[0].Act.Seq != v || len(h) == 0 && v != seq {
			t.Errorf("%s: version %d with the history %+v: half an act", name, v, h)
		}
		if v == 0 {
			continue
		}
		// The form of the newest version is sent again under its key.
		d, err := s.SaveSetting(ctx, killBy(i, o, fmt.Sprintf("officer%d-%d", i, v-1)), store.Setting{Organ: o.ID, Name: name, Value: fmt.Sprint(v), Version: v - 1})
		if err != nil || !d.Repeated {
			t.Errorf("%s: sent again: %+v, %v", name, d, err)
		}
		// One that was begun and is not there is free to be sent again: no key is
		// taken without its act.
		if v <= ack.begun[i] {
			d, err := s.SaveSetting(ctx, killBy(i, o, fmt.Sprintf("officer%d-%d", i, v)), store.Setting{Organ: o.ID, Name: name, Value: fmt.Sprint(v + 1), Version: v})
			if err != nil || d.Repeated {
				t.Errorf("%s: sent for the second time: %+v, %v", name, d, err)
			}
		}
		ack.done[i] = max(ack.done[i], v-1)
	}
}

// killedActs kills the child again and again.
func killedActs(t *testing.T, address string, rounds int, lost bool, stop func(*exec.Cmd), again func()) {
	signer, _, err := translog.NewKey("kill.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(killKeyVariable, signer)
	key, err := translog.ParseKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), address, store.Options{Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.SaveOrgan(t.Context(), org.Organ{Name: "青石镇", Kind: org.Town, Level: org.Township})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	ack := triedActs{}
	for i := range killOfficers {
		ack.begun[i], ack.done[i] = -1, -1
	}
	rng := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	acts := 0
	for range rounds {
		acts += runKilledActs(t, address, time.Duration(rng.IntN(400))*time.Millisecond, &ack, lost, stop)
		again()
		s, err := store.Open(t.Context(), address, store.Options{Signer: key})
		if err != nil {
			t.Fatal(err)
		}
		afterKilledActs(t, s, o, &ack)
		s.Close()
		if t.Failed() {
			return
		}
	}
	t.Logf("%d acts acknowledged over %d kills", acts, rounds)
	if acts < rounds {
		t.Errorf("only %d acts", acts)
	}
}

func kills() int {
	if testing.Short() {
		return 3
	}
	return 12
}

func killChild(c *exec.Cmd) { c.Process.Kill() }

// Every act that was acknowledged is there after the process was killed, whole:
// its change, its entry and the answer to its key.
func TestActsKilledSQLite(t *testing.T) {
	killedActs(t, "sqlite:"+filepath.Join(t.TempDir(), "k.db"), kills(), false, killChild, func() {})
}

func TestActsKilledPostgres(t *testing.T) {
	killedActs(t, storetest.Postgres(t).Database(t), kills(), false, killChild, func() {})
}

// The server is killed under its clients.
func TestActsWhosePostgresIsKilled(t *testing.T) {
	server := storetest.PrivatePostgres(t)
	address := server.Database(t)
	rounds := (kills() + 2) / 3
	killedActs(t, address, rounds, true, func(c *exec.Cmd) {
		if !server.Crash(t) {
			killChild(c) // the server is not ours
		}
	}, func() {
		if server.Ours() {
			server.Restart(t)
		}
	})
}
