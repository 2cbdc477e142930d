package page

import (
	"html/template"
	"strconv"
	"strings"
)

// HTML is the table as markup. It is written here and not by a template: a
// report has two hundred cells, and a template takes ten times as long.
func (t ReportTable) HTML() template.HTML {
	var b strings.Builder
	b.Grow(24 << 10)
	b.WriteString(`<div class="scroll" tabindex="0" role="region"`)
	put(&b, "aria-label", t.Caption)
	b.WriteString(`><table`)
	put(&b, "class", "report "+t.ID+" labels"+strconv.Itoa(t.Labels))
	b.WriteString(`><caption class="hidden">` + template.HTMLEscapeString(t.Caption) + `</caption>`)
	for _, row := range t.Rows {
		b.WriteString("<tr")
		if row.Sum {
			b.WriteString(` class="sum"`)
		}
		b.WriteString(">")
		for i := range row.Cells {
			if row.Cells[i].Figure {
				row.Cells[i].figure(&b)
			} else {
				row.Cells[i].heading(&b)
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table></div>")
	return template.HTML(b.String()) // every text went through put or HTMLEscapeString
}

// put writes an attribute; an empty one is left out.
func put(b *strings.Builder, name, value string) {
	if value != "" {
		b.WriteString(" " + name + `="` + template.HTMLEscapeString(value) + `"`)
	}
}

func span(b *strings.Builder, name string, n int) {
	if n > 1 {
		put(b, name, strconv.Itoa(n))
	}
}

func (c *ReportCell) figure(b *strings.Builder) {
	b.WriteString("<td")
	put(b, "class", c.class())
	span(b, "colspan", c.ColSpan)
	put(b, "id", CellID(c.Cell))
	put(b, "title", c.Note)
	b.WriteString(">")
	if c.Tick != "" {
		b.WriteString(`<input class="tick" type="checkbox" name="cell"`)
		put(b, "value", c.Cell)
		put(b, "form", c.Tick)
		put(b, "aria-label", "标记："+c.Name)
		if c.Ticked {
			b.WriteString(" checked")
		}
		b.WriteString(">")
	}
	text := template.HTMLEscapeString(c.Text)
	switch {
	case c.Input:
		b.WriteString(`<input inputmode="decimal" autocomplete="off" maxlength="24"`)
		put(b, "name", c.Cell)
		put(b, "value", c.Text)
		put(b, "aria-label", c.Name)
		if c.Mark != "" {
			b.WriteString(` aria-invalid="true"`)
		}
		b.WriteString(">")
	case c.Href != "" && localHref(c.Href):
		b.WriteString("<a")
		put(b, "href", c.Href)
		put(b, "title", c.Name)
		b.WriteString(">" + text + "</a>")
	default:
		b.WriteString(text)
	}
	if c.Beside != "" {
		b.WriteString(`<small class="beside">` + template.HTMLEscapeString(c.Beside) + `</small>`)
	}
	if c.Data.Href != "" && localHref(c.Data.Href) {
		b.WriteString(`<small class="beside data"><a`)
		put(b, "href", c.Data.Href)
		b.WriteString(">" + template.HTMLEscapeString(c.Data.Text) + "</a></small>")
	}
	if c.Note != "" {
		b.WriteString(`<span class="hidden">` + template.HTMLEscapeString(c.Note) + `</span>`)
	}
	b.WriteString("</td>")
}

// localHref keeps an address with a scheme, such as javascript:, out of a link.
func localHref(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") || strings.HasPrefix(s, "?") || strings.HasPrefix(s, "#")
}

func (c *ReportCell) heading(b *strings.Builder) {
	b.WriteString("<th")
	put(b, "class", c.class())
	span(b, "rowspan", c.RowSpan)
	span(b, "colspan", c.ColSpan)
	scope := "row"
	switch {
	case c.Title:
		scope = "colgroup"
	case c.Head:
		scope = "col"
	case c.RowSpan > 1:
		scope = "rowgroup"
	}
	put(b, "scope", scope)
	b.WriteString(">")
	for i, p := range c.pieces() {
		if i > 0 {
			b.WriteString("<wbr>")
		}
		b.WriteString(template.HTMLEscapeString(p))
	}
	b.WriteString("</th>")
}
