package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const readers = 4 // connections of an SQLite database that read

var sqliteDialect = dialect{
	name:      "sqlite",
	now:       "select cast(unixepoch('subsec') * 1000 as integer)",
	size:      "select page_count * page_size from pragma_page_count, pragma_page_size",
	versioned: "select exists (select 1 from sqlite_schema where name = 'goose_db_version')",
	columns: `select t.name, c.name, lower(c.type), c.pk from pragma_table_list t join pragma_table_xinfo(t.name) c
		where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite\_%' escape '\' and t.name <> 'goose_db_version' and c.hidden = 0
		order by t.name, c.cid`,
	refers: `select distinct t.name, f."table" from pragma_table_list t join pragma_foreign_key_list(t.name) f
		where t.schema = 'main' and t.type = 'table'`,
	translate: func(err error) error {
		var e *sqlite.Error
		if !errors.As(err, &e) {
			return notFound(err)
		}
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return fmt.Errorf("%w: %v", ErrConflict, err)
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return fmt.Errorf("%w: %v", ErrNotFound, err)
		}
		return err
	},
	again: func(err error) bool {
		var e *sqlite.Error
		return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
	},
}

// sqliteIntegrity asks a file about itself: whatever is not ok is a fault.
var sqliteIntegrity = []string{
	"select * from pragma_integrity_check",
	`select "table" || ' → ' || parent from pragma_foreign_key_check limit 20`,
}

// notFound is ErrNotFound for a query that found no row.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// sqliteFiles takes the file and the folder for files out of an address after
// its scheme.
func sqliteFiles(rest, blobs string) (file, folder string, err error) {
	file, query, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "?")
	query, b, err := cutBlobs(query)
	switch {
	case err != nil:
		return "", "", err
	case query != "":
		return "", "", fmt.Errorf("unknown parameters %q of the address", query)
	case file == "":
		return "", "", errors.New("the address names no file")
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", "", err
	}
	if blobs == "" {
		blobs = b
	}
	if blobs == "" {
		blobs = filepath.Join(filepath.Dir(file), "blobs")
	}
	return file, blobs, nil
}

func (s *Store) openSQLite(ctx context.Context, rest string, o Options) error {
	s.dialect = sqliteDialect
	file, blobs, err := sqliteFiles(rest, o.Blobs)
	if err != nil {
		return err
	}
	if s.blobs, err = newBlobs(blobs, o.Keys); err != nil {
		return err
	}
	if o.AsIs {
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w: no database %s", ErrNotFound, file)
		}
		return s.openReaders(ctx, file, true)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	if s.write, err = sql.Open("sqlite", sqliteAddress(file, false)); err != nil {
		return err
	}
	// One connection writes: SQLite has one writer anyway, and waiting in Go's
	// queue is fair where waiting on the file's lock is not.
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write, s.dialect.name, func(from int64) error { return copySQLite(ctx, s.write, file, from) }); err != nil {
		return err
	}
	return s.openReaders(ctx, file, false)
}

// openReaders opens the connections that read; with alone there is no writer.
func (s *Store) openReaders(ctx context.Context, file string, alone bool) (err error) {
	if s.read, err = sql.Open("sqlite", sqliteAddress(file, true)); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if alone {
		s.write = s.read
		return s.refuseNewer(ctx)
	}
	return nil
}

// sqliteAddress puts every setting into the address, because every connection
// of a pool is an SQLite of its own. The busy timeout comes first: switching to
// WAL may itself have to wait. What is deleted is overwritten in the file: an
// erased key must not stay between the rows.
func sqliteAddress(file string, readOnly bool) string {
	p := filepath.ToSlash(file)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/data becomes file:///C:/data
	}
	u := url.URL{Scheme: "file", Path: p}
	q := "_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_pragma=cache_size(-16384)&_pragma=temp_store(memory)&_pragma=secure_delete(fast)"
	if readOnly {
		q += "&_query_only=1"
	} else {
		q += "&_txlock=immediate"
	}
	return u.String() + "?" + q
}

// copySQLite copies a database of schema version from before it is migrated.
func copySQLite(ctx context.Context, db *sql.DB, file string, from int64) error {
	target := fmt.Sprintf("%s.v%d.bak", file, from)
	part := target + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := db.ExecContext(ctx, "vacuum into $1", part); err != nil {
		return fmt.Errorf("copy before migrating: %w", err)
	}
	return os.Rename(part, target)
}
