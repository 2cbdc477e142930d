package desk

import (
	"net/http"

	"gongkai/reporting"
)

// ledgersBelow is what the ledgers of a government and of everything below it say
// for its report (本级和所属), by the fields of the sections, in the words of its
// template. Where no ledger is kept there is nothing to say.
func (d *Desk) ledgersBelow(r *http.Request, c *totalsCase) (map[string]string, error) {
	facts, err := d.store.ReportFactsBelow(r.Context(), c.viewer, c.Organ.ID, c.Year, d.cfg.Today())
	if err != nil {
		return nil, missing(err)
	}
	stored, err := d.store.ProseTemplate(r.Context(), c.Organ.ID, false)
	if err != nil {
		return nil, missing(err)
	}
	t, _ := reporting.ParseTemplate(stored.Body) // what is wrong with it, its own page says
	out := map[string]string{}
	for _, w := range t.Write(facts, reporting.ProseNames{Organ: c.Organ.Name, Year: c.Year}) {
		out[w.Field] = w.Text
	}
	return out, nil
}
