package store

import (
	"context"
	"fmt"
	"iter"

	"gongkai/law"
	"gongkai/law/annual"
)

// A YearRow is one report of a year as bulk readers take it: figures without
// sources, prose and findings. Values belongs to the iterator and holds until
// the next row.
type YearRow struct {
	Organ     int64
	Code      string
	Name      string
	Published law.Date
	Form      *annual.Form
	Values    []annual.Value
}

// yearBatch is how many rows are held at once. Between two batches no
// connection is held, however slow the reader is.
const yearBatch = 1000

// EachReport gives every report of a year in the order of the tree. Reports
// saved meanwhile may or may not be among them. The first error ends it.
func (s *Store) EachReport(ctx context.Context, year int) iter.Seq2[YearRow, error] {
	return func(yield func(YearRow, error) bool) {
		var values []annual.Value
		var batch []yearScan
		for after := ""; ; {
			var err error
			batch, err = either(ctx, s, func(ctx context.Context) ([]yearScan, error) { return s.yearBatch(ctx, year, after, batch[:0]) })
			if err != nil {
				yield(YearRow{}, fmt.Errorf("store: reports of %d: %w", year, err))
				return
			}
			for i := range batch {
				row, err := batch[i].row(values)
				if err != nil {
					err = fmt.Errorf("store: report of %q for %d: %w", batch[i].name, year, err)
				}
				if !yield(row, err) || err != nil {
					return
				}
				values = row.Values
			}
			if len(batch) < yearBatch {
				return
			}
			after = batch[len(batch)-1].path
		}
	}
}

type yearScan struct {
	id                                   int64
	path, code, name, edition, published string
	figures                              []byte
}

func (s *Store) yearBatch(ctx context.Context, year int, after string, batch []yearScan) ([]yearScan, error) {
	rows, err := s.reader(ctx).QueryContext(ctx, `select o.id, o.path, o.code, o.name, r.edition, r.published, r.figures
		from organ o cross join report r where r.year = $1 and r.organ = o.id and o.path > $2 order by o.path limit $3`, year, after, yearBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x yearScan
		if err := rows.Scan(&x.id, &x.path, &x.code, &x.name, &x.edition, &x.published, &x.figures); err != nil {
			return nil, err
		}
		batch = append(batch, x)
	}
	return batch, rows.Err()
}

func (x *yearScan) row(values []annual.Value) (YearRow, error) {
	out := YearRow{Organ: x.id, Code: x.code, Name: x.name, Form: annual.Edition(x.edition)}
	if out.Form == nil {
		return out, fmt.Errorf("edition %q is not known to this program", x.edition)
	}
	if err := out.Published.UnmarshalText([]byte(x.published)); err != nil {
		return out, err
	}
	edition, values, err := decodeFigures(x.figures, values)
	if err != nil {
		return out, err
	}
	if string(edition) != x.edition || len(values) != len(out.Form.Cells) {
		return out, errFigures
	}
	out.Values = values
	return out, nil
}
