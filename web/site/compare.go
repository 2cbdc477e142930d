package site

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var compareTemplate = page.NewTemplate(files, "compare.html")

// comparePage is two reports side by side.
type comparePage struct {
	page.Base
	Sides       []side
	Ready       bool
	A, B        page.Link // Key is the short name over the columns
	EditionNote string
	Differences pairs
	Same        pairs
	Apart       pairs // cells of one edition only
	Prose       []prosePair
}

// side is one half of the question.
type side struct {
	Key        string // "a" or "b"
	Title      string
	Name       string
	Years      []page.Option
	Message    string
	Candidates []page.Link
	organ      org.Organ
	year       int
	report     *annual.Report
}

type pair struct{ Label, A, B, Change string }

// pairs are lines under the headings of their tables.
type pairs struct {
	Groups []pairGroup
	Count  int
}

type pairGroup struct {
	Title string
	Pairs []pair
}

// add puts a line under the heading of the cell's table.
func (p *pairs) add(title string, line pair) {
	p.Count++
	if n := len(p.Groups); n == 0 || p.Groups[n-1].Title != title {
		p.Groups = append(p.Groups, pairGroup{Title: title})
	}
	g := &p.Groups[len(p.Groups)-1]
	g.Pairs = append(g.Pairs, line)
}

type prosePair struct {
	Heading string
	A, B    [][]sentence // by paragraph
}

type sentence struct {
	Text string
	Only bool // the other report does not have it
}

// compare answers ?a=organ:year&b=organ:year, or asks for both by name.
func (s *Site) compare(w http.ResponseWriter, r *http.Request) error {
	p := comparePage{Base: s.cfg.Base(r, "reports", "比较两份年度报告")}
	p.Crumbs = []page.Link{{Text: "公开年报", Href: "/reports"}}
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	for i, k := range []string{"a", "b"} {
		sd := side{Key: k, Title: []string{"前一份", "后一份"}[i]}
		if err := s.choose(r, &sd, years); err != nil {
			return err
		}
		p.Sides = append(p.Sides, sd)
	}
	s.fillCandidates(r, &p)
	if a, b := &p.Sides[0], &p.Sides[1]; a.report != nil && b.report != nil {
		switch may, err := s.mayCompare(r.Context(), a.organ.ID, b.organ.ID); {
		case err != nil:
			return err
		case may:
			p.compared(a, b)
		default:
			b.Message = "本站只比较同一个机关的两个年度；不同机关之间的比较由主管部门决定是否开放，目前没有开放。"
		}
	}
	return page.Render(w, r, compareTemplate, p)
}

// choose finds the report that one half of the question names.
func (s *Site) choose(r *http.Request, sd *side, years []int) error {
	q := r.URL.Query()
	name, year, _ := strings.Cut(q.Get(sd.Key), ":")
	byName := strings.TrimSpace(q.Get(sd.Key + "n"))
	if byName != "" || q.Get(sd.Key+"y") != "" {
		name, year = "", q.Get(sd.Key+"y")
	}
	y, ok := yearOf(year)
	if !ok && len(years) > 0 {
		y = years[0]
		if sd.Key == "a" && len(years) > 1 {
			y = years[1]
		}
	}
	sd.year, sd.Name = y, byName
	sd.Years = page.Years(years, y)
	var err error
	switch {
	case name != "":
		if sd.organ, err = s.organOf(r, name); err != nil {
			return err
		}
	case byName != "":
		rows, _, err := s.list(r.Context(), store.TableQuery{Year: y, Search: byName, Limit: 20})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if len(rows) == 1 || row.Organ == byName {
				sd.organ = row.organ
				break
			}
			sd.Candidates = append(sd.Candidates, page.Link{Key: row.key + ":" + strconv.Itoa(y), Text: row.Organ})
		}
		if sd.organ.ID == 0 {
			sd.Message = fmt.Sprintf("%d年度没有名称含“%s”的报告，请写机关名称的一部分。", y, byName)
			if len(sd.Candidates) > 0 {
				sd.Message = sd.Title + "有多个机关符合，请选择："
			}
			return nil
		}
		sd.Candidates = nil
	default:
		return nil
	}
	sd.Name = sd.organ.Name
	f, err := s.publishedReport(r.Context(), sd.organ.ID, y)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, page.ErrNotFound) {
		sd.Message = fmt.Sprintf("%s的%d年度报告不在本站，请选择其他年度。", sd.organ.Name, y)
		return nil
	}
	if err != nil {
		return err
	}
	sd.report = f.Report
	return nil
}

// fillCandidates gives every candidate an address that keeps the other half.
func (s *Site) fillCandidates(_ *http.Request, p *comparePage) {
	for i := range p.Sides {
		other := &p.Sides[1-i]
		for j := range p.Sides[i].Candidates {
			c := &p.Sides[i].Candidates[j]
			rest := []string{other.Key + "n", other.Name, other.Key + "y", strconv.Itoa(other.year)}
			if other.organ.ID != 0 {
				rest = []string{other.Key, organKey(other.organ) + ":" + strconv.Itoa(other.year)}
			}
			c.Href = page.With("/reports/compare", append([]string{p.Sides[i].Key, c.Key}, rest...)...)
		}
	}
}

func (p *comparePage) compared(a, b *side) {
	p.Ready = true
	p.Title = a.organ.Name + strconv.Itoa(a.year) + "年度与" + b.organ.Name + strconv.Itoa(b.year) + "年度比较"
	link := func(s *side) page.Link {
		l := page.Link{Key: s.organ.Name + " " + strconv.Itoa(s.year), Text: fmt.Sprintf("%s%d年度报告", s.organ.Name, s.year), Href: reportHref(organKey(s.organ), s.year)}
		if a.organ.ID == b.organ.ID {
			l.Key = strconv.Itoa(s.year) + "年度"
		}
		return l
	}
	p.A, p.B = link(a), link(b)
	if a.report.Form != b.report.Form {
		p.EditionNote = "两份报告的表格版本不同，只比较两个版本含义相同的项目。"
	}
	listed := map[string]bool{}
	for _, d := range annual.Compare(a.report, b.report) {
		listed[d.Cell] = true
		c, title := cellOf(a.report, b.report, d.Cell)
		t := c.Type
		pr := pair{Label: unquoted(d.Label, c.Label), A: shown(d.A, t), B: shown(d.B, t)}
		switch {
		case !d.Comparable:
			p.Apart.add(title, pr)
		case d.A == d.B:
			p.Same.add(title, pr)
		default:
			if d.A.Known() && d.B.Known() {
				pr.Change = signed(d.B.N-d.A.N, t)
			}
			p.Differences.add(title, pr)
		}
	}
	if a.report.Form == b.report.Form {
		for i, c := range a.report.Form.Cells {
			if v := a.report.Values[i]; !listed[c.ID] && v.Known() && v == b.report.Values[i] {
				p.Same.add(a.report.Form.Table(c.Table).Name, pair{Label: c.Label, A: v.Format(c.Type)})
			}
		}
	}
	p.Prose = compareProse(a.report, b.report)
}

// cellOf is a cell of either form and the name of its table.
func cellOf(a, b *annual.Report, id string) (annual.Cell, string) {
	for _, r := range []*annual.Report{b, a} {
		if i, ok := r.Form.Index(id); ok {
			c := r.Form.Cells[i]
			return c, r.Form.Table(c.Table).Name
		}
	}
	return annual.Cell{Label: id}, ""
}

// unquoted takes the table's name off a label that stands under it.
func unquoted(label, cell string) string {
	if _, rest, ok := strings.Cut(label, "“"+cell+"”"); ok {
		return cell + rest
	}
	return label
}

func signed(n int64, t annual.CellType) string {
	s := annual.Num(n).Format(t)
	if n > 0 {
		return "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}

// compareProse lays the chapters that hold prose side by side and marks the
// sentences that only one of the reports has.
func compareProse(a, b *annual.Report) []prosePair {
	has := func(r *annual.Report) map[string]bool {
		m := map[string]bool{}
		for _, c := range r.Chapters {
			for _, p := range split(c) {
				for _, s := range p {
					m[bare(s)] = true
				}
			}
		}
		return m
	}
	inA, inB := has(a), has(b)
	var out []prosePair
	for i, c := range a.Form.Chapters {
		if i >= len(a.Chapters) || i >= len(b.Chapters) || a.Chapters[i] == "" && b.Chapters[i] == "" {
			continue
		}
		out = append(out, prosePair{Heading: c.Ordinal + "、" + c.Title, A: marked(a.Chapters[i], inB), B: marked(b.Chapters[i], inA)})
	}
	return out
}

func marked(chapter string, other map[string]bool) [][]sentence {
	var out [][]sentence
	for _, p := range split(chapter) {
		var line []sentence
		for _, s := range p {
			line = append(line, sentence{s, !other[bare(s)]})
		}
		out = append(out, line)
	}
	return out
}

// split cuts a chapter into paragraphs of sentences.
func split(chapter string) [][]string {
	var out [][]string
	for _, p := range page.Paragraphs(chapter) {
		var line []string
		rest := p.Text
		for rest != "" {
			i := strings.IndexAny(rest, "。！？；")
			if i < 0 {
				line = append(line, rest)
				break
			}
			i += len("。")
			line, rest = append(line, rest[:i]), rest[i:]
		}
		out = append(out, line)
	}
	return out
}

// bare is a sentence as it is compared: without spaces and end mark.
func bare(s string) string {
	return strings.TrimRight(strings.Join(strings.Fields(s), ""), "。！？；")
}
