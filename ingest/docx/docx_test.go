package docx

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/internal/doctest"
)

const (
	open   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	finish = `<w:sectPr/></w:body></w:document>`
)

// pack makes a docx of a body and further parts, given as name, content pairs.
func pack(body string, parts ...string) []byte {
	return packRaw(append([]string{"word/document.xml", open + body + finish}, parts...)...)
}

func packRaw(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			panic(err)
		}
		w.Write([]byte(parts[i+1]))
	}
	z.Close()
	return b.Bytes()
}

func para(text string, props ...string) string {
	return `<w:p><w:pPr>` + strings.Join(props, "") + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func cell(text string, props ...string) string {
	return `<w:tc><w:tcPr>` + strings.Join(props, "") + `</w:tcPr>` + para(text) + `</w:tc>`
}

func row(cells ...string) string { return `<w:tr>` + strings.Join(cells, "") + `</w:tr>` }

func table(rows ...string) string { return `<w:tbl>` + strings.Join(rows, "") + `</w:tbl>` }

func read(t *testing.T, data []byte) *doc.Document {
	t.Helper()
	d, err := Read(context.Background(), "a.docx", data)
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

const numberingXML = `<w:numbering xmlns:w="x">
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%3"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="Chapter"/><w:lvlText w:val="第%1章 "/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="4"/></w:num>
<w:num w:numId="5"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>`

const stylesXML = `<w:styles xmlns:w="x"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="a"><w:name w:val="公文标题"/><w:basedOn w:val="1"/></w:style><w:style w:styleId="Chapter"><w:name w:val="chapter"/></w:style>
<w:style w:styleId="TOC1"><w:name w:val="toc 1"/></w:style><w:style w:styleId="loop"><w:name w:val="loop"/><w:basedOn w:val="loop"/></w:style></w:styles>`

func listed(text, num, ilvl string) string {
	return para(text, `<w:numPr><w:ilvl w:val="`+ilvl+`"/><w:numId w:val="`+num+`"/></w:numPr>`)
}

func TestAutomaticNumbersAreWrittenOut(t *testing.T) {
	body := para("目录项\t1", `<w:pStyle w:val="TOC1"/>`) +
		para("总体情况", `<w:pStyle w:val="1"/>`) + listed("主动公开", "1", "1") + listed("依申请公开", "1", "1") + listed("细目", "1", "2") +
		para("主动公开政府信息情况", `<w:pStyle w:val="a"/>`) + listed("又从头数", "1", "1") +
		para("不编号", `<w:pStyle w:val="1"/>`, `<w:numPr><w:numId w:val="0"/></w:numPr>`) +
		listed("属于国家秘密", "2", "0") + listed("其他", "2", "0") + listed("重新起", "5", "0") + listed("接着数", "5", "0") +
		listed("圆点", "3", "0") + para("总则", `<w:pStyle w:val="Chapter"/>`) + para("绕圈", `<w:pStyle w:val="loop"/>`) + listed("没有这个列表", "99", "0") +
		para("三级", `<w:outlineLvl w:val="2"/>`)
	want(t, read(t, pack(body, "word/numbering.xml", numberingXML, "word/styles.xml", stylesXML)),
		"H1 一、总体情况", "（一）主动公开", "（二）依申请公开", "1.1 细目", "H1 二、主动公开政府信息情况", "（一）又从头数",
		"H1 不编号", "1.属于国家秘密", "2.其他", "1.重新起", "2.接着数", "圆点", "第一章 总则", "绕圈", "没有这个列表", "H3 三级")
}

func TestMergedCells(t *testing.T) {
	const restart, down = `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	span := func(n int) string { return fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, n) }
	d := read(t, pack(table(
		row(cell("注", span(3), restart), cell("申请人情况", span(3))),
		row(cell("看不见的旧字", span(3), down), cell("自然人", restart), cell("法人或其他组织", span(2))),
		row(cell("", span(3), down), cell("", down), cell("商业企业"), cell("科研机构")),
		row(cell("三、", restart), cell("（一）予以公开", span(2)), cell("1"), cell("0"), cell("0")),
		row(cell("", down), cell("（二）", span(1)), cell("甲"), cell("2"), cell("0"), cell("0")),
		`<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>`+cell("缩进", span(2))+cell("9")+`</w:tr>`,
		row(cell("横", `<w:hMerge w:val="restart"/>`), cell("", `<w:hMerge/>`), cell("乙"), cell("1")),
	)))
	want(t, d, "grid 7×6", "|0:注↓3→3|3:申请人情况→3", "|3:自然人↓2|4:法人或其他组织→2", "|4:商业企业|5:科研机构",
		"|0:三、↓2|1:（一）予以公开→2|3:1|4:0|5:0", "|1:（二）|2:甲|3:2|4:0|5:0", "|1:缩进→2|3:9", "|0:横→2|2:乙|3:1")
	g := d.Blocks[0].Grid
	if at := g.Cell(3, 3).At; at != (doc.Place{Table: 1, Row: 4, Col: 4}) {
		t.Errorf("place %v", at)
	}
}

func TestBrokenMergesStayReadable(t *testing.T) {
	want(t, read(t, pack(table(
		row(cell("a", `<w:vMerge/>`), cell("b")),
		row(cell("c", `<w:gridSpan w:val="2"/>`, `<w:vMerge/>`)),
		row(cell("d", `<w:gridSpan w:val="999999"/>`)),
		`<w:tr><w:trPr><w:del w:id="1"/></w:trPr>`+cell("删去的行")+`</w:tr>`,
		row(cell("e"), cell("f"))))),
		"grid 4×2", "|0:a|1:b", "|0:c→2", "|0:d→2", "|0:e|1:f")
}

func TestNestedTablesAndCellLines(t *testing.T) {
	inner := table(row(cell("规章"), cell("0")))
	want(t, read(t, pack(table(row(`<w:tc>`+para("本年新")+para("制作数量")+inner+para("")+`</w:tc>`, cell("x"))))),
		"grid 1×2", "|0:本年新⏎制作数量|1:x", "grid 1×2", "|0:规章|1:0")
}

func TestWhatWordPrintsAndWhatNot(t *testing.T) {
	run := func(s string) string { return `<w:r><w:t>` + s + `</w:t></w:r>` }
	box := `<w:txbxContent>` + para("框中文字") + `</w:txbxContent>`
	for _, c := range []struct{ name, in, out string }{
		{"tracked changes", `<w:p>` + run("收到") + `<w:del><w:r><w:delText>5</w:delText></w:r></w:del><w:ins>` + run("6") + `</w:ins>` + run("件") + `</w:p>`, "收到6件"},
		{"moved text", `<w:p><w:moveFrom>` + run("旧") + `</w:moveFrom><w:moveTo>` + run("新") + `</w:moveTo></w:p>`, "新"},
		{"hidden text", `<w:p>` + run("可见") + `<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>也可见</w:t></w:r></w:p>`, "可见也可见"},
		{"fields", `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>` + run("代码里") + `<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("2024年") + `<w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr="x">` + run("1月") + `</w:fldSimple></w:p>`, "2024年1月"},
		{"text box once", `<w:p>` + run("正文") + `<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:anchor><a:p><a:r><a:t>图形</a:t></a:r></a:p>` + box + `</wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>` + box + `</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`, "正文\n框中文字"},
		{"content controls, links, smart tags", `<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:hyperlink>` + run("链接") + `</w:hyperlink><w:smartTag>` + run("石桥镇") + `</w:smartTag><w:sdt><w:sdtContent>` + run("控件") + `</w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>`, "链接石桥镇控件"},
		{"tabs, breaks, symbols, entities", `<w:p><w:r><w:tab/><w:t>甲</w:t><w:tab/><w:t>&lt;乙&gt;&#x4E19;&amp;amp;&unknown;</w:t><w:br/><w:t>丁</w:t><w:noBreakHyphen/><w:sym w:font="Wingdings" w:char="F0FC"/><w:br w:type="page"/><w:lastRenderedPageBreak/></w:r></w:p>`, "甲\t<乙>丙&amp;&unknown;\n丁-√"},
		{"ruby, formula, CDATA", `<w:p><w:r><w:ruby><w:rt>` + run("yin") + `</w:rt><w:rubyBase>` + run("音") + `</w:rubyBase></w:ruby><w:t><![CDATA[<x>]]></w:t></w:r><m:oMath><m:r><m:t>3</m:t></m:r></m:oMath></w:p>`, "音<x>3"},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, read(t, pack(c.in)), c.out) })
	}
	d := read(t, pack(`<w:p><w:ins>`+run("6")+`</w:ins><w:ins>`+run("7")+`</w:ins></w:p>`))
	if len(d.Notes) != 1 || d.Notes[0].Code != "TRACKED-CHANGES" {
		t.Errorf("notes %v", d.Notes)
	}
}

func TestPicturesAreTold(t *testing.T) {
	pic := func(cx, cy int) string {
		return fmt.Sprintf(`<w:r><w:drawing><wp:inline><wp:extent cx="%d" cy="%d"/><a:graphic><pic:pic><a:blip r:embed="r1"/></pic:pic></a:graphic></wp:inline></w:drawing></w:r>`, cx, cy)
	}
	for _, c := range []struct {
		name, body string
		notes      int
	}{
		{"a table as a picture", `<w:p>` + pic(5_000_000, 3_000_000) + `</w:p>`, 1},
		{"an icon beside text", `<w:p>` + pic(200_000, 200_000) + `<w:r><w:t>文</w:t></w:r></w:p>`, 0},
		{"an old picture", `<w:p><w:r><w:pict><v:shape style="width:400pt;height:200pt"><v:imagedata/></v:shape></w:pict></w:r></w:p>`, 1},
	} {
		if d := read(t, pack(para("一")+c.body)); len(d.Notes) != c.notes || c.notes > 0 && (d.Notes[0].Code != "PICTURE-TABLE" || d.Notes[0].At.Para != 2) {
			t.Errorf("%s: notes %v", c.name, d.Notes)
		}
	}
}

func TestOtherParts(t *testing.T) {
	d := read(t, packRaw(
		"_rels/.rels", `<Relationships><Relationship Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/w/main.xml"/></Relationships>`,
		"w/main.xml", strings.ReplaceAll(strings.ReplaceAll(open+`<w:p><w:r><w:t>正文</w:t><w:footnoteReference w:id="1"/></w:r></w:p>`+finish, "w:", "n:"), "xmlns:w=", "xmlns:n="),
		"w/footnotes.xml", `<w:footnotes><w:footnote w:type="separator">`+para("线")+`</w:footnote><w:footnote w:id="1">`+para("注释")+`</w:footnote></w:footnotes>`,
		"w/header1.xml", `<w:hdr>`+para("石桥镇2023年政府信息公开工作年度报告")+`</w:hdr>`,
		"docProps/core.xml", `<cp:coreProperties><dc:title>石桥镇年报</dc:title></cp:coreProperties>`))
	want(t, d, "石桥镇2023年政府信息公开工作年度报告", "正文", "注释")
	if d.Title != "石桥镇年报" || d.Blocks[2].Para.At.Part != "脚注" {
		t.Errorf("title %q, footnote at %v", d.Title, d.Blocks[2].Para.At)
	}
}

func TestHostileFiles(t *testing.T) {
	random := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	good := pack(para("一、总体情况"))
	bomb := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document><w:body>` + para("&b;") + `</w:body></w:document>`
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty file":            {nil, "EMPTY"},
		"random bytes":          {random, "BROKEN"},
		"cut off":               {good[:len(good)-30], "BROKEN"},
		"no document.xml":       {packRaw("word/other.xml", "<x/>"), "BROKEN"},
		"wrong xml":             {packRaw("word/document.xml", open+"<w:p></w:r></w:p>"+finish), "BROKEN"},
		"not xml":               {packRaw("word/document.xml", "公开"), "BROKEN"},
		"another document":      {packRaw("word/document.xml", "<html><body/></html>"), "BROKEN"},
		"ends early":            {packRaw("word/document.xml", open+"<w:p><w:r><w:t>一"), "BROKEN"},
		"entity bomb":           {packRaw("word/document.xml", bomb), "BROKEN"},
		"zip bomb":              {pack(strings.Repeat(" ", 60<<20)), "ZIP-BOMB"},
		"deep elements":         {pack(strings.Repeat("<w:sdt>", 100_000)), "TOO-LARGE"},
		"deep tables":           {pack(strings.Repeat("<w:tbl><w:tr><w:tc>", 10_000)), "TOO-LARGE"},
		"too many cells":        {pack("<w:tbl>" + strings.Repeat("<w:tr><w:tc/><w:tc/></w:tr>", 110_000) + "</w:tbl>"), ""},
		"columns without end":   {pack("<w:tbl><w:tr>" + strings.Repeat(`<w:tc><w:tcPr><w:gridSpan w:val="1000000"/></w:tcPr></w:tc>`, 100) + "</w:tr></w:tbl>"), "TOO-LARGE"},
		"nothing in it":         {pack(""), "EMPTY"},
		"password":              {append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 4096)...), "ENCRYPTED"},
		"a million paragraphs":  {pack(strings.Repeat("<w:p/>", 1_000_000)), ""},
		"unterminated cdata":    {packRaw("word/document.xml", open+"<w:p><![CDATA["), "BROKEN"},
		"unterminated attribut": {packRaw("word/document.xml", open+`<w:p w:x="`), "BROKEN"},
	} {
		start := time.Now()
		_, err := Read(context.Background(), "a.docx", c.data)
		e := (*limit.Error)(nil)
		if !errors.As(err, &e) || c.code != "" && e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, "a.docx", pack(strings.Repeat("<w:p/>", 2000))); limit.Code(err) != "TIMEOUT" {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzRead changes the parts, not the zip around them, so that what is tried
// is the reader and not the archive.
func FuzzRead(f *testing.F) {
	f.Add([]byte(open+para("总体情况", `<w:pStyle w:val="1"/>`)+listed("一", "1", "1")+finish), []byte(numberingXML), []byte(stylesXML))
	f.Add([]byte(open+table(row(cell("a", `<w:vMerge/>`), cell("b", `<w:gridSpan w:val="3"/>`)), row(cell("c", `<w:hMerge/>`)))+finish), []byte(""), []byte(""))
	f.Add([]byte(open+listed("x", "5", "8")+finish), []byte(`<w:numbering><w:num w:numId="5"><w:abstractNumId w:val="9"/></w:num></w:numbering>`), []byte("<x>"))
	f.Fuzz(func(t *testing.T, body, numbers, styles []byte) {
		d, err := Read(context.Background(), "a.docx", packRaw("word/document.xml", string(body), "word/numbering.xml", string(numbers), "word/styles.xml", string(styles)))
		if err != nil {
			if e := (*limit.Error)(nil); !errors.As(err, &e) || e.Msg == "" {
				t.Fatalf("error without a sentence: %v", err)
			}
			return
		}
		doctest.Check(t, d)
	})
}

// report is a document of the usual size with the markup Word writes.
func report() string {
	var b strings.Builder
	look := `<w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hAnsi="宋体" w:cs="宋体" w:hint="eastAsia"/><w:color w:val="000000"/><w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr>`
	p := func(s string) {
		fmt.Fprintf(&b, `<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD"><w:pPr><w:spacing w:line="560" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="640"/>%s</w:pPr><w:r w:rsidRPr="00AB12CD">%s<w:t>%s</w:t></w:r></w:p>`, look, look, s)
	}
	for range 20 {
		p("我镇按照县里的安排，把与群众关系密切的事项放在公开的首位，逐项核对、逐项发布，并在村务公开栏同步张贴。")
	}
	b.WriteString("<w:tbl><w:tblPr/><w:tblGrid>" + strings.Repeat(`<w:gridCol w:w="800"/>`, 10) + "</w:tblGrid>")
	for i := range 28 {
		b.WriteString(`<w:tr w:rsidR="00AB12CD"><w:trPr><w:trHeight w:val="400"/></w:trPr>`)
		for k := range 8 {
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="800" w:type="dxa"/><w:tcBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders><w:vAlign w:val="center"/></w:tcPr>`)
			if k == 0 {
				p(fmt.Sprintf("%d.属于某一类办理结果", i))
			} else {
				p("0")
			}
			b.WriteString("</w:tc>")
		}
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>")
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	data := pack(report(), "word/numbering.xml", numberingXML, "word/styles.xml", stylesXML)
	b.SetBytes(int64(len(open + report())))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), "a.docx", data); err != nil {
			b.Fatal(err)
		}
	}
}
