package lead

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type surveyPaperPage struct {
	page.Base
	S         store.SurveyRow
	Key       string
	Failure   string
	Entered   int
	Questions []page.Question
}

var surveyPaperTemplate = page.NewTemplate(templates, "templates/survey_paper.html")

func (l *Lead) surveyPaperForm(w http.ResponseWriter, r *http.Request) error {
	return l.surveyPaperShow(w, r, http.StatusOK, oversight.SurveyAnswer{}, nil, "")
}

func (l *Lead) surveyPaperShow(w http.ResponseWriter, r *http.Request, code int, a oversight.SurveyAnswer, bad map[int]string, failure string) error {
	x, err := l.surveyKept(r)
	if err != nil {
		return err
	}
	p := surveyPaperPage{Base: l.base(r, "ledgers", "录入纸质问卷"), S: x, Key: page.NewKey(), Failure: failure, Entered: x.Answers, Questions: page.Questions(x.Survey, a, bad)}
	p.Crumbs = []page.Link{{Text: "社会评议", Href: "/desk/surveys"}, {Text: x.Title, Href: fmt.Sprintf("/desk/surveys/%d", x.ID)}}
	return page.RenderStatus(w, r, code, surveyPaperTemplate, p)
}

func (l *Lead) surveyPaper(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	x, err := l.surveyKept(r)
	if err != nil {
		return err
	}
	a := page.AnswerOf(r, x.Survey)
	if bad := x.CheckAnswer(&a); len(bad) > 0 {
		return l.surveyPaperShow(w, r, http.StatusUnprocessableEntity, a, bad, "")
	}
	d, err := l.store.EnterSurvey(r.Context(), page.By(r), x.ID, a)
	refusal, _, rest := ledgerFailed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" {
		return l.surveyPaperShow(w, r, http.StatusUnprocessableEntity, a, nil, refusal)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/surveys/%d/paper", x.ID), "entered", d)
}

// surveySheet is the survey on paper.
func (l *Lead) surveySheet(w http.ResponseWriter, r *http.Request) error {
	x, err := l.surveySeen(r)
	if err != nil {
		return err
	}
	return l.ledgerLetter(w, r, surveyLetter(x), "问卷", r.PathValue("format"))
}

func (l *Lead) surveySeen(r *http.Request) (store.SurveyRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.SurveyRow{}, err
	}
	return l.store.Survey(r.Context(), page.VisitOf(r).Viewer, id)
}

func surveyLetter(x store.SurveyRow) reporting.Letter {
	var b strings.Builder
	if x.Intro != "" {
		b.WriteString(x.Intro + "\n")
	}
	for i, q := range x.Questions {
		note := map[oversight.QuestionKind]string{oversight.OneOf: "单选", oversight.ManyOf: "可选几项", oversight.Scale: fmt.Sprintf("%d分最低，%d分最高", q.Low, q.High)}[q.Kind]
		if note != "" {
			note = "（" + note + "）"
		}
		fmt.Fprintf(&b, "%d. %s%s\n", i+1, q.Text, note)
		if q.Kind == oversight.Written {
			b.WriteString("＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿\n")
			continue
		}
		var options []string
		for _, c := range q.Choices() {
			options = append(options, "□"+c)
		}
		b.WriteString(strings.Join(options, "　") + "\n")
	}
	b.WriteString("本问卷不记名。填好后请投入意见箱或交给工作人员。")
	return reporting.Letter{Title: x.Title + "问卷", Text: b.String(), From: x.OrganName}
}

// surveyPoster is the sheet that calls people to the survey.
func (l *Lead) surveyPoster(w http.ResponseWriter, r *http.Request) error {
	x, err := l.surveySeen(r)
	if err != nil {
		return err
	}
	if !x.Web || x.State == oversight.SurveyDraft {
		return page.ErrNotFound
	}
	p := render.Poster{Place: x.OrganName, Title: x.Title, Text: x.Intro, Call: "请用手机扫码填写", Address: l.cfg.Root(r) + "/survey/" + x.Number, Foot: x.Closes.Chinese() + "截止"}
	if p.Text == "" {
		p.Text = "您的意见，帮我们把该公开的公开好。不记名，约需两分钟。"
	}
	return page.Send(w, "海报", r.PathValue("format"), page.Writers{
		"docx": func(to io.Writer) error { return render.PosterDOCX(to, p) },
		"pdf":  func(to io.Writer) error { return render.PosterPDF(to, p, l.cfg.Fonts) },
	}, nil)
}

// surveyCSV is the result as a file: counts, shares where there are enough, and
// what was written.
func (l *Lead) surveyCSV(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	res, err := l.store.SurveyResults(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	rows := [][]string{{"题号", "题型", "题目", "选项或填写内容", "人数", "占答题人数"}}
	for _, q := range surveyRows(res) {
		n := strconv.Itoa(q.N)
		for _, c := range q.Choices {
			rows = append(rows, []string{n, q.Kind, q.Text, c.Text, strconv.Itoa(c.N), c.Share})
		}
		for _, t := range q.Texts {
			rows = append(rows, []string{n, q.Kind, q.Text, t, "", ""})
		}
	}
	return ledgerCSV(w, "survey-results.csv", rows)
}
