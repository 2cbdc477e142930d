package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/act"
)

// inspectCounted reads every signed list of organs counted: its content has the
// hash that was signed, the act of signing holds that hash, and the lists of a
// year follow one another. What was taken over of sums and the governments' own
// figures decode.
func (s *Store) inspectCounted(ctx context.Context, x *Inspection, _ Progress) error {
	var organ, year, number int64
	previous := ""
	for {
		var r inspectedList
		err := s.read.QueryRowContext(ctx, `select l.organ, l.year, l.number, o.name, l.hash, l.body from counted_list l join organ o on o.id = l.organ
			where (l.organ, l.year, l.number) > ($1, $2, $3) order by l.organ, l.year, l.number limit 1`, organ, year, number).
			Scan(&r.organ, &r.year, &r.number, &r.name, &r.hash, &r.body)
		if notFound(err) == ErrNotFound {
			break
		}
		if err != nil {
			return err
		}
		if r.organ != organ || r.year != year {
			number, previous = 0, ""
		}
		if err := s.inspectList(ctx, x, &r, number, previous); err != nil {
			return err
		}
		organ, year, number, previous = r.organ, r.year, r.number, r.hash
	}
	return s.inspectShares(ctx, x)
}

type inspectedList struct {
	organ, year, number int64
	name, hash          string
	body                []byte
}

// inspectList holds one list against its hash, its act and the list before.
func (s *Store) inspectList(ctx context.Context, x *Inspection, r *inspectedList, number int64, previous string) error {
	bad := func(format string, args ...any) {
		x.fault(Fault{Kind: FaultCounted, Organ: r.organ, Name: r.name, Year: int(r.year), Version: r.number, Detail: fmt.Sprintf(format, args...)})
	}
	l, err := openCounted(r.hash, r.body)
	switch {
	case err != nil:
		bad("%v", err)
		return nil
	case r.number != number+1 || l.Number != int(r.number) || l.Organ != r.organ || l.Year != int(r.year):
		bad("list %d after %d says it is %d of %d for %d", r.number, number, l.Number, l.Organ, l.Year)
	case l.Previous != previous:
		bad("does not follow the list before")
	}
	rows, err := s.read.QueryContext(ctx, "select entry from act where ref = $1 and kind = $2", CountedRef(r.organ, int(r.year)), act.CountedSigned)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var entry string
		if err := rows.Scan(&entry); err != nil {
			return err
		}
		if strings.Contains(entry, "sha256/"+r.hash) {
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	bad("no act signs it")
	return nil
}

// inspectShares decodes what sums were made of.
func (s *Store) inspectShares(ctx context.Context, x *Inspection) error {
	for _, q := range []string{
		"select f.organ, f.year, o.name, f.version, f.edition, f.figures, f.figures from own_figures f join organ o on o.id = f.organ",
		"select t.organ, t.year, o.name, t.number, t.edition, t.figures, t.shares from total_taken t join organ o on o.id = t.organ",
	} {
		rows, err := s.read.QueryContext(ctx, q)
		if err != nil {
			return err
		}
		err = func() error {
			defer rows.Close()
			for rows.Next() {
				f := Fault{Kind: FaultCounted}
				var edition string
				var figures, shares []byte
				if err := rows.Scan(&f.Organ, &f.Year, &f.Name, &f.Version, &edition, &figures, &shares); err != nil {
					return err
				}
				_, _, err := figuresOf(edition, figures)
				if err == nil && strings.Contains(q, "total_taken") {
					_, err = unpackShares(shares)
				}
				if err != nil {
					f.Detail = err.Error()
					x.fault(f)
				}
			}
			return rows.Err()
		}()
		if err != nil {
			return err
		}
	}
	return nil
}
