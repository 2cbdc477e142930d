package sample

import (
	"fmt"
	"strings"

	"gongkai/law/annual"
)

// A fault is one mistake as it happens in real reports. Facts are spoiled in
// the report, layout on the page; either may be nil. format "" leaves the
// format to chance.
type fault struct {
	says   string // for the list of what the sample holds
	format string
	report func(r *annual.Report)
	page   func(p *page)
	form   string // edition that was used instead of the right one
}

// faults by short name and year. What is not listed here is a clean report.
func faults() map[string]map[int]fault {
	return map[string]map[int]fault{
		"白鹿镇": {2019: {says: "表三一行被分页切成两行，数据重复", format: "txt", page: brokenRow}},
		"青石镇": {2019: {says: "网页：采购总金额写成约36万元，行政强制多一个数", format: "html", page: aboutMoney},
			2025: {says: "表三总计没有随分项更新", format: "docx", report: staleTotal}},
		"大坪乡": {2019: {says: "标题残缺，缺表四，表二残缺，数据空白", format: "txt", page: wreck},
			2025: {says: "数据全部空白", format: "docx", report: blankAll}},
		"双河镇": {2020: {says: "条款号写错，表头和行名被拆开", format: "txt", page: splitLabels}},
		"松坪镇": {2020: {says: "表三一列空白", format: "html", report: blankColumn}},
		"云台乡": {2021: {says: "2021年度仍用旧格式", format: "docx", form: "2019"}},
		"财政局": {2022: {says: "一个合计数两位颠倒", format: "docx", report: swapped},
			2025: {says: "收费金额疑似以元填写", format: "docx", report: feesInYuan}},
		"民政局":   {2022: {says: "上年结转与上年报告不一致", format: "txt", report: carryOver}},
		"石桥镇":   {2023: {says: "标题语序颠倒，第一章用了1、", format: "txt", page: oddTitle}},
		"梨树乡":   {2023: {says: "文字照抄黄泥乡", format: "docx"}, 2025: {says: "文字照抄黄泥乡", format: "txt"}},
		"柳溪镇":   {2024: {says: "信访举报写成住房举报", format: "html", page: func(p *page) { p.relabel("信访举报", "住房举报") }}},
		"公安局":   {2024: {says: "文字中的新收数与表三不符", format: "docx", report: proseNumber}},
		"教育局":   {2025: {says: "新收与结转、办结不平衡", format: "html", report: unbalanced}},
		"东山街道":  {2025: {says: "行政复议各项之和不等于总计", format: "docx", report: reviewSum}},
		"卫生健康局": {2024: {says: "第五章只有一个无字", format: "txt", report: func(r *annual.Report) { r.Chapters[4] = "无" }}},
	}
}

// missing says who had not filed when the sample was made.
func missing(short string, year int) bool {
	return year == LastYear && (short == "云台乡" || short == "农业农村局") || year == 2020 && short == "黄泥乡"
}

// copies says whose prose an organ's report repeats.
func copies(short string, year int) string {
	if short == "梨树乡" && (year == 2023 || year == 2025) {
		return "黄泥乡"
	}
	return ""
}

// brokenRow cuts the row 3.危及“三安全一稳定” in two as a page break does, each
// half with the row's figures.
func brokenRow(p *page) {
	b := p.table("t3")
	i := b.rowOf("t3.deny_safety.natural")
	var half []cell
	for k := range b.rows[i] {
		c := b.rows[i][k]
		if at := strings.Index(c.text, "定”"); at > 0 {
			b.rows[i][k].text = c.text[:at]
			c.text = c.text[at:]
			half = append(half, c)
		} else if c.figure != "" {
			half = append(half, c)
		}
	}
	b.rows = append(b.rows[:i+1], append([][]cell{half}, b.rows[i+1:]...)...)
	p.title = nil // and the page with the title was left behind
}

func aboutMoney(p *page) {
	p.put("t2.procurement.amount", "约36万元")
	for _, id := range []string{"t2.coercion.last_year", "t2.coercion.change", "t2.coercion.decisions"} {
		p.put(id, "0")
	}
	b := p.table("t2")
	if i := b.rowOf("t2.coercion.decisions"); i >= 0 {
		b.rows[i] = append(b.rows[i], cell{text: "0", rows: 1, cols: 1})
	}
	p.relabel("三、收到", "三、 收到")
}

func wreck(p *page) {
	p.title = []string{fmt.Sprintf("%d年政府信息公开工作", FirstYear), "年度报告"}
	var keep []block
	for _, b := range p.blocks {
		if b.table == "t4" || b.chapter == 6 {
			continue
		}
		if b.table == "t2" {
			from, to := b.rowOf("t2.other_services.decisions"), b.rowOf("t2.procurement.amount")
			b.rows = append(append([][]cell(nil), b.rows[:from+1]...), b.rows[to-1:]...)
		}
		for i := range b.rows {
			for k := range b.rows[i] {
				if f := b.rows[i][k].figure; f != "" && !strings.HasPrefix(f, "t2.normative.") {
					b.rows[i][k].text = ""
				}
			}
		}
		keep = append(keep, b)
	}
	p.blocks = keep
	p.relabel("政府集中采购", "政府集中收购")
	p.relabel("信访举报", "住房举报")
	p.relabel("一、本年新收", "一、本年度新收")
}

func splitLabels(p *page) {
	p.relabel("第二十条第（六）项", "第二十六条第（六）项")
	p.relabel("商业企业", "商业\n企业")
	p.relabel("科研机构", "科研\n机构")
	p.relabel("（五）不予处理", "（五）\n不予\n处理")
	p.relabel("5.属于三类内部事务信息", "5、属于第三类内部事务信息")
	p.relabel("1.信访举报投诉类申请", "1、信访举报类申请")
}

func oddTitle(p *page) {
	p.title = []string{p.organ + "信息公开工作2023年度", "报告"}
	p.relabel("一、总体情况", "1、 总体情况")
	p.relabel("行政规范性文件", "规范性文件")
	p.relabel("总计", "总 计")
}

func blankColumn(r *annual.Report) {
	for i, c := range r.Form.Cells {
		if strings.HasPrefix(c.ID, "t3.") && strings.HasSuffix(c.ID, ".charity") {
			r.Values[i] = annual.Value{Kind: annual.Blank}
		}
	}
}

func blankAll(r *annual.Report) {
	for i := range r.Values {
		if r.Form.Cells[i].ID != "t2.normative.in_force" {
			r.Values[i] = annual.Value{Kind: annual.Blank}
		}
	}
}

func change(r *annual.Report, id string, by int64) {
	r.Set(id, annual.Num(r.Get(id).N+by))
}

func staleTotal(r *annual.Report) {
	change(r, "t3.new.natural", 2)
	change(r, "t3.granted.natural", 2)
	change(r, "t3.result_total.natural", 2)
}

// swapped turns the two last digits of a total around, or adds nine.
func swapped(r *annual.Report) {
	id := "t3.result_total.total"
	n := r.Get(id).N
	if a, b := n/10%10, n%10; a != b {
		r.Set(id, annual.Num(n-n%100+b*10+a))
		return
	}
	change(r, id, 9)
}

func carryOver(r *annual.Report) {
	change(r, "t3.carried_in.natural", 1)
	change(r, "t3.carried_in.total", 1)
	change(r, "t3.granted.natural", 1)
	change(r, "t3.granted.total", 1)
	change(r, "t3.result_total.natural", 1)
	change(r, "t3.result_total.total", 1)
}

func unbalanced(r *annual.Report) { change(r, "t3.new.business", 3); change(r, "t3.new.total", 3) }

func reviewSum(r *annual.Report) { change(r, "t4.review.total", 1) }

func feesInYuan(r *annual.Report) { r.Set("t2.fees.amount", annual.Num(386_500*annual.Micro)) }

func proseNumber(r *annual.Report) {
	n := r.Get("t3.new.total").N
	r.Chapters[0] = strings.Replace(r.Chapters[0], fmt.Sprintf("申请%d件", n), fmt.Sprintf("申请%d件", n+6), 1)
}
