package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/translog"
)

// ErrLog says that the log as it is kept does not agree with its own signed
// head. Nothing is signed on top of it; leaves wait, and VerifyLog says what is
// wrong.
var ErrLog = errors.New("store: the log does not agree with its signed head")

// ErrPending says that a leaf is queued and has no proof yet.
var ErrPending = errors.New("store: the entry waits for the log's next head")

// ErrNoLog says that no key was given, so that nothing is logged.
var ErrNoLog = errors.New("store: no key for the log")

// contentHash is what the log states as the content of a report.
func contentHash(r *annual.Report) (string, error) {
	b, err := annual.Canonical(r)
	if err != nil {
		return "", fmt.Errorf("store: content of a report: %w", err)
	}
	return act.Digest(b), nil
}

// logged is who published a report, and on which day. The zero one is the
// program, on the day the report states.
type logged struct {
	officer int64
	on      law.Date
}

// logReport appends the act of a published report and queues its leaf, in the
// transaction that keeps the report. One that is not published is no act of the
// public log.
func (s *Store) logReport(ctx context.Context, tx *sql.Tx, p *packed, version, now int64, by logged) error {
	if s.LogKey() == nil || p.published == "" {
		return nil
	}
	ref := act.ReportRef(p.organ, int(p.year))
	a := act.Act{ID: s.NewID(), Ref: ref, Kind: act.ReportPublished, At: now}
	b := act.Report{Year: int(p.year), Edition: p.edition, Version: version, Content: p.content}
	// Where only the figures were corrected, the file is the one kept before.
	err := tx.QueryRowContext(ctx, `select o.code, o.name, r.file_hash, (select coalesce(max(l.seq), 0) + 1 from log_leaf l where l.ref = $3)
		from report r join organ o on o.id = r.organ where r.year = $1 and r.organ = $2`, p.year, p.organ, ref).
		Scan(&b.Organ, &b.Name, &b.Source, &a.Seq)
	if err != nil {
		return err
	}
	if b.Published, err = law.ParseDate(p.published); err != nil {
		return err
	}
	if a.Seq > 1 {
		a.Kind = act.ReportCorrected
	}
	a.Version, a.On, a.Body = act.Newest(a.Kind), b.Published, b
	if !by.on.IsZero() {
		a.On = by.on
	}
	a.Officer = by.officer // in its column; a leaf says nobody
	if err := queue(ctx, tx, a); err != nil {
		return err
	}
	a.Organ = p.organ
	return s.keepAct(ctx, tx, &a, act.Details{})
}

// A logTable names the tables of one of the two logs: the public one, and the
// internal one that every act enters.
type logTable struct {
	entries, hashes, heads string
	waiting                string // a query for what has no number yet: id, content, salt or null
}

var (
	publicLog = logTable{"log_leaf", "log_hash", "log_checkpoint", "select id, body, null from log_leaf where idx is null order by id limit $1"}
	officeLog = logTable{"act", "act_hash", "act_checkpoint", "select id, entry, salt from act where idx is null order by id limit $1"}
)

// queue writes the leaf of an act, without a number.
func queue(ctx context.Context, tx *sql.Tx, a act.Act) error {
	leaf, err := a.Leaf()
	if err != nil {
		return err
	}
	h := translog.LeafHash(leaf)
	_, err = tx.ExecContext(ctx, `insert into log_leaf (id, ref, seq, kind, version, at, officer, body, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.Ref, a.Seq, a.Kind, a.Version, a.At, a.Officer, string(leaf), h[:])
	return err
}

// numberHere numbers what was queued in the same transaction where the database
// has one writer anyway. A log that is damaged keeps nobody from working: the
// leaves wait.
func (s *Store) numberHere(ctx context.Context, tx *sql.Tx) error {
	if s.LogKey() == nil {
		return nil
	}
	now, err := s.now(ctx, keptTx{s, tx})
	if err != nil {
		return err
	}
	for _, l := range []logTable{publicLog, officeLog} {
		if _, err := s.integrate(ctx, tx, l, now); err != nil && !errors.Is(err, ErrLog) {
			return err
		}
	}
	return nil
}

// logLock is a number of our own among PostgreSQL's advisory locks.
const logLock = 0x676b6c6f67

// maxIntegrate bounds how many leaves one head takes in.
const maxIntegrate = 10_000

// Integrate numbers the queued leaves, stores the hashes of the grown tree and
// signs its head, and returns how many it took in: 0 if there are none or
// another instance is at it. On SQLite this happens with each act; on PostgreSQL
// one worker calls it every 100 ms. It returns ErrNoLog without a key and ErrLog
// if what is kept does not agree with the last head.
func (s *Store) Integrate(ctx context.Context) (int, error) {
	if s.LogKey() == nil {
		return 0, ErrNoLog
	}
	var waiting bool
	err := s.read.QueryRowContext(ctx, "select exists (select 1 from log_leaf where idx is null) or exists (select 1 from act where idx is null)").Scan(&waiting)
	if err != nil || !waiting {
		return 0, err
	}
	n := 0
	err = s.tx(ctx, "integrate", func(ctx context.Context, tx *sql.Tx) error {
		n = 0
		if s.dialect.name == "postgres" {
			var ours bool
			if err := tx.QueryRowContext(ctx, "select pg_try_advisory_xact_lock($1)", int64(logLock)).Scan(&ours); err != nil || !ours {
				return err
			}
		}
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range []logTable{publicLog, officeLog} {
			k, err := s.integrate(ctx, tx, l, now)
			if n += k; err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// logHead is what the tables say of the log's size.
type logHead struct {
	seq, size, leaves, hashes int64
	note                      string
}

func readLogHead(ctx context.Context, q asker, l logTable) (h logHead, err error) {
	err = q.QueryRowContext(ctx, "select coalesce((select max(idx) from "+l.entries+" where idx is not null), -1) + 1, coalesce((select max(pos) from "+l.hashes+"), -1) + 1").Scan(&h.leaves, &h.hashes)
	if err != nil {
		return h, err
	}
	err = q.QueryRowContext(ctx, "select seq, size, note from "+l.heads+" order by seq desc limit 1").Scan(&h.seq, &h.size, &h.note)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return h, err
}

// sound checks that what is kept is what was last signed: a head must never
// vouch for rows that were changed under it.
func sound(h logHead, l logTable, keys *logKeys, r tlog.HashReader) error {
	if h.leaves != h.size || h.hashes != tlog.StoredHashCount(h.size) {
		return fmt.Errorf("%w: %d leaves and %d hashes under a head of %d", ErrLog, h.leaves, h.hashes, h.size)
	}
	if h.size == 0 {
		return nil
	}
	c, err := keys.openOnce(h.note, l)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLog, err)
	}
	root, err := tlog.TreeHash(h.size, r)
	if err != nil {
		return err
	}
	if c.Size != h.size || c.Root != root {
		return fmt.Errorf("%w: another root at %d leaves", ErrLog, h.size)
	}
	return nil
}

// integrate numbers what waits in one log, and returns how many it took in.
func (s *Store) integrate(ctx context.Context, tx *sql.Tx, l logTable, now int64) (int, error) {
	q := keptTx{s, tx}
	ids, leaves, err := waiting(ctx, q, l)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	head, err := readLogHead(ctx, q, l)
	if err != nil {
		return 0, err
	}
	old, keys := hashReader{ctx, q, l.hashes}, s.keys.Load()
	if keys.retired() {
		return 0, fmt.Errorf("%w: another key has taken over", ErrLog)
	}
	if err := sound(head, l, keys, old); err != nil {
		return 0, err
	}
	fresh, err := translog.Grow(head.size, leaves, old)
	if err != nil {
		return 0, err
	}
	size := head.size + int64(len(ids))
	root, err := tlog.TreeHash(size, overlay(head.hashes, fresh, old))
	if err != nil {
		return 0, err
	}
	note, err := translog.Sign(size, root, keys.of(l))
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		if err := one(q.ExecContext(ctx, "update "+l.entries+" set idx = $2 where id = $1 and idx is null", id, head.size+int64(i))); err != nil {
			return 0, err
		}
	}
	if err := insertHashes(ctx, q, l, head.hashes, fresh); err != nil {
		return 0, err
	}
	_, err = q.ExecContext(ctx, "insert into "+l.heads+" (seq, size, note, at) values ($1, $2, $3, $4)", head.seq+1, size, string(note), now)
	keys.checked.Store(l, string(note)) // whether it is kept or not: it is ours
	return len(ids), err
}

// waiting reads the queued leaves, whose hash is computed anew: what is signed
// is what stands in the row.
func waiting(ctx context.Context, tx asker, l logTable) (ids []int64, leaves []tlog.Hash, err error) {
	rows, err := tx.QueryContext(ctx, l.waiting, maxIntegrate)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var content, salt []byte
		if err := rows.Scan(&id, &content, &salt); err != nil {
			return nil, nil, err
		}
		if salt != nil {
			content = translog.Commit(salt, content)
		}
		ids, leaves = append(ids, id), append(leaves, translog.LeafHash(content))
	}
	return ids, leaves, rows.Err()
}

// overlay reads hashes from position first on from fresh, others from old.
func overlay(first int64, fresh []tlog.Hash, old tlog.HashReader) tlog.HashReader {
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		var ask []int64
		var put []int
		for i, x := range at {
			if x >= first && x-first < int64(len(fresh)) {
				out[i] = fresh[x-first]
			} else {
				ask, put = append(ask, x), append(put, i)
			}
		}
		if len(ask) == 0 {
			return out, nil
		}
		got, err := old.ReadHashes(ask)
		if err != nil {
			return nil, err
		}
		for i, h := range got {
			out[put[i]] = h
		}
		return out, nil
	})
}

// hashReader reads hashes of the tree from the table.
type hashReader struct {
	ctx   context.Context
	q     asker
	table string
}

// ReadHashes returns ErrLog if one of them is not there.
func (r hashReader) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	if len(at) == 0 {
		return out, nil
	}
	var sqlText strings.Builder
	sqlText.WriteString("select pos, hash from " + r.table + " where pos in (")
	args, place := make([]any, 0, len(at)), make(map[int64][]int, len(at))
	for i, x := range at {
		if place[x] = append(place[x], i); len(place[x]) > 1 {
			continue
		}
		if args = append(args, x); len(args) > 1 {
			sqlText.WriteByte(',')
		}
		sqlText.WriteString("$" + strconv.Itoa(len(args)))
	}
	sqlText.WriteByte(')')
	rows, err := r.q.QueryContext(r.ctx, sqlText.String(), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := 0
	for rows.Next() {
		var pos int64
		var h []byte
		if err := rows.Scan(&pos, &h); err != nil {
			return nil, err
		}
		if len(h) != sha256.Size {
			return nil, fmt.Errorf("%w: hash at %d has %d bytes", ErrLog, pos, len(h))
		}
		for _, i := range place[pos] {
			out[i] = tlog.Hash(h)
		}
		found++
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if found != len(args) {
		return nil, fmt.Errorf("%w: %d hashes of the tree are missing", ErrLog, len(args)-found)
	}
	return out, nil
}

// insertHashes writes hashes from position first on, many to a statement.
func insertHashes(ctx context.Context, tx asker, l logTable, first int64, list []tlog.Hash) error {
	for len(list) > 0 {
		n := 1 // few different statements, which are kept prepared
		for _, many := range []int{128, 16, 4} {
			if len(list) >= many {
				n = many
				break
			}
		}
		var b strings.Builder
		b.WriteString("insert into " + l.hashes + " (pos, hash) values ")
		args := make([]any, 0, 2*n)
		for i, h := range list[:n] {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "($%d,$%d)", 2*i+1, 2*i+2)
			args = append(args, first+int64(i), h[:])
		}
		if _, err := tx.ExecContext(ctx, b.String(), args...); err != nil {
			return err
		}
		first, list = first+int64(n), list[n:]
	}
	return nil
}
