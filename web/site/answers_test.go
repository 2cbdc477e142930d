package site

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// answered enters requests of the town that came in over the last days and were
// answered after the days given; a negative number is still open.
func (p *press) answered(t *testing.T, o org.Organ, days ...int) {
	t.Helper()
	var lines []store.LedgerLine
	for i, d := range days {
		x := casework.Ledger{Number: fmt.Sprintf("收%d", i), Channel: deadline.InPerson, Arrived: today().AddDays(-40), Applicant: casework.Natural, Name: "甲某某", Wanted: "工程资金的使用情况"}
		if d >= 0 {
			x.Outcome, x.Answer, x.LetterNo, x.Served, x.Way = casework.Granted, x.Arrived.AddDays(d), fmt.Sprintf("测公开告〔2026〕%d号", i+1), x.Arrived.AddDays(d+1), "ems"
		}
		lines = append(lines, store.LedgerLine{Line: i + 1, Ledger: x})
	}
	if _, err := p.store.ImportLedger(t.Context(), store.By{Viewer: org.Program("测试")}, o.ID, lines); err != nil {
		t.Fatal(err)
	}
}

// How applications are answered is nobody's business until the office says so;
// then it stands there in words, with pictures that have their figures, and a
// share only of ten and more.
func TestAnswersAreShownWhereTheOfficeSaysSo(t *testing.T) {
	p := newPress(t)
	p.answered(t, p.qs, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10, -1)
	p.answered(t, p.bs, 3, -1)
	at := "/open/answers?organ=" + p.qs.Code
	for _, path := range []string{"/open/answers", at, "/open/answers?organ=nobody"} {
		if resp, _ := p.get(t, path); resp.StatusCode != 404 {
			t.Errorf("%s before it was switched on: %d", path, resp.StatusCode)
		}
	}
	if _, b := p.get(t, "/o/"+p.qs.Code); strings.Contains(b, "/open/answers") {
		t.Error("the organ's page leads to what is not shown")
	}
	p.decide(t, p.gov, org.BlockAnswers)
	s := words(p.see(t, at))
	for _, w := range []string{"收到政府信息公开申请 12 件", "已经答复 11 件", "还有 1 件在办理", "没有超过法定期限", "结果：予以公开 11 件", "给了全部或者部分信息的占 100%"} {
		if !strings.Contains(s, w) {
			t.Errorf("%s does not say %q: %s", at, w, s)
		}
	}
	_, b := p.get(t, at)
	if n := strings.Count(b, "<svg viewBox=\"0 0 400"); n != 4 || strings.Count(b, "<summary>数据表</summary>") != 4 {
		t.Errorf("%d pictures", n)
	}
	small := words(p.see(t, "/open/answers?organ="+p.bs.Code))
	if !strings.Contains(small, "不足 10 件") || strings.Contains(strings.ReplaceAll(small, "按期的占", ""), "%") || strings.Contains(small, "数据表") {
		t.Errorf("two requests: %s", small)
	}
	county := words(p.see(t, "/open/answers"))
	for _, w := range []string{"申请 14 件", p.qs.Name, p.bs.Name, "件数少"} {
		if !strings.Contains(county, w) {
			t.Errorf("the county does not say %q: %s", w, county)
		}
	}
	if _, b := p.get(t, "/o/"+p.qs.Code); !strings.Contains(b, at) {
		t.Error("the organ's page does not lead there")
	}
	p.set(t, p.bs, org.BlockAnswers, org.Off)
	if resp, _ := p.get(t, "/open/answers?organ="+p.bs.Code); resp.StatusCode != 404 {
		t.Errorf("a town that decided against it: %d", resp.StatusCode)
	}
	if s := words(p.see(t, "/open/answers")); strings.Contains(s, p.bs.Name) {
		t.Error("the county names a town that decided against it")
	}
	if year := words(p.see(t, at+"&year=2020")); !strings.Contains(year, "没有登记") {
		t.Error(year)
	}
}

// What is published is pointed out to who is about to apply, whatever stands
// around the words; what was taken down is not.
func TestPublishedItemsArePointedOut(t *testing.T) {
	p := newPress(t)
	if err := p.store.OpenSearch(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	p.publish(t, proactive.Notice, proactive.Content{Title: "关于农田水利工程资金拨付情况的公告", Category: "20.15", DocNo: "青政〔2026〕8号", Made: today(), Body: wording("拨付表见附件。")})
	gone, _ := p.publish(t, proactive.Notice, proactive.Content{Title: "关于农田水利工程资金核减的公告", Category: "20.15", Made: today(), Body: wording("内容。")})
	if _, err := p.store.FeedSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.remove(t, gone)
	s := New(p.cfg, p.store, page.Link{})
	ask := func(wanted string) string {
		t.Helper()
		list, err := s.suggestions(t.Context(), p.qs, wanted)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, x := range list {
			out = append(out, x.Title)
		}
		return strings.Join(out, "；")
	}
	for _, wanted := range []string{"我想申请公开青石镇人民政府2025年农田水利工程资金拨付的有关材料", "请提供青政〔2026〕8号文件", "农田水利工程资金"} {
		if got := ask(wanted); got != "关于农田水利工程资金拨付情况的公告" {
			t.Errorf("%s: %q", wanted, got)
		}
	}
	for _, wanted := range []string{"村里水井的照片", "公告", "某人的住址和电话"} {
		if got := ask(wanted); got != "" {
			t.Errorf("%s: %q", wanted, got)
		}
	}
}

func TestAnswersTemplateFitsItsPage(t *testing.T) {
	if err := answersTemplate.Check(answersPage{}); err != nil {
		t.Error(err)
	}
}
