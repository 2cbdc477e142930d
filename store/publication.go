package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/law"
)

// A Publication is one state in which a report was before the public: as it was
// first published, or after a correction.
type Publication struct {
	Version   int64    // of the report, for ReportVersion
	Published law.Date // the day stated with it
	At        time.Time
}

// Publications lists them, the newest first, What was said about a
// correction is in ReportNotes. A report that was never published has none.
func (s *Store) Publications(ctx context.Context, organ int64, year int) ([]Publication, error) {
	return either(ctx, s, func(ctx context.Context) ([]Publication, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, `select version, published, saved_at from report where year = $1 and organ = $2 and published <> ''
			union all select version, published, saved_at from report_version where year = $1 and organ = $2 and published <> ''
			order by version desc limit 200`, year, organ)
		if err != nil {
			return nil, fmt.Errorf("store: publications: %w", err)
		}
		defer rows.Close()
		var out []Publication
		for rows.Next() {
			var p Publication
			var published string
			var at int64
			if err := rows.Scan(&p.Version, &published, &at); err != nil {
				return nil, fmt.Errorf("store: publications: %w", err)
			}
			if err := p.Published.UnmarshalText([]byte(published)); err != nil {
				return nil, fmt.Errorf("store: publications: %w", err)
			}
			p.At = time.UnixMilli(at)
			out = append(out, p)
		}
		return out, rows.Err()
	})
}

// PublishedYears lists the years of which there is any published report, oldest
// first; of one organ if its id is not 0.
func (s *Store) PublishedYears(ctx context.Context, organ int64) ([]int, error) {
	if organ != 0 {
		return s.years(ctx, "select year from report where organ = $1 and published <> '' order by year", organ)
	}
	// From one year to the next through the key, not over all rows.
	return s.years(ctx, `with recursive y (year) as (
			select min(year) from report
			union all
			select (select min(r.year) from report r where r.year > y.year) from y where y.year is not null
		) select y.year from y where y.year is not null and exists (select 1 from report r where r.year = y.year and r.published > '') order by y.year`)
}
