package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// computeTime is how long counting a nation's round may take.
const computeTime = 5 * time.Minute

func (l *Lead) scoreRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/scores", Verb: org.SeeScores, Serve: l.scores},
		{Pattern: "GET /desk/scores/new", Verb: org.Score, Serve: l.roundForm},
		{Pattern: "POST /desk/scores/new", Verb: org.Score, Time: computeTime, Serve: l.roundOpen},
		{Pattern: "GET /desk/scores/rounds/{id}", Verb: org.SeeScores, Serve: l.round},
		{Pattern: "POST /desk/scores/rounds/{id}", Verb: org.Score, Time: computeTime, Serve: l.roundAct},
		{Pattern: "GET /desk/scores/rounds/{id}/export", Verb: org.SeeScores, Time: computeTime, Serve: l.roundExport},
		{Pattern: "GET /desk/scores/sheets/{id}", Verb: org.SeeScores, Serve: l.scoreSheet},
		{Pattern: "POST /desk/scores/sheets/{id}", Verb: org.AppealScores, Serve: l.scoreHandIn},
		{Pattern: "GET /desk/scores/sheets/{id}/export", Verb: org.SeeScores, Serve: l.scoreExport},
		{Pattern: "GET /desk/scores/sheets/{id}/items/{item}", Verb: org.SeeScores, Serve: l.scoreItem},
		{Pattern: "POST /desk/scores/sheets/{id}/items/{item}", Verb: org.SeeScores, Body: ledgerBody, Serve: l.scoreAct},
		{Pattern: "GET /desk/scores/sheets/{id}/evidence", Verb: org.SeeScores, Serve: l.scoreEvidence},
		{Pattern: "GET /desk/scores/sheets/{id}/files/{file}", Verb: org.SeeScores, Serve: l.scoreFile},
		{Pattern: "GET /desk/scores/appeals", Verb: org.SeeScores, Serve: l.scoreAppeals},
		{Pattern: "GET /desk/scores/appeals/{id}", Verb: org.SeeScores, Serve: l.scoreAppeal},
		{Pattern: "POST /desk/scores/appeals/{id}", Verb: org.SeeScores, Serve: l.scoreAppealAct},
		{Pattern: "GET /desk/scores/year", Verb: org.SeeScores, Serve: l.scoreYear},
		{Pattern: "GET /desk/scores/measures", Verb: org.SeeScores, Serve: l.scoreMeasures},
		{Pattern: "GET /desk/scores/schemes", Verb: org.SeeScores, Serve: l.schemes},
		{Pattern: "POST /desk/scores/schemes", Verb: org.EditSchemes, Body: schemeBody, Serve: l.schemeCreate},
		{Pattern: "GET /desk/scores/schemes/{id}", Verb: org.SeeScores, Serve: l.scheme},
		{Pattern: "POST /desk/scores/schemes/{id}", Verb: org.EditSchemes, Serve: l.schemeAct},
		{Pattern: "GET /desk/scores/schemes/{id}/export", Verb: org.SeeScores, Serve: l.schemeExport},
		{Pattern: "GET /desk/scores/schemes/{id}/head", Verb: org.EditSchemes, Serve: l.schemeHead},
		{Pattern: "POST /desk/scores/schemes/{id}/head", Verb: org.EditSchemes, Serve: l.schemeHeadSave},
		{Pattern: "GET /desk/scores/schemes/{id}/item", Verb: org.EditSchemes, Serve: l.schemeItem},
		{Pattern: "POST /desk/scores/schemes/{id}/item", Verb: org.EditSchemes, Serve: l.schemeItemSave},
	}
}

// scoreCrumbs lead from a page of the part to its first.
var scoreCrumbs = []page.Link{{Text: "考核", Href: "/desk/scores"}}

// scoreTabs are the pages of the part for who asks.
func scoreTabs(v org.Viewer, current string) []page.Link {
	var out []page.Link
	for _, x := range []struct {
		key, text, href string
		show            bool
	}{
		{"rounds", "各轮考核", "/desk/scores", true},
		{"appeals", "申诉", "/desk/scores/appeals", true},
		{"year", "年度总分", "/desk/scores/year", true},
		{"schemes", "考核方案", "/desk/scores/schemes", org.Able(v, org.EditSchemes) || org.Able(v, org.NoteSupervision)},
		{"measures", "取数指标", "/desk/scores/measures", true},
	} {
		if x.show {
			key := ""
			if x.key == current {
				key = x.key
			}
			out = append(out, page.Link{Key: key, Text: x.text, Href: x.href})
		}
	}
	return out
}

func roundTag(s oversight.RoundState) page.Tag {
	tone := map[oversight.RoundState]string{oversight.RoundReview: "warn", oversight.RoundSelf: "warn", oversight.RoundAnnounced: "ok", oversight.RoundClosed: "ok"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

type scoresPage struct {
	page.Base
	Tabs  []page.Link
	Years []page.Option
	Rows  []scoreRoundLine
	Mine  []scoreOwnLine
	May   bool // open a round
	Pager page.Pager
}

// scoreRoundLine is a round for those who assess or watch.
type scoreRoundLine struct {
	Name          page.Link
	Term, Group   string
	Scheme, Owner string
	State         page.Tag
	Organs, Done  int
	Open          []page.Tag // what is left to do
}

// scoreOwnLine is a round in which the viewer's own organ is assessed.
type scoreOwnLine struct {
	Name         page.Link
	Term, Owner  string
	State        page.Tag
	Total, Place string
	Todo         string // what the organ can do now
}

var scoresTemplate = page.NewTemplate(templates, "templates/scores.html", "templates/score_parts.html")

// leftOf are the tags of what is left to do in a round.
func leftOf(n store.RoundTally, s oversight.RoundState) []page.Tag {
	var out []page.Tag
	add := func(tone, text string, k int) {
		if k > 0 {
			out = append(out, page.Tag{Tone: tone, Text: fmt.Sprintf("%s %d", text, k)})
		}
	}
	if s == oversight.RoundSelf || s == oversight.RoundScoring {
		add("warn", "待评", n.Open)
		add("warn", "加分待核定", n.Waits)
		add("err", "取数失败", n.Failed)
	}
	add("err", "申诉待复核", n.Appeals)
	return out
}

// scores lists the rounds that the viewer assesses in or watches, and those in
// which his own organ is assessed.
func (l *Lead) scores(w http.ResponseWriter, r *http.Request) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	p := scoresPage{Base: l.base(r, "scores", "考核"), Tabs: scoreTabs(v, "rounds"), May: org.Able(v, org.Score)}
	q := store.RoundQuery{Limit: 50}
	q.Year, _ = strconv.Atoi(r.FormValue("year"))                 // what is no year chooses all
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64) // a damaged mark gives the first page
	list, err := l.store.Rounds(ctx, v, q)
	if err != nil {
		return err
	}
	this := l.cfg.Today().Year
	for y := this; y > this-4; y-- {
		p.Years = append(p.Years, page.Option{Value: fmt.Sprint(y), Text: fmt.Sprintf("%d年", y), Selected: y == q.Year})
	}
	for _, x := range list {
		href := fmt.Sprintf("/desk/scores/rounds/%d", x.ID)
		if x.Watches {
			p.Rows = append(p.Rows, scoreRoundLine{Name: page.Link{Text: x.Name, Href: href}, Term: x.Term(), Group: x.Group, Scheme: x.SchemeName, Owner: x.OrganName, State: roundTag(x.State),
				Organs: x.Organs, Done: x.Done, Open: leftOf(x.RoundTally, x.State)})
			continue
		}
		own, err := l.ownLine(r, x, href)
		if err != nil {
			return err
		}
		p.Mine = append(p.Mine, own)
	}
	if len(list) == q.Limit {
		p.Pager.Next = page.With("/desk/scores", "year", r.FormValue("year"), "before", fmt.Sprint(list[len(list)-1].ID))
	}
	return page.Render(w, r, scoresTemplate, p)
}

// ownLine is a round as an organ that is assessed sees it: with its score once
// that is announced.
func (l *Lead) ownLine(r *http.Request, x store.RoundRow, href string) (scoreOwnLine, error) {
	out := scoreOwnLine{Name: page.Link{Text: x.Name, Href: href}, Term: x.Term(), Owner: x.OrganName, State: roundTag(x.State)}
	switch x.State {
	case oversight.RoundSelf:
		out.Todo = "请自评"
	case oversight.RoundScoring:
		out.Todo = "可以申请加分"
	case oversight.RoundAnnounced:
		out.Todo = "可以申诉到" + x.AppealDue.Chinese()
		if l.cfg.Today().After(x.AppealDue) {
			out.Todo = "申诉已截止"
		}
	}
	if !x.State.Announced() {
		return out, nil
	}
	rows, err := l.store.Assessments(r.Context(), store.RoundFile{RoundRow: x}, page.VisitOf(r).Viewer, store.AssessmentQuery{Round: x.ID, Limit: 2})
	if err != nil {
		return out, err
	}
	if len(rows) == 1 {
		out.Name.Href = fmt.Sprintf("/desk/scores/sheets/%d", rows[0].ID)
		out.Total, out.Place = rows[0].Total.String(), placeText(rows[0].Rank, rows[0].Of)
	}
	return out, nil
}

func placeText(rank, of int) string {
	if rank == 0 {
		return "不参加排名"
	}
	return fmt.Sprintf("第 %d 名，共 %d 个", rank, of)
}

type roundFormPage struct {
	page.Base
	Key     string
	Failure string
	Scheme  page.Field
	Year    page.Field
	Term    page.Field
	Name    page.Field
	Organs  []page.Option // Selected: to be assessed
	Many    int           // how many there are, where they are too many to list
	None    string        // why no round can be opened
}

var roundFormTemplate = page.NewTemplate(templates, "templates/score_new.html")

func (l *Lead) roundForm(w http.ResponseWriter, r *http.Request) error {
	return l.showRoundForm(w, r, http.StatusOK, "", nil)
}

// listedOrgans is up to how many organs the form lists one by one.
const listedOrgans = 400

// roundTerms are the terms that a scheme has in a year, as they stand in the
// form: quarter/1.
func roundTerms(s *oversight.Scheme, year int, chosen string) []page.Option {
	var out []page.Option
	for _, p := range oversight.RoundPeriods() {
		if !slices.Contains(s.Rounds, p) {
			continue
		}
		n := map[oversight.ScorePeriod]int{oversight.PeriodQuarter: 4, oversight.PeriodHalf: 2, oversight.PeriodYear: 1}[p]
		for k := 1; k <= n; k++ {
			value := fmt.Sprintf("%s/%d", p, k)
			out = append(out, page.Option{Value: value, Text: oversight.Term(year, p, k), Selected: value == chosen})
		}
	}
	return out
}

// lastTerm is the term that ended last before the day.
func lastTerm(s *oversight.Scheme, today law.Date) (year int, term string) {
	best := law.Date{}
	for y := today.Year; y >= today.Year-1; y-- {
		for _, p := range s.Rounds {
			for k := 1; k <= 4; k++ {
				to := oversight.RoundSpan(y, p, k).To
				if to.Year == y && to.Before(today) && to.After(best) {
					best, year, term = to, y, fmt.Sprintf("%s/%d", p, k)
				}
			}
		}
	}
	return year, term
}

func (l *Lead) showRoundForm(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	v, ctx, today := page.VisitOf(r).Viewer, r.Context(), l.cfg.Today()
	p := roundFormPage{Base: l.base(r, "scores", "开展一轮考核"), Key: r.FormValue("key"), Failure: failure}
	p.Crumbs = scoreCrumbs
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	list, err := l.store.Schemes(ctx, v)
	if err != nil {
		return err
	}
	homes := v.Scope(org.Score).Homes() // one's own come before those of organs below
	slices.SortStableFunc(list, func(a, b store.SchemeRow) int {
		x, y := slices.Contains(homes, a.Organ), slices.Contains(homes, b.Organ)
		switch {
		case x == y:
			return 0
		case x:
			return -1
		}
		return 1
	})
	chosen, _ := strconv.ParseInt(r.FormValue("scheme"), 10, 64)
	var schemes []page.Option
	for _, s := range list {
		if s.Edition == 0 || !s.Retired.IsZero() {
			continue
		}
		if chosen == 0 {
			chosen = s.ID
		}
		schemes = append(schemes, page.Option{Value: fmt.Sprint(s.ID), Text: fmt.Sprintf("%s（%s，第 %d 版）", s.Name, s.Group, s.Edition), Selected: s.ID == chosen})
	}
	if len(schemes) == 0 {
		p.None = "还没有发布的考核方案。请先从范本建立一个方案，改成本地的办法，发布以后再开展考核。"
		return page.RenderStatus(w, r, code, roundFormTemplate, p)
	}
	f, err := l.store.Scheme(ctx, v, chosen, 0)
	if err != nil {
		return err
	}
	if f.Scheme, err = l.publishedScheme(r, f); err != nil {
		return err
	}
	year, term := lastTerm(f.Scheme, today)
	if s := r.FormValue("year"); s != "" {
		year, _ = strconv.Atoi(s)
	}
	if s := r.FormValue("term"); s != "" {
		term = s
	}
	if year == 0 {
		year = today.Year
	}
	terms := roundTerms(f.Scheme, year, term)
	name := r.FormValue("name")
	if name == "" {
		for _, o := range terms {
			if o.Selected {
				name = o.Text + f.Group + "政务公开考评"
			}
		}
	}
	p.Scheme = page.Field{Name: "scheme", Label: "按哪个方案", Kind: "select", Options: schemes, Required: true, Hint: "只列已经发布的。换了方案或年份，请点“更新名单”。"}
	p.Year = page.Field{Name: "year", Label: "年份", Kind: "number", Value: fmt.Sprint(year), Message: bad["year"], Required: true}
	p.Term = page.Field{Name: "term", Label: "考核哪一期", Kind: "select", Options: terms, Message: bad["period"] + bad["number"], Required: true}
	p.Name = page.Field{Name: "name", Label: "名称", Value: name, Message: bad["name"], Required: true, Max: 100, Hint: "通知和得分表上的名称。"}
	period, number := termOf(term)
	organs, err := l.store.RoundOrgans(ctx, f.Organ, f.Scheme, oversight.RoundSpan(year, period, number).To)
	if err != nil {
		return err
	}
	p.Many = len(organs)
	if len(organs) <= listedOrgans {
		listed := r.PostForm["listed"]
		for _, o := range organs {
			id := fmt.Sprint(o.ID)
			p.Organs = append(p.Organs, page.Option{Value: id, Text: o.Name, Selected: !slices.Contains(listed, id) || slices.Contains(r.PostForm["organ"], id)})
		}
	}
	return page.RenderStatus(w, r, code, roundFormTemplate, p)
}

// publishedScheme is the newest edition of a scheme that may have a draft.
func (l *Lead) publishedScheme(r *http.Request, f store.SchemeFile) (*oversight.Scheme, error) {
	if !f.Changed {
		return f.Scheme, nil
	}
	x, err := l.store.Scheme(r.Context(), page.VisitOf(r).Viewer, f.ID, f.Edition)
	return x.Scheme, err
}

// termOf reads quarter/1.
func termOf(s string) (oversight.ScorePeriod, int) {
	p, n, _ := strings.Cut(s, "/")
	k, _ := strconv.Atoi(n) // Check refuses 0
	return oversight.ScorePeriod(p), k
}

func (l *Lead) roundOpen(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	if r.FormValue("do") == "reload" {
		return l.showRoundForm(w, r, http.StatusOK, "", nil)
	}
	x := oversight.Round{Name: strings.TrimSpace(r.FormValue("name"))}
	x.Scheme, _ = strconv.ParseInt(r.FormValue("scheme"), 10, 64) // what is no number names nothing
	x.Year, _ = strconv.Atoi(r.FormValue("year"))
	x.Period, x.Number = termOf(r.FormValue("term"))
	f, err := l.store.Scheme(r.Context(), page.VisitOf(r).Viewer, x.Scheme, 0)
	if err != nil {
		return err
	}
	if f.Edition > 0 {
		s, err := l.publishedScheme(r, f)
		if err != nil {
			return err
		}
		if bad := x.Check(s); len(bad) > 0 {
			return l.showRoundForm(w, r, http.StatusUnprocessableEntity, "", bad)
		}
	}
	var without []int64
	for _, s := range r.PostForm["listed"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil && !slices.Contains(r.PostForm["organ"], s) {
			without = append(without, id)
		}
	}
	d, err := l.store.OpenRound(r.Context(), page.By(r), x, without)
	if refusal, _, rest := ledgerFailed(err); rest != nil {
		return rest
	} else if refusal != "" {
		return l.showRoundForm(w, r, http.StatusUnprocessableEntity, refusal, nil)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/scores/rounds/"+d.Answer, "roundopened", d)
}
