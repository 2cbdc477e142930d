package lead

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// Content types of what is handed out.
const (
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePDF  = "application/pdf"
)

// sendPaper sends what was written, under a name with its ending.
func sendPaper(w http.ResponseWriter, b []byte, name, kind, ending string, err error) error {
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

// planExport hands the plan out as far as the viewer may see it.
func (l *Lead) planExport(w http.ResponseWriter, r *http.Request) error {
	f, err := l.planOf(r)
	if err != nil {
		return err
	}
	p := l.paperOf(f)
	var b bytes.Buffer
	switch r.URL.Query().Get("format") {
	case "xlsx":
		err = render.PlanXLSX(&b, p)
		return sendPaper(w, b.Bytes(), p.Title, typeXLSX, ".xlsx", err)
	case "docx":
		err = render.PlanDOCX(&b, p)
		return sendPaper(w, b.Bytes(), p.Title, typeDOCX, ".docx", err)
	case "pdf":
		err = render.PlanPDF(&b, p, l.cfg.Fonts)
		return sendPaper(w, b.Bytes(), p.Title, typePDF, ".pdf", err)
	}
	return &page.Input{Text: "请选择导出的格式：xlsx、docx 或 pdf。"}
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
