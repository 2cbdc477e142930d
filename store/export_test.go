package store

import "time"

// SlowFlush makes every commit of SQLite's writer wait as a slow disk would, and
// calls flushed at each. It is called before anything is written.
func (s *Store) SlowFlush(d time.Duration, flushed func()) {
	s.writer.pause = func() {
		time.Sleep(d)
		flushed()
	}
}
