package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gongkai/law"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/translog"
)

// A requestStory is one application from a telephone to the answer after review.
type requestStory struct {
	*january
	b            *browser
	number, code string
	file         string // address on the desk
}

// Someone applies on a telephone, the town asks back, consults, extends, covers
// and discloses in part, the leader signs on paper; after review it is answered
// anew. Every date says why.
func TestBrowserRequestFromPhoneToReview(t *testing.T) {
	j := newJanuary(t, 1, 0)
	if _, err := j.store.SaveRemedies(t.Context(), store.By{Viewer: org.Program("测试")}, j.at[0].ID, 0, []org.Remedy{{Kind: org.Review, Name: "云岭县人民政府", Web: "https://fy.example.gov.cn", Basis: "《行政复议法》第二十四条"},
		{Kind: org.Court, Name: "云岭县人民法院", Basis: "《行政诉讼法》第十八条"}}); err != nil {
		t.Fatal(err)
	}
	r := &requestStory{january: j, b: newBrowser(t, j.base)}
	for _, part := range []struct {
		name string
		do   func(*requestStory)
	}{{"applied for", (*requestStory).applied}, {"asked back", (*requestStory).askedBack}, {"consulted and extended", (*requestStory).consulted},
		{"covered and disclosed in part", (*requestStory).disclosed}, {"fetched with its proof", (*requestStory).fetched}, {"corrected by review", (*requestStory).reviewed}} {
		t.Run(part.name, func(t *testing.T) {
			j.t, r.b = t, &browser{t, r.b.ctx, j.base}
			part.do(r)
		})
		if t.Failed() {
			return
		}
	}
}

func (r *requestStory) citizen(path string) *browser {
	r.b.t.Helper()
	r.b.do(chromedp.EmulateViewport(390, 844))
	r.b.open(path)
	if wide := r.b.told("document.documentElement.scrollWidth>innerWidth"); wide == "true" {
		r.b.t.Errorf("%s is wider than a telephone", path)
	}
	return r.b
}

// at the desk sits somebody with these roles, and opens the file.
func (r *requestStory) at(name string, roles ...org.Role) *browser {
	r.b.t.Helper()
	r.as(name, r.january.at[0], roles...)
	r.b.do(chromedp.EmulateViewport(1366, 768))
	r.b.open(r.file)
	return r.b
}

func (r *requestStory) clerk() *browser { r.b.t.Helper(); return r.at("何晓禾", org.Handler) }

// does fills in the form of the file that does this and sends it.
func (r *requestStory) does(do string, in given, files ...string) *browser {
	r.b.t.Helper()
	b := r.b
	form := `[].filter.call(document.querySelectorAll('main input[name=do]'),function(e){return e.value===` + js(do) + `})[0].closest('form')`
	for name, value := range in {
		got := b.told(`(function(f){var e=f.elements[` + js(name) + `];if(!e)return 'none';if(e.type==='checkbox')e.checked=true;else e.value=` + js(value) + `;return e.type==='checkbox'?'':e.value})(` + form + `)`)
		if got != "" && got != value || got == "" && value != "" && value != "1" {
			b.t.Fatalf("%s on %s: the field %s holds %q", do, b.path(), name, got)
		}
	}
	if len(files) > 0 {
		at := b.mark(form + `.querySelector('input[type=file]')`)
		b.do(chromedp.SetUploadFiles(chromedp.CSS(at), files))
	}
	at := b.mark(form + `.querySelector('button:not([type=button])')`)
	b.told(`window.here=1`)
	b.do(chromedp.Click(chromedp.CSS(at)))
	b.until(`!window.here&&document.querySelector('h1')`)
	return b
}

// why is the derivation of the day the answer is due.
func (r *requestStory) why(words ...string) {
	r.b.t.Helper()
	got := r.b.told(`document.querySelector('aside ol.why').textContent.replace(/\s+/g,' ')`)
	for _, w := range words {
		if !strings.Contains(got, w) {
			r.b.t.Errorf("why it is due then lacks %q: %s", w, got)
		}
	}
}

func (r *requestStory) applied() {
	b := r.citizen("/apply")
	r.day = law.Day(2026, 3, 2)
	b.typed("q", r.january.at[0].Short)
	b.click("查找").click(r.january.at[0].Name).says("不问用途")
	b.typed("wanted", "2025年农村公路养护工程的验收材料和资金拨付表")
	b.told(`document.querySelector('input[name=applicant]').checked=true`)
	b.typed("name", " ")
	b.typed("email", "没有邮箱")
	b.click("提交申请").says("请填写姓名", "电子邮箱的格式不对")
	b.typed("name", "甲某某")
	b.typed("email", "x@example.cn")
	b.click("提交申请").says("申请已提交", "查询码", "20个工作日").look("request-receipt")
	told := func(term string) string {
		return b.told(`[].filter.call(document.querySelectorAll('dl.receipt div'),function(d){return d.querySelector('dt').textContent===` + js(term) + `})[0].querySelector('dd').textContent`)
	}
	r.number, r.code = told("登记号"), told("查询码")
	r.holds(b.downloads("存证回执文件"))
}

func (r *requestStory) read(file string) []byte {
	r.b.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		r.b.t.Fatal(err)
	}
	return data
}

// holds fails unless a receipt proves that its act is in the log.
func (r *requestStory) holds(file string) {
	r.b.t.Helper()
	receipt, err := translog.ParseReceipt(r.read(file))
	if err != nil {
		r.b.t.Fatal(err)
	}
	keys := r.store.LogKeys()
	if err := translog.VerifyReceipt(receipt, keys.Public, keys.Vouches...); err != nil {
		r.b.t.Errorf("the receipt does not hold: %v", err)
	}
}

func (r *requestStory) askedBack() {
	r.file = "/desk/requests"
	b := r.clerk()
	b.open("/desk/requests?q=" + r.number)
	b.clickIn("main table", "").look("request-file")
	r.file = b.path()
	r.clerk()
	r.does("confirm", nil).says("已")
	r.day = law.Day(2026, 3, 4)
	r.clerk()
	b.open(r.file + "/letters/new/N02")
	b.look("request-letter")
	b.fill(given{"f_items": "请写明是哪一条公路的工程", "f_by": "2026年3月25日"})
	b.pressed("save").says("补正告知书")
	r.clerk()
	r.does("correct", given{"items": "请写明是哪一条公路的工程", "until": "2026-03-25"}).says("等待申请人补正")
	r.day = law.Day(2026, 3, 9)
	r.track().says("请补正", "哪一条公路")
	b.typed("text", "青石镇东村公路")
	b.click("提交补正").says("补正已经收到")
	r.clerk()
	r.why("重新计算")
}

func (r *requestStory) track() *browser {
	r.b.t.Helper()
	b := r.citizen("/apply/track")
	b.typed("number", r.number)
	b.typed("code", r.code)
	return b.click("查询")
}

func (r *requestStory) consulted() {
	r.clerk()
	r.does("consult", given{"kind": "third", "delivered": "2026-03-10"})
	r.day = law.Day(2026, 3, 20)
	r.clerk()
	r.does("hear", given{"opinion": "object", "text": "施工单位说明分项单价是其投标的秘密，公开会使其在下次投标中不利；经核，理由成立。"})
	r.clerk()
	r.why("征求第三方意见", "不计入期限")
	r.does("extend", given{"days": "10"}).says("同意") // a clerk may not
	r.at("梁仲平", org.Head)
	r.does("extend", given{"days": "10"})
	r.clerk()
	r.why("延长")
}

// paper is a pdf with these lines.
func (r *requestStory) paper(name string, lines ...string) string {
	r.b.t.Helper()
	var b bytes.Buffer
	if err := render.LetterPDF(&b, reporting.Letter{Title: name, To: "青石镇人民政府", Text: strings.Join(lines, "\n"), From: "项目部", Dated: law.Day(2025, 12, 1)}, r.cfg.Fonts); err != nil {
		r.b.t.Fatal(err)
	}
	file := filepath.Join(r.b.t.TempDir(), name+".pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		r.b.t.Fatal(err)
	}
	return file
}

func (r *requestStory) disclosed() {
	b := r.clerk()
	file := r.paper("资金拨付表", "工程名称：东村公路养护工程。", "分项单价：路基每米三百二十一元。", "拨付总额：四十二万元。")
	r.does("find", given{"what": "search", "text": "何晓禾于三月二十日查本镇工程档案，以工程名称查得资金拨付表一份。"}, file)
	b.says("资金拨付表.pdf")
	b.open(b.told(`document.querySelector('main a[href*="/redact/"]').getAttribute("href")`))
	b.typed("ground", "trade")
	b.typed("find", "三百二十一元")
	b.pressed("find").says("新加了 1 处").look("request-redact")
	b.pressed("make").says("两个文件与记录一致", "记录与办理留痕一致").look("request-redacted")
	shown := textOfPDF(b.t, r.read(b.downloads("下载遮盖后的文件")))
	if strings.Contains(shown, "三百") || !strings.Contains(shown, "拨付总额") {
		b.t.Errorf("the covered file reads %q", shown)
	}
	b.open(r.file + "/letters/new/D03")
	b.fill(given{"f_what": "资金拨付表一页", "f_withheld": "一项分项单价", "f_why": "属于第三方的商业秘密，第三方不同意公开", "f_article": "第十五条", "f_form": "电子文件，凭查询码下载", "no": "青政公开告〔2026〕1号"})
	b.told(`document.querySelector('[name=net]').checked=true`)
	b.pressed("preview").says("申请行政复议", "先").look("request-answer")
	b.pressed("save").says("已保存", "青政公开告〔2026〕1号")
	r.clerk()
	r.does("find", given{"what": "ground", "text": "分项单价是施工单位的商业秘密，第三方不同意公开，不公开对公共利益没有重大影响。"})
	r.clerk()
	r.does("decide", given{"outcome": "partial"}).says("答复须经签发")
	r.clerk()
	r.does("decide", given{"outcome": "partial", "paper": "2026-03-20", "signer": "梁仲平"}, r.paper("签批单", "同意。")).says("部分公开")
	r.clerk()
	r.does("serve", given{"way": "online"}).says("已办结").look("request-closed")
	r.why("延长", "重新计算")
}

// fetched: the applicant has the letter with the right remedy, the covered text
// and a proof that the log holds.
func (r *requestStory) fetched() {
	b := r.track().says("部分公开", "青政公开告〔2026〕1号", "资金拨付表")
	b.look("request-tracked")
	if covered := textOfPDF(b.t, r.read(b.downloadsBy(`[].filter.call(document.querySelectorAll('main li'),function(e){return e.textContent.indexOf('（遮盖）')>=0})[0].querySelector('a,button')`))); strings.Contains(covered, "三百") || !strings.Contains(covered, "拨付总额") {
		b.t.Errorf("the applicant reads %q", covered)
	}
	r.holds(b.downloads("存证"))
	text := textOfPDF(b.t, r.read(b.downloads("下载 PDF")))
	for _, w := range []string{"第三十七条", "行政复议", "60日", "先向云岭县人民政府", "fy.example.gov.cn"} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), w) {
			b.t.Errorf("the letter lacks %q: %s", w, text)
		}
	}
}

// reviewed: review annuls, the town answers anew within its own days; table 三
// counts one request once, table 四 one correction.
func (r *requestStory) reviewed() {
	r.day = law.Day(2026, 4, 20)
	r.clerk()
	r.does("remedy", given{"kind": "review", "before": "云岭县人民政府"}, r.paper("复议申请书副本", "请求撤销。")).says("书面答复期限")
	r.day = law.Day(2026, 5, 25)
	r.clerk()
	r.does("remedyend", given{"ending": "ordered"}, r.paper("复议决定书", "责令十五个工作日内重新答复。"))
	r.clerk()
	r.does("reopen", given{"days": "15"}).says("重新答复").look("request-reopened")
	r.why("15")
	b := r.b
	b.open(r.file + "/letters/new/D02")
	b.fill(given{"f_what": "资金拨付表一页", "f_form": "电子文件", "no": "青政公开告〔2026〕2号"})
	b.pressed("save").says("已保存", "青政公开告〔2026〕2号")
	r.clerk()
	r.does("decide", given{"outcome": "granted", "paper": "2026-05-25", "signer": "梁仲平"}, r.paper("签批单", "同意。"))
	r.clerk()
	r.does("serve", given{"way": "email", "to": "x@example.cn"}).says("已办结")
	three, err := r.store.TableThree(b.t.Context(), r.january.at[0].ID, 2026, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	want := map[string]map[string]int{"new": {"natural": 1, "total": 1}, "partial": {"natural": 1, "total": 1}, "result_total": {"natural": 1, "total": 1}}
	if !reflect.DeepEqual(three, want) {
		b.t.Errorf("table three is %v, want %v", three, want)
	}
	four, err := r.store.TableFour(b.t.Context(), r.january.at[0].ID, 2026)
	if err != nil {
		b.t.Fatal(err)
	}
	if got := fmt.Sprint(four); !strings.Contains(got, "corrected:1") {
		b.t.Errorf("table four is %v, want one result corrected", four)
	}
}

func textOfPDF(t *testing.T, data []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		missing := "pdftotext is missing: apt-get install poppler-utils"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	c := exec.Command(tool, "-", "-")
	c.Stdin = bytes.NewReader(data)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}
