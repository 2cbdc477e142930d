package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// pressed are the words of buttons and links as the manual quotes them.
var pressed = regexp.MustCompile(`点“([^”]{2,20})”`)

// inWords are quotes that pages put together from several pieces.
var inWords = regexp.MustCompile(`……|《|→|—| N `)

// What the manual tells people to press is written on some page.
func TestManualNamesRealButtons(t *testing.T) {
	var all strings.Builder
	for _, root := range []string{"../../web", "../../org", "../../store", "../../casework", "../../proactive", "../../oversight", "../../reporting"} {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.go") || !slices.Contains([]string{".html", ".go", ".js"}, filepath.Ext(p)) {
				return err
			}
			b, err := os.ReadFile(p)
			all.Write(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	plain := regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(all.String(), "") // 取数到{{.Draft}}
	seen := 0
	for _, page := range manual.Read().Pages {
		for _, s := range page.Sections {
			for _, m := range pressed.FindAllStringSubmatch(s.Text, -1) {
				w := m[1]
				seen++
				if inWords.MatchString(w) || strings.Contains(plain, w) || strings.Contains(all.String(), w) || elsewhere[page.Name+" "+w] {
					continue
				}
				t.Errorf("%s.md says 点“%s”, which no page says", page.Name, w)
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d buttons in the whole manual", seen)
	}
}

// elsewhere are buttons whose words are put together, or of other programs.
var elsewhere = map[string]bool{
	"qudao-gongkailan 登记渠道":   true, // 登记 and the kind of outlet
	"nianbao-baosong 取数到报告草稿": true, // 取数到 and where it goes
	"anzhuang 更多信息":           true, // Windows
	"anzhuang 仍要运行":           true,
}
