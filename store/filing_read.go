package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// filingTalk is what is said about a filing, as it is kept. A field may be
// added; none may change its name or meaning.
type filingTalk struct {
	Explanations []reporting.Explanation `json:"explanations,omitempty"`
	Decisions    []reporting.Decision    `json:"decisions,omitempty"`
	Marks        []reporting.Mark        `json:"marks,omitempty"`
}

// kept is a filing with what only the store has to know of it.
type kept struct {
	FilingFile
	there         bool // a row exists
	file          int64
	savedBy       int64
	figures, body []byte
}

const filingHead = `f.version, f.state, f.correction, f.due, f.basis, f.publish_by, f.submitted, f.submitted_by, f.filed, f.accepted, f.accepted_by,
	f.published, f.corrected, f.note, f.returned, f.reminded, f.reminders, f.public, f.file_name, f.saved_at`

// headScan collects the columns of filingHead.
type headScan struct {
	days  [8]string
	saved int64
}

func (x *headScan) dest(f *reporting.Filing, name *string) []any {
	d := &x.days
	return []any{&f.Version, &f.State, &f.Correction, &d[0], &f.Basis, &d[1], &d[2], &f.SubmittedBy, &d[3], &d[4], &f.AcceptedBy,
		&d[5], &d[6], &f.Note, &f.Returned, &d[7], &f.Reminders, &f.Public, name, &x.saved}
}

func (x *headScan) fill(f *reporting.Filing) error {
	for i, to := range []*law.Date{&f.Due, &f.PublishBy, &f.Submitted, &f.Filed, &f.Accepted, &f.Published, &f.Corrected, &f.Reminded} {
		if err := to.UnmarshalText([]byte(x.days[i])); err != nil {
			return err
		}
	}
	return nil
}

// dated puts the day of the calendar in, unless the day was fixed by
// publication.
func dated(f *reporting.Filing, due reporting.Due) {
	if f.Published.IsZero() {
		f.Due, f.Basis, f.PublishBy = due.Day, due.Basis, due.PublishBy
	}
}

// readFiling reads a filing whole. One nobody began is a draft, or what was
// published without one.
func (s *Store) readFiling(ctx context.Context, q asker, x *filer, year int) (*kept, error) {
	k := &kept{figures: []byte{}, body: []byte{}}
	k.Filing = reporting.Filing{Organ: x.organ.ID, Year: year, State: reporting.FilingDraft}
	k.Organ = x.organ
	var head headScan
	var edition, talk string
	err := q.QueryRowContext(ctx, "select "+filingHead+`, f.content, f.edition, f.file, f.saved_by, coalesce(p.name, ''), f.figures, d.body, d.talk
		from filing f join filing_detail d on d.year = f.year and d.organ = f.organ left join person p on p.id = f.saved_by
		where f.year = $1 and f.organ = $2`, year, x.organ.ID).Scan(append(head.dest(&k.Filing, &k.FileName),
		&k.Content, &edition, &k.file, &k.savedBy, &k.SavedBy, &k.figures, &k.body, &talk)...)
	switch notFound(err) {
	case nil:
	case ErrNotFound:
		err = s.unfiled(ctx, q, k)
		dated(&k.Filing, x.due)
		return k, err
	default:
		return nil, err
	}
	k.there = true
	if err := head.fill(&k.Filing); err != nil {
		return nil, err
	}
	dated(&k.Filing, x.due)
	k.Saved = momentOf(head.saved)
	if err := k.say(talk); err != nil {
		return nil, err
	}
	k.Report, k.Findings, err = openContent(edition, k.figures, k.body)
	return k, err
}

func (k *kept) say(talk string) error {
	var t filingTalk
	if err := json.Unmarshal([]byte(talk), &t); err != nil {
		return fmt.Errorf("what is said about a filing is damaged: %w", err)
	}
	k.Explanations, k.Decisions, k.Marks = t.Explanations, t.Decisions, t.Marks
	return nil
}

// openContent decodes a report; nil for one that is not there.
func openContent(edition string, figures, body []byte) (*annual.Report, []annual.Finding, error) {
	if edition == "" {
		return nil, nil, nil
	}
	form := annual.Edition(edition)
	if form == nil {
		return nil, nil, fmt.Errorf("edition %q is not known to this program", edition)
	}
	e, values, err := decodeFigures(figures, nil)
	if err != nil {
		return nil, nil, err
	}
	if string(e) != edition || len(values) != len(form.Cells) {
		return nil, nil, errFigures
	}
	r := &annual.Report{Form: form, Values: values}
	findings, err := decodeDetail(body, r)
	return r, findings, err
}

// unfiled looks for a report that was published without a filing: it is as
// frozen as any other.
func (s *Store) unfiled(ctx context.Context, q asker, k *kept) error {
	row := q.QueryRowContext(ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body
		from report r join report_detail d on d.year = r.year and d.organ = r.organ
		where r.year = $1 and r.organ = $2 and r.published <> ''`, k.Year, k.Filing.Organ)
	f, err := s.scanFiled(row, k.Filing.Organ, k.Year)
	if notFound(err) == ErrNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	k.State, k.Published, k.Public = reporting.FilingPublished, f.Published, f.Version
	k.Report, k.Findings, k.Content = f.Report, f.Findings, 1
	k.figures, k.body, err = closeContent(f.Report, f.Findings)
	return err
}

func closeContent(r *annual.Report, findings []annual.Finding) (figures, body []byte, err error) {
	if figures, err = encodeFigures(r.Form.Edition, r.Values); err == nil {
		body, err = encodeDetail(r, findings)
	}
	return figures, body, err
}

// Filing is an organ's report of a year as it stands, for who may see it
// (SeeReports): ErrNotFound for others. One nobody began has State FilingDraft
// and Version 0, or FilingPublished where the report was published without a
// filing.
func (s *Store) Filing(ctx context.Context, v org.Viewer, organ int64, year int) (*FilingFile, error) {
	x, err := s.visible(ctx, v, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: filing of %d for %d: %w", organ, year, err)
	}
	k, err := s.readFiling(ctx, s.read, x, year)
	if err != nil {
		return nil, fmt.Errorf("store: filing of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return &k.FilingFile, nil
}

// visible is ErrNotFound for an organ whose filing the viewer may not see, and
// for one that never files.
func (s *Store) visible(ctx context.Context, v org.Viewer, organ int64, year int) (*filer, error) {
	x, err := s.filer(ctx, organ, year)
	if err != nil {
		return nil, err
	}
	if !org.May(v, org.SeeReports, x.subject) {
		return nil, ErrNotFound
	}
	return x, nil
}

// FilingVersions lists the snapshots of a filing, the newest first.
func (s *Store) FilingVersions(ctx context.Context, v org.Viewer, organ int64, year int) ([]FilingVersion, error) {
	if _, err := s.visible(ctx, v, organ, year); err != nil {
		return nil, fmt.Errorf("store: versions of the filing of %d for %d: %w", organ, year, err)
	}
	out, err := s.filingVersions(ctx, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: versions of the filing of %d for %d: %w", organ, year, err)
	}
	return out, nil
}

// maxVersions bounds the list of snapshots.
const maxVersions = 200

func (s *Store) filingVersions(ctx context.Context, organ int64, year int) ([]FilingVersion, error) {
	rows, err := s.read.QueryContext(ctx, `select f.n, f.state, f.on_day, f.made_at, f.officer, coalesce(p.name, ''), f.public, f.filing, f.differences, f.errors, f.warnings
		from filing_version f left join person p on p.id = f.officer where f.year = $1 and f.organ = $2 order by f.n desc limit $3`, year, organ, maxVersions)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []FilingVersion
	for rows.Next() {
		var x FilingVersion
		var day, filing, differences string
		var made int64
		if err := rows.Scan(&x.N, &x.State, &day, &made, &x.By, &x.Name, &x.Public, &filing, &differences, &x.Errors, &x.Warnings); err != nil {
			return nil, err
		}
		var f reporting.Filing
		if err := errors.Join(x.On.UnmarshalText([]byte(day)), json.Unmarshal([]byte(filing), &f), json.Unmarshal([]byte(differences), &x.Differences)); err != nil {
			return nil, err
		}
		x.Made, x.Correction, x.Note = momentOf(made), f.Correction, f.Note
		out = append(out, x)
	}
	return out, rows.Err()
}

// FilingVersion is one snapshot whole, with its explanations and decisions.
func (s *Store) FilingVersion(ctx context.Context, v org.Viewer, organ int64, year, n int) (*FilingFile, error) {
	x, err := s.visible(ctx, v, organ, year)
	if err == nil {
		var f *FilingFile
		if f, err = s.filingVersion(ctx, s.read, x, year, n); err == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("store: version %d of the filing of %d for %d: %w", n, organ, year, s.dialect.translate(err))
}

func (s *Store) filingVersion(ctx context.Context, q asker, x *filer, year, n int) (*FilingFile, error) {
	f := &FilingFile{Organ: x.organ}
	var filing, edition string
	var made int64
	var figures, body []byte
	err := q.QueryRowContext(ctx, `select f.filing, f.made_at, coalesce(p.name, ''), f.edition, f.file_name, f.content, f.figures, f.body
		from filing_version f left join person p on p.id = f.officer where f.year = $1 and f.organ = $2 and f.n = $3`, year, x.organ.ID, n).
		Scan(&filing, &made, &f.SavedBy, &edition, &f.FileName, &f.Content, &figures, &body)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(filing), &f.Filing); err != nil {
		return nil, err
	}
	f.Saved = momentOf(made)
	f.Report, f.Findings, err = openContent(edition, figures, body)
	return f, err
}

// ReportNotes is what the public is told about the corrections of a report, the
// newest first.
func (s *Store) ReportNotes(ctx context.Context, organ int64, year int) ([]ReportNote, error) {
	out, err := either(ctx, s, func(ctx context.Context) ([]ReportNote, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, "select version, on_day, note, differences from report_note where year = $1 and organ = $2 order by version desc limit $3", year, organ, maxVersions)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var out []ReportNote
		for rows.Next() {
			var n ReportNote
			var day, differences string
			if err := rows.Scan(&n.Version, &day, &n.Note, &differences); err != nil {
				return nil, err
			}
			if err := errors.Join(n.On.UnmarshalText([]byte(day)), json.Unmarshal([]byte(differences), &n.Differences)); err != nil {
				return nil, err
			}
			out = append(out, n)
		}
		return out, rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("store: notes on the report of %d for %d: %w", organ, year, err)
	}
	return out, nil
}
