package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

const killVariable = "GONGKAI_TEST_KILL_DATABASE"

// childOfKill is the process that TestKilled kills: it saves one report after
// another and writes the version of each that the store has acknowledged.
func childOfKill() bool {
	address := os.Getenv(killVariable)
	if address == "" {
		return false
	}
	ctx := context.Background()
	s, err := store.Open(ctx, address)
	if err != nil {
		fmt.Println(err)
		return true
	}
	organs, err := s.Organs(ctx)
	if err != nil {
		fmt.Println(err)
		return true
	}
	f := store.Filed{Organ: organs[0].ID, Year: 2023, FileName: "a.txt"}
	if old, err := s.Report(ctx, f.Organ, f.Year); err == nil {
		f.Version = old.Version
	}
	for {
		f.Report = annual.New(annual.Edition("2021"), "", 2023)
		f.Report.Set("t3.new.total", annual.Num(f.Version+1))
		f.Source = fmt.Appendf(nil, "file of version %d", f.Version+1)
		if f.Version, err = s.SaveReport(ctx, f); err != nil {
			fmt.Println(err)
			return true
		}
		fmt.Println(f.Version)
	}
}

// A killed process loses nothing it has acknowledged and leaves nothing half
// done, however often it happens.
func TestKilled(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "k.db")
	ctx := context.Background()
	s, err := store.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.SaveOrgan(ctx, org.Organ{Name: "青石镇", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for round := range 5 {
		acknowledged := runAndKill(t, address, 5+13*round)
		s := open(t, address)
		f, err := s.Report(ctx, o.ID, 2023)
		if err != nil {
			t.Fatal(err)
		}
		if f.Version < acknowledged || f.Version > acknowledged+1 {
			t.Errorf("version %d was acknowledged, version %d is there", acknowledged, f.Version)
		}
		if v := f.Report.Get("t3.new.total"); v != annual.Num(f.Version) {
			t.Errorf("version %d holds the figure of version %d", f.Version, v.N)
		}
		if _, _, err := s.Source(ctx, o.ID, 2023); err != nil {
			t.Errorf("the file of version %d: %v", f.Version, err)
		}
		for v := int64(1); v <= f.Version; v++ {
			if _, err := s.ReportVersion(ctx, o.ID, 2023, v); err != nil {
				t.Errorf("version %d: %v", v, err)
			}
		}
	}
}

// runAndKill lets a child save until it has acknowledged n versions, kills it
// and returns the last version it acknowledged.
func runAndKill(t *testing.T, address string, n int) int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killVariable+"="+address)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var last int64
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("child says %q", lines.Text())
		}
		if i == n {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	return last
}
