package desk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// compileRoutes are the pages on which an annual report is compiled from what is
// on file.
func (d *Desk) compileRoutes() []page.Route {
	const at = "/desk/filing/{organ}/{year}/compile"
	routes := []page.Route{
		{Pattern: "GET " + at, Verb: org.SeeReports, Serve: d.compile},
		{Pattern: "POST " + at, Verb: org.EditReports, Body: scanBytes, Time: readTime, Serve: d.compileEnter},
		{Pattern: "POST " + at + "/remove", Verb: org.EditReports, Serve: d.compileRemove},
		{Pattern: "GET " + at + "/take", Verb: org.EditReports, Serve: d.compileTakeForm},
		{Pattern: "POST " + at + "/take", Verb: org.EditReports, Serve: d.compileTake},
		{Pattern: "GET " + at + "/file/{entry}", Verb: org.SeeReports, Time: readTime, Serve: d.compileFile},
		{Pattern: "GET " + at + "/{cell}", Verb: org.SeeReports, Serve: d.compileCases},
	}
	for i := range routes {
		routes[i].Role = page.Officer
	}
	return routes
}

// A compileCase is the report that an address names as the data has it.
type compileCase struct {
	*reporting.Compilation
	organ  org.Organ
	viewer org.Viewer
	today  law.Date
	own    bool // of a government: its own part 本级数据
}

func (d *Desk) compileOf(r *http.Request) (*compileCase, error) {
	id, err := strconv.ParseInt(r.PathValue("organ"), 10, 64)
	year, yerr := strconv.Atoi(r.PathValue("year"))
	c := &compileCase{viewer: page.VisitOf(r).Viewer, today: d.cfg.Today()}
	if err != nil || yerr != nil || d.store == nil || year > c.today.Year {
		return nil, page.ErrNotFound
	}
	if c.organ, err = d.store.Organ(r.Context(), id); err != nil {
		return nil, missing(err)
	}
	if !c.organ.Filer() {
		return nil, page.ErrNotFound
	}
	c.own = store.OwnPart(c.organ)
	c.Compilation, err = d.store.Compile(r.Context(), c.viewer, id, year, c.today)
	return c, missing(err)
}

func (c *compileCase) may(verb org.Verb) bool { return org.May(c.viewer, verb, c.organ.Subject()) }

// takes reports whether the viewer may put the figures where they belong.
func (c *compileCase) takes() bool {
	if c.own {
		return c.may(org.SumReports)
	}
	return c.may(org.EditReports)
}

func (c *compileCase) path(below string) string {
	return filingPath(c.Organ, c.Year) + "/compile" + below
}

// target is what the figures go into, and where that is filled in.
func (c *compileCase) target() page.Link {
	if c.own {
		return page.Link{Text: "本级数据", Href: page.With("/desk/totals/own", "organ", fmt.Sprint(c.Organ), "year", strconv.Itoa(c.Year))}
	}
	return page.Link{Text: "报告草稿", Href: filingPath(c.Organ, c.Year) + "/fill"}
}

func (c *compileCase) crumbs(below bool) []page.Link {
	out := []page.Link{{Text: "本机关年报", Href: "/desk/filing"}, {Text: fmt.Sprintf("%s%d年度报告", c.organ.Name, c.Year), Href: filingPath(c.Organ, c.Year)}}
	if c.own {
		out = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", c.organ.Name, c.Year), Href: page.With("/desk/totals", "organ", fmt.Sprint(c.Organ), "year", strconv.Itoa(c.Year))}, {Text: "本级数据", Href: c.target().Href}}
	}
	if below {
		out = append(out, page.Link{Text: c.name(), Href: c.path("")})
	}
	return out
}

func (c *compileCase) name() string {
	if c.own {
		return "本级的系统数据"
	}
	return "系统数据"
}

// A compileDraft is what the figures would go into, as it stands.
type compileDraft struct {
	report  *annual.Report // nil: nothing was entered
	version int64
	closed  string // why nothing can be put in now
	filing  *filingCase
	own     *store.OwnFigures
}

func (d *Desk) compileDraft(r *http.Request, c *compileCase) (*compileDraft, error) {
	if c.own {
		x, err := d.store.OwnFigures(r.Context(), c.viewer, c.Organ, c.Year)
		if errors.Is(err, store.ErrNotFound) { // who sees the report and not what lies below
			return &compileDraft{closed: store.Forbidden(org.SumReports).Text}, nil
		}
		if err != nil {
			return nil, missing(err)
		}
		out := &compileDraft{version: x.Version, own: x}
		if x.Version > 0 {
			out.report = x.Report
		}
		if !c.takes() {
			out.closed = store.Forbidden(org.SumReports).Text
		}
		return out, nil
	}
	f, err := d.filingOf(r)
	if err != nil {
		return nil, err
	}
	return &compileDraft{report: f.Report, version: f.Version, closed: f.locked(), filing: f}, nil
}

// text is what the draft has in a cell, as its form shows it.
func (x *compileDraft) text(c *compileCase, i int) string {
	if x.report == nil || x.report.Form != c.Form {
		return ""
	}
	if v := x.report.Values[i]; v.Known() {
		return v.Format(c.Form.Cells[i].Type)
	}
	return strings.TrimSpace(x.report.Raw(i))
}

type compilePage struct {
	page.Base
	Organ    string
	Year     int
	Own      bool
	Path     string
	Target   page.Link
	Key      string
	Tables   []headedTable
	Findings []compileFinding
	Errors   int
	Warns    int
	Known    int // figures that the data has
	Cells    int
	Differ   int // figures that the target has otherwise
	Empty    int // figures that the target has not
	Closed   string
	Mixed    []compileMixed
	Entries  []compileEntry
	Removed  []compileEntry
	May      bool
	Form     compileForm
	Failure  string
	Log      string
}

// A compileMixed is a figure that stands on more than the registers.
type compileMixed struct {
	Label, Href, Value string
	Parts              []compilePart
}

type compilePart struct{ Source, Value, Note string }

type compileFinding struct {
	page.Finding
	Fix page.Link
}

var compileTemplate = page.NewTemplate(templates, "templates/compile.html", "templates/compile_parts.html")

// compile shows the three tables as the data has them, every figure leading to
// what it counts.
func (d *Desk) compile(w http.ResponseWriter, r *http.Request) error {
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	return d.showCompile(w, r, c, http.StatusOK, compileForm{cell: r.FormValue("cell")}, "")
}

func (d *Desk) compileBase(r *http.Request, c *compileCase, title string) page.Base {
	b := d.filingBase(r, title)
	if c.own {
		b = d.totalsBase(r, title)
	}
	b.Styles = append(b.Styles, d.assets.Path("compile.css"))
	return b
}

func (d *Desk) showCompile(w http.ResponseWriter, r *http.Request, c *compileCase, code int, typed compileForm, failure string) error {
	draft, err := d.compileDraft(r, c)
	if err != nil {
		return err
	}
	p := compilePage{Base: d.compileBase(r, c, fmt.Sprintf("%s%d年度%s", c.organ.Name, c.Year, c.name())), Organ: c.organ.Name, Year: c.Year, Own: c.own, Path: c.path(""), Target: c.target(), Key: page.NewKey(),
		Closed: draft.closed, Failure: failure, May: c.may(org.EditReports), Cells: len(c.Figures), Log: page.With("/desk/log", "ref", store.CompiledRef(c.Organ, c.Year))}
	p.Crumbs = c.crumbs(false)
	p.Form = c.form(typed)
	rep := c.Report(c.organ.Name)
	marks := map[string]page.Mark{}
	for i, f := range c.Figures {
		if f.Value.Known() {
			p.Known++
			switch was := draft.text(c, i); {
			case was == "":
				p.Empty++
			case was != f.Value.Format(c.Form.Cells[i].Type):
				p.Differ++
			}
		}
		p.mixed(c, i, marks)
	}
	for _, f := range c.Findings {
		p.finding(rep, f, marks)
	}
	beside := func(i int) string {
		was := draft.text(c, i)
		if was == "" || !c.Figures[i].Value.Known() || was == c.Figures[i].Value.Format(c.Form.Cells[i].Type) {
			return ""
		}
		return map[bool]string{true: "已填 ", false: "报告 "}[c.own] + was
	}
	options := page.TableOptions{Marks: marks, Beside: beside, Link: func(cell string) string {
		if !c.Figure(cell).Value.Known() {
			return ""
		}
		return reporting.CasesPath(c.Organ, c.Year, cell)
	}}
	for _, def := range c.Form.Chapters {
		if tb := c.Form.Table(def.Table); tb != nil {
			p.Tables = append(p.Tables, headedTable{def.Ordinal + "、" + def.Title, page.ReportTableOf(rep, tb, options)})
		}
	}
	if err := d.compileEntries(r, c, &p); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, compileTemplate, p)
}

// mixed notes at a figure what it is made of, where that is more than a register.
func (p *compilePage) mixed(c *compileCase, i int, marks map[string]page.Mark) {
	f, cell := c.Figures[i], c.Form.Cells[i]
	plain := true
	var says []string
	var parts []compilePart
	for _, x := range f.Parts {
		plain = plain && (x.Value.N == 0 || x.Source != reporting.FromEntry && x.Source != reporting.FromLast)
		value := x.Value.Format(cell.Type)
		says = append(says, x.Source.Chinese()+value)
		parts = append(parts, compilePart{x.Source.Chinese(), value, x.Note})
	}
	if plain {
		return
	}
	marks[cell.ID] = page.Mark{Tone: "fix", Note: strings.Join(says, "，") + "。"}
	if !reporting.Sums(c.Form, cell.ID) {
		p.Mixed = append(p.Mixed, compileMixed{reporting.CellName(c.Form, cell.ID), reporting.CasesPath(c.Organ, c.Year, cell.ID), f.Value.Format(cell.Type), parts})
	}
}

// finding puts a finding above the tables and marks its cells.
func (p *compilePage) finding(rep *annual.Report, f reporting.CompiledFinding, marks map[string]page.Mark) {
	x := compileFinding{Finding: page.FindingOf(rep, annual.Finding{Code: f.Code, Level: f.Level, Cells: f.Cells, Message: f.Message, Suggest: f.Suggest}, "")}
	if len(x.Cells) > 4 {
		x.Cells = x.Cells[:4]
	}
	x.Fix = page.Link{Text: fixWord(f.Href), Href: f.Href}
	p.Findings = append(p.Findings, x)
	tone := ""
	switch f.Level {
	case annual.Error:
		p.Errors++
		tone = "bad"
	case annual.Warning:
		p.Warns++
		tone = "sus"
	default:
		return
	}
	for _, id := range f.Cells {
		if m := marks[id]; m.Tone != "bad" {
			marks[id] = page.Mark{Tone: tone, Note: strings.TrimSpace(m.Note + " " + f.Message)}
		}
	}
}

// fixWord is what a link of a finding says.
func fixWord(href string) string {
	for _, x := range [][2]string{{"/compile/take", "看哪些格要改"}, {"/compile/", "打开是哪几件"}, {"/compile#", "看手工登记"}, {"/ledger", "补登台账"}, {"/monthly", "去月度台账"}, {"/register", "去文件库"}, {"/fill", "去填写"}} {
		if strings.Contains(href, x[0]) {
			return x[1]
		}
	}
	return "去处理"
}

// compileMarks are figures of a form that the data has otherwise, for the pages on
// which somebody types: by cell index, with the way to what is counted.
func (d *Desk) compileMarks(r *http.Request, organ int64, year int, form *annual.Form, typed func(i int) string) (func(i int) page.Link, error) {
	c, err := d.store.Compile(r.Context(), page.VisitOf(r).Viewer, organ, year, d.cfg.Today())
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if c.Form != form {
		return nil, nil
	}
	return func(i int) page.Link {
		f := c.Figures[i]
		if !f.Value.Known() || typed(i) == f.Value.Format(form.Cells[i].Type) {
			return page.Link{}
		}
		return page.Link{Text: "系统数据 " + f.Value.Format(form.Cells[i].Type), Href: reporting.CasesPath(organ, year, f.Cell)}
	}, nil
}

// compileRefusal is what somebody is told instead of an error, with the status.
func compileRefusal(err error) (code int, text string) {
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return http.StatusUnprocessableEntity, refused.Text
	case errors.Is(err, store.ErrConflict):
		return http.StatusConflict, "在您操作期间，别人已经改动了这些内容，刚才的操作没有办理。下面是现在的情况，请核对后再办一次。"
	case errors.Is(err, store.ErrTooLarge):
		return http.StatusUnprocessableEntity, "文件太大，请压缩或者分开上传。"
	}
	return 0, ""
}

func sortedCells(f *annual.Form, cells []string) []string {
	slices.SortFunc(cells, func(a, b string) int {
		i, _ := f.Index(a)
		k, _ := f.Index(b)
		return i - k
	})
	return cells
}
