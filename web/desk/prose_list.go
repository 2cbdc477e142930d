package desk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type proseListPage struct {
	page.Base
	Heading string
	Number  string
	Unit    string
	Year    int
	Rows    []store.FactRow
	From    int // number of the first row
	Pager   page.Pager
	Sums    bool // the number is a sum over the rows, not their count
	Back    string
}

var proseListTemplate = page.NewTemplate(templates, "templates/prose_list.html")

// proseList shows what a figure of the prose counts.
func (d *Desk) proseList(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if !c.may(org.EditReports) {
		return page.ErrNotFound
	}
	key, below := r.FormValue("fact"), r.FormValue("below") != ""
	after := min(max(number(r.FormValue("after"), 0), 0), 1_000_000)
	rows, more, err := d.store.FactRows(r.Context(), c.viewer, c.id, c.Year, key, below, after)
	if err != nil {
		return missing(err)
	}
	var facts []reporting.Fact
	if below {
		facts, err = d.store.ReportFactsBelow(r.Context(), c.viewer, c.id, c.Year, c.today)
	} else {
		facts, err = d.store.ReportFacts(r.Context(), c.viewer, c.id, c.Year, c.today)
	}
	if err != nil {
		return missing(err)
	}
	i := slices.IndexFunc(facts, func(f reporting.Fact) bool { return f.Key == key })
	if i < 0 {
		return page.ErrNotFound
	}
	f := facts[i]
	p := proseListPage{Base: d.proseBase(r, c, f.Label), Heading: f.Label, Number: f.Text(), Unit: f.Unit, Year: c.Year, Rows: rows, From: after + 1, Back: c.path("/prose"),
		Sums: after == 0 && !more && f.N != int64(len(rows)) || f.Money || strings.HasPrefix(key, "visits.")}
	p.Crumbs = append(p.Crumbs, page.Link{Text: "按模板写文字", Href: p.Back})
	at := func(n int) string {
		b := ""
		if below {
			b = "1"
		}
		return page.With(c.path("/prose/list"), "fact", key, "below", b, "after", fmt.Sprint(n))
	}
	if more {
		p.Pager.Next = at(after + len(rows))
	}
	if after > 0 {
		p.Pager.First = at(0)
	}
	if more || after > 0 {
		p.Pager.Note = fmt.Sprintf("本页第 %d 至第 %d 条", after+1, after+len(rows))
	}
	return page.Render(w, r, proseListTemplate, p)
}

type proseTemplatePage struct {
	page.Base
	Head     string
	Key      string
	Own      int64
	From     string
	Body     page.Field
	Faults   []reporting.TemplateFault
	Failure  string
	Tried    bool
	Written  []reporting.Written
	Labels   []factGroup
	Editions []store.ProseTemplate
	Down     bool // it is handed down to the organs below
	May      bool // hand one down
	Path     string
	Back     string
}

var proseTemplateTemplate = page.NewTemplate(templates, "templates/prose_template.html")

func (d *Desk) proseTemplateForm(w http.ResponseWriter, r *http.Request) error {
	x, err := d.writingOf(r, "")
	if err != nil {
		return err
	}
	t, down, err := d.templateOf(r, x)
	if err != nil {
		return err
	}
	return d.showProseTemplate(w, r, x, http.StatusOK, proseTemplatePage{Own: t.Own, Down: down, Body: page.Field{Value: t.Body}}, t)
}

// templateOf is the template that the address speaks of: of the organ's own
// report, or of those below.
func (d *Desk) templateOf(r *http.Request, x *proseCase) (*store.ProseTemplate, bool, error) {
	if r.FormValue("for") != "below" {
		return x.template, false, nil
	}
	if !x.hands() {
		return nil, false, page.ErrNotFound
	}
	t, err := d.store.ProseTemplate(r.Context(), x.id, true)
	return t, true, missing(err)
}

// hands reports whether the viewer may hand a template down to the organs below.
func (c *filingCase) hands() bool { return c.may(org.ReviewReports) && c.government() }

func (d *Desk) showProseTemplate(w http.ResponseWriter, r *http.Request, x *proseCase, code int, p proseTemplatePage, t *store.ProseTemplate) error {
	title := "报告文字模板"
	if p.Down {
		title = "下发给所属机关的文字模板"
	}
	p.Base, p.Head, p.Key, p.Path, p.Back, p.May = d.proseBase(r, x.filingCase, title), x.name(), page.NewKey(), x.path("/prose/template"), x.path("/prose"), x.hands()
	p.Crumbs = append(p.Crumbs, page.Link{Text: "按模板写文字", Href: p.Back})
	switch {
	case t.Organ == 0:
		p.From = "现在用的是系统自带的模板。"
	case t.Organ == x.id:
		p.From = fmt.Sprintf("现在用的是本机关自己的模板，第%d版。", t.N)
	default:
		p.From = fmt.Sprintf("现在用的是%s下发的模板，第%d版。", t.OrganName, t.N)
	}
	p.Body = page.Field{Name: "body", Kind: "textarea", Label: "模板", Rows: 26, Max: reporting.MaxTemplate, Value: p.Body.Value}
	at := map[string]int{}
	for _, k := range reporting.FactKinds() {
		g, ok := at[k.Group]
		if !ok {
			g = len(p.Labels)
			at[k.Group] = g
			p.Labels = append(p.Labels, factGroup{Name: k.Group})
		}
		p.Labels[g].Facts = append(p.Labels[g].Facts, factView{Key: k.Key, Label: k.Label, Unit: k.Unit})
	}
	var err error
	if p.Editions, err = d.store.ProseTemplates(r.Context(), x.viewer, x.id, p.Down); err != nil {
		return missing(err)
	}
	return page.RenderStatus(w, r, code, proseTemplateTemplate, p)
}

func (d *Desk) proseTemplateAct(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values
	x, err := d.writingOf(r, "")
	if err != nil {
		return err
	}
	t, down, err := d.templateOf(r, x)
	if err != nil {
		return err
	}
	body := newlines(f.Get("body"))
	p := proseTemplatePage{Own: int64(number(f.Get("own"), -1)), Down: down, Body: page.Field{Value: body}}
	if f.Get("do") == "reset" {
		body = ""
	}
	parsed, faults := reporting.ParseTemplate(body)
	if p.Faults = faults; len(faults) > 0 {
		return d.showProseTemplate(w, r, x, http.StatusUnprocessableEntity, p, t)
	}
	if f.Get("do") == "try" {
		p.Tried, p.Written = true, parsed.Write(x.facts, x.names())
		return d.showProseTemplate(w, r, x, http.StatusOK, p, t)
	}
	done, err := d.store.SaveProseTemplate(r.Context(), keyed(page.By(r), body), x.id, down, p.Own, body)
	var refused *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		p.Failure, p.Own = "在您修改期间，别人存了新的一版，没有保存。您写的还在框里，再按一次“保存”就以您的为准。", t.Own
		return d.showProseTemplate(w, r, x, http.StatusConflict, p, t)
	case errors.As(err, &refused):
		p.Failure = refused.Text
		return d.showProseTemplate(w, r, x, http.StatusUnprocessableEntity, p, t)
	case err != nil:
		return missing(err)
	}
	to := x.path("/prose/template")
	if down {
		to += "?for=below"
	}
	return page.Done(w, r, to, "saved", done)
}
