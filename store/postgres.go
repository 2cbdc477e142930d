package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

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

// postgresFiles takes our own parameters out of an address.
func postgresFiles(address, blobs string) (c *pgx.ConnConfig, folder string, err error) {
	c, ours, err := parsePostgres(address, false)
	if blobs == "" {
		blobs = ours.blobs
	}
	return c, blobs, err
}

// ownParameters are those of an address that are not the server's.
type ownParameters struct{ blobs, replica string }

// parsePostgres reads an address. One with several servers means the one that
// can be written to, unless it says otherwise, and does not wait long for those
// that are away. Who only reads declares so, which hides from the driver which
// server that is; the primary it is then.
func parsePostgres(address string, asIs bool) (c *pgx.ConnConfig, ours ownParameters, err error) {
	// Not by net/url, which does not take every list of servers.
	base, query, _ := strings.Cut(address, "?")
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, ours, errors.New("parameters of the address cannot be read") // they may hold a password
	}
	ours.blobs, ours.replica = q.Get("blobs"), q.Get("replica")
	q.Del("blobs")
	q.Del("replica")
	_, authority, _ := strings.Cut(base, "://")
	authority, _, _ = strings.Cut(authority, "/")
	if strings.Contains(authority[strings.LastIndex(authority, "@")+1:]+q.Get("host"), ",") {
		if q.Get("target_session_attrs") == "" {
			q.Set("target_session_attrs", "read-write")
		}
		if q.Get("connect_timeout") == "" {
			q.Set("connect_timeout", "5")
		}
	}
	if asIs && q.Get("target_session_attrs") == "read-write" {
		q.Set("target_session_attrs", "primary")
	}
	if c, err = pgx.ParseConfig(base + "?" + q.Encode()); err != nil {
		if _, unreadable := url.Parse(address); unreadable != nil { // the words about it may hold a password
			err = errors.New("the address is not of the form postgres://user@host/name")
		}
	}
	return c, ours, err
}

func (s *Store) openPostgres(ctx context.Context, address string, o Options) error {
	s.dialect = postgresDialect
	c, ours, err := parsePostgres(address, o.AsIs)
	if err != nil {
		return err
	}
	if o.Blobs == "" {
		o.Blobs = ours.blobs
	}
	if s.blobs, err = newBlobs(o.Blobs, o.Keys); err != nil {
		return err
	}
	if o.AsIs {
		c.RuntimeParams["default_transaction_read_only"] = "on"
	}
	s.write = stdlib.OpenDB(*c, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		var server string
		if err := conn.QueryRow(ctx, "select "+serverSQL).Scan(&server); err != nil {
			return err
		}
		s.met(server)
		return nil
	}))
	s.write.SetMaxOpenConns(postgresConnections)
	s.write.SetMaxIdleConns(postgresConnections)
	s.read = s.write
	if o.Replica == "" {
		o.Replica = ours.replica
	}
	if o.Replica != "" {
		r, _, err := parsePostgres(o.Replica, false)
		if err != nil {
			return fmt.Errorf("replica: %w", err)
		}
		s.follower = newFollower(s, r, o)
	}
	if o.AsIs {
		return s.refuseNewer(ctx)
	}
	return migrate(ctx, s.write, s.dialect.name, func(int64) error { return nil })
}
