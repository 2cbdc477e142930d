package render

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func aPoster() Poster {
	return Poster{Place: "青石镇人民政府", Title: "政府信息公开工作社会评议", Text: "您的意见，帮我们把该公开的公开好。约需两分钟，不记名。", Call: "请用手机扫码填写", Address: "https://www.example.gov.cn/survey/ABCD2345", Foot: "2026年3月31日截止 <党政办公室>"}
}

func TestPosterSaysWhatItCallsTo(t *testing.T) {
	var b bytes.Buffer
	if err := PosterDOCX(&b, aPoster()); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(data)
	}
	for _, w := range []string{"青石镇人民政府", "政府信息公开工作社会评议", "survey/ABCD2345", "&lt;党政办公室&gt;", `r:embed="rId1"`} {
		if !strings.Contains(parts["word/document.xml"], w) {
			t.Errorf("the document does not hold %s", w)
		}
	}
	if !strings.HasPrefix(parts["word/media/code.png"], "\x89PNG") {
		t.Error("no picture of the code")
	}
	var again bytes.Buffer
	if err := PosterDOCX(&again, aPoster()); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
		t.Errorf("the same poster is other bytes (%v)", err)
	}
	long := aPoster()
	long.Address = strings.Repeat("x", 5000)
	if PosterDOCX(io.Discard, long) == nil || PosterPDF(io.Discard, long, nil) == nil {
		t.Error("an address that fits no code")
	}
}

func TestPosterIsOnePage(t *testing.T) {
	var b bytes.Buffer
	p := aPoster()
	p.Title = "云岭县2026年度政府信息公开工作社会评议公众满意度调查"
	err := PosterPDF(&b, p, nil)
	var font *FontError
	if errors.As(err, &font) {
		if os.Getenv("CI") != "" {
			t.Fatal("no Chinese font: apt-get install fonts-noto-cjk")
		}
		t.Skip("no Chinese font")
	}
	if err != nil {
		t.Fatal(err)
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing: apt-get install poppler-utils")
		}
		t.Skip("pdftotext is not installed")
	}
	f := filepath.Join(t.TempDir(), "p.pdf")
	if err := os.WriteFile(f, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, f, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), "")
	for _, w := range []string{"青石镇人民政府", "公众满意度调查", "请用手机扫码填写", "ABCD2345", "截止"} {
		if !strings.Contains(text, w) {
			t.Errorf("the page does not say %s: %s", w, text)
		}
	}
	if n := strings.Count(string(out), "\f"); n != 1 {
		t.Errorf("%d pages", n)
	}
}
