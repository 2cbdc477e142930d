package site

import (
	"context"
	"net/http"
	"strconv"
	"sync"

	"gongkai/web/page"
)

// reads counts how often pages of items were read, and nothing of by whom. The
// counts wait in memory of this instance and are kept together.
type reads struct {
	mu      sync.Mutex
	ids     map[string]int64  // by number, of pages served
	waiting map[int64]int     // since they were kept last
	turns   map[string]uint64 // how often counts of a number were kept here
}

// mostCounted bounds the numbers that are known by heart; past it they are
// forgotten and learned again.
const mostCounted = 50_000

func newReads() *reads {
	return &reads{ids: map[string]int64{}, waiting: map[int64]int{}, turns: map[string]uint64{}}
}

// know learns the id of a number.
func (c *reads) know(number string, id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ids) >= mostCounted {
		clear(c.ids)
	}
	c.ids[number] = id
}

func (c *reads) add(number string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id := c.ids[number]; id != 0 {
		c.waiting[id]++
	}
}

// turn is another text after counts of a number were kept, so that its page is
// drawn anew.
func (c *reads) turn(number string) string {
	if number == "" {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return strconv.FormatUint(c.turns[number], 36)
}

// renew has the page of a number drawn anew.
func (c *reads) renew(number string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turns[number]++
}

// take hands out what waits.
func (c *reads) take() map[int64]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.waiting
	c.waiting = map[int64]int{}
	if len(c.turns) >= mostCounted {
		clear(c.turns)
	}
	for number, id := range c.ids {
		if out[id] > 0 {
			c.turns[number]++
		}
	}
	return out
}

// put gives back what could not be kept.
func (c *reads) put(list map[int64]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, n := range list {
		c.waiting[id] += n
	}
}

// KeepReads writes down how often items were read since the last time. Whoever
// runs the site calls it now and then, and once at the end.
func (s *Site) KeepReads(ctx context.Context) error {
	list := s.reads.take()
	if len(list) == 0 {
		return nil
	}
	err := s.store.CountReads(ctx, s.cfg.Today(), list)
	if err != nil {
		s.reads.put(list)
	}
	return err
}

// countRead counts a page that was shown. Officers who are signed in and pages
// asked for ahead are not readers.
func (s *Site) countRead(serve func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := serve(w, r)
		if err == nil && r.Method == http.MethodGet && r.URL.RawQuery == "" && page.VisitOf(r).Viewer.Nobody() && r.Header.Get("Purpose") == "" && r.Header.Get("Sec-Purpose") == "" {
			s.reads.add(r.PathValue("number"))
		}
		return err
	}
}
