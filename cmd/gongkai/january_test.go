package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/internal/sample"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// A january is the whole program over a county of forty towns and twenty bureaus,
// on a day that the test chooses. Who asks is whoever acts.
type january struct {
	*whole
	t      *testing.T
	day    law.Date
	base   string
	county org.Organ
	filers []sample.Filer
	at     []org.Organ // of each filer
	who    map[string]int64
}

func newJanuary(t *testing.T, towns, bureaus int) *january {
	t.Helper()
	j := &january{t: t, day: law.Day(2026, 1, 5), who: map[string]int64{}, filers: sample.Filers(towns, bureaus)}
	j.whole = newProgram(t, func() law.Date { return j.day })
	j.cfg.Now = time.Now // the store keeps the day of the test; answers are written now
	j.cfg.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	mux := http.NewServeMux()
	j.cfg.Install(mux, j.all()...)
	s := httptest.NewServer(j.cfg.Guard(mux))
	t.Cleanup(s.Close)
	j.base = s.URL
	save := func(o org.Organ) org.Organ {
		o, err := j.store.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	j.county = save(org.Organ{Code: "C0", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	for i, f := range j.filers {
		level := org.County
		if f.Kind == org.Town {
			level = org.Township
		}
		o := save(org.Organ{Code: fmt.Sprintf("F%02d", i), Name: f.Name, Short: f.Short, Kind: f.Kind, Level: level, Parent: j.county.ID})
		j.at = append(j.at, o)
		last := f.Reports[2024]
		if _, err := j.store.SaveReport(t.Context(), store.Filed{Organ: o.ID, Year: 2024, Report: last, Published: law.Day(2025, 1, 20)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []string{"林知远", "叶书桐", "何晓禾", "梁仲平"} {
		d, err := j.store.SavePerson(t.Context(), store.By{Viewer: org.Program("测试")}, org.Person{Name: n, Organ: j.county.ID})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Sscan(d.Answer, new(int64))
		var id int64
		fmt.Sscan(d.Answer, &id)
		j.who[n] = id
	}
	return j
}

// as is a browser at which somebody with these roles sits.
func (j *january) as(name string, at org.Organ, roles ...org.Role) *officer {
	v := org.Viewer{Person: j.who[name], Name: name, Organ: at.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: v.Person, Organ: at.ID, Path: at.Path, Role: r})
	}
	j.visit = page.Visit{Viewer: v, Session: v.Person, Sure: true}
	return newOfficer(j.t, j.base)
}

func (j *january) clerk(i int) *officer {
	return j.as("何晓禾", j.at[i], org.Drafter, org.Publisher)
}
func (j *january) office() *officer { return j.as("林知远", j.county, org.Office) }

func (j *january) filing(i int) string { return fmt.Sprintf("/desk/filing/%d/2025", j.at[i].ID) }

// report is a filer's true report with a change.
func (j *january) report(i int, change func(r *annual.Report)) *annual.Report {
	r := j.filers[i].Reports[2025].Clone()
	if change != nil {
		change(r)
	}
	return r
}

// fill types a report into the page of the organ, as it stands there.
func (j *january) fill(i int, r *annual.Report) *officer {
	j.t.Helper()
	o := j.clerk(i).open(j.filing(i) + "/fill")
	in := given{}
	for k, c := range r.Form.Cells {
		in[c.ID] = r.Values[k].Format(c.Type)
	}
	opening, aspects := r.Chapters[0], r.Form.Aspects
	_ = aspects
	in["opening"] = opening
	for k := range r.Form.Chapters {
		if k > 0 && r.Form.Chapters[k].Kind == "prose" {
			in[fmt.Sprintf("chapter.%d", k+1)] = r.Chapters[k]
		}
	}
	in["dated"] = r.Dated.String()
	return o.send("保存", in)
}

// send reads a report from a file on the organ's page.
func (j *january) send(i int, name string, data []byte) *officer {
	j.t.Helper()
	o := j.clerk(i).open(j.filing(i)+"/upload").send("读入", nil, "file", name, string(data))
	return o
}

func isButton(n *html.Node) bool { return n.Data == "button" }

// submit hands in what stands there, with an explanation of every warning.
func (j *january) submit(i int) {
	j.t.Helper()
	j.hand(func() *officer { return j.clerk(i) }, j.filing(i))
}

func docx(t *testing.T, r *annual.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := render.DOCX(&b, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pdf(t *testing.T, r *annual.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := render.PDF(&b, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// review is where the office looks at a filer's report.
func (j *january) review(i int) string { return fmt.Sprintf("/desk/collecting/%d/2025", j.at[i].ID) }

// One county's January: half of forty towns and twenty bureaus file on the page,
// half by Word and PDF; one is late, two come back and are mended, one of them
// copied its neighbour; all is added up, the county's report published, exported
// for the portal, verified, and compared with last year.
func TestCountyRunsJanuary(t *testing.T) {
	j := newJanuary(t, 40, 20)
	j.office().open("/desk/collecting/calendar?year=2025").sendWhere("kind", string(org.Town), "保存", given{"day": "2026-01-20", "basis": "云政办〔2026〕1号"}).says("2026-01-20", "云政办〔2026〕1号")
	const late, wrong, copied = 7, 3, 13
	own := j.filers[copied].Reports[2025].Clone()
	j.filers[copied].Copy(j.filers[copied-2], 2025)
	j.day = law.Day(2026, 1, 12)
	for i := range j.filers {
		if i != late {
			j.file(i)
		}
	}
	j.office().open("/desk/collecting?year=2025").says("应报 61 个机关")

	// One stated another figure than its ledger, one copied: both come back with
	// the reason at its place, and are mended.
	j.day = law.Day(2026, 1, 14)
	back := j.office().open(j.review(wrong) + "/return?cell=t2.licence.decisions")
	back.send("确认退回", given{"text": "与行政审批台账不一致，请核对。"}).says("退回")
	j.office().open(j.review(copied)).says("雷同", j.filers[copied-2].Name).open(j.review(copied)+"/return").send("确认退回", given{"whole": "第一部分、第五部分与其他镇雷同，请如实另写。"})
	j.day = law.Day(2026, 1, 16)
	j.clerk(wrong).open(j.filing(wrong)).says("与行政审批台账不一致")
	j.fill(wrong, j.report(wrong, func(r *annual.Report) { r.Set("t2.licence.decisions", annual.Num(r.Get("t2.licence.decisions").N+2)) }))
	j.submit(wrong)
	j.filers[copied].Reports[2025] = own
	j.fill(copied, own)
	j.submit(copied)
	j.office().open(j.review(wrong)).says("已改", "退回以后改了什么")

	j.day = law.Day(2026, 1, 22)
	j.office().open("/desk/collecting?year=2025&state=none").says(j.filers[late].Name)
	j.file(late)
	j.office().open(j.review(late)).says("逾期")
	j.office().open("/desk/collecting?year=2025&state=submitted").send("审核通过", given{"all": "1"}).says("60", "审核通过")

	for i := range j.filers {
		j.clerk(i).open(j.filing(i)).send("发布", nil).says("已发布")
	}
	j.addUp()
}

// file fills in or sends what a filer reports, and hands it in.
func (j *january) file(i int) {
	j.t.Helper()
	r := j.report(i, nil)
	switch {
	case i%2 == 0:
		j.fill(i, r)
	case i%4 == 1:
		j.send(i, j.filers[i].Short+"2025年年报.docx", docx(j.t, r))
	default:
		j.send(i, j.filers[i].Short+"2025年年报.pdf", pdf(j.t, r))
	}
	j.submit(i)
}

// addUp is the county's own report out of those of all organs.
func (j *january) addUp() {
	t := j.t
	j.office().open("/desk/totals?year=2025").says("60", "个机关已计入")
	j.office().open("/desk/totals/own?year=2025").send("空白的格都填 0 并保存", nil)
	j.office().open("/desk/totals/list?year=2025").send("以本人名义签署", nil).says("第1号", "林知远")
	j.office().open("/desk/totals/draft?year=2025").send("写入草稿", nil)
	want := int64(0)
	for _, f := range j.filers {
		want += f.Reports[2025].Get("t3.new.total").N
	}
	head := func() *officer { return j.as("梁仲平", j.county, org.Head) }
	gov := fmt.Sprintf("/desk/filing/%d/2025", j.county.ID)
	f, err := j.store.Filing(t.Context(), org.Program("测试"), j.county.ID, 2025)
	if err != nil || f.Report == nil || f.Report.Get("t3.new.total").N != want {
		t.Fatalf("the county's draft: %v; the organs received %d", err, want)
	}
	o := head().open(gov + "/fill").says("政府信息公开")
	form := f.Report.Form
	in := given{"dated": "2026-01-25"}
	for k := range form.Chapters {
		if k > 0 && form.Chapters[k].Kind == "prose" && strings.TrimSpace(f.Report.Chapters[k]) == "" {
			in[fmt.Sprintf("chapter.%d", k+1)] = "全县汇总各乡镇和部门的情况，本项没有其他需要报告的事项；2024年度指出的解读不及时问题已经改进。"
		}
	}
	o.send("保存", in)
	j.hand(head, gov)
	j.office().open(fmt.Sprintf("/desk/collecting/%d/2025", j.county.ID)).send("审核通过", nil).says("审核通过")
	head().open(gov).send("发布", nil).says("已发布")

	// The public reads it, without a word of what was found on the way.
	j.visit = page.Visit{}
	public := newOfficer(t, j.base)
	public.open("/reports/C0/2025").says("云岭县人民政府", fmt.Sprint(want))
	for _, w := range []string{"逾期报送", "雷同", "退回", "待核实"} {
		if strings.Contains(public.text, w) {
			t.Errorf("the public page says %s", w)
		}
	}
	public.open("/reports/F00/2025").says(j.filers[0].Name, "2024")

	// Exported for the portal, and its address written back.
	names := j.export()
	for _, want := range []string{"index.html", "C0", "manifest"} {
		if !strings.Contains(names, want) {
			t.Errorf("the package for the portal has no %s:\n%s", want, names)
		}
	}
	j.prove()
}

// hand explains what is left to explain and hands a report in.
func (j *january) hand(who func() *officer, at string) {
	j.t.Helper()
	o := who().open(at)
	for range 20 {
		form := find(o.page, func(n *html.Node) bool {
			return n.Data == "form" && attribute(n, "class") == "explain" && strings.HasPrefix(words(find(n, isButton)), "署名说明")
		})
		if form == nil {
			break
		}
		mark := attribute(find(form, func(n *html.Node) bool { return attribute(n, "name") == "finding" }), "value")
		why := find(form, func(n *html.Node) bool {
			return n.Data == "textarea" || n.Data == "input" && strings.HasPrefix(attribute(n, "name"), "text")
		})
		o.sendWhere("finding", mark, "署名说明", given{attribute(why, "name"): "已与台账逐项核对，情况属实。"})
	}
	o.send("报送", nil).says("已报送")
}

// export is the names in the package for the portal.
func (j *january) export() string {
	j.t.Helper()
	j.office()
	res, err := http.PostForm(j.base+"/desk/portal/export", url.Values{"year": {"2025"}, "export": {"2025"}, "format": {"docx", "json"}, "key": {"portal-1"}})
	if err != nil {
		j.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		j.t.Fatalf("export: %d %v %.600s", res.StatusCode, err, b)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		j.t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	return strings.Join(names, "\n")
}

// prove verifies the published report offline, by the receipt of the public log.
func (j *january) prove() {
	j.t.Helper()
	j.verified("/reports/C0/2025.receipt.json")
}

// verified is a receipt of the public log checked offline, and a forged one
// refused.
func (j *january) verified(path string) {
	j.t.Helper()
	if _, err := j.store.Integrate(j.t.Context()); err != nil {
		j.t.Fatal(err)
	}
	j.visit = page.Visit{}
	dir := j.t.TempDir()
	receipt, keys := filepath.Join(dir, "receipt.json"), filepath.Join(dir, "keys.txt")
	for from, file := range map[string]string{path: receipt, "/log/keys": keys} {
		res, err := http.Get(j.base + from)
		if err != nil {
			j.t.Fatal(err)
		}
		save(j.t, file, res)
	}
	if code, out, errOut := gongkai(j.t, "verify", receipt, "--key", keys); code != clean || !strings.Contains(out, "云岭县人民政府") {
		j.t.Errorf("verify: %d %s %s", code, out, errOut)
	}
	forge(j.t, receipt)
	if code, _, _ := gongkai(j.t, "verify", receipt, "--key", keys); code == clean {
		j.t.Error("a forged receipt is verified")
	}
}
