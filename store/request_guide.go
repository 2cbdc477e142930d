package store

import (
	"context"
	"fmt"

	"gongkai/org"
)

// formerMost bounds the former requests that are shown beside a file.
const formerMost = 20

// FormerAnswers are the answered requests of the same applicant at the same
// organ, the latest answer first: what a repeat 重复申请 is shown against. Who asks
// has to handle requests there; the applicant is known by a keyed hash only.
func (s *Store) FormerAnswers(ctx context.Context, v org.Viewer, id int64) (out []RequestRow, err error) {
	args := []any{id}
	see := scope(v.Scope(org.HandleRequests), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, requestRowSQL+` join request f on f.organ = r.organ and f.who = r.who and f.who <> '' and f.id <> r.id
		where f.id = $1 and r.answer <> '' and `+see+fmt.Sprintf(" order by r.answer desc, r.id desc limit %d", formerMost), args...)
	if err != nil {
		return nil, fmt.Errorf("store: former answers of %d: %w", id, err)
	}
	defer rows.Close()
	for rows.Next() {
		x, err := scanRequestRow(rows)
		if err != nil {
			return nil, fmt.Errorf("store: former answers of %d: %w", id, err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}
