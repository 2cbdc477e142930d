package requests

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) fileRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}", Verb: org.SeeRequests, Serve: q.file},
		{Pattern: "POST /desk/requests/{id}", Verb: org.SeeRequests, Body: body, Serve: q.fileAct},
		{Pattern: "GET /desk/requests/{id}/files/{file}", Verb: org.SeeRequests, Serve: q.fileDownload},
		{Pattern: "GET /desk/requests/{id}/letters/new/{code}", Verb: org.SeeRequests, Serve: q.letterForm},
		{Pattern: "POST /desk/requests/{id}/letters/new/{code}", Verb: org.SeeRequests, Body: body, Serve: q.letterSave},
		{Pattern: "GET /desk/requests/{id}/letters/{n}/{format}", Verb: org.SeeRequests, Serve: q.letterDownload},
	}
}

type fact struct{ Label, Text string }

type eventLine struct {
	On    law.Date
	What  string
	Text  string
	Marks []casework.Mark
}

type filePage struct {
	page.Base
	X        *store.RequestFile
	Key      string
	State    page.Tag
	Next     string // what to do now, in a sentence
	Failure  string
	FailCite string
	Changed  bool
	Do       string // the form that was sent
	Limit    page.Limit
	Prudent  page.Limit
	HasLimit bool
	Steps    []law.Step
	Facts    []fact
	Asker    []fact
	Events   []eventLine
	Marks    []casework.Mark
	Actions  []action
	Letters  []letterLine
	Write    []page.Link // letters that may be written now
	Files    []page.Link
	Findings []fact
	Consults []consultLine
	Remedies []remedyLine
	Code     string
	Intake   []page.Link // papers of taking it in
	Asked    string
	Kin      kinView
	Cover    []page.Link    // files that can be redacted
	Covered  []redactedLine // what came of it
	May      bool
	maps     []casework.Mapping
}

type consultLine struct {
	casework.Consultation
	Opinion string
	Limit   page.Limit
	Has     bool
}

type remedyLine struct {
	casework.RemedyCase
	Ending string
	Limit  page.Limit
	Waits  bool
}

var fileTemplate = page.NewTemplate(templates, "templates/file.html", "templates/kin.html")

func (q *Requests) file(w http.ResponseWriter, r *http.Request) error {
	return q.showFile(w, r, http.StatusOK, shown{})
}

// shown is what an answer to a form adds to the page of a file.
type shown struct {
	do      string
	bad     map[string]string
	refusal *act.Refusal
	changed bool
}

func (q *Requests) showFile(w http.ResponseWriter, r *http.Request, code int, s shown) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	x, err := q.store.Request(r.Context(), v, id)
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	today := q.cfg.Today()
	title := x.Subject
	if title == "" {
		title = "申请 " + x.Number
	}
	p := filePage{Base: q.base(r, "requests", title), X: x, Key: page.NewKey(), State: stateTag(x.Row(cal, today)), Changed: s.changed, Do: s.do, Marks: x.Marks, May: x.Handles}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	if s.refusal != nil {
		p.Failure, p.FailCite = s.refusal.Text, s.refusal.Cite.String()
	}
	if p.maps, err = q.store.Mappings(r.Context(), x.Organ); err != nil {
		return err
	}
	q.limits(&p, cal, today)
	p.describe(cal, today)
	if x.Handles && !x.Erased {
		if err := q.working(r, &p, cal, s); err != nil {
			return err
		}
		if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开案卷", store.RequestRef(id)); err != nil {
			return err
		}
	}
	return page.RenderStatus(w, r, code, fileTemplate, p)
}

// limits draws the day of the law with its derivation, and the prudent one.
func (q *Requests) limits(p *filePage, cal *calendar.Calendar, today law.Date) {
	row := p.X.Row(cal, today)
	if row.Due.IsZero() {
		q.kept(p, cal)
		return
	}
	p.HasLimit = true
	due, err := p.X.Due(cal, today)
	if err != nil {
		return
	}
	p.Steps = due.Steps
	p.Limit = page.LimitOf(cal, today, row.Due, "", warnDays)
	p.Limit.Provisional = row.Provisional
	if row.Waiting != "" {
		p.Limit.Tag = page.Tag{Text: waitingWord(row.Waiting)}
	}
	if row.Prudent.Before(row.Due) {
		p.Prudent = page.LimitOf(cal, today, row.Prudent, "", warnDays)
		p.Prudent.Trace = nil
	}
}

// kept draws the day by which a file that is answered was due, with its
// derivation: whether it was kept can be checked as long as the file exists.
func (q *Requests) kept(p *filePage, cal *calendar.Calendar) {
	var answered law.Date
	for _, e := range p.X.Events() {
		if e.Kind == act.RequestDecided {
			answered = e.On
		}
	}
	due, err := p.X.Due(cal, answered)
	if answered.IsZero() || err != nil || due.Due.IsZero() {
		return
	}
	p.HasLimit, p.Steps = true, due.Steps
	p.Limit = page.Limit{Tag: page.Tag{Tone: "ok", Text: "按期答复"}, Date: due.Due.String()}
	if answered.After(due.Due) {
		p.Limit.Tag = page.Tag{Tone: "err", Text: "逾期答复"}
	}
}

// working adds what only those who work on the file see.
func (q *Requests) working(r *http.Request, p *filePage, cal *calendar.Calendar, s shown) error {
	x, ctx := p.X, r.Context()
	charges, err := q.store.Charges(ctx, x.Organ)
	if err != nil {
		return err
	}
	p.Actions = q.actions(r, x, cal, charges, s)
	p.Letters, p.Write = letterLines(x), letterLinks(x, q.cfg.Today())
	for _, f := range x.Content.Files {
		p.Files = append(p.Files, page.Link{Text: f.Name, Key: fileKind(f.Kind), Href: fmt.Sprintf("/desk/requests/%d/files/%d", x.ID, f.ID)})
	}
	if p.Code, err = q.store.RequestCode(x.ID); err != nil {
		return err
	}
	p.Intake = intakePapers(x)
	p.Cover, p.Covered = redactLinks(x), redactedLines(x)
	if p.Kin, err = q.kin(r, x); err != nil {
		return err
	}
	return q.asked(ctx, p)
}

func (q *Requests) asked(ctx context.Context, p *filePage) error {
	year, month, err := q.store.AskedBefore(ctx, p.X.ID)
	if err == nil && year > 1 {
		p.Asked = fmt.Sprintf("同一申请人本年度第 %d 件，收件当月 %d 件。", year, month)
	}
	return err
}

func fileKind(k string) string {
	return map[string]string{"identity": "身份证明", "mandate": "授权委托书", "paper": "申请材料", "evidence": "证据", "redacted": "提供的文本", "scan": "盖章文书", "signoff": "纸质签批", "remedy": "复议、诉讼材料", "package": "归档包", "handover": "移交清单", "proof": "送达凭证"}[k]
}

// describe words the file: facts, events with their marks, consultations,
// remedies.
func (p *filePage) describe(cal *calendar.Calendar, today law.Date) {
	x := p.X
	p.Next = next(x)
	add := func(label, text string) {
		if text != "" {
			p.Facts = append(p.Facts, fact{label, text})
		}
	}
	if x.Matter == casework.Mend {
		add("类别", "更正本人信息记录")
	}
	add("登记号", x.Number)
	add("机关", x.OrganName)
	add("渠道", x.Channel.Chinese())
	add("收件", x.Arrived.Chinese())
	add("收到申请之日", x.Received.Chinese())
	add("申请人类别", x.Applicant.Chinese())
	add("经办", x.HandlerName)
	if res, ok := casework.ResultOf(x.Outcome); ok {
		add("处理结果", res.Chinese)
		add("答复", x.Answer.Chinese())
		add("文号", x.LetterNo)
		if row := casework.RowOf(x.Outcome, x.Answer, p.maps); row != "" {
			add("表三", tableRow(row))
		}
	}
	add("送达", x.Served.Chinese())
	if x.Payment != nil {
		add("信息处理费", fmt.Sprintf("%s（%s）", x.Payment.Fen, x.Payment.Method.Chinese()))
	}
	c := x.Content
	for _, f := range []fact{{"姓名、名称", c.Person.Name}, {"证件", strings.TrimSpace(c.Person.IDKind + " " + c.Person.IDNumber)}, {"电话", c.Person.Phone}, {"电子邮箱", c.Person.Email}, {"地址", c.Person.Address}, {"邮编", c.Person.Postcode},
		{"法定代表人", c.Person.Legal}, {"联系人", c.Person.Contact}, {"提供形式", strings.Join(c.Forms, "、")}, {"获取途径", strings.Join(c.Ways, "、")}, {"需要的帮助", c.Help}} {
		if f.Text != "" {
			p.Asker = append(p.Asker, f)
		}
	}
	if c.Agent != nil {
		p.Asker = append(p.Asker, fact{"代理人", strings.TrimSpace(c.Agent.Name + " " + c.Agent.Phone)})
	}
	for _, what := range findings {
		if text := c.Findings[what]; text != "" {
			p.Findings = append(p.Findings, fact{casework.FindingChinese(what), text})
		}
	}
	marks := x.Marks
	for _, e := range x.Events() {
		line := eventLine{On: e.On, What: act.Kinds()[e.Kind].Chinese, Text: eventText(e)}
		for n := strings.Count(e.Facts["marks"], ",") + 1; e.Facts["marks"] != "" && n > 0 && len(marks) > 0; n-- {
			line.Marks, marks = append(line.Marks, marks[0]), marks[1:]
		}
		p.Events = append(p.Events, line)
	}
	for _, y := range x.Consults {
		line := consultLine{Consultation: y, Opinion: opinionWord(y.Opinion)}
		if l, ok := casework.OpinionDue(cal, y); ok && y.Answered.IsZero() {
			line.Limit, line.Has = page.LimitOf(cal, today, l.Due, l.Steps[0].Cite.String(), warnDays), true
		}
		p.Consults = append(p.Consults, line)
	}
	for _, y := range x.Remedies {
		line := remedyLine{RemedyCase: y, Ending: y.Ending.Chinese()}
		if l, err := y.AnswerDue(cal); err == nil && y.Ended.IsZero() && y.Answered().IsZero() {
			line.Limit, line.Waits = page.LimitOf(cal, today, l.Due, l.Steps[0].Cite.String(), warnDays), true
		}
		p.Remedies = append(p.Remedies, line)
	}
}

var findings = []string{casework.FoundKind, casework.FoundOwner, casework.FoundSearch, casework.FoundSecrecy, casework.FoundLaw, casework.FoundDanger, casework.FoundOpinion, casework.FoundGround, casework.FoundRedacted,
	casework.FoundFormer, casework.FoundReasons, casework.FoundEnded}

func opinionWord(s string) string {
	return map[string]string{"agree": "同意公开", "object": "不同意公开", "silent": "逾期未提出意见"}[s]
}

// next is what to do now.
func next(x *store.RequestFile) string {
	switch x.State {
	case casework.Arrived:
		return "请当日与申请人联系确认；确认之日为收到申请之日。联系不上的，记下电话记录，继续联系。"
	case casework.Running:
		switch {
		case x.Reopened > 0:
			return "复议、诉讼要求重新答复，请在期限内办理。"
		case x.Asked == 0 && len(x.Findings) == 0:
			return "先看内容是否明确：不明确的，7个工作日内一次性告知补正；明确的，检索、判断能否公开。"
		}
		return "检索、判断、征求意见完成后，起草答复并提请签发。"
	case casework.Correcting:
		return "等待申请人补正；补正期限到" + x.CorrectBy.Chinese() + "。收到补正的申请后登记，期限重新计算。"
	case casework.Unpaid:
		return "等待申请人缴费；缴费期限到" + x.Payment.PayBy.Chinese() + "。"
	case casework.Decided:
		return "答复已经签发，请送达申请人并登记送达方式和日期。"
	}
	return ""
}

// eventText words the facts of an event that its kind does not say.
func eventText(e casework.Event) string {
	f := e.Facts
	switch e.Kind {
	case act.RequestAsked:
		return "请于" + dayWord(f["until"]) + "前补正"
	case act.RequestConsulted:
		return casework.ConsultKind(f["kind"]).Chinese()
	case act.RequestAnswered:
		return opinionWord(f["opinion"])
	case act.RequestExtended:
		return "延长" + f["days"] + "个工作日，同意依据：" + consentWord(f["consent"])
	case act.RequestDelayed:
		return "延迟至" + dayWord(f["until"])
	case act.RequestLinked:
		return casework.LinkRole(f["role"]).Chinese() + "另一件"
	case act.RequestTurnAsked:
		return casework.TurnWhy(f["why"])
	case act.RequestTurned:
		return casework.TurnDecision(f["decision"])
	case act.RequestConfirmed:
		if f["unreached"] != "" {
			return "联系不上申请人，从收件之日起算"
		}
	case act.RequestFound:
		return casework.FindingChinese(f["what"])
	case act.RequestRedacted:
		return "遮盖" + f["places"] + "处：" + casework.GroundsChinese(f["grounds"])
	case act.RequestDecided:
		res, _ := casework.ResultOf(casework.Outcome(f["outcome"]))
		return strings.TrimSpace(res.Chinese + " " + f["letter"])
	case act.RequestServed:
		return casework.WayChinese(f["way"])
	case act.RemedyRegistered:
		return casework.RemedyKind(f["kind"]).Chinese()
	case act.RemedyEnded:
		return casework.Ending(f["ending"]).Chinese()
	case act.RemedyStep:
		return strings.TrimSpace(casework.StepChinese(f["what"]) + " " + dayWord(f["until"]) + casework.Ending(f["ending"]).Chinese())
	case act.RequestLetterWritten, act.RequestLetterVoided, act.RequestLetterSealed, act.RequestLetterServed, act.RequestServiceTried, act.RequestNoticePosted:
		return letterText(e)
	case act.RequestNoted:
		return noteWord(f["kind"])
	}
	return ""
}

func consentWord(s string) string {
	kind, _, _ := strings.Cut(s, "/")
	return map[string]string{"approval": "系统内审批", "person": "公开机构负责人办理", "paper": "纸质签批", "answer": "随答复签发", "": "无"}[kind]
}

func noteWord(s string) string {
	return map[string]string{"phone": "电话记录", "remark": "说明", "transfer": "转送提示", "case": "复议、诉讼材料", "rating": "申请人评价", "suggest": "申请人建议转为主动公开"}[s]
}

func dayWord(s string) string {
	d, err := law.ParseDate(s)
	if err != nil {
		return s
	}
	return d.Chinese()
}
