package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

// Variables of a process that runs jobs: the database, and the instance's name.
const (
	jobVariable  = "GONGKAI_TEST_JOB_DATABASE"
	jobsName     = "GONGKAI_TEST_JOB_NAME"
	jobLease     = 1000 * time.Millisecond
	jobTableMake = `create table if not exists test_run (id bigint, name text, began bigint, ended bigint default 0)`
)

// childOfJobs is a process that runs jobs until it is killed. Each run writes
// when it began and ended, by the database's clock.
func childOfJobs() bool {
	address := os.Getenv(jobVariable)
	if address == "" {
		return false
	}
	ctx, name := context.Background(), os.Getenv(jobsName)
	s, err := store.Open(ctx, address)
	if err != nil {
		fmt.Println(err)
		return true
	}
	db, err := sql.Open("pgx", withoutBlobs(address))
	if err != nil {
		fmt.Println(err)
		return true
	}
	const clock = "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
	kind := store.JobKind{Name: "数", Max: 3, Tries: 1000, Run: func(ctx context.Context, p []byte) error {
		var id int64
		if err := json.Unmarshal(p, &id); err != nil {
			return err
		}
		run := rand.Int64()
		if _, err := db.ExecContext(ctx, "insert into test_run (id, name, began) values ($1, $2, "+clock+")", id, fmt.Sprint(name, run)); err != nil {
			return err
		}
		time.Sleep(time.Duration(5+rand.IntN(40)) * time.Millisecond)
		_, err := db.ExecContext(ctx, "update test_run set ended = "+clock+" where id = $1 and name = $2", id, fmt.Sprint(name, run))
		return err
	}}
	fmt.Println("ready")
	if err := s.RunJobs(ctx, store.JobRunner{Name: name, Kinds: []store.JobKind{kind}, Workers: 3, Lease: jobLease, Poll: 5 * time.Millisecond}); err != nil {
		fmt.Println(err)
	}
	return true
}

// Two processes on one PostgreSQL, one or the other killed again and again: no
// job is lost, and none runs twice at once while its lease lives.
func TestJobsSurviveKilledProcesses(t *testing.T) {
	address := storetest.Postgres(t).Database(t)
	s := open(t, address)
	db := raw(t, "pgx", withoutBlobs(address))
	if _, err := db.Exec(jobTableMake); err != nil {
		t.Fatal(err)
	}
	ctx, jobs := t.Context(), 150
	for i := range jobs {
		if err := s.Enqueue(ctx, "数", "", i, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	start := func(name string) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), jobVariable+"="+address, jobsName+"="+name)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if l := bufio.NewScanner(out); !l.Scan() || l.Text() != "ready" {
			t.Fatalf("the process said %q", l.Text())
		}
		return cmd
	}
	kill := func(c *exec.Cmd) { _ = c.Process.Kill(); _ = c.Wait() }
	pair := []*exec.Cmd{start("甲0"), start("乙0")}
	t.Cleanup(func() {
		for _, c := range pair {
			kill(c)
		}
	})
	for round := 1; round <= 6; round++ {
		time.Sleep(time.Duration(50+rand.IntN(150)) * time.Millisecond)
		i := rand.IntN(2)
		kill(pair[i])
		pair[i] = start(fmt.Sprintf("%s%d", []string{"甲", "乙"}[i], round))
	}
	for end := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := s.JobCounts(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if c == (store.JobCounts{}) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("jobs are left: %+v", c)
		}
	}
	var done, runs, cut, overlaps int
	for q, to := range map[string]*int{
		"select count(distinct id) from test_run where ended > 0": &done,
		"select count(*) from test_run":                           &runs,
		"select count(*) from test_run where ended = 0":           &cut,
		// A run that was cut off lived no longer than its lease, which began before it did.
		`select count(*) from test_run a join test_run b on a.id = b.id and a.name < b.name
			where a.ended > 0 and b.ended > 0 and a.began < b.ended and b.began < a.ended`: &overlaps,
	} {
		if err := db.QueryRow(q).Scan(to); err != nil {
			t.Fatal(err)
		}
	}
	if done != jobs || overlaps != 0 {
		t.Errorf("%d of %d jobs done in %d runs, %d cut off, %d at once", done, jobs, runs, cut, overlaps)
	}
	if runs < jobs {
		t.Errorf("%d runs of %d jobs", runs, jobs)
	}
	t.Logf("%d jobs, %d runs, %d cut off", jobs, runs, cut)
}

// A runner that stops without a word loses its job when its lease is over, and
// what it says afterwards counts for nothing. Clocks of instances that are hours
// apart change nothing, because the database's own clock decides.
func TestLeaseIsTakenOverAndFenced(t *testing.T) {
	server := storetest.Postgres(t)
	for name, address := range map[string]string{"sqlite": "sqlite:" + t.TempDir() + "/x.db", "postgres": server.Database(t)} {
		t.Run(name, func(t *testing.T) {
			fast := func() time.Time { return time.Now().Add(7 * time.Hour) }
			slow := func() time.Time { return time.Now().Add(-7 * time.Hour) }
			a, b := open(t, address, store.Options{Now: fast}), open(t, address, store.Options{Now: slow})
			if err := a.Enqueue(t.Context(), "寄", "", 1, time.Time{}); err != nil {
				t.Fatal(err)
			}
			const hold = 300 * time.Millisecond
			first, err := store.ClaimForTest(t.Context(), b, "寄", hold)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := store.ClaimForTest(t.Context(), a, "寄", hold); !errors.Is(err, store.ErrNotFound) {
				t.Fatalf("a job whose lease lives was taken by an instance whose clock is ahead: %v", err)
			}
			time.Sleep(hold + 20*time.Millisecond)
			second, err := store.ClaimForTest(t.Context(), a, "寄", hold)
			if err != nil {
				t.Fatalf("a lease that is over was not taken over: %v", err)
			}
			for what, err := range map[string]error{"finish": first.Finish(), "fail": first.Fail(), "renew": first.Renew(), "release": first.Release()} {
				if !errors.Is(err, store.ErrLease) {
					t.Errorf("the late runner's %s was answered %v", what, err)
				}
			}
			if err := second.Finish(); err != nil {
				t.Error(err)
			}
			if c, err := a.JobCounts(t.Context()); err != nil || c != (store.JobCounts{}) {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
}
