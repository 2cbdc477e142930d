package desk

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/law/annual"
)

// shoot keeps a picture when DESK_SHOTS names a folder, for people to look at.
func shoot(t testing.TB, ctx context.Context, name string) {
	dir := os.Getenv("DESK_SHOTS")
	if dir == "" {
		return
	}
	for _, w := range []int64{1440, 390} {
		browsing.Do(t, ctx, chromedp.EmulateViewport(w, 900))
		b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		suffix := "-1440.png"
		if w == 390 {
			suffix = "-390.png"
		}
		if err := os.WriteFile(filepath.Join(dir, name+suffix), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	browsing.Do(t, ctx, chromedp.EmulateViewport(1366, 768))
}

func field(id string) chromedp.CSS { return chromedp.CSS(`input[name="` + id + `"]`) }

// pasteInto sends what a spreadsheet's copy sends.
func pasteInto(t testing.TB, ctx context.Context, id, block string) {
	t.Helper()
	b := strings.NewReplacer("\t", `\t`, "\n", `\n`).Replace(block)
	browsing.Eval[bool](t, ctx, `(function(){var el=document.querySelector('input[name="`+id+`"]');el.focus();var d=new DataTransfer();d.setData('text/plain','`+b+`');
		el.dispatchEvent(new ClipboardEvent('paste',{clipboardData:d,bubbles:true,cancelable:true}));return true})()`)
}

func TestBrowserFindingAppearsAndVanishesWhileTyping(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"), chromedp.SendKeys(field("organ"), "云岭县青石镇人民政府"))
	row := "t3.new."
	for _, c := range []string{"natural", "business", "research", "charity", "legal", "other"} {
		browsing.Do(t, ctx, chromedp.SendKeys(field(row+c), "2"))
	}
	browsing.Until(t, ctx, `document.querySelector('input[name="t3.new.total"]').placeholder==='12'`)
	browsing.Do(t, ctx, chromedp.SendKeys(field("t3.new.total"), "11"))
	browsing.Until(t, ctx, `document.querySelector('[data-live="t3"]').textContent.includes('应为 12，现在是 11')`)
	browsing.Until(t, ctx, `document.getElementById('cell-t3-new-total').classList.contains('livebad')`)
	shoot(t, ctx, "fill-live")
	browsing.Eval[bool](t, ctx, `(function(){var e=document.querySelector('input[name="t3.new.total"]');e.value='12';return e.dispatchEvent(new Event('input',{bubbles:true}))})()`)
	browsing.Until(t, ctx, `document.querySelector('[data-live="t3"]').textContent===''`)
	browsing.Until(t, ctx, `!document.getElementById('cell-t3-new-total').classList.contains('livebad')`)
}

func TestBrowserPastesABlockFromASpreadsheet(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"))
	pasteInto(t, ctx, "t3.new.natural", "一、本年新收政府信息公开申请数量\t\t\t4\t1\t0\t0\t0\t0\t5\n二、上年结转政府信息公开申请数量\t\t\t0\t0\t0\t0\t0\t0\t0\n")
	browsing.Until(t, ctx, `document.querySelector('input[name="t3.new.total"]').value==='5'`)
	if got := browsing.Eval[string](t, ctx, `['t3.new.natural','t3.new.business','t3.carried_in.total','t3.granted.natural'].map(function(n){return document.querySelector('input[name="'+n+'"]').value}).join()`); got != "4,1,0," {
		t.Errorf("pasted cells hold %q", got)
	}
	if browsing.Eval[string](t, ctx, `document.querySelector('[data-live="t3"]').textContent`) != "" {
		t.Error("a balanced block is called wrong")
	}
}

func TestBrowserZeroReportAsksAndDownloads(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"), chromedp.SendKeys(field("organ"), "云岭县青石镇人民政府"),
		chromedp.Click(chromedp.CSS(`button[value="zero"]`)))
	browsing.Until(t, ctx, `document.body.textContent.includes('请先勾选确认')`)
	if v := browsing.Eval[string](t, ctx, `document.querySelector('input[name="t3.new.total"]').value`); v != "" {
		t.Fatalf("zero without confirmation: %q", v)
	}
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(`input[name="zero"]`)), chromedp.Click(chromedp.CSS(`button[value="zero"]`)))
	browsing.Until(t, ctx, `document.body.textContent.includes('已按您的确认')`)
	if n := browsing.Eval[int](t, ctx, `[].filter.call(document.querySelectorAll('table.report input'),function(i){return i.value==='0'}).length`); n != 200 {
		t.Errorf("%d cells are zero, the form has 200", n)
	}
	shoot(t, ctx, "fill-zero")
	// What the button sends is a file.
	name := browsing.Eval[string](t, ctx, `(function(){var x=new XMLHttpRequest(),d=new FormData(document.getElementById('fill'));d.set('do','docx');x.open('POST','/fill',false);x.send(d);return x.status+' '+x.getResponseHeader('Content-Disposition')})()`)
	if !strings.HasPrefix(name, "200 attachment") {
		t.Errorf("download answers %q", name)
	}
}

func TestBrowserDropsAFile(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	r := sample("云岭县青石镇人民政府")
	r.Set("t3.result_total.natural", annual.Num(8))
	path := filepath.Join(t.TempDir(), "青石镇.gongkai.json")
	if err := os.WriteFile(path, machine(t, r), 0o600); err != nil {
		t.Fatal(err)
	}
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/check"))
	shoot(t, ctx, "check")
	browsing.Do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(`#f-files`), []string{path}))
	browsing.Until(t, ctx, `document.querySelector('[data-picked]').textContent.includes('青石镇')`)
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(`form.checkform .btn`)))
	browsing.Until(t, ctx, `document.querySelector('#findings .finding')`)
	shoot(t, ctx, "result")
	// The same by dropping: a browser gives the file in the event.
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/check"))
	browsing.Eval[bool](t, ctx, `(function(){var d=new DataTransfer();d.items.add(new File(['x'],'白石镇.docx'));return !document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop',{dataTransfer:d,bubbles:true,cancelable:true}))})()`)
	browsing.Until(t, ctx, `document.querySelector('#f-files').files.length===1&&document.querySelector('[data-picked]').textContent.includes('白石镇.docx')`)
	browsing.Do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(`#f-files`), []string{path}), chromedp.Click(chromedp.CSS(`form.checkform .btn`)))
	browsing.Until(t, ctx, `document.querySelector('#findings .finding')`)
	// Every link inside the page leads somewhere.
	if dead := browsing.Eval[string](t, ctx, `[].map.call(document.querySelectorAll('main a[href^="#"]'),function(a){return decodeURIComponent(a.getAttribute('href').slice(1))}).filter(function(h){return !document.getElementById(h)}).join()`); dead != "" {
		t.Errorf("links lead nowhere: %s", dead)
	}
}

func TestBrowserCopiesRichTextWithItsTables(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	editor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<div id="editor" contenteditable style="min-height:300px">x</div>`))
	}))
	t.Cleanup(editor.Close)
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"), chromedp.SendKeys(field("organ"), "云岭县青石镇人民政府"), chromedp.SendKeys(field("t3.new.total"), "37"),
		chromedp.Click(chromedp.CSS(`[data-rich]`)))
	browsing.Until(t, ctx, `document.querySelector('[data-richdone]').textContent.includes('已复制')`)
	browsing.Eval[bool](t, ctx, `document.getElementById('fill').dispatchEvent(new Event('submit'))`) // else the page asks whether to leave unsaved work
	browsing.Do(t, ctx, chromedp.Navigate(editor.URL), chromedp.Focus(chromedp.CSS("#editor")),
		chromedp.KeyEvent("v", func(p *input.DispatchKeyEventParams) {
			p.Modifiers = 2 // Ctrl
			p.Commands = []string{"paste"}
		}))
	browsing.Until(t, ctx, `document.querySelectorAll('#editor table').length===3`)
	if got := browsing.Eval[string](t, ctx, `(function(){var t=document.querySelectorAll('#editor table')[1];return [t.rows.length,!!t.querySelector('[rowspan]'),!!t.querySelector('[colspan]'),t.textContent.includes('37')].join()})()`); !strings.HasSuffix(got, "true,true,true") {
		t.Errorf("the pasted table has lost its structure: %s", got)
	}
	shoot(t, ctx, "rich-pasted")
}

func TestBrowserWorksWithoutScript(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"), chromedp.SendKeys(field("organ"), "云岭县青石镇人民政府"), chromedp.SendKeys(field("t3.new.total"), "十一"),
		chromedp.Click(chromedp.CSS(`.bar button[value="check"]`)), chromedp.WaitVisible(chromedp.CSS(`#findings`)))
	if v, err := chromedp.Run(ctx, chromedp.AttributeValue(field("t3.new.total"), "value")); err != nil || v.Value != "十一" {
		t.Errorf("what was typed is lost: %q, %v", v.Value, err)
	}
	body, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil || !strings.Contains(body, "“十一”不是件数") {
		t.Errorf("no message at the field: %v", err)
	}
	shoot(t, ctx, "fill-checked")
	if os.Getenv("DESK_SHOTS") != "" {
		browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/rules"))
		shoot(t, ctx, "rules")
		browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/kit"))
		shoot(t, ctx, "kit")
	}
}

// The form asks for the organ's name only where it is needed: an empty form
// loads a draft, turns to another year and says in Chinese what is missing.
func TestBrowserEmptyFormLoadsADraft(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	draft := filepath.Join(t.TempDir(), "青石镇.gongkai.json")
	if err := os.WriteFile(draft, machine(t, sample("云岭县青石镇人民政府")), 0o600); err != nil {
		t.Fatal(err)
	}
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/fill"), chromedp.Click(chromedp.CSS(`[data-rich]`)))
	browsing.Until(t, ctx, `document.querySelector('[data-richdone]').textContent.includes('机关全称')&&document.activeElement.name==='organ'`)
	browsing.Do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS(`#f-draft`), []string{draft}), chromedp.Click(chromedp.CSS(`button[value="load"]`)))
	browsing.Until(t, ctx, `document.querySelector('.done')&&document.querySelector('input[name="organ"]').value==='云岭县青石镇人民政府'`)
	shoot(t, ctx, "fill-loaded")
}

// Notes that only a screen reader reads stand in cells of tables that scroll;
// they must not make the whole page scroll.
func TestBrowserPhonePagesDoNotScrollSideways(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s := stocked(t)
	browsing.Do(t, ctx, chromedp.EmulateViewport(390, 844))
	for _, path := range []string{"/desk/reports", "/desk/reports/YL-01/2025", "/rules", "/kit", "/check", "/fill"} {
		browsing.Do(t, ctx, chromedp.Navigate(s.URL+path))
		if w := browsing.Eval[int](t, ctx, `document.documentElement.scrollWidth`); w > 390 {
			t.Errorf("%s is %d px wide on a screen of 390", path, w)
		}
	}
}

func TestBrowserKitKeepsTheFilesWhenRefusedAndFollowsTheWork(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	s, _ := serve(t)
	var paths []string
	for _, name := range []string{"青石镇", "白石镇", "红石镇"} {
		p := filepath.Join(t.TempDir(), name+".docx")
		if err := os.WriteFile(p, []byte(docx(t, sample("云岭县"+name+"人民政府"))), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/kit"), chromedp.SetUploadFiles(chromedp.CSS(`#f-files`), paths),
		chromedp.SendKeys(chromedp.CSS(`#f-deadline`), "下周五"), chromedp.Click(chromedp.CSS(`form[data-progress] .btn`)))
	browsing.Until(t, ctx, `document.getElementById('f-deadline-d').textContent.includes('不是日期')`)
	if n := browsing.Eval[int](t, ctx, `document.getElementById('f-files').files.length`); n != 3 {
		t.Errorf("%d of 3 files are still chosen", n)
	}
	if id := browsing.Eval[string](t, ctx, `document.activeElement.id`); id != "f-deadline" {
		t.Errorf("the cursor stands in %q", id)
	}
	// What is said while the work goes on outlives the page in the session.
	browsing.Eval[bool](t, ctx, `(function(){document.getElementById('f-deadline').value='2026-01-25';
		new MutationObserver(function(){var l=document.querySelector('[data-busyline]');if(l){sessionStorage.setItem('said',(sessionStorage.getItem('said')||'')+l.textContent+'\n')}}).observe(document.body,{subtree:true,childList:true,characterData:true});return true})()`)
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(`form[data-progress] .btn`)))
	browsing.Until(t, ctx, `/^\/kit\/.+/.test(location.pathname)&&document.querySelector('#organ-3')`)
	if said := browsing.Eval[string](t, ctx, `sessionStorage.getItem('said')||''`); !strings.Contains(said, "/3：") && !strings.Contains(said, "读完了") {
		t.Errorf("the page said %q", said)
	}
}
