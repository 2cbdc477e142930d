package items

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

func TestDraftTemplatesFit(t *testing.T) {
	for _, err := range []error{newTemplate.Check(newPage{}), editTemplate.Check(editPage{}), stateTemplate.Check(statePage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// says fails the test unless the answer has the code and all of the texts.
func (a draftAnswer) says(t testing.TB, code int, texts ...string) draftAnswer {
	t.Helper()
	for _, s := range texts {
		if a.code != code || !strings.Contains(a.body, s) {
			t.Fatalf("%s: %d without %q\n%s", a.path, a.code, s, plainPage(a.body))
		}
	}
	return a
}

// A clerk reads a Word file in: title, number, day and table are there, what Word
// hides is named, the file itself goes out only if he says so. The phone number
// is masked by one key, and the text goes to review.
func TestWordFileBecomesADraftAndGoesToReview(t *testing.T) {
	x := newDraftDesk(t)
	x.get("/desk/items/new").says(t, 200, "读入文件", "开始写")
	x.post("/desk/items/new", []string{"way", "file"}).says(t, 422, "请选择要读入的文件")
	x.post("/desk/items/new", []string{"way", "file"}, upload{"draft", "坏.docx", []byte("PK\x03\x04不是文件")}).says(t, 422, "msg")
	a := x.post("/desk/items/new", []string{"way", "file"}, upload{"draft", "防汛通知.docx", wordPaper(t)}).
		says(t, 200, "文件已读入", "青政发〔2026〕7号", "青石镇人民政府关于做好2026年防汛工作的通知", "2026-03-05", "隐藏文字", "防汛通知.docx", "不勾选就不公开", "13955550001", "电话", "工作日", "【表格1】", "沙袋500条")
	at, _, _ := strings.Cut(a.path, "?")
	f := x.item(at)
	c := f.Content
	if f.Kind != proactive.Document || c.Made.String() != "2026-03-05" || c.Genre != "通知" || len(c.Attached()) != 0 || !strings.Contains(c.Summary, "防汛") || len(c.Keywords) == 0 || strings.Contains(c.Body.Text(), "内部掌握") {
		t.Errorf("read as %s: %+v", f.Kind, c)
	}
	// Saved as it stands without scripts, nothing of the text changes.
	x.post(at, filled(a.body, "do", "save")).says(t, 200, "已保存")
	if got := x.item(at).Content.Body.Text(); got != c.Body.Text() {
		t.Errorf("the text changed:\n%s\n%s", got, c.Body.Text())
	}
	a = x.get(at)
	m := x.post(at, filled(a.body, "do", "mask")).says(t, 200, "138****"[:2], "139****0001", "遮盖了什么", "还没有保存")
	if !strings.Contains(x.item(at).Content.Body.Text(), "13955550001") {
		t.Error("masking saved by itself")
	}
	offer := x.item(at)
	id := strconv.FormatInt(offer.ID, 10)
	x.post(at, filled(m.body, "do", "submit"), upload{"files", "物资表.csv", []byte("村,物资\n东村,沙袋\n")}).says(t, 200, "已送审", "审核中")
	f = x.item(at)
	if f.Stage != proactive.Reviewing || strings.Contains(f.Content.Body.Text(), "13955550001") || len(f.Content.Attached()) != 1 || !strings.Contains(f.Content.Attached()[0].Text, "沙袋") {
		t.Errorf("in review: %s %+v", f.Stage, f.Content)
	}
	// Under review it cannot be edited; it is called back, and discarded.
	v := strconv.FormatInt(f.Version, 10)
	x.get(at).says(t, 200, "正在审核，不能修改", "撤回送审")
	x.post(at, []string{"do", "save", "version", v, "title", "另一个"}).says(t, 409, "不能再修改")
	x.post("/desk/items/"+id+"/recall", []string{"version", "1"}).says(t, 409, "别人已经改动")
	x.post("/desk/items/"+id+"/recall", []string{"version", v}).says(t, 200, "已撤回送审")
	x.post("/desk/items/"+id+"/discard", []string{"version", strconv.FormatInt(x.item(at).Version, 10)}).says(t, 200, "已作废")
}

// The file that was read is attached when the clerk ticks it.
func TestOriginalIsAttachedOnlyOnWish(t *testing.T) {
	x := newDraftDesk(t)
	a := x.post("/desk/items/new", []string{"way", "file", "kind", "notice"}, upload{"draft", "防汛通知.docx", wordPaper(t)})
	at, _, _ := strings.Cut(a.path, "?")
	_, rest, ok := strings.Cut(a.body, `name="offer" value="`)
	if !ok {
		t.Fatal("the file is not offered")
	}
	offer, _, _ := strings.Cut(rest, `"`)
	x.post(at, filled(a.body, "do", "save", "file", offer)).says(t, 200, "已保存", "防汛通知.docx")
	list := x.item(at).Content.Attached()
	if len(list) != 1 || list[0].Name != "防汛通知.docx" || !strings.Contains(list[0].Text, "防汛") {
		t.Fatalf("attached: %+v", list)
	}
	id := strconv.FormatInt(list[0].ID, 10)
	x.post(at, filled(x.get(at).body, "do", "save", "name-"+id, "通知正文", "drop-x", "1")).says(t, 200, "通知正文.docx")
	x.post(at, filled(x.get(at).body, "do", "save", "drop-"+id, "1")).says(t, 200, "已保存")
	if n := len(x.item(at).Content.Attached()); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// Every field says at itself what is wrong, and what was typed stays.
func TestWrongInputIsSaidAtItsField(t *testing.T) {
	x := newDraftDesk(t)
	x.post("/desk/items/new", []string{"way", "write", "title", " "}).says(t, 422, "请写标题")
	x.post("/desk/items/new", []string{"way", "write", "title", "测试", "organ", strconv.FormatInt(x.next.ID, 10)}).says(t, 404, "没有找到")
	long := strings.Repeat("长", 1001)
	for _, c := range []struct{ kind, field, value, says string }{
		{"notice", "title", "", "请写标题"}, {"notice", "title", strings.Repeat("长", 201), "最多200个字"}, {"notice", "kind", "none", "请选择信息类别"}, {"notice", "category", "99", "请选择所属的公开目录"},
		{"notice", "made", "三月五日", "日期请写成"}, {"document", "effective", "2026/13/40", "日期请写成"}, {"notice", "summary", long, "最多1000个字"}, {"notice", "keywords", "一一、二二、三三、四四、五五、六六、七七、八八、九九、十十、甲甲、乙乙、丙丙、丁丁、戊戊、己己、庚庚、辛辛、壬壬、癸癸、子子、丑丑", "主题词最多"},
		{"notice", "source_url", "www.example.cn", "网址要写全"}, {"notice", "five", "其他", "五公开"}, {"notice", "withhold", "none", "不予公开理由"}, {"notice", "doc_no", long, "最多60个字"},
	} {
		at, a := x.begun("测试通知", c.kind)
		kv := []string{c.field, c.value, "do", "save", "issuer", "留下的字"}
		if c.field == "withhold" {
			kv = append(kv, "open", "0")
		}
		got := x.post(at, filled(a.body, kv...)).says(t, 422, c.says, "还没有保存", "留下的字")
		if !strings.Contains(got.body, `href="#`) {
			t.Errorf("%s: no way to the field", c.field)
		}
		if x.item(at).Content.Issuer != "" {
			t.Errorf("%s: saved all the same", c.field)
		}
	}
	// Complete for review: each lack at its field, what was typed is kept.
	for _, c := range []struct {
		kind string
		kv   []string
		says []string
	}{
		{"notice", nil, []string{"正文和附件都是空的", "请写成文（形成）日期"}},
		{"publicity", []string{"text", "公示内容"}, []string{"要写明起止日期"}},
		{"publicity", []string{"text", "公示内容", "from", "2026-03-09", "to", "2026-03-01"}, []string{"截止日期早于开始日期"}},
		{"interpretation", []string{"text", "解读内容", "made", "2026-03-01"}, []string{"请选择所解读的政策文件"}},
		{"notice", []string{"text", "转载内容", "repost", "1"}, []string{"请写明来源", "请写明原文网址", "原文的日期"}},
		{"document", []string{"text", "内容", "made", "2026-03-01", "effective", "2026-05-01", "until", "2026-04-01"}, []string{"有效期截止日早于施行日期"}},
		{"notice", []string{"text", "内容", "made", "2026-03-01", "open", "0"}, []string{"请选择理由和依据"}},
	} {
		at, a := x.begun("测试信息", c.kind)
		x.post(at, filled(a.body, append(c.kv, "do", "submit")...)).says(t, 422, c.says...)
		if x.item(at).Stage != proactive.Drafting {
			t.Errorf("%s was submitted", c.kind)
		}
	}
	at, a := x.begun("补录的通知", "notice", "backfill", "1")
	x.post(at, filled(a.body, "do", "submit", "text", "内容", "made", "2019-03-01")).says(t, 422, "请写明原发布日期", "不计公开期限", "已经保存为草稿")
	x.post(at, filled(x.get(at).body, "do", "submit", "original", "2019-03-02", "origin_url", "https://www.example.cn/1.html")).says(t, 200, "已送审")
}

// Two clerks write at once: the second is shown both texts and loses nothing.
func TestWhoSavesOverSomebodySeesBoth(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("防汛通知", "notice")
	x.as(2, x.town, org.Drafter)
	x.post(at, filled(a.body, "do", "save", "text", "别人写的一段", "theme", "民政、扶贫、救灾")).says(t, 200, "已保存")
	x.as(1, x.town, org.Drafter)
	b := x.post(at, filled(a.body, "do", "save", "text", "我写的一段", "title", "防汛工作通知")).says(t, 409, "两边的不同", "别人写的一段", "我写的一段", "民政、扶贫、救灾")
	if x.item(at).Content.Title != "防汛通知" {
		t.Error("saved over somebody else")
	}
	x.post(at, filled(b.body, "do", "save")).says(t, 200, "已保存")
	if c := x.item(at).Content; c.Title != "防汛工作通知" || c.Body.Text() != "我写的一段" {
		t.Errorf("kept: %+v", c)
	}
	// The same form twice acts once.
	v := x.item(at).Version
	form := filled(x.get(at).body, "do", "save", "issuer", "两次")
	x.keys = 500
	x.post(at, form)
	x.keys = 500
	x.post(at, form)
	if got := x.item(at).Version; got != v+1 {
		t.Errorf("a double click made version %d of %d", got, v)
	}
}

// A picture stands in the text with its words; without them it does not go to
// review. What is no picture is refused.
func TestPicturesNeedWords(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("流程图", "notice", "text", "")
	x.post(at, filled(a.body, "do", "picture")).says(t, 422, "请选择要插入的图片")
	x.post(at, filled(a.body, "do", "picture"), upload{"picture", "图.png", []byte("<svg onload=alert(1)>")}).says(t, 422, "这不是 PNG")
	a = x.post(at, filled(a.body, "do", "picture", "text", "见下图。", "made", "2026-03-01"), upload{"picture", "图.png", pngFile(t)}).says(t, 200, "【图片1】", "图片1的说明")
	f := x.item(at).Content.Files[0]
	if got := x.get(draftFileAt(x.item(at).ID, f.ID)); got.code != 200 || !strings.HasPrefix(got.body, "\x89PNG") {
		t.Errorf("the picture: %d", got.code)
	}
	alt := "alt-" + strconv.FormatInt(f.ID, 10)
	x.post(at, filled(a.body, "do", "submit")).says(t, 422, "请写出图片的文字说明", "请写图片的文字说明")
	x.post(at, filled(x.get(at).body, "do", "submit", alt, "办理流程：受理、审核、办结")).says(t, 200, "已送审")
	// A picture that was taken out of the text goes with the next saving.
	at, a = x.begun("又一张图", "notice")
	a = x.post(at, filled(a.body, "do", "picture", "picture_alt", "图"), upload{"picture", "图.png", pngFile(t)})
	x.post(at, filled(a.body, "do", "save", "text", "没有图了")).says(t, 200, "已保存")
	if n := len(x.item(at).Content.Files); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// What the script asks for: cleaning a paste, saving by itself, and how each
// says that it did not work.
func TestScriptSavesAndCleans(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("防汛通知", "notice")
	base := strings.TrimSuffix(at, "/edit")
	var clean struct {
		HTML    string
		Dropped []string
	}
	got := x.post(base+"/clean", []string{"html", `<style>p.MsoNormal{}</style><p class=MsoNormal style="mso-hide:all">看不见</p><p class=MsoNormal><b>一、</b>加强值守<script>alert(1)</script></p><table><tr><td>村</td><td>数</td></tr><tr><td>东村</td><td>1</td></tr></table><img src="file:///C:/1.png">`})
	if err := json.Unmarshal([]byte(got.body), &clean); err != nil || !strings.Contains(clean.HTML, "加强值守") || !strings.Contains(clean.HTML, "<table") || strings.Contains(clean.HTML, "script") || strings.Contains(clean.HTML, "看不见") || len(clean.Dropped) < 2 {
		t.Errorf("%v %s", err, got.body)
	}
	var s savedAnswer
	saved := func(a draftAnswer, code int) savedAnswer {
		t.Helper()
		s = savedAnswer{}
		if err := json.Unmarshal([]byte(a.body), &s); err != nil || a.code != code {
			t.Fatalf("%d %v %s", a.code, err, a.body)
		}
		return s
	}
	form := filled(a.body, "html", "<p>自动保存的一段</p>", "text", "-", "made", "2026-03-02")
	saved(x.post(base+"/autosave", form), 200)
	if s.Version != "2" || !strings.Contains(s.Limit, "2026-") || x.item(at).Content.Body.Text() != "自动保存的一段" {
		t.Errorf("%+v", s)
	}
	saved(x.post(base+"/autosave", form), 409)
	if s.Conflict == "" || s.Version != "" {
		t.Errorf("an old version: %+v", s)
	}
	saved(x.post(base+"/autosave", filled(a.body, "html", "<p>x</p>", "text", "-", "made", "昨天", "version", "2")), 422)
	if s.Bad["made"] == "" {
		t.Errorf("a wrong day: %+v", s)
	}
	saved(x.post(base+"/picture", []string{"version", "2"}, upload{"picture", "图.jpg", pngFile(t)}), 200)
	if s.Version != "3" || !strings.HasPrefix(s.Src, base+"/draftfile/") {
		t.Errorf("a picture: %+v", s)
	}
	saved(x.post(base+"/autosave", filled(a.body, "version", "3", "text", "-", "html", `<p>见图</p><figure class="picture"><img src="`+s.Src+`" alt="图"></figure><img src="/desk/items/1/draftfile/5">`)), 200)
	if b := x.item(at).Content.Body.Blocks; len(b) != 2 || b[1].Kind != rich.Picture {
		t.Errorf("the text: %+v", b)
	}
}

// A public item is changed by a version of its own with the reason; an
// interpretation finds its policy by 文号; a paper written twice is noticed.
func TestRevisingFindingAndAlike(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("关于防汛工作的通知", "document")
	x.post(at, filled(a.body, "do", "submit", "text", "各村做好防汛。", "made", "2026-03-02", "doc_no", "青政发〔2026〕7号")).says(t, 200, "已送审")
	f := x.item(at)
	do := func(who int64, role org.Role, verb store.ItemVerb) {
		t.Helper()
		x.as(who, x.town, role)
		if _, err := x.st.WithItem(t.Context(), store.By{Viewer: x.visit.Viewer}, f.ID, x.item(at).Version, verb); err != nil {
			t.Fatal(err)
		}
	}
	pass := func(y *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
		return y.Pass(d, y.Item.Content, "nnnnn")
	}
	do(2, org.Secrecy, pass)
	do(3, org.Signer, pass)
	do(1, org.Publisher, func(y *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return y.Release(d) })
	x.as(1, x.town, org.Drafter)

	other, b := x.begun("关于防汛工作的通知", "notice")
	x.get(other).says(t, 200, "标题或者文号相同的", "青政发〔2026〕7号")
	inter, c := x.begun("防汛通知解读", "interpretation")
	c = x.post(inter, filled(c.body, "do", "find", "policy_q", "青政发〔2026〕7号", "text", "解读内容")).says(t, 200, "关于防汛工作的通知", "解读内容")
	x.post(inter, filled(c.body, "do", "find", "policy_q", "没有这样的文件")).says(t, 200, "没有找到")
	x.post(inter, filled(c.body, "do", "submit", "made", "2026-03-03", "policy", strconv.FormatInt(f.ID, 10))).says(t, 200, "已送审")
	_ = b

	base := strings.TrimSuffix(at, "/edit")
	v := strconv.FormatInt(x.item(at).Version, 10)
	x.get(at).says(t, 200, "已经发布，修改要重新审核", "更正错误")
	x.post(base+"/revise", []string{"version", v, "change", "correct"}).says(t, 422, "请写明变更或者更正的原因")
	x.post(base+"/revise", []string{"version", v, "change", "none", "reason", "x"}).says(t, 400, "请选择")
	r := x.post(base+"/revise", []string{"version", v, "change", "correct", "reason", "时间写错"}).says(t, 200, "更正原因", "时间写错")
	x.post(at, filled(r.body, "do", "save", "note", "")).says(t, 422, "请写明变更或者更正的原因")
	x.post(at, filled(r.body, "do", "submit", "text", "各村即日起做好防汛。")).says(t, 200, "已送审")
	if y := x.item(at); y.Content.Note != "时间写错" || y.Versions != 1 || y.Standing != proactive.Live {
		t.Errorf("revised: %+v", y.Content)
	}
}

// What is not to be disclosed goes to review with its ground, and nobody signs it
// for publication.
func TestWithheldGoesToReviewToo(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("内部事务安排", "notice")
	x.post(at, filled(a.body, "do", "submit", "open", "0", "withhold", "internal")).says(t, 200, "已送审")
	f := x.item(at)
	x.as(2, x.town, org.Secrecy)
	_, err := x.st.WithItem(t.Context(), store.By{Viewer: x.visit.Viewer}, f.ID, f.Version, func(y *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
		return y.Pass(d, y.Item.Content, "nnnnn")
	})
	if err == nil || !strings.Contains(err.Error(), "拟不主动公开") {
		t.Errorf("signed: %v", err)
	}
}

// Neighbours and those who may not draft get nowhere, with any address.
func TestNeighboursDraftNothing(t *testing.T) {
	x := newDraftDesk(t)
	at, a := x.begun("机密测试标题", "notice")
	x.post(at, filled(a.body, "do", "picture", "picture_alt", "图"), upload{"picture", "图.png", pngFile(t)})
	f := x.item(at)
	base := strings.TrimSuffix(at, "/edit")
	for _, who := range []func(){func() { x.as(9, x.next, org.Drafter, org.Publisher, org.Head) }, func() { x.as(8, x.town, org.Reviewer) }} {
		who()
		for _, path := range []string{"/edit", "/autosave", "/clean", "/picture", "/recall", "/discard", "/revise"} {
			got := x.post(base+path, []string{"do", "save", "title", "改了", "kind", "notice", "category", "20.15", "version", strconv.FormatInt(f.Version, 10), "html", "<p>x</p>", "change", "correct", "reason", "x"})
			if got.code < 400 || strings.Contains(got.body, "机密测试标题") && x.visit.Viewer.Organ == x.next.ID {
				t.Errorf("%s: %d", path, got.code)
			}
		}
		if got := x.get(at); got.code < 400 {
			t.Errorf("edit: %d", got.code)
		}
	}
	x.as(9, x.next, org.Drafter)
	if got := x.get(draftFileAt(f.ID, f.Content.Files[0].ID)); got.code != http.StatusNotFound {
		t.Errorf("the neighbour gets the picture: %d", got.code)
	}
	// A file of another item is not attached by its number.
	mine, b := x.begun("邻镇的信息", "notice")
	id := strconv.FormatInt(f.Content.Files[0].ID, 10)
	x.post(mine, filled(b.body, "do", "save", "file", id, "name-"+id, "偷来.png")).says(t, 422, "已经不在了")
	if after := x.item(at); after.Version != f.Version {
		t.Error("something changed")
	}
}

// Plain lines say what a text without script says, and give back what was not
// touched.
func TestPlainLinesKeepTheForm(t *testing.T) {
	b, _ := rich.FromHTML(`<h2>一、总则</h2><p>第一段<strong>重点</strong></p><ul><li>甲</li><li>乙</li></ul><ol><li>一</li></ol><table class="grid"><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table><hr><p class="right">落款</p>`, nil)
	s := plainOf(b)
	if got := mergePlain(b, s); got.Text() != b.Text() || got.HTML(nil) != b.HTML(nil) {
		t.Errorf("%s\n%s", got.HTML(nil), b.HTML(nil))
	}
	got := mergePlain(b, strings.Replace(s, "【表格1】", "新的一段\n第二行\n\n### 小标题\n\n【表格1】\n【表格2】", 1))
	if h := got.HTML(nil); !strings.Contains(h, "<p>新的一段<br>第二行</p>") || !strings.Contains(h, "<h4>小标题</h4>") || strings.Count(h, "<table") != 1 || !strings.Contains(h, "【表格2】") {
		t.Error(h)
	}
}
