package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// SchemeRef is the reference of acts on a scheme.
func SchemeRef(id int64) string { return fmt.Sprintf("scheme/%d", id) }

// A SchemeRow is a scheme as a list shows it.
type SchemeRow struct {
	ID        int64
	Organ     int64 // whose office assesses by it
	OrganName string
	Code      string
	Name      string
	Group     string
	Year      int
	Inner     bool // for 内设机构 and 村
	Changed   bool // there is a draft beside the newest edition
	Edition   int64
	Published law.Date // the newest edition
	Retired   law.Date
	Version   int64
	Saved     time.Time
	SavedBy   string
}

// A SchemeFile is a scheme whole: as it is being written, else its newest
// edition.
type SchemeFile struct {
	SchemeRow
	Scheme *oversight.Scheme
	Edits  bool // the viewer may change it
}

const schemeSQL = `select m.id, m.organ, o.name, m.code, m.name, m.group_name, m.year, m.internal, m.draft <> '', m.edition, m.published_on, m.retired_on,
	m.version, m.saved_at, coalesce(p.name, ''), o.home, o.path from scheme m join organ o on o.id = m.organ left join person p on p.id = m.saved_by`

// schemeScan reads a row of schemeSQL, with the owner as a subject.
func schemeScan(r scanner, more ...any) (x SchemeRow, to org.Subject, err error) {
	var published, retired string
	var saved int64
	err = r.Scan(append([]any{&x.ID, &x.Organ, &x.OrganName, &x.Code, &x.Name, &x.Group, &x.Year, &x.Inner, &x.Changed, &x.Edition, &published, &retired,
		&x.Version, &saved, &x.SavedBy, &to.Home, &to.Path}, more...)...)
	if err == nil {
		err = dates(published, retired, &x.Published, &x.Retired)
	}
	to.Organ, x.Saved = x.Organ, momentOf(saved)
	return x, to, err
}

// ownerMay reports whether the viewer may do this as the office that assesses:
// for other organs that takes a post that reaches below, for what is inside an
// organ one at the organ.
func ownerMay(v org.Viewer, verb org.Verb, owner org.Subject, inner bool) bool {
	if !org.May(v, verb, owner) {
		return false
	}
	return inner || org.May(v, verb, org.Subject{Home: -1, Path: owner.Path + "-/"})
}

// ownerScope is ownerMay as a condition over the owner's columns o and the flag
// internal.
func ownerScope(sc org.Scope, internal string, args *[]any) string {
	if sc.All() {
		return "1 = 1"
	}
	cond := "(" + internal + " = 1 and " + scope(sc, "o.home", "o.path", "", args) + ")"
	for _, p := range sc.Below() {
		*args = append(*args, p, afterPrefix(p))
		cond += fmt.Sprintf(" or (o.path >= $%d and o.path < $%d)", len(*args)-1, len(*args))
	}
	return "(" + cond + ")"
}

// Schemes lists the schemes of offices the viewer assesses for, edits or
// watches, the newest first. Those that are retired come last.
func (s *Store) Schemes(ctx context.Context, v org.Viewer) ([]SchemeRow, error) {
	var args []any
	see := scope(v.Scope(org.SeeScores), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, schemeSQL+" where "+see+" order by case when m.retired_on = '' then 0 else 1 end, m.id desc limit 500", args...)
	if err != nil {
		return nil, fmt.Errorf("store: schemes: %w", err)
	}
	defer rows.Close()
	var out []SchemeRow
	for rows.Next() {
		x, _, err := schemeScan(rows)
		if err != nil {
			return nil, fmt.Errorf("store: schemes: %w", err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// Scheme is one scheme as it is being written; edition names one that was
// published, 0 the draft or the newest.
func (s *Store) Scheme(ctx context.Context, v org.Viewer, id, edition int64) (SchemeFile, error) {
	f, err := s.scheme(ctx, s.read, v, id, edition)
	if err != nil {
		return SchemeFile{}, fmt.Errorf("store: scheme %d: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) scheme(ctx context.Context, q asker, v org.Viewer, id, edition int64) (f SchemeFile, err error) {
	var to org.Subject
	if f.SchemeRow, to, err = schemeScan(q.QueryRowContext(ctx, schemeSQL+" where m.id = $1", id)); err != nil {
		return f, err
	}
	if !org.May(v, org.SeeScores, to) {
		return f, ErrNotFound
	}
	f.Edits = ownerMay(v, org.EditSchemes, to, f.Inner)
	var body string
	if edition == 0 && f.Changed {
		err = q.QueryRowContext(ctx, "select draft from scheme where id = $1", id).Scan(&body)
	} else {
		if edition == 0 {
			edition = f.Edition
		}
		err = q.QueryRowContext(ctx, "select body from scheme_edition where scheme = $1 and edition = $2", id, edition).Scan(&body)
	}
	if err != nil {
		return f, err
	}
	f.Scheme, err = oversight.ParseScheme([]byte(body))
	return f, err
}

// edition reads a published scheme.
func (s *Store) edition(ctx context.Context, q asker, scheme, edition int64) (*oversight.Scheme, error) {
	var body string
	if err := q.QueryRowContext(ctx, "select body from scheme_edition where scheme = $1 and edition = $2", scheme, edition).Scan(&body); err != nil {
		return nil, err
	}
	return oversight.ParseScheme([]byte(body))
}

// SchemeEdition is an edition of a scheme that was published.
type SchemeEdition struct {
	Edition int64
	On      law.Date
	By      string // name of who published it
	Rounds  int    // scored by it
}

// SchemeEditions lists what was published of a scheme, the newest first.
func (s *Store) SchemeEditions(ctx context.Context, v org.Viewer, id int64) ([]SchemeEdition, error) {
	if _, err := s.Scheme(ctx, v, id, 0); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `select e.edition, e.on_day, coalesce(p.name, ''),
		(select count(*) from score_round r where r.scheme = e.scheme and r.edition = e.edition and r.state not in ('dropped', 'opening'))
		from scheme_edition e left join person p on p.id = e.officer where e.scheme = $1 order by e.edition desc`, id)
	if err != nil {
		return nil, fmt.Errorf("store: editions of scheme %d: %w", id, err)
	}
	defer rows.Close()
	var out []SchemeEdition
	for rows.Next() {
		var e SchemeEdition
		var on string
		if err := rows.Scan(&e.Edition, &on, &e.By, &e.Rounds); err != nil {
			return nil, fmt.Errorf("store: editions of scheme %d: %w", id, err)
		}
		if err := e.On.UnmarshalText([]byte(on)); err != nil {
			return nil, fmt.Errorf("store: editions of scheme %d: %w", id, err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// maySchemes asks whether the office may write schemes of this sort.
func (h *hand) maySchemes(owner int64, inner bool) error {
	to, err := h.subject(owner)
	if err != nil {
		return err
	}
	switch {
	case !org.May(h.by.Viewer, org.SeeScores, to):
		return ErrNotFound
	case ownerMay(h.by.Viewer, org.EditSchemes, to, inner):
		return nil
	case org.May(h.by.Viewer, org.EditSchemes, to):
		return act.Refuse("您可以为本机关的内设机构和村（社区）制定考核方案；对其他机关的考核方案由主管部门制定。请把考核对象改为内设机构、村（社区）。")
	}
	return Forbidden(org.EditSchemes)
}

// SaveScheme keeps the draft of a scheme; one without id is new for the organ.
// A draft may be incomplete: only publishing asks that it is sound. Done.Answer
// is the id.
func (s *Store) SaveScheme(ctx context.Context, by By, organ, id, version int64, x *oversight.Scheme) (Done, error) {
	fresh := id == 0
	if fresh {
		id = s.NewID()
	}
	body, err := x.JSON()
	if err != nil {
		return Done{}, fmt.Errorf("store: save scheme: %w", err)
	}
	return s.do(ctx, by, "save scheme", func(h *hand) (string, error) {
		if len(body) > oversight.MaxScheme {
			return "", act.Refuse(fmt.Sprintf("方案超过 %d KB，请精简评分标准的文字。", oversight.MaxScheme>>10))
		}
		var old SchemeFile
		if !fresh {
			var err error
			if old, err = s.scheme(h.ctx, h, by.Viewer, id, 0); err != nil {
				return "", err
			}
			if organ = old.Organ; !old.Retired.IsZero() {
				return "", act.Refuse("方案已经停用，不能修改。请另建一个方案。")
			}
			if err := h.maySchemes(organ, old.Inner); err != nil {
				return "", err
			}
			was, err := old.Scheme.JSON()
			if err != nil {
				return "", err
			}
			if old.Version == version && slices.Equal(was, body) {
				return fmt.Sprint(id), nil
			}
		}
		if err := h.maySchemes(organ, x.Inner()); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `insert into scheme (id, organ, code, name, group_name, year, internal, draft, edition, published_on, retired_on, version, saved_at, saved_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', '', 1, $9, $10) on conflict (id) do update set code = excluded.code, name = excluded.name, group_name = excluded.group_name,
			year = excluded.year, internal = excluded.internal, draft = excluded.draft, version = scheme.version + 1, saved_at = excluded.saved_at, saved_by = excluded.saved_by
			where scheme.version = $11`, id, organ, x.Code, x.Name, x.Group, x.Year, flag(x.Inner()), string(body), h.now, by.Viewer.Person, version)
		if err := one(res, err); err != nil {
			return "", err
		}
		changes := []act.Change{{Field: "方案", Old: old.Name, New: x.Name}, {Field: "对象", Old: old.Group, New: x.Group}}
		return fmt.Sprint(id), h.note(act.SchemeSaved, SchemeRef(id), organ, nil, append(changes, schemeChanges(old.Scheme, x)...)...)
	})
}

// schemeChanges names the indicators that differ, at most twenty.
func schemeChanges(old, now *oversight.Scheme) []act.Change {
	if old == nil {
		return nil
	}
	say := func(i *oversight.Indicator) string {
		if i == nil {
			return ""
		}
		return fmt.Sprintf("%s，%s，满分 %s", i.Name, i.Kind.Chinese(), i.Max)
	}
	var out []act.Change
	seen := map[string]bool{}
	for _, s := range []*oversight.Scheme{old, now} {
		for g := range s.Groups {
			for k := range s.Groups[g].Indicators {
				key := s.Groups[g].Indicators[k].Key
				if seen[key] || len(out) >= 20 {
					continue
				}
				seen[key] = true
				a, _ := old.Indicator(key)
				b, _ := now.Indicator(key)
				if x, y := say(a), say(b); x != y {
					out = append(out, act.Change{Field: "指标 " + key, Old: x, New: y})
				}
			}
		}
	}
	return out
}

// PublishScheme makes the draft a new edition, if it is sound. Rounds that were
// opened before keep theirs.
func (s *Store) PublishScheme(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "publish scheme", func(h *hand) (string, error) {
		f, err := h.schemeToChange(id, version)
		if err != nil {
			return "", err
		}
		if !f.Changed {
			return "", act.Refuse("方案自上次发布以后没有改动，不需要再发布。")
		}
		if bad := f.Scheme.Check(); len(bad) > 0 {
			return "", act.Refuse(fmt.Sprintf("方案还有 %d 处问题，不能发布。第一处：%s", len(bad), bad[0]))
		}
		body, err := f.Scheme.JSON()
		if err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "insert into scheme_edition (scheme, edition, body, on_day, officer) values ($1, $2, $3, $4, $5)",
			id, f.Edition+1, string(body), h.day.String(), by.Viewer.Person); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update scheme set draft = '', edition = edition + 1, published_on = $3, version = version + 1 where id = $1 and version = $2", id, version, h.day.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		return fmt.Sprint(f.Edition + 1), h.note(act.SchemePublished, SchemeRef(id), f.Organ, nil, act.Change{Field: "方案", New: f.Name},
			act.Change{Field: "版次", Old: fmt.Sprint(f.Edition), New: fmt.Sprint(f.Edition + 1)}, act.Change{Field: "内容摘要", New: act.Digest(body)})
	})
}

// RetireScheme ends the use of a scheme. What was scored by it stays.
func (s *Store) RetireScheme(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "retire scheme", func(h *hand) (string, error) {
		f, err := h.schemeToChange(id, version)
		if err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update scheme set retired_on = $3, version = version + 1 where id = $1 and version = $2", id, version, h.day.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		return "", h.note(act.SchemeRetired, SchemeRef(id), f.Organ, nil, act.Change{Field: "方案", New: f.Name})
	})
}

func (h *hand) schemeToChange(id, version int64) (SchemeFile, error) {
	f, err := h.s.scheme(h.ctx, h, h.by.Viewer, id, 0)
	if err != nil {
		return f, err
	}
	if err := h.maySchemes(f.Organ, f.Inner); err != nil {
		return f, err
	}
	switch {
	case f.Version != version:
		return f, ErrConflict
	case !f.Retired.IsZero():
		return f, act.Refuse("方案已经停用。")
	}
	return f, nil
}
