package render

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law"
)

func handoverSheet() HandoverSheet {
	return HandoverSheet{Organ: "青石镇人民政府", Number: 399177783707068492, Name: "周明", Day: law.Day(2026, 1, 30), Reason: "调往县财政局", Leaves: true, Open: true,
		Rows:  []HandoverRow{{1, "岗位", "青石镇人民政府：经办", "移交吴安"}, {2, "账号", "登录账号 zhou", "停用，不移交他人"}},
		Signs: []HandoverSign{{Side: "移交人", Name: "周明", On: law.Day(2026, 1, 30)}, {Side: "接收人", Name: "吴安", On: law.Day(2026, 1, 30), Paper: true}, {Side: "监交人", Name: "梁仲平"}}}
}

// The list opens in an office program and says who gave what to whom.
func TestHandoverListIsReadByAnOfficeProgram(t *testing.T) {
	var b bytes.Buffer
	if err := HandoverDOCX(&b, handoverSheet()); err != nil {
		t.Fatal(err)
	}
	pandoc, err := exec.LookPath("pandoc")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pandoc is not installed")
		}
		t.Skip("pandoc is not installed (apt-get install pandoc)")
	}
	file := filepath.Join(t.TempDir(), "x.docx")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), pandoc, "-s", "-t", "plain", "--wrap=none", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), "")
	for _, want := range []string{"工作交接清单", "调往县财政局", "最后在岗日期2026年1月30日", "青石镇人民政府：经办", "移交吴安", "（系统内确认）", "（纸质签字）", "签字："} {
		if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
			t.Errorf("the Word file does not say %q:\n%s", want, out)
		}
	}
	// Somebody without anything open has a list that says so.
	b.Reset()
	if err := HandoverDOCX(&b, HandoverSheet{Name: "某人\x00<b>", Reason: "退休"}); err != nil || b.Len() == 0 {
		t.Errorf("an empty list: %v", err)
	}
}
