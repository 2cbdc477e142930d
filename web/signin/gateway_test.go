package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"

	"gongkai/web/page"
)

// fake is a vendor's gateway: it signs what it found out about a certificate.
func fake(r *http.Request) (Proof, error) {
	subject, mac, _ := strings.Cut(r.Header.Get("X-Cert"), ".")
	if !hmac.Equal([]byte(mac), []byte(ticket(subject))) {
		return Proof{}, errors.New("not signed by the gateway")
	}
	return Proof{Issuer: "CN=某省电子政务 CA", Subject: subject, Label: "吴清荷"}, nil
}

func ticket(subject string) string {
	m := hmac.New(sha256.New, []byte("shared with the gateway"))
	m.Write([]byte(subject))
	return hex.EncodeToString(m.Sum(nil))
}

func TestSignInByCertificate(t *testing.T) {
	h := newHouse(t, func(_ *page.Config, o *Options) { o.Gateway = &Gateway{Name: "UKey 登录", Verify: fake} })
	v := h.visitor(t)
	contains(t, v.get("/signin"), "UKey 登录", "/signin/gateway?back=")
	with := func(v *visitor, method, path, cert string, form string) {
		r, _ := http.NewRequest(method, h.url+path, strings.NewReader(form))
		r.Header.Set("X-Cert", cert)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", h.url)
		v.do(r, nil)
	}
	sn := "SN-3301-0042." + ticket("SN-3301-0042")
	with(v, "GET", "/signin/gateway", "SN-3301-0042.00", "")
	v.leads("/signin?said=cert")
	with(v, "GET", "/signin/gateway?back=/desk", sn, "")
	v.leads("/signin?said=unknown&back=%2Fdesk") // never an account of its own
	// Linked by its owner, who has signed in with his password.
	w := h.visitor(t).in("clerk")
	secret, _ := h.enable(t, w, "clerk")
	_ = secret
	with(w, "POST", "/account/identity/gateway", "SN-3301-0042.00", "key="+page.NewKey())
	w.status(403)
	with(w, "POST", "/account/identity/gateway", sn, "key="+page.NewKey())
	w.leads("/account?done=linked")
	contains(t, w.get("/account"), "CN=某省电子政务 CA")
	with(v, "GET", "/signin/gateway?back=/desk", sn, "")
	v.leads("/desk") // the key and its PIN are two factors
	contains(t, v.get("/desk"), "吴清荷")
	p := v.get("/account")
	contains(t, p, "数字证书")
	other := h.visitor(t).in("head")
	with(other, "POST", "/account/identity/gateway", sn, "key="+page.NewKey())
	other.status(403)
	v.post("/account/identity/unlink", "issuer", "CN=某省电子政务 CA", "subject", "SN-3301-0042", "key", page.NewKey())
	v.leads("/account?done=unlinked")
	with(h.visitor(t), "GET", "/signin/gateway", sn, "")
	if k := h.kinds(t, "clerk"); !strings.Contains(k, "account.identity_linked") || !strings.Contains(k, "account.identity_unlinked") {
		t.Error(k)
	}
}
