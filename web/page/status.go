package page

import "errors"

func notFound(err error) bool { return errors.Is(err, ErrNotFound) }

func conflict(error) bool { return false }
