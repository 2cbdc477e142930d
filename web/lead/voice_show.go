package lead

import (
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type voicePage struct {
	page.Base
	V         store.VoiceRow
	Rule      oversight.VoiceRule
	State     page.Tag
	Limit     page.Limit
	Facts     []voiceFact
	Writer    []voiceFact // who wrote, as far as the viewer may know
	Item      *page.Link  // in which a mistake was found
	Events    []voiceEvent
	Files     []voiceFileLink
	Code      string // query code, for who works on it
	Key       string
	Failure   string
	Changed   bool   // somebody changed it meanwhile
	Do        string // the form that was sent and not accepted
	Twins     []store.VoiceTwin
	Near      []string
	OrderHref string // give an order, "" where that is not to be done

	May                                                                             voiceMay
	Handler, To, Why, Until, UntilWhy, Verdict, Finding, Measure, Answer, How, On   page.Field
	Decline, Into, IntoWhy, Reopen, ShownTitle, ShownQuestion, ShownAnswer, NewFile page.Field
}

// voiceMay is what the forms of the page offer: what would be allowed.
type voiceMay struct{ Work, Extend, Find, Answer, Reopen, Publish, Withdraw, Erase bool }

type voiceFact struct{ Label, Text string }

type voiceEvent struct {
	On   law.Date
	What string
	Text string
}

type voiceFileLink struct {
	page.Link
	Size string
	Ours bool
}

var voiceTemplate = page.NewTemplate(templates, "templates/voice.html")

func (l *Lead) voice(w http.ResponseWriter, r *http.Request) error {
	return l.voiceShow(w, r, http.StatusOK, "", false)
}

func (l *Lead) voiceShow(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Voice(ctx, v, id)
	if err != nil {
		return err
	}
	if err := l.store.PersonalRead(ctx, store.By{Viewer: v, From: page.VisitOf(r).Address}, "投诉意见", store.VoiceRef(id)); err != nil {
		return err
	}
	days, err := l.ledgerDays(ctx)
	if err != nil {
		return err
	}
	rule, _ := oversight.VoiceRuleOf(x.Kind)
	p := voicePage{Base: l.base(r, "voices", voiceTitle(x)), V: x, Rule: rule, State: voiceTag(x, days.today), Key: page.NewKey(), Failure: failure, Changed: changed}
	p.Crumbs = []page.Link{{Text: "投诉意见", Href: "/desk/voices"}}
	if failure != "" || changed {
		p.Do = r.FormValue("do")
	}
	period, err := l.store.VoicePeriod(ctx, x.Organ, x.Kind)
	if err != nil {
		return err
	}
	if x.State == oversight.VoiceOpen {
		p.Limit = days.limit(x.Due, fmt.Sprintf("%d个工作日，自%s的次日起算（%s）", period, x.Received.Chinese(), rule.Basis))
		if x.Extended || x.Reopened {
			p.Limit.Basis = rule.Basis + "；已延期或重新办理，见办理过程"
		}
	} else {
		p.Limit = page.Limit{Tag: p.State, Date: x.Ended.String(), Basis: "期限为" + x.Due.Chinese()}
	}
	p.voiceFacts()
	if p.Item, err = l.voiceItem(r, x); err != nil {
		return err
	}
	if err := l.voiceEvents(ctx, &p); err != nil {
		return err
	}
	if x.Handles {
		if err := l.voiceForms(r, &p, days); err != nil {
			return err
		}
	}
	return page.RenderStatus(w, r, code, voiceTemplate, p)
}

func (p *voicePage) voiceFacts() {
	x := p.V
	add := func(to *[]voiceFact, label, text string) {
		if text != "" {
			*to = append(*to, voiceFact{label, text})
		}
	}
	add(&p.Facts, "类别", x.Kind.Chinese())
	add(&p.Facts, "类目", x.Topic)
	add(&p.Facts, "编号", x.Number)
	if x.Entry != x.Organ {
		add(&p.Facts, "登记机关", x.EntryName)
	}
	add(&p.Facts, "办理机关", x.OrganName)
	add(&p.Facts, "投诉举报的机关", x.AboutName)
	who := x.HandlerName
	if who == "" {
		who = "尚未指定"
	}
	add(&p.Facts, "经办", who)
	add(&p.Facts, "收到", x.Received.Chinese()+"，"+x.Channel.Chinese())
	if entered := law.DateOf(millis(x.Entered)); entered != x.Received {
		add(&p.Facts, "登记", entered.Chinese()+"（事后补登）")
	}
	if x.Rating > 0 {
		add(&p.Facts, "评价", fmt.Sprintf("%d分（%s）", x.Rating, ratings[x.Rating]))
	}
	name := x.Content.Name
	if name == "" {
		name = "未留名"
	}
	add(&p.Writer, "提出人", name)
	add(&p.Writer, "电话", x.Content.Phone)
	add(&p.Writer, "邮箱", x.Content.Email)
	add(&p.Writer, "地址", x.Content.Address)
	add(&p.Writer, "涉及", x.Content.Matter)
	consent := "不同意公开"
	if x.Consent {
		consent = "同意公开（去掉个人信息）"
	}
	if p.Rule.Shown {
		add(&p.Writer, "是否公开", consent)
	}
	for i, f := range x.Content.Files {
		link := voiceFileLink{Link: page.Link{Text: f.Name}, Size: ledgerSize(f.Size), Ours: f.Ours}
		if x.Handles {
			link.Href = fmt.Sprintf("/desk/voices/%d/files/%d", x.ID, i+1)
		}
		p.Files = append(p.Files, link)
	}
}

// ratings are the five answers of 满意度.
var ratings = [...]string{1: "很不满意", 2: "不满意", 3: "基本满意", 4: "满意", 5: "很满意"}

// voiceForms fills the forms of somebody who works on it. The verbs are tried on
// copies: what the page offers is what would be allowed.
func (l *Lead) voiceForms(r *http.Request, p *voicePage, days ledgerDays) error {
	x, ctx, v := p.V, r.Context(), page.VisitOf(r).Viewer
	code, err := l.store.VoiceCode(x.ID)
	if err != nil {
		return err
	}
	p.Code = voiceCode(code)
	try := func(verb func(*oversight.Voice) error) bool {
		y := x.Voice
		y.Content.Events = append([]oversight.VoiceEvent(nil), x.Content.Events...)
		return verb(&y) == nil
	}
	o, err := l.store.Organ(ctx, x.Organ)
	if err != nil {
		return err
	}
	p.May = voiceMay{
		Work: try(func(y *oversight.Voice) error { return y.Assign(0) }),
		Extend: try(func(y *oversight.Voice) error {
			return y.Extend(y.Due.AddDays(1), y.Due.AddDays(1), "延期", days.today)
		}),
		Find:     x.State == oversight.VoiceOpen && p.Rule.Finding,
		Answer:   try(func(y *oversight.Voice) error { return y.AnswerWith("答复", "", days.today, days.today) }),
		Reopen:   try(func(y *oversight.Voice) error { return y.Reopen("重办", days.today, days.today) }),
		Publish:  p.Rule.Shown && x.Consent && x.State == oversight.VoiceAnswered && !x.Erased,
		Withdraw: !x.Shown.On.IsZero(),
		Erase:    x.State != oversight.VoiceOpen && !x.Erased && org.May(v, org.EditSettings, o.Subject()),
	}
	if p.Near, err = l.ledgerNear(ctx, x.Organ); err != nil {
		return err
	}
	if p.Twins, err = l.store.VoiceTwins(ctx, v, x); err != nil {
		return err
	}
	if (x.Verdict == oversight.Proven || x.Verdict == oversight.Partly) && org.Able(v, org.GiveOrders) {
		p.OrderHref = fmt.Sprintf("/desk/orders/new?from=voice/%d", x.ID)
	}
	people, err := l.store.PeopleAt(ctx, o.HomeID(), days.today)
	if err != nil {
		return err
	}
	var names [][2]string
	for _, q := range people {
		names = append(names, [2]string{strconv.FormatInt(q.ID, 10), q.Name})
	}
	value := func(name, now string) string {
		if p.Do != "" && r.PostForm.Has(name) {
			return r.PostFormValue(name)
		}
		return now
	}
	p.Handler = page.Field{Name: "handler", Label: "经办人", Kind: "select", Options: ledgerOptions(value("handler", strconv.FormatInt(x.Handler, 10)), "不指定（本机关办理岗位共同办理）", names...)}
	p.To = page.Field{Name: "to", Label: "转给", Value: value("to", ""), Max: 60, Hint: "写机关全称。期限不变，接着算。"}
	why := func(do string) page.Field {
		return page.Field{Name: "why_" + do, Label: "理由", Kind: "textarea", Rows: 2, Max: 500, Value: value("why_"+do, ""), Hint: "提出人会看到。"}
	}
	p.Why = why("transfer")
	p.Until = page.Field{Name: "until", Label: "延长到", Kind: "date", Value: value("until", ""), Hint: "只能延期一次，最多再延" + fmt.Sprint(days.period(x)) + "。"}
	p.UntilWhy = why("extend")
	var verdicts [][2]string
	for _, y := range oversight.Verdicts() {
		verdicts = append(verdicts, [2]string{string(y), y.Chinese()})
	}
	p.Verdict = page.Field{Name: "verdict", Label: "结论", Kind: "select", Options: ledgerOptions(value("verdict", string(x.Verdict)), "请选择", verdicts...)}
	p.Finding = page.Field{Name: "finding", Label: "查明的情况", Kind: "textarea", Rows: 4, Max: 2000, Value: value("finding", x.Content.Finding), Hint: "查了什么、依据什么。"}
	p.Measure = page.Field{Name: "measure", Label: "如何处理", Kind: "textarea", Rows: 2, Max: 2000, Value: value("measure", x.Content.Measure), Hint: "属实或部分属实的，写督促整改或者通报批评。"}
	p.Answer = page.Field{Name: "answer", Label: "答复内容", Kind: "textarea", Rows: 7, Max: oversight.MaxVoiceText, Value: value("answer", ""), Hint: "直接回答问题；做了什么、什么时候做完；不能办的说明原因和去处。"}
	p.How = page.Field{Name: "how", Label: "怎样答复的", Max: 100, Value: value("how", ""), Hint: "例如：电话答复、邮寄（可下载答复函）。网上提交的，提出人凭编号和查询码能看到。"}
	p.On = page.Field{Name: "on", Label: "答复的日期", Kind: "date", Value: value("on", days.today.String()), Hint: "已经用其他方式答复的，写实际日期。"}
	p.Decline = page.Field{Name: "why_decline", Label: "理由和去处", Kind: "textarea", Rows: 3, Max: 500, Value: value("why_decline", ""), Hint: "例如：属于信访事项，请向县信访局提出，电话……"}
	p.Into = page.Field{Name: "into", Label: "并入哪一件", Max: 20, Value: value("into", ""), Hint: "写编号，例如 2026-0003。两件须由同一机关办理。"}
	if p.Into.Value == "" && len(p.Twins) > 0 {
		p.Into.Value = p.Twins[0].Number
	}
	p.IntoWhy = why("merge")
	p.Reopen = page.Field{Name: "why_reopen", Label: "为什么重新办理", Kind: "textarea", Rows: 2, Max: 500, Value: value("why_reopen", "")}
	shown := x.Shown
	if shown.On.IsZero() { // the officer writes it anew; the original is only where to begin
		shown.Title, shown.Question, shown.Answer = "", "", x.Content.Answer
	}
	p.ShownTitle = page.Field{Name: "shown_title", Label: "公开的标题", Max: oversight.MaxVoiceTitle, Value: value("shown_title", shown.Title)}
	p.ShownQuestion = page.Field{Name: "shown_question", Label: "公开的问题", Kind: "textarea", Rows: 4, Max: oversight.MaxVoiceText, Value: value("shown_question", shown.Question), Hint: "用自己的话概括，不写姓名、电话、住址、单位和能认出提出人的情节。"}
	p.ShownAnswer = page.Field{Name: "shown_answer", Label: "公开的答复", Kind: "textarea", Rows: 5, Max: oversight.MaxVoiceText, Value: value("shown_answer", shown.Answer)}
	p.NewFile = page.Field{Name: "files", Label: "补充扫描件", Kind: "file", Multiple: true, Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.doc", Hint: "每个不超过 20 MB，加密保存。"}
	return nil
}

// period says how long an extension of a voice may be.
func (d ledgerDays) period(x store.VoiceRow) string {
	n, _ := d.calendar.Between(x.Received, x.Due)
	return fmt.Sprintf("%d个工作日", n)
}

// voiceLetter is the answer as a letter.
func (l *Lead) voiceLetter(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := l.store.Voice(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	if !x.Handles {
		return store.Forbidden(org.HandleVoices)
	}
	if x.Erased || x.Content.Answer == "" {
		return page.ErrNotFound
	}
	if err := l.store.PersonalRead(r.Context(), page.By(r), "投诉意见答复函", store.VoiceRef(id)); err != nil {
		return err
	}
	return l.ledgerLetter(w, r, voiceReply(x), "答复函-"+x.Number, r.PathValue("format"))
}

// voiceReply is the letter that answers a voice.
func voiceReply(x store.VoiceRow) reporting.Letter {
	to := x.Content.Name
	if to == "" {
		to = "提出人"
	}
	text := fmt.Sprintf("您%s以%s方式提出的“%s”（编号%s）收悉。", x.Received.Chinese(), x.Channel.Chinese(), x.Content.Title, x.Number)
	if x.State == oversight.VoiceDeclined {
		text += "经研究，不属于本机关受理的范围，说明如下。\n" + x.Content.Answer
	} else {
		text += "现答复如下。\n" + x.Content.Answer
	}
	if x.Kind == oversight.Infringed {
		text += "\n如对本机关的处理不服，您可以依法申请行政复议或者提起行政诉讼。"
	}
	title := "关于" + x.Kind.Chinese() + "的答复"
	return reporting.Letter{Title: title, To: to, Text: text, From: x.OrganName, Dated: x.Ended}
}
