package render

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
)

func testCircular() reporting.Letter {
	due := law.Day(2026, 1, 20)
	rows := []reporting.Filer{
		{Organ: org.Organ{Name: "云岭县青石镇人民政府"}, Filing: reporting.Filing{State: reporting.FilingAccepted, Due: due, Submitted: law.Day(2026, 1, 12)}, Begun: true},
		{Organ: org.Organ{Name: "云岭县民政局"}, Filing: reporting.Filing{State: reporting.FilingSubmitted, Due: due, Submitted: law.Day(2026, 1, 25), Returned: 2}, Begun: true},
		{Organ: org.Organ{Name: "云岭县白鹿镇人民政府"}, Filing: reporting.Filing{State: reporting.FilingDraft, Due: due}},
	}
	l := reporting.Circular(2025, "云岭县人民政府办公室", rows, law.Day(2026, 1, 28))
	l.Number = "云政办函〔2026〕7号"
	return l
}

// The circular reads the same in Word, WPS and on paper: number, title, what is
// asked, signature, then the table.
func TestCircularIsReadInOrder(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	if err := Letter(&b, testCircular()); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	keep(t, "circular.docx", b.Bytes())
	if err := os.WriteFile(filepath.Join(dir, "c.docx"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var p bytes.Buffer
	if err := LetterPDF(&p, testCircular(), nil); err != nil {
		t.Fatal(err)
	}
	keep(t, "circular.pdf", p.Bytes())
	if err := os.WriteFile(filepath.Join(dir, "own.pdf"), p.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string]string{"Word": convert(t, dir, "c.docx"), "pdf": filepath.Join(dir, "own.pdf")} {
		text, at := squeeze(pdfText(t, file)), 0
		for _, want := range []string{"云政办函〔2026〕7号", "关于2025年政府信息公开工作年度报告", "报送情况的通报", "各有关单位：", "一、总体情况", "按期报送1个，逾期报送1个，未报送1个", "二、存在的问题", "（一）未报送。",
			"三、有关要求", "附件：各单位2025年", "云岭县人民政府办公室", "2026年1月28日", "附件", "目前状态", "云岭县青石镇人民政府", "按期报送", "逾期5天报送", "云岭县白鹿镇人民政府", "未填报"} {
			i := strings.Index(text[at:], squeeze(want))
			if i < 0 {
				t.Fatalf("%s: %q is missing or out of order in\n%s", what, want, text)
			}
			at += i
		}
	}
}

// Whatever an office types, the letter is well formed and nothing is lost.
func TestLettersTakeAnyWords(t *testing.T) {
	l := testCircular()
	l.Title, l.To, l.Text, l.Number = strings.Repeat("长", 80)+"<&>", "各单位：", "一、<w:p>\n\n　　二、"+strings.Repeat("字", 3000)+"\x00\x08", "\x01号"
	var b, p bytes.Buffer
	if err := Letter(&b, l); err != nil {
		t.Fatal(err)
	}
	text := wellFormed(t, b.Bytes())["word/document.xml"]
	if strings.Contains(text, "各单位：：") || !strings.Contains(text, "&lt;w:p&gt;") {
		t.Error("the words are not those that were typed")
	}
	if err := LetterPDF(&p, l, nil); err != nil {
		t.Fatal(err)
	}
	if err := Letter(&b, reporting.Letter{}); err != nil {
		t.Errorf("an empty letter: %v", err)
	}
}

// The 退回意见 says for each cell what stands there, what should, and by which rule.
func TestNoticeNamesFiguresAndRule(t *testing.T) {
	n := testNotice()
	n.Number = "云政办函〔2026〕8号"
	n.Items[0].Expected, n.Items[0].Found, n.Items[0].Cite = "26", "27", "《年度报告格式》第三表"
	n.Items = append(n.Items, reporting.NoticeItem{Level: "error", Where: "表二 · 行政许可", Message: "与公示系统不符", Found: "14"})
	var b bytes.Buffer
	if err := Notice(&b, n); err != nil {
		t.Fatal(err)
	}
	keep(t, "notice2.docx", b.Bytes())
	text := wellFormed(t, b.Bytes())["word/document.xml"]
	for _, want := range []string{"云政办函〔2026〕8号", "依据：《年度报告格式》第三表。", "实填14。"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the letter", want)
		}
	}
	if strings.Contains(text, "应为26，实填27") {
		t.Error("figures that the sentence names are said twice")
	}
	n = testNotice()
	n.Items, n.Returned = n.Items[1:2], true
	if p := noticePaper(n); !strings.Contains(p.title, "退回") {
		t.Errorf("a report that goes back for an explanation: %q", p.title)
	}
}
