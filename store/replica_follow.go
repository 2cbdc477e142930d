package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// ReplicaLag is how far a replica may be behind and still be read, unless
// Options says otherwise.
const ReplicaLag = 10 * time.Second

// Why a replica is not read.
const (
	ReplicaAway    = "away"    // no server of the address answers
	ReplicaPrimary = "primary" // those that answer are no standbys
	ReplicaOther   = "other"   // a standby of another database
	ReplicaBehind  = "behind"  // further than it may be
)

// A ReplicaState is what is known of the replica.
type ReplicaState struct {
	Server string        // host:port, or the folder of the socket; "" if none answers
	Why    string        // it is not read; "" while it is
	Lag    time.Duration // its state is at most so old; negative if that is not known
	Error  error         // behind Why
}

// A follower keeps up which replica can be read. All connections to a replica go
// to one server, even if its address names more, so that what is read later is
// never older.
type follower struct {
	s          *Store
	candidates []*pgx.ConnConfig // one a server
	bound      time.Duration
	log        *slog.Logger
	at         atomic.Pointer[source] // what is read; nil while nothing may be
	looking    chan struct{}          // look
	end        context.CancelFunc
	ended      sync.WaitGroup

	mu    sync.Mutex // guards state
	state ReplicaState

	// Of the goroutine that checks, before it runs of Open.
	next     int // candidate
	pool     *source
	watch    *sql.DB // one connection to it, which no crowd of readers keeps from us
	same     string  // names our database
	server   string
	give     context.CancelFunc // ends pool.lost
	waiting  []position         // of the primary, that the replica has not reached
	knownAt  int64              // the replica has all that the primary had then
	reported string             // what the log says of it
}

// position is how far the primary had written at an instant of its clock, in
// bytes and milliseconds.
type position struct{ bytes, at int64 }

// maxWaiting bounds what is remembered of a replica that stands still.
const maxWaiting = 600

func newFollower(s *Store, c *pgx.ConnConfig, o Options) *follower {
	f := &follower{s: s, bound: o.Lag, log: o.Log, looking: make(chan struct{}, 1), state: ReplicaState{Why: ReplicaAway, Lag: -1}}
	if f.bound <= 0 {
		f.bound = ReplicaLag
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	c.RuntimeParams["default_transaction_read_only"] = "on"
	c.ValidateConnect = nil // asked here
	if c.ConnectTimeout <= 0 || c.ConnectTimeout > replicaWait {
		c.ConnectTimeout = replicaWait
	}
	type target = pgconn.FallbackConfig
	all := append([]*target{{Host: c.Host, Port: c.Port, TLSConfig: c.TLSConfig}}, c.Fallbacks...)
	var one *pgx.ConnConfig
	for _, t := range all {
		if one != nil && one.Host == t.Host && one.Port == t.Port { // without TLS, as the address allows
			one.Fallbacks = append(one.Fallbacks, t)
			continue
		}
		one = c.Copy()
		one.Host, one.Port, one.TLSConfig, one.Fallbacks = t.Host, t.Port, t.TLSConfig, nil
		f.candidates = append(f.candidates, one)
	}
	return f
}

// replicaWait bounds a connection to a replica and each look at it.
const replicaWait = 2 * time.Second

// run looks at the replica again and again until the store is closed.
func (f *follower) run() {
	ctx, end := context.WithCancel(context.Background())
	f.end = end
	f.ended.Go(func() {
		tick := time.NewTicker(min(time.Second, f.bound/4))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			case <-f.looking:
			}
			f.check(ctx)
		}
	})
}

// look has the replica looked at soon.
func (f *follower) look() {
	select {
	case f.looking <- struct{}{}:
	default:
	}
}

func (f *follower) close() {
	if f == nil {
		return
	}
	if f.end != nil {
		f.end()
		f.ended.Wait()
	}
	f.drop()
}

// check decides whether the replica may be read. While the primary does not
// answer, a replica that was good stays so: nothing new can be missed.
func (f *follower) check(ctx context.Context) {
	now, err := f.primary(ctx)
	if err != nil && f.at.Load() != nil && f.alive(ctx) == nil {
		return
	}
	st := ReplicaState{Lag: -1}
	if f.pool == nil {
		st.Why, st.Error = f.connect(ctx)
	}
	if f.pool != nil {
		st = f.measure(ctx, now)
	}
	if ctx.Err() != nil {
		return // closed meanwhile
	}
	if st.Why == "" {
		f.at.Store(f.pool)
	} else {
		f.at.Store(nil)
		if st.Why != ReplicaBehind || len(f.candidates) > 1 {
			f.drop()
			f.next++
		}
	}
	f.mu.Lock()
	f.state = st
	f.mu.Unlock()
	if said := st.Server + " " + st.Why; said != f.reported {
		f.reported = said
		if st.Why == "" {
			f.log.Info("replica is read", "server", st.Server, "lag", st.Lag)
		} else {
			f.log.Warn("replica is not read, the primary answers", "server", st.Server, "why", st.Why, "lag", st.Lag, "error", st.Error)
		}
	}
}

// sameSQL names the database: a standby has it from its primary.
const sameSQL = "(select cast(system_identifier as text) from pg_control_system()) || '/' || (select cast(oid as text) from pg_database where datname = current_database())"

// serverSQL tells one run of a server from every other.
const serverSQL = "cast(extract(epoch from pg_postmaster_start_time()) as text) || ' ' || coalesce(host(inet_server_addr()), '') || ':' || current_setting('port')"

// primary is how far the primary has written.
func (f *follower) primary(ctx context.Context) (p position, err error) {
	ctx, stop := context.WithTimeout(ctx, replicaWait)
	defer stop()
	err = f.s.read.QueryRowContext(ctx, "select cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bigint), cast(extract(epoch from clock_timestamp()) * 1000 as bigint)").
		Scan(&p.bytes, &p.at)
	return p, err
}

func (f *follower) alive(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, replicaWait)
	defer stop()
	var standby bool
	err := f.watch.QueryRowContext(ctx, "select pg_is_in_recovery()").Scan(&standby)
	if err == nil && !standby {
		err = errors.New("no standby any more")
	}
	return err
}

// connect takes the first of the servers that is a standby of our primary,
// beginning with another one each time.
func (f *follower) connect(ctx context.Context) (why string, err error) {
	if f.same == "" {
		ctx, stop := context.WithTimeout(ctx, replicaWait)
		defer stop()
		if err := f.s.read.QueryRowContext(ctx, "select "+sameSQL).Scan(&f.same); err != nil {
			return ReplicaAway, err
		}
	}
	why = ReplicaAway
	for i := range f.candidates {
		c := f.candidates[(f.next+i)%len(f.candidates)]
		w, e := f.try(ctx, c)
		if e == nil {
			return "", nil
		}
		if why == ReplicaAway {
			why = w
		}
		err = errors.Join(err, e)
	}
	return why, err
}

func (f *follower) try(ctx context.Context, c *pgx.ConnConfig) (why string, err error) {
	ctx, stop := context.WithTimeout(ctx, replicaWait)
	defer stop()
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return ReplicaAway, err
	}
	defer conn.Close(ctx)
	var standby bool
	var other, server string
	switch err := conn.QueryRow(ctx, "select pg_is_in_recovery(), "+sameSQL+", "+serverSQL).Scan(&standby, &other, &server); {
	case err != nil:
		return ReplicaAway, err
	case !standby:
		return ReplicaPrimary, fmt.Errorf("%s is no standby", serverName(c))
	case f.same != other:
		return ReplicaOther, fmt.Errorf("%s is a standby of another database", serverName(c))
	}
	sameServer := stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		var now string
		if err := conn.QueryRow(ctx, "select "+serverSQL).Scan(&now); err != nil {
			return err
		}
		if now != server {
			return fmt.Errorf("%s is another server than before, or was started again", serverName(c))
		}
		return nil
	})
	db := stdlib.OpenDB(*c, sameServer)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	p := &source{db: db}
	if err := p.prepareStamps(ctx); err != nil {
		db.Close()
		return ReplicaAway, err // a schema it has not replayed yet
	}
	p.lost, f.give = context.WithCancel(context.Background())
	f.watch = stdlib.OpenDB(*c, sameServer)
	f.watch.SetMaxOpenConns(1)
	f.pool, f.server, f.waiting, f.knownAt = p, serverName(c), nil, 0
	return "", nil
}

func serverName(c *pgx.ConnConfig) string {
	if len(c.Host) > 0 && c.Host[0] == '/' {
		return c.Host
	}
	return net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
}

// measure finds how old the state of the replica is at most. Two figures bound
// it: when the primary was as far as the replica is now, and when the last
// transaction that came was committed. The second alone would call every replica
// of an idle primary late. Both are of the primary's clock.
func (f *follower) measure(ctx context.Context, now position) ReplicaState {
	ctx, stop := context.WithTimeout(ctx, replicaWait)
	defer stop()
	st := ReplicaState{Server: f.server, Lag: -1}
	var standby bool
	var bytes, committed int64
	err := f.watch.QueryRowContext(ctx, `select pg_is_in_recovery(), cast(coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0) as bigint),
		cast(coalesce(extract(epoch from pg_last_xact_replay_timestamp()) * 1000, 0) as bigint)`).Scan(&standby, &bytes, &committed)
	switch {
	case err != nil:
		st.Why, st.Error = ReplicaAway, err
		return st
	case !standby:
		st.Why = ReplicaPrimary
		return st
	case now.at == 0:
		st.Why, st.Error = ReplicaBehind, errors.New("the primary does not say how far it is")
		return st
	}
	if len(f.waiting) < maxWaiting {
		f.waiting = append(f.waiting, now)
	}
	for len(f.waiting) > 0 && f.waiting[0].bytes <= bytes {
		f.knownAt, f.waiting = f.waiting[0].at, f.waiting[1:]
	}
	if bytes >= now.bytes {
		f.knownAt, f.waiting = now.at, nil
	}
	if at := max(f.knownAt, committed); at > 0 {
		st.Lag = max(0, time.Duration(now.at-at)*time.Millisecond)
	}
	if st.Lag < 0 || st.Lag > f.bound {
		st.Why = ReplicaBehind
	}
	return st
}

// drop gives the replica up, with what is still being read there.
func (f *follower) drop() {
	f.at.Store(nil)
	if f.pool == nil {
		return
	}
	f.give()
	_, _ = f.pool.db.Close(), f.watch.Close() // read only
	f.pool = nil
}

// Replica is what is known of the replica; ok is false where none is set.
func (s *Store) Replica() (st ReplicaState, ok bool) {
	if s.follower == nil {
		return ReplicaState{}, false
	}
	s.follower.mu.Lock()
	defer s.follower.mu.Unlock()
	return s.follower.state, true
}

// WaitReplica gives a replica that is behind as long to catch up as it may be
// behind, and then is Replica. It is for a store opened AsIs, where nobody else
// looks.
func (s *Store) WaitReplica(ctx context.Context) (ReplicaState, bool) {
	st, ok := s.Replica()
	if !ok || s.follower.end != nil {
		return st, ok
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for left := s.follower.bound; left > 0 && st.Why == ReplicaBehind; left -= 200 * time.Millisecond {
		select {
		case <-ctx.Done():
			return st, ok
		case <-tick.C:
		}
		s.follower.check(ctx)
		st, _ = s.Replica()
	}
	return st, ok
}
