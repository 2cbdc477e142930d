package proactive

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
)

// A MonthFigure is one figure of table 二 that sections keep a ledger of month by
// month 月度台账: a cell of the annual report's form.
type MonthFigure struct {
	Cell    string // id of the cell, e.g. t2.licence.decisions
	Row     string // key of the row: licence
	Chinese string // e.g. 行政许可处理决定
	Article string // 第二十条第（五）项
	Unit    string // 件 or 万元
	Type    annual.CellType
	Whole   bool // a state of the year, entered once: 上一年项目数量, 本年增/减
}

// MonthFigures are the figures of the ledger of a fiscal year, by the edition of
// the form that the year is reported in; none for a year that has no form. What
// the register of documents answers, 第二十条第（一）项, is not among them.
func MonthFigures(year int) []MonthFigure {
	form, err := annual.FormFor(year)
	if err != nil {
		return nil
	}
	var out []MonthFigure
	for _, c := range form.Cells {
		row, col := cellKeys(c.ID)
		if c.Table != "t2" || row == "rules" || row == "normative" {
			continue
		}
		f := MonthFigure{Cell: c.ID, Row: row, Chinese: c.Label, Unit: "件", Type: c.Type, Whole: col == "last_year" || col == "change"}
		switch {
		case c.Type == annual.Money:
			f.Unit = "万元"
		case f.Whole || col == "projects":
			f.Unit = "项"
		}
		f.Article = map[string]string{"licence": "第二十条第（五）项", "other_services": "第二十条第（五）项", "penalty": "第二十条第（六）项", "coercion": "第二十条第（六）项",
			"fees": "第二十条第（八）项", "procurement": "第二十条第（九）项"}[row]
		out = append(out, f)
	}
	return out
}

// cellKeys are the keys of row and column in the id of a cell.
func cellKeys(id string) (row, col string) {
	_, rest, _ := strings.Cut(id, ".")
	row, col, _ = strings.Cut(rest, ".")
	return row, col
}

// MonthFigureOf is the figure of a cell in the ledger of a year.
func MonthFigureOf(year int, cell string) (MonthFigure, bool) {
	list := MonthFigures(year)
	if i := slices.IndexFunc(list, func(f MonthFigure) bool { return f.Cell == cell }); i >= 0 {
		return list[i], true
	}
	return MonthFigure{}, false
}

// WholeYear is the month that figures of the whole year stand under.
const WholeYear = 0

// MonthName is a month of the ledger in words.
func MonthName(month int) string {
	if month == WholeYear {
		return "全年"
	}
	return strconv.Itoa(month) + "月"
}

// A MonthSheet is what one section stated for one month, on one source document.
// A figure that is not in Values was not stated: that is not zero. Amounts are
// millionths of 万元, as the form keeps them.
type MonthSheet struct {
	Organ    int64 // the 内设机构, or the organ itself
	Year     int
	Month    int // 1 to 12, or WholeYear
	Values   map[string]annual.Value
	Source   string // the document the figures come from, e.g. 县局审批系统2026年3月统计表
	File     int64  // scan or table of it, 0 for none
	FileName string
	Version  int64
}

// Bounds of a sheet.
const maxSource = 200 // runes

// Check is what is wrong with a sheet, by field: the id of a cell, source, month.
func (m MonthSheet) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	figures := MonthFigures(m.Year)
	switch {
	case len(figures) == 0:
		bad["month"] = fmt.Sprintf("%d年没有年度报告格式，不能登记。", m.Year)
	case m.Month < WholeYear || m.Month > 12:
		bad["month"] = "月份写1至12。"
	case m.Year > today.Year || m.Year == today.Year && m.Month > today.Month:
		bad["month"] = fmt.Sprintf("%d年%s还没有到，不能登记。", m.Year, MonthName(m.Month))
	}
	if n := utf8.RuneCountInString(m.Source); n > maxSource || strings.ContainsAny(m.Source, "\x00\n\r") || !utf8.ValidString(m.Source) {
		bad["source"] = fmt.Sprintf("来源最多%d个字，写成一行。", maxSource)
	}
	for cell, v := range m.Values {
		f, ok := MonthFigureOf(m.Year, cell)
		switch {
		case !ok || f.Whole != (m.Month == WholeYear):
			bad[cell] = "这个月的台账没有这一项。"
		case !v.Known():
			bad[cell] = f.wanted()
		case v.N < 0 && f.Type != annual.Signed:
			bad[cell] = "数字不能小于0。"
		case v.Kind == annual.Number && m.Source == "" && m.File == 0 && bad["source"] == "":
			bad["source"] = "请写数字从哪里来，例如“审批系统2026年3月统计表”，或者上传来源文件。"
		}
	}
	return bad
}

func (f MonthFigure) wanted() string {
	if f.Type == annual.Money {
		return "请写以万元为单位的金额，最多六位小数，例如380元写0.038；没有发生写0，还不清楚就空着。"
	}
	if f.Type == annual.Signed {
		return "请写整数，增加写3，减少写-3，没有变化写0；还不清楚就空着。"
	}
	return "请写不小于0的整数；没有发生写0，还不清楚就空着。"
}

// ReadFigure reads what somebody typed for a figure. Empty text is no figure;
// what is no figure is a Chinese sentence.
func (f MonthFigure) ReadFigure(text string) (v annual.Value, stated bool, message string) {
	v = annual.ParseValue(text, f.Type)
	switch {
	case v.Kind == annual.Blank:
		return v, false, ""
	case !v.Known():
		return v, false, f.wanted()
	}
	return v, true, ""
}

// A MonthSum is a figure of a year over an organ and its sections.
type MonthSum struct {
	MonthFigure
	Value   annual.Value // Blank where nobody stated anything
	Sheets  []MonthSheet // that state it, by section and month
	Lacking []MonthGap   // months over which nobody says anything
}

// A MonthGap is a month of a section without a figure.
type MonthGap struct {
	Organ int64
	Month int
}

// SumMonths adds the sheets of a year up. A section that states a figure in some
// months of the year has to state it in all that are over; of an organ whose
// sections state nothing at all the figure is blank.
func SumMonths(year int, sheets []MonthSheet, today law.Date) []MonthSum {
	last := 12
	if year == today.Year {
		last = today.Month - 1
	} else if year > today.Year {
		last = 0
	}
	var out []MonthSum
	for _, f := range MonthFigures(year) {
		s := MonthSum{MonthFigure: f, Value: annual.Value{Kind: annual.Blank}}
		var organs []int64
		has := map[MonthGap]bool{}
		sum := int64(0)
		for _, m := range sheets {
			v, ok := m.Values[f.Cell]
			if !ok || m.Year != year {
				continue
			}
			sum += v.N
			s.Sheets = append(s.Sheets, m)
			has[MonthGap{m.Organ, m.Month}] = true
			if !slices.Contains(organs, m.Organ) {
				organs = append(organs, m.Organ)
			}
		}
		if len(organs) > 0 {
			s.Value = annual.Num(sum)
		}
		for _, o := range organs {
			for month := 1; month <= last && !f.Whole; month++ {
				if g := (MonthGap{o, month}); !has[g] {
					s.Lacking = append(s.Lacking, g)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// MonthChange is what a correction of a sheet changed, as the log words it; it
// says nothing where nothing changed.
type MonthChange struct {
	Cell, Chinese, Old, New string
}

// Changes compares two states of a sheet.
func (m MonthSheet) Changes(now MonthSheet) []MonthChange {
	var out []MonthChange
	for _, f := range MonthFigures(m.Year) {
		a, b := m.Values[f.Cell].Format(f.Type), now.Values[f.Cell].Format(f.Type)
		if a != b {
			out = append(out, MonthChange{f.Cell, f.Chinese, a, b})
		}
	}
	return out
}

// Corrects reports whether the change takes back something that was stated: it
// needs a reason, adding what was blank does not.
func Corrects(changes []MonthChange) bool {
	return slices.ContainsFunc(changes, func(c MonthChange) bool { return c.Old != "" })
}
