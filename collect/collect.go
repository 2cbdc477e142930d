// Package collect is the January kit (一月收报): files of many organs in, one
// list of who is wrong, which cell and why, who is missing and who copied whom,
// a notice to each organ, and the sum of all, out. It keeps nothing; what one
// run found comes back as Input.Previous of the next.
package collect

import (
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// A File is one file as it came in: a report or a zip archive of reports.
type File struct {
	Name string
	Data []byte
}

// Input is what one run works on. Only Files is needed.
type Input struct {
	Files    []File
	Organs   []org.Organ               // who has to report; empty: nobody is missing
	Year     int                       // fiscal year; 0: the year most files are for
	From     string                    // office that collects, for the notices
	Today    law.Date                  // for the notices; zero leaves them undated
	Deadline law.Date                  // day by which corrections are due, zero: none is named
	Previous []byte                    // 结果.json of the run before, nil if there was none
	Last     map[string]*annual.Report // reports of the year before by organ name, where known
	Fonts    []string                  // extra font folders for render
}

// Result is what came of a run.
type Result struct {
	reporting.Collection
	From      string
	Today     law.Date
	Notices   []reporting.Notice // one for each organ with Status Return or Explain
	Sum       *annual.Report     // of every readable report of the year, nil if there is none
	SumOf     []string           // organs in the sum
	SumDoubt  []string           // those among them whose figures hold an error
	SumLacks  []string           // organs that are not in the sum, with the reason
	SumGaps   []SumGap           // cells of the sum to which some organ gave no figure
	FileCount int                // files looked at, archives unpacked

	fonts []string
}

// A SumGap is a cell of the sum that some organs left without a figure: it
// holds the sum of the others.
type SumGap struct {
	Cell   string
	Organs []string
}

// Progress is told after each file; done runs from 1 to total. It may be called
// from several goroutines, one call at a time.
type Progress func(done, total int, name string)
