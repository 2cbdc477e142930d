package office

import (
	"net/http"

	"gongkai/org"
	"gongkai/web/page"
)

// leadDays is how far ahead the 工作台 looks for what a work plan or the calendar
// of publications asks.
const leadDays = 14

// leading lists what the work plan, the calendar of publications, orders and the
// month's dispatch ask of the viewer's own organs.
func (o *Office) leading(r *http.Request, v org.Viewer, days counting) ([]todo, error) {
	list, err := o.store.LeadDues(r.Context(), v, days.today, days.today.AddDays(leadDays))
	if err != nil {
		return nil, err
	}
	var out []todo
	for _, x := range list {
		out = append(out, todo{Limit: days.limit(x.Due, x.Basis), due: x.Due, What: page.Link{Text: x.Text, Href: x.Link}, Next: x.Next, Organ: x.Organ})
	}
	return out, nil
}
