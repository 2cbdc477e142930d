package annual

import (
	"fmt"
	"strings"

	"gongkai/law"
)

// treeRules compare an organ's report with those it adds up.
func treeRules() []entry {
	return []entry{
		{Rule: Rule{Code: "H-SUM", Level: Warning,
			Title: "汇总数等于各单位之和", Says: "汇总报告的每一格等于各下级单位（及本级）该格之和。",
			Left: "汇总报告各格", Right: "各下级单位之和＋本级",
			Cite:  law.Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第四十九条", Paraphrase: "政府的年度报告汇集所属各机关的情况，各机关应逐级报送。"},
			Check: checkTreeSum}},
		{Rule: Rule{Code: "H-CHILD", Level: Error,
			Title: "下级数不大于汇总数", Says: "汇总报告的每一格不小于任何一个下级单位的该格。",
			Left: "下级单位各格", Right: "汇总报告该格",
			Cite:  citeRegulation("第五十条", "年度报告各项数据应当真实一致，下级已经计入汇总的数不会大于汇总数。"),
			Check: checkTreeChild}},
		{Rule: Rule{Code: "H-MISSING", Level: Warning,
			Title: "下级单位报告收齐", Says: "应报送年度报告的下级单位都已报送。",
			Left: "已报送的单位", Right: "应报送的单位",
			Cite:  citeRegulation("第四十九条", "各机关应按期向本级政府信息公开工作主管部门提交年度报告。"),
			Check: checkTreeMissing}},
	}
}

// checkTreeSum reports one finding per printed row, because one child left out
// makes most cells of a report differ.
func checkTreeSum(r *Report, c *Context) []Finding {
	var parts []*Report
	for _, k := range append(append([]*Report(nil), c.Children...), c.Own) {
		if k != nil && k.Form == r.Form {
			parts = append(parts, k)
		}
	}
	if len(c.Children) == 0 || len(parts) == 0 {
		return nil
	}
	var out []Finding
	for ti := range r.Form.Tables {
		t := &r.Form.Tables[ti]
		for pi := range t.Parts {
			for ri, row := range t.Parts[pi].Cells {
				if g, bad := r.treeRow(&t.Parts[pi], ri, row, parts); bad {
					out = append(out, g)
				}
			}
		}
	}
	return out
}

func (r *Report) treeRow(p *Part, ri int, row []int, parts []*Report) (Finding, bool) {
	var cells []int
	var words []string
	var want, found string
	for _, i := range row {
		cell := r.Form.Cells[i]
		if !r.Values[i].Known() || cell.Type == Money && cell.Unit == "" {
			continue // money without a unit cannot be added up
		}
		total, ok := int64(0), true
		for _, k := range parts {
			ok = ok && k.Values[i].Known()
			total += k.Values[i].N
		}
		if !ok || total == r.Values[i].N {
			continue
		}
		a, b := Num(total).Format(cell.Type), r.Values[i].Format(cell.Type)
		if len(cells) == 0 {
			want, found = a, b
		}
		cells = append(cells, i)
		if len(words) < 3 {
			words = append(words, fmt.Sprintf("“%s”填 %s，各单位之和 %s", p.Columns[cell.Col].Label(), b, a))
		}
	}
	if len(cells) == 0 {
		return Finding{}, false
	}
	where := tableName(r.Form.Cells[row[0]].Table)
	if l := p.Rows[ri].Label(); l != "" {
		where += "“" + l + "”"
	}
	more := ""
	if len(cells) > len(words) {
		more = fmt.Sprintf("，共%d格不符", len(cells))
	}
	g := finding("H-SUM", Warning, r.Form.ids(cells...), where+"："+strings.Join(words, "；")+more+"。")
	g.Expected, g.Found = want, found
	g.Suggest = "请核对汇总范围（是否漏加单位或重复计入本级），再核对各单位的数。"
	return g, true
}

// checkTreeChild reports one finding for each child that states more than the
// report that adds it up.
func checkTreeChild(r *Report, c *Context) []Finding {
	var out []Finding
	for _, k := range c.Children {
		if k == nil || k.Form != r.Form {
			continue
		}
		var cells []int
		for i, v := range k.Values {
			cell := &r.Form.Cells[i]
			if v.Kind == Number && r.Values[i].Known() && v.N > r.Values[i].N && cell.Type != Signed && (cell.Type != Money || cell.Unit != "") {
				cells = append(cells, i)
			}
		}
		if len(cells) == 0 {
			continue
		}
		t := r.Form.Cells[cells[0]].Type
		a, b := r.Values[cells[0]].Format(t), k.Values[cells[0]].Format(t)
		more := ""
		if len(cells) > 1 {
			more = fmt.Sprintf("，共%d格", len(cells))
		}
		g := finding("H-CHILD", Error, r.Form.ids(cells...), fmt.Sprintf("%s填 %s，所属“%s”一个单位就有 %s%s。", r.Form.label(cells[0]), a, k.Organ, b, more))
		g.Expected, g.Found = "不小于 "+b, a
		g.Suggest = "下级的数已经计入汇总，不会大于汇总数，请核对两份报告的这一格。"
		out = append(out, g)
	}
	return out
}

func checkTreeMissing(r *Report, c *Context) []Finding {
	if len(c.Missing) == 0 {
		return nil
	}
	names := strings.Join(c.Missing, "、")
	if len(c.Missing) > 20 {
		names = strings.Join(c.Missing[:20], "、") + "等"
	}
	g := finding("H-MISSING", Warning, nil, fmt.Sprintf("还有%d个单位没有报送%s年度报告：%s。", len(c.Missing), yearWords(r.Year), names))
	g.Expected, g.Found = "全部报送", fmt.Sprintf("缺%d个单位", len(c.Missing))
	g.Suggest = "请催报后重新汇总。"
	return []Finding{g}
}

func yearWords(year int) string {
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%d", year)
}
