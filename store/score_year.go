package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
)

// A YearScoreRow is an organ's total of a year.
type YearScoreRow struct {
	oversight.YearScore
	Organ     int64
	OrganName string
	Parts     []oversight.YearPart
	Rank, Of  int
}

// YearScores adds up the announced rounds of a scheme's year for every organ, by
// place. Who neither assesses nor watches sees his own organs. The scheme is the
// edition of the last of those rounds; nil if none was announced.
func (s *Store) YearScores(ctx context.Context, v org.Viewer, scheme int64, year int) (*oversight.Scheme, []YearScoreRow, error) {
	x, rows, err := s.yearScores(ctx, v, scheme, year)
	if err != nil {
		return nil, nil, fmt.Errorf("store: scores of %d: %w", year, s.dialect.translate(err))
	}
	return x, rows, nil
}

func (s *Store) yearScores(ctx context.Context, v org.Viewer, scheme int64, year int) (*oversight.Scheme, []YearScoreRow, error) {
	var owner org.Subject
	var inner bool
	if err := s.read.QueryRowContext(ctx, "select m.organ, m.internal, o.home, o.path from scheme m join organ o on o.id = m.organ where m.id = $1", scheme).
		Scan(&owner.Organ, &inner, &owner.Home, &owner.Path); err != nil {
		return nil, nil, err
	}
	row := RoundRow{Inner: inner}
	row.sight(v, owner)
	at := map[int64]int{}
	var out []YearScoreRow
	mine := map[int64]bool{}
	edition := int64(0)
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var a oversight.Assessment
		var p oversight.YearPart
		var name, selfOn string
		var to org.Subject
		var e int64
		if err := r.Scan(append(totalDest(&a, &selfOn), &name, &to.Home, &to.Path, &p.Period, &p.Number, &e)...); err != nil {
			return err
		}
		i, ok := at[a.Organ]
		if !ok {
			i = len(out)
			at[a.Organ] = i
			out = append(out, YearScoreRow{Organ: a.Organ, OrganName: name})
			to.Organ = a.Organ
			mine[a.Organ] = row.Watches || org.May(v, org.SeeScores, to)
		}
		p.Totals = a.Totals
		out[i].Parts = append(out[i].Parts, p)
		edition = max(edition, e)
		return nil
	}, "select "+totalColumns+`, o.name, o.home, o.path, r.period, r.number, r.edition from score_round r join assessment a on a.score_round = r.id join organ o on o.id = a.organ
		where r.scheme = $1 and r.year = $2 and r.state in ('announced', 'closed') order by a.organ, r.period, r.number`, scheme, year)
	if err != nil || edition == 0 {
		return nil, nil, err
	}
	x, err := s.edition(ctx, s.read, scheme, edition)
	if err != nil {
		return nil, nil, err
	}
	places := make([]oversight.Place, len(out))
	for i := range out {
		y := &out[i]
		y.YearScore = x.YearTotal(year, y.Parts)
		takes := y.Whole()
		for _, p := range y.Parts {
			takes = takes && p.Ranked()
		}
		places[i] = oversight.Place{Organ: y.Organ, Total: y.Total, Takes: takes}
	}
	for _, p := range oversight.Rank(places) {
		y := &out[at[p.Organ]]
		y.Rank, y.Of = p.Rank, p.Of
	}
	slices.SortFunc(out, func(a, b YearScoreRow) int {
		switch {
		case (a.Rank == 0) != (b.Rank == 0):
			return b.Rank - a.Rank // those without a place last
		case a.Rank != b.Rank:
			return a.Rank - b.Rank
		}
		return strings.Compare(a.OrganName, b.OrganName)
	})
	return x, slices.DeleteFunc(out, func(y YearScoreRow) bool { return !mine[y.Organ] }), nil
}

// A ScoredScheme is a scheme that rounds were announced by.
type ScoredScheme struct {
	ID    int64
	Name  string
	Years []int
}

// ScoredSchemes lists schemes with the years of which the viewer may see
// announced rounds, the newest first.
func (s *Store) ScoredSchemes(ctx context.Context, v org.Viewer) ([]ScoredScheme, error) {
	var args []any
	cond := watchScope(v, &args) + " or " + ownSheet(v, &args)
	var out []ScoredScheme
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var x ScoredScheme
		var year int
		if err := r.Scan(&x.ID, &x.Name, &year); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].ID != x.ID {
			out = append(out, x)
		}
		out[len(out)-1].Years = append(out[len(out)-1].Years, year)
		return nil
	}, `select distinct m.id, m.name, r.year from score_round r join organ o on o.id = r.organ join scheme m on m.id = r.scheme
		where r.state in ('announced', 'closed') and (`+cond+") order by m.id desc, r.year desc", args...)
	if err != nil {
		return nil, fmt.Errorf("store: schemes with scores: %w", err)
	}
	return out, nil
}
