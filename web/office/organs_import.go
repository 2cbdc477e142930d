package office

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// importTime is how long a list of a nation's organs may take.
const importTime = 2 * time.Minute

func (o *Office) organImportRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/organs/import", Verb: org.EditOrgan, Serve: o.organImportForm},
		{Pattern: "POST /desk/organs/import", Verb: org.EditOrgan, Body: listBody, Time: importTime, Serve: o.organImport},
		{Pattern: "POST /desk/organs/import/confirm", Verb: org.EditOrgan, Body: 2 * listBody, Time: importTime, Serve: o.organImportConfirm},
		{Pattern: "GET /desk/organs/export", Verb: org.SeeOrgan, Time: importTime, Serve: o.organExport},
	}
}

type organImportPage struct {
	page.Base
	Failure string
	Fields  []page.Field
	Columns []string
	Preview *importPreview
}

var organImportTemplate = page.NewTemplate(templates, "templates/organs_import.html", "templates/preview.html")

// registerWords are the words of a heading.
func registerWords() map[string]string {
	known := map[string]string{}
	for _, f := range org.RegisterFields() {
		for _, w := range f.Words {
			known[w] = f.Name
		}
	}
	return known
}

func (o *Office) organImportForm(w http.ResponseWriter, r *http.Request) error {
	return o.showImport(w, r, http.StatusOK, "", nil)
}

func (o *Office) showImport(w http.ResponseWriter, r *http.Request, code int, failure string, v *importPreview) error {
	p := organImportPage{Base: o.base(r, "organs", "导入机关名单"), Failure: failure, Preview: v}
	p.Styles = append(p.Styles, o.assets.Path("organs.css"))
	p.Crumbs = []page.Link{{Text: "机关", Href: "/desk/organs"}}
	mode := correctField()
	mode.Label, mode.Name = "名单与现有内容不同的地方，是", "mode"
	day := todayField(o, onField("生效日期"))
	reason := basisField()
	if r.Method == http.MethodPost {
		mode.Value, day.Value, reason.Value = r.PostFormValue("mode"), r.PostFormValue("on"), r.PostFormValue("reason")
		for i := range mode.Options {
			mode.Options[i].Selected = mode.Options[i].Value == mode.Value
		}
	}
	p.Fields = []page.Field{{Name: "file", Label: "名单文件", Kind: "file", Required: true, Accept: ".csv,.xlsx,.txt", Hint: "xlsx 或 CSV（UTF-8、GB18030 都可以），第一行写各列名称"}, mode, day, reason}
	for _, f := range org.RegisterFields() {
		p.Columns = append(p.Columns, f.Words[0])
	}
	return page.RenderStatus(w, r, code, organImportTemplate, p)
}

// importOf reads what a form of the import says.
func importOf(r *http.Request, name string, data []byte) (x store.OrganImport, s rows.Sheet, day law.Date, err error) {
	if s, err = rows.Read(name, data, registerWords()); err != nil {
		return x, s, day, &page.Input{Text: limit.Message(err)}
	}
	for _, row := range s.Rows {
		x.Lines = append(x.Lines, org.RegisterLine{Line: row.Line, Text: row.Values})
	}
	x.Correct = r.PostFormValue("mode") == "correct"
	if day, err = org.ParseDay(r.PostFormValue("on")); err != nil {
		return x, s, day, &page.Input{Text: err.Error()}
	}
	return x, s, day, nil
}

func (o *Office) organImport(w http.ResponseWriter, r *http.Request) error {
	name, data, err := uploaded(r, "file")
	if err != nil {
		return err
	}
	if data == nil {
		return o.showImport(w, r, http.StatusUnprocessableEntity, "请选择名单文件。", nil)
	}
	return o.previewImport(w, r, name, data, false)
}

// previewImport says what the file would do.
func (o *Office) previewImport(w http.ResponseWriter, r *http.Request, name string, data []byte, moved bool) error {
	x, s, day, err := importOf(r, name, data)
	if in, ok := err.(*page.Input); ok {
		return o.showImport(w, r, http.StatusUnprocessableEntity, in.Text, nil)
	}
	if today := o.cfg.Today(); day.After(today) {
		return o.showImport(w, r, http.StatusUnprocessableEntity, "生效日期"+day.Chinese()+"还没有到，请到当天或之后再导入。", nil)
	} else if day.IsZero() {
		day = today
	}
	plans, mark, err := o.store.PlanOrgans(r.Context(), page.VisitOf(r).Viewer, x, day)
	if err != nil {
		return err
	}
	v := &importPreview{Action: "/desk/organs/import", Confirm: "/desk/organs/import/confirm", File: name, Packed: pack(data), Seen: mark, Moved: moved, Ignored: s.Ignored, Unit: "个机关",
		Hidden: []page.Option{{Text: "mode", Value: r.PostFormValue("mode")}, {Text: "on", Value: day.String()}, {Text: "reason", Value: limited(r.PostFormValue("reason"), 300)}}}
	for _, p := range plans {
		l := previewLine{Line: p.Line, Name: p.Name, Changes: p.Changes, Message: strings.Join(append(p.Faults, p.Notes...), " ")}
		switch p.Does {
		case org.RosterNew:
			l.What, l.Changes = lineNew, l.Changes[min(len(l.Changes), 1):] // the name stands beside it
		case org.RosterChange:
			l.What = lineChanged
		case org.RosterSame:
			l.What = lineSame
		default:
			l.What, l.Changes = lineWrong, nil
		}
		v.show(l)
	}
	code := http.StatusOK
	if v.Wrong > 0 {
		code = http.StatusUnprocessableEntity
	}
	return o.showImport(w, r, code, "", v)
}

func (o *Office) organImportConfirm(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errCarried
	}
	data, err := unpack(r.PostFormValue("packed"))
	if err != nil {
		return err
	}
	name := limited(r.PostFormValue("filename"), 100)
	x, _, day, err := importOf(r, name, data)
	if err != nil {
		return err
	}
	by := page.By(r)
	by.On, by.Reason = day, limited(by.Reason, 300)
	d, err := o.store.ImportOrgans(r.Context(), by, x, r.PostFormValue("seen"))
	if taken(err) {
		return o.previewImport(w, r, name, data, true)
	}
	if err != nil {
		return o.organAnswer(w, r, nil, func(code int, failure string, _ bool) error { return o.showImport(w, r, code, failure, nil) }, err)
	}
	return page.Done(w, r, "/desk/organs", "imported", d)
}

// organExport writes the list in a form that can be imported again.
func (o *Office) organExport(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	under, _ := strconv.ParseInt(q.Get("under"), 10, 64)
	list, name, err := o.store.Register(r.Context(), page.VisitOf(r).Viewer, under)
	if err != nil {
		return err
	}
	file := "机关名单"
	if q.Get("sample") != "" {
		file, list = "机关名单样表", nil
	}
	var lines [][]string
	fields := org.RegisterFields()
	head := make([]string, len(fields))
	for i, f := range fields {
		head[i] = f.Words[0]
	}
	lines = append(lines, head)
	for _, e := range list {
		l := make([]string, len(fields))
		for i, f := range fields {
			l[i] = f.Of(e, name)
		}
		lines = append(lines, l)
	}
	w.Header().Set("Cache-Control", "no-store")
	if q.Get("format") == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", attachment(file+".csv"))
		_, _ = w.Write([]byte("\xef\xbb\xbf")) // the reader has gone: nothing to tell anyone
		c := csv.NewWriter(w)
		for _, l := range lines {
			for i := range l {
				l[i] = page.SheetText(l[i])
			}
			if err := c.Write(l); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	}
	f := excelize.NewFile()
	defer f.Close()
	if err := writeSheet(f, lines); err != nil {
		return fmt.Errorf("office: list of organs: %w", err)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", attachment(file+".xlsx"))
	return f.Write(w)
}

// writeSheet puts lines of text into the first sheet, the heading in view.
func writeSheet(f *excelize.File, lines [][]string) error {
	if err := f.SetSheetName("Sheet1", "机关名单"); err != nil {
		return err
	}
	s, err := f.NewStreamWriter("机关名单")
	if err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 34); err != nil {
		return err
	}
	if err := s.SetColWidth(3, 20, 18); err != nil {
		return err
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, XSplit: 2, TopLeftCell: "C2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	for i, l := range lines {
		cells := make([]any, len(l))
		for j, t := range l {
			cells[j] = t
		}
		if err := s.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	return s.Flush()
}

// attachment names a file to be kept, with a plain name for old browsers.
func attachment(name string) string {
	ext := name[strings.LastIndexByte(name, '.'):]
	return `attachment; filename="list` + ext + `"; filename*=UTF-8''` + url.PathEscape(name)
}
