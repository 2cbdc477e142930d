package lead

import (
	"io"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// dispatchPrintNow prints what is counted now; it is marked as not issued.
func (l *Lead) dispatchPrintNow(w http.ResponseWriter, r *http.Request) error {
	_, office, err := l.offices(r, planID(r.FormValue("office")))
	if err != nil {
		return err
	}
	day := l.cfg.Today()
	if d, err := law.ParseDate(r.FormValue("on")); err == nil && d.Year > firstDispatch && d.Year < day.Year+2 {
		day = d
	}
	sheet, err := l.store.Gaps(r.Context(), page.VisitOf(r).Viewer, office.ID, day)
	if err != nil {
		return err
	}
	d := oversight.Dispatch{Year: day.Year, Month: day.Month, Day: day, Organs: sheet.Looked, Gaps: sheet.Gaps, Carried: sheet.Carried, Settled: sheet.Settled, Sources: sheet.Sources}
	s := dispatchSheet(d, office.Name, len(sheet.Organs))
	for _, o := range sheet.Organs {
		carried := 0
		for _, g := range o.Gaps {
			if g.Since < oversight.MonthName(day.Year, day.Month) {
				carried++
			}
			s.Gaps = append(s.Gaps, printedGap(o.Organ.ShortName(), g))
		}
		s.Rows = append(s.Rows, render.DispatchLine{Organ: o.Organ.ShortName(), Figures: printed(groupFigures(o.Count, sheet.Sources), carried)})
	}
	return l.sendDispatch(w, r, s)
}

func (l *Lead) dispatchPrint(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	f, err := l.store.Dispatch(r.Context(), v, id)
	if err != nil {
		return err
	}
	if !f.Whole {
		return page.ErrNotFound
	}
	s := dispatchSheet(f.Dispatch, f.OrganName, len(f.Organs))
	name := map[int64]string{}
	for _, o := range f.Organs {
		name[o.Organ.ID] = o.Organ.ShortName()
		s.Rows = append(s.Rows, render.DispatchLine{Organ: o.Organ.ShortName(), Figures: printed(groupFigures(func(g oversight.GapGroup) int { return o.Count[g] }, f.Sources), o.Carried)})
	}
	if r.FormValue("full") != "" {
		gaps, err := l.store.DispatchGaps(r.Context(), v, id, 0, mostPrinted)
		if err != nil {
			return err
		}
		for _, g := range gaps {
			s.Gaps = append(s.Gaps, printedGap(name[g.Organ], g))
		}
	}
	return l.sendDispatch(w, r, s)
}

// mostPrinted bounds the gaps of an annex.
const mostPrinted = 5000

func dispatchSheet(d oversight.Dispatch, office string, with int) render.DispatchSheet {
	s := render.DispatchSheet{Title: office + d.Number(), Office: office, Day: d.Day, Issued: d.Issued, Note: d.Note}
	for _, g := range oversight.GapGroups() {
		s.Columns = append(s.Columns, g.Chinese())
	}
	s.Columns = append(s.Columns, "上月未销")
	var unconnected []string
	for _, a := range d.Sources {
		if src, ok := oversight.GapSourceOf(a.Name); ok && !a.Connected {
			unconnected = append(unconnected, src.Chinese)
		}
	}
	s.Says = render.DispatchSays(d.Organs, with, d.Gaps, d.Carried, d.Settled, unconnected)
	return s
}

func printed(figures []string, carried int) []string {
	if carried > 0 {
		return append(figures, strconv.Itoa(carried))
	}
	return append(figures, "")
}

func printedGap(organ string, g store.GapRow) render.DispatchGap {
	s, _ := oversight.GapSourceOf(g.Source)
	return render.DispatchGap{Organ: organ, Kind: s.Chinese, Text: g.Text, Due: g.Due.String(), Since: oversight.MonthChinese(g.Since)}
}

// sendDispatch sends the page, without the annex unless it is asked for.
func (l *Lead) sendDispatch(w http.ResponseWriter, r *http.Request, s render.DispatchSheet) error {
	if r.FormValue("full") == "" {
		s.Gaps = nil
	}
	return page.SendAsked(w, r, s.Title, page.Writers{
		"docx": func(to io.Writer) error { return render.DispatchDOCX(to, s) },
		"pdf":  func(to io.Writer) error { return render.DispatchPDF(to, s, l.cfg.Fonts) },
	})
}
