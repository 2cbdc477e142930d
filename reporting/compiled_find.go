package reporting

import (
	"fmt"
	"strings"

	"gongkai/law/annual"
)

// look adds the rules that need live data.
func (x Compiling) look(c *Compilation) {
	add := func(f CompiledFinding) { c.Findings = append(c.Findings, f) }
	list := func(key string) string { return CasesPath(x.Organ, x.Year, key) }
	here := compilePath(x.Organ, x.Year)
	if x.Requests == nil {
		add(CompiledFinding{Code: "T3-CASES", Level: annual.Info, Cells: []string{"t3.new.total"}, Href: "/desk/requests/ledger",
			Message: "登记簿里没有到这一年为止的申请，表三、表四空着：没有登记不等于没有收到。",
			Suggest: "有申请的请补登台账；确实没有的，在填写页按零报告确认。"})
	}
	if n := x.Live[LiveOverdue]; n > 0 {
		add(CompiledFinding{Code: "T3-ORPHAN-OUT", Level: annual.Warning, Cells: []string{"t3.carried_out.total"}, Href: list(LiveOverdue),
			Message: fmt.Sprintf("结转下年度%s件，其中%d件的答复期限在年内。", c.text("t3.carried_out.total"), n),
			Suggest: "请逐件打开：已经答复、没有登记的补登答复；确实超期的如实结转，并尽快答复。"})
	}
	if n := x.Live[LiveUnreceived]; n > 0 {
		add(CompiledFinding{Code: "T3-CASES", Level: annual.Info, Cells: []string{"t3.new.total"}, Href: list(LiveUnreceived),
			Message: fmt.Sprintf("本年新收里有%d件还没有与申请人确认收到之日，按到达之日计入。", n), Suggest: "跨年的请先确认：收到之日在哪一年，就计入哪一年。"})
	}
	if n := x.Live[LiveLeftOut]; n > 0 {
		add(CompiledFinding{Code: "T3-CASES", Level: annual.Info, Cells: []string{"t3.new.total"}, Href: list(LiveLeftOut),
			Message: fmt.Sprintf("有%d件按主管部门规定的口径不计入表三。", n), Suggest: "登记簿的件数比表三多这几件，不是漏计。"})
	}
	if len(x.Remapped) > 0 {
		add(CompiledFinding{Code: "T3-PARTIAL", Level: annual.Error, Cells: []string{"t3.partial.total"}, Href: list("t3.result_total.total"),
			Message: "按主管部门设定的口径，部分公开计入了“" + strings.Join(x.Remapped, "、") + "”。区分处理的只计“部分公开”，不计其他情形。",
			Suggest: "请联系主管部门改正“处理结果计入表三的口径”这项设置。"})
	}
	if n := x.Live[LiveDirect]; n > 0 {
		add(CompiledFinding{Code: "T4-DIRECT-AFTER-2024", Level: annual.Info, Cells: []string{"t4.direct.total"}, Href: list(LiveDirect),
			Message: fmt.Sprintf("有%d件诉讼针对2024年1月1日以后作出的不予公开决定，未经复议直接起诉。行政复议法第二十三条规定这类决定先申请复议。", n),
			Suggest: "请核对种类登记得是否正确；法院已经受理的照实计入。"})
	}
	x.pending(add, list)
	x.unpaid(c, add)
	x.negative(c, add, here)
	x.against(c, add, here)
}

// pending compares cases that last year's report left open with the register.
func (x Compiling) pending(add func(CompiledFinding), list func(string) string) {
	if x.Last == nil || x.Remedies == nil {
		return
	}
	for _, kind := range []string{"review", "direct", "after"} {
		was := x.Last.Get("t4." + kind + ".pending")
		if !was.Known() || was.N == x.Pending[kind] {
			continue
		}
		id := "t4." + kind + ".total"
		name := map[string]string{"review": "行政复议", "direct": "未经复议直接起诉", "after": "复议后起诉"}[kind]
		add(CompiledFinding{Code: "T4-PENDING-YEAR", Level: annual.Warning, Cells: []string{id}, Href: list(id),
			Message: fmt.Sprintf("%s：上年报告尚未审结%d件，登记簿里年初没有审结的是%d件。", name, was.N, x.Pending[kind]),
			Suggest: "登记簿漏登的案件补登；系统起用以前的，在下面手工登记，并写明案号来历。"})
	}
}

// text is the figure of a cell as printed.
func (c *Compilation) text(cell string) string {
	f := c.Figure(cell)
	if f == nil {
		return ""
	}
	i, _ := c.Form.Index(cell)
	return f.Value.Format(c.Form.Cells[i].Type)
}

// unpaid says that chapter six has to speak of fees where files ended because the
// applicant did not pay (T3-UNPAID).
func (x Compiling) unpaid(c *Compilation, add func(CompiledFinding)) {
	f := c.Figure("t3.other_unpaid.total")
	if f == nil || f.Value.N == 0 {
		return
	}
	said := false
	if x.Draft != nil {
		for i, ch := range x.Draft.Form.Chapters {
			if ch.Ordinal == "六" && i < len(x.Draft.Chapters) {
				said = strings.Contains(x.Draft.Chapters[i], "信息处理费") || strings.Contains(x.Draft.Chapters[i], "收费通知")
			}
		}
	}
	if !said {
		add(CompiledFinding{Code: "T3-UNPAID", Level: annual.Warning, Cells: []string{f.Cell}, Href: fillPath(x.Organ, x.Year) + "#chapter-6",
			Message: fmt.Sprintf("有%d件因逾期未缴费不再处理，第六部分还没有写信息处理费。", f.Value.N), Suggest: "请在第六部分写明发出收费通知、收取信息处理费的情况。"})
	}
}

func fillPath(organ int64, year int) string {
	return fmt.Sprintf("/desk/filing/%d/%d/fill", organ, year)
}

// negative names figures that entries by hand brought below zero.
func (x Compiling) negative(c *Compilation, add func(CompiledFinding), here string) {
	for i, f := range c.Figures {
		if cell := c.Form.Cells[i]; f.Value.N < 0 && cell.Type != annual.Signed && !Sums(c.Form, cell.ID) {
			add(CompiledFinding{Code: "ENTRY-NEGATIVE", Level: annual.Error, Cells: []string{cell.ID}, Href: here + "#entries",
				Message: CellName(c.Form, cell.ID) + "加上手工登记的数以后小于0。", Suggest: "请撤销或者改正这一格的手工登记。"})
		}
	}
}

// against compares what was entered for the year with the data, row by row.
func (x Compiling) against(c *Compilation, add func(CompiledFinding), here string) {
	if x.Draft == nil || x.Draft.Form != c.Form {
		return
	}
	type row struct {
		cells []string
		says  []string
	}
	rows := map[string]*row{}
	var order []string
	draft := "报告填"
	if x.Own {
		draft = "本级数据填"
	}
	for i, f := range c.Figures {
		was := x.Draft.Values[i]
		if !f.Value.Known() || !was.Known() || was == f.Value {
			continue
		}
		cell := c.Form.Cells[i]
		key := cell.ID[:strings.LastIndexByte(cell.ID, '.')]
		if rows[key] == nil {
			rows[key] = &row{}
			order = append(order, key)
		}
		r := rows[key]
		r.cells = append(r.cells, cell.ID)
		r.says = append(r.says, fmt.Sprintf("%s%s%s、系统数据%s", columnName(c.Form, cell.ID), draft, was.Format(cell.Type), f.Value.Format(cell.Type)))
	}
	for _, key := range order {
		r := rows[key]
		f := CompiledFinding{Code: "T3-CASES", Level: annual.Error, Cells: r.cells, Href: here + "/take",
			Message: tableWord(key) + "“" + rowName(c.Form, r.cells[0]) + "”：" + strings.Join(r.says, "；") + "。",
			Suggest: "登记簿漏登的补登；不在系统里的用手工登记说明来历；报告填错的，按“取数到报告”改过来。"}
		switch {
		case strings.HasPrefix(key, "t4"):
			f.Code = "T4-CASES"
		case key == "t2.rules" || key == "t2.normative":
			f.Code = "T2-DOCS"
			f.Suggest = "文件库是登记簿：漏登的文件补登，成文、废止日期写错的改正；报告填错的，按“取数到报告”改过来。"
		case strings.HasPrefix(key, "t2"):
			f.Code, f.Level = "T2-LEDGER", annual.Warning
			f.Suggest = "台账漏登的补登；报告填错的，按“取数到报告”改过来。"
		}
		add(f)
	}
	x.partialTwice(c, add, here)
}

func tableWord(key string) string {
	return map[string]string{"t2": "表二", "t3": "表三", "t4": "表四"}[key[:2]]
}

// partialTwice says that a partial disclosure seems to be counted as a refusal too:
// the report has more refusals than the register, and by no more than there are
// partial disclosures (T3-PARTIAL).
func (x Compiling) partialTwice(c *Compilation, add func(CompiledFinding), here string) {
	p := c.Figure("t3.partial.total")
	if p == nil || !p.Value.Known() || p.Value.N == 0 {
		return
	}
	more := int64(0)
	var cells []string
	for i, f := range c.Figures {
		id := c.Form.Cells[i].ID
		if !strings.HasPrefix(id, "t3.deny_") || !strings.HasSuffix(id, ".total") || !x.Draft.Values[i].Known() || !f.Value.Known() {
			continue
		}
		if d := x.Draft.Values[i].N - f.Value.N; d > 0 {
			more += d
			cells = append(cells, id)
		}
	}
	if more > 0 && more <= p.Value.N {
		add(CompiledFinding{Code: "T3-PARTIAL", Level: annual.Error, Cells: append(cells, "t3.partial.total"), Href: here + "/take",
			Message: fmt.Sprintf("“不予公开”各行比案卷多%d件，部分公开有%d件：区分处理的是不是又计入了不予公开？", more, p.Value.N),
			Suggest: "一件申请只计一行：部分公开的只计“部分公开”。"})
	}
}
