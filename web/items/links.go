package items

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) linksRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/links", Verb: org.SeeItems, Serve: t.links},
		{Pattern: "POST /desk/items/links", Verb: org.PublishItems, Time: 2 * time.Minute, Serve: t.linksTry},
	}
}

type linksPage struct {
	page.Base
	Organs  []page.Option
	Organ   int64
	Name    string
	Dead    []linkRow
	Hosts   []hostRow
	Host    string
	Rows    []linkRow // that lead to the host
	May     bool
	Tries   bool // this instance may call out
	Failure string
}

type linkRow struct {
	Item       page.Link
	Words, To  string
	Why, Tried string

	Kind page.Tag
}

type hostRow struct {
	store.LinkHost
	Href string
}

var linksTemplate = page.NewTemplate(templates, "templates/links.html")

// triedAtOnce bounds how many links are tried for one click.
const triedAtOnce = 20

func (t *Items) links(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	p := linksPage{Base: t.catBase(r, "monitor", "信息中的链接", page.Link{Text: "信息监测", Href: page.With("/desk/monitor", "organ", fmt.Sprint(o.ID))}), Organs: options, Organ: o.ID, Name: o.Name, Host: clip(strings.TrimSpace(r.FormValue("host")), 200),
		May: org.May(v, org.PublishItems, o.Subject()), Tries: t.cfg.TryLink != nil}
	dead, err := t.store.DeadLinks(ctx, v, o.ID)
	if err != nil {
		return err
	}
	for _, x := range dead {
		p.Dead = append(p.Dead, rowOfLink(x))
	}
	hosts, err := t.store.LinkHosts(ctx, v, o.ID)
	if err != nil {
		return err
	}
	for _, h := range hosts {
		p.Hosts = append(p.Hosts, hostRow{h, page.With("/desk/items/links", "organ", fmt.Sprint(o.ID), "host", h.Host)})
	}
	if p.Host != "" {
		list, err := t.store.LinksOut(ctx, v, o.ID, p.Host)
		if err != nil {
			return err
		}
		for _, x := range list {
			p.Rows = append(p.Rows, rowOfLink(x))
		}
	}
	return page.Render(w, r, linksTemplate, p)
}

func rowOfLink(x store.ItemLink) linkRow {
	row := linkRow{Item: page.Link{Text: x.Title, Href: itemHref(x.Item)}, Words: orOther(x.Words, "（图片或者空白）"), To: x.URL, Tried: x.Checked.String(), Kind: page.Tag{Tone: "err", Text: "失效"}}
	switch {
	case x.Kind == proactive.ToItem:
		row.Why = "指向的信息已经撤下或者不存在"
	case x.Kind == proactive.ToFile:
		row.Why = "附件所在的信息已经撤下或者不存在"
	case x.Problem != "":
		row.Why = x.Problem
	case x.Checked.IsZero():
		row.Kind = page.Tag{Text: "没有检查过"}
	default:
		row.Kind = page.Tag{Tone: "ok", Text: "能打开"}
	}
	return row
}

// linksTry tries links that lead out, those first that were not tried for the
// longest time. It does so only when somebody asks for it, and only where the
// instance may call out.
func (t *Items) linksTry(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, _, err := t.catOrgan(r, org.PublishItems)
	if err != nil {
		return err
	}
	if t.cfg.TryLink == nil {
		return &page.Input{Text: "本平台没有开通访问外部网站，不能检查外链。"}
	}
	list, err := t.store.LinksOut(r.Context(), page.VisitOf(r).Viewer, o.ID, clip(strings.TrimSpace(r.PostFormValue("host")), 200))
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(r.Context(), 90*time.Second)
	defer stop()
	tried := map[string]bool{}
	for _, x := range list {
		if tried[x.URL] || len(tried) == triedAtOnce || ctx.Err() != nil {
			continue
		}
		tried[x.URL] = true
		problem := t.cfg.TryLink(ctx, x.URL)
		if ctx.Err() != nil {
			break // the rest is for the next click
		}
		if err := t.store.KeepLinkCheck(r.Context(), x.URL, problem); err != nil {
			return err
		}
	}
	return page.Done(w, r, page.With("/desk/items/links", "organ", fmt.Sprint(o.ID), "host", r.PostFormValue("host")), "checked", store.Done{})
}
