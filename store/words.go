package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
	"gongkai/vetting"
)

// A WordList is a dated list of words 词表 that an office keeps. It holds for the
// organ and all below it.
type WordList struct {
	ID, Organ int64
	OrganName string
	vetting.List
	Source  string // where the words come from, e.g. a notice
	Count   int    // entries, also where they were not read
	Edition int64
	Saved   time.Time
}

// WordsRef is the reference of acts on a list of words.
func WordsRef(id int64) string { return fmt.Sprintf("words/%d", id) }

// Bounds of the lists of an office.
const (
	MaxWordLists = 40   // of one organ
	MaxWords     = 3000 // of one list
)

const wordListSQL = `select l.id, l.organ, o.name, l.kind, l.name, l.from_day, l.to_day, l.source, l.n, l.edition, l.saved_at, `

func scanWordList(r scanner) (x WordList, err error) {
	var from, to string
	var entries []byte
	var saved int64
	if err = r.Scan(&x.ID, &x.Organ, &x.OrganName, &x.Kind, &x.Name, &from, &to, &x.Source, &x.Count, &x.Edition, &saved, &entries); err != nil {
		return x, err
	}
	x.Saved = time.UnixMilli(saved)
	if len(entries) > 0 {
		if err = json.Unmarshal(entries, &x.Entries); err != nil {
			return x, err
		}
	}
	return x, dates(from, to, &x.From, &x.To)
}

// onPath is the condition that an organ is on the path from the top to another.
func (p *pick) onPath(column, path string) {
	var list []string
	for _, id := range above(path + "0/") {
		list = append(list, p.arg(id))
	}
	p.and(column + " in (" + strings.Join(append(list, "0"), ", ") + ")")
}

// wordsFor are the lists in force on a day at an organ, with their words.
func (s *Store) wordsFor(ctx context.Context, q asker, organ int64, day law.Date) ([]vetting.List, error) {
	var path string
	if err := q.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return nil, err
	}
	var p pick
	p.onPath("l.organ", path)
	p.and("l.from_day <= "+p.arg(day.String()), "(l.to_day = '' or l.to_day >= "+p.arg(day.String())+")")
	rows, err := p.rows(ctx, q, wordListSQL+"l.entries from word_list l join organ o on o.id = l.organ", "l.organ, l.id", 10*MaxWordLists)
	list, err := gather("lists of words", rows, err, scanWordList)
	var out []vetting.List
	for _, x := range list {
		out = append(out, x.List)
	}
	return out, err
}

// WordLists lists what holds at an organ, its own lists and those above, the
// nearest first, without their words; lists that have ended among them. ErrNotFound
// for an organ that the viewer may not see.
func (s *Store) WordLists(ctx context.Context, v org.Viewer, organ int64) ([]WordList, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	if !org.May(v, org.SeeItems, o.Subject()) {
		return nil, ErrNotFound
	}
	var p pick
	p.onPath("l.organ", o.Path)
	rows, err := p.rows(ctx, s.read, wordListSQL+"'' from word_list l join organ o on o.id = l.organ", "length(o.path) desc, l.kind, l.id", 10*MaxWordLists)
	return gather("lists of words", rows, err, scanWordList)
}

// WordList is a list with its words. It may be seen by those who see what it is
// held against.
func (s *Store) WordList(ctx context.Context, v org.Viewer, id int64) (WordList, error) {
	return s.wordList(ctx, v, "l.entries from word_list l join organ o on o.id = l.organ where l.id = $1", id)
}

// WordEdition is a list as it was kept the nth time.
func (s *Store) WordEdition(ctx context.Context, v org.Viewer, id, n int64) (WordList, error) {
	x, err := s.WordList(ctx, v, id)
	if err != nil {
		return x, err
	}
	rows, err := s.read.QueryContext(ctx, `select e.list, cast($2 as bigint), cast($3 as text), cast($4 as text), e.name, e.from_day, e.to_day, e.source, e.n, e.edition, e.at, e.entries
		from word_edition e where e.list = $1 and e.edition = $5`, id, x.Organ, x.OrganName, string(x.Kind), n)
	list, err := gather("edition of words", rows, err, scanWordList)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return WordList{}, err
	}
	return list[0], nil
}

func (s *Store) wordList(ctx context.Context, v org.Viewer, from string, id int64) (WordList, error) {
	x, err := scanWordList(s.read.QueryRowContext(ctx, wordListSQL+from, id))
	if err != nil {
		return WordList{}, fmt.Errorf("store: list of words %d: %w", id, notFound(err))
	}
	o, err := s.Organ(ctx, x.Organ)
	if err != nil {
		return WordList{}, err
	}
	if org.May(v, org.SeeItems, o.Subject()) {
		return x, nil
	}
	for _, p := range v.Posts { // what is kept above holds below
		if strings.HasPrefix(p.Path, o.Path) && org.Able(v, org.SeeItems) {
			return x, nil
		}
	}
	return WordList{}, ErrNotFound
}

// SaveWordList keeps a list, as a new one where it has no id. Edition is the one
// that was read: ErrConflict if somebody else was faster. It needs EditCatalogue at
// the organ; Done.Answer is the id. A list is never deleted: it ends.
func (s *Store) SaveWordList(ctx context.Context, by By, x WordList) (Done, error) {
	return s.do(ctx, by, "save words", func(h *hand) (string, error) {
		var before WordList
		if x.ID != 0 {
			var err error
			if before, err = scanWordList(h.QueryRowContext(h.ctx, wordListSQL+"l.entries from word_list l join organ o on o.id = l.organ where l.id = $1", x.ID)); err != nil {
				return "", err
			}
			x.Organ, x.Kind = before.Organ, before.Kind // both stay
		}
		if err := h.edits(org.EditCatalogue, x.Organ); err != nil {
			return "", err
		}
		if before.Edition != x.Edition {
			return "", ErrConflict
		}
		if err := x.check(); err != nil {
			return "", err
		}
		if before.ID == 0 {
			var n int
			if err := h.QueryRowContext(h.ctx, "select count(*) from word_list where organ = $1", x.Organ).Scan(&n); err != nil {
				return "", err
			}
			if n >= MaxWordLists {
				return "", act.Refuse(fmt.Sprintf("一个机关最多%d个词表。请把同类的词放在一个词表里。", MaxWordLists))
			}
			x.ID = h.s.NewID()
		}
		b, err := json.Marshal(x.Entries)
		if err != nil {
			return "", err
		}
		next := before.Edition + 1
		if before.ID == 0 {
			_, err = h.ExecContext(h.ctx, "insert into word_list (id, organ, kind, name, from_day, to_day, source, entries, n, edition, saved_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
				x.ID, x.Organ, string(x.Kind), x.Name, x.From.String(), x.To.String(), x.Source, string(b), len(x.Entries), next, h.now)
		} else {
			err = one(h.ExecContext(h.ctx, "update word_list set name = $2, from_day = $3, to_day = $4, source = $5, entries = $6, n = $7, edition = $8, saved_at = $9 where id = $1 and edition = $10",
				x.ID, x.Name, x.From.String(), x.To.String(), x.Source, string(b), len(x.Entries), next, h.now, before.Edition))
		}
		if err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "insert into word_edition (list, edition, name, from_day, to_day, source, entries, n, person, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			x.ID, next, x.Name, x.From.String(), x.To.String(), x.Source, string(b), len(x.Entries), by.Viewer.Person, h.now); err != nil {
			return "", err
		}
		added, gone := wordsChanged(before.Entries, x.Entries)
		return fmt.Sprint(x.ID), h.note(act.WordsSaved, WordsRef(x.ID), x.Organ, nil, act.Change{Field: "名称", Old: before.Name, New: x.Name}, act.Change{Field: "施行", Old: before.From.String(), New: x.From.String()},
			act.Change{Field: "截止", Old: before.To.String(), New: x.To.String()}, act.Change{Field: "来源", Old: before.Source, New: x.Source}, act.Change{Field: "词语", Old: gone, New: added})
	})
}

// check is what is wrong with a list.
func (x WordList) check() error {
	seen := map[string]bool{}
	for _, e := range x.Entries {
		n := utf8.RuneCountInString(text.Fold(e.Word))
		if n < 2 || utf8.RuneCountInString(e.Word) > vetting.MaxWord || utf8.RuneCountInString(e.Right) > 2*vetting.MaxWord || utf8.RuneCountInString(e.Note) > 500 || seen[e.Word] || e.Word == e.Right {
			return act.Refuse("有的词语没有通过核对，请改好以后再保存。")
		}
		seen[e.Word] = true
	}
	switch {
	case !slices.Contains(vetting.ListKinds(), x.Kind):
		return act.Refuse("请选择词表的种类。")
	case strings.TrimSpace(x.Name) == "" || utf8.RuneCountInString(x.Name) > 60:
		return act.Refuse("请写词表的名称，60个字以内。")
	case strings.TrimSpace(x.Source) == "" || utf8.RuneCountInString(x.Source) > 200:
		return act.Refuse("请写明词表的来源，例如哪一份通知、哪个部门提供，200个字以内。")
	case x.From.IsZero():
		return act.Refuse("请写施行日期。")
	case !x.To.IsZero() && x.To.Before(x.From.AddDays(-1)):
		return act.Refuse("截止日期早于施行日期。")
	case len(x.Entries) == 0 || len(x.Entries) > MaxWords:
		return act.Refuse(fmt.Sprintf("一个词表要有1至%d条。", MaxWords))
	}
	return nil
}

// wordsChanged says in some words what came in and what went out.
func wordsChanged(before, now []vetting.Entry) (added, gone string) {
	less := func(from, than []vetting.Entry) string {
		have := map[vetting.Entry]bool{}
		for _, e := range than {
			have[e] = true
		}
		var words []string
		n := 0
		for _, e := range from {
			if have[e] {
				continue
			}
			if n++; n <= 30 {
				w := e.Word
				if e.Right != "" {
					w += "→" + e.Right
				}
				words = append(words, w)
			}
		}
		s := strings.Join(words, "、")
		if n > 30 {
			s += fmt.Sprintf("等%d条", n)
		}
		return s
	}
	return less(now, before), less(before, now)
}

// A WordEditionLine says when a list was kept, and by whom.
type WordEditionLine struct {
	Edition    int64
	From, To   law.Date
	Source     string
	Count      int
	PersonName string
	At         time.Time
}

// WordEditions lists how a list was kept, the newest first.
func (s *Store) WordEditions(ctx context.Context, v org.Viewer, id int64) ([]WordEditionLine, error) {
	if _, err := s.WordList(ctx, v, id); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `select e.edition, e.from_day, e.to_day, e.source, e.n, coalesce(p.name, ''), e.at from word_edition e left join person p on p.id = e.person
		where e.list = $1 order by e.edition desc limit 200`, id)
	return gather("editions of words", rows, err, func(r scanner) (x WordEditionLine, err error) {
		var from, to string
		var at int64
		if err = r.Scan(&x.Edition, &from, &to, &x.Source, &x.Count, &x.PersonName, &at); err == nil {
			x.At, err = time.UnixMilli(at), dates(from, to, &x.From, &x.To)
		}
		return x, err
	})
}
