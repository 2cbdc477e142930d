package page

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

// A Visit is who asks, as the session says. The zero Visit is somebody who has
// not signed in.
type Visit struct {
	Viewer  org.Viewer
	Session int64  // 0 without one
	Sure    bool   // confirmed who he is a short while ago
	Address string // network address, for the log
	Must    string // where the person has to go first, e.g. to set a password of his own; "" if nowhere
}

type visitKey struct{}

// VisitOf is who asks.
func VisitOf(r *http.Request) Visit {
	v, _ := r.Context().Value(visitKey{}).(Visit)
	return v
}

// WithVisit is the request as somebody's, for tests and for the page that signs
// in.
func WithVisit(r *http.Request, v Visit) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
}

// NewKey draws an operation key. Every form that acts carries one (the part
// "key"), so that a double click or a retry acts once.
func NewKey() string { return rand.Text() }

// By says who acts with this request: the form's key and reason, who is signed
// in, and from where.
func By(r *http.Request) store.By {
	v := VisitOf(r)
	return store.By{Viewer: v.Viewer, Key: r.PostFormValue("key"), Reason: strings.TrimSpace(r.PostFormValue("reason")), From: v.Address}
}

// Where people sign in and confirm who they are.
const (
	SignInPath  = "/signin"
	ConfirmPath = "/signin/confirm"
)

// admit lets an officer in, or answers where to go. It has answered if the
// answer has begun.
func (c *Config) admit(w http.ResponseWriter, r *http.Request, rt Route) error {
	v := VisitOf(r)
	switch {
	case v.Viewer.Nobody():
		if rt.JSON || r.Method != http.MethodGet && r.Method != http.MethodHead {
			return errSignIn
		}
		http.Redirect(w, r, SignInPath+"?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	case v.Must != "" && r.URL.Path != v.Must:
		http.Redirect(w, r, v.Must, http.StatusSeeOther)
	case rt.Verb != "" && !org.Able(v.Viewer, rt.Verb):
		return act.Refuse("您的岗位没有这项权限：" + rt.Verb.Chinese() + "。如确需办理，请联系本机关公开机构负责人或主管部门调整岗位。")
	case rt.Sure && !v.Sure:
		back := r.URL.RequestURI()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			back = r.Header.Get("Referer")
			if u, err := url.Parse(back); err != nil || u.Host != r.Host {
				back = "/desk"
			} else {
				back = u.RequestURI()
			}
		}
		http.Redirect(w, r, ConfirmPath+"?back="+url.QueryEscape(back), http.StatusSeeOther)
	}
	return nil
}

// errSignIn is a form that somebody sends after the session has ended: the page
// says so and keeps nothing silently.
var errSignIn = &signIn{}

type signIn struct{}

func (*signIn) Error() string { return "page: not signed in" }

// answered reports whether an answer has begun.
func answered(w http.ResponseWriter) bool {
	t, ok := w.(*trackWriter)
	return ok && t.started
}
