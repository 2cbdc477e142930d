package proactive

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// longSentence is from how many characters on a sentence is cut at its commas:
// what one hears has to end soon.
const longSentence = 36

// mostSpoken bounds how many sentences of a text are read out.
const mostSpoken = 40

// Speech writes a script for the village loudspeaker 广播稿: short sentences, one
// a line, numbers as they are spoken, and at the end once more what people must
// remember. from is who speaks, e.g. 青石镇人民政府.
func Speech(from, title, text, where string) string {
	var said []string
	for p := range strings.Lines(text) {
		for _, s := range sentences(strings.TrimSpace(p)) {
			if len(said) < mostSpoken {
				said = append(said, s)
			}
		}
	}
	var facts []string
	for _, s := range said {
		if keyFact.MatchString(s) && len(facts) < 4 {
			facts = append(facts, s)
		}
	}
	var b strings.Builder
	line := func(s string) {
		b.WriteString(Spoken(s))
		b.WriteString("\n")
	}
	line("村民朋友们，大家好！")
	line("现在广播" + from + "的信息：" + strings.Trim(title, "《》") + "。")
	b.WriteString("\n")
	for _, s := range said {
		line(s)
	}
	if len(facts) > 0 {
		b.WriteString("\n")
		line("重点再说一遍：")
		for _, s := range facts {
			line(s)
		}
	}
	b.WriteString("\n")
	if where != "" {
		line("全文可以" + where + "。")
	}
	line("广播完了，谢谢收听。")
	return b.String()
}

// keyFact finds what has to be remembered: a day, a sum, a place to call.
var keyFact = regexp.MustCompile(`\d+月\d+日|\d[\d.,]*(万元|元|亩|斤|公斤)|\d{3,4}-?\d{7,8}|截止|务必|严禁|不得`)

// sentences cuts a paragraph into sentences, long ones at their commas.
func sentences(p string) []string {
	var out []string
	for p != "" {
		i := strings.IndexAny(p, "。！？；")
		s := p
		if i >= 0 {
			_, n := utf8.DecodeRuneInString(p[i:])
			s = p[:i+n]
		}
		p = strings.TrimSpace(p[len(s):])
		for utf8.RuneCountInString(s) > longSentence {
			at := 0
			for i, r := range s {
				if r == '，' && (at == 0 || utf8.RuneCountInString(s[:i]) <= longSentence) {
					at = i // the last that is near enough, else the first
				}
			}
			if at == 0 {
				break
			}
			out = append(out, s[:at]+"。")
			s = strings.TrimPrefix(s[at:], "，")
		}
		if s = strings.TrimSpace(strings.TrimRight(s, "；")); s != "" {
			if r, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune("。！？：", r) {
				s += "。"
			}
			out = append(out, s)
		}
	}
	return out
}

var (
	docNumber = regexp.MustCompile(`[〔\[（(](\d{4})[〕\]）)]第?(\d+)号`)
	yearly    = regexp.MustCompile(`(\d{4})年`)
	phone     = regexp.MustCompile(`\d{3,4}-\d{7,8}|\d{7,}`)
	clock     = regexp.MustCompile(`(\d{1,2})[:：](\d{2})`)
	percent   = regexp.MustCompile(`([\d.]+)[%％]`)
	range_    = regexp.MustCompile(`(\d)\s*[-~～—]+\s*(\d)`)
	number    = regexp.MustCompile(`\d[\d,]*(\.\d+)?`)
)

// Spoken writes the numbers of a text as they are spoken: a year and a telephone
// number digit by digit, everything else as a number.
func Spoken(s string) string {
	s = docNumber.ReplaceAllStringFunc(s, func(m string) string {
		x := docNumber.FindStringSubmatch(m)
		return digits(x[1]) + "年" + Numeral(x[2]) + "号"
	})
	s = phone.ReplaceAllStringFunc(s, func(m string) string { return digits(strings.ReplaceAll(m, "-", "")) })
	s = yearly.ReplaceAllStringFunc(s, func(m string) string { return digits(m[:4]) + "年" })
	s = clock.ReplaceAllStringFunc(s, func(m string) string {
		x := clock.FindStringSubmatch(m)
		switch x[2] {
		case "00":
			return Numeral(x[1]) + "点"
		case "30":
			return Numeral(x[1]) + "点半"
		}
		if x[2][0] == '0' {
			return Numeral(x[1]) + "点零" + Numeral(x[2]) + "分"
		}
		return Numeral(x[1]) + "点" + Numeral(x[2]) + "分"
	})
	s = percent.ReplaceAllStringFunc(s, func(m string) string { return "百分之" + Numeral(strings.TrimRight(m, "%％")) })
	s = range_.ReplaceAllString(s, "${1}至${2}")
	return number.ReplaceAllStringFunc(s, Numeral)
}

const numerals = "零一二三四五六七八九"

func digits(s string) string {
	all := []rune(numerals)
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			b.WriteRune(all[r-'0'])
		}
	}
	return b.String()
}

// Numeral is a number without sign, of up to twelve digits before the point, in
// Chinese; one that is longer is read digit by digit.
func Numeral(s string) string {
	whole, part, point := strings.Cut(strings.ReplaceAll(s, ",", ""), ".")
	whole = strings.TrimLeft(whole, "0")
	out := ""
	switch {
	case whole == "":
		out = "零"
	case len(whole) > 12:
		out = digits(whole)
	default:
		units := []string{"", "万", "亿"}
		zero := false
		for i := (len(whole) - 1) / 4; i >= 0; i-- {
			group := whole[max(0, len(whole)-4*(i+1)) : len(whole)-4*i]
			g := four(group, out != "" && (zero || group[0] == '0'))
			zero = g == ""
			if g != "" {
				out += g + units[i]
			}
		}
		if strings.HasPrefix(out, "一十") {
			out = strings.TrimPrefix(out, "一")
		}
	}
	if point && part != "" {
		out += "点" + digits(part)
	}
	return out
}

// four reads up to four digits; gap says that a zero is spoken before them.
func four(s string, gap bool) string {
	all, units := []rune(numerals), []string{"", "十", "百", "千"}
	out := ""
	for i, r := range s {
		if r == '0' {
			gap = gap || out != ""
			continue
		}
		if gap {
			out += "零"
		}
		gap = false
		out += string(all[r-'0']) + units[len(s)-1-i]
	}
	return out
}
