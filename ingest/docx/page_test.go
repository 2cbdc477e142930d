package docx

import (
	"context"
	"strings"
	"testing"
	"time"

	"gongkai/ingest/limit"
)

func page(t testing.TB, body string, parts ...string) *Page {
	t.Helper()
	p, err := ReadPage(context.Background(), "a.docx", pack(body, parts...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Cells merged downwards are one cell also beside cells that are not, and what
// Word keeps of the merged ones is not read.
func TestPageCountsMergedRows(t *testing.T) {
	restart, goes := `<w:vMerge w:val="restart"/>`, `<w:vMerge/>`
	got := page(t, table(row(cell("甲", restart), cell("1")), row(cell("旧", goes), cell("2")), row(cell("旧", goes), cell("3")), row(cell("乙"), cell("4")))).HTML
	for _, s := range []string{`<td rowspan="3"><p style="text-indent:0;">甲</p>`, "<td><p style=\"text-indent:0;\">乙"} {
		if !strings.Contains(got, s) {
			t.Errorf("no %s in\n%s", s, got)
		}
	}
	if strings.Contains(got, "旧") {
		t.Errorf("a covered cell is read:\n%s", got)
	}
}

// White type in a table whose style colours its cells is seen, and in one that
// is plain it is not.
func TestPageKnowsColouredTables(t *testing.T) {
	styles := `<w:styles xmlns:w="x"><w:style w:type="table" w:styleId="dark"><w:name w:val="Grid Table 5 Dark"/><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="4472C4"/></w:tcPr></w:tblStylePr></w:style></w:styles>`
	dark := page(t, `<w:tbl><w:tblPr><w:tblStyle w:val="dark"/></w:tblPr>`+row(cell("甲"))+`</w:tbl>`, "word/styles.xml", styles).HTML
	if !strings.Contains(dark, "<table background=") {
		t.Error(dark)
	}
	if got := page(t, table(row(cell("甲"))), "word/styles.xml", styles).HTML; strings.Contains(got, "background") {
		t.Error(got)
	}
}

// Text of a document is text in the page, whatever it looks like.
func TestPageEscapes(t *testing.T) {
	got := page(t, para("&lt;script&gt;alert(1)&lt;/script&gt;")+`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "x&quot;&gt;&lt;b&gt;"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:rPr><w:color w:val="red;}"/></w:rPr><w:t>文</w:t></w:r></w:p>`).HTML
	if strings.Contains(got, "<script") || strings.Contains(got, "<b>") || strings.Contains(got, "red;}") {
		t.Error(got)
	}
}

// The title is what is set as one: in the middle, large, and before the text.
func TestPageFindsTheTitle(t *testing.T) {
	centred := func(size, text string) string {
		return `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:sz w:val="` + size + `"/></w:rPr><w:t>` + text + `</w:t></w:r></w:p>`
	}
	for _, c := range []struct{ body, want string }{
		{centred("44", "某县人民政府") + centred("44", "关于防汛的通知") + para("正文。") + centred("44", "附件标题"), "某县人民政府关于防汛的通知"},
		{centred("32", "某政发〔2026〕1号") + centred("44", "关于防汛的通知"), "关于防汛的通知"},
		{para("正文。") + centred("28", "小字居中"), ""},
		{para("没有标题的正文。"), ""},
	} {
		if got := page(t, c.body).Title; got != c.want {
			t.Errorf("title %q, want %q", got, c.want)
		}
	}
}

// Much nesting and many cells are read or refused in a short time.
func TestPageOfAHostileFile(t *testing.T) {
	for name, body := range map[string]string{
		"deep tables":   strings.Repeat("<w:tbl><w:tr><w:tc>", 60) + "<w:p/>" + strings.Repeat("</w:tc></w:tr></w:tbl>", 60),
		"deeper tables": strings.Repeat("<w:tbl><w:tr><w:tc>", 200) + "<w:p/>" + strings.Repeat("</w:tc></w:tr></w:tbl>", 200),
		"deep boxes":    strings.Repeat("<w:p><w:r><w:pict><w:txbxContent>", 45) + strings.Repeat("</w:txbxContent></w:pict></w:r></w:p>", 45),
		"wide spans":    table(strings.Repeat(row(cell("1", `<w:gridSpan w:val="100"/>`)), 3000)),
		"many fields":   `<w:p>` + strings.Repeat(`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>a</w:t></w:r>`, 20_000) + `</w:p>`,
		"many runs":     `<w:p>` + strings.Repeat(`<w:r><w:rPr><w:b/></w:rPr><w:t>字</w:t></w:r>`, 100_000) + `</w:p>`,
	} {
		at := time.Now()
		if _, err := ReadPage(context.Background(), "a.docx", pack(body)); err != nil && limit.Message(err) == "" {
			t.Errorf("%s: no sentence for %v", name, err)
		}
		if took := time.Since(at); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func FuzzReadPage(f *testing.F) {
	f.Add(para("文") + table(row(cell("甲", `<w:vMerge w:val="restart"/>`), cell("1")), row(cell("", `<w:vMerge/>`), cell("2"))))
	f.Add(`<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:hyperlink r:id="rId1"><w:r><w:t>点</w:t></w:r></w:hyperlink></w:p>`)
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := ReadPage(context.Background(), "a.docx", pack(body)); err != nil && limit.Message(err) == "" {
			t.Error("no sentence")
		}
	})
}
