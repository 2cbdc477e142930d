package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// filingRules keeps a report that goes its way as a filing from being published
// past it.
func filingRules(ctx context.Context, tx *sql.Tx, p *packed) error {
	var content, public int64
	err := tx.QueryRowContext(ctx, "select content, public from filing where year = $1 and organ = $2", p.year, p.organ).Scan(&content, &public)
	switch {
	case notFound(err) == ErrNotFound:
		return nil
	case err != nil:
		return err
	case public > 0:
		return act.Refuse(fmt.Sprintf("%d年度报告已通过报送审核发布，不能直接改动。确需更正的，请在“本机关年报”办理更正。", p.year))
	case content > 0 && p.published != "":
		return act.Refuse(fmt.Sprintf("%d年度报告正在报送，请在“本机关年报”发布。", p.year))
	}
	return nil
}

// snapshot keeps what was handed in or published, with what changed since the
// snapshot before, and publishes.
func (h *hand) snapshot(x *filer, k *kept, kind string, on law.Date) error {
	var last sql.NullInt64
	if err := h.QueryRowContext(h.ctx, "select max(n) from filing_version where year = $1 and organ = $2", k.Year, x.organ.ID).Scan(&last); err != nil {
		return err
	}
	var was *annual.Report
	if last.Valid {
		f, err := h.s.filingVersion(h.ctx, h, x, k.Year, int(last.Int64))
		if err != nil {
			return err
		}
		was = f.Report
	}
	public := int64(0)
	if kind == act.FilingPublished {
		if err := h.publish(x, k, on); err != nil {
			return err
		}
		public = k.Public
	} else {
		k.Marks = reporting.Settle(k.Marks, was, k.Report, k.Findings)
	}
	filing := k.Filing.Clone()
	filing.Version++ // as it will be kept
	head, err := json.Marshal(filing)
	if err != nil {
		return err
	}
	differences, err := json.Marshal(reporting.Differences(was, k.Report))
	if err != nil {
		return err
	}
	errs, warnings := 0, 0
	for _, f := range k.Findings {
		switch f.Level {
		case annual.Error:
			errs++
		case annual.Warning:
			warnings++
		}
	}
	_, err = h.ExecContext(h.ctx, `insert into filing_version (year, organ, n, state, on_day, made_at, officer, public, filing, differences, edition, errors, warnings, file_name, file, content, figures, body)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		k.Year, x.organ.ID, last.Int64+1, string(k.State), on.String(), h.now, h.by.Viewer.Person, public, string(head), string(differences),
		k.Report.Form.Edition, errs, warnings, cleanName(k.FileName), k.file, k.Content, k.figures, k.body)
	return err
}

// publish writes the accepted report where the public reads, in place of what
// was published before. The file it was read from stays private.
func (h *hand) publish(x *filer, k *kept, on law.Date) error {
	if k.Report == nil {
		return act.Refuse("还没有填写报告，没有可以发布的内容。")
	}
	p, err := pack(Filed{Organ: x.organ.ID, Year: k.Year, Report: k.Report, Findings: k.Findings, Published: k.Published})
	if err != nil {
		return err
	}
	var version sql.NullInt64
	err = h.QueryRowContext(h.ctx, "select max(version) from report where year = $1 and organ = $2", k.Year, x.organ.ID).Scan(&version)
	if err != nil {
		return err
	}
	if k.Public > 0 && version.Int64 != k.Public {
		return fmt.Errorf("%w: the published report is version %d, the filing wrote %d", ErrConflict, version.Int64, k.Public)
	}
	p.version = version.Int64
	var was *annual.Report
	if k.Public > 0 {
		row := h.QueryRowContext(h.ctx, `select r.version, r.edition, r.published, r.file_name, r.figures, d.body
			from report r join report_detail d on d.year = r.year and d.organ = r.organ where r.year = $1 and r.organ = $2`, k.Year, x.organ.ID)
		f, err := h.s.scanFiled(row, x.organ.ID, k.Year)
		if err != nil {
			return err
		}
		was = f.Report
	}
	if err := h.s.writeReport(h.ctx, h.Tx, p, h.now, logged{h.by.Viewer.Person, on}); err != nil {
		return err
	}
	k.Public = p.version + 1
	if was == nil {
		return nil
	}
	differences, err := json.Marshal(reporting.Differences(was, k.Report))
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, "insert into report_note (year, organ, version, on_day, note, differences, made_at) values ($1, $2, $3, $4, $5, $6, $7)",
		k.Year, x.organ.ID, k.Public, on.String(), cleanName(k.Note), string(differences), h.now)
	return err
}

// tellOfFiling tells the office of what was handed in, and the organ of what the
// office decided; what was told before is dealt with.
func (h *hand) tellOfFiling(x *filer, f *FilingFile, kind string) error {
	ref := FilingRef(x.organ.ID, f.Year)
	n := News{Kind: kind, Ref: ref, Organ: x.organ.ID, Subject: fmt.Sprintf("%s%d年度报告", x.now.ShortName(), f.Year), Link: fmt.Sprintf("/desk/filing/%d/%d", x.organ.ID, f.Year)}
	var to []To
	switch kind {
	case act.FilingSubmitted:
		office, err := h.officeOf(x)
		if err != nil {
			return err
		}
		n.Link = fmt.Sprintf("/desk/collecting/%d/%d", x.organ.ID, f.Year)
		if office != 0 {
			to = append(to, ToRole(org.Office, office))
		}
	case act.FilingReturned, act.FilingAccepted, act.FilingReminded:
		switch {
		case kind == act.FilingReturned && len(f.Marks) > 0 && !f.Marks[0].By.IsZero():
			n.Due = f.Marks[0].By // the day for the corrected report
		case kind != act.FilingAccepted:
			n.Due = f.Due
		}
		for _, r := range []org.Role{org.Drafter, org.Publisher, org.Handler, org.Head} {
			to = append(to, ToRole(r, x.organ.ID))
		}
		if f.SubmittedBy != 0 {
			to = append(to, ToPerson(f.SubmittedBy))
		}
	case act.FilingWithdrawn, act.FilingPublished:
	default:
		return nil
	}
	if err := h.settle(ref); err != nil || len(to) == 0 {
		return err
	}
	_, err := h.notify(n, to...)
	return err
}

// officeOf is the nearest organ above at which somebody is the office, for a
// government it itself first; 0 if there is none.
func (h *hand) officeOf(x *filer) (int64, error) {
	line := x.above
	if x.organ.Kind == org.Government || len(line) == 0 {
		line = append([]int64{x.organ.ID}, line...)
	}
	for _, id := range line {
		var there bool
		err := h.QueryRowContext(h.ctx, `select exists (select 1 from post where organ = $1 and role = $2
			and (valid_from = '' or valid_from <= $3) and (valid_to = '' or valid_to >= $3))`, id, string(org.Office), h.day.String()).Scan(&there)
		if err != nil || there {
			return id, err
		}
	}
	return 0, nil
}
