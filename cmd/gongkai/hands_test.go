package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cdbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// What somebody does with mouse and keyboard in a browser with its scripts on:
// he sees the page he is on, types into fields, presses buttons, chooses files.

func js(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// says fails unless the page comes to say all of these.
func (b *browser) says(words ...string) *browser {
	b.t.Helper()
	var missing []string
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(25 * time.Millisecond) {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.readyState==='complete'?document.body.textContent.replace(/\s+/g,' '):''`))
		if missing = missing[:0]; err == nil {
			for _, w := range words {
				if !strings.Contains(v, w) {
					missing = append(missing, w)
				}
			}
			if len(missing) == 0 && v != "" {
				return b
			}
		}
		if time.Now().After(end) {
			b.t.Fatalf("%s does not say %q:\n%s", b.told("location.pathname"), missing, b.told(`document.querySelector('main').innerText`))
		}
	}
}

// mark puts a mark on the element that a script finds, to be used by a selector.
func (b *browser) mark(find string) string {
	b.t.Helper()
	got := b.told(`(function(){var o=document.querySelector('[data-hand]');if(o)o.removeAttribute('data-hand');var e=` + find + `;if(!e)return '';
		for(var p=e;p;p=p.parentElement)if(p.tagName==='DETAILS')p.open=true;e.setAttribute('data-hand','');e.scrollIntoView({block:'center'});return 'found'})()`)
	if got != "found" {
		b.t.Fatalf("%s has nothing like %s:\n%s", b.told("location.pathname"), find, b.told(`document.querySelector('main').innerText`))
	}
	return "[data-hand]"
}

// named is the script that finds a field: the first of that name that is not
// hidden.
func named(name string) string {
	return `[].filter.call(document.getElementsByName(` + js(name) + `),function(e){return e.type!=='hidden'})[0]`
}

// typed empties a field and types into it, as an input method does.
func (b *browser) typed(name, text string) *browser {
	b.t.Helper()
	at := b.mark(named(name))
	kind := b.told(`(function(e){e.focus();if(e.select)e.select();return e.tagName==='SELECT'||e.type==='date'?'set':''})(document.querySelector('` + at + `'))`)
	if kind == "set" {
		b.told(`(function(e){e.value=` + js(text) + `;['input','change'].forEach(function(n){e.dispatchEvent(new Event(n,{bubbles:true}))})})(document.querySelector('` + at + `'))`)
		return b
	}
	if text == "" {
		b.press("\b")
		return b
	}
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		b.t.Fatal(err)
	}
	if got := b.told(`document.querySelector('` + at + `').value`); strings.ReplaceAll(got, "\r", "") != text {
		b.t.Fatalf("%s holds %q after typing %q", name, got, text)
	}
	return b
}

// fill types into several fields.
func (b *browser) fill(in given) *browser {
	b.t.Helper()
	for k, v := range in {
		b.typed(k, v)
	}
	return b
}

// tick clicks the box of this name and value.
func (b *browser) tick(name, value string) *browser {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(b.mark(`document.querySelector(` + js(fmt.Sprintf("input[name=%q][value=%q]", name, value)) + `)`))))
	return b
}

// choose puts files into a field.
func (b *browser) choose(name string, files ...string) *browser {
	b.t.Helper()
	at := b.mark(`document.querySelector('input[type=file][name=` + name + `]')`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS(at), files))
	return b
}

// click presses the first button or link with these words and waits for the page
// it leads to.
func (b *browser) click(words string) *browser {
	b.t.Helper()
	return b.clickIn("", words)
}

// clickIn is click within what a selector finds.
func (b *browser) clickIn(within, words string) *browser {
	b.t.Helper()
	if within == "" {
		within = "main"
	}
	at := b.mark(`[].filter.call(document.querySelectorAll(` + js(within+" button,"+within+" a[href]") + `),function(e){return e.textContent.replace(/\s+/g,' ').indexOf(` + js(words) + `)>=0&&!e.hidden&&!e.classList.contains('hidden')})[0]`)
	b.told(`window.here=1`)
	b.do(chromedp.Click(chromedp.CSS(at)))
	b.until(`!window.here&&document.querySelector('h1')`)
	return b
}

// pressed clicks the button of this value and waits for the page it leads to.
func (b *browser) pressed(do string) *browser {
	b.t.Helper()
	at := b.mark(`[].filter.call(document.querySelectorAll('main button[name=do]'),function(e){return e.value.replace(/\+next$/,'')===` + js(do) + `&&!e.classList.contains('hidden')})[0]`)
	b.told(`window.here=1`)
	b.do(chromedp.Click(chromedp.CSS(at)))
	b.until(`!window.here&&document.querySelector('h1')`)
	return b
}

// path is the address of the page.
func (b *browser) path() string { return b.told("location.pathname") }

// downloads is what a click leaves in the folder of downloads.
func (b *browser) downloads(words string) string {
	b.t.Helper()
	return b.downloadsBy(`[].filter.call(document.querySelectorAll('main button,main a[href]'),function(e){return e.textContent.replace(/\s+/g,' ').indexOf(` + js(words) + `)>=0})[0]`)
}

// downloadsBy is downloads by the element that a script finds.
func (b *browser) downloadsBy(find string) string {
	b.t.Helper()
	dir := b.t.TempDir()
	if _, err := chromedp.Call(b.ctx, cdbrowser.SetDownloadBehavior, cdbrowser.SetDownloadBehaviorParams{Behavior: cdbrowser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}); err != nil {
		b.t.Fatal(err)
	}
	at := b.mark(find)
	b.do(chromedp.Click(chromedp.CSS(at)))
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		list, err := os.ReadDir(dir)
		if err == nil && len(list) == 1 && !strings.HasSuffix(list[0].Name(), ".crdownload") && !strings.HasPrefix(list[0].Name(), ".") {
			return filepath.Join(dir, list[0].Name())
		}
	}
	b.t.Fatalf("%s on %s gives no file", find, b.path())
	return ""
}

// look keeps a picture of the page at two widths where COUNTY_SHOTS names a
// folder.
func (b *browser) look(name string) *browser {
	b.t.Helper()
	dir := os.Getenv("COUNTY_SHOTS")
	if dir == "" {
		return b
	}
	for _, w := range []int64{390, 1440} {
		b.do(chromedp.EmulateViewport(w, 900))
		picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, w)), picture, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	b.do(chromedp.EmulateViewport(1366, 768))
	return b
}
