package signin

import (
	"net/http"
	"strconv"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// otherRoutes are the accounts of others. Who may do what is asked of the
// person, in the store.
func (s *SignIn) otherRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/people/{id}/account", Role: page.Officer, Verb: org.SeePeople, Serve: s.other},
		{Pattern: "POST /desk/people/{id}/account/{do}", Role: page.Officer, Verb: org.SeePeople, Sure: true, Serve: s.changeOther},
	}
}

type otherPage struct {
	page.Base
	Account     store.Account
	Path        string // of this page
	PasswordSet string
	Blocked     string
	Sessions    []sessionRow
	Identities  []identityRow
	MayOpen     bool // open and close
	MaySecure   bool // reset, unlock, revoke, link
	Own         bool // it is the viewer's own
	Login       page.Field
	Message     string // why it was not done
	Issuer      string // of the single sign-on, "" without one
	LastDay     string // somebody who has left or is leaving
}

// SessionList is drawn by the part "sessionlist".
func (p otherPage) SessionList() sessionList { return sessionList{p.Sessions, p.Path + "/sessions"} }

var otherTemplate = page.NewTemplate(templates, "templates/other.html", "templates/parts.html")

func (s *SignIn) otherPage(r *http.Request) (otherPage, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return otherPage{}, page.ErrNotFound
	}
	v := page.VisitOf(r)
	a, err := s.store.Account(r.Context(), v.Viewer, id)
	if err != nil {
		return otherPage{}, err
	}
	row, err := s.store.Person(r.Context(), v.Viewer, id)
	if err != nil {
		return otherPage{}, err
	}
	at := row.Subject()
	p := otherPage{Base: s.deskBase(r, "people", a.Name+"的账号"), Account: a, Path: "/desk/people/" + strconv.FormatInt(id, 10) + "/account", PasswordSet: clock(a.PasswordSet),
		Blocked: clock(a.Blocked), Identities: identityRows(a.Identities), MaySecure: org.May(v.Viewer, org.SecureAccounts, at), Own: v.Viewer.Person == id}
	p.MayOpen = p.MaySecure || org.May(v.Viewer, org.OpenAccounts, at)
	p.Crumbs = []page.Link{{Text: "人员", Href: "/desk/people"}, {Text: a.Name, Href: "/desk/people/" + strconv.FormatInt(id, 10)}}
	p.Login = page.Field{Name: "login", Label: "账号", Value: a.Login, Max: 32, Required: true, Hint: "2至32位小写字母、数字、点、横线，以字母或数字开头，如 wuqinghe"}
	if s.oidc != nil {
		p.Issuer = s.oidc.o.Issuer
	}
	if !row.To.IsZero() {
		p.LastDay = row.To.Chinese()
	}
	if p.MaySecure {
		list, err := s.store.Sessions(r.Context(), v.Viewer, id)
		if err != nil {
			return otherPage{}, err
		}
		p.Sessions = sessionRows(list, v.Session)
	}
	return p, nil
}

func (s *SignIn) other(w http.ResponseWriter, r *http.Request) error {
	p, err := s.otherPage(r)
	if err != nil {
		return err
	}
	noStore(w)
	return page.Render(w, r, otherTemplate, p)
}

func (s *SignIn) changeOther(w http.ResponseWriter, r *http.Request) error {
	p, err := s.otherPage(r)
	if err != nil {
		return err
	}
	ctx, by, id := r.Context(), page.By(r), p.Account.Person
	done := ""
	var d store.Done
	switch r.PathValue("do") {
	case "open":
		p.Login.Value = r.PostFormValue("login")
		password := account.OneTime()
		if d, err = s.store.OpenAccount(ctx, by, id, p.Login.Value, password); err == nil && !d.Repeated {
			return s.slip(w, r, p, "账号已开通", p.Login.Value, password)
		}
	case "reset":
		password := account.OneTime()
		if p.Own {
			err = act.Refuse("本人的口令请在“我的账号”里更换。")
		} else if d, err = s.store.SetPassword(ctx, by, id, password, 0); err == nil && !d.Repeated {
			return s.slip(w, r, p, "口令已重置", p.Account.Login, password)
		}
	case "close":
		done = "closed"
		d, err = s.store.CloseAccount(ctx, by, id)
	case "unlock":
		done = "unlocked"
		d, err = s.store.UnlockAccount(ctx, by, id)
	case "sessions":
		done = "revoked"
		var which []int64
		if n, bad := strconv.ParseInt(r.PostFormValue("session"), 10, 64); bad == nil {
			which = append(which, n)
		}
		d, err = s.store.RevokeSessions(ctx, by, id, 0, which...)
	case "nofactor":
		done = "nofactor"
		d, err = s.store.DropFactor(ctx, by, id)
	case "link":
		done = "linked"
		d, err = s.store.LinkIdentity(ctx, by, id, store.Identity{Issuer: r.PostFormValue("issuer"), Subject: r.PostFormValue("subject"), Label: r.PostFormValue("subject")})
	case "unlink":
		done = "unlinked"
		d, err = s.store.UnlinkIdentity(ctx, by, id, r.PostFormValue("issuer"), r.PostFormValue("subject"))
	default:
		return page.ErrNotFound
	}
	if refused := refusal(err); refused != nil {
		p.Message = refused.Text
		noStore(w)
		return page.RenderStatus(w, r, http.StatusForbidden, otherTemplate, p)
	}
	if err != nil {
		return busy(err)
	}
	if d.Repeated {
		done = "again"
	}
	http.Redirect(w, r, p.Path+"?done="+done, http.StatusSeeOther)
	return nil
}

type slipPage struct {
	page.Base
	Heading  string
	Account  store.Account
	Login    string
	Password string
	Site     string
	Until    law.Date
	Path     string
}

var slipTemplate = page.NewTemplate(templates, "templates/slip.html")

// slip is what is handed to the person: the only time the password is seen.
func (s *SignIn) slip(w http.ResponseWriter, r *http.Request, p otherPage, heading, login, password string) error {
	rules, err := s.decided(r.Context())
	if err != nil {
		return err
	}
	b := s.deskBase(r, "people", heading)
	b.Crumbs, b.Here = p.Crumbs, p.Path
	noStore(w)
	return page.Render(w, r, slipTemplate, slipPage{Base: b, Heading: heading, Account: p.Account, Login: login, Password: password,
		Site: s.cfg.Root(r) + "/signin", Until: s.cfg.Today().AddDays(int(rules.OneTime / (24 * time.Hour))), Path: p.Path})
}
