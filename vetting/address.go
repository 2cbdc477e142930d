package vetting

import (
	"strings"

	"gongkai/law"
)

// detailWords end what is finer than a village or a road.
const detailWords = "组队号栋幢座室户排弄"

// detail masks an address from the group or the door number on, and reports
// whether it has one. What stands before stays: 幸福村三组12号 becomes 幸福村***.
func detail(r []rune) (string, bool) {
	if strings.Contains(string(r), "***") {
		return "", false
	}
	at := -1
	from := 0 // behind the village
	for i, c := range r {
		if c == '村' || c == '区' && i > 0 && r[i-1] == '社' || c == '会' && i > 0 && r[i-1] == '委' {
			from = i + 1
		}
	}
	for i := from; i < len(r); i++ {
		if !strings.ContainsRune(detailWords, r[i]) || r[i] == '户' && i+1 < len(r) && r[i+1] == '籍' {
			continue
		}
		k := i
		for k > from && numeral(r[k-1]) {
			k--
		}
		named := from > 0 && i > from && i-from <= 5 && (r[i] == '组' || r[i] == '队') // 幸福村向阳组
		switch {
		case named:
			at = from
		case k < i:
			at = k
		default:
			continue
		}
		break
	}
	if at < 0 { // 人民路12-3
		for i := from; i+2 < len(r); i++ {
			if digit(r[i]) >= 0 && (r[i+1] == '-' || r[i+1] == '－' || r[i+1] == '#') && digit(r[i+2]) >= 0 {
				for at = i; at > 0 && digit(r[at-1]) >= 0; {
					at--
				}
				break
			}
		}
	}
	if at < 0 {
		return "", false
	}
	return string(r[:at]) + "***", true
}

func numeral(r rune) bool {
	return digit(r) >= 0 || letter(r) || strings.ContainsRune("一二三四五六七八九十百零〇甲乙丙丁-－#", r)
}

// home judges what follows a label of a dwelling in running text; from and to
// are the label's place in flat.
func (s *scan) home(i int, w *word, from, to int) {
	u := &s.units[i]
	if u.table != nil && u.head != "" && has(u.head, headsAddress...) {
		return
	}
	if w.said == "住" && (from == 0 || u.flat[from-1] != ',' || to < len(u.flat) && u.flat[to] == '址') {
		return // …，男，住白石镇…, as decisions have it
	}
	sure := has(w.said, "住址", "家住", "户籍") // 地址 alone is as often an office's
	start := to
	if start < len(u.flat) && (u.flat[start] == ':' || u.flat[start] == '为' || u.flat[start] == '在') {
		start++
	} else if !strings.HasSuffix(w.said, "住") {
		return
	}
	end := start
	for end < len(u.flat) && end-start < 60 && !strings.ContainsRune(",，。；;\n)）的", u.flat[end]) {
		end++
	}
	if end-start < 3 {
		return
	}
	if !sure && !personal(string(u.flat[max(0, from-60):min(len(u.flat), end+40)])) {
		return
	}
	a, z := u.span(start, end)
	if masked, ok := detail(u.text[a:z]); ok {
		s.add(i, a, z, Mark{Kind: Address, Masked: masked, Cite: cite15, Why: "个人住址写到了组或者门牌。请只写到村、社区或者道路，或者删去。"})
	}
}

// personal reports words that speak of one person.
func personal(s string) bool {
	return has(s, "身份证", "公民身份", "男,", "女,", "男，", "女，", "岁", "出生", "民族", "汉族", "当事人", "户主", "被处罚人", "村民", "申请人", "姓名:", "家属")
}

// somebody reports words that speak of a certain person, as no rule does.
func somebody(s string) bool {
	return has(s, ",男", ",女", "(男", "(女", "，男", "，女", "身份证", "该户", "户主", "其妻", "其夫", "其子", "其女", "其父", "其母", "之子", "之女", "岁,", "岁，", "同志")
}

// ill judges the name of an illness: in a list of persons always, in running
// text where it is somebody who has it.
func (s *scan) ill(i int, w *word, from, to int) {
	u := &s.units[i]
	if u.table != nil {
		if !u.table.person || u.table.staff || has(u.head, headsHealth...) {
			return
		}
	} else {
		near := string(u.flat[max(0, from-10):from])
		k := lastOf(near, "患有", "罹患", "患", "确诊", "诊断为", "感染", "身患", "因病")
		if k < 0 || strings.ContainsAny(near[k:], ",，。；;、 ") || has(near, "防治", "预防", "救治", "筛查", "患者", "疑似", "可能", "或者", "易感") {
			return
		}
		if !somebody(string(u.flat[max(0, from-60):min(len(u.flat), to+30)])) || to < len(u.flat) && (u.flat[to] == '患' || u.flat[to] == '防') {
			return
		}
	}
	a, z := u.span(from, to)
	s.add(i, a, z, Mark{Kind: Health, Masked: "***", Cite: citePersonal, Why: "写了某个人的疾病或者残疾，是敏感个人信息。请删去或者遮盖。"})
}

// age judges 岁 in running text: a person who is said to be younger than
// eighteen, not a rule about ages.
func (s *scan) age(i int, _ *word, from, to int) {
	u := &s.units[i]
	k := from
	if k > 0 && u.flat[k-1] == '周' {
		k--
	}
	n, place := 0, 1
	d := k
	for d > 0 && k-d < 3 && digit(u.flat[d-1]) >= 0 {
		d--
		n += digit(u.flat[d]) * place
		place *= 10
	}
	if d == k || n >= 18 || u.table != nil {
		return
	}
	rest := string(u.flat[to:min(len(u.flat), to+4)])
	lead := string(u.flat[max(0, d-8):d])
	if has(rest, "以", "至", "-", "—", "~", "及", "儿童", "到", "的", "人") {
		return
	}
	for _, w := range []string{"满", "至", "-", "—", "~", "过", "于", "不足", "到"} {
		if strings.HasSuffix(lead, w) {
			return
		}
	}
	if !has(lead, "男", "女", "学生", "年龄:", "现年", "今年", "年仅", "之子", "儿子", "女儿", "其子", "其女", "长子", "次子", "长女", "次女") {
		return
	}
	a, z := u.span(d, to)
	s.add(i, a, z, Mark{Kind: Minor, Cite: citePersonal, Why: "写了一个不满18周岁的人。未成年人的姓名、年龄、学校等不应公开到能认出是谁，请删改。"})
}

// dayIn reads the day a cell begins with: 2015年3月1日, 2015-03-01, 2015.3,
// 20150301. Without a day it is the last of the month, the later birthday.
func dayIn(r []rune) (law.Date, bool) {
	var n [3]int
	part, digits := 0, 0
	for _, c := range r {
		if d := digit(c); d >= 0 {
			if part == 0 && digits == 4 || part == 1 && digits == 2 {
				part, digits = part+1, 0 // 20150301
			}
			if part > 2 || digits > 3 {
				return law.Date{}, false
			}
			n[part], digits = n[part]*10+d, digits+1
		} else if digits > 0 {
			if !strings.ContainsRune("年月日.-/．－／", c) || part == 2 {
				break
			}
			part, digits = part+1, 0
		}
	}
	if n[1] == 0 {
		n[1] = 12
	}
	if n[2] == 0 {
		n[2] = 28
	}
	d := law.Date{Year: n[0], Month: n[1], Day: n[2]}
	return d, d.Valid()
}
