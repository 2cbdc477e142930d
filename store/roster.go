package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/org"
)

// RosterResult is what became of one line of a list of people.
type RosterResult struct {
	Line   int
	Person int64  // 0 if nothing was kept
	New    bool   // the person is new
	Posts  int    // granted
	Fault  string // why the line was not kept, in Chinese; "" if it was
}

// rosterBatch is how many lines one transaction keeps, so that others wait no
// longer for it than for any act.
const rosterBatch = 100

// ImportPeople keeps what the lines of a list will do: people new or changed,
// and their posts. Every line asks the same permissions as the forms do; one
// that is refused is reported and leaves nothing, and the others are kept. A
// list is sent under one key; sending it again answers as the first time for
// what was kept then.
func (s *Store) ImportPeople(ctx context.Context, by By, plans []org.RosterPlan) ([]RosterResult, error) {
	var out []RosterResult
	batch := 0
	for chunk := range slices.Chunk(plans, rosterBatch) {
		one := by
		if batch++; by.Key != "" {
			one.Key = by.Key + "." + strconv.Itoa(batch)
		}
		var results []RosterResult
		d, err := s.do(ctx, one, "import people", func(h *hand) (string, error) {
			results = results[:0]
			n := 0
			for _, p := range chunk {
				x, err := h.rosterLine(p)
				if err != nil {
					return "", err
				}
				if x.Fault == "" {
					n++
				}
				results = append(results, x)
			}
			if n == 0 {
				return "", nil
			}
			return "", h.note(act.PersonImported, fmt.Sprintf("import/%d", h.s.NewID()), by.Viewer.Organ, nil, act.Change{Field: "导入人数", New: strconv.Itoa(n)})
		})
		if err != nil {
			return out, err
		}
		if d.Repeated {
			for _, p := range chunk {
				results = append(results, RosterResult{Line: p.Line.Line, Person: p.Person.ID, Fault: "这一行已在前一次提交时导入，这次没有重复办理。"})
			}
		}
		out = append(out, results...)
	}
	return out, nil
}

// rosterLine keeps one line. Everything that can be refused is asked before
// anything is written, so that a refused line leaves nothing.
func (h *hand) rosterLine(p org.RosterPlan) (RosterResult, error) {
	out := RosterResult{Line: p.Line.Line, Person: p.Person.ID}
	err := h.rosterAsk(p)
	if err == nil {
		err = h.rosterKeep(p, &out)
		if err == nil {
			return out, nil
		}
		var refused *act.Refusal
		if errors.As(err, &refused) { // rosterAsk should have found it: nothing of the batch is kept
			return out, fmt.Errorf("line %d: %w", p.Line.Line, err)
		}
		return out, err
	}
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		out.Fault = refused.Text
	case errors.Is(err, ErrConflict):
		out.Fault = "在您核对期间，这个人的信息已被别人改动，请重新导入这一行。"
	case notFound(err) == ErrNotFound:
		out.Fault = "没有找到这个人或机关，可能刚被调整，请重新导入这一行。"
	default:
		return out, err
	}
	out.Person = 0
	return out, nil
}

func (h *hand) rosterAsk(p org.RosterPlan) error {
	x := p.Person
	if err := refuse(x.Check()); err != nil {
		return err
	}
	if _, err := h.placed(x.Organ); err != nil {
		return err
	}
	if err := h.freeLogin(x); err != nil {
		return err
	}
	var held []org.Post
	if x.ID != 0 {
		old, at, err := h.person(x.ID)
		if err != nil {
			return err
		}
		if err := h.may(org.EditPeople, at); err != nil {
			return err
		}
		if old.Version != x.Version {
			return ErrConflict
		}
		if !old.To.IsZero() {
			return act.Refuse("“" + old.Name + "”已于" + old.To.Chinese() + "离岗或即将离岗，不能由名单修改。")
		}
		rows, err := h.s.posts(h.ctx, h.Tx, "x.person = $1 order by x.id", x.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			held = append(held, r.Post)
		}
	}
	for _, q := range p.Posts {
		q.Person = 1 // not known yet for one who is new
		if x.ID != 0 {
			q.Person = x.ID
		}
		if err := h.mayGrant(&q); err != nil {
			return err
		}
		if err := q.Joins(held); err != nil {
			return act.Refuse("“" + x.Name + "”：" + err.Error())
		}
		held = append(held, q)
	}
	return nil
}

func (h *hand) rosterKeep(p org.RosterPlan, out *RosterResult) error {
	id := p.Person.ID
	if id == 0 {
		var err error
		if id, err = h.createPerson(p.Person); err != nil {
			return err
		}
		out.New = true
	} else if _, err := h.changePerson(p.Person); err != nil {
		return err
	}
	out.Person = id
	for _, q := range p.Posts {
		q.Person = id
		if _, err := h.grant(q); err != nil {
			return err
		}
		out.Posts++
	}
	return nil
}
