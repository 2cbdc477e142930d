package requests

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/ingest/limit"
	"gongkai/ingest/rows"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of a ledger that is imported.
const (
	ledgerBytes     = 8 << 20
	ledgerTime      = 2 * time.Minute
	ledgerShown     = 500 // lines of a preview that are shown; all are counted
	ledgerQuestions = 60
)

func (q *Requests) ledgerRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/import", Verb: org.HandleRequests, Serve: q.ledgerForm},
		{Pattern: "POST /desk/requests/import", Verb: org.HandleRequests, Body: 3 * ledgerBytes, Time: ledgerTime, Serve: q.ledgerImport},
		{Pattern: "GET /desk/requests/import/sample.xlsx", Verb: org.HandleRequests, Serve: q.ledgerSample},
		{Pattern: "GET /desk/requests/ledger.xlsx", Verb: org.HandleRequests, Time: ledgerTime, Serve: q.ledgerExport},
		{Pattern: "GET /desk/requests/ledger/new", Verb: org.HandleRequests, Serve: q.ledgerNew},
		{Pattern: "POST /desk/requests/ledger/new", Verb: org.HandleRequests, Serve: q.ledgerEnter},
	}
}

type ledgerPage struct {
	page.Base
	Key       string
	Failure   string
	Moved     bool
	Organ     *page.Field
	File      page.Field
	Paste     page.Field
	Columns   []casework.LedgerColumn
	Read      bool
	Name      string // of the file
	Packed    string
	OrganID   int64
	Ignored   []string
	Questions []ledgerQuestion
	Counts    map[string]int
	Marks     int // facts against the statute
	Lines     []ledgerLineShown
	Cut       int
	Years     []page.Link
}

// A ledgerQuestion is what the person is asked about the file.
type ledgerQuestion struct {
	Name  string // of the hidden field that says which word, "" for the year and the confirmation
	Key   string
	Field page.Field
}

type ledgerLineShown struct {
	Line     int
	State    page.Tag
	Name     string
	Href     string
	Text     string
	Changes  []casework.LedgerChange
	Messages []string
	Marks    []casework.Mark
}

var ledgerTemplate = page.NewTemplate(templates, "templates/ledger.html")

func (q *Requests) ledgerForm(w http.ResponseWriter, r *http.Request) error {
	p, err := q.ledgerPage(r, "")
	if err != nil {
		return err
	}
	return page.Render(w, r, ledgerTemplate, p)
}

func (q *Requests) ledgerPage(r *http.Request, failure string) (ledgerPage, error) {
	p := ledgerPage{Base: q.base(r, "requests", "导入申请台账"), Key: page.NewKey(), Failure: failure, Columns: casework.LedgerColumns(), Counts: map[string]int{}}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	homes, err := q.homes(r)
	if err != nil {
		return p, err
	}
	p.Organ, p.OrganID = organField(r, homes)
	p.File = page.Field{Name: "file", Label: "台账文件", Kind: "file", Accept: ".xlsx,.csv,.txt", Hint: "xlsx 或 CSV，第一行写各列名称；一次最多5000行。"}
	p.Paste = page.Field{Name: "text", Label: "或者从表格复制、粘贴到这里", Kind: "textarea", Rows: 6, Hint: "连同表头一起复制。"}
	for y := q.cfg.Today().Year; y > q.cfg.Today().Year-4; y-- {
		p.Years = append(p.Years, page.Link{Text: fmt.Sprintf("%d年", y), Href: page.With("/desk/requests/ledger.xlsx", "organ", strconv.FormatInt(p.OrganID, 10), "year", strconv.Itoa(y))})
	}
	return p, nil
}

// organField asks at which organ, where the viewer has several; id is the one
// that is chosen.
func organField(r *http.Request, homes []org.Organ) (f *page.Field, id int64) {
	id, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if !slices.ContainsFunc(homes, func(o org.Organ) bool { return o.ID == id }) && len(homes) > 0 {
		id = homes[0].ID
	}
	if len(homes) < 2 {
		return nil, id
	}
	f = &page.Field{Name: "organ", Label: "收件机关", Kind: "select", Value: strconv.FormatInt(id, 10)}
	for _, o := range homes {
		f.Options = append(f.Options, page.Option{Value: strconv.FormatInt(o.ID, 10), Text: o.Name, Selected: o.ID == id})
	}
	return f, id
}

// ledgerImport reads a ledger and shows what it would do, or does it.
func (q *Requests) ledgerImport(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	again := func(failure string) error {
		p, err := q.ledgerPage(r, failure)
		if err != nil {
			return err
		}
		p.Paste.Value = r.FormValue("text")
		return page.RenderStatus(w, r, http.StatusUnprocessableEntity, ledgerTemplate, p)
	}
	name, data, err := ledgerData(r)
	if err != nil {
		var in *page.Input
		if errors.As(err, &in) {
			return again(in.Text)
		}
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return again("请选择台账文件，或者粘贴表格。")
	}
	sheet, err := rows.Read(name, data, casework.LedgerWords())
	if err != nil {
		return again(limit.Message(err))
	}
	if len(sheet.Rows) > store.MaxLedger {
		return again(fmt.Sprintf("台账有%d行，一次最多导入%d行，请按年度或者季度分成几份。", len(sheet.Rows), store.MaxLedger))
	}
	answers := ledgerAnswers(r)
	var doubts casework.LedgerDoubts
	lines := make([]store.LedgerLine, len(sheet.Rows))
	for i, row := range sheet.Rows {
		x, faults := casework.ReadLedger(row.Values, answers, &doubts)
		lines[i] = store.LedgerLine{Line: row.Line, Ledger: x, Faults: faults}
	}
	p, err := q.ledgerPage(r, "")
	if err != nil {
		return err
	}
	if r.FormValue("do") == "keep" {
		d, err := q.store.ImportLedger(r.Context(), page.By(r), p.OrganID, lines)
		if err == nil {
			return page.Done(w, r, "/desk/requests?state=all", "imported", d)
		}
		var no *act.Refusal
		switch {
		case errors.As(err, &no):
			return again(no.Text)
		case !errors.Is(err, store.ErrConflict):
			return err
		}
		p.Moved = true
	}
	plans, err := q.store.PlanLedger(r.Context(), page.VisitOf(r).Viewer, p.OrganID, lines)
	if err != nil {
		var no *act.Refusal
		if errors.As(err, &no) {
			return again(no.Text)
		}
		return err
	}
	p.Read, p.Name, p.Packed, p.Ignored = true, name, packLedger(data), sheet.Ignored
	p.ask(answers, doubts)
	p.show(plans)
	code := http.StatusOK
	if p.Counts[store.LedgerWrong] > 0 {
		code = http.StatusUnprocessableEntity
	}
	return page.RenderStatus(w, r, code, ledgerTemplate, p)
}

// ledgerData is what the form brings: a file, text, or what was shown before.
func ledgerData(r *http.Request) (name string, data []byte, err error) {
	if packed := r.FormValue("packed"); packed != "" {
		data, err := unpackLedger(packed)
		return clip(r.FormValue("filename"), 100), data, err
	}
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0 {
		h := r.MultipartForm.File["file"][0]
		f, err := h.Open()
		if err != nil {
			return "", nil, err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, ledgerBytes+1))
		if err == nil && len(data) > ledgerBytes {
			err = &page.Input{Text: fmt.Sprintf("台账文件超过 %d MB，请检查是否选错了文件，或者分成几份。", ledgerBytes>>20)}
		}
		return clip(strings.Map(printable, h.Filename), 100), data, err
	}
	text := r.FormValue("text")
	if len(text) > ledgerBytes {
		return "", nil, &page.Input{Text: fmt.Sprintf("粘贴的内容超过 %d MB。", ledgerBytes>>20)}
	}
	return "粘贴的表格", []byte(strings.ToValidUTF8(text, "")), nil
}

// ledgerAnswers are what the person answered about the file.
func ledgerAnswers(r *http.Request) casework.LedgerAnswers {
	a := casework.LedgerAnswers{Confirm: r.FormValue("confirm"), Words: map[string]string{}}
	if y, err := strconv.Atoi(r.FormValue("year")); err == nil && y >= 2008 && y < 2200 {
		a.Year = y
	}
	for i := range ledgerQuestions {
		n := strconv.Itoa(i)
		if key, code := r.FormValue("word"+n), r.FormValue("is"+n); key != "" && code != "" && strings.Contains(key, "=") {
			a.Words[key] = code
		}
	}
	return a
}

// ask puts the questions: what is in doubt, and what was answered, so that the
// answer may be changed.
func (p *ledgerPage) ask(a casework.LedgerAnswers, d casework.LedgerDoubts) {
	if d.Year > 0 || a.Year != 0 {
		f := page.Field{Name: "year", Label: "没有写年份的日期是哪一年", Kind: "number", Hint: fmt.Sprintf("有%d格只写了月和日。", d.Year)}
		if a.Year != 0 {
			f.Value, f.Hint = strconv.Itoa(a.Year), ""
		}
		p.Questions = append(p.Questions, ledgerQuestion{Field: f})
	}
	if d.Confirm > 0 || a.Confirm != "" {
		f := page.Field{Name: "confirm", Label: "平常信函、互联网、传真没有写确认日期的", Kind: "select", Hint: fmt.Sprintf("有%d行。确认之日为收到申请之日，期限从那天起算。", d.Confirm),
			Options: options("", "请选择", "same", "收件当日就与申请人确认了", "wait", "还没有确认，登记为待确认")}
		for i := range f.Options {
			f.Options[i].Selected = f.Options[i].Value == a.Confirm
		}
		p.Questions = append(p.Questions, ledgerQuestion{Field: f})
	}
	count := map[string]int{}
	for k, n := range d.Words {
		count[k[0]+"="+k[1]] = n
	}
	for k := range a.Words {
		count[k] += 0
	}
	columns := map[string]casework.LedgerColumn{}
	for _, c := range casework.LedgerColumns() {
		columns[c.Name] = c
	}
	for i, key := range slices.Sorted(maps.Keys(count)) {
		if i == ledgerQuestions {
			break
		}
		name, word, _ := strings.Cut(key, "=")
		c, ok := columns[name]
		if !ok || len(c.Options) == 0 {
			continue
		}
		f := page.Field{Name: fmt.Sprintf("is%d", i), Label: fmt.Sprintf("“%s”写的“%s”是", c.Chinese, clip(word, 40)), Kind: "select", Options: options("", "请选择，或者在文件里改")}
		if word == "" {
			f.Label = fmt.Sprintf("没有写“%s”的都是", c.Chinese)
		}
		if n := count[key]; n > 0 {
			f.Hint = fmt.Sprintf("有%d行。各行不一样的，请在文件里逐行写明。", n)
		}
		for _, o := range c.Options {
			f.Options = append(f.Options, page.Option{Value: o.Code, Text: o.Chinese, Selected: a.Words[key] == o.Code && o.Code != ""})
		}
		p.Questions = append(p.Questions, ledgerQuestion{Name: fmt.Sprintf("word%d", i), Key: key, Field: f})
	}
}

// show words the plans: what is wrong first, what stays only counted.
func (p *ledgerPage) show(plans []store.LedgerPlan) {
	chinese := map[string]string{}
	for _, c := range p.Columns {
		chinese[c.Name] = c.Chinese
	}
	tags := map[string]page.Tag{store.LedgerWrong: {Tone: "err", Text: "要改"}, store.LedgerNew: {Tone: "ok", Text: "新登记"}, store.LedgerChange: {Tone: "warn", Text: "补登"}}
	for _, does := range []string{store.LedgerWrong, store.LedgerChange, store.LedgerNew} {
		for _, x := range plans {
			if x.Does != does {
				continue
			}
			if len(p.Lines) == ledgerShown {
				p.Cut++
				continue
			}
			l := ledgerLineShown{Line: x.Line, State: tags[does], Name: x.Ledger.Number, Changes: x.Changes, Marks: x.Marks}
			if l.Name == "" && does != store.LedgerWrong {
				l.Name = "自动编号"
			}
			if x.ID != 0 {
				l.Href = fmt.Sprintf("/desk/requests/%d", x.ID)
			}
			l.Text = ledgerText(x)
			for _, f := range x.Faults {
				where := chinese[f.Column]
				if where != "" {
					where = "“" + where + "”"
				}
				l.Messages = append(l.Messages, where+f.Text)
			}
			p.Lines = append(p.Lines, l)
		}
	}
	for _, x := range plans {
		p.Counts[x.Does]++
		if x.Does == store.LedgerNew || x.Does == store.LedgerChange {
			p.Marks += len(x.Marks)
		}
	}
}

// ledgerText is a line in a few words.
func ledgerText(x store.LedgerPlan) string {
	t := x.Ledger.Texts()
	var parts []string
	for _, name := range []string{"arrived", "applicant", "subject", "outcome", "answer"} {
		if t[name] != "" {
			parts = append(parts, t[name])
		}
	}
	if x.Does == store.LedgerNew && x.Row.State.Open() {
		parts = append(parts, x.Row.State.Chinese())
		if !x.Row.Due.IsZero() {
			parts = append(parts, "期限"+x.Row.Due.String())
		}
	}
	return strings.Join(parts, "，")
}

func packLedger(data []byte) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data) // memory does not fail
	_ = z.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

var errLedgerCarried = &page.Input{Text: "表单中的台账不完整，请重新上传文件。"}

// unpackLedger is the file that came back, as hostile as any upload.
func unpackLedger(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errLedgerCarried
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, errLedgerCarried
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, ledgerBytes+1))
	if err != nil || len(data) > ledgerBytes {
		return nil, errLedgerCarried
	}
	return data, nil
}
