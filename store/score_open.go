package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// RoundOrgans lists the organs a round of the scheme would assess on the day:
// what the scheme covers below its office, or inside it.
func (s *Store) RoundOrgans(ctx context.Context, owner int64, x *oversight.Scheme, day law.Date) ([]org.Organ, error) {
	t, err := s.organTreeOn(ctx, law.Date{})
	if err != nil {
		return nil, err
	}
	i, ok := t.at[owner]
	if !ok {
		return nil, fmt.Errorf("store: organs of a round: %w", ErrNotFound)
	}
	var out []org.Organ
	for k := i + 1; k < t.end[i]; k++ {
		o := t.organs[k]
		if x.Covers(o) && o.InForce(day) && (!x.Inner() || t.home[k] == owner) {
			out = append(out, o)
		}
	}
	return out, nil
}

// OpenRound opens a round by the newest edition of its scheme, with an empty
// score table for every organ that is covered and not left out. Done.Answer is
// its id. It needs Score at the office and at every organ.
func (s *Store) OpenRound(ctx context.Context, by By, x oversight.Round, without []int64) (Done, error) {
	f, err := s.Scheme(ctx, by.Viewer, x.Scheme, 0)
	if err != nil {
		return Done{}, err
	}
	if f.Edition == 0 {
		return Done{}, act.Refuse("方案还没有发布。请先发布方案，再开展考核。")
	}
	if f.Scheme, err = s.edition(ctx, s.read, f.ID, f.Edition); err != nil {
		return Done{}, fmt.Errorf("store: open round: %w", err)
	}
	for _, text := range x.Check(f.Scheme) {
		return Done{}, act.Refuse(text)
	}
	list, err := s.RoundOrgans(ctx, f.Organ, f.Scheme, x.Span().To)
	if err != nil {
		return Done{}, err
	}
	list = slices.DeleteFunc(list, func(o org.Organ) bool { return slices.Contains(without, o.ID) })
	if len(list) == 0 {
		return Done{}, act.Refuse("没有可以考核的机关。请核对方案的考核对象，或者少排除一些机关。")
	}
	x.ID, x.Organ, x.Edition, x.Group, x.Version, x.State = s.NewID(), f.Organ, f.Edition, f.Scheme.Group, 1, oversight.RoundScoring
	if f.Scheme.Self {
		x.State = oversight.RoundSelf
	}
	first := list
	if len(list) > computeBatch { // others write between
		if err := s.prepareRound(ctx, by.Viewer, &f, x, list); err != nil {
			return Done{}, err
		}
		first = nil
	}
	d, err := s.do(ctx, by, "open round", func(h *hand) (string, error) {
		if err := h.mayOpenRound(&f, x.Organ, list); err != nil {
			return "", err
		}
		if first == nil {
			res, err := h.ExecContext(h.ctx, "update score_round set state = $2 where id = $1 and state = 'opening' and exists (select 1 from scheme where id = $3 and edition = $4 and retired_on = '')",
				x.ID, string(x.State), x.Scheme, x.Edition)
			if err := one(res, err); err != nil {
				return "", err
			}
		} else if err := h.insertRound(&x, string(x.State)); err != nil {
			return "", err
		}
		if err := h.insertSheets(&f, &x, first); err != nil {
			return "", err
		}
		if x.State == oversight.RoundSelf {
			if err := h.tellAssessed(&x, act.ScoreOpened, "请自评："); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(x.ID), h.note(act.ScoreOpened, RoundRef(x.ID), x.Organ, []string{SchemeRef(x.Scheme)}, act.Change{Field: "考核", New: x.Name},
			act.Change{Field: "周期", New: x.Term()}, act.Change{Field: "方案版次", New: fmt.Sprint(x.Edition)}, act.Change{Field: "机关数", New: fmt.Sprint(len(list))})
	})
	if errors.Is(err, ErrConflict) {
		return Done{}, act.Refuse("这个方案" + x.Term() + "的考核已经开过，或者方案刚刚改了版次。请回到考核页核对。")
	}
	return d, err
}

// prepareRound writes a large round in parts, under a state in which nobody sees
// it. One that is broken off stays so and is in nobody's way.
func (s *Store) prepareRound(ctx context.Context, v org.Viewer, f *SchemeFile, x oversight.Round, list []org.Organ) error {
	for from := 0; from < len(list); from += computeBatch {
		part := list[from:min(from+computeBatch, len(list))]
		_, err := s.do(ctx, By{Viewer: v}, "prepare round", func(h *hand) (string, error) {
			if err := h.mayOpenRound(f, x.Organ, part); err != nil {
				return "", err
			}
			if from == 0 {
				if err := h.insertRound(&x, "opening"); err != nil {
					return "", err
				}
			}
			return "", h.insertSheets(f, &x, part)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mayOpenRound asks for Score at the office and at every organ.
func (h *hand) mayOpenRound(f *SchemeFile, office int64, list []org.Organ) error {
	owner, err := h.subject(office)
	if err != nil {
		return err
	}
	if !ownerMay(h.by.Viewer, org.Score, owner, f.Inner) {
		return Forbidden(org.Score)
	}
	for _, o := range list {
		to := org.Subject{Organ: o.ID, Home: o.ID, Path: o.Path}
		if f.Inner {
			to.Home = office
		}
		if !org.May(h.by.Viewer, org.Score, to) {
			return Forbidden(org.Score)
		}
	}
	return nil
}

// insertRound is ErrConflict unless the edition is still the scheme's newest.
func (h *hand) insertRound(x *oversight.Round, state string) error {
	res, err := h.ExecContext(h.ctx, `insert into score_round (id, organ, scheme, edition, name, group_name, year, period, number, state, computed, computed_by, submit_by, submit_on,
		review_by, reviewer, review_on, announced, appeal_due, board, version, made_at) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, 0, '', 0, '', '', '', '', 0, 1, $11
		from scheme where id = $3 and edition = $4 and retired_on = ''`,
		x.ID, x.Organ, x.Scheme, x.Edition, x.Name, x.Group, x.Year, string(x.Period), x.Number, state, h.now)
	return one(res, err)
}

func (h *hand) insertSheets(f *SchemeFile, x *oversight.Round, list []org.Organ) error {
	for _, o := range list {
		a := oversight.NewAssessment(f.Scheme, x.Period, o.ID)
		a.ID, a.Round, a.Version = h.s.NewID(), x.ID, 1
		a.Reckon(f.Scheme, x)
		if err := h.insertAssessment(&a); err != nil {
			return err
		}
	}
	return nil
}
