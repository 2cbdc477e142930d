package doc

import "testing"

func TestPlaceInWords(t *testing.T) {
	for want, p := range map[string]Place{
		"":              {},
		"原文第173行":       {Line: 173},
		"第2页 表3 第5行第2列": {Page: 2, Table: 3, Row: 5, Col: 2},
		"表三 第4行":        {Part: "表三", Row: 4},
		"附件.docx 第7段":   {Part: "附件.docx", Para: 7},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v prints %q, want %q", p, got, want)
		}
	}
	if !(Place{}).IsZero() || (Place{Line: 1}).IsZero() {
		t.Error("IsZero")
	}
}

func TestAGridKnowsItsCells(t *testing.T) {
	g := &Grid{Rows: 2, Cols: 3, Cells: []Cell{
		{Row: 0, Col: 0, RowSpan: 2, ColSpan: 1, Text: "三、本年度办理结果"},
		{Row: 0, Col: 1, RowSpan: 1, ColSpan: 2, Text: "（一）予以公开"},
		{Row: 1, Col: 1, RowSpan: 1, ColSpan: 1, Text: "0"},
	}}
	if err := g.Check(); err != nil {
		t.Fatal(err)
	}
	if c := g.Cell(1, 0); c == nil || c.Text != "三、本年度办理结果" {
		t.Errorf("the merged cell is not found from its second row: %v", c)
	}
	if c := g.Cell(1, 2); c != nil {
		t.Errorf("an empty position holds %q", c.Text)
	}
}

func TestFaultyGridsAreRefused(t *testing.T) {
	for name, g := range map[string]*Grid{
		"covered twice":   {Rows: 1, Cols: 2, Cells: []Cell{{RowSpan: 1, ColSpan: 2}, {Col: 1, RowSpan: 1, ColSpan: 1}}},
		"leaves the grid": {Rows: 1, Cols: 1, Cells: []Cell{{RowSpan: 2, ColSpan: 1}}},
		"no extent":       {Rows: 1, Cols: 1, Cells: []Cell{{}}},
		"negative":        {Rows: 1, Cols: 1, Cells: []Cell{{Row: -1, RowSpan: 1, ColSpan: 1}}},
	} {
		if g.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}
