package requests

import (
	"fmt"
	"net/http"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) intakeRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/requests/{id}/intake/{paper}/{format}", Verb: org.SeeRequests, Serve: q.intakePaper}}
}

// intakePapers are what is printed when an application comes in: the receipt for
// the applicant and, for one made by word of mouth, the record that he signs.
func intakePapers(x *store.RequestFile) []page.Link {
	if x.Erased || !x.Handles {
		return nil
	}
	base := fmt.Sprintf("/desk/requests/%d/intake/", x.ID)
	out := []page.Link{{Text: "接收回执 Word", Href: base + "receipt/docx"}, {Text: "接收回执 PDF", Href: base + "receipt/pdf"}}
	if x.Content.Oral {
		out = append(out, page.Link{Text: "口头申请笔录 Word", Href: base + "oral/docx"}, page.Link{Text: "口头申请笔录 PDF", Href: base + "oral/pdf"})
	}
	return out
}

func (q *Requests) intakePaper(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	if !x.Handles || x.Erased {
		return page.ErrNotFound
	}
	var l reporting.Letter
	switch r.PathValue("paper") {
	case "receipt":
		if l, err = q.receiptPaper(r, x); err != nil {
			return err
		}
	case "oral":
		if !x.Content.Oral {
			return page.ErrNotFound
		}
		l = reporting.Letter{Title: "政府信息公开口头申请笔录", Text: strings.Join(casework.OralRecord(x.Request, x.OrganName, x.Content, x.HandlerName), "\n"), From: x.OrganName, Dated: x.Arrived}
	default:
		return page.ErrNotFound
	}
	return q.give(w, r, x, l, l.Title)
}

// receiptPaper is the receipt with the query code, to be handed or sent to the
// applicant.
func (q *Requests) receiptPaper(r *http.Request, x *store.RequestFile) (reporting.Letter, error) {
	cal, err := q.calendar(r)
	if err != nil {
		return reporting.Letter{}, err
	}
	code, err := q.store.RequestCode(x.ID)
	if err != nil {
		return reporting.Letter{}, err
	}
	var due law.Date
	if !x.Received.IsZero() {
		due = x.Row(cal, q.cfg.Today()).Due
	}
	k, _ := casework.LetterOf(casework.ReceiptCode, q.cfg.Today())
	return reporting.Letter{Title: x.OrganName + k.Name, To: x.Content.Person.Name, Text: strings.Join(casework.ReceiptText(x.Request, x.Content.Wanted, due, code[:5]+"-"+code[5:]), "\n"), From: x.OrganName, Dated: x.Arrived}, nil
}

// hintDays is over how many days hints are counted on the list.
const hintDays = 30

// hints is what pointing out published information did, for those in charge; ""
// where nothing was pointed out.
func (q *Requests) hints(r *http.Request, v org.Viewer, today law.Date) (string, error) {
	if !org.Able(v, org.SignReplies) && !org.Able(v, org.ReviewReports) {
		return "", nil
	}
	c, err := q.store.HintCounts(r.Context(), v, today.AddDays(1-hintDays), today)
	if err != nil || c.Shown == 0 {
		return "", err
	}
	return fmt.Sprintf("近%d天，公众填写申请时提示已公开的信息 %d 次，点开 %d 次，因此不再申请 %d 次。", hintDays, c.Shown, c.Opened, c.Avoided), nil
}
