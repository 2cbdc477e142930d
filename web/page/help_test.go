package page

import (
	"strings"
	"testing"

	"gongkai/docs/manual"
)

// The link 帮助 leads to the chapter about the page one is on.
func TestHelpLeadsToTheChapter(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/help", "/help": "/help", "/apply/track": "/help/shenqing", "/desk": "/help/gongzuotai", "/desk/tasks/new": "/help/gongzuotai",
		"/desk/items/12": "/help/zhudong-gongkai", "/desk/requests/7/guide": "/help/yishenqing", "/desk/plantasks/3": "/help/gongzuo-yaodian",
	} {
		if got := helpFor(path); got != want {
			t.Errorf("help for %s is %s, want %s", path, got, want)
		}
	}
	book := manual.Read()
	for _, c := range chapters() {
		if book.Page(c.page) == nil || !strings.HasPrefix(c.prefix, "/") {
			t.Errorf("%s leads to %s, which is no page of the manual", c.prefix, c.page)
		}
	}
}
