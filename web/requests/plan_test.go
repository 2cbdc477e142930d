package requests

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
)

func TestPlanTemplatesFit(t *testing.T) {
	for _, err := range []error{planTemplate.Check(planPage{}), loadTemplate.Check(loadPage{}), keepTemplate.Check(keepPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// The head gives a file to somebody, who is helped by another, with days of their
// own; the list of work says so.
func TestPlanOfAFile(t *testing.T) {
	x := newDesk(t)
	program := store.By{Viewer: org.Program("测试")}
	var people []string
	for _, name := range []string{"甲经办", "乙经办"} {
		d, err := x.st.SavePerson(t.Context(), program, org.Person{Name: name, Organ: x.town.ID})
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, d.Answer)
	}
	x.as(3, x.town, org.Handler)
	at := x.ok("已登记", "/desk/requests/ledger/new", "arrived", "2026-02-24", "channel", "person", "applicant", "natural", "subject", "会议纪要")
	if _, body := x.get(at); !strings.Contains(body, at+"/plan") {
		t.Error("the file does not lead to its plan")
	}
	if _, body := x.get(at + "/plan"); !strings.Contains(body, `value="2026-03-02"`) || !strings.Contains(body, "按本机关设置的缺省日数") {
		t.Errorf("no days by default: %s", main(body))
	}
	x.no("请选择经办人", at+"/plan", "do", "assign")
	x.ok("已保存", at+"/plan", "do", "assign", "person", people[0])
	x.no("不早于前一步", at+"/plan", "do", "plan", "day0", "2026-03-05", "day1", "2026-03-04")
	x.no("年-月-日", at+"/plan", "do", "plan", "day0", "三月")
	x.ok("已保存", at+"/plan", "do", "plan", "day0", "2026-03-04", "day1", "2026-03-09", "helpers", people[1], "urgent", "1")
	if _, body := x.get(at + "/plan"); !strings.Contains(body, `value="2026-03-09"`) || !strings.Contains(body, `value="`+people[1]+`" checked`) {
		t.Errorf("the plan was not kept: %s", body)
	}
	if _, body := x.get("/desk/requests/load"); !strings.Contains(body, "甲经办") || !strings.Contains(body, "乙经办") {
		t.Errorf("who works: %s", main(body))
	}
	x.as(9, x.next, org.Handler)
	if code, _ := x.get(at + "/plan"); code != 404 {
		t.Errorf("a neighbour opens the plan: %d", code)
	}
}

// Two people erase what was kept long enough.
func TestKeepPage(t *testing.T) {
	x := newDesk(t)
	x.as(3, x.town, org.Handler)
	if _, body := x.get("/desk/requests/keep"); !strings.Contains(body, "没有规定保管期限") {
		t.Error(main(body))
	}
	if _, err := x.st.SaveSetting(t.Context(), store.By{Viewer: org.Program("测试")}, store.Setting{Organ: x.town.ID, Name: org.RequestKeep, Value: "3"}); err != nil {
		t.Fatal(err)
	}
	at := x.ok("已登记", "/desk/requests/ledger/new", "arrived", "2020-03-02", "channel", "person", "applicant", "natural", "name", "甲某某", "wanted", "资金", "outcome", "granted", "answer", "2020-03-09", "served", "2020-03-10", "way", "person")
	if _, body := x.get("/desk/requests/keep"); !strings.Contains(body, "2023-12-31") || !strings.Contains(body, "还没有移交") {
		t.Error(main(body))
	}
	x.unarchived(at + "/keep")
	var id int64
	if _, err := fmt.Sscanf(at, "/desk/requests/%d", &id); err != nil {
		t.Fatal(err)
	}
	f, err := x.st.Request(t.Context(), x.visit.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.st.WithRequest(t.Context(), store.By{Viewer: x.visit.Viewer}, id, f.Version, archived); err != nil {
		t.Fatal(err)
	}
	send := func(do string) string {
		_, body, _ := x.send(at+"/keep", "do", do)
		return body
	}
	if body := send("ask"); !strings.Contains(body, "等另一人") {
		t.Error(main(body))
	}
	if body := send("erase"); !strings.Contains(body, "不能自己同意") {
		t.Error(main(body))
	}
	x.as(4, x.town, org.Handler)
	if body := send("erase"); !strings.Contains(body, "内容已清除") || !strings.Contains(body, "没有保管期满的案卷") {
		t.Error(main(body))
	}
	if _, body := x.get(at); strings.Contains(body, "甲某某") || !strings.Contains(body, "已按保管期限清除") {
		t.Error(main(body))
	}
}

func (x *requestDesk) unarchived(path string) {
	x.t.Helper()
	if _, body, _ := x.send(path, "do", "ask"); !strings.Contains(body, "归档") {
		x.t.Errorf("%s: %s", path, main(body))
	}
}

// archived hands a file over to the archive.
func archived(f *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
	return f.Archive(casework.Doing{On: today, Today: today}, strings.Repeat("ab", 32), 3, 7)
}
