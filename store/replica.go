package store

import (
	"context"
	"database/sql"
)

// A source is a database that is read: the primary, or a replica of it. What is
// kept in memory of its state stands under counts of changes that were read at
// the same place and before it. A replica and the primary therefore keep theirs
// apart: a tree of organs of the one and rows of the other, kept under the counts
// of the younger, would stay wrong until the next change.
type source struct {
	db     *sql.DB
	organs organCache
	sums   sumCache
	stamps stamps

	switches switchCache
	tables   tableCache

	// epoch counts servers that were the primary. Behind one that took over,
	// counts may begin again below those of the one that is gone.
	epoch int64

	// Of a replica: it ends when the replica is given up, and with it what is
	// still being read there. nil for the primary.
	lost context.Context
}

// sourceKey is where a context says which replica is read.
type sourceKey struct{}

// Stale marks what is read with the context as harmless if it is a little old,
// and so to be read at a replica if one can be: for public pages nobody has
// signed in to. One context reads one replica; where that is lost, or does not
// have what is asked for, the primary answers. It never goes back from the
// primary to a replica, so that a stamp read first is never younger than what is
// read after it. Without a replica the mark has no effect.
func (s *Store) Stale(ctx context.Context) context.Context {
	if s.follower == nil {
		return ctx
	}
	if p := s.follower.at.Load(); p != nil {
		return context.WithValue(ctx, sourceKey{}, p)
	}
	return ctx
}

// source is where to read.
func (s *Store) source(ctx context.Context) *source {
	if s.follower != nil {
		if p, _ := ctx.Value(sourceKey{}).(*source); p != nil && p.lost.Err() == nil {
			return p
		}
	}
	return s.here.Load()
}

// reader is the connections of the place where to read.
func (s *Store) reader(ctx context.Context) *sql.DB { return s.source(ctx).db }

// either reads where the context says. What a replica fails at, for whatever
// reason, the primary is asked for: it may have what the replica does not have
// yet, and an error that is no fault of the replica comes back the same.
func either[T any](ctx context.Context, s *Store, read func(context.Context) (T, error)) (T, error) {
	p := s.source(ctx)
	if p.lost == nil {
		return read(ctx)
	}
	there, stop := context.WithCancel(ctx)
	end := context.AfterFunc(p.lost, stop)
	v, err := read(there)
	end()
	stop()
	if err == nil || ctx.Err() != nil {
		return v, err
	}
	s.follower.look()
	return read(context.WithValue(ctx, sourceKey{}, (*source)(nil)))
}

// met notes which server answers as the primary. When it is another one than
// before, nothing kept of the old one's state may be held against its counts:
// the last changes may be lost.
func (s *Store) met(server string) {
	s.meeting.Lock()
	defer s.meeting.Unlock()
	if server == s.server {
		return
	}
	known := s.server != ""
	s.server = server
	if p := s.here.Load(); known && p != nil {
		s.here.Store(&source{db: p.db, stamps: p.stamps, epoch: p.epoch + 1})
	}
}
