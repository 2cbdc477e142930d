package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gongkai/law"
	"gongkai/org"
	"gongkai/portal"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/translog"
)

// An itemStory is one item from a Word file to its removal.
type itemStory struct {
	*january
	b      *browser
	at     string // address on the desk
	id     int64
	number string
	portal map[string]render.PortalItemEntry
	push   func() (int, error)
	screen string // address of the hall's screen
}

// A clerk drafts from a Word file, the reviewer finds a telephone number and
// sends it back; what was corrected is published, found by its number and by two
// characters, on the portal, on a poster and on a screen, and proved. Then a
// secret in it is found and it is gone from everywhere.
func TestBrowserItemFromWordToRemoval(t *testing.T) {
	j := newJanuary(t, 1, 0)
	if err := j.store.OpenSearch(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	s := &itemStory{january: j, b: newBrowser(t, j.base), portal: map[string]render.PortalItemEntry{}}
	stand := httptest.NewServer(http.HandlerFunc(s.standIn))
	defer stand.Close()
	s.push = func() (int, error) {
		return (&portal.Target{Address: stand.URL, Client: stand.Client()}).Push(t.Context(), j.store)
	}
	for _, part := range []struct {
		name string
		do   func(*itemStory)
	}{{"drafted from Word", (*itemStory).drafted}, {"sent back for a telephone number", (*itemStory).sentBack}, {"masked and signed", (*itemStory).signed}, {"published", (*itemStory).published},
		{"found", (*itemStory).found}, {"on the portal", (*itemStory).onThePortal}, {"on a board", (*itemStory).onABoard}, {"on a screen", (*itemStory).onAScreen}, {"proved", (*itemStory).proved}, {"removed", (*itemStory).removed}} {
		t.Run(part.name, func(t *testing.T) {
			j.t, s.b = t, &browser{t, s.b.ctx, j.base}
			part.do(s)
		})
		if t.Failed() {
			return
		}
	}
}

// sits puts somebody of the town at a desk of the usual size.
func (s *itemStory) sits(name, path string, roles ...org.Role) *browser {
	s.b.t.Helper()
	s.as(name, s.january.at[0], roles...)
	s.b.do(chromedp.EmulateViewport(1366, 768))
	s.b.open(path)
	return s.b
}

func (s *itemStory) clerk(path string) *browser {
	s.b.t.Helper()
	return s.sits("何晓禾", path, org.Drafter, org.Publisher)
}

func (s *itemStory) office(path string) *browser {
	s.b.t.Helper()
	return s.sits("梁仲平", path, org.Reviewer, org.Secrecy, org.Head)
}

// citizen is nobody, with a telephone.
func (s *itemStory) citizen(path string) *browser {
	s.b.t.Helper()
	s.visit.Viewer = org.Viewer{}
	s.b.do(chromedp.EmulateViewport(390, 844))
	s.b.open(path)
	if s.b.told("document.documentElement.scrollWidth>innerWidth") == "true" {
		s.b.t.Errorf("%s is wider than a telephone", path)
	}
	return s.b
}

// ok fails on an error.
func (s *itemStory) ok(err error) {
	s.b.t.Helper()
	if err != nil {
		s.b.t.Fatal(err)
	}
}

const (
	storyTitle = "关于做好水库除险加固施工期间用水安排的通知"
	storyPhone = "13812345678"
)

func (s *itemStory) drafted() {
	para := func(t string) rich.Block { return rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: t}}} }
	var word bytes.Buffer
	s.ok(render.ItemDocx(&word, render.ItemPaper{Title: storyTitle, DocNo: "青政办〔2026〕2号", Organ: s.january.at[0].Name, Made: law.Day(2026, 1, 5), Body: rich.Body{Blocks: []rich.Block{
		para("各村（社区）：石门水库除险加固工程开工后，下游灌区分时段供水，请提前告知农户。"), para("联系人某某，联系电话" + storyPhone + "。")}}}))
	file := filepath.Join(s.b.t.TempDir(), "用水通知.docx")
	s.ok(os.WriteFile(file, word.Bytes(), 0o600))
	b := s.clerk("/desk/items/new")
	b.choose("draft", file)
	b.click("读入文件").says(storyTitle)
	s.at = strings.TrimSuffix(b.path(), "/edit")
	_, err := fmt.Sscanf(s.at, "/desk/items/%d", &s.id)
	s.ok(err)
	if got := b.told(`document.querySelector('[name=doc_no]').value`); got != "青政办〔2026〕2号" {
		b.t.Errorf("the number was read as %q", got)
	}
	b.typed("kind", "notice")
	b.typed("made", "")
	b.pressed("submit").says("还不能送审")
	b.typed("made", "2026-01-05")
	b.look("item-draft")
	b.pressed("submit").says("审核中")
}

func (s *itemStory) sentBack() {
	b := s.office(s.at + "/review")
	b.says(storyPhone, "电话", "个人")
	b.look("item-review")
	s.questions("n")
	b.pressed("sign").says("没有处理")
	s.office(s.at + "/review")
	b.typed("return-reason", "请隐去联系人的手机号码，写镇水利站的办公电话。")
	b.pressed("return").says("退回修改")
	s.clerk(s.at + "/edit").says("请隐去联系人的手机号码")
}

// questions answers the five questions.
func (s *itemStory) questions(answer string) {
	s.b.told(`[].forEach.call(document.querySelectorAll('fieldset.question input[value=` + answer + `]'),function(e){e.checked=true})`)
}

func (s *itemStory) signed() {
	b := s.b
	b.pressed("mask").says("遮盖了什么", "138")
	b.look("item-masked")
	b.pressed("submit").says("审核中")
	f, err := s.store.Item(b.t.Context(), org.Program("测试"), s.id)
	s.ok(err)
	b.t.Log(f.Content.Body.Text(), f.Stage, f.Content.Title, f.Content.Summary)
	s.office(s.at + "/review")
	if strings.Contains(b.told("document.querySelector('main').textContent"), storyPhone) {
		b.t.Error("the number is still in the text")
	}
	s.questions("n")
	b.pressed("sign").says("分管领导签发")
	s.sits("叶书桐", s.at+"/review", org.Signer)
	b.pressed("sign").says("待发布")
}

func (s *itemStory) published() {
	b := s.clerk(s.at)
	b.pressed("publish").says("已发布", "F00/2026-00001")
	b.look("item-published")
	s.number = "F00/2026-00001"
	_, err := s.store.FeedSearch(s.b.t.Context())
	s.ok(err)
	s.citizen("/item/"+s.number).says(storyTitle, "石门水库", "索引号", "通知公告")
	b.look("item-public")
	if strings.Contains(b.told("document.documentElement.outerHTML"), storyPhone) {
		b.t.Error("the public reads the telephone number")
	}
}

func (s *itemStory) found() {
	b := s.citizen("/")
	for _, words := range []string{"青政办[2026]2号", "水库"} {
		b.typed("q", words)
		b.clickIn("header", "检索").says("找到 1 件", storyTitle)
	}
	b.look("item-found")
	b.typed("q", "没有这样的词语")
	b.clickIn("header", "检索").says("没有找到", "可以申请")
}

// standIn is the portal of the county: it keeps what it is given.
func (s *itemStory) standIn(w http.ResponseWriter, r *http.Request) {
	var e render.PortalItemEntry
	if json.NewDecoder(r.Body).Decode(&e) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if e.Act == "remove" {
		delete(s.portal, e.Number)
		return
	}
	s.portal[e.Number] = e
	fmt.Fprintf(w, `{"url":"https://www.example.gov.cn/xxgk/1.html"}`)
}

func (s *itemStory) onThePortal() {
	b := s.clerk("/desk/items/outlet")
	b.says(storyTitle, "待同步")
	b.look("item-outlet")
	b.tick("item", fmt.Sprint(s.id))
	pack := b.downloads("下载勾选的信息包")
	z, err := zip.OpenReader(pack)
	s.ok(err)
	defer z.Close()
	holds := false
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "fragment.html") {
			r, err := f.Open()
			s.ok(err)
			text, err := io.ReadAll(r)
			s.ok(err)
			holds = strings.Contains(string(text), "石门水库") && !strings.Contains(string(text), "class=")
		}
	}
	if !holds {
		b.t.Error("the package has no fragment with inline styles")
	}
	n, err := s.push()
	s.ok(err)
	if n != 1 || s.portal[s.number].Title != storyTitle {
		b.t.Errorf("%d pushed, the portal has %+v", n, s.portal)
	}
	s.clerk("/desk/items/outlet?state=done").says("https://www.example.gov.cn/xxgk/1.html")
}

func (s *itemStory) onABoard() {
	b := s.clerk("/desk/outlets/new")
	b.fill(given{"kind": "board", "name": "镇政府公开栏", "place": "镇政府大门东侧", "size": "2.4米×1.2米"})
	b.click("保存").says("镇政府公开栏")
	board := b.path()
	s.clerk(board + "/post")
	b.fill(given{"item": fmt.Sprint(s.id), "topic": "民生"})
	b.clickIn("main form", "保存").says(storyTitle)
	poster := filepath.Join(b.t.TempDir(), "poster.pdf")
	data := s.get(fmt.Sprintf("/desk/posters/%d", s.id), http.StatusOK)
	s.ok(os.WriteFile(poster, []byte(data), 0o600))
	text, err := exec.Command("pdftotext", poster, "-").Output()
	s.ok(err)
	if flat := strings.Join(strings.Fields(string(text)), ""); !strings.Contains(flat, "水库除险加固") || !strings.Contains(flat, "石门水库") {
		b.t.Errorf("the poster says %q", flat)
	}
}

func (s *itemStory) onAScreen() {
	b := s.clerk("/desk/outlets/new")
	by := store.By{Viewer: s.visit.Viewer}
	id, err := s.store.SaveOutlet(b.t.Context(), by, proactive.Outlet{Organ: s.january.at[0].ID, Kind: proactive.Screen, Name: "大厅屏", Place: "便民大厅", Playlist: proactive.Playlist{Newest: 5}})
	s.ok(err)
	s.clerk("/desk/outlets/" + id.Answer)
	b.click("开通播放地址").says("/screen/")
	at := b.told(`document.querySelector('main').textContent.match(/\/screen\/[0-9A-Za-z_-]+/)[0]`)
	s.screen = at
	s.visit.Viewer = org.Viewer{}
	b.do(chromedp.EmulateViewport(1920, 1080))
	b.open(at)
	b.says("水库除险加固")
}

func (s *itemStory) proved() {
	b := s.citizen("/item/" + s.number)
	receipt := b.downloads("下载回执")
	data, err := os.ReadFile(receipt)
	s.ok(err)
	r, err := translog.ParseReceipt(data)
	s.ok(err)
	keys := s.store.LogKeys()
	s.ok(translog.VerifyReceipt(r, keys.Public, keys.Vouches...))
	if strings.Contains(r.Leaf, "水库") || !strings.Contains(r.Leaf, s.number) {
		b.t.Errorf("the leaf says %s", r.Leaf)
	}
}

// get is what a page answers, with its status.
func (s *itemStory) get(path string, want int) string {
	s.b.t.Helper()
	r, err := http.Get(s.base + path)
	s.ok(err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	s.ok(err)
	if r.StatusCode != want {
		s.b.t.Errorf("%s answers %d, want %d", path, r.StatusCode, want)
	}
	return string(body)
}

// A secret was in it: one person takes it away at once.
func (s *itemStory) removed() {
	b := s.office(s.at + "/remove")
	b.look("item-remove")
	b.tick("cause", "state_secret")
	b.click("确认紧急撤下").says("紧急撤下")
	s.visit.Viewer = org.Viewer{}
	gone := func(path string, status int) {
		b.t.Helper()
		if body := s.get(path, status); strings.Contains(body, "水库") || strings.Contains(body, "除险") {
			b.t.Errorf("%s still says it", path)
		}
	}
	gone("/item/"+s.number, http.StatusGone)
	for _, path := range []string{"/", "/items", "/items.xml", "/items.json", "/item-list.csv", "/api/v1/items", "/o/F00", "/search?q=" + "%E6%B0%B4%E5%BA%93", "/sitemap", s.screen, s.screen + "/pages"} {
		if path != "/search?q=%E6%B0%B4%E5%BA%93" {
			gone(path, http.StatusOK)
			continue
		}
		if body := s.get(path, http.StatusOK); strings.Contains(body, "除险") {
			b.t.Error("the search still finds it")
		}
	}
	for _, path := range []string{"/item-data/", "/item-proof/"} {
		r, err := http.Get(s.base + path + s.number)
		s.ok(err)
		body, err := io.ReadAll(r.Body)
		s.ok(err)
		s.ok(r.Body.Close())
		if strings.Contains(string(body), "水库") || strings.Contains(string(body), "salt") {
			b.t.Errorf("%s%s answers %d: %s", path, s.number, r.StatusCode, body)
		}
	}
	n, err := s.push()
	s.ok(err)
	if n != 1 || len(s.portal) != 0 {
		b.t.Errorf("the portal still has %v", s.portal)
	}
	s.citizen("/item/"+s.number).says("已经撤下", "不再提供")
	b.look("item-removed")
}
