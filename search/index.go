package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver of the index's own file
)

// A Doc is one item as it is found.
type Doc struct {
	ID      int64
	At      int64 // of publication, ms since 1970
	Title   string
	DocNo   string   // 文号
	Index   string   // 索引号
	Text    string   // the body and what its attachments say
	Tokens  []string // filters, of letters and digits: an organ, its superiors, year, kind, "gone" when abolished
	Version int64    // an older one never replaces a newer one
}

// Gone is the filter of an item that is no longer in force: it stands behind
// those that are.
const Gone = "gone"

// Bounds of what is kept of one item. What is longer is cut; its beginning is
// still found.
const (
	MaxTitle  = 1 << 10 // bytes
	MaxText   = 2 << 20 // bytes
	MaxTokens = 64
)

// Options of an index.
type Options struct {
	// Readers is how many searches run at once; 0 is 4.
	Readers int
	// Cache is the memory of one connection in KiB; 0 is 16 MiB.
	Cache int
}

// An Index is one file of search. It may be used by many goroutines.
type Index struct {
	path  string
	read  *sql.DB
	write *sql.DB
	mu    sync.Mutex // one writer; merges let go of it between two steps
	words *gramWriter
	made  string
}

// ErrDamaged says that the file cannot be read; Open makes a new one.
var ErrDamaged = errors.New("search: the index is damaged and has to be made again")

// The file's shape and the way texts are read. Another number makes a new file.
const (
	application = 0x676b7365 // gkse
	shape       = 4
)

const schema = `
create table doc (slot integer primary key, id integer not null unique, version integer not null, head blob not null, ref text not null) strict;
create table body (slot integer primary key, text text not null) strict;
create table number (key text not null, slot integer not null, primary key (key, slot)) strict, without rowid;
create table phrase (key text primary key, initials text not null, shown text not null, items integer not null) strict, without rowid;
create index phrase_initials on phrase (initials, items);
create table asked (key text primary key, initials text not null, shown text not null, days integer not null, last text not null) strict, without rowid;
create index asked_initials on asked (initials);
create table missed (batch integer not null, day text not null, key text not null, shown text not null, times integer not null, primary key (batch, day, key)) strict, without rowid;
create table state (name text primary key, value integer not null) strict, without rowid;
create virtual table x using fts5 (w, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
create virtual table t using fts5 (w, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
`

// configure sets what an FTS5 table keeps about itself: words of what is
// deleted are taken out of the file at once; segments are merged by Merge, and
// in a transaction only when there are far too many.
var configure = []string{
	"insert into %s (%[1]s, rank) values ('secure-delete', 1)",
	"insert into %s (%[1]s, rank) values ('hashsize', 16777216)",
	"insert into %s (%[1]s, rank) values ('automerge', 0)",
	"insert into %s (%[1]s, rank) values ('crisismerge', 48)",
}

// Open opens the index in a file, or makes one. A file that is damaged, of an
// older shape or not an index of ours is thrown away: Made says so, and Cursor
// starts at 0.
func Open(path string, o Options) (*Index, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	made := ""
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		made = "no file"
	} else if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	x, err := open(path, o, made != "")
	if err != nil && made == "" {
		made = err.Error()
		if err := Remove(path); err != nil {
			return nil, err
		}
		x, err = open(path, o, true)
	}
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	x.made = made
	return x, nil
}

// Remove deletes the files of an index that is not open.
func Remove(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("search: %w", err)
		}
	}
	return nil
}

func open(path string, o Options, fresh bool) (_ *Index, err error) {
	if o.Readers <= 0 {
		o.Readers = 4
	}
	if o.Cache <= 0 {
		o.Cache = 16 << 10
	}
	x := &Index{path: path, words: newGramWriter()}
	if x.write, err = sql.Open("sqlite", address(path, o.Cache, false)); err != nil {
		return nil, err
	}
	x.write.SetMaxOpenConns(1)
	defer func() {
		if err != nil {
			x.Close()
		}
	}()
	ctx := context.Background()
	if fresh {
		if err = x.create(ctx); err != nil {
			return nil, err
		}
	} else if err = x.inspect(ctx); err != nil {
		return nil, err
	}
	if x.read, err = sql.Open("sqlite", address(path, o.Cache, true)); err != nil {
		return nil, err
	}
	x.read.SetMaxOpenConns(o.Readers)
	x.read.SetMaxIdleConns(o.Readers)
	return x, nil
}

// address: every connection of a pool is an SQLite of its own, so its settings
// stand in the address. The file is derived: the last commits may be lost with
// the power, the file may not be.
func address(file string, cache int, reader bool) string {
	p := filepath.ToSlash(file)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/data becomes file:///C:/data
	}
	u := url.URL{Scheme: "file", Path: p}
	q := "_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=temp_store(memory)&_pragma=secure_delete(on)&_pragma=cache_size(-" + strconv.Itoa(cache) + ")"
	if reader {
		return u.String() + "?" + q + "&_query_only=1"
	}
	return u.String() + "?" + q + "&_txlock=immediate"
}

func (x *Index) create(ctx context.Context) error {
	tx, err := x.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	list := []string{schema, fmt.Sprintf("pragma application_id = %d", application), fmt.Sprintf("pragma user_version = %d", shape)}
	for _, table := range []string{"x", "t"} {
		for _, c := range configure {
			list = append(list, fmt.Sprintf(c, table))
		}
	}
	for _, q := range list {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// inspect looks whether a file is an index of this shape and answers. It does
// not read all of it: a page that turns out damaged later is ErrDamaged then.
func (x *Index) inspect(ctx context.Context) error {
	var app, version, n int64
	if err := x.write.QueryRowContext(ctx, "select application_id, user_version from pragma_application_id, pragma_user_version").Scan(&app, &version); err != nil {
		return err
	}
	switch {
	case app != application:
		return errors.New("not an index of this program")
	case version != shape:
		return fmt.Errorf("an index of shape %d, not %d", version, shape)
	}
	for _, q := range []string{
		"select count(*) from state",
		"select count(*) from (select slot from doc order by slot desc limit 10)",
		"select count(*) from (select rowid from x where x match '\"" + filterAt + "none\"' limit 1)",
		"select count(*) from (select rowid from t where t match '\"" + filterAt + "none\"' limit 1)",
	} {
		if err := x.write.QueryRowContext(ctx, q).Scan(&n); err != nil {
			return err
		}
	}
	return nil
}

// Made says why Open made a new file, "" when it did not. What was in the old
// one has to be put again.
func (x *Index) Made() string { return x.made }

// Close closes the file.
func (x *Index) Close() error {
	var err error
	for _, db := range []*sql.DB{x.read, x.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}
