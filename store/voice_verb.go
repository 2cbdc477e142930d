package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/text"
)

// VoiceDays are the days a verb on a voice needs.
type VoiceDays struct {
	Today  law.Date
	Again  law.Date // last day if it is counted from today
	Latest law.Date // the latest day that an extension may name
	Days   calendar.Workdays
}

// VoiceVerb is what is done with a voice: oversight's verbs.
type VoiceVerb func(v *oversight.Voice, d VoiceDays) error

// VoicePeriod is how many working days an organ has for a kind.
func (s *Store) VoicePeriod(ctx context.Context, organ int64, kind oversight.VoiceKind) (calendar.Workdays, error) {
	var path string
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return 0, fmt.Errorf("store: period of %d: %w", organ, notFound(err))
	}
	n, err := s.voicePeriod(ctx, s.read, path, kind)
	if err != nil {
		return 0, fmt.Errorf("store: period of %d: %w", organ, err)
	}
	return n, nil
}

func (s *Store) voicePeriod(ctx context.Context, q asker, path string, kind oversight.VoiceKind) (calendar.Workdays, error) {
	rule, _ := oversight.VoiceRuleOf(kind)
	value, err := s.inherited(ctx, q, path, rule.Setting)
	if err != nil {
		return 0, err
	}
	if n, err := strconv.Atoi(value); err == nil && n > 0 {
		return calendar.Workdays(n), nil
	}
	return rule.Days, nil
}

// voiceSubject is where a voice goes that is about an organ: with the office
// above it where it complains of it, else to the organ itself.
func (h *hand) voiceSubject(v *oversight.Voice) (org.Subject, error) {
	organ := v.Organ
	if rule, _ := oversight.VoiceRuleOf(v.Kind); rule.Upward && v.About != 0 {
		var home, parent int64
		if err := h.QueryRowContext(h.ctx, "select o.home, coalesce(p.parent, 0) from organ o join organ p on p.id = o.home where o.id = $1", v.About).Scan(&home, &parent); err != nil {
			return org.Subject{}, err
		}
		if organ = parent; organ == 0 {
			organ = home // nobody stands above it here
		}
	}
	v.Organ = organ
	return h.subject(organ)
}

// EnterVoice keeps what an officer enters; Done.Answer is its id. It needs
// HandleVoices at the organ it came to. Files were put before, as PutPrivate of
// its VoiceRef. v.ID may be made before by NewID.
func (s *Store) EnterVoice(ctx context.Context, by By, v oversight.Voice) (Done, error) {
	return s.enterVoice(ctx, by, v, true)
}

// SubmitVoice keeps what somebody sends on the web. Nothing says from where.
func (s *Store) SubmitVoice(ctx context.Context, key string, v oversight.Voice) (Done, error) {
	v.Channel = oversight.ByWeb
	return s.enterVoice(ctx, By{Viewer: org.Program("公开网站"), Key: key}, v, false)
}

func (s *Store) enterVoice(ctx context.Context, by By, voice oversight.Voice, officer bool) (Done, error) {
	by.Reason = "" // what people write stands in the content, never beside an act
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "enter voice", func(h *hand) (string, error) {
		v := voice
		if v.ID == 0 {
			v.ID = s.NewID()
		}
		if !officer {
			v.Received = h.day
		}
		to, err := h.voiceSubject(&v)
		if err != nil {
			return "", err
		}
		if v.Entry == 0 {
			v.Entry = v.Organ
		}
		if bad := v.Check(h.day); len(bad) > 0 {
			for _, field := range slices.Sorted(maps.Keys(bad)) {
				return "", act.Refuse(bad[field])
			}
		}
		from, err := h.subject(v.Entry)
		if err != nil {
			return "", err
		}
		if err := h.may(org.HandleVoices, from); err != nil {
			return "", err
		}
		days, err := s.voicePeriod(h.ctx, h.Tx, to.Path, v.Kind)
		if err != nil {
			return "", err
		}
		n, err := h.nextNumber(v.Entry, "voice", v.Received.Year)
		if err != nil {
			return "", err
		}
		v.Number = fmt.Sprintf("%d-%04d", v.Received.Year, n)
		v.Entered, v.State, v.Version, v.Due = h.now, oversight.VoiceOpen, 1, oversight.VoiceDue(cal, v.Received, days)
		v.Handler, v.Rating, v.Verdict, v.Shown, v.Extended, v.Reopened, v.Into, v.Ended = 0, 0, "", oversight.Shown{}, false, false, 0, law.Date{}
		v.Content.Events = []oversight.VoiceEvent{{On: v.Received, What: oversight.EventReceived, To: v.Entry, Due: v.Due}}
		if v.Organ != v.Entry {
			v.Content.Events = append(v.Content.Events, oversight.VoiceEvent{On: h.day, What: oversight.EventTransferred, To: v.Organ, Why: "由主管部门办理"})
		}
		if err := h.putVoice(v); err != nil {
			return "", err
		}
		for _, f := range v.Content.Files {
			if err := h.keepPrivate(f.ID, VoiceRef(v.ID)); err != nil {
				return "", err
			}
		}
		if err := h.tellOfVoice(act.VoiceReceived, v, to); err != nil {
			return "", err
		}
		return fmt.Sprint(v.ID), h.note(act.VoiceReceived, VoiceRef(v.ID), v.Organ, nil, act.Change{Field: "编号", New: v.Number}, act.Change{Field: "类别", New: v.Kind.Chinese()},
			act.Change{Field: "来源", New: v.Channel.Chinese()}, act.Change{Field: "收到", New: v.Received.String()}, act.Change{Field: "期限", New: v.Due.String()})
	})
}

func (h *hand) putVoice(v oversight.Voice) error {
	ref := VoiceRef(v.ID)
	key, err := h.s.newRecordKey(voiceKey, ref)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(v.Content)
	if err != nil {
		return err
	}
	sealed, err := key.seal("content", plain)
	if err != nil {
		return err
	}
	code, err := h.s.VoiceCode(v.ID)
	if err != nil {
		return err
	}
	mark, err := h.s.codeMark(code)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, `insert into voice (id, number, year, kind, channel, topic, entry, organ, about, handler, received, entered_at, due, extended, reopened, state, ended, into_voice,
		verdict, rating, consent, shown, shown_title, shown_question, shown_answer, shown_search, code, version, sealed_key, sealed_content)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, 0, 0, $13, '', 0, '', 0, $14, '', '', '', '', '', $15, 1, $16, $17)`,
		v.ID, v.Number, v.Received.Year, string(v.Kind), string(v.Channel), v.Topic, v.Entry, v.Organ, v.About, v.Received.String(), v.Entered, v.Due.String(), string(v.State), flag(v.Consent), mark, key.sealed, sealed)
	return err
}

// WithVoice runs a verb on a voice and keeps what it changed. kind is the kind of
// the act. It needs HandleVoices at the organ that works on it; version is the
// one last read: ErrConflict if somebody was faster.
func (s *Store) WithVoice(ctx context.Context, by By, id, version int64, kind string, verb VoiceVerb) (Done, error) {
	return s.withVoice(ctx, by, kind, verb, func(h *hand) (VoiceRow, org.Subject, recordKey, error) {
		args := []any{id}
		see := seesVoice(by.Viewer, &args)
		x, to, key, err := s.scanVoice(h.QueryRowContext(h.ctx, voiceSQL+" where v.id = $1 and "+see, args...))
		if err != nil {
			return x, to, key, err
		}
		if err := h.may(org.HandleVoices, to); err != nil {
			return x, to, key, err
		}
		if x.Version != version {
			return x, to, key, ErrConflict
		}
		return x, to, key, nil
	})
}

func (s *Store) withVoice(ctx context.Context, by By, kind string, verb VoiceVerb, find func(h *hand) (VoiceRow, org.Subject, recordKey, error)) (Done, error) {
	by.Reason = ""
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "voice", func(h *hand) (string, error) {
		x, to, key, err := find(h)
		if err != nil {
			return "", err
		}
		days, err := s.voicePeriod(h.ctx, h.Tx, to.Path, x.Kind)
		if err != nil {
			return "", err
		}
		before := x.Voice
		before.Content.Files, before.Content.Events = slices.Clone(x.Content.Files), slices.Clone(x.Content.Events)
		d := VoiceDays{Today: h.day, Days: days, Again: oversight.VoiceDue(cal, h.day, days), Latest: oversight.VoiceDue(cal, x.Due, days)}
		if err := verb(&x.Voice, d); err != nil {
			return "", err
		}
		v := x.Voice
		if v.Organ != before.Organ {
			if to, err = h.transferTo(v.Organ, to); err != nil {
				return "", err
			}
		}
		if v.Handler != before.Handler && v.Handler != 0 {
			if err := h.worksAt(v.Handler, to.Home); err != nil {
				return "", err
			}
		}
		for _, f := range v.Content.Files {
			if !slices.ContainsFunc(before.Content.Files, func(o oversight.VoiceFile) bool { return o.ID == f.ID }) {
				if err := h.keepPrivate(f.ID, VoiceRef(v.ID)); err != nil {
					return "", err
				}
			}
		}
		sealed := []byte{}
		if !v.Erased {
			plain, err := json.Marshal(v.Content)
			if err != nil {
				return "", err
			}
			if sealed, err = key.seal("content", plain); err != nil {
				return "", err
			}
		}
		res, err := h.ExecContext(h.ctx, `update voice set topic = $3, organ = $4, handler = $5, due = $6, extended = $7, reopened = $8, state = $9, ended = $10, into_voice = $11, verdict = $12,
			rating = $13, shown = $14, shown_title = $15, shown_question = $16, shown_answer = $17, shown_search = $18, sealed_content = $19, version = version + 1 where id = $1 and version = $2`,
			v.ID, before.Version, v.Topic, v.Organ, v.Handler, v.Due.String(), flag(v.Extended), flag(v.Reopened), string(v.State), v.Ended.String(), v.Into, string(v.Verdict),
			v.Rating, v.Shown.On.String(), v.Shown.Title, v.Shown.Question, v.Shown.Answer, text.Fold(v.Shown.Title+" "+v.Shown.Question), sealed)
		if err := one(res, err); err != nil {
			return "", err
		}
		if err := h.tellOfVoice(kind, v, to); err != nil {
			return "", err
		}
		var refs []string
		if v.Into != before.Into {
			refs = append(refs, VoiceRef(v.Into))
		}
		refs = append(refs, personRefs(v.Handler)...)
		return fmt.Sprint(v.ID), h.note(kind, VoiceRef(v.ID), v.Organ, refs, act.Change{Field: "状态", Old: before.State.Chinese(), New: v.State.Chinese()},
			act.Change{Field: "期限", Old: before.Due.String(), New: v.Due.String()}, act.Change{Field: "办理机关", Old: fmt.Sprint(before.Organ), New: fmt.Sprint(v.Organ)},
			act.Change{Field: "查证结论", Old: before.Verdict.Chinese(), New: v.Verdict.Chinese()}, act.Change{Field: "答复日期", Old: before.Ended.String(), New: v.Ended.String()},
			act.Change{Field: "公开日期", Old: before.Shown.On.String(), New: v.Shown.On.String()}, act.Change{Field: "附件数", Old: fmt.Sprint(len(before.Content.Files)), New: fmt.Sprint(len(v.Content.Files))})
	})
}

// transferTo is the organ that a voice goes to: one of the same tree that goes
// on. from is the organ that has it.
func (h *hand) transferTo(organ int64, from org.Subject) (org.Subject, error) {
	to, err := h.subject(organ)
	if err != nil {
		return to, err
	}
	var end string
	if err := h.QueryRowContext(h.ctx, "select valid_to from organ where id = $1", organ).Scan(&end); err != nil {
		return to, err
	}
	top := func(path string) string { return strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0] }
	switch {
	case end != "" && end < h.day.String():
		return to, act.Refuse("这个机关已经撤销，请选择承接它职责的机关。")
	case top(to.Path) != top(from.Path):
		return to, act.Refuse("只能转给本地区的机关。属于其他地区的，请在答复里告知向哪里提出。")
	}
	return to, nil
}

// worksAt is a refusal unless the person works at the organ or holds a post there.
func (h *hand) worksAt(person, organ int64) error {
	var there bool
	err := h.QueryRowContext(h.ctx, `select exists (select 1 from person p join organ o on o.id = p.organ where p.id = $1 and (o.id = $2 or o.home = $2) and (p.valid_to = '' or p.valid_to >= $3))
		or exists (select 1 from post where person = $1 and organ = $2 and (valid_to = '' or valid_to >= $3))`, person, organ, h.day.String()).Scan(&there)
	if err == nil && !there {
		err = act.Refuse("指定的人不在这个机关工作，也没有这个机关的岗位。请重新选择。")
	}
	return err
}

// tellOfVoice tells those who have to act, and settles what they were told
// before. The notice has the number and the kind, nothing of what was written.
func (h *hand) tellOfVoice(kind string, v oversight.Voice, to org.Subject) error {
	n := News{Kind: kind, Ref: VoiceRef(v.ID), Organ: v.Organ, Number: v.Number, Subject: v.Kind.Chinese() + " " + v.Number, Link: fmt.Sprintf("/desk/voices/%d", v.ID), Due: v.Due}
	all := []To{ToRole(org.Handler, to.Home), ToRole(org.Head, to.Home), ToRole(org.Office, to.Home)}
	if v.Handler != 0 {
		all = []To{ToPerson(v.Handler)}
	}
	switch {
	case v.State != oversight.VoiceOpen:
		return h.settle(n.Ref)
	case kind == act.VoiceReceived:
	case kind == act.VoiceTransferred, kind == act.VoiceAssigned, kind == act.VoiceReopened, kind == act.VoiceExtended:
		if err := h.settle(n.Ref); err != nil {
			return err
		}
	default:
		return nil
	}
	_, err := h.notify(n, all...)
	return err
}
