package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/law/annual"
	"gongkai/reporting"
)

// settled are the findings of a year's reports that an office decided are no
// fault, by organ and identity: a check of all reports does not bring them up
// again while the figures are the same.
type settled map[int64]map[string]bool

func (s settled) has(organ int64, x annual.Finding) bool {
	of := s[organ]
	return of != nil && of[reporting.Identity(x)]
}

// settledIn reads the decisions on reports of a year.
func (w *sweep) settledIn(ctx context.Context, year int) (settled, error) {
	rows, err := w.s.read.QueryContext(ctx, "select organ, talk from filing_detail where year = $1 and length(talk) > $2", year, len(`{"decisions":[]}`))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := settled{}
	for rows.Next() {
		var id int64
		var talk string
		if err := rows.Scan(&id, &talk); err != nil {
			return nil, err
		}
		if !strings.Contains(talk, `"decisions"`) {
			continue
		}
		var t filingTalk
		if err := json.Unmarshal([]byte(talk), &t); err != nil {
			return nil, fmt.Errorf("what is said about the filing of %d is damaged: %w", id, err)
		}
		for _, d := range t.Decisions {
			if d.Stands {
				continue
			}
			if out[id] == nil {
				out[id] = map[string]bool{}
			}
			out[id][d.Finding] = true
		}
	}
	return out, rows.Err()
}
