package annual

import (
	"fmt"
	"strings"
)

// table2Rules are the rules over 表二 that need only this report.
func table2Rules() []entry {
	return []entry{
		{Rule: Rule{Code: "T2-CELLS", Level: Error, Figures: true,
			Title: "表二各分表、各格齐全", Says: "第二十条各项的分表都要有，每格都要填；没有的填 0。",
			Left: "来件中的分表和格数", Right: "格式规定的分表和格数（2019年格式22格，2021年格式10格）",
			Cite:  citeForm("二、主动公开政府信息情况", "表二由按条例第二十条各项设置的分表组成，不得缺少分表或格。"),
			Check: checkT2Cells}},
		{Rule: Rule{Code: "T2-NONNEG-INT", Level: Error, Figures: true,
			Title: "表二件数为不小于 0 的整数", Says: "除“本年增/减”可为负数外，件数都是不小于 0 的整数。",
			Left: "各格数字", Right: "不小于 0 的整数",
			Cite:  citeForm("二、主动公开政府信息情况", "件数以件计，没有负数和小数；本年增/减是与上一年的差，可以为负。"),
			Check: kindCheck("T2-NONNEG-INT", "t2")}},
		{Rule: Rule{Code: "T2-TEXT", Level: Error, Figures: true,
			Title: "表二格内只填数字", Says: "数字格不写“约36万元”“251000元”“十余”之类的文字或单位。",
			Left: "格内文字", Right: "单纯的数字",
			Cite:  citeForm("二、主动公开政府信息情况", "表格各格填写可汇总的数字，单位以表头为准。"),
			Check: checkT2Text}},
		{Rule: Rule{Code: "T2-VALID-MIN", Level: Warning, Editions: []string{edition2021}, Figures: true,
			Title: "现行有效件数不少于制发减废止", Says: "现行有效件数不应少于本年制发件数减本年废止件数。",
			Left: "本年制发件数", Right: "现行有效件数加本年废止件数",
			Cite:  citeForm("二、第二十条第（一）项", "现行有效件数是年末仍有效的全部文件，至少包括本年制发而未废止的。"),
			Check: identityCheck("T2-VALID-MIN", Warning)}},
		{Rule: Rule{Code: "T2-19-OPEN", Level: Error, Editions: []string{edition2019}, Figures: true,
			Title: "新公开数量不大于公开总数量", Says: "本年新公开数量不应大于对外公开总数量。",
			Left: "本年新公开数量", Right: "对外公开总数量",
			Cite:  citeForm2019("二、第二十条第（一）项", "对外公开总数量包括本年新公开的数量。"),
			Check: identityCheck("T2-19-OPEN", Error)}},
		{Rule: Rule{Code: "T2-19-MAKE", Level: Info, Editions: []string{edition2019},
			Title: "新制作多于新公开", Says: "本年新制作数量大于本年新公开数量时，说明有文件没有公开。",
			Left: "本年新制作数量", Right: "本年新公开数量",
			Cite:  citeForm2019("二、第二十条第（一）项", "新制作与新公开分列，公开少于制作的应有不公开的理由。"),
			Check: checkT2Make}},
		{Rule: Rule{Code: "T2-19-PROC", Level: Warning, Editions: []string{edition2019},
			Title: "采购项目与金额同有同无", Says: "采购项目数量为 0 时采购总金额也应为 0，反之亦然。",
			Left: "采购项目数量", Right: "采购总金额",
			Cite:  citeForm2019("二、第二十条第（九）项", "政府集中采购的项目数量与总金额反映同一批项目。"),
			Check: checkT2Procurement}},
		{Rule: Rule{Code: "T2-UNIT-19", Level: Warning, Editions: []string{edition2019},
			Title: "采购总金额的单位", Says: "格式没有印出采购总金额的单位，按元和按万元都不合常理或带有文字时要说明单位。",
			Left: "采购总金额除以采购项目数量", Right: "500 元至 5000 万元",
			Cite:  citeForm2019("二、第二十条第（九）项", "采购总金额一格未印单位，汇总前须弄清填报单位。"),
			Check: checkT2Unit2019}},
		{Rule: Rule{Code: "T2-UNIT-21", Level: Warning, Editions: []string{edition2021},
			Title: "收费金额以万元计", Says: "本年收费金额的单位是万元；乡镇或县级部门达到 10000（一亿元）时，多半是按元填写。",
			Left: "本年收费金额", Right: "小于 10000 万元，小数不超过六位",
			Cite:  citeForm("二、第二十条第（八）项", "行政事业性收费一行的金额单位为万元。"),
			Check: checkT2Unit2021}},
		{Rule: Rule{Code: "T2-RULES-ORGAN", Level: Error,
			Title: "无权制定规章的机关不填规章", Says: "乡镇、县级政府和部门无权制定规章，规章一行应为 0。",
			Left: "规章各格", Right: "0",
			Cite: citeRegulation("第二十条第（一）项", "规章由国务院部门、省级政府和设区的市、自治州政府制定，其他机关没有规章可报。"), Check: checkRulesOrgan}},
		{Rule: Rule{Code: "T2-NORM-MANY", Level: Warning,
			Title: "乡镇规范性文件过多", Says: "乡镇一年制发行政规范性文件达到 10 件时，要核对是否把一般公文也计入。",
			Left: "本年制发（新制作）规范性文件", Right: "少于 10 件",
			Cite:  citeForm("二、第二十条第（一）项", "规范性文件是涉及公民、法人权利义务且反复适用的文件，一般公文不计入。"),
			Check: checkNormMany}},
		{Rule: Rule{Code: "T2-FEE-6", Level: Warning, Editions: []string{edition2021},
			Title: "收费金额包含信息处理费", Says: "第六部分写明收取信息处理费的，表二收费金额不应小于该金额。",
			Left: "本年收费金额", Right: "第六部分所写的信息处理费",
			Cite: citeFee("信息处理费按行政事业性收费管理，收取的金额应计入收费金额。")},
			prose: checkFeeSix},
	}
}

func checkT2Cells(r *Report, _ *Context) []Finding {
	var out []Finding
	if cells := r.gone("t2"); len(cells) > 0 {
		g := finding("T2-CELLS", Error, r.Form.ids(cells...),
			fmt.Sprintf("表二缺%d格：%s。缺失的部分不能当作 0。", len(cells), r.rowNames(cells, 6)))
		n := 0
		for _, c := range r.Form.Cells {
			if c.Table == "t2" {
				n++
			}
		}
		g.Expected, g.Found = fmt.Sprintf("%d格", n), fmt.Sprintf("%d格", n-len(cells))
		g.Suggest = "请按格式补齐缺少的分表和行，没有的填 0。"
		out = append(out, g)
	}
	if cells := r.blanks("t2"); len(cells) > 0 {
		g := finding("T2-CELLS", Warning, r.Form.ids(cells...),
			fmt.Sprintf("表二有%d格没有填数字，在%s。空白不等于零。", len(cells), r.rowNames(cells, 4)))
		g.Expected, g.Found = "每格填写数字，没有的填 0", fmt.Sprintf("%d格空白", len(cells))
		g.Suggest = "确实没有的请填 0，有数的请补上数字。"
		out = append(out, g)
	}
	return out
}

func checkT2Text(r *Report, _ *Context) []Finding {
	var out []Finding
	for i := range r.Values {
		c := &r.Form.Cells[i]
		if c.Table != "t2" || r.Values[i].Kind != Text || r.undecided(i) {
			continue
		}
		raw := r.Raw(i)
		if isPlainDecimal(raw) {
			continue
		}
		g := finding("T2-TEXT", Error, []string{c.ID}, fmt.Sprintf("%s填的是“%s”，不是单纯的数字，不能汇总。", r.Form.label(i), raw))
		g.Expected, g.Found, g.At, g.Quote = "单纯的数字", raw, r.At(i), raw
		g.Suggest = "请改为单纯的数字。"
		if n, ok := firstNumber(raw); ok {
			g.Suggest = fmt.Sprintf("格内写的似为 %s，请核实后只填数字，单位写在文字部分。", n.words())
		}
		out = append(out, g)
	}
	return out
}

func checkT2Make(r *Report, _ *Context) []Finding {
	var out []Finding
	for _, row := range []string{"rules", "normative"} {
		a, b := "t2."+row+".made", "t2."+row+".published"
		made, pub := r.Get(a), r.Get(b)
		if made.Known() && pub.Known() && made.N > pub.N {
			g := finding("T2-19-MAKE", Info, []string{a, b}, fmt.Sprintf("%s为 %d，多于新公开的 %d：有 %d 件制作了但没有公开。",
				r.Form.labelOf(a), made.N, pub.N, made.N-pub.N))
			g.Expected, g.Found = fmt.Sprintf("不大于 %d", pub.N), fmt.Sprint(made.N)
			g.Suggest = "如确有不公开的文件，请备好不公开的依据；否则请核对两格。"
			out = append(out, g)
		}
	}
	return out
}

func checkT2Procurement(r *Report, _ *Context) []Finding {
	n, a := r.Get("t2.procurement.projects"), r.Get("t2.procurement.amount")
	if !n.Known() || !a.Known() || (n.N == 0) == (a.N == 0) {
		return nil
	}
	g := finding("T2-19-PROC", Warning, []string{"t2.procurement.projects", "t2.procurement.amount"},
		fmt.Sprintf("表二“政府集中采购”：采购项目数量为 %d，采购总金额为 %s，一个为 0 另一个不为 0。", n.N, a.Format(Money)))
	g.Expected, g.Found = "同为 0 或同不为 0", fmt.Sprintf("%d 项，%s", n.N, a.Format(Money))
	g.Suggest = "请核对项目数量和金额是否漏填一格。"
	return []Finding{g}
}

// A project costs between 500 元 and 5000 万元; a figure that fits neither as
// 元 nor as 万元, or that carries words, needs its unit from the office.
func checkT2Unit2019(r *Report, _ *Context) []Finding {
	const low, high = 500, 50_000_000
	cells := []string{"t2.procurement.amount", "t2.procurement.projects"}
	i, ok := r.Form.Index(cells[0])
	if !ok {
		return nil
	}
	a, n := r.Values[i], r.Get(cells[1])
	if a.Kind == Text {
		raw := r.Raw(i)
		g := finding("T2-UNIT-19", Warning, cells[:1], fmt.Sprintf("表二“采购总金额”填的是“%s”，格式没有印单位，请确认单位和准确金额。", raw))
		g.Expected, g.Found, g.Quote, g.At = "数字，并说明单位是元还是万元", raw, raw, r.At(i)
		g.Suggest = "请填准确金额，并在第一部分写明单位。"
		return []Finding{g}
	}
	if !a.Known() || !n.Known() || a.N == 0 || n.N <= 0 {
		return nil
	}
	inRange := func(yuan int64) bool { return yuan >= low*n.N && yuan <= high*n.N }
	if yuan := a.N / Micro; inRange(yuan) || inRange(yuan*10000+a.N%Micro/100) {
		return nil
	}
	g := finding("T2-UNIT-19", Warning, cells, fmt.Sprintf("表二“政府集中采购”：%d 个项目共 %s，按元或按万元算每个项目的金额都不合常理。", n.N, a.Format(Money)))
	g.Expected, g.Found = "每个项目 500 元至 5000 万元", a.Format(Money)
	g.Suggest = "请核对金额和单位。"
	return []Finding{g}
}

func checkT2Unit2021(r *Report, c *Context) []Finding {
	const id = "t2.fees.amount"
	i, ok := r.Form.Index(id)
	if !ok || r.Form.Cells[i].Type != Money {
		return nil
	}
	v, raw := r.Values[i], strings.TrimSpace(foldDigits(r.Raw(i)))
	if v.Kind == Text && isPlainDecimal(raw) && !strings.HasPrefix(raw, "-") {
		g := finding("T2-UNIT-21", Warning, []string{id}, fmt.Sprintf("表二“本年收费金额”填的是“%s”，小数超过六位，像是由其他单位换算而来。", raw))
		g.Expected, g.Found, g.At = "万元，小数不超过六位（精确到分）", raw, r.At(i)
		g.Suggest = "请按万元填写，精确到分即六位小数。"
		return []Finding{g}
	}
	level := c.Level
	if level == LevelUnknown {
		level = levelByName(r.Organ)
	}
	if !v.Known() || v.N < 10000*Micro || level == LevelGovernment || level == LevelMinistry {
		return nil
	}
	g := finding("T2-UNIT-21", Warning, []string{id}, fmt.Sprintf("表二“本年收费金额”填的是 %s 万元，超过一亿元，可能是按元填写的。", v.Format(Money)))
	g.Expected, g.Found, g.At = "小于 10000 万元", v.Format(Money), r.At(i)
	g.Suggest = fmt.Sprintf("如果实际是 %s 元，请改填 %s（万元）。", v.Format(Money), FormatMicro(v.N/10000))
	return []Finding{g}
}

func checkRulesOrgan(r *Report, c *Context) []Finding {
	if c.Governs {
		return nil
	}
	byName := levelByName(r.Organ)
	powerless := c.Level == LevelTown || c.Level == LevelDepartment ||
		c.Level != LevelMinistry && (byName == LevelTown || strings.HasSuffix(r.Organ, "县人民政府") || strings.HasSuffix(r.Organ, "县政府"))
	if !powerless {
		return nil
	}
	var cells []string
	for i, cell := range r.Form.Cells {
		if strings.HasPrefix(cell.ID, "t2.rules.") && r.Values[i].Kind == Number {
			cells = append(cells, cell.ID)
		}
	}
	if len(cells) == 0 {
		return nil
	}
	g := finding("T2-RULES-ORGAN", Error, cells, fmt.Sprintf("表二“规章”一行填了 %d，但本机关无权制定规章。", r.Get(cells[0]).N))
	g.Expected, g.Found = "0", fmt.Sprint(r.Get(cells[0]).N)
	g.Suggest = "规章一行请填 0；如属规范性文件，请移到规范性文件一行。"
	return []Finding{g}
}

func checkNormMany(r *Report, c *Context) []Finding {
	const id = "t2.normative.made"
	v := r.Get(id)
	if !v.Known() || v.N < 10 || !(c.Level == LevelTown || c.Level == LevelUnknown && levelByName(r.Organ) == LevelTown) {
		return nil
	}
	g := finding("T2-NORM-MANY", Warning, []string{id}, fmt.Sprintf("乡镇（街道）一年制发规范性文件 %d 件，可能把一般公文也计入了。", v.N))
	g.Expected, g.Found = "少于 10 件", fmt.Sprint(v.N)
	g.Suggest = "请只计涉及公民、法人权利义务并反复适用的文件，其余公文不计。"
	return []Finding{g}
}

// levelByName tells the level of an organ from its name where the name leaves
// no doubt.
func levelByName(organ string) OrganLevel {
	organ = strings.TrimSpace(organ)
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(organ, "人民政府"), "办事处"), "政府")
	switch {
	case strings.HasSuffix(base, "镇"), strings.HasSuffix(base, "乡"), strings.HasSuffix(base, "街道"), strings.HasSuffix(base, "苏木"):
		return LevelTown
	case base != organ && !strings.HasSuffix(organ, "办事处"):
		return LevelGovernment
	case strings.HasSuffix(organ, "局"), strings.HasSuffix(organ, "委员会"), strings.HasSuffix(organ, "办公室"):
		return LevelDepartment
	}
	return LevelUnknown
}
