package store

import (
	"gongkai/law"
	"gongkai/reporting"
)

// A brief is what tallies count of a filing, in one number, so that a nation's
// year is read in milliseconds: bits 0–2 the state, 3 begun, 4 ever returned,
// 5 published before, and from bit 8 on the day it was handed in first (days
// since 2000, 0 for never) or, once it was published, by how many days it was late.
type brief int64

const (
	briefBegun     brief = 1 << 3
	briefBack      brief = 1 << 4
	briefPublished brief = 1 << 5
	briefShift           = 8
	briefMost            = 1<<30 - 1
)

var briefStates = []reporting.FilingState{reporting.FilingDraft, reporting.FilingChecked, reporting.FilingSubmitted,
	reporting.FilingReturned, reporting.FilingAccepted, reporting.FilingPublished}

// briefDay is what days in a brief are counted from.
var briefDay = law.Day(2000, 1, 1)

func briefOf(f *reporting.Filing, begun bool) brief {
	var b brief
	for i, s := range briefStates {
		if s == f.State {
			b = brief(i)
		}
	}
	if begun {
		b |= briefBegun
	}
	if f.Returned > 0 {
		b |= briefBack
	}
	n := 0
	switch {
	case !f.Published.IsZero():
		b |= briefPublished
		n = f.Late(f.Published)
	case !f.Filed.IsZero():
		n = f.Filed.DaysSince(briefDay)
	case !f.Submitted.IsZero():
		n = f.Submitted.DaysSince(briefDay)
	}
	return b | brief(min(max(n, 0), briefMost))<<briefShift
}

func (b brief) state() reporting.FilingState {
	if i := int(b & 7); i < len(briefStates) {
		return briefStates[i]
	}
	return reporting.FilingDraft
}

func (b brief) begun() bool { return b&briefBegun != 0 }

// late says what reporting.Filing.Late says of the filing, as a yes or no.
func (b brief) late(due reporting.Due, today law.Date) bool {
	if b&briefPublished != 0 {
		return b>>briefShift > 0
	}
	f := reporting.Filing{State: b.state(), Due: due.Day, PublishBy: due.PublishBy}
	if n := int(b >> briefShift); n > 0 {
		f.Filed = briefDay.AddDays(n)
	}
	return f.Late(today) > 0
}
