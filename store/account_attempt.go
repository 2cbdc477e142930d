package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// Credentials are what somebody who signs in is compared with. Those of nobody
// are the zero value, and take as long to refuse.
type Credentials struct {
	Person      int64
	Name        string
	Login       string
	Organ       int64
	OneTime     bool
	HasPassword bool
	PasswordSet int64 // milliseconds since 1970
	Factor      bool  // one-time codes are in use
	Now         int64 // milliseconds since 1970, by the store's clock
	password    string
}

const credentialsSQL = `select p.id, p.name, p.login, p.organ, a.one_time, a.password, a.set_at, a.factor
	from person p join account a on a.person = p.id
	where a.open = 1 and (p.valid_from = '' or p.valid_from <= $1) and (p.valid_to = '' or p.valid_to >= $1)`

func (s *Store) credentials(ctx context.Context, cond string, arg any) (Credentials, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return Credentials{}, fmt.Errorf("store: credentials: %w", err)
	}
	c := Credentials{Now: now}
	var factor int
	err = s.read.QueryRowContext(ctx, credentialsSQL+" and "+cond, law.DateOf(time.UnixMilli(now)).String(), arg).
		Scan(&c.Person, &c.Name, &c.Login, &c.Organ, &c.OneTime, &c.password, &c.PasswordSet, &factor)
	if err != nil {
		return Credentials{}, fmt.Errorf("store: credentials: %w", s.dialect.translate(err))
	}
	c.HasPassword, c.Factor = c.password != "", factor == factorOn
	return c, nil
}

// Credentials are those of an open account whose person works today, by login.
// ErrNotFound for every other login.
func (s *Store) Credentials(ctx context.Context, login string) (Credentials, error) {
	if !plainLogin(login) {
		return Credentials{}, fmt.Errorf("store: credentials: %w", ErrNotFound)
	}
	return s.credentials(ctx, "p.login = $2 and p.login <> ''", login)
}

// CredentialsOf is Credentials by person.
func (s *Store) CredentialsOf(ctx context.Context, person int64) (Credentials, error) {
	return s.credentials(ctx, "p.id = $2", person)
}

// plainLogin keeps what can be no login away from the database.
func plainLogin(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == ""
}

// CheckPassword reports whether the password is that of the account. It takes
// the same time for credentials of nobody. A hash of older parameters is made
// anew. account.ErrBusy if too many are being checked.
func (s *Store) CheckPassword(ctx context.Context, c Credentials, password string) (bool, error) {
	if len(password) > 4*account.MaxPassword {
		password = "" // nobody's; hashing it would only cost time
	}
	ok, stale, err := s.hasher.Verify(ctx, c.password, password)
	if err != nil {
		return false, fmt.Errorf("store: check password: %w", err)
	}
	if ok && stale {
		hash, err := s.hasher.Hash(ctx, password)
		if err == nil {
			err = s.alone(ctx, "rehash", "update account set password = $2 where person = $1 and password = $3", c.Person, hash, c.password)
		}
		if err != nil && ctx.Err() == nil {
			return true, nil // the old hash is as good for today
		}
	}
	return ok, nil
}

// attemptOf is the name under which attempts at a login are counted. People
// type their password there, so that it is kept as a hash.
func attemptOf(login string) string {
	h := sha256.Sum256([]byte("login " + login))
	return "login/" + hex.EncodeToString(h[:16])
}

func attemptFrom(address string) string {
	if len(address) > 64 {
		address = address[:64]
	}
	return "address/" + strings.ToValidUTF8(strings.ReplaceAll(address, "\x00", ""), "")
}

// A wrong attempt is forgiven after this long, milliseconds.
const (
	forgiveLogin   = 60 * 60_000
	forgiveAddress = 60_000
)

// ChargeAttempt counts an attempt to sign in before it is made, at the login
// and at the address, so that many at once are not free; success takes it back.
// It returns how long to wait if either has to wait: then nothing is counted
// and the attempt must not be made.
func (s *Store) ChargeAttempt(ctx context.Context, login, address string, r account.Rules) (wait time.Duration, err error) {
	by := By{Viewer: org.Program("登录")}
	_, err = s.do(ctx, by, "charge attempt", func(h *hand) (string, error) {
		wait = 0
		type count struct {
			name             string
			n, at, until     int64
			forgive          int64
			free             int
			failures, blocks int64
		}
		counts := []count{{name: attemptOf(login), forgive: forgiveLogin, free: r.AccountFree}, {name: attemptFrom(address), forgive: forgiveAddress, free: r.AddressFree}}
		for i := range counts {
			c := &counts[i]
			// The update changes nothing but holds the row until the end.
			err := h.QueryRowContext(h.ctx, `insert into attempt (name, n, at, blocked) values ($1, 0, $2, 0)
				on conflict (name) do update set n = attempt.n returning n, at, blocked`, c.name, h.now).Scan(&c.n, &c.at, &c.until)
			if err != nil {
				return "", err
			}
			wait = max(wait, time.Duration(c.until-h.now)*time.Millisecond)
		}
		if wait > 0 {
			return "", nil
		}
		for _, c := range counts {
			c.failures = max(0, c.n-(h.now-c.at)/c.forgive) + 1
			c.blocks = h.now + account.Backoff(int(c.failures), c.free).Milliseconds()
			if _, err := h.ExecContext(h.ctx, "update attempt set n = $2, at = $3, blocked = $4 where name = $1", c.name, c.failures, h.now, c.blocks); err != nil {
				return "", err
			}
		}
		_, err := h.ExecContext(h.ctx, "delete from attempt where at < $1 and blocked < $1", h.now-24*60*60_000)
		return "", err
	})
	return max(wait, 0), err
}

// refund takes one attempt back from the address, and all from the login once
// somebody is wholly signed in.
func (h *hand) refund(login, address string, whole bool) error {
	if _, err := h.ExecContext(h.ctx, "update attempt set n = n - 1, blocked = 0 where name = $1 and n > 0", attemptFrom(address)); err != nil {
		return err
	}
	query := "update attempt set n = n - 1, blocked = 0 where name = $1 and n > 0"
	if whole {
		query = "delete from attempt where name = $1"
	}
	_, err := h.ExecContext(h.ctx, query, attemptOf(login))
	return err
}

// ForgiveAttempt takes a charged attempt back that was right, or that could not
// be made; of a login all of them, if it was right.
func (s *Store) ForgiveAttempt(ctx context.Context, login, address string, right bool) error {
	_, err := s.do(ctx, By{}, "forgive attempt", func(h *hand) (string, error) { return "", h.refund(login, address, right) })
	return err
}

// RefuseAttempt notes that a charged attempt failed; person is 0 for a login
// that nobody has. Refusals become acts by the minute (see FlushRefusals), so
// that whoever tries many cannot fill the log; that an account is locked is an
// act at once.
func (s *Store) RefuseAttempt(ctx context.Context, login string, person int64, address string) error {
	by := By{Viewer: org.Program("登录"), From: address}
	_, err := s.do(ctx, by, "refuse attempt", func(h *hand) (string, error) {
		minute := h.now / 60_000
		var addresses string
		err := h.QueryRowContext(h.ctx, `insert into account_refusal (person, minute, n, addresses) values ($1, $2, 1, '')
			on conflict (person, minute) do update set n = account_refusal.n + 1 returning addresses`, person, minute).Scan(&addresses)
		if err != nil {
			return "", err
		}
		if a := strings.TrimPrefix(attemptFrom(address), "address/"); !strings.Contains("、"+addresses+"、", "、"+a+"、") && len(addresses) < 200 {
			if addresses != "" {
				a = addresses + "、" + a
			}
			if _, err := h.ExecContext(h.ctx, "update account_refusal set addresses = $3 where person = $1 and minute = $2", person, minute, a); err != nil {
				return "", err
			}
		}
		if person != 0 {
			if err := h.noteLock(person, login); err != nil {
				return "", err
			}
		}
		return "", h.flushRefusals(minute)
	})
	return err
}

// noteLock writes the act of an account that has to wait.
func (h *hand) noteLock(person int64, login string) error {
	var until, organ int64
	err := h.QueryRowContext(h.ctx, `select coalesce(max(t.blocked), 0), coalesce(max(p.organ), 0) from attempt t, person p where t.name = $1 and p.id = $2`,
		attemptOf(login), person).Scan(&until, &organ)
	if err != nil || until <= h.now {
		return err
	}
	minutes := (until - h.now + 59_999) / 60_000
	return h.note(act.AccountLocked, AccountRef(person), organ, nil, act.Change{Field: "锁定", New: fmt.Sprintf("%d分钟", minutes)})
}

// flushRefusals writes the acts of refusals before the minute, some at a time.
func (h *hand) flushRefusals(minute int64) error {
	rows, err := h.QueryContext(h.ctx, `delete from account_refusal where (person, minute) in (select person, minute from account_refusal where minute < $1 order by minute limit 50)
		returning person, minute, n, addresses`, minute)
	if err != nil {
		return err
	}
	defer rows.Close()
	type refusal struct {
		person, minute, n int64
		addresses         string
	}
	var list []refusal
	for rows.Next() {
		var r refusal
		if err := rows.Scan(&r.person, &r.minute, &r.n, &r.addresses); err != nil {
			return err
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := rows.Close(); err != nil {
		return err
	}
	for _, r := range list {
		// Logins that nobody has are a matter of the whole instance: of its top.
		var organ int64
		query := "select coalesce((select organ from person where id = $1), 0)"
		if r.person == 0 {
			query = "select coalesce(min(id), $1) from organ where parent is null"
		}
		if err := h.QueryRowContext(h.ctx, query, r.person).Scan(&organ); err != nil {
			return err
		}
		at := time.UnixMilli(r.minute * 60_000).In(law.Beijing).Format("2006-01-02 15:04")
		was := h.by
		h.by = By{Viewer: org.Program("登录"), From: r.addresses}
		err := h.note(act.SignInRefused, AccountRef(r.person), organ, nil, act.Change{Field: "次数", New: fmt.Sprint(r.n)}, act.Change{Field: "时间", New: at})
		h.by = was
		if err != nil {
			return err
		}
	}
	return nil
}

// FlushRefusals writes the acts of refused attempts whose minute is over. A
// worker calls it now and then; refusals that come later do so too.
func (s *Store) FlushRefusals(ctx context.Context) error {
	var some bool
	if err := s.read.QueryRowContext(ctx, "select exists (select 1 from account_refusal)").Scan(&some); err != nil || !some {
		return err
	}
	_, err := s.do(ctx, By{Viewer: org.Program("登录")}, "flush refusals", func(h *hand) (string, error) {
		return "", h.flushRefusals(h.now / 60_000)
	})
	return err
}

// alone runs one statement that is no act.
func (s *Store) alone(ctx context.Context, what, query string, args ...any) error {
	_, err := s.do(ctx, By{}, what, func(h *hand) (string, error) {
		_, err := h.ExecContext(h.ctx, query, args...)
		return "", err
	})
	return err
}
