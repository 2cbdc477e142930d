package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/translog"
)

// A RequestAct is one act of a file in the log.
type RequestAct struct {
	ID   int64
	Kind string
	On   law.Date
}

// RequestActs are the acts of a file in their order, one for each event of its
// replay. Whoever calls has asked whether the viewer may see the file.
func (s *Store) RequestActs(ctx context.Context, id int64) ([]RequestAct, error) {
	rows, err := s.read.QueryContext(ctx, "select id, entry from act where ref = $1 order by seq", RequestRef(id))
	if err != nil {
		return nil, fmt.Errorf("store: acts of request %d: %w", id, err)
	}
	defer rows.Close()
	var out []RequestAct
	for rows.Next() {
		var x RequestAct
		var entry []byte
		if err := rows.Scan(&x.ID, &entry); err != nil {
			return nil, fmt.Errorf("store: acts of request %d: %w", id, err)
		}
		a, err := act.ParseEntry(entry)
		if err != nil {
			return nil, fmt.Errorf("store: acts of request %d: %w", id, err)
		}
		if _, ok := a.Body.(act.Record); ok && strings.HasPrefix(a.Kind, "request.") {
			x.Kind, x.On = a.Kind, a.On
			out = append(out, x)
		}
	}
	return out, rows.Err()
}

// RequestReceipt proves one act of a file, by its place among RequestActs from 0:
// a promise until the act has its number in the log. Whoever calls has asked
// whether the viewer may see the act. ErrNotFound if there is none.
func (s *Store) RequestReceipt(ctx context.Context, id int64, n int) (translog.Receipt, error) {
	if s.keys.Load() == nil {
		return translog.Receipt{}, ErrNoLog
	}
	list, err := s.RequestActs(ctx, id)
	if err != nil {
		return translog.Receipt{}, err
	}
	if n < 0 || n >= len(list) {
		return translog.Receipt{}, fmt.Errorf("store: receipt of request %d: %w", id, ErrNotFound)
	}
	return s.actReceipt(ctx, list[n].ID)
}

// SubmittedRequest is the request that a form with the operation key has already
// made, or ErrNotFound.
func (s *Store) SubmittedRequest(ctx context.Context, key string) (string, error) {
	var answer string
	err := s.read.QueryRowContext(ctx, "select answer from operation where key = $1 and officer = 0 and answer <> ''", key).Scan(&answer)
	if err = notFound(err); err != nil && !errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("store: submitted request: %w", err)
	}
	return answer, err
}
