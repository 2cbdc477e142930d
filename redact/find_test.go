package redact

import (
	"testing"

	"gongkai/ingest/pdf"
)

// set writes lines of characters ten points wide and high.
func set(lines ...string) *pdf.Sheet {
	s := &pdf.Sheet{Number: 1, W: 1000, H: 1000}
	for y, l := range lines {
		for x, r := range []rune(l) {
			if r != ' ' {
				s.Glyphs = append(s.Glyphs, pdf.Glyph{R: r, X0: float64(10 * x), X1: float64(10*x + 10), Y0: float64(20 * y), Y1: float64(20*y + 10)})
			}
		}
	}
	return s
}

// Names, numbers and addresses are found in any width and over the end of a
// line; a longer number is not taken for a shorter one.
func TestFind(t *testing.T) {
	s := set("申请人赵小满，电话１３８00000000", "身份证11010119900307000X邮箱a.b@x.cn赵", "小满，文号20260100020003000400050006")
	for _, c := range []struct {
		words, codes []string
		want         []string
	}{
		{[]string{"赵小满"}, nil, []string{"赵小满", "赵", "小满"}},
		{[]string{"赵 小 满", "文号"}, nil, []string{"赵小满", "赵", "小满", "文号"}},
		{nil, []string{"phone"}, []string{"１３８00000000"}},
		{nil, []string{"id"}, []string{"11010119900307000X"}},
		{nil, []string{"mail"}, []string{"a.b@x.cn"}},
		{nil, []string{"bank"}, nil},
		{[]string{" "}, nil, nil},
	} {
		boxes := Find(s, c.words, c.codes)
		var got []string
		for i := range boxes {
			got = append(got, Under(s, boxes)[i])
		}
		if len(got) != len(c.want) {
			t.Errorf("%q %q: %q", c.words, c.codes, got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q %q: %q", c.words, c.codes, got)
			}
		}
	}
}

// What is covered in one place and still stands in another is counted.
func TestLeft(t *testing.T) {
	s := set("赵小满住青石镇", "赵小满")
	boxes := Find(set("赵小满住青石镇"), []string{"赵小满"}, nil)
	if n := Left(s, "赵小满", boxes); n != 1 {
		t.Errorf("%d left", n)
	}
	if n := Left(s, "赵小满", Find(s, []string{"赵小满"}, nil)); n != 0 {
		t.Errorf("%d left of none", n)
	}
	if l := Lines(s); len(l) != 2 || l[0].Text != "赵小满住青石镇" {
		t.Errorf("lines %v", l)
	}
}
