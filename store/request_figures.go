package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

// A FigureQuery chooses the requests that figures are about. Zero Organ and Under
// are all that the viewer may see.
type FigureQuery struct {
	Year  int      // of receipt
	Organ int64    // one organ
	Under string   // path of an organ, with all below it
	Today law.Date // open requests due before it are over
	Near  law.Date // those due up to it, and not over, are near
}

// A FigureLine is the figures of one organ, one handler, one channel, one month.
// Of the year: New, Answered, Late, Extended, Corrected and Days are about the
// requests received in it. Open, Over, Near and Waiting are about all that are
// open now, whatever their year.
type FigureLine struct {
	Organ, Person             int64
	Key                       string // channel, outcome or month
	Open, Over, Near, Waiting int
	New, Answered, Late       int
	Extended, Corrected       int // extended; asked to be corrected 补正
	Days                      int // working days from receipt to answer, of all answered
	Ended, Reversed           int // reviews and court cases that ended in the year, and those that corrected the answer
	OrganName, PersonName     string
}

// add puts the figures of another line to these.
func (l *FigureLine) add(o FigureLine) {
	l.Open, l.Over, l.Near, l.Waiting = l.Open+o.Open, l.Over+o.Over, l.Near+o.Near, l.Waiting+o.Waiting
	l.New, l.Answered, l.Late = l.New+o.New, l.Answered+o.Answered, l.Late+o.Late
	l.Extended, l.Corrected, l.Days = l.Extended+o.Extended, l.Corrected+o.Corrected, l.Days+o.Days
	l.Ended, l.Reversed = l.Ended+o.Ended, l.Reversed+o.Reversed
}

// RequestFigures are the figures of the requests that a viewer may see.
type RequestFigures struct {
	Total     FigureLine
	Median    int          // working days to answer; of an even number the lower one
	Organs    []FigureLine // those with any figure: overdue first, then late, then by number
	Persons   []FigureLine // of one organ each; Person 0 is nobody yet
	Channels  []FigureLine
	Outcomes  []FigureLine // in the order of the list of outcomes
	Months    []FigureLine // of receipt, "" for what is not confirmed yet
	ByDays    map[int]int  // answers by the working days they took
	Truncated bool         // there are more organs or persons than lines
}

// MaxFigureLines bounds the lines by organ and by person unless all are asked for.
const MaxFigureLines = 100

// RequestFigures counts the requests that the viewer may see, out of indexes
// alone. With all there are lines for every organ and person, without for the
// first MaxFigureLines.
func (s *Store) RequestFigures(ctx context.Context, v org.Viewer, q FigureQuery, all bool) (*RequestFigures, error) {
	c := &figureCount{s: s, v: v, q: q, lines: map[[2]int64]*FigureLine{}}
	if err := c.count(ctx); err != nil {
		return nil, fmt.Errorf("store: figures of requests: %w", err)
	}
	f := c.figures(all)
	if err := s.nameFigures(ctx, f); err != nil {
		return nil, fmt.Errorf("store: figures of requests: %w", err)
	}
	return f, nil
}

// figureCount gathers what the queries find. Two run at a time: others read too.
type figureCount struct {
	s *Store
	v org.Viewer
	q FigureQuery

	mu       sync.Mutex
	lines    map[[2]int64]*FigureLine // by organ and person
	channels map[string]*FigureLine
	outcomes map[string]*FigureLine
	months   map[string]*FigureLine
	days     map[int]int // answers by working days
	remedies map[int64][2]int
}

// from is the part of a query that chooses organs: each seeks its own requests
// in an index. The join is written so that no planner turns it round.
func (c *figureCount) from(table string, args *[]any) string {
	arg := func(x any) string {
		*args = append(*args, x)
		return fmt.Sprintf("$%d", len(*args))
	}
	from := "from organ o cross join " + table + " r where r.organ = o.id and " + scope(c.v.Scope(org.SeeRequests), "o.home", "o.path", "", args)
	if c.q.Organ != 0 {
		from += " and o.id = " + arg(c.q.Organ)
	}
	if c.q.Under != "" {
		from += " and o.path >= " + arg(c.q.Under) + " and o.path < " + arg(afterPrefix(c.q.Under))
	}
	return from
}

func (c *figureCount) count(ctx context.Context) error {
	parts := []func(context.Context) error{c.openOnes, c.ofTheYear, c.byKind, c.byDays, c.ended}
	var wait sync.WaitGroup
	errs, free := make([]error, len(parts)), make(chan struct{}, 2)
	for i, do := range parts {
		wait.Go(func() {
			free <- struct{}{}
			errs[i] = do(ctx)
			<-free
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// line is the line of an organ and a person. The caller holds the lock.
func (c *figureCount) line(organ, person int64) *FigureLine {
	l := c.lines[[2]int64{organ, person}]
	if l == nil {
		l = &FigureLine{Organ: organ, Person: person}
		c.lines[[2]int64{organ, person}] = l
	}
	return l
}

// each hands the rows of a query over under the lock.
func (c *figureCount) each(ctx context.Context, scan func(r *sql.Rows) error, query string, args ...any) error {
	return rowsOf(ctx, c.s.read, func(r *sql.Rows) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		return scan(r)
	}, query, args...)
}

func (c *figureCount) openOnes(ctx context.Context) error {
	args := []any{c.q.Today.String(), c.q.Near.String()}
	return c.each(ctx, func(r *sql.Rows) error {
		var x FigureLine
		if err := r.Scan(&x.Organ, &x.Person, &x.Open, &x.Over, &x.Near, &x.Waiting); err != nil {
			return err
		}
		c.line(x.Organ, x.Person).add(x)
		return nil
	}, `select r.organ, r.person, count(*), sum(case when r.waiting = '' and r.due < $1 then 1 else 0 end),
		sum(case when r.waiting = '' and r.due >= $1 and r.prudent <= $2 then 1 else 0 end), sum(case when r.waiting <> '' then 1 else 0 end) `+
		c.from("request", &args)+" and r.prudent <> '' group by r.organ, r.person", args...)
}

func (c *figureCount) ofTheYear(ctx context.Context) error {
	args := []any{c.q.Year}
	return c.each(ctx, func(r *sql.Rows) error {
		var x FigureLine
		if err := r.Scan(&x.Organ, &x.Person, &x.New, &x.Answered, &x.Late, &x.Extended, &x.Corrected, &x.Days); err != nil {
			return err
		}
		c.line(x.Organ, x.Person).add(x)
		return nil
	}, `select r.organ, r.person, count(*), sum(case when r.answer <> '' then 1 else 0 end), sum(r.late), sum(r.extended), sum(r.corrected),
		sum(case when r.answer <> '' then r.days else 0 end) `+c.from("request", &args)+" and r.new_in = $1 group by r.organ, r.person", args...)
}

func (c *figureCount) byKind(ctx context.Context) error {
	args := []any{c.q.Year}
	c.channels, c.outcomes, c.months = map[string]*FigureLine{}, map[string]*FigureLine{}, map[string]*FigureLine{}
	return c.each(ctx, func(r *sql.Rows) error {
		var channel, outcome, month string
		var x FigureLine
		if err := r.Scan(&channel, &outcome, &month, &x.New, &x.Answered, &x.Late, &x.Days); err != nil {
			return err
		}
		for _, at := range []struct {
			m   map[string]*FigureLine
			key string
		}{{c.channels, channel}, {c.outcomes, outcome}, {c.months, month}} {
			if at.m[at.key] == nil {
				at.m[at.key] = &FigureLine{Key: at.key}
			}
			at.m[at.key].add(x)
		}
		return nil
	}, `select r.channel, r.outcome, substr(r.received, 1, 7), count(*), sum(case when r.answer <> '' then 1 else 0 end), sum(r.late), sum(case when r.answer <> '' then r.days else 0 end) `+
		c.from("request", &args)+" and r.new_in = $1 group by 1, 2, 3", args...)
}

func (c *figureCount) byDays(ctx context.Context) error {
	args := []any{c.q.Year}
	c.days = map[int]int{}
	return c.each(ctx, func(r *sql.Rows) error {
		var days, n int
		if err := r.Scan(&days, &n); err != nil {
			return err
		}
		c.days[days] += n
		return nil
	}, "select r.days, count(*) "+c.from("request", &args)+" and r.new_in = $1 and r.answer <> '' group by r.days", args...)
}

// ended counts reviews and court cases that ended in the year.
func (c *figureCount) ended(ctx context.Context) error {
	args := []any{law.Day(c.q.Year, 1, 1).String(), law.Day(c.q.Year, 12, 31).String()}
	c.remedies = map[int64][2]int{}
	return c.each(ctx, func(r *sql.Rows) error {
		var organ int64
		var n, reversed int
		if err := r.Scan(&organ, &n, &reversed); err != nil {
			return err
		}
		c.remedies[organ] = [2]int{n, reversed}
		return nil
	}, "select r.organ, count(*), sum(case when r.ending in ("+correctingEndings()+") then 1 else 0 end) "+c.from("request_remedy", &args)+
		" and r.counted = 1 and r.ended >= $1 and r.ended <= $2 group by r.organ", args...)
}

// correctingEndings are the endings of table four's column 结果纠正, for a query.
func correctingEndings() string {
	var out []string
	for _, e := range casework.Endings() {
		if e.Column() == "corrected" {
			out = append(out, "'"+string(e)+"'")
		}
	}
	return strings.Join(out, ", ")
}

// figures adds up and orders what was found.
func (c *figureCount) figures(all bool) *RequestFigures {
	f := &RequestFigures{}
	organs := map[int64]*FigureLine{}
	organ := func(id int64) *FigureLine {
		if organs[id] == nil {
			organs[id] = &FigureLine{Organ: id}
		}
		return organs[id]
	}
	for _, l := range c.lines {
		organ(l.Organ).add(*l)
		f.Persons = append(f.Persons, *l)
	}
	for id, n := range c.remedies {
		organ(id).add(FigureLine{Ended: n[0], Reversed: n[1]})
	}
	for _, l := range organs {
		f.Total.add(*l)
		f.Organs = append(f.Organs, *l)
	}
	slices.SortFunc(f.Organs, worstFirst)
	slices.SortFunc(f.Persons, worstFirst)
	if !all {
		f.Truncated = len(f.Organs) > MaxFigureLines || len(f.Persons) > MaxFigureLines
		f.Organs, f.Persons = f.Organs[:min(len(f.Organs), MaxFigureLines)], f.Persons[:min(len(f.Persons), MaxFigureLines)]
	}
	f.Channels, f.Months = byKey(c.channels), byKey(c.months)
	for _, l := range byKey(c.outcomes) {
		if l.Key != "" {
			f.Outcomes = append(f.Outcomes, l)
		}
	}
	place := func(key string) int {
		return slices.IndexFunc(casework.Results(), func(r casework.Result) bool { return string(r.Outcome) == key })
	}
	slices.SortStableFunc(f.Outcomes, func(a, b FigureLine) int { return place(a.Key) - place(b.Key) })
	f.Median, f.ByDays = median(c.days), c.days
	return f
}

func worstFirst(a, b FigureLine) int {
	for _, d := range [][2]int{{b.Over, a.Over}, {b.Near, a.Near}, {b.Late, a.Late}, {b.New, a.New}, {b.Open, a.Open}} {
		if d[0] != d[1] {
			return d[0] - d[1]
		}
	}
	if a.Organ != b.Organ {
		return int(min(max(a.Organ-b.Organ, -1), 1))
	}
	return int(min(max(a.Person-b.Person, -1), 1))
}

func byKey(m map[string]*FigureLine) []FigureLine {
	out := make([]FigureLine, 0, len(m))
	for _, l := range m {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b FigureLine) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// median of counted whole numbers: the lower middle one, 0 of none.
func median(counts map[int]int) int {
	total := 0
	var keys []int
	for d, n := range counts {
		total += n
		keys = append(keys, d)
	}
	slices.Sort(keys)
	seen := 0
	for _, d := range keys {
		if seen += counts[d]; 2*seen >= total {
			return d
		}
	}
	return 0
}

// nameFigures reads the names of the organs and persons of the lines.
func (s *Store) nameFigures(ctx context.Context, f *RequestFigures) error {
	organs, persons := map[int64]string{}, map[int64]string{}
	for _, list := range [][]FigureLine{f.Organs, f.Persons} {
		for _, l := range list {
			organs[l.Organ], persons[l.Person] = "", ""
		}
	}
	for _, x := range []struct {
		m     map[int64]string
		query string
	}{{organs, "select id, name from organ where id in ("}, {persons, "select id, name from person where id in ("}} {
		ids := make([]int64, 0, len(x.m))
		for id := range x.m {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for part := range slices.Chunk(ids, 500) {
			err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
				var id int64
				var name string
				err := r.Scan(&id, &name)
				x.m[id] = name
				return err
			}, x.query+numbers(part)+")")
			if err != nil {
				return err
			}
		}
	}
	for _, list := range [][]FigureLine{f.Organs, f.Persons} {
		for i := range list {
			list[i].OrganName, list[i].PersonName = organs[list[i].Organ], persons[list[i].Person]
		}
	}
	return nil
}
