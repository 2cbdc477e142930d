package site

import (
	"net/http"
	"net/url"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/web/page"
)

var outTemplate = page.NewTemplate(files, "out.html")

// outward is the address of a link on a public page: that of another place goes
// by the notice that one leaves the site, as 国办发〔2017〕47号 asks; that of a
// government site and of this one stays.
func outward(to, domain string) string {
	u, err := url.Parse(to)
	if to == "" || err != nil || u.Scheme != "http" && u.Scheme != "https" || government(u.Hostname()) || strings.EqualFold(u.Host, domain) {
		return to
	}
	return page.With("/out", "to", to)
}

// government reports whether a host is one of the government's.
func government(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "gov.cn" || strings.HasSuffix(host, ".gov.cn")
}

type outPage struct {
	page.Base
	To, Host string
	Back     string
}

// out tells a reader that he leaves. It leads nowhere by itself, except to a
// government's site.
func (s *Site) out(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Query().Get("to")
	if !proactive.WebAddress(to) {
		return &page.Input{Text: "这个链接的网址无法识别，没有打开。请回到原来的页面。"}
	}
	u, err := url.Parse(to)
	if err != nil {
		return &page.Input{Text: "这个链接的网址无法识别，没有打开。请回到原来的页面。"}
	}
	w.Header().Set("Cache-Control", "no-store")
	if government(u.Hostname()) {
		http.Redirect(w, r, u.String(), http.StatusFound)
		return nil
	}
	p := outPage{Base: s.cfg.Base(r, "", "即将离开本网站"), To: u.String(), Host: u.Host, Back: s.referrer(r)}
	if p.Back == "" {
		p.Back = "/"
	}
	p.Here = p.Back
	return page.Render(w, r, outTemplate, p)
}

// referrer is the page of this site that one comes from, as path and query.
func (s *Site) referrer(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host == "" || u.Host != r.Host && s.cfg.Root(r) != u.Scheme+"://"+u.Host || len(u.RequestURI()) > 300 {
		return ""
	}
	return u.RequestURI()
}

// mistake 我为政府网站找错 leads to the form, filled with the page that one comes
// from and addressed to whom it is of.
func (s *Site) mistake(w http.ResponseWriter, r *http.Request) error {
	at := s.referrer(r)
	organ := ""
	if u, err := url.Parse(at); err == nil {
		number, isItem := strings.CutPrefix(u.Path, "/item/")
		name, isOrgan := strings.CutPrefix(u.Path, "/o/")
		switch {
		case isItem:
			if x, err := s.itemOrgan(r, number); err == nil {
				organ = key(x.OrganCode, x.Organ)
			}
		case isOrgan:
			organ = name
		}
	}
	if organ == "" {
		if top, ok, err := s.top(r.Context()); err != nil {
			return err
		} else if ok {
			organ = organKey(top)
		}
	}
	if organ != "" {
		o, err := s.organOf(r, organ)
		if err == nil {
			takes, err := s.store.TakingVoices(r.Context(), []org.Organ{o}, s.cfg.Today())
			if err != nil {
				return err
			}
			if len(takes) == 0 {
				organ = ""
			}
		} else {
			organ = ""
		}
	}
	matter := ""
	if at != "" {
		matter = clip(s.cfg.Root(r)+at, 200)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page.With("/voice", "kind", "mistake", "organ", organ, "matter", matter), http.StatusSeeOther)
	return nil
}
