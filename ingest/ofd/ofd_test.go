package ofd_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/ingest/ofd"
)

// pack writes a file of the given entries.
func pack(t testing.TB, entries map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range entries {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(s))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file is the entries of a file of such pages, each the inside of a layer.
func file(pages ...string) map[string]string {
	const ns = `xmlns:ofd="http://www.ofdspec.org/2016"`
	m := map[string]string{
		"OFD.xml": `<?xml version="1.0" encoding="UTF-8"?><ofd:OFD ` + ns + ` Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>年度报告</ofd:Title><ofd:Creator>青禾办公</ofd:Creator></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
	}
	var list strings.Builder
	for i, p := range pages {
		fmt.Fprintf(&list, `<ofd:Page ID="%d" BaseLoc="Pages/Page_%d/Content.xml"/>`, i+10, i)
		m[fmt.Sprintf("Doc_0/Pages/Page_%d/Content.xml", i)] = `<ofd:Page ` + ns + `>` + p + `</ofd:Page>`
	}
	m["Doc_0/Document.xml"] = `<ofd:Document ` + ns + `><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>` +
		`<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>` + list.String() + `</ofd:Pages></ofd:Document>`
	m["Doc_0/Tpls/Tpl_0/Content.xml"] = `<ofd:Page ` + ns + `><ofd:Content><ofd:Layer ID="1">` + text(80, 12, "柳溪镇公文") + `</ofd:Layer></ofd:Content></ofd:Page>`
	m["Doc_0/DocumentRes.xml"] = `<ofd:Res ` + ns + `><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="50" Height="10"><ofd:Content>` + text(0, 5, "来自图元") + `</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>`
	return m
}

func layer(s string) string {
	return `<ofd:Content><ofd:Layer ID="5" Type="Body">` + s + `</ofd:Layer></ofd:Content>`
}

const size = 3.5 // mm

// text is a text object with its baseline's begin at x, y in mm, its distances
// written as runs.
func text(x, y float64, s string) string {
	n := len([]rune(s))
	adv := size
	if s[0] < 0x80 {
		adv /= 2
	}
	delta := ""
	if n > 1 {
		delta = fmt.Sprintf(` DeltaX="g %d %g"`, n-1, adv)
	}
	return fmt.Sprintf(`<ofd:TextObject ID="9" Boundary="%g %g 100 8" Font="3" Size="%g"><ofd:TextCode X="0" Y="5"%s>%s</ofd:TextCode></ofd:TextObject>`, x, y-5, size, delta, s)
}

// line is a stroked line in mm.
func line(x0, y0, x1, y1 float64) string {
	return fmt.Sprintf(`<ofd:PathObject ID="8" Boundary="%g %g %g %g" LineWidth="0.2"><ofd:AbbreviatedData>M 0 0 L %g %g</ofd:AbbreviatedData></ofd:PathObject>`,
		x0, y0, max(x1-x0, 0.2), max(y1-y0, 0.2), x1-x0, y1-y0)
}

// cell is one cell of a table to draw, in rows of 10 and columns of 12 mm.
type cell struct {
	row, col, rows, cols int
	text                 string
}

// table draws cells as closed boxes or, filled, as thin rectangles.
func table(x, y float64, filled bool, cells []cell) string {
	var b strings.Builder
	for _, c := range cells {
		x0, y0 := x+12*float64(c.col), y+10*float64(c.row)
		w, h := 12*float64(c.cols), 10*float64(c.rows)
		if filled {
			for _, r := range [][4]float64{{0, 0, w, 0.2}, {0, h, w, 0.2}, {0, 0, 0.2, h}, {w, 0, 0.2, h}} {
				fmt.Fprintf(&b, `<ofd:PathObject ID="8" Boundary="%g %g %g %g" Stroke="false" Fill="true"><ofd:AbbreviatedData>M 0 0 L %g 0 L %g %g L 0 %g C</ofd:AbbreviatedData></ofd:PathObject>`,
					x0+r[0], y0+r[1], r[2], r[3], r[2], r[2], r[3], r[3])
			}
		} else {
			fmt.Fprintf(&b, `<ofd:PathObject ID="8" Boundary="%g %g %g %g"><ofd:AbbreviatedData>M 0 0 L %g 0 L %g %g L 0 %g C</ofd:AbbreviatedData></ofd:PathObject>`, x0, y0, w, h, w, w, h, h)
		}
		for i, s := range strings.Split(c.text, "|") {
			if s != "" {
				b.WriteString(text(x0+1, y0+4+4*float64(i), s))
			}
		}
	}
	return b.String()
}

// litigation is the form's fourth table.
func litigation() (cells []cell, want []string) {
	add := func(row, col, rows, cols int, s string) {
		cells = append(cells, cell{row, col, rows, cols, s})
		want = append(want, fmt.Sprintf("%d,%d %d×%d %s", row, col, rows, cols, strings.ReplaceAll(s, "|", "")))
	}
	five := []string{"结果|维持", "结果|纠正", "其他|结果", "尚未|审结", "总计"}
	add(0, 0, 1, 5, "行政复议")
	add(0, 5, 1, 10, "行政诉讼")
	for i, s := range five {
		add(1, i, 2, 1, s)
	}
	add(1, 5, 1, 5, "未经复议直接起诉")
	add(1, 10, 1, 5, "复议后起诉")
	for i := range 10 {
		add(2, 5+i, 1, 1, five[i%5])
	}
	for i := range 15 {
		add(3, i, 1, 1, fmt.Sprint(i*7))
	}
	return cells, want
}

func mustRead(t *testing.T, entries map[string]string) *doc.Document {
	t.Helper()
	d, err := ofd.Read(context.Background(), "a.ofd", pack(t, entries))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func grid(t *testing.T, d *doc.Document) (out []string) {
	t.Helper()
	for _, b := range d.Blocks {
		if b.Grid == nil {
			continue
		}
		if err := b.Grid.Check(); err != nil {
			t.Error(err)
		}
		for _, c := range b.Grid.Cells {
			out = append(out, fmt.Sprintf("%d,%d %d×%d %s", c.Row, c.Col, c.RowSpan, c.ColSpan, c.Text))
		}
	}
	return out
}

func paras(d *doc.Document) (out []string) {
	for _, b := range d.Blocks {
		if b.Para != nil {
			out = append(out, b.Para.Text)
		}
	}
	return out
}

func TestTableOfTheForm(t *testing.T) {
	cells, want := litigation()
	for _, filled := range []bool{false, true} {
		d := mustRead(t, file(layer(text(20, 40, "四、政府信息公开行政复议、行政诉讼情况")+table(15, 60, filled, cells))))
		if diff := cmp.Diff(want, grid(t, d)); diff != "" {
			t.Errorf("filled %v (-want +read):\n%s", filled, diff)
		}
		if diff := cmp.Diff([]string{"四、政府信息公开行政复议、行政诉讼情况"}, paras(d)); diff != "" {
			t.Error(diff)
		}
		if d.Title != "年度报告" || d.Format != "ofd" {
			t.Errorf("title %q, format %q", d.Title, d.Format)
		}
	}
}

// A page laid sideways by its objects' matrices reads like an upright one.
func TestSidewaysPage(t *testing.T) {
	side := `<ofd:TextObject ID="9" Boundary="100 20 10 100" CTM="0 1 -1 0 5 0" Size="4"><ofd:TextCode X="0" Y="0" DeltaX="4 4 4">横向表格</ofd:TextCode></ofd:TextObject>` +
		`<ofd:TextObject ID="9" Boundary="90 20 10 100" CTM="0 1 -1 0 5 0" Size="4"><ofd:TextCode X="0" Y="0" DeltaX="g 2 4">第二行</ofd:TextCode></ofd:TextObject>`
	d := mustRead(t, file(layer(side)))
	if diff := cmp.Diff([]string{"横向表格", "第二行"}, paras(d)); diff != "" {
		t.Error(diff)
	}
}

// A mark over the table, aslant or large or pale, in the page or its template,
// leaves every figure as it is.
func TestWatermarks(t *testing.T) {
	cells, want := litigation()
	mark := func(x, y float64, size, ctm, colour, s string) string {
		return `<ofd:TextObject ID="9" Boundary="` + fmt.Sprintf("%g %g", x, y) + ` 150 80" Font="3" Size="` + size + `"` + ctm + `>` + colour + `<ofd:TextCode X="0" Y="` + size + `">` + s + `</ofd:TextCode></ofd:TextObject>`
	}
	grey := `<ofd:FillColor Value="200 200 200"/>`
	pale := `<ofd:FillColor Value="0 0 0" Alpha="60"/>`
	for name, m := range map[string]string{
		"aslant":                 mark(20, 60, "20", ` CTM="0.7 0.7 -0.7 0.7 30 0"`, grey, "草稿2023"),
		"large":                  mark(20, 60, "30", "", grey, "2023草稿"),
		"pale, of the same size": mark(16, 91, "3.5", "", pale, "2023 12 2023 12 2023 12 2023 12") + mark(16, 60, "3.5", "", pale, "内部材料内部材料内部材料"),
	} {
		page := layer(m + table(15, 60, false, cells))
		inTemplate := file(`<ofd:Template TemplateID="2" ZOrder="Foreground"/>` + layer(table(15, 60, false, cells)))
		inTemplate["Doc_0/Tpls/Tpl_0/Content.xml"] = `<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="1">` + m + `</ofd:Layer></ofd:Content></ofd:Page>`
		for _, entries := range []map[string]string{file(page), inTemplate} {
			d := mustRead(t, entries)
			if diff := cmp.Diff(want, grid(t, d)); diff != "" {
				t.Errorf("%s (-want +read):\n%s", name, diff)
			}
			if ps := paras(d); len(ps) > 0 {
				t.Errorf("%s: the mark is read as text: %v", name, ps)
			}
		}
	}
}

// A table laid sideways by matrices reads like an upright one.
func TestSidewaysTable(t *testing.T) {
	cells, want := litigation()
	upright := table(15, 60, false, cells)
	// The whole drawing as one object turned a quarter about the page.
	entries := file(layer(`<ofd:CompositeObject ID="4" ResourceID="8" Boundary="0 0 210 297" CTM="0 1 -1 0 210 0"/>`))
	entries["Doc_0/DocumentRes.xml"] = `<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8" Width="297" Height="210"><ofd:Content>` + upright + `</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>`
	if diff := cmp.Diff(want, grid(t, mustRead(t, entries))); diff != "" {
		t.Errorf("(-want +read):\n%s", diff)
	}
}

func TestTemplatesCompositesAndHiddenObjects(t *testing.T) {
	d := mustRead(t, file(`<ofd:Template TemplateID="2" ZOrder="Background"/>`+layer(
		text(20, 60, "正文")+
			`<ofd:PageBlock ID="3">`+text(20, 80, "块内文字")+`</ofd:PageBlock>`+
			`<ofd:CompositeObject ID="4" ResourceID="7" Boundary="20 95 50 10"/>`+
			strings.Replace(text(20, 120, "看不见"), `ID="9"`, `ID="9" Visible="false"`, 1))))
	if diff := cmp.Diff([]string{"柳溪镇公文", "正文", "块内文字", "来自图元"}, paras(d)); diff != "" {
		t.Error(diff)
	}
}

func TestScannedPage(t *testing.T) {
	d := mustRead(t, file(layer(text(20, 40, "文字")), layer(`<ofd:ImageObject ID="6" ResourceID="9" CTM="210 0 0 297 0 0" Boundary="0 0 210 297"/>`)))
	if len(d.Notes) != 1 || d.Notes[0].Code != "NO-TEXT-LAYER" || d.Notes[0].At.Page != 2 {
		t.Errorf("notes %+v", d.Notes)
	}
}

func TestBadFiles(t *testing.T) {
	without := func(name string) map[string]string {
		m := file(layer(text(1, 9, "a")))
		delete(m, name)
		return m
	}
	locked := file(layer(""))
	locked["Encryptions.xml"] = "<x/>"
	self := file(layer(`<ofd:CompositeObject ID="4" ResourceID="7" Boundary="0 0 1 1"/>`))
	self["Doc_0/DocumentRes.xml"] = `<Res><CompositeGraphicUnits><CompositeGraphicUnit ID="7"><Content>` + strings.Repeat(`<CompositeObject ResourceID="7"/>`, 9) + `</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>`
	deep := file(layer(strings.Repeat("<PageBlock>", 5000) + strings.Repeat("</PageBlock>", 5000)))
	entity := file(layer("&bomb;"))
	outside := file(layer(""))
	outside["OFD.xml"] = strings.Replace(outside["OFD.xml"], "Doc_0/Document.xml", "../../../etc/passwd", 1)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty":         {nil, "EMPTY"},
		"not a zip":     {[]byte("not a zip at all"), "BROKEN"},
		"cut":           {pack(t, file(layer("")))[:200], "BROKEN"},
		"no root":       {pack(t, without("OFD.xml")), "BROKEN"},
		"no document":   {pack(t, without("Doc_0/Document.xml")), "BROKEN"},
		"no page":       {pack(t, without("Doc_0/Pages/Page_0/Content.xml")), "BROKEN"},
		"encrypted":     {pack(t, locked), "ENCRYPTED"},
		"1000 pages":    {pack(t, file(make([]string, 1000)...)), "TOO-LARGE"},
		"self-calling":  {pack(t, self), "TOO-LARGE"},
		"deep":          {pack(t, deep), "TOO-LARGE"},
		"entity":        {pack(t, entity), "BROKEN"},
		"path outside":  {pack(t, outside), "BROKEN"},
		"zip bomb page": {pack(t, file(layer(strings.Repeat(" ", 60<<20)))), "ZIP-BOMB"},
	} {
		d, err := ofd.Read(context.Background(), name, c.data)
		if d != nil || limit.Code(err) != c.code || err == nil {
			t.Errorf("%s: code %q (%v), want %s", name, limit.Code(err), err, c.code)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ofd.Read(ctx, "x", pack(t, file(layer("")))); limit.Code(err) != "TIMEOUT" {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzPage(f *testing.F) {
	// Small seeds: minimising a large one takes all the time there is.
	f.Add(layer(table(15, 60, false, []cell{{0, 0, 1, 2, "a"}, {1, 0, 1, 1, "1"}, {1, 1, 1, 1, "2"}})))
	f.Add(layer(text(20, 40, "四、情况") + line(0, 0, 100, 0)))
	f.Add(layer(`<ofd:TextObject Boundary="1" CTM="0 1 x" Size="1e9"><ofd:TextCode DeltaX="g 999999999 1">ab</ofd:TextCode></ofd:TextObject>`))
	f.Fuzz(func(t *testing.T, page string) {
		d, err := ofd.Read(context.Background(), "f.ofd", pack(t, file(page)))
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v, error %v", d, err)
		}
		if d == nil {
			return
		}
		for _, b := range d.Blocks {
			if b.Grid != nil {
				if err := b.Grid.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
