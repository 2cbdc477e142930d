package sample

import (
	"errors"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// filing lets the last year's reports be under way: a day for the towns, one
// report that waits for the office, one that was returned, one correction that
// the public reads and one that is being written.
func (m *making) filing() {
	if m.err != nil || LastYear >= m.today.Year || m.report("县教育局", LastYear) == nil {
		return // no reports of that year were loaded
	}
	county := m.organ[Name].ID
	for _, k := range []org.Kind{org.Town, org.Street} {
		if as := m.as(Administrator); m.err == nil {
			m.did(m.st.SetFilingDue(m.ctx, as, store.FilingDue{Office: county, Year: LastYear, Kind: k, Day: law.Day(LastYear+1, 1, 20), Basis: "云政办函〔" + strconv.Itoa(LastYear+1) + "〕1号"}))
		}
	}
	m.handIn("云台乡")
	m.handIn("县农业农村局")
	if as := m.as(Administrator); m.err == nil {
		m.file(as, "县农业农村局", act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
			return f.Return([]reporting.Mark{{Cell: "t3.new.total", Text: "与县政务服务中心转办的件数不一致，请核对登记台账。"}, {Text: "“存在的主要问题及改进情况”没有写上一年问题的改进结果。"}})
		})
	}

	note := "落款处公布的联系电话有误，现予更正，其他内容不变。"
	correct := func(as store.By, organ string) {
		m.file(as, organ, act.FilingReopened, func(f *store.FilingFile, _ law.Date) error { return f.Correct(note) })
		as.Key += "/contact"
		m.file(as, organ, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
			f.Report.Contact = "如需了解报告有关事项，请与本机关办公室联系，电话：0000-0001235。"
			return nil
		})
	}
	if as := m.as("jiaoyu"); m.err == nil {
		correct(as, "县教育局")
		as.Key += "/submit"
		m.file(as, "县教育局", act.FilingSubmitted, submit)
	}
	if as := m.as(Administrator); m.err == nil {
		m.file(as, "县教育局", act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(nil, on) })
	}
	if as := m.as("jiaoyu"); m.err == nil {
		m.file(as, "县教育局", act.FilingPublished, func(f *store.FilingFile, on law.Date) error { return f.Publish(on) })
	}
	if as := m.as("qingshi"); m.err == nil {
		correct(as, "青石镇")
	}
}

// submit hands in what the office of the sample takes as it is: every finding
// has been looked at.
func submit(f *store.FilingFile, on law.Date) error { return f.Submit(nil, on) }

// report is an organ's published report, nil if there is none.
func (m *making) report(organ string, year int) *annual.Report {
	if m.err != nil {
		return nil
	}
	f, err := m.st.Report(m.ctx, m.organ[organ].ID, year)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			m.err = err
		}
		return nil
	}
	return f.Report
}

// file does one act on an organ's filing as it stands.
func (m *making) file(by store.By, organ, kind string, verb store.FilingVerb) {
	if m.err != nil {
		return
	}
	f, err := m.st.Filing(m.ctx, org.Program("示例县"), m.organ[organ].ID, LastYear)
	if m.err = err; err == nil {
		m.did(m.st.WithFiling(m.ctx, by, m.organ[organ].ID, LastYear, f.Version, kind, verb))
	}
}

// handIn lets an organ that has not filed hand in a report made from the one of
// the year before, with what was carried over.
func (m *making) handIn(organ string) {
	last := m.report(organ, LastYear-1)
	if last == nil {
		return
	}
	r := last.Clone()
	r.Year, r.Dated, r.Published = LastYear, law.Day(LastYear+1, 1, 14), law.Date{}
	r.Title = m.organ[organ].Name + strconv.Itoa(LastYear) + "年政府信息公开工作年度报告"
	r.Sources, r.Repairs, r.Undecided, r.Missing, r.Notes = nil, nil, nil, nil, nil
	for _, col := range []string{"natural", "business", "research", "charity", "legal", "other", "total"} {
		in := last.Get("t3.carried_out." + col)
		made := r.Get("t3.result_total."+col).N + r.Get("t3.carried_out."+col).N - in.N
		if !in.Known() || made < 0 {
			continue
		}
		r.Set("t3.carried_in."+col, in)
		r.Set("t3.new."+col, annual.Num(made))
	}
	o := m.organ[organ]
	findings := annual.Check(r, &annual.Context{Last: last, Level: o.OrganLevel()})
	m.file(m.by(law.Date{}), organ, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report, f.Findings = r, findings
		return nil
	})
	for _, x := range findings {
		if x.Level == annual.Warning {
			m.file(m.by(law.Date{}), organ, act.FilingExplained, func(f *store.FilingFile, on law.Date) error {
				return f.Explain(x, "已与登记台账核对，数据无误。", 0, "办公室经办人", on)
			})
		}
	}
	m.file(m.by(law.Date{}), organ, act.FilingSubmitted, submit)
}
