package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type planTaskPage struct {
	page.Base
	P                  oversight.Plan
	Task               oversight.PlanTask
	Heading            string
	State              page.Tag
	Limit              page.Limit
	Facts              []planFact
	Shares             []shareLine
	Parts              []taskLine
	Progress           []progressLine
	Changes            []changeLine
	Roll               string
	Whole              page.Link // the task it is a part of
	Key                string
	Version            int64
	Failure            string
	Report             []page.Field // empty where the viewer has nothing to report
	Edits, Open, Draft bool
	Splits             []page.Link
	CancelText         string
	Cancel             page.Field
}

type planFact struct {
	Label, Text string
	Href        string
}

// A shareLine is where one organ's share of a task stands.
type shareLine struct {
	Organ    string
	Role     string
	State    page.Tag
	Percent  string
	Reported string
}

// A progressLine is something that was reported.
type progressLine struct {
	ID                                int64
	Organ, Text, Percent, On, Person  string
	Claims                            bool
	Link, FileHref, FileName, Meeting string
	MeetingHref                       string
	State                             page.Tag
	Reason, Decided                   string
	Waiting                           bool // the viewer may accept it or send it back
}

// A changeLine is an act in the history of a thing, as those who have a share in
// it read it.
type changeLine struct {
	When, What, Who, Reason string
	Changes                 []act.Change
}

var planTaskTemplate = page.NewTemplate(templates, "templates/plan_task.html", "templates/plan_parts.html")

func (l *Lead) planTask(w http.ResponseWriter, r *http.Request) error {
	return l.showTask(w, r, http.StatusOK, "", nil)
}

func (l *Lead) taskOf(r *http.Request) (*store.PlanTaskFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, err
	}
	return l.store.PlanTask(r.Context(), page.VisitOf(r).Viewer, id)
}

func (l *Lead) showTask(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	f, err := l.taskOf(r)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	today, t := l.cfg.Today(), f.Task
	s := t.Standing(today)
	p := planTaskPage{Base: l.base(r, "plan", ledgerShort(t.Text, 40)), P: f.Plan, Task: t.PlanTask, Heading: t.Text, State: standingTag(s), Limit: planLimit(t.PlanTask, s, days), Key: page.NewKey(), Version: t.Version,
		Failure: failure, Edits: f.Edits, Open: t.Open() == nil, Draft: f.Plan.Issued.IsZero()}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: f.Plan.Title, Href: fmt.Sprintf("/desk/plan/%d", f.Plan.ID)}}
	if f.Whole != nil {
		p.Whole = page.Link{Text: f.Whole.Text, Href: fmt.Sprintf("/desk/plantasks/%d", f.Whole.ID)}
	}
	p.Facts = l.taskFacts(f)
	if t.Roll.Shares > 1 {
		p.Roll = fmt.Sprintf("%d 个部分，完成 %d 个，平均进度 %d%%", t.Roll.Shares, t.Roll.Done, t.Roll.Percent())
	}
	for _, x := range t.Parties {
		if x.Lead && !t.Whole && !slices.Contains(t.Mine, x.Organ) {
			p.Shares = append(p.Shares, shareLine{Organ: f.Name(x.Organ), Role: "责任"})
			continue
		}
		p.Shares = append(p.Shares, shareOf(f, t.PlanTask, x, today))
	}
	for _, x := range f.Parts {
		p.Parts = append(p.Parts, taskLineOf(f, x, today, days))
	}
	for _, x := range f.Reports {
		p.Progress = append(p.Progress, progressLineOf(f, x))
	}
	p.Changes = changeLines(f.Changes)
	if err := l.taskActions(r, f, &p, bad); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, planTaskTemplate, p)
}

func (l *Lead) taskFacts(f *store.PlanTaskFile) []planFact {
	t := f.Task
	out := []planFact{{Label: "下达", Text: f.Organs[t.Organ].Name}}
	add := func(label, text string) {
		if text != "" {
			out = append(out, planFact{Label: label, Text: text})
		}
	}
	add("序号", t.Number)
	add("类别", t.Chapter)
	add("时限原文", t.DueText)
	add("完成标准", t.Measure)
	add("佐证要求", t.Evidence)
	add("来源", t.Source)
	if t.Meeting != 0 {
		out = append(out, planFact{"来源会议", "领导小组会议", meetingHref(f.Organs[t.Organ], t.Meeting)})
	}
	return out
}

func shareOf(f interface{ Name(int64) string }, t oversight.PlanTask, x oversight.Party, today law.Date) shareLine {
	line := shareLine{Organ: f.Name(x.Organ), Role: "配合"}
	if !x.Lead {
		return line
	}
	line.Role, line.State = "责任", standingTag(t.Share(x, today))
	if x.Percent >= 0 {
		line.Percent = strconv.Itoa(x.Percent) + "%"
	}
	if !x.Reported.IsZero() {
		line.Reported = x.Reported.String()
	}
	return line
}

func progressLineOf(f *store.PlanTaskFile, x store.ProgressRow) progressLine {
	line := progressLine{ID: x.ID, Organ: f.Name(x.Organ), Text: x.Text, On: x.On.String(), Person: x.Person, Claims: x.Claims, Link: x.Link, FileName: x.FileName, State: replyTag(x.State), Reason: x.Reason}
	if x.Percent >= 0 && !x.Claims {
		line.Percent = strconv.Itoa(x.Percent) + "%"
	}
	if x.File != 0 {
		line.FileHref = fmt.Sprintf("/desk/planreports/%d/file", x.ID)
	}
	if x.Meeting != 0 {
		line.Meeting, line.MeetingHref = "领导小组会议", meetingHref(f.Organs[x.Organ], x.Meeting)
	}
	if !x.Decided.IsZero() {
		line.Decided = x.Decided.String()
	}
	line.Waiting = f.Edits && x.State == oversight.ReplySent && f.Task.Cancelled.IsZero()
	return line
}

// meetingHref is the page of a meeting of the leading group of an organ, or of
// the organ that answers for it.
func meetingHref(o org.Organ, meeting int64) string {
	return fmt.Sprintf("/desk/organs/%d/meetings/%d", o.HomeID(), meeting)
}

// replyTag is what became of something that was reported.
func replyTag(s oversight.ReplyState) page.Tag {
	return page.Tag{Tone: map[oversight.ReplyState]string{oversight.ReplyAccepted: "ok", oversight.ReplyReturned: "err", oversight.ReplySent: "warn"}[s], Text: s.Chinese()}
}

// changeLines are acts in words, newest first.
func changeLines(list []store.Entry) []changeLine {
	var out []changeLine
	for _, e := range list {
		x := changeLine{When: law.DateOf(millis(e.Act.At)).String(), What: e.Act.Chinese(), Who: e.Officer, Reason: e.Details.Reason}
		for _, c := range e.Details.Changes {
			if c.Old != "" || c.New != "" {
				x.Changes = append(x.Changes, c)
			}
		}
		out = append(out, x)
	}
	return out
}

// taskActions are the forms that the viewer may send.
func (l *Lead) taskActions(r *http.Request, f *store.PlanTaskFile, p *planTaskPage, bad map[string]string) error {
	t := f.Task
	p.Cancel = page.Field{Name: "reason", Label: "取消的原因", Value: r.PostFormValue("reason"), Required: !p.Draft, Max: 200, Hint: "例如：上级文件已调整，并入第5项。"}
	p.CancelText = "取消任务"
	if p.Draft {
		p.CancelText = "删去这条任务"
	}
	if !p.Open {
		return nil
	}
	homes := page.VisitOf(r).Viewer.Scope(org.EditPlans).Homes()
	for _, organ := range f.Splits {
		if organ == t.Organ || !p.Draft && slices.Contains(homes, organ) {
			p.Splits = append(p.Splits, page.Link{Text: "由" + f.Name(organ) + "往下分解", Href: fmt.Sprintf("/desk/plantasks/%d/split?giver=%d", t.ID, organ)})
		}
	}
	if p.Draft {
		return nil
	}
	var organs []page.Option
	chosen := r.PostFormValue("organ")
	for _, organ := range f.Does {
		if x := t.Party(organ); x.State == oversight.PartyDone || x.State == oversight.PartyWaiting {
			continue
		}
		organs = append(organs, page.Option{Value: fmt.Sprint(organ), Text: f.Organs[organ].Name, Selected: chosen == fmt.Sprint(organ)})
	}
	if len(organs) == 0 {
		return nil
	}
	first := planID(organs[0].Value)
	meetings, err := l.meetingOptions(r, first, r.PostFormValue("meeting"))
	if err != nil {
		return err
	}
	if len(organs) > 1 {
		p.Report = append(p.Report, page.Field{Name: "organ", Label: "哪个单位的进展", Kind: "select", Options: organs, Message: bad["organ"]})
	}
	p.Report = append(p.Report,
		page.Field{Name: "progress", Label: "进展", Kind: "textarea", Rows: 3, Max: 2000, Value: r.PostFormValue("progress"), Message: bad["progress"], Required: true, Hint: "写做了什么、还差什么，例如：已完成12个站所的指南更新，其余3个月底前完成。"},
		page.Field{Name: "percent", Label: "进度（%）", Kind: "number", Value: r.PostFormValue("percent"), Message: bad["percent"], Hint: "0到100，可以不写。"},
		page.Field{Name: "link", Label: "佐证链接", Value: r.PostFormValue("link"), Message: bad["link"], Max: 500, Hint: "发布页面的完整网址。"},
		page.Field{Name: "file", Label: "佐证文件", Kind: "file", Message: bad["file"], Hint: "PDF、图片或 Office 文件，20 MB 以内，加密保存。"})
	if len(meetings) > 1 {
		p.Report = append(p.Report, page.Field{Name: "meeting", Label: "佐证会议", Kind: "select", Options: meetings, Message: bad["meeting"]})
	}
	p.Report = append(p.Report, page.Field{Name: "claims", Label: "本单位的部分已经完成，请验收", Kind: "checkbox", Value: r.PostFormValue("claims"), Message: bad["claims"]})
	return nil
}

func (l *Lead) planReport(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.taskOf(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	x := oversight.Progress{Task: f.Task.ID, Organ: planID(r.PostFormValue("organ")), Text: strings.TrimSpace(r.PostFormValue("progress")), Percent: -1, Claims: r.PostFormValue("claims") != "",
		Evidence: oversight.Evidence{Link: strings.TrimSpace(r.PostFormValue("link")), Meeting: planID(r.PostFormValue("meeting"))}}
	if x.Organ == 0 && len(f.Does) > 0 {
		x.Organ = f.Does[0]
	}
	if s := strings.TrimSpace(r.PostFormValue("percent")); s != "" {
		if x.Percent, err = strconv.Atoi(s); err != nil || x.Percent < 0 {
			x.Percent = 101 // said to be wrong
		}
	}
	for k, why := range x.Wrong() {
		bad[k] = why
	}
	if len(bad) > 0 {
		return l.showTask(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	if !slices.Contains(f.Does, x.Organ) {
		return store.Forbidden(org.DoPlans)
	}
	if why, err := l.keepEvidence(r, "file", store.PlanTaskRef(f.Task.ID), &x.Evidence); err != nil {
		return err
	} else if why != "" {
		return l.showTask(w, r, http.StatusUnprocessableEntity, "", map[string]string{"file": why})
	}
	d, err := l.store.ReportProgress(r.Context(), page.By(r), x)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showTask(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/plantasks/%d", f.Task.ID), "sent", d)
}

// keepEvidence keeps the file that a form brings, if it brings one. why says in
// Chinese why it cannot be kept.
func (l *Lead) keepEvidence(r *http.Request, field, ref string, e *oversight.Evidence) (why string, err error) {
	files, why, err := l.ledgerKeep(r, field, ref, false)
	if err != nil || why != "" || len(files) == 0 {
		return why, err
	}
	if len(files) > 1 {
		return "一次只能传一个文件；几份材料请合成一个 PDF 或压缩后分次报送。", nil
	}
	e.File, e.FileName = files[0].ID, files[0].Name
	return "", nil
}

func (l *Lead) planDecide(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.taskOf(r)
	if err != nil {
		return err
	}
	report := planID(r.PostFormValue("report"))
	if !slices.ContainsFunc(f.Reports, func(x store.ProgressRow) bool { return x.ID == report }) {
		return page.ErrNotFound
	}
	accept := r.PostFormValue("do") == "accept"
	d, err := l.store.DecideProgress(r.Context(), page.By(r), report, accept, r.PostFormValue("opinion"))
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showTask(w, r, code, failure, nil) })
	}
	word := "returned"
	if accept {
		word = "approved"
	}
	return page.Done(w, r, fmt.Sprintf("/desk/plantasks/%d", f.Task.ID), word, d)
}

func (l *Lead) planTaskCancel(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	d, err := l.store.CancelPlanTask(r.Context(), page.By(r), id, version)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showTask(w, r, code, failure, nil) })
	}
	return page.Done(w, r, "/desk/plan/"+d.Answer, "cancelled", d)
}

func (l *Lead) planFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	name, p, f, err := l.store.OpenProgressFile(r.Context(), page.By(r), id)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, p.Type, p.Size, f)
}
