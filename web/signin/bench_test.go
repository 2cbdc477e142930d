package signin

import (
	"net/http"
	"testing"
)

// What a session costs every request of somebody who is signed in.
func BenchmarkVisit(b *testing.B) {
	h := newHouse(b, nil)
	v := h.visitor(b).in("clerk")
	r, _ := http.NewRequest(http.MethodGet, h.url+"/desk", nil)
	r.AddCookie(&http.Cookie{Name: "gongkai", Value: v.token()})
	for b.Loop() {
		if x, err := h.signin.Visit(r); err != nil || x.Viewer.Nobody() {
			b.Fatal(x, err)
		}
	}
}

// The same for somebody who is not.
func BenchmarkVisitOfNobody(b *testing.B) {
	h := newHouse(b, nil)
	r, _ := http.NewRequest(http.MethodGet, h.url+"/desk", nil)
	for b.Loop() {
		if _, err := h.signin.Visit(r); err != nil {
			b.Fatal(err)
		}
	}
}

// A whole sign-in over HTTP: attempt, password, session, act, redirect.
func BenchmarkSignIn(b *testing.B) {
	h := newHouse(b, nil)
	for b.Loop() {
		h.visitor(b).signIn("clerk", good)
	}
}
