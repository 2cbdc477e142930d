package lead

import (
	"fmt"
	"io"
	"net/http"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// planExport hands the plan out as far as the viewer may see it.
func (l *Lead) planExport(w http.ResponseWriter, r *http.Request) error {
	f, err := l.planOf(r)
	if err != nil {
		return err
	}
	p := l.paperOf(f)
	return page.SendAsked(w, r, p.Title, page.Writers{
		"xlsx": func(to io.Writer) error { return render.PlanXLSX(to, p) },
		"docx": func(to io.Writer) error { return render.PlanDOCX(to, p) },
		"pdf":  func(to io.Writer) error { return render.PlanPDF(to, p, l.cfg.Fonts) },
	})
}

func (l *Lead) paperOf(f *store.PlanFile) render.Plan {
	today := l.cfg.Today()
	p := render.Plan{Organ: f.Organs[f.Organ].Name, Title: f.Title, Number: f.Number, Issued: f.Issued, On: today}
	for _, t := range f.Tasks {
		x := render.PlanTask{Number: t.Number, Chapter: t.Chapter, Text: t.Text, Source: t.Source, Leads: allNames(f, t.Parties, true), Helps: allNames(f, t.Parties, false), Due: t.Due.String(),
			Measure: t.Measure, Evidence: t.Evidence, State: t.Standing(today).Chinese(), Part: t.Depth > 0}
		if t.Due.IsZero() {
			x.Due = t.DueText
			if x.Due == "" {
				x.Due = "全年"
			}
		}
		switch {
		case t.Roll.Shares > 1:
			x.Progress = fmt.Sprintf("%d/%d，%d%%", t.Roll.Done, t.Roll.Shares, t.Roll.Percent())
		case t.Roll.Percent() > 0:
			x.Progress = fmt.Sprintf("%d%%", t.Roll.Percent())
		}
		p.Tasks = append(p.Tasks, x)
	}
	return p
}

// allNames names every organ that leads, or helps.
func allNames(f *store.PlanFile, list []oversight.Party, lead bool) string {
	s := ""
	for _, x := range list {
		if x.Lead != lead {
			continue
		}
		if s != "" {
			s += "、"
		}
		s += f.Name(x.Organ)
	}
	return s
}
