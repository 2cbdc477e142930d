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

// organStamp is for pages about the reports of one organ.
func (s *Site) organStamp(ctx context.Context, r *http.Request) (string, error) {
	name := r.PathValue("organ")
	if strings.HasPrefix(name, "~") || len(name) > 80 { // an organ without code
		return s.store.YearStamp(ctx, 0)
	}
	return s.store.OrganStamp(ctx, name)
}
