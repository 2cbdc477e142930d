package page

import (
	"net/http"
	"strings"
)

const displayCookie = "display"

// elder reports whether the reader asked for larger type and simpler pages.
func elder(r *http.Request) bool {
	c, err := r.Cookie(displayCookie)
	return err == nil && c.Value == "elder"
}

// Routes are the routes of the layout: assets, the switch of the display.
func (c *Config) Routes() []Route {
	return []Route{
		own.Route(),
		{Pattern: "POST /display", Role: Public, Serve: switchDisplay},
	}
}

// switchDisplay keeps the choice in a cookie and goes back to the page.
func switchDisplay(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	ck := &http.Cookie{Name: displayCookie, Value: "elder", Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	if r.PostForm.Get("mode") != "elder" {
		ck.Value, ck.MaxAge = "", -1
	}
	http.SetCookie(w, ck)
	http.Redirect(w, r, Local(r.PostForm.Get("back")), http.StatusSeeOther)
	return nil
}

// Local returns the path if it leads to this site and "/" if it does not.
func Local(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}
