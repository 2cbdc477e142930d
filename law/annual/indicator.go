package annual

import (
	"strings"

	"gongkai/law"
)

// An Indicator 指标 is a figure by which the reports of many organs are listed
// and compared: a count of the form, or a share of two counts with the smallest
// number of cases from which it is shown. Everything that shows one shows its
// formula and where it comes from. Keys are a public contract.
type Indicator struct {
	Key     string
	Label   string
	Head    string // short, over a column
	Unit    string // 件, or % for a share
	Formula string // in words of the form
	Note    string // what to mind when comparing, "" if nothing
	Least   int64  // a share of fewer cases is not shown; 0 for a count
	Cite    law.Cite

	top, of map[string][]string // edition → cells, "" for every other; a * stands for all rows that begin so
}

// Share reports whether the indicator is a share of two counts.
func (x Indicator) Share() bool { return x.of != nil }

// A Figure is an indicator of one report. A share is Top of Of cases.
type Figure struct {
	Top, Of int64 // Of is 0 for a count
	Known   bool  // the report states every cell it takes
	Few     bool  // a share of fewer cases than Least: it is not shown
}

// Shown reports whether there is something to show.
func (f Figure) Shown() bool { return f.Known && !f.Few }

// Scale is how shares are ordered and written: in hundredths of a percent.
const Scale = 10_000

// N is the figure as it is ordered: a count, or a share in hundredths of a
// percent, rounded half up.
func (f Figure) N() int64 {
	if f.Of == 0 {
		return f.Top
	}
	return (f.Top*2*Scale + f.Of) / (2 * f.Of)
}

// LeastCases is the smallest number of cases of which a share is shown: below it
// one case more or less turns the order of organs upside down.
const LeastCases = 10

func every(cells ...string) map[string][]string { return map[string][]string{"": cells} }

func table3(row string) law.Cite {
	return citeForm("三、收到和处理政府信息公开申请情况", "报告应当逐类列明收到和处理申请的数量，本指标取"+row+"的总计。")
}

func table2(row string) law.Cite {
	return citeForm("二、主动公开政府信息情况", "报告应当列明主动公开的数量，本指标取"+row+"。")
}

func table4(paraphrase string) law.Cite {
	return citeForm("四、政府信息公开行政复议、行政诉讼情况", paraphrase)
}

// Indicators lists all of them, in the order of the form, shares last.
func Indicators() []Indicator {
	const cases, share = "件", "%"
	return []Indicator{
		{Key: "new", Label: "本年新收申请", Head: "新收", Unit: cases, Formula: "表三“一、本年新收政府信息公开申请数量”总计", Cite: table3("“本年新收”"), top: every("t3.new.total")},
		{Key: "carried_in", Label: "上年结转申请", Head: "上年结转", Unit: cases, Formula: "表三“二、上年结转政府信息公开申请数量”总计", Cite: table3("“上年结转”"), top: every("t3.carried_in.total")},
		{Key: "granted", Label: "予以公开", Head: "予以公开", Unit: cases, Formula: "表三“三、（一）予以公开”总计", Cite: table3("“予以公开”"), top: every("t3.granted.total")},
		{Key: "partial", Label: "部分公开", Head: "部分公开", Unit: cases, Formula: "表三“三、（二）部分公开”总计", Cite: table3("“部分公开”"), top: every("t3.partial.total")},
		{Key: "denied", Label: "不予公开", Head: "不予公开", Unit: cases, Formula: "表三“三、（三）不予公开”各行总计之和", Cite: table3("“不予公开”各行"), top: every("t3.deny_*.total")},
		{Key: "unable", Label: "无法提供", Head: "无法提供", Unit: cases, Formula: "表三“三、（四）无法提供”各行总计之和", Cite: table3("“无法提供”各行"), top: every("t3.unable_*.total")},
		{Key: "rejected", Label: "不予处理", Head: "不予处理", Unit: cases, Formula: "表三“三、（五）不予处理”各行总计之和", Cite: table3("“不予处理”各行"), top: every("t3.reject_*.total")},
		{Key: "other", Label: "其他处理", Head: "其他处理", Unit: cases, Formula: "表三“三、（六）其他处理”各行总计之和", Note: "2019版只有一行，2021版分为三行，合计含义相同。", Cite: table3("“其他处理”各行"),
			top: map[string][]string{"2019": {"t3.other.total"}, "": {"t3.other_*.total"}}},
		{Key: "result_total", Label: "办理结果总计", Head: "办结", Unit: cases, Formula: "表三“三、（七）总计”的总计", Cite: table3("“办理结果总计”"), top: every("t3.result_total.total")},
		{Key: "carried_out", Label: "结转下年度申请", Head: "结转下年", Unit: cases, Formula: "表三“四、结转下年度继续办理”总计", Cite: table3("“结转下年度继续办理”"), top: every("t3.carried_out.total")},
		{Key: "review", Label: "行政复议", Head: "行政复议", Unit: cases, Formula: "表四“行政复议”总计", Cite: table4("报告应当列明因政府信息公开被申请行政复议的数量，本指标取其总计。"), top: every("t4.review.total")},
		{Key: "review_corrected", Label: "行政复议结果纠正", Head: "复议纠正", Unit: cases, Formula: "表四“行政复议”结果纠正", Cite: table4("报告应当分列行政复议的各种结果，本指标取结果纠正。"), top: every("t4.review.corrected")},
		{Key: "litigation", Label: "行政诉讼", Head: "行政诉讼", Unit: cases, Formula: "表四“未经复议直接起诉”总计＋“复议后起诉”总计", Cite: table4("报告应当列明因政府信息公开被提起行政诉讼的数量，本指标取两类之和。"), top: every("t4.direct.total", "t4.after.total")},
		{Key: "litigation_corrected", Label: "行政诉讼结果纠正", Head: "诉讼纠正", Unit: cases, Formula: "表四“未经复议直接起诉”结果纠正＋“复议后起诉”结果纠正", Cite: table4("报告应当分列行政诉讼的各种结果，本指标取结果纠正之和。"), top: every("t4.direct.corrected", "t4.after.corrected")},
		{Key: "rules", Label: "制发规章", Head: "规章", Unit: cases, Formula: "表二“规章”本年制发件数（2019版为本年新制作数量）", Note: "两个版本的说法不同，含义相近。", Cite: table2("“规章”的本年制发件数"), top: every("t2.rules.made")},
		{Key: "normative", Label: "制发行政规范性文件", Head: "规范性文件", Unit: cases, Formula: "表二“行政规范性文件”本年制发件数（2019版为本年新制作数量）", Note: "两个版本的说法不同，含义相近。", Cite: table2("“行政规范性文件”的本年制发件数"), top: every("t2.normative.made")},
		{Key: "normative_in_force", Label: "现行有效行政规范性文件", Head: "现行有效", Unit: cases, Formula: "表二“行政规范性文件”现行有效件数", Note: "2019版的“对外公开总数量”含义不同，不作为这一项。", Cite: table2("“行政规范性文件”的现行有效件数"),
			top: map[string][]string{"2021": {"t2.normative.in_force"}}},
		{Key: "licence", Label: "行政许可处理决定", Head: "行政许可", Unit: cases, Formula: "表二“行政许可”本年处理决定数量", Cite: table2("“行政许可”的本年处理决定数量"), top: every("t2.licence.decisions")},
		{Key: "penalty", Label: "行政处罚处理决定", Head: "行政处罚", Unit: cases, Formula: "表二“行政处罚”本年处理决定数量", Cite: table2("“行政处罚”的本年处理决定数量"), top: every("t2.penalty.decisions")},
		{Key: "coercion", Label: "行政强制处理决定", Head: "行政强制", Unit: cases, Formula: "表二“行政强制”本年处理决定数量", Cite: table2("“行政强制”的本年处理决定数量"), top: every("t2.coercion.decisions")},
		{Key: "disclosed_share", Label: "公开占比", Head: "公开占比", Unit: share, Least: LeastCases, Formula: "（予以公开＋部分公开）÷办理结果总计",
			Note: "申请的内容不同，占比高低不等于工作好坏。", Cite: table3("“予以公开”“部分公开”与“办理结果总计”"),
			top: every("t3.granted.total", "t3.partial.total"), of: every("t3.result_total.total")},
		{Key: "disputed_share", Label: "争议占比", Head: "争议占比", Unit: share, Least: LeastCases, Formula: "（行政复议总计＋行政诉讼总计）÷办理结果总计",
			Note: "一件申请可以先复议后诉讼，也可以是上年的申请，因此可能超过100%。", Cite: table4("报告应当列明行政复议、行政诉讼的数量，本指标取其与办理结果总计之比。"),
			top: every("t4.review.total", "t4.direct.total", "t4.after.total"), of: every("t3.result_total.total")},
		{Key: "reversal_rate", Label: "行政复议、行政诉讼纠错率", Head: "纠错率", Unit: share, Least: LeastCases, Formula: "结果纠正÷（结果维持＋结果纠正＋其他结果），复议与两类诉讼合计，尚未审结的不计",
			Note: "“其他结果”包括撤回、驳回、调解等；各地归类办法不同时不宜比较。", Cite: table4("报告应当分列结果维持、结果纠正、其他结果和尚未审结的数量，本指标取纠正占已审结的比例。"),
			top: every("t4.review.corrected", "t4.direct.corrected", "t4.after.corrected"),
			of:  every("t4.review.upheld", "t4.review.corrected", "t4.review.other", "t4.direct.upheld", "t4.direct.corrected", "t4.direct.other", "t4.after.upheld", "t4.after.corrected", "t4.after.other")},
	}
}

// IndicatorOf finds an indicator by its key.
func IndicatorOf(key string) (Indicator, bool) {
	for _, x := range Indicators() {
		if x.Key == key {
			return x, true
		}
	}
	return Indicator{}, false
}

// A Reading is an indicator made ready for the reports of one edition.
type Reading struct {
	top, of []int
	share   bool
	least   int64
}

// For makes the indicator ready for an edition. One that the edition does not
// have is known of no report.
func (x Indicator) For(f *Form) Reading {
	return Reading{top: cellsOf(f, x.top), of: cellsOf(f, x.of), share: x.Share(), least: x.Least}
}

// Of is the indicator of one report, from its values in the order of the form.
func (r Reading) Of(values []Value) Figure {
	top, ok := addCells(values, r.top)
	if !ok || len(r.top) == 0 {
		return Figure{}
	}
	if !r.share {
		return Figure{Top: top, Known: true}
	}
	of, ok := addCells(values, r.of)
	if !ok || len(r.of) == 0 {
		return Figure{}
	}
	return Figure{Top: top, Of: of, Known: true, Few: of < r.least || of == 0}
}

func addCells(values []Value, cells []int) (n int64, ok bool) {
	for _, i := range cells {
		// A sum over a nation may be larger than a count of one report, but no
		// dozen of them leaves the range of an int64.
		if i >= len(values) || !values[i].Known() || values[i].N < 0 || values[i].N > 1<<56 {
			return 0, false
		}
		n += values[i].N
	}
	return n, true
}

func cellsOf(f *Form, by map[string][]string) []int {
	ids, ok := by[f.Edition]
	if !ok {
		ids = by[""]
	}
	var out []int
	for _, id := range ids {
		head, tail, star := strings.Cut(id, "*")
		n := len(out)
		for _, c := range f.Cells {
			if c.ID == id || star && len(c.ID) >= len(head)+len(tail) && strings.HasPrefix(c.ID, head) && strings.HasSuffix(c.ID, tail) {
				out = append(out, c.Index)
			}
		}
		if len(out) == n {
			return nil // the edition lacks a part: no figure is better than half of one
		}
	}
	return out
}
