package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/org"
	"gongkai/web/page"
)

func TestEveryRouteAnswersItsRole(t *testing.T) {
	c := newCounty(t)
	fill := strings.NewReplacer("{organ}", "11341500MB0C", "{year}", "2025", "{$}", "", "{version}", "1", "{file}", "reports-2025.csv", "{index}", "0", "{page}", "shenqing", "{picture}", "home.png", "{path...}", "entries/000.p/1", "/sum/{organ}", "/sum/11341500MB0A")
	s := New(c.cfg, c.store, page.Link{})
	c.decide(t, c.gov, org.BlockLate)
	c.decide(t, c.gov, org.BlockAnswers)
	for _, checking := range []bool{false, true} {
		c.cfg.Checking = checking
		for _, rt := range append(c.cfg.Routes(), s.Routes()...) {
			method, path, ok := strings.Cut(rt.Pattern, " ")
			if !ok || path == "/assets/" || path == "/apply-assets/" || path == "/apply/seen" || strings.HasPrefix(path, "/item-") || strings.HasPrefix(path, "/item/") || path == "/out" || path == "/sitemap/{organ}" || strings.Contains(path, "{file}") && !strings.HasPrefix(path, "/open") || strings.HasPrefix(path, "/screen/") || strings.HasPrefix(path, "/subscribe") && path != "/subscribe" || method == "POST" && path == "/subscribe" || path == "/api/" || (strings.HasPrefix(path, "/voice") || strings.HasPrefix(path, "/apply") || strings.HasPrefix(path, "/survey")) && (method == "POST" || strings.Contains(path, "{")) { // forms and what they name: voice_test.go, apply_test.go, survey_test.go, item_test.go and the tests of catalogue, screens and subscriptions
				continue
			}
			r := httptest.NewRequest(method, fill.Replace(path), nil)
			if path == "/api/v1/reports" || path == "/api/v1/table" {
				r.URL.RawQuery = "year=2025"
			}
			w := httptest.NewRecorder()
			c.handler.ServeHTTP(w, r)
			open := rt.Role == page.Public || checking
			if got := w.Code < 400; got != open {
				t.Errorf("%s as %s with checking %v: %d", rt.Pattern, rt.Role, checking, w.Code)
			}
		}
	}
}

func TestLinksOfEveryPageLeadSomewhere(t *testing.T) {
	c := newCounty(t)
	seen, files, queue := map[string]bool{}, map[string]int{}, []string{"/"}
	for len(queue) > 0 && len(seen) < 400 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		if path == "/mistake" { // leads to a form
			continue
		}
		if ext := filepath.Ext(path); ext == ".pdf" || ext == ".docx" || ext == ".xlsx" {
			if files[ext]++; files[ext] > 3 { // written by render, which tests them
				continue
			}
		}
		res, b := c.get(t, path)
		if res.StatusCode != 200 {
			if strings.HasSuffix(path, ".pdf") && res.StatusCode == http.StatusServiceUnavailable {
				continue
			}
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || strings.HasSuffix(path, ".html") {
			continue
		}
		if m := regexp.MustCompile(`(?i)<[^>]+ (on[a-z]+|style)=`).FindString(b); m != "" {
			t.Errorf("%s: inline script or style: %s", path, m)
		}
		doc, err := html.Parse(strings.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range []string{"a", "link", "form"} {
			for _, n := range byTag(doc, tag) {
				href := attr(n, "href")
				if tag == "form" && attr(n, "method") == "" {
					href = attr(n, "action")
				}
				u, err := url.Parse(href)
				if attr(n, "rel") == "external noopener noreferrer" { // the one kind of link that leads elsewhere
					continue
				}
				if err != nil || u.IsAbs() {
					t.Errorf("%s: link %q", path, href)
					continue
				}
				if u.Path != "" {
					u.Fragment = ""
					queue = append(queue, u.String())
				} else if u.Fragment != "" && byID(doc, u.Fragment) == nil {
					t.Errorf("%s: no element %s", path, href)
				}
			}
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d pages reached", len(seen))
	}
}

func TestHostileAddressesNeverBreakThePage(t *testing.T) {
	c := newCounty(t)
	nasty := []string{"", "2025", "99999999999999999999", "-1", "0", "２０２５", "' or 1=1--", "%", "_", "\x00", "<script>alert(1)</script>", strings.Repeat("长", 5000), "../../etc/passwd", "~9", "~99999999999999999999", "~", ":", "a:b:c", "\xff\xfe", "11341500MB0C:2025", "t3.new.total", "eyJ4IjoxfQ"}
	for _, v := range nasty {
		q := url.QueryEscape(v)
		p := url.PathEscape(v)
		for _, path := range []string{"/reports?year=" + q, "/reports?q=" + q, "/reports?sort=" + q, "/reports?year=2025&after=" + q, "/reports?year=2025&sort=received&after=" + q,
			"/reports/compare?a=" + q + "&b=" + q, "/reports/compare?an=" + q + "&ay=" + q, "/reports/sum/11341500MB0A/2025?cell=" + q + "&format=" + q,
			"/reports/" + p, "/reports/" + p + "/2025", "/reports/11341500MB0C/" + p, "/reports/11341500MB0C/2025." + p, "/reports/sum/" + p + "/2025", "/open/" + p, "/open/reports-" + p + ".csv",
			"/api/v1/reports?year=2025&after=" + q + "&q=" + q, "/api/v1/reports/" + p + "/" + p, "/" + p} {
			r := httptest.NewRequest("GET", "/", nil)
			u, err := url.Parse(path)
			if err != nil {
				continue
			}
			r.URL = u
			r.RequestURI = path
			w := httptest.NewRecorder()
			c.handler.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%.80s: %d", path, w.Code)
			}
			if strings.Contains(w.Body.String(), "<script>alert") {
				t.Errorf("%.80s: markup of the reader stands in the page", path)
			}
		}
	}
}
