package vetting

import (
	"strings"

	"gongkai/law"
)

// day judges the date around 月: one that does not exist, or on another day of
// the week than is said.
func (s *scan) day(i int, _ *word, from, to int) {
	u := &s.units[i]
	f := u.flat
	a := from
	for a > 0 && from-a < 3 && dateDigit(f[a-1]) {
		a--
	}
	z := to
	for z < len(f) && z-to < 4 && dateDigit(f[z]) {
		z++
	}
	month, okM := dateNumber(f[a:from])
	d, okD := dateNumber(f[to:z])
	if !okM || a > 0 && (f[a-1] == '个' || dateDigit(f[a-1])) {
		return
	}
	year, okY := 0, false
	start := a
	if a > 1 && f[a-1] == '年' {
		y := a - 1
		for y > 0 && a-1-y < 5 && dateDigit(f[y-1]) {
			y--
		}
		if a-1-y == 4 {
			year, okY = yearNumber(f[y : a-1])
			if okY {
				start = y
			}
		}
	}
	end := z
	if okD && z < len(f) && (f[z] == '日' || f[z] == '号') {
		end = z + 1
	} else if okD = false; !okY {
		return // 3月 and 12月份 say nothing wrong; 13月 without year may be an amount of months
	} else {
		end = to
	}
	leap := year
	if !okY {
		leap = 2024
	}
	bad := ""
	switch {
	case month < 1 || month > 12:
		bad = "没有这个月份。请核对日期。"
	case okD && !(law.Date{Year: leap, Month: month, Day: d}).Valid():
		bad = "没有这一天。请核对日期。"
	}
	if bad != "" {
		x, y := u.span(start, end)
		s.add(i, x, y, misprint(bad, ""))
		return
	}
	if !okY || !okD || end >= len(f) {
		return
	}
	rest := f[end:min(len(f), end+5)]
	if len(rest) > 0 && (rest[0] == '(' || rest[0] == '（') {
		rest = rest[1:]
		end++
	}
	var said rune
	if n := len(rest); n >= 3 && rest[0] == '星' && rest[1] == '期' {
		said, end = rest[2], end+3
	} else if n >= 2 && rest[0] == '周' {
		said, end = rest[1], end+2
	}
	k := strings.IndexRune("日一二三四五六", said)
	if said == '天' {
		k = 0
	}
	if said == 0 || k < 0 {
		return
	}
	days := []string{"日", "一", "二", "三", "四", "五", "六"}
	if right := (law.Date{Year: year, Month: month, Day: d}).Weekday(); days[right] != string([]rune("日一二三四五六")[k/3]) {
		if end < len(f) && (f[end] == ')' || f[end] == '）') {
			end++
		}
		x, y := u.span(start, end)
		s.add(i, x, y, misprint("这一天是星期"+days[right]+"。请核对日期和星期。", "星期"+days[right]))
	}
}

const chineseDigits = "〇一二三四五六七八九"

func dateDigit(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune("零〇○Ｏ一二三四五六七八九十廿", r)
}

// dateNumber reads 12, 十二, 二十.
func dateNumber(r []rune) (int, bool) {
	n, ok := 0, false
	for k, c := range r {
		d := digit(c)
		if d < 0 {
			if p := strings.IndexRune(chineseDigits, c); p >= 0 {
				d = p / 3
			}
		}
		switch {
		case c == '十' && k == 0:
			n = 10
		case c == '十' && n < 10:
			n *= 10
		case d >= 0 && k > 0 && r[k-1] == '十':
			n += d
		case d >= 0:
			n = n*10 + d
		default:
			return 0, false
		}
		if ok = true; n > 999 {
			return 0, false
		}
	}
	return n, ok
}

func yearNumber(r []rune) (int, bool) {
	n := 0
	for _, c := range r {
		d := digit(c)
		if d < 0 {
			switch p := strings.IndexRune(chineseDigits, c); {
			case p >= 0:
				d = p / 3
			case c == '零' || c == '○' || c == 'Ｏ':
				d = 0
			default:
				return 0, false
			}
		}
		n = n*10 + d
	}
	return n, n >= 1800 && n < 2200
}
