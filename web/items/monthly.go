package items

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) monthlyRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/monthly", Verb: org.SeeItems, Serve: t.monthly},
		{Pattern: "GET /desk/monthly/export", Verb: org.SeeItems, Serve: t.monthlyExport},
		{Pattern: "GET /desk/monthly/table", Verb: org.SeeItems, Serve: t.monthlyTable},
		{Pattern: "GET /desk/monthly/file", Verb: org.SeeItems, Serve: t.monthlyFile},
		{Pattern: "GET /desk/monthly/edit", Verb: org.EditItems, Serve: t.monthlyForm},
		{Pattern: "POST /desk/monthly/edit", Verb: org.EditItems, Body: catBody, Serve: t.monthlySave},
	}
}

type monthlyPage struct {
	page.Base
	Organs   []page.Option
	Organ    int64
	Years    []page.Option
	Year     int
	Months   []string
	Blocks   []monthBlock
	Missing  int
	May      bool
	Table    string
	Xlsx     string
	Sections int
}

// A monthBlock is the months of one section, or the sums of all.
type monthBlock struct {
	Name  string
	Sum   bool
	Rows  []monthRow
	Edits []monthCell // links of the months
}

type monthRow struct {
	Name, Unit string
	Cells      []monthCell
	Total      string
}

type monthCell struct {
	Text, Href, Note string
	None             bool // nothing was stated and the month is over
}

var monthlyTemplate = page.NewTemplate(templates, "templates/monthly.html")

// monthSections are the organ and its 内设机构, as far as they exist.
func (t *Items) monthSections(r *http.Request, o org.Organ) ([]org.Organ, error) {
	out := []org.Organ{o}
	below, err := t.store.Children(r.Context(), o.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range below {
		if x.Kind == org.Section && x.InForce(t.cfg.Today()) {
			out = append(out, x)
		}
	}
	return out, nil
}

func (t *Items) monthly(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	v, year, today := page.VisitOf(r).Viewer, t.catYear(r), t.cfg.Today()
	sheets, err := t.store.Months(r.Context(), v, o.ID, year)
	if err != nil {
		return err
	}
	sections, err := t.monthSections(r, o)
	if err != nil {
		return err
	}
	id, y := fmt.Sprint(o.ID), strconv.Itoa(year)
	p := monthlyPage{Base: t.catBase(r, "monthly", "月度台账"), Organs: options, Organ: o.ID, Years: t.catYears(year), Year: year, May: org.May(v, org.EditItems, o.Subject()), Sections: len(sections),
		Table: page.With("/desk/monthly/table", "organ", id, "year", y), Xlsx: page.With("/desk/monthly/export", "organ", id, "year", y, "format", "xlsx")}
	p.Wide = true
	months := monthsOf(year)
	for _, m := range months {
		p.Months = append(p.Months, proactive.MonthName(m))
	}
	over := 12
	if year == today.Year {
		over = today.Month - 1
	}
	// Sections that state something, and the organ itself.
	for i, s := range sections {
		states := slices.ContainsFunc(sheets, func(x store.MonthRow) bool { return x.Organ == s.ID })
		if i > 0 && !states && !p.May {
			continue
		}
		b := monthBlock{Name: s.Name}
		for _, m := range months {
			c := monthCell{Text: "登记", Href: page.With("/desk/monthly/edit", "organ", id, "section", fmt.Sprint(s.ID), "year", y, "month", strconv.Itoa(m))}
			if slices.ContainsFunc(sheets, func(x store.MonthRow) bool { return x.Organ == s.ID && x.Month == m }) {
				c.Text = "更正"
			}
			if !p.May || year == today.Year && m > today.Month {
				c = monthCell{}
			}
			b.Edits = append(b.Edits, c)
		}
		if states {
			b.Rows = monthRows(year, months, sheets, s.ID, over)
		}
		p.Blocks = append(p.Blocks, b)
	}
	if len(sheets) > 0 {
		p.Blocks = append(p.Blocks, monthBlock{Name: "合计", Sum: true, Rows: monthRows(year, months, sheets, 0, 0)})
	}
	for _, b := range p.Blocks {
		for _, row := range b.Rows {
			for _, c := range row.Cells {
				if c.None {
					p.Missing++
				}
			}
		}
	}
	return page.Render(w, r, monthlyTemplate, p)
}

// monthsOf are the months of a year's ledger; where the form asks for states of
// the whole year these come last.
func monthsOf(year int) []int {
	out := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	if slices.ContainsFunc(proactive.MonthFigures(year), func(f proactive.MonthFigure) bool { return f.Whole }) {
		out = append(out, proactive.WholeYear)
	}
	return out
}

// monthRows are the figures that a section states, or with 0 those of all added
// up; a month up to over that lacks one is marked.
func monthRows(year int, months []int, sheets []store.MonthRow, section int64, over int) []monthRow {
	var out []monthRow
	for _, f := range proactive.MonthFigures(year) {
		row := monthRow{Name: f.Chinese, Unit: f.Unit}
		total, any := int64(0), false
		for _, m := range months {
			var c monthCell
			sum, stated := int64(0), false
			for _, x := range sheets {
				if v, ok := x.Values[f.Cell]; ok && x.Month == m && (section == 0 || x.Organ == section) {
					sum, stated = sum+v.N, true
					c.Note = x.Source
				}
			}
			if stated {
				c.Text = annual.Num(sum).Format(f.Type)
				total, any = total+sum, true
			} else {
				c.Note = ""
				c.None = m != proactive.WholeYear && m <= over && !f.Whole
			}
			row.Cells = append(row.Cells, c)
		}
		if any {
			row.Total = annual.Num(total).Format(f.Type)
			out = append(out, row)
		}
	}
	return out
}

func (t *Items) monthlyExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	year := t.catYear(r)
	sheets, err := t.store.Months(r.Context(), page.VisitOf(r).Viewer, o.ID, year)
	if err != nil {
		return err
	}
	var lines []render.MonthLine
	for _, x := range sheets {
		for _, f := range proactive.MonthFigures(year) {
			if _, ok := x.Values[f.Cell]; ok {
				lines = append(lines, render.MonthLine{Section: x.OrganName, Person: x.PersonName, Sheet: x.MonthSheet, Figure: f})
			}
		}
	}
	return page.SendAsked(w, r, fmt.Sprintf("%s%d年表二月度台账", o.ShortName(), year), sheetOf(func() render.List { return render.MonthsList(lines) }))
}

type tableTwoPage struct {
	page.Base
	Organs  []page.Option
	Organ   int64
	Years   []page.Option
	Year    int
	Edition string
	Cells   []twoRow
	Finds   []string
	Ledger  string
}

type twoRow struct {
	Cell, Label, Value, From string
	Blank                    bool
	Documents                []page.Link
	Sheets                   []string
}

var tableTwoTemplate = page.NewTemplate(templates, "templates/table_two.html")

func (t *Items) monthlyTable(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	year, id := t.catYear(r), fmt.Sprint(o.ID)
	two, err := t.store.TableTwo(r.Context(), page.VisitOf(r).Viewer, o.ID, year, t.cfg.Today())
	if err != nil {
		return err
	}
	sections, err := t.monthSections(r, o)
	if err != nil {
		return err
	}
	p := tableTwoPage{Base: t.catBase(r, "monthly", fmt.Sprintf("%d年度表二", year), page.Link{Text: "月度台账", Href: page.With("/desk/monthly", "organ", id, "year", strconv.Itoa(year))}), Organs: options, Organ: o.ID, Years: t.catYears(year), Year: year, Edition: two.Edition,
		Ledger: page.With("/desk/monthly", "organ", id, "year", strconv.Itoa(year))}
	for _, c := range two.Cells {
		row := twoRow{Cell: page.CellID(c.Cell), Label: c.Label, Value: c.Value.Format(c.Type), Blank: !c.Value.Known(), From: "月度台账"}
		if c.From == "register" {
			row.From = "文件库"
		}
		for _, e := range c.Documents {
			row.Documents = append(row.Documents, page.Link{Text: e.Title, Href: fmt.Sprintf("/desk/register/%d", e.ID)})
		}
		for _, s := range c.Sheets {
			name := o.Name
			if i := slices.IndexFunc(sections, func(x org.Organ) bool { return x.ID == s.Organ }); i >= 0 {
				name = sections[i].Name
			}
			text := fmt.Sprintf("%s%s：%s", name, proactive.MonthName(s.Month), s.Values[c.Cell].Format(c.Type))
			if s.Source != "" {
				text += "（" + s.Source + "）"
			}
			row.Sheets = append(row.Sheets, text)
		}
		p.Cells = append(p.Cells, row)
	}
	for _, f := range two.Findings {
		p.Finds = append(p.Finds, f.Text)
	}
	return page.Render(w, r, tableTwoTemplate, p)
}

func (t *Items) monthlyFile(w http.ResponseWriter, r *http.Request) error {
	section, _ := strconv.ParseInt(r.FormValue("section"), 10, 64) // what is no number is not found
	year, _ := strconv.Atoi(r.FormValue("year"))
	month, _ := strconv.Atoi(r.FormValue("month"))
	name, f, body, err := t.store.OpenMonthFile(r.Context(), page.By(r), section, year, month)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, f.Type, f.Size, body)
}

type monthFormPage struct {
	page.Base
	Action  string
	Back    string
	Room    string // 内设机构 that keeps it
	When    string
	Failure string
	Version int64
	Figures []page.Field
	From    page.Field // where the numbers come from
	File    page.Field
	Reason  page.Field
	Kept    page.Link // the source that is there
	Fixes   bool
}

var monthFormTemplate = page.NewTemplate(templates, "templates/month_form.html")

func (t *Items) monthlyForm(w http.ResponseWriter, r *http.Request) error {
	return t.monthlyShow(w, r, http.StatusOK, "", nil)
}

// monthOf is the section and month that the address names, with the sheet that is
// there.
func (t *Items) monthOf(r *http.Request) (home, section org.Organ, sheet store.MonthRow, err error) {
	q := r.URL.Query()
	v := page.VisitOf(r).Viewer
	if home, _, err = t.catOrgan(r, org.EditItems); err != nil {
		return home, section, sheet, err
	}
	section = home
	if id, _ := strconv.ParseInt(q.Get("section"), 10, 64); id != 0 && id != home.ID {
		if section, err = t.store.Organ(r.Context(), id); err != nil {
			return home, section, sheet, err
		}
		if section.HomeID() != home.ID || !org.May(v, org.EditItems, section.Subject()) {
			return home, section, sheet, page.ErrNotFound
		}
	}
	sheet.Organ = section.ID
	year, month := 0, 0
	year, _ = strconv.Atoi(q.Get("year"))
	month, err = strconv.Atoi(q.Get("month"))
	if err != nil || len(proactive.MonthFigures(year)) == 0 || !slices.Contains(monthsOf(year), month) {
		return home, section, sheet, page.ErrNotFound
	}
	sheet.Year, sheet.Month = year, month
	list, err := t.store.Months(r.Context(), v, home.ID, year)
	if err != nil {
		return home, section, sheet, err
	}
	if i := slices.IndexFunc(list, func(x store.MonthRow) bool { return x.Organ == section.ID && x.Month == month }); i >= 0 {
		sheet = list[i]
	}
	return home, section, sheet, nil
}

func (t *Items) monthlyShow(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	home, section, m, err := t.monthOf(r)
	if err != nil {
		return err
	}
	id, y, month := fmt.Sprint(home.ID), strconv.Itoa(m.Year), strconv.Itoa(m.Month)
	p := monthFormPage{Base: t.catBase(r, "monthly", fmt.Sprintf("%d年%s台账", m.Year, proactive.MonthName(m.Month)), page.Link{Text: "月度台账", Href: page.With("/desk/monthly", "organ", id, "year", y)}), Room: section.Name, Failure: failure, Version: m.Version, Fixes: m.Version > 0,
		Action: page.With("/desk/monthly/edit", "organ", id, "section", fmt.Sprint(section.ID), "year", y, "month", month), Back: page.With("/desk/monthly", "organ", id, "year", y)}
	p.When = fmt.Sprintf("%d年%s", m.Year, proactive.MonthName(m.Month))
	posted := r.Method == http.MethodPost
	for _, f := range proactive.MonthFigures(m.Year) {
		if f.Whole != (m.Month == proactive.WholeYear) {
			continue
		}
		x := page.Field{Name: f.Cell, Label: f.Chinese + "（" + f.Unit + "）", Max: 20, Hint: f.Article + "；没有发生写0，还不清楚空着", Value: m.Values[f.Cell].Format(f.Type), Message: bad[f.Cell]}
		if posted {
			x.Value = r.PostFormValue(f.Cell)
		}
		p.Figures = append(p.Figures, x)
	}
	p.From = page.Field{Name: "source", Label: "数字的来源", Value: m.Source, Max: 200, Hint: "例如：行政审批系统2026年3月统计表；票据存根第12至18号", Message: bad["source"]}
	p.File = page.Field{Name: "file", Label: "来源文件", Kind: "file", Hint: "统计表、扫描件，可以不传", Message: bad["file"]}
	p.Reason = page.Field{Name: "reason", Label: "更正的理由", Max: 200, Hint: "改动已经登记的数字必须写明，例如：漏登一件", Message: bad["reason"]}
	if posted {
		p.From.Value, p.Reason.Value = r.PostFormValue("source"), r.PostFormValue("reason")
	}
	if m.File != 0 {
		p.Kept = page.Link{Text: m.FileName, Href: page.With("/desk/monthly/file", "section", fmt.Sprint(section.ID), "year", y, "month", month)}
	}
	return page.RenderStatus(w, r, code, monthFormTemplate, p)
}

func (t *Items) monthlySave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(catBytes); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return catForm(err)
	}
	home, _, old, err := t.monthOf(r)
	if err != nil {
		return err
	}
	m := old.MonthSheet
	m.Values, m.Source = map[string]annual.Value{}, strings.TrimSpace(r.PostFormValue("source"))
	m.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is an old version
	bad := map[string]string{}
	for _, f := range proactive.MonthFigures(m.Year) {
		if f.Whole != (m.Month == proactive.WholeYear) {
			continue
		}
		v, stated, wrong := f.ReadFigure(r.PostFormValue(f.Cell))
		if wrong != "" {
			bad[f.Cell] = wrong
		} else if stated {
			m.Values[f.Cell] = v
		}
	}
	hasFile := r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0
	if hasFile {
		m.File = -1 // there will be one
	}
	for f, why := range m.Check(t.cfg.Today()) {
		if bad[f] == "" {
			bad[f] = why
		}
	}
	if len(m.Values) == 0 && old.Version == 0 && len(bad) == 0 {
		return t.monthlyShow(w, r, http.StatusUnprocessableEntity, "没有填写任何数字。没有发生的写0。", nil)
	}
	if proactive.Corrects(old.MonthSheet.Changes(m)) && strings.TrimSpace(r.PostFormValue("reason")) == "" {
		bad["reason"] = "改动了已经登记的数字，请写明理由。"
	}
	if len(bad) > 0 {
		return t.monthlyShow(w, r, http.StatusUnprocessableEntity, bad["month"], bad)
	}
	if hasFile {
		h := r.MultipartForm.File["file"][0]
		f, err := h.Open()
		if err != nil {
			return err
		}
		defer f.Close()
		kept, err := t.store.PutPrivate(r.Context(), store.MonthRef(m.Organ, m.Year, m.Month), f)
		if err != nil {
			if code, message, ok := catSay(err); ok {
				return t.monthlyShow(w, r, code, message, nil)
			}
			return err
		}
		m.File, m.FileName = kept.ID, clip(h.Filename, 100)
	}
	d, err := t.store.SaveMonth(r.Context(), page.By(r), m)
	if err != nil {
		if code, message, ok := catSay(err); ok {
			return t.monthlyShow(w, r, code, message, nil)
		}
		return err
	}
	return page.Done(w, r, page.With("/desk/monthly", "organ", fmt.Sprint(home.ID), "year", strconv.Itoa(m.Year)), "saved", d)
}
