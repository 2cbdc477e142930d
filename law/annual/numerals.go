package annual

import (
	"strings"
	"unicode/utf8"
)

// A figure in running prose. N holds millionths, so that 3.2万元 is exact.
type proseNumber struct {
	Start, End int    // byte offsets of the number with its unit in the sentence
	N          int64  // value × Micro, 万 and 亿 multiplied in
	Unit       string // measure word: 件, 条, 元, …; "" if none; "%" for a share
	Approx     bool   // 约, 近, 余, 多, 左右
	Raw        string // as written, with unit
	Exact      string // the digits alone, for the rule on vague words
	Chinese    bool   // written in Chinese numerals
}

// words prints the figure for a suggestion.
func (n proseNumber) words() string { return FormatMicro(n.N) + n.Unit }

// measures are the measure words that follow a count; the longest first.
var measures = []string{"万元", "亿元", "人次", "件次", "条次", "余件", "公里",
	"件", "条", "项", "元", "份", "篇", "个", "次", "期", "起", "宗", "例", "人", "名", "台", "间", "户", "家", "场", "批", "册", "部", "则", "处", "块", "本", "页", "张", "亩", "平", "%", "％", "‰", "倍", "成", "天", "年", "月", "日", "号", "时", "分", "点", "届", "岁", "类", "种", "级", "大", "套"}

var notCounts = map[string]bool{"年": true, "月": true, "日": true, "号": true, "时": true, "点": true, "届": true, "天": true}

// scanNumbers finds the figures of a sentence: ASCII and full-width digits,
// and Chinese numerals where a measure word follows. Dates, document numbers
// in 〔〕 and ordinals are left out.
func scanNumbers(s string) []proseNumber {
	var out []proseNumber
	for i := 0; i < len(s); {
		c := s[i]
		if c >= '0' && c <= '9' {
			n, end, ok := arabicNumber(s, i)
			if ok && countable(s, n) {
				out = append(out, n)
			}
			i = end
			continue
		}
		if c < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= '０' && r <= '９' {
			// Full-width digits are rare; fold this run and read it alone.
			end := i
			for end < len(s) {
				q, w := utf8.DecodeRuneInString(s[end:])
				if (q < '０' || q > '９') && q != '．' && q != '，' {
					break
				}
				end += w
			}
			folded := foldDigits(s[i:end]) + s[end:]
			if n, stop, ok := arabicNumber(folded, 0); ok {
				shift := (end - i) - len(foldDigits(s[i:end])) + i
				n.Start, n.End = i, n.End+shift
				if n.End <= len(s) && n.End >= end {
					n.Raw = s[n.Start:n.End]
					if countable(s, n) {
						out = append(out, n)
					}
					i = stop + shift
					continue
				}
			}
			i = end
			continue
		}
		if _, isNum := chineseDigit(r); isNum {
			n, end, ok := chineseNumber(s, i)
			if ok {
				out = append(out, n)
			}
			i = max(end, i+size)
			continue
		}
		i += size
	}
	return out
}

// countable leaves out dates, ordinals and numbers of documents.
func countable(s string, n proseNumber) bool {
	if notCounts[n.Unit] {
		return false
	}
	before := s[:n.Start]
	for _, p := range []string{"第", "〔", "[", "［", "(", "（", "No.", "-", "—"} {
		if strings.HasSuffix(before, p) {
			return (p == "(" || p == "（") && n.Unit != ""
		}
	}
	return true
}

// arabicNumber reads digits with separators, then 万 or 亿, vague words and the
// measure word.
func arabicNumber(s string, i int) (proseNumber, int, bool) {
	start := i
	var b strings.Builder
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || (s[i] == '.' || s[i] == ',') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		if s[i] == ',' && !(i+3 < len(s) && digits(s[i+1:i+4]) && (i+4 >= len(s) || s[i+4] < '0' || s[i+4] > '9')) {
			break
		}
		if s[i] != ',' {
			b.WriteByte(s[i])
		}
		i++
	}
	micro, err := ParseMicro(b.String())
	if err != nil {
		return proseNumber{}, i, false
	}
	n := proseNumber{Start: start, N: micro, Exact: b.String()}
	i = n.finish(s, i)
	n.Approx = n.Approx || vagueBefore(s[:start])
	return n, i, true
}

// finish reads what follows the digits: multipliers, 余/多, the unit, 左右.
func (n *proseNumber) finish(s string, i int) int {
	for {
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, "余"), strings.HasPrefix(rest, "多") && !strings.HasPrefix(rest, "多次"):
			n.Approx = true
			i += len("余")
			continue
		case strings.HasPrefix(rest, "万") && n.N < 1e12:
			n.N *= 1e4
			i += len("万")
			continue
		case strings.HasPrefix(rest, "亿") && n.N < 1e9:
			n.N *= 1e8
			i += len("亿")
			continue
		case strings.HasPrefix(rest, " "), strings.HasPrefix(rest, "\u00a0"):
			i += 1
			if rest[0] != ' ' {
				i++
			}
			continue
		}
		break
	}
	for _, m := range measures {
		if strings.HasPrefix(s[i:], m) {
			n.Unit = m
			i += len(m)
			break
		}
	}
	n.End = i
	n.Raw = strings.TrimSpace(s[n.Start:i])
	if strings.HasPrefix(s[i:], "左右") || strings.HasPrefix(s[i:], "上下") || strings.HasPrefix(s[i:], "以上") {
		n.Approx = true
	}
	return i
}

func vagueBefore(before string) bool {
	for _, p := range []string{"约", "近", "大约", "超过", "超", "逾", "不少于", "将近"} {
		if strings.HasSuffix(before, p) {
			return true
		}
	}
	return false
}

func chineseDigit(r rune) (int64, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '一':
		return 1, true
	case '二', '两':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	case '十':
		return 10, true
	case '百':
		return 100, true
	case '千':
		return 1000, true
	}
	return 0, false
}

// chineseNumber reads 十二, 三百零五, 两千 and the like. Only a count of
// cases and the like is meant (件, 例, 起, 宗, 条, 份, 元): 一个, 两种, 三个层次
// are words, not figures.
func chineseNumber(s string, i int) (proseNumber, int, bool) {
	start := i
	var total, digit int64
	seen := false
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		d, ok := chineseDigit(r)
		if !ok {
			break
		}
		if d >= 10 {
			if digit == 0 && (d != 10 || seen && total%100 != 0) {
				return proseNumber{}, i + w, false
			}
			total += max(digit, 1) * d
			digit = 0
		} else {
			digit = d
		}
		seen = true
		i += w
	}
	n := proseNumber{Start: start, N: (total + digit) * Micro, Chinese: true, Exact: s[start:i]}
	end := n.finish(s, i)
	switch n.Unit {
	case "件", "例", "起", "宗", "条", "份", "元", "万元":
	default:
		return proseNumber{}, i, false
	}
	if before := s[:start]; strings.HasSuffix(before, "第") || strings.HasSuffix(before, "每") || strings.HasSuffix(before, "逐") {
		return proseNumber{}, end, false
	}
	n.Approx = n.Approx || vagueBefore(s[:start])
	return n, end, true
}

// firstNumber reads the first figure of a cell's text, such as 约36万元.
func firstNumber(s string) (proseNumber, bool) {
	all := scanNumbers(s)
	if len(all) == 0 {
		return proseNumber{}, false
	}
	return all[0], true
}
