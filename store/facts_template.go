package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/reporting"
)

// A ProseTemplate is an edition of a template of the reports' prose.
type ProseTemplate struct {
	Organ     int64 // whose it is, 0 for the one that comes with the program
	OrganName string
	N         int64 // edition, 0 for none
	Body      string
	Own       int64 // newest edition of the organ asked about, to save over; 0 for none
}

// ProseTemplateRef is the reference of acts on an organ's templates.
func ProseTemplateRef(organ int64) string { return fmt.Sprintf("prose-template/%d", organ) }

// ProseTemplate is the template that holds for an organ's report: its own, that
// which the nearest above it hands down, or the one that comes with the program.
// Nobody hands a template down to a government, whose report speaks for others.
// With below it is the one that the organ hands down itself.
func (s *Store) ProseTemplate(ctx context.Context, organ int64, below bool) (*ProseTemplate, error) {
	t, err := s.proseTemplate(ctx, organ, below)
	if err != nil {
		return nil, fmt.Errorf("store: template of %d: %w", organ, s.dialect.translate(err))
	}
	return t, nil
}

func (s *Store) proseTemplate(ctx context.Context, organ int64, below bool) (*ProseTemplate, error) {
	o, err := s.Organ(ctx, organ)
	if err != nil {
		return nil, err
	}
	alone := o.Kind == org.Government && !below
	t := &ProseTemplate{Body: reporting.ShippedTemplate(alone)}
	var args []any
	var in []string
	for part := range strings.SplitSeq(strings.Trim(o.Path, "/"), "/") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && (!alone || id == organ) {
			args = append(args, id)
			in = append(in, fmt.Sprintf("$%d", len(args)))
		}
	}
	args = append(args, organ, flag(below))
	mine, own := fmt.Sprintf("$%d", len(args)-1), fmt.Sprintf("$%d", len(args))
	rows, err := s.read.QueryContext(ctx, `select t.organ, o.name, t.n, t.body, o.path from prose_template t join organ o on o.id = t.organ
		where t.organ in (`+strings.Join(in, ", ")+`) and t.below = case when t.organ = `+mine+` then `+own+` else 1 end
		and t.n = (select max(x.n) from prose_template x where x.organ = t.organ and x.below = t.below)`, args...)
	if err != nil {
		return nil, err
	}
	depth, newest := -1, int64(0)
	err = scanAll(rows, func(r scanner) error {
		var x ProseTemplate
		var path string
		if err := r.Scan(&x.Organ, &x.OrganName, &x.N, &x.Body, &path); err != nil {
			return err
		}
		if x.Organ == organ {
			newest = x.N
		}
		if x.Body != "" && len(path) > depth {
			depth, *t = len(path), x
		}
		return nil
	})
	t.Own = newest
	return t, err
}

// SaveProseTemplate keeps a new edition of an organ's template; n is the newest
// one last read, ErrConflict if somebody was faster. An empty body goes back to
// what comes from above. A template with faults is refused with the first of
// them. It needs EditReports, one that is handed down to the organs below
// ReviewReports.
func (s *Store) SaveProseTemplate(ctx context.Context, by By, organ int64, below bool, n int64, body string) (Done, error) {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	return s.do(ctx, by, "save prose template", func(h *hand) (string, error) {
		to, err := h.subject(organ)
		if err != nil {
			return "", err
		}
		verb, what := org.EditReports, "模板"
		if below {
			verb, what = org.ReviewReports, "下发的模板"
		}
		if err := h.may(verb, to); err != nil {
			return "", err
		}
		if _, faults := reporting.ParseTemplate(body); len(faults) > 0 {
			return "", act.Refuse("模板没有保存：" + faults[0].Message)
		}
		var newest int64
		var old string
		err = h.QueryRowContext(h.ctx, "select n, body from prose_template where organ = $1 and below = $2 order by n desc limit 1", organ, flag(below)).Scan(&newest, &old)
		if err != nil && notFound(err) != ErrNotFound {
			return "", err
		}
		switch {
		case newest != n:
			return "", ErrConflict
		case old == body && (n > 0 || body == ""):
			return fmt.Sprint(n), nil
		}
		if _, err := h.ExecContext(h.ctx, "insert into prose_template (organ, below, n, body, person, made_at) values ($1, $2, $3, $4, $5, $6)", organ, flag(below), n+1, body, by.Viewer.Person, h.now); err != nil {
			return "", err
		}
		return fmt.Sprint(n + 1), h.note(act.TemplateSaved, ProseTemplateRef(organ), organ, nil, act.Change{Field: what, Old: old, New: body})
	})
}

// ProseTemplates lists the editions of an organ's own template, the newest first.
func (s *Store) ProseTemplates(ctx context.Context, v org.Viewer, organ int64, below bool) ([]ProseTemplate, error) {
	c, err := s.factScope(ctx, v, organ, 0, false)
	if err != nil {
		return nil, fmt.Errorf("store: templates of %d: %w", organ, s.dialect.translate(err))
	}
	rows, err := s.read.QueryContext(ctx, "select n, body from prose_template where organ = $1 and below = $2 order by n desc limit 50", organ, flag(below))
	return gather("templates", rows, err, func(r scanner) (ProseTemplate, error) {
		x := ProseTemplate{Organ: organ, OrganName: c.organ.Name}
		err := r.Scan(&x.N, &x.Body)
		return x, err
	})
}
