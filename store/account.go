package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
)

// An Account is how a person signs in (账号), as the person and those who look
// after accounts see it.
type Account struct {
	Person      int64
	Name        string
	Login       string // "" for one who does not sign in
	Organ       int64
	OrganName   string
	Exists      bool
	Open        bool
	Password    bool  // there is one
	OneTime     bool  // it has to be replaced at the next sign-in
	PasswordSet int64 // milliseconds since 1970
	Factor      bool  // one-time codes are in use
	Recovery    int   // recovery codes left
	Blocked     int64 // no sign-in until then, milliseconds since 1970; 0 for none
	Identities  []Identity
	Version     int64
}

// An Identity is what another system calls a person (统一身份、数字证书).
type Identity struct {
	Issuer  string // of the identity: an OpenID provider's address, a certificate authority
	Subject string // unique there
	Label   string // how its owner recognises it
	Linked  int64  // milliseconds since 1970
}

// AccountRef is the reference of acts on a person's account and sessions. Those
// on logins that nobody has stand under person 0.
func AccountRef(person int64) string { return fmt.Sprintf("account/%d", person) }

// An owner is the person whose account it is, in a transaction.
type owner struct {
	id, organ           int64
	name, login, place  string
	short               string
	at                  org.Subject
	exists, open, owned bool // owned: by who acts
	password            string
	version             int64
}

// owner reads whose account it is, ErrNotFound if there is no such person.
func (h *hand) owner(person int64) (w owner, err error) {
	w.id = person
	err = h.QueryRowContext(h.ctx, `select p.name, p.login, p.organ, o.name, o.short, o.home, o.path, coalesce(a.open, 0), coalesce(a.password, ''), coalesce(a.version, 0)
		from person p join organ o on o.id = p.organ left join account a on a.person = p.id where p.id = $1`, person).
		Scan(&w.name, &w.login, &w.organ, &w.place, &w.short, &w.at.Home, &w.at.Path, &w.open, &w.password, &w.version)
	w.at.Organ, w.at.Person = w.organ, person
	w.exists, w.owned = w.version > 0, person != 0 && h.by.Viewer.Person == person
	return w, err
}

// secure asks for SecureAccounts of somebody else's account, EditSelf of one's
// own.
func (h *hand) secure(w owner) error {
	if w.owned {
		return h.may(org.EditSelf, w.at)
	}
	return h.may(org.SecureAccounts, w.at)
}

// Account returns a person's account: one's own, or those that the viewer may
// open, secure or audit. ErrNotFound for every other: whether a colleague waits
// after wrong attempts is nobody's business.
func (s *Store) Account(ctx context.Context, v org.Viewer, person int64) (Account, error) {
	a := Account{Person: person}
	at := org.Subject{Person: person}
	var factor int
	err := s.read.QueryRowContext(ctx, `select p.name, p.login, p.organ, o.name, o.home, o.path, coalesce(a.open, 0), coalesce(a.password, '') <> '',
			coalesce(a.one_time, 0), coalesce(a.set_at, 0), coalesce(a.factor, 0), coalesce(a.version, 0),
			(select count(*) from account_recovery r where r.person = p.id and r.used_at = 0)
		from person p join organ o on o.id = p.organ left join account a on a.person = p.id where p.id = $1`, person).
		Scan(&a.Name, &a.Login, &a.Organ, &a.OrganName, &at.Home, &at.Path, &a.Open, &a.Password, &a.OneTime, &a.PasswordSet, &factor, &a.Version, &a.Recovery)
	at.Organ = a.Organ
	if err == nil && v.Person != person && !org.May(v, org.OpenAccounts, at) && !org.May(v, org.SecureAccounts, at) && !org.May(v, org.AuditLog, at) {
		err = ErrNotFound
	}
	if err != nil {
		return Account{}, fmt.Errorf("store: account %d: %w", person, s.dialect.translate(err))
	}
	a.Exists, a.Factor = a.Version > 0, factor == factorOn
	now, err := s.now(ctx, s.read)
	if err != nil {
		return Account{}, fmt.Errorf("store: account %d: %w", person, err)
	}
	err = s.read.QueryRowContext(ctx, "select blocked from attempt where name = $1 and blocked > $2", attemptOf(a.Login), now).Scan(&a.Blocked)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Account{}, fmt.Errorf("store: account %d: %w", person, err)
	}
	a.Identities, err = s.identities(ctx, person)
	return a, err
}

// passwordOf hashes a password that is going to be kept. The program may set
// what it likes; for everybody else an easy one is refused.
func (s *Store) passwordOf(ctx context.Context, by By, person int64, login, password string) (string, error) {
	if by.Viewer.ProgramName() == "" {
		var old, name, organ, short string
		err := s.read.QueryRowContext(ctx, "select p.login, p.name, o.name, o.short from person p join organ o on o.id = p.organ where p.id = $1", person).Scan(&old, &name, &organ, &short)
		if err != nil {
			return "", s.dialect.translate(err)
		}
		if login == "" {
			login = old
		}
		if err := account.CheckPassword(password, login, name, organ, short); err != nil {
			return "", act.Refuse(err.Error())
		}
	}
	return s.hasher.Hash(ctx, password)
}

// OpenAccount lets a person sign in (开通账号) with a password that he has to
// replace the first time. A login already recorded may be left empty. It needs
// OpenAccounts at the person's organ and wherever the person holds a post, and
// SecureAccounts if one of the posts watches over others.
func (s *Store) OpenAccount(ctx context.Context, by By, person int64, login, oneTimePassword string) (Done, error) {
	hash, err := s.passwordOf(ctx, by, person, login, oneTimePassword)
	if err != nil {
		return Done{}, fmt.Errorf("store: open account: %w", err)
	}
	return s.do(ctx, by, "open account", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.mayOpen(w); err != nil {
			return "", err
		}
		if w.exists && w.open {
			return "", act.Refuse("“" + w.name + "”的账号已经开通。忘记口令请由安全管理员重置。")
		}
		if login == "" {
			login = w.login
		}
		if err := (org.Person{Name: w.name, Organ: w.organ, Login: login}).Check(); err != nil {
			return "", act.Refuse(err.Error())
		}
		if login == "" {
			return "", act.Refuse("请先填写账号：2至32位小写字母、数字、点、横线，以字母或数字开头。")
		}
		if login != w.login {
			p, _, err := h.person(person)
			if err != nil {
				return "", err
			}
			p.Login = login
			if err := h.freeLogin(p); err != nil {
				return "", err
			}
			if _, err := h.ExecContext(h.ctx, "update person set login = $2, search = $3, version = version + 1, saved_at = $4 where id = $1", person, login, personSearch(p), h.now); err != nil {
				return "", err
			}
		}
		_, err = h.ExecContext(h.ctx, `insert into account (person, open, password, one_time, set_at, factor, secret, used, version) values ($1, 1, $2, 1, $3, 0, $4, 0, 1)
			on conflict (person) do update set open = 1, password = excluded.password, one_time = 1, set_at = excluded.set_at, version = account.version + 1`,
			person, hash, h.now, []byte{})
		if err != nil {
			return "", err
		}
		return "", h.note(act.AccountOpened, AccountRef(person), w.organ, []string{fmt.Sprintf("person/%d", person)}, act.Change{Field: "账号", New: login})
	})
}

// mayOpen keeps people from becoming somebody with more power by opening his
// account and signing in with the password they gave it.
func (h *hand) mayOpen(w owner) error {
	if err := h.may(org.OpenAccounts, w.at); err != nil {
		if !org.May(h.by.Viewer, org.SecureAccounts, w.at) {
			return err
		}
	}
	rows, err := h.QueryContext(h.ctx, `select p.role, o.id, o.home, o.path from post p join organ o on o.id = p.organ
		where p.person = $1 and (p.valid_to = '' or p.valid_to >= $2)`, w.id, h.day.String())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var role org.Role
		var at org.Subject
		if err := rows.Scan(&role, &at.Organ, &at.Home, &at.Path); err != nil {
			return err
		}
		v := h.by.Viewer
		ok := org.May(v, org.SecureAccounts, at) || org.May(v, org.SecureAccounts, w.at)
		if !ok && !role.Guarding() {
			ok = org.May(v, org.OpenAccounts, at)
			if org.ReachOf(role, org.SeeOrgan)&org.Below != 0 {
				ok = ok && org.May(v, org.OpenAccounts, org.Subject{Path: at.Path + "0/"})
			}
		}
		if !ok {
			return act.Refuse("“" + w.name + "”担任“" + role.Chinese() + "”，这个岗位的账号应由安全管理员开通。")
		}
	}
	return rows.Err()
}

// CloseAccount ends a person's signing in and every session (停用账号). It
// needs OpenAccounts or SecureAccounts at the person's organ.
func (s *Store) CloseAccount(ctx context.Context, by By, person int64) (Done, error) {
	return s.do(ctx, by, "close account", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		switch {
		case w.owned:
			return "", act.Refuse("不能停用本人的账号，请由其他管理人员办理。")
		case !org.May(h.by.Viewer, org.SecureAccounts, w.at):
			if err := h.mayOpen(w); err != nil {
				return "", err
			}
		}
		if !w.open {
			return "", act.Refuse("“" + w.name + "”没有开通账号，不需要停用。")
		}
		if _, err := h.ExecContext(h.ctx, "update account set open = 0, version = version + 1 where person = $1", person); err != nil {
			return "", err
		}
		if _, err := h.endSessions(w, 0); err != nil {
			return "", err
		}
		return "", h.note(act.AccountClosed, AccountRef(person), w.organ, nil)
	})
}

// SetPassword sets a password. One's own needs EditSelf; the session keep stays
// and every other of the person ends. Somebody else's needs SecureAccounts: it
// has to be replaced at the next sign-in, and every session ends. What the
// program sets need not be replaced.
func (s *Store) SetPassword(ctx context.Context, by By, person int64, password string, keep int64) (Done, error) {
	hash, err := s.passwordOf(ctx, by, person, "", password)
	if err != nil {
		return Done{}, fmt.Errorf("store: set password: %w", err)
	}
	return s.do(ctx, by, "set password", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.secure(w); err != nil {
			return "", err
		}
		if !w.open {
			return "", act.Refuse("“" + w.name + "”还没有开通账号，请先开通。")
		}
		oneTime := 1
		if w.owned || h.by.Viewer.ProgramName() != "" {
			oneTime = 0
		} else {
			keep = 0
		}
		if _, err := h.ExecContext(h.ctx, "update account set password = $2, one_time = $3, set_at = $4, version = version + 1 where person = $1", person, hash, oneTime, h.now); err != nil {
			return "", err
		}
		if _, err := h.endSessions(w, keep); err != nil {
			return "", err
		}
		how := "本人设置"
		if !w.owned {
			how = "由他人重置"
		}
		return "", h.note(act.PasswordSet, AccountRef(person), w.organ, nil, act.Change{Field: "口令", New: how})
	})
}

// UnlockAccount lets somebody try again at once who waits after wrong attempts
// (解除锁定). It needs SecureAccounts.
func (s *Store) UnlockAccount(ctx context.Context, by By, person int64) (Done, error) {
	return s.do(ctx, by, "unlock account", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.may(org.SecureAccounts, w.at); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "delete from attempt where name = $1", attemptOf(w.login))
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err // nobody was waiting
		}
		return "", h.note(act.AccountUnlocked, AccountRef(person), w.organ, nil)
	})
}
