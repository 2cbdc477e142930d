package desk

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// officeName signs letters: the office of a government, else the organ itself.
func (d *Desk) officeName(r *http.Request, path string) (string, error) {
	id := officeOf(page.VisitOf(r).Viewer, path)
	if id == 0 {
		return "", nil
	}
	o, err := d.store.Organ(r.Context(), id)
	if err != nil {
		return "", missing(err)
	}
	if o.Kind == org.Government && strings.HasSuffix(o.Name, "人民政府") {
		return o.Name + "办公室", nil
	}
	return o.Name, nil
}

// reviewNotice is the 退回意见 of the last return.
func (d *Desk) reviewNotice(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	if len(f.Marks) == 0 {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	versions, err := d.store.FilingVersions(ctx, v, f.Organ.ID, f.Year)
	if err != nil {
		return missing(err)
	}
	back, err := d.returnedVersion(ctx, v, f, versions)
	if err != nil {
		return missing(err)
	}
	report, findings := f.Report, f.Findings
	if back != nil {
		report, findings = back.Report, back.Findings
	}
	return d.writeNotice(w, r, f, report, f.Marks, findings, r.PathValue("format"))
}

func (d *Desk) writeNotice(w http.ResponseWriter, r *http.Request, f *store.FilingFile, report *annual.Report, marks []reporting.Mark, findings []annual.Finding, format string) error {
	from, err := d.officeName(r, f.Organ.Path)
	if err != nil {
		return err
	}
	var until law.Date
	if len(marks) > 0 {
		until = marks[0].By
	}
	n := reporting.ReturnNotice(f.Organ.Name, from, f.Year, report, marks, findings, until, d.cfg.Today())
	n.Number = clip(strings.TrimSpace(r.FormValue("number")), 40)
	var b bytes.Buffer
	switch format {
	case "docx":
		err = render.Notice(&b, n)
	case "pdf":
		err = render.NoticePDF(&b, n, d.cfg.Fonts)
	default:
		return page.ErrNotFound
	}
	return d.sendLetter(w, &b, cleanName("退回意见_"+f.Organ.Name), format, err)
}

// sendLetter sends a letter that was written, or says what this machine lacks.
func (d *Desk) sendLetter(w http.ResponseWriter, b *bytes.Buffer, name, key string, err error) error {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.Key == key })
	if i < 0 {
		return page.ErrNotFound
	}
	if err != nil {
		return writeError(formats()[i], err)
	}
	attach(w, name+formats()[i].ext, formats()[i].mime)
	_, _ = w.Write(b.Bytes())
	return nil
}

// letterPage lets an office change the words of a letter before it is printed.
type letterPage struct {
	page.Base
	Kind    string
	Year    int
	Under   string
	Organs  string // the organs it is to, as ids
	Until   page.Field
	Reminds bool
	Rows    int
	None    string // why there is no letter
	Fields  []page.Field
	Tables  []reporting.LetterTable
	Cut     bool
}

var letterTemplate = page.NewTemplate(templates, "templates/collecting_letter.html")

// letterOf words a letter from the store as it stands.
func (d *Desk) letterOf(r *http.Request, kind string, get func(string) string) (l reporting.Letter, rows []reporting.Filer, q listQuery, cut bool, err error) {
	if d.store == nil {
		return l, nil, q, false, page.ErrNotFound
	}
	if q, err = d.listQueryOf(get); err != nil {
		return l, nil, q, false, err
	}
	var only []string
	if s := get("organs"); s != "" {
		only = strings.Split(s, ",")
	}
	v, f := page.VisitOf(r).Viewer, store.FilingQuery{Year: q.Year, Under: q.Under, Limit: store.MaxReports}
	f.Viewer = v
	switch kind {
	case "reminder":
		f.State = store.FilingsOpen
	case "circular":
	default:
		return l, nil, q, false, page.ErrNotFound
	}
	path, office := "", officeOf(v, "")
	for more := true; more; {
		list, next, err := d.store.Filings(r.Context(), f)
		if err != nil {
			return l, nil, q, false, missing(err)
		}
		for _, x := range list {
			if len(only) > 0 && !slices.Contains(only, strconv.FormatInt(x.Organ.ID, 10)) || !org.May(v, org.ReviewReports, x.Organ.Subject()) || x.Organ.ID == office {
				continue // nobody writes to himself
			}
			if path == "" {
				path = x.Organ.Path
			}
			if len(rows) == maxLetterRows {
				cut = true
				break
			}
			rows = append(rows, reporting.Filer{Organ: x.Organ, Filing: x.Filing, Begun: x.Begun})
		}
		f.After = next
		more = next != "" && !cut
	}
	from, err := d.officeName(r, path)
	if err != nil {
		return l, nil, q, cut, err
	}
	today := d.cfg.Today()
	if kind == "circular" {
		return reporting.Circular(q.Year, from, rows, today), rows, q, cut, nil
	}
	until, err := parseDay(get("until"))
	if err != nil {
		return l, nil, q, cut, &page.Input{Text: "期限请写成年-月-日的形式，例如 " + today.AddDays(3).String() + "。"}
	}
	return reporting.Reminder(q.Year, from, rows, until, today), rows, q, cut, nil
}

// maxLetterRows bounds the table of a letter: a province's circular names
// counties, a county's its organs.
const maxLetterRows = 2000

var letterNames = map[string]string{"reminder": "催报通知", "circular": "情况通报"}

func (d *Desk) collectingLetter(w http.ResponseWriter, r *http.Request) error {
	kind, get := r.PathValue("kind"), r.URL.Query().Get
	l, rows, q, cut, err := d.letterOf(r, kind, get)
	if err != nil {
		return err
	}
	return d.showLetter(w, r, http.StatusOK, kind, q, l, len(rows), cut, get, nil)
}

func (d *Desk) showLetter(w http.ResponseWriter, r *http.Request, code int, kind string, q listQuery, l reporting.Letter, rows int, cut bool, get func(string) string, bad map[string]string) error {
	p := letterPage{Base: d.collectingBase(r, fmt.Sprintf("%d年度年报%s", q.Year, letterNames[kind])), Kind: kind, Year: q.Year, Organs: clip(get("organs"), 40_000), Reminds: kind == "reminder", Rows: rows, Tables: l.Tables, Cut: cut}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: q.Year, Under: q.Under}.at()}}
	if q.Under != 0 {
		p.Under = strconv.FormatInt(q.Under, 10)
	}
	if rows == 0 {
		p.None = map[string]string{"reminder": "没有需要催报的单位：都已经报送。", "circular": "管辖范围内没有应当编报年度报告的机关。"}[kind]
	}
	p.Until = page.Field{Name: "until", Kind: "date", Label: "要求报送的期限", Value: get("until"), Message: bad["until"], Hint: "写进通知；不填就写“请尽快报送”。改了以后点“重新拟文”。"}
	p.Fields = []page.Field{
		{Name: "title", Kind: "text", Label: "标题", Value: l.Title, Max: 120, Required: true, Message: bad["title"]},
		{Name: "number", Kind: "text", Label: "文号", Value: l.Number, Max: 40, Hint: "可以不写，例如：云政办函〔2026〕7号"},
		{Name: "to", Kind: "text", Label: "主送", Value: l.To, Max: 300, Hint: "例如：各乡镇人民政府、街道办事处，县政府各部门"},
		{Name: "text", Kind: "textarea", Label: "正文", Value: l.Text, Rows: min(22, 6+strings.Count(l.Text, "\n")*2), Max: maxLetter, Message: bad["text"], Hint: "每段一行；单独一行的“一、……”印成黑体标题。数字取自系统，改动文字时请一并核对。"},
		{Name: "from", Kind: "text", Label: "落款", Value: l.From, Max: 60},
		{Name: "dated", Kind: "date", Label: "成文日期", Value: l.Dated.String(), Message: bad["dated"]},
	}
	return page.RenderStatus(w, r, code, letterTemplate, p)
}

// maxLetter bounds the words of a letter, in characters.
const maxLetter = 8000

// collectingLetterWrite writes the letter: the words as the office left them,
// the table as the store has it now.
func (d *Desk) collectingLetterWrite(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新提交。"}
	}
	kind, get := r.PathValue("kind"), r.PostFormValue
	l, rows, q, cut, err := d.letterOf(r, kind, get)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	l.Title, l.Number, l.To, l.From = strings.TrimSpace(get("title")), strings.TrimSpace(get("number")), strings.TrimSpace(get("to")), strings.TrimSpace(get("from"))
	l.Text = get("text")
	if l.Dated, err = parseDay(get("dated")); err != nil {
		bad["dated"] = "日期请写成年-月-日的形式，例如 " + d.cfg.Today().String() + "。"
	}
	if l.Title == "" {
		bad["title"] = "请写标题，例如：关于催报年度报告的通知。"
	}
	if len([]rune(l.Text)) > maxLetter {
		bad["text"] = fmt.Sprintf("正文过长，最多 %d 字。", maxLetter)
	}
	if len(bad) > 0 || len(rows) == 0 {
		return d.showLetter(w, r, http.StatusUnprocessableEntity, kind, q, l, len(rows), cut, get, bad)
	}
	var b bytes.Buffer
	format := get("do")
	switch format {
	case "docx":
		err = render.Letter(&b, l)
	case "pdf":
		err = render.LetterPDF(&b, l, d.cfg.Fonts)
	default:
		return &page.Input{Text: "没有这种下载格式，请选择 Word 或 PDF。"}
	}
	var font *render.FontError
	if err != nil && !errors.As(err, &font) {
		return fmt.Errorf("desk: letter: %w", err)
	}
	return d.sendLetter(w, &b, cleanName(letterNames[kind]+"_"+strconv.Itoa(q.Year)+"年度"), format, err)
}
