package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type planSplitPage struct {
	page.Base
	Task    oversight.PlanTask
	Failure string
	Key     string
	Giver   int64
	Name    string
	Organs  []splitChoice
	Fields  []page.Field
	Single  string // where one part with words of its own is written
	Back    string
}

type splitChoice struct {
	ID      int64
	Name    string
	Kind    string
	Checked bool
}

var planSplitTemplate = page.NewTemplate(templates, "templates/plan_split.html")

func (l *Lead) planSplitForm(w http.ResponseWriter, r *http.Request) error {
	return l.showSplit(w, r, http.StatusOK, "", nil)
}

// splitOf is the task of the address with the organ in whose name it is split.
func (l *Lead) splitOf(r *http.Request) (*store.PlanTaskFile, int64, error) {
	f, err := l.taskOf(r)
	if err != nil {
		return nil, 0, err
	}
	giver := planID(r.FormValue("giver"))
	homes := page.VisitOf(r).Viewer.Scope(org.EditPlans).Homes()
	for _, id := range f.Splits {
		if giver == 0 && slices.Contains(homes, id) {
			giver = id
		}
	}
	if !slices.Contains(f.Splits, giver) {
		return nil, 0, store.Forbidden(org.EditPlans)
	}
	return f, giver, nil
}

func (l *Lead) showSplit(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	f, giver, err := l.splitOf(r)
	if err != nil {
		return err
	}
	t := f.Task.PlanTask
	near, _, err := l.store.OrgansUnder(r.Context(), page.VisitOf(r).Viewer, giver, l.cfg.Today())
	if err != nil {
		return err
	}
	p := planSplitPage{Base: l.base(r, "plan", "分解任务"), Task: t, Failure: failure, Key: page.NewKey(), Giver: giver, Name: f.Organs[giver].Name, Back: fmt.Sprintf("/desk/plantasks/%d", t.ID),
		Single: page.With(fmt.Sprintf("/desk/plan/%d/tasks/new", t.Plan), "parent", fmt.Sprint(t.ID), "giver", fmt.Sprint(giver))}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: f.Plan.Title, Href: fmt.Sprintf("/desk/plan/%d", t.Plan)}, {Text: ledgerShort(t.Text, 20), Href: p.Back}}
	has := map[int64]bool{giver: true}
	for _, x := range f.Parts {
		for _, y := range x.Parties {
			has[y.Organ] = has[y.Organ] || x.Organ == giver && x.Cancelled.IsZero()
		}
	}
	for _, o := range near {
		if !has[o.ID] {
			p.Organs = append(p.Organs, splitChoice{o.ID, o.ShortName(), o.Kind.Chinese(), slices.Contains(r.PostForm["to"], fmt.Sprint(o.ID))})
		}
	}
	value := map[string]string{"text": t.Text, "due": t.Due.String()}
	if r.Method == http.MethodPost {
		for k := range value {
			value[k] = r.PostFormValue(k)
		}
	}
	hint := "不填则与原任务相同。"
	if !t.Due.IsZero() {
		hint = "不晚于原任务的" + t.Due.Chinese() + "。"
	}
	p.Fields = []page.Field{{Name: "text", Label: "任务内容", Kind: "textarea", Rows: 3, Max: 2000, Value: value["text"], Message: bad["text"], Required: true},
		{Name: "due", Label: "完成时限", Kind: "date", Value: value["due"], Message: bad["due"], Hint: hint}}
	return page.RenderStatus(w, r, code, planSplitTemplate, p)
}

func (l *Lead) planSplit(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, giver, err := l.splitOf(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	part := oversight.PlanTask{Text: strings.TrimSpace(r.PostFormValue("text")), Due: ledgerDate(r, "due", bad)}
	if len(bad) > 0 {
		return l.showSplit(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	var organs []int64
	for _, s := range r.PostForm["to"] {
		if id := planID(s); id != 0 && !slices.Contains(organs, id) {
			organs = append(organs, id)
		}
	}
	if len(organs) == 0 {
		return l.showSplit(w, r, http.StatusUnprocessableEntity, "请至少勾选一个单位。", nil)
	}
	d, err := l.store.SplitPlanTask(r.Context(), page.By(r), f.Task.ID, giver, organs, part)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showSplit(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/plantasks/%d", f.Task.ID), "assigned", d)
}
