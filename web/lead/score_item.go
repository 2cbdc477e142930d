package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// scoreItemPage is one indicator of one organ: what is known, who gave it, and
// the form to score it. It is what a person has on the phone on site.
type scoreItemPage struct {
	page.Base
	F       store.AssessmentFile
	Line    scoreLine
	Group   string
	Mark    oversight.Mark
	How     string
	Key     string
	Failure string
	Changed bool
	Do      string // the form that was sent and not accepted
	Back    string
	Next    page.Link // the next indicator that waits
	Organs  string    // the same indicator of all organs
	Facts   []scoreFactLine
	Hand    string // figures entered by hand
	Photos  []page.Link
	Events  []scoreEventLine
	Past    []scorePastLine
	Self    *scoreSelfLine
	Appeals []scoreAppealLine
	Grants  []scoreFact
	Faults  []scoreFact

	Give, Enter, Add, Look, Clear     bool // what the scorer may do
	Assess, Ask, Appeal, Own, Evident bool // what the organ may do; Own: the office looks again by itself
	Points, Reason, Files             page.Field
	Figures                           []page.Field
	None                              page.Field // nothing to measure
	Fault, Count, Text                page.Field
	SelfPoints, SelfText, SelfFiles   page.Field
	Grant, AskCount, AskText, AskFile page.Field
	Want, Why, WhyFiles               page.Field
}

type scoreFactLine struct {
	Name, Text string
	Tone       string
	Href       string
}

type scoreEventLine struct {
	N              int64
	What, Text     string
	Count          int64
	Who, On, Reply string
	State          page.Tag
	Photos         []page.Link
	Drop, Decide   bool
	Version        int64
}

type scorePastLine struct{ On, Who, From, To, Reason string }

type scoreSelfLine struct {
	Points, Text, Who, On string
	Photos                []page.Link
}

var scoreItemTemplate = page.NewTemplate(templates, "templates/score_item.html", "templates/score_parts.html")

func (l *Lead) scoreItem(w http.ResponseWriter, r *http.Request) error {
	return l.showItem(w, r, http.StatusOK, "", false)
}

// photoLinks are files of a score table with where they are shown.
func photoLinks(sheet int64, list []oversight.ScoreFile) []page.Link {
	var out []page.Link
	for _, x := range list {
		key := ""
		for _, end := range []string{".jpg", ".jpeg", ".png"} {
			if strings.HasSuffix(strings.ToLower(x.Name), end) {
				key = "image"
			}
		}
		out = append(out, page.Link{Key: key, Text: x.Name, Href: fmt.Sprintf("/desk/scores/sheets/%d/files/%d", sheet, x.File)})
	}
	return out
}

// itemOf finds the indicator of the address.
func itemOf(r *http.Request, f store.AssessmentFile) (*oversight.Indicator, *oversight.SchemeGroup, *oversight.Mark, error) {
	key := r.PathValue("item")
	i, g := f.Round.Sheet.Indicator(key)
	m := f.Mark(key)
	if i == nil || m == nil {
		return nil, nil, nil, page.ErrNotFound
	}
	return i, g, m, nil
}

func (l *Lead) showItem(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	i, g, m, err := itemOf(r, f)
	if err != nil {
		return err
	}
	span := f.Round.Span()
	p := scoreItemPage{Base: l.base(r, "scores", i.Name), F: f, Line: scoreLineOf(f, i, m, span), Group: g.Name, Mark: *m, How: i.Kind.How(), Key: page.NewKey(), Failure: failure, Changed: changed,
		Back: fmt.Sprintf("/desk/scores/sheets/%d", f.ID), Organs: page.With(fmt.Sprintf("/desk/scores/rounds/%d", f.Round.ID), "item", i.Key), Evident: i.Evidence}
	if code != http.StatusOK {
		p.Do = r.PostFormValue("do")
	}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: f.Round.Name, Href: fmt.Sprintf("/desk/scores/rounds/%d", f.Round.ID)}, page.Link{Text: f.Organ.Name, Href: p.Back})
	if next := waiting(f, i.Key); next != "" && f.Round.Assesses && f.Round.State == oversight.RoundScoring {
		x, _ := f.Round.Sheet.Indicator(next)
		p.Next = page.Link{Key: next, Text: next + " " + x.Name, Href: fmt.Sprintf("%s/items/%s", p.Back, next)}
	}
	l.itemFacts(&p, i, m)
	if err := l.itemForms(r, &p, i, m); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, scoreItemTemplate, p)
}

// after reports whether one indicator stands behind another in the table.
func after(s *oversight.Scheme, a, b string) bool {
	seen := false
	for _, g := range s.Groups {
		for _, i := range g.Indicators {
			switch i.Key {
			case b:
				seen = true
			case a:
				return seen
			}
		}
	}
	return false
}

// itemFacts fills in what is known about the indicator.
func (l *Lead) itemFacts(p *scoreItemPage, i *oversight.Indicator, m *oversight.Mark) {
	f := p.F
	names := map[string]string{}
	for _, x := range i.Rule.Faults {
		names[x.Key] = x.Name
		text := "出现即否决，总分至多 " + i.Rule.Cap.String() + " 分"
		if i.Kind == oversight.DeductPerEvent {
			text = "每" + scoreUnit(x.Unit) + " −" + x.Each.String()
			if x.Most > 0 {
				text += "，至多 −" + x.Most.String()
			}
		}
		p.Faults = append(p.Faults, scoreFact{x.Name, text})
	}
	for _, x := range i.Rule.Grants {
		names[x.Key] = x.Name
		p.Grants = append(p.Grants, scoreFact{x.Name, "每" + scoreUnit(x.Unit) + " +" + x.Each.String()})
	}
	if !f.Masked {
		asked := i.Measures()
		for _, key := range append([]string{""}, faultKeys(i)...) {
			name, ok := asked[key]
			if !ok {
				continue
			}
			d, _ := oversight.MeasureOf(name)
			x := scoreFactLine{Name: d.Chinese, Text: "还没有取数"}
			switch fact, known := m.Facts[key]; {
			case !store.Measured(name):
				x.Text, x.Tone = "尚未接入，须人工评分", "warn"
			case known:
				x.Text, x.Href = measuredText(d, fact), page.With(p.Back+"/evidence", "measure", name)
				if fact.State == oversight.FactFailed {
					x.Tone = "err"
				}
			}
			p.Facts = append(p.Facts, x)
		}
		if m.Hand != nil {
			p.Hand = factText(i, *m.Hand, f.Round.Span())
			if m.Hand.State == oversight.FactNone {
				p.Hand = "没有可以计量的事项"
			}
		}
		p.Photos = photoLinks(f.ID, m.Files)
		for _, x := range m.Past {
			p.Past = append(p.Past, scorePastLine{x.On.String(), x.Name, x.Points.String(), x.To.String(), x.Reason})
		}
	}
	if m.Self != nil {
		p.Self = &scoreSelfLine{m.Self.Points.String(), m.Self.Text, m.Self.Name, m.Self.On.String(), photoLinks(f.ID, m.Self.Files)}
	}
	scores := f.Round.Assesses && f.Round.State == oversight.RoundScoring
	for _, e := range m.Events {
		x := scoreEventLine{N: e.N, What: names[e.Key], Text: e.Text, Count: e.Count, Who: e.Name, On: e.On.String(), Reply: e.Reply, Photos: photoLinks(f.ID, e.Files), Version: m.Version,
			Drop: scores && e.Asked == "", Decide: scores && e.Asked != ""}
		if e.Asked != "" {
			x.State = page.Tag{Tone: map[oversight.AskState]string{oversight.AskGranted: "ok", oversight.AskWaits: "warn"}[e.Asked], Text: e.Asked.Chinese()}
			if f.Masked {
				x.State = page.Tag{Text: "已申请"}
			}
		}
		p.Events = append(p.Events, x)
	}
}

func faultKeys(i *oversight.Indicator) []string {
	var out []string
	for _, f := range i.Rule.Faults {
		out = append(out, f.Key)
	}
	return out
}

func scoreUnit(u string) string {
	if u == "" {
		return "次"
	}
	return u
}

// itemForms offers what would be allowed, filled as it was sent.
func (l *Lead) itemForms(r *http.Request, p *scoreItemPage, i *oversight.Indicator, m *oversight.Mark) error {
	f, today := p.F, l.cfg.Today()
	sent := func(name, or string) string {
		if p.Do != "" {
			return r.PostFormValue(name)
		}
		return or
	}
	files := page.Field{Name: "files", Label: "照片、文件", Kind: "file", Multiple: true, Accept: ".jpg,.jpeg,.png,.pdf,.docx,.xlsx,.ofd", Hint: "手机上可以直接拍照。一个不超过 20 MB，加密保存。"}
	if i.Evidence && len(m.Files) == 0 {
		files.Label += "（方案规定必须有）"
	}
	p.Files, p.SelfFiles, p.AskFile, p.WhyFiles = files, files, files, files
	p.SelfFiles.Name, p.AskFile.Name, p.WhyFiles.Name = "self_files", "ask_files", "why_files"
	p.Reason = page.Field{Name: "reason", Label: "理由、来源", Kind: "textarea", Rows: 2, Max: 1000, Value: sent("reason", m.Reason), Hint: "不给满分的写明为什么；填数据的写明数据从哪里来。"}
	if scores := f.Round.Assesses && f.Round.State == oversight.RoundScoring; scores {
		p.Give = i.Kind == oversight.ManualPoints
		p.Enter = i.ByFigures()
		p.Add = i.ByEvents()
		p.Look = i.Kind == oversight.DeductPerEvent || i.Kind == oversight.VetoOf
		p.Clear = m.Hand != nil || m.Given != nil || m.Seen
	}
	given := ""
	if m.Given != nil {
		given = m.Given.String()
	}
	p.Points = page.Field{Name: "points", Label: fmt.Sprintf("得分（%s 至 %s）", i.Floor, i.Max), Kind: "text", Value: sent("points", given), Required: true, Max: 8}
	p.figures(i, m, sent)
	options := func(keys []scoreFact, of func(k int) string, chosen string) []page.Option {
		out := []page.Option{{Text: "请选择"}}
		for k, x := range keys {
			out = append(out, page.Option{Value: of(k), Text: x.Label + "（" + x.Text + "）", Selected: of(k) == chosen})
		}
		return out
	}
	faults := append(options(p.Faults, func(k int) string { return i.Rule.Faults[k].Key }, sent("fault", "")), options(p.Grants, func(k int) string { return i.Rule.Grants[k].Key }, sent("fault", ""))[1:]...)
	p.Fault = page.Field{Name: "fault", Label: "情形", Kind: "select", Options: faults, Required: true}
	p.Count = page.Field{Name: "count", Label: "次数", Kind: "number", Value: sent("count", "1"), Required: true}
	p.Text = page.Field{Name: "text", Label: "具体情况", Kind: "textarea", Rows: 2, Max: 1000, Value: sent("text", ""), Required: true, Hint: "什么时候、哪一条、什么问题，例如：3月12日《…通知》超期 6 个工作日公开。"}
	state := f.Round.State
	p.Assess = f.Speaks && state == oversight.RoundSelf && f.SelfOn.IsZero() && i.Base()
	p.Ask = f.Speaks && (state == oversight.RoundSelf || state == oversight.RoundScoring) && len(i.Rule.Grants) > 0
	open := slices.ContainsFunc(f.Appeals, func(a oversight.Appeal) bool { return a.Item == i.Key && a.State == oversight.AppealAsked })
	p.Appeal = f.Speaks && state == oversight.RoundAnnounced && !today.After(f.Round.AppealDue) && !open
	p.Own = f.Round.Assesses && state.Announced() && !open
	self, text := "", ""
	if m.Self != nil {
		self, text = m.Self.Points.String(), m.Self.Text
	}
	p.SelfPoints = page.Field{Name: "self", Label: fmt.Sprintf("自评分（%s 至 %s）", i.Floor, i.Max), Value: sent("self", self), Required: true, Max: 8}
	p.SelfText = page.Field{Name: "self_text", Label: "自评说明", Kind: "textarea", Rows: 3, Max: 1000, Value: sent("self_text", text), Hint: "做了什么，证据在哪里；不是满分的写明差在哪里。"}
	p.Grant = page.Field{Name: "grant", Label: "加分情形", Kind: "select", Options: options(p.Grants, func(k int) string { return i.Rule.Grants[k].Key }, sent("grant", "")), Required: true}
	p.AskCount = page.Field{Name: "ask_count", Label: "次数", Kind: "number", Value: sent("ask_count", "1"), Required: true}
	p.AskText = page.Field{Name: "ask_text", Label: "依据", Kind: "textarea", Rows: 2, Max: 1000, Value: sent("ask_text", ""), Required: true, Hint: "文件名称、文号和日期，例如：市政府办公室通报表扬（市政办〔2026〕12号）。"}
	low, high := i.Bounds()
	p.Want = page.Field{Name: "want", Label: fmt.Sprintf("认为应得（%s 至 %s）", low, high), Value: sent("want", ""), Required: i.Kind != oversight.VetoOf, Max: 8}
	p.Why = page.Field{Name: "why", Label: "理由", Kind: "textarea", Rows: 3, Max: 1000, Value: sent("why", ""), Required: true, Hint: "哪一处不对，依据是什么，附上证据。"}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	for _, a := range f.Appeals {
		if a.Item == i.Key {
			p.Appeals = append(p.Appeals, appealLineOf(days, store.AppealRow{Appeal: a, ItemName: i.Name}))
		}
	}
	return nil
}

// figures are the inputs for figures by hand.
func (p *scoreItemPage) figures(i *oversight.Indicator, m *oversight.Mark, sent func(name, or string) string) {
	if !i.ByFigures() {
		return
	}
	now := oversight.Fact{}
	if m.Hand != nil {
		now = *m.Hand
	} else if x, ok := m.Facts[""]; ok && x.State == oversight.FactKnown {
		now = x
	}
	number := func(name, label string, value int64, known bool) page.Field {
		or := ""
		if known {
			or = strconv.FormatInt(value, 10)
		}
		return page.Field{Name: name, Label: label, Kind: "number", Value: sent(name, or)}
	}
	known := m.Hand != nil || len(m.Facts) > 0
	switch i.Kind {
	case oversight.CountTarget, oversight.BonusPoints:
		names := i.Periods(p.F.Round.Span())
		for k, n := range names {
			v := now.N
			if len(now.Each) == len(names) {
				v = now.Each[k]
			}
			p.Figures = append(p.Figures, number(fmt.Sprintf("each%d", k), n, v, known))
		}
	case oversight.RatioOf:
		p.Figures = []page.Field{number("n", "符合的", now.N, known), number("of", "总数", now.Of, known)}
	case oversight.DeadlineMet:
		done := sent("done", map[bool]string{true: "1", false: ""}[now.Done])
		p.Figures = []page.Field{{Name: "done", Label: "办理情况", Kind: "select", Options: []page.Option{{Value: "1", Text: "已经办理", Selected: done == "1"}, {Value: "", Text: "没有办理", Selected: done != "1"}}},
			number("days", "迟了几天（按时填 0）", now.Days, known)}
	case oversight.Presence:
		p.Figures = []page.Field{number("n", "有几项", now.N, known)}
	}
	p.None = page.Field{Name: "none", Label: "本轮没有可以计量的事项（不计分）", Kind: "checkbox", Value: sent("none", map[bool]string{true: "1"}[now.State == oversight.FactNone])}
}
