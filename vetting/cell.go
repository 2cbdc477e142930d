package vetting

import (
	"strings"
)

// What columns are called.
var (
	headsID      = []string{"身份证", "公民身份", "证件号", "残疾证号"}
	headsCard    = []string{"银行卡", "卡号", "账号", "帐号", "账户", "帐户", "存折", "一卡通", "开户"}
	headsPhone   = []string{"电话", "手机", "联系方式"}
	headsMail    = []string{"邮箱", "电子邮件", "微信", "qq号"}
	headsAddress = []string{"住址", "家庭地址", "户籍地", "居住地", "现住", "住所", "通讯地址", "联系地址"}
	headsHealth  = []string{"残疾类别", "残疾等级", "残疾类型", "残疾级别", "残疾程度", "病种", "疾病", "病情", "诊断", "患病", "健康状况", "身体状况", "伤残等级", "失能等级"}
	headsName    = []string{"姓名", "户主", "申请人", "受助人", "补助对象", "补贴对象", "救助对象", "保障对象", "享受人", "领取人", "受益人", "持证人", "承租人", "家庭成员", "监护人", "农户", "被征收人", "权利人", "参保人", "收款人"}
	headsChild   = []string{"学生姓名", "儿童姓名", "幼儿姓名", "孩子姓名", "孤儿姓名", "未成年人姓名", "学生", "儿童", "幼儿", "孤儿"}
)

func isPersonHead(h string) bool {
	return has(h, headsName...) || has(h, headsID...) || h == "学生" || h == "儿童" || h == "幼儿" || h == "孤儿"
}

// nameHead reports a column that holds names of persons.
func nameHead(h string) bool {
	return has(h, headsName...) && !has(h, "号", "电话", "地址", "住址", "关系", "人数", "数量", "单位", "类别", "签字", "签名", "数") || has(h, headsChild...) && has(h, "姓名") || len([]rune(h)) == 2 && has(h, headsChild...)
}

// childWord reports a text that speaks of children or pupils, students of a
// university left aside.
func childWord(s string) bool {
	return has(strings.ReplaceAll(s, "大学生", ""), "学生", "儿童", "孤儿", "幼儿", "未成年", "中小学", "小学", "初中", "婴幼儿", "入园")
}

// cell looks at a cell by the label over it: the whole column is of a kind, also
// where a single cell does not have the form.
func (s *scan) cell(i int) {
	u := &s.units[i]
	if u.table == nil || u.head == "" {
		return
	}
	t := u.table
	body := trimmed(u.text)
	if len(body) == 0 {
		return
	}
	from := 0
	for foldRune(u.text[from]) < 0 {
		from++
	}
	put := func(m Mark) { s.add(i, from, from+len(body), m) }
	h := u.head
	digits := 0
	for _, r := range body {
		if digit(r) >= 0 {
			digits++
		}
	}
	done := hidden(body)
	private := t.person && !t.staff
	switch {
	case has(h, headsHealth...):
		if !done && !blank(body) && private {
			put(Mark{Kind: Health, Masked: "***", Cite: citePersonal, Why: "“" + h + "”列写的是健康状况，是敏感个人信息。公示名单一般不需要，请删去这一列或者遮盖。"})
		}
	case has(h, headsID...) && !has(h, "类型", "种类", "类别", "名称", "后四", "后4", "后六", "后6", "末四", "末4", "尾号"):
		if !done && digits >= 4 && !s.allowedCell(body) {
			put(Mark{Kind: IDNumber, Masked: s.c.practice.cell(body, IDNumber, t.aged), Cite: citePersonal, Why: "“" + h + "”列整列遮盖。" + s.birth(i, body)})
		}
	case has(h, headsCard...):
		if !done && (digits >= 4 || private && has(h, "开户") && !blank(body)) && (private || !has(h, "开户")) && !s.allowedCell(body) {
			if t.person || s.orgLess(i) {
				put(Mark{Kind: BankCard, Masked: s.c.practice.cell(body, BankCard, false), Cite: citePersonal, Why: "“" + h + "”列整列遮盖。公示名单不需要银行账号，公开后可能被冒用。"})
			}
		}
	case has(h, headsPhone...) && !has(h, "办公", "单位", "咨询", "监督", "服务", "举报", "投诉"):
		if !done && digits >= 7 && private && !s.allowedCell(body) {
			put(Mark{Kind: Phone, Masked: s.c.practice.cell(body, Phone, false), Cite: cite15, Why: "“" + h + "”列整列遮盖。公示名单不需要个人电话。"})
		}
	case has(h, headsMail...):
		if !done && digits+len(body) >= 5 && private && !blank(body) && !s.allowedCell(body) {
			put(Mark{Kind: Mail, Masked: "***", Cite: cite15, Why: "“" + h + "”列整列遮盖。公示名单不需要个人联系方式。"})
		}
	case has(h, headsAddress...) || private && strings.HasSuffix(h, "地址"):
		if !done && (private || has(h, "家庭", "住址")) {
			if masked, ok := detail(body); ok {
				put(Mark{Kind: Address, Masked: masked, Cite: cite15, Why: "家庭住址写到了组或者门牌。请只写到村、社区或者道路。"})
			}
		}
	case has(h, "出生"):
		if b, ok := dayIn(body); ok && private && b.Year >= 1900 && !b.After(s.c.on) && s.young(b) {
			s.minor(i, "同一行的出生日期表明不满18周岁。")
		}
	case h == "年龄" || has(h, "年龄(", "年龄（", "周岁"):
		if n, ok := number(body); ok && n < 18 && private {
			s.minor(i, "同一行写的年龄不满18岁。")
		}
	case nameHead(h):
		s.nameCell(i, from, body)
	}
}

// nameCell remembers the name of the row; names of children are marked.
func (s *scan) nameCell(i, from int, body []rune) {
	u := &s.units[i]
	t := u.table
	t.name, t.nameRow = i, u.row
	if _, seen := t.cols["\x00name"]; !seen {
		t.cols["\x00name"] = -1
		if k, ok := t.heads[u.head]; ok && !t.staff {
			m := Mark{Kind: Name, Cite: citePersonal, Why: "这一列是姓名。依法要公示的可以保留；不必公示姓名的，请改为姓和星号，或者删去这一列。"}
			if s.children && !has(u.head, "监护人", "户主", "家长") {
				m.Kind, m.Why = Minor, "标题说的是学生或者儿童，这一列可能是未成年人的姓名。没有法定的公示要求的，请不要公开姓名。"
			}
			s.add(k, 0, len(s.units[k].text), m)
		}
	}
	if !hidden(body) && has(u.head, headsChild...) && len(body) <= 20 && !blank(body) && !star(body[len(body)-1]) {
		s.add(i, from, from+len(body), Mark{Kind: Minor, Masked: maskName(body), Cite: citePersonal, Why: "未成年人的姓名。没有法定的公示要求的，请遮盖或者删去。"})
	}
}

// minor marks the name in the row of the unit, or else the unit.
func (s *scan) minor(i int, why string) {
	u := &s.units[i]
	m := Mark{Kind: Minor, Cite: citePersonal, Why: why + "未成年人的信息从严保护，请遮盖姓名或者删去这一行。"}
	if t := u.table; t != nil && t.name >= 0 && t.nameRow == u.row {
		r := s.units[t.name].text
		body := trimmed(r)
		from := 0
		for from < len(r) && foldRune(r[from]) < 0 {
			from++
		}
		if len(body) == 0 || star(body[len(body)-1]) {
			return
		}
		m.Masked = maskName(body)
		s.add(t.name, from, from+len(body), m)
		return
	}
	if has(u.head, "年龄", "出生") {
		s.add(i, 0, len(u.text), m)
	}
}

// birth speaks of the minor whose number the cell is.
func (s *scan) birth(i int, body []rune) string {
	for _, sp := range Spot(body) {
		if sp.Kind != IDNumber || len(sp.Digits) < 15 {
			continue
		}
		d := sp.Digits[:min(18, len(sp.Digits))]
		if born, ok := bornIn(d); ok && !born.After(s.c.on) && s.young(born) && born.Year > 1990 {
			s.minor(i, "同一行的身份证号表明是未成年人。")
			return "这是不满18周岁的人的身份证号。"
		}
	}
	return ""
}

// orgLess reports a table of accounts that are not those of organs.
func (s *scan) orgLess(i int) bool {
	for h := range s.units[i].table.cols {
		if has(h, "单位", "企业", "公司", "机构", "户名", "合作社", "部门") {
			return false
		}
	}
	return true
}

func (s *scan) allowedCell(body []rune) bool {
	var d strings.Builder
	for _, r := range body {
		if n := digit(r); n >= 0 {
			d.WriteByte(byte('0' + n))
		}
	}
	return s.c.allowed[d.String()] || s.c.allowed[flatten(string(body))]
}

func blank(r []rune) bool {
	switch strings.Trim(flatten(string(r)), "-—/\\.()（）、 ") {
	case "", "无", "否", "健康", "良好", "正常", "略", "见附件", "待定", "空":
		return true
	}
	return false
}

// number reads a whole number that begins the text.
func number(r []rune) (n int, ok bool) {
	for i, c := range r {
		d := digit(c)
		if d < 0 {
			return n, ok && (c == '岁' || c == '周' || c == ' ')
		}
		if i > 3 {
			return 0, false
		}
		n, ok = n*10+d, true
	}
	return n, ok
}

// Names are marks with a masked form for every name in the columns of names, for
// him who decides that a list goes out without them. [Maskable] leaves them out.
func Names(pieces []Piece) []Mark {
	s := &scan{c: &Checker{}, pieces: pieces}
	s.split()
	s.found = make([][]Mark, len(s.units))
	for i := range s.units {
		u := &s.units[i]
		if u.table == nil || !nameHead(u.head) {
			continue
		}
		body := trimmed(u.text)
		if len(body) == 0 || len(body) > 20 || blank(body) || star(body[len(body)-1]) {
			continue
		}
		from := 0
		for foldRune(u.text[from]) < 0 {
			from++
		}
		s.add(i, from, from+len(body), Mark{Kind: Name, Masked: maskName(body), Cite: citePersonal, Why: "名单中的姓名。"})
	}
	return s.answer()
}
