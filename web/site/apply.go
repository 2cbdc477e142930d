package site

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// applyRoutes are the entrance of 依申请公开: anyone may ask, and no purpose is asked.
func (s *Site) applyRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	post := func(path string, body int64, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "POST " + path, Role: page.Public, Body: body, Time: time.Minute, Serve: serve}
	}
	return []page.Route{
		applyAssets.Route(),
		get("/apply", s.apply),
		post("/apply", voiceBody, s.applySend),
		get("/apply/draft", s.draftForm),
		post("/apply/draft", 0, s.draftOpen),
		post("/apply/suggest", 16<<10, s.suggest),
		get("/apply/seen", s.seen),
		post("/apply/receipt", 0, s.applyProof),
		get("/apply/track", s.applyTrackForm),
		post("/apply/track", 0, s.applyTrack),
		post("/apply/act", voiceBody, s.applyAct),
		post("/apply/letter", 0, s.applyLetter),
	}
}

type applyPick struct {
	page.Base
	Q      string
	Organs []applyOrganLine
	Topics []applyTopic // who usually has what the words mean
	Empty  string
}

// applyOrganLine is an organ one may apply to.
type applyOrganLine struct{ Text, Above, Href string }

type applyTopic struct {
	Word, Bodies string
	Organs       []applyOrganLine
}

type applyForm struct {
	page.Base
	Key     string
	Failure string
	Organ   string
	OrganID string
	Closed  bool // it takes nothing through the internet
	Ways    []applyWay
	Days    int
	Kinds   []page.Option
	KindBad string
	Fields  map[string]page.Field
	Asker   []page.Field
	Unit    []page.Field
	Agent   []page.Field
	Mandate page.Field
	Forms   []page.Option
	Receive []page.Option
	Hints   []string // several matters, another organ's: hints, never a refusal
	Found   []suggestion
	Asked   bool   // what is published was looked for
	Draft   string // code of the draft this goes on with
	Kept    []casework.File
	Open    bool // the parts for units and agents are filled in
}

// applyWay is a channel by which the organ takes applications.
type applyWay struct{ Name, Place string }

type applyReceipt struct {
	page.Base
	Number, Code, Shown, Organ string
	Why, Cite                  string // which day counts as received
	Arrived                    string
	Period                     int  // working days
	Proof                      bool // there is a log
}

var (
	applyPickTemplate    = page.NewTemplate(files, "apply.html")
	applyFormTemplate    = page.NewTemplate(files, "apply_form.html")
	applyReceiptTemplate = page.NewTemplate(files, "apply_receipt.html")
)

var (
	applyForms   = []string{"纸质", "电子邮件", "光盘", "现场查阅、抄录"}
	applyReceive = []string{"邮寄", "快递", "电子邮件", "传真", "当面领取", "网上查看"}
)

func (s *Site) apply(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if q.Get("organ") != "" {
		p, err := s.applyFields(r, nil)
		if err != nil {
			return err
		}
		return page.Render(w, r, applyFormTemplate, p)
	}
	return s.applyFind(w, r)
}

func (s *Site) applyOrgan(r *http.Request) (org.Organ, error) {
	o, err := s.organOf(r, r.FormValue("organ"))
	if err == nil && (o.Kind == org.Section || o.Kind == org.Village || !o.InForce(s.cfg.Today())) {
		err = page.ErrNotFound
	}
	return o, err
}

func (s *Site) applyFields(r *http.Request, bad map[string]string) (applyForm, error) {
	o, err := s.applyOrgan(r)
	if err != nil {
		return applyForm{}, err
	}
	p := applyForm{Base: s.applyBase(r, "向"+o.Name+"申请公开"), Key: r.FormValue("key"), Organ: o.Name, OrganID: organKey(o), KindBad: bad["applicant"], Fields: map[string]page.Field{}}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	if p.Key == "" || len(p.Key) > 64 {
		p.Key = page.NewKey()
	}
	if err := s.applyWays(r, &p, o.ID); err != nil {
		return p, err
	}
	if period, _, err := deadline.PeriodOn(deadline.Reply, s.cfg.Today()); err == nil {
		p.Days = period.N
	}
	for _, a := range casework.Applicants() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(a), Text: a.Chinese(), Selected: r.FormValue("applicant") == string(a)})
	}
	field := func(name, label, hint string, most int) page.Field {
		return page.Field{Name: name, Label: label, Hint: hint, Max: most, Value: r.FormValue(name), Message: bad[name]}
	}
	wanted := field("wanted", "需要的政府信息", "写名称、文号，或者能让人找到它的特征：时间、地点、事项。例如：2025年本镇农田水利工程的资金拨付表。不需要写用途。", 3000)
	wanted.Kind, wanted.Rows, wanted.Required = "textarea", 6, true
	p.Fields["wanted"] = wanted
	p.Fields["help"] = field("help", "需要的帮助", "阅读有困难，或者视力、听力有障碍的，请写明需要什么帮助。", 100)
	for _, x := range []struct{ name, label, hint string }{{"files", "身份证明", "身份证、营业执照等的照片或扫描件，也可以放补充材料。"}, {"mandate", "授权委托书", "委托他人申请的上传。"}} {
		f := page.Field{Name: x.name, Label: x.label, Kind: "file", Multiple: true, Accept: ".pdf,.jpg,.jpeg,.png,.docx", Message: bad[x.name],
			Hint: x.hint + fmt.Sprintf("最多%d个，合计不超过 %d MB。加密保存，只有办理的工作人员看得到。", voiceFiles, voiceFiles*voiceFileBytes>>20)}
		if p.Fields[x.name] = f; x.name == "mandate" {
			p.Mandate = f
		}
	}
	name := field("name", "姓名或者单位名称", "", 100)
	name.Required = true
	p.Asker = []page.Field{name, field("id_kind", "证件名称", "居民身份证、护照、营业执照等", 30), field("id_number", "证件号码", "", 40), field("phone", "联系电话", "电话、邮箱、地址至少填一种", 30), field("email", "电子邮箱", "", 100),
		field("address", "通信地址", "", 150), field("postcode", "邮政编码", "", 10), field("fax", "传真", "", 30)}
	p.Unit = []page.Field{field("legal", "法定代表人", "", 50), field("contact", "联系人", "", 50)}
	p.Agent = []page.Field{field("agent_name", "代理人姓名", "同时上传授权委托书", 50), field("agent_phone", "代理人电话", "", 30)}
	chosen := func(list []string, name string) []page.Option {
		var out []page.Option
		for _, x := range list {
			out = append(out, page.Option{Value: x, Text: x, Selected: slices.Contains(r.Form[name], x)})
		}
		return out
	}
	p.Forms, p.Receive = chosen(applyForms, "forms"), chosen(applyReceive, "ways")
	p.Hints = applyHints(o, wanted.Value)
	p.Open = r.FormValue("legal")+r.FormValue("contact")+r.FormValue("agent_name")+r.FormValue("agent_phone") != ""
	if p.Draft = clip(r.FormValue("draft"), 20); p.Draft != "" {
		d, err := s.store.Draft(r.Context(), p.Draft)
		switch {
		case errors.Is(err, store.ErrNotFound):
			p.Draft = ""
		case err != nil:
			return p, err
		case d.Organ != o.ID:
			p.Draft = ""
		default:
			p.Kept = d.Content.Files
		}
	}
	return p, nil
}

// applyAgain shows the form filled as it was sent.
func (s *Site) applyAgain(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	p, err := s.applyFields(r, bad)
	if err != nil {
		return err
	}
	if p.Failure = failure; failure == "" && len(bad) > 0 {
		p.Failure = "还有几处要改，见下面标红的各项。"
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.RenderStatus(w, r, code, applyFormTemplate, p)
}

// parseSent reads a form somebody sent without signing in, in memory: what people
// attach must not lie open on a disk.
func parseSent(r *http.Request) error {
	err := r.ParseMultipartForm(voiceBody)
	if err == nil || errors.Is(err, http.ErrNotMultipart) {
		return nil
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return &page.Input{Text: fmt.Sprintf("附件太大。最多%d个，每个不超过 %d MB；请返回后缩小或减少附件。", voiceFiles, voiceFileBytes>>20)}
	}
	return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
}

func (s *Site) applySend(w http.ResponseWriter, r *http.Request) error {
	if err := parseSent(r); err != nil {
		return err
	}
	o, err := s.applyOrgan(r)
	if err != nil {
		return err
	}
	key := r.PostFormValue("key")
	if len(key) < 16 || len(key) > 64 { // a key that others could guess would show them the receipt
		key = page.NewKey()
		r.Form.Set("key", key)
	}
	if answer, err := s.store.SubmittedRequest(r.Context(), "apply/"+key); err == nil { // a double click, or a page sent again
		return s.applyDone(w, r, store.Done{Answer: answer, Repeated: true})
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	switch r.PostFormValue("do") {
	case "check":
		return s.applyCheck(w, r, o)
	case "avoided":
		return s.avoided(w, r, o)
	}
	d, message, err := s.applySent(w, r, o)
	if err != nil {
		return err
	}
	if message != nil {
		return s.applyAgain(w, r, message.code, message.bad, message.text)
	}
	if r.PostFormValue("do") == "save" {
		return s.draftSave(w, r, key, d)
	}
	n := store.NewRequest{ID: d.Request, Organ: o.ID, Registration: casework.Registration{Channel: deadline.Internet, Arrived: s.cfg.Today(), Applicant: d.Applicant}, Content: d.Content, Draft: r.Form.Get("draft")}
	bad := n.Content.Check(true)
	if n.Applicant.Chinese() == "" {
		bad["applicant"] = "请选择申请人类别，年度报告按类别统计。"
	}
	if len(bad) > 0 {
		failure, err := s.keepFiles(r, key, d)
		if err != nil {
			return err
		}
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, bad, failure)
	}
	if wait := s.floods.voices.Take(who(r)); wait > 0 {
		if _, err := s.keepFiles(r, key, d); err != nil {
			return err
		}
		return s.applyAgain(w, r, http.StatusTooManyRequests, nil, slow(w, wait))
	}
	done, err := s.store.SubmitRequest(r.Context(), "apply/"+key, n)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		failure, err := s.keepFiles(r, key, d)
		if err != nil {
			return err
		}
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, nil, strings.TrimSpace(refusal.Text+failure))
	case errors.Is(err, store.ErrNoSecret):
		return &page.Unavailable{Text: "本站还没有开通网上申请。请当面提交或者邮寄，地址见公开指南。", Err: err}
	case err != nil:
		return err
	}
	return s.applyDone(w, r, done)
}

// known keeps what is among the choices of the form.
func known(sent, of []string) []string {
	var out []string
	for _, x := range sent {
		if slices.Contains(of, x) {
			out = append(out, x)
		}
	}
	return out
}

func (s *Site) applyDone(w http.ResponseWriter, r *http.Request, d store.Done) error {
	id, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		return err
	}
	x, err := s.store.Request(r.Context(), org.Program("公开网站"), id)
	if err != nil {
		return err
	}
	code, err := s.store.RequestCode(id)
	if err != nil {
		return err
	}
	p := applyReceipt{Base: s.applyBase(r, "申请已提交"), Number: x.Number, Code: code, Shown: spaced(code), Organ: x.OrganName, Why: casework.ReceivedWhy(x.Request), Cite: deadline.Received(x.Channel, x.Arrived, x.Received).Step.Cite.String(), Arrived: x.Arrived.Chinese(), Proof: s.store.LogKey() != nil}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	if period, _, err := deadline.PeriodOn(deadline.Reply, s.cfg.Today()); err == nil {
		p.Period = period.N
	}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, applyReceiptTemplate, p)
}

// spaced is a code as people read it out.
func spaced(code string) string {
	if len(code) != 10 {
		return code
	}
	return code[:5] + "-" + code[5:]
}
