package xlsx

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A format is what a cell style shows of a number.
type format byte

const (
	number format = iota
	date
	moment // date and time
	percent
)

func (b *book) readStyles(part string) error {
	custom := map[string]string{}
	inXfs := false
	return b.each(part, func(e *xml.StartElement, _ *xml.Decoder) (bool, error) {
		switch e.Name.Local {
		case "numFmt":
			custom[value(e, "numFmtId")] = value(e, "formatCode")
		case "cellXfs":
			inXfs = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inXfs = false
		case "xf":
			if inXfs {
				id := value(e, "numFmtId")
				code, ok := custom[id]
				n, _ := strconv.Atoi(id)
				b.formats = append(b.formats, formatOf(n, code, ok))
			}
		}
		return false, nil
	})
}

// quoted is what stands in a format but is no code: literals, colours.
var quoted = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

func formatOf(id int, code string, custom bool) format {
	if !custom {
		switch {
		case id == 9, id == 10:
			return percent
		case id == 22:
			return moment
		case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id >= 57 && id <= 58:
			return date
		case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
			return moment
		}
		return number
	}
	code = strings.ToLower(quoted.ReplaceAllString(code, ""))
	if strings.Contains(code, "general") || strings.Contains(code, "通用") {
		return number
	}
	day := strings.ContainsAny(code, "yd年月日") || strings.Contains(code, "mm")
	clock := strings.ContainsAny(code, "hs")
	switch {
	case clock:
		return moment
	case day:
		return date
	case strings.Contains(code, "%"):
		return percent
	}
	return number
}

// show writes a stored number as Excel shows it, with every digit that counts:
// 3 for 3.0, 0.3 for 0.30000000000000004, a date for a day count.
func (b *book) show(raw string, style int) string {
	raw = strings.TrimSpace(raw)
	f := number
	if style >= 0 && style < len(b.formats) {
		f = b.formats[style]
	}
	if f == number && plain(raw) {
		return raw
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw
	}
	switch f {
	case date, moment:
		if s := b.day(v, f == moment); s != "" {
			return s
		}
	case percent:
		return decimal(v*100) + "%"
	}
	return decimal(v)
}

// plain reports a number that is already as short as it can be written.
func plain(s string) bool {
	if len(s) == 0 || len(s) > 15 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s == "0" || s[0] != '0'
}

// decimal rounds to the 15 digits that Excel keeps and writes no exponent.
func decimal(v float64) string {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil || math.Abs(r) >= 1e21 || r != 0 && math.Abs(r) < 1e-12 {
		return strconv.FormatFloat(v, 'g', 15, 64)
	}
	if r == 0 {
		return "0"
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// day writes a day count as a date. Excel counts a 29 February 1900 that never
// was.
func (b *book) day(v float64, clock bool) string {
	if v < 0 || v > 2_958_465 {
		return ""
	}
	n := int(v)
	secs := int(math.Round((v - float64(n)) * 86400))
	if secs == 86400 {
		n, secs = n+1, 0
	}
	days := n - 25569 // from 1970-01-01
	if b.epoch == 1904 {
		days += 1462
	} else if n < 60 {
		days++
	}
	at := strconv.Itoa(secs/3600) + ":" + two(secs/60%60)
	if secs%60 > 0 {
		at += ":" + two(secs%60)
	}
	if n == 0 {
		return at
	}
	y, m, d := civil(days)
	s := strconv.Itoa(y) + "-" + two(m) + "-" + two(d)
	if clock && secs > 0 {
		s += " " + at
	}
	return s
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// civil is the calendar date of a count of days from 1970-01-01.
func civil(z int) (y, m, d int) {
	z += 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	m = mp + 3
	if m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, doy - (153*mp+2)/5 + 1
}

// unescape resolves _x000D_ and its like, and takes line ends for one.
func unescape(s string) string {
	if strings.Contains(s, "_x") {
		var out strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '_' && i+7 <= len(s) && s[i+1] == 'x' && s[i+6] == '_' {
				if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
					if n >= ' ' || n == '\n' || n == '\r' || n == '\t' {
						out.WriteRune(rune(n))
					}
					i += 6
					continue
				}
			}
			out.WriteByte(s[i])
		}
		s = out.String()
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}
