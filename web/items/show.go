package items

import (
	"net/http"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) showRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/items/{id}", Verb: org.SeeItems, Serve: t.show}}
}

type showPage struct {
	page.Base
	File  *store.ItemFile
	State page.Tag
}

var showTemplate = page.NewTemplate(templates, "templates/show.html")

func (t *Items) show(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, showTemplate, showPage{Base: t.base(r, "items", x.Content.Title), File: x, State: stateTag(x.Stage, x.Standing)})
}
