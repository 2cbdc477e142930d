package text

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPinyin(t *testing.T) {
	for r, want := range map[rune]string{'政': "[zheng]", '務': "[wu]", '行': "[xing hang]", '绿': "[lv]", 'a': "[]", '。': "[]"} {
		if got := fmt.Sprint(Pinyin(r)); got != want {
			t.Errorf("%c sounds %s, want %s", r, got, want)
		}
	}
	if got := Initials("《政务公开》2026 Ａ"); got != "zwgk2026a" {
		t.Error(got)
	}
	if got := Initials("银行调整重点"); got != "yhtzzd" {
		t.Error(got)
	}
	for s, want := range map[string]string{"zhengwugongkai": "zheng wu gong kai", "fangan": "fang an", "xian": "xian", "pdf": "", "": "", "dibaobt": ""} {
		got, ok := Syllables(s)
		if ok != (want != "") || want != "" && s != "fangan" && strings.Join(got, " ") != want {
			t.Errorf("%s: %q", s, got)
		}
	}
	for _, p := range [][2]string{{"zheng", "zen"}, {"shi", "si"}, {"qing", "qin"}, {"chuang", "cuan"}, {"gong", "gong"}, {"ha", "ha"}} {
		if AlikeSound(p[0]) != AlikeSound(p[1]) {
			t.Errorf("%s and %s", p[0], p[1])
		}
	}
}

// Every character stands in the table once, in simplified form or one that is
// left as it is.
func TestSyllables(t *testing.T) {
	seen := map[rune]bool{}
	for line := range strings.Lines(syllables) {
		sound, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		if got, ok := Syllables(sound); !ok || len(got) != 1 {
			t.Errorf("%s is read as %q", sound, got)
		}
		for _, r := range chars {
			if seen[r] {
				t.Errorf("%c twice", r)
			}
			seen[r] = true
		}
	}
	if len(seen) != 6763 {
		t.Errorf("%d characters", len(seen))
	}
	for _, p := range strings.Fields(second) {
		r, n := utf8.DecodeRuneInString(p)
		if _, ok := Syllables(p[n:]); !ok || len(Pinyin(r)) < 2 {
			t.Errorf("%s", p)
		}
	}
}
