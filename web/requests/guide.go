package requests

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) guideRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/guide", Verb: org.SeeRequests, Serve: q.guide},
		{Pattern: "GET /desk/requests/{id}/guide/{question}", Verb: org.SeeRequests, Serve: q.guideQuestion},
		{Pattern: "POST /desk/requests/{id}/guide/{question}", Verb: org.SeeRequests, Body: body, Serve: q.guideAnswer},
		{Pattern: "GET /desk/requests/{id}/guide/sheet/{format}", Verb: org.SeeRequests, Serve: q.guideSheet},
	}
}

// A guideStep is one question in the row above the page.
type guideStep struct {
	Href, Name, Text string
	Class            string // of the step: done, now
	Now              bool   // it is the page
}

type guideChoice struct {
	Code, Text, Follows string
	Checked             bool
	No                  string // why it cannot be chosen now
	Fields              []page.Field
}

type guideSearch struct {
	N      int
	Fields []page.Field
}

type guidePage struct {
	page.Base
	X        *store.RequestFile
	Q        casework.Question
	Key      string
	Steps    []guideStep
	Limit    page.Limit
	HasLimit bool
	Failure  string
	FailCite string
	Message  string // at the choices
	Changed  bool
	Open     bool // answers may be given
	Choices  []guideChoice
	Searches []guideSearch
	SearchNo string // message at the search record
	Hints    []string
	Former   []guideFormer
	Finder   *page.Field
	Organs   []guideOrgan
	Sought   bool
	Gaps     []guideGap
	Against  []string
	Files    []page.Link
	Back     string // the question before
}

type guideFormer struct {
	Link page.Link
	Text string
	Take string // address that fills it in
}

type guideOrgan struct{ Name, Contact, Take string }

type guideGap struct {
	Text string
	Href string
}

var guideTemplate = page.NewTemplate(templates, "templates/guide.html", "templates/guide_parts.html")

func guideHref(id int64, code casework.QuestionCode) string {
	return fmt.Sprintf("/desk/requests/%d/guide/%s", id, code)
}

func (q *Requests) guideQuestion(w http.ResponseWriter, r *http.Request) error {
	return q.showQuestion(w, r, http.StatusOK, typed{})
}

// typed is an answer that was not taken.
type typed struct {
	answer  *casework.Answered
	bad     map[string]string
	refusal *act.Refusal
	changed bool
}

func (q *Requests) showQuestion(w http.ResponseWriter, r *http.Request, code int, s typed) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	question, ok := casework.QuestionOf(casework.QuestionCode(r.PathValue("question")))
	if !ok {
		return page.ErrNotFound
	}
	maps, err := q.store.Mappings(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	today := q.cfg.Today()
	p := guidePage{Base: q.base(r, "requests", question.Title()), X: x, Q: question, Key: page.NewKey(), Changed: s.changed, Open: x.Can(act.RequestFound), Message: s.bad["answer"], SearchNo: s.bad["searches"]}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}, {Text: "七步办理", Href: fmt.Sprintf("/desk/requests/%d/guide", x.ID)}}
	if s.refusal != nil {
		p.Failure, p.FailCite = s.refusal.Text, s.refusal.Cite.String()
	}
	proposal := x.Propose(x.Content, today, maps)
	p.Steps = guideSteps(x.ID, proposal, question.Code)
	for i, st := range proposal.Stops {
		if st.Question.Code == question.Code && i > 0 {
			p.Back = guideHref(x.ID, proposal.Stops[i-1].Question.Code)
		}
	}
	if row := x.Row(cal, today); !row.Due.IsZero() {
		p.Limit, p.HasLimit = page.LimitOf(cal, today, row.Due, "", warnDays), true
	}
	if p.Open {
		p.Gaps, p.Against = guideGaps(x.ID, proposal), proposal.Conflicts
	}
	a := x.Content.Guide[question.Code]
	if s.answer != nil {
		a = *s.answer
	}
	q.fillAnswer(r, &p, a, s)
	if err := q.guideHints(r, &p); err != nil {
		return err
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开案卷", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, guideTemplate, p)
}

func guideSteps(id int64, p casework.Proposal, now casework.QuestionCode) []guideStep {
	var out []guideStep
	for _, s := range p.Stops {
		st := guideStep{Href: guideHref(id, s.Question.Code), Name: s.Question.Name, Now: s.Question.Code == now, Text: "待回答"}
		switch {
		case s.Later:
			st.Text = "以后再答"
		case s.Skipped && s.Answered:
			st.Text = "不再起作用"
		case s.Skipped:
			st.Text = "不用回答"
		case s.Answered:
			st.Text, st.Class = s.Choice.Text, "done"
		}
		if st.Now {
			st.Class = "now"
		}
		out = append(out, st)
	}
	return out
}

func guideGaps(id int64, p casework.Proposal) (out []guideGap) {
	for _, g := range p.Gaps {
		if !g.Unanswered { // the row of questions shows it
			out = append(out, guideGap{g.Text, guideHref(id, g.Question)})
		}
	}
	return out
}

// fillAnswer draws the answers with their evidence, filled as it stands.
func (q *Requests) fillAnswer(r *http.Request, p *guidePage, a casework.Answered, s typed) {
	x, today := p.X, q.cfg.Today()
	chosen := a.Answer
	if pick := r.URL.Query().Get("take"); pick != "" && s.answer == nil {
		chosen = pick
	}
	for _, c := range p.Q.Choices {
		y := guideChoice{Code: c.Code, Text: c.Text, Follows: c.Follows, Checked: c.Code == chosen}
		if c.Fits != nil {
			y.No = c.Fits(x.Request, today)
		}
		for _, d := range c.Details {
			f := page.Field{Name: "f_" + c.Code + "_" + d.Name, Label: d.Label, Hint: d.Hint, Kind: d.Kind, Rows: 3, Max: 1500}
			if c.Code == a.Answer {
				f.Value, f.Message = a.Fields[d.Name], s.bad[d.Name]
			} else {
				f.Value = proposedDetail(x, p.Q.Code, d.Name)
			}
			if v := r.URL.Query().Get("v_" + d.Name); v != "" && c.Code == chosen && s.answer == nil {
				f.Value = clip(v, 300)
			}
			if !d.Required {
				f.Label += "（可不填）"
			}
			if d.Kind == "select" {
				f.Options = append(f.Options, page.Option{Text: "请选择"})
				for _, o := range d.Options {
					f.Options = append(f.Options, page.Option{Value: o, Text: o, Selected: o == f.Value})
				}
			}
			y.Fields = append(y.Fields, f)
		}
		p.Choices = append(p.Choices, y)
	}
	if !p.Q.Searches {
		return
	}
	rows := a.Searches
	if n := len(rows); n == 0 || s.answer == nil && r.URL.Query().Get("more") != "" {
		rows = append(rows[:n:n], casework.Search{Who: page.VisitOf(r).Viewer.Name, On: today})
	}
	for i, row := range rows {
		name := func(s string) string { return fmt.Sprintf("s%d_%s", i, s) }
		day := row.On.String()
		if s.answer != nil && row.On.IsZero() {
			day = r.FormValue(name("on"))
		}
		p.Searches = append(p.Searches, guideSearch{i + 1, []page.Field{
			{Name: name("who"), Label: "谁检索", Value: row.Who, Max: 60},
			{Name: name("on"), Label: "日期", Kind: "date", Value: day},
			{Name: name("where"), Label: "查了哪里", Value: row.Where, Max: 300, Hint: "部门、系统、档案，如 党政办公文系统、综合档案室"},
			{Name: name("words"), Label: "用了什么词", Value: row.Words, Max: 300, Hint: "名称、文号、关键词"},
			{Name: name("found"), Label: "结果", Kind: "select", Options: []page.Option{{Value: "", Text: "没有查到", Selected: !row.Found}, {Value: "1", Text: "查到相关信息", Selected: row.Found}}},
			{Name: name("note"), Label: "说明（可不填）", Value: row.Note, Max: 300},
		}})
	}
}

// proposedDetail is what the file already says for a piece of evidence.
func proposedDetail(x *store.RequestFile, q casework.QuestionCode, name string) string {
	switch {
	case q == casework.Clarity && name == "items":
		return strings.Join(x.Content.Items, "\n")
	case q == casework.Manner && name == "form":
		return strings.Join(append(append([]string{}, x.Content.Forms...), x.Content.Ways...), "、")
	case name == "redacted":
		return x.Content.Findings[casework.FoundRedacted]
	case q == casework.Openness && name == "danger":
		return x.Content.Findings[casework.FoundDanger]
	}
	return ""
}

// readAnswer reads the form. Rows of the search record in which nothing but who
// and when stands are empty.
func readAnswer(r *http.Request, question casework.Question, me string) (casework.Answered, map[string]string) {
	bad := map[string]string{}
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.FormValue(name), "\r\n", "\n"))
	}
	a := casework.Answered{Answer: get("answer"), Salt: rand.Text()}
	if c, ok := question.Choice(a.Answer); ok {
		for _, d := range c.Details {
			if v := get("f_" + c.Code + "_" + d.Name); v != "" {
				if a.Fields == nil {
					a.Fields = map[string]string{}
				}
				a.Fields[d.Name] = v
			}
		}
	}
	for i := 0; question.Searches && i < 40; i++ {
		name := func(s string) string { return fmt.Sprintf("s%d_%s", i, s) }
		s := casework.Search{Who: get(name("who")), Where: get(name("where")), Words: get(name("words")), Found: get(name("found")) != "", Note: get(name("note"))}
		if s.Where+s.Words+s.Note == "" && !s.Found && (s.Who == "" || s.Who == me) {
			continue
		}
		if day := get(name("on")); day != "" {
			var err error
			if s.On, err = law.ParseDate(day); err != nil {
				bad["searches"] = "检索日期请写成年-月-日的形式，如 2026-01-20。"
			}
		}
		a.Searches = append(a.Searches, s)
	}
	return a, bad
}

func (q *Requests) guideAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	question, ok := casework.QuestionOf(casework.QuestionCode(r.PathValue("question")))
	if !ok {
		return page.ErrNotFound
	}
	by := page.By(r)
	a, bad := readAnswer(r, question, by.Viewer.Name)
	a.By = by.Viewer.Person
	for k, m := range question.Check(a, q.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	if len(bad) > 0 {
		return q.showQuestion(w, r, http.StatusUnprocessableEntity, typed{answer: &a, bad: bad})
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	files, err := q.upload(r, x.ID, "files", guideFile(question.Code))
	next := ""
	if err == nil {
		var d store.Done
		d, err = q.store.WithRequest(r.Context(), by, x.ID, version, func(x *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
			if err := x.Resolve(casework.Doing{On: today, Today: today}, &x.Content, question.Code, a); err != nil {
				return err
			}
			if items := a.Fields["items"]; items != "" {
				x.Content.Items = strings.Split(items, "\n")
			}
			x.Content.Files = append(x.Content.Files, files...)
			next = guideNext(x, question.Code, today)
			return nil
		})
		if err == nil {
			if r.FormValue("do") == "more" {
				next = guideHref(x.ID, question.Code) + "?more=1"
			}
			if next == "" {
				next = fmt.Sprintf("/desk/requests/%d/guide", x.ID)
			}
			return page.Done(w, r, next, "saved", d)
		}
	}
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showQuestion(w, r, http.StatusUnprocessableEntity, typed{answer: &a, bad: bad, refusal: no})
	case errors.Is(err, store.ErrConflict):
		return q.showQuestion(w, r, http.StatusConflict, typed{answer: &a, bad: bad, changed: true})
	}
	return err
}

// guideNext is the page after an answer: the next question on the way, "" for the
// summary.
func guideNext(x *store.RequestFile, at casework.QuestionCode, today law.Date) string {
	past := false
	for _, s := range x.Propose(x.Content, today, nil).Stops {
		if past && !s.Skipped {
			return guideHref(x.ID, s.Question.Code)
		}
		past = past || s.Question.Code == at
	}
	return ""
}

func guideFile(q casework.QuestionCode) string {
	if q == casework.Manner {
		return "redacted"
	}
	return "evidence"
}
