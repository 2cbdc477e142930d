package sample

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"gongkai/ingest"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// A Reading is one report of the sample as it was read from its file.
type Reading struct {
	Organ     org.Organ // as in Organs
	Year      int
	File      string
	Source    []byte
	Published law.Date
	Report    *annual.Report
	Findings  []annual.Finding
}

// readings lists whose reports there are. Fiscal years from that of today on have
// not been reported yet and are left out.
func readings(c *county, today law.Date) []Reading {
	var out []Reading
	for _, o := range Organs() {
		for year := FirstYear; year <= LastYear; year++ {
			if year < today.Year && !missing(shortName(c.organs[o.ID-1]), year) {
				out = append(out, Reading{Organ: o, Year: year})
			}
		}
	}
	return out
}

// waits says whether Load leaves the report to the county's January.
func (x *Reading) waits(today law.Date) bool {
	return x.Year == today.Year-1 && onItsWay(x.Organ.ShortName())
}

// Published is how many reports Load publishes on the day.
func Published(today law.Date) int {
	n := 0
	for _, x := range readings(makeCounty(), today) {
		if !x.waits(today) {
			n++
		}
	}
	return n
}

// Read makes every file of the sample, reads it and checks it against the same
// organ's report of the year before.
func Read(ctx context.Context, today law.Date) ([]Reading, error) {
	c := makeCounty()
	out := readings(c, today)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range out {
		g.Go(func() error {
			x := &out[i]
			f, err := c.file(int(x.Organ.ID-1), x.Year)
			if err != nil {
				return fmt.Errorf("sample: %s %d: %w", x.Organ.Name, x.Year, err)
			}
			x.File, x.Source, x.Published = f.name, f.data, f.published
			r, err := ingest.Read(ctx, f.name, f.data)
			if err != nil {
				return fmt.Errorf("sample: %s: %w", f.name, err)
			}
			x.Report = r.Report
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	check(out)
	return out, nil
}

// check runs once everything is read: a report is held against last year's and
// the county's against all below it.
func check(all []Reading) {
	type key struct {
		organ int64
		year  int
	}
	at := map[key]*annual.Report{}
	for _, x := range all {
		at[key{x.Organ.ID, x.Year}] = x.Report
	}
	for i := range all {
		x := &all[i]
		c := &annual.Context{Last: at[key{x.Organ.ID, x.Year - 1}], Level: x.Organ.OrganLevel(), Published: x.Published}
		if c.Level == annual.LevelDepartment {
			c.Deadline = law.Day(x.Year+1, 1, 31)
		}
		x.Findings = annual.Check(x.Report, c)
	}
}

// Load puts the sample county into a store. Where it was loaded before nothing
// is done, so that what people changed since then stays.
func Load(ctx context.Context, st *store.Store, today law.Date) error {
	list := Organs()
	if root, err := st.OrganByCode(ctx, list[0].Code); err == nil {
		years, err := st.ReportYears(ctx, root.ID)
		if err != nil || len(years) > 0 {
			return err
		}
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	all, err := Read(ctx, today)
	if err != nil {
		return err
	}
	ids := map[int64]int64{}
	for _, o := range list {
		own := o.ID
		had, err := st.OrganByCode(ctx, o.Code)
		switch {
		case err == nil:
			ids[own] = had.ID
			continue
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		o.ID, o.Parent = 0, ids[o.Parent]
		saved, err := st.SaveOrgan(ctx, o)
		if err != nil {
			return fmt.Errorf("sample: %s: %w", o.Name, err)
		}
		ids[own] = saved.ID
	}
	_, err = st.ImportReports(ctx, func(yield func(store.Filed) bool) {
		for _, x := range all {
			if x.waits(today) {
				continue
			}
			if !yield(store.Filed{Organ: ids[x.Organ.ID], Year: x.Year, Report: x.Report, Findings: x.Findings, FileName: x.File, Source: x.Source, Published: x.Published}) {
				return
			}
		}
	})
	return err
}
