package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// screenRoutes are the pages of screens in halls and streets. Their address is
// secret only so that nobody shows pages in an organ's name: what they show is
// public.
func (s *Site) screenRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	return []page.Route{get("/screen/{code}", s.screen), get("/screen/{code}/pages", s.screenPages), get("/screen/{code}/worker.js", s.screenWorker)}
}

// A screenPage has no layout around it.
type screenPage struct {
	Path, Name, Organ, Today string
	CSS, JS                  string
	Next                     string // address of the next page, for a browser without script
	Seconds                  int
	Gone                     bool
	Slides                   []screenSlide
}

type screenSlide struct {
	proactive.Slide
	Date string
	Long bool
	QR   template.HTML
}

var screenTemplate = template.Must(template.ParseFS(files, "screen.html"))

// longTitle is from how many characters on a title gets smaller type.
const longTitle = 34

// screenOf is what a screen shows, without its slides, and its stamp.
func (s *Site) screenOf(r *http.Request) (store.PublicScreen, screenPage, string, error) {
	code := r.PathValue("code")
	x, err := s.store.ScreenOf(r.Context(), code)
	p := screenPage{Path: "/screen/" + code, CSS: applyAssets.Path("screen.css"), JS: applyAssets.Path("screen.js"), Today: s.cfg.Today().Chinese(), Seconds: proactive.Playlist{}.Stay()}
	if err != nil {
		return x, p, "", err
	}
	p.Name, p.Organ, p.Seconds = x.Name, x.OrganName, x.Playlist.Stay()
	stamp, err := s.store.ItemStamp(r.Context())
	return x, p, fmt.Sprintf(`"%s-%d-%d-%s"`, s.cfg.Today(), x.ID, x.Version, strings.NewReplacer(`"`, "", "\\", "").Replace(stamp)), err
}

// slides fills in what the screen shows now.
func (s *Site) slides(r *http.Request, x store.PublicScreen, p *screenPage) error {
	today := s.cfg.Today()
	list, err := s.store.ScreenItems(r.Context(), x, today)
	if err != nil {
		return err
	}
	for _, n := range x.Playlist.Notes {
		for _, sl := range proactive.Slides(proactive.Slide{Title: "便民提示", Source: x.OrganName, Date: today}, n, x.Playlist.Narrow) {
			p.Slides = append(p.Slides, screenSlide{Slide: sl, Date: sl.Date.Chinese()})
		}
	}
	for _, i := range list {
		source := i.OrganName
		if i.Content.Source != "" {
			source = "来源：" + i.Content.Source
		}
		sl := proactive.Slide{Tag: i.Kind.Chinese(), Title: i.Content.Title, Source: source, Date: i.Published, Number: i.Number}
		text := i.Content.Body.Text()
		if !i.Content.To.IsZero() {
			text = "期限：" + i.Content.From.Chinese() + "至" + i.Content.To.Chinese() + "\n" + text
		}
		code := page.QR(s.cfg.Root(r) + page.ItemHref(i.Number))
		for _, one := range proactive.Slides(sl, text, x.Playlist.Narrow) {
			p.Slides = append(p.Slides, screenSlide{Slide: one, Date: one.Date.Chinese(), Long: utf8.RuneCountInString(one.Title) > longTitle, QR: code})
		}
	}
	return nil
}

// screen is the page that the machine behind the screen opens. It holds one
// slide for browsers without script, and none as the shell that is kept for
// times without network.
func (s *Site) screen(w http.ResponseWriter, r *http.Request) error {
	x, p, _, err := s.screenOf(r)
	if errors.Is(err, store.ErrNotFound) {
		p.Gone, p.Name = true, "已停播"
		return s.writeScreen(w, r, http.StatusNotFound, p)
	}
	if err != nil {
		return err
	}
	if r.URL.Query().Get("shell") == "" {
		if err := s.slides(r, x, &p); err != nil {
			return err
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("n")) // what is no number is the first
		if all := len(p.Slides); all > 0 {
			n = max(0, n) % all
			p.Slides = p.Slides[n : n+1]
			p.Next = fmt.Sprintf("%s?n=%d", p.Path, (n+1)%all)
		} else {
			p.Next = p.Path
		}
	}
	return s.writeScreen(w, r, http.StatusOK, p)
}

func (s *Site) writeScreen(w http.ResponseWriter, r *http.Request, code int, p screenPage) error {
	var b bytes.Buffer
	if err := screenTemplate.ExecuteTemplate(&b, "screen", p); err != nil {
		return fmt.Errorf("site: screen: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = b.WriteTo(w) // the reader has gone
	}
	return nil
}

// screenPages is all slides at once, asked for again and again.
func (s *Site) screenPages(w http.ResponseWriter, r *http.Request) error {
	x, p, stamp, err := s.screenOf(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", stamp)
	h.Set("X-Seconds", strconv.Itoa(p.Seconds))
	if strings.TrimPrefix(r.Header.Get("If-None-Match"), "W/") == stamp {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if err := s.slides(r, x, &p); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := screenTemplate.ExecuteTemplate(&b, "slides", p); err != nil {
		return fmt.Errorf("site: screen: %w", err)
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = b.WriteTo(w) // the reader has gone
	return nil
}

// worker keeps the shell of the page, which holds no text of an item, so that a
// screen that is switched on without network still finds what it showed last.
const worker = `var name=%q,files=%s;
self.addEventListener('install',function(e){e.waitUntil(caches.open(name).then(function(c){return c.addAll(files);}).then(function(){return self.skipWaiting();}));});
self.addEventListener('activate',function(e){e.waitUntil(self.clients.claim());});
self.addEventListener('fetch',function(e){
var u=new URL(e.request.url);
if(e.request.mode==='navigate'){e.respondWith(fetch(e.request).then(function(r){return r.status>=500?caches.match(files[0]):r;}).catch(function(){return caches.match(files[0]);}));}
else if(files.indexOf(u.pathname)>0){e.respondWith(fetch(e.request).catch(function(){return caches.match(u.pathname);}));}
});
`

func (s *Site) screenWorker(w http.ResponseWriter, r *http.Request) error {
	_, p, _, err := s.screenOf(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Service-Worker-Allowed", p.Path)
	_, err = fmt.Fprintf(w, worker, "gongkai-screen:"+p.Path, fmt.Sprintf("[%q,%q,%q]", p.Path+"?shell=1", p.CSS, p.JS))
	return err
}
