package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Labels are the same however a file writes them.
func TestFold(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"（一）予以公開", "(一)予以公开"},
		{"本年度辦理結果", "本年度办理结果"},
		{"三、收到和處理政府資訊公開申請情況", "三.收到和处理政府资讯公开申请情况"},
		{"其他處理　１２", "其他处理12"},
		{"青石鎮人民政府", "青石镇人民政府"},
		{"總　計", "总计"},
		{"“信息”　Ａ", "信息a"},
		{"乾县著名", "乾县著名"},
	} {
		if got := Fold(c.a); got != c.b {
			t.Errorf("%s folds to %q, want %q", c.a, got, c.b)
		}
	}
}

// The quick look over plain text gives what folding rune by rune gives.
func TestFoldIsRuneByRune(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("政府開關 Ａa1.，（）\u3000\ufeff鿿一䶿龦"))), rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOf(rapid.SampledFrom([]byte{0xe4, 0xb8, 0x80, 0xe9, 0xbf, 'a', 'A', ' ', 0xff})).Draw(t, "bytes"))
		})).Draw(t, "s")
		var b strings.Builder
		for _, r := range s {
			if r = FoldRune(r); r >= 0 {
				b.WriteRune(r)
			}
		}
		if got := Fold(s); got != b.String() {
			t.Fatalf("%q folds to %q, rune by rune to %q", s, got, b.String())
		}
		if got := Fold(Fold(s)); got != Fold(s) {
			t.Fatalf("folding %q again changes it", s)
		}
	})
}

// A simplified character is never folded on, and places stay places.
func TestSimplify(t *testing.T) {
	pairs := strings.Fields(traditional)
	if len(pairs) < 900 {
		t.Fatalf("%d pairs", len(pairs))
	}
	for i, p := range pairs {
		r := []rune(p)
		if len(r) != 2 || r[0] == r[1] || i > 0 && pairs[i-1] >= p {
			t.Errorf("pair %q", p)
		}
		if FoldRune(r[1]) != r[1] {
			t.Errorf("%c is folded to %c, which is folded again", r[0], r[1])
		}
	}
	const s = "２０２３年 青石鎮人民政府政府信息公開 report"
	if got := Simplify(s); got != "２０２３年 青石镇人民政府政府信息公开 report" {
		t.Error(got)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if got := Simplify(s + "開"); len(got) != len(s)+3 || utf8.RuneCountInString(got) != utf8.RuneCountInString(s)+1 {
			t.Fatalf("%q", got)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	s := strings.Repeat("本年度按照条例要求公开政府信息，栏目更新及时，收到申请12件，均按期答复。", 20)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Fold(s)
	}
}
