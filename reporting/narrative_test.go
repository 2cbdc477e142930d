package reporting

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law/annual"
	"gongkai/org"
)

// trueShare fills an organ's figures so that every identity holds.
func trueShare(rng *rand.Rand, f *annual.Form, busy bool) []annual.Value {
	r := annual.New(f, "", 0)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	if !busy {
		return r.Values
	}
	p := &f.Table("t3").Parts[0]
	n := len(p.Columns) - 1
	at := map[string]int{}
	for i, row := range p.Rows {
		at[row.Key] = i
	}
	add := func(row, col int, v int64) {
		for _, c := range []int{col, n} {
			i := p.Cells[row][c]
			r.Values[i] = annual.Num(r.Values[i].N + v)
		}
	}
	for col := range n {
		done := int64(0)
		for row := at["granted"]; row < at["result_total"]; row++ {
			if rng.IntN(5) == 0 {
				v := rng.Int64N(30)
				add(row, col, v)
				done += v
			}
		}
		out := rng.Int64N(3)
		add(at["result_total"], col, done)
		add(at["carried_out"], col, out)
		in := rng.Int64N(done + out + 1)
		add(at["carried_in"], col, in)
		add(at["new"], col, done+out-in)
	}
	for i, c := range f.Cells {
		if c.Table == "t2" && !strings.HasPrefix(c.ID, "t2.rules") && rng.IntN(2) == 0 {
			v := rng.Int64N(500)
			if c.Type == annual.Money {
				v *= 12_345
			}
			r.Values[i] = annual.Num(v)
		}
	}
	q := f.Table("t4").Parts[0].Cells[0]
	for g := 0; g < 15; g += 5 {
		total := int64(0)
		for k := range 4 {
			v := max(0, rng.Int64N(6)-3)
			r.Values[q[g+k]] = annual.Num(v)
			total += v
		}
		r.Values[q[g+4]] = annual.Num(total)
	}
	return r.Values
}

func narrated(rng *rand.Rand, f *annual.Form, organs int, busy, last bool) (*Aggregate, *annual.Report, NarrativeFacts) {
	list := CountedList{Organ: 1, Name: "云岭县人民政府", Year: f.FromYear + 1}
	var shares []Share
	rules := []string{RuleDepartment, RuleTown, RuleAuthorised, RuleOffice}
	for i := range organs {
		line := CountedLine{Organ: int64(i + 2), Name: "第" + ordinals[i%6] + "局", Way: WayIn, Rule: rules[i%4]}
		state := []ShareState{CountsPublished, CountsAccepted}[rng.IntN(2)]
		shares = append(shares, Share{Line: line, State: state, Form: f, Values: trueShare(rng, f, busy)})
	}
	a, err := Aggregated(list, f, false, each(shares))
	if err != nil {
		panic(err)
	}
	n := NarrativeFacts{Organ: org.Organ{ID: 1, Name: "云岭县人民政府", Kind: org.Government, Level: org.County}, Sum: a, Filed: organs, Late: rng.IntN(organs + 1), Returned: rng.IntN(3)}
	if last {
		form, err := annual.FormFor(list.Year - 1)
		if err == nil {
			n.Last = annual.New(form, list.Name, list.Year-1)
			n.Last.Values = trueShare(rng, form, true)
		}
	}
	r := a.Sum.Clone()
	r.Title = "云岭县人民政府" + "年政府信息公开工作年度报告"
	r.Intro, r.Chapters = Narrative(n)
	return a, r, n
}

// The words say what the tables say: no rule about prose and figures finds
// anything, with many requests, with none, beside any year before.
func TestNarrativeAgreesWithTheFigures(t *testing.T) {
	prose := map[string]bool{"D-NUMBER": true, "D-ZERO-CLAIM": true, "D-ALLDONE": true, "D-SUM-PROSE": true, "D-YEAR": true, "D-ASPECTS": true, "D-VAGUE": true,
		"D-ENUM": true, "D-TYPO": true, "D-PUNCT": true, "D-PRIVACY": true, "D-SECRET": true, "D-ORG-LEVEL": true}
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		f := annual.Editions()[rapid.IntRange(0, len(annual.Editions())-1).Draw(t, "form")]
		_, r, n := narrated(rng, f, rapid.IntRange(1, 6).Draw(t, "organs"), rapid.IntRange(0, 4).Draw(t, "busy") > 0, rapid.Bool().Draw(t, "last"))
		for _, x := range annual.Check(r, &annual.Context{Last: n.Last}) {
			if prose[x.Code] {
				t.Fatalf("%s %s\n%s", x.Code, x.Message, r.Chapters[0])
			}
		}
		for _, a := range f.Aspects {
			if !strings.Contains(r.Chapters[0], a) {
				t.Fatalf("nothing on %s:\n%s", a, r.Chapters[0])
			}
		}
	})
}

func TestNarrativeSaysNone(t *testing.T) {
	f := annual.Edition("2021")
	_, r, _ := narrated(rand.New(rand.NewPCG(1, 1)), f, 3, false, false)
	for _, want := range []string{"全年没有收到政府信息公开申请，也没有上年结转的申请", "未发生因政府信息公开引起的行政复议、行政诉讼", "没有制发行政规范性文件", "没有行政事业性收费"} {
		if !strings.Contains(r.Chapters[0], want) {
			t.Errorf("does not say %q:\n%s", want, r.Chapters[0])
		}
	}
	if r.Chapters[4] != "" {
		t.Errorf("problems were made up: %s", r.Chapters[4])
	}
	if !strings.Contains(r.Chapters[5], "云岭县人民政府本级") || strings.Contains(r.Chapters[5], "处理费") {
		t.Errorf("chapter six: %s", r.Chapters[5])
	}
}

// Figures are compared with last year only where they mean the same: the
// requests over the change of the form, not the fees.
func TestNarrativeComparesOnlyWhatMeansTheSame(t *testing.T) {
	f := annual.Edition("2021")
	a, _, n := narrated(rand.New(rand.NewPCG(2, 1)), f, 3, true, false)
	a.List.Year = 2021
	n.Last = annual.New(annual.Edition("2019"), "云岭县人民政府", 2020)
	for i := range n.Last.Values {
		n.Last.Values[i] = annual.Num(8)
	}
	a.Sum.Set("t3.new.total", annual.Num(10))
	a.Sum.Set("t2.licence.decisions", annual.Num(6))
	_, ch := Narrative(n)
	for _, want := range []string{"新收申请比上年增加2件（增长25.0%）", "行政许可处理决定比上年减少2件（下降25.0%）"} {
		if !strings.Contains(ch[0], want) {
			t.Errorf("does not say %q:\n%s", want, ch[0])
		}
	}
	if strings.Contains(ch[0], "收费比上年") {
		t.Errorf("compares fees over the change of the form:\n%s", ch[0])
	}
	n.Last.Year = 2018
	if _, ch := Narrative(n); strings.Contains(ch[0], "上年增加") || strings.Contains(ch[0], "上年减少") {
		t.Error("compares with a year that is not the one before")
	}
}

// A figure that some organ did not state is not spoken of as if it were known.
func TestNarrativeLeavesUnknownFiguresOut(t *testing.T) {
	f := annual.Edition("2021")
	a, _, n := narrated(rand.New(rand.NewPCG(3, 1)), f, 3, true, false)
	a.Sum.Set("t3.carried_out.total", annual.Value{Kind: annual.Blank})
	a.Lacking = []Part{{Line: CountedLine{Name: "白鹿镇人民政府"}, State: LacksReport}}
	_, ch := Narrative(n)
	if strings.Contains(ch[0], "结转下年度") {
		t.Errorf("speaks of what nobody stated:\n%s", ch[0])
	}
	if !strings.Contains(ch[5], "白鹿镇人民政府") {
		t.Errorf("does not name who is not in the sum: %s", ch[5])
	}
}

// Where the parts do not make the whole, the words do not list them as if they
// did.
func TestNarrativeListsPartsOnlyOfTheirWhole(t *testing.T) {
	f := annual.Edition("2021")
	a, _, n := narrated(rand.New(rand.NewPCG(4, 1)), f, 3, true, false)
	total := a.Sum.Get("t3.new.total").N
	_, ch := Narrative(n)
	if !strings.Contains(ch[0], "件，其中自然人") {
		t.Fatalf("parts that add up are not listed:\n%s", ch[0])
	}
	a.Sum.Set("t3.new.total", annual.Num(total+2))
	_, ch = Narrative(n)
	if strings.Contains(ch[0], "其中自然人") {
		t.Errorf("parts that do not add up are listed:\n%s", ch[0])
	}
	a.Lacking = []Part{{Line: CountedLine{Name: "白鹿镇人民政府"}, State: LacksReturned}}
	if _, ch = Narrative(n); strings.Contains(ch[5], "退回") || !strings.Contains(ch[5], "白鹿镇人民政府") {
		t.Errorf("the public report says why an organ is missing: %s", ch[5])
	}
}
