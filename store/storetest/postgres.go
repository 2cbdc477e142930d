package storetest

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gongkai/store"
)

// AdminVariable names the environment variable that holds the address of a
// PostgreSQL server to test on. Its user must be allowed to create databases.
const AdminVariable = "GONGKAI_TEST_POSTGRES"

// A Server is a PostgreSQL server for tests.
type Server struct {
	admin string // address of a database in which others are created
	n     atomic.Int64
	again func(testing.TB) // starts a private server that has ended; nil for one that is not ours
	data  string           // its folder
	died  bool             // by Crash: the server that runs now ends before its databases are dropped, and they go with the folder
	made  string           // database with today's schema and nothing in it, "" before it is asked for
	once  sync.Mutex       // guards made
}

var (
	sharedOnce sync.Once
	shared     *Server
	kept       []func() // hold the pipe at whose end the shared server ends: collected as garbage it would close
)

// Postgres returns the server named by GONGKAI_TEST_POSTGRES or, if it is
// unset, one from Debian's binaries that all tests of the process share and that
// ends with it. Where there are no binaries the test is skipped, or fails if CI
// is set.
func Postgres(t testing.TB) *Server {
	t.Helper()
	if a := os.Getenv(AdminVariable); a != "" {
		return &Server{admin: a}
	}
	sharedOnce.Do(func() { shared = private(t, func(end func()) { kept = append(kept, end) }) })
	if shared == nil { // the first to ask was skipped or failed, and said why
		t.SkipNow()
	}
	return shared
}

// PrivatePostgres is a server that ends with the test, which may kill it before.
func PrivatePostgres(t testing.TB) *Server {
	t.Helper()
	if a := os.Getenv(AdminVariable); a != "" {
		return &Server{admin: a}
	}
	return private(t, t.Cleanup)
}

// private starts a server. What ends it and says what it wrote goes to cleanup.
func private(t testing.TB, cleanup func(func())) *Server {
	t.Helper()
	bin := binaries()
	if bin == "" {
		missing := "no PostgreSQL server binaries under /usr/lib/postgresql and no " + AdminVariable + ": apt-get install postgresql"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	// A short path of our own: the name of a socket has at most 107 bytes.
	dir, err := os.MkdirTemp("", "gkpg")
	if err != nil {
		t.Fatal(err)
	}
	cleanup(func() { os.RemoveAll(dir) })
	as := unprivileged(t, dir)
	data := filepath.Join(dir, "data")
	initdb := append(as, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	cmd := exec.Command(initdb[0], initdb[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	s := &Server{admin: "postgres:///postgres?user=postgres&host=" + url.QueryEscape(dir)}
	s.data = data
	s.again = func(t testing.TB) { start(t, cleanup, as, filepath.Join(bin, "postgres"), data, dir) }
	s.again(t)
	s.wait(t)
	return s
}

// Ours reports whether the server was started by the test.
func (s *Server) Ours() bool { return s.again != nil }

// Crash kills every process of a private server at once (SIGKILL); Restart
// starts it again. It reports whether the server is ours to kill.
func (s *Server) Crash(t testing.TB) bool {
	t.Helper()
	if s.again == nil {
		return false
	}
	s.died = true
	b, err := os.ReadFile(filepath.Join(s.data, "postmaster.pid"))
	if err != nil {
		t.Error(err)
		return true
	}
	pid, _, _ := strings.Cut(string(b), "\n")
	children, _ := exec.Command("pgrep", "-P", pid).Output()
	args := append([]string{"-KILL", pid}, strings.Fields(string(children))...)
	_ = exec.Command("kill", args...).Run() // some have ended with the first
	return true
}

// Restart starts a server that Crash has killed and waits until it answers.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	// The shell around it has not taken note of its end: to the next server the
	// number in these files looks alive.
	for _, name := range []string{filepath.Join(s.data, "postmaster.pid"), filepath.Join(filepath.Dir(s.data), ".s.PGSQL.5432.lock")} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	s.again(t)
	s.wait(t)
}

// binaries is the folder of the newest PostgreSQL server of Debian, or "".
func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	sort.Strings(found)
	return filepath.Dir(found[len(found)-1])
}

// unprivileged gives the beginning of a command that PostgreSQL accepts: it
// refuses to run as root. The folder is handed to that user.
func unprivileged(t testing.TB, dir string) []string {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if _, err := user.Lookup(name); err != nil {
			continue
		}
		if out, err := exec.Command("chown", name, dir).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
		return []string{"runuser", "-u", name, "--"}
	}
	t.Fatal("running as root, and there is no user postgres or nobody to run PostgreSQL as")
	return nil
}

// start runs the server until cleanup. The shell around it waits on a pipe that
// closes when this process dies, however it dies, and takes the server and its
// folder with it.
func start(t testing.TB, cleanup func(func()), as []string, postgres, data, dir string) {
	args := append(append([]string(nil), as...), "sh", "-c", `"$0" "$@" & p=$!; read gone; kill -QUIT $p; wait $p; rm -rf "$4"`,
		postgres, "-D", data, "-k", dir, "-F", "-c", "listen_addresses=", "-c", "max_connections=200")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cleanup(func() {
		in.Close()
		cmd.Wait()
		if t.Failed() {
			t.Logf("PostgreSQL:\n%s", tail(log.String(), 4000))
		}
	})
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

func (s *Server) wait(t testing.TB) {
	var err error
	for range 600 {
		var c *pgx.Conn
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		if c, err = pgx.Connect(ctx, s.admin); err == nil {
			c.Close(ctx)
			stop()
			return
		}
		stop()
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("PostgreSQL does not answer: %v", err)
}

// Database makes an empty database and returns its address, with a folder for
// files. The database is dropped when the test ends.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return s.database(t, "template1")
}

// Migrated is as Database, with today's schema, which it copies instead of
// making it anew for every test.
func (s *Server) Migrated(t testing.TB) string {
	t.Helper()
	if !s.Ours() {
		return s.Database(t)
	}
	s.once.Lock()
	defer s.once.Unlock()
	if s.made == "" {
		s.exec(t, "create database gongkai_made")
		st, err := store.Open(context.Background(), s.address(t, "gongkai_made"))
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		s.made = "gongkai_made"
	}
	return s.database(t, s.made)
}

func (s *Server) database(t testing.TB, from string) string {
	t.Helper()
	name := fmt.Sprintf("gongkai_test_%d_%d", os.Getpid(), s.n.Add(1))
	s.exec(t, "create database "+name+" template "+from)
	t.Cleanup(func() {
		if !s.died {
			s.exec(t, "drop database if exists "+name+" with (force)")
		}
	})
	return s.address(t, name)
}

// address is that of a database, with a folder for files.
func (s *Server) address(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(s.admin)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	q := u.Query()
	q.Set("blobs", t.TempDir())
	u.RawQuery = q.Encode()
	return u.String()
}

func (s *Server) exec(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, sql); err != nil {
		t.Fatal(err)
	}
}
