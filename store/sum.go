package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// TreeSum is the sum of the reports of one year over an organ and everything
// below it. It is shared: do not change what it points to.
type TreeSum struct {
	Root org.Organ
	Year int
	Form *annual.Form // the edition in force for the year

	// Sum holds the sum of every cell over the reports that state a figure
	// there: Blank if none does, Text if the sum is too large to be a figure.
	Sum   *annual.Report
	Known []int // by cell: how many of the reports added state a figure

	Filed     []int64     // organs whose reports are added, in the order of the tree
	Summaries []int64     // organs that filed a sum of others (汇总), not added again
	Other     []int64     // organs that filed in another edition, not added
	Missing   []org.Organ // organs that have to file for the year and did not
	Parts     []TreePart  // what each organ directly below the root brings in
}

// TreePart is the share of one organ directly below the root, with everything
// below that organ. A count is the sum over the reports that state one, not
// Known if none does.
type TreePart struct {
	Organ   org.Organ
	Filed   int // reports added
	Missing int
	Counts  Counts
}

// keptSums bounds how many sums are kept in memory.
const keptSums = 64

type sumKey struct {
	root   int64
	year   int
	public bool // of published reports only
}

type sumCache struct {
	mu   sync.Mutex
	sums map[sumKey]*keptSum
}

// keptSum is a sum and the counts of changes it stands for. Its lock is held
// while it is computed, so that a crowd asking at once waits for one answer.
type keptSum struct {
	mu             sync.Mutex
	sum            *TreeSum
	organs, report int64
}

func (c *sumCache) get(k sumKey) *keptSum {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.sums[k]
	if e == nil {
		if len(c.sums) >= keptSums {
			for old := range c.sums { // any one: the sums are cheap to make again
				delete(c.sums, old)
				break
			}
		}
		if c.sums == nil {
			c.sums = map[sumKey]*keptSum{}
		}
		e = &keptSum{}
		c.sums[k] = e
	}
	return e
}

// SumTree adds up the reports of the year over the organ and everything that
// stood below it at the end of that year, under the names of that day. The sum is kept until a report of the year or an organ changes. It
// returns ErrNotFound if there is no such organ and annual.ErrNoForm for a year
// before the first edition.
func (s *Store) SumTree(ctx context.Context, root int64, year int) (TreeSum, error) {
	return either(ctx, s, func(ctx context.Context) (TreeSum, error) { return s.treeSum(ctx, sumKey{root, year, false}) })
}

// PublicSum is SumTree over what was published: a report that is only kept is as
// one that is missing.
func (s *Store) PublicSum(ctx context.Context, root int64, year int) (TreeSum, error) {
	return either(ctx, s, func(ctx context.Context) (TreeSum, error) { return s.treeSum(ctx, sumKey{root, year, true}) })
}

func (s *Store) treeSum(ctx context.Context, k sumKey) (TreeSum, error) {
	root, year := k.root, k.year
	p := s.source(ctx) // before the counts are read there
	form, err := annual.FormFor(year)
	if err != nil {
		return TreeSum{}, fmt.Errorf("store: sum: %w", err)
	}
	tree, err := s.organTreeOn(ctx, law.Day(year, 12, 31))
	if err != nil {
		return TreeSum{}, err
	}
	pos, ok := tree.at[root]
	if !ok {
		return TreeSum{}, fmt.Errorf("store: sum over %d: %w", root, ErrNotFound)
	}
	// Counted before the rows are read: a change in between is at worst added
	// now and once more computed later.
	change, err := s.changes(ctx, topicReport(year))
	if err != nil {
		return TreeSum{}, fmt.Errorf("store: sum: %w", err)
	}
	e := p.sums.get(k)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.sum == nil || e.organs < tree.change || e.report < change {
		sum, err := s.sumTree(ctx, tree, pos, form, k)
		if err != nil {
			return TreeSum{}, fmt.Errorf("store: sum over %d for %d: %w", root, year, err)
		}
		e.sum, e.organs, e.report = sum, tree.change, change
	}
	return *e.sum, nil
}

// How an organ of the subtree takes part in a sum.
const (
	partNone byte = iota
	partAdded
	partSummary
	partOther
)

func (s *Store) sumTree(ctx context.Context, tree *organTree, pos int, form *annual.Form, k sumKey) (*TreeSum, error) {
	year := k.year
	end := tree.end[pos]
	out := &TreeSum{Root: tree.organs[pos], Year: year, Form: form}
	child := make([]int, end-pos) // part of each organ, -1 for the root itself
	child[0] = -1
	for c := pos + 1; c < end; c = tree.end[c] {
		for i := c; i < tree.end[c]; i++ {
			child[i-pos] = len(out.Parts)
		}
		out.Parts = append(out.Parts, TreePart{Organ: tree.organs[c]})
	}
	role := make([]byte, end-pos) // by organ; the workers write to different ones
	counts := newCountCells(form)
	adders := make([]*adder, 0, 2)
	g, gctx := errgroup.WithContext(ctx)
	for _, q := range s.sumQueries(tree, pos, k) {
		a := newAdder(form, len(out.Parts), counts)
		adders = append(adders, a)
		g.Go(func() error {
			rows, err := s.reader(gctx).QueryContext(gctx, q.sql, q.args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			var id int64
			var figures sql.RawBytes // good until the next row: no copy
			for rows.Next() {
				if err := rows.Scan(&id, &figures); err != nil {
					return err
				}
				i, ok := tree.at[id]
				if !ok || i < pos || i >= end {
					continue
				}
				if tree.summary[i] {
					role[i-pos] = partSummary
					continue
				}
				if role[i-pos], err = a.add(figures, child[i-pos]); err != nil {
					return fmt.Errorf("report of %d: %w", id, err)
				}
			}
			return rows.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, r := range role {
		o := tree.organs[pos+i]
		switch r {
		case partAdded:
			out.Filed = append(out.Filed, o.ID)
			if child[i] >= 0 {
				out.Parts[child[i]].Filed++
			}
		case partSummary:
			out.Summaries = append(out.Summaries, o.ID)
		case partOther:
			out.Other = append(out.Other, o.ID)
		case partNone:
			if o.Owes(year) {
				out.Missing = append(out.Missing, o)
				if child[i] >= 0 {
					out.Parts[child[i]].Missing++
				}
			}
		}
	}
	merge(out, adders, counts)
	return out, nil
}

type sumQuery struct {
	sql  string
	args []any
}

// sumQueries reads the figures of a small subtree by its organs, and of a large
// one by running through the year on two connections.
func (s *Store) sumQueries(tree *organTree, pos int, k sumKey) []sumQuery {
	year, public := k.year, ""
	if k.public {
		public = " and published <> ''"
	}
	n := tree.end[pos] - pos
	if n < 500 && tree.then {
		return []sumQuery{tree.byID(pos, year, public)}
	}
	if !tree.then && (n*4 < len(tree.organs) || n < 500) {
		p := tree.organs[pos].Path
		return []sumQuery{{`select r.organ, r.figures from organ o cross join report r
			where r.organ = o.id and r.year = $1 and o.path >= $2 and o.path < $3` + public, []any{year, p, afterPrefix(p)}}}
	}
	ids := make([]int64, 0, n)
	for _, o := range tree.organs[pos:tree.end[pos]] {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	middle := ids[n/2]
	return []sumQuery{
		{"select organ, figures from report where year = $1 and organ >= $2 and organ < $3" + public, []any{year, ids[0], middle}},
		{"select organ, figures from report where year = $1 and organ >= $2 and organ <= $3" + public, []any{year, middle, ids[n-1]}},
	}
}

// byID reads the figures of a small subtree of an earlier day: its paths are not
// those of the database.
func (t *organTree) byID(pos, year int, public string) sumQuery {
	q := sumQuery{"select organ, figures from report where year = $1 and organ in (", []any{year}}
	for i, o := range t.organs[pos:t.end[pos]] {
		if i > 0 {
			q.sql += ", "
		}
		q.args = append(q.args, o.ID)
		q.sql += fmt.Sprintf("$%d", len(q.args))
	}
	q.sql += ")" + public
	return q
}

// countCells are the cells behind Counts, in its order; 诉讼 adds two.
type countCells [6][]int

func newCountCells(f *annual.Form) countCells {
	var c countCells
	for i, names := range [6][]string{{"t3.new.total"}, {"t3.carried_in.total"}, {"t3.result_total.total"}, {"t3.carried_out.total"},
		{"t4.review.total"}, {"t4.direct.total", "t4.after.total"}} {
		for _, n := range names {
			if k, ok := f.Index(n); ok {
				c[i] = append(c[i], k)
			}
		}
	}
	return c
}

// adder adds reports up for one worker.
type adder struct {
	edition []byte
	values  []annual.Value // of the report at hand
	sum     []int64
	known   []int
	over    []bool // the sum left the range of an int64
	counts  countCells
	parts   [][6]int64
	stated  [][6]bool
}

func newAdder(f *annual.Form, parts int, counts countCells) *adder {
	n := len(f.Cells)
	return &adder{edition: []byte(f.Edition), sum: make([]int64, n), known: make([]int, n), over: make([]bool, n),
		counts: counts, parts: make([][6]int64, parts), stated: make([][6]bool, parts)}
}

func (a *adder) add(figures []byte, part int) (role byte, err error) {
	edition, values, err := decodeFigures(figures, a.values)
	if err != nil {
		return partNone, err
	}
	a.values = values
	if !bytes.Equal(edition, a.edition) {
		return partOther, nil
	}
	if len(values) != len(a.sum) {
		return partNone, errFigures
	}
	for i, v := range values {
		switch v.Kind {
		case annual.Number:
			a.sum[i] = a.plus(i, a.sum[i], v.N)
			a.known[i]++
		case annual.Zero:
			a.known[i]++
		}
	}
	if part < 0 {
		return partAdded, nil
	}
	for k, cells := range a.counts {
		n, ok := int64(0), len(cells) > 0
		for _, c := range cells {
			ok = ok && values[c].Known()
			n += values[c].N
		}
		if ok {
			a.parts[part][k] += n
			a.stated[part][k] = true
		}
	}
	return partAdded, nil
}

func (a *adder) plus(i int, x, y int64) int64 {
	z := x + y
	if (x^z)&(y^z) < 0 {
		a.over[i] = true
	}
	return z
}

func merge(out *TreeSum, adders []*adder, counts countCells) {
	total := newAdder(out.Form, len(out.Parts), counts)
	for _, a := range adders {
		for i := range a.sum {
			total.sum[i] = total.plus(i, total.sum[i], a.sum[i])
			total.known[i] += a.known[i]
			total.over[i] = total.over[i] || a.over[i]
		}
		for p := range a.parts {
			for k := range a.parts[p] {
				total.parts[p][k] += a.parts[p][k]
				total.stated[p][k] = total.stated[p][k] || a.stated[p][k]
			}
		}
	}
	out.Sum = annual.New(out.Form, out.Root.Name, out.Year)
	out.Known = total.known
	for i, n := range total.known {
		switch {
		case total.over[i]:
			out.Sum.Values[i] = annual.Value{Kind: annual.Text}
		case n > 0:
			out.Sum.Values[i] = annual.Num(total.sum[i])
		}
	}
	for p := range out.Parts {
		c := &out.Parts[p].Counts
		for k, to := range []*annual.Value{&c.New, &c.CarriedIn, &c.ResultTotal, &c.CarriedOut, &c.Review, &c.Litigation} {
			if total.stated[p][k] {
				*to = annual.Num(total.parts[p][k])
			}
		}
	}
}
