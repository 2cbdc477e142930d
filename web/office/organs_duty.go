package office

import (
	"fmt"
	"net/http"
	"slices"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

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
	people, err := o.holders(r, f, onDuty(list)...)
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

// holders are the people that a form may name: those of the organ, and those of
// other organs who are named now.
func (o *Office) holders(r *http.Request, f store.OrganFile, named ...org.Holder) ([]page.Option, error) {
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
	for _, h := range named {
		if h.Person != 0 && !seen[h.Person] {
			seen[h.Person] = true
			out = append(out, page.Option{Value: fmt.Sprint(h.Person), Text: h.String()})
		}
	}
	return out, nil
}

// onDuty are who has a duty now.
func onDuty(list []org.Duty) []org.Holder {
	var out []org.Holder
	for _, d := range list {
		if d.To.IsZero() {
			out = append(out, d.Holder)
		}
	}
	return out
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
	list, _, err := o.store.Duties(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID)
	if err != nil {
		return err
	}
	people, err := o.holders(r, f, onDuty(list)...)
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
	return page.Done(w, r, organHref(f.Organ.ID), "saved", d)
}
