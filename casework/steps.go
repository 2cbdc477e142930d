package casework

import (
	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

var (
	working = []State{Running}
	waiting = []State{Running, Correcting, Unpaid}
	living  = []State{Arrived, Running, Correcting, Unpaid, Decided, Closed}
)

// steps is what each kind of act does to a file, and in which states.
var steps = map[string]step{
	act.RequestRegistered: {[]State{New}, (*Request).registered},
	act.RequestConfirmed:  {[]State{Arrived}, (*Request).confirmed},
	act.RequestAssigned:   {waiting, func(*Request, Event, *act.Facts) {}},
	act.RequestNoted:      {living, (*Request).noted},
	act.RequestAsked:      {working, (*Request).asked},
	act.RequestCorrected:  {[]State{Correcting}, (*Request).corrected},
	act.RequestConsulted:  {working, (*Request).consulted},
	act.RequestAnswered:   {[]State{Running, Correcting, Unpaid, Decided, Closed}, (*Request).answered},
	act.RequestExtended:   {working, (*Request).extended},
	act.RequestDelayed:    {working, (*Request).delayed},
	act.RequestReasons:    {working, func(r *Request, e Event, _ *act.Facts) { r.Reasons = e.On }},
	act.RequestFeeAsked:   {working, (*Request).feeAsked},
	act.RequestFeePaid:    {[]State{Unpaid}, (*Request).feePaid},
	act.RequestFeeWaived:  {[]State{Unpaid}, (*Request).feeWaived},
	act.RequestFeeBack:    {[]State{Running, Decided, Closed}, (*Request).feeBack},
	act.RequestFound:      {[]State{Arrived, Running, Correcting, Unpaid}, (*Request).found},
	act.RequestRedacted:   {[]State{Arrived, Running, Correcting, Unpaid}, (*Request).redacted},
	act.RequestDecided:    {[]State{Arrived, Running, Correcting, Unpaid}, (*Request).decided},
	act.RequestServed:     {[]State{Decided}, (*Request).served},
	act.RequestVoided:     {[]State{Arrived, Running, Correcting, Unpaid}, (*Request).voided},
	act.RequestReopened:   {[]State{Closed, Decided}, (*Request).reopened},
	act.RemedyRegistered:  {living, (*Request).remedyRegistered},
	act.RemedyStep:        {living, (*Request).remedyStep},
	act.RemedyEnded:       {living, (*Request).remedyEnded},

	act.RequestLetterWritten: {living, (*Request).letterWritten},
	act.RequestLetterVoided:  {living, (*Request).letterVoided},
	act.RequestLetterStamped: {living, (*Request).letterStamped},
	act.RequestLetterSealed:  {living, (*Request).letterSealed},
	act.RequestLetterServed:  {living, (*Request).letterServed},
	act.RequestServiceTried:  {living, (*Request).serviceTried},
	act.RequestNoticePosted:  {living, (*Request).noticePosted},
	act.RequestLinked:        {living, (*Request).linked},
	act.RequestTurnAsked:     {living, (*Request).turnAsked},
	act.RequestTurned:        {living, (*Request).turned},
	act.RequestArchived:      {[]State{Closed}, (*Request).archived},
}

func (r *Request) registered(e Event, f *act.Facts) {
	r.Number, r.Arrived = f.Word("number"), e.On
	r.Channel = act.OneOf(f, "channel", deadline.Channels()...)
	r.Applicant = act.OneOf(f, "applicant", Applicants()...)
	r.Ledger = f.Maybe("ledger") != ""
	if r.Matter = f.Maybe("matter"); r.Matter != "" && r.Matter != Mend {
		f.Fail("matter")
	}
	r.State = Arrived
	if got := deadline.Received(r.Channel, r.Arrived, f.Day("confirmed")); !got.Pending {
		r.receive(got.Legal)
	}
}

func (r *Request) receive(on law.Date) {
	r.Received, r.State = on, Running
	r.Clock = deadline.Clock{Received: on}
}

func (r *Request) confirmed(e Event, f *act.Facts) {
	if r.Unreached = f.Maybe("unreached") != ""; r.Unreached {
		r.receive(r.Arrived)
		return
	}
	r.receive(e.On)
}

func (r *Request) asked(e Event, f *act.Facts) {
	r.Asked++
	r.CorrectBy, r.State = f.Day("until"), Correcting
	r.Clock.Segments = append(r.Clock.Segments, deadline.Segment{Kind: deadline.Correction, From: e.On})
}

// close ends the open segment of a kind.
func (r *Request) close(kind deadline.SegmentKind, on law.Date, f *act.Facts) {
	for i := len(r.Clock.Segments) - 1; i >= 0; i-- {
		if s := &r.Clock.Segments[i]; s.Kind == kind && s.To.IsZero() {
			s.To = on
			return
		}
	}
	f.Fail("segment")
}

func (r *Request) corrected(e Event, f *act.Facts) {
	r.close(deadline.Correction, e.On, f)
	r.State = Running
}

func (r *Request) consulted(e Event, f *act.Facts) {
	c := Consultation{N: len(r.Consults) + 1, Kind: act.OneOf(f, "kind", AskThird, AskJoint, AskOther), Sent: e.On, Delivered: f.Day("delivered")}
	r.Consults = append(r.Consults, c)
	r.Clock.Segments = append(r.Clock.Segments, deadline.Segment{Kind: segmentOf(c.Kind), From: e.On})
}

func segmentOf(k ConsultKind) deadline.SegmentKind {
	return map[ConsultKind]deadline.SegmentKind{AskThird: deadline.AskThird, AskJoint: deadline.AskJoint, AskOther: deadline.AskOther}[k]
}

func (r *Request) answered(e Event, f *act.Facts) {
	n := f.Num("n")
	if n < 1 || n > len(r.Consults) || !r.Consults[n-1].Answered.IsZero() {
		f.Fail("n")
		return
	}
	c := &r.Consults[n-1]
	c.Answered, c.Opinion = e.On, act.OneOf(f, "opinion", "agree", "object", "silent")
	r.close(segmentOf(c.Kind), e.On, f)
}

func (r *Request) extended(e Event, f *act.Facts) {
	r.Extended = f.Num("days")
	f.Maybe("consent")
	r.Clock.Segments = append(r.Clock.Segments, deadline.Segment{Kind: deadline.Extended, From: e.On, Days: calendar.Workdays(r.Extended)})
}

func (r *Request) delayed(e Event, f *act.Facts) {
	until := f.Day("until")
	if until.IsZero() {
		f.Fail("until")
	}
	r.Clock.Segments = append(r.Clock.Segments, deadline.Segment{Kind: deadline.Delayed, From: e.On, Until: until})
}

func (r *Request) feeAsked(e Event, f *act.Facts) {
	r.Payment = &Payment{Method: act.OneOf(f, "method", fee.ByItem, fee.ByPage), Units: f.Num("units"), Fen: fee.Fen(f.Num("fen")), Notified: e.On, PayBy: f.Day("until")}
	r.State = Unpaid
	r.Clock.Segments = append(r.Clock.Segments, deadline.Segment{Kind: deadline.Fee, From: e.On})
}

func (r *Request) feePaid(e Event, f *act.Facts) {
	r.close(deadline.Fee, e.On, f)
	r.Payment.Paid, r.State = e.On, Running
}

func (r *Request) feeWaived(e Event, f *act.Facts) {
	r.close(deadline.Fee, e.On, f)
	r.Payment.Waived, r.State = e.On, Running
}

func (r *Request) feeBack(e Event, f *act.Facts) {
	if r.Payment == nil || r.Payment.Paid.IsZero() || !r.Payment.Refunded.IsZero() {
		f.Fail("refund")
		return
	}
	r.Payment.Refunded = e.On
}

func (r *Request) decided(e Event, f *act.Facts) {
	o := Outcome(f.Word("outcome"))
	if res, ok := ResultOf(o); !ok || res.Group == Mending && r.Matter != Mend {
		f.Fail("outcome")
	}
	r.LetterNo, r.Replied = f.Maybe("letter"), e.On
	if r.Answers == 0 { // a new answer after review or court is no new row
		r.Outcome, r.Answer = o, e.On
	}
	r.Answers++
	r.State = Decided
	if r.Received.IsZero() { // withdrawn or misdirected before anybody confirmed
		r.Received = r.Arrived
		r.Clock.Received = r.Arrived
	}
}

func (r *Request) served(e Event, f *act.Facts) {
	r.Served, r.ServedBy, r.State = e.On, f.Word("way"), Closed
	if f.Maybe("n") != "" {
		l := r.letterAt(f)
		l.Served, l.Way = e.On, r.ServedBy
	}
}

func (r *Request) voided(_ Event, f *act.Facts) {
	f.Word("reason")
	r.State = Void
}

func (r *Request) reopened(e Event, f *act.Facts) {
	n := f.Num("remedy")
	if n < 1 || n > len(r.Remedies) || r.Remedies[n-1].Ended.IsZero() || r.Remedies[n-1].Redone {
		f.Fail("remedy")
		return
	}
	r.Remedies[n-1].Redone = true
	r.Reopened++
	r.State = Running
	r.Clock = deadline.Clock{Received: e.On, Days: calendar.Workdays(f.Num("days"))}
	r.Served, r.ServedBy, r.Archived = law.Date{}, "", law.Date{}
}
