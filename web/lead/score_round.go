package lead

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type roundPage struct {
	page.Base
	R       store.RoundFile
	Key     string
	State   page.Tag
	Steps   []scoreStep
	Facts   []scoreFact
	Left    []page.Tag
	Failed  []string // measures that failed
	Away    []string // measures nobody answers yet
	Running bool     // the period has not ended
	Failure string
	Changed bool
	May     roundMay
	Due     page.Field
	Board   page.Field
	Why     page.Field
	Signer  page.Field
	On      page.Field

	Q, Item string
	Open    bool
	Items   []page.Option
	One     *roundItem // the indicator that is shown beside the totals
	Rows    []roundRow
	Pager   page.Pager
	Formula []string
	Own     bool // only the viewer's own organs are listed
}

// roundMay is what the page offers.
type roundMay struct{ Begin, Compute, Submit, Review, Paper, Return, Announce, Close, Drop bool }

type scoreStep struct{ Text, Class, On string }

type scoreFact struct{ Label, Text string }

type roundItem struct {
	Name, Max string
	Ratio     bool
}

type roundRow struct {
	Rank                      string
	Organ                     page.Link
	Base, Bonus, Minus, Total string
	Tags                      []page.Tag
	Points, Fact, ItemRank    string // of the indicator shown
	Self                      string
}

var roundTemplate = page.NewTemplate(templates, "templates/score_round.html", "templates/score_parts.html")

func (l *Lead) round(w http.ResponseWriter, r *http.Request) error {
	return l.showRound(w, r, http.StatusOK, "", false)
}

func (l *Lead) roundOf(r *http.Request) (store.RoundFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.RoundFile{}, err
	}
	return l.store.Round(r.Context(), page.VisitOf(r).Viewer, id)
}

func (l *Lead) showRound(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v, ctx, today := page.VisitOf(r).Viewer, r.Context(), l.cfg.Today()
	f, err := l.roundOf(r)
	if err != nil {
		return err
	}
	p := roundPage{Base: l.base(r, "scores", f.Name), R: f, Key: page.NewKey(), State: roundTag(f.State), Failure: failure, Changed: changed, Own: !f.Watches && !f.Board}
	p.Crumbs = scoreCrumbs
	p.Steps, p.Facts = roundSteps(f), roundFacts(f)
	p.Running = f.Watches && !f.State.Announced() && !f.Span().To.Before(today)
	if f.Watches {
		p.Left = leftOf(f.RoundTally, f.State)
		for _, i := range f.Sheet.Indicators(f.Period) {
			for _, name := range i.Measures() {
				if m, _ := oversight.MeasureOf(name); !store.Measured(name) {
					p.Away = append(p.Away, m.Chinese)
				}
			}
		}
	}
	if err := l.roundForms(r, &p); err != nil {
		return err
	}
	p.Q, p.Item, p.Open = ledgerSearch(r), r.FormValue("item"), r.FormValue("open") != ""
	after, _ := strconv.Atoi(r.FormValue("after")) // a damaged mark gives the first page
	q := store.AssessmentQuery{Round: f.ID, Search: p.Q, Open: p.Open, Marks: true, After: max(after, 0), Limit: 100}
	var one *oversight.Indicator
	for _, i := range f.Sheet.Indicators(f.Period) {
		p.Items = append(p.Items, page.Option{Value: i.Key, Text: i.Key + " " + i.Name, Selected: i.Key == p.Item})
		if i.Key == p.Item {
			one = i
			p.One = &roundItem{Name: i.Name, Max: i.Max.String(), Ratio: i.Kind == oversight.RatioOf}
		}
	}
	rows, err := l.store.Assessments(ctx, f, v, q)
	if err != nil {
		return err
	}
	ratio, err := l.ratioRanks(r, f, one)
	if err != nil {
		return err
	}
	failed := map[string]bool{}
	for _, x := range rows {
		p.Rows = append(p.Rows, roundRowOf(f, x, one, ratio))
		for _, m := range x.Marks {
			for key, fact := range m.Facts {
				if i, _ := f.Sheet.Indicator(m.Key); i != nil && fact.State == oversight.FactFailed {
					d, _ := oversight.MeasureOf(i.Measures()[key])
					failed[d.Chinese] = true
				}
			}
		}
	}
	for name := range failed {
		p.Failed = append(p.Failed, name)
	}
	if len(rows) == q.Limit {
		p.Pager.Next = page.With(r.URL.Path, "q", p.Q, "item", p.Item, "open", r.FormValue("open"), "after", fmt.Sprint(q.After+q.Limit))
	}
	if q.After > 0 {
		p.Pager.First = page.With(r.URL.Path, "q", p.Q, "item", p.Item, "open", r.FormValue("open"))
	}
	p.Formula = []string{oversight.RankFormula, "无此项业务或者样本太少的指标：" + f.Sheet.Lacking.Chinese() + "。"}
	return page.RenderStatus(w, r, code, roundTemplate, p)
}

// ratioRanks ranks the organs of a round by one ratio; nil for other indicators,
// and for viewers who see only their own.
func (l *Lead) ratioRanks(r *http.Request, f store.RoundFile, one *oversight.Indicator) (map[int64]int, error) {
	if one == nil || one.Kind != oversight.RatioOf || !f.Watches {
		return nil, nil
	}
	var list []oversight.RatioPlace
	for after := 0; after < 2000; after += store.MaxAssessments { // beyond it a page of ratios says nothing
		rows, err := l.store.Assessments(r.Context(), f, page.VisitOf(r).Viewer, store.AssessmentQuery{Round: f.ID, Marks: true, After: after})
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			if m := x.Mark(one.Key); m != nil {
				if fact, ok := factOf(m); ok {
					list = append(list, oversight.RatioPlace{Organ: x.Organ, N: fact.N, Of: fact.Of})
				}
			}
		}
		if len(rows) < store.MaxAssessments {
			break
		}
	}
	out := map[int64]int{}
	for _, x := range oversight.RankRatio(one, list) {
		out[x.Organ] = x.Rank
	}
	return out, nil
}

// factOf is the figure an indicator's points rest on, if it is known.
func factOf(m *oversight.Mark) (oversight.Fact, bool) {
	if m.Hand != nil {
		return *m.Hand, m.Hand.State == oversight.FactKnown
	}
	f, ok := m.Facts[""]
	return f, ok && f.State == oversight.FactKnown
}

func roundRowOf(f store.RoundFile, x store.AssessmentRow, one *oversight.Indicator, ratio map[int64]int) roundRow {
	row := roundRow{Organ: page.Link{Text: x.OrganName, Href: fmt.Sprintf("/desk/scores/sheets/%d", x.ID)}, Base: x.Base.String(), Total: x.Total.String()}
	if x.Rank > 0 {
		row.Rank = fmt.Sprint(x.Rank)
	}
	if x.Bonus != 0 {
		row.Bonus = "+" + x.Bonus.String()
	}
	if x.Minus != 0 {
		row.Minus = "−" + x.Minus.String()
	}
	if !f.Watches && f.Board {
		row.Organ.Href = "" // a neighbour's table is not opened
	}
	if f.Watches {
		row.Tags = leftOf(store.RoundTally{Open: x.Open, Waits: x.Waits, Failed: x.Failed}, f.State)
		if f.State == oversight.RoundSelf {
			row.Self = "未提交"
			if !x.SelfOn.IsZero() {
				row.Self = x.SelfOn.String()
			}
		}
	}
	if x.Vetoed {
		row.Tags = append(row.Tags, page.Tag{Tone: "err", Text: "单项否决"})
	}
	if why := x.Unranked(); why != "" && x.Open == 0 {
		row.Tags = append(row.Tags, page.Tag{Text: why})
	}
	if one == nil {
		return row
	}
	m := x.Mark(one.Key)
	if m == nil {
		return row
	}
	row.Points = m.Points.String()
	if m.State != oversight.MarkScored {
		row.Points = m.State.Chinese()
	}
	if fact, ok := factOf(m); ok {
		row.Fact = factText(one, fact, f.Span())
	}
	if row.ItemRank = fmt.Sprint(ratio[x.Organ]); ratio[x.Organ] == 0 {
		row.ItemRank = "样本不足"
	}
	row.Organ.Href = fmt.Sprintf("/desk/scores/sheets/%d/items/%s", x.ID, one.Key)
	if !f.Watches && f.Board {
		row.Organ.Href = ""
	}
	return row
}

// factText is a figure as people read it.
func factText(i *oversight.Indicator, f oversight.Fact, span oversight.Span) string {
	switch i.Kind {
	case oversight.RatioOf:
		if f.Of == 0 {
			return "0 / 0"
		}
		return fmt.Sprintf("%d / %d = %s%%", f.N, f.Of, oversight.Percent(f.N, f.Of))
	case oversight.DeadlineMet:
		switch {
		case !f.Done:
			return "没有办理"
		case f.Days > 0:
			return fmt.Sprintf("迟 %d 天", f.Days)
		}
		return "按时"
	case oversight.CountTarget, oversight.BonusPoints:
		if n := i.Periods(span); len(n) == len(f.Each) && len(n) > 1 {
			var list []string
			for k, x := range f.Each {
				list = append(list, fmt.Sprintf("%s %d", n[k], x))
			}
			return strings.Join(list, "，")
		}
	case oversight.Presence:
		if f.Of > 0 {
			return fmt.Sprintf("%d 项，共 %d 项", f.N, f.Of)
		}
	}
	return fmt.Sprint(f.N)
}

// roundSteps is where the round stands.
func roundSteps(f store.RoundFile) []scoreStep {
	states := []oversight.RoundState{oversight.RoundScoring, oversight.RoundReview, oversight.RoundAnnounced, oversight.RoundClosed}
	words := map[oversight.RoundState]string{oversight.RoundSelf: "机关自评", oversight.RoundScoring: "评分", oversight.RoundReview: "复核", oversight.RoundAnnounced: "公布、申诉", oversight.RoundClosed: "定分"}
	on := map[oversight.RoundState]law.Date{oversight.RoundScoring: f.Computed, oversight.RoundReview: f.ReviewOn, oversight.RoundAnnounced: f.Announced}
	if f.Sheet.Self {
		states = append([]oversight.RoundState{oversight.RoundSelf}, states...)
	}
	at := f.State
	if at == oversight.RoundReviewed {
		at = oversight.RoundReview
	}
	var out []scoreStep
	class := "done"
	for _, s := range states {
		x := scoreStep{Text: words[s], Class: class, On: on[s].String()}
		if s == at {
			x.Class, class = "now", ""
		}
		if f.State == oversight.RoundClosed && s == at {
			x.Class = "done"
		}
		out = append(out, x)
	}
	return out
}

func roundFacts(f store.RoundFile) []scoreFact {
	out := []scoreFact{{"期间", f.Span().Chinese()}, {"对象", f.Group}, {"方案", fmt.Sprintf("%s（第 %d 版）", f.SchemeName, f.Edition)}}
	if f.Watches {
		out = append(out, scoreFact{"机关", fmt.Sprintf("%d 个，全部评完 %d 个", f.Organs, f.Done)})
	}
	if !f.Computed.IsZero() && f.Watches {
		out = append(out, scoreFact{"取数", f.Computed.Chinese()})
	}
	if f.Reviewer != "" && f.Watches {
		out = append(out, scoreFact{"复核", f.Reviewer + "，" + f.ReviewOn.Chinese()})
	}
	if !f.Announced.IsZero() {
		out = append(out, scoreFact{"公布", f.Announced.Chinese()}, scoreFact{"申诉截止", f.AppealDue.Chinese()})
	}
	return out
}

// roundForms tries the verbs on copies: what the page offers is what would be
// allowed.
func (l *Lead) roundForms(r *http.Request, p *roundPage) error {
	f, v, today := p.R, page.VisitOf(r).Viewer, l.cfg.Today()
	p.Why = page.Field{Name: "reason", Label: "原因", Value: r.FormValue("reason"), Max: 300, Required: true}
	p.Signer = page.Field{Name: "signer", Label: "纸质得分表上的签字人", Value: r.FormValue("signer"), Max: 40, Required: true}
	p.On = page.Field{Name: "on", Label: "签字日期", Kind: "date", Value: r.FormValue("on"), Required: true}
	if !f.Assesses {
		return nil
	}
	try := func(verb func(x *oversight.Round) error) bool { x := f.Round; return verb(&x) == nil }
	n := f.RoundTally
	p.May = roundMay{
		Begin:   try(func(x *oversight.Round) error { return x.BeginScoring() }),
		Compute: f.State == oversight.RoundScoring,
		Submit:  f.State == oversight.RoundScoring,
		Review:  try(func(x *oversight.Round) error { return x.Review(v, false, today) }),
		Paper:   f.State == oversight.RoundReview,
		Return:  try(func(x *oversight.Round) error { return x.Return(v, "退") }),
		Close:   try(func(x *oversight.Round) error { return x.Close(n.Appeals, today) }),
		Drop:    !f.State.Announced(),
	}
	p.May.Announce = f.State == oversight.RoundReviewed
	if p.May.Announce {
		days, err := l.store.AppealDays(r.Context(), f.Organ)
		if err != nil {
			return err
		}
		c, err := l.cfg.Calendar(r.Context())
		if err != nil {
			return err
		}
		due, _ := c.Add(today, days)
		value := r.FormValue("due")
		if value == "" {
			value = due.String()
		}
		p.Due = page.Field{Name: "due", Label: "申诉截止日期", Kind: "date", Value: value, Required: true, Hint: fmt.Sprintf("本机关设置为公布后 %d 个工作日，即 %s。", days, due.Chinese())}
		p.Board = page.Field{Name: "board", Label: "同时让各机关看到全部名次", Kind: "checkbox", Value: r.FormValue("board"), Hint: "不勾选的，每个机关只看到自己的得分和名次。"}
	}
	return nil
}

func (l *Lead) roundAct(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.roundOf(r)
	if err != nil {
		return err
	}
	by, ctx, today := page.By(r), r.Context(), l.cfg.Today()
	v := by.Viewer
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64) // what is no number is somebody else's version
	bad := map[string]string{}
	var kind, word string
	var verb store.RoundVerb
	var do func() (store.Done, error)
	switch r.FormValue("do") {
	case "begin":
		kind, word = act.ScoreBegun, "scoring"
		verb = func(x *oversight.Round, _ store.RoundTally, _ bool, _ law.Date) error { return x.BeginScoring() }
	case "compute":
		word, do = "computed", func() (store.Done, error) { return l.store.ComputeRound(ctx, by, f.ID, version) }
	case "submit":
		kind, word = act.ScoreSubmitted, "reviewing"
		verb = func(x *oversight.Round, n store.RoundTally, _ bool, on law.Date) error {
			return x.Submit(v, n.Open, n.Waits, on)
		}
	case "return":
		kind, word = act.ScoreReturned, "scorereturned"
		verb = func(x *oversight.Round, _ store.RoundTally, _ bool, _ law.Date) error {
			return x.Return(v, by.Reason)
		}
	case "review":
		kind, word = act.ScoreReviewed, "reviewed"
		verb = func(x *oversight.Round, _ store.RoundTally, scored bool, on law.Date) error {
			return x.Review(v, scored, on)
		}
	case "paper":
		kind, word = act.ScoreReviewed, "reviewed"
		on, signer := ledgerDate(r, "on", bad), strings.TrimSpace(r.FormValue("signer"))
		by.Paper, by.Signer = &act.Paper{On: on}, signer
		if on.IsZero() {
			by.Paper = nil
		}
		verb = func(x *oversight.Round, _ store.RoundTally, _ bool, day law.Date) error {
			return x.ReviewOnPaper(v, signer, on, day)
		}
	case "announce":
		kind, word = act.ScoreAnnounced, "announced"
		due, board := ledgerDate(r, "due", bad), r.FormValue("board") != ""
		verb = func(x *oversight.Round, _ store.RoundTally, _ bool, on law.Date) error {
			return x.Announce(v, on, due, board)
		}
	case "close":
		kind, word = act.ScoreClosed, "scoreclosed"
		verb = func(x *oversight.Round, n store.RoundTally, _ bool, _ law.Date) error {
			return x.Close(n.Appeals, today)
		}
	case "drop":
		word, do = "rounddropped", func() (store.Done, error) { return l.store.DropRound(ctx, by, f.ID, version) }
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	for _, m := range bad {
		return l.showRound(w, r, http.StatusUnprocessableEntity, m, false)
	}
	if do == nil {
		do = func() (store.Done, error) { return l.store.WithRound(ctx, by, f.ID, version, kind, verb) }
	}
	d, err := do()
	to := fmt.Sprintf("/desk/scores/rounds/%d", f.ID)
	if word == "rounddropped" {
		to = "/desk/scores"
	}
	return acted(w, r, d, err, to, word, l.showRound)
}
