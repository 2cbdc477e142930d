package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
)

// A gapQuery asks for the gaps of an organ and everything below it as of a day.
type gapQuery struct {
	tree *organTree
	root int // position in the tree
	day  law.Date
	few  []int64 // the organs asked about, if they are few; nil for too many to name
}

// where is a condition over a column of organs, and its arguments after those
// given.
func (q gapQuery) where(column string, args ...any) (string, []any) {
	if q.few == nil {
		return "1 = 1", args
	}
	return column + " in (" + idList(q.few, func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }) + ")", args
}

// A gapProvider answers sources of gaps with everything that is missing at the
// organs asked about, in any order. Others may come back too: they are passed
// over.
type gapProvider struct {
	sources []string
	find    func(s *Store, ctx context.Context, q gapQuery, add func(organ int64, g oversight.Gap)) error
	used    func(s *Store, ctx context.Context, q gapQuery) (bool, error) // whether there is anything to ask; nil for always
}

// gapProviders are all that are connected. A source of oversight that none of
// them names is said to be unconnected.
func gapProviders() []gapProvider {
	return []gapProvider{
		{[]string{oversight.GapRecurringLate}, (*Store).recurringGaps, nil},
		{[]string{oversight.GapTasksLate}, (*Store).taskGaps, nil},
		{[]string{oversight.GapRequestsLate}, (*Store).requestGaps, nil},
		{[]string{oversight.GapVoicesLate}, (*Store).voiceGaps, nil},
		{[]string{oversight.GapReportsMissing, oversight.GapReportsBack}, (*Store).reportGaps, nil},
		{[]string{oversight.GapOrdersOpen}, (*Store).orderGaps, nil},
		{[]string{oversight.GapPlanLate, oversight.GapPlanReturned, oversight.GapPlanSilent}, (*Store).planGaps, nil},
		{[]string{oversight.GapColumnsEmpty, oversight.GapColumnsStale, oversight.GapItemsLate, oversight.GapItemsBare, oversight.GapGuideOld}, (*Store).itemGaps, (*Store).itemsUsed},
	}
}

// A GapRow is a gap as a page shows it.
type GapRow struct {
	oversight.Gap
	ID      int64 // in an issued dispatch, 0 while it is only counted
	Answer  string
	Promise law.Date
	Said    law.Date // day of the answer
	Version int64
}

// An OrganGaps is what is missing at one organ.
type OrganGaps struct {
	Organ org.Organ
	Gaps  []GapRow // in the order of the sources, then by day
}

// Count is how many gaps of a group there are.
func (x OrganGaps) Count(g oversight.GapGroup) int {
	n := 0
	for _, y := range x.Gaps {
		if s, _ := oversight.GapSourceOf(y.Source); s.Group == g {
			n++
		}
	}
	return n
}

// A GapSheet is the gaps of an organ and everything below it on a day.
type GapSheet struct {
	Day     law.Date
	Looked  int // organs looked at
	Gaps    int
	Carried int         // of them, open since an earlier month
	Settled int         // of the last month's, closed since
	Organs  []OrganGaps // that have any, in the order of the tree
	Sources []oversight.SourceAnswer
	Parts   map[int64]org.Organ // 内设机构 and 村 that are named
}

// Gaps counts what is missing on a day at an organ and below it, as far as the
// viewer may see, and compares it with the organ's last dispatch before the month
// of that day. ErrNotFound for an organ of which he may see nothing.
func (s *Store) Gaps(ctx context.Context, v org.Viewer, organ int64, day law.Date) (*GapSheet, error) {
	sheet, err := s.gaps(ctx, v, organ, day)
	if err != nil {
		return nil, fmt.Errorf("store: gaps of %d: %w", organ, s.dialect.translate(err))
	}
	return sheet, nil
}

func (s *Store) gaps(ctx context.Context, v org.Viewer, organ int64, day law.Date) (*GapSheet, error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	root, ok := tree.at[organ]
	if !ok || !org.May(v, org.SeePlans, tree.subject(organ)) {
		return nil, ErrNotFound
	}
	q := gapQuery{tree: tree, root: root, day: day}
	if tree.end[root]-root <= fewFilings {
		for i := root; i < tree.end[root]; i++ {
			q.few = append(q.few, tree.organs[i].ID)
		}
	}
	sheet := &GapSheet{Day: day, Parts: map[int64]org.Organ{}}
	sees := make([]bool, tree.end[root]-root)
	for i := root; i < tree.end[root]; i++ {
		o := tree.organs[i]
		sees[i-root] = org.May(v, org.SeePlans, org.Subject{Organ: o.ID, Home: tree.home[i], Path: o.Path})
		if sees[i-root] && tree.home[i] == o.ID && o.InForce(day) {
			sheet.Looked++
		}
	}
	found := make([][]GapRow, len(sees))
	count := map[string]int{}
	add := func(organ int64, g oversight.Gap) {
		i, ok := tree.at[organ]
		if !ok || i < root || i >= tree.end[root] || !sees[i-root] {
			return
		}
		if g.Organ = tree.home[i]; g.Organ != organ {
			g.Part = organ
			sheet.Parts[organ] = tree.organs[i]
			if i, ok = tree.at[g.Organ]; !ok || i < root || i >= tree.end[root] {
				return
			}
		}
		found[i-root] = append(found[i-root], GapRow{Gap: g})
		count[g.Source]++
	}
	connected := map[string]bool{}
	for _, p := range gapProviders() {
		if p.used != nil {
			if on, err := p.used(s, ctx, q); err != nil || !on {
				if err != nil {
					return nil, fmt.Errorf("%s: %w", p.sources[0], err)
				}
				continue
			}
		}
		if err := p.find(s, ctx, q, add); err != nil {
			return nil, fmt.Errorf("%s: %w", p.sources[0], err)
		}
		for _, name := range p.sources {
			connected[name] = true
		}
	}
	rank := map[string]int{}
	for i, x := range oversight.GapSources() {
		rank[x.Name] = i
		sheet.Sources = append(sheet.Sources, oversight.SourceAnswer{Name: x.Name, Connected: connected[x.Name], Gaps: count[x.Name]})
	}
	for i, list := range found {
		if len(list) == 0 {
			continue
		}
		slices.SortStableFunc(list, func(a, b GapRow) int {
			return cmp.Or(cmp.Compare(rank[a.Source], rank[b.Source]), strings.Compare(a.Due.String(), b.Due.String()), strings.Compare(a.Ref, b.Ref))
		})
		sheet.Organs = append(sheet.Organs, OrganGaps{tree.organs[root+i], list})
		sheet.Gaps += len(list)
	}
	return sheet, s.carry(ctx, organ, sheet)
}

// carry compares a sheet with the organ's last dispatch before the month.
func (s *Store) carry(ctx context.Context, organ int64, sheet *GapSheet) error {
	last, err := s.lastGaps(ctx, organ, sheet.Day, nil)
	if err != nil {
		return err
	}
	now := make([]oversight.Gap, 0, sheet.Gaps)
	for _, o := range sheet.Organs {
		for _, g := range o.Gaps {
			now = append(now, g.Gap)
		}
	}
	before := make([]oversight.Gap, len(last))
	said := make(map[string]GapRow, len(last))
	for i, g := range last {
		before[i] = g.Gap
		said[fmt.Sprintf("%d|%s", g.Organ, g.Key())] = g
	}
	sheet.Carried, sheet.Settled = oversight.Carry(now, before, oversight.MonthName(sheet.Day.Year, sheet.Day.Month))
	n := 0
	for i := range sheet.Organs {
		for k := range sheet.Organs[i].Gaps {
			g := &sheet.Organs[i].Gaps[k]
			g.Since = now[n].Since
			n++
			if was, ok := said[fmt.Sprintf("%d|%s", g.Organ, g.Key())]; ok {
				g.Answer, g.Promise, g.Said = was.Answer, was.Promise, was.Said
			}
		}
	}
	return nil
}

func (s *Store) recurringGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("x.organ", q.day.String())
	rows, err := s.read.QueryContext(ctx, "select x.id, x.organ, x.name, x.period, x.due from recurring x where x.due <> '' and x.due < $1 and "+cond, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, func(r scanner) error {
		var id, organ int64
		var name, due string
		var p oversight.DutyPeriod
		if err := r.Scan(&id, &organ, &name, &p.Name, &due); err != nil {
			return err
		}
		if err := dayOf(due, &p.Due); err != nil {
			return err
		}
		ref := RecurringRef(id) + "/" + p.Name
		text := name
		if !strings.HasPrefix(p.Name, "e") {
			text += "（" + p.Chinese() + "）"
		}
		add(organ, oversight.Gap{Source: oversight.GapRecurringLate, Ref: ref, Text: text, Due: p.Due})
		return nil
	})
}

func (s *Store) taskGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("t.organ", q.day.String())
	rows, err := s.read.QueryContext(ctx, "select t.id, t.organ, t.title, t.due from task t where t.ended_at = 0 and t.due <> '' and t.due < $1 and "+cond, args...)
	if err != nil {
		return err
	}
	return scanGaps(rows, oversight.GapTasksLate, TaskRef, add)
}

// requestGaps are requests past the day of the law, by their number alone.
func (s *Store) requestGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("r.organ", q.day.String())
	rows, err := s.read.QueryContext(ctx, "select r.id, r.organ, r.number, r.due from request r where r.prudent <> '' and r.due <> '' and r.due < $1 and "+cond, args...)
	if err != nil {
		return err
	}
	return scanGaps(rows, oversight.GapRequestsLate, func(id int64) string { return fmt.Sprintf("request/%d", id) }, add)
}

func (s *Store) voiceGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("v.organ", q.day.String(), string(oversight.VoiceOpen))
	rows, err := s.read.QueryContext(ctx, "select v.id, v.organ, v.number, v.due from voice v where v.state = $2 and v.due <> '' and v.due < $1 and "+cond, args...)
	if err != nil {
		return err
	}
	return scanGaps(rows, oversight.GapVoicesLate, func(id int64) string { return fmt.Sprintf("voice/%d", id) }, add)
}

// reportGaps are last year's reports that missed their day or were returned.
func (s *Store) reportGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	year := q.day.Year - 1
	then := q.tree.on(law.Day(year, 12, 31))
	var at []int
	for i := q.root; i < q.tree.end[q.root]; i++ {
		if k, ok := then.at[q.tree.organs[i].ID]; ok && then.organs[k].Filer() {
			at = append(at, k)
		}
	}
	y, err := s.filingYear(ctx, year, q.tree, then, at)
	if err != nil {
		return err
	}
	y.today = q.day
	for _, k := range at {
		o := then.organs[k]
		if !y.counts(k) {
			continue
		}
		b := y.brief(k)
		g := oversight.Gap{Source: oversight.GapReportsMissing, Ref: fmt.Sprintf("filing/%d/%d", o.ID, year), Text: fmt.Sprintf("%d年度报告未报送", year), Due: y.due(k).Day}
		switch {
		case b.state() == reporting.FilingReturned:
			g.Source, g.Text = oversight.GapReportsBack, fmt.Sprintf("%d年度报告退回后未重报", year)
			add(o.ID, g)
		case y.is(k, FilingsOpen) && b&briefPublished == 0 && y.late(k):
			add(o.ID, g)
		}
	}
	return nil
}

func (s *Store) orderGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("x.organ", q.day.String(), string(oversight.OrderReplied))
	rows, err := s.read.QueryContext(ctx, "select x.id, x.organ, x.title, x.due from rectification x where x.ended_on = '' and x.state <> $2 and x.given_on <= $1 and "+cond, args...)
	if err != nil {
		return err
	}
	return scanGaps(rows, oversight.GapOrdersOpen, OrderRef, add)
}

// planGaps are shares of tasks that others gave. What an organ gave its own
// sections and villages is its own affair, but for the organ that asks.
func (s *Store) planGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	cond, args := q.where("x.organ", q.day.String(), string(oversight.PartyDone))
	rows, err := s.read.QueryContext(ctx, `select t.id, t.organ, t.number, t.body, t.due, x.organ, x.state, x.reported_on, p.issued from plan_party x
		join plan_task t on t.id = x.task join plan p on p.id = t.plan
		where x.lead = 1 and x.state <> $2 and t.done_on = '' and t.cancelled_on = '' and p.issued <> '' and p.issued <= $1 and `+cond, args...)
	if err != nil {
		return err
	}
	month := law.Day(q.day.Year, q.day.Month, 1)
	return scanAll(rows, func(r scanner) error {
		var t oversight.PlanTask
		p := oversight.Party{Lead: true}
		var due, reported, issued string
		var since law.Date
		if err := r.Scan(&t.ID, &t.Organ, &t.Number, &t.Text, &due, &p.Organ, &p.State, &reported, &issued); err != nil {
			return err
		}
		if err := dates(due, reported, &t.Due, &p.Reported); err != nil {
			return err
		}
		if err := dayOf(issued, &since); err != nil {
			return err
		}
		home := q.tree.subject(p.Organ).Home
		if home == t.Organ && home != q.tree.organs[q.root].ID {
			return nil
		}
		g := oversight.Gap{Ref: PlanTaskRef(t.ID), Due: t.Due, Text: strings.TrimSpace(t.Number + " " + clip(t.Text, 60))}
		switch standing := t.Share(p, q.day); {
		case standing == oversight.StandingOverdue:
			g.Source = oversight.GapPlanLate
		case standing == oversight.StandingReturned:
			g.Source = oversight.GapPlanReturned
		case standing != oversight.StandingWaiting && since.Before(month) && p.Reported.Before(month):
			g.Source = oversight.GapPlanSilent
		default:
			return nil
		}
		add(p.Organ, g)
		return nil
	})
}

// scanGaps reads id, organ, text and day of gaps of one source.
func scanGaps(rows *sql.Rows, source string, ref func(int64) string, add func(int64, oversight.Gap)) error {
	return scanAll(rows, func(r scanner) error {
		g := oversight.Gap{Source: source}
		var id, organ int64
		var due string
		if err := r.Scan(&id, &organ, &g.Text, &due); err != nil {
			return err
		}
		g.Ref, g.Text = ref(id), clip(g.Text, 60)
		err := dayOf(due, &g.Due)
		add(organ, g)
		return err
	})
}
