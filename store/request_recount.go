package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
)

// recountBatch is how many open requests are looked at at once.
const recountBatch = 5000

// A counted request is one whose days, or whose certainty, changed.
type counted struct {
	id    int64
	later bool // its day moved; else only whether it is provisional
	casework.Limits
}

// RecountRequests counts the days of every open request again by the calendar as
// it is now, after a notice was entered or the program brought one. Only rows
// that change are written; one act says why, for all of them. Broken off, it may
// be begun again. It returns how many were looked at and how
// many moved.
func (s *Store) RecountRequests(ctx context.Context, by By) (looked, moved int, err error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, 0, err
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, 0, fmt.Errorf("store: recount: %w", err)
	}
	today := law.DateOf(time.UnixMilli(now))
	for after := int64(0); ; {
		n, last, list, err := s.recounted(ctx, cal, today, after)
		if err != nil {
			return looked, moved, fmt.Errorf("store: recount: %w", err)
		}
		if n == 0 {
			break
		}
		looked, after = looked+n, last
		for _, x := range list {
			if x.later {
				moved++
			}
		}
		if len(list) == 0 {
			continue
		}
		err = s.tx(ctx, "recount", func(ctx context.Context, tx *sql.Tx) error {
			for _, x := range list {
				_, err := s.exec(ctx, tx, "update request set due = $2, prudent = $3, provisional = $4, waiting = $5 where id = $1 and due <> ''", x.id, x.Due.String(), x.Prudent.String(), flag(x.Provisional), x.Waiting)
				if err != nil {
					return err
				}
				if x.later {
					if _, err := s.exec(ctx, tx, "insert into request_moved (request) values ($1) on conflict (request) do nothing", x.id); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return looked, moved, err
		}
	}
	waits, err := s.movedWait(ctx)
	if err != nil || !waits {
		return looked, moved, err
	}
	_, err = s.do(ctx, by, "recount", func(h *hand) (string, error) {
		if err := h.tellOfMoved(cal.Horizon().Year); err != nil {
			return "", err
		}
		return "", h.note(act.RequestsRecounted, "requests/recount", 0, nil, act.Change{Field: "查看的在办申请", New: fmt.Sprint(looked)},
			act.Change{Field: "期限变动的申请", New: fmt.Sprint(moved)}, act.Change{Field: "放假通知截至", New: cal.Horizon().String()})
	})
	return looked, moved, err
}

// recounted counts a batch, on all cores, and gives what moved.
func (s *Store) recounted(ctx context.Context, cal *calendar.Calendar, today law.Date, after int64) (n int, last int64, moved []counted, err error) {
	rows, err := s.read.QueryContext(ctx, "select id, clock, due, prudent, provisional from request where due <> '' and id > $1 order by id limit $2", after, recountBatch)
	if err != nil {
		return 0, 0, nil, err
	}
	defer rows.Close()
	type row struct {
		id           int64
		clock        sql.RawBytes
		text         []byte
		due, prudent string
		provisional  int64
	}
	var batch []row
	for rows.Next() {
		var x row
		if err := rows.Scan(&x.id, &x.clock, &x.due, &x.prudent, &x.provisional); err != nil {
			return 0, 0, nil, err
		}
		x.text, x.clock = append([]byte(nil), x.clock...), nil
		batch = append(batch, x)
	}
	if err := rows.Err(); err != nil || len(batch) == 0 {
		return 0, 0, nil, err
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	const parts = 4
	for p := range parts {
		wait.Go(func() {
			var mine []counted
			var bad error
			for _, x := range batch[p*len(batch)/parts : (p+1)*len(batch)/parts] {
				var c casework.RunningClock
				if bad = json.Unmarshal(x.text, &c); bad != nil {
					bad = fmt.Errorf("clock of request %d: %w", x.id, bad)
					break
				}
				l := c.Limits(cal, today)
				moves := l.Due.String() != x.due || l.Prudent.String() != x.prudent
				later := moves && l.Waiting == "" // a clock that stands moves every day
				if moves || flag(l.Provisional) != x.provisional {
					mine = append(mine, counted{x.id, later, l})
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if moved = append(moved, mine...); bad != nil {
				err = bad
			}
		})
	}
	wait.Wait()
	return len(batch), batch[len(batch)-1].id, moved, err
}
