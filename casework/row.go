package casework

import (
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
)

// A Row is a file as lists and counts have it: what the store keeps beside the
// acts and can always make again from them.
type Row struct {
	Number      string
	State       State
	Channel     deadline.Channel
	Applicant   Applicant
	Arrived     law.Date
	Received    law.Date
	Due         law.Date // zero once it is answered
	Prudent     law.Date // counted from arrival
	Waiting     string   // what the clock waits for, "" if it runs
	Provisional bool
	Outcome     Outcome
	Answer      law.Date
	LetterNo    string
	Extended    bool
	Corrected   bool  // the applicant was asked to correct
	Late        bool  // answered late, or not answered and over
	Days        int   // working days from receipt to answer
	Fen         int64 // fee paid and not refunded
	Marks       int
	Remedies    int
	AnswerBy    law.Date // earliest answer due to a reviewing organ or court
	Reopened    bool
	Ledger      bool
}

// Row computes the row of a file on a day.
func (r *Request) Row(cal *calendar.Calendar, today law.Date) Row {
	row := Row{Number: r.Number, State: r.State, Channel: r.Channel, Applicant: r.Applicant, Arrived: r.Arrived, Received: r.Received, Outcome: r.Outcome, Answer: r.Answer,
		LetterNo: r.LetterNo, Extended: r.Extended > 0, Corrected: r.Asked > 0, Marks: len(r.Marks), Remedies: len(r.Remedies), Reopened: r.Reopened > 0, Ledger: r.Ledger}
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
		if due, err := r.Due(cal, today); err == nil {
			row.Due, row.Provisional, row.Waiting = due.Due, due.Provisional, string(due.Waiting)
		}
		c := r.Clock
		if r.Reopened == 0 && r.Received.After(r.Arrived) {
			c.Received = r.Arrived
			if p, err := deadline.Compute(cal, c, today); err == nil {
				row.Prudent = p.Due
			}
		}
		if row.Prudent.IsZero() {
			row.Prudent = row.Due
		}
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
	case r.State == Void || r.State == New:
		return 0
	case r.Received.IsZero():
		return year(r.Arrived)
	}
	return year(r.Received)
}

// ResultIn is the year in which its answer counts, 0 for none yet.
func (r Row) ResultIn() int {
	if r.State == Void {
		return 0
	}
	return year(r.Answer)
}
