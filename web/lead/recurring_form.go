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

func (l *Lead) recurringForm(w http.ResponseWriter, r *http.Request) error {
	return l.showRecurringForm(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showRecurringForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	p := planFormPage{Base: l.base(r, "recurring", "重点公开事项"), Heading: "设定重点公开事项", Failure: failure, Action: "/desk/recurring/new", Back: "/desk/recurring", Key: r.PostFormValue("key")}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: "重点公开事项日历", Href: "/desk/recurring"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	value := map[string]string{"from": l.cfg.Today().String(), "kind": "quarterly"}
	if r.PathValue("id") != "" {
		f, err := l.recurringOf(r)
		if err != nil {
			return err
		}
		if !f.Edits {
			return store.Forbidden(org.EditPlans)
		}
		p.Heading, p.Action, p.Back, p.Version = "修改："+f.Name, fmt.Sprintf("/desk/recurring/%d/edit", f.ID), fmt.Sprintf("/desk/recurring/%d", f.ID), f.Version
		kind, day, month := dutyWords(f.Rule)
		value = map[string]string{"name": f.Name, "category": f.Category, "kind": kind, "day": day, "month": month, "basis": f.Basis, "from": f.From.String(), "to": f.To.String()}
	} else {
		organs, _, err := l.ledgerOrgans(r, org.EditPlans, r.FormValue("organ"))
		if err != nil {
			return err
		}
		p.Fields = append(p.Fields, page.Field{Name: "organ", Label: "由谁公开", Kind: "select", Options: organs, Message: bad["organ"], Hint: "机关，或者它的内设机构、村（社区）。"})
	}
	if r.Method == http.MethodPost {
		for _, k := range []string{"name", "category", "kind", "day", "month", "basis", "from", "to"} {
			value[k] = r.PostFormValue(k)
		}
		p.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	}
	p.Fields = append(p.Fields,
		page.Field{Name: "name", Label: "公开什么", Value: value["name"], Message: bad["name"], Required: true, Max: 100, Hint: "例如：城乡低保对象名单"},
		page.Field{Name: "category", Label: "类别", Value: value["category"], Message: bad["category"], Max: 40, Hint: "例如：社会救助、财政预决算"},
		page.Field{Name: "kind", Label: "频次", Kind: "select", Options: ledgerOptions(value["kind"], "", dutyKinds...), Message: bad["rule"]},
		page.Field{Name: "day", Label: "日期或天数", Kind: "number", Value: value["day"], Hint: "每月、每年写几号；季后、期后、事项发生后写几天；季度末、半年末不填。"},
		page.Field{Name: "month", Label: "月份", Kind: "number", Value: value["month"], Hint: "只有每年的填，1至12。"},
		page.Field{Name: "basis", Label: "依据", Kind: "textarea", Rows: 2, Value: value["basis"], Message: bad["basis"], Required: true, Max: 300, Hint: "例如：《预算法》第十四条，或者县政府办公室通知。"},
		page.Field{Name: "from", Label: "从哪天起执行", Kind: "date", Value: value["from"], Message: bad["from"], Required: true},
		page.Field{Name: "to", Label: "到哪天停止", Kind: "date", Value: value["to"], Message: bad["to"], Hint: "长期的不填。不再需要公开的，写停止的日期，以前的记录保留。"})
	return page.RenderStatus(w, r, code, planFormTemplate, p)
}

func (l *Lead) recurringSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	bad := map[string]string{}
	x := oversight.Recurring{Organ: planID(get("organ")), Name: get("name"), Category: get("category"), Rule: dutyRule(get("kind"), get("day"), get("month")), Basis: get("basis"),
		From: ledgerDate(r, "from", bad), To: ledgerDate(r, "to", bad)}
	x.Version, _ = strconv.ParseInt(get("version"), 10, 64) // a damaged one conflicts
	if r.PathValue("id") != "" {
		f, err := l.recurringOf(r)
		if err != nil {
			return err
		}
		x.ID, x.Organ = f.ID, f.Organ
	}
	for k, why := range x.Wrong() {
		if bad[k] == "" {
			bad[k] = why
		}
	}
	if len(bad) > 0 {
		return l.showRecurringForm(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.SaveRecurring(r.Context(), page.By(r), x)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showRecurringForm(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/recurring/"+d.Answer, "saved", d)
}

type recurringTemplatesPage struct {
	page.Base
	Key     string
	Failure string
	Items   []templateLine
	Organs  []splitChoice
	Kinds   []string
	From    page.Field
}

type templateLine struct {
	ID, Name, Category, Kinds, Rhythm, Event, Cite, Says string
	Practice, Checked                                    bool
}

var recurringTemplatesTemplate = page.NewTemplate(templates, "templates/recurring_templates.html")

func (l *Lead) recurringTemplates(w http.ResponseWriter, r *http.Request) error {
	return l.showTemplates(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showTemplates(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	p := recurringTemplatesPage{Base: l.base(r, "recurring", "按模板建立"), Key: page.NewKey(), Failure: failure}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: "重点公开事项日历", Href: "/desk/recurring"}}
	for _, t := range oversight.DutyTemplates() {
		var kinds []string
		for _, k := range t.Kinds {
			kinds = append(kinds, k.Chinese())
		}
		p.Items = append(p.Items, templateLine{ID: t.ID, Name: t.Name, Category: t.Category, Kinds: strings.Join(kinds, "、"), Rhythm: t.Rule.Chinese(), Event: t.Event, Cite: t.Cite.String(), Says: t.Cite.Paraphrase,
			Practice: t.Practice, Checked: r.Method != http.MethodPost || slices.Contains(r.PostForm["template"], t.ID)})
	}
	organs, _, err := l.ledgerOrgans(r, org.EditPlans, "")
	if err != nil {
		return err
	}
	for _, o := range organs {
		x, err := l.store.Organ(r.Context(), planID(o.Value))
		if err != nil {
			return err
		}
		if x.Kind != org.Section {
			p.Organs = append(p.Organs, splitChoice{x.ID, x.ShortName(), x.Kind.Chinese(), slices.Contains(r.PostForm["organ"], o.Value)})
		}
	}
	from := l.cfg.Today().String()
	if r.Method == http.MethodPost {
		from = r.PostFormValue("from")
	}
	p.From = page.Field{Name: "from", Label: "从哪天起执行", Kind: "date", Value: from, Message: bad["from"], Required: true, Hint: "这一天以前到期的不计。"}
	return page.RenderStatus(w, r, code, recurringTemplatesTemplate, p)
}

func (l *Lead) recurringAdd(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	bad := map[string]string{}
	from := ledgerDate(r, "from", bad)
	if len(bad) > 0 {
		return l.showTemplates(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	var organs []int64
	for _, s := range r.PostForm["organ"] {
		if id := planID(s); id != 0 && !slices.Contains(organs, id) {
			organs = append(organs, id)
		}
	}
	d, err := l.store.AddDutyTemplates(r.Context(), page.By(r), organs, r.PostForm["template"], from)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showTemplates(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/recurring", "created", d)
}
