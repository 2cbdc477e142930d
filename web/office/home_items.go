package office

import (
	"fmt"
	"net/http"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// mostItems bounds how many lines each part of the list of items has.
const mostItems = 20

// items lists what proactive disclosure asks of the viewer: what waits for his
// signature, what came back to him, what may go out, what is due soon, what is to
// be looked at again.
func (o *Office) items(r *http.Request, v org.Viewer, days counting) ([]todo, error) {
	if !org.Able(v, org.SeeItems) {
		return nil, nil
	}
	var out []todo
	seen := map[int64]bool{}
	list := func(q store.ItemQuery, next, path string) error {
		q.Limit = mostItems
		rows, err := o.store.Items(r.Context(), v, q)
		for _, x := range rows {
			if seen[x.ID] {
				continue
			}
			seen[x.ID] = true
			out = append(out, todo{Limit: days.limit(x.Due, ""), due: x.Due, What: page.Link{Text: "信息：" + x.Title, Href: fmt.Sprintf("/desk/items/%d%s", x.ID, path)}, Next: next, Organ: x.OrganName})
		}
		return err
	}
	if err := list(store.ItemQuery{Waiting: true}, "审签", "/review"); err != nil {
		return nil, err
	}
	if err := list(store.ItemQuery{Stage: proactive.Returned, Mine: true}, "按意见修改，重新送审", ""); err != nil {
		return nil, err
	}
	for _, organ := range v.Scope(org.PublishItems).Homes() {
		if err := list(store.ItemQuery{Organ: organ, Stage: proactive.Approved}, "已签发，发布", ""); err != nil {
			return nil, err
		}
	}
	if err := list(store.ItemQuery{Mine: true, Late: days.today.AddDays(leadDays), Open: true}, "公开期限将到，抓紧办理", ""); err != nil {
		return nil, err
	}
	for _, organ := range v.Scope(org.ReviewItems).Homes() {
		rows, err := o.store.Items(r.Context(), v, store.ItemQuery{Organ: organ, Stage: proactive.Withheld, ReviewBy: days.today.AddDays(leadDays), Limit: store.MaxItems})
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			first := law.Date{}
			for _, x := range rows {
				if first.IsZero() || x.ReviewBy.Before(first) {
					first = x.ReviewBy
				}
			}
			out = append(out, todo{Limit: days.limit(first, "条例第十八条"), due: first, What: page.Link{Text: fmt.Sprintf("评估审查：%d件不主动公开的信息", len(rows)), Href: "/desk/items/held?due=1"}, Next: "逐件登记结论", Organ: rows[0].OrganName})
		}
	}
	return out, nil
}
