package oversight

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// SurveyRule is why surveys are kept: 社会评议 is a duty of governments.
func SurveyRule() law.Cite {
	return law.Cite{Instrument: regulation, Number: regulationNumber, Article: "第四十六条", Paraphrase: "各级政府应当建立社会评议制度，定期对政府信息公开工作进行评议。"}
}

// MinSample is how many answers there must be before shares are shown.
const MinSample = 30

// QuestionKind is how a question of a survey is answered.
type QuestionKind string

// The kinds.
const (
	OneOf   QuestionKind = "one"   // 单选
	ManyOf  QuestionKind = "many"  // 多选
	Scale   QuestionKind = "scale" // 打分
	Written QuestionKind = "text"  // 填空
)

// Chinese is the kind as people type it.
func (k QuestionKind) Chinese() string {
	return map[QuestionKind]string{OneOf: "单选", ManyOf: "多选", Scale: "打分", Written: "填空"}[k]
}

// A SurveyQuestion is one question of a survey.
type SurveyQuestion struct {
	Kind    QuestionKind `json:"kind"`
	Text    string       `json:"text"`
	Options []string     `json:"options,omitempty"` // of 单选 and 多选
	Low     int          `json:"low,omitempty"`     // of 打分
	High    int          `json:"high,omitempty"`
	Must    bool         `json:"must,omitempty"`
}

// Choices are what one can choose, in order; none for 填空.
func (q SurveyQuestion) Choices() []string {
	if q.Kind != Scale {
		return q.Options
	}
	var out []string
	for n := q.Low; n <= q.High; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// SurveyState is where a survey stands.
type SurveyState string

// The states.
const (
	SurveyDraft  SurveyState = "draft"
	SurveyOpen   SurveyState = "open"
	SurveyClosed SurveyState = "closed"
)

// Chinese is the state on screen.
func (s SurveyState) Chinese() string {
	return map[SurveyState]string{SurveyDraft: "编写中", SurveyOpen: "进行中", SurveyClosed: "已结束"}[s]
}

// A Survey is one 社会评议: questions to the public for a time.
type Survey struct {
	ID          int64
	Organ       int64
	Number      string // in its public address
	Year        int
	Title       string
	Intro       string
	Questions   []SurveyQuestion
	Opens       law.Date
	Closes      law.Date
	Web         bool // people answer on the web
	Paper       bool // paper from the hall is entered
	OpenResults bool // results are public once it is over
	State       SurveyState
	Version     int64
}

// Running reports whether answers are taken on the day.
func (s Survey) Running(d law.Date) bool {
	return s.State == SurveyOpen && !d.Before(s.Opens) && !d.After(s.Closes)
}

// Bounds of a survey.
const (
	maxSurveyQuestions = 40
	maxSurveyOptions   = 12
	MaxSurveyText      = 500 // characters of a written answer
)

// Check reports in Chinese what is wrong with a survey, by field.
func (s Survey) Check() map[string]string {
	bad := map[string]string{}
	if m := badText(s.Title, 60, false); m != "" {
		bad["title"] = m
	}
	if strings.TrimSpace(s.Title) == "" {
		bad["title"] = "请写题目，例如“2026年政府信息公开工作社会评议”。"
	}
	if m := badText(s.Intro, 500, true); m != "" {
		bad["intro"] = m
	}
	if len(s.Questions) == 0 && bad["questions"] == "" {
		bad["questions"] = "请至少写一道题。"
	}
	switch {
	case !s.Opens.Valid():
		bad["opens"] = "请写开始的日期。"
	case !s.Closes.Valid():
		bad["closes"] = "请写结束的日期。"
	case s.Closes.Before(s.Opens):
		bad["closes"] = "结束的日期早于开始的日期。"
	case s.Closes.DaysSince(s.Opens) > 400:
		bad["closes"] = "评议最长一年。"
	}
	if !s.Web && !s.Paper {
		bad["web"] = "请至少选择一种渠道：网上填写，或者大厅纸质问卷。"
	}
	if s.Organ == 0 {
		bad["organ"] = "请选择开展评议的机关。"
	}
	return bad
}

// Begin opens a survey that was written.
func (s *Survey) Begin(today law.Date) error {
	switch {
	case s.State != SurveyDraft:
		return act.Refuse("评议" + s.State.Chinese() + "，不能再开始。")
	case today.After(s.Closes):
		return act.Refuse("结束的日期" + s.Closes.Chinese() + "已经过去，请先修改日期。")
	}
	s.State = SurveyOpen
	return nil
}

// End closes a survey that runs.
func (s *Survey) End(today law.Date) error {
	if s.State != SurveyOpen {
		return act.Refuse("评议" + s.State.Chinese() + "。")
	}
	s.State = SurveyClosed
	if today.Before(s.Closes) && !today.Before(s.Opens) {
		s.Closes = today
	}
	return nil
}

// A SurveyAnswer is what one person said: choices by question, and what was
// written.
type SurveyAnswer struct {
	Chosen [][]int  // by question, indices of Choices, ascending
	Texts  []string // by question, "" where it is not 填空
}

// CheckAnswer reports in Chinese what is wrong with an answer, by question, or
// nothing. It puts the choices in order.
func (s Survey) CheckAnswer(a *SurveyAnswer) map[int]string {
	bad := map[int]string{}
	chosen, texts := make([][]int, len(s.Questions)), make([]string, len(s.Questions))
	any := false
	for i, q := range s.Questions {
		if i < len(a.Chosen) && q.Kind != Written {
			chosen[i] = slices.Compact(slices.Sorted(slices.Values(a.Chosen[i])))
		}
		if i < len(a.Texts) && q.Kind == Written {
			texts[i] = strings.TrimSpace(a.Texts[i])
		}
		n := len(q.Choices())
		switch {
		case slices.ContainsFunc(chosen[i], func(c int) bool { return c < 0 || c >= n }):
			bad[i] = "请从列出的选项中选择。"
		case q.Kind != ManyOf && len(chosen[i]) > 1:
			bad[i] = "只能选择一项。"
		case q.Must && q.Kind != Written && len(chosen[i]) == 0:
			bad[i] = "请选择。"
		case q.Must && q.Kind == Written && texts[i] == "":
			bad[i] = "请填写。"
		}
		if m := badText(texts[i], MaxSurveyText, true); m != "" {
			bad[i] = m
		}
		any = any || len(chosen[i]) > 0 || texts[i] != ""
	}
	if !any && len(bad) == 0 && len(s.Questions) > 0 {
		bad[0] = "请至少回答一道题。"
	}
	a.Chosen, a.Texts = chosen, texts
	return bad
}

// SurveyCounts is how often each choice was chosen.
type SurveyCounts struct {
	Answers   int // of the whole survey
	Web       int // of these on the web
	Questions []QuestionCounts
}

// QuestionCounts are those of one question.
type QuestionCounts struct {
	Given  int   // who answered it
	Counts []int // by choice
	Sum    int   // of points, of 打分
}

// NewCounts is empty counts of a survey.
func (s Survey) NewCounts() SurveyCounts {
	c := SurveyCounts{Questions: make([]QuestionCounts, len(s.Questions))}
	for i, q := range s.Questions {
		c.Questions[i].Counts = make([]int, len(q.Choices()))
	}
	return c
}

// Add counts one answer. What does not fit the questions counts for nothing.
func (c *SurveyCounts) Add(s Survey, a SurveyAnswer, web bool) {
	c.Answers++
	if web {
		c.Web++
	}
	for i := range s.Questions {
		if i >= len(a.Chosen) || i >= len(c.Questions) {
			break
		}
		q := &c.Questions[i]
		given := i < len(a.Texts) && a.Texts[i] != ""
		for _, n := range a.Chosen[i] {
			if n >= 0 && n < len(q.Counts) {
				q.Counts[n]++
				q.Sum += s.Questions[i].Low + n
				given = true
			}
		}
		if given {
			q.Given++
		}
	}
}

// Share is how many of those who answered chose this, in percent; "" below the
// smallest sample.
func (q QuestionCounts) Share(choice int) string {
	if q.Given < MinSample || choice < 0 || choice >= len(q.Counts) {
		return ""
	}
	return fmt.Sprintf("%d%%", (200*q.Counts[choice]+q.Given)/(2*q.Given))
}

// Mean is the mean of the points with one decimal; "" below the smallest sample.
func (q QuestionCounts) Mean() string {
	if q.Given < MinSample {
		return ""
	}
	tenths := (20*q.Sum + q.Given) / (2 * q.Given)
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// ParseSurvey reads questions as people type them: a line with the kind in front
// (单选：, 多选：, 打分：, 填空：), the options below, one a line with a dash; a
// question with （必答） has to be answered; 打分 goes from 1 to 5 unless two
// numbers stand at the end of its line, as 0-10. message says what cannot be read.
func ParseSurvey(s string) (questions []SurveyQuestion, message string) {
	var q *SurveyQuestion
	begin := 0
	done := func() string {
		if q == nil {
			return ""
		}
		if (q.Kind == OneOf || q.Kind == ManyOf) && len(q.Options) < 2 {
			return fmt.Sprintf("第%d行的%s题至少要有两个选项，每个选项一行，前面加“-”。", begin, q.Kind.Chinese())
		}
		questions = append(questions, *q)
		q = nil
		return ""
	}
	for i, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		l = strings.TrimSpace(strings.ReplaceAll(l, "\u3000", " "))
		if m := badText(l, 200, false); m != "" {
			return nil, fmt.Sprintf("第%d行：%s", i+1, m)
		}
		if l == "" {
			continue
		}
		if option, is := cutDash(l); is {
			switch {
			case q == nil || q.Kind == Scale || q.Kind == Written:
				return nil, fmt.Sprintf("第%d行是选项，它上面没有单选或多选的题目。", i+1)
			case option == "":
				return nil, fmt.Sprintf("第%d行的选项是空的。", i+1)
			case len(q.Options) == maxSurveyOptions:
				return nil, fmt.Sprintf("第%d行：一道题最多%d个选项。", i+1, maxSurveyOptions)
			}
			q.Options = append(q.Options, option)
			continue
		}
		if m := done(); m != "" {
			return nil, m
		}
		next, ok := questionOf(withoutNumber(l))
		if !ok {
			return nil, fmt.Sprintf("第%d行看不出是哪种题。请在前面写“单选：”“多选：”“打分：”或“填空：”，选项前加“-”。", i+1)
		}
		if next.Text == "" {
			return nil, fmt.Sprintf("第%d行没有题目。", i+1)
		}
		if len(questions) == maxSurveyQuestions {
			return nil, fmt.Sprintf("最多%d道题。", maxSurveyQuestions)
		}
		q, begin = &next, i+1
	}
	return questions, done()
}

func cutDash(l string) (string, bool) {
	for _, d := range []string{"-", "－", "—", "·", "•"} {
		if rest, ok := strings.CutPrefix(l, d); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return "", false
}

func questionOf(l string) (q SurveyQuestion, ok bool) {
	for _, k := range []QuestionKind{OneOf, ManyOf, Scale, Written} {
		rest, is := strings.CutPrefix(l, k.Chinese())
		if !is {
			continue
		}
		rest = strings.TrimSpace(rest)
		rest, is = strings.CutPrefix(rest, "：")
		if !is {
			if rest, is = strings.CutPrefix(rest, ":"); !is {
				return q, false
			}
		}
		q = SurveyQuestion{Kind: k, Text: strings.TrimSpace(rest)}
		for _, m := range []string{"（必答）", "(必答)"} {
			if strings.Contains(q.Text, m) {
				q.Must, q.Text = true, strings.TrimSpace(strings.ReplaceAll(q.Text, m, ""))
			}
		}
		if k == Scale {
			q.Low, q.High = 1, 5
			if i := strings.LastIndex(q.Text, " "); i > 0 {
				if a, b, two := strings.Cut(strings.TrimSpace(q.Text[i+1:]), "-"); two {
					low, e1 := strconv.Atoi(a)
					high, e2 := strconv.Atoi(b)
					if e1 == nil && e2 == nil && low >= 0 && high > low && high <= 10 {
						q.Low, q.High, q.Text = low, high, strings.TrimSpace(q.Text[:i])
					}
				}
			}
		}
		return q, true
	}
	return q, false
}

// SurveyText writes questions as ParseSurvey reads them.
func SurveyText(questions []SurveyQuestion) string {
	var b strings.Builder
	for _, q := range questions {
		b.WriteString(q.Kind.Chinese() + "：" + q.Text)
		if q.Must {
			b.WriteString("（必答）")
		}
		if q.Kind == Scale && (q.Low != 1 || q.High != 5) {
			fmt.Fprintf(&b, " %d-%d", q.Low, q.High)
		}
		b.WriteByte('\n')
		for _, o := range q.Options {
			b.WriteString("- " + o + "\n")
		}
		b.WriteByte('\n')
	}
	return b.String()
}
