package proactive

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
)

// A RegisterEntry is a document in the register of 行政规范性文件 and 规章: an item
// that was published here, or an older document that was entered 补录.
type RegisterEntry struct {
	ID        int64 // of the item, or of the entry
	Item      bool  // it is an item of ours: title, number and days are those of the item
	Organ     int64
	OrganName string
	Kind      Kind // Normative or Rules
	Title     string
	DocNo     string // 文号
	Maker     string // 制定机关, "" for the organ itself
	Made      law.Date
	Effective law.Date // 施行, zero for the day it is made
	Until     law.Date // 有效期至, zero without end
	Published law.Date // 公布
	Number    string   // 索引号 of the public page, "" for none
	Link      string   // where else it can be read

	Registered string   // 统一登记号
	Serial     string   // 统一编号
	Released   law.Date // 统一发布

	Abolished   law.Date // first day on which it is not in force any more
	AbolishedBy string   // 文号 or title of what abolished it
	Amendments  []Amendment
	Note        string
	Version     int64
}

// An Amendment changed a document.
type Amendment struct {
	On law.Date `json:"on"`
	By string   `json:"by"` // title and number of the document that amends it
}

// End is the first day on which the document is not in force any more, for
// whatever reason; zero while it has no end. It never lies before the day the
// document was made.
func (e RegisterEntry) End() law.Date {
	end := e.Abolished
	if !e.Until.IsZero() {
		if over := e.Until.AddDays(1); end.IsZero() || over.Before(end) {
			end = over
		}
	}
	if !end.IsZero() && end.Before(e.Made) {
		return e.Made
	}
	return end
}

// Validity is whether it is in force on a day.
func (e RegisterEntry) Validity(day law.Date) Validity {
	return (&Item{Kind: e.Kind, Abolished: e.Abolished}).ValidOn(Content{Effective: e.Effective, Until: e.Until}, day)
}

// usual is how many years a document without a stated end stays unexamined: local
// rules ask for an assessment after five years.
const usual = 5

// registerWarn is how many days ahead of its end a document is named.
const registerWarn = 90

// Warning is what has to be done about a document of which validity runs out, ""
// for nothing.
func (e RegisterEntry) Warning(day law.Date) string {
	if v := e.Validity(day); v != InForce && v != NotYet || e.Made.IsZero() {
		return ""
	}
	if !e.Until.IsZero() {
		if n := e.Until.DaysSince(day); n <= registerWarn {
			return fmt.Sprintf("有效期到%s，还有%d天。期满前评估：继续有效的重新公布，不再适用的到期失效。", e.Until.Chinese(), n)
		}
		return ""
	}
	five := years(e.start(), usual)
	switch n := five.DaysSince(day); {
	case n <= 0:
		return fmt.Sprintf("没有写有效期，施行已满%d年（%s）。请评估后决定保留、修改、废止或者宣布失效。", usual, five.Chinese())
	case n <= registerWarn:
		return fmt.Sprintf("没有写有效期，到%s施行满%d年，请安排评估。", five.Chinese(), usual)
	}
	return ""
}

func (e RegisterEntry) start() law.Date {
	if !e.Effective.IsZero() {
		return e.Effective
	}
	return e.Made
}

// years is the same day so many years later.
func years(d law.Date, n int) law.Date {
	if x := (law.Date{Year: d.Year + n, Month: d.Month, Day: d.Day}); x.Valid() {
		return x
	}
	return law.Date{Year: d.Year + n, Month: d.Month, Day: 28}
}

// Check is what is wrong with an entry that was typed, by field.
func (e RegisterEntry) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	for _, x := range []struct {
		field, s string
		most     int
	}{{"title", e.Title, MaxTitle}, {"doc_no", e.DocNo, 60}, {"maker", e.Maker, 120}, {"registered", e.Registered, 60}, {"serial", e.Serial, 60}, {"abolished_by", e.AbolishedBy, 200}, {"note", e.Note, 300}} {
		if bad[x.field] == "" {
			if m := tooLong(x.s, x.most); m != "" {
				bad[x.field] = m
			}
		}
	}
	if !e.Item {
		switch {
		case strings.TrimSpace(e.Title) == "":
			bad["title"] = "请写文件标题。"
		case e.Kind != Normative && e.Kind != Rules:
			bad["kind"] = "请选择行政规范性文件或者规章。"
		case e.Made.IsZero():
			bad["made"] = "请写成文日期，表二按它计算制发的年份。"
		case e.Made.After(today):
			bad["made"] = "成文日期还没有到。"
		case !e.Effective.IsZero() && e.Effective.Before(e.Made):
			bad["effective"] = "施行日期早于成文日期，请核对。"
		case !e.Until.IsZero() && e.Until.Before(e.start()):
			bad["until"] = "有效期截止日早于施行日期，请核对。"
		case !e.Abolished.IsZero() && e.Abolished.Before(e.Made):
			bad["abolished"] = "废止、失效日期早于成文日期，请核对。"
		}
		if e.Link != "" && !WebAddress(e.Link) {
			bad["link"] = "网址要写全，以 http:// 或 https:// 开头。"
		}
	}
	if len(e.Amendments) > 20 {
		bad["amendments"] = "修改记录最多20条。"
	}
	for _, a := range e.Amendments {
		if !a.On.Valid() || strings.TrimSpace(a.By) == "" || tooLong(a.By, 200) != "" {
			bad["amendments"] = "修改记录每行写“日期 修改它的文件”，例如 2024-05-06 测政〔2024〕8号。"
		}
	}
	return bad
}

func tooLong(s string, most int) string {
	if n := len([]rune(s)); n > most {
		return "这一项有" + num(n) + "个字，最多" + num(most) + "个字，请缩短。"
	}
	if strings.ContainsRune(s, 0) {
		return "这一项有不能识别的字符，请重新输入。"
	}
	return ""
}

// RegisterCount is row 第二十条第（一）项 of table 二 for a kind of document, with
// what is counted.
type RegisterCount struct {
	Made, Repealed, InForce []RegisterEntry // 制发、废止、年末现行有效
	Published, Total        []RegisterEntry // of the edition of 2019: 新公开、对外公开总数
}

// CountRegister counts a year by the days in the register. A document counts as
// made in the year of its 成文日期 and as repealed in the year in which it ceases
// to be in force, by repeal or because its term is over; so every year's
// in-force figure is last year's plus what was made less what ceased.
func CountRegister(list []RegisterEntry, kind Kind, year int) RegisterCount {
	var c RegisterCount
	end := law.Day(year, 12, 31)
	for _, e := range list {
		if e.Kind != kind || e.Made.IsZero() || e.Made.After(end) {
			continue
		}
		if e.Made.Year == year {
			c.Made = append(c.Made, e)
		}
		switch stop := e.End(); {
		case stop.IsZero() || stop.After(end):
			c.InForce = append(c.InForce, e)
		case stop.Year == year:
			c.Repealed = append(c.Repealed, e)
		}
		if !e.Published.IsZero() && !e.Published.After(end) {
			c.Total = append(c.Total, e)
			if e.Published.Year == year {
				c.Published = append(c.Published, e)
			}
		}
	}
	return c
}

// By is the entries behind a column of the form: made, repealed, in_force,
// published, total.
func (c RegisterCount) By(column string) []RegisterEntry {
	return map[string][]RegisterEntry{"made": c.Made, "repealed": c.Repealed, "in_force": c.InForce, "published": c.Published, "total": c.Total}[column]
}

// Verdict is what a clean-up 清理 decides of a document.
type Verdict string

// The verdicts.
const (
	Keep   Verdict = "keep"   // 保留
	Amend  Verdict = "amend"  // 修改
	Repeal Verdict = "repeal" // 废止
	Lapse  Verdict = "lapse"  // 宣布失效
)

// Verdicts lists them.
func Verdicts() []Verdict { return []Verdict{Keep, Amend, Repeal, Lapse} }

// Chinese is the verdict on screen, "" for none yet.
func (v Verdict) Chinese() string {
	return map[Verdict]string{Keep: "继续有效", Amend: "修改", Repeal: "废止", Lapse: "宣布失效"}[v]
}

// A Cleanup is a campaign in which an organ goes through its documents.
type Cleanup struct {
	ID      int64
	Organ   int64
	Title   string
	Basis   string // notice that asked for it
	Due     law.Date
	Closed  law.Date // zero while it goes on
	Result  int64    // item draft with the list, 0 before
	Version int64
	Entries []CleanupEntry
}

// A CleanupEntry is a document in it.
type CleanupEntry struct {
	RegisterEntry
	Verdict Verdict
	Reason  string
}

// Check is what is wrong with a campaign, by field.
func (c Cleanup) Check() map[string]string {
	bad := map[string]string{}
	switch {
	case strings.TrimSpace(c.Title) == "":
		bad["title"] = "请写清理工作的名称，例如“2026年行政规范性文件清理”。"
	case tooLong(c.Title, 100) != "":
		bad["title"] = "名称最多100个字。"
	case tooLong(c.Basis, 200) != "":
		bad["basis"] = "依据最多200个字。"
	}
	return bad
}

// Open is how many entries nobody has decided on.
func (c Cleanup) Open() int {
	n := 0
	for _, e := range c.Entries {
		if e.Verdict == "" {
			n++
		}
	}
	return n
}

// WrongVerdict is why a verdict cannot be kept, "" if it can.
func WrongVerdict(v Verdict, reason string) string {
	switch {
	case !slices.Contains(Verdicts(), v):
		return "请选择清理意见。"
	case v != Keep && strings.TrimSpace(reason) == "":
		return "修改、废止、宣布失效要写明理由，例如“上位法已修改”。"
	}
	return tooLong(reason, 200)
}
