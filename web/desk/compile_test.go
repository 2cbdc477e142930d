package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/law/calendar"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func TestTemplatesOfCompilingFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{"compile": compileTemplate.Check(compilePage{}), "list": compileListTemplate.Check(compileListPage{}), "take": compileTakeTemplate.Check(compileTakePage{})} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// asked puts a request of 2025 on file, granted on the eighteenth day.
func asked(t testing.TB, s *store.Store, o org.Organ, subject string, on law.Date) {
	t.Helper()
	by := store.By{Viewer: org.Viewer{Person: 9, Name: "经办", Organ: o.ID, Posts: []org.Post{{Person: 9, Organ: o.ID, Path: o.Path, Role: org.Handler}}}}
	done, err := s.RegisterRequest(t.Context(), by, store.NewRequest{Organ: o.ID, Subject: subject, Registration: casework.Registration{Channel: deadline.InPerson, Arrived: on, Confirmed: on, Applicant: casework.Natural, Ledger: true},
		Content: casework.Content{Wanted: "资金使用情况", Person: casework.Person{Name: "某某"}}})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := strconv.ParseInt(done.Answer, 10, 64)
	if _, err := s.WithRequest(t.Context(), by, id, 1, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		return x.Decide(cal, casework.Doing{On: on.AddDays(18), Today: day, Fact: true}, casework.Granted, "")
	}); err != nil {
		t.Fatal(err)
	}
}

// A clerk takes figures into a draft: what would change is shown first, what
// somebody typed differently changes only where it is ticked, and every figure
// opens to what it counts.
func TestFiguresAreTakenIntoTheDraft(t *testing.T) {
	x := newFilingDesk(t)
	asked(t, x.st, x.town, "农田水利工程资金", law.Day(2025, 6, 2))
	x.begin(map[string]string{"t3.new.natural": "9", "t3.granted.natural": "", "t3.granted.total": ""})
	at := x.path("/compile")
	_, body := x.get(at)
	wants(t, body, at+"/t3.new.natural", "报告 9", "T3-CASES", "自然人报告填9、系统数据1", at+"/take", "T2-DOCS")
	lacks(t, body, at+"/t2.licence.decisions\"") // nobody keeps a ledger: blank, and leads nowhere
	_, body = x.get(at + "/t3.new.natural")
	wants(t, body, "2025-0001", "2025-06-02", "您的岗位不办理依申请公开")
	lacks(t, body, "农田水利工程资金")
	x.as(9, "经办", org.Handler, x.town)
	_, body = x.get(at + "/t3.new.natural")
	wants(t, body, "农田水利工程资金", "/desk/requests/")

	x.clerk()
	_, body = x.get(x.path("/fill"))
	wants(t, body, "系统数据 1</a>", at+"/t3.new.natural")
	_, body = x.get(at + "/take")
	wants(t, body, `name="was.t3.new.natural" value="9"`, `name="is.t3.new.natural" value="1"`, `value="t3.granted.natural" checked`)
	lacks(t, body, `value="t3.new.natural" checked`)
	form := map[string]string{"version": x.version(x.clerk()), "do": "take", "cell": "t3.granted.natural", "was.t3.granted.natural": "", "is.t3.granted.natural": "1"}
	if code, body := x.plain(at+"/take", form); code != 200 || !strings.Contains(body, "系统数据已填入") {
		t.Fatalf("taking answers %d", code)
	}
	rep := x.file(x.clerk()).Report
	if rep.Get("t3.granted.natural") != annual.Num(1) || rep.Get("t3.new.natural") != annual.Num(9) || rep.Get("t3.granted.total").Known() {
		t.Errorf("taken: %+v %+v %+v", rep.Get("t3.granted.natural"), rep.Get("t3.new.natural"), rep.Get("t3.granted.total"))
	}
	// Over a draft that somebody changed meanwhile, nothing is written.
	form = map[string]string{"version": x.version(x.clerk()), "do": "take", "cell": "t3.new.natural", "was.t3.new.natural": "9", "is.t3.new.natural": "1"}
	f := x.file(x.other())
	x.send(x.path("/fill"), x.typed(f, map[string]string{"t3.new.natural": "8"}))
	x.clerk()
	if code, body := x.plain(at+"/take", form); code != http.StatusConflict || !strings.Contains(body, `name="was.t3.new.natural" value="8"`) {
		t.Errorf("over what another typed: %d", code)
	}
	if got := x.file(x.clerk()).Report.Get("t3.new.natural"); got != annual.Num(8) {
		t.Errorf("it was overwritten: %+v", got)
	}
	form["was.t3.new.natural"], form["version"] = "8", x.version(x.clerk())
	if code, _ := x.plain(at+"/take", form); code != 200 || x.file(x.clerk()).Report.Get("t3.new.natural") != annual.Num(1) {
		t.Errorf("ticked and shown: %d", code)
	}
	if code, body := x.plain(at+"/take", map[string]string{"version": x.version(x.clerk()), "do": "take"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "没有勾选") {
		t.Errorf("nothing ticked: %d", code)
	}
}

// What happened before the system is entered by hand, with where it comes from; it
// is shown as such and can be taken back.
func TestFiguresAreEnteredByHand(t *testing.T) {
	x := newFilingDesk(t)
	x.clerk()
	at := x.path("/compile")
	fields := []part{{field: "cell", text: "t3.partial.legal"}, {field: "add", text: "3"}, {field: "reason", text: "系统启用以前的纸质台账第3至5号"}}
	key := func() part { x.keys++; return part{field: "key", text: fmt.Sprint("e", x.keys)} }
	code, body, _ := post(t, x.url+at, append([]part{key()}, fields...)...)
	if code != http.StatusUnprocessableEntity {
		t.Fatalf("without a document: %d", code)
	}
	wants(t, body, "请上传依据的文件", `value="3"`, "系统启用以前的纸质台账第3至5号", `<option value="t3.partial.legal" selected>`)
	code, body, _ = post(t, x.url+at, append([]part{key(), {field: "file", name: "台账.txt", text: "纸质台账"}}, fields...)...)
	if code != 200 {
		t.Fatalf("entered: %d", code)
	}
	wants(t, body, "&#43;3", "台账.txt", "手工登记3。", "由几处相加的数字", at+"/t3.partial.legal")
	_, body = x.get(at + "/t3.result_total.total")
	wants(t, body, "系统启用以前的纸质台账第3至5号", "&#43;3", "台账.txt")
	list, err := x.st.CompiledEntries(t.Context(), x.clerk().Viewer, x.town.ID, 2025)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id := fmt.Sprint(list[0].ID)
	if code, body := x.get(at + "/file/" + id); code != 200 || body != "纸质台账" {
		t.Errorf("document: %d %s", code, body)
	}
	x.as(31, "邻居", org.Drafter, x.next)
	for _, path := range []string{"", "/t3.new.total", "/file/" + id, "/take"} {
		if code, _ := x.get(at + path); code != http.StatusNotFound {
			t.Errorf("a neighbour gets %d at %s", code, path)
		}
	}
	if code, _ := x.plain(at+"/remove", map[string]string{"entry": id, "why": "误登"}); code != http.StatusNotFound {
		t.Errorf("a neighbour takes it back: %d", code)
	}
	x.clerk()
	if code, body := x.plain(at+"/remove", map[string]string{"entry": id, "why": ""}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请写明撤销的理由") {
		t.Errorf("without a reason: %d", code)
	}
	if code, body := x.plain(at+"/remove", map[string]string{"entry": id, "why": "已补登台账"}); code != 200 || !strings.Contains(body, "已撤销的 1 笔") || strings.Contains(body, "由几处相加的数字") {
		t.Errorf("taken back: %d", code)
	}
}

// A county compiles its own part and takes it into 本级数据; from the sum its cell
// opens to the files.
func TestOwnFiguresAreTakenFromTheRegisters(t *testing.T) {
	x := newAdding(t)
	asked(t, x.st, x.organs[0], "县级预算执行", law.Day(2025, 3, 3))
	x.publish(t, 1, 2025, 12)
	at := filingPath(x.organs[0].ID, 2025) + "/compile"
	body := x.open(t, at)
	wants(t, body, "本级的系统数据", "取数到本级数据", at+"/t3.new.natural")
	wants(t, x.open(t, at+"/take"), `name="is.t3.new.natural" value="1"`)
	form := url.Values{"key": {page.NewKey()}, "version": {"0"}, "do": {"take"}}
	for _, cell := range []string{"t3.new.natural", "t3.new.total", "t3.carried_in.total"} {
		form.Add("cell", cell)
		form.Set("was."+cell, "")
		form.Set("is."+cell, "1")
	}
	form.Set("is.t3.carried_in.total", "0")
	if code, body := x.send(t, at+"/take", form); code != 200 || !strings.Contains(body, "系统数据已填入") {
		t.Fatalf("taking: %d", code)
	}
	own := x.open(t, "/desk/totals/own"+x.query())
	wants(t, own, `name="t3.new.total" value="1"`, "系统数据", "系统数据 1</a>", at+"/t3.granted.natural")
	wants(t, x.open(t, "/desk/totals"+x.query()), ">13</a>")
	wants(t, x.open(t, "/desk/totals/cell"+x.query("cell", "t3.new.total")), at+"/t3.new.total", "数的是哪几件")
	wants(t, x.open(t, at+"/t3.new.total"), "县级预算执行")
}
