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
		get("/apply", s.apply),
		post("/apply", voiceBody, s.applySend),
		get("/apply/track", s.applyTrackForm),
		post("/apply/track", 0, s.applyTrack),
		post("/apply/act", voiceBody, s.applyAct),
		post("/apply/letter", 0, s.applyLetter),
	}
}

type applyPick struct {
	page.Base
	Q      string
	Organs []page.Link
	Empty  string
}

type applyForm struct {
	page.Base
	Key     string
	Failure string
	Organ   string
	OrganID string
	Closed  bool // the guide names no way in through the internet
	Office  org.OfficeRecord
	Days    int
	Kinds   []page.Option
	KindBad string
	Fields  map[string]page.Field
	Asker   []page.Field
	Unit    []page.Field
	Agent   []page.Field
	Forms   []page.Option
	Ways    []page.Option
	Hint    string // several matters in one application: a hint, never a refusal
}

type applyReceipt struct {
	page.Base
	Number, Code, Shown, Organ string
	Receipt                    deadline.Receipt
	Arrived                    string
}

var (
	applyPickTemplate    = page.NewTemplate(files, "apply.html")
	applyFormTemplate    = page.NewTemplate(files, "apply_form.html")
	applyReceiptTemplate = page.NewTemplate(files, "apply_receipt.html")
)

var (
	applyForms = []string{"纸质", "电子邮件", "光盘", "现场查阅、抄录"}
	applyWays  = []string{"邮寄", "快递", "电子邮件", "传真", "当面领取", "网上查看"}
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
	p := applyPick{Base: s.cfg.Base(r, "apply", "依申请公开"), Q: clip(strings.TrimSpace(q.Get("q")), 40)}
	var list []org.Organ
	var err error
	if p.Q != "" {
		list, err = s.store.MatchOrgans(r.Context(), org.Program("公开网站"), org.SeeOrgan, p.Q, 40)
		p.Empty = "没有找到名称含有“" + p.Q + "”的机关。可以只写名称的一部分，例如“教育”。"
	} else {
		list, err = s.voiceNear(r)
		p.Empty = "还没有登记机关。"
	}
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.Kind != org.Section && o.Kind != org.Village && o.InForce(s.cfg.Today()) {
			p.Organs = append(p.Organs, page.Link{Text: o.Name, Href: page.With("/apply", "organ", organKey(o))})
		}
	}
	return page.Render(w, r, applyPickTemplate, p)
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
	p := applyForm{Base: s.cfg.Base(r, "apply", "向"+o.Name+"申请公开"), Key: r.FormValue("key"), Organ: o.Name, OrganID: organKey(o), KindBad: bad["applicant"], Fields: map[string]page.Field{}}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	if p.Key == "" || len(p.Key) > 64 {
		p.Key = page.NewKey()
	}
	if p.Office, _, err = s.store.Office(r.Context(), o.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return p, err
	}
	p.Closed = len(p.Office.Channels) > 0 && !takesOnline(p.Office)
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
	p.Fields["files"] = page.Field{Name: "files", Label: "身份证明、授权委托书", Kind: "file", Multiple: true, Accept: ".pdf,.jpg,.jpeg,.png,.docx", Message: bad["files"],
		Hint: fmt.Sprintf("照片或扫描件，最多%d个，每个不超过 %d MB。加密保存，只有办理的工作人员看得到。", voiceFiles, voiceFileBytes>>20)}
	name := field("name", "姓名或者单位名称", "", 100)
	name.Required = true
	p.Asker = []page.Field{name, field("id_kind", "证件名称", "居民身份证、护照、营业执照等", 30), field("id_number", "证件号码", "", 40), field("phone", "联系电话", "电话、邮箱、地址至少填一种", 30), field("email", "电子邮箱", "", 100),
		field("address", "通信地址", "", 150), field("postcode", "邮政编码", "", 10)}
	p.Unit = []page.Field{field("legal", "法定代表人", "", 50), field("contact", "联系人", "", 50)}
	p.Agent = []page.Field{field("agent_name", "代理人姓名", "同时上传授权委托书", 50), field("agent_phone", "代理人电话", "", 30)}
	chosen := func(list []string, name string) []page.Option {
		var out []page.Option
		for _, x := range list {
			out = append(out, page.Option{Value: x, Text: x, Selected: slices.Contains(r.Form[name], x)})
		}
		return out
	}
	p.Forms, p.Ways = chosen(applyForms, "forms"), chosen(applyWays, "ways")
	if n := casework.Matters(wanted.Value); n > 1 {
		p.Hint = fmt.Sprintf("您似乎写了 %d 项不同的信息。分开申请，各项能分别办理、先办好的先答复；不分开也可以，照样受理。", n)
	}
	return p, nil
}

func takesOnline(o org.OfficeRecord) bool {
	return slices.ContainsFunc(o.Channels, func(c org.Channel) bool { return c.Kind == org.Online })
}

// applyAgain shows the form filled as it was sent.
func (s *Site) applyAgain(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	p, err := s.applyFields(r, bad)
	if err != nil {
		return err
	}
	if p.Failure = failure; failure == "" && r.MultipartForm != nil && len(r.MultipartForm.File["files"]) > 0 {
		p.Failure = "还有几处要改，见下面各项。附件请重新选择。"
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
	get := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	n := store.NewRequest{ID: s.store.NewID(), Organ: o.ID, Registration: casework.Registration{Channel: deadline.Internet, Arrived: s.cfg.Today(), Applicant: casework.Applicant(get("applicant"))},
		Content: casework.Content{Wanted: strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("wanted"), "\r\n", "\n")), Help: get("help"), Forms: known(r.PostForm["forms"], applyForms), Ways: known(r.PostForm["ways"], applyWays),
			Person: casework.Person{Name: get("name"), IDKind: get("id_kind"), IDNumber: get("id_number"), Phone: get("phone"), Email: get("email"), Address: get("address"), Postcode: get("postcode"), Legal: get("legal"), Contact: get("contact")}}}
	if name := get("agent_name"); name != "" {
		n.Content.Agent = &casework.Person{Name: name, Phone: get("agent_phone")}
	}
	bad := n.Content.Check(true)
	if n.Applicant.Chinese() == "" {
		bad["applicant"] = "请选择申请人类别，年度报告按类别统计。"
	}
	if len(bad) > 0 {
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	if office, _, err := s.store.Office(r.Context(), o.ID); err == nil && len(office.Channels) > 0 && !takesOnline(office) {
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, nil, "这个机关的公开指南没有列出网上渠道，请当面提交或者邮寄。")
	}
	if wait := s.floods.voices.Take(who(r)); wait > 0 {
		return s.applyAgain(w, r, http.StatusTooManyRequests, nil, slow(w, wait))
	}
	list, message, err := s.attach(r, store.RequestRef(n.ID), "files", "申请附件")
	if err != nil {
		return err
	}
	if message != "" {
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, map[string]string{"files": message}, "")
	}
	for _, f := range list {
		n.Content.Files = append(n.Content.Files, casework.File{ID: f.ID, Name: f.Name, Kind: "identity", On: s.cfg.Today()})
	}
	key := r.PostFormValue("key")
	if len(key) < 16 || len(key) > 64 { // a key that others could guess would show them the receipt
		key = page.NewKey()
	}
	d, err := s.store.SubmitRequest(r.Context(), "apply/"+key, n)
	var refusal *act.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.applyAgain(w, r, http.StatusUnprocessableEntity, nil, refusal.Text)
	case errors.Is(err, store.ErrNoSecret):
		return &page.Unavailable{Text: "本站还没有开通网上申请。请当面提交或者邮寄，地址见公开指南。", Err: err}
	case err != nil:
		return err
	}
	return s.applyDone(w, r, d)
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
	p := applyReceipt{Base: s.cfg.Base(r, "apply", "申请已提交"), Number: x.Number, Code: code, Shown: code[:5] + "-" + code[5:], Organ: x.OrganName, Receipt: deadline.Received(x.Channel, x.Arrived, x.Received), Arrived: x.Arrived.Chinese()}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/apply"}}
	w.Header().Set("Cache-Control", "no-store")
	return page.Render(w, r, applyReceiptTemplate, p)
}
