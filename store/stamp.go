package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
)

// stamps are the queries behind every cached page, prepared once.
type stamps struct{ all, year, organ, items *sql.Stmt }

func (p *source) prepareStamps(ctx context.Context) error {
	for _, q := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&p.stamps.all, "select count(*), cast(coalesce(sum(n), 0) as bigint) from change"},
		// A year that gets its first report gets its first row.
		{&p.stamps.year, "select count(*), cast(coalesce(sum(case when topic in ('organ', 'public', $1) then n else 0 end), 0) as bigint) from change"},
		{&p.stamps.organ, `select (select cast(coalesce(sum(n), 0) as bigint) from change where topic in ('organ', 'public')),
			count(*), cast(coalesce(sum(r.version), 0) as bigint)
			from organ o join report r on r.organ = o.id where o.code = $1 and o.code <> ''`},
		{&p.stamps.items, "select cast(coalesce(sum(n), 0) as bigint) from change where topic in ('item', 'organ', 'public')"},
	} {
		var err error
		if *q.to, err = p.db.PrepareContext(ctx, q.sql); err != nil {
			return err
		}
	}
	return nil
}

// YearStamp stands for everything that pages about the reports of a year rest
// on: the organs, those reports, what beside them is public, and which years
// there are at all. It is
// another text after any of them has changed. Year 0 takes the reports of all
// years. It costs one read of a small table.
func (s *Store) YearStamp(ctx context.Context, year int) (string, error) {
	epoch := s.here.Load().epoch // before the counts
	return either(ctx, s, func(ctx context.Context) (string, error) {
		var rows, n int64
		var err error
		st := s.source(ctx).stamps
		if ctx = s.brief(ctx); year == 0 {
			err = st.all.QueryRowContext(ctx).Scan(&rows, &n)
		} else {
			err = st.year.QueryRowContext(ctx, topicReport(year)).Scan(&rows, &n)
		}
		if err != nil {
			return "", fmt.Errorf("store: stamp of %d: %w", year, err)
		}
		return joined(epoch, rows, n), nil
	})
}

// joined writes the numbers of a stamp.
func joined(numbers ...int64) string {
	var b []byte
	for i, n := range numbers {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, n, 36)
	}
	return string(b)
}

// OrganStamp stands for the organs and for the reports of the organ with the
// code, of all years. Reports are never removed, so their number and the sum of
// their versions grow with every change. An organ that is not there has a stamp
// too.
func (s *Store) OrganStamp(ctx context.Context, code string) (string, error) {
	epoch := s.here.Load().epoch
	return either(ctx, s, func(ctx context.Context) (string, error) {
		var organs, reports, versions int64
		st := s.source(ctx).stamps
		err := st.organ.QueryRowContext(s.brief(ctx), code).Scan(&organs, &reports, &versions)
		if err != nil {
			return "", fmt.Errorf("store: stamp of %q: %w", code, err)
		}
		return joined(epoch, organs, reports, versions), nil
	})
}

// brief is the context of a read that SQLite answers within microseconds: one
// that can be cancelled costs two goroutines, a third of the whole. Over a
// network it stays as it is.
func (s *Store) brief(ctx context.Context) context.Context {
	if s.dialect.name == "sqlite" && ctx.Err() == nil {
		return context.WithoutCancel(ctx)
	}
	return ctx
}
