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

type schemeItemPage struct {
	page.Base
	F        store.SchemeFile
	Key      string
	Version  int64
	Old      string // key of the indicator that is changed, "" for a new one
	Failure  string
	Changed  bool
	Bad      []string // what concerns no single field
	How      string
	ItemKey  page.Field
	Name     page.Field
	Standard page.Field
	Kind     page.Field
	Group    page.Field
	Max      page.Field
	Floor    page.Field
	Scorer   page.Field
	Measure  page.Field
	Period   page.Field
	Evidence page.Field
	Rounds   []page.Option
	Rule     []page.Field
	Faults   []schemeFaultRow
	Grants   []schemeGrantRow
	Steps    []schemeStepRow
	Points   bool // faults have points
	Measures []page.Option
	Place    int // of the group
}

type schemeFaultRow struct {
	Key, Name, Each, Most, Unit string
	Measures                    []page.Option
}

type schemeGrantRow struct{ Key, Name, Each, Unit string }

type schemeStepRow struct{ From, Every, Add string }

var schemeItemTemplate = page.NewTemplate(templates, "templates/scheme_item.html", "templates/score_parts.html")

// ruleFields are the parameters that a kind asks for, with how they are shown
// and read.
var ruleFields = map[oversight.IndicatorKind][]struct {
	name, label, hint string
	number            func(*oversight.Rule) *int64
	points            func(*oversight.Rule) *oversight.Points
}{
	oversight.CountTarget: {
		{"target", "每个周期的任务数", "", func(r *oversight.Rule) *int64 { return &r.Target }, nil},
		{"short", "不足任务数的周期扣几分", "不填按完成比例给分。", nil, func(r *oversight.Rule) *oversight.Points { return &r.Short }},
		{"blank", "一条也没有的周期扣几分", "代替不足的扣分，不累加；不填与不足相同。", nil, func(r *oversight.Rule) *oversight.Points { return &r.Blank }},
	},
	oversight.RatioOf: {
		{"full", "达到多少给满分（%）", "越低越好的，这里写小的数。", func(r *oversight.Rule) *int64 { return &r.Full }, nil},
		{"zero", "到多少不给分（%）", "", func(r *oversight.Rule) *int64 { return &r.Zero }, nil},
		{"least", "最少样本", "分母少于它的不计分、不排名，如 5。", func(r *oversight.Rule) *int64 { return &r.Least }, nil},
	},
	oversight.DeadlineMet: {
		{"late", "迟办扣几分", "", nil, func(r *oversight.Rule) *oversight.Points { return &r.Late }},
		{"per_day", "每迟一天再扣几分", "", nil, func(r *oversight.Rule) *oversight.Points { return &r.PerDay }},
		{"miss", "没有办理扣几分", "不填扣到下限。", nil, func(r *oversight.Rule) *oversight.Points { return &r.Miss }},
	},
	oversight.Presence: {
		{"target", "应有几项", "不填是 1 项。", func(r *oversight.Rule) *int64 { return &r.Target }, nil},
		{"each", "有一项给几分", "与“缺一项扣几分”只填一种。", nil, func(r *oversight.Rule) *oversight.Points { return &r.Each }},
		{"lack", "缺一项扣几分", "", nil, func(r *oversight.Rule) *oversight.Points { return &r.Lack }},
	},
	oversight.VetoOf: {{"cap", "否决后总分至多几分", "例如 59。", nil, func(r *oversight.Rule) *oversight.Points { return &r.Cap }}},
	oversight.BonusPoints: {
		{"target", "每个周期的任务数", "有加分档的才填，超额从它算起。", func(r *oversight.Rule) *int64 { return &r.Target }, nil},
	},
}

// shapesFor are the measures that fit a kind.
func shapesFor(k oversight.IndicatorKind) []oversight.MeasureShape {
	return map[oversight.IndicatorKind][]oversight.MeasureShape{oversight.CountTarget: {oversight.ShapeCount}, oversight.RatioOf: {oversight.ShapeRatio, oversight.ShapeMean},
		oversight.DeadlineMet: {oversight.ShapeDate}, oversight.Presence: {oversight.ShapeState, oversight.ShapeCount}, oversight.BonusPoints: {oversight.ShapeCount}}[k]
}

// measureOptions lists measures to choose from.
func measureOptions(chosen string, fits func(oversight.MeasureShape) bool) []page.Option {
	out := []page.Option{{Text: "不取数，人工"}}
	for _, m := range oversight.Measures() {
		if !fits(m.Shape) && m.Name != chosen {
			continue
		}
		text := m.Chinese
		if !store.Measured(m.Name) {
			text += "（尚未接入）"
		}
		out = append(out, page.Option{Value: m.Name, Text: text, Selected: m.Name == chosen})
	}
	return out
}

func (l *Lead) schemeItem(w http.ResponseWriter, r *http.Request) error {
	f, err := l.editable(r)
	if err != nil {
		return err
	}
	key := r.FormValue("item")
	i := &oversight.Indicator{Kind: oversight.ManualPoints}
	group, _ := strconv.Atoi(r.FormValue("group")) // what is no number is the first
	if key != "" {
		x, _ := f.Scheme.Indicator(key)
		if x == nil {
			return page.ErrNotFound
		}
		i, group = x, slices.IndexFunc(f.Scheme.Groups, func(g oversight.SchemeGroup) bool {
			return slices.ContainsFunc(g.Indicators, func(y oversight.Indicator) bool { return y.Key == key })
		})
	} else {
		i.Key = freeKey(f.Scheme, group)
	}
	return l.showSchemeItem(w, r, http.StatusOK, f, i, key, group, f.Version, nil, "", false)
}

// freeKey is a key that the group's next indicator may have: 3.4 after 3.3.
func freeKey(s *oversight.Scheme, group int) string {
	n := 1
	if group >= 0 && group < len(s.Groups) {
		n = len(s.Groups[group].Indicators) + 1
	}
	for ; ; n++ {
		key := fmt.Sprintf("%d.%d", group+1, n)
		if x, _ := s.Indicator(key); x == nil {
			return key
		}
	}
}

func (l *Lead) showSchemeItem(w http.ResponseWriter, r *http.Request, code int, f store.SchemeFile, i *oversight.Indicator, old string, group int, version int64, bad map[string]string, failure string, changed bool) error {
	title := "新增指标"
	if old != "" {
		title = "修改指标"
	}
	p := schemeItemPage{Base: l.base(r, "scores", title), F: f, Key: page.NewKey(), Version: version, Old: old, Failure: failure, Changed: changed, How: i.Kind.How(), Place: group,
		Points: i.Kind == oversight.DeductPerEvent}
	p.Crumbs = append(append([]page.Link(nil), scoreCrumbs...), page.Link{Text: "考核方案", Href: "/desk/scores/schemes"}, page.Link{Text: f.Name, Href: fmt.Sprintf("/desk/scores/schemes/%d", f.ID)})
	shown := map[string]bool{}
	field := func(name, label, kind, value, hint string) page.Field {
		shown[name] = true
		return page.Field{Name: name, Label: label, Kind: kind, Value: value, Hint: hint, Message: bad[name]}
	}
	p.ItemKey = field("key", "编号", "", i.Key, "方案内不重复，如 1.2。")
	p.ItemKey.Name, p.ItemKey.Required, p.ItemKey.Max = "item_key", true, 24
	p.Name = field("name", "指标", "", i.Name, "")
	p.Name.Required, p.Name.Max = true, 100
	p.Standard = field("standard", "评分标准", "textarea", i.Standard, "写给被考核的机关看：做到什么程度给几分。")
	p.Standard.Rows, p.Standard.Max = 3, 2000
	p.Kind = field("kind", "计分方式", "select", "", "")
	for _, k := range oversight.IndicatorKinds() {
		p.Kind.Options = append(p.Kind.Options, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == i.Kind})
	}
	p.Group = field("group", "指标组", "select", "", "")
	for n, g := range f.Scheme.Groups {
		p.Group.Options = append(p.Group.Options, page.Option{Value: strconv.Itoa(n), Text: g.Name, Selected: n == group})
	}
	value := func(p oversight.Points) string {
		if p == 0 && code == http.StatusOK && old == "" {
			return ""
		}
		return p.String()
	}
	label := "满分"
	if i.Kind == oversight.BonusPoints {
		label = "至多加几分"
	}
	p.Max = field("max", label, "", value(i.Max), "")
	if i.Kind == oversight.VetoOf {
		shown["max"] = false
	}
	p.Floor = field("floor", "下限", "", i.Floor.String(), "一般是 0；只倒扣的写负数。")
	p.Scorer = field("source", "由谁评", "select", "", "")
	for _, x := range []oversight.ScoreSource{oversight.ByDesk, oversight.OnSite, oversight.ByProgram} {
		p.Scorer.Options = append(p.Scorer.Options, page.Option{Value: string(x), Text: x.Chinese(), Selected: x == i.Source})
	}
	if fits := shapesFor(i.Kind); len(fits) > 0 {
		p.Measure = field("measure", "取数指标", "select", "", "选了的由程序计数；尚未接入的先人工填写，接入后自动取数。")
		p.Measure.Options = measureOptions(i.Measure, func(s oversight.MeasureShape) bool { return slices.Contains(fits, s) })
	}
	if i.Kind == oversight.CountTarget || i.Kind == oversight.BonusPoints {
		p.Period = field("period", "任务数按多长时间算", "select", "", "")
		for _, x := range []oversight.ScorePeriod{"", oversight.PeriodMonth, oversight.PeriodQuarter, oversight.PeriodHalf, oversight.PeriodYear} {
			p.Period.Options = append(p.Period.Options, page.Option{Value: string(x), Text: x.Chinese(), Selected: x == i.Period})
		}
	}
	p.Evidence = field("evidence", "人工评分、登记情形时必须附照片或文件", "checkbox", checked(i.Evidence), "")
	for _, x := range f.Scheme.Rounds {
		p.Rounds = append(p.Rounds, page.Option{Value: string(x), Text: x.Chinese() + "考核", Selected: len(i.Rounds) == 0 || slices.Contains(i.Rounds, x)})
	}
	rule := i.Rule
	for _, x := range ruleFields[i.Kind] {
		v := ""
		if x.number != nil {
			v = strconv.FormatInt(*x.number(&rule), 10)
		} else {
			v = x.points(&rule).String()
		}
		if v == "0" && x.name != "zero" {
			v = ""
		}
		p.Rule = append(p.Rule, field(x.name, x.label, "", v, x.hint))
	}
	p.schemeRows(i)
	for name, text := range bad {
		if !shown[name] {
			p.Bad = append(p.Bad, text)
		}
	}
	slices.Sort(p.Bad)
	return page.RenderStatus(w, r, code, schemeItemTemplate, p)
}

// spareRows is how many empty rows a list of the form has for new ones.
const spareRows = 3

func (p *schemeItemPage) schemeRows(i *oversight.Indicator) {
	all := func(oversight.MeasureShape) bool { return true }
	if i.Kind == oversight.DeductPerEvent || i.Kind == oversight.VetoOf {
		for k := range len(i.Rule.Faults) + spareRows {
			f := oversight.Fault{}
			if k < len(i.Rule.Faults) {
				f = i.Rule.Faults[k]
			}
			row := schemeFaultRow{Key: f.Key, Name: f.Name, Unit: f.Unit, Measures: measureOptions(f.Measure, all)}
			if f.Each != 0 {
				row.Each = f.Each.String()
			}
			if f.Most != 0 {
				row.Most = f.Most.String()
			}
			p.Faults = append(p.Faults, row)
		}
	}
	if i.Kind != oversight.BonusPoints {
		return
	}
	for k := range len(i.Rule.Grants) + spareRows {
		row := schemeGrantRow{}
		if k < len(i.Rule.Grants) {
			g := i.Rule.Grants[k]
			row = schemeGrantRow{g.Key, g.Name, g.Each.String(), g.Unit}
		}
		p.Grants = append(p.Grants, row)
	}
	for k := range len(i.Rule.Steps) + 2 {
		row := schemeStepRow{}
		if k < len(i.Rule.Steps) {
			s := i.Rule.Steps[k]
			row = schemeStepRow{strconv.FormatInt(s.From, 10), strconv.FormatInt(s.Every, 10), s.Add.String()}
		}
		p.Steps = append(p.Steps, row)
	}
}

// schemeItemSent reads the form. bad gets a message by field.
func schemeItemSent(r *http.Request, s *oversight.Scheme, bad map[string]string) *oversight.Indicator {
	one := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	points := func(field, text string) oversight.Points {
		if text == "" {
			return 0
		}
		p, err := oversight.ParsePoints(text)
		if err != nil {
			bad[field] = err.Error() + "。"
		}
		return p
	}
	i := &oversight.Indicator{Key: one("item_key"), Name: one("name"), Standard: lines(r, "standard"), Kind: oversight.IndicatorKind(one("kind")), Max: points("max", one("max")), Floor: points("floor", one("floor")),
		Source: oversight.ScoreSource(one("source")), Measure: one("measure"), Period: oversight.ScorePeriod(one("period")), Evidence: one("evidence") != ""}
	if fits := shapesFor(i.Kind); i.Measure != "" {
		if m, ok := oversight.MeasureOf(i.Measure); ok && !slices.Contains(fits, m.Shape) {
			i.Measure = "" // of another kind, before the way of scoring was changed
		}
	}
	if i.Kind == oversight.VetoOf {
		i.Max, i.Floor = 0, 0
	}
	for _, x := range r.PostForm["round"] {
		i.Rounds = append(i.Rounds, oversight.ScorePeriod(x))
	}
	if len(i.Rounds) == len(s.Rounds) {
		i.Rounds = nil
	}
	for _, x := range ruleFields[i.Kind] {
		if x.number == nil {
			*x.points(&i.Rule) = points(x.name, one(x.name))
		} else if *x.number(&i.Rule) = whole(strings.TrimSuffix(one(x.name), "%")); *x.number(&i.Rule) < 0 {
			bad[x.name] = "请写整数。"
		}
	}
	const most = 100
	for k := range most {
		n := strconv.Itoa(k)
		if key, name := one("fault_key"+n), one("fault_name"+n); key != "" || name != "" {
			i.Rule.Faults = append(i.Rule.Faults, oversight.Fault{Key: keyOr(key, "f", k), Name: name, Each: points("faults", one("fault_each"+n)), Most: points("faults", one("fault_most"+n)),
				Unit: one("fault_unit" + n), Measure: one("fault_measure" + n)})
		}
		if key, name := one("grant_key"+n), one("grant_name"+n); key != "" || name != "" {
			i.Rule.Grants = append(i.Rule.Grants, oversight.Grant{Key: keyOr(key, "g", k), Name: name, Each: points("grants", one("grant_each"+n)), Unit: one("grant_unit" + n)})
		}
		if from, add := one("step_from"+n), one("step_add"+n); from != "" || add != "" {
			i.Rule.Steps = append(i.Rule.Steps, oversight.BonusStep{From: whole(from), Every: whole(one("step_every" + n)), Add: points("steps", add)})
		}
	}
	if i.Kind != oversight.DeductPerEvent && i.Kind != oversight.VetoOf {
		i.Rule.Faults = nil
	}
	if i.Kind == oversight.VetoOf {
		for k := range i.Rule.Faults {
			i.Rule.Faults[k].Each, i.Rule.Faults[k].Most = 0, 0
		}
	}
	if i.Kind != oversight.BonusPoints {
		i.Rule.Grants, i.Rule.Steps = nil, nil
	}
	if len(i.Measures()) > 0 && i.Source == "" {
		i.Source = oversight.ByProgram
	}
	return i
}

// keyOr gives a row without key one of its own.
func keyOr(key, prefix string, k int) string {
	if key != "" {
		return key
	}
	return fmt.Sprint(prefix, k+1)
}

func (l *Lead) schemeItemSave(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.editable(r)
	if err != nil {
		return err
	}
	s, old, version := f.Scheme, r.PostFormValue("old"), whole(r.PostFormValue("version"))
	group := int(whole(r.PostFormValue("group")))
	if group < 0 || group >= len(s.Groups) {
		return l.showScheme(w, r, http.StatusUnprocessableEntity, "方案还没有指标组，请先在“基本设置”里加一组。", false)
	}
	bad := map[string]string{}
	i := schemeItemSent(r, s, bad)
	if r.PostFormValue("do") == "reload" {
		return l.showSchemeItem(w, r, http.StatusOK, f, i, old, group, version, nil, "", false)
	}
	if !putIndicator(s, old, group, *i) {
		return l.showSchemeItem(w, r, http.StatusConflict, f, i, old, group, f.Version, nil, "", true)
	}
	for _, x := range s.Check() {
		if x.Key == i.Key && bad[x.Field] == "" {
			bad[x.Field] = x.Text
		}
	}
	if len(bad) > 0 {
		return l.showSchemeItem(w, r, http.StatusUnprocessableEntity, f, i, old, group, version, bad, "", false)
	}
	return l.schemeKeep(w, r, f, s, version, func(code int, failure string, changed bool) error {
		return l.showSchemeItem(w, r, code, f, i, old, group, f.Version, nil, failure, changed)
	})
}

// putIndicator puts an indicator into a group, in the place of the old one if it
// stood there.
func putIndicator(s *oversight.Scheme, old string, group int, i oversight.Indicator) bool {
	if old == "" {
		s.Groups[group].Indicators = append(s.Groups[group].Indicators, i)
		return true
	}
	for g := range s.Groups {
		list := s.Groups[g].Indicators
		k := slices.IndexFunc(list, func(x oversight.Indicator) bool { return x.Key == old })
		if k < 0 {
			continue
		}
		if g == group {
			list[k] = i
			return true
		}
		s.Groups[g].Indicators = slices.Delete(list, k, k+1)
		s.Groups[group].Indicators = append(s.Groups[group].Indicators, i)
		return true
	}
	return false
}
