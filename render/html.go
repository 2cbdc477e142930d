package render

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"gongkai/law/annual"
)

// HTML writes the report as one page that stands by itself: no script, nothing
// loaded from elsewhere, printing on A4. Findings, if any, are marked at their
// cells and listed below the report.
func HTML(w io.Writer, r *annual.Report, o Options) error {
	p := reportPaper(r, o)
	var b strings.Builder
	name := template.HTMLEscapeString(strings.ReplaceAll(p.title, "\n", ""))
	b.WriteString("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" + name + "</title>\n")
	if !r.Published.IsZero() {
		b.WriteString(`<meta name="PubDate" content="` + r.Published.String() + "\">\n")
	}
	b.WriteString("<style>" + pageCSS + "</style></head><body>\n<main>\n")
	if p.mark != "" {
		b.WriteString(`<p class="mark">` + template.HTMLEscapeString(p.mark) + "</p>\n")
	}
	b.WriteString("<h1>" + lines(p.title) + "</h1>\n")
	if !r.Published.IsZero() {
		b.WriteString(`<p class="meta">发布日期：` + r.Published.String() + "</p>\n")
	}
	organ, on := p.signText()
	organIn, onIn := signIndents(organ, on)
	marks := markCells(r.Form, o.Findings)
	for _, bl := range p.blocks {
		switch {
		case bl.table != nil:
			b.WriteString(`<div class="scroll">` + string(tableHTML(bl.table.id, bl.table.rows, marks)) + "</div>\n")
		case bl.style == chapter:
			b.WriteString("<h2>" + lines(bl.text) + "</h2>\n")
		case bl.style == section:
			b.WriteString("<h3>" + lines(bl.text) + "</h3>\n")
		case bl.style == note:
			b.WriteString(`<p class="note">` + lines(bl.text) + "</p>\n")
		case bl.style == signature:
			fmt.Fprintf(&b, "<p class=\"sign\" style=\"margin-right:%.1fem\">%s</p>\n", organIn/bodySize, lines(bl.text))
		case bl.style == dated:
			fmt.Fprintf(&b, "<p class=\"sign date\" style=\"margin-right:%.1fem\">%s</p>\n", onIn/bodySize, lines(bl.text))
		case bl.lead > 0:
			b.WriteString("<p><b>" + lines(bl.text[:bl.lead]) + "</b>" + lines(bl.text[bl.lead:]) + "</p>\n")
		default:
			b.WriteString("<p>" + lines(bl.text) + "</p>\n")
		}
	}
	b.WriteString("</main>\n")
	findingsHTML(&b, o.Findings)
	b.WriteString("</body></html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// lines escapes text for HTML and keeps its line breaks.
func lines(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(clean(s)), "\n", "<br>")
}

// markCells gives every cell that findings speak of a class by the worst level
// and the messages as its title.
func markCells(f *annual.Form, findings []annual.Finding) func(int) (string, string, string) {
	if len(findings) == 0 {
		return nil
	}
	class, words := map[int]string{}, map[int][]string{}
	for _, fd := range findings {
		c := levelClass(fd.Level)
		for _, id := range fd.Cells {
			if i, ok := f.Index(id); ok {
				if class[i] != "bad" {
					class[i] = c
				}
				words[i] = append(words[i], fd.Message)
			}
		}
	}
	return func(i int) (string, string, string) { return class[i], strings.Join(words[i], "\n"), "" }
}

func levelClass(l annual.Level) string {
	switch l {
	case annual.Error:
		return "bad"
	case annual.Warning:
		return "sus"
	}
	return ""
}

// levelWord is the level as a person reads it.
func levelWord(l annual.Level) string {
	switch l {
	case annual.Error:
		return "须改正"
	case annual.Warning:
		return "请说明"
	}
	return "请留意"
}

func findingsHTML(b *strings.Builder, findings []annual.Finding) {
	if len(findings) == 0 {
		return
	}
	b.WriteString("<section class=\"findings\" aria-label=\"核对意见\">\n<h2>核对意见</h2>\n<ol>\n")
	for _, f := range findings {
		b.WriteString(`<li class="` + levelClass(f.Level) + `"><b>` + levelWord(f.Level) + `</b> ` + lines(f.Message))
		if f.Suggest != "" {
			b.WriteString("<br>" + lines(f.Suggest))
		}
		b.WriteString(" <code>" + lines(f.Code) + "</code></li>\n")
	}
	b.WriteString("</ol>\n</section>\n")
}

// pageCSS is the look of the public pages, reduced to what one report needs.
const pageCSS = `
:root{--ink:#1b2430;--soft:#566170;--paper:#fbfaf7;--rule:#8d8778;--seal:#a8271b;--err:#9c1c1c;--err-2:#fbe8e6;--warn:#835400;--warn-2:#fbf1da;--serif:"方正小标宋简体","Source Han Serif SC","Noto Serif CJK SC","Songti SC",SimSun,serif;--sans:"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.06rem/1.9 var(--sans)}
main,.findings{max-width:52rem;margin:0 auto;padding:2rem 1.25rem}
h1{font:700 1.7rem/1.5 var(--serif);text-align:center;margin:.5rem 0 2rem}
h2{font:700 1.15rem/1.6 var(--serif);margin:2rem 0 .6rem}
h3{font:600 1.03rem/1.7 var(--sans);margin:1rem 0 .2rem;text-indent:2em}
p{margin:.3rem 0;text-indent:2em;overflow-wrap:anywhere}
.mark{text-align:center;text-indent:0;color:var(--seal);letter-spacing:.5em}
.meta{text-align:center;text-indent:0;color:var(--soft);font-size:.9rem;margin:-1.4rem 0 1.6rem}
.note{text-indent:0;color:var(--soft);font-size:.86rem}
.sign{text-align:right;text-indent:0;margin-top:2.5rem}.sign.date{margin-top:0}
.scroll{overflow-x:auto;margin:.6rem 0 1rem}
table{border-collapse:collapse;width:100%;background:#fff;font-size:.88rem;line-height:1.45;font-variant-numeric:tabular-nums}
th,td{border:1px solid var(--rule);padding:.32rem .3rem;font-weight:400;text-align:center;vertical-align:middle;overflow-wrap:anywhere}
tbody th[scope=row]{text-align:left}.t2 tbody th[scope=row]{text-align:center}
td.n{min-width:2.3rem}thead th,tr.part th{background:#f3f0e8}
tr.sum th,tr.sum td{border-top:2px solid var(--ink);font-weight:600}
td.bad{background:var(--err-2);box-shadow:inset 3px 0 0 var(--err)}td.sus{background:var(--warn-2);box-shadow:inset 3px 0 0 var(--warn)}
.findings{border-top:1px solid var(--rule)}.findings li{margin:.5rem 0;padding-left:.6rem;border-left:4px solid var(--rule)}.findings li.bad{border-color:var(--err)}.findings li.sus{border-color:var(--warn)}.findings code{color:var(--soft);font-size:.82rem}
@page{size:A4;margin:30mm 24mm 28mm 26mm;@bottom-center{content:"－ " counter(page) " －"}}
@media print{body{background:#fff;font:12pt/1.8 "仿宋_GB2312",FangSong,"Songti SC","Noto Serif CJK SC",SimSun,serif;color:#000}main,.findings{max-width:none;padding:0}h1{font-size:20pt}h2{break-after:avoid;font-size:13pt}h3{break-after:avoid}.scroll{overflow:visible}table{font-size:8.5pt;line-height:1.3}th,td{border-color:#000;padding:1.5pt 2pt}td.n{min-width:0;white-space:nowrap}tr{break-inside:avoid}thead{display:table-header-group}.t3{break-inside:avoid}.sign{break-before:avoid}.findings{break-before:page}}
`
