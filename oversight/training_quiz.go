package oversight

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Test asks what was learnt.
type Test struct {
	Questions []TestQuestion `json:"questions"`
	Pass      int            `json:"pass"`  // percent that is enough
	Tries     int            `json:"tries"` // how often one may try
}

// A TestQuestion has one right option or several.
type TestQuestion struct {
	Text    string   `json:"text"`
	Options []string `json:"options"`
	Right   []int    `json:"right"` // indices of options, ascending
}

// Many reports whether several options are right.
func (q TestQuestion) Many() bool { return len(q.Right) > 1 }

// Score is how much of the test is right, in percent: a question counts where
// exactly its right options are chosen.
func (t Test) Score(given [][]int) int {
	if len(t.Questions) == 0 {
		return 0
	}
	right := 0
	for i, q := range t.Questions {
		if i < len(given) {
			g := slices.Compact(slices.Sorted(slices.Values(given[i])))
			if slices.Equal(g, q.Right) {
				right++
			}
		}
	}
	return 100 * right / len(t.Questions)
}

// Bounds of a test.
const (
	maxTestQuestions = 60
	maxTestOptions   = 8
)

// ParseTest reads a test as people type it: a question a block, its options one a
// line, the right ones marked with a star; blank lines between blocks. message
// says in Chinese, with the line, what cannot be read.
func ParseTest(s string) (questions []TestQuestion, message string) {
	var q *TestQuestion
	begin := 0
	done := func() string {
		switch {
		case q == nil:
			return ""
		case len(q.Options) < 2:
			return fmt.Sprintf("第%d行的题目至少要有两个选项，每个选项一行。", begin)
		case len(q.Right) == 0:
			return fmt.Sprintf("第%d行的题目没有标出正确的选项：在正确的选项前加星号，例如“*B. 20个工作日”。", begin)
		}
		questions = append(questions, *q)
		q = nil
		return ""
	}
	for i, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		l = strings.TrimSpace(strings.ReplaceAll(l, "\u3000", " "))
		if m := badText(l, 300, false); m != "" {
			return nil, fmt.Sprintf("第%d行：%s", i+1, m)
		}
		switch {
		case l == "":
			if m := done(); m != "" {
				return nil, m
			}
		case q == nil:
			if len(questions) == maxTestQuestions {
				return nil, fmt.Sprintf("最多%d道题。", maxTestQuestions)
			}
			q, begin = &TestQuestion{Text: withoutNumber(l)}, i+1
		default:
			option, right := strings.CutPrefix(l, "*")
			if !right {
				option, right = strings.CutPrefix(l, "＊")
			}
			if right {
				q.Right = append(q.Right, len(q.Options))
			}
			if q.Options = append(q.Options, withoutLetter(strings.TrimSpace(option))); len(q.Options) > maxTestOptions {
				return nil, fmt.Sprintf("第%d行：一道题最多%d个选项。题与题之间请空一行。", i+1, maxTestOptions)
			}
		}
	}
	return questions, done()
}

// String writes a test as ParseTest reads it.
func (t Test) String() string {
	var b strings.Builder
	for i, q := range t.Questions {
		fmt.Fprintf(&b, "%d. %s\n", i+1, q.Text)
		for j, o := range q.Options {
			if slices.Contains(q.Right, j) {
				b.WriteByte('*')
			}
			fmt.Fprintf(&b, "%c. %s\n", 'A'+j, o)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// withoutNumber takes the number from the front of a question: 3. or 3、.
func withoutNumber(s string) string {
	rest := strings.TrimLeft(s, "0123456789")
	if n := len(s) - len(rest); n == 0 || n > 3 {
		return s
	}
	if r, size := utf8.DecodeRuneInString(rest); strings.ContainsRune(".．、)）", r) {
		return strings.TrimSpace(rest[size:])
	}
	return s
}

// withoutLetter takes the letter from the front of an option: B. or B、.
func withoutLetter(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if r < 'A' || r > 'Z' && r < 'a' || r > 'z' {
		return s
	}
	if m, more := utf8.DecodeRuneInString(s[size:]); strings.ContainsRune(".．、)）:：", m) && more > 0 {
		return strings.TrimSpace(s[size+more:])
	}
	return s
}

// maxTrainingFiles bounds the files of a session.
const maxTrainingFiles = 30
