package lead

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type scoreSheetPage struct {
	page.Base
	F          store.AssessmentFile
	Key        string
	State      page.Tag
	Total      string
	Place      string
	Formula    string
	Groups     []scoreGroup
	Deductions []scoreLost
	Appeals    []scoreAppealLine
	Facts      []scoreFact
	SelfTotal  string
	HandIn     bool   // the organ may hand its own assessment in
	Say        string // what the organ can do now
	OrderHref  string
	Failure    string
	Changed    bool
}

type scoreGroup struct {
	Name, Note string
	Got, Max   string
	Rows       []scoreLine
}

// scoreLine is one indicator of a score table.
type scoreLine struct {
	Key, Name, Standard string
	Kind, Source        string
	Max, Self, Points   string
	State               page.Tag
	Lines               []scoreStepLine
	Reason              string
	Href                string
	Corrected           bool
	Files               int
}

type scoreStepLine struct{ Text, Points string }

type scoreLost struct{ Item, Text, Detail, Points string }

type scoreAppealLine struct {
	page.Link
	Item, Organ, Was, Want, Became string
	On                             string
	Limit                          page.Limit
	State                          page.Tag
}

var scoreSheetTemplate = page.NewTemplate(templates, "templates/score_sheet.html", "templates/score_parts.html")

func markTag(s oversight.MarkState) page.Tag {
	return page.Tag{Tone: map[oversight.MarkState]string{oversight.MarkOpen: "warn"}[s], Text: s.Chinese()}
}

func (l *Lead) sheetOf(r *http.Request) (store.AssessmentFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.AssessmentFile{}, err
	}
	return l.store.Assessment(r.Context(), page.VisitOf(r).Viewer, id)
}

func (l *Lead) scoreSheet(w http.ResponseWriter, r *http.Request) error {
	return l.showSheet(w, r, http.StatusOK, "", false)
}

func (l *Lead) showSheet(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v := page.VisitOf(r).Viewer
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	s := f.Round.Sheet
	p := scoreSheetPage{Base: l.base(r, "scores", f.Organ.Name+"得分表"), F: f, Key: page.NewKey(), State: roundTag(f.Round.State), Failure: failure, Changed: changed}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: f.Round.Name, Href: fmt.Sprintf("/desk/scores/rounds/%d", f.Round.ID)})
	p.Facts = []scoreFact{{"考核", f.Round.Name}, {"期间", f.Round.Span().Chinese()}, {"方案", fmt.Sprintf("%s（第 %d 版）", f.Round.SchemeName, f.Round.Edition)}}
	p.Groups = scoreGroups(f)
	if !f.Masked {
		p.Total, p.Place, p.Formula = f.Total.String(), placeText(f.Rank, f.Of), f.Formula(s)
		if why := f.Unranked(); why != "" {
			p.Place = why
		}
		for _, d := range f.Deductions(s, &f.Round.Round) {
			p.Deductions = append(p.Deductions, scoreLost{d.Key + " " + d.Name, d.Text, d.Detail, signed(d.Points)})
		}
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	for _, a := range f.Appeals {
		i, _ := s.Indicator(a.Item)
		p.Appeals = append(p.Appeals, appealLineOf(days, store.AppealRow{Appeal: a, ItemName: i.Name}))
	}
	if s.Self {
		self, all := oversight.Points(0), true
		for _, m := range f.Marks {
			if i, _ := s.Indicator(m.Key); i != nil && i.Base() {
				if m.Self == nil {
					all = false
					continue
				}
				self += m.Self.Points
			}
		}
		p.SelfTotal = self.String()
		p.HandIn = f.Speaks && f.Round.State == oversight.RoundSelf && f.SelfOn.IsZero() && all
	}
	if f.Speaks {
		switch f.Round.State {
		case oversight.RoundSelf:
			p.Say = "现在是自评阶段：点每一项填写自评分和说明，填完后提交。"
			if !f.SelfOn.IsZero() {
				p.Say = "自评已于" + f.SelfOn.Chinese() + "提交。仍可以申请加分。"
			}
		case oversight.RoundScoring:
			p.Say = "考核机关正在评分，公布以前看不到得分。有加分项的，现在可以附证据申请。"
		case oversight.RoundAnnounced:
			p.Say = "对哪一项得分有异议，点那一项提出申诉，截止" + f.Round.AppealDue.Chinese() + "。"
			if l.cfg.Today().After(f.Round.AppealDue) {
				p.Say = "申诉已于" + f.Round.AppealDue.Chinese() + "截止。"
			}
		}
	}
	if !f.Masked && org.May(v, org.GiveOrders, org.Subject{Organ: f.Organ.ID, Home: f.Organ.ID, Path: f.Organ.Path}) {
		p.OrderHref = page.With("/desk/orders/new", "from", store.ScoreRef(f.ID), "organ", fmt.Sprint(f.Organ.ID))
	}
	return page.RenderStatus(w, r, code, scoreSheetTemplate, p)
}

// scoreGroups draws the table by groups.
func scoreGroups(f store.AssessmentFile) []scoreGroup {
	var out []scoreGroup
	span := f.Round.Span()
	for _, g := range f.Round.Sheet.Groups {
		x := scoreGroup{Name: g.Name, Note: g.Note}
		got, full := oversight.Points(0), oversight.Points(0)
		for k := range g.Indicators {
			i := &g.Indicators[k]
			m := f.Mark(i.Key)
			if m == nil {
				continue
			}
			x.Rows = append(x.Rows, scoreLineOf(f, i, m, span))
			if got += m.Points; i.Base() {
				full += i.Max
			}
		}
		if len(x.Rows) == 0 {
			continue
		}
		if x.Got = got.String(); f.Masked {
			x.Got = ""
		}
		if full > 0 {
			x.Max = full.String()
		}
		out = append(out, x)
	}
	return out
}

func scoreLineOf(f store.AssessmentFile, i *oversight.Indicator, m *oversight.Mark, span oversight.Span) scoreLine {
	l := scoreLine{Key: i.Key, Name: i.Name, Standard: i.Standard, Kind: i.Kind.Chinese(), Source: i.Source.Chinese(), Max: i.Max.String(), State: markTag(m.State), Reason: m.Reason,
		Href: fmt.Sprintf("/desk/scores/sheets/%d/items/%s", f.ID, i.Key), Corrected: len(m.Past) > 0, Files: len(m.Files)}
	switch {
	case i.Kind == oversight.BonusPoints:
		l.Max = "至多 +" + i.Max.String()
	case i.Kind == oversight.VetoOf:
		l.Max = "否决"
	case i.Max == 0:
		l.Max = "至多 −" + (-i.Floor).String()
	}
	if m.Self != nil {
		l.Self = m.Self.Points.String()
	}
	if f.Masked {
		l.State = page.Tag{}
		return l
	}
	l.Points = m.Points.String()
	if m.State == oversight.MarkOpen || i.Kind == oversight.VetoOf {
		l.Points = ""
	}
	switch {
	case m.State == oversight.MarkScored:
		l.State = page.Tag{}
	case m.State == oversight.MarkOut && f.Round.Sheet.Lacking == oversight.LackingScale:
		l.Points = "—"
	}
	for _, x := range i.Reckon(m, span).Lines {
		s := scoreStepLine{Text: x.Text}
		if x.Points != 0 {
			s.Points = signed(x.Points)
		}
		l.Lines = append(l.Lines, s)
	}
	return l
}

// signed is points with their sign in front, for what is added or taken off.
func signed(p oversight.Points) string {
	switch {
	case p > 0:
		return "+" + p.String()
	case p < 0:
		return "−" + (-p).String()
	}
	return "0"
}

// scoreHandIn ends the organ's own assessment.
func (l *Lead) scoreHandIn(w http.ResponseWriter, r *http.Request) error {
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	d, err := l.store.WithAssessment(r.Context(), page.By(r), f.ID, act.ScoreSelf, "", nil, func(a *oversight.Assessment, s *oversight.Scheme, x *oversight.Round, v org.Viewer) error {
		return a.HandInSelf(s, x, v, l.cfg.Today())
	})
	return acted(w, r, d, err, fmt.Sprintf("/desk/scores/sheets/%d", f.ID), "selfhanded", l.showSheet)
}

type scoreEvidencePage struct {
	page.Base
	Measure oversight.Measure
	Organ   string
	Span    string
	Frozen  string // what was counted when the score was computed
	On      string
	Rows    []scoreEvidenceLine
	Ratio   bool
	Back    string
	None    string
}

type scoreEvidenceLine struct {
	On   string
	What page.Link
	N    int64
	Tag  page.Tag
}

var scoreEvidenceTemplate = page.NewTemplate(templates, "templates/score_evidence.html")

// scoreEvidence lists what a measure counts for the organ of a score table.
func (l *Lead) scoreEvidence(w http.ResponseWriter, r *http.Request) error {
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	m, ok := oversight.MeasureOf(r.FormValue("measure"))
	if !ok || f.Masked {
		return page.ErrNotFound
	}
	p := scoreEvidencePage{Base: l.base(r, "scores", m.Chinese), Measure: m, Organ: f.Organ.Name, Span: f.Round.Span().Chinese(), Back: fmt.Sprintf("/desk/scores/sheets/%d", f.ID),
		Ratio: m.Shape == oversight.ShapeRatio || m.Shape == oversight.ShapeState}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: f.Round.Name, Href: fmt.Sprintf("/desk/scores/rounds/%d", f.Round.ID)}, page.Link{Text: f.Organ.Name, Href: p.Back})
	for _, mark := range f.Marks {
		i, _ := f.Round.Sheet.Indicator(mark.Key)
		if i == nil {
			continue
		}
		for key, name := range i.Measures() {
			if fact, ok := mark.Facts[key]; ok && name == m.Name {
				p.Frozen, p.On = measuredText(m, fact), f.Round.Computed.Chinese()
			}
		}
	}
	if !store.Measured(m.Name) {
		p.None = "这项指标尚未接入，须人工评分。"
		if m.None != "" {
			p.None = m.None + "。"
		}
		return page.Render(w, r, scoreEvidenceTemplate, p)
	}
	list, err := l.store.MeasureEvidence(r.Context(), page.VisitOf(r).Viewer, f.ID, m.Name)
	if errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil {
		return err
	}
	for _, x := range list {
		row := scoreEvidenceLine{On: x.On.String(), What: page.Link{Text: x.Text, Href: x.Href}, N: x.N}
		switch {
		case m.Shape == oversight.ShapeDate && !x.OK:
			row.Tag = page.Tag{Tone: "err", Text: fmt.Sprintf("没有办理，已逾期 %d 天", x.Days)}
		case m.Shape == oversight.ShapeDate && x.Days > 0:
			row.Tag = page.Tag{Tone: "warn", Text: fmt.Sprintf("迟 %d 天", x.Days)}
		case p.Ratio && !x.OK:
			row.Tag = page.Tag{Tone: "warn", Text: "不符合"}
		case p.Ratio || m.Shape == oversight.ShapeDate:
			row.Tag = page.Tag{Tone: "ok", Text: "符合"}
		}
		p.Rows = append(p.Rows, row)
	}
	return page.Render(w, r, scoreEvidenceTemplate, p)
}

// measuredText is a frozen figure of a measure.
func measuredText(m oversight.Measure, f oversight.Fact) string {
	switch f.State {
	case oversight.FactNone:
		return "不计：" + f.Note
	case oversight.FactFailed:
		return "取数失败，没有计分"
	}
	switch m.Shape {
	case oversight.ShapeRatio, oversight.ShapeState:
		if f.Of == 0 {
			return "没有可以计量的事项"
		}
		return fmt.Sprintf("%d / %d %s", f.N, f.Of, m.Unit)
	case oversight.ShapeMean:
		if f.Of == 0 {
			return "没有可以计量的事项"
		}
		return fmt.Sprintf("平均 %s %s（%d 件）", oversight.Mean(f.N, f.Of), m.Unit, f.Of)
	case oversight.ShapeDate:
		switch {
		case !f.Done:
			return fmt.Sprintf("没有办理，到取数时逾期 %d 天", f.Days)
		case f.Days > 0:
			return fmt.Sprintf("迟 %d 天", f.Days)
		}
		return "按时"
	}
	return fmt.Sprintf("%d %s", f.N, m.Unit)
}

// scoreFile shows a photo or paper of a score table to those who see it, and
// logs that it was read.
func (l *Lead) scoreFile(w http.ResponseWriter, r *http.Request) error {
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	for _, x := range filesOf(f) {
		if x.File != id {
			continue
		}
		if err := l.store.PersonalRead(r.Context(), page.By(r), "考核证据", store.ScoreRef(f.ID)); err != nil {
			return err
		}
		return l.ledgerSend(w, r, x.File, x.Name)
	}
	return page.ErrNotFound
}

// filesOf are all files of a score table that the viewer may see.
func filesOf(f store.AssessmentFile) []oversight.ScoreFile {
	var out []oversight.ScoreFile
	for _, m := range f.Marks {
		out = append(out, m.Files...)
		for _, e := range m.Events {
			out = append(out, e.Files...)
		}
		if m.Self != nil {
			out = append(out, m.Self.Files...)
		}
	}
	for _, a := range f.Appeals {
		out = append(out, a.Files...)
	}
	return out
}
