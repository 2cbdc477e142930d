package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

// DraftTurned opens the draft of what was asked for and is to be disclosed
// proactively 转为主动公开 (art. 44); Done.Answer is the item's id. The proposal must
// have been decided, and nothing drafted for it before. It needs EditItems at the
// organ of the request.
func (s *Store) DraftTurned(ctx context.Context, by By, request int64) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "draft turned request", func(h *hand) (string, error) {
		var organ, item int64
		var subject, number, decision string
		err := h.QueryRowContext(h.ctx, "select r.organ, r.subject, r.number, t.decision, t.item from request_turn t join request r on r.id = t.request where t.request = $1", request).
			Scan(&organ, &subject, &number, &decision, &item)
		if err != nil {
			return "", err
		}
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		switch {
		case !org.May(by.Viewer, org.SeeRequests, to):
			return "", ErrNotFound
		case decision != "open" && decision != "part":
			return "", act.Refuse("这件申请还没有审核决定转为主动公开。")
		case item != 0:
			return fmt.Sprint(item), nil // it is there; whoever comes second goes on with it
		}
		if subject == "" {
			subject = "申请 " + number + " 所涉信息"
		}
		x, err := h.draftItem(NewItem{Organ: organ, Kind: proactive.OtherKind, Request: request, Content: proactive.Content{Title: subject, Category: proactive.OtherKind.Category()}}, cal)
		if err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, "update request_turn set item = $2 where request = $1", request, x.ID)
		return fmt.Sprint(x.ID), err
	})
}
