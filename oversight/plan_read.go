package oversight

import (
	"regexp"
	"slices"
	"strings"

	"gongkai/doc"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// A PlanLine is one task as a table or paper of somebody else's has it.
type PlanLine struct {
	Number, Chapter, Text, Source string
	Lead, Help                    string // organs as written
	Due                           string // as written
	Measure, Evidence             string
}

// planColumns are the columns of a plan with the words that head them. The first
// word is the one we print.
var planColumns = []struct {
	words []string
	field func(*PlanLine) *string
}{
	{[]string{"序号", "编号", "任务编号"}, func(l *PlanLine) *string { return &l.Number }},
	{[]string{"类别", "板块", "领域", "工作类别", "重点领域", "一级任务", "项目", "工作板块"}, func(l *PlanLine) *string { return &l.Chapter }},
	{[]string{"任务", "工作任务", "重点任务", "主要任务", "任务内容", "工作内容", "具体任务", "工作要点", "重点工作", "工作措施", "主要内容", "内容", "工作事项", "事项"}, func(l *PlanLine) *string { return &l.Text }},
	{[]string{"来源", "任务来源", "依据", "文件依据"}, func(l *PlanLine) *string { return &l.Source }},
	{[]string{"责任单位", "牵头单位", "牵头部门", "责任部门", "责任机关", "责任科室", "主办单位", "承办单位", "牵头责任单位", "落实单位"}, func(l *PlanLine) *string { return &l.Lead }},
	{[]string{"配合单位", "协办单位", "参与单位", "配合部门", "责任配合单位", "协同单位"}, func(l *PlanLine) *string { return &l.Help }},
	{[]string{"完成时限", "时限", "完成时间", "办结时限", "时间节点", "完成期限", "时间要求", "进度要求"}, func(l *PlanLine) *string { return &l.Due }},
	{[]string{"完成标准", "工作标准", "工作目标", "目标要求", "完成目标", "目标", "标准", "工作要求"}, func(l *PlanLine) *string { return &l.Measure }},
	{[]string{"佐证材料", "佐证", "成果形式", "印证材料", "证明材料", "成果"}, func(l *PlanLine) *string { return &l.Evidence }},
}

// PlanHeading is the heading that a table of a plan is written with.
func PlanHeading() []string {
	var out []string
	for _, c := range planColumns {
		out = append(out, c.words[0])
	}
	return out
}

// Cells are the line in the order of that heading.
func (l PlanLine) Cells() []string {
	var out []string
	for _, c := range planColumns {
		out = append(out, *c.field(&l))
	}
	return out
}

// ReadPlan finds the tasks in a document: in tables with a heading, or where
// there is none in paragraphs that name who is responsible in brackets.
func ReadPlan(d *doc.Document) []PlanLine {
	var out []PlanLine
	for _, b := range d.Blocks {
		if b.Grid != nil {
			out = append(out, readPlanGrid(b.Grid)...)
		}
	}
	if len(out) > 0 {
		return out
	}
	return readPlanProse(d)
}

// ReadPlanText reads what was copied from a table: lines with cells divided by
// tabs, the first of them the heading.
func ReadPlanText(s string) []PlanLine {
	var rows [][]string
	for l := range strings.Lines(s) {
		if l = strings.TrimRight(l, "\r\n"); strings.TrimSpace(l) != "" {
			rows = append(rows, strings.Split(l, "\t"))
		}
	}
	if out := readPlanRows(rows); len(out) > 0 {
		return out
	}
	d := new(doc.Document)
	for l := range strings.Lines(s) {
		d.AddPara(strings.TrimRight(l, "\r\n"), 0, doc.Place{})
	}
	return readPlanProse(d)
}

// PlanText writes lines so that ReadPlanText reads them.
func PlanText(lines []PlanLine) string {
	var b strings.Builder
	b.WriteString(strings.Join(PlanHeading(), "\t") + "\n")
	for _, l := range lines {
		b.WriteString(strings.Join(l.Cells(), "\t") + "\n")
	}
	return b.String()
}

func readPlanGrid(g *doc.Grid) []PlanLine {
	if g.Rows > 20*MaxTasks || g.Cols > 100 {
		return nil
	}
	rows := make([][]string, g.Rows)
	for i := range rows {
		rows[i] = make([]string, g.Cols)
	}
	for _, c := range g.Cells {
		for r := c.Row; r < min(c.Row+c.RowSpan, g.Rows); r++ { // what stands beside several rows is of each
			rows[r][c.Col] = c.Text
		}
	}
	return readPlanRows(rows)
}

// headingRows is within how many rows from the top a heading is looked for.
const headingRows = 12

func readPlanRows(rows [][]string) []PlanLine {
	for i := range rows[:min(len(rows), headingRows)] {
		at := map[int]int{} // column of the table: one of planColumns
		taken := map[int]bool{}
		for k, cell := range rows[i] {
			if c := planColumn(cell); c >= 0 && !taken[c] {
				at[k], taken[c] = c, true
			}
		}
		if !taken[2] || len(at) < 2 { // no plan without its tasks
			continue
		}
		return planBelow(rows[i+1:], at)
	}
	return nil
}

func planColumn(head string) int {
	head = text.Fold(head)
	if i := strings.IndexAny(head, "(（"); i > 0 {
		head = head[:i]
	}
	head = strings.Trim(head, "*：: ")
	for i, c := range planColumns {
		if slices.ContainsFunc(c.words, func(w string) bool { return text.Fold(w) == head }) {
			return i
		}
	}
	return -1
}

func planBelow(rows [][]string, at map[int]int) []PlanLine {
	var out []PlanLine
	chapter := ""
	for _, row := range rows {
		var l PlanLine
		filled, only := 0, ""
		for k, cell := range row {
			cell = oneLine(cell)
			if cell == "" {
				continue
			}
			filled, only = filled+1, cell
			if c, ok := at[k]; ok {
				*planColumns[c].field(&l) = cell
			}
		}
		switch {
		case filled == 0:
			continue
		case filled == 1 || l.Text == "" && l.Lead == "" && filled <= 2: // a heading across the table
			chapter = only
			continue
		}
		if l.Chapter == "" {
			l.Chapter = chapter
		}
		chapter = l.Chapter
		if out = append(out, l); len(out) > MaxTasks {
			break
		}
	}
	return out
}

// oneLine is a text without the marks that divide cells and lines.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == '\n' || r == '\r' || r == '\t' || r == ' ' || r == '\u3000' || r == '\u00a0'
	}), " ")
}

var (
	planChapter = regexp.MustCompile(`^[一二三四五六七八九十]+、`)
	planNumber  = regexp.MustCompile(`^(（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)|\d{1,3}[.．、])`)
	planDuty    = regexp.MustCompile(`[（(]([^（）()]*(?:责任|牵头|落实|承办)(?:单位|部门|科室|机关)[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*)[）)]`)
	planPart    = regexp.MustCompile(`^(?:牵头责任|责任|牵头|落实|承办|配合|协办|参与)?(?:单位|部门|科室|机关)$`)
)

// readPlanProse reads a plan written in paragraphs, as most of them are:
// “1.更新公开指南。（责任单位：县政府办；配合单位：各乡镇；完成时限：6月底前）”.
func readPlanProse(d *doc.Document) []PlanLine {
	var out []PlanLine
	chapter := ""
	for _, b := range d.Blocks {
		if b.Para == nil || len(out) > MaxTasks {
			continue
		}
		p := oneLine(b.Para.Text)
		m := planDuty.FindStringSubmatchIndex(p)
		if m == nil {
			if n := len([]rune(p)); n > 0 && n <= 40 && (planChapter.MatchString(p) || b.Para.Level > 0) {
				chapter = p
			}
			continue
		}
		l := PlanLine{Chapter: chapter, Text: strings.TrimSpace(p[:m[0]] + p[m[1]:])}
		if n := planNumber.FindString(l.Text); n != "" {
			l.Number, l.Text = strings.TrimRight(n, ".．、"), strings.TrimSpace(l.Text[len(n):])
		}
		for part := range strings.FieldsFuncSeq(p[m[2]:m[3]], func(r rune) bool { return r == '；' || r == ';' || r == '。' }) {
			name, value, ok := strings.Cut(strings.Replace(part, ":", "：", 1), "：")
			if !ok {
				continue
			}
			if c := planColumn(name); c >= 0 {
				*planColumns[c].field(&l) = strings.TrimSpace(value)
			} else if planPart.MatchString(strings.TrimSpace(name)) {
				l.Lead = strings.TrimSpace(value)
			}
		}
		out = append(out, l)
	}
	return out
}

var (
	dueDay     = regexp.MustCompile(`^(?:(\d{4})[年.\-/])?(\d{1,2})[月.\-/](\d{1,2})日?(?:之?前|以前|止)?$`)
	dueMonth   = regexp.MustCompile(`^(?:(\d{4})年)?(\d{1,2})月份?(底|末|上旬|中旬|下旬)?(?:之?前|以前)?$`)
	dueQuarter = regexp.MustCompile(`^(?:(\d{4})年)?第?([一二三四1234])季度[底末]?(?:之?前|以前)?$`)
)

// ParseDue reads a limit as plans write it, within the plan's year. What goes on
// all year is the zero day; ok is false for what cannot be read.
func ParseDue(s string, year int) (due law.Date, ok bool) {
	s = strings.ReplaceAll(strings.Trim(oneLine(s), "。，； "), " ", "")
	for _, x := range []string{"本年", "今年", "当年"} {
		s = strings.TrimPrefix(s, x)
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, "完成"), "前")
	switch s {
	case "", "长期", "长期坚持", "持续", "持续推进", "持续开展", "常态化", "常态化推进", "长期推进", "适时", "按要求", "按规定", "每月", "每季度", "每季", "随时", "及时":
		return law.Date{}, true
	case "年底", "年末", "全年", "年内", "下半年", "12月底":
		return law.Day(year, 12, 31), true
	case "上半年", "年中":
		return law.Day(year, 6, 30), true
	}
	in := func(written string) int {
		if written == "" {
			return year
		}
		return number(written)
	}
	if m := dueDay.FindStringSubmatch(s); m != nil {
		d := law.Date{Year: in(m[1]), Month: number(m[2]), Day: number(m[3])}
		return d, d.Valid()
	}
	if m := dueMonth.FindStringSubmatch(s); m != nil {
		y, month := in(m[1]), number(m[2])
		if month < 1 || month > 12 {
			return due, false
		}
		day := map[string]int{"上旬": 10, "中旬": 20}[m[3]]
		if day == 0 {
			day = monthDays(y, month)
		}
		return law.Day(y, month, day), true
	}
	if m := dueQuarter.FindStringSubmatch(s); m != nil {
		q := strings.Index("1234", m[2]) + 1
		if i := strings.Index("一二三四", m[2]); i >= 0 {
			q = i/len("一") + 1
		}
		return law.Day(in(m[1]), 3*q, monthDays(in(m[1]), 3*q)), true
	}
	return due, false
}

// number is a short number of a matched text.
func number(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

// planGroups are words for several organs at once.
var planGroups = map[string][]org.Kind{
	"各乡镇": {org.Town, org.Street}, "各乡镇街道": {org.Town, org.Street}, "各镇": {org.Town}, "各镇街": {org.Town, org.Street}, "各街道": {org.Street}, "各乡": {org.Town},
	"各乡镇人民政府": {org.Town, org.Street}, "各镇人民政府": {org.Town}, "各部门": {org.Department, org.Authorised}, "县直各部门": {org.Department, org.Authorised}, "县直各单位": {org.Department, org.Authorised},
	"县政府各部门": {org.Department, org.Authorised}, "市直各部门": {org.Department, org.Authorised}, "区直各部门": {org.Department, org.Authorised},
	"各单位": {org.Town, org.Street, org.Department, org.Authorised}, "各村": {org.Village}, "各村社区": {org.Village}, "各社区": {org.Village}, "各科室": {org.Section}, "各站所": {org.Section}, "各办公室": {org.Section},
}

// Assign finds the organs that a cell names among those that may be given
// something. unknown are the names that fit none, or several.
func Assign(names string, among []org.Organ) (ids []int64, unknown []string) {
	add := func(id int64) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for name := range strings.FieldsFuncSeq(names, func(r rune) bool { return strings.ContainsRune("、，,；;/ \n\t", r) }) {
		if name == "等" {
			continue
		}
		word := strings.NewReplacer("（", "", "）", "", "(", "", ")", "", "有关", "", "相关", "").Replace(name)
		if kinds, ok := planGroups[word]; ok {
			n := len(ids)
			for _, o := range among {
				if slices.Contains(kinds, o.Kind) {
					add(o.ID)
				}
			}
			if len(ids) == n {
				unknown = append(unknown, name)
			}
			continue
		}
		if o, c := org.Match(among, name); c == org.Certain || c == org.Likely {
			add(o.ID)
		} else {
			unknown = append(unknown, name)
		}
	}
	return ids, unknown
}
