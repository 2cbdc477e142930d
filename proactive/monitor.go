package proactive

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
)

// A Watched is a column that has to be kept up 应更新栏目: what stands in it, and
// after how long without anything new it counts as not updated.
type Watched struct {
	Name   string
	Kinds  []Kind
	Codes  []string // of categories
	Days   int      // 0 for no limit
	Months int      // 0 for no limit
}

// DefaultWatched are the columns and spans of the setting where nobody decided:
// the two weeks and six months of the check indicators of government websites.
const DefaultWatched = "工作动态=工作动态=14天；通知公告=通知公告、公示=6月；政策文件=文件、行政规范性文件、规章=6月；政策解读=政策解读=不限；机构职能=机构职能=不限；财政预决算=财政预决算=12月；公开制度=政府信息公开制度=不限"

// NotWatched is the setting of a place that publishes elsewhere: its columns and
// guides are not checked.
const NotWatched = "不检查"

// ParseWatched reads the setting: 栏目=类别或目录代码=时限, one a line or divided
// by ；, or [NotWatched], which is no column at all. bad is a sentence where it
// cannot be read.
func ParseWatched(s string) (list []Watched, bad string) {
	switch strings.TrimSpace(s) {
	case "":
		s = DefaultWatched
	case NotWatched:
		return nil, ""
	}
	for line := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == ';' || r == '；' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		f := strings.Split(strings.ReplaceAll(line, "＝", "="), "=")
		if len(f) != 3 {
			return nil, "“" + strings.TrimSpace(line) + "”应当写成 栏目=类别=时限，例如 工作动态=工作动态=14天。"
		}
		w := Watched{Name: strings.TrimSpace(f[0])}
		for name := range strings.FieldsFuncSeq(f[1], func(r rune) bool { return strings.ContainsRune("、，, ", r) }) {
			switch k := KindNamed(name); {
			case k != "":
				w.Kinds = append(w.Kinds, k)
			case CategoryNamed(name) != "":
				w.Codes = append(w.Codes, CategoryNamed(name))
			default:
				return nil, "“" + name + "”不是信息类别，也不是目录代码。"
			}
		}
		limit := strings.TrimSpace(f[2])
		n, err := strconv.Atoi(strings.TrimRight(limit, "天个月周"))
		switch {
		case limit == "不限":
		case err != nil || n < 1 || n > 1000:
			return nil, "“" + limit + "”不是时限，请写例如 14天、2周、6月、不限。"
		case strings.HasSuffix(limit, "月"):
			w.Months = n
		case strings.HasSuffix(limit, "周"):
			w.Days = 7 * n
		default:
			w.Days = n
		}
		if w.Name == "" || len(w.Kinds)+len(w.Codes) == 0 || len(list) >= 60 || len([]rune(w.Name)) > 30 {
			return nil, "“" + strings.TrimSpace(line) + "”缺栏目名称或者类别；最多60个栏目，名称不超过30个字。"
		}
		list = append(list, w)
	}
	return list, ""
}

// Has reports whether an item stands in the column.
func (w Watched) Has(k Kind, category string) bool {
	return slices.Contains(w.Kinds, k) || slices.Contains(w.Codes, category)
}

// Until is the last day on which the column is not yet stale, given the day of
// the newest, or the zero day for no limit.
func (w Watched) Until(newest law.Date) law.Date {
	switch {
	case newest.IsZero() || w.Days == 0 && w.Months == 0:
		return law.Date{}
	case w.Days > 0:
		return newest.AddDays(w.Days)
	}
	return MonthsAfter(newest, w.Months)
}

// MonthsAfter is the same day some months later, or the last of its month: six
// months of 31 August end on the last day of February.
func MonthsAfter(d law.Date, months int) law.Date {
	end := law.Day(d.Year, d.Month+months, d.Day)
	if end.Day != d.Day {
		end = law.Day(d.Year, d.Month+months+1, 0)
	}
	return end
}

// Limit is the span in words.
func (w Watched) Limit() string {
	switch {
	case w.Days > 0:
		return fmt.Sprintf("%d天", w.Days)
	case w.Months > 0:
		return fmt.Sprintf("%d个月", w.Months)
	}
	return "不限"
}

// WatchCode is a kind of finding of the monitoring.
type WatchCode string

// The kinds of findings.
const (
	WatchNothing   WatchCode = "nothing"   // nothing was ever published here
	WatchEmpty     WatchCode = "empty"     // 空白栏目
	WatchStale     WatchCode = "stale"     // 栏目不更新
	WatchLate      WatchCode = "late"      // 超期未公开
	WatchBare      WatchCode = "bare"      // 要素不全
	WatchEndless   WatchCode = "endless"   // 公示没有期限
	WatchOver      WatchCode = "over"      // 公示期满没有撤下
	WatchLink      WatchCode = "link"      // 链接失效
	WatchReReview  WatchCode = "rereview"  // 评估审查到期
	WatchGuide     WatchCode = "guide"     // 指南缺失、过时
	WatchCatalogue WatchCode = "catalogue" // 目录过时
	WatchQuiet     WatchCode = "quiet"     // 新媒体不更新
	WatchMaterials WatchCode = "materials" // 材料超期未移送
)

// WatchCodes lists them in the order of the page.
func WatchCodes() []WatchCode {
	return []WatchCode{WatchNothing, WatchEmpty, WatchStale, WatchLate, WatchBare, WatchEndless, WatchOver, WatchLink, WatchReReview, WatchGuide, WatchCatalogue, WatchQuiet, WatchMaterials}
}

// Chinese is the finding on screen.
func (c WatchCode) Chinese() string {
	return map[WatchCode]string{WatchNothing: "没有发布过信息", WatchEmpty: "空白栏目", WatchStale: "栏目不更新", WatchLate: "超期未公开", WatchBare: "要素不全", WatchEndless: "公示没有期限", WatchOver: "期满没有撤下",
		WatchLink: "链接失效", WatchReReview: "评估审查到期", WatchGuide: "公开指南", WatchCatalogue: "公开目录", WatchQuiet: "新媒体不更新", WatchMaterials: "材料超期未移送"}[c]
}

// A WatchFinding is one thing that the monitoring found.
type WatchFinding struct {
	Code   WatchCode
	Organ  int64
	Part   int64  // the 内设机构 or 村 in which it lies, the organ itself, or 0
	Item   int64  // 0 for none
	Kind   Kind   // of the item
	Number string // of the item, "" before it is published
	Made   law.Date
	Name   string // of the column, the item, the account
	Text   string
	Since  law.Date // it should have been done by this day, zero for none
}

// Alarming reports whether the finding is one that the check of websites counts
// against a place, or that breaks a limit of the law.
func (c WatchCode) Alarming() bool {
	return c == WatchEmpty || c == WatchStale || c == WatchLate || c == WatchOver
}

// Columns judges the columns of an organ by what stands in them.
func Columns(list []Watched, groups []ColumnGroup, organ int64, day law.Date) []WatchFinding {
	if len(list) == 0 {
		return nil
	}
	if len(groups) == 0 {
		return []WatchFinding{{Code: WatchNothing, Organ: organ, Name: "信息公开栏目", Text: "还没有在本平台发布过信息，栏目不作检查。"}}
	}
	var out []WatchFinding
	for _, w := range list {
		n := 0
		var newest law.Date
		for _, g := range groups {
			if w.Has(g.Kind, g.Category) {
				if n += g.Live; g.Newest.After(newest) {
					newest = g.Newest
				}
			}
		}
		until := w.Until(newest)
		switch {
		case n == 0:
			out = append(out, WatchFinding{Code: WatchEmpty, Organ: organ, Name: w.Name, Text: "栏目里一条信息也没有。"})
		case !until.IsZero() && until.Before(day):
			out = append(out, WatchFinding{Code: WatchStale, Organ: organ, Name: w.Name, Since: until, Text: "最近一次更新是" + newest.Chinese() + "，超过" + w.Limit() + "没有更新。"})
		case newest.IsZero() && (w.Days > 0 || w.Months > 0):
			out = append(out, WatchFinding{Code: WatchStale, Organ: organ, Name: w.Name, Text: "栏目里只有补录的旧信息，没有新的内容。"})
		}
	}
	return out
}

// A ColumnGroup is what an organ has of one kind in one category.
type ColumnGroup struct {
	Kind     Kind
	Category string
	Live     int
	Newest   law.Date // of what is not taken over from elsewhere
}
