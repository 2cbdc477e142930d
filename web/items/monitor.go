package items

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/web/page"
)

func (t *Items) monitorRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/monitor", Verb: org.SeeItems, Serve: t.monitor},
		{Pattern: "GET /desk/monitor/export", Verb: org.SeeItems, Serve: t.monitorExport},
		{Pattern: "GET /desk/monitor/organs", Verb: org.SeeItems, Time: monitorTableTime, Serve: t.monitorTable},
		{Pattern: "GET /desk/monitor/organs/export", Verb: org.SeeItems, Time: monitorTableTime, Serve: t.monitorTableExport},
	}
}

type monitorPage struct {
	page.Base
	Organs []page.Option
	Name   string
	Groups []monitorGroup
	Xlsx   string
	Rule   string
	Below  string // the table of the organs below, "" for who has none
	Only   string // the one kind of finding that is shown
	All    string // the way back from it
}

type monitorGroup struct {
	Tag  page.Tag
	N    int
	Rows []monitorRow
}

type monitorRow struct {
	What        page.Link
	Text, Since string
}

var monitorTemplate = page.NewTemplate(templates, "templates/monitor.html")

// watchHref is where a finding is put right.
func watchHref(f proactive.WatchFinding) string {
	switch {
	case f.Item != 0:
		return itemHref(f.Item)
	case f.Code == proactive.WatchGuide:
		return page.With("/desk/guide", "organ", fmt.Sprint(f.Organ))
	case f.Code == proactive.WatchCatalogue:
		return page.With("/desk/catalogue", "organ", fmt.Sprint(f.Organ))
	case f.Code == proactive.WatchQuiet:
		return "/desk/outlets"
	case f.Code == proactive.WatchMaterials:
		return "/desk/submissions?state=late"
	}
	return "/desk/items?state=live"
}

func (t *Items) monitor(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Monitor(r.Context(), page.VisitOf(r).Viewer, o.ID, t.cfg.Today())
	if err != nil {
		return err
	}
	rule, err := t.store.Inherited(r.Context(), o.ID, org.ItemWatched)
	if err != nil {
		return err
	}
	p := monitorPage{Base: t.catBase(r, "monitor", "信息监测"), Organs: options, Name: o.Name, Xlsx: page.With("/desk/monitor/export", "organ", fmt.Sprint(o.ID), "format", "xlsx"), Rule: orOther(rule, proactive.DefaultWatched)}
	if len(page.VisitOf(r).Viewer.Scope(org.SeeItems).Below()) > 0 {
		p.Below = "/desk/monitor/organs"
	}
	only := proactive.WatchCode(r.FormValue("code"))
	if p.Only = only.Chinese(); p.Only != "" {
		p.All = page.With("/desk/monitor", "organ", fmt.Sprint(o.ID))
	}
	for _, code := range proactive.WatchCodes() {
		if p.Only != "" && code != only {
			continue
		}
		g := monitorGroup{Tag: page.Tag{Tone: "warn", Text: code.Chinese()}}
		if code.Alarming() {
			g.Tag.Tone = "err"
		}
		for _, f := range list {
			if f.Code == code {
				g.Rows = append(g.Rows, monitorRow{What: page.Link{Text: orOther(f.Name, "（没有标题）"), Href: watchHref(f)}, Text: f.Text, Since: f.Since.String()})
			}
		}
		if g.N = len(g.Rows); g.N > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return page.Render(w, r, monitorTemplate, p)
}

func (t *Items) monitorExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Monitor(r.Context(), page.VisitOf(r).Viewer, o.ID, t.cfg.Today())
	if err != nil {
		return err
	}
	var lines [][]string
	for i, f := range list {
		lines = append(lines, []string{strconv.Itoa(i + 1), f.Code.Chinese(), f.Name, f.Text, f.Since.String()})
	}
	return page.SendAsked(w, r, o.ShortName()+"信息监测"+t.cfg.Today().String(), linesSheet("信息监测", []string{"序号", "问题", "栏目、信息", "说明", "应在这一天以前办"}, []float64{6, 16, 50, 50, 16}, lines))
}
