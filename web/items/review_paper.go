package items

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

// askDoing 商请保密部门审定.
var askDoing = doing{done: "itemasked", read: func(s *sent) {
	to := clip(s.need("to", "请写商请哪个部门，例如“云岭县国家保密局”。"), 60)
	s.by.Reason = "商请" + to + "：" + clip(s.need("reason", "请写明需要审定的问题：哪一处、为什么拿不准。"), 800)
}, run: func(_ *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.AskSecrecy(d)
}}

func answeredAction() action {
	return action{Key: "answered", Label: "登记审定意见", Main: true, Button: "登记", Hint: "按收到的书面意见登记，上传扫描件。可以公开的，继续审签；其他的，退回修改或者登记为不主动公开。"}
}

func answeredFields(f *form) {
	options := []page.Option{{Text: "请选择"}}
	for _, a := range proactive.Answers() {
		options = append(options, page.Option{Value: string(a), Text: a.Chinese()})
	}
	f.choose("answer", "审定意见", "", options...).words("number", "文号", "例如：云保审〔2026〕5号", 1, 60).day("paper", "答复日期", "", "").words("signer", "答复的部门", "例如：云岭县国家保密局", 1, 40).
		words("text", "要点", "可以不填。不要抄录应当保密的内容。", 2, 300).scan("书面意见扫描件")
}

// answeredDoing 登记保密部门的审定意见: it comes on paper.
var answeredDoing = doing{done: "answered", read: func(s *sent) {
	a := s.text("answer")
	if proactive.Answer(a).Chinese() == "" {
		s.bad["answer"] = "请选择审定意见。"
	}
	if s.by.Paper == nil && s.bad["paper"] == "" {
		s.bad["paper"] = "请写答复的日期和答复的部门。"
	}
	s.by.Reason = strings.TrimSpace(clip(s.text("number"), 60) + " " + clip(s.text("text"), 300))
}, run: func(s *sent, x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
	return x.SecrecyAnswered(d, proactive.Answer(s.text("answer")))
}}

// give answers with a document as docx or pdf.
func (t *Items) give(w http.ResponseWriter, r *http.Request, paper reporting.Letter, name string) error {
	return page.Send(w, name, r.PathValue("format"), page.Writers{
		"docx": func(to io.Writer) error { return render.Letter(to, paper) },
		"pdf":  func(to io.Writer) error { return render.LetterPDF(to, paper, t.cfg.Fonts) },
	}, nil)
}

// sheet prints the 公开审查审批单: facts, the hash of the text, the questions and
// where those sign who decide.
func (t *Items) sheet(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	if len(x.Chain.Steps) == 0 || x.Standing == proactive.Removed {
		return page.ErrNotFound
	}
	marks, decided, err := t.store.Look(r.Context(), x)
	if err != nil {
		return err
	}
	history, err := t.store.ItemHistory(r.Context(), page.VisitOf(r).Viewer, x.ID)
	if err != nil {
		return err
	}
	l := reporting.Letter{Title: "政府信息公开审查审批单", Text: "文稿校验值（打印与系统内的文稿一致时相同）：" + x.Item.Content, From: x.OrganName, Dated: t.cfg.Today()}
	rows := [][]string{{"标题", titleOf(x)}}
	for _, f := range factsOf(x, t.cfg.Today()) {
		rows = append(rows, []string{f.Label, f.Text})
	}
	for i, f := range x.Content.Attached() {
		rows = append(rows, []string{fmt.Sprintf("附件%d", i+1), f.Name + "（" + sizeText(f.Size) + "）"})
	}
	l.Tables = append(l.Tables, reporting.LetterTable{Caption: "一、基本情况", Head: []string{"项目", "内容"}, Shares: []float64{2, 8}, Rows: rows})
	rows = nil
	for i, q := range vetting.Questions() {
		rows = append(rows, []string{fmt.Sprint(i + 1), q.Ask, q.Cite.Article, "□否　□是　□拿不准"})
	}
	l.Tables = append(l.Tables, reporting.LetterTable{Caption: "二、公开审查", Head: []string{"序号", "审查的问题", "依据", "意见"}, Shares: []float64{0.8, 5, 1.7, 2.5}, Rows: rows})
	rows = nil
	for i, m := range marks {
		if i == 40 {
			rows = append(rows, []string{"…", fmt.Sprintf("另有%d处", len(marks)-i), "", ""})
			break
		}
		say := decided[m.Key()]
		if say == "" {
			say = "待处理"
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), m.Kind.Chinese(), whereText(x, m), say})
	}
	if len(rows) > 0 {
		l.Tables = append(l.Tables, reporting.LetterTable{Caption: "三、程序标出的位置", Head: []string{"序号", "类别", "位置", "说明"}, Shares: []float64{0.8, 1.8, 2.4, 5}, Rows: rows})
	}
	rows = nil
	for _, s := range chainLines(x, history) {
		say := []string{s.Name, "", s.Who, s.On.Chinese()}
		if s.State == "done" {
			say[1] = "同意（" + s.Note + "）"
		}
		rows = append(rows, say)
	}
	l.Tables = append(l.Tables, reporting.LetterTable{Caption: "审批", Head: []string{"环节", "意见", "签名", "日期"}, Shares: []float64{2.6, 3.8, 1.8, 1.8}, Rows: rows})
	return t.give(w, r, l, "公开审查审批单")
}

// letter prints the letter that asks the secrecy department.
func (t *Items) letter(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	history, err := t.store.ItemHistory(r.Context(), page.VisitOf(r).Viewer, x.ID)
	if err != nil {
		return err
	}
	to, what, on := "", "", law.Date{}
	for _, e := range history {
		if e.Act.Kind == act.ItemAsked {
			to, what, _ = strings.Cut(strings.TrimPrefix(e.Details.Reason, "商请"), "：")
			on = e.Act.On
		}
	}
	if on.IsZero() || x.Standing == proactive.Removed {
		return page.ErrNotFound
	}
	text := "我单位拟主动公开" + x.Kind.Chinese() + "《" + titleOf(x) + "》"
	if x.Content.DocNo != "" {
		text += "（" + x.Content.DocNo + "）"
	}
	text += "。公开前审查中，对下列内容能否公开不能确定：\n" + what + "\n根据《中华人民共和国政府信息公开条例》第十七条、《中华人民共和国保守国家秘密法》关于对是否属于国家秘密不明确的由保密行政管理部门确定的规定，现商请贵单位审定，请书面答复是否可以公开；需要处理后公开的，请指明处理的内容。\n文稿随函附上，按涉密载体传递的要求送达。"
	return t.give(w, r, reporting.Letter{Title: "关于商请审定拟公开信息的函", To: to, Text: text, From: x.OrganName, Dated: on}, "商请审定函")
}
