package reporting

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// lake is a county with an office, two bureaus, a vertical bureau, a branch of
// the city, a company, two towns with their inside, and a bureau that is gone.
func lake() (org.Organ, []Candidate) {
	root := org.Organ{ID: 1, Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County, Path: "/1/"}
	at := func(id, parent int64, path, name string, k org.Kind, l org.Level) Candidate {
		return Candidate{Organ: org.Organ{ID: id, Parent: parent, Path: path, Name: name, Kind: k, Level: l}}
	}
	gone := at(9, 1, "/1/9/", "云岭县旧事局", org.Department, org.County)
	gone.To = law.Day(2025, 6, 30)
	later := at(14, 1, "/1/14/", "云岭县新设局", org.Department, org.County)
	later.From = law.Day(2026, 2, 1)
	tax := at(4, 1, "/1/4/", "云岭县税务局", org.Department, org.County)
	tax.Line = 900
	return root, []Candidate{
		at(10, 1, "/1/10/", "云岭县青石镇人民政府", org.Town, org.Township),
		at(11, 10, "/1/10/11/", "党政办公室", org.Section, 0),
		at(12, 10, "/1/10/12/", "上河村", org.Village, org.Grassroots),
		at(13, 1, "/1/13/", "云岭县白鹿街道办事处", org.Street, org.Township),
		later,
		at(2, 1, "/1/2/", "云岭县人民政府办公室", org.Department, org.County),
		at(3, 1, "/1/3/", "云岭县教育局", org.Department, org.County),
		tax,
		at(5, 1, "/1/5/", "湖州市自然资源局云岭分局", org.Department, org.Prefecture),
		at(6, 1, "/1/6/", "云岭县自来水公司", org.Enterprise, org.County),
		at(7, 1, "/1/7/", "云岭县疾病预防控制中心", org.Authorised, org.County),
		at(8, 1, "/1/8/", "云岭县某处", "", 0),
		gone,
	}
}

func TestDefaultsOfPractice(t *testing.T) {
	root, below := lake()
	l := Counted(root, below, 2025, nil)
	for name, want := range map[string]struct {
		way  Way
		rule string
		says string
	}{
		"云岭县人民政府":      {WayOut, RuleOwn, "只计一次"},
		"云岭县人民政府办公室":   {WayIn, RuleOffice, "只计一次"},
		"云岭县教育局":       {WayIn, RuleDepartment, "第四十九条"},
		"云岭县税务局":       {WayOut, RuleVertical, "垂直管理"},
		"湖州市自然资源局云岭分局": {WayOut, RuleBranch, "市级"},
		"云岭县自来水公司":     {WayOut, RuleEnterprise, "第五十五条"},
		"云岭县疾病预防控制中心":  {WayIn, RuleAuthorised, "第五十四条"},
		"云岭县某处":        {WayIn, RuleUnknown, "类别没有登记"},
		"云岭县旧事局":       {WayOut, RuleAbolished, "2025年6月30日"},
		"云岭县青石镇人民政府":   {WayIn, RuleTown, "随所属政府汇总"},
		"云岭县白鹿街道办事处":   {WayIn, RuleTown, "随所属政府汇总"},
	} {
		i := slices.IndexFunc(l.Lines, func(x CountedLine) bool { return x.Name == name })
		if i < 0 {
			t.Errorf("%s is not in the list", name)
			continue
		}
		if x := l.Lines[i]; x.Way != want.way || x.Rule != want.rule || !strings.Contains(x.Reason, want.says) || x.Decided {
			t.Errorf("%s: %+v", name, x)
		}
	}
	if len(l.Lines) != 11 || l.Sections != 1 || l.Villages != 1 {
		t.Errorf("%d lines, %d sections, %d villages", len(l.Lines), l.Sections, l.Villages)
	}
	if l.Line(14) != nil {
		t.Error("a bureau set up after the year is in its list")
	}
	if l.Lines[0].Organ != root.ID || !l.Lines[0].Own {
		t.Errorf("the government itself does not come first: %+v", l.Lines[0])
	}
	// Without the office the government counts itself, and not twice with it.
	l = Counted(root, below, 2025, map[int64]Choice{2: {WayOut, "本年由县政府直接填报"}})
	if own := l.Line(1); own.Way != WayIn || own.Decided {
		t.Errorf("without its office the government is %s", own.Way)
	}
	both := Counted(root, below, 2025, map[int64]Choice{1: {WayIn, "另有本级台账"}})
	if d := both.Doubts(); !strings.Contains(strings.Join(d, ""), "计了两次") {
		t.Errorf("government and office together raise no doubt: %v", d)
	}
}

// A city counts its counties by their own reports, or organ by organ if it
// decides so; what is managed by the city's own bureau inside a county is the
// city's.
func TestLowerGovernmentsAreCountedOnce(t *testing.T) {
	root := org.Organ{ID: 100, Name: "湖州市人民政府", Kind: org.Government, Level: org.Prefecture, Path: "/100/"}
	at := func(id, parent int64, path, name string, k org.Kind, l org.Level) Candidate {
		return Candidate{Organ: org.Organ{ID: id, Parent: parent, Path: path, Name: name, Kind: k, Level: l}}
	}
	market := at(106, 102, "/100/102/106/", "云岭县市场监管局", org.Department, org.County)
	market.Line = 101
	below := []Candidate{
		at(101, 100, "/100/101/", "湖州市市场监督管理局", org.Department, org.Prefecture),
		at(102, 100, "/100/102/", "云岭县人民政府", org.Government, org.County),
		at(103, 102, "/100/102/103/", "云岭县人民政府办公室", org.Department, org.County),
		at(104, 102, "/100/102/104/", "云岭县教育局", org.Department, org.County),
		at(105, 102, "/100/102/105/", "青石镇人民政府", org.Town, org.Township),
		market,
		at(107, 100, "/100/107/", "云台县人民政府", org.Government, org.County),
	}
	ways := func(l CountedList) string {
		var out []string
		for _, x := range l.Lines {
			s := fmt.Sprint(x.Organ, " ", x.Way)
			if x.Own {
				s += " own"
			}
			out = append(out, s)
		}
		return strings.Join(out, ", ")
	}
	if got, want := ways(Counted(root, below, 2025, nil)), "100 in own, 101 in, 102 in, 106 in, 107 in"; got != want {
		t.Errorf("by default: %s\nwant %s", got, want)
	}
	each := map[int64]Choice{102: {WayEach, "县级汇总尚未完成，先按所属机关逐个计入"}}
	if got, want := ways(Counted(root, below, 2025, each)), "100 in own, 101 in, 102 each, 103 in, 104 in, 105 in, 106 in, 107 in"; got != want {
		t.Errorf("one by one: %s\nwant %s", got, want)
	}
	out := map[int64]Choice{102: {WayOut, "本年度由省直接汇总"}}
	if got, want := ways(Counted(root, below, 2025, out)), "100 in own, 101 in, 102 out, 106 in, 107 in"; got != want {
		t.Errorf("left out: %s\nwant %s", got, want)
	}
	county := org.Organ{ID: 102, Name: "云岭县人民政府", Kind: org.Government, Level: org.County, Path: "/100/102/"}
	if got, want := ways(Counted(county, below[2:6], 2025, nil)), "102 out own, 103 in, 104 in, 105 in, 106 out"; got != want {
		t.Errorf("the county itself: %s\nwant %s", got, want)
	}
}

func TestDecisionsNeedAReason(t *testing.T) {
	root, below := lake()
	l := Counted(root, below, 2025, map[int64]Choice{5: {WayIn, "  "}, 3: {WayEach, "x"}, 6: {WayIn, "经县政府同意"}})
	if l.Line(5).Way != WayOut || l.Line(3).Way != WayIn || l.Line(6).Way != WayIn || !l.Line(6).Decided {
		t.Errorf("ways %s %s %s", l.Line(5).Way, l.Line(3).Way, l.Line(6).Way)
	}
	x := l.Line(5)
	for c, want := range map[Choice]string{{"in", ""}: "理由", {"", "x"}: "请选择", {"each", "x"}: "没有所属机关", {"in", "a\nb"}: "换行", {"in", strings.Repeat("长", 201)}: "过长", {"in", "好"}: ""} {
		if got := x.CheckChoice(c); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", c, got, want)
		}
	}
}

// What was signed stays as it was signed: its hash covers every line, it reads
// back the same, and a later list stands beside it.
func TestSignedListsNeverChange(t *testing.T) {
	root, below := lake()
	first := Counted(root, below, 2025, map[int64]Choice{5: {WayIn, "经县政府同意随县级汇总"}})
	if err := first.Sign(&CountedList{}, 7, "某某", "经办公会研究", law.Day(2026, 2, 3)); err != nil {
		t.Fatal(err)
	}
	body, err := first.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(body), "某某") {
		t.Error("the name of who signed stands in what is hashed")
	}
	back, err := ParseCounted(body, first.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if back.By, back.ByName = first.By, first.ByName; fmt.Sprintf("%+v", *back) != fmt.Sprintf("%+v", first) {
		t.Errorf("read back:\n%+v\nsigned:\n%+v", *back, first)
	}
	var refusal *act.Refusal
	again := first
	if err := again.Sign(&CountedList{}, 7, "某某", "", law.Day(2026, 2, 4)); !errors.As(err, &refusal) {
		t.Errorf("a signed list is signed again: %v", err)
	}
	same := Counted(root, below, 2025, first.Choices())
	if err := same.Sign(&first, 7, "某某", "", law.Day(2026, 2, 4)); !errors.As(err, &refusal) {
		t.Errorf("the same list is signed twice: %v", err)
	}
	second := Counted(root, below, 2025, nil)
	if err := second.Sign(&first, 8, "另一人", "", law.Day(2026, 3, 1)); err != nil {
		t.Fatal(err)
	}
	if second.Number != 2 || second.Previous != first.Hash || second.Hash == first.Hash {
		t.Errorf("second list %d after %s: %s", second.Number, second.Previous, second.Hash)
	}
	ch := CountedChanges(first.Lines, second.Lines)
	if len(ch) != 1 || ch[0].Organ != 5 || !strings.Contains(ch[0].Says(), "由计入改为不计入") {
		t.Errorf("changes %+v", ch)
	}
	// Any other byte of the content is found.
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		b := slices.Clone(body)
		b[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if _, err := ParseCounted(b, first.Hash); err == nil {
			t.Fatalf("byte %d may be changed", i)
		}
	})
	var form map[string]any
	if err := json.Unmarshal(body, &form); err != nil {
		t.Fatal(err)
	}
}

// county makes shares with random figures for a list: published, accepted,
// waiting, blank cells and all.
func shareCounty(rng *rand.Rand, f *annual.Form, n int) (CountedList, []Share) {
	l := CountedList{Organ: 1, Name: "云岭县人民政府", Year: 2025}
	var out []Share
	states := []ShareState{CountsPublished, CountsAccepted, CountsSubmitted, CountsOwn, LacksWaiting, LacksReport, StandsOut}
	for i := range n {
		line := CountedLine{Organ: int64(i + 2), Name: fmt.Sprintf("第%d局", i+1), Kind: org.Department, Way: WayIn, Rule: RuleDepartment}
		s := Share{Line: line, State: states[rng.IntN(len(states))], Form: f, Values: make([]annual.Value, len(f.Cells))}
		for k := range s.Values {
			switch rng.IntN(6) {
			case 0:
				s.Values[k] = annual.Value{Kind: annual.Blank}
			case 1:
				s.Values[k] = annual.Num(rng.Int64N(1000))
			default:
				s.Values[k] = annual.Num(0)
			}
		}
		if s.State == LacksReport {
			s.Form, s.Values = nil, nil
		}
		if s.State == StandsOut {
			s.Line.Way = WayOut
		}
		l.Lines = append(l.Lines, s.Line)
		out = append(out, s)
	}
	return l, out
}

func each(shares []Share) iter.Seq2[Share, error] {
	return func(yield func(Share, error) bool) {
		var values []annual.Value // reused, as the store does
		for _, s := range shares {
			if s.Values != nil {
				values = append(values[:0], s.Values...)
				s.Values = values
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

// In every cell what the organs put in is what the sum shows, whatever order they
// come in; who is not counted puts in nothing and is named.
func TestContributionsAddUpInEveryCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		f := annual.Editions()[rapid.IntRange(0, len(annual.Editions())-1).Draw(t, "form")]
		list, shares := shareCounty(rng, f, rapid.IntRange(0, 12).Draw(t, "organs"))
		a, err := Aggregated(list, f, false, each(shares))
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Counted)+len(a.Lacking)+len(a.Out) != len(shares) {
			t.Fatalf("%d+%d+%d of %d organs", len(a.Counted), len(a.Lacking), len(a.Out), len(shares))
		}
		for i := range f.Cells {
			parts, err := CellShares(f, i, each(shares))
			if err != nil {
				t.Fatal(err)
			}
			if len(parts) != len(a.Counted) {
				t.Fatalf("cell %d opens to %d organs, %d are counted", i, len(parts), len(a.Counted))
			}
			sum, known, nonzero := int64(0), 0, 0
			for k, p := range parts {
				if sum += p.Value.N; p.Value.Known() {
					known++
				}
				if p.Value.N != 0 {
					nonzero++
				}
				if k > 0 && p.Value.Known() && p.Value.N > parts[k-1].Value.N {
					t.Fatal("the greatest does not come first")
				}
				if n := p.ShareOf(a.Sum.Values[i]); n > 1000 || n < -1 {
					t.Fatalf("share of %d tenths of a percent", n)
				}
			}
			if want := a.Sum.Values[i]; known == 0 && want.Kind != annual.Blank || known > 0 && want != annual.Num(sum) || a.Known[i] != known || a.Nonzero[i] != nonzero {
				t.Fatalf("cell %d: contributions %d of %d organs, sum %v, known %d", i, sum, known, want, a.Known[i])
			}
		}
		mixed := slices.Clone(shares)
		rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		b, err := Aggregated(list, f, false, each(mixed))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Sum.Values, b.Sum.Values) || !slices.Equal(a.Known, b.Known) {
			t.Fatal("the order of the organs changes the sum")
		}
		for _, p := range a.Lacking {
			if !strings.Contains(a.NotCounted(100), p.Line.Name) {
				t.Fatalf("%s is neither in the sum nor named", p.Line.Name)
			}
		}
		if a.Whole() != (a.NotCounted(1) == "" && !slices.ContainsFunc(a.Counted, func(p Part) bool { return p.State == CountsSubmitted })) {
			t.Fatal("a sum that lacks somebody calls itself whole")
		}
		half := rng.IntN(len(shares) + 1)
		x, y := NewTally(f), NewTally(f)
		for i, s := range shares {
			if s.State.Counts() {
				if i < half {
					x.Add(s.Values)
				} else {
					y.Add(s.Values)
				}
			}
		}
		x.Merge(y)
		for i := range f.Cells {
			if x.Value(i) != a.Sum.Values[i] {
				t.Fatal("two halves do not make the whole")
			}
		}
	})
}

func TestSumsThatOverflowAreNoFigure(t *testing.T) {
	f := annual.Edition("2021")
	i, _ := f.Index("t2.fees.amount")
	v := make([]annual.Value, len(f.Cells))
	v[i] = annual.Value{Kind: annual.Number, N: 1 << 62}
	tally := NewTally(f)
	tally.Add(v)
	tally.Add(v)
	if got := tally.Value(i); got.Kind != annual.Text {
		t.Errorf("a sum beyond what a figure holds is %v", got)
	}
}
