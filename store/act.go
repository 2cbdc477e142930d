package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/translog"
)

// By says who acts, and how it came in.
type By struct {
	Viewer org.Viewer
	Key    string     // operation key of the form, "" if there is none: the same key acts once
	On     law.Date   // the day that counts in law, zero for today
	Paper  *act.Paper // it was signed on paper and is entered now
	Signer string     // who signed that paper
	Reason string     // why, as the officer gave it
	From   string     // network address
}

// Done is the answer to an act.
type Done struct {
	Answer   string // what the method says it made, e.g. an id; the same again for a repeated key
	Act      int64  // id of the last act, 0 where nothing had to change
	Repeated bool   // the key was answered before; nothing was done now
}

// maxKey bounds an operation key, in bytes.
const maxKey = 128

// errRepeated ends a transaction whose key was answered before.
var errRepeated = errors.New("repeated")

// A hand is the transaction in which somebody acts. It is of use only inside
// the function it is given to.
type hand struct {
	*sql.Tx
	ctx  context.Context
	s    *Store
	by   By
	now  int64    // milliseconds since 1970
	day  law.Date // today, in China
	acts int
	last int64
}

// do is how everything that officers do is kept: fn asks permission, changes
// rows and appends acts; they become durable together with the answer to the
// operation key and the entries of the log, or none of them does. fn may run
// more than once.
func (s *Store) do(ctx context.Context, by By, what string, fn func(h *hand) (answer string, err error)) (Done, error) {
	if len(by.Key) > maxKey {
		return Done{}, fmt.Errorf("store: %s: operation key of %d bytes", what, len(by.Key))
	}
	var d Done
	err := s.tx(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		d = Done{}
		now, err := s.now(ctx, keptTx{s, tx})
		if err != nil {
			return err
		}
		if by.Key != "" {
			res, err := s.exec(ctx, tx, "insert into operation (key, officer, at, answer) values ($1, $2, $3, '') on conflict (key) do nothing", by.Key, by.Viewer.Person, now)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil {
				return err
			} else if n == 0 {
				var officer int64
				if err := tx.QueryRowContext(ctx, "select officer, answer from operation where key = $1", by.Key).Scan(&officer, &d.Answer); err != nil {
					return err
				}
				if officer != by.Viewer.Person {
					return fmt.Errorf("%w: the operation key was used by somebody else", ErrConflict)
				}
				d.Repeated = true
				return errRepeated
			}
		}
		h := &hand{Tx: tx, ctx: ctx, s: s, by: by, now: now, day: law.DateOf(time.UnixMilli(now))}
		if d.Answer, err = fn(h); err != nil {
			return err
		}
		d.Act = h.last
		if by.Key != "" {
			_, err = s.exec(ctx, tx, "update operation set answer = $2 where key = $1", by.Key, d.Answer)
		}
		return err
	})
	if errors.Is(err, errRepeated) {
		return d, nil
	}
	if err != nil {
		return Done{}, err
	}
	return d, nil
}

// ExecContext runs a statement in the transaction, prepared once on SQLite.
func (h *hand) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return h.s.exec(ctx, h.Tx, query, args...)
}

// QueryRowContext asks for one row, which must be scanned before the same query
// is asked again.
func (h *hand) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return h.s.queryRow(ctx, h.Tx, query, args...)
}

// may is a refusal unless the viewer may do this to that.
func (h *hand) may(verb org.Verb, to org.Subject) error {
	if org.May(h.by.Viewer, verb, to) {
		return nil
	}
	return Forbidden(verb)
}

// Forbidden is the refusal of somebody whose posts do not allow the verb.
func Forbidden(verb org.Verb) *act.Refusal {
	return act.Refuse("您的岗位没有这项权限：" + verb.Chinese() + "。如确需办理，请联系本机关公开机构负责人或主管部门调整岗位。")
}

// subject is an organ of the database as the subject of a verb. An organ that
// is not there is ErrNotFound.
func (h *hand) subject(organ int64) (org.Subject, error) {
	x := org.Subject{Organ: organ}
	err := h.QueryRowContext(h.ctx, "select home, path from organ where id = $1", organ).Scan(&x.Home, &x.Path)
	return x, err
}

// note appends an act of the office about ref, done for an organ. What changed
// goes beside it; a change whose old and new value are the same is left out.
func (h *hand) note(kind, ref string, organ int64, refs []string, changes ...act.Change) error {
	d := act.Details{Reason: h.by.Reason, From: h.by.From, Signer: h.by.Signer, Program: h.by.Viewer.ProgramName()}
	b := act.Record{Refs: refs, Paper: h.by.Paper}
	for _, c := range changes {
		if c.Old != c.New {
			d.Changes = append(d.Changes, c)
			b.Fields = append(b.Fields, c.Field)
		}
	}
	return h.append(act.Act{Ref: ref, Kind: kind, Organ: organ, Body: b}, d)
}

// append gives an act its id, number, day, instant and officer, and keeps it
// with its details.
func (h *hand) append(a act.Act, d act.Details) error {
	a.ID, a.Version, a.At, a.Officer, a.On = h.s.NewID(), act.Newest(a.Kind), h.now, h.by.Viewer.Person, h.by.On
	if a.On.IsZero() {
		a.On = h.day
	}
	if err := h.s.keepAct(h.ctx, h.Tx, &a, d); err != nil {
		return err
	}
	h.acts, h.last = h.acts+1, a.ID
	return nil
}

// keepAct numbers an act in the history of its ref and writes it.
func (s *Store) keepAct(ctx context.Context, tx *sql.Tx, a *act.Act, d act.Details) error {
	salt := translog.NewSalt()
	detail := ""
	if r, ok := a.Body.(act.Record); ok && !d.Empty() {
		body, hash, err := d.Seal(salt)
		if err != nil {
			return err
		}
		detail, r.Detail = string(body), hash
		a.Body = r
	}
	if err := s.queryRow(ctx, tx, "select coalesce(max(seq), 0) + 1 from act where ref = $1", a.Ref).Scan(&a.Seq); err != nil {
		return err
	}
	entry, err := a.Entry()
	if err != nil {
		return err
	}
	leaf := translog.LeafHash(translog.Commit(salt, entry))
	_, err = s.exec(ctx, tx, `insert into act (id, ref, seq, kind, version, on_day, at, officer, organ, entry, salt, detail, hash)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, a.Ref, a.Seq, a.Kind, a.Version, a.On.String(), a.At, a.Officer, a.Organ, string(entry), salt, detail, leaf[:])
	return err
}

// scope writes a scope as an SQL condition over the columns given, and appends
// its parameters. path and home are those of the organ a row belongs to, person
// the column of whose own it is, "" if rows are nobody's.
func scope(sc org.Scope, home, path, person string, args *[]any) string {
	if sc.All() {
		return "1 = 1"
	}
	arg := func(v any) string {
		*args = append(*args, v)
		return fmt.Sprintf("$%d", len(*args))
	}
	cond := ""
	or := func(s string) {
		if cond != "" {
			cond += " or "
		}
		cond += s
	}
	for _, id := range sc.Homes() {
		or(home + " = " + arg(id))
	}
	for _, p := range sc.Below() {
		or("(" + path + " > " + arg(p) + " and " + path + " < " + arg(afterPrefix(p)) + ")")
	}
	if sc.Person() != 0 && person != "" {
		or(person + " = " + arg(sc.Person()))
	}
	if cond == "" {
		return "1 = 0"
	}
	return "(" + cond + ")"
}
