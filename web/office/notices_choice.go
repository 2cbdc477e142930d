package office

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type noticeChoicePage struct {
	page.Base
	Key         string
	Version     int64
	Failure     string
	Modes       []page.Field // of the channels that are configured
	Missing     []string     // what is not recorded, and for what
	Quiet       []page.Option
	From, To    page.Field
	Off         page.Field
	Organ       string // the rule of the organ, as people read it
	OrganHref   string // where it is decided, "" for those who may not
	NoChannels  bool
	GroupsServe bool
}

var noticeChoiceTemplate = page.NewTemplate(templates, "templates/notices_choice.html")

func (o *Office) noticeChoice(w http.ResponseWriter, r *http.Request) error {
	c, err := o.store.Choice(r.Context(), page.VisitOf(r).Viewer.Person)
	if err != nil {
		return err
	}
	f := choiceForm{mail: c.Mail, sms: c.SMS, quiet: "organ", version: c.Version}
	q := store.DefaultQuiet()
	if c.Quiet != "" {
		f.quiet = "own"
		if q, err = store.ParseQuiet(c.Quiet); err == nil && q.From == q.To && !q.Off {
			f.quiet, q = "none", store.DefaultQuiet()
		}
	}
	f.from, f.to, f.off = clockOf(q.From), clockOf(q.To), q.Off
	return o.showChoice(w, r, http.StatusOK, f, "", "")
}

// A choiceForm is what the form holds.
type choiceForm struct {
	mail, sms, quiet, from, to string
	off                        bool
	version                    int64
}

func clockOf(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (o *Office) showChoice(w http.ResponseWriter, r *http.Request, code int, f choiceForm, failure, badTime string) error {
	v := page.VisitOf(r).Viewer
	p := noticeChoicePage{Base: o.base(r, "notices", "怎样通知我"), Key: page.NewKey(), Version: f.version, Failure: failure}
	p.Crumbs = []page.Link{{Text: "通知", Href: "/desk/notices"}}
	p.Styles = append(p.Styles, o.assets.Path("notices.css"))
	served, err := o.served(r)
	if err != nil {
		return err
	}
	mail, sms, err := o.store.Reach(r.Context(), v.Person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, x := range []struct {
		channel, name, label, value, lacks string
		there                              bool
	}{{store.ChannelMail, "mail", "邮件", f.mail, "邮箱", mail}, {store.ChannelSMS, "sms", "短信", f.sms, "手机号", sms}} {
		if !slices.Contains(served, x.channel) {
			continue
		}
		field := page.Field{Name: x.name, Label: x.label, Kind: "select"}
		for _, m := range [][2]string{{store.ModeEach, "逐条发送"}, {store.ModeDigest, "每个工作日早上汇总发一条"}, {store.ModeOff, "不发送"}} {
			field.Options = append(field.Options, page.Option{Value: m[0], Text: m[1], Selected: m[0] == x.value})
		}
		p.Modes = append(p.Modes, field)
		if !x.there {
			p.Missing = append(p.Missing, x.lacks)
		}
	}
	p.NoChannels = len(p.Modes) == 0
	p.GroupsServe = slices.Contains(served, store.ChannelWeCom) || slices.Contains(served, store.ChannelDingTalk)
	q, _, err := o.store.QuietAt(r.Context(), v.Organ)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	} else if err != nil {
		q = store.DefaultQuiet()
	}
	p.Organ = q.Chinese()
	for _, x := range [][2]string{{"organ", "按本机关的规定（" + p.Organ + "）"}, {"own", "自己设定，见下"}, {"none", "不设免打扰，随时可以发"}} {
		p.Quiet = append(p.Quiet, page.Option{Value: x[0], Text: x[1], Selected: x[0] == f.quiet})
	}
	p.From = page.Field{Name: "from", Label: "从", Max: 5, Value: f.from, Message: badTime}
	p.To = page.Field{Name: "to", Label: "到", Max: 5, Value: f.to}
	p.Off = page.Field{Name: "off", Label: "非工作日全天也不打扰（调休上班的周末算工作日）", Kind: "checkbox"}
	if f.off {
		p.Off.Value = "1"
	}
	if organ, err := o.store.Organ(r.Context(), v.Organ); err == nil && org.May(v, org.EditSettings, organ.Subject()) {
		p.OrganHref = fmt.Sprintf("/desk/settings?organ=%d", organ.ID)
	}
	return page.RenderStatus(w, r, code, noticeChoiceTemplate, p)
}

// served are the channels that running instances serve.
func (o *Office) served(r *http.Request) ([]string, error) {
	list, err := o.store.Channels(r.Context())
	var out []string
	for _, c := range list {
		if !slices.Contains(out, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out, err
}

var clockForm = regexp.MustCompile(`^([01]?\d|2[0-3])[:：]([0-5]\d)$`)

func minutesOf(s string) (int, bool) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1]) // digits only
	n, _ := strconv.Atoi(m[2])
	return h*60 + n, true
}

func (o *Office) noticeChoose(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	f := choiceForm{mail: r.PostFormValue("mail"), sms: r.PostFormValue("sms"), quiet: r.PostFormValue("quiet"), from: r.PostFormValue("from"), to: r.PostFormValue("to"), off: r.PostFormValue("off") != ""}
	f.version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	have, err := o.store.Choice(r.Context(), v.Person)
	if err != nil {
		return err
	}
	// A channel that is not configured is not asked about and stays as it is.
	if f.mail == "" {
		f.mail = have.Mail
	}
	if f.sms == "" {
		f.sms = have.SMS
	}
	c := store.NoticeChoice{Person: v.Person, Mail: f.mail, SMS: f.sms, Version: f.version}
	switch f.quiet {
	case "organ":
	case "none":
		c.Quiet = store.Quiet{}.String()
	default:
		from, a := minutesOf(f.from)
		to, b := minutesOf(f.to)
		if !a || !b {
			return o.showChoice(w, r, http.StatusUnprocessableEntity, f, "", "请写成 24 小时制的时间，例如从 20:00 到 08:00。")
		}
		if from == to && !f.off {
			return o.showChoice(w, r, http.StatusUnprocessableEntity, f, "", "起止时间相同，等于没有免打扰。请改时间，或选“不设免打扰”。")
		}
		c.Quiet = store.Quiet{From: from, To: to, Off: f.off}.String()
	}
	d, err := o.store.SaveChoice(r.Context(), page.By(r), c)
	var refusal *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		f.version = have.Version
		return o.showChoice(w, r, http.StatusConflict, f, "您在另一个窗口已经改过这些选择。下面是您这次填写的内容；再按一次“保存”就以它为准。", "")
	case errors.As(err, &refusal):
		return o.showChoice(w, r, http.StatusUnprocessableEntity, f, refusal.Text, "")
	case err != nil:
		return err
	}
	return page.Done(w, r, "/desk/notices/settings", "saved", d)
}
