package requests

import (
	"errors"
	"fmt"
	"net/http"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/store"
	"gongkai/web/page"
)

// ledgerGroups are how the form of one line is divided.
var ledgerGroups = []struct {
	title   string
	columns []string
	folded  bool
}{
	{"收到", []string{"number", "arrived", "channel", "confirmed", "applicant", "name", "subject"}, false},
	{"答复和送达", []string{"outcome", "answer", "letter", "served", "way"}, false},
	{"补正", []string{"asked", "until", "corrected"}, true},
	{"延期、征求意见", []string{"extended", "days", "consented", "consulted", "whom", "heard", "opinion", "delayed", "delayed_to"}, true},
	{"收费", []string{"fee_asked", "method", "units", "paid"}, true},
	{"复议、诉讼", []string{"review", "review_end", "review_result", "direct", "direct_end", "direct_result", "after", "after_end", "after_result"}, true},
	{"作废、备注", []string{"void", "remark"}, true},
}

type ledgerNewPage struct {
	page.Base
	Key     string
	Failure []string
	Organ   *page.Field
	Groups  []ledgerGroup
	Texts   []page.Field // wide ones
}

type ledgerGroup struct {
	Title  string
	Folded bool
	Open   bool
	Fields []page.Field
}

var ledgerNewTemplate = page.NewTemplate(templates, "templates/ledger_new.html")

func (q *Requests) ledgerNew(w http.ResponseWriter, r *http.Request) error {
	return q.showLedgerNew(w, r, http.StatusOK, nil)
}

func (q *Requests) showLedgerNew(w http.ResponseWriter, r *http.Request, code int, faults []casework.LedgerFault) error {
	p := ledgerNewPage{Base: q.base(r, "requests", "登记一行台账"), Key: page.NewKey()}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	p.Organ, _ = organField(r, homes)
	bad := map[string]string{}
	for _, f := range faults {
		if bad[f.Column] += f.Text; f.Column == "" {
			p.Failure = append(p.Failure, f.Text)
		}
	}
	columns := map[string]casework.LedgerColumn{}
	for _, c := range casework.LedgerColumns() {
		columns[c.Name] = c
	}
	field := func(name string) page.Field {
		c := columns[name]
		f := page.Field{Name: name, Label: c.Chinese, Hint: c.Hint, Kind: "text", Value: r.PostFormValue(name), Message: bad[name], Max: 40}
		switch c.Kind {
		case casework.LedgerDay:
			f.Kind = "date"
		case casework.LedgerNumber:
			f.Kind = "number"
		case casework.LedgerWord:
			f.Kind, f.Options = "select", []page.Option{{Text: ""}}
			for _, o := range c.Options {
				if o.Code != "" {
					f.Options = append(f.Options, page.Option{Value: o.Code, Text: o.Chinese, Selected: o.Code == f.Value})
				}
			}
		}
		return f
	}
	for _, g := range ledgerGroups {
		x := ledgerGroup{Title: g.title, Folded: g.folded}
		for _, name := range g.columns {
			f := field(name)
			x.Open = x.Open || f.Value != "" || f.Message != ""
			x.Fields = append(x.Fields, f)
		}
		p.Groups = append(p.Groups, x)
	}
	for _, name := range []string{"wanted", "basis"} {
		f := field(name)
		f.Kind, f.Rows, f.Max = "textarea", 4, 2000
		p.Texts = append(p.Texts, f)
	}
	return page.RenderStatus(w, r, code, ledgerNewTemplate, p)
}

// ledgerEnter keeps one line as a file.
func (q *Requests) ledgerEnter(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	_, organ := organField(r, homes)
	cells := map[string]string{}
	for _, c := range casework.LedgerColumns() {
		cells[c.Name] = r.PostFormValue(c.Name)
	}
	var doubts casework.LedgerDoubts
	x, faults := casework.ReadLedger(cells, casework.LedgerAnswers{Confirm: "wait"}, &doubts)
	line := store.LedgerLine{Line: 1, Ledger: x, Faults: faults}
	d, err := q.store.EnterLedger(r.Context(), page.By(r), organ, line)
	if err == nil {
		return page.Done(w, r, fmt.Sprintf("/desk/requests/%s", d.Answer), "created", d)
	}
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showLedgerNew(w, r, http.StatusUnprocessableEntity, []casework.LedgerFault{{Text: no.Text}})
	case !errors.Is(err, store.ErrConflict):
		return err
	}
	plans, err := q.store.PlanLedger(r.Context(), page.VisitOf(r).Viewer, organ, []store.LedgerLine{line})
	if err != nil {
		return err
	}
	return q.showLedgerNew(w, r, http.StatusUnprocessableEntity, plans[0].Faults)
}
