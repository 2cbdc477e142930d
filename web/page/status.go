package page

import "errors"

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

func conflict(error) bool { return false }

func stale(error) bool { return false }
