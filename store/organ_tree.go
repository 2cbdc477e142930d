package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// organCache holds all organs as of a count of changes: an instance reads them
// again only after somebody changed one. A nation has some 50,000, 15 MiB.
type organCache struct {
	mu   sync.Mutex
	tree *organTree
}

// organTree is all organs as they are, or as they were on a day. It is never
// changed once made.
type organTree struct {
	change  int64
	organs  []org.Organ     // in the order of paths: a subtree is one stretch
	at      map[int64]int   // position by id
	end     []int           // one past the last organ below each
	home    []int64         // the organ that answers for each
	line    map[int64]int64 // 业务主管, of those that have one
	summary []bool          // its report sums up filers below it
	then    bool            // as it was: paths in the database are others

	names organNames

	past  []pastRow // by last day; of the tree of today only
	eras  sync.Mutex
	known map[law.Date]*organTree // trees of earlier days, by the last day they hold for
}

// pastRow is what an organ was for a stretch of days that has ended.
type pastRow struct {
	organ int64
	org.Era
}

// keptTrees bounds how many trees of earlier days are kept.
const keptTrees = 6

// organTree returns all organs, from memory if nobody changed one meanwhile.
func (s *Store) organTree(ctx context.Context) (*organTree, error) {
	return either(ctx, s, func(ctx context.Context) (*organTree, error) {
		p := s.source(ctx)
		change, err := s.changes(ctx, topicOrgan)
		if err != nil {
			return nil, fmt.Errorf("store: organs: %w", err)
		}
		p.organs.mu.Lock()
		defer p.organs.mu.Unlock()
		if t := p.organs.tree; t != nil && t.change >= change {
			return t, nil
		}
		t, err := s.readOrgans(ctx)
		if err != nil {
			return nil, fmt.Errorf("store: organs: %w", err)
		}
		p.organs.tree = t
		return t, nil
	})
}

// organTreeOn returns all organs as they were on the day; the zero day is now.
func (s *Store) organTreeOn(ctx context.Context, day law.Date) (*organTree, error) {
	t, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	return t.on(day), nil
}

// on is the tree of a day. Between two days on which something ended it is the
// same tree.
func (t *organTree) on(day law.Date) *organTree {
	if day.IsZero() {
		return t
	}
	i, _ := slices.BinarySearchFunc(t.past, day, func(p pastRow, d law.Date) int { return cmp.Compare(p.Last.String(), d.String()) })
	if i == len(t.past) {
		return t
	}
	until := t.past[i].Last
	t.eras.Lock()
	defer t.eras.Unlock()
	if k := t.known[until]; k != nil {
		return k
	}
	if len(t.known) >= keptTrees {
		for old := range t.known { // any one: a tree is quickly made again
			delete(t.known, old)
			break
		}
	}
	k := t.rebuild(t.past[i:], day)
	if t.known == nil {
		t.known = map[law.Date]*organTree{}
	}
	t.known[until] = k
	return k
}

// rebuild puts back what organs were on the day and lays the tree out anew.
func (t *organTree) rebuild(past []pastRow, day law.Date) *organTree {
	k := &organTree{change: t.change, organs: slices.Clone(t.organs), line: map[int64]int64{}, then: true}
	for id, l := range t.line {
		k.line[id] = l
	}
	for _, p := range past {
		i, ok := t.at[p.organ]
		if !ok || day.After(p.Last) || !p.First.IsZero() && day.Before(p.First) {
			continue
		}
		k.organs[i] = p.Put(k.organs[i])
		delete(k.line, p.organ)
		if p.Line != 0 {
			k.line[p.organ] = p.Line
		}
	}
	done := make([]bool, len(k.organs))
	var chain []int
	for i := range k.organs {
		chain = chain[:0]
		for j, ok := i, true; ok && !done[j]; j, ok = t.at[k.organs[j].Parent] {
			done[j] = true // also ends a circle, which no verb makes
			chain = append(chain, j)
		}
		for n := len(chain) - 1; n >= 0; n-- {
			o := &k.organs[chain[n]]
			above := "/"
			if p, ok := t.at[o.Parent]; ok {
				above = k.organs[p].Path
			}
			o.Path = org.ChildPath(above, o.ID)
		}
	}
	k.index()
	return k
}

// readOrgans reads the organs on two connections and the count of changes they
// stand for. When organs change while it reads it starts again; under a steady
// stream of changes it takes what it has, and the next caller reads again.
func (s *Store) readOrgans(ctx context.Context) (*organTree, error) {
	var t *organTree
	for range 3 {
		before, err := s.changes(ctx, topicOrgan)
		if err != nil {
			return nil, err
		}
		if t, err = s.readOrgansOnce(ctx); err != nil {
			return nil, err
		}
		t.change = before
		if after, err := s.changes(ctx, topicOrgan); err != nil || after == before {
			return t, err
		}
	}
	return t, nil
}

func (s *Store) readOrgansOnce(ctx context.Context) (*organTree, error) {
	var middle int64
	err := s.reader(ctx).QueryRowContext(ctx, "select id from organ order by id limit 1 offset (select count(*) / 2 from organ)").Scan(&middle)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	t := &organTree{}
	var half [2][]org.Organ
	g, gctx := errgroup.WithContext(ctx)
	for i, where := range [2]string{"o.id < $1", "o.id >= $1"} {
		g.Go(func() (err error) {
			half[i], err = s.listOrgans(gctx, "select "+organColumns+" from organ o where "+where, middle)
			return err
		})
	}
	g.Go(func() (err error) {
		if t.line, err = readLines(gctx, s.reader(gctx)); err != nil {
			return err
		}
		t.past, err = readPast(gctx, s.reader(gctx), "order by last_day, organ")
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	t.organs = append(half[0], half[1]...)
	t.index()
	return t, nil
}

// readLines reads the second tree.
func readLines(ctx context.Context, q asker) (map[int64]int64, error) {
	rows, err := q.QueryContext(ctx, "select id, line from organ where line <> 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]int64{}
	for rows.Next() {
		var id, line int64
		if err := rows.Scan(&id, &line); err != nil {
			return nil, err
		}
		out[id] = line
	}
	return out, rows.Err()
}

func readPast(ctx context.Context, q asker, rest string, args ...any) ([]pastRow, error) {
	rows, err := q.QueryContext(ctx, "select organ, last_day, first_day, name, short, kind, level, parent, line, region from organ_past "+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []pastRow
	for rows.Next() {
		var p pastRow
		var first, last string
		if err := rows.Scan(&p.organ, &last, &first, &p.Name, &p.Short, &p.Kind, &p.Level, &p.Parent, &p.Line, &p.Region); err != nil {
			return nil, err
		}
		if err := dates(first, last, &p.First, &p.Last); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// index sorts the organs and finds where each subtree ends.
func (t *organTree) index() {
	slices.SortFunc(t.organs, func(a, b org.Organ) int { return strings.Compare(a.Path, b.Path) })
	t.at = make(map[int64]int, len(t.organs))
	t.end = make([]int, len(t.organs))
	t.home = make([]int64, len(t.organs))
	var open []int // organs whose subtree has not ended
	for i, o := range t.organs {
		t.at[o.ID] = i
		for len(open) > 0 && !strings.HasPrefix(o.Path, t.organs[open[len(open)-1]].Path) {
			t.end[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		t.home[i] = o.ID
		if contributes(o.Kind) && len(open) > 0 {
			t.home[i] = t.home[open[len(open)-1]]
		}
		open = append(open, i)
	}
	for _, i := range open {
		t.end[i] = len(t.organs)
	}
	// A government without filers below it files for itself.
	filers := make([]int, len(t.organs)+1) // among the first i organs
	for i, o := range t.organs {
		filers[i+1] = filers[i]
		if o.Filer() {
			filers[i+1]++
		}
	}
	t.summary = make([]bool, len(t.organs))
	for i, o := range t.organs {
		t.summary[i] = o.Summarises() && filers[t.end[i]] > filers[i+1]
	}
}

// contributes reports whether an organ of the kind belongs to the one above it:
// 内设机构 and 村（社区）.
func contributes(k org.Kind) bool { return k == org.Section || k == org.Village }

// searchText is what a search looks through, folded.
func searchText(o org.Organ) string {
	return text.Fold(o.Name) + "\n" + text.Fold(o.Short) + "\n" + text.Fold(o.Code)
}

// was is the organ as it was, for a tree of an earlier day.
func (t *organTree) was(o org.Organ) org.Organ {
	if i, ok := t.at[o.ID]; ok && t.then {
		return t.organs[i]
	}
	return o
}

// movedSince compares what stood below an organ at the end of the year with what
// stands below its path now.
func (s *Store) movedSince(ctx context.Context, path string, year int) (came, went []int64, err error) {
	now, err := s.organTree(ctx)
	if err != nil {
		return nil, nil, err
	}
	then := now.on(law.Day(year, 12, 31))
	if !then.then {
		return nil, nil, nil
	}
	root := int64(0)
	if parts := strings.Split(strings.Trim(path, "/"), "/"); len(parts) > 0 {
		root, _ = strconv.ParseInt(parts[len(parts)-1], 10, 64)
	}
	below := func(t *organTree) (list []org.Organ) {
		if i, ok := t.at[root]; ok {
			return t.organs[i:t.end[i]]
		}
		return nil
	}
	is := map[int64]bool{}
	for _, o := range below(now) {
		is[o.ID] = true
	}
	for _, o := range below(then) {
		if !is[o.ID] {
			came = append(came, o.ID)
		}
		delete(is, o.ID)
	}
	for id := range is {
		went = append(went, id)
	}
	slices.Sort(went)
	return came, went, nil
}

// numbers writes ids into a statement: there may be more than parameters allow.
func numbers(ids []int64) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}
