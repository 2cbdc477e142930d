package store

import (
	"context"
	"fmt"

	"gongkai/account"
	"gongkai/act"
)

// identities lists what other systems call a person.
func (s *Store) identities(ctx context.Context, person int64) ([]Identity, error) {
	rows, err := s.read.QueryContext(ctx, "select issuer, subject, label, linked_at from account_identity where person = $1 order by issuer, subject", person)
	if err != nil {
		return nil, fmt.Errorf("store: identities: %w", err)
	}
	defer rows.Close()
	var out []Identity
	for rows.Next() {
		var x Identity
		if err := rows.Scan(&x.Issuer, &x.Subject, &x.Label, &x.Linked); err != nil {
			return nil, fmt.Errorf("store: identities: %w", err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// Bounds of what another system calls a person, in bytes.
const maxIdentity = 255

// plainIdentity reports whether an identity can be kept as it is: it is compared
// to the byte, so that nothing in it may be lost.
func plainIdentity(x Identity) bool {
	return x.Issuer != "" && x.Subject != "" && len(x.Issuer) <= maxIdentity && len(x.Subject) <= maxIdentity &&
		shorten(x.Issuer, maxIdentity) == x.Issuer && shorten(x.Subject, maxIdentity) == x.Subject
}

// CredentialsByIdentity are those of the open account that an identity is
// linked to. ErrNotFound for every other: an account is never made for one.
func (s *Store) CredentialsByIdentity(ctx context.Context, issuer, subject string) (Credentials, error) {
	x := Identity{Issuer: issuer, Subject: subject}
	if !plainIdentity(x) {
		return Credentials{}, fmt.Errorf("store: identity: %w", ErrNotFound)
	}
	var person int64
	if err := s.read.QueryRowContext(ctx, "select person from account_identity where issuer = $1 and subject = $2", issuer, subject).Scan(&person); err != nil {
		return Credentials{}, fmt.Errorf("store: identity: %w", s.dialect.translate(err))
	}
	return s.CredentialsOf(ctx, person)
}

// LinkIdentity links an identity to a person (绑定统一身份): oneself, who has
// just proved to have it, or anybody within SecureAccounts. One that is linked
// to somebody else is refused.
func (s *Store) LinkIdentity(ctx context.Context, by By, person int64, x Identity) (Done, error) {
	return s.do(ctx, by, "link identity", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.secure(w); err != nil {
			return "", err
		}
		if !plainIdentity(x) {
			return "", act.Refuse("身份提供方或身份标识是空的，或者超过255个字节。")
		}
		if !w.open {
			return "", act.Refuse("“" + w.name + "”还没有开通账号，请先开通。")
		}
		var has int64
		err = h.QueryRowContext(h.ctx, "insert into account_identity (issuer, subject, person, label, linked_at) values ($1, $2, $3, $4, $5) on conflict (issuer, subject) do update set label = account_identity.label returning person",
			x.Issuer, x.Subject, person, shorten(x.Label, 100), h.now).Scan(&has)
		if err != nil {
			return "", err
		}
		if has != person {
			return "", act.Refuse("这个身份已经绑定在别人的账号上。请先由安全管理员解除。")
		}
		return "", h.note(act.IdentityLinked, AccountRef(person), w.organ, nil, act.Change{Field: "统一身份", New: shorten(x.Label, 100)}, act.Change{Field: "身份提供方", New: x.Issuer})
	})
}

// UnlinkIdentity takes a link away: one's own, or anybody's within
// SecureAccounts. The last way to sign in cannot be taken by oneself.
func (s *Store) UnlinkIdentity(ctx context.Context, by By, person int64, issuer, subject string) (Done, error) {
	return s.do(ctx, by, "unlink identity", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.secure(w); err != nil {
			return "", err
		}
		if w.owned && w.password == "" {
			return "", act.Refuse("解除以后就没有办法登录了。请先设置口令。")
		}
		var label string
		err = h.QueryRowContext(h.ctx, "delete from account_identity where issuer = $1 and subject = $2 and person = $3 returning label", issuer, subject, person).Scan(&label)
		if notFound(err) == ErrNotFound {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		return "", h.note(act.IdentityUnlinked, AccountRef(person), w.organ, nil, act.Change{Field: "统一身份", Old: label}, act.Change{Field: "身份提供方", Old: issuer})
	})
}

// SignInRules are what the instance has decided about signing in.
func (s *Store) SignInRules(ctx context.Context) (account.Rules, error) {
	list, err := s.Settings(ctx, 0)
	if err != nil {
		return account.Rules{}, err
	}
	values := map[string]string{}
	for _, x := range list {
		values[x.Name] = x.Value
	}
	return account.Decided(func(name string) string { return values[name] }), nil
}
