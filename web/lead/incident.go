package lead

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) incidentRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/incidents", Verb: org.SeeLedgers, Serve: l.incidents},
		{Pattern: "GET /desk/incidents/new", Verb: org.EditLedgers, Serve: l.incidentForm},
		{Pattern: "POST /desk/incidents/new", Verb: org.EditLedgers, Serve: l.incidentReport},
		{Pattern: "GET /desk/incidents/{id}", Verb: org.SeeLedgers, Serve: l.incident},
		{Pattern: "POST /desk/incidents/{id}", Verb: org.EditLedgers, Serve: l.incidentAct},
	}
}

type incidentsPage struct {
	page.Base
	Years []page.Option
	Kinds []page.Option
	Open  bool
	Rows  []incidentRow
	May   bool
}

type incidentRow struct {
	What         page.Link
	Number, Kind string
	Organ, Found string
	Secrecy      bool
	State        page.Tag
	Limit        page.Limit
}

var incidentsTemplate = page.NewTemplate(templates, "templates/incidents.html")

func (l *Lead) incidents(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := incidentsPage{Base: l.base(r, "ledgers", "事件台账"), Open: r.FormValue("open") != "", May: org.Able(v, org.EditLedgers)}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}}
	q := store.IncidentQuery{Kind: oversight.IncidentKind(r.FormValue("kind")), Open: p.Open}
	year, years := l.ledgerYear(r)
	p.Years = append([]page.Option{{Text: "全部年度"}}, years...)
	for i := range p.Years {
		p.Years[i].Selected = false
	}
	if r.FormValue("year") != "" {
		q.Year = year
		for i := range p.Years {
			p.Years[i].Selected = p.Years[i].Value == strconv.Itoa(year)
		}
	}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range oversight.IncidentKinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == q.Kind})
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	list, err := l.store.Incidents(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range list {
		row := incidentRow{What: page.Link{Text: x.Content.Title, Href: fmt.Sprintf("/desk/incidents/%d", x.ID)}, Number: x.Number, Kind: x.Kind.Chinese(), Organ: x.OrganName, Found: x.Found.String(), Secrecy: x.Secrecy, State: incidentTag(x)}
		if x.Closed.IsZero() && !x.Due.IsZero() {
			row.Limit = days.limit(x.Due, "")
			row.Limit.Trace = nil
		}
		p.Rows = append(p.Rows, row)
	}
	return page.Render(w, r, incidentsTemplate, p)
}

func incidentTag(x store.IncidentRow) page.Tag {
	switch {
	case !x.Closed.IsZero():
		return page.Tag{Tone: "ok", Text: "已办结"}
	case x.Reported():
		return page.Tag{Text: "处置中，已报告"}
	}
	return page.Tag{Tone: "warn", Text: "处置中，未报告"}
}

func (l *Lead) incidentFields(r *http.Request) (ledgerEntry, error) {
	p := l.ledgerBase(r, "登记事件", "/desk/incidents", "事件台账")
	p.Intro, p.Submit = "发现泄密、错误发布、系统故障、舆情等，先处置，再登记。内容加密保存；不要写秘密事项的内容。", "登记"
	organs, _, err := l.ledgerOrgans(r, org.EditLedgers, r.FormValue("organ"))
	if err != nil {
		return p, err
	}
	var kinds [][2]string
	for _, k := range oversight.IncidentKinds() {
		kinds = append(kinds, [2]string{string(k), k.Chinese()})
	}
	value := func(name, kept string) string { return ledgerValue(r, name, kept) }
	p.row("", page.Field{Name: "kind", Label: "类别", Kind: "select", Options: ledgerOptions(value("kind", ""), "请选择", kinds...)}, page.Field{Name: "organ", Label: "机关", Kind: "select", Options: organs})
	p.row("", page.Field{Name: "title", Label: "一句话概括", Max: 60, Value: value("title", ""), Required: true, Hint: "例如：公示名单误带身份证号码"}, page.Field{Name: "where", Label: "发生在哪里", Max: 200, Value: value("where", ""), Hint: "网页、栏目、公开栏、系统名称"})
	p.row("", page.Field{Name: "what", Label: "经过", Kind: "textarea", Rows: 6, Max: 4000, Value: value("what", ""), Required: true, Hint: "什么时候、怎样发现、影响多大、当场做了什么。"})
	p.row("", page.Field{Name: "found", Label: "发现日期", Kind: "date", Value: value("found", l.cfg.Today().String())}, page.Field{Name: "due", Label: "报告或办结的期限", Kind: "date", Value: value("due", ""), Hint: "有规定的填写，到期前提醒。"})
	p.row("", page.Field{Name: "secrecy", Label: "只对保密审查、公开机构负责人和主管部门显示", Kind: "checkbox", Value: value("secrecy", ""), Hint: "泄密事件必须勾选。勾选后，没有这些岗位的登记人自己也看不到。"})
	return p, nil
}

func (l *Lead) incidentForm(w http.ResponseWriter, r *http.Request) error {
	p, err := l.incidentFields(r)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

func (l *Lead) incidentReport(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	bad := map[string]string{}
	x := oversight.Incident{Kind: oversight.IncidentKind(r.FormValue("kind")), Secrecy: r.FormValue("secrecy") != "", Found: ledgerDate(r, "found", bad), Due: ledgerDate(r, "due", bad),
		Content: oversight.IncidentContent{Title: lines(r, "title"), What: lines(r, "what"), Where: lines(r, "where")}}
	x.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	for k, m := range x.Check(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	again := func(failure string) error {
		p, err := l.incidentFields(r)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, false)
	}
	if len(bad) > 0 {
		return again("")
	}
	d, err := l.store.ReportIncident(r.Context(), page.By(r), x)
	refusal, _, rest := ledgerFailed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" {
		return again(refusal)
	}
	to := "/desk/incidents"
	if id, err := strconv.ParseInt(d.Answer, 10, 64); err == nil {
		if _, err := l.store.Incident(r.Context(), page.VisitOf(r).Viewer, id); err == nil { // who entered a secret one may not see it
			to = "/desk/incidents/" + d.Answer
		}
	}
	return page.Done(w, r, to, "created", d)
}

type incidentPage struct {
	page.Base
	X       store.IncidentRow
	State   page.Tag
	Limit   page.Limit
	Duty    string
	Cite    string
	Key     string
	Failure string
	Changed bool
	Do      string
	May     bool
	On      page.Field
	Text    page.Field
	To      page.Field
	ToOn    page.Field
	ToText  page.Field
	Outcome page.Field
}

var incidentTemplate = page.NewTemplate(templates, "templates/incident.html")

func (l *Lead) incident(w http.ResponseWriter, r *http.Request) error {
	return l.incidentShow(w, r, http.StatusOK, "", false)
}

func (l *Lead) incidentShow(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Incident(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	p := incidentPage{Base: l.base(r, "ledgers", x.Content.Title), X: x, State: incidentTag(x), Key: page.NewKey(), Failure: failure, Changed: changed, May: x.Edits && x.Closed.IsZero()}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: "事件台账", Href: "/desk/incidents"}}
	if failure != "" || changed {
		p.Do = r.FormValue("do")
	}
	duty, cite := x.Kind.Duty()
	p.Duty, p.Cite = duty, cite.String()
	if x.Closed.IsZero() && !x.Due.IsZero() {
		p.Limit = days.limit(x.Due, "登记时写明的期限")
	}
	value := func(name, now string) string {
		if p.Do != "" && r.PostForm.Has(name) {
			return r.PostFormValue(name)
		}
		return now
	}
	today := days.today.String()
	p.On = page.Field{Name: "on", Label: "日期", Kind: "date", Value: value("on", today)}
	p.Text = page.Field{Name: "text", Label: "采取的措施", Kind: "textarea", Rows: 2, Max: 1000, Value: value("text", ""), Hint: "例如：撤下页面，清除缓存，通知转载的单位删除"}
	p.To = page.Field{Name: "to", Label: "向谁报告", Max: 60, Value: value("to", ""), Hint: "例如：县保密局、县政府办公室、县委网信办"}
	p.ToOn = page.Field{Name: "to_on", Label: "报告日期", Kind: "date", Value: value("to_on", today)}
	p.ToText = page.Field{Name: "to_text", Label: "报告的方式和内容", Kind: "textarea", Rows: 2, Max: 1000, Value: value("to_text", ""), Hint: "例如：电话报告，次日书面报告"}
	p.Outcome = page.Field{Name: "outcome", Label: "处置结果", Kind: "textarea", Rows: 3, Max: 2000, Value: value("outcome", ""), Hint: "影响是否消除，原因是什么，怎样防止再次发生。"}
	return page.RenderStatus(w, r, code, incidentTemplate, p)
}

func (l *Lead) incidentAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is nobody's version
	bad := map[string]string{}
	kind, word := act.IncidentChanged, "saved"
	var verb store.IncidentVerb
	switch r.FormValue("do") {
	case "measure":
		s := oversight.IncidentStep{On: ledgerDate(r, "on", bad), Text: lines(r, "text")}
		verb = func(x *oversight.Incident, d law.Date) error { return x.Add(s, d) }
	case "report":
		s := oversight.IncidentStep{On: ledgerDate(r, "to_on", bad), To: lines(r, "to"), Text: lines(r, "to_text")}
		if s.To == "" {
			bad["to"] = "请写向谁报告。"
		}
		verb = func(x *oversight.Incident, d law.Date) error { return x.Add(s, d) }
	case "close":
		kind, word = act.IncidentClosed, "stopped"
		verb = func(x *oversight.Incident, d law.Date) error { return x.Close(lines(r, "outcome"), d) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for _, m := range bad {
		return l.incidentShow(w, r, http.StatusUnprocessableEntity, m, false)
	}
	d, err := l.store.WithIncident(r.Context(), page.By(r), id, version, kind, verb)
	return acted(w, r, d, err, fmt.Sprintf("/desk/incidents/%d", id), word, l.incidentShow)
}
