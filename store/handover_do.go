package store

import (
	"context"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// open reads a handover that is being worked on, if who acts may.
func (h *hand) openHandover(id int64) (org.Handover, org.Subject, error) {
	o, at, err := h.handover(id)
	if err != nil {
		return o, at, err
	}
	if err := h.may(org.HandOver, at); err != nil {
		return o, at, err
	}
	if o.State != org.HandoverOpen {
		return o, at, act.Refuse("这次交接" + o.State.Chinese() + "，不能再改。")
	}
	return o, at, nil
}

// SettleHandover says what becomes of matters of the list: each by part and
// ref, with how, receiver and word. Version must be the one last read. What
// somebody confirmed before does not hold for a list that changed: those
// confirmations fall away.
func (s *Store) SettleHandover(ctx context.Context, by By, id, version int64, settled []org.Matter) (Done, error) {
	return s.do(ctx, by, "settle handover", func(h *hand) (string, error) {
		o, _, err := h.openHandover(id)
		if err != nil {
			return "", err
		}
		if o.Version != version {
			return "", ErrConflict
		}
		want := map[string]org.Matter{}
		for _, m := range settled {
			want[m.Part+"\n"+m.Ref] = m
		}
		changed := false
		asked := map[int64]bool{}
		for n, m := range o.Matters {
			w, ok := want[m.Part+"\n"+m.Ref]
			if !ok || !m.Passable || w.How == m.How && w.Receiver == m.Receiver && w.Word == m.Word {
				continue
			}
			if w.How != org.Passed {
				w.Receiver = 0
			}
			m.How, m.Receiver, m.Word = w.How, w.Receiver, w.Word
			switch {
			case len(m.Word) > 600:
				return "", act.Refuse("“" + m.What + "”的说明过长，最多200字。")
			case m.How == org.Kept && o.Leaves:
				return "", act.Refuse("“" + m.What + "”不能留给离岗的人，请移交或写明不再办理的原因。")
			case m.How == org.Passed && m.Receiver == o.Person:
				return "", act.Refuse("“" + m.What + "”不能移交给移交人本人。")
			case m.How == org.Passed && m.Receiver != 0 && !asked[m.Receiver]:
				if err := h.takesPart(m.Receiver, o.Day); err != nil {
					return "", err
				}
				asked[m.Receiver] = true
			}
			changed = true
			if m.How == org.Undecided {
				_, err = h.ExecContext(h.ctx, "delete from handover_matter where handover = $1 and part = $2 and ref = $3", id, m.Part, m.Ref)
			} else {
				err = h.keepMatter(id, n, m)
			}
			if err != nil {
				return "", err
			}
		}
		if !changed {
			return "", nil
		}
		if _, err := h.ExecContext(h.ctx, "delete from handover_party where handover = $1", id); err != nil {
			return "", err
		}
		return "", h.bumpHandover(id, version)
	})
}

func (h *hand) keepMatter(id int64, n int, m org.Matter) error {
	_, err := h.ExecContext(h.ctx, `insert into handover_matter (handover, part, ref, n, what, how, receiver, word) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (handover, part, ref) do update set n = excluded.n, what = excluded.what, how = excluded.how, receiver = excluded.receiver, word = excluded.word`,
		id, m.Part, m.Ref, n, m.What, string(m.How), m.Receiver, m.Word)
	return err
}

func (h *hand) bumpHandover(id, version int64) error {
	res, err := h.ExecContext(h.ctx, "update handover set version = version + 1 where id = $1 and version = $2", id, version)
	return one(res, err)
}

// ConfirmHandover is a party's word that the list is right. The party does it
// himself, signed in; or it was signed on paper (by.Paper with the day), and
// whoever may HandOver enters it. The list must be settled whole.
func (s *Store) ConfirmHandover(ctx context.Context, by By, id, version int64, side org.Side, person int64) (Done, error) {
	return s.do(ctx, by, "confirm handover", func(h *hand) (string, error) {
		o, at, err := h.handover(id)
		if err != nil {
			return "", err
		}
		paper, entered := "", int64(0)
		if by.Paper == nil {
			if person != by.Viewer.Person || person == 0 {
				return "", act.Refuse("确认只能由本人登录后作出；在纸上签了字的，由经办人登记签字日期。")
			}
		} else {
			if err := h.may(org.HandOver, at); err != nil {
				return "", err
			}
			if !by.Paper.On.Valid() || by.Paper.On.After(h.day) {
				return "", act.Refuse("请写明纸上签字的日期，不能晚于今天。")
			}
			paper, entered = by.Paper.On.String(), by.Viewer.Person
		}
		var mine *org.Party
		for i := range o.Parties {
			if o.Parties[i].Side == side && o.Parties[i].Person == person {
				mine = &o.Parties[i]
			}
		}
		switch {
		case mine == nil:
			return "", ErrNotFound
		case o.State != org.HandoverOpen:
			return "", act.Refuse("这次交接" + o.State.Chinese() + "，不需要再确认。")
		case o.Version != version:
			return "", ErrConflict
		case len(o.Open()) > 0:
			return "", act.Refuse("清单中还有" + o.Open()[0].What + "等事项没有写明去向，请先由办理人补齐，再确认。")
		case mine.Confirmed():
			return "", nil
		}
		if _, err := h.ExecContext(h.ctx, "insert into handover_party (handover, side, person, at, paper, entered) values ($1, $2, $3, $4, $5, $6)",
			id, string(side), person, h.now, paper, entered); err != nil {
			return "", err
		}
		// What was confirmed is this list: what has come since has to be settled
		// and confirmed again.
		for n, m := range o.Matters {
			if err := h.keepMatter(id, n, m); err != nil {
				return "", err
			}
		}
		return "", h.note(act.HandedOver, PersonRef(o.Person), o.Organ, []string{HandoverRef(id), PersonRef(person)}, act.Change{Field: side.Chinese() + "确认清单", New: mine.Name})
	})
}

// CompleteHandover carries the list out: every matter goes to its receiver or
// ends, and a person who leaves has his last day. It needs HandOver, a settled
// list and every confirmation. Roles are given with the permission of whoever
// completes it.
func (s *Store) CompleteHandover(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "complete handover", func(h *hand) (string, error) {
		o, at, err := h.openHandover(id)
		if err != nil {
			return "", err
		}
		if o.Version != version {
			return "", ErrConflict
		}
		if err := o.Ready(); err != nil {
			return "", err
		}
		if err := h.asConfirmed(o); err != nil {
			return "", err
		}
		if o.Leaves {
			// First the last day, so that what ends with it sees it.
			if _, err := h.ExecContext(h.ctx, "update person set valid_to = $2, version = version + 1, saved_at = $3 where id = $1", o.Person, o.Day.String(), h.now); err != nil {
				return "", err
			}
		}
		// What has ended meanwhile by itself is no part of what is handed over.
		if _, err := h.ExecContext(h.ctx, "delete from handover_matter where handover = $1", id); err != nil {
			return "", err
		}
		counts := map[org.Settled]int{}
		for n, m := range o.Matters {
			if err := h.keepMatter(id, n, m); err != nil {
				return "", err
			}
			if err := h.carryOut(m, o.Day); err != nil {
				return "", err
			}
			counts[m.How]++
		}
		if _, err := h.ExecContext(h.ctx, "update handover set state = $2, done_day = $3 where id = $1", id, string(org.HandoverDone), h.day.String()); err != nil {
			return "", err
		}
		if err := h.bumpHandover(id, version); err != nil {
			return "", err
		}
		refs := []string{HandoverRef(id)}
		for _, p := range o.Parties {
			if p.Side != org.Giving {
				refs = append(refs, PersonRef(p.Person))
			}
		}
		if err := h.note(act.HandedOver, PersonRef(o.Person), at.Home, refs, act.Change{Field: "工作交接", Old: "办理中", New: handoverResult(counts)}); err != nil {
			return "", err
		}
		if !o.Leaves {
			return "", nil
		}
		return "", h.note(act.PersonLeft, PersonRef(o.Person), at.Home, []string{HandoverRef(id)}, act.Change{Field: "离岗日期", New: o.Day.String()}, act.Change{Field: "离岗原因", New: o.Reason})
	})
}

// asConfirmed is a refusal if the list is not the one that was confirmed.
func (h *hand) asConfirmed(o org.Handover) error {
	kept, err := h.keptMatters(o.ID)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, k := range kept {
		known[k.Part+"\n"+k.Ref] = true
	}
	for _, m := range o.Matters {
		if !known[m.Part+"\n"+m.Ref] {
			return act.Refuse("清单确认以后又有了新的事项：" + m.What + "。请打开清单补充去向，再请各方确认。")
		}
	}
	return nil
}

func (h *hand) carryOut(m org.Matter, day law.Date) error {
	p, ok := handoverPartOf(m.Part)
	if !ok {
		return nil
	}
	switch {
	case m.How == org.Passed && p.move != nil:
		return p.move(h, m, day)
	case m.How == org.Closed && p.end != nil:
		return p.end(h, m, day)
	}
	return nil
}

// CancelHandover gives up a handover that was begun. Nothing of it has happened.
func (s *Store) CancelHandover(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "cancel handover", func(h *hand) (string, error) {
		o, at, err := h.openHandover(id)
		if err != nil {
			return "", err
		}
		if err := h.bumpHandover(id, version); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "update handover set state = $2, done_day = $3 where id = $1", id, string(org.HandoverCancelled), h.day.String()); err != nil {
			return "", err
		}
		return "", h.note(act.HandedOver, PersonRef(o.Person), at.Home, []string{HandoverRef(id)}, act.Change{Field: "工作交接", Old: "办理中", New: "取消"})
	})
}

// CloseLeft closes the accounts of those whose last day is over, at most 200 at
// a time, and answers how many: what a handover left open because the day had
// not come. A job calls it every night.
func (s *Store) CloseLeft(ctx context.Context) (int, error) {
	n := 0
	_, err := s.do(ctx, By{Viewer: org.Program("离岗账号停用")}, "close accounts of those who left", func(h *hand) (string, error) {
		n = 0
		ids, err := h.ids("select a.person from account a join person p on p.id = a.person where a.open = 1 and p.valid_to <> '' and p.valid_to < $1 order by a.person limit 200", h.day.String())
		if err != nil {
			return "", err
		}
		for _, id := range ids {
			if err := h.closeLeaver(org.Matter{Ref: AccountRef(id)}, h.day.AddDays(-1)); err != nil {
				return "", err
			}
			n++
		}
		return "", nil
	})
	return n, err
}

func handoverResult(n map[org.Settled]int) string {
	s := "办结：移交" + strconv.Itoa(n[org.Passed]) + "项，终止" + strconv.Itoa(n[org.Closed]) + "项"
	if n[org.Kept] > 0 {
		s += "，留任" + strconv.Itoa(n[org.Kept]) + "项"
	}
	return s
}
