package store

import "context"

// KeepPrivate is what the act that names a private file does.
func (s *Store) KeepPrivate(ctx context.Context, id int64, ref string) error {
	_, err := s.do(ctx, By{}, "keep", func(h *hand) (string, error) { return "", h.keepPrivate(id, ref) })
	return err
}
