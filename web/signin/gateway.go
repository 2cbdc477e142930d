package signin

import (
	"errors"
	"net/http"
	"net/url"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A Proof is who somebody is by the word of another system.
type Proof struct {
	Issuer  string // of the certificate, e.g. the distinguished name of the authority
	Subject string // unique at the issuer, and never given to somebody else: a serial number of the person, not of the certificate
	Label   string // how its owner recognises it, e.g. the common name
}

// A Gateway signs people in by certificate (CA 数字证书、国密 UKey). The browser
// talks to the vendor's gateway, which speaks the vendor's protocol (SM2, a
// plug-in, TLCP), checks certificate, revocation and PIN, and hands the result
// to this program: as a header on a proxied request or as a ticket in the
// address. Verify reads that result from the request and answers who it is, or
// why nobody is. What it must see to:
//
//   - A header counts only if it is signed by the gateway, or if the request
//     came from the gateway's own address and the gateway removes such headers
//     from what browsers send. Anybody can write a header.
//   - A ticket is signed or redeemed at the gateway, names this site, is not
//     older than a minute, and counts once on every instance.
//   - It returns an error for everything it does not know. It never guesses an
//     identity from a name.
//
// An identity signs in only the person it was linked to before, by himself on
// 我的账号 or by the security administrator; an account is never made for it.
// Signing in by certificate counts as two factors: the key and its PIN.
type Gateway struct {
	Name   string // on the button, e.g. UKey 登录
	Verify func(*http.Request) (Proof, error)
}

func (s *SignIn) gatewayRoutes() []page.Route {
	if s.o.Gateway == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /signin/gateway", Role: page.Public, Serve: s.gateway},
		{Pattern: "POST /account/identity/gateway", Role: page.Officer, Verb: org.EditSelf, Sure: true, Serve: s.linkGateway},
	}
}

func (s *SignIn) gateway(w http.ResponseWriter, r *http.Request) error {
	proof, err := s.o.Gateway.Verify(r)
	if err != nil {
		s.warn("certificate refused", err)
		return s.back(w, r, "cert")
	}
	return s.identified(w, r, proof, howGateway, safeBack(r.FormValue("back")))
}

// back leads to the sign-in page with the notice.
func (s *SignIn) back(w http.ResponseWriter, r *http.Request, said string) error {
	http.Redirect(w, r, "/signin?said="+said, http.StatusSeeOther)
	return nil
}

// identified signs in the person whom an identity is linked to.
func (s *SignIn) identified(w http.ResponseWriter, r *http.Request, proof Proof, how, back string) error {
	c, err := s.store.CredentialsByIdentity(r.Context(), proof.Issuer, proof.Subject)
	if errors.Is(err, store.ErrNotFound) {
		if err := s.store.RefuseAttempt(r.Context(), "", 0, s.address(r)); err != nil {
			return err
		}
		http.Redirect(w, r, "/signin?said=unknown&back="+url.QueryEscape(back), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return s.enter(w, r, c, how, "", back)
}

func (s *SignIn) linkGateway(w http.ResponseWriter, r *http.Request) error {
	proof, err := s.o.Gateway.Verify(r)
	if err != nil {
		s.warn("certificate refused", err)
		return act.Refuse("没有读到有效的证书。请检查 UKey 是否插好，再试一次。")
	}
	return s.link(w, r, proof)
}

// link links an identity that was just proved to who is signed in.
func (s *SignIn) link(w http.ResponseWriter, r *http.Request, proof Proof) error {
	_, err := s.store.LinkIdentity(r.Context(), page.By(r), page.VisitOf(r).Viewer.Person, store.Identity{Issuer: proof.Issuer, Subject: proof.Subject, Label: proof.Label})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=linked", http.StatusSeeOther)
	return nil
}

// warn writes to the operator's log what is no matter of the office.
func (s *SignIn) warn(what string, err error) {
	if s.cfg.Log != nil {
		s.cfg.Log.Warn(what, "error", err)
	}
}

// refusal is the order of the office saying no, or nil.
func refusal(err error) *act.Refusal {
	var r *act.Refusal
	if errors.As(err, &r) {
		return r
	}
	return nil
}
