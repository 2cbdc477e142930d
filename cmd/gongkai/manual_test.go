package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/docs/manual"
)

// onDisk are folders of a machine, which the manual names as well.
var onDisk = regexp.MustCompile(`^/(etc|var|usr|srv|tmp|run|backup|data|opt|mnt|dev|lib|media)(/|$)`)

// written is an address as the manual writes it: a path, where a place for a
// number or a name may stand in Chinese.
var written = regexp.MustCompile(`^/[a-z][^\s，。]*$`)

// The manual leads nobody to a page that the program does not have.
func TestManualNamesRealPages(t *testing.T) {
	p := newWhole(t)
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		mux.HandleFunc(rt.Pattern, func(http.ResponseWriter, *http.Request) {})
	}
	seen := 0
	for _, page := range manual.Read().Pages {
		hrefs := page.Code
		for _, m := range regexp.MustCompile(`href="(/[^"#]*)`).FindAllStringSubmatch(page.HTML, -1) {
			hrefs = append(hrefs, m[1])
		}
		for _, c := range hrefs {
			path, _, _ := strings.Cut(c, "?")
			if !written.MatchString(path) || onDisk.MatchString(path) {
				continue
			}
			seen++
			u := &url.URL{Path: strings.TrimSuffix(path, "…")}
			r := httptest.NewRequest("GET", "/", nil)
			r.URL = u
			_, pattern := mux.Handler(r)
			if pattern == "" {
				r.Method = http.MethodPost
				_, pattern = mux.Handler(r)
			}
			if pattern == "" || pattern == "/" {
				t.Errorf("%s.md names %s, which is no page", page.Name, c)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d addresses in the whole manual", seen)
	}
}
