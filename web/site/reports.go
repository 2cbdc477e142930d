package site

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var reportsTemplate = page.NewTemplate(files, "reports.html", "definitions.html")

// pageRows is how many organs one page of a list shows.
const pageRows = 50

// reportsPage is the table of all organs of one year.
type reportsPage struct {
	page.Base
	Year     int
	Years    []page.Option
	Sets     []page.Link // Key is "on" for the one shown
	Kinds    []page.Option
	Levels   []page.Option
	States   []page.Option
	Areas    []page.Option
	Sorts    []page.Option
	Carry    []page.Option // parts of the question that the form does not show
	Up       bool
	Columns  []column
	Rows     []row
	Total    int
	Partial  bool // sorted by what not every organ has
	Pager    page.Pager
	Empty    page.Empty
	SumHref  string
	Exports  []page.Link
	Standing string
	Defs     []definition
}

// A column is an indicator over its figures.
type column struct {
	Key, Head, Label string
	Href             string // sorts by it, "" where it is not offered
	Sort             string // ascending or descending, as aria-sort has it; "" for another order
	Formula          string
}

// A definition says what an indicator is.
type definition struct {
	Key, Label, Unit, Formula, Source, Paraphrase, Note string
	Least                                               int64
}

func definitions(list []annual.Indicator) []definition {
	var out []definition
	for _, x := range list {
		out = append(out, definition{x.Key, x.Label, x.Unit, x.Formula, x.Cite.String(), x.Cite.Paraphrase, x.Note, x.Least})
	}
	return out
}

func (s *Site) reports(w http.ResponseWriter, r *http.Request) error {
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	a, err := s.asked(r, years)
	if err != nil {
		return err
	}
	p := reportsPage{Base: s.cfg.Base(r, "reports", "公开年报"), Year: a.year, Years: page.Years(years, a.year), Up: a.up}
	p.Query = a.search
	p.Column = "政府信息公开年报"
	if a.year > 0 {
		p.Title = fmt.Sprintf("%d年度政府信息公开工作年度报告", a.year)
	}
	columns := a.columns()
	if err := s.tableRows(r, &p, a, columns); err != nil {
		return err
	}
	p.Empty = tableEmpty(a, years, len(p.Rows))
	if err := s.tableForm(r, &p, a); err != nil {
		return err
	}
	for _, x := range columns {
		c := column{Key: x.Key, Head: x.Head, Label: x.Label, Formula: x.Formula}
		if a.sortable(x) {
			order := ""
			if a.sort == x.Key && !a.up {
				order = "up"
			}
			c.Href = a.href("/reports", "sort", x.Key, "order", order, "show", shownSet(a.show))
		}
		if a.sort == x.Key {
			c.Sort = map[bool]string{true: "ascending", false: "descending"}[a.up]
		}
		p.Columns = append(p.Columns, c)
	}
	p.Defs = definitions(columns)
	for _, f := range []page.Link{{Key: "csv", Text: "CSV"}, {Key: "xlsx", Text: "Excel"}, {Key: "json", Text: "JSON"}} {
		f.Href = a.href("/open/table." + f.Key)
		p.Exports = append(p.Exports, f)
	}
	return page.Render(w, r, reportsTemplate, p)
}

// shownSet keeps the columns when the order changes.
func shownSet(show string) string {
	if show == "main" {
		return ""
	}
	return show
}

func (s *Site) tableRows(r *http.Request, p *reportsPage, a *tableAsk, columns []annual.Indicator) error {
	if a.year == 0 {
		return nil
	}
	t, err := s.store.Table(r.Context(), a.query(pageRows))
	if err != nil {
		return err
	}
	at := places(columns)
	for _, x := range t.Rows {
		line := rowOf(x)
		for i, c := range columns {
			line.Cells = append(line.Cells, cellText(c, a.figureAt(x, at[i], c)))
		}
		p.Rows = append(p.Rows, line)
	}
	p.Total = t.Total
	_, p.Partial = annual.IndicatorOf(a.sort)
	if a.after != "" {
		p.Pager.First = a.href("/reports")
	}
	if t.Next != "" {
		p.Pager.Next = a.href("/reports", "after", t.Next)
	}
	if t.Total > 0 {
		p.Pager.Note = fmt.Sprintf("共 %d 个机关", t.Total)
		if t.Next != "" || a.after != "" {
			p.Pager.Note += fmt.Sprintf("，本页 %d 个", len(t.Rows))
		}
	}
	return nil
}

func tableEmpty(a *tableAsk, years []int, rows int) page.Empty {
	all := page.Link{Text: "查看该年度全部报告", Href: page.With("/reports", "year", strconv.Itoa(a.year))}
	filtered := a.kind != "" || a.level != 0 || a.figures != "" || a.under.ID != 0
	switch {
	case rows > 0:
		return page.Empty{}
	case len(years) == 0:
		return page.Empty{Text: "本站还没有已发布的年度报告。"}
	case a.search != "" && !filtered:
		return page.Empty{Text: fmt.Sprintf("%d年度没有名称含“%s”的机关。可以只写名称的一部分，例如“镇”，或换一个年度。", a.year, a.search), Action: all}
	case a.search != "" || filtered:
		return page.Empty{Text: fmt.Sprintf("%d年度没有符合条件的报告。请减少条件，或换一个年度。", a.year), Action: all}
	}
	return page.Empty{Text: fmt.Sprintf("%d年度没有已发布的报告，请选择其他年度。", a.year)}
}

// tableForm fills the choices of the filter.
func (s *Site) tableForm(r *http.Request, p *reportsPage, a *tableAsk) error {
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range org.Kinds() {
		if (org.Organ{Kind: k}).Filer() {
			p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == a.kind})
		}
	}
	p.Levels = []page.Option{{Text: "全部"}}
	for l := org.Nation; l <= org.Township; l++ {
		p.Levels = append(p.Levels, page.Option{Value: strconv.Itoa(int(l)), Text: l.Chinese(), Selected: l == a.level})
	}
	for _, o := range figureStates {
		o.Selected = o.Value == a.figures
		p.States = append(p.States, o)
	}
	for _, set := range columnSets {
		if !a.offers(set) {
			continue
		}
		l := page.Link{Text: set.text, Href: a.href("/reports", "show", set.key, "sort", "", "order", "")}
		if slices.Contains(set.keys, a.sort) || a.sort == store.TableName || a.sort == store.TablePublished {
			l.Href = a.href("/reports", "show", set.key) // the order stays where its column does
		}
		if set.key == a.show {
			l.Key = "on"
		}
		p.Sets = append(p.Sets, l)
	}
	p.Sorts = []page.Option{{Value: store.TableTree, Text: "按机关层级"}, {Value: store.TableName, Text: "按机关名称"}, {Value: store.TablePublished, Text: "按发布日期"}}
	for _, x := range annual.Indicators() {
		if a.sortable(x) {
			p.Sorts = append(p.Sorts, page.Option{Value: x.Key, Text: "按" + x.Label})
		}
	}
	for i := range p.Sorts {
		p.Sorts[i].Selected = p.Sorts[i].Value == a.sort
	}
	if a.show != "main" {
		p.Carry = append(p.Carry, page.Option{Value: "show", Text: a.show})
	}
	if err := s.tableAreas(r, p, a); err != nil {
		return err
	}
	head := a.under
	if head.ID == 0 {
		top, ok, err := s.top(r.Context())
		if err != nil {
			return err
		}
		if ok {
			head = top
		}
	}
	if head.ID != 0 && len(p.Rows) > 0 && a.search == "" {
		p.SumHref = sumHref(organKey(head), a.year)
		if a.anyStanding() {
			p.Standing = standingHref(organKey(head), a.year)
		}
	}
	return nil
}

// mostAreas bounds the choice of areas; what is deeper is reached through them.
const mostAreas = 400

// tableAreas offers the governments directly below what is shown, the way back
// up, and what is shown itself.
func (s *Site) tableAreas(r *http.Request, p *reportsPage, a *tableAsk) error {
	head := a.under.ID
	if head == 0 {
		head = a.scope
	}
	below, err := s.store.Children(r.Context(), head)
	if err != nil {
		return err
	}
	var areas []page.Option
	for _, o := range below {
		if o.Kind == org.Government && len(areas) < mostAreas {
			areas = append(areas, page.Option{Value: organKey(o), Text: o.ShortName()})
		}
	}
	if len(areas) == 0 && a.under.ID == 0 {
		return nil // nothing to choose from
	}
	p.Areas = []page.Option{{Text: "全部"}}
	var chain []page.Option
	for up, n := a.under, 0; up.ID != 0 && n < 12; n++ {
		chain = append([]page.Option{{Value: organKey(up), Text: up.ShortName(), Selected: up.ID == a.under.ID}}, chain...)
		if up.Parent == 0 {
			break
		}
		if up, err = s.store.Organ(r.Context(), up.Parent); err != nil {
			return err
		}
	}
	p.Areas = append(append(p.Areas, chain...), areas...)
	return nil
}

// clip cuts text after n runes.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
