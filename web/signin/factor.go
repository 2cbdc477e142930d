package signin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"rsc.io/qr"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (s *SignIn) factorRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET " + codePath, Role: page.Officer, Verb: org.EditSelf, Serve: s.factor},
		{Pattern: "POST " + codePath, Role: page.Officer, Verb: org.EditSelf, Sure: true, Serve: s.changeFactor},
	}
}

type factorPage struct {
	page.Base
	Must     bool
	On       bool
	Required bool   // the person's posts need it
	Secret   string // of the one being set up, as it is typed; "" for none
	Pairing  qrCode
	Left     int // recovery codes
	Message  string
}

var factorTemplate = page.NewTemplate(templates, "templates/factor.html")

func (s *SignIn) factorPage(r *http.Request) (factorPage, error) {
	v := page.VisitOf(r)
	p := factorPage{Base: s.deskBase(r, "account", "动态口令"), Must: v.Must == codePath}
	p.Crumbs = []page.Link{{Text: "我的账号", Href: "/account"}}
	if p.Must {
		p.DeskNav, p.Crumbs, p.Wide = nil, nil, false
	}
	a, err := s.store.Account(r.Context(), v.Viewer, v.Viewer.Person)
	if err != nil {
		return p, err
	}
	rules, err := s.decided(r.Context())
	if err != nil {
		return p, err
	}
	p.On, p.Left, p.Required = a.Factor, a.Recovery, s.required(v.Viewer, rules)
	if p.On {
		return p, nil
	}
	secret, err := s.store.FactorSecret(r.Context(), v.Viewer)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return p, nil
	case err != nil:
		return p, sealed(err)
	}
	p.Secret = account.SecretText(secret)
	p.Pairing, err = drawQR(account.SecretURI(s.cfg.County+"信息公开", a.Login, secret))
	return p, err
}

// sealed says in Chinese that secrets cannot be read here.
func sealed(err error) error {
	if errors.Is(err, store.ErrNoSecret) || errors.Is(err, store.ErrSealed) {
		return &page.Unavailable{Text: "本机没有加密动态口令的密钥，或者密钥不对，现在不能设置动态口令。请联系系统管理员检查密钥文件。", Err: err}
	}
	return err
}

func (s *SignIn) factor(w http.ResponseWriter, r *http.Request) error {
	p, err := s.factorPage(r)
	if err != nil {
		return err
	}
	noStore(w)
	return page.Render(w, r, factorTemplate, p)
}

func (s *SignIn) changeFactor(w http.ResponseWriter, r *http.Request) error {
	by, ctx := page.By(r), r.Context()
	to := codePath
	switch r.PostFormValue("do") {
	case "start":
		if _, err := s.store.StartFactor(ctx, by); err != nil {
			return sealed(err)
		}
	case "finish":
		codes, d, err := s.store.FinishFactor(ctx, by, r.PostFormValue("code"))
		var refused *act.Refusal
		switch {
		case errors.As(err, &refused):
			p, err := s.factorPage(r)
			if err != nil {
				return err
			}
			p.Message = refused.Text
			noStore(w)
			return page.RenderStatus(w, r, http.StatusUnprocessableEntity, factorTemplate, p)
		case err != nil:
			return sealed(err)
		case !d.Repeated:
			return s.showCodes(w, r, "动态口令已启用", codes)
		}
	case "recovery":
		codes, d, err := s.store.NewRecovery(ctx, by)
		if err != nil {
			return err
		}
		if !d.Repeated {
			return s.showCodes(w, r, "备用码已更换", codes)
		}
	case "drop":
		if _, err := s.store.DropFactor(ctx, by, by.Viewer.Person); err != nil {
			return err
		}
		to = "/account?done=nofactor"
	default:
		return &page.Input{Text: "没有写明要办理什么。请返回上一页再试。"}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

type codesPage struct {
	page.Base
	Heading string
	Codes   []string
}

var codesTemplate = page.NewTemplate(templates, "templates/codes.html")

// showCodes answers the form itself: what is shown once cannot be shown again
// by another address.
func (s *SignIn) showCodes(w http.ResponseWriter, r *http.Request, heading string, codes []string) error {
	b := s.deskBase(r, "account", heading)
	b.Here = "/account"
	noStore(w)
	return page.Render(w, r, codesTemplate, codesPage{Base: b, Heading: heading, Codes: codes})
}

// A qrCode is drawn as the path of its black cells.
type qrCode struct {
	Size int // cells, with the margin
	Path string
}

func drawQR(text string) (qrCode, error) {
	c, err := qr.Encode(text, qr.L)
	if err != nil {
		return qrCode{}, err
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			n := 0
			for x+n < c.Size && c.Black(x+n, y) {
				n++
			}
			if n > 0 {
				b.WriteString("M" + strconv.Itoa(x+4) + " " + strconv.Itoa(y+4) + "h" + strconv.Itoa(n) + "v1h-" + strconv.Itoa(n) + "z")
				x += n
			}
		}
	}
	return qrCode{c.Size + 8, b.String()}, nil
}
