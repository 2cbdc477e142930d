package store

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
)

// A Session is one place where a person is signed in (登录会话). The instants
// are milliseconds since 1970.
type Session struct {
	ID      int64
	Person  int64
	Whole   bool // false: the second factor is missing, and the person may do nothing yet
	Began   int64
	Seen    int64 // last request, to a minute
	Sure    int64 // when the person last proved who he is
	Ends    int64 // at the latest
	How     string
	Device  string // as the browser names itself, shortened
	Address string // of the last request that was noted
	Now     int64  // the store's clock as the session was read

	// Of the account, as the session was read; not in lists.
	OneTime     bool
	HasPassword bool
	PasswordSet int64
	Factor      bool
}

// A Beginning is a session that begins.
type Beginning struct {
	Person   int64
	Login    string // whose attempts are forgiven; "" if none was counted
	Whole    bool
	How      string // Chinese: 口令, 口令和动态口令, 统一身份认证 …
	Device   string
	Replaces int64 // session that ends with it, 0 for none; its end stays the end
	Confirms bool  // the person was signed in already and proved again who he is
	Rules    account.Rules
}

const (
	maxDevice   = 200 // characters
	maxSessions = 20  // of one person; the oldest ends
	seenEvery   = 60_000
)

// BeginSession signs a person in, and returns the token that the cookie holds;
// only its hash is kept. A session that replaces another has a new token.
func (s *Store) BeginSession(ctx context.Context, b Beginning, from string) (token string, x Session, err error) {
	token, hash := account.Token()
	by := By{Viewer: org.Viewer{Person: b.Person}, From: from}
	_, err = s.do(ctx, by, "begin session", func(h *hand) (string, error) {
		w, err := h.owner(b.Person)
		if err != nil {
			return "", err
		}
		if !w.open {
			return "", fmt.Errorf("%w: account of person %d", ErrNotFound, b.Person)
		}
		x = Session{ID: s.NewID(), Person: b.Person, Whole: b.Whole, Began: h.now, Seen: h.now, Sure: h.now, Ends: h.now + b.Rules.Longest.Milliseconds(),
			How: b.How, Device: shorten(b.Device, maxDevice), Address: shorten(from, 64), Now: h.now}
		if b.Replaces != 0 {
			// Two tabs that confirm at once: one finds the other's session instead of its own.
			var was Session
			err := h.QueryRowContext(h.ctx, "delete from session where id = $1 and person = $2 returning began, ends, how, whole", b.Replaces, b.Person).
				Scan(&was.Began, &was.Ends, &was.How, &was.Whole)
			if err != nil {
				return "", err
			}
			if b.Confirms {
				x.Began, x.Ends, x.How = was.Began, was.Ends, was.How
			}
		}
		if !b.Whole {
			x.Sure, x.Ends = 0, h.now+pendingFor.Milliseconds()
		}
		_, err = h.ExecContext(h.ctx, `insert into session (id, hash, person, whole, began, seen, sure, idle, ends, how, device, address)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, x.ID, hash, x.Person, flag(x.Whole), x.Began, x.Seen, x.Sure, b.Rules.Idle.Milliseconds(), x.Ends, x.How, x.Device, x.Address)
		if err != nil {
			return "", err
		}
		_, err = h.ExecContext(h.ctx, `delete from session where ends < $1 or seen + idle < $1 or person = $2 and id not in
			(select id from session where person = $2 order by began desc, id desc limit $3)`, h.now, b.Person, maxSessions)
		if err != nil {
			return "", err
		}
		if b.Login != "" {
			if err := h.refund(b.Login, from, b.Whole); err != nil {
				return "", err
			}
		}
		switch {
		case !b.Whole:
			return "", nil
		case b.Confirms:
			return "", h.note(act.Confirmed, AccountRef(b.Person), w.organ, nil, act.Change{Field: "方式", New: b.How})
		}
		return "", h.note(act.SignedIn, AccountRef(b.Person), w.organ, nil, act.Change{Field: "方式", New: x.How}, act.Change{Field: "设备", New: x.Device})
	})
	return token, x, err
}

// pendingFor is how long somebody may look for the phone with the second factor.
const pendingFor = 5 * time.Minute

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// shorten keeps the beginning of a text that somebody else wrote, without what
// PostgreSQL does not take.
func shorten(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}

const sessionColumns = "s.id, s.person, s.whole, s.began, s.seen, s.sure, s.ends, s.how, s.device, s.address"

func (x *Session) dest() []any {
	return []any{&x.ID, &x.Person, &x.Whole, &x.Began, &x.Seen, &x.Sure, &x.Ends, &x.How, &x.Device, &x.Address}
}

// Session is the session of a token. ErrNotFound if there is none, if it has
// ended by time, or if the account is closed.
func (s *Store) Session(ctx context.Context, token string) (Session, error) {
	now := "(" + s.dialect.now + ")"
	if s.clock != nil {
		now = fmt.Sprint(s.clock().UnixMilli())
	}
	var x Session
	var idle int64
	var factor int
	err := s.read.QueryRowContext(ctx, "select "+sessionColumns+", idle, "+now+`, a.one_time, a.password <> '', a.set_at, a.factor
		from session s join account a on a.person = s.person where s.hash = $1 and a.open = 1`, account.TokenHash(token)).
		Scan(append(x.dest(), &idle, &x.Now, &x.OneTime, &x.HasPassword, &x.PasswordSet, &factor)...)
	x.Factor = factor == factorOn
	if err == nil && (x.Now >= x.Ends || x.Now >= x.Seen+idle) {
		err = ErrNotFound
	}
	if err != nil {
		return Session{}, fmt.Errorf("store: session: %w", s.dialect.translate(err))
	}
	return x, nil
}

// TouchSession notes that a session is in use. It writes at most once a minute.
func (s *Store) TouchSession(ctx context.Context, x Session, address string) error {
	if x.Now < x.Seen+seenEvery {
		return nil
	}
	return s.alone(ctx, "touch session", "update session set seen = $2, address = $3 where id = $1 and seen < $2", x.ID, x.Now, shorten(address, 64))
}

// Sessions lists where a person is signed in, newest first. One's own, or
// anybody's within SecureAccounts.
func (s *Store) Sessions(ctx context.Context, v org.Viewer, person int64) ([]Session, error) {
	at := org.Subject{Person: person}
	err := s.read.QueryRowContext(ctx, "select o.id, o.home, o.path from person p join organ o on o.id = p.organ where p.id = $1", person).Scan(&at.Organ, &at.Home, &at.Path)
	if err != nil {
		return nil, fmt.Errorf("store: sessions of %d: %w", person, s.dialect.translate(err))
	}
	if v.Person != person && !org.May(v, org.SecureAccounts, at) {
		return nil, fmt.Errorf("store: sessions of %d: %w", person, Forbidden(org.SecureAccounts))
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return nil, fmt.Errorf("store: sessions of %d: %w", person, err)
	}
	rows, err := s.read.QueryContext(ctx, "select "+sessionColumns+" from session s where s.person = $1 and s.whole = 1 and s.ends > $2 and s.seen + s.idle > $2 order by s.began desc, s.id desc", person, now)
	if err != nil {
		return nil, fmt.Errorf("store: sessions of %d: %w", person, err)
	}
	defer rows.Close()
	var out []Session
	for rows.Next() {
		x := Session{Now: now}
		if err := rows.Scan(x.dest()...); err != nil {
			return nil, fmt.Errorf("store: sessions of %d: %w", person, err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// endSessions ends every session of a person but one, and returns how many.
func (h *hand) endSessions(w owner, keep int64) (int64, error) {
	res, err := h.ExecContext(h.ctx, "delete from session where person = $1 and id <> $2", w.id, keep)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// EndSession signs out (退出).
func (s *Store) EndSession(ctx context.Context, by By, session int64) (Done, error) {
	return s.do(ctx, by, "end session", func(h *hand) (string, error) {
		var whole bool
		err := h.QueryRowContext(h.ctx, "delete from session where id = $1 and person = $2 returning whole", session, by.Viewer.Person).Scan(&whole)
		if notFound(err) == ErrNotFound || err == nil && !whole {
			return "", nil // it has ended already, or never quite began
		}
		if err != nil {
			return "", err
		}
		w, err := h.owner(by.Viewer.Person)
		if err != nil {
			return "", err
		}
		return "", h.note(act.SignedOut, AccountRef(w.id), w.organ, nil)
	})
}

// RevokeSessions ends sessions of a person (注销登录), all but one's present
// one if none is named. One's own, or anybody's within SecureAccounts.
func (s *Store) RevokeSessions(ctx context.Context, by By, person int64, present int64, sessions ...int64) (Done, error) {
	return s.do(ctx, by, "revoke sessions", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.secure(w); err != nil {
			return "", err
		}
		if !w.owned {
			present = 0
		}
		var n int64
		if len(sessions) == 0 {
			if n, err = h.endSessions(w, present); err != nil {
				return "", err
			}
		}
		for _, id := range sessions {
			res, err := h.ExecContext(h.ctx, "delete from session where person = $1 and id = $2", person, id)
			if err != nil {
				return "", err
			}
			k, err := res.RowsAffected()
			if err != nil {
				return "", err
			}
			n += k
		}
		if n == 0 {
			return "0", nil
		}
		return fmt.Sprint(n), h.note(act.SessionRevoked, AccountRef(person), w.organ, nil, act.Change{Field: "登录", New: fmt.Sprintf("%d处", n)})
	})
}
