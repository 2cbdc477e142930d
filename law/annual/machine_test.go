package annual

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gongkai/doc"
	"gongkai/law"
)

var sameForm = cmp.Comparer(func(a, b *Form) bool { return a == b })

func TestMachineFormRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		for range rapid.IntRange(0, 8).Draw(t, "odd") {
			i := rapid.IntRange(0, len(r.Values)-1).Draw(t, "cell")
			r.Values[i] = rapid.SampledFrom([]Value{{}, {Kind: Blank}, {Kind: NA}, {Kind: Text}, {Number, 380}}).Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "read") {
			r.Sources = make([]Source, len(r.Values))
			for i := range r.Sources {
				if i%3 == 0 {
					r.Sources[i] = Source{Raw: "<" + rapid.StringMatching(`[0-9一二约万元/ ]{0,5}`).Draw(t, "raw"), At: Place{Line: i + 1, Table: 2}}
				}
			}
		}
		r.Dated, r.Contact, r.Missing = law.Day(2024, 1, 18), "联系电话 0000", []string{"t4"}
		r.Undecided = []Undecided{{Cells: []string{"t3.new.total"}, At: Place{Row: 3}, Raw: "640", Why: "两种拆法"}}
		r.Repairs = []Repair{{Code: "GLUED", At: Place{Page: 2}, Was: "640", ReadAs: "64,0", Cells: []string{"t3.new.total"}}}
		r.Notes = []doc.Note{{Code: "PICTURE-TABLE", At: Place{Para: 4}, Text: "表格是图片"}}
		findings := Check(r, nil)
		b, err := EncodeJSON("a<b>.docx", r, findings)
		if err != nil {
			t.Fatal(err)
		}
		file, back, found, err := DecodeJSON(b)
		if err != nil || file != "a<b>.docx" {
			t.Fatalf("%q, %v", file, err)
		}
		if d := cmp.Diff(r, back, sameForm); d != "" {
			t.Fatalf("report changed:\n%s", d)
		}
		if d := cmp.Diff(findings, found, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("findings changed:\n%s", d)
		}
	})
}

func TestMachineFormIsTheContract(t *testing.T) {
	r := set(busy("2021", 2023), "t2.fees.amount", "0.038")
	r.Sources[0] = Source{Raw: "0", At: Place{Table: 1, Row: 2}}
	r.Set("t3.new.charity", Value{})
	b, err := EncodeJSON("x.txt", r, Check(with(r, map[string]int64{"t3.new.total": 16}), nil))
	if err != nil || strings.Contains(string(b), "\n") {
		t.Fatalf("one object, one line: %v", err)
	}
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"file", "organ", "year", "edition", "status", "cells", "narrative", "repairs", "findings"} {
		if _, ok := m[k]; !ok {
			t.Errorf("no %q", k)
		}
	}
	cells := m["cells"].(map[string]any)
	fee := cells["t2.fees.amount"].(map[string]any)
	if fee["value"] != json.Number("0.038") || fee["raw"] != "0.038" || fee["kind"] != "number" {
		t.Errorf("fees: %v", fee)
	}
	if _, there := cells["t3.new.charity"]; there {
		t.Error("an absent cell must be left out")
	}
	if m["narrative"].(map[string]any)["六"] != r.Chapters[5] {
		t.Error("narrative keys are the chapters' ordinals")
	}
}

func TestMachineFormRefusesWhatItCannotKeep(t *testing.T) {
	for _, s := range []string{``, `{`, `[]`, `{"edition":"1999"}`, `{"edition":"2021","cells":{"t9.x":{"kind":"zero","value":0,"raw":"0"}}}`,
		`{"edition":"2021","cells":{"t3.new.total":{"kind":"number","raw":"5"}}}`, `{"edition":"2021","cells":{"t3.new.total":{"kind":"blank","value":3}}}`,
		`{"edition":"2021","cells":{"t3.new.total":{"kind":"zero","value":3}}}`, `{"edition":"2021","cells":{"t3.new.total":{"kind":"number","value":3.5}}}`,
		`{"edition":"2021","cells":{"t3.new.total":{"kind":"so-so"}}}`} {
		if _, _, _, err := DecodeJSON([]byte(s)); !errors.Is(err, ErrMachineForm) {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	b, _ := EncodeJSON("a.txt", busy("2021", 2023), nil)
	f.Add(b)
	f.Add([]byte(`{"edition":"2019","cells":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, r, g, err := DecodeJSON(b)
		if err != nil {
			return
		}
		Check(r, nil)
		again, err := EncodeJSON(file, r, g)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := DecodeJSON(again); err != nil {
			t.Fatalf("cannot read its own writing: %v", err)
		}
	})
}
