package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) approvalRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/approvals", Verb: org.SeeOrgan, Serve: o.approvals},
		{Pattern: "GET /desk/approvals/new", Verb: org.AskApprovals, Serve: o.approvalForm},
		{Pattern: "POST /desk/approvals/new", Verb: org.AskApprovals, Serve: o.approvalAsk},
		{Pattern: "GET /desk/approvals/{id}", Verb: org.SeeOrgan, Serve: o.approval},
		{Pattern: "POST /desk/approvals/{id}", Verb: org.SeeOrgan, Body: scanBody, Time: time.Minute, Serve: o.approvalDecide},
		{Pattern: "GET /desk/approvals/{id}/scan/{step}", Verb: org.SeeOrgan, Time: time.Minute, Serve: o.approvalScan},
		{Pattern: "GET /desk/approvals/{id}/sheet", Verb: org.SeeOrgan, Serve: o.approvalSheet},
	}
}

type approvalsPage struct {
	page.Base
	Which []page.Option
	Rows  []approvalLine
	Pager page.Pager
	May   bool // ask for one
}

type approvalLine struct {
	What            page.Link
	State           page.Tag
	Waits           string // the role that is asked now
	Organ, By, Date string
}

var approvalsTemplate = page.NewTemplate(templates, "templates/approvals.html")

func (o *Office) approvals(w http.ResponseWriter, r *http.Request) error {
	q := store.ApprovalQuery{Limit: 50}
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64) // a damaged mark gives the first page
	which := r.FormValue("which")
	switch which {
	case "asked":
		q.Asked = true
	case "all":
	default:
		which, q.Mine = "mine", true
	}
	p := approvalsPage{Base: o.base(r, "approvals", "审批"), May: org.Able(page.VisitOf(r).Viewer, org.AskApprovals)}
	for _, x := range [][2]string{{"mine", "等我审批的"}, {"asked", "我提请的"}, {"all", "看得到的全部"}} {
		p.Which = append(p.Which, page.Option{Value: x[0], Text: x[1], Selected: x[0] == which})
	}
	list, err := o.store.Approvals(r.Context(), page.VisitOf(r).Viewer, q)
	if err != nil {
		return err
	}
	for _, a := range list {
		p.Rows = append(p.Rows, lineOf(a))
	}
	if len(list) == q.Limit {
		p.Pager.Next = page.With("/desk/approvals", "which", which, "before", fmt.Sprint(list[len(list)-1].ID))
	}
	return page.Render(w, r, approvalsTemplate, p)
}

func lineOf(a store.ApprovalRow) approvalLine {
	l := approvalLine{What: page.Link{Text: a.Title, Href: fmt.Sprintf("/desk/approvals/%d", a.ID)}, State: approvalTag(a.State), Organ: a.OrganName, By: a.ByName, Date: law.DateOf(a.Asked).String()}
	if i := a.Next(); i >= 0 {
		l.Waits = a.Steps[i].Role.Chinese()
	}
	return l
}

func approvalTag(s org.ApprovalState) page.Tag {
	tone := map[org.ApprovalState]string{org.ApprovalGiven: "ok", org.ApprovalRefused: "err", org.ApprovalAsked: "warn"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

type approvalFormPage struct {
	page.Base
	Key, Ref, Failure            string
	Organ, Subject, Facts, Steps page.Field
}

var approvalFormTemplate = page.NewTemplate(templates, "templates/approval_form.html")

func (o *Office) approvalForm(w http.ResponseWriter, r *http.Request) error {
	return o.showApprovalForm(w, r, http.StatusOK, nil, "")
}

func (o *Office) showApprovalForm(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	v := page.VisitOf(r).Viewer
	p := approvalFormPage{Base: o.base(r, "approvals", "提请审批"), Key: r.FormValue("key"), Ref: r.FormValue("ref"), Failure: failure}
	p.Crumbs = []page.Link{{Text: "审批", Href: "/desk/approvals"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	organ, _ := strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if organ == 0 {
		organ = v.Organ
	}
	var organs []page.Option
	for _, id := range v.Scope(org.AskApprovals).Homes() {
		x, err := o.store.Organ(r.Context(), id)
		if err != nil {
			return err
		}
		organs = append(organs, page.Option{Value: fmt.Sprint(id), Text: x.Name, Selected: id == organ})
	}
	steps := r.FormValue("steps")
	if steps == "" {
		var err error
		if steps, err = o.choice(r, organ, org.ApprovalPreset); err != nil {
			return err
		}
	}
	p.Organ = page.Field{Name: "organ", Label: "机关", Kind: "select", Options: organs, Message: bad["organ"], Required: true}
	p.Subject = page.Field{Name: "title", Label: "事项", Value: r.FormValue("title"), Message: bad["title"], Required: true, Max: 100, Hint: "例如：公开2025年第三季度低保名单"}
	p.Facts = page.Field{Name: "facts", Label: "内容", Kind: "textarea", Rows: 8, Value: r.FormValue("facts"), Message: bad["facts"], Max: 10000,
		Hint: "一行一项，写成“名目：内容”，例如：公开依据：条例第二十条第（一）项。审批人和纸质审批单上看到的就是这些。"}
	p.Steps = page.Field{Name: "steps", Label: "审批环节", Value: steps, Message: bad["steps"], Required: true, Max: 100, Hint: "依次写岗位，用“、”分开。缺省环节可以在设置中修改。"}
	return page.RenderStatus(w, r, code, approvalFormTemplate, p)
}

// readFacts reads lines of the form label：text; a line without a colon belongs
// to the one above it.
func readFacts(s string) []org.Fact {
	var out []org.Fact
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		label, text, ok := strings.Cut(line, "：")
		if !ok || len([]rune(label)) > 12 {
			if len(out) > 0 {
				out[len(out)-1].Text += "\n" + line
				continue
			}
			label, text = "内容", line
		}
		out = append(out, org.Fact{Label: strings.TrimSpace(label), Text: strings.TrimSpace(text)})
	}
	return out
}

func (o *Office) approvalAsk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	a := org.Approval{Title: strings.TrimSpace(r.FormValue("title")), Facts: readFacts(r.FormValue("facts")), Ref: r.FormValue("ref")}
	a.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	bad := map[string]string{}
	steps, word := org.ParseSteps(r.FormValue("steps"))
	if word != "" {
		bad["steps"] = "“" + word + "”不是能审批的岗位。可用的岗位：审核、保密审查、签发、公开机构负责人、主管部门。"
	}
	a.Steps = steps
	for k, m := range a.Check() {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	if len(a.Facts) == 0 {
		bad["facts"] = "请写明审批的内容，至少一行。"
	}
	if len(bad) > 0 {
		return o.showApprovalForm(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	d, err := o.store.AskApproval(r.Context(), page.By(r), a)
	var refusal *act.Refusal
	if errors.As(err, &refusal) {
		return o.showApprovalForm(w, r, http.StatusUnprocessableEntity, nil, refusal.Text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/approvals/"+d.Answer, "asked", d)
}

type approvalPage struct {
	page.Base
	A       store.ApprovalRow
	State   page.Tag
	Asked   string
	Steps   []stepLine
	About   page.Link
	Key     string
	Opinion page.Field
	Signer  page.Field
	On      page.Field
	Scan    page.Field
	Decide  bool // the viewer may decide now
	Why     string
	Paper   bool // the viewer may enter a paper signature
	Failure string
	Changed bool
}

type stepLine struct {
	Role, Who, On, Opinion string
	Class                  string // done, now or ""
	Paper                  bool
	Scan                   string // address of the scan, "" without one
}

var approvalTemplate = page.NewTemplate(templates, "templates/approval.html")

func (o *Office) approval(w http.ResponseWriter, r *http.Request) error {
	return o.showApproval(w, r, http.StatusOK, "", false)
}

func (o *Office) readApproval(r *http.Request) (store.ApprovalRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.ApprovalRow{}, err
	}
	return o.store.Approval(r.Context(), page.VisitOf(r).Viewer, id)
}

func stepLines(a org.Approval) []stepLine {
	next := a.Next()
	var out []stepLine
	for i, s := range a.Steps {
		l := stepLine{Role: s.Role.Chinese(), Who: s.Name, On: s.On.String(), Opinion: s.Opinion, Paper: s.Entered != 0}
		if s.Scan.File != 0 {
			l.Scan = fmt.Sprintf("/desk/approvals/%d/scan/%d", a.ID, i)
		}
		switch {
		case s.Decided():
			l.Class = "done"
		case i == next:
			l.Class = "now"
		}
		out = append(out, l)
	}
	return out
}

func (o *Office) showApproval(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v, today := page.VisitOf(r).Viewer, o.cfg.Today()
	a, err := o.readApproval(r)
	if err != nil {
		return err
	}
	p := approvalPage{Base: o.base(r, "approvals", a.Title), A: a, State: approvalTag(a.State), Asked: law.DateOf(a.Asked).String(), Steps: stepLines(a.Approval),
		About: refLink(a.Ref), Key: page.NewKey(), Failure: failure, Changed: changed}
	p.Crumbs = []page.Link{{Text: "审批", Href: "/desk/approvals"}}
	if a.Next() >= 0 {
		try := a.Approval
		try.Steps = append([]org.ApprovalStep(nil), a.Steps...)
		err := try.Decide(v, true, "", today)
		var refusal *act.Refusal
		if p.Decide = err == nil; errors.As(err, &refusal) {
			p.Why = refusal.Text
		}
		p.Paper = p.Decide || a.By == v.Person
	}
	p.Opinion = page.Field{Name: "opinion", Label: "意见", Kind: "textarea", Rows: 2, Max: 1000, Value: r.FormValue("opinion"), Hint: "同意时可以不写；退回时写明原因。"}
	p.Signer = page.Field{Name: "signer", Label: "纸质审批单上的签字人", Value: r.FormValue("signer"), Max: 40, Required: true}
	p.Scan = page.Field{Name: "scan", Label: "扫描件或照片", Kind: "file", Accept: ".pdf,.jpg,.jpeg,.png", Hint: "可以不传。PDF、JPG 或 PNG，不超过 20 MB，加密保存。"}
	p.On = page.Field{Name: "on", Label: "签字日期", Kind: "date", Value: r.FormValue("on"), Required: true}
	return page.RenderStatus(w, r, code, approvalTemplate, p)
}

func (o *Office) approvalDecide(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return scanTooLarge(err)
	}
	by, today := page.By(r), o.cfg.Today()
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	opinion := strings.TrimSpace(r.FormValue("opinion"))
	var verb func(*org.Approval) error
	word := "approved"
	switch do := r.FormValue("do"); do {
	case "yes", "no":
		verb = func(a *org.Approval) error { return a.Decide(by.Viewer, do == "yes", opinion, today) }
		if do == "no" {
			word = "refused"
		}
	case "paper_yes", "paper_no":
		on, err := law.ParseDate(r.FormValue("on"))
		if err != nil {
			return o.showApproval(w, r, http.StatusUnprocessableEntity, "签字日期请写成年-月-日的形式，如 2026-01-20。", false)
		}
		scan, message, err := o.keepScan(r, id)
		if err != nil {
			return err
		}
		if message != "" {
			return o.showApproval(w, r, http.StatusUnprocessableEntity, message, false)
		}
		verb = func(a *org.Approval) error {
			return a.Enter(by.Viewer, strings.TrimSpace(r.FormValue("signer")), on, do == "paper_yes", opinion, scan, today)
		}
		if do == "paper_no" {
			word = "refused"
		}
	default:
		return &page.Input{Text: "没有选择同意还是退回，请返回页面点其中一个按钮。"}
	}
	d, err := o.store.WithApproval(r.Context(), by, id, version, verb)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return o.showApproval(w, r, http.StatusUnprocessableEntity, refusal.Text, false)
	case errors.Is(err, store.ErrConflict):
		return o.showApproval(w, r, http.StatusConflict, "", true)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/approvals/%d", id), word, d)
}

type sheetPage struct {
	page.Base
	A     store.ApprovalRow
	Asked string
	Steps []stepLine
}

var sheetTemplate = page.NewTemplate(templates, "templates/approval_sheet.html")

// approvalSheet is the 审批单 to print and sign.
func (o *Office) approvalSheet(w http.ResponseWriter, r *http.Request) error {
	a, err := o.readApproval(r)
	if err != nil {
		return err
	}
	p := sheetPage{Base: o.base(r, "approvals", "审批单"), A: a, Asked: law.DateOf(a.Asked).Chinese(), Steps: stepLines(a.Approval)}
	p.Crumbs = []page.Link{{Text: "审批", Href: "/desk/approvals"}, {Text: a.Title, Href: fmt.Sprintf("/desk/approvals/%d", a.ID)}}
	p.QR = true
	return page.Render(w, r, sheetTemplate, p)
}
