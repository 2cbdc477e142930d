package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// ErrOtherSecret is returned where content is encrypted under another secret
// than the one given.
var ErrOtherSecret = errors.New("store: content is encrypted under another secret than the one given")

// isSealed reports whether a column holds sealed bytes: it is called sealed_… or
// secret.
func isSealed(c Column) bool {
	return c.Type == typeBytes && (strings.HasPrefix(c.Name, "sealed") || c.Name == "secret")
}

// secretCheck is what the row of secret_check says when it is opened.
const secretCheck = "gongkai"

// SealedRows counts the rows that only the secret opens. It also works on a
// schema that is not up to date.
func (s *Store) SealedRows(ctx context.Context) (n int64, err error) {
	list, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return 0, fmt.Errorf("store: sealed rows: %w", err)
	}
	for _, t := range list {
		var sealed []string
		for _, c := range t.columns {
			if isSealed(c) && t.name != "secret_check" {
				sealed = append(sealed, `length("`+c.Name+`") > 0`)
			}
		}
		if len(sealed) == 0 {
			continue
		}
		var rows int64
		if err := s.read.QueryRowContext(ctx, `select count(*) from "`+t.name+`" where `+strings.Join(sealed, " or ")).Scan(&rows); err != nil {
			return 0, fmt.Errorf("store: sealed rows: %w", err)
		}
		n += rows
	}
	return n, nil
}

// CheckSecret reports whether the secret the store was opened with is the one
// its content is encrypted under: nil if it is or if none was ever used,
// ErrOtherSecret, ErrNoSecret if none was given and one was used.
func (s *Store) CheckSecret(ctx context.Context) error {
	var sealed []byte
	err := s.read.QueryRowContext(ctx, "select sealed from secret_check where id = 1").Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: check secret: %w", err)
	}
	plain, err := s.unseal("check", "secret", sealed)
	if errors.Is(err, ErrSealed) || err == nil && string(plain) != secretCheck {
		return ErrOtherSecret
	}
	return err
}

// UseSecret remembers which secret is in use, so that another is noticed. A new
// one takes its place only where nothing is sealed; else it is ErrOtherSecret,
// and the store must not be used. Without a secret it does nothing.
func (s *Store) UseSecret(ctx context.Context) error {
	if len(s.secret) == 0 {
		return nil
	}
	if err := s.CheckSecret(ctx); err != nil {
		if !errors.Is(err, ErrOtherSecret) {
			return err
		}
		if n, e := s.SealedRows(ctx); e != nil || n > 0 {
			return errors.Join(e, err)
		}
	}
	sealed, err := s.seal("check", "secret", []byte(secretCheck))
	if err != nil {
		return err
	}
	return s.tx(ctx, "remember the secret", func(ctx context.Context, tx *sql.Tx) error {
		var old []byte
		err := tx.QueryRowContext(ctx, "select sealed from secret_check where id = 1").Scan(&old)
		if err == nil {
			if _, err = s.unseal("check", "secret", old); err == nil {
				return nil
			}
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into secret_check (id, sealed) values (1, $1) on conflict (id) do update set sealed = excluded.sealed", sealed)
		return err
	})
}
