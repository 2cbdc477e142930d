package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// An officer is somebody at a browser without script: he opens pages, fills in
// the forms that stand on them and follows where the answers lead.
type officer struct {
	t    *testing.T
	base string
	http http.Client
	at   string // address of the page
	page *html.Node
	text string // what the page says
}

func newOfficer(t *testing.T, base string) *officer {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &officer{t: t, base: base, http: http.Client{Jar: jar}}
}

func (o *officer) read(res *http.Response, err error) *officer {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	if o.page, err = html.Parse(bytes.NewReader(b)); err != nil {
		o.t.Fatal(err)
	}
	o.at, o.text = res.Request.URL.Path, words(find(o.page, func(n *html.Node) bool { return n.Data == "main" }))
	if res.StatusCode >= 400 {
		o.t.Fatalf("%s %s: %d\n%s", res.Request.Method, res.Request.URL, res.StatusCode, o.text)
	}
	return o
}

// open follows an address of the site.
func (o *officer) open(path string) *officer {
	o.t.Helper()
	return o.read(o.http.Get(o.base + path))
}

// follow opens the first link whose words contain these.
func (o *officer) follow(text string) *officer {
	o.t.Helper()
	a := find(o.page, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(words(n), text) })
	if a == nil {
		o.t.Fatalf("%s has no link %q:\n%s", o.at, text, o.text)
	}
	u, err := url.Parse(attribute(a, "href"))
	if err != nil {
		o.t.Fatal(err)
	}
	return o.open((&url.URL{Path: o.at}).ResolveReference(u).String())
}

// says fails unless the page says all of these.
func (o *officer) says(words ...string) *officer {
	o.t.Helper()
	for _, w := range words {
		if !strings.Contains(o.text, w) {
			o.t.Fatalf("%s does not say %q:\n%s", o.at, w, o.text)
		}
	}
	return o
}

// A given is what somebody fills into one field. A file is named by its field,
// name and content.
type given map[string]string

// send fills in the form whose button has these words and sends it by that
// button. What is not given stays as the page has it.
func (o *officer) send(button string, in given, file ...string) *officer {
	o.t.Helper()
	return o.sendWhere("", "", button, in, file...)
}

// sendWhere is send for a form among several that has a field with this value.
func (o *officer) sendWhere(field, value, button string, in given, file ...string) *officer {
	o.t.Helper()
	var form, pressed *html.Node
	for _, f := range all(o.page, func(n *html.Node) bool { return n.Data == "form" && attribute(n, "method") == "post" }) {
		if field != "" && find(f, func(n *html.Node) bool { return attribute(n, "name") == field && attribute(n, "value") == value }) == nil {
			continue
		}
		if b := find(f, func(n *html.Node) bool { return n.Data == "button" && strings.Contains(words(n), button) }); b != nil {
			form, pressed = f, b
			break
		}
	}
	if form == nil {
		o.t.Fatalf("%s has no button %q:\n%s", o.at, button, o.text)
	}
	return o.press(form, pressed, in, file...)
}

// sendBy is send by the button of this value, whether it goes on to the next or
// not.
func (o *officer) sendBy(do string, in given, file ...string) *officer {
	o.t.Helper()
	for _, f := range all(o.page, func(n *html.Node) bool { return n.Data == "form" && attribute(n, "method") == "post" }) {
		if b := find(f, func(n *html.Node) bool { return does(n, do) }); b != nil {
			return o.press(f, b, in, file...)
		}
	}
	o.t.Fatalf("%s has no button that does %s:\n%s", o.at, do, o.text)
	return nil
}

// offers reports whether a button of the page does this.
func (o *officer) offers(do string) bool {
	return find(o.page, func(n *html.Node) bool { return does(n, do) }) != nil
}

func does(n *html.Node, do string) bool {
	return n.Data == "button" && attribute(n, "name") == "do" && strings.TrimSuffix(attribute(n, "value"), "+next") == do
}

// press fills in a form and sends it by one of its buttons.
func (o *officer) press(form, pressed *html.Node, in given, file ...string) *officer {
	o.t.Helper()
	values := fields(form)
	for k, v := range in {
		if !values.Has(k) && find(form, func(n *html.Node) bool { return attribute(n, "name") == k }) == nil {
			o.t.Fatalf("the form of %q on %s has no field %s", words(pressed), o.at, k)
		}
		values.Set(k, v)
	}
	if n := attribute(pressed, "name"); n != "" {
		values.Set(n, attribute(pressed, "value"))
	}
	to := attribute(form, "action")
	if a := attribute(pressed, "formaction"); a != "" {
		to = a
	}
	if to == "" {
		to = o.at
	}
	u, err := url.Parse(to)
	if err != nil {
		o.t.Fatal(err)
	}
	to = o.base + (&url.URL{Path: o.at}).ResolveReference(u).String()
	if attribute(form, "enctype") == "" {
		return o.read(o.http.PostForm(to, values))
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, list := range values {
		for _, v := range list {
			_ = m.WriteField(k, v) // into memory
		}
	}
	if len(file) == 3 {
		w, err := m.CreateFormFile(file[0], file[1])
		if err != nil {
			o.t.Fatal(err)
		}
		_, _ = w.Write([]byte(file[2]))
	}
	m.Close()
	return o.read(o.http.Post(to, m.FormDataContentType(), &b))
}

// fields are what a browser would send of a form that nobody touched.
func fields(form *html.Node) url.Values {
	v := url.Values{}
	for _, n := range all(form, func(n *html.Node) bool { return n.Data == "input" || n.Data == "select" || n.Data == "textarea" }) {
		name := attribute(n, "name")
		switch kind := attribute(n, "type"); {
		case name == "":
		case n.Data == "textarea":
			v.Add(name, content(n))
		case n.Data == "select":
			chosen := ""
			for i, x := range all(n, func(n *html.Node) bool { return n.Data == "option" }) {
				if i == 0 || has(x, "selected") {
					chosen = attribute(x, "value")
				}
			}
			v.Add(name, chosen)
		case kind == "file", (kind == "checkbox" || kind == "radio") && !has(n, "checked"):
		default:
			v.Add(name, attribute(n, "value"))
		}
	}
	return v
}

func all(n *html.Node, want func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	if n == nil {
		return nil
	}
	for x := range n.Descendants() {
		if x.Type == html.ElementNode && want(x) {
			out = append(out, x)
		}
	}
	return out
}

func find(n *html.Node, want func(*html.Node) bool) *html.Node {
	if list := all(n, want); len(list) > 0 {
		return list[0]
	}
	return nil
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// content is the text of a node as it stands.
func content(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return b.String()
}

// words is the text of a node, spaces folded.
func words(n *html.Node) string {
	var b strings.Builder
	if n == nil {
		return ""
	}
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			fmt.Fprint(&b, x.Data, " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// signIn signs in, and out of a one-time password if it is one.
func (o *officer) signIn(login, password, own string) *officer {
	o.t.Helper()
	o.open("/desk").send("登录", given{"login": login, "password": password})
	if o.at == "/account/password" {
		o.send("口令", given{"current": password, "new": own, "again": own})
	}
	return o
}
