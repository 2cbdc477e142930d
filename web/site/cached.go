package site

import (
	"context"
	"net/http"
	"strings"

	"gongkai/web/page"
)

// cached serves the route from memory while its stamp stays the same.
func (s *Site) cached(rt page.Route, stamp page.Stamp) page.Route {
	rt.Serve = s.cache.Serve(s.cfg, stamp, rt.Serve)
	return rt
}

// stale lets the public read a state that is a little old, stamp and page alike.
// Who works here sees at once what he did, on the public pages too. What is
// posted, such as a receipt given out a moment ago, is held against the newest.
func (s *Site) stale(serve func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !s.cfg.Checking && page.VisitOf(r).Viewer.Nobody() {
			r = r.WithContext(context.WithValue(s.store.Stale(r.Context()), freshKey{}, r.Context()))
		}
		return serve(w, r)
	}
}

// yearStamp is for pages about the reports of the year in their address, or of
// all years.
func (s *Site) yearStamp(ctx context.Context, r *http.Request) (string, error) {
	text := r.PathValue("year")
	if text == "" && r.URL.Path == "/reports" {
		text = r.URL.Query().Get("year")
	}
	year, ok := yearOf(text)
	if !ok {
		year = 0
	}
	return s.store.YearStamp(ctx, year)
}

// homeStamp is for the first page, which shows reports and items.
func (s *Site) homeStamp(ctx context.Context, r *http.Request) (string, error) {
	reports, err := s.yearStamp(ctx, r)
	if err != nil {
		return "", err
	}
	items, err := s.itemStamp(ctx, r)
	return reports + "/" + items, err
}

// organStamp is for pages about the reports of one organ.
func (s *Site) organStamp(ctx context.Context, r *http.Request) (string, error) {
	name := r.PathValue("organ")
	if strings.HasPrefix(name, "~") || len(name) > 80 { // an organ without code
		return s.store.YearStamp(ctx, 0)
	}
	return s.store.OrganStamp(ctx, name)
}
