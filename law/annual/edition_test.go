package annual

import (
	"strings"
	"testing"
)

// A new edition is a data file: a row more, a wording changed, and layout,
// identities and check follow without a line of code.
func TestAThirdEditionIsData(t *testing.T) {
	b, err := formFiles.ReadFile("forms/2021.json")
	if err != nil {
		t.Fatal(err)
	}
	s := strings.NewReplacer(
		`"edition": "2021"`, `"edition": "2031"`,
		`"from_year": 2021`, `"from_year": 2031`,
		`{"key": "deny_inquiry",`, `{"key": "deny_work", "path": ["三、本年度办理结果", "（三）不予公开", "8.属于工作秘密"]},
        {"key": "deny_inquiry",`,
		`8.属于行政查询事项`, `9.属于行政查询事项`,
	).Replace(string(b))
	f, err := ParseForm([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	old := Edition("2021")
	if f.Edition != "2031" || len(f.Cells) != len(old.Cells)+7 || f.InForce(2030) || !f.InForce(2031) {
		t.Fatalf("edition %s with %d cells, from %d", f.Edition, len(f.Cells), f.FromYear)
	}
	if got, want := len(Layout(f.Table("t3"))), len(Layout(old.Table("t3")))+1; got != want {
		t.Errorf("表三 prints %d rows, want %d", got, want)
	}
	r := New(f, "青石镇人民政府", 2031)
	for i := range r.Values {
		r.Values[i] = Value{Kind: Zero}
	}
	for _, id := range []string{"t3.new", "t3.deny_work", "t3.result_total"} {
		r.Set(id+".natural", Num(2))
		r.Set(id+".total", Num(2))
	}
	if got := CheckFigures(r); len(got) > 0 {
		t.Errorf("the new row counts towards the results, yet: %+v", got)
	}
	r.Set("t3.deny_work.natural", Num(3))
	codes := map[string]bool{}
	for _, g := range CheckFigures(r) {
		codes[g.Code] = true
	}
	if !codes["T3-RESULT-SUM"] || !codes["T3-COL-SUM"] {
		t.Errorf("a wrong figure in the new row is not found: %v", codes)
	}
}

func TestAFaultyEditionIsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"no json":            `{`,
		"a cell twice":       `{"edition":"x","tables":[{"id":"t9","parts":[{"columns":[{"key":"a","path":["甲"]},{"key":"a","path":["乙"]}],"rows":[{"key":"r","path":["行"]}]}]}]}`,
		"identity elsewhere": `{"edition":"x","tables":[],"identities":[{"code":"X","table":"t3","each":"row","left":["a"],"op":"=","right":["b"]}]}`,
	} {
		if _, err := ParseForm([]byte(s)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
