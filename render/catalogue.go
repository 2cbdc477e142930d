package render

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/rich"
)

// listOf is a list over lines that are there already.
func listOf(name string, head []string, widths []float64, lines [][]string) List {
	i := 0
	return List{Name: name, Head: head, Widths: widths, Next: func() ([]string, error) {
		if i == len(lines) {
			return nil, nil
		}
		i++
		return lines[i-1], nil
	}}
}

// CatalogueList is a catalogue 公开目录 as a list.
func CatalogueList(lines []proactive.CatalogueLine) List {
	var rows [][]string
	for _, l := range lines {
		rows = append(rows, []string{l.Number, l.Title, proactive.CategoryName(l.Category), l.DocNo, l.Summary, l.Made.String(), l.Published.String()})
	}
	return listOf("公开目录", []string{"索引号", "名称", "目录", "文号", "内容概述", "生成日期", "发布日期"}, []float64{26, 50, 22, 22, 50, 12, 12}, rows)
}

// CatalogueDocx writes a catalogue by category as a Word document; note says
// which edition it is, "" for none.
func CatalogueDocx(w io.Writer, organ string, on law.Date, note string, lines []proactive.CatalogueLine) error {
	return ItemDocx(w, ItemPaper{Title: organ + "政府信息公开目录", DocNo: "截至" + on.Chinese() + note, Organ: organ, Made: on, Body: catalogueBody(lines)})
}

func catalogueBody(lines []proactive.CatalogueLine) rich.Body {
	span := func(s string) []rich.Span { return []rich.Span{{Text: s}} }
	by := map[string][]proactive.CatalogueLine{}
	var codes []string
	for _, l := range lines {
		if by[l.Category] == nil {
			codes = append(codes, l.Category)
		}
		by[l.Category] = append(by[l.Category], l)
	}
	order := append(proactive.Categories(true, false), proactive.Categories(false, true)...)
	place := func(code string) int {
		return slices.IndexFunc(order, func(c proactive.Category) bool { return c.Code == code })
	}
	slices.SortStableFunc(codes, func(a, b string) int { return place(a) - place(b) })
	var b rich.Body
	for _, code := range codes {
		g := rich.Block{Kind: rich.Grid}
		row := func(head bool, cells ...string) {
			var out rich.Row
			for _, c := range cells {
				out.Cells = append(out.Cells, rich.Cell{Head: head, Spans: span(c)})
			}
			g.Rows = append(g.Rows, out)
		}
		row(true, "索引号", "名称", "内容概述", "生成日期")
		for _, l := range by[code] {
			row(false, l.Number, l.Title, l.Summary, l.Made.String())
		}
		b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: span(fmt.Sprintf("%s（%d条）", proactive.CategoryName(code), len(by[code])))}, g)
	}
	return b
}

// GuidePaper is a version of a guide 公开指南 to be printed.
func GuidePaper(organ string, g proactive.Guide) ItemPaper {
	on, note := g.Signed, fmt.Sprintf("第%d版", g.N)
	if on.IsZero() {
		on, note = g.Made, note+"（草稿）"
	}
	return ItemPaper{Title: proactive.GuideTitle(organ), DocNo: note, Organ: organ, Made: on, Body: g.Body}
}

// StandardList is the standard catalogue 基层标准目录 as a list, with how far it is
// published where cover is not nil.
func StandardList(entries []proactive.StandardEntry, cover map[string]proactive.Coverage) List {
	var head []string
	var widths []float64
	for _, c := range proactive.StandardColumns() {
		head, widths = append(head, c.Words[0]), append(widths, 20)
	}
	if cover != nil {
		head, widths = append(head, "已公开条数", "最近公开", "按时", "超期"), append(widths, 12, 12, 8, 8)
	}
	var rows [][]string
	for _, e := range entries {
		var row []string
		for _, c := range proactive.StandardColumns() {
			row = append(row, *c.Of(&e))
		}
		if cover != nil {
			c := cover[e.Code]
			row = append(row, strconv.Itoa(c.Items), c.Newest.String(), strconv.Itoa(c.Timely), strconv.Itoa(c.Late))
		}
		rows = append(rows, row)
	}
	return listOf("标准目录", head, widths, rows)
}

// PowersList is a list of powers and duties 权责清单; it can be imported again.
func PowersList(entries []proactive.PowerEntry) List {
	var head []string
	var widths []float64
	for _, c := range proactive.PowerColumns() {
		head, widths = append(head, c.Words[0]), append(widths, 24)
	}
	var rows [][]string
	for _, e := range entries {
		var row []string
		for _, c := range proactive.PowerColumns() {
			row = append(row, *c.Of(&e))
		}
		rows = append(rows, row)
	}
	return listOf("权责清单", head, widths, rows)
}

// RegisterHead are the columns of the register of documents as files name them.
func RegisterHead() []string {
	return []string{"类别", "文件名称", "文号", "制定机关", "成文日期", "施行日期", "有效期至", "公布日期", "登记号", "统一编号", "统一发布日期", "废止日期", "废止依据", "网址", "备注"}
}

// RegisterList is the register of documents with their validity on a day; it can
// be imported again.
func RegisterList(entries []proactive.RegisterEntry, day law.Date) List {
	var rows [][]string
	for _, e := range entries {
		maker := e.Maker
		if maker == "" {
			maker = e.OrganName
		}
		rows = append(rows, []string{e.Kind.Chinese(), e.Title, e.DocNo, maker, e.Made.String(), e.Effective.String(), e.Until.String(), e.Published.String(), e.Registered, e.Serial, e.Released.String(), e.Abolished.String(), e.AbolishedBy, e.Link, e.Note, e.Number, string(e.Validity(day))})
	}
	return listOf("规范性文件库", append(RegisterHead(), "索引号", "有效性"), []float64{14, 46, 22, 22, 12, 12, 12, 12, 18, 18, 14, 12, 24, 30, 24, 26, 10}, rows)
}

// A MonthLine is a figure of the monthly ledger with its section, for MonthsList.
type MonthLine struct {
	Section, Person string
	Sheet           proactive.MonthSheet
	Figure          proactive.MonthFigure
}

// MonthsList is the monthly ledger, a line for each figure that was stated.
func MonthsList(lines []MonthLine) List {
	var rows [][]string
	for _, l := range lines {
		m, f := l.Sheet, l.Figure
		rows = append(rows, []string{l.Section, strconv.Itoa(m.Year), proactive.MonthName(m.Month), f.Article, f.Chinese, m.Values[f.Cell].Format(f.Type), f.Unit, m.Source, m.FileName, l.Person})
	}
	x := listOf("月度台账", []string{"登记单位", "年度", "月份", "条例", "项目", "数字", "单位", "来源", "来源文件", "登记人"}, []float64{24, 8, 8, 20, 36, 12, 8, 40, 24, 10}, rows)
	x.Numbers = []bool{false, true, false, false, false, true, false, false, false, false}
	return x
}
