package page

import (
	"sync"
	"time"
)

// maxBuckets bounds the memory of a Flood; beyond it those who sent nothing for
// long are forgotten first.
const maxBuckets = 50_000

type bucket struct {
	left float64
	at   time.Time
}

// A Flood slows down who sends too much, by token buckets: so many at once, and
// then so many a second, for each name, e.g. a network address. It is for
// concurrent use.
type Flood struct {
	burst, perSecond float64
	now              func() time.Time
	mu               sync.Mutex
	all              map[string]bucket
}

// NewFlood makes one. burst and perSecond are positive.
func NewFlood(burst int, perSecond float64, now func() time.Time) *Flood {
	return &Flood{burst: float64(burst), perSecond: perSecond, now: now, all: map[string]bucket{}}
}

// Take takes one, or says how long to wait for the next.
func (f *Flood) Take(name string) (wait time.Duration) {
	now := f.now()
	f.mu.Lock()
	defer f.mu.Unlock()
	x, ok := f.all[name]
	if !ok {
		if len(f.all) >= maxBuckets {
			f.sweep(now)
		}
		x = bucket{f.burst, now}
	}
	if d := now.Sub(x.at).Seconds(); d > 0 {
		x.left = min(f.burst, x.left+d*f.perSecond)
	}
	x.at = now
	if x.left >= 1 {
		x.left--
	} else {
		wait = time.Duration((1 - x.left) / f.perSecond * float64(time.Second))
	}
	f.all[name] = x
	return wait
}

// sweep forgets who would have a full bucket by now, and everybody if that is
// not enough.
func (f *Flood) sweep(now time.Time) {
	for k, x := range f.all {
		if x.left+now.Sub(x.at).Seconds()*f.perSecond >= f.burst {
			delete(f.all, k)
		}
	}
	if len(f.all) >= maxBuckets {
		clear(f.all)
	}
}
