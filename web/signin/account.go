package signin

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (s *SignIn) accountRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /account", Role: page.Officer, Verb: org.EditSelf, Serve: s.own},
		{Pattern: "GET " + passwordPath, Role: page.Officer, Verb: org.EditSelf, Serve: s.passwordForm},
		{Pattern: "POST " + passwordPath, Role: page.Officer, Verb: org.EditSelf, Serve: s.setPassword},
		{Pattern: "POST /account/sessions", Role: page.Officer, Verb: org.EditSelf, Serve: s.revokeOwn},
		{Pattern: "POST /account/identity/unlink", Role: page.Officer, Verb: org.EditSelf, Sure: true, Serve: s.unlinkOwn},
	}
}

// doneWords are what these pages may say was just done, by the word in the
// address.
var doneWords = map[string]string{
	"password": "口令已更换，其他地方的登录已全部注销。", "revoked": "登录已注销。", "factor": "动态口令已启用。", "nofactor": "动态口令已停用。",
	"linked": "统一身份已绑定。", "unlinked": "统一身份已解除。", "recovery": "您用备用码登录了，这个备用码已作废。手机丢失或更换，请重新设置动态口令。",
	"rules": "已保存。", "closed": "账号已停用，登录已全部注销。", "unlocked": "已解除锁定，可以马上再试。", "again": "这份表单此前已经提交过，没有重复办理。",
}

func (s *SignIn) deskBase(r *http.Request, section, title string) page.Base {
	b := s.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, s.assets.Path("signin.css"))
	b.Done = doneWords[r.URL.Query().Get("done")]
	return b
}

// A sessionRow is one place where somebody is signed in, as the page shows it.
type sessionRow struct {
	ID                   int64
	How, Device, Address string
	Began, Seen, Ends    string
	Present              bool // the one that asks
}

// clock is an instant as people read it.
func clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).In(law.Beijing).Format("2006-01-02 15:04")
}

func sessionRows(list []store.Session, present int64) []sessionRow {
	var out []sessionRow
	for _, x := range list {
		out = append(out, sessionRow{x.ID, x.How, x.Device, x.Address, clock(x.Began), clock(x.Seen), clock(x.Ends), x.ID == present})
	}
	return out
}

// A sessionList is the table of sessions with where its buttons lead.
type sessionList struct {
	Rows   []sessionRow
	Action string
}

// SessionList is drawn by the part "sessionlist".
func (p ownPage) SessionList() sessionList { return sessionList{p.Sessions, "/account/sessions"} }

type identityRow struct {
	Issuer, Subject, Label, Linked string
}

func identityRows(list []store.Identity) []identityRow {
	var out []identityRow
	for _, x := range list {
		out = append(out, identityRow{x.Issuer, x.Subject, x.Label, clock(x.Linked)})
	}
	return out
}

type ownPage struct {
	page.Base
	Account     store.Account
	PasswordSet string
	Sessions    []sessionRow
	Identities  []identityRow
	OIDC        string // name of the single sign-on, "" without one
	Notice      string // what went wrong on the way here
	Required    bool   // the person's posts need a second factor
	Idle        int    // minutes
	Longest     int    // hours
}

var ownTemplate = page.NewTemplate(templates, "templates/account.html", "templates/parts.html")

// own is 我的账号.
func (s *SignIn) own(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r)
	a, err := s.store.Account(r.Context(), v.Viewer, v.Viewer.Person)
	if err != nil {
		return err
	}
	list, err := s.store.Sessions(r.Context(), v.Viewer, v.Viewer.Person)
	if err != nil {
		return err
	}
	rules, err := s.decided(r.Context())
	if err != nil {
		return err
	}
	p := ownPage{Base: s.deskBase(r, "account", "我的账号"), Account: a, PasswordSet: clock(a.PasswordSet), Sessions: sessionRows(list, v.Session),
		Notice: notices[r.URL.Query().Get("said")], Identities: identityRows(a.Identities), Required: s.required(v.Viewer, rules), Idle: int(rules.Idle / time.Minute), Longest: int(rules.Longest / time.Hour)}
	if s.oidc != nil {
		p.OIDC = s.oidc.o.Name
	}
	noStore(w)
	return page.Render(w, r, ownTemplate, p)
}

// required reports whether the person's posts need a second factor.
func (s *SignIn) required(v org.Viewer, rules account.Rules) bool {
	return slices.ContainsFunc(rules.FactorRoles, func(name string) bool {
		role, ok := org.ParseRole(name)
		return ok && v.Holds(role)
	})
}

type passwordPage struct {
	page.Base
	Login    string
	Must     bool   // it has to be changed before anything else
	Why      string // why it has to
	Current  string // message at the field
	New      string
	Again    string
	Min, Max int
	None     bool // there is no password yet
}

var passwordTemplate = page.NewTemplate(templates, "templates/password.html")

func (s *SignIn) passwordPage(r *http.Request) (passwordPage, store.Credentials, error) {
	v := page.VisitOf(r)
	c, err := s.store.CredentialsOf(r.Context(), v.Viewer.Person)
	p := passwordPage{Base: s.deskBase(r, "account", "更换口令"), Login: c.Login, Must: v.Must == passwordPath, Min: account.MinPassword, Max: account.MaxPassword, None: !c.HasPassword}
	p.Crumbs = []page.Link{{Text: "我的账号", Href: "/account"}}
	if p.Must {
		p.Why = "您的口令已到更换期限，请换一个新口令再继续。"
		if c.OneTime {
			p.Why = "您现在用的是别人交给您的一次性口令，请换成只有自己知道的口令再继续。"
		}
		p.DeskNav, p.Crumbs, p.Wide = nil, nil, false
	}
	return p, c, err
}

func (s *SignIn) passwordForm(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.passwordPage(r)
	if err != nil {
		return err
	}
	noStore(w)
	return page.Render(w, r, passwordTemplate, p)
}

func (s *SignIn) setPassword(w http.ResponseWriter, r *http.Request) error {
	p, c, err := s.passwordPage(r)
	if err != nil {
		return err
	}
	v, fresh := page.VisitOf(r), r.PostFormValue("new")
	again := func(code int) error {
		noStore(w)
		return page.RenderStatus(w, r, code, passwordTemplate, p)
	}
	if fresh != r.PostFormValue("again") {
		p.Again = "两次填写的新口令不一样，请重新填写。"
	}
	if c.HasPassword && fresh == r.PostFormValue("current") {
		p.New = "新口令不能与现在的口令相同。"
	}
	if p.Again != "" || p.New != "" {
		return again(http.StatusUnprocessableEntity)
	}
	if c.HasPassword { // whoever finds an open screen must not be able to take the account
		message, err := s.attempt(r, c.Login)
		if err != nil {
			return err
		}
		if message != "" {
			p.Current = message
			return again(http.StatusTooManyRequests)
		}
		ok, err := s.password(r, c, c.Login, r.PostFormValue("current"))
		if err != nil {
			return err
		}
		if !ok {
			if err := s.store.RefuseAttempt(r.Context(), c.Login, c.Person, v.Address); err != nil {
				return err
			}
			p.Current = "现在的口令不正确。"
			return again(http.StatusUnprocessableEntity)
		}
		if err := s.store.ForgiveAttempt(r.Context(), c.Login, v.Address, true); err != nil {
			return err
		}
	} else if !v.Sure {
		http.Redirect(w, r, page.ConfirmPath+"?back="+passwordPath, http.StatusSeeOther)
		return nil
	}
	d, err := s.store.SetPassword(r.Context(), page.By(r), c.Person, fresh, v.Session)
	var refused *act.Refusal
	if errors.As(err, &refused) {
		p.New = refused.Text
		return again(http.StatusUnprocessableEntity)
	}
	if err != nil {
		return busy(err)
	}
	to := "/account?done=password"
	if d.Repeated {
		to = "/account?done=again"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *SignIn) revokeOwn(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r)
	var which []int64
	if id, err := strconv.ParseInt(r.PostFormValue("session"), 10, 64); err == nil {
		which = []int64{id}
	} else if r.PostFormValue("session") != "all" {
		return &page.Input{Text: "没有写明注销哪一处登录。请返回“我的账号”再试。"}
	}
	if _, err := s.store.RevokeSessions(r.Context(), page.By(r), v.Viewer.Person, v.Session, which...); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=revoked#sessions", http.StatusSeeOther)
	return nil
}

func (s *SignIn) unlinkOwn(w http.ResponseWriter, r *http.Request) error {
	_, err := s.store.UnlinkIdentity(r.Context(), page.By(r), page.VisitOf(r).Viewer.Person, r.PostFormValue("issuer"), r.PostFormValue("subject"))
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=unlinked", http.StatusSeeOther)
	return nil
}
