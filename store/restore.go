package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrNotEmpty is returned by Restore if something is kept at its target.
var ErrNotEmpty = errors.New("store: the target is not empty")

// Restore brings a backup into a database that has nothing yet, and its files
// into a folder that has nothing yet; the address is as for Open. Before
// anything is written the whole backup is checked, see CheckBackup; afterwards
// rows and files are counted again. An SQLite file appears under its name, rows
// of PostgreSQL are committed, only when all of it is there. A backup of an
// older schema is brought up to date. It returns ErrNewer if the backup has a
// newer schema than this program, ErrNotEmpty, or ErrNoBlobs if the backup has
// files and the address no folder for them.
func Restore(ctx context.Context, from, address string, o Options, progress Progress) (*Manifest, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	m, err := CheckBackup(ctx, from, progress)
	if err != nil {
		return nil, err
	}
	if err := restore(ctx, from, address, o, m, progress); err != nil {
		return nil, fmt.Errorf("store: restore: %w", err)
	}
	return m, nil
}

func restore(ctx context.Context, from, address string, o Options, m *Manifest, progress Progress) (err error) {
	r := &restorer{from: from, m: m, progress: progress}
	scheme, rest, _ := strings.Cut(address, ":")
	dialect := "sqlite"
	if scheme == "postgres" || scheme == "postgresql" {
		dialect = "postgres"
	} else if scheme != "sqlite" {
		return fmt.Errorf("address begins with %q, neither with sqlite: nor with postgres:", scheme)
	}
	known, err := knownSchema(dialect)
	if err != nil {
		return err
	}
	if m.Schema > known {
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, m.Schema, known)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.discard(ctx))
		}
	}()
	if dialect == "sqlite" {
		return r.sqlite(ctx, rest, o)
	}
	return r.postgres(ctx, address, o)
}

type restorer struct {
	from     string
	m        *Manifest
	progress Progress
	blobs    *Blobs
	kept     []string // names of files put so far
	database string   // SQLite file that is being made
}

// folder takes the place for files, which must have none.
func (r *restorer) folder(ctx context.Context, blobs string, keys Keys) (err error) {
	if r.blobs, err = newBlobs(blobs, keys); err != nil {
		return err
	}
	if r.files() > 0 && blobs == "" {
		return ErrNoBlobs
	}
	if blobs == "" {
		return nil
	}
	switch n, _, err := r.blobs.count(ctx); {
	case err != nil:
		return err
	case n > 0:
		return fmt.Errorf("%w: there are %d files in %s", ErrNotEmpty, n, blobs)
	}
	return nil
}

// files is how many files the backup has beside the tables.
func (r *restorer) files() int {
	public, _ := r.m.Blobs()
	private, _ := r.m.Private()
	return public + private
}

// discardLimit bounds the time for taking files out of a bucket again.
const discardLimit = time.Minute

// discard takes away the files of a restore that failed, also if that is because
// it was interrupted.
func (r *restorer) discard(ctx context.Context) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), discardLimit)
	defer stop()
	var err error
	for _, name := range r.kept {
		err = errors.Join(err, r.blobs.place.remove(ctx, name))
		if d, is := r.blobs.place.(folder); is {
			_ = os.Remove(filepath.Dir(d.path(name))) // stays while there is more in it
		}
	}
	if r.database != "" {
		for _, end := range []string{"", "-wal", "-shm", "-journal"} {
			if e := os.Remove(r.database + end); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}

// load reads the backup once more and puts every table and file where it
// belongs. What is read is compared with the manifest again.
func (r *restorer) load(ctx context.Context, insert func(t ManifestTable, rows *rowReader) error) error {
	files := make(map[string]ManifestFile, len(r.m.Files))
	for _, f := range r.m.Files {
		files[f.Name] = f
	}
	tables := map[string]ManifestTable{}
	for _, t := range r.m.Tables {
		tables[tablesDir+t.Name+".jsonl"] = t
	}
	total := r.files()
	return walkBackup(ctx, r.from, r.m, func(name string, in io.Reader) error {
		if name == manifestName || name == sumName {
			return nil
		}
		h := sha256.New()
		counted := &counter{w: h}
		in = io.TeeReader(in, counted)
		if t, ok := tables[name]; ok {
			rows := &rowReader{columns: t.Columns, in: bufio.NewReaderSize(in, 1<<18)}
			rows.each = func(n int64) error {
				if n%10_000 == 0 {
					r.progress(t.Name, n, t.Rows)
				}
				return ctx.Err()
			}
			if err := insert(t, rows); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
			if rows.n != t.Rows {
				return fmt.Errorf("table %s: %d rows, the manifest says %d", t.Name, rows.n, t.Rows)
			}
			r.progress(t.Name, rows.n, t.Rows)
		} else {
			if err := r.put(ctx, files[name], in); err != nil {
				return err
			}
			r.progress("blobs", int64(len(r.kept)), int64(total))
		}
		if got := entry(name, counted.n, h); got != files[name] {
			return damaged(name, DamageContent)
		}
		return nil
	})
}

// verify brings the files to the disk and counts what has arrived.
func (r *restorer) verify(ctx context.Context, q asker) error {
	for _, t := range r.m.Tables {
		var n int64
		if err := q.QueryRowContext(ctx, `select count(*) from "`+t.Name+`"`).Scan(&n); err != nil {
			return err
		}
		if n != t.Rows {
			return fmt.Errorf("table %s holds %d rows, the backup has %d", t.Name, n, t.Rows)
		}
	}
	if len(r.kept) == 0 {
		return nil
	}
	if err := r.blobs.place.settle(r.kept); err != nil {
		return err
	}
	for _, f := range r.m.Files {
		name := placeName(f.Name)
		if name == "" {
			continue
		}
		size, err := r.blobs.place.size(ctx, name)
		if err == nil && size != f.Size {
			err = fmt.Errorf("file %s has %d bytes, the backup has %d", name, size, f.Size)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// put keeps a file of the backup under the name it had, if it is as the manifest
// says. It is made durable by verify, before any row is committed.
func (r *restorer) put(ctx context.Context, f ManifestFile, in io.Reader) (err error) {
	tmp, err := r.blobs.spool()
	if err != nil {
		return err
	}
	defer func() { discardTmp(tmp, err) }()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(tmp, h), in)
	if err != nil {
		return err
	}
	if entry(f.Name, n, h) != f {
		return damaged(f.Name, DamageContent)
	}
	o := object{name: placeName(f.Name), hash: f.SHA256, size: f.Size, kind: unknownType}
	if hash, _, _ := blobOf(o.name); hash != "" {
		if o.kind, err = sniff(tmp, o.size); err != nil {
			return err
		}
	}
	if err = r.blobs.place.take(ctx, tmp, o, false); err == nil {
		r.kept = append(r.kept, o.name)
	}
	return err
}

// empty brings an empty database to the schema of the backup and takes away the
// rows that migrations put in. It refuses a database that has any row.
func (r *restorer) empty(ctx context.Context, db *sql.DB, d dialect) error {
	before, err := d.tables(ctx, db)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrNotEmpty, err)
	}
	version, err := d.schema(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range before {
		var filled bool
		if err := db.QueryRowContext(ctx, `select exists (select 1 from "`+t.name+`")`).Scan(&filled); err != nil {
			return err
		}
		if filled || version == 0 {
			return fmt.Errorf("%w: there is a table %s", ErrNotEmpty, t.name)
		}
	}
	if version > r.m.Schema {
		return fmt.Errorf("%w: its schema is %d, that of the backup %d", ErrNotEmpty, version, r.m.Schema)
	}
	p, err := provider(db, d.name)
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, r.m.Schema); err != nil {
		return fmt.Errorf("schema %d: %w", r.m.Schema, err)
	}
	after, err := d.tables(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range r.m.Tables {
		i := slices.IndexFunc(after, func(x table) bool { return x.name == t.Name })
		if i < 0 {
			return fmt.Errorf("schema %d has no table %s", r.m.Schema, t.Name)
		}
		for _, c := range t.Columns {
			if !slices.Contains(after[i].columns, c) {
				return fmt.Errorf("schema %d has no column %s of type %s in table %s", r.m.Schema, c.Name, c.Type, t.Name)
			}
		}
	}
	for i := len(after) - 1; i >= 0; i-- {
		var filled bool
		if err := db.QueryRowContext(ctx, `select exists (select 1 from "`+after[i].name+`")`).Scan(&filled); err != nil {
			return err
		}
		if filled {
			if _, err := db.ExecContext(ctx, `delete from "`+after[i].name+`"`); err != nil {
				return err
			}
		}
	}
	return nil
}

// restoring is what the name of an SQLite file ends in while it is made.
const restoring = ".restoring"

func (r *restorer) sqlite(ctx context.Context, rest string, o Options) error {
	file, blobs, err := sqliteFiles(rest, o.Blobs)
	if err != nil {
		return err
	}
	for _, end := range []string{"", "-wal"} {
		if _, err := os.Lstat(file + end); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, fmt.Errorf("%w: there is %s", ErrNotEmpty, file+end))
		}
	}
	if err := r.folder(ctx, blobs, o.Keys); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	// Of two that restore to the same place one comes too late.
	f, err := os.OpenFile(file+restoring, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: there is %s", ErrNotEmpty, file+restoring)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return err
	}
	r.database = file + restoring
	if err := r.fillSQLite(ctx, r.database); err != nil {
		return err
	}
	if f, err = os.OpenFile(r.database, os.O_RDWR, 0); err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(r.database, file); err != nil {
		return err
	}
	r.database = ""
	return syncDir(filepath.Dir(file))
}

// fillSQLite makes a database that nobody else knows of: nothing has to be on
// the disk before all of it is.
func (r *restorer) fillSQLite(ctx context.Context, file string) (err error) {
	p := filepath.ToSlash(file)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	u := url.URL{Scheme: "file", Path: p}
	db, err := sql.Open("sqlite", u.String()+"?_pragma=journal_mode(memory)&_pragma=synchronous(off)&_pragma=foreign_keys(1)&_pragma=cache_size(-65536)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := r.empty(ctx, db, sqliteDialect); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// A row may come before the one it refers to: an organ before its parent.
	if _, err := tx.ExecContext(ctx, "pragma defer_foreign_keys = on"); err != nil {
		return err
	}
	err = r.load(ctx, func(t ManifestTable, rows *rowReader) error {
		st, err := tx.PrepareContext(ctx, insertSQL(t))
		if err != nil {
			return err
		}
		defer st.Close()
		for rows.Next() {
			if _, err := st.ExecContext(ctx, rows.values...); err != nil {
				return fmt.Errorf("row %d: %w", rows.n, err)
			}
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	if err := r.verify(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return r.update(ctx, db, sqliteDialect)
}

func insertSQL(t ManifestTable) string {
	var names, places []string
	for i, c := range t.Columns {
		names = append(names, `"`+c.Name+`"`)
		places = append(places, fmt.Sprintf("$%d", i+1))
	}
	return `insert into "` + t.Name + `" (` + strings.Join(names, ", ") + ") values (" + strings.Join(places, ", ") + ")"
}

// update brings a restored schema up to date.
func (r *restorer) update(ctx context.Context, db *sql.DB, d dialect) error {
	return migrate(ctx, db, d.name, func(int64) error { return nil })
}
