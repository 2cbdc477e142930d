package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) peopleRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/people", Verb: org.SeePeople, Serve: o.people},
		{Pattern: "GET /desk/people/new", Verb: org.EditPeople, Serve: o.personNew},
		{Pattern: "POST /desk/people/new", Verb: org.EditPeople, Serve: o.personSave},
		{Pattern: "GET /desk/people/import", Verb: org.EditPeople, Serve: o.rosterForm},
		{Pattern: "POST /desk/people/import", Verb: org.EditPeople, Body: listBody, Time: rosterTime, Serve: o.rosterPreview},
		{Pattern: "POST /desk/people/import/apply", Verb: org.EditPeople, Body: listBody, Time: rosterTime, Serve: o.rosterApply},
		{Pattern: "GET /desk/people/import/sample.csv", Verb: org.EditPeople, Serve: o.rosterSample},
		{Pattern: "GET /desk/people/permissions", Verb: org.SeePeople, Serve: o.permissions},
		{Pattern: "GET /desk/people/roles", Verb: org.SeePeople, Serve: o.roles},
		{Pattern: "GET /desk/people/{id}", Verb: org.SeePeople, Serve: o.person},
		{Pattern: "GET /desk/people/{id}/edit", Verb: org.EditSelf, Serve: o.personEdit},
		{Pattern: "POST /desk/people/{id}/edit", Verb: org.EditSelf, Serve: o.personSave},
		{Pattern: "POST /desk/people/{id}/return", Verb: org.EditPeople, Serve: o.personReturn},
		{Pattern: "GET /desk/people/{id}/grant", Verb: org.SeePeople, Sure: true, Serve: o.grantForm},
		{Pattern: "POST /desk/people/{id}/grant", Verb: org.SeePeople, Sure: true, Serve: o.grant},
		{Pattern: "GET /desk/people/{id}/posts/{post}/end", Verb: org.SeePeople, Sure: true, Serve: o.endForm},
		{Pattern: "POST /desk/people/{id}/posts/{post}/end", Verb: org.SeePeople, Sure: true, Serve: o.endPost},
		{Pattern: "GET /desk/people/{id}/handover", Verb: org.HandOver, Serve: o.handoverNew},
		{Pattern: "POST /desk/people/{id}/handover", Verb: org.HandOver, Serve: o.handoverBegin},
		// Without a verb: the parties of a handover may hold no post yet, or none
		// any more. The store asks whether somebody is a party.
		{Pattern: "GET /desk/handovers", Serve: o.handovers},
		{Pattern: "GET /desk/handovers/{id}", Serve: o.handover},
		{Pattern: "POST /desk/handovers/{id}", Verb: org.HandOver, Body: handoverBody, Serve: o.handoverSettle},
		{Pattern: "POST /desk/handovers/{id}/confirm", Serve: o.handoverConfirm},
		{Pattern: "POST /desk/handovers/{id}/complete", Verb: org.HandOver, Sure: true, Serve: o.handoverComplete},
		{Pattern: "POST /desk/handovers/{id}/cancel", Verb: org.HandOver, Serve: o.handoverCancel},
		{Pattern: "GET /desk/handovers/{id}/sheet", Serve: o.handoverSheet},
		{Pattern: "GET /desk/handovers/{id}/sheet.docx", Serve: o.handoverDOCX},
	}
}

// peopleCrumbs lead from a page about people back to the list.
var peopleCrumbs = []page.Link{{Text: "人员", Href: "/desk/people"}}

type peoplePage struct {
	page.Base
	Q                string
	Organs           []page.Option
	Organ, OrganName string // chosen from elsewhere, where there is no list to choose from
	Roles, Which     []page.Option
	Rows             []personLine
	Pager            page.Pager
	MayEdit          bool
	Waiting          int // handovers that wait for the viewer
	ShowOrgan        bool
	Narrowed         bool // by a filter
}

type personLine struct {
	Name   page.Link
	Title  string
	Organ  string
	Unit   string // 内设机构, "" for the organ itself
	Posts  []string
	Phone  string // masked
	Login  string
	State  page.Tag
	Silent bool // nothing to say about the state
}

var peopleTemplate = page.NewTemplate(templates, "templates/people.html")

// maxChoices is how many organs a form lists to choose from; with more the
// name is typed.
const maxChoices = 150

func (o *Office) people(w http.ResponseWriter, r *http.Request) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	q := store.PersonQuery{Day: o.cfg.Today(), Search: cut(r.FormValue("q"), 40), After: r.FormValue("after"), Role: org.Role(r.FormValue("role")), Who: r.FormValue("who"), Limit: 50}
	if !q.Role.Valid() {
		q.Role = ""
	}
	if q.Who != store.PeopleLeft && q.Who != store.PeopleAll {
		q.Who = store.PeopleHere
	}
	q.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64) // what is no number chooses nothing
	p := peoplePage{Base: o.base(r, "people", "人员"), Q: q.Search, MayEdit: org.Able(v, org.EditPeople)}
	p.Narrowed = q.Search != "" || q.Organ != 0 || q.Role != "" || q.Who != store.PeopleHere
	organs, err := o.homes(r, v, org.SeePeople)
	if err != nil {
		return err
	}
	p.ShowOrgan = len(organs) != 1
	if len(organs) > 1 && len(organs) <= maxChoices {
		p.Organs = append(p.Organs, page.Option{Text: "全部机关"})
		p.Organs = append(p.Organs, organOptions(organs, q.Organ)...)
	} else if q.Organ != 0 {
		p.Organ = fmt.Sprint(q.Organ)
		if x, err := o.store.Organ(ctx, q.Organ); err == nil {
			p.OrganName = x.Name
		}
	}
	p.Roles = append(p.Roles, page.Option{Text: "全部岗位"})
	for _, x := range org.Roles() {
		p.Roles = append(p.Roles, page.Option{Value: string(x), Text: x.Chinese(), Selected: x == q.Role})
	}
	for _, x := range [][2]string{{store.PeopleHere, "在岗"}, {store.PeopleLeft, "已离岗"}, {store.PeopleAll, "全部"}} {
		p.Which = append(p.Which, page.Option{Value: x[0], Text: x[1], Selected: x[0] == q.Who})
	}
	rows, next, err := o.store.People(ctx, v, q)
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, o.personLine(x))
	}
	here := func(after string) string {
		return page.With("/desk/people", "q", q.Search, "organ", r.FormValue("organ"), "role", string(q.Role), "who", q.Who, "after", after)
	}
	if q.After != "" {
		p.Pager.First = here("")
	}
	if next != "" {
		p.Pager.Next = here(next)
	}
	if len(rows) > 0 {
		p.Pager.Note = fmt.Sprintf("本页 %d 人", len(rows))
	}
	waiting, err := o.store.Handovers(ctx, v, store.HandoverQuery{Mine: true})
	if err != nil {
		return err
	}
	p.Waiting = len(waiting)
	return page.Render(w, r, peopleTemplate, p)
}

func (o *Office) personLine(x store.PersonRow) personLine {
	l := personLine{Name: page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/people/%d", x.ID)}, Title: x.Title, Organ: x.HomeName, Phone: org.MaskPhone(x.Phone), Login: x.Login}
	if x.Organ != x.Home {
		l.Unit = x.OrganName
	}
	for _, p := range x.Posts {
		text := p.Role.Chinese()
		if p.Organ != x.Home {
			text = p.OrganName + "：" + text
		}
		l.Posts = append(l.Posts, text)
	}
	l.State = personState(x.Person, o.cfg.Today())
	l.Silent = l.State.Text == "在岗"
	return l
}

func personState(p org.Person, today law.Date) page.Tag {
	switch {
	case !p.To.IsZero() && p.To.Before(today):
		return page.Tag{Text: "已离岗"}
	case !p.To.IsZero():
		return page.Tag{Tone: "warn", Text: p.To.Chinese() + "离岗"}
	case !p.From.IsZero() && p.From.After(today):
		return page.Tag{Tone: "warn", Text: p.From.Chinese() + "到岗"}
	}
	return page.Tag{Tone: "ok", Text: "在岗"}
}

// homes lists the organs, without 内设机构 and 村, where the viewer may do what
// the verb says, in the order of the tree. One more than maxChoices says that
// there are too many to choose from.
func (o *Office) homes(r *http.Request, v org.Viewer, verb org.Verb) ([]org.Organ, error) {
	all, err := o.store.Organs(r.Context())
	if err != nil {
		return nil, err
	}
	var out []org.Organ
	for _, x := range all {
		if x.HomeID() == x.ID && x.InForce(o.cfg.Today()) && org.May(v, verb, x.Subject()) {
			if out = append(out, x); len(out) > maxChoices {
				break
			}
		}
	}
	return out, nil
}

func organOptions(list []org.Organ, selected int64) []page.Option {
	var out []page.Option
	for _, x := range list {
		depth := strings.Count(x.Path, "/") - strings.Count(list[0].Path, "/")
		out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: strings.Repeat("　", max(depth, 0)) + x.Name, Selected: x.ID == selected})
	}
	return out
}

// cut shortens what somebody typed into a search box.
func cut(s string, n int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// pathPerson is the person of the address, as far as the viewer may see him.
func (o *Office) pathPerson(r *http.Request) (store.PersonRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.PersonRow{}, err
	}
	return o.store.Person(r.Context(), page.VisitOf(r).Viewer, id)
}

func refusalOf(err error) (string, bool) {
	var x *act.Refusal
	if errors.As(err, &x) {
		return x.Text, true
	}
	return "", false
}
