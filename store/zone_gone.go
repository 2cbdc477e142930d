package store

import (
	"context"
	"database/sql"
	"fmt"
	"io"
)

// OpenZoneFile opens a file of a live item by its number, for a package.
func (s *Store) OpenZoneFile(ctx context.Context, f ZoneFile) (io.ReadCloser, error) {
	var live bool
	err := s.read.QueryRowContext(ctx, "select exists (select 1 from item where id = $1 and standing = 'live')", f.Item).Scan(&live)
	if err == nil && !live {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	p, r, err := s.OpenPrivate(ctx, f.ID)
	if err == nil && (p.Hash != f.Hash || p.Ref != ItemRef(f.Item)) {
		return nil, fmt.Errorf("%w: file %d", ErrSealed, f.ID)
	}
	return r, err
}

// ZoneGone lists items that were removed in emergency and that the other side
// still has, with the hashes of their files, and notes that it was told. emit
// keeps the package. It is false where there is nothing to tell.
func (s *Store) ZoneGone(ctx context.Context, emit func(p *ZonePackage) (hash string, err error)) (told bool, err error) {
	key, err := s.packageKey()
	if err != nil {
		return false, err
	}
	var p ZonePackage
	rows, err := s.read.QueryContext(ctx, `select i.id from item i where i.standing = 'removed' and exists (select 1 from zone_row z where z.tbl = 'item' and z.key = '[' || cast(i.id as text) || ']')
		and not exists (select 1 from zone_row z where z.tbl = '#gone' and z.key = cast(i.id as text)) order by i.id`)
	if p.Gone, err = gather("items removed", rows, err, func(r scanner) (id int64, err error) { return id, r.Scan(&id) }); err != nil || len(p.Gone) == 0 {
		return false, err
	}
	for _, id := range p.Gone {
		rows, err := s.read.QueryContext(ctx, "select z.hash from zone_row z join private_file f on cast(f.id as text) = z.key where z.tbl = '#file' and f.ref = $1", ItemRef(id))
		list, err := gather("files of items removed", rows, err, func(r scanner) (h string, err error) { return h, r.Scan(&h) })
		if err != nil {
			return false, err
		}
		p.GoneFiles = append(p.GoneFiles, list...)
	}
	err = s.tx(ctx, "items removed", func(ctx context.Context, tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, "select coalesce(max(n), 0) + 1 from zone_package where side = 'urgent'").Scan(&p.N); err != nil {
			return err
		}
		if p.At, err = s.now(ctx, tx); err != nil {
			return err
		}
		p.Urgent, p.From = true, key.Name()
		hash, err := emit(&p) // kept before it is noted: it may be said twice, never not at all
		if err != nil {
			return err
		}
		for _, id := range p.Gone {
			if _, err := tx.ExecContext(ctx, "insert into zone_row (tbl, key, hash) values ('#gone', $1, '') on conflict (tbl, key) do nothing", fmt.Sprint(id)); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, "insert into zone_package (side, n, hash, at) values ('urgent', $1, $2, $3)", p.N, hash, p.At)
		return err
	})
	return err == nil, err
}
