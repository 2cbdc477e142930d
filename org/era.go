package org

import (
	"slices"

	"gongkai/law"
)

// Facts are what an organ is for a time: what may change while it stays the
// same organ.
type Facts struct {
	Name   string
	Short  string
	Kind   Kind
	Level  Level
	Parent int64  // 隶属: whose 主管部门 collects its reports, 0 for none
	Line   int64  // 业务主管 of a vertical system (垂直管理), 0 for none
	Region string // 行政区划代码
}

// FactsOf takes the facts from an organ; Line is not among its fields.
func FactsOf(o Organ, line int64) Facts {
	return Facts{o.Name, o.Short, o.Kind, o.Level, o.Parent, line, o.Region}
}

// Put writes the facts into an organ.
func (f Facts) Put(o Organ) Organ {
	o.Name, o.Short, o.Kind, o.Level, o.Parent, o.Region = f.Name, f.Short, f.Kind, f.Level, f.Parent, f.Region
	return o
}

// An Era is a stretch of days for which the same facts hold.
type Era struct {
	First law.Date // zero: since ever
	Last  law.Date // zero: until further notice
	Facts
}

// A Timeline is the history of an organ's facts: eras without gap or overlap,
// the oldest first. The last one has no end and is what the organ is now.
type Timeline []Era

// On is what the organ was on the day. A timeline is never empty.
func (t Timeline) On(d law.Date) Facts { return t[t.at(d)].Facts }

// Now is what the organ is.
func (t Timeline) Now() Facts { return t[len(t)-1].Facts }

func (t Timeline) at(d law.Date) int {
	for i, e := range t {
		if e.Last.IsZero() || !d.After(e.Last) {
			return i
		}
	}
	return len(t) - 1
}

// factField is one field of Facts on its own: two changes of different fields
// do not touch each other.
type factField struct {
	same func(a, b Facts) bool
	take func(to *Facts, from Facts)
}

func factFields() []factField {
	return []factField{
		{func(a, b Facts) bool { return a.Name == b.Name }, func(to *Facts, f Facts) { to.Name = f.Name }},
		{func(a, b Facts) bool { return a.Short == b.Short }, func(to *Facts, f Facts) { to.Short = f.Short }},
		{func(a, b Facts) bool { return a.Kind == b.Kind }, func(to *Facts, f Facts) { to.Kind = f.Kind }},
		{func(a, b Facts) bool { return a.Level == b.Level }, func(to *Facts, f Facts) { to.Level = f.Level }},
		{func(a, b Facts) bool { return a.Parent == b.Parent }, func(to *Facts, f Facts) { to.Parent = f.Parent }},
		{func(a, b Facts) bool { return a.Line == b.Line }, func(to *Facts, f Facts) { to.Line = f.Line }},
		{func(a, b Facts) bool { return a.Region == b.Region }, func(to *Facts, f Facts) { to.Region = f.Region }},
	}
}

// Change says that from the day on the facts are these. What was before the day
// stays as it was; a field that changed again later keeps that later change.
func (t Timeline) Change(d law.Date, to Facts) Timeline {
	out := slices.Clone(t)
	i := out.at(d)
	if out[i].Facts != to && (out[i].First.IsZero() || out[i].First.Before(d)) {
		before, after := out[i], out[i]
		before.Last, after.First = d.AddDays(-1), d
		out = slices.Replace(out, i, i+1, before, after)
		i++
	}
	return out.set(i, to, false)
}

// Correct says that the facts of the day were written down wrongly: each field
// that differs is put right for as long as the wrong value stood, before the day
// and after it.
func (t Timeline) Correct(d law.Date, to Facts) Timeline {
	return slices.Clone(t).set(t.at(d), to, true)
}

// set gives era i the facts and carries each field that changes on, for as long
// as its old value stands: later, and with back also earlier.
func (t Timeline) set(i int, to Facts, back bool) Timeline {
	was := t[i].Facts
	for _, f := range factFields() {
		if f.same(was, to) {
			continue
		}
		for j := i; j < len(t) && f.same(t[j].Facts, was); j++ {
			f.take(&t[j].Facts, to)
		}
		for j := i - 1; back && j >= 0 && f.same(t[j].Facts, was); j-- {
			f.take(&t[j].Facts, to)
		}
	}
	out := t[:0]
	for _, e := range t {
		if n := len(out); n > 0 && out[n-1].Facts == e.Facts {
			out[n-1].Last = e.Last
			continue
		}
		out = append(out, e)
	}
	return out
}

// Check reports whether the eras follow one another without gap or overlap.
func (t Timeline) Check() bool {
	if len(t) == 0 || !t[0].First.IsZero() || !t[len(t)-1].Last.IsZero() {
		return false
	}
	for i := 1; i < len(t); i++ {
		if t[i-1].Last.IsZero() || t[i].First != t[i-1].Last.AddDays(1) || t[i-1].Facts == t[i].Facts {
			return false
		}
	}
	return true
}
