package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"gongkai/translog"
)

// Two zones 内外网分区: the desk is on the government's own network, the public
// site outside. Packages of what is public go out, and only that way; what the
// public sends is fetched from inside. Package zone reads and writes the files.

// A ZonePackage is what one package says: rows to put and to drop, files that
// come with it. N counts packages from 1, Prev is the hash of the one before.
type ZonePackage struct {
	N         int64      `json:"n"`
	Prev      string     `json:"prev"`
	Whole     bool       `json:"whole,omitempty"` // the first of a full set: what was there before goes
	More      bool       `json:"more,omitempty"`  // the next one belongs to it
	Urgent    bool       `json:"urgent,omitempty"`
	From      string     `json:"from"`      // name of the public log inside
	To        string     `json:"to"`        // who shall take it; "" for any
	At        int64      `json:"at"`        // milliseconds
	Schema    int64      `json:"schema"`    // of the database inside
	Recipient []byte     `json:"recipient"` // key under which the public's requests are encrypted
	Tables    []ZoneRows `json:"tables,omitempty"`
	Files     []ZoneFile `json:"files,omitempty"`
	DropFiles []int64    `json:"drop_files,omitempty"`
	Gone      []int64    `json:"gone,omitempty"`       // items removed in emergency
	GoneFiles []string   `json:"gone_files,omitempty"` // hashes of their files
}

// ZoneRows are rows of one table: Put with the named columns, Drop by the key.
type ZoneRows struct {
	Table   string            `json:"table"`
	Columns []string          `json:"columns"`
	Put     []json.RawMessage `json:"put,omitempty"`
	Drop    []json.RawMessage `json:"drop,omitempty"`
}

// A ZoneFile is a file of a live item. It lies beside the packages under its hash.
type ZoneFile struct {
	ID   int64  `json:"id,string"`
	Item int64  `json:"item,string"`
	Hash string `json:"hash"`
	Size int64  `json:"size"`
}

// Errors of taking a package.
var (
	ErrZoneSeen    = errors.New("store: the package was taken before")
	ErrZoneGap     = errors.New("store: a package before this one is missing")
	ErrZoneChain   = errors.New("store: the package does not follow from the one before")
	ErrZoneContent = errors.New("store: the package holds what must not come out of it")
	ErrZoneRaced   = errors.New("store: another instance has just made a package")
)

// zoneSides are the sides of zone_package.
const (
	zoneOut    = "out"
	zoneIn     = "in"
	zoneUrgent = "urgent"
)

// ZoneLast is the number and hash of the last package made here, and of the last
// taken here.
func (s *Store) ZoneLast(ctx context.Context) (made, taken int64, err error) {
	err = s.read.QueryRowContext(ctx, `select coalesce((select max(n) from zone_package where side = 'out'), 0), coalesce((select max(n) from zone_package where side = 'in'), 0)`).Scan(&made, &taken)
	if err != nil {
		return 0, 0, fmt.Errorf("store: packages of the zone: %w", err)
	}
	return made, taken, nil
}

// ZonePackageHash is the hash of a package that was made or taken here, "" if
// there is none.
func (s *Store) ZonePackageHash(ctx context.Context, taken bool, n int64) (string, error) {
	side := zoneOut
	if taken {
		side = zoneIn
	}
	return zoneHash(ctx, s.read, side, n)
}

func zoneHash(ctx context.Context, q asker, side string, n int64) (hash string, err error) {
	err = q.QueryRowContext(ctx, "select hash from zone_package where side = $1 and n = $2", side, n).Scan(&hash)
	if notFound(err) == ErrNotFound {
		return "", nil
	}
	return hash, err
}

// ZoneState is what is kept of the other side under a name, "" for nothing.
func (s *Store) ZoneState(ctx context.Context, name string) (value string, err error) {
	err = s.read.QueryRowContext(ctx, "select value from zone_state where name = $1", name).Scan(&value)
	if notFound(err) == ErrNotFound {
		return "", nil
	}
	return value, err
}

// SetZoneState keeps it.
func (s *Store) SetZoneState(ctx context.Context, name, value string) error {
	return s.tx(ctx, "state of the zone", func(ctx context.Context, tx *sql.Tx) error {
		return setZoneState(ctx, tx, name, value)
	})
}

func setZoneState(ctx context.Context, q asker, name, value string) error {
	_, err := q.ExecContext(ctx, "insert into zone_state (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value", name, value)
	return err
}

// FollowLog lets a public site outside show the log whose rows it gets, by its
// public keys: it can check and prove, and sign nothing.
func (s *Store) FollowLog(keys translog.Keys) error {
	trusted, err := translog.Trust(keys.Public, keys.Vouches...)
	if err != nil {
		return err
	}
	k := &logKeys{vouches: keys.Vouches, trusted: trusted}
	for i := range trusted {
		if trusted[i].Until >= 0 {
			continue
		}
		if trusted[i].Name() == trusted[0].Name() {
			k.public = &translog.Key{Signer: watcher{trusted[i].Verifier}, Verifier: trusted[i].Text}
		} else {
			k.office = &translog.Key{Signer: watcher{trusted[i].Verifier}, Verifier: trusted[i].Text}
		}
	}
	if k.public == nil {
		return fmt.Errorf("store: follow log: %w", translog.ErrRetired)
	}
	if k.office == nil {
		k.office = k.public
	}
	s.keys.Store(k)
	return nil
}

// watcher stands where a signing key would, and does not sign.
type watcher struct{ note.Verifier }

func (w watcher) Sign([]byte) ([]byte, error) {
	return nil, errors.New("store: this instance follows a log and cannot sign")
}

// ZoneSeed is what the key follows from under which the public's requests are
// encrypted. It needs the secret.
func (s *Store) ZoneSeed() ([]byte, error) { return s.mac("zone recipient", nil) }
