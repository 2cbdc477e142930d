package annual

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Kind says what stands in a cell. Blank is not zero: nobody has said zero.
type Kind uint8

// The kinds. The zero Kind is Absent: the source has no such cell, or it could
// not be read with certainty and is named in a finding READ-UNDECIDED.
const (
	Absent Kind = iota
	Blank
	Zero
	Number
	NA   // "/", "-", "—", 不适用
	Text // something else stands there, e.g. 约36万元
)

var kindNames = [...]string{"absent", "blank", "zero", "number", "na", "text"}

// String is the name in the machine form.
func (k Kind) String() string { return kindNames[k] }

// ParseKind reads a name of the machine form.
func ParseKind(s string) (Kind, error) {
	for i, n := range kindNames {
		if n == s {
			return Kind(i), nil
		}
	}
	return Absent, fmt.Errorf("annual: unknown kind %q", s)
}

// Micro is the scale of money cells: a Value holds millionths of the form's
// unit, exactly. In 万元 a millionth is 1 分.
const Micro = 1_000_000

// MaxCount bounds a count: more is text, because no organ handles so many and
// sums must not overflow.
const MaxCount = 999_999_999

// A Value is what one cell holds. N is the figure for Number (never 0 there)
// and 0 for Zero: an integer for counts, millionths for money. For all other
// kinds N is 0 and means nothing.
type Value struct {
	Kind Kind
	N    int64
}

// Num makes a Number or, for 0, a Zero.
func Num(n int64) Value {
	if n == 0 {
		return Value{Kind: Zero}
	}
	return Value{Number, n}
}

// Known reports whether the value is a figure.
func (v Value) Known() bool { return v.Kind == Number || v.Kind == Zero }

// Format prints the figure as the form shows it: an integer, or for money a
// decimal without needless zeros. Kinds without a figure print as "".
func (v Value) Format(t CellType) string {
	if !v.Known() {
		return ""
	}
	if t != Money {
		return strconv.FormatInt(v.N, 10)
	}
	return FormatMicro(v.N)
}

// FormatMicro prints millionths as an exact decimal.
func FormatMicro(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n/Micro, 10)
	if frac := n % Micro; frac != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%06d", frac), "0")
	}
	return sign + s
}

var errDecimal = errors.New("annual: not a plain decimal with at most six places")

// ParseMicro reads an exact decimal into millionths.
func ParseMicro(s string) (int64, error) {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(s, ".")
	if whole == "" || len(whole) > 12 || (dot && frac == "") || len(strings.TrimRight(frac, "0")) > 6 || !digits(whole) || !digits(frac) {
		return 0, errDecimal
	}
	frac = (strings.TrimRight(frac, "0") + "000000")[:6]
	w, _ := strconv.ParseInt(whole, 10, 64)
	f, _ := strconv.ParseInt(frac, 10, 64)
	n := w*Micro + f
	if neg {
		n = -n
	}
	return n, nil
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// ParseValue reads the text of a cell of type t, after width folding. It never
// guesses: whatever is not a plain figure of that type is Text, except empty
// text (Blank) and the marks for "does not apply" (NA). 本年增/减 accepts +3,
// -2, 增3, 减2.
func ParseValue(raw string, t CellType) Value {
	s := strings.TrimSpace(foldDigits(raw))
	switch s {
	case "":
		return Value{Kind: Blank}
	case "/", "-", "—", "——", "–", "\\", "不适用", "N/A", "n/a", "--", "无此项", "×":
		return Value{Kind: NA}
	}
	if t == Money {
		if n, err := ParseMicro(ungroup(s)); err == nil && n >= 0 {
			return Num(n)
		}
		return Value{Kind: Text}
	}
	neg := false
	if t == Signed {
		switch {
		case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "增"):
			s = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "增")
		case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "减"), strings.HasPrefix(s, "−"), strings.HasPrefix(s, "–"), strings.HasPrefix(s, "—"):
			neg = true
			for _, p := range []string{"-", "减", "−", "–", "—"} {
				s = strings.TrimPrefix(s, p)
			}
		}
		s = strings.TrimSpace(s)
	}
	s = ungroup(s)
	// "3.0" is how a spreadsheet prints an integer.
	if w, f, ok := strings.Cut(s, "."); ok && f != "" && strings.Trim(f, "0") == "" {
		s = w
	}
	if s == "" || len(s) > 12 || !digits(s) {
		return Value{Kind: Text}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > MaxCount {
		return Value{Kind: Text}
	}
	if neg {
		n = -n
	}
	return Num(n)
}

// ungroup removes the thousands separators of a figure written 12,345.
func ungroup(s string) string {
	if strings.IndexByte(s, ',') < 0 {
		return s
	}
	parts := strings.Split(s, ",")
	if len(parts) < 2 || len(parts[0]) == 0 || len(parts[0]) > 3 {
		return s
	}
	for i, p := range parts[1:] {
		q := p
		if i == len(parts)-2 {
			q, _, _ = strings.Cut(p, ".")
		}
		if len(q) != 3 || !digits(q) {
			return s
		}
	}
	return strings.Join(parts, "")
}

// foldDigits turns full-width digits and signs into ASCII and drops the spaces
// that real cells carry (no-break, ideographic, zero-width).
func foldDigits(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '＋':
			return '+'
		case r == '－' || r == '−':
			return '-'
		case r == '．':
			return '.'
		case r == '，':
			return ','
		case r == '／':
			return '/'
		case r == '\u00a0' || r == '\u3000' || r == '\u2002' || r == '\u2003' || r == '\u2009':
			return ' '
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}
