package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// CompiledRef is the reference of acts on entries by hand for an organ's year, and
// of their documents.
func CompiledRef(organ int64, year int) string { return fmt.Sprintf("compiled/%d/%d", organ, year) }

// Bounds of entries by hand.
const (
	maxCompiledEntries = 400
	maxEntryReason     = 300 // runes
)

// CompiledEntries lists what was entered by hand for an organ's year, the oldest
// first, with what was taken back. It needs SeeReports; ErrNotFound for others.
func (s *Store) CompiledEntries(ctx context.Context, v org.Viewer, organ int64, year int) ([]reporting.CompiledEntry, error) {
	o, err := s.Organ(ctx, organ)
	if err == nil && !org.May(v, org.SeeReports, o.Subject()) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("store: entries by hand: %w", err)
	}
	return s.compiledEntries(ctx, organ, year)
}

func (s *Store) compiledEntries(ctx context.Context, organ int64, year int) ([]reporting.CompiledEntry, error) {
	var p pick
	p.is(true, "e.organ = ", organ)
	p.is(true, "e.year = ", year)
	rows, err := p.rows(ctx, s.read, `select e.id, e.organ, e.year, e.cell, e.n, e.reason, e.file, e.file_name, e.made, e.removed, e.removed_why, coalesce(p.name, ''), coalesce(q.name, '')
		from compiled_entry e left join person p on p.id = e.person left join person q on q.id = e.removed_by`, "e.id", maxCompiledEntries)
	return gather("entries by hand", rows, err, func(r scanner) (x reporting.CompiledEntry, err error) {
		var n int64
		var made, removed string
		if err := r.Scan(&x.ID, &x.Organ, &x.Year, &x.Cell, &n, &x.Reason, &x.File, &x.FileName, &made, &removed, &x.RemovedWhy, &x.ByName, &x.RemovedBy); err != nil {
			return x, err
		}
		x.Add = annual.Num(n)
		return x, days(made, &x.Made, removed, &x.Removed)
	})
}

// SaveCompiledEntry adds a part to a figure by hand: what happened before the
// system or outside it, with a reason and a document, kept before as a private
// file of CompiledRef. Sums follow by themselves. It needs EditReports at the
// organ; Done.Answer is the id.
func (s *Store) SaveCompiledEntry(ctx context.Context, by By, e reporting.CompiledEntry) (Done, error) {
	form, err := annual.FormFor(e.Year)
	if err != nil {
		return Done{}, fmt.Errorf("store: enter by hand: %w", ErrNotFound)
	}
	i, ok := form.Index(e.Cell)
	e.Reason = strings.TrimSpace(e.Reason)
	switch {
	case !ok:
		return Done{}, fmt.Errorf("store: enter by hand: no cell %q: %w", e.Cell, ErrNotFound)
	case reporting.Sums(form, e.Cell):
		return Done{}, act.Refuse("合计由分项相加得出，请登记在分项的格子里，合计会自动跟着变。")
	case !e.Add.Known() || e.Add.N == 0:
		return Done{}, act.Refuse("请写要加上的数，例如2；多计了要减去的写-1。")
	case e.Add.N > annual.MaxCount*annual.Micro || e.Add.N < -annual.MaxCount*annual.Micro:
		return Done{}, act.Refuse("数字过大，请核对。")
	case e.Reason == "" || utf8.RuneCountInString(e.Reason) > maxEntryReason || strings.ContainsAny(e.Reason, "\x00\r\n"):
		return Done{}, act.Refuse(fmt.Sprintf("请用一行写明理由，最多%d个字，例如“系统启用以前的纸质台账第3至5号”。", maxEntryReason))
	case e.File == 0:
		return Done{}, act.Refuse("请上传依据的文件，例如纸质台账的扫描件。")
	}
	now, err := s.Clock(ctx)
	if err != nil {
		return Done{}, err
	}
	c, err := s.Compile(ctx, by.Viewer, e.Organ, e.Year, law.DateOf(now))
	if err != nil {
		return Done{}, err
	}
	cell := form.Cells[i]
	if f := c.Figure(e.Cell); cell.Type != annual.Signed && f.Value.N+e.Add.N < 0 {
		return Done{}, act.Refuse(fmt.Sprintf("“%s”现在是%s，不能再减去%s。", reporting.CellName(form, e.Cell), orNone(f.Value.Format(cell.Type)), annual.Num(-e.Add.N).Format(cell.Type)))
	}
	return s.do(ctx, by, "enter by hand", func(h *hand) (string, error) {
		if err := h.edits(org.EditReports, e.Organ); err != nil {
			return "", err
		}
		var n int
		if err := h.QueryRowContext(h.ctx, "select count(*) from compiled_entry where organ = $1 and year = $2", e.Organ, e.Year).Scan(&n); err != nil {
			return "", err
		}
		if n >= maxCompiledEntries {
			return "", act.Refuse(fmt.Sprintf("一年最多手工登记%d笔，请把同一来历的合并登记。", maxCompiledEntries))
		}
		if err := h.keepPrivate(e.File, CompiledRef(e.Organ, e.Year)); err != nil {
			return "", err
		}
		id := h.s.NewID()
		if _, err := h.ExecContext(h.ctx, `insert into compiled_entry (id, organ, year, cell, n, reason, file, file_name, person, made, removed, removed_by, removed_why)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, '')`, id, e.Organ, e.Year, e.Cell, e.Add.N, e.Reason, e.File, e.FileName, by.Viewer.Person, h.day.String()); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(act.CompiledEntered, CompiledRef(e.Organ, e.Year), e.Organ, nil,
			act.Change{Field: reporting.CellName(form, e.Cell), New: signed(e.Add, cell.Type)}, act.Change{Field: "理由", New: e.Reason}, act.Change{Field: "依据文件", New: e.FileName})
	})
}

func orNone(s string) string {
	if s == "" {
		return "空白"
	}
	return s
}

// signed is a difference with its sign.
func signed(v annual.Value, t annual.CellType) string {
	if v.N > 0 {
		return "+" + v.Format(t)
	}
	return v.Format(t)
}

// RemoveCompiledEntry takes an entry back, by.Reason says why. The entry stays to
// be seen and does not count any more. ErrConflict if it was taken back before.
// It needs EditReports at its organ.
func (s *Store) RemoveCompiledEntry(ctx context.Context, by By, organ int64, year int, id int64) (Done, error) {
	by.Reason = strings.TrimSpace(by.Reason)
	if by.Reason == "" || utf8.RuneCountInString(by.Reason) > maxEntryReason {
		return Done{}, act.Refuse("请写明撤销的理由，例如“已补登台账”。")
	}
	return s.do(ctx, by, "take back an entry by hand", func(h *hand) (string, error) {
		if err := h.edits(org.EditReports, organ); err != nil {
			return "", err
		}
		var cell, removed string
		var n int64
		if err := h.QueryRowContext(h.ctx, "select cell, n, removed from compiled_entry where id = $1 and organ = $2 and year = $3", id, organ, year).Scan(&cell, &n, &removed); err != nil {
			return "", notFound(err)
		}
		if removed != "" {
			return "", ErrConflict
		}
		if _, err := h.ExecContext(h.ctx, "update compiled_entry set removed = $2, removed_by = $3, removed_why = $4 where id = $1", id, h.day.String(), by.Viewer.Person, by.Reason); err != nil {
			return "", err
		}
		form, err := annual.FormFor(year)
		if err != nil {
			return "", err
		}
		i, _ := form.Index(cell)
		return fmt.Sprint(id), h.note(act.CompiledRemoved, CompiledRef(organ, year), organ, nil, act.Change{Field: reporting.CellName(form, cell), Old: signed(annual.Num(n), form.Cells[i].Type)})
	})
}

// OpenCompiledFile opens the document of an entry for those who may see the
// report; the reading is logged.
func (s *Store) OpenCompiledFile(ctx context.Context, by By, organ int64, year int, id int64) (string, PrivateFile, *File, error) {
	list, err := s.CompiledEntries(ctx, by.Viewer, organ, year)
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	i := slices.IndexFunc(list, func(e reporting.CompiledEntry) bool { return e.ID == id })
	if i < 0 {
		return "", PrivateFile{}, nil, fmt.Errorf("store: document of entry %d: %w", id, ErrNotFound)
	}
	if err := s.PersonalRead(ctx, by, "年报手工登记的依据文件", CompiledRef(organ, year)); err != nil {
		return "", PrivateFile{}, nil, err
	}
	p, f, err := s.OpenPrivate(ctx, list[i].File)
	return list[i].FileName, p, f, err
}
