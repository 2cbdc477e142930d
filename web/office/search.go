package office

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

type searchPage struct {
	page.Base
	Q        string
	Groups   []searchGroup
	Searched bool
}

type searchGroup struct {
	Name string
	Hits []searchHit
	More string // where all of them are, "" if these are all
}

type searchHit struct {
	Link page.Link
	Note string
}

var searchTemplate = page.NewTemplate(templates, "templates/search.html")

// few is how many hits of a kind stand on the page.
const few = 8

// search looks through everything the viewer may see.
func (o *Office) search(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	q := strings.TrimSpace(r.FormValue("q"))
	if rs := []rune(q); len(rs) > 60 {
		q = string(rs[:60])
	}
	p := searchPage{Base: o.base(r, "", "查找"), Q: q, Searched: q != ""}
	p.Query = q
	if q == "" {
		return page.Render(w, r, searchTemplate, p)
	}
	tasks, err := o.store.Tasks(r.Context(), v, store.TaskQuery{Search: q, Limit: few + 1})
	if err != nil {
		return err
	}
	g := searchGroup{Name: "任务"}
	for i, t := range tasks {
		if i == few {
			g.More = page.With("/desk/tasks", "which", "all", "q", q)
			break
		}
		g.Hits = append(g.Hits, searchHit{page.Link{Text: t.Title, Href: fmt.Sprintf("/desk/tasks/%d", t.ID)}, t.OrganName + "，" + t.State.Chinese()})
	}
	p.add(g)
	approvals, err := o.store.Approvals(r.Context(), v, store.ApprovalQuery{Search: q, Limit: few})
	if err != nil {
		return err
	}
	g = searchGroup{Name: "审批"}
	for _, a := range approvals {
		g.Hits = append(g.Hits, searchHit{page.Link{Text: a.Title, Href: fmt.Sprintf("/desk/approvals/%d", a.ID)}, a.OrganName + "，" + a.State.Chinese()})
	}
	p.add(g)
	for _, part := range []func(*http.Request, org.Viewer, string) (searchGroup, error){o.searchItems, o.searchOrgans, o.searchPeople, o.searchReports} {
		g, err := part(r, v, q)
		if err != nil {
			return err
		}
		p.add(g)
	}
	return page.Render(w, r, searchTemplate, p)
}

func (p *searchPage) add(g searchGroup) {
	if len(g.Hits) > 0 {
		p.Groups = append(p.Groups, g)
	}
}

// searchItems finds published information and what is in work by number, title and
// text; where there is no index, by number and title.
func (o *Office) searchItems(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	g := searchGroup{Name: "主动公开信息"}
	if !org.Able(v, org.SeeItems) {
		return g, nil
	}
	add := func(x store.ItemRow) {
		note := (&proactive.Item{Stage: x.Stage, Standing: x.Standing}).Where()
		for _, s := range []string{x.DocNo, x.Number, x.OrganName} {
			if s != "" {
				note = s + "，" + note
			}
		}
		g.Hits = append(g.Hits, searchHit{page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/items/%d", x.ID)}, note})
	}
	g.More = page.With("/desk/items", "state", "all", "q", q)
	found, err := o.store.SearchItems(r.Context(), v, store.SearchQuery{Text: q, Limit: few})
	if errors.Is(err, store.ErrNoSearch) {
		rows, err := o.store.Items(r.Context(), v, store.ItemQuery{Search: q, Limit: few})
		for _, x := range rows {
			add(x)
		}
		return g, err
	}
	for _, h := range found.Hits {
		add(h.ItemRow)
	}
	if len(found.Hits) < few {
		g.More = ""
	}
	return g, err
}

// searchOrgans finds organs by name, short name or code.
func (o *Office) searchOrgans(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	g := searchGroup{Name: "机关"}
	rows, total, _, err := o.store.ListOrgans(r.Context(), v, store.OrganQuery{Text: q, State: store.OrgansAll, Limit: few})
	for _, x := range rows {
		g.Hits = append(g.Hits, searchHit{page.Link{Text: x.Organ.Name, Href: fmt.Sprintf("/desk/organs/%d", x.Organ.ID)}, x.Parent})
	}
	if total > len(rows) {
		g.More = page.With("/desk/organs", "q", q)
	}
	return g, err
}

// searchPeople finds colleagues by name, login or title.
func (o *Office) searchPeople(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	g := searchGroup{Name: "人员"}
	if !org.Able(v, org.SeePeople) {
		return g, nil
	}
	rows, next, err := o.store.People(r.Context(), v, store.PersonQuery{Search: q, Day: o.cfg.Today(), Who: store.PeopleAll, Limit: few})
	for _, x := range rows {
		g.Hits = append(g.Hits, searchHit{page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/people/%d", x.ID)}, x.Title})
	}
	if next != "" {
		g.More = page.With("/desk/people", "q", q)
	}
	return g, err
}

// searchReports finds last year's reports by the name of the organ.
func (o *Office) searchReports(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	year := o.cfg.Today().Year - 1
	g := searchGroup{Name: fmt.Sprintf("%d年度报告", year)}
	if !org.Able(v, org.SeeReports) {
		return g, nil
	}
	rows, next, err := o.store.Reports(r.Context(), store.ReportQuery{Year: year, Viewer: &v, Search: q, Limit: few})
	for _, x := range rows {
		note := "没有问题"
		if x.Errors > 0 {
			note = fmt.Sprintf("%d 处错误", x.Errors)
		}
		g.Hits = append(g.Hits, searchHit{page.Link{Text: x.Organ.Name, Href: fmt.Sprintf("/desk/reports/%s/%d", organKey(x.Organ), year)}, note})
	}
	if next != "" {
		g.More = page.With("/desk/reports", "year", fmt.Sprint(year), "q", q)
	}
	return g, err
}

// organKey names an organ in the address of its report: by its code, or by its
// id where it has none.
func organKey(o org.Organ) string {
	if o.Code != "" {
		return url.PathEscape(o.Code)
	}
	return fmt.Sprintf("~%d", o.ID)
}
