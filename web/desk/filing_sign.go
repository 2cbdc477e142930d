package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// A filingSign is how the report is signed before it is handed in.
type filingSign struct {
	Way      string // one of the words of org.ReportSign
	Approval page.Link
	State    page.Tag // of the approval
	Ready    bool     // nothing of it is missing
	Ask      bool     // the viewer may ask for the approval
	Signer   page.Field
	On       page.Field
	Scan     page.Field
}

// approvalRef is what an approval of a report is about: this very content, so
// that what was changed after it was approved is approved again.
func (c *filingCase) approvalRef() string {
	return fmt.Sprintf("%s/%d", store.FilingRef(c.id, c.Year), c.Content)
}

// chosen is what the organ decided on the desk, else the default.
func (d *Desk) chosen(ctx context.Context, organ int64, name string) (string, error) {
	list, err := d.store.Settings(ctx, organ)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.Name == name && s.Value != "" {
			return s.Value, nil
		}
	}
	choice, _ := org.ChoiceOf(name)
	return choice.Default, nil
}

// signOf is how this report is signed, and how far that is.
func (d *Desk) signOf(r *http.Request, c *filingCase, said filingSaid) (filingSign, error) {
	way, err := d.chosen(r.Context(), c.id, org.ReportSign)
	if err != nil {
		return filingSign{}, err
	}
	s := filingSign{Way: way, Ready: way == org.SignNone}
	if way == org.SignNone {
		return s, nil
	}
	a, err := d.approvalOf(r, c)
	if err != nil {
		return s, err
	}
	if a != nil {
		s.Approval = page.Link{Text: a.Title, Href: fmt.Sprintf("/desk/approvals/%d", a.ID)}
		s.State = page.Tag{Tone: map[org.ApprovalState]string{org.ApprovalGiven: "ok", org.ApprovalRefused: "err", org.ApprovalAsked: "warn"}[a.State], Text: a.State.Chinese()}
		s.Ready = a.State == org.ApprovalGiven
	}
	s.Ask = c.may(org.AskApprovals) && (a == nil || a.State == org.ApprovalRefused)
	s.Signer = page.Field{Name: "signer", Label: "签发人", Max: 40, Value: r.FormValue("signer"), Message: said.fields["signer"], Hint: "在纸质报送件上签字的分管领导。"}
	s.On = page.Field{Name: "on", Label: "签字日期", Kind: "date", Value: r.FormValue("on"), Message: said.fields["on"]}
	s.Scan = page.Field{Name: "scan", Label: "签字页扫描件", Kind: "file", Accept: ".pdf,.jpg,.jpeg,.png", Message: said.fields["scan"], Hint: "可以不传。PDF、JPG 或 PNG，不超过 20 MB，加密保存。"}
	return s, nil
}

// approvalOf is the newest approval of this content, nil if none was asked for.
func (d *Desk) approvalOf(r *http.Request, c *filingCase) (*store.ApprovalRow, error) {
	list, err := d.store.Approvals(r.Context(), c.viewer, store.ApprovalQuery{Ref: c.approvalRef(), Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// filingSubmit hands the report to the office, signed as the organ has decided,
// or asks for the approval that has to come before.
func (d *Desk) filingSubmit(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	r.Form, r.PostForm = f.Values, f.Values // the page shows again what was typed
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	findings, err := d.judge(r, c, c.Report)
	if err != nil {
		return err
	}
	var refused *act.Refusal
	if err := settled(c.Report, c.try(func(f *reporting.Filing) error { return f.Submit(findings, c.today) })); errors.As(err, &refused) {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: refused.Text})
	}
	way, err := d.chosen(r.Context(), c.id, org.ReportSign)
	if err != nil {
		return err
	}
	a, err := d.approvalOf(r, c)
	if err != nil {
		return err
	}
	by := page.By(r)
	approved := a != nil && a.State == org.ApprovalGiven
	switch {
	case f.Get("do") == "ask" && way == org.SignSystem:
		return d.filingAsk(w, r, c, by)
	case way == org.SignSystem && !approved:
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: "本机关规定报送前须经系统审批，这一版内容还没有审批同意。请先提请审批；同意以后内容有改动的，要重新提请。"})
	case approved:
		for _, st := range a.Steps {
			if st.Entered != 0 {
				by.Paper, by.Signer = &act.Paper{On: st.On, Scan: st.Scan.Hash}, st.Name
			}
		}
	case way == org.SignPaper:
		said, err := d.enterSignature(r, c, f, a, &by)
		if err != nil {
			return err
		}
		if len(said.fields) > 0 || said.failure != "" {
			return d.showFiling(w, r, c, http.StatusUnprocessableEntity, said)
		}
	}
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	done, err := d.store.WithFiling(r.Context(), by, c.id, c.Year, version, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error {
		if err := settled(f.Report, f.Submit(findings, on)); err != nil {
			return err
		}
		f.Findings = findings
		return nil
	})
	return d.filingDone(w, r, c, done, err, "filed", filingSaid{})
}

// facts are what who signs has to know about the report.
func (c *filingCase) facts(findings []annual.Finding) []org.Fact {
	out := []org.Fact{{Label: "报告", Text: c.Report.Title}}
	figure := func(id string) string {
		if i, ok := c.Report.Form.Index(id); ok && c.Report.Values[i].Known() {
			return c.Report.Values[i].Format(c.Report.Form.Cells[i].Type)
		}
		return "未填"
	}
	out = append(out, org.Fact{Label: "申请办理", Text: fmt.Sprintf("本年新收%s件，上年结转%s件，办结%s件，结转下年度%s件", figure("t3.new.total"), figure("t3.carried_in.total"), figure("t3.result_total.total"), figure("t3.carried_out.total"))},
		org.Fact{Label: "复议诉讼", Text: fmt.Sprintf("行政复议%s件，行政诉讼（未经复议）%s件，复议后诉讼%s件", figure("t4.review.total"), figure("t4.direct.total"), figure("t4.after.total"))})
	explained := 0
	for _, x := range findings {
		if e := c.Explained(x); e != nil {
			explained++
			out = append(out, org.Fact{Label: fmt.Sprintf("说明%d", explained), Text: x.Message + " " + e.Text})
		}
	}
	if !c.Due.IsZero() {
		out = append(out, org.Fact{Label: "报送期限", Text: c.Due.Chinese() + "（" + c.Basis + "）"})
	}
	return out[:min(len(out), 40)]
}

// filingAsk asks for the approval of this content through the organ's chain.
func (d *Desk) filingAsk(w http.ResponseWriter, r *http.Request, c *filingCase, by store.By) error {
	word, err := d.chosen(r.Context(), c.id, org.ApprovalPreset)
	if err != nil {
		return err
	}
	steps, bad := org.ParseSteps(word)
	if bad != "" {
		return d.showFiling(w, r, c, http.StatusUnprocessableEntity, filingSaid{failure: "设置中的审批环节“" + word + "”有误，请先在“设置”中改正。"})
	}
	findings, err := d.judge(r, c, c.Report)
	if err != nil {
		return err
	}
	done, err := d.store.AskApproval(r.Context(), by, org.Approval{Organ: c.id, Title: fmt.Sprintf("报送%d年度政府信息公开工作年度报告", c.Year), Facts: c.facts(findings), Ref: c.approvalRef(), Steps: steps})
	return d.filingDone(w, r, c, done, err, "asked", filingSaid{})
}

// enterSignature records who signed the report on paper: an approval of one step,
// entered by whoever hands the report in. What is missing is said at the field.
func (d *Desk) enterSignature(r *http.Request, c *filingCase, f form, a *store.ApprovalRow, by *store.By) (filingSaid, error) {
	said := filingSaid{fields: map[string]string{}}
	signer := strings.TrimSpace(f.Get("signer"))
	if signer == "" {
		said.fields["signer"] = "本机关规定报送前须有领导签批。请写明纸质报送件上的签发人。"
	}
	on, err := law.ParseDate(f.Get("on"))
	if err != nil || on.After(c.today) {
		said.fields["on"] = fmt.Sprintf("请写明签字日期，如 %s，不能晚于今天。", c.today)
	}
	if u, ok := f.file("scan"); ok && u.Err == nil && len(u.Data) > 0 && !slices.Contains(scanTypes, http.DetectContentType(u.Data)) {
		said.fields["scan"] = notAScan
	}
	if len(said.fields) > 0 {
		return said, nil
	}
	var refused *act.Refusal
	if a == nil || a.State != org.ApprovalAsked { // one that was begun and not signed is signed now
		findings, err := d.judge(r, c, c.Report)
		if err != nil {
			return said, err
		}
		ask := *by
		ask.Key = by.Key + ".ask"
		done, err := d.store.AskApproval(r.Context(), ask, org.Approval{Organ: c.id, Title: fmt.Sprintf("报送%d年度政府信息公开工作年度报告（纸质签批）", c.Year), Facts: c.facts(findings), Ref: c.approvalRef(),
			Steps: []org.ApprovalStep{{Role: org.Signer}}})
		if errors.As(err, &refused) {
			said.failure = refused.Text
			return said, nil
		}
		if err != nil {
			return said, err
		}
		if a, err = d.approvalOf(r, c); err != nil || a == nil {
			return said, fmt.Errorf("desk: approval %s: %w", done.Answer, err)
		}
	}
	scan, message, err := d.keepScan(r, a.ID, f)
	if err != nil || message != "" {
		said.fields["scan"] = message
		return said, err
	}
	enter := *by
	enter.Key = by.Key + ".sign"
	_, err = d.store.WithApproval(r.Context(), enter, a.ID, a.Version, func(a *org.Approval) error { return a.Enter(by.Viewer, signer, on, true, "", scan, c.today) })
	if errors.As(err, &refused) {
		said.failure = refused.Text
		return said, nil
	}
	by.Paper, by.Signer = &act.Paper{On: on, Scan: scan.Hash}, signer
	return said, err
}

// scanTypes are what a scan may be, by its content.
var scanTypes = []string{"application/pdf", "image/jpeg", "image/png"}

const notAScan = "扫描件应是 PDF、JPG 或 PNG。这个文件的内容不是这几种，请检查是否选错了文件。"

// keepScan keeps the scan that came along, if one did. message says in Chinese
// why it cannot be kept.
func (d *Desk) keepScan(r *http.Request, approval int64, f form) (scan org.Scan, message string, err error) {
	u, ok := f.file("scan")
	if !ok || len(u.Data) == 0 && u.Err == nil {
		return scan, "", nil
	}
	if u.Err != nil || len(u.Data) > scanBytes {
		return scan, "扫描件超过 20 MB。请用较低的分辨率重新扫描，或者拍照后再传。", nil
	}
	p, err := d.store.PutPrivate(r.Context(), store.ApprovalRef(approval), strings.NewReader(string(u.Data)))
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return scan, refused.Text, nil
	case errors.Is(err, store.ErrNoSecret), errors.Is(err, store.ErrNoBlobs):
		return scan, "这台服务器没有设置加密密钥或文件夹，不能保存扫描件。请先不传扫描件，并告诉系统管理员。", nil
	case err != nil:
		return scan, "", err
	case !slices.Contains(scanTypes, p.Type):
		if err := d.store.DropPrivate(r.Context(), p.ID); err != nil {
			return scan, "", err
		}
		return scan, notAScan, nil
	}
	return org.Scan{Hash: p.Hash, File: p.ID}, "", nil
}
