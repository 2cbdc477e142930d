package desk

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/web/page"
)

// filingPaper writes the organ's paper copy 报送件: the report, and behind it the
// sheet on which it is signed and sealed.
func (d *Desk) filingPaper(w http.ResponseWriter, r *http.Request) error {
	c, err := d.filingOf(r)
	if err != nil {
		return err
	}
	if c.Report == nil {
		return page.ErrNotFound
	}
	findings, err := d.judge(r, c, c.Report)
	if err != nil {
		return err
	}
	s := render.Submission{Report: c.Report, Organ: c.Organ.Name, Year: c.Year, Printed: d.cfg.Today(), Due: c.Due, Submitted: c.Submitted, Correction: c.Correction, Note: c.Note}
	for _, x := range findings {
		switch {
		case x.Level == annual.Error:
			s.Errors++
		case x.Level == annual.Warning:
			line := render.Explained{Message: x.Message, Text: "（尚未说明）"}
			if e := c.Explained(x); e != nil {
				line = render.Explained{Message: x.Message, Text: e.Text, Name: e.Name, On: e.On}
			} else if dec := c.Decided(x); dec != nil && !dec.Stands {
				line = render.Explained{Message: x.Message, Text: "主管部门认定：" + dec.Text, Name: dec.Name, On: dec.On}
			}
			s.Explained = append(s.Explained, line)
		}
	}
	// What could not be handed in as it stands is printed as a draft.
	s.Draft = c.MayEdit() == nil && settled(c.Report, c.try(func(f *reporting.Filing) error { return f.Submit(findings, c.today) })) != nil
	a, err := d.approvalOf(r, c)
	if err != nil {
		return err
	}
	if a != nil && a.State == org.ApprovalGiven {
		for _, st := range a.Steps {
			s.Signs = append(s.Signs, render.SubmissionSign{Role: st.Role.Chinese(), Name: st.Name, On: st.On, Paper: st.Entered != 0})
		}
	}
	name := cleanName(fmt.Sprintf("%s%d年政府信息公开工作年度报告（报送件）", c.Organ.Name, c.Year))
	var b bytes.Buffer
	kind, ext := "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"
	if path.Ext(r.URL.Path) == ".pdf" {
		kind, ext = "application/pdf", ".pdf"
		err = render.SubmissionPDF(&b, s, d.cfg.Fonts)
	} else {
		err = render.SubmissionDOCX(&b, s)
	}
	var font *render.FontError
	if errors.As(err, &font) {
		return &page.Unavailable{Text: font.Error(), Err: err}
	}
	if err != nil {
		return fmt.Errorf("desk: paper of a filing: %w", err)
	}
	attach(w, name+ext, kind)
	_, _ = w.Write(b.Bytes())
	return nil
}
