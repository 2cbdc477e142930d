package html

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/internal/doctest"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func read(t *testing.T, s string) *doc.Document {
	t.Helper()
	d, err := Read(context.Background(), "a.html", []byte(s))
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	doctest.Check(t, d)
	return d
}

func want(t *testing.T, d *doc.Document, lines ...string) {
	t.Helper()
	doctest.Want(t, doctest.Dump(d), lines...)
}

func gb(s string) string {
	b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestCharsets(t *testing.T) {
	const body = "<p>㐀𠮷镇收到申请２件</p>"
	for name, page := range map[string]string{
		"utf-8":                   `<meta charset="utf-8">` + body,
		"none, utf-8":             body,
		"none, gb":                gb(body),
		"gb2312 with 4-byte":      gb(`<meta http-equiv="Content-Type" content="text/html; charset=gb2312">` + body),
		"gbk":                     gb(`<meta charset=gbk>` + body),
		"says utf-8, is gb":       gb(`<meta charset="utf-8">` + body),
		"says gb2312, is utf-8":   `<meta charset="gb2312">` + body,
		"utf-8 with mark":         "\ufeff" + `<meta charset="gb2312">` + body,
		"unknown label, gb bytes": gb(`<meta charset="x-nobody">` + body),
	} {
		if got := doctest.Dump(read(t, page)); got != "㐀𠮷镇收到申请２件\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, c := range []struct{ name, in, out string }{
		{"row and column spans", `<table><tr><td colspan=3 rowspan=2>注</td><td colspan=2>申请人情况</td></tr><tr><td>自然人</td><td>总计</td></tr><tr><td rowspan=2>三</td><td colspan=2>（一）</td><td>1</td><td>1</td></tr><tr><td>（二）</td><td>甲</td><td>0</td><td>0</td></tr></table>`,
			"grid 4×5\n|0:注↓2→3|3:申请人情况→2\n|3:自然人|4:总计\n|0:三↓2|1:（一）→2|3:1|4:1\n|1:（二）|2:甲|3:0|4:0\n"},
		{"zero and huge spans", `<table><tr><th colspan=1000000 rowspan=0>题</th></tr><tr></tr><tr></tr></table><table><tr><td>a</td><td rowspan=999999>b</td></tr><tr><td colspan=0>c</td></tr></table>`,
			"题\ngrid 2×2\n|0:a|1:b↓2\n|0:c\n"},
		{"overlapping spans", `<table><tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=2>c</td><td>d</td></tr></table>`,
			"grid 2×3\n|0:a|1:b↓2\n|0:c|2:d\n"},
		{"unused columns", `<table><tr><td colspan=4>信息内容</td><td colspan=6>件数</td></tr><tr><td colspan=4>规章</td><td colspan=6>0</td></tr></table>`,
			"grid 2×2\n|0:信息内容|1:件数\n|0:规章|1:0\n"},
		{"row span ends with its group", `<table><thead><tr><td rowspan=9>a</td><td>b</td></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>`,
			"grid 2×2\n|0:a|1:b\n|0:c|1:d\n"},
		{"end tags left out", `<table><tr><td>a<td>b<tr><td>1<td>2</table>`, "grid 2×2\n|0:a|1:b\n|0:1|1:2\n"},
		{"several paragraphs, breaks and hidden text", "<table><tr><td><p>本年新</p><p>制作\n  数量</p></td><td>一<br>二<span style='display : none'>x</span></td></tr><tr><td>&nbsp;</td><td> 3 </td></tr></table>",
			"grid 2×2\n|0:本年新⏎制作数量|1:一⏎二\n|0:|1:3\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := doctest.Dump(read(t, c.in)); got != c.out {
				t.Errorf("got\n%swant\n%s", got, c.out)
			}
		})
	}
}

func TestLayoutTablesAreUnwrapped(t *testing.T) {
	prose := strings.Repeat("我镇把公开当作本分，逐项核对后发布。", 18)
	d := read(t, `<table><tr><td><a>政务公开目录</a><br><a>办事服务指南与表格下载</a><br><a>互动交流</a></td><td><p>一、总体情况</p><p>`+prose+`</p>
		<table><tr><td>规章</td><td>0</td></tr><tr><td>规范性文件</td><td>2</td></tr></table>
		<p>五、存在的主要问题及改进情况</p></td></tr></table>`)
	want(t, d, "一、总体情况", prose, "grid 2×2", "|0:规章|1:0", "|0:规范性文件|1:2", "五、存在的主要问题及改进情况")
}

func TestNestedDataTableComesOutOnItsOwn(t *testing.T) {
	d := read(t, `<table><tr><td>行政许可</td><td>3</td></tr><tr><td>行政处罚</td><td>0</td></tr><tr><td>附</td>
		<td>1<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table></td></tr></table>`)
	want(t, d, "grid 3×2", "|0:行政许可|1:3", "|0:行政处罚|1:0", "|0:附|1:1", "grid 2×2", "|0:甲|1:1", "|0:乙|1:2")
}

// page is a page as a county site prints it, with everything around the report.
func page() string {
	return `<!DOCTYPE html><html><head><title>石桥镇2023年政府信息公开工作年度报告_青石县人民政府</title>
<meta name="ArticleTitle" content="石桥镇2023年政府信息公开工作年度报告"><meta name="PubDate" content="2024-01-20 09:30">
<meta name="ContentSource" content="石桥镇"><meta name="SiteName" content="青石县人民政府"><meta name="viewport" content="width=device-width">
<style>p{color:red}</style><script>var a = "<p>脚本</p>";</script></head><body>
<form name="aspnetForm"><input type="hidden" value="x">
<div class="top"><a href="/">青石县人民政府</a> <a>无障碍浏览</a> <a>长者模式</a></div>
<ul class="nav"><li><a>首页</a></li><li><a>政务公开</a></li><li><a>办事服务</a></li></ul>
<div class="crumb">您现在所在的位置：<a>首页</a> &gt; <a>政务公开</a> &gt; 政府信息公开年报</div>
<div class="detail"><h1>石桥镇2023年政府信息公开工作年度报告</h1>
<div class="info">来源：石桥镇人民政府 &nbsp; 发布机构：青石县人民政府门户网站 &nbsp; 发布时间：2024-01-20 09:30 &nbsp; 浏览次数：15 字体：【大 中 小】</div>
<div>分享到：</div>
<table class="xxgk"><tr><td>索引号：</td><td>000000000/2024-00012</td><td>发布机构：</td><td>石桥镇</td></tr><tr><td>文号：</td><td></td><td>公开方式：</td><td>主动公开</td></tr></table>
<div class="content"><p style="text-indent:2em">&nbsp;&nbsp;一、总体情况</p>
<p>　　全年主动公开信息36条，<b>办结</b>申请2件。<br>群众评价较好。</p>
<p><strong>二、主动公开政府信息情况</strong></p>
<table border=1><tbody><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>行政规范性文件</td><td>1</td><td>0</td><td>4</td></tr></tbody></table>
<p>三、收到和处理政府信息公开申请情况</p><p><img src="t3.png" width="640"></p>
<p>六、其他需要报告的事项</p><p>本年度没有收取信息处理费。</p><p>石桥镇人民政府</p><p>2024年1月18日</p>
<p><a href="a.docx">石桥镇2023年年度报告.docx</a></p></div>
<div>关联稿件：</div><div>相关附件：</div><div>上一篇：<a>柳河镇2023年报告</a></div><div>【打印本页】</div><div>【关闭窗口】</div>
<div>扫一扫在手机打开当前页</div></div>
<div class="footer"><p>主办单位：青石县人民政府办公室　技术支持：某公司</p><p>版权所有：青石县人民政府　某ICP备00000000号</p></div>
<div>您访问的链接即将离开“青石县人民政府”门户网站，是否继续？</div>
</form></body></html>`
}

func TestPageFurnitureIsLeftOut(t *testing.T) {
	d := read(t, page())
	want(t, d,
		"H1 石桥镇2023年政府信息公开工作年度报告",
		"一、总体情况", "全年主动公开信息36条，办结申请2件。", "群众评价较好。",
		"二、主动公开政府信息情况",
		"grid 4×4", "|0:第二十条第（一）项→4", "|0:信息内容|1:本年制发件数|2:本年废止件数|3:现行有效件数",
		"|0:规章|1:0|2:0|3:0", "|0:行政规范性文件|1:1|2:0|3:4",
		"三、收到和处理政府信息公开申请情况",
		"六、其他需要报告的事项", "本年度没有收取信息处理费。", "石桥镇人民政府", "2024年1月18日")
	meta := map[string]string{}
	for _, m := range d.Meta {
		if meta[m.Name] == "" {
			meta[m.Name] = m.Value
		}
	}
	for k, v := range map[string]string{
		"ArticleTitle": "石桥镇2023年政府信息公开工作年度报告", "PubDate": "2024-01-20 09:30", "SiteName": "青石县人民政府",
		"来源": "石桥镇人民政府", "发布机构": "青石县人民政府门户网站", "发布时间": "2024-01-20 09:30", "索引号": "000000000/2024-00012",
		"公开方式": "主动公开", "附件": "石桥镇2023年年度报告.docx", "viewport": "",
	} {
		if meta[k] != v {
			t.Errorf("meta %s is %q, want %q", k, meta[k], v)
		}
	}
	if len(d.Notes) != 1 || d.Notes[0].Code != "PICTURE-TABLE" {
		t.Errorf("notes %v", d.Notes)
	}
	if !strings.HasPrefix(d.Title, "石桥镇2023年") {
		t.Errorf("title %q", d.Title)
	}
}

func TestReportWordsAreNotFurniture(t *testing.T) {
	for _, s := range []string{
		"分类管理公开目录，逐项更新。", "适老化改造方面，完成栏目调整。", "建议使用统一平台发布信息。", "来源广泛的意见得到吸收。",
		"0", "-", "/", "3.其他", "2024年1月18日", "联系电话：见公开指南", "相关信息及时公开。", "名称：石桥镇人民政府",
	} {
		d := read(t, "<div><p>"+s+"</p><p>"+strings.Repeat("正文。", 20)+"</p></div>")
		if got := doctest.Dump(d); !strings.HasPrefix(got, s+"\n") {
			t.Errorf("%q was taken for furniture: %q", s, got)
		}
	}
}

func TestTextWithTablesInIt(t *testing.T) {
	d := read(t, "# 石桥镇2023年报告\n\n## 一、总体情况\n全年公开36条，\n办结2件。\n<table><tr><td>规章<td>0<tr><td>规范性文件<td>1</table>\n二、下文\n")
	want(t, d, "H1 石桥镇2023年报告", "H2 一、总体情况", "全年公开36条，", "办结2件。", "grid 2×2", "|0:规章|1:0", "|0:规范性文件|1:1", "二、下文")
}

func TestListNumbers(t *testing.T) {
	d := read(t, `<ol style="list-style-type: cjk-ideographic" start=2><li>主动公开政府信息情况</li><li><p>收到和处理情况</p></li></ol><ol><li>甲</li></ol><ul><li>乙</li></ul>`)
	want(t, d, "二、主动公开政府信息情况", "三、收到和处理情况", "1.甲", "乙")
}

func TestMHTML(t *testing.T) {
	body := gb("<html><body><p>一、总体情况</p></body></html>")
	s := "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/html; charset=\"gb2312\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n--x\r\nContent-Type: image/png\r\n\r\nzz\r\n--x--\r\n"
	want(t, read(t, s), "一、总体情况")
	for _, bad := range []string{s[:120], strings.Replace(s, "text/html", "text/plain", 1)} {
		if _, err := Read(context.Background(), "a.mht", []byte(bad)); limit.Code(err) != "BROKEN" {
			t.Errorf("damaged archive: %v", err)
		}
	}
}

func TestHostilePages(t *testing.T) {
	random := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	var fonts strings.Builder
	for i := range 450 {
		fmt.Fprintf(&fonts, "<font a=%d>", i)
	}
	for name, c := range map[string]struct {
		data string
		code string // "" if it must be read
	}{
		"empty":                   {"", "EMPTY"},
		"nothing to read":         {"<html><script>x</script></html>", "EMPTY"},
		"random bytes":            {string(random), "BROKEN"},
		"no tags":                 {"公开", "BROKEN"},
		"deep divs":               {strings.Repeat("<div>", 1_000_000), "TOO-LARGE"},
		"deep tables":             {strings.Repeat("<table><tr><td>", 300_000), "TOO-LARGE"},
		"unclosed fonts":          {fonts.String() + strings.Repeat("<p>文</p>", 100_000), ""},
		"many cells":              {"<table>" + strings.Repeat("<tr><td>1<td>2", 110_000) + "</table>", "TOO-LARGE"},
		"wide rows":               {"<table><tr>" + strings.Repeat("<td colspan=1000000>1", 1000) + "</table>", "TOO-LARGE"},
		"many nodes":              {strings.Repeat("<p>a", 500_000), "TOO-LARGE"},
		"long rows under a span":  {"<table><tr>" + strings.Repeat("<td rowspan=65534>1", 900) + strings.Repeat("<tr><td>1", 20_000) + "</table>", "TOO-LARGE"},
		"nested layout tables":    {strings.Repeat("<table><tr><td>", 60) + "文" + strings.Repeat("</table>", 60), ""},
		"long attribute and text": {"<p class='" + strings.Repeat("nav ", 1<<20) + "'>" + strings.Repeat("公", 1<<20), ""},
	} {
		start := time.Now()
		d, err := Read(context.Background(), "a.html", []byte(c.data))
		if c.code == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else {
				doctest.Check(t, d)
			}
		} else if e := (*limit.Error)(nil); !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, "a.html", []byte("<p>一")); limit.Code(err) != "TIMEOUT" {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		page(), gb(page()), "<table><tr><td colspan=0 rowspan=0>1<td>2<tr><table><tr><td>3</table>",
		"<ol><li>a<li>b</ol><table>x<tr>y<td>z</td></table>", "MIME-Version: 1.0\nContent-Type: text/html\n\n<p>a", "<p>a<br>b<img width=900>&amp;&#x4e00;",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read(context.Background(), "a.html", data)
		if err != nil {
			if e := (*limit.Error)(nil); !errors.As(err, &e) || e.Msg == "" {
				t.Fatalf("error without a sentence: %v", err)
			}
			return
		}
		doctest.Check(t, d)
	})
}

// report is a page of the usual size with the markup Word leaves.
func report() string {
	var b strings.Builder
	p := func(s string) {
		fmt.Fprintf(&b, `<p class="MsoNormal" style="text-indent:32.0pt;line-height:28.0pt;mso-char-indent-count:2.0"><span style="font-size:16.0pt;font-family:仿宋_GB2312;mso-hansi-font-family:宋体">%s</span></p>`, s)
	}
	for range 20 {
		p("我镇按照县里的安排，把与群众关系密切的事项放在公开的首位，逐项核对、逐项发布，并在村务公开栏同步张贴。")
	}
	b.WriteString("<table>")
	for i := range 28 {
		fmt.Fprintf(&b, "<tr style='height:20pt'><td width=120 style='border:solid windowtext 1.0pt'><p class=MsoNormal><span>%d.属于某一类办理结果</span></p></td>", i)
		for range 7 {
			b.WriteString(`<td width=40 valign=top style='width:30.0pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal><span lang=EN-US>0</span></p></td>`)
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>")
	return strings.Replace(page(), "<p>六、其他", b.String()+"<p>六、其他", 1)
}

func BenchmarkRead(b *testing.B) {
	data := []byte(report())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), "a.html", data); err != nil {
			b.Fatal(err)
		}
	}
}
