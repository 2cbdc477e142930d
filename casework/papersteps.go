package casework

import (
	"gongkai/act"
	"gongkai/law"
)

// letterAt is the record that the fact n names.
func (r *Request) letterAt(f *act.Facts) *LetterRecord {
	l := r.Letter(f.Num("n"))
	if l == nil || l.Void != "" {
		f.Fail("n")
		return &LetterRecord{}
	}
	return l
}

func (r *Request) letterWritten(e Event, f *act.Facts) {
	l := LetterRecord{N: f.Num("n"), Code: f.Word("code"), No: f.Maybe("no"), On: e.On}
	if _, ok := LetterOf(l.Code, law.Day(9999, 1, 1)); !ok {
		f.Fail("code")
	}
	if k := len(r.Letters); l.N < 1 || k > 0 && l.N <= r.Letters[k-1].N {
		f.Fail("n")
	}
	if f.Maybe("of") != "" {
		if l.Of = f.Num("of"); r.Letter(l.Of) == nil || r.Letter(l.Of).Code != l.Code || !r.Current(l.Of) {
			f.Fail("of")
		}
	}
	r.Letters = append(r.Letters, l)
}

func (r *Request) letterVoided(e Event, f *act.Facts) {
	l := r.letterAt(f)
	l.Void = act.OneOf(f, "reason", codes(VoidReasons())...)
	if r.State != Decided || l.No == "" || l.No != r.LetterNo {
		return
	}
	// The answer did not leave the house: it is no answer.
	r.LetterNo, r.Replied, r.State = "", law.Date{}, Running
	if r.Answers--; r.Answers == 0 {
		r.Outcome, r.Answer = "", law.Date{}
	}
}

func (r *Request) letterStamped(e Event, f *act.Facts) {
	l := r.letterAt(f)
	l.Scan, l.Scanned = f.Hash("hash"), e.On
	f.Num("file")
}

func (r *Request) letterSealed(e Event, f *act.Facts) {
	l := r.letterAt(f)
	l.Seals = append(l.Seals, Seal{On: e.On, Copies: f.Num("copies"), Consent: f.Maybe("consent"), Asker: int64(f.Num("asker")), Keeper: int64(f.Num("keeper"))})
}

func (r *Request) serviceTried(e Event, f *act.Facts) {
	l := r.letterAt(f)
	r.Tries = append(r.Tries, Try{On: e.On, Letter: l.N, Way: act.OneOf(f, "way", codes(Ways())...), Why: act.OneOf(f, "why", codes(TryReasons())...)})
}

func (r *Request) noticePosted(e Event, f *act.Facts) {
	l := r.letterAt(f)
	r.NoticeOf, r.Noticed, r.NoticeUntil = l.N, e.On, f.Day("until")
	if !r.NoticeUntil.After(e.On) {
		f.Fail("until")
	}
}

func (r *Request) archived(e Event, f *act.Facts) {
	f.Hash("hash")
	f.Num("items")
	f.Num("receipt")
	if !r.Archived.IsZero() {
		f.Fail("receipt")
	}
	r.Archived = e.On
}

func (r *Request) letterServed(e Event, f *act.Facts) {
	l := r.letterAt(f)
	if !l.Served.IsZero() {
		f.Fail("n")
	}
	l.Served, l.Way = e.On, act.OneOf(f, "way", codes(Ways())...)
}
