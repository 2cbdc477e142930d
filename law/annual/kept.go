package annual

import "sync"

// keptRules are the rules that ask for nothing but the figures of a report, the
// year before and what the organ is: those that can be asked of every report in a
// store without reading its words.
var keptRules = sync.OnceValue(func() []*entry {
	alone := map[string]bool{"T2-19-MAKE": true, "T2-19-PROC": true, "T2-UNIT-19": true, "T2-UNIT-21": true, "T2-RULES-ORGAN": true, "T2-NORM-MANY": true, "D-FORMAT-VER": true}
	for _, e := range yearRules() {
		alone[e.Code] = true
	}
	var out []*entry
	for i := range book() {
		if e := &book()[i]; alone[e.Code] {
			out = append(out, e)
		}
	}
	return out
})

// CheckKept runs the rules that need only figures: those of [CheckFigures], those
// against the year before in c.Last, and those about what the organ is. It is for
// going through all reports that are kept, where words, repairs and places are
// not at hand; a clean report takes a few microseconds.
func CheckKept(r *Report, c *Context) []Finding {
	if c == nil {
		c = noContext
	}
	out := CheckFigures(r)
	for _, e := range keptRules() {
		if e.appliesTo(r.Form) {
			out = append(out, e.Check(r, c)...)
		}
	}
	return out
}
