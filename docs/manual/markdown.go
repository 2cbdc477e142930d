package manual

import (
	"fmt"
	"html"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A parser turns the part of Markdown that the manual uses into a page:
// headings, paragraphs, lists in lists, tables, code, pictures, links, bold.
// Tags in the text are text.
type parser struct {
	tables int // so far, to tell them apart
	page   *Page
	lines  []string
	at     int
	out    strings.Builder
	ids    map[string]int
}

func parse(name, text string) *Page {
	p := &parser{page: &Page{Name: name, Title: name}, ids: map[string]int{}}
	p.lines = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	p.section("", "")
	for p.at < len(p.lines) {
		p.block()
	}
	p.page.HTML = p.out.String()
	return p.page
}

func (p *parser) section(id, title string) {
	p.page.Sections = append(p.page.Sections, Section{ID: id, Title: title})
}

// say keeps text for finding.
func (p *parser) say(s string) {
	last := &p.page.Sections[len(p.page.Sections)-1]
	s = strings.TrimSpace(plainText(s))
	if last.Text != "" {
		s = " " + s
	}
	last.Text += s
}

var (
	item    = regexp.MustCompile(`^( *)([-*]|\d+\.) +(.*)$`)
	heading = regexp.MustCompile(`^(#{1,4}) +(.*)$`)
	divider = regexp.MustCompile(`^\|?[ :|-]+\|[ :|-]*$`)
	picture = regexp.MustCompile(`^!\[([^\]]*)\]\(pictures/([a-z0-9-]+\.png)\)$`)
)

// block reads one block.
func (p *parser) block() {
	line := p.lines[p.at]
	switch m := heading.FindStringSubmatch(line); {
	case strings.TrimSpace(line) == "":
		p.at++
	case strings.HasPrefix(line, "<!--"):
		for p.at < len(p.lines) && !strings.Contains(p.lines[p.at], "-->") {
			p.at++
		}
		p.at++
	case m != nil:
		p.at++
		p.heading(len(m[1]), m[2])
	case strings.HasPrefix(line, "```"):
		p.fenced()
	case strings.HasPrefix(line, "    "):
		p.indented()
	case picture.MatchString(line):
		m := picture.FindStringSubmatch(line)
		p.page.Pictures = append(p.page.Pictures, m[2])
		fmt.Fprintf(&p.out, "<figure><a href=\"/help/pictures/%s\"><img src=\"/help/pictures/%s\" alt=\"%s\" loading=\"lazy\"></a><figcaption>%s</figcaption></figure>\n", m[2], m[2], html.EscapeString(m[1]), html.EscapeString(m[1]))
		p.at++
	case strings.HasPrefix(line, "|"):
		p.table()
	case item.MatchString(line):
		p.list(0)
	default:
		p.paragraph()
	}
}

func (p *parser) heading(level int, text string) {
	if level == 1 {
		p.page.Title = plainText(text)
		return
	}
	id := strings.Join(strings.Fields(strings.ToLower(plainText(text))), "-")
	if n := p.ids[id]; n > 0 {
		p.ids[id]++
		id = fmt.Sprintf("%s-%d", id, n)
	} else {
		p.ids[id] = 1
	}
	p.section(id, plainText(text))
	fmt.Fprintf(&p.out, "<h%d id=\"%s\">%s</h%d>\n", level, html.EscapeString(id), p.inline(text), level)
}

func (p *parser) fenced() {
	var code []string
	for p.at++; p.at < len(p.lines) && !strings.HasPrefix(p.lines[p.at], "```"); p.at++ {
		code = append(code, p.lines[p.at])
	}
	p.at++
	p.code(code)
}

func (p *parser) indented() {
	var code []string
	for ; p.at < len(p.lines) && (strings.HasPrefix(p.lines[p.at], "    ") || strings.TrimSpace(p.lines[p.at]) == ""); p.at++ {
		code = append(code, strings.TrimPrefix(p.lines[p.at], "    "))
	}
	for slices.ContainsFunc(code, func(l string) bool { return strings.HasPrefix(l, " ") }) && !slices.ContainsFunc(code, func(l string) bool { return l != "" && !strings.HasPrefix(l, " ") }) {
		for i := range code { // below an item of a list
			code[i] = strings.TrimPrefix(code[i], " ")
		}
	}
	for len(code) > 0 && strings.TrimSpace(code[len(code)-1]) == "" {
		code = code[:len(code)-1]
	}
	p.code(code)
}

func (p *parser) code(lines []string) {
	s := strings.Join(lines, "\n")
	p.say(s)
	fmt.Fprintf(&p.out, "<pre tabindex=\"0\">%s</pre>\n", html.EscapeString(s))
}

func (p *parser) paragraph() {
	var text []string
	for ; p.at < len(p.lines); p.at++ {
		l := p.lines[p.at]
		if strings.TrimSpace(l) == "" || heading.MatchString(l) || strings.HasPrefix(l, "|") || strings.HasPrefix(l, "```") || len(text) > 0 && item.MatchString(l) {
			break
		}
		text = append(text, strings.TrimSpace(l))
	}
	s := join(text)
	p.say(s)
	fmt.Fprintf(&p.out, "<p>%s</p>\n", p.inline(s))
}

// join puts lines together, without a space between Chinese.
func join(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 && l != "" && l[0] < 128 {
			b.WriteByte(' ')
		}
		b.WriteString(l)
	}
	return b.String()
}

// list reads items that begin at an indent, and what is indented below them.
func (p *parser) list(indent int) {
	first := item.FindStringSubmatch(p.lines[p.at])
	tag := "ul"
	if first[2] != "-" && first[2] != "*" {
		tag = "ol"
	}
	start := ""
	if tag == "ol" && first[2] != "1." {
		start = fmt.Sprintf(" start=\"%s\"", strings.TrimSuffix(first[2], "."))
	}
	fmt.Fprintf(&p.out, "<%s%s>\n", tag, start)
	for p.at < len(p.lines) {
		m := item.FindStringSubmatch(p.lines[p.at])
		if m == nil || len(m[1]) < indent {
			break
		}
		if len(m[1]) > indent {
			p.list(len(m[1]))
			continue
		}
		text := []string{m[3]}
		for p.at++; p.at < len(p.lines); p.at++ {
			l := p.lines[p.at]
			if strings.TrimSpace(l) == "" || item.MatchString(l) || !strings.HasPrefix(l, strings.Repeat(" ", indent+2)) {
				break
			}
			text = append(text, strings.TrimSpace(l))
		}
		s := join(text)
		p.say(s)
		p.out.WriteString("<li>" + p.inline(s))
		if p.at < len(p.lines) {
			if below := item.FindStringSubmatch(p.lines[p.at]); below != nil && len(below[1]) > indent {
				p.list(len(below[1]))
			}
		}
		p.out.WriteString("</li>\n")
	}
	fmt.Fprintf(&p.out, "</%s>\n", tag)
}

func (p *parser) table() {
	p.tables++
	fmt.Fprintf(&p.out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"表格%d\"><table>\n", p.tables)
	head := p.at+1 < len(p.lines) && divider.MatchString(p.lines[p.at+1])
	for n := 0; p.at < len(p.lines) && strings.HasPrefix(p.lines[p.at], "|"); n++ {
		line := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(p.lines[p.at]), "|"), "|")
		p.at++
		if n == 1 && head {
			continue
		}
		tag := "td"
		if n == 0 && head {
			tag = "th scope=\"col\""
		}
		p.out.WriteString("<tr>")
		for _, c := range cells(line) {
			p.say(c)
			fmt.Fprintf(&p.out, "<%s>%s</%s>", tag, p.inline(strings.TrimSpace(c)), tag[:2])
		}
		p.out.WriteString("</tr>\n")
	}
	p.out.WriteString("</table></div>\n")
}

// cells divides a row at its bars, not at those inside backticks.
func cells(line string) []string {
	var out []string
	from, code := 0, false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '`':
			code = !code
		case '|':
			if !code {
				out, from = append(out, line[from:i]), i+1
			}
		}
	}
	return append(out, line[from:])
}

var inlines = regexp.MustCompile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\[([^\\]]+)\\]\\(([^)\\s]+)\\)|<(https?://[^>\\s]+)>")

// inline writes text with code, bold and links.
func (p *parser) inline(s string) string {
	var b strings.Builder
	last := 0
	for _, m := range inlines.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(html.EscapeString(s[last:m[0]]))
		last = m[1]
		switch {
		case m[2] >= 0:
			code := s[m[2]:m[3]]
			p.page.Code = append(p.page.Code, code)
			b.WriteString("<code>" + html.EscapeString(code) + "</code>")
		case m[4] >= 0:
			b.WriteString("<strong>" + p.inline(s[m[4]:m[5]]) + "</strong>")
		case m[6] >= 0:
			b.WriteString(p.link(s[m[6]:m[7]], s[m[8]:m[9]]))
		default:
			href := html.EscapeString(s[m[10]:m[11]])
			b.WriteString("<a href=\"" + href + "\">" + href + "</a>")
		}
	}
	b.WriteString(html.EscapeString(s[last:]))
	return b.String()
}

// link leads to a page of the manual, of the program or of the web; another
// file of the sources is not here and stays text.
func (p *parser) link(text, to string) string {
	file, anchor, _ := strings.Cut(to, "#")
	href := ""
	switch {
	case strings.HasPrefix(to, "https://"), strings.HasPrefix(to, "http://"), strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//"):
		href = to
	case file == "" && anchor != "":
		href = "#" + anchor
	case strings.HasSuffix(file, ".md") && path.Base(file) == file:
		name := strings.TrimSuffix(file, ".md")
		p.page.Links = append(p.page.Links, name)
		if href = "/help/" + name; name == Index {
			href = "/help"
		}
		if anchor != "" {
			href += "#" + anchor
		}
	default:
		return html.EscapeString(text)
	}
	return "<a href=\"" + html.EscapeString(href) + "\">" + p.inline(text) + "</a>"
}

// plainText is text without its marks.
func plainText(s string) string {
	return strings.NewReplacer("**", "", "`", "").Replace(regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`).ReplaceAllString(s, "$1"))
}
