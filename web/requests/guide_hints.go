package requests

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/web/page"
)

// guideHints adds what the file and the register say to a question.
func (q *Requests) guideHints(r *http.Request, p *guidePage) error {
	x, ctx := p.X, r.Context()
	say := func(format string, args ...any) { p.Hints = append(p.Hints, fmt.Sprintf(format, args...)) }
	for _, f := range x.Content.Files {
		if f.Kind == guideFile(p.Q.Code) {
			p.Files = append(p.Files, page.Link{Text: f.Name, Key: fileKind(f.Kind), Href: fmt.Sprintf("/desk/requests/%d/files/%d", x.ID, f.ID)})
		}
	}
	switch p.Q.Code {
	case casework.Clarity:
		if cal, err := q.calendar(r); err == nil && x.Asked == 0 && !x.Received.IsZero() {
			if l, err := deadline.Of(cal, deadline.AskCorrection, x.Received); err == nil {
				say("需要补正的，最迟%s发出补正告知书，只能一次。", l.Due.Chinese())
			}
		}
		if n := casework.Matters(x.Content.Wanted); n > 1 {
			say("看来申请了 %d 件事。可以与申请人商量分成几件（一事一申请），但不能因此不受理，也不能要求只留一件。", n)
		}
		person := x.Content.Person
		var lacks []string
		for _, f := range [][2]string{{person.Name, "姓名或者名称"}, {person.IDNumber, "身份证明"}, {person.Phone + person.Email + person.Address, "联系方式"}, {x.Content.Wanted, "所需信息的描述"}, {strings.Join(x.Content.Forms, "") + strings.Join(x.Content.Ways, ""), "形式要求"}} {
			if strings.TrimSpace(f[0]) == "" {
				lacks = append(lacks, f[1])
			}
		}
		if len(lacks) > 0 {
			say("登记中没有：%s（条例第二十九条）。原件上有的，不必补正。", strings.Join(lacks, "、"))
		}
	case casework.Nature:
		return q.former(ctx, r, p)
	case casework.Keeper:
		return q.findOrgan(r, p)
	case casework.Openness:
		for _, c := range x.Consults {
			text := c.Kind.Chinese() + "：" + c.Sent.Chinese() + "发出，"
			if c.Answered.IsZero() {
				text += "还没有结果。"
			} else {
				text += c.Answered.Chinese() + opinionWord(c.Opinion) + "。"
			}
			say("%s", text)
		}
		if text := x.Content.Findings[casework.FoundOpinion]; text != "" && x.Guide[casework.Openness].Answer != "third" {
			say("第三方意见的记录：%s", clip(text, 300))
		}
	case casework.Manner:
		if x.Content.Help != "" {
			say("申请人需要的帮助：%s", x.Content.Help)
		}
	}
	return nil
}

func (q *Requests) former(ctx context.Context, r *http.Request, p *guidePage) error {
	list, err := q.store.FormerAnswers(ctx, page.VisitOf(r).Viewer, p.X.ID)
	if err != nil {
		return err
	}
	for _, y := range list {
		res, _ := casework.ResultOf(y.Outcome)
		no := y.LetterNo
		if no == "" {
			no = "登记号" + y.Number
		}
		p.Former = append(p.Former, guideFormer{Link: page.Link{Text: y.Number + " " + y.Subject, Href: fmt.Sprintf("/desk/requests/%d", y.ID)}, Text: y.Answer.Chinese() + res.Chinese + " " + y.LetterNo,
			Take: page.With(guideHref(p.X.ID, casework.Nature), "take", "repeat", "v_former", no+"，"+y.Answer.Chinese())})
	}
	return nil
}

// findOrgan is the transfer hint: the right organ from the tree, with its contact.
func (q *Requests) findOrgan(r *http.Request, p *guidePage) error {
	text := clip(strings.TrimSpace(r.URL.Query().Get("find")), 60)
	p.Finder = &page.Field{Name: "find", Label: "找负责的机关", Value: text, Max: 60}
	if text == "" {
		return nil
	}
	p.Sought = true
	list, err := q.store.MatchOrgans(r.Context(), org.Program("公开网站"), org.SeeOrgan, text, 8)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.ID == p.X.Organ || !o.Filer() {
			continue
		}
		office, _, err := q.store.Office(r.Context(), o.ID)
		if err != nil {
			return err
		}
		var contact []string
		for _, s := range []string{office.Unit, office.Address, office.Phone} {
			if s != "" {
				contact = append(contact, s)
			}
		}
		c := strings.Join(contact, "，")
		p.Organs = append(p.Organs, guideOrgan{o.Name, c, page.With(guideHref(p.X.ID, casework.Keeper), "take", "other", "v_organ", o.Name, "v_contact", c)})
	}
	return nil
}
