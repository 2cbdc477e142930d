package lead

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// ledgerCounty is the desk over a county with two towns, on Monday, 2 March 2026;
// who asks is set by as.
type ledgerCounty struct {
	*Lead
	t       testing.TB
	organs  []org.Organ
	handler http.Handler
	viewer  org.Viewer
}

func newLedgerCounty(t testing.TB) *ledgerCounty {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"),
		store.Options{Signer: storetest.LogKey(t), Now: func() time.Time { return storetest.LedgerNow }, Secret: bytes.Repeat([]byte{7}, store.SecretSize), Blobs: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d := &ledgerCounty{t: t}
	c, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.DateOf(storetest.LedgerNow) }, Now: func() time.Time { return storetest.LedgerNow }, Desk: Nav(),
		Calendar: func(context.Context) (*calendar.Calendar, error) { return c, nil },
		Visit: func(*http.Request) (page.Visit, error) {
			return page.Visit{Viewer: d.viewer, Session: 1, Sure: true, Address: "192.0.2.1"}, nil
		}}
	if d.Lead, err = New(cfg, s); err != nil {
		t.Fatal(err)
	}
	add := func(o org.Organ) {
		o, err := s.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		d.organs = append(d.organs, o)
	}
	add(org.Organ{Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	for i, n := range []string{"青石镇人民政府", "白杨镇人民政府"} {
		add(org.Organ{Code: fmt.Sprint("T", i), Name: n, Kind: org.Town, Level: org.Township, Parent: d.organs[0].ID})
	}
	mux := http.NewServeMux()
	d.Install(mux)
	d.handler = cfg.Guard(mux)
	return d
}

// as makes somebody with these roles at an organ ask from now on.
func (d *ledgerCounty) as(person int64, organ int, roles ...org.Role) {
	o := d.organs[organ]
	d.viewer = org.Viewer{Person: person, Name: fmt.Sprintf("经办%d", person), Organ: o.ID}
	for _, r := range roles {
		d.viewer.Posts = append(d.viewer.Posts, org.Post{Person: person, Organ: o.ID, Path: o.Path, Role: r})
	}
}

// known makes a person with posts, who asks from now on.
func (d *ledgerCounty) known(name string, organ int, roles ...org.Role) int64 {
	d.t.Helper()
	by := store.By{Viewer: org.Program("测试")}
	done, err := d.store.SavePerson(d.t.Context(), by, org.Person{Name: name, Organ: d.organs[organ].ID, Login: fmt.Sprint("l", d.store.NewID()%1_000_000_000)})
	if err != nil {
		d.t.Fatal(err)
	}
	var id int64
	if _, err := fmt.Sscan(done.Answer, &id); err != nil {
		d.t.Fatal(err)
	}
	for _, r := range roles {
		if _, err := d.store.Grant(d.t.Context(), by, org.Post{Person: id, Organ: d.organs[organ].ID, Role: r, From: d.cfg.Today()}); err != nil {
			d.t.Fatal(err)
		}
	}
	if d.viewer, err = d.store.Viewer(d.t.Context(), id, d.cfg.Today()); err != nil {
		d.t.Fatal(err)
	}
	return id
}

func (d *ledgerCounty) ask(path string) (int, string) {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// see is a page that has to be there, as one text.
func (d *ledgerCounty) see(path string) string {
	d.t.Helper()
	code, body := d.ask(path)
	if code != http.StatusOK {
		d.t.Fatalf("%s: %d %.300s", path, code, ledgerText(body))
	}
	return body
}

// send asks for a page, fills the form that has a button with this value of do,
// "" for the first one, and sends it as a browser would, with files if there are
// any: field, then name and content by turns.
func (d *ledgerCounty) send(path, do string, fill url.Values, files ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.sendFrom(d.see(path), path, do, fill, files...)
}

func (d *ledgerCounty) sendFrom(body, path, do string, fill url.Values, files ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	form := ledgerFormOf(doc, do)
	if form == nil {
		d.t.Fatalf("%s has no form %q: %.900s", path, do, ledgerText(body))
	}
	values := ledgerValues(form)
	if do != "" {
		values.Set("do", do)
	}
	for k, v := range fill {
		values[k] = v
	}
	to := path
	if a := ledgerAttr(form, "action"); a != "" {
		to = a
	}
	var r *http.Request
	if len(files) == 0 {
		r = httptest.NewRequest(http.MethodPost, to, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for k, vs := range values {
			for _, v := range vs {
				_ = m.WriteField(k, v)
			}
		}
		for i := 1; i+1 < len(files); i += 2 {
			f, err := m.CreateFormFile(files[0], files[i])
			if err != nil {
				d.t.Fatal(err)
			}
			_, _ = f.Write([]byte(files[i+1]))
		}
		m.Close()
		r = httptest.NewRequest(http.MethodPost, to, &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

func ledgerAttr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func ledgerHas(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// ledgerFormOf finds the form with a button of this value.
func ledgerFormOf(doc *html.Node, do string) *html.Node {
	for n := range doc.Descendants() {
		if n.Data != "form" || ledgerAttr(n, "method") != "post" || strings.HasPrefix(ledgerAttr(n, "action"), "/sign") || ledgerAttr(n, "action") == "/display" {
			continue
		}
		if do == "" {
			return n
		}
		for b := range n.Descendants() {
			if b.Data == "button" && ledgerAttr(b, "name") == "do" && ledgerAttr(b, "value") == do {
				return n
			}
		}
	}
	return nil
}

// ledgerValues is what the form sends if nobody touches it.
func ledgerValues(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := ledgerAttr(n, "name")
		switch {
		case name == "":
		case n.Data == "input" && (ledgerAttr(n, "type") == "checkbox" || ledgerAttr(n, "type") == "radio"):
			if ledgerHas(n, "checked") {
				v.Add(name, ledgerAttr(n, "value"))
			}
		case n.Data == "input" && ledgerAttr(n, "type") != "file":
			v.Add(name, ledgerAttr(n, "value"))
		case n.Data == "textarea":
			text := ""
			for c := range n.ChildNodes() {
				text += c.Data
			}
			v.Add(name, text)
		case n.Data == "select":
			chosen, set := "", false // of a browser: the selected one, else the first
			for o := range n.Descendants() {
				if o.Data == "option" && (!set || ledgerHas(o, "selected")) {
					chosen, set = ledgerAttr(o, "value"), true
				}
			}
			v.Add(name, chosen)
		}
	}
	return v
}

var ledgerTags = regexp.MustCompile(`<[^>]*>|\s+`)

// ledgerText is what a page says.
func ledgerText(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	return strings.TrimSpace(ledgerTags.ReplaceAllString(body, " "))
}

// went is where an answer leads, without the word of what was done.
func (d *ledgerCounty) went(w *httptest.ResponseRecorder) string {
	d.t.Helper()
	if w.Code != http.StatusSeeOther {
		d.t.Fatalf("answered %d: %.600s", w.Code, ledgerText(w.Body.String()))
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return to
}

// again is the form that was not accepted.
func (d *ledgerCounty) again(w *httptest.ResponseRecorder, words ...string) {
	d.t.Helper()
	if w.Code != http.StatusUnprocessableEntity {
		d.t.Errorf("answered %d, not the form again: %.300s", w.Code, ledgerText(w.Body.String()))
	}
	d.says(w.Body.String(), words...)
}

func (d *ledgerCounty) says(body string, words ...string) {
	d.t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			d.t.Errorf("the page does not say %q:\n%.900s", w, ledgerText(body))
		}
	}
}
