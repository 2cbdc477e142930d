package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// A PortalLink is where else an organ's report of a year was published: its
// address on the portal of the county or of a superior, as proof.
type PortalLink struct {
	Organ   int64
	Year    int
	URL     string   // as org.CheckPortalURL gives it; "" takes it back
	On      law.Date // published there, zero if not recorded
	Version int64    // as read; 0 for one that is new
}

// PortalRef is the reference of acts on the address of a report on a portal.
func PortalRef(organ int64, year int) string { return fmt.Sprintf("portal/%d/%d", organ, year) }

// PortalLink is the address of an organ's report on a portal, or ErrNotFound.
// It is public.
func (s *Store) PortalLink(ctx context.Context, organ int64, year int) (PortalLink, error) {
	return either(ctx, s, func(ctx context.Context) (PortalLink, error) {
		x := PortalLink{Organ: organ, Year: year}
		var on string
		err := s.reader(ctx).QueryRowContext(ctx, "select url, on_day, version from portal_link where year = $1 and organ = $2 and url <> ''", year, organ).Scan(&x.URL, &on, &x.Version)
		if err == nil {
			err = x.On.UnmarshalText([]byte(on))
		}
		if err != nil {
			return PortalLink{}, fmt.Errorf("store: portal address of the report of %d for %d: %w", organ, year, s.dialect.translate(err))
		}
		return x, nil
	})
}

// LinkPortal keeps the address of a published report on a portal, or takes it
// back. It needs PublishReports at the organ. Version must be the one last read:
// ErrConflict if somebody else was faster.
func (s *Store) LinkPortal(ctx context.Context, by By, x PortalLink) (Done, error) {
	return s.do(ctx, by, "link portal", func(h *hand) (string, error) {
		return "", h.linkPortal(x, false)
	})
}

// PortalOutcome is what became of one line of a list of addresses.
type PortalOutcome struct {
	Link    PortalLink
	Old     string       // the address that stood there
	Same    bool         // it stood there already
	Refused *act.Refusal // why the line was not taken over, nil if it was
}

// LinkPortals keeps many addresses. Lines that are refused leave nothing and the
// others stand. An address that is there already is replaced only if replace is
// set. Of a key that was answered before there are no outcomes.
func (s *Store) LinkPortals(ctx context.Context, by By, list []PortalLink, replace bool) ([]PortalOutcome, Done, error) {
	var out []PortalOutcome
	d, err := s.do(ctx, by, "link portals", func(h *hand) (string, error) {
		out = make([]PortalOutcome, 0, len(list))
		n := 0
		for _, x := range list {
			old, err := h.portalLink(x.Organ, x.Year)
			if err != nil {
				return "", err
			}
			o := PortalOutcome{Link: x, Old: old.URL, Same: old.URL == x.URL && (x.On.IsZero() || x.On == old.On)}
			x.Version = old.Version
			if x.On.IsZero() && old.URL == x.URL {
				x.On = old.On
			}
			err = h.linkPortal(x, !replace)
			if errors.As(err, &o.Refused) {
				err = nil
			} else if err == nil && !o.Same {
				n++
			}
			if err != nil {
				return "", err
			}
			out = append(out, o)
		}
		return fmt.Sprint(n), nil
	})
	if err != nil || d.Repeated {
		return nil, d, err
	}
	return out, d, nil
}

// PlanPortals says what LinkPortals would do, and keeps nothing.
func (s *Store) PlanPortals(ctx context.Context, v org.Viewer, list []PortalLink, replace bool) ([]PortalOutcome, error) {
	var out []PortalOutcome
	_, err := s.do(ctx, By{Viewer: v}, "plan portals", func(h *hand) (string, error) {
		out = make([]PortalOutcome, 0, len(list))
		for _, x := range list {
			old, err := h.portalLink(x.Organ, x.Year)
			if err != nil {
				return "", err
			}
			o := PortalOutcome{Link: x, Old: old.URL, Same: old.URL == x.URL && (x.On.IsZero() || x.On == old.On)}
			if err := h.mayLink(x, old, !replace); err != nil && !errors.As(err, &o.Refused) {
				return "", err
			}
			out = append(out, o)
		}
		return "", nil
	})
	return out, err
}

// portalLink is what stands there now; nothing is the zero address.
func (h *hand) portalLink(organ int64, year int) (PortalLink, error) {
	x := PortalLink{Organ: organ, Year: year}
	var on string
	err := h.QueryRowContext(h.ctx, "select url, on_day, version from portal_link where year = $1 and organ = $2", year, organ).Scan(&x.URL, &on, &x.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return x, nil
	}
	if err == nil {
		err = x.On.UnmarshalText([]byte(on))
	}
	return x, err
}

// mayLink asks whether the address may be kept in place of the old one. What is
// outside the viewer's reach answers like what is not there.
func (h *hand) mayLink(x, old PortalLink, keep bool) error {
	to, err := h.subject(x.Organ)
	if err != nil {
		return notFound(err)
	}
	if err := h.may(org.PublishReports, to); err != nil {
		return err
	}
	if x.URL != "" {
		if address, problem := org.CheckPortalURL(x.URL); problem != "" {
			return act.Refuse(problem)
		} else if address != x.URL {
			return act.Refuse("网址的写法不规范，请写成 " + address + " 。")
		}
	}
	var published string
	err = h.QueryRowContext(h.ctx, "select published from report where year = $1 and organ = $2", x.Year, x.Organ).Scan(&published)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case published == "":
		return act.Refuse(fmt.Sprintf("本系统里没有这个机关已发布的%d年度报告。请先发布报告，再登记它在门户网站的网址。", x.Year))
	case !x.On.IsZero() && (!x.On.Valid() || x.On.After(h.day)):
		return act.Refuse("在门户网站公开的日期不能晚于今天。")
	case keep && old.URL != "" && old.URL != x.URL:
		return act.Refuse("已经登记了另一个网址：" + old.URL + "。要改成新的，请选“替换已登记的网址”。")
	}
	return nil
}

func (h *hand) linkPortal(x PortalLink, keep bool) error {
	old, err := h.portalLink(x.Organ, x.Year)
	if err != nil {
		return err
	}
	if err := h.mayLink(x, old, keep); err != nil {
		return err
	}
	switch {
	case old.Version != x.Version:
		return ErrConflict
	case old.URL == x.URL && old.On == x.On:
		return nil
	}
	res, err := h.ExecContext(h.ctx, `insert into portal_link (year, organ, url, on_day, version, saved_at) values ($1, $2, $3, $4, 1, $6)
		on conflict (year, organ) do update set url = excluded.url, on_day = excluded.on_day, version = portal_link.version + 1, saved_at = excluded.saved_at
		where portal_link.version = $5`, x.Year, x.Organ, x.URL, x.On.String(), x.Version, h.now)
	if err := one(res, err); err != nil {
		return err
	}
	if err := touch(h.ctx, h.Tx, topicPublic, x.Organ%shards); err != nil {
		return err
	}
	return h.note(act.PortalLinked, PortalRef(x.Organ, x.Year), x.Organ, []string{act.ReportRef(x.Organ, x.Year)},
		act.Change{Field: "网址", Old: old.URL, New: x.URL}, act.Change{Field: "在门户网站公开的日期", Old: old.On.String(), New: x.On.String()})
}

// States of a PortalQuery.
const (
	PortalAll      = ""
	PortalLinked   = "linked"
	PortalUnlinked = "none" // published here, without an address on a portal
)

// A PortalQuery asks for a page of the published reports that a viewer may
// publish, in the order of the tree.
type PortalQuery struct {
	Viewer org.Viewer
	Year   int
	Under  int64  // organ and all below it; 0 for all
	State  string // one of the states
	Search string // part of the name, short name or code
	After  string // path of the last row of the page before
	Limit  int    // 50 if 0, at most MaxReports
}

// A PortalRow is one published report with its address on a portal, if it has
// one.
type PortalRow struct {
	Organ     org.Organ
	Year      int
	Published law.Date
	Version   int64 // of the report
	Link      PortalLink
}

// PortalRows returns a page and the mark of the next, "" after the last.
func (s *Store) PortalRows(ctx context.Context, q PortalQuery) (rows []PortalRow, next string, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxReports)
	args := []any{q.Year, q.After}
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	where := "r.year = $1 and r.published <> '' and o.path > $2 and " + scope(q.Viewer.Scope(org.PublishReports), "o.home", "o.path", "", &args)
	if q.Under != 0 {
		path, err := s.pathOf(ctx, q.Under)
		if err != nil {
			return nil, "", err
		}
		where += " and o.path >= " + arg(path) + " and o.path < " + arg(afterPrefix(path))
	}
	switch q.State {
	case PortalLinked:
		where += " and p.url <> ''"
	case PortalUnlinked:
		where += " and coalesce(p.url, '') = ''"
	}
	if f := strings.ReplaceAll(text.Fold(q.Search), "\x00", ""); f != "" {
		where += " and o.search like " + arg("%"+likeEscape(f)+"%") + ` escape '\'`
	}
	list, err := s.read.QueryContext(ctx, "select "+organColumns+`, r.published, r.version, coalesce(p.url, ''), coalesce(p.on_day, ''), coalesce(p.version, 0)
		from organ o cross join report r left join portal_link p on p.year = r.year and p.organ = r.organ
		where r.organ = o.id and `+where+" order by o.path limit "+arg(limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: portal: %w", err)
	}
	defer list.Close()
	for list.Next() {
		if len(rows) == limit {
			return rows, rows[limit-1].Organ.Path, nil
		}
		var x organScan
		var published, on string
		r := PortalRow{Year: q.Year}
		if err := list.Scan(append(x.dest(), &published, &r.Version, &r.Link.URL, &on, &r.Link.Version)...); err != nil {
			return nil, "", fmt.Errorf("store: portal: %w", err)
		}
		if r.Organ, err = x.organ(); err != nil {
			return nil, "", fmt.Errorf("store: portal: %w", err)
		}
		r.Link.Organ, r.Link.Year = r.Organ.ID, q.Year
		if err := errors.Join(r.Published.UnmarshalText([]byte(published)), r.Link.On.UnmarshalText([]byte(on))); err != nil {
			return nil, "", fmt.Errorf("store: portal: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, "", list.Err()
}

// PortalYear counts the published reports of a year and those with an address
// on a portal.
type PortalYear struct{ Year, Published, Linked int }

// PortalYears counts them for what the viewer may publish, the newest year
// first.
func (s *Store) PortalYears(ctx context.Context, v org.Viewer, under int64) ([]PortalYear, error) {
	var args []any
	where := scope(v.Scope(org.PublishReports), "o.home", "o.path", "", &args)
	if under != 0 {
		path, err := s.pathOf(ctx, under)
		if err != nil {
			return nil, err
		}
		args = append(args, path, afterPrefix(path))
		where += fmt.Sprintf(" and o.path >= $%d and o.path < $%d", len(args)-1, len(args))
	}
	rows, err := s.read.QueryContext(ctx, `select r.year, count(*), count(p.year) from organ o join report r on r.organ = o.id
		left join portal_link p on p.year = r.year and p.organ = r.organ and p.url <> ''
		where r.published <> '' and `+where+" group by r.year order by r.year desc", args...)
	if err != nil {
		return nil, fmt.Errorf("store: portal: %w", err)
	}
	defer rows.Close()
	var out []PortalYear
	for rows.Next() {
		var y PortalYear
		if err := rows.Scan(&y.Year, &y.Published, &y.Linked); err != nil {
			return nil, fmt.Errorf("store: portal: %w", err)
		}
		out = append(out, y)
	}
	return out, rows.Err()
}

// NotePortalExport enters in the log what was given to a portal: which reports,
// in which version, for which organ. It needs PublishReports at that organ and at
// every organ whose report is in it.
func (s *Store) NotePortalExport(ctx context.Context, by By, organ int64, what string, reports []PortalRow) (Done, error) {
	return s.do(ctx, by, "export for the portal", func(h *hand) (string, error) {
		refs := make([]string, 0, min(len(reports), maxExportRefs))
		for _, r := range append([]PortalRow{{Organ: org.Organ{ID: organ}}}, reports...) {
			to, err := h.subject(r.Organ.ID)
			if err != nil {
				return "", notFound(err)
			}
			if err := h.may(org.PublishReports, to); err != nil {
				return "", err
			}
			if r.Year != 0 && len(refs) < maxExportRefs {
				refs = append(refs, act.ReportRef(r.Organ.ID, r.Year))
			}
		}
		return "", h.note(act.PortalExported, fmt.Sprintf("organ/%d", organ), organ, refs, act.Change{Field: "范围", New: what}, act.Change{Field: "报告", New: fmt.Sprint(len(reports))})
	})
}

// maxExportRefs bounds how many reports the act of one export names; an entry of
// the log has its size.
const maxExportRefs = 600

// pathOf is the path of an organ, or ErrNotFound.
func (s *Store) pathOf(ctx context.Context, organ int64) (string, error) {
	var path string
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return "", fmt.Errorf("store: organ %d: %w", organ, notFound(err))
	}
	return path, nil
}
