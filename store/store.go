// Package store keeps everything in SQLite or PostgreSQL, through one concrete
// type. It decides nothing: what it is given it keeps, and what it is asked for
// it finds, adds up and pages.
//
// One SQL text serves both databases and stands next to the method that uses
// it. Only opening, the clock, the translation of errors (sqlite.go,
// postgres.go) and the migrations know which database it is.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gongkai/account"
	"gongkai/translog"
)

// The errors a caller tells apart. Everything else is a fault of the system.
var (
	ErrNotFound = errors.New("store: not found")
	ErrConflict = errors.New("store: changed meanwhile by somebody else, or already there")
	ErrCursor   = errors.New("store: the mark of the next page is damaged or belongs to another list")
	ErrNewer    = errors.New("store: the database was written by a newer version of this program")
	ErrNoBlobs  = errors.New("store: no place for files is set (add ?blobs=FOLDER to the address)")
	ErrTooLarge = errors.New("store: the file is larger than what is kept")
)

// A Store is an open database and its files. It is safe for
// concurrent use.
type Store struct {
	write   *sql.DB // SQLite: one connection
	read    *sql.DB // SQLite: four connections that cannot write
	dialect dialect
	blobs   *Blobs
	clock   func() time.Time // nil: the database's clock
	ids     *ids
	here    atomic.Pointer[source]  // what is read at the primary, with what is kept of it in memory
	keys    atomic.Pointer[logKeys] // nil: no log
	secret  []byte                  // private content is encrypted under it; nil: none can be kept
	scanner *clamd                  // asked about files; nil: none is configured
	writer  *writer                 // SQLite's one writer; nil on PostgreSQL and where nothing is written
	search  *itemSearch             // nil before OpenSearch
	dated   atomic.Pointer[datedCalendar]
	hasher  *account.Hasher // of passwords

	follower *follower  // nil without a replica
	meeting  sync.Mutex // guards server
	server   string     // that answers as the primary; PostgreSQL
}

// Passwords are hashed two at once, because each takes 19 MiB and a core, and
// so many more wait, each some 50 ms; who comes then is sent away.
const (
	hashesAtOnce  = 2
	hashesWaiting = 60
)

// dialect is what differs between the two databases.
type dialect struct {
	name      string             // "sqlite" or "postgres"
	now       string             // a query for the instant in milliseconds
	size      string             // a query for the bytes the database takes
	versioned string             // a query: has the schema a version
	columns   string             // a query for all tables of ours: table, column, type, place in the key from 1 or 0
	refers    string             // a query for foreign keys: table, table it refers to
	snapshot  sql.IsolationLevel // of a transaction that reads the state of one instant
	skip      string             // ends a query that takes a row nobody else is taking
	translate func(error) error
	again     func(error) bool // the transaction lost a race and may be run again
}

// Options may be given to Open.
type Options struct {
	Now    func() time.Time // the clock; without it the database's own is used
	Blobs  string           // place for files: a folder, or s3://bucket/prefix?endpoint=https://host[&region=…]; overrides ?blobs= of the address
	Keys   Keys             // of the bucket
	Clamd  string           // malware scanner: unix:/path or tcp:host:port of clamd; without it files are not looked at
	AsIs   bool             // neither make nor migrate the database, and only read it: ErrNotFound if there is none
	Secret []byte           // SecretSize bytes: private content is encrypted under it; without it none is kept
	Signer *translog.Key    // signs the public log; without it nothing is logged

	Replica string        // PostgreSQL: address of standbys that answer what may be a little old (Stale); overrides ?replica= of the address
	Lag     time.Duration // a replica further behind is not read; ReplicaLag if 0
	Log     *slog.Logger  // told when a replica is read and when it is not; nil discards
}

// Open opens or makes the database at the address and brings its schema up to
// date. Addresses are
//
//	sqlite:/path/gongkai.db[?blobs=/path/files]
//	postgres://user@host/name[?blobs=/path/files&replica=postgres://…&…]
//
// A PostgreSQL address may name several servers (user@a,b:5433/name); the one
// that can be written to is used. An address in replica is escaped as a parameter
// is. A replica that is away is no error.
//
// Files lie in the folder blobs beside an SQLite file unless the address names
// another place: a folder, or a bucket (s3://…, escaped as a parameter is). It
// returns ErrNewer if a newer program has written the schema. An SQLite database
// is copied to NAME.vN.bak before its schema is changed. ErrOtherSecret is for a
// secret that does not open what is sealed.
func Open(ctx context.Context, address string, opts ...Options) (*Store, error) {
	var o Options
	for _, x := range opts {
		if x.Now != nil {
			o.Now = x.Now
		}
		if x.Blobs != "" {
			o.Blobs = x.Blobs
		}
		if x.Keys != (Keys{}) {
			o.Keys = x.Keys
		}
		if x.Clamd != "" {
			o.Clamd = x.Clamd
		}
		if x.Signer != nil {
			o.Signer = x.Signer
		}
		if x.Secret != nil {
			o.Secret = x.Secret
		}
		if x.Replica != "" {
			o.Replica = x.Replica
		}
		if x.Lag > 0 {
			o.Lag = x.Lag
		}
		if x.Log != nil {
			o.Log = x.Log
		}
		o.AsIs = o.AsIs || x.AsIs
	}
	scheme, rest, ok := strings.Cut(address, ":")
	if !ok {
		return nil, fmt.Errorf("store: address %q begins neither with sqlite: nor with postgres:", address)
	}
	s := &Store{hasher: account.NewHasher(account.Recommended(), hashesAtOnce, hashesWaiting), clock: o.Now, secret: o.Secret}
	var err error
	if s.scanner, err = newClamd(o.Clamd); err != nil {
		return nil, err
	}
	switch scheme {
	case "sqlite":
		err = s.openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		err = s.openPostgres(ctx, address, o)
	default:
		return nil, fmt.Errorf("store: address begins with %q, neither with sqlite: nor with postgres:", scheme)
	}
	if err == nil {
		err = s.openKeys(ctx, o.Signer)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("store: open: %w", err)
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("store: open: %w", err)
	}
	// An old schema opened as it is may lack their tables; nobody asks for stamps.
	here := &source{db: s.read}
	if err := here.prepareStamps(ctx); err != nil && !o.AsIs {
		s.Close()
		return nil, fmt.Errorf("store: open: %w", err)
	}
	s.here.Store(here)
	s.ids = newIDs(now, o.Now)
	if s.dialect.name == "sqlite" && !o.AsIs {
		if err := s.startWriter(ctx); err != nil {
			s.Close()
			return nil, fmt.Errorf("store: open: %w", err)
		}
	}
	if !o.AsIs {
		if err := s.UseSecret(ctx); err != nil {
			s.Close()
			return nil, fmt.Errorf("store: open: %w", err)
		}
	}
	if s.follower != nil {
		s.follower.check(ctx)
		if !o.AsIs {
			s.follower.run()
		}
	}
	return s, nil
}

// cutBlobs takes our own parameter out of the query of an address.
func cutBlobs(query string) (rest, blobs string, err error) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return "", "", fmt.Errorf("parameters of the address: %w", err)
	}
	blobs = q.Get("blobs")
	q.Del("blobs")
	return q.Encode(), blobs, nil
}

// Close closes the database. It is safe to call on a store that failed to open.
func (s *Store) Close() error {
	s.writer.close()
	s.follower.close()
	err := s.search.close()
	if s.read != nil {
		err = errors.Join(err, s.read.Close())
	}
	if s.write != nil && s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, "select 1").Scan(&one); err != nil {
		return fmt.Errorf("store: ping: %w", err)
	}
	return nil
}

// Dialect is "sqlite" or "postgres", for doctor and logs.
func (s *Store) Dialect() string { return s.dialect.name }

// Stats is what doctor shows.
type Stats struct {
	Dialect  string
	Schema   int64 // number of the last migration
	Organs   int64
	Reports  int64
	Versions int64 // earlier versions of reports
	Bytes    int64 // of the database, without files
	Blobs    int   // files kept
	BlobSize int64 // their bytes
}

// Stats counts what is kept.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	st := Stats{Dialect: s.dialect.name}
	for _, q := range []struct {
		sql string
		to  *int64
	}{
		{"select count(*) from organ", &st.Organs},
		{"select count(*) from report", &st.Reports},
		{"select count(*) from report_version", &st.Versions},
		{"select max(version_id) from goose_db_version", &st.Schema},
		{s.dialect.size, &st.Bytes},
	} {
		if err := s.read.QueryRowContext(ctx, q.sql).Scan(q.to); err != nil {
			return Stats{}, fmt.Errorf("store: stats: %w", err)
		}
	}
	var err error
	st.Blobs, st.BlobSize, err = s.blobs.count(ctx)
	return st, err
}

// asker is what sql.DB and sql.Tx have in common.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// now is the instant in milliseconds since 1970.
func (s *Store) now(ctx context.Context, q asker) (int64, error) {
	if s.clock != nil {
		return s.clock().UnixMilli(), nil
	}
	var ms int64
	err := q.QueryRowContext(ctx, s.dialect.now).Scan(&ms)
	return ms, err
}

// shards spreads the counter of a topic with many writers.
const shards = 16

// touch counts a change of the topic. In PostgreSQL it holds a row lock until
// the end of the transaction, so it comes last where many write at once, and
// first where changes must follow one another.
func touch(ctx context.Context, tx *sql.Tx, topic string, shard int64) error {
	_, err := tx.ExecContext(ctx, `insert into change (topic, shard, n) values ($1, $2, 1)
		on conflict (topic, shard) do update set n = change.n + 1`, topic, shard)
	return err
}

// changes is the number of changes of the topic so far.
func (s *Store) changes(ctx context.Context, topic string) (int64, error) {
	var n int64
	err := s.reader(ctx).QueryRowContext(ctx, "select cast(coalesce(sum(n), 0) as bigint) from change where topic = $1", topic).Scan(&n)
	return n, err
}

const topicOrgan = "organ"

func topicReport(year int) string { return fmt.Sprintf("report/%d", year) }
