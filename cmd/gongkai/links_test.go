package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A link in a text makes this machine knock at no door of its own network.
func TestLinksAreTriedOnlyOutside(t *testing.T) {
	knocked := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { knocked++ }))
	defer s.Close()
	try := linkTrier()
	for _, to := range []string{s.URL, "http://127.0.0.1:1/", "http://[::1]:1/", "http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest", "http://100.64.0.1/", "http://[::ffff:127.0.0.1]:1/"} {
		if got := try(t.Context(), to); got != errInside.Error() {
			t.Errorf("%s: %q", to, got)
		}
	}
	if knocked != 0 {
		t.Errorf("%d knocks", knocked)
	}
	if got := try(t.Context(), "http://%zz/"); got == "" {
		t.Error("an address that is none is fine")
	}
}
