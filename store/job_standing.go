package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gongkai/org"
)

// How long things are kept that nobody needs any more.
const (
	operationKept = 30 * 24 * time.Hour   // answers to forms
	outboxKept    = 400 * 24 * time.Hour  // messages that went out; the log keeps that they did
	noticeKept    = 1100 * 24 * time.Hour // notices that were read, of matters that are dealt with
	pruneBatch    = 2000                  // rows of one transaction
)

// Standing are the jobs that every store needs, and when they run.
func (s *Store) Standing() ([]JobKind, []Scheduled) {
	kinds := []JobKind{
		{Name: "prune", Timeout: 10 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error {
			return errors.Join(second(s.Prune(ctx)), second(s.ExpireDrafts(ctx)))
		}},
		{Name: "sweep", Timeout: time.Hour, Tries: 3, Run: func(ctx context.Context, _ []byte) error {
			_, err := s.SweepBlobs(ctx)
			if errors.Is(err, ErrBackup) {
				return nil // tomorrow is early enough
			}
			return err
		}},
		{Name: "remind", Timeout: 10 * time.Minute, Run: func(ctx context.Context, _ []byte) error { return second(s.Remind(ctx)) }},
		{Name: "lead", Timeout: 30 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.RemindLeading(ctx)) }},
		{Name: "watch", Timeout: 30 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.TellWatched(ctx)) }},
		{Name: "refusals", Timeout: 5 * time.Minute, Run: func(ctx context.Context, _ []byte) error { return s.FlushRefusals(ctx) }},
		{Name: "leavers", Timeout: 10 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.CloseLeft(ctx)) }},
		{Name: recountJob, Timeout: time.Hour, Tries: 5, Run: func(ctx context.Context, _ []byte) error {
			_, _, err := s.RecountRequests(ctx, By{Viewer: org.Program("期限重算")})
			return err
		}},
		{Name: "requests", Timeout: 30 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.RemindRequests(ctx)) }},
		{Name: "items", Timeout: 10 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error {
			_, _, err := s.PublishDue(ctx)
			return err
		}},
		{Name: "links", Timeout: 10 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.RegisterLinks(ctx)) }},
		{Name: "subscriptions", Timeout: 10 * time.Minute, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.QueueSubscriptions(ctx, toldEvery)) }},
		{Name: checkJob, Timeout: checkTime, Tries: 2, Run: s.runCheck},
		{Name: "digest", Timeout: 10 * time.Minute, Run: func(ctx context.Context, _ []byte) error { return second(s.SendDigests(ctx)) }},
	}
	schedule := []Scheduled{
		{Name: "清理过期记录", Kind: "prune", Rule: Daily(3, 10)},
		{Name: "清理无主文件", Kind: "sweep", Rule: Daily(3, 40)},
		{Name: "期限提醒", Kind: "remind", Rule: OnWorkdays(8, 0)},
		{Name: "要点、公开事项和整改提醒", Kind: "lead", Rule: OnWorkdays(8, 10)},
		{Name: "每周信息监测通知", Kind: "watch", Rule: OnWorkdays(8, 15)},
		{Name: "按放假通知重算期限", Kind: recountJob, Rule: Daily(0, 40)},
		{Name: "依申请公开内部时限提醒", Kind: "requests", Rule: OnWorkdays(8, 20)},
		{Name: "定时发布和期满撤下", Kind: "items", Rule: Every(time.Minute)},
		{Name: "登记信息中的链接", Kind: "links", Rule: Every(5 * time.Minute)},
		{Name: "每周订阅邮件", Kind: "subscriptions", Rule: Daily(7, 40)},
		{Name: "登记登录被拒", Kind: "refusals", Rule: Every(5 * time.Minute)},
		{Name: "离岗人员账号停用", Kind: "leavers", Rule: Daily(0, 20)},
		{Name: "通知汇总", Kind: "digest", Rule: OnWorkdays(8, 30)},
	}
	if s.scanner != nil {
		kinds = append(kinds, JobKind{Name: "scan", Timeout: time.Hour, Tries: 3, Run: func(ctx context.Context, _ []byte) error { return second(s.ScanPending(ctx, scanBatch)) }})
		schedule = append(schedule, Scheduled{Name: "病毒检查", Kind: "scan", Rule: Every(scanEvery)})
	}
	return kinds, schedule
}

func second[T any](_ T, err error) error { return err }

// Prune takes away what has served its time: answers to forms, sessions that are
// over, old messages and notices. It returns the number of rows.
func (s *Store) Prune(ctx context.Context) (int, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, fmt.Errorf("store: prune: %w", err)
	}
	before := func(d time.Duration) int64 { return now - d.Milliseconds() }
	total := 0
	for _, q := range []struct {
		sql string
		arg int64
	}{
		{"delete from operation where key in (select key from operation where at < $1 limit $2)", before(operationKept)},
		{"delete from session where id in (select id from session where ends < $1 or seen + idle < $1 limit $2)", now},
		{"delete from outbox where id in (select id from outbox where state in ('sent', 'dropped', 'gathered') and made < $1 limit $2)", before(outboxKept)},
		{"delete from notice where id in (select id from notice where read_at <> 0 and made < $1 and (settled <> 0 or due = '') limit $2)", before(noticeKept)},
	} {
		for {
			n := int64(0)
			err := s.tx(ctx, "prune", func(ctx context.Context, tx *sql.Tx) error {
				res, err := tx.ExecContext(ctx, q.sql, q.arg, pruneBatch)
				if err == nil {
					n, err = res.RowsAffected()
				}
				return err
			})
			if err != nil {
				return total, err
			}
			if total += int(n); n < pruneBatch {
				break
			}
		}
	}
	return total, nil
}
