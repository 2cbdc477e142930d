package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A WorkLine is what was done with items: by a person, a section, a month.
type WorkLine struct {
	ID                                             int64  // of the person or the organ
	Name                                           string // or the month, 2026-11
	Drafted, Submitted, Signed, Returned, Released int
	Changed, Withdrawn                             int
}

// Any reports whether anything was done.
func (l WorkLine) Any() bool { return l != WorkLine{ID: l.ID, Name: l.Name} }

func (l *WorkLine) count(kind string, n int) {
	switch kind {
	case act.ItemDrafted:
		l.Drafted += n
	case act.ItemSubmitted:
		l.Submitted += n
	case act.ItemSigned:
		l.Signed += n
	case act.ItemReturned:
		l.Returned += n
	case act.ItemPublished:
		l.Released += n
	case act.ItemRevised:
		l.Changed += n
	case act.ItemWithdrawn, act.ItemRemoved:
		l.Withdrawn += n
	}
}

// ItemWork is the work on the items of an organ. Persons are named only to those
// who see people.
type ItemWork struct {
	Total    WorkLine
	Months   []WorkLine
	Sections []WorkLine // the organ itself and its 内设机构, by where the item belongs
	Persons  []WorkLine // nil for those who may not see people
}

// ItemWork counts what was done with the items of an organ and its sections from
// one day to another. ErrNotFound for an organ that the viewer may not see.
func (s *Store) ItemWork(ctx context.Context, v org.Viewer, o org.Organ, from, to law.Date) (w ItemWork, err error) {
	if !org.May(v, org.SeeItems, o.Subject()) {
		return w, ErrNotFound
	}
	kinds := []string{act.ItemDrafted, act.ItemSubmitted, act.ItemSigned, act.ItemReturned, act.ItemPublished, act.ItemRevised, act.ItemWithdrawn, act.ItemRemoved}
	months, sections, persons := map[string]*WorkLine{}, map[int64]*WorkLine{}, map[int64]*WorkLine{}
	rows, err := s.read.QueryContext(ctx, `select a.kind, substr(a.on_day, 1, 7), a.organ, o.name, a.officer, coalesce(p.name, ''), count(*)
		from act a join organ o on o.id = a.organ left join person p on p.id = a.officer
		where o.home = $1 and a.kind in ('`+strings.Join(kinds, "', '")+`') and a.on_day >= $2 and a.on_day <= $3
		group by a.kind, substr(a.on_day, 1, 7), a.organ, o.name, a.officer, p.name`, o.HomeID(), from.String(), to.String())
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var kind, month, organName, personName string
			var organ, person int64
			var n int
			if err := r.Scan(&kind, &month, &organ, &organName, &person, &personName, &n); err != nil {
				return err
			}
			w.Total.count(kind, n)
			if months[month] == nil {
				months[month] = &WorkLine{Name: month}
			}
			months[month].count(kind, n)
			if sections[organ] == nil {
				sections[organ] = &WorkLine{ID: organ, Name: organName}
			}
			sections[organ].count(kind, n)
			if persons[person] == nil {
				persons[person] = &WorkLine{ID: person, Name: personName}
			}
			persons[person].count(kind, n)
			return nil
		})
	}
	if err != nil {
		return w, fmt.Errorf("store: work on items: %w", err)
	}
	for _, m := range months {
		w.Months = append(w.Months, *m)
	}
	slices.SortFunc(w.Months, func(a, b WorkLine) int { return strings.Compare(a.Name, b.Name) })
	w.Sections = byWork(sections)
	if org.May(v, org.SeePeople, o.Subject()) {
		delete(persons, 0) // the program
		w.Persons = byWork(persons)
	}
	return w, nil
}

func byWork(m map[int64]*WorkLine) []WorkLine {
	var out []WorkLine
	for _, l := range m {
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b WorkLine) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}
