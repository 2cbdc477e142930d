package reporting

import (
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
)

// An entry by hand goes into its cell and into every sum that has it, in each
// edition of the form.
func TestSumsFollowAnEntryByHand(t *testing.T) {
	for _, f := range annual.Editions() {
		c := Compile(Compiling{Organ: 7, Year: f.FromYear, Form: f, As: law.Day(2026, 1, 12), Entries: []CompiledEntry{{ID: 1, Cell: "t3.granted.legal", Add: annual.Num(4), Reason: "纸质台账"}, {ID: 2, Cell: "t4.after.other", Add: annual.Num(1)}}})
		known := map[string]int64{}
		for _, x := range c.Figures {
			if x.Value.Known() {
				known[x.Cell] = x.Value.N
			}
		}
		want := map[string]int64{"t3.granted.legal": 4, "t3.granted.total": 4, "t3.result_total.legal": 4, "t3.result_total.total": 4, "t4.after.other": 1, "t4.after.total": 1}
		if len(known) != len(want) {
			t.Errorf("%s: %v", f.Edition, known)
		}
		for cell, n := range want {
			if known[cell] != n {
				t.Errorf("%s: %s is %d, want %d", f.Edition, cell, known[cell], n)
			}
		}
		if !Sums(f, "t3.granted.total") || !Sums(f, "t3.result_total.legal") || Sums(f, "t3.granted.legal") || Sums(f, "t3.new.natural") || Sums(f, "t2.normative.in_force") {
			t.Errorf("%s: which cells are sums", f.Edition)
		}
	}
}

// A partial disclosure that the report counts as a refusal too is named, and so is
// a mapping that does it.
func TestPartialDisclosuresCountOnce(t *testing.T) {
	form := annual.Edition("2021")
	draft := annual.New(form, "青石镇人民政府", 2025)
	for cell, n := range map[string]int64{"t3.partial.total": 2, "t3.deny_third.total": 3} {
		draft.Set(cell, annual.Num(n))
	}
	x := Compiling{Organ: 7, Year: 2025, Form: form, Requests: map[string]int64{"t3.partial.total": 2, "t3.deny_third.total": 1}, Draft: draft}
	found := func(x Compiling, code, words string) bool {
		for _, f := range Compile(x).Findings {
			if f.Code == code && strings.Contains(f.Message, words) {
				return true
			}
		}
		return false
	}
	if !found(x, "T3-PARTIAL", "多2件，部分公开有2件") {
		t.Errorf("two too many: %+v", Compile(x).Findings)
	}
	draft.Set("t3.deny_third.total", annual.Num(9)) // more than partial disclosures explain
	if found(x, "T3-PARTIAL", "多") || !found(x, "T3-CASES", "报告填9、系统数据1") {
		t.Errorf("eight too many: %+v", Compile(x).Findings)
	}
	x.Draft, x.Remapped = nil, []string{"4.保护第三方合法权益"}
	if !found(x, "T3-PARTIAL", "保护第三方合法权益") {
		t.Errorf("mapped: %+v", Compile(x).Findings)
	}
}
