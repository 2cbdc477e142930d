package page

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/oversight"
)

// A Question is one question of a survey as a form shows it, drawn by the part
// "questions".
type Question struct {
	N       int
	Name    string
	Kind    string // one, many, scale or text
	Text    string
	Must    bool
	Options []Option
	Low     string // words at the ends of a scale
	High    string
	Value   string
	Message string
	Max     int
}

// Questions draws a survey with an answer that was sent, if there is one. bad is
// what is wrong, by question.
func Questions(s oversight.Survey, a oversight.SurveyAnswer, bad map[int]string) []Question {
	var out []Question
	for i, q := range s.Questions {
		x := Question{N: i + 1, Name: fmt.Sprintf("q%d", i), Kind: string(q.Kind), Text: q.Text, Must: q.Must, Message: bad[i], Max: oversight.MaxSurveyText}
		for n, text := range q.Choices() {
			x.Options = append(x.Options, Option{Value: strconv.Itoa(n), Text: text, Selected: i < len(a.Chosen) && slices.Contains(a.Chosen[i], n)})
		}
		if q.Kind == oversight.Scale {
			x.Low, x.High = "最低", "最高"
		}
		if i < len(a.Texts) {
			x.Value = a.Texts[i]
		}
		out = append(out, x)
	}
	return out
}

// AnswerOf reads the answer that a form of Questions sent.
func AnswerOf(r *http.Request, s oversight.Survey) oversight.SurveyAnswer {
	a := oversight.SurveyAnswer{Chosen: make([][]int, len(s.Questions)), Texts: make([]string, len(s.Questions))}
	for i, q := range s.Questions {
		sent := r.PostForm[fmt.Sprintf("q%d", i)]
		if q.Kind == oversight.Written {
			if len(sent) > 0 {
				a.Texts[i] = strings.ReplaceAll(sent[0], "\r\n", "\n")
			}
			continue
		}
		for _, v := range sent[:min(len(sent), 50)] {
			n, err := strconv.Atoi(v)
			if err != nil {
				n = -1 // is refused as no choice of the question
			}
			a.Chosen[i] = append(a.Chosen[i], n)
		}
	}
	return a
}
