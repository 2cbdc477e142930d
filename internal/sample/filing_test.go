package sample

import (
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// The last year is under way when the sample is opened.
func TestLastYearIsUnderWay(t *testing.T) {
	st, day := empty(t)
	if day.Year <= LastYear {
		day = law.Day(LastYear+1, 2, 1)
	}
	c := makeCounty()
	organs := map[string]org.Organ{}
	list, err := st.Organs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		organs[o.ShortName()] = o
	}
	for i, o := range c.organs {
		for year := LastYear - 1; year <= LastYear; year++ {
			if o.kit || missing(shortName(o), year) {
				continue
			}
			r := c.reports[i][year]
			if _, err := st.SaveReport(t.Context(), store.Filed{Organ: organs[o.short].ID, Year: year, Report: r, Published: r.Dated}); err != nil {
				t.Fatal(o.short, err)
			}
		}
	}
	if err := LoadPeople(t.Context(), st, day); err != nil {
		t.Fatal(err)
	}
	var sum store.FilingCount
	tally, err := st.FilingTally(t.Context(), org.Program("测试"), LastYear, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range tally {
		sum.None += x.None
		sum.Submitted += x.Submitted
		sum.Returned += x.Returned
		sum.Correcting += x.Correcting
		sum.Published += x.Published
	}
	if sum.None != 0 || sum.Submitted != 1 || sum.Returned != 1 || sum.Correcting != 1 || sum.Published < 10 {
		t.Errorf("tally %+v", sum)
	}
	notes, err := st.ReportNotes(t.Context(), organs["县教育局"].ID, LastYear)
	if err != nil || len(notes) != 1 || len(notes[0].Differences) != 1 {
		t.Errorf("the public reads %+v, %v", notes, err)
	}
	if x, err := st.Inspect(t.Context(), nil); err != nil || len(x.Faults) != 0 {
		t.Errorf("%v %+v", err, x.Faults)
	}
}
