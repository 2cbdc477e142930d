package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// A Merge ends organs whose work goes on in another 合并.
type Merge struct {
	From []int64   // that end the day before
	Into int64     // an organ that is there, 0 for a new one
	New  org.Organ // if Into is 0; its first day is the day of the merger
}

// MergeOrgans merges organs on by.On. What stands below them goes to the organ
// they merge into, from that day on; their reports of earlier years stay theirs.
// The answer is the id of that organ.
func (s *Store) MergeOrgans(ctx context.Context, by By, m Merge) (Done, error) {
	fresh := s.NewID()
	return s.arrange(ctx, by, "merge organs", func(h *hand, day law.Date) (string, error) {
		into := m.Into
		if len(m.From) == 0 || slices.Contains(m.From, into) || len(m.From) > 100 {
			return "", act.Refuse("请选择被合并的机关；合并后的机关不能同时是被合并的机关。")
		}
		if into == 0 {
			into = fresh
			o := m.New
			o.ID, o.From, o.To = into, day, law.Date{}
			if err := h.create(o, 0, act.OrganCreated); err != nil {
				return "", err
			}
		} else if f, err := h.arranged(into, 0); err != nil {
			return "", err
		} else if err := alive(f.Organ, day); err != nil {
			return "", err
		}
		var refs []string
		for _, id := range m.From {
			if err := h.end(id, 0, into, day, act.OrganMerged); err != nil {
				return "", err
			}
			refs = append(refs, OrganRef(id))
		}
		return strconv.FormatInt(into, 10), h.note(act.OrganMerged, OrganRef(into), into, refs)
	})
}

// AbolishOrgan ends an organ 撤销: its last day is the day before by.On. What
// stands below it goes to the successor 承接机关; without one nothing may be left
// there.
func (s *Store) AbolishOrgan(ctx context.Context, by By, id, version, successor int64) (Done, error) {
	return s.arrange(ctx, by, "abolish organ", func(h *hand, day law.Date) (string, error) {
		return "", h.end(id, version, successor, day, act.OrganAbolished)
	})
}

// end writes an organ's last day, hands on what stands below it, and says so in
// its history and its successor's.
func (h *hand) end(id, version, successor int64, day law.Date, kind string) error {
	f, err := h.arranged(id, version)
	if err != nil {
		return err
	}
	if err := alive(f.Organ, day); err != nil {
		return err
	}
	if !f.Organ.From.IsZero() && !day.After(f.Organ.From) {
		return act.Refuse(fmt.Sprintf("“%s”%s才设立，至少要存在一天。请核对生效日期。", f.Organ.Name, f.Organ.From.Chinese()))
	}
	var refs []string
	if successor != 0 {
		next, err := organFile(h.ctx, h, successor)
		if err != nil {
			return err
		}
		if successor == id {
			return act.Refuse("承接机关不能是被撤销的机关自己。")
		}
		if next.Organ.To != (law.Date{}) && next.Organ.To.Before(day) {
			return act.Refuse(fmt.Sprintf("“%s”已于%s撤销，不能承接。", next.Organ.Name, next.Organ.To.Chinese()))
		}
		if err := h.handBelow(f, next, day); err != nil {
			return err
		}
		if err := h.event(successor, day, kind, f.Organ.Name, next.Organ.Name, id); err != nil {
			return err
		}
		refs = []string{OrganRef(successor)}
		if f, err = organFile(h.ctx, h, id); err != nil {
			return err
		}
	} else if n, err := h.below(id, day); err != nil {
		return err
	} else if n > 0 {
		return act.Refuse(fmt.Sprintf("“%s”下面还有 %d 个机关。请先把它们移走，或者指定一个承接机关，由它接收。", f.Organ.Name, n))
	}
	to := f
	to.Organ.To = day.AddDays(-1)
	if err := h.apply(to, f.History); err != nil {
		return err
	}
	if err := h.event(id, day, kind, f.Organ.Name, "", successor); err != nil {
		return err
	}
	return h.note(kind, OrganRef(id), id, refs, act.Change{Field: "撤销日期", Old: f.Organ.To.String(), New: to.Organ.To.String()})
}

// below counts the organs that stand directly below one and go on.
func (h *hand) below(id int64, day law.Date) (int, error) {
	var n int
	err := h.QueryRowContext(h.ctx, "select count(*) from organ where parent = $1 and (valid_to = '' or valid_to >= $2)", id, day.String()).Scan(&n)
	return n, err
}

// handBelow moves what stands below an organ, in either tree, to its successor.
func (h *hand) handBelow(f, next OrganFile, day law.Date) error {
	for _, q := range []string{"select id from organ where parent = $1 and (valid_to = '' or valid_to >= $2) order by id",
		"select id from organ where line = $1 and (valid_to = '' or valid_to >= $2) order by id"} {
		ids, err := h.ids(q, f.Organ.ID, day.String())
		if err != nil {
			return err
		}
		for _, id := range ids {
			c, err := organFile(h.ctx, h, id)
			if err != nil {
				return err
			}
			if c.Organ.Parent != f.Organ.ID {
				to := c.History.On(day)
				if to.Line = next.Organ.ID; id == next.Organ.ID {
					to.Line = 0
				}
				if err := h.apply(c, c.History.Change(day, to)); err != nil {
					return err
				}
				continue
			}
			parent, at, since := next.Organ.ID, day, law.Date{}
			if id == next.Organ.ID { // it stood below the one it succeeds
				parent = f.Organ.Parent
			}
			if !c.Organ.From.IsZero() && at.Before(c.Organ.From) {
				at = c.Organ.From
			}
			for i := len(c.History) - 1; i >= 0 && c.History[i].Parent == f.Organ.ID; i-- {
				since = c.History[i].First
			}
			if at.Before(since) { // it came here only after the day
				at = since
			}
			if why := org.Misplaced(c.Organ, next.Organ, next.History.On(at), at); why != "" && parent == next.Organ.ID {
				return act.Refuse(why)
			}
			if err := h.move(c, parent, at, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// ids reads one column of ids.
func (h *hand) ids(query string, args ...any) ([]int64, error) {
	rows, err := h.QueryContext(h.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// A Split makes new organs out of one 分设.
type Split struct {
	ID, Version int64
	New         []org.Organ // their parent is that of the organ
	Keep        bool        // the organ goes on; otherwise the first new one takes what stands below it
}

// SplitOrgan splits an organ on by.On. The answer is the id of the first new
// one.
func (s *Store) SplitOrgan(ctx context.Context, by By, x Split) (Done, error) {
	fresh := make([]int64, len(x.New))
	for i := range fresh {
		fresh[i] = s.NewID()
	}
	return s.arrange(ctx, by, "split organ", func(h *hand, day law.Date) (string, error) {
		f, err := h.arranged(x.ID, x.Version)
		if err != nil {
			return "", err
		}
		if err := alive(f.Organ, day); err != nil {
			return "", err
		}
		if len(x.New) == 0 || len(x.New) == 1 && !x.Keep || len(x.New) > 20 {
			return "", act.Refuse("请写出分设后的新机关：原机关保留的至少一个，不保留的至少两个。")
		}
		var refs []string
		for i, o := range x.New {
			o.ID, o.Parent, o.From, o.To = fresh[i], f.History.On(day).Parent, day, law.Date{}
			if err := h.create(o, f.History.On(day).Line, act.OrganCreated); err != nil {
				return "", err
			}
			if err := h.event(o.ID, day, act.OrganSplit, f.Organ.Name, o.Name, x.ID); err != nil {
				return "", err
			}
			if err := h.event(x.ID, day, act.OrganSplit, f.Organ.Name, o.Name, o.ID); err != nil {
				return "", err
			}
			refs = append(refs, OrganRef(o.ID))
		}
		if !x.Keep {
			if err := h.end(x.ID, 0, fresh[0], day, act.OrganAbolished); err != nil {
				return "", err
			}
		} else if _, err := h.ExecContext(h.ctx, "update organ set version = version + 1 where id = $1", x.ID); err != nil {
			return "", err
		}
		return strconv.FormatInt(fresh[0], 10), h.note(act.OrganSplit, OrganRef(x.ID), x.ID, refs)
	})
}
