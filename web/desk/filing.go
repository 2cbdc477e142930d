package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of what a filing page takes: a draft with what it was before, and a
// scan of what was signed.
const (
	fillBytes = 8 << 20
	scanBytes = 20 << 20
)

func (d *Desk) filingRoutes() []page.Route {
	const at = "/desk/filing/{organ}/{year}"
	routes := []page.Route{
		{Pattern: "GET /desk/filing", Verb: org.SeeReports, Serve: d.filings},
		{Pattern: "GET " + at, Verb: org.SeeReports, Serve: d.filing},
		{Pattern: "POST " + at, Verb: org.EditReports, Serve: d.filingAct},
		{Pattern: "POST " + at + "/submit", Verb: org.EditReports, Body: scanBytes + fillBytes, Time: time.Minute, Serve: d.filingSubmit},
		{Pattern: "POST " + at + "/publish", Verb: org.PublishReports, Serve: d.filingPublish},
		{Pattern: "GET " + at + "/correct", Verb: org.EditReports, Serve: d.filingCorrectForm},
		{Pattern: "POST " + at + "/correct", Verb: org.EditReports, Serve: d.filingCorrect},
		{Pattern: "GET " + at + "/fill", Verb: org.EditReports, Serve: d.filingFillForm},
		{Pattern: "POST " + at + "/fill", Verb: org.EditReports, Body: fillBytes, Time: readTime, Serve: d.filingFill},
		{Pattern: "GET " + at + "/upload", Verb: org.EditReports, Serve: d.filingUploadForm},
		{Pattern: "POST " + at + "/upload", Verb: org.EditReports, Body: formBytes, Time: readTime, Serve: d.filingUpload},
		{Pattern: "GET " + at + "/confirm", Verb: org.EditReports, Time: readTime, Serve: d.filingConfirmForm},
		{Pattern: "POST " + at + "/confirm", Verb: org.EditReports, Body: fillBytes, Time: readTime, Serve: d.filingConfirm},
		{Pattern: "GET " + at + "/versions", Verb: org.SeeReports, Serve: d.filingVersions},
		{Pattern: "GET " + at + "/source.bin", Verb: org.SeeReports, Time: readTime, Serve: d.filingSource},
		{Pattern: "GET " + at + "/paper.docx", Verb: org.SeeReports, Time: readTime, Serve: d.filingPaper},
		{Pattern: "GET " + at + "/paper.pdf", Verb: org.SeeReports, Time: readTime, Serve: d.filingPaper},
	}
	routes = append(routes, d.proseRoutes()...)
	for i := range routes {
		routes[i].Role = page.Officer
	}
	return routes
}

// filingBase fills the layout and adds the style of these pages.
func (d *Desk) filingBase(r *http.Request, title string, scripts ...string) page.Base {
	b := d.base(r, "filing", title, scripts...)
	b.Styles = append(b.Styles, d.assets.Path("filing.css"))
	return b
}

// A filingCase is the filing that an address names, with who asks for it.
type filingCase struct {
	*store.FilingFile
	id     int64
	viewer org.Viewer
	today  law.Date
}

// filingOf reads the filing of an address. What the viewer may not see is not
// there for him.
func (d *Desk) filingOf(r *http.Request) (*filingCase, error) {
	id, err := strconv.ParseInt(r.PathValue("organ"), 10, 64)
	year, yerr := strconv.Atoi(r.PathValue("year"))
	today := d.cfg.Today()
	if err != nil || yerr != nil || d.store == nil || year > today.Year {
		return nil, page.ErrNotFound
	}
	if _, err := annual.FormFor(year); err != nil {
		return nil, page.ErrNotFound
	}
	v := page.VisitOf(r).Viewer
	f, err := d.store.Filing(r.Context(), v, id, year)
	if err != nil {
		return nil, missing(err)
	}
	if !f.Organ.Filer() && f.Version == 0 {
		return nil, page.ErrNotFound
	}
	return &filingCase{f, id, v, today}, nil
}

// path is the address of the filing's own page, or of one below it.
func (c *filingCase) path(below string) string {
	return filingPath(c.id, c.Year) + below
}

func filingPath(organ int64, year int) string { return fmt.Sprintf("/desk/filing/%d/%d", organ, year) }

// may reports whether the viewer may do it to this organ's reports.
func (c *filingCase) may(verb org.Verb) bool { return org.May(c.viewer, verb, c.Organ.Subject()) }

// try reports why a verb would be refused now, on a copy: pages offer only what
// would be done.
func (c *filingCase) try(verb func(f *reporting.Filing) error) error {
	f := c.Filing.Clone()
	return verb(&f)
}

// name is what the report is called on the desk.
func (c *filingCase) name() string { return fmt.Sprintf("%s%d年度报告", c.Organ.Name, c.Year) }

// crumbs lead from the filing's pages back up.
func (c *filingCase) crumbs(below bool) []page.Link {
	out := []page.Link{{Text: "本机关年报", Href: "/desk/filing"}}
	if below {
		out = append(out, page.Link{Text: c.name(), Href: c.path("")})
	}
	return out
}

// judge checks the content as it would stand here.
func (d *Desk) judge(r *http.Request, c *filingCase, rep *annual.Report) ([]annual.Finding, error) {
	if rep == nil {
		return nil, nil
	}
	last, err := d.filedLast(r, c)
	if err != nil {
		return nil, err
	}
	deadline := c.Due
	if deadline.IsZero() {
		deadline = c.PublishBy
	}
	return reporting.Judge(rep, &annual.Context{Last: last, Level: c.Organ.OrganLevel(), Deadline: deadline}), nil
}

// filedLast is the organ's published report of the year before, nil if there is
// none.
func (d *Desk) filedLast(r *http.Request, c *filingCase) (*annual.Report, error) {
	f, err := d.store.Report(r.Context(), c.id, c.Year-1)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return f.Report, nil
}

// warnDays is how many working days before a limit its tag turns yellow.
const warnDays = 3

// limit shows the day by which the report is due, or what became of it.
func (d *Desk) filingLimit(cal *calendar.Calendar, f *reporting.Filing, today law.Date) page.Limit {
	late := f.Late(today)
	switch {
	case !f.Published.IsZero() || f.State == reporting.FilingSubmitted || f.State == reporting.FilingAccepted:
		l := page.Limit{Tag: page.Tag{Tone: "ok", Text: "按期"}, Date: f.Due.String(), Basis: f.Basis}
		switch {
		case late > 0:
			l.Tag = page.Tag{Tone: "warn", Text: fmt.Sprintf("迟 %d 天", late)}
		case f.Due.IsZero():
			l.Tag = page.Tag{Text: "没有规定期限"}
		}
		return l
	case !f.MendBy().IsZero():
		return page.LimitOf(cal, today, f.MendBy(), "退回意见规定的改正日期", warnDays)
	case f.State == reporting.FilingReturned && late == 0:
		return page.Limit{Tag: page.Tag{Tone: "warn", Text: "待改正"}, Date: f.Due.String(), Basis: f.Basis}
	case f.Due.IsZero():
		return page.Limit{Tag: page.Tag{Text: "没有规定期限"}, Basis: f.Basis}
	}
	return page.LimitOf(cal, today, f.Due, f.Basis, warnDays)
}

// days is the calendar with the notices entered here.
func (d *Desk) days(ctx context.Context) (*calendar.Calendar, error) {
	if d.cfg.Calendar != nil {
		return d.cfg.Calendar(ctx)
	}
	return calendar.Load()
}

// keyed is who acts, with an operation key that also knows what the form said:
// going back in the browser, changing something and sending the same form again
// is another act and not a repetition that is passed over.
func keyed(by store.By, said ...string) store.By {
	if by.Key != "" {
		sum := sha256.Sum256([]byte(strings.Join(said, "\x00")))
		by.Key += "." + hex.EncodeToString(sum[:8])
	}
	return by
}

// ownTag is the state with its colour.
func ownTag(f *reporting.Filing, begun bool) page.Tag {
	if !begun && f.State == reporting.FilingDraft && f.Correction == 0 {
		return page.Tag{Text: "未填写"}
	}
	text := f.State.Chinese()
	if f.Correction > 0 && f.State != reporting.FilingPublished {
		text = "更正 · " + text
	}
	tone := map[reporting.FilingState]string{reporting.FilingReturned: "err", reporting.FilingSubmitted: "warn", reporting.FilingChecked: "warn",
		reporting.FilingAccepted: "ok", reporting.FilingPublished: "ok"}[f.State]
	return page.Tag{Tone: tone, Text: text}
}

// filingNext says in one sentence what the organ does next.
func filingNext(f *reporting.Filing, begun bool, open int) string {
	switch f.State {
	case reporting.FilingDraft, reporting.FilingChecked:
		switch {
		case !begun:
			return "填写，或者上传已经写好的文件。"
		case open > 0:
			return fmt.Sprintf("对照原文逐格确认，还有 %d 格。", open)
		case f.State == reporting.FilingChecked:
			return "自检已通过，可以报送。"
		}
		return "填好后自检，再报送。"
	case reporting.FilingReturned:
		return "按退回意见修改，再报送一次。"
	case reporting.FilingSubmitted:
		return "等主管部门审核；审核前发现问题可以撤回。"
	case reporting.FilingAccepted:
		return "审核已通过，请发布。"
	}
	return "已经发布；发现差错的，办理更正。"
}

type filingsPage struct {
	page.Base
	Year   int
	Years  []int
	Organs []organFilings
	Note   string // said where the list is cut
}

type organFilings struct {
	Name string
	Now  filingLine
	Past []filingLine
}

type filingLine struct {
	Year   int
	Href   string
	State  page.Tag
	Limit  page.Limit
	Next   string
	Do     page.Link // the step itself, for who may take it
	Public string    // day of publication
	Marks  int       // reasons of a return that are not settled
	Errors int
}

var filingsTemplate = page.NewTemplate(templates, "templates/filings.html")

// Bounds of the list: an office that answers for more organs works from the
// collecting pages.
const (
	pastYears = 4
	ownOrgans = 12
)

// filings lists the viewer's own organs by year: how far each report is, by when
// it is due and what to do next.
func (d *Desk) filings(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	v, today := page.VisitOf(r).Viewer, d.cfg.Today()
	year := today.Year - 1 // the report written this January is for last year
	p := filingsPage{Base: d.filingBase(r, "本机关年报"), Year: year}
	homes := v.Scope(org.EditReports).Homes()
	for _, id := range v.Scope(org.SeeReports).Homes() {
		if !slices.Contains(homes, id) {
			homes = append(homes, id)
		}
	}
	cal, err := d.days(r.Context())
	if err != nil {
		return err
	}
	for i, id := range homes {
		if i == ownOrgans {
			p.Note = fmt.Sprintf("这里只列前 %d 个机关；其余的请在“收集审核”中查看。", ownOrgans)
			break
		}
		var o organFilings
		for y := year; y > year-1-pastYears && y >= annual.Editions()[0].FromYear; y-- {
			f, err := d.store.Filing(r.Context(), v, id, y)
			if errors.Is(err, store.ErrNotFound) {
				break
			}
			if err != nil {
				return err
			}
			c := &filingCase{f, id, v, today}
			line := d.filingLine(c, cal)
			if o.Name = f.Organ.Name; y == year {
				o.Now = line
			} else if f.Version != 0 || f.Report != nil {
				o.Past = append(o.Past, line)
			}
		}
		if o.Name != "" {
			p.Organs = append(p.Organs, o)
		}
	}
	return page.Render(w, r, filingsTemplate, p)
}

func (d *Desk) filingLine(c *filingCase, cal *calendar.Calendar) filingLine {
	open := len(reporting.Unconfirmed(c.Report))
	begun := c.Report != nil
	line := filingLine{Year: c.Year, Href: c.path(""), State: ownTag(&c.Filing, begun), Limit: d.filingLimit(cal, &c.Filing, c.today), Next: filingNext(&c.Filing, begun, open)}
	line.Public = c.Published.String()
	for _, m := range c.Marks {
		if !m.Settled {
			line.Marks++
		}
	}
	if c.State != reporting.FilingReturned {
		line.Marks = 0
	}
	errs, _ := c.Open(c.Findings)
	line.Errors = len(errs)
	edit := c.may(org.EditReports)
	switch {
	case edit && c.MayEdit() == nil && open > 0:
		line.Do = page.Link{Text: "逐格确认", Href: c.path("/confirm")}
	case edit && c.MayEdit() == nil && !begun:
		line.Do = page.Link{Text: "开始填写", Href: c.path("/fill")}
	case edit && c.MayEdit() == nil && c.State != reporting.FilingChecked:
		line.Do = page.Link{Text: "继续填写", Href: c.path("/fill")}
	case c.State == reporting.FilingAccepted && c.may(org.PublishReports), edit && c.State == reporting.FilingChecked:
		line.Do = page.Link{Text: "去办理", Href: c.path("")}
	}
	return line
}
