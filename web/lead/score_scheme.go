package lead

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// schemeBody bounds a form with a scheme's file.
const schemeBody = 4 << 20

type schemesPage struct {
	page.Base
	Tabs    []page.Link
	Key     string
	Failure string
	Faults  []string
	Rows    []schemeRowLine
	Shipped []shippedLine
	Organs  page.Field
	File    page.Field
	May     bool
}

type schemeRowLine struct {
	Name                page.Link
	Owner, Group, Saved string
	Year                int
	Edition             string
	State               page.Tag
}

type shippedLine struct{ Code, Name, Source, Note, Points string }

var schemesTemplate = page.NewTemplate(templates, "templates/schemes.html", "templates/score_parts.html")

func (l *Lead) schemes(w http.ResponseWriter, r *http.Request) error {
	return l.showSchemes(w, r, http.StatusOK, "")
}

func schemeTag(x store.SchemeRow) page.Tag {
	switch {
	case !x.Retired.IsZero():
		return page.Tag{Text: "已停用"}
	case x.Edition == 0:
		return page.Tag{Tone: "warn", Text: "草稿，未发布"}
	case x.Changed:
		return page.Tag{Tone: "warn", Text: "有改动未发布"}
	}
	return page.Tag{Tone: "ok", Text: "在用"}
}

func (l *Lead) showSchemes(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	v := page.VisitOf(r).Viewer
	p := schemesPage{Base: l.base(r, "scores", "考核方案"), Tabs: scoreTabs(v, "schemes"), Key: page.NewKey(), Failure: failure, May: org.Able(v, org.EditSchemes)}
	list, err := l.store.Schemes(r.Context(), v)
	if err != nil {
		return err
	}
	for _, x := range list {
		row := schemeRowLine{Name: page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/scores/schemes/%d", x.ID)}, Owner: x.OrganName, Group: x.Group, Year: x.Year, State: schemeTag(x), Saved: x.SavedBy}
		if x.Edition > 0 {
			row.Edition = fmt.Sprintf("第 %d 版，%s", x.Edition, x.Published)
		}
		p.Rows = append(p.Rows, row)
	}
	if p.May {
		shipped, err := oversight.ShippedSchemes()
		if err != nil {
			return err
		}
		for _, s := range shipped {
			p.Shipped = append(p.Shipped, shippedLine{s.Code, s.Name, s.Source, s.Note, s.Full.String()})
		}
		organs, _, err := l.ledgerOrgans(r, org.EditSchemes, r.FormValue("organ"))
		if err != nil {
			return err
		}
		p.Organs = page.Field{Name: "organ", Label: "由哪个机关考核", Kind: "select", Options: organs, Required: true}
		p.File = page.Field{Name: "file", Label: "方案文件", Kind: "file", Accept: ".json,.xlsx", Hint: "本程序导出的 JSON 或 Excel。先导出一个方案，在它上面改最省事。"}
	}
	return page.RenderStatus(w, r, code, schemesTemplate, p)
}

// schemeCreate makes a scheme from a shipped one, from another of the office's
// own, or from a file.
func (l *Lead) schemeCreate(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	organ := whole(r.PostFormValue("organ"))
	if o, err := l.store.Organ(r.Context(), organ); err != nil || !org.May(v, org.EditSchemes, o.Subject()) {
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return l.showSchemes(w, r, http.StatusUnprocessableEntity, "请选择由哪个机关考核。")
	}
	var s *oversight.Scheme
	switch from := r.PostFormValue("from"); {
	case r.PostFormValue("do") == "import":
		var message string
		var err error
		if s, message, err = readScheme(r); err != nil {
			return err
		}
		if message != "" {
			return l.showSchemes(w, r, http.StatusUnprocessableEntity, message)
		}
	case strings.HasPrefix(from, "scheme/"):
		f, err := l.store.Scheme(r.Context(), v, whole(strings.TrimPrefix(from, "scheme/")), 0)
		if err != nil {
			return err
		}
		s = f.Scheme
		s.Name += "（副本）"
	default:
		var ok bool
		if s, ok = oversight.ShippedScheme(from); !ok {
			return l.showSchemes(w, r, http.StatusUnprocessableEntity, "请选择从哪个范本建立。")
		}
		s.Year = max(s.Year, l.cfg.Today().Year-1) // the last year may still have to be scored
	}
	d, err := l.store.SaveScheme(r.Context(), page.By(r), organ, 0, 0, s)
	refusal, _, rest := ledgerFailed(err)
	switch {
	case refusal != "":
		return l.showSchemes(w, r, http.StatusUnprocessableEntity, refusal)
	case rest != nil:
		return rest
	}
	return page.Done(w, r, "/desk/scores/schemes/"+d.Answer, "schemesaved", d)
}

// readScheme reads the file of a form. message says in Chinese what is wrong.
func readScheme(r *http.Request) (s *oversight.Scheme, message string, err error) {
	f, head, err := r.FormFile("file")
	if err != nil {
		return nil, "请选择方案文件。", nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, schemeBody))
	if err != nil {
		return nil, "", err
	}
	if strings.EqualFold(filepath.Ext(head.Filename), ".json") || bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), []byte("{")) {
		if s, err = oversight.ParseScheme(b); err != nil {
			return nil, err.Error(), nil
		}
		return s, "", nil
	}
	d, err := ingest.File(r.Context(), head.Filename, b)
	if err != nil {
		return nil, limit.Message(err), nil
	}
	if s, err = oversight.SchemeOf(d); err != nil {
		return nil, err.Error(), nil
	}
	return s, "", nil
}

type schemePage struct {
	page.Base
	F        store.SchemeFile
	Key      string
	State    page.Tag
	Shown    string // which edition is shown
	Facts    []scoreFact
	Faults   []oversight.SchemeFault
	Groups   []schemeGroupLine
	Editions []store.SchemeEdition
	Edition  int64
	Edits    bool // this page changes the draft
	Failure  string
	Changed  bool
	Export   string
	Retire   bool
}

type schemeGroupLine struct {
	N                int
	Name, Note, Part string
	Max              string
	Rows             []schemeItemLine
}

type schemeItemLine struct {
	Key, Name, Standard, Kind, Max, Source, Rounds string
	Rule                                           []string
	Bad                                            []string
	Href                                           string
}

var schemeTemplate = page.NewTemplate(templates, "templates/scheme.html", "templates/score_parts.html")

func (l *Lead) schemeOf(r *http.Request) (store.SchemeFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.SchemeFile{}, err
	}
	edition, _ := strconv.ParseInt(r.FormValue("edition"), 10, 64) // what is no number is the draft
	return l.store.Scheme(r.Context(), page.VisitOf(r).Viewer, id, max(edition, 0))
}

func (l *Lead) scheme(w http.ResponseWriter, r *http.Request) error {
	return l.showScheme(w, r, http.StatusOK, "", false)
}

func (l *Lead) showScheme(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	f, err := l.schemeOf(r)
	if err != nil {
		return err
	}
	p := schemePage{Base: l.base(r, "scores", f.Name), F: f, Key: page.NewKey(), State: schemeTag(f.SchemeRow), Failure: failure, Changed: changed}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: "考核方案", Href: "/desk/scores/schemes"})
	edition, _ := strconv.ParseInt(r.FormValue("edition"), 10, 64)
	p.Edition = max(edition, 0)
	p.Edits = f.Edits && p.Edition == 0 && f.Retired.IsZero()
	p.Retire = p.Edits && f.Edition > 0
	switch {
	case p.Edition > 0:
		p.Shown = fmt.Sprintf("第 %d 版", p.Edition)
	case f.Changed:
		p.Shown = "草稿"
	default:
		p.Shown = fmt.Sprintf("第 %d 版", f.Edition)
	}
	if p.Editions, err = l.store.SchemeEditions(r.Context(), page.VisitOf(r).Viewer, f.ID); err != nil {
		return err
	}
	p.Facts, p.Faults = schemeFacts(f), f.Scheme.Check()
	p.Groups = schemeGroups(f, p.Faults)
	p.Export = page.With(fmt.Sprintf("/desk/scores/schemes/%d/export", f.ID), "edition", editionText(p.Edition), "format", "")
	return page.RenderStatus(w, r, code, schemeTemplate, p)
}

func editionText(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func schemeFacts(f store.SchemeFile) []scoreFact {
	s := f.Scheme
	var kinds, rounds, weights []string
	for _, k := range s.Kinds {
		kinds = append(kinds, k.Chinese())
	}
	for _, p := range s.Rounds {
		rounds = append(rounds, p.Chinese())
	}
	for _, p := range oversight.RoundPeriods() {
		if w := s.Weights.Of(p); w > 0 {
			weights = append(weights, fmt.Sprintf("%s %d%%", p.Chinese(), w))
		}
	}
	who := s.Group + "（" + strings.Join(kinds, "、") + "）"
	if s.Level != 0 {
		who += "，" + s.Level.Chinese()
	}
	out := []scoreFact{{"考核机关", f.OrganName}, {"考核对象", who}, {"适用", fmt.Sprintf("%d年起", s.Year)}, {"周期", strings.Join(rounds, "、")}, {"满分", s.Full.String()},
		{"年度总分", strings.Join(weights, "，")}, {"无此项业务", s.Lacking.Chinese()}}
	if s.Self {
		out = append(out, scoreFact{"自评", "先由机关自评"})
	}
	if s.Most > 0 {
		out = append(out, scoreFact{"加分", "每轮、全年都至多 " + s.Most.String() + " 分"})
	}
	for _, x := range s.Parts {
		out = append(out, scoreFact{x.Name, fmt.Sprintf("占 %d%%", x.Weight)})
	}
	if s.Source != "" {
		out = append(out, scoreFact{"依据", s.Source})
	}
	return out
}

// ruleLines say how an indicator scores, from its parameters.
func ruleLines(i *oversight.Indicator) []string {
	r := &i.Rule
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch i.Kind {
	case oversight.CountTarget:
		say("%s任务 %d", i.Period.Chinese(), r.Target)
		if r.Short > 0 {
			say("不足的一期 −%s", r.Short)
		} else {
			say("按完成比例给分")
		}
		if r.Blank > 0 {
			say("空白的一期 −%s", r.Blank)
		}
	case oversight.RatioOf:
		say("%d%% 得满分，%d%% 不得分，其间按比例；样本少于 %d 的不计分、不排名", r.Full, r.Zero, r.Least)
	case oversight.DeadlineMet:
		if r.Late > 0 {
			say("迟办 −%s", r.Late)
		}
		if r.PerDay > 0 {
			say("每迟一天 −%s", r.PerDay)
		}
		if r.Miss > 0 {
			say("没有办理 −%s", r.Miss)
		} else {
			say("没有办理不得分")
		}
	case oversight.Presence:
		switch {
		case r.Each > 0:
			say("有一项 +%s", r.Each)
		case r.Lack > 0:
			say("应有 %d 项，缺一项 −%s", max(r.Target, 1), r.Lack)
		default:
			say("有的得满分")
		}
	case oversight.VetoOf:
		say("出现即否决，总分至多 %s", r.Cap)
	}
	for _, f := range r.Faults {
		text := f.Name
		if f.Each > 0 {
			text += fmt.Sprintf(" −%s/%s", f.Each, scoreUnit(f.Unit))
		}
		if f.Most > 0 {
			text += "，至多 −" + f.Most.String()
		}
		out = append(out, text+measureNote(f.Measure))
	}
	for _, g := range r.Grants {
		say("%s +%s/%s", g.Name, g.Each, scoreUnit(g.Unit))
	}
	for _, s := range r.Steps {
		if s.Every > 0 {
			say("超额 %d%% 以上的部分，每 %d%% +%s", s.From, s.Every, s.Add)
		} else {
			say("超额 %d%% +%s", s.From, s.Add)
		}
	}
	if i.Measure != "" {
		out = append(out, strings.TrimPrefix(measureNote(i.Measure), "，"))
	}
	return out
}

// measureNote names a measure, and says if nobody answers it yet.
func measureNote(name string) string {
	if name == "" {
		return ""
	}
	m, _ := oversight.MeasureOf(name)
	text := "，取数“" + m.Chinese + "”"
	if !store.Measured(name) {
		text += "（尚未接入，须人工评分）"
	}
	return text
}

func schemeGroups(f store.SchemeFile, faults []oversight.SchemeFault) []schemeGroupLine {
	var out []schemeGroupLine
	for n, g := range f.Scheme.Groups {
		x := schemeGroupLine{N: n, Name: g.Name, Note: g.Note}
		if p, ok := f.Scheme.Part(g.Part); ok {
			x.Part = p.Name
		}
		full := oversight.Points(0)
		for k := range g.Indicators {
			i := &g.Indicators[k]
			if i.Base() {
				full += i.Max
			}
			row := schemeItemLine{Key: i.Key, Name: i.Name, Standard: i.Standard, Kind: i.Kind.Chinese(), Max: i.Max.String(), Source: i.Source.Chinese(), Rule: ruleLines(i),
				Href: page.With(fmt.Sprintf("/desk/scores/schemes/%d/item", f.ID), "item", i.Key)}
			if asked := i.Measures(); len(asked) > 0 {
				row.Source = oversight.ByProgram.Chinese()
				for _, name := range asked {
					if !store.Measured(name) {
						row.Source = "程序取数、人工"
					}
				}
				if len(asked) < len(i.Rule.Faults) {
					row.Source = "程序取数、人工"
				}
			}
			if i.Floor != 0 {
				row.Max += "，下限 " + i.Floor.String()
			}
			if len(i.Rounds) > 0 {
				var list []string
				for _, p := range i.Rounds {
					list = append(list, p.Chinese())
				}
				row.Rounds = strings.Join(list, "、")
			}
			if i.Evidence {
				row.Source += "，须附证据"
			}
			for _, b := range faults {
				if b.Key == i.Key {
					row.Bad = append(row.Bad, b.Text)
				}
			}
			x.Rows = append(x.Rows, row)
		}
		if full > 0 {
			x.Max = full.String()
		}
		out = append(out, x)
	}
	return out
}
