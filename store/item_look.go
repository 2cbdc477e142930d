package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/vetting"
)

// Look is what a reviewer has to look at in the text now: the marks, and those
// of them that somebody decided on with the reason.
func (s *Store) Look(ctx context.Context, x *ItemFile) (marks []vetting.Mark, decided map[string]string, err error) {
	day, err := s.today(ctx)
	if err != nil {
		return nil, nil, err
	}
	return s.marksOf(ctx, s.read, x, day)
}

// marksOf looks at the text by the lists of words that were in force on the day
// it was made, today where that is open: what a list says since then does not
// touch it.
func (s *Store) marksOf(ctx context.Context, q asker, x *ItemFile, day law.Date) ([]vetting.Mark, map[string]string, error) {
	pieces := vetting.Pieces(x.Content.Title, x.Content.Summary, x.Content.Body)
	for _, f := range x.Content.Files {
		for i, line := range strings.Split(f.Text, "\n") {
			pieces = append(pieces, vetting.Piece{Field: fmt.Sprintf("file:%d", f.ID), Line: i, Text: line})
		}
	}
	if !x.Content.Made.IsZero() {
		day = x.Content.Made
	}
	lists, err := s.wordsFor(ctx, q, x.Organ, day)
	if err != nil {
		return nil, nil, err
	}
	marks := vetting.Look(pieces, lists, day)
	rows, err := q.QueryContext(ctx, "select mark, reason from item_mark where item = $1", x.ID)
	if err != nil {
		return nil, nil, err
	}
	decided := map[string]string{}
	err = scanAll(rows, func(r scanner) error {
		var mark, reason string
		err := r.Scan(&mark, &reason)
		decided[mark] = reason
		return err
	})
	return marks, decided, err
}

// Pass 审签 signs the step that waits. The text that was read is named by its
// hash; at the step for secrecy answers are those to the five questions, and
// what is marked in the text is held against them here.
func (x *ItemFile) Pass(d proactive.Doing, read, answers string) error {
	if x.Content.Withhold != "" {
		return errWithhold
	}
	r := proactive.Review{Content: read, Answers: answers}
	if x.Waiting().Secrecy {
		marks, decided, err := x.hand.s.marksOf(x.hand.ctx, x.hand, x, x.hand.day)
		if err != nil {
			return err
		}
		for _, m := range marks {
			switch _, ok := decided[m.Key()]; {
			case m.Stops:
				r.Stops++
			case !ok:
				r.Open++
			}
		}
	}
	return x.Sign(d, r)
}

// Decide says why a mark in the text may stand. It needs ReviewItems or EditItems.
func (s *Store) DecideMark(ctx context.Context, by By, id, version int64, mark, reason string) (Done, error) {
	return s.do(ctx, by, "decide mark", func(h *hand) (string, error) {
		x, err := h.item(id)
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.EditItems, x.to) {
			if err := h.may(org.ReviewItems, x.to); err != nil {
				return "", err
			}
		}
		if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 600 || len(mark) > 200 {
			return "", act.Refuse("请写明为什么可以保留，例如“这是本机关公布的办公电话”，200个字以内。")
		}
		if x.Version != version {
			return "", ErrConflict
		}
		_, err = h.ExecContext(h.ctx, `insert into item_mark (item, mark, reason, person, at) values ($1, $2, $3, $4, $5)
			on conflict (item, mark) do update set reason = excluded.reason, person = excluded.person, at = excluded.at`, id, mark, reason, by.Viewer.Person, h.now)
		if err != nil {
			return "", err
		}
		return "", h.note(act.ItemDecided, ItemRef(id), x.Organ, nil, act.Change{Field: "说明", New: reason})
	})
}
