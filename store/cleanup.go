package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
)

// CleanupRef is the reference of acts on a clean-up of documents.
func CleanupRef(id int64) string { return fmt.Sprintf("cleanup/%d", id) }

// A CleanupRow is a clean-up as a list shows it.
type CleanupRow struct {
	proactive.Cleanup
	OrganName      string
	Total, Decided int
}

const cleanupSQL = `select c.id, c.organ, c.title, c.basis, c.due, c.closed, c.result, c.version, o.name, (select count(*) from cleanup_entry e where e.cleanup = c.id), (select count(*) from cleanup_entry e where e.cleanup = c.id and e.verdict <> '')
	from cleanup c join organ o on o.id = c.organ`

func scanCleanup(r scanner) (x CleanupRow, err error) {
	var due, closed string
	err = r.Scan(&x.ID, &x.Organ, &x.Title, &x.Basis, &due, &closed, &x.Result, &x.Version, &x.OrganName, &x.Total, &x.Decided)
	if err == nil {
		err = dates(due, closed, &x.Due, &x.Closed)
	}
	return x, err
}

// Cleanups lists the clean-ups that the viewer may see, the newest first.
func (s *Store) Cleanups(ctx context.Context, v org.Viewer, organ int64) ([]CleanupRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(organ != 0, "c.organ = ", organ)
	rows, err := p.rows(ctx, s.read, cleanupSQL, "c.id desc", 200)
	return gather("clean-ups", rows, err, scanCleanup)
}

// Cleanup is one clean-up with its documents, or ErrNotFound.
func (s *Store) Cleanup(ctx context.Context, v org.Viewer, id int64) (CleanupRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(true, "c.id = ", id)
	rows, err := p.rows(ctx, s.read, cleanupSQL, "c.id", 1)
	list, err := gather("clean-up", rows, err, scanCleanup)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err == nil {
		list[0].Entries, err = s.cleanupEntries(ctx, s.read, list[0].Organ, id)
	}
	if err != nil {
		return CleanupRow{}, fmt.Errorf("store: clean-up %d: %w", id, err)
	}
	return list[0], nil
}

// cleanupEntries are the documents of a clean-up with what was decided of them.
// One that was removed in emergency since then is left out.
func (s *Store) cleanupEntries(ctx context.Context, q asker, organ, id int64) ([]proactive.CleanupEntry, error) {
	all, err := s.register(ctx, q, DocumentQuery{Organ: organ})
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, "select entry, verdict, reason from cleanup_entry where cleanup = $1", id)
	if err != nil {
		return nil, err
	}
	said := map[int64]proactive.CleanupEntry{}
	err = scanAll(rows, func(r scanner) error {
		var x proactive.CleanupEntry
		err := r.Scan(&x.ID, &x.Verdict, &x.Reason)
		said[x.ID] = x
		return err
	})
	var out []proactive.CleanupEntry
	for _, e := range all {
		if x, ok := said[e.ID]; ok {
			x.RegisterEntry = e
			out = append(out, x)
		}
	}
	return out, err
}

// OpenCleanup begins a clean-up over all documents of the organ that are in
// force. It needs EditCatalogue; Done.Answer is the id.
func (s *Store) OpenCleanup(ctx context.Context, by By, c proactive.Cleanup) (Done, error) {
	c.ID = s.NewID()
	return s.do(ctx, by, "open clean-up", func(h *hand) (string, error) {
		if err := firstBad(c.Check()); err != nil {
			return "", err
		}
		if err := h.edits(org.EditCatalogue, c.Organ); err != nil {
			return "", err
		}
		list, err := s.register(h.ctx, h, DocumentQuery{Organ: c.Organ})
		if err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "insert into cleanup (id, organ, title, basis, due, closed, result, version, made_at) values ($1, $2, $3, $4, $5, '', 0, 1, $6)", c.ID, c.Organ, c.Title, c.Basis, c.Due.String(), h.now); err != nil {
			return "", err
		}
		n := 0
		for _, e := range list {
			if v := e.Validity(h.day); v != proactive.InForce && v != proactive.NotYet {
				continue
			}
			if _, err := h.ExecContext(h.ctx, "insert into cleanup_entry (cleanup, entry, verdict, reason, person) values ($1, $2, '', '', 0)", c.ID, e.ID); err != nil {
				return "", err
			}
			n++
		}
		if n == 0 {
			return "", act.Refuse("文件库中没有现行有效的文件，不需要清理。")
		}
		return fmt.Sprint(c.ID), h.note(act.CleanupOpened, CleanupRef(c.ID), c.Organ, nil, act.Change{Field: "名称", New: c.Title}, act.Change{Field: "件数", New: fmt.Sprint(n)})
	})
}

// A CleanupDecision is what is said of one document.
type CleanupDecision struct {
	Entry   int64
	Verdict proactive.Verdict
	Reason  string
}

// cleanupOf reads an open clean-up in the transaction and asks EditCatalogue.
func (h *hand) cleanupOf(id, version int64) (CleanupRow, error) {
	c, err := scanCleanup(h.QueryRowContext(h.ctx, cleanupSQL+" where c.id = $1", id))
	if err != nil {
		return c, err
	}
	to, err := h.subject(c.Organ)
	if err != nil {
		return c, err
	}
	switch {
	case !org.May(h.by.Viewer, org.SeeItems, to):
		return c, ErrNotFound
	case h.may(org.EditCatalogue, to) != nil:
		return c, h.may(org.EditCatalogue, to)
	case !c.Closed.IsZero():
		return c, act.Refuse("这次清理已于" + c.Closed.Chinese() + "完成，不能再改。")
	case c.Version != version:
		return c, ErrConflict
	}
	return c, nil
}

// DecideCleanup keeps what is decided of documents of a clean-up. It needs
// EditCatalogue.
func (s *Store) DecideCleanup(ctx context.Context, by By, id, version int64, list []CleanupDecision) (Done, error) {
	return s.do(ctx, by, "decide clean-up", func(h *hand) (string, error) {
		c, err := h.cleanupOf(id, version)
		if err != nil {
			return "", err
		}
		entries, err := s.cleanupEntries(h.ctx, h, c.Organ, id)
		if err != nil {
			return "", err
		}
		for _, d := range list {
			i := slices.IndexFunc(entries, func(e proactive.CleanupEntry) bool { return e.ID == d.Entry })
			if i < 0 {
				return "", ErrNotFound
			}
			old := entries[i]
			if old.Verdict == d.Verdict && old.Reason == d.Reason {
				continue
			}
			if bad := proactive.WrongVerdict(d.Verdict, d.Reason); bad != "" {
				return "", act.Refuse("《" + old.Title + "》：" + bad)
			}
			if err := one(h.ExecContext(h.ctx, "update cleanup_entry set verdict = $3, reason = $4, person = $5 where cleanup = $1 and entry = $2", id, d.Entry, string(d.Verdict), d.Reason, by.Viewer.Person)); err != nil {
				return "", err
			}
			if err := h.note(act.CleanupDecided, CleanupRef(id), c.Organ, []string{RegisterRef(d.Entry)}, act.Change{Field: "清理意见", Old: old.Verdict.Chinese(), New: d.Verdict.Chinese()}, act.Change{Field: "理由", Old: old.Reason, New: d.Reason}); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(id), one(h.ExecContext(h.ctx, "update cleanup set version = version + 1 where id = $1 and version = $2", id, version))
	})
}

// CloseCleanup ends a clean-up of which every document is decided, from a day on:
// what is repealed or declared lapsed ceases to be in force, and the list becomes
// the draft of a notice that goes through review like any other. Items need
// PublishItems, all else EditCatalogue; Done.Answer is the id of the draft.
func (s *Store) CloseCleanup(ctx context.Context, by By, id, version int64) (Done, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return Done{}, err
	}
	draft := s.NewID()
	return s.do(ctx, by, "close clean-up", func(h *hand) (string, error) {
		c, err := h.cleanupOf(id, version)
		if err != nil {
			return "", err
		}
		if c.Entries, err = s.cleanupEntries(h.ctx, h, c.Organ, id); err != nil {
			return "", err
		}
		if n := c.Open(); n > 0 {
			return "", act.Refuse(fmt.Sprintf("还有%d件文件没有清理意见。", n))
		}
		for _, e := range c.Entries {
			if e.Verdict != proactive.Repeal && e.Verdict != proactive.Lapse || !e.Abolished.IsZero() {
				continue
			}
			if err := h.endDocument(e, c.Title, cal); err != nil {
				return "", err
			}
		}
		if _, err := h.draftItem(NewItem{ID: draft, Organ: c.Organ, Kind: proactive.Notice, Content: cleanupNotice(c, h.day)}, cal); err != nil {
			return "", err
		}
		if err := one(h.ExecContext(h.ctx, "update cleanup set closed = $3, result = $4, version = version + 1 where id = $1 and version = $2", id, version, h.day.String(), draft)); err != nil {
			return "", err
		}
		return fmt.Sprint(draft), h.note(act.CleanupClosed, CleanupRef(id), c.Organ, []string{ItemRef(draft)})
	})
}

// endDocument writes that a document is not in force any more.
func (h *hand) endDocument(e proactive.CleanupEntry, by string, cal *calendar.Calendar) error {
	if e.Item {
		x, err := h.item(e.ID)
		if err != nil {
			return err
		}
		return h.onItem(x, cal, func(x *ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Repeal(d, 0) })
	}
	r := e.RegisterEntry
	r.Abolished, r.AbolishedBy = h.day, by
	return h.putRegister(r, act.RegisterSaved)
}

// cleanupNotice is the list as the public gets it.
func cleanupNotice(c CleanupRow, day law.Date) proactive.Content {
	line := func(s string) []rich.Span { return []rich.Span{{Text: s}} }
	b := rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: line("根据" + orText(c.Basis, "规范性文件清理工作要求") + "，" + c.OrganName + "对现行有效的行政规范性文件进行了清理，现将清理结果公布如下。")}}}
	for _, v := range proactive.Verdicts() {
		t := rich.Block{Kind: rich.Grid, Rows: []rich.Row{{Cells: []rich.Cell{{Head: true, Spans: line("序号")}, {Head: true, Spans: line("文件名称")}, {Head: true, Spans: line("文号")}, {Head: true, Spans: line("说明")}}}}}
		for _, e := range c.Entries {
			if e.Verdict == v {
				t.Rows = append(t.Rows, rich.Row{Cells: []rich.Cell{{Spans: line(fmt.Sprint(len(t.Rows)))}, {Spans: line(e.Title)}, {Spans: line(e.DocNo)}, {Spans: line(e.Reason)}}})
			}
		}
		if len(t.Rows) > 1 {
			b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: line(v.Chinese() + fmt.Sprintf("的文件（%d件）", len(t.Rows)-1))}, t)
		}
	}
	return proactive.Content{Title: c.OrganName + "关于公布" + c.Title + "结果的公告", Category: "20.1", Made: day, Genre: "公告", Five: []proactive.Five{"结果"}, Body: b}
}

func orText(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}
