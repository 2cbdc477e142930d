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

// TickRecurring says that something was published for a period that is open. It
// needs DoPlans at the organ; a file is kept with it.
func (s *Store) TickRecurring(ctx context.Context, by By, t oversight.Tick) (Done, error) {
	id := s.NewID()
	return s.do(ctx, by, "tick off recurring publication", func(h *hand) (string, error) {
		for _, why := range t.Wrong(h.day) {
			return "", act.Refuse(why)
		}
		x, to, err := h.recurringOf(t.Item, org.DoPlans)
		if err != nil {
			return "", err
		}
		due, err := h.openPeriod(x, t.Period)
		if err != nil {
			return "", err
		}
		if t.File != 0 {
			if err := h.keepPrivate(t.File, RecurringRef(x.ID)); err != nil {
				return "", err
			}
		}
		res, err := h.ExecContext(h.ctx, `insert into recurring_done (item, period, due, done_on, link, file, file_name, note, person, id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			on conflict (item, period) do nothing`, x.ID, t.Period, due.String(), t.On.String(), t.Link, t.File, t.FileName, t.Note, by.Viewer.Person, id)
		if err := one(res, err); err != nil {
			return "", err
		}
		if err := h.advance(x, x.Period.Due); err != nil {
			return "", err
		}
		return strconv.FormatInt(id, 10), h.note(act.RecurringDone, RecurringRef(x.ID), to.Home, nil, act.Change{Field: "期次", New: oversight.DutyPeriod{Name: t.Period}.Chinese()},
			act.Change{Field: "公开日期", New: t.On.String()}, act.Change{Field: "链接", New: t.Link}, act.Change{Field: "说明", New: t.Note})
	})
}

// openPeriod is when a period of an item is due: one that began and nobody
// ticked off.
func (h *hand) openPeriod(x oversight.Recurring, name string) (law.Date, error) {
	var due law.Date
	if id, ok := strings.CutPrefix(name, "e"); ok && x.Rule.Kind == oversight.OnEvent {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return due, ErrNotFound
		}
		var s string
		if err := h.QueryRowContext(h.ctx, "select due from recurring_event where id = $1 and item = $2", n, x.ID).Scan(&s); err != nil {
			return due, err
		}
		return due, dayOf(s, &due)
	}
	p, ok := x.Period, x.Period.Name != ""
	for range maxOpen + 2 {
		if !ok || !x.Holds(p) {
			break
		}
		if p.Name == name {
			return p.Due, nil
		}
		p, ok = x.Rule.Next(p)
	}
	return due, act.Refuse("这一期已经登记过，或者还没有到。请刷新页面，选择列出的期次。")
}

// AddRecurringEvent says that something happened which a publication has to
// follow, and when that is due. It needs DoPlans at the organ.
func (s *Store) AddRecurringEvent(ctx context.Context, by By, e RecurringEvent) (Done, error) {
	e.ID = s.NewID()
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "add event of a recurring publication", func(h *hand) (string, error) {
		x, to, err := h.recurringOf(e.Item, org.DoPlans)
		if err != nil {
			return "", err
		}
		switch {
		case x.Rule.Kind != oversight.OnEvent:
			return "", act.Refuse("这一项按周期公开，不需要登记起算事项。")
		case strings.TrimSpace(e.Text) == "" || len([]rune(e.Text)) > 300:
			return "", act.Refuse("请写发生了什么，最多300字，例如：2026年2月5日县人大批准2026年预算。")
		case !e.On.Valid() || e.On.After(h.day):
			return "", act.Refuse("请写事项发生的日期，不能晚于今天。")
		case e.On.Before(x.From):
			return "", act.Refuse("事项发生在这一项开始执行（" + x.From.Chinese() + "）之前。")
		}
		var n int
		if err := h.QueryRowContext(h.ctx, "select count(*) from recurring_event where item = $1 and on_day = $2 and body = $3", e.Item, e.On.String(), e.Text).Scan(&n); err != nil {
			return "", err
		}
		if n > 0 {
			return "", act.Refuse("同一天的同一事项已经登记过。")
		}
		e.Due, _ = x.Rule.From(e.On, cal)
		if _, err := h.ExecContext(h.ctx, "insert into recurring_event (id, item, on_day, body, due) values ($1, $2, $3, $4, $5)", e.ID, e.Item, e.On.String(), e.Text, e.Due.String()); err != nil {
			return "", err
		}
		if err := h.advance(x, x.From); err != nil {
			return "", err
		}
		return strconv.FormatInt(e.ID, 10), h.note(act.RecurringHappened, RecurringRef(x.ID), to.Home, nil, act.Change{Field: "事项", New: e.Text},
			act.Change{Field: "日期", New: e.On.String()}, act.Change{Field: "公开期限", New: e.Due.String()})
	})
}

// AddDutyTemplates puts templates into the calendars of organs, from a day on:
// each organ gets those that are for its kind and that it does not have. It needs
// EditPlans at each. The answer is how many were added.
func (s *Store) AddDutyTemplates(ctx context.Context, by By, organs []int64, templates []string, from law.Date) (Done, error) {
	const most = 2000
	if len(organs)*len(templates) > most {
		return Done{}, act.Refuse(fmt.Sprintf("一次最多建立 %d 项，请分批选择机关。", most))
	}
	type id struct{ organ, template int }
	ids := map[id]int64{}
	for i := range organs {
		for k := range templates {
			ids[id{i, k}] = s.NewID()
		}
	}
	return s.do(ctx, by, "add templates of recurring publications", func(h *hand) (string, error) {
		if len(organs) == 0 || len(templates) == 0 {
			return "", act.Refuse("请至少选择一个机关和一个事项。")
		}
		if !from.Valid() {
			return "", act.Refuse("请写从哪天起执行，例如 2026-01-01。")
		}
		added := 0
		for i, organ := range organs {
			to, err := h.subject(organ)
			if err != nil {
				return "", err
			}
			if err := h.may(org.EditPlans, to); err != nil {
				return "", err
			}
			var kind org.Kind
			if err := h.QueryRowContext(h.ctx, "select kind from organ where id = $1", organ).Scan(&kind); err != nil {
				return "", err
			}
			for k, name := range templates {
				t, ok := oversight.DutyTemplateOf(name)
				if !ok {
					return "", act.Refuse("没有这个模板，请刷新页面重新选择。")
				}
				var have bool
				if err := h.QueryRowContext(h.ctx, "select exists (select 1 from recurring where organ = $1 and template = $2)", organ, name).Scan(&have); err != nil {
					return "", err
				}
				if have || !t.Applies(kind) {
					continue
				}
				x := t.For(organ, from)
				x.ID = ids[id{i, k}]
				if err := h.addRecurring(x, to.Home); err != nil {
					return "", err
				}
				added++
			}
		}
		return strconv.Itoa(added), nil
	})
}

// OpenTickFile opens the file of something ticked off for those who may see it.
// ErrNotFound for everybody else.
func (s *Store) OpenTickFile(ctx context.Context, by By, tick int64) (string, PrivateFile, *File, error) {
	var item int64
	if err := s.read.QueryRowContext(ctx, "select item from recurring_done where id = $1", tick).Scan(&item); err != nil {
		return "", PrivateFile{}, nil, fmt.Errorf("store: tick %d: %w", tick, s.dialect.translate(err))
	}
	f, err := s.RecurringItem(ctx, by.Viewer, item, law.Date{})
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	for _, x := range f.Ticks {
		if x.ID == tick && x.File != 0 {
			return s.openEvidence(ctx, by, x.Evidence, "公开佐证", RecurringRef(item))
		}
	}
	return "", PrivateFile{}, nil, fmt.Errorf("store: tick %d: %w", tick, ErrNotFound)
}
