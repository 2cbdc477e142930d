package annual

import (
	"fmt"
	"strings"
)

// yearRules compare with the same organ's report of the year before. Without
// it they say nothing.
func yearRules() []entry {
	const t3, t4 = "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"
	return []entry{
		{Rule: Rule{Code: "T3-CARRY-YEAR", Level: Error,
			Title: "上年结转与上年报告一致", Says: "本年“上年结转”等于上一年报告的“结转下年度继续办理”，逐列核对。",
			Left: "本年“上年结转”", Right: "上一年“结转下年度继续办理”",
			Cite:  citeForm(t3, "上年未办结的申请转入本年继续办理，两年的结转数必须衔接。"),
			Check: overYears(checkCarry)}},
		{Rule: Rule{Code: "T3-YOY", Level: Warning,
			Title: "申请数量与上年相差悬殊", Says: "新收或办结数量超过上年5倍或不足上年五分之一（上年不少于10件）时要说明原因。",
			Left: "本年新收、办结数量", Right: "上年数量的五分之一至5倍",
			Cite:  citeRegulation("第五十条", "年度报告应如实反映收到和处理申请的情况，异常变化应当说明。"),
			Check: overYears(checkYearOnYear)}},
		{Rule: Rule{Code: "T4-AFTER", Level: Warning,
			Title: "复议后起诉应先有复议", Says: "“复议后起诉”不为 0 时，今年或去年的行政复议总计也应不为 0。",
			Left: "复议后起诉总计", Right: "今年、去年的行政复议总计",
			Cite:  citeForm(t4, "复议后起诉的案件必先经过行政复议。"),
			Check: overYears(checkAfter)}},
		{Rule: Rule{Code: "T4-PENDING-YEAR", Level: Warning,
			Title: "上年未审结案件要有下落", Says: "上年尚未审结的案件，今年应计入审结结果或仍计入尚未审结。",
			Left: "今年审结与尚未审结", Right: "上年尚未审结",
			Cite:  citeForm(t4, "尚未审结的案件在审结年度计入相应结果。"),
			Check: overYears(checkPending)}},
		{Rule: Rule{Code: "T4-VS-T3", Level: Warning,
			Title: "有复议诉讼而无申请", Says: "有复议、诉讼，而今年没有新收和结转、上年也没有办结的申请时，要核对来由。",
			Left: "复议、诉讼总计", Right: "新收＋上年结转＋上年办结",
			Cite:  citeForm(t4, "复议、诉讼多因依申请公开引起；因主动公开引起的应当说明。"),
			Check: overYears(checkT4VsT3)}},
		{Rule: Rule{Code: "T2-VALID-YEAR", Level: Warning, Editions: []string{edition2021},
			Title: "现行有效件数逐年衔接", Says: "今年现行有效件数等于去年现行有效件数加本年制发减本年废止；因清理、到期失效、机构合并不等的要说明。",
			Left: "今年现行有效件数", Right: "去年现行有效件数＋本年制发－本年废止",
			Cite:  citeForm("二、第二十条第（一）项", "现行有效件数是存量，逐年增减应与制发、废止件数对应。"),
			Check: overYears(checkInForce)}},
		{Rule: Rule{Code: "T2-19-ITEMS", Level: Warning, Editions: []string{edition2019},
			Title: "项目数量逐年衔接", Says: "今年“上一年项目数量”等于去年的“上一年项目数量”加“本年增/减”。",
			Left: "今年“上一年项目数量”", Right: "去年“上一年项目数量”＋去年“本年增/减”",
			Cite:  citeForm2019("二、第二十条第（五）（六）（八）项", "上一年项目数量应与上一年报告的期末数一致。"),
			Check: overYears(checkItems)}},
	}
}

// overYears runs a check only against the report of the year directly before.
func overYears(check func(r, last *Report) []Finding) func(*Report, *Context) []Finding {
	return func(r *Report, c *Context) []Finding {
		if c.Last == nil || c.Last.Form == nil || r.Year != 0 && c.Last.Year != 0 && c.Last.Year != r.Year-1 {
			return nil
		}
		return check(r, c.Last)
	}
}

func checkCarry(r, last *Report) []Finding {
	var out []Finding
	p := &r.Form.Table("t3").Parts[0]
	for _, col := range p.Columns {
		id := "t3.carried_in." + col.Key
		in, was := r.Get(id), last.Get("t3.carried_out."+col.Key)
		if !in.Known() || !was.Known() || in.N == was.N {
			continue
		}
		g := finding("T3-CARRY-YEAR", Error, []string{id}, fmt.Sprintf("表三“上年结转”的“%s”填 %d，上一年报告“结转下年度继续办理”是 %d。", col.Label(), in.N, was.N))
		g.Expected, g.Found = fmt.Sprint(was.N), fmt.Sprint(in.N)
		g.Suggest = "请按上一年已公布的结转数填写；上年报告有误的，请另行更正并说明。"
		out = append(out, g)
	}
	return out
}

func checkYearOnYear(r, last *Report) []Finding {
	var out []Finding
	for _, id := range []string{"t3.new.total", "t3.result_total.total"} {
		now, was := r.Get(id), last.Get(id)
		if !now.Known() || !was.Known() || was.N < 10 || now.N <= 5*was.N && 5*now.N >= was.N {
			continue
		}
		g := finding("T3-YOY", Warning, []string{id}, fmt.Sprintf("%s今年 %d，上年 %d，相差超过5倍。", r.Form.labelOf(id), now.N, was.N))
		g.Expected, g.Found = fmt.Sprintf("%d 至 %d", (was.N+4)/5, 5*was.N), fmt.Sprint(now.N)
		g.Suggest = "请核对数量；属实的，请在第一部分说明原因。"
		out = append(out, g)
	}
	return out
}

// sum adds figures; ok is false when one is not known.
func sum(values ...Value) (n int64, ok bool) {
	for _, v := range values {
		if !v.Known() {
			return 0, false
		}
		n += v.N
	}
	return n, true
}

func checkAfter(r, last *Report) []Finding {
	after := r.Get("t4.after.total")
	reviews, ok := sum(r.Get("t4.review.total"), last.Get("t4.review.total"))
	if !ok || !after.Known() || after.N == 0 || reviews != 0 {
		return nil
	}
	g := finding("T4-AFTER", Warning, []string{"t4.after.total", "t4.review.total"},
		fmt.Sprintf("表四“复议后起诉”总计 %d，但今年和去年的行政复议总计都是 0。", after.N))
	g.Expected, g.Found = "0，或行政复议总计不为 0", fmt.Sprint(after.N)
	g.Suggest = "请核对是否应填在“未经复议直接起诉”，或漏填行政复议。"
	return []Finding{g}
}

var caseGroups = []struct{ key, name string }{{"review", "行政复议"}, {"direct", "未经复议直接起诉"}, {"after", "复议后起诉"}}

func checkPending(r, last *Report) []Finding {
	var out []Finding
	for _, k := range caseGroups {
		id := "t4." + k.key
		was, now := last.Get(id+".pending"), r.Get(id+".pending")
		done, ok := sum(r.Get(id+".upheld"), r.Get(id+".corrected"), r.Get(id+".other"))
		if !ok || !was.Known() || !now.Known() || was.N == 0 || now.N != 0 || done >= was.N {
			continue
		}
		g := finding("T4-PENDING-YEAR", Warning, []string{id + ".upheld", id + ".corrected", id + ".other", id + ".pending"},
			fmt.Sprintf("表四“%s”上年尚未审结 %d 件，今年审结 %d 件且没有尚未审结，有 %d 件没有下落。", k.name, was.N, done, was.N-done))
		g.Expected, g.Found = fmt.Sprintf("审结与尚未审结合计不少于 %d", was.N), fmt.Sprint(done)
		g.Suggest = "请把上年未审结案件的结果计入今年相应各格，仍未审结的计入“尚未审结”。"
		out = append(out, g)
	}
	return out
}

func checkT4VsT3(r, last *Report) []Finding {
	cases, ok := sum(r.Get("t4.review.total"), r.Get("t4.direct.total"), r.Get("t4.after.total"))
	base, ok2 := sum(r.Get("t3.new.total"), r.Get("t3.carried_in.total"), last.Get("t3.result_total.total"))
	if !ok || !ok2 || cases == 0 || base != 0 {
		return nil
	}
	g := finding("T4-VS-T3", Warning, []string{"t4.review.total", "t4.direct.total", "t4.after.total", "t3.new.total", "t3.carried_in.total"},
		fmt.Sprintf("表四共有复议、诉讼 %d 件，但今年没有新收和结转的申请，上年也没有办结的申请。", cases))
	g.Expected, g.Found = "0，或说明来由", fmt.Sprint(cases)
	g.Suggest = "如由主动公开引起，请在文字部分说明；否则请核对表三。"
	return []Finding{g}
}

func checkInForce(r, last *Report) []Finding {
	var out []Finding
	for _, row := range []string{"rules", "normative"} {
		id := "t2." + row
		now := r.Get(id + ".in_force")
		was, made, gone := last.Get(id+".in_force"), r.Get(id+".made"), r.Get(id+".repealed")
		if !now.Known() || !was.Known() || !made.Known() || !gone.Known() {
			continue
		}
		want := was.N + made.N - gone.N
		if now.N == want {
			continue
		}
		g := finding("T2-VALID-YEAR", Warning, []string{id + ".in_force", id + ".made", id + ".repealed"},
			fmt.Sprintf("%s填 %d；上年现行有效 %d，加本年制发 %d，减本年废止 %d，应为 %d。", r.Form.labelOf(id+".in_force"), now.N, was.N, made.N, gone.N, want))
		g.Expected, g.Found = fmt.Sprint(want), fmt.Sprint(now.N)
		g.Suggest = "请核对；因集中清理、到期失效或机构合并而不等的，请在文字部分说明。"
		out = append(out, g)
	}
	return out
}

func checkItems(r, last *Report) []Finding {
	var out []Finding
	for _, c := range r.Form.Cells {
		if c.Table != "t2" || !strings.HasSuffix(c.ID, ".last_year") {
			continue
		}
		v := r.Get(c.ID)
		want, ok := sum(last.Get(c.ID), last.Get(strings.TrimSuffix(c.ID, "last_year")+"change"))
		if !ok || !v.Known() || v.N == want {
			continue
		}
		g := finding("T2-19-ITEMS", Warning, []string{c.ID}, fmt.Sprintf("%s填 %d，按上一年报告（上一年项目数量加本年增/减）应为 %d。", r.Form.label(c.Index), v.N, want))
		g.Expected, g.Found = fmt.Sprint(want), fmt.Sprint(v.N)
		g.Suggest = "请按上一年报告的期末数填写，或说明调整原因。"
		out = append(out, g)
	}
	return out
}
