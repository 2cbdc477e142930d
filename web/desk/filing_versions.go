package desk

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/web/page"
)

type filingVersionsPage struct {
	page.Base
	Organ       string
	Year        int
	Path        string
	Rows        []versionLine
	From, To    []page.Option
	Compared    string // which two stand below, "" for none
	Differences []reporting.Difference
	Same        bool
}

type versionLine struct {
	N             int
	Name          string
	On, By, Note  string
	Errors, Warns int
	Changed       string // how much against the one before
	Href          string // to what changed
}

var filingVersionsTemplate = page.NewTemplate(templates, "templates/filing_versions.html", "templates/filing_parts.html")

// filingVersions is the history of a filing: a snapshot of each time it was
// handed in or published, and what differs between any two of them, or from what
// it is now.
func (d *Desk) filingVersions(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	list, err := d.store.FilingVersions(r.Context(), c.viewer, c.id, c.Year)
	if err != nil {
		return missing(err)
	}
	p := filingVersionsPage{Base: d.filingBase(r, "版本"), Organ: c.Organ.Name, Year: c.Year, Path: c.path("")}
	p.Crumbs = c.crumbs(true)
	from, to := r.FormValue("from"), r.FormValue("to")
	if to == "" {
		to = "now"
	}
	if from == "" && len(list) > 0 {
		from = strconv.Itoa(list[0].N)
	}
	for _, v := range list {
		word := "第 " + strconv.Itoa(v.N) + " 版 · "
		if v.Correction > 0 {
			word += fmt.Sprintf("第 %d 次更正 · ", v.Correction)
		}
		word += map[bool]string{true: "发布", false: "报送"}[v.Public > 0]
		line := versionLine{N: v.N, Name: word, On: v.On.String(), By: v.Name, Note: v.Note, Errors: v.Errors, Warns: v.Warnings}
		if n := len(v.Differences); n > 0 && v.N > 1 {
			line.Changed = fmt.Sprintf("改了 %d 处", n)
			line.Href = page.With(c.path("/versions"), "from", strconv.Itoa(v.N-1), "to", strconv.Itoa(v.N))
		} else if v.N > 1 {
			line.Changed = "内容相同"
		}
		p.Rows = append(p.Rows, line)
		for _, o := range []struct {
			list *[]page.Option
			now  string
		}{{&p.From, from}, {&p.To, to}} {
			*o.list = append(*o.list, page.Option{Value: strconv.Itoa(v.N), Text: word + " " + v.On.String(), Selected: o.now == strconv.Itoa(v.N)})
		}
	}
	now := page.Option{Value: "now", Text: "现在的内容", Selected: to == "now"}
	if !c.Saved.IsZero() {
		now.Text += " " + law.DateOf(c.Saved).String()
	}
	p.To = append([]page.Option{now}, p.To...)
	if len(list) > 0 {
		a, err := d.versionOf(r, c, from)
		if err != nil {
			return err
		}
		b, err := d.versionOf(r, c, to)
		if err != nil {
			return err
		}
		p.Compared = versionName(from) + "与" + versionName(to)
		p.Differences = reporting.Differences(a, b)
		p.Same = len(p.Differences) == 0
	}
	return page.Render(w, r, filingVersionsTemplate, p)
}

func versionName(s string) string {
	if s == "now" {
		return "现在的内容"
	}
	return "第 " + s + " 版"
}

// versionOf is the content of a snapshot, or as it is now.
func (d *Desk) versionOf(r *http.Request, c *filingCase, s string) (*annual.Report, error) {
	if s == "now" {
		return c.Report, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil, page.ErrNotFound
	}
	f, err := d.store.FilingVersion(r.Context(), c.viewer, c.id, c.Year, n)
	if err != nil {
		return nil, missing(err)
	}
	return f.Report, nil
}
