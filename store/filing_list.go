package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/text"
)

// Lists of filings are made in memory like those of organs, from the tree as it
// stood at the end of the year and the brief of each filing: a nation's year is
// two columns of 45,000 rows.

// filingYear is what a list or tally of one year runs through.
type filingYear struct {
	year      int
	today     law.Date
	now, then *organTree
	dues      *dueCalendar
	chains    map[int64][]int64 // organs above those below a parent
	briefs    map[int64]brief
	unfiled   map[int64]bool // published without a filing
}

// fewFilings is up to how many organs are looked up one by one rather than found
// while running through all of the year.
const fewFilings = 1000

// filingYear reads the year for the organs at the positions of the tree given.
func (s *Store) filingYear(ctx context.Context, year int, now, then *organTree, at []int) (*filingYear, error) {
	y := &filingYear{year: year, now: now, then: then, chains: map[int64][]int64{}, briefs: make(map[int64]brief, len(at)), unfiled: map[int64]bool{}}
	ms, err := s.now(ctx, s.read)
	if err != nil {
		return nil, err
	}
	y.today = law.DateOf(time.UnixMilli(ms))
	which, args := "", []any{year}
	if len(at) <= fewFilings {
		if len(at) == 0 {
			return y, nil
		}
		ids := make([]int64, len(at))
		for i, p := range at {
			ids[i] = then.organs[p].ID
		}
		which = " and organ in (" + idList(ids, func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }) + ")"
	}
	var published int
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { y.dues, err = s.dueCalendar(gctx, year, nil); return err })
	g.Go(func() error {
		return s.read.QueryRowContext(gctx, "select count(*) from report where year = $1 and published > ''"+which, args...).Scan(&published)
	})
	g.Go(func() error {
		return y.read(gctx, s.read, "select organ, brief, '' from filing where year = $1"+which, args)
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for _, b := range y.briefs {
		if b&briefPublished != 0 {
			published--
		}
	}
	if published > 0 {
		err = y.read(ctx, s.read, "select organ, -1, published from report where year = $1 and published > ''"+which, args)
	}
	return y, err
}

func (y *filingYear) read(ctx context.Context, q asker, query string, args []any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var organ int64
		var b brief
		var day string
		if err := rows.Scan(&organ, &b, &day); err != nil {
			return err
		}
		if b >= 0 {
			y.briefs[organ] = b
			continue
		}
		if _, there := y.briefs[organ]; there {
			continue
		}
		f := reporting.Filing{State: reporting.FilingPublished}
		if err := f.Published.UnmarshalText([]byte(day)); err != nil {
			return err
		}
		if i, ok := y.then.at[organ]; ok {
			dated := y.due(y.then.organs[i])
			f.Due, f.PublishBy = dated.Day, dated.PublishBy
		}
		y.briefs[organ] = briefOf(&f, true)
		y.unfiled[organ] = true
	}
	return rows.Err()
}

// due is the day of an organ.
func (y *filingYear) due(o org.Organ) reporting.Due {
	if len(y.dues.set) == 0 && len(y.dues.town) == 0 {
		return y.dues.of(o, nil)
	}
	now, ok := y.now.at[o.ID]
	if !ok {
		return y.dues.of(o, nil)
	}
	parent := y.now.organs[now].Parent
	chain, ok := y.chains[parent]
	if !ok {
		chain = above(y.now.organs[now].Path)
		y.chains[parent] = chain
	}
	return y.dues.of(o, chain)
}

// counts reports whether an organ is a row of the year: it has to file, or did.
func (y *filingYear) counts(o org.Organ) bool {
	_, there := y.briefs[o.ID]
	return o.Owes(y.year) || there && o.Filer()
}

func (y *filingYear) late(o org.Organ) bool {
	return y.briefs[o.ID].late(y.due(o), y.today)
}

// is reports whether an organ's filing is in a state of a FilingQuery.
func (y *filingYear) is(o org.Organ, state string) bool {
	b := y.briefs[o.ID]
	switch state {
	case FilingsAll:
		return true
	case FilingsNone:
		return !b.begun()
	case FilingsLate:
		return y.late(o)
	case FilingsWaiting:
		return b.state() == reporting.FilingSubmitted
	case FilingsOpen:
		switch b.state() {
		case reporting.FilingDraft, reporting.FilingChecked, reporting.FilingReturned:
			return true
		}
		return false
	}
	return b.begun() && string(b.state()) == state
}

func knownFilingState(state string) bool {
	switch state {
	case FilingsAll, FilingsNone, FilingsLate, FilingsWaiting, FilingsOpen:
		return true
	}
	return slices.Contains(briefStates, reporting.FilingState(state))
}

// stretch is the positions of an organ and everything below it that the viewer
// may see; 0 is all.
func (s *Store) stretch(ctx context.Context, v org.Viewer, year int, under int64) (now, then *organTree, at []int, err error) {
	if year < 1 || year > 9998 {
		return nil, nil, nil, fmt.Errorf("%w: %w", errYear, ErrNotFound)
	}
	if now, err = s.organTree(ctx); err != nil {
		return nil, nil, nil, err
	}
	then = now.on(law.Day(year, 12, 31))
	from, to := 0, len(then.organs)
	if under != 0 {
		i, ok := then.at[under]
		if !ok {
			return nil, nil, nil, ErrNotFound
		}
		from, to = i, then.end[i]
	}
	all := v.ProgramName() != ""
	for i := from; i < to; i++ {
		o := &then.organs[i]
		if !o.Filer() {
			continue
		}
		if j := now.at[o.ID]; all || org.May(v, org.SeeReports, org.Subject{Organ: o.ID, Home: now.home[j], Path: now.organs[j].Path}) {
			at = append(at, i)
		}
	}
	return now, then, at, nil
}

// Filings returns one page of the filings of a year in the order of the tree,
// and the mark of the next, "" after the last. Organs that have to file and did
// not begin are rows too. ErrNotFound says that there is no such organ.
func (s *Store) Filings(ctx context.Context, q FilingQuery) (rows []FilingRow, next string, err error) {
	if !knownFilingState(q.State) {
		return nil, "", fmt.Errorf("store: filings have no state %q", q.State)
	}
	var from mark
	if q.After != "" {
		if from, err = parseMark(q.After, "filing"); err != nil {
			return nil, "", err
		}
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxReports)
	now, then, at, err := s.stretch(ctx, q.Viewer, q.Year, q.Under)
	if err != nil {
		return nil, "", fmt.Errorf("store: filings: %w", err)
	}
	folded := text.Fold(q.Search)
	at = slices.DeleteFunc(at, func(i int) bool {
		o := &then.organs[i]
		return q.Direct && o.Parent != q.Under || len(q.Kinds) > 0 && !slices.Contains(q.Kinds, o.Kind) ||
			o.Path <= from.Text || folded != "" && !strings.Contains(searchText(*o), folded)
	})
	y, err := s.filingYear(ctx, q.Year, now, then, at)
	if err != nil {
		return nil, "", fmt.Errorf("store: filings: %w", err)
	}
	var page []int
	for _, i := range at {
		if o := then.organs[i]; !y.counts(o) || !y.is(o, q.State) {
			continue
		}
		if len(page) == limit {
			next = mark{Sort: "filing", Text: then.organs[page[limit-1]].Path}.String()
			break
		}
		page = append(page, i)
	}
	if rows, err = s.filingRows(ctx, y, page); err != nil {
		return nil, "", fmt.Errorf("store: filings: %w", err)
	}
	return rows, next, nil
}

const filingCounts = "f.status, f.errors, f.warnings, f.received, f.carried_in, f.result_total, f.carried_out, f.review, f.litigation"

// filingRows reads the rows of a page.
func (s *Store) filingRows(ctx context.Context, y *filingYear, page []int) ([]FilingRow, error) {
	out := make([]FilingRow, len(page))
	at := map[int64]*FilingRow{}
	var ids, unfiled []int64
	for n, i := range page {
		o := y.then.organs[i]
		out[n] = FilingRow{Filing: reporting.Filing{Organ: o.ID, Year: y.year, State: reporting.FilingDraft}, Organ: o}
		at[o.ID] = &out[n]
		if y.unfiled[o.ID] {
			unfiled = append(unfiled, o.ID)
		} else if _, there := y.briefs[o.ID]; there {
			ids = append(ids, o.ID)
		}
	}
	err := s.fillRows(ctx, ids, at, y.year, "select f.organ, "+filingHead+", f.content, "+filingCounts+" from filing f")
	if err == nil {
		// What was published without a filing, in the same columns.
		err = s.fillRows(ctx, unfiled, at, y.year, `select f.organ, 0, 'published', 0, '', '', '', '', 0, '', '', 0,
			f.published, '', '', 0, '', 0, f.version, f.file_name, f.saved_at, 1, `+filingCounts+" from report f")
	}
	for i := range out {
		dated(&out[i].Filing, y.due(out[i].Organ))
		if y.unfiled[out[i].Organ.ID] {
			due := y.due(out[i].Organ)
			out[i].Due, out[i].Basis, out[i].PublishBy = due.Day, due.Basis, due.PublishBy
		}
	}
	return out, err
}

func (s *Store) fillRows(ctx context.Context, ids []int64, at map[int64]*FilingRow, year int, query string) error {
	if len(ids) == 0 {
		return nil
	}
	args := []any{year}
	list := idList(ids, func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) })
	rows, err := s.read.QueryContext(ctx, query+" where f.year = $1 and f.organ in ("+list+")", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, content int64
		var f reporting.Filing
		var head headScan
		var r FilingRow
		var status annual.Status
		var c [6]sql.NullInt64
		if err := rows.Scan(append(append([]any{&id}, head.dest(&f, &r.FileName)...), &content, &status, &r.Errors, &r.Warnings, &c[0], &c[1], &c[2], &c[3], &c[4], &c[5])...); err != nil {
			return err
		}
		if err := head.fill(&f); err != nil {
			return err
		}
		to := at[id]
		f.Organ, f.Year, f.Note = id, year, ""
		r.Organ, r.Filing, r.Begun, r.Status, r.Saved = to.Organ, f, content > 0, status, momentOf(head.saved)
		for i, v := range []*annual.Value{&r.Counts.New, &r.Counts.CarriedIn, &r.Counts.ResultTotal, &r.Counts.CarriedOut, &r.Counts.Review, &r.Counts.Litigation} {
			*v = fromColumn(c[i])
		}
		*to = r
	}
	return rows.Err()
}
