package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

const dispatchSQL = "select d.id, d.organ, d.year, d.month, d.day, d.issued, d.note, d.organs, d.gaps, d.carried, d.settled, d.sources, d.version"

func scanDispatch(r scanner, more ...any) (oversight.Dispatch, error) {
	var d oversight.Dispatch
	var day, issued, sources string
	err := r.Scan(append([]any{&d.ID, &d.Organ, &d.Year, &d.Month, &day, &issued, &d.Note, &d.Organs, &d.Gaps, &d.Carried, &d.Settled, &sources, &d.Version}, more...)...)
	if err == nil {
		err = dates(day, issued, &d.Day, &d.Issued)
	}
	if err == nil {
		err = json.Unmarshal([]byte(sources), &d.Sources)
	}
	return d, err
}

func readDispatch(ctx context.Context, q asker, where string, args ...any) (oversight.Dispatch, error) {
	return scanDispatch(q.QueryRowContext(ctx, dispatchSQL+" from dispatch d where "+where, args...))
}

// lastGaps are the gaps of the last dispatch before the month of a day: the
// organ's own, or for an organ that issues none that of the nearest above it, as
// far as it is about the organ. With a dispatch it is that one's.
func (s *Store) lastGaps(ctx context.Context, organ int64, day law.Date, of *oversight.Dispatch) ([]GapRow, error) {
	if of == nil {
		tree, err := s.organTree(ctx)
		if err != nil {
			return nil, err
		}
		for _, office := range append([]int64{organ}, above(tree.organ(organ).Path)...) {
			d, err := readDispatch(ctx, s.read, "d.organ = $1 and d.issued <> '' and d.year * 12 + d.month < $2 order by d.year desc, d.month desc limit 1", office, day.Year*12+day.Month)
			if notFound(err) == ErrNotFound {
				continue
			}
			if err != nil {
				return nil, err
			}
			of = &d
			break
		}
		if of == nil {
			return nil, nil
		}
	}
	where, args := "g.dispatch = $1", []any{of.ID}
	if of.Organ != organ {
		where, args = where+" and g.organ = $2", append(args, organ)
	}
	return s.gapRows(ctx, where, args)
}

// gapRows reads frozen gaps in the order of their organs.
func (s *Store) gapRows(ctx context.Context, where string, args []any) ([]GapRow, error) {
	rows, err := s.read.QueryContext(ctx, "select "+gapColumns+" from dispatch_gap g where "+where+" order by g.organ, g.place", args...)
	if err != nil {
		return nil, err
	}
	var out []GapRow
	return out, scanAll(rows, func(r scanner) error {
		g, err := scanGapRow(r)
		out = append(out, g)
		return err
	})
}

const gapColumns = "g.id, g.organ, g.source, g.ref, g.part, g.body, g.due, g.since, g.answer, g.promised, g.answered_on, g.version"

func scanGapRow(r scanner) (GapRow, error) {
	var g GapRow
	var due, promised, said string
	err := r.Scan(&g.ID, &g.Organ, &g.Source, &g.Ref, &g.Part, &g.Text, &due, &g.Since, &g.Answer, &promised, &said, &g.Version)
	if err == nil {
		err = dates(promised, said, &g.Promise, &g.Said)
	}
	if err == nil {
		err = dayOf(due, &g.Due)
	}
	return g, err
}

// A DispatchRow is an issued dispatch as a list shows it.
type DispatchRow struct {
	oversight.Dispatch
	OrganName string
	Mine      int // gaps that the viewer may see
	Answered  int // of these
}

// Dispatches lists issued dispatches, the newest first: those of offices in the
// viewer's scope, and those that are about an organ in it.
func (s *Store) Dispatches(ctx context.Context, v org.Viewer) ([]DispatchRow, error) {
	var args []any
	sc := v.Scope(org.SeePlans)
	office := scope(sc, "o.home", "o.path", "", &args)
	about := scope(sc, "q.home", "q.path", "", &args)
	rows, err := s.read.QueryContext(ctx, dispatchSQL+`, o.name, coalesce(c.n, 0), coalesce(c.said, 0) from dispatch d join organ o on o.id = d.organ
		left join (select g.dispatch, count(*) as n, sum(case when g.answered_on <> '' then 1 else 0 end) as said from dispatch_gap g join organ q on q.id = g.organ where `+about+` group by g.dispatch) c on c.dispatch = d.id
		where d.issued <> '' and (`+office+` or c.n > 0) order by d.year desc, d.month desc, d.id desc limit 120`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: dispatches: %w", err)
	}
	var out []DispatchRow
	err = scanAll(rows, func(r scanner) error {
		var x DispatchRow
		var err error
		x.Dispatch, err = scanDispatch(r, &x.OrganName, &x.Mine, &x.Answered)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: dispatches: %w", err)
	}
	return out, nil
}

// A DispatchOrgan is what an issued dispatch says of one organ, in figures.
type DispatchOrgan struct {
	Organ    org.Organ
	Count    map[oversight.GapGroup]int
	Gaps     int
	Carried  int
	Answered int
}

// A DispatchFile is an issued dispatch as the viewer may see it.
type DispatchFile struct {
	oversight.Dispatch
	OrganName string
	Organs    []DispatchOrgan // that have gaps, in the order of the tree
	Whole     bool            // everything in it may be seen
}

// Dispatch is an issued dispatch with its figures by organ, as far as the viewer
// may see. ErrNotFound for one of which he may see nothing.
func (s *Store) Dispatch(ctx context.Context, v org.Viewer, id int64) (*DispatchFile, error) {
	f, err := s.dispatchFile(ctx, v, id)
	if err != nil {
		return nil, fmt.Errorf("store: dispatch %d: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) dispatchFile(ctx context.Context, v org.Viewer, id int64) (*DispatchFile, error) {
	f := new(DispatchFile)
	var err error
	if f.Dispatch, err = readDispatch(ctx, s.read, "d.id = $1 and d.issued <> ''", id); err != nil {
		return nil, err
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	at := tree.subject(f.Organ)
	f.OrganName = tree.organ(f.Organ).Name
	f.Whole = org.May(v, org.SeePlans, at) && org.May(v, org.SeePlans, org.Subject{Path: at.Path + "0/"})
	args := []any{id, oversight.MonthName(f.Year, f.Month)}
	about := scope(v.Scope(org.SeePlans), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, `select g.organ, g.source, count(*), sum(case when g.since < $2 then 1 else 0 end), sum(case when g.answered_on <> '' then 1 else 0 end)
		from dispatch_gap g join organ o on o.id = g.organ where g.dispatch = $1 and `+about+` group by g.organ, g.source, o.path order by o.path`, args...)
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func(r scanner) error {
		var organ int64
		var source string
		var n, carried, said int
		if err := r.Scan(&organ, &source, &n, &carried, &said); err != nil {
			return err
		}
		if k := len(f.Organs); k == 0 || f.Organs[k-1].Organ.ID != organ {
			f.Organs = append(f.Organs, DispatchOrgan{Organ: tree.organ(organ), Count: map[oversight.GapGroup]int{}})
		}
		x := &f.Organs[len(f.Organs)-1]
		src, _ := oversight.GapSourceOf(source)
		x.Count[src.Group] += n
		x.Gaps, x.Carried, x.Answered = x.Gaps+n, x.Carried+carried, x.Answered+said
		return nil
	})
	if err == nil && len(f.Organs) == 0 && !org.May(v, org.SeePlans, at) {
		err = ErrNotFound
	}
	return f, err
}

// DispatchGaps lists the gaps of an issued dispatch at one organ, 0 for all that
// the viewer may see, up to limit, in the order of the tree.
func (s *Store) DispatchGaps(ctx context.Context, v org.Viewer, id, organ int64, limit int) ([]GapRow, error) {
	args := []any{id}
	cond := []string{"g.dispatch = $1", "d.issued <> ''", scope(v.Scope(org.SeePlans), "o.home", "o.path", "", &args)}
	if organ != 0 {
		args = append(args, organ)
		cond = append(cond, fmt.Sprintf("g.organ = $%d", len(args)))
	}
	args = append(args, limit)
	rows, err := s.read.QueryContext(ctx, "select "+gapColumns+` from dispatch_gap g join dispatch d on d.id = g.dispatch join organ o on o.id = g.organ where `+strings.Join(cond, " and ")+fmt.Sprintf(" order by o.path, g.place limit $%d", len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("store: gaps of dispatch %d: %w", id, err)
	}
	var out []GapRow
	if err := scanAll(rows, func(r scanner) error {
		g, err := scanGapRow(r)
		out = append(out, g)
		return err
	}); err != nil {
		return nil, fmt.Errorf("store: gaps of dispatch %d: %w", id, err)
	}
	return out, nil
}

// Gap is one gap of an issued dispatch. ErrNotFound for one the viewer may not
// see.
func (s *Store) Gap(ctx context.Context, v org.Viewer, id int64) (GapRow, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeePlans), "o.home", "o.path", "", &args)
	g, err := scanGapRow(s.read.QueryRowContext(ctx, "select "+gapColumns+` from dispatch_gap g join dispatch d on d.id = g.dispatch join organ o on o.id = g.organ where g.id = $1 and d.issued <> '' and `+see, args...))
	if err != nil {
		return g, fmt.Errorf("store: gap %d: %w", id, s.dialect.translate(err))
	}
	return g, nil
}
