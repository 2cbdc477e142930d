package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"gongkai/reporting"
)

// inspectFilings decodes every filing, compares its columns with what it says,
// and holds what it published against the public report.
func (s *Store) inspectFilings(ctx context.Context, x *Inspection, progress Progress) error {
	var year, organ int64
	for {
		batch, err := s.inspectFilingBatch(ctx, year, organ)
		if err != nil {
			return err
		}
		for i := range batch {
			x.Filings++
			x.filing(&batch[i])
		}
		progress("filing", x.Filings, 0)
		if len(batch) < inspectBatch {
			return nil
		}
		year, organ = batch[len(batch)-1].year, batch[len(batch)-1].organ
	}
}

// inspectedFiling is a filing with the public report beside it.
type inspectedFiling struct {
	inspected
	filing    reporting.Filing
	content   int64
	brief     brief
	talk      string
	versions  int64
	last      int64
	published []byte // figures of the last snapshot that was published
	was       int64  // version it was published as, -1 if there is none
	public    []byte // figures of the report of that version
	is        int64  // present version of the report, -1 if there is none
	day       string // of the report
}

func (s *Store) inspectFilingBatch(ctx context.Context, year, organ int64) ([]inspectedFiling, error) {
	rows, err := s.read.QueryContext(ctx, "select f.year, f.organ, o.name, "+filingHead+`, f.content, f.edition, f.brief, f.figures, d.body, d.talk, `+filingCounts+`,
		(select count(*) from filing_version v where v.year = f.year and v.organ = f.organ),
		(select coalesce(max(n), 0) from filing_version v where v.year = f.year and v.organ = f.organ),
		coalesce(p.public, -1), coalesce(p.figures, d.body), coalesce(r.version, -1), coalesce(r.figures, d.body), coalesce(r.published, '')
		from filing f join organ o on o.id = f.organ join filing_detail d on d.year = f.year and d.organ = f.organ
		left join report r on r.year = f.year and r.organ = f.organ
		left join filing_version p on p.year = f.year and p.organ = f.organ
			and p.n = (select max(n) from filing_version v where v.year = f.year and v.organ = f.organ and v.public > 0)
		where (f.year, f.organ) > ($1, $2) order by f.year, f.organ limit $3`, year, organ, inspectBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []inspectedFiling
	for rows.Next() {
		var r inspectedFiling
		var head headScan
		var file string
		dest := append([]any{&r.year, &r.organ, &r.name}, head.dest(&r.filing, &file)...)
		dest = append(dest, &r.content, &r.edition, &r.brief, &r.figures, &r.body, &r.talk, &r.status, &r.errors, &r.warnings,
			&r.counts[0], &r.counts[1], &r.counts[2], &r.counts[3], &r.counts[4], &r.counts[5], &r.versions, &r.last, &r.was, &r.published, &r.is, &r.public, &r.day)
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		if err := head.fill(&r.filing); err != nil {
			return nil, fmt.Errorf("filing of %d for %d: %w", r.organ, r.year, err)
		}
		r.version = r.filing.Version
		out = append(out, r)
	}
	return out, rows.Err()
}

func (x *Inspection) filing(r *inspectedFiling) {
	bad := func(format string, args ...any) { x.fault(r.fault(FaultFiling, fmt.Sprintf(format, args...))) }
	var talk filingTalk
	f := &r.filing
	switch {
	case f.State.Chinese() == "":
		bad("state %q", f.State)
	case json.Unmarshal([]byte(r.talk), &talk) != nil:
		bad("talk")
	case r.brief != briefOf(f, r.content > 0):
		bad("brief %d, %d", r.brief, briefOf(f, r.content > 0))
	case r.versions != r.last:
		bad("%d of %d snapshots", r.versions, r.last)
	case (r.content > 0) != (r.edition != ""):
		bad("content %d of edition %q", r.content, r.edition)
	}
	if r.edition != "" {
		x.report(&r.inspected)
	}
	if f.Public == 0 || r.was < 0 { // published without a filing and not corrected since
		return
	}
	switch {
	case r.is < 0:
		bad("published as version %d, no report", f.Public)
	case r.is != f.Public || r.was != f.Public:
		bad("published as version %d, report %d, snapshot %d", f.Public, r.is, r.was)
	case !bytes.Equal(r.public, r.published):
		bad("figures of the public report differ from what was published")
	case r.day != f.Published.String():
		bad("published on %s, report says %s", f.Published, r.day)
	case f.State == reporting.FilingPublished && !bytes.Equal(r.figures, r.published):
		bad("figures changed after publication")
	}
}
