package oversight

import (
	"reflect"
	"strings"
	"testing"

	"gongkai/law"
)

const testText = `1. 申请公开政府信息的答复期限是多少？
A. 15个工作日
*B. 20个工作日
C. 30日

2、下列哪些不予公开？
*A、国家秘密
＊B、危及公共安全的
C、预算`

func TestTestIsReadAsPeopleTypeIt(t *testing.T) {
	q, message := ParseTest(testText)
	if message != "" || len(q) != 2 {
		t.Fatalf("%d questions: %s", len(q), message)
	}
	if q[0].Text != "申请公开政府信息的答复期限是多少？" || !reflect.DeepEqual(q[0].Options, []string{"15个工作日", "20个工作日", "30日"}) || q[0].Many() || !q[1].Many() || !reflect.DeepEqual(q[1].Right, []int{0, 1}) {
		t.Errorf("%+v", q)
	}
	again, message := ParseTest(Test{Questions: q}.String())
	if message != "" || !reflect.DeepEqual(again, q) {
		t.Errorf("written and read again: %+v %s", again, message)
	}
	for text, says := range map[string]string{
		"只有题目":                                     "至少要有两个选项",
		"题\nA. 甲\nB. 乙":                            "没有标出正确的选项",
		"题\n*A. 甲\x01\n乙":                          "无法显示",
		strings.Repeat("题\n*甲\n乙\n\n", 61):         "最多60道题",
		"题\n*甲" + strings.Repeat("\n乙", 9) + "\n丙": "最多8个选项",
	} {
		if _, m := ParseTest(text); !strings.Contains(m, says) {
			t.Errorf("%.20q: %q", text, m)
		}
	}
	if q, m := ParseTest(" \n\n"); len(q) != 0 || m != "" {
		t.Errorf("no test: %v %s", q, m)
	}
}

func aTraining() Training {
	q, _ := ParseTest(testText)
	return Training{ID: 1, Organ: 5, Year: 2026, Title: "年度报告编制培训", State: TrainingPlanned, Test: Test{Questions: q, Pass: 60, Tries: 2}}
}

func TestTestIsScoredByWholeQuestions(t *testing.T) {
	x := aTraining().Test
	for want, given := range map[int][][]int{100: {{1}, {1, 0}}, 50: {{1}, {0}}, 0: {{0, 1}, {0, 1, 2}}} {
		if got := x.Score(given); got != want {
			t.Errorf("%v: %d, not %d", given, got, want)
		}
	}
	if x.Score(nil) != 0 || (Test{}).Score(nil) != 0 {
		t.Error("nothing answered is nothing right")
	}
}

func TestTrainingFromPlanToTest(t *testing.T) {
	x := aTraining()
	day := law.Day(2026, 3, 2)
	if bad := x.Check(); len(bad) > 0 {
		t.Fatalf("%v", bad)
	}
	if err := x.Summon([]Trainee{{ID: 1, Person: 9, Name: "甲", Must: true}, {ID: 2, Name: "乙", Unit: "某村", Must: true}, {ID: 3, Person: 9, Name: "甲"}, {Name: " "}}); err != nil || len(x.People) != 2 {
		t.Fatalf("%v: %+v", err, x.People)
	}
	refused(t, x.SignIn(Trainee{Person: 9}, "123456", 1), "签到没有开放")
	x.Code = "123456"
	refused(t, x.SignIn(Trainee{Person: 9}, "000000", 1), "签到号不对")
	if err := x.SignIn(Trainee{Person: 9, Name: "甲"}, "123456", 77); err != nil || x.People[0].Signed != 77 {
		t.Fatal(err)
	}
	if err := x.SignIn(Trainee{ID: 4, Person: 8, Name: "丙"}, "123456", 78); err != nil || len(x.People) != 3 {
		t.Fatal(err)
	}
	// The sheet adds who signed on paper and takes nobody away who signed by number.
	if err := x.SignSheet([]int64{2}, 99); err != nil || x.People[0].Signed != 77 || x.People[1].How != SignedSheet || len(x.Missing()) != 0 {
		t.Errorf("%v %+v", err, x.People)
	}
	if err := x.SignSheet(nil, 100); err != nil || x.People[1].Signed != 0 || x.Present() != 2 || len(x.Missing()) != 1 {
		t.Errorf("%v %+v", err, x.People)
	}
	refused(t, x.Excuse(1), "已签到")
	if err := x.Excuse(2); err != nil || len(x.People) != 2 {
		t.Error(err)
	}
	refused(t, x.Hold(law.Day(2026, 3, 3), "会议室", 90, 0, day), "不能晚于今天")
	if err := x.Hold(day, "会议室", 90, 3, day); err != nil || x.Present() != 5 {
		t.Errorf("%v, %d present", err, x.Present())
	}
	refused(t, x.Drop(), "不能取消")
	if _, err := x.Answer(7, [][]int{{1}, {0, 1}}); err == nil {
		t.Error("a stranger was tested")
	}
	if n, err := x.Answer(9, [][]int{{0}, {0}}); err != nil || n != 0 || x.People[0].Tries != 1 || x.People[0].Passed {
		t.Errorf("%d %v", n, err)
	}
	if n, err := x.Answer(9, [][]int{{1}, {0, 1}}); err != nil || n != 100 || !x.People[0].Passed || x.People[0].Best != 100 {
		t.Errorf("%d %v", n, err)
	}
	_, err := x.Answer(9, [][]int{{1}, {0, 1}})
	refused(t, err, "已经通过")
	for range 2 {
		if _, err := x.Answer(8, [][]int{{0}, {0}}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = x.Answer(8, [][]int{{1}, {0, 1}})
	refused(t, err, "最多2次")
}

func TestIncidentIsReportedBeforeItIsClosed(t *testing.T) {
	day := law.Day(2026, 3, 2)
	x := Incident{Organ: 5, Kind: Leak, Found: day, Content: IncidentContent{Title: "某文件", What: "某日发现"}}
	if bad := x.Check(day); bad["secrecy"] == "" || len(bad) != 1 {
		t.Errorf("a leak that everybody sees: %v", bad)
	}
	x.Secrecy = true
	if bad := x.Check(day); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
	if err := x.Add(IncidentStep{On: day, Text: "已撤下并清除缓存"}, day); err != nil {
		t.Fatal(err)
	}
	refused(t, x.Close("已清除", day), "必须报告")
	refused(t, x.Add(IncidentStep{On: law.Day(2026, 3, 1), To: "县保密局", Text: "报告"}, day), "发现之日")
	if err := x.Add(IncidentStep{On: day, To: "县保密局", Text: "书面报告"}, day); err != nil {
		t.Fatal(err)
	}
	if err := x.Close("已清除，未扩散。", day); err != nil || x.Closed != day {
		t.Error(err)
	}
	refused(t, x.Add(IncidentStep{On: day, Text: "x"}, day), "已经办结")
	for _, k := range IncidentKinds() {
		if text, cite := k.Duty(); text == "" || cite.Empty() || k.Chinese() == "" {
			t.Errorf("%s has no duty with its rule", k)
		}
	}
}

func TestEquipmentIsCheckedAndVisited(t *testing.T) {
	day := law.Day(2026, 3, 31)
	e := Equipment{Organ: 5, Kind: Cipher, Name: "涉密计算机", Place: "保密室", State: InUse, Every: 6}
	if bad := e.Check(day); bad["keeper"] == "" {
		t.Errorf("nobody answers for it: %v", bad)
	}
	e.KeeperName = "甲某"
	if bad := e.Check(day); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
	if err := e.Inspect(EquipmentCheck{On: day, Result: "封签完好", Good: true}, day); err != nil || e.NextCheck != law.Day(2026, 9, 30) {
		t.Errorf("%v, next on %s", err, e.NextCheck)
	}
	if err := e.Inspect(EquipmentCheck{On: day, Result: "开不了机"}, day); err != nil || e.State != InRepair {
		t.Errorf("%v %s", err, e.State)
	}
	refused(t, e.Visit(PlaceVisit{On: day, Persons: 3}, day), "只有查阅点")
	p := Equipment{Organ: 5, Kind: ReadingPoint, Name: "查阅点", Place: "大厅", State: InUse, Since: law.Day(2026, 1, 1)}
	refused(t, p.Visit(PlaceVisit{On: day}, day), "接待人次")
	refused(t, p.Visit(PlaceVisit{On: law.Day(2025, 12, 31), Persons: 1}, day), "才启用")
	refused(t, p.Visit(PlaceVisit{On: day, Persons: 1, Need: "13955550001 来查"}, day), "不写个人信息")
	if err := p.Visit(PlaceVisit{On: day, Persons: 12, Items: 20, Prints: 8, Need: "危房改造政策"}, day); err != nil || len(p.Visits) != 1 {
		t.Error(err)
	}
	if err := p.Retire(day, "移交档案室", day); err != nil || p.State != OutOfWork {
		t.Error(err)
	}
	refused(t, p.Visit(PlaceVisit{On: day, Persons: 1}, day), "停用")
	for _, c := range [][2]law.Date{{law.Day(2026, 1, 31), law.Day(2026, 2, 28)}, {law.Day(2025, 11, 30), law.Day(2025, 12, 30)}, {law.Day(2025, 12, 15), law.Day(2026, 1, 15)}} {
		if got := addMonths(c[0], 1); got != c[1] {
			t.Errorf("a month after %s: %s", c[0], got)
		}
	}
}

func TestSumsAsSentences(t *testing.T) {
	s := LedgerSums{Year: 2025, Trainings: TrainingSum{Sessions: 4, Minutes: 450, Persons: 210}, Visits: VisitSum{Points: 1, Days: 200, Persons: 500, Items: 700}, Surveys: 1, Answers: 88,
		Voices: map[VoiceKind]VoiceSum{Question: {Received: 10, Answered: 9, Published: 6}, Complaint: {Received: 1, Answered: 1}}}
	all := strings.Join(s.Sentences(), "")
	for _, w := range []string{"培训4次，共7.5小时，参加210人次", "查阅点1个，全年接待500人次，提供查阅700条。", "投诉、意见和问政11件（网络问政10件、公开工作投诉举报1件），已答复10件，公开问答6件", "社会评议1次，收回问卷88份"} {
		if !strings.Contains(all, w) {
			t.Errorf("the sums do not say %s: %s", w, all)
		}
	}
	if got := (LedgerSums{}).Sentences(); len(got) != 0 {
		t.Errorf("a year without anything says %v", got)
	}
}
