package site

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gongkai/web/page"
)

// The manual is read in the program: its index by role, a chapter with its
// sections, a search that leads to a section, a picture.
func TestManualInTheProgram(t *testing.T) {
	c := newCounty(t)
	index := text(c.see(t, "/help"))
	for _, want := range []string{"乡镇、部门经办人", "审核领导", "公开办", "监督、审计", "系统管理员", "群众", "大字版"} {
		if !strings.Contains(index, want) {
			t.Errorf("the index does not say %s", want)
		}
	}
	chapter := text(c.see(t, "/help/shenqing"))
	if !strings.Contains(chapter, "查询码") || !strings.Contains(chapter, "本页") {
		t.Errorf("the chapter for applicants: %.200s", chapter)
	}
	found := c.see(t, "/help?q=动态口令")
	hit := false
	for _, a := range byTag(found, "a") {
		to, err := url.PathUnescape(attr(a, "href"))
		hit = hit || err == nil && to == "/help/denglu#动态口令"
	}
	if !hit {
		t.Error("the section 动态口令 is not found")
	}
	if none := text(c.see(t, "/help?q=没有这样的话")); !strings.Contains(none, "换一个说法") {
		t.Error("a search in vain does not say what to do")
	}
	for path, want := range map[string]int{"/help/pictures/home.png": 200, "/help/pictures/..%2fREADME.md": 404, "/help/pictures/none.png": 404, "/help/README": 404, "/help/none": 404} {
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if b := (&page.Config{County: "云岭县"}).Base(httptest.NewRequest(http.MethodGet, "/apply", nil), "", ""); b.Manual != "/help/shenqing" {
		t.Errorf("help for applicants is %s", b.Manual)
	}
}
