package requests

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// kinView is what the page of a file says about other files.
type kinView struct {
	Mend  bool
	Whole string // the text as it came, where it was split
	Links []kinLine
	Alike []alikeLine
	Turn  string
}

type kinLine struct {
	Role string
	What page.Link
	On   law.Date
}

type alikeLine struct {
	What    page.Link
	Percent int
	Same    bool
	Text    string // state or answer
	Former  string // its number, where it may stand as the former answer
}

// kin gathers what belongs to the file, for somebody who works on it.
func (q *Requests) kin(r *http.Request, x *store.RequestFile) (kinView, error) {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	out := kinView{Mend: x.Matter == casework.Mend, Whole: x.Content.Whole}
	if x.Turn != nil {
		out.Turn = x.Turn.Proposed.Chinese() + "，" + casework.TurnWhy(x.Turn.Why)
		if x.Turn.Many > 0 {
			out.Turn += fmt.Sprintf("（%d人）", x.Turn.Many)
		}
		out.Turn += "，等待审核"
		if x.Turn.Decision != "" {
			out.Turn = x.Turn.Decided.Chinese() + "审核：" + casework.TurnDecision(x.Turn.Decision)
		}
	}
	var ids []int64
	for _, l := range x.Links {
		ids = append(ids, store.IDOfRef(l.Ref))
	}
	numbers, err := q.store.RequestNumbers(ctx, v, ids)
	if err != nil {
		return out, err
	}
	for _, l := range x.Links {
		id := store.IDOfRef(l.Ref)
		if n := numbers[id]; n != "" {
			out.Links = append(out.Links, kinLine{Role: l.Role.Chinese(), On: l.On, What: page.Link{Text: n, Href: fmt.Sprintf("/desk/requests/%d", id)}})
		}
	}
	list, err := q.store.AlikeRequests(ctx, v, x)
	if err != nil {
		return out, err
	}
	for _, a := range list {
		line := alikeLine{What: page.Link{Text: a.Number, Href: fmt.Sprintf("/desk/requests/%d", a.ID)}, Percent: a.Percent, Same: a.SameAsker, Text: a.State.Chinese()}
		if res, ok := casework.ResultOf(a.Outcome); ok {
			line.Text = strings.TrimPrefix(a.LetterNo+"，", "，") + a.Answer.Chinese() + "，" + res.Chinese
			if a.SameAsker {
				line.Former = a.Number
			}
		}
		out.Alike = append(out.Alike, line)
	}
	return out, nil
}

// kinActions are the forms about other files, and those for applicants who are
// not there any more.
func (q *Requests) kinActions(x *store.RequestFile, add func(action, func(*form))) {
	if x.State == casework.Arrived {
		add(action{Key: "unreached", Label: "联系不上申请人", Kind: act.RequestConfirmed, Hint: "先把每次联系登记为“电话记录”，至少两次。办理期限从收件之日起算，不会比确认之日晚。", Fact: true}, nil)
	}
	if x.Matter != "" {
		return
	}
	if x.State == casework.Arrived || x.State == casework.Running {
		add(action{Key: "split", Label: "拆分为几件", Kind: act.RequestLinked, Hint: "一份申请写了几件不同的事，可以分别立件：收到日期、期限相同，各有登记号，分别答复、分别统计。附件和申请原文留在本件。只是建议，不拆分也可以在一份答复里逐项答复。"}, func(f *form) {
			f.add("keep", "留在本件的事项", "textarea", "").preset("keep", x.Content.Wanted)
			for i := 1; i <= 4; i++ {
				f.add(fmt.Sprintf("part%d", i), fmt.Sprintf("另外立件（%d）：所需信息", i), "textarea", "不用的留空").add(fmt.Sprintf("subject%d", i), fmt.Sprintf("另外立件（%d）：事由摘要", i), "text", "不写个人信息")
			}
		})
	}
	merged := false
	for _, l := range x.Links {
		merged = merged || l.Role == casework.MergedInto
	}
	if !merged && x.State != casework.Decided && x.State.Open() {
		add(action{Key: "merge", Label: "并入另一件办理", Kind: act.RequestLinked, Hint: "同一申请人就相同事项又提交一件、前一件还没有答复的。并入后起草“合并办理告知书”，本件以“并入另一件申请办理”答复，计入“其他处理”。同一份材料登记了两次的，用“作废登记”。"}, func(f *form) {
			f.add("number", "并入哪一件（登记号）", "text", "")
		})
	}
	if x.State.Open() && x.State != casework.Decided {
		add(action{Key: "former", Label: "登记前一次答复", Kind: act.RequestFound, Hint: "同一申请人就相同信息已经得到过答复的，作为“重复申请”的依据；文号、日期自动写入认定材料。"}, func(f *form) {
			f.add("number", "前一件的登记号", "text", "")
		})
	}
	switch {
	case x.Turn == nil:
		add(action{Key: "turnask", Label: "提议转为主动公开", Kind: act.RequestTurnAsked, Hint: "这项信息以后还会有人要的，可以提议主动公开（条例第四十四条）。"}, nil)
	case x.Turn.Decision == "":
		add(action{Key: "turn", Label: "审核转为主动公开的提议", Kind: act.RequestTurned, Hint: "以公开、部分公开答复以后，才能决定纳入；不纳入的随时可以决定，并用“转为主动公开建议答复书”告知提建议的申请人。"}, func(f *form) {
			f.add("decision", "审核结果", "select", "", options("open", casework.TurnDecision("open"), "part", casework.TurnDecision("part"), "no", casework.TurnDecision("no"))...).add("text", "理由", "textarea", "")
		})
	}
}

// kinVerbs are what these forms do.
var kinVerbs = map[string]func(s sent) error{
	"unreached": func(s sent) error { return s.x.ConfirmUnreached(s.d) },
	"split": func(s sent) error {
		var parts []store.SplitPart
		for i := 1; i <= 4; i++ {
			wanted, subject := s.text(fmt.Sprintf("part%d", i)), clip(s.text(fmt.Sprintf("subject%d", i)), 40)
			if wanted != "" || subject != "" {
				parts = append(parts, store.SplitPart{Subject: subject, Wanted: clip(wanted, 3000)})
			}
		}
		return s.x.SplitOff(s.cal, s.d, clip(s.text("keep"), 3000), parts)
	},
	"merge":   func(s sent) error { return s.x.MergeInto(s.cal, s.d, clip(s.text("number"), 40)) },
	"former":  func(s sent) error { return s.x.Former(s.d, clip(s.text("number"), 40)) },
	"turnask": func(s sent) error { return s.x.ProposeTurn(s.d, min(max(s.num("many"), 0), 1000)) },
	"turn": func(s sent) error {
		if text := s.text("text"); text != "" {
			s.x.Content.Notes = append(s.x.Content.Notes, casework.Note{On: s.d.On, Kind: "remark", Text: "转为主动公开的审核理由：" + clip(text, 1000)})
		} else if s.text("decision") == "no" {
			return act.Refuse("请写明不纳入主动公开的理由。")
		}
		return s.x.DecideTurn(s.d, s.text("decision"))
	},
}

func (q *Requests) kinRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/requests/convert", Verb: org.SeeRequests, Serve: q.convert}}
}

type convertPage struct {
	page.Base
	Many     int
	Clusters []clusterView
	Waiting  []turnLine
	Decided  []turnLine
	May      bool
}

type clusterView struct {
	Askers int
	Organ  string
	Rows   []turnLine
	Key    string
	Head   turnLine // on which the proposal is made
}

type turnLine struct {
	What               page.Link
	Number, Organ, Why string
	On                 law.Date
	Answer             string
	ID, Version        int64
	Decision           page.Tag
	Draft              string    // key of the form that opens a draft of what is to be published, "" for none
	Item               page.Link // what was drafted
}

var convertTemplate = page.NewTemplate(templates, "templates/convert.html")

// convert lists what may become proactive disclosure, art. 44.
func (q *Requests) convert(w http.ResponseWriter, r *http.Request) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	p := convertPage{Base: q.base(r, "convert", "转为主动公开"), May: org.Able(v, org.HandleRequests)}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	var err error
	if p.Many, err = q.store.TurnMany(ctx, v.Organ); err != nil {
		return err
	}
	clusters, err := q.store.Clusters(ctx, v, p.Many, q.cfg.Today())
	if err != nil {
		return err
	}
	for _, c := range clusters {
		x := clusterView{Askers: c.Askers, Key: page.NewKey()}
		for _, row := range c.Rows {
			line := lineOf(row)
			x.Rows, x.Organ = append(x.Rows, line), row.OrganName
			if x.Head.ID == 0 || x.Head.Answer == "" && line.Answer != "" {
				x.Head = line // an answered one, if there is any
			}
		}
		p.Clusters = append(p.Clusters, x)
	}
	for _, decided := range []bool{false, true} {
		rows, err := q.store.Turns(ctx, v, decided)
		if err != nil {
			return err
		}
		for _, t := range rows {
			line := lineOf(t.RequestRow)
			line.Why, line.On = casework.TurnWhy(t.Why), t.Proposed
			if t.Many > 0 {
				line.Why += fmt.Sprintf("（%d人）", t.Many)
			}
			if !decided {
				p.Waiting = append(p.Waiting, line)
				continue
			}
			line.On, line.Decision = t.Decided, page.Tag{Text: casework.TurnDecision(t.Decision), Tone: map[bool]string{true: "", false: "ok"}[t.Decision == "no"]}
			switch {
			case t.Item != 0:
				line.Item = page.Link{Text: "查看信息", Href: "/desk/items/" + strconv.FormatInt(t.Item, 10)}
			case t.Decision != "no" && org.Able(v, org.EditItems):
				line.Draft = page.NewKey()
			}
			p.Decided = append(p.Decided, line)
		}
	}
	return page.Render(w, r, convertTemplate, p)
}

func lineOf(row store.RequestRow) turnLine {
	subject := row.Subject
	if subject == "" {
		subject = "申请 " + row.Number
	}
	line := turnLine{What: page.Link{Text: subject, Href: "/desk/requests/" + strconv.FormatInt(row.ID, 10)}, Number: row.Number, Organ: row.OrganName, ID: row.ID, Version: row.Version, On: row.Arrived}
	if res, ok := casework.ResultOf(row.Outcome); ok {
		line.Answer = res.Chinese
	}
	return line
}

// matterOf is what a form of registration is about.
func matterOf(r *http.Request) string {
	if r.FormValue("matter") == casework.Mend {
		return casework.Mend
	}
	return ""
}

// matterField asks what the paper is: a request, or a correction of records.
func (q *Requests) matterField(f func(name, label, kind, hint string) page.Field) page.Field {
	x := f("matter", "申请的种类", "select", "更正申请另有处理结果和文书，不计入表三（条例第四十一条）。")
	for _, o := range [][2]string{{"", "公开政府信息"}, {casework.Mend, "更正本人信息记录"}} {
		x.Options = append(x.Options, page.Option{Value: o[0], Text: o[1], Selected: o[0] == x.Value})
	}
	return x
}

// outcomesOf are the outcomes that the file may end with now.
func outcomesOf(x *store.RequestFile) []casework.Result {
	out := casework.ResultsOf(x.Matter)
	for _, l := range x.Links {
		if l.Role == casework.MergedInto {
			res, _ := casework.ResultOf(casework.Merged)
			return append([]casework.Result{res}, out...)
		}
	}
	return out
}
