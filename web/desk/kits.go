package desk

import (
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"gongkai/collect"
	"gongkai/law"
	"gongkai/org"
)

// Bounds of the January kits held in memory. A county's files are read once and
// asked about many times (list, notices, sums, corrections), so they stay for
// half an hour after the last question; then, or when newer ones need the room,
// they are gone. Nothing is written to disk.
const (
	kitsHeld  = 8
	kitsBytes = 200 << 20
	kitsTime  = 30 * time.Minute
)

// A kit is one county's collection between two requests. It is not changed
// once it is held; a second upload replaces it.
type kit struct {
	ID       string
	Files    []collect.File // unpacked, so that a corrected file can take the place of one
	Organs   []org.Organ
	Unclear  []string // lines of the list that name no organ
	Year     int
	From     string
	Deadline law.Date
	Rejected []rejected // files that could not be taken over
	Result   *collect.Result
	Rounds   int // uploads so far
	size     int64
	used     time.Time
}

type rejected struct{ Name, Why string }

// kits holds them. Its methods may be called from several goroutines.
type kits struct {
	now  func() time.Time
	mu   sync.Mutex
	byID map[string]*kit
}

func newKits(now func() time.Time) *kits { return &kits{now: now, byID: map[string]*kit{}} }

// put holds a kit under a new id that cannot be guessed, or in the place of
// the kit that has its id.
func (s *kits) put(k *kit) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.ID == "" {
		k.ID = strings.ToLower(rand.Text())
	}
	k.size = 0
	for _, f := range k.Files {
		k.size += int64(len(f.Data)) + 4096
	}
	k.used = s.now()
	s.byID[k.ID] = k
	s.drop(k.ID)
	return k.ID
}

// get returns a kit, nil when it is unknown or gone.
func (s *kits) get(id string) *kit {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop("")
	k := s.byID[id]
	if k != nil {
		k.used = s.now()
	}
	return k
}

func (s *kits) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// drop lets go of what is too old, then of the longest unused until the rest
// keeps the bounds. The kit just put is never dropped: one request's limit is
// below the whole.
func (s *kits) drop(keep string) {
	for id, k := range s.byID {
		if s.now().Sub(k.used) > kitsTime {
			delete(s.byID, id)
		}
	}
	for {
		total, oldest := int64(0), ""
		for id, k := range s.byID {
			total += k.size
			if id != keep && (oldest == "" || k.used.Before(s.byID[oldest].used)) {
				oldest = id
			}
		}
		if oldest == "" || (len(s.byID) <= kitsHeld && total <= kitsBytes) {
			return
		}
		delete(s.byID, oldest)
	}
}
