package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func TestApplyTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl   *page.Template
		sample page.Page
	}{"pick": {applyPickTemplate, applyPick{}}, "form": {applyFormTemplate, applyForm{}}, "draft": {draftTemplate, draftPage{}}, "saved": {savedTemplate, savedPage{}}, "receipt": {applyReceiptTemplate, applyReceipt{}}, "track": {applyTrackTemplate, applyTracked{}},
		"deadline": {deadlineTemplate, deadlinePage{}}, "fee": {feeTemplate, feePage{}}} {
		if err := c.tmpl.Check(c.sample); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func anApplication(v *voiceCounty) url.Values {
	return url.Values{"organ": {v.qs.Code}, "applicant": {"natural"}, "wanted": {"2025年农田水利工程的资金拨付表"}, "name": {"甲某某"}, "phone": {"13955550001"}, "forms": {"纸质", "随便写的"}, "key": {page.NewKey()}}
}

var applyNumber = regexp.MustCompile(`<dt>登记号</dt><dd>(\d{4}-\d{4})</dd>`)

// applied sends an application and gives its number and code.
func (v *voiceCounty) applied(form url.Values, files ...string) (number, code string) {
	v.t.Helper()
	w := v.post("/apply", form, files...)
	n, c := applyNumber.FindStringSubmatch(w.Body.String()), voiceCode.FindStringSubmatch(w.Body.String())
	if w.Code != 200 || n == nil || c == nil {
		v.t.Fatalf("no receipt: %d %s", w.Code, v.words(w.Body.String()))
	}
	return n[1], c[1]
}

// office works on the file as the organ does.
func (v *voiceCounty) office(number, code string, verb store.RequestVerb) {
	v.t.Helper()
	x, err := v.store.TrackedRequest(v.t.Context(), number, code)
	if err != nil {
		v.t.Fatal(err)
	}
	by := store.By{Viewer: org.Program("测试"), Paper: &act.Paper{On: law.DateOf(v.now)}, Signer: "乙某"}
	if _, err := v.store.WithRequest(v.t.Context(), by, x.ID, x.Version, verb); err != nil {
		v.t.Fatal(err)
	}
}

func (v *voiceCounty) fetch(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// A citizen applies, is asked to correct, corrects, reads the answer, takes the
// letter and says what he thinks, without signing in.
func TestCitizenApplies(t *testing.T) {
	v := newVoiceCounty(t)
	w := v.post("/apply", url.Values{"organ": {v.qs.Code}, "key": {page.NewKey()}})
	if w.Code != 422 {
		t.Fatalf("an empty form: %d", w.Code)
	}
	v.says(w.Body.String(), "请写明需要的政府信息", "请填写姓名", "请至少填写一种联系方式", "请选择申请人类别")
	many := anApplication(v)
	many.Set("wanted", "1、2025年预算表\n2、2025年决算表和说明")
	many.Del("name")
	v.says(v.post("/apply", many).Body.String(), "2 项不同的信息", "不分开也可以")

	form := anApplication(v)
	number, code := v.applied(form)
	if again, c := v.applied(form); again != number || c != code {
		t.Errorf("sent twice it became %s", again)
	}
	track := func() url.Values { return url.Values{"number": {number}, "code": {code}} }
	v.says(v.post("/apply/track", track()).Body.String(), "待确认", "2025年农田水利工程的资金拨付表", "为什么是这一天")
	if w := v.post("/apply/track", url.Values{"number": {number}, "code": {"AAAAA-AAAAA"}}); w.Code != 422 || strings.Contains(w.Body.String(), "资金拨付表") {
		t.Errorf("a wrong code: %d", w.Code)
	}
	do := func(day law.Date) casework.Doing { return casework.Doing{On: day, Today: day} }
	v.office(number, code, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error { return x.Confirm(do(day)) })
	v.office(number, code, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		x.Content.Items = []string{"请写明是哪几个村的工程"}
		return x.AskClarification(cal, do(day), day.AddDays(15))
	})
	v.says(v.post("/apply/track", track()).Body.String(), "请补正", "哪几个村", "等待您补正")
	act := func(kv ...string) url.Values {
		f := track()
		f.Set("key", page.NewKey())
		for i := 0; i+1 < len(kv); i += 2 {
			f.Set(kv[i], kv[i+1])
		}
		return f
	}
	if w := v.post("/apply/act", act("do", "correct")); w.Code != 422 {
		t.Errorf("an empty correction: %d", w.Code)
	}
	v.now = v.now.Add(48 * time.Hour)
	v.says(v.post("/apply/act", act("do", "correct", "text", "东村和西村"), "a.pdf", "%PDF-1.4\n%%EOF\n").Body.String(), "补正已经收到")
	v.office(number, code, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		x.Content.Letters = append(x.Content.Letters, casework.Letter{Code: "D02", No: "青政公开告〔2026〕1号", On: day, Body: []string{"决定予以公开。"}, By: 77})
		if err := x.Decide(cal, do(day), casework.Granted, "青政公开告〔2026〕1号"); err != nil {
			return err
		}
		return nil
	})
	if body := v.post("/apply/track", track()).Body.String(); strings.Contains(body, "青政公开告") {
		t.Error("an answer shows before it is served")
	}
	v.office(number, code, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
		return x.Serve(do(day), "online")
	})
	v.says(v.post("/apply/track", track()).Body.String(), "结果：予以公开", "青政公开告〔2026〕1号", "满意吗", "建议把这项信息主动公开")
	if w := v.post("/apply/letter", act("letter", "1")); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF") {
		t.Errorf("the letter: %d", w.Code)
	}
	if w := v.post("/apply/letter", act("file", "1")); w.Code != 404 {
		t.Errorf("somebody else's file: %d", w.Code)
	}
	v.says(v.post("/apply/act", act("do", "rate", "rating", "5")).Body.String(), "谢谢您的评价")
	if w := v.post("/apply/act", act("do", "rate", "rating", "1")); w.Code != 422 {
		t.Errorf("rated twice: %d", w.Code)
	}
	v.says(v.post("/apply/act", act("do", "suggest")).Body.String(), "建议已经送达")
	if w := v.post("/apply/act", act("do", "withdraw")); w.Code != 422 {
		t.Errorf("withdrawn after the answer: %d", w.Code)
	}
	if w := v.post("/apply/act", act("do", "extend")); w.Code != 400 {
		t.Errorf("what is not offered: %d", w.Code)
	}
}

// An organ whose guide names no way through the internet says where to go.
func TestApplyKeepsToTheGuide(t *testing.T) {
	v := newVoiceCounty(t)
	rec := org.OfficeRecord{Organ: v.qs.ID, Address: "青石镇中街1号", Phone: "0000-0000000", Channels: []org.Channel{{Kind: org.Counter}, {Kind: org.ByPost}}}
	if _, err := v.store.SaveOffice(t.Context(), store.By{Viewer: org.Program("测试")}, rec, 0); err != nil {
		t.Fatal(err)
	}
	body := v.fetch("/apply?organ=" + v.qs.Code).Body.String()
	v.says(body, "没有列出网上渠道", "青石镇中街1号")
	if strings.Contains(body, `name="wanted"`) {
		t.Error("the form is offered all the same")
	}
	if w := v.post("/apply", anApplication(v)); w.Code != 422 {
		t.Errorf("sent all the same: %d", w.Code)
	}
}

func TestCalculators(t *testing.T) {
	v := newVoiceCounty(t)
	v.says(v.fetch("/deadline?received=2026-09-30").Body.String(), "2026年11月3日", "调休上班，计入", "国庆节放假，不计")
	v.says(v.fetch("/deadline?received=2026-11-20&extend=20").Body.String(), "暂定")
	v.says(v.fetch("/deadline?received=2026-09-30&from=2026-10-12&to=2026-10-16").Body.String(), "2026年11月10日", "其间5个工作日不计入期限")
	v.says(v.fetch("/fee?method=items&units=41").Body.String(), "4300元", "第41件")
	for path, says := range map[string]string{"/deadline?received=x": "请写成年-月-日", "/deadline?received=2026-09-30&extend=21": "0至20", "/deadline?received=2026-09-30&from=2026-10-12": "收到答复的日期", "/deadline?received=2001-01-01": "还没有施行",
		"/fee?method=items&units=-1": "之间的整数", "/fee?method=both&units=3": "之间的整数"} {
		w := v.fetch(path)
		if w.Code != 422 {
			t.Errorf("%s: %d", path, w.Code)
		}
		v.says(w.Body.String(), says)
	}
}
