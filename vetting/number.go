package vetting

import (
	"strings"

	"gongkai/law"
)

// A Span is a place in a line that has the form of a kind.
type Span struct {
	From, To int // runes of the line
	Kind     Kind
	Digits   string // 0–9 and X, without what stands between
	Split    bool   // written with something between
}

// group is digits that stand together.
type group struct {
	from, to int // runes
	digits   []byte
	x        int  // the rune after an X that ends it, 0 without
	joins    bool // with the next: one sign or two between
	tail     bool // rest of a masked number
}

// digit is the value of an ASCII or full-width digit, or -1.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

func star(r rune) bool {
	return r == '*' || r == '＊' || r == '×' || r == '●' || r == '■' || r == '※'
}

// groups lists the digits of a line. What cannot be seen does not end a group.
func groups(line []rune) []group {
	var out []group
	for i := 0; i < len(line); i++ {
		if digit(line[i]) < 0 {
			continue
		}
		g := group{from: i}
		for ; i < len(line); i++ {
			if d := digit(line[i]); d >= 0 {
				g.digits = append(g.digits, byte('0'+d))
				g.to = i + 1
			} else if !unseen(line[i]) {
				break
			}
		}
		if i < len(line) {
			switch line[i] {
			case 'x', 'X', 'Ｘ', 'ｘ', 'Χ', 'Х':
				if i+1 == len(line) || !letter(line[i+1]) {
					g.x = i + 1
				}
			}
		}
		stars := 0
		for k := g.from - 1; k >= 0 && star(line[k]) && stars < 3; k-- {
			stars++
		}
		for k, n := g.to, 0; k < len(line) && star(line[k]) && stars < 3; k++ {
			if n++; n == 3 {
				stars = 3
			}
		}
		g.tail = stars == 3 && len(g.digits) <= 6
		if n := len(out); n > 0 && g.from-out[n-1].to <= 2 {
			out[n-1].joins = true
			for _, r := range line[out[n-1].to:g.from] {
				switch r {
				case ' ', '\u3000', '\u00a0', '\u2002', '\u2003', '\u2009', '-', '－', '—', '–', '‐', '·', '.', '_':
				case ')', '）':
					out[n-1].joins = out[n-1].joins && len(out[n-1].digits) <= 4
				default:
					out[n-1].joins = false
				}
			}
		}
		out = append(out, g)
		i--
	}
	return out
}

func letter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'ａ' && r <= 'ｚ' || r >= 'Ａ' && r <= 'Ｚ'
}

// Spot lists the places of a line that have the form of an ID number, a phone
// number or the number of a bank card, in any width and with spaces or dashes
// between, left to right and without overlap. Whether a place is what its form
// says is not asked: a check digit may be misprinted, and who covers a number in
// a picture of a text would rather cover one too many.
func Spot(line []rune) []Span {
	var out []Span
	gs := groups(line)
	for i := 0; i < len(gs); i++ {
		if gs[i].tail {
			continue
		}
		if sp, n := spot(gs[i:]); n > 0 {
			if sp.Split && sp.From > 0 && (line[sp.From-1] == '(' || line[sp.From-1] == '（') && strings.ContainsAny(string(line[sp.From:sp.To]), ")）") {
				sp.From--
			}
			out = append(out, sp)
			i += n - 1
		}
	}
	return out
}

// spot reads the number that begins with the first group and says how many
// groups it takes.
func spot(gs []group) (Span, int) {
	if len(gs[0].digits) > 20 {
		return Span{}, 0
	}
	var digits []byte
	best, taken := Span{}, 0
	for n := 1; n <= min(len(gs), 6); n++ {
		g := gs[n-1]
		if n > 1 && (!gs[n-2].joins || g.tail) {
			break
		}
		if len(digits)+len(g.digits) > 20 {
			break
		}
		digits = append(digits, g.digits...)
		k, to := form(gs[:n], digits), g.to
		d := string(digits)
		if g.x > 0 && len(digits) == 17 && (n == 1 || validID(d+"X", law.Date{})) {
			k, to, d = IDNumber, g.x, d+"X"
			// the number of a certificate of disability goes on with two digits
			if n < len(gs) && gs[n].from == g.x && len(gs[n].digits) == 2 {
				to, d = gs[n].to, d+string(gs[n].digits)
			}
		}
		if k == "" {
			continue
		}
		best, taken = Span{From: gs[0].from, To: to, Kind: k, Digits: d, Split: n > 1}, n
		if n == 1 {
			return best, 1
		}
	}
	return best, taken
}

// form is the kind whose form the digits have, written in these groups.
func form(gs []group, d []byte) Kind {
	n := len(d)
	one := len(gs) == 1
	switch {
	case n == 18 && (one && d[0] != '0' || validID(string(d), law.Date{})):
		return IDNumber
	case n == 20 && validID(string(d[:18]), law.Date{}):
		return IDNumber
	case n == 15 && one && d[0] != '0':
		return IDNumber
	case mobile(d) && (one || mobileGroups(gs)):
		return Phone
	case landline(gs, d):
		return Phone
	case n >= 16 && n <= 19 && (one || cardGroups(gs) && d[0] == '6' && luhn(d)):
		return BankCard
	}
	return ""
}

// mobile is a number of eleven digits, also after 86 or 0.
func mobile(d []byte) bool {
	switch {
	case len(d) == 13 && d[0] == '8' && d[1] == '6':
		d = d[2:]
	case len(d) == 15 && string(d[:4]) == "0086":
		d = d[4:]
	case len(d) == 12 && d[0] == '0':
		d = d[1:]
	}
	return len(d) == 11 && d[0] == '1' && d[1] >= '3'
}

func mobileGroups(gs []group) bool {
	if d := string(gs[0].digits); d == "86" || d == "0086" || d == "0" {
		gs = gs[1:]
	}
	var n []int
	for _, g := range gs {
		n = append(n, len(g.digits))
	}
	switch len(n) {
	case 1:
		return n[0] == 11
	case 2:
		return n[0] == 3 || n[0] == 7 || n[0] == 4
	case 3:
		return n[0] == 3 && n[1] == 4 || n[0] == 4 && n[1] == 3 || n[0] == 3 && n[1] == 3
	}
	return false
}

// landline is an area code and seven or eight digits.
func landline(gs []group, d []byte) bool {
	if len(gs) > 2 || len(d) < 11 || len(d) > 12 || d[0] != '0' {
		return false
	}
	area := 4
	if d[1] == '2' || d[1] == '1' && d[2] == '0' {
		area = 3
	}
	rest := len(d) - area
	if d[1] == '1' && area == 4 || d[1] == '0' || rest != 7 && rest != 8 || area == 3 && rest != 8 {
		return false
	}
	return len(gs) == 1 || len(gs[0].digits) == area
}

// cardGroups are fours, the last of one to four.
func cardGroups(gs []group) bool {
	for i, g := range gs {
		if n := len(g.digits); n > 4 || n < 4 && i < len(gs)-1 {
			return len(gs) == 2 && len(gs[0].digits) == 6
		}
	}
	return true
}

func luhn(d []byte) bool {
	sum := 0
	for i, c := range d {
		v := int(c - '0')
		if (len(d)-i)%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// validID checks the last digit, the place and the day of birth of a 公民身份号码
// (GB 11643); born after on is not valid, a zero on asks only for the century.
func validID(d string, on law.Date) bool {
	born, ok := bornIn(d)
	return ok && len(d) == 18 && checkDigit(d) == d[17] && (on.IsZero() || !born.After(on))
}

func checkDigit(d string) byte {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	total := 0
	for i, w := range weights {
		total += int(d[i]-'0') * w
	}
	return "10X98765432"[total%11]
}

// bornIn is the day of birth in a number of 18 or 15 digits, if place and day
// can be.
func bornIn(d string) (law.Date, bool) {
	if len(d) < 15 || !provinces[d[:2]] {
		return law.Date{}, false
	}
	num := func(s string) (n int) {
		for _, c := range []byte(s) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	var b law.Date
	if len(d) == 15 {
		b = law.Date{Year: 1900 + num(d[6:8]), Month: num(d[8:10]), Day: num(d[10:12])}
	} else {
		b = law.Date{Year: num(d[6:10]), Month: num(d[10:12]), Day: num(d[12:14])}
	}
	return b, b.Valid() && b.Year >= 1900 && b.Year < 2100
}

// provinces are the first two digits of the codes of divisions (GB/T 2260).
var provinces = map[string]bool{
	"11": true, "12": true, "13": true, "14": true, "15": true, "21": true, "22": true, "23": true, "31": true, "32": true, "33": true,
	"34": true, "35": true, "36": true, "37": true, "41": true, "42": true, "43": true, "44": true, "45": true, "46": true,
	"50": true, "51": true, "52": true, "53": true, "54": true, "61": true, "62": true, "63": true, "64": true, "65": true,
	"71": true, "81": true, "82": true, "83": true,
}
