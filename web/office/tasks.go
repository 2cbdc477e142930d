package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) taskRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/tasks", Verb: org.SeeTasks, Serve: o.tasks},
		{Pattern: "GET /desk/tasks/new", Verb: org.AssignTasks, Serve: o.taskForm},
		{Pattern: "POST /desk/tasks/new", Verb: org.AssignTasks, Serve: o.taskGive},
		{Pattern: "GET /desk/tasks/{id}", Verb: org.SeeTasks, Serve: o.task},
		{Pattern: "POST /desk/tasks/{id}", Verb: org.SeeTasks, Serve: o.taskAct},
	}
}

type tasksPage struct {
	page.Base
	Which []page.Option
	Q     string
	Rows  []taskRow
	Pager page.Pager
	May   bool // give tasks
}

type taskRow struct {
	Limit             page.Limit
	What              page.Link
	Organ, Person, By string
	State             page.Tag
}

var tasksTemplate = page.NewTemplate(templates, "templates/tasks.html")

func (o *Office) tasks(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	which := r.FormValue("which")
	q := store.TaskQuery{Search: r.FormValue("q"), Limit: 50}
	switch which {
	case "given":
		q.Given = true
	case "ended":
		q.Ended = true
		q.After, _ = strconv.ParseInt(r.FormValue("after"), 10, 64) // a damaged mark gives the first page
	case "all":
	default:
		which, q.Mine = "mine", true
	}
	p := tasksPage{Base: o.base(r, "tasks", "任务"), Q: q.Search, May: org.Able(v, org.AssignTasks)}
	for _, x := range [][2]string{{"mine", "我要办的"}, {"given", "我交办的"}, {"all", "看得到的全部"}, {"ended", "已结束的"}} {
		p.Which = append(p.Which, page.Option{Value: x[0], Text: x[1], Selected: x[0] == which})
	}
	list, err := o.store.Tasks(r.Context(), v, q)
	if err != nil {
		return err
	}
	days, err := o.counting(r)
	if err != nil {
		return err
	}
	for _, t := range list {
		p.Rows = append(p.Rows, taskRowOf(days, t))
	}
	if q.Ended && len(list) == q.Limit {
		p.Pager.Next = page.With("/desk/tasks", "which", which, "q", q.Search, "after", fmt.Sprint(list[len(list)-1].ID))
	}
	return page.Render(w, r, tasksTemplate, p)
}

func taskRowOf(days counting, t store.TaskRow) taskRow {
	row := taskRow{What: page.Link{Text: t.Title, Href: fmt.Sprintf("/desk/tasks/%d", t.ID)}, Organ: t.OrganName, Person: t.PersonName, By: t.ByName, State: taskTag(t.State)}
	if row.Person == "" && t.Role != "" {
		row.Person = t.Role.Chinese() + "岗位"
	}
	if !t.State.Ended() {
		row.Limit = days.limit(t.Due, t.Basis)
	} else {
		row.Limit = page.Limit{Tag: page.Tag{Text: "已结束"}, Date: t.Due.String(), Basis: t.Basis}
	}
	return row
}

func taskTag(s org.TaskState) page.Tag {
	tone := map[org.TaskState]string{org.TaskDone: "ok", org.TaskReturned: "warn"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

type taskFormPage struct {
	page.Base
	Key     string
	Failure string
	Organ   page.Field
	To      page.Field
	Subject page.Field
	Text    page.Field
	Due     page.Field
	Basis   page.Field
	Ref     string
	Reload  bool // the organ decides who can be chosen
}

var taskFormTemplate = page.NewTemplate(templates, "templates/task_form.html")

func (o *Office) taskForm(w http.ResponseWriter, r *http.Request) error {
	p, err := o.taskFields(r, nil)
	if err != nil {
		return err
	}
	return page.Render(w, r, taskFormTemplate, p)
}

// taskFields draws the form from what the request says.
func (o *Office) taskFields(r *http.Request, bad map[string]string) (taskFormPage, error) {
	v := page.VisitOf(r).Viewer
	p := taskFormPage{Base: o.base(r, "tasks", "交办任务"), Key: r.FormValue("key"), Ref: r.FormValue("ref")}
	p.Crumbs = []page.Link{{Text: "任务", Href: "/desk/tasks"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	organ, err := o.allowed(r, org.AssignTasks)
	if err != nil {
		return p, err
	}
	organs, err := o.organChoices(r, v.Scope(org.AssignTasks), organ)
	if err != nil {
		return p, err
	}
	if organ == 0 && len(organs) > 0 {
		organ, _ = strconv.ParseInt(organs[0].Value, 10, 64)
	}
	p.Organ = page.Field{Name: "organ", Label: "由哪个机关办理", Kind: "select", Options: organs, Message: bad["organ"], Required: true}
	to := []page.Option{}
	for _, role := range org.Roles() {
		if !role.Guarding() {
			value := "role:" + string(role)
			to = append(to, page.Option{Value: value, Text: role.Chinese() + "岗位（谁先接办归谁）", Selected: r.FormValue("to") == value})
		}
	}
	people, err := o.store.PeopleAt(r.Context(), organ, o.cfg.Today())
	if err != nil {
		return p, err
	}
	for _, x := range people {
		value := fmt.Sprintf("person:%d", x.ID)
		text := x.Name
		if x.Title != "" {
			text += "（" + x.Title + "）"
		}
		to = append(to, page.Option{Value: value, Text: text, Selected: r.FormValue("to") == value})
	}
	p.To = page.Field{Name: "to", Label: "由谁办理", Kind: "select", Options: to, Message: bad["to"], Required: true, Hint: "可以指定一位同事，也可以交给一个岗位。换了机关后请先点“更新名单”。"}
	p.Subject = page.Field{Name: "title", Label: "要办的事", Value: r.FormValue("title"), Message: bad["title"], Required: true, Max: 100, Hint: "一句话，例如：改正2025年度报告表三的合计"}
	p.Text = page.Field{Name: "text", Label: "说明", Kind: "textarea", Value: r.FormValue("text"), Message: bad["text"], Rows: 4, Max: 4000}
	p.Due = page.Field{Name: "due", Label: "期限", Kind: "date", Value: r.FormValue("due"), Message: bad["due"], Hint: "可以不填。"}
	p.Basis = page.Field{Name: "basis", Label: "期限的依据", Value: r.FormValue("basis"), Max: 100, Hint: "例如：县政府办公室2026年1月5日通知"}
	return p, nil
}

// allowed is the organ that a request names, 0 unless the viewer may do this
// there: a form must not tell about organs that it cannot be sent for.
func (o *Office) allowed(r *http.Request, verb org.Verb) (int64, error) {
	id, err := strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if err != nil {
		return 0, nil
	}
	f, err := o.store.OrganFile(r.Context(), page.VisitOf(r).Viewer, id)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil || !org.May(page.VisitOf(r).Viewer, verb, f.OrganSubject()) {
		return 0, err
	}
	return id, nil
}

// organChoices lists organs of a scope for a select: the homes, and what is
// directly below them.
func (o *Office) organChoices(r *http.Request, sc org.Scope, selected int64) ([]page.Option, error) {
	var out []page.Option
	seen := map[int64]bool{}
	add := func(x org.Organ) {
		if !seen[x.ID] {
			seen[x.ID] = true
			out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: x.Name, Selected: x.ID == selected})
		}
	}
	below := sc.Below()
	for _, id := range sc.Homes() {
		x, err := o.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		add(x)
		for _, path := range below {
			if path != x.Path {
				continue
			}
			children, err := o.store.Children(r.Context(), id)
			if err != nil {
				return nil, err
			}
			for _, c := range children {
				add(c)
			}
		}
	}
	if selected != 0 && !seen[selected] { // deeper down: chosen from the organ's own page
		if x, err := o.store.Organ(r.Context(), selected); err == nil {
			add(x)
		}
	}
	return out, nil
}

func (o *Office) taskGive(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	t := org.Task{Title: strings.TrimSpace(r.FormValue("title")), Text: r.FormValue("text"), Basis: strings.TrimSpace(r.FormValue("basis")), Ref: r.FormValue("ref")}
	t.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	kind, to, _ := strings.Cut(r.FormValue("to"), ":")
	switch kind {
	case "role":
		t.Role = org.Role(to)
	case "person":
		t.Person, _ = strconv.ParseInt(to, 10, 64)
	}
	bad := map[string]string{}
	if due := r.FormValue("due"); due != "" {
		d, err := law.ParseDate(due)
		if err != nil {
			bad["due"] = "日期请写成年-月-日的形式，如 2026-01-20。"
		}
		t.Due = d
	}
	for k, m := range t.Check(o.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	if len(bad) > 0 || r.FormValue("do") == "reload" {
		if r.FormValue("do") == "reload" {
			bad = nil
		}
		return o.taskAgain(w, r, bad, "")
	}
	d, err := o.store.GiveTask(r.Context(), page.By(r), t)
	var refusal *act.Refusal
	if errors.As(err, &refusal) {
		return o.taskAgain(w, r, nil, refusal.Text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/tasks/"+d.Answer, "assigned", d)
}

// taskAgain shows the form filled as it was sent.
func (o *Office) taskAgain(w http.ResponseWriter, r *http.Request, bad map[string]string, failure string) error {
	p, err := o.taskFields(r, bad)
	if err != nil {
		return err
	}
	p.Failure = failure
	code := http.StatusUnprocessableEntity
	if bad == nil && failure == "" {
		code = http.StatusOK
	}
	return page.RenderStatus(w, r, code, taskFormTemplate, p)
}

type taskPage struct {
	page.Base
	Task               store.TaskRow
	State              page.Tag
	Limit              page.Limit
	Given, RoleName    string
	About              page.Link // what it is about
	Key                string
	Answer             page.Field
	Take, Finish, Back bool
	Cancel             bool
	Failure            string
	Changed            bool // somebody changed it meanwhile
}

var taskTemplate = page.NewTemplate(templates, "templates/task.html")

func (o *Office) task(w http.ResponseWriter, r *http.Request) error {
	return o.showTask(w, r, http.StatusOK, "", false)
}

func (o *Office) showTask(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v := page.VisitOf(r).Viewer
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	t, err := o.store.Task(r.Context(), v, id)
	if err != nil {
		return err
	}
	days, err := o.counting(r)
	if err != nil {
		return err
	}
	p := taskPage{Base: o.base(r, "tasks", t.Title), Task: t, State: taskTag(t.State), Given: law.DateOf(t.Given).String(), RoleName: t.Role.Chinese(),
		About: refLink(t.Ref), Key: page.NewKey(), Failure: failure, Changed: changed}
	p.Limit = taskRowOf(days, t).Limit
	p.Crumbs = []page.Link{{Text: "任务", Href: "/desk/tasks"}}
	// The verbs are tried on copies: what the form offers is what would be allowed.
	try := func(verb func(*org.Task) error) bool { x := t.Task; return verb(&x) == nil }
	p.Take = try(func(t *org.Task) error { return t.Take(v) })
	p.Finish = try(func(t *org.Task) error { return t.Finish(v, "已办") })
	p.Back = try(func(t *org.Task) error { return t.Return(v, "退回") })
	p.Cancel = try(func(t *org.Task) error { return t.Cancel(v) })
	p.Answer = page.Field{Name: "answer", Label: "办理情况", Kind: "textarea", Rows: 3, Max: 1000, Value: r.FormValue("answer"), Hint: "办结写做了什么；退回写原因。"}
	return page.RenderStatus(w, r, code, taskTemplate, p)
}

// refLink is where a reference leads on the desk.
func refLink(ref string) page.Link {
	kind, id, _ := strings.Cut(ref, "/")
	switch kind {
	case "organ":
		return page.Link{Text: "机关", Href: "/desk/organs/" + id}
	case "person":
		return page.Link{Text: "人员", Href: "/desk/people/" + id}
	case "task":
		return page.Link{Text: "任务", Href: "/desk/tasks/" + id}
	case "plantask":
		return page.Link{Text: "要点任务", Href: "/desk/plantasks/" + id}
	case "order":
		return page.Link{Text: "整改通知", Href: "/desk/orders/" + id}
	case "approval":
		return page.Link{Text: "审批", Href: "/desk/approvals/" + id}
	case "request":
		if n, what, _ := strings.Cut(id, "/"); what == "answer" {
			return page.Link{Text: "申请的审查情况", Href: "/desk/requests/" + n + "/guide"}
		} else {
			return page.Link{Text: "申请", Href: "/desk/requests/" + n}
		}
	case "filing":
		if x := strings.Split(id, "/"); len(x) >= 2 { // organ, year, and of an approval the content
			return page.Link{Text: x[1] + "年度报告", Href: "/desk/filing/" + x[0] + "/" + x[1]}
		}
	}
	return page.Link{}
}

func (o *Office) taskAct(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	answer := strings.TrimSpace(r.FormValue("answer"))
	verbs := map[string]struct {
		word string
		do   store.TaskVerb
	}{
		"take":   {"taken", func(t *org.Task, v org.Viewer) error { return t.Take(v) }},
		"finish": {"finished", func(t *org.Task, v org.Viewer) error { return t.Finish(v, answer) }},
		"return": {"returned", func(t *org.Task, v org.Viewer) error { return t.Return(v, answer) }},
		"cancel": {"cancelled", func(t *org.Task, v org.Viewer) error { return t.Cancel(v) }},
	}
	verb, ok := verbs[r.FormValue("do")]
	if !ok {
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	d, err := o.store.WithTask(r.Context(), page.By(r), id, version, verb.do)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return o.showTask(w, r, http.StatusUnprocessableEntity, refusal.Text, false)
	case errors.Is(err, store.ErrConflict):
		return o.showTask(w, r, http.StatusConflict, "", true)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/tasks/%d", id), verb.word, d)
}
