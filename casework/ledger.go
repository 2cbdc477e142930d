package casework

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/law/fee"
)

// A Ledger is one line of the ledger 台账: a whole request as an office that works
// on paper writes it down. It becomes a file of acts like any other, each on the
// day it happened, so that days, marks and table 三 follow from it. Empty fields
// did not happen, or not yet.
type Ledger struct {
	Number    string
	Subject   string // a few words without personal data
	Channel   deadline.Channel
	Arrived   law.Date
	Confirmed law.Date
	Applicant Applicant
	Name      string
	Wanted    string

	Asked, AskedUntil, Corrected law.Date // 补正

	Whom      ConsultKind // 征求意见
	Consulted law.Date
	Heard     law.Date
	Opinion   string

	Extended   law.Date
	Days       int
	Consented  bool // the consent to the extension is on paper
	Delayed    law.Date
	DelayedTo  law.Date
	FeeAsked   law.Date
	Method     fee.Method
	Units      int
	Paid       law.Date
	Outcome    Outcome
	Basis      string // 依据和理由
	Answer     law.Date
	LetterNo   string
	Served     law.Date
	Way        string
	Remedies   [3]LedgerRemedy // in the order of RemedyKinds
	VoidReason string
	Remark     string
}

// A LedgerRemedy is a review or a court case as a line has it: one of each kind.
type LedgerRemedy struct {
	Begun, Ended law.Date
	Ending       Ending
}

// A LedgerFault is what is wrong with a cell of a line, in Chinese.
type LedgerFault struct {
	Column string // its name; "" for the line
	Text   string
}

// What stands before a text of the ledger that goes into the notes of a file.
const (
	ledgerBasis  = "依据和理由："
	ledgerRemark = "备注："
)

// LedgerOf is a file as a line of the ledger: of what came several times, the
// first; of an answer that was corrected later, the first answer, which is the
// one that counts.
func LedgerOf(r *Request, c Content, subject string) Ledger {
	x := Ledger{Number: r.Number, Subject: subject, Channel: r.Channel, Arrived: r.Arrived, Applicant: r.Applicant, Name: c.Person.Name, Wanted: c.Wanted}
	if got := deadline.Received(r.Channel, r.Arrived, law.Date{}); got.Pending && !r.Received.IsZero() {
		x.Confirmed = r.Received
	}
	decided := false
	for _, e := range r.events {
		f := e.Facts
		switch e.Kind {
		case act.RequestAsked:
			if x.Asked.IsZero() {
				x.Asked, x.AskedUntil = e.On, dayOfFact(f, "until")
			}
		case act.RequestCorrected:
			first(&x.Corrected, e.On)
		case act.RequestExtended:
			if x.Extended.IsZero() {
				x.Extended, x.Consented = e.On, f["consent"] != ""
				x.Days, _ = strconv.Atoi(f["days"]) // replayed: it is a number
			}
		case act.RequestDelayed:
			if x.Delayed.IsZero() {
				x.Delayed, x.DelayedTo = e.On, dayOfFact(f, "until")
			}
		case act.RequestDecided:
			if !decided {
				decided = true
				x.Outcome, x.Answer, x.LetterNo = r.Outcome, r.Answer, f["letter"]
			}
		case act.RequestServed:
			if x.Served.IsZero() && r.Outcome != Withdrawn {
				x.Served, x.Way = e.On, f["way"]
			}
		case act.RequestVoided:
			x.VoidReason = f["reason"]
		}
	}
	if len(r.Consults) > 0 {
		k := r.Consults[0]
		x.Whom, x.Consulted, x.Heard, x.Opinion = k.Kind, k.Sent, k.Answered, k.Opinion
	}
	if p := r.Payment; p != nil {
		x.FeeAsked, x.Method, x.Units, x.Paid = p.Notified, p.Method, p.Units, p.Paid
	}
	for _, y := range r.Remedies {
		if to := &x.Remedies[slices.Index(RemedyKinds(), y.Kind)]; to.Begun.IsZero() {
			*to = LedgerRemedy{y.Begun, y.Ended, y.Ending}
		}
	}
	x.Basis, x.Remark = ledgerTexts(c)
	return x
}

func first(to *law.Date, on law.Date) {
	if to.IsZero() {
		*to = on
	}
}

func dayOfFact(f map[string]string, key string) law.Date {
	d, _ := law.ParseDate(f[key]) // replayed: it is a day
	return d
}

// ledgerTexts are what a file says for its answer, and the remark of the ledger.
func ledgerTexts(c Content) (basis, remark string) {
	var said []string
	for _, res := range results {
		for _, what := range res.Evidence {
			if s := c.Findings[what]; s != "" && !slices.Contains(said, s) {
				said = append(said, s)
			}
		}
	}
	for _, n := range c.Notes {
		if s, ok := strings.CutPrefix(n.Text, ledgerBasis); ok && len(said) == 0 {
			said = append(said, s)
		}
		if s, ok := strings.CutPrefix(n.Text, ledgerRemark); ok && remark == "" {
			remark = s
		}
	}
	return strings.Join(said, "；"), remark
}

// A ledgerStep is one thing that a line says happened.
type ledgerStep struct {
	on     law.Date
	column string
	uses   []string // columns it takes
	do     func(d Doing) error
}

// EnterLedger carries a line into a file: a new one, or one of the ledger that
// has gone on since it was last entered. add are the columns that are new; nil
// for all. What happened against the statute is recorded and marked; what cannot
// have happened so is a fault, and the file is then to be thrown away.
func (r *Request) EnterLedger(cal *calendar.Calendar, today law.Date, c *Content, x Ledger, add []string) []LedgerFault {
	todo := map[string]bool{}
	for _, name := range add {
		todo[name] = true
	}
	isNew := r.State == New
	if isNew {
		for name := range x.Texts() {
			todo[name] = true
		}
		reg := Registration{Number: x.Number, Channel: x.Channel, Arrived: x.Arrived, Confirmed: x.Confirmed, Applicant: x.Applicant, Ledger: true}
		if err := r.Register(Doing{Today: today, Fact: true}, reg); err != nil {
			return ledgerFault("arrived", err)
		}
	}
	for _, name := range []string{"number", "arrived", "channel", "applicant"} {
		delete(todo, name)
	}
	for name, to := range map[string]*string{"name": &c.Person.Name, "wanted": &c.Wanted} {
		if todo[name] {
			*to = map[string]string{"name": x.Name, "wanted": x.Wanted}[name]
			delete(todo, name)
		}
	}
	delete(todo, "subject") // beside the file: the caller keeps it
	if todo["remark"] {
		c.Notes = append(c.Notes, Note{On: today, Kind: "remark", Text: ledgerRemark + x.Remark})
		delete(todo, "remark")
	}
	steps := r.ledgerSteps(cal, c, x, todo)
	if isNew {
		delete(todo, "confirmed")
	}
	slices.SortStableFunc(steps, func(a, b ledgerStep) int { return a.on.DaysSince(b.on) })
	for _, s := range steps {
		if !todo[s.column] {
			continue
		}
		for _, name := range append(s.uses, s.column) {
			delete(todo, name)
		}
		if err := s.do(Doing{On: s.on, Today: today, Fact: true}); err != nil {
			return ledgerFault(s.column, err)
		}
	}
	if x.Outcome == "" && todo["basis"] { // kept until there is an answer
		c.Notes = append(c.Notes, Note{On: today, Kind: "remark", Text: ledgerBasis + x.Basis})
		delete(todo, "basis")
	}
	var out []LedgerFault
	for _, col := range ledgerColumns {
		if todo[col.Name] {
			out = append(out, LedgerFault{col.Name, "这一格要和“" + columnOf(col.With).Chinese + "”一起填；那一项已经登记的，请打开案卷补登。"})
		}
	}
	return out
}

func ledgerFault(column string, err error) []LedgerFault {
	var no *act.Refusal
	if errors.As(err, &no) {
		return []LedgerFault{{column, no.Text}}
	}
	return []LedgerFault{{column, "这一格与同一行的其他内容对不上，请核对日期的先后和办理的顺序。"}}
}

// ledgerSteps are what a line says happened, in the order of things that happen
// on one day.
func (r *Request) ledgerSteps(cal *calendar.Calendar, c *Content, x Ledger, todo map[string]bool) []ledgerStep {
	steps := []ledgerStep{
		{x.Confirmed, "confirmed", nil, r.Confirm},
		{x.Asked, "asked", []string{"until"}, func(d Doing) error { return r.AskClarification(cal, d, x.AskedUntil) }},
		{x.Corrected, "corrected", nil, r.Clarify},
		{x.Consulted, "consulted", []string{"whom"}, func(d Doing) error { return r.Consult(d, x.Whom, law.Date{}) }},
		{x.Heard, "heard", []string{"opinion"}, func(d Doing) error { return r.Hear(cal, d, cmp.Or(len(r.Consults), 1), x.Opinion) }},
		{x.Extended, "extended", []string{"days", "consented"}, func(d Doing) error {
			consent := ""
			if x.Consented {
				consent = "paper"
			}
			return r.Extend(cal, d, x.Days, consent)
		}},
		{x.Delayed, "delayed", []string{"delayed_to"}, func(d Doing) error { return r.Delay(d, x.DelayedTo) }},
		{x.FeeAsked, "fee_asked", []string{"method", "units"}, func(d Doing) error {
			a, err := fee.Of(x.Method, x.Units, d.On)
			if err != nil {
				return act.Refuse("请写明计收方式和件数或者页数。")
			}
			return r.NotifyFee(cal, d, a)
		}},
		{x.Paid, "paid", nil, r.Pay},
		{x.Answer, "answer", []string{"outcome", "letter", "basis"}, func(d Doing) error { return r.ledgerAnswer(cal, d, c, x) }},
		{x.Served, "served", []string{"way"}, func(d Doing) error {
			if x.Outcome == Withdrawn { // served in one with it
				return nil
			}
			return r.Serve(d, x.Way)
		}},
	}
	for i, kind := range RemedyKinds() {
		y := x.Remedies[i]
		n := func() int {
			return 1 + slices.IndexFunc(r.Remedies, func(z RemedyCase) bool { return z.Kind == kind && z.Ended.IsZero() })
		}
		steps = append(steps, ledgerStep{y.Begun, string(kind), nil, func(d Doing) error { return r.OpenRemedy(d, kind, false, true) }},
			ledgerStep{y.Ended, string(kind) + "_end", []string{string(kind) + "_result"}, func(d Doing) error { return r.EndRemedy(d, n(), y.Ending) }})
	}
	if todo["void"] {
		last := r.Arrived
		for _, s := range steps {
			if s.on.After(last) {
				last = s.on
			}
		}
		steps = append(steps, ledgerStep{last, "void", nil, func(d Doing) error { return r.VoidRegistration(d, x.VoidReason) }})
	}
	return steps
}

// ledgerAnswer records what the answer stands on, and the answer.
func (r *Request) ledgerAnswer(cal *calendar.Calendar, d Doing, c *Content, x Ledger) error {
	if x.Outcome == Merged {
		return act.Refuse("合并办理的，这一行先不填处理结果和答复日期，导入后打开案卷办理“并入另一件办理”，写明并入哪一件。")
	}
	res, _ := ResultOf(x.Outcome)
	for _, what := range res.Evidence {
		if x.Basis == "" || r.Findings[what] || !r.Can(act.RequestFound) {
			continue
		}
		if c.Findings == nil {
			c.Findings = map[string]string{}
		}
		c.Findings[what] = x.Basis
		if err := r.Find(d, what); err != nil {
			return err
		}
	}
	if basis, _ := ledgerTexts(*c); basis == "" && x.Basis != "" {
		c.Notes = append(c.Notes, Note{On: d.On, Kind: "remark", Text: ledgerBasis + x.Basis})
	}
	if x.Outcome == Withdrawn {
		return r.Withdraw(cal, d)
	}
	return r.Decide(cal, d, x.Outcome, x.LetterNo)
}

// Renumber gives a file that was just made, and is not kept yet, its number.
func (r *Request) Renumber(number string) error {
	if r.fresh != 0 || len(r.events) == 0 || r.events[0].Kind != act.RequestRegistered {
		return errors.New("casework: the number of a file is given once")
	}
	r.Number, r.events[0].Facts["number"] = number, number
	return nil
}
