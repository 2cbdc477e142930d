// Package signin is where people prove who they are: signing in with password,
// one-time code, single sign-on or a certificate, confirming before what is
// sensitive, one's own account, and the accounts of others for those who look
// after them. It tells every other page who asks (Visit).
package signin

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai/account"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Options say how people may sign in beside passwords, and what stands in front
// of the program.
type Options struct {
	// Trusted are the reverse proxies whose X-Forwarded-For and
	// X-Forwarded-Proto are believed. From everybody else they are ignored.
	Trusted []netip.Prefix

	OIDC    *OIDC    // nil: no single sign-on
	Gateway *Gateway // nil: no certificates

	// Posts bounds how many forms one address may send; zero fields mean
	// DefaultPosts. It is counted in this process only.
	Posts Posts
}

// SignIn serves the pages. Its zero value is of no use; call New.
type SignIn struct {
	cfg    *page.Config
	store  *store.Store
	o      Options
	assets *page.Assets
	oidc   *provider // nil: no single sign-on
	posts  *page.Flood

	mu      sync.Mutex
	rules   account.Rules
	rulesAt time.Time // when they were read
}

// New makes the pages over a store. The caller sets Visit of the configuration
// to the method of that name, and puts Limit in front of all routes.
func New(cfg *page.Config, st *store.Store, o Options) (*SignIn, error) {
	a, err := page.NewAssets("/signin-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	s := &SignIn{cfg: cfg, store: st, o: o, assets: a, posts: newFlood(o.Posts, cfg.Now)}
	if o.OIDC != nil {
		if s.oidc, err = newProvider(*o.OIDC, cfg.Now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Paths where somebody has to go first.
const (
	passwordPath = "/account/password"
	codePath     = "/account/code"
)

// Routes lists every address of the package.
func (s *SignIn) Routes() []page.Route {
	routes := []page.Route{s.assets.Route()}
	for _, part := range [][]page.Route{s.enterRoutes(), s.confirmRoutes(), s.accountRoutes(), s.factorRoutes(), s.otherRoutes(), s.ruleRoutes(), s.oidcRoutes(), s.gatewayRoutes()} {
		routes = append(routes, part...)
	}
	return routes
}

// Install registers the routes.
func (s *SignIn) Install(mux *http.ServeMux) { s.cfg.Install(mux, s.Routes()...) }

// decided are the instance's rules, read again every few seconds.
func (s *SignIn) decided(ctx context.Context) (account.Rules, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	if !s.rulesAt.IsZero() && now.Sub(s.rulesAt) < 5*time.Second && !now.Before(s.rulesAt) {
		return s.rules, nil
	}
	r, err := s.store.SignInRules(ctx)
	if err == nil {
		s.rules, s.rulesAt = r, now
	}
	return r, err
}

// Visit says who asks: the person of the session with the posts in force today,
// or nobody.
func (s *SignIn) Visit(r *http.Request) (page.Visit, error) {
	v := page.Visit{Address: s.address(r)}
	x, err := s.session(r)
	if err != nil || !x.Whole {
		return v, gone(err)
	}
	ctx := r.Context()
	viewer, err := s.store.Viewer(ctx, x.Person, s.cfg.Today())
	if err != nil {
		return v, gone(err)
	}
	rules, err := s.decided(ctx)
	if err != nil {
		return v, err
	}
	if err := s.store.TouchSession(ctx, x, v.Address); err != nil {
		return v, err
	}
	v.Viewer, v.Session = viewer, x.ID
	v.Sure = x.Now-x.Sure < rules.Sure.Milliseconds()
	if r.URL.Path != page.ConfirmPath { // what has to be done may ask for it
		v.Must = s.must(x, viewer, rules)
	}
	return v, nil
}

// gone is nil for what is simply not there.
func gone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// must is where a person has to go before anything else.
func (s *SignIn) must(x store.Session, v org.Viewer, rules account.Rules) string {
	switch {
	case strings.HasPrefix(x.How, howPassword) && (x.OneTime || rules.Age > 0 && x.Now-x.PasswordSet > rules.Age.Milliseconds()):
		return passwordPath
	case !x.Factor && !s.strong(x.How) && s.required(v, rules):
		return codePath
	}
	return ""
}

// How people sign in, as sessions and the log name it.
const (
	howPassword = "口令"
	howOIDC     = "统一身份认证"
	howGateway  = "数字证书"
	withCode    = "和动态口令"
)

// strong reports whether the way in was two factors by itself.
func (s *SignIn) strong(how string) bool {
	return how == howGateway || how == howOIDC && s.o.OIDC != nil && s.o.OIDC.Strong
}

// session is the session of a request, whole or not. ErrNotFound without one.
func (s *SignIn) session(r *http.Request) (store.Session, error) {
	c, err := r.Cookie(s.cookieName(r))
	if err != nil || len(c.Value) != tokenSize {
		return store.Session{}, store.ErrNotFound
	}
	return s.store.Session(r.Context(), c.Value)
}

const tokenSize = 64 // hex digits

// cookieName has the prefix that keeps other hosts and plain connections from
// setting it (RFC 6265bis, 4.1.3), wherever the connection is encrypted.
func (s *SignIn) cookieName(r *http.Request) string {
	if s.encrypted(r) {
		return "__Host-gongkai"
	}
	return "gongkai"
}

func (s *SignIn) setCookie(w http.ResponseWriter, r *http.Request, token string) {
	c := &http.Cookie{Name: s.cookieName(r), Value: token, Path: "/", HttpOnly: true, Secure: s.encrypted(r), SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// encrypted reports whether people reach the site by https.
func (s *SignIn) encrypted(r *http.Request) bool {
	return strings.HasPrefix(s.cfg.Address, "https://") || r.TLS != nil || s.trusted(peer(r)) && r.Header.Get("X-Forwarded-Proto") == "https"
}

// peer is who is at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap().WithZone("")
}

func (s *SignIn) trusted(a netip.Addr) bool {
	return a.IsValid() && slices.ContainsFunc(s.o.Trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}

// address is where a request comes from: the last address that no trusted proxy
// has. What stands left of it in X-Forwarded-For anybody may have written.
func (s *SignIn) address(r *http.Request) string {
	at := peer(r)
	if !at.IsValid() {
		return ""
	}
	if !s.trusted(at) {
		return at.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if at = hop.Unmap().WithZone(""); !s.trusted(at) {
			break
		}
	}
	return at.String()
}

// begin begins a session and gives its token to the browser.
func (s *SignIn) begin(w http.ResponseWriter, r *http.Request, b store.Beginning) error {
	rules, err := s.decided(r.Context())
	if err != nil {
		return err
	}
	b.Rules, b.Device = rules, device(r.UserAgent())
	token, _, err := s.store.BeginSession(r.Context(), b, s.address(r))
	if err != nil {
		return err
	}
	s.setCookie(w, r, token)
	return nil
}

// attempt charges an attempt and, if somebody has to wait, says so.
func (s *SignIn) attempt(r *http.Request, login string) (message string, err error) {
	rules, err := s.decided(r.Context())
	if err != nil {
		return "", err
	}
	wait, err := s.store.ChargeAttempt(r.Context(), login, s.address(r), rules)
	if err != nil || wait <= 0 {
		return "", err
	}
	return fmt.Sprintf("连续多次不正确，已暂停登录。请约%d分钟后再试；忘记口令或急需使用，请联系安全管理员。", int((wait+time.Minute-1)/time.Minute)), nil
}

// password compares a password, and tells apart what is right, wrong, and
// cannot be checked now.
func (s *SignIn) password(r *http.Request, c store.Credentials, login, password string) (bool, error) {
	ok, err := s.store.CheckPassword(r.Context(), c, password)
	if errors.Is(err, account.ErrBusy) {
		if err := s.store.ForgiveAttempt(r.Context(), login, s.address(r), false); err != nil {
			return false, err
		}
		return false, &page.Unavailable{Text: "现在登录的人太多，请过几秒再试一次。", Err: err}
	}
	return ok, err
}
