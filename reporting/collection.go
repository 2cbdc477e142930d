package reporting

import (
	"gongkai/law/annual"
)

// An Entry is one file that came in.
type Entry struct {
	File     string         // as given; inside an archive "收件.zip/甲镇.docx"
	Bytes    int64          // its size
	Report   *annual.Report // nil if it could not be read
	Findings []annual.Finding
	Problem  string // why it could not be read, a sentence for a person; "" if it was read
	Code     string // stable code of the problem, e.g. ENCRYPTED
}

// Status says what the collecting office has to do about an organ's report.
type Status string

// The statuses, worst first.
const (
	Missing    Status = "missing"    // 缺报: nothing has come in
	Unreadable Status = "unreadable" // 读不出: a file came in but is not readable as a report
	Return     Status = "return"     // 须退回: an error to be corrected
	Explain    Status = "explain"    // 请说明: no error, a warning to be explained
	Accept     Status = "accept"     // 可接受
)

// Chinese is the status as lists print it.
func (s Status) Chinese() string {
	switch s {
	case Missing:
		return "缺报"
	case Unreadable:
		return "读不出"
	case Return:
		return "须退回"
	case Explain:
		return "请说明"
	case Accept:
		return "可接受"
	}
	return string(s)
}

// A Row is what is known about one organ.
type Row struct {
	ID       int64  // the organ's id in the list, 0 if it is not listed or has none
	Organ    string // name in the list, or for an organ that is not listed the name in the report
	Listed   bool   // stands in the list of organs; always true when no list was given
	Level    annual.OrganLevel
	Status   Status
	File     string         // the file that was used, "" if none
	Report   *annual.Report // nil for Missing and Unreadable
	Findings []annual.Finding
	Errors   int
	Warnings int
	Problem  string   // for Unreadable: why
	Notes    []string // for a person: which of two files was used and why, another year's file, …
	Other    []string // further files of this organ that were not used
}

// A Pair is two organs whose prose is alike (雷同).
type Pair struct {
	A, B   string   // organs
	Score  float64  // 0 to 1
	Shared []string // the longest sentences they share
}

// A Collection is the state of one year's collection.
type Collection struct {
	Year    int
	Listed  bool          // a list of organs was given
	Rows    []Row         // in the list's order, unlisted organs after it by name
	Unknown []Entry       // files whose organ could not be told
	Strange []Entry       // files of another year, with the reports they hold
	Alike   []Pair        // most alike first
	Changes []OrganChange // against the collection before; nil without one
}

// OrganChange is what changed at one organ since the collection before.
type OrganChange struct {
	Organ      string
	Was, Is    Status
	NewlyFiled bool
	Fixed      []Flaw // no longer found
	StillWrong []Flaw
	NewlyWrong []Flaw
	Figures    int // cells whose value is no longer the same
}

// A Flaw is a finding as it is remembered from one collection to the next.
type Flaw struct {
	Code    string       `json:"code"`
	Level   annual.Level `json:"level"`
	Cells   []string     `json:"cells,omitempty"`
	Message string       `json:"message"`
}

// Count is the number of rows with the status.
func (c *Collection) Count(s Status) int {
	n := 0
	for _, r := range c.Rows {
		if r.Status == s {
			n++
		}
	}
	return n
}

// Row returns the row of an organ by its name in the list, or nil.
func (c *Collection) Row(organ string) *Row {
	for i := range c.Rows {
		if c.Rows[i].Organ == organ {
			return &c.Rows[i]
		}
	}
	return nil
}
