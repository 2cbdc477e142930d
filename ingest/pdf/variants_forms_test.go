package pdf_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gongkai/law/annual"
	"gongkai/render"
)

// bare takes the lines and the ground of every cell away.
const bare = `th,td,thead th,tr.part th,tr.sum th,tr.sum td{border:none;background:none}table{border:none;background:none}`

// looks are what style sheets make of the printed page.
var looks = []struct{ name, css string }{
	{"as we print it", ""},
	{"no lines", bare},
	{"no lines, labels on top", bare + `th,td{vertical-align:top}`},
	{"no lines, labels at the bottom", bare + `th,td{vertical-align:bottom}`},
	{"no lines, figures to the right", bare + `td{text-align:right}`},
	{"no lines, figures to the left", bare + `td{text-align:left}`},
	{"no lines, narrow labels", bare + `table{width:70%}`},
	{"no lines, wide rows", bare + `table{font-size:7pt}th,td{padding:6pt 3pt}`},
	{"level lines", bare + `th,td{border-top:1px solid #000;border-bottom:1px solid #000}`},
	{"level dotted lines", bare + `th,td{border-top:1px dotted #888;border-bottom:1px dotted #888}`},
	{"three-line table", bare + `table{border-top:2px solid #000;border-bottom:2px solid #000}thead tr:last-child th{border-bottom:1px solid #000}`},
	{"upright lines", bare + `th,td{border-left:1px solid #000;border-right:1px solid #000}`},
	{"outer frame", bare + `table{border:2px solid #000}`},
	{"dashed", `th,td{border:1px dashed #000}`},
	{"dotted", `th,td{border:1px dotted #000}`},
	{"double", `th,td{border:3px double #000}`},
	{"thick", `th,td{border:3px solid #000}`},
	{"separate boxes", `table{border-collapse:separate;border-spacing:2px}`},
	{"grey ground, white lines", `th,td,thead th{border:1px solid #fff;background:#e8e8e8}`},
	{"grey ground, no lines", bare + `td,th{background:#eee!important}`},
	{"striped", bare + `tr:nth-child(even) td,tr:nth-child(even) th{background:#eee!important}`},
	{"ridge", `th,td{border:3px ridge #777}`},
	{"light lines", `th,td,thead th{border:.5px solid #ddd!important}`},
	{"table three landscape", `@page w{size:A4 landscape;margin:20mm}.t3{page:w;break-before:page}`},
	{"table three landscape, no lines", bare + `@page w{size:A4 landscape;margin:20mm}.t3{page:w;break-before:page}`},
	{"table three sideways", `.t3{writing-mode:horizontal-tb;transform:rotate(90deg) translate(0,-100%);transform-origin:0 0;break-before:page;width:220mm!important;font-size:8pt!important}div:has(>.t3){height:225mm;break-after:page}`},
	{"small type", `table{font-size:4.5pt!important}`},
	{"small type, no lines", bare + `table{font-size:4.5pt!important}`},
	{"large type", `table{font-size:12pt!important;line-height:1.2}.t4{font-size:8pt!important}th,td{padding:1px}`},
	{"two columns of text", `main{columns:2;column-gap:8mm}table{font-size:5pt!important}th,td{padding:0 1px}`},
	{"two columns of text, tables across", `main{columns:2}.scroll{column-span:all}`},
	{"two columns, no lines", bare + `main{columns:2}.scroll{column-span:all}`},
	{"watermark aslant", `body::before{content:"草稿 征求意见稿";position:fixed;top:35%;left:5%;font-size:90pt;color:#ddd;transform:rotate(-40deg)}`},
	{"watermark aslant, in front, no lines", bare + `body::before{content:"草稿 2023";position:fixed;top:35%;left:5%;font-size:90pt;color:rgba(128,128,128,.4);transform:rotate(-40deg);z-index:9}`},
	{"watermark level", `body::before{content:"草 稿";position:fixed;top:40%;left:10%;font-size:150pt;color:#e5e5e5}`},
	{"watermark level, no lines", bare + `body::before{content:"草稿";position:fixed;top:40%;left:10%;font-size:150pt;color:#e5e5e5}`},
	{"watermark of digits", `body::before{content:"2023";position:fixed;top:40%;left:10%;font-size:150pt;color:#e5e5e5}`},
	{"small watermark over and over", `body::before{content:"青石镇 2024 12 青石镇 2024 12 青石镇 2024 12 青石镇 2024 12 青石镇 2024 12 青石镇 2024 12 青石镇 2024 12";position:fixed;top:20%;left:-5%;width:130%;font-size:14pt;line-height:90pt;color:#ccc;transform:rotate(-30deg)}`},
}

// pageOf is the report as a page with a style sheet added.
func pageOf(t testing.TB, r *annual.Report, css string) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.HTML(&b, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(b.String(), "</style>", css+"</style>", 1)
}

func rendered(t testing.TB, r *annual.Report, f func(io.Writer, *annual.Report, render.Options) error, o render.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// picture is a page of grey noise as a data address.
func picture() string {
	m := image.NewGray(image.Rect(0, 0, 300, 400))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i >> 3)
	}
	m.Set(0, 0, color.White)
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

var tableThree = regexp.MustCompile(`(?s)<table class="form t3">.*?</table>`)

func variants(t testing.TB) []variant {
	plain, sparse, quiet := plainFigures(), sparseFigures(), quietFigures()
	chrome := browser(t)
	var vs []variant
	add := func(name string, r *annual.Report, make func() []byte) *variant {
		vs = append(vs, variant{name: name, want: r.Values, make: make})
		return &vs[len(vs)-1]
	}
	frame := []chromedp.PDFOption{chromedp.PDFHeaderTemplate(`<div style="font-size:8px">青石镇 2024/1/18</div>`),
		chromedp.PDFFooterTemplate(`<div style="font-size:8px">file:///C:/报告.html <span class="pageNumber"></span>/<span class="totalPages"></span></div>`)}
	for _, l := range looks {
		for _, name := range []string{"", ", blanks", ", noughts"} {
			r := map[string]*annual.Report{"": plain, ", blanks": sparse, ", noughts": quiet}[name]
			if name == ", blanks" && !strings.HasPrefix(l.css, bare) || name == ", noughts" && l.css != bare {
				continue
			}
			add("browser: "+l.name+name, r, func() []byte { return chrome(pageOf(t, r, l.css), frame...) })
		}
	}
	for k := 1; k <= 26; k += 6 {
		css := fmt.Sprintf(`.t3{break-inside:auto!important}.t3 tbody tr:nth-child(%d){break-before:page}`, k)
		if k%2 == 0 {
			css += `thead{display:table-row-group!important}`
		}
		add(fmt.Sprintf("browser: cut at row %d", k), plain, func() []byte { return chrome(pageOf(t, plain, css)) })
		add(fmt.Sprintf("browser: cut at row %d, no lines", k), plain, func() []byte { return chrome(pageOf(t, plain, bare+css)) })
	}
	add("browser: table three is a picture", plain, func() []byte {
		return chrome(tableThree.ReplaceAllString(pageOf(t, plain, ""), `<img style="width:150mm" src="`+picture()+`">`))
	})
	vs[len(vs)-1].least, vs[len(vs)-1].note = 25, "PICTURE-TABLE"
	add("browser: scanned", plain, func() []byte {
		return chrome(`<img style="width:100%" src="` + picture() + `">`)
	})
	vs[len(vs)-1].fails = "PICTURE"
	ours := rendered(t, plain, render.PDF, render.Options{})
	add("ours", plain, func() []byte { return ours })
	add("ours, watermark", plain, func() []byte {
		return rendered(t, plain, render.PDF, render.Options{Watermark: "草稿，未经审核"})
	})
	add("ours, blanks", sparse, func() []byte { return rendered(t, sparse, render.PDF, render.Options{}) })
	for _, turn := range []string{"90", "180", "270"} {
		add("ours, page turned "+turn, plain, func() []byte {
			return bytes.ReplaceAll(ours, []byte("/Type /Page\n"), []byte("/Type /Page /Rotate "+turn+"\n"))
		})
	}
	add("ours, fonts without character codes", plain, func() []byte {
		return bytes.ReplaceAll(ours, []byte("/ToUnicode"), []byte("/NoUnicode"))
	})
	vs[len(vs)-1].fails = "GARBLED"
	return settle(append(vs, officeVariants(t, plain, sparse, quiet)...))
}

// settle says how much of each variant must be read and which ones are printed
// every time: one of each kind.
func settle(vs []variant) []variant {
	core := regexp.MustCompile(`^(browser: (no lines|no lines, blanks|no lines, labels on top|no lines, figures to the right|level lines|three-line table, blanks|upright lines|outer frame|dashed|double|separate boxes|grey ground, white lines|table three sideways|two columns of text|watermark aslant, in front, no lines|watermark level, no lines|watermark of digits|small watermark over and over|cut at row 19, no lines|table three is a picture|scanned)$|Word: (as we write it|no lines|no lines, blanks|level lines|outer frame|dashed|double|table three landscape, no lines|cut by the page, no head|cut by the page, no head, no lines|cut by the page, rows too|figures to the left, no lines)$|workbook: (as we write it|no lines, blanks|two pages wide|four pages)$|ours)`)
	part := []struct {
		name  *regexp.Regexp
		least int
	}{
		{regexp.MustCompile(`workbook: (four pages|two pages wide, no lines)`), -1},
		{regexp.MustCompile(`workbook: two pages wide`), 180},
		{regexp.MustCompile(`no lines|level|three-line|upright|outer frame|bare|striped`), 160},
	}
	for i := range vs {
		v := &vs[i]
		v.more = !core.MatchString(v.name)
		for _, p := range part {
			if v.least == 0 && p.name.MatchString(v.name) {
				v.least = p.least
			}
		}
	}
	return vs
}

// officeVariants are Word files and workbooks that the office program prints.
func officeVariants(t testing.TB, plain, sparse, quiet *annual.Report) []variant {
	p := &press{t: t, dir: t.TempDir()}
	var vs []variant
	borders := regexp.MustCompile(`(?s)<w:tblBorders>.*?</w:tblBorders>`)
	sum := regexp.MustCompile(`<w:tcBorders>.*?</w:tcBorders>`)
	sides := func(kind string, names ...string) string {
		s := "<w:tblBorders>"
		for _, n := range names {
			s += `<w:` + n + ` w:val="` + kind + `" w:sz="4" w:space="0" w:color="000000"/>`
		}
		return s + "</w:tblBorders>"
	}
	all := []string{"top", "left", "bottom", "right", "insideH", "insideV"}
	redraw := func(b string) func(string) string {
		return func(s string) string { return sum.ReplaceAllString(borders.ReplaceAllString(s, b), "") }
	}
	section := func(props string) func(string) string { // table three in a section of its own
		return func(s string) string {
			parts := strings.SplitAfter(s, "</w:tbl>")
			if len(parts) < 3 {
				t.Fatal("no table three in the Word file")
			}
			start := strings.LastIndex(parts[1], "<w:tbl>")
			portrait := `<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1400" w:right="1400" w:bottom="1400" w:left="1400"/>`
			parts[1] = parts[1][:start] + `<w:p><w:pPr><w:sectPr>` + portrait + `</w:sectPr></w:pPr></w:p>` + parts[1][start:] + `<w:p><w:pPr><w:sectPr>` + props + `</w:sectPr></w:pPr></w:p>`
			return strings.Join(parts, "")
		}
	}
	lower := func(n int) func(string) string { // pushes table three down, over the page's end
		return func(s string) string {
			parts := strings.SplitAfter(s, "</w:tbl>")
			start := strings.LastIndex(parts[1], "<w:tbl>")
			parts[1] = parts[1][:start] + strings.Repeat(`<w:p><w:r><w:t>说明文字。</w:t></w:r></w:p>`, n) + parts[1][start:]
			s = strings.Join(parts, "")
			return strings.ReplaceAll(s, "<w:keepNext/>", "")
		}
	}
	noHead := func(s string) string { return strings.ReplaceAll(s, "<w:tblHeader/>", "") }
	split := func(s string) string { return strings.ReplaceAll(s, "<w:cantSplit/>", "") }
	none := redraw(sides("nil", all...))
	word := map[string][]func(string) string{
		"as we write it":                        nil,
		"no lines":                              {none},
		"level lines":                           {redraw(sides("single", "top", "bottom", "insideH"))},
		"level dashed lines":                    {redraw(sides("dashed", "top", "bottom", "insideH"))},
		"upright lines":                         {redraw(sides("single", "left", "right", "insideV"))},
		"outer frame":                           {redraw(sides("single", "top", "left", "bottom", "right"))},
		"dashed":                                {redraw(sides("dashed", all...))},
		"dotted":                                {redraw(sides("dotted", all...))},
		"double":                                {redraw(sides("double", all...))},
		"triple":                                {redraw(sides("triple", all...))},
		"dash and dot":                          {redraw(sides("dotDash", all...))},
		"wave":                                  {redraw(sides("wave", all...))},
		"table three landscape":                 {section(`<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="900" w:right="900" w:bottom="900" w:left="900"/>`)},
		"table three landscape, no lines":       {none, section(`<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="900" w:right="900" w:bottom="900" w:left="900"/>`)},
		"cut by the page":                       {lower(5)},
		"cut by the page, no head":              {lower(9), noHead},
		"cut by the page, rows too":             {lower(7), noHead, split},
		"cut by the page, rows too, no lines":   {lower(7), noHead, split, none},
		"cut by the page, no lines":             {lower(6), none},
		"cut by the page, no head, no lines":    {lower(8), noHead, none},
		"cut by the page, level lines":          {lower(10), redraw(sides("single", "top", "bottom", "insideH"))},
		"cut by the page, no head, level lines": {lower(4), noHead, redraw(sides("single", "top", "bottom", "insideH"))},
		"cut by the page, no head, outer frame": {lower(6), noHead, redraw(sides("single", "top", "left", "bottom", "right"))},
		"figures to the left, no lines": {none, func(s string) string {
			return strings.ReplaceAll(s, `<w:jc w:val="center"/></w:pPr>`, `<w:jc w:val="left"/></w:pPr>`)
		}},
		"figures to the right, labels on top, bare": {none, func(s string) string {
			s = strings.ReplaceAll(s, `<w:jc w:val="center"/></w:pPr>`, `<w:jc w:val="right"/></w:pPr>`)
			return strings.ReplaceAll(s, `<w:vAlign w:val="center"/>`, `<w:vAlign w:val="top"/>`)
		}},
	}
	for name, changes := range word {
		reports := map[string]*annual.Report{"": plain}
		if len(changes) > 0 && strings.Contains(name, "lines") || strings.Contains(name, "bare") || strings.Contains(name, "frame") {
			reports[", blanks"], reports[", noughts"] = sparse, quiet
		}
		for suffix, r := range reports {
			b := edit(t, rendered(t, r, render.DOCX, render.Options{}), func(entry, s string) string {
				if entry == "word/document.xml" {
					for _, c := range changes {
						s = c(s)
					}
				}
				return s
			})
			full := "Word: " + name + suffix
			vs = append(vs, variant{name: full, want: r.Values, make: p.add(fmt.Sprintf("w%d.docx", len(vs)), b)})
		}
	}
	fit := regexp.MustCompile(`<sheetPr>.*?</sheetPr>`)
	setup := regexp.MustCompile(`<pageSetup[^>]*>`)
	lines := regexp.MustCompile(`<(left|right|top|bottom) style="[a-z]+"><color rgb="FF000000"></color></(left|right|top|bottom)>`)
	sheet := func(change func(entry, s string) string) func(entry, s string) string { return change }
	free := func(scale string) func(entry, s string) string {
		return sheet(func(entry, s string) string {
			if strings.Contains(entry, "worksheets/") {
				s = setup.ReplaceAllString(fit.ReplaceAllString(s, ""), `<pageSetup paperSize="9" orientation="portrait" scale="`+scale+`">`)
			}
			return s
		})
	}
	bareSheet := func(entry, s string) string {
		if entry == "xl/styles.xml" {
			s = lines.ReplaceAllString(s, "<$1></$1>")
		}
		return s
	}
	for _, x := range []struct {
		name   string
		r      *annual.Report
		change func(entry, s string) string
	}{
		{"as we write it", plain, func(_, s string) string { return s }},
		{"no lines", plain, bareSheet},
		{"no lines, blanks", sparse, bareSheet},
		{"no lines, noughts", quiet, bareSheet},
		{"small", plain, free("60")},
		{"two pages wide", plain, free("140")},
		{"two pages wide, no lines", plain, func(e, s string) string { return bareSheet(e, free("140")(e, s)) }},
		{"two pages wide, noughts", quiet, free("140")},
		{"four pages", plain, free("200")},
		{"four pages, blanks", sparse, free("200")},
		{"four pages, noughts, no lines", quiet, func(e, s string) string { return bareSheet(e, free("200")(e, s)) }},
	} {
		b := edit(t, rendered(t, x.r, render.XLSX, render.Options{}), func(entry, s string) string { return dropMachineSheet(x.change(entry, s), entry) })
		vs = append(vs, variant{name: "workbook: " + x.name, want: x.r.Values, make: p.add(fmt.Sprintf("x%d.xlsx", len(vs)), b)})
	}
	slices.SortFunc(vs, func(a, b variant) int { return strings.Compare(a.name, b.name) })
	p.start()
	return vs
}

// dropMachineSheet empties the sheet of cell ids, which nobody prints.
func dropMachineSheet(s, entry string) string {
	if entry == "xl/worksheets/sheet5.xml" {
		i, j := strings.Index(s, "<sheetData>"), strings.Index(s, "</sheetData>")
		if i >= 0 && j > i {
			return s[:i+len("<sheetData>")] + s[j:]
		}
	}
	return s
}
