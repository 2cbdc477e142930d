package office

import (
	"errors"
	"net/http"
	"strconv"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type meetingPage struct {
	page.Base
	Heading string
	Facts   []organFact
	Topics  string
	Minutes string
	Edit    string
}

var meetingTemplate = page.NewTemplate(templates, "templates/organ_meeting.html")

// meetingOf is the meeting that an address names, of that organ.
func (o *Office) meetingOf(r *http.Request, f store.OrganFile) (org.Meeting, error) {
	name := r.PathValue("meeting")
	if name == "" {
		return org.Meeting{Organ: f.Organ.ID}, nil
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return org.Meeting{}, page.ErrNotFound
	}
	m, err := o.store.Meeting(r.Context(), page.VisitOf(r).Viewer, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && m.Organ != f.Organ.ID {
		return m, page.ErrNotFound
	}
	return m, err
}

func (o *Office) meetingShow(w http.ResponseWriter, r *http.Request) error {
	f, err := o.organAt(r)
	if err != nil {
		return err
	}
	m, err := o.meetingOf(r, f)
	if err != nil {
		return err
	}
	p := meetingPage{Heading: m.On.Chinese() + "领导小组会议", Topics: m.Topics, Minutes: m.Minutes}
	if p.Base, err = o.organTitle(r, f, p.Heading); err != nil {
		return err
	}
	for _, x := range []organFact{{"主持", m.Chair, ""}, {"参加人员", m.Present, ""}} {
		if x.Text != "" {
			p.Facts = append(p.Facts, x)
		}
	}
	if org.May(page.VisitOf(r).Viewer, org.EditGroup, f.OrganSubject()) {
		p.Edit = r.URL.Path + "/edit"
	}
	return page.Render(w, r, meetingTemplate, p)
}

func (o *Office) meetingForm(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	m, err := o.meetingOf(r, f)
	if err != nil {
		return err
	}
	return o.showMeeting(w, r, f, m, m.On.String(), nil, http.StatusOK, "", false)
}

func (o *Office) showMeeting(w http.ResponseWriter, r *http.Request, f store.OrganFile, m org.Meeting, on string, bad map[string]string, code int, failure string, conflict bool) error {
	p := organForm{Heading: "领导小组会议", Version: m.Version, Failure: failure, Explain: []string{"会议记录只在本机关和上级主管部门内部可见。", "公开前由领导小组专题研究的事项，请写明公开的内容、形式和方法。"},
		Fields: []page.Field{
			{Name: "on", Label: "开会日期", Kind: "date", Value: on, Required: true, Message: bad["on"]},
			{Name: "chair", Label: "主持", Value: m.Chair, Max: 100, Message: bad["chair"]},
			{Name: "present", Label: "参加人员", Kind: "textarea", Rows: 2, Value: m.Present, Message: bad["present"]},
			{Name: "topics", Label: "议题", Kind: "textarea", Rows: 3, Value: m.Topics, Required: true, Message: bad["topics"], Hint: "每行一项，例如：研究2025年度政府信息公开工作年度报告"},
			{Name: "minutes", Label: "议定事项", Kind: "textarea", Rows: 8, Value: m.Minutes, Message: bad["minutes"]},
		}}
	return o.showPart(w, r, f, p, code, conflict)
}

func (o *Office) meetingSave(w http.ResponseWriter, r *http.Request) error {
	f, err := o.partOf(r, org.EditGroup)
	if err != nil {
		return err
	}
	m, err := o.meetingOf(r, f)
	if err != nil {
		return err
	}
	in, err := o.input(r)
	if err != nil {
		return err
	}
	m.On, m.Chair, m.Present, m.Topics, m.Minutes, m.Version = in.day("on", true), in.text("chair"), in.text("present"), in.text("topics"), in.text("minutes"), in.number("version")
	for k, why := range m.Wrong(o.cfg.Today()) {
		if in.bad[k] == "" {
			in.bad[k] = why
		}
	}
	if len(in.bad) > 0 {
		return o.showMeeting(w, r, f, m, in.text("on"), in.bad, http.StatusUnprocessableEntity, "", false)
	}
	d, err := o.store.SaveMeeting(r.Context(), page.By(r), m)
	if err != nil {
		return o.organAnswer(w, r, &f, func(code int, failure string, conflict bool) error {
			if conflict {
				now, err := o.meetingOf(r, f)
				if err != nil {
					return err
				}
				m.Version = now.Version
			}
			return o.showMeeting(w, r, f, m, in.text("on"), nil, code, failure, conflict)
		}, err)
	}
	return page.Done(w, r, organHref(f.Organ.ID)+"/meetings/"+d.Answer, "saved", d)
}
