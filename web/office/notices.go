package office

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"gongkai/law"
	"gongkai/notify"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) noticeRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/notices", Verb: org.Enter, Serve: o.inbox},
		{Pattern: "POST /desk/notices/read", Verb: org.Enter, Serve: o.inboxRead},
		{Pattern: "GET /desk/notices/{id}", Verb: org.Enter, Serve: o.inboxOpen},
		{Pattern: "GET /desk/notices/settings", Verb: org.EditSelf, Serve: o.noticeChoice},
		{Pattern: "POST /desk/notices/settings", Verb: org.EditSelf, Serve: o.noticeChoose},
		{Pattern: "GET /desk/settings/jobs", Verb: org.Configure, Serve: o.jobs},
		{Pattern: "POST /desk/settings/jobs", Verb: org.Configure, Serve: o.jobAct},
		{Pattern: "POST /desk/settings/jobs/test", Verb: org.Configure, Serve: o.channelTest},
	}
}

// Unread counts the notices that who asks has not read, for the header.
func (o *Office) Unread(r *http.Request) int {
	n, err := o.store.Unread(r.Context(), page.VisitOf(r).Viewer.Person)
	if err != nil {
		return 0 // the page itself will say that the database does not answer
	}
	return n
}

type inboxPage struct {
	page.Base
	New    []noticeLine
	Read   []noticeLine
	Newest int64 // of the unread ones shown
	Key    string
	Pager  page.Pager
	Empty  page.Empty
}

// A noticeLine is a notice as the inbox shows it.
type noticeLine struct {
	ID       int64
	Sentence string
	What     string // what the matter is called, or its number
	Number   string // "" if What is it
	Href     string // "" if it leads nowhere
	Limit    page.Limit
	HasLimit bool
	When     string
	Settled  bool
}

var inboxTemplate = page.NewTemplate(templates, "templates/notices.html")

// inbox is what this person was told: unread first.
func (o *Office) inbox(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	before, _ := strconv.ParseInt(r.FormValue("before"), 10, 64) // a damaged mark gives the first page
	p := inboxPage{Base: o.base(r, "notices", "通知"), Key: page.NewKey(),
		Empty: page.Empty{Text: "没有通知。任务、审批和期限提醒会出现在这里。", Action: page.Link{Text: "选择怎样通知我", Href: "/desk/notices/settings"}}}
	p.Styles = append(p.Styles, o.assets.Path("notices.css"))
	if before == 0 {
		list, err := o.store.Inbox(r.Context(), v, true, 0)
		if err != nil {
			return err
		}
		if p.New, err = o.noticeLines(r, list); err != nil {
			return err
		}
		if len(list) > 0 {
			p.Newest = list[0].ID
		}
	}
	list, err := o.store.Inbox(r.Context(), v, false, before)
	if err != nil {
		return err
	}
	if p.Read, err = o.noticeLines(r, list); err != nil {
		return err
	}
	if len(list) == store.MaxInbox {
		p.Pager.Next = page.With("/desk/notices", "before", fmt.Sprint(list[len(list)-1].ID))
	}
	if before > 0 {
		p.Pager.First = "/desk/notices"
	}
	return page.Render(w, r, inboxTemplate, p)
}

func (o *Office) noticeLines(r *http.Request, list []store.Notice) ([]noticeLine, error) {
	days, err := o.counting(r)
	if err != nil {
		return nil, err
	}
	var out []noticeLine
	for _, n := range list {
		x := noticeLine{ID: n.ID, Sentence: notify.SentenceOf(n.Kind).Inside, What: n.Subject, Number: n.Number, When: o.when(n.Made), Settled: !n.Settled.IsZero()}
		if x.What == "" {
			x.What, x.Number = n.Number, ""
		}
		if x.What == "" {
			x.What = "查看"
		}
		if n.Link != "" {
			x.Href = fmt.Sprintf("/desk/notices/%d", n.ID)
		}
		if !n.Due.IsZero() && !x.Settled {
			x.Limit, x.HasLimit = days.limit(n.Due, ""), true
			x.Limit.Trace = nil // the matter's own page counts the days
		}
		out = append(out, x)
	}
	return out, nil
}

// when is an instant as people read it: of today the time, else the day too.
func (o *Office) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(law.Beijing)
	switch d := law.DateOf(t); o.cfg.Today().DaysSince(d) {
	case 0:
		return "今天 " + t.Format("15:04")
	case 1:
		return "昨天 " + t.Format("15:04")
	case -1:
		return "明天 " + t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// inboxOpen marks a notice as read and leads to what it is about. Reading one's
// own notice twice changes nothing, so that a link may do it.
func (o *Office) inboxOpen(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	by := page.By(r)
	by.Key = ""
	link, err := o.store.ReadNotice(r.Context(), by, id)
	if err != nil {
		return err
	}
	if link == "" {
		link = "/desk/notices"
	}
	http.Redirect(w, r, link, http.StatusSeeOther)
	return nil
}

// inboxRead marks one notice, or everything that the page showed, as read.
func (o *Office) inboxRead(w http.ResponseWriter, r *http.Request) error {
	by := page.By(r)
	by.Key = "" // the page has many buttons under one key, and none does harm twice
	if one := r.PostFormValue("one"); one != "" {
		id, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return page.ErrNotFound
		}
		if _, err := o.store.ReadNotice(r.Context(), by, id); err != nil {
			return err
		}
		return page.Done(w, r, "/desk/notices", "read", store.Done{})
	}
	upTo, err := strconv.ParseInt(r.PostFormValue("upto"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	d, err := o.store.ReadNotices(r.Context(), by, upTo)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/notices", "read", d)
}
