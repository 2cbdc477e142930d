package render

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDOCXIsReadByAnOfficeProgram(t *testing.T) {
	for _, edition := range []string{"2019", "2021"} {
		var b bytes.Buffer
		if err := DOCX(&b, sample(t, edition), Options{Watermark: "草稿"}); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.Bytes())
		keep(t, edition+".docx", b.Bytes())
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "r.docx"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		text := squeeze(pdfText(t, convert(t, dir, "r.docx")))
		for _, want := range []string{"云岭县青石镇人民政府", "政府信息公开工作年度报告", "二、主动公开政府信息情况", "第二十条第（一）项", "本年新收政府信息公开申请数量", "草稿", "－1－"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in the printed text", edition, want)
			}
		}
	}
}
