package oversight

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// notAllowed checks that something was refused in these words.
func notAllowed(t *testing.T, err error, words string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Text, words) {
		t.Errorf("want a refusal with %q, got %v", words, err)
	}
}

func passes(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A quarter from scoring to the final score: nothing is skipped, two people look
// at it, and what was announced changes only by a reasoned review.
func TestAQuarterFromScoringToTheFinalScore(t *testing.T) {
	s, _ := ShippedScheme("T")
	r := &Round{Name: "一季度考评", Year: 2026, Period: PeriodQuarter, Number: 1, State: RoundScoring}
	if bad := r.Check(s); len(bad) > 0 {
		t.Fatal(bad)
	}
	a := NewAssessment(s, r.Period, 7)
	facts := map[string]map[string]Fact{
		"1.1": {"": {N: 2, Of: 2}}, "1.2": {"": {N: 1, Each: []int64{1, 0, 0}}}, "1.3": {"": {N: 4, Of: 4}}, "1.4": {"late": {}},
		"2.1": {"": {N: 9, Of: 10}}, "2.2": {"open": {}}, "3.1": {"file": {Done: true}, "publish": {Done: true, Days: 3}, "back": {N: 1}, "alike": {State: FactFailed}},
	}
	a.Freeze(s, r, facts)
	if a.Failed != 1 || a.Mark("3.1").State != MarkOpen || a.Mark("2.3").State != MarkOpen {
		t.Fatalf("a measure that failed was scored: %+v", a.Totals)
	}
	notAllowed(t, r.Submit(scorer, a.Open, a.Waits, scoreDay), "还有 4 处待评")
	give := func(key, points, why string) error {
		p, err := ParsePoints(points)
		passes(t, err)
		return a.Give(s, r, scorer, key, a.Mark(key).Version, p, why, []ScoreFile{{File: 1}}, scoreDay)
	}
	notAllowed(t, give("2.3", "26", "多给"), "应在 0 分到 25 分之间")
	notAllowed(t, give("2.3", "20", ""), "请写明评分理由")
	notAllowed(t, give("2.1", "20", "直接给"), "按数据计分，不能直接给分")
	notAllowed(t, a.Give(s, r, scorer, "4.1", 0, 2000, "", nil, scoreDay), "须附证据")
	passes(t, give("2.3", "20", "更新慢"))
	if err := a.Give(s, r, leader, "2.3", 0, 2100, "晚一步", nil, scoreDay); !errors.Is(err, ErrChanged) {
		t.Errorf("somebody overwrote a score he had not seen: %v", err)
	}
	passes(t, give("4.1", "18", "公开栏旧"))
	passes(t, a.LookedAt(s, r, scorer, "3.1", a.Mark("3.1").Version, scoreDay))
	passes(t, a.LookedAt(s, r, scorer, "5.2", 0, scoreDay))
	// 3.1: published late −5, returned once −1, the measure that failed was looked at.
	if m := a.Mark("3.1"); m.Points != 4*Point || m.State != MarkScored {
		t.Errorf("3.1: %s %s", m.Points, m.State)
	}
	passes(t, a.AskBonus(s, r, head, "5.1", 0, ScoreEvent{Key: "honour", Count: 1, Text: "市里表彰", Files: []ScoreFile{{File: 2}}}, scoreDay))
	if a.Bonus != 0 || a.Waits != 1 {
		t.Error("a bonus counted before it was granted")
	}
	notAllowed(t, r.Submit(scorer, a.Open, a.Waits, scoreDay), "加分申请没有核定")
	notAllowed(t, a.DecideBonus(s, r, scorer, "5.1", a.Mark("5.1").Version, 1, false, 0, "", scoreDay), "不予认定的理由")
	passes(t, a.DecideBonus(s, r, scorer, "5.1", a.Mark("5.1").Version, 1, true, 1, "", scoreDay))

	notAllowed(t, r.Announce(scorer, scoreDay, scoreDay.AddDays(7), false), "经另一人复核后才能公布")
	passes(t, r.Submit(scorer, a.Open, a.Waits, scoreDay))
	notAllowed(t, give("2.3", "25", ""), "已送复核，不能改分")
	notAllowed(t, r.Review(scorer, false, scoreDay), "不能复核自己的评分")
	notAllowed(t, r.Review(leader, true, scoreDay), "不能复核自己的评分")
	notAllowed(t, r.Return(leader, " "), "写明退回的原因")
	passes(t, r.Return(leader, "4.1 与照片不符"))
	passes(t, give("4.1", "17", "改"))
	passes(t, r.Submit(scorer, a.Open, a.Waits, scoreDay))
	notAllowed(t, r.ReviewOnPaper(scorer, "", scoreDay, scoreDay), "签字人")
	notAllowed(t, r.ReviewOnPaper(scorer, "张领导", scoreDay.AddDays(1), scoreDay), "签字日期")
	passes(t, r.Review(leader, false, scoreDay))
	passes(t, r.Announce(scorer, scoreDay, scoreDay.AddDays(7), false))
	notAllowed(t, give("2.3", "25", ""), "已经公布，不能直接改")
	before := a.Total

	x := &Appeal{Item: "4.1", Want: 20 * Point, Text: "公开栏3月已更换，附照片", Assessment: a.ID}
	late := *x
	notAllowed(t, a.Appeals(s, r, head, &late, scoreDay.AddDays(8)), "申诉截止日期是2026年4月17日")
	passes(t, a.Appeals(s, r, head, x, scoreDay))
	notAllowed(t, r.Close(1, scoreDay.AddDays(8)), "申诉没有办结")
	notAllowed(t, x.Decide(s, r, &a, scorer, true, 1900, "采信照片", scoreDay), "不能由您复核")
	notAllowed(t, x.Decide(s, r, &a, leader, true, 2100, "采信照片", scoreDay), "应在 0 分到 20 分之间")
	notAllowed(t, x.Decide(s, r, &a, leader, true, 1900, "", scoreDay), "复核的理由")
	passes(t, x.Decide(s, r, &a, leader, true, 1900, "采信照片，仍有一栏未更换", scoreDay))
	m := a.Mark("4.1")
	if a.Total != before+2*Point || m.Points != 19*Point || len(m.Past) != 1 || m.Past[0].Points != 17*Point || m.Past[0].Reason == "" {
		t.Errorf("corrected to %s, was %s: %+v", a.Total, before, m)
	}
	notAllowed(t, x.Withdraw(head, scoreDay), "不能撤回")
	notAllowed(t, r.Close(0, scoreDay.AddDays(7)), "还没有过")
	passes(t, r.Close(0, scoreDay.AddDays(8)))
	if r.State != RoundClosed {
		t.Error(r.State)
	}
}

// Organs assess themselves first where the scheme says so; the office does not
// score meanwhile.
func TestOrgansAssessThemselvesFirst(t *testing.T) {
	s, _ := ShippedScheme("E")
	s.Self = true
	r := &Round{Year: 2026, Period: PeriodYear, Number: 1, State: RoundSelf}
	a := NewAssessment(s, r.Period, 7)
	notAllowed(t, a.Give(s, r, scorer, "1.1", 0, 1500, "", nil, scoreDay), "机关自评阶段")
	notAllowed(t, a.AssessSelf(s, r, head, "1.1", 0, 1600, "好", nil, scoreDay), "0 分到 15 分")
	notAllowed(t, a.HandInSelf(s, r, head, scoreDay), "还没有自评")
	for _, m := range a.Marks {
		i, _ := s.Indicator(m.Key)
		passes(t, a.AssessSelf(s, r, head, m.Key, m.Version, i.Max, "", nil, scoreDay))
	}
	passes(t, a.HandInSelf(s, r, head, scoreDay))
	notAllowed(t, a.AssessSelf(s, r, head, "1.1", 1, 1400, "改", nil, scoreDay), "自评已经于")
	passes(t, r.BeginScoring())
	a.Reckon(s, r)
	if a.Total != 0 || a.Open == 0 {
		t.Error("what organs gave themselves became their score")
	}
}

// Figures that the program found can be replaced by hand with a reason, and taken
// back; what it found stays beside them.
func TestFiguresByHandStandBesideTheProgramsOwn(t *testing.T) {
	s, _ := ShippedScheme("T")
	r := &Round{Year: 2026, Period: PeriodQuarter, Number: 1, State: RoundScoring}
	a := NewAssessment(s, r.Period, 7)
	a.Freeze(s, r, map[string]map[string]Fact{"2.1": {"": {N: 3, Of: 10}}})
	if m := a.Mark("2.1"); m.Points != 0 || m.State != MarkScored {
		t.Fatalf("%+v", m)
	}
	notAllowed(t, a.Enter(s, r, scorer, "2.1", 0, Fact{N: 10, Of: 10}, "", nil, scoreDay), "数据的来源或改填的理由")
	notAllowed(t, a.Enter(s, r, scorer, "2.1", 0, Fact{N: 11, Of: 10}, "台账", nil, scoreDay), "分子不能大于分母")
	notAllowed(t, a.Enter(s, r, scorer, "2.1", 0, Fact{N: -1, Of: 10}, "台账", nil, scoreDay), "0 或正整数")
	notAllowed(t, a.Enter(s, r, scorer, "2.3", 0, Fact{N: 1}, "台账", nil, scoreDay), "不按数据计分")
	passes(t, a.Enter(s, r, scorer, "2.1", 0, Fact{N: 10, Of: 10}, "线下台账", nil, scoreDay))
	m := a.Mark("2.1")
	if m.Points != 20*Point || m.Facts[""].N != 3 {
		t.Errorf("%+v", m)
	}
	a.Freeze(s, r, map[string]map[string]Fact{"2.1": {"": {N: 4, Of: 10}}})
	if m = a.Mark("2.1"); m.Points != 20*Point || m.Facts[""].N != 4 {
		t.Errorf("counting again took away what was entered by hand: %+v", m)
	}
	passes(t, a.Clear(s, r, scorer, "2.1", m.Version, scoreDay))
	if m = a.Mark("2.1"); m.Points != 0 || m.By != 0 {
		t.Errorf("%+v", m)
	}
}

// A measure that fails after somebody relied on it has to be looked at again.
func TestAFailureAfterwardsOpensTheMarkAgain(t *testing.T) {
	s, _ := ShippedScheme("T")
	r := &Round{Year: 2026, Period: PeriodQuarter, Number: 1, State: RoundScoring}
	a := NewAssessment(s, r.Period, 7)
	known := map[string]Fact{"file": {Done: true}, "publish": {Done: true}, "alike": {State: FactAway}, "back": {}}
	a.Freeze(s, r, map[string]map[string]Fact{"3.1": known})
	passes(t, a.LookedAt(s, r, scorer, "3.1", 0, scoreDay))
	if a.Mark("3.1").State != MarkScored {
		t.Fatal("not scored")
	}
	broken := map[string]Fact{"file": {State: FactFailed}, "publish": {Done: true}, "alike": {State: FactAway}, "back": {}}
	a.Freeze(s, r, map[string]map[string]Fact{"3.1": broken})
	if a.Mark("3.1").State != MarkOpen {
		t.Error("a failure counts as nothing happened")
	}
}

// An event entered by mistake is taken out; one the organ asked for is not.
func TestEventsAreTakenOutByNumber(t *testing.T) {
	s, _ := ShippedScheme("T")
	r := &Round{Year: 2026, Period: PeriodQuarter, Number: 1, State: RoundScoring}
	a := NewAssessment(s, r.Period, 7)
	e := ScoreEvent{Key: "open", Count: 1, Text: "一条"}
	passes(t, a.AddEvent(s, r, scorer, "2.2", 0, e, scoreDay))
	notAllowed(t, a.AddEvent(s, r, scorer, "2.2", 1, ScoreEvent{Key: "nosuch", Count: 1, Text: "x"}, scoreDay), "哪一种情形")
	notAllowed(t, a.AddEvent(s, r, scorer, "2.2", 1, ScoreEvent{Key: "open", Text: "x"}, scoreDay), "1 或更大的整数")
	notAllowed(t, a.AddEvent(s, r, scorer, "2.2", 1, ScoreEvent{Key: "open", Count: 1}, scoreDay), "请写明具体情况")
	notAllowed(t, a.AddEvent(s, r, scorer, "2.3", 0, e, scoreDay), "不按次登记")
	passes(t, a.DropEvent(s, r, scorer, "2.2", 1, 1, scoreDay))
	if len(a.Mark("2.2").Events) != 0 {
		t.Error("still there")
	}
	if err := a.DropEvent(s, r, scorer, "2.2", 2, 1, scoreDay); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	passes(t, a.AskBonus(s, r, head, "5.1", 0, ScoreEvent{Key: "honour", Count: 2, Text: "两次", Files: []ScoreFile{{File: 2}}}, scoreDay))
	notAllowed(t, a.DropEvent(s, r, scorer, "5.1", 1, 1, scoreDay), "机关申请的加分")
	notAllowed(t, a.DecideBonus(s, r, scorer, "5.1", 1, 1, true, 3, "", scoreDay), "1 到申请的 2 之间")
	notAllowed(t, a.DecideBonus(s, r, scorer, "5.1", 1, 1, true, 1, "", scoreDay), "不予认定的理由")
	passes(t, a.DecideBonus(s, r, scorer, "5.1", 1, 1, true, 1, "一次不是上级", scoreDay))
	if a.Bonus != 3*Point {
		t.Error(a.Bonus)
	}
}

// A year is its quarters and its end by their weights, with bonuses and minus
// points as they are; a quarter that is missing leaves no total.
func TestYearFromItsRounds(t *testing.T) {
	s, _ := ShippedScheme("T") // quarters 60 %, year 40 %, bonus at most 10
	part := func(p ScorePeriod, n int, base, bonus, minus Points) YearPart {
		return YearPart{p, n, Totals{Base: base, Bonus: bonus, Minus: minus, Total: base + bonus - minus}}
	}
	parts := []YearPart{part(PeriodQuarter, 1, 8000, 300, 0), part(PeriodQuarter, 2, 9000, 500, 0), part(PeriodQuarter, 3, 8500, 400, 100), part(PeriodYear, 1, 9050, 0, 0)}
	y := s.YearTotal(2026, parts)
	if y.Whole() || !slices.Equal(y.Missing, []string{"2026年第四季度"}) {
		t.Errorf("missing %v", y.Missing)
	}
	parts = append(parts, part(PeriodQuarter, 4, 8700, 0, 0))
	y = s.YearTotal(2026, parts)
	// (80 + 90 + 85 + 87) / 4 × 60 % = 51.3; 90.5 × 40 % = 36.2; bonus 12, at most 10; minus 1.
	if !y.Whole() || y.Total.String() != "96.5" || y.Base.String() != "87.5" {
		t.Errorf("%+v", y)
	}
	parts[0].Vetoed, parts[0].Cap = true, 5900
	if y = s.YearTotal(2026, parts); y.Total != 5900 || !y.Vetoed {
		t.Errorf("vetoed in the first quarter: %+v", y)
	}
}

func TestRoundsHaveTheDaysOfTheirPeriod(t *testing.T) {
	for _, c := range []struct {
		p        ScorePeriod
		n        int
		from, to law.Date
		name     string
	}{
		{PeriodQuarter, 1, law.Day(2026, 1, 1), law.Day(2026, 3, 31), "2026年第一季度"},
		{PeriodQuarter, 4, law.Day(2026, 10, 1), law.Day(2026, 12, 31), "2026年第四季度"},
		{PeriodHalf, 2, law.Day(2026, 7, 1), law.Day(2026, 12, 31), "2026年下半年"},
		{PeriodYear, 1, law.Day(2026, 1, 1), law.Day(2026, 12, 31), "2026年度"},
	} {
		r := &Round{Year: 2026, Period: c.p, Number: c.n}
		if got := r.Span(); got.From != c.from || got.To != c.to || r.Term() != c.name {
			t.Errorf("%s %d: %v, %s", c.p, c.n, got, r.Term())
		}
	}
}

// A scheme for what is inside an organ covers nothing else.
func TestSchemesCoverTheirGroup(t *testing.T) {
	e, _ := ShippedScheme("E")
	d, _ := ShippedScheme("D")
	town, village := org.Organ{Kind: org.Town, Level: org.Township}, org.Organ{Kind: org.Village}
	if !e.Inner() || d.Inner() || !e.Covers(village) || e.Covers(town) || !d.Covers(town) || d.Covers(org.Organ{Kind: org.Town, Level: org.County}) {
		t.Error("groups are mixed up")
	}
}

// The list of deductions adds up to what was lost, also where the floor cuts it.
func TestDeductionsAddUp(t *testing.T) {
	s, _ := ShippedScheme("A")
	r := &Round{Year: 2026, Period: PeriodYear, Number: 1, State: RoundScoring}
	a := NewAssessment(s, r.Period, 7)
	for _, e := range []ScoreEvent{{Key: "file", Count: 1, Text: "迟报"}, {Key: "alike", Count: 1, Text: "与邻镇相同"}, {Key: "again", Count: 1, Text: "原样再报"}} {
		passes(t, a.AddEvent(s, r, scorer, "2.1", a.Mark("2.1").Version, e, scoreDay))
	}
	passes(t, a.LookedAt(s, r, scorer, "2.1", 3, scoreDay))
	passes(t, a.Enter(s, r, scorer, "5.1", 0, Fact{Each: []int64{1, 2, 1, 0}}, "第四季度未更新", nil, scoreDay))
	lost := Points(0)
	list := a.Deductions(s, r)
	for _, d := range list {
		lost -= d.Points
	}
	if len(list) != 4 || lost != 10*Point+125 || list[0].Detail != "迟报" || list[2].Points != 0 || list[3].Points != -125 {
		t.Errorf("lost %s: %+v", lost, list)
	}
}
