package render

import (
	"bytes"
	"strings"
	"testing"

	"gongkai/law/annual"
)

// crowded is a provincial sum's size of figures with every other kind of cell.
func crowded(t testing.TB) *annual.Report {
	r := sample(t, "2021")
	r.Sources = make([]annual.Source, len(r.Values))
	for i := range r.Values {
		switch i % 11 {
		case 3:
			r.Values[i] = annual.Value{Kind: annual.Blank}
		case 5:
			r.Values[i], r.Sources[i].Raw = annual.Value{Kind: annual.NA}, "不适用"
		case 7:
			r.Values[i] = annual.Value{}
		case 9:
			r.Values[i], r.Sources[i].Raw = annual.Value{Kind: annual.Text}, "约36万元（含跨年度项目）"
		default:
			r.Values[i] = annual.Num(int64(i%7+1) * 123_457)
		}
	}
	r.Organ = "云岭市高新技术产业开发区管理委员会行政审批与政务信息管理服务局"
	r.Signature = r.Organ
	return r
}

// Figures are never broken over two lines nor cut, however crowded the table.
func TestCrowdedTablesKeepFiguresWhole(t *testing.T) {
	r := crowded(t)
	var d bytes.Buffer
	if err := DOCX(&d, r, Options{}); err != nil {
		t.Fatal(err)
	}
	keep(t, "crowded.docx", d.Bytes())
	file := writeTemp(t, r, Options{})
	text := pdfText(t, file)
	for i, v := range r.Values {
		if v.Known() && !strings.Contains(text, v.Format(r.Form.Cells[i].Type)) {
			t.Errorf("%s: %d is not whole in the pdf", r.Form.Cells[i].ID, v.N)
		}
	}
	var b bytes.Buffer
	if err := PDF(&b, r, Options{}); err == nil {
		keep(t, "crowded-own.pdf", b.Bytes())
	}
}

// The rule-book names every rule with its source.
func TestRulebookNamesEveryRule(t *testing.T) {
	var b bytes.Buffer
	if err := RulebookDOCX(&b); err != nil {
		t.Fatal(err)
	}
	keep(t, "rules.docx", b.Bytes())
	text := wellFormed(t, b.Bytes())["word/document.xml"]
	for _, r := range annual.Rules() {
		if !strings.Contains(text, ">"+r.Code+"<") {
			t.Errorf("%s is not in the rule-book", r.Code)
		}
	}
	var pdf bytes.Buffer
	if err := RulebookPDF(&pdf, nil); err != nil {
		fontsMissing(t, err)
		t.Fatal(err)
	}
	keep(t, "rules-own.pdf", pdf.Bytes())
}
