package reporting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
)

// Compiling is what the sources of an organ's year say. A nil map is a source that
// knows nothing of the year; in one that is there, a cell without an entry is zero.
type Compiling struct {
	Organ int64
	Year  int
	Form  *annual.Form
	As    law.Date
	Own   bool // of a government: its own part of a sum 本级数据

	Requests  map[string]int64 // table three
	Remedies  map[string]int64 // table four
	Documents map[string]int64 // 规章 and 规范性文件
	Ledger    map[string]annual.Value
	Handled   int64            // new and carried in of the year before, as the register has them
	Pending   map[string]int64 // cases of table four that were open when the year began, by kind; nil as Remedies
	Last      *annual.Report   // of the year before, as accepted; nil if there is none
	Entries   []CompiledEntry  // that count
	Draft     *annual.Report   // what was entered for the year by now, nil for nothing
	Findings  []CompiledFinding
	Live      map[string]int64 // how many stand in the lists behind findings
	Remapped  []string         // rows other than 部分公开 that partial disclosures are mapped to
}

// Paths of the desk that a compilation leads to.
func compilePath(organ int64, year int) string {
	return fmt.Sprintf("/desk/filing/%d/%d/compile", organ, year)
}

// CasesPath is the page that lists what a figure counts.
func CasesPath(organ int64, year int, cell string) string {
	return compilePath(organ, year) + "/" + cell
}

// Compile puts the sources together. Every figure is the sum of its parts.
func Compile(x Compiling) *Compilation {
	c := &Compilation{Organ: x.Organ, Year: x.Year, Form: x.Form, As: x.As, Findings: slices.Clone(x.Findings)}
	last, carry := x.carried()
	c.Findings = append(c.Findings, carry...)
	byHand := x.byHand()
	for i, cell := range x.Form.Cells {
		f := CompiledFigure{Cell: cell.ID}
		href := CasesPath(x.Organ, x.Year, cell.ID)
		source, counts := x.source(cell)
		switch {
		case source == FromLedger:
			if v := x.Ledger[cell.ID]; v.Known() {
				f.Parts = append(f.Parts, CompiledPart{Source: source, Value: v, Href: href})
			}
		case counts != nil:
			f.Parts = append(f.Parts, CompiledPart{Source: source, Value: annual.Num(counts[cell.ID]), Href: href})
		}
		if v, ok := last[cell.ID]; ok {
			f.Parts = append(f.Parts, CompiledPart{Source: FromLast, Value: v, Href: href, Note: "上年报告结转下年度、登记簿里没有案卷的"})
		}
		for _, e := range byHand[i] {
			f.Parts = append(f.Parts, CompiledPart{Source: FromEntry, Value: e.Add, Href: href, Note: e.Reason})
		}
		f.Value = annual.Value{Kind: annual.Blank}
		sum := int64(0)
		for _, p := range f.Parts {
			sum += p.Value.N
		}
		if len(f.Parts) > 0 {
			f.Value = annual.Num(sum)
		}
		c.Figures = append(c.Figures, f)
	}
	x.look(c)
	slices.SortStableFunc(c.Findings, func(a, b CompiledFinding) int { return levelRank(a.Level) - levelRank(b.Level) })
	return c
}

// source is where the figure of a cell comes from, and its counts.
func (x Compiling) source(cell annual.Cell) (FigureSource, map[string]int64) {
	switch cell.Table {
	case "t3":
		return FromRequests, x.Requests
	case "t4":
		return FromRemedies, x.Remedies
	}
	if strings.HasPrefix(cell.ID, "t2.rules.") || strings.HasPrefix(cell.ID, "t2.normative.") {
		return FromRegister, x.Documents
	}
	return FromLedger, nil
}

// carried compares what came over from the year before: last year's accepted
// report with the register, column by column. It gives what the report has beyond
// the register, where the register began later than the organ's requests, and
// findings with both numbers.
func (x Compiling) carried() (map[string]annual.Value, []CompiledFinding) {
	if x.Last == nil {
		return nil, nil
	}
	var differ, short []string
	var says []string
	beyond := map[string]annual.Value{}
	less := false // the register has more than the report in some column
	for _, cell := range x.Form.Cells {
		col, ok := strings.CutPrefix(cell.ID, "t3.carried_in.")
		if !ok {
			continue
		}
		was := x.Last.Get("t3.carried_out." + col)
		if !was.Known() {
			continue
		}
		has := x.Requests[cell.ID]
		if x.Requests == nil {
			beyond[cell.ID] = was
			continue
		}
		if was.N == has {
			continue
		}
		differ = append(differ, cell.ID)
		says = append(says, fmt.Sprintf("%s：上年报告%d件，登记簿%d件", columnName(x.Form, cell.ID), was.N, has))
		if was.N > has {
			short = append(short, cell.ID)
			beyond[cell.ID] = annual.Num(was.N - has)
		} else {
			less = true
		}
	}
	link := CasesPath(x.Organ, x.Year, "t3.carried_in.total")
	switch {
	case x.Requests == nil:
		if v := beyond["t3.carried_in.total"]; v.N > 0 {
			return beyond, []CompiledFinding{{Code: "T3-CARRY-YEAR", Level: annual.Warning, Cells: keysOf(x.Form, beyond), Href: "/desk/requests/ledger",
				Message: fmt.Sprintf("上年报告结转下年度%d件，登记簿里一件申请也没有，上年结转按上年报告计入。", v.N),
				Suggest: "请把这几件补登台账，它们本年的办理结果才会计入；不补登的，在下面手工登记办理结果。"}}
		}
		return beyond, nil
	case len(differ) == 0:
		return nil, nil
	case !less && x.beganLater():
		n := beyond["t3.carried_in.total"].N
		return beyond, []CompiledFinding{{Code: "T3-CARRY-YEAR", Level: annual.Warning, Cells: short, Href: "/desk/requests/ledger",
			Message: "登记簿起用晚于本机关的申请，上年结转按已经接受的上年报告计入（" + strings.Join(says, "；") + "）。",
			Suggest: fmt.Sprintf("有%d件没有案卷，本年的办理结果也没有计入：请补登台账，或者在下面手工登记。", n)}}
	}
	return nil, []CompiledFinding{{Code: "T3-CARRY-YEAR", Level: annual.Error, Cells: differ, Href: link,
		Message: "上年结转与已经接受的上年报告不一致，这里按登记簿列出（" + strings.Join(says, "；") + "）。",
		Suggest: "请逐件核对：登记簿漏登、错登日期的，补登、更正案卷；上年报告错的，先办理上年报告的更正，再报本年。"}}
}

// beganLater reports whether the register lacks some of the year before: the
// accepted report counts more than it does.
func (x Compiling) beganLater() bool {
	n, in := x.Last.Get("t3.new.total"), x.Last.Get("t3.carried_in.total")
	return n.Known() && in.Known() && x.Handled < n.N+in.N
}

func keysOf[V any](f *annual.Form, m map[string]V) (out []string) {
	for _, c := range f.Cells {
		if _, ok := m[c.ID]; ok {
			out = append(out, c.ID)
		}
	}
	return out
}

// columnName is the column of a cell of table three in words.
func columnName(f *annual.Form, id string) string {
	i, ok := f.Index(id)
	if !ok {
		return id
	}
	c := f.Cells[i]
	return f.Table(c.Table).Parts[c.Part].Columns[c.Col].Label()
}

// rowName is the row of a cell in words.
func rowName(f *annual.Form, id string) string {
	i, ok := f.Index(id)
	if !ok {
		return id
	}
	c := f.Cells[i]
	return f.Table(c.Table).Parts[c.Part].Rows[c.Row].Label()
}

// byHand is which entries count in each cell: in their own, and in every sum that
// has it.
func (x Compiling) byHand() map[int][]CompiledEntry {
	out := map[int][]CompiledEntry{}
	for _, e := range x.Entries {
		for _, i := range Feeds(x.Form, e.Cell) {
			out[i] = append(out[i], e)
		}
	}
	return out
}

// Feeds is the cells that a change of a cell changes: itself and every sum that
// has it, by index in the order of the form.
func Feeds(f *annual.Form, cell string) []int {
	i, ok := f.Index(cell)
	if !ok {
		return nil
	}
	in := map[int]bool{i: true}
	for grew := true; grew; {
		grew = false
		for _, id := range f.Identities {
			if sumOf(id) && !in[id.Right[0]] && slices.ContainsFunc(id.Left, func(k int) bool { return in[k] }) {
				in[id.Right[0]], grew = true, true
			}
		}
	}
	var out []int
	for k := range f.Cells {
		if in[k] {
			out = append(out, k)
		}
	}
	return out
}

func sumOf(id annual.Identity) bool {
	return id.Op == annual.Equal && len(id.Right) == 1 && len(id.Left) > 1
}

// Sums reports whether a cell is the sum of others by the form.
func Sums(f *annual.Form, cell string) bool {
	i, ok := f.Index(cell)
	return ok && slices.ContainsFunc(f.Identities, func(id annual.Identity) bool { return sumOf(id) && id.Right[0] == i })
}
