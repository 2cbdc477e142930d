package outlets

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/web/page"
)

type sumsPage struct {
	page.Base
	Tabs     []page.Link
	Tab      string
	Organs   []page.Option
	From, To string
	Kinds    []string
	Rows     []sumsRow
	Apart    []sumsRow
	Foot     sumsRow
	Posts    int
	Sentence string
	Export   string
	Bad      string
}

type sumsRow struct {
	Name  string
	Cells []int
	All   int
}

var sumsTemplate = page.NewTemplate(templates, "templates/sums.html")

// sumOf reads the organ and the period of the address and adds up.
func (t *Outlets) sumOf(r *http.Request) (s proactive.OutletSum, organ string, from, to law.Date, organs []page.Option, bad string, err error) {
	today := t.cfg.Today()
	from, to = law.Day(today.Year, 1, 1), today
	for _, x := range []struct {
		name string
		to   *law.Date
	}{{"from", &from}, {"to", &to}} {
		if v := r.FormValue(x.name); v != "" {
			d, err := law.ParseDate(v)
			if err != nil {
				bad = "日期请写成年-月-日的形式，如 2026-03-02；这里按今年统计。"
				continue
			}
			*x.to = d
		}
	}
	organs, id, err := t.organs(r, org.SeeItems, number(r.FormValue("organ")))
	if err != nil {
		return s, "", from, to, nil, bad, err
	}
	if id == 0 {
		return s, "", from, to, nil, bad, page.ErrNotFound
	}
	s, err = t.store.OutletSum(r.Context(), page.VisitOf(r).Viewer, id, from, to)
	return s, strconv.FormatInt(id, 10), from, to, organs, bad, err
}

func sumRows(s proactive.OutletSum) (kinds []string, rows []sumsRow, foot sumsRow) {
	for _, k := range s.Kinds {
		kinds = append(kinds, k.Chinese())
	}
	for _, topic := range s.Topics {
		x := sumsRow{Name: topic, All: s.Total[topic]}
		for _, k := range s.Kinds {
			x.Cells = append(x.Cells, s.Cells[topic][k])
		}
		rows = append(rows, x)
	}
	foot = sumsRow{Name: "合计", All: s.All}
	for _, k := range s.Kinds {
		foot.Cells = append(foot.Cells, s.Column[k])
	}
	return kinds, rows, foot
}

func (t *Outlets) sums(w http.ResponseWriter, r *http.Request) error {
	s, organ, from, to, organs, bad, err := t.sumOf(r)
	if err != nil {
		return err
	}
	p := sumsPage{Base: t.base(r, "outlets", "渠道统计"), Tabs: tabs(), Tab: "sums", Organs: organs, From: from.String(), To: to.String(), Sentence: s.Sentence(), Posts: s.Posts, Bad: bad,
		Export: page.With("/desk/outlets/sums.xlsx", "organ", organ, "from", from.String(), "to", to.String())}
	p.Kinds, p.Rows, p.Foot = sumRows(s)
	for _, side := range proactive.Sides()[1:] {
		if n := s.Apart[side]; n > 0 {
			p.Apart = append(p.Apart, sumsRow{Name: side.Chinese(), All: n})
		}
	}
	return page.Render(w, r, sumsTemplate, p)
}

func (t *Outlets) sumsXLSX(w http.ResponseWriter, r *http.Request) error {
	s, _, from, to, _, _, err := t.sumOf(r)
	if err != nil {
		return err
	}
	kinds, rows, foot := sumRows(s)
	list := [][]string{}
	add := func(x sumsRow) {
		line := []string{x.Name}
		for _, n := range x.Cells {
			line = append(line, strconv.Itoa(n))
		}
		list = append(list, append(line, strconv.Itoa(x.All)))
	}
	for _, x := range rows {
		add(x)
	}
	add(foot)
	for _, side := range proactive.Sides()[1:] {
		add(sumsRow{Name: side.Chinese() + "（另计）", Cells: make([]int, len(kinds)), All: s.Apart[side]})
	}
	head, widths, numbers := []string{"内容类别"}, []float64{20}, []bool{false}
	for _, k := range append(kinds, "条数（不重复）") {
		head, widths, numbers = append(head, k), append(widths, 16), append(numbers, true)
	}
	at := 0
	sheet := render.List{Name: "渠道统计", Head: head, Widths: widths, Numbers: numbers, Next: func() ([]string, error) {
		if at == len(list) {
			return nil, nil
		}
		at++
		return list[at-1], nil
	}}
	return page.Send(w, fmt.Sprintf("渠道统计-%s至%s", from, to), "xlsx", page.Writers{"xlsx": func(to io.Writer) error { return render.ListXLSX(to, sheet) }}, nil)
}
