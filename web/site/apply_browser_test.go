package site

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdp "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"gongkai/casework"
	"gongkai/internal/browsing"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/store"
	"gongkai/translog"
)

// A phone is a browser with a screen of 390 by 844 in somebody's hand.
type phone struct {
	t    *testing.T
	ctx  context.Context
	base string
	down string // folder of downloads
	shot string // prefix of pictures, "" for none
	n    int
}

func newPhone(t *testing.T, base string, script bool) *phone {
	t.Helper()
	p := &phone{t: t, ctx: browsing.Open(t, 3*time.Minute), base: base, down: t.TempDir()}
	if dir := os.Getenv("SITE_SHOTS"); dir != "" {
		p.shot = filepath.Join(dir, map[bool]string{true: "script", false: "plain"}[script])
	}
	browsing.Do(t, p.ctx, chromedp.EmulateViewport(390, 844))
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(p.ctx, cdp.SetDownloadBehavior, cdp.SetDownloadBehaviorParams{Behavior: cdp.SetDownloadBehaviorBehaviorAllow, DownloadPath: p.down}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *phone) open(path string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Navigate(p.base+path)); err != nil {
		p.t.Fatal(err)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // a string cannot fail
	return string(b)
}

// says fails unless the page comes to say all of these; no page is wider than the
// screen.
func (p *phone) says(words ...string) {
	p.t.Helper()
	body := ""
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		v, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.readyState==='complete'?document.body.textContent.replace(/\s+/g,' '):''`))
		if err != nil {
			continue
		}
		body = v
		all := v != ""
		for _, w := range words {
			all = all && strings.Contains(v, w)
		}
		if !all {
			continue
		}
		if wide := browsing.Eval[int](p.t, p.ctx, `document.documentElement.scrollWidth`); wide > 390 {
			p.t.Errorf("%s is %d wide on a screen of 390", browsing.Eval[string](p.t, p.ctx, `location.pathname`), wide)
		}
		p.picture()
		return
	}
	p.t.Fatalf("%s does not say %q: %.1500s", browsing.Eval[string](p.t, p.ctx, `location.pathname`), words, body)
}

func (p *phone) picture() {
	if p.shot == "" {
		return
	}
	b, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	p.n++
	name := p.shot + "-" + string(rune('a'+p.n/10)) + string(rune('0'+p.n%10)) + ".png"
	if err := os.WriteFile(name, b, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// find marks the element that a script finds.
func (p *phone) find(js string) chromedp.CSS {
	p.t.Helper()
	ok := browsing.Eval[bool](p.t, p.ctx, `(function(){var o=document.querySelector('[data-hand]');if(o)o.removeAttribute('data-hand');var e=`+js+`;if(!e)return false;
		for(var p=e;p;p=p.parentElement)if(p.tagName==='DETAILS')p.open=true;e.setAttribute('data-hand','');e.scrollIntoView({block:'center'});return true})()`)
	if !ok {
		p.t.Fatalf("%s has no %s", browsing.Eval[string](p.t, p.ctx, `location.pathname`), js)
	}
	return chromedp.CSS("[data-hand]")
}

func (p *phone) types(name, words string) {
	p.t.Helper()
	p.find(`[].filter.call(document.querySelectorAll('main [name=` + name + `]'),function(e){return e.type!=='hidden'})[0]`)
	browsing.Eval[bool](p.t, p.ctx, `(function(e){e.focus();e.select();return true})(document.querySelector('[data-hand]'))`)
	if _, err := chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: words}); err != nil {
		p.t.Fatal(err)
	}
}

func (p *phone) taps(words string) {
	p.t.Helper()
	at := p.find(`(function(w){var all=[].filter.call(document.querySelectorAll('main button,main a[href],main label'),function(e){return e.textContent.replace(/\s+/g,' ').indexOf(w)>=0&&!e.classList.contains('hidden')});
		return all.filter(function(e){return e.textContent.trim()===w})[0]||all[0]})(` + quoted(words) + `)`)
	browsing.Do(p.t, p.ctx, chromedp.Click(at))
}

func (p *phone) chooses(field, file string) {
	p.t.Helper()
	browsing.Do(p.t, p.ctx, chromedp.SetUploadFiles(p.find(`document.querySelector('input[type=file][name=`+field+`]')`), []string{file}))
}

// gets waits for a file that ends so and reads it.
func (p *phone) gets(end string) []byte {
	p.t.Helper()
	for stop := time.Now().Add(15 * time.Second); time.Now().Before(stop); time.Sleep(50 * time.Millisecond) {
		list, _ := filepath.Glob(filepath.Join(p.down, "*"+end))
		part, _ := filepath.Glob(filepath.Join(p.down, "*.crdownload"))
		if len(list) == 1 && len(part) == 0 {
			b, err := os.ReadFile(list[0])
			if err != nil {
				p.t.Fatal(err)
			}
			if err := os.Remove(list[0]); err != nil {
				p.t.Fatal(err)
			}
			if len(b) > 0 {
				return b
			}
		}
	}
	p.t.Fatalf("no %s came", end)
	return nil
}

func (p *phone) told(term string) string {
	p.t.Helper()
	return browsing.Eval[string](p.t, p.ctx, `[].filter.call(document.querySelectorAll('dl.receipt div'),function(d){return d.querySelector('dt').textContent===`+quoted(term)+`})[0].querySelector('dd').textContent`)
}

// The whole path of a citizen with a phone: to the organ, the form with mistakes,
// an attachment, a draft gone on with later, the receipt that holds without us,
// the correction, the letter, and what he thinks of it; with script and without.
func TestBrowserCitizenOnAPhone(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(map[bool]string{true: "script", false: "plain"}[script], func(t *testing.T) { citizenOnAPhone(t, script) })
	}
}

func citizenOnAPhone(t *testing.T, script bool) {
	v := newVoiceCounty(t)
	srv := httptest.NewServer(v.handler)
	t.Cleanup(srv.Close)
	p := newPhone(t, srv.URL, script)
	paper := filepath.Join(t.TempDir(), "身份证.pdf")
	if err := os.WriteFile(paper, []byte("%PDF-1.4\n%%EOF\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	p.open("/apply")
	p.says("向哪个机关申请", "当面提交或者邮寄")
	p.types("q", "学区划分")
	p.taps("查找")
	p.says("通常由名称含有“教育”的机关掌握", "云岭县教育局")
	p.types("q", "云岭 青石")
	p.taps("查找")
	p.says("青石镇人民政府")
	p.taps("青石镇人民政府")
	p.says("向青石镇人民政府申请公开", "不问用途")

	// What is published is pointed out.
	p.types("wanted", "你们2025年的年度报告")
	if !script {
		p.taps("看看是不是已经公开")
	}
	p.says("这些已经公开", "青石镇人民政府2025年度政府信息公开工作年度报告", "不用申请了")

	// Mistakes, with an attachment that is kept.
	p.types("wanted", "2025年本镇农田水利工程的资金拨付表")
	p.taps("自然人")
	p.types("name", " ")
	p.types("email", "没有邮箱")
	p.chooses("files", paper)
	p.taps("提交申请")
	p.says("还有几处要改", "附件已经收到", "请填写姓名", "电子邮箱的格式不对", "身份证明1.pdf")

	p.types("name", "甲某某")
	p.types("email", "x@example.cn")
	p.taps("没写完，存草稿")
	p.says("草稿已保存", "草稿码", "2026年3月4日")
	code := p.told("草稿码")
	p.open("/apply/draft")
	p.types("code", "AAAAA-AAAAA")
	p.taps("接着写")
	p.says("没有找到这份草稿")
	p.types("code", strings.ToLower(code))
	p.taps("接着写")
	p.says("向青石镇人民政府申请公开", "身份证明1.pdf")
	if got := browsing.Eval[string](t, p.ctx, `document.querySelector('[name=wanted]').value+document.querySelector('[name=name]').value`); got != "2025年本镇农田水利工程的资金拨付表甲某某" {
		t.Fatalf("the draft holds %q", got)
	}
	p.taps("提交申请")
	p.says("申请已提交", "登记号", "查询码", "与您联系确认", "20个工作日")
	number, query := p.told("登记号"), p.told("查询码")

	p.taps("存证回执文件")
	rec, err := translog.ParseReceipt(p.gets(".json"))
	if err != nil {
		t.Fatal(err)
	}
	keys := v.store.LogKeys()
	if err := translog.VerifyReceipt(rec, keys.Public, keys.Vouches...); err != nil {
		t.Errorf("the receipt does not hold: %v", err)
	}
	p.taps("接收回执 PDF")
	if b := p.gets(".pdf"); !strings.HasPrefix(string(b), "%PDF") {
		t.Errorf("%.20q is no pdf", b)
	}

	p.open("/apply/track")
	p.types("number", number)
	p.types("code", "AAAAA-AAAAA")
	p.taps("查询")
	p.says("没有找到", "带身份证件")
	p.types("code", query)
	p.taps("查询")
	p.says("待确认", "由青石镇人民政府办理")

	do := func(day law.Date) casework.Doing { return casework.Doing{On: day, Today: day} }
	v.office(number, query, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error { return x.Confirm(do(day)) })
	v.office(number, query, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		x.Content.Items = []string{"请写明是哪几个村的工程"}
		return x.AskClarification(cal, do(day), day.AddDays(15))
	})
	v.now = v.now.Add(48 * time.Hour)
	p.open("/apply/track")
	p.types("number", number)
	p.types("code", query)
	p.taps("查询")
	p.says("请补正", "哪几个村", "等待您补正")
	p.taps("提交补正")
	p.says("请写补正的内容")
	p.types("text", "东村和西村")
	p.taps("提交补正")
	p.says("补正已经收到", "答复期限自次日起重新计算")

	v.office(number, query, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		x.Content.Letters = append(x.Content.Letters, casework.Letter{Code: "D02", No: "青政公开告〔2026〕1号", On: day, Body: []string{"决定予以公开。"}, By: 77})
		return x.Decide(cal, do(day), casework.Granted, "青政公开告〔2026〕1号")
	})
	v.office(number, query, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
		return x.Serve(do(day), "online")
	})
	p.taps("查另一件")
	p.says("写提交时得到的登记号")
	p.types("number", number)
	p.types("code", query)
	p.taps("查询")
	p.says("结果：予以公开", "青政公开告〔2026〕1号", "满意吗")
	p.taps("下载 Word")
	if b := p.gets(".docx"); !strings.HasPrefix(string(b), "PK") {
		t.Errorf("%.20q is no document", b)
	}
	p.taps("很满意")
	p.taps("评价")
	p.says("谢谢您的评价")
}
