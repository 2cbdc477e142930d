package requests

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) remedyRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/remedies/{n}", Verb: org.SeeRequests, Serve: q.remedyCase},
		{Pattern: "POST /desk/requests/{id}/remedies/{n}", Verb: org.SeeRequests, Body: body, Serve: q.remedyCaseAct},
		{Pattern: "GET /desk/requests/{id}/remedies/{n}/evidence/{format}", Verb: org.SeeRequests, Serve: q.remedyEvidence},
		{Pattern: "GET /desk/requests/{id}/remedies/{n}/reply/{format}", Verb: org.SeeRequests, Serve: q.remedyReply},
	}
}

type remedyPage struct {
	page.Base
	X        *store.RequestFile
	N        int
	Case     casework.RemedyCase
	Key      string
	State    page.Tag
	Against  string
	Failure  string
	Changed  bool
	Limit    page.Limit
	Waits    bool
	Appeal   page.Limit
	Appeals  bool
	Hearing  law.Date
	Steps    []eventLine
	Fields   []page.Field
	Evidence []evidenceLine
	Reply    []casework.Para
	Missing  []string
	Paper    string // what the written answer is called
	Pages    int
}

// An evidenceLine is a document that may be evidence, ticked if it is.
type evidenceLine struct {
	Key, Name string
	Use       bool
	Proves    string
	Pages     int
	At        string // pages in the bundle
	On        law.Date
}

var remedyTemplate = page.NewTemplate(templates, "templates/remedycase.html")

func (q *Requests) remedyCase(w http.ResponseWriter, r *http.Request) error {
	return orFile(w, r, q.showRemedy(w, r, http.StatusOK, "", false))
}

// remedyAt is the case that the address names.
func (q *Requests) remedyAt(r *http.Request) (*store.RequestFile, int, error) {
	x, err := q.worked(r)
	if err != nil {
		return nil, 0, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(x.Remedies) {
		return nil, 0, page.ErrNotFound
	}
	return x, n, nil
}

func (q *Requests) showRemedy(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, n, err := q.remedyAt(r)
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	y, today := x.Remedies[n-1], q.cfg.Today()
	note := x.Content.Case(n)
	p := remedyPage{Base: q.base(r, "remedies", fmt.Sprintf("%s（第%d件）", y.Kind.Chinese(), n)), X: x, N: n, Case: y, Key: page.NewKey(), Failure: failure, Changed: changed, Hearing: y.Hearing(), Paper: y.Kind.ReplyTitle()}
	p.Crumbs = append(fileCrumbs(x)[:1], page.Link{Text: "复议、诉讼", Href: "/desk/requests/remedies"}, fileCrumbs(x)[1])
	p.State = remedyTag(y.Ended, y.Answered(), y.Ending, y.Redone)
	p.Against = x.LetterNo
	if l := x.Letter(y.Letter); l != nil {
		k, _ := casework.LetterOf(l.Code, l.On)
		p.Against = strings.TrimSpace(k.Name + " " + l.No)
	}
	if l, err := y.AnswerDue(cal); err == nil && y.Ended.IsZero() && y.Answered().IsZero() {
		p.Limit, p.Waits = page.LimitOf(cal, today, l.Due, l.Steps[0].Cite.String(), warnDays), true
	}
	if l, ok := y.AppealBy(cal); ok {
		p.Appeal, p.Appeals = page.LimitOf(cal, today, l.Due, l.Steps[0].Cite.String(), warnDays), true
	}
	p.Steps = append(p.Steps, eventLine{On: y.Begun, What: "收到副本"})
	for _, s := range y.Steps {
		line := eventLine{On: s.On, What: casework.StepChinese(s.What), Text: s.Ending.Chinese()}
		if !s.Due.IsZero() {
			line.Text = s.Due.Chinese() + "举行"
		}
		p.Steps = append(p.Steps, line)
	}
	if !y.Ended.IsZero() {
		p.Steps = append(p.Steps, eventLine{On: y.Ended, What: "结果", Text: y.Ending.Chinese()})
	}
	whom := "申请人"
	if y.Kind != casework.Reconsideration {
		whom = "原告"
	}
	sent := r.Method == http.MethodPost
	field := func(name, label, kind, hint, value string, most int) {
		if sent {
			value = strings.TrimSpace(r.FormValue(name))
		}
		p.Fields = append(p.Fields, page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Value: value, Max: most, Rows: 5})
	}
	field("no", "案号", "text", "", note.No, 60)
	field("before", "复议机关、法院", "text", "", note.Before, 80)
	field("place", "听证、开庭地点", "text", "", note.Place, 80)
	field("claims", whom+"的请求和理由", "textarea", "照申请书、起诉状概括", note.Claims, 3000)
	field("facts", "本机关陈述的事实和理由", "textarea", "怎样认定、为什么这样答复；不公开的写明依据的事实", note.Facts, 5000)
	p.Evidence, p.Pages = evidenceLines(x, note)
	s, missing := replyOf(x, n, today)
	p.Missing = missing
	for _, t := range s.Paras {
		p.Reply = append(p.Reply, casework.Para{Text: t})
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开复议诉讼", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, remedyTemplate, p)
}

// remedyTag is where a case stands.
func remedyTag(ended, answered law.Date, e casework.Ending, redone bool) page.Tag {
	switch {
	case !ended.IsZero() && e.Corrects() && !redone:
		return page.Tag{Text: e.Chinese() + "，待重新答复", Tone: "warn"}
	case !ended.IsZero():
		return page.Tag{Text: e.Chinese()}
	case answered.IsZero():
		return page.Tag{Text: "待答复", Tone: "warn"}
	}
	return page.Tag{Text: "审理中"}
}

// evidenceLines are the documents of a file that may be evidence, those on the
// list first and in its order.
func evidenceLines(x *store.RequestFile, note casework.CaseNote) (out []evidenceLine, pages int) {
	all := evidenceOf(x)
	list, pages := casework.Paged(note.Evidence)
	used := map[string]bool{}
	for _, e := range list {
		key := evidenceKey(e)
		used[key] = true
		out = append(out, evidenceLine{Key: key, Name: e.Name, Use: true, Proves: e.Proves, Pages: max(e.Pages, 1), At: e.PageRange()})
	}
	for _, e := range all {
		if key := evidenceKey(e); !used[key] {
			out = append(out, evidenceLine{Key: key, Name: e.Name, Proves: e.Proves, Pages: max(e.Pages, 1)})
		}
	}
	return out, pages
}

func evidenceKey(e casework.Evidence) string {
	switch {
	case e.Letter != 0:
		return fmt.Sprintf("l%d", e.Letter)
	case e.File != 0:
		return fmt.Sprintf("f%d", e.File)
	}
	return "a"
}

// evidenceOf are the documents of a file, with what each proves as a rule.
func evidenceOf(x *store.RequestFile) []casework.Evidence {
	out := []casework.Evidence{{Name: "政府信息公开申请表", Proves: "申请的内容和收到的时间", Pages: 1}}
	for i, l := range x.Content.Letters {
		k, _ := casework.LetterOf(l.Code, l.On)
		if k.Inside || l.Void != "" || x.Letter(i+1) != nil && !x.Current(i+1) {
			continue
		}
		proves := "依法履行了告知义务"
		if k.Outcome != "" {
			proves = "在法定期限内作出答复，并告知救济途径"
		}
		out = append(out, casework.Evidence{Name: strings.TrimSpace(k.Name + " " + l.No), Proves: proves, Letter: i + 1, Pages: 1})
	}
	for _, f := range x.Content.Files {
		proves := map[string]string{"proof": "答复已经送达", "redacted": "提供的信息", "identity": "申请人的身份", "mandate": "代理的权限"}[f.Kind]
		if f.Kind == "package" || f.Kind == "handover" || f.Kind == "scan" || f.Kind == "signoff" {
			continue
		}
		out = append(out, casework.Evidence{Name: strings.TrimSpace(fileKind(f.Kind) + " " + f.Name), Proves: proves, File: f.ID, Pages: 1})
	}
	return out
}

// replyOf drafts the organ's written answer.
func replyOf(x *store.RequestFile, n int, today law.Date) (casework.Sheet, []string) {
	note := x.Content.Case(n)
	y := x.Remedies[n-1]
	dated := today
	if on := y.Answered(); !on.IsZero() {
		dated = on
	}
	return casework.ReplySheet(x.Request, n, casework.ReplyFacts{Organ: x.OrganName, Applicant: x.Content.Person.Name, Before: note.Before, No: note.No, Claims: note.Claims, Facts: note.Facts, Dated: dated,
		Evidence: len(note.Evidence), Letter: x.Letter(y.Letter)})
}

func (q *Requests) remedyEvidence(w http.ResponseWriter, r *http.Request) error {
	x, n, err := q.remedyAt(r)
	if err != nil {
		return err
	}
	note := x.Content.Case(n)
	if len(note.Evidence) == 0 {
		return &page.Input{Text: "证据清单里还没有证据，请先勾选、保存。"}
	}
	return q.give(w, r, x, printed(casework.EvidenceList(x.OrganName, x.Remedies[n-1], note, x.Content.Person.Name, q.cfg.Today())), "证据清单")
}

func (q *Requests) remedyReply(w http.ResponseWriter, r *http.Request) error {
	x, n, err := q.remedyAt(r)
	if err != nil {
		return err
	}
	s, _ := replyOf(x, n, q.cfg.Today())
	return q.give(w, r, x, printed(s), s.Name)
}

// remedyCaseAct keeps what is known of a case: its number, who decides, what each
// side says, the list of evidence.
func (q *Requests) remedyCaseAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	x, n, err := q.remedyAt(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	text := func(name string, most int) string { return clip(strings.TrimSpace(r.FormValue(name)), most) }
	d, err := q.store.WithRequest(r.Context(), page.By(r), x.ID, version, func(x *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
		if n > len(x.Remedies) {
			return page.ErrNotFound
		}
		c := casework.CaseNote{N: n, No: text("no", 60), Before: text("before", 80), Place: text("place", 80), Claims: text("claims", 3000), Facts: text("facts", 5000)}
		for _, e := range evidenceOf(x) {
			key := evidenceKey(e)
			if r.FormValue("use_"+key) == "" {
				continue
			}
			if e.Proves = text("proves_"+key, 200); e.Proves == "" {
				return act.Refuse("请写明“" + e.Name + "”证明什么。")
			}
			pages, err := strconv.Atoi(text("pages_"+key, 6))
			if err != nil || pages < 1 || pages > 5000 {
				return act.Refuse("“" + e.Name + "”的页数请写1至5000的整数。")
			}
			e.Pages = pages
			c.Evidence = append(c.Evidence, e)
		}
		order := func(e casework.Evidence) int {
			i, err := strconv.Atoi(r.FormValue("order_" + evidenceKey(e)))
			if err != nil {
				return 1000
			}
			return i
		}
		slices.SortStableFunc(c.Evidence, func(a, b casework.Evidence) int { return order(a) - order(b) })
		x.Content.KeepCase(c)
		return x.Note(casework.Doing{On: today, Today: today}, "case")
	})
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showRemedy(w, r, http.StatusUnprocessableEntity, no.Text, false)
	case errors.Is(err, store.ErrConflict):
		return q.showRemedy(w, r, http.StatusConflict, "", true)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/requests/%d/remedies/%d", x.ID, n), "saved", d)
}
