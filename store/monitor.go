package store

import (
	"context"
	"fmt"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// columnGroups is what organs had on a day, by kind and category: of each organ
// named by where, over the columns of organ o. Old stock fills a column and does
// not keep it up.
func (s *Store) columnGroups(ctx context.Context, day law.Date, where string, args []any) (map[int64][]proactive.ColumnGroup, error) {
	args = append(args, day.String())
	on := fmt.Sprintf("$%d", len(args))
	out := map[int64][]proactive.ColumnGroup{}
	rows, err := s.read.QueryContext(ctx, `select o.home, i.kind, i.category, sum(case when i.standing = 'live' or i.takedown > `+on+` then 1 else 0 end),
		max(case when i.backfill = 1 then '' when i.changed <> '' and i.changed <= `+on+` then i.changed else i.published end)
		from item i join organ o on o.id = i.organ where i.published <> '' and i.published <= `+on+` and `+where+" group by o.home, i.kind, i.category", args...)
	if err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		var home int64
		var g proactive.ColumnGroup
		var newest string
		if err := r.Scan(&home, &g.Kind, &g.Category, &g.Live, &newest); err != nil {
			return err
		}
		err := dayOf(newest, &g.Newest)
		out[home] = append(out[home], g)
		return err
	})
}

// watchedBy finds which columns an organ has to keep up, by the setting at its
// path, each setting read once.
func (s *Store) watchedBy(ctx context.Context) (func(path string) []proactive.Watched, error) {
	rows, err := s.read.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> ''", org.ItemWatched)
	if err != nil {
		return nil, err
	}
	by := map[int64][]proactive.Watched{}
	err = scanAll(rows, func(r scanner) error {
		var organ int64
		var value string
		err := r.Scan(&organ, &value)
		if list, bad := proactive.ParseWatched(value); bad == "" { // one that cannot be read does not count
			by[organ] = list
		}
		return err
	})
	usual, _ := proactive.ParseWatched("")
	return func(path string) []proactive.Watched {
		ids := above(path)
		for _, id := range ids {
			if l, ok := by[id]; ok {
				return l
			}
		}
		if l, ok := by[0]; ok {
			return l
		}
		return usual
	}, err
}

// Monitor is what has to be put right at an organ on a day 栏目更新监测. ErrNotFound
// for an organ that the viewer may not see.
func (s *Store) Monitor(ctx context.Context, v org.Viewer, organ int64, day law.Date) ([]proactive.WatchFinding, error) {
	list, err := s.monitor(ctx, v, organ, day)
	if err != nil {
		return nil, fmt.Errorf("store: monitor %d: %w", organ, s.dialect.translate(err))
	}
	return list, nil
}

// maxWatched bounds the findings of one kind.
const maxWatched = 200

func (s *Store) monitor(ctx context.Context, v org.Viewer, organ int64, day law.Date) ([]proactive.WatchFinding, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	if !org.May(v, org.SeeItems, o.Subject()) {
		return nil, ErrNotFound
	}
	groups, err := s.columnGroups(ctx, day, "o.home = $1", []any{organ})
	if err != nil {
		return nil, err
	}
	watched, err := s.watchedBy(ctx)
	if err != nil {
		return nil, err
	}
	out := proactive.Columns(watched(o.Path+"0/"), groups[organ], organ, day)
	for _, q := range []struct {
		code proactive.WatchCode
		cond string
		day  string // column of the day
		text string
	}{
		{proactive.WatchLate, "i.due <> '' and i.due < $2", "i.due", "过了公开期限还没有发布。"},
		{proactive.WatchBare, "i.standing = 'live' and i.made = '' and i.kind <> 'news'", "i.made", "没有成文日期。"},
		{proactive.WatchBare, "i.standing = 'live' and i.doc_no = '' and i.kind in ('document', 'normative', 'rules')", "i.made", "没有文号。"},
		{proactive.WatchEndless, "i.standing = 'live' and i.period_to = '' and i.kind in ('publicity', 'consultation')", "i.made", "没有写明起止日期，不会自动撤下。"},
		{proactive.WatchOver, "i.standing = 'live' and i.period_to <> '' and i.period_to < $2", "i.period_to", "公示、征集期满，还没有撤下。"},
		{proactive.WatchReReview, "i.stage = 'withheld' and i.review_by <> '' and i.review_by < $2", "i.review_by", "不主动公开的信息到了评估审查的日期。"},
		{proactive.WatchLink, "i.standing = 'live' and i.policy <> 0 and not exists (select 1 from item x where x.id = i.policy and x.standing = 'live')", "i.made", "所解读的文件已经撤下，解读上的链接失效。"},
	} {
		rows, err := s.read.QueryContext(ctx, "select i.id, i.title, "+q.day+" from item i join organ o on o.id = i.organ where o.home = $1 and (i.published <= $2 or i.published = '') and "+q.cond+fmt.Sprintf(" order by i.id limit %d", maxWatched), organ, day.String())
		if err != nil {
			return nil, err
		}
		if err := scanAll(rows, func(r scanner) error {
			f := proactive.WatchFinding{Code: q.code, Organ: organ, Text: q.text}
			var since string
			if err := r.Scan(&f.Item, &f.Name, &since); err != nil {
				return err
			}
			if q.day == "i.made" {
				since = ""
			}
			err := dayOf(since, &f.Since)
			out = append(out, f)
			return err
		}); err != nil {
			return nil, err
		}
	}
	return s.monitorBeside(ctx, v, o, day, out)
}

// monitorBeside adds what is no item: guide, accounts, material.
func (s *Store) monitorBeside(ctx context.Context, v org.Viewer, o org.Organ, day law.Date, out []proactive.WatchFinding) ([]proactive.WatchFinding, error) {
	stale, exists, err := s.GuideStale(ctx, o.ID, day)
	if err != nil {
		return nil, err
	}
	switch {
	case !exists:
		out = append(out, proactive.WatchFinding{Code: proactive.WatchGuide, Organ: o.ID, Name: "公开指南", Text: "还没有签发公开指南。"})
	case stale:
		out = append(out, proactive.WatchFinding{Code: proactive.WatchGuide, Organ: o.ID, Name: "公开指南", Text: "机构信息有变化，指南还是旧的，请重新编制。"})
	}
	outlets, err := s.Outlets(ctx, v, OutletQuery{Organ: o.ID})
	if err != nil {
		return nil, err
	}
	for _, x := range outlets {
		if x.Quiet(day) {
			out = append(out, proactive.WatchFinding{Code: proactive.WatchQuiet, Organ: o.ID, Name: x.Name, Text: fmt.Sprintf("超过%d天没有发布内容。", proactive.QuietDays)})
		}
	}
	late, err := s.Submissions(ctx, v, SubmissionQuery{Home: o.ID, Late: day, Limit: maxWatched})
	if err != nil {
		return nil, err
	}
	for _, x := range late {
		out = append(out, proactive.WatchFinding{Code: proactive.WatchMaterials, Organ: o.ID, Name: x.Number + " " + x.OrganName, Text: "过了要求的日期还没有移送材料。", Since: x.Due})
	}
	return out, nil
}
