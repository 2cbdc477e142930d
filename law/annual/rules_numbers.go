package annual

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numberRules hold the prose against the tables.
func numberRules() []entry {
	return []entry{
		{Rule: Rule{Code: "D-NUMBER", Level: Error,
			Title: "文字与表格数字一致", Says: "文字中新收、结转、办结、复议、诉讼、规范性文件、采购等数字与表格相同。",
			Left: "文字中的数字", Right: "表格中的数字",
			Cite: citeRegulation("第五十条", "年度报告各项数据应当真实一致，文字与表格不得矛盾。")},
			prose: checkNumbers},
		{Rule: Rule{Code: "D-ZERO-CLAIM", Level: Error,
			Title: "“没有发生”与表格一致", Says: "文字称未收到申请、未发生复议诉讼的，表三、表四相应各格应为 0。",
			Left: "文字中“没有”的说法", Right: "表三新收、表四总计",
			Cite: citeRegulation("第五十条", "收到申请和复议诉讼的情况是年度报告的法定内容，文字与表格不得矛盾。")},
			prose: checkZeroClaims},
		{Rule: Rule{Code: "D-ALLDONE", Level: Error,
			Title: "“全部办结”与结转一致", Says: "文字称申请全部办结的，“结转下年度继续办理”应为 0。",
			Left: "文字中“全部办结”的说法", Right: "结转下年度继续办理总计",
			Cite: citeForm("三、收到和处理政府信息公开申请情况", "年末未办结的申请计入结转下年度，有结转即非全部办结。")},
			prose: checkAllDone},
		{Rule: Rule{Code: "D-SUM-PROSE", Level: Warning,
			Title: "文字中的分项之和", Says: "“共N条，其中甲a条、乙b条、丙c条”各分项之和等于总数。",
			Left: "各分项之和", Right: "总数",
			Cite: citeRegulation("第六条", "公开的信息应当准确，分项与总数应当相符。")},
			prose: checkProseSums},
	}
}

// A claim is what one figure of the prose says about the tables: it is right
// if it equals any of the accepted sums of cells.
type claim struct {
	level  Level
	accept []cellSum // the first is the plain meaning
}

// A cellSum is a sum of cells, each unit worth times units of the prose.
type cellSum struct {
	cells []string
	times int64
}

func sumOf(ids ...string) cellSum { return cellSum{ids, 1} }

var (
	cellNew      = sumOf("t3.new.total")
	cellReceived = sumOf("t3.new.total", "t3.carried_in.total")
	cellResults  = sumOf("t3.result_total.total")
	cellIn       = sumOf("t3.carried_in.total")
	cellOut      = sumOf("t3.carried_out.total")
	cellReview   = sumOf("t4.review.total")
	cellLawsuits = sumOf("t4.direct.total", "t4.after.total")
)

func checkNumbers(p *prose, _ *Context) []Finding {
	var out []Finding
	said := map[string]bool{}
	for i := range p.sentences {
		s := &p.sentences[i]
		for k := range s.numbers {
			c, ok := p.claim(s, k)
			if !ok {
				continue
			}
			g, bad := p.against(s, &s.numbers[k], c)
			key := g.Found + "|" + strings.Join(g.Cells, ",")
			if bad && !said[key] {
				said[key] = true
				out = append(out, g)
			}
		}
	}
	return out
}

// against compares a claim with the tables. Cells without a figure say nothing.
func (p *prose) against(s *sentence, n *proseNumber, c claim) (Finding, bool) {
	r := p.report
	var first int64
	for k, want := range c.accept {
		total := int64(0)
		for _, id := range want.cells {
			i, ok := r.Form.Index(id)
			if !ok || !r.Values[i].Known() {
				return Finding{}, false
			}
			v := r.Values[i].N
			if r.Form.Cells[i].Type != Money {
				v *= Micro
			}
			total += v * want.times
		}
		if k == 0 {
			first = total
		}
		if total == n.N || n.Approx && nearly(total, n.N) {
			return Finding{}, false
		}
	}
	level := c.level
	if n.Approx {
		level = Warning
	}
	plain := c.accept[0].cells
	names := make([]string, len(plain))
	for i, id := range plain {
		names[i] = r.Form.labelOf(id)
	}
	want := FormatMicro(first)
	g := s.finding("D-NUMBER", level, plain, fmt.Sprintf("%s写“%s”，%s为 %s，两处不一致。", s.place(), clip(s.window(n), 40), strings.Join(names, "加"), want))
	g.Expected, g.Found = want, n.Raw
	g.Suggest = "请核对，以台账为准，把文字和表格改成同一个数。"
	return g, true
}

// nearly allows 10余 for 10 to 19, 约36 for a fifth more or less.
func nearly(total, said int64) bool {
	step := int64(Micro)
	for step*10 <= said {
		step *= 10
	}
	return total >= said-said/10 && total < said+max(step, said/10)
}

// window is the clause around a number, for quoting.
func (s *sentence) window(n *proseNumber) string {
	from := strings.LastIndexFunc(s.text[:n.Start], isDelim)
	if from >= 0 {
		from += len(string([]rune(s.text[from:])[:1]))
	} else {
		from = 0
	}
	return s.text[from:n.End]
}

var (
	countUnits   = []string{"件", "宗", "起", "例", "份", "条", ""}
	docUnits     = []string{"件", "份", "个", "部", ""}
	projectUnits = []string{"项", "个", "件", "次"}
	compareWords = []string{"同比", "较上", "比上", "较去", "比去", "增加", "减少", "增长", "下降", "上升", "环比", "提高", "以来", "累计超"}
	otherPapers  = []string{"建议", "提案", "议案", "留言", "来信", "来电", "来访", "信访", "咨询", "投诉", "网民", "热线", "舆情", "问政", "信箱", "工单", "诉求", "证照", "办证", "许可", "救助", "低保", "宅基地", "信息解读", "公开信息"}
	partWords    = []string{"其中", "自然人", "法人", "企业", "公民", "组织", "当面", "网络", "网上", "信函", "邮寄", "邮件", "传真", "平台", "涉及", "关于"}
)

// claim says what the k-th figure of a sentence speaks of. It is silent
// wherever the words leave room: other years, comparisons, parts of a whole,
// other kinds of papers.
func (p *prose) claim(s *sentence, k int) (claim, bool) {
	n := &s.numbers[k]
	before, after := s.around(k)
	b := before + after
	if n.Unit == "%" || n.Unit == "％" || containsAny(b, compareWords...) || denied(before) || n.Chinese && n.Exact == "一" && n.Unit == "起" {
		return claim{}, false // 未发生一例; 一起 is mostly "together"
	}
	if r, _ := utf8.DecodeRuneInString(s.text[n.End:]); n.Unit == "" && unicode.Is(unicode.Han, r) {
		return claim{}, false // a measure word we do not count with: 3000余字
	}
	if containsAny(b, "上半年", "下半年", "季度") || strings.Contains(b, "月") && !strings.Contains(b, "12月31日") {
		return claim{}, false // part of the year
	}
	if c, ok := p.claimCarried(s, n, before, b); ok {
		return c, true
	}
	if y := s.yearBefore(n.Start); y != 0 && p.report.Year != 0 && y != p.report.Year || containsAny(b, "上年", "去年", "上一年", "下年", "明年") {
		return claim{}, false
	}
	if s.chapter >= 0 && p.report.Form.Chapters[s.chapter].Ordinal == "五" && containsAny(s.text, "将", "力争", "计划") {
		return claim{}, false
	}
	switch {
	case containsAny(b, "规范性文件"):
		return claimDocuments(n, before, b)
	case containsAny(b, "采购"):
		return claimProcurement(n, b)
	case containsAny(b, "复议", "诉讼"):
		return claimCases(s, n, b)
	}
	return claimRequests(s, n, before, after)
}

// denied reports whether the words right before a number deny it: 未发生一例.
func denied(before string) bool {
	before = strings.TrimRight(before, " \u3000")
	for _, verb := range []string{"发生", "收到", "接到", "出现", "产生", "有", "受理", "发现", ""} {
		if rest, ok := strings.CutSuffix(before, verb); ok {
			for _, d := range denials {
				if d != "零" && strings.HasSuffix(rest, d) {
					return true
				}
			}
		}
	}
	return false
}

// claimCarried reads 上年结转 and 结转下年; they name other years by nature.
func (p *prose) claimCarried(s *sentence, n *proseNumber, before, b string) (claim, bool) {
	if !strings.Contains(b, "结转") || !s.asks || !slices.Contains(countUnits, n.Unit) || strings.Contains(b, "其中自然人") {
		return claim{}, false
	}
	next, last := fmt.Sprint(p.report.Year+1), fmt.Sprint(p.report.Year-1)
	switch {
	case containsAny(b, "下年", "下一年", "次年", "明年") || p.report.Year != 0 && strings.Contains(b, next):
		return claim{level: Error, accept: []cellSum{cellOut}}, true
	case containsAny(b, "上年", "上一年", "去年") || p.report.Year != 0 && strings.Contains(b, last):
		if containsAny(b, "办结", "答复", "办理") {
			return claim{}, false
		}
		return claim{level: Error, accept: []cellSum{cellIn}}, true
	}
	return claim{}, false
}

func claimDocuments(n *proseNumber, before, b string) (claim, bool) {
	if !slices.Contains(docUnits, n.Unit) || containsAny(b, partWords[:1]...) || containsAny(b, "清理", "审查", "备案", "修订", "修改", "转发", "党内", "解读", "评估", "累计") {
		return claim{}, false
	}
	level := Warning
	if strings.Contains(b, "行政规范性文件") {
		level = Error
	}
	switch nearest(before, "制发", "制定", "出台", "印发", "新制作", "废止", "现行有效", "继续有效", "公开", "发布") {
	case "制发", "制定", "出台", "印发", "新制作":
		if strings.Contains(before, "现行有效") {
			return claim{}, false
		}
		return claim{level: level, accept: []cellSum{sumOf("t2.normative.made")}}, true
	case "废止":
		return claim{level: level, accept: []cellSum{sumOf("t2.normative.repealed")}}, true
	case "现行有效", "继续有效":
		return claim{level: level, accept: []cellSum{sumOf("t2.normative.in_force")}}, true
	}
	return claim{}, false
}

func claimProcurement(n *proseNumber, b string) (claim, bool) {
	if containsAny(b, "预算", "节约", "节支", "其中", "率") {
		return claim{}, false
	}
	switch {
	case n.Unit == "元" && containsAny(b, "采购总金额", "采购金额", "采购总额"):
		// The form prints no unit: the cell may hold 元 or 万元.
		amount := sumOf("t2.procurement.amount")
		return claim{level: Warning, accept: []cellSum{amount, {amount.cells, 10000}}}, true
	case slices.Contains(projectUnits, n.Unit) && containsAny(b, "采购项目", "政府采购", "集中采购"):
		return claim{level: Warning, accept: []cellSum{sumOf("t2.procurement.projects")}}, true
	}
	return claim{}, false
}

func claimCases(s *sentence, n *proseNumber, b string) (claim, bool) {
	if !slices.Contains(countUnits[:4], n.Unit) && n.Unit != "" {
		return claim{}, false
	}
	if containsAny(b, "其中", "败诉", "维持", "纠正", "撤销", "尚未", "未审结", "审结", "胜诉", "调解", "驳回", "应诉", "出庭", "答复") {
		return claim{}, false
	}
	about := containsAny(s.text, "信息公开", "依申请") || containsAny(b, "被申请", "被提起", "引发", "引起")
	if !about || containsAny(b, "办理", "审理", "受理", "立案") && !containsAny(b, "信息公开", "被") {
		return claim{}, false
	}
	level := Warning
	if containsAny(b, "信息公开", "被申请", "被提起") {
		level = Error
	}
	review, suit := strings.Contains(b, "复议"), strings.Contains(b, "诉讼")
	switch {
	case review && suit:
		if strings.Contains(b, "直接") || strings.Contains(b, "复议后") || strings.Contains(b, "分别") {
			return claim{}, false
		}
		return claim{level: level, accept: []cellSum{sumOf("t4.review.total", "t4.direct.total", "t4.after.total")}}, true
	case review:
		return claim{level: level, accept: []cellSum{cellReview}}, true
	}
	return claim{level: level, accept: []cellSum{cellLawsuits}}, true
}

func claimRequests(s *sentence, n *proseNumber, before, after string) (claim, bool) {
	b := before + after
	if !s.asks || !slices.Contains(countUnits, n.Unit) || containsAny(b, otherPapers...) {
		return claim{}, false
	}
	named := containsAny(b, "申请") // the clause itself names the requests
	weak := Warning
	if named {
		weak = Error
	}
	verb := nearest(before, "新收", "收到", "接到", "受理", "接收", "办结", "答复", "办理", "部分公开", "予以公开", "不予公开", "无法提供", "不予处理", "主动公开", "更新", "转化", "发布", "整理")
	part := containsAny(b, partWords...)
	switch verb {
	case "新收":
		if part {
			return claim{}, false
		}
		return claim{level: Error, accept: []cellSum{cellNew}}, true
	case "收到", "接到", "受理", "接收":
		if part || !named && n.Unit != "件" {
			return claim{}, false
		}
		return claim{level: weak, accept: []cellSum{cellNew, cellReceived}}, true
	case "办结":
		if part {
			return claim{}, false
		}
		return claim{level: weak, accept: []cellSum{cellResults}}, true
	case "答复", "办理":
		if part || containsAny(b, "超期", "逾期", "延期", "天", "工作日") {
			return claim{}, false
		}
		return claim{level: Warning, accept: []cellSum{cellResults, cellReceived, cellNew}}, true
	case "予以公开", "部分公开":
		if strings.HasSuffix(before, "不予以公开") || !strings.HasSuffix(strings.TrimRight(before, "的共为 "), verb) {
			return claim{}, false
		}
		return claim{level: Warning, accept: []cellSum{sumOf(map[string]string{"予以公开": "t3.granted.total", "部分公开": "t3.partial.total"}[verb])}}, true
	}
	return claim{}, false
}
