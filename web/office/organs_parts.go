package office

import (
	"fmt"
	"net/http"
	"strings"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) organPartRoutes() []page.Route {
	var routes []page.Route
	for _, x := range []struct {
		path string
		verb org.Verb
		get  func(http.ResponseWriter, *http.Request) error
		post func(http.ResponseWriter, *http.Request) error
	}{
		{"office", org.EditOrgan, o.officeForm, o.officeSave},
		{"remedy", org.EditOrgan, o.remedyForm, o.remedySave},
		{"duty", org.EditGroup, o.dutyForm, o.dutySave},
		{"group", org.EditGroup, o.groupForm, o.groupSave},
		{"meetings/new", org.EditGroup, o.meetingForm, o.meetingSave},
		{"meetings/{meeting}/edit", org.EditGroup, o.meetingForm, o.meetingSave},
	} {
		routes = append(routes, page.Route{Pattern: "GET /desk/organs/{id}/" + x.path, Verb: x.verb, Serve: x.get},
			page.Route{Pattern: "POST /desk/organs/{id}/" + x.path, Verb: x.verb, Body: 256 << 10, Serve: x.post})
	}
	return append(routes, page.Route{Pattern: "GET /desk/organs/{id}/meetings/{meeting}", Verb: org.SeeOrgan, Serve: o.meetingShow})
}

// organParts are the records of an organ beside its facts.
type organParts struct {
	Office    []organFact
	Channels  []organFact
	EditPart  string // address of the form, "" for those who may not
	Remedies  []remedyLine
	Remedy    string
	DutyTitle string
	Duties    []organFact
	PastDuty  []organFact
	Duty      string
	HasGroup  bool
	Seats     []seatGroup
	PastSeats []organFact
	Documents []organFact
	Meetings  []organFact
	Group     string
	Meet      string
}

type remedyLine struct {
	Kind, Name, Where string
	Why               []string
	Derived           bool
}

type seatGroup struct {
	Role  string
	Names []string
}

func (o *Office) organParts(r *http.Request, f store.OrganFile) (organParts, error) {
	var p organParts
	v, id, at := page.VisitOf(r).Viewer, f.Organ.ID, organHref(f.Organ.ID)
	if org.May(v, org.EditOrgan, f.OrganSubject()) {
		p.EditPart, p.Remedy = at+"/office", at+"/remedy"
	}
	if org.May(v, org.EditGroup, f.OrganSubject()) {
		p.Duty, p.Group, p.Meet = at+"/duty", at+"/group", at+"/meetings/new"
	}
	rec, _, err := o.store.Office(r.Context(), id)
	if err != nil {
		return p, err
	}
	for _, x := range org.OfficeFields() {
		if t := *x.Of(&rec); t != "" {
			l := organFact{x.Chinese, t, ""}
			if x.Name == "web" {
				l.Href = t
			}
			p.Office = append(p.Office, l)
		}
	}
	for _, c := range rec.Channels {
		p.Channels = append(p.Channels, organFact{c.Kind.Chinese(), rec.Place(c), ""})
	}
	part := f.Organ.Kind == org.Section || f.Organ.Kind == org.Village
	if p.DutyTitle = "责任分工"; part {
		p.DutyTitle, p.Remedy, p.Group, p.Meet = "责任人", "", "", ""
	} else if err := o.remedyLines(r, id, &p); err != nil {
		return p, err
	}
	if err := o.dutyLines(r, f, &p); err != nil || part {
		return p, err
	}
	p.HasGroup = true
	return p, o.groupLines(r, id, &p)
}

func (o *Office) remedyLines(r *http.Request, id int64, p *organParts) error {
	for _, k := range []org.RemedyKind{org.Review, org.Court} {
		x, steps, err := o.store.RemedyOn(r.Context(), id, k, o.cfg.Today())
		if err != nil {
			return err
		}
		l := remedyLine{Kind: k.Chinese(), Name: x.Name, Derived: len(steps) > 0 && !steps[0].Cite.Empty() || x.Name == ""}
		var where []string
		for _, t := range []string{x.Address, x.Phone, x.Web} {
			if t != "" {
				where = append(where, t)
			}
		}
		l.Where = strings.Join(where, "，")
		for _, s := range steps {
			t := s.Text
			if !s.Cite.Empty() {
				t += "依据" + s.Cite.String() + "。"
			}
			l.Why = append(l.Why, t)
		}
		p.Remedies = append(p.Remedies, l)
	}
	return nil
}

func (o *Office) dutyLines(r *http.Request, f store.OrganFile, p *organParts) error {
	list, _, err := o.store.Duties(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
	if err != nil {
		return err
	}
	today := o.cfg.Today()
	for _, k := range org.DutyKinds(f.Organ.Kind) {
		for _, d := range list {
			if d.Kind == k && d.InForce(today) {
				p.Duties = append(p.Duties, organFact{k.Chinese(), d.Holder.String(), ""})
			}
		}
	}
	for _, d := range list {
		if !d.InForce(today) {
			p.PastDuty = append(p.PastDuty, organFact{d.Kind.Chinese(), d.Holder.String() + "，" + span(d.From, d.To), ""})
		}
	}
	return nil
}

func (o *Office) groupLines(r *http.Request, id int64, p *organParts) error {
	g, err := o.store.Group(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	today := o.cfg.Today()
	for _, role := range org.GroupRoles() {
		s := seatGroup{Role: role.Chinese()}
		for _, x := range g.Seats {
			if x.Role == role && x.InForce(today) {
				s.Names = append(s.Names, x.Holder.String())
			}
		}
		if len(s.Names) > 0 {
			p.Seats = append(p.Seats, s)
		}
	}
	for _, x := range g.Seats {
		if !x.InForce(today) {
			p.PastSeats = append(p.PastSeats, organFact{x.Role.Chinese(), x.Holder.String() + "，" + span(x.From, x.To), ""})
		}
	}
	for _, d := range g.Documents {
		p.Documents = append(p.Documents, organFact{d.On.Chinese(), strings.TrimSpace(d.Title + " " + d.Number), ""})
	}
	for _, m := range g.Meetings[:min(len(g.Meetings), 20)] {
		p.Meetings = append(p.Meetings, organFact{m.On.Chinese(), limited(topLine(m.Topics), 60), fmt.Sprintf("%s/meetings/%d", organHref(id), m.ID)})
	}
	return nil
}

func topLine(s string) string {
	l, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return strings.TrimSpace(l)
}

// partOf is the organ of a form, if the viewer may do what the verb says to it.
func (o *Office) partOf(r *http.Request, verb org.Verb) (store.OrganFile, error) {
	f, err := o.organAt(r)
	if err != nil {
		return f, err
	}
	if !org.May(page.VisitOf(r).Viewer, verb, f.OrganSubject()) {
		return f, store.Forbidden(verb)
	}
	return f, nil
}

// showPart draws a form of an organ's part.
func (o *Office) showPart(w http.ResponseWriter, r *http.Request, f store.OrganFile, p organForm, code int, conflict bool) error {
	var err error
	title := p.Heading
	if p.Base, err = o.organTitle(r, f, title); err != nil {
		return err
	}
	p.Heading += "：" + f.Organ.Name
	p.Action, p.Back, p.Conflict = r.URL.Path, organHref(f.Organ.ID), conflict
	if p.Button == "" {
		p.Button = "保存"
	}
	if conflict {
		if p.By, p.Changed, err = o.lastChange(r, store.OrganRef(f.Organ.ID)); err != nil {
			return err
		}
	}
	return page.RenderStatus(w, r, code, organFormTemplate, p)
}
