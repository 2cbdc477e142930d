package vetting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
)

// Labels that say what stands behind them.
var (
	labelID     = []string{"身份证", "公民身份号码", "证件号", "残疾证号"}
	labelCode   = []string{"编号", "项目", "标段", "合同", "案号", "索引", "代码", "流水", "单号", "许可证", "文号", "凭证", "批次", "登记号", "注册号", "证书", "备案", "发票", "图斑", "地块", "宗地", "执照", "序列", "订单", "受理号", "学籍", "报名号", "准考证"}
	labelCard   = []string{"卡号", "银行卡", "一卡通", "存折", "社保卡"}
	labelBank   = []string{"账号", "帐号", "账户", "帐户"}
	labelPhone  = []string{"电话", "手机", "联系方式", "热线", "传真", "tel", "号码", "拨打", "致电", "联系人", "微信"}
	labelOffice = []string{"电话", "传真", "热线", "拨打", "致电", "联系方式", "tel", "咨询", "举报", "值班", "监督", "联系人"}
	citizens    = []string{"申请人", "户主", "当事人", "投诉人", "举报人", "信访人", "村民", "居民", "家长", "学生", "本人", "被处罚人", "来信人", "家属"}
	offices     = []string{"局", "公司", "中心", "政府", "财政", "委员会", "办事处", "基金会", "红十字会", "慈善", "合作社", "学校", "医院", "国库", "集团", "大队", "支队", "协会", "街道", "专户", "保证金"}
)

// near reports whether one of the words is among the last n runes before k and
// none of the others stands nearer.
func (u *unit) near(k, n int, words, others []string) bool {
	s := u.before(k, n)
	at := lastOf(s, words...)
	return at >= 0 && at >= lastOf(s, others...)
}

// numbers judges what has the form of a number, and mail.
func (s *scan) numbers(i int) {
	u := &s.units[i]
	digits, at := 0, false
	for _, r := range u.text {
		if digit(r) >= 0 {
			digits++
		}
		at = at || r == '@' || r == '＠'
	}
	if at {
		for _, sp := range Mails(u.text) {
			s.mail(i, sp)
		}
	}
	if digits < 7 {
		return
	}
	for _, sp := range Spot(u.text) {
		if s.c.allowed[sp.Digits] || u.decimal(sp) {
			continue
		}
		ok := false
		switch sp.Kind {
		case IDNumber:
			if ok = s.identity(i, sp); !ok && len(sp.Digits) == 18 && sp.Digits[17] != 'X' {
				sp.Kind = BankCard
				ok = s.card(i, sp)
			} else if !ok && len(sp.Digits) == 15 && sp.Digits[:4] == "0086" {
				sp.Kind = Phone
				ok = s.phone(i, sp)
			}
		case Phone:
			ok = s.phone(i, sp)
		case BankCard:
			ok = s.card(i, sp)
		}
		if !ok && u.near(sp.From, 16, labelCard, labelCode) {
			s.add(i, sp.From, sp.To, Mark{Kind: BankCard, Masked: stars(sp.Digits, 4, 4), Cite: citePersonal, Why: "写明是银行卡号或者存折号，公开后可能被冒用。请遮盖。"})
		}
	}
}

// decimal reports an amount: digits that go on behind a point, or with a unit.
func (u *unit) decimal(sp Span) bool {
	if sp.Split || len(sp.Digits) > 15 {
		return false
	}
	if sp.From >= 2 && u.text[sp.From-1] == '.' && digit(u.text[sp.From-2]) >= 0 {
		return true
	}
	rest := u.text[sp.To:min(len(u.text), sp.To+4)]
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == '．') && digit(rest[1]) >= 0 {
		return true
	}
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return len(rest) > 0 && strings.ContainsRune("元万亿%％‰", rest[0])
}

func (s *scan) identity(i int, sp Span) bool {
	u := &s.units[i]
	d := sp.Digits
	if len(d) == 20 {
		d = d[:18]
	}
	born, can := bornIn(d)
	can = can && !born.After(s.c.on)
	labelled := u.near(sp.From, 20, labelID, nil)
	coded := u.near(sp.From, 16, labelCode, labelID)
	why := ""
	switch {
	case len(d) == 18 && can && checkDigit(d) == d[17]:
		if u.near(sp.From, 14, []string{"信用代码"}, labelID) {
			return false
		}
		why = "身份证号，校验位正确。公开会泄露个人隐私，请遮盖；确需公示的，只留能分清同名的几位。"
	case labelled && (len(d) == 18 || len(d) == 15):
		why = "写明是身份证号，但校验位或者日期不对，可能抄错。请核对后遮盖。"
	case len(d) == 18 && can && !coded && born.Year <= s.c.on.Year-3:
		why = "很像身份证号，只有校验位不对，可能抄错。请核对；确是身份证号的，请遮盖。"
	case len(d) == 15 && can && !coded:
		why = "可能是十五位的旧身份证号。请核对；确是身份证号的，请遮盖。"
	default:
		return false
	}
	m := Mark{Kind: IDNumber, Masked: s.c.practice.number(sp, u.table != nil && u.table.aged), Cite: citePersonal, Why: why}
	if can && s.young(born) {
		m.Why = "不满18周岁的人的" + why
		s.minor(i, fmt.Sprintf("同一行的身份证号表明是%d年出生的未成年人。", born.Year))
	}
	s.add(i, sp.From, sp.To, m)
	return true
}

// young reports whether who was born on the day is not yet eighteen.
func (s *scan) young(born law.Date) bool {
	on := s.c.on
	age := on.Year - born.Year
	if on.Month < born.Month || on.Month == born.Month && on.Day < born.Day {
		age--
	}
	return age < 18
}

func (s *scan) phone(i int, sp Span) bool {
	u := &s.units[i]
	m := Mark{Kind: Phone, Masked: s.c.practice.number(sp, false), Cite: cite15}
	labelled := u.near(sp.From, 16, labelPhone, labelCode)
	if mobile([]byte(sp.Digits)) {
		if !labelled && u.near(sp.From, 10, labelCode, nil) {
			return false
		}
		m.Why = "手机号码。是个人的，请遮盖或者删去；是本机关对外公布的，请改用办公电话，或者把号码列入放行词表。"
		s.add(i, sp.From, sp.To, m)
		return true
	}
	switch {
	case u.near(sp.From, 24, citizens, nil) && labelled:
		m.Why = "群众的固定电话。请遮盖或者删去。"
	case u.table != nil && (u.table.staff || !u.table.person || has(u.head, "办公", "单位", "咨询", "监督", "服务")):
		return false
	case u.table == nil && (u.near(sp.From, 20, labelOffice, labelCode) || s.said(i, labelOffice...) || sp.From == 0 || coded(u, sp)):
		return false
	default:
		m.Why = "固定电话，看不出是办公电话。是个人的请遮盖；是办公电话的请写明，或者列入放行词表。"
	}
	s.add(i, sp.From, sp.To, m)
	return true
}

func coded(u *unit, sp Span) bool { return u.near(sp.From, 12, labelCode, nil) }

// said reports whether one of the words stands in the pieces just before.
func (s *scan) said(i int, words ...string) bool {
	for k := i - 1; k >= 0 && k >= i-3 && s.pieces[s.units[k].piece].Field == s.pieces[s.units[i].piece].Field; k-- {
		r := s.units[k].text
		if has(flatten(string(r[:min(len(r), 60)])), words...) {
			return true
		}
	}
	return false
}

func (s *scan) card(i int, sp Span) bool {
	u := &s.units[i]
	d := sp.Digits
	m := Mark{Kind: BankCard, Masked: s.c.practice.number(Span{Digits: d}, false), Cite: citePersonal}
	fits := luhn([]byte(d))
	switch {
	case u.near(sp.From, 16, labelCard, append([]string{"信用代码"}, labelCode...)):
		m.Why = "写明是银行卡号或者存折号，公开后可能被冒用。请遮盖。"
	case u.near(sp.From, 20, labelBank, nil):
		if has(u.before(sp.From, 80), offices...) || s.said(i, offices...) {
			return false
		}
		m.Why = "银行账号，看不出是单位的。是个人的请遮盖；是单位收款账号的，请写明户名。"
	case fits && d[:2] == "62" && !u.near(sp.From, 16, labelCode, nil):
		m.Why = "像银行卡号，校验位正确。公开后可能被冒用，请核对后遮盖。"
	default:
		return false
	}
	s.add(i, sp.From, sp.To, m)
	return true
}

// free are domains where persons have their mail.
var free = []string{"qq.com", "163.com", "126.com", "sina.com", "sina.cn", "sohu.com", "139.com", "189.cn", "wo.cn", "foxmail.com", "gmail.com", "hotmail.com", "outlook.com", "aliyun.com", "yeah.net", "vip.qq.com", "icloud.com", "tom.com", "21cn.com"}

// Mails lists the addresses of mail in a line.
func Mails(line []rune) []Span {
	var out []Span
	end := 0
	for k, r := range line {
		if r != '@' && r != '＠' || k < end {
			continue
		}
		from, to := k, k+1
		for from > end && k-from < 64 && inMail(line[from-1]) {
			from--
		}
		for to < len(line) && to-k < 64 && inMail(line[to]) {
			to++
		}
		for to > k+1 && !letter(line[to-1]) {
			to-- // a domain ends in letters
		}
		if domain := flatten(string(line[k+1 : to])); from < k && strings.Contains(domain, ".") && domain[0] != '.' {
			out = append(out, Span{From: from, To: to, Kind: Mail})
			end = to
		}
	}
	return out
}

func inMail(r rune) bool {
	return letter(r) || digit(r) >= 0 || strings.ContainsRune("._-+%．＿－", r)
}

// mail judges an address of mail.
func (s *scan) mail(i int, sp Span) {
	u := &s.units[i]
	address := flatten(string(u.text[sp.From:sp.To]))
	local, domain, _ := strings.Cut(address, "@")
	if s.c.allowed[address] {
		return
	}
	// a number in front of the sign is a person's own: of his phone or his account
	own := strings.Trim(local, "0123456789") == ""
	inList := u.table != nil && u.table.person && !u.table.staff
	office := u.near(sp.From, 14, []string{"邮箱", "邮件", "email", "e-mail", "信箱", "邮"}, citizens) && !own
	if !inList && (!slices.Contains(free, domain) || office) {
		return
	}
	at := slices.IndexFunc(u.text[sp.From:sp.To], func(r rune) bool { return r == '@' || r == '＠' })
	s.add(i, sp.From, sp.To, Mark{Kind: Mail, Masked: string(u.text[sp.From]) + "***" + string(u.text[sp.From+at:sp.To]), Cite: cite15,
		Why: "个人邮箱。是个人的，请遮盖或者删去；是本机关对外公布的，请列入放行词表。"})
}
