package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

func (r *restorer) postgres(ctx context.Context, address string, o Options) (err error) {
	c, blobs, err := postgresFiles(address, o.Blobs)
	if err != nil {
		return err
	}
	if err := r.folder(ctx, blobs, o.Keys); err != nil {
		return err
	}
	db := stdlib.OpenDB(*c)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := r.empty(ctx, db, postgresDialect); err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	err = r.load(ctx, func(t ManifestTable, rows *rowReader) error {
		// One statement for a table, so that its rows may refer to each other.
		return conn.Raw(func(driver any) error {
			var names []string
			for _, c := range t.Columns {
				names = append(names, c.Name)
			}
			_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, names, rows)
			return err
		})
	})
	if err != nil {
		return err
	}
	if err := r.verify(ctx, tx); err != nil {
		return err
	}
	if err := sequences(ctx, tx, r.m.Tables); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	return r.update(ctx, db, postgresDialect)
}

// sequences lets numbers that the database gives go on after the rows that
// brought theirs along.
func sequences(ctx context.Context, tx *sql.Tx, tables []ManifestTable) error {
	for _, t := range tables {
		for _, c := range t.Columns {
			if c.Type != typeInt {
				continue
			}
			var name sql.NullString
			if err := tx.QueryRowContext(ctx, "select pg_get_serial_sequence($1, $2)", `"`+t.Name+`"`, c.Name).Scan(&name); err != nil {
				return err
			}
			if !name.Valid {
				continue
			}
			q := fmt.Sprintf(`select setval($1, coalesce(max("%s"), 0) + 1, false) from "%s"`, c.Name, t.Name)
			if _, err := tx.ExecContext(ctx, q, name.String); err != nil {
				return err
			}
		}
	}
	return nil
}
