package store

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// OrganRef is the reference of acts on an organ.
func OrganRef(id int64) string { return fmt.Sprintf("organ/%d", id) }

// arrange runs a change of the tree. Counting first makes changes of the tree
// follow one another: two moves at once could otherwise close a circle.
func (s *Store) arrange(ctx context.Context, by By, what string, fn func(h *hand, day law.Date) (string, error)) (Done, error) {
	return s.do(ctx, by, what, func(h *hand) (string, error) {
		if err := touch(h.ctx, h.Tx, topicOrgan, 0); err != nil {
			return "", err
		}
		day := by.On
		if day.IsZero() {
			day = h.day
		}
		if !day.Valid() || day.Year < 1900 {
			return "", act.Refuse("生效日期无效，请写成 2026-03-01 这样。")
		}
		if day.After(h.day) {
			return "", act.Refuse("生效日期" + day.Chinese() + "还没有到。请到当天或之后再登记：在此之前，报表和公开页面仍用原来的机关。")
		}
		return fn(h, day)
	})
}

// alive is a refusal where the organ does not exist on the day.
func alive(o org.Organ, day law.Date) error {
	switch {
	case !o.From.IsZero() && day.Before(o.From):
		return act.Refuse(fmt.Sprintf("“%s”%s才设立，生效日期%s早于设立日期。请核对。", o.Name, o.From.Chinese(), day.Chinese()))
	case !o.To.IsZero() && day.After(o.To):
		return act.Refuse(fmt.Sprintf("“%s”已于%s撤销，不能再变更。", o.Name, o.To.Chinese()))
	}
	return nil
}

// CreateOrgan sets up an organ 设立 below o.Parent, with a 业务主管 in a vertical
// system or 0. The answer is its id. Its first day is o.From.
func (s *Store) CreateOrgan(ctx context.Context, by By, o org.Organ, line int64) (Done, error) {
	o.ID = s.NewID()
	return s.arrange(ctx, By{Viewer: by.Viewer, Key: by.Key, Paper: by.Paper, Signer: by.Signer, Reason: by.Reason, From: by.From}, "create organ",
		func(h *hand, _ law.Date) (string, error) {
			h.by.On = by.On
			return strconv.FormatInt(o.ID, 10), h.create(o, line, act.OrganCreated)
		})
}

// create writes a new organ, its act and its first event.
func (h *hand) create(o org.Organ, line int64, kind string) error {
	day := o.From
	if day.IsZero() {
		day = h.day
	}
	if err := o.Check(); err != nil {
		return act.Refuse(err.Error())
	}
	if err := h.mayPlace(o, o.Parent, day); err != nil {
		return err
	}
	if line != 0 {
		if _, err := organFile(h.ctx, h, line); err != nil {
			return err
		}
	}
	if err := saveOrgan(h.ctx, h.Tx, &o, h.now); err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "update organ set line = $2 where id = $1", o.ID, line); err != nil {
		return err
	}
	changes, err := h.changesOf(OrganFile{}, OrganFile{Organ: o, Line: line})
	if err != nil {
		return err
	}
	if err := h.event(o.ID, o.From, act.OrganCreated, "", o.Name, 0); err != nil {
		return err
	}
	return h.note(kind, OrganRef(o.ID), o.ID, nil, changes...)
}

// An OrganChange is what an organ's facts become. Name, parent, first and last
// day are left to the verbs of their own.
type OrganChange struct {
	ID, Version int64
	Correct     bool // they were written down wrongly: earlier days are put right too
	Code, Short string
	Kind        org.Kind
	Level       org.Level
	Region      string
	Line        int64    // 业务主管
	From        law.Date // first day; always a correction
}

// ChangeOrgan changes the facts of an organ from by.On on; what it was before
// stays. A code is one for all days.
func (s *Store) ChangeOrgan(ctx context.Context, by By, c OrganChange) (Done, error) {
	return s.arrange(ctx, by, "change organ", func(h *hand, day law.Date) (string, error) {
		f, err := h.arranged(c.ID, c.Version)
		if err != nil {
			return "", err
		}
		to := f
		to.Organ.Code, to.Organ.From = c.Code, c.From
		facts := f.History.On(day)
		facts.Short, facts.Kind, facts.Level, facts.Region, facts.Line = c.Short, c.Kind, c.Level, c.Region, c.Line
		if !c.Correct {
			if err := alive(f.Organ, day); err != nil {
				return "", err
			}
		}
		if err := h.mayArrange(f.OrganSubject(), facts.Kind); err != nil {
			return "", err
		}
		if err := h.kindFits(f, facts, day); err != nil {
			return "", err
		}
		history := f.History.Change(day, facts)
		if c.Correct {
			history = f.History.Correct(day, facts)
		}
		to.Organ, to.Line = facts.Put(to.Organ), facts.Line
		was := f
		was.Organ = f.History.On(day).Put(f.Organ)
		was.Line = f.History.On(day).Line
		changes, err := h.changesOf(was, to)
		if err != nil || len(changes) == 0 {
			return "", err
		}
		if err := h.apply(to, history); err != nil {
			return "", err
		}
		old, now := "", ""
		for i, x := range changes {
			if i > 0 {
				old, now = old+"；", now+"；"
			}
			old, now = old+x.Field+" "+blankAs(x.Old), now+x.Field+" "+blankAs(x.New)
		}
		at := day
		if c.Correct {
			at = law.Date{} // of all days
		}
		if err := h.event(c.ID, at, act.OrganChanged, old, now, 0); err != nil {
			return "", err
		}
		return "", h.note(act.OrganChanged, OrganRef(c.ID), c.ID, nil, changes...)
	})
}

func blankAs(s string) string {
	if s == "" {
		return "（空）"
	}
	return s
}

// kindFits is a refusal where an organ that takes part in another's work would
// come to have organs of its own, or stand among them.
func (h *hand) kindFits(f OrganFile, to org.Facts, day law.Date) error {
	if contributes(to.Kind) && !contributes(f.Organ.Kind) {
		var n int
		if err := h.QueryRowContext(h.ctx, "select count(*) from organ where parent = $1 and kind not in ('section', 'village') and (valid_to = '' or valid_to >= $2)", f.Organ.ID, day.String()).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return act.Refuse(fmt.Sprintf("“%s”下面还有 %d 个机关，不能改为%s。请先把它们移到别的机关下面。", f.Organ.Name, n, to.Kind.Chinese()))
		}
	}
	if to.Parent == 0 || to.Kind == f.Organ.Kind {
		return nil
	}
	p, err := organFile(h.ctx, h, to.Parent)
	if err != nil {
		return err
	}
	o := to.Put(f.Organ)
	if contributes(p.History.On(day).Kind) && !contributes(o.Kind) {
		return act.Refuse(org.Misplaced(o, p.Organ, p.History.On(day), day))
	}
	return nil
}

// RenameOrgan gives the organ another name from by.On on 更名. Reports and
// records of earlier days keep the old name.
func (s *Store) RenameOrgan(ctx context.Context, by By, id, version int64, name, short string, correct bool) (Done, error) {
	return s.arrange(ctx, by, "rename organ", func(h *hand, day law.Date) (string, error) {
		f, err := h.arranged(id, version)
		if err != nil {
			return "", err
		}
		if !correct {
			if err := alive(f.Organ, day); err != nil {
				return "", err
			}
		}
		was := f.History.On(day)
		facts := was
		facts.Name, facts.Short = name, short
		if facts == was {
			return "", nil
		}
		history, at := f.History.Change(day, facts), day
		if correct {
			history, at = f.History.Correct(day, facts), law.Date{}
		}
		if err := h.apply(f, history); err != nil {
			return "", err
		}
		kind := act.OrganRenamed
		if correct {
			kind = act.OrganChanged
		}
		if err := h.event(id, at, kind, was.Name, name, 0); err != nil {
			return "", err
		}
		return "", h.note(kind, OrganRef(id), id, nil, act.Change{Field: "名称", Old: was.Name, New: name}, act.Change{Field: "简称", Old: was.Short, New: short})
	})
}

// MoveOrgan puts the organ, with everything below it, under another from by.On
// on 调整隶属关系. Sums of earlier years keep it where it was.
func (s *Store) MoveOrgan(ctx context.Context, by By, id, version, parent int64) (Done, error) {
	return s.arrange(ctx, by, "move organ", func(h *hand, day law.Date) (string, error) {
		f, err := h.arranged(id, version)
		if err != nil {
			return "", err
		}
		return "", h.move(f, parent, day, true)
	})
}

// move does it; with may the viewer must be allowed to put organs there.
func (h *hand) move(f OrganFile, parent int64, day law.Date, may bool) error {
	if err := alive(f.Organ, day); err != nil {
		return err
	}
	was := f.History.On(day)
	if was.Parent == parent {
		return nil
	}
	if may {
		if f.Organ.Parent == 0 && !org.Able(h.by.Viewer, org.Configure) {
			return Forbidden(org.Configure)
		}
		if err := h.mayPlace(was.Put(f.Organ), parent, day); err != nil {
			return err
		}
	}
	to := was
	to.Parent = parent
	if err := h.apply(f, f.History.Change(day, to)); err != nil {
		return err
	}
	changes, err := h.changesOf(OrganFile{Organ: was.Put(f.Organ)}, OrganFile{Organ: to.Put(f.Organ)})
	if err != nil {
		return err
	}
	var refs []string
	for _, p := range []int64{was.Parent, parent} {
		if p != 0 {
			refs = append(refs, OrganRef(p))
		}
	}
	for _, c := range changes {
		if err := h.event(f.Organ.ID, day, act.OrganMoved, c.Old, c.New, parent); err != nil {
			return err
		}
	}
	return h.note(act.OrganMoved, OrganRef(f.Organ.ID), f.Organ.ID, refs, changes...)
}
