package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/internal/sample"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// The filers who sit at the browser, by their place.
const (
	atPage  = 0 // fills in the page
	atWord  = 1 // sends Word
	atPDF   = 3 // sends PDF, is sent back, mends it
	copying = 13
	tardy   = 7
)

// One county's January and its first quarter, the steps that decide in a real
// browser with scripts on, what the other organs do beside it over the same
// server.
func TestBrowserCountyRunsJanuaryAndQuarter(t *testing.T) {
	j := newJanuary(t, 40, 20)
	b := newBrowser(t, j.base)
	began := time.Now()
	for _, part := range []struct {
		name string
		do   func(*january, *browser)
	}{{"reports are filed", (*january).seeFiling}, {"reports are reviewed", (*january).seeReview},
		{"the county publishes and compares", (*january).seeCounty}, {"a quarter", (*january).seeQuarter}} {
		t.Run(part.name, func(t *testing.T) {
			j.t = t
			part.do(j, &browser{t, b.ctx, b.base})
		})
		if t.Failed() {
			return
		}
		t.Logf("%s: %v", part.name, time.Since(began).Round(time.Millisecond))
	}
}

// misprinted is a report on a form of which one row is headed wrongly, as happens
// to those who type the form themselves: what stands in that row is to be looked
// at.
func misprinted(r *annual.Report) *annual.Report {
	f := *r.Form
	f.Tables = slices.Clone(f.Tables)
	for i := range f.Tables {
		f.Tables[i].Parts = slices.Clone(f.Tables[i].Parts)
		for k := range f.Tables[i].Parts {
			rows := slices.Clone(f.Tables[i].Parts[k].Rows)
			for n := range rows {
				rows[n].Path = slices.Clone(rows[n].Path)
				for m := range rows[n].Path {
					rows[n].Path[m] = strings.Replace(rows[n].Path[m], "信访举报", "住房举报", 1)
				}
			}
			f.Tables[i].Parts[k].Rows = rows
		}
	}
	out := r.Clone()
	out.Form = &f
	return out
}

// seeFiling: the office sets a day, a town fills in the page, one sends Word, one
// PDF; the others file as they do.
func (j *january) seeFiling(b *browser) {
	j.office().open("/desk/collecting/calendar?year=2025").sendWhere("kind", string(org.Town), "保存", given{"day": "2026-01-20", "basis": "云政办〔2026〕1号"})
	j.filers[copying].Copy(j.filers[copying-2], 2025)
	j.day = law.Day(2026, 1, 12)
	for i := range j.filers {
		if !slices.Contains([]int{atPage, atWord, atPDF, tardy}, i) {
			j.file(i)
		}
	}
	// Every figure is typed; the totals are filled in by the page.
	r := j.report(atPage, nil)
	j.clerk(atPage)
	b.open("/desk/filing")
	b.open(j.filing(atPage))
	b.click("开始填写")
	for k, c := range r.Form.Cells {
		if !strings.HasSuffix(c.ID, ".total") || strings.HasPrefix(c.ID, "t2") {
			b.typed(c.ID, r.Values[k].Format(c.Type))
		}
	}
	b.look("fill")
	b.told(`[].forEach.call(document.querySelectorAll('button[data-sums]'),function(e){if(!e.closest('[hidden]'))e.click()})`)
	b.typed("opening", r.Chapters[0])
	for k, ch := range r.Form.Chapters {
		if k > 0 && ch.Kind == "prose" {
			b.typed(fmt.Sprintf("chapter.%d", k+1), r.Chapters[k])
		}
	}
	b.typed("dated", r.Dated.String())
	b.pressed("save").says("已保存")
	b.open(j.filing(atPage))
	b.submits()
	f, err := j.store.Filing(j.t.Context(), org.Program("测试"), j.at[atPage].ID, 2025)
	if err != nil {
		j.t.Fatal(err)
	}
	for k, c := range r.Form.Cells {
		if got, want := f.Report.Values[k].Format(c.Type), r.Values[k].Format(c.Type); got != want {
			j.t.Errorf("%s was typed as %s and kept as %s", c.ID, want, got)
		}
	}
	for i, file := range map[int]string{atWord: "年报.docx", atPDF: "年报.pdf"} {
		path := filepath.Join(j.t.TempDir(), j.filers[i].Short+file)
		data := docx(j.t, misprinted(j.report(i, nil)))
		if i == atPDF {
			data = pdf(j.t, misprinted(j.report(i, func(r *annual.Report) {
				r.Set("t2.licence.decisions", annual.Num(r.Get("t2.licence.decisions").N+2))
			})))
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			j.t.Fatal(err)
		}
		j.clerk(i)
		b.open(j.filing(i))
		b.click("上传文件").choose("file", path).click("读入")
		b.confirms()
		b.open(j.filing(i))
		b.submits()
	}
}

// confirms looks at every doubtful figure beside its place in the file and
// confirms it with the Enter key.
func (b *browser) confirms() {
	b.t.Helper()
	if !strings.HasSuffix(b.path(), "/confirm") {
		b.click("逐格确认")
	}
	b.until(`document.activeElement.name&&document.activeElement.name.indexOf('v.')===0`)
	b.look("confirm" + filepath.Base(b.told(`document.querySelector('.lead').textContent.indexOf('.pdf')>0?'pdf':'word'`)))
	n := b.told(`document.querySelectorAll('[data-item]').length`)
	for range 40 {
		if b.told(`document.querySelectorAll('[data-item] input[type=checkbox]:not(:checked)').length`) == "0" {
			break
		}
		b.press("\r")
	}
	b.says("勾选了 " + n + " 格，共 " + n + " 格")
	if b.told(`document.querySelectorAll('#others input').length`) != "0" {
		b.told(`[].forEach.call(document.querySelectorAll('#others input'),function(e){e.click()})`)
	}
	b.pressed("save")
}

// submits explains every warning and hands in.
func (b *browser) submits() {
	b.t.Helper()
	for range 20 {
		if b.told(`[].filter.call(document.querySelectorAll('form.explain button'),function(e){return e.textContent.indexOf('署名说明')===0}).length`) == "0" {
			break
		}
		name := b.told(`[].filter.call(document.querySelectorAll('form.explain'),function(f){return f.querySelector('button').textContent.indexOf('署名说明')===0})[0].querySelector('textarea,input[name^=text]').name`)
		b.says("随报告报送主管部门", "不对外公布").typed(name, "已与台账逐项核对，情况属实。").clickIn("form.explain", "署名说明")
	}
	b.look("submit")
	b.pressed("submit").says("已报送")
}

// seeReview: one comes back with a reason at its figure and is mended, one with a
// word for the whole, one is late; the rest is accepted at once.
func (j *january) seeReview(b *browser) {
	j.day = law.Day(2026, 1, 14)
	j.office()
	b.open(j.review(atPDF))
	b.look("review")
	b.tick("cell", "t2.licence.decisions").click("退回修改…")
	b.typed("text", "与行政审批台账不一致，请核对。").typed("by", "2026-01-18").look("return")
	b.pressed("return").says("退回")
	j.office().open(j.review(copying)).says("雷同", j.filers[copying-2].Name).open(j.review(copying)+"/return").send("确认退回", given{"whole": "第一部分、第五部分与其他镇雷同，请如实另写。"})

	j.day = law.Day(2026, 1, 16)
	j.clerk(atPDF)
	b.open(j.filing(atPDF))
	b.says("与行政审批台账不一致", "2026-01-18").look("returned").click("修改")
	b.typed("t2.licence.decisions", fmt.Sprint(j.filers[atPDF].Reports[2025].Get("t2.licence.decisions").N)).pressed("save")
	b.open(j.filing(atPDF))
	b.submits()
	j.office()
	b.open(j.review(atPDF))
	b.says("已改", "退回以后改了什么", "首次").look("mended")
	own := sample.Filers(40, 20)[copying].Reports[2025] // what it would have written itself
	j.filers[copying].Reports[2025] = own
	j.fill(copying, own)
	j.submit(copying)

	j.day = law.Day(2026, 1, 22)
	j.file(tardy)
	j.office()
	b.open("/desk/collecting?year=2025")
	b.says("逾期").look("collecting")
	b.open("/desk/collecting?year=2025&state=submitted")
	b.told(`document.querySelector('[data-all]').click()`)
	b.tick("all", "1").pressed("accept").says("60", "审核通过").look("accepted")
	for i := range j.filers {
		j.clerk(i).open(j.filing(i)).send("发布", nil).says("已发布")
	}
}

// seeCounty: the county's report is made of all the others, published, and
// compared with the one of the year before on a public page; the receipt of the
// log is checked on the page for it.
func (j *january) seeCounty(b *browser) {
	var before []*annual.Report
	for _, f := range j.filers {
		before = append(before, f.Reports[2024])
	}
	last, err := annual.Sum(before...)
	if err != nil {
		j.t.Fatal(err)
	}
	last.Organ, last.Year = j.county.Name, 2024
	if _, err := j.store.SaveReport(j.t.Context(), store.Filed{Organ: j.county.ID, Year: 2024, Report: last, Published: law.Day(2025, 3, 20)}); err != nil {
		j.t.Fatal(err)
	}
	j.office()
	b.open("/desk/totals?year=2025")
	b.says("60").look("totals")
	j.addUp()
	j.visit = page.Visit{}
	b.open("/reports/C0/2025")
	b.look("county")
	b.open("/reports/compare?a=C0:2024&b=C0:2025")
	b.says("不同的数字", "本年新收").look("compare")
	receipt := filepath.Join(j.t.TempDir(), "receipt.json")
	res, err := http.Get(j.base + "/reports/C0/2025.receipt.json")
	if err != nil {
		j.t.Fatal(err)
	}
	save(j.t, receipt, res)
	b.open("/log")
	b.choose("receipt", receipt).clickIn("main form", "核对").says("核对结果", "云岭县人民政府").look("verified")
}

// seeQuarter: a task is split, a month dispatched and printed, an order accepted,
// a score given with a photo, appealed and corrected.
func (j *january) seeQuarter(b *browser) {
	plan := j.plan()
	dispatch := j.dispatch(plan)
	j.office()
	b.open(dispatch)
	b.look("dispatch")
	if data, err := os.ReadFile(b.downloads("一页调度表 PDF")); err != nil || !strings.HasPrefix(string(data), "%PDF-") {
		j.t.Errorf("the printed dispatch: %v", err)
	}
	j.order(dispatch)
	round := j.scheme()
	j.score(round)
	j.day = law.Day(2026, 4, 8)
	item := j.sheet(round, slow) + "/items/4.1"
	j.head(slow)
	b.open(item)
	b.fill(given{"want": "19", "why": "检查当日公开栏正在更换，次日上午已换新。"}).look("appealing").pressed("appeal").says("待复核")
	appeal := b.path()
	j.second()
	b.open(appeal)
	b.fill(given{"to": "18", "reply": "次日照片可以辨认，一块仍旧。"}).pressed("uphold").says("予以更正").look("appeal")
	j.head(slow)
	b.open(item)
	b.says("12 分改为 18 分")
}
