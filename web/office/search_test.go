package office

import (
	"net/url"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// The box finds items by title and number for those who see them, with an index
// by the words of their text too.
func TestSearchFindsItems(t *testing.T) {
	d := newDesk(t)
	d.as(1, 1, org.Drafter)
	c := proactive.Content{Title: "关于春耕备耕的通知", Category: "20.15", DocNo: "青政〔2026〕2号", Summary: "各村领取稻种", Made: law.Day(2026, 1, 12)}
	if _, err := d.store.DraftItem(t.Context(), store.By{Viewer: d.viewer}, store.NewItem{Organ: d.organs[1].ID, Kind: proactive.Notice, Content: c}); err != nil {
		t.Fatal(err)
	}
	finds := func(q string) bool {
		t.Helper()
		_, p := d.get("/desk/search?q=" + url.QueryEscape(q))
		return strings.Contains(p, "关于春耕备耕的通知")
	}
	if !finds("春耕") || finds("稻种") {
		t.Error("without an index it is found by its title alone")
	}
	if err := d.store.OpenSearch(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.FeedSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"春耕", "稻种", "青政〔2026〕2号"} {
		if !finds(q) {
			t.Errorf("%s finds nothing", q)
		}
	}
	d.as(2, 2, org.Drafter)
	if finds("春耕") {
		t.Error("a neighbour finds it")
	}
}
