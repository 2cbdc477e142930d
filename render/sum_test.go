package render

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
)

func countySum(t *testing.T) Sum {
	t.Helper()
	a, b := sample(t, "2021"), sample(t, "2021")
	b.Set("t3.new.natural", annual.Num(1))
	b.Set("t2.fees.amount", annual.Value{Kind: annual.NA})
	total := annual.New(a.Form, "云岭县", a.Year)
	for i := range total.Values {
		total.Values[i] = annual.Num(a.Values[i].N + b.Values[i].N)
	}
	total.Set("t4.after.total", annual.Num(99)) // a wrong total
	return Sum{Organ: "云岭县人民政府", Year: a.Year, Total: total, Parts: []SumPart{{"青石镇人民政府", a}, {"白河乡人民政府", b}, {"县水务局", nil}}}
}

func TestSumCanBeTracedToEveryOrgan(t *testing.T) {
	var b bytes.Buffer
	s := countySum(t)
	if err := SumXLSX(&b, s); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	keep(t, "sum.xlsx", b.Bytes())
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet, addr := where(s.Total, "t3.new.natural")
	if formula, _ := f.GetCellFormula(sheet, addr); !strings.Contains(formula, "表三明细") {
		t.Errorf("the total is not traced: %q", formula)
	}
	if got, err := f.CalcCellValue(sheet, addr); err != nil || got != "32" {
		t.Errorf("31 and 1 make %s (%v)", got, err)
	}
	sheet, addr = where(s.Total, "t4.after.total")
	if formula, _ := f.GetCellFormula(sheet, addr); formula != "" {
		t.Error("a total that is not the sum was overwritten by a formula")
	}
	if v, _ := f.GetCellValue(sheet, addr); v != "99" {
		t.Errorf("the total 99 reads %s", v)
	}
	comments, err := f.GetComments("表二")
	if err != nil || len(comments) != 1 || !strings.Contains(comments[0].Paragraph[0].Text, "白河乡人民政府") {
		t.Errorf("the organ without a figure is not named: %+v", comments)
	}
	if v, _ := f.GetCellValue("未报送", "B2"); v != "县水务局" {
		t.Errorf("missing organ reads %q", v)
	}
}

func TestSumDocumentTellsTheFigures(t *testing.T) {
	s := countySum(t)
	var b bytes.Buffer
	if err := SumDOCX(&b, s); err != nil {
		t.Fatal(err)
	}
	keep(t, "sum.docx", b.Bytes())
	text := wellFormed(t, b.Bytes())["word/document.xml"]
	for _, want := range []string{"应报送政府信息公开工作年度报告的机关3个，已报送并汇总2个，未报送1个（县水务局）", "本年新收政府信息公开申请70件、上年结转4件",
		"其中予以公开46件、部分公开10件、不予公开2件、无法提供10件、不予处理0件、其他处理0件", "行政事业性收费0.038万元", "未报送"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the document", want)
		}
	}
}

func testNotice() reporting.Notice {
	return reporting.Notice{To: "云岭县青石镇人民政府", From: "云岭县人民政府办公室", Year: 2025, Deadline: law.Day(2026, 1, 26), Dated: law.Day(2026, 1, 20),
		Items: []reporting.NoticeItem{
			{Code: "T3-RESULT-SUM", Level: annual.Error, Where: "表三 （七）总计 · 自然人", Message: "办理结果各项相加为26，表内总计为27", Suggest: "总计应为26，改一格即可使全表平衡"},
			{Code: "D-NUMBER", Level: annual.Warning, Where: "第一部分“依申请公开”", Message: "文字写新收申请36件，表三为35件。", Suggest: "核对后改为一致"},
			{Code: "T3-BALANCE", Level: annual.Error, Where: "表三 总计列", Message: "新收35件加上年结转2件等于37件，办理结果34件加结转下年4件等于38件", Suggest: ""},
			{Code: "D-VAGUE", Level: annual.Info, Where: "第一部分", Message: "“60余人次”用语含糊", Suggest: "写明确数"},
		}}
}

func TestNoticeSaysWhatWhereAndHow(t *testing.T) {
	var b bytes.Buffer
	if err := Notice(&b, testNotice()); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	keep(t, "notice.docx", b.Bytes())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "n.docx"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	text := squeeze(pdfText(t, convert(t, dir, "n.docx")))
	at := 0
	for _, want := range []string{"关于退回〈云岭县青石镇人民政府", "2025年政府信息公开工作年度报告〉的意见", "云岭县青石镇人民政府：", "须改正2处，请说明1处，请留意1处", "2026年1月26日前重新报送",
		"一、须改正（2处）", "1.表三（七）总计·自然人。", "改正办法：总计应为26", "2.表三总计列。", "二、请说明（1处）", "3.第一部分", "三、请留意（1处）", "4.第一部分", "云岭县人民政府办公室", "2026年1月20日"} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("%q is missing or out of order in\n%s", want, text)
		}
		at += i
	}
}

// A notice without errors asks for an explanation and returns nothing.
func TestNoticeWithoutErrorsReturnsNothing(t *testing.T) {
	n := testNotice()
	n.Items = n.Items[1:2]
	p := noticePaper(n)
	if strings.Contains(p.title, "退回") || strings.Contains(p.blocks[1].text, "退回") || !strings.Contains(p.blocks[1].text, "书面说明") {
		t.Errorf("title %q, opening %q", p.title, p.blocks[1].text)
	}
}
