package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/law/annual"
	"gongkai/reporting"
)

// A Totals is a government's sum with the list it rests on, what every organ
// brought in, and what the check of the government's own report found.
type Totals struct {
	Name      string // of the government
	Aggregate *reporting.Aggregate
	Parts     []SumPart             // organs counted, with their figures, in the order of the list
	Check     *reporting.TotalCheck // nil where there is no report to check
}

// MostTotals is how many organs a workbook of a sum holds at most.
const MostTotals = 3000

func (t Totals) sum() Sum {
	return Sum{Title: fmt.Sprintf("%s%d年度政府信息公开工作年度报告数据汇总", t.Name, t.Aggregate.List.Year), Organ: t.Name, Year: t.Aggregate.List.Year, Total: t.Aggregate.Sum, Parts: t.Parts}
}

// face is what stands on the front of every copy of the sum: on which list it
// rests and who is not in it.
func (t Totals) face() []string {
	a := t.Aggregate
	out := []string{fmt.Sprintf("名单计入%d个机关，其中%d个已汇总，%d个没有可以计入的报告；不计入%d个。", a.List.Count(), len(a.Counted), len(a.Lacking), len(a.Out))}
	if a.List.Signed() {
		out = append(out, fmt.Sprintf("汇总范围按%s签署的第%d号名单。", a.List.SignedOn.Chinese(), a.List.Number))
	} else {
		out = append(out, "计入单位名单尚未签署，合计暂按缺省名单。")
	}
	if s := a.NotCounted(40); s != "" {
		out = append(out, "这还不是完整的汇总。"+s)
	}
	if a.Provisional {
		out = append(out, "合计包含已报送、还没有审核的报告，只供参考。")
	}
	return out
}

// TotalsXLSX writes the sum as a workbook: 说明, one sheet per table with the
// total in the official layout, behind each a sheet 明细 with every organ as a row
// and every cell as a column of which the total is a formula, 名单 with who is in
// and who is not and why, 核对 and 数据.
func TotalsXLSX(w io.Writer, t Totals) error {
	b := newBook("说明")
	defer b.f.Close()
	s := t.sum()
	b.totalsFront(t, s)
	for _, def := range s.Total.Form.Chapters {
		if tb := s.Total.Form.Table(def.Table); tb != nil {
			name := "表" + def.Ordinal
			columns, last := detailColumns(tb), detailTop+len(s.Parts)
			b.tableSheet(name, name+"　"+tb.Name, s.Total, tb, nil)
			b.trace(name, s, tb, s.Parts, columns, last)
			b.detail(name+"明细", s, tb, s.Parts, columns, last)
		}
	}
	b.countedSheet(t.Aggregate)
	if t.Check != nil {
		b.checkSheet(t)
	}
	b.data(s.Total)
	return b.writeTo(w)
}

func (b *book) totalsFront(t Totals, s Sum) {
	const sheet = "说明"
	b.width(sheet, 1, 72)
	b.text(sheet, 1, 1, strings.ReplaceAll(s.title(), "\n", ""))
	b.style(sheet, 1, 1, 1, 1, look{han: "方正小标宋简体", size: 18, centred: true})
	b.check(b.f.SetRowHeight(sheet, 1, 48))
	rows := append(t.face(), "“表二”“表三”“表四”为汇总数，每个数都是“明细”表中同一列的合计，可逐个机关核对；标色的数有机关未填数字，见批注。“名单”列出每个机关计入或不计入的理由。")
	for _, n := range t.Aggregate.Sum.Notes {
		if n.Code != "SUM-LACKING" {
			rows = append(rows, n.Text)
		}
	}
	for i, text := range rows {
		b.text(sheet, 1, i+3, text)
		b.style(sheet, 1, i+3, 1, i+3, look{size: 11})
		b.height(sheet, i+3, text, 34)
	}
	b.a4(sheet, false, 0)
}

// sheetOf writes a plain sheet: a head row and rows of text.
func (b *book) sheetOf(name string, widths []float64, head []string, rows [][]string) {
	b.sheet(name)
	for k, h := range head {
		b.width(name, k+1, widths[k])
		b.text(name, k+1, 1, h)
	}
	b.style(name, 1, 1, len(head), 1, look{bold: true, border: true, centred: true, fill: colourHead})
	for y, row := range rows {
		lines := 1
		for k, s := range row {
			if _, err := strconv.ParseInt(s, 10, 64); err == nil && k != 1 {
				b.number(name, k+1, y+2, s)
			} else {
				b.text(name, k+1, y+2, cellSized(s)[0])
			}
			lines = max(lines, int(width(s)*2/max(1, widths[k]-1))+1)
		}
		b.style(name, 1, y+2, len(head), y+2, look{border: true, size: 10})
		if lines > 1 {
			b.check(b.f.SetRowHeight(name, y+2, min(409, float64(lines)*14+4)))
		}
	}
	b.check(b.f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	b.a4(name, true, 0)
}

// countedSheet lists who is in and who is not, with state and reason.
func (b *book) countedSheet(a *reporting.Aggregate) {
	state := map[int64]reporting.Part{}
	for _, list := range [][]reporting.Part{a.Counted, a.Lacking, a.Out} {
		for _, p := range list {
			state[p.Line.Organ] = p
		}
	}
	var rows [][]string
	for i, l := range a.List.Lines {
		p := state[l.Organ]
		says := p.State.Chinese()
		if l.Way != reporting.WayIn && !l.Own {
			says = ""
		}
		name := l.Name
		if l.Own {
			name += "（本级）"
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), name, l.Kind.Chinese(), l.Way.Chinese(), says, p.On.String(), l.Reason})
	}
	b.sheetOf("名单", []float64{6, 34, 14, 12, 18, 13, 60}, []string{"序号", "机关", "类别", "计入", "报告", "日期", "理由"}, rows)
}

// checkSheet lists every difference between the report and the sum.
func (b *book) checkSheet(t Totals) {
	f := t.Aggregate.Form
	kind := func(id string) annual.CellType {
		if i, ok := f.Index(id); ok {
			return f.Cells[i].Type
		}
		return annual.Count
	}
	var rows [][]string
	for _, x := range t.Check.Faults {
		why := make([]string, 0, len(x.Suspects))
		for _, s := range x.Suspects {
			why = append(why, s.Why)
		}
		rows = append(rows, []string{"与合计不符", reporting.CellName(f, x.Cell), x.Stated.Format(kind(x.Cell)), x.Sum.Format(kind(x.Cell)), strings.Join(why, "")})
	}
	for _, x := range t.Check.Larger {
		rows = append(rows, []string{"下级数大于本级", reporting.CellName(f, x.Cell), x.Stated.Format(kind(x.Cell)), x.Value.Format(kind(x.Cell)), x.Line.Name})
	}
	for _, d := range t.Check.Drifts {
		for _, c := range d.Cells {
			rows = append(rows, []string{"汇总后改数", reporting.CellName(f, c.Cell), c.Was.Format(kind(c.Cell)), c.Is.Format(kind(c.Cell)), d.Name})
		}
	}
	if len(rows) == 0 {
		rows = [][]string{{"相符", "本级报告与合计逐格相符", "", "", ""}}
	}
	b.sheetOf("核对", []float64{16, 46, 14, 14, 60}, []string{"情形", "格", "本级报告（原数）", "合计（现数）", "先核对谁"}, rows)
}

// TotalsDOCX writes the government's report with the organs counted as an annex.
func TotalsDOCX(w io.Writer, r *annual.Report, t Totals, o Options) error {
	return writeDOCX(w, totalsPaper(r, t, o))
}

// TotalsPDF writes the same as pdf.
func TotalsPDF(w io.Writer, r *annual.Report, t Totals, o Options) error {
	return writePDF(w, totalsPaper(r, t, o), o.Fonts)
}

// mostAnnexed is how many organs the annex lists; a nation's would be a book.
const mostAnnexed = 600

func totalsPaper(r *annual.Report, t Totals, o Options) *paper {
	p := reportPaper(r, o)
	p.blocks = append(p.blocks, block{style: chapter, text: "附件　汇总范围", fresh: true})
	for _, s := range t.face() {
		p.add(body, s)
	}
	a := t.Aggregate
	var rows [][]string
	add := func(parts []reporting.Part) {
		for _, x := range parts {
			name := x.Line.Name
			if x.Line.Own {
				name += "（本级）"
			}
			rows = append(rows, []string{strconv.Itoa(len(rows) + 1), name, x.Line.Kind.Chinese(), x.State.Chinese()})
		}
	}
	add(a.Counted)
	add(a.Lacking)
	if len(rows) > mostAnnexed {
		rows = rows[:mostAnnexed]
		p.add(body, fmt.Sprintf("下表只列出前%d个机关，全部见 Excel 汇总表。", mostAnnexed))
	}
	if len(rows) > 0 {
		p.blocks = append(p.blocks, block{table: plainTable([]string{"序号", "机关", "类别", "报告"}, []float64{1, 6, 2.4, 2.6}, rows)})
	}
	if len(a.Out) > 0 && len(a.Out) <= mostAnnexed {
		rows = nil
		for i, x := range a.Out {
			rows = append(rows, []string{strconv.Itoa(i + 1), x.Line.Name, x.Line.Reason})
		}
		p.add(caption, "不计入的机关")
		p.blocks = append(p.blocks, block{table: plainTable([]string{"序号", "机关", "理由"}, []float64{1, 4, 7}, rows)})
	}
	return p
}
