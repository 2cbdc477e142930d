package text

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const sample = "我镇围绕群众关切，及时更新公开栏，组织村干部参加业务培训，严格执行先审后发，公开内容做到准确、及时、便民。全年召开调度会四次，现场检查各村公开栏两轮。"
const unlike = "县局梳理权责清单，开设数据专栏，邀请代表座谈，逐项回应意见，年终组织抽查，通报结果并督促整改，推动基层标准化规范化工作落地见效，受理咨询更加便捷。"

func TestScore(t *testing.T) {
	p := NewProfile(sample)
	for _, c := range []struct {
		name     string
		s        string
		from, to float64
	}{
		{"the same", sample, 1, 1},
		{"other punctuation and width", strings.NewReplacer("，", ",", "。", " ", "、", "").Replace(sample), 1, 1},
		{"one clause changed", strings.Replace(sample, "全年召开调度会四次", "每季度通报一回情况", 1), 0.7, 0.95},
		{"another text", unlike, 0, 0.1},
		{"too short to compare", "无需要报告的事项。", 0, 0},
		{"empty", "", 0, 0},
	} {
		if got := p.Score(NewProfile(c.s)); got < c.from || got > c.to {
			t.Errorf("%s: %.2f, want %.2f to %.2f", c.name, got, c.from, c.to)
		}
	}
}

func TestSharedPassagesAreShownInTheSource(t *testing.T) {
	other := "本乡情况：及时更新 公开栏,组织村干部参加业务培训,严格执行先审后发。其余工作照常。其余工作照常。其余工作照常。"
	p, q := NewProfile(sample), NewProfile(other)
	spans := p.Shared(q, 16)
	if len(spans) != 1 {
		t.Fatalf("%+v", spans)
	}
	if got := sample[spans[0].Start:spans[0].End]; got != "及时更新公开栏，组织村干部参加业务培训，严格执行先审后发" {
		t.Errorf("in the first: %q", got)
	}
	if got := other[spans[0].OtherStart:spans[0].OtherEnd]; got != "及时更新 公开栏,组织村干部参加业务培训,严格执行先审后发" {
		t.Errorf("in the second: %q", got)
	}
	if got := Longest(sample, spans, 3); len(got) != 1 {
		t.Error(got)
	}
	pieces := Highlight(sample, spans)
	if len(pieces) != 3 || !pieces[1].Marked || pieces[0].Marked {
		t.Errorf("%+v", pieces)
	}
}

func TestSharedHoldsForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.StringOfN(rapid.SampledFrom([]rune("公开镇村，。 (A１)表\x00é")), 0, 200, -1)
		a, b := gen.Draw(t, "a"), gen.Draw(t, "b")
		p, q := NewProfile(a), NewProfile(b)
		if x, y := p.Score(q), q.Score(p); x != y || x < 0 || x > 1 {
			t.Fatalf("%f %f", x, y)
		}
		at := 0
		for _, s := range p.Shared(q, 8) {
			if s.Start < at || s.End <= s.Start || s.End > len(a) || s.OtherStart < 0 || s.OtherEnd > len(b) {
				t.Fatalf("%+v", s)
			}
			at = s.End
			x, y := NewProfile(a[s.Start:s.End]), NewProfile(b[s.OtherStart:s.OtherEnd])
			if string(x.folded) != string(y.folded) {
				t.Fatalf("%q is not %q", string(x.folded), string(y.folded))
			}
		}
		var back strings.Builder
		for _, piece := range Highlight(a, p.Shared(q, 8)) {
			back.WriteString(piece.Text)
		}
		if back.String() != a {
			t.Fatal("highlighting changed the text")
		}
	})
}

func TestBigrams(t *testing.T) {
	if got := fmt.Sprint(Bigrams("政府 信息")); got != "[政府 府信 信息]" {
		t.Error(got)
	}
	if got := Bigrams("无"); len(got) != 1 || Bigrams("") != nil {
		t.Error(got)
	}
}

// BenchmarkPairwise compares 40 reports of 2,000 characters with each other:
// 780 pairs, with the shared passages of each.
func BenchmarkPairwise(b *testing.B) {
	docs := make([]string, 40)
	for i := range docs {
		for k := 0; len([]rune(docs[i])) < 2000; k++ {
			docs[i] += fmt.Sprintf("第%d项第%d段%s", (i*7+k)%90, k, []string{sample, unlike}[(i+k)%2])
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		profiles := make([]*Profile, len(docs))
		for i, d := range docs {
			profiles[i] = NewProfile(d)
		}
		for i := range profiles {
			for j := range i {
				profiles[i].Score(profiles[j])
				profiles[i].Shared(profiles[j], 16)
			}
		}
	}
}
