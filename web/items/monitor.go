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
	}
}

type monitorPage struct {
	page.Base
	Organs []page.Option
	Name   string
	Groups []monitorGroup
	Xlsx   string
	Rule   string
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
	for _, code := range proactive.WatchCodes() {
		g := monitorGroup{Tag: page.Tag{Tone: "warn", Text: code.Chinese()}}
		if code == proactive.WatchEmpty || code == proactive.WatchStale || code == proactive.WatchLate || code == proactive.WatchOver {
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
