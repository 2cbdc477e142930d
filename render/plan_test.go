package render

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"gongkai/ingest/docx"
	"gongkai/ingest/pdf"
	"gongkai/ingest/xlsx"
	"gongkai/law"
	"gongkai/oversight"
)

func aPlan() Plan {
	return Plan{Organ: "云岭县人民政府", Title: "2026年政务公开工作要点", Number: "云政办发〔2026〕5号", Issued: law.Day(2026, 2, 10), On: law.Day(2026, 3, 25), Tasks: []PlanTask{
		{Number: "1", Chapter: "一、主动公开", Text: "更新公开指南", Leads: "县政府办公室", Helps: "各乡镇", Due: "2026-03-31", State: "推进中", Progress: "60%"},
		{Number: "1-1", Text: "更新公开指南（东村）", Leads: "东村", Due: "2026-03-20", State: "已完成", Part: true},
		{Number: "2", Chapter: "二、依申请公开", Text: "规范答复文书<&>", Leads: "县司法局", Due: "持续推进", State: "已超期"}}}
}

// A plan that was written can be read again as the same tasks.
func TestPlanGoesOutAndComesBack(t *testing.T) {
	var book, paper bytes.Buffer
	if err := PlanXLSX(&book, aPlan()); err != nil {
		t.Fatal(err)
	}
	d, err := xlsx.Read(context.Background(), "要点.xlsx", book.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := oversight.ReadPlan(d)
	if len(got) != 3 || got[0].Text != "更新公开指南" || got[0].Lead != "县政府办公室" || got[0].Help != "各乡镇" || got[0].Due != "2026-03-31" || got[2].Text != "规范答复文书<&>" {
		t.Errorf("the workbook is read as %+v", got)
	}
	if err := PlanDOCX(&paper, aPlan()); err != nil {
		t.Fatal(err)
	}
	if d, err = docx.Read(context.Background(), "要点.docx", paper.Bytes()); err != nil {
		t.Fatal(err)
	}
	if got := oversight.ReadPlan(d); len(got) != 3 || got[0].Number != "1" || got[2].Due != "持续推进" {
		t.Errorf("the document is read as %+v", got)
	}
	said := fmt.Sprint(aPlan().says())
	if !strings.Contains(said, "共2项任务，其中推进中1项，已超期1项") {
		t.Errorf("it says %s", said)
	}
}

func aDispatch(organs int) DispatchSheet {
	s := DispatchSheet{Title: "云岭县2026年3月政务公开调度", Office: "云岭县人民政府", Day: law.Day(2026, 3, 25), Issued: law.Day(2026, 3, 25), Note: "请各单位月底前销号。",
		Says: DispatchSays(62, organs, 3*organs, organs, 4, []string{"空栏目"}), Columns: []string{"空栏目", "超期", "未报", "待整改", "要点进展", "上月未销"}}
	for i := range organs {
		s.Rows = append(s.Rows, DispatchLine{fmt.Sprintf("第%d镇人民政府", i+1), []string{"—", "1", "12", "", "128", "7"}})
	}
	for i := 2; i < organs; i += 7 { // not all of them are short
		s.Rows[i].Organ = "县人力资源和社会保障局"
	}
	return s
}

// A county's month is one page, with twenty organs as with sixty.
func TestDispatchIsOnePage(t *testing.T) {
	for _, n := range []int{0, 1, 20, 26, 27, 60} {
		var b bytes.Buffer
		if err := DispatchPDF(&b, aDispatch(n), nil); err != nil {
			t.Fatal(err)
		}
		d, err := pdf.Read(context.Background(), "调度.pdf", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		pages, text := 0, ""
		for _, x := range d.Blocks {
			if x.Para != nil {
				pages, text = max(pages, x.Para.At.Page), text+x.Para.Text
			}
			if x.Grid != nil {
				pages = max(pages, x.Grid.At.Page)
				for _, c := range x.Grid.Cells {
					text += c.Text
				}
			}
		}
		if pages != 1 {
			t.Errorf("%d organs take %d pages", n, pages)
		}
		if want := fmt.Sprintf("第%d镇人民政府", n); n > 0 && !strings.Contains(strings.ReplaceAll(text, " ", ""), want) {
			t.Errorf("%d organs: the last is not on it", n)
		}
	}
	full := aDispatch(2)
	full.Gaps = []DispatchGap{{"第1镇人民政府", "要点任务超期", "1 更新公开指南", "2026-03-10", "2026年2月"}}
	var b bytes.Buffer
	if err := DispatchDOCX(&b, full); err != nil {
		t.Fatal(err)
	}
	d, err := docx.Read(context.Background(), "调度.docx", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(d.Blocks)
	for _, x := range d.Blocks {
		if x.Para != nil {
			all += x.Para.Text
		}
		if x.Grid != nil {
			for _, c := range x.Grid.Cells {
				all += c.Text
			}
		}
	}
	for _, word := range []string{"缺口明细", "2026年2月", "尚未接入", "请各单位月底前销号"} {
		if !strings.Contains(all, word) {
			t.Errorf("the document does not say %q", word)
		}
	}
}
