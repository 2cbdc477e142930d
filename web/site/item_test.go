package site

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// press is the people of 青石镇 who bring items out on the county's site.
type press struct {
	*county
	clerk, office, leader store.By
}

// today is the day of the store's own clock: publication is dated by it.
func today() law.Date { return law.DateOf(time.Now()) }

func newPress(t *testing.T) *press {
	t.Helper()
	dir := t.TempDir()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	p := &press{county: countyOn(t, st)}
	p.staff()
	return p
}

// staff gives 青石镇 its people, and the site the day of the store.
func (p *press) staff() {
	p.cfg.Today, p.cfg.Now = today, time.Now
	by := func(id int64, roles ...org.Role) store.By {
		v := org.Viewer{Person: id, Name: "某某", Organ: p.qs.ID}
		for _, r := range roles {
			v.Posts = append(v.Posts, org.Post{Person: id, Organ: p.qs.ID, Path: p.qs.Path, Role: r})
		}
		return store.By{Viewer: v}
	}
	p.clerk, p.office, p.leader = by(3, org.Drafter, org.Publisher), by(4, org.Secrecy, org.Head), by(5, org.Signer)
}

func wording(s ...string) rich.Body {
	var b rich.Body
	for _, x := range s {
		b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: x}}})
	}
	return b
}

func (p *press) on(t testing.TB, by store.By, id int64, verb func(x *store.ItemFile, d proactive.Doing) error) {
	t.Helper()
	x, err := p.store.Item(t.Context(), org.Program("测试"), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.WithItem(t.Context(), by, id, x.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) }); err != nil {
		t.Fatal(err)
	}
}

func (p *press) bring(t testing.TB, id int64) {
	t.Helper()
	pass := func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }
	p.on(t, p.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) })
	p.on(t, p.office, id, pass)
	p.on(t, p.leader, id, pass)
	p.on(t, p.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Release(d) })
}

// publish brings an item out and gives its number.
func (p *press) publish(t testing.TB, kind proactive.Kind, c proactive.Content, files ...string) (id int64, number string) {
	t.Helper()
	if c.Category == "" {
		c.Category = kind.Category()
	}
	if c.Made.IsZero() && kind != proactive.News {
		c.Made = today().AddDays(-3)
	}
	id = p.store.NewID()
	for _, name := range files {
		f, err := p.store.PutPrivate(t.Context(), store.ItemRef(id), strings.NewReader("附件的内容："+name))
		if err != nil {
			t.Fatal(err)
		}
		c.Files = append(c.Files, proactive.File{ID: f.ID, Name: name, Type: f.Type, Size: f.Size, Hash: f.Hash, Text: "附件的内容"})
	}
	if _, err := p.store.DraftItem(t.Context(), p.clerk, store.NewItem{ID: id, Organ: p.qs.ID, Kind: kind, Content: c}); err != nil {
		t.Fatal(err)
	}
	p.bring(t, id)
	x, err := p.store.Item(t.Context(), p.clerk.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	return id, x.Number
}

// revise replaces the public text.
func (p *press) revise(t testing.TB, id int64, why string, change func(c *proactive.Content)) {
	t.Helper()
	p.on(t, p.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Begin(d, proactive.Changing, why) })
	x, err := p.store.Item(t.Context(), p.clerk.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	c := x.Content
	change(&c)
	p.on(t, p.clerk, id, func(x *store.ItemFile, d proactive.Doing) error { return x.Rewrite(d, x.Kind, c) })
	p.bring(t, id)
}

func (p *press) remove(t testing.TB, id int64) {
	t.Helper()
	x, err := p.store.Item(t.Context(), p.office.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.RemoveItem(t.Context(), p.office, id, x.Version, proactive.StateSecret); err != nil {
		t.Fatal(err)
	}
}

// onePixel is a PNG.
var onePixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")

// The page of a document says what the head of a 公文 says, in the table and in
// the tags that inspections read.
func TestItemPageHasItsHeadAndTags(t *testing.T) {
	p := newPress(t)
	c := proactive.Content{Title: "关于印发防汛抗旱应急预案的通知", DocNo: "青政〔2026〕7号", Summary: "明确预警、响应和转移的程序。", Keywords: []string{"防汛", "预案"}, Theme: "应急管理",
		Until: today().AddDays(800), Body: wording("各村（社区）：", "现将预案印发给你们。")}
	c.Body.Blocks = append(c.Body.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: "办法", Link: "https://news.example.com/a?b=1"}, {Text: "网站", Link: "https://www.example.gov.cn/x"}}})
	_, number := p.publish(t, proactive.Normative, c, "预案.txt")
	doc := p.see(t, "/item/"+number)
	all := text(doc)
	for _, want := range []string{"索引号", number, "主题分类", "应急管理", "发文机关", "青石镇人民政府", "文号", "青政〔2026〕7号", "成文日期", "有效性", "有效", "明确预警", "现将预案印发给你们", "预案.txt", "防汛", "第 1 版", "公开存证"} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	tags := map[string]string{}
	for _, m := range byTag(doc, "meta") {
		tags[attr(m, "name")] = attr(m, "content")
	}
	for name, want := range map[string]string{"ArticleTitle": c.Title, "ContentSource": p.qs.Name, "SiteName": "云岭县政府信息公开", "SiteDomain": "example.com", "ColumnName": "行政规范性文件", "ColumnType": "信息公开", "Keywords": "防汛；预案"} {
		if tags[name] != want {
			t.Errorf("%s is %q, want %q", name, tags[name], want)
		}
	}
	if _, err := time.ParseInLocation("2006-01-02 15:04", tags["PubDate"], law.Beijing); err != nil {
		t.Errorf("PubDate %q: %v", tags["PubDate"], err)
	}
	hrefs := map[string]bool{}
	for _, a := range byTag(doc, "a") {
		hrefs[attr(a, "href")] = true
	}
	if !hrefs["https://www.example.gov.cn/x"] || !hrefs["/out?to=https%3A%2F%2Fnews.example.com%2Fa%3Fb%3D1"] || hrefs["https://news.example.com/a?b=1"] {
		t.Errorf("links out: %v", hrefs)
	}
}

// What is not published is not there: the same answer as for a number that
// never was.
func TestDraftsAndUnknownNumbersAreTheSame(t *testing.T) {
	p := newPress(t)
	id := p.store.NewID()
	if _, err := p.store.DraftItem(t.Context(), p.clerk, store.NewItem{ID: id, Organ: p.qs.ID, Kind: proactive.Notice, Content: proactive.Content{Title: "还没有定的通知", Category: "20.15", Made: today(), Body: wording("草稿")}}); err != nil {
		t.Fatal(err)
	}
	_, unknown := p.get(t, "/item/none/2026-1")
	for _, path := range []string{"/item/", "/item/" + fmt.Sprint(id), "/item/disclosure/" + fmt.Sprint(id)} {
		res, b := p.get(t, path)
		if res.StatusCode != 404 || strings.Contains(b, "还没有定") {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		if strings.Count(b, "没有找到") != strings.Count(unknown, "没有找到") {
			t.Errorf("%s answers otherwise than an unknown number", path)
		}
	}
	for _, path := range []string{"/items", "/items.xml", "/items.json", "/sitemap.xml", "/", "/o/" + p.qs.Code} {
		if _, b := p.get(t, path); strings.Contains(b, "还没有定") {
			t.Errorf("%s shows a draft", path)
		}
	}
}

// A withdrawn item says why and when; its old text stays for those who look, its
// files do not go out.
func TestWithdrawnSaysWhyAndKeepsTheOldText(t *testing.T) {
	p := newPress(t)
	id, number := p.publish(t, proactive.Notice, proactive.Content{Title: "关于停水的通知", Body: wording("七月一日停水。")}, "附表.txt")
	by := p.clerk
	by.Reason = "时间有误"
	p.on(t, by, id, func(x *store.ItemFile, d proactive.Doing) error { return x.TakeDown(d, by.Reason, false) })
	_, b := p.get(t, "/item/"+number)
	if !strings.Contains(b, "理由：时间有误。") || !strings.Contains(b, today().Chinese()) || strings.Contains(b, "七月一日停水") || strings.Contains(b, "附表.txt") {
		t.Errorf("withdrawn: %s", b)
	}
	old := text(p.see(t, "/item/"+number+"?version=1"))
	if !strings.Contains(old, "七月一日停水") || !strings.Contains(old, "撤下前的第1版") || strings.Contains(old, "附表.txt") {
		t.Errorf("the old version: %s", old)
	}
	x, err := p.store.PublicItem(t.Context(), number, 0)
	if err != nil {
		t.Fatal(err)
	}
	if res, _ := p.get(t, "/item-file/"+strconv.FormatInt(x.Content.Files[0].ID, 10)+"/"+number); res.StatusCode != 404 {
		t.Errorf("the file of a withdrawn item: %d", res.StatusCode)
	}
	if _, b := p.get(t, "/items"); strings.Contains(b, "停水") {
		t.Error("it is still listed")
	}
}

// After its period a 公示 keeps its name and period, and no text.
func TestEndedPublicityKeepsNoText(t *testing.T) {
	p := newPress(t)
	_, number := p.publish(t, proactive.Publicity, proactive.Content{Title: "拟救助对象公示", From: today().AddDays(-9), To: today().AddDays(-1), Body: wording("名单：甲某某等三户。")}, "名单.txt")
	if _, _, err := p.store.PublishDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/item/" + number, "/item/" + number + "?version=1"} {
		all := text(p.see(t, path))
		if !strings.Contains(all, "拟救助对象公示") || !strings.Contains(all, "公示期已满") || strings.Contains(all, "三户") || strings.Contains(all, "名单.txt") {
			t.Errorf("%s: %s", path, all)
		}
	}
	if res, b := p.get(t, "/item-data/"+number+".json"); res.StatusCode != 404 || strings.Contains(b, "三户") {
		t.Errorf("data: %d", res.StatusCode)
	}
}

// Every reader is counted, officers are not, and the count is shown after it was
// kept.
func TestReadsAreCountedTogether(t *testing.T) {
	p := newPress(t)
	_, number := p.publish(t, proactive.News, proactive.Content{Title: "镇里召开会议", Body: wording("会议召开。")})
	s := New(p.cfg, p.store, page.Link{})
	p.handler = s.Handler()
	for range 7 {
		p.get(t, "/item/"+number)
	}
	if err := s.KeepReads(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all := text(p.see(t, "/item/"+number)); !strings.Contains(all, "阅读 7 次") {
		t.Errorf("after seven readers: %s", all)
	}
}

// What an item said before and after a change stands side by side, with the
// reason.
func TestVersionsShowWhatChanged(t *testing.T) {
	p := newPress(t)
	id, number := p.publish(t, proactive.Notice, proactive.Content{Title: "关于集市的通知", Body: wording("集市设在东街。", "时间为上午。")})
	p.revise(t, id, "地点调整", func(c *proactive.Content) { c.Body = wording("集市设在西街。", "时间为上午。") })
	_, b := p.get(t, "/item/"+number+"?changes=2")
	for _, want := range []string{"集市设在<del>东</del>街。", "集市设在<ins>西</ins>街。", "地点调整"} {
		if !strings.Contains(b, want) {
			t.Errorf("no %q in %s", want, b)
		}
	}
	now := text(p.see(t, "/item/"+number))
	if !strings.Contains(now, "西街") || strings.Contains(now, "东街") || !strings.Contains(now, "地点调整") {
		t.Errorf("now: %s", now)
	}
	if old := text(p.see(t, "/item/"+number+"?version=1")); !strings.Contains(old, "东街") || !strings.Contains(old, "现行的是第2版") {
		t.Errorf("before: %s", old)
	}
}

// A picture of the text is drawn in the page, other files are saved, and nothing
// sent may run.
func TestFilesAreSentSafely(t *testing.T) {
	p := newPress(t)
	id := p.store.NewID()
	c := proactive.Content{Title: "活动图片", Category: "20.15", Made: today()}
	f, err := p.store.PutPrivate(t.Context(), store.ItemRef(id), bytes.NewReader(onePixel))
	if err != nil {
		t.Fatal(err)
	}
	g, err := p.store.PutPrivate(t.Context(), store.ItemRef(id), strings.NewReader("<script>alert(1)</script>"))
	if err != nil {
		t.Fatal(err)
	}
	c.Files = []proactive.File{{ID: f.ID, Name: "会场.png", Type: f.Type, Size: f.Size, Hash: f.Hash, Inner: true}, {ID: g.ID, Name: "a.html", Type: "text/html", Size: g.Size, Hash: g.Hash}}
	c.Body.Blocks = []rich.Block{{Kind: rich.Picture, Image: &rich.Image{File: f.ID, Alt: "会场"}}}
	if _, err := p.store.DraftItem(t.Context(), p.clerk, store.NewItem{ID: id, Organ: p.qs.ID, Kind: proactive.News, Content: c}); err != nil {
		t.Fatal(err)
	}
	p.bring(t, id)
	x, err := p.store.Item(t.Context(), p.clerk.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	img := byTag(p.see(t, "/item/"+x.Number), "img")
	if len(img) != 1 || attr(img[0], "alt") != "会场" {
		t.Fatalf("pictures: %d", len(img))
	}
	res, b := p.get(t, attr(img[0], "src"))
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "inline") || b != string(onePixel) {
		t.Errorf("picture: %d %v", res.StatusCode, res.Header)
	}
	res, _ = p.get(t, fmt.Sprintf("/item-file/%d/%s?view=1", g.ID, x.Number))
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || strings.Contains(res.Header.Get("Content-Type"), "html") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a page among the files: %d %v", res.StatusCode, res.Header)
	}
}

// routes are all of the site.
func (p *press) routes() []page.Route { return New(p.cfg, p.store, page.Link{}).Routes() }
