package items

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/portal"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) outletRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/outlet", Verb: org.SeeItems, Serve: t.outlet},
		{Pattern: "POST /desk/items/outlet/package", Verb: org.PublishItems, Serve: t.outletPackage},
		{Pattern: "POST /desk/items/outlet/done", Verb: org.PublishItems, Serve: t.outletDone},
		{Pattern: "POST /desk/items/outlet/{id}/link", Verb: org.PublishItems, Serve: t.outletLink},
		{Pattern: "POST /desk/items/outlet/{id}/retry", Verb: org.PublishItems, Serve: t.outletRetry},
	}
}

// outletPage is how far the portal of the county has followed.
type outletPage struct {
	page.Base
	Tabs    []page.Link
	Tab     string
	Rows    []outletRow
	Pager   page.Pager
	May     bool
	Link    page.Field // of the row whose address was not taken
	Linking int64
	Empty   string
	Waiting int // on this page
}

type outletRow struct {
	ID      int64
	What    page.Link
	Number  string
	Organ   string
	Column  string
	Todo    page.Tag
	State   page.Tag
	URL     string
	Done    string
	Problem string
	Retry   bool
}

var outletTemplate = page.NewTemplate(templates, "templates/outlet.html")

var outletTabs = []struct{ key, text, empty string }{
	{"wait", "待同步", "门户网站没有要补的信息。"},
	{"fail", "同步失败", "没有同步失败的信息。"},
	{"done", "已同步", "还没有信息同步到门户网站。"},
	{"", "全部", "还没有发布过信息。"},
}

func (t *Items) outlet(w http.ResponseWriter, r *http.Request) error {
	return t.showOutlet(w, r, http.StatusOK, 0, "", "")
}

// showOutlet draws the list; a refused address stands at its row with the message.
func (t *Items) showOutlet(w http.ResponseWriter, r *http.Request, status int, linking int64, url, message string) error {
	v := page.VisitOf(r).Viewer
	tab := r.FormValue("state")
	q := store.PortalJobQuery{Limit: 50}
	p := outletPage{Base: t.base(r, "outlet", "门户同步"), May: org.Able(v, org.PublishItems), Linking: linking,
		Link: page.Field{Name: "url", Label: "门户网址", Value: url, Message: message, Max: org.MaxPortalURL}}
	if !r.URL.Query().Has("state") && linking == 0 {
		tab = "wait"
	}
	for _, x := range outletTabs {
		p.Tabs = append(p.Tabs, page.Link{Key: x.key, Text: x.text, Href: "/desk/items/outlet?state=" + x.key})
		if x.key == tab {
			p.Tab, p.Empty, q.State = x.key, x.empty, store.PortalState(x.key)
		}
	}
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64)
	jobs, err := t.store.PortalJobs(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		row := outletRow{ID: j.Item, What: page.Link{Text: j.Title, Href: fmt.Sprintf("/desk/items/%d", j.Item)}, Number: j.Number, Organ: j.OrganName, URL: j.URL, Problem: j.Problem, Retry: j.State == store.PortalFails,
			Todo: page.Tag{Text: "发布"}, State: page.Tag{Text: j.State.Chinese(), Tone: map[store.PortalState]string{store.PortalHas: "ok", store.PortalFails: "err"}[j.State]}}
		if j.Title == "" {
			row.What.Text = "（已紧急撤下）" + j.Number
		}
		if j.Down {
			row.Todo = page.Tag{Text: "从门户撤下", Tone: "err"}
		} else if j.N > 1 {
			row.Todo.Text = fmt.Sprintf("更新到第%d版", j.N)
		}
		if !j.Done.IsZero() {
			row.Done = j.Done.In(law.Beijing).Format("2006-01-02 15:04")
		}
		if row.Column, err = t.store.PortalColumn(r.Context(), j); err != nil {
			return err
		}
		if j.State != store.PortalHas {
			p.Waiting++
		}
		p.Rows = append(p.Rows, row)
	}
	if len(jobs) == q.Limit {
		p.Pager.Next = page.With("/desk/items/outlet", "state", p.Tab, "before", strconv.FormatInt(jobs[len(jobs)-1].Item, 10))
	}
	if q.Before != 0 {
		p.Pager.First = "/desk/items/outlet?state=" + p.Tab
	}
	return page.RenderStatus(w, r, status, outletTemplate, p)
}

// picked are the jobs ticked on the page, as the viewer may see them.
func (t *Items) picked(r *http.Request) ([]store.PortalJob, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &page.Input{Text: "表单没有收全，请重新提交。"}
	}
	want := map[int64]bool{}
	for _, s := range r.PostForm["item"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			want[id] = true
		}
	}
	if len(want) == 0 || len(want) > store.MaxItems {
		return nil, &page.Input{Text: fmt.Sprintf("请先勾选信息，每次最多%d件。", store.MaxItems)}
	}
	var out []store.PortalJob
	for before := int64(0); ; {
		list, err := t.store.PortalJobs(r.Context(), page.VisitOf(r).Viewer, store.PortalJobQuery{Before: before, Limit: store.MaxItems})
		if err != nil {
			return nil, err
		}
		for _, j := range list {
			if want[j.Item] {
				out = append(out, j)
			}
		}
		if len(list) < store.MaxItems || len(out) == len(want) {
			break
		}
		before = list[len(list)-1].Item
	}
	if len(out) == 0 {
		return nil, page.ErrNotFound
	}
	return out, nil
}

// outletPackage gives out the ticked items as files for the portal. That they
// were taken over there is said by another button.
func (t *Items) outletPackage(w http.ResponseWriter, r *http.Request) error {
	jobs, err := t.picked(r)
	if err != nil {
		return err
	}
	base, err := t.store.Inherited(r.Context(), jobs[0].Organ, org.ItemPortalBase)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	set := render.PortalItemSet{From: t.cfg.County, Site: t.cfg.County + "政府信息公开", Base: base, Made: t.cfg.Today(), Items: portal.Items(r.Context(), t.store, jobs, t.cfg.Root(r))}
	if _, err := render.PortalItems(&b, set); err != nil {
		return err
	}
	page.Attach(w, "门户信息包-"+t.cfg.Today().String()+".zip")
	w.Header().Set("Content-Type", "application/zip")
	_, err = w.Write(b.Bytes())
	return err
}

// outletDone says that the ticked items stand on the portal now, or are gone from
// it.
func (t *Items) outletDone(w http.ResponseWriter, r *http.Request) error {
	jobs, err := t.picked(r)
	if err != nil {
		return err
	}
	if _, err := t.store.NoteItemExport(r.Context(), page.By(r), jobs); err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/items/outlet?state=wait&done=onportal", http.StatusSeeOther)
	return nil
}

func (t *Items) outletLink(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	typed := r.FormValue("url")
	address, problem := org.CheckPortalURL(typed)
	if problem != "" {
		return t.showOutlet(w, r, http.StatusUnprocessableEntity, id, clip(typed, org.MaxPortalURL), problem)
	}
	if _, err := t.store.LinkItem(r.Context(), page.By(r), id, address); err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/items/outlet?state=done&done=saved", http.StatusSeeOther)
	return nil
}

func (t *Items) outletRetry(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	if _, err := t.store.RetryPortal(r.Context(), page.By(r), id); err != nil {
		return err
	}
	http.Redirect(w, r, "/desk/items/outlet?state=wait&done=retried", http.StatusSeeOther)
	return nil
}
