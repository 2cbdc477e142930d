package signin

import (
	"errors"
	"net/http"

	"gongkai/store"
	"gongkai/web/page"
)

func (s *SignIn) confirmRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET " + page.ConfirmPath, Role: page.Officer, Serve: s.confirmForm},
		{Pattern: "POST " + page.ConfirmPath, Role: page.Officer, Serve: s.confirm},
	}
}

type confirmPage struct {
	page.Base
	Name     string
	Login    string
	Back     string
	Message  string
	Password bool   // the person has one; otherwise only a code or the single sign-on
	Factor   bool   // the person has one-time codes
	OIDC     string // name of the single sign-on, "" without one
}

var confirmTemplate = page.NewTemplate(templates, "templates/confirm.html")

func (s *SignIn) confirmPage(r *http.Request) (confirmPage, store.Credentials, error) {
	v := page.VisitOf(r)
	c, err := s.store.CredentialsOf(r.Context(), v.Viewer.Person)
	p := confirmPage{Base: s.signInBase(r, "再次确认身份"), Name: c.Name, Login: c.Login, Back: safeBack(r.FormValue("back")), Password: c.HasPassword, Factor: c.Factor}
	p.Person = v.Viewer.Name
	if s.oidc != nil {
		p.OIDC = s.oidc.o.Name
	}
	return p, c, err
}

func (s *SignIn) confirmForm(w http.ResponseWriter, r *http.Request) error {
	p, _, err := s.confirmPage(r)
	if err != nil {
		return err
	}
	noStore(w)
	return page.Render(w, r, confirmTemplate, p)
}

// confirm takes the password, or the one-time code of somebody who has none.
func (s *SignIn) confirm(w http.ResponseWriter, r *http.Request) error {
	p, c, err := s.confirmPage(r)
	if err != nil {
		return err
	}
	again := func(code int, message string) error {
		p.Message = message
		noStore(w)
		return page.RenderStatus(w, r, code, confirmTemplate, p)
	}
	message, err := s.attempt(r, c.Login)
	if err != nil {
		return err
	}
	if message != "" {
		return again(http.StatusTooManyRequests, message)
	}
	how, wrong := "", "口令不正确，请再试一次。"
	switch {
	case c.HasPassword:
		ok, err := s.password(r, c, c.Login, r.PostFormValue("password"))
		if err != nil {
			return err
		}
		if ok {
			how = howPassword
		}
	case c.Factor:
		wrong = "动态码不正确，或者已经用过。"
		if how, err = s.store.PassFactor(r.Context(), c.Person, r.PostFormValue("code"), s.address(r)); err != nil {
			return err
		}
	default:
		wrong = "您没有口令也没有动态口令，请用统一身份认证确认。"
	}
	if how == "" {
		if err := s.store.RefuseAttempt(r.Context(), c.Login, c.Person, s.address(r)); err != nil {
			return err
		}
		return again(http.StatusUnprocessableEntity, wrong)
	}
	return s.confirmed(w, r, c, how, p.Back)
}

// confirmed gives the session a new token and goes on.
func (s *SignIn) confirmed(w http.ResponseWriter, r *http.Request, c store.Credentials, how, back string) error {
	err := s.begin(w, r, store.Beginning{Person: c.Person, Login: c.Login, Whole: true, How: how, Replaces: page.VisitOf(r).Session, Confirms: true})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	http.Redirect(w, r, back, http.StatusSeeOther) // of two tabs at once the second is sure already
	return nil
}
