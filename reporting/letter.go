package reporting

import (
	"fmt"
	"sort"
	"strings"

	"gongkai/law"
	"gongkai/org"
)

// A Letter is an official letter of the collecting office before it is printed.
// Its words are a proposal that the office may change; its tables are facts and
// are not typed.
type Letter struct {
	Title  string
	Number string // 文号, "" if it has none
	To     string // 主送机关, without the colon; "" for none
	Text   string // paragraphs, one a line; “一、…” alone on a line is a heading
	Tables []LetterTable
	From   string // 落款
	Dated  law.Date
	Annex  bool // the tables follow the signature as 附件
}

// A LetterTable is a list in a letter. Shares divide the width among columns.
type LetterTable struct {
	Caption string
	Head    []string
	Shares  []float64
	Rows    [][]string
}

// A Filer is an organ that has to file, with how far it is, as letters speak of it.
type Filer struct {
	Organ org.Organ
	Filing
	Begun bool
}

// In reports whether the report has come in at least once and is not back with
// the organ.
func (s *Filer) In() bool {
	switch s.State {
	case FilingSubmitted, FilingAccepted, FilingPublished:
		return true
	}
	return s.Correction > 0
}

// Says is how far the organ is in words, on the day: 按期报送, 逾期3天报送,
// 退回修改中, 未报送，逾期5天.
func (s *Filer) Says(today law.Date) string {
	late := s.Late(today)
	switch {
	case s.In() && late > 0:
		return fmt.Sprintf("逾期%d天报送", late)
	case s.In() && s.Due.IsZero():
		return "已报送"
	case s.In():
		return "按期报送"
	case s.State == FilingReturned && late > 0:
		return fmt.Sprintf("退回修改中，首次报送逾期%d天", late)
	case s.State == FilingReturned:
		return "退回修改中"
	case late > 0:
		return fmt.Sprintf("未报送，逾期%d天", late)
	}
	return "未报送"
}

// rank orders a circular: in time, late, back with the organ, missing.
func (s *Filer) rank(today law.Date) int {
	switch {
	case s.In() && s.Late(today) == 0:
		return 0
	case s.In():
		return 1
	case s.State == FilingReturned:
		return 2
	}
	return 3
}

func reportName(year int) string {
	return fmt.Sprintf("%d年政府信息公开工作年度报告", year)
}

// Reminder words the 催报通知 to organs whose report has not come in. until is
// the day by which it is asked for, zero to ask for it at once.
func Reminder(year int, from string, rows []Filer, until, today law.Date) Letter {
	l := Letter{Title: "关于催报" + reportName(year) + "的通知", From: from, Dated: today}
	by := "请尽快报送。"
	if !until.IsZero() {
		by = "请于" + until.Chinese() + "前报送。"
	}
	basis := "按照《中华人民共和国政府信息公开条例》第四十九条、第五十条规定和本年度报送安排，"
	ask := "确有困难的，请书面说明原因和预计报送时间。报告可以在系统内填报，也可以报送 Word、Excel 或 PDF 文件。"
	if len(rows) == 1 {
		s := &rows[0]
		l.To = s.Organ.Name
		text := basis + "你单位" + reportName(year)
		if s.Due.IsZero() {
			text += "应当报送"
		} else {
			text += "应于" + s.Due.Chinese() + "前报送"
		}
		late := ""
		if n := s.Late(today); n > 0 {
			late = fmt.Sprintf("，已逾期%d天", n)
		}
		if s.State == FilingReturned {
			late = ""
			if by := s.MendBy(); !by.IsZero() && today.After(by) {
				late = fmt.Sprintf("，已超过改正日期%d天", today.DaysSince(by))
			}
			text += "。报告已退回修改，截至" + today.Chinese() + "仍未重新报送" + late + "。"
		} else {
			text += "。截至" + today.Chinese() + "尚未收到" + late + "。"
		}
		l.Text = text + "\n" + by + ask
		return l
	}
	l.To = "各有关单位"
	l.Text = basis + fmt.Sprintf("%s应当按期报送。截至%s，尚有%d个单位未报送或者退回后未重新报送（名单附后）。\n", reportName(year), today.Chinese(), len(rows)) + by + ask
	t := LetterTable{Caption: "尚未报送的单位", Head: []string{"序号", "单位", "报送期限", "情况"}, Shares: []float64{1, 5, 3, 4}}
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), rows[i].Organ.Name, dayOr(rows[i].Due, year, "未设"), rows[i].Says(today)})
	}
	l.Tables, l.Annex = []LetterTable{t}, true
	return l
}

// Circular words the 通报: who filed in time, who late and by how many days,
// whose report was returned and how often, who has not filed.
func Circular(year int, from string, rows []Filer, today law.Date) Letter {
	rows = append([]Filer(nil), rows...)
	sort.SliceStable(rows, func(i, j int) bool {
		a, b := &rows[i], &rows[j]
		if x, y := a.rank(today), b.rank(today); x != y {
			return x < y
		}
		return a.Late(today) < b.Late(today)
	})
	var n [4]int
	var late, missing, returned []string
	times, accepted, published := 0, 0, 0
	t := LetterTable{Caption: "各单位" + reportName(year) + "报送情况表",
		Head: []string{"序号", "单位", "报送期限", "报送日期", "情况", "退回次数", "目前状态"}, Shares: []float64{1, 4.8, 2, 2, 3.6, 1.1, 2}}
	for i := range rows {
		s := &rows[i]
		n[s.rank(today)]++
		switch s.State {
		case FilingPublished:
			published++
			fallthrough
		case FilingAccepted:
			accepted++
		}
		switch {
		case s.In() && s.Late(today) > 0:
			late = append(late, fmt.Sprintf("%s（%d天）", s.Organ.Name, s.Late(today)))
		case !s.In():
			missing = append(missing, s.Organ.Name)
		}
		if s.Returned > 0 {
			times += s.Returned
			returned = append(returned, fmt.Sprintf("%s（%d次）", s.Organ.Name, s.Returned))
		}
		state := s.State.Chinese()
		if !s.Begun {
			state = "未填报"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), s.Organ.Name, dayOr(s.Due, year, "未设"), dayOr(s.Submitted, year, "—"), s.Says(today), fmt.Sprint(s.Returned), state})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条规定和本年度报送安排，现将%s报送审核情况通报如下。\n", reportName(year))
	b.WriteString("一、总体情况\n")
	fmt.Fprintf(&b, "应报送年度报告的单位%d个。截至%s，按期报送%d个，逾期报送%d个，未报送%d个", len(rows), today.Chinese(), n[0], n[1], n[2]+n[3])
	if n[2] > 0 {
		fmt.Fprintf(&b, "（含退回后未重新报送%d个）", n[2])
	}
	fmt.Fprintf(&b, "；审核通过%d个，其中已发布%d个", accepted, published)
	if len(returned) > 0 {
		fmt.Fprintf(&b, "；报送后退回修改的%d个，共%d次", len(returned), times)
	}
	b.WriteString("。各单位情况见附件。\n")
	if len(late)+len(missing)+len(returned) > 0 {
		b.WriteString("二、存在的问题\n")
		k := 0
		for _, x := range []struct {
			head  string
			names []string
		}{{"未报送", missing}, {"逾期报送", late}, {"报送后退回修改", returned}} {
			if len(x.names) > 0 {
				fmt.Fprintf(&b, "（%s）%s。%s。\n", []string{"一", "二", "三"}[k], x.head, enumerate(x.names, 20))
				k++
			}
		}
		b.WriteString("三、有关要求\n")
	} else {
		b.WriteString("二、有关要求\n")
	}
	if len(missing) > 0 {
		b.WriteString("未报送的单位应当立即报送，并书面说明原因。")
	}
	b.WriteString("各单位应当对照退回意见逐项核改，保证数字前后一致、来源有据，并按期向社会公布年度报告。")
	return Letter{Title: "关于" + reportName(year) + "报送情况的通报", To: "各有关单位", Text: b.String(), Tables: []LetterTable{t}, From: from, Dated: today, Annex: true}
}

// enumerate joins at most so many names; the table has them all.
func enumerate(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:most], "、") + fmt.Sprintf("等%d个单位", len(names))
}

// dayOr is a day in a column: the year only where it is not the one in which
// the reports of the fiscal year are filed.
func dayOr(d law.Date, year int, none string) string {
	switch {
	case d.IsZero():
		return none
	case d.Year == year+1:
		return fmt.Sprintf("%d月%d日", d.Month, d.Day)
	}
	return d.String()
}
