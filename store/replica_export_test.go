package store

import "context"

// AtStandby reports whether what is read with the context is read at a standby.
func (s *Store) AtStandby(ctx context.Context) (standby bool, err error) {
	return standby, s.reader(ctx).QueryRowContext(ctx, "select pg_is_in_recovery()").Scan(&standby)
}
