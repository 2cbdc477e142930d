package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

const (
	fiscal   = 2026 // the year that is run
	atBrowse = 0    // the town that compiles in the browser
)

// A county runs a whole year: items go out and requests come in every month, a
// month is dispatched, a quarter is scored and appealed, in January the reports
// are compiled from what is on file, every figure opening to its cases, added up,
// published, verified and compared with last year; what decides is done in a real
// browser.
func TestBrowserCountyRunsAYear(t *testing.T) {
	j := newJanuary(t, 6, 3)
	b := newBrowser(t, j.base)
	began := time.Now()
	for _, part := range []struct {
		name string
		do   func(*january, *browser)
	}{{"last year was reported", (*january).lastYear}, {"the months", (*january).months}, {"a month dispatched, a quarter scored and appealed", (*january).quarterOfYear},
		{"one report is compiled", (*january).compiles}, {"the others compile", (*january).othersCompile}, {"the county adds up", (*january).yearAddedUp}} {
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

// lastYear keeps what everybody reported for the year before: nothing but one
// request of one town, which it carried over.
func (j *january) lastYear(*browser) {
	// What the towns keep up here are their notices and guides; the rest stands
	// elsewhere.
	if _, err := j.store.SaveSetting(j.t.Context(), store.By{Viewer: org.Program("测试")}, store.Setting{Organ: j.county.ID, Name: org.ItemWatched, Value: "通知公告=通知公告、公示=6月"}); err != nil {
		j.t.Fatal(err)
	}
	for i := range j.at {
		if _, err := j.store.DraftGuide(j.t.Context(), j.hands(i, org.Head), j.at[i].ID); err != nil {
			j.t.Fatal(err)
		}
		if _, err := j.store.SignGuide(j.t.Context(), j.hands(i, org.Secrecy, org.Head, org.Reviewer), j.at[i].ID, 1, 1); err != nil {
			j.t.Fatal(err)
		}
	}
	for i, o := range append(slices.Clone(j.at), j.county) {
		form, err := annual.FormFor(fiscal - 1)
		if err != nil {
			j.t.Fatal(err)
		}
		r := annual.New(form, o.Name, fiscal-1)
		for k := range r.Values {
			r.Values[k] = annual.Num(0)
		}
		if i == atBrowse || o.ID == j.county.ID {
			for _, c := range []string{"new", "carried_out"} {
				r.Set("t3."+c+".natural", annual.Num(1))
				r.Set("t3."+c+".total", annual.Num(1))
			}
		}
		for k, c := range form.Chapters {
			if c.Ordinal == "五" {
				r.Chapters[k] = "存在的问题：一是政策解读不够及时。二是村级公开栏更新不够及时。下一步将加强培训。"
			}
		}
		if _, err := j.store.SaveReport(j.t.Context(), store.Filed{Organ: o.ID, Year: fiscal - 1, Report: r, Published: law.Day(fiscal, 1, 20)}); err != nil {
			j.t.Fatal(err)
		}
	}
}

func (j *january) hands(i int, roles ...org.Role) store.By {
	o := j.at[i]
	v := org.Viewer{Person: int64(7000 + 10*i + len(roles)), Name: "经办", Organ: o.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: v.Person, Organ: o.ID, Path: o.Path, Role: r})
	}
	return store.By{Viewer: v}
}

// outcomes of the year's requests by month; the one of December is still open.
var outcomes = []casework.Outcome{casework.Granted, casework.NotHeld, casework.Granted, casework.NotOurs, casework.Granted, casework.Granted, casework.NotHeld, casework.Granted, casework.Petition, casework.Granted, casework.Granted}

// months lets every month bring an item of every town, a request somewhere, and
// its sheet of the ledger.
func (j *january) months(*browser) {
	for m := 1; m <= 12; m++ {
		for i := range j.at {
			j.day = law.Day(fiscal, m, 6)
			j.publishes(i, fmt.Sprintf("%d月重点工作安排", m))
			if m < 12 || i != atBrowse {
				j.enters(i, m)
			}
		}
		at := (m - 1) % 3
		j.day = law.Day(fiscal, m, 10)
		id := j.asked(at, m)
		if m > len(outcomes) {
			continue
		}
		j.day = law.Day(fiscal, m, 24)
		by := j.hands(at, org.Handler)
		if _, err := j.store.WithRequest(j.t.Context(), by, id, 1, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
			return x.Decide(cal, casework.Doing{On: day, Today: day, Fact: true}, outcomes[m-1], "")
		}); err != nil {
			j.t.Fatalf("month %d: %v", m, err)
		}
	}
}

func (j *january) asked(i, m int) int64 {
	who := casework.Natural
	if m%4 == 0 {
		who = casework.Business
	}
	done, err := j.store.RegisterRequest(j.t.Context(), j.hands(i, org.Handler), store.NewRequest{Organ: j.at[i].ID, Subject: fmt.Sprintf("%d月的资金使用情况", m),
		Registration: casework.Registration{Channel: deadline.InPerson, Arrived: j.day, Confirmed: j.day, Applicant: who, Ledger: true},
		Content:      casework.Content{Wanted: "资金使用情况", Person: casework.Person{Name: "某某"}}})
	if err != nil {
		j.t.Fatal(err)
	}
	id, _ := strconv.ParseInt(done.Answer, 10, 64)
	return id
}

func (j *january) publishes(i int, title string) {
	ctx, o := j.t.Context(), j.at[i]
	clerk, office, leader := j.hands(i, org.Drafter, org.Publisher), j.hands(i, org.Secrecy, org.Head, org.Reviewer), j.hands(i, org.Signer)
	done, err := j.store.DraftItem(ctx, clerk, store.NewItem{Organ: o.ID, Kind: proactive.Notice, Content: proactive.Content{Title: o.Short + title, Category: proactive.Notice.Category(), Made: j.day.AddDays(-2),
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: "现将本月重点工作安排公布如下。"}}}}}}})
	if err != nil {
		j.t.Fatal(err)
	}
	id, _ := strconv.ParseInt(done.Answer, 10, 64)
	pass := func(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }
	for _, step := range []struct {
		by   store.By
		verb func(x *store.ItemFile, d proactive.Doing) error
	}{{clerk, func(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) }}, {office, pass}, {leader, pass}, {clerk, func(x *store.ItemFile, d proactive.Doing) error { return x.Release(d) }}} {
		x, err := j.store.Item(ctx, org.Program("测试"), id)
		if err != nil {
			j.t.Fatal(err)
		}
		if _, err := j.store.WithItem(ctx, step.by, id, x.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return step.verb(x, d) }); err != nil {
			j.t.Fatal(err)
		}
	}
}

// enters keeps the month's sheet of the ledger, as the town's sections count.
func (j *january) enters(i, m int) {
	sheet := proactive.MonthSheet{Organ: j.at[i].ID, Year: fiscal, Month: m, Source: fmt.Sprintf("审批系统%d月统计表", m), Values: map[string]annual.Value{}}
	for _, c := range proactive.MonthFigures(fiscal) {
		sheet.Values[c.Cell] = annual.Num(0)
	}
	sheet.Values["t2.licence.decisions"] = annual.Num(int64(m%3 + i%2))
	if _, err := j.store.SaveMonth(j.t.Context(), j.hands(i, org.Drafter), sheet); err != nil {
		j.t.Fatal(err)
	}
}

func (j *january) quarterOfYear(b *browser) {
	plan := j.plan()
	dispatch := j.dispatch(plan)
	j.office()
	b.open(dispatch)
	b.look("year-dispatch")
	j.order(dispatch)
	round := j.scheme()
	j.score(round)
	j.appeal(round)
	j.office()
	b.open(round)
	b.says("已定分").look("year-round")
}

func (j *january) yearFiling(i int) string {
	return fmt.Sprintf("/desk/filing/%d/%d", j.at[i].ID, fiscal)
}

// compiles: a clerk of one town has the figures compiled, opens each of them, adds
// by hand what the register does not have, takes them over, has the prose written
// and hands the report in.
func (j *january) compiles(b *browser) {
	j.day = law.Day(fiscal+1, 1, 8)
	at := j.yearFiling(atBrowse)
	clerk := func() *officer { return j.as("何晓禾", j.at[atBrowse], org.Drafter, org.Publisher, org.Handler) }
	clerk()
	b.open(at + "/compile")
	b.says("结转", "台账").look("year-compile")
	b.open(at + "/compile/t3.new.total")
	b.says("资金使用情况").look("year-cases")
	j.everyFigureOpens(clerk, at)

	// December's sheet is missing: the finding leads to it, and it is entered.
	b.open(at + "/compile")
	b.says("12月")
	j.enters(atBrowse, 12)
	// The request that was carried over has no file here: its result is entered
	// with the document that shows it.
	clerk()
	paper := filepath.Join(j.t.TempDir(), "答复书.pdf")
	if err := os.WriteFile(paper, []byte("%PDF-1.4 答复书"), 0o600); err != nil {
		j.t.Fatal(err)
	}
	b.open(at + "/compile?cell=t3.granted.natural#enter")
	b.typed("cell", "t3.granted.natural").typed("add", "1").typed("reason", "上年结转的一件，系统启用前收到，2026年1月5日答复予以公开。").choose("file", paper).clickIn("#enter", "登记").says("手工登记", "系统启用前收到")
	b.look("year-entered").click("取数到")
	b.look("year-take").pressed("take").says("系统数据已填入")
	f, err := j.store.Filing(j.t.Context(), org.Program("测试"), j.at[atBrowse].ID, fiscal)
	if err != nil {
		j.t.Fatal(err)
	}
	for cell, want := range map[string]int64{"t3.new.total": 4, "t3.carried_in.total": 1, "t3.granted.total": 3, "t3.carried_out.total": 0, "t3.result_total.total": 5, "t2.licence.decisions": 12} {
		if got := f.Report.Get(cell); !got.Known() || got.N != want {
			j.t.Errorf("%s was taken as %v, the year had %d", cell, got, want)
		}
	}
	j.writes(clerk, at, b)
	b.open(at)
	b.submits()
}

// everyFigureOpens: the list behind every figure that is not zero adds up to it.
func (j *january) everyFigureOpens(who func() *officer, at string) {
	j.t.Helper()
	o := who().open(at + "/compile")
	figures := 0
	for _, a := range all(o.page, func(n *html.Node) bool {
		return n.Data == "a" && regexp.MustCompile(`/compile/t[234]\.[a-z_.]+$`).MatchString(attribute(n, "href"))
	}) {
		want, err := strconv.Atoi(words(a))
		if err != nil || want == 0 {
			continue
		}
		figures++
		list := who().open(attribute(a, "href"))
		sum := 0
		for _, n := range all(list.page, func(n *html.Node) bool { return n.Data == "td" && attribute(n, "data-th") == "计入" }) {
			adds, err := strconv.Atoi(strings.TrimPrefix(words(n), "+"))
			if err != nil {
				j.t.Errorf("%s: a row counts %q", attribute(a, "href"), words(n))
			}
			sum += adds
		}
		if sum != want {
			j.t.Errorf("%s says %d, its list adds up to %d", attribute(a, "href"), want, sum)
		}
	}
	if figures < 8 {
		j.t.Errorf("only %d figures open", figures)
	}
}

var aspectPart = regexp.MustCompile(`[?&]part=([a-z0-9.]+)`)

// writes has every part of the prose written by the template and saved, and fills
// what no register knows. With a browser one part is done there.
func (j *january) writes(who func() *officer, at string, b *browser) {
	j.t.Helper()
	o := who().open(at + "/prose")
	var parts []string
	for _, a := range all(o.page, func(n *html.Node) bool { return n.Data == "a" }) {
		if m := aspectPart.FindStringSubmatch(attribute(a, "href")); m != nil && !slices.Contains(parts, m[1]) {
			parts = append(parts, m[1])
		}
	}
	if len(parts) < 5 {
		j.t.Fatalf("the prose has the parts %v", parts)
	}
	for k, part := range parts {
		if b != nil && k == 1 {
			who()
			b.open(at + "/prose?part=" + part)
			b.look("year-prose").pressed("take").says("已换成模板生成的文字").pressed("save").says("已保存", "核对结果").look("year-prose-saved")
			continue
		}
		o := who().open(at + "/prose?part=" + part)
		if find(o.page, func(n *html.Node) bool { return does(n, "take") }) == nil {
			continue
		}
		o.sendBy("take", nil).sendBy("save", nil)
	}
	o = who().open(at + "/fill")
	in := given{"dated": fmt.Sprintf("%d-01-08", fiscal+1)}
	form, _ := annual.FormFor(fiscal)
	for _, c := range form.Cells {
		field := find(o.page, func(n *html.Node) bool { return n.Data == "input" && attribute(n, "name") == c.ID })
		if field != nil && attribute(field, "value") == "" {
			in[c.ID] = "0"
		}
	}
	for k, c := range form.Chapters {
		name := fmt.Sprintf("chapter.%d", k+1)
		field := find(o.page, func(n *html.Node) bool { return n.Data == "textarea" && attribute(n, "name") == name })
		if field == nil {
			continue
		}
		switch had := strings.TrimSpace(content(field)); {
		case c.Ordinal == "五":
			in[name] = "上年报告指出政策解读不够及时，本年已在文件发布后及时解读；村级公开栏更新不够及时，本年已改进。存在的问题是部分栏目内容不够丰富，下一步将按月检查、督促更新。"
		case c.Ordinal == "六" && had == "":
			in[name] = "本年没有收取信息处理费，没有其他需要报告的事项。"
		}
	}
	o.send("保存", in)
}

// othersCompile: everybody else does the same without looking.
func (j *january) othersCompile(*browser) {
	for i := range j.at {
		if i == atBrowse {
			continue
		}
		at := j.yearFiling(i)
		who := func() *officer { return j.as("何晓禾", j.at[i], org.Drafter, org.Publisher, org.Handler) }
		o := who().open(at + "/compile/take")
		if o.offers("take") {
			o.sendBy("take", nil).says("系统数据已填入")
		}
		j.writes(who, at, nil)
		j.hand(who, at)
	}
	j.office().open(fmt.Sprintf("/desk/collecting?year=%d&state=submitted", fiscal)).send("审核通过", given{"all": "1"}).says("审核通过")
	for i := range j.at {
		j.clerk(i).open(j.yearFiling(i)).send("发布", nil).says("已发布")
	}
}

// yearAddedUp: the county's report is its own part and all of these, published,
// verified offline, compared with last year and printed.
func (j *january) yearAddedUp(b *browser) {
	year := fmt.Sprint(fiscal)
	j.day = law.Day(fiscal+1, 1, 20)
	j.office().open("/desk/totals?year=" + year).says(fmt.Sprint(len(j.at)))
	j.office().open("/desk/totals/own?year="+year).send("空白的格都填 0 并保存", nil)
	j.office().open("/desk/totals/list?year="+year).send("以本人名义签署", nil).says("林知远")
	j.office()
	b.open("/desk/totals?year=" + year)
	b.look("year-totals")
	j.office().open("/desk/totals/draft?year="+year).send("写入草稿", nil)
	gov := fmt.Sprintf("/desk/filing/%d/%d", j.county.ID, fiscal)
	head := func() *officer { return j.as("梁仲平", j.county, org.Head) }
	f, err := j.store.Filing(j.t.Context(), org.Program("测试"), j.county.ID, fiscal)
	if err != nil || f.Report == nil {
		j.t.Fatalf("the county's draft: %v", err)
	}
	if got := f.Report.Get("t3.new.total"); got != annual.Num(12) {
		j.t.Errorf("twelve requests came in, the county's draft says %v", got)
	}
	if got := f.Report.Get("t3.carried_out.total"); got != annual.Num(1) {
		j.t.Errorf("one request is open, the county's draft says %v", got)
	}
	o := head().open(gov + "/fill")
	in := given{"dated": fmt.Sprintf("%d-01-20", fiscal+1)}
	for k, c := range f.Report.Form.Chapters {
		if c.Ordinal == "五" || k > 0 && c.Kind == "prose" && strings.TrimSpace(f.Report.Chapters[k]) == "" {
			in[fmt.Sprintf("chapter.%d", k+1)] = "上年报告指出政策解读不够及时，本年已改进；村级公开栏更新不够及时，本年已逐村检查。存在的问题是部分单位台账登记不及时，下一步将按月通报。没有其他需要报告的事项。"
		}
	}
	o.send("保存", in)
	j.hand(head, gov)
	j.office().open(fmt.Sprintf("/desk/collecting/%d/%d", j.county.ID, fiscal)).send("审核通过", nil).says("审核通过")
	head().open(gov).send("发布", nil).says("已发布")

	j.visit = page.Visit{}
	b.open("/reports/C0/" + year)
	b.says("云岭县人民政府").look("year-county")
	b.open(fmt.Sprintf("/reports/compare?a=C0:%d&b=C0:%d", fiscal-1, fiscal))
	b.says("不同的数字", "本年新收").look("year-compare")
	j.verified("/reports/C0/" + year + ".receipt.json")
	for i, name := range []string{"C0", "F00"} {
		res, err := http.Get(j.base + "/reports/" + name + "/" + year + ".pdf")
		if err != nil {
			j.t.Fatal(err)
		}
		file := filepath.Join(j.t.TempDir(), name+".pdf")
		save(j.t, file, res)
		said, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		if err != nil || !strings.Contains(string(said), "收到和处理政府信息公开申请情况") || i == 0 && !strings.Contains(string(said), "云岭县人民政府") {
			j.t.Errorf("the printed report of %s: %v\n%.600s", name, err, said)
		}
		if dir := os.Getenv("COUNTY_SHOTS"); dir != "" {
			exec.Command("pdftoppm", "-r", "60", "-png", file, filepath.Join(dir, "year-paper-"+name)).Run()
		}
	}
}
