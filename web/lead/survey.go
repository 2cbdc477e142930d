package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) surveyRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/surveys", Verb: org.SeeLedgers, Serve: l.surveys},
		{Pattern: "GET /desk/surveys/new", Verb: org.EditLedgers, Serve: l.surveyForm},
		{Pattern: "POST /desk/surveys/new", Verb: org.EditLedgers, Body: 256 << 10, Serve: l.surveySave},
		{Pattern: "GET /desk/surveys/{id}", Verb: org.SeeLedgers, Serve: l.survey},
		{Pattern: "POST /desk/surveys/{id}", Verb: org.EditLedgers, Serve: l.surveyAct},
		{Pattern: "GET /desk/surveys/{id}/edit", Verb: org.EditLedgers, Serve: l.surveyForm},
		{Pattern: "POST /desk/surveys/{id}/edit", Verb: org.EditLedgers, Body: 256 << 10, Serve: l.surveySave},
		{Pattern: "GET /desk/surveys/{id}/paper", Verb: org.EditLedgers, Serve: l.surveyPaperForm},
		{Pattern: "POST /desk/surveys/{id}/paper", Verb: org.EditLedgers, Body: 256 << 10, Serve: l.surveyPaper},
		{Pattern: "GET /desk/surveys/{id}/sheet/{format}", Verb: org.SeeLedgers, Serve: l.surveySheet},
		{Pattern: "GET /desk/surveys/{id}/poster/{format}", Verb: org.SeeLedgers, Serve: l.surveyPoster},
		{Pattern: "GET /desk/surveys/{id}/results.csv", Verb: org.SeeLedgers, Serve: l.surveyCSV},
	}
}

type surveysPage struct {
	page.Base
	Rows []surveyRow
	May  bool
	Cite string
}

type surveyRow struct {
	What  page.Link
	Span  string
	State page.Tag
	N     int
	Organ string
}

var surveysTemplate = page.NewTemplate(templates, "templates/surveys.html")

func surveyTag(s oversight.Survey, today law.Date) page.Tag {
	switch {
	case s.Running(today):
		return page.Tag{Tone: "ok", Text: "进行中"}
	case s.State == oversight.SurveyOpen && today.Before(s.Opens):
		return page.Tag{Text: "已安排"}
	case s.State == oversight.SurveyOpen:
		return page.Tag{Tone: "warn", Text: "已到期，待结束"}
	}
	return page.Tag{Text: s.State.Chinese()}
}

func (l *Lead) surveys(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	rule := oversight.SurveyRule()
	p := surveysPage{Base: l.base(r, "ledgers", "社会评议"), May: org.Able(v, org.EditLedgers), Cite: rule.String() + "：" + rule.Paraphrase}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}}
	list, err := l.store.Surveys(r.Context(), v, 0)
	if err != nil {
		return err
	}
	for _, x := range list {
		p.Rows = append(p.Rows, surveyRow{page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/surveys/%d", x.ID)}, x.Opens.String() + " 至 " + x.Closes.String(), surveyTag(x.Survey, l.cfg.Today()), x.Answers, x.OrganName})
	}
	return page.Render(w, r, surveysTemplate, p)
}

func (l *Lead) surveyKept(r *http.Request) (store.SurveyRow, error) {
	if r.PathValue("id") == "" {
		today := l.cfg.Today()
		return store.SurveyRow{Survey: oversight.Survey{Opens: today, Closes: today.AddDays(30), Web: true, Paper: true}}, nil
	}
	id, err := page.PathID(r)
	if err != nil {
		return store.SurveyRow{}, err
	}
	x, err := l.store.Survey(r.Context(), page.VisitOf(r).Viewer, id)
	if err == nil && !x.Edits {
		err = store.Forbidden(org.EditLedgers)
	}
	return x, err
}

// surveyExample is what a new survey begins with.
const surveyExample = `单选：（必答）您最常从哪里了解本机关公开的信息？
- 政府网站
- 公开栏、电子屏
- 微信公众号
- 村（社区）干部
- 没有了解过

打分：信息公开得及时
打分：内容看得懂
打分：要找的信息找得到

多选：您最希望公开得更细的是哪些？
- 财政资金
- 社会救助
- 征地补偿
- 工程项目
- 办事程序

填空：还有什么意见建议？
`

func (l *Lead) surveyFields(r *http.Request, x oversight.Survey) (ledgerEntry, error) {
	title, back := "编写社会评议", "/desk/surveys"
	if x.ID != 0 {
		title, back = "修改“"+x.Title+"”", fmt.Sprintf("/desk/surveys/%d", x.ID)
	}
	p := l.ledgerBase(r, title, back, "社会评议")
	if p.Intro = "保存后可以预览，确认无误再开始；开始后不能再改题目。"; r.Method == http.MethodGet {
		p.Version = x.Version
	}
	value := func(name, kept string) string { return ledgerValue(r, name, kept) }
	tick := func(name string, kept bool) string {
		if r.Method == http.MethodPost {
			return r.FormValue(name)
		}
		if kept {
			return "1"
		}
		return ""
	}
	head := []page.Field{{Name: "title", Label: "题目", Max: 60, Value: value("title", x.Title), Required: true, Hint: fmt.Sprintf("例如：%d年政府信息公开工作社会评议", l.cfg.Today().Year)}}
	questions := surveyExample
	if x.ID == 0 {
		organs, _, err := l.ledgerOrgans(r, org.EditLedgers, r.FormValue("organ"))
		if err != nil {
			return p, err
		}
		head = append(head, page.Field{Name: "organ", Label: "开展评议的机关", Kind: "select", Options: organs})
	} else {
		questions = oversight.SurveyText(x.Questions)
	}
	p.row("", head...)
	p.row("", page.Field{Name: "intro", Label: "说明", Kind: "textarea", Rows: 2, Max: 500, Value: value("intro", x.Intro), Hint: "写在问卷最前面。例如：本问卷不记名，约需两分钟。"})
	p.row("", page.Field{Name: "opens", Label: "开始", Kind: "date", Value: value("opens", x.Opens.String())}, page.Field{Name: "closes", Label: "结束", Kind: "date", Value: value("closes", x.Closes.String())})
	p.row("", page.Field{Name: "questions", Label: "题目", Kind: "textarea", Rows: 18, Max: 20_000, Value: value("questions", questions),
		Hint: "每题一行，前面写“单选：”“多选：”“打分：”或“填空：”；选项每行一个，前面加“-”；必答的加“（必答）”；打分默认1至5，要改的在行末写，如“打分：总体满意度 0-10”。"})
	p.row("", page.Field{Name: "web", Label: "网上填写（可打印带二维码的海报）", Kind: "checkbox", Value: tick("web", x.Web)})
	p.row("", page.Field{Name: "paper", Label: "大厅纸质问卷，由工作人员录入", Kind: "checkbox", Value: tick("paper", x.Paper)})
	p.row("", page.Field{Name: "open_results", Label: "结束后向公众公开结果（不公开填写的文字）", Kind: "checkbox", Value: tick("open_results", x.OpenResults)})
	return p, nil
}

func (l *Lead) surveyForm(w http.ResponseWriter, r *http.Request) error {
	x, err := l.surveyKept(r)
	if err != nil {
		return err
	}
	p, err := l.surveyFields(r, x.Survey)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

func (l *Lead) surveySave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	kept, err := l.surveyKept(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	x := oversight.Survey{ID: kept.ID, Organ: kept.Organ, Title: lines(r, "title"), Intro: lines(r, "intro"), Opens: ledgerDate(r, "opens", bad), Closes: ledgerDate(r, "closes", bad),
		Web: r.FormValue("web") != "", Paper: r.FormValue("paper") != "", OpenResults: r.FormValue("open_results") != ""}
	x.Version, _ = strconv.ParseInt(r.FormValue("version"), 10, 64)
	if x.ID == 0 {
		x.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	}
	var message string
	if x.Questions, message = oversight.ParseSurvey(r.FormValue("questions")); message != "" {
		bad["questions"] = message
	}
	for k, m := range x.Check() {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	again := func(failure string, conflict bool) error {
		p, err := l.surveyFields(r, kept.Survey)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, conflict)
	}
	if len(bad) > 0 {
		return again("", false)
	}
	d, err := l.store.SaveSurvey(r.Context(), page.By(r), x)
	refusal, conflict, rest := ledgerFailed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return again(refusal, conflict)
	}
	return page.Done(w, r, "/desk/surveys/"+d.Answer, "saved", d)
}

type surveyPage struct {
	page.Base
	S       store.SurveyRow
	State   page.Tag
	Address string
	Key     string
	Failure string
	Changed bool
	Counts  oversight.SurveyCounts
	Rows    []surveyResult
	Small   bool // too few for shares
	Draft   bool
	Open    bool
	Preview []page.Question
}

type surveyResult struct {
	N       int
	Kind    string
	Text    string
	Given   int
	Choices []surveyChoice
	Mean    string
	Texts   []string
}

type surveyChoice struct {
	Text  string
	N     int
	Share string
	Bar   int // of 100
}

var surveyTemplate = page.NewTemplate(templates, "templates/survey.html")

func (l *Lead) survey(w http.ResponseWriter, r *http.Request) error {
	return l.surveyShow(w, r, http.StatusOK, "", false)
}

func (l *Lead) surveyShow(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	res, err := l.store.SurveyResults(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	x := res.Survey
	p := surveyPage{Base: l.base(r, "ledgers", x.Title), S: x, State: surveyTag(x.Survey, l.cfg.Today()), Address: l.cfg.Root(r) + "/survey/" + x.Number, Key: page.NewKey(), Failure: failure, Changed: changed, Counts: res.Counts,
		Small: res.Counts.Answers < oversight.MinSample, Draft: x.State == oversight.SurveyDraft, Open: x.State == oversight.SurveyOpen, Rows: surveyRows(res)}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: "社会评议", Href: "/desk/surveys"}}
	if p.Draft {
		p.Preview = page.Questions(x.Survey, oversight.SurveyAnswer{}, nil)
	}
	return page.RenderStatus(w, r, code, surveyTemplate, p)
}

// surveyRows are results as a page shows them.
func surveyRows(res store.SurveyResults) []surveyResult {
	var out []surveyResult
	for i, q := range res.Survey.Questions {
		c := res.Counts.Questions[i]
		row := surveyResult{N: i + 1, Kind: q.Kind.Chinese(), Text: q.Text, Given: c.Given, Texts: res.Texts[i]}
		if q.Kind == oversight.Scale {
			row.Mean = c.Mean()
		}
		most := 1
		if len(c.Counts) > 0 {
			most = max(1, slices.Max(c.Counts))
		}
		for j, text := range q.Choices() {
			row.Choices = append(row.Choices, surveyChoice{text, c.Counts[j], c.Share(j), 100 * c.Counts[j] / most})
		}
		out = append(out, row)
	}
	return out
}

func (l *Lead) surveyAct(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is nobody's version
	kind, word := act.SurveyOpened, "begun"
	verb := func(x *oversight.Survey, d law.Date) error { return x.Begin(d) }
	switch r.FormValue("do") {
	case "begin":
	case "end":
		kind, word = act.SurveyClosed, "stopped"
		verb = func(x *oversight.Survey, d law.Date) error { return x.End(d) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	d, err := l.store.WithSurvey(r.Context(), page.By(r), id, version, kind, verb)
	return acted(w, r, d, err, fmt.Sprintf("/desk/surveys/%d", id), word, l.surveyShow)
}
