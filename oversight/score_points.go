package oversight

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// Points 分 are hundredths of a point: schemes give halves and tenths, and what
// is shared out has to add up.
type Points int64

// maxPoints bounds the points of one indicator or scheme: what is more is a
// slip of the finger.
const maxPoints = 1000 * Point

// Point is one point.
const Point Points = 100

var errPoints = errors.New("分值应是最多两位小数的数，如 5 或 2.5")

// ParsePoints reads a decimal of at most two places, with - in front for less
// than nothing. The error is a Chinese phrase.
func ParsePoints(s string) (Points, error) {
	s = strings.TrimSpace(s)
	rest, minus := strings.CutPrefix(s, "-")
	whole, part, dot := strings.Cut(rest, ".")
	if !digits(whole) || len(whole) > 6 || dot && !digits(part) {
		return 0, errPoints
	}
	for len(part) > 2 && strings.HasSuffix(part, "0") {
		part = part[:len(part)-1]
	}
	if len(part) > 2 {
		return 0, errPoints
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, errPoints
	}
	if minus {
		n = -n
	}
	return Points(n), nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String is the shortest decimal: 5, 2.5, -0.25.
func (p Points) String() string {
	sign, n := "", int64(p)
	if n < 0 {
		sign, n = "-", -n
	}
	s := sign + strconv.FormatInt(n/100, 10)
	switch f := n % 100; {
	case f == 0:
	case f%10 == 0:
		s += "." + strconv.FormatInt(f/10, 10)
	default:
		s += "." + string([]byte{byte('0' + f/10), byte('0' + f%10)})
	}
	return s
}

// Times is n times the points.
func (p Points) Times(n int64) Points { return p * Points(n) }

// Share is p × n / of, rounded half away from zero to a hundredth; 0 of 0.
func (p Points) Share(n, of int64) Points {
	if of == 0 {
		return 0
	}
	x, minus := int64(p)*n, false
	if x < 0 {
		x, minus = -x, true
	}
	if of < 0 {
		of, minus = -of, !minus
	}
	x = (2*x + of) / (2 * of)
	if minus {
		x = -x
	}
	return Points(x)
}

// MarshalJSON writes a number.
func (p Points) MarshalJSON() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalJSON reads a number, or a number in quotes.
func (p *Points) UnmarshalJSON(b []byte) error {
	s := string(b)
	if len(s) > 1 && s[0] == '"' {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	n, err := ParsePoints(s)
	if err != nil {
		return err
	}
	*p = n
	return nil
}
