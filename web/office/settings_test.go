package office

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/org"
)

// sent is what a browser sends of the page's form to the path when nobody
// touched it.
func sent(t *testing.T, page, path string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	of := func(n *html.Node, key string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val, true
			}
		}
		return "", false
	}
	v := url.Values{}
	for f := range doc.Descendants() {
		if action, _ := of(f, "action"); f.Data != "form" || action != path {
			continue
		}
		if method, _ := of(f, "method"); method != "post" {
			continue
		}
		for n := range f.Descendants() {
			name, named := of(n, "name")
			if !named {
				continue
			}
			switch n.Data {
			case "input":
				value, _ := of(n, "value")
				v.Add(name, value)
			case "select":
				first, chosen := "", ""
				some, any := false, false
				for o := range n.Descendants() {
					if o.Data != "option" {
						continue
					}
					value, _ := of(o, "value")
					if !some {
						first, some = value, true
					}
					if _, ok := of(o, "selected"); ok {
						chosen, any = value, true
					}
				}
				if !any { // as browsers do
					chosen = first
				}
				v.Add(name, chosen)
			}
		}
	}
	return v
}

// Sending the form as it stands decides nothing: what nobody decided stays
// undecided, above all what the public may see.
func TestSettingsSentUntouchedDecideNothing(t *testing.T) {
	d := newDesk(t)
	for _, role := range []org.Role{org.Office, org.Head} {
		d.as(1, 0, role)
		_, p := d.get("/desk/settings")
		v := sent(t, p, "/desk/settings")
		if len(v) < 20 {
			t.Fatalf("only %d fields", len(v))
		}
		follow(t, d.post("/desk/settings", "", v))
		list, err := d.store.Settings(t.Context(), d.organs[0].ID)
		if err != nil || len(list) != 0 {
			t.Errorf("%s: the untouched form decided %+v %v", role.Chinese(), list, err)
		}
	}
}

// Blocks of the public pages are offered to the office, for itself and what is
// below it, and to nobody else.
func TestOnlyTheOfficeIsOfferedPublicBlocks(t *testing.T) {
	d := newDesk(t)
	name := string(org.BlockRanking)
	d.as(1, 0, org.Office)
	path := fmt.Sprintf("/desk/settings?organ=%d", d.organs[1].ID)
	_, p := d.get(path)
	v := sent(t, p, "/desk/settings")
	if !v.Has(name) {
		t.Fatal("the office is not offered it")
	}
	v.Set(name, org.On)
	follow(t, d.post("/desk/settings", "", v))
	sw, err := d.store.Switches(t.Context())
	if err != nil || !sw.Shows(d.organs[1].ID, org.BlockRanking) || sw.Shows(d.organs[2].ID, org.BlockRanking) {
		t.Errorf("%v", err)
	}
	d.as(2, 1, org.Head)
	_, p = d.get("/desk/settings")
	v = sent(t, p, "/desk/settings")
	if v.Has(name) {
		t.Error("the town is offered it")
	}
	v.Set(name, org.Off)
	v.Set("version."+name, "1")
	if w := d.post("/desk/settings", "", v); w.Code != 403 {
		t.Errorf("the town switched it: %d", w.Code)
	}
}
