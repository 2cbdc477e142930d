package items

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) showRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/{id}", Verb: org.SeeItems, Serve: t.show},
		{Pattern: "POST /desk/items/{id}", Verb: org.SeeItems, Body: formBody, Serve: t.act},
		{Pattern: "GET /desk/items/{id}/files/{file}", Verb: org.SeeItems, Serve: t.file},
		{Pattern: "GET /desk/items/{id}/scans/{file}", Verb: org.SeeItems, Serve: t.scan},
	}
}

type fact struct{ Label, Text string }

type fileLine struct{ Name, Href, Size, Type string }

// A stepLine is a step of the chain of review.
type stepLine struct {
	Name, Roles string
	State       string // done, now or ""
	Who         string
	On          law.Date
	Note        string
}

type showPage struct {
	page.Base
	X        *store.ItemFile
	Key      string
	State    page.Tag
	Next     string
	Failure  string
	FailCite string
	Changed  bool
	Gone     bool // removed in emergency: nothing of it is shown
	Text     template.HTML
	Summary  string
	Files    []fileLine
	Facts    []fact
	Limit    page.Limit
	HasLimit bool
	Why      []law.Step
	Chain    []stepLine
	History  []historyLine
	Diff     []casework.Change
	DiffOf   string
	Links    []page.Link // what else can be done, on pages of their own
	Main     page.Link   // the next step, where it stands on a page of its own
	Actions  []action
	Public   []page.Link // what the public has
}

var showTemplate = page.NewTemplate(templates, "templates/show.html", "templates/form.html")

func (t *Items) show(w http.ResponseWriter, r *http.Request) error {
	return t.showItem(w, r, http.StatusOK, shown{})
}

// shown is what an answer to a form adds to the page it came from.
type shown struct {
	do      string
	bad     map[string]string
	refusal *act.Refusal
	changed bool
}

func (t *Items) showItem(w http.ResponseWriter, r *http.Request, code int, s shown) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	p := showPage{Base: t.base(r, "items", titleOf(x)), X: x, Key: page.NewKey(), State: stateTag(x.Stage, x.Standing), Changed: s.changed, Gone: x.Standing == proactive.Removed}
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = crumbs()
	if s.refusal != nil {
		p.Failure, p.FailCite = s.refusal.Text, s.refusal.Cite.String()
	}
	history, err := t.store.ItemHistory(r.Context(), v, x.ID)
	if err != nil {
		return err
	}
	p.History, p.Chain = historyLines(x, history), chainLines(x, history)
	p.Facts = factsOf(x, today)
	p.Next, p.Main = next(x, v, today)
	p.Links, p.Public = linksOf(x, v), publicLinks(x)
	if !p.Gone {
		p.Text = template.HTML(x.Content.Body.HTML(pictures(x.ID))) // package rich answers for it
		p.Summary, p.Files = x.Content.Summary, filesOf(x)
		p.limits(cal, today)
		if p.Diff, p.DiffOf, err = t.diff(r, x); err != nil {
			return err
		}
		p.Actions = t.actions(r, x, s)
	}
	return page.RenderStatus(w, r, code, showTemplate, p)
}

func crumbs() []page.Link { return []page.Link{{Text: "主动公开信息", Href: "/desk/items"}} }

// titleOf names an item on the desk, also one that was removed.
func titleOf(x *store.ItemFile) string {
	switch {
	case x.Content.Title != "":
		return x.Content.Title
	case x.Standing == proactive.Removed:
		return "已紧急撤下 " + x.Number
	}
	return "（没有标题）"
}

func itemHref(id int64) string { return fmt.Sprintf("/desk/items/%d", id) }

// pictures is where the pictures of an item are on the desk.
func pictures(id int64) func(int64) string {
	return func(file int64) string { return fmt.Sprintf("/desk/items/%d/files/%d", id, file) }
}

func filesOf(x *store.ItemFile) []fileLine {
	var out []fileLine
	for _, f := range x.Content.Attached() {
		out = append(out, fileLine{Name: f.Name, Href: pictures(x.ID)(f.ID), Size: sizeText(f.Size), Type: f.Type})
	}
	return out
}

func sizeText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", max(n>>10, 1))
}

// limits draws the day by which the text has to be out, or had to be.
func (p *showPage) limits(cal *calendar.Calendar, today law.Date) {
	x := p.X
	l := x.Kind.Limit(cal, x.Content.Made)
	if l.Due.IsZero() || x.Backfill || x.Stage == proactive.Withheld || x.Stage == proactive.Discarded {
		return
	}
	p.HasLimit, p.Why = true, l.Steps
	if !x.Due.IsZero() {
		p.Limit = page.LimitOf(cal, today, x.Due, "", warnDays)
		return
	}
	p.Limit = page.Limit{Date: l.Due.String(), Tag: page.Tag{Tone: "ok", Text: "按期公开"}}
	switch {
	case x.Published.IsZero():
		p.HasLimit = false
	case x.Published.After(l.Due):
		p.Limit.Tag = page.Tag{Tone: "err", Text: "逾期公开"}
	}
}

func factsOf(x *store.ItemFile, today law.Date) []fact {
	var out []fact
	add := func(label, text string) {
		if strings.TrimSpace(text) != "" {
			out = append(out, fact{label, text})
		}
	}
	span := func(a, b law.Date) string {
		if a.IsZero() && b.IsZero() {
			return ""
		}
		return a.Chinese() + "至" + b.Chinese()
	}
	c := x.Content
	add("索引号", x.Number)
	add("类别", x.Kind.Chinese())
	add("公开目录", proactive.CategoryName(c.Category))
	add("机关", x.OrganName)
	add("发文机关", c.Issuer)
	add("文号", c.DocNo)
	add("成文日期", c.Made.Chinese())
	add("施行日期", c.Effective.Chinese())
	add("有效期至", c.Until.Chinese())
	if x.Standing != proactive.Removed {
		add("有效性", string(x.ValidOn(c, today)))
	}
	add("公示、征集", span(c.From, c.To))
	add("主题分类", c.Theme)
	add("体裁", c.Genre)
	add("主题词", strings.Join(c.Keywords, "、"))
	five := make([]string, len(c.Five))
	for i, f := range c.Five {
		five[i] = string(f)
	}
	add("五公开", strings.Join(five, "、"))
	add("来源", c.Source)
	add("原文网址", c.SourceURL)
	add("原发布日期", c.Original.Chinese())
	add("起草", x.AuthorName)
	add("发布日期", x.Published.Chinese())
	add("修订日期", x.Changed.Chinese())
	add("撤下日期", x.Takedown.Chinese())
	add("撤下原因", x.Cause.Chinese())
	add("废止日期", x.Abolished.Chinese())
	add("不主动公开的理由", x.Ground.Chinese())
	add("下次评估审查", x.ReviewBy.Chinese())
	add("立卷归档", strings.TrimSpace(x.Archived.Chinese()+" "+x.Volume+" "+x.Box))
	if x.Turned != 0 {
		add("由来", "由依申请公开转为主动公开")
	}
	return out
}

// publicLinks are the pages that the public has of the item.
func publicLinks(x *store.ItemFile) []page.Link {
	if x.Standing == proactive.Unpublished {
		return nil
	}
	out := []page.Link{{Text: "公开页面", Href: page.ItemHref(x.Number)}}
	if x.Standing != proactive.Removed {
		out = append(out, page.Link{Key: "download", Text: "存证回执", Href: page.ItemProofHref(x.Number)})
	}
	if x.Standing == proactive.Live {
		out = append(out, page.Link{Text: "复制到县门户", Href: itemHref(x.ID) + "/portal"}, page.Link{Key: "download", Text: "公开栏海报", Href: fmt.Sprintf("/desk/posters/%d", x.ID)})
	}
	return out
}

// linksOf are further pages of the item for those who may.
func linksOf(x *store.ItemFile, v org.Viewer) []page.Link {
	var out []page.Link
	add := func(verb org.Verb, can bool, text, path string) {
		if can && x.May(v, verb) {
			l := page.Link{Text: text, Href: itemHref(x.ID) + path}
			if strings.HasSuffix(path, "/docx") || strings.HasSuffix(path, "/pdf") {
				l.Key = "download"
			}
			out = append(out, l)
		}
	}
	add(org.EditItems, x.Can(act.ItemRecalled), "撤回送审", "/edit")
	add(org.EditItems, x.Can(act.ItemRevised), "变更、更正", "/edit")
	add(org.EditItems, x.Stage == proactive.Approved, "作废", "/edit")
	add(org.SeeItems, x.Stage == proactive.Asking, "商请函 Word", "/letter/docx")
	add(org.SeeItems, x.Stage == proactive.Asking, "商请函 PDF", "/letter/pdf")
	add(org.EditItems, x.Stage == proactive.Reviewing && !x.May(v, org.ReviewItems), "登记线下签批", "/review")
	add(org.SeeItems, x.Next() >= 0, "打印审批单 Word", "/sheet/docx")
	add(org.SeeItems, x.Next() >= 0, "打印审批单 PDF", "/sheet/pdf")
	add(org.DoPlans, x.Standing == proactive.Live, "登记为已履行的重点公开事项", "/duties")
	add(org.RemoveItems, x.Can(act.ItemRemoved), "紧急撤下", "/remove")
	add(org.OpenSealed, x.Standing == proactive.Removed, "查阅封存件", "/sealed")
	return out
}

// next says what is to be done now, and where.
func next(x *store.ItemFile, v org.Viewer, today law.Date) (string, page.Link) {
	review := page.Link{Text: "审签", Href: itemHref(x.ID) + "/review"}
	switch x.Stage {
	case proactive.Drafting:
		if x.May(v, org.EditItems) {
			return "文稿还没有送审。写好后送审，审签完成才能发布。", page.Link{Text: "修改、送审", Href: itemHref(x.ID) + "/edit"}
		}
		return "文稿正在起草，还没有送审。", page.Link{}
	case proactive.Returned:
		if x.May(v, org.EditItems) {
			return "文稿被退回，请按意见修改后重新送审。", page.Link{Text: "修改、送审", Href: itemHref(x.ID) + "/edit"}
		}
		return "文稿已退回起草人修改。", page.Link{}
	case proactive.Reviewing:
		if x.May(v, org.ReviewItems) && x.MaySign(x.By(v, today)) {
			return "等您审签：" + x.Waiting().Name + "。", review
		}
		return "等待“" + x.Waiting().Name + "”审签，由" + rolesText(x.Waiting().Roles) + "办理。", page.Link{}
	case proactive.Asking:
		return "已于" + x.Asked.Chinese() + "商请保密部门审定，等待答复。答复没有法定期限，请主动联系。", page.Link{}
	case proactive.Approved:
		if x.ReleaseAt > 0 {
			return "已签发，将于" + releaseText(x.ReleaseAt) + "自动发布。", page.Link{}
		}
		return "已签发，可以发布。", page.Link{}
	case proactive.Withheld:
		return "审定不主动公开，理由：" + x.Ground.Chinese() + "。" + x.ReviewBy.Chinese() + "前评估审查一次。", page.Link{}
	}
	return "", page.Link{}
}

func rolesText(roles []org.Role) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = r.Chinese()
	}
	return strings.Join(out, "或者")
}

// file gives an attachment or a picture of the text in work.
func (t *Items) file(w http.ResponseWriter, r *http.Request) error {
	id, file, err := pathFile(r)
	if err != nil {
		return err
	}
	f, in, err := t.store.OpenDraftFile(r.Context(), page.VisitOf(r).Viewer, id, file)
	if err != nil {
		return err
	}
	return page.SendFile(w, f.Name, in.Type, in.Size, in)
}

// scan gives the scan of a paper that an act of the item was signed on.
func (t *Items) scan(w http.ResponseWriter, r *http.Request) error {
	id, file, err := pathFile(r)
	if err != nil {
		return err
	}
	p, in, err := t.store.OpenItemScan(r.Context(), page.VisitOf(r).Viewer, id, file)
	if err != nil {
		return err
	}
	return page.SendFile(w, fmt.Sprintf("扫描件-%d%s", file, scanEnd[p.Type]), p.Type, p.Size, in)
}

var scanEnd = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
