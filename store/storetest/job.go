package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

// RunJobs checks that jobs are run, by one at a time, until they are done or
// given up. Every call of open gives an empty store that signs.
func RunJobs(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"EachJobIsRun", eachJobIsRun},
		{"FailedJobIsTriedAgainThenDead", failedJob},
		{"GivenUpAtOnce", givenUp},
		{"PanicIsAFailure", panicking},
		{"BoundedByKindAndWorkers", bounded},
		{"AnEndLetsRunningJobsFinish", gracefulEnd},
		{"AStoppedJobIsGivenBackUntried", stoppedJob},
		{"OneOfAKey", oneOfAKey},
		{"ScheduleRunsOnceAcrossInstances", scheduleOnce},
		{"UnknownKindsWait", unknownKinds},
		{"LongJobKeepsItsLease", longJob},
		{"DeadLettersForThoseWhoMay", deadLetters},
		{"LateJobsAreCounted", lateJobs},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t, open(t)) })
	}
}

// quick is a runner that does not wait long for anything.
func quick(kinds ...store.JobKind) store.JobRunner {
	return store.JobRunner{Name: "甲", Kinds: kinds, Workers: 4, Lease: 2 * time.Second, Poll: 5 * time.Millisecond, Grace: 5 * time.Second}
}

// running runs jobs until the returned function is called.
func running(t testing.TB, s *store.Store, r store.JobRunner) (stop func()) {
	t.Helper()
	c, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.RunJobs(c, r); err != nil {
			t.Error(err)
		}
	})
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); wg.Wait() }) }
	t.Cleanup(stop)
	return stop
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("it never came true that %s", what)
}

func none(t testing.TB, s *store.Store) func() bool {
	return func() bool {
		c := must(s.JobCounts(ctx))(t)
		return c.Waiting+c.Running+c.Dead == 0
	}
}

func eachJobIsRun(t *testing.T, s *store.Store) {
	for i := range 60 {
		if err := s.Enqueue(ctx, "加", "", i, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	got := map[int]int{}
	running(t, s, quick(store.JobKind{Name: "加", Max: 4, Run: func(_ context.Context, p []byte) error {
		var i int
		if err := json.Unmarshal(p, &i); err != nil {
			return err
		}
		mu.Lock()
		got[i]++
		mu.Unlock()
		return nil
	}}))
	eventually(t, "no job is left", none(t, s))
	for i := range 60 {
		if got[i] != 1 {
			t.Errorf("job %d ran %d times", i, got[i])
		}
	}
}

// hurry makes waiting jobs due, as the passing of time would.
func hurry(t testing.TB, s *store.Store) {
	t.Helper()
	if err := second(s.HurryJobs(ctx, program(""))); err != nil {
		t.Fatal(err)
	}
}

func failedJob(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "寄", "", "x", time.Time{}); err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int64
	running(t, s, quick(store.JobKind{Name: "寄", Tries: 3, Run: func(context.Context, []byte) error {
		return fmt.Errorf("第%d次：对方不收", runs.Add(1))
	}}))
	for n := int64(1); n <= 3; n++ {
		eventually(t, fmt.Sprintf("try %d ended", n), func() bool {
			c := must(s.JobCounts(ctx))(t)
			return runs.Load() == n && c.Running == 0
		})
		if n < 3 {
			time.Sleep(30 * time.Millisecond)
			if runs.Load() != n {
				t.Fatal("a failed job did not wait before it was tried again")
			}
			hurry(t, s)
		}
	}
	hurry(t, s)
	time.Sleep(30 * time.Millisecond)
	x := must(s.JobState(ctx, org.Program("测试")))(t)
	if runs.Load() != 3 || len(x.Dead) != 1 || x.Dead[0].Error != "第3次：对方不收" || x.Dead[0].Tries != 3 || x.Dead[0].Dead.IsZero() {
		t.Errorf("after %d runs: %+v", runs.Load(), x.Dead)
	}
}

func givenUp(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "寄", "", "x", time.Time{}); err != nil {
		t.Fatal(err)
	}
	running(t, s, quick(store.JobKind{Name: "寄", Run: func(context.Context, []byte) error {
		return store.GiveUp(errors.New("没有这个信箱"))
	}}))
	eventually(t, "it is dead", func() bool { return must(s.JobCounts(ctx))(t).Dead == 1 })
	if x := must(s.JobState(ctx, org.Program("测试")))(t); x.Dead[0].Tries != 1 || !strings.Contains(x.Dead[0].Error, "没有这个信箱") {
		t.Errorf("%+v", x.Dead)
	}
}

func panicking(t *testing.T, s *store.Store) {
	var calm atomic.Int64
	for _, kind := range []string{"惊", "静"} {
		if err := s.Enqueue(ctx, kind, "", "x", time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	running(t, s, quick(store.JobKind{Name: "惊", Tries: 1, Run: func(context.Context, []byte) error { panic("坏数据\x00") }},
		store.JobKind{Name: "静", Run: func(context.Context, []byte) error { calm.Add(1); return nil }}))
	eventually(t, "one is dead and the other done", func() bool { return must(s.JobCounts(ctx))(t).Dead == 1 && calm.Load() == 1 })
}

func bounded(t *testing.T, s *store.Store) {
	for i := range 12 {
		if err := s.Enqueue(ctx, []string{"重", "轻"}[i%2], "", i, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	var heavy, all, worstHeavy, worst atomic.Int64
	work := func(n, most *atomic.Int64) func() {
		if v := n.Add(1); v > most.Load() {
			most.Store(v)
		}
		return func() { n.Add(-1) }
	}
	r := quick(store.JobKind{Name: "重", Run: func(context.Context, []byte) error {
		defer work(&heavy, &worstHeavy)()
		defer work(&all, &worst)()
		time.Sleep(20 * time.Millisecond)
		return nil
	}}, store.JobKind{Name: "轻", Max: 8, Run: func(context.Context, []byte) error {
		defer work(&all, &worst)()
		time.Sleep(20 * time.Millisecond)
		return nil
	}})
	r.Workers = 3
	running(t, s, r)
	eventually(t, "no job is left", none(t, s))
	if worstHeavy.Load() != 1 || worst.Load() > 3 || worst.Load() < 2 {
		t.Errorf("%d heavy jobs and %d jobs ran at once", worstHeavy.Load(), worst.Load())
	}
}

func gracefulEnd(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "慢", "", 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	var began, ended atomic.Bool
	stop := running(t, s, quick(store.JobKind{Name: "慢", Run: func(c context.Context, _ []byte) error {
		began.Store(true)
		select {
		case <-c.Done():
			return c.Err()
		case <-time.After(150 * time.Millisecond):
		}
		ended.Store(true)
		return nil
	}}))
	eventually(t, "it runs", began.Load)
	stop()
	if !ended.Load() || !none(t, s)() {
		t.Error("the end cut a running job off")
	}
}

func stoppedJob(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "慢", "", 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	var began atomic.Bool
	r := quick(store.JobKind{Name: "慢", Tries: 1, Run: func(c context.Context, _ []byte) error {
		began.Store(true)
		<-c.Done()
		return c.Err()
	}})
	r.Grace = 20 * time.Millisecond
	stop := running(t, s, r)
	eventually(t, "it runs", began.Load)
	stop()
	if c := must(s.JobCounts(ctx))(t); c.Waiting != 1 || c.Dead != 0 {
		t.Fatalf("after the end %+v", c)
	}
	var again atomic.Bool
	running(t, s, quick(store.JobKind{Name: "慢", Tries: 1, Run: func(context.Context, []byte) error { again.Store(true); return nil }}))
	eventually(t, "the next runner does it at once", again.Load)
}

func oneOfAKey(t *testing.T, s *store.Store) {
	for range 3 {
		if err := s.Enqueue(ctx, "查", "今天", 1, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if c := must(s.JobCounts(ctx))(t); c.Waiting != 1 {
		t.Errorf("%d of one key wait", c.Waiting)
	}
	var runs atomic.Int64
	stop := running(t, s, quick(store.JobKind{Name: "查", Run: func(context.Context, []byte) error { runs.Add(1); return nil }}))
	eventually(t, "no job is left", none(t, s))
	if err := s.Enqueue(ctx, "查", "今天", 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it runs again under the key that is free", func() bool { return runs.Load() == 2 })
	stop()
}

func scheduleOnce(t *testing.T, s *store.Store) {
	var at, most, runs atomic.Int64
	kind := store.JobKind{Name: "清", Max: 4, Run: func(context.Context, []byte) error {
		if n := at.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer at.Add(-1)
		time.Sleep(30 * time.Millisecond)
		runs.Add(1)
		return nil
	}}
	var stops []func()
	for i := range 3 {
		r := quick(kind)
		r.Name = fmt.Sprint("实例", i)
		r.Schedule = []store.Scheduled{{Name: "清理", Kind: "清", Rule: store.Every(time.Second)}, {Name: "夜里", Kind: "清", Rule: store.Daily(3, 0)}}
		stops = append(stops, running(t, s, r))
	}
	eventually(t, "it ran three times", func() bool { return runs.Load() >= 3 })
	if most.Load() != 1 {
		t.Errorf("%d ran at once across instances", most.Load())
	}
	x := must(s.JobState(ctx, org.Program("测试")))(t)
	if len(x.Schedule) != 2 || x.Schedule[0].Name != "夜里" || x.Schedule[0].Rule != "每天 03:00" || !x.Schedule[0].Last.IsZero() || x.Schedule[1].Ended.IsZero() {
		t.Errorf("schedule %+v", x.Schedule)
	}
	for _, stop := range stops {
		stop()
	}
	// What this program no longer knows is not kept waiting for.
	r := quick(kind)
	r.Schedule = []store.Scheduled{{Name: "夜里", Kind: "清", Rule: store.OnWorkdays(4, 30)}}
	running(t, s, r)
	rules := func() (out []string) {
		for _, x := range must(s.JobState(ctx, org.Program("测试")))(t).Schedule {
			out = append(out, x.Rule)
		}
		return out
	}
	eventually(t, "the schedule is the new one", func() bool { return fmt.Sprint(rules()) == "[工作日 04:30]" })
	// Of two programs that know different things, each has its own.
	other := quick(kind)
	other.Schedule = []store.Scheduled{{Name: "病毒检查", Kind: "清", Rule: store.Daily(1, 0)}}
	running(t, s, other)
	eventually(t, "both stand there", func() bool { return len(rules()) == 2 })
}

func unknownKinds(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "将来", "", 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	stop := running(t, s, quick(store.JobKind{Name: "现在", Run: func(context.Context, []byte) error { return nil }}))
	time.Sleep(50 * time.Millisecond)
	stop()
	if c := must(s.JobCounts(ctx))(t); c.Waiting != 1 || c.Dead != 0 {
		t.Errorf("a job that nobody here can do: %+v", c)
	}
}

// A job that takes longer than a lease keeps it, because its runner lives.
func longJob(t *testing.T, s *store.Store) {
	if err := s.Enqueue(ctx, "长", "", 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int64
	kind := store.JobKind{Name: "长", Run: func(c context.Context, _ []byte) error {
		runs.Add(1)
		select {
		case <-c.Done():
			return c.Err()
		case <-time.After(1500 * time.Millisecond):
			return nil
		}
	}}
	for range 2 {
		r := quick(kind)
		r.Lease = 600 * time.Millisecond
		running(t, s, r)
	}
	eventually(t, "no job is left", none(t, s))
	if runs.Load() != 1 {
		t.Errorf("it ran %d times though its runner lived", runs.Load())
	}
}

func deadLetters(t *testing.T, s *store.Store) {
	for range 2 {
		if err := s.Enqueue(ctx, "寄", "", 1, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	var well atomic.Bool
	running(t, s, quick(store.JobKind{Name: "寄", Tries: 1, Run: func(context.Context, []byte) error {
		if well.Load() {
			return nil
		}
		return errors.New("不通")
	}}))
	eventually(t, "both are dead", func() bool { return must(s.JobCounts(ctx))(t).Dead == 2 })
	dead := must(s.JobState(ctx, org.Program("测试")))(t).Dead
	head := org.Viewer{Person: 3, Posts: []org.Post{{Organ: 1, Path: "/1/", Role: org.Head}}}
	var refusal *act.Refusal
	for name, err := range map[string]error{
		"see":                   second(s.JobState(ctx, head)),
		"retry":                 second(s.RetryJob(ctx, store.By{Viewer: head}, dead[0].ID)),
		"drop":                  second(s.DropJob(ctx, store.By{Viewer: head, Reason: "不要了"}, dead[0].ID)),
		"drop without a reason": second(s.DropJob(ctx, program(""), dead[0].ID)),
	} {
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	well.Store(true)
	system := store.By{Viewer: org.Viewer{Person: 4, Posts: []org.Post{{Organ: 1, Path: "/1/", Role: org.SystemAdmin}}}, Reason: "收件人已离岗"}
	must(s.RetryJob(ctx, system, dead[0].ID))(t)
	must(s.DropJob(ctx, system, dead[1].ID))(t)
	eventually(t, "no job is left", none(t, s))
	if _, err := s.RetryJob(ctx, system, dead[1].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a job that is gone: %v", err)
	}
	h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Kind: "job."}))(t)
	if len(h) != 2 || h[0].Act.Kind != act.JobDropped || h[0].Details.Reason != "收件人已离岗" || h[0].Act.Officer != 4 {
		t.Errorf("the log says %+v", h)
	}
}

func lateJobs(t *testing.T, s *store.Store) {
	now := must(s.Clock(ctx))(t)
	for _, at := range []time.Time{now.Add(-time.Hour), now.Add(time.Hour), {}} {
		if err := s.Enqueue(ctx, "寄", "", 1, at); err != nil {
			t.Fatal(err)
		}
	}
	if c := must(s.JobCounts(ctx))(t); c != (store.JobCounts{Waiting: 3, Late: 1}) {
		t.Errorf("%+v", c)
	}
}
