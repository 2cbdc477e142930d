package casework

import "gongkai/law"

// letterAt is the record that the fact n names.
func (r *Request) letterAt(f *facts) *LetterRecord {
	l := r.Letter(f.num("n"))
	if l == nil || l.Void != "" {
		f.fail("n")
		return &LetterRecord{}
	}
	return l
}

func (r *Request) letterWritten(e Event, f *facts) {
	l := LetterRecord{N: f.num("n"), Code: f.word("code"), No: f.maybe("no"), On: e.On}
	if _, ok := LetterOf(l.Code, law.Day(9999, 1, 1)); !ok {
		f.fail("code")
	}
	if k := len(r.Letters); l.N < 1 || k > 0 && l.N <= r.Letters[k-1].N {
		f.fail("n")
	}
	if f.maybe("of") != "" {
		if l.Of = f.num("of"); r.Letter(l.Of) == nil || r.Letter(l.Of).Code != l.Code || !r.Current(l.Of) {
			f.fail("of")
		}
	}
	r.Letters = append(r.Letters, l)
}

func (r *Request) letterVoided(e Event, f *facts) {
	l := r.letterAt(f)
	l.Void = oneOf(f, "reason", codes(VoidReasons())...)
	if r.State != Decided || l.No == "" || l.No != r.LetterNo {
		return
	}
	// The answer did not leave the house: it is no answer.
	r.LetterNo, r.Replied, r.State = "", law.Date{}, Running
	if r.Answers--; r.Answers == 0 {
		r.Outcome, r.Answer = "", law.Date{}
	}
}

func (r *Request) letterStamped(e Event, f *facts) {
	l := r.letterAt(f)
	l.Scan, l.Scanned = f.hash("hash"), e.On
	f.num("file")
}

// hash reads a SHA-256 in lower-case hex.
func (f *facts) hash(key string) string {
	s := f.word(key)
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			f.fail(key)
		}
	}
	if len(s) != 64 {
		f.fail(key)
	}
	return s
}

func (r *Request) letterSealed(e Event, f *facts) {
	l := r.letterAt(f)
	l.Seals = append(l.Seals, Seal{On: e.On, Copies: f.num("copies"), Consent: f.maybe("consent"), Asker: int64(f.num("asker")), Keeper: int64(f.num("keeper"))})
}

func (r *Request) serviceTried(e Event, f *facts) {
	l := r.letterAt(f)
	r.Tries = append(r.Tries, Try{On: e.On, Letter: l.N, Way: oneOf(f, "way", codes(Ways())...), Why: oneOf(f, "why", codes(TryReasons())...)})
}

func (r *Request) noticePosted(e Event, f *facts) {
	l := r.letterAt(f)
	r.NoticeOf, r.Noticed, r.NoticeUntil = l.N, e.On, f.day("until")
	if !r.NoticeUntil.After(e.On) {
		f.fail("until")
	}
}

func (r *Request) archived(e Event, f *facts) {
	f.hash("hash")
	f.num("items")
	f.num("receipt")
	if !r.Archived.IsZero() {
		f.fail("receipt")
	}
	r.Archived = e.On
}

func (r *Request) letterServed(e Event, f *facts) {
	l := r.letterAt(f)
	if !l.Served.IsZero() {
		f.fail("n")
	}
	l.Served, l.Way = e.On, oneOf(f, "way", codes(Ways())...)
}
