package store

import (
	"context"
	"database/sql"
	"fmt"

	"gongkai/org"
)

// zoneCode is the purpose under which codes of applicants are sealed.
const zoneCode = "zone code"

// A ZoneTaken is what came in from the public site outside.
type ZoneTaken struct {
	ID      string
	Code    string // under which its sender reads answers
	Request int64  // 0 for one that was refused
	Version int64  // of the request that was last told
}

// HasZoneTaken reports whether a file was taken in before.
func (s *Store) HasZoneTaken(ctx context.Context, id string) (bool, error) {
	list, err := s.ZoneTaken(ctx, []string{id})
	return len(list) > 0, err
}

// PutZoneTaken notes that a file was taken in, so that it may be erased outside.
func (s *Store) PutZoneTaken(ctx context.Context, t ZoneTaken) error {
	sealed, err := s.seal(zoneCode, t.ID, []byte(t.Code))
	if err != nil {
		return err
	}
	return s.tx(ctx, "take in", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into zone_taken (id, request, version, at, sealed_code) values ($1, $2, 0, $3, $4) on conflict (id) do nothing", t.ID, t.Request, now, sealed)
		return err
	})
}

// ZoneUntold lists what came in and of which more has happened than was told.
func (s *Store) ZoneUntold(ctx context.Context, limit int) ([]ZoneTaken, error) {
	rows, err := s.read.QueryContext(ctx, `select t.id, t.request, r.version, t.sealed_code from zone_taken t join request r on r.id = t.request where r.version <> t.version order by t.at, t.id limit $1`, limit)
	return gather("untold", rows, err, func(r scanner) (t ZoneTaken, err error) {
		var sealed []byte
		if err := r.Scan(&t.ID, &t.Request, &t.Version, &sealed); err != nil {
			return t, err
		}
		code, err := s.unseal(zoneCode, t.ID, sealed)
		t.Code = string(code)
		return t, err
	})
}

// TellZone keeps an answer under its mark; it goes out with the next package.
func (s *Store) TellZone(ctx context.Context, t ZoneTaken, mark string, body []byte) error {
	return s.tx(ctx, "answer outside", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "insert into zone_answer (mark, body, at) values ($1, $2, $3) on conflict (mark) do update set body = excluded.body, at = excluded.at", mark, body, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "update zone_taken set version = $2 where id = $1", t.ID, t.Version)
		return err
	})
}

// ZoneRequest is a request as its applicant is told of it.
func (s *Store) ZoneRequest(ctx context.Context, id int64) (*RequestFile, error) {
	x, err := s.Request(ctx, org.Program("公开网站"), id)
	if err != nil {
		return nil, fmt.Errorf("store: request from outside: %w", err)
	}
	return x, nil
}
