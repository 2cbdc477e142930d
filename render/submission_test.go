package render

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"gongkai/law"
)

// The paper copy carries what was explained and by whom, the lines to sign on and
// the place of the seal; what cannot be handed in yet is marked as a draft.
func TestThePaperCopyCarriesItsExplanationsAndSignatures(t *testing.T) {
	text := func(s Submission) string {
		t.Helper()
		var b bytes.Buffer
		if err := SubmissionDOCX(&b, s); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(data)
		}
		return out.String()
	}
	r := sample(t, "2021")
	s := Submission{Report: r, Organ: r.Organ, Year: r.Year, Printed: law.Day(2023, 1, 12), Due: law.Day(2023, 1, 20), Draft: true, Errors: 2,
		Explained: []Explained{{"现行有效件数与上年不衔接。", "年内两件到期失效。", "何晓禾", law.Day(2023, 1, 11)}}}
	got := text(s)
	for _, want := range []string{"报送审签单", "经办", "审核", "签发", "（签章）", "现行有效件数与上年不衔接。", "年内两件到期失效。", "何晓禾 2023-01-11", "还有2处错误没有改正", "草稿", "本年新收35件"} {
		if !strings.Contains(got, want) {
			t.Errorf("the paper copy does not say %q", want)
		}
	}
	s.Draft, s.Errors, s.Signs = false, 0, []SubmissionSign{{"签发", "苏立本", law.Day(2023, 1, 13), true}}
	got = text(s)
	if strings.Contains(got, "草稿") || !strings.Contains(got, "苏立本　2023年1月13日（纸质签批）") {
		t.Error("what was signed is still a draft, or does not say who signed")
	}
}
