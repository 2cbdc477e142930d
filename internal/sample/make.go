package sample

import (
	"bytes"
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/render"
)

// A filed report is a source file of the sample before it is read.
type filed struct {
	organ     int // position in organs()
	year      int
	name      string
	data      []byte
	published law.Date
}

// A county is every true report of the sample.
type county struct {
	organs  []organ
	reports []map[int]*annual.Report // by organ, then year
}

func makeCounty() *county {
	c := &county{organs: organs()}
	for i, o := range c.organs {
		c.reports = append(c.reports, history(i, o))
	}
	for year := FirstYear; year <= LastYear; year++ {
		var below []*annual.Report
		for i := 1; i < len(c.organs); i++ {
			if !c.organs[i].kit {
				below = append(below, c.reports[i][year])
			}
		}
		c.reports[0][year] = whole(c.reports[0][year], below)
	}
	for i, o := range c.organs {
		for year := FirstYear; year <= LastYear; year++ {
			write(i, o, c.reports[i][year])
		}
	}
	for i, o := range c.organs {
		for year := FirstYear; year <= LastYear; year++ {
			if from := c.position(copies(shortName(o), year)); from >= 0 {
				copyProse(c.reports[i][year], c.reports[from][year], o, c.organs[from])
			}
		}
	}
	return c
}

// shortName is the key of faults: the short name without 县.
func shortName(o organ) string { return strings.TrimPrefix(o.short, "县") }

func (c *county) position(short string) int {
	for i, o := range c.organs {
		if short != "" && shortName(o) == short {
			return i
		}
	}
	return -1
}

// copyProse replaces an organ's prose by a neighbour's with only the names and
// the counts of applications changed, as a copyist does.
func copyProse(r, from *annual.Report, o, model organ) {
	for _, ch := range []int{0, 4} {
		own := ""
		for _, s := range strings.Split(r.Chapters[ch], "\n") {
			if strings.HasPrefix(s, "（二）依申请公开") {
				own = s
			}
		}
		var out []string
		for _, s := range strings.Split(from.Chapters[ch], "\n") {
			if own != "" && strings.HasPrefix(s, "（二）依申请公开") {
				s = own
			}
			out = append(out, strings.ReplaceAll(s, model.short, o.short))
		}
		r.Chapters[ch] = strings.Join(out, "\n")
	}
}

// file makes the source file of one report, with its fault if it has one.
func (c *county) file(i, year int) (filed, error) {
	o := c.organs[i]
	r := c.reports[i][year].Clone()
	ft := faults()[shortName(o)][year]
	if ft.form != "" {
		r = inForm(r, annual.Edition(ft.form))
	}
	if ft.report != nil {
		ft.report(r)
	}
	format := ft.format
	if format == "" {
		format = []string{"docx", "html", "txt"}[(i+year)%3]
	}
	p := lay(r)
	if ft.page != nil {
		ft.page(p)
	}
	f := filed{organ: i, year: year, published: r.Dated.AddDays(2)}
	data, err := encode(r, p, format, f.published)
	f.name, f.data = fmt.Sprintf("%s%d年政府信息公开工作年度报告.%s", shortTitle(o), year, format), data
	return f, err
}

func shortTitle(o organ) string {
	if o.kind == "government" {
		return o.name
	}
	return o.short
}

func encode(r *annual.Report, p *page, format string, published law.Date) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch format {
	case "txt":
		return p.text(), nil
	case "gbk":
		return p.gbk(), nil
	case "html":
		return p.html(published.String() + " 10:20"), nil
	case "docx":
		err = render.DOCX(&b, r, render.Options{})
	case "xlsx":
		err = render.XLSX(&b, r, render.Options{})
	default:
		err = fmt.Errorf("sample: no format %q", format)
	}
	return b.Bytes(), err
}

// inForm puts a report's prose and the figures both editions share into
// another edition, as someone does who fills in last year's file.
func inForm(r *annual.Report, f *annual.Form) *annual.Report {
	x := annual.New(f, r.Organ, r.Year)
	for i := range x.Values {
		x.Values[i] = annual.Num(0)
		if v := r.Get(f.Cells[i].ID); v.Known() {
			x.Values[i] = v
		}
	}
	for _, c := range []string{"natural", "business", "research", "charity", "legal", "other", "total"} {
		n := int64(0)
		for _, row := range []string{"other_overdue", "other_unpaid", "other_misc"} {
			n += r.Get("t3." + row + "." + c).N
		}
		x.Set("t3.other."+c, annual.Num(n))
	}
	x.Title, x.Intro, x.Signature, x.Dated = r.Title, r.Intro, r.Signature, r.Dated
	copy(x.Chapters, r.Chapters)
	copy(x.Headings, r.Headings)
	return x
}
