package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

// A draft of one town is nothing to the neighbour: whatever his role there, no
// page and no form of drafting shows or changes it. In the town only those who
// draft get to the form.
func TestDraftsStayInTheirTown(t *testing.T) {
	p := newWhole(t)
	town := p.organs[1]
	clerk := p.holder(861, org.Drafter, town)
	n := store.NewItem{ID: p.store.NewID(), Organ: town.ID, Kind: proactive.Notice, Content: proactive.Content{Title: secrets[1], Category: "20.15", Made: law.Day(2026, 1, 5),
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: secrets[2]}}}}}}}
	f, err := p.store.PutPrivate(t.Context(), store.ItemRef(n.ID), strings.NewReader(secrets[3]))
	if err != nil {
		t.Fatal(err)
	}
	n.Content.Files = []proactive.File{{ID: f.ID, Name: "附件.txt", Type: f.Type, Size: f.Size, Hash: f.Hash}}
	if _, err := p.store.DraftItem(t.Context(), store.By{Viewer: clerk}, n); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		p.cfg.Install(mux, rt)
	}
	at := fmt.Sprintf("/desk/items/%d", n.ID)
	ask := func(method, path string) *httptest.ResponseRecorder {
		form := url.Values{"key": {page.NewKey()}, "version": {"1"}, "do": {"save"}, "title": {"改了"}, "kind": {"notice"}, "category": {"20.15"}, "html": {"<p>改了</p>"}, "change": {"correct"}, "reason": {"x"}}
		w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		mux.ServeHTTP(w, r)
		return w
	}
	file := fmt.Sprintf("%s/draftfile/%d", at, f.ID)
	p.visit = page.Visit{Viewer: clerk, Session: 1, Sure: true}
	for path, words := range map[string]string{at + "/edit": secrets[1], file: secrets[3]} {
		if w := ask(http.MethodGet, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s shows its own clerk nothing (%d): the test below would see nothing either", path, w.Code)
		}
	}
	forms := []string{"edit", "autosave", "clean", "picture", "recall", "discard", "revise"}
	for i, role := range org.Roles() {
		p.visit = page.Visit{Viewer: p.holder(int64(870+i), role, p.organs[2]), Session: int64(i + 2), Sure: true}
		got := []*httptest.ResponseRecorder{ask(http.MethodGet, at+"/edit"), ask(http.MethodGet, file)}
		for _, form := range forms {
			got = append(got, ask(http.MethodPost, at+"/"+form))
		}
		for k, w := range got {
			if w.Code < 400 {
				t.Errorf("%s of the neighbour gets %d at %d", role.Chinese(), w.Code, k)
			}
			for _, s := range secrets {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("%s of the neighbour is shown %s", role.Chinese(), s)
				}
			}
		}
		p.visit.Viewer = p.holder(int64(890+i), role, town)
		may := org.ReachOf(role, org.EditItems) != 0
		if w := ask(http.MethodGet, at+"/edit"); (w.Code == http.StatusOK) != may {
			t.Errorf("%s of the town gets %d at the form", role.Chinese(), w.Code)
		}
	}
	if x, err := p.store.Item(t.Context(), clerk, n.ID); err != nil || x.Version != 1 || x.Content.Title != secrets[1] {
		t.Errorf("something changed: %v %+v", err, x)
	}
}
