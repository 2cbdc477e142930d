package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
)

// A PackageRow is a package that came in, or one that was made.
type PackageRow struct {
	Organ  org.Organ // as it is
	Year   int
	N      int
	Out    bool                  // made here
	State  reporting.FilingState // of one that came in: handed in or published; of one that was made: the last answer, "" for none
	On     law.Date              // of that
	Peer   string                // who sent it, or who answered
	At     time.Time             // it came in, or was made
	Answer bool                  // of one that came in: an answer was made
	Last   bool                  // no later one of the organ's year
	Filing reporting.FilingState // the filing as it stands
}

// MaxPackages bounds a list of packages.
const MaxPackages = 500

// Packages lists packages of organs whose reports the viewer may see, those that
// came in or were made last first.
func (s *Store) Packages(ctx context.Context, v org.Viewer, year int) ([]PackageRow, error) {
	args := []any{year}
	see := scope(v.Scope(org.SeeReports), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, "select "+organColumns+`, x.n, x.made_out, x.state, x.on_day, coalesce(p.title, ''), x.at, x.answered, coalesce(f.state, ''),
		not exists (select 1 from package_in l where x.made_out = 0 and l.year = x.year and l.organ = x.organ and l.n > x.n)
			and not exists (select 1 from package_out l where x.made_out = 1 and l.year = x.year and l.organ = x.organ and l.n > x.n)
		from (select year, organ, n, 0 as made_out, state, on_day, peer, received_at as at, answered from package_in where year = $1
			union all select year, organ, n, 1, answer, answer_on, peer, made_at, seq from package_out where year = $1) x
		join organ o on o.id = x.organ left join peer p on p.id = x.peer left join filing f on f.year = x.year and f.organ = x.organ
		where `+see+fmt.Sprintf(" order by x.at desc, x.organ, x.n desc limit %d", MaxPackages), args...)
	if err != nil {
		return nil, fmt.Errorf("store: packages: %w", err)
	}
	defer rows.Close()
	var out []PackageRow
	for rows.Next() {
		x := PackageRow{Year: year}
		var o organScan
		var day string
		var at, answered int64
		if err := rows.Scan(append(o.dest(), &x.N, &x.Out, &x.State, &day, &x.Peer, &at, &answered, &x.Filing, &x.Last)...); err != nil {
			return nil, fmt.Errorf("store: packages: %w", err)
		}
		if x.Organ, err = o.organ(); err != nil {
			return nil, fmt.Errorf("store: packages: %w", err)
		}
		if err := x.On.UnmarshalText([]byte(day)); err != nil {
			return nil, fmt.Errorf("store: packages: %w", err)
		}
		x.At, x.Answer = momentOf(at), !x.Out && answered > 0
		out = append(out, x)
	}
	return out, rows.Err()
}
