package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. before is called with the version of a
// schema that is about to be changed, not for an empty database.
func migrate(ctx context.Context, db *sql.DB, dialect string, before func(from int64) error) error {
	p, err := provider(db, dialect)
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("version of the schema: %w", err)
	}
	switch {
	case current > target:
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, current, target)
	case current == target:
		return nil
	case current > 0:
		if err := before(current); err != nil {
			return err
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// knownSchema is the number of the last migration this program has.
func knownSchema(dialect string) (int64, error) {
	files, err := migrations.ReadDir("migrations/" + dialect)
	if err != nil {
		return 0, err
	}
	var last int64
	for _, f := range files {
		n, err := goose.NumericComponent(f.Name())
		if err != nil {
			return 0, err
		}
		last = max(last, n)
	}
	return last, nil
}

// Schema is the number of the last migration of the database, 0 if there is
// none yet, and the one this program would bring it to.
func (s *Store) Schema(ctx context.Context) (current, known int64, err error) {
	if known, err = knownSchema(s.dialect.name); err == nil {
		current, err = s.dialect.schema(ctx, s.read)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("store: version of the schema: %w", err)
	}
	return current, known, nil
}

// schema reads the version of a schema without making anything.
func (d dialect) schema(ctx context.Context, q asker) (n int64, err error) {
	var there bool
	if err = q.QueryRowContext(ctx, d.versioned).Scan(&there); err == nil && there {
		err = q.QueryRowContext(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&n)
	}
	return n, err
}

func (s *Store) refuseNewer(ctx context.Context) error {
	current, known, err := s.Schema(ctx)
	if err == nil && current > known {
		err = fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, current, known)
	}
	return err
}

func provider(db *sql.DB, dialect string) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+dialect)
	if err != nil {
		return nil, err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	d := goose.DialectSQLite3
	if dialect == "postgres" {
		d = goose.DialectPostgres
		// Several instances start at once: one migrates, the others wait.
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(l))
	}
	return goose.NewProvider(d, db, dir, opts...)
}
