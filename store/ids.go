package store

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// ids makes the ids of all rows: 42 bits of milliseconds since 2020, 10 bits of
// instance, 11 bits of counter. They grow with time, so that new rows are put at
// the end of an index, and need no database to be made.
type ids struct {
	mu       sync.Mutex
	clock    func() time.Time // nil: ids count on from the instant of opening
	last     int64            // milliseconds of the last id
	counter  int64
	instance int64 // drawn at random: two processes that meet are one in 1024, and a clash is refused by the key
}

const (
	idEpoch        = 1_577_836_800_000 // 2020-01-01 in milliseconds since 1970
	idCounterBits  = 11
	idInstanceBits = 10
)

func newIDs(now int64, clock func() time.Time) *ids {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return &ids{clock: clock, last: now, instance: int64(binary.LittleEndian.Uint16(b[:])) & (1<<idInstanceBits - 1)}
}

func (g *ids) next() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	ms := g.last
	if g.clock != nil {
		ms = max(ms, g.clock().UnixMilli())
	}
	if ms > g.last {
		g.last, g.counter = ms, 0
	} else if g.counter++; g.counter >= 1<<idCounterBits {
		g.last, g.counter = g.last+1, 0 // more than the clock allows: borrow from the next millisecond
	}
	return (g.last-idEpoch)<<(idInstanceBits+idCounterBits) | g.instance<<idCounterBits | g.counter
}

// NewID makes an id that no row has yet.
func (s *Store) NewID() int64 { return s.ids.next() }
