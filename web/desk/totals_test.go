package desk

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// adding is a county of three towns and a branch of the city with an officer who
// adds up.
type adding struct {
	*httptest.Server
	st     *store.Store
	organs []org.Organ // the county first
	viewer org.Viewer
}

func newAdding(t testing.TB) *adding {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return time.Date(2026, 3, 12, 9, 0, 0, 0, law.Beijing) }
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"), store.Options{Now: now, Secret: make([]byte, store.SecretSize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	x := &adding{st: st}
	save := func(o org.Organ) org.Organ {
		o, err := st.SaveOrgan(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		x.organs = append(x.organs, o)
		return o
	}
	county := save(org.Organ{Code: "C", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	for _, n := range []string{"青石镇", "白鹿镇", "红叶镇"} {
		save(org.Organ{Code: n, Name: "云岭县" + n + "人民政府", Kind: org.Town, Level: org.Township, Parent: county.ID})
	}
	save(org.Organ{Code: "branch", Name: "湖州市自然资源局云岭分局", Kind: org.Department, Level: org.Prefecture, Parent: county.ID})
	cfg := &page.Config{County: "云岭县", Nav: Nav(), Desk: Entries(), Today: func() law.Date { return law.Day(2026, 3, 12) }, Now: now,
		Visit: func(*http.Request) (page.Visit, error) {
			return page.Visit{Viewer: x.viewer, Session: 1, Sure: true}, nil
		}}
	d, err := New(cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	d.Install(mux)
	x.Server = httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(x.Close)
	x.as(org.Office, 0)
	return x
}

func (x *adding) as(r org.Role, organ int) {
	o := x.organs[organ]
	x.viewer = org.Viewer{Person: 7, Name: "林某", Organ: o.ID, Posts: []org.Post{{Person: 7, Organ: o.ID, Path: o.Path, Role: r}}}
}

// publish puts an organ's report before the public, with so many requests.
func (x *adding) publish(t testing.TB, organ, year int, n int64) {
	t.Helper()
	o := x.organs[organ]
	f, err := annual.FormFor(year)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, o.Name, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	for _, id := range []string{"t3.new.natural", "t3.new.total", "t3.granted.natural", "t3.granted.total", "t3.result_total.natural", "t3.result_total.total"} {
		r.Set(id, annual.Num(n))
	}
	version := int64(0)
	if f, err := x.st.Report(t.Context(), o.ID, year); err == nil {
		version = f.Version
	}
	if _, err := x.st.SaveReport(t.Context(), store.Filed{Organ: o.ID, Year: year, Report: r, Published: law.Day(year+1, 1, 20), Version: version}); err != nil {
		t.Fatal(err)
	}
}

func (x *adding) open(t testing.TB, path string) string {
	t.Helper()
	code, body, _ := get(t, x.URL+path)
	if code != 200 {
		t.Fatalf("%s answers %d:\n%s", path, code, body)
	}
	return body
}

func (x *adding) send(t testing.TB, path string, form url.Values) (int, string) {
	t.Helper()
	resp, err := http.PostForm(x.URL+path, form)
	if err != nil {
		t.Fatal(err)
	}
	code, body, _ := answer(t, resp)
	return code, body
}

// hidden reads the hidden fields of the form that posts to an address.
func hidden(t testing.TB, body, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(body, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form posts to %s", action)
	}
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		out.Set(m[1], m[2])
	}
	return out
}

func (x *adding) query(more ...string) string {
	return page.With("", append([]string{"organ", strconv.FormatInt(x.organs[0].ID, 10), "year", "2025"}, more...)...)
}

// The sum shows each figure with the way to who contributed it, and says on its
// face who is not in it.
func TestSumOpensToWhoContributed(t *testing.T) {
	x := newAdding(t)
	x.publish(t, 1, 2025, 12)
	x.publish(t, 2, 2025, 30)
	body := x.open(t, "/desk/totals")
	wants(t, body, "云岭县人民政府2025年度汇总", "这还不是完整的汇总", "云岭县红叶镇人民政府（未报送）", "云岭县人民政府（本级数据未填）", "名单未签署", ">42</a>", "湖州市自然资源局云岭分局", "市级机关设在本地的机构")
	href := regexp.MustCompile(`href="(/desk/totals/cell\?[^"]*cell=t3\.new\.total[^"]*)"`).FindStringSubmatch(body)
	if href == nil {
		t.Fatal("the figure leads nowhere")
	}
	cell := x.open(t, strings.ReplaceAll(href[1], "&amp;", "&"))
	wants(t, cell, "云岭县白鹿镇人民政府", "71.4%", "云岭县青石镇人民政府", "28.5%", "已发布", "/desk/filing/"+strconv.FormatInt(x.organs[2].ID, 10)+"/2025#cell-t3-new-total")
	if strings.Index(cell, "白鹿镇") > strings.Index(cell, "青石镇") {
		t.Error("the greatest does not come first")
	}
	zero := x.open(t, "/desk/totals/cell"+x.query("cell", "t3.deny_secret.total", "zeros", "1"))
	wants(t, zero, "云岭县青石镇人民政府", "云岭县白鹿镇人民政府")
	lacks(t, x.open(t, "/desk/totals/cell"+x.query("cell", "t3.deny_secret.total")), "<td class=\"n\">0</td>")
	for path, want := range map[string]int{"/desk/totals" + x.query("year", "2012"): 400, "/desk/totals?year=x": 400, "/desk/totals?organ=x": 404, "/desk/totals?organ=77": 404,
		"/desk/totals/cell" + x.query("cell", "t9.x"): 404, "/desk/totals/file" + x.query("format", "exe"): 400} {
		if code, _, _ := get(t, x.URL+path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

// The list is edited with reasons, signed by name, and what was signed stays.
func TestListIsEditedAndSigned(t *testing.T) {
	x := newAdding(t)
	list := "/desk/totals/list" + x.query()
	body := x.open(t, list)
	branch := strconv.FormatInt(x.organs[4].ID, 10)
	form := hidden(t, body, "/desk/totals/list")
	form.Set("way."+branch, "in")
	code, bad := x.send(t, "/desk/totals/list", form)
	if code != 422 {
		t.Fatalf("without a reason: %d", code)
	}
	wants(t, bad, "请写明“湖州市自然资源局云岭分局”计入的理由", `<option value="in" selected>`)
	form.Set("reason."+branch, "经县政府同意随县级汇总")
	if code, _ := x.send(t, "/desk/totals/list", form); code != 200 {
		t.Fatalf("with a reason: %d", code)
	}
	body = x.open(t, list)
	wants(t, body, "经县政府同意随县级汇总", "本级决定")
	stale := hidden(t, body, "/desk/totals/sign")
	stale.Set("seen", "000")
	if code, said := x.send(t, "/desk/totals/sign", stale); code != 409 || !strings.Contains(said, "别人改动了名单") {
		t.Errorf("signing what was not shown: %d", code)
	}
	sign := hidden(t, body, "/desk/totals/sign")
	sign.Set("note", "经主任办公会研究")
	if code, said := x.send(t, "/desk/totals/sign", sign); code != 200 || !strings.Contains(said, "名单已签署") {
		t.Fatalf("signing: %d", code)
	}
	body = x.open(t, list)
	wants(t, body, "第1号名单", "2026年3月12日由林某签署", "经主任办公会研究", "摘要")
	hash := regexp.MustCompile(`摘要 <code>([0-9a-f]{64})</code>`).FindStringSubmatch(body)
	if hash == nil {
		t.Fatal("the hash is not shown")
	}
	// A later change shows as a difference and leaves the first list alone.
	form = hidden(t, body, "/desk/totals/list")
	town := strconv.FormatInt(x.organs[3].ID, 10)
	form.Set("way."+town, "out")
	form.Set("reason."+town, "年中并入青石镇")
	x.send(t, "/desk/totals/list", form)
	body = x.open(t, list)
	wants(t, body, "与已签署的名单相比，有 1 处变化", "由计入改为不计入")
	wants(t, x.open(t, "/desk/totals"), "之后有 1 处变化未签署")
	x.send(t, "/desk/totals/sign", hidden(t, body, "/desk/totals/sign"))
	wants(t, x.open(t, "/desk/totals/list"+x.query("number", "1")), "第1号名单", hash[1])
	wants(t, x.open(t, list), "第2号名单", "由计入改为不计入：年中并入青石镇")
}

// Own figures are typed in, refused where they are no figures, and count.
func TestOwnFiguresAreTypedIn(t *testing.T) {
	x := newAdding(t)
	x.publish(t, 1, 2025, 12)
	own := "/desk/totals/own" + x.query()
	form := hidden(t, x.open(t, own), "/desk/totals/own")
	form.Set("t3.new.total", "约五件")
	code, body := x.send(t, "/desk/totals/own", form)
	if code != 422 {
		t.Fatalf("words for a figure: %d", code)
	}
	wants(t, body, "请填数字", `value="约五件"`)
	form.Set("t3.new.total", "5")
	form.Set("zero", "1")
	form.Set("note", "县政府办台账")
	if code, _ := x.send(t, "/desk/totals/own", form); code != 200 {
		t.Fatalf("figures: %d", code)
	}
	wants(t, x.open(t, "/desk/totals"), ">17</a>", "云岭县人民政府（本级）")
	wants(t, x.open(t, own), `value="5"`, "县政府办台账")
	if code, said := x.send(t, "/desk/totals/own", form); code != 200 || !strings.Contains(said, "此前已经提交过") {
		t.Errorf("a double click: %d", code)
	}
	form.Set("key", page.NewKey())
	if code, _ := x.send(t, "/desk/totals/own", form); code != 409 {
		t.Errorf("over an older version: %d", code)
	}
}

// The sum goes into the government's own draft with its words; what changed
// afterwards is listed, and the cell that is off names who.
func TestSumBecomesTheGovernmentsDraft(t *testing.T) {
	x := newAdding(t)
	for i, n := range []int64{12, 30, 7} {
		x.publish(t, i+1, 2025, n)
	}
	draft := "/desk/totals/draft" + x.query()
	body := x.open(t, draft)
	wants(t, body, "计入单位名单还没有签署", "本年新收政府信息公开申请49件", "未发生因政府信息公开引起的行政复议、行政诉讼", "第五部分是空的")
	form := hidden(t, body, "/desk/totals/draft")
	wrong := url.Values{}
	for k, v := range form {
		wrong[k] = v
	}
	wrong.Set("sum", "0")
	wrong.Set("key", page.NewKey())
	if code, _ := x.send(t, "/desk/totals/draft", wrong); code != 409 {
		t.Errorf("figures that were not shown were written: %d", code)
	}
	if code, said := x.send(t, "/desk/totals/draft", form); code != 200 || !strings.Contains(said, "已写入本级年报草稿") {
		t.Fatalf("writing: %d", code)
	}
	f, err := x.st.Filing(t.Context(), x.viewer, x.organs[0].ID, 2025)
	if err != nil || f.Report == nil || f.Report.Get("t3.new.total") != annual.Num(49) || !strings.Contains(f.Report.Chapters[0], "49件") {
		t.Fatalf("the draft: %v %+v", err, f)
	}
	body = x.open(t, "/desk/totals")
	wants(t, body, "本级报告与合计逐格相符")
	x.publish(t, 2, 2025, 35)
	body = x.open(t, "/desk/totals")
	wants(t, body, "写入本级报告之后的变化", "30 → 35", "汇总之后改了数", `class="n bad"`)
	lacks(t, body, "逐格相符")
}

// Files hold the sum, who brought what, the list and the check.
func TestSumIsExported(t *testing.T) {
	x := newAdding(t)
	x.publish(t, 1, 2025, 12)
	x.publish(t, 2, 2025, 30)
	resp, err := http.Get(x.URL + "/desk/totals/file" + x.query("format", "xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%d %v", resp.StatusCode, err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var all strings.Builder
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString("[" + sheet + "]")
		for _, r := range rows {
			all.WriteString(strings.Join(r, "|") + "\n")
		}
	}
	wants(t, all.String(), "[说明]", "未计入", "[表三明细]", "云岭县白鹿镇人民政府", "[名单]", "市级机关设在本地的机构", "[数据]")
	for _, format := range []string{"docx", "pdf"} {
		resp, err := http.Get(x.URL + "/desk/totals/file" + x.query("format", format))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 && resp.StatusCode != 503 || resp.StatusCode == 200 && len(b) < 4000 {
			t.Errorf("%s: %d, %d bytes, %v", format, resp.StatusCode, len(b), err)
		}
	}
}

// Over the change of the form only what means the same is compared.
func TestYearsAreComparedWhereComparable(t *testing.T) {
	x := newAdding(t)
	for year, n := range map[int]int64{2019: 8, 2020: 10, 2021: 15} {
		x.publish(t, 1, year, n)
	}
	body := x.open(t, "/desk/totals/years"+page.With("", "organ", strconv.FormatInt(x.organs[0].ID, 10), "year", "2021"))
	wants(t, body, "2019年度", "2020年度", "2021年度", "&#43;5（50.0%）", "2021年度起改用新的表格")
	all := x.open(t, "/desk/totals/years"+page.With("", "organ", strconv.FormatInt(x.organs[0].ID, 10), "year", "2021", "all", "1"))
	wants(t, all, "对外公开总数量", "现行有效件数", "与另一版格式不可比", "—")
}

// A town sees nothing of its neighbours through the sum, whatever it asks.
func TestSumIsForThoseWhoSeeBelow(t *testing.T) {
	x := newAdding(t)
	x.publish(t, 2, 2025, 30)
	x.as(org.Head, 1)
	for _, path := range []string{"/desk/totals" + x.query(), "/desk/totals/cell" + x.query("cell", "t3.new.total"), "/desk/totals/list" + x.query(), "/desk/totals/own" + x.query(),
		"/desk/totals/years" + x.query(), "/desk/totals/file" + x.query("format", "xlsx")} {
		if code, body, _ := get(t, x.URL+path); code != 404 || strings.Contains(body, "白鹿镇") {
			t.Errorf("%s answers %d", path, code)
		}
	}
	wants(t, x.open(t, "/desk/totals"), "没有可以汇总的年度报告")
	x.as(org.Supervisor, 0)
	body := x.open(t, "/desk/totals"+x.query())
	wants(t, body, "白鹿镇")
	lacks(t, body, "写入本级政府年报草稿")
	lacks(t, x.open(t, "/desk/totals/list"+x.query()), "签署名单")
	if code, _ := x.send(t, "/desk/totals/sign", url.Values{"organ": {strconv.FormatInt(x.organs[0].ID, 10)}, "year": {"2025"}}); code != 403 {
		t.Errorf("who watches signs: %d", code)
	}
}

// All reports are checked in the background; the office sees by rule and year
// where something is wrong, and what is said of each report now.
func TestEverythingIsChecked(t *testing.T) {
	x := newAdding(t)
	x.publish(t, 1, 2025, 12)
	f, err := x.st.Report(t.Context(), x.organs[1].ID, 2025)
	if err != nil {
		t.Fatal(err)
	}
	f.Report.Set("t3.new.total", annual.Num(13))
	if _, err := x.st.SaveReport(t.Context(), *f); err != nil {
		t.Fatal(err)
	}
	body := x.open(t, "/desk/totals/checks")
	wants(t, body, "还没有做过全面核对")
	if code, said := x.send(t, "/desk/totals/checks", url.Values{"key": {page.NewKey()}, "year": {"2025"}}); code != 200 || !strings.Contains(said, "正在后台进行") {
		t.Fatalf("asking for a check: %d", code)
	}
	sweep, err := x.st.CheckAll(t.Context(), store.CheckOptions{First: 2025, Last: 2025})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.st.KeepCheck(t.Context(), sweep); err != nil {
		t.Fatal(err)
	}
	body = x.open(t, "/desk/totals/checks")
	wants(t, body, "T3-COL-SUM", "各行分项之和等于总计", "共核对 1 份")
	href := regexp.MustCompile(`href="(/desk/totals/checks/T3-COL-SUM/2025\?run=\d+)"`).FindStringSubmatch(body)
	if href == nil {
		t.Fatal("the rule leads nowhere")
	}
	wants(t, x.open(t, href[1]), "云岭县青石镇人民政府", "13")
	x.publish(t, 1, 2025, 12)
	wants(t, x.open(t, href[1]), "核对之后已改正")
	x.as(org.Drafter, 2)
	lacks(t, x.open(t, "/desk/totals/checks"), "T3-COL-SUM")
	lacks(t, x.open(t, href[1]), "青石镇")
	for path, want := range map[string]int{"/desk/totals/checks/T3-COL-SUM/x?run=1": 404, "/desk/totals/checks/NO-RULE/2025?run=1": 404, "/desk/totals/checks/T3-COL-SUM/2025": 404} {
		if code, _, _ := get(t, x.URL+path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

func TestTemplatesOfTotalsFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"totals": totalsTemplate.Check(totalsPage{}), "cell": cellTemplate.Check(cellPage{}), "list": listTemplate.Check(listPage{}), "own": ownTemplate.Check(ownPage{}),
		"years": yearsTemplate.Check(yearsPage{}), "draft": draftTemplate.Check(draftPage{}), "runs": runsTemplate.Check(runsPage{}), "hits": hitsTemplate.Check(hitsPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
