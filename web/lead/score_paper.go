package lead

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// Content types of what the part hands out.
const (
	scoreDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	scoreXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	scorePDF  = "application/pdf"
)

// scoreSend sends what was written, under a name with its ending.
func scoreSend(w http.ResponseWriter, b []byte, name, kind, ending string, err error) error {
	var font *render.FontError
	if errors.As(err, &font) {
		return &page.Unavailable{Text: "这台服务器没有中文字体，不能生成 PDF。请下载 Word 文件，或请系统管理员安装字体。", Err: err}
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ending}))
	_, err = w.Write(b)
	return err
}

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
	var b bytes.Buffer
	name := f.Organ.Name + f.Round.Name + "得分表"
	switch r.FormValue("format") {
	case "docx":
		err = render.ScoreDOCX(&b, s)
		return scoreSend(w, b.Bytes(), name, scoreDOCX, ".docx", err)
	case "pdf":
		err = render.ScorePDF(&b, s, l.cfg.Fonts)
		return scoreSend(w, b.Bytes(), name, scorePDF, ".pdf", err)
	}
	return &page.Input{Text: "请选择导出的格式：docx 或 pdf。"}
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
	var b bytes.Buffer
	err = render.ScoreTableXLSX(&b, t)
	return scoreSend(w, b.Bytes(), t.Title, scoreXLSX, ".xlsx", err)
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
