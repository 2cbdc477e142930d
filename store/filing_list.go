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

// filingYear is what a list or tally of one year runs through. Organs go by
// their position in the tree of the end of the year.
type filingYear struct {
	year      int
	today     law.Date
	now, then *organTree
	dues      *dueCalendar
	chains    map[int64][]int64 // organs above those below a parent
	briefs    []brief           // noBrief where nothing is there
}

// What a brief says in memory only.
const (
	noBrief      brief = -1
	briefUnfiled brief = 1 << 6 // published without a filing
)

// fewFilings is up to how many organs are looked up one by one rather than found
// while running through all of the year.
const fewFilings = 1000

// filingYear reads the year for the organs at the positions of the tree given.
func (s *Store) filingYear(ctx context.Context, year int, now, then *organTree, at []int) (*filingYear, error) {
	y := &filingYear{year: year, now: now, then: then, chains: map[int64][]int64{}, briefs: make([]brief, len(then.organs))}
	for i := range y.briefs {
		y.briefs[i] = noBrief
	}
	ms, err := s.now(ctx, s.read)
	if err != nil {
		return nil, err
	}
	y.today = law.DateOf(time.UnixMilli(ms))
	if len(at) == 0 {
		return y, nil
	}
	args := []any{year}
	which := []string{""} // conditions that divide the organs asked for
	if len(at) <= fewFilings {
		ids := make([]int64, len(at))
		for i, p := range at {
			ids[i] = then.organs[p].ID
		}
		which[0] = " and organ in (" + idList(ids, func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }) + ")"
	} else {
		middle := numbers([]int64{then.organs[at[len(at)/2]].ID}) // two connections at once
		which = []string{" and organ < " + middle, " and organ >= " + middle}
	}
	counts := make([]int, len(which))
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { y.dues, err = s.dueCalendar(gctx, year, y.offices(at)); return err })
	for n, w := range which {
		g.Go(func() error {
			return s.read.QueryRowContext(gctx, "select count(*) from report where year = $1 and published > ''"+w, args...).Scan(&counts[n])
		})
		g.Go(func() error { return y.read(gctx, s.read, "select organ, brief from filing where year = $1"+w, args) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	published := 0
	for _, n := range counts {
		published += n
	}
	for _, b := range y.briefs {
		if b != noBrief && b&briefPublished != 0 {
			published--
		}
	}
	if published > 0 {
		for _, w := range which {
			if err := y.readUnfiled(ctx, s.read, "select organ, published from report where year = $1 and published > ''"+w, args); err != nil {
				return nil, err
			}
		}
	}
	return y, nil
}

// offices lists who may have set a day for the organs at the positions; nil for
// many organs: everybody.
func (y *filingYear) offices(at []int) []int64 {
	if len(at) > fewFilings {
		return nil
	}
	seen := map[int64]bool{}
	out := []int64{}
	for _, i := range at {
		for _, id := range y.chain(i) {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
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
		if err := rows.Scan(&organ, &b); err != nil {
			return err
		}
		if i, ok := y.then.at[organ]; ok {
			y.briefs[i] = b
		}
	}
	return rows.Err()
}

func (y *filingYear) readUnfiled(ctx context.Context, q asker, query string, args []any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var organ int64
		var day string
		if err := rows.Scan(&organ, &day); err != nil {
			return err
		}
		i, ok := y.then.at[organ]
		if !ok || y.briefs[i] != noBrief {
			continue
		}
		due := y.due(i)
		f := reporting.Filing{State: reporting.FilingPublished, Due: due.Day, PublishBy: due.PublishBy}
		if err := f.Published.UnmarshalText([]byte(day)); err != nil {
			return err
		}
		y.briefs[i] = briefOf(&f, true) | briefUnfiled
	}
	return rows.Err()
}

// chain is what stands above an organ today, the nearest first.
func (y *filingYear) chain(i int) []int64 {
	now, ok := y.now.at[y.then.organs[i].ID]
	if !ok {
		return nil
	}
	o := &y.now.organs[now]
	chain, ok := y.chains[o.Parent]
	if !ok {
		chain = above(o.Path)
		y.chains[o.Parent] = chain
	}
	return chain
}

// due is the day of an organ.
func (y *filingYear) due(i int) reporting.Due {
	if len(y.dues.set) == 0 && len(y.dues.town) == 0 {
		return y.dues.of(y.then.organs[i], nil)
	}
	return y.dues.of(y.then.organs[i], y.chain(i))
}

// brief is that of an organ; of one nobody began the zero brief, a draft.
func (y *filingYear) brief(i int) brief { return max(y.briefs[i], 0) }

// counts reports whether an organ is a row of the year: it has to file, or did.
func (y *filingYear) counts(i int) bool {
	o := &y.then.organs[i]
	return o.Owes(y.year) || y.briefs[i] != noBrief && o.Filer()
}

func (y *filingYear) late(i int) bool {
	b := y.brief(i)
	if b&briefPublished != 0 {
		return b>>briefShift > 0
	}
	return b.late(y.due(i), y.today)
}

// is reports whether an organ's filing is in a state of a FilingQuery.
func (y *filingYear) is(i int, state string) bool {
	b := y.brief(i)
	switch state {
	case FilingsAll:
		return true
	case FilingsNone:
		return !b.begun()
	case FilingsLate:
		return y.late(i)
	case FilingsWaiting:
		return b.state() == reporting.FilingSubmitted
	case FilingsOpen:
		switch b.state() {
		case reporting.FilingDraft, reporting.FilingChecked, reporting.FilingReturned:
			return true
		}
		return false
	case FilingsBegun:
		return b.begun() && (b.state() == reporting.FilingDraft || b.state() == reporting.FilingChecked)
	}
	return b.begun() && string(b.state()) == state
}

func knownFilingState(state string) bool {
	switch state {
	case FilingsAll, FilingsNone, FilingsLate, FilingsWaiting, FilingsOpen, FilingsBegun:
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
		if !y.counts(i) || !y.is(i, q.State) {
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
		switch b := y.briefs[i]; {
		case b == noBrief:
		case b&briefUnfiled != 0:
			unfiled = append(unfiled, o.ID)
		default:
			ids = append(ids, o.ID)
		}
	}
	err := s.fillRows(ctx, ids, at, y.year, "select f.organ, "+filingHead+", f.content, "+filingCounts+" from filing f")
	if err == nil {
		// What was published without a filing, in the same columns.
		err = s.fillRows(ctx, unfiled, at, y.year, `select f.organ, 0, 'published', 0, '', '', '', '', 0, '', '', 0,
			f.published, '', '', 0, '', 0, f.version, f.file_name, f.saved_at, 1, `+filingCounts+" from report f")
	}
	for n, i := range page {
		due := y.due(i)
		if dated(&out[n].Filing, due); y.briefs[i] != noBrief && y.briefs[i]&briefUnfiled != 0 {
			out[n].Due, out[n].Basis, out[n].PublishBy = due.Day, due.Basis, due.PublishBy
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
