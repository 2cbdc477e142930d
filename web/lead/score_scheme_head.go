package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type schemeHeadPage struct {
	page.Base
	F              store.SchemeFile
	Key            string
	Version        int64
	Failure        string
	Changed        bool
	Name, Basis    page.Field
	Note, Year     page.Field
	Level, Group   page.Field
	Full, Most     page.Field
	Lacking, Self  page.Field
	Weights        []page.Field
	Kinds, Periods []page.Option
	KindsBad       string
	PeriodsBad     string
	WeightsBad     string
	PartsBad       string
	GroupsBad      string
	Parts          []schemePartRow
	Groups         []schemeGroupRow
}

type schemePartRow struct{ Key, Name, Weight string }

type schemeGroupRow struct {
	Name, Part, Note string
	Items            int // indicators in it; one without can be taken out by emptying its name
}

var schemeHeadTemplate = page.NewTemplate(templates, "templates/scheme_head.html", "templates/score_parts.html")

// editable is a scheme the viewer may change: the draft, or the newest edition.
func (l *Lead) editable(r *http.Request) (store.SchemeFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.SchemeFile{}, err
	}
	f, err := l.store.Scheme(r.Context(), page.VisitOf(r).Viewer, id, 0)
	if err == nil && !f.Edits {
		return f, store.Forbidden(org.EditSchemes)
	}
	return f, err
}

func (l *Lead) schemeHead(w http.ResponseWriter, r *http.Request) error {
	f, err := l.editable(r)
	if err != nil {
		return err
	}
	return l.showSchemeHead(w, r, http.StatusOK, f, f.Scheme, f.Version, nil, "", false)
}

func (l *Lead) showSchemeHead(w http.ResponseWriter, r *http.Request, code int, f store.SchemeFile, s *oversight.Scheme, version int64, bad map[string]string, failure string, changed bool) error {
	p := schemeHeadPage{Base: l.base(r, "scores", "方案的基本设置"), F: f, Key: page.NewKey(), Version: version, Failure: failure, Changed: changed,
		KindsBad: bad["kinds"], PeriodsBad: bad["rounds"], WeightsBad: bad["weights"], PartsBad: bad["parts"], GroupsBad: bad["groups"] + bad["group_name"] + bad["group_part"]}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: "考核方案", Href: "/desk/scores/schemes"}, page.Link{Text: f.Name, Href: fmt.Sprintf("/desk/scores/schemes/%d", f.ID)})
	field := func(name, label, kind, value, hint string) page.Field {
		return page.Field{Name: name, Label: label, Kind: kind, Value: value, Hint: hint, Message: bad[name]}
	}
	p.Name = field("name", "方案名称", "", s.Name, "")
	p.Name.Required, p.Name.Max = true, 100
	p.Basis = field("source", "依据", "", s.Source, "文件名称和文号。")
	p.Basis.Max = 100
	p.Note = field("note", "说明", "textarea", s.Note, "文件没有写明、自己怎么理解的，写在这里。")
	p.Note.Rows, p.Note.Max = 3, 2000
	p.Year = field("year", "从哪一年起适用", "number", strconv.Itoa(s.Year), "")
	p.Group = field("group", "考核对象叫什么", "", s.Group, "例如：乡镇、街道。")
	p.Group.Required, p.Group.Max = true, 100
	p.Full = field("full", "满分", "", s.Full.String(), "一轮考核各项满分的合计，加分、倒扣和否决不计在内。")
	p.Most = field("most", "加分上限", "", s.Most.String(), "每轮、全年加分都不超过它；0 表示不另设上限。")
	p.Self = field("self", "先由机关自评，再由考核机关评分", "checkbox", checked(s.Self), "")
	p.Lacking = field("lacking", "没有这项业务、样本太少的指标", "select", "", "")
	for _, x := range []oversight.LackingRule{oversight.LackingFull, oversight.LackingScale} {
		p.Lacking.Options = append(p.Lacking.Options, page.Option{Value: string(x), Text: x.Chinese(), Selected: x == s.Lacking})
	}
	p.Level = field("level", "行政层级", "select", "", "")
	p.Level.Options = []page.Option{{Value: "0", Text: "不限"}}
	for x := org.Nation; x <= org.Grassroots; x++ {
		p.Level.Options = append(p.Level.Options, page.Option{Value: strconv.Itoa(int(x)), Text: x.Chinese(), Selected: x == s.Level})
	}
	for _, k := range org.Kinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: slices.Contains(s.Kinds, k)})
	}
	for _, x := range oversight.RoundPeriods() {
		p.Periods = append(p.Periods, page.Option{Value: string(x), Text: x.Chinese(), Selected: slices.Contains(s.Rounds, x)})
		p.Weights = append(p.Weights, page.Field{Name: "weight_" + string(x), Label: x.Chinese() + "占（%）", Kind: "number", Value: strconv.Itoa(s.Weights.Of(x))})
	}
	for _, x := range s.Parts {
		p.Parts = append(p.Parts, schemePartRow{x.Key, x.Name, strconv.Itoa(x.Weight)})
	}
	for len(p.Parts) < len(s.Parts)+2 && len(p.Parts) < 6 {
		p.Parts = append(p.Parts, schemePartRow{})
	}
	for _, g := range s.Groups {
		p.Groups = append(p.Groups, schemeGroupRow{g.Name, g.Part, g.Note, len(g.Indicators)})
	}
	p.Groups = append(p.Groups, schemeGroupRow{}, schemeGroupRow{})
	return page.RenderStatus(w, r, code, schemeHeadTemplate, p)
}

func checked(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// schemeHeadSave reads the form over the scheme; what the form does not show,
// the indicators, stays.
func (l *Lead) schemeHeadSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.editable(r)
	if err != nil {
		return err
	}
	s, version := f.Scheme, whole(r.PostFormValue("version"))
	bad := map[string]string{}
	points := func(name string) oversight.Points {
		p, err := oversight.ParsePoints(r.PostFormValue(name))
		if err != nil {
			bad[name] = err.Error() + "。"
		}
		return p
	}
	one := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	s.Name, s.Source, s.Note, s.Group = one("name"), one("source"), lines(r, "note"), one("group")
	s.Year, s.Level = int(whole(one("year"))), org.Level(whole(one("level")))
	s.Full, s.Most, s.Self, s.Lacking = points("full"), points("most"), one("self") != "", oversight.LackingRule(one("lacking"))
	s.Kinds, s.Rounds, s.Parts = nil, nil, nil
	for _, k := range r.PostForm["kind"] {
		s.Kinds = append(s.Kinds, org.Kind(k))
	}
	for _, x := range r.PostForm["period"] {
		s.Rounds = append(s.Rounds, oversight.ScorePeriod(x))
	}
	s.Weights = oversight.Weights{Quarter: int(whole(one("weight_quarter"))), Half: int(whole(one("weight_half"))), Year: int(whole(one("weight_year")))}
	for k := range 6 {
		x := oversight.ScorePart{Key: one(fmt.Sprintf("part_key%d", k)), Name: one(fmt.Sprintf("part_name%d", k)), Weight: int(whole(one(fmt.Sprintf("part_weight%d", k))))}
		if x.Key != "" || x.Name != "" {
			s.Parts = append(s.Parts, x)
		}
	}
	if message := schemeGroupsSent(r, s, one); message != "" {
		bad["groups"] = message
	}
	for _, x := range s.Check() { // what concerns indicators, and sums, is said on the scheme's page
		if x.Key == "" && x.Field != "full" && x.Field != "groups" && bad[x.Field] == "" && (x.Field != "parts" || !strings.Contains(x.Text, "没有一组")) {
			bad[x.Field] = x.Text
		}
	}
	if len(bad) > 0 {
		return l.showSchemeHead(w, r, http.StatusUnprocessableEntity, f, s, version, bad, "", false)
	}
	return l.schemeKeep(w, r, f, s, version, func(code int, failure string, changed bool) error {
		return l.showSchemeHead(w, r, code, f, s, f.Version, nil, failure, changed)
	})
}

// schemeGroupsSent reads the groups of the form: by their place, so that one can
// be renamed; an empty name takes out a group without indicators.
func schemeGroupsSent(r *http.Request, s *oversight.Scheme, one func(string) string) string {
	var out []oversight.SchemeGroup
	for k := range len(s.Groups) + 2 {
		g := oversight.SchemeGroup{}
		if k < len(s.Groups) {
			g = s.Groups[k]
		}
		name := one(fmt.Sprintf("group_name%d", k))
		if name == "" {
			if len(g.Indicators) > 0 {
				return fmt.Sprintf("第 %d 组还有 %d 项指标，不能删去。请先删除或者移走它们。", k+1, len(g.Indicators))
			}
			continue
		}
		g.Name, g.Part, g.Note = name, one(fmt.Sprintf("group_part%d", k)), one(fmt.Sprintf("group_note%d", k))
		out = append(out, g)
	}
	s.Groups = out
	return ""
}

// schemeKeep saves a draft and shows the form again where that is refused.
func (l *Lead) schemeKeep(w http.ResponseWriter, r *http.Request, f store.SchemeFile, s *oversight.Scheme, version int64, again func(code int, failure string, changed bool) error) error {
	d, err := l.store.SaveScheme(r.Context(), page.By(r), 0, f.ID, version, s)
	refusal, conflict, rest := ledgerFailed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return again(http.StatusConflict, "", true)
	case refusal != "":
		return again(http.StatusUnprocessableEntity, refusal, false)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/scores/schemes/%d", f.ID), "schemesaved", d)
}
