package html

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// declared finds charset=… in a meta element or an XML declaration.
var declared = regexp.MustCompile(`(?i)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,30})`)

// decode turns a page into UTF-8. A byte order mark decides, then bytes that
// are UTF-8 beyond doubt (pages are often saved anew and keep their old
// declaration), then the declaration, then GB18030. Every gb label is read as
// GB18030, of which the others are subsets. hint is a charset named outside
// the page, as in a mail part.
func decode(b []byte, hint string) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return clean(string(b[3:]))
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return clean(fromUTF16(b[2:], binary.LittleEndian))
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return clean(fromUTF16(b[2:], binary.BigEndian))
	case bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n\x00"), []byte("<\x00")):
		return clean(fromUTF16(b, binary.LittleEndian))
	case len(b) > 1 && b[0] == 0 && b[1] == '<':
		return clean(fromUTF16(b, binary.BigEndian))
	}
	three, valid := utf8Shape(b)
	if valid && three {
		return string(b)
	}
	label := strings.ToLower(strings.TrimSpace(hint))
	if m := declared.FindSubmatch(b[:min(len(b), 4096)]); m != nil {
		label = strings.ToLower(string(m[1]))
	}
	switch {
	case strings.HasPrefix(label, "gb"), strings.Contains(label, "936"), label == "hz-gb-2312", label == "":
		if valid {
			return clean(string(b))
		}
		return fromGB(b)
	case strings.HasPrefix(label, "utf-16"), strings.HasPrefix(label, "utf16"): // the page was read as bytes, so it is not
		label = "utf-8"
	}
	if label == "utf-8" || label == "utf8" {
		if !valid && looksGB(b) {
			return fromGB(b)
		}
		return clean(string(b))
	}
	if e, _ := charset.Lookup(label); e != nil {
		if out, err := e.NewDecoder().Bytes(b); err == nil {
			return clean(string(out))
		}
	}
	return fromGB(b)
}

// utf8Shape reports whether the bytes are valid UTF-8, and whether what is not
// ASCII is mostly three bytes long, as Chinese is.
func utf8Shape(b []byte) (three, valid bool) {
	if !utf8.Valid(b) {
		return false, false
	}
	n2, n3 := 0, 0
	for _, c := range b {
		switch {
		case c >= 0xe0:
			n3++
		case c >= 0xc0:
			n2++
		}
	}
	return n3 > 0 && n3 >= n2, true
}

// looksGB weighs a page that says UTF-8 and is not: one damaged character
// stays UTF-8, a page of GB pairs does not.
func looksGB(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < 0x80 {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n == 3 {
			good++
		}
		i += n
	}
	return bad > good
}

func fromGB(b []byte) string {
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil {
		out = b
	}
	return clean(string(out))
}

func fromUTF16(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

func clean(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
