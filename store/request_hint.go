package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/org"
)

// A HintCount counts how often published information was pointed out to people
// who were about to apply. It knows no people.
type HintCount struct {
	Shown   int64 // something was pointed out
	Opened  int64 // it was opened
	Avoided int64 // and the application was not needed any more
}

// CountHint adds to the count of an organ and today.
func (s *Store) CountHint(ctx context.Context, organ int64, c HintCount) error {
	return s.tx(ctx, "count hint", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, keptTx{s, tx})
		if err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, `insert into request_hint (organ, day, shown, opened, avoided) values ($1, $2, $3, $4, $5)
			on conflict (organ, day) do update set shown = request_hint.shown + excluded.shown, opened = request_hint.opened + excluded.opened, avoided = request_hint.avoided + excluded.avoided`,
			organ, law.DateOf(time.UnixMilli(now)).String(), c.Shown, c.Opened, c.Avoided)
		return err
	})
}

// HintCounts adds the counts of the organs whose requests the viewer may see,
// from one day to another, both included.
func (s *Store) HintCounts(ctx context.Context, v org.Viewer, from, to law.Date) (HintCount, error) {
	args := []any{from.String(), to.String()}
	see := scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	var c HintCount
	err := s.read.QueryRowContext(ctx, `select coalesce(sum(n.shown), 0), coalesce(sum(n.opened), 0), coalesce(sum(n.avoided), 0)
		from request_hint n join organ o on o.id = n.organ where n.day >= $1 and n.day <= $2 and `+see, args...).Scan(&c.Shown, &c.Opened, &c.Avoided)
	if err != nil {
		err = fmt.Errorf("store: count hints: %w", err)
	}
	return c, err
}
