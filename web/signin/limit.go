package signin

import (
	"net/http"
	"strconv"
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

// newFlood counts the forms of each address; zero means the default.
func newFlood(l Posts, now func() time.Time) *page.Flood {
	if l.Burst <= 0 {
		l.Burst = DefaultPosts().Burst
	}
	if l.PerSecond <= 0 {
		l.PerSecond = DefaultPosts().PerSecond
	}
	return page.NewFlood(l.Burst, l.PerSecond, now)
}

// Limit stands in front of all routes and bounds the forms that one address
// sends. Pages that are only read are not counted.
func (s *SignIn) Limit(next http.Handler) http.Handler {
	tooMany := s.cfg.Handler(page.Route{Role: page.Public, Serve: func(w http.ResponseWriter, r *http.Request) error {
		return page.RenderStatus(w, r, http.StatusTooManyRequests, waitTemplate, waitPage{Base: s.cfg.Base(r, "", "请稍后再试")})
	}})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if wait := s.posts.Take(s.address(r)); wait > 0 {
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
