package plain

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"gongkai/ingest/limit"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// decode finds the encoding and returns the text. bad says that some bytes
// meant nothing and were replaced.
//
// Without a byte order mark every candidate is decoded on a sample and the one
// that reads most like Chinese wins: valid bytes alone prove nothing in short
// files, where GB18030 pairs can be valid UTF-8 and UTF-16 can be valid
// anything.
func decode(b []byte) (s string, bad bool, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return checked(string(b[3:]))
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return checked(fromUTF16(b[2:], binary.LittleEndian))
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return checked(fromUTF16(b[2:], binary.BigEndian))
	}
	sample := b[:min(len(b), sampleBytes)]
	if bytes.IndexByte(sample, 0) < 0 && plainUTF8(b) {
		return checked(string(b))
	}
	best, kind := -1000, 0
	for k, f := range candidates {
		if v := score(f(sample)); v > best {
			best, kind = v, k
		}
	}
	return checked(candidates[kind](b))
}

const sampleBytes = 4 << 10

var candidates = [...]func([]byte) string{
	func(b []byte) string { return string(b) },
	fromGB,
	func(b []byte) string { return fromUTF16(b, binary.LittleEndian) },
	func(b []byte) string { return fromUTF16(b, binary.BigEndian) },
}

// plainUTF8 reports text that is UTF-8 beyond doubt: valid, and what is not
// ASCII is mostly three bytes long, as Chinese is.
func plainUTF8(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	two, three := 0, 0
	for i := 0; i < len(b); {
		switch c := b[i]; {
		case c < 0x80:
			i++
		case c < 0xe0:
			two++
			i += 2
		case c < 0xf0:
			three++
			i += 3
		default:
			i += 4
		}
	}
	return three >= two
}

func fromGB(b []byte) string {
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil { // the decoder replaces, it does not fail
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

func fromUTF16(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	s := string(utf16.Decode(u))
	if len(b)%2 == 1 {
		s += "\ufffd"
	}
	return s
}

// score is how much a text reads like a Chinese report, in hundredths per
// rune. GB18030 itself is the table of common characters: its first level
// holds the 3,755 most used ones in the lead bytes B0 to D7.
func score(s string) int {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(strings.ToValidUTF8(s, "\ufffd"))
	if err != nil || gb == "" {
		return -1000
	}
	sum, n := 0, 0
	for i := 0; i < len(gb); n++ {
		c := gb[i]
		switch {
		case c == '\n' || c == '\r' || c == '\t':
			sum += 200
			i++
		case c < ' ' || c == 0x7f:
			sum -= 800
			i++
		case c < 0x80:
			sum += 150
			i++
		case i+1 >= len(gb):
			i++
		case gb[i+1] < 0x40: // four bytes: outside GBK
			sum -= 500
			if strings.HasPrefix(gb[i:], "\x84\x31\xa4\x37") { // U+FFFD
				sum -= 500
			}
			i += 4
		default:
			trail := gb[i+1]
			switch {
			case trail < 0xa1:
				sum -= 200
			case c >= 0xb0 && c <= 0xd7:
				sum += 300
			case c >= 0xd8 && c <= 0xf7:
				sum += 20
			case c == 0xa1 || c == 0xa3:
				sum += 200
			case c == 0xa2:
				sum += 50
			default:
				sum -= 200
			}
			i += 2
		}
	}
	return sum / n
}

// checked refuses what is no text at all and says whether bytes were replaced.
func checked(s string) (string, bool, error) {
	bad := 0
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	control, n := 0, 0
	for _, r := range s {
		n++
		switch {
		case r == utf8.RuneError:
			bad++
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\v' && r != 0x07 && r != 0x1a && r != 0x1b:
			control++
		}
	}
	if n == 0 {
		return "", false, errEmpty()
	}
	if 100*control > 2*n || 10*bad > 2*n {
		return "", false, &limit.Error{Code: "BROKEN", Msg: "文件不是文本文件，或编码无法识别，请另存为 UTF-8 编码的文本后再试。"}
	}
	if control > 0 {
		s = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' && r != '\v' {
				return -1
			}
			return r
		}, s)
	}
	return s, bad > 0, nil
}
