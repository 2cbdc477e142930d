package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// Likeness of what requests ask. Beside the sealed content the database has a few
// marks of each text: equal marks mean much the same text at the same organ, and
// say nothing else to whoever has not the key, which is outside the database.

// A text is cut into shingles; bands of the smallest of their hashes are its
// marks. Of two texts that share a part j of their shingles a mark is the same with
// the chance 1-(1-j³)⁶: 0.9996 for nine tenths, 0.77 for six, 0.15 for three.
const (
	likeShingle = 3 // characters
	likeBands   = 6
	likeRows    = 3
	minLike     = 6 // characters, below which texts are not compared
)

// likeShingles are the shingles of a text, folded, without marks and spaces.
func likeShingles(s string) map[uint64]bool {
	var r []rune
	for _, c := range text.Fold(s) {
		if !strings.ContainsRune(" \n\t\r.,;:()!?-《》<>、。“”\"'（）", c) {
			r = append(r, c)
		}
	}
	out := map[uint64]bool{}
	if len(r) < minLike {
		return out
	}
	for i := 0; i+likeShingle <= len(r); i++ {
		h := uint64(0)
		for _, c := range r[i : i+likeShingle] {
			h = h<<21 | uint64(c)
		}
		out[h] = true
	}
	return out
}

// mixed is a hash of a shingle under one of many functions (splitmix64).
func mixed(x, function uint64) uint64 {
	x += 0x9e3779b97f4a7c15 * (function + 1)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// likeMarks are the marks of a text at an organ, none for a text that is too short.
func (s *Store) likeMarks(organ int64, wanted string) ([]int64, error) {
	shingles := likeShingles(wanted)
	if len(shingles) == 0 {
		return nil, nil
	}
	var out []int64
	for band := range uint64(likeBands) {
		b := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(organ)), band)
		for row := range uint64(likeRows) {
			least := uint64(math.MaxUint64)
			for x := range shingles {
				least = min(least, mixed(x, band*likeRows+row))
			}
			b = binary.BigEndian.AppendUint64(b, least)
		}
		m, err := s.mac("request like", b)
		if err != nil {
			return nil, err
		}
		out = append(out, int64(binary.BigEndian.Uint64(m)>>1)) // a positive number of both databases
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// keepLike keeps the marks of a file's text as it is now. A correction of records
// has none: it is about one person.
func (h *hand) keepLike(x *RequestFile) error {
	var want []int64
	if x.Matter == "" && x.State != casework.Void {
		var err error
		if want, err = h.s.likeMarks(x.Organ, x.Content.Wanted); err != nil {
			return err
		}
	}
	var have []int64
	err := rowsOf(h.ctx, h, func(r *sql.Rows) error {
		var m int64
		err := r.Scan(&m)
		have = append(have, m)
		return err
	}, "select mark from request_like where request = $1 order by mark", x.ID)
	if err != nil || slices.Equal(have, want) {
		return err
	}
	if err := h.forgetLike(x.ID); err != nil || len(want) == 0 {
		return err
	}
	var b strings.Builder
	for i, m := range want {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, %d, %d)", x.ID, x.Organ, m)
	}
	_, err = h.ExecContext(h.ctx, "insert into request_like (request, organ, mark) values "+b.String())
	return err
}

// forgetLike drops the marks of a file: with its content they go too.
func (h *hand) forgetLike(id int64) error {
	_, err := h.ExecContext(h.ctx, "delete from request_like where request = $1", id)
	return err
}

// An Alike is another request of the organ that asks much the same.
type Alike struct {
	ID           int64
	Number       string
	Subject      string
	Percent      int // of the shingles of both texts, how many they share
	SameAsker    bool
	Arrived      law.Date
	State        casework.State
	Outcome      casework.Outcome
	Answer       law.Date
	LetterNo     string
	sealed, lock []byte
}

// The bounds of what is compared and shown.
const (
	maxCompared = 60
	maxAlike    = 8
	minPercent  = 60
)

// AlikeRequests are the requests of the same organ that ask much the same as one
// file, the most alike first. It is for somebody who works on the organ's files:
// others get none. The texts are opened to be compared and are not given back.
func (s *Store) AlikeRequests(ctx context.Context, v org.Viewer, x *RequestFile) ([]Alike, error) {
	if !x.Handles || x.Erased {
		return nil, nil
	}
	mine := likeShingles(x.Content.Wanted)
	if len(mine) == 0 {
		return nil, nil
	}
	args := []any{x.ID, maxCompared}
	see := scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)
	var found []Alike
	err := rowsOf(ctx, s.read, func(r *sql.Rows) error {
		var a Alike
		var arrived, answer string
		var same int
		err := r.Scan(&a.ID, &a.Number, &a.Subject, &arrived, &a.State, &a.Outcome, &answer, &a.LetterNo, &same, &a.lock, &a.sealed)
		if err == nil {
			err = a.Arrived.UnmarshalText([]byte(arrived))
		}
		if err == nil {
			err = a.Answer.UnmarshalText([]byte(answer))
		}
		a.SameAsker = same != 0
		found = append(found, a)
		return err
	}, `select r.id, r.number, r.subject, r.arrived, r.state, r.outcome, r.answer, r.letter_no, case when r.who <> '' and r.who = m.who then 1 else 0 end, c.sealed_key, c.sealed_content
		from (select distinct b.request from request_like a join request_like b on b.organ = a.organ and b.mark = a.mark and b.request <> a.request where a.request = $1
			order by b.request desc limit $2) k
		join request r on r.id = k.request join request m on m.id = $1 join request_content c on c.id = r.id join organ o on o.id = r.organ where r.state <> 'void' and `+see, args...)
	if err != nil {
		return nil, fmt.Errorf("store: requests alike: %w", err)
	}
	out := found[:0]
	for _, a := range found {
		key, err := s.openRecordKey(requestKey, RequestRef(a.ID), a.lock)
		if err != nil {
			continue // erased, or not to be opened: nothing to compare with
		}
		plain, err := key.open("content", a.sealed)
		if err != nil {
			return nil, fmt.Errorf("store: requests alike: %w", err)
		}
		var c casework.Content
		if err := json.Unmarshal(plain, &c); err != nil {
			return nil, fmt.Errorf("store: requests alike: %w", err)
		}
		a.lock, a.sealed = nil, nil
		if a.Percent = shared(mine, likeShingles(c.Wanted)); a.Percent >= minPercent {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Alike) int {
		if a.Percent != b.Percent {
			return b.Percent - a.Percent
		}
		return int(min(max(b.ID-a.ID, -1), 1))
	})
	return out[:min(len(out), maxAlike)], nil
}

// shared is how many percent of all shingles of two texts both have.
func shared(a, b map[uint64]bool) int {
	both := 0
	for x := range a {
		if b[x] {
			both++
		}
	}
	if all := len(a) + len(b) - both; all > 0 {
		return both * 100 / all
	}
	return 0
}
