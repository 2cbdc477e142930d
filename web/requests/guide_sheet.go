package requests

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// A guideLine is one question of the summary.
type guideLine struct {
	Name, Answer string
	Href         string
	Evidence     []fact
	Searches     []string
	On           string
	Tone         string // off where nothing is asked
}

type guideSummary struct {
	page.Base
	X        *store.RequestFile
	Steps    []guideStep
	Open     bool
	Lines    []guideLine
	Proposed bool
	Reasons  []guideReason
	Gaps     []guideGap
	Against  []string
	Next     page.Link
	Draft    page.Link // the letter that follows
	Drafted  string    // number of the letter that is there already
	Also     page.Link // the letter to somebody else
	Ask      string    // address where a signature is asked for
	Remedy   string
	Others   []string // outcomes reached otherwise
}

type guideReason struct{ What, Why, Cite string }

var summaryTemplate = page.NewTemplate(templates, "templates/guide_summary.html", "templates/guide_parts.html")

// guide is the summary of the seven answers: what a leader reads before signing.
func (q *Requests) guide(w http.ResponseWriter, r *http.Request) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	maps, err := q.store.Mappings(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	proposal := x.Propose(x.Content, q.cfg.Today(), maps)
	p := guideSummary{Base: q.base(r, "requests", "七步办理"), X: x, Steps: guideSteps(x.ID, proposal, ""), Open: x.Can(act.RequestFound), Lines: guideLines(x, proposal), Proposed: proposal.Letter != "", Reasons: guideReasons(proposal)}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}}
	if p.Open {
		p.Gaps, p.Against = guideGaps(x.ID, proposal), proposal.Conflicts
		if proposal.Next != "" {
			question, _ := casework.QuestionOf(proposal.Next)
			p.Next = page.Link{Text: "回答" + question.Title(), Href: guideHref(x.ID, proposal.Next)}
		}
	}
	if k, ok := casework.LetterOf(proposal.Letter, q.cfg.Today()); ok && p.Open {
		p.Draft = page.Link{Text: "起草《" + k.Name + "》", Href: draftHref(x, proposal.Letter)}
		for _, l := range x.Content.Letters {
			if l.Code == proposal.Letter && l.Void == "" {
				p.Drafted = strings.TrimSpace("《" + k.Name + "》" + l.No)
			}
		}
	}
	if k, ok := casework.LetterOf(proposal.Also, q.cfg.Today()); ok && p.Open {
		p.Also = page.Link{Text: "起草《" + k.Name + "》", Href: draftHref(x, proposal.Also)}
	}
	if proposal.Outcome != "" && p.Open {
		p.Ask = askHref(x, proposal)
	}
	for _, res := range casework.Results() {
		if text := casework.Otherwise()[res.Outcome]; text != "" {
			p.Others = append(p.Others, text)
		}
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "依申请公开案卷", store.RequestRef(x.ID)); err != nil {
		return err
	}
	return page.Render(w, r, summaryTemplate, p)
}

func draftHref(x *store.RequestFile, code string) string {
	net := ""
	if x.Guide[casework.Reply].Answer == "net" {
		net = "1"
	}
	return page.With(fmt.Sprintf("/desk/requests/%d/letters/new/%s", x.ID, code), "net", net)
}

// askHref is where the signature is asked for. An approval is not sealed: it says
// nothing of the applicant or of what was asked.
func askHref(x *store.RequestFile, p casework.Proposal) string {
	res, _ := casework.ResultOf(p.Outcome)
	facts := []string{"登记号：" + x.Number, "拟处理结果：" + res.Chinese, "依据：" + res.Cite.String(), "文书：" + p.Letter, "审查情况：见案卷“七步办理”和审查呈批单"}
	return page.With("/desk/approvals/new", "organ", fmt.Sprint(x.Organ), "ref", store.AnswerRef(x.ID), "title", "依申请公开"+x.Number+"答复", "facts", strings.Join(facts, "\n"), "steps", org.Signer.Chinese())
}

func guideReasons(p casework.Proposal) (out []guideReason) {
	for _, y := range p.Reasons {
		what := y.What
		if what == "表三" {
			if what = "表三：不计入"; p.Row != "" {
				what = "表三：" + tableRow(p.Row)
			}
		}
		out = append(out, guideReason{what, y.Why, y.Cite.String()})
	}
	return out
}

func guideLines(x *store.RequestFile, p casework.Proposal) (out []guideLine) {
	for _, s := range p.Stops {
		l := guideLine{Name: s.Question.Name, Answer: "还没有回答", Tone: "todo", Href: guideHref(x.ID, s.Question.Code)}
		switch {
		case s.Later:
			l.Answer, l.Tone = "以后再答", "off"
		case s.Skipped:
			l.Answer, l.Tone = "不用回答", "off"
		case s.Answered:
			l.Answer, l.On, l.Tone = s.Choice.Text, s.On.Chinese(), ""
			a := x.Content.Guide[s.Question.Code]
			for _, d := range s.Choice.Details {
				if v := a.Fields[d.Name]; v != "" {
					l.Evidence = append(l.Evidence, fact{d.Label, v})
				}
			}
			for _, y := range a.Searches {
				l.Searches = append(l.Searches, y.String())
			}
		}
		out = append(out, l)
	}
	return out
}

// guideSheet writes the 审查呈批单 to print and sign.
func (q *Requests) guideSheet(w http.ResponseWriter, r *http.Request) error {
	x, err := q.worked(r)
	if err != nil {
		return err
	}
	maps, err := q.store.Mappings(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	today := q.cfg.Today()
	p := x.Propose(x.Content, today, maps)
	sheet := render.ReviewSheet{Organ: x.OrganName, Number: x.Number, Dated: today}
	add := func(label, text string) {
		if text != "" {
			sheet.Facts = append(sheet.Facts, [2]string{label, text})
		}
	}
	add("申请人", strings.TrimSpace(x.Content.Person.Name+"（"+x.Applicant.Chinese()+"）"))
	received := x.Received.Chinese()
	if received == "" {
		received = x.Arrived.Chinese() + "收件，待确认"
	}
	add("收到申请之日", received+"，"+x.Channel.Chinese())
	if row := x.Row(cal, today); !row.Due.IsZero() {
		add("答复期限", row.Due.Chinese())
	}
	add("申请内容", clip(strings.ReplaceAll(x.Content.Wanted, "\n", "；"), 400))
	for _, l := range guideLines(x, p) {
		if l.Tone == "off" {
			continue
		}
		var evidence []string
		evidence = append(evidence, l.Searches...)
		for _, f := range l.Evidence {
			evidence = append(evidence, f.Label+"："+strings.ReplaceAll(f.Text, "\n", "；"))
		}
		sheet.Answers = append(sheet.Answers, [3]string{l.Name, l.Answer, clip(strings.Join(evidence, "；"), 400)})
	}
	for i, y := range guideReasons(p) {
		if i == 0 {
			y.What += "，依据" + y.Cite
		}
		sheet.Proposed = append(sheet.Proposed, y.What)
	}
	for _, g := range guideGaps(x.ID, p) {
		sheet.Open = append(sheet.Open, g.Text)
	}
	sheet.Open = append(sheet.Open, p.Conflicts...)
	return page.Send(w, x.Number+"审查呈批单", r.PathValue("format"), page.Writers{
		"docx": func(to io.Writer) error { return render.ReviewSheetDOCX(to, sheet) },
		"pdf":  func(to io.Writer) error { return render.ReviewSheetPDF(to, sheet, q.cfg.Fonts) },
	}, func() error {
		return q.store.PersonalRead(r.Context(), page.By(r), "依申请公开审查呈批单", store.RequestRef(x.ID))
	})
}
