package render

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	"gongkai/law/annual"
)

// Rich writes the report as a fragment for pasting into the editor of another
// system. Such editors drop style sheets and classes and keep, at best, inline
// styles, so everything is said inline, and what a table needs is said again by
// the old attributes.
func Rich(w io.Writer, r *annual.Report, o Options) error {
	p := reportPaper(r, o)
	var b strings.Builder
	b.WriteString("<div>\n")
	if p.mark != "" {
		richP(&b, "text-align:center;color:#a8271b;", "", lines(p.mark))
	}
	richP(&b, "text-align:center;font-size:22pt;line-height:1.6;margin:0 0 16pt 0;font-family:方正小标宋简体,'Noto Serif CJK SC',SimSun,serif;", `align="center"`, lines(p.title))
	organ, on := p.signText()
	organIn, onIn := signIndents(organ, on)
	const text = "font-size:16pt;line-height:1.8;margin:0;"
	for _, bl := range p.blocks {
		switch {
		case bl.table != nil:
			richTable(&b, bl.table)
		case bl.style == chapter:
			richP(&b, text+"text-indent:2em;font-family:黑体,SimHei,'Noto Sans CJK SC',sans-serif;", "", lines(bl.text))
		case bl.style == section:
			richP(&b, text+"text-indent:2em;font-family:楷体_GB2312,KaiTi,楷体,serif;", "", lines(bl.text))
		case bl.style == note:
			richP(&b, "font-size:9pt;line-height:1.6;margin:0;color:#566170;", "", lines(bl.text))
		case bl.style == signature:
			richP(&b, fmt.Sprintf("%stext-align:right;margin:32pt %.0fpt 0 0;", text, organIn), `align="right"`, lines(bl.text))
		case bl.style == dated:
			richP(&b, fmt.Sprintf("%stext-align:right;margin:0 %.0fpt 0 0;", text, onIn), `align="right"`, lines(bl.text))
		default:
			inner := lines(bl.text)
			if bl.lead > 0 {
				inner = `<span style="font-family:楷体_GB2312,KaiTi,楷体,serif;">` + lines(bl.text[:bl.lead]) + "</span>" + lines(bl.text[bl.lead:])
			}
			richP(&b, text+"text-indent:2em;font-family:仿宋_GB2312,FangSong,仿宋,serif;", "", inner)
		}
	}
	b.WriteString("</div>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func richP(b *strings.Builder, css, attr, inner string) {
	if attr != "" {
		attr = " " + attr
	}
	b.WriteString("<p" + attr + ` style="` + css + `">` + inner + "</p>\n")
}

func richTable(b *strings.Builder, t *table) {
	b.WriteString(`<table border="1" cellspacing="0" cellpadding="3" width="100%" align="center" style="border-collapse:collapse;border:1px solid #000;width:100%;margin:4pt 0 10pt 0;font-family:宋体,SimSun,'Noto Serif CJK SC',serif;font-size:` +
		fmt.Sprint(t.size) + `pt;line-height:1.4;"><tbody>` + "\n")
	for y, row := range t.rows {
		b.WriteString("<tr>")
		for _, c := range row {
			align := "left"
			if t.centred(&c) {
				align = "center"
			}
			rule := ""
			if t.sumRow(y) && c.RowSpan == 1 {
				rule = "border-top:2px solid #000;"
			}
			// The share of the width stands at every cell: a col element is dropped by editors.
			fmt.Fprintf(b, `<td align="%s" valign="middle" width="%.1f%%"%s style="border:1px solid #000;%spadding:3px 2px;text-align:%[1]s;vertical-align:middle;text-indent:0;">%[5]s</td>`,
				align, t.span(&c)/textW*100, spans(c.LayoutCell), rule, template.HTMLEscapeString(c.Print()))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table>\n")
}
