package annual

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/law"
)

// contentRules ask whether the prose says what the form wants said, and
// whether it says what must not be published.
func contentRules() []entry {
	return []entry{
		{Rule: Rule{Code: "D-ASPECTS", Level: Warning,
			Title: "总体情况写全五个方面", Says: "第一部分写主动公开、依申请公开、政府信息管理、平台建设、监督保障五个方面。",
			Cite: citeForm("一、总体情况", "总体情况按五个方面撰写，不遗漏，也不泛化。")},
			prose: checkAspects},
		{Rule: Rule{Code: "D-ASPECT-GOV", Level: Warning,
			Title: "政府报告写考核、评议、追责", Says: "县级以上地方政府的报告写工作考核、社会评议和责任追究结果。",
			Cite: citeRegulation("第五十条第二款", "县级以上地方政府的年度报告还应包括工作考核、社会评议和责任追究结果情况。")},
			prose: checkGovernmentDuties},
		{Rule: Rule{Code: "D-FIVE-EMPTY", Level: Warning,
			Title: "问题与改进都要写", Says: "第五部分既写存在的主要问题，也写改进情况，不能写“无”或寥寥数语。",
			Cite: citeRegulation("第五十条第（五）项", "年度报告应写明工作存在的主要问题及改进情况。")},
			prose: checkFive},
		{Rule: Rule{Code: "D-SIX", Level: Warning,
			Title: "第六部分写信息处理费", Says: "第六部分不能空缺；2021年度起写明是否收取信息处理费。",
			Cite: citeFee("行政机关收取信息处理费的情况应随年度报告公布，没有收取的也应写明。")},
			prose: checkSix},
		{Rule: Rule{Code: "D-YEAR", Level: Warning,
			Title: "文字中的年度", Says: "自述本年度工作的年份和统计期限与报告年度一致。",
			Cite: citeForm("统计期限", "统计期限为报告年度的1月1日至12月31日。")},
			prose: checkYears},
		{Rule: Rule{Code: "D-ORG-LEVEL", Level: Info,
			Title: "自称与机关层级相符", Says: "乡的报告不写“全镇”，县的报告不写“我市”。",
			Cite: citeRegulation("第六条", "公开的信息应当准确，机关自称应与其名称相符。")},
			prose: checkOrganLevel},
		{Rule: Rule{Code: "D-SIMILAR", Level: Warning,
			Title: "文字雷同", Says: "与本机关上年报告或其他单位报告的文字不应高度相同。",
			Cite: citeRegulation("第五十条", "年度报告应反映本机关当年的实际情况，照抄不能反映实际。")},
			prose: checkSimilar},
		{Rule: Rule{Code: "D-PRIVACY", Level: Error,
			Title: "不含个人信息", Says: "报告不含公民的手机号码、身份证号码，也不含“内部资料”字样。",
			Cite: citeRegulation("第十五条", "涉及个人隐私、公开会损害第三方合法权益的信息不得公开。")},
			prose: checkPrivacy},
		{Rule: Rule{Code: "D-SECRET", Level: Error,
			Title: "不带密级标志", Says: "公开的报告不带绝密、机密、秘密、内部文件等标志。",
			Cite: law.Cite{Instrument: "保守国家秘密法", Article: "第三十五条", Paraphrase: "拟公开的信息应先经保密审查，带密级标志的不得公开。"}},
			prose: checkSecret},
	}
}

func checkAspects(p *prose, _ *Context) []Finding {
	r := p.report
	one := r.chapter("一")
	if strings.TrimSpace(one) == "" {
		one = r.Intro // chapters with titles of their own are read as introduction
	}
	if strings.TrimSpace(one) == "" {
		return nil // an empty form or a missing chapter: D-CHAPTERS speaks
	}
	var gone []string
	for i, name := range r.Form.Aspects {
		if i < len(words().Aspects) && !containsAny(one, words().Aspects[i]...) && !strings.Contains(one, name) {
			gone = append(gone, name)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	g := finding("D-ASPECTS", Warning, nil, fmt.Sprintf("第一部分没有写到：%s。", strings.Join(gone, "、")))
	g.Expected, g.Found = strings.Join(r.Form.Aspects, "、"), "缺"+strings.Join(gone, "、")
	g.Suggest = "请按五个方面分段撰写，没有发生的也写明没有。"
	return []Finding{g}
}

func checkGovernmentDuties(p *prose, c *Context) []Finding {
	if c.Level != LevelGovernment {
		return nil
	}
	all := p.report.chapter("一") + p.report.chapter("六")
	if strings.TrimSpace(all) == "" {
		return nil
	}
	var gone []string
	for _, d := range words().GovernmentDuties {
		if !containsAny(all, d.Words...) {
			gone = append(gone, d.Name)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	g := finding("D-ASPECT-GOV", Warning, nil, "政府的年度报告没有写到："+strings.Join(gone, "、")+"结果情况。")
	g.Expected, g.Found = "工作考核、社会评议、责任追究结果", "缺"+strings.Join(gone, "、")
	g.Suggest = "请在监督保障一段补写，没有发生责任追究的写明没有。"
	return []Finding{g}
}

func checkFive(p *prose, _ *Context) []Finding {
	r := p.report
	s := strings.TrimSpace(r.chapter("五"))
	if s == "" && r.blankForm() {
		return nil
	}
	n := utf8.RuneCountInString(strings.Trim(s, "。.，, \n"))
	problems, remedies := containsAny(s, words().ProblemWords...), containsAny(s, words().RemedyWords...)
	var level Level
	var msg string
	switch {
	case n == 0:
		level, msg = Error, "第五部分是空的。"
	case n < 10:
		level, msg = Error, fmt.Sprintf("第五部分只写了“%s”。", clip(s, 12))
	case n < 50:
		level, msg = Warning, fmt.Sprintf("第五部分只有%d个字，过于简单。", n)
	case problems && !remedies:
		level, msg = Warning, "第五部分写了问题，没有写改进情况。"
	case remedies && !problems:
		level, msg = Warning, "第五部分写了改进，没有写存在的问题。"
	default:
		return nil
	}
	g := finding("D-FIVE-EMPTY", level, nil, msg)
	g.Expected, g.Found, g.Quote = "存在的主要问题和改进情况，不少于50字", fmt.Sprintf("%d字", n), clip(s, 80)
	g.Suggest = "请结合本机关实际写出问题，并写上年问题的改进情况和下一步措施。"
	return []Finding{g}
}

// blankForm reports a report without any prose: a form that nobody has begun.
func (r *Report) blankForm() bool {
	for _, c := range r.Chapters {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return strings.TrimSpace(r.Intro) == "" && len(r.Missing) == 0
}

func checkSix(p *prose, _ *Context) []Finding {
	r := p.report
	s := strings.TrimSpace(r.chapter("六"))
	if s == "" && r.blankForm() {
		return nil
	}
	var msg, suggest string
	switch {
	case s == "":
		msg, suggest = "第六部分是空的。", "没有其他需要报告的事项的，也请写明。"
	case r.Form.Edition > edition2019 && !containsAny(s, "处理费", "收费", "收取费用"):
		msg, suggest = "第六部分没有写是否收取信息处理费。", "请写明本年度收取信息处理费的金额；没有收取的，写“本年度没有收取信息处理费”。"
	default:
		return nil
	}
	g := finding("D-SIX", Warning, nil, msg)
	g.Expected, g.Found, g.Quote, g.Suggest = "写明信息处理费收取情况", "没有写", clip(s, 80), suggest
	if r.Form.Edition == edition2019 {
		g.Expected = "写明有无其他需要报告的事项"
	}
	return []Finding{g}
}

// checkFeeSix is T2-FEE-6: 信息处理费 is part of the fees of 表二.
func checkFeeSix(p *prose, _ *Context) []Finding {
	const cell = "t2.fees.amount"
	v := p.report.Get(cell)
	if !v.Known() {
		return nil
	}
	for i := range p.sentences {
		s := &p.sentences[i]
		if s.chapter < 0 || !strings.Contains(s.text, "处理费") || s.otherYear(p.report.Year) {
			continue
		}
		for k, n := range s.numbers {
			before, _ := s.around(k)
			if n.Unit != "元" || n.N == 0 || !containsAny(s.text[:n.Start], "处理费") || containsAny(before, "每", "标准", "超过", "减免", "按") {
				continue
			}
			if v.N*10000 >= n.N {
				continue
			}
			g := s.finding("T2-FEE-6", Warning, []string{cell}, fmt.Sprintf("%s写收取信息处理费 %s 元，但表二“本年收费金额”为 %s 万元，小于该金额。", s.place(), FormatMicro(n.N), v.Format(Money)))
			g.Expected, g.Found = "不小于 "+FormatMicro(n.N/10000)+" 万元", v.Format(Money)+" 万元"
			g.Suggest = "信息处理费是行政事业性收费，请计入表二收费金额（单位万元）。"
			return []Finding{g}
		}
	}
	return nil
}

func checkYears(p *prose, _ *Context) []Finding {
	year := p.report.Year
	if year == 0 {
		return nil
	}
	var out []Finding
	seen := map[int]bool{}
	for i := range p.sentences {
		s := &p.sentences[i]
		if s.chapter >= 0 && p.report.Form.Chapters[s.chapter].Ordinal == "五" || containsAny(s.text, "将于", "计划", "下一步", "明年") {
			continue
		}
		for at := 0; at < len(s.text); {
			k, y := yearIn(s.text[at:])
			if y == 0 {
				break
			}
			k += at
			at = k + 4
			if y == year || seen[y] || !selfDescribing(s.text, k, y, year) {
				continue
			}
			seen[y] = true
			g := s.finding("D-YEAR", Warning, nil, fmt.Sprintf("%s写“%s”，报告年度是%d年。", s.place(), clip(s.text[k:], 20), year))
			g.Expected, g.Found = fmt.Sprintf("%d年", year), fmt.Sprintf("%d年", y)
			g.Suggest = "请核对年份，可能是沿用旧稿未改。"
			out = append(out, g)
		}
	}
	return out
}

// selfDescribing tells 2022年度政府信息公开情况报告如下, 2022年，我镇收到… and
// 自2022年1月1日至12月31日 from titles in 《》, comparisons, document numbers
// and dates of other events.
func selfDescribing(s string, at, y, year int) bool {
	before, after := s[:at], strings.TrimPrefix(s[at+4:], "年")
	if strings.Count(before, "《") > strings.Count(before, "》") || containsAny(lastRunes(before, 4), "比", "较", "自", "从", "于", "至", "到", "和", "与", "—", "-", "起") && !strings.HasPrefix(after, "1月1日") {
		return false
	}
	clause := firstClause(after)
	if containsAny(clause, "以来", "相比", "结转", "同期", "考核", "评估", "印发", "整改", "底", "末", "修订", "换届", "计划", "全国") || containsAny(lastClause(before), "上年", "去年", "截至", "截止") {
		return false
	}
	switch {
	case strings.HasPrefix(after, "1月1日"):
		return y < year || strings.Contains(s, "12月31日")
	case strings.HasPrefix(after, "度"):
		return containsAny(clause+firstClause(strings.TrimLeft(strings.TrimPrefix(after, clause), "，, ")), "政府信息公开", "政务公开", "信息公开", "工作", "报告", "本单位", "本机关", "我") && y <= year || y == year+1 && containsAny(clause, "年度报告", "情况报告")
	}
	rest := strings.TrimLeft(after, "，, ")
	for _, w := range []string{"我", "本", "全", "共", "收到", "主动公开", "累计", "通过"} {
		if strings.HasPrefix(rest, w) {
			return y < year
		}
	}
	return false
}
