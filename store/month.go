package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
)

// MonthRef is the reference of acts on a sheet of the monthly ledger, and of its
// source file.
func MonthRef(organ int64, year, month int) string {
	return fmt.Sprintf("month/%d/%d/%d", organ, year, month)
}

// A MonthRow is a sheet of the ledger with names.
type MonthRow struct {
	proactive.MonthSheet
	OrganName  string
	PersonName string
}

const monthSQL = `select m.organ, m.year, m.month, m.source, m.file, m.file_name, m.version, o.name, coalesce(p.name, '')
	from month_sheet m join organ o on o.id = m.organ left join person p on p.id = m.person`

func scanMonth(r scanner) (x MonthRow, err error) {
	x.Values = map[string]annual.Value{}
	err = r.Scan(&x.Organ, &x.Year, &x.Month, &x.Source, &x.File, &x.FileName, &x.Version, &x.OrganName, &x.PersonName)
	return x, err
}

// maxMonths bounds the sheets of an organ's year: 13 for each of its sections.
const maxMonths = 13 * 200

// Months lists the sheets of an organ and its sections of a year, by section and
// month, that the viewer may see.
func (s *Store) Months(ctx context.Context, v org.Viewer, organ int64, year int) ([]MonthRow, error) {
	return s.months(ctx, s.read, organ, year, func(p *pick) { p.in(v.Scope(org.SeeItems), "o.home", "o.path", "") })
}

func (s *Store) months(ctx context.Context, q asker, organ int64, year int, in func(*pick)) ([]MonthRow, error) {
	var p pick
	in(&p)
	p.is(true, "o.home = ", organ)
	p.is(true, "m.year = ", year)
	rows, err := p.rows(ctx, q, monthSQL, "o.path, m.month", maxMonths)
	list, err := gather("monthly ledger", rows, err, scanMonth)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at := map[[2]int64]int{}
	for i, x := range list {
		at[[2]int64{x.Organ, int64(x.Month)}] = i
	}
	values, err := q.QueryContext(ctx, "select m.organ, m.month, m.cell, m.n from month_value m join organ o on o.id = m.organ where o.home = $1 and m.year = $2", organ, year)
	if err == nil {
		err = scanAll(values, func(r scanner) error {
			var o, month, n int64
			var cell string
			err := r.Scan(&o, &month, &cell, &n)
			if i, ok := at[[2]int64{o, month}]; ok {
				list[i].Values[cell] = annual.Num(n)
			}
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: monthly ledger: %w", err)
	}
	return list, nil
}

// SaveMonth keeps what a section states for a month. Version is the one last
// read, 0 for a new sheet. To change or take back a figure needs a reason, which
// goes into the log with the old and the new one. It needs EditItems at the
// section; Done.Answer is the reference.
func (s *Store) SaveMonth(ctx context.Context, by By, m proactive.MonthSheet) (Done, error) {
	return s.do(ctx, by, "save month", func(h *hand) (string, error) {
		if err := firstBad(m.Check(h.day)); err != nil {
			return "", err
		}
		to, err := h.subject(m.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditItems, to); err != nil {
			return "", err
		}
		old, err := h.month(m.Organ, m.Year, m.Month)
		if err != nil {
			return "", err
		}
		if old.Version != m.Version {
			return "", ErrConflict
		}
		if m.File == 0 && m.FileName != "" {
			m.File, m.FileName = old.File, old.FileName
		}
		changes := old.Changes(m)
		corrects := proactive.Corrects(changes)
		if corrects && by.Reason == "" {
			return "", act.Refuse("更正已经登记的数字，请写明理由，例如“漏登一件”。")
		}
		if len(changes) == 0 && old.Source == m.Source && old.File == m.File {
			return MonthRef(m.Organ, m.Year, m.Month), nil
		}
		return MonthRef(m.Organ, m.Year, m.Month), h.putMonth(m, old, changes, corrects)
	})
}

// month reads a sheet in the transaction; one that is not there is empty.
func (h *hand) month(organ int64, year, month int) (proactive.MonthSheet, error) {
	m := proactive.MonthSheet{Organ: organ, Year: year, Month: month, Values: map[string]annual.Value{}}
	err := h.QueryRowContext(h.ctx, "select source, file, file_name, version from month_sheet where organ = $1 and year = $2 and month = $3", organ, year, month).Scan(&m.Source, &m.File, &m.FileName, &m.Version)
	if notFound(err) == ErrNotFound {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	rows, err := h.QueryContext(h.ctx, "select cell, n from month_value where organ = $1 and year = $2 and month = $3", organ, year, month)
	if err != nil {
		return m, err
	}
	return m, scanAll(rows, func(r scanner) error {
		var cell string
		var n int64
		err := r.Scan(&cell, &n)
		m.Values[cell] = annual.Num(n)
		return err
	})
}

func (h *hand) putMonth(m, old proactive.MonthSheet, changes []proactive.MonthChange, corrects bool) error {
	if m.File != 0 && m.File != old.File {
		if err := h.keepPrivate(m.File, MonthRef(m.Organ, m.Year, m.Month)); err != nil {
			return err
		}
	}
	res, err := h.ExecContext(h.ctx, `insert into month_sheet (organ, year, month, source, file, file_name, person, version, saved_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8)
		on conflict (organ, year, month) do update set source = excluded.source, file = excluded.file, file_name = excluded.file_name, person = excluded.person, saved_at = excluded.saved_at, version = month_sheet.version + 1
		where month_sheet.version = $9`, m.Organ, m.Year, m.Month, m.Source, m.File, m.FileName, h.by.Viewer.Person, h.now, m.Version)
	if err := one(res, err); err != nil {
		return err
	}
	if _, err := h.ExecContext(h.ctx, "delete from month_value where organ = $1 and year = $2 and month = $3", m.Organ, m.Year, m.Month); err != nil {
		return err
	}
	for _, f := range proactive.MonthFigures(m.Year) {
		if v, ok := m.Values[f.Cell]; ok {
			if _, err := h.ExecContext(h.ctx, "insert into month_value (organ, year, month, cell, n) values ($1, $2, $3, $4, $5)", m.Organ, m.Year, m.Month, f.Cell, v.N); err != nil {
				return err
			}
		}
	}
	var said []act.Change
	for _, c := range changes {
		said = append(said, act.Change{Field: c.Chinese, Old: c.Old, New: c.New})
	}
	said = append(said, act.Change{Field: "来源", Old: old.Source, New: m.Source}, act.Change{Field: "来源文件", Old: old.FileName, New: m.FileName})
	kind := act.MonthSaved
	if corrects {
		kind = act.MonthCorrected
	}
	return h.note(kind, MonthRef(m.Organ, m.Year, m.Month), m.Organ, nil, said...)
}

// OpenMonthFile opens the source of a sheet for those who may see it.
func (s *Store) OpenMonthFile(ctx context.Context, by By, organ int64, year, month int) (string, PrivateFile, *File, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	list, err := s.Months(ctx, by.Viewer, o.HomeID(), year)
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	i := slices.IndexFunc(list, func(x MonthRow) bool { return x.Organ == organ && x.Month == month && x.File != 0 })
	if i < 0 {
		return "", PrivateFile{}, nil, fmt.Errorf("store: source of %s: %w", MonthRef(organ, year, month), ErrNotFound)
	}
	if err := s.PersonalRead(ctx, by, "台账来源文件", MonthRef(organ, year, month)); err != nil {
		return "", PrivateFile{}, nil, err
	}
	p, f, err := s.OpenPrivate(ctx, list[i].File)
	return list[i].FileName, p, f, err
}

// TableTwo is table 二 of an organ's annual report of a year as its data has it:
// 规章 and 规范性文件 from the register by construction, the rest from the monthly
// ledger, each figure with what stands behind it. ErrNotFound for an organ whose
// items the viewer may not see.
func (s *Store) TableTwo(ctx context.Context, v org.Viewer, organ int64, year int, today law.Date) (*proactive.TableTwo, error) {
	fail := func(err error) (*proactive.TableTwo, error) {
		return nil, fmt.Errorf("store: table two of %d, %d: %w", organ, year, s.dialect.translate(err))
	}
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return fail(err)
	}
	if !org.May(v, org.SeeItems, o.Subject()) {
		return fail(ErrNotFound)
	}
	t, err := s.tableTwo(ctx, o, year, today)
	if err != nil {
		return fail(err)
	}
	return t, nil
}

func (s *Store) tableTwo(ctx context.Context, o org.Organ, year int, today law.Date) (*proactive.TableTwo, error) {
	register, err := s.Documents(ctx, DocumentQuery{Organ: o.ID})
	if err != nil {
		return nil, err
	}
	rows, err := s.months(ctx, s.read, o.ID, year, func(p *pick) { p.and("1 = 1") })
	if err != nil {
		return nil, err
	}
	names := map[int64]string{o.ID: o.Name}
	sheets := make([]proactive.MonthSheet, len(rows))
	for i, x := range rows {
		sheets[i], names[x.Organ] = x.MonthSheet, x.OrganName
	}
	records, err := s.singleDecisions(ctx, o.ID, year)
	if err != nil {
		return nil, err
	}
	return proactive.MakeTableTwo(o.ID, year, register, sheets, records, names, today)
}

// singleDecisions counts decisions of a year that were published one by one, by
// the row of table two that they belong to.
func (s *Store) singleDecisions(ctx context.Context, organ int64, year int) (map[string]int, error) {
	rows, err := s.read.QueryContext(ctx, `select i.kind, count(*) from item i join organ o on o.id = i.organ where o.home = $1 and i.kind in ('licence', 'penalty', 'coercion')
		and i.standing <> '' and i.standing <> 'removed' and i.made >= $2 and i.made <= $3 group by i.kind`, organ, law.Day(year, 1, 1).String(), law.Day(year, 12, 31).String())
	out := map[string]int{}
	if err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		var kind string
		var n int
		err := r.Scan(&kind, &n)
		out[kind] = n
		return err
	})
}
