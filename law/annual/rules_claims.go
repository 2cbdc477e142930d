package annual

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Words that deny, and what may stand between the denial and its object. Any
// other word there narrows the claim (未收到涉密的申请), and the rule is silent.
var (
	denials = []string{"尚未", "从未", "未曾", "没有", "未", "无", "零"}
	fillers = []string{"收到", "接到", "接收", "受理", "发生", "产生", "出现", "发现", "存在", "有", "过", "被", "任何", "一例", "一件", "一起", "1例", "1件", "1起",
		"因", "由", "有关", "相关", "涉及", "关于", "针对", "本机关", "本单位", "本镇", "我镇", "我乡", "本乡", "我局", "本局", "我街道", "我单位", "我县",
		"新增", "新收", "公民", "法人", "和", "或", "或者", "其他", "组织", "及", "与", "、", "的", "而", "对", "提出", "提交", "要求", "社会公众", "群众", "书面",
		"政府信息公开", "政务公开", "信息公开", "政府信息", "工作", "事务", "事项", "引起", "引发", "导致", "造成", "提起", "依申请公开", "申请", "公开", "“", "”", " ", "\u3000"}
	requestWords = []string{"政府信息依申请公开", "依申请公开政府信息", "依申请公开", "政府信息公开申请", "信息公开申请", "公开政府信息申请", "政府信息公开的申请", "申请公开政府信息", "公开申请"}
	caseWords    = []string{"政府信息公开行政复议", "行政复议", "行政诉讼", "复议", "诉讼"}
)

// afterDenial finds, behind each denial in s, the first of the targets that
// only fillers separate from it, and returns the offset behind it.
func afterDenial(s string, targets []string, use func(target string, end int)) {
	for _, d := range denials {
		for from := 0; ; {
			k := strings.Index(s[from:], d)
			if k < 0 {
				break
			}
			at := from + k + len(d)
			from = at
			if d == "无" && strings.HasSuffix(s[:at-len(d)], "有") || d == "未" && strings.HasPrefix(s[at:], "来") {
				continue
			}
			if target, end := skipFillers(s, at, targets); target != "" {
				use(target, end)
			}
		}
	}
}

func skipFillers(s string, at int, targets []string) (string, int) {
	for steps := 0; steps < 24 && at < len(s); steps++ {
		rest := s[at:]
		for _, t := range targets {
			if strings.HasPrefix(rest, t) {
				return t, at + len(t)
			}
		}
		n := 0
		for _, f := range fillers {
			if len(f) > n && strings.HasPrefix(rest, f) {
				n = len(f)
			}
		}
		if n == 0 {
			return "", 0
		}
		at += n
	}
	return "", 0
}

// zeroAfter reports whether the words behind the object end the claim: its
// kind (事项, 件, 情况) and then a mark, not 被纠正, 引发, 超期 and the like.
func zeroAfter(rest string) bool {
	rest = strings.TrimLeft(rest, " \u3000")
	for moved := true; moved; {
		moved = false
		for _, w := range []string{"的", "事项", "事件", "案件", "情况", "情形", "申请", "信息", "事宜", "件", "及申诉", "和申诉", "、申诉", "及举报", "、举报", "等", "案", "”", "发生", "现象", "政府", "公开"} {
			if strings.HasPrefix(rest, w) {
				rest, moved = rest[len(w):], true
			}
		}
	}
	if rest == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune("，,。.；;！!）)、和及或也均已", r)
}

func checkZeroClaims(p *prose, _ *Context) []Finding {
	r := p.report
	var out []Finding
	said := map[string]bool{}
	report := func(s *sentence, cell, what string) {
		v := r.Get(cell)
		if !v.Known() || v.N == 0 || said[cell] {
			return
		}
		said[cell] = true
		g := s.finding("D-ZERO-CLAIM", Error, []string{cell}, fmt.Sprintf("%s写没有%s，但%s为 %d。", s.place(), what, r.Form.labelOf(cell), v.N))
		g.Expected, g.Found = "0", fmt.Sprint(v.N)
		g.Suggest = "请核对，以台账为准，改正文字或表格。"
		out = append(out, g)
	}
	for i := range p.sentences {
		s := &p.sentences[i]
		if s.otherYear(p.report.Year) {
			continue
		}
		if speaksOfRequests(s.text) {
			afterDenial(s.text, requestWords, func(t string, end int) {
				if zeroAfter(s.text[end:]) && !caseFollows(s.text[end:]) {
					report(s, "t3.new.total", "收到政府信息公开申请")
				}
			})
		}
		if containsAny(s.text, "复议", "诉讼") {
			afterDenial(s.text, caseWords, func(t string, end int) { deniedCases(s, t, end, report) })
		}
	}
	return out
}

// caseFollows reports 申请行政复议: then the denial is about cases.
func caseFollows(rest string) bool {
	rest = strings.TrimLeft(rest, "、和及或的引起发生 ")
	return strings.HasPrefix(rest, "行政复议") || strings.HasPrefix(rest, "行政诉讼")
}

// deniedCases walks the list 行政复议、行政诉讼 behind a denial.
func deniedCases(s *sentence, first string, end int, report func(*sentence, string, string)) {
	review, suit := strings.Contains(first, "复议"), strings.Contains(first, "诉讼")
	rest := s.text[end:]
	for moved := true; moved; {
		moved = false
		next := rest
		for _, w := range []string{"案件", "或者", "以及", "、", "和", "及", "或", "与", "，", ",", "，也未发生", "提起", "被", "申请", "事项", "情况"} {
			next = strings.TrimPrefix(next, w)
		}
		for _, w := range []string{"行政复议", "行政诉讼", "复议", "诉讼"} {
			if strings.HasPrefix(next, w) {
				review, suit = review || strings.Contains(w, "复议"), suit || strings.Contains(w, "诉讼")
				rest, moved = next[len(w):], true
				break
			}
		}
	}
	if !zeroAfter(rest) {
		return
	}
	if review {
		report(s, "t4.review.total", "行政复议")
	}
	if suit {
		report(s, "t4.direct.total", "行政诉讼")
		report(s, "t4.after.total", "行政诉讼")
	}
}

// otherYear reports whether the sentence speaks of another year than the
// report's.
func (s *sentence) otherYear(year int) bool {
	y := s.yearBefore(len(s.text))
	return year != 0 && y != 0 && y != year || containsAny(s.text, "上年度", "去年", "上一年")
}

func checkAllDone(p *prose, _ *Context) []Finding {
	const cell = "t3.carried_out.total"
	v := p.report.Get(cell)
	if !v.Known() || v.N == 0 {
		return nil
	}
	for i := range p.sentences {
		s := &p.sentences[i]
		if !s.asks || s.otherYear(p.report.Year) {
			continue
		}
		for _, w := range []string{"全部办结", "全部按时办结", "全部按期办结", "全部依法办结", "均已办结", "均按时办结", "均按期办结", "全部办理完毕", "已全部办结", "全部答复完毕", "均已答复", "全部予以答复", "全部按时答复", "全部按期答复"} {
			k := strings.Index(s.text, w)
			if k < 0 || containsAny(lastClause(s.text[:k]), append([]string{"结转", "不", "未"}, otherPapers...)...) {
				continue
			}
			g := s.finding("D-ALLDONE", Error, []string{cell}, fmt.Sprintf("%s写“%s”，但%s为 %d。", s.place(), w, p.report.Form.label(mustIndex(p.report.Form, cell)), v.N))
			g.Expected, g.Found = "0", fmt.Sprint(v.N)
			g.Suggest = "请核对；年末还有未办结的，不要写全部办结。"
			return []Finding{g}
		}
	}
	return nil
}

func mustIndex(f *Form, id string) int {
	i, _ := f.Index(id)
	return i
}

// checkProseSums reads 共N条，其中a条、b条、c条. Parts that exceed the whole are
// always wrong; parts that fall short may be a selection, so they count only
// when a total word stands before N and they nearly fill it.
func checkProseSums(p *prose, _ *Context) []Finding {
	var out []Finding
	for i := range p.sentences {
		s := &p.sentences[i]
		among := strings.Index(s.text, "其中")
		if among < 0 || len(s.numbers) < 3 {
			continue
		}
		if strings.Count(s.text, "其中") > 1 {
			continue
		}
		whole := -1
		for k := range s.numbers {
			if s.numbers[k].End <= among {
				whole = k
			}
		}
		if whole < 0 {
			continue
		}
		w := s.numbers[whole]
		parts, ok := s.partsOf(w, whole+1)
		if !ok || len(parts) < 2 || w.Approx {
			continue
		}
		total := int64(0)
		for _, n := range parts {
			total += n.N
		}
		marked := containsAny(lastRunes(s.text[:w.Start], 6), "共", "合计", "总计", "累计", "总数")
		if total == w.N || total < w.N && (!marked || total*2 < w.N) {
			continue
		}
		g := s.finding("D-SUM-PROSE", Warning, nil, fmt.Sprintf("%s写“%s”，其中各项相加为 %s，与总数 %s 不符。", s.place(), clip(s.text[w.Start:parts[len(parts)-1].End], 60), FormatMicro(total), FormatMicro(w.N)))
		g.Expected, g.Found = FormatMicro(total), FormatMicro(w.N)
		g.Suggest = "请核对总数和分项；如果只是列举一部分，请写明“等”。"
		out = append(out, g)
	}
	return out
}

// partsOf lists the numbers of the same unit behind 其中 in the same sentence.
func (s *sentence) partsOf(whole proseNumber, from int) ([]proseNumber, bool) {
	var parts []proseNumber
	for _, n := range s.numbers[from:] {
		if n.Unit != whole.Unit {
			continue
		}
		if n.Approx || containsAny(s.text[parts1(parts, whole):n.Start], "占", "等", "；", ";", "同比", "增") {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, true
}

// parts1 is where the words before the next part begin.
func parts1(parts []proseNumber, whole proseNumber) int {
	if len(parts) == 0 {
		return whole.End
	}
	return parts[len(parts)-1].End
}

func lastRunes(s string, n int) string {
	for i := len(s); i > 0; {
		_, w := utf8.DecodeLastRuneInString(s[:i])
		i -= w
		if n--; n == 0 {
			return s[i:]
		}
	}
	return s
}
