package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/org"
)

// Kinds of notices that the program writes by itself.
const (
	KindDueSoon = "due.soon"  // 明天（下一个工作日）到期
	KindDueNow  = "due.today" // 今天到期
	KindDuePast = "due.past"  // 昨天（上一个工作日）已到期
	KindDigest  = "digest"    // several matters in one message
)

// Remind tells people again of open matters that fall due on the next working
// day or today, or fell due since the last working day, each once. On a day that
// is no working day it does nothing. It returns how many notices were written.
func (s *Store) Remind(ctx context.Context) (int, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: remind: %w", err)
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, fmt.Errorf("store: remind: %w", err)
	}
	today := law.DateOf(time.UnixMilli(now))
	if !cal.Working(today) {
		return 0, nil
	}
	next, _ := cal.Add(today, 1)
	last := today.AddDays(-1)
	for !cal.Working(last) {
		last = last.AddDays(-1)
	}
	told := 0
	for _, span := range []struct {
		kind     string
		from, to law.Date // due after from, up to to
	}{{KindDuePast, last.AddDays(-1), today.AddDays(-1)}, {KindDueNow, today.AddDays(-1), today}, {KindDueSoon, today, next}} {
		n, err := s.remind(ctx, span.kind, span.from, span.to)
		if told += n; err != nil {
			return told, err
		}
	}
	return told, nil
}

func (s *Store) remind(ctx context.Context, kind string, from, to law.Date) (told int, err error) {
	// The newest notice of each person about each matter says what it is.
	rows, err := s.read.QueryContext(ctx, `select n.person, n.organ, n.ref, n.number, n.subject, n.link, n.due from notice n
		where n.settled = 0 and n.due > $1 and n.due <= $2 and n.kind not in ($3, $4, $5)
		and n.id = (select max(o.id) from notice o where o.person = n.person and o.ref = n.ref and o.settled = 0 and o.kind not in ($3, $4, $5))
		order by n.id`, from.String(), to.String(), KindDueSoon, KindDueNow, KindDuePast)
	if err != nil {
		return 0, fmt.Errorf("store: remind: %w", err)
	}
	type one struct {
		person int64
		news   News
	}
	var list []one
	defer rows.Close()
	for rows.Next() {
		x := one{news: News{Kind: kind}}
		var due string
		if err := rows.Scan(&x.person, &x.news.Organ, &x.news.Ref, &x.news.Number, &x.news.Subject, &x.news.Link, &due); err != nil {
			return 0, fmt.Errorf("store: remind: %w", err)
		}
		if err := x.news.Due.UnmarshalText([]byte(due)); err != nil {
			return 0, fmt.Errorf("store: remind: %w", err)
		}
		x.news.Once = kind + "/" + x.news.Ref + "/" + due
		list = append(list, x)
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("store: remind: %w", err)
	}
	rows.Close()
	for begin := 0; begin < len(list); begin += 50 {
		part := list[begin:min(begin+50, len(list))]
		n := 0
		_, err := s.do(ctx, By{Viewer: org.Program("提醒")}, "remind", func(h *hand) (string, error) {
			n = 0
			for _, x := range part {
				k, err := h.notify(x.news, ToPerson(x.person))
				if err != nil {
					return "", err
				}
				n += k
			}
			return "", nil
		})
		if told += n; err != nil {
			return told, err
		}
	}
	return told, nil
}

// SendDigests makes one message out of what waits for each person who wants one
// a day. What was read or dealt with meanwhile is left out.
func (s *Store) SendDigests(ctx context.Context) (int, error) {
	rows, err := s.read.QueryContext(ctx, "select distinct channel, person from outbox where state = $1 order by channel, person", OutDigest)
	if err != nil {
		return 0, fmt.Errorf("store: digest: %w", err)
	}
	type key struct {
		channel string
		person  int64
	}
	var list []key
	defer rows.Close()
	for rows.Next() {
		var k key
		if err := rows.Scan(&k.channel, &k.person); err != nil {
			return 0, fmt.Errorf("store: digest: %w", err)
		}
		list = append(list, k)
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("store: digest: %w", err)
	}
	rows.Close()
	sent := 0
	for _, k := range list {
		some := false
		_, err := s.do(ctx, By{Viewer: org.Program("通知")}, "digest", func(h *hand) (_ string, err error) {
			some, err = h.digest(k.channel, k.person)
			return "", err
		})
		if err != nil {
			return sent, err
		}
		if some {
			sent++
		}
	}
	return sent, nil
}

func (h *hand) digest(channel string, person int64) (bool, error) {
	var n int
	var organ int64
	var due sql.NullString
	err := h.QueryRowContext(h.ctx, `select count(*), coalesce(min(x.organ), 0), min(case when x.due <> '' then x.due end) from outbox x join notice n on n.id = x.notice
		where x.state = $1 and x.channel = $2 and x.person = $3 and n.read_at = 0 and n.settled = 0`, OutDigest, channel, person).Scan(&n, &organ, &due)
	if err != nil {
		return false, err
	}
	if _, err := h.ExecContext(h.ctx, "update outbox set state = $4, sent_at = $5 where state = $1 and channel = $2 and person = $3", OutDigest, channel, person, OutGathered, h.now); err != nil || n == 0 {
		return false, err
	}
	news := News{Kind: KindDigest, Number: fmt.Sprint(n)}
	if err := news.Due.UnmarshalText([]byte(due.String)); err != nil {
		return false, err
	}
	return true, h.putOut(channel, person, organ, 0, news, OutWaiting, h.now)
}
