package storetest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// RunSearch checks that items are found by their words, and only by those who
// may see them. Every call of open gives a store as RunItems wants it, its
// indexes open, and the folder they lie in.
func RunSearch(t *testing.T, open func(testing.TB) (*store.Store, string)) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store, string)
	}{
		{"FoundByNumberAndWords", searchFinds},
		{"GoneAtOnce", searchGone},
		{"WhoMaySeeFinds", searchScope},
		{"ChangedTextIsNotShown", searchChanged},
		{"OrgansMove", searchMoved},
		{"MadeAgain", searchAgain},
		{"SynonymsOfOffices", searchSynonyms},
		{"SearchesInVain", searchesInVain},
		{"Demand", searchDemand},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, folder := open(t)
			c.run(t, s, folder)
		})
	}
}

func fed(t *testing.T, s *store.Store) int {
	t.Helper()
	return must(s.FeedSearch(ctx))(t)
}

func foundTitles(list []store.FoundItem) string {
	var out []string
	for _, x := range list {
		s := ""
		for _, p := range x.Marked {
			if p.Marked {
				p.Text = "[" + p.Text + "]"
			}
			s += p.Text
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func searched(t *testing.T, s *store.Store, q store.SearchQuery) string {
	t.Helper()
	r := must(s.SearchPublic(ctx, q))(t)
	if r.Count < len(r.Hits) {
		t.Errorf("%+v: %d hits, %d counted", q, len(r.Hits), r.Count)
	}
	return foundTitles(r.Hits)
}

func searchFinds(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	c := itemText("关于印发农村最低生活保障办法的通知")
	c.DocNo, c.Category, c.Until = "测政发〔2019〕12号", "20.1", thisDay().AddDays(-1)
	c.Files = []proactive.File{}
	_, old := d.published(t, s, store.NewItem{Kind: proactive.Normative, Content: c})
	c = itemText("关于调整低保标准的通知")
	c.DocNo, c.Category, c.Keywords = "测政发〔2026〕7号", "20.1", []string{"社会救助"}
	c.Body = rich.Body{Blocks: []rich.Block{{Kind: rich.Heading, Level: 2, Spans: []rich.Span{{Text: "一、标准"}}}, {Kind: rich.Para, Spans: []rich.Span{{Text: "每人每月七百元，测政发〔2019〕12号同时废止。"}}}}}
	d.published(t, s, store.NewItem{Kind: proactive.Normative, Content: c})
	d.published(t, s, store.NewItem{Kind: proactive.News, Content: itemText("防汛演练简讯")})
	s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.News, Content: itemText("低保工作草稿")})
	if n := fed(t, s); n != 3+4 {
		t.Errorf("%d were fed, three to the public and four to the desk", n)
	}
	if n := fed(t, s); n != 0 {
		t.Errorf("%d were fed again", n)
	}
	one, two := "关于印发农村[最低生活保障]办法的通知", "关于调整[低保]标准的通知"
	for _, c := range []struct {
		q    store.SearchQuery
		want string
	}{
		{store.SearchQuery{Text: "测政发[2019]第12号"}, "关于印发农村最低生活保障办法的通知 关于调整低保标准的通知"},
		{store.SearchQuery{Text: old}, "关于印发农村最低生活保障办法的通知"},
		{store.SearchQuery{Text: "低保"}, two + " " + one},
		{store.SearchQuery{Text: "低保", InForce: true}, two},
		{store.SearchQuery{Text: "低保", Kind: proactive.News}, ""},
		{store.SearchQuery{Text: "低保", Category: "20"}, two + " " + one},
		{store.SearchQuery{Text: "低保", Category: "21"}, ""},
		{store.SearchQuery{Text: "低保", Organ: d.organ.ID, Year: thisDay().Year}, two + " " + one},
		{store.SearchQuery{Text: "低保", Under: d.organ.Path, Year: 2019}, ""},
		{store.SearchQuery{Text: "社会救助"}, "关于调整低保标准的通知"},
		{store.SearchQuery{Text: "標準 每人"}, "关于调整低保[标准]的通知"},
		{store.SearchQuery{Text: "汛期"}, "防汛演练简讯 关于印发农村最低生活保障办法的通知"},
		{store.SearchQuery{Text: "防讯"}, "[防汛]演练简讯"},
		{store.SearchQuery{Text: "没有的词"}, ""},
		{store.SearchQuery{Newest: true, Limit: 1}, "防汛演练简讯"},
	} {
		if got := searched(t, s, c.q); got != c.want {
			t.Errorf("%+v finds %s, want %s", c.q, got, c.want)
		}
	}
	r := must(s.SearchPublic(ctx, store.SearchQuery{Text: "七百元"}))(t)
	if len(r.Hits) != 1 || len(r.Hits[0].Snippet) != 3 || r.Hits[0].Snippet[1].Text != "七百元" || r.Hits[0].Number == "" {
		t.Errorf("%+v", r)
	}
	if list := must(s.SuggestPublic(ctx, "tzdb", 5))(t); len(list) != 1 || list[0].Text != "调整低保标准" {
		t.Errorf("%v", list)
	}
	for i := range 3 {
		if err := s.CountSearch(ctx, "低保怎么办", law.Day(2026, 11, 1+i), true); err != nil {
			t.Fatal(err)
		}
	}
	if list := must(s.SuggestPublic(ctx, "低保", 5))(t); len(list) == 0 || list[0].Text != "低保怎么办" || !list[0].Asked {
		t.Errorf("%v", list)
	}
}

// What is taken down is found nowhere from that moment on, and after the next
// feed its words stand in no file of the index.
func searchGone(t *testing.T, s *store.Store, folder string) {
	d := itemsAt(t, s)
	secret := itemText("某某绝密貔貅工程的安排")
	id, _ := d.published(t, s, store.NewItem{Content: secret})
	kept, _ := d.published(t, s, store.NewItem{Content: itemText("貔貅雕塑的通知")})
	fed(t, s)
	if got := searched(t, s, store.SearchQuery{Text: "貔貅"}); got != "[貔貅]雕塑的通知 某某绝密[貔貅]工程的安排" {
		t.Fatal(got)
	}
	if !inFolder(t, folder, "绝密") {
		t.Fatal("the test looks in the wrong place")
	}
	must(s.RemoveItem(ctx, d.office, id, must(s.Item(ctx, d.office.Viewer, id))(t).Version, proactive.StateSecret))(t)
	check := func(when string) {
		t.Helper()
		if got := searched(t, s, store.SearchQuery{Text: "貔貅"}); got != "[貔貅]雕塑的通知" {
			t.Errorf("%s: %s", when, got)
		}
		r := must(s.SearchItems(ctx, d.office.Viewer, store.SearchQuery{Text: "绝密"}))(t)
		if len(r.Hits) != 0 {
			t.Errorf("%s: the desk finds %s", when, foundTitles(r.Hits))
		}
	}
	check("before the feed")
	if n := fed(t, s); n != 2 {
		t.Errorf("%d fed", n)
	}
	check("after the feed")
	for _, word := range []string{"绝密", "密貔"} {
		if inFolder(t, folder, word) {
			t.Errorf("%s still stands in the index", word)
		}
	}
	by := d.clerk
	by.Reason = "数据有误"
	must(onItem(t, s, by, kept, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	if got := searched(t, s, store.SearchQuery{Text: "貔貅"}); got != "" {
		t.Errorf("withdrawn, and found: %s", got)
	}
	fed(t, s)
	if r := must(s.SearchItems(ctx, d.clerk.Viewer, store.SearchQuery{Text: "貔貅"}))(t); len(r.Hits) != 1 {
		t.Error("the desk does not find what it withdrew")
	}
}

func inFolder(t *testing.T, folder, word string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.db*"))
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	found := false
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, []byte(word))
	}
	return found
}

func searchScope(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("关于狻猊的草稿")}))(t)
	d.published(t, s, store.NewItem{Content: itemText("关于狻猊的通知")})
	fed(t, s)
	top := must(s.Organ(ctx, d.organ.Parent))(t)
	above := officer(9, top, org.Office)
	for who, c := range map[string]struct {
		v    org.Viewer
		want int
	}{"the clerk": {d.clerk.Viewer, 2}, "the office above": {above, 2}, "the town next to it": {d.nextTo.Viewer, 0}, "nobody": {org.Viewer{}, 0}, "the program": {org.Program("测试"), 2}} {
		for _, q := range []store.SearchQuery{{Text: "狻猊"}, {}, {Organ: d.organ.ID}} {
			if r := must(s.SearchItems(ctx, c.v, q))(t); len(r.Hits) != c.want || c.want == 0 && r.Count+len(r.Terms) > 1 {
				t.Errorf("%s finds %s by %+v, %d counted", who, foundTitles(r.Hits), q, r.Count)
			}
		}
	}
	if got := searched(t, s, store.SearchQuery{Text: "狻猊"}); got != "关于[狻猊]的通知" {
		t.Errorf("the public finds %s", got)
	}
}

// A text that was corrected is not quoted as it was.
func searchChanged(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	c := itemText("补助名单")
	c.Body.Blocks[0].Spans[0].Text = "联系电话饕餮一号。"
	id, _ := d.published(t, s, store.NewItem{Content: c})
	fed(t, s)
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Begin(do, proactive.Correcting, "更正电话")
	}))(t)
	c.Body.Blocks[0].Spans[0].Text, c.Note = "联系电话见公开栏。", "更正电话"
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error { return x.Rewrite(do, x.Kind, c) }))(t)
	d.bring(t, s, id)
	for _, x := range must(s.SearchPublic(ctx, store.SearchQuery{Text: "饕餮"}))(t).Hits {
		if x.Snippet != nil {
			t.Errorf("the old text is shown: %v", x.Snippet)
		}
	}
	fed(t, s)
	if got := searched(t, s, store.SearchQuery{Text: "饕餮"}); got != "" {
		t.Errorf("found by what is no longer there: %s", got)
	}
	if got := searched(t, s, store.SearchQuery{Text: "公开栏"}); got != "补助名单" {
		t.Errorf("by its new text %q is found", got)
	}
}

func searchMoved(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	d.published(t, s, store.NewItem{Content: itemText("关于修路的通知")})
	fed(t, s)
	other := must(s.SaveOrgan(ctx, org.Organ{Code: "C1", Name: "临江县人民政府", Kind: org.Government, Level: org.County}))(t)
	if got := searched(t, s, store.SearchQuery{Text: "修路", Under: other.Path}); got != "" {
		t.Error(got)
	}
	o := must(s.Organ(ctx, d.organ.ID))(t)
	o.Parent = other.ID
	must(s.SaveOrgan(ctx, o))(t)
	fed(t, s)
	if got := searched(t, s, store.SearchQuery{Text: "修路", Under: other.Path}); got != "关于[修路]的通知" {
		t.Errorf("after the move: %q", got)
	}
	if n := fed(t, s); n != 0 {
		t.Errorf("%d fed again", n)
	}
}

// A damaged index is made again and holds everything.
func searchAgain(t *testing.T, s *store.Store, folder string) {
	d := itemsAt(t, s)
	for i := range 3 {
		d.published(t, s, store.NewItem{Content: itemText(fmt.Sprint("第", i, "号通知"))})
	}
	fed(t, s)
	for _, name := range []string{"public.db", "desk.db"} {
		if err := os.WriteFile(filepath.Join(folder, name), bytes.Repeat([]byte("x"), 20000), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(filepath.Join(folder, name+"-wal"))
		_ = os.Remove(filepath.Join(folder, name+"-shm"))
	}
	d.published(t, s, store.NewItem{Content: itemText("新的通知")})
	for range 3 { // a page that is still in memory may answer once
		if _, err := s.FeedSearch(ctx); err != nil {
			t.Log(err)
		}
	}
	if r := must(s.SearchPublic(ctx, store.SearchQuery{Text: "通知"}))(t); len(r.Hits) != 4 {
		t.Errorf("%d of 4 are found", len(r.Hits))
	}
}
