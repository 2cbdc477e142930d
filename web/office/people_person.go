package office

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type personPage struct {
	page.Base
	P                          store.PersonRow
	State                      page.Tag
	Phone, Email               string
	Masked                     bool // only those who record people see whole numbers
	Held, Past                 []postLine
	Account                    []fact
	History                    string
	MayEdit, MayGrant, MayHand bool
	Own                        bool
	Back                       page.Field // 重新到岗
	MayReturn                  bool
	Key, Failure               string
	Handovers                  []store.HandoverRow
	Matters                    []store.Count // what is his, for those who may hand it over
}

// A fact is one line of a list of facts.
type fact struct{ Label, Text string }

type postLine struct {
	Role, Organ, Term, Now string
	State                  page.Tag
	End                    string // where it is ended, "" for those who may not
}

var personTemplate = page.NewTemplate(templates, "templates/people_person.html")

func (o *Office) person(w http.ResponseWriter, r *http.Request) error {
	return o.showPerson(w, r, http.StatusOK, "")
}

func (o *Office) showPerson(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	visit, ctx, today := page.VisitOf(r), r.Context(), o.cfg.Today()
	v := visit.Viewer
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	at := x.Subject()
	p := personPage{Base: o.base(r, "people", x.Name), P: x, State: personState(x.Person, today), Failure: failure, Key: page.NewKey()}
	p.Crumbs = peopleCrumbs
	p.Own = v.Person == x.ID
	left := !x.To.IsZero()
	gone := left && x.To.Before(today)
	p.MayEdit = !gone && (org.May(v, org.EditPeople, at) || p.Own)
	p.MayHand = !left && org.May(v, org.HandOver, at)
	p.MayReturn = left && org.May(v, org.EditPeople, at)
	p.MayGrant = !gone && len(o.grantable(r, v)) > 0
	p.Phone, p.Email = org.MaskPhone(x.Phone), org.MaskEmail(x.Email)
	p.Masked = x.Phone != "" || x.Email != ""
	if p.Own || org.May(v, org.EditPeople, at) {
		p.Phone, p.Email, p.Masked = x.Phone, x.Email, false
		if !p.Own && (x.Phone != "" || x.Email != "") && v.Person != 0 {
			if err := o.store.PersonalRead(ctx, store.By{Viewer: v, From: visit.Address}, "人员页", store.PersonRef(x.ID)); err != nil {
				return err
			}
		}
	}
	for _, q := range x.Posts {
		l := postLine{Role: q.Role.Chinese(), Organ: q.OrganName, Term: term(q.From, q.To)}
		switch {
		case !q.To.IsZero() && q.To.Before(today):
			l.State = page.Tag{Text: "已结束"}
			p.Past = append(p.Past, l)
			continue
		case !q.From.IsZero() && q.From.After(today):
			l.State = page.Tag{Tone: "warn", Text: "尚未到任"}
		case !q.To.IsZero():
			l.State = page.Tag{Tone: "warn", Text: "到期结束"}
		default:
			l.State = page.Tag{Tone: "ok", Text: "在任"}
		}
		if org.MayGrant(v, q.Role, org.Subject{Organ: q.Organ, Home: q.Organ, Path: q.Path}) {
			l.End = fmt.Sprintf("/desk/people/%d/posts/%d/end", x.ID, q.ID)
		}
		p.Held = append(p.Held, l)
	}
	if p.MayHand {
		if p.Matters, err = o.store.OpenMatters(ctx, x.ID, today); err != nil {
			return err
		}
	}
	if p.Account, err = o.accountFacts(r, v, x); err != nil {
		return err
	}
	if p.Handovers, err = o.store.Handovers(ctx, v, store.HandoverQuery{Person: x.ID}); err != nil {
		return err
	}
	if org.May(v, org.SeeLog, at) || p.Own {
		p.History = page.With("/desk/log", "ref", store.PersonRef(x.ID))
	}
	p.Back = page.Field{Name: "from", Label: "重新到岗日期", Kind: "date", Value: today.String(), Required: true, Hint: "岗位和账号要另行授予、开通。"}
	return page.RenderStatus(w, r, code, personTemplate, p)
}

// accountFacts says how the person signs in, as far as the viewer may know.
func (o *Office) accountFacts(r *http.Request, v org.Viewer, x store.PersonRow) ([]fact, error) {
	a, err := o.store.Account(r.Context(), v, x.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	state := "没有开通"
	switch {
	case a.Open:
		state = "已开通"
	case a.Exists:
		state = "已停用"
	}
	facts := []fact{{"账号", orDash(x.Login)}, {"状态", state}}
	if !a.Open {
		return facts, nil
	}
	password := "已设置"
	switch {
	case !a.Password:
		password = "没有设置"
	case a.OneTime:
		password = "一次性口令，下次登录须更换"
	}
	factor := "未启用"
	if a.Factor {
		factor = "已启用"
	}
	facts = append(facts, fact{"口令", password}, fact{"动态口令", factor})
	if a.Blocked != 0 {
		facts = append(facts, fact{"锁定", "连续输错口令，锁定到" + time.UnixMilli(a.Blocked).In(law.Beijing).Format("15:04")})
	}
	if x.ID == v.Person || org.May(v, org.SecureAccounts, x.Subject()) {
		list, err := o.store.Sessions(r.Context(), v, x.ID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact{"正在登录", fmt.Sprintf("%d 处", len(list))})
	}
	return facts, nil
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// term is the time a post is held, as people read it.
func term(from, to law.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return "未记"
	case to.IsZero():
		return from.String() + " 起"
	case from.IsZero():
		return "至 " + to.String()
	}
	return from.String() + " 至 " + to.String()
}

func (o *Office) personReturn(w http.ResponseWriter, r *http.Request) error {
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	from, err := org.ParseDay(r.PostFormValue("from"))
	if err != nil {
		return o.showPerson(w, r, http.StatusUnprocessableEntity, err.Error())
	}
	d, err := o.store.Return(r.Context(), page.By(r), x.ID, formInt(r, "version"), from)
	if text, ok := refusalOf(err); ok {
		return o.showPerson(w, r, http.StatusUnprocessableEntity, text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/people/%d", x.ID), "changed", d)
}

type personFormPage struct {
	page.Base
	Action, Key, Failure     string
	Version                  int64
	Name, Organ, Post, Login page.Field
	Phone, Email, From       page.Field
	SelfOnly                 bool         // only telephone and mail are the person's own to change
	Conflict                 []act.Change // what is kept now, and what stands in the form
	Cancel, SubmitText       string
	Namesakes                []page.Link
	Sure                     page.Field
}

var personFormTemplate = page.NewTemplate(templates, "templates/people_form.html")

// personFields draws the form of a person.
func (o *Office) personFields(r *http.Request, p org.Person, organText string, bad map[string]string) (personFormPage, error) {
	v := page.VisitOf(r).Viewer
	title, action := "登记人员", "/desk/people/new"
	f := personFormPage{Version: p.Version, Cancel: "/desk/people", SubmitText: "登记"}
	if p.ID != 0 {
		title, action, f.Cancel, f.SubmitText = "修改"+p.Name, fmt.Sprintf("/desk/people/%d/edit", p.ID), fmt.Sprintf("/desk/people/%d", p.ID), "保存"
	}
	f.Base = o.base(r, "people", title)
	f.Crumbs, f.Action = peopleCrumbs, action
	if f.Key = r.PostFormValue("key"); f.Key == "" {
		f.Key = page.NewKey()
	}
	f.Name = page.Field{Name: "name", Label: "姓名", Value: p.Name, Message: bad["name"], Required: true, Max: 30}
	f.Post = page.Field{Name: "title", Label: "职务", Value: p.Title, Message: bad["title"], Max: 50, Hint: "例如：党政办主任"}
	f.Login = page.Field{Name: "login", Label: "账号", Value: p.Login, Message: bad["login"], Max: 32, Hint: "登录用，可以先空着。2至32位小写字母、数字、点、横线，例如 zhouming。"}
	f.Phone = page.Field{Name: "phone", Label: "手机", Value: p.Phone, Message: bad["phone"], Max: 30, Hint: "用于期限提醒，不对外公开。"}
	f.Email = page.Field{Name: "email", Label: "邮箱", Value: p.Email, Message: bad["email"], Max: 250, Hint: "例如 zhou@example.gov.cn"}
	f.From = page.Field{Name: "from", Label: "到岗日期", Kind: "date", Value: p.From.String(), Message: bad["from"], Hint: "不清楚可以空着。"}
	field, err := o.organField(r, v, org.EditPeople, "所在机关或内设机构", p.Organ, organText, bad["organ"])
	f.Organ = field
	return f, err
}

// organField lets people choose an organ: from a list, or by its name where
// there are many.
func (o *Office) organField(r *http.Request, v org.Viewer, verb org.Verb, label string, id int64, typed, message string) (page.Field, error) {
	f := page.Field{Name: "organ", Label: label, Message: message, Required: true}
	all, err := o.store.Organs(r.Context())
	if err != nil {
		return f, err
	}
	var list []org.Organ
	name := typed
	for _, x := range all {
		if x.ID == id && name == "" {
			name = x.Name
		}
		if x.InForce(o.cfg.Today()) && org.May(v, verb, x.Subject()) {
			list = append(list, x)
		}
	}
	if len(list) <= maxChoices {
		f.Kind, f.Options = "select", organOptions(list, id)
		return f, nil
	}
	f.Value, f.Max, f.Hint = name, 100, "机关全称、简称或统一社会信用代码，例如“青石镇人民政府”。"
	return f, nil
}

// organOf reads what organField sent: an id of the list, or a name. It says in
// Chinese what to write instead.
func (o *Office) organOf(r *http.Request, v org.Viewer, verb org.Verb) (id int64, message string, err error) {
	s := strings.TrimSpace(r.PostFormValue("organ"))
	if s == "" {
		return 0, "请选择机关。", nil
	}
	all, err := o.store.Organs(r.Context())
	if err != nil {
		return 0, "", err
	}
	var found []org.Organ
	for _, x := range all {
		if (s == fmt.Sprint(x.ID) || s == x.Name || s == x.Short || s == x.Code) && x.InForce(o.cfg.Today()) && org.May(v, verb, x.Subject()) {
			found = append(found, x)
		}
	}
	switch len(found) {
	case 1:
		return found[0].ID, "", nil
	case 0:
		return 0, "没有找到这个机关，或者您没有权限。请写全称。", nil
	}
	return 0, fmt.Sprintf("有%d个机关叫这个名字，请写统一社会信用代码。", len(found)), nil
}

func (o *Office) personNew(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := org.Person{Organ: v.Organ, From: o.cfg.Today()}
	var id int64
	if _, err := fmt.Sscan(r.FormValue("organ"), &id); err == nil {
		p.Organ = id
	}
	f, err := o.personFields(r, p, "", nil)
	if err != nil {
		return err
	}
	return page.Render(w, r, personFormTemplate, f)
}

func (o *Office) personEdit(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	full := org.May(v, org.EditPeople, x.Subject())
	if !full && v.Person != x.ID {
		return store.Forbidden(org.EditPeople)
	}
	f, err := o.personFields(r, x.Person, "", nil)
	if err != nil {
		return err
	}
	if f.SelfOnly = !full; full && v.Person != x.ID && (x.Phone != "" || x.Email != "") {
		if err := o.store.PersonalRead(r.Context(), page.By(r), "修改人员", store.PersonRef(x.ID)); err != nil {
			return err
		}
	}
	return page.Render(w, r, personFormTemplate, f)
}

// personSave keeps a new person or a changed one.
func (o *Office) personSave(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	var old store.PersonRow
	if r.PathValue("id") != "" {
		var err error
		if old, err = o.pathPerson(r); err != nil {
			return err
		}
	}
	p := old.Person
	full := old.ID == 0 || org.May(v, org.EditPeople, old.Subject())
	bad := map[string]string{}
	p.Version, p.Phone, p.Email = formInt(r, "version"), strings.TrimSpace(r.PostFormValue("phone")), strings.TrimSpace(r.PostFormValue("email"))
	if full {
		p.Name, p.Title, p.Login = strings.TrimSpace(r.PostFormValue("name")), strings.TrimSpace(r.PostFormValue("title")), strings.ToLower(strings.TrimSpace(r.PostFormValue("login")))
		var err error
		if p.From, err = org.ParseDay(r.PostFormValue("from")); err != nil {
			bad["from"] = err.Error()
		}
		organ, message, err := o.organOf(r, v, org.EditPeople)
		if err != nil {
			return err
		}
		if p.Organ = organ; message != "" {
			bad["organ"] = message
		}
	}
	if len(bad) == 0 {
		if err := p.Check(); err != nil {
			bad[p.CheckField()] = err.Error()
		}
	}
	again := func(code int, failure string, conflict []act.Change) error {
		f, err := o.personFields(r, p, r.PostFormValue("organ"), bad)
		if err != nil {
			return err
		}
		f.Failure, f.Conflict, f.SelfOnly = failure, conflict, !full
		return page.RenderStatus(w, r, code, personFormTemplate, f)
	}
	if len(bad) > 0 {
		return again(http.StatusUnprocessableEntity, "", nil)
	}
	if p.ID == 0 && r.PostFormValue("sure") == "" {
		same, _, err := o.store.People(r.Context(), v, store.PersonQuery{Verb: org.SeePeople, Day: o.cfg.Today(), Organ: p.Organ, Name: p.Name})
		if err != nil {
			return err
		}
		if len(same) > 0 {
			f, err := o.personFields(r, p, r.PostFormValue("organ"), nil)
			if err != nil {
				return err
			}
			for _, x := range same {
				f.Namesakes = append(f.Namesakes, page.Link{Text: x.Name + "（" + strings.TrimSpace(x.OrganName+" "+x.Title) + "）", Href: fmt.Sprintf("/desk/people/%d", x.ID)})
			}
			f.Sure = page.Field{Name: "sure", Kind: "checkbox", Label: "是另一个同名的人，仍要登记"}
			return page.RenderStatus(w, r, http.StatusUnprocessableEntity, personFormTemplate, f)
		}
	}
	d, err := o.store.SavePerson(r.Context(), page.By(r), p)
	if text, ok := refusalOf(err); ok {
		return again(http.StatusUnprocessableEntity, text, nil)
	}
	if errors.Is(err, store.ErrConflict) && p.ID != 0 {
		now, err := o.store.Person(r.Context(), v, p.ID)
		if err != nil {
			return err
		}
		mine := p
		mine.To = now.To
		p.Version = now.Version
		names := func(id int64) string {
			if x, err := o.store.Organ(r.Context(), id); err == nil {
				return x.Name
			}
			return fmt.Sprint(id)
		}
		return again(http.StatusConflict, "", org.PersonChanges(now.Person, mine, names))
	}
	if err != nil {
		return err
	}
	word := "changed"
	if p.ID == 0 {
		word = "created"
	}
	return page.Done(w, r, "/desk/people/"+d.Answer, word, d)
}

// formInt is a number of the form, 0 for what is none.
func formInt(r *http.Request, name string) int64 {
	var n int64
	if _, err := fmt.Sscan(r.PostFormValue(name), &n); err != nil {
		return 0
	}
	return n
}
