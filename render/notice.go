package render

import (
	"fmt"
	"io"
	"strings"

	"gongkai/law/annual"
	"gongkai/reporting"
)

// Notice writes the 退回意见 to one organ as a Word document in the form of an
// official letter.
func Notice(w io.Writer, n reporting.Notice) error { return writeDOCX(w, noticePaper(n)) }

// NoticePDF writes the same letter as pdf; folders are further places to look
// for fonts. It returns a *FontError if there is no Chinese font.
func NoticePDF(w io.Writer, n reporting.Notice, folders []string) error {
	return writePDF(w, noticePaper(n), folders)
}

// noticeGroups are the headings of the letter, by level, worst first.
var noticeGroups = []struct {
	level annual.Level
	head  string
	do    string // what the suggestion is called
}{
	{annual.Error, "须改正", "改正办法"},
	{annual.Warning, "请说明", "处理建议"},
	{annual.Info, "请留意", "处理建议"},
}

func noticePaper(n reporting.Notice) *paper {
	to, from := line(n.To), line(n.From)
	what := "政府信息公开工作年度报告"
	if n.Year > 0 {
		what = fmt.Sprintf("%d年%s", n.Year, what)
	}
	count := map[annual.Level]int{}
	for _, it := range n.Items {
		count[groupOf(it.Level)]++
	}
	p := &paper{number: line(n.Number)}
	if count[annual.Error] > 0 || n.Returned {
		p.title = noticeTitle("关于退回", to, what, "的意见")
	} else {
		p.title = noticeTitle("关于", to, what, "的核对意见")
	}
	if to != "" {
		p.add(addressee, to+"：")
	}
	p.add(body, noticeOpening(n, what, count))
	ordinals := []string{"一", "二", "三"}
	number, section := 0, 0
	for _, g := range noticeGroups {
		if count[g.level] == 0 {
			continue
		}
		p.add(chapter, fmt.Sprintf("%s、%s（%d处）", ordinals[section], g.head, count[g.level]))
		section++
		for _, it := range n.Items {
			if groupOf(it.Level) != g.level {
				continue
			}
			number++
			noticeItem(p, number, it, g.do)
		}
	}
	if len(n.Items) > 0 {
		p.add(body, "以上意见由报告数据和文字核对得出，依据为"+formCite(n.Year)+"及报告内部的勾稽关系，每条后的编号为核对规则代码。如经复核认为报告无误，请书面说明理由。")
	}
	p.sign(from, n.Dated)
	return p
}

// noticeTitle breaks the title where its sense breaks.
func noticeTitle(begin, to, what, end string) string {
	whole := begin + "〈" + to + what + "〉" + end
	if width(whole) <= textW/22 {
		return whole
	}
	return begin + "〈" + to + "\n" + what + "〉" + end
}

func groupOf(l annual.Level) annual.Level {
	if l == annual.Error || l == annual.Warning {
		return l
	}
	return annual.Info
}

func noticeOpening(n reporting.Notice, what string, count map[annual.Level]int) string {
	s := "你单位报送的" + what + "收悉。"
	if len(n.Items) == 0 {
		return s + "经核对，未发现需要改正或说明的问题。"
	}
	var found []string
	for _, g := range noticeGroups {
		if c := count[g.level]; c > 0 {
			found = append(found, fmt.Sprintf("%s%d处", g.head, c))
		}
	}
	s += "经核对，" + strings.Join(found, "，") + "，具体意见如下。"
	by := "尽快"
	if !n.Deadline.IsZero() {
		by = "于" + n.Deadline.Chinese() + "前"
	}
	switch {
	case count[annual.Error] == 0 && n.Returned:
		s += "现将报告退回，请逐条核实；确有差错的请改正，属实的请写明情况，" + by + "重新报送。"
	case count[annual.Error] > 0 && count[annual.Warning] > 0:
		s += "现将报告退回，请逐条改正、说明，" + by + "重新报送。"
	case count[annual.Error] > 0:
		s += "现将报告退回，请逐条改正，" + by + "重新报送。"
	case count[annual.Warning] > 0:
		s += "请" + by + "书面说明；确有差错的，请改正后重新报送。"
	default:
		s += "请在报告公开前酌情修改。"
	}
	return s
}

func noticeItem(p *paper, number int, it reporting.NoticeItem, do string) {
	head := fmt.Sprintf("%d.", number)
	if where := line(it.Where); where != "" {
		head += where + "。"
	}
	text := head + sentence(line(it.Message))
	if c := line(it.Code); c != "" {
		text += "（" + c + "）"
	}
	p.blocks = append(p.blocks, block{style: body, text: text, lead: len(head)})
	if s := line(it.Suggest); s != "" {
		p.add(body, do+"："+sentence(s))
	}
	if s := noticeBasis(it); s != "" {
		p.add(body, s)
	}
}

// noticeBasis is what was expected and found, and the rule, in one line. Figures
// that the sentence above names already are not said twice.
func noticeBasis(it reporting.NoticeItem) string {
	var parts []string
	want, found := line(it.Expected), line(it.Found)
	said := func(x string) bool { return x == "" || strings.Contains(it.Message, x) }
	if !said(want) || !said(found) {
		switch {
		case want != "" && found != "":
			parts = append(parts, "应为"+want+"，实填"+found)
		case want != "":
			parts = append(parts, "应为"+want)
		default:
			parts = append(parts, "实填"+found)
		}
	}
	if c := line(it.Cite); c != "" {
		parts = append(parts, "依据："+c)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "。") + "。"
}

// sentence ends a text with a full stop unless it ends with a mark of its own.
func sentence(s string) string {
	if s == "" || strings.ContainsRune("。！？；.!?", []rune(s)[len([]rune(s))-1]) {
		return s
	}
	return s + "。"
}

// formCite names the form that the year's reports follow.
func formCite(year int) string {
	f, err := annual.FormFor(year)
	if err != nil {
		return "年度报告格式"
	}
	return f.Cite.String()
}
