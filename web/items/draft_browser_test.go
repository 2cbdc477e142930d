package items

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// draftShot keeps a picture of the page in the folder that SHOTS names, to look
// at.
func draftShot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fitsAt fails if the page is wider than screens of these widths.
func fitsAt(t *testing.T, ctx context.Context, name string, widths ...int64) {
	t.Helper()
	for _, w := range widths {
		browsing.Do(t, ctx, chromedp.EmulateViewport(w, 860))
		if over := browsing.Eval[float64](t, ctx, `document.documentElement.scrollWidth-window.innerWidth`); over > 0 {
			t.Errorf("%s at %d px is %v px too wide", name, w, over)
		}
		draftShot(t, ctx, fmt.Sprintf("%s-%d", name, w))
	}
}

// pasted puts html on the clipboard and pastes it where the caret is.
func pasted(t *testing.T, ctx context.Context, html string) {
	t.Helper()
	browsing.Eval[string](t, ctx, fmt.Sprintf(`(function(){var d=new DataTransfer();d.setData('text/html',%q);document.getElementById('editor').dispatchEvent(new ClipboardEvent('paste',{clipboardData:d,bubbles:true,cancelable:true}));return ''})()`, html))
	browsing.Until(t, ctx, `document.getElementById('said').textContent.indexOf('已粘贴')>=0`)
}

// On a wide screen and on a telephone a clerk uploads a Word file, pastes from
// Word, makes a table by the keyboard, sees what is missing and hands it in.
func TestBrowserDrafting(t *testing.T) {
	x := newDraftDesk(t)
	file := filepath.Join(t.TempDir(), "防汛通知.docx")
	if err := os.WriteFile(file, wordPaper(t), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := browsing.Open(t, 3*time.Minute)
	key := func(js string) { t.Helper(); browsing.Eval[string](t, ctx, "("+js+",'')") }
	for _, width := range []int64{1440, 390} {
		browsing.Do(t, ctx, chromedp.EmulateViewport(width, 860), chromedp.Navigate(x.url+"/desk/items/new"))
		browsing.Until(t, ctx, `document.querySelector('input[type=file]')`)
		fitsAt(t, ctx, "new", width)
		browsing.Do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("input[name=draft]"), []string{file}))
		key(`document.querySelector('form input[name=draft]').form.querySelector('button').click()`)
		browsing.Until(t, ctx, `document.getElementById('editor')&&document.getElementById('editor').isContentEditable`)
		at := browsing.Eval[string](t, ctx, `location.pathname`)
		fitsAt(t, ctx, "edit", width)
		if browsing.Eval[bool](t, ctx, `document.getElementById('f-text').offsetParent!==null`) {
			t.Error("the plain lines are shown beside the editor")
		}
		// Kind decides which fields are asked.
		key(`document.querySelector('[name=kind]').value='publicity'`)
		key(`document.querySelector('[name=kind]').dispatchEvent(new Event('change',{bubbles:true}))`)
		if !browsing.Eval[bool](t, ctx, `document.querySelector('[name=to]').offsetParent!==null&&document.querySelector('[name=until]').offsetParent===null`) {
			t.Error("the fields do not follow the kind")
		}
		key(`document.querySelector('[name=kind]').value='notice'`)
		key(`document.querySelector('[name=kind]').dispatchEvent(new Event('change',{bubbles:true}))`)
		// A paste out of Word at the end of the text.
		key(`(function(){var e=document.getElementById('editor');e.focus();getSelection().selectAllChildren(e);getSelection().collapseToEnd()})()`)
		pasted(t, ctx, `<html><head><style>p.MsoNormal{mso-style-parent:""}</style></head><body><p class=MsoNormal style="text-indent:32pt"><b>粘贴的重点</b>内容<span style="display:none">藏着的话</span></p><p class=MsoNormal>第二段<script>window.hit=1</script></p><table class=MsoTableGrid><tr><td>粘贴表</td><td>数</td></tr><tr><td>西村</td><td>2</td></tr></table></body></html>`)
		if !browsing.Eval[bool](t, ctx, `/粘贴的重点/.test(document.getElementById('editor').innerHTML)&&!/藏着的话|Mso|script/.test(document.getElementById('editor').innerHTML)&&/隐藏文字/.test(document.getElementById('said').textContent)&&!window.hit`) {
			t.Errorf("pasted: %s", browsing.Eval[string](t, ctx, `document.getElementById('editor').innerHTML+document.getElementById('said').textContent`))
		}
		if !browsing.Eval[bool](t, ctx, `[].some.call(document.querySelectorAll('#editor p'),function(p){return p.textContent==='2026年3月5日'})`) {
			t.Error("the paste was joined to the last line")
		}
		// A table by the toolbar, a row more, and one step back.
		key(`document.querySelector('[data-cmd=table]').click()`)
		key(`document.querySelector('[data-do=table]').click()`)
		if n := browsing.Eval[float64](t, ctx, `document.querySelectorAll('#editor table').length`); n != 3 {
			t.Errorf("%v tables", n)
		}
		key(`(function(){var c=document.querySelectorAll('#editor table')[2].rows[1].cells[0];getSelection().collapse(c,0)})()`)
		browsing.Until(t, ctx, `!document.querySelector('[data-do=rowadd]').disabled`)
		key(`document.querySelector('[data-do=rowadd]').click()`)
		if n := browsing.Eval[float64](t, ctx, `document.querySelectorAll('#editor table')[2].rows.length`); n != 4 {
			t.Errorf("%v rows after one more", n)
		}
		key(`document.querySelector('[data-cmd=undo]').click()`)
		if n := browsing.Eval[float64](t, ctx, `document.querySelectorAll('#editor table')[2].rows.length`); n != 3 {
			t.Errorf("%v rows after undoing", n)
		}
		key(`(function(){var c=document.querySelectorAll('#editor table')[2].rows[1].cells[0];getSelection().collapse(c,0)})()`)
		browsing.Until(t, ctx, `!document.querySelector('[data-do=tabledel]').disabled`)
		key(`document.querySelector('[data-do=tabledel]').click()`)
		// It saves by itself, without leaving the page.
		key(`document.getElementById('draft').autosave()`)
		browsing.Until(t, ctx, `/已自动保存/.test(document.getElementById('autosaved').textContent)`)
		f := x.item(at)
		if s := f.Content.Body.Text(); !strings.Contains(s, "粘贴的重点内容") || !strings.Contains(s, "西村\t2") || strings.Contains(s, "藏着的话") {
			t.Errorf("saved by itself: %s", s)
		}
		fitsAt(t, ctx, "edit-full", width)
		// Something is missing: it is said at the top and at the field.
		key(`document.querySelector('[name=made]').value=''`)
		key(`document.querySelector('.savebar button[value=submit]').click()`)
		browsing.Until(t, ctx, `document.getElementById('lacks')&&/还不能送审/.test(document.getElementById('lacks').textContent)`)
		fitsAt(t, ctx, "lacks", width)
		key(`document.querySelector('[name=made]').value='2026-03-05'`)
		key(`document.querySelector('.savebar button[value=submit]').click()`)
		browsing.Until(t, ctx, `location.search==='?done=submitted'`)
		if f = x.item(at); f.Stage != proactive.Reviewing || !strings.Contains(f.Content.Body.Text(), "西村\t2") {
			t.Errorf("handed in: %s %s", f.Stage, f.Content.Body.Text())
		}
	}
	// A returned text shows why, and the marks in it.
	list, err := x.st.Items(t.Context(), org.Program("测试"), store.ItemQuery{Limit: 1})
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	x.as(2, x.town, org.Reviewer, org.Secrecy)
	x.back(list[0].ID, "手机号码请遮盖，责任人写到村。")
	x.as(1, x.town, org.Drafter)
	browsing.Do(t, ctx, chromedp.Navigate(fmt.Sprintf("%s/desk/items/%d/edit", x.url, list[0].ID)))
	browsing.Until(t, ctx, `document.querySelector('.returned')&&document.querySelector('.marked mark')`)
	fitsAt(t, ctx, "returned", 1440, 1366, 768, 390)
	key(`document.querySelector('.savebar button[value=mask]').click()`)
	browsing.Until(t, ctx, `/遮盖了什么/.test(document.body.textContent)`)
	fitsAt(t, ctx, "masked", 1440, 390)
	// The keyboard alone reaches every tool, and larger type breaks nothing.
	if !browsing.Eval[bool](t, ctx, `document.querySelectorAll('.toolbar button[tabindex="0"]').length===1&&[].every.call(document.querySelectorAll('main input:not([type=hidden]),main select,main textarea'),function(e){return e.labels&&e.labels.length||e.getAttribute('aria-label')||e.getAttribute('aria-hidden')==='true'})`) {
		t.Error("a tool has no name or no place for the keyboard")
	}
	key(`document.documentElement.classList.add('elder')`)
	fitsAt(t, ctx, "elder", 1366, 390)
}
