package reporting

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/text"
)

// Build sorts what came in by organ. With an empty list every organ that a
// report names is a row. year is the fiscal year collected, 0 for the year that
// most reports are for.
func Build(entries []Entry, organs []org.Organ, year int) *Collection {
	if year == 0 {
		year = MostlyYear(entries)
	}
	c := &Collection{Year: year, Listed: len(organs) > 0}
	byOrgan, others := sortOut(c, newMatcher(organs), entries)
	for i, o := range organs {
		r := c.row(o.Name, byOrgan[i])
		r.Listed = true
		r.ID = o.ID
		if r.Level = o.OrganLevel(); r.Level == annual.LevelUnknown {
			r.Level = LevelOf(o.Name)
		}
		c.Rows = append(c.Rows, r)
	}
	names := make([]string, 0, len(others))
	for n := range others {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		r := c.row(n, others[n])
		r.Level = LevelOf(n)
		r.Listed = !c.Listed
		if c.Listed {
			r.Notes = append(r.Notes, "该机关不在应报名单中，请核对名单或报告中的机关名称。")
		}
		if r.Status == Missing { // only another year's file: no row of its own
			continue
		}
		c.Rows = append(c.Rows, r)
	}
	return c
}

// sortOut gives each entry to an organ of the list, to the name its report
// bears, or to c.Unknown.
func sortOut(c *Collection, m *matcher, entries []Entry) (byOrgan [][]Entry, others map[string][]Entry) {
	byOrgan, others = make([][]Entry, len(m.organs)), map[string][]Entry{}
	sure := make([]bool, len(m.organs)) // has a report whose file name does not contradict it
	type match struct{ r, f int }
	found := make([]match, len(entries))
	for i := range entries {
		r, f := m.ofReport(&entries[i]), m.ofFile(&entries[i])
		if r < 0 && f >= 0 && entries[i].Report != nil && elsewhere(m.organs[f].Name, ownName(entries[i].Report)) {
			f = -1 // the short name of its file suits every county's bureau
		}
		found[i] = match{r, f}
		if r >= 0 && (f < 0 || f == r) {
			sure[r] = true
		}
	}
	for i, e := range entries {
		r, f := found[i].r, found[i].f
		switch {
		case r >= 0 && f >= 0 && r != f && sure[r]:
			// A neighbour's report handed in under another file name: the name in
			// it was most likely left when it was copied.
			e.Findings = append([]annual.Finding{wrongName(m.organs[r].Name, m.organs[f].Name)}, e.Findings...)
			byOrgan[f] = append(byOrgan[f], e)
		case r >= 0:
			byOrgan[r] = append(byOrgan[r], e)
		case f >= 0:
			byOrgan[f] = append(byOrgan[f], e)
		case e.Report != nil && ownName(e.Report) != "":
			others[ownName(e.Report)] = append(others[ownName(e.Report)], e)
		case !c.Listed && guessFromFile(e.File) != "":
			// without a list the file's name is all there is to call it by
			n := guessFromFile(e.File)
			others[n] = append(others[n], e)
		default:
			c.Unknown = append(c.Unknown, e)
		}
	}
	return byOrgan, others
}

func wrongName(in, file string) annual.Finding {
	return annual.Finding{Code: "KIT-ORGAN", Level: annual.Error, Expected: file, Found: in,
		Message: "文件名是" + file + "的，报告内写的机关却是" + in + "。",
		Suggest: "请核对报告的标题和落款；如系照抄，请改写为本机关的情况。"}
}

// MostlyYear is the fiscal year that most reports are for, the later of two
// equally frequent ones, 0 if none says.
func MostlyYear(entries []Entry) int {
	count := map[int]int{}
	best := 0
	for _, e := range entries {
		if e.Report == nil || e.Report.Year == 0 {
			continue
		}
		y := e.Report.Year
		count[y]++
		if count[y] > count[best] || (count[y] == count[best] && y > best) {
			best = y
		}
	}
	return best
}

// ownName is the organ a report calls itself.
func ownName(r *annual.Report) string {
	if r.Organ != "" {
		return r.Organ
	}
	return r.Signature
}

// guessFromFile takes what is left of a file name without the words that every
// such name has.
func guessFromFile(file string) string {
	n := strings.TrimSuffix(path.Base(file), path.Ext(file))
	for _, w := range []string{"政府信息公开工作年度报告", "政府信息公开年度报告", "信息公开工作年度报告", "政府信息公开", "年度报告", "年报", "年度"} {
		n = strings.ReplaceAll(n, w, "")
	}
	return strings.Trim(n, "0123456789年 _-（）()·.、")
}

// row decides which of an organ's files counts.
func (c *Collection) row(organ string, files []Entry) Row {
	r := Row{Organ: organ, Status: Missing}
	var ofYear []Entry
	for _, e := range files {
		if e.Report != nil && e.Report.Year != 0 && c.Year != 0 && e.Report.Year != c.Year {
			c.Strange = append(c.Strange, e)
			r.Notes = append(r.Notes, fmt.Sprintf("另收到%d年度的报告《%s》，不是本次收报的年度，未计入。", e.Report.Year, path.Base(e.File)))
			continue
		}
		ofYear = append(ofYear, e)
	}
	if len(ofYear) == 0 {
		return r
	}
	sort.SliceStable(ofYear, func(i, j int) bool { return better(&ofYear[i], &ofYear[j]) })
	use := ofYear[0]
	r.File, r.Report, r.Findings = use.File, use.Report, use.Findings
	for _, e := range ofYear[1:] {
		r.Other = append(r.Other, e.File)
		r.Notes = append(r.Notes, fmt.Sprintf("同一机关有多个文件：采用《%s》，未采用《%s》（%s）。", path.Base(use.File), path.Base(e.File), whyNot(&use, &e)))
	}
	if use.Report == nil {
		r.Status, r.Problem = Unreadable, use.Problem
		return r
	}
	r.settle()
	return r
}

// settle counts the findings and sets the status.
func (r *Row) settle() {
	r.Errors, r.Warnings = 0, 0
	for _, f := range r.Findings {
		switch f.Level {
		case annual.Error:
			r.Errors++
		case annual.Warning:
			r.Warnings++
		}
	}
	switch {
	case r.Errors > 0:
		r.Status = Return
	case r.Warnings > 0:
		r.Status = Explain
	default:
		r.Status = Accept
	}
}

// better orders the files of one organ: a readable one first, then the one that
// says it is corrected, the later dated, the one with fewer errors, the more
// whole; names decide last, so that the same folder always gives the same list.
func better(a, b *Entry) bool {
	if (a.Report != nil) != (b.Report != nil) {
		return a.Report != nil
	}
	if x, y := corrected(a.File), corrected(b.File); x != y {
		return x > y
	}
	if a.Report == nil {
		return a.File < b.File
	}
	if a.Report.Dated != b.Report.Dated {
		return b.Report.Dated.Before(a.Report.Dated)
	}
	if x, y := errorsOf(a), errorsOf(b); x != y {
		return x < y
	}
	if x, y := known(a.Report), known(b.Report); x != y {
		return x > y
	}
	return a.File < b.File
}

// whyNot says in words by which test of better b lost.
func whyNot(a, b *Entry) string {
	switch {
	case b.Report == nil:
		return "读不出：" + strings.TrimSuffix(b.Problem, "。")
	case corrected(a.File) != corrected(b.File):
		return "文件名表明前者是更正稿"
	case a.Report.Dated != b.Report.Dated:
		return "成文日期较早或未写"
	case errorsOf(a) != errorsOf(b):
		return "错误较多"
	case known(a.Report) != known(b.Report):
		return "数据不全"
	case sameFigures(a.Report, b.Report):
		return "数据相同，属重复报送"
	}
	return "按文件名先后，请核对哪一份有效"
}

// corrected ranks words in a file's name that say it replaces another.
func corrected(file string) int {
	n := text.Fold(path.Base(file))
	for i, words := range [][]string{{"最终", "定稿", "终稿"}, {"更正", "修改", "订正", "改后", "修订", "重报", "(改)", "new"}} {
		for _, w := range words {
			if strings.Contains(n, w) {
				return 2 - i
			}
		}
	}
	return 0
}

func errorsOf(e *Entry) int {
	n := 0
	for _, f := range e.Findings {
		if f.Level == annual.Error {
			n++
		}
	}
	return n
}

func known(r *annual.Report) int {
	n := 0
	for _, v := range r.Values {
		if v.Known() {
			n++
		}
	}
	return n
}

func sameFigures(a, b *annual.Report) bool { return figuresChanged(a, b) == 0 }

// figuresChanged counts cells whose value differs; reports of two editions
// differ in every cell.
func figuresChanged(a, b *annual.Report) int {
	if a.Form != b.Form {
		return len(b.Values)
	}
	n := 0
	for i := range a.Values {
		if a.Values[i] != b.Values[i] {
			n++
		}
	}
	return n
}
