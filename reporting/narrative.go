package reporting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
)

// NarrativeFacts are what a government's report can say in words without anybody
// writing it: figures, and what the collection of the reports shows.
type NarrativeFacts struct {
	Organ org.Organ
	Sum   *Aggregate
	Last  *annual.Report // the government's report of the year before, nil if there is none
	// How the reports of the organs counted came in; Filed 0 where that is not
	// known.
	Filed, Late, Returned int
	// What the ledgers of the organs say beside their reports, by the field of its
	// section.
	Ledgers map[string]string
}

// Narrative words the government's report from its figures, in sentences of our
// own: the introduction, the five aspects of chapter 一, and the scope of the sum
// in chapter 六. It says nothing that no figure shows; problems, measures and
// whatever else a person knows are left to be written, and the rules ask for
// them. A figure that is not known is left out, one that is zero is said to be
// none.
func Narrative(n NarrativeFacts) (intro string, chapters []string) {
	w := narrator{NarrativeFacts: n, r: n.Sum.Sum, year: n.Sum.List.Year}
	form := n.Sum.Form
	chapters = make([]string, len(form.Chapters))
	aspects := []func() string{w.proactive, w.requests, w.management, w.platform, w.supervision}
	var one []string
	for i, name := range form.Aspects {
		if i < len(aspects) {
			one = append(one, compact("（"+ordinals[i]+"）"+name+"。", aspects[i](), n.Ledgers[fmt.Sprintf("aspect.%d", i+1)])...)
		}
	}
	for i, c := range form.Chapters {
		switch c.Ordinal {
		case "一":
			chapters[i] = strings.Join(one, "\n")
		case "六":
			chapters[i] = strings.Join(compact(n.Ledgers["chapter.6"], w.scope()), "\n")
		}
	}
	return w.intro(), chapters
}

var ordinals = [...]string{"一", "二", "三", "四", "五", "六"}

type narrator struct {
	NarrativeFacts
	r    *annual.Report
	year int
}

func (w *narrator) intro() string {
	return fmt.Sprintf("根据《中华人民共和国政府信息公开条例》第四十九条、第五十条和规定的年度报告格式，编制%s%d年政府信息公开工作年度报告。报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项六个部分组成。统计期限为%d年1月1日至12月31日，数据包括%s本级和所属机关。",
		w.Organ.Name, w.year, w.year, w.Organ.Name)
}

// n is the sum of cells, with whether all of them are known. An id that ends in
// * stands for all rows that begin so.
func (w *narrator) n(ids ...string) (int64, bool) { return figureOf(w.r, ids...) }

func figureOf(r *annual.Report, ids ...string) (int64, bool) {
	if r == nil {
		return 0, false
	}
	var sum int64
	for _, id := range ids {
		found := false
		head, tail, many := strings.Cut(id, "*")
		for i := range r.Form.Cells {
			c := r.Form.Cells[i].ID
			if c != id && !(many && strings.HasPrefix(c, head) && strings.HasSuffix(c, tail)) {
				continue
			}
			if !r.Values[i].Known() {
				return 0, false
			}
			sum += r.Values[i].N
			found = true
		}
		if !found {
			return 0, false
		}
	}
	return sum, true
}

// count is “label N unit”, "" if the figure is not known or zero.
func (w *narrator) count(label, unit string, ids ...string) string {
	if n, ok := w.n(ids...); ok && n != 0 {
		return fmt.Sprintf("%s%d%s", label, n, unit)
	}
	return ""
}

// joined joins what is not empty.
func joined(parts ...string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	return strings.Join(have, "、")
}

// split joins the parts of a whole, or says nothing where they do not make it:
// the tables of the organs are then wrong, and words must not hide it.
func (w *narrator) split(whole int64, ids []string, parts ...string) string {
	if n, ok := w.n(ids...); !ok || n != whole {
		return ""
	}
	return joined(parts...)
}

// none names, of several figures, those that are known to be zero.
func (w *narrator) none(pairs ...string) []string {
	var out []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if n, ok := w.n(pairs[i+1]); ok && n == 0 {
			out = append(out, pairs[i])
		}
	}
	return out
}

// against says how a figure stands to last year's, "" where that is not known or
// not comparable. It is a sentence of its own.
func (w *narrator) against(label, unit string, ids ...string) string {
	now, ok := w.n(ids...)
	was, had := figureOf(w.Last, ids...)
	if !ok || !had || w.Last.Year != w.year-1 {
		return ""
	}
	switch {
	case now == was:
		return fmt.Sprintf("%s与上年持平", label)
	case now > was:
		return fmt.Sprintf("%s比上年增加%d%s%s", label, now-was, unit, percent("增长", now-was, was))
	}
	return fmt.Sprintf("%s比上年减少%d%s%s", label, was-now, unit, percent("下降", was-now, was))
}

// percent is （增长12.5%）, "" of nothing or of more than ten times, which no
// reader takes in.
func percent(word string, part, whole int64) string {
	if whole <= 0 || part/10 > whole {
		return ""
	}
	n := (part*2000 + whole) / (2 * whole) // tenths of a percent, rounded
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("（%s%d.%d%%）", word, n/10, n%10)
}

// clauses makes one sentence of what is not empty.
func clauses(parts ...string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	if len(have) == 0 {
		return ""
	}
	return strings.Join(have, "；") + "。"
}

func (w *narrator) proactive() string {
	return strings.Join(compact(
		w.documents(),
		w.decisions(),
		clauses(w.against("行政许可处理决定", "件", "t2.licence.decisions"), w.against("行政处罚处理决定", "件", "t2.penalty.decisions"), w.against("行政强制处理决定", "件", "t2.coercion.decisions")),
	), "")
}

// documents are 规章 and 规范性文件, whose columns differ between the editions.
func (w *narrator) documents() string {
	made := w.count("制发行政规范性文件", "件", "t2.normative.made")
	if n, ok := w.n("t2.normative.made"); ok && n == 0 {
		made = "没有制发行政规范性文件"
	}
	rules := w.count("制发规章", "件", "t2.rules.made")
	var more string
	if _, is2021 := w.r.Form.Index("t2.normative.repealed"); is2021 {
		more = joined(w.count("废止行政规范性文件", "件", "t2.normative.repealed"), w.count("年末现行有效行政规范性文件", "件", "t2.normative.in_force"))
	} else {
		more = joined(w.count("新公开规范性文件", "件", "t2.normative.published"), w.count("对外公开总数", "件", "t2.normative.total"))
	}
	return clauses(strings.Join(compact(rules, made, more), "，"))
}

func (w *narrator) decisions() string {
	some := joined(w.count("行政许可处理决定", "件", "t2.licence.decisions"), w.count("行政处罚处理决定", "件", "t2.penalty.decisions"), w.count("行政强制处理决定", "件", "t2.coercion.decisions"))
	if some != "" {
		some = "作出" + some
	}
	fees := ""
	if n, ok := w.n("t2.fees.amount"); ok {
		if fees = "行政事业性收费" + annual.FormatMicro(n) + "万元"; n == 0 {
			fees = "没有行政事业性收费"
		}
	}
	var none string
	if zero := w.none("行政许可", "t2.licence.decisions", "行政处罚", "t2.penalty.decisions", "行政强制", "t2.coercion.decisions"); len(zero) > 0 {
		none = "没有作出" + strings.Join(zero, "、") + "处理决定"
	}
	return clauses(strings.Join(compact(some, none, fees), "，"))
}

func (w *narrator) requests() string {
	received, ok := w.n("t3.new.total")
	in, carried := w.n("t3.carried_in.total")
	if !ok || !carried {
		return clauses(w.cases())
	}
	if received == 0 && in == 0 {
		return "全年没有收到政府信息公开申请，也没有上年结转的申请。" + clauses(w.cases())
	}
	open := "本年没有新收政府信息公开申请"
	if received > 0 {
		open = fmt.Sprintf("本年新收政府信息公开申请%d件", received)
		if parts := w.split(received, []string{"t3.new.natural", "t3.new.business", "t3.new.research", "t3.new.charity", "t3.new.legal", "t3.new.other"}, w.count("自然人", "件", "t3.new.natural"), w.count("法人或其他组织", "件", "t3.new.business", "t3.new.research", "t3.new.charity", "t3.new.legal", "t3.new.other")); parts != "" {
			open += "，其中" + parts
		}
	}
	before := "没有上年结转的申请"
	if in > 0 {
		before = fmt.Sprintf("上年结转%d件", in)
	}
	return clauses(open, before) + w.results() + clauses(w.against("新收申请", "件", "t3.new.total"), w.against("办结申请", "件", "t3.result_total.total")) +
		w.spread() + clauses(w.cases())
}

func (w *narrator) results() string {
	done, ok := w.n("t3.result_total.total")
	out, left := w.n("t3.carried_out.total")
	if !ok || !left {
		return ""
	}
	s := "本年没有办结的申请"
	if done > 0 {
		s = fmt.Sprintf("办结政府信息公开申请%d件", done)
		if parts := w.split(done, []string{"t3.granted.total", "t3.partial.total", "t3.deny_*.total", "t3.unable_*.total", "t3.reject_*.total", "t3.other*.total"}, w.count("予以公开", "件", "t3.granted.total"), w.count("部分公开", "件", "t3.partial.total"), w.count("不予公开", "件", "t3.deny_*.total"),
			w.count("无法提供", "件", "t3.unable_*.total"), w.count("不予处理", "件", "t3.reject_*.total"), w.count("其他处理", "件", "t3.other*.total")); parts != "" {
			s += "，其中" + parts
		}
	}
	tail := "没有结转下年度继续办理的申请"
	if out > 0 {
		tail = fmt.Sprintf("结转下年度继续办理%d件", out)
	}
	return clauses(s, tail)
}

// spread says how many organs received requests.
func (w *narrator) spread() string {
	i, ok := w.r.Form.Index("t3.new.total")
	if !ok || len(w.Sum.Counted) < 2 || w.Sum.Nonzero[i] == 0 {
		return ""
	}
	return fmt.Sprintf("计入汇总的%d家机关中，%d家收到过申请。", len(w.Sum.Counted), w.Sum.Nonzero[i])
}

func (w *narrator) cases() string {
	review, ok := w.n("t4.review.total")
	suits, also := w.n("t4.direct.total", "t4.after.total")
	if !ok || !also {
		return ""
	}
	if review == 0 && suits == 0 {
		return "未发生因政府信息公开引起的行政复议、行政诉讼"
	}
	r := "未发生行政复议"
	if review > 0 {
		r = fmt.Sprintf("因政府信息公开被申请行政复议%d件", review)
		if parts := w.outcome("t4.review"); parts != "" {
			r += "，其中" + parts
		}
	}
	s := "未发生行政诉讼"
	if suits > 0 {
		s = fmt.Sprintf("被提起行政诉讼%d件", suits)
		if parts := w.outcome("t4.direct", "t4.after"); parts != "" {
			s += "，其中" + parts
		}
	}
	return r + "；" + s
}

func (w *narrator) outcome(groups ...string) string {
	ids := func(key string) []string {
		var out []string
		for _, g := range groups {
			out = append(out, g+"."+key)
		}
		return out
	}
	total, _ := w.n(ids("total")...)
	return w.split(total, slices.Concat(ids("upheld"), ids("corrected"), ids("other"), ids("pending")), w.count("结果维持", "件", ids("upheld")...), w.count("结果纠正", "件", ids("corrected")...), w.count("其他结果", "件", ids("other")...), w.count("尚未审结", "件", ids("pending")...))
}

func (w *narrator) management() string {
	active := func(id string) (int, bool) {
		i, ok := w.r.Form.Index(id)
		if !ok || !w.r.Values[i].Known() {
			return 0, false
		}
		return w.Sum.Nonzero[i], true
	}
	made, ok := active("t2.normative.made")
	gone, also := active("t2.normative.repealed")
	says := func(n int, verb string) string {
		if n == 0 {
			return "没有机关" + verb + "行政规范性文件"
		}
		return fmt.Sprintf("有%d家机关%s了行政规范性文件", n, verb)
	}
	var parts []string
	if ok {
		parts = append(parts, says(made, "制发"))
	}
	if also {
		parts = append(parts, says(gone, "废止"))
	}
	if len(parts) == 0 {
		return ""
	}
	return "计入汇总的机关中，全年" + strings.Join(parts, "，") + "。"
}

func (w *narrator) platform() string {
	published := 0
	for _, p := range w.Sum.Counted {
		if p.State == CountsPublished {
			published++
		}
	}
	if published == 0 {
		return "至编制本报告时，计入汇总的机关还没有在政府信息公开平台发布年度报告。"
	}
	return fmt.Sprintf("计入汇总的机关中，%d家机关的年度报告已在政府信息公开平台发布，可以查阅、下载。", published)
}

func (w *narrator) supervision() string {
	owing := len(w.Sum.Counted) + len(w.Sum.Lacking)
	s := fmt.Sprintf("对应当报送年度报告的机关逐个收集、审核，计入汇总%d家", len(w.Sum.Counted))
	if n := len(w.Sum.Lacking); n > 0 {
		s = fmt.Sprintf("对应当报送年度报告的%d家机关逐个收集、审核，计入汇总%d家，未计入%d家", owing, len(w.Sum.Counted), n)
	}
	var how []string
	if w.Filed > 0 {
		late := "没有逾期报送的"
		if w.Late > 0 {
			late = fmt.Sprintf("逾期报送的%d家", w.Late)
		}
		back := "没有退回修改的"
		if w.Returned > 0 {
			back = fmt.Sprintf("退回修改后重新报送的%d家", w.Returned)
		}
		how = append(how, late, back)
	}
	return clauses(strings.Join(append([]string{s}, how...), "，"))
}

// scope says for chapter 六 what the figures of the report cover.
func (w *narrator) scope() string {
	groups := []struct {
		name  string
		rules []string
	}{{"政府部门", []string{RuleDepartment, RuleOffice, RuleSystem, RuleUnknown}}, {"乡镇、街道", []string{RuleTown}}, {"法律、法规授权的组织", []string{RuleAuthorised}}, {"下级政府", []string{RuleGovernment}}}
	var parts []string
	for _, g := range groups {
		n := 0
		for _, p := range w.Sum.Counted {
			for _, r := range g.rules {
				if p.Line.Rule == r && !p.Line.Own {
					n++
				}
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s%d家", g.name, n))
		}
	}
	s := fmt.Sprintf("数据汇总范围：%s本级和所属机关。", w.Organ.Name)
	if len(parts) > 0 {
		s = fmt.Sprintf("数据汇总范围：%s本级，%s。", w.Organ.Name, strings.Join(parts, "，"))
	}
	var lacking []string
	for _, p := range w.Sum.Lacking { // why is for the office, not for the public
		lacking = append(lacking, p.Line.Name)
	}
	if len(lacking) > 0 {
		s += "\n未计入：" + enumerate(lacking, 30) + "。"
	}
	return s
}

func compact(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
