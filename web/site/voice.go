package site

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

// Bounds of what somebody sends without signing in.
const (
	voiceFiles     = 3
	voiceFileBytes = 5 << 20
	voiceBody      = voiceFiles*voiceFileBytes + 256<<10
)

// voiceTypes are what a file may be, by its content.
var voiceTypes = []string{"application/pdf", "image/jpeg", "image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}

// floods slow down who sends or guesses too much. A whole office may stand behind
// one address.
type floods struct{ voices, codes, surveys, hints *page.Flood }

func newFloods(now func() time.Time) floods {
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	return floods{voices: page.NewFlood(10, 1.0/60, now), codes: page.NewFlood(20, 1.0/6, now), surveys: page.NewFlood(60, 1.0/10, now), hints: page.NewFlood(120, 1, now)}
}

// voiceRoutes are the entrance for complaints, suggestions and questions.
func (s *Site) voiceRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	post := func(path string, body int64, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "POST " + path, Role: page.Public, Body: body, Time: time.Minute, Serve: serve}
	}
	return []page.Route{
		get("/voice", s.voice),
		post("/voice", voiceBody, s.voiceSend),
		get("/voice/track", s.voiceTrackForm),
		post("/voice/track", 0, s.voiceTrack),
		post("/voice/rate", 0, s.voiceRate),
		post("/voice/reopen", 0, s.voiceReopen),
		get("/voice/answers", s.voiceAnswers),
		get("/voice/answers/{id}", s.voiceAnswer),
	}
}

// who is the name a flood counts by.
func who(r *http.Request) string {
	if a := page.VisitOf(r).Address; a != "" {
		return a
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

// slow says that somebody has to wait, in the form that is shown again.
func slow(w http.ResponseWriter, wait time.Duration) string {
	seconds := int(wait/time.Second) + 1
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	if seconds >= 60 {
		return fmt.Sprintf("这个网络提交得太频繁，请%d分钟后再试。您填写的内容还在。", seconds/60+1)
	}
	return fmt.Sprintf("这个网络提交得太频繁，请%d秒后再试。您填写的内容还在。", seconds)
}

var (
	voicePickTemplate    = page.NewTemplate(files, "voice.html")
	voiceWriteTemplate   = page.NewTemplate(files, "voice_write.html")
	voiceReceiptTemplate = page.NewTemplate(files, "voice_receipt.html")
)

// voicePick is where one begins: to whom?
type voicePick struct {
	page.Base
	Q      string
	Kind   string
	Rules  []oversight.VoiceRule
	Organs []page.Link
	Empty  string
	Latest []voiceShown
	Asking []page.Link // surveys that can be answered now
}

type voiceWrite struct {
	page.Base
	Key     string
	Failure string
	Item    string     // number of the draft that opinions are asked for, "" elsewhere
	About   *page.Link // that draft
	Organ   string
	Above   string // who deals with complaints of the organ
	OrganID string // as it stands in the address
	Kinds   []voiceKind
	KindBad string
	Subject page.Field
	Text    page.Field
	Matter  page.Field
	Name    page.Field
	Phone   page.Field
	Email   page.Field
	Address page.Field
	Consent page.Field
	Files   page.Field
}

type voiceKind struct {
	oversight.VoiceRule
	Selected bool
	Days     int
}

func (s *Site) voice(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("organ") != "" {
		p, err := s.voiceFields(r, nil)
		if err != nil {
			return err
		}
		return page.Render(w, r, voiceWriteTemplate, p)
	}
	p := voicePick{Base: s.cfg.Base(r, "voice", "监督与建议"), Q: clip(strings.TrimSpace(q.Get("q")), 40), Rules: oversight.VoiceRules()}
	if _, ok := oversight.VoiceRuleOf(oversight.VoiceKind(q.Get("kind"))); ok {
		p.Kind = q.Get("kind")
	}
	var list []org.Organ
	var err error
	if p.Q != "" {
		list, err = s.store.MatchOrgans(r.Context(), org.Program("公开网站"), org.SeeOrgan, p.Q, 40)
		p.Empty = "没有找到名称含有“" + p.Q + "”、在网上接收的机关。可以只写名称的一部分，例如“镇”。"
	} else {
		list, err = s.voiceNear(r)
		p.Empty = "本站现在不在网上接收。可以按公开指南上的电话、地址反映。"
	}
	if err != nil {
		return err
	}
	if list, err = s.store.TakingVoices(r.Context(), list, s.cfg.Today()); err != nil {
		return err
	}
	for _, o := range list {
		p.Organs = append(p.Organs, page.Link{Text: o.Name, Href: page.With("/voice", "organ", organKey(o), "kind", p.Kind)})
	}
	latest, err := s.store.ShownVoices(r.Context(), store.ShownQuery{Limit: 5})
	if err != nil {
		return err
	}
	p.Latest = shownRows(latest)
	if p.Asking, err = s.openSurveys(r); err != nil {
		return err
	}
	return page.Render(w, r, voicePickTemplate, p)
}

// voiceNear are the tops of the trees with what stands right below them.
func (s *Site) voiceNear(r *http.Request) ([]org.Organ, error) {
	tops, err := s.store.Children(r.Context(), 0)
	if err != nil {
		return nil, err
	}
	var out []org.Organ
	for _, t := range tops {
		below, err := s.store.Children(r.Context(), t.ID)
		if err != nil {
			return nil, err
		}
		if out = append(append(out, t), below...); len(out) >= 80 {
			return out[:80], nil
		}
	}
	return out, nil
}

// voiceOrgan is the organ of the form, if it takes voices.
func (s *Site) voiceOrgan(r *http.Request) (org.Organ, error) {
	o, err := s.organOf(r, r.FormValue("organ"))
	if err != nil {
		return o, err
	}
	list, err := s.store.TakingVoices(r.Context(), []org.Organ{o}, s.cfg.Today())
	if err == nil && len(list) == 0 {
		err = page.ErrNotFound
	}
	return o, err
}

func (s *Site) voiceFields(r *http.Request, bad map[string]string) (voiceWrite, error) {
	o, err := s.voiceOrgan(r)
	if err != nil {
		return voiceWrite{}, err
	}
	p := voiceWrite{Base: s.cfg.Base(r, "voice", "向"+o.Name+"提出"), Key: r.FormValue("key"), Organ: o.Name, OrganID: organKey(o), Above: o.Name, KindBad: bad["kind"]}
	p.Crumbs = []page.Link{{Text: "监督与建议", Href: "/voice"}}
	if p.Key == "" || len(p.Key) > 64 {
		p.Key = page.NewKey()
	}
	if o.Parent != 0 {
		up, err := s.store.Organ(r.Context(), o.Parent)
		if err != nil {
			return p, err
		}
		p.Above = up.Name
	}
	for _, rule := range oversight.VoiceRules() {
		days, err := s.store.VoicePeriod(r.Context(), o.ID, rule.Kind)
		if err != nil {
			return p, err
		}
		p.Kinds = append(p.Kinds, voiceKind{rule, r.FormValue("kind") == string(rule.Kind), int(days)})
	}
	x, err := s.commented(r)
	if err != nil {
		return p, err
	}
	field := func(name, label, hint string, most int) page.Field {
		return page.Field{Name: name, Label: label, Hint: hint, Max: most, Value: r.FormValue(name), Message: bad[name]}
	}
	p.Subject = field("title", "一句话概括", "例如：低保名单公示栏没有更新", oversight.MaxVoiceTitle)
	p.Subject.Required = true
	p.Text = field("text", "具体内容", "什么时间、在哪里、哪一条信息、希望怎样解决。请不要写国家秘密，也不要写他人的隐私。", oversight.MaxVoiceText)
	p.Text.Kind, p.Text.Rows, p.Text.Required = "textarea", 8, true
	p.Matter = field("matter", "涉及的信息或申请", "有标题、文号、网址或申请编号的请写上。", 200)
	p.Name = field("name", "姓名或名称", "可以不填；选“侵权投诉举报”的必须填写。", oversight.MaxVoiceName)
	p.Phone = field("phone", "电话", "可以不填。只有办理的工作人员看得到。", 30)
	p.Email = field("email", "邮箱", "可以不填。", 200)
	p.Address = field("address", "通信地址", "需要书面答复的填写。", 100)
	p.Consent = page.Field{Name: "consent", Label: "同意把问题和答复公开（公开前由工作人员去掉个人信息）", Kind: "checkbox", Value: r.FormValue("consent")}
	if x != nil {
		p.comment(x)
	}
	p.Files = page.Field{Name: "files", Label: "附件", Kind: "file", Multiple: true, Accept: ".pdf,.jpg,.jpeg,.png,.docx", Message: bad["files"],
		Hint: fmt.Sprintf("可以不附。PDF、JPG、PNG 或 Word（docx），最多%d个，每个不超过 %d MB。", voiceFiles, voiceFileBytes>>20)}
	return p, nil
}

// voiceAgain shows the form filled as it was sent.
func (s *Site) voiceAgain(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	p, err := s.voiceFields(r, bad)
	if err != nil {
		return err
	}
	p.Failure = failure
	if failure == "" && r.MultipartForm != nil && len(r.MultipartForm.File["files"]) > 0 {
		p.Failure = "还有几处要改，见下面各项。附件请重新选择。"
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.RenderStatus(w, r, code, voiceWriteTemplate, p)
}

func (s *Site) voiceSend(w http.ResponseWriter, r *http.Request) error {
	if err := parseSent(r); err != nil {
		return err
	}
	o, err := s.voiceOrgan(r)
	if err != nil {
		return err
	}
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	v := oversight.Voice{ID: s.store.NewID(), Kind: oversight.VoiceKind(get("kind")), Channel: oversight.ByWeb, Organ: o.ID, Received: s.cfg.Today(), Consent: get("consent") != "",
		Content: oversight.VoiceContent{Name: get("name"), Phone: get("phone"), Email: get("email"), Address: get("address"), Title: get("title"),
			Text: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")), Matter: get("matter")}}
	if rule, _ := oversight.VoiceRuleOf(v.Kind); rule.Upward {
		v.About = o.ID
	}
	if v.Kind == oversight.Mistake {
		v.Topic = "内容有误"
	}
	about, err := s.commented(r)
	if err != nil {
		return err
	}
	if about != nil {
		v.Kind, v.About, v.Topic, v.Content.Matter = oversight.Advice, 0, oversight.CommentTopic(about.Number), clip(about.Content.Title, 200)
	}
	key := r.PostFormValue("key")
	if len(key) < 16 || len(key) > 64 { // a key that others could guess would show them the receipt
		key = page.NewKey()
	}
	if bad := v.Check(s.cfg.Today()); len(bad) > 0 {
		return s.voiceAgain(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	if wait := s.floods.voices.Take(who(r)); wait > 0 {
		return s.voiceAgain(w, r, http.StatusTooManyRequests, nil, slow(w, wait))
	}
	message, err := s.voiceKeep(r, &v)
	if err != nil {
		return err
	}
	if message != "" {
		return s.voiceAgain(w, r, http.StatusUnprocessableEntity, map[string]string{"files": message}, "")
	}
	d, err := s.store.SubmitVoice(r.Context(), "voice/"+key, v)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.voiceAgain(w, r, http.StatusUnprocessableEntity, nil, refusal.Text)
	case errors.Is(err, store.ErrNoSecret):
		return &page.Unavailable{Text: "本站还没有开通网上提交。请按公开指南上的电话、地址反映。", Err: err}
	case err != nil:
		return err
	}
	if about != nil {
		s.reads.renew(about.Number)
	}
	return s.voiceReceipt(w, r, d)
}

// voiceKeep keeps the attachments. message says why one is not taken.
func (s *Site) voiceKeep(r *http.Request, v *oversight.Voice) (message string, err error) {
	list, message, err := s.attach(r, store.VoiceRef(v.ID), "files", "附件")
	for _, f := range list {
		v.Content.Files = append(v.Content.Files, oversight.VoiceFile{ID: f.ID, Name: f.Name, Size: f.Size})
	}
	return message, err
}

type voiceReceipt struct {
	page.Base
	store.VoiceReceipt
	Shown string // the code as people read it
	Limit page.Limit
	Rule  oversight.VoiceRule
}

func (s *Site) voiceReceipt(w http.ResponseWriter, r *http.Request, d store.Done) error {
	id, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		return err
	}
	x, err := s.store.VoiceReceipt(r.Context(), id)
	if err != nil {
		return err
	}
	p := voiceReceipt{Base: s.cfg.Base(r, "voice", "已提交"), VoiceReceipt: x, Shown: x.Code[:5] + "-" + x.Code[5:]}
	p.Crumbs = []page.Link{{Text: "监督与建议", Href: "/voice"}}
	p.Rule, _ = oversight.VoiceRuleOf(x.Kind)
	if p.Limit, err = s.voiceLimit(r, x.Due, p.Rule); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, voiceReceiptTemplate, p)
}

// voiceLimit shows the last day with how it was counted.
func (s *Site) voiceLimit(r *http.Request, due law.Date, rule oversight.VoiceRule) (page.Limit, error) {
	if s.cfg.Calendar == nil {
		return page.Limit{Tag: page.Tag{Text: "期限"}, Date: due.String(), Basis: rule.Basis}, nil
	}
	c, err := s.cfg.Calendar(r.Context())
	if err != nil {
		return page.Limit{}, err
	}
	return page.LimitOf(c, s.cfg.Today(), due, rule.Basis, 2), nil
}
