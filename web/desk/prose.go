package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// proseRoutes are the pages on which the prose of a report is written from the
// figures that are counted here.
func (d *Desk) proseRoutes() []page.Route {
	const at = "/desk/filing/{organ}/{year}/prose"
	return []page.Route{
		{Pattern: "GET " + at, Verb: org.EditReports, Time: readTime, Serve: d.proseForm},
		{Pattern: "POST " + at, Verb: org.EditReports, Body: fillBytes, Time: readTime, Serve: d.proseAct},
		{Pattern: "GET " + at + "/list", Verb: org.EditReports, Time: time.Minute, Serve: d.proseList},
		{Pattern: "GET " + at + "/template", Verb: org.EditReports, Serve: d.proseTemplateForm},
		{Pattern: "POST " + at + "/template", Verb: org.EditReports, Time: readTime, Serve: d.proseTemplateAct},
	}
}

// proseBase fills the layout and adds the style of these pages.
func (d *Desk) proseBase(r *http.Request, c *filingCase, title string) page.Base {
	b := d.filingBase(r, title, "prose.js")
	b.Styles = append(b.Styles, d.assets.Path("prose.css"))
	b.Crumbs = c.crumbs(true)
	return b
}

// A prosePart is one part of the report as it is being written.
type prosePart struct {
	reporting.ProseSection
	text  string
	links []reporting.FactLink
}

// A proseCase is everything the page of one part needs.
type proseCase struct {
	*filingCase
	draft    *draft
	kept     *store.Prose
	facts    []reporting.Fact
	template *store.ProseTemplate
	written  []reporting.Written // every part as the template says it
	faults   []reporting.TemplateFault
	at       int // of the part, in the order of the sections
}

// sections are the parts as they stand in a draft.
func (dr *draft) section(field string) string {
	for i := range dr.Aspects {
		if field == fmt.Sprintf("aspect.%d", i+1) {
			return dr.Aspects[i]
		}
	}
	for i := range dr.Prose {
		if field == fmt.Sprintf("chapter.%d", i+1) {
			return dr.Prose[i]
		}
	}
	return ""
}

func (dr *draft) setSection(field, text string) {
	for i := range dr.Aspects {
		if field == fmt.Sprintf("aspect.%d", i+1) {
			dr.Aspects[i] = text
		}
	}
	for i := range dr.Prose {
		if field == fmt.Sprintf("chapter.%d", i+1) {
			dr.Prose[i] = text
		}
	}
}

// writingOf reads what the page of an address is about; part names a section.
func (d *Desk) writingOf(r *http.Request, part string) (*proseCase, error) {
	c, err := d.filingOf(r)
	if err != nil {
		return nil, err
	}
	if !c.may(org.EditReports) {
		return nil, page.ErrNotFound
	}
	x := &proseCase{filingCase: c}
	x.at = max(0, slices.IndexFunc(reporting.ProseSections(), func(s reporting.ProseSection) bool { return s.Field == part }))
	if x.draft, err = d.filingDraft(r, c); err != nil {
		return nil, err
	}
	ctx := r.Context()
	if x.kept, err = d.store.Prose(ctx, c.viewer, c.id, c.Year); err != nil {
		return nil, missing(err)
	}
	if x.government() {
		x.facts, err = d.store.ReportFactsBelow(ctx, c.viewer, c.id, c.Year, c.today)
	} else {
		x.facts, err = d.store.ReportFacts(ctx, c.viewer, c.id, c.Year, c.today)
	}
	if err != nil {
		return nil, missing(err)
	}
	if x.template, err = d.store.ProseTemplate(ctx, c.id, false); err != nil {
		return nil, missing(err)
	}
	var t *reporting.Template
	t, x.faults = reporting.ParseTemplate(x.template.Body)
	x.written = t.Write(x.facts, x.names())
	return x, nil
}

// government reports whether the report speaks for the organs below too, and the
// viewer may see theirs.
func (c *filingCase) government() bool {
	return c.Organ.Kind == org.Government && org.May(c.viewer, org.SeeReports, org.Subject{Organ: -1, Home: -1, Path: c.Organ.Path + "0/"})
}

func (c *filingCase) names() reporting.ProseNames {
	return reporting.ProseNames{Organ: c.Organ.Name, Year: c.Year}
}

// part is the part of the address as it is kept.
func (x *proseCase) part() prosePart {
	s := reporting.ProseSections()[x.at]
	return prosePart{s, x.draft.section(s.Field), x.kept.Links[s.Field]}
}

// here is the address of the page of a part.
func (x *proseCase) here(field string) string { return page.With(x.path("/prose"), "part", field) }

type prosePage struct {
	page.Base
	Head      string
	Path      string
	Key       string
	Content   int64
	Kept      int64 // version of what is kept beside the text
	Was       string
	Part      string
	Links     string // JSON
	Tabs      []proseTab
	Text      page.Field
	Locked    string
	Notice    string
	Failure   string
	Theirs    string // what somebody else wrote meanwhile
	Replaced  string // what taking the template's text replaced
	Checked   bool
	Checks    []proseCheck
	Gone      []string
	Opening   int // characters of chapter 一 that belong to no aspect, where all of it stands there
	Fine      int // linked figures that agree
	Findings  []proseFinding
	Preview   [][]prosePiece
	Has       int // characters of the text as it stands
	From      string
	Faults    int
	Edit      string
	Groups    []factGroup
	Unknown   []string
	Below     bool
	Problems  []problemView
	Chapter   bool // it is chapter 五
	LastYear  int
	ProblemIs string // what the notes say as text
}

type proseTab struct {
	page.Link
	Current bool
	Tag     page.Tag
}

type proseCheck struct {
	N       int
	Message string
	Fix     string
	Href    string
	Tag     page.Tag
}

type proseFinding struct {
	page.Finding
	N   int
	Fix string // the number that would be written, "" for none
}

type prosePiece struct {
	Text string
	Href string
	Fact string // label of a figure
}

type factGroup struct {
	Name  string
	Facts []factView
}

type factView struct {
	Key, Label, Number, Unit, Href string
	Search                         string
}

type problemView struct {
	N       int
	Problem string
	Became  page.Field
	Text    page.Field
	Proof   page.Field
	Href    string // of the evidence
}

var proseFormTemplate = page.NewTemplate(templates, "templates/prose.html", "templates/view.html", "templates/filing_parts.html")

func (d *Desk) proseForm(w http.ResponseWriter, r *http.Request) error {
	x, err := d.writingOf(r, r.FormValue("part"))
	if err != nil {
		return err
	}
	s := proseSaid{part: x.part(), content: x.Content, kept: x.kept.Version, was: x.part().text, notes: x.notes()}
	s.checked = r.FormValue("checked") != ""
	return d.showProse(w, r, x, http.StatusOK, s)
}

// proseSaid is what the page shows beside what is kept.
type proseSaid struct {
	part                              prosePart
	content, kept                     int64
	was                               string
	notice, failure, theirs, replaced string
	checked                           bool
	notes                             []reporting.ProblemNote
	bad                               map[string]string
}

func (d *Desk) showProse(w http.ResponseWriter, r *http.Request, x *proseCase, code int, s proseSaid) error {
	links, err := json.Marshal(s.part.links)
	if err != nil {
		return err
	}
	p := prosePage{Base: d.proseBase(r, x.filingCase, "按模板写"+x.name()), Head: x.name(), Path: x.path(""), Key: page.NewKey(), Content: s.content, Kept: s.kept, Was: s.was, Part: s.part.Field, Links: string(links),
		Locked: x.locked(), Notice: s.notice, Failure: s.failure, Theirs: s.theirs, Replaced: s.replaced, Has: len([]rune(strings.TrimSpace(s.part.text))), Faults: len(x.faults), Edit: x.path("/prose/template"), Below: x.government(),
		Chapter: s.part.Field == "chapter.5", LastYear: x.Year - 1}
	rows := min(max(strings.Count(s.part.text, "\n")+len([]rune(s.part.text))/46+3, 7), 22)
	p.Text = page.Field{Name: "text", Kind: "textarea", Label: s.part.Title + "的文字", Rows: rows, Value: s.part.text, Message: s.bad["text"], Hint: "可以任意修改。带数字的话改了以后，按“核对数字”看与台账是否还一致。"}
	if x.at < len(x.draft.Aspects) && strings.TrimSpace(strings.Join(x.draft.Aspects, "")) == "" {
		p.Opening = len([]rune(strings.TrimSpace(x.draft.Opening)))
	}
	x.tabs(&p, s)
	x.preview(&p)
	x.factGroups(&p)
	if s.checked {
		if err := d.proseChecks(r, x, &p, s); err != nil {
			return err
		}
	}
	if p.Chapter {
		x.problems(&p, s)
	}
	return page.RenderStatus(w, r, code, proseFormTemplate, p)
}

// tabNames are the sections in short.
var tabNames = [...]string{"主动公开", "依申请公开", "信息管理", "平台建设", "监督保障", "五、问题和改进", "六、其他事项"}

// tabs lead to the parts and say which have text, and whether their linked
// figures still agree.
func (x *proseCase) tabs(p *prosePage, s proseSaid) {
	for i, sec := range reporting.ProseSections() {
		text, links := x.draft.section(sec.Field), x.kept.Links[sec.Field]
		if i == x.at {
			text, links = s.part.text, s.part.links
		}
		t := proseTab{Link: page.Link{Key: sec.Field, Text: tabNames[i], Href: x.here(sec.Field)}, Current: i == x.at}
		wrong := 0
		for _, c := range reporting.Recheck(text, links, x.facts) {
			if c.Wrong() {
				wrong++
			}
		}
		switch {
		case wrong > 0:
			t.Tag = page.Tag{Tone: "err", Text: fmt.Sprintf("%d处不符", wrong)}
		case strings.TrimSpace(text) == "":
			t.Tag = page.Tag{Text: "空"}
		}
		p.Tabs = append(p.Tabs, t)
	}
}

// preview is the template's text of the part, its figures marked.
func (x *proseCase) preview(p *prosePage) {
	w := x.written[x.at]
	switch {
	case x.template.Organ == 0:
		p.From = "系统自带的模板"
	case x.template.Organ == x.id:
		p.From = fmt.Sprintf("本机关的模板第%d版", x.template.N)
	default:
		p.From = fmt.Sprintf("%s下发的模板第%d版", x.template.OrganName, x.template.N)
	}
	byKey := map[string]reporting.Fact{}
	for _, f := range x.facts {
		byKey[f.Key] = f
	}
	r := []rune(w.Text)
	var para []prosePiece
	plain := func(s string) {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				p.Preview = append(p.Preview, para)
				para = nil
			}
			if line != "" {
				para = append(para, prosePiece{Text: line})
			}
		}
	}
	at := 0
	for _, l := range w.Links {
		plain(string(r[at:l.At]))
		f := byKey[l.Key]
		para = append(para, prosePiece{Text: l.Said, Href: f.Href, Fact: f.Label})
		at = l.At + l.Len
	}
	plain(string(r[at:]))
	if len(para) > 0 {
		p.Preview = append(p.Preview, para)
	}
}

// factGroups are the figures to choose from, those of the part's own aspect
// first.
func (x *proseCase) factGroups(p *prosePage) {
	at := map[string]int{}
	for _, f := range x.facts {
		if !f.Known {
			p.Unknown = append(p.Unknown, f.Label)
			continue
		}
		g, ok := at[f.Group()]
		if !ok {
			g = len(p.Groups)
			at[f.Group()] = g
			p.Groups = append(p.Groups, factGroup{Name: f.Group()})
		}
		p.Groups[g].Facts = append(p.Groups[g].Facts, factView{f.Key, f.Label, f.Text(), f.Unit, f.Href, f.Label + " " + f.Text()})
	}
	own := strings.TrimPrefix(reporting.ProseSections()[x.at].Title, "政府信息公开")
	slices.SortStableFunc(p.Groups, func(a, b factGroup) int {
		switch {
		case a.Name == own && b.Name != own:
			return -1
		case b.Name == own && a.Name != own:
			return 1
		}
		return 0
	})
}

// number reads a number of a form; what is none is the other one.
func number(s string, other int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return other
}

// writing gives the chapters of the form that are prose the page that writes them.
func (b *fillBody) writing(c *filingCase) {
	for i := range b.Chapters {
		part := map[string]string{"一": "aspect.1", "五": "chapter.5", "六": "chapter.6"}[b.Chapters[i].Ordinal]
		if part != "" {
			b.Chapters[i].Write = page.With(c.path("/prose"), "part", part)
		}
	}
}
