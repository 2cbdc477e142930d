package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
)

// DispatchRef is the reference of acts on a monthly dispatch.
func DispatchRef(id int64) string { return fmt.Sprintf("dispatch/%d", id) }

// dispatchOrganRef is what notices to one organ about a dispatch are about.
func dispatchOrganRef(id, organ int64) string { return fmt.Sprintf("dispatch/%d/%d", id, organ) }

// Sizes of the transactions in which a dispatch is frozen, so that nobody waits
// long for a nation's.
const (
	frozenGaps = 2000 // gaps
	toldOrgans = 100  // organs that are told
)

// IssueDispatch freezes the gaps of an office and everything below it as of a day
// and puts them before the organs. There is one for each month of that day. It
// needs EditPlans at the office and below it. The answer is its id.
func (s *Store) IssueDispatch(ctx context.Context, by By, office int64, day law.Date, note string) (Done, error) {
	d := oversight.Dispatch{ID: s.NewID(), Organ: office, Year: day.Year, Month: day.Month, Day: day, Note: note}
	// Permission is asked again where it is issued.
	check := func(h *hand) error {
		to, err := h.subject(office)
		if err != nil {
			return err
		}
		if err := h.may(org.EditPlans, to); err != nil {
			return err
		}
		if err := h.may(org.EditPlans, org.Subject{Path: to.Path + "0/"}); err != nil {
			return act.Refuse("月度调度由主管部门对下级机关印发，您的岗位只管本机关。")
		}
		var have int64
		if err := h.QueryRowContext(h.ctx, "select count(*) from dispatch where organ = $1 and year = $2 and month = $3 and issued <> ''", office, d.Year, d.Month).Scan(&have); err != nil {
			return err
		}
		if have > 0 {
			return act.Refuse(d.Number() + "已经印发，每月一次，印发后不再变动。")
		}
		return d.Check(h.day)
	}
	if d, err := s.answered(ctx, by); err != nil || d.Repeated {
		return d, err
	}
	if _, err := s.do(ctx, By{Viewer: by.Viewer}, "issue dispatch", func(h *hand) (string, error) { return "", check(h) }); err != nil {
		return Done{}, err
	}
	sheet, err := s.Gaps(ctx, by.Viewer, office, day)
	if err != nil {
		return Done{}, err
	}
	d.Organs, d.Gaps, d.Carried, d.Settled, d.Sources = sheet.Looked, sheet.Gaps, sheet.Carried, sheet.Settled, sheet.Sources
	sources, err := json.Marshal(d.Sources)
	if err != nil {
		return Done{}, err
	}
	if err := s.freeze(ctx, d, string(sources), sheet); err != nil {
		return Done{}, errors.Join(err, s.unfreeze(ctx, d.ID))
	}
	done, err := s.do(ctx, by, "issue dispatch", func(h *hand) (string, error) {
		if err := check(h); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "update dispatch set issued = $2 where id = $1", d.ID, h.day.String()); err != nil {
			return "", err
		}
		return strconv.FormatInt(d.ID, 10), h.note(act.DispatchIssued, DispatchRef(d.ID), office, nil, act.Change{Field: "月份", New: oversight.MonthName(d.Year, d.Month)},
			act.Change{Field: "统计日期", New: day.String()}, act.Change{Field: "单位", New: strconv.Itoa(len(sheet.Organs))}, act.Change{Field: "缺口", New: strconv.Itoa(d.Gaps)})
	})
	if err != nil || done.Repeated {
		return done, errors.Join(err, s.unfreeze(ctx, d.ID))
	}
	return done, s.tellOfDispatch(ctx, d, sheet)
}

// answered is the answer to an operation key that was used before.
func (s *Store) answered(ctx context.Context, by By) (Done, error) {
	var d Done
	if by.Key == "" {
		return d, nil
	}
	err := s.read.QueryRowContext(ctx, "select answer from operation where key = $1 and officer = $2", by.Key, by.Viewer.Person).Scan(&d.Answer)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	d.Repeated = err == nil
	return d, err
}

// freeze writes the gaps of a dispatch that is not issued yet: nobody sees them
// before it is.
func (s *Store) freeze(ctx context.Context, d oversight.Dispatch, sources string, sheet *GapSheet) error {
	err := s.tx(ctx, "freeze dispatch", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		// What an interrupted one left is in nobody's way, but takes room.
		if err := dropDispatches(ctx, tx, "organ = $1 and issued = '' and made_at < $2", d.Organ, now-3600_000); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into dispatch (id, organ, year, month, day, issued, note, organs, gaps, carried, settled, sources, version, made_at)
			values ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11, 1, $12)`,
			d.ID, d.Organ, d.Year, d.Month, d.Day.String(), d.Note, d.Organs, d.Gaps, d.Carried, d.Settled, sources, now)
		return err
	})
	if err != nil {
		return err
	}
	var rows []GapRow
	var places []int
	for _, o := range sheet.Organs {
		for i, g := range o.Gaps {
			rows, places = append(rows, g), append(places, i)
		}
	}
	for from := 0; from < len(rows); from += frozenGaps {
		to := min(from+frozenGaps, len(rows))
		err := s.tx(ctx, "freeze gaps", func(ctx context.Context, tx *sql.Tx) error {
			for i := from; i < to; i++ {
				g := rows[i]
				if _, err := s.exec(ctx, tx, `insert into dispatch_gap (id, dispatch, organ, place, source, key, ref, part, body, due, since, answer, promised, answered_by, answered_on, version)
					values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, '', 1)`,
					s.NewID(), d.ID, g.Organ, places[i], g.Source, g.Key(), g.Ref, g.Part, g.Text, g.Due.String(), g.Since); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) unfreeze(ctx context.Context, id int64) error {
	return s.tx(context.WithoutCancel(ctx), "drop dispatch", func(ctx context.Context, tx *sql.Tx) error {
		return dropDispatches(ctx, tx, "id = $1 and issued = ''", id)
	})
}

func dropDispatches(ctx context.Context, tx *sql.Tx, where string, args ...any) error {
	if _, err := tx.ExecContext(ctx, "delete from dispatch_gap where dispatch in (select id from dispatch where "+where+")", args...); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "delete from dispatch where "+where, args...)
	return err
}

// tellOfDispatch tells every organ that has gaps until when it is to answer.
func (s *Store) tellOfDispatch(ctx context.Context, d oversight.Dispatch, sheet *GapSheet) error {
	for part := range slices.Chunk(sheet.Organs, toldOrgans) {
		_, err := s.do(ctx, By{Viewer: org.Program("调度")}, "tell of dispatch", func(h *hand) (string, error) {
			due, err := h.replyDay(d.Organ)
			if err != nil {
				return "", err
			}
			for _, o := range part {
				if o.Organ.ID == d.Organ {
					continue
				}
				n := News{Kind: act.DispatchIssued, Ref: dispatchOrganRef(d.ID, o.Organ.ID), Organ: o.Organ.ID, Number: d.Number(), Subject: fmt.Sprintf("%s：%d 项缺口", d.Number(), len(o.Gaps)),
					Link: fmt.Sprintf("/desk/dispatch/%d?organ=%d", d.ID, o.Organ.ID), Due: due, Once: dispatchOrganRef(d.ID, o.Organ.ID)}
				if err := h.tellOrgan(n); err != nil {
					return "", err
				}
			}
			return "", nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// replyDay is until when what an office dispatches today is to be answered.
func (h *hand) replyDay(office int64) (law.Date, error) {
	days, err := settingNumber(h.ctx, h, office, org.DispatchReply)
	if err != nil {
		return law.Date{}, err
	}
	cal, err := h.s.calendarFrom(h.ctx, h)
	if err != nil {
		return law.Date{}, err
	}
	due, _ := cal.Add(h.day, calendar.Workdays(days))
	return due, nil
}

// settingNumber is a setting of an organ that is a number, or its default.
func settingNumber(ctx context.Context, q asker, organ int64, name string) (int, error) {
	var value string
	err := q.QueryRowContext(ctx, "select value from setting where organ = $1 and name = $2", organ, name).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if n, err := strconv.Atoi(value); err == nil {
		return n, nil
	}
	c, _ := org.ChoiceOf(name)
	return strconv.Atoi(c.Default)
}

// AnswerGaps keeps what organs say about gaps of an issued dispatch. It needs
// DoPlans at each organ. ErrConflict if somebody answered one meanwhile.
func (s *Store) AnswerGaps(ctx context.Context, by By, dispatch int64, list []oversight.GapAnswer) (Done, error) {
	return s.do(ctx, by, "answer gaps", func(h *hand) (string, error) {
		d, err := readDispatch(h.ctx, h, "d.id = $1 and d.issued <> ''", dispatch)
		if err != nil {
			return "", err
		}
		if len(list) == 0 {
			return "", act.Refuse("请至少填写一项缺口的原因和完成日期。")
		}
		changes := map[int64][]act.Change{}
		var organs []int64
		for _, a := range list {
			for _, why := range a.Wrong(d.Issued) {
				return "", act.Refuse(why)
			}
			var organ int64
			var body, said, promised string
			if err := h.QueryRowContext(h.ctx, "select organ, body, answer, promised from dispatch_gap where id = $1 and dispatch = $2", a.Gap, dispatch).Scan(&organ, &body, &said, &promised); err != nil {
				return "", err
			}
			to, err := h.subject(organ)
			if err != nil {
				return "", err
			}
			if !org.May(by.Viewer, org.SeePlans, to) {
				return "", ErrNotFound
			}
			if err := h.may(org.DoPlans, to); err != nil {
				return "", err
			}
			res, err := h.ExecContext(h.ctx, "update dispatch_gap set answer = $3, promised = $4, answered_by = $5, answered_on = $6, version = version + 1 where id = $1 and version = $2",
				a.Gap, a.Version, a.Text, a.Promise.String(), by.Viewer.Person, h.day.String())
			if err := one(res, err); err != nil {
				return "", err
			}
			if changes[organ] == nil {
				organs = append(organs, organ)
			}
			changes[organ] = append(changes[organ], act.Change{Field: body + "：答复", Old: said, New: a.Text}, act.Change{Field: body + "：完成日期", Old: promised, New: a.Promise.String()})
		}
		for _, organ := range organs {
			var open int
			if err := h.QueryRowContext(h.ctx, "select count(*) from dispatch_gap where dispatch = $1 and organ = $2 and answered_on = ''", dispatch, organ).Scan(&open); err != nil {
				return "", err
			}
			if open == 0 {
				if err := h.settle(dispatchOrganRef(dispatch, organ)); err != nil {
					return "", err
				}
			}
			if err := h.note(act.DispatchAnswered, DispatchRef(dispatch), organ, nil, changes[organ]...); err != nil {
				return "", err
			}
		}
		return strconv.Itoa(len(list)), nil
	})
}
