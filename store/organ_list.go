package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// States of an OrganQuery.
const (
	OrgansInForce = ""      // that exist on the day
	OrgansEnded   = "ended" // that existed before it
	OrgansAll     = "all"
)

// MaxOrgans bounds one page of organs.
const MaxOrgans = 500

// An OrganQuery asks for a page of organs in the order of the tree.
type OrganQuery struct {
	Under  int64  // it and what is below it; 0 for all
	Line   int64  // what it leads in a vertical system, at any depth; 0 for all
	Text   string // part of the name, short name or code
	Kind   org.Kind
	Level  org.Level
	State  string
	On     law.Date // the tree as it was; zero for now
	Verb   org.Verb // those to whom the viewer may do this, SeeOrgan if ""
	After  string   // path of the last row of the page before
	Limit  int      // 50 if 0
	Direct bool     // of Under only what is directly below it
}

// An OrganRow is one organ of a list.
type OrganRow struct {
	Organ  org.Organ // as it was on the day
	Home   int64
	Line   int64
	Depth  int    // below the highest of the list
	Parent string // name
	Below  int    // organs below it
}

// Organ lists are made in memory: a nation's tree is 15 MiB, and running
// through it takes a few milliseconds.

// ListOrgans lists organs the viewer may see, in the order of the tree, how many
// there are in all, and the mark of the next page, "" after the last. Permission
// is that of today's tree, whatever the day asked for.
func (s *Store) ListOrgans(ctx context.Context, v org.Viewer, q OrganQuery) (rows []OrganRow, total int, next string, err error) {
	now, err := s.organTree(ctx)
	if err != nil {
		return nil, 0, "", err
	}
	t := now.on(q.On)
	day := q.On
	if day.IsZero() {
		ms, err := s.now(ctx, s.read)
		if err != nil {
			return nil, 0, "", fmt.Errorf("store: organs: %w", err)
		}
		day = law.DateOf(time.UnixMilli(ms))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxOrgans)
	verb := q.Verb
	if verb == "" {
		verb = org.SeeOrgan
	}
	led := t.led(q.Line)
	from, to := 0, len(t.organs)
	if q.Under != 0 {
		i, ok := t.at[q.Under]
		if !ok {
			return nil, 0, "", fmt.Errorf("store: organs below %d: %w", q.Under, ErrNotFound)
		}
		from, to = i, t.end[i]
		if q.Direct {
			from++
		}
	}
	folded := text.Fold(q.Text)
	all := org.May(v, verb, org.Subject{}) // the program
	top := 1 << 30
	for i := from; i < to; i++ {
		o := t.organs[i]
		switch {
		case q.Kind != "" && o.Kind != q.Kind, q.Level != 0 && o.Level != q.Level, q.Direct && o.Parent != q.Under, q.Line != 0 && !led[o.ID]:
			continue
		case q.State == OrgansInForce && !o.InForce(day), q.State == OrgansEnded && (o.To.IsZero() || !o.To.Before(day)):
			continue
		}
		if folded != "" && !strings.Contains(searchText(o), folded) {
			continue
		}
		if j := now.at[o.ID]; !all && !org.May(v, verb, org.Subject{Organ: o.ID, Home: now.home[j], Path: now.organs[j].Path}) {
			continue
		}
		total++
		depth := strings.Count(o.Path, "/") - 2
		top = min(top, depth)
		if q.After != "" && o.Path <= q.After || len(rows) > limit {
			continue
		}
		r := OrganRow{Organ: o, Home: t.home[i], Line: t.line[o.ID], Depth: depth, Below: t.end[i] - i - 1}
		if p, ok := t.at[o.Parent]; ok {
			r.Parent = t.organs[p].Name
		}
		rows = append(rows, r)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = rows[limit-1].Organ.Path
	}
	for i := range rows {
		rows[i].Depth -= top
	}
	return rows, total, next, nil
}

// led is what an organ leads in a vertical system, at any depth.
func (t *organTree) led(id int64) map[int64]bool {
	if id == 0 {
		return nil
	}
	out := map[int64]bool{}
	for o := range t.line {
		for up, n := t.line[o], 0; up != 0 && n < deepest; up, n = t.line[up], n+1 {
			if up == id {
				out[o] = true
				break
			}
		}
	}
	return out
}

// MatchOrgans finds the organs that a text names, to whom the viewer may do what
// the verb says: those of that very code or name, else those whose name holds
// it. Organs that have ended are left out.
func (s *Store) MatchOrgans(ctx context.Context, v org.Viewer, verb org.Verb, named string, limit int) ([]org.Organ, error) {
	rows, _, _, err := s.ListOrgans(ctx, v, OrganQuery{Text: named, Verb: verb, Limit: MaxOrgans})
	if err != nil {
		return nil, err
	}
	folded := text.Fold(named)
	var exact, within []org.Organ
	for _, r := range rows {
		o := r.Organ
		if folded == text.Fold(o.Name) || folded == text.Fold(o.Short) || folded == text.Fold(o.Code) {
			exact = append(exact, o)
		}
		within = append(within, o)
	}
	if len(exact) > 0 {
		within = exact
	}
	return within[:min(len(within), limit)], nil
}

// OrganFile is an organ with its history, if the viewer may see it.
func (s *Store) OrganFile(ctx context.Context, v org.Viewer, id int64) (OrganFile, error) {
	f, err := organFile(ctx, s.read, id)
	if err != nil {
		return f, fmt.Errorf("store: organ %d: %w", id, s.dialect.translate(err))
	}
	if !org.May(v, org.SeeOrgan, f.OrganSubject()) {
		return OrganFile{}, fmt.Errorf("store: organ %d: %w", id, ErrNotFound)
	}
	return f, nil
}

// OrganOn is an organ as it was on the day, with its path of that day.
func (s *Store) OrganOn(ctx context.Context, id int64, day law.Date) (org.Organ, error) {
	t, err := s.organTreeOn(ctx, day)
	if err != nil {
		return org.Organ{}, err
	}
	i, ok := t.at[id]
	if !ok {
		return org.Organ{}, fmt.Errorf("store: organ %d: %w", id, ErrNotFound)
	}
	return t.organs[i], nil
}

// OrgansOn lists every organ as it was on the day, each after its parent,
// whether it existed then or not.
func (s *Store) OrgansOn(ctx context.Context, day law.Date) ([]org.Organ, error) {
	t, err := s.organTreeOn(ctx, day)
	if err != nil {
		return nil, err
	}
	return slices.Clone(t.organs), nil
}

// An OrganEvent is one line of an organ's history for people (沿革).
type OrganEvent struct {
	On        law.Date // zero: of all days (a correction), or not recorded
	Kind      string   // of the act
	Old, New  string
	Other     int64  // successor or predecessor, 0 for none
	OtherName string // its name now
	Basis     string
}

// Chinese says what happened, in one sentence without the full stop.
func (e OrganEvent) Chinese() string {
	switch e.Kind {
	case act.OrganCreated:
		return "设立“" + e.New + "”"
	case act.OrganRenamed:
		return "由“" + e.Old + "”更名为“" + e.New + "”"
	case act.OrganMoved:
		switch {
		case e.Old == "":
			return "划归“" + e.New + "”"
		case e.New == "":
			return "不再隶属“" + e.Old + "”"
		}
		return "由隶属“" + e.Old + "”改为隶属“" + e.New + "”"
	case act.OrganMerged:
		if e.New == "" {
			return "并入“" + e.OtherName + "”"
		}
		return "并入了“" + e.Old + "”"
	case act.OrganSplit:
		if e.OtherName == e.Old {
			return "由“" + e.Old + "”分设"
		}
		return "分设出“" + e.New + "”"
	case act.OrganAbolished:
		switch {
		case e.New != "":
			return "承接了撤销的“" + e.Old + "”"
		case e.Other != 0:
			return "撤销，由“" + e.OtherName + "”承接"
		}
		return "撤销"
	case act.OrganImported:
		if e.Old == "" {
			return "由名单导入，" + e.New
		}
		return "由名单导入，" + e.Old + " → " + e.New
	}
	if e.On.IsZero() {
		return "更正：" + e.Old + " → " + e.New
	}
	return e.Old + " → " + e.New
}

// OrganEvents is the history of an organ, the latest day first.
func (s *Store) OrganEvents(ctx context.Context, organ int64) ([]OrganEvent, error) {
	rows, err := s.read.QueryContext(ctx, `select e.on_day, e.kind, e.old_text, e.new_text, e.other, coalesce(o.name, ''), e.basis
		from organ_event e left join organ o on o.id = e.other where e.organ = $1 order by e.on_day desc, e.id desc limit 500`, organ)
	if err != nil {
		return nil, fmt.Errorf("store: history of %d: %w", organ, err)
	}
	defer rows.Close()
	var out []OrganEvent
	for rows.Next() {
		var e OrganEvent
		var day string
		if err := rows.Scan(&day, &e.Kind, &e.Old, &e.New, &e.Other, &e.OtherName, &e.Basis); err != nil {
			return nil, fmt.Errorf("store: history of %d: %w", organ, err)
		}
		if err := e.On.UnmarshalText([]byte(day)); err != nil {
			return nil, fmt.Errorf("store: history of %d: %w", organ, err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// OrganLoad is what still hangs on an organ: whoever ends it is told.
type OrganLoad struct{ Below, Led, People, Posts, Reports int }

// OrganLoad counts it.
func (s *Store) OrganLoad(ctx context.Context, organ int64, day law.Date) (OrganLoad, error) {
	var l OrganLoad
	on := day.String()
	for _, q := range []struct {
		to  *int
		sql string
	}{
		{&l.Below, "select count(*) from organ where parent = $1 and (valid_to = '' or valid_to >= $2)"},
		{&l.Led, "select count(*) from organ where line = $1 and (valid_to = '' or valid_to >= $2)"},
		{&l.People, "select count(*) from person where organ = $1 and (valid_to = '' or valid_to >= $2)"},
		{&l.Posts, "select count(*) from post where organ = $1 and (valid_to = '' or valid_to >= $2)"},
		{&l.Reports, "select count(*) from report where organ = $1 and $2 <> ''"},
	} {
		if err := s.read.QueryRowContext(ctx, q.sql, organ, on).Scan(q.to); err != nil {
			return l, fmt.Errorf("store: load of %d: %w", organ, err)
		}
	}
	return l, nil
}
