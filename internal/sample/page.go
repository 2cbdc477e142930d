package sample

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/law/annual"
)

// A page is a report as its author laid it out, before it becomes a file:
// faults of layout are edits of a page, faults of fact are edits of the report
// it is made from.
type page struct {
	organ  string
	title  []string // lines
	blocks []block
}

// A block is a heading, prose or a table.
type block struct {
	chapter int // index of the chapter
	heading string
	paras   []string
	table   string // id of the table, "" for prose
	rows    [][]cell
}

type cell struct {
	text       string
	rows, cols int
	figure     string // id of the cell, "" for a label
}

// lay makes the page of a report, its tables as the form prints them.
func lay(r *annual.Report) *page {
	p := &page{organ: r.Organ, title: []string{r.Title}}
	p.blocks = append(p.blocks, block{chapter: -1, paras: paras(r.Intro)})
	for i, c := range r.Form.Chapters {
		b := block{chapter: i, heading: r.Headings[i], paras: paras(r.Chapters[i]), table: c.Table}
		if t := r.Form.Table(c.Table); t != nil {
			for _, row := range annual.Layout(t) {
				var line []cell
				for _, l := range row {
					x := cell{text: l.Text, rows: l.RowSpan, cols: l.ColSpan}
					if l.Cell >= 0 {
						x.figure, x.text = r.Form.Cells[l.Cell].ID, r.Values[l.Cell].Format(r.Form.Cells[l.Cell].Type)
					}
					line = append(line, x)
				}
				b.rows = append(b.rows, line)
			}
		}
		p.blocks = append(p.blocks, b)
	}
	end := block{chapter: len(r.Form.Chapters)}
	if r.Signature != "" {
		end.paras = append(end.paras, r.Signature)
	}
	if !r.Dated.IsZero() {
		end.paras = append(end.paras, r.Dated.Chinese())
	}
	p.blocks = append(p.blocks, end)
	return p
}

func paras(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// text writes the page as an office program saves a document as plain text: a
// cell a line behind a tab, an empty line between the rows.
func (p *page) text() []byte {
	var b strings.Builder
	for _, t := range p.title {
		b.WriteString(t + "\n")
	}
	for _, k := range p.blocks {
		if k.heading != "" {
			b.WriteString(k.heading + "\n")
		}
		for _, s := range k.paras {
			b.WriteString(s + "\n")
		}
		if len(k.rows) > 0 {
			b.WriteString("\n")
		}
		for _, row := range k.rows {
			for _, c := range row {
				b.WriteString("\t" + c.text + "\n")
			}
			b.WriteString("\n")
		}
	}
	return []byte(b.String())
}

// gbk is text in the encoding of older Windows programs.
func (p *page) gbk() []byte {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes(p.text())
	if err != nil {
		return p.text()
	}
	return b
}

// html writes the page as a portal shows it, with what portals put around an
// article.
func (p *page) html(published string) []byte {
	var b bytes.Buffer
	e := html.EscapeString
	title := strings.Join(p.title, "")
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>%s-%s人民政府</title>
<meta name="SiteName" content="%s人民政府网"><meta name="ArticleTitle" content="%s"><meta name="PubDate" content="%s"></head>
<body><div class="top"><a href="/">首页</a> <a href="/zfxxgk/">政府信息公开</a> <a href="/hd/">互动交流</a></div>
<div class="path">您现在所在的位置：<a href="/">首页</a> &gt; 政府信息公开年报</div>
<div class="article"><h1>%s</h1>
<div class="info"><span>来源：%s</span> <span>发布时间：%s</span> <span>【字体：大 中 小】</span></div>
<div class="content">
`, e(title), Name, Name, e(title), published, strings.Join(p.title, "<br>"), e(p.organ), published)
	for _, k := range p.blocks {
		if k.heading != "" {
			fmt.Fprintf(&b, "<p><strong>%s</strong></p>\n", e(k.heading))
		}
		for _, s := range k.paras {
			fmt.Fprintf(&b, "<p>　　%s</p>\n", e(s))
		}
		if len(k.rows) == 0 {
			continue
		}
		b.WriteString("<table border=\"1\" cellspacing=\"0\">\n")
		for _, row := range k.rows {
			b.WriteString("<tr>")
			for _, c := range row {
				b.WriteString("<td")
				if c.rows > 1 {
					fmt.Fprintf(&b, ` rowspan="%d"`, c.rows)
				}
				if c.cols > 1 {
					fmt.Fprintf(&b, ` colspan="%d"`, c.cols)
				}
				fmt.Fprintf(&b, ">%s</td>", e(c.text))
			}
			b.WriteString("</tr>\n")
		}
		b.WriteString("</table>\n")
	}
	b.WriteString(`</div><div class="share">分享到：</div><div class="code">扫一扫在手机打开当前页</div></div>
<div class="foot">主办：云岭县人民政府办公室　网站地图　联系我们</div></body></html>
`)
	return b.Bytes()
}

// table returns the block of a table.
func (p *page) table(id string) *block {
	for i := range p.blocks {
		if p.blocks[i].table == id {
			return &p.blocks[i]
		}
	}
	return &block{}
}

// put writes a text into the cell of a figure.
func (p *page) put(id, text string) {
	for i := range p.blocks {
		for _, row := range p.blocks[i].rows {
			for k := range row {
				if row[k].figure == id {
					row[k].text = text
				}
			}
		}
	}
}

// relabel replaces words in labels and headings, not in figures.
func (p *page) relabel(was, is string) {
	for i := range p.blocks {
		p.blocks[i].heading = strings.ReplaceAll(p.blocks[i].heading, was, is)
		for _, row := range p.blocks[i].rows {
			for k := range row {
				if row[k].figure == "" {
					row[k].text = strings.ReplaceAll(row[k].text, was, is)
				}
			}
		}
	}
}

// rowOf is the position of the row that holds the figure, -1 if none does.
func (b *block) rowOf(figure string) int {
	for i, row := range b.rows {
		for _, c := range row {
			if c.figure == figure {
				return i
			}
		}
	}
	return -1
}
