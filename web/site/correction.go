package site

import (
	"net/http"

	"gongkai/law"
	"gongkai/reporting"
)

// correction is what the public is told when a published report was corrected.
type correction struct {
	Number      int // counted from the first
	On          law.Date
	Note        string
	Differences []reporting.Difference
	More        int // differences that are not listed
}

// maxDifferences bounds what one correction lists.
const maxDifferences = 300

// corrections lists them, the newest first.
func (s *Site) corrections(r *http.Request, organ int64, year int) ([]correction, error) {
	notes, err := s.store.ReportNotes(r.Context(), organ, year)
	if err != nil {
		return nil, err
	}
	var out []correction
	for i, n := range notes {
		c := correction{Number: len(notes) - i, On: n.On, Note: n.Note, Differences: n.Differences}
		if c.More = len(c.Differences) - maxDifferences; c.More > 0 {
			c.Differences = c.Differences[:maxDifferences]
		}
		out = append(out, c)
	}
	return out, nil
}
