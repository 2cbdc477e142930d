package store

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/text"
)

// Orders of a TableQuery beside the keys of the indicators.
const (
	TableTree      = ""          // as the tree has them
	TableName      = "name"      // by the characters of the name
	TablePublished = "published" // by the day of publication
)

// States of the figures of a TableQuery.
const (
	FiguresAny       = ""
	FiguresWhole     = "whole"     // every cell of the form is stated
	FiguresPartial   = "partial"   // some cell is not
	FiguresCorrected = "corrected" // published again after a correction
)

// A TableQuery asks for a page of the published reports of a year with all
// indicators.
type TableQuery struct {
	Year    int
	Under   int64 // organ and all below it, as the tree was at the end of the year; 0 for all
	Kinds   []org.Kind
	Level   org.Level
	Figures string
	Search  string           // part of the name, short name or code, any width
	Sort    string           // an order above, or the key of an indicator
	Up      bool             // the smallest first; names and the tree are always in their order
	Only    func(int64) bool // leaves out organs for which it is false; nil for none
	After   string           // mark of the page
	Limit   int              // 50 if 0, at most MaxReports
}

// A TableRow is one published report. Figures has the indicators in the order of
// annual.Indicators.
type TableRow struct {
	Organ     org.Organ // as it was at the end of the year
	Year      int
	Edition   string
	Version   int64
	Published law.Date
	Corrected bool
	Whole     bool // every cell of the form is stated
	Rank      int  // of what is sorted by a figure: one more than there are rows before it with another figure; else 0
	Figures   []annual.Figure
}

// A TablePage is one page, with how many reports there are in all and what the
// page after it continues with, "" for the last.
type TablePage struct {
	Rows  []TableRow
	Total int
	Next  string
}

// Table answers from memory: a year of a nation is 12 MiB, is read in the time a
// sum over it takes, and after a change only what changed is read again. What is
// sorted by an indicator holds only organs whose reports show it: an organ
// without the figure, or with too few cases for a share, has no place in that
// order. ErrCursor says that After is not a mark of this list.
func (s *Store) Table(ctx context.Context, q TableQuery) (TablePage, error) {
	t, err := s.yearTable(ctx, q.Year)
	if err != nil {
		return TablePage{}, err
	}
	tree, err := s.organTreeOn(ctx, law.Day(q.Year, 12, 31))
	if err != nil {
		return TablePage{}, err
	}
	order, key, err := t.ordered(tree, q.Sort)
	if err != nil {
		return TablePage{}, err
	}
	keep, err := t.keeps(tree, q)
	if err != nil {
		return TablePage{}, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxReports)
	down := !q.Up && key != nil && key.figures
	var from *tableMark
	if q.After != "" {
		if from, err = parseTableMark(q.After, q.Sort, q.Up); err != nil {
			return TablePage{}, err
		}
	}
	p := TablePage{}
	last := int32(-1)
	rank, level := 0, int64(0)
	// Equal figures stand in the order of the tree whichever way the figures go.
	each := func(i int32) {
		if !keep(i) {
			return
		}
		p.Total++
		if key != nil && key.figures && (p.Total == 1 || key.at(i) != level) {
			rank, level = p.Total, key.at(i)
		}
		if from != nil && !from.before(t, tree, key, i, down) {
			return
		}
		if len(p.Rows) < limit {
			r := t.row(tree, i)
			r.Rank = rank
			p.Rows = append(p.Rows, r)
			last = i
		} else if p.Next == "" {
			p.Next = t.mark(tree, key, last, q).String()
		}
	}
	if !down {
		for _, i := range order {
			each(i)
		}
		return p, nil
	}
	for end := len(order); end > 0; { // groups of equal figures, the greatest first
		begin := end - 1
		for begin > 0 && key.at(order[begin-1]) == key.at(order[end-1]) {
			begin--
		}
		for _, i := range order[begin:end] {
			each(i)
		}
		end = begin
	}
	return p, nil
}

// row is the i-th report for the caller.
func (t *yearTable) row(tree *organTree, i int32) TableRow {
	r := &t.rows[i]
	figures := make([]annual.Figure, len(t.slots))
	for k, l := range t.slots {
		figures[k] = l.figure(r.figures)
	}
	return TableRow{Organ: tree.organs[tree.at[r.organ]], Year: t.year, Edition: r.form.Edition, Version: r.version, Published: r.published,
		Corrected: r.corrected, Whole: r.whole, Figures: figures}
}

// tableMark is where a page ends: the figure or day of its last row, and the
// row's place in the tree or its name.
type tableMark struct {
	Sort string `json:"s"`
	Up   bool   `json:"u,omitempty"`
	N    int64  `json:"n,omitempty"`
	Text string `json:"t"`
	ID   int64  `json:"i"`
}

func (m tableMark) String() string {
	b, _ := json.Marshal(m) // strings and integers cannot fail
	return base64.RawURLEncoding.EncodeToString(b)
}

func parseTableMark(s, sort string, up bool) (*tableMark, error) {
	var m tableMark
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) > 4096 || json.Unmarshal(b, &m) != nil || m.Sort != sort || m.Up != up {
		return nil, ErrCursor
	}
	return &m, nil
}

func (t *yearTable) mark(tree *organTree, key *tableKey, i int32, q TableQuery) tableMark {
	o := tree.organs[tree.at[t.rows[i].organ]]
	m := tableMark{Sort: q.Sort, Up: q.Up, Text: o.Path, ID: o.ID}
	if q.Sort == TableName {
		m.Text = o.Name
	}
	if key != nil && key.figures {
		m.N = key.at(i)
	}
	return m
}

// before reports whether the mark stands before the row in the order. Rows that
// came or went since the mark was given move nothing else.
func (m *tableMark) before(t *yearTable, tree *organTree, key *tableKey, i int32, down bool) bool {
	o := &tree.organs[tree.at[t.rows[i].organ]]
	if key != nil && key.figures {
		switch n := key.at(i); {
		case n != m.N:
			return n < m.N == down
		}
		return m.Text < o.Path
	}
	if m.Sort == TableName {
		return m.Text < o.Name || m.Text == o.Name && m.ID < o.ID
	}
	return m.Text < o.Path
}

// A tableKey is what a table is sorted by. Orders by tree and name have no
// figures.
type tableKey struct {
	figures bool
	at      func(i int32) int64
	has     func(i int32) bool
}

func (t *yearTable) keyOf(sort string) (*tableKey, error) {
	switch sort {
	case TableTree, TableName:
		return nil, nil
	case TablePublished:
		return &tableKey{true, func(i int32) int64 {
			d := t.rows[i].published
			return int64(d.Year)*10_000 + int64(d.Month)*100 + int64(d.Day)
		}, func(int32) bool { return true }}, nil
	}
	k := slices.IndexFunc(annual.Indicators(), func(x annual.Indicator) bool { return x.Key == sort })
	if k < 0 {
		return nil, fmt.Errorf("store: a table cannot be sorted by %q", sort)
	}
	return &tableKey{true, func(i int32) int64 { return t.slots[k].figure(t.rows[i].figures).N() }, func(i int32) bool { return t.slots[k].figure(t.rows[i].figures).Shown() }}, nil
}

// ordered is the rows in an order, kept once made; figures upward, equal ones in
// the order of the tree.
func (t *yearTable) ordered(tree *organTree, sort string) ([]int32, *tableKey, error) {
	key, err := t.keyOf(sort)
	if err != nil {
		return nil, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tree != tree {
		t.tree, t.orders = tree, map[string][]int32{}
	}
	if o, ok := t.orders[sort]; ok {
		return o, key, nil
	}
	byTree, ok := t.orders[TableTree]
	if !ok {
		for i := range t.rows {
			if _, there := tree.at[t.rows[i].organ]; there {
				byTree = append(byTree, int32(i))
			}
		}
		slices.SortFunc(byTree, func(a, b int32) int { return cmp.Compare(tree.at[t.rows[a].organ], tree.at[t.rows[b].organ]) })
		t.orders[TableTree] = byTree
	}
	switch {
	case sort == TableTree:
		return byTree, key, nil
	case sort == TableName:
		o := slices.Clone(byTree)
		slices.SortFunc(o, func(a, b int32) int {
			x, y := &tree.organs[tree.at[t.rows[a].organ]], &tree.organs[tree.at[t.rows[b].organ]]
			return cmp.Or(strings.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
		})
		t.orders[sort] = o
		return o, key, nil
	}
	type pair struct {
		n int64
		i int32
	}
	pairs := make([]pair, 0, len(byTree))
	for _, i := range byTree {
		if key.has(i) {
			pairs = append(pairs, pair{key.at(i), i})
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.n, b.n) })
	o := make([]int32, len(pairs))
	for k, p := range pairs {
		o[k] = p.i
	}
	t.orders[sort] = o
	return o, key, nil
}

// keeps is the filter of a query over rows.
func (t *yearTable) keeps(tree *organTree, q TableQuery) (func(int32) bool, error) {
	from, to := 0, len(tree.organs)
	if q.Under != 0 {
		i, ok := tree.at[q.Under]
		if !ok {
			return nil, fmt.Errorf("store: table below %d: %w", q.Under, ErrNotFound)
		}
		from, to = i, tree.end[i]
	}
	switch q.Figures {
	case FiguresAny, FiguresWhole, FiguresPartial, FiguresCorrected:
	default:
		return nil, fmt.Errorf("store: figures have no state %q", q.Figures)
	}
	var named map[int]bool
	if f := strings.ReplaceAll(text.Fold(q.Search), "\x00", ""); f != "" {
		named = map[int]bool{}
		for _, i := range tree.named(f, len(tree.organs)) {
			named[i] = true
		}
	}
	return func(i int32) bool {
		r := &t.rows[i]
		at := tree.at[r.organ]
		o := &tree.organs[at]
		switch {
		case at < from || at >= to, q.Level != 0 && o.Level != q.Level, len(q.Kinds) > 0 && !slices.Contains(q.Kinds, o.Kind), named != nil && !named[at]:
			return false
		case q.Figures == FiguresWhole && !r.whole, q.Figures == FiguresPartial && r.whole, q.Figures == FiguresCorrected && !r.corrected:
			return false
		}
		return q.Only == nil || q.Only(r.organ)
	}, nil
}
