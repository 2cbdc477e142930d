package outlets

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Outlets) postingRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/outlets/{id}/post", Verb: org.EditOutlets, Serve: t.post},
		{Pattern: "POST /desk/outlets/{id}/post", Verb: org.EditOutlets, Body: photoBody, Serve: t.postSave},
		{Pattern: "GET /desk/postings", Verb: org.SeeItems, Serve: t.postings},
		{Pattern: "GET /desk/postings/{id}", Verb: org.SeeItems, Serve: t.posting},
		{Pattern: "POST /desk/postings/{id}", Verb: org.EditOutlets, Body: photoBody, Serve: t.postingAct},
		{Pattern: "GET /desk/postings/{id}/photo", Verb: org.SeeItems, Serve: t.postingPhoto},
		{Pattern: "GET /desk/posters/{id}", Verb: org.SeeItems, Serve: t.poster},
		{Pattern: "GET /desk/outlets/sums", Verb: org.SeeItems, Serve: t.sums},
		{Pattern: "GET /desk/outlets/sums.xlsx", Verb: org.SeeItems, Serve: t.sumsXLSX},
	}
}

// A postingLine is a posting as lists draw it.
type postingLine struct {
	store.PostingRow
	Kind2 string // topic, or whose affairs
	Late  bool
}

func lines(list []store.PostingRow, today law.Date) []postingLine {
	var out []postingLine
	for _, x := range list {
		l := postingLine{PostingRow: x, Kind2: x.Topic, Late: x.Overdue(today)}
		if x.Side != proactive.Government {
			l.Kind2 = x.Side.Chinese()
		}
		if x.Standing == proactive.Removed {
			l.Photo = 0
		}
		out = append(out, l)
	}
	return out
}

// newestLive is how many items a form offers.
const newestLive = 100

// postFields is the form of a posting.
func (t *Outlets) postFields(r *http.Request, o store.OutletRow, x proactive.Posting) (entry, error) {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	what := map[proactive.OutletKind]string{proactive.Board: "登记张贴", proactive.Speaker: "登记播出"}[o.Kind]
	if what == "" {
		what = "登记公开"
	}
	p := t.entry(r, "outlets", o.Name+"："+what, fmt.Sprintf("/desk/outlets/%d", o.ID), x.Version, page.Link{Text: "公开渠道", Href: "/desk/outlets"}, page.Link{Text: o.Name, Href: fmt.Sprintf("/desk/outlets/%d", o.ID)})
	p.Files = true
	topics, err := t.store.Topics(ctx, o.Organ)
	if err != nil {
		return p, err
	}
	live, err := t.store.Items(ctx, v, store.ItemQuery{Standing: proactive.Live, Limit: newestLive})
	if err != nil {
		return p, err
	}
	item := sent(r, "item", fmt.Sprint(x.Item))
	var items [][2]string
	for _, i := range live {
		items = append(items, [2]string{fmt.Sprint(i.ID), i.Published.String() + " " + clip(i.Title, 40)})
	}
	if x.Item != 0 && !slices.ContainsFunc(items, func(p [2]string) bool { return p[0] == fmt.Sprint(x.Item) }) {
		i, err := t.store.Item(ctx, v, x.Item)
		if err != nil {
			return p, err
		}
		items = append(items, [2]string{fmt.Sprint(x.Item), i.Number})
	}
	p.row(page.Field{Name: "item", Label: "公开的信息", Kind: "select", Options: options(item, "不是本平台发布的信息", items...), Hint: "本平台已发布的，从这里选；同一条信息在几个渠道公开，统计时只计一次。"},
		page.Field{Name: "title", Label: "或者写题目", Max: proactive.MaxTitle, Value: sent(r, "title", x.Title), Hint: "没有在平台上发布的，写公开了什么。"})
	var names [][2]string
	for _, s := range topics {
		names = append(names, [2]string{s, s})
	}
	if x.Topic != "" && !slices.Contains(topics, x.Topic) {
		names = append(names, [2]string{x.Topic, x.Topic})
	}
	var sides [][2]string
	for _, s := range proactive.Sides() {
		sides = append(sides, [2]string{string(s), s.Chinese()})
	}
	p.row(page.Field{Name: "side", Label: "性质", Kind: "select", Options: options(sent(r, "side", string(x.Side)), "", sides...), Hint: "党务、村务与政务分开统计。"},
		page.Field{Name: "topic", Label: "内容类别", Kind: "select", Options: options(sent(r, "topic", x.Topic), "党务、村务不分类", names...), Hint: "类别在“设置”里修改。"})
	on := x.On
	if on.IsZero() {
		on = t.cfg.Today()
	}
	first := page.Field{Name: "on", Label: "日期", Kind: "date", Required: true, Value: sent(r, "on", on.String())}
	if o.Kind == proactive.Board {
		p.row(first, page.Field{Name: "until", Label: "贴到哪一天", Kind: "date", Value: sent(r, "until", x.Until.String()), Hint: "到期提醒撤下；长期张贴的不填。"})
	} else {
		p.row(first, page.Field{Name: "link", Label: "网址", Max: 600, Value: sent(r, "link", x.Link), Hint: "公众号文章、视频的网址"})
	}
	p.row(page.Field{Name: "photo", Label: "照片", Kind: "file", Accept: ".jpg,.jpeg,.png", Hint: "现场照片或截图，JPG、PNG，不超过 20 MB。"}, page.Field{Name: "note", Label: "备注", Max: 300, Value: sent(r, "note", x.Note), Hint: "例如：播出时间7:00、12:00，各两遍"})
	return p, nil
}

func (t *Outlets) editable(r *http.Request) (store.OutletRow, error) {
	o, err := t.outletOf(r)
	if err == nil && !o.Edits {
		err = store.Forbidden(org.EditOutlets)
	}
	return o, err
}

func (t *Outlets) post(w http.ResponseWriter, r *http.Request) error {
	o, err := t.editable(r)
	if err != nil {
		return err
	}
	x := proactive.Posting{Item: number(r.FormValue("item"))}
	if x.Item != 0 { // proposed by a link
		i, err := t.store.Item(r.Context(), page.VisitOf(r).Viewer, x.Item)
		if err != nil {
			return err
		}
		x.Until = i.Content.To
	}
	p, err := t.postFields(r, o, x)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

// postingOf reads the form of a posting.
func postingOf(r *http.Request, o store.OutletRow, x proactive.Posting, bad map[string]string) proactive.Posting {
	x.Outlet, x.Item, x.Title, x.Topic, x.Side, x.On, x.Until = o.ID, number(r.PostFormValue("item")), word(r, "title"), word(r, "topic"), proactive.Side(word(r, "side")), day(r, "on", bad), day(r, "until", bad)
	x.Link, x.Note, x.Version = word(r, "link"), word(r, "note"), number(r.PostFormValue("version"))
	return x
}

func (t *Outlets) postSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	o, err := t.editable(r)
	if err != nil {
		return err
	}
	return t.keepPosting(w, r, o, proactive.Posting{}, fmt.Sprintf("/desk/outlets/%d", o.ID))
}

func (t *Outlets) keepPosting(w http.ResponseWriter, r *http.Request, o store.OutletRow, kept proactive.Posting, to string) error {
	bad := map[string]string{}
	x := postingOf(r, o, kept, bad)
	topics, err := t.store.Topics(r.Context(), o.Organ)
	if err != nil {
		return err
	}
	for k, m := range x.Check(append(topics, kept.Topic), t.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	again := func(failure string, conflict bool) error {
		p, err := t.postFields(r, o, kept)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, conflict)
	}
	if len(bad) > 0 {
		return again("", false)
	}
	photo, message, err := t.photo(r, store.OutletRef(o.ID))
	if err != nil {
		return err
	}
	if message != "" {
		bad["photo"] = message
		return again("", false)
	}
	if photo != 0 {
		x.Photo = photo
	}
	d, err := t.store.SavePosting(r.Context(), page.By(r), x)
	refusal, conflict, rest := failed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return again(refusal, conflict)
	}
	return page.Done(w, r, to, "saved", d)
}

type postingsPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Rows  []postingLine
	Pager page.Pager
	Empty string
}

var postingsTemplate = page.NewTemplate(templates, "templates/postings.html", "templates/postinglines.html")

func (t *Outlets) postings(w http.ResponseWriter, r *http.Request) error {
	q := store.PostingQuery{Limit: 100, Before: number(r.FormValue("before"))}
	p := postingsPage{Base: t.base(r, "outlets", "公开登记"), Tabs: tabs(), Tab: "all", Empty: "还没有登记。在渠道的页面上点“登记公开”。"}
	which := r.FormValue("which")
	switch which {
	case "up":
		p.Tab, p.Title, q.Up, p.Empty = "up", "正在张贴", true, "现在公开栏上没有张贴的内容。"
	case "down":
		p.Tab, p.Title, q.Down, p.Empty = "down", "待撤下", t.cfg.Today(), "没有到期或者要立即撤下的内容。"
	default:
		which = ""
	}
	list, err := t.store.Postings(r.Context(), page.VisitOf(r).Viewer, q)
	if err != nil {
		return err
	}
	p.Rows = lines(list, t.cfg.Today())
	if len(list) == q.Limit {
		p.Pager.Next = page.With("/desk/postings", "which", which, "before", fmt.Sprint(list[len(list)-1].ID))
	}
	if q.Before != 0 {
		p.Pager.First = page.With("/desk/postings", "which", which)
	}
	return page.Render(w, r, postingsTemplate, p)
}

type postingPage struct {
	page.Base
	X       store.PostingRow
	Kind2   string
	Late    bool
	Photo   bool
	Failure string
	Changed bool
	Down    []page.Field
	Edit    string
}

var postingTemplate = page.NewTemplate(templates, "templates/posting.html")

func (t *Outlets) postingFile(r *http.Request) (store.PostingRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.PostingRow{}, err
	}
	return t.store.Posting(r.Context(), page.VisitOf(r).Viewer, id)
}

func (t *Outlets) posting(w http.ResponseWriter, r *http.Request) error {
	if r.FormValue("edit") != "" {
		x, o, err := t.postingAndOutlet(r)
		if err != nil {
			return err
		}
		p, err := t.postFields(r, o, x.Posting)
		if err != nil {
			return err
		}
		return p.render(w, r, nil, "", false)
	}
	return t.postingAgain(w, r, http.StatusOK, "", false)
}

func (t *Outlets) postingAgain(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, err := t.postingFile(r)
	if err != nil {
		return err
	}
	l := lines([]store.PostingRow{x}, t.cfg.Today())[0]
	p := postingPage{Base: t.base(r, "outlets", x.What()), X: x, Kind2: l.Kind2, Late: l.Late, Photo: l.Photo != 0, Failure: failure, Changed: changed, Edit: fmt.Sprintf("/desk/postings/%d?edit=1", x.ID)}
	p.Crumbs = []page.Link{{Text: "公开渠道", Href: "/desk/outlets"}, {Text: x.OutletName, Href: fmt.Sprintf("/desk/outlets/%d", x.Outlet)}}
	p.Down = []page.Field{{Name: "down", Label: "撤下日期", Kind: "date", Value: sent(r, "down", t.cfg.Today().String())}, {Name: "photo", Label: "撤下后的照片", Kind: "file", Accept: ".jpg,.jpeg,.png", Hint: "JPG、PNG，不超过 20 MB，可以不传。"}}
	return page.RenderStatus(w, r, code, postingTemplate, p)
}

// postingAndOutlet is a posting that the viewer may change, with its channel.
func (t *Outlets) postingAndOutlet(r *http.Request) (store.PostingRow, store.OutletRow, error) {
	x, err := t.postingFile(r)
	if err != nil {
		return x, store.OutletRow{}, err
	}
	o, err := t.store.Outlet(r.Context(), page.VisitOf(r).Viewer, x.Outlet)
	if err == nil && !o.Edits {
		err = store.Forbidden(org.EditOutlets)
	}
	return x, o, err
}

func (t *Outlets) postingAct(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	x, o, err := t.postingAndOutlet(r)
	if err != nil {
		return err
	}
	here := fmt.Sprintf("/desk/postings/%d", x.ID)
	version := number(r.PostFormValue("version"))
	var d store.Done
	to, done := here, "changed"
	switch r.PostFormValue("do") {
	case "": // the form of what was posted
		return t.keepPosting(w, r, o, x.Posting, here)
	case "down":
		bad := map[string]string{}
		on := day(r, "down", bad)
		photo, message, err := t.photo(r, store.OutletRef(x.Outlet))
		if err != nil {
			return err
		}
		if bad["down"] != "" || message != "" {
			return t.postingAgain(w, r, http.StatusUnprocessableEntity, bad["down"]+message, false)
		}
		done = "hidden"
		if d, err = t.store.TakeDown(r.Context(), page.By(r), x.ID, version, on, photo); err != nil {
			return t.postingFailed(w, r, err)
		}
	case "void":
		to, done = fmt.Sprintf("/desk/outlets/%d", x.Outlet), "removed"
		if d, err = t.store.VoidPosting(r.Context(), page.By(r), x.ID, version); err != nil {
			return t.postingFailed(w, r, err)
		}
	default:
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	return page.Done(w, r, to, done, d)
}

func (t *Outlets) postingFailed(w http.ResponseWriter, r *http.Request, err error) error {
	refusal, conflict, rest := failed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return t.postingAgain(w, r, http.StatusConflict, "", true)
	}
	return t.postingAgain(w, r, http.StatusUnprocessableEntity, refusal, false)
}

func (t *Outlets) postingPhoto(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	p, f, err := t.store.OpenPostingPhoto(r.Context(), page.VisitOf(r).Viewer, id, r.FormValue("taken") != "")
	if err != nil {
		return err
	}
	return page.SendFile(w, "照片", p.Type, p.Size, f)
}

// poster prints an item for a board: A4 or A3, upright or across.
func (t *Outlets) poster(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	x, err := t.store.Item(ctx, v, id)
	if err != nil {
		return err
	}
	if x.Standing != proactive.Live {
		return &page.Input{Text: "只有已发布的信息可以打印公开栏海报；这条信息没有发布，或者已经撤下。"}
	}
	pub, err := t.store.PublicItem(ctx, x.Number, 0)
	if err != nil {
		return err
	}
	c := pub.Content
	poster := render.PosterPaper{Organ: pub.OrganName, Title: c.Title, DocNo: c.DocNo, Body: c.Body, Made: c.Made, From: c.From, To: c.To, Address: t.cfg.Root(r) + page.ItemHref(pub.Number),
		A3: r.FormValue("size") == "a3", Across: r.FormValue("across") != "",
		Pictures: func(file int64) ([]byte, string, error) {
			f, in, err := t.store.OpenItemFile(ctx, pub.Number, file)
			if err != nil {
				return nil, "", err
			}
			defer in.Close()
			b, err := io.ReadAll(io.LimitReader(in, photoBytes))
			return b, f.Type, err
		}}
	return page.Send(w, "公开栏-"+clip(strings.Map(fileRune, c.Title), 40), "pdf", page.Writers{"pdf": func(to io.Writer) error { return render.ItemPoster(to, poster, t.cfg.Fonts) }}, nil)
}

// fileRune keeps what may stand in the name of a file.
func fileRune(r rune) rune {
	if r < ' ' || strings.ContainsRune(`\/:*?"<>|`, r) {
		return -1
	}
	return r
}
