package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A start of the built program with a database that is migrated already takes at
// most 300 ms to its first answer, and a server that nobody asks holds at most
// 80 MB. Both are promises to clerks with old laptops. The baseline is the start
// of the same program that only prints its version.
func TestStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("resident memory is read from /proc")
	}
	dir := t.TempDir()
	bin := filepath.Join(dir, "gongkai")
	build := exec.Command("go", "build", "-o", bin, "../../cmd/gongkai")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data := filepath.Join(dir, "data")
	served(t, bin, data, "--sample") // the first start makes and fills the database
	var cold, bare []time.Duration
	rss := 0
	for range 5 {
		begin := time.Now()
		if err := exec.Command(bin, "version").Run(); err != nil {
			t.Fatal(err)
		}
		bare = append(bare, time.Since(begin))
		took, kb := served(t, bin, data)
		cold, rss = append(cold, took), max(rss, kb)
	}
	first, version := slices.Min(cold), slices.Min(bare)
	fmt.Printf("| cold start, migrated database, to the first answer | ≤ 300 ms | `gongkai version`: %s ms | best %s ms, median %s ms |\n", ms(version), ms(first), ms(middle(cold)))
	fmt.Printf("| memory of an idle server with the sample county | ≤ 80 MB | | %d MB resident |\n", rss/1024)
	if first > 300*time.Millisecond+4*version {
		t.Errorf("the quickest of five starts took %v, and printing the version %v", first, version)
	}
	if rss > 80*1024 {
		t.Errorf("an idle server holds %d KB", rss)
	}
}

func middle(d []time.Duration) time.Duration {
	s := slices.Clone(d)
	slices.Sort(s)
	return s[len(s)/2]
}

// served starts the program, waits for its first answer, and returns how long
// that took and how many KB it holds two seconds later.
func served(t *testing.T, bin, data string, more ...string) (time.Duration, int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	begin := time.Now()
	c := exec.CommandContext(ctx, bin, append([]string{"serve", "--addr", addr, "--data", data}, more...)...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}()
	for {
		res, err := http.Get("http://" + addr + "/healthz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		if ctx.Err() != nil {
			t.Fatal("the program does not answer")
		}
		time.Sleep(time.Millisecond)
	}
	took := time.Since(begin)
	time.Sleep(2 * time.Second)
	return took, resident(t, c.Process.Pid)
}

// resident is what a process holds, in KB.
func resident(t *testing.T, pid int) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(v)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb
		}
	}
	t.Fatal("no resident size")
	return 0
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
