package reporting

import (
	"gongkai/law"
	"gongkai/law/annual"
)

// A FigureSource says where a part of a figure comes from.
type FigureSource string

// The sources of figures.
const (
	FromRequests FigureSource = "requests" // files of requests 依申请公开
	FromRemedies FigureSource = "remedies" // reviews and court cases 复议、诉讼
	FromRegister FigureSource = "register" // the register of 规章 and 规范性文件
	FromLedger   FigureSource = "ledger"   // the monthly ledger of sections 月度台账
	FromLast     FigureSource = "last"     // last year's accepted report, for what it carried over
	FromEntry    FigureSource = "entry"    // entered by hand with a reason and a document
)

// A CompiledPart is what one source puts into a figure.
type CompiledPart struct {
	Source FigureSource
	Value  annual.Value
	Href   string // page of the desk that lists what is counted, "" if there is nothing to list
	Note   string // Chinese; of an entry its reason
}

// A CompiledFigure is one cell of the report and where it comes from. Its value is
// the sum of its parts; a cell of which no source knows anything is Blank, never
// zero.
type CompiledFigure struct {
	Cell  string // id
	Value annual.Value
	Parts []CompiledPart
}

// A CompiledFinding is something in the data that has to be looked at before the
// figures are used: the rules that need live data.
type CompiledFinding struct {
	Code    string // T3-CASES, T3-PARTIAL, T3-ORPHAN-OUT, T3-UNPAID, T4-DIRECT-AFTER-2024, T2-DOCS …
	Level   annual.Level
	Cells   []string
	Message string // Chinese: what is wrong and where
	Suggest string // Chinese: what to do
	Href    string // where to do it
}

// A Compilation is an organ's annual report of a year as its data has it, every
// figure with the lists behind it.
type Compilation struct {
	Organ    int64
	Year     int
	Form     *annual.Form
	As       law.Date         // day on which it was compiled
	Figures  []CompiledFigure // every cell of the form, in its order
	Findings []CompiledFinding
}

// A Fact is a number of the year that stands in the report's prose: items by
// channel, visits, trainings. Its key is stable: a template names it.
type Fact struct {
	Key   string // e.g. items.total, items.channel.website, visits.persons
	Label string // Chinese, as the clerk picks it
	Unit  string // 条, 件, 人次, 元 …
	N     int64  // of money 分
	Money bool   // N is in 分, written in 元 or 万元
	Known bool   // false where nothing of the kind is kept here: the sentence is left out
	Href  string // page of the desk that lists what is counted
}

// A CompiledEntry is a part of a figure entered by hand: what happened before the
// system or outside it. It is a difference that is added, never a figure that
// takes the place of another.
type CompiledEntry struct {
	ID, Organ int64
	Year      int
	Cell      string // no sum: those follow
	Add       annual.Value
	Reason    string
	File      int64 // private file with the document
	FileName  string
	ByName    string
	Made      law.Date

	Removed    law.Date // zero while it counts
	RemovedBy  string
	RemovedWhy string
}

// A CompiledCase is one line behind a figure.
type CompiledCase struct {
	Source FigureSource
	Ref    string       // number of the file, 文号, month, "" for none
	Title  string       // "" where the viewer may not see it
	On     law.Date     // the day that puts it in the year, zero for none
	Why    string       // Chinese: what that day is
	Adds   annual.Value // to the figure
	Href   string       // of what is counted, "" where the viewer may not open it
	Note   string       // Chinese: who, why
	Entry  int64        // id of an entry by hand
	File   string       // name of its document
}

// Lists behind findings: keys that stand where a cell's id stands.
const (
	LiveOverdue    = "live.overdue"     // carried out though due within the year
	LiveLeftOut    = "live.left_out"    // left out by the mapping 不计入
	LiveUnreceived = "live.unconfirmed" // new, counted by arrival
	LiveDirect     = "live.direct"      // sued directly against a refusal after 2024-01-01
)

// LiveNames are those lists in words.
func LiveNames() map[string]string {
	return map[string]string{LiveOverdue: "结转下年度、期限却在年内的申请", LiveLeftOut: "按主管部门口径不计入的申请", LiveUnreceived: "还没有与申请人确认、按收到之日计入的申请", LiveDirect: "2024年以后不予公开决定未经复议直接起诉的案件"}
}

// Figure is the figure of a cell, nil for one that the form lacks.
func (c *Compilation) Figure(cell string) *CompiledFigure {
	i, ok := c.Form.Index(cell)
	if !ok || i >= len(c.Figures) {
		return nil
	}
	return &c.Figures[i]
}

// Report is the figures as a report without prose.
func (c *Compilation) Report(organ string) *annual.Report {
	r := annual.New(c.Form, organ, c.Year)
	for i, f := range c.Figures {
		r.Values[i] = f.Value
	}
	return r
}

// Chinese is the source on screen.
func (s FigureSource) Chinese() string {
	return map[FigureSource]string{FromRequests: "申请登记簿", FromRemedies: "复议、诉讼登记簿", FromRegister: "文件库", FromLedger: "月度台账", FromLast: "上年报告", FromEntry: "手工登记"}[s]
}
