// Package reporting is what happens to a year's reports between the organs that
// write them and the office that collects them: who has filed, what is wrong
// and where, who copied whom, what changed since the last collection, and the
// notice that goes back to each organ (退回意见).
//
// It is pure: it neither reads files nor keeps anything, and today is an
// argument.
package reporting

import (
	"gongkai/law"
	"gongkai/law/annual"
)

// A Notice is the 退回意见 to one organ: what to correct or explain, and by
// which day. A notice whose items hold no error asks for an explanation only.
type Notice struct {
	To       string // organ that filed
	From     string // office that collects, e.g. 云岭县人民政府办公室
	Year     int    // fiscal year of the report
	Items    []NoticeItem
	Deadline law.Date // day by which the corrected report is due, zero if none is set
	Dated    law.Date // day of the notice
	Number   string   // 文号, "" if it has none
	Returned bool     // the report goes back, whatever the items say
}

// A NoticeItem is one finding as the notice words it.
type NoticeItem struct {
	Code    string       // rule code, stable
	Level   annual.Level // Error items must be corrected, Warning items explained
	Where   string       // cell or passage, for a person: 表三 · 新收 · 自然人
	Message string       // what is wrong
	Suggest string       // what to do, may be empty

	Expected, Found string // figures that the rule compared, may be empty
	Cite            string // what the rule stands on, may be empty
}
