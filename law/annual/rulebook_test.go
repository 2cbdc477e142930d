package annual

import (
	"strings"
	"testing"

	"gongkai/law"
)

// zeros is a report in good order: every figure zero, prose complete.
func zeros(edition string, year int) *Report {
	r := New(Edition(edition), "清水县柳河镇人民政府", year)
	for i := range r.Values {
		r.Values[i] = Value{Kind: Zero}
	}
	y := yearWords(year)
	r.Title = r.Organ + y + "年政府信息公开工作年度报告"
	r.Intro = "本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为" + y + "年1月1日至12月31日。"
	r.Chapters[0] = "（一）主动公开。通过网站公开政府信息。\n（二）依申请公开。渠道畅通。\n（三）政府信息管理。严格审核。\n（四）平台建设。维护网站专栏。\n（五）监督保障。开展培训和考核。"
	r.Chapters[4] = "存在的主要问题是公开内容还不够细，解读形式单一，村级公开栏更新有时不够及时。下一步将加强业务培训，丰富解读形式，定期检查公开栏，改进情况纳入考核。"
	r.Chapters[5] = "本年度没有收取信息处理费。"
	for i, c := range r.Form.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
	}
	return r
}

// with sets cells of a report by id.
func with(r *Report, cells map[string]int64) *Report {
	for id, n := range cells {
		i, ok := r.Form.Index(id)
		if !ok {
			panic("no cell " + id)
		}
		if r.Form.Cells[i].Type == Money {
			n *= Micro
		}
		r.Values[i] = Num(n)
	}
	return r
}

// busy is a report with figures that satisfy every identity.
func busy(edition string, year int) *Report {
	return with(zeros(edition, year), map[string]int64{
		"t3.new.natural": 12, "t3.new.business": 3, "t3.new.total": 15,
		"t3.carried_in.natural": 2, "t3.carried_in.total": 2,
		"t3.granted.natural": 10, "t3.granted.business": 2, "t3.granted.total": 12,
		"t3.partial.natural": 1, "t3.partial.total": 1,
		"t3.unable_nohold.natural": 2, "t3.unable_nohold.business": 1, "t3.unable_nohold.total": 3,
		"t3.result_total.natural": 13, "t3.result_total.business": 3, "t3.result_total.total": 16,
		"t3.carried_out.natural": 1, "t3.carried_out.total": 1,
		"t4.review.upheld": 1, "t4.review.pending": 1, "t4.review.total": 2,
		"t4.direct.corrected": 1, "t4.direct.total": 1,
	})
}

func blank(r *Report, ids ...string) *Report {
	for _, id := range ids {
		r.Set(id, Value{Kind: Blank})
	}
	return r
}

func set(r *Report, id, raw string) *Report {
	i, _ := r.Form.Index(id)
	if r.Sources == nil {
		r.Sources = make([]Source, len(r.Values))
		for k := range r.Values {
			r.Sources[k].Raw = r.Values[k].Format(r.Form.Cells[k].Type)
		}
	}
	r.Values[i], r.Sources[i].Raw = ParseValue(raw, r.Form.Cells[i].Type), raw
	return r
}

// only gives the findings of one rule.
func only(code string, r *Report, c *Context) []Finding {
	var out []Finding
	for _, g := range Check(r, c) {
		if g.Code == code {
			out = append(out, g)
		}
	}
	return out
}

type ruleCase struct {
	name  string
	r     *Report
	c     *Context
	want  int
	level Level // of the first finding, "" for the rule's own
}

func runRule(t *testing.T, code string, cases []ruleCase) {
	t.Helper()
	rule, ok := FindRule(code)
	if !ok {
		t.Fatalf("no rule %s", code)
	}
	for _, c := range cases {
		t.Run(code+"/"+c.name, func(t *testing.T) {
			got := only(code, c.r, c.c)
			if len(got) != c.want {
				t.Fatalf("%d findings, want %d: %+v", len(got), c.want, got)
			}
			for _, g := range got {
				want := c.level
				if want == "" {
					want = rule.Level
				}
				if g.Level != want {
					t.Errorf("level %s, want %s", g.Level, want)
				}
				if g.Message == "" || g.Expected == "" || g.Suggest == "" || g.Cells == nil {
					t.Errorf("finding says too little: %+v", g)
				}
				for _, id := range g.Cells {
					if _, ok := c.r.Form.Index(id); !ok {
						t.Errorf("finding names no cell %s", id)
					}
				}
			}
		})
	}
}

func TestEveryRuleIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.Code] {
			t.Errorf("%s stands twice", r.Code)
		}
		seen[r.Code] = true
		if r.Cite.Empty() || r.Title == "" || r.Says == "" || r.Check == nil || r.Level == "" {
			t.Errorf("%s: title, sentence, level, check and citation must all be there", r.Code)
		}
		if !strings.HasPrefix(r.Code, "D-") && (r.Left == "" || r.Right == "") {
			t.Errorf("%s: both sides must be in words", r.Code)
		}
		if got := r.Check(zeros("2021", 2023), nil); len(got) != 0 {
			t.Errorf("%s complains of a report in good order: %+v", r.Code, got)
		}
	}
	for _, f := range Editions() {
		for _, id := range f.Identities {
			if !seen[id.Code] {
				t.Errorf("form %s has identities %s without a rule", f.Edition, id.Code)
			}
		}
	}
	for _, code := range strings.Fields(`T3-COL-SUM T3-BALANCE T3-RESULT-SUM T3-NONNEG-INT T3-BLANK T3-CARRY-YEAR T3-ROW-COUNT T3-LABEL
		T3-OVERDUE-ZERO T3-UNPAID T3-YOY T4-SUM T4-NONNEG-INT T4-BLANK T4-MISSING T4-AFTER T4-PENDING-YEAR T4-VS-T3
		T2-CELLS T2-NONNEG-INT T2-VALID-YEAR T2-VALID-MIN T2-19-OPEN T2-19-MAKE T2-19-ITEMS T2-RULES-ORGAN T2-UNIT-21 T2-UNIT-19
		T2-TEXT T2-19-PROC T2-FEE-6 T2-NORM-MANY D-TITLE D-CHAPTERS D-ASPECTS D-ASPECT-GOV D-FIVE-EMPTY D-SIX D-YEAR D-DATE D-ORG-LEVEL
		D-NUMBER D-ZERO-CLAIM D-ALLDONE D-SUM-PROSE D-VAGUE D-ENUM D-TYPO D-BOOKMARK D-PUNCT D-SIMILAR D-PRIVACY D-SECRET D-FORMAT-VER
		H-SUM H-CHILD H-MISSING READ-UNDECIDED`) {
		if !seen[code] {
			t.Errorf("rule-book lacks %s", code)
		}
	}
}

func TestGoodReportsAreClean(t *testing.T) {
	for _, r := range []*Report{zeros("2021", 2023), busy("2021", 2023), zeros("2019", 2020), busy("2019", 2020)} {
		if got := Check(r, &Context{Level: LevelTown}); len(got) != 0 {
			t.Errorf("edition %s: %+v", r.Form.Edition, got)
		}
		if got := CheckFigures(r); len(got) != 0 {
			t.Errorf("edition %s: %+v", r.Form.Edition, got)
		}
	}
}

func TestIdentities(t *testing.T) {
	for _, e := range []struct {
		edition string
		year    int
	}{{"2019", 2020}, {"2021", 2023}} {
		b := func() *Report { return busy(e.edition, e.year) }
		runRule(t, "T3-COL-SUM", []ruleCase{
			{"holds", b(), nil, 0, ""},
			{"total one short", with(b(), map[string]int64{"t3.new.total": 14}), nil, 1, ""},
			{"part one over", with(b(), map[string]int64{"t3.granted.charity": 1}), nil, 1, ""},
			{"blank is not assessed", blank(with(b(), map[string]int64{"t3.new.total": 14}), "t3.new.charity"), nil, 0, ""},
		})
		runRule(t, "T3-BALANCE", []ruleCase{
			{"holds", b(), nil, 0, ""},
			{"carried out dropped", with(b(), map[string]int64{"t3.carried_out.natural": 0, "t3.carried_out.total": 0}), nil, 2, ""},
			{"blank is not assessed", blank(b(), "t3.carried_out.natural", "t3.carried_out.total"), nil, 0, ""},
		})
		runRule(t, "T3-RESULT-SUM", []ruleCase{
			{"holds", b(), nil, 0, ""},
			{"result missing", with(b(), map[string]int64{"t3.partial.natural": 0, "t3.partial.total": 0}), nil, 2, ""},
			{"blank is not assessed", blank(b(), "t3.partial.natural", "t3.partial.total"), nil, 0, ""},
		})
		runRule(t, "T4-SUM", []ruleCase{
			{"holds", b(), nil, 0, ""},
			{"total wrong", with(b(), map[string]int64{"t4.review.total": 3}), nil, 1, ""},
			{"blank is not assessed", blank(with(b(), map[string]int64{"t4.review.total": 3}), "t4.review.other"), nil, 0, ""},
		})
	}
	runRule(t, "T2-VALID-MIN", []ruleCase{
		{"boundary", with(zeros("2021", 2023), map[string]int64{"t2.normative.made": 3, "t2.normative.repealed": 1, "t2.normative.in_force": 2}), nil, 0, ""},
		{"one short", with(zeros("2021", 2023), map[string]int64{"t2.normative.made": 3, "t2.normative.repealed": 1, "t2.normative.in_force": 1}), nil, 1, ""},
		{"blank", blank(with(zeros("2021", 2023), map[string]int64{"t2.normative.made": 3}), "t2.normative.in_force"), nil, 0, ""},
		{"not in 2019", with(zeros("2019", 2020), map[string]int64{"t2.normative.made": 3}), nil, 0, ""},
	})
	runRule(t, "T2-19-OPEN", []ruleCase{
		{"boundary", with(zeros("2019", 2020), map[string]int64{"t2.normative.published": 3, "t2.normative.total": 3}), nil, 0, ""},
		{"one more", with(zeros("2019", 2020), map[string]int64{"t2.normative.published": 4, "t2.normative.total": 3}), nil, 1, ""},
		{"blank", blank(with(zeros("2019", 2020), map[string]int64{"t2.normative.published": 4}), "t2.normative.total"), nil, 0, ""},
	})
}

func TestKindsOfCells(t *testing.T) {
	z := func() *Report { return zeros("2021", 2023) }
	row := func(r *Report, key string) []string {
		var ids []string
		for _, c := range r.Form.Table("t3").Parts[0].Columns {
			ids = append(ids, "t3."+key+"."+c.Key)
		}
		return ids
	}
	nine := append(row(z(), "new")[:5], row(z(), "granted")[:4]...)
	runRule(t, "T3-BLANK", []ruleCase{
		{"none", z(), nil, 0, ""},
		{"one", blank(z(), "t3.new.legal"), nil, 1, Warning},
		{"slash counts as blank", set(z(), "t3.new.legal", "/"), nil, 1, Warning},
		{"nine in two rows", blank(z(), nine...), nil, 1, Warning},
		{"ten", blank(z(), append(nine, "t3.partial.natural")...), nil, 1, Error},
		{"a whole row", blank(z(), row(z(), "partial")...), nil, 1, Error},
		{"seven in a line over two rows", blank(z(), append(row(z(), "new")[4:], row(z(), "carried_in")[:4]...)...), nil, 1, Warning},
	})
	runRule(t, "T4-BLANK", []ruleCase{
		{"none", z(), nil, 0, ""}, {"one", blank(z(), "t4.review.other"), nil, 1, Warning},
		{"all", blank(z(), idsOf(z(), "t4")...), nil, 1, Error},
	})
	for code, id := range map[string]string{"T3-NONNEG-INT": "t3.new.total", "T4-NONNEG-INT": "t4.after.total", "T2-NONNEG-INT": "t2.licence.decisions"} {
		runRule(t, code, []ruleCase{
			{"zero", z(), nil, 0, ""}, {"negative", set(z(), id, "-1"), nil, 1, ""}, {"fraction", set(z(), id, "1.5"), nil, 1, ""},
			{"blank is another rule's", blank(z(), id), nil, 0, ""},
		})
	}
	runRule(t, "T2-NONNEG-INT", []ruleCase{
		{"change may be negative", set(zeros("2019", 2020), "t2.licence.change", "-3"), nil, 0, ""},
		{"words are T2-TEXT's", set(z(), "t2.licence.decisions", "十余"), nil, 0, ""},
		{"negative money", set(z(), "t2.fees.amount", "-5"), nil, 1, ""},
	})
	runRule(t, "T2-TEXT", []ruleCase{
		{"number", z(), nil, 0, ""}, {"about", set(zeros("2019", 2020), "t2.procurement.amount", "约36万元"), nil, 1, ""},
		{"unit", set(z(), "t2.fees.amount", "251000元"), nil, 1, ""}, {"vague", set(z(), "t2.penalty.decisions", "十余"), nil, 1, ""},
		{"blank", blank(z(), "t2.penalty.decisions"), nil, 0, ""},
	})
	gone := func(m ...string) *Report {
		r := z()
		r.Missing = m
		for i := range r.Values {
			if r.lacks(i) {
				r.Values[i] = Value{}
			}
		}
		return r
	}
	runRule(t, "T4-MISSING", []ruleCase{{"there", z(), nil, 0, ""}, {"gone", gone("t4"), nil, 1, ""}, {"blank is not missing", blank(z(), idsOf(z(), "t4")...), nil, 0, ""}})
	runRule(t, "T4-BLANK", []ruleCase{{"missing is not blank", gone("t4"), nil, 0, ""}})
	runRule(t, "T2-CELLS", []ruleCase{
		{"there", z(), nil, 0, ""}, {"a row gone", gone("t2.penalty"), nil, 1, Error}, {"prefix of another key is not a part", gone("t2.penal"), nil, 0, ""},
		{"blank", blank(z(), "t2.penalty.decisions"), nil, 1, Warning},
	})
	runRule(t, "T3-ROW-COUNT", []ruleCase{{"there", z(), nil, 0, ""}, {"table gone", gone("t3"), nil, 1, ""}, {"row gone", gone("t3.partial"), nil, 1, ""}})
	undecided := z()
	undecided.Set("t3.new.natural", Value{})
	undecided.Set("t3.new.total", Value{})
	undecided.Undecided = []Undecided{{Cells: []string{"t3.new.natural", "t3.new.total"}, Raw: "640", Why: "有两种拆法"}}
	runRule(t, "READ-UNDECIDED", []ruleCase{{"decided", z(), nil, 0, ""}, {"one entry, one finding", undecided, nil, 1, ""}})
	runRule(t, "T3-ROW-COUNT", []ruleCase{{"undecided is not missing", undecided, nil, 0, ""}})
	runRule(t, "T3-BLANK", []ruleCase{{"undecided is not blank", undecided, nil, 0, ""}})
	runRule(t, "T3-OVERDUE-ZERO", []ruleCase{
		{"nothing", z(), nil, 0, ""}, {"busy", busy("2021", 2023), nil, 0, ""},
		{"result from nowhere", with(z(), map[string]int64{"t3.reject_confirm.natural": 1}), nil, 1, ""},
		{"blank intake", blank(with(z(), map[string]int64{"t3.reject_confirm.natural": 1}), "t3.new.natural"), nil, 0, ""},
	})
	label := z()
	label.Repairs = []Repair{{Code: "LABEL-MISPRINT", Was: "1.住房举报投诉类申请", ReadAs: "1.信访举报投诉类申请", Cells: row(z(), "reject_petition")}}
	runRule(t, "T3-LABEL", []ruleCase{{"as printed", z(), nil, 0, ""}, {"misprint", label, nil, 1, ""}})
	other := z()
	other.Repairs = []Repair{{Code: "LABEL-MISPRINT", Was: "政府集中收购", ReadAs: "政府集中采购"}}
	runRule(t, "D-TYPO", []ruleCase{{"a label of 表三 is said once, by T3-LABEL", label, nil, 0, ""}, {"another table's label", other, nil, 1, ""}})
}

func idsOf(r *Report, table string) []string {
	var ids []string
	for _, c := range r.Form.Cells {
		if c.Table == table {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func TestTableTwoRules(t *testing.T) {
	z, o := func() *Report { return zeros("2021", 2023) }, func() *Report { return zeros("2019", 2020) }
	m := func(kv ...any) map[string]int64 {
		out := map[string]int64{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i].(string)] = int64(kv[i+1].(int))
		}
		return out
	}
	runRule(t, "T2-19-MAKE", []ruleCase{{"equal", with(o(), m("t2.normative.made", 2, "t2.normative.published", 2, "t2.normative.total", 2)), nil, 0, ""},
		{"more made", with(o(), m("t2.normative.made", 3, "t2.normative.published", 2, "t2.normative.total", 2)), nil, 1, ""}, {"blank", blank(with(o(), m("t2.normative.made", 3)), "t2.normative.published"), nil, 0, ""}})
	runRule(t, "T2-19-PROC", []ruleCase{{"both zero", o(), nil, 0, ""}, {"both", with(o(), m("t2.procurement.projects", 6, "t2.procurement.amount", 86200)), nil, 0, ""},
		{"no amount", with(o(), m("t2.procurement.projects", 6)), nil, 1, ""}, {"blank", blank(with(o(), m("t2.procurement.projects", 6)), "t2.procurement.amount"), nil, 0, ""}})
	runRule(t, "T2-UNIT-19", []ruleCase{{"as 元", with(o(), m("t2.procurement.projects", 62, "t2.procurement.amount", 56200)), nil, 0, ""},
		{"as 万元", with(o(), m("t2.procurement.projects", 1, "t2.procurement.amount", 36)), nil, 0, ""},
		{"neither", with(o(), m("t2.procurement.projects", 1, "t2.procurement.amount", 60_000_000)), nil, 1, ""},
		{"boundary 500", with(o(), m("t2.procurement.projects", 1, "t2.procurement.amount", 500)), nil, 0, ""},
		{"words", set(o(), "t2.procurement.amount", "约36万元"), nil, 1, ""}, {"blank", blank(o(), "t2.procurement.amount"), nil, 0, ""}})
	town := &Context{Level: LevelTown}
	runRule(t, "T2-UNIT-21", []ruleCase{{"below", with(z(), m("t2.fees.amount", 9999)), town, 0, ""}, {"boundary", with(z(), m("t2.fees.amount", 10000)), town, 1, ""},
		{"a government may", with(z(), m("t2.fees.amount", 10000)), &Context{Level: LevelGovernment}, 0, ""},
		{"too many decimals", set(z(), "t2.fees.amount", "0.0000001"), nil, 1, ""}, {"blank", blank(z(), "t2.fees.amount"), town, 0, ""}})
	runRule(t, "T2-RULES-ORGAN", []ruleCase{{"none", z(), town, 0, ""}, {"town", with(z(), m("t2.rules.made", 1, "t2.rules.in_force", 1)), town, 1, ""},
		{"by name", with(z(), m("t2.rules.in_force", 1)), nil, 1, ""}, {"power", with(z(), m("t2.rules.in_force", 1)), &Context{Governs: true}, 0, ""}, {"blank", blank(z(), "t2.rules.made"), town, 0, ""}})
	runRule(t, "T2-NORM-MANY", []ruleCase{{"nine", with(z(), m("t2.normative.made", 9, "t2.normative.in_force", 9)), town, 0, ""}, {"ten", with(z(), m("t2.normative.made", 10, "t2.normative.in_force", 10)), town, 1, ""},
		{"department", with(z(), m("t2.normative.made", 10, "t2.normative.in_force", 10)), &Context{Level: LevelDepartment}, 0, ""}, {"blank", blank(z(), "t2.normative.made"), town, 0, ""}})
	fee := func(amount int, six string) *Report {
		r := set(z(), "t2.fees.amount", FormatMicro(int64(amount)*100))
		r.Chapters[5] = six
		return r
	}
	runRule(t, "T2-FEE-6", []ruleCase{{"exactly", fee(380, "本年度收取信息处理费380元。"), nil, 0, ""}, {"less", fee(379, "本年度收取信息处理费380元。"), nil, 1, ""},
		{"none charged", fee(0, "本年度没有收取信息处理费。"), nil, 0, ""}, {"last year's", fee(0, "2022年收取信息处理费380元，本年度没有收取。"), nil, 0, ""},
		{"blank", blank(fee(0, "收取信息处理费380元。"), "t2.fees.amount"), nil, 0, ""}})
	runRule(t, "T3-UNPAID", []ruleCase{{"none", z(), nil, 0, ""}, {"said", with(z(), m("t3.other_unpaid.total", 1)), nil, 0, ""},
		{"unsaid", func() *Report { r := with(z(), m("t3.other_unpaid.total", 1)); r.Chapters[5] = "无"; return r }(), nil, 1, ""}})
}

func TestRulesOverYears(t *testing.T) {
	z := func(cells map[string]int64) *Report { return with(zeros("2021", 2023), cells) }
	last := func(cells map[string]int64) *Context { return &Context{Last: with(zeros("2021", 2022), cells)} }
	type m = map[string]int64
	runRule(t, "T3-CARRY-YEAR", []ruleCase{{"without last year", z(m{"t3.carried_in.total": 2}), nil, 0, ""},
		{"meets", z(m{"t3.carried_in.total": 2}), last(m{"t3.carried_out.total": 2}), 0, ""},
		{"differs", z(m{"t3.carried_in.total": 2, "t3.carried_in.natural": 2}), last(m{"t3.carried_out.total": 1, "t3.carried_out.natural": 1}), 2, ""},
		{"blank", blank(z(nil), "t3.carried_in.total"), last(m{"t3.carried_out.total": 1}), 0, ""},
		{"not the year before", z(m{"t3.carried_in.total": 2}), &Context{Last: zeros("2021", 2021)}, 0, ""},
		{"across editions", with(zeros("2021", 2021), m{"t3.carried_in.total": 2}), &Context{Last: zeros("2019", 2020)}, 1, ""}})
	runRule(t, "T3-YOY", []ruleCase{{"five times", z(m{"t3.new.total": 50}), last(m{"t3.new.total": 10}), 0, ""}, {"more", z(m{"t3.new.total": 51}), last(m{"t3.new.total": 10}), 1, ""},
		{"small base", z(m{"t3.new.total": 51}), last(m{"t3.new.total": 9}), 0, ""}, {"a fifth", z(m{"t3.new.total": 2}), last(m{"t3.new.total": 10}), 0, ""}, {"less", z(m{"t3.new.total": 1}), last(m{"t3.new.total": 10}), 1, ""}})
	runRule(t, "T4-AFTER", []ruleCase{{"none", z(nil), last(nil), 0, ""}, {"from nowhere", z(m{"t4.after.total": 1}), last(nil), 1, ""}, {"reviewed last year", z(m{"t4.after.total": 1}), last(m{"t4.review.total": 1}), 0, ""},
		{"unknown", blank(z(m{"t4.after.total": 1}), "t4.review.total"), last(nil), 0, ""}})
	runRule(t, "T4-PENDING-YEAR", []ruleCase{{"finished", z(m{"t4.review.upheld": 2}), last(m{"t4.review.pending": 2}), 0, ""}, {"lost", z(m{"t4.review.upheld": 1}), last(m{"t4.review.pending": 2}), 1, ""},
		{"still pending", z(m{"t4.review.pending": 1}), last(m{"t4.review.pending": 2}), 0, ""}, {"blank", blank(z(nil), "t4.review.other"), last(m{"t4.review.pending": 2}), 0, ""}})
	runRule(t, "T4-VS-T3", []ruleCase{{"none", z(nil), last(nil), 0, ""}, {"from nowhere", z(m{"t4.review.total": 1}), last(nil), 1, ""}, {"answered last year", z(m{"t4.review.total": 1}), last(m{"t3.result_total.total": 1}), 0, ""}})
	runRule(t, "T2-VALID-YEAR", []ruleCase{{"meets", z(m{"t2.normative.in_force": 7, "t2.normative.made": 3, "t2.normative.repealed": 1}), last(m{"t2.normative.in_force": 5}), 0, ""},
		{"differs", z(m{"t2.normative.in_force": 8, "t2.normative.made": 3, "t2.normative.repealed": 1}), last(m{"t2.normative.in_force": 5}), 1, ""},
		{"2021 has no last year to compare", with(zeros("2021", 2021), m{"t2.normative.in_force": 8}), &Context{Last: zeros("2019", 2020)}, 0, ""},
		{"blank", blank(z(nil), "t2.normative.in_force"), last(m{"t2.normative.in_force": 5}), 0, ""}})
	runRule(t, "T2-19-ITEMS", []ruleCase{{"meets", with(zeros("2019", 2020), m{"t2.licence.last_year": 10}), &Context{Last: with(zeros("2019", 2019), m{"t2.licence.last_year": 12, "t2.licence.change": -2})}, 0, ""},
		{"differs", with(zeros("2019", 2020), m{"t2.licence.last_year": 12}), &Context{Last: with(zeros("2019", 2019), m{"t2.licence.last_year": 12, "t2.licence.change": -2})}, 1, ""}})
}

func TestTreeRules(t *testing.T) {
	child := func() *Report { return busy("2021", 2023) }
	parent := with(zeros("2021", 2023), nil)
	for i, v := range child().Values {
		parent.Values[i] = Num(2 * v.N)
	}
	short := parent.Clone()
	short.Set("t3.new.total", Num(29))
	c := &Context{Children: []*Report{child(), child()}}
	runRule(t, "H-SUM", []ruleCase{{"equal", parent, c, 0, ""}, {"one short", short, c, 1, ""}, {"no children", short, nil, 0, ""},
		{"own figures count", parent, &Context{Children: []*Report{child()}, Own: child()}, 0, ""},
		{"a blank child is not assessed", short, &Context{Children: []*Report{child(), blank(child(), "t3.new.total")}}, 0, ""}})
	less := parent.Clone()
	less.Set("t3.new.total", Num(child().Get("t3.new.total").N-1))
	runRule(t, "H-CHILD", []ruleCase{{"twice as much", parent, c, 0, ""}, {"less than each of two", less, c, 2, ""}, {"no children", less, nil, 0, ""},
		{"a blank total is not assessed", blank(less.Clone(), "t3.new.total"), c, 0, ""}})
	runRule(t, "H-MISSING", []ruleCase{{"none", parent, c, 0, ""}, {"two", parent, &Context{Missing: []string{"甲镇", "乙乡"}}, 1, ""}})
}

func TestWholeReportRules(t *testing.T) {
	edit := func(f func(*Report)) *Report { r := zeros("2021", 2023); f(r); return r }
	runRule(t, "D-FORMAT-VER", []ruleCase{{"fits", zeros("2021", 2023), nil, 0, ""}, {"old form", zeros("2019", 2023), nil, 1, ""}, {"boundary", zeros("2019", 2020), nil, 0, ""}, {"first year", zeros("2019", 2021), nil, 1, ""}})
	title := func(s string) *Report { return edit(func(r *Report) { r.Title = s }) }
	runRule(t, "D-TITLE", []ruleCase{{"official", zeros("2021", 2023), nil, 0, ""}, {"none", title(""), nil, 1, ""}, {"word order", title("柳河镇政府信息公开工作2023年度报告"), nil, 1, ""},
		{"other year", title("柳河镇2022年政府信息公开工作年度报告"), nil, 1, ""}, {"no organ", title("2023年政府信息公开工作年度报告"), nil, 1, ""}, {"short form", title("柳河镇2023年政府信息公开年度报告"), nil, 1, Warning},
		{"年度", title("柳河镇2023年度政府信息公开工作年度报告"), nil, 0, ""}})
	runRule(t, "D-CHAPTERS", []ruleCase{{"all", zeros("2021", 2023), nil, 0, ""}, {"one missing", edit(func(r *Report) { r.Headings[3] = "" }), nil, 1, ""},
		{"ordinal lost", edit(func(r *Report) { r.Headings[0] = "1、 总体情况" }), nil, 1, Warning}, {"no ordinal", edit(func(r *Report) { r.Headings[5] = "其他需要报告的事项" }), nil, 1, Warning},
		{"longer variant", edit(func(r *Report) {
			r.Headings[3] = "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"
		}), nil, 0, ""},
		{"filled in, not read", edit(func(r *Report) { r.Headings = make([]string, 6) }), nil, 0, ""},
		{"a heading without text", edit(func(r *Report) { r.Chapters[0], r.Intro = "", "" }), nil, 1, Error}})
	dated := func(y, m, d int) *Report { return edit(func(r *Report) { r.Dated = law.Day(y, m, d) }) }
	dep := &Context{Level: LevelDepartment}
	runRule(t, "D-DATE", []ruleCase{{"none", zeros("2021", 2023), dep, 0, ""}, {"in time", dated(2024, 1, 31), dep, 0, ""}, {"late", dated(2024, 2, 1), dep, 1, Error},
		{"a town has no statutory date", dated(2024, 2, 13), &Context{Level: LevelTown}, 0, ""}, {"unless set locally", dated(2024, 2, 13), &Context{Level: LevelTown, Deadline: law.Day(2024, 1, 20)}, 1, Error},
		{"government until March", dated(2024, 3, 31), &Context{Level: LevelGovernment}, 0, ""}, {"before the year ended", dated(2023, 12, 20), nil, 1, Warning},
		{"published before written", dated(2024, 1, 20), &Context{Published: law.Day(2024, 1, 19)}, 1, Warning},
		{"signed by another", edit(func(r *Report) { r.Signature = "清水县青山乡人民政府" }), nil, 1, Warning}, {"signed short", edit(func(r *Report) { r.Signature = "柳河镇人民政府" }), nil, 0, ""}})
}
