package office

import (
	"net/http"

	"gongkai/web/page"
)

func (o *Office) homeRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk", Serve: o.home}}
}

type homePage struct {
	page.Base
}

var homeTemplate = page.NewTemplate(templates, "templates/home.html")

// home is the 工作台: what this person has to do, and by when.
func (o *Office) home(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, homeTemplate, homePage{Base: o.base(r, "home", "工作台")})
}
