package office

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type grantPage struct {
	page.Base
	Action, Key, Failure string
	P                    store.PersonRow
	Organ, From, To      page.Field
	Roles                []roleChoice
	RoleMessage          string
	Reason, Paper        page.Field
	Held                 []string
	NoGuards             bool // the viewer grants business roles only
}

type roleChoice struct {
	Value, Text, What string
	Checked           bool
}

var grantTemplate = page.NewTemplate(templates, "templates/people_grant.html")

// grantable lists the organs where the viewer may give any role, without
// 内设机构 and 村.
func (o *Office) grantable(r *http.Request, v org.Viewer) []org.Organ {
	all, err := o.store.Organs(r.Context())
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(x org.Organ) bool {
		return x.HomeID() != x.ID || !x.InForce(o.cfg.Today()) || len(org.Grantable(v, x.Subject())) == 0
	})
}

func (o *Office) grantForm(w http.ResponseWriter, r *http.Request) error {
	return o.showGrant(w, r, http.StatusOK, nil, "")
}

func (o *Office) showGrant(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	v, today := page.VisitOf(r).Viewer, o.cfg.Today()
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	organs := o.grantable(r, v)
	if len(organs) == 0 {
		return store.Forbidden(org.GrantPosts)
	}
	p := grantPage{Base: o.base(r, "people", "授予岗位"), P: x, Failure: failure, Action: fmt.Sprintf("/desk/people/%d/grant", x.ID), Key: r.PostFormValue("key"), RoleMessage: bad["role"]}
	p.Crumbs = append(slices.Clone(peopleCrumbs), page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/people/%d", x.ID)})
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	organ := x.Home
	if id, err := strconv.ParseInt(r.FormValue("organ"), 10, 64); err == nil {
		organ = id
	}
	p.Organ = page.Field{Name: "organ", Label: "任岗机关", Message: bad["organ"], Required: true, Hint: "内设机构的人在所属机关任岗。"}
	if len(organs) <= maxChoices {
		p.Organ.Kind, p.Organ.Options = "select", organOptions(organs, organ)
	} else {
		p.Organ.Value, p.Organ.Max = x.HomeName, 100
		if s := r.PostFormValue("organ"); s != "" {
			p.Organ.Value = s
		}
		p.Organ.Hint = "机关全称、简称或统一社会信用代码。" + p.Organ.Hint
	}
	any := map[org.Role]bool{}
	for _, y := range organs {
		for _, role := range org.Grantable(v, y.Subject()) {
			any[role] = true
		}
	}
	p.NoGuards = !any[org.Supervisor]
	for _, role := range org.Roles() {
		if any[role] {
			p.Roles = append(p.Roles, roleChoice{string(role), role.Chinese(), role.Work(), slices.Contains(r.PostForm["role"], string(role))})
		}
	}
	from := r.PostFormValue("from")
	if from == "" && r.Method == http.MethodGet {
		from = today.String()
	}
	p.From = page.Field{Name: "from", Label: "从哪天起", Kind: "date", Value: from, Message: bad["from"], Required: true}
	p.To = page.Field{Name: "to", Label: "到哪天止", Kind: "date", Value: r.PostFormValue("to"), Message: bad["to"], Hint: "借调、代班写截止日期；检查督导必须写，最长一年；长期的空着。"}
	p.Reason = page.Field{Name: "reason", Label: "依据", Value: r.PostFormValue("reason"), Max: 100, Hint: "例如：镇党委会议2026年3月1日决定。会写进留痕。"}
	p.Paper = page.Field{Name: "paper", Label: "纸质审批的签字日期", Kind: "date", Value: r.PostFormValue("paper"), Message: bad["paper"], Hint: "已在纸上批过、现在补录的，填签字那天；否则空着。"}
	for _, q := range x.Posts {
		if q.To.IsZero() || !q.To.Before(today) {
			p.Held = append(p.Held, q.OrganName+"："+q.Role.Chinese()+"（"+term(q.From, q.To)+"）")
		}
	}
	return page.RenderStatus(w, r, code, grantTemplate, p)
}

// paperBy adds a signature on paper to who acts. It says in Chinese what is
// wrong with the day.
func (o *Office) paperBy(r *http.Request, by *store.By, day string) string {
	d, err := org.ParseDay(day)
	switch {
	case err != nil:
		return err.Error()
	case d.IsZero():
	case d.After(o.cfg.Today()):
		return "签字日期不能晚于今天。"
	default:
		by.Paper, by.On = &act.Paper{On: d}, d
	}
	return ""
}

func (o *Office) grant(w http.ResponseWriter, r *http.Request) error {
	x, err := o.pathPerson(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	v, bad, by := page.VisitOf(r).Viewer, map[string]string{}, page.By(r)
	p := org.Post{Person: x.ID}
	if p.Organ, bad["organ"], err = o.organOf(r, v, org.SeePeople); err != nil {
		return err
	}
	for name, to := range map[string]*law.Date{"from": &p.From, "to": &p.To} {
		if *to, err = org.ParseDay(r.PostFormValue(name)); err != nil {
			bad[name] = err.Error()
		}
	}
	if !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From) {
		bad["to"] = "截止日期不能早于起始日期。"
	}
	bad["paper"] = o.paperBy(r, &by, r.PostFormValue("paper"))
	roles := r.PostForm["role"]
	if len(roles) == 0 {
		bad["role"] = "请至少选择一个岗位。"
	}
	for k, m := range bad {
		if m == "" {
			delete(bad, k)
		}
	}
	if len(bad) > 0 {
		return o.showGrant(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	var posts []org.Post
	for _, role := range roles {
		p.Role = org.Role(role)
		posts = append(posts, p)
	}
	d, err := o.store.GrantAll(r.Context(), by, posts)
	if text, ok := refusalOf(err); ok {
		return o.showGrant(w, r, http.StatusUnprocessableEntity, nil, text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/people/%d", x.ID), "granted", d)
}

type endPage struct {
	page.Base
	Action, Key, Failure, Cancel string
	P                            store.PersonRow
	Post                         store.PostRow
	RoleName, Term               string
	Last, Reason                 page.Field
}

var endTemplate = page.NewTemplate(templates, "templates/people_end.html")

func (o *Office) endForm(w http.ResponseWriter, r *http.Request) error {
	return o.showEnd(w, r, http.StatusOK, "", "")
}

// pathPost is the person and the post of the address.
func (o *Office) pathPost(r *http.Request) (store.PersonRow, store.PostRow, error) {
	x, err := o.pathPerson(r)
	if err != nil {
		return x, store.PostRow{}, err
	}
	id, err := strconv.ParseInt(r.PathValue("post"), 10, 64)
	i := slices.IndexFunc(x.Posts, func(p store.PostRow) bool { return p.ID == id })
	if err != nil || i < 0 {
		return x, store.PostRow{}, page.ErrNotFound
	}
	q := x.Posts[i]
	if v := page.VisitOf(r).Viewer; !org.MayGrant(v, q.Role, org.Subject{Organ: q.Organ, Home: q.Organ, Path: q.Path}) {
		return x, q, store.Forbidden(q.Role.GrantVerb())
	}
	return x, q, nil
}

func (o *Office) showEnd(w http.ResponseWriter, r *http.Request, code int, message, failure string) error {
	x, q, err := o.pathPost(r)
	if err != nil {
		return err
	}
	p := endPage{Base: o.base(r, "people", "收回岗位"), P: x, Post: q, RoleName: q.Role.Chinese(), Term: term(q.From, q.To), Failure: failure,
		Action: fmt.Sprintf("/desk/people/%d/posts/%d/end", x.ID, q.ID), Cancel: fmt.Sprintf("/desk/people/%d", x.ID), Key: r.PostFormValue("key")}
	p.Crumbs = append(slices.Clone(peopleCrumbs), page.Link{Text: x.Name, Href: p.Cancel})
	if p.Key == "" {
		p.Key = page.NewKey()
	}
	last := r.PostFormValue("last")
	if last == "" {
		last = o.cfg.Today().String()
	}
	p.Last = page.Field{Name: "last", Label: "最后一天", Kind: "date", Value: last, Message: message, Required: true, Hint: "这一天仍然有效，次日起没有这个岗位。"}
	p.Reason = page.Field{Name: "reason", Label: "原因", Value: r.PostFormValue("reason"), Max: 100, Hint: "例如：分工调整。会写进留痕。"}
	return page.RenderStatus(w, r, code, endTemplate, p)
}

func (o *Office) endPost(w http.ResponseWriter, r *http.Request) error {
	x, q, err := o.pathPost(r)
	if err != nil {
		return err
	}
	last, err := org.ParseDay(r.PostFormValue("last"))
	if err != nil {
		return o.showEnd(w, r, http.StatusUnprocessableEntity, err.Error(), "")
	}
	d, err := o.store.EndPost(r.Context(), page.By(r), q.ID, last)
	if text, ok := refusalOf(err); ok {
		return o.showEnd(w, r, http.StatusUnprocessableEntity, "", text)
	}
	if errors.Is(err, store.ErrConflict) {
		return o.showEnd(w, r, http.StatusConflict, "", "别人刚刚改动了这个岗位，请核对后再提交。")
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/people/%d", x.ID), "ended", d)
}
