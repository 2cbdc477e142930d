package store

import (
	"context"
	"fmt"
	"strconv"
)

// YearStamp stands for everything that pages about the reports of a year rest
// on: the organs, those reports, and which years there are at all. It is
// another text after any of them has changed. Year 0 takes the reports of all
// years. It costs one read of a small table.
func (s *Store) YearStamp(ctx context.Context, year int) (string, error) {
	var rows, n int64
	var err error
	if year == 0 {
		err = s.read.QueryRowContext(ctx, "select count(*), cast(coalesce(sum(n), 0) as bigint) from change").Scan(&rows, &n)
	} else {
		// A year that gets its first report gets its first row.
		err = s.read.QueryRowContext(ctx, `select count(*), cast(coalesce(sum(case when topic = 'organ' or topic = $1 then n else 0 end), 0) as bigint)
			from change`, topicReport(year)).Scan(&rows, &n)
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
	err := s.read.QueryRowContext(ctx, `select (select cast(coalesce(sum(n), 0) as bigint) from change where topic = 'organ'),
		count(*), cast(coalesce(sum(r.version), 0) as bigint)
		from organ o join report r on r.organ = o.id where o.code = $1 and o.code <> ''`, code).Scan(&organs, &reports, &versions)
	if err != nil {
		return "", fmt.Errorf("store: stamp of %q: %w", code, err)
	}
	return strconv.FormatInt(organs, 36) + "." + strconv.FormatInt(reports, 36) + "." + strconv.FormatInt(versions, 36), nil
}
