package store

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

// A Script is what is read out over a loudspeaker 广播稿.
type Script struct {
	ID        int64
	Organ     int64
	OrganName string
	Item      int64 // that it tells of, 0 for none
	Number    string
	Title     string // of the item where there is one
	Text      string
	Version   int64
	Edits     bool
}

const scriptSQL = `select c.id, c.organ, o.name, c.item, coalesce(i.number, ''), case when c.item = 0 then c.title else coalesce(i.title, '') end, c.body, c.version, o.home, o.path
	from script c join organ o on o.id = c.organ left join item i on i.id = c.item`

func scanScript(r scanner) (x Script, to org.Subject, err error) {
	err = r.Scan(&x.ID, &x.Organ, &x.OrganName, &x.Item, &x.Number, &x.Title, &x.Text, &x.Version, &to.Home, &to.Path)
	to.Organ = x.Organ
	return x, to, err
}

// Scripts lists scripts, the newest first.
func (s *Store) Scripts(ctx context.Context, v org.Viewer, before int64, limit int) ([]Script, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(before != 0, "c.id < ", before)
	rows, err := p.rows(ctx, s.read, scriptSQL, "c.id desc", atMost(limit, MaxPostings))
	return gather("scripts", rows, err, func(r scanner) (Script, error) {
		x, to, err := scanScript(r)
		x.Edits = err == nil && org.May(v, org.EditOutlets, to)
		return x, err
	})
}

// Script is one script, or ErrNotFound.
func (s *Store) Script(ctx context.Context, v org.Viewer, id int64) (Script, error) {
	x, to, err := scanScript(s.read.QueryRowContext(ctx, scriptSQL+" where c.id = $1", id))
	if err == nil && !org.May(v, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err != nil {
		return Script{}, fmt.Errorf("store: script %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditOutlets, to)
	return x, nil
}

// MaxScript bounds a script, in characters.
const MaxScript = 6000

// SaveScript keeps a script, a new one where ID is 0. It needs EditOutlets at the
// organ; the item must be public. The answer is the id.
func (s *Store) SaveScript(ctx context.Context, by By, x Script) (Done, error) {
	return s.do(ctx, by, "save script", func(h *hand) (string, error) {
		x.Title = strings.TrimSpace(x.Title)
		switch n := utf8.RuneCountInString(x.Text); {
		case strings.TrimSpace(x.Text) == "":
			return "", act.Refuse("广播稿是空的，没有可以保存的内容。")
		case n > MaxScript:
			return "", act.Refuse(fmt.Sprintf("广播稿有%d个字，最多%d个字，请缩短。", n, MaxScript))
		case !utf8.ValidString(x.Text+x.Title) || strings.ContainsRune(x.Text+x.Title, 0) || utf8.RuneCountInString(x.Title) > proactive.MaxTitle:
			return "", act.Refuse("标题最多200个字，稿子里不能有不能识别的字符。")
		case x.Item == 0 && x.Title == "":
			return "", act.Refuse("请写广播稿的题目。")
		}
		organ := x.Organ
		if x.ID != 0 {
			old, _, err := scanScript(h.QueryRowContext(h.ctx, scriptSQL+" where c.id = $1", x.ID))
			if err != nil {
				return "", err
			}
			organ, x.Item = old.Organ, old.Item
		}
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if x.ID != 0 && !org.May(by.Viewer, org.SeeItems, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.EditOutlets, to); err != nil {
			return "", err
		}
		if x.Item != 0 {
			if err := h.showable(&proactive.Posting{Item: x.Item}, to, 0); err != nil {
				return "", err
			}
			x.Title = "" // stays with the item
		}
		if x.ID == 0 {
			x.ID = s.NewID()
			_, err = h.ExecContext(h.ctx, "insert into script (id, organ, item, title, body, version, made_at) values ($1, $2, $3, $4, $5, 1, $6)", x.ID, organ, x.Item, x.Title, x.Text, h.now)
		} else {
			err = one(h.ExecContext(h.ctx, "update script set title = $3, body = $4, version = version + 1 where id = $1 and version = $2", x.ID, x.Version, x.Title, x.Text))
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprint(x.ID), h.note(act.ScriptKept, fmt.Sprintf("script/%d", x.ID), organ, nil, act.Change{Field: "字数", New: fmt.Sprint(utf8.RuneCountInString(x.Text))})
	})
}
