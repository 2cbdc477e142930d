package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/reporting"
)

// tailCase is a line that is no request and no case, with its place in the list.
type tailCase struct {
	reporting.CompiledCase
	key string // grows from line to line
}

// compiledTail is what a figure counts beside requests and cases: documents,
// sheets of the ledger, what came over from last year's report, entries by hand.
func (s *Store) compiledTail(ctx context.Context, v org.Viewer, x *compiling, cell string) (out []tailCase, err error) {
	if strings.HasPrefix(cell, "t2.") {
		if out, err = s.compiledTwo(ctx, v, x, cell); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(cell, "t3.carried_in.") {
		last, err := s.compiledLast(ctx, x, cell)
		if err != nil {
			return nil, err
		}
		out = append(out, last...)
	}
	entries, err := s.compiledEntries(ctx, x.Organ, x.Year)
	if err != nil {
		return nil, err
	}
	at, _ := x.Form.Index(cell)
	for _, e := range entries {
		if !e.Removed.IsZero() || !slices.Contains(reporting.Feeds(x.Form, e.Cell), at) {
			continue
		}
		out = append(out, tailCase{reporting.CompiledCase{Source: reporting.FromEntry, Title: e.Reason, On: e.Made, Why: "登记", Adds: e.Add, Note: e.ByName, Entry: e.ID, File: e.FileName,
			Href: fmt.Sprintf("/desk/filing/%d/%d/compile#entry-%d", x.Organ, x.Year, e.ID)}, fmt.Sprintf("3%020d", e.ID)})
	}
	return out, nil
}

// compiledTwo lists the documents or the sheets behind a cell of table two.
func (s *Store) compiledTwo(ctx context.Context, v org.Viewer, x *compiling, cell string) (out []tailCase, err error) {
	t, err := s.tableTwo(ctx, x.organ, x.Year, x.As)
	if err != nil {
		return nil, err
	}
	c := t.Cell(cell)
	if c == nil {
		return nil, ErrNotFound
	}
	see := org.May(v, org.SeeItems, x.organ.Subject())
	for _, e := range c.Documents {
		k := reporting.CompiledCase{Source: reporting.FromRegister, Ref: e.DocNo, Title: e.Title, On: e.Made, Why: "成文", Adds: annual.Num(1), Note: e.Maker}
		if strings.HasSuffix(cell, ".repealed") {
			k.On, k.Why = e.End(), "废止、失效"
		}
		if see {
			k.Href = fmt.Sprintf("/desk/register/%d", e.ID)
		}
		out = append(out, tailCase{k, fmt.Sprintf("1%s_%020d", k.On, e.ID)})
	}
	for _, m := range c.Sheets {
		k := reporting.CompiledCase{Source: reporting.FromLedger, Ref: fmt.Sprintf("%d年%s", m.Year, proactive.MonthName(m.Month)), Title: m.Source, Why: "台账登记", Adds: m.Values[cell]}
		if m.Month > 0 {
			k.On = law.Day(m.Year, m.Month, 1).AddDays(31)
			k.On = law.Day(k.On.Year, k.On.Month, 1).AddDays(-1)
			k.Why = "台账所属的月"
		}
		if o, err := s.Organ(ctx, m.Organ); err == nil {
			k.Note = o.Name
		}
		if see {
			k.Href = fmt.Sprintf("/desk/monthly?organ=%d&year=%d", x.Organ, x.Year)
		}
		out = append(out, tailCase{k, fmt.Sprintf("1%02d_%020d", m.Month, m.Organ)})
	}
	slices.SortFunc(out, func(a, b tailCase) int { return strings.Compare(a.key, b.key) })
	return out, nil
}

// compiledLast is what last year's report carried over beyond the register.
func (s *Store) compiledLast(ctx context.Context, x *compiling, cell string) ([]tailCase, error) {
	if err := s.compileRequests(ctx, x); err != nil {
		return nil, err
	}
	last, err := s.acceptedReport(ctx, x, x.Year-1)
	if err != nil || last == nil {
		return nil, err
	}
	x.Last = last
	if err := s.compileHandled(ctx, x); err != nil {
		return nil, err
	}
	f := reporting.Compile(x.Compiling).Figure(cell)
	for _, p := range f.Parts {
		if p.Source == reporting.FromLast {
			c := reporting.CompiledCase{Source: reporting.FromLast, Title: p.Note, On: law.Day(x.Year-1, 12, 31), Why: "上年末没有办结", Adds: p.Value, Href: fmt.Sprintf("/desk/filing/%d/%d", x.Organ, x.Year-1)}
			return []tailCase{{c, "2"}}, nil
		}
	}
	return nil, nil
}
