package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
)

// stamps are the queries behind every cached page, prepared once.
type stamps struct{ all, year, organ *sql.Stmt }

func (s *Store) prepareStamps(ctx context.Context) error {
	for _, q := range []struct {
		to  **sql.Stmt
		sql string
	}{
		{&s.stamps.all, "select count(*), cast(coalesce(sum(n), 0) as bigint) from change"},
		// A year that gets its first report gets its first row.
		{&s.stamps.year, "select count(*), cast(coalesce(sum(case when topic in ('organ', $1) then n else 0 end), 0) as bigint) from change"},
		{&s.stamps.organ, `select (select cast(coalesce(sum(n), 0) as bigint) from change where topic = 'organ'),
			count(*), cast(coalesce(sum(r.version), 0) as bigint)
			from organ o join report r on r.organ = o.id where o.code = $1 and o.code <> ''`},
	} {
		var err error
		if *q.to, err = s.read.PrepareContext(ctx, q.sql); err != nil {
			return err
		}
	}
	return nil
}

// YearStamp stands for everything that pages about the reports of a year rest
// on: the organs, those reports, and which years there are at all. It is
// another text after any of them has changed. Year 0 takes the reports of all
// years. It costs one read of a small table.
func (s *Store) YearStamp(ctx context.Context, year int) (string, error) {
	ctx = s.brief(ctx)
	var rows, n int64
	var err error
	if year == 0 {
		err = s.stamps.all.QueryRowContext(ctx).Scan(&rows, &n)
	} else {
		err = s.stamps.year.QueryRowContext(ctx, topicReport(year)).Scan(&rows, &n)
	}
	if err != nil {
		return "", fmt.Errorf("store: stamp of %d: %w", year, err)
	}
	return strconv.FormatInt(rows, 36) + "." + strconv.FormatInt(n, 36), nil
}

// OrganStamp stands for the organs and for the reports of the organ with the
// code, of all years. Reports are never removed, so their number and the sum of
// their versions grow with every change. An organ that is not there has a stamp
// too.
func (s *Store) OrganStamp(ctx context.Context, code string) (string, error) {
	var organs, reports, versions int64
	ctx = s.brief(ctx)
	err := s.stamps.organ.QueryRowContext(ctx, code).Scan(&organs, &reports, &versions)
	if err != nil {
		return "", fmt.Errorf("store: stamp of %q: %w", code, err)
	}
	return strconv.FormatInt(organs, 36) + "." + strconv.FormatInt(reports, 36) + "." + strconv.FormatInt(versions, 36), nil
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
