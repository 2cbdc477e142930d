package lead

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// scoreExport hands out the score table of one organ with its 扣分清单.
func (l *Lead) scoreExport(w http.ResponseWriter, r *http.Request) error {
	f, err := l.sheetOf(r)
	if err != nil {
		return err
	}
	if f.Masked {
		return page.ErrNotFound
	}
	s := l.scorePaper(f)
	return page.SendAsked(w, r, f.Organ.Name+f.Round.Name+"得分表", page.Writers{
		"docx": func(to io.Writer) error { return render.ScoreDOCX(to, s) },
		"pdf":  func(to io.Writer) error { return render.ScorePDF(to, s, l.cfg.Fonts) },
	})
}

// scorePaper is a score table as it is printed.
func (l *Lead) scorePaper(f store.AssessmentFile) render.ScoreSheet {
	sheet := f.Round.Sheet
	s := render.ScoreSheet{Organ: f.Organ.Name, Office: f.Round.OrganName, Round: f.Round.Name, Span: f.Round.Span().Chinese(), Scheme: fmt.Sprintf("%s（第 %d 版）", f.Round.SchemeName, f.Round.Edition),
		State: f.Round.State.Chinese(), Total: f.Total.String(), Place: placeText(f.Rank, f.Of), Formula: f.Formula(sheet), Self: sheet.Self, On: l.cfg.Today()}
	if why := f.Unranked(); why != "" {
		s.Place = why
	}
	for _, g := range scoreGroups(f) {
		x := render.ScoreGroup{Name: g.Name, Got: g.Got, Max: g.Max}
		for _, row := range g.Rows {
			why := row.State.Text
			var texts []string
			for _, line := range row.Lines {
				text := line.Text
				if line.Points != "" {
					text += " " + line.Points
				}
				texts = append(texts, text)
			}
			if row.Reason != "" {
				texts = append(texts, row.Reason)
			}
			if len(texts) > 0 {
				if why != "" {
					why += "："
				}
				why += strings.Join(texts, "；")
			}
			x.Rows = append(x.Rows, render.ScoreRow{Key: row.Key, Name: row.Name, Max: row.Max, Self: row.Self, Points: row.Points, Why: why})
		}
		s.Groups = append(s.Groups, x)
	}
	for _, d := range f.Deductions(sheet, &f.Round.Round) {
		s.Lost = append(s.Lost, render.ScoreLoss{Item: d.Key + " " + d.Name, Text: d.Text, Detail: d.Detail, Points: signed(d.Points)})
	}
	s.Signs = []render.ScoreSign{{Side: "评分人"}, {Side: "复核人", Name: f.Round.Reviewer, On: f.Round.ReviewOn.Chinese()}}
	if f.Round.Reviewer == "" {
		s.Signs[1].On = ""
	}
	return s
}

// roundExport hands out the table of a round: every indicator of every organ
// that the viewer may see.
func (l *Lead) roundExport(w http.ResponseWriter, r *http.Request) error {
	f, err := l.roundOf(r)
	if err != nil {
		return err
	}
	if !f.Watches && !f.State.Announced() {
		return page.ErrNotFound
	}
	t := render.ScoreTable{Title: f.Name + "得分表", Columns: []string{"名次", "机关"}, Notes: []string{oversight.RankFormula, "无此项业务或者样本太少的指标：" + f.Sheet.Lacking.Chinese() + "。",
		"状态：" + f.State.Chinese() + "；方案：" + f.SchemeName + fmt.Sprintf("（第 %d 版）。", f.Edition)}}
	items := f.Sheet.Indicators(f.Period)
	for _, i := range items {
		t.Columns = append(t.Columns, i.Key+" "+i.Name)
	}
	t.Columns = append(t.Columns, "基本分", "加分", "倒扣", "总分", "说明")
	v := page.VisitOf(r).Viewer
	for after := 0; ; after += store.MaxAssessments {
		rows, err := l.store.Assessments(r.Context(), f, v, store.AssessmentQuery{Round: f.ID, Marks: true, After: after})
		if err != nil {
			return err
		}
		for _, x := range rows {
			t.Rows = append(t.Rows, tableRow(f, x, items))
		}
		if len(rows) < store.MaxAssessments {
			break
		}
	}
	return page.Send(w, t.Title, "xlsx", page.Writers{"xlsx": func(to io.Writer) error { return render.ScoreTableXLSX(to, t) }}, nil)
}

func tableRow(f store.RoundFile, x store.AssessmentRow, items []*oversight.Indicator) []string {
	row := []string{"", x.OrganName}
	if x.Rank > 0 {
		row[0] = fmt.Sprint(x.Rank)
	}
	for _, i := range items {
		text := ""
		if m := x.Mark(i.Key); m != nil {
			switch {
			case m.State != oversight.MarkScored:
				text = m.State.Chinese()
			case i.Kind != oversight.VetoOf:
				text = m.Points.String()
			}
		}
		row = append(row, text)
	}
	note := x.Unranked()
	if x.Vetoed {
		note = strings.TrimSpace("单项否决 " + note)
	}
	return append(row, x.Base.String(), x.Bonus.String(), x.Minus.String(), x.Total.String(), note)
}
