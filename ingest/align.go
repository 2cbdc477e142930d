package ingest

import (
	"regexp"
	"strconv"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/text"
)

// Align reads the report out of a document: it aligns the block stream with
// the label sequence of every edition, takes the edition that fits, and reads
// figures by label and order, never by the count of numbers. The error is a
// *limit.Error that says the document is no annual report or an empty
// template.
//
// A spreadsheet of this program also holds a sheet of cell ids. It is used
// only as far as the printed tables agree with it: a clerk who edits the file
// edits what he sees.
func Align(d *doc.Document) (*annual.Report, error) {
	m, rest := machineTable(d)
	if m == nil {
		return alignPrinted(d)
	}
	if printed, err := alignPrinted(rest); err == nil && printed.Form == m.Form {
		reconcile(m, printed)
	}
	return m, nil
}

func alignPrinted(d *doc.Document) (*annual.Report, error) {
	s := newStream(d)
	if len(s.tokens) > tokensMax {
		return nil, limit.TooLarge("文件的行和单元格数", tokensMax, "个")
	}
	var several *annual.Repair
	s.tokens, several = firstReport(s.tokens)
	form, chains, twice := bestEdition(s.tokens)
	r := annual.New(form, "", 0)
	for i := range r.Values {
		r.Values[i] = annual.Value{}
	}
	r.Sources = make([]annual.Source, len(form.Cells))
	r.Notes = append(r.Notes, d.Notes...)
	r.Repairs = append(r.Repairs, twice...)
	if several != nil {
		r.Repairs = append(r.Repairs, *several)
	}
	a := &aligned{tokens: s.tokens, report: r, cover: make([]bool, len(s.tokens))}
	tables := 0
	firstTable := len(s.tokens)
	for _, ch := range chains {
		if !ch.found() {
			r.Missing = append(r.Missing, ch.seq.table.ID)
			continue
		}
		tables++
		from, to := readTable(s.tokens, r, ch)
		firstTable = min(firstTable, from)
		for i := from; i < to; i++ {
			a.cover[i] = true
		}
	}
	heads := findHeadings(s.tokens, r, a.covered)
	if tables == 0 && len(heads) < 3 {
		return nil, notReport(d, s.tokens)
	}
	a.prose(d, heads, firstTable)
	for _, at := range s.residue {
		r.Repairs = append(r.Repairs, annual.Repair{Code: "WORD-RESIDUE", At: at, Was: "[bookmark: …]", ReadAs: ""})
	}
	if emptyTemplate(r) {
		return nil, &limit.Error{Code: "EMPTY", Msg: "这是一份空白的年度报告模板：没有填写任何数字和文字。空白不等于零，请填写后再提交。"}
	}
	return r, nil
}

// tokensMax bounds what is aligned: the longest real report has some 3,000
// lines and cells, and the alignment costs more than linear time.
const tokensMax = 20_000

// bestEdition aligns with every edition and keeps the one that fits best.
// Where the tables do not tell (a report whose tables are pictures), the year
// in the text does. It says which copy was taken of a table that stands there
// more than once.
func bestEdition(tokens []token) (*annual.Form, []chain, []annual.Repair) {
	var form *annual.Form
	var chains []chain
	var twice []annual.Repair
	var room alignRoom
	top := float32(-1)
	secs, year := sections(tokens), yearIn(tokens)
	for _, f := range annual.Editions() {
		var cs []chain
		var rs []annual.Repair
		score := float32(0)
		for _, seq := range sequences()[f.Edition] {
			c, twice := choose(seq.findAll(tokens, secs, &room), tokens, f, year)
			if c.seq == nil {
				c.seq = seq
			}
			if twice != nil {
				rs = append(rs, *twice)
			}
			if c.found() {
				score += c.score
			}
			cs = append(cs, c)
		}
		if score > top+0.01 || score > top-0.01 && f.InForce(year) {
			form, chains, twice, top = f, cs, rs, max(top, score)
		}
	}
	return form, chains, twice
}

var plainYear = regexp.MustCompile(`(20[12]\d)年`)

// yearIn is the first year the text names.
func yearIn(tokens []token) int {
	for i := range tokens {
		if m := plainYear.FindStringSubmatch(tokens[i].raw); m != nil {
			return atoi(m[1])
		}
		if i > 60 {
			break
		}
	}
	return 0
}

// notReport says why nothing could be read.
func notReport(d *doc.Document, tokens []token) error {
	for _, n := range d.Notes {
		if n.Code == "GARBLED-TEXT" {
			return &limit.Error{Code: "GARBLED", Msg: "文件里的字体没有文字编码，读出来是乱码，无法确定数字。请上传由 Word 或 WPS 直接导出的文件。"}
		}
		if n.Code == "NO-TEXT-LAYER" {
			return &limit.Error{Code: "PICTURE", Msg: "文件是扫描图片，没有文字，无法读出数字。请上传由 Word 或 WPS 直接导出的文件；系统不会根据图片猜数字。"}
		}
	}
	n := 0
	for i := range tokens {
		n += tokens[i].n
	}
	if n == 0 {
		return &limit.Error{Code: "EMPTY", Msg: "文件里没有文字，请检查是否选错了文件。"}
	}
	return &limit.Error{Code: "NOT-REPORT", Msg: "没有找到年度报告的表格和章节，这不像是政府信息公开工作年度报告，请检查是否选错了文件。"}
}

func emptyTemplate(r *annual.Report) bool {
	for _, v := range r.Values {
		if v.Known() || v.Kind == annual.Text || v.Kind == annual.NA {
			return false
		}
	}
	if len(r.Undecided) > 0 {
		return false
	}
	n := len(text.Fold(r.Intro))
	for _, c := range r.Chapters {
		n += len(text.Fold(c))
	}
	return n < 150
}

// aligned is a document whose tables are read and whose prose is not yet.
type aligned struct {
	tokens []token
	report *annual.Report
	cover  []bool
}

func (a *aligned) covered(i int) bool { return a.cover[i] }

// prose distributes what is left: title, introduction, chapters, signature.
func (a *aligned) prose(d *doc.Document, heads []heading, firstTable int) {
	r := a.report
	limit := firstTable
	if len(heads) > 0 {
		limit = min(limit, heads[0].token)
	}
	bodyFrom := readFront(d, a.tokens, r, limit)
	a.coverCaptions()
	next := func(k int) int {
		if k+1 < len(heads) {
			return heads[k+1].token
		}
		return len(a.tokens)
	}
	introEnd := len(a.tokens)
	if len(heads) > 0 {
		introEnd = heads[0].token
	}
	r.Intro = dropPageLines(prose(a.tokens, bodyFrom, introEnd, a.covered))
	seen := make([]bool, len(r.Form.Chapters))
	for k, h := range heads {
		seen[h.chapter] = true
		t := &a.tokens[h.token]
		def := r.Form.Chapters[h.chapter]
		r.Headings[h.chapter] = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(t.raw), h.rest))
		if !strings.HasPrefix(t.fold, def.Ordinal+".") {
			r.Repairs = append(r.Repairs, annual.Repair{Code: "HEADING-NUMBER", At: t.at, Was: r.Headings[h.chapter], ReadAs: def.Ordinal + "、" + def.Title})
		}
		if h.moved {
			r.Repairs = append(r.Repairs, annual.Repair{Code: "HEADING-ORDER", At: t.at, Was: r.Headings[h.chapter], ReadAs: def.Ordinal + "、" + def.Title + "（次序与格式不同）"})
		}
		body := prose(a.tokens, h.token+1, next(k), a.covered)
		if h.rest != "" {
			body = strings.TrimRight(h.rest+"\n"+body, "\n")
		}
		r.Chapters[h.chapter] = body
	}
	for i := range seen {
		if !seen[i] {
			r.Missing = append(r.Missing, "chapter."+strconv.Itoa(i+1))
		}
	}
	if n := len(heads); n > 0 {
		last := heads[n-1].chapter
		r.Chapters[last] = signature(r.Chapters[last], r)
	}
	guessFront(d, r)
	readContact(r)
}

// coverCaptions drops captions such as 2019年主动公开政府信息情况表 from the prose.
func (a *aligned) coverCaptions() {
	for i := range a.tokens {
		t := &a.tokens[i]
		if a.cover[i] || t.n < 8 || t.n > 40 {
			continue
		}
		s := strings.TrimSuffix(yearPattern.ReplaceAllString(t.fold, ""), "表")
		for _, tb := range a.report.Form.Tables {
			if s == text.Fold(tb.Name) && s != t.fold {
				a.cover[i] = true
			}
		}
	}
}

var pageLine = regexp.MustCompile(`^[•·\s【]*(来源|信息来源|发布机构|发布时间|发布日期|发文日期|索引号|文号|字体|字号|浏览|点击|作者|阅读|打印|保护视力|主题词|信息分类|公开方式|名称)\s*[：:\s【]|^[•·\s]*20\d\d-\d{1,2}-\d{1,2}(\s+\d{1,2}:\d{2}(:\d{2})?)?$`)

// dropPageLines removes the metadata lines a page prints above the text.
func dropPageLines(s string) string {
	var keep []string
	for _, l := range strings.Split(s, "\n") {
		if len(l) < 150 && pageLine.MatchString(strings.TrimSpace(l)) {
			continue
		}
		keep = append(keep, l)
	}
	return strings.Join(keep, "\n")
}
