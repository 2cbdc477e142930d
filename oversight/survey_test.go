package oversight

import (
	"reflect"
	"strings"
	"testing"

	"gongkai/law"
)

const surveyText = `单选（必答）：您怎样了解本机关的信息？
- 政府网站
- 公开栏
- 其他

多选：您希望看到哪些内容？
- 财政资金
- 低保救助
打分：总体打分 0-10
打分：及时性
填空：还有什么建议？`

func readSurvey(t *testing.T) Survey {
	t.Helper()
	q, m := ParseSurvey(strings.Replace(surveyText, "单选（必答）：您", "单选：（必答）您", 1))
	if m != "" {
		t.Fatal(m)
	}
	return Survey{Organ: 5, Title: "社会评议", Questions: q, Opens: law.Day(2026, 3, 1), Closes: law.Day(2026, 3, 31), Web: true, State: SurveyDraft}
}

func TestSurveyIsReadAsPeopleTypeIt(t *testing.T) {
	s := readSurvey(t)
	if len(s.Questions) != 5 || !s.Questions[0].Must || s.Questions[0].Text != "您怎样了解本机关的信息？" || s.Questions[2].High != 10 || s.Questions[2].Text != "总体打分" || s.Questions[3].High != 5 || len(s.Questions[3].Choices()) != 5 {
		t.Errorf("%+v", s.Questions)
	}
	again, m := ParseSurvey(SurveyText(s.Questions))
	if m != "" || !reflect.DeepEqual(again, s.Questions) {
		t.Errorf("written and read again: %+v %s", again, m)
	}
	for text, says := range map[string]string{
		"您满意吗？":                      "看不出是哪种题",
		"单选：您满意吗？\n- 满意":             "至少要有两个选项",
		"- 满意":                       "没有单选或多选的题目",
		"填空：\n":                      "没有题目",
		"打分：总体\n- 1":                 "没有单选或多选的题目",
		"单选：甲\n- \n- 乙":              "选项是空的",
		"单选：甲\x02\n- a":              "无法显示",
		strings.Repeat("填空：甲\n", 41): "最多40道题",
	} {
		if _, got := ParseSurvey(text); !strings.Contains(got, says) {
			t.Errorf("%.20q: %q", text, got)
		}
	}
	if bad := s.Check(); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
	s.Web = false
	if bad := s.Check(); bad["web"] == "" {
		t.Error("a survey without a way to answer")
	}
}

func TestSurveyRunsInItsTime(t *testing.T) {
	s := readSurvey(t)
	if s.Running(law.Day(2026, 3, 5)) {
		t.Error("a draft runs")
	}
	refused(t, s.Begin(law.Day(2026, 4, 1)), "已经过去")
	if err := s.Begin(law.Day(2026, 2, 20)); err != nil {
		t.Fatal(err)
	}
	for d, want := range map[law.Date]bool{law.Day(2026, 2, 28): false, law.Day(2026, 3, 1): true, law.Day(2026, 3, 31): true, law.Day(2026, 4, 1): false} {
		if s.Running(d) != want {
			t.Errorf("%s: %v", d, !want)
		}
	}
	refused(t, s.Begin(law.Day(2026, 3, 2)), "进行中")
	if err := s.End(law.Day(2026, 3, 20)); err != nil || s.Closes != law.Day(2026, 3, 20) {
		t.Errorf("%v %s", err, s.Closes)
	}
}

func TestAnswersOfASurveyAreChecked(t *testing.T) {
	s := readSurvey(t)
	good := SurveyAnswer{Chosen: [][]int{{0}, {1, 0, 1}, {10}, nil, nil}, Texts: []string{"", "", "", "", " 字大一点 "}}
	if bad := s.CheckAnswer(&good); len(bad) != 0 || !reflect.DeepEqual(good.Chosen[1], []int{0, 1}) || good.Texts[4] != "字大一点" {
		t.Errorf("%v %+v", bad, good)
	}
	for i, a := range map[int]SurveyAnswer{
		0: {Chosen: [][]int{{0, 1}}}, 1: {Chosen: [][]int{{0}, {7}}}, 2: {Chosen: [][]int{{0}, nil, {11}}}, 3: {Chosen: [][]int{{0}, nil, nil, {-1}}}, 4: {Chosen: [][]int{{0}}, Texts: []string{"", "", "", "", strings.Repeat("长", 501)}},
	} {
		if bad := s.CheckAnswer(&a); bad[i] == "" {
			t.Errorf("question %d: %v", i, bad)
		}
	}
	if bad := s.CheckAnswer(&SurveyAnswer{}); bad[0] == "" {
		t.Error("an empty answer")
	}
}

// Shares of a few people are never shown.
func TestSharesNeedASample(t *testing.T) {
	s := readSurvey(t)
	c := s.NewCounts()
	for i := range MinSample {
		if i == MinSample-1 && (c.Questions[0].Share(0) != "" || c.Questions[3].Mean() != "") {
			t.Error("29 answers are shown as a share")
		}
		c.Add(s, SurveyAnswer{Chosen: [][]int{{i % 2}, nil, nil, {i % 5}, nil}, Texts: make([]string, 5)}, i%3 == 0)
	}
	if c.Answers != 30 || c.Web != 10 || c.Questions[0].Share(0) != "50%" || c.Questions[0].Share(2) != "0%" || c.Questions[3].Mean() != "3.0" || c.Questions[1].Given != 0 || c.Questions[1].Share(0) != "" {
		t.Errorf("%+v", c)
	}
	c.Add(s, SurveyAnswer{Chosen: [][]int{{99}, {-1}}}, true)
	if c.Questions[0].Given != 30 {
		t.Error("what does not fit is counted")
	}
}
