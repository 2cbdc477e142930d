package signin

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"gongkai/web/page"
)

// Posts is how many forms one address may send: so many at once, and then so
// many a second. A whole office may stand behind one address.
type Posts struct {
	Burst     int
	PerSecond float64
}

// DefaultPosts is generous for people and tight for programs.
func DefaultPosts() Posts { return Posts{Burst: 120, PerSecond: 4} }

// maxBuckets bounds the memory of the counting; beyond it the fullest buckets,
// of those who sent nothing for long, are forgotten first.
const maxBuckets = 50_000

type bucket struct {
	left float64
	at   time.Time
}

// buckets are token buckets by address.
type buckets struct {
	limit Posts
	now   func() time.Time
	mu    sync.Mutex
	all   map[string]bucket
}

func newBuckets(l Posts, now func() time.Time) *buckets {
	if l.Burst <= 0 {
		l.Burst = DefaultPosts().Burst
	}
	if l.PerSecond <= 0 {
		l.PerSecond = DefaultPosts().PerSecond
	}
	return &buckets{limit: l, now: now, all: map[string]bucket{}}
}

// take takes one, or says how long to wait for the next.
func (b *buckets) take(address string) (wait time.Duration) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	x, ok := b.all[address]
	if !ok {
		if len(b.all) >= maxBuckets {
			b.sweep(now)
		}
		x = bucket{float64(b.limit.Burst), now}
	}
	if d := now.Sub(x.at).Seconds(); d > 0 {
		x.left = min(float64(b.limit.Burst), x.left+d*b.limit.PerSecond)
	}
	x.at = now
	if x.left >= 1 {
		x.left--
		wait = 0
	} else {
		wait = time.Duration((1 - x.left) / b.limit.PerSecond * float64(time.Second))
	}
	b.all[address] = x
	return wait
}

// sweep forgets who would have a full bucket by now, and everybody if that is
// not enough.
func (b *buckets) sweep(now time.Time) {
	for k, x := range b.all {
		if x.left+now.Sub(x.at).Seconds()*b.limit.PerSecond >= float64(b.limit.Burst) {
			delete(b.all, k)
		}
	}
	if len(b.all) >= maxBuckets {
		clear(b.all)
	}
}

// Limit stands in front of all routes and bounds the forms that one address
// sends. Pages that are only read are not counted.
func (s *SignIn) Limit(next http.Handler) http.Handler {
	tooMany := s.cfg.Handler(page.Route{Role: page.Public, Serve: func(w http.ResponseWriter, r *http.Request) error {
		return page.RenderStatus(w, r, http.StatusTooManyRequests, waitTemplate, waitPage{Base: s.cfg.Base(r, "", "请稍后再试")})
	}})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if wait := s.posts.take(s.address(r)); wait > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
				w.Header().Set("Cache-Control", "no-store")
				tooMany.ServeHTTP(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

type waitPage struct{ page.Base }

var waitTemplate = page.NewTemplate(templates, "templates/wait.html")
