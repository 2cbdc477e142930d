package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gongkai/act"
	"gongkai/org"
	"gongkai/translog"
)

// logKeys are the keys of both logs, as they are when the store is opened and
// after a rotation.
type logKeys struct {
	public, office *translog.Key        // the internal log's is derived from the public one's
	vouches        []string             // what leads from any key the log ever had to these
	trusted        translog.Signatories // everything these keys vouch for
	checked        sync.Map             // by logTable: the note whose signature was checked last, or that these keys signed
}

func newLogKeys(public *translog.Key, kept []string) (*logKeys, error) {
	office, err := public.Derive(translog.OfficeLog)
	if err != nil {
		return nil, err
	}
	v, err := translog.SignVouch(false, public, office)
	if err != nil {
		return nil, err
	}
	k := &logKeys{public: public, office: office, vouches: append(kept[:len(kept):len(kept)], string(v))}
	k.trusted, err = translog.Trust(public.Verifier, k.vouches...)
	return k, err
}

// of is the key that signs the log, nil without one.
func (k *logKeys) of(l logTable) *translog.Key {
	switch {
	case k == nil:
		return nil
	case l == officeLog:
		return k.office
	}
	return k.public
}

// open reads a head of the log, signed by whichever key was in force.
func (k *logKeys) open(note string, l logTable) (translog.Checkpoint, error) {
	c, _, err := k.trusted.Open([]byte(note))
	if err == nil && c.Origin != k.of(l).Name() {
		err = fmt.Errorf("%w: origin %q", translog.ErrCheckpoint, c.Origin)
	}
	return c, err
}

// openOnce is open without checking the same signature twice.
func (k *logKeys) openOnce(note string, l logTable) (translog.Checkpoint, error) {
	if last, ok := k.checked.Load(l); ok && last == note {
		return translog.PeekCheckpoint([]byte(note))
	}
	c, err := k.open(note, l)
	if err == nil {
		k.checked.Store(l, note)
	}
	return c, err
}

// retired reports whether another key has taken over from these.
func (k *logKeys) retired() bool { return k.trusted[0].Until >= 0 }

// openKeys takes the signing key with what is kept about earlier ones.
func (s *Store) openKeys(ctx context.Context, signer *translog.Key) error {
	if signer == nil {
		return nil
	}
	rows, err := s.read.QueryContext(ctx, "select note from log_key order by seq")
	var kept []string
	if err == nil {
		defer rows.Close()
		for rows.Next() {
			var n string
			if err := rows.Scan(&n); err != nil {
				return err
			}
			kept = append(kept, n)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	} // an old schema opened as it is has no such table
	k, err := newLogKeys(signer, kept)
	if err == nil {
		s.keys.Store(k)
	}
	return err
}

// LogKey is the key that signs the public log, or nil.
func (s *Store) LogKey() *translog.Key { return s.keys.Load().of(publicLog) }

// OfficeKey is the key that signs the internal log, or nil.
func (s *Store) OfficeKey() *translog.Key { return s.keys.Load().of(officeLog) }

// LogKeys are the verifier keys of both logs as they are made public, with the
// statements that lead to them from earlier keys; zero without a key.
func (s *Store) LogKeys() translog.Keys {
	k := s.keys.Load()
	if k == nil {
		return translog.Keys{}
	}
	return translog.Keys{Public: k.public.Verifier, Office: k.office.Verifier, Vouches: k.vouches}
}

// LogKeyRetired reports whether another key has taken over from the one given
// to Open, and which: its verifier key. Nothing is signed then.
func (s *Store) LogKeyRetired() (next string, retired bool) {
	k := s.keys.Load()
	if k == nil || !k.retired() {
		return "", false
	}
	next = k.public.Verifier
	for range k.vouches { // to the end of the chain, however long
		for _, text := range k.vouches {
			if v, err := translog.OpenVouch(text); err == nil && v.Next && v.By == next {
				next = v.To
			}
		}
	}
	return next, true
}

// LogKeyRef is the reference of acts on the keys of the log.
const LogKeyRef = "log/key"

// ErrKeyName is a key that cannot take over because it has another name.
var ErrKeyName = errors.New("store: the next key of the log must have the name of the present one")

// RotateLogKey lets another key take over both logs. What waits is signed with
// the present key, the heads are stated under both keys, and from then on only
// the next one signs; what the present one has signed stays good. It needs
// Configure. ErrLog if the log does not agree with its head.
func (s *Store) RotateLogKey(ctx context.Context, by By, next *translog.Key) (Done, error) {
	old := s.keys.Load()
	switch {
	case old == nil:
		return Done{}, ErrNoLog
	case next.Name() != old.public.Name():
		return Done{}, ErrKeyName
	}
	d, err := s.do(ctx, by, "rotate key of the log", func(h *hand) (string, error) {
		s.keys.Store(old) // it may run again
		if !org.Able(by.Viewer, org.Configure) {
			return "", Forbidden(org.Configure)
		}
		if err := h.note(act.LogKeyRotated, LogKeyRef, 0, nil, act.Change{Field: "验证公钥", Old: old.public.Verifier, New: next.Verifier}); err != nil {
			return "", err
		}
		fresh, err := h.rotate(old, next)
		if err != nil {
			return "", err
		}
		// Whatever is numbered from here on, in this commit too, is signed anew.
		s.keys.Store(fresh)
		return next.Verifier, nil
	})
	if err != nil {
		s.keys.Store(old)
	}
	return d, err
}

// rotate signs what waits, states the heads and keeps the statements.
func (h *hand) rotate(old *logKeys, next *translog.Key) (*logKeys, error) {
	if h.s.dialect.name == "postgres" {
		if _, err := h.ExecContext(h.ctx, "select pg_advisory_xact_lock($1)", int64(logLock)); err != nil {
			return nil, err
		}
	}
	var heads []translog.Checkpoint
	for _, l := range []logTable{publicLog, officeLog} {
		for n := maxIntegrate; n == maxIntegrate; {
			var err error
			if n, err = h.s.integrate(h.ctx, h.Tx, l, h.now); err != nil {
				return nil, err
			}
		}
		head, err := readLogHead(h.ctx, h.Tx, l)
		if err != nil {
			return nil, err
		}
		if head.note == "" {
			continue
		}
		c, err := old.open(head.note, l)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrLog, err)
		}
		heads = append(heads, c)
	}
	v, err := translog.SignVouch(true, old.public, next, heads...)
	if err != nil {
		return nil, err
	}
	kept := append(old.vouches[:len(old.vouches):len(old.vouches)], string(v))
	var seq int64
	if err := h.QueryRowContext(h.ctx, "select coalesce(max(seq), 0) from log_key").Scan(&seq); err != nil {
		return nil, err
	}
	for i, note := range kept[seq:] {
		if _, err := h.ExecContext(h.ctx, "insert into log_key (seq, at, note) values ($1, $2, $3)", seq+int64(i)+1, h.now, note); err != nil {
			return nil, err
		}
	}
	return newLogKeys(next, kept)
}
