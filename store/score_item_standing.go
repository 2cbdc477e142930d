package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
)

// standingProviders are the measures of what stands behind items: columns, guide,
// standard catalogue, boards, incidents.
func standingProviders() []measureProvider {
	return []measureProvider{
		{"columns.empty", watchedColumns(proactive.WatchEmpty)},
		{"columns.stale", watchedColumns(proactive.WatchStale)},
		{"guide.current", guideCurrent},
		{"standard.covered", standardCovered},
		{"secrecy.events", secrecyEvents},
		{"board.updated", boardUpdates("x.kind in ('board', 'screen')")},
		{"board.village", boardUpdates("x.kind = 'board' and t.side in ('village', 'finance')")},
		{"channels.used", channelsUsed},
		{"place.set", standingThings("equipment", "t.name", "/desk/equipment/%d", "t.kind = 'point' and (t.since = '' or t.since <= $1) and (t.until_day = '' or t.until_day > $1)")},
		{"system.live", standingThings("item", "t.title", "/desk/items/%d", "t.kind = 'system' and t.published <> '' and t.published <= $1 and (t.standing = 'live' or t.takedown > $1)")},
		{"materials.sent", materialsSent},
	}
}

// lastDate is lastDay as a date.
func (m *measuring) lastDate() law.Date {
	if m.today.Before(m.span.To) {
		return m.today
	}
	return m.span.To
}

// watchedColumns finds columns with a finding of one kind on the last day, as
// the monitoring does. An organ that published nothing at all has every column
// empty.
func watchedColumns(code proactive.WatchCode) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		day := m.lastDate()
		var args []any
		key, cond := m.of(&args)
		groups, err := m.s.columnGroups(ctx, day, key, cond, args)
		if err != nil {
			return err
		}
		watched, err := m.s.watchedBy(ctx)
		if err != nil {
			return err
		}
		return m.selves(ctx, func(organ int64, path string) error {
			list := watched(path + "0/")
			if len(list) == 0 {
				return each(measured{organ: organ, none: "主管部门规定不检查这个机关的栏目"})
			}
			has := groups[organ]
			if len(has) == 0 {
				has = []proactive.ColumnGroup{{}} // nothing in any
			}
			for _, f := range proactive.Columns(list, has, organ, day) {
				if f.Code != code {
					continue
				}
				c := measured{organ: organ, n: 1, on: day, ref: ColumnRef(organ, f.Name), href: fmt.Sprintf("/desk/monitor?organ=%d&code=%s", organ, code), text: f.Name + "：" + f.Text}
				if err := each(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// guideCurrent finds whether guide and catalogue are as they should be on the
// last day.
func guideCurrent(ctx context.Context, m *measuring, each func(measured) error) error {
	day := m.lastDate()
	var args []any
	cond := m.self(&args)
	kept, err := m.s.guidesKept(ctx, day, cond, args)
	if err != nil {
		return err
	}
	months, err := m.s.numbersBy(ctx, org.ItemGuideMonths)
	if err != nil {
		return err
	}
	return m.selves(ctx, func(organ int64, path string) error {
		k, n := kept[organ], months(path+"0/")
		guide := measured{organ: organ, n: 1, on: day, ref: GuideRef(organ), href: fmt.Sprintf("/desk/guide?organ=%d", organ), text: "公开指南：" + k.wrongGuide(n, day)}
		if guide.ok = k.wrongGuide(n, day) == ""; guide.ok && k.maybe {
			f, err := m.s.guideFacts(ctx, organ, day)
			if err != nil {
				return err
			}
			if guide.ok = f.Mark() == k.mark; !guide.ok {
				guide.text += "机构信息有变化，指南还是旧的。"
			}
		}
		list := measured{organ: organ, n: 1, on: day, ref: CatalogueRef(organ), href: fmt.Sprintf("/desk/catalogue?organ=%d", organ), text: "公开目录：" + k.wrongCatalogue(n, day)}
		list.ok = k.wrongCatalogue(n, day) == "" && !k.edition.IsZero()
		if k.edition.IsZero() {
			list.text += "还没有编制过目录。"
		}
		if guide.ok {
			guide.text += k.signed.Chinese() + "签发。"
		}
		if list.ok {
			list.text += k.edition.Chinese() + "编制。"
		}
		if err := each(guide); err != nil {
			return err
		}
		return each(list)
	})
}

// secrecyEvents finds incidents of secrets and of what is personal that were
// found in the span. What happened is not told here.
func secrecyEvents(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String(), string(oversight.Leak), string(oversight.PrivacyLost)}
	key, cond := m.of(&args)
	return m.dated(ctx, each, func(id int64) (string, string) { return IncidentRef(id), fmt.Sprintf("/desk/incidents/%d", id) },
		"select "+key+", t.id, t.found, 0, "+m.title("'事件 ' || t.number")+` from incident t join organ o on o.id = t.organ
		where t.found >= $1 and t.found <= $2 and t.kind in ($3, $4) and `+cond, args...)
}

// boardUpdates finds the days on which something new went up on boards and
// screens; which says in SQL what counts, over posting t and outlet x.
func boardUpdates(which string) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.dated(ctx, each, func(id int64) (string, string) { return OutletRef(id), fmt.Sprintf("/desk/outlets/%d", id) },
			"select distinct "+key+", t.outlet, t.day, 1, "+m.title("x.name")+` from posting t join outlet x on x.id = t.outlet join organ o on o.id = x.organ
			where t.day >= $1 and t.day <= $2 and `+which+" and "+cond, args...)
	}
}

// maxInterpretDays is the longest limit of an interpretation in calendar days,
// longest holidays included.
const maxInterpretDays = 60

// interpretedPolicies finds 规章 and 行政规范性文件 whose interpretation was due in
// the span, with whether one was published in time.
func interpretedPolicies(ctx context.Context, m *measuring, each func(measured) error) error {
	cal, err := m.s.Calendar(ctx)
	if err != nil {
		return err
	}
	days, err := m.s.numbersBy(ctx, org.ItemInterpretDays)
	if err != nil {
		return err
	}
	args := []any{m.span.From.AddDays(-maxInterpretDays).String(), m.span.To.String()}
	key, cond := m.of(&args)
	last := m.until()
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var id int64
		var path, published, first string
		err := r.Scan(&c.organ, &path, &id, &published, &first, &c.text)
		if err != nil {
			return err
		}
		out, err := measuredDay(published)
		if err != nil {
			return err
		}
		c.on, _ = cal.Add(out, calendar.Workdays(days(path+"0/")))
		c.ok = first != "" && first <= c.on.String()
		switch {
		case c.on.Before(m.span.From) || c.on.After(m.span.To), !c.ok && c.on.After(last):
			return nil
		}
		c.ref, c.href = ItemRef(id), fmt.Sprintf("/desk/items/%d", id)
		return each(c)
	}, "select "+key+`, o.path, t.id, t.published, coalesce((select min(x.published) from item x where x.policy <> 0 and x.policy = t.id and x.published <> '' and x.published <= $2 and x.standing <> 'removed'), ''), `+m.title("t.doc_no || ' ' || t.title")+`
		from item t join organ o on o.id = t.organ where t.kind in ('normative', 'rules') and t.published >= $1 and t.published <= $2 and t.standing <> 'removed' and t.backfill = 0 and `+cond, args...)
}

// standardCovered finds the entries of the standard catalogue that an organ has
// to cover, with whether it has something public for them on the last day.
func standardCovered(ctx context.Context, m *measuring, each func(measured) error) error {
	lists, err := m.standards(ctx)
	if err != nil {
		return err
	}
	day := m.lastDate().String()
	covered := map[int64]map[string]bool{}
	args := []any{day}
	key, cond := m.of(&args)
	if err := m.each(ctx, func(r *sql.Rows) error {
		var organ int64
		var field string
		err := r.Scan(&organ, &field)
		if covered[organ] == nil {
			covered[organ] = map[string]bool{}
		}
		covered[organ][field] = true
		return err
	}, "select distinct "+key+", t.field from item t join organ o on o.id = t.organ where t.field <> '' and t.published <> '' and t.published <= $1 and (t.standing = 'live' or t.takedown > $1) and "+cond, args...); err != nil {
		return err
	}
	tree, err := m.s.organTree(ctx)
	if err != nil {
		return err
	}
	return m.selves(ctx, func(organ int64, path string) error {
		i, ok := tree.at[organ]
		if !ok {
			return nil
		}
		o := tree.organs[i]
		for _, id := range above(path + "0/") {
			list, ok := lists[id]
			if !ok {
				continue
			}
			any := false
			for _, e := range list {
				if id != organ && !entryConcerns(e.subject, o) {
					continue
				}
				any = true
				c := measured{organ: organ, n: 1, on: m.lastDate(), ok: covered[organ][e.code], text: e.code + " " + e.matter, href: fmt.Sprintf("/desk/catalogue?organ=%d", organ)}
				if err := each(c); err != nil {
					return err
				}
			}
			if !any {
				return each(measured{organ: organ, none: "标准目录里没有由本机关公开的事项"})
			}
			return nil
		}
		return each(measured{organ: organ, none: "没有导入基层政务公开标准目录"})
	})
}

type standardLine struct{ code, matter, subject string }

// standards are the catalogues of all organs.
func (m *measuring) standards(ctx context.Context) (map[int64][]standardLine, error) {
	out := map[int64][]standardLine{}
	return out, m.each(ctx, func(r *sql.Rows) error {
		var organ int64
		var e standardLine
		err := r.Scan(&organ, &e.code, &e.matter, &e.subject)
		out[organ] = append(out[organ], e)
		return err
	}, "select organ, code, matter, subject from standard_entry order by organ, seq")
}

// entryConcerns reports whether an entry names the organ as who publishes, its
// kind, or nobody.
func entryConcerns(subject string, o org.Organ) bool {
	names := []string{o.Name, o.ShortName()}
	switch o.Kind {
	case org.Town:
		names = append(names, "乡镇", "镇人民政府", "乡人民政府", "乡级")
	case org.Street:
		names = append(names, "街道")
	}
	return strings.TrimSpace(subject) == "" || slices.ContainsFunc(names, func(n string) bool { return n != "" && strings.Contains(subject, n) })
}

// standingThings finds what an organ has on the last day, $1: rows of a table
// for which holds is true.
func standingThings(table, title, href, holds string) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.lastDay()}
		key, cond := m.of(&args)
		return m.each(ctx, func(r *sql.Rows) error {
			c := measured{n: 1, ok: true, on: m.lastDate()}
			var id int64
			if err := r.Scan(&c.organ, &id, &c.text); err != nil {
				return err
			}
			c.ref, c.href = fmt.Sprintf("%s/%d", table, id), fmt.Sprintf(href, id)
			return each(c)
		}, "select "+key+", t.id, "+m.title(title)+" from "+table+" t join organ o on o.id = t.organ where "+holds+" and "+cond, args...)
	}
}

// materialsSent finds material that was handed in during the span.
func materialsSent(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String(), string(proactive.MaterialReturned)}
	key, cond := m.of(&args)
	return m.dated(ctx, each, func(id int64) (string, string) { return SubmissionRef(id), fmt.Sprintf("/desk/submissions/%d", id) },
		"select "+key+", t.id, t.sent, 1, "+m.title("t.number || ' ' || t.title")+` from submission t join organ o on o.id = t.organ
		where t.sent >= $1 and t.sent <= $2 and t.state <> $3 and `+cond, args...)
}

// channelsUsed finds the kinds of channels beside the website that an organ uses
// on the last day.
func channelsUsed(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.lastDay(), string(proactive.Website)}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1, ok: true, on: m.lastDate(), href: "/desk/outlets"}
		var kind proactive.OutletKind
		err := r.Scan(&c.organ, &kind)
		if err != nil {
			return err
		}
		c.ref, c.text = "outlets/"+string(kind), kind.Chinese()
		return each(c)
	}, "select distinct "+key+", t.kind from outlet t join organ o on o.id = t.organ where t.kind <> $2 and (t.since = '' or t.since <= $1) and (t.until = '' or t.until > $1) and "+cond, args...)
}
