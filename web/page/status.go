package page

import (
	"errors"

	"gongkai/store"
)

func notFound(err error) bool {
	return errors.Is(err, ErrNotFound) || errors.Is(err, store.ErrNotFound)
}

func conflict(err error) bool { return errors.Is(err, store.ErrConflict) }

// stale reports a mark of a list's next page that does not fit the list.
func stale(err error) bool { return errors.Is(err, store.ErrCursor) }
