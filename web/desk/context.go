package desk

import (
	"context"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// context is what the rules may know beside the report: last year's figures
// and what kind of organ it is. A file that came along wins over the store.
func (d *Desk) context(ctx context.Context, r, last *annual.Report) *annual.Context {
	c := &annual.Context{Last: last, Level: reporting.LevelOf(r.Organ), Published: r.Published}
	o, ok := d.organ(ctx, r.Organ)
	if !ok {
		return c
	}
	if l := o.OrganLevel(); l != annual.LevelUnknown {
		c.Level = l
	}
	if last == nil && r.Year > 0 {
		if f, err := d.store.Report(ctx, o.ID, r.Year-1); err == nil {
			c.Last = f.Report
		}
	}
	return c
}

// organ finds the organ of a name in the store, only when it is beyond doubt.
func (d *Desk) organ(ctx context.Context, name string) (org.Organ, bool) {
	if d.store == nil || name == "" {
		return org.Organ{}, false
	}
	all, err := d.store.Organs(ctx)
	if err != nil {
		return org.Organ{}, false // without the store a check says less, it does not fail
	}
	o, sure := org.Match(all, name)
	return o, sure == org.Certain
}

// lastStored is the organ's report of the year before, nil if there is none.
func (d *Desk) lastStored(ctx context.Context, name string, year int) *annual.Report {
	o, ok := d.organ(ctx, name)
	if !ok {
		return nil
	}
	f, err := d.store.Report(ctx, o.ID, year-1)
	if err != nil {
		return nil
	}
	return f.Report
}

// lastOfAll are last year's reports of the organs of a kit, by name.
func (d *Desk) lastOfAll(ctx context.Context, k *kit) map[string]*annual.Report {
	out := map[string]*annual.Report{}
	if d.store == nil || k.Year == 0 {
		return out
	}
	all, err := d.store.Organs(ctx)
	if err != nil {
		return out
	}
	for _, o := range k.Organs {
		if found, sure := org.Match(all, o.Name); sure == org.Certain {
			if f, err := d.store.Report(ctx, found.ID, k.Year-1); err == nil {
				out[o.Name] = f.Report
			}
		}
	}
	return out
}
