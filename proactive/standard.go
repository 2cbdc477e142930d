package proactive

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
)

// A StandardEntry is a matter of the standard catalogue of basic-level disclosure
// 基层政务公开标准目录: what has to be public, by when, how and to whom.
type StandardEntry struct {
	ID       int64
	Organ    int64
	Code     string // 序号, unique in the catalogue, e.g. 社会救助-3
	Field    string // 领域, one of the organ's fields
	Matter   string // 公开事项 一级
	Part     string // 公开事项 二级
	Content  string // 公开内容（要素）
	Basis    string // 公开依据
	Limit    string // 公开时限, in its own words
	Subject  string // 公开主体
	Channels string // 公开渠道和载体, 、-separated
	Audience string // 公开对象: 全社会, or which group
	Manner   string // 公开方式: 主动 or 依申请公开
	Level    string // 公开层级
	Seq      int    // place in the table
}

// StandardColumns are the columns of the table as forms and files name them, in
// order: the field, the words of a heading, and where it stands in an entry.
func StandardColumns() []StandardColumn {
	return []StandardColumn{
		{"code", []string{"序号", "编号", "事项编码"}, 40, func(e *StandardEntry) *string { return &e.Code }},
		{"field", []string{"领域", "所属领域", "试点领域"}, 60, func(e *StandardEntry) *string { return &e.Field }},
		{"matter", []string{"一级事项", "公开事项（一级）", "公开事项", "事项名称"}, 200, func(e *StandardEntry) *string { return &e.Matter }},
		{"part", []string{"二级事项", "公开事项（二级）"}, 200, func(e *StandardEntry) *string { return &e.Part }},
		{"content", []string{"公开内容", "公开内容（要素）", "公开内容要素"}, 2000, func(e *StandardEntry) *string { return &e.Content }},
		{"basis", []string{"公开依据"}, 2000, func(e *StandardEntry) *string { return &e.Basis }},
		{"limit", []string{"公开时限"}, 300, func(e *StandardEntry) *string { return &e.Limit }},
		{"subject", []string{"公开主体"}, 300, func(e *StandardEntry) *string { return &e.Subject }},
		{"channels", []string{"公开渠道和载体", "公开渠道", "公开载体"}, 500, func(e *StandardEntry) *string { return &e.Channels }},
		{"audience", []string{"公开对象"}, 200, func(e *StandardEntry) *string { return &e.Audience }},
		{"manner", []string{"公开方式"}, 60, func(e *StandardEntry) *string { return &e.Manner }},
		{"level", []string{"公开层级"}, 60, func(e *StandardEntry) *string { return &e.Level }},
	}
}

// A StandardColumn is a column of the table.
type StandardColumn struct {
	Name  string
	Words []string // the first is the one that is written
	most  int      // runes
	Of    func(*StandardEntry) *string
}

// MaxStandard bounds a catalogue.
const MaxStandard = 3000

// A ListLine is a line of a table that is imported, with what is wrong with it.
type ListLine struct {
	Line     int
	Messages []string
}

// ReadStandard makes entries of the lines of a table, each with its messages. An
// empty 一级事项 is that of the line above, as merged cells leave it; fields are
// the organ's. A line without a number gets one of its field and place.
func ReadStandard(lines []map[string]string, at []int, fields []string) ([]StandardEntry, []ListLine) {
	var out []StandardEntry
	var said []ListLine
	var last StandardEntry
	seen := map[string]int{}
	for i, values := range lines {
		var e StandardEntry
		l := ListLine{Line: at[i]}
		for _, c := range StandardColumns() {
			v := strings.Join(strings.Fields(values[c.Name]), " ")
			if m := tooLong(v, c.most); m != "" {
				l.Messages = append(l.Messages, "“"+c.Words[0]+"”"+m)
			}
			*c.Of(&e) = v
		}
		if e.Field == "" {
			e.Field = last.Field
		}
		if e.Matter == "" && e.Field == last.Field {
			e.Matter = last.Matter
		}
		e.Seq = i + 1
		if e.Code == "" || isOrdinal(e.Code) {
			e.Code = e.Field + "-" + fallback(e.Code, num(i+1))
		}
		e.Channels = channelText(e.Channels)
		if e.Matter == "" {
			l.Messages = append(l.Messages, "没有写公开事项。")
		}
		switch {
		case e.Field == "":
			l.Messages = append(l.Messages, "没有写领域，例如“社会救助”。")
		case !slices.Contains(fields, e.Field):
			l.Messages = append(l.Messages, "“"+e.Field+"”不在本地的领域名单中。领域名单在设置“基层政务公开标准领域”中修改。")
		}
		if first, ok := seen[e.Code]; ok {
			l.Messages = append(l.Messages, fmt.Sprintf("序号“%s”与第%d行相同。", e.Code, first))
		}
		seen[e.Code] = at[i]
		out, said, last = append(out, e), append(said, l), e
	}
	return out, said
}

func isOrdinal(s string) bool {
	return strings.Trim(s, "0123456789.（）()") == "" && s != ""
}

func fallback(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// channelText is the boxes that are ticked, joined by 、, whatever marks the
// table used: ■政府网站 □政府公报.
func channelText(s string) string {
	if !strings.ContainsAny(s, "■□☑☐√") {
		return s
	}
	var out []string
	ticked := false
	var name strings.Builder
	flush := func() {
		if n := strings.Trim(name.String(), " 、，,;；"); ticked && n != "" {
			out = append(out, n)
		}
		name.Reset()
	}
	for _, r := range s {
		switch r {
		case '■', '☑', '√':
			flush()
			ticked = true
		case '□', '☐':
			flush()
			ticked = false
		default:
			name.WriteRune(r)
		}
	}
	flush()
	return strings.Join(out, "、")
}

// DueOf is the last day on which something that was made on a day has to be out
// by the entry: its own limit where it states one in days that can be read, else
// that of the Regulation. The zero Limit is none: the matter changes in no given
// time, as 长期公开.
func (e StandardEntry) DueOf(cal *calendar.Calendar, made law.Date) deadline.Limit {
	if made.IsZero() {
		return deadline.Limit{}
	}
	n := deadline.Proactive
	switch {
	case strings.Contains(e.Limit, "长期"), strings.Contains(e.Limit, "实时"), strings.Contains(e.Limit, "按规定"):
		return deadline.Limit{}
	case strings.Contains(e.Limit, "7个工作日"), strings.Contains(e.Limit, "七个工作日"), strings.Contains(e.Limit, "7 个工作日"):
		n = deadline.PublishDecision
	case strings.Contains(e.Limit, "2个工作日"), strings.Contains(e.Limit, "两个工作日"):
		n = deadline.PublishAward
	case strings.Contains(e.Limit, "20日"), strings.Contains(e.Limit, "二十日"):
		n = deadline.PublishBudget
	}
	l, err := deadline.Of(cal, n, made)
	if err != nil {
		return deadline.Limit{}
	}
	return l
}

// Coverage is how far a matter is published.
type Coverage struct {
	Items  int
	Newest law.Date // last publication
	Timely int      // of those with a limit
	Late   int
}

// A CategoryCover is a category of the statutory list with what stands in it.
type CategoryCover struct {
	Category
	Coverage
}

// A PowerEntry is a line of the list of powers and duties 权责清单.
type PowerEntry struct {
	Code    string // 事项编码
	Kind    string // 行政许可, 行政处罚, …
	Name    string // 事项名称
	Basis   string // 实施依据
	Section string // 责任科室
	Duty    string // 责任事项
	Guide   string // address of the 办事指南
	Note    string
}

// PowerColumns are the columns of the list.
func PowerColumns() []PowerColumn {
	return []PowerColumn{
		{"code", []string{"事项编码", "编码", "序号", "编号"}, 60, func(e *PowerEntry) *string { return &e.Code }},
		{"kind", []string{"职权类别", "权力类型", "权力类别", "类别"}, 40, func(e *PowerEntry) *string { return &e.Kind }},
		{"name", []string{"事项名称", "权力事项", "职权名称", "名称"}, 300, func(e *PowerEntry) *string { return &e.Name }},
		{"basis", []string{"实施依据", "设定依据", "法律依据"}, 3000, func(e *PowerEntry) *string { return &e.Basis }},
		{"section", []string{"责任科室", "承办机构", "责任单位", "实施主体"}, 120, func(e *PowerEntry) *string { return &e.Section }},
		{"duty", []string{"责任事项", "责任"}, 3000, func(e *PowerEntry) *string { return &e.Duty }},
		{"guide", []string{"办事指南", "办事指南网址", "网址"}, 600, func(e *PowerEntry) *string { return &e.Guide }},
		{"note", []string{"备注"}, 300, func(e *PowerEntry) *string { return &e.Note }},
	}
}

// A PowerColumn is a column of the list.
type PowerColumn struct {
	Name  string
	Words []string
	most  int
	Of    func(*PowerEntry) *string
}

// MaxPowers bounds a list of powers.
const MaxPowers = 5000

// ReadPowers makes a list of powers of the lines of a table, each with its
// messages.
func ReadPowers(lines []map[string]string, at []int) ([]PowerEntry, []ListLine) {
	var out []PowerEntry
	var said []ListLine
	seen := map[string]int{}
	for i, values := range lines {
		var e PowerEntry
		l := ListLine{Line: at[i]}
		for _, c := range PowerColumns() {
			v := strings.TrimSpace(strings.ReplaceAll(values[c.Name], "\r", ""))
			if m := tooLong(v, c.most); m != "" {
				l.Messages = append(l.Messages, "“"+c.Words[0]+"”"+m)
			}
			*c.Of(&e) = v
		}
		if e.Name == "" {
			l.Messages = append(l.Messages, "没有写事项名称。")
		}
		if e.Guide != "" && !WebAddress(e.Guide) {
			l.Messages = append(l.Messages, "办事指南的网址要写全，以 http:// 或 https:// 开头。")
		}
		if first, ok := seen[e.Code]; ok && e.Code != "" {
			l.Messages = append(l.Messages, fmt.Sprintf("编码“%s”与第%d行相同。", e.Code, first))
		}
		seen[e.Code] = at[i]
		out, said = append(out, e), append(said, l)
	}
	return out, said
}
