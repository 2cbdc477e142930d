package lead

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"gongkai/doc"
	"gongkai/ingest/docx"
	"gongkai/ingest/limit"
	"gongkai/ingest/xlsx"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a plan that is imported or written.
const (
	planImportBody = 12 << 20
	planFileBytes  = 10 << 20
	planTextBytes  = 2 << 20
	planExportTime = time.Minute
)

type planImportPage struct {
	page.Base
	P       oversight.Plan
	Key     string
	Failure string
	File    page.Field
	Paste   page.Field
	Reason  *page.Field
	Lines   []planPreview
	Good    int
	Wrong   int
	Columns string
	Back    string
}

// A planPreview is a line as it was read.
type planPreview struct {
	N                          int
	Number, Text, Chapter      string
	Leads, Helps, Due, DueText string
	Source, Measure, Evidence  string
	State                      page.Tag
	Messages                   []string
	task                       oversight.PlanTask
}

var planImportTemplate = page.NewTemplate(templates, "templates/plan_import.html")

func (l *Lead) planImportForm(w http.ResponseWriter, r *http.Request) error {
	return l.showPlanImport(w, r, http.StatusOK, "", "", nil)
}

func (l *Lead) showPlanImport(w http.ResponseWriter, r *http.Request, code int, failure, pasted string, lines []planPreview) error {
	f, err := l.planOf(r)
	if err != nil {
		return err
	}
	if !f.Edits {
		return store.Forbidden(org.EditPlans)
	}
	p := planImportPage{Base: l.base(r, "plan", "导入任务"), P: f.Plan, Key: page.NewKey(), Failure: failure, Lines: lines, Columns: strings.Join(oversight.PlanHeading(), "、"), Back: fmt.Sprintf("/desk/plan/%d", f.ID)}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: f.Title, Href: p.Back}}
	p.File = page.Field{Name: "file", Label: "任务分解表", Kind: "file", Accept: ".xlsx,.docx", Hint: "xlsx 或 docx。表格第一行写各列名称；没有表格的文件，读段落末尾“（责任单位：……；完成时限：……）”。"}
	p.Paste = page.Field{Name: "text", Label: "或者从表格复制、粘贴到这里", Kind: "textarea", Rows: 8, Value: pasted, Hint: "连同表头一起复制。核对后可以直接在这里改。"}
	if !f.Issued.IsZero() {
		reason := planReason(r)
		reason.Label = "增加任务的原因"
		p.Reason = &reason
	}
	for _, x := range lines {
		if len(x.Messages) > 0 {
			p.Wrong++
		} else {
			p.Good++
		}
	}
	return page.RenderStatus(w, r, code, planImportTemplate, p)
}

// planLines is what a form brings: a file, or text.
func planLines(r *http.Request) ([]oversight.PlanLine, error) {
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 {
		h := r.MultipartForm.File["file"][0]
		if h.Size > planFileBytes {
			return nil, planTooLarge("文件", planFileBytes)
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, planFileBytes+1))
		if err != nil {
			return nil, err
		}
		d, err := readPlanFile(r.Context(), h.Filename, data)
		if err != nil {
			return nil, err
		}
		return oversight.ReadPlan(d), nil
	}
	text := r.PostFormValue("text")
	if len(text) > planTextBytes {
		return nil, planTooLarge("粘贴的内容", planTextBytes)
	}
	return oversight.ReadPlanText(strings.ToValidUTF8(text, "")), nil
}

func planTooLarge(what string, most int64) error {
	return &limit.Error{Code: "TOO-LARGE", Msg: fmt.Sprintf("%s超过 %d MB，工作要点不会有这么大，请检查是否选错了文件。", what, most>>20)}
}

// readPlanFile reads a spreadsheet or, by its name, a Word document.
func readPlanFile(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	ctx, stop := context.WithTimeout(ctx, planExportTime/2)
	defer stop()
	if strings.HasSuffix(strings.ToLower(name), ".docx") {
		return docx.Read(ctx, name, data)
	}
	return xlsx.Read(ctx, name, data)
}

// planImport reads a table and shows how, or keeps what was shown.
func (l *Lead) planImport(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.planOf(r)
	if err != nil {
		return err
	}
	if !f.Edits {
		return store.Forbidden(org.EditPlans)
	}
	read, err := planLines(r)
	if err != nil {
		return l.showPlanImport(w, r, http.StatusUnprocessableEntity, limit.Message(err), r.PostFormValue("text"), nil)
	}
	switch {
	case len(read) == 0:
		return l.showPlanImport(w, r, http.StatusUnprocessableEntity, "没有读到任务。表格要有表头，至少有“任务”和“责任单位”两列；只有段落的，段落末尾要写“（责任单位：……）”。", r.PostFormValue("text"), nil)
	case len(read) > oversight.MaxTasks:
		return l.showPlanImport(w, r, http.StatusUnprocessableEntity, fmt.Sprintf("任务超过 %d 条，请检查是否选错了文件，或者分成几份要点。", oversight.MaxTasks), "", nil)
	}
	near, all, err := l.store.OrgansUnder(r.Context(), page.VisitOf(r).Viewer, f.Organ, l.cfg.Today())
	if err != nil {
		return err
	}
	pasted := oversight.PlanText(read)
	lines := make([]planPreview, len(read))
	tasks := make([]oversight.PlanTask, len(read))
	wrong := 0
	nameOf := map[int64]string{}
	for _, o := range all {
		nameOf[o.ID] = o.ShortName()
	}
	known := map[string]assigned{} // words for organs come again and again
	find := func(words string) assigned {
		x, ok := known[words]
		if !ok {
			x.ids, x.unknown = assign(words, near, all)
			known[words] = x
		}
		return x
	}
	for i, x := range read {
		lines[i] = previewOf(i+1, x, f, find, nameOf)
		tasks[i] = lines[i].task
		if len(lines[i].Messages) > 0 {
			wrong++
		}
	}
	if wrong > 0 || r.PostFormValue("do") != "keep" {
		code := http.StatusOK
		if wrong > 0 {
			code = http.StatusUnprocessableEntity
		}
		return l.showPlanImport(w, r, code, "", pasted, lines)
	}
	d, err := l.store.ImportPlanTasks(r.Context(), page.By(r), tasks)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error {
			return l.showPlanImport(w, r, code, failure, pasted, lines)
		})
	}
	return page.Done(w, r, fmt.Sprintf("/desk/plan/%d", f.ID), "imported", d)
}

// assigned is what the names of a cell come to.
type assigned struct {
	ids     []int64
	unknown []string
}

// previewOf reads one line: which organs it names, when it is due.
func previewOf(n int, x oversight.PlanLine, f *store.PlanFile, find func(string) assigned, nameOf map[int64]string) planPreview {
	out := planPreview{N: n, Number: x.Number, Text: x.Text, Chapter: x.Chapter, Source: x.Source, Measure: x.Measure, Evidence: x.Evidence, DueText: x.Due}
	t := oversight.PlanTask{Plan: f.ID, Organ: f.Organ, Number: x.Number, Chapter: x.Chapter, Text: x.Text, Source: x.Source, DueText: x.Due, Measure: x.Measure, Evidence: x.Evidence}
	due, ok := oversight.ParseDue(x.Due, f.Year)
	if !ok {
		out.Messages = append(out.Messages, "认不出完成时限“"+ledgerShort(x.Due, 20)+"”。请写成 2026-06-30、6月底前、第二季度 或 持续推进。")
	}
	t.Due = due
	out.Due = due.String()
	if ok && due.IsZero() {
		out.Due = "全年"
	}
	has := map[int64]bool{}
	for _, part := range []struct {
		words string
		lead  bool
		to    *string
	}{{x.Lead, true, &out.Leads}, {x.Help, false, &out.Helps}} {
		found := find(part.words)
		if why := unknownOrgans(found.unknown); why != "" {
			out.Messages = append(out.Messages, why)
		}
		var s []string
		for _, id := range found.ids {
			if has[id] {
				continue
			}
			has[id] = true
			t.Parties = append(t.Parties, oversight.Party{Organ: id, Lead: part.lead, Percent: -1})
			s = append(s, nameOf[id])
		}
		*part.to = strings.Join(s[:min(len(s), 2*fewNames)], "、")
		if len(s) > 2*fewNames {
			*part.to += fmt.Sprintf(" 等 %d 个单位", len(s))
		}
	}
	for _, why := range t.Wrong() {
		out.Messages = append(out.Messages, why)
	}
	out.task = t
	out.State = page.Tag{Tone: "ok", Text: "新增"}
	if len(out.Messages) > 0 {
		out.State = page.Tag{Tone: "err", Text: "有误"}
	}
	return out
}
