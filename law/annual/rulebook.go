package annual

import (
	"fmt"
	"slices"
	"sync"
)

// An entry is a rule with what Check needs to run it. A rule about prose
// leaves Check to the rule-book, which parses the prose once for all of them.
type entry struct {
	Rule
	prose func(p *prose, c *Context) []Finding
}

// book is the rule-book in order. Rules that can be decided only from live
// data stand in reporting.Compile, with the register they read: T3-CASES, T3-PARTIAL and
// T3-ORPHAN-OUT (the register of requests), T4-DIRECT-AFTER-2024 (cases),
// T2-DOCS (the register of 规范性文件) and F-ATT (the published page).
var book = sync.OnceValue(func() []entry {
	var all []entry
	for _, part := range [][]entry{
		readingRules(), wholeRules(), table2Rules(), table3Rules(), table4Rules(),
		yearRules(), treeRules(), numberRules(), contentRules(), styleRules(),
	} {
		all = append(all, part...)
	}
	for i := range all {
		all[i].Check = checker(all[i])
	}
	return all
})

// noContext stands for a context that knows nothing; it is never written to.
var noContext = &Context{}

// checker makes the rule safe to call alone: a nil context knows nothing, and
// a rule that the report's edition lacks says nothing.
func checker(e entry) func(*Report, *Context) []Finding {
	run := e.Check
	if e.prose != nil {
		run = func(r *Report, c *Context) []Finding { return e.prose(newProse(r), c) }
	}
	return func(r *Report, c *Context) []Finding {
		if c == nil {
			c = noContext
		}
		if !e.appliesTo(r.Form) {
			return nil
		}
		return run(r, c)
	}
}

// Rules is the rule-book, in order: every rule that needs no live data.
func Rules() []Rule {
	out := make([]Rule, len(book()))
	for i, e := range book() {
		out[i] = e.Rule
	}
	return out
}

// FindRule returns the rule with that code.
func FindRule(code string) (Rule, bool) {
	for _, e := range book() {
		if e.Code == code {
			return e.Rule, true
		}
	}
	return Rule{}, false
}

// appliesTo reports whether the rule speaks of an edition. A rule of the
// newest edition it names goes on into later ones, so that a new edition
// starts with the rules of the one before.
func (r *Rule) appliesTo(f *Form) bool {
	if len(r.Editions) == 0 {
		return true
	}
	return slices.Contains(r.Editions, f.Edition) ||
		f.Edition > edition2021 && slices.Contains(r.Editions, edition2021)
}

const (
	edition2019 = "2019"
	edition2021 = "2021"
)

// Check runs every rule that applies and attaches the smallest change that
// satisfies all identities, where there is one. The context may be nil.
func Check(r *Report, c *Context) []Finding {
	if c == nil {
		c = noContext
	}
	p := newProse(r)
	var out []Finding
	for i := range book() {
		e := &book()[i]
		switch {
		case !e.appliesTo(r.Form):
		case e.prose != nil:
			out = append(out, atMost(e.prose(p, c), maxFindings)...)
		default:
			out = append(out, e.Check(r, c)...)
		}
	}
	attachSuggestions(r, out)
	return locate(r, out)
}

// atMost keeps the first n findings; the last then says how many more there are.
func atMost(all []Finding, n int) []Finding {
	if len(all) > n {
		all[n-1].Message += fmt.Sprintf("（同类问题另有%d处）", len(all)-n)
		all = all[:n]
	}
	return all
}

// sound reports a report about whose figures no rule can complain: every cell
// holds a figure of its kind and every identity holds. One pass says so for
// nearly all reports; a test holds it against the rules one by one.
func (r *Report) sound() bool {
	if len(r.Undecided) > 0 || len(r.Missing) > 0 {
		return false
	}
	for i := range r.Values {
		if v := &r.Values[i]; v.Kind != Zero && (v.Kind != Number || v.N < 0 && r.Form.Cells[i].Type != Signed) {
			return false
		}
	}
	for k := range r.Form.Identities {
		id := &r.Form.Identities[k]
		var left, right int64
		for _, i := range id.Left {
			left += r.Values[i].N
		}
		for _, i := range id.Right {
			right += r.Values[i].N
		}
		if !id.Op.holds(left, right) {
			return false
		}
	}
	return true
}

// CheckFigures runs the rules that speak only of this report's figures: the
// identities and the kinds of the cells. On a clean report it allocates
// nothing and takes a few microseconds, so it can run over a whole country.
func CheckFigures(r *Report) []Finding {
	if r.sound() {
		return nil
	}
	var out []Finding
	for _, e := range figureRules() {
		if e.appliesTo(r.Form) {
			out = append(out, e.Check(r, noContext)...)
		}
	}
	return locate(r, out)
}

// locate gives a finding about figures the place of its first cell.
func locate(r *Report, findings []Finding) []Finding {
	for k := range findings {
		g := &findings[k]
		if !g.At.IsZero() || g.Quote != "" || len(g.Cells) == 0 {
			continue
		}
		if i, ok := r.Form.Index(g.Cells[0]); ok {
			g.At = r.At(i)
		}
	}
	return findings
}

var figureRules = sync.OnceValue(func() []*entry {
	var out []*entry
	for i := range book() {
		if e := &book()[i]; e.Figures {
			out = append(out, e)
		}
	}
	return out
})

// finding starts a finding of a rule: code and level come from the rule-book.
func finding(code string, level Level, cells []string, message string) Finding {
	if cells == nil {
		cells = []string{}
	}
	return Finding{Code: code, Level: level, Cells: cells, Message: message}
}

// ids names cells by id.
func (f *Form) ids(cells ...int) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = f.Cells[c].ID
	}
	return out
}

// label names one cell for a person, with its table.
func (f *Form) label(i int) string {
	return tableName(f.Cells[i].Table) + "“" + f.Cells[i].Label + "”"
}

func (f *Form) labelOf(id string) string {
	if i, ok := f.Index(id); ok {
		return f.label(i)
	}
	return id
}

// tableName is the short name used in messages.
func tableName(id string) string {
	switch id {
	case "t2":
		return "表二"
	case "t3":
		return "表三"
	case "t4":
		return "表四"
	}
	return id
}
