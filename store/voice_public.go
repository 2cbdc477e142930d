package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// TrackedVoice is the voice that a number and its query code name, for the
// person who wrote it, or ErrNotFound. Who asks has to be slowed down by the
// caller.
func (s *Store) TrackedVoice(ctx context.Context, number, code string) (VoiceRow, error) {
	x, _, _, err := s.tracked(ctx, s.read, number, code)
	if err != nil {
		return VoiceRow{}, fmt.Errorf("store: tracked voice: %w", notFound(err))
	}
	return x, nil
}

func (s *Store) tracked(ctx context.Context, q asker, number, code string) (VoiceRow, org.Subject, recordKey, error) {
	number, code = plainNumber(number), plainCode(code)
	if number == "" || len(code) != codeLength {
		return VoiceRow{}, org.Subject{}, recordKey{}, ErrNotFound
	}
	mark, err := s.codeMark(code)
	if err != nil {
		return VoiceRow{}, org.Subject{}, recordKey{}, err
	}
	x, to, key, err := s.scanVoice(q.QueryRowContext(ctx, voiceSQL+" where v.code = $1 and v.number = $2", mark, number))
	return x, to, key, err
}

// WithTrackedVoice runs a verb of the person who wrote it, Rate or Reopen, on
// the voice that number and code name.
func (s *Store) WithTrackedVoice(ctx context.Context, key, number, code, kind string, verb VoiceVerb) (Done, error) {
	if kind != act.VoiceRated && kind != act.VoiceReopened {
		return Done{}, fmt.Errorf("store: tracked voice: %q is not for the public", kind)
	}
	return s.withVoice(ctx, By{Viewer: org.Program("公开网站"), Key: key}, kind, verb, func(h *hand) (VoiceRow, org.Subject, recordKey, error) {
		x, to, k, err := s.tracked(h.ctx, h, number, code)
		return x, to, k, notFound(err)
	})
}

// A ShownVoice is a question with its answer as the public reads it.
type ShownVoice struct {
	ID                      int64
	Kind                    oversight.VoiceKind
	Number, OrganName       string
	Organ                   int64
	OrganCode               string
	On                      law.Date // published
	Received, Ended         law.Date
	Title, Question, Answer string
}

// ShownQuery chooses published questions and answers.
type ShownQuery struct {
	Organ  int64 // that answered
	Search string
	Before int64 // id of the last row of the page before, 0 for the newest
	Limit  int
}

// MaxShown bounds one page of published answers.
const MaxShown = 50

const shownSQL = `select v.id, v.kind, v.number, o.id, o.name, coalesce(o.code, ''), v.shown, v.received, v.ended, v.shown_title, v.shown_question, v.shown_answer
	from voice v join organ o on o.id = v.organ`

func scanShown(r scanner) (x ShownVoice, err error) {
	var on, received, ended string
	if err = r.Scan(&x.ID, &x.Kind, &x.Number, &x.Organ, &x.OrganName, &x.OrganCode, &on, &received, &ended, &x.Title, &x.Question, &x.Answer); err != nil {
		return x, err
	}
	if err = dates(on, received, &x.On, &x.Received); err != nil {
		return x, err
	}
	return x, x.Ended.UnmarshalText([]byte(ended))
}

// ShownVoices lists what is published, the newest first.
func (s *Store) ShownVoices(ctx context.Context, q ShownQuery) ([]ShownVoice, error) {
	var p pick
	p.and("v.shown <> ''")
	p.is(q.Organ != 0, "v.organ = ", q.Organ)
	p.found("v.shown_search", q.Search)
	p.is(q.Before > 0, "v.id < ", q.Before)
	rows, err := p.rows(ctx, s.read, shownSQL, "v.id desc", atMost(q.Limit, MaxShown))
	return gather("published answers", rows, err, scanShown)
}

// ShownVoice is one that is published, or ErrNotFound.
func (s *Store) ShownVoice(ctx context.Context, id int64) (ShownVoice, error) {
	x, err := scanShown(s.read.QueryRowContext(ctx, shownSQL+" where v.shown <> '' and v.id = $1", id))
	if err != nil {
		return ShownVoice{}, fmt.Errorf("store: published answer %d: %w", id, notFound(err))
	}
	return x, nil
}

// TakingVoices keeps of organs those that take voices on the web: they stand for
// themselves, are there today, and nobody from them upwards has closed the
// entrance; who is nearer decides.
func (s *Store) TakingVoices(ctx context.Context, organs []org.Organ, today law.Date) ([]org.Organ, error) {
	rows, err := s.read.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> ''", org.VoiceOpen)
	if err != nil {
		return nil, fmt.Errorf("store: who takes voices: %w", err)
	}
	defer rows.Close()
	decided := map[string]string{}
	for rows.Next() {
		var organ int64
		var value string
		if err := rows.Scan(&organ, &value); err != nil {
			return nil, fmt.Errorf("store: who takes voices: %w", err)
		}
		decided[strconv.FormatInt(organ, 10)] = value
	}
	var out []org.Organ
	for _, o := range organs {
		if o.Kind == org.Section || o.Kind == org.Village || !o.InForce(today) {
			continue
		}
		value := decided["0"]
		for part := range strings.SplitSeq(o.Path, "/") {
			if v := decided[part]; v != "" {
				value = v
			}
		}
		if value != "关" {
			out = append(out, o)
		}
	}
	return out, rows.Err()
}

// EraseVoice destroys the key of a voice that is over, and with it everything
// that was written and every file: dates, kind and result stay, so that counts
// stay true. What was published stays until it is withdrawn. It needs
// EditSettings at the organ that worked on it.
func (s *Store) EraseVoice(ctx context.Context, by By, id, version int64) (Done, error) {
	by.Reason = ""
	return s.do(ctx, by, "erase voice", func(h *hand) (string, error) {
		args := []any{id}
		see := seesVoice(by.Viewer, &args)
		x, to, _, err := s.scanVoice(h.QueryRowContext(h.ctx, voiceSQL+" where v.id = $1 and "+see, args...))
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditSettings, to); err != nil {
			return "", err
		}
		switch {
		case x.Version != version:
			return "", ErrConflict
		case x.Erased:
			return "", nil
		case x.State == oversight.VoiceOpen:
			return "", act.Refuse("这一件还在办理，办结后才能清除。")
		}
		for _, f := range x.Content.Files {
			if err := s.dropPrivate(h.ctx, h.Tx, f.ID); err != nil {
				return "", err
			}
		}
		res, err := h.ExecContext(h.ctx, "update voice set sealed_key = $3, sealed_content = $3, version = version + 1 where id = $1 and version = $2", id, version, []byte{})
		if err := one(res, err); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(act.VoiceErased, VoiceRef(id), x.Organ, nil, act.Change{Field: "内容", Old: "有", New: "已清除"})
	})
}

// VoiceCounts counts what the viewer may work on: open, and of these past their
// day.
func (s *Store) VoiceCounts(ctx context.Context, v org.Viewer, today law.Date) (open, late int, err error) {
	args := []any{today.String(), string(oversight.VoiceOpen)}
	cond := scope(v.Scope(org.HandleVoices), "o.home", "o.path", "", &args)
	err = s.read.QueryRowContext(ctx, "select count(*), coalesce(sum(case when v.due < $1 then 1 else 0 end), 0) from voice v join organ o on o.id = v.organ where v.state = $2 and "+cond, args...).Scan(&open, &late)
	if err != nil {
		err = fmt.Errorf("store: count voices: %w", err)
	}
	return open, late, err
}

// A VoiceReceipt is what whoever handed in a voice is told, once.
type VoiceReceipt struct {
	Number, Code string
	Kind         oversight.VoiceKind
	Organ        int64 // that has to answer
	OrganName    string
	Received     law.Date
	Due          law.Date
}

// VoiceReceipt is the receipt of a voice. It is for the form that has just
// handed it in: who has the code can follow the voice.
func (s *Store) VoiceReceipt(ctx context.Context, id int64) (VoiceReceipt, error) {
	var r VoiceReceipt
	var received, due string
	err := s.read.QueryRowContext(ctx, "select v.number, v.kind, v.organ, o.name, v.received, v.due from voice v join organ o on o.id = v.organ where v.id = $1", id).
		Scan(&r.Number, &r.Kind, &r.Organ, &r.OrganName, &received, &due)
	if err == nil {
		err = dates(received, due, &r.Received, &r.Due)
	}
	if err == nil {
		r.Code, err = s.VoiceCode(id)
	}
	if err != nil {
		return VoiceReceipt{}, fmt.Errorf("store: receipt of voice %d: %w", id, notFound(err))
	}
	return r, nil
}
