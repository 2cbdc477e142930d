package casework

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/deadline"
)

var update = flag.Bool("update", false, "write the golden letters")

// lettered is a file that has been through everything a letter may tell.
func lettered(t *testing.T) *Request {
	t.Helper()
	cal, r := notices(t), &Request{}
	must(t, r.Register(on(3, 2), Registration{Number: "2026-0012", Channel: deadline.Internet, Arrived: law.Day(2026, 3, 2), Confirmed: law.Day(2026, 3, 3), Applicant: Natural}))
	must(t, r.AskClarification(cal, on(3, 5), law.Day(2026, 3, 20)))
	must(t, r.Clarify(on(3, 12)))
	must(t, r.Consult(on(3, 16), AskThird, law.Day(2026, 3, 17)))
	must(t, r.Hear(cal, on(3, 20), 1, "object"))
	must(t, r.Extend(cal, on(4, 15), 10, "approval/7"))
	r.Payment = &Payment{PayBy: law.Day(2026, 4, 1)}
	return r
}

func factsOf() Facts {
	return Facts{Organ: "云岭县青石镇人民政府", Applicant: "甲某某", Third: "某某建材有限公司", Wanted: "2025年农田水利工程的资金使用情况", Dated: law.Day(2026, 4, 28), No: Number("青政公开告", 2026, 12), Due: law.Day(2026, 5, 6),
		Fee: "380元（第31至68页，38页×10元/页＝380元）", Where: Where{Review: "云岭县人民政府", ReviewAddress: "云岭县司法局行政复议接待室", ReviewWeb: "https://fy.example.cn", Court: "云岭县人民法院"}}
}

func filled(k LetterKind) map[string]string {
	m := map[string]string{}
	for _, f := range k.Fields {
		m[f.Name] = "〔" + f.Label + "〕"
	}
	return m
}

func plainText(d Draft) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n%s：\n", d.Title, d.No, d.To)
	for _, p := range d.Paras {
		fmt.Fprintf(&b, "　　%s\n", p.Text)
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", d.From, d.Dated.Chinese())
	b.WriteString("\n----\n")
	for _, p := range d.Paras {
		fmt.Fprintf(&b, "%s ← %s\n", ElementChinese(p.Element), strings.Join(p.From, "、"))
	}
	for _, c := range d.Kind.Cites {
		fmt.Fprintf(&b, "依据：%s %s\n", c, c.Paraphrase)
	}
	return b.String()
}

// Each letter of the catalogue as a lawyer would read it.
func TestLettersAsTheyGoOut(t *testing.T) {
	for _, k := range LetterKinds(law.Day(2026, 4, 28)) {
		d := Compose(k, lettered(t), factsOf(), filled(k))
		if len(d.Missing) > 0 {
			t.Errorf("%s lacks %v", k.Code, d.Missing)
		}
		got := plainText(d)
		if strings.ContainsAny(got, "{}【】") || strings.Contains(got, "。。") {
			t.Errorf("%s has holes:\n%s", k.Code, got)
		}
		file := filepath.Join("testdata", "letters", k.Code+".txt")
		want, err := os.ReadFile(file)
		if *update {
			must(t, os.MkdirAll(filepath.Dir(file), 0o755))
			must(t, os.WriteFile(file, []byte(got), 0o644))
			continue
		}
		if err != nil || string(want) != got {
			t.Errorf("%s differs from %s (%v); after reading it run go test ./casework -update\n%s", k.Code, file, err, got)
		}
	}
}

// A letter to the outside says what came in, what was found, what is decided and
// on which article, and where one turns against it.
func TestLettersHaveTheirElements(t *testing.T) {
	day := law.Day(2026, 4, 28)
	for _, res := range Results() {
		k, ok := LetterFor(res.Outcome, day)
		if !ok || k.Code != res.Letter {
			t.Errorf("%s has the letter %s, not %s", res.Outcome, k.Code, res.Letter)
			continue
		}
		d := Compose(k, lettered(t), factsOf(), filled(k))
		text := plainText(d)
		has := map[string]bool{}
		for _, p := range d.Paras {
			has[p.Element] = true
		}
		if !has[ElementReceived] || !has[ElementHistory] || !has[ElementDecision] && !has[ElementGround] || !has[ElementFinding] && res.Outcome != Withdrawn {
			t.Errorf("%s lacks an element: %v", k.Code, has)
		}
		if has[ElementRemedy] != (res.Remedy != NoRemedy) {
			t.Errorf("%s: remedy %v", k.Code, has[ElementRemedy])
		}
		if first := strings.Contains(text, "先向云岭县人民政府"); first != (res.Remedy == ReviewFirst) {
			t.Errorf("%s: review first is %v", k.Code, first)
		}
	}
}

// What is missing is named, and nothing is invented in its place.
func TestLetterNamesWhatIsMissing(t *testing.T) {
	k, _ := LetterFor(NotHeld, law.Day(2026, 4, 28))
	f := factsOf()
	f.Where, f.No, f.Applicant, f.ByNet = Where{}, "", "", true
	d := Compose(k, lettered(t), f, nil)
	for _, want := range []string{"检索的情况", "文号", "收件人", "复议机关", "互联网复议渠道", "管辖法院"} {
		if !strings.Contains(strings.Join(d.Missing, " "), want) {
			t.Errorf("%q is not named: %v", want, d.Missing)
		}
	}
	if !strings.Contains(plainText(d), "【检索的情况】") {
		t.Error("the hole does not show")
	}
	// Before 2024 a decision not to disclose left the choice.
	old, _ := LetterFor(Process, law.Day(2023, 6, 1))
	f = factsOf()
	f.Dated = law.Day(2023, 6, 1)
	if text := plainText(Compose(old, lettered(t), f, filled(old))); strings.Contains(text, "先向") || !strings.Contains(text, "6个月") {
		t.Errorf("a letter of 2023:\n%s", text)
	}
	// Served through the internet it names the way to apply there.
	f = factsOf()
	f.ByNet = true
	if text := plainText(Compose(k, lettered(t), f, filled(k))); !strings.Contains(text, "https://fy.example.cn") {
		t.Error("the way through the internet is missing")
	}
	if n := Number("青政公开告", 2026, 12); n != "青政公开告〔2026〕12号" {
		t.Error(n)
	}
}
