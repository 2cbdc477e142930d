package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// collectingRoutes are the pages of the disclosure office in January: who has
// filed, what waits, review, letters, the calendar.
func (d *Desk) collectingRoutes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /desk/collecting", Serve: d.collecting},
		{Pattern: "POST /desk/collecting", Time: readTime, Body: bulkBytes, Serve: d.collectingBulk},
		{Pattern: "GET /desk/collecting/list/{format}", Time: readTime, Serve: d.collectingList},
		{Pattern: "GET /desk/collecting/alike", Time: readTime, Serve: d.collectingAlike},
		{Pattern: "GET /desk/collecting/calendar", Serve: d.filingCalendar},
		{Pattern: "POST /desk/collecting/calendar", Serve: d.filingCalendarSet},
		{Pattern: "GET /desk/collecting/letters/{kind}", Time: readTime, Serve: d.collectingLetter},
		{Pattern: "POST /desk/collecting/letters/{kind}", Body: bulkBytes, Time: readTime, Serve: d.collectingLetterWrite},
		{Pattern: "GET /desk/collecting/kit/{id}", Time: readTime, Serve: d.kitStoreForm},
		{Pattern: "POST /desk/collecting/kit/{id}", Body: bulkBytes, Time: kitTime, Serve: d.kitStore},
		{Pattern: "GET /desk/collecting/{organ}/{year}", Time: readTime, Serve: d.review},
		{Pattern: "POST /desk/collecting/{organ}/{year}/accept", Serve: d.reviewAccept},
		{Pattern: "POST /desk/collecting/{organ}/{year}/decide", Serve: d.reviewDecide},
		{Pattern: "POST /desk/collecting/{organ}/{year}/remind", Serve: d.reviewRemind},
		{Pattern: "GET /desk/collecting/{organ}/{year}/return", Serve: d.reviewReturnForm},
		{Pattern: "POST /desk/collecting/{organ}/{year}/return", Body: bulkBytes, Time: readTime, Serve: d.reviewReturn},
		{Pattern: "GET /desk/collecting/{organ}/{year}/notice/{format}", Time: readTime, Serve: d.reviewNotice},
		{Pattern: "GET /desk/collecting/{organ}/{year}/version/{n}", Time: readTime, Serve: d.reviewVersion},
		{Pattern: "GET /desk/collecting/{organ}/{year}/source", Time: readTime, Serve: d.reviewSource},
		{Pattern: "GET /desk/collecting/{organ}/{year}/enter", Serve: d.enterForm},
		{Pattern: "POST /desk/collecting/{organ}/{year}/enter", Body: formBytes, Time: readTime, Serve: d.enter},
	}
	for i := range routes {
		routes[i].Role, routes[i].Verb = page.Officer, org.ReviewReports
	}
	return routes
}

// bulkBytes bounds a form with a tick for each of a thousand organs, or the
// words of a letter.
const bulkBytes = 256 << 10

// collectingPage answers at a glance who has not filed, who is late and what
// waits for the office.
type collectingPage struct {
	page.Base
	Missing string // why there is nothing
	Year    int
	Years   []page.Option
	Under   string // id the page is narrowed to, "" for the top
	Within  string
	Count   int // organs that have to file
	Counts  []stateCount
	First   page.Link // the first report that waits
	Tree    []branch
	Letters []page.Link
	Exports []page.Link

	States  []page.Option
	Kinds   []page.Option
	Q       string
	Direct  bool
	Shown   string // what the list is narrowed to, in words
	All     string // the list without it
	Rows    []collectedRow
	Pager   page.Pager
	Empty   page.Empty
	Failure string
	Reason  page.Field
	By      page.Field
	AllRows bool // everything that the list is narrowed to was ticked
}

// A stateCount is one figure of the line at the top.
type stateCount struct {
	Tone, Text string
	N          int
	Href       string
	On         bool
}

// A branch is an organ with all below it, or all organs of a kind, as a bar.
type branch struct {
	Name   string
	Open   string // one level down, "" for what has nothing below
	List   string
	Count  int
	Bar    []barPart
	Says   string // the bar in words
	Counts []stateCount
}

// A barPart is a stretch of a bar that is 100 wide.
type barPart struct{ Class, X, W string }

// collectedRow is one organ of the list.
type collectedRow struct {
	ID        string
	Organ     page.Link
	Kind      string
	State     page.Tag
	Late      string
	Due       string
	Basis     string
	Submitted string
	Begun     bool
	Errors    int
	Warns     int
	Alike     int // other organs whose report reads the same
	Returned  int
	Reminded  string
	Enter     string // where the office enters a report that came on paper
	Ticked    bool
}

var collectingTemplate = page.NewTemplate(templates, "templates/collecting.html", "templates/collecting_parts.html")

// collectingBase is base with what the pages of collecting share.
func (d *Desk) collectingBase(r *http.Request, title string) page.Base {
	b := d.base(r, "collecting", title, "collecting.js")
	b.Styles = append(b.Styles, d.assets.Path("collecting.css"))
	return b
}

// collectingYear is the fiscal year asked for, last year's reports if none is.
func (d *Desk) collectingYear(s string) (int, error) {
	last := d.cfg.Today().Year - 1
	if s == "" {
		return last, nil
	}
	y, err := strconv.Atoi(s)
	if err != nil || y < 2008 || y > last+1 {
		return 0, &page.Input{Text: fmt.Sprintf("年度请写成四位数字，例如 %d。", last)}
	}
	return y, nil
}

func (d *Desk) collectingYears(selected int) []page.Option {
	var years []int
	for y := d.cfg.Today().Year; y >= 2019; y-- {
		years = append(years, y)
	}
	if !slices.Contains(years, selected) {
		years = append(years, selected)
	}
	return page.Years(years, selected)
}

// pageRows is how many organs the list shows at once: a county fits.
const pageRows = 100

func (d *Desk) collecting(w http.ResponseWriter, r *http.Request) error {
	q, err := d.listQueryOf(r.URL.Query().Get)
	if err != nil {
		return err
	}
	return d.showCollecting(w, r, http.StatusOK, q, nil, "")
}

// showCollecting draws the page; bad says at which field of the bulk act what
// has to be mended.
func (d *Desk) showCollecting(w http.ResponseWriter, r *http.Request, code int, q listQuery, bad map[string]string, failure string) error {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := collectingPage{Base: d.collectingBase(r, fmt.Sprintf("%d年度年报收集审核", q.Year)), Year: q.Year, Years: d.collectingYears(q.Year), Failure: failure}
	if d.store == nil {
		p.Missing = "没有连接数据库，这里没有报告。"
		return page.Render(w, r, collectingTemplate, p)
	}
	if err := d.narrow(ctx, v, q, &p); err != nil {
		return err
	}
	tally, err := d.store.FilingTally(ctx, v, q.Year, q.Under)
	if err != nil {
		return missing(err)
	}
	p.overview(q, tally)
	rows, next, err := d.store.Filings(ctx, q.filings(v, pageRows))
	if errors.Is(err, store.ErrCursor) {
		return &page.Input{Text: "翻页的标记已经失效，请回到第一页重新查看。"}
	}
	if err != nil {
		return err
	}
	var alike map[int64]int
	if p.Count <= maxNeighbours {
		if alike, err = d.alikeIn(ctx, v, q.Year, q.Under); err != nil {
			return err
		}
	}
	today := d.cfg.Today()
	for _, row := range rows {
		x := rowOf(row, today, q.organs)
		x.Alike = alike[row.Organ.ID]
		p.Rows = append(p.Rows, x)
	}
	if next != "" {
		p.Pager.Next = q.at("after", next)
	}
	if q.After != "" {
		p.Pager.First = q.at()
	}
	if p.Counts[0].N > 0 { // what waits
		waiting, _, err := d.store.Filings(ctx, store.FilingQuery{Year: q.Year, Viewer: v, Under: q.Under, State: store.FilingsWaiting, Limit: 1})
		if err != nil {
			return err
		}
		if len(waiting) > 0 {
			p.First = page.Link{Text: waiting[0].Organ.Name, Href: reviewHref(waiting[0].Organ.ID, q.Year)}
		}
	}
	p.controls(q)
	if err := d.bulkFields(r, &p, bad); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, collectingTemplate, p)
}

// narrow names the organ that the page is narrowed to and the way up. An organ
// that the viewer does not review is none.
func (d *Desk) narrow(ctx context.Context, v org.Viewer, q listQuery, p *collectingPage) error {
	if q.Under == 0 {
		return nil
	}
	o, err := d.store.Organ(ctx, q.Under)
	if err != nil {
		return missing(err)
	}
	if !org.May(v, org.ReviewReports, o.Subject()) {
		return page.ErrNotFound
	}
	p.Under, p.Within = strconv.FormatInt(o.ID, 10), o.Name
	p.Title = fmt.Sprintf("%s及下级%d年度年报", o.Name, q.Year)
	for up := o; up.Parent != 0; {
		if up, err = d.store.Organ(ctx, up.Parent); err != nil || !org.May(v, org.ReviewReports, up.Subject()) {
			break
		}
		p.Crumbs = append([]page.Link{{Text: up.Name, Href: listQuery{Year: q.Year, Under: up.ID}.at()}}, p.Crumbs...)
	}
	p.Crumbs = append([]page.Link{{Text: "收集审核", Href: listQuery{Year: q.Year}.at()}}, p.Crumbs...)
	return nil
}

// controls fills the filters, what they say in words, letters and exports.
func (p *collectingPage) controls(q listQuery) {
	p.Q, p.Direct, p.AllRows = q.Q, q.Direct, q.all
	p.States = []page.Option{{Text: "全部状态"}}
	for _, s := range listStates {
		p.States = append(p.States, page.Option{Value: s[0], Text: s[1], Selected: s[0] == q.State})
	}
	p.Kinds = []page.Option{{Text: "全部类别"}}
	for _, g := range kindGroups {
		p.Kinds = append(p.Kinds, page.Option{Value: g.Key, Text: g.Name, Selected: g.Key == q.Kind})
	}
	var words []string
	for _, s := range []string{q.stateWord, q.kindOne} {
		if s != "" {
			words = append(words, s)
		}
	}
	if q.Q != "" {
		words = append(words, "名称含“"+q.Q+"”")
	}
	if q.Direct {
		words = append(words, "只看直属单位")
	}
	if p.Shown = strings.Join(words, "，"); p.Shown != "" {
		p.All = listQuery{Year: q.Year, Under: q.Under}.at()
	}
	query := strings.TrimPrefix(q.at(), "/desk/collecting")
	p.Exports = []page.Link{{Text: "导出 Excel", Href: "/desk/collecting/list/xlsx" + query}, {Text: "导出 CSV", Href: "/desk/collecting/list/csv" + query}}
	base := strings.TrimPrefix(listQuery{Year: q.Year, Under: q.Under}.at(), "/desk/collecting")
	p.Letters = []page.Link{{Text: "催报通知", Href: "/desk/collecting/letters/reminder" + base}, {Text: "情况通报", Href: "/desk/collecting/letters/circular" + base},
		{Text: "雷同比对", Href: "/desk/collecting/alike" + base}, {Text: "报送日期", Href: "/desk/collecting/calendar?year=" + strconv.Itoa(q.Year)}}
	p.Empty = page.Empty{Text: "没有符合条件的机关。", Action: page.Link{Text: "看全部机关", Href: p.All}}
	if p.Shown == "" {
		p.Empty = page.Empty{Text: "管辖范围内没有应当编报年度报告的机关。", Action: page.Link{Text: "去登记下级机关", Href: "/desk/organs"}}
	}
}

func rowOf(x store.FilingRow, today law.Date, ticked []int64) collectedRow {
	row := collectedRow{ID: strconv.FormatInt(x.Organ.ID, 10), Organ: page.Link{Text: x.Organ.Name, Href: reviewHref(x.Organ.ID, x.Year)}, Kind: x.Organ.Kind.Chinese(),
		State: filingTag(x.Filing, x.Begun), Due: x.Due.String(), Basis: x.Basis, Submitted: x.Submitted.String(), Begun: x.Begun, Errors: x.Errors, Warns: x.Warnings,
		Returned: x.Returned, Ticked: slices.Contains(ticked, x.Organ.ID)}
	if n := x.Late(today); n > 0 {
		row.Late = fmt.Sprintf("逾期 %d 天", n)
	}
	if x.Reminders > 0 {
		row.Reminded = fmt.Sprintf("%d 次，最近 %s", x.Reminders, x.Reminded)
	}
	if x.MayEdit() == nil {
		row.Enter = reviewHref(x.Organ.ID, x.Year) + "/enter"
	}
	return row
}

// filingTag is the state of a filing as the office sees it.
func filingTag(f reporting.Filing, begun bool) page.Tag {
	t := page.Tag{Text: f.State.Chinese()}
	switch f.State {
	case reporting.FilingDraft:
		if !begun {
			t.Text = "未填报"
		}
	case reporting.FilingSubmitted:
		t = page.Tag{Tone: "warn", Text: "待审核"}
	case reporting.FilingReturned:
		t.Tone = "err"
	case reporting.FilingAccepted, reporting.FilingPublished:
		t.Tone = "ok"
	}
	if f.Correction > 0 && f.State != reporting.FilingPublished {
		t.Text = "更正：" + t.Text
	}
	return t
}

// reviewHref is the page on which the office reviews an organ's report.
func reviewHref(organ int64, year int) string {
	return fmt.Sprintf("/desk/collecting/%d/%d", organ, year)
}

// officeOf is the organ for which the viewer reviews what lies at the path, the
// first if the path is "".
func officeOf(v org.Viewer, path string) int64 {
	first := int64(0)
	for _, p := range v.Posts {
		if org.ReachOf(p.Role, org.ReviewReports) == 0 {
			continue
		}
		if first == 0 {
			first = p.Organ
		}
		if path != "" && p.Path != "" && strings.HasPrefix(path, p.Path) {
			return p.Organ
		}
	}
	return first
}
