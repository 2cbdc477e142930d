package sample

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/ingest"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// onItsWay says whose report of the last fiscal year is not published yet when
// the sample is made: the county's January is going on.
func onItsWay(short string) bool {
	switch short {
	case "白鹿镇", "石桥镇", "柳溪镇", "双河镇", "松坪镇", "县住房和城乡建设局", "县人力资源和社会保障局":
		return true
	}
	return false
}

// january lets those reports stand where they may stand in January: not begun,
// read from a file, checked, handed in in time and late, handed in again after a
// return, accepted.
func (m *making) january() {
	year := m.today.Year - 1
	if m.err != nil || year < FirstYear || year > LastYear || m.report("双河镇", year-1) == nil || m.report("双河镇", year) != nil {
		return
	}
	f := &filingMaking{m, makeCounty(), year}
	f.write("双河镇", nil)
	f.verb("双河镇", "", f.day(14), act.FilingChecked, func(x *store.FilingFile, _ law.Date) error { return x.Check(x.Findings) })
	f.write("石桥镇", nil)
	f.submit("石桥镇", f.day(26))
	f.write("县住房和城乡建设局", nil)
	f.submit("县住房和城乡建设局", f.day(23))
	f.write("白鹿镇", nil)
	f.submit("白鹿镇", f.day(12))
	f.verb("白鹿镇", Administrator, f.day(15), act.FilingAccepted, func(x *store.FilingFile, on law.Date) error { return x.Accept(x.Findings, on) })
	f.again()
	f.spoiltFile()
}

type filingMaking struct {
	*making
	county *county
	year   int
}

// day is a day of January, or today if that has not come yet.
func (f *filingMaking) day(n int) law.Date {
	if d := law.Day(f.year+1, 1, n); !d.After(f.today) {
		return d
	}
	return f.today
}

// report is an organ's true report with a change.
func (f *filingMaking) report(short string, change func(r *annual.Report)) *annual.Report {
	r := f.county.reports[f.county.position(strings.TrimPrefix(short, "县"))][f.year].Clone()
	if change != nil {
		change(r)
	}
	return r
}

// verb does something to a filing as one of the people, "" for the program.
func (f *filingMaking) verb(short, who string, on law.Date, kind string, verb store.FilingVerb) {
	by := f.by(on)
	if who != "" {
		by = f.as(who)
		by.On = on
	}
	if f.err != nil {
		return
	}
	now, err := f.st.Filing(f.ctx, org.Program("示例县"), f.organ[short].ID, f.year)
	if f.err = err; err == nil {
		f.did(f.st.WithFiling(f.ctx, by, f.organ[short].ID, f.year, now.Version, kind, verb))
	}
}

// save keeps content, checked against the report of the year before.
func (f *filingMaking) save(short string, r *annual.Report, file string) {
	o := f.organ[short]
	c := &annual.Context{Level: o.OrganLevel()}
	if last, err := f.st.Report(f.ctx, o.ID, f.year-1); err == nil {
		c.Last = last.Report
	}
	findings := reporting.Judge(r, c)
	f.verb(short, "", f.day(9), act.FilingSaved, func(x *store.FilingFile, _ law.Date) error {
		x.Report, x.Findings, x.FileName = r, findings, file
		return nil
	})
}

func (f *filingMaking) write(short string, change func(r *annual.Report)) {
	f.save(short, f.report(short, change), "")
}

func (f *filingMaking) submit(short string, on law.Date) {
	f.verb(short, "", on, act.FilingSubmitted, func(x *store.FilingFile, on law.Date) error { return x.Submit(x.Findings, on) })
}

// again is a town whose report came back and was handed in again with one of the
// reasons as it was.
func (f *filingMaking) again() {
	f.write("柳溪镇", nil)
	f.submit("柳溪镇", f.day(9))
	marks := []reporting.Mark{{Cell: "t2.licence.decisions", Text: "比上年增加较多，请核对。"}, {Cell: "t2.fees.amount", Text: "与财政决算不符。"}}
	f.verb("柳溪镇", Administrator, f.day(14), act.FilingReturned, func(x *store.FilingFile, _ law.Date) error { return x.Return(marks) })
	f.write("柳溪镇", func(r *annual.Report) { r.Set("t2.licence.decisions", annual.Num(r.Get("t2.licence.decisions").N+1)) })
	f.submit("柳溪镇", f.day(18))
}

// spoiltFile is a town that sent text in which the separators of two rows were
// lost: its figures wait to be confirmed one by one.
func (f *filingMaking) spoiltFile() {
	r := f.report("松坪镇", nil)
	p := lay(r)
	p.glue("t3.new.natural")
	p.glue("t2.normative.made")
	p.relabel("信访举报", "住房举报")
	data, name := p.text(), fmt.Sprintf("松坪镇%d年年报.txt", f.year)
	read, err := ingest.Read(f.ctx, name, data)
	if err != nil {
		f.err = fmt.Errorf("sample: %s: %w", name, err)
		return
	}
	f.save("松坪镇", read.Report, name)
	if f.err != nil {
		return
	}
	now, err := f.st.Filing(f.ctx, org.Program("示例县"), f.organ["松坪镇"].ID, f.year)
	if f.err = err; err != nil {
		return
	}
	_, err = f.st.PutFilingSource(f.ctx, f.by(f.day(9)), f.organ["松坪镇"].ID, f.year, now.Version, name, bytes.NewReader(data))
	if err != nil && !errors.Is(err, store.ErrNoSecret) && !errors.Is(err, store.ErrNoBlobs) {
		f.err = err // without a key there is no file beside it
	}
}

// glue loses the separators of the row that holds the figure.
func (p *page) glue(figure string) {
	for i := range p.blocks {
		at := p.blocks[i].rowOf(figure)
		if at < 0 {
			continue
		}
		var row []cell
		glued := ""
		for _, c := range p.blocks[i].rows[at] {
			if c.figure == "" {
				row = append(row, c)
				continue
			}
			glued += c.text
		}
		p.blocks[i].rows[at] = append(row, cell{text: glued, rows: 1, cols: 1})
	}
}
