package casework

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// LedgerKind is what a cell of a column holds.
type LedgerKind string

// The kinds of cells.
const (
	LedgerDay    LedgerKind = "date"
	LedgerWord   LedgerKind = "word"   // one of a list
	LedgerNumber LedgerKind = "number" // a whole number
	LedgerText   LedgerKind = "text"
)

// A LedgerColumn is a column of the ledger.
type LedgerColumn struct {
	Name    string
	Chinese string
	Kind    LedgerKind
	Words   []string       // other headings it goes by
	Options []LedgerChoice // of a word
	With    string         // the column it goes with, "" if it stands alone
	Hint    string
}

// A LedgerChoice is a word of a column: its code, how it is written, and how
// else people write it.
type LedgerChoice struct {
	Code, Chinese string
	Also          []string
}

func choices(list ...[]string) (out []LedgerChoice) {
	for _, c := range list {
		out = append(out, LedgerChoice{c[0], c[1], c[2:]})
	}
	return out
}

var ledgerColumns = append(append([]LedgerColumn{
	{Name: "number", Chinese: "登记号", Kind: LedgerText, Words: []string{"编号", "申请编号", "受理编号", "登记编号", "收件编号"}, Hint: "不填的自动编号"},
	{Name: "arrived", Chinese: "收到日期", Kind: LedgerDay, Words: []string{"收件日期", "申请日期", "收到申请日期", "来件日期", "登记日期"}},
	{Name: "channel", Chinese: "渠道", Kind: LedgerWord, Words: []string{"收件渠道", "申请渠道", "申请方式", "接收方式"}, Options: choices(
		[]string{string(deadline.InPerson), "当面提交", "当面", "现场", "窗口", "口头", "上门"}, []string{string(deadline.SignedPost), "邮寄（签收）", "挂号信", "快递", "EMS", "邮政特快专递", "特快专递"},
		[]string{string(deadline.PlainPost), "平常信函", "平信", "普通信函"}, []string{string(deadline.Internet), "互联网", "网络", "网上", "在线", "网站", "电子邮件", "邮件", "邮箱", "电子邮箱"}, []string{string(deadline.Fax), "传真"})},
	{Name: "confirmed", Chinese: "确认日期", Kind: LedgerDay, Words: []string{"与申请人确认日期", "收到申请之日", "双方确认日期"}, Hint: "平常信函、互联网、传真"},
	{Name: "applicant", Chinese: "申请人类别", Kind: LedgerWord, Words: []string{"申请人类型", "申请人性质", "申请主体"}, Options: choices(
		[]string{string(Natural), "自然人", "公民", "个人"}, []string{string(Business), "商业企业", "企业", "公司"}, []string{string(Research), "科研机构", "高校", "科研院所"},
		[]string{string(Charity), "社会公益组织", "公益组织"}, []string{string(Legal), "法律服务机构", "律师事务所", "律所"}, []string{string(Others), "其他"})},
	{Name: "name", Chinese: "申请人", Kind: LedgerText, Words: []string{"申请人姓名", "姓名", "申请人名称", "申请人姓名或者名称", "申请人姓名或名称"}, Hint: "加密保存，可以不填"},
	{Name: "wanted", Chinese: "申请内容", Kind: LedgerText, Words: []string{"内容", "所需信息", "需要的政府信息", "所需政府信息", "申请公开的内容", "所需的政府信息"}, Hint: "加密保存"},
	{Name: "subject", Chinese: "事由摘要", Kind: LedgerText, Words: []string{"事由", "摘要"}, Hint: "不写姓名、住址"},
	{Name: "asked", Chinese: "告知补正日期", Kind: LedgerDay, Words: []string{"补正通知日期", "补正告知日期", "发出补正通知日期"}},
	{Name: "until", Chinese: "补正截止日期", Kind: LedgerDay, Words: []string{"补正期限"}, With: "asked"},
	{Name: "corrected", Chinese: "收到补正日期", Kind: LedgerDay, Words: []string{"补正日期", "申请人补正日期"}},
	{Name: "whom", Chinese: "征求意见对象", Kind: LedgerWord, With: "consulted", Options: choices([]string{string(AskThird), "第三方", "征求第三方意见"}, []string{string(AskJoint), "共同制作机关", "征求共同制作机关意见"}, []string{string(AskOther), "其他机关", "征求其他机关意见"})},
	{Name: "consulted", Chinese: "征求意见日期", Kind: LedgerDay, Words: []string{"发出征求意见书日期"}},
	{Name: "heard", Chinese: "收到意见日期", Kind: LedgerDay, Words: []string{"意见日期"}},
	{Name: "opinion", Chinese: "意见", Kind: LedgerWord, Words: []string{"第三方意见", "征求意见结果"}, With: "heard", Options: choices([]string{"agree", "同意公开", "同意"}, []string{"object", "不同意公开", "不同意"}, []string{"silent", "逾期未提出意见", "逾期未答复", "未答复"})},
	{Name: "extended", Chinese: "延期日期", Kind: LedgerDay, Words: []string{"延长期限日期", "延期告知日期", "延长日期"}},
	{Name: "days", Chinese: "延长工作日数", Kind: LedgerNumber, Words: []string{"延期天数", "延长天数", "延期工作日"}, With: "extended"},
	{Name: "consented", Chinese: "延期经同意", Kind: LedgerWord, Words: []string{"延期同意", "负责人同意延期"}, With: "extended", Options: choices([]string{"1", "是", "已同意", "同意"}, []string{"", "否", "未经同意"})},
	{Name: "delayed", Chinese: "延迟答复告知日期", Kind: LedgerDay},
	{Name: "delayed_to", Chinese: "延迟至", Kind: LedgerDay, Words: []string{"延迟答复至"}, With: "delayed"},
	{Name: "fee_asked", Chinese: "收费通知日期", Kind: LedgerDay},
	{Name: "method", Chinese: "计收方式", Kind: LedgerWord, With: "fee_asked", Options: choices([]string{string(fee.ByItem), "按件"}, []string{string(fee.ByPage), "按量", "按页"})},
	{Name: "units", Chinese: "件数或页数", Kind: LedgerNumber, Words: []string{"件数", "页数"}, With: "fee_asked"},
	{Name: "paid", Chinese: "缴费日期", Kind: LedgerDay},
	{Name: "outcome", Chinese: "处理结果", Kind: LedgerWord, Words: []string{"结果", "办理结果", "答复结果", "答复类型", "答复情况"}, With: "answer", Options: outcomeChoices()},
	{Name: "basis", Chinese: "依据和理由", Kind: LedgerText, Words: []string{"理由", "依据", "不予公开理由", "不予公开的理由"}, Hint: "不予公开、部分公开、信息不存在的须写"},
	{Name: "answer", Chinese: "答复日期", Kind: LedgerDay, Words: []string{"答复时间", "办结日期"}},
	{Name: "letter", Chinese: "文号", Kind: LedgerText, Words: []string{"答复文号", "答复书文号"}, With: "answer"},
	{Name: "served", Chinese: "送达日期", Kind: LedgerDay, Words: []string{"送达时间"}},
	{Name: "way", Chinese: "送达方式", Kind: LedgerWord, With: "served", Options: choices([]string{"person", "当面送交，申请人签收", "当面", "当面送交", "直接送达", "签收"}, []string{"ems", "邮政特快专递", "EMS", "快递", "邮寄"}, []string{"registered", "挂号信"},
		[]string{"email", "电子邮件", "邮件", "邮箱"}, []string{"online", "网上平台", "网上", "网络"}, []string{"fax", "传真"}, []string{"left", "留置送达", "留置"}, []string{"notice", "公告送达", "公告"}, []string{"none", "无需送达"})},
}, remedyColumns()...),
	LedgerColumn{Name: "void", Chinese: "作废原因", Kind: LedgerWord, Words: []string{"作废"}, Options: choices([]string{"duplicate", "重复登记", "重复"}, []string{"mistake", "登记错误", "登错"}, []string{"other_organ", "投错机关，已当场告知", "投错机关"})},
	LedgerColumn{Name: "remark", Chinese: "备注", Kind: LedgerText, Words: []string{"说明"}})

func outcomeChoices() (out []LedgerChoice) {
	also := map[Outcome][]string{Published: {"已主动公开", "主动公开"}, Granted: {"公开", "同意公开", "全部公开"}, Secret: {"国家秘密", "属于国家秘密"}, Forbidden: {"法律行政法规禁止公开", "其他法律行政法规禁止公开"}, Safety: {"危及三安全一稳定", "三安全一稳定"},
		Third: {"保护第三方合法权益", "第三方合法权益", "不予公开（个人隐私）", "不予公开（商业秘密）"}, Internal: {"内部事务信息", "属于三类内部事务信息"}, Process: {"过程性信息", "属于四类过程性信息"}, CaseFile: {"行政执法案卷", "属于行政执法案卷"}, Inquiry: {"行政查询事项", "属于行政查询事项"},
		NotHeld: {"不存在", "政府信息不存在", "本机关不掌握", "本机关不掌握相关政府信息"}, NotOurs: {"不属于本机关公开", "不属于本机关", "非本机关负责公开"}, MustMake: {"没有现成信息需要另行制作", "需另行制作"}, Unclear: {"补正后申请内容仍不明确"}, Petition: {"信访举报投诉类申请", "信访"},
		Repeated: {"重复"}, Publication: {"要求提供公开出版物"}, Massive: {"大量反复申请"}, Confirming: {"要求行政机关确认或重新出具已获取信息"}, NotMended: {"逾期不补正", "申请人无正当理由逾期不补正"}, NotPaid: {"逾期未缴费", "逾期未按收费通知要求缴纳费用"},
		Withdrawn: {"撤回", "申请人撤回", "主动撤回"}, NotInfo: {"非政府信息"}, Misc: {"其他"}}
	for _, r := range results {
		out = append(out, LedgerChoice{string(r.Outcome), r.Chinese, also[r.Outcome]})
	}
	return out
}

func remedyColumns() (out []LedgerColumn) {
	var endings []LedgerChoice
	also := map[Ending][]string{Upheld: {"维持", "驳回诉讼请求", "结果维持"}, Unlawful: {"确认违法", "确认无效"}, Dismissed: {"驳回申请", "驳回起诉", "驳回"}, Terminated: {"终止", "撤回", "撤诉"}, Mediated: {"调解", "和解"}}
	for _, e := range Endings() {
		endings = append(endings, LedgerChoice{string(e), e.Chinese(), also[e]})
	}
	for i, name := range []string{"复议", "直接诉讼", "复议后诉讼"} {
		kind := string(RemedyKinds()[i])
		var words [3][]string
		if i == 0 {
			words = [3][]string{{"行政复议日期", "复议日期"}, nil, {"行政复议结果"}}
		}
		out = append(out, LedgerColumn{Name: kind, Chinese: name + "收到日期", Kind: LedgerDay, Words: words[0]}, LedgerColumn{Name: kind + "_end", Chinese: name + "结束日期", Kind: LedgerDay, Words: words[1]},
			LedgerColumn{Name: kind + "_result", Chinese: name + "结果", Kind: LedgerWord, Words: words[2], With: kind + "_end", Options: endings})
	}
	return out
}

// LedgerColumns lists the columns in the order of the sheet.
func LedgerColumns() []LedgerColumn { return slices.Clone(ledgerColumns) }

func columnOf(name string) LedgerColumn {
	for _, c := range ledgerColumns {
		if c.Name == name {
			return c
		}
	}
	return LedgerColumn{Chinese: "同一行的其他内容"}
}

// LedgerWords says which column each heading means.
func LedgerWords() map[string]string {
	out := map[string]string{}
	for _, c := range ledgerColumns {
		out[c.Chinese] = c.Name
		for _, w := range c.Words {
			out[w] = c.Name
		}
	}
	return out
}

// code is the code of a word, false if it is none of the column's.
func (c LedgerColumn) code(word string) (string, bool) {
	plain := plainWord(word)
	for _, o := range c.Options {
		if plainWord(o.Chinese) == plain || o.Code == word && word != "" {
			return o.Code, true
		}
		for _, w := range o.Also {
			if plainWord(w) == plain {
				return o.Code, true
			}
		}
	}
	return "", false
}

func (c LedgerColumn) chinese(code string) string {
	for _, o := range c.Options {
		if o.Code == code {
			return o.Chinese
		}
	}
	return ""
}

// plainWord is a word without the marks that people write or leave out.
func plainWord(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" 　，、,。.；;（）()“”\"·-—", r) {
			return -1
		}
		return r
	}, s))
}

// LedgerAnswers are what the person who brings a ledger was asked about it.
type LedgerAnswers struct {
	Year    int               // of days without a year, 0 if not asked
	Confirm string            // same: what has no day of confirmation was confirmed when it came; wait: it was not yet
	Words   map[string]string // column=word → code
}

// LedgerDoubts are what a person has to be asked before a ledger can be read.
type LedgerDoubts struct {
	Year    int               // days without a year
	Confirm int               // lines without a day of confirmation
	Words   map[[2]string]int // column and word that is none of its list → lines
}

// ReadLedger reads one line from its cells, by the names of columns. What is
// doubtful is counted in doubts, and wrong until it is answered.
func ReadLedger(cells map[string]string, a LedgerAnswers, doubts *LedgerDoubts) (Ledger, []LedgerFault) {
	var x Ledger
	in := ledgerReader{cells: cells, a: a, doubts: doubts}
	x.Number, x.Subject, x.Name, x.Wanted = in.text("number", 40), in.text("subject", 40), in.text("name", maxShort), in.text("wanted", maxWanted)
	x.Basis, x.Remark, x.LetterNo = in.text("basis", 2000), in.text("remark", 2000), in.text("letter", 40)
	for name, to := range x.days() {
		*to = in.day(name)
	}
	x.Channel, x.Applicant, x.Whom = deadline.Channel(in.word("channel")), Applicant(in.word("applicant")), ConsultKind(in.word("whom"))
	x.Opinion, x.Method, x.Outcome, x.Way = in.word("opinion"), fee.Method(in.word("method")), Outcome(in.word("outcome")), in.word("way")
	x.Consented, x.VoidReason = in.word("consented") != "", in.word("void")
	x.Days, x.Units = in.number("days"), in.number("units")
	for i, k := range RemedyKinds() {
		x.Remedies[i].Ending = Ending(in.word(string(k) + "_result"))
	}
	x.Channel, x.Applicant = deadline.Channel(in.need("arrived", "channel", string(x.Channel))), Applicant(in.need("arrived", "applicant", string(x.Applicant)))
	if strings.TrimSpace(cells["arrived"]) == "" {
		in.wrong("arrived", "这一格必须填写。")
	}
	if x.Arrived.IsZero() || x.Channel == "" {
		return x, in.faults
	}
	if got := deadline.Received(x.Channel, x.Arrived, x.Confirmed); got.Pending {
		switch a.Confirm {
		case "same":
			x.Confirmed = x.Arrived
		case "wait":
		default:
			doubts.Confirm++
			in.wrong("confirmed", x.Channel.Chinese()+"须与申请人确认，确认之日为收到申请之日（条例第三十一条），这里没有写。")
		}
	} else if probe := deadline.Received(x.Channel, x.Arrived, law.Date{}); !probe.Pending {
		x.Confirmed = law.Date{} // it counts for nothing
	}
	for _, c := range ledgerColumns {
		t := x.texts()
		if c.With != "" && t[c.Name] != "" && t[c.With] == "" && len(in.faults) == 0 {
			in.wrong(c.With, "写了“"+c.Chinese+"”，这一格也要写。")
		}
	}
	x.Whom, x.Opinion = ConsultKind(in.need("consulted", "whom", string(x.Whom))), in.need("heard", "opinion", x.Opinion)
	x.Outcome = Outcome(in.need("answer", "outcome", string(x.Outcome)))
	if x.Outcome != Withdrawn {
		x.Way = in.need("served", "way", x.Way)
	}
	for _, k := range RemedyKinds() {
		y := &x.Remedies[slices.Index(RemedyKinds(), k)]
		y.Ending = Ending(in.need(string(k)+"_end", string(k)+"_result", string(y.Ending)))
	}
	return x, in.faults
}

type ledgerReader struct {
	cells  map[string]string
	a      LedgerAnswers
	doubts *LedgerDoubts
	faults []LedgerFault
}

// need asks for the word that goes with another cell where it is left empty.
func (in *ledgerReader) need(with, name, code string) string {
	if strings.TrimSpace(in.cells[with]) == "" || strings.TrimSpace(in.cells[name]) != "" {
		return code
	}
	c := columnOf(name)
	if code, ok := in.a.Words[name+"="]; ok && slices.ContainsFunc(c.Options, func(o LedgerChoice) bool { return o.Code == code }) {
		return code
	}
	in.doubt(name, "")
	in.wrong(name, "写了“"+columnOf(with).Chinese+"”，这一格也要写。")
	return ""
}

func (in *ledgerReader) doubt(name, word string) {
	if in.doubts.Words == nil {
		in.doubts.Words = map[[2]string]int{}
	}
	in.doubts.Words[[2]string{name, word}]++
}

func (in *ledgerReader) wrong(column, text string) {
	in.faults = append(in.faults, LedgerFault{column, text})
}

func (in *ledgerReader) text(name string, most int) string {
	s := strings.TrimSpace(in.cells[name])
	if n := len([]rune(s)); n > most {
		in.wrong(name, fmt.Sprintf("有%d字，最多%d字。", n, most))
	}
	return s
}

func (in *ledgerReader) number(name string) int {
	s := strings.TrimSpace(in.cells[name])
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimRight(s, "个工作日天件页"))
	if err != nil || n < 0 || n > 100_000 {
		in.wrong(name, "“"+short(s)+"”不是整数。")
	}
	return n
}

func (in *ledgerReader) word(name string) string {
	s := strings.TrimSpace(in.cells[name])
	if s == "" {
		return ""
	}
	c := columnOf(name)
	if code, ok := c.code(s); ok {
		return code
	}
	if code, ok := in.a.Words[name+"="+s]; ok && slices.ContainsFunc(c.Options, func(o LedgerChoice) bool { return o.Code == code }) {
		return code
	}
	in.doubt(name, s)
	in.wrong(name, "不清楚“"+short(s)+"”指哪一种。")
	return ""
}

// day reads a day as people and spreadsheets write it.
func (in *ledgerReader) day(name string) law.Date {
	s := strings.TrimSpace(in.cells[name])
	if s == "" || s == "/" || s == "-" || s == "—" || s == "无" {
		return law.Date{}
	}
	plain, _, _ := strings.Cut(s, " ") // spreadsheets add a time
	if n, err := strconv.Atoi(plain); err == nil {
		switch {
		case len(plain) == 8:
			if d := (law.Date{Year: n / 10000, Month: n / 100 % 100, Day: n % 100}); d.Valid() {
				return d
			}
		case len(plain) == 5 && n > 35000 && n < 60000: // days since 1899-12-30
			return law.Day(1899, 12, 30).AddDays(n)
		}
	}
	f := strings.FieldsFunc(plain, func(r rune) bool { return strings.ContainsRune("-/.年月日－", r) })
	var n []int
	for _, p := range f {
		v, err := strconv.Atoi(p)
		if err != nil {
			n = nil
			break
		}
		n = append(n, v)
	}
	if len(n) == 2 && n[0] >= 1 && n[0] <= 12 {
		if in.a.Year == 0 {
			in.doubts.Year++
			in.wrong(name, "“"+short(s)+"”没有写年份。")
			return law.Date{}
		}
		n = []int{in.a.Year, n[0], n[1]}
	}
	if len(n) == 3 {
		if d := (law.Date{Year: n[0], Month: n[1], Day: n[2]}); d.Year >= 2000 && d.Year < 2200 && d.Valid() {
			return d
		}
	}
	in.wrong(name, "日期“"+short(s)+"”无法识别，请写成 2026-03-01 这样。")
	return law.Date{}
}

func short(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

// days are the days of a line by column.
func (x *Ledger) days() map[string]*law.Date {
	m := map[string]*law.Date{"arrived": &x.Arrived, "confirmed": &x.Confirmed, "asked": &x.Asked, "until": &x.AskedUntil, "corrected": &x.Corrected, "consulted": &x.Consulted, "heard": &x.Heard, "extended": &x.Extended,
		"delayed": &x.Delayed, "delayed_to": &x.DelayedTo, "fee_asked": &x.FeeAsked, "paid": &x.Paid, "answer": &x.Answer, "served": &x.Served}
	for i, k := range RemedyKinds() {
		m[string(k)], m[string(k)+"_end"] = &x.Remedies[i].Begun, &x.Remedies[i].Ended
	}
	return m
}

// Texts is a line as its cells, by the names of columns, without empty ones.
// ReadLedger reads the same line from them.
func (x Ledger) Texts() map[string]string {
	m := x.texts()
	for k, s := range m {
		if s == "" {
			delete(m, k)
		}
	}
	return m
}

func (x Ledger) texts() map[string]string {
	m := map[string]string{"number": x.Number, "name": x.Name, "wanted": x.Wanted, "subject": x.Subject, "basis": x.Basis, "letter": x.LetterNo, "remark": x.Remark}
	for name, d := range x.days() {
		m[name] = d.String()
	}
	for name, code := range map[string]string{"channel": string(x.Channel), "applicant": string(x.Applicant), "whom": string(x.Whom), "opinion": x.Opinion, "method": string(x.Method), "outcome": string(x.Outcome), "way": x.Way, "void": x.VoidReason} {
		if code != "" {
			m[name] = columnOf(name).chinese(code)
		}
	}
	if x.Consented {
		m["consented"] = "是"
	}
	for name, n := range map[string]int{"days": x.Days, "units": x.Units} {
		if n != 0 {
			m[name] = strconv.Itoa(n)
		}
	}
	for i, k := range RemedyKinds() {
		if e := x.Remedies[i].Ending; e != "" {
			m[string(k)+"_result"] = e.Chinese()
		}
	}
	return m
}

// A LedgerChange is a cell that a line adds to a file, or contradicts.
type LedgerChange struct{ Column, Chinese, Old, New string }

// Compare says what a line adds to what is on file, and where it says something
// else. What the line leaves empty stays as it is.
func (x Ledger) Compare(have Ledger) (add, other []LedgerChange) {
	is, was := x.texts(), have.texts()
	for _, c := range ledgerColumns {
		a, b := is[c.Name], was[c.Name]
		change := LedgerChange{c.Name, c.Chinese, b, a}
		switch {
		case c.Name == "number" || a == "" || sameText(a, b):
		case x.Outcome == Withdrawn && (c.Name == "served" || c.Name == "way"): // served in one with it
		case b == "":
			add = append(add, change)
		default:
			other = append(other, change)
		}
	}
	return add, other
}

// sameText compares texts as they come back from a spreadsheet: spaces and ends
// of lines are lost, long ones are cut.
func sameText(a, b string) bool {
	a, b = strings.Join(strings.Fields(a), ""), strings.Join(strings.Fields(b), "")
	if cut, ok := strings.CutSuffix(a, "…"); ok && strings.HasPrefix(b, cut) && cut != "" {
		return true
	}
	return a == b
}
