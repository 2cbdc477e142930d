package items

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) publishRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/{id}/portal", Verb: org.SeeItems, Serve: t.portal},
		{Pattern: "GET /desk/items/{id}/portal/{form}", Verb: org.SeeItems, Serve: t.portalText},
	}
}

type adding func(verb org.Verb, kind string, a action, fields func(f *form))

// publishActions are the forms of publication and of what follows it.
func (t *Items) publishActions(x *store.ItemFile, add adding) {
	today := t.cfg.Today()
	add(org.PublishItems, act.ItemPublished, action{Key: "publish", Label: "立即发布", Main: true, Button: "发布", Hint: "发布后立即在公开网站上可以看到、查到，并记入公开存证。发布时间以后不再改变。"}, nil)
	add(org.PublishItems, act.ItemScheduled, action{Key: "schedule", Label: "定时发布", Hint: "到时由程序自动发布，误差不超过一分钟。"}, func(f *form) {
		f.day("date", "发布日期", "北京时间。", today.String()).add(page.Field{Name: "time", Label: "时间", Kind: "time", Value: "09:00"})
	})
	if x.ReleaseAt > 0 {
		add(org.PublishItems, act.ItemScheduled, action{Key: "unschedule", Label: "取消定时发布", Hint: "现在定于" + releaseText(x.ReleaseAt) + "发布。"}, nil)
	}
	if x.Kind.HasValidity() && x.Abolished.IsZero() {
		add(org.PublishItems, act.ItemAbolished, action{Key: "repeal", Label: "登记废止、失效", Hint: "页面保留，注明已经废止，检索和文件库随之更新。"}, func(f *form) {
			f.day("day", "废止、失效日期", "", today.String()).words("by", "废止它的文件的索引号", "在本平台发布的，填写索引号；没有的不填。", 1, 80).words("reason", "依据", "例如：《云岭县人民政府关于公布规范性文件清理结果的通知》", 2, 300)
		})
	}
	add(org.PublishItems, act.ItemWithdrawn, action{Key: "withdraw", Label: "撤下", Hint: "原来的页面换成撤下说明，写明原因和日期，原文仍可从说明进入查看。含有国家秘密、工作秘密、个人信息的，不要用这里，请用“紧急撤下”。"}, func(f *form) {
		f.choose("ready", "常用原因", "选一条，再在下面补充。", options("（自己写）", readyWithdrawals...)...).words("reason", "撤下原因", "会公布在原来的页面上。不要写应当保密的内容。", 3, 300)
	})
}

// readyWithdrawals are reasons to start from.
var readyWithdrawals = []string{"内容有误，核实更正后重新发布。", "依据已经变化，不再适用。", "重复发布。", "行政处罚决定被依法变更、撤销、确认违法或者确认无效，撤回公开的处罚决定信息并公开说明理由。"}

// options are words to choose from, behind one that chooses nothing.
func options(none string, words ...string) []page.Option {
	out := []page.Option{{Text: none}}
	for _, w := range words {
		out = append(out, page.Option{Value: w, Text: w})
	}
	return out
}

var publishDoing = doing{done: "published", run: func(_ *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Release(d) }}

var clockTime = regexp.MustCompile(`^([01]?\d|2[0-3])[:：]([0-5]\d)$`)

// release reads day and time of Beijing.
func (s *sent) release() int64 {
	day := s.day("date")
	m := clockTime.FindStringSubmatch(s.text("time"))
	if m == nil {
		s.bad["time"] = "时间请写成时:分，如 09:00。"
	}
	if day.IsZero() && s.bad["date"] == "" {
		s.bad["date"] = "请写发布日期。"
	}
	if len(s.bad) > 0 {
		return 0
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	at := day.Start().UnixMilli() + int64(hour*60+minute)*60_000
	switch {
	case at <= s.now:
		s.bad["time"] = "这个时间已经过去了。请写以后的时间，或者用“立即发布”。"
	case day.After(s.today.AddDays(366)):
		s.bad["date"] = "最多提前一年设定，请核对年份。"
	}
	return at
}

var scheduleDoing = doing{done: "scheduled", read: func(s *sent) { s.release() }, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.Schedule(d, s.release())
}}

var unscheduleDoing = doing{done: "unscheduled", run: func(_ *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.Schedule(d, 0)
}}

var withdrawDoing = doing{done: "takendown", read: func(s *sent) {
	s.by.Reason = joined(s.text("ready"), s.text("reason"))
	if s.by.Reason == "" {
		s.bad["reason"] = "请写明撤下的原因，它会公布在原来的页面上。"
	} else if len([]rune(s.by.Reason)) > 400 {
		s.bad["reason"] = "撤下的原因最多400个字。"
	}
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.TakeDown(d, s.by.Reason, false)
}}

// joined is a reason made of one that was chosen and one that was written.
func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "")
}

var repealDoing = doing{done: "saved", read: func(s *sent) {
	s.by.Reason = clip(s.text("reason"), 300)
	switch day := s.past("day"); {
	case s.bad["day"] != "":
	case day.IsZero():
		s.bad["day"] = "请写废止、失效的日期。"
	case day.Before(s.x.Content.Made):
		s.bad["day"] = "废止日期早于成文日期，请核对。"
	}
	if n := s.text("by"); n != "" {
		switch id, err := s.find(n); {
		case err != nil:
			s.bad["by"] = "没有索引号是“" + clip(n, 40) + "”的已发布信息，请核对。"
		case id == s.x.ID:
			s.bad["by"] = "文件不能废止它自己，请核对索引号。"
		}
	}
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	var by int64
	if n := s.text("by"); n != "" {
		var err error
		if by, err = s.find(n); err != nil {
			return err
		}
	}
	d.On = s.past("day")
	return x.Repeal(d, by)
}}

// portalPage is what is copied into another system's editor.
type portalPage struct {
	page.Base
	X       *store.ItemFile
	Address string // of the public page
	Facts   []fact
	Code    string // html with inline styles
	Pack    string // address of the html file
	Look    string // address of the page to select by hand
}

var portalTemplate = page.NewTemplate(templates, "templates/portal.html")

// published is the item that the address names, as the public has it.
func (t *Items) published(r *http.Request) (*store.ItemFile, *store.PublicItem, error) {
	x, err := t.itemOf(r)
	if err != nil {
		return nil, nil, err
	}
	if x.Standing != proactive.Live {
		return nil, nil, page.ErrNotFound
	}
	p, err := t.store.PublicItem(r.Context(), x.Number, 0)
	return x, p, err
}

// fragment is the public text with everything inline.
func (t *Items) fragment(r *http.Request, p *store.PublicItem, title bool) string {
	root := t.cfg.Root(r)
	look := rich.Look{Image: func(f int64) string { return root + page.ItemFileHref(p.Number, f) }}
	if title {
		look.Title = p.Content.Title
	}
	out := p.Content.Body.Fragment(look)
	var b strings.Builder
	for _, f := range p.Content.Attached() {
		fmt.Fprintf(&b, `<p style="text-indent:2em;font-size:16pt;line-height:1.8;margin:0"><a href="%s">附件：%s</a></p>`+"\n", html.EscapeString(root+page.ItemFileHref(p.Number, f.ID)), html.EscapeString(f.Name))
	}
	return out + b.String()
}

func (t *Items) portal(w http.ResponseWriter, r *http.Request) error {
	x, p, err := t.published(r)
	if err != nil {
		return err
	}
	base := itemHref(x.ID) + "/portal"
	out := portalPage{Base: t.base(r, "items", "复制到县门户", "review.js"), X: x, Address: t.cfg.Root(r) + page.ItemHref(x.Number), Code: t.fragment(r, p, false), Pack: base + "/html", Look: base + "/rich"}
	out.Styles = append(out.Styles, t.assets.Path("review.css"))
	out.Crumbs = append(crumbs(), page.Link{Text: clip(titleOf(x), 20), Href: itemHref(x.ID)})
	c := p.Content
	for _, f := range []fact{{"标题", c.Title}, {"索引号", x.Number}, {"文号", c.DocNo}, {"发布机构", x.OrganName}, {"成文日期", c.Made.Chinese()}, {"发布日期", p.Published.Chinese()}, {"公开网址", out.Address}} {
		if f.Text != "" {
			out.Facts = append(out.Facts, f)
		}
	}
	return page.Render(w, r, portalTemplate, out)
}

// portalText gives the fragment as a page to select by hand, as text for the
// script, or as a file.
func (t *Items) portalText(w http.ResponseWriter, r *http.Request) error {
	x, p, err := t.published(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	switch r.PathValue("form") {
	case "text": // plain text is drawn by no browser
		h.Set("Content-Type", "text/plain; charset=utf-8")
		b.WriteString(t.fragment(r, p, false))
	case "html":
		page.Attach(w, clip(strings.Map(printable, p.Content.Title), 60)+".html")
		h.Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>\n%s</body></html>\n", template.HTMLEscapeString(p.Content.Title), t.fragment(r, p, true))
	case "rich":
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
		fmt.Fprintf(&b, `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>复制为富文本</title></head><body style="margin:24px auto;padding:0 16px;max-width:900px;background:#fff">`+
			`<h1 style="font:15px/1.7 sans-serif;color:#566170;border-bottom:1px solid #ddd7ca;padding:0 0 12px;-webkit-user-select:none;-moz-user-select:none;user-select:none">按 Ctrl+A 全选，再按 Ctrl+C 复制，然后到另一个系统的编辑框里按 Ctrl+V 粘贴。这一段提示不会被复制。</h1>%s</body></html>`, t.fragment(r, p, false))
	default:
		return page.ErrNotFound
	}
	_, err = b.WriteTo(w)
	if err != nil {
		return errors.Join(errors.New("items: portal text of "+x.Number), err)
	}
	return nil
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f || strings.ContainsRune(`\/:*?"<>|`, r) {
		return -1
	}
	return r
}
