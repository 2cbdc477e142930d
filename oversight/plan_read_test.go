package oversight

import (
	"slices"
	"strings"
	"testing"

	"gongkai/doc"
	"gongkai/org"
)

func TestDueAsPlansWriteIt(t *testing.T) {
	for s, want := range map[string]string{
		"6月底前": "2026-06-30", "2026年6月底前完成": "2026-06-30", "6月30日前": "2026-06-30", "2026-06-30": "2026-06-30", "2026.6.30": "2026-06-30", "2月底": "2026-02-28", "3月份": "2026-03-31",
		"3月上旬": "2026-03-10", "年底前": "2026-12-31", "全年": "2026-12-31", "上半年": "2026-06-30", "第一季度": "2026-03-31", "二季度末前": "2026-06-30", "4季度": "2026-12-31", "2027年1月15日前": "2027-01-15",
		"持续推进": "", "": "", "长期坚持": "", "每月": "",
		"13月底": "?", "2月30日": "?", "尽快": "?", "张三负责": "?", "6月底和9月底": "?",
	} {
		d, ok := ParseDue(s, 2026)
		got := d.String()
		if !ok {
			got = "?"
		}
		if got != want {
			t.Errorf("%q is read as %q, not %q", s, got, want)
		}
	}
}

func TestPlanIsReadFromATable(t *testing.T) {
	s := "云岭县2026年政务公开工作要点任务分解表\n序号\t类别\t工作任务\t牵头单位\t配合单位\t完成时限\t备注\n" +
		"一、主动公开\n1\t\t更新公开指南\t县政府办公室\t各乡镇\t3月底前\tx\n2\t\t集中公开预决算\t县财政局、各部门\t\t4月\t\n\t二、依申请\t规范答复文书\t县司法局\t\t持续推进\n"
	got := ReadPlanText(s)
	want := []PlanLine{{Number: "1", Chapter: "一、主动公开", Text: "更新公开指南", Lead: "县政府办公室", Help: "各乡镇", Due: "3月底前"},
		{Number: "2", Chapter: "一、主动公开", Text: "集中公开预决算", Lead: "县财政局、各部门", Due: "4月"}, {Chapter: "二、依申请", Text: "规范答复文书", Lead: "县司法局", Due: "持续推进"}}
	if !slices.Equal(got, want) {
		t.Errorf("read as %+v", got)
	}
	if back := ReadPlanText(PlanText(got)); !slices.Equal(back, got) {
		t.Errorf("written and read again it is %+v", back)
	}
	// The same from a grid in which the heading of a stretch spans its rows.
	cell := func(row, col, rows int, text string) doc.Cell {
		return doc.Cell{Row: row, Col: col, RowSpan: rows, ColSpan: 1, Text: text}
	}
	g := &doc.Grid{Rows: 3, Cols: 3, Cells: []doc.Cell{cell(0, 0, 1, "类别"), cell(0, 1, 1, "任务内容（具体）"), cell(0, 2, 1, "责任单位"),
		cell(1, 0, 2, "基础"), cell(1, 1, 1, "更新\n指南"), cell(1, 2, 1, "办公室"), cell(2, 1, 1, "更新目录"), cell(2, 2, 1, "办公室")}}
	if got := ReadPlan(&doc.Document{Blocks: []doc.Block{{Grid: g}}}); len(got) != 2 || got[1].Chapter != "基础" || got[0].Text != "更新 指南" {
		t.Errorf("from the grid: %+v", got)
	}
	if got := ReadPlanText("没有表头\n随便什么\n"); len(got) != 0 {
		t.Errorf("from nonsense: %+v", got)
	}
}

func TestPlanIsReadFromProse(t *testing.T) {
	d := new(doc.Document)
	for _, p := range []string{"2026年政务公开工作要点", "一、深化主动公开", "1.更新公开指南，核对电话、地址。（牵头单位：县政府办；配合单位：各乡镇；完成时限：3月底前）", "按照上级要求（见附件），认真落实。",
		"（二）集中公开预决算。（责任单位：县财政局，县直各部门）"} {
		d.AddPara(p, 0, doc.Place{})
	}
	got := ReadPlan(d)
	want := []PlanLine{{Number: "1", Chapter: "一、深化主动公开", Text: "更新公开指南，核对电话、地址。", Lead: "县政府办", Help: "各乡镇", Due: "3月底前"},
		{Number: "（二）", Chapter: "一、深化主动公开", Text: "集中公开预决算。", Lead: "县财政局，县直各部门"}}
	if !slices.Equal(got, want) {
		t.Errorf("read as %+v", got)
	}
}

func TestOrgansOfATask(t *testing.T) {
	among := []org.Organ{{ID: 1, Name: "云岭县人民政府办公室", Short: "县政府办公室", Kind: org.Section}, {ID: 2, Name: "云岭县财政局", Short: "县财政局", Kind: org.Department}, {ID: 3, Name: "云岭县教育局", Short: "县教育局", Kind: org.Department},
		{ID: 4, Name: "青石镇人民政府", Short: "青石镇", Kind: org.Town}, {ID: 5, Name: "白杨镇人民政府", Short: "白杨镇", Kind: org.Town}}
	for names, want := range map[string]struct {
		ids     []int64
		unknown string
	}{
		"县财政局、县教育局":   {[]int64{2, 3}, ""},
		"财政局，各乡镇（街道）": {[]int64{2, 4, 5}, ""},
		"各部门；青石镇政府":   {[]int64{2, 3, 4}, ""},
		"县水利局、青石镇":    {[]int64{4}, "县水利局"},
		"各村":          {nil, "各村"},
		"":            {nil, ""},
	} {
		ids, unknown := Assign(names, among)
		if !slices.Equal(ids, want.ids) || strings.Join(unknown, ",") != want.unknown {
			t.Errorf("%q: %v, unknown %v", names, ids, unknown)
		}
	}
}

// Whatever a file holds, reading it ends and gives tasks within bounds.
func FuzzReadPlanText(f *testing.F) {
	f.Add("序号\t任务\t责任单位\n1\ta\tb\n")
	f.Add("1.x（责任单位：（（；")
	f.Fuzz(func(t *testing.T, s string) {
		lines := ReadPlanText(s)
		if len(lines) > MaxTasks+1 {
			t.Fatalf("%d tasks", len(lines))
		}
		for _, l := range lines {
			ParseDue(l.Due, 2026)
			for _, c := range l.Cells() {
				if strings.ContainsAny(c, "\t\n") {
					t.Fatalf("a cell of two: %q", c)
				}
			}
		}
	})
}
