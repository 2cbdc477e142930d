package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// An item in review is nothing to the neighbour: whatever his role there, no page
// and no form of review, publication, removal or archive shows or changes it. In
// the town itself who may not review, publish or remove changes nothing either.
func TestReviewStaysInItsTown(t *testing.T) {
	p := newWhole(t)
	town := p.organs[1]
	clerk := store.By{Viewer: p.holder(881, org.Drafter, town)}
	n := store.NewItem{ID: p.store.NewID(), Organ: town.ID, Kind: proactive.Notice, Content: proactive.Content{Title: secrets[1], Category: "20.15", Made: law.Day(2026, 1, 5),
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: secrets[2]}}}}}}}
	f, err := p.store.PutPrivate(t.Context(), store.ItemRef(n.ID), strings.NewReader(secrets[3]))
	if err != nil {
		t.Fatal(err)
	}
	n.Content.Files = []proactive.File{{ID: f.ID, Name: "附件.txt", Type: f.Type, Size: f.Size, Hash: f.Hash}}
	if _, err := p.store.DraftItem(t.Context(), clerk, n); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.WithItem(t.Context(), clerk, n.ID, 1, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Hand(d) }); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		p.cfg.Install(mux, rt)
	}
	at := fmt.Sprintf("/desk/items/%d", n.ID)
	id := fmt.Sprint(n.ID)
	ask := func(method, path, do string) *httptest.ResponseRecorder {
		form := url.Values{"key": {page.NewKey()}, "version": {"2"}, "do": {do}, "cause": {"state_secret"}, "tick": {id}, "v" + id: {"2"}, "r" + id: {"open"}, "w" + id: {"x"}, "next": {"2026-12-01"}, "volume": {"x"}, "sure": {"1"}, "mark": {"x"}, "why": {"x"}}
		for _, name := range []string{"reason", "content", "to", "number", "signer"} {
			form.Set(do+"-"+name, "x")
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		mux.ServeHTTP(w, r)
		return w
	}
	pages := []string{at, at + "/review", fmt.Sprintf("%s/files/%d", at, f.ID), at + "/sheet/docx", at + "/letter/docx", at + "/portal", at + "/portal/html", at + "/remove", at + "/sealed", "/desk/items/signoff", "/desk/items/held", "/desk/items/archive"}
	p.visit = page.Visit{Viewer: p.holder(882, org.Secrecy, town), Session: 1, Sure: true}
	for path, words := range map[string]string{at: secrets[2], at + "/review": secrets[2], pages[2]: secrets[3], "/desk/items/signoff": secrets[1]} {
		if w := ask(http.MethodGet, path, ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s shows its own reviewer nothing (%d): the test below would see nothing either", path, w.Code)
		}
	}
	forms := []string{"sign", "return", "ask", "answered", "withhold", "publish", "schedule", "unschedule", "withdraw", "repeal", "rereview", "mark", "decision"}
	try := func(who org.Viewer, session int64, here bool) {
		p.visit = page.Visit{Viewer: who, Session: session, Sure: true}
		var got []*httptest.ResponseRecorder
		if !here {
			for _, path := range pages {
				got = append(got, ask(http.MethodGet, path, ""))
			}
		}
		for _, do := range forms {
			if !here || do != "decision" && do != "mark" {
				got = append(got, ask(http.MethodPost, at, do))
			}
		}
		for _, path := range []string{at + "/remove", "/desk/items/signoff", "/desk/items/held", "/desk/items/archive"} {
			got = append(got, ask(http.MethodPost, path, "file"))
		}
		for i, w := range got {
			for _, s := range secrets {
				if !here && strings.Contains(w.Body.String(), s) {
					t.Errorf("%s reads %s (%d)", who.Posts[0].Role.Chinese(), s, i)
				}
			}
			if w.Code >= 500 {
				t.Errorf("%s: answer %d is %d", who.Posts[0].Role.Chinese(), i, w.Code)
			}
		}
		x, err := p.store.Item(t.Context(), org.Program("测试"), n.ID)
		if err != nil || x.Version != 2 || x.Stage != proactive.Reviewing {
			t.Fatalf("%s changed the item: %v %v", who.Posts[0].Role.Chinese(), x, err)
		}
	}
	for i, role := range org.Roles() {
		try(p.holder(int64(890+i), role, p.organs[2]), int64(i+2), false)
	}
	try(clerk.Viewer, 60, true)
	try(p.holder(883, org.Publisher, town), 61, true)
	try(p.holder(884, org.Inspector, town), 62, true)
}
