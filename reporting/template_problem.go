package reporting

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Became is what became of a problem that last year's report named.
type Became string

// What may have become of it.
const (
	BecameUnsaid  Became = ""        // nobody said yet
	BecameDone    Became = "done"    // 已经解决
	BecameOn      Became = "on"      // 有进展，继续改进
	BecameDropped Became = "dropped" // 不再列入
)

// Becames lists them in the order of the form.
func Becames() []Became { return []Became{BecameUnsaid, BecameDone, BecameOn, BecameDropped} }

// Chinese is what became of it on screen.
func (b Became) Chinese() string {
	return map[Became]string{BecameUnsaid: "还没有写", BecameDone: "已经解决", BecameOn: "有进展，继续改进", BecameDropped: "不是问题，不再列入"}[b]
}

// A ProblemNote says what became of one problem of last year's chapter 五.
type ProblemNote struct {
	Problem  string `json:"problem"` // the sentence as it stood
	Became   Became `json:"became"`
	Text     string `json:"text"`     // what was done, in free words
	Evidence string `json:"evidence"` // address of what shows it, for the office
}

// Bounds of the notes.
const (
	MaxProblems    = 40
	MaxProblemText = 400
)

// ProblemSentences are the sentences of last year's chapter 五, each of which may
// name a problem. Headings and what is too short to say anything are left out.
func ProblemSentences(chapter string) []string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(chapter, "\r", ""), "\n") {
		for s := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune("。；！？", r) }) {
			s = strings.TrimSpace(strings.Trim(s, "　"))
			if n := utf8.RuneCountInString(s); n < 6 || n > 300 || len(out) == MaxProblems || headsProblems(s) {
				continue
			}
			out = append(out, s)
		}
	}
	return out
}

// headsProblems reports whether a sentence only heads what follows: （一）存在的主要
// 问题, 改进情况：.
func headsProblems(s string) bool {
	bare := strings.TrimSpace(bareProblem(s))
	n := utf8.RuneCountInString(bare)
	for _, w := range []string{"问题", "不足", "改进情况", "改进措施", "整改情况", "整改措施", "下一步工作", "下步打算", "努力方向"} {
		if n <= 14 && strings.HasSuffix(bare, w) && !strings.ContainsAny(bare, "，") {
			return true
		}
	}
	return false
}

// bareProblem is a problem without its number: 一是解读不多 gives 解读不多.
func bareProblem(s string) string {
	r := []rune(s)
	switch {
	case len(r) > 3 && strings.ContainsRune("一二三四五六七八九", r[0]) && (r[1] == '是' || r[1] == '、'):
		r = r[2:]
	case len(r) > 3 && (r[0] == '（' || r[0] == '(') && (r[2] == '）' || r[2] == ')'):
		r = r[3:]
	case len(r) > 3 && r[0] >= '1' && r[0] <= '9' && strings.ContainsRune("．.、", r[1]):
		r = r[2:]
	}
	return strings.TrimRight(string(r), "，、：:")
}

// ProblemText is what this year's chapter 五 says of last year's problems, year
// being this report's. What was dropped and what nobody said anything of is left
// out.
func ProblemText(notes []ProblemNote, year int) string {
	var done, on []string
	for _, n := range notes {
		did := strings.TrimRight(strings.TrimSpace(n.Text), "。；，")
		switch {
		case n.Became == BecameDone && did == "":
			done = append(done, fmt.Sprintf("对“%s”，已经解决", bareProblem(n.Problem)))
		case n.Became == BecameDone:
			done = append(done, fmt.Sprintf("对“%s”，%s，已经解决", bareProblem(n.Problem), did))
		case n.Became == BecameOn && did == "":
			on = append(on, fmt.Sprintf("“%s”仍需继续改进", bareProblem(n.Problem)))
		case n.Became == BecameOn:
			on = append(on, fmt.Sprintf("对“%s”，%s，仍需继续改进", bareProblem(n.Problem), did))
		}
	}
	var out []string
	if len(done)+len(on) > 0 {
		out = append(out, fmt.Sprintf("%d年度报告所列问题的改进情况：%s。", year-1, strings.Join(append(done, on...), "；")))
	}
	return strings.Join(out, "\n")
}
