package casework

import (
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
)

// A Row is a file as lists and counts have it: what the store keeps beside the
// acts and can always make again from them.
type Row struct {
	Number    string
	State     State
	Channel   deadline.Channel
	Applicant Applicant
	Arrived   law.Date
	Received  law.Date
	Limits
	Outcome   Outcome
	Answer    law.Date
	LetterNo  string
	Extended  bool
	Corrected bool  // the applicant was asked to correct
	Late      bool  // answered late, or not answered and over
	Days      int   // working days from receipt to answer
	Fen       int64 // fee paid and not refunded
	Marks     int
	Remedies  int
	AnswerBy  law.Date // earliest answer due to a reviewing organ or court
	Reopened  bool
	Ledger    bool
	Matter    string // "" or Mend
}

// Limits are the days an open file has to be answered by; zero once it is.
type Limits struct {
	Due         law.Date
	Prudent     law.Date // counted from arrival: who keeps to it is never late
	Waiting     string   // what the clock waits for, "" if it runs
	Provisional bool
}

// A RunningClock is all that the days of an open file are counted from: what the
// store keeps to count them again by another calendar.
type RunningClock struct {
	Clock   deadline.Clock `json:"clock"`
	Arrived law.Date       `json:"arrived"` // zero where the prudent count is the same
}

func (r *Request) running() RunningClock {
	c := RunningClock{Clock: r.Clock}
	switch {
	case c.Clock.Received.IsZero(): // not confirmed yet
		c.Clock.Received = r.Arrived
	case r.Reopened == 0 && r.Received.After(r.Arrived):
		c.Arrived = r.Arrived
	}
	return c
}

// Running is the clock of an open file, false for one that is answered.
func (r *Request) Running() (RunningClock, bool) {
	return r.running(), r.State.Open() && r.State != Decided
}

// Limits counts the days.
func (c RunningClock) Limits(cal *calendar.Calendar, today law.Date) (l Limits) {
	if due, err := deadline.Compute(cal, c.Clock, today); err == nil {
		l.Due, l.Prudent, l.Provisional, l.Waiting = due.Due, due.Due, due.Provisional, string(due.Waiting)
	}
	if c.Arrived.IsZero() {
		return l
	}
	prudent := c.Clock
	prudent.Received = c.Arrived
	if p, err := deadline.Compute(cal, prudent, today); err == nil {
		l.Prudent = p.Due
	}
	return l
}

// Row computes the row of a file on a day.
func (r *Request) Row(cal *calendar.Calendar, today law.Date) Row {
	row := Row{Number: r.Number, State: r.State, Channel: r.Channel, Applicant: r.Applicant, Arrived: r.Arrived, Received: r.Received, Outcome: r.Outcome, Answer: r.Answer,
		LetterNo: r.LetterNo, Extended: r.Extended > 0, Corrected: r.Asked > 0, Marks: len(r.Marks), Remedies: len(r.Remedies), Reopened: r.Reopened > 0, Ledger: r.Ledger, Matter: r.Matter}
	if r.Payment != nil && !r.Payment.Paid.IsZero() && r.Payment.Refunded.IsZero() {
		row.Fen = int64(r.Payment.Fen)
	}
	for _, m := range r.Marks {
		row.Late = row.Late || m.Code == "answer_late"
	}
	if !r.Answer.IsZero() && !r.Received.IsZero() {
		n, _ := cal.Between(r.Received, r.Answer)
		row.Days = int(n)
	}
	if r.State.Open() && r.State != Decided {
		row.Limits = r.running().Limits(cal, today)
	}
	for _, x := range r.Remedies {
		if !x.Ended.IsZero() || !x.Answered().IsZero() {
			continue
		}
		if l, err := x.AnswerDue(cal); err == nil && (row.AnswerBy.IsZero() || l.Due.Before(row.AnswerBy)) {
			row.AnswerBy = l.Due
		}
	}
	return row
}

// NewIn is the year a file counts in as 本年新收, 0 for one that counts nowhere.
// A file that nobody confirmed yet counts by its arrival.
func (r Row) NewIn() int {
	switch {
	case r.State == Void || r.State == New || r.Matter != "":
		return 0
	case r.Received.IsZero():
		return year(r.Arrived)
	}
	return year(r.Received)
}

// ResultIn is the year in which its answer counts, 0 for none yet.
func (r Row) ResultIn() int {
	if r.State == Void || r.Matter != "" {
		return 0
	}
	return year(r.Answer)
}
