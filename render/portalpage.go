package render

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"gongkai/law"
)

// The pages of a package stand on somebody else's site: every style is inline,
// no script, nothing loaded from elsewhere.

const (
	portalSans  = "font-family:'Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
	portalSmall = portalSans + "font-size:14px;line-height:1.8;color:#525c6a;"
)

var attachmentNames = map[string]string{"docx": "Word 文档", "pdf": "PDF", "xlsx": "Excel 表格", "json": "JSON 数据", "csv": "CSV 数据"}

func esc(s string) string { return template.HTMLEscapeString(clean(s)) }

// href is an address as an attribute; only http, https and relative ones are
// written.
func href(s string) string {
	if u, err := url.Parse(s); err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return "#"
	}
	return template.HTMLEscapeString(s)
}

// head opens a page with the standard tags of government sites.
func (p *portalPackage) head(title, source string, on law.Date, kind string) string {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" + esc(title) + "</title>\n")
	meta := func(name, content string) {
		if content != "" {
			b.WriteString(`<meta name="` + name + `" content="` + esc(content) + "\">\n")
		}
	}
	meta("SiteName", p.set.Site)
	meta("ColumnName", p.set.Column)
	if kind == "article" {
		meta("ArticleTitle", title)
		meta("PubDate", on.String())
		meta("ContentSource", source)
	} else {
		meta("ColumnType", map[string]string{"column": "信息公开年报", "items": "政府信息公开"}[kind])
	}
	b.WriteString("</head><body style=\"margin:0;background:#fff;color:#1b2430;\">\n")
	return b.String()
}

// page is a report as a whole page.
func (p *portalPackage) page(it portalItem, receipt bool) string {
	var b strings.Builder
	b.WriteString(p.head(it.Title, it.Organ, it.Published, "article"))
	b.WriteString(`<div style="max-width:960px;margin:0 auto;padding:24px 16px;overflow-wrap:break-word;">` + "\n")
	b.WriteString(`<p style="` + portalSmall + `margin:0 0 12px;">发布机构：` + esc(it.Organ) + `　发布日期：` + it.Published.String() + `　报告年度：` + strconv.Itoa(it.Year) + "年</p>\n")
	b.WriteString(it.correction())
	b.WriteString(`<div style="overflow-x:auto;">` + "\n" + it.rich + "</div>\n")
	b.WriteString(it.attachments("", receipt))
	b.WriteString(it.origin())
	b.WriteString("</div>\n</body></html>\n")
	return b.String()
}

// fragment is a report for pasting into the editor of the portal. Its attachments
// are named only where it is known under which address they will lie.
func (p *portalPackage) fragment(it portalItem) string {
	out := it.correction() + it.rich
	if p.set.Base != "" {
		out += it.attachments(p.set.Base+it.Path, false)
	}
	return out
}

func (it portalItem) correction() string {
	if it.Corrected.IsZero() {
		return ""
	}
	text := "本报告于" + it.Corrected.Chinese() + "更正。"
	if it.note != "" {
		text += "更正说明：" + it.note
	}
	return `<p style="` + portalSans + `font-size:15px;line-height:1.8;margin:0 0 16px;padding:10px 14px;border:1px solid #ddd7ca;border-left:4px solid #a8271b;">` + esc(text) + "</p>\n"
}

func (it portalItem) attachments(base string, receipt bool) string {
	if len(it.files) == 0 && !receipt {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<p style="` + portalSans + `font-size:15px;line-height:1.8;margin:24px 0 0;padding-top:12px;border-top:1px solid #ddd7ca;">附件：`)
	for _, ext := range it.files {
		b.WriteString(`<a href="` + href(base+"report."+ext) + `" style="color:#0a5575;margin-right:16px;">` + attachmentNames[ext] + "</a> ")
	}
	if receipt {
		b.WriteString(`<a href="` + href(base+"receipt.json") + `" style="color:#0a5575;">公开存证回执</a>`)
	}
	b.WriteString("</p>\n")
	return b.String()
}

func (it portalItem) origin() string {
	out := `<p style="` + portalSmall + `margin:8px 0 0;">内容摘要（SHA-256）：<span style="word-break:break-all;">` + it.Content + "</span>"
	if it.page != "" {
		out += `<br>原页：<a href="` + href(it.page) + `" style="color:#0a5575;word-break:break-all;">` + esc(it.page) + "</a>"
	}
	return out + "</p>\n"
}

// index is the page that lists the reports, and its fragment.
func (p *portalPackage) index() (whole, fragment string) {
	base := p.set.Base
	list := func(base string) string {
		var b strings.Builder
		year := 0
		for _, it := range p.byYear() {
			if it.Year != year {
				if year != 0 {
					b.WriteString("</tbody></table>\n")
				}
				year = it.Year
				fmt.Fprintf(&b, `<h2 style="%sfont-size:20px;line-height:1.5;margin:28px 0 8px;">%d年度</h2>`+"\n", portalSans, year)
				b.WriteString(`<table width="100%" cellspacing="0" cellpadding="6" style="border-collapse:collapse;width:100%;` + portalSans + `font-size:15px;line-height:1.6;"><tbody>` + "\n")
			}
			b.WriteString(`<tr><td style="border-bottom:1px solid #ece8de;text-align:left;"><a href="` + href(base+it.Path+"index.html") + `" style="color:#0a5575;">` + esc(it.Title) + "</a>")
			if !it.Corrected.IsZero() {
				b.WriteString(`<span style="color:#a8271b;">（` + it.Corrected.String() + "更正）</span>")
			}
			b.WriteString(`</td><td width="110" style="border-bottom:1px solid #ece8de;text-align:right;white-space:nowrap;color:#525c6a;">` + it.Published.String() + "</td></tr>\n")
		}
		if year != 0 {
			b.WriteString("</tbody></table>\n")
		}
		return b.String()
	}
	var b strings.Builder
	b.WriteString(p.head(p.set.Column, "", law.Date{}, "column"))
	b.WriteString(`<div style="max-width:960px;margin:0 auto;padding:24px 16px;overflow-wrap:break-word;">` + "\n")
	b.WriteString(`<h1 style="` + portalSans + `font-size:26px;line-height:1.5;margin:0 0 8px;">` + esc(p.set.Column) + "</h1>\n")
	b.WriteString(`<p style="` + portalSmall + `margin:0;">` + esc(p.set.From) + `，更新日期 ` + p.set.Made.String() + "</p>\n")
	b.WriteString(list("") + "</div>\n</body></html>\n")
	return b.String(), list(base)
}
