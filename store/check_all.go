package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// CheckOptions say what is checked.
type CheckOptions struct {
	First, Last int  // fiscal years
	Words       bool // also the rules about words, which take a hundred times as long
	// Progress is told after each year; it may be nil.
	Progress func(year, reports int)
}

// A Sweep is what a check of all published reports found.
type Sweep struct {
	First, Last int
	Reports     int // checked
	Organs      int // that have any
	Settled     int // findings an office decided are no fault, not among the hits
	Hits        []SweepHit
}

// A SweepHit is where one rule found something in one year.
type SweepHit struct {
	Code   string
	Year   int
	Level  annual.Level
	Found  int     // findings
	Organs []int64 // in whose reports, in the order of the tree
}

// CheckAll checks every published report of the years with the rules that need
// figures: of the report itself, against the same organ's year before, and of a
// government against the organs it counts (its list of that year, the default one
// where none was signed). It streams on two connections and keeps one year's
// figures packed; it changes nothing. What an office decided is no fault stays
// decided while the figures are the same.
func (s *Store) CheckAll(ctx context.Context, o CheckOptions) (*Sweep, error) {
	if o.Last < o.First || o.Last-o.First > 50 {
		return nil, fmt.Errorf("store: check of the years %d to %d", o.First, o.Last)
	}
	out := &Sweep{First: o.First, Last: o.Last}
	w := &sweep{s: s, o: o, seen: map[int64]bool{}}
	if err := w.begin(ctx); err != nil {
		return nil, fmt.Errorf("store: check: %w", err)
	}
	for year := o.First; year <= o.Last; year++ {
		if _, err := annual.FormFor(year); err != nil {
			continue
		}
		n, err := w.year(ctx, year, out)
		if err != nil {
			return nil, fmt.Errorf("store: check of %d: %w", year, err)
		}
		if out.Reports += n; o.Progress != nil {
			o.Progress(year, n)
		}
	}
	out.Organs = len(w.seen)
	slices.SortStableFunc(out.Hits, func(a, b SweepHit) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Level, b.Level))
	})
	return out, nil
}

// sweep is a check that runs.
type sweep struct {
	s     *Store
	o     CheckOptions
	lists *sweepLists
	work  [2]*sweeper
	seen  map[int64]bool
}

// sweeper checks one half of the organs.
type sweeper struct {
	from, to     int64 // ids
	values, last []annual.Value
	was, is      packedYear // figures of the year before and of this one
	tally        map[int]*reporting.Tally
	hits         map[hitKey]*SweepHit
	n            int
	settled      int
	organs       []int64
}

type hitKey struct {
	code  string
	level annual.Level
}

// packedYear keeps the figures of a year as they are stored, one behind the
// other.
type packedYear struct {
	at   map[int64][2]int
	data []byte
}

func (p *packedYear) put(id int64, b []byte) {
	p.at[id] = [2]int{len(p.data), len(p.data) + len(b)}
	p.data = append(p.data, b...)
}

func (p *packedYear) get(id int64) []byte {
	if x, ok := p.at[id]; ok {
		return p.data[x[0]:x[1]]
	}
	return nil
}

func (p *packedYear) clear() {
	clear(p.at)
	p.data = p.data[:0]
}

// begin divides the organs in two and reads the year before the first.
func (w *sweep) begin(ctx context.Context) error {
	var middle, most sql.NullInt64
	err := w.s.read.QueryRowContext(ctx, "select (select id from organ order by id limit 1 offset (select count(*) / 2 from organ)), (select max(id) from organ)").Scan(&middle, &most)
	if err != nil {
		return err
	}
	w.work[0] = &sweeper{from: 0, to: middle.Int64}
	w.work[1] = &sweeper{from: middle.Int64, to: most.Int64 + 1}
	g, gctx := errgroup.WithContext(ctx)
	for _, k := range w.work {
		k.was.at, k.is.at = map[int64][2]int{}, map[int64][2]int{}
		g.Go(func() error {
			return k.rows(gctx, w.s, w.o.First-1, false, func(id int64, figures, _ []byte) error {
				k.was.put(id, figures)
				return nil
			})
		})
	}
	return g.Wait()
}

// rows runs through the reports of a year.
func (k *sweeper) rows(ctx context.Context, s *Store, year int, words bool, fn func(id int64, figures, body []byte) error) error {
	query := "select organ, figures, '' from report where year = $1 and organ >= $2 and organ < $3 order by organ"
	if words {
		query = `select r.organ, r.figures, d.body from report r join report_detail d on d.year = r.year and d.organ = r.organ
			where r.year = $1 and r.organ >= $2 and r.organ < $3 order by r.organ`
	}
	rows, err := s.read.QueryContext(ctx, query, year, k.from, k.to)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id int64
	var figures, body sql.RawBytes // good until the next row
	for rows.Next() {
		if err := rows.Scan(&id, &figures, &body); err != nil {
			return err
		}
		if err := fn(id, figures, body); err != nil {
			return fmt.Errorf("report of %d: %w", id, err)
		}
	}
	return rows.Err()
}

// year checks one year and adds what was found.
func (w *sweep) year(ctx context.Context, year int, out *Sweep) (int, error) {
	form, err := annual.FormFor(year)
	if err != nil {
		return 0, err
	}
	lists, err := w.listsOf(ctx, year)
	if err != nil {
		return 0, err
	}
	stated, err := w.stated(ctx, lists, form, year)
	if err != nil {
		return 0, err
	}
	decided, err := w.settledIn(ctx, year)
	if err != nil {
		return 0, err
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, k := range w.work {
		k.n, k.settled, k.hits, k.tally, k.organs = 0, 0, map[hitKey]*SweepHit{}, map[int]*reporting.Tally{}, k.organs[:0]
		k.is.clear()
		g.Go(func() error {
			return k.rows(gctx, w.s, year, w.o.Words, func(id int64, figures, body []byte) error {
				return k.check(lists, form, year, stated, decided, id, figures, body)
			})
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	n := 0
	hits := w.work[0].hits
	for x, k := range w.work {
		n += k.n
		out.Settled += k.settled
		for _, id := range k.organs {
			w.seen[id] = true
		}
		k.was, k.is = k.is, k.was
		if x == 0 {
			continue
		}
		for key, h := range k.hits {
			if to := hits[key]; to != nil {
				to.Found += h.Found
				to.Organs = append(to.Organs, h.Organs...)
			} else {
				hits[key] = h
			}
		}
	}
	if err := w.sums(ctx, lists, form, year, stated, hits); err != nil {
		return 0, err
	}
	for _, h := range hits {
		h.Year = year
		slices.SortFunc(h.Organs, func(a, b int64) int { return cmp.Compare(lists.tree.at[a], lists.tree.at[b]) })
		out.Hits = append(out.Hits, *h)
	}
	return n, nil
}

// check asks the rules of one report and puts its figures into the sums it
// belongs to.
func (k *sweeper) check(lists *sweepLists, form *annual.Form, year int, stated map[int][]annual.Value, decided settled, id int64, figures, body []byte) error {
	at, ok := lists.tree.at[id]
	if !ok {
		return nil
	}
	edition, values, err := decodeFigures(figures, k.values)
	if err != nil {
		return err
	}
	k.values = values
	f := annual.Edition(string(edition))
	if f == nil || len(f.Cells) != len(values) {
		return errFigures
	}
	o := &lists.tree.organs[at]
	r := annual.Report{Form: f, Organ: o.Name, Year: year, Values: values}
	c := contextOf(o)
	if b := k.was.get(id); b != nil {
		e, last, err := decodeFigures(b, k.last)
		if err != nil {
			return err
		}
		k.last = last
		if lf := annual.Edition(string(e)); lf != nil && len(lf.Cells) == len(last) {
			c.Last = &annual.Report{Form: lf, Organ: o.Name, Year: year - 1, Values: last}
		}
	}
	var found []annual.Finding
	if len(body) > 0 {
		if _, err := decodeDetail(body, &r); err != nil {
			return err
		}
		found = reporting.Judge(&r, &c)
	} else {
		found = annual.CheckKept(&r, &c)
	}
	for i := range found {
		if decided.has(id, found[i]) {
			k.settled++
			continue
		}
		k.hit(found[i].Code, found[i].Level, id, 1)
	}
	if f == form {
		for _, g := range lists.in[at] {
			t := k.tally[int(g)]
			if t == nil {
				t = reporting.NewTally(form)
				k.tally[int(g)] = t
			}
			t.Add(values)
			if p := stated[int(g)]; p != nil {
				if larger := reporting.LargerThan(form, values, p); len(larger) > 0 {
					k.hit(reporting.RuleChild, annual.Error, id, len(larger))
				}
			}
		}
	}
	k.is.put(id, figures)
	k.organs = append(k.organs, id)
	k.n++
	return nil
}

// contextOf is what rules ask about an organ.
func contextOf(o *org.Organ) annual.Context {
	return annual.Context{Level: o.OrganLevel(), Governs: o.Kind == org.Government && o.Level != 0 && o.Level <= org.Prefecture}
}

// hit counts findings of a rule in the report of an organ. All of one report come
// together.
func (k *sweeper) hit(code string, level annual.Level, organ int64, n int) {
	key := hitKey{code, level}
	h := k.hits[key]
	if h == nil {
		h = &SweepHit{Code: code, Level: level}
		k.hits[key] = h
	}
	h.Found += n
	if len(h.Organs) == 0 || h.Organs[len(h.Organs)-1] != organ {
		h.Organs = append(h.Organs, organ)
	}
}
