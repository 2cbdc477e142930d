package items

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

func (t *Items) reviewRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/items/{id}/review", Verb: org.SeeItems, Serve: t.review},
		{Pattern: "GET /desk/items/{id}/sheet/{format}", Verb: org.SeeItems, Serve: t.sheet},
		{Pattern: "GET /desk/items/{id}/letter/{format}", Verb: org.SeeItems, Serve: t.letter},
	}
}

// A markLine is one mark in the text with what was said of it.
type markLine struct {
	N                   int
	ID, Key             string
	Kind                page.Tag
	Where               string
	Before, Found, Past string
	Why, Suggest, Cite  string
	Decided             string
	Stops               bool
}

type questionLine struct {
	Code, Title, Ask, Help, Means, Cite string
	Marks                               int
	Excepted                            bool // the law lets it go out all the same, with a reason
	Answer, Reason                      string
	Message                             string
}

type reviewPage struct {
	page.Base
	X         *store.ItemFile
	Key       string
	Step      proactive.Step
	Mine      bool // the viewer may sign the step
	OnPaper   bool // the viewer may enter what was signed on paper
	Failure   string
	FailCite  string
	Changed   bool
	Heading   template.HTML
	Summary   template.HTML
	Text      template.HTML
	Files     []fileLine
	Facts     []fact
	Chain     []stepLine
	Marks     []markLine
	Open      int
	Stops     int
	Capped    int // marks that are not listed
	Questions []questionLine
	Opinion   page.Field
	Paper     []page.Field
	Others    []action // return, ask, withhold
	Diff      bool
	PaperOpen bool
}

// StopTag and OpenTag say how many marks are in the way.
func (p reviewPage) StopTag() page.Tag {
	return page.Tag{Tone: "err", Text: fmt.Sprintf("%d处不能公开", p.Stops)}
}

func (p reviewPage) OpenTag() page.Tag {
	return page.Tag{Tone: "warn", Text: fmt.Sprintf("%d处标记待处理", p.Open)}
}

var reviewTemplate = page.NewTemplate(templates, "templates/review.html", "templates/form.html")

// maxMarks bounds the marks of one page.
const maxMarks = 300

func (t *Items) review(w http.ResponseWriter, r *http.Request) error {
	return t.showReview(w, r, http.StatusOK, shown{})
}

func (t *Items) showReview(w http.ResponseWriter, r *http.Request, code int, s shown) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	if x.Stage != proactive.Reviewing { // somebody was faster, or it never was
		http.Redirect(w, r, itemHref(x.ID), http.StatusSeeOther)
		return nil
	}
	p := reviewPage{Base: t.base(r, "items", "审签："+titleOf(x)), X: x, Key: page.NewKey(), Step: x.Waiting(), Changed: s.changed, Diff: x.Revision != "",
		Mine: x.May(v, org.ReviewItems) && x.MaySign(x.By(v, t.cfg.Today())), OnPaper: x.May(v, org.EditItems) || x.May(v, org.ReviewItems)}
	p.Styles = append(p.Styles, t.assets.Path("review.css"))
	p.Crumbs = append(crumbs(), page.Link{Text: clip(titleOf(x), 20), Href: itemHref(x.ID)})
	if s.refusal != nil {
		p.Failure, p.FailCite = s.refusal.Text, s.refusal.Cite.String()
	}
	history, err := t.store.ItemHistory(r.Context(), v, x.ID)
	if err != nil {
		return err
	}
	p.Chain, p.Facts, p.Files = chainLines(x, history), factsOf(x, t.cfg.Today()), filesOf(x)
	marks, decided, err := t.store.Look(r.Context(), x)
	if err != nil {
		return err
	}
	p.draw(marks, decided)
	p.ask(r, marks, s)
	t.reviewForms(r, &p, s)
	return page.RenderStatus(w, r, code, reviewTemplate, p)
}

// answerWord is an answer to a question in words.
func answerWord(code string) string {
	return map[string]string{"n": "否", "e": "有，依法可以公开", "y": "是", "u": "拿不准"}[code]
}

// ask draws the five questions, with what was answered.
func (p *reviewPage) ask(r *http.Request, marks []vetting.Mark, s shown) {
	if !p.Step.Secrecy {
		return
	}
	for _, q := range vetting.Questions() {
		l := questionLine{Code: q.Code, Title: q.Title, Ask: q.Ask, Help: q.Help, Means: q.Means, Cite: q.Cite.String(), Marks: len(q.Bearing(marks)), Excepted: q.Yes == vetting.Consent || q.Yes == vetting.May}
		if s.do == "sign" {
			l.Answer, l.Reason, l.Message = r.PostFormValue("sign-q_"+q.Code), r.PostFormValue("sign-r_"+q.Code), s.bad["q_"+q.Code]
		}
		p.Questions = append(p.Questions, l)
	}
}

// reviewForms are the forms beside the questions.
func (t *Items) reviewForms(r *http.Request, p *reviewPage, s shown) {
	x := p.X
	f := &form{key: "sign", r: r, mine: s.do == "sign", bad: s.bad}
	f.words("opinion", "审签意见", "可以不填。", 2, 300)
	p.Opinion = f.out[0]
	f.out = nil
	f.day("paper", "签批日期", "写在纸上的日期。", "").words("signer", "签批人", "签字的领导的姓名。", 1, 40).scan("审批单扫描件")
	p.Paper, p.PaperOpen = f.out, s.do == "sign" && (r.PostFormValue("sign-paper") != "" || r.PostFormValue("sign-signer") != "")
	add := func(a action, fields func(f *form)) {
		f := &form{key: a.Key, r: r, mine: s.do == a.Key, bad: s.bad}
		fields(f)
		f.out = append(f.out, page.Field{Name: "at", Kind: "hidden", Value: "review"})
		a.Fields, a.Open, a.At, a.Version = f.out, s.do == a.Key, itemHref(x.ID), x.Version
		p.Others = append(p.Others, a)
	}
	onPaper := func(f *form) {
		if !p.Mine {
			f.day("paper", "签批日期", "线下签批的日期。", "").words("signer", "签批人", "", 1, 40).scan("审批单扫描件")
		}
	}
	if p.Mine || p.OnPaper {
		add(action{Key: "return", Label: "退回修改", Button: "退回", Hint: "写明要修改的地方，起草人会看到。"}, func(f *form) {
			f.choose("ready", "常用理由", "选一条，再在下面补充。", options("（自己写）", readyReturns(p)...)...).words("reason", "退回理由", "", 3, 600)
			onPaper(f)
		})
		add(action{Key: "withhold", Label: "不主动公开", Button: "登记为不主动公开", Hint: "写明理由和条文。登记后默认只保留标题、文号、理由和评估日期，正文和附件清除。"}, func(f *form) {
			withholdFields(x, t.cfg.Today())(f)
			onPaper(f)
		})
	}
	if p.Mine {
		add(action{Key: "ask", Label: "拿不准：商请保密部门审定", Button: "商请审定", Hint: "审签暂停，等保密行政管理部门或者有关主管部门答复。提交后可以下载商请函。"}, func(f *form) {
			f.words("to", "商请的部门", "例如：云岭县国家保密局", 1, 60).words("reason", "需要审定的问题", "写明哪一处、为什么拿不准。不要抄录可能涉密的内容，写明位置即可。", 4, 800)
		})
	}
}

// readyReturns are reasons to start from: what the marks ask for, then the usual.
func readyReturns(p *reviewPage) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range p.Marks {
		if m.Decided != "" || seen[m.Kind.Text] || len(out) >= 6 {
			continue
		}
		seen[m.Kind.Text] = true
		verb := "请遮盖或者删除后重新送审。"
		switch m.Kind.Text {
		case vetting.Misprint.Chinese(), vetting.ListWord.Chinese():
			verb = "请改正后重新送审。"
		case vetting.SecretMark.Chinese():
			verb = "不得公开，请核实来源；确属不涉密的，取得保密部门的书面意见后重新起草。"
		}
		out = append(out, "文稿中有"+m.Kind.Text+"（"+m.Where+"），"+verb)
	}
	return append(out, "标题与正文不一致，请核对。", "缺少成文日期或者文号，请补充。", "附件不完整或者打不开，请重新上传。", "图片没有文字说明，请补充。", "内容超出公示所必需的范围，请删减个人信息。", "请先征求有关单位意见，确保发布的信息准确一致。")
}

var returnDoing = doing{done: "returned", read: func(s *sent) {
	s.by.Reason = joined(s.text("ready"), s.text("reason"))
	if s.by.Reason == "" {
		s.bad["reason"] = "请写明退回的理由和要修改的地方。"
	}
	s.by.Reason = clip(s.by.Reason, 800)
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.SendBack(d, s.by.Reason)
}}

// answers reads the five answers: their codes, and in words. What has to be
// answered otherwise is a message.
func (s *sent) answers() (codes, words string) {
	var parts []string
	for _, q := range vetting.Questions() {
		name := "q_" + q.Code
		code, why := s.text(name), clip(s.text("r_"+q.Code), 200)
		switch code {
		case "n":
		case "e":
			if q.Yes != vetting.Consent && q.Yes != vetting.May {
				s.bad[name] = "这一条不能这样回答。"
			} else if why == "" {
				s.bad[name] = "请写明依法可以公开的理由，例如“第三方已书面同意”。"
			}
		case "y":
			s.bad[name] = "您对“" + q.Title + "”回答了“是”，不能签。" + q.Means + "请用“退回修改”或者“不主动公开”。"
		case "u":
			s.bad[name] = "您对“" + q.Title + "”拿不准，不能签。请用“商请保密部门审定”，等答复后再签；也可以退回修改。"
		default:
			s.bad[name] = "请回答“" + q.Title + "”。"
			continue
		}
		codes += code
		parts = append(parts, q.Title+"："+answerWord(code))
		if code == "e" {
			parts[len(parts)-1] += "（" + why + "）"
		}
	}
	return codes, strings.Join(parts, "；")
}

var signDoing = doing{done: "itemsigned", read: func(s *sent) {
	words := ""
	if s.x.Waiting().Secrecy {
		_, words = s.answers()
	}
	opinion := clip(s.text("opinion"), 300)
	if opinion != "" && words != "" {
		words += "。"
	}
	s.by.Reason = words + opinion
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	codes := ""
	if x.Waiting().Secrecy {
		codes, _ = s.answers()
	}
	return x.Pass(d, s.text("content"), codes)
}}
