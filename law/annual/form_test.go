package annual

import "testing"

func TestEditionsHaveTheCellsOfTheForm(t *testing.T) {
	for _, c := range []struct {
		edition    string
		t2, t3, t4 int
		identities int
	}{{"2019", 22, 161, 15, 23 + 7 + 7 + 3 + 2}, {"2021", 10, 175, 15, 25 + 7 + 7 + 3 + 2}} {
		f := Edition(c.edition)
		if f == nil {
			t.Fatalf("no edition %s", c.edition)
		}
		n := map[string]int{}
		for _, cell := range f.Cells {
			n[cell.Table]++
		}
		if n["t2"] != c.t2 || n["t3"] != c.t3 || n["t4"] != c.t4 {
			t.Errorf("edition %s has cells %v, the form has %d, %d, %d", c.edition, n, c.t2, c.t3, c.t4)
		}
		if len(f.Identities) != c.identities {
			t.Errorf("edition %s: %d identities, want %d", c.edition, len(f.Identities), c.identities)
		}
		if f.Cite.Empty() {
			t.Errorf("edition %s: no citation", c.edition)
		}
	}
	for _, id := range []string{"t2.normative.in_force", "t2.fees.amount", "t3.new.total", "t3.deny_safety.legal", "t4.after.pending"} {
		if _, ok := Edition("2021").Index(id); !ok {
			t.Errorf("2021 lacks %s", id)
		}
	}
	for _, id := range []string{"t2.other_services.change", "t2.procurement.amount", "t3.other.total"} {
		if _, ok := Edition("2019").Index(id); !ok {
			t.Errorf("2019 lacks %s", id)
		}
	}
}

func TestFormForRefusesYearsBeforeTheFirstEdition(t *testing.T) {
	if _, err := FormFor(2018); err == nil {
		t.Error("2018 had no such form; got one")
	}
	for y, e := range map[int]string{2019: "2019", 2020: "2019", 2021: "2021", 2026: "2021"} {
		if f, err := FormFor(y); err != nil || f.Edition != e {
			t.Errorf("FormFor(%d) = %v, %v; want edition %s", y, f, err, e)
		}
	}
}

func TestParseValueNeverGuesses(t *testing.T) {
	for _, c := range []struct {
		raw  string
		t    CellType
		want Value
	}{
		{"0", Count, Value{Kind: Zero}}, {" 0", Count, Value{Kind: Zero}}, {"０", Count, Value{Kind: Zero}},
		{"", Count, Value{Kind: Blank}}, {"\u00a0", Count, Value{Kind: Blank}}, {"/", Count, Value{Kind: NA}}, {"—", Signed, Value{Kind: NA}},
		{"1,234", Count, Num(1234)}, {"3.0", Count, Num(3)}, {"-1", Count, Value{Kind: Text}}, {"3.5", Count, Value{Kind: Text}},
		{"+3", Signed, Num(3)}, {"减2", Signed, Num(-2)}, {"-2", Signed, Num(-2)}, {"增3", Signed, Num(3)},
		{"约36万元", Money, Value{Kind: Text}}, {"251000元", Money, Value{Kind: Text}}, {"0.038", Money, Num(38000)}, {"56200", Money, Num(56200 * Micro)},
		{"0.0000001", Money, Value{Kind: Text}}, {"十余", Count, Value{Kind: Text}}, {"9999999999", Count, Value{Kind: Text}},
	} {
		if got := ParseValue(c.raw, c.t); got != c.want {
			t.Errorf("ParseValue(%q, %s) = %v, want %v", c.raw, c.t, got, c.want)
		}
	}
}
