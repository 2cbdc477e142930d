package store

import (
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// A FilingFile is an organ's report of a fiscal year on its way from draft to
// publication, whole.
type FilingFile struct {
	reporting.Filing
	Organ    org.Organ        // as it was at the end of the year
	Report   *annual.Report   // nil: nothing was entered
	Findings []annual.Finding // of the last check
	FileName string           // of the file it was read from, "" if it was typed in
	Content  int64            // counts changes of the content, 0 before the first
	Saved    time.Time        // zero before the first
	SavedBy  string           // name of who changed it last, "" for the program
}

// A FilingRow is what a list shows of one organ and year.
type FilingRow struct {
	reporting.Filing // without explanations, decisions, marks and note
	Organ            org.Organ
	Begun            bool // something was entered
	Status           annual.Status
	Errors           int
	Warnings         int
	Counts           Counts
	FileName         string
	Saved            time.Time
}

// States of a FilingQuery beside those of a filing.
const (
	FilingsAll     = ""
	FilingsNone    = "none"    // nothing was entered
	FilingsLate    = "late"    // missed their day, handed in since or not
	FilingsWaiting = "waiting" // handed in, for the office to decide
	FilingsOpen    = "open"    // not handed in: none, draft, checked, returned
	FilingsBegun   = "begun"   // entered or checked, not handed in: what FilingCount.Draft counts
)

// FilingQuery asks for a page of the filings of one year.
type FilingQuery struct {
	Year   int
	Viewer org.Viewer
	Under  int64  // an organ and all below it, 0 for all in scope
	Direct bool   // only what is directly below it
	State  string // "" for all, a reporting.FilingState, or one of Filings…
	Kinds  []org.Kind
	Search string // part of the name, short name or code
	After  string // mark of the page before
	Limit  int    // 50 if 0, at most MaxReports
}

// A FilingCount is how far an organ, with everything below it, is.
type FilingCount struct {
	Organ org.Organ
	Self  bool // the organ alone: the first row of a tally is the organ asked for

	Owing     int // organs that have to file, or did
	None      int // nothing was entered; these add up to Owing
	Draft     int // entered or checked, not handed in
	Submitted int
	Returned  int
	Accepted  int
	Published int

	Correcting int // published before, now open again; counted above too
	Late       int // missed their day
	EverBack   int // were returned at least once
}

// FilingVerb is what is done to a filing: the verbs of reporting.Filing, or new
// content in f.Report and f.Findings. It must be quick and may run twice. on is
// the day that counts.
type FilingVerb func(f *FilingFile, on law.Date) error

// A FilingOutcome is what became of one organ in a bulk act: Err is nil, an
// *act.Refusal, ErrNotFound or ErrConflict.
type FilingOutcome struct {
	Organ org.Organ
	Done  Done
	Err   error
}

// A FilingVersion is a snapshot taken when a report was handed in or published.
type FilingVersion struct {
	N           int // from 1
	State       reporting.FilingState
	Correction  int
	On          law.Date
	Made        time.Time
	By          int64
	Name        string // of the officer, "" for the program
	Public      int64  // version of the published report, 0 for one handed in
	Note        string // on the correction
	Errors      int
	Warnings    int
	Differences []reporting.Difference // from the snapshot before
}

// A ReportNote is what the public is told about a correction.
type ReportNote struct {
	Version     int64 // of the corrected report, as ReportVersion takes it
	On          law.Date
	Note        string
	Differences []reporting.Difference // from the version before
}

// A FilingDue is the day that an office sets for what lies below it.
type FilingDue struct {
	Office  int64
	Year    int       // fiscal year of the reports
	Kind    org.Kind  // of the organs, "" for all kinds
	Level   org.Level // of the organs, 0 for all levels
	Day     law.Date  // zero takes the entry away
	Basis   string    // the office's notice, e.g. 云政办〔2026〕3号
	Version int64     // as read; 0 for one that is new
}

// FilingRef is the reference of acts on a filing.
func FilingRef(organ int64, year int) string { return fmt.Sprintf("filing/%d/%d", organ, year) }
