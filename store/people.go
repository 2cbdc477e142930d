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
	"gongkai/text"
)

// Which people of a PersonQuery.
const (
	PeopleHere = ""     // who have not left
	PeopleLeft = "left" // who have left
	PeopleAll  = "all"
)

// PersonQuery chooses people. Zero fields choose all who have not left.
type PersonQuery struct {
	Verb   org.Verb // where the viewer may do this, SeePeople if empty
	Day    law.Date // on which posts are held and people are there
	Under  string   // path of an organ: who works there or below; "" for everywhere
	Organ  int64    // who works at this organ or in its 内设机构
	Role   org.Role // who holds it on the day, anywhere
	Who    string   // PeopleHere, PeopleLeft or PeopleAll
	Search string   // part of name, login or title, any width
	Name   string   // exactly this name
	After  string   // mark of the page, "" for the first
	Limit  int      // rows a page, 50 if 0, at most MaxPeople
}

// MaxPeople bounds one page of people.
const MaxPeople = 500

// People lists people in the order of the tree, then as they were recorded,
// with the posts they hold on the day, and the mark of the next page, "" after
// the last. ErrCursor says that After is not a mark of this list.
func (s *Store) People(ctx context.Context, v org.Viewer, q PersonQuery) (rows []PersonRow, next string, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxPeople)
	verb := q.Verb
	if verb == "" {
		verb = org.SeePeople
	}
	rows, err = s.peoplePass(ctx, v.Scope(verb), q, limit+1, false)
	if err != nil {
		return nil, "", err
	}
	// The viewer himself, where he is not among them: asked apart, so that the
	// others are found through the organs.
	self, err := s.peoplePass(ctx, v.Scope(verb), q, 1, true)
	if err != nil {
		return nil, "", err
	}
	if rows = append(rows, self...); len(self) > 0 {
		slices.SortFunc(rows, func(a, b PersonRow) int { return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.ID, b.ID)) })
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = mark{Sort: "people", Text: rows[limit-1].Path, ID: rows[limit-1].ID}.String()
	}
	if err := s.withPosts(ctx, rows, q.Day.String()); err != nil {
		return nil, "", fmt.Errorf("store: people: %w", err)
	}
	return rows, next, nil
}

// peoplePass reads people of a scope: those at organs inside it, or only the
// person whose scope it is, if he works outside them.
func (s *Store) peoplePass(ctx context.Context, sc org.Scope, q PersonQuery, limit int, self bool) ([]PersonRow, error) {
	args := []any{}
	arg := func(x any) string { args = append(args, x); return fmt.Sprintf("$%d", len(args)) }
	in := scope(sc, "o.home", "o.path", "", &args)
	where := []string{in}
	if self {
		if sc.Person() == 0 {
			return nil, nil
		}
		where = []string{"p.id = " + arg(sc.Person()), "not " + in}
	}
	day := q.Day.String()
	switch q.Who {
	case PeopleHere:
		where = append(where, "(p.valid_to = '' or p.valid_to >= "+arg(day)+")")
	case PeopleLeft:
		where = append(where, "p.valid_to <> '' and p.valid_to < "+arg(day))
	}
	if q.Under != "" {
		where = append(where, "o.path >= "+arg(q.Under)+" and o.path < "+arg(afterPrefix(q.Under)))
	}
	if q.Organ != 0 {
		n := arg(q.Organ)
		where = append(where, "(o.home = "+n+" or o.id = "+n+")")
	}
	if q.Role != "" {
		d := arg(day)
		where = append(where, "exists (select 1 from post x where x.person = p.id and x.role = "+arg(string(q.Role))+
			" and (x.valid_from = '' or x.valid_from <= "+d+") and (x.valid_to = '' or x.valid_to >= "+d+"))")
	}
	if f := text.Fold(q.Search); f != "" {
		where = append(where, "p.search like "+arg("%"+likeEscape(f)+"%")+` escape '\'`)
	}
	if q.Name != "" {
		where = append(where, "p.name = "+arg(strings.ReplaceAll(q.Name, "\x00", "")))
	}
	if q.After != "" {
		m, err := parseMark(q.After, "people")
		if err != nil {
			return nil, err
		}
		where = append(where, "(o.path, p.id) > ("+arg(m.Text)+", "+arg(m.ID)+")")
	}
	from := peopleSQL
	if q.Search != "" || q.Name != "" || q.Who == PeopleLeft || self { // few of many: a pass over the people is shorter
		from = personRowSQL + " where "
	}
	list, err := s.read.QueryContext(ctx, from+strings.Join(where, " and ")+" order by o.path, p.id limit "+arg(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("store: people: %w", err)
	}
	defer list.Close()
	var rows []PersonRow
	for list.Next() {
		x, err := scanPersonRow(list)
		if err != nil {
			return nil, fmt.Errorf("store: people: %w", err)
		}
		rows = append(rows, x)
	}
	return rows, list.Err()
}

// withPosts adds the posts held on the day, "" for every post ever.
func (s *Store) withPosts(ctx context.Context, rows []PersonRow, day string) error {
	at := map[int64]int{}
	for i := range rows {
		at[rows[i].ID] = i
	}
	for chunk := range slices.Chunk(rows, 200) {
		args := []any{}
		var marks []string
		for _, x := range chunk {
			args = append(args, x.ID)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		where := "x.person in (" + strings.Join(marks, ", ") + ")"
		if day != "" {
			args = append(args, day)
			d := fmt.Sprintf("$%d", len(args))
			where += " and (x.valid_from = '' or x.valid_from <= " + d + ") and (x.valid_to = '' or x.valid_to >= " + d + ")"
		}
		posts, err := s.posts(ctx, s.read, where+" order by x.id", args...)
		if err != nil {
			return err
		}
		for _, p := range posts {
			i := at[p.Person]
			rows[i].Posts = append(rows[i].Posts, p)
		}
	}
	return nil
}

// AllPeople reads every person where the viewer may do what the verb says, who
// have left included, with all their posts: what a list of people is compared
// with.
func (s *Store) AllPeople(ctx context.Context, v org.Viewer, verb org.Verb) ([]PersonRow, error) {
	var out []PersonRow
	for after := ""; ; {
		rows, next, err := s.People(ctx, v, PersonQuery{Verb: verb, Who: PeopleAll, After: after, Limit: MaxPeople})
		if err != nil {
			return nil, err
		}
		if out = append(out, rows...); next == "" {
			return out, nil
		}
		after = next
	}
}

// LoginTaken reports for each login whether somebody has it, wherever he works:
// a login is one of a kind in the whole instance.
func (s *Store) LoginTaken(ctx context.Context, logins []string) (map[string]bool, error) {
	out := map[string]bool{}
	for chunk := range slices.Chunk(logins, 200) {
		args := []any{}
		var marks []string
		for _, x := range chunk {
			args = append(args, strings.ReplaceAll(x, "\x00", ""))
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		rows, err := s.read.QueryContext(ctx, "select login from person where login <> '' and login in ("+strings.Join(marks, ", ")+")", args...)
		if err != nil {
			return nil, fmt.Errorf("store: logins: %w", err)
		}
		for rows.Next() {
			var l string
			if err := rows.Scan(&l); err != nil {
				rows.Close()
				return nil, fmt.Errorf("store: logins: %w", err)
			}
			out[l] = true
		}
		if err := rows.Close(); err != nil {
			return nil, fmt.Errorf("store: logins: %w", err)
		}
	}
	return out, nil
}

// maxRefs bounds how many references one act of reading names.
const maxRefs = 1000

// PersonalRead registers that somebody read personal data: one act for all that
// was shown at once, by reference, and the same person by the same officer only
// once a day. A page calls it before it shows anything.
func (s *Store) PersonalRead(ctx context.Context, by By, what string, refs ...string) error {
	refs = slices.Compact(slices.Sorted(slices.Values(refs)))
	for chunk := range slices.Chunk(refs, maxRefs) {
		_, err := s.do(ctx, By{Viewer: by.Viewer, From: by.From, Reason: what}, "personal data read", func(h *hand) (string, error) {
			var first []string
			for _, ref := range chunk {
				key := fmt.Sprintf("read/%d/%s/%s", by.Viewer.Person, h.day, ref)
				res, err := h.ExecContext(h.ctx, "insert into operation (key, officer, at, answer) values ($1, $2, $3, '') on conflict (key) do nothing", key, by.Viewer.Person, h.now)
				if err != nil {
					return "", err
				}
				if n, err := res.RowsAffected(); err != nil {
					return "", err
				} else if n > 0 {
					first = append(first, ref)
				}
			}
			if len(first) == 0 {
				return "", nil
			}
			return "", h.note(act.PersonalRead, fmt.Sprintf("person/%d", by.Viewer.Person), by.Viewer.Organ, first)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
