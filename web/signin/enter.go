package signin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"gongkai/account"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (s *SignIn) enterRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /signin", Role: page.Public, Serve: s.signInForm},
		{Pattern: "POST /signin", Role: page.Public, Serve: s.signIn},
		{Pattern: "GET /signin/code", Role: page.Public, Serve: s.codeForm},
		{Pattern: "POST /signin/code", Role: page.Public, Serve: s.code},
		{Pattern: "POST /signout", Role: page.Public, Serve: s.signOut},
	}
}

type signInPage struct {
	page.Base
	Login   string
	Back    string
	Message string // why it was not accepted
	Notice  string // what happened before
	OIDC    string // name of the single sign-on, "" without one
	Gateway string // name of the sign-in by certificate
}

var signInTemplate = page.NewTemplate(templates, "templates/signin.html")

// uniform is the one answer to every wrong attempt: it must not tell which
// logins there are.
const uniform = "账号或口令不正确，或者账号没有开通。请检查大小写和输入法后再试。"

// notices are what the sign-in page may be told to say, by the word in the
// address.
var notices = map[string]string{
	"out": "您已退出登录。", "link": "请先用账号和口令登录，再到“我的账号”里绑定统一身份。",
	"oidc": "统一身份认证没有完成。请再试一次，或用账号和口令登录。", "cert": "没有读到有效的证书。请检查 UKey 是否插好，或用账号和口令登录。",
	"unknown": "这个身份还没有绑定到本系统的账号。请先用账号和口令登录，再到“我的账号”里绑定；没有账号请联系本机关公开机构负责人。",
	"expired": "时间过长，请从头登录。", "down": "现在连不上统一身份认证。请稍后再试，或用账号和口令登录。",
}

func (s *SignIn) signInBase(r *http.Request, title string) page.Base {
	b := s.cfg.Base(r, "signin", title)
	b.Styles = append(b.Styles, s.assets.Path("signin.css"))
	return b
}

func (s *SignIn) signInPage(r *http.Request) signInPage {
	p := signInPage{Base: s.signInBase(r, "工作人员登录"), Back: safeBack(r.FormValue("back")), Notice: notices[r.URL.Query().Get("said")]}
	if s.oidc != nil {
		p.OIDC = s.oidc.o.Name
	}
	if s.o.Gateway != nil {
		p.Gateway = s.o.Gateway.Name
	}
	return p
}

// noStore keeps a page out of every cache.
func noStore(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

func (s *SignIn) signInForm(w http.ResponseWriter, r *http.Request) error {
	p := s.signInPage(r)
	if !page.VisitOf(r).Viewer.Nobody() {
		if said := r.URL.Query().Get("said"); p.Notice != "" && said != "out" { // a trip to the provider went wrong
			p.Back = "/account?said=" + said
		}
		http.Redirect(w, r, p.Back, http.StatusSeeOther)
		return nil
	}
	noStore(w)
	return page.Render(w, r, signInTemplate, p)
}

func (s *SignIn) signIn(w http.ResponseWriter, r *http.Request) error {
	p := s.signInPage(r)
	p.Login = strings.ToLower(strings.TrimSpace(r.PostFormValue("login")))
	password := r.PostFormValue("password")
	again := func(code int, message string) error {
		p.Message = message
		noStore(w)
		return page.RenderStatus(w, r, code, signInTemplate, p)
	}
	if len(p.Login) > 200 {
		p.Login = ""
	}
	if p.Login == "" || password == "" {
		return again(http.StatusUnprocessableEntity, "请填写账号和口令。")
	}
	message, err := s.attempt(r, p.Login)
	if err != nil {
		return err
	}
	if message != "" {
		return again(http.StatusTooManyRequests, message)
	}
	// Somebody who is not there is compared with nobody's hash, which takes as
	// long as anybody's.
	c, err := s.store.Credentials(r.Context(), p.Login)
	if gone(err) != nil {
		return err
	}
	ok, err := s.password(r, c, p.Login, password)
	if err != nil {
		return err
	}
	if !ok {
		if err := s.store.RefuseAttempt(r.Context(), p.Login, c.Person, s.address(r)); err != nil {
			return err
		}
		return again(http.StatusUnprocessableEntity, uniform)
	}
	rules, err := s.decided(r.Context())
	if err != nil {
		return err
	}
	if c.OneTime && c.Now-c.PasswordSet > rules.OneTime.Milliseconds() {
		if err := s.store.RefuseAttempt(r.Context(), p.Login, c.Person, s.address(r)); err != nil {
			return err
		}
		return again(http.StatusUnprocessableEntity, "这个一次性口令已经过期。请联系开通账号的人或安全管理员重新设置。")
	}
	return s.enter(w, r, c, howPassword, p.Login, p.Back)
}

// enter signs somebody in whose first factor was right, or asks for the second.
func (s *SignIn) enter(w http.ResponseWriter, r *http.Request, c store.Credentials, how, login, back string) error {
	b := store.Beginning{Person: c.Person, Login: login, Whole: !c.Factor || s.strong(how), How: how}
	// The session that this browser had ends, whoever's it was.
	switch x, err := s.session(r); {
	case gone(err) != nil:
		return err
	case err == nil && x.Person == c.Person:
		b.Replaces = x.ID
	case err == nil:
		by := store.By{Viewer: org.Viewer{Person: x.Person}, From: s.address(r)}
		if _, err := s.store.EndSession(r.Context(), by, x.ID); err != nil {
			return err
		}
	}
	if err := s.begin(w, r, b); err != nil {
		return err
	}
	if !b.Whole {
		back = "/signin/code?back=" + url.QueryEscape(back)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

type codePage struct {
	page.Base
	Back    string
	Message string
}

var codeTemplate = page.NewTemplate(templates, "templates/code.html")

// pending is the session that waits for its second factor. ErrNotFound: there
// is none, or none that waits.
func (s *SignIn) pending(r *http.Request) (store.Session, error) {
	x, err := s.session(r)
	if err == nil && x.Whole {
		err = store.ErrNotFound
	}
	return x, err
}

func (s *SignIn) codeForm(w http.ResponseWriter, r *http.Request) error {
	back := safeBack(r.FormValue("back"))
	if _, err := s.pending(r); err != nil {
		if gone(err) != nil {
			return err
		}
		http.Redirect(w, r, "/signin?said=expired&back="+url.QueryEscape(back), http.StatusSeeOther)
		return nil
	}
	noStore(w)
	return page.Render(w, r, codeTemplate, codePage{Base: s.signInBase(r, "动态口令"), Back: back})
}

func (s *SignIn) code(w http.ResponseWriter, r *http.Request) error {
	p := codePage{Base: s.signInBase(r, "动态口令"), Back: safeBack(r.FormValue("back"))}
	again := func(code int, message string) error {
		p.Message = message
		noStore(w)
		return page.RenderStatus(w, r, code, codeTemplate, p)
	}
	x, err := s.pending(r)
	var c store.Credentials
	if err == nil {
		c, err = s.store.CredentialsOf(r.Context(), x.Person)
	}
	if err != nil {
		if gone(err) != nil {
			return err
		}
		http.Redirect(w, r, "/signin?said=expired&back="+url.QueryEscape(p.Back), http.StatusSeeOther)
		return nil
	}
	message, err := s.attempt(r, c.Login)
	if err != nil {
		return err
	}
	if message != "" {
		return again(http.StatusTooManyRequests, message)
	}
	how, err := s.store.PassFactor(r.Context(), c.Person, r.PostFormValue("code"), s.address(r))
	switch {
	case errors.Is(err, store.ErrSealed) || errors.Is(err, store.ErrNoSecret):
		return &page.Unavailable{Text: "本机没有加密动态口令的密钥，无法核对。请联系系统管理员恢复密钥文件，或由安全管理员停用您的动态口令。", Err: err}
	case err != nil:
		return err
	case how == "":
		if err := s.store.RefuseAttempt(r.Context(), c.Login, c.Person, s.address(r)); err != nil {
			return err
		}
		return again(http.StatusUnprocessableEntity, "动态码不正确，或者已经用过。请等手机上出现下一个6位数字再填；没有手机可填一个备用码。")
	}
	if err := s.begin(w, r, store.Beginning{Person: c.Person, Login: c.Login, Whole: true, How: x.How + withCode, Replaces: x.ID}); err != nil {
		if gone(err) == nil {
			http.Redirect(w, r, "/signin?said=expired", http.StatusSeeOther)
			return nil
		}
		return err
	}
	to := p.Back
	if how != "动态口令" {
		to = "/account?done=recovery"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *SignIn) signOut(w http.ResponseWriter, r *http.Request) error {
	x, err := s.session(r)
	if gone(err) != nil {
		return err
	}
	if err == nil {
		by := page.By(r)
		by.Key, by.Viewer.Person = "", x.Person
		if _, err := s.store.EndSession(r.Context(), by, x.ID); err != nil {
			return err
		}
	}
	s.setCookie(w, r, "")
	http.Redirect(w, r, "/signin?said=out", http.StatusSeeOther)
	return nil
}

// busy is the answer where a password cannot be hashed now.
func busy(err error) error {
	if errors.Is(err, account.ErrBusy) {
		return &page.Unavailable{Text: "现在设置口令的人太多，请过几秒再试一次。", Err: err}
	}
	return err
}
