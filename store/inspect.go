package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// What may be wrong with what is kept.
const (
	FaultFile    = "file"    // the database itself: a page, an index, a reference
	FaultFigures = "figures" // figures or edition of a report cannot be read
	FaultDetail  = "detail"  // prose, sources and findings of a report cannot be read
	FaultColumn  = "column"  // a list column is not what the report says
	FaultHistory = "history" // versions are missing
	FaultFiling  = "filing"  // columns or snapshots of a filing, or the report it published, are not what it says
	FaultCounted = "counted" // a signed list of organs counted, or figures of a sum, are not what was signed or cannot be read
	FaultOrgan   = "organ"   // path, duty to file or search text of an organ are not what it says
)

// A Fault is one thing that is not as it was written.
type Fault struct {
	Kind    string
	Organ   int64
	Name    string // of the organ
	Year    int    // 0 if it is no report
	Version int64
	Detail  string // a column, or what the decoder or the database said
}

// maxFaults bounds the list of an Inspection.
const maxFaults = 100

// An Inspection is what Inspect found.
type Inspection struct {
	Organs, Reports, Versions int64 // looked at
	Filings                   int64
	Faults                    []Fault
	Count                     int64     // of all faults, the list holds the first 100
	Newest                    time.Time // when the youngest report was saved, zero if there is none
}

func (x *Inspection) fault(f Fault) {
	if x.Count++; x.Count <= maxFaults {
		x.Faults = append(x.Faults, f)
	}
}

// Inspect reads everything once and compares it with what it was computed from:
// every version of every report decodes, its list columns say what its values
// say, its history has no gap, and every organ stands where its parent says. It
// may run while others write.
func (s *Store) Inspect(ctx context.Context, progress Progress) (*Inspection, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	x := new(Inspection)
	for _, look := range []func(context.Context, *Inspection, Progress) error{s.inspectFile, s.inspectOrgans, s.inspectReports, s.inspectVersions, s.inspectFilings, s.inspectCounted, s.inspectRequests, s.inspectItems} {
		if err := look(ctx, x, progress); err != nil {
			return nil, fmt.Errorf("store: inspect: %w", err)
		}
	}
	return x, nil
}

// inspectFile asks the database about itself. PostgreSQL has checksums of its
// own.
func (s *Store) inspectFile(ctx context.Context, x *Inspection, _ Progress) error {
	if s.dialect.name != "sqlite" {
		return nil
	}
	for _, q := range sqliteIntegrity {
		rows, err := s.read.QueryContext(ctx, q)
		if err != nil {
			return err
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				rows.Close()
				return err
			}
			if line != "ok" {
				x.fault(Fault{Kind: FaultFile, Detail: line})
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) inspectOrgans(ctx context.Context, x *Inspection, _ Progress) error {
	rows, err := s.read.QueryContext(ctx, "select "+organColumns+", o.filer, o.search, coalesce(p.path, '') from organ o left join organ p on p.id = o.parent")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var o organScan
		var filer bool
		var search, above string
		if err := rows.Scan(append(o.dest(), &filer, &search, &above)...); err != nil {
			return err
		}
		x.Organs++
		f := Fault{Kind: FaultOrgan, Organ: o.o.ID, Name: o.o.Name}
		v, err := o.organ()
		if err == nil {
			err = v.Check()
		}
		if above == "" {
			above = "/"
		}
		switch {
		case err != nil:
			f.Detail = err.Error()
		case v.Path != org.ChildPath(above, v.ID):
			f.Detail = "path"
		case filer != v.Filer():
			f.Detail = "filer"
		case search != searchText(v):
			f.Detail = "search"
		default:
			continue
		}
		x.fault(f)
	}
	return rows.Err()
}

// inspectBatch is how many rows are held at once. Between two batches no
// connection is held.
const inspectBatch = 500

// inspected is a row of a report, or of an earlier version.
type inspected struct {
	year, organ, version, history int64
	name, edition, status         string
	errors, warnings, saved       int64
	counts                        [6]int64
	published                     string
	figures, body                 []byte
}

func (s *Store) inspectReports(ctx context.Context, x *Inspection, progress Progress) error {
	var last inspected
	for {
		batch, err := inspectRows(ctx, s.read, func(r *inspected) []any {
			return []any{&r.year, &r.organ, &r.version, &r.history, &r.name, &r.edition, &r.status, &r.errors, &r.warnings, &r.saved, &r.published,
				&r.counts[0], &r.counts[1], &r.counts[2], &r.counts[3], &r.counts[4], &r.counts[5], &r.figures, &r.body}
		}, `select r.year, r.organ, r.version,
			(select count(*) from report_version v where v.year = r.year and v.organ = r.organ and v.version < r.version),
			o.name, r.edition, r.status, r.errors, r.warnings, r.saved_at, r.published,
			r.received, r.carried_in, r.result_total, r.carried_out, r.review, r.litigation, r.figures, d.body
			from report r join organ o on o.id = r.organ left join report_detail d on d.year = r.year and d.organ = r.organ
			where (r.year, r.organ) > ($1, $2) order by r.year, r.organ limit $3`, last.year, last.organ, inspectBatch)
		if err != nil {
			return err
		}
		for i := range batch {
			r := &batch[i]
			x.Reports++
			x.report(r)
			if r.history != r.version-1 {
				x.fault(r.fault(FaultHistory, fmt.Sprintf("%d of %d", r.history, r.version-1)))
			}
			if at := time.UnixMilli(r.saved); at.After(x.Newest) {
				x.Newest = at
			}
		}
		progress("report", x.Reports, 0)
		if len(batch) < inspectBatch {
			return nil
		}
		last = batch[len(batch)-1]
	}
}

func (s *Store) inspectVersions(ctx context.Context, x *Inspection, progress Progress) error {
	var last inspected
	for {
		batch, err := inspectRows(ctx, s.read, func(r *inspected) []any {
			return []any{&r.year, &r.organ, &r.version, &r.name, &r.edition, &r.status, &r.errors, &r.warnings, &r.published, &r.figures, &r.body}
		}, `select r.year, r.organ, r.version, o.name, r.edition, r.status, r.errors, r.warnings, r.published, r.figures, r.body
			from report_version r join organ o on o.id = r.organ
			where (r.year, r.organ, r.version) > ($1, $2, $3) order by r.year, r.organ, r.version limit $4`, last.year, last.organ, last.version, inspectBatch)
		if err != nil {
			return err
		}
		for i := range batch {
			batch[i].counts[0] = -2 // an earlier version has no such columns
			x.Versions++
			x.report(&batch[i])
		}
		progress("report_version", x.Versions, 0)
		if len(batch) < inspectBatch {
			return nil
		}
		last = batch[len(batch)-1]
	}
}

func inspectRows(ctx context.Context, q *sql.DB, dest func(*inspected) []any, query string, args ...any) ([]inspected, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	batch := make([]inspected, 0, inspectBatch)
	for rows.Next() {
		batch = append(batch, inspected{})
		if err := rows.Scan(dest(&batch[len(batch)-1])...); err != nil {
			return nil, err
		}
	}
	return batch, rows.Err()
}

func (r *inspected) fault(kind, detail string) Fault {
	return Fault{Kind: kind, Organ: r.organ, Name: r.name, Year: int(r.year), Version: r.version, Detail: detail}
}

// report decodes a report and compares its columns with what it says.
func (x *Inspection) report(r *inspected) {
	var day law.Date
	if err := day.UnmarshalText([]byte(r.published)); err != nil {
		x.fault(r.fault(FaultColumn, "published"))
	}
	form := annual.Edition(r.edition)
	if form == nil {
		x.fault(r.fault(FaultFigures, "edition "+r.edition))
		return
	}
	edition, values, err := decodeFigures(r.figures, nil)
	if err == nil && (string(edition) != r.edition || len(values) != len(form.Cells)) {
		err = errFigures
	}
	if err != nil {
		x.fault(r.fault(FaultFigures, err.Error()))
		return
	}
	f := &annual.Report{Form: form, Values: values}
	findings, err := decodeDetail(r.body, f)
	if err != nil {
		x.fault(r.fault(FaultDetail, err.Error()))
		return
	}
	var errors, warnings int64
	for _, f := range findings {
		switch f.Level {
		case annual.Error:
			errors++
		case annual.Warning:
			warnings++
		}
	}
	c := countsOf(f)
	for _, cell := range []struct {
		name   string
		is, to any
	}{
		{"status", r.status, string(f.Status())},
		{"errors", r.errors, errors},
		{"warnings", r.warnings, warnings},
		{"received", r.counts[0], column(c.New)},
		{"carried_in", r.counts[1], column(c.CarriedIn)},
		{"result_total", r.counts[2], column(c.ResultTotal)},
		{"carried_out", r.counts[3], column(c.CarriedOut)},
		{"review", r.counts[4], column(c.Review)},
		{"litigation", r.counts[5], column(c.Litigation)},
	} {
		if cell.name == "received" && r.counts[0] == -2 {
			return
		}
		if cell.is != cell.to {
			x.fault(r.fault(FaultColumn, fmt.Sprintf("%s %v, %v", cell.name, cell.is, cell.to)))
		}
	}
}
