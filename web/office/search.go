package office

import (
	"fmt"
	"net/http"
	"strings"

	"gongkai/org"
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
	for _, part := range []func(*http.Request, org.Viewer, string) (searchGroup, error){o.searchOrgans, o.searchPeople} {
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

// searchOrgans finds organs by name, short name or code.
func (o *Office) searchOrgans(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	return searchGroup{}, nil
}

// searchPeople finds colleagues by name, login or title.
func (o *Office) searchPeople(r *http.Request, v org.Viewer, q string) (searchGroup, error) {
	return searchGroup{}, nil
}
