package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
)

// The states of a second factor.
const (
	factorNone    = 0
	factorPending = 1 // the secret is shown, the first code is awaited
	factorOn      = 2
)

// purposeCodes is what the secrets of one-time codes are encrypted for.
const purposeCodes = "account codes"

// StartFactor draws the secret of one-time codes for oneself (动态口令). It is
// in use only after FinishFactor; until then starting again draws another. It
// returns ErrNoSecret where the store has no key to encrypt it with.
func (s *Store) StartFactor(ctx context.Context, by By) (Done, error) {
	person := by.Viewer.Person
	sealed, err := s.seal(purposeCodes, AccountRef(person), account.NewSecret())
	if err != nil {
		return Done{}, fmt.Errorf("store: start factor: %w", err)
	}
	return s.do(ctx, by, "start factor", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditSelf, w.at); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update account set factor = $2, secret = $3, used = 0 where person = $1 and open = 1 and factor <> $4", person, factorPending, sealed, factorOn)
		if one(res, err) != nil {
			return "", act.Refuse("动态口令已经启用。要更换手机，请先停用，再重新启用。")
		}
		return "", nil
	})
}

// FactorSecret is the secret that is being set up by the viewer himself, or
// ErrNotFound.
func (s *Store) FactorSecret(ctx context.Context, v org.Viewer) ([]byte, error) {
	secret, _, err := s.factorSecret(ctx, s.read, v.Person, factorPending)
	if err != nil {
		return nil, fmt.Errorf("store: factor: %w", s.dialect.translate(err))
	}
	return secret, nil
}

func (s *Store) factorSecret(ctx context.Context, q asker, person int64, state int) (secret []byte, used int64, err error) {
	var sealed []byte
	if err := q.QueryRowContext(ctx, "select secret, used from account where person = $1 and open = 1 and factor = $2", person, state).Scan(&sealed, &used); err != nil {
		return nil, 0, err
	}
	secret, err = s.unseal(purposeCodes, AccountRef(person), sealed)
	return secret, used, err
}

// FinishFactor puts one-time codes in use, once the first code is right, and
// returns the recovery codes: they are told this one time. A wrong code is a
// refusal.
func (s *Store) FinishFactor(ctx context.Context, by By, code string) (recovery []string, d Done, err error) {
	recovery = account.NewRecovery()
	person := by.Viewer.Person
	d, err = s.do(ctx, by, "finish factor", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditSelf, w.at); err != nil {
			return "", err
		}
		secret, used, err := s.factorSecret(h.ctx, h.Tx, person, factorPending)
		if err != nil {
			return "", err
		}
		n, ok := account.MatchCode(secret, code, time.UnixMilli(h.now), used)
		if !ok {
			return "", act.Refuse("动态码不正确。请等手机上出现下一个6位数字再填；如果一直不对，请检查手机的时间。")
		}
		if _, err := h.ExecContext(h.ctx, "update account set factor = $2, used = $3, version = version + 1 where person = $1", person, factorOn, n); err != nil {
			return "", err
		}
		if err := h.keepRecovery(person, recovery); err != nil {
			return "", err
		}
		return "", h.note(act.SecondFactorOn, AccountRef(person), w.organ, nil)
	})
	if err != nil || d.Repeated {
		recovery = nil
	}
	return recovery, d, err
}

func (h *hand) keepRecovery(person int64, codes []string) error {
	if _, err := h.ExecContext(h.ctx, "delete from account_recovery where person = $1", person); err != nil {
		return err
	}
	for _, c := range codes {
		if _, err := h.ExecContext(h.ctx, "insert into account_recovery (person, hash, used_at) values ($1, $2, 0)", person, account.RecoveryHash(person, c)); err != nil {
			return err
		}
	}
	return nil
}

// NewRecovery replaces one's own recovery codes and tells the new ones.
func (s *Store) NewRecovery(ctx context.Context, by By) (codes []string, d Done, err error) {
	codes = account.NewRecovery()
	person := by.Viewer.Person
	d, err = s.do(ctx, by, "new recovery codes", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditSelf, w.at); err != nil {
			return "", err
		}
		var factor int
		if err := h.QueryRowContext(h.ctx, "select factor from account where person = $1", person).Scan(&factor); err != nil {
			return "", err
		}
		if factor != factorOn {
			return "", act.Refuse("还没有启用动态口令，不需要备用码。")
		}
		if err := h.keepRecovery(person, codes); err != nil {
			return "", err
		}
		return "", h.note(act.RecoveryRenewed, AccountRef(person), w.organ, nil)
	})
	if err != nil || d.Repeated {
		codes = nil
	}
	return codes, d, err
}

// DropFactor takes one-time codes out of use: one's own, or anybody's within
// SecureAccounts.
func (s *Store) DropFactor(ctx context.Context, by By, person int64) (Done, error) {
	return s.do(ctx, by, "drop factor", func(h *hand) (string, error) {
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		if err := h.secure(w); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update account set factor = 0, secret = $2, used = 0, version = version + 1 where person = $1 and factor = $3", person, []byte{}, factorOn)
		if err != nil {
			return "", err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return "", err
		}
		if err := h.keepRecovery(person, nil); err != nil {
			return "", err
		}
		return "", h.note(act.SecondFactorOff, AccountRef(person), w.organ, nil)
	})
}

// PassFactor takes a one-time code or a recovery code, each of which counts
// once, whichever instance it is given to. how is 动态口令 or 备用码, "" if the
// code is wrong. It returns ErrSealed if the secret was encrypted under another
// key.
func (s *Store) PassFactor(ctx context.Context, person int64, code, from string) (how string, err error) {
	by := By{Viewer: org.Viewer{Person: person}, From: from}
	_, err = s.do(ctx, by, "pass factor", func(h *hand) (string, error) {
		how = ""
		secret, used, err := s.factorSecret(h.ctx, h.Tx, person, factorOn)
		lost := errors.Is(err, ErrNoSecret) // started without it: recovery codes still work
		if err != nil && !lost {
			return "", err
		}
		if n, ok := account.MatchCode(secret, code, time.UnixMilli(h.now), used); ok && !lost {
			res, err := h.ExecContext(h.ctx, "update account set used = $2 where person = $1 and used < $2", person, n)
			if err != nil {
				return "", err
			}
			if k, err := res.RowsAffected(); err != nil || k == 0 {
				return "", err // used meanwhile elsewhere
			}
			how = "动态口令"
			return "", nil
		}
		hash := account.RecoveryHash(person, code)
		if hash == "" {
			return "", nil
		}
		res, err := h.ExecContext(h.ctx, "update account_recovery set used_at = $3 where person = $1 and hash = $2 and used_at = 0", person, hash, h.now)
		if err != nil {
			return "", err
		}
		if k, err := res.RowsAffected(); err != nil || k == 0 {
			return "", err
		}
		how = "备用码"
		w, err := h.owner(person)
		if err != nil {
			return "", err
		}
		return "", h.note(act.RecoveryUsed, AccountRef(person), w.organ, nil)
	})
	return how, err
}
