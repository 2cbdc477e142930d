package search

import (
	"regexp"
	"strings"
)

// yearAndNumber is the end of a 文号 as people write it: 云政发〔2026〕12号,
// 云政发[2026]第12号, 云政发2026 12号, 云政发2026年12号.
var (
	bracketed  = regexp.MustCompile(`\s*[〔\[［（(【﹝〖]\s*([0-9０-９]{4})\s*[〕\]］）)】﹞〗]\s*(?:第\s*)?([0-9０-９]{1,6})\s*[号號]?`)
	spaced     = regexp.MustCompile(`\s*((?:19|20|１９|２０)[0-9０-９]{2})\s*(?:年\s*)?[-—－ 　]?\s*(?:第\s*)?([0-9０-９]{1,6})\s*[号號]`)
	inBrackets = regexp.MustCompile(`〔[0-9]{4}〕[0-9]{1,4}号`)
)

// joined writes the numbers of documents in a query in one way: 云政发2026 12号
// as 云政发〔2026〕12号.
func joined(q string) string {
	q = bracketed.ReplaceAllString(q, "〔$1〕${2}号")
	if !strings.ContainsRune(q, '〔') {
		q = spaced.ReplaceAllString(q, "〔$1〕${2}号")
	}
	return q
}

// numberKeys are the keys under which the numbers of an item are found: they
// are the same however brackets, width, spaces and zeros are written.
func numberKeys(numbers ...string) []string {
	var out []string
	for _, s := range numbers {
		if k := numberKey(s); k != "" {
			out = append(out, k)
		}
	}
	return out
}

// numberKey is the units of a number without what is written or left out at
// will; "" for what holds no digit or is too long for a number.
func numberKey(s string) string {
	if len(s) > 200 {
		return ""
	}
	var b strings.Builder
	digit := false
	for _, u := range units(joined(s)) {
		switch u.s {
		case "第", "号", "字":
			continue
		}
		if t := strings.TrimLeft(u.s, "0"); t != "" {
			u.s = t
		}
		if ascii(u.s) {
			digit = digit || strings.ContainsAny(u.s, "0123456789")
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
		}
		b.WriteString(u.s)
	}
	if !digit {
		return ""
	}
	return b.String()
}
