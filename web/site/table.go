package site

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A tableAsk is what is asked of the table of all organs of a year: by the page,
// its exports and the API alike.
type tableAsk struct {
	year    int
	under   org.Organ // zero for all
	kind    org.Kind
	level   org.Level
	figures string // state of the figures
	search  string
	show    string // set of columns
	sort    string
	up      bool
	after   string

	switches *store.Switches
	scope    int64 // the organ at the head of what is asked for, 0 where several stand side by side
}

// A columnSet is a choice of indicators that a page shows together.
type columnSet struct {
	key, text string
	keys      []string
}

var columnSets = []columnSet{
	{"main", "主要数据", []string{"new", "result_total", "carried_out", "review", "litigation"}},
	{"outcomes", "办理结果", []string{"granted", "partial", "denied", "unable", "rejected", "other", "result_total"}},
	{"proactive", "主动公开", []string{"rules", "normative", "normative_in_force", "licence", "penalty", "coercion"}},
	{"shares", "占比", []string{"result_total", "disclosed_share", "disputed_share"}},
	{"reversal", "复议诉讼结果", []string{"review", "review_corrected", "litigation", "litigation_corrected", "reversal_rate"}},
}

// blockOf is the public block an indicator stands in, "" for one that is always
// public.
func blockOf(key string) org.Block {
	switch key {
	case "reversal_rate", "review_corrected", "litigation_corrected":
		return org.BlockReversal
	}
	return ""
}

// on reports whether the block is on for what is asked for as a whole.
func (a *tableAsk) on(b org.Block) bool {
	if b == "" {
		return true
	}
	if a.scope == 0 {
		return a.switches.Any(b)
	}
	return a.switches.Shows(a.scope, b)
}

// sortable reports whether organs may be put in order by the indicator: by a
// count of the form they may, by a share only where rankings are public.
func (a *tableAsk) sortable(x annual.Indicator) bool {
	return a.on(blockOf(x.Key)) && (!x.Share() || a.on(org.BlockRanking))
}

// columns are the indicators shown.
func (a *tableAsk) columns() []annual.Indicator {
	var out []annual.Indicator
	for _, set := range columnSets {
		for _, k := range set.keys {
			x, _ := annual.IndicatorOf(k)
			if (set.key == a.show || a.show == "all") && a.on(blockOf(k)) && !slices.ContainsFunc(out, func(y annual.Indicator) bool { return y.Key == k }) {
				out = append(out, x)
			}
		}
	}
	return out
}

// asked reads the question. What is not offered is as not asked, but for the
// year and the organ, which name something that may not be there.
func (s *Site) asked(r *http.Request, years []int) (*tableAsk, error) {
	q := r.URL.Query()
	a := &tableAsk{search: clip(strings.TrimSpace(q.Get("q")), 60), after: q.Get("after"), show: "main", up: q.Get("order") == "up"}
	if y := q.Get("year"); y != "" {
		var ok bool
		if a.year, ok = yearOf(y); !ok {
			return nil, &page.Input{Text: "年度应为 2019 年以后的四位数字，例如 2025。请修改网址，或从公开年报重新选择。"}
		}
	} else if len(years) > 0 {
		a.year = years[0]
	}
	var err error
	if a.switches, err = s.store.Switches(r.Context()); err != nil {
		return nil, err
	}
	if u := q.Get("under"); u != "" {
		if a.under, err = s.organOf(r, u); err != nil {
			return nil, err
		}
		a.scope = a.under.ID
	} else if top, ok, err := s.top(r.Context()); err != nil {
		return nil, err
	} else if ok {
		a.scope = top.ID
	}
	if k := org.Kind(q.Get("kind")); k != "" && slices.Contains(org.Kinds(), k) {
		a.kind = k
	}
	if n, err := strconv.Atoi(q.Get("level")); err == nil && n >= int(org.Nation) && n <= int(org.Grassroots) {
		a.level = org.Level(n)
	}
	for _, o := range figureStates {
		if o.Value == q.Get("figures") {
			a.figures = o.Value
		}
	}
	a.sort = q.Get("sort")
	x, ok := annual.IndicatorOf(a.sort)
	switch {
	case a.sort == store.TableName || a.sort == store.TablePublished:
	case !ok || !a.sortable(x):
		a.sort, a.up = store.TableTree, false
	}
	show := q.Get("show")
	for _, set := range columnSets {
		if set.key == show && a.offers(set) {
			a.show = show
			return a, nil
		}
	}
	if show == "all" {
		a.show = show
		return a, nil
	}
	for _, set := range columnSets { // what is sorted by is shown
		if slices.Contains(set.keys, a.sort) {
			a.show = set.key
			break
		}
	}
	return a, nil
}

// offers reports whether the set has a column that is not in the others.
func (a *tableAsk) offers(set columnSet) bool {
	return set.key != "reversal" || a.on(org.BlockReversal)
}

var figureStates = []page.Option{{Value: store.FiguresAny, Text: "全部"}, {Value: store.FiguresWhole, Text: "全部填写"}, {Value: store.FiguresPartial, Text: "有未填写的格"}, {Value: store.FiguresCorrected, Text: "更正过"}}

// query is the question as the store takes it.
func (a *tableAsk) query(limit int) store.TableQuery {
	q := store.TableQuery{Year: a.year, Under: a.under.ID, Level: a.level, Figures: a.figures, Search: a.search, Sort: a.sort, Up: a.up, After: a.after, Limit: limit}
	if a.kind != "" {
		q.Kinds = []org.Kind{a.kind}
	}
	// Whoever has not switched on what the order tells has no place in it.
	if x, ok := annual.IndicatorOf(a.sort); ok && (x.Share() || blockOf(x.Key) != "") {
		q.Only = func(id int64) bool {
			return (!x.Share() || a.switches.Shows(id, org.BlockRanking)) && (blockOf(x.Key) == "" || a.switches.Shows(id, blockOf(x.Key)))
		}
	}
	return q
}

// href is the address of the same question with something changed, by pairs; an
// empty value takes a part out.
func (a *tableAsk) href(path string, change ...string) string {
	parts := map[string]string{"year": strconv.Itoa(a.year), "kind": string(a.kind), "figures": a.figures, "q": a.search, "sort": a.sort}
	if a.under.ID != 0 {
		parts["under"] = organKey(a.under)
	}
	if a.level != 0 {
		parts["level"] = strconv.Itoa(int(a.level))
	}
	if a.show != "main" {
		parts["show"] = a.show
	}
	if a.up {
		parts["order"] = "up"
	}
	for i := 0; i+1 < len(change); i += 2 {
		parts[change[i]] = change[i+1]
	}
	pairs := make([]string, 0, 2*len(parts))
	for k, v := range parts {
		pairs = append(pairs, k, v)
	}
	return page.With(path, pairs...)
}

// figureAt is the figure of an indicator as the public may see it of an organ.
func (a *tableAsk) figureAt(row store.TableRow, i int, x annual.Indicator) annual.Figure {
	if b := blockOf(x.Key); b != "" && !a.switches.Shows(row.Organ.ID, b) {
		return annual.Figure{}
	}
	return row.Figures[i]
}

// A cell is a figure in a table.
type cell struct {
	Text string
	Note string // the cases a share is made of, or why there is none
}

func cellText(x annual.Indicator, f annual.Figure) cell {
	switch {
	case !f.Known:
		return cell{Text: "—"}
	case f.Few:
		return cell{"—", fmt.Sprintf("不足 %d 件，不计算", x.Least)}
	case x.Share():
		return cell{percent(f.N()), fmt.Sprintf("%d/%d", f.Top, f.Of)}
	}
	return cell{Text: strconv.FormatInt(f.Top, 10)}
}

// percent writes hundredths of a percent with one decimal, rounded half up.
func percent(n int64) string {
	n = (n + 5) / 10
	return fmt.Sprintf("%d.%d%%", n/10, n%10)
}

// row is one report in a list.
type row struct {
	organ     org.Organ
	key       string
	Code      string
	Organ     string
	Href      string
	Edition   string
	Published string
	Corrected bool
	Cells     []cell
	table     store.TableRow
}

func rowOf(r store.TableRow) row {
	k := organKey(r.Organ)
	return row{organ: r.Organ, key: k, Code: r.Organ.Code, Organ: r.Organ.Name, Href: reportHref(k, r.Year), Edition: r.Edition, Published: r.Published.String(), Corrected: r.Corrected, table: r}
}

// list reads one page of the published reports of a year; year 0 has none.
func (s *Site) list(ctx context.Context, q store.TableQuery) ([]row, string, error) {
	if q.Year == 0 {
		return nil, "", nil
	}
	p, err := s.store.Table(ctx, q)
	if err != nil {
		return nil, "", err
	}
	out := make([]row, len(p.Rows))
	for i, r := range p.Rows {
		out[i] = rowOf(r)
	}
	return out, p.Next, nil
}

// places finds each indicator's place in a row of the store.
func places(columns []annual.Indicator) []int {
	all := annual.Indicators()
	out := make([]int, len(columns))
	for i, x := range columns {
		out[i] = slices.IndexFunc(all, func(y annual.Indicator) bool { return y.Key == x.Key })
	}
	return out
}
