package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// A JobRunner says what RunJobs does. Zero fields have their defaults.
type JobRunner struct {
	Name     string        // of the instance, as the page of jobs shows it
	Kinds    []JobKind     // what it can do; a job of another kind waits for somebody who can
	Schedule []Scheduled   // what comes again
	Workers  int           // how many jobs run at once, 0 for 4
	Lease    time.Duration // how long a runner that says nothing is believed to live, 0 for 30 s
	Poll     time.Duration // how often an idle runner looks, 0 for a second
	Grace    time.Duration // how long running jobs may go on after the end, 0 for 10 s
	Log      *slog.Logger  // nil discards
}

func (r *JobRunner) settle() {
	if r.Workers <= 0 {
		r.Workers = 4
	}
	if r.Lease <= 0 {
		r.Lease = 30 * time.Second
	}
	if r.Poll <= 0 {
		r.Poll = time.Second
	}
	if r.Grace <= 0 {
		r.Grace = 10 * time.Second
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Name == "" {
		r.Name = "gongkai"
	}
}

// runner is a JobRunner at work.
type runner struct {
	JobRunner
	s      *Store
	kinds  map[string]JobKind
	mu     sync.Mutex
	busy   map[string]int // by kind
	all    int
	freed  chan struct{} // something ended
	jobs   sync.WaitGroup
	said   string          // the last fault that was logged
	work   context.Context // of the jobs
	cancel context.CancelFunc
}

// RunJobs runs jobs until ctx ends, then lets those that run come to their end;
// after the grace their context ends, and what is not done is given back. It
// returns an error only if it could not begin.
func (s *Store) RunJobs(ctx context.Context, r JobRunner) error {
	r.settle()
	run := &runner{JobRunner: r, s: s, kinds: map[string]JobKind{}, busy: map[string]int{}, freed: make(chan struct{}, 1)}
	for _, k := range r.Kinds {
		if k.Name == "" || k.Run == nil || run.kinds[k.Name].Run != nil {
			return fmt.Errorf("store: kind of job %q is named twice or does nothing", k.Name)
		}
		run.kinds[k.Name] = k
	}
	for _, x := range r.Schedule {
		if run.kinds[x.Kind].Run == nil {
			return fmt.Errorf("store: scheduled job %q has no kind %q", x.Name, x.Kind)
		}
	}
	if len(r.Schedule) > 0 {
		if err := s.beginSchedule(ctx, r.Schedule); err != nil {
			return err
		}
	}
	run.work, run.cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer run.cancel()
	var side sync.WaitGroup
	if len(r.Schedule) > 0 {
		side.Go(func() { run.keepSchedule(ctx) })
	}
	run.loop(ctx)
	side.Wait()
	run.end()
	return nil
}

// loop takes jobs while there is a hand free.
func (r *runner) loop(ctx context.Context) {
	for ctx.Err() == nil {
		kinds := r.free()
		if len(kinds) == 0 {
			select {
			case <-ctx.Done():
			case <-r.freed:
			}
			continue
		}
		l, ok, err := r.s.claim(ctx, kinds, r.Name, r.Lease)
		if ok {
			r.begin(l)
			continue
		}
		if ctx.Err() == nil {
			r.report("jobs", err)
		}
		idle := time.NewTimer(r.Poll)
		select {
		case <-ctx.Done():
		case <-idle.C:
		case <-r.freed:
		}
		idle.Stop()
	}
}

func (r *runner) keepSchedule(ctx context.Context) {
	tick := time.NewTicker(r.Poll)
	defer tick.Stop()
	for {
		if err := r.s.tickSchedule(ctx, r.Schedule); ctx.Err() == nil {
			r.report("schedule", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// report logs a fault once, not once a second.
func (r *runner) report(what string, err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	same := r.said == err.Error()
	r.said = err.Error()
	r.mu.Unlock()
	if !same {
		r.Log.Error(what, "error", err)
	}
}

// free lists the kinds that may begin now.
func (r *runner) free() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all >= r.Workers {
		return nil
	}
	var out []string
	for _, k := range r.Kinds {
		if r.busy[k.Name] < max(1, k.Max) {
			out = append(out, k.Name)
		}
	}
	return out
}

func (r *runner) count(kind string, n int) {
	r.mu.Lock()
	r.busy[kind] += n
	r.all += n
	r.mu.Unlock()
	if n < 0 {
		select {
		case r.freed <- struct{}{}:
		default:
		}
	}
}

func (r *runner) begin(l lease) {
	r.count(l.kind, 1)
	r.jobs.Go(func() {
		defer r.count(l.kind, -1)
		r.one(l)
	})
}

// one runs a job and says how it ended. While it runs, its lease is renewed; a
// job whose lease is lost is stopped, because somebody else runs it now.
func (r *runner) one(l lease) {
	kind := r.kinds[l.kind]
	tries := kind.Tries
	if tries <= 0 {
		tries = defaultTries
	}
	// Its context outlives the runner's: how it ended must be kept.
	say := context.WithoutCancel(r.work)
	if l.tries > tries {
		// Whoever ran it last died with it. It must not take us too.
		r.after(l, r.s.fail(say, l, errors.New("the runner ended while it ran, each time it was tried"), true))
		return
	}
	timeout := kind.Timeout
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	ctx, stop := context.WithTimeout(r.work, timeout)
	done := make(chan struct{})
	var kept sync.WaitGroup
	kept.Go(func() { r.keep(say, l, stop, done) })
	err := guardedJob(ctx, kind, l.payload)
	close(done)
	kept.Wait()
	stop()
	switch {
	case err == nil:
		r.after(l, r.s.finish(say, l))
	case r.work.Err() != nil && errors.Is(err, context.Canceled):
		r.after(l, r.s.release(say, l))
	default:
		last := l.tries >= tries || errors.As(err, new(given))
		r.Log.Warn("job failed", "kind", l.kind, "id", l.id, "try", l.tries, "last", last, "error", err)
		r.after(l, r.s.fail(say, l, err, last))
	}
}

// keep renews a lease until the job is done. It stops the job when the lease is
// lost, or was not renewed for as long as it holds: somebody else may have it.
func (r *runner) keep(ctx context.Context, l lease, stop context.CancelFunc, done <-chan struct{}) {
	tick, end := time.NewTicker(r.Lease/3), time.NewTimer(r.Lease)
	defer tick.Stop()
	defer end.Stop()
	for {
		select {
		case <-done:
			return
		case <-end.C:
			stop()
			return
		case <-tick.C:
		}
		within, over := context.WithTimeout(ctx, r.Lease/3)
		err := r.s.renew(within, l, r.Lease)
		over()
		switch {
		case errors.Is(err, ErrLease):
			stop()
			return
		case err != nil:
			r.report("lease", err)
		default:
			end.Reset(r.Lease)
		}
	}
}

func (r *runner) after(l lease, err error) {
	if errors.Is(err, ErrLease) {
		r.Log.Warn("job was taken over", "kind", l.kind, "id", l.id)
		return
	}
	r.report("job", err)
}

// end waits for what runs; after the grace it is stopped. One that does not
// listen is left: its lease runs out, and it comes too late.
func (r *runner) end() {
	over := make(chan struct{})
	go func() { r.jobs.Wait(); close(over) }()
	for range 2 {
		grace := time.NewTimer(r.Grace)
		select {
		case <-over:
			grace.Stop()
			return
		case <-grace.C:
			r.cancel()
		}
	}
}

// guardedJob turns a panic into an error: one job must not take the others with it.
func guardedJob(ctx context.Context, k JobKind, payload []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return k.Run(ctx, payload)
}
