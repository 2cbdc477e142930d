package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/org"
)

const boardPhoto = "\x89PNG\r\n\x1a\n公开栏"

// The towns the quarter speaks of, by their place among the filers.
const (
	diligent = 0 // does what it is asked in time
	slow     = 1 // is late, is ordered to mend it, and appeals
	split    = 4 // is given a part of a task and reports nothing
)

func (j *january) second() *officer    { return j.as("叶书桐", j.county, org.Office) }
func (j *january) head(i int) *officer { return j.as("梁仲平", j.at[i], org.Head) }

// link is the address of the first link whose words contain these.
func (o *officer) link(text string) string {
	o.t.Helper()
	a := find(o.page, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(words(n), text) })
	if a == nil {
		o.t.Fatalf("%s has no link %q:\n%s", o.at, text, o.text)
	}
	return attribute(a, "href")
}

// tick marks boxes of the page, and no others of that name.
func (o *officer) tick(name string, values ...string) *officer {
	for _, n := range all(o.page, func(n *html.Node) bool {
		return n.Data == "input" && attribute(n, "type") == "checkbox" && attribute(n, "name") == name
	}) {
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })
		if slices.Contains(values, attribute(n, "value")) {
			n.Attr = append(n.Attr, html.Attribute{Key: "checked"})
		}
	}
	return o
}

// file is what an address gives for keeping.
func (o *officer) file(path string) []byte {
	o.t.Helper()
	res, err := o.http.Get(o.base + path)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		o.t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return b
}

// A quarter over forty towns and twenty bureaus: the year's work plan is issued
// and split to the towns, they report, February is dispatched and printed, one
// order is given, answered, returned and accepted, the quarter is scored, one
// score is appealed and corrected.
func TestCountyRunsQuarter(t *testing.T) {
	j := newJanuary(t, 40, 20)
	plan := j.plan()
	dispatch := j.dispatch(plan)
	j.order(dispatch)
	round := j.scheme()
	began := time.Now()
	j.score(round)
	t.Logf("scored in %v", time.Since(began).Round(time.Millisecond))
	j.appeal(round)
}

// plan is the county's work plan: a task of every town, one of every bureau, and
// one that the county took on itself and splits. One town does its share, one is
// sent back once, the others are silent.
func (j *january) plan() string {
	j.t.Helper()
	j.day = law.Day(2026, 2, 2)
	plan := j.office().open("/desk/plan/new").send("保存", given{"title": "2026年云岭县政务公开工作要点", "number": "云政办发〔2026〕5号"}).at
	j.office().open(plan+"/import").send("核对", given{"text": "序号\t任务\t责任单位\t完成时限\t佐证材料\n" +
		"1\t更新公开指南和公开目录\t各乡镇\t2026-02-20\t页面链接\n2\t集中公开部门预算\t各部门\t3月底前\t\n3\t规范村务公开栏\t云岭县人民政府\t6月底前\t\n"}).says("没有问题").send("导入 3 条", nil)
	if o := j.clerk(diligent).open("/desk/plan"); strings.Contains(o.text, "云岭县政务公开工作要点") {
		j.t.Error("a town is shown a plan before it is issued")
	}
	o := j.office().open(plan).send("印发", given{"on": "2026-02-02"}).says("2026-02-02 印发")
	guide, boards := o.link("更新公开指南"), o.link("规范村务公开栏")

	o = j.as("林知远", j.county, org.Office, org.Head).open(boards)
	o.open(o.link("分解")).tick("to", fmt.Sprint(j.at[diligent].ID), fmt.Sprint(j.at[split].ID)).send("分解", given{"text": "低保、危房改造名单逐户核对后上墙", "due": "2026-03-20"})
	j.office().open(boards).says("2 个部分", j.filers[diligent].Short, j.filers[split].Short)
	j.clerk(split).open(plan).says("低保、危房改造名单逐户核对后上墙")

	j.day = law.Day(2026, 2, 10)
	j.clerk(diligent).open(guide).send("报送", given{"progress": "电话和地址已更正。", "percent": "60"}).says("60%", "待验收")
	j.office().open(guide).send("退回", given{"opinion": "请附发布页面。"})
	j.clerk(diligent).open(guide).says("请附发布页面。").send("报送", given{"progress": "指南和目录都已更新。", "claims": "1", "link": "https://town.example/zhinan"})
	j.office().open(guide).send("验收通过", nil)
	j.clerk(diligent).open(guide).says("已完成")
	if o := j.clerk(slow).open(guide); strings.Contains(o.text, "指南和目录都已更新") {
		j.t.Error("a town reads its neighbour's progress")
	}
	return plan
}

// dispatch issues February, prints it, and lets the slow town answer. The towns
// that reported are not in it.
func (j *january) dispatch(plan string) string {
	j.t.Helper()
	j.day = law.Day(2026, 2, 25)
	o := j.office().open("/desk/dispatch").says(j.filers[slow].Short, "要点进展")
	if strings.Contains(words(find(o.page, func(n *html.Node) bool { return n.Data == "tbody" })), j.filers[diligent].Short) {
		j.t.Error("who did everything has a gap")
	}
	at := o.send("印发", given{"note": "请各单位月底前销号。"}).says("2026-02-25 印发", "请各单位月底前销号。").at
	for _, f := range []string{"pdf", "docx"} {
		if b := j.office().file(at + "/print?format=" + f); len(b) < 2000 {
			j.t.Errorf("the printed dispatch as %s has %d bytes", f, len(b))
		}
	}
	o = j.clerk(slow).open(at).says("更新公开指南和公开目录", "原因和措施")
	answer := attribute(find(o.page, func(n *html.Node) bool { return strings.HasPrefix(attribute(n, "name"), "answer-") }), "name")
	o.send("提交答复", given{answer: "网站改版，3月初更新。", strings.Replace(answer, "answer", "promise", 1): "2026-03-03"}).says("答复已记录")
	return at
}

// order is given from the gap of the slow town, and struck off in the end.
func (j *january) order(dispatch string) {
	j.t.Helper()
	j.day = law.Day(2026, 3, 4)
	slowly := fmt.Sprintf("%s?organ=%d", dispatch, j.at[slow].ID)
	o := j.office().open(slowly).says("网站改版，3月初更新。")
	at := o.open(o.link("下达整改")).says("更新公开指南").send("下达", given{"due": "2026-03-13", "basis": "县政府办公室2月调度"}).says("整改中", j.filers[slow].Name).at
	if b := j.office().file(at + "/letter/docx"); len(b) < 2000 {
		j.t.Errorf("the letter has %d bytes", len(b))
	}
	j.day = law.Day(2026, 3, 9)
	j.clerk(slow).open(at).send("报送", given{"reply": "已更新。", "link": "https://slow.example/zhinan"})
	j.office().open(at).send("退回", given{"opinion": "目录没有更新。"})
	j.clerk(slow).open(at).says("目录没有更新。").send("报送", given{"reply": "指南、目录都已更新。"}, "file", "截图.pdf", "%PDF-1.4 截图")
	j.office().open(at).send("验收通过", nil).says("已销号")
	j.as("何晓禾", j.at[diligent], org.Drafter)
	if res, err := http.Get(j.base + at); err != nil || res.StatusCode != http.StatusNotFound {
		j.t.Errorf("a neighbour opens the order: %v %v", res.StatusCode, err)
	}
}

// scheme makes a scheme of the shipped one and opens the first quarter.
func (j *january) scheme() string {
	j.t.Helper()
	j.day = law.Day(2026, 4, 3)
	j.office().open("/desk/scores/schemes").send("建立", given{"from": "T"}).send("发布", nil).says("在用")
	o := j.office().open("/desk/scores/new").send("更新名单", given{"year": "2026", "term": "quarter/1"})
	var towns []string
	for i, at := range j.at {
		if j.filers[i].Kind == org.Town {
			towns = append(towns, fmt.Sprint(at.ID))
		}
	}
	round := o.tick("organ", towns...).send("开始这一轮", given{"name": "一季度政务公开考评"}).says("一季度政务公开考评").at
	return j.office().open(round).send("取数", nil).says("取过数").at
}

// score gives points to all that no figure decides, on site with a photo, and has
// the result looked at by a second person and announced.
func (j *january) score(round string) {
	j.t.Helper()
	for i, f := range j.filers {
		if f.Kind != org.Town {
			continue
		}
		sheet := j.sheet(round, i)
		for range 20 {
			o := j.office().open(sheet)
			row := find(o.page, func(n *html.Node) bool {
				return n.Data == "tr" && strings.Contains(words(n), "待评") && find(n, isLink) != nil
			})
			if row == nil {
				break
			}
			o.open(attribute(find(row, isLink), "href"))
			switch {
			case o.offers("give"):
				points := "20"
				if i == slow {
					points = "12"
				}
				o.sendBy("give", given{"points": points, "reason": "现场核查记录"}, "files", "公开栏.png", boardPhoto)
			case o.offers("look"):
				o.sendBy("look", nil)
			default:
				o.sendBy("enter", given{"none": "1", "reason": "本季度没有这项业务"})
			}
		}
	}
	o := j.office().open(round).says("全部评完").send("送复核", nil)
	if o.offers("review") {
		j.t.Error("who scored is offered to review")
	}
	j.second().open(round).send("复核通过", nil).send("公布得分", nil).says("申诉")
}

// sheet is where a filer's score table stands.
func (j *january) sheet(round string, i int) string {
	j.t.Helper()
	o := j.office().open(round + "?q=" + url.QueryEscape(j.filers[i].Short))
	return o.link(j.filers[i].Short)
}

// appeal is made by the slow town, decided by who did not score, and shown.
func (j *january) appeal(round string) {
	j.t.Helper()
	j.day = law.Day(2026, 4, 8)
	sheet := j.sheet(round, slow)
	o := j.head(slow).open("/desk/scores").says("一季度政务公开考评")
	item := sheet + "/items/4.1"
	before := o.open(sheet).says("名次").total()
	at := o.open(item).sendBy("appeal", given{"want": "19", "why": "检查当日公开栏正在更换，次日上午已换新。"}, "why_files", "新公开栏.png", boardPhoto).says("待复核").at
	if o := j.office().open(at).says("不能由您复核"); o.offers("uphold") {
		j.t.Error("who scored is offered to decide the appeal")
	}
	j.second().open(at).sendBy("uphold", given{"to": "18", "reply": "次日照片可以辨认，一块仍旧。"}).says("予以更正")
	after := j.head(slow).open(item).says("12 分改为 18 分", "次日照片可以辨认").open(sheet).says("复核更正").total()
	if !(before < after) {
		j.t.Errorf("the total was %v and is %v", before, after)
	}
	if b := j.head(slow).file(sheet + "/export?format=pdf"); len(b) < 2000 {
		j.t.Errorf("the table has %d bytes", len(b))
	}
	j.day = law.Day(2026, 4, 30)
	j.office().open(round).send("定分", nil).says("已定分")
}

// total is the total of the score table on the page.
func (o *officer) total() float64 {
	o.t.Helper()
	dl := find(o.page, func(n *html.Node) bool { return n.Data == "dl" && strings.Contains(attribute(n, "class"), "scorehero") })
	v, err := strconv.ParseFloat(words(find(dl, func(n *html.Node) bool { return n.Data == "dd" })), 64)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

func isLink(n *html.Node) bool { return n.Data == "a" && attribute(n, "href") != "" }
