package items

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) statisticsRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/statistics", Verb: org.SeeItems, Serve: t.statistics},
		{Pattern: "GET /desk/items/statistics/export", Verb: org.SeeItems, Serve: t.statisticsExport},
	}
}

type statisticsPage struct {
	page.Base
	Organs []page.Option
	Years  []page.Option
	Name   string
	Year   int
	Said   string
	Parts  []statisticsPart
	People bool
	Xlsx   string
}

type statisticsPart struct {
	Title, Head string
	Rows        []store.WorkLine
}

var statisticsTemplate = page.NewTemplate(templates, "templates/statistics.html")

func (t *Items) statisticsOf(r *http.Request) (w store.ItemWork, o org.Organ, options []page.Option, year int, err error) {
	if o, options, err = t.catOrgan(r, org.SeeItems); err != nil {
		return w, o, nil, 0, err
	}
	year = t.catYear(r)
	w, err = t.store.ItemWork(r.Context(), page.VisitOf(r).Viewer, o, law.Day(year, 1, 1), law.Day(year, 12, 31))
	return w, o, options, year, err
}

// statistics counts the work on items: how much was drafted, sent back and
// published, by month, section and, for those who see people, by person.
func (t *Items) statistics(w http.ResponseWriter, r *http.Request) error {
	x, o, options, year, err := t.statisticsOf(r)
	if err != nil {
		return err
	}
	p := statisticsPage{Base: t.catBase(r, "items", "信息工作统计", page.Link{Text: "主动公开信息", Href: "/desk/items"}), Organs: options, Years: t.catYears(year), Name: o.Name, Year: year, People: x.Persons != nil,
		Xlsx: page.With("/desk/items/statistics/export", "organ", fmt.Sprint(o.ID), "year", strconv.Itoa(year), "format", "xlsx")}
	if n := x.Total; n.Any() {
		p.Said = fmt.Sprintf("%d年，%s起草信息 %d 件，送审 %d 次，退回修改 %d 次，发布 %d 件。", year, o.Name, n.Drafted, n.Submitted, n.Returned, n.Released)
		p.Parts = []statisticsPart{{"按月", "月份", x.Months}}
		if len(x.Sections) > 1 {
			p.Parts = append(p.Parts, statisticsPart{"按科室", "机关、科室", x.Sections})
		}
		if len(x.Persons) > 0 {
			p.Parts = append(p.Parts, statisticsPart{"按人员", "人员", x.Persons})
		}
	}
	return page.Render(w, r, statisticsTemplate, p)
}

func (t *Items) statisticsExport(w http.ResponseWriter, r *http.Request) error {
	x, o, _, year, err := t.statisticsOf(r)
	if err != nil {
		return err
	}
	var lines [][]string
	add := func(part string, list []store.WorkLine) {
		for _, l := range list {
			line := []string{part, l.Name}
			for _, n := range []int{l.Drafted, l.Submitted, l.Returned, l.Signed, l.Released, l.Changed, l.Withdrawn} {
				line = append(line, strconv.Itoa(n))
			}
			lines = append(lines, line)
		}
	}
	add("按月", x.Months)
	add("按科室", x.Sections)
	add("按人员", x.Persons)
	return page.SendAsked(w, r, fmt.Sprintf("%s%d年信息工作统计", o.ShortName(), year), linesSheet("信息工作统计", []string{"统计", "月份、科室、人员", "起草", "送审", "退回", "审签", "发布", "开始修订", "撤下"}, []float64{10, 30, 9, 9, 9, 9, 9, 9, 9}, lines))
}
