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
