package office

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// instantDay is the day of an instant, in China.
func instantDay(ms int64) law.Date { return law.DateOf(time.UnixMilli(ms)) }

type handoversPage struct {
	page.Base
	Mine, Rows []handoverLine
	Pager      page.Pager
}

type handoverLine struct {
	Who              page.Link
	Organ, Successor string
	Day              string
	State            page.Tag
}

var handoversTemplate = page.NewTemplate(templates, "templates/people_handovers.html")

// handovers lists those that wait for the viewer's word, and all he may see.
func (o *Office) handovers(w http.ResponseWriter, r *http.Request) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	p := handoversPage{Base: o.base(r, "people", "工作交接")}
	p.Crumbs = peopleCrumbs
	line := func(x store.HandoverRow) handoverLine {
		return handoverLine{Who: page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/handovers/%d", x.ID)}, Organ: x.OrganName, Successor: x.Successor, Day: x.Day.String(),
			State: page.Tag{Tone: map[org.HandoverState]string{org.HandoverOpen: "warn", org.HandoverDone: "ok"}[x.State], Text: x.State.Chinese()}}
	}
	mine, err := o.store.Handovers(ctx, v, store.HandoverQuery{Mine: true})
	if err != nil {
		return err
	}
	for _, x := range mine {
		p.Mine = append(p.Mine, line(x))
	}
	q := store.HandoverQuery{Limit: 50}
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64) // a damaged mark gives the first page
	rows, err := o.store.Handovers(ctx, v, q)
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, line(x))
	}
	if len(rows) == q.Limit {
		p.Pager.Next = page.With("/desk/handovers", "before", fmt.Sprint(rows[len(rows)-1].ID))
	}
	return page.Render(w, r, handoversTemplate, p)
}

type handoverSheetPage struct {
	page.Base
	S    render.HandoverSheet
	Back string
}

var handoverSheetTemplate = page.NewTemplate(templates, "templates/people_sheet.html")

// sheetOf is the list as it is printed and signed.
func (o *Office) sheetOf(r *http.Request) (render.HandoverSheet, org.Handover, error) {
	var s render.HandoverSheet
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	id, err := page.PathID(r)
	if err != nil {
		return s, org.Handover{}, err
	}
	h, err := o.store.Handover(ctx, v, id)
	if err != nil {
		return s, h, err
	}
	organ, err := o.store.Organ(ctx, h.Organ)
	if err != nil {
		return s, h, err
	}
	names := map[int64]string{}
	for _, p := range h.Parties {
		names[p.Person] = p.Name
	}
	s = render.HandoverSheet{Organ: organ.Name, Number: h.ID, Name: h.Name, Day: h.Day, Reason: h.Reason, Leaves: h.Leaves, Done: h.Done, Open: h.State == org.HandoverOpen}
	for n, m := range h.Matters {
		l := o.matterLine(r, h, n, m, nil, names)
		s.Rows = append(s.Rows, render.HandoverRow{N: n + 1, Kind: m.Kind, What: m.What, Fate: l.Fate})
	}
	for _, p := range h.Parties {
		x := render.HandoverSign{Side: p.Side.Chinese(), Name: p.Name}
		switch {
		case !p.Paper.IsZero():
			x.On, x.Paper = p.Paper, true
		case p.Confirmed():
			x.On = instantDay(p.At)
		}
		s.Signs = append(s.Signs, x)
	}
	return s, h, nil
}

func (o *Office) handoverSheet(w http.ResponseWriter, r *http.Request) error {
	s, h, err := o.sheetOf(r)
	if err != nil {
		return err
	}
	p := handoverSheetPage{Base: o.base(r, "people", "工作交接清单"), S: s, Back: fmt.Sprintf("/desk/handovers/%d", h.ID)}
	p.Crumbs = append(slices.Clone(peopleCrumbs), page.Link{Text: "工作交接", Href: "/desk/handovers"}, page.Link{Text: h.Name, Href: p.Back})
	return page.Render(w, r, handoverSheetTemplate, p)
}

func (o *Office) handoverDOCX(w http.ResponseWriter, r *http.Request) error {
	s, h, err := o.sheetOf(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := render.HandoverDOCX(&b, s); err != nil {
		return err
	}
	name := "工作交接清单-" + h.Name + ".docx"
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	w.Header().Set("Content-Disposition", `attachment; filename="handover.docx"; filename*=UTF-8''`+url.PathEscape(name))
	_, err = w.Write(b.Bytes())
	return err
}
