package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// OwnFigures are a government's own figures of a year (本级数据).
type OwnFigures struct {
	Organ   int64
	Year    int
	Report  *annual.Report // figures only
	Note    string
	Version int64 // as read; 0 for ones that are new
	By      string
}

// OwnFigures returns a government's own figures of a year, empty ones with
// version 0 where none were entered. Who may not see the reports below the organ
// gets ErrNotFound.
func (s *Store) OwnFigures(ctx context.Context, v org.Viewer, organ int64, year int) (*OwnFigures, error) {
	x, err := s.ownFigures(ctx, v, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: own figures of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return x, nil
}

func (s *Store) ownFigures(ctx context.Context, v org.Viewer, organ int64, year int) (*OwnFigures, error) {
	form, err := annual.FormFor(year)
	if err != nil {
		return nil, err
	}
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	if err := seesBelow(v, o); err != nil {
		return nil, err
	}
	x := &OwnFigures{Organ: organ, Year: year}
	var edition string
	var figures []byte
	err = s.read.QueryRowContext(ctx, "select edition, figures, note, version, saved_name from own_figures where year = $1 and organ = $2", year, organ).
		Scan(&edition, &figures, &x.Note, &x.Version, &x.By)
	if notFound(err) == ErrNotFound {
		x.Report = annual.New(form, o.Name, year)
		return x, nil
	}
	if err != nil {
		return nil, err
	}
	if form = annual.Edition(edition); form == nil {
		return nil, fmt.Errorf("edition %q is not known", edition)
	}
	x.Report = annual.New(form, o.Name, year)
	_, x.Report.Values, err = figuresOf(edition, figures)
	return x, err
}

// SaveOwnFigures keeps a government's own figures. It needs SumReports there.
// ErrConflict if somebody was faster.
func (s *Store) SaveOwnFigures(ctx context.Context, by By, x OwnFigures) (Done, error) {
	figures, err := encodeFigures(x.Report.Form.Edition, x.Report.Values)
	if err != nil {
		return Done{}, err
	}
	before, err := s.OwnFigures(ctx, by.Viewer, x.Organ, x.Year)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "save own figures", func(h *hand) (string, error) {
		to, err := h.subject(x.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SumReports, to); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `insert into own_figures (year, organ, edition, figures, note, version, saved_at, saved_by, saved_name)
			values ($1, $2, $3, $4, $5, 1, $6, $7, $8)
			on conflict (year, organ) do update set edition = excluded.edition, figures = excluded.figures, note = excluded.note, version = own_figures.version + 1,
			saved_at = excluded.saved_at, saved_by = excluded.saved_by, saved_name = excluded.saved_name where own_figures.version = $9`,
			x.Year, x.Organ, x.Report.Form.Edition, figures, x.Note, h.now, by.Viewer.Person, by.Viewer.Name, x.Version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return "", h.note(act.OwnFiguresSaved, CountedRef(x.Organ, x.Year), x.Organ, nil, ownChanges(before.Report, x.Report)...)
	})
}

// maxOwnChanges bounds how many changed figures stand beside an act.
const maxOwnChanges = 60

func ownChanges(was, is *annual.Report) []act.Change {
	var out []act.Change
	for _, d := range reporting.Differences(was, is) {
		if len(out) == maxOwnChanges {
			break
		}
		out = append(out, act.Change{Field: reporting.CellName(is.Form, d.Cell), Old: d.Old, New: d.New})
	}
	return out
}

// figuresOf are the figures of a row, or an error.
func figuresOf(edition string, figures []byte) (*annual.Form, []annual.Value, error) {
	e, values, err := decodeFigures(figures, nil)
	if err != nil {
		return nil, nil, err
	}
	form := annual.Edition(edition)
	if form == nil || string(e) != edition || len(values) != len(form.Cells) {
		return nil, nil, errFigures
	}
	return form, values, nil
}
