package sample

import (
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
)

// totals lets the county's office add up: the county's own figures of every year
// that is over, and the signed list of the organs counted for the last two. In
// the older of them one organ was counted by a decision of its own at first.
func (m *making) totals() {
	county := m.organ[Name]
	own := history(0, organs()[0])
	for year := FirstYear; year <= LastYear && year < m.today.Year; year++ {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.SaveOwnFigures(m.ctx, as, store.OwnFigures{Organ: county.ID, Year: year, Report: figuresOnly(own[year]), Note: "县政府办公室依申请公开台账"}))
		}
	}
	last := min(LastYear, m.today.Year-1)
	m.sign(county.ID, last-1, law.Day(last, 2, 20), "")
	m.choose(county.ID, last-1, m.organ["东山街道"].ID, reporting.Choice{Way: reporting.WayOut, Reason: "年末划归开发区管理，当年情况由开发区报告"})
	m.sign(county.ID, last-1, law.Day(last, 3, 4), "经县政府办公室主任办公会研究确定")
}

// figuresOnly is a report without words.
func figuresOnly(r *annual.Report) *annual.Report {
	out := annual.New(r.Form, r.Organ, r.Year)
	copy(out.Values, r.Values)
	return out
}

// choose decides about one organ of the list.
func (m *making) choose(county int64, year int, organ int64, x reporting.Choice) {
	as := m.as(Administrator)
	if m.err != nil {
		return
	}
	c, err := m.st.Counted(m.ctx, as.Viewer, county, year)
	if m.err = err; err != nil {
		return
	}
	m.did(m.st.EditCounted(m.ctx, as, county, year, c.Version, map[int64]reporting.Choice{organ: x}))
}

// sign signs the list as it is.
func (m *making) sign(county int64, year int, on law.Date, note string) {
	as := m.as(Administrator)
	if m.err != nil {
		return
	}
	c, err := m.st.Counted(m.ctx, as.Viewer, county, year)
	if m.err = err; err != nil {
		return
	}
	as.On = on
	m.did(m.st.SignCounted(m.ctx, as, county, year, c.Seen, note))
}
