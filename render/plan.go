package render

import (
	"fmt"
	"io"
	"strings"

	"gongkai/law"
)

// A Plan is a year's work plan 年度工作要点 as it is handed round.
type Plan struct {
	Organ  string
	Title  string
	Number string   // 文号, "" before it has one
	Issued law.Date // zero for a draft
	On     law.Date // the day its state is of
	Tasks  []PlanTask
}

// A PlanTask is one line of it, in words.
type PlanTask struct {
	Number, Chapter, Text, Source string
	Leads, Helps                  string
	Due, Measure, Evidence        string
	State, Progress               string
	Part                          bool // split off from the line above it
}

// planHead are the columns of a plan in a workbook.
var planHead = []string{"序号", "类别", "任务", "来源", "责任单位", "配合单位", "完成时限", "完成标准", "佐证材料", "状态", "进展"}

// PlanXLSX writes the plan as a workbook that can be imported again.
func PlanXLSX(w io.Writer, p Plan) error {
	b := newBook("说明")
	defer b.f.Close()
	const front = "说明"
	b.width(front, 1, 72)
	b.text(front, 1, 1, p.Title)
	b.style(front, 1, 1, 1, 1, look{han: "方正小标宋简体", size: 18, centred: true})
	b.check(b.f.SetRowHeight(front, 1, 48))
	for i, t := range p.says() {
		b.text(front, 1, i+3, t)
		b.style(front, 1, i+3, 1, i+3, look{size: 11})
		b.height(front, i+3, t, 34)
	}
	b.a4(front, false, 0)
	rows := make([][]string, len(p.Tasks))
	for i, t := range p.Tasks {
		rows[i] = []string{t.Number, t.Chapter, t.Text, t.Source, t.Leads, t.Helps, t.Due, t.Measure, t.Evidence, t.State, t.Progress}
	}
	b.sheetOf("任务", []float64{7, 16, 46, 20, 22, 18, 12, 24, 18, 10, 16}, planHead, rows)
	return b.writeTo(w)
}

// says is what stands above the list.
func (p Plan) says() []string {
	whose := line(p.Organ) + "制定"
	if n := line(p.Number); n != "" {
		whose += "，文号" + n
	}
	if p.Issued.IsZero() {
		whose += "，尚未印发。"
	} else {
		whose += "，" + p.Issued.Chinese() + "印发。"
	}
	count := map[string]int{}
	var order []string
	n := 0
	for _, t := range p.Tasks {
		if t.Part {
			continue
		}
		n++
		if count[t.State] == 0 {
			order = append(order, t.State)
		}
		count[t.State]++
	}
	var parts []string
	for _, s := range order {
		parts = append(parts, fmt.Sprintf("%s%d项", s, count[s]))
	}
	out := []string{whose}
	if n > 0 {
		out = append(out, fmt.Sprintf("截至%s，共%d项任务，其中%s。", p.On.Chinese(), n, strings.Join(parts, "，")))
	}
	return out
}

// PlanDOCX writes the plan as a Word document.
func PlanDOCX(w io.Writer, p Plan) error { return writeDOCX(w, planPaper(p)) }

// PlanPDF writes the same as pdf; folders are further places to look for fonts.
// It returns a *FontError if there is no Chinese font.
func PlanPDF(w io.Writer, p Plan, folders []string) error {
	return writePDF(w, planPaper(p), folders)
}

func planPaper(p Plan) *paper {
	out := &paper{number: line(p.Number), title: breakTitle(line(p.Title), line(p.Organ))}
	for _, t := range p.says() {
		out.add(body, t)
	}
	for from := 0; from < len(p.Tasks); {
		to := from + 1
		for to < len(p.Tasks) && (p.Tasks[to].Part || p.Tasks[to].Chapter == p.Tasks[from].Chapter) {
			to++
		}
		if c := line(p.Tasks[from].Chapter); c != "" {
			out.add(chapter, c)
		}
		var rows [][]string
		for _, t := range p.Tasks[from:to] {
			text := t.Text
			if m := line(t.Measure); m != "" {
				text += "（标准：" + m + "）"
			}
			who := t.Leads
			if h := line(t.Helps); h != "" {
				who += "；配合：" + h
			}
			state := t.State
			if t.Progress != "" {
				state += "，" + t.Progress
			}
			rows = append(rows, []string{t.Number, text, who, t.Due, state})
		}
		tab := plainTable([]string{"序号", "任务", "责任单位", "时限", "进展"}, []float64{1.1, 6, 3.2, 1.8, 1.8}, rows)
		tab.size = cellSize
		out.blocks = append(out.blocks, block{table: tab})
		from = to
	}
	return out
}
