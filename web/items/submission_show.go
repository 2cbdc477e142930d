package items

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

type submissionPage struct {
	page.Base
	ID       int64
	State    page.Tag
	Facts    []officeFact
	Files    []page.Link // Key is the size
	Amounts  []amountLine
	Sum      string
	Note     string
	Failure  string
	Reason   string
	Item     string
	Form     *submissionFormPage // to send it, or nil
	Accept   bool
	Bodies   []page.Option // files that the text may be read from
	Kinds    []page.Option
	Cancel   bool
	Version  int64
	Slip     string
	Receipt  string
	Erased   bool
	Typed    string // reason typed into a form that was refused
	DueTyped string
}

var submissionTemplate = page.NewTemplate(templates, "templates/submission.html", "templates/submission_fields.html")

func (t *Items) submissionRow(r *http.Request) (store.SubmissionRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.SubmissionRow{}, err
	}
	return t.store.Submission(r.Context(), page.VisitOf(r).Viewer, id)
}

func (t *Items) submission(w http.ResponseWriter, r *http.Request) error {
	return t.showSubmission(w, r, http.StatusOK, "", nil, nil)
}

func (t *Items) showSubmission(w http.ResponseWriter, r *http.Request, code int, failure string, typed *proactive.Submission, bad map[string]string) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	p := submissionPage{Base: t.base(r, "submissions", orOther(x.Title, "移送单 "+x.Number)), ID: x.ID, State: submissionTag(x.Submission, today), Note: x.Note, Failure: failure, Reason: x.Reason, Version: x.Version,
		Slip: fmt.Sprintf("/desk/submissions/%d/slip?format=docx", x.ID), Cancel: x.Sends && x.State.Open(), Erased: x.Title == ""}
	p.Crumbs = submissionCrumbs()
	p.Typed, p.DueTyped = r.PostFormValue("reason"), r.PostFormValue("due")
	for _, f := range [][2]string{{"移送单号", x.Number}, {"单位", x.OrganName}, {"拟定类别", x.Kind.Chinese()}, {"形成日期", x.Made.String()}, {"催要日期", x.Asked.String()}, {"要求移送日期", x.Due.String()}, {"移送日期", x.Sent.String()}, {"移送人", x.SenderName},
		{"接收、退回日期", x.Settled.String()}, {"接收人", x.TakerName}} {
		if f[1] != "" {
			p.Facts = append(p.Facts, officeFact{f[0], f[1]})
		}
	}
	if x.Late {
		p.Facts = append(p.Facts, officeFact{"是否超期", "超过要求的日期移送"})
	}
	for i, a := range x.Amounts {
		p.Amounts = append(p.Amounts, amountLine{i + 1, a.Project, a.Fund, a.Basis, proactive.Yuan(a.Fen), a.Receiver, a.Note})
	}
	if sum, ok := proactive.SumFen(x.Amounts); ok && len(x.Amounts) > 1 {
		p.Sum = proactive.Yuan(sum)
	}
	best := bodyFile(x.Files)
	p.Bodies = []page.Option{{Text: "不读入，全部作为附件"}}
	for _, f := range x.Files {
		p.Files = append(p.Files, page.Link{Text: f.Name, Href: fmt.Sprintf("/desk/submissions/%d/file/%d", x.ID, f.ID), Key: sizeText(f.Size)})
		if slices.Contains(readable, strings.ToLower(path.Ext(f.Name))) {
			p.Bodies = append(p.Bodies, page.Option{Value: fmt.Sprint(f.ID), Text: "读入“" + f.Name + "”", Selected: f.ID == best})
		}
	}
	if x.Item != 0 {
		p.Item = itemHref(x.Item)
	}
	if p.Accept = x.Takes && org.May(v, org.EditItems, org.Subject{Organ: x.Organ, Home: x.Home}) && x.State == proactive.MaterialSent; p.Accept {
		p.Kinds = kindOptions(x.DraftKind())
	}
	if x.State == proactive.MaterialAccepted || x.State == proactive.MaterialReturned {
		p.Receipt = fmt.Sprintf("/desk/submissions/%d/receipt?format=docx", x.ID)
	}
	if x.Sends && (x.State == proactive.MaterialAsked || x.State == proactive.MaterialReturned) {
		p.Form = &submissionFormPage{}
		now := x.Submission
		if typed != nil {
			now = *typed
			now.Files = x.Files
		}
		form := r
		if typed == nil {
			form = r.Clone(r.Context())
			form.Method = http.MethodGet
		}
		t.fillSubmissionForm(form, p.Form, now, bad)
	}
	return page.RenderStatus(w, r, code, submissionTemplate, p)
}

// bodyFile is the file whose text is most likely what is to be published.
func bodyFile(files []proactive.File) int64 {
	for _, exts := range [][]string{{".docx", ".wps", ".doc", ".rtf"}, {".pdf", ".ofd", ".txt"}} {
		for _, f := range files {
			if slices.Contains(exts, strings.ToLower(path.Ext(f.Name))) {
				return f.ID
			}
		}
	}
	return 0
}

// submissionSay answers an act that was refused with the page again.
func (t *Items) submissionSay(w http.ResponseWriter, r *http.Request, err error, typed *proactive.Submission) error {
	code, message, ok := catSay(err)
	if !ok {
		return err
	}
	return t.showSubmission(w, r, code, message, typed, nil)
}

func (t *Items) submissionResend(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	row, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	if !row.Sends {
		return store.Forbidden(org.EditItems)
	}
	x := row.Submission
	x.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is a conflict
	bad := t.submissionOf(r, &x, false)
	if len(bad) == 0 {
		if err := t.materialFiles(r, &x, bad); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		return t.showSubmission(w, r, http.StatusUnprocessableEntity, filesAgain(r), &x, bad)
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.ResendMaterial(r.Context(), by, x)
	if err != nil {
		return t.submissionSay(w, r, err, &x)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/submissions/%d", x.ID), "handedin", d)
}

func (t *Items) submissionAccept(w http.ResponseWriter, r *http.Request) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	if !x.Takes || x.State != proactive.MaterialSent {
		return t.submissionSay(w, r, act.Refuse("这份材料现在“"+x.State.Chinese()+"”，或者不由您接收，请刷新页面查看最新情况。"), nil)
	}
	n := store.NewItem{ID: t.store.NewID(), Organ: x.Organ, Kind: proactive.Kind(r.PostFormValue("kind"))}
	if n.Kind.Chinese() == "" {
		n.Kind = x.DraftKind()
	}
	body, _ := strconv.ParseInt(r.PostFormValue("body"), 10, 64) // what is no number is no file
	if bad, err := t.materialDraft(r, x, body, &n); err != nil || bad != "" {
		if err != nil {
			return err
		}
		return t.showSubmission(w, r, http.StatusUnprocessableEntity, bad, nil, nil)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.AcceptMaterial(r.Context(), by, x.ID, version, n)
	if err != nil {
		return t.submissionSay(w, r, err, nil)
	}
	return page.Done(w, r, "/desk/items/"+d.Answer+"/edit", "materialtaken", d)
}

// materialDraft makes the text of a draft of material: what the chosen file says,
// or the note; then the amounts; all files but that one are attached.
func (t *Items) materialDraft(r *http.Request, x store.SubmissionRow, body int64, n *store.NewItem) (bad string, err error) {
	c := &n.Content
	c.Title, c.Made = x.Title, x.Made
	for _, f := range x.Files {
		_, file, err := t.store.OpenMaterial(r.Context(), page.VisitOf(r).Viewer, x.ID, f.ID)
		if err != nil {
			return "", err
		}
		data, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return "", err
		}
		if f.ID == body {
			said, err := t.readBody(r, n, f.Name, data)
			if err != nil || said != "" {
				return said, err
			}
			continue
		}
		kept, wrong, err := t.putFile(r, n.ID, f.Name, data)
		if err != nil || wrong != "" {
			return wrong, err
		}
		c.Files = append(c.Files, kept)
	}
	if c.Body.Empty() {
		for line := range strings.Lines(x.Note) {
			if line = strings.TrimSpace(line); line != "" {
				c.Body.Blocks = append(c.Body.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: line}}})
			}
		}
	}
	if len(x.Amounts) > 0 {
		c.Body.Blocks = append(c.Body.Blocks, proactive.AmountTable(x.Amounts))
	}
	t.propose(n)
	if x.Category != "" {
		c.Category = x.Category
	}
	return "", nil
}

// readBody reads a file into the text of a draft; said is why it cannot be read.
func (t *Items) readBody(r *http.Request, n *store.NewItem, name string, data []byte) (said string, err error) {
	p, err := ingest.Rich(r.Context(), name, data)
	var unread *limit.Error
	if errors.As(err, &unread) {
		return "“" + name + "”读不出来：" + unread.Msg, nil
	}
	if err != nil {
		return "", err
	}
	c := &n.Content
	c.Body = p.Body
	if c.DocNo == "" {
		c.DocNo = clip(p.DocNo, 60)
	}
	if c.Made.IsZero() {
		c.Made = p.Made
	}
	if c.Title == "" {
		c.Title = clip(p.Title, proactive.MaxTitle)
	}
	_, err = t.keepPictures(r, n.ID, c, p.Pictures)
	return "", err
}

func (t *Items) submissionReturn(w http.ResponseWriter, r *http.Request) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	due, bad := submissionDay(r, "due")
	if bad != "" {
		return t.showSubmission(w, r, http.StatusUnprocessableEntity, bad, nil, nil)
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	by := page.By(r)
	d, err := t.store.ReturnMaterial(r.Context(), by, x.ID, version, by.Reason, due)
	if err != nil {
		return t.submissionSay(w, r, err, nil)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/submissions/%d", x.ID), "returned", d)
}

func (t *Items) submissionCancel(w http.ResponseWriter, r *http.Request) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	by := page.By(r)
	d, err := t.store.CancelMaterial(r.Context(), by, x.ID, version, by.Reason)
	if err != nil {
		return t.submissionSay(w, r, err, nil)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/submissions/%d", x.ID), "cancelled", d)
}

func (t *Items) submissionFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	file, err := strconv.ParseInt(r.PathValue("file"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	f, data, err := t.store.OpenMaterial(r.Context(), page.VisitOf(r).Viewer, id, file)
	if err != nil {
		return err
	}
	defer data.Close()
	page.Attach(w, f.Name)
	w.Header().Set("Content-Type", "application/octet-stream")
	_, err = io.Copy(w, data)
	return err
}

// submissionSlip is the slip 政府信息公开移送单 to print and sign.
func (t *Items) submissionSlip(w http.ResponseWriter, r *http.Request) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	l := reporting.Letter{Title: "政府信息公开移送单", Number: x.Number, From: x.OrganName, Dated: x.Sent, To: x.HomeName + "政务公开办公室",
		Text: "现将《" + orOther(x.Title, "（已清除）") + "》移送你处，请审核后公开。" + "\n" + orOther(x.Note, "")}
	rows := [][]string{{"拟定类别", x.Kind.Chinese()}, {"形成日期", x.Made.String()}, {"要求移送日期", x.Due.String()}, {"移送人", x.SenderName}, {"附件", fileNames(x.Files)}, {"单位负责人签字", ""}, {"保密审查意见", ""}}
	l.Tables = append(l.Tables, reporting.LetterTable{Head: []string{"项目", "内容"}, Shares: []float64{2, 6}, Rows: rows})
	if len(x.Amounts) > 0 {
		a := reporting.LetterTable{Caption: "财政专项资金明细", Head: []string{"序号", "项目", "资金名称", "文件依据", "金额（元）", "拨付对象"}, Shares: []float64{1, 3, 3, 3, 2.4, 3}}
		for i, m := range x.Amounts {
			a.Rows = append(a.Rows, []string{strconv.Itoa(i + 1), m.Project, m.Fund, m.Basis, proactive.Yuan(m.Fen), m.Receiver})
		}
		if sum, ok := proactive.SumFen(x.Amounts); ok && len(x.Amounts) > 1 {
			a.Rows = append(a.Rows, []string{"", "合计", "", "", proactive.Yuan(sum), ""})
		}
		l.Tables = append(l.Tables, a)
	}
	return page.SendAsked(w, r, "移送单"+x.Number, page.Writers{"docx": func(w io.Writer) error { return render.Letter(w, l) }})
}

func fileNames(files []proactive.File) string {
	var s []string
	for _, f := range files {
		s = append(s, f.Name)
	}
	return orOther(strings.Join(s, "、"), "无")
}

// submissionReceipt is the receipt 回执 of who received it or gave it back.
func (t *Items) submissionReceipt(w http.ResponseWriter, r *http.Request) error {
	x, err := t.submissionRow(r)
	if err != nil {
		return err
	}
	if x.State != proactive.MaterialAccepted && x.State != proactive.MaterialReturned {
		return page.ErrNotFound
	}
	says := "已经接收，转入审核程序。"
	if x.State == proactive.MaterialReturned {
		says = "经核对需要补正，现予退回。原因：" + x.Reason
		if !x.Due.IsZero() {
			says += "。请于" + x.Due.Chinese() + "前重新移送。"
		}
	}
	l := reporting.Letter{Title: "政府信息公开移送回执", Number: x.Number, To: x.OrganName, From: x.HomeName, Dated: x.Settled,
		Text: "你单位" + x.Sent.Chinese() + "移送的《" + orOther(x.Title, "（已清除）") + "》" + says}
	l.Tables = append(l.Tables, reporting.LetterTable{Head: []string{"项目", "内容"}, Shares: []float64{2, 6}, Rows: [][]string{{"移送人", x.SenderName}, {"接收人", x.TakerName}, {"附件", fileNames(x.Files)}}})
	return page.SendAsked(w, r, "移送回执"+x.Number, page.Writers{"docx": func(w io.Writer) error { return render.Letter(w, l) }})
}
