// Package law holds the vocabulary that every statutory rule shares: the legal
// day (日), the citation of a rule, tables with dates of validity and the steps
// of reasoning that let a computed figure explain itself.
//
// It imports nothing of ours, so that another program may use the rules below
// it without running the server.
package law

import (
	"errors"
	"fmt"
)

// A Cite names where a rule comes from. Paraphrase is one sentence of our own,
// in Chinese because people read it on screen and in letters; it is never the
// official text.
type Cite struct {
	Instrument string // short title, e.g. 政府信息公开条例
	Number     string // document number, e.g. 国务院令第711号
	Article    string // e.g. 第三十三条第二款; for a form the table it governs
	Paraphrase string // what the rule asks, in our words
}

// String gives the citation as it is printed behind a finding or in a letter.
func (c Cite) String() string {
	if c.Instrument == "" {
		return ""
	}
	s := "《" + c.Instrument + "》"
	if c.Number != "" {
		s += "（" + c.Number + "）"
	}
	return s + c.Article
}

// Empty reports whether the citation names no instrument or says nothing. A
// test walks every rule table and rejects empty citations.
func (c Cite) Empty() bool { return c.Instrument == "" || c.Paraphrase == "" }

// A Step is one line of a derivation, in Chinese, with the rule it stands on.
type Step struct {
	On   Date   // the day the step speaks of, zero if none
	Text string // what was concluded
	Cite Cite
}

// ErrNotInForce is returned when no version of a rule is in force on a day:
// before the first text that was formalised the answer is an error, not a guess.
var ErrNotInForce = errors.New("law: no version of the rule is in force on that day")

// A Version is one text of a rule and the days on which it is in force.
type Version[T any] struct {
	From  Date // first day in force
	To    Date // last day in force, zero while it has no end
	Cite  Cite
	Value T
}

// A Table is a rule with its versions, oldest first, without gap or overlap.
type Table[T any] []Version[T]

// On returns the version in force on d, or ErrNotInForce.
func (t Table[T]) On(d Date) (Version[T], error) {
	for _, v := range t {
		if !d.Before(v.From) && (v.To.IsZero() || !d.After(v.To)) {
			return v, nil
		}
	}
	var none Version[T]
	return none, fmt.Errorf("%w: %s", ErrNotInForce, d)
}

// Continuous reports the first gap or overlap between two versions, or nil.
func (t Table[T]) Continuous() error {
	for i, v := range t {
		if v.From.IsZero() || (!v.To.IsZero() && v.To.Before(v.From)) {
			return fmt.Errorf("law: version %d has no valid span", i)
		}
		if i > 0 && t[i-1].To.AddDays(1) != v.From {
			return fmt.Errorf("law: versions %d and %d do not meet", i-1, i)
		}
	}
	return nil
}
