package ingest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/rich"
	"gongkai/text"
)

// docNumber is a 文号: 某政办发〔2026〕12号. Clerks write other brackets for 〔〕.
var docNumber = regexp.MustCompile(`(\p{Han}{1,16})\s*[〔\[［【（(﹝]\s*((?:19|20)\d\d)\s*[〕\]］】）)﹞]\s*(?:第\s*)?(\d{1,5})\s*号`)

// looseDocNo is the 文号 as it should be written, "" if the text holds none.
func looseDocNo(s string) string {
	m := docNumber.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return m[1] + "〔" + m[2] + "〕" + m[3] + "号"
}

// official finds what stands at its fixed place in an official paper, and takes
// title and 文号 out of the body. name is the file's, without its ending.
func (p *Paper) official(name string) {
	p.head()
	if p.Title == "" {
		p.findTitle()
	}
	p.head()
	if p.Title == "" && !generic(name) {
		p.Title = rich.OneLine(name)
	}
	p.signature()
	if len(p.Body.Blocks) > 0 { // 主送机关
		x := &p.Body.Blocks[0]
		if s, ok := lineOf(*x); ok && x.Kind == rich.Para && x.Align == "" && strings.HasSuffix(s, "：") && utf8.RuneCountInString(s) <= 80 && !strings.ContainsAny(s, "。\n") {
			x.Flush = true
		}
	}
}

// head takes what stands before the text: the red head and the 文号.
func (p *Paper) head() {
	for i := 0; i < len(p.Body.Blocks) && i < 6; i++ {
		s, ok := lineOf(p.Body.Blocks[i])
		if !ok || utf8.RuneCountInString(s) > 60 {
			return
		}
		bare := strings.Join(strings.Fields(s), "")
		whole := docNumber.FindString(bare)
		switch {
		case whole != "" && utf8.RuneCountInString(bare)-utf8.RuneCountInString(whole) <= 8: // 签发人 may stand beside it
			if p.DocNo == "" {
				p.DocNo = looseDocNo(bare)
			}
		case strings.HasSuffix(bare, "文件") && organName(strings.TrimSuffix(bare, "文件")):
		default:
			continue
		}
		p.Body.Blocks = append(p.Body.Blocks[:i:i], p.Body.Blocks[i+1:]...)
		i--
	}
}

// findTitle takes the first line as the title if it reads like one.
func (p *Paper) findTitle() {
	if len(p.Body.Blocks) == 0 {
		return
	}
	s, ok := lineOf(p.Body.Blocks[0])
	n := utf8.RuneCountInString(s)
	x := p.Body.Blocks[0]
	if !ok || n < 4 || n > 80 || strings.ContainsAny(s, "。；") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":") {
		return
	}
	titled := x.Kind == rich.Heading || x.Align == rich.Centre || allBold(x)
	for _, w := range []string{"通知", "公告", "通告", "公示", "办法", "意见", "决定", "方案", "规定", "细则", "报告", "批复", "函", "说明", "解读", "计划", "预算", "决算", "名单", "清单", "指南", "目录", "预案", "规划", "纪要", "通报"} {
		titled = titled || strings.HasSuffix(strings.TrimRight(s, "（试行）()暂 "), w)
	}
	if !titled {
		return
	}
	p.Title = rich.OneLine(strings.ReplaceAll(s, "\n", ""))
	p.Body.Blocks = p.Body.Blocks[1:]
}

// generic reports a file name that says nothing.
func generic(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, g := range []string{"", "1", "文档", "新建", "document", "untitled", "doc", "附件", "正文", "终稿", "scan", "img"} {
		if s == g || g != "" && g != "1" && strings.HasPrefix(s, g) {
			return true
		}
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func allBold(x rich.Block) bool {
	for _, s := range x.Spans {
		if !s.Bold {
			return false
		}
	}
	return len(x.Spans) > 0
}

// lineOf is the text of a paragraph or heading.
func lineOf(x rich.Block) (string, bool) {
	if x.Kind != rich.Para && x.Kind != rich.Heading {
		return "", false
	}
	var s strings.Builder
	for _, sp := range x.Spans {
		s.WriteString(sp.Text)
	}
	return s.String(), true
}

// signature finds 发文机关署名 and 成文日期: a line that is only a date, right
// under a line that is only the name of an organ. Both stand in the body as
// before. Where there are two such pairs nothing is sure.
func (p *Paper) signature() {
	var lines []string
	var of []int // the block of a line
	for k, x := range p.Body.Blocks {
		s, _ := lineOf(x)
		for _, l := range strings.Split(s, "\n") {
			lines, of = append(lines, strings.Join(strings.Fields(l), "")), append(of, k)
		}
	}
	found, at := 0, 0
	for i, l := range lines {
		d, ok := dateLine(l)
		if !ok {
			continue
		}
		organ := ""
		if i > 0 && organName(lines[i-1]) {
			organ = lines[i-1]
		}
		if organ == "" {
			continue
		}
		if found++; found == 1 {
			p.Organ, p.Made, at = organ, d, i
		}
	}
	if found > 1 {
		p.Organ, p.Made = "", law.Date{}
	}
	alone := func(k int) bool { // the block holds nothing else
		for i := range of {
			if of[i] == k && i != at && i != at-1 {
				return false
			}
		}
		return true
	}
	if found == 1 && at > 1 { // it stands at the right, however the file brings that about
		for _, k := range []int{of[at-1], of[at]} {
			if x := &p.Body.Blocks[k]; x.Kind == rich.Para && x.Align == "" && alone(k) {
				x.Align, x.Flush = rich.Right, false
			}
		}
	}
}

var wholeDate = regexp.MustCompile(`^((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日$`)

// dateLine reads a line that is a date and nothing else.
func dateLine(s string) (law.Date, bool) {
	if len(s) > lineMax {
		return law.Date{}, false
	}
	m := wholeDate.FindStringSubmatch(arabicDate(text.Fold(s)))
	if m == nil {
		return law.Date{}, false
	}
	d := law.Date{Year: atoi(m[1]), Month: atoi(m[2]), Day: atoi(m[3])}
	return d, d.Valid()
}

// organName reports a line that is the name of an organ and nothing else.
func organName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 4 || n > 40 || strings.ContainsAny(s, "，。；：、！？0123456789《》“”") {
		return false
	}
	for _, end := range []string{"政府", "局", "委员会", "委", "办公室", "办公厅", "厅", "部", "院", "处", "中心", "街道办事处", "管委会", "领导小组", "指挥部", "总队", "支队", "大队", "所", "站", "法院", "检察院", "公安局", "分局", "学校", "医院", "集团", "公司", "办"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}
