package desk

import (
	"fmt"
	"strings"

	"gongkai/doc"
	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/web/page"
)

// A view is one report with its findings as pages draw it: the same for a
// dropped file and for a report in the store.
type view struct {
	Name    string // what it is called on the page, "" for what was read from a file
	File    string
	Organ   string
	Title   string
	Year    int
	Edition string
	Status  page.Tag
	Advice  string // what to do, one sentence
	Errors  int
	Warns   int
	Infos   int

	Tables      []page.ReportTable
	Findings    []findingView
	Suggestions []suggestion
	Repairs     []repairView
	Undecided   []undecidedView
	Missing     []string
	Notes       []noteView
	Intro       []proseView
	Chapters    []chapterView
	Facts       []fact
	Raw         []rawTable
	Source      *sourceView
}

type fact struct{ Name, Value string }

// A findingView is one finding as a sentence with everything behind it.
type findingView struct {
	ID       string // of the element, finding-1
	Tag      page.Tag
	Tone     string // "", "w", "i" for the bar
	Code     string
	Message  string
	Expected string
	Found    string
	Suggest  string
	Quote    string
	QuoteAt  string // anchor of the quote in the narrative, "" if it does not occur
	Where    string // place in the source in words
	Source   string // anchor in the source panel, "" if there is none
	Cells    []page.Link
	Rule     *ruleView
}

type repairView struct {
	ID, Code, Name, Was, ReadAs, Where, Source string
	Cells                                      []page.Link
}

type undecidedView struct {
	Raw, Why, Where, Source string
	Cells                   []page.Link
}

type noteView struct{ Code, Text, Where string }

type chapterView struct {
	ID      string // chapter-1
	Heading string // as printed, the form's where the source has none
	Note    string // why the heading is not the source's own
	Paras   []proseView
	Tables  []page.ReportTable
}

type rawTable struct {
	Name string
	Rows []rawRow
}

type rawRow struct {
	Link             page.Link
	Raw, Value, Kind string
	Where, Source    string
	Tone             string
}

// newView draws a report. d may be nil: then there is no source panel.
func newView(file string, r *annual.Report, findings []annual.Finding, d *doc.Document) *view {
	return newMarkedView(file, r, findings, d, nil)
}

// A cellMark is what a person said about a cell, with where it stands in full.
type cellMark struct {
	page.Mark
	Href string
}

// newMarkedView is newView with marks that outweigh those of the findings.
func newMarkedView(file string, r *annual.Report, findings []annual.Finding, d *doc.Document, more map[string]cellMark) *view {
	return newViewWith(file, r, findings, d, more, page.TableOptions{})
}

// newViewWith is newMarkedView with what else stands in the tables: a second
// figure, a box to tick.
func newViewWith(file string, r *annual.Report, findings []annual.Finding, d *doc.Document, more map[string]cellMark, opts page.TableOptions) *view {
	v := &view{File: file, Organ: r.Organ, Title: r.Title, Year: r.Year, Edition: r.Form.Edition, Status: page.StatusTag(r.Status())}
	if v.Organ == "" {
		v.Organ = "未写明机关的报告"
	}
	src := newSource(d)
	marks := marksOf(r, findings)
	first := map[string]string{} // cell → anchor of its first finding
	for i, f := range sorted(findings) {
		fv := findingOf(r, f, i+1, src)
		for _, c := range f.Cells {
			if first[c] == "" {
				first[c] = "#" + fv.ID
			}
		}
		switch f.Level {
		case annual.Error:
			v.Errors++
		case annual.Warning:
			v.Warns++
		default:
			v.Infos++
		}
		v.Findings = append(v.Findings, fv)
	}
	for i, rp := range r.Repairs {
		for _, c := range rp.Cells {
			if first[c] == "" {
				first[c] = fmt.Sprintf("#repair-%d", i+1)
			}
		}
		v.Repairs = append(v.Repairs, repairView{fmt.Sprintf("repair-%d", i+1), rp.Code, repairName(rp.Code), rp.Was, rp.ReadAs, rp.At.String(), src.anchor(rp.At), cellLinks(r, rp.Cells)})
	}
	for _, u := range r.Undecided {
		v.Undecided = append(v.Undecided, undecidedView{u.Raw, u.Why, u.At.String(), src.anchor(u.At), cellLinks(r, u.Cells)})
	}
	for _, n := range r.Notes {
		v.Notes = append(v.Notes, noteView{n.Code, n.Text, n.At.String()})
	}
	for _, m := range r.Missing {
		v.Missing = append(v.Missing, missingName(r.Form, m))
	}
	for c, m := range more {
		marks[c], first[c] = m.Mark, m.Href
	}
	v.Suggestions = suggestionsOf(r, findings)
	v.Facts = factsOf(r)
	opts.Marks, opts.Link = marks, func(c string) string { return first[c] }
	opts.Text = func(i int) string {
		if t := render.Figure(r, i); t != "" || first[r.Form.Cells[i].ID] == "" {
			return t
		}
		return "空" // a blank cell must still hold the link to its finding
	}
	v.Tables = page.ReportTables(r, opts)
	v.narrative(r, findings)
	v.Raw = rawTables(r, marks, src)
	v.Source = src.panel(r, marks)
	v.Advice = advice(r, v)
	return v
}

// advice says in one sentence what to do next.
func advice(r *annual.Report, v *view) string {
	switch u := unread(r); {
	case u != "":
		return u
	case len(r.Undecided) > 0:
		return fmt.Sprintf("原文有 %d 处数字无法确定，请对照原文补填后再核对；程序没有替您猜。", len(r.Undecided))
	case len(r.Missing) > 0:
		return "报告缺少" + strings.Join(v.Missing, "、") + "，请补齐后重新提交。"
	case v.Errors > 0 && len(v.Suggestions) > 0:
		return fmt.Sprintf("有 %d 处错误须改正。程序找到了能使全表平衡的最小改动，请对照原始台账确认后再采纳。", v.Errors)
	case v.Errors > 0:
		return fmt.Sprintf("有 %d 处错误须改正，改正后再报送。", v.Errors)
	case v.Warns > 0:
		return fmt.Sprintf("没有错误；有 %d 处请核实，确有原因的写明说明即可。", v.Warns)
	case len(r.Repairs) > 0:
		return fmt.Sprintf("数字平衡，没有错误；读入时修复了 %d 处写法，请看一眼修复是否正确。", len(r.Repairs))
	}
	return "各项数字平衡，格式完整，可以报送。"
}

// sorted gives findings by level, errors first, otherwise in their order.
func sorted(fs []annual.Finding) []annual.Finding {
	out := make([]annual.Finding, 0, len(fs))
	for _, l := range []annual.Level{annual.Error, annual.Warning} {
		for _, f := range fs {
			if f.Level == l {
				out = append(out, f)
			}
		}
	}
	for _, f := range fs {
		if f.Level != annual.Error && f.Level != annual.Warning {
			out = append(out, f)
		}
	}
	return out
}

func findingOf(r *annual.Report, f annual.Finding, n int, src *source) findingView {
	v := findingView{ID: fmt.Sprintf("finding-%d", n), Tag: page.LevelTag(f.Level), Code: f.Code, Message: f.Message,
		Expected: f.Expected, Found: f.Found, Suggest: f.Suggest, Quote: f.Quote, Cells: cellLinks(r, f.Cells), Rule: ruleFor(f.Code)}
	switch f.Level {
	case annual.Error:
	case annual.Warning:
		v.Tone = "w"
	default:
		v.Tone = "i"
	}
	at := f.At
	if at.IsZero() && len(f.Cells) > 0 {
		if i, ok := r.Form.Index(f.Cells[0]); ok {
			at = r.At(i)
		}
	}
	v.Where, v.Source = at.String(), src.anchor(at)
	return v
}

// maxLinks bounds the links of one finding: a table left blank names them all.
const maxLinks = 6

func cellLinks(r *annual.Report, ids []string) []page.Link {
	var out []page.Link
	for _, id := range ids {
		if len(out) == maxLinks {
			out = append(out, page.Link{Text: fmt.Sprintf("等 %d 格", len(ids))})
			break
		}
		if i, ok := r.Form.Index(id); ok {
			out = append(out, page.Link{Key: id, Text: r.Form.Cells[i].Label, Href: "#" + page.CellID(id)})
		}
	}
	return out
}

// marksOf says how each cell is shown. An error outweighs a doubt, a doubt a
// repair.
func marksOf(r *annual.Report, findings []annual.Finding) map[string]page.Mark {
	m := map[string]page.Mark{}
	for _, rp := range r.Repairs {
		for _, c := range rp.Cells {
			m[c] = page.Mark{Tone: "fix", Note: fmt.Sprintf("读入时修复：%s → %s", rp.Was, rp.ReadAs)}
		}
	}
	for _, u := range r.Undecided {
		for _, c := range u.Cells {
			m[c] = page.Mark{Tone: "sus", Note: "未能确定：" + u.Why}
		}
	}
	put := func(level annual.Level, tone string) {
		for _, f := range findings {
			if f.Level != level {
				continue
			}
			for i, c := range f.Cells {
				t := tone
				if i > 0 && len(f.Cells) > maxStrong && !changes(f, c) {
					t = "part"
				}
				if m[c].Tone == tone || t == "part" && m[c].Tone != "" {
					continue
				}
				m[c] = page.Mark{Tone: t, Note: f.Message}
			}
		}
	}
	put(annual.Warning, "sus")
	put(annual.Error, "bad")
	return m
}

// maxStrong is up to how many cells a finding marks all of them alike. Beyond
// that, a column that does not add up say, the first cell (the sum) and those
// that a suggestion would change stand out and the rest is only tinted.
const maxStrong = 4

func changes(f annual.Finding, cell string) bool {
	for _, c := range f.Changes {
		if c.Cell == cell {
			return true
		}
	}
	return false
}

func factsOf(r *annual.Report) []fact {
	var out []fact
	add := func(n, v string) {
		if v == "" {
			v = "原文未写"
		}
		out = append(out, fact{n, v})
	}
	add("标题", r.Title)
	add("机关", r.Organ)
	add("落款", r.Signature)
	add("成文日期", r.Dated.Chinese())
	if !r.Published.IsZero() {
		add("发布日期", r.Published.Chinese())
	}
	add("联系方式", r.Contact)
	return out
}

func rawTables(r *annual.Report, marks map[string]page.Mark, src *source) []rawTable {
	if len(r.Sources) == 0 {
		return nil
	}
	var out []rawTable
	for _, t := range r.Form.Tables {
		rt := rawTable{Name: t.Name}
		for i, c := range r.Form.Cells {
			if c.Table != t.ID {
				continue
			}
			at := r.At(i)
			rt.Rows = append(rt.Rows, rawRow{Link: page.Link{Text: c.Label, Href: "#" + page.CellID(c.ID)}, Raw: r.Raw(i),
				Value: r.Values[i].Format(c.Type), Kind: kindName(r.Values[i].Kind), Where: at.String(), Source: src.anchor(at), Tone: marks[c.ID].Tone})
		}
		out = append(out, rt)
	}
	return out
}

func kindName(k annual.Kind) string {
	switch k {
	case annual.Number, annual.Zero:
		return "数字"
	case annual.Blank:
		return "空白"
	case annual.NA:
		return "不适用"
	case annual.Text:
		return "文字"
	}
	return "未读出"
}

// missingName says in words which part of the form the source lacks.
func missingName(f *annual.Form, id string) string {
	if n, ok := strings.CutPrefix(id, "chapter."); ok {
		for i, c := range f.Chapters {
			if n == fmt.Sprint(i+1) || n == c.Ordinal {
				return "第" + c.Ordinal + "章“" + c.Title + "”"
			}
		}
	}
	table, row, _ := strings.Cut(id, ".")
	t := f.Table(table)
	if t == nil {
		return id
	}
	for _, p := range t.Parts {
		for _, r := range p.Rows {
			if row != "" && r.Key == row {
				return "“" + t.Name + "”表的“" + r.Label() + "”"
			}
		}
	}
	return "“" + t.Name + "”表"
}
