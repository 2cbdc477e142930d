package store

import (
	"context"
	"fmt"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// watching asks what has to be put right on a day, at one organ or at an organ
// and everything below it in one pass.
type watching struct {
	s    *Store
	day  law.Date
	tree *organTree
	root int // position in the tree
	one  bool
}

// of is the condition that organ o is asked about.
func (w *watching) of(args *[]any) string {
	o := w.tree.organs[w.root]
	if w.one {
		*args = append(*args, o.ID)
		return fmt.Sprintf("o.home = $%d", len(*args))
	}
	*args = append(*args, o.Path, afterPrefix(o.Path))
	return fmt.Sprintf("(o.path >= $%d and o.path < $%d)", len(*args)-1, len(*args))
}

// organs are the organs asked about that publish in their own name on the day,
// each with its columns; those for whom the 主管部门 decided that nothing is
// checked are left out.
func (w *watching) organs(ctx context.Context, each func(o org.Organ, columns []proactive.Watched) error) error {
	watched, err := w.s.watchedBy(ctx)
	if err != nil {
		return err
	}
	end := w.tree.end[w.root]
	if w.one {
		end = w.root + 1
	}
	for i := w.root; i < end; i++ {
		o := w.tree.organs[i]
		if w.tree.home[i] != o.ID || !o.InForce(w.day) || !o.Filer() {
			continue
		}
		if list := watched(o.Path + "0/"); len(list) > 0 {
			if err := each(o, list); err != nil {
				return err
			}
		}
	}
	return nil
}

// used reports whether anybody asked about has ever drafted anything here. Where
// nobody did, the columns are kept elsewhere and nothing can be said of them.
func (w *watching) used(ctx context.Context) (bool, error) {
	var args []any
	var yes int
	err := w.s.read.QueryRowContext(ctx, "select case when exists (select 1 from item i join organ o on o.id = i.organ where "+w.of(&args)+") then 1 else 0 end", args...).Scan(&yes)
	return yes != 0, err
}

// find hands over every finding, by kind of finding and within it by organ.
func (w *watching) find(ctx context.Context, add func(proactive.WatchFinding) error) error {
	for _, part := range []func(context.Context, func(proactive.WatchFinding) error) error{w.columns, w.items, w.guides, w.accounts, w.materials} {
		if err := part(ctx, add); err != nil {
			return err
		}
	}
	return nil
}

func (w *watching) columns(ctx context.Context, add func(proactive.WatchFinding) error) error {
	var args []any
	groups, err := w.s.columnGroups(ctx, w.day, "o.home", w.of(&args), args)
	if err != nil {
		return err
	}
	return w.organs(ctx, func(o org.Organ, columns []proactive.Watched) error {
		for _, f := range proactive.Columns(columns, groups[o.ID], o.ID, w.day) {
			if err := add(f); err != nil {
				return err
			}
		}
		return nil
	})
}

// What an item lacks 要素不全, over the columns of item i, with what is said of
// it. The monitoring and the score ask the same.
var itemLacks = []struct{ cond, text string }{
	{"i.title = ''", "没有标题。"},
	{"i.category = ''", "没有归入目录。"},
	{"i.made = '' and i.kind <> 'news'", "没有成文日期。"},
	{"i.doc_no = '' and i.kind in ('document', 'normative', 'rules')", "没有文号。"},
}

// watchedItems are the findings that lie in single items: $1 is the day. since
// is the column of the day by which it should have been done, "" for none.
func watchedItems() []watchedItem {
	list := []watchedItem{
		{proactive.WatchLate, "i.due <> '' and i.due < $1", "i.due", "过了公开期限还没有发布。"},
		{proactive.WatchEndless, "i.standing = 'live' and i.period_to = '' and i.kind in ('publicity', 'consultation')", "", "没有写明起止日期，不会自动撤下。"},
		{proactive.WatchOver, "i.standing = 'live' and i.period_to <> '' and i.period_to < $1", "i.period_to", "公示、征集期满，还没有撤下。"},
		{proactive.WatchReReview, "i.stage = 'withheld' and i.review_by <> '' and i.review_by < $1", "i.review_by", "不主动公开的信息到了评估审查的日期。"},
		{proactive.WatchLink, "i.standing = 'live' and i.policy <> 0 and not exists (select 1 from item x where x.id = i.policy and x.standing = 'live')", "", "所解读的文件已经撤下，解读上的链接失效。"},
		{proactive.WatchLink, "i.standing = 'live' and exists (select 1 from item_link k where k.item = i.id and " + deadLink + ")", "", "正文中有链接指向本站已经撤下或者不存在的信息、附件。"},
	}
	for _, x := range itemLacks {
		list = append(list, watchedItem{proactive.WatchBare, "i.standing = 'live' and " + x.cond, "", x.text})
	}
	return list
}

type watchedItem struct {
	code              proactive.WatchCode
	cond, since, text string
}

func (w *watching) items(ctx context.Context, add func(proactive.WatchFinding) error) error {
	for _, q := range watchedItems() {
		args := []any{w.day.String()}
		since := q.since
		if since == "" {
			since = "''"
		}
		text := "select o.home, i.organ, i.id, i.kind, i.title, coalesce(i.number, ''), i.made, " + since + " from item i join organ o on o.id = i.organ where (i.published <= $1 or i.published = '') and " + q.cond + " and " + w.of(&args)
		if w.one {
			text += fmt.Sprintf(" order by i.id limit %d", maxWatched)
		}
		rows, err := w.s.read.QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		if err := scanAll(rows, func(r scanner) error {
			f := proactive.WatchFinding{Code: q.code, Text: q.text}
			var made, day string
			if err := r.Scan(&f.Organ, &f.Part, &f.Item, &f.Kind, &f.Name, &f.Number, &made, &day); err != nil {
				return err
			}
			if err := dates(made, day, &f.Made, &f.Since); err != nil {
				return err
			}
			return add(f)
		}); err != nil {
			return err
		}
	}
	return nil
}

// guides finds organs whose guide or catalogue is missing or has grown old.
func (w *watching) guides(ctx context.Context, add func(proactive.WatchFinding) error) error {
	var args []any
	cond := w.of(&args)
	kept, err := w.s.guidesKept(ctx, w.day, cond, args)
	if err != nil {
		return err
	}
	months, err := w.s.numbersBy(ctx, org.ItemGuideMonths)
	if err != nil {
		return err
	}
	return w.organs(ctx, func(o org.Organ, _ []proactive.Watched) error {
		k := kept[o.ID]
		if text := k.wrongGuide(months(o.Path+"0/"), w.day); text != "" {
			if err := add(proactive.WatchFinding{Code: proactive.WatchGuide, Organ: o.ID, Part: o.ID, Name: "公开指南", Text: text}); err != nil {
				return err
			}
		} else if w.one || k.maybe { // says something else than the record does
			f, err := w.s.guideFacts(ctx, o.ID, w.day)
			if err != nil {
				return err
			}
			if f.Mark() != k.mark {
				if err := add(proactive.WatchFinding{Code: proactive.WatchGuide, Organ: o.ID, Part: o.ID, Name: "公开指南", Text: "机构信息有变化，指南还是旧的，请重新编制。"}); err != nil {
					return err
				}
			}
		}
		if text := k.wrongCatalogue(months(o.Path+"0/"), w.day); text != "" {
			return add(proactive.WatchFinding{Code: proactive.WatchCatalogue, Organ: o.ID, Part: o.ID, Name: "公开目录", Text: text})
		}
		return nil
	})
}

// accounts finds new-media accounts that show nothing new.
func (w *watching) accounts(ctx context.Context, add func(proactive.WatchFinding) error) error {
	var args []any
	cond := w.of(&args)
	rows, err := w.s.read.QueryContext(ctx, `select o.home, t.organ, t.kind, t.name, t.since, (select coalesce(max(day), '') from posting where outlet = t.id)
		from outlet t join organ o on o.id = t.organ where t.until = '' and `+cond+" order by t.id", args...)
	if err != nil {
		return err
	}
	return scanAll(rows, func(r scanner) error {
		f := proactive.WatchFinding{Code: proactive.WatchQuiet, Text: fmt.Sprintf("超过%d天没有发布内容。", proactive.QuietDays)}
		var x OutletRow
		var since, last string
		if err := r.Scan(&f.Organ, &f.Part, &x.Kind, &f.Name, &since, &last); err != nil {
			return err
		}
		if err := dates(since, last, &x.Since, &x.Last); err != nil || !x.Quiet(w.day) {
			return err
		}
		return add(f)
	})
}

// materials finds what a section or a village should have handed in.
func (w *watching) materials(ctx context.Context, add func(proactive.WatchFinding) error) error {
	args := []any{w.day.String()}
	cond := w.of(&args)
	rows, err := w.s.read.QueryContext(ctx, `select o.home, t.organ, t.number, o.name, t.due from submission t join organ o on o.id = t.organ
		where t.state in ('asked', 'returned') and t.due <> '' and t.due < $1 and `+cond+" order by t.id", args...)
	if err != nil {
		return err
	}
	return scanAll(rows, func(r scanner) error {
		f := proactive.WatchFinding{Code: proactive.WatchMaterials, Text: "过了要求的日期还没有移送材料。"}
		var number, name, due string
		if err := r.Scan(&f.Organ, &f.Part, &number, &name, &due); err != nil {
			return err
		}
		f.Name = number + " " + name
		if err := dayOf(due, &f.Since); err != nil {
			return err
		}
		return add(f)
	})
}
