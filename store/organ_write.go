package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// An OrganFile is an organ with all that its page and its forms need.
type OrganFile struct {
	Organ   org.Organ
	Home    int64 // the organ that answers for it
	Line    int64 // 业务主管, 0 for none
	Version int64
	History org.Timeline
}

// OrganSubject is the organ as the subject of a verb, at whatever depth below the
// one that answers for it.
func (f OrganFile) OrganSubject() org.Subject {
	return org.Subject{Organ: f.Organ.ID, Home: f.Home, Path: f.Organ.Path}
}

// organFile reads an organ with its history.
func organFile(ctx context.Context, q asker, id int64) (OrganFile, error) {
	var f OrganFile
	var x organScan
	err := q.QueryRowContext(ctx, "select "+organColumns+", o.home, o.line, o.version from organ o where o.id = $1", id).
		Scan(append(x.dest(), &f.Home, &f.Line, &f.Version)...)
	if err != nil {
		return f, err
	}
	if f.Organ, err = x.organ(); err != nil {
		return f, err
	}
	past, err := readPast(ctx, q, "where organ = $1 order by last_day", id)
	if err != nil {
		return f, err
	}
	now := org.Era{Facts: org.FactsOf(f.Organ, f.Line)}
	for _, p := range past {
		f.History = append(f.History, p.Era)
		now.First = p.Last.AddDays(1)
	}
	f.History = append(f.History, now)
	return f, nil
}

// arranged is the organ, if the viewer may arrange it and nobody changed it
// since that version was read; version 0 takes it as it is.
func (h *hand) arranged(id, version int64) (OrganFile, error) {
	f, err := organFile(h.ctx, h, id)
	if err != nil {
		return f, err
	}
	if err := h.mayArrange(f.OrganSubject(), f.Organ.Kind); err != nil {
		return f, err
	}
	if version != 0 && f.Version != version {
		return f, ErrConflict
	}
	return f, nil
}

// mayArrange is a refusal unless the viewer may arrange organs there. An organ
// arranges its own 内设机构 and 村（社区） by itself.
func (h *hand) mayArrange(to org.Subject, kind org.Kind) error {
	if contributes(kind) && org.May(h.by.Viewer, org.EditOrgan, to) {
		return nil
	}
	return h.may(org.ArrangeOrgans, to)
}

// mayPlace is a refusal unless an organ of the kind may be put below the parent
// by this viewer. A new tree is for those who configure the instance.
func (h *hand) mayPlace(o org.Organ, parent int64, day law.Date) error {
	if parent == 0 {
		if org.Able(h.by.Viewer, org.Configure) {
			return nil
		}
		return act.Refuse("请填写上级机关。没有上级的机关（如县级人民政府）只能由系统管理员设立。")
	}
	p, err := organFile(h.ctx, h, parent)
	if err != nil {
		return err
	}
	if err := h.mayArrange(p.OrganSubject(), o.Kind); err != nil {
		return err
	}
	if why := org.Misplaced(o, p.Organ, p.History.On(day), day); why != "" {
		return act.Refuse(why)
	}
	return nil
}

// apply gives the organ another history and rewrites what rests on it: the row
// of today, paths below it, and which organ answers for whom.
func (h *hand) apply(f OrganFile, history org.Timeline) error {
	now := history.Now().Put(f.Organ)
	if err := now.Check(); err != nil {
		return act.Refuse(err.Error())
	}
	for _, e := range history {
		for _, up := range []struct {
			id   int64
			line bool
			what string
		}{{e.Parent, false, "上级机关"}, {e.Line, true, "业务主管"}} {
			if up.id == 0 {
				continue
			}
			if round, err := h.circle(f.Organ.ID, up.id, e.First, e.Last, up.line, 0); err != nil {
				return err
			} else if round {
				return act.Refuse("“" + e.Name + "”不能移到自己的下级之中：请换一个" + up.what + "。")
			}
		}
	}
	if _, err := h.ExecContext(h.ctx, "delete from organ_past where organ = $1", f.Organ.ID); err != nil {
		return err
	}
	for _, e := range history[:len(history)-1] {
		_, err := h.ExecContext(h.ctx, `insert into organ_past (organ, last_day, first_day, name, short, kind, level, parent, line, region)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, f.Organ.ID, e.Last.String(), e.First.String(), e.Name, e.Short, string(e.Kind), int64(e.Level), e.Parent, e.Line, e.Region)
		if err != nil {
			return err
		}
	}
	if err := saveOrgan(h.ctx, h.Tx, &now, h.now); err != nil {
		return err
	}
	_, err := h.ExecContext(h.ctx, "update organ set line = $2, version = version + 1 where id = $1", f.Organ.ID, history.Now().Line)
	return err
}

// deepest bounds how many organs stand above one another.
const deepest = 40

// circle reports whether the organ stands above up at some time within the days
// given; the zero days are since ever and for ever.
func (h *hand) circle(organ, up int64, first, last law.Date, line bool, depth int) (bool, error) {
	if up == organ {
		return true, nil
	}
	if depth > deepest {
		return false, fmt.Errorf("organ %d: more than %d organs above it", up, deepest)
	}
	f, err := organFile(h.ctx, h, up)
	if err != nil {
		return false, err
	}
	for _, e := range f.History {
		above := e.Parent
		if line {
			above = e.Line
		}
		if above == 0 || !e.Last.IsZero() && !first.IsZero() && e.Last.Before(first) || !e.First.IsZero() && !last.IsZero() && last.Before(e.First) {
			continue
		}
		from, to := first, last
		if from.IsZero() || !e.First.IsZero() && from.Before(e.First) {
			from = e.First
		}
		if to.IsZero() || !e.Last.IsZero() && e.Last.Before(to) {
			to = e.Last
		}
		if round, err := h.circle(organ, above, from, to, line, depth+1); round || err != nil {
			return round, err
		}
	}
	return false, nil
}

// event writes a line of the organ's history for people (沿革).
func (h *hand) event(organ int64, day law.Date, kind, old, new string, other int64) error {
	_, err := h.ExecContext(h.ctx, "insert into organ_event (id, organ, on_day, kind, old_text, new_text, other, basis, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		h.s.NewID(), organ, day.String(), kind, old, new, other, h.by.Reason, h.now)
	return err
}

// saveOrgan writes the row of an organ as it is now, its path, and who answers
// for it; what stands below moves along.
func saveOrgan(ctx context.Context, tx *sql.Tx, o *org.Organ, now int64) error {
	above, home := "/", o.ID
	if o.Parent != 0 {
		var upper int64
		err := tx.QueryRowContext(ctx, "select path, home from organ where id = $1", o.Parent).Scan(&above, &upper)
		if err != nil {
			return fmt.Errorf("parent of %q: %w", o.Name, err)
		}
		if contributes(o.Kind) {
			home = upper
		}
	}
	o.Path = org.ChildPath(above, o.ID)
	var old string
	var oldHome int64
	switch err := tx.QueryRowContext(ctx, "select path, home from organ where id = $1", o.ID).Scan(&old, &oldHome); {
	case errors.Is(err, sql.ErrNoRows):
		return putOrgan(ctx, tx, *o, home, now)
	case err != nil:
		return err
	case strings.HasPrefix(o.Path, old) && o.Path != old:
		return org.Faults{{Organ: *o, Message: fmt.Sprintf("“%s”不能移到自己的下级之中。", o.Name)}}
	}
	if err := putOrgan(ctx, tx, *o, home, now); err != nil {
		return err
	}
	if old != o.Path {
		_, err := tx.ExecContext(ctx, "update organ set path = cast($1 as text) || substr(path, cast($2 as integer)) where path >= $3 and path < $4",
			o.Path, len(old)+1, old, afterPrefix(old))
		if err != nil {
			return err
		}
	}
	if home == oldHome {
		return nil
	}
	return rehome(ctx, tx, o.Path)
}

// putOrgan writes the row alone; path and home must be right.
func putOrgan(ctx context.Context, tx *sql.Tx, o org.Organ, home, now int64) error {
	filer := 0
	if o.Filer() {
		filer = 1
	}
	_, err := tx.ExecContext(ctx, `insert into organ (id, code, name, short, kind, level, parent, path, region, valid_from, valid_to, filer, search, saved_at, home)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (id) do update set code = excluded.code, name = excluded.name, short = excluded.short, kind = excluded.kind,
			level = excluded.level, parent = excluded.parent, path = excluded.path, region = excluded.region,
			valid_from = excluded.valid_from, valid_to = excluded.valid_to, filer = excluded.filer, search = excluded.search,
			saved_at = excluded.saved_at, home = excluded.home`,
		o.ID, o.Code, o.Name, o.Short, string(o.Kind), int64(o.Level), sql.NullInt64{Int64: o.Parent, Valid: o.Parent != 0}, o.Path,
		o.Region, o.From.String(), o.To.String(), filer, searchText(o), now, home)
	return err
}

// rehome finds anew who answers for everything that contributes below a path.
func rehome(ctx context.Context, tx *sql.Tx, path string) error {
	rows, err := tx.QueryContext(ctx, "select o.id, coalesce(o.parent, 0), o.kind, o.home from organ o where o.path > $1 and o.path < $2 order by o.path", path, afterPrefix(path))
	if err != nil {
		return err
	}
	type row struct {
		id, parent, home int64
		kind             org.Kind
	}
	var list []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.parent, &r.kind, &r.home); err != nil {
			return errors.Join(err, rows.Close())
		}
		list = append(list, r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	var top, topHome int64
	if err := tx.QueryRowContext(ctx, "select id, home from organ where path = $1", path).Scan(&top, &topHome); err != nil {
		return err
	}
	homes := map[int64]int64{top: topHome}
	for _, r := range list {
		home := r.id
		if contributes(r.kind) {
			home = homes[r.parent]
		}
		if homes[r.id] = home; home == r.home {
			continue
		}
		if _, err := tx.ExecContext(ctx, "update organ set home = $2 where id = $1", r.id, home); err != nil {
			return err
		}
	}
	return nil
}

// changesOf is what differs between two states of an organ, in words.
func (h *hand) changesOf(a, b OrganFile) ([]act.Change, error) {
	name := func(id int64) (string, error) {
		if id == 0 {
			return "", nil
		}
		var n string
		err := h.QueryRowContext(h.ctx, "select name from organ where id = $1", id).Scan(&n)
		return n, err
	}
	var out []act.Change
	for _, c := range org.OrganChanges(a.Organ, b.Organ) {
		out = append(out, act.Change{Field: c.Field, Old: c.Old, New: c.New})
	}
	for _, c := range []struct {
		field    string
		old, new int64
	}{{"上级机关", a.Organ.Parent, b.Organ.Parent}, {"业务主管", a.Line, b.Line}} {
		if c.old == c.new {
			continue
		}
		old, err := name(c.old)
		if err != nil {
			return nil, err
		}
		is, err := name(c.new)
		if err != nil {
			return nil, err
		}
		out = append(out, act.Change{Field: c.field, Old: old, New: is})
	}
	return slices.Clip(out), nil
}
