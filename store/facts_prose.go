package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
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

// A ProseTemplate is an edition of the template of an organ's prose.
type ProseTemplate struct {
	Organ     int64 // whose it is, 0 for the one that comes with the program
	OrganName string
	N         int64 // edition of that organ, 0 for none
	Body      string
	Own       int64 // newest edition of the organ asked about, to save over; 0 for none
}

// ProseTemplateRef is the reference of acts on an organ's template.
func ProseTemplateRef(organ int64) string { return fmt.Sprintf("prose-template/%d", organ) }

// ProseTemplate is the template that holds for an organ: its own, that of the
// nearest above it that has one, or the one that comes with the program.
func (s *Store) ProseTemplate(ctx context.Context, organ int64) (*ProseTemplate, error) {
	t, err := s.proseTemplate(ctx, organ)
	if err != nil {
		return nil, fmt.Errorf("store: template of %d: %w", organ, s.dialect.translate(err))
	}
	return t, nil
}

func (s *Store) proseTemplate(ctx context.Context, organ int64) (*ProseTemplate, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	t := &ProseTemplate{Body: reporting.ShippedTemplate(false)}
	var args []any
	var in []string
	for part := range strings.SplitSeq(strings.Trim(o.Path, "/"), "/") {
		args = append(args, part)
		in = append(in, fmt.Sprintf("cast($%d as bigint)", len(args)))
	}
	rows, err := s.read.QueryContext(ctx, `select t.organ, o.name, t.n, t.body, o.path from prose_template t join organ o on o.id = t.organ
		where t.organ in (`+strings.Join(in, ", ")+`) and t.n = (select max(x.n) from prose_template x where x.organ = t.organ)`, args...)
	depth := -1
	if err != nil {
		return nil, err
	}
	return t, scanAll(rows, func(r scanner) error {
		var x ProseTemplate
		var path string
		if err := r.Scan(&x.Organ, &x.OrganName, &x.N, &x.Body, &path); err != nil {
			return err
		}
		if x.Organ == organ {
			t.Own = x.N
		}
		if x.Body != "" && len(path) > depth {
			depth = len(path)
			x.Own = t.Own
			*t = x
		}
		return nil
	})
}

// SaveProseTemplate keeps a new edition of an organ's template; n is the newest
// one last read, ErrConflict if somebody was faster. An empty body goes back to
// what comes from above. A template with faults is refused with the first of
// them. It needs EditReports.
func (s *Store) SaveProseTemplate(ctx context.Context, by By, organ, n int64, body string) (Done, error) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	return s.do(ctx, by, "save prose template", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditReports, to); err != nil {
			return "", err
		}
		if _, faults := reporting.ParseTemplate(body); len(faults) > 0 {
			return "", act.Refuse("模板没有保存：" + faults[0].Message)
		}
		var newest int64
		var old string
		err = h.QueryRowContext(h.ctx, "select n, body from prose_template where organ = $1 order by n desc limit 1", organ).Scan(&newest, &old)
		if err != nil && notFound(err) != ErrNotFound {
			return "", err
		}
		switch {
		case newest != n:
			return "", ErrConflict
		case old == body && (n > 0 || body == ""):
			return fmt.Sprint(n), nil
		}
		if _, err := h.ExecContext(h.ctx, "insert into prose_template (organ, n, body, person, made_at) values ($1, $2, $3, $4, $5)", organ, n+1, body, by.Viewer.Person, h.now); err != nil {
			return "", err
		}
		return fmt.Sprint(n + 1), h.note(act.TemplateSaved, ProseTemplateRef(organ), organ, nil, act.Change{Field: "模板", Old: old, New: body})
	})
}

// ProseTemplates lists the editions of an organ's own template, the newest first.
func (s *Store) ProseTemplates(ctx context.Context, v org.Viewer, organ int64) ([]ProseTemplate, error) {
	c, err := s.factScope(ctx, v, organ, 0, false)
	if err != nil {
		return nil, fmt.Errorf("store: templates of %d: %w", organ, s.dialect.translate(err))
	}
	rows, err := s.read.QueryContext(ctx, "select n, body from prose_template where organ = $1 order by n desc limit 50", organ)
	list, err := gather("templates", rows, err, func(r scanner) (ProseTemplate, error) {
		x := ProseTemplate{Organ: organ, OrganName: c.organ.Name}
		err := r.Scan(&x.N, &x.Body)
		return x, err
	})
	return slices.Clip(list), err
}
