package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type planFormPage struct {
	page.Base
	Heading, Failure, Action, Back string
	Key                            string
	Version                        int64
	Fields                         []page.Field
}

var planFormTemplate = page.NewTemplate(templates, "templates/plan_form.html")

func (l *Lead) planForm(w http.ResponseWriter, r *http.Request) error {
	return l.showPlanForm(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showPlanForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	p := planFormPage{Base: l.base(r, "plan", "工作要点"), Heading: "新建工作要点", Failure: failure, Action: "/desk/plan/new", Back: "/desk/plan", Key: r.PostFormValue("key")}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	year, title, number := strconv.Itoa(l.cfg.Today().Year), "", ""
	issued := false
	if r.PathValue("id") != "" {
		f, err := l.planOf(r)
		if err != nil {
			return err
		}
		if !f.Edits {
			return store.Forbidden(org.EditPlans)
		}
		issued = !f.Issued.IsZero()
		p.Heading, p.Action, p.Back, p.Version = "修改"+f.Title, fmt.Sprintf("/desk/plan/%d/edit", f.ID), fmt.Sprintf("/desk/plan/%d", f.ID), f.Version
		year, title, number = strconv.Itoa(f.Year), f.Title, f.Number
	} else {
		organs, _, err := l.ledgerOrgans(r, org.EditPlans, r.FormValue("organ"))
		if err != nil {
			return err
		}
		p.Fields = append(p.Fields, page.Field{Name: "organ", Label: "制定机关", Kind: "select", Options: organs, Message: bad["organ"], Hint: "内设机构的任务写在所在机关的要点里。"})
		title = year + "年政务公开工作要点"
	}
	if r.Method == http.MethodPost {
		year, title, number = r.PostFormValue("year"), r.PostFormValue("title"), r.PostFormValue("number")
		p.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	}
	p.Fields = append(p.Fields,
		page.Field{Name: "year", Label: "年度", Kind: "number", Value: year, Message: bad["year"], Required: true},
		page.Field{Name: "title", Label: "标题", Value: title, Message: bad["title"], Required: true, Max: 100},
		page.Field{Name: "number", Label: "文号", Value: number, Message: bad["number"], Max: 60, Hint: "还没有的先空着，印发前补上。例如：云政办发〔2026〕5号"})
	if issued {
		p.Fields = append(p.Fields, planReason(r))
	}
	return page.RenderStatus(w, r, code, planFormTemplate, p)
}

// planReason asks why something issued is changed.
func planReason(r *http.Request) page.Field {
	return page.Field{Name: "reason", Label: "修改原因", Value: r.PostFormValue("reason"), Required: true, Max: 200, Hint: "要点已经印发，原因会写进留痕，责任单位看得到。例如：市政府文件调整了时限。"}
}

func (l *Lead) planSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	p := oversight.Plan{Title: strings.TrimSpace(r.PostFormValue("title")), Number: strings.TrimSpace(r.PostFormValue("number")), Organ: planID(r.PostFormValue("organ"))}
	p.Year, _ = strconv.Atoi(strings.TrimSpace(r.PostFormValue("year"))) // 0 is said to be wrong
	p.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if r.PathValue("id") != "" {
		f, err := l.planOf(r)
		if err != nil {
			return err
		}
		p.ID, p.Organ = f.ID, f.Organ
	}
	if bad := p.Wrong(); len(bad) > 0 {
		return l.showPlanForm(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.SavePlan(r.Context(), page.By(r), p)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showPlanForm(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/plan/"+d.Answer, "saved", d)
}

// A taskForm is the form of a task or a part of one.
type taskForm struct {
	f      *store.PlanFile
	task   oversight.PlanTask // as kept; without id a new one
	whole  *store.PlanTaskRow // that a part is of
	issued bool
}

// taskFormOf reads what the address is about: a new task of a plan, with parent a
// new part, or a task to be changed.
func (l *Lead) taskFormOf(r *http.Request) (taskForm, error) {
	var t taskForm
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	id, err := page.PathID(r)
	if err != nil {
		return t, err
	}
	plan, task := id, int64(0)
	if strings.HasPrefix(r.URL.Path, "/desk/plantasks/") {
		file, err := l.store.PlanTask(ctx, v, id)
		if err != nil {
			return t, err
		}
		if !file.Edits {
			return t, store.Forbidden(org.EditPlans)
		}
		plan, task = file.Plan.ID, id
	}
	if t.f, err = l.store.Plan(ctx, v, plan); err != nil {
		return t, err
	}
	t.issued = !t.f.Issued.IsZero()
	parent := planID(r.FormValue("parent"))
	for i, x := range t.f.Tasks {
		if x.ID == task {
			t.task, parent = x.PlanTask, x.Parent
		}
		if x.ID == parent {
			t.whole = &t.f.Tasks[i]
		}
	}
	switch {
	case task != 0:
	case parent != 0 && t.whole == nil:
		return t, page.ErrNotFound
	case parent != 0:
		file, err := l.store.PlanTask(ctx, v, parent)
		if err != nil {
			return t, err
		}
		giver := planID(r.FormValue("giver"))
		if giver == 0 && len(file.Splits) > 0 {
			giver = file.Splits[len(file.Splits)-1]
		}
		if !slices.Contains(file.Splits, giver) {
			return t, store.Forbidden(org.EditPlans)
		}
		t.task = oversight.PlanTask{Plan: plan, Parent: parent, Organ: giver, Chapter: t.whole.Chapter, Due: t.whole.Due, DueText: t.whole.DueText, Measure: t.whole.Measure, Evidence: t.whole.Evidence}
	default:
		if !t.f.Edits {
			return t, store.Forbidden(org.EditPlans)
		}
		t.task = oversight.PlanTask{Plan: plan, Organ: t.f.Organ}
	}
	return t, nil
}

func (l *Lead) planTaskForm(w http.ResponseWriter, r *http.Request) error {
	t, err := l.taskFormOf(r)
	if err != nil {
		return err
	}
	return l.showTaskForm(w, r, http.StatusOK, "", nil, t)
}

// organWords are the organs of a cell: among all that are near first.
func (l *Lead) organWords(r *http.Request, giver int64, words string) (ids []int64, unknown []string, err error) {
	near, all, err := l.store.OrgansUnder(r.Context(), page.VisitOf(r).Viewer, giver, l.cfg.Today())
	if err != nil {
		return nil, nil, err
	}
	ids, unknown = assign(words, near, all)
	return ids, unknown, nil
}

// assign finds organs by their names, those that are near first.
func assign(words string, near, all []org.Organ) (ids []int64, unknown []string) {
	ids, rest := oversight.Assign(words, near)
	more, unknown := oversight.Assign(strings.Join(rest, "、"), all)
	for _, id := range more {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, unknown
}

// unknownOrgans says which names fit no organ.
func unknownOrgans(unknown []string) string {
	if len(unknown) == 0 {
		return ""
	}
	return "认不出“" + strings.Join(unknown[:min(len(unknown), 5)], "”“") + "”。请写本机关、内设机构或下级机关的全称或简称，用“、”分开。"
}

func (l *Lead) showTaskForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string, t taskForm) error {
	x := t.task
	p := planFormPage{Base: l.base(r, "plan", "登记任务"), Heading: "登记任务", Failure: failure, Key: r.PostFormValue("key"), Version: x.Version,
		Action: fmt.Sprintf("/desk/plan/%d/tasks/new", t.f.ID), Back: fmt.Sprintf("/desk/plan/%d", t.f.ID)}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: t.f.Title, Href: p.Back}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	switch {
	case x.ID != 0:
		p.Heading, p.Base.Title, p.Action, p.Back = "修改任务", "修改任务", fmt.Sprintf("/desk/plantasks/%d/edit", x.ID), fmt.Sprintf("/desk/plantasks/%d", x.ID)
	case t.whole != nil:
		p.Heading, p.Back = "分解任务："+ledgerShort(t.whole.Text, 30), fmt.Sprintf("/desk/plantasks/%d", t.whole.ID)
		p.Action = page.With(p.Action, "parent", fmt.Sprint(x.Parent), "giver", fmt.Sprint(x.Organ))
	}
	near, _, err := l.store.OrgansUnder(r.Context(), page.VisitOf(r).Viewer, x.Organ, l.cfg.Today())
	if err != nil {
		return err
	}
	value := map[string]string{"number": x.Number, "chapter": x.Chapter, "text": x.Text, "source": x.Source, "due": x.Due.String(), "due_text": x.DueText, "measure": x.Measure, "evidence": x.Evidence,
		"lead": partyWords(t.f, x, true, near), "help": partyWords(t.f, x, false, near), "meeting": fmt.Sprint(x.Meeting)}
	if r.Method == http.MethodPost {
		for k := range value {
			value[k] = r.PostFormValue(k)
		}
		p.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	}
	meetings, err := l.meetingOptions(r, x.Organ, value["meeting"])
	if err != nil {
		return err
	}
	p.Fields = []page.Field{
		{Name: "text", Label: "任务内容", Kind: "textarea", Rows: 3, Value: value["text"], Message: bad["text"], Required: true, Max: 2000},
		{Name: "number", Label: "序号", Value: value["number"], Message: bad["number"], Max: 20, Hint: "例如 3 或 （二）1"},
		{Name: "chapter", Label: "类别", Value: value["chapter"], Message: bad["chapter"], Max: 60, Hint: "要点里的大标题，例如：一、深化主动公开"},
		{Name: "lead", Label: "责任单位", Kind: "textarea", Rows: 2, Value: value["lead"], Message: bad["lead"], Required: true, Hint: "一个或几个，用“、”分开；可以写“各乡镇”“各部门”“各村”。"},
		{Name: "help", Label: "配合单位", Kind: "textarea", Rows: 2, Value: value["help"], Message: bad["help"]},
		{Name: "due", Label: "完成时限", Kind: "date", Value: value["due"], Message: bad["due"], Hint: "全年持续的不填。"},
		{Name: "due_text", Label: "时限的原文", Value: value["due_text"], Message: bad["due_text"], Max: 60, Hint: "文件上的写法，例如：6月底前；也可以不填。"},
		{Name: "measure", Label: "完成标准", Kind: "textarea", Rows: 2, Value: value["measure"], Message: bad["measure"], Max: 300},
		{Name: "evidence", Label: "要求的佐证材料", Value: value["evidence"], Message: bad["evidence"], Max: 300, Hint: "写了的，报完成时必须附文件、链接或者会议。例如：发布页面链接"},
		{Name: "source", Label: "来源", Value: value["source"], Message: bad["source"], Max: 100, Hint: "例如：《2026年全省政务公开工作要点》第三条"},
	}
	if len(meetings) > 1 {
		p.Fields = append(p.Fields, page.Field{Name: "meeting", Label: "来源的会议", Kind: "select", Options: meetings, Message: bad["meeting"], Hint: "领导小组会议议定的，可以选那次会议。"})
	}
	if t.issued && x.ID != 0 {
		p.Fields = append(p.Fields, planReason(r))
	} else if t.issued && t.whole == nil {
		p.Fields = append(p.Fields, planReason(r))
	}
	return page.RenderStatus(w, r, code, planFormTemplate, p)
}

// partyWords writes a task's organs so that they are read back as the same.
func partyWords(f *store.PlanFile, t oversight.PlanTask, lead bool, near []org.Organ) string {
	var s []string
	for _, x := range t.Parties {
		if x.Lead != lead {
			continue
		}
		o := f.Organs[x.Organ]
		name := o.ShortName()
		if ids, unknown := oversight.Assign(name, near); len(unknown) > 0 || len(ids) != 1 || ids[0] != x.Organ {
			name = o.Name
		}
		s = append(s, name)
	}
	return strings.Join(s, "、")
}

// meetingOptions lists the meetings of an organ's leading group.
func (l *Lead) meetingOptions(r *http.Request, organ int64, selected string) ([]page.Option, error) {
	g, err := l.store.Group(r.Context(), page.VisitOf(r).Viewer, organ)
	if err != nil {
		return nil, err
	}
	out := []page.Option{{Text: "无", Value: ""}}
	for _, m := range g.Meetings[:min(len(g.Meetings), 30)] {
		out = append(out, page.Option{Value: fmt.Sprint(m.ID), Text: m.On.String() + " " + ledgerShort(strings.ReplaceAll(m.Topics, "\n", " "), 30), Selected: selected == fmt.Sprint(m.ID)})
	}
	return out, nil
}

func (l *Lead) planTaskSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	t, err := l.taskFormOf(r)
	if err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	bad := map[string]string{}
	x := oversight.PlanTask{ID: t.task.ID, Plan: t.f.ID, Parent: t.task.Parent, Organ: t.task.Organ, Number: get("number"), Chapter: get("chapter"), Text: get("text"), Source: get("source"),
		Due: ledgerDate(r, "due", bad), DueText: get("due_text"), Measure: get("measure"), Evidence: get("evidence"), Meeting: planID(get("meeting"))}
	x.Version, _ = strconv.ParseInt(get("version"), 10, 64) // a damaged one conflicts
	for _, part := range []struct {
		field string
		lead  bool
	}{{"lead", true}, {"help", false}} {
		ids, unknown, err := l.organWords(r, x.Organ, get(part.field))
		if err != nil {
			return err
		}
		if why := unknownOrgans(unknown); why != "" {
			bad[part.field] = why
		}
		for _, id := range ids {
			if !slices.ContainsFunc(x.Parties, func(p oversight.Party) bool { return p.Organ == id }) {
				x.Parties = append(x.Parties, oversight.Party{Organ: id, Lead: part.lead, Percent: -1})
			}
		}
	}
	for k, why := range x.Wrong() {
		if bad[k] == "" {
			bad[k] = why
		}
	}
	if len(bad) > 0 {
		return l.showTaskForm(w, r, http.StatusUnprocessableEntity, "", bad, t)
	}
	d, err := l.store.SavePlanTask(r.Context(), page.By(r), x)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showTaskForm(w, r, code, failure, nil, t) })
	}
	return page.Done(w, r, "/desk/plantasks/"+d.Answer, "saved", d)
}
