package office

import (
	"fmt"
	"net/http"
	"slices"
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

func (o *Office) officeForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	rec, version, err := o.store.Office(r.Context(), f.Organ.ID)
	if err != nil {
		return err
	}
	return o.showOffice(w, r, f, rec, version, nil, http.StatusOK, "", false)
}

func (o *Office) showOffice(w http.ResponseWriter, r *http.Request, f store.OrganFile, rec org.OfficeRecord, version int64, bad map[string]string, code int, failure string, conflict bool) error {
	p := organForm{Heading: "办公信息", Version: version, Failure: failure, Explain: []string{
		"这些内容在本机关的公开页面上显示，也写进公开指南和告知书。",
		"没有勾选的渠道不会出现在公开页面上；当面、邮寄是条例规定必须提供的方式。",
		"没有填的项目不显示。机关负责人写姓名和职务，不写手机号码。"}}
	for _, x := range org.OfficeFields() {
		p.Fields = append(p.Fields, page.Field{Name: x.Name, Label: x.Chinese, Hint: x.Hint, Value: *x.Of(&rec), Max: 200, Message: bad[x.Name]})
	}
	for i, k := range org.ChannelKinds() {
		c := page.Field{Name: "channel-" + string(k), Label: "受理渠道：" + k.Chinese(), Kind: "checkbox"}
		where := page.Field{Name: "where-" + string(k), Label: k.Chinese() + "怎样办理", Hint: "与上面的地址、号码不同时填写，例如：便民服务中心3号窗口", Max: 200, Message: bad[string(k)]}
		if j := slices.IndexFunc(rec.Channels, func(c org.Channel) bool { return c.Kind == k }); j >= 0 {
			c.Value, where.Value = "1", rec.Channels[j].Where
		}
		if i == 0 {
			c.Message = bad["channels"]
		}
		p.Fields = append(p.Fields, c, where)
	}
	return o.showPart(w, r, f, p, code, conflict)
}

func (o *Office) officeSave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditOrgan)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	rec := org.OfficeRecord{Organ: f.Organ.ID}
	for _, x := range org.OfficeFields() {
		*x.Of(&rec) = in.text(x.Name)
	}
	for _, k := range org.ChannelKinds() {
		if in.text("channel-"+string(k)) != "" {
			rec.Channels = append(rec.Channels, org.Channel{Kind: k, Where: in.text("where-" + string(k))})
		}
	}
	version := in.number("version")
	if bad := rec.Wrong(); len(bad) > 0 {
		return o.showOffice(w, r, f, rec, version, bad, http.StatusUnprocessableEntity, "", false)
	}
	d, err := o.store.SaveOffice(r.Context(), page.By(r), rec, version)
	if err != nil {
		return o.organAnswer(w, r, &f, func(code int, failure string, conflict bool) error {
			if conflict {
				var err error
				if _, version, err = o.store.Office(r.Context(), f.Organ.ID); err != nil {
					return err
				}
			}
			return o.showOffice(w, r, f, rec, version, nil, code, failure, conflict)
		}, err)
	}
	return done(w, r, organHref(f.Organ.ID), "saved", d)
}

func (o *Office) dutyForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	return o.showDuty(w, r, f, nil, http.StatusOK, "", false)
}

func (o *Office) showDuty(w http.ResponseWriter, r *http.Request, f store.OrganFile, in *input, code int, failure string, conflict bool) error {
	list, version, err := o.store.Duties(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
	if err != nil {
		return err
	}
	if in != nil && !conflict {
		version = in.number("version")
	}
	people, err := o.holders(r, f)
	if err != nil {
		return err
	}
	p := organForm{Heading: "责任分工", Version: version, Failure: failure, Explain: []string{
		"自起始日期起按新的分工；原来的责任人在前一天结束，任期保留可查。", "选了同事的，换岗和交接时会提醒这一项；不是系统里的人员，直接写姓名和职务。",
		"审核人与发布人应当分开。", "姓名和职务都留空，表示这一项暂时没有人。"}}
	if len(org.DutyKinds(f.Organ.Kind)) == 2 {
		p.Heading = "责任人和业务经办人"
	}
	for _, k := range org.DutyKinds(f.Organ.Kind) {
		var now org.Duty
		for _, d := range list {
			if d.Kind == k && d.To.IsZero() {
				now = d
			}
		}
		n := string(k)
		if k != org.UnitDuty {
			p.Fields = append(p.Fields, in.field(page.Field{Name: n + "-person", Label: k.Chinese(), Kind: "select", Options: chosen(people, now.Person)}))
		}
		label, hold := "姓名（不在名单中的）", now.Name
		if k == org.UnitDuty {
			label = k.Chinese()
		}
		if now.Person != 0 {
			hold = ""
		}
		p.Fields = append(p.Fields, in.field(page.Field{Name: n + "-name", Label: label, Value: hold, Max: 60}))
		if k != org.UnitDuty {
			p.Fields = append(p.Fields, in.field(page.Field{Name: n + "-title", Label: "职务", Value: now.Title, Max: 60}))
		}
	}
	p.Fields = append(p.Fields, in.field(todayField(o, onField("起始日期"))), in.field(basisField()))
	return o.showPart(w, r, f, p, code, conflict)
}

// holders are the people that a form may name.
func (o *Office) holders(r *http.Request, f store.OrganFile) ([]page.Option, error) {
	out := []page.Option{{Text: "不在名单中，或没有"}}
	seen := map[int64]bool{}
	for _, id := range []int64{f.Organ.ID, f.Home} {
		list, err := o.store.PeopleAt(r.Context(), id, o.cfg.Today())
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			if seen[x.ID] {
				continue
			}
			seen[x.ID] = true
			out = append(out, page.Option{Value: fmt.Sprint(x.ID), Text: org.Holder{Name: x.Name, Title: x.Title}.String()})
		}
	}
	return out, nil
}

func chosen(list []page.Option, id int64) []page.Option {
	out := slices.Clone(list)
	for i := range out {
		out[i].Selected = id != 0 && out[i].Value == fmt.Sprint(id)
	}
	return out
}

func (o *Office) dutySave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	people, err := o.holders(r, f)
	if err != nil {
		return err
	}
	to := map[org.DutyKind]org.Holder{}
	for _, k := range org.DutyKinds(f.Organ.Kind) {
		n := string(k)
		h := org.Holder{Person: in.number(n + "-person"), Name: in.text(n + "-name"), Title: in.text(n + "-title")}
		if h.Person != 0 && !slices.ContainsFunc(people, func(x page.Option) bool { return x.Value == fmt.Sprint(h.Person) }) {
			in.bad[n+"-person"] = "请从名单中选择。"
			continue
		}
		if h.Person == 0 && h.Name == "" {
			continue
		}
		if h.Person != 0 {
			h.Name = ""
		} else if why := h.Check(); why != "" {
			in.bad[n+"-name"] = why
		}
		to[k] = h
	}
	by := page.By(r)
	by.On, by.Reason = in.day("on", true), limited(by.Reason, 300)
	again := func(code int, failure string, conflict bool) error {
		return o.showDuty(w, r, f, in, code, failure, conflict)
	}
	if len(in.bad) > 0 {
		return again(http.StatusUnprocessableEntity, "", false)
	}
	d, err := o.store.AssignDuties(r.Context(), by, f.Organ.ID, in.number("version"), to)
	if err != nil {
		return o.organAnswer(w, r, &f, again, err)
	}
	return done(w, r, organHref(f.Organ.ID), "saved", d)
}
