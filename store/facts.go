package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
)

// A factScope is whose facts are counted: those of one organ with its 内设机构 and
// 村, or of a government and everything below it.
type factScope struct {
	organ org.Organ
	below bool
	year  int
	maps  []casework.Mapping
	// The member of a family whose rows are asked for.
	member string
}

// ReportFacts counts what the prose of an organ's report of a year can say, its
// 内设机构 and 村 with it, at one moment. Who may not see the organ's reports gets
// ErrNotFound. A fact of which nothing was ever kept here is not Known. today
// bounds nothing in a year that is over; of the present one what is entered counts.
func (s *Store) ReportFacts(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date) ([]reporting.Fact, error) {
	return s.reportFacts(ctx, v, organ, year, today, false)
}

// ReportFactsBelow are those of a government's report: of everything below it and
// of itself (本级和所属). It needs sight of the reports below.
func (s *Store) ReportFactsBelow(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date) ([]reporting.Fact, error) {
	return s.reportFacts(ctx, v, organ, year, today, true)
}

func (s *Store) reportFacts(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date, below bool) ([]reporting.Fact, error) {
	c, err := s.factScope(ctx, v, organ, year, below)
	if err != nil {
		return nil, fmt.Errorf("store: facts of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	if year > today.Year {
		return nil, fmt.Errorf("store: facts of %d for %d: %w", organ, year, ErrNotFound)
	}
	facts, err := s.countFacts(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("store: facts of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	if !below {
		if err := s.beyondFiles(ctx, v, c, today, facts); err != nil {
			return nil, fmt.Errorf("store: facts of %d for %d: %w", organ, year, s.dialect.translate(err))
		}
	}
	if score, ok, err := s.scoreFact(ctx, v, organ, year); err != nil {
		return nil, fmt.Errorf("store: facts of %d for %d: %w", organ, year, err)
	} else if ok && !below {
		facts["scores.total"] = append(facts["scores.total"], score)
	}
	return c.ordered(v, facts), nil
}

// factScope is the scope of an organ's facts, for who may see its reports.
func (s *Store) factScope(ctx context.Context, v org.Viewer, organ int64, year int, below bool) (*factScope, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	c := &factScope{organ: o, below: below, year: year}
	if !org.May(v, org.SeeReports, o.Subject()) {
		return nil, ErrNotFound
	}
	if below {
		if err := seesBelow(v, o); err != nil {
			return nil, err
		}
	}
	c.maps, err = s.Mappings(ctx, organ)
	return c, err
}

// opens reports whether the viewer may see the single things that a set counts.
func (c *factScope) opens(v org.Viewer, verb org.Verb) bool {
	if c.below {
		return org.May(v, verb, org.Subject{Organ: -1, Home: -1, Path: c.organ.Path + "0/"}) && org.May(v, verb, c.organ.Subject())
	}
	return org.May(v, verb, c.organ.Subject())
}

// href is the page that lists what a fact counts.
func (c *factScope) href(key string) string {
	below := ""
	if c.below {
		below = "&below=1"
	}
	return fmt.Sprintf("/desk/filing/%d/%d/prose/list?fact=%s%s", c.organ.ID, c.year, url.QueryEscape(key), below)
}

// query writes the words of a query that begin with a colon as parameters, each
// once.
func (c *factScope) query(q string, args *[]any) string {
	place := func(x any) string {
		*args = append(*args, x)
		return fmt.Sprintf("$%d", len(*args))
	}
	mine := func() string {
		if c.below {
			return "o.path >= " + place(c.organ.Path) + " and o.path < " + place(afterPrefix(c.organ.Path))
		}
		return "o.home = " + place(c.organ.ID)
	}
	for _, w := range []struct {
		word  string
		value func() string
	}{{":mine", mine}, {":from", func() string { return place(law.Day(c.year, 1, 1).String()) }}, {":to", func() string { return place(law.Day(c.year, 12, 31).String()) }},
		{":start", func() string { return place(startOf(law.Day(c.year, 1, 1))) }}, {":end", func() string { return place(startOf(law.Day(c.year+1, 1, 1))) }},
		{":year", func() string { return place(c.year) }}, {":counted", func() string { return c.counted(place) }}, {":correcting", correctingEndings},
		{":member", func() string { return place(c.member) }}, {":outcomes", func() string { return c.outcomes(place) }}} {
		if strings.Contains(q, w.word) {
			q = strings.ReplaceAll(q, w.word, w.value())
		}
	}
	return q
}

// counted is the condition that a request's outcome counts in table 三, by the
// mapping of the authority in charge.
func (c *factScope) counted(place func(any) string) string {
	if none := c.mapped(place, func(row string) bool { return row == "" }); none != "" {
		return "not (" + none + ")"
	}
	return "1 = 1"
}

// outcomes is the condition that it counts in the group of rows asked for.
func (c *factScope) outcomes(place func(any) string) string {
	cond := c.mapped(place, func(row string) bool {
		g := outcomeGroup(row)
		return g != nil && g.id == c.member
	})
	if cond == "" {
		return "1 = 0"
	}
	return "(" + cond + ")"
}

// mapped is the condition that an answer counts in a row that fits, "" if none
// does: from each day on which the mapping changed to the next.
func (c *factScope) mapped(place func(any) string, fits func(row string) bool) string {
	from := []law.Date{{}}
	for _, m := range c.maps {
		from = append(from, m.From)
	}
	var out []string
	for i, day := range from {
		var in []string
		for _, r := range casework.Results() {
			if fits(casework.RowOf(r.Outcome, day, c.maps)) {
				in = append(in, place(string(r.Outcome)))
			}
		}
		if len(in) == 0 {
			continue
		}
		cond := "t.answer <> '' and t.outcome in (" + strings.Join(in, ", ") + ")"
		if i > 0 {
			cond += " and t.answer >= " + place(day.String())
		}
		if i+1 < len(from) {
			cond += " and t.answer < " + place(from[i+1].String())
		}
		out = append(out, "("+cond+")")
	}
	return strings.Join(out, " or ")
}

// countFacts counts every set, all at one moment, by the keys of their kinds.
func (s *Store) countFacts(ctx context.Context, c *factScope) (map[string][]reporting.Fact, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // it only read
	out := map[string][]reporting.Fact{}
	var args []any
	var used int
	err = tx.QueryRowContext(ctx, c.query(`select case when exists (select 1 from item t join organ o on o.id = t.organ where :mine) or exists (select 1 from request t join organ o on o.id = t.organ where :mine) then 1 else 0 end`, &args), args...).Scan(&used)
	if err != nil {
		return nil, err
	}
	for _, set := range factSets() {
		if err := set.count(ctx, tx, c, used != 0, out); err != nil {
			return nil, fmt.Errorf("%s: %w", set.name, err)
		}
	}
	if err := c.shown(ctx, tx, out); err != nil {
		return nil, err
	}
	return out, nil
}

// count adds the facts of a set.
func (x *factSet) count(ctx context.Context, q asker, c *factScope, used bool, out map[string][]reporting.Fact) error {
	var args []any
	cols := []string{"count(*)"}
	for _, f := range x.facts {
		cols = append(cols, "cast(coalesce("+f.sum()+", 0) as bigint)")
	}
	n := make([]int64, len(cols))
	dest := make([]any, len(n))
	for i := range n {
		dest[i] = &n[i]
	}
	where := " from " + x.from + " where " + x.in + " and :mine"
	if err := q.QueryRowContext(ctx, c.query("select "+strings.Join(cols, ", ")+where, &args), args...).Scan(dest...); err != nil {
		return err
	}
	known := n[0] > 0 || x.always && used
	if !known && x.ever != "" {
		var args []any
		var have int
		if err := q.QueryRowContext(ctx, c.query("select case when exists (select 1 from "+x.ever+" and :mine) then 1 else 0 end", &args), args...).Scan(&have); err != nil {
			return err
		}
		known = have != 0
	}
	if !known {
		return nil
	}
	for i, f := range x.facts {
		if f.mean && n[0] == 0 {
			continue
		}
		out[f.key] = append(out[f.key], factKind(f.key).Fact(n[i+1]))
	}
	if n[0] == 0 {
		return nil
	}
	for _, f := range x.families {
		members := map[string]int{} // place in the list, by id
		var args []any
		err := rowsOf(ctx, q, func(r *sql.Rows) error {
			var value string
			var n int64
			if err := r.Scan(&value, &n); err != nil {
				return err
			}
			for _, m := range f.members(c, value) {
				if at, ok := members[m.id]; ok {
					out[f.key][at].N += n
					continue
				}
				members[m.id] = len(out[f.key])
				out[f.key] = append(out[f.key], factKind(f.key).Member(m.id, m.name, n))
			}
			return nil
		}, c.query("select "+f.column+", count(*)"+where+" group by 1 order by 1", &args), args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// factKind is the kind of a key that sets name: a test walks them all.
func factKind(key string) reporting.FactKind {
	k, _ := reporting.KindOfFact(key)
	return k
}

// ordered is every fact in the order of the kinds, with the pages that the viewer
// may open; kinds of which nothing is known come as not Known.
func (c *factScope) ordered(v org.Viewer, facts map[string][]reporting.Fact) []reporting.Fact {
	verbs := map[string]org.Verb{}
	for _, key := range shownKeys {
		verbs[key] = org.SeeItems
	}
	for _, x := range factSets() {
		for _, f := range x.facts {
			verbs[f.key] = x.verb
		}
		for _, f := range x.families {
			verbs[f.key] = x.verb
		}
	}
	var out []reporting.Fact
	for _, k := range reporting.FactKinds() {
		list := facts[k.Key]
		if len(list) == 0 && !k.Family() {
			f := k.Fact(0)
			f.Known = false
			list = []reporting.Fact{f}
		}
		slices.SortStableFunc(list, func(a, b reporting.Fact) int {
			if a.N != b.N {
				return int(min(max(b.N-a.N, -1), 1))
			}
			return strings.Compare(a.Key, b.Key)
		})
		for _, f := range list {
			if verb := verbs[k.Key]; f.Known && f.N != 0 && f.Href == "" && verb != "" && c.opens(v, verb) {
				f.Href = c.href(f.Key)
			}
			out = append(out, f)
		}
	}
	return out
}

// scoreFact is the organ's points of the year, where every round of one scheme
// was announced.
func (s *Store) scoreFact(ctx context.Context, v org.Viewer, organ int64, year int) (reporting.Fact, bool, error) {
	var schemes []int64
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		schemes = append(schemes, id)
		return err
	}, `select distinct r.scheme from assessment a join score_round r on r.id = a.score_round join scheme m on m.id = r.scheme
		where a.organ = $1 and r.year = $2 and r.state in ('announced', 'closed') and m.internal = 0`, organ, year)
	if err != nil || len(schemes) != 1 {
		return reporting.Fact{}, false, err
	}
	_, rows, err := s.yearScores(ctx, v, schemes[0], year)
	if err != nil {
		return reporting.Fact{}, false, err
	}
	for _, r := range rows {
		if r.Organ == organ && r.Whole() {
			f := factKind("scores.total").Fact(int64(r.Total))
			f.Href = fmt.Sprintf("/desk/scores/year?of=%d/%d", schemes[0], year)
			return f, true, nil
		}
	}
	return reporting.Fact{}, false, nil
}
