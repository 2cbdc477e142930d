package site

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// surveyRoutes are where people answer a 社会评议.
func (s *Site) surveyRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	return []page.Route{
		get("/survey/{number}", s.survey),
		{Pattern: "POST /survey/{number}", Role: page.Public, Body: 128 << 10, Serve: s.surveySend},
	}
}

type surveyPage struct {
	page.Base
	S         store.SurveyRow
	Questions []page.Question
	Failure   string
	Thanks    bool
	Running   bool
	Early     bool // it has not begun
	Results   []surveyResult
	Answers   int
	Small     bool
}

type surveyResult struct {
	N       int
	Text    string
	Given   int
	Mean    string
	Choices []surveyChoice
}

type surveyChoice struct {
	Text  string
	N     int
	Share string
	Bar   int
}

var surveyTemplate = page.NewTemplate(files, "survey.html")

// surveyCookie marks a browser, so that it answers each survey once. It says
// nothing of who sits before it and is kept nowhere: the store keeps a keyed hash.
const surveyCookie = "survey"

// browserOf is the mark of the browser, "" for one without.
func browserOf(r *http.Request) string {
	c, err := r.Cookie(surveyCookie)
	if err != nil || len(c.Value) < 20 || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}

func (s *Site) markBrowser(w http.ResponseWriter, r *http.Request) {
	if browserOf(r) != "" {
		return
	}
	http.SetCookie(w, &http.Cookie{Name: surveyCookie, Value: page.NewKey(), Path: "/survey", MaxAge: int(400 * 24 * time.Hour / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(s.cfg.Root(r), "https:")})
}

func (s *Site) survey(w http.ResponseWriter, r *http.Request) error {
	return s.surveyShow(w, r, http.StatusOK, oversight.SurveyAnswer{}, nil, "", false)
}

func (s *Site) surveyShow(w http.ResponseWriter, r *http.Request, code int, a oversight.SurveyAnswer, bad map[int]string, failure string, thanks bool) error {
	x, err := s.store.SurveyNumbered(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	today := s.cfg.Today()
	p := surveyPage{Base: s.cfg.Base(r, "voice", x.Title), S: x, Failure: failure, Thanks: thanks, Running: x.Web && x.Running(today), Early: x.State == oversight.SurveyOpen && today.Before(x.Opens)}
	p.Crumbs = []page.Link{{Text: "监督与建议", Href: "/voice"}}
	if p.Running && !thanks {
		p.Questions = page.Questions(x.Survey, a, bad)
		s.markBrowser(w, r)
	}
	if res, err := s.store.PublicResults(r.Context(), x.Number, today); err == nil {
		p.Results, p.Answers, p.Small = publicResults(res), res.Counts.Answers, res.Counts.Answers < oversight.MinSample
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.RenderStatus(w, r, code, surveyTemplate, p)
}

func publicResults(res store.SurveyResults) []surveyResult {
	var out []surveyResult
	for i, q := range res.Survey.Questions {
		if q.Kind == oversight.Written {
			continue
		}
		c := res.Counts.Questions[i]
		row := surveyResult{N: i + 1, Text: q.Text, Given: c.Given}
		if q.Kind == oversight.Scale {
			row.Mean = c.Mean()
		}
		most := 1
		for _, n := range c.Counts {
			most = max(most, n)
		}
		for j, text := range q.Choices() {
			row.Choices = append(row.Choices, surveyChoice{text, c.Counts[j], c.Share(j), 100 * c.Counts[j] / most})
		}
		out = append(out, row)
	}
	return out
}

func (s *Site) surveySend(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	x, err := s.store.SurveyNumbered(r.Context(), r.PathValue("number"))
	if err != nil {
		return err
	}
	a := page.AnswerOf(r, x.Survey)
	if bad := x.CheckAnswer(&a); len(bad) > 0 {
		return s.surveyShow(w, r, http.StatusUnprocessableEntity, a, bad, "还有题目要改，见下面标红的地方。", false)
	}
	if wait := s.floods.surveys.Take(who(r)); wait > 0 {
		return s.surveyShow(w, r, http.StatusTooManyRequests, a, nil, slow(w, wait), false)
	}
	browser := browserOf(r)
	if browser == "" { // the form set one; a browser that takes none cannot be told from others
		return s.surveyShow(w, r, http.StatusUnprocessableEntity, a, nil, "为了每人只填一次，需要浏览器允许本站使用 Cookie。请允许后再按一次“提交”，或者到大厅填写纸质问卷。", false)
	}
	_, err = s.store.AnswerSurvey(r.Context(), x.Number, browser, a)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.surveyShow(w, r, http.StatusUnprocessableEntity, a, nil, refusal.Text, false)
	case err != nil:
		return err
	}
	return s.surveyShow(w, r, http.StatusOK, oversight.SurveyAnswer{}, nil, "", true)
}

// openSurveys are the surveys that one can answer now.
func (s *Site) openSurveys(r *http.Request) ([]page.Link, error) {
	list, err := s.store.OpenSurveys(r.Context(), s.cfg.Today())
	if err != nil {
		return nil, err
	}
	var out []page.Link
	for _, x := range list {
		out = append(out, page.Link{Text: fmt.Sprintf("%s（%s，%s截止）", x.Title, x.OrganName, x.Closes.Chinese()), Href: "/survey/" + x.Number})
	}
	return out, nil
}
