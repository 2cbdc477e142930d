package store

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"gongkai/act"
	"gongkai/org"
	"gongkai/reporting"
)

// A Prose is what belongs to the prose of a report beside its text.
type Prose struct {
	Organ    int64
	Year     int
	Links    map[string][]reporting.FactLink // by the field of the section
	Problems []reporting.ProblemNote
	Version  int64 // as read; 0 for a new one
}

type proseBody struct {
	Links    map[string][]reporting.FactLink `json:"links,omitempty"`
	Problems []reporting.ProblemNote         `json:"problems,omitempty"`
}

// ProseRef is the reference of acts on the prose of a report.
func ProseRef(organ int64, year int) string { return fmt.Sprintf("prose/%d/%d", organ, year) }

// maxProseBody bounds what is kept beside a text, in bytes.
const maxProseBody = 512 << 10

// Prose is what is kept beside the prose of an organ's report, an empty one where
// nothing is. Who may not see the organ's reports gets ErrNotFound.
func (s *Store) Prose(ctx context.Context, v org.Viewer, organ int64, year int) (*Prose, error) {
	if _, err := s.factScope(ctx, v, organ, year, false); err != nil {
		return nil, fmt.Errorf("store: prose of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	p := &Prose{Organ: organ, Year: year}
	var body []byte
	err := s.read.QueryRowContext(ctx, "select body, version from report_prose where organ = $1 and year = $2", organ, year).Scan(&body, &p.Version)
	if notFound(err) == ErrNotFound {
		return p, nil
	}
	var b proseBody
	if err == nil {
		err = json.Unmarshal(body, &b)
	}
	if err != nil {
		return nil, fmt.Errorf("store: prose of %d for %d: %w", organ, year, err)
	}
	p.Links, p.Problems = b.Links, b.Problems
	return p, nil
}

// SaveProse keeps it over the version last read: ErrConflict if somebody was
// faster. It needs EditReports.
func (s *Store) SaveProse(ctx context.Context, by By, p *Prose) (Done, error) {
	body, err := json.Marshal(proseBody{p.Links, p.Problems})
	if err != nil {
		return Done{}, fmt.Errorf("store: save prose: %w", err)
	}
	return s.do(ctx, by, "save prose", func(h *hand) (string, error) {
		to, err := h.subject(p.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditReports, to); err != nil {
			return "", err
		}
		if len(body) > maxProseBody {
			return "", act.Refuse("关联的数字和上年问题的说明太多，存不下，请删去一些。")
		}
		for _, n := range p.Problems {
			if c := utf8.RuneCountInString(n.Text); c > reporting.MaxProblemText {
				return "", act.Refuse(fmt.Sprintf("改进情况最多%d字，现在%d字，请缩短。", reporting.MaxProblemText, c))
			}
		}
		old := proseBody{}
		var was []byte
		if p.Version > 0 {
			if err := h.QueryRowContext(h.ctx, "select body from report_prose where organ = $1 and year = $2 and version = $3", p.Organ, p.Year, p.Version).Scan(&was); notFound(err) == ErrNotFound {
				return "", ErrConflict
			} else if err != nil {
				return "", err
			}
			if err := json.Unmarshal(was, &old); err != nil {
				return "", err
			}
			if string(was) == string(body) {
				return fmt.Sprint(p.Version), nil
			}
		}
		if err := one(h.ExecContext(h.ctx, `insert into report_prose (organ, year, body, version, saved_at) values ($1, $2, $3, 1, $4)
			on conflict (organ, year) do update set body = excluded.body, version = report_prose.version + 1, saved_at = excluded.saved_at where report_prose.version = $5`, p.Organ, p.Year, string(body), h.now, p.Version)); err != nil {
			return "", err
		}
		say := func(b proseBody) string {
			n, said := 0, 0
			for _, l := range b.Links {
				n += len(l)
			}
			for _, x := range b.Problems {
				if x.Became != reporting.BecameUnsaid {
					said++
				}
			}
			return fmt.Sprintf("关联数字%d个，上年问题已说明%d条", n, said)
		}
		return fmt.Sprint(p.Version + 1), h.note(act.ProseSaved, ProseRef(p.Organ, p.Year), p.Organ, nil, act.Change{Field: "报告文字", Old: say(old), New: say(proseBody{p.Links, p.Problems})})
	})
}
