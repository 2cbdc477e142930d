package lead

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

type voiceFormPage struct {
	page.Base
	Key     string
	Failure string
	Kind    page.Field
	Rules   []oversight.VoiceRule
	Channel page.Field
	Organ   page.Field
	About   page.Field
	Near    []string
	On      page.Field
	Topic   page.Field
	Name    page.Field
	Phone   page.Field
	Email   page.Field
	Address page.Field
	Subject page.Field
	Text    page.Field
	Matter  page.Field
	Consent page.Field
	Files   page.Field
}

var voiceFormTemplate = page.NewTemplate(templates, "templates/voice_form.html")

func (l *Lead) voiceForm(w http.ResponseWriter, r *http.Request) error {
	p, err := l.voiceFields(r, nil)
	if err != nil {
		return err
	}
	return page.Render(w, r, voiceFormTemplate, p)
}

func (l *Lead) voiceFields(r *http.Request, bad map[string]string) (voiceFormPage, error) {
	p := voiceFormPage{Base: l.base(r, "voices", "登记投诉意见"), Key: r.FormValue("key"), Rules: oversight.VoiceRules()}
	p.Crumbs = []page.Link{{Text: "投诉意见", Href: "/desk/voices"}}
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	organs, organ, err := l.ledgerOrgans(r, org.HandleVoices, r.FormValue("organ"))
	if err != nil {
		return p, err
	}
	if organ != 0 {
		if p.Near, err = l.ledgerNear(r.Context(), organ); err != nil {
			return p, err
		}
	}
	field := func(name, label, hint string, most int) page.Field {
		return page.Field{Name: name, Label: label, Hint: hint, Max: most, Value: r.FormValue(name), Message: bad[name]}
	}
	var kinds, channels, topics [][2]string
	for _, x := range p.Rules {
		kinds = append(kinds, [2]string{string(x.Kind), x.Name})
	}
	for _, x := range oversight.VoiceChannels() {
		channels = append(channels, [2]string{string(x), x.Chinese()})
	}
	for _, x := range oversight.VoiceTopics() {
		topics = append(topics, [2]string{x, x})
	}
	selection := func(f page.Field, none string, pairs [][2]string) page.Field {
		f.Kind, f.Options, f.Max = "select", ledgerOptions(f.Value, none, pairs...), 0
		return f
	}
	p.Kind = selection(field("kind", "类别", "", 0), "请选择", kinds)
	p.Kind.Required = true
	p.Channel = selection(field("channel", "怎样收到的", "", 0), "", channels)
	p.Organ = page.Field{Name: "organ", Label: "收到的机关", Kind: "select", Options: organs, Message: bad["organ"]}
	p.About = field("about", "投诉举报的机关", "投诉举报必填，写机关全称，例如“青石镇人民政府”。登记后由它的主管部门办理。", 60)
	p.On = field("received", "收到的日期", "事后补登的，写实际收到的日期。", 10)
	if p.On.Kind = "date"; p.On.Value == "" {
		p.On.Value = l.cfg.Today().String()
	}
	p.Topic = selection(field("topic", "类目", "用于统计。", 0), "不分类", topics)
	p.Name = field("name", "姓名或名称", "不愿留名的不填。", oversight.MaxVoiceName)
	p.Phone = field("phone", "电话", "", 30)
	p.Email = field("email", "邮箱", "", 200)
	p.Address = field("address", "通信地址", "要邮寄答复的填写。", 100)
	p.Subject = field("title", "一句话概括", "例如：低保名单公示栏没有更新", oversight.MaxVoiceTitle)
	p.Subject.Required = true
	p.Text = field("text", "具体内容", "电话和来访写成记录：时间、对方说了什么、希望怎样解决。", oversight.MaxVoiceText)
	p.Text.Kind, p.Text.Rows, p.Text.Required = "textarea", 7, true
	p.Matter = field("matter", "涉及的申请或信息", "有编号、文号的写编号、文号，例如：依申请公开 2026-0012", 200)
	p.Consent = page.Field{Name: "consent", Label: "提出人同意公开问题和答复（公开前去掉个人信息）", Kind: "checkbox", Value: r.FormValue("consent")}
	p.Files = page.Field{Name: "files", Label: "来信、记录的扫描件", Kind: "file", Multiple: true, Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.doc", Message: bad["files"], Hint: "PDF、OFD、JPG、PNG 或 Word，每个不超过 20 MB。加密保存。"}
	return p, nil
}

func (l *Lead) voiceEnter(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	bad := map[string]string{}
	about, message, err := l.ledgerOrganNamed(r.Context(), r.FormValue("about"))
	if err != nil {
		return err
	}
	v := oversight.Voice{ID: l.store.NewID(), Kind: oversight.VoiceKind(r.FormValue("kind")), Channel: oversight.VoiceChannel(r.FormValue("channel")), Topic: r.FormValue("topic"), About: about.ID,
		Received: ledgerDate(r, "received", bad), Consent: r.FormValue("consent") != "", Content: voiceContent(r)}
	v.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	v.Entry = v.Organ
	for k, m := range v.Check(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	if message != "" {
		bad["about"] = message
	}
	if len(bad) > 0 {
		return l.voiceAgain(w, r, bad, "")
	}
	files, message, err := l.ledgerKeep(r, "files", store.VoiceRef(v.ID), false)
	if err != nil {
		return err
	}
	if message != "" {
		return l.voiceAgain(w, r, map[string]string{"files": message}, "")
	}
	for _, f := range files {
		v.Content.Files = append(v.Content.Files, oversight.VoiceFile{ID: f.ID, Name: f.Name, Size: f.Size, Ours: true})
	}
	d, err := l.store.EnterVoice(r.Context(), page.By(r), v)
	if refusal, _, rest := ledgerFailed(err); rest != nil {
		return rest
	} else if refusal != "" {
		return l.voiceAgain(w, r, nil, refusal)
	}
	if id, err := strconv.ParseInt(d.Answer, 10, 64); err == nil {
		if _, err := l.store.Voice(r.Context(), page.VisitOf(r).Viewer, id); err != nil {
			// A complaint of the organ itself went to the office above it, out of sight.
			return l.voiceGone(w, r, id)
		}
	}
	return page.Done(w, r, "/desk/voices/"+d.Answer, "created", d)
}

// voiceContent is what a form says of the person and the matter.
func voiceContent(r *http.Request) oversight.VoiceContent {
	get := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	return oversight.VoiceContent{Name: get("name"), Phone: get("phone"), Email: get("email"), Address: get("address"), Title: get("title"),
		Text: strings.TrimSpace(strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n")), Matter: get("matter")}
}

// voiceAgain shows the form filled as it was sent.
func (l *Lead) voiceAgain(w http.ResponseWriter, r *http.Request, bad map[string]string, failure string) error {
	p, err := l.voiceFields(r, bad)
	if err != nil {
		return err
	}
	p.Failure = failure
	return page.RenderStatus(w, r, http.StatusUnprocessableEntity, voiceFormTemplate, p)
}

type voiceGonePage struct {
	page.Base
	Number, Code, Organ string
	Due                 law.Date
	Text                string
}

var voiceGoneTemplate = page.NewTemplate(templates, "templates/voice_gone.html")

// voiceGone says where a complaint went that its taker may not read.
func (l *Lead) voiceGone(w http.ResponseWriter, r *http.Request, id int64) error {
	x, err := l.store.VoiceReceipt(r.Context(), id)
	if err != nil {
		return err
	}
	p := voiceGonePage{Base: l.base(r, "voices", "已移送主管部门"), Number: x.Number, Code: voiceCode(x.Code), Organ: x.OrganName, Due: x.Due,
		Text: "投诉举报由主管部门办理，内容不再向登记的机关显示。请把编号和查询码告诉提出人，离开本页后不再显示；提出人可以在公开网站查询办理情况。"}
	p.Crumbs = []page.Link{{Text: "投诉意见", Href: "/desk/voices"}}
	return page.Render(w, r, voiceGoneTemplate, p)
}

// voiceCode is a query code as people read it.
func voiceCode(code string) string {
	if len(code) != 10 {
		return code
	}
	return fmt.Sprintf("%s-%s", code[:5], code[5:])
}
