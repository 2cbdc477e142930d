package render

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gongkai/ingest"
	"gongkai/law"
	"gongkai/rich"
)

func aPicture(t testing.TB) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 480, 160))
	for y := range 160 {
		for x := range 480 {
			m.Set(x, y, color.NRGBA{uint8(x / 2), 120, uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func spansOf(s string) []rich.Span { return []rich.Span{{Text: s}} }

// anItem has every kind of block.
func anItem(t testing.TB) ItemPaper {
	cell := func(s string) rich.Cell { return rich.Cell{Spans: spansOf(s)} }
	head := func(s string) rich.Cell { return rich.Cell{Spans: spansOf(s), Head: true} }
	down := head("乡镇")
	down.RowSpan = 2
	over := head("件数")
	over.ColSpan = 2
	right := cell("12")
	right.Align = rich.Right
	long := "为方便群众办事，现就有关事项作出规定。各乡镇人民政府应当在便民服务中心设立窗口，指定专人负责，公开办事指南、收费标准和监督电话，不得要求申请人提供没有依据的证明。"
	pic := aPicture(t)
	return ItemPaper{
		Title: "青禾县人民政府办公室关于印发《青禾县便民服务办法（试行）》的通知", DocNo: "青政办发〔2026〕12号", Organ: "青禾县人民政府办公室",
		Made: law.Day(2026, 3, 5), Published: law.Day(2026, 3, 9), Index: "QH001-0201-2026-0012", Source: "青禾县人民政府办公室", Address: "https://www.example.gov.cn/public/QH001-0201-2026-0012",
		Body: rich.Body{Blocks: []rich.Block{
			{Kind: rich.Para, Flush: true, Spans: spansOf("各乡镇人民政府，县政府各部门：")},
			{Kind: rich.Para, Spans: []rich.Span{{Text: long}, {Text: "申请人只跑一次。", Bold: true}, {Text: "面积不少于20m"}, {Text: "2", Sup: true}, {Text: "，详见"}, {Text: "办事指南", Link: "https://www.example.gov.cn/guide"}, {Text: "。"}}},
			{Kind: rich.Heading, Level: 2, Spans: spansOf("一、服务事项")},
			{Kind: rich.Heading, Level: 3, Spans: spansOf("（一）范围")},
			{Kind: rich.Para, Spans: spansOf(long)},
			{Kind: rich.Entry, Level: 1, Numbered: true, Spans: spansOf("身份证明；")},
			{Kind: rich.Entry, Level: 2, Spans: spansOf("原件或者电子证照；")},
			{Kind: rich.Entry, Level: 1, Numbered: true, Spans: spansOf("申请表。")},
			{Kind: rich.Grid, Spans: spansOf("各乡镇办件情况"), Rows: []rich.Row{{Cells: []rich.Cell{down, over}}, {Cells: []rich.Cell{head("收件"), head("办结")}},
				{Cells: []rich.Cell{cell("河口镇"), right, right}}, {Cells: []rich.Cell{cell("青石镇"), right, cell("3\n其中延期1件")}}}},
			{Kind: rich.Picture, Image: &rich.Image{File: 7, Alt: "办理流程图：申请、受理、审核、办结"}},
			{Kind: rich.Picture, Image: &rich.Image{File: 8, Alt: "已丢失的图"}},
			{Kind: rich.Heading, Level: 4, Spans: spansOf("1.监督")},
			{Kind: rich.Para, Spans: spansOf(long + long)},
			{Kind: rich.Rule},
			{Kind: rich.Para, Align: rich.Centre, Spans: spansOf("（本文有删减）")},
		}},
		Pictures: func(id int64) ([]byte, string, error) {
			if id == 7 {
				return pic, "image/png", nil
			}
			return nil, "", errors.New("no such file")
		},
		Files: []string{"便民服务事项目录.xlsx", "申请表.docx"},
	}
}

// parts reads a docx and checks that every part is well-formed.
func partsOf(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
		if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
			d := xml.NewDecoder(bytes.NewReader(b))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
			}
		}
	}
	return out
}

// sheetText is the text of a pdf and the number of its pages.
func sheetText(t *testing.T, data []byte) (string, int) {
	t.Helper()
	f := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(f, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(need(t, "pdftotext", "poppler-utils"), f, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return squeeze(string(out)), strings.Count(string(out), "\f")
}

var itemSays = []string{"青政办发〔2026〕12号", "各乡镇人民政府，县政府各部门：", "申请人只跑一次", "一、服务事项", "（一）范围", "1.身份证明；", "·原件或者电子证照", "2.申请表。", "各乡镇办件情况",
	"其中延期1件", "［图片：已丢失的图］", "附件：1.便民服务事项目录.xlsx", "2.申请表.docx", "2026年3月5日", "索引号：QH001-0201-2026-0012", "发布日期：2026年3月9日"}

// An item printed as pdf says what its page says.
func TestItemPDF(t *testing.T) {
	var b bytes.Buffer
	if err := ItemPDF(&b, anItem(t), nil); err != nil {
		fontsMissing(t, err)
		t.Fatal(err)
	}
	keep(t, "item.pdf", b.Bytes())
	text, pages := sheetText(t, b.Bytes())
	for _, w := range itemSays {
		if !strings.Contains(text, w) {
			t.Errorf("the pdf does not say %s:\n%s", w, text)
		}
	}
	if pages != 3 {
		t.Errorf("%d pages", pages)
	}
	if !bytes.Contains(b.Bytes(), []byte("https://www.example.gov.cn/guide")) {
		t.Error("the link is no link")
	}
	var again bytes.Buffer
	if err := ItemPDF(&again, anItem(t), nil); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("the same item is other bytes (%v)", err)
	}
}

// The docx is a document Word's rules allow, with pictures and links, and
// LibreOffice prints of it what the pdf says.
func TestItemDocx(t *testing.T) {
	var b bytes.Buffer
	if err := ItemDocx(&b, anItem(t)); err != nil {
		t.Fatal(err)
	}
	parts := partsOf(t, b.Bytes())
	text, rels := parts["word/document.xml"], parts["word/_rels/document.xml.rels"]
	for _, w := range []string{`descr="办理流程图：申请、受理、审核、办结"`, `<w:vertAlign w:val="superscript"/>`, `<w:b/>`, `<w:gridSpan w:val="2"/>`, `<w:vMerge w:val="restart"/>`, `<w:tblHeader/>`} {
		if !strings.Contains(text, w) {
			t.Errorf("the document has no %s", w)
		}
	}
	if !strings.Contains(rels, `Target="https://www.example.gov.cn/guide" TargetMode="External"`) || !strings.HasPrefix(parts["word/media/m2.png"], "\x89PNG") {
		t.Errorf("links or pictures are missing: %s", rels)
	}
	keep(t, "item.docx", b.Bytes())
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "item.docx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	printed := squeeze(pdfText(t, convert(t, dir, "item.docx")))
	for _, w := range itemSays {
		if !strings.Contains(printed, w) {
			t.Errorf("printed by LibreOffice it does not say %s:\n%s", w, printed)
		}
	}
}

// A body that is signed is not signed again.
func TestItemIsSignedOnce(t *testing.T) {
	for _, date := range []string{"2026年3月5日", "二〇二六年三月五日"} {
		p := anItem(t)
		p.Body.Blocks = append(p.Body.Blocks, rich.Block{Kind: rich.Para, Align: rich.Right, Spans: spansOf("青禾县人民政府办公室")}, rich.Block{Kind: rich.Para, Align: rich.Right, Spans: spansOf(date)})
		paper := itemPaper(p)
		signs, dates, order := 0, 0, ""
		for _, b := range paper.blocks {
			switch {
			case b.style == signature:
				signs++
				order += "s"
			case b.style == dated:
				dates++
			case strings.HasPrefix(b.text, "附件："):
				order += "f"
			}
		}
		if signs != 1 || dates != 1 || order != "fs" {
			t.Errorf("%s: %d signatures, %d dates, order %q", date, signs, dates, order)
		}
	}
}

// A photograph goes on without what the camera wrote into it.
func TestPicturesLoseWhatTheCameraWrote(t *testing.T) {
	m, _, err := image.Decode(bytes.NewReader(aPicture(t)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := "\xff\xe1\x00\x1cExif\x00\x00GPS 30.1 120.2 secret"
	exif = exif[:4+26]
	data := append(append([]byte(nil), b.Bytes()[:2]...), exif...)
	data = append(data, b.Bytes()[2:]...)
	p := openPicture(&rich.Image{File: 1}, func(int64) ([]byte, string, error) { return data, "image/jpeg", nil })
	if p.data == nil || bytes.Contains(p.data, []byte("GPS")) {
		t.Errorf("%d bytes, place kept: %v", len(p.data), bytes.Contains(p.data, []byte("GPS")))
	}
}

func posterOf(i ItemPaper) PosterPaper {
	return PosterPaper{Organ: i.Organ, Title: i.Title, DocNo: i.DocNo, Body: i.Body, Pictures: i.Pictures, Made: i.Made, Address: i.Address,
		From: law.Day(2026, 3, 9), To: law.Day(2026, 3, 16), Contact: "县政府办公室政务公开科 0571-00000000"}
}

// names is a list of so many persons to be posted.
func names(n int) rich.Body {
	row := func(head bool, texts ...string) rich.Row {
		var r rich.Row
		for _, s := range texts {
			r.Cells = append(r.Cells, rich.Cell{Spans: spansOf(s), Head: head})
		}
		return r
	}
	rows := []rich.Row{row(true, "序号", "村（社区）", "姓名", "补贴类别", "月标准（元）")}
	for k := range n {
		rows = append(rows, row(false, strconv.Itoa(k+1), "幸福村", "甲某", "重度残疾人护理补贴", "120"))
	}
	return rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: spansOf("经本人申请、村级评议、乡镇审核，拟对下列人员发放补贴，现予公示。有异议的，请在公示期内反映。")}, {Kind: rich.Grid, Rows: rows}}}
}

// A poster is one page of its size, says who posts what until when, and either
// shows the whole text or says that it does not.
func TestItemPosterIsOnePage(t *testing.T) {
	whole := posterOf(anItem(t))
	short := whole
	short.Title, short.Body = "停水公告", rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: spansOf("今日停水。")}}}
	list := whole
	list.Title, list.Body = "关于拟发放2026年残疾人两项补贴人员名单的公示", names(9)
	long := list
	long.Body = names(3000)
	for _, c := range []struct {
		name string
		p    PosterPaper
		ends string // of the text
		cut  bool
	}{{"paper", whole, "", true}, {"short", short, "今日停水。", false}, {"list", list, "9幸福村甲某", false}, {"long", long, "", true}} {
		for _, form := range []struct {
			a3, across bool
			size       string
		}{{false, false, "595 x 842"}, {false, true, "842 x 595"}, {true, false, "842 x 1191"}, {true, true, "1191 x 842"}} {
			c.p.A3, c.p.Across = form.a3, form.across
			if c.name != "paper" && (form.a3 || form.across) { // nine rows fit upright
				continue
			}
			var b bytes.Buffer
			if err := ItemPoster(&b, c.p, nil); err != nil {
				fontsMissing(t, err)
				t.Fatal(err)
			}
			keep(t, "poster-"+c.name+"-"+strings.ReplaceAll(form.size, " ", "")+".pdf", b.Bytes())
			text, pages := sheetText(t, b.Bytes())
			if pages != 1 {
				t.Errorf("%s %s: %d pages", c.name, form.size, pages)
			}
			for _, w := range []string{"青禾县人民政府办公室", squeeze(c.p.Title), "全文请扫码", "公示期：2026年3月9日至2026年3月16日", "0571-00000000", c.ends} {
				if !strings.Contains(text, w) {
					t.Errorf("%s %s does not say %s:\n%s", c.name, form.size, w, text)
				}
			}
			if strings.Contains(text, "以下略") != c.cut {
				t.Errorf("%s %s: says it is cut: %v", c.name, form.size, !c.cut)
			}
			f := filepath.Join(t.TempDir(), "p.pdf")
			if err := os.WriteFile(f, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			info, err := exec.Command(need(t, "pdfinfo", "poppler-utils"), f).Output()
			if err != nil {
				t.Fatal(err)
			}
			var w, h float64
			for _, l := range strings.Split(string(info), "\n") {
				if rest, ok := strings.CutPrefix(l, "Page size:"); ok {
					fmt.Sscanf(strings.TrimSpace(rest), "%f x %f", &w, &h)
				}
			}
			if got := fmt.Sprintf("%.0f x %.0f", w, h); got != form.size {
				t.Errorf("%s: size %s, want %s", c.name, got, form.size)
			}
		}
	}
}

// A title is broken where its sense breaks.
func TestTitlesBreakWhereTheSenseBreaks(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"关于印发《青禾县便民服务办法（试行）》的通知", "关于印发\n《青禾县便民服务办法（试行）》的通知"},
		{"关于停水的公告", "关于停水的公告"},
		{"青禾县人民政府办公室关于做好2026年防汛抗旱工作的通知", "青禾县人民政府办公室\n关于做好2026年防汛抗旱工作的通知"},
	} {
		if got := balance(c.title, 20.3); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	for range 3 { // never loses a character
		s := strings.Repeat("国民经济和社会发展2026（a-b c）《》、，的", 9)
		if got := strings.ReplaceAll(balance(s, 12), "\n", ""); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// Whatever a body holds, papers and posters are written, and stay well-formed.
func TestItemsOfHostileBodies(t *testing.T) {
	evil := "甲<b>&\"'</w:t>\x00\x08\xff\u202e]]>\r\n\t" + strings.Repeat("长", 3000)
	cell := rich.Cell{Spans: []rich.Span{{Text: evil, Bold: true, Link: "https://a.example/?\"<>&"}}, RowSpan: 99, ColSpan: 99}
	grid := rich.Block{Kind: rich.Grid, Spans: cell.Spans, Rows: []rich.Row{{Cells: []rich.Cell{cell, cell}}, {}, {Cells: []rich.Cell{cell}}}}
	i := ItemPaper{Title: evil, DocNo: evil, Organ: evil, Index: evil, Source: evil, Address: evil, Files: []string{evil, "", evil},
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: cell.Spans}, {Kind: rich.Heading, Level: 9, Spans: cell.Spans}, {Kind: rich.Entry, Level: 9, Spans: cell.Spans}, grid,
			{Kind: rich.Picture, Image: &rich.Image{File: 1, Alt: evil}}, {Kind: rich.Picture}, {Kind: "x"}}},
		Pictures: func(int64) ([]byte, string, error) { return []byte("\x89PNG\r\n\x1a\n"), "image/png", nil }}
	var b bytes.Buffer
	if err := ItemDocx(&b, i); err != nil {
		t.Fatal(err)
	}
	partsOf(t, b.Bytes())
	for _, p := range []ItemPaper{i, {}} {
		if err := ItemPDF(io.Discard, p, nil); err != nil {
			fontsMissing(t, err)
			t.Fatal(err)
		}
		if err := ItemPoster(io.Discard, posterOf(p), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// What is written as docx is read back as the same paper: title, number,
// signature, headings, bold, tables with their spans, pictures.
func TestItemDocxIsReadBack(t *testing.T) {
	i := anItem(t)
	i.Source, i.Index, i.Address, i.Files = "", "", "", nil
	i.Published = law.Date{}
	var b bytes.Buffer
	if err := ItemDocx(&b, i); err != nil {
		t.Fatal(err)
	}
	p, err := ingest.Rich(context.Background(), "a.docx", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != i.Title || p.DocNo != i.DocNo || p.Organ != i.Organ || p.Made != i.Made || len(p.Dropped) > 0 {
		t.Errorf("title %q, number %q, organ %q, made %v, dropped %v", p.Title, p.DocNo, p.Organ, p.Made, p.Dropped)
	}
	want := i.Body.HTML(nil)
	for _, s := range []string{"<figure class=\"picture\"><figcaption>图片说明：办理流程图：申请、受理、审核、办结</figcaption></figure>\n"} {
		if !strings.Contains(p.Body.HTML(nil), s) {
			t.Errorf("no %s in\n%s", s, p.Body.HTML(nil))
		}
	}
	whole := func(kind rich.Kind, b rich.Body) string {
		var out rich.Body
		for _, x := range b.Blocks {
			if x.Kind == kind {
				x.Spans = append([]rich.Span(nil), x.Spans...)
				out.Blocks = append(out.Blocks, x)
			}
		}
		return out.HTML(nil)
	}
	if got, want := whole(rich.Heading, p.Body), whole(rich.Heading, i.Body); got != want {
		t.Errorf("headings\n%s\nwant\n%s", got, want)
	}
	for _, s := range []string{`<p class="flush">各乡镇人民政府，县政府各部门：</p>`, "<strong>申请人只跑一次。</strong>面积不少于20m<sup>2</sup>，详见<a href=\"https://www.example.gov.cn/guide\">办事指南</a>。", `<p class="center">（本文有删减）</p>`,
		`<th rowspan="2" class="center">乡镇</th><th colspan="2" class="center">件数</th>`, `<td class="right">12</td>`, "3<br>其中延期1件"} {
		if !strings.Contains(p.Body.HTML(nil), s) {
			t.Errorf("no %s in\n%s\nwritten was\n%s", s, p.Body.HTML(nil), want)
		}
	}
}
