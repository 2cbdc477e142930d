package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"gongkai/account"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// OIDC is single sign-on by OpenID Connect (统一身份认证): authorisation code
// with state, nonce and PKCE. The provider is asked for the first time when
// somebody uses it, so that the program starts on a network that is closed or
// down. The address to register there is that of the site with
// /signin/oidc/back.
type OIDC struct {
	Name     string // on the button, e.g. 省统一身份认证
	Issuer   string // as the provider names itself; https, or http on this machine
	ClientID string
	Secret   string // from a file, never on the command line
	Strong   bool   // the provider asks for a second factor itself
	Client   *http.Client
}

// provider is the other end, found on first use.
type provider struct {
	o      OIDC
	client *http.Client
	now    func() time.Time
	mu     sync.Mutex
	found  *oidc.Provider
	failed error     // why it was not found the last time
	last   time.Time // when that was
}

// askAgain is how long a provider that does not answer is left alone: visitors
// must not queue up behind each other's attempts.
const askAgain = 10 * time.Second

// maxProvider bounds an answer of the provider, in bytes.
const maxProvider = 1 << 20

func newProvider(o OIDC, now func() time.Time) (*provider, error) {
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && thisMachine(u.Hostname())) {
		return nil, fmt.Errorf("signin: issuer %q of the single sign-on is no https address", o.Issuer)
	}
	if o.ClientID == "" {
		return nil, errors.New("signin: the single sign-on has no client id")
	}
	if o.Name == "" {
		o.Name = howOIDC
	}
	c := &http.Client{Timeout: 10 * time.Second}
	if o.Client != nil {
		*c = *o.Client
	}
	below := c.Transport
	if below == nil {
		below = &http.Transport{ForceAttemptHTTP2: true, MaxIdleConns: 4, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 5 * time.Second}
	}
	c.Transport = bounded{below}
	return &provider{o: o, client: c, now: now}, nil
}

func thisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// bounded keeps a broken provider from filling the memory.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxProvider), res.Body}
	}
	return res, err
}

// find asks the provider for its addresses and keys, once it answers.
func (p *provider) find(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.failed != nil && p.now().Sub(p.last) < askAgain {
		return nil, p.failed
	}
	// The keys are read again later, when this request is long over.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.o.Issuer)
	if p.failed, p.last = err, p.now(); err != nil {
		return nil, err
	}
	p.found = found
	return found, nil
}

func (s *SignIn) oauth(r *http.Request, p *oidc.Provider) oauth2.Config {
	return oauth2.Config{ClientID: s.oidc.o.ClientID, ClientSecret: s.oidc.o.Secret, Endpoint: p.Endpoint(), RedirectURL: s.cfg.Root(r) + "/signin/oidc/back",
		Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

func (s *SignIn) oidcRoutes() []page.Route {
	if s.oidc == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /signin/oidc", Role: page.Public, Time: 20 * time.Second, Serve: s.oidcEnter},
		{Pattern: "GET /signin/oidc/back", Role: page.Public, Time: 30 * time.Second, Serve: s.oidcBack},
		{Pattern: "POST /signin/oidc/confirm", Role: page.Officer, Time: 20 * time.Second, Serve: s.oidcConfirm},
		{Pattern: "POST /account/identity/link", Role: page.Officer, Verb: org.EditSelf, Sure: true, Time: 20 * time.Second, Serve: s.oidcLink},
	}
}

// What somebody goes to the provider for.
const (
	forEnter   = "enter"
	forConfirm = "confirm"
	forLink    = "link"
)

// A trip to the provider is known by a cookie alone: state, nonce and PKCE
// verifier are derived from its random value, so that no instance has to
// remember it.
type trip struct{ token, purpose, back string }

func (t trip) derive(what string) string {
	m := hmac.New(sha256.New, []byte(t.token))
	m.Write([]byte("gongkai-sso/1 " + what))
	return hex.EncodeToString(m.Sum(nil))
}

func (s *SignIn) tripCookie(r *http.Request) string { return s.cookieName(r) + "-sso" }

const tripFor = 10 * time.Minute

// depart gives the browser the cookie of the trip, and the address to go to.
func (s *SignIn) depart(w http.ResponseWriter, r *http.Request, purpose, back string, more ...oauth2.AuthCodeOption) (string, error) {
	p, err := s.oidc.find(r.Context())
	if err != nil {
		return "", err
	}
	token, _ := account.Token()
	t := trip{token, purpose, back}
	value := t.token + "." + t.purpose + "." + base64.RawURLEncoding.EncodeToString([]byte(t.back))
	http.SetCookie(w, &http.Cookie{Name: s.tripCookie(r), Value: value, Path: "/", MaxAge: int(tripFor / time.Second), HttpOnly: true, Secure: s.encrypted(r), SameSite: http.SameSiteLaxMode})
	more = append(more, oidc.Nonce(t.derive("nonce")), oauth2.S256ChallengeOption(t.derive("verifier")))
	c := s.oauth(r, p)
	return c.AuthCodeURL(t.derive("state"), more...), nil
}

// arrive reads the cookie of a trip and takes it away: it counts once.
func (s *SignIn) arrive(w http.ResponseWriter, r *http.Request) (trip, bool) {
	name := s.tripCookie(r)
	c, err := r.Cookie(name)
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.encrypted(r), SameSite: http.SameSiteLaxMode})
	if err != nil {
		return trip{}, false
	}
	parts := strings.Split(c.Value, ".")
	if len(parts) != 3 || len(parts[0]) != tokenSize {
		return trip{}, false
	}
	back, err := base64.RawURLEncoding.DecodeString(parts[2])
	t := trip{parts[0], parts[1], safeBack(string(back))}
	return t, err == nil && hmac.Equal([]byte(r.FormValue("state")), []byte(t.derive("state")))
}

func (s *SignIn) oidcEnter(w http.ResponseWriter, r *http.Request) error {
	to, err := s.depart(w, r, forEnter, safeBack(r.FormValue("back")))
	if err != nil {
		s.warn("single sign-on", err)
		return s.back(w, r, "down")
	}
	noStore(w)
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

type goPage struct {
	page.Base
	Name string
	To   string
	What string
	Back string
}

var goTemplate = page.NewTemplate(templates, "templates/go.html")

// leave answers a form with a link to the provider: our policy keeps forms from
// leading elsewhere, and a link elsewhere must not begin a link of identities.
func (s *SignIn) leave(w http.ResponseWriter, r *http.Request, purpose, back, what string, more ...oauth2.AuthCodeOption) error {
	to, err := s.depart(w, r, purpose, back, more...)
	if err != nil {
		return &page.Unavailable{Text: notices["down"], Err: err}
	}
	b := s.signInBase(r, what)
	b.Person, b.Here = page.VisitOf(r).Viewer.Name, back // this page answers a form and has no address of its own
	noStore(w)
	return page.Render(w, r, goTemplate, goPage{Base: b, Name: s.oidc.o.Name, To: to, What: what, Back: back})
}

func (s *SignIn) oidcConfirm(w http.ResponseWriter, r *http.Request) error {
	return s.leave(w, r, forConfirm, safeBack(r.FormValue("back")), "再次确认身份", oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
}

func (s *SignIn) oidcLink(w http.ResponseWriter, r *http.Request) error {
	return s.leave(w, r, forLink, "/account", "绑定统一身份", oauth2.SetAuthURLParam("prompt", "login"))
}

// oidcBack is where the provider sends people back to.
func (s *SignIn) oidcBack(w http.ResponseWriter, r *http.Request) error {
	noStore(w)
	t, ok := s.arrive(w, r)
	if !ok {
		return s.back(w, r, "expired")
	}
	if e := r.FormValue("error"); e != "" {
		s.warn("single sign-on", fmt.Errorf("the provider answers %.100q", e))
		return s.back(w, r, "oidc")
	}
	proof, at, err := s.redeem(r, t)
	if err != nil {
		s.warn("single sign-on", err)
		return s.back(w, r, "oidc")
	}
	v := page.VisitOf(r)
	switch {
	case t.purpose == forEnter:
		return s.identified(w, r, proof, howOIDC, t.back)
	case v.Viewer.Nobody():
		return s.back(w, r, "link")
	case t.purpose == forLink && v.Sure:
		return s.link(w, r, proof)
	case t.purpose == forConfirm:
		c, err := s.store.CredentialsByIdentity(r.Context(), proof.Issuer, proof.Subject)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.Person != v.Viewer.Person || err == nil && s.cfg.Now().Sub(at) > tripFor {
			return s.back(w, r, "oidc")
		}
		if err != nil {
			return err
		}
		return s.confirmed(w, r, c, howOIDC, t.back)
	}
	return s.back(w, r, "expired")
}

// redeem gives the code to the provider, and checks what it says: issuer,
// audience, signature and time by the library, the nonce here. at is when the
// person proved who he is there.
func (s *SignIn) redeem(r *http.Request, t trip) (proof Proof, at time.Time, err error) {
	ctx := oidc.ClientContext(r.Context(), s.oidc.client)
	p, err := s.oidc.find(ctx)
	if err != nil {
		return proof, at, err
	}
	c := s.oauth(r, p)
	token, err := c.Exchange(ctx, r.FormValue("code"), oauth2.VerifierOption(t.derive("verifier")))
	if err != nil {
		return proof, at, err
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return proof, at, errors.New("the provider gave no id_token")
	}
	id, err := p.VerifierContext(ctx, &oidc.Config{ClientID: s.oidc.o.ClientID, Now: s.cfg.Now}).Verify(ctx, raw)
	if err != nil {
		return proof, at, err
	}
	if !hmac.Equal([]byte(id.Nonce), []byte(t.derive("nonce"))) {
		return proof, at, errors.New("the id_token has another nonce")
	}
	var about claims
	if err := id.Claims(&about); err != nil {
		return proof, at, err
	}
	proof = Proof{Issuer: id.Issuer, Subject: id.Subject, Label: about.label()}
	if proof.Label == "" && t.purpose == forLink {
		// Many providers tell names only when asked. Without one the subject will do.
		var more claims
		if info, err := p.UserInfo(ctx, c.TokenSource(ctx, token)); err == nil && info.Subject == id.Subject && info.Claims(&more) == nil {
			proof.Label = more.label()
		}
	}
	if proof.Label == "" {
		proof.Label = id.Subject
	}
	return proof, time.Unix(about.AuthTime, 0), nil
}

// claims are what a provider says about a person that is of use here.
type claims struct {
	Name     string `json:"name"`
	Username string `json:"preferred_username"`
	AuthTime int64  `json:"auth_time"`
}

func (c claims) label() string {
	if c.Username != "" {
		return c.Username
	}
	return c.Name
}
