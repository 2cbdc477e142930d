package store

import (
	"context"
	"slices"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// compiledFacts are the totals of requests that tables and prose both state.
var compiledFacts = map[string]string{"requests.new": "t3.new.total", "requests.carried_in": "t3.carried_in.total",
	"requests.answered": "t3.result_total.total", "requests.carried_out": "t3.carried_out.total"}

// beyondFiles adds to the facts of an organ's requests what the tables count and
// no file here does: what was entered by hand, and what last year's report
// carried over. Prose and tables say the same.
func (s *Store) beyondFiles(ctx context.Context, v org.Viewer, c *factScope, today law.Date, facts map[string][]reporting.Fact) error {
	x, err := s.compiling(ctx, v, c.organ.ID, c.year, today)
	if err != nil {
		return err
	}
	if x.Last == nil && len(x.Entries) == 0 {
		return nil
	}
	compiled := reporting.Compile(x.Compiling)
	for key, cell := range compiledFacts {
		i, ok := x.Form.Index(cell)
		if !ok {
			continue
		}
		f := compiled.Figures[i]
		if !slices.ContainsFunc(f.Parts, func(p reporting.CompiledPart) bool { return p.Source != reporting.FromRequests && p.Value.N != 0 }) {
			continue
		}
		if k, ok := reporting.KindOfFact(key); ok {
			fact := k.Fact(f.Value.N)
			fact.Href = reporting.CasesPath(c.organ.ID, c.year, cell)
			facts[key] = []reporting.Fact{fact}
		}
	}
	for _, e := range x.Entries {
		row, col, _ := strings.Cut(strings.TrimPrefix(e.Cell, "t3."), ".")
		switch {
		case !strings.HasPrefix(e.Cell, "t3.") || e.Add.Kind != annual.Number || strings.HasPrefix(row, "carried_"):
		case row == "new":
			if name := casework.Applicant(col).Chinese(); name != "" {
				addMember(facts, "requests.applicant.*", familyMember{col, name}, e.Add.N, reporting.CasesPath(c.organ.ID, c.year, e.Cell))
			}
		default:
			if g := outcomeGroup(row); g != nil {
				addMember(facts, "requests.outcome.*", *g, e.Add.N, reporting.CasesPath(c.organ.ID, c.year, "t3."+row+".total"))
			}
		}
	}
	return nil
}

// addMember adds a number to a member of a family, which begins with it where
// nothing was counted.
func addMember(facts map[string][]reporting.Fact, family string, m familyMember, n int64, href string) {
	k, ok := reporting.KindOfFact(family)
	if !ok {
		return
	}
	f := k.Member(m.id, m.name, n)
	f.Href = href
	i := slices.IndexFunc(facts[family], func(x reporting.Fact) bool { return x.Key == f.Key })
	if i < 0 {
		facts[family] = append(facts[family], f)
		return
	}
	facts[family][i].N += n
	facts[family][i].Href = href
}
