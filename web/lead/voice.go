package lead

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) voiceRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/voices", Verb: org.SeeVoices, Serve: l.voices},
		{Pattern: "GET /desk/voices.csv", Verb: org.SeeVoices, Serve: l.voicesCSV},
		{Pattern: "GET /desk/voices/new", Verb: org.HandleVoices, Serve: l.voiceForm},
		{Pattern: "POST /desk/voices/new", Verb: org.HandleVoices, Body: ledgerBody, Serve: l.voiceEnter},
		{Pattern: "GET /desk/voices/{id}", Verb: org.SeeVoices, Serve: l.voice},
		{Pattern: "POST /desk/voices/{id}", Verb: org.HandleVoices, Body: ledgerBody, Serve: l.voiceAct},
		{Pattern: "GET /desk/voices/{id}/letter/{format}", Verb: org.HandleVoices, Serve: l.voiceLetter},
		{Pattern: "GET /desk/voices/{id}/files/{n}", Verb: org.HandleVoices, Serve: l.voiceFile},
	}
}

type voicesPage struct {
	page.Base
	Tabs       []page.Link
	Tab        string
	Kinds      []page.Option
	Q          string
	From, To   string
	Mine       bool
	Rows       []voiceRow
	Pager      page.Pager
	Open, Late int
	May        bool // enter new ones
	CSV        string
	Empty      string
}

type voiceRow struct {
	What         page.Link
	Number, Kind string
	Limit        page.Limit
	State        page.Tag
	Organ, Who   string
	Received     string
	Item         *page.Link // in which a mistake was found
}

var voicesTemplate = page.NewTemplate(templates, "templates/voices.html")

// voiceQuery reads what a list is asked for.
func (l *Lead) voiceQuery(r *http.Request) (q store.VoiceQuery, tab string) {
	tab = r.FormValue("state")
	q = store.VoiceQuery{Kind: oversight.VoiceKind(r.FormValue("kind")), Mine: r.FormValue("mine") != "", Number: ledgerSearch(r), Today: l.cfg.Today(), After: r.FormValue("after"), Limit: 50}
	switch tab {
	case "late", string(oversight.VoiceAnswered), string(oversight.VoiceDeclined), string(oversight.VoiceMerged):
		q.State = tab
	case "all":
	default:
		tab, q.State = "", string(oversight.VoiceOpen)
	}
	if _, ok := oversight.VoiceRuleOf(q.Kind); !ok {
		q.Kind = ""
	}
	bad := map[string]string{}
	q.From, q.To = ledgerDate(r, "from", bad), ledgerDate(r, "to", bad)
	return q, tab
}

func (l *Lead) voices(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	q, tab := l.voiceQuery(r)
	p := voicesPage{Base: l.base(r, "voices", "投诉意见"), Tab: tab, Q: q.Number, Mine: q.Mine, From: q.From.String(), To: q.To.String(), May: org.Able(v, org.HandleVoices)}
	again := func(state, after string) string {
		mine := ""
		if q.Mine {
			mine = "1"
		}
		return page.With("/desk/voices", "state", state, "kind", string(q.Kind), "q", q.Number, "from", p.From, "to", p.To, "mine", mine, "after", after)
	}
	var err error
	if p.Open, p.Late, err = l.store.VoiceCounts(r.Context(), v, q.Today); err != nil {
		return err
	}
	for _, t := range [][2]string{{"", "办理中"}, {"late", "已逾期"}, {string(oversight.VoiceAnswered), "已答复"}, {string(oversight.VoiceDeclined), "不予受理"}, {"all", "全部"}} {
		link := page.Link{Key: t[0], Text: t[1], Href: again(t[0], "")}
		if t[0] == "late" && p.Late > 0 {
			link.Text += fmt.Sprintf(" %d", p.Late)
		}
		p.Tabs = append(p.Tabs, link)
	}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range oversight.VoiceRules() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k.Kind), Text: k.Name, Selected: k.Kind == q.Kind})
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	list, next, err := l.store.Voices(r.Context(), v, q)
	if err != nil {
		return err
	}
	var refs []string
	for _, x := range list {
		refs = append(refs, store.VoiceRef(x.ID))
		row := voiceRow{What: page.Link{Text: voiceTitle(x), Href: fmt.Sprintf("/desk/voices/%d", x.ID)}, Number: x.Number, Kind: x.Kind.Chinese(), State: voiceTag(x, q.Today),
			Organ: x.OrganName, Who: x.HandlerName, Received: x.Received.String()}
		if row.Item, err = l.voiceItem(r, x); err != nil {
			return err
		}
		if x.State == oversight.VoiceOpen {
			row.Limit = days.limit(x.Due, "")
			row.Limit.Trace = nil // on its own page
		} else {
			row.Limit = page.Limit{Tag: row.State, Date: x.Ended.String()}
		}
		p.Rows = append(p.Rows, row)
	}
	if len(refs) > 0 {
		if err := l.store.PersonalRead(r.Context(), page.By(r), "投诉意见列表", refs...); err != nil {
			return err
		}
	}
	if next != "" {
		p.Pager.Next = again(tab, next)
	}
	if q.After != "" {
		p.Pager.First = again(tab, "")
	}
	p.CSV = strings.Replace(again(tab, ""), "/desk/voices", "/desk/voices.csv", 1)
	p.Empty = "这里没有投诉意见。"
	if tab == "" && q.Kind == "" && q.Number == "" {
		p.Empty = "现在没有要办理的投诉意见。公众从公开网站提交的，以及您登记的电话、来信、来访，都会出现在这里。"
	}
	return page.Render(w, r, voicesTemplate, p)
}

// voiceTitle is what a voice is called in a list.
func voiceTitle(x store.VoiceRow) string {
	if x.Erased {
		return "（内容已清除）"
	}
	return x.Content.Title
}

func voiceTag(x store.VoiceRow, today law.Date) page.Tag {
	t := page.Tag{Text: x.State.Chinese()}
	switch {
	case x.State == oversight.VoiceOpen && x.Late(today):
		t.Tone = "err"
	case x.State == oversight.VoiceAnswered && x.Late(today):
		t.Tone, t.Text = "warn", "逾期答复"
	case x.State == oversight.VoiceAnswered:
		t.Tone = "ok"
	}
	return t
}

// voicesCSV is the register for counting: nothing in it says who or what.
func (l *Lead) voicesCSV(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	q, _ := l.voiceQuery(r)
	q.After, q.Limit = "", store.MaxVoices
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="voices.csv"`)
	h.Set("Cache-Control", "private, no-store")
	var b strings.Builder
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	_ = c.Write([]string{"登记机关", "编号", "类别", "类目", "来源", "收到", "期限", "状态", "答复", "是否逾期", "办理机关", "被投诉机关", "查证结论", "满意度"}) // a strings.Builder takes everything
	for range 500 {
		list, next, err := l.store.Voices(r.Context(), v, q)
		if err != nil {
			return err
		}
		for _, x := range list {
			rating := ""
			if x.Rating > 0 {
				rating = strconv.Itoa(x.Rating)
			}
			late := ""
			if x.Late(q.Today) {
				late = "是"
			}
			_ = c.Write([]string{page.SheetText(x.EntryName), x.Number, x.Kind.Chinese(), x.Topic, x.Channel.Chinese(), x.Received.String(), x.Due.String(), x.State.Chinese(), x.Ended.String(), late,
				page.SheetText(x.OrganName), page.SheetText(x.AboutName), x.Verdict.Chinese(), rating})
		}
		if q.After = next; next == "" {
			break
		}
	}
	c.Flush()
	_, err := w.Write([]byte(b.String()))
	return err
}
