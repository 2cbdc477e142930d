package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
)

// Filed is an organ's report of a fiscal year as it is kept.
type Filed struct {
	Organ     int64
	Year      int // the year it was filed for; the report itself may state another, or none
	Report    *annual.Report
	Findings  []annual.Finding
	FileName  string // of the file it was read from, "" if it was typed in
	Source    []byte // that file; only for saving, Report leaves it out (see Source)
	Published law.Date
	Version   int64 // as read; 0 for a report that is new
}

// Counts are the figures that lists show. One that the report does not state is
// not Known.
type Counts struct {
	New         annual.Value // 本年新收, t3.new.total
	CarriedIn   annual.Value // 上年结转
	ResultTotal annual.Value // 本年度办理结果总计
	CarriedOut  annual.Value // 结转下年度
	Review      annual.Value // 行政复议总计
	Litigation  annual.Value // 行政诉讼总计: with and without 复议
}

func countsOf(r *annual.Report) Counts {
	return Counts{
		New: known(r.Get("t3.new.total")), CarriedIn: known(r.Get("t3.carried_in.total")),
		ResultTotal: known(r.Get("t3.result_total.total")), CarriedOut: known(r.Get("t3.carried_out.total")),
		Review:     known(r.Get("t4.review.total")),
		Litigation: plus(known(r.Get("t4.direct.total")), known(r.Get("t4.after.total"))),
	}
}

// known is v, or the zero Value for one that is no count.
func known(v annual.Value) annual.Value {
	if !v.Known() || v.N < 0 {
		return annual.Value{}
	}
	return v
}

// plus adds two figures; the sum with an unknown one is unknown.
func plus(a, b annual.Value) annual.Value {
	if !a.Known() || !b.Known() {
		return annual.Value{}
	}
	return annual.Num(a.N + b.N)
}

// column is how a count is kept: -1 if the report does not state it.
func column(v annual.Value) int64 {
	if !v.Known() {
		return -1
	}
	return v.N
}

func fromColumn(n sql.NullInt64) annual.Value {
	if !n.Valid || n.Int64 < 0 {
		return annual.Value{}
	}
	return annual.Num(n.Int64)
}

// packed is a report as its two rows hold it.
type packed struct {
	year, organ, version int64
	edition              string
	status               annual.Status
	errors, warnings     int
	counts               Counts
	published            string
	fileName, fileHash   string
	figures, body        []byte
	content              string // hash of what the log commits to, for one that is published
}

func pack(f Filed) (*packed, error) {
	r := f.Report
	switch {
	case r == nil || r.Form == nil:
		return nil, errors.New("store: a report without a form cannot be kept")
	case len(r.Values) != len(r.Form.Cells):
		return nil, fmt.Errorf("store: report has %d values, edition %s has %d cells", len(r.Values), r.Form.Edition, len(r.Form.Cells))
	case annual.Edition(r.Form.Edition) == nil:
		return nil, fmt.Errorf("store: edition %q is not known", r.Form.Edition)
	case f.Year < 1 || f.Year > 9999:
		return nil, fmt.Errorf("store: %d is not a fiscal year", f.Year)
	case !f.Published.IsZero() && !f.Published.Valid():
		return nil, fmt.Errorf("store: %v is not a day", f.Published)
	}
	p := &packed{year: int64(f.Year), organ: f.Organ, version: f.Version, edition: r.Form.Edition, status: r.Status(),
		counts: countsOf(r), published: f.Published.String(), fileName: cleanName(f.FileName)}
	for _, x := range f.Findings {
		switch x.Level {
		case annual.Error:
			p.errors++
		case annual.Warning:
			p.warnings++
		}
	}
	var err error
	if p.figures, err = encodeFigures(p.edition, r.Values); err != nil {
		return nil, err
	}
	if p.body, err = encodeDetail(r, f.Findings); err != nil {
		return nil, err
	}
	if p.published != "" {
		p.content, err = contentHash(r)
	}
	return p, err
}

// cleanName makes a file name fit for a text column: valid UTF-8 without NUL.
func cleanName(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

// SaveReport keeps a report and returns its new version. Version 0 is for a
// report that is not there yet; any other must be the version last read, or
// somebody else was faster: ErrConflict either way. What a new version replaces
// stays readable through ReportVersion. A file in Source is kept beside it; a
// new version without Source keeps the file if FileName is the same. An organ
// that does not exist is ErrNotFound. What goes its way as a filing is published
// and corrected there only: an act.Refusal here.
func (s *Store) SaveReport(ctx context.Context, f Filed) (version int64, err error) {
	p, err := pack(f)
	if err != nil {
		return 0, err
	}
	if len(f.Source) > 0 {
		k, err := s.PutFile(ctx, bytes.NewReader(f.Source))
		if err != nil {
			return 0, fmt.Errorf("store: file %q: %w", p.fileName, err)
		}
		p.fileHash = k.Hash
	}
	err = s.tx(ctx, "save report", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		if err := filingRules(ctx, tx, p); err != nil {
			return err
		}
		return s.writeReport(ctx, tx, p, now, logged{})
	})
	if err != nil {
		return 0, err
	}
	return p.version + 1, nil
}

// writeReport keeps a report in place of the version before, with its leaf.
func (s *Store) writeReport(ctx context.Context, tx *sql.Tx, p *packed, now int64, l logged) error {
	var err error
	if p.version == 0 {
		err = insertReport(ctx, tx, p, now)
	} else {
		err = replaceReport(ctx, tx, *p, now)
	}
	if err == nil {
		err = s.logReport(ctx, tx, p, p.version+1, now, l)
	}
	if err != nil {
		return err
	}
	return touch(ctx, tx, topicReport(int(p.year)), p.organ%shards)
}

const insertReportSQL = `insert into report (year, organ, version, edition, status, errors, warnings,
	received, carried_in, result_total, carried_out, review, litigation, published, file_name, file_hash, saved_at, figures)
	values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
	on conflict (year, organ) do nothing`

const insertDetailSQL = "insert into report_detail (year, organ, body) values ($1, $2, $3)"

// insertArgs are the parameters of insertReportSQL.
func (p *packed) insertArgs(now int64) []any {
	return []any{p.year, p.organ, p.edition, string(p.status), p.errors, p.warnings,
		column(p.counts.New), column(p.counts.CarriedIn), column(p.counts.ResultTotal), column(p.counts.CarriedOut),
		column(p.counts.Review), column(p.counts.Litigation), p.published, p.fileName, p.fileHash, now, p.figures}
}

func insertReport(ctx context.Context, tx *sql.Tx, p *packed, now int64) error {
	res, err := tx.ExecContext(ctx, insertReportSQL, p.insertArgs(now)...)
	if err := one(res, err); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertDetailSQL, p.year, p.organ, p.body)
	return err
}

// one is ErrConflict unless exactly one row was touched.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, ErrConflict)
	}
	return nil
}

func replaceReport(ctx context.Context, tx *sql.Tx, p packed, now int64) error {
	_, err := tx.ExecContext(ctx, `insert into report_version (year, organ, version, edition, status, errors, warnings,
			published, file_name, file_hash, saved_at, figures, body)
		select r.year, r.organ, r.version, r.edition, r.status, r.errors, r.warnings,
			r.published, r.file_name, r.file_hash, r.saved_at, r.figures, d.body
		from report r join report_detail d on d.year = r.year and d.organ = r.organ
		where r.year = $1 and r.organ = $2 and r.version = $3
		on conflict (year, organ, version) do nothing`, p.year, p.organ, p.version)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `update report set version = version + 1, edition = $4, status = $5, errors = $6, warnings = $7,
			received = $8, carried_in = $9, result_total = $10, carried_out = $11, review = $12, litigation = $13, published = $14,
			file_hash = case when $16 <> '' then $16 when file_name = $15 then file_hash else '' end,
			file_name = $15, saved_at = $17, figures = $18
		where year = $1 and organ = $2 and version = $3`,
		p.year, p.organ, p.version, p.edition, string(p.status), p.errors, p.warnings,
		column(p.counts.New), column(p.counts.CarriedIn), column(p.counts.ResultTotal), column(p.counts.CarriedOut),
		column(p.counts.Review), column(p.counts.Litigation), p.published, p.fileName, p.fileHash, now, p.figures)
	if err := one(res, err); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "update report_detail set body = $3 where year = $1 and organ = $2", p.year, p.organ, p.body)
	return err
}

// Report returns an organ's report of a year whole, but without the bytes of
// its file, or ErrNotFound.
func (s *Store) Report(ctx context.Context, organ int64, year int) (*Filed, error) {
	f, err := either(ctx, s, func(ctx context.Context) (*Filed, error) {
		row := s.reader(ctx).QueryRowContext(ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body
			from report r join report_detail d on d.year = r.year and d.organ = r.organ
			where r.year = $1 and r.organ = $2`, year, organ)
		return s.scanFiled(row, organ, year)
	})
	if err != nil {
		return nil, fmt.Errorf("store: report of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return f, nil
}

// ReportVersion returns an earlier version of a report, or the present one, or
// ErrNotFound.
func (s *Store) ReportVersion(ctx context.Context, organ int64, year int, version int64) (*Filed, error) {
	row := s.read.QueryRowContext(ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body
		from report r join report_detail d on d.year = r.year and d.organ = r.organ
		where r.year = $1 and r.organ = $2 and r.version = $3
		union all
		select version, edition, published, file_name, figures, body
		from report_version where year = $1 and organ = $2 and version = $3`, year, organ, version)
	f, err := s.scanFiled(row, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: version %d of the report of %d for %d: %w", version, organ, year, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) scanFiled(row scanner, organ int64, year int) (*Filed, error) {
	f := &Filed{Organ: organ, Year: year}
	var edition, published string
	var figures, body []byte
	err := row.Scan(&f.Version, &edition, &published, &f.FileName, &figures, &body)
	if err != nil {
		return nil, err
	}
	if err := f.Published.UnmarshalText([]byte(published)); err != nil {
		return nil, err
	}
	form := annual.Edition(edition)
	if form == nil {
		return nil, fmt.Errorf("edition %q is not known to this program", edition)
	}
	f.Report = &annual.Report{Form: form}
	e, values, err := decodeFigures(figures, nil)
	if err != nil {
		return nil, err
	}
	if string(e) != edition || len(values) != len(form.Cells) {
		return nil, errFigures
	}
	f.Report.Values = values
	f.Findings, err = decodeDetail(body, f.Report)
	return f, err
}

// Source opens the file a report was read from. It returns ErrNotFound if there
// is no such report or it came without a file.
func (s *Store) Source(ctx context.Context, organ int64, year int) (name string, r io.ReadCloser, err error) {
	var hash string
	err = s.read.QueryRowContext(ctx, "select file_name, file_hash from report where year = $1 and organ = $2", year, organ).Scan(&name, &hash)
	if err == nil && hash == "" {
		err = ErrNotFound
	}
	if err == nil {
		r, err = s.OpenFile(ctx, hash)
	}
	if err != nil {
		return "", nil, fmt.Errorf("store: file of the report of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return name, r, nil
}

// ReportYears lists the years an organ has reports of, oldest first.
func (s *Store) ReportYears(ctx context.Context, organ int64) ([]int, error) {
	return s.years(ctx, "select year from report where organ = $1 order by year", organ)
}

// Years lists the years of which there is any report, oldest first.
func (s *Store) Years(ctx context.Context) ([]int, error) {
	// From one year to the next through the key, not over all rows.
	return s.years(ctx, `with recursive y (year) as (
			select min(year) from report
			union all
			select (select min(r.year) from report r where r.year > y.year) from y where y.year is not null
		) select year from y where year is not null order by year`)
}

func (s *Store) years(ctx context.Context, query string, args ...any) ([]int, error) {
	return either(ctx, s, func(ctx context.Context) ([]int, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, query, args...)
		if err != nil {
			return nil, fmt.Errorf("store: years: %w", err)
		}
		defer rows.Close()
		var out []int
		for rows.Next() {
			var y int
			if err := rows.Scan(&y); err != nil {
				return nil, fmt.Errorf("store: years: %w", err)
			}
			out = append(out, y)
		}
		return out, rows.Err()
	})
}
