// Package search finds published items by their words, numbers and filters in
// a file of its own: SQLite's FTS5 over pairs of characters. The file is derived
// from what the store keeps and can be thrown away at any time.
//
// A text is read as units: a Han character is one, a run of Latin letters and
// digits is one, everything else parts them. Two texts hold the same words when
// one holds the units of the other, in order and without a break between; width,
// 繁简, case and spaces make no difference.
package search

import (
	"unicode"
	"unicode/utf8"

	"gongkai/text"
)

// maxRun is the number of bytes after which a run of letters and digits is
// taken as the end of a unit: nobody searches for more of a key or a checksum.
const maxRun = 24

// A unit is one character or one run of letters and digits, folded.
type unit struct {
	at, end int    // bytes of the source
	s       string // folded
	apart   bool   // something stands before it that parts words
}

// A scan reads the units of a source one by one.
type scan struct {
	src   string
	at    int
	apart bool
	line  bool // a line has just ended
	buf   [maxRun + utf8.UTFMax]byte
}

// next gives the next unit, its folded bytes good until the next call, and
// whether there was one.
func (s *scan) next() (at, end int, unit []byte, apart, ok bool) {
	n := 0 // bytes in buf: a run that is being read
	start, last := 0, 0
	for s.at < len(s.src) {
		r, size := rune(s.src[s.at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s.src[s.at:])
		}
		class, f := classify(r)
		if class != nothing {
			s.line = false
		} else if r == '\n' {
			s.apart = s.apart || s.line && n == 0 // an empty line parts, the end of a line does not
			s.line = true
		}
		switch class {
		case run:
			if n == 0 {
				start = s.at
			} else if n >= maxRun {
				return start, last, s.buf[:n], s.was(false), true
			}
			s.buf[n] = byte(f)
			n++
			s.at += size
			last = s.at
			continue
		case point: // 3.5 is one number, and so is 1,234
			if n > 0 && n < maxRun && s.number(s.buf[:n], s.at+size, f) {
				if f == '.' {
					n += copy(s.buf[n:], pointMark)
				}
				s.at += size
				continue
			}
		}
		if n > 0 {
			return start, last, s.buf[:n], s.was(false), true
		}
		switch class {
		case letter:
			start = s.at
			s.at += size
			n = utf8.EncodeRune(s.buf[:], f)
			return start, s.at, s.buf[:n], s.was(false), true
		case bracket: // the year of 云政发〔2026〕12号 stands in its number
			if !s.aroundYear(s.at, size) {
				s.apart = true
			}
		case breaks, point:
			s.apart = true
		}
		s.at += size
	}
	if n > 0 {
		return start, last, s.buf[:n], s.was(false), true
	}
	return 0, 0, nil, false, false
}

func (s *scan) was(now bool) bool {
	before := s.apart
	s.apart = now
	return before
}

// pointMark stands for a decimal point: it is no letter of any text, and the
// index does not take it for the end of a word.
const pointMark = "\u00b7"

// number reports whether a point or comma belongs into the number before it.
func (s *scan) number(before []byte, next int, f rune) bool {
	for _, c := range before {
		if c < '0' || c > '9' {
			if f == '.' || c < 0x80 {
				return false // 1.2.3 counts, it does not measure
			}
		}
	}
	i, digits := next, 0
	for ; i < len(s.src) && digits < 4; digits++ {
		r, size := utf8.DecodeRuneInString(s.src[i:])
		if c, f := classify(r); c != run || f > '9' {
			break
		}
		i += size
	}
	return f == '.' && digits > 0 || f == ',' && digits == 3
}

// aroundYear reports whether the bracket at a byte is one of those around four
// digits.
func (s *scan) aroundYear(at, size int) bool {
	return fourDigits(s.src[at+size:], true) || fourDigits(s.src[:at], false)
}

// fourDigits reports whether four digits and a bracket stand at the front of a
// text, or at its end.
func fourDigits(s string, front bool) bool {
	for i := 0; i < 5; i++ {
		var r rune
		var size int
		if front {
			r, size = utf8.DecodeRuneInString(s)
			s = s[size:]
		} else {
			r, size = utf8.DecodeLastRuneInString(s)
			s = s[:len(s)-size]
		}
		c, f := classify(r)
		if i < 4 && (c != run || f > '9') || i == 4 && c != bracket {
			return false
		}
	}
	return true
}

type class uint8

const (
	nothing class = iota // spaces and invisible characters: as if they were not there
	run                  // Latin letters and digits
	letter               // Han characters and letters of other scripts
	bracket
	point
	breaks
)

// classify says what a character is and what it is folded to.
func classify(r rune) (class, rune) {
	switch {
	case r < 0x80:
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return run, r
		case r >= 'A' && r <= 'Z':
			return run, r + 'a' - 'A'
		case r == ' ' || r == '\n' || r == '\r':
			return nothing, 0
		case r == '(' || r == ')' || r == '[' || r == ']':
			return bracket, r
		case r == '.' || r == ',':
			return point, r
		}
		return breaks, 0
	case r >= 0x4e00 && r <= 0x9fff:
		return letter, text.FoldRune(r)
	case r >= 0xff01 && r <= 0xff5e && r != '，':
		return classify(r - 0xfee0)
	}
	switch r {
	case '〔', '【', '﹝', '〖', '〕', '】', '﹞', '〗':
		return bracket, '('
	case '〇', '○':
		return letter, '〇'
	case utf8.RuneError:
		return breaks, 0
	case '\u2028', '\u2029', '\u0085', '，':
		return breaks, 0
	}
	f := text.FoldRune(r)
	switch {
	case f < 0:
		return nothing, 0
	case f < 0x80:
		return breaks, 0 // a mark
	case unicode.IsLetter(f) || unicode.IsNumber(f) || unicode.IsMark(f):
		return letter, f
	}
	return breaks, 0
}

// units are all units of a text.
func units(s string) []unit {
	var out []unit
	sc := scan{src: s}
	for {
		at, end, b, apart, ok := sc.next()
		if !ok {
			return out
		}
		out = append(out, unit{at, end, string(b), apart})
	}
}

// ascii reports whether a unit is a run.
func ascii(b string) bool { return b[0] < 0x80 }
