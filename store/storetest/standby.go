package storetest

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Pair is a PostgreSQL primary with a streaming standby, for tests.
type Pair struct {
	Primary, Standby *Node
}

// A Node is one of the two.
type Node struct {
	dir  string // of data and socket
	bin  string
	as   []string
	cmd  *exec.Cmd
	stop func()
	log  bytes.Buffer
}

// StartPair starts both. They end with the test. Without binaries the test is
// skipped, or fails if CI is set.
func StartPair(t testing.TB) *Pair {
	t.Helper()
	bin := binaries()
	if bin == "" {
		const missing = "no PostgreSQL server binaries under /usr/lib/postgresql: apt-get install postgresql"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	p := &Pair{Primary: newNode(t, bin), Standby: newNode(t, bin)}
	p.Primary.run(t, "initdb", "-D", p.Primary.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	p.Primary.Start(t)
	p.Standby.run(t, "pg_basebackup", "-h", p.Primary.dir, "-U", "postgres", "-D", p.Standby.data(), "-R", "-X", "stream", "-c", "fast", "--no-sync")
	p.Standby.Start(t)
	return p
}

func newNode(t testing.TB, bin string) *Node {
	dir, err := os.MkdirTemp("", "gkpg") // short, as for Postgres
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &Node{dir: dir, bin: bin, as: unprivileged(t, dir)}
}

func (n *Node) data() string { return filepath.Join(n.dir, "data") }

func (n *Node) run(t testing.TB, name string, args ...string) {
	t.Helper()
	c := append(append([]string(nil), n.as...), append([]string{filepath.Join(n.bin, name)}, args...)...)
	cmd := exec.Command(c[0], c[1:]...)
	cmd.Dir = n.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// Start starts the node, also one that was stopped, and waits until it answers.
func (n *Node) Start(t testing.TB) {
	t.Helper()
	args := append(append([]string(nil), n.as...), "sh", "-c", `"$0" "$@" & p=$!; read gone; kill -QUIT $p; wait $p`,
		filepath.Join(n.bin, "postgres"), "-D", n.data(), "-k", n.dir, "-F", "-c", "listen_addresses=", "-c", "max_connections=100", "-c", "wal_level=replica", "-c", "hot_standby=on")
	n.cmd = exec.Command(args[0], args[1:]...)
	n.cmd.Dir = n.dir
	n.cmd.Stdout, n.cmd.Stderr = &n.log, &n.log
	in, err := n.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	cmd, once := n.cmd, false
	n.stop = func() {
		if !once {
			once = true
			in.Close()
			cmd.Wait()
		}
	}
	stop := n.stop
	t.Cleanup(func() {
		stop()
		if t.Failed() {
			t.Logf("PostgreSQL:\n%s", tail(n.log.String(), 3000))
		}
	})
	(&Server{admin: n.Address("postgres")}).wait(t)
}

// Stop ends the node at once, as a power cut would.
func (n *Node) Stop() { n.stop() }

// Address is that of a database of the node.
func (n *Node) Address(database string) string {
	return "postgres:///" + database + "?user=postgres&host=" + url.QueryEscape(n.dir)
}

// Both is the address of a database on both nodes.
func (p *Pair) Both(database string) string {
	return "postgres:///" + database + "?user=postgres&host=" + url.QueryEscape(p.Primary.dir+","+p.Standby.dir)
}

// Database makes an empty database.
func (p *Pair) Database(t testing.TB, name string) {
	t.Helper()
	p.Primary.Exec(t, "postgres", "create database "+name)
}

// Exec runs a statement.
func (n *Node) Exec(t testing.TB, database, sql string, args ...any) {
	t.Helper()
	n.with(t, database, func(c *pgx.Conn) error { _, err := c.Exec(context.Background(), sql, args...); return err })
}

// Number is the answer to a query.
func (n *Node) Number(t testing.TB, database, sql string, args ...any) (x int64) {
	t.Helper()
	n.with(t, database, func(c *pgx.Conn) error { return c.QueryRow(context.Background(), sql, args...).Scan(&x) })
	return x
}

func (n *Node) with(t testing.TB, database string, do func(*pgx.Conn) error) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	c, err := pgx.Connect(ctx, n.Address(database))
	if err == nil {
		defer c.Close(context.Background())
		err = do(c)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Catch waits until the standby has replayed what the primary has written.
func (p *Pair) Catch(t testing.TB) {
	t.Helper()
	at := p.Primary.Number(t, "postgres", "select cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bigint)")
	for range 200 {
		if p.Standby.Number(t, "postgres", "select cast(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') as bigint)") >= at {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the standby does not catch up")
}
