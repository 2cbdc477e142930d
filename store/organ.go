package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/org"
)

const organColumns = "o.id, o.code, o.name, o.short, o.kind, o.level, o.parent, o.path, o.region, o.valid_from, o.valid_to"

// scanner is what sql.Row and sql.Rows have in common.
type scanner interface{ Scan(dest ...any) error }

// organScan collects the columns of organColumns.
type organScan struct {
	o        org.Organ
	parent   sql.NullInt64
	from, to string
}

func (x *organScan) dest() []any {
	return []any{&x.o.ID, &x.o.Code, &x.o.Name, &x.o.Short, &x.o.Kind, &x.o.Level, &x.parent, &x.o.Path, &x.o.Region, &x.from, &x.to}
}

func (x *organScan) organ() (o org.Organ, err error) {
	o = x.o
	o.Parent = x.parent.Int64
	if err = o.From.UnmarshalText([]byte(x.from)); err == nil {
		err = o.To.UnmarshalText([]byte(x.to))
	}
	return o, err
}

func scanOrgan(r scanner) (org.Organ, error) {
	var x organScan
	if err := r.Scan(x.dest()...); err != nil {
		return org.Organ{}, err
	}
	return x.organ()
}

// Organ returns an organ by id, or ErrNotFound.
func (s *Store) Organ(ctx context.Context, id int64) (org.Organ, error) {
	o, err := either(ctx, s, func(ctx context.Context) (org.Organ, error) {
		return scanOrgan(s.reader(ctx).QueryRowContext(ctx, "select "+organColumns+" from organ o where o.id = $1", id))
	})
	if err != nil {
		return org.Organ{}, fmt.Errorf("store: organ %d: %w", id, s.dialect.translate(err))
	}
	return o, nil
}

// OrganByCode returns an organ by its code, or ErrNotFound. Organs without a
// code cannot be found so.
func (s *Store) OrganByCode(ctx context.Context, code string) (org.Organ, error) {
	if !utf8.ValidString(code) || strings.ContainsRune(code, 0) { // PostgreSQL would refuse the parameter
		return org.Organ{}, fmt.Errorf("store: organ of code %q: %w", code, ErrNotFound)
	}
	o, err := either(ctx, s, func(ctx context.Context) (org.Organ, error) {
		return scanOrgan(s.reader(ctx).QueryRowContext(ctx, "select "+organColumns+" from organ o where o.code = $1 and o.code <> ''", code))
	})
	if err != nil {
		return org.Organ{}, fmt.Errorf("store: organ of code %q: %w", code, s.dialect.translate(err))
	}
	return o, nil
}

// Organs lists every organ, each after its parent, siblings by id.
func (s *Store) Organs(ctx context.Context) ([]org.Organ, error) {
	t, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(t.organs), nil
}

// Children lists the organs directly below id by id; 0 gives the tops.
func (s *Store) Children(ctx context.Context, id int64) ([]org.Organ, error) {
	list, err := either(ctx, s, func(ctx context.Context) ([]org.Organ, error) {
		return s.listOrgans(ctx, "select "+organColumns+" from organ o where coalesce(o.parent, 0) = $1 order by o.id", id)
	})
	if err != nil {
		return nil, fmt.Errorf("store: children of %d: %w", id, err)
	}
	return list, nil
}

func (s *Store) listOrgans(ctx context.Context, query string, args ...any) ([]org.Organ, error) {
	rows, err := s.reader(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []org.Organ
	var x organScan
	dest := x.dest()
	for rows.Next() {
		x = organScan{}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		o, err := x.organ()
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, rows.Err()
}

// SaveOrgan keeps an organ and returns it with its id and path. An organ
// without id is new; one with an id replaces the organ of that id or is new
// under it. When its parent changes, everything below moves along. It returns
// ErrConflict if another organ has the code, ErrNotFound if there is no such
// parent, and an org.Faults if the organ would come to stand above itself.
func (s *Store) SaveOrgan(ctx context.Context, o org.Organ) (org.Organ, error) {
	out, err := s.SaveOrgans(ctx, []org.Organ{o})
	if err != nil {
		return org.Organ{}, err
	}
	return out[0], nil
}

// SaveOrgans keeps many organs in one transaction, all or none. A parent may
// stand in the same list, before or after its children, under an id taken from
// NewID. The result is in the order of the list.
func (s *Store) SaveOrgans(ctx context.Context, list []org.Organ) ([]org.Organ, error) {
	list = slices.Clone(list)
	for i := range list {
		if err := list[i].Check(); err != nil {
			return nil, fmt.Errorf("store: save organ: %w", err)
		}
		if list[i].ID == 0 {
			list[i].ID = s.ids.next()
		}
	}
	order, err := parentsFirst(list)
	if err != nil {
		return nil, fmt.Errorf("store: save organ: %w", err)
	}
	err = s.tx(ctx, "save organ", func(ctx context.Context, tx *sql.Tx) error {
		// Counting first makes changes of the tree follow one another: two moves
		// at once could otherwise close a circle.
		if err := touch(ctx, tx, topicOrgan, 0); err != nil {
			return err
		}
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		for _, i := range order {
			if err := saveOrgan(ctx, tx, &list[i], now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// parentsFirst orders the positions of the list so that a parent in the list
// comes before its children.
func parentsFirst(list []org.Organ) ([]int, error) {
	at := make(map[int64]int, len(list))
	for i, o := range list {
		at[o.ID] = i
	}
	order := make([]int, 0, len(list))
	state := make([]byte, len(list)) // 1 while above it is looked at, 2 when in the order
	var chain []int
	for i := range list {
		chain = chain[:0]
		for j, ok := i, true; ok && state[j] != 2; j, ok = at[list[j].Parent] {
			if state[j] == 1 {
				return nil, org.Faults{{Organ: list[j], Message: fmt.Sprintf("“%s”的上级关系成环：它出现在自己的上级之中。", list[j].Name)}}
			}
			state[j] = 1
			chain = append(chain, j)
		}
		for k := len(chain) - 1; k >= 0; k-- {
			state[chain[k]] = 2
			order = append(order, chain[k])
		}
	}
	return order, nil
}

// afterPrefix is the first path that sorts after everything below a path.
func afterPrefix(path string) string {
	if path == "" {
		return "0"
	}
	return path[:len(path)-1] + "0" // '0' follows '/'
}

// inForce is a condition on organ o: it has to file for the year whose last day
// is the parameter.
func inForce(p string) string {
	return "o.filer = 1 and (o.valid_from = '' or o.valid_from <= " + p + ") and (o.valid_to = '' or o.valid_to >= " + p + ")"
}

func yearEnd(year int) string { return law.Date{Year: year, Month: 12, Day: 31}.String() }
