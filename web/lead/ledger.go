package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/web/page"
)

func (l *Lead) ledgerRoutes() []page.Route {
	return slices.Concat([]page.Route{{Pattern: "GET /desk/ledgers", Verb: org.SeeLedgers, Serve: l.ledgers}},
		l.trainingRoutes(), l.equipmentRoutes(), l.incidentRoutes(), l.surveyRoutes())
}

// ledgersPage is the year of an organ in figures, with the way to each ledger.
type ledgersPage struct {
	page.Base
	Years     []page.Option
	Year      int
	Organs    []page.Option
	Organ     string
	Sums      oversight.LedgerSums
	All       oversight.VoiceSum
	Voices    []voiceSumRow
	Equipment []ledgerCount
	Sentences []string
	Below     []ledgerBelow
	Cards     []ledgerCard
}

type ledgerCard struct{ Href, Name, Text string }

type ledgerCount struct {
	Name string
	N    int
}

type voiceSumRow struct {
	Kind string
	oversight.VoiceSum
}

type ledgerBelow struct {
	Organ page.Link
	Sums  oversight.LedgerSums
	All   oversight.VoiceSum
}

var ledgersTemplate = page.NewTemplate(templates, "templates/ledgers.html")

// ledgerYear is the year that a page is about, with the years to choose from.
func (l *Lead) ledgerYear(r *http.Request) (int, []page.Option) {
	now := l.cfg.Today().Year
	year, err := strconv.Atoi(r.FormValue("year"))
	if err != nil || year < 2008 || year > now+1 {
		year = now
	}
	var out []page.Option
	for y := now + 1; y > now-6; y-- {
		out = append(out, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年", y), Selected: y == year})
	}
	return year, out
}

func (l *Lead) ledgers(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := ledgersPage{Base: l.base(r, "ledgers", "台账")}
	p.Year, p.Years = l.ledgerYear(r)
	organs, organ, err := l.ledgerOrgans(r, org.SeeLedgers, r.FormValue("organ"))
	if err != nil {
		return err
	}
	p.Organs = organs
	if organ == 0 {
		return page.ErrNotFound
	}
	o, err := l.store.Organ(ctx, organ)
	if err != nil {
		return err
	}
	if p.Sums, err = l.store.LedgerSums(ctx, o.HomeID(), p.Year); err != nil {
		return err
	}
	home := o
	if o.HomeID() != o.ID {
		if home, err = l.store.Organ(ctx, o.HomeID()); err != nil {
			return err
		}
	}
	p.Organ, p.All, p.Sentences = home.Name, p.Sums.AllVoices(), p.Sums.Sentences()
	for _, rule := range oversight.VoiceRules() {
		if n, ok := p.Sums.Voices[rule.Kind]; ok {
			p.Voices = append(p.Voices, voiceSumRow{rule.Name, n})
		}
	}
	for _, k := range oversight.EquipmentKinds() {
		if n := p.Sums.Equipment[k]; n > 0 {
			p.Equipment = append(p.Equipment, ledgerCount{k.Chinese(), n})
		}
	}
	incidents := 0
	for _, n := range p.Sums.Incidents {
		incidents += n
	}
	t := p.Sums.Trainings
	p.Cards = []ledgerCard{
		{"/desk/trainings", "培训", fmt.Sprintf("计划%d次，举办%d次，%s小时，%d人次", t.Planned, t.Sessions, t.Hours(), t.Persons)},
		{"/desk/surveys", "社会评议", fmt.Sprintf("开展%d次，收回%d份", p.Sums.Surveys, p.Sums.Answers)},
		{"/desk/equipment", "设备场所", fmt.Sprintf("接待查阅%d人次，检查%d次", p.Sums.Visits.Persons, p.Sums.Checks)},
		{"/desk/incidents", "事件", fmt.Sprintf("登记%d起", incidents)},
	}
	for _, path := range v.Scope(org.SeeLedgers).Below() {
		if path != home.Path {
			continue
		}
		if err := l.ledgersBelow(r, &p, home); err != nil {
			return err
		}
	}
	return page.Render(w, r, ledgersTemplate, p)
}

// mostBelow bounds the table of organs below.
const mostBelow = 300

func (l *Lead) ledgersBelow(r *http.Request, p *ledgersPage, home org.Organ) error {
	sums, err := l.store.LedgerSumsBelow(r.Context(), home.ID, p.Year)
	if err != nil {
		return err
	}
	children, err := l.store.Children(r.Context(), home.ID)
	if err != nil {
		return err
	}
	for _, c := range children {
		if !c.Filer() || !c.InForce(l.cfg.Today()) || len(p.Below) == mostBelow {
			continue
		}
		s, ok := sums[c.ID]
		if !ok {
			s.Year = p.Year
		}
		p.Below = append(p.Below, ledgerBelow{page.Link{Text: c.ShortName(), Href: page.With("/desk/ledgers", "organ", fmt.Sprint(c.ID), "year", fmt.Sprint(p.Year))}, s, s.AllVoices()})
	}
	return nil
}

// ledgerEntry is the form of one entry of a ledger: fields in rows of one or two.
type ledgerEntry struct {
	page.Base
	Key     string
	Version int64
	Intro   string
	Cite    string
	Failure string
	Changed bool
	Rows    []ledgerFields
	Near    []string
	Submit  string
	Back    string
	Files   bool
}

type ledgerFields struct {
	Head   string // heading above the row, "" for none
	Fields []page.Field
}

var ledgerEntryTemplate = page.NewTemplate(templates, "templates/ledger_entry.html")

// ledgerBase fills what every such form has.
func (l *Lead) ledgerBase(r *http.Request, title, back, backText string) ledgerEntry {
	p := ledgerEntry{Base: l.base(r, "ledgers", title), Key: r.FormValue("key"), Back: back, Submit: "保存"}
	p.Crumbs = []page.Link{{Text: "台账", Href: "/desk/ledgers"}, {Text: backText, Href: back}}
	if p.Key == "" || len(p.Key) > 64 {
		p.Key = page.NewKey()
	}
	p.Version, _ = strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is nobody's version
	return p
}

func (p *ledgerEntry) row(head string, fields ...page.Field) {
	p.Rows = append(p.Rows, ledgerFields{head, fields})
}

// render shows the form, filled as it was sent where something was not accepted.
func (p ledgerEntry) render(w http.ResponseWriter, r *http.Request, bad map[string]string, failure string, changed bool) error {
	p.Failure, p.Changed = failure, changed
	for i := range p.Rows {
		for j := range p.Rows[i].Fields {
			f := &p.Rows[i].Fields[j]
			f.Message = bad[f.Name]
			delete(bad, f.Name)
		}
	}
	for _, m := range bad { // what no field stands for
		if p.Failure == "" {
			p.Failure = m
		}
	}
	code := http.StatusOK
	switch {
	case changed:
		code = http.StatusConflict
	case r.Method == http.MethodPost:
		code = http.StatusUnprocessableEntity
	}
	return page.RenderStatus(w, r, code, ledgerEntryTemplate, p)
}

// ledgerValue is what a field holds: what was sent, or what is kept.
func ledgerValue(r *http.Request, name, kept string) string {
	if r.Method == http.MethodPost {
		return r.FormValue(name)
	}
	return kept
}
