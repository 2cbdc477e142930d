package act

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gongkai/law"
)

// An Event is one act of a file as it is replayed: its kind, the day that counts
// and the facts. What was said about persons stands elsewhere.
type Event struct {
	Kind  string
	On    law.Date
	Facts map[string]string
	Refs  []string
}

// Facts reads the facts of an event once, and remembers which were asked for:
// what is left over was not written by this program. The first fault stays in
// Err; what is read after it is of no use.
type Facts struct {
	m    map[string]string
	left map[string]bool
	err  error
}

// ReadFacts begins to read.
func ReadFacts(m map[string]string) *Facts {
	f := &Facts{m: m, left: make(map[string]bool, len(m))}
	for k := range m {
		f.left[k] = true
	}
	return f
}

// Fail says that a fact cannot be as it is.
func (f *Facts) Fail(key string) {
	if f.err == nil {
		f.err = fmt.Errorf("fact %q is %q", key, f.m[key])
	}
}

// Err is the first fault, or that a fact was left over.
func (f *Facts) Err() error {
	if f.err == nil && len(f.left) > 0 {
		return fmt.Errorf("facts %v are not known", slices.Sorted(maps.Keys(f.left)))
	}
	return f.err
}

// Word reads a fact that has to be there.
func (f *Facts) Word(key string) string {
	delete(f.left, key)
	if f.m[key] == "" {
		f.Fail(key)
	}
	return f.m[key]
}

// Maybe reads a fact, "" if it is not there.
func (f *Facts) Maybe(key string) string {
	delete(f.left, key)
	return f.m[key]
}

// Yes reads a fact that is there or not.
func (f *Facts) Yes(key string) bool {
	s := f.Maybe(key)
	if s != "" && s != "1" {
		f.Fail(key)
	}
	return s == "1"
}

// Day reads a day, zero if it is not there.
func (f *Facts) Day(key string) law.Date {
	s := f.Maybe(key)
	if s == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(s)
	if err != nil {
		f.Fail(key)
	}
	return d
}

// Num reads a count of at least 0.
func (f *Facts) Num(key string) int {
	n, err := strconv.Atoi(f.Word(key))
	if err != nil || n < 0 {
		f.Fail(key)
	}
	return n
}

// Ref reads an id, 0 if it is not there.
func (f *Facts) Ref(key string) int64 {
	s := f.Maybe(key)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		f.Fail(key)
	}
	return n
}

// Hash reads a SHA-256 in lower-case hex.
func (f *Facts) Hash(key string) string {
	s := f.Word(key)
	if !isHash(s) {
		f.Fail(key)
	}
	return s
}

// OneOf reads a code that must be one of these.
func OneOf[T ~string](f *Facts, key string, of ...T) T {
	v := T(f.Word(key))
	if !slices.Contains(of, v) {
		f.Fail(key)
	}
	return v
}
