package render

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A PortalColumn is one column of the lists of a package: what the portal calls
// it, and which of our fields it takes, or a text that is always the same.
type PortalColumn struct {
	Name  string
	Field string // one of PortalFields, "" for a text
	Text  string
}

// PortalFields are what a column may take, in the order of the default list.
func PortalFields() []string {
	return []string{"标题", "发布机构", "机构代码", "年度", "发布日期", "成文日期", "更正日期", "更正说明", "栏目", "摘要", "正文文件", "网页文件", "附件", "原页", "门户网址", "内容摘要值", "正文"}
}

// DefaultPortalColumns are all fields but the body, under our own names.
func DefaultPortalColumns() []PortalColumn {
	var out []PortalColumn
	for _, f := range PortalFields() {
		if f != "正文" {
			out = append(out, PortalColumn{Name: f, Field: f})
		}
	}
	return out
}

// Bounds of a mapping.
const (
	maxPortalColumns = 60
	maxColumnName    = 60 // characters
	maxColumnText    = 200
)

// ParsePortalColumns reads a mapping: a line for each column, the portal's name,
// an equals sign, and one of our fields or a text in quotes: 体裁="年度报告". The
// problem says in Chinese which line cannot be read.
func ParsePortalColumns(s string) (columns []PortalColumn, problem string) {
	n := 0
	for l := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		n++
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		where := fmt.Sprintf("第%d行：", n)
		name, value, ok := strings.Cut(strings.NewReplacer("＝", "=", "“", `"`, "”", `"`, "＂", `"`).Replace(l), "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		c := PortalColumn{Name: name}
		switch {
		case !ok || name == "" || value == "":
			return nil, where + "请写成“门户的字段名=本系统的字段”，如 标题=标题。"
		case utf8.RuneCountInString(name) > maxColumnName || line(name) != name:
			return nil, where + fmt.Sprintf("字段名过长或有无法显示的字符，最多%d个字。", maxColumnName)
		case slices.ContainsFunc(columns, func(x PortalColumn) bool { return x.Name == name }):
			return nil, where + "字段名“" + name + "”写了两次。"
		case len(columns) == maxPortalColumns:
			return nil, where + fmt.Sprintf("最多%d列。", maxPortalColumns)
		case strings.HasPrefix(value, `"`) && strings.HasSuffix(value, `"`) && len(value) > 1:
			if c.Text = line(value[1 : len(value)-1]); utf8.RuneCountInString(c.Text) > maxColumnText {
				return nil, where + fmt.Sprintf("固定的文字最多%d个字。", maxColumnText)
			}
		case slices.Contains(PortalFields(), value):
			c.Field = value
		default:
			return nil, where + "“" + value + "”不是本系统的字段。可用的字段：" + strings.Join(PortalFields(), "、") + "；固定的文字请加引号。"
		}
		columns = append(columns, c)
	}
	return columns, ""
}

// PortalColumnsText writes a mapping as ParsePortalColumns reads it.
func PortalColumnsText(columns []PortalColumn) string {
	var b strings.Builder
	for _, c := range columns {
		if c.Field == "" {
			b.WriteString(c.Name + `="` + c.Text + "\"\n")
		} else {
			b.WriteString(c.Name + "=" + c.Field + "\n")
		}
	}
	return b.String()
}

// maxBodies bounds how many reports a list carries whole.
const maxBodies = 2000

// cell is what a column says of a report. A body too long for a sheet is named by
// its file there.
func (p *portalPackage) cell(c PortalColumn, it portalItem, sheet bool) string {
	path := p.set.Base + it.Path
	switch c.Field {
	case "":
		return c.Text
	case "标题":
		return it.Title
	case "发布机构":
		return it.Organ
	case "机构代码":
		return it.Code
	case "年度":
		return strconv.Itoa(it.Year)
	case "发布日期":
		return it.Published.String()
	case "成文日期":
		return it.dated.String()
	case "更正日期":
		return it.Corrected.String()
	case "更正说明":
		return it.note
	case "栏目":
		return p.set.Column
	case "摘要":
		return it.summary
	case "正文文件":
		return path + "fragment.html"
	case "网页文件":
		return path + "index.html"
	case "附件":
		var files []string
		for _, ext := range it.files {
			files = append(files, path+"report."+ext)
		}
		return strings.Join(files, ";")
	case "原页":
		return it.page
	case "门户网址":
		return it.URL
	case "内容摘要值":
		return it.Content
	case "正文":
		if sheet {
			return "见文件 " + path + "fragment.html"
		}
		return it.correction() + it.rich
	}
	return ""
}

// byYear is the newest year first, organs as they came.
func (p *portalPackage) byYear() []portalItem {
	out := slices.Clone(p.items)
	slices.SortStableFunc(out, func(a, b portalItem) int { return cmp.Compare(b.Year, a.Year) })
	return out
}

// lists writes everything that speaks of more than one report.
func (p *portalPackage) lists() error {
	if p.carriesBody() && len(p.items) > maxBodies {
		return fmt.Errorf("render: portal: 对照表里有“正文”一列时，一次最多导出%d份报告", maxBodies)
	}
	whole, fragment := p.index()
	for _, f := range []struct {
		path string
		made func() ([]byte, error)
	}{
		{"index.html", func() ([]byte, error) { return []byte(whole), nil }},
		{"list-fragment.html", func() ([]byte, error) { return []byte(fragment), nil }},
		{"feed.xml", p.atom},
		{"rss.xml", p.rss},
		{"list.csv", p.listCSV},
		{"list.xlsx", p.listXLSX},
		{"list.json", p.listJSON},
		{"README.txt", func() ([]byte, error) { return []byte("\ufeff" + portalReadme), nil }},
	} {
		b, err := f.made()
		if err != nil {
			return fmt.Errorf("render: portal: %s: %w", f.path, err)
		}
		if b == nil {
			continue
		}
		if err := p.file(f.path, b); err != nil {
			return err
		}
	}
	return nil
}

func (p *portalPackage) listCSV() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff") // WPS and Excel take UTF-8 only with the mark
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	row := make([]string, len(p.set.Columns))
	for i, c := range p.set.Columns {
		row[i] = guard(c.Name)
	}
	if err := w.Write(row); err != nil {
		return nil, err
	}
	for _, it := range p.byYear() {
		for i, c := range p.set.Columns {
			row[i] = guard(p.cell(c, it, false))
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func (p *portalPackage) listXLSX() ([]byte, error) {
	const sheet = "清单"
	b := newBook(sheet)
	defer b.f.Close()
	for i, c := range p.set.Columns {
		b.text(sheet, i+1, 1, c.Name)
		b.width(sheet, i+1, map[bool]float64{true: 48, false: 16}[c.Field == "标题" || c.Field == "摘要" || c.Field == "附件"])
	}
	b.style(sheet, 1, 1, len(p.set.Columns), 1, look{bold: true, border: true, fill: colourHead})
	for y, it := range p.byYear() {
		for i, c := range p.set.Columns {
			b.text(sheet, i+1, y+2, p.cell(c, it, true))
		}
	}
	var out bytes.Buffer
	err := b.writeTo(&out)
	return out.Bytes(), err
}

func (p *portalPackage) listJSON() ([]byte, error) {
	// Objects by hand: the portal's columns keep their order.
	var b bytes.Buffer
	b.WriteString("[")
	for n, it := range p.byYear() {
		if n > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n {")
		for i, c := range p.set.Columns {
			if i > 0 {
				b.WriteString(", ")
			}
			name, err := json.Marshal(c.Name)
			if err != nil {
				return nil, err
			}
			value, err := json.Marshal(clean(p.cell(c, it, false)))
			if err != nil {
				return nil, err
			}
			b.Write(name)
			b.WriteString(": ")
			b.Write(value)
		}
		b.WriteString("}")
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

// maxFeed bounds the entries of a feed.
const maxFeed = 200

// newest are the reports that were published or corrected last.
func (p *portalPackage) newest() []portalItem {
	out := slices.Clone(p.items)
	slices.SortStableFunc(out, func(a, b portalItem) int { return strings.Compare(b.changed(), a.changed()) })
	return out[:min(len(out), maxFeed)]
}

func (it portalItem) changed() string { return max(it.Published.String(), it.Corrected.String()) }

type portalAtom struct {
	XMLName xml.Name          `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string            `xml:"xml:lang,attr"`
	Title   string            `xml:"title"`
	ID      string            `xml:"id"`
	Updated string            `xml:"updated"`
	Author  string            `xml:"author>name"`
	Links   []portalLink      `xml:"link"`
	Entries []portalAtomEntry `xml:"entry"`
}

type portalLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type portalAtomEntry struct {
	Title     string       `xml:"title"`
	ID        string       `xml:"id"`
	Updated   string       `xml:"updated"`
	Published string       `xml:"published"`
	Author    string       `xml:"author>name"`
	Links     []portalLink `xml:"link"`
	Summary   string       `xml:"summary,omitempty"`
}

var feedTypes = map[string]string{"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "json": "application/json", "csv": "text/csv"}

// atom writes the feed. Without a base its addresses are relative to the feed.
func (p *portalPackage) atom() ([]byte, error) {
	instant := func(day string) string { return day + "T00:00:00+08:00" }
	f := portalAtom{Lang: "zh-CN", Title: clean(p.set.Column + "（" + p.set.From + "）"), ID: "tag:gongkai,2026:portal:" + digest([]byte(p.set.From + "\n" + p.set.Base))[:16], Author: line(p.set.From),
		Links: []portalLink{{"self", "application/atom+xml", p.set.Base + "feed.xml"}, {"alternate", "text/html", p.set.Base + "index.html"}}}
	for _, it := range p.newest() {
		e := portalAtomEntry{Title: it.Title, ID: fmt.Sprintf("tag:gongkai,2026:report:%s:%d", portalFolder(it.Code), it.Year), Updated: instant(it.changed()), Published: instant(it.Published.String()),
			Author: it.Organ, Summary: it.summary, Links: []portalLink{{"alternate", "text/html", p.set.Base + it.Path + "index.html"}}}
		for _, ext := range it.files {
			e.Links = append(e.Links, portalLink{"enclosure", feedTypes[ext], p.set.Base + it.Path + "report." + ext})
		}
		f.Entries = append(f.Entries, e)
		f.Updated = max(f.Updated, e.Updated)
	}
	return marshalFeed(f)
}

type portalRSS struct {
	XMLName xml.Name        `xml:"rss"`
	Version string          `xml:"version,attr"`
	Title   string          `xml:"channel>title"`
	Link    string          `xml:"channel>link"`
	About   string          `xml:"channel>description"`
	Items   []portalRSSItem `xml:"channel>item"`
}

type portalRSSItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  string `xml:"guid"`
	Date  string `xml:"pubDate"`
	About string `xml:"description,omitempty"`
}

// rss writes the older feed, which needs whole addresses: nothing without a base.
func (p *portalPackage) rss() ([]byte, error) {
	if p.set.Base == "" {
		return nil, nil
	}
	f := portalRSS{Version: "2.0", Title: clean(p.set.Column), Link: p.set.Base + "index.html", About: clean(p.set.From + p.set.Column)}
	for _, it := range p.newest() {
		link := p.set.Base + it.Path + "index.html"
		f.Items = append(f.Items, portalRSSItem{it.Title, link, link, it.Published.Start().Format("Mon, 02 Jan 2006 15:04:05 -0700"), it.summary})
	}
	return marshalFeed(f)
}

func marshalFeed(v any) ([]byte, error) {
	b, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), b...), '\n'), nil
}

const portalReadme = `政府信息公开工作年度报告：门户网站文件包

index.html              列表页，可以直接放到网站目录
list-fragment.html      列表页的正文片段，粘贴到门户的栏目页
reports/年度/机构代码/   一份报告一个文件夹
  index.html            整页，样式都写在标签上，不引用其他文件，没有脚本
  fragment.html         正文片段，粘贴到门户的编辑器
  report.*              附件
  receipt.json          公开存证回执，可以离线核对
list.csv list.xlsx list.json   按本单位设定的字段对照表列出的清单，供门户批量导入
feed.xml（Atom）、rss.xml       订阅源；没有设定网站地址时不生成 rss.xml
manifest.json           清单和每个文件的 SHA-256
SHA256SUMS              供 sha256sum -c 核对

发布以后，请把每份报告在门户网站的网址登记回本系统（工作台—发布导出）。
`
