package annual

import (
	"bytes"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
)

func canonicalSample() *Report {
	r := New(Edition("2021"), "青石镇人民政府", 2025)
	for i := range r.Values {
		r.Values[i] = Num(0)
	}
	r.Set("t3.new.total", Num(12))
	r.Set("t2.fees.amount", Num(1_500_000))
	r.Set("t2.rules.made", Value{Kind: NA})
	r.Set("t2.rules.repealed", Value{Kind: Blank})
	r.Set("t2.rules.in_force", Value{})
	r.Chapters[0], r.Chapters[5] = "一句话“引号”\n第二行", "无"
	r.Dated = law.Day(2026, 1, 20)
	return r
}

// The vector: a change here changes what every receipt ever given is held
// against.
func TestCanonicalVector(t *testing.T) {
	b, err := Canonical(canonicalSample())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"cells":{"t2.coercion.decisions":"0","t2.fees.amount":"1.5",`, `"t2.rules.made":"/","t2.rules.repealed":""`, `"t3.new.total":"12"`,
		`"chapters":["一句话“引号”\n第二行","","","","","无"]`, `"dated":"2026-01-20"`, `"format":"gongkai-report/1"`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s is not in\n%s", want, b)
		}
	}
	if strings.Contains(string(b), "in_force\":\"\"") && strings.Contains(string(b), `"t2.rules.in_force"`) {
		t.Error("an absent cell stands there")
	}
	const want = "d554f34b14aef1efc76e15e86183858f60d9924fe4c3996ec1dfe6133a8feb0b"
	if got := act.Digest(b); got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func TestCanonicalSurvivesTheMachineForm(t *testing.T) {
	r := canonicalSample()
	i, _ := r.Form.Index("t2.penalty.decisions")
	r.Sources = make([]Source, len(r.Values))
	for j := range r.Values {
		r.Sources[j].Raw = r.Values[j].Format(r.Form.Cells[j].Type)
	}
	r.Values[i], r.Sources[i].Raw = Value{Kind: Text}, "约36件"
	r.Intro = "坏字节\xff与 \u2028"
	a, err := Canonical(r)
	if err != nil {
		t.Fatal(err)
	}
	j, err := EncodeJSON("x.docx", r, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, back, _, err := DecodeJSON(j)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Canonical(back)
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("%v\n%s\n%s", err, a, b)
	}
	if !strings.Contains(string(a), `"text:约36件"`) {
		t.Errorf("the words of the cell are not in %s", a)
	}
	for name, edit := range map[string]func(*Report){
		"figure": func(r *Report) { r.Set("t3.new.total", Num(13)) }, "blank for zero": func(r *Report) { r.Set("t4.review.total", Value{Kind: Blank}) },
		"prose": func(r *Report) { r.Chapters[5] = "无。" }, "words": func(r *Report) { r.Sources[i].Raw = "约37件" }, "date": func(r *Report) { r.Dated = law.Day(2026, 1, 21) },
		"heading": func(r *Report) { r.Headings[1] = "二" }, "contact": func(r *Report) { r.Contact = "x" },
	} {
		c := r.Clone()
		edit(c)
		if b, err := Canonical(c); err != nil || bytes.Equal(a, b) {
			t.Errorf("%s: not seen (%v)", name, err)
		}
	}
}
