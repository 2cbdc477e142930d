package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gongkai/ingest/limit"
	"gongkai/rich"
)

// wordFile packs a docx of handwritten parts.
func wordFile(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(text))
	}
	put("[Content_Types].xml", `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>`)
	put("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`)
	put("word/document.xml", `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><w:body>`+body+`<w:sectPr/></w:body></w:document>`)
	for i := 0; i < len(parts); i += 2 {
		put(parts[i], parts[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const paperStyles = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:pPr><w:ind w:firstLine="640" w:firstLineChars="200"/><w:jc w:val="both"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="h1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="quiet"><w:name w:val="quiet"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`

const paperNumbers = `<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="l"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num></w:numbering>`

const paperRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://www.example.org/" TargetMode="External"/><Relationship Id="rId8" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/image1.png"/><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>`

func wp(props, runs string) string { return `<w:p><w:pPr>` + props + `</w:pPr>` + runs + `</w:p>` }

func wr(props, text string) string {
	return `<w:r><w:rPr>` + props + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}

// paperBody is an official paper as a clerk leaves it.
var paperBody = wp(`<w:jc w:val="center"/>`, wr(`<w:color w:val="FF0000"/><w:sz w:val="90"/>`, "青禾县人民政府文件")) +
	wp(`<w:jc w:val="center"/>`, wr(``, "青政发〔2026〕12号")) +
	wp(`<w:jc w:val="center"/><w:ind w:firstLine="0"/>`, wr(`<w:rFonts w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/>`, "青禾县人民政府")) +
	wp(`<w:jc w:val="center"/><w:ind w:firstLine="0"/>`, wr(`<w:rFonts w:eastAsia="方正小标宋简体"/><w:sz w:val="44"/>`, "关于印发便民服务办法的通知")) +
	wp(`<w:ind w:firstLine="0" w:firstLineChars="0"/>`, wr(``, "各乡镇人民政府：")) +
	wp(``, wr(``, "现将《办法》印发给你们")+`<w:ins w:author="某"><w:r><w:t>，自四月一日起施行</w:t></w:r></w:ins><w:del w:author="某"><w:r><w:delText>，自三月一日起施行</w:delText></w:r></w:del>`+wr(`<w:vanish/>`, "内部掌握")+wr(`<w:rStyle w:val="quiet"/>`, "也别外传")+wr(`<w:color w:val="FFFFFF"/>`, "白字")+wr(``, "。")+`<w:r><w:commentReference w:id="3"/></w:r>`) +
	wp(`<w:pStyle w:val="h1"/>`, wr(``, "一、总则")) +
	wp(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="2"/></w:numPr>`, wr(`<w:b/>`, "本办法适用于本县。")) +
	wp(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, wr(``, "身份证明；")) +
	wp(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>`, wr(``, "申请表。")) +
	wp(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>`, wr(``, "窗口办理")) +
	wp(``, `<w:hyperlink r:id="rId9"><w:r><w:t>网上办理</w:t></w:r></w:hyperlink><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://b.example/x" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>另一处</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`+wr(`<w:vertAlign w:val="superscript"/>`, "2")) +
	wp(``, `<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="办理流程图"/><a:graphic><a:blip r:embed="rId8"/></a:graphic></wp:inline></w:drawing></w:r>`) +
	`<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders><w:top w:val="single" w:sz="4"/><w:left w:val="single" w:sz="4"/><w:bottom w:val="single" w:sz="4"/><w:right w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/><w:insideV w:val="single" w:sz="4"/></w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/><w:gridCol w:w="3000"/></w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:vMerge w:val="restart"/><w:shd w:fill="1F4E79"/></w:tcPr>` + wp(`<w:jc w:val="center"/>`, wr(`<w:color w:val="FFFFFF"/>`, "乡镇")) + `</w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>` + wp(`<w:jc w:val="center"/>`, wr(``, "件数")) + `</w:tc></w:tr>` +
	`<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>` + wp(``, "") + `</w:tc><w:tc>` + wp(``, wr(``, "收")) + `</w:tc><w:tc>` + wp(``, wr(``, "办")) + `</w:tc></w:tr>` +
	`<w:tr><w:tc>` + wp(``, wr(``, "河口镇")) + `</w:tc><w:tc>` + wp(``, wr(``, "1")) + `</w:tc><w:tc>` + wp(`<w:jc w:val="right"/>`, wr(``, "2")) + wp(`<w:jc w:val="right"/>`, wr(``, "3")) + `</w:tc></w:tr></w:tbl>` +
	wp(`<w:jc w:val="right"/>`, wr(``, "青禾县人民政府")) + wp(`<w:jc w:val="right"/>`, wr(``, "二〇二六年三月五日"))

func paperFile(t testing.TB) []byte {
	return wordFile(t, paperBody, "word/styles.xml", paperStyles, "word/numbering.xml", paperNumbers, "word/_rels/document.xml.rels", paperRels, "word/media/image1.png", "\x89PNG pixels",
		"word/comments.xml", `<w:comments xmlns:w="x"><w:comment w:id="3"><w:p><w:r><w:t>领导说这段再斟酌</w:t></w:r></w:p></w:comment></w:comments>`,
		"word/header1.xml", `<w:hdr xmlns:w="x"><w:p><w:r><w:t>内部资料 注意保存</w:t></w:r></w:p></w:hdr>`, "word/footer1.xml", `<w:ftr xmlns:w="x"><w:p><w:r><w:t>— 1 —</w:t></w:r></w:p></w:ftr>`)
}

func look(id int64) string { return "pic" }

// An official paper out of Word: its parts stand where they belong, its form is
// kept, and what Word hides is dropped and named.
func TestRichReadsAnOfficialPaper(t *testing.T) {
	p, err := Rich(context.Background(), "通知.docx", paperFile(t))
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "青禾县人民政府关于印发便民服务办法的通知" || p.DocNo != "青政发〔2026〕12号" || p.Organ != "青禾县人民政府" || p.Made.String() != "2026-03-05" || p.Scanned {
		t.Errorf("title %q, number %q, organ %q, made %v", p.Title, p.DocNo, p.Organ, p.Made)
	}
	want := `<p class="flush">各乡镇人民政府：</p>
<p>现将《办法》印发给你们，自四月一日起施行。</p>
<h2>一、总则</h2>
<p>第一条<strong>本办法适用于本县。</strong></p>
<ol><li>身份证明；</li>
<li>申请表。</li>
</ol>
<ul><li>窗口办理</li></ul>
<p><a href="https://www.example.org/">网上办理</a><a href="https://b.example/x">另一处</a><sup>2</sup></p>
<figure class="picture"><img src="pic" alt="办理流程图"></figure>
<div class="scroll" tabindex="0"><table class="grid">
<tr><th rowspan="2" class="center">乡镇</th><th colspan="2" class="center">件数</th></tr>
<tr><td>收</td><td>办</td></tr>
<tr><td>河口镇</td><td>1</td><td class="right">2<br>3</td></tr>
</table></div>
<p class="right">青禾县人民政府</p>
<p class="right">二〇二六年三月五日</p>
`
	if got := p.Body.HTML(look); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(p.Pictures) != 1 || p.Pictures[0].Type != "image/png" || p.Pictures[0].Key >= 0 || string(p.Pictures[0].Data) != "\x89PNG pixels" {
		t.Errorf("pictures %+v", p.Pictures)
	}
	if !p.Leak() {
		t.Error("a file with hidden text is not said to leak")
	}
	var notes strings.Builder
	for _, n := range p.Notes {
		notes.WriteString(n.Code + n.Text + "\n")
	}
	for _, s := range []string{"DELETED", "，自三月一日起施行", "HIDDEN", "内部掌握", "也别外传", "FAINT", "白字", "COMMENT", "领导说这段再斟酌", "MARGIN", "内部资料"} {
		if !strings.Contains(notes.String(), s) {
			t.Errorf("no note names %s:\n%s", s, notes.String())
		}
	}
	if s := p.Body.Text(); strings.ContainsAny(s, "藏白") || strings.Contains(s, "内部") {
		t.Errorf("hidden text stays: %s", s)
	}
	text, err := TextOf(context.Background(), "a.docx", paperFile(t))
	if err != nil || !strings.Contains(text, "便民服务办法") || !strings.Contains(text, "青政发〔2026〕12号") || strings.Contains(text, "内部掌握") {
		t.Errorf("text of the file: %v\n%s", err, text)
	}
}

// The same paper as .doc and .pdf, made by LibreOffice, says the same.
func TestRichReadsTheSamePaperInOtherFormats(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("LibreOffice is missing: apt-get install libreoffice-writer-nogui")
		}
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "a.docx")
	// LibreOffice is strict about comments and pictures, which our files only hint at.
	plain := regexp.MustCompile(`<w:r><w:commentReference[^>]*></w:r>|<w:drawing>.*?</w:drawing>`).ReplaceAllString(paperBody, "")
	file := wordFile(t, plain, "word/styles.xml", paperStyles, "word/numbering.xml", paperNumbers, "word/_rels/document.xml.rels", paperRels)
	if err := os.WriteFile(in, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"doc", "pdf"} {
		out, err := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dir, in).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		b, err := os.ReadFile(filepath.Join(dir, "a."+to))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Rich(context.Background(), "文件."+to, b)
		if err != nil {
			t.Errorf("%s: %v", to, err)
			continue
		}
		if p.DocNo != "青政发〔2026〕12号" || p.Organ != "青禾县人民政府" || p.Made.String() != "2026-03-05" || !strings.HasSuffix(p.Title, "关于印发便民服务办法的通知") {
			t.Errorf("%s: title %q, number %q, organ %q, made %v\n%s", to, p.Title, p.DocNo, p.Organ, p.Made, p.Text)
		}
		if strings.Contains(p.Text, "内部掌握") || to == "pdf" && p.Pages != 1 {
			t.Errorf("%s: %d pages\n%s", to, p.Pages, p.Text)
		}
		grids := 0
		for _, x := range p.Body.Blocks {
			if x.Kind == rich.Grid {
				grids++
			}
		}
		if grids != 1 {
			t.Errorf("%s: %d tables\n%s", to, grids, p.Body.HTML(look))
		}
	}
}

// Files without form become paragraphs and tables.
func TestRichReadsPlainFiles(t *testing.T) {
	for _, c := range []struct{ name, data, title, want string }{
		{"关于停水的公告.txt", "关于停水的公告\r\n\r\n　　因检修，三月五日停水。\r\n　　请储水。\r\n\r\n青禾县水务局\r\n2026年3月1日\r\n", "关于停水的公告",
			"<p>因检修，三月五日停水。</p>\n<p>请储水。</p>\n<p class=\"right\">青禾县水务局</p>\n<p class=\"right\">2026年3月1日</p>\n"},
		{"a.txt", "关于防汛工作的通知\n各乡镇人民政府：\n现将有关事项通知如下。\n一、落实责任\n（一）明确分工\n专人值守。\n一、以上各项，请遵照执行。\n", "关于防汛工作的通知",
			"<p class=\"flush\">各乡镇人民政府：</p>\n<p>现将有关事项通知如下。</p>\n<h2>一、落实责任</h2>\n<h3>（一）明确分工</h3>\n<p>专人值守。</p>\n<p>一、以上各项，请遵照执行。</p>\n"},
		{"补贴名单.csv", "姓名,金额\n甲,1\n乙,2\n", "补贴名单", "<div class=\"scroll\" tabindex=\"0\"><table class=\"grid\">\n<tr><td>姓名</td><td>金额</td></tr>\n<tr><td>甲</td><td>1</td></tr>\n<tr><td>乙</td><td>2</td></tr>\n</table></div>\n"},
	} {
		p, err := Rich(context.Background(), c.name, []byte(c.data))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := p.Body.HTML(nil); got != c.want || p.Title != c.title {
			t.Errorf("%s: title %q\n%s", c.name, p.Title, got)
		}
	}
	if _, err := Rich(context.Background(), "a.png", []byte("\x89PNG\r\n\x1a\nxxxx")); limit.Code(err) != "PICTURE" {
		t.Errorf("a picture: %v", err)
	}
	if s, err := TextOf(context.Background(), "a.png", []byte("\x89PNG\r\n\x1a\nxxxx")); s != "" || err != nil {
		t.Errorf("text of a picture: %q, %v", s, err)
	}
}

// A title row over a whole table is its caption, so that the columns have their
// labels; a sheet's first row of words is labels.
func TestTablesKnowTheirLabels(t *testing.T) {
	one := func(s string) rich.Cell { return rich.Cell{Spans: []rich.Span{{Text: s}}} }
	over := one("补贴发放表")
	over.ColSpan = 3
	x := rich.Block{Kind: rich.Grid, Rows: []rich.Row{{Cells: []rich.Cell{over}}, {Cells: []rich.Cell{one("姓名"), one("电话"), one("金额")}}, {Cells: []rich.Cell{one("甲"), one("0571"), one("1")}}}}
	labels(&x)
	b := rich.Body{Blocks: []rich.Block{x}}
	if got := b.Lines()[4]; got.Column != "电话" || !x.Rows[0].Cells[1].Head || b.Lines()[6].Text != "补贴发放表" {
		t.Errorf("%+v\n%s", got, b.HTML(nil))
	}
	y := rich.Block{Kind: rich.Grid, Rows: []rich.Row{{Cells: []rich.Cell{one("甲"), one("1"), one("2")}}, {Cells: []rich.Cell{one("乙"), one("3"), one("4")}}}}
	if labels(&y); y.Rows[0].Cells[0].Head {
		t.Error("figures are taken for labels")
	}
}

// scan is a pdf of one page that is nothing but a picture.
func scan() []byte {
	var b bytes.Buffer
	var at []int
	obj := func(s string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	b.WriteString("%PDF-1.4\n")
	obj("<</Type/Catalog/Pages 2 0 R>>")
	obj("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	obj("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>")
	obj("<</Length 27>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream")
	obj("<</Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8/Length 4>>stream\n\x00\xff\xff\x00\nendstream")
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// A scan has no text, which is said and is no fault of the file.
func TestRichKnowsAScan(t *testing.T) {
	p, err := Rich(context.Background(), "关于停水的公告.pdf", scan())
	if err != nil {
		t.Fatal(err)
	}
	if !p.Scanned || !p.Body.Empty() || p.Pages != 1 || len(p.Notes) == 0 || p.Title != "关于停水的公告" {
		t.Errorf("%+v", p)
	}
	if s, err := TextOf(context.Background(), "关于停水的公告.pdf", scan()); err != nil || s != "" {
		t.Errorf("text of a scan: %q, %v", s, err)
	}
}

// Whoever signs twice, or with a date alone, is not guessed at.
func TestASignatureIsTakenOnlyWhenSure(t *testing.T) {
	for _, c := range []struct{ text, organ, made string }{
		{"正文。\n青禾县人民政府办公室\n2026年3月5日", "青禾县人民政府办公室", "2026-03-05"},
		{"正文。\n2026年3月5日", "", ""},
		{"正文。\n青禾县财政局\n2026年3月5日\n附件正文\n青禾县民政局\n2026年2月1日", "", ""},
		{"正文。\n青禾县财政局\n2026年2月30日", "", ""},
	} {
		p, err := Rich(context.Background(), "a.txt", []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if p.Organ != c.organ || (c.made == "") != p.Made.IsZero() || c.made != "" && p.Made.String() != c.made {
			t.Errorf("%q: %q, %v", c.text, p.Organ, p.Made)
		}
	}
}
