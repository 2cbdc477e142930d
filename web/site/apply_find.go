package site

import (
	"embed"
	"fmt"
	"net/http"
	"strings"

	"gongkai/casework"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed assets
var applyFiles embed.FS

// applyAssets are style and script of the form; everything works without the
// script but pointing out while one types.
var applyAssets = mustAssets("/apply-assets/")

func mustAssets(prefix string) *page.Assets {
	a, err := page.NewAssets(prefix, applyFiles, "assets")
	if err != nil {
		panic(err) // embedded: cannot fail in a built program
	}
	return a
}

// applyBase is the layout of the pages for applicants.
func (s *Site) applyBase(r *http.Request, title string) page.Base {
	b := s.cfg.Base(r, "apply", title)
	b.Styles = append(b.Styles, applyAssets.Path("apply.css"))
	b.Scripts = append(b.Scripts, applyAssets.Path("apply.js"))
	return b
}

// mostFound bounds the organs of one list.
const mostFound = 30

// applyFind is the page that leads to an organ: by its name, the name of what is
// above it, or everyday words for what it does.
func (s *Site) applyFind(w http.ResponseWriter, r *http.Request) error {
	p := applyPick{Base: s.applyBase(r, "依申请公开"), Q: clip(strings.TrimSpace(r.URL.Query().Get("q")), 40)}
	line := func(o org.Organ, above string) applyOrganLine {
		return applyOrganLine{o.Name, above, page.With("/apply", "organ", organKey(o))}
	}
	if p.Q == "" {
		list, err := s.voiceNear(r)
		if err != nil {
			return err
		}
		p.Empty = "还没有登记机关。"
		for _, o := range list {
			if o.Kind != org.Section && o.Kind != org.Village && o.InForce(s.cfg.Today()) {
				p.Organs = append(p.Organs, line(o, ""))
			}
		}
		return page.Render(w, r, applyPickTemplate, p)
	}
	words := strings.FieldsFunc(p.Q, func(r rune) bool { return strings.ContainsRune(" 　、，,", r) })
	found, err := s.store.FindOrgans(r.Context(), words, s.cfg.Today(), mostFound)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, o := range found {
		seen[o.ID] = true
		p.Organs = append(p.Organs, line(o.Organ, o.Above))
	}
	for _, m := range org.TopicsIn(p.Q, 3) {
		t := applyTopic{Word: m.Word, Bodies: strings.Join(m.Bodies, "、")}
		place := strings.TrimSpace(strings.ReplaceAll(p.Q, m.Word, " "))
		list, err := s.bodies(r, m, strings.Fields(place))
		if err != nil {
			return err
		}
		for _, o := range list {
			if !seen[o.ID] && len(t.Organs) < 8 {
				seen[o.ID] = true
				t.Organs = append(t.Organs, line(o.Organ, o.Above))
			}
		}
		p.Topics = append(p.Topics, t)
	}
	p.Empty = "没有找到名称含有“" + p.Q + "”的机关。可以只写名称的一部分，例如“教育”；写地方和事项，例如“青石镇 低保”。"
	return page.Render(w, r, applyPickTemplate, p)
}

// bodies are the organs that usually have a topic, in the place that words name
// if there are any.
func (s *Site) bodies(r *http.Request, m org.Topic, place []string) ([]store.FoundOrgan, error) {
	var out []store.FoundOrgan
	for _, b := range m.Bodies {
		list, err := s.store.FindOrgans(r.Context(), append([]string{b}, place...), s.cfg.Today(), 8)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	if len(out) == 0 && len(place) > 0 {
		return s.bodies(r, m, nil)
	}
	return out, nil
}

// applyWays fills in by which channels the organ takes applications.
func (s *Site) applyWays(r *http.Request, p *applyForm, organ int64) error {
	rec, list, err := s.store.RequestChannels(r.Context(), organ)
	if err != nil {
		return err
	}
	p.Closed = true
	for _, c := range list {
		if c.Kind == org.Online {
			p.Closed = false
			continue
		}
		way := applyWay{c.Kind.Chinese(), rec.Place(c)}
		if c.Kind == org.Counter && rec.Hours != "" {
			way.Place = strings.TrimSpace(way.Place + "（" + rec.Hours + "）")
		}
		p.Ways = append(p.Ways, way)
	}
	if rec.Phone != "" {
		p.Ways = append(p.Ways, applyWay{"咨询电话", rec.Phone})
	}
	return nil
}

// applyHints are what somebody may want to know of what he wrote. None is a
// reason to refuse.
func applyHints(o org.Organ, wanted string) []string {
	var out []string
	if n := casework.Matters(wanted); n > 1 {
		out = append(out, fmt.Sprintf("您似乎写了 %d 项不同的信息。分开申请，各项能分别办理、先办好的先答复；不分开也可以，照样受理。", n))
	}
	for _, m := range org.TopicsIn(wanted, 1) {
		if !m.Has(o.Name) {
			out = append(out, fmt.Sprintf("“%s”的信息通常由名称含有“%s”的机关掌握，可能不属于%s。仍然可以向本机关提交：不属于的，会告诉您理由和负责的机关。", m.Word, strings.Join(m.Bodies, "”“"), o.Name))
		}
	}
	return out
}
