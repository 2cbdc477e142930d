package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// BackfillRef is the reference of acts on a line of old stock, and of its file.
func BackfillRef(id int64) string { return fmt.Sprintf("backfill/%d", id) }

// A BackfillRow is a line of old stock with how far it is.
type BackfillRow struct {
	proactive.Backfill
	OrganName, PersonName string
	State                 proactive.BackfillState
	Number                string // index number, once it is out
	ItemVersion           int64
	Edits                 bool // the viewer may change it
}

// backfillState is, for SQL, how far a line is.
const backfillState = `case when b.dropped <> '' then 'dropped' when b.item = 0 then 'todo' when i.standing <> '' then 'out' when i.stage in ('review', 'asking', 'approved') then 'review' else 'drafted' end`

const backfillSQL = `select b.id, b.organ, b.title, b.doc_no, b.made, b.original, b.url, b.kind, b.category, b.file, b.file_name, b.person, b.dropped, b.item, b.version,
	o.name, o.home, o.path, coalesce(p.name, ''), ` + backfillState + `, coalesce(i.number, ''), coalesce(i.version, 0)
	from backfill b join organ o on o.id = b.organ left join person p on p.id = b.person left join item i on i.id = b.item`

func scanBackfill(r scanner) (x BackfillRow, to org.Subject, err error) {
	var made, original string
	err = r.Scan(&x.ID, &x.Organ, &x.Title, &x.DocNo, &made, &original, &x.URL, &x.Kind, &x.Category, &x.File, &x.FileName, &x.Person, &x.Dropped, &x.Item, &x.Version,
		&x.OrganName, &to.Home, &to.Path, &x.PersonName, &x.State, &x.Number, &x.ItemVersion)
	if err == nil {
		to.Organ = x.Organ
		err = dates(made, original, &x.Made, &x.Original)
	}
	return x, to, err
}

// A BackfillQuery chooses lines. Zero fields choose all that the viewer may see.
type BackfillQuery struct {
	Organ  int64
	State  proactive.BackfillState
	Person int64
	Search string
	After  int64 // id, for the next page
	Limit  int
}

// MaxBackfillRows bounds one page of lines.
const MaxBackfillRows = 200

// Backfills lists old stock in the order in which it was listed.
func (s *Store) Backfills(ctx context.Context, v org.Viewer, q BackfillQuery) ([]BackfillRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Organ != 0, "b.organ = ", q.Organ)
	p.is(q.State != "", "("+backfillState+") = ", string(q.State))
	p.is(q.Person != 0, "b.person = ", q.Person)
	p.is(q.After != 0, "b.id > ", q.After)
	p.found("b.search", q.Search)
	rows, err := p.rows(ctx, s.read, backfillSQL, "b.id", atMost(q.Limit, MaxBackfillRows))
	return gather("backfill", rows, err, func(r scanner) (BackfillRow, error) {
		x, to, err := scanBackfill(r)
		x.Edits = err == nil && org.May(v, org.EditItems, to)
		return x, err
	})
}

// BackfillCounts counts an organ's lines by state; 0 for all in the scope.
func (s *Store) BackfillCounts(ctx context.Context, v org.Viewer, organ int64) (map[proactive.BackfillState]int, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "b.organ = ", organ)
	out := map[proactive.BackfillState]int{}
	rows, err := s.read.QueryContext(ctx, "select "+backfillState+", count(*) from backfill b join organ o on o.id = b.organ left join item i on i.id = b.item where "+strings.Join(p.cond, " and ")+" group by 1", p.args...)
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var state proactive.BackfillState
			var n int
			err := r.Scan(&state, &n)
			out[state] = n
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: count backfill: %w", err)
	}
	return out, nil
}

// Backfill is one line, or ErrNotFound.
func (s *Store) Backfill(ctx context.Context, v org.Viewer, id int64) (BackfillRow, error) {
	x, to, err := scanBackfill(s.read.QueryRowContext(ctx, backfillSQL+" where b.id = $1", id))
	if err == nil && !org.May(v, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err != nil {
		return BackfillRow{}, fmt.Errorf("store: backfill %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditItems, to)
	return x, nil
}

// Known reports which of the titles with their document numbers stand in the
// organ's list or among its items already: nothing is taken over twice.
func (s *Store) Known(ctx context.Context, organ int64, list []proactive.Backfill) (known []bool, err error) {
	have := map[string]bool{}
	rows, err := s.read.QueryContext(ctx, "select b.title, b.doc_no from backfill b where b.organ = $1 union select i.title, i.doc_no from item i where i.organ = $1 and i.stage <> 'discarded' limit 200000", organ)
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var title, no string
			err := r.Scan(&title, &no)
			have[text.Fold(title)+"\x00"+text.Fold(no)] = true
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: known old stock: %w", err)
	}
	for _, x := range list {
		key := text.Fold(x.Title) + "\x00" + text.Fold(x.DocNo)
		known = append(known, have[key])
		have[key] = true // the second of two in one list
	}
	return known, nil
}

const backfillColumns = "title, doc_no, made, original, url, kind, category, file, file_name, person, dropped, item, search"

func backfillValues(x proactive.Backfill) []any {
	return []any{x.Title, x.DocNo, x.Made.String(), x.Original.String(), x.URL, string(x.Kind), x.Category, x.File, x.FileName, x.Person, x.Dropped, x.Item, text.Fold(x.Title + " " + x.DocNo)}
}

// ListBackfill puts old stock of an organ on its list, all of it or nothing.
// Files were kept under BackfillRef of the line's id. It needs EditItems; the
// answer is how many lines.
func (s *Store) ListBackfill(ctx context.Context, by By, organ int64, list []proactive.Backfill) (Done, error) {
	return s.do(ctx, by, "list backfill", func(h *hand) (string, error) {
		if err := h.edits(org.EditItems, organ); err != nil {
			return "", err
		}
		switch {
		case len(list) == 0:
			return "", act.Refuse("没有读到可以列入清单的内容。")
		case len(list) > proactive.MaxBackfill:
			return "", act.Refuse(fmt.Sprintf("一次最多列入%d件，请分几次。", proactive.MaxBackfill))
		}
		for _, x := range list {
			if err := firstBad(x.Check(h.day)); err != nil {
				return "", err
			}
			if x.ID == 0 {
				x.ID = s.NewID()
			}
			x.Item, x.Dropped = 0, ""
			values := append([]any{x.ID, organ, h.now}, backfillValues(x)...)
			if _, err := h.ExecContext(h.ctx, "insert into backfill (id, organ, made_at, version, "+backfillColumns+") values ($1, $2, $3, 1, "+params(4, len(values))+")", values...); err != nil {
				return "", err
			}
			if x.File != 0 {
				if err := h.keepPrivate(x.File, BackfillRef(x.ID)); err != nil {
					return "", err
				}
			}
		}
		return fmt.Sprint(len(list)), h.note(act.BackfillListed, BackfillRef(organ), organ, nil, act.Change{Field: "件数", New: fmt.Sprint(len(list))})
	})
}

// onBackfill changes a line that has no draft yet.
func (h *hand) onBackfill(id, version int64, kind string, do func(x *proactive.Backfill) error, changes func(was, now proactive.Backfill) []act.Change) error {
	x, to, err := scanBackfill(h.QueryRowContext(h.ctx, backfillSQL+" where b.id = $1", id))
	if err != nil {
		return err
	}
	switch {
	case !org.May(h.by.Viewer, org.SeeItems, to):
		return ErrNotFound
	case x.Version != version:
		return ErrConflict
	}
	if err := h.may(org.EditItems, to); err != nil {
		return err
	}
	was := x.Backfill
	if was.Item != 0 {
		return act.Refuse("这一件已经起草，请打开它的文稿修改。")
	}
	if err := do(&x.Backfill); err != nil {
		return err
	}
	if err := firstBad(x.Check(h.day)); err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update backfill set version = version + 1, "+assign(backfillColumns, 3)+" where id = $1 and version = $2", append([]any{id, version}, backfillValues(x.Backfill)...)...)
	if err := one(res, err); err != nil {
		return err
	}
	if x.File != was.File && x.File != 0 {
		if err := h.keepPrivate(x.File, BackfillRef(id)); err != nil {
			return err
		}
	}
	if x.File != was.File && was.File != 0 {
		if err := h.s.dropPrivate(h.ctx, h.Tx, was.File); err != nil {
			return err
		}
	}
	var refs []string
	if x.Item != 0 {
		refs = append(refs, ItemRef(x.Item))
	}
	return h.note(kind, BackfillRef(id), x.Organ, refs, changes(was, x.Backfill)...)
}

// ChangeBackfill puts a line right: what is stated of it, its file, who does it.
// It needs EditItems.
func (s *Store) ChangeBackfill(ctx context.Context, by By, now proactive.Backfill) (Done, error) {
	return s.do(ctx, by, "change backfill", func(h *hand) (string, error) {
		return fmt.Sprint(now.ID), h.onBackfill(now.ID, now.Version, act.BackfillChanged, func(x *proactive.Backfill) error {
			now.Organ, now.Item, now.Dropped = x.Organ, 0, x.Dropped
			if now.Person != 0 && now.Person != x.Person {
				to, err := h.subject(x.Organ)
				if err != nil {
					return err
				}
				if err := h.worksAt(now.Person, to.Home); err != nil {
					return err
				}
			}
			*x = now
			return nil
		}, func(was, now proactive.Backfill) []act.Change {
			return []act.Change{{Field: "成文日期", Old: was.Made.String(), New: now.Made.String()}, {Field: "原发布日期", Old: was.Original.String(), New: now.Original.String()}, {Field: "类别", Old: was.Kind.Chinese(), New: now.Kind.Chinese()},
				{Field: "经办人", Old: fmt.Sprint(was.Person), New: fmt.Sprint(now.Person)}}
		})
	})
}

// DropBackfill takes a line off the work with a reason, or with none back on it.
// It needs EditItems.
func (s *Store) DropBackfill(ctx context.Context, by By, id, version int64, reason string) (Done, error) {
	return s.do(ctx, by, "drop backfill", func(h *hand) (string, error) {
		return fmt.Sprint(id), h.onBackfill(id, version, act.BackfillDropped, func(x *proactive.Backfill) error {
			x.Dropped = strings.TrimSpace(reason)
			return nil
		}, func(was, now proactive.Backfill) []act.Change {
			return []act.Change{{Field: "不补录的原因", Old: was.Dropped, New: now.Dropped}}
		})
	})
}

// DraftBackfill opens the draft of a line; n carries its text and files, kept
// under ItemRef(n.ID). The first publication is taken from the line. It needs
// EditItems; the answer is the item's id.
func (s *Store) DraftBackfill(ctx context.Context, by By, id, version int64, n NewItem) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "draft backfill", func(h *hand) (string, error) {
		if n.ID == 0 {
			n.ID = s.NewID()
		}
		err := h.onBackfill(id, version, act.BackfillDrafted, func(x *proactive.Backfill) error {
			switch lacks := x.Lacks(); {
			case x.Dropped != "":
				return act.Refuse("这一件已经定为不补录，请先恢复。")
			case lacks != "":
				return act.Refuse("还缺" + lacks + "，补上以后才能起草。")
			}
			n.Organ, n.Backfill = x.Organ, true
			n.Content.Original, n.Content.OriginURL = x.Original, x.URL
			x.Item = n.ID
			return nil
		}, func(was, now proactive.Backfill) []act.Change {
			return []act.Change{{Field: "状态", Old: proactive.StockToDo.Chinese(), New: proactive.StockDrafted.Chinese()}}
		})
		if err != nil {
			return "", err
		}
		x, err := h.draftItem(n, cal)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(x.ID), nil
	})
}

// OpenBackfillFile opens the file of a line that the viewer may see.
func (s *Store) OpenBackfillFile(ctx context.Context, v org.Viewer, id int64) (string, PrivateFile, *File, error) {
	x, err := s.Backfill(ctx, v, id)
	if err == nil && x.File == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	p, r, err := s.OpenPrivate(ctx, x.File)
	return x.FileName, p, r, err
}

// forgetBackfill takes away what an item was made of, once it is removed in
// emergency or withheld.
func (h *hand) forgetBackfill(item int64, whole bool) error {
	var id, file int64
	err := h.QueryRowContext(h.ctx, "select id, file from backfill where item = $1", item).Scan(&id, &file)
	if notFound(err) == ErrNotFound {
		return nil
	}
	if err == nil && file != 0 {
		err = h.s.dropPrivate(h.ctx, h.Tx, file)
	}
	q := "update backfill set file = 0, file_name = '', version = version + 1 where id = $1"
	if whole {
		q = "update backfill set title = '', doc_no = '', url = '', file = 0, file_name = '', search = '', version = version + 1 where id = $1"
	}
	if err == nil {
		_, err = h.ExecContext(h.ctx, q, id)
	}
	return err
}
