package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const postgresConnections = 16

var postgresDialect = dialect{
	name:      "postgres",
	now:       "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
	size:      "select pg_database_size(current_database())",
	versioned: "select to_regclass('goose_db_version') is not null",
	columns: `select c.relname, a.attname, format_type(a.atttypid, null), coalesce(array_position(i.indkey::smallint[], a.attnum) + 1, 0)
		from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		left join pg_index i on i.indrelid = c.oid and i.indisprimary
		where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'goose_db_version'
		order by c.relname, a.attnum`,
	refers: `select distinct c.relname, r.relname from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
		where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace`,
	snapshot: sql.LevelRepeatableRead,
	skip:     "for update skip locked",
	translate: func(err error) error {
		var e *pgconn.PgError
		if !errors.As(err, &e) {
			return notFound(err)
		}
		switch e.Code {
		case "23505": // unique_violation
			return fmt.Errorf("%w: %v", ErrConflict, err)
		case "23503": // foreign_key_violation
			return fmt.Errorf("%w: %v", ErrNotFound, err)
		}
		return err
	},
	again: func(err error) bool {
		var e *pgconn.PgError
		// Serialization failure, deadlock; or two acts about one thing drew the
		// same number in its history, and the second draws the next one.
		return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505" && e.ConstraintName == "act_ref_seq_key")
	},
}

// postgresFiles takes our own parameter out of an address.
func postgresFiles(address, blobs string) (c *pgx.ConnConfig, folder string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", errors.New("the address is not of the form postgres://user@host/name") // its text may hold a password
	}
	query, b, err := cutBlobs(u.RawQuery)
	if err != nil {
		return nil, "", err
	}
	u.RawQuery = query
	if blobs == "" {
		blobs = b
	}
	c, err = pgx.ParseConfig(u.String())
	return c, blobs, err
}

func (s *Store) openPostgres(ctx context.Context, address string, o Options) error {
	s.dialect = postgresDialect
	c, blobs, err := postgresFiles(address, o.Blobs)
	if err != nil {
		return err
	}
	if s.blobs, err = newBlobs(blobs, o.Keys); err != nil {
		return err
	}
	if o.AsIs {
		c.RuntimeParams["default_transaction_read_only"] = "on"
	}
	s.write = stdlib.OpenDB(*c)
	s.write.SetMaxOpenConns(postgresConnections)
	s.write.SetMaxIdleConns(postgresConnections)
	s.read = s.write
	if o.AsIs {
		return s.refuseNewer(ctx)
	}
	return migrate(ctx, s.write, s.dialect.name, func(int64) error { return nil })
}
