package office

import (
	"fmt"
	"net/http"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// organPage is all that is known of an organ.
type organPage struct {
	page.Base
	Name    string
	Tags    []page.Tag
	Doubt   []string
	Facts   []organFact
	Events  []eventLine
	Then    []organFact // names and superiors of earlier days
	Below   []organLine
	More    page.Link // all that is below
	Actions []page.Link
	Links   []page.Link
	Parts   organParts
}

type organFact struct{ Label, Text, Href string }

type eventLine struct {
	On    string
	Text  string
	Basis string
	Fix   bool
	Other page.Link
}

var organTemplate = page.NewTemplate(templates, "templates/organ.html", "templates/organ_parts.html")

func (o *Office) organ(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	f, err := o.organAt(r)
	if err != nil {
		return err
	}
	x, today := f.Organ, o.cfg.Today()
	p := organPage{Base: o.base(r, "organs", x.Name), Name: x.Name}
	p.Styles = append(p.Styles, o.assets.Path("organs.css"))
	if p.Crumbs, err = o.organCrumbs(r, f, false); err != nil {
		return err
	}
	if k := x.Kind.Chinese(); k != "" {
		p.Tags = append(p.Tags, page.Tag{Text: k})
	} else {
		p.Tags = append(p.Tags, page.Tag{Tone: "warn", Text: "类别未定"})
	}
	if !x.InForce(today) {
		p.Tags = append(p.Tags, endTag(x, today))
	} else if !x.Filer() {
		p.Tags = append(p.Tags, page.Tag{Text: "不单独编制年度报告"})
	}
	for _, s := range []string{org.CodeDoubt(x.Code), org.RegionDoubt(x.Region)} {
		if s != "" {
			p.Doubt = append(p.Doubt, s)
		}
	}
	if p.Facts, err = o.organFacts(r, f); err != nil {
		return err
	}
	if err := o.organPast(r, f, &p); err != nil {
		return err
	}
	rows, total, _, err := o.store.ListOrgans(ctx, v, store.OrganQuery{Under: x.ID, Direct: true, Limit: 30})
	if err != nil {
		return err
	}
	for _, y := range rows {
		p.Below = append(p.Below, organRow(y, store.OrganQuery{}, today))
	}
	if total > len(rows) {
		p.More = page.Link{Text: fmt.Sprintf("查看全部 %d 个直属下级", total), Href: page.With("/desk/organs", "under", fmt.Sprint(x.ID))}
	}
	p.Links = []page.Link{{Text: "人员和岗位", Href: page.With("/desk/people", "organ", fmt.Sprint(x.ID))}, {Text: "下级机关", Href: page.With("/desk/organs", "under", fmt.Sprint(x.ID))}}
	if _, led, _, err := o.store.ListOrgans(ctx, v, store.OrganQuery{Line: x.ID, Limit: 1}); err != nil {
		return err
	} else if led > 0 {
		p.Links = append(p.Links, page.Link{Text: fmt.Sprintf("业务主管的机关（%d）", led), Href: page.With("/desk/organs", "line", fmt.Sprint(x.ID))})
	}
	if org.May(v, org.SeeLog, f.OrganSubject()) {
		p.Links = append(p.Links, page.Link{Text: "操作留痕", Href: page.With("/desk/log", "ref", store.OrganRef(x.ID))})
	}
	if mayArrange(v, f) {
		for _, y := range organVerbs() {
			if x.To.IsZero() || !x.To.Before(today) || y.path == "rename" || y.path == "change" {
				p.Actions = append(p.Actions, page.Link{Text: y.title, Href: organHref(x.ID) + "/" + y.path})
			}
		}
	}
	if org.May(v, org.EditOrgan, f.OrganSubject()) {
		p.Actions = append(p.Actions, page.Link{Text: "设立下级机构", Href: page.With("/desk/organs/new", "parent", fmt.Sprint(x.ID))})
	}
	if p.Parts, err = o.organParts(r, f); err != nil {
		return err
	}
	return page.Render(w, r, organTemplate, p)
}

func (o *Office) organFacts(r *http.Request, f store.OrganFile) ([]organFact, error) {
	x := f.Organ
	code := "统一社会信用代码"
	if len(x.Code) != 18 {
		code = "代码"
	}
	out := []organFact{{code, x.Code, ""}, {"简称", x.Short, ""}, {"层级", x.Level.Chinese(), ""}, {"行政区划代码", x.Region, ""},
		{"设立日期", x.From.Chinese(), ""}, {"终止日期", x.To.Chinese(), ""}}
	for _, up := range []struct {
		label string
		id    int64
	}{{"上级机关", x.Parent}, {"业务主管", f.Line}, {"所属机关", otherThan(f.Home, x.ID, x.Parent)}} {
		if up.id == 0 {
			continue
		}
		y, err := o.store.Organ(r.Context(), up.id)
		if err != nil {
			return nil, err
		}
		href := ""
		if org.May(page.VisitOf(r).Viewer, org.SeeOrgan, y.Subject()) {
			href = organHref(y.ID)
		}
		out = append(out, organFact{up.label, y.Name, href})
	}
	kept := out[:0]
	for _, l := range out {
		if l.Text != "" {
			kept = append(kept, l)
		}
	}
	return kept, nil
}

func otherThan(id int64, not ...int64) int64 {
	for _, n := range not {
		if id == n {
			return 0
		}
	}
	return id
}

// organPast fills what happened to the organ and what it was.
func (o *Office) organPast(r *http.Request, f store.OrganFile, p *organPage) error {
	events, err := o.store.OrganEvents(r.Context(), f.Organ.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		l := eventLine{On: e.On.Chinese(), Text: e.Chinese() + "。", Basis: e.Basis, Fix: e.On.IsZero()}
		if e.On.IsZero() && e.Kind == "organ.created" {
			l.On, l.Fix = "日期未记录", false
		}
		if e.Other != 0 && e.Kind != "organ.moved" {
			l.Other = page.Link{Text: e.OtherName, Href: organHref(e.Other)}
		}
		p.Events = append(p.Events, l)
	}
	if len(f.History) < 2 {
		return nil
	}
	for i := len(f.History) - 2; i >= 0; i-- {
		e := f.History[i]
		text := e.Name
		if e.Parent != 0 {
			if y, err := o.store.OrganOn(r.Context(), e.Parent, e.Last); err == nil {
				text += "，隶属" + y.Name
			}
		}
		p.Then = append(p.Then, organFact{span(e.First, e.Last), text, ""})
	}
	return nil
}

// span is a stretch of days in words.
func span(first, last law.Date) string {
	switch {
	case first.IsZero() && last.IsZero():
		return "一直"
	case first.IsZero():
		return last.Chinese() + "以前"
	case last.IsZero():
		return first.Chinese() + "起"
	}
	return first.Chinese() + "至" + last.Chinese()
}
