package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

const (
	killLoadVariable = "GONGKAI_TEST_KILL_LOAD" // address of the database
	killKeyVariable  = "GONGKAI_TEST_KILL_KEY"  // the key that signs the log
)

// killWriters is how many officers save at once; one more makes organs and one
// more backups.
const killWriters = 3

// childOfKillLoad is the process that TestKilledUnderLoad kills: officers save
// reports with files, somebody adds organs and a timer backs up, all at once.
// Every act that the store has acknowledged is a line.
func childOfKillLoad() bool {
	address := os.Getenv(killLoadVariable)
	if address == "" {
		return false
	}
	ctx := context.Background()
	key, err := translog.ParseKey(os.Getenv(killKeyVariable))
	if err != nil {
		fmt.Println("error", err)
		return true
	}
	s, err := store.Open(ctx, address, store.Options{Signer: key})
	if err != nil {
		fmt.Println("error", err)
		return true
	}
	organs, err := s.Organs(ctx)
	if err != nil {
		fmt.Println("error", err)
		return true
	}
	var mu sync.Mutex
	say := func(args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(args...)
	}
	var wg sync.WaitGroup
	for i := range killWriters {
		wg.Go(func() {
			f := store.Filed{Organ: organs[i].ID, Year: 2023, FileName: "a.txt", Published: law.Day(2024, 1, 31)}
			if old, err := s.Report(ctx, f.Organ, f.Year); err == nil {
				f.Version = old.Version
			}
			for {
				f.Report = annual.New(annual.Edition("2021"), organs[i].Name, 2023)
				f.Report.Set("t3.new.total", annual.Num(f.Version+1))
				f.Source = killFile(i, f.Version+1)
				if f.Version, err = s.SaveReport(ctx, f); err != nil {
					say("error", err)
					return
				}
				say("report", i, f.Version)
			}
		})
	}
	wg.Go(func() {
		for n := 0; ; n++ {
			o, err := s.SaveOrgan(ctx, org.Organ{Name: fmt.Sprintf("新设第%d镇", n), Kind: org.Town, Level: org.Township})
			if err != nil {
				say("error", err)
				return
			}
			say("organ", o.ID)
		}
	})
	wg.Go(func() {
		for {
			to := fmt.Sprintf("%s.backup%d.tar.gz", strings.TrimPrefix(address, "sqlite:"), rand.Int64())
			if _, err := s.Backup(ctx, to, "", nil); err != nil {
				say("error", err)
				return
			}
			say("backup", to)
		}
	})
	wg.Wait()
	return true
}

// killFile is the file that comes with a version; some are large, so that a kill
// meets them half written.
func killFile(writer int, version int64) []byte {
	b := fmt.Appendf(nil, "file of version %d of %d\n", version, writer)
	if version%4 == 0 {
		b = append(b, make([]byte, 1<<20)...)
	}
	return b
}

// acknowledged is what the killed processes have said so far.
type acknowledged struct {
	versions [killWriters]int64
	organs   []int64
	backups  []string
	acts     int
}

// A process that is killed at random moments while officers save, organs are
// added and a backup runs loses nothing it has acknowledged and leaves no half
// act: the log verifies, every file is there, backups under their final name are
// whole.
func TestKilledUnderLoad(t *testing.T) {
	dir := t.TempDir()
	address := "sqlite:" + filepath.Join(dir, "k.db")
	signer, _, err := translog.NewKey("kill.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(killKeyVariable, signer)
	key, err := translog.ParseKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	var organs []org.Organ
	for i := range killWriters {
		o, err := s.SaveOrgan(t.Context(), org.Organ{Name: fmt.Sprintf("第%d镇", i), Kind: org.Town, Level: org.Township})
		if err != nil {
			t.Fatal(err)
		}
		organs = append(organs, o)
	}
	s.Close()
	var ack acknowledged
	rng := rand.New(rand.NewPCG(5, uint64(time.Now().UnixNano())))
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for range rounds {
		killUnderLoad(t, address, time.Duration(rng.IntN(900))*time.Millisecond, &ack)
		afterKill(t, address, key, organs, &ack)
	}
	t.Logf("%d acts acknowledged over %d kills, %d backups", ack.acts, rounds, len(ack.backups))
	if ack.acts < rounds {
		t.Errorf("only %d acts", ack.acts)
	}
}

// killUnderLoad runs a child, lets it acknowledge an act and kills it a moment
// later.
func killUnderLoad(t *testing.T, address string, after time.Duration, ack *acknowledged) {
	t.Helper()
	untilKilled(t, killLoadVariable+"="+address, after, func(cmd *exec.Cmd) { cmd.Process.Kill() }, func(cmd *exec.Cmd, line string) {
		what, rest, _ := strings.Cut(line, " ")
		var err error
		switch what {
		case "report":
			var i int
			var v int64
			if _, err = fmt.Sscan(rest, &i, &v); err == nil {
				ack.versions[i] = v
			}
		case "organ":
			var id int64
			if _, err = fmt.Sscan(rest, &id); err == nil {
				ack.organs = append(ack.organs, id)
			}
		case "backup":
			ack.backups = append(ack.backups, rest)
		default:
			err = errors.New("no act")
		}
		if err != nil {
			cmd.Process.Kill()
			t.Fatalf("child says %q: %v", line, err)
		}
		ack.acts++
	})
}

// untilKilled runs this test as a child with the variable, hears every line it
// prints, and lets stop end it so long after the first one.
func untilKilled(t *testing.T, variable string, after time.Duration, stop func(*exec.Cmd), hear func(*exec.Cmd, string)) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), variable)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var kill *time.Timer
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if kill == nil {
			kill = time.AfterFunc(after, func() { stop(cmd) })
		}
		hear(cmd, lines.Text())
	}
	cmd.Wait()
}

func afterKill(t *testing.T, address string, key *translog.Key, organs []org.Organ, ack *acknowledged) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, address, store.Options{Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	healthy(t, s)
	log, err := s.VerifyLog(ctx)
	if err != nil || len(log.Faults)+len(log.Unlogged)+log.Waiting > 0 {
		t.Errorf("the log: %+v, %v", log, err)
	}
	for i, o := range organs {
		f, err := s.Report(ctx, o.ID, 2023)
		if errors.Is(err, store.ErrNotFound) && ack.versions[i] == 0 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.Version < ack.versions[i] || f.Version > ack.versions[i]+1 {
			t.Errorf("version %d was acknowledged, version %d is there", ack.versions[i], f.Version)
		}
		ack.versions[i] = f.Version
		if v := f.Report.Get("t3.new.total"); v != annual.Num(f.Version) {
			t.Errorf("version %d holds the figure of version %d", f.Version, v.N)
		}
		_, r, err := s.Source(ctx, o.ID, 2023)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if r.Close(); err != nil || string(b) != string(killFile(i, f.Version)) {
			t.Errorf("the file of version %d is another: %v", f.Version, err)
		}
	}
	for _, id := range ack.organs {
		if _, err := s.Organ(ctx, id); err != nil {
			t.Errorf("organ %d was acknowledged: %v", id, err)
		}
	}
	// Whatever has the name of a backup is one, also if its end was not heard of.
	found, err := filepath.Glob(strings.TrimPrefix(address, "sqlite:") + ".backup*.tar.gz")
	if err != nil || len(found) < len(ack.backups) {
		t.Errorf("%d backups acknowledged, %d there, %v", len(ack.backups), len(found), err)
	}
	for _, b := range found {
		if _, err := store.CheckBackup(ctx, b, nil); err != nil {
			t.Errorf("%s: %v", b, err)
		}
		os.Remove(b)
	}
	ack.backups = ack.backups[:0]
}
