package rich

import (
	"strings"
	"testing"
)

// wordPaste is what Word puts on the clipboard, with what clerks forget in it.
const wordPaste = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>某人</o:Author></o:DocumentProperties></xml><![endif]-->
<style><!-- /* Style Definitions */ p.MsoNormal, li.MsoNormal {mso-style-unhide:no; text-align:justify;} .hid {display:none;} span.GramE {mso-style-name:"";} --></style></head>
<body lang=ZH-CN><!--StartFragment-->
<p class=MsoNormal align=center style='text-align:center'><span style='font-size:22.0pt;font-family:方正小标宋简体'>关于印发办法的
通知<o:p></o:p></span></p>
<p class=MsoNormal>各乡镇人民政府：</p>
<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'>现将《<b>办
法</b>》印发给你们。<del cite="mailto:某人" datetime="2026-01-02T10:00">原定三月施行。</del><ins cite="mailto:某人">自四月一日起施行。</ins></p>
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:黑体'>一、总则</span></p>
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:楷体_GB2312'>（一）范围</span></p>
<p class=MsoNormal style='text-indent:32.0pt'>本县。<span style='display:none;mso-hide:all'>内部掌握</span><span style='color:white'>不公开的数</span><span class=hid>样式里藏着</span></p>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>甲项</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span><![endif]>乙项</p>
<p class=MsoListParagraph style='mso-list:l1 level2 lfo2'><![if !supportLists]><span style='font-family:Wingdings;mso-list:Ignore'>Ø<span>&nbsp;</span></span><![endif]>乙项之一</p>
<p class=MsoNormal style='mso-list:l2 level1 lfo3;text-indent:32pt'><![if !supportLists]><span style='mso-list:Ignore'>第一条<span>&nbsp;</span></span><![endif]>条文</p>
<table class=MsoTableGrid border=1 cellspacing=0><thead><tr><td rowspan=2 style='background:#1F4E79'><p class=MsoNormal align=center style='text-align:center'><b><span style='color:white'>单位</span></b></p></td><td colspan=2><p class=MsoNormal align=center style='text-align:center'>金额</p></td></tr></thead>
<tr><td>上年</td><td>本年</td></tr><tr><td>甲局</td><td><p class=MsoNormal align=right style='text-align:right'>1</p></td><td><p class=MsoNormal align=right style='text-align:right'>2</p><p class=MsoNormal align=right style='text-align:right'>（预算）</p></td></tr></table>
<p class=MsoNormal style='text-indent:32pt'>见<a href="https://www.example.org/a?b=1&amp;c=2"><span style='color:blue;text-decoration:underline'>附件</span></a>，<a href="file:///D:/底稿.docx">底稿</a>，<s>旧价</s>新价，10m<sup>2</sup>，H<sub>2</sub>O。</p>
<p class=MsoNormal align=right style='text-align:right'>某县人民政府</p>
<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>这段别发</p></div></div>
<div style='mso-element:footer'><p class=MsoFooter>— 1 —</p></div>
<!--EndFragment--></body></html>`

// A paste from Word becomes the document its reader sees on the screen, and
// what the reader does not see is named.
func TestAPasteFromWord(t *testing.T) {
	b, dropped := FromHTML(wordPaste, nil)
	want := `<p class="center">关于印发办法的通知</p>
<p class="flush">各乡镇人民政府：</p>
<p>现将《<strong>办法</strong>》印发给你们。自四月一日起施行。</p>
<h2>一、总则</h2>
<h3>（一）范围</h3>
<p>本县。</p>
<ol><li>甲项</li>
<li>乙项<ul><li>乙项之一</li></ul></li></ol>
<p>第一条条文</p>
<div class="scroll" tabindex="0"><table class="grid">
<tr><th rowspan="2" class="center"><strong>单位</strong></th><th colspan="2" class="center">金额</th></tr>
<tr><td>上年</td><td>本年</td></tr>
<tr><td>甲局</td><td class="right">1</td><td class="right">2<br>（预算）</td></tr>
</table></div>
<p>见<a href="https://www.example.org/a?b=1&amp;c=2">附件</a>，底稿，旧价新价，10m<sup>2</sup>，H<sub>2</sub>O。</p>
<p class="right">某县人民政府</p>
`
	if got := b.HTML(nil); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	said := map[Why]string{}
	for _, d := range dropped {
		said[d.Why] = d.Sentence()
		if d.Leak() != (d.Why == Hidden || d.Why == Faint || d.Why == Deleted || d.Why == Comment) {
			t.Errorf("%s is said to leak: %v", d.Why, d.Leak())
		}
	}
	for why, text := range map[Why]string{Deleted: "原定三月施行", Hidden: "内部掌握”“样式里藏着", Faint: "不公开的数", Comment: "这段别发", BadLink: "底稿", Struck: "旧价", Margin: "— 1 —"} {
		if !strings.Contains(said[why], text) {
			t.Errorf("%s: %q does not name %s", why, said[why], text)
		}
	}
}

// Cases of other sources, each with what a reader of it would expect.
func TestPastesOfOtherPrograms(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"paragraphs made of line breaks", "第一段<br><br>第二段<br>　　第三段<br>同段", "<p>第一段</p>\n<p>第二段</p>\n<p>第三段<br>同段</p>\n"},
		{"an editor's div lines", "<div>一</div><div>二</div><div><br></div>三", "<p>一</p>\n<p>二</p>\n<p>三</p>\n"},
		{"a line of the source that ends in Chinese text", "<p>政府\n信息 open\ngovernment</p>", "<p>政府信息 open government</p>\n"},
		{"Google's bold that is none", `<b style="font-weight:normal"><p>一</p><span style="font-weight:700">粗</span></b>`, "<p>一</p>\n<p><strong>粗</strong></p>\n"},
		{"WPS with fonts by attribute", `<p><font face="宋体" color="#000000">文</font><font color="#ffffff">藏</font></p>`, "<p>文</p>\n"},
		{"white on a dark cell is seen", `<table><tr bgcolor="#003366"><td><font color=white>表头</font></td><td>一</td></tr></table>`,
			"<div class=\"scroll\" tabindex=\"0\"><table class=\"grid\">\n<tr><td>表头</td><td>一</td></tr>\n</table></div>\n"},
		{"black on black is not", `<p style="background:#000;color:#000">涂黑的姓名</p><p>文</p>`, "<p>文</p>\n"},
		{"light text of a dark page that was not copied", `<p style="color:#fff">一</p><p style="color:rgb(250,250,250)">二<span style="display:none">藏</span></p>`, "<p>一</p>\n<p>二</p>\n"},
		{"a table that arranges the page", `<table><tr><td><p>一</p><table><tr><td>1</td><td>2</td></tr></table></td></tr></table>`,
			"<p>一</p>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"grid\">\n<tr><td>1</td><td>2</td></tr>\n</table></div>\n"},
		{"headings from the first level", "<h1>一</h1><h2>二</h2><h1>三</h1>", "<h2>一</h2>\n<h3>二</h3>\n<h2>三</h2>\n"},
		{"one title", "<h1>题</h1><h2>一</h2><h3>二</h3><h6>三</h6>", "<h2>题</h2>\n<h2>一</h2>\n<h3>二</h3>\n<h4>三</h4>\n"},
		{"numbers that are not ours stay as they are", `<ol start=3><li>丙</li></ol><ol type=a><li><p>甲</p></li></ol><ol style="list-style-type:cjk-ideographic"><li>一事</ol>`,
			"<p>3. 丙</p>\n<p>a. 甲</p>\n<p>一、一事</p>\n"},
		{"a list goes on after its sublist", "<ol><li>一<ul><li>甲</li></ul></li><li>二</li></ol>", "<ol><li>一<ul><li>甲</li></ul></li>\n<li>二</li></ol>\n"},
		{"lines of an entry", "<ul><li><p>一</p><p>二</p></li></ul>", "<ul><li>一<br>二</li></ul>\n"},
		{"a list in a cell", "<table><tr><td><ol><li>甲<li>乙</ol></td><td>1</td></tr></table>",
			"<div class=\"scroll\" tabindex=\"0\"><table class=\"grid\">\n<tr><td>1. 甲<br>2. 乙</td><td>1</td></tr>\n</table></div>\n"},
		{"pictures that are known", `<p>前<img src="/f/7" alt="流程图">后</p><img src="https://other.example/x.png" alt="外图"><img src=/f/8 width=1 height=1>`,
			"<p>前后</p>\n<figure class=\"picture\"><img src=\"/f/7\" alt=\"流程图\"></figure>\n"},
		{"words of a script are no words", "<p>文<script>var 甲=1</script></p><noscript>请打开脚本</noscript><style>.乙{}</style>", "<p>文</p>\n"},
		{"text written out", "<pre>一  行\n二</pre>", "<p>一&nbsp;&nbsp;行<br>二</p>\n"},
		{"a hidden row", `<table><tr><td>1</td><td>2</td></tr><tr style="display:none"><td>藏</td><td>藏</td></tr></table>`,
			"<div class=\"scroll\" tabindex=\"0\"><table class=\"grid\">\n<tr><td>1</td><td>2</td></tr>\n</table></div>\n"},
	} {
		b, _ := FromHTML(c.src, fileOf)
		if got := b.HTML(fileURL); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// A mark stands around the very characters that its line and runes name, also
// where forms change inside it, and its id stands once.
func TestMarksStandWhereLinesSay(t *testing.T) {
	b := Body{Blocks: []Block{
		{Kind: Para, Spans: []Span{{Text: "联系电话"}, {Text: "13800", Bold: true}, {Text: "000000。"}}},
		{Kind: Grid, Spans: []Span{{Text: "名单"}}, Rows: []Row{{Cells: []Cell{{Spans: []Span{{Text: "姓名"}}}, {Spans: []Span{{Text: "甲"}}}}}}},
		{Kind: Picture, Image: &Image{File: 3, Alt: "张贴现场"}},
	}}
	got := b.HTMLMarked(fileURL, []Highlight{{Line: 0, From: 4, To: 15, Class: "phone", Title: "电话", ID: "m1"}, {Line: 0, From: 10, To: 99, Class: "x"},
		{Line: 2, From: 0, To: 1, Class: "name"}, {Line: 3, From: 0, To: 2}, {Line: 4, From: 2, To: 4}, {Line: 9, From: 0, To: 1}})
	want := `<p>联系电话<strong><mark id="m1" class="phone" title="电话">13800</mark></strong><mark class="phone" title="电话">000000</mark><mark class="x">。</mark></p>
<div class="scroll" tabindex="0"><table class="grid">
<caption><mark>名单</mark></caption>
<tr><td>姓名</td><td><mark class="name">甲</mark></td></tr>
</table></div>
<figure class="picture"><img src="/f/3" alt="张贴现场"><figcaption>图片说明：张贴<mark>现场</mark></figcaption></figure>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
