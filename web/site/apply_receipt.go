package site

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// applicantSees are the acts of a file that its applicant sees, with their
// receipts: what went to him or came from him, and what moved his dates.
var applicantSees = []string{act.RequestRegistered, act.RequestConfirmed, act.RequestAsked, act.RequestCorrected, act.RequestConsulted, act.RequestAnswered, act.RequestExtended, act.RequestDelayed, act.RequestReasons,
	act.RequestFeeAsked, act.RequestFeePaid, act.RequestFeeWaived, act.RequestFeeBack, act.RequestDecided, act.RequestServed, act.RequestVoided, act.RequestReopened}

// seesAct reports whether the applicant sees the act: a decision only once it is
// served.
func seesAct(x *store.RequestFile, kind string) bool {
	if kind == act.RequestDecided && x.State != casework.Closed {
		return false
	}
	return slices.Contains(applicantSees, kind)
}

// applyProof gives whoever has number and code the receipt of an act of his file
// as gongkai verify takes it, or the receipt of his application on paper.
func (s *Site) applyProof(w http.ResponseWriter, r *http.Request) error {
	p := s.applyTrackPage(r)
	x, ok, err := s.tracked(w, r, &p)
	if !ok || err != nil {
		return err
	}
	switch format := r.PostFormValue("format"); format {
	case "pdf", "docx":
		return s.receiptPaper(w, r, x, format)
	case "", "json":
	default:
		return page.ErrNotFound
	}
	n, err := strconv.Atoi(r.PostFormValue("n"))
	if events := x.Events(); err != nil || n < 0 || n >= len(events) || !seesAct(x, events[n].Kind) {
		return page.ErrNotFound
	}
	rec, err := s.store.RequestReceipt(r.Context(), x.ID, n)
	if errors.Is(err, store.ErrNoLog) {
		return page.ErrNotFound
	}
	return s.sendReceipt(w, rec, err, "申请"+x.Number+act.Kinds()[x.Events()[n].Kind].Chinese+"回执.json")
}

// receiptPaper writes the receipt of an application as pdf or docx.
func (s *Site) receiptPaper(w http.ResponseWriter, r *http.Request, x *store.RequestFile, format string) error {
	cal, err := s.store.Calendar(r.Context())
	if err != nil {
		return err
	}
	code, err := s.store.RequestCode(x.ID)
	if err != nil {
		return err
	}
	var due law.Date
	if !x.Received.IsZero() {
		due = x.Row(cal, s.cfg.Today()).Due
	}
	k, _ := casework.LetterOf(casework.ReceiptCode, s.cfg.Today())
	return s.sendPaper(w, format, x.Number+k.Name, reporting.Letter{Title: x.OrganName + k.Name, To: x.Content.Person.Name, Text: strings.Join(casework.ReceiptText(x.Request, x.Content.Wanted, due, spaced(code)), "\n"), From: x.OrganName, Dated: x.Arrived})
}

// sendPaper writes a letter in the format, pdf or docx.
func (s *Site) sendPaper(w http.ResponseWriter, format, name string, l reporting.Letter) error {
	return page.Send(w, name, format, page.Writers{
		"docx": func(to io.Writer) error { return render.Letter(to, l) },
		"pdf":  func(to io.Writer) error { return render.LetterPDF(to, l, s.cfg.Fonts) },
	}, nil)
}
