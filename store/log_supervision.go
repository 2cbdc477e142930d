package store

import (
	"context"
	"errors"

	"gongkai/act"
	"gongkai/org"
)

// NoteSupervision writes an opinion of supervision (监督意见) into the history of
// anything that has one. The organ whose affair it was sees it and answers. It
// needs NoteSupervision at that organ. ErrNotFound if nothing ever happened to
// ref. The answer is the id of the act.
func (s *Store) NoteSupervision(ctx context.Context, by By, ref, text string) (Done, error) {
	return s.do(ctx, by, "note supervision", func(h *hand) (string, error) {
		var organ int64
		if err := h.QueryRowContext(h.ctx, "select organ from act where ref = $1 order by seq desc limit 1", ref).Scan(&organ); err != nil {
			return "", err
		}
		if err := h.mayAt(org.NoteSupervision, organ); err != nil {
			return "", err
		}
		if err := h.note(act.SupervisionNoted, ref, organ, nil, act.Change{Field: "监督意见", New: text}); err != nil {
			return "", err
		}
		return ActID(h.last), nil
	})
}

// AnswerSupervision answers an opinion of supervision for the organ it was
// written to. It needs AssignTasks there: who directs its work answers for it.
// ErrNotFound if the act is no such opinion.
func (s *Store) AnswerSupervision(ctx context.Context, by By, note int64, text string) (Done, error) {
	return s.do(ctx, by, "answer supervision", func(h *hand) (string, error) {
		var ref, kind string
		var organ int64
		if err := h.QueryRowContext(h.ctx, "select ref, kind, organ from act where id = $1", note).Scan(&ref, &kind, &organ); err != nil {
			return "", err
		}
		if kind != act.SupervisionNoted {
			return "", ErrNotFound
		}
		if err := h.mayAt(org.AssignTasks, organ); err != nil {
			var refused *act.Refusal
			if errors.As(err, &refused) {
				return "", act.Refuse("监督意见由收到意见的机关答复：由该机关的签发人、公开机构负责人，或者主管部门办理。")
			}
			return "", err
		}
		return "", h.note(act.SupervisionAnswered, ActRef(note), organ, []string{ref}, act.Change{Field: "答复", New: text})
	})
}

// mayAt is may for an organ, 0 for what belongs to none.
func (h *hand) mayAt(verb org.Verb, organ int64) error {
	if organ == 0 {
		if !org.Able(h.by.Viewer, verb) {
			return Forbidden(verb)
		}
		return nil
	}
	to, err := h.subject(organ)
	if err != nil {
		return err
	}
	return h.may(verb, to)
}
