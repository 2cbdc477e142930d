package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/org"
)

// recountJob counts the days of open requests again; see RecountRequests.
const recountJob = "recount"

// movedWait reports whether days moved of which nobody was told yet. They are
// kept in a table until then, so that a recount that was broken off forgets none.
func (s *Store) movedWait(ctx context.Context) (waits bool, err error) {
	if err := s.read.QueryRowContext(ctx, "select exists (select 1 from request_moved)").Scan(&waits); err != nil {
		return false, fmt.Errorf("store: recount: %w", err)
	}
	return waits, nil
}

// tellOfMoved tells the organs whose requests moved, and the offices above them,
// how many. year is the last of which the days off are known.
func (h *hand) tellOfMoved(year int) error {
	type at struct {
		home int64
		path string
	}
	count := map[at]int{}
	rows, err := h.QueryContext(h.ctx, "select o.home, o.path, count(*) from request_moved m join request r on r.id = m.request join organ o on o.id = r.organ group by o.home, o.path order by o.path")
	if err != nil {
		return err
	}
	if err := scanAll(rows, func(r scanner) error {
		var x at
		var n int
		err := r.Scan(&x.home, &x.path, &n)
		count[x] = n
		return err
	}); err != nil {
		return err
	}
	own, above := map[int64]int{}, map[int64]int{}
	for x, n := range count {
		own[x.home] += n
	}
	if rows, err = h.QueryContext(h.ctx, "select distinct o.id, o.path from post p join organ o on o.id = p.organ where p.role = $1 and (p.valid_to = '' or p.valid_to >= $2)", string(org.Office), h.day.String()); err != nil {
		return err
	}
	if err := scanAll(rows, func(r scanner) error {
		var id int64
		var path string
		err := r.Scan(&id, &path)
		for x, n := range count {
			if len(x.path) > len(path) && x.path[:len(path)] == path {
				above[id] += n
			}
		}
		return err
	}); err != nil {
		return err
	}
	for _, part := range []struct {
		n  map[int64]int
		to func(organ int64) []To
	}{{own, func(o int64) []To { return []To{ToRole(org.Handler, o), ToRole(org.Head, o)} }}, {above, func(o int64) []To { return []To{ToRole(org.Office, o)} }}} {
		for organ, n := range part.n {
			news := News{Kind: act.RequestsRecounted, Ref: "requests/recount", Organ: organ, Subject: fmt.Sprintf("因%d年放假通知，%d件申请的答复期限有变化", year, n), Link: "/desk/requests"}
			if _, err := h.notify(news, part.to(organ)...); err != nil {
				return err
			}
		}
	}
	_, err = h.ExecContext(h.ctx, "delete from request_moved")
	return err
}
