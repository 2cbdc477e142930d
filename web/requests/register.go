package requests

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) registerRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/new", Verb: org.HandleRequests, Serve: q.registerForm},
		{Pattern: "POST /desk/requests/new", Verb: org.HandleRequests, Body: body, Serve: q.register},
	}
}

type registerPage struct {
	page.Base
	Key     string
	Failure string
	Top     []page.Field // how and when it came
	Wanted  []page.Field
	Asker   []page.Field
	Agent   []page.Field
	Files   page.Field
}

var registerTemplate = page.NewTemplate(templates, "templates/register.html")

func (q *Requests) registerForm(w http.ResponseWriter, r *http.Request) error {
	return q.showRegister(w, r, http.StatusOK, nil, "")
}

// homes are the organs at which the viewer handles requests.
func (q *Requests) homes(r *http.Request) ([]org.Organ, error) {
	var out []org.Organ
	for _, id := range page.VisitOf(r).Viewer.Scope(org.HandleRequests).Homes() {
		o, err := q.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (q *Requests) showRegister(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	p := registerPage{Base: q.base(r, "requests", "登记申请"), Key: page.NewKey(), Failure: failure}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	f := func(name, label, kind, hint string) page.Field {
		return page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Value: r.FormValue(name), Message: bad[name], Max: 200}
	}
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	if len(homes) > 1 {
		x := f("organ", "收件机关", "select", "")
		for _, o := range homes {
			id := strconv.FormatInt(o.ID, 10)
			x.Options = append(x.Options, page.Option{Value: id, Text: o.Name, Selected: id == x.Value})
		}
		p.Top = append(p.Top, x)
	}
	channel := f("channel", "收件渠道", "select", "渠道决定哪一天是收到申请之日（条例第三十一条）。")
	for _, c := range deadline.Channels() {
		channel.Options = append(channel.Options, page.Option{Value: string(c), Text: c.Chinese(), Selected: string(c) == channel.Value})
	}
	arrived := f("arrived", "收件日期", "date", "当面提交、签收邮件、收到信函或者网络、传真件的那一天。")
	if arrived.Value == "" {
		arrived.Value = q.cfg.Today().String()
	}
	applicant := f("applicant", "申请人类别", "select", "年度报告表三按这个分类统计。")
	for _, a := range casework.Applicants() {
		applicant.Options = append(applicant.Options, page.Option{Value: string(a), Text: a.Chinese(), Selected: string(a) == applicant.Value})
	}
	ledger := f("ledger", "只登记台账", "checkbox", "适合纸质办理、事后补登的申请：一行就是完整的记录。不予公开、部分公开、信息不存在的仍须写明依据。")
	p.Top = append(p.Top, channel, arrived, f("confirmed", "与申请人确认的日期", "date", "平常信函、网络、传真须与申请人确认，确认之日为收到申请之日；还没有确认的不填。"),
		f("number", "登记号", "text", "不填的自动编号。使用单位办公系统编号的，照填。"), applicant, q.matterField(f), ledger)
	wanted := f("wanted", "需要的政府信息", "textarea", "照申请原文录入：名称、文号或者特征描述。不询问、不登记用途。")
	wanted.Max, wanted.Rows = 3000, 5
	subject := f("subject", "事由摘要", "text", "几个字，列表里显示用。不写姓名、住址等个人信息，如“农田水利工程资金”。")
	subject.Max = 40
	p.Wanted = []page.Field{wanted, subject, f("forms", "提供形式", "text", "如 纸质、电子邮件"), f("ways", "获取途径", "text", "如 邮寄、当面领取"), f("oral", "口头申请，由工作人员代为填写", "checkbox", "读写有困难的，可以口头申请；代填后请申请人核对并签名。"),
		f("help", "需要的帮助", "text", "阅读、视听障碍等")}
	p.Asker = []page.Field{f("name", "姓名或者名称", "text", ""), f("id_kind", "证件名称", "text", "如 居民身份证、营业执照"), f("id_number", "证件号码", "text", "加密保存，只有办理的人看得到"), f("phone", "联系电话", "text", ""),
		f("email", "电子邮箱", "text", ""), f("address", "通信地址", "text", ""), f("postcode", "邮政编码", "text", ""), f("legal", "法定代表人", "text", "单位申请的填写"), f("contact", "联系人", "text", "单位申请的填写")}
	p.Agent = []page.Field{f("agent_name", "代理人姓名", "text", "委托他人申请的填写，并上传授权委托书"), f("agent_phone", "代理人电话", "text", "")}
	p.Files = page.Field{Name: "files", Label: "申请表、身份证明、授权委托书的扫描件", Kind: "file", Multiple: true, Accept: ".pdf,.jpg,.jpeg,.png,.docx,.doc", Hint: "可多选，合计不超过30 MB。", Message: bad["files"]}
	return page.RenderStatus(w, r, code, registerTemplate, p)
}

// contentOf reads what a form says about the applicant and what is wanted.
func contentOf(r *http.Request) casework.Content {
	v := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	c := casework.Content{Wanted: v("wanted"), Help: v("help"), Oral: v("oral") != "", Person: casework.Person{Name: v("name"), Unit: v("unit"), IDKind: v("id_kind"), IDNumber: v("id_number"), Legal: v("legal"),
		Contact: v("contact"), Phone: v("phone"), Email: v("email"), Fax: v("fax"), Address: v("address"), Postcode: v("postcode")}}
	for _, x := range []struct {
		name string
		to   *[]string
	}{{"forms", &c.Forms}, {"ways", &c.Ways}} {
		for _, s := range r.Form[x.name] {
			for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("、，,；; ", r) }) {
				*x.to = append(*x.to, clip(w, 30))
			}
		}
	}
	if name := v("agent_name"); name != "" {
		c.Agent = &casework.Person{Name: name, Phone: v("agent_phone"), IDKind: v("agent_id_kind"), IDNumber: v("agent_id_number")}
	}
	return c
}

// dayOf reads a date field; what is no date is a message at the field.
func dayOf(r *http.Request, name string, bad map[string]string) law.Date {
	s := strings.TrimSpace(r.FormValue(name))
	if s == "" {
		return law.Date{}
	}
	d, err := law.ParseDate(s)
	if err != nil {
		bad[name] = "日期请写成年-月-日的形式，如 2026-01-20。"
	}
	return d
}

func (q *Requests) register(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	bad := map[string]string{}
	n := store.NewRequest{ID: q.store.NewID(), Subject: clip(r.FormValue("subject"), 40), Content: contentOf(r), Registration: casework.Registration{Number: clip(r.FormValue("number"), 40),
		Channel: deadline.Channel(r.FormValue("channel")), Arrived: dayOf(r, "arrived", bad), Confirmed: dayOf(r, "confirmed", bad), Applicant: casework.Applicant(r.FormValue("applicant")), Matter: matterOf(r), Ledger: r.FormValue("ledger") != ""}}
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	n.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if n.Organ == 0 && len(homes) > 0 {
		n.Organ = homes[0].ID
	}
	if n.Channel.Chinese() == "" {
		bad["channel"] = "请选择收件渠道。"
	}
	if n.Applicant.Chinese() == "" {
		bad["applicant"] = "请选择申请人类别。"
	}
	if n.Arrived.IsZero() && bad["arrived"] == "" {
		bad["arrived"] = "请写收件日期。"
	}
	for k, m := range n.Content.Check(false) {
		bad[k] = m
	}
	if len(bad) > 0 {
		return q.showRegister(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	if n.Content.Files, err = q.upload(r, n.ID, "files", "paper"); err != nil {
		var no *act.Refusal
		if errors.As(err, &no) {
			return q.showRegister(w, r, http.StatusUnprocessableEntity, map[string]string{"files": no.Text}, "")
		}
		return err
	}
	d, err := q.store.RegisterRequest(r.Context(), page.By(r), n)
	var no *act.Refusal
	if errors.As(err, &no) {
		return q.showRegister(w, r, http.StatusUnprocessableEntity, nil, no.Text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/requests/%s", d.Answer), "created", d)
}

// parse reads a form, with files or without.
func parse(r *http.Request) error {
	err := r.ParseMultipartForm(8 << 20)
	if errors.Is(err, http.ErrNotMultipart) {
		err = r.ParseForm()
	}
	if err != nil {
		return &page.Input{Text: "表单内容无法识别，或者附件太大（合计不超过30 MB），请返回重新提交。"}
	}
	return nil
}

// upload keeps the files of a field as private files of a request.
func (q *Requests) upload(r *http.Request, id int64, field, kind string) ([]casework.File, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []casework.File
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 {
			continue
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		p, err := q.store.PutPrivate(r.Context(), store.RequestRef(id), f)
		_ = f.Close() // only read from
		if err != nil {
			return nil, err
		}
		out = append(out, casework.File{ID: p.ID, Name: clip(strings.Map(printable, h.Filename), 80), Kind: kind, On: q.cfg.Today()})
	}
	return out, nil
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f || strings.ContainsRune(`\/:*?"<>|`, r) {
		return -1
	}
	return r
}
