package store

import (
	"context"
	"errors"
	"time"
)

// A ClaimedForTest is a job in the hands of a runner that the test plays.
type ClaimedForTest struct {
	s *Store
	l lease
}

// ClaimForTest takes a job, or returns ErrNotFound.
func ClaimForTest(ctx context.Context, s *Store, kind string, hold time.Duration) (ClaimedForTest, error) {
	l, ok, err := s.claim(ctx, []string{kind}, "测试", hold)
	if err == nil && !ok {
		err = ErrNotFound
	}
	return ClaimedForTest{s, l}, err
}

func (c ClaimedForTest) Finish() error  { return c.s.finish(context.Background(), c.l) }
func (c ClaimedForTest) Release() error { return c.s.release(context.Background(), c.l) }
func (c ClaimedForTest) Renew() error   { return c.s.renew(context.Background(), c.l, time.Second) }
func (c ClaimedForTest) Fail() error {
	return c.s.fail(context.Background(), c.l, errors.New("x"), true)
}
