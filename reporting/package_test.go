package reporting

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
)

func sealed(t testing.TB, form string, body any) []byte {
	t.Helper()
	canonical, _, err := SealPackage(body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(PackageFile{Form: form, Body: canonical, Signature: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packed(t testing.TB) Package {
	t.Helper()
	f, err := annual.FormFor(2025)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, "清溪镇人民政府", 2025)
	r.Set("t2.fees.amount", annual.Num(12_500_000)) // a fraction: 12.5
	r.Chapters[0] = "总体情况。"
	j, err := annual.EncodeJSON("", r, nil)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := ContentHash(r)
	if err != nil {
		t.Fatal(err)
	}
	return Package{From: "town.example", Organ: PackageOrgan{"T1", "清溪镇人民政府"}, Year: 2025, N: 1, State: FilingSubmitted, On: law.Day(2026, 1, 12),
		Report: string(j), Content: hash, Explanations: []Explanation{{Finding: "Y-CARRY|", Text: "合并办理", Name: "某某", On: law.Day(2026, 1, 12)}}, Findings: []string{"Y-CARRY|"}}
}

// What is packed comes out as it went in, however the file was printed on its
// way.
func TestPackageComesBack(t *testing.T) {
	p := packed(t)
	f, hash, err := ReadPackageFile(sealed(t, PackageForm, p))
	if err != nil {
		t.Fatal(err)
	}
	got, r, err := f.Package()
	if err != nil || !reflect.DeepEqual(got, p) || r.Get("t2.fees.amount") != annual.Num(12_500_000) || r.Chapters[0] != "总体情况。" {
		t.Errorf("%v\n%+v\n%+v", err, got, p)
	}
	if _, want, _ := SealPackage(p); hash != want {
		t.Error("the hash of the body changed")
	}
	if _, err := f.Answer(); !no(err) {
		t.Errorf("a package was read as an answer: %v", err)
	}
	a := Answer{From: "county.example", To: "town.example", Organ: p.Organ, Year: 2025, N: 1, Package: strings.Repeat("0", 64), Seq: 3, State: FilingReturned, On: law.Day(2026, 1, 15), Marks: []Mark{{Text: "改"}}}
	f, _, err = ReadPackageFile(sealed(t, AnswerForm, a))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Answer(); err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%v %+v", err, got)
	}
}

// A package that says nothing, or too much, or what cannot be, is refused.
func TestPackageThatCannotBe(t *testing.T) {
	for name, change := range map[string]func(*Package){
		"nobody sent it":        func(p *Package) { p.From = "" },
		"no organ":              func(p *Package) { p.Organ.Code = "" },
		"no year":               func(p *Package) { p.Year = 0 },
		"no number":             func(p *Package) { p.N = 0 },
		"no day":                func(p *Package) { p.On = law.Date{} },
		"a draft":               func(p *Package) { p.State = FilingDraft },
		"a correction silently": func(p *Package) { p.Correction = 1 },
		"no report":             func(p *Package) { p.Report = "{}" },
		"another content":       func(p *Package) { p.Content = strings.Repeat("0", 64) },
		"a long explanation":    func(p *Package) { p.Explanations[0].Text = strings.Repeat("长", maxPackageText) },
		"many findings":         func(p *Package) { p.Findings = make([]string, maxPackageList+1) },
		"a file without a hash": func(p *Package) { p.Source = &PackageSource{Name: "x"} },
	} {
		p := packed(t)
		change(&p)
		f, _, err := ReadPackageFile(sealed(t, PackageForm, p))
		if err == nil {
			_, _, err = f.Package()
		}
		if !no(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := SealPackage(strings.Repeat("x", MaxPackageBody)); !no(err) {
		t.Errorf("far too large: %v", err)
	}
}

func FuzzReadPackage(f *testing.F) {
	f.Add(sealed(f, PackageForm, packed(f)))
	f.Add([]byte(`{"form":"gongkai-answer/1","body":{},"signature":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, _, err := ReadPackageFile(b)
		if err != nil {
			if !no(err) {
				t.Fatalf("refused without a word: %v", err)
			}
			return
		}
		if _, _, err := x.Package(); err != nil && !no(err) {
			t.Fatal(err)
		}
		if _, err := x.Answer(); err != nil && !no(err) {
			t.Fatal(err)
		}
	})
}
