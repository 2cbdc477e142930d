package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// totalsRoutes are the pages on which a government's report is added up.
func (d *Desk) totalsRoutes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /desk/totals", Verb: org.SeeReports, Serve: d.totals},
		{Pattern: "GET /desk/totals/cell", Verb: org.SeeReports, Serve: d.totalsCell},
		{Pattern: "GET /desk/totals/list", Verb: org.SeeReports, Serve: d.totalsList},
		{Pattern: "POST /desk/totals/list", Verb: org.SumReports, Body: 4 << 20, Serve: d.totalsListSave},
		{Pattern: "POST /desk/totals/sign", Verb: org.SumReports, Serve: d.totalsSign},
		{Pattern: "GET /desk/totals/own", Verb: org.SeeReports, Serve: d.totalsOwn},
		{Pattern: "POST /desk/totals/own", Verb: org.SumReports, Serve: d.totalsOwnSave},
		{Pattern: "GET /desk/totals/years", Verb: org.SeeReports, Time: readTime, Serve: d.totalsYearsPage},
		{Pattern: "GET /desk/totals/file", Verb: org.SeeReports, Time: readTime, Serve: d.totalsFile},
		{Pattern: "GET /desk/totals/checks", Verb: org.SeeReports, Serve: d.totalsRuns},
		{Pattern: "POST /desk/totals/checks", Verb: org.SumReports, Serve: d.totalsRunStart},
		{Pattern: "GET /desk/totals/checks/{code}/{year}", Verb: org.SeeReports, Serve: d.totalsHits},
		{Pattern: "GET /desk/totals/draft", Verb: org.SumReports, Serve: d.totalsDraft},
		{Pattern: "POST /desk/totals/draft", Verb: org.SumReports, Serve: d.totalsDraftSave},
	}
	for i := range routes {
		routes[i].Role = page.Officer
	}
	return routes
}

// A totalsCase is what the pages of a sum are about: a government and a year.
type totalsCase struct {
	Organ       org.Organ // as it is now
	Year        int
	Provisional bool
	viewer      org.Viewer
}

// totalsOf reads from an address what a page is about. Without an organ it is
// the highest one somebody may see, without a year the last that has ended.
// ErrNotFound is for an organ whose sum is not for who asks, and for somebody for
// whom there is none.
func (d *Desk) totalsOf(r *http.Request) (*totalsCase, error) {
	if d.store == nil {
		return nil, page.ErrNotFound
	}
	c := &totalsCase{viewer: page.VisitOf(r).Viewer, Year: d.cfg.Today().Year - 1, Provisional: r.FormValue("provisional") == "1"}
	if s := r.FormValue("year"); s != "" {
		y, err := strconv.Atoi(s)
		if err != nil {
			return nil, &page.Input{Text: "年度请写成四位数字，例如 2025。"}
		}
		c.Year = y
	}
	if _, err := annual.FormFor(c.Year); err != nil || c.Year > d.cfg.Today().Year {
		return nil, &page.Input{Text: "没有这个年度的年度报告格式，请选择2019年以后、今年及以前的年度。"}
	}
	id := int64(0)
	if s := r.FormValue("organ"); s != "" {
		var err error
		if id, err = strconv.ParseInt(s, 10, 64); err != nil {
			return nil, page.ErrNotFound
		}
	} else {
		list, err := d.store.Summing(r.Context(), c.viewer, c.Year)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return c, nil
		}
		id = list[0].ID
	}
	var err error
	if c.Organ, err = d.store.Organ(r.Context(), id); err != nil {
		return nil, missing(err)
	}
	return c, nil
}

// may reports whether the viewer adds up for this government.
func (c *totalsCase) may() bool { return org.May(c.viewer, org.SumReports, c.Organ.Subject()) }

// at is the address of a page about the same sum.
func (c *totalsCase) at(below string, more ...string) string {
	prov := ""
	if c.Provisional {
		prov = "1"
	}
	return page.With("/desk/totals"+below, append([]string{"organ", strconv.FormatInt(c.Organ.ID, 10), "year", strconv.Itoa(c.Year), "provisional", prov}, more...)...)
}

// total adds up. What is not for the viewer is not there.
func (d *Desk) total(r *http.Request, c *totalsCase) (*store.Total, error) {
	t, err := d.store.Total(r.Context(), c.viewer, c.Organ.ID, c.Year, c.Provisional)
	return t, missing(err)
}

type totalsPage struct {
	page.Base
	None        bool // nothing can be added up for this viewer
	Organs      []page.Option
	Years       []page.Option
	Provisional bool
	Name        string
	Year        int
	List        listFace
	Counted     int
	Lacking     []lackingRow
	LackingSays string
	Out         int
	Stated      statedFace
	Checks      checkFace
	Notes       []string
	Tables      []headedTable
	Parts       []partRow
	Pager       page.Pager
	Links       totalsLinks
	May         bool
	Elsewhere   []partRow
}

type totalsLinks struct {
	Here, List, Own, Years, Switch, Taken string
	XLSX, DOCX, PDF, Draft                string
	Organ                                 int64
}

// listFace says on which list a sum rests.
type listFace struct {
	Tag     page.Tag
	Text    string
	Pending int // changes since it was signed
}

type lackingRow struct {
	Name, Href string
	Tag        page.Tag
}

type headedTable struct {
	Heading string
	Table   page.ReportTable
}

type partRow struct {
	Name, Href, On     string
	Tag                page.Tag
	New, In, Done, Out string
	Reason             string
}

var totalsTemplate = page.NewTemplate(templates, "templates/totals.html", "templates/totals_check.html")

// mostParts bounds one page of the list of organs.
const mostParts = 200

// totals shows a government's sum in the layout of the form: every figure opens
// to who contributed it.
func (d *Desk) totals(w http.ResponseWriter, r *http.Request) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	p := totalsPage{Base: d.totalsBase(r, "汇总"), Year: c.Year, Provisional: c.Provisional}
	if p.Organs, err = d.totalsOrgans(r, c); err != nil {
		return err
	}
	p.Years = d.totalsYears(c.Year)
	if c.Organ.ID == 0 {
		p.None = true
		return page.Render(w, r, totalsTemplate, p)
	}
	t, err := d.total(r, c)
	if err != nil {
		return err
	}
	p.Title = fmt.Sprintf("%s%d年度汇总", t.State.Root.Name, c.Year)
	p.Name, p.May = t.State.Root.Name, c.may()
	p.List = faceOfList(t.State)
	p.Counted, p.Out, p.LackingSays = len(t.Counted), len(t.Out), t.NotCounted(30)
	for _, x := range t.Lacking {
		p.Lacking = append(p.Lacking, lackingRow{lineName(x.Line), c.lineHref(x.Line), stateTag(x.State)})
	}
	for _, n := range t.Sum.Notes {
		if n.Code != "SUM-LACKING" {
			p.Notes = append(p.Notes, n.Text)
		}
	}
	marks, err := d.checkTotal(r, c, t, &p)
	if err != nil {
		return err
	}
	for _, def := range t.Form.Chapters {
		if tb := t.Form.Table(def.Table); tb != nil {
			p.Tables = append(p.Tables, headedTable{def.Ordinal + "、" + def.Title, page.ReportTableOf(t.Sum, tb, page.TableOptions{Marks: marks,
				Link: func(cell string) string { return c.at("/cell", "cell", cell) }})})
		}
	}
	p.parts(r, c, t)
	p.Links = totalsLinks{Here: c.at(""), List: c.at("/list"), Own: c.at("/own"), Years: c.at("/years"), XLSX: c.at("/file", "format", "xlsx"),
		DOCX: c.at("/file", "format", "docx"), PDF: c.at("/file", "format", "pdf"), Draft: c.at("/draft"), Organ: c.Organ.ID}
	other := *c
	other.Provisional = !c.Provisional
	p.Links.Switch = other.at("")
	return page.Render(w, r, totalsTemplate, p)
}

func (d *Desk) totalsBase(r *http.Request, title string) page.Base {
	b := d.base(r, "totals", title)
	b.Styles = append(b.Styles, d.assets.Path("totals.css"))
	return b
}

// totalsOrgans are the governments one can choose.
func (d *Desk) totalsOrgans(r *http.Request, c *totalsCase) ([]page.Option, error) {
	list, err := d.store.Summing(r.Context(), c.viewer, c.Year)
	if err != nil {
		return nil, err
	}
	if c.Organ.ID != 0 && !slices.ContainsFunc(list, func(o org.Organ) bool { return o.ID == c.Organ.ID }) {
		list = append(list, c.Organ)
	}
	var out []page.Option
	for _, o := range list {
		out = append(out, page.Option{Value: strconv.FormatInt(o.ID, 10), Text: o.Name, Selected: o.ID == c.Organ.ID})
	}
	return out, nil
}

// totalsYears are the years one can choose: from the first form to the present.
func (d *Desk) totalsYears(year int) []page.Option {
	var years []int
	for y := d.cfg.Today().Year; y >= annual.Editions()[0].FromYear; y-- {
		years = append(years, y)
	}
	return page.Years(years, year)
}

func faceOfList(s *store.CountedState) listFace {
	if s.Signed == nil {
		return listFace{Tag: page.Tag{Tone: "warn", Text: "名单未签署"}, Text: "合计暂按缺省名单，签署后才是正式的汇总范围。", Pending: 0}
	}
	return listFace{Tag: page.Tag{Tone: "ok", Text: fmt.Sprintf("第%d号名单", s.Signed.Number)},
		Text: s.Signed.SignedOn.Chinese() + "由" + signerName(s.Signed) + "签署", Pending: len(s.Changes)}
}

func signerName(l *reporting.CountedList) string { return orSystem(l.ByName) }

// lineName is an organ of the list as it is shown: the government's own figures
// are told from its report.
func lineName(l reporting.CountedLine) string {
	if l.Own {
		return l.Name + "（本级）"
	}
	return l.Name
}

// lineHref leads to what stands for the organ.
func (c *totalsCase) lineHref(l reporting.CountedLine) string {
	if l.Own {
		x := *c
		x.Organ.ID = l.Organ
		return x.at("/own")
	}
	return filingPath(l.Organ, c.Year)
}

func stateTag(s reporting.ShareState) page.Tag {
	switch s {
	case reporting.CountsPublished, reporting.CountsAccepted, reporting.CountsOwn:
		return page.Tag{Tone: "ok", Text: s.Chinese()}
	case reporting.CountsSubmitted, reporting.LacksWaiting, reporting.LacksForm, reporting.LacksOwn:
		return page.Tag{Tone: "warn", Text: s.Chinese()}
	case reporting.StandsOut:
		return page.Tag{Text: s.Chinese()}
	}
	return page.Tag{Tone: "err", Text: s.Chinese()}
}

// parts fills one page of who is in the sum.
func (p *totalsPage) parts(r *http.Request, c *totalsCase, t *store.Total) {
	all := t.Counted
	from := 0
	if after, err := strconv.ParseInt(r.FormValue("after"), 10, 64); err == nil {
		from = slices.IndexFunc(all, func(x reporting.Part) bool { return x.Line.Organ == after }) + 1
	}
	to := min(len(all), from+mostParts)
	for _, x := range all[from:to] {
		p.Parts = append(p.Parts, c.partRow(x))
	}
	if from > 0 {
		p.Pager.First = c.at("")
	}
	if to < len(all) {
		p.Pager.Next = c.at("", "after", strconv.FormatInt(all[to-1].Line.Organ, 10)) + "#parts"
	}
	if len(all) > mostParts {
		p.Pager.Note = fmt.Sprintf("第 %d—%d 个，共 %d 个", from+1, to, len(all))
	}
	for i, x := range t.Out {
		if i == mostParts {
			break
		}
		p.Elsewhere = append(p.Elsewhere, c.partRow(x))
	}
}

func (c *totalsCase) partRow(x reporting.Part) partRow {
	row := partRow{Name: lineName(x.Line), Href: c.lineHref(x.Line), Tag: stateTag(x.State), On: x.On.String(), Reason: x.Line.Reason}
	for k, to := range []*string{&row.New, &row.In, &row.Done, &row.Out} {
		if *to = "未填"; x.Key[k].Known() {
			*to = x.Key[k].Format(annual.Count)
		}
	}
	return row
}

type cellPage struct {
	page.Base
	Name, Label, Total, Unit string
	Year                     int
	Count, Zero, Blank       int
	Rows                     []cellRow
	Pager                    page.Pager
	Lacking                  string
	Back                     string
	Zeros                    bool
	ZerosHref                string
}

type cellRow struct {
	Name, Href, Value, Share string
	Cases                    string // what the figure of a government itself counts
	Tag                      page.Tag
}

var cellTemplate = page.NewTemplate(templates, "templates/totals_cell.html")

// totalsCell opens one figure of the sum: every organ, what it put in, its part
// of the whole, where its report stands, and the way to it.
func (d *Desk) totalsCell(w http.ResponseWriter, r *http.Request) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	if c.Organ.ID == 0 {
		return page.ErrNotFound
	}
	t, err := d.total(r, c)
	if err != nil {
		return err
	}
	id := r.FormValue("cell")
	i, ok := t.Form.Index(id)
	if !ok {
		return page.ErrNotFound
	}
	shares, err := reporting.CellShares(t.Form, i, d.store.Shares(r.Context(), &t.List, c.Provisional))
	if err != nil {
		return err
	}
	cell := t.Form.Cells[i]
	p := cellPage{Base: d.totalsBase(r, reporting.CellName(t.Form, id)), Name: t.State.Root.Name, Label: reporting.CellName(t.Form, id), Year: c.Year, Unit: cell.Unit,
		Total: t.Sum.Values[i].Format(cell.Type), Count: len(shares), Lacking: t.NotCounted(30), Back: c.at("") + "#" + page.CellID(id), Zeros: r.FormValue("zeros") == "1"}
	p.Crumbs = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", p.Name, c.Year), Href: c.at("")}}
	if !t.Sum.Values[i].Known() {
		p.Total = "没有数字"
	}
	p.ZerosHref = c.at("/cell", "cell", id, "zeros", "1")
	var rows []cellRow
	var organs []int64
	for _, x := range shares {
		row := cellRow{Name: lineName(x.Line), Href: c.lineHref(x.Line) + "#" + page.CellID(id), Value: x.Value.Format(cell.Type), Tag: stateTag(x.State)}
		if x.Line.Own {
			row.Cases = reporting.CasesPath(x.Line.Organ, c.Year, id)
		}
		switch {
		case !x.Value.Known():
			p.Blank++
			row.Value = "未填"
		case x.Value.N == 0:
			p.Zero++
		}
		if (!x.Value.Known() || x.Value.N == 0) && !p.Zeros {
			continue
		}
		if n := x.ShareOf(t.Sum.Values[i]); n >= 0 {
			row.Share = fmt.Sprintf("%d.%d%%", n/10, n%10)
		}
		rows, organs = append(rows, row), append(organs, x.Line.Organ)
	}
	from := 0
	if after, err := strconv.ParseInt(r.FormValue("after"), 10, 64); err == nil {
		from = slices.Index(organs, after) + 1
	}
	to := min(len(rows), from+mostParts)
	p.Rows = rows[from:to]
	here := func(after string) string {
		return c.at("/cell", "cell", id, "zeros", r.FormValue("zeros"), "after", after)
	}
	if from > 0 {
		p.Pager.First = here("")
	}
	if to < len(rows) {
		p.Pager.Next = here(strconv.FormatInt(organs[to-1], 10))
	}
	return page.Render(w, r, cellTemplate, p)
}
