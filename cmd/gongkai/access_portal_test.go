package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A neighbour, whatever his role, and nobody at all, send every form of the
// portal with a town's ids: its addresses and settings stay, its reports are in
// no package, and what it has decided about its portal is not shown.
func TestNeighboursReachNothingOfAPortal(t *testing.T) {
	p := newWhole(t)
	ctx, by, town := t.Context(), store.By{Viewer: org.Program("测试")}, p.organs[1]
	form, err := annual.FormFor(2024)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range p.organs[1:3] {
		if _, err := p.store.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2024, Report: annual.New(form, o.Name, 2024), Published: law.Day(2025, 1, 20)}); err != nil {
			t.Fatal(err)
		}
	}
	const address, mapping = "https://www.example.gov.cn/nb/secret-4711.html", "门户暗号=标题"
	if _, err := p.store.LinkPortal(ctx, by, store.PortalLink{Organ: town.ID, Year: 2024, URL: address}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.SaveSetting(ctx, by, store.Setting{Organ: town.ID, Name: "portal.columns", Value: mapping}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	var routes []page.Route
	for _, rt := range p.all() {
		if strings.Contains(rt.Pattern, "/desk/portal") {
			routes = append(routes, rt)
			p.cfg.Install(mux, rt)
		}
	}
	if len(routes) < 8 {
		t.Fatalf("only %d routes", len(routes))
	}
	acts := func() int {
		list, err := p.store.Entries(ctx, org.Program("测试"), store.EntryQuery{Organ: town.ID})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	id := strconv.FormatInt(town.ID, 10)
	viewers := []org.Viewer{{}}
	for i, role := range org.Roles() {
		viewers = append(viewers, p.holder(int64(900+i), role, p.organs[2]))
	}
	before := acts()
	for i, v := range viewers {
		p.visit = page.Visit{Viewer: v, Session: int64(i), Sure: true}
		for n, rt := range routes {
			method, path, _ := strings.Cut(rt.Pattern, " ")
			for _, organ := range []string{"", id} {
				f := url.Values{"key": {fmt.Sprint("p", i, "-", n, organ)}, "year": {"2024"}, "organ": {organ}, "row": {id}, "pick": {id}, "export": {"2024"}, "format": {"csv"},
					"url." + id: {"https://www.example.gov.cn/other"}, "version." + id: {"1"}, "was." + id: {address}, "do": {"save"}, "replace": {"1"},
					"table": {"机关代码,年度,网址\n" + town.Code + ",2024,https://www.example.gov.cn/other\n"}, "portal.columns": {"a=标题"}, "version.portal.columns": {"1"}}
				r := httptest.NewRequest(method, path+"?year=2024&organ="+organ, nil)
				if method == http.MethodPost {
					r = httptest.NewRequest(method, path, strings.NewReader(f.Encode()))
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				w := httptest.NewRecorder()
				mux.ServeHTTP(w, r)
				who := "nobody"
				if v.Person != 0 {
					who = v.Posts[0].Role.Chinese()
				}
				if w.Code >= 500 {
					t.Errorf("%s as %s: %d", rt.Pattern, who, w.Code)
				}
				if body := w.Body.String(); strings.Contains(body, "secret-4711") || strings.Contains(body, "门户暗号") || strings.Contains(body, "reports/2024/"+town.Code+"/") {
					t.Errorf("%s as %s of the neighbour shows what is the town's", rt.Pattern, who)
				}
			}
		}
	}
	if after := acts(); after != before {
		t.Errorf("%d acts on the town by its neighbours", after-before)
	}
	if x, err := p.store.PortalLink(ctx, town.ID, 2024); err != nil || x.URL != address || x.Version != 1 {
		t.Errorf("%+v %v", x, err)
	}
}
