package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
)

// computeBatch is how many score tables one transaction writes: others write
// between.
const computeBatch = 500

// ComputeRound counts every measure that the scheme asks for and this program
// answers, for all organs of the round in one pass, and freezes what was found
// in their score tables. What was entered by hand stays. A measure that fails
// is said to have failed, for every organ; it never counts as nothing.
// Done.Answer is how many tables were written.
func (s *Store) ComputeRound(ctx context.Context, by By, id, version int64) (Done, error) {
	f, err := s.Round(ctx, by.Viewer, id)
	if err != nil {
		return Done{}, err
	}
	if err := f.mayCompute(); err != nil {
		return Done{}, err
	}
	if f.Version != version {
		return Done{}, fmt.Errorf("store: compute round: %w", ErrConflict)
	}
	facts, organs, err := s.roundFacts(ctx, &f)
	if err != nil {
		return Done{}, fmt.Errorf("store: compute round: %w", err)
	}
	failed := map[string]bool{}
	for from := 0; from < len(organs); from += computeBatch {
		part := organs[from:min(from+computeBatch, len(organs))]
		_, err := s.do(ctx, By{Viewer: by.Viewer}, "compute scores", func(h *hand) (string, error) {
			return "", h.freeze(&f, part, facts, failed)
		})
		if err != nil {
			return Done{}, err
		}
	}
	return s.do(ctx, by, "compute round", func(h *hand) (string, error) {
		x, err := s.round(h.ctx, h, by.Viewer, id)
		if err != nil {
			return "", err
		}
		if err := x.mayCompute(); err != nil {
			return "", err
		}
		if x.Version != version {
			return "", ErrConflict
		}
		x.Computed, x.ComputedBy = h.day, by.Viewer.Person
		if err := h.writeRound(&x.Round); err != nil {
			return "", err
		}
		digest, err := h.digestRound(id)
		if err != nil {
			return "", err
		}
		var names []string
		for name := range failed {
			d, _ := oversight.MeasureOf(name)
			names = append(names, d.Chinese)
		}
		slices.Sort(names)
		return fmt.Sprint(len(organs)), h.note(act.ScoreComputed, RoundRef(id), x.Organ, nil, act.Change{Field: "取数机关数", New: fmt.Sprint(len(organs))},
			act.Change{Field: "取数失败", New: fmt.Sprint(names)}, act.Change{Field: "得分表摘要", New: digest})
	})
}

func (f *RoundFile) mayCompute() error {
	if !f.Assesses {
		return Forbidden(org.Score)
	}
	return f.MayScore()
}

// roundFacts asks every measure of the round's indicators once.
func (s *Store) roundFacts(ctx context.Context, f *RoundFile) (facts map[string]map[int64]oversight.Fact, organs []int64, err error) {
	err = rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		organs = append(organs, id)
		return err
	}, "select organ from assessment where score_round = $1 order by organ", f.ID)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.measuring(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	facts = map[string]map[int64]oversight.Fact{}
	for _, i := range f.Sheet.Indicators(f.Period) {
		for _, name := range i.Measures() {
			if facts[name] == nil && Measured(name) {
				facts[name] = m.facts(ctx, name, organs)
				if err := ctx.Err(); err != nil {
					return nil, nil, err
				}
			}
		}
	}
	return facts, organs, nil
}

// freeze writes what was found into score tables.
func (h *hand) freeze(f *RoundFile, organs []int64, facts map[string]map[int64]oversight.Fact, failed map[string]bool) error {
	if err := f.mayCompute(); err != nil {
		return err
	}
	var list []oversight.Assessment
	err := rowsOf(h.ctx, h, func(r *sql.Rows) error {
		var a oversight.Assessment
		var selfOn, marks string
		err := r.Scan(append(totalDest(&a, &selfOn), &marks)...)
		if err == nil {
			err = a.SelfOn.UnmarshalText([]byte(selfOn))
		}
		if err == nil {
			err = json.Unmarshal([]byte(marks), &a.Marks)
		}
		list = append(list, a)
		return err
	}, "select "+totalColumns+", a.marks from assessment a where a.score_round = $1 and a.organ in ("+numbers(organs)+")", f.ID)
	if err != nil {
		return err
	}
	asked := f.Sheet.Indicators(f.Period)
	for k := range list {
		a := &list[k]
		found := map[string]map[string]oversight.Fact{}
		for _, i := range asked {
			for key, name := range i.Measures() {
				x, ok := facts[name][a.Organ]
				if !ok {
					continue
				}
				if found[i.Key] == nil {
					found[i.Key] = map[string]oversight.Fact{}
				}
				found[i.Key][key] = x
				if x.State == oversight.FactFailed {
					failed[name] = true
				}
			}
		}
		a.Freeze(f.Sheet, &f.Round, found)
		if err := h.writeAssessment(a); err != nil {
			return err
		}
	}
	return nil
}
