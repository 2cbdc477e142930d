package desk

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/law"
	"gongkai/law/annual"
)

// A draft is the filling page's content as typed: figures as text by cell
// index, so that what cannot be accepted is shown again as it was written.
type draft struct {
	Form    *annual.Form
	Year    int
	Level   annual.OrganLevel
	Front   map[string]string // organ, title, intro, signature, dated, contact
	Figures []string
	Opening string   // chapter 一 before its first aspect
	Aspects []string // chapter 一 by aspect
	Prose   []string // the other chapters, by chapter
	Last    *annual.Report
	Held    []int // cells that a file leaves undecided: only a person fills them
}

// frontFields are the fields of a report that are neither figure nor chapter.
var frontFields = []string{"organ", "title", "intro", "signature", "dated", "published", "contact"}

// maxProse bounds one chapter in characters: the longest real one seen has
// some nine thousand.
const maxProse = 30_000

func newDraft(f *annual.Form, year int) *draft {
	return &draft{Form: f, Year: year, Front: map[string]string{}, Figures: make([]string, len(f.Cells)),
		Aspects: make([]string, len(f.Aspects)), Prose: make([]string, len(f.Chapters))}
}

// draftFrom reads the form as it was sent. Fields the edition lacks are passed
// over.
func draftFrom(v url.Values, f *annual.Form, year int) *draft {
	d := newDraft(f, year)
	d.Level = annual.OrganLevel(v.Get("level"))
	for _, n := range frontFields {
		d.Front[n] = newlines(v.Get(n))
	}
	for i, c := range f.Cells {
		d.Figures[i] = strings.TrimSpace(v.Get(c.ID))
	}
	d.Opening = newlines(v.Get("opening"))
	for i := range d.Aspects {
		d.Aspects[i] = newlines(v.Get(fmt.Sprintf("aspect.%d", i+1)))
	}
	for i := range d.Prose {
		d.Prose[i] = newlines(v.Get(fmt.Sprintf("chapter.%d", i+1)))
	}
	if last, err := decode(v.Get("last")); err == nil {
		d.Last = last
	}
	return d
}

func newlines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// draftOf opens a report for filling in: a saved draft, or any file read.
func draftOf(r *annual.Report) *draft {
	d := newDraft(r.Form, r.Year)
	d.Front = map[string]string{"organ": r.Organ, "title": r.Title, "intro": r.Intro, "signature": r.Signature,
		"dated": r.Dated.String(), "published": r.Published.String(), "contact": r.Contact}
	for i, v := range r.Values {
		switch {
		case v.Known():
			d.Figures[i] = v.Format(r.Form.Cells[i].Type)
		case v.Kind == annual.Text || v.Kind == annual.NA:
			d.Figures[i] = strings.TrimSpace(r.Raw(i))
		}
	}
	copy(d.Prose, r.Chapters)
	if len(d.Prose) > 0 {
		d.Opening, d.Aspects = splitAspects(r.Chapters[0], r.Form.Aspects)
		d.Prose[0] = ""
	}
	return d
}

// report is the draft as a report, without judging it.
func (d *draft) report() *annual.Report {
	r := annual.New(d.Form, strings.TrimSpace(d.Front["organ"]), d.Year)
	r.Title, r.Intro, r.Contact = d.Front["title"], d.Front["intro"], d.Front["contact"]
	r.Signature = d.Front["signature"]
	if strings.TrimSpace(r.Title) == "" && r.Organ != "" {
		r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", r.Organ, d.Year)
	}
	if r.Signature == "" {
		r.Signature = r.Organ
	}
	r.Dated, _ = parseDay(d.Front["dated"]) // a wrong date is a message at its field
	r.Published, _ = parseDay(d.Front["published"])
	r.Sources = make([]annual.Source, len(d.Figures))
	for i, s := range d.Figures {
		r.Values[i] = annual.ParseValue(s, d.Form.Cells[i].Type)
		r.Sources[i].Raw = s
	}
	for i, c := range d.Form.Chapters {
		r.Chapters[i] = strings.TrimSpace(d.Prose[i])
		r.Headings[i] = c.Ordinal + "、" + c.Title
	}
	r.Chapters[0] = joinAspects(d.Opening, d.Aspects, d.Form.Aspects)
	return r
}

// forCheck is the report as it is judged here. The rules say nothing about the
// prose of a form that nobody has begun; who asks for a check has begun it, so
// the chapters that are empty are named as missing.
func (d *draft) forCheck(r *annual.Report) *annual.Report {
	c := r.Clone()
	for i, ch := range d.Form.Chapters {
		if ch.Kind == "prose" && strings.TrimSpace(r.Chapters[i]) == "" {
			c.Missing = append(c.Missing, fmt.Sprintf("chapter.%d", i+1))
		}
	}
	return c
}

// messages are the complaints about single fields, by field name. They never
// keep a draft from being saved.
func (d *draft) messages() map[string]string {
	m := map[string]string{}
	organ := strings.TrimSpace(d.Front["organ"])
	switch n := utf8.RuneCountInString(organ); {
	case n == 0:
		m["organ"] = "请填写机关全称，例如“云岭县青石镇人民政府”。"
	case n > 60:
		m["organ"] = "机关名称超过 60 个字，请检查是否粘贴了别的内容。"
	}
	if s := d.Front["dated"]; s != "" {
		if _, err := parseDay(s); err != nil {
			m["dated"] = fmt.Sprintf("成文日期“%s”不是日期，请写成 %d-01-15 的样子。", clip(s, 20), d.Year+1)
		}
	}
	for i, s := range d.Figures {
		c := d.Form.Cells[i]
		if v := annual.ParseValue(s, c.Type); v.Kind == annual.Text {
			m[c.ID] = figureMessage(c, s)
		}
	}
	check := func(field, s string) {
		if n := utf8.RuneCountInString(s); n > maxProse {
			m[field] = fmt.Sprintf("这一段有 %d 字，超过上限 %d 字，请精简。", n, maxProse)
		}
	}
	check("opening", d.Opening)
	for i, s := range d.Aspects {
		check(fmt.Sprintf("aspect.%d", i+1), s)
	}
	for i, s := range d.Prose {
		check(fmt.Sprintf("chapter.%d", i+1), s)
	}
	return m
}

func figureMessage(c annual.Cell, s string) string {
	s = clip(s, 16)
	switch c.Type {
	case annual.Money:
		if c.Unit != "" {
			return fmt.Sprintf("“%s”不是金额。请填以%s为单位的数，最多六位小数，例如 0.038；没有的填 0。", s, c.Unit)
		}
		return fmt.Sprintf("“%s”不是金额。请只填数字，不写单位和“约”字；没有的填 0。", s)
	case annual.Signed:
		return fmt.Sprintf("“%s”不是增减数。请填整数，增加写 3，减少写 -3，没有变化写 0。", s)
	}
	return fmt.Sprintf("“%s”不是件数。请填不小于 0 的整数，没有的填 0。", s)
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// parseDay accepts what clerks type: 2026-01-15, 2026/1/15, 2026年1月15日.
func parseDay(s string) (law.Date, error) {
	s = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-", " ", "").Replace(strings.TrimSpace(s))
	if s == "" {
		return law.Date{}, nil
	}
	parts := strings.Split(s, "-")
	if len(parts) == 3 {
		y, e1 := strconv.Atoi(parts[0])
		m, e2 := strconv.Atoi(parts[1])
		d, e3 := strconv.Atoi(parts[2])
		if day := (law.Date{Year: y, Month: m, Day: d}); e1 == nil && e2 == nil && e3 == nil && y >= 1949 && y <= 2200 && day.Valid() {
			return day, nil
		}
	}
	return law.Date{}, fmt.Errorf("desk: %q is not a day", s)
}

// zero fills every empty cell of the tables with 0, once a person has
// confirmed a zero report (零报告), and says how many it filled and how many of
// these are sums that came out otherwise: a row that holds a figure does not
// add up to 0. Cells that hold anything are left alone.
func (d *draft) zero() (filled, sums int) {
	empty := make([]bool, len(d.Figures))
	for i, s := range d.Figures {
		if s == "" && !slices.Contains(d.Held, i) {
			d.Figures[i], empty[i] = "0", true
			filled++
		}
	}
	for range 3 { // a sum may feed another
		for _, e := range d.Form.Identities {
			if e.Op != annual.Equal || len(e.Right) != 1 || len(e.Left) < 2 || !empty[e.Right[0]] {
				continue
			}
			sum, known := int64(0), true
			for _, i := range e.Left {
				v := annual.ParseValue(d.Figures[i], d.Form.Cells[i].Type)
				known = known && v.Known()
				sum += v.N
			}
			if known {
				d.Figures[e.Right[0]] = annual.Num(sum).Format(d.Form.Cells[e.Right[0]].Type)
			}
		}
	}
	for _, e := range d.Form.Identities { // a sum over what is undecided is no 0
		if e.Op == annual.Equal && len(e.Right) == 1 && empty[e.Right[0]] && d.Figures[e.Right[0]] != "" &&
			slices.ContainsFunc(e.Left, func(i int) bool { return slices.Contains(d.Held, i) && d.Figures[i] == "" }) {
			d.Figures[e.Right[0]], empty[e.Right[0]] = "", false
			filled--
		}
	}
	for i, was := range empty {
		if was && d.Figures[i] != "0" {
			sums++
		}
	}
	return filled, sums
}

// turn takes the draft to another year, keeping what its edition has too.
func (d *draft) turn(f *annual.Form, year int) *draft {
	n := newDraft(f, year)
	n.Level, n.Front, n.Opening, n.Last = d.Level, d.Front, d.Opening, d.Last
	for i, s := range d.Figures {
		if j, ok := f.Index(d.Form.Cells[i].ID); ok {
			n.Figures[j] = s
		}
	}
	copy(n.Aspects, d.Aspects)
	copy(n.Prose, d.Prose)
	return n
}

// joinAspects writes chapter 一: the opening, then each aspect that says
// something under its numbered heading.
func joinAspects(opening string, texts, names []string) string {
	var parts []string
	if s := strings.TrimSpace(opening); s != "" {
		parts = append(parts, s)
	}
	n := 0
	for i, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			n++
			parts = append(parts, "（"+ordinal(n)+"）"+names[i]+"\n"+t)
		}
	}
	return strings.Join(parts, "\n")
}

// splitAspects is the way back. Only a line that is exactly a numbered heading
// of an aspect opens one; anything else stays where it is. A heading that
// comes twice or out of order is prose.
func splitAspects(chapter string, names []string) (opening string, texts []string) {
	texts = make([]string, len(names))
	bodies := make([][]string, len(names)+1)
	at := 0
	for line := range strings.SplitSeq(chapter, "\n") {
		if k := aspectOf(line, names); k > at {
			at = k
			continue
		}
		bodies[at] = append(bodies[at], line)
	}
	for i := range names {
		texts[i] = strings.TrimSpace(strings.Join(bodies[i+1], "\n"))
	}
	return strings.TrimSpace(strings.Join(bodies[0], "\n")), texts
}

// aspectOf returns the aspect (from 1) that a line is the heading of, or 0.
func aspectOf(line string, names []string) int {
	line = strings.TrimSpace(strings.TrimLeft(line, "　"))
	line = strings.TrimRight(line, "。：:")
	num, rest, ok := strings.Cut(line, "）")
	if !ok || !strings.HasPrefix(num, "（") || strings.Trim(num[len("（"):], "一二三四五六七八九十") != "" {
		return 0
	}
	for i, n := range names {
		if rest == n || rest == n+"情况" || rest == n+"方面" || rest == n+"工作" {
			return i + 1
		}
	}
	return 0
}

func ordinal(n int) string {
	names := []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
	if n >= 1 && n <= len(names) {
		return names[n-1]
	}
	return fmt.Sprint(n)
}
