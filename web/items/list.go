package items

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) listRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/items", Verb: org.SeeItems, Serve: t.list}}
}

type listPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Q     string
	Kinds []page.Option
	Rows  []listRow
	Pager page.Pager
	May   bool
	Empty string
}

type listRow struct {
	What              page.Link
	Kind, DocNo       string
	Number, Who       string
	Organ             string
	State             page.Tag
	Limit             page.Limit
	Made, Out         string
	Backfill, Revised bool
}

var listTemplate = page.NewTemplate(templates, "templates/list.html")

// tabs of the list.
var tabs = []struct{ key, text, empty string }{
	{"waiting", "待我审签", "现在没有等您审签的信息。"},
	{"", "在办", "现在没有在办的信息。点“起草信息”，可以上传 Word、WPS、PDF、OFD 文件，也可以直接写。"},
	{"returned", "退回修改", "没有被退回的信息。"},
	{"approved", "待发布", "没有签发后等着发布的信息。"},
	{"late", "超期", "没有超过公开期限还没有发布的信息。"},
	{"live", "已发布", "还没有发布过信息。"},
	{"down", "已撤下", "没有撤下的信息。"},
	{"withheld", "不主动公开", "没有登记为不主动公开的信息。"},
	{"all", "全部", "还没有信息。"},
}

func (t *Items) list(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	today := t.cfg.Today()
	q := store.ItemQuery{Search: clip(strings.TrimSpace(r.FormValue("q")), 60), Kind: proactive.Kind(r.FormValue("kind")), Limit: 50}
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64)
	tab := r.FormValue("state")
	switch tab {
	case "waiting":
		q.Waiting = true
	case "returned":
		q.Stage = proactive.Returned
	case "approved":
		q.Stage = proactive.Approved
	case "late":
		q.Late = today
	case "live":
		q.Standing = proactive.Live
	case "down":
		q.Down = true
	case "withheld":
		q.Stage = proactive.Withheld
	case "all":
	default:
		tab, q.Open = "", true
	}
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	p := listPage{Base: t.base(r, "items", "主动公开信息"), Tab: tab, Q: q.Search, May: org.Able(v, org.EditItems)}
	again := func(state, before string) string {
		return page.With("/desk/items", "state", state, "q", q.Search, "kind", string(q.Kind), "before", before)
	}
	for _, x := range tabs {
		p.Tabs = append(p.Tabs, page.Link{Key: x.key, Text: x.text, Href: again(x.key, "")})
		if x.key == tab {
			p.Empty = x.empty
		}
	}
	p.Kinds = append([]page.Option{{Text: "全部"}}, kindOptions(q.Kind)...)
	rows, err := t.store.Items(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, rowOf(cal, today, x))
	}
	if len(rows) == q.Limit {
		p.Pager.Next = again(tab, strconv.FormatInt(rows[len(rows)-1].ID, 10))
	}
	if q.Before != 0 {
		p.Pager.First = again(tab, "")
	}
	return page.Render(w, r, listTemplate, p)
}

func kindOptions(chosen proactive.Kind) []page.Option {
	var out []page.Option
	for _, k := range proactive.Kinds() {
		out = append(out, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == chosen})
	}
	return out
}

func rowOf(cal *calendar.Calendar, today law.Date, x store.ItemRow) listRow {
	title := x.Title
	if title == "" {
		title = "（已紧急撤下）" + x.Number
	}
	row := listRow{What: page.Link{Text: title, Href: fmt.Sprintf("/desk/items/%d", x.ID)}, Kind: x.Kind.Chinese(), DocNo: x.DocNo, Number: x.Number, Who: x.AuthorName, Organ: x.OrganName,
		State: stateTag(x.Stage, x.Standing), Made: x.Made.String(), Out: x.Published.String(), Backfill: x.Backfill, Revised: x.Versions > 1}
	if !x.Due.IsZero() {
		row.Limit = page.LimitOf(cal, today, x.Due, "", warnDays)
		row.Limit.Trace = nil // on its own page
	}
	return row
}

// stateTag is where an item stands, in a word and a colour.
func stateTag(stage proactive.Stage, standing proactive.Standing) page.Tag {
	x := &proactive.Item{Stage: stage, Standing: standing}
	tag := page.Tag{Text: x.Where()}
	switch {
	case standing == proactive.Removed || stage == proactive.Returned:
		tag.Tone = "err"
	case standing == proactive.Withdrawn || stage == proactive.Asking || stage == proactive.Approved:
		tag.Tone = "warn"
	case standing == proactive.Live && !x.Open():
		tag.Tone = "ok"
	}
	return tag
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
