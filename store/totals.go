package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// A Total is the sum of a government for a year with the list it rests on.
type Total struct {
	*reporting.Aggregate
	State *CountedState
}

// Total adds the government's report up for the year: its own figures and those
// of the organs of the list in force (see [CountedState.InForce]). A published
// report counts, else one that the office accepted; with provisional also one
// that waits for review. It reads what is there now: nothing is kept. Who may not
// see the reports below the organ gets ErrNotFound.
func (s *Store) Total(ctx context.Context, v org.Viewer, organ int64, year int, provisional bool) (*Total, error) {
	c, err := s.counted(ctx, v, organ, year)
	if err == nil {
		var t *Total
		if t, err = s.total(ctx, c, year, provisional); err == nil {
			return t, nil
		}
	}
	return nil, fmt.Errorf("store: total of %d for %d: %w", organ, year, s.dialect.translate(err))
}

func (s *Store) total(ctx context.Context, c *CountedState, year int, provisional bool) (*Total, error) {
	form, err := annual.FormFor(year)
	if err != nil {
		return nil, err
	}
	list := c.InForce()
	a, err := reporting.Aggregated(list, form, provisional, s.shares(ctx, &list, year, provisional))
	if err != nil {
		return nil, err
	}
	a.Sum.Organ = c.Root.Name
	return &Total{Aggregate: a, State: c}, nil
}

// Shares gives what each organ of a list brings in, in the order of the list.
// The caller has the list from [Store.Counted] or [Store.Total], which ask for
// permission. The first error ends it.
func (s *Store) Shares(ctx context.Context, list *reporting.CountedList, provisional bool) iter.Seq2[reporting.Share, error] {
	return s.shares(ctx, list, list.Year, provisional)
}

// stands is the row that may stand for an organ.
type stands struct {
	state   reporting.FilingState // of a filing
	version int64
	on      string
	figures []byte
}

// standing is what may stand for the organs of a list.
type standing struct {
	published, filed, own map[int64]stands
}

func (s *Store) shares(ctx context.Context, list *reporting.CountedList, year int, provisional bool) iter.Seq2[reporting.Share, error] {
	return func(yield func(reporting.Share, error) bool) {
		st, err := s.standing(ctx, list, year)
		if err != nil {
			yield(reporting.Share{}, err)
			return
		}
		var values []annual.Value
		for _, l := range list.Lines {
			if l.Way == reporting.WayEach && !l.Own {
				continue // its organs stand in the list, and its office among them
			}
			x, row := st.of(l, provisional)
			if row.figures != nil {
				var edition []byte
				if edition, values, err = decodeFigures(row.figures, values); err == nil {
					x.Form = annual.Edition(string(edition))
					if x.Form == nil || len(x.Form.Cells) != len(values) {
						err = errFigures
					}
				}
				if err == nil && row.on != "" {
					err = x.On.UnmarshalText([]byte(row.on))
				}
				if err != nil {
					yield(reporting.Share{}, fmt.Errorf("figures of %q: %w", l.Name, err))
					return
				}
				x.Values, x.Version = values, row.version
			}
			if !yield(x, nil) {
				return
			}
		}
	}
}

// of says what stands for a line.
func (st *standing) of(l reporting.CountedLine, provisional bool) (reporting.Share, stands) {
	x := reporting.Share{Line: l}
	pub, published := st.published[l.Organ]
	filed, has := st.filed[l.Organ]
	switch {
	case l.Way == reporting.WayOut:
		x.State = reporting.StandsOut
		if l.Own {
			return x, st.own[l.Organ]
		}
		if !published && filed.state == reporting.FilingAccepted {
			pub = filed
		}
		return x, pub
	case l.Own:
		own, ok := st.own[l.Organ]
		if x.State = reporting.CountsOwn; !ok {
			x.State = reporting.LacksOwn
		}
		return x, own
	case published:
		x.State = reporting.CountsPublished
		return x, pub
	case !has:
		x.State = reporting.LacksReport
		return x, stands{}
	}
	switch filed.state {
	case reporting.FilingAccepted, reporting.FilingPublished:
		x.State = reporting.CountsAccepted
	case reporting.FilingSubmitted:
		if x.State = reporting.LacksWaiting; provisional {
			x.State = reporting.CountsSubmitted
		}
	case reporting.FilingReturned:
		x.State = reporting.LacksReturned
		return x, stands{}
	default:
		x.State = reporting.LacksDraft
		return x, stands{}
	}
	return x, filed
}

// manyOrgans is from how many organs on the rows of a year are read through on
// two connections instead of being looked up.
const manyOrgans = 1500

// standing reads what may stand for the organs of a list.
func (s *Store) standing(ctx context.Context, list *reporting.CountedList, year int) (*standing, error) {
	st := &standing{own: map[int64]stands{}}
	ids := make([]int64, 0, len(list.Lines))
	owners := []int64{}
	for i := range list.Lines {
		l := &list.Lines[i]
		if ids = append(ids, l.Organ); l.Own {
			owners = append(owners, l.Organ)
		}
	}
	slices.Sort(ids)
	var mu sync.Mutex
	g, gctx := errgroup.WithContext(ctx)
	read := func(to map[int64]stands, query string, args ...any) {
		g.Go(func() error {
			rows, err := s.read.QueryContext(gctx, query, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id int64
				var x stands
				if err := rows.Scan(&id, &x.state, &x.version, &x.on, &x.figures); err != nil {
					return err
				}
				mu.Lock()
				to[id] = x
				mu.Unlock()
			}
			return rows.Err()
		})
	}
	st.published, st.filed = make(map[int64]stands, len(ids)), map[int64]stands{}
	for _, q := range []struct {
		to  map[int64]stands
		sql string
	}{{st.published, publishedSQL}, {st.filed, filedSQL}} {
		switch {
		case len(ids) == 0:
		case len(ids) < manyOrgans:
			read(q.to, q.sql+" and organ in ("+numbers(ids)+")", year)
		default:
			middle := ids[len(ids)/2]
			read(q.to, q.sql+" and organ >= $2 and organ < $3", year, ids[0], middle)
			read(q.to, q.sql+" and organ >= $2 and organ <= $3", year, middle, ids[len(ids)-1])
		}
	}
	if len(owners) > 0 {
		read(st.own, "select organ, '', version, '', figures from own_figures where year = $1 and organ in ("+numbers(owners)+")", year)
	}
	return st, g.Wait()
}

const publishedSQL = "select organ, 'published', version, published, figures from report where year = $1"

// filedSQL reads where the others stand.
const filedSQL = `select organ, state, content, case when state = 'accepted' then accepted else submitted end, figures
	from filing where year = $1 and edition <> ''`

// maxSumming bounds how many governments are offered for a sum.
const maxSumming = 300

// Summing lists the governments whose sum of a year somebody may see, as they
// were then: those that have filers below them, the highest first, and of each
// its subordinate governments. It is cut at 300.
func (s *Store) Summing(ctx context.Context, v org.Viewer, year int) ([]org.Organ, error) {
	now, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	then := now.on(law.Day(year, 12, 31))
	var out []org.Organ
	deep := map[int64]int{}
	for i, o := range then.organs {
		if !then.summary[i] || !o.InForce(law.Day(year, 12, 31)) {
			continue
		}
		at, ok := now.at[o.ID]
		if !ok || seesBelow(v, now.organs[at]) != nil {
			continue
		}
		deep[o.ID] = strings.Count(o.Path, "/")
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b org.Organ) int { return deep[a.ID] - deep[b.ID] })
	return out[:min(len(out), maxSumming)], nil
}
