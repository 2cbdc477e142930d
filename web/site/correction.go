package site

import (
	"context"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// A state is one in which a report was before the public, with what the public
// was told about the change from the state before.
type state struct {
	store.Publication
	On          law.Date // the day of this state
	Note        string
	Differences []reporting.Difference
}

// mostStates bounds how many states are held against each other; no report is
// corrected so often.
const mostStates = 30

// states lists them, the newest first. A report that was kept again without a
// word changed is the same state.
func (s *Site) states(ctx context.Context, organ int64, year int) ([]state, error) {
	list, err := s.store.Publications(ctx, organ, year)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if len(list) == 1 {
		return []state{{Publication: list[0], On: list[0].Published}}, nil
	}
	notes, err := s.store.ReportNotes(ctx, organ, year)
	if err != nil {
		return nil, err
	}
	list = list[:min(len(list), mostStates)]
	var out []state
	var before *annual.Report
	for _, p := range slices.Backward(list) { // from the first on
		x := state{Publication: p, On: p.Published}
		i := slices.IndexFunc(notes, func(n store.ReportNote) bool { return n.Version == p.Version })
		if i >= 0 {
			x.On, x.Note, x.Differences = notes[i].On, notes[i].Note, notes[i].Differences
			before = nil
		} else {
			f, err := s.store.ReportVersion(ctx, organ, year, p.Version)
			if err != nil {
				return nil, err
			}
			if len(out) > 0 {
				if before == nil {
					b, err := s.store.ReportVersion(ctx, organ, year, out[0].Version)
					if err != nil {
						return nil, err
					}
					before = b.Report
				}
				x.On, x.Differences = law.DateOf(p.At), reporting.Differences(before, f.Report)
			}
			before = f.Report
		}
		if len(out) > 0 && x.Note == "" && len(x.Differences) == 0 {
			out[0].Version, out[0].At = p.Version, p.At
			continue
		}
		out = append([]state{x}, out...)
	}
	return out, nil
}

// correction is what the public is told when a published report was corrected.
type correction struct {
	Number      int // counted from the first
	On          law.Date
	Note        string
	Differences []reporting.Difference
	More        int    // differences that are not listed
	Before      string // address of the report as it was
}

// maxDifferences bounds what one correction lists.
const maxDifferences = 300

// corrections lists what was told, the newest first.
func corrections(href string, states []state) []correction {
	var out []correction
	for i := range max(0, len(states)-1) {
		x := states[i]
		c := correction{Number: len(states) - 1 - i, On: x.On, Note: x.Note, Differences: x.Differences, Before: versionHref(href, states[i+1].Version)}
		if c.More = len(c.Differences) - maxDifferences; c.More > 0 {
			c.Differences = c.Differences[:maxDifferences]
		}
		out = append(out, c)
	}
	return out
}

func versionHref(href string, version int64) string {
	return href + "/versions/" + strconv.FormatInt(version, 10)
}

// publishedReport is the report of an organ as it is before the public, or
// page.ErrNotFound: what is only kept is no public page.
func (s *Site) publishedReport(ctx context.Context, organ int64, year int) (*store.Filed, error) {
	f, err := s.store.Report(ctx, organ, year)
	if err == nil && f.Published.IsZero() {
		return nil, page.ErrNotFound
	}
	return f, err
}

// publishedVersion is a state in which it was before the public.
func (s *Site) publishedVersion(ctx context.Context, organ int64, year int, number string) (*store.Filed, error) {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 1 {
		return nil, page.ErrNotFound
	}
	f, err := s.store.ReportVersion(ctx, organ, year, n)
	if err == nil && f.Published.IsZero() {
		return nil, page.ErrNotFound
	}
	return f, err
}
