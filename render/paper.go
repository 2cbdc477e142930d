package render

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
)

// The page of an official paper (GB/T 9704—2012), in points: A4 with a type
// area of 156 mm × 225 mm, 22 lines.
const (
	mm       = 72 / 25.4
	pageW    = 210 * mm
	pageH    = 297 * mm
	marginT  = 37 * mm
	marginB  = 35 * mm
	marginL  = 28 * mm
	marginR  = 26 * mm
	textW    = pageW - marginL - marginR
	textH    = pageH - marginT - marginB
	bodySize = 16.0  // 三号
	bodyLine = 28.95 // 22 lines to the type area
	cellSize = 9.0   // 小五
	wideSize = 10.5  // 五号, for tables of few columns
	cellPad  = 2.0   // left and right of a cell's text
)

// style is what a paragraph is; docx and pdf set it as GB/T 9704 asks, html by
// its element.
type style int

const (
	body      style = iota // 仿宋 三号, first line indented by two characters
	title                  // 小标宋 二号, centred
	chapter                // 黑体 三号: 一、
	section                // 楷体 三号: （一）
	addressee              // 主送机关: body without indent
	signature              // 落款
	dated                  // 成文日期
	note                   // small print under a table
	caption                // title of a table that the form does not number
)

// A block is a paragraph or a table. The first lead bytes of a paragraph are
// set as a heading that runs into the text.
type block struct {
	style style
	text  string
	lead  int
	table *table
	fresh bool   // begins a page
	below bool   // stands right under a table
	inset *inset // of an item: forms, pictures; nil elsewhere
}

// A table is laid out in full: every position of cols × len(rows) is covered.
type table struct {
	id     string
	rows   [][]GridCell
	cols   int
	heads  int       // header rows repeated on each page
	labels int       // label columns at the left
	widths []float64 // points
	size   float64   // of type, points
	least  float64   // height of a row, points; 0 for the usual one
	text   bool      // of an item: cells say themselves how they stand
}

// A paper is what docx, pdf and html write: a report, a sum or a letter.
type paper struct {
	number string // 文号 above the title, "" for none
	title  string // lines joined by "\n"
	mark   string // watermark, "" for none
	blocks []block
	media  []medium // of a docx: filled while its text is written
}

func (p *paper) add(s style, text string) { p.blocks = append(p.blocks, block{style: s, text: text}) }

// prose adds paragraphs, setting those that begin （一） as the second level of
// headings: the whole of a short line, else its first sentence.
func (p *paper) prose(s string) {
	for _, t := range paragraphs(s) {
		b := block{style: body, text: t}
		if n := leadOf(t); n == len(t) {
			b.style = section
		} else {
			b.lead = n
		}
		p.blocks = append(p.blocks, b)
	}
}

// leadOf is the length in bytes of the heading a paragraph begins with, or 0.
func leadOf(t string) int {
	rest, ok := strings.CutPrefix(t, "（")
	if !ok {
		return 0
	}
	ordinal := strings.TrimLeft(rest, "一二三四五六七八九十")
	if ordinal == rest || !strings.HasPrefix(ordinal, "）") {
		return 0
	}
	const longest = 30 // characters: what is longer is a sentence, no heading
	if i := strings.Index(t, "。"); i >= 0 && utf8.RuneCountInString(t[:i]) <= longest {
		return i + len("。")
	}
	if utf8.RuneCountInString(t) <= longest && !strings.ContainsAny(t, "，；") {
		return len(t)
	}
	return 0
}

// reportPaper lays a report out.
func reportPaper(r *annual.Report, o Options) *paper {
	p := &paper{title: reportTitle(r), mark: line(o.Watermark)}
	p.prose(r.Intro)
	if c := line(r.Contact); c != "" && !mentions(r, c) {
		p.add(body, c)
	}
	for i, def := range r.Form.Chapters {
		p.add(chapter, heading(r, i))
		if i < len(r.Chapters) {
			p.prose(r.Chapters[i])
		}
		if t := r.Form.Table(def.Table); t != nil {
			p.figures(r, t)
		}
	}
	p.sign(r.Signature, r.Dated)
	return p
}

// figures adds a table of the form, with a note where a figure is unknown.
func (p *paper) figures(r *annual.Report, t *annual.Table) {
	tab := formTable(r, t)
	p.blocks = append(p.blocks, block{table: tab})
	if unread(tab.rows) {
		p.add(note, "注：标“"+Unread+"”处，来源文件未能确定读出，须由人工核填。")
	}
}

func (p *paper) sign(organ string, on law.Date) {
	if s := line(organ); s != "" {
		p.add(signature, s)
	}
	if !on.IsZero() {
		p.add(dated, on.Chinese())
	}
}

// mentions reports whether the report's prose holds the sentence already.
func mentions(r *annual.Report, sentence string) bool {
	if strings.Contains(line(r.Intro), sentence) {
		return true
	}
	for _, c := range r.Chapters {
		if strings.Contains(line(c), sentence) {
			return true
		}
	}
	return false
}

// heading is the chapter heading as the organ printed it, or the form's.
func heading(r *annual.Report, i int) string {
	if i < len(r.Headings) {
		if h := line(r.Headings[i]); h != "" {
			return h
		}
	}
	return r.Form.Chapters[i].Ordinal + "、" + r.Form.Chapters[i].Title
}

// reportTitle is the title as printed or as the form asks, broken behind the
// organ's name if it needs two lines.
func reportTitle(r *annual.Report) string {
	organ, whole := line(r.Organ), line(r.Title)
	if whole == "" {
		what := "政府信息公开工作年度报告"
		if r.Year > 0 {
			what = fmt.Sprintf("%d年%s", r.Year, what)
		}
		whole = organ + what
	}
	return breakTitle(whole, organ)
}

// breakTitle breaks a title that is too long for one line of 二号 behind the
// organ's name, or else in two lines of which the first is the shorter.
func breakTitle(whole, organ string) string {
	const line = textW / 22
	if width(whole) <= line {
		return whole
	}
	if rest, ok := strings.CutPrefix(whole, organ); ok && organ != "" && rest != "" {
		return organ + "\n" + strings.TrimSpace(rest)
	}
	half, n := width(whole)/2, 0.0
	for i, r := range whole {
		if n >= half-1 && i > 0 && r >= 0x2e80 && half <= line {
			return whole[:i] + "\n" + whole[i:]
		}
		n += em(r)
	}
	return whole
}

// width is the length of a text in ems: wide characters count one.
func width(s string) float64 {
	n := 0.0
	for _, r := range s {
		n += em(r)
	}
	return n
}

func em(r rune) float64 {
	if r < 0x2000 {
		return 0.5
	}
	return 1
}

// signIndents are the indents from the right edge, in points, of 落款 and
// 成文日期: the date stands four characters in, the organ centred above it;
// a longer organ stands two in and the date is centred below.
func signIndents(organ, on string) (float64, float64) {
	a, b := width(organ)*bodySize, width(on)*bodySize
	if a <= b+4*bodySize || organ == "" {
		return max(0, 4*bodySize+(b-a)/2), 4 * bodySize
	}
	return 2 * bodySize, 2*bodySize + (a-b)/2
}

// signText finds the texts of signature and date in a paper.
func (p *paper) signText() (organ, on string) {
	for _, b := range p.blocks {
		switch b.style {
		case signature:
			organ = b.text
		case dated:
			on = b.text
		}
	}
	return organ, on
}
