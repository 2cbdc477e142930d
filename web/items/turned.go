package items

import (
	"net/http"
	"strconv"

	"gongkai/org"
	"gongkai/web/page"
)

func (t *Items) turnedRoutes() []page.Route {
	return []page.Route{{Pattern: "POST /desk/requests/{id}/disclosure-draft", Verb: org.EditItems, Serve: t.turned}}
}

// turned opens the draft of what somebody applied for and is to be published,
// art. 44.
func (t *Items) turned(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	d, err := t.store.DraftTurned(r.Context(), page.By(r), id)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/items/"+d.Answer+"/edit", http.StatusSeeOther)
	return nil
}
