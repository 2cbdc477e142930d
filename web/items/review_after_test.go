package items

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
)

// A planted secret is gone from every page of the desk within two seconds of one
// confirmation; the secrecy officer alone opens the sealed copy; the register of
// incidents has an entry that says nothing of it.
func TestRemovalInEmergencyLeavesNothing(t *testing.T) {
	x := newReviewDesk(t)
	at := x.out(noticeText("关于某某工程的通知", "某某工程的坐标见附图。"))
	x.asClerk()
	if code, _ := x.get(at + "/remove"); code != http.StatusForbidden {
		t.Errorf("a clerk reaches the removal: %d", code)
	}
	x.asOffice()
	x.shows(at+"/remove", "确认后立即生效", "涉嫌国家秘密")
	x.no("请选择撤下的原因", at+"/remove", "")
	begun := time.Now()
	x.ok("已紧急撤下", at+"/remove", "", "cause", "state_secret")
	if d := time.Since(begun); d > 2*time.Second {
		t.Errorf("it took %v", d)
	}
	for _, path := range []string{at, "/desk/items", "/desk/items?state=all", "/desk/items?state=down", "/desk/items/archive", "/desk/items/held", "/desk/items?q=某某工程"} {
		_, body := x.get(path)
		for _, s := range []string{"坐标", "关于某某工程"} {
			if strings.Contains(strings.ReplaceAll(body, `value="某某工程"`, ""), s) {
				t.Errorf("%s still says %q", path, s)
			}
		}
	}
	x.shows(at+"/sealed", "坐标见附图", "已经记入留痕")
	x.shows(at, "查阅封存件", "向保密行政管理部门", "涉嫌国家秘密")
	x.asLeader()
	if code, body := x.get(at + "/sealed"); code != http.StatusForbidden || strings.Contains(body, "坐标") {
		t.Errorf("the leader opens the sealed copy: %d", code)
	}
	x.asOffice()
	list, err := x.st.Incidents(t.Context(), x.visit.Viewer, store.IncidentQuery{})
	if err != nil || len(list) != 1 || !list[0].Secrecy || strings.Contains(fmt.Sprint(list[0].Content), "工程") {
		t.Errorf("incidents: %+v %v", list, err)
	}
}

// Several texts are signed in one post; one with a phone number nobody looked at
// cannot be ticked, and without the declaration none is signed.
func TestAListIsSigned(t *testing.T) {
	x := newReviewDesk(t)
	a, b := x.draft(noticeText("第一件", "正文一"), true), x.draft(noticeText("第二件", "正文二"), true)
	marked := x.draft(noticeText("第三件", "联系电话13800138000"), true)
	x.asOffice()
	body := x.shows("/desk/items/signoff", "第一件", "第二件", "第三件", "有标记没有处理")
	id := func(at string) string { return strings.TrimPrefix(at, "/desk/items/") }
	if strings.Contains(body, `value="`+id(marked)+`"`) {
		t.Error("a text with an open mark can be ticked")
	}
	row := func(at string) []string {
		f := x.item(at)
		return []string{"tick", id(at), "!v" + id(at), fmt.Sprint(f.Version), "!c" + id(at), f.Item.Content}
	}
	x.no("请先勾选要签的", "/desk/items/signoff", "")
	x.no("请先勾选表格下面的声明", "/desk/items/signoff", "", row(a)...)
	x.no("没有处理", "/desk/items/signoff", "", append(row(marked), "sure", "1")...)
	x.ok("勾选的已签", "/desk/items/signoff", "", append(append(row(a), row(b)...), "sure", "1")...)
	for _, at := range []string{a, b} {
		if f := x.item(at); len(f.Signed) != 1 {
			t.Errorf("%s: %d signatures", at, len(f.Signed))
		}
	}
}

// What is withheld keeps title, number and dates, and no text; it is looked at
// again, with a reason for each, and one that may go out is a draft again.
func TestWhatIsNotDisclosedIsLookedAtAgain(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于内部分工的通知", "分工的全部细节"), true)
	x.asOffice()
	x.no("请选择不主动公开的理由", at+"/review", "withhold", "at", "review", "review_by", "2027-03-01", "reason", "内部管理")
	x.no("要晚于今天", at+"/review", "withhold", "at", "review", "ground", "internal", "review_by", "2026-03-01", "reason", "内部管理")
	x.ok("已登记为不主动公开", at+"/review", "withhold", "at", "review", "ground", "internal", "review_by", "2026-12-01", "reason", "内部管理")
	if f := x.item(at); !f.Content.Body.Empty() || f.Content.Title == "" || f.Content.DocNo == "" {
		t.Errorf("kept: %+v", f.Content)
	}
	if texts, err := x.st.ItemTexts(t.Context(), x.visit.Viewer, x.item(at).ID); err != nil || len(texts) != 1 || !texts[0].Body.Empty() {
		t.Errorf("texts: %v %v", texts, err)
	}
	x.shows("/desk/items/held", "关于内部分工的通知", "内部事务信息", "第十六条")
	if code, body := x.get("/desk/items/held/list/docx"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("register: %d", code)
	}
	id := strings.TrimPrefix(at, "/desk/items/")
	row := func(how, why string) []string {
		return []string{"!next", "2027-03-01", "!r" + id, how, "!w" + id, why, "!v" + id, fmt.Sprint(x.item(at).Version)}
	}
	x.no("请至少对一件", "/desk/items/held", "", "!next", "2027-03-01")
	x.no("请写明评估审查的理由", "/desk/items/held", "", row("keep", "")...)
	x.ok("评估审查已登记", "/desk/items/held", "", row("keep", "情况没有变化")...)
	if f := x.item(at); f.Reviews != 1 || f.ReviewBy.String() != "2027-03-01" {
		t.Errorf("looked at: %+v", f.Item)
	}
	x.ok("评估审查已登记", "/desk/items/held", "", row("open", "分工已经公布")...)
	if f := x.item(at); !f.Editable() {
		t.Errorf("it is no draft: %s", f.Stage)
	}
	r, err := x.st.Inspect(t.Context(), nil)
	if err != nil || r.Count != 0 {
		t.Errorf("inspection: %+v %v", r, err)
	}
}

// What is out goes into a volume; the package holds texts, acts, proof and the
// list of hashes; the hand-over is registered with its receipt.
func TestVolumesOfTheArchive(t *testing.T) {
	x := newReviewDesk(t)
	at := x.out(noticeText("关于停水的通知", "明日停水。"))
	id := strings.TrimPrefix(at, "/desk/items/")
	x.asClerk()
	x.shows("/desk/items/archive", "关于停水的通知")
	x.no("请先勾选要立卷的信息", "/desk/items/archive", "file", "volume", "2026-001")
	x.no("不用斜线", "/desk/items/archive", "file", "volume", "a/b", "tick", id, "!v"+id, fmt.Sprint(x.item(at).Version))
	x.ok("已立卷归档", "/desk/items/archive", "file", "volume", "2026-001", "box", "3", "tick", id, "!v"+id, fmt.Sprint(x.item(at).Version))
	q := "organ=" + strconv.FormatInt(x.town.ID, 10) + "&volume=2026-001"
	_, pack := x.get("/desk/items/archive/package?" + q)
	z, err := zip.NewReader(bytes.NewReader([]byte(pack)), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name[strings.LastIndex(f.Name, "/")+1:])
	}
	for _, want := range []string{"text-1.json", "text.html", "metadata.xml", "acts.json", "SHA256SUMS"} {
		if !slices.Contains(names, want) {
			t.Errorf("the package has no %s: %v", want, names)
		}
	}
	if code, body := x.get("/desk/items/archive/list/docx?" + q); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("list: %d", code)
	}
	of := strconv.FormatInt(x.town.ID, 10) + "/2026-001"
	x.no("请写接收的单位", "/desk/items/archive", "hand", "of", of, "paper", "2026-03-02", "signer", "王某", "copies", "1")
	x.ok("云岭县档案馆，1份，王某签收", "/desk/items/archive", "hand", "of", of, "to", "云岭县档案馆", "paper", "2026-03-02", "signer", "王某", "copies", "1", "scan", "%PDF-1.4\n%%EOF\n")
	x.as(9, x.next, org.Publisher)
	for _, path := range []string{"/desk/items/archive/package?" + q, "/desk/items/archive/list/docx?" + q} {
		if code, _ := x.get(path); code != http.StatusNotFound {
			t.Errorf("a neighbour gets %s: %d", path, code)
		}
	}
}

// In every state of an item every form, sent with nothing in it or with nonsense,
// is answered with what is wrong; nothing fails and nothing goes on.
func TestWrongInputIsAnsweredInEveryStateOfAnItem(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于防汛的通知", "请做好防汛。"), false)
	bare := []string{"publish", "unschedule"} // these ask for nothing
	wrong := func(state string) {
		t.Helper()
		x.as(7, x.town, org.Reviewer, org.Secrecy, org.Signer, org.Head, org.Publisher, org.Drafter)
		for do := range doings() {
			for name, in := range map[string][]string{"nothing": nil, "nonsense": {"reason", "\x00", "ground", "x", "review_by", "昨天", "answer", "x", "date", "x", "time", "x", "day", "2999-01-01", "by", "x", "open", "x", "paper", "x", "q_secret", "x", "content", "x", "version", "x"},
				"far days": {"reason", "", "review_by", "0001-01-01", "date", "9999-12-31", "time", "25:99", "day", "0001-01-01", "paper", "9999-12-31", "signer", "x", "version", "1"}} {
				if slices.Contains(bare, do) && (name != "nonsense" || x.item(at).Can("item.published")) {
					continue
				}
				if do == "sign" && !x.item(at).Waiting().Secrecy {
					continue // a signature asks for nothing more
				}
				before := x.item(at).Version
				code, body, _ := x.send(at, do, in...)
				if code >= 500 || code == 0 || code == http.StatusOK {
					t.Errorf("%s: %s with %s: %d %s", state, do, name, code, seenOn(body))
				}
				if x.item(at).Version != before {
					t.Errorf("%s: %s with %s went on", state, do, name)
				}
			}
		}
	}
	wrong("draft")
	x.verb(x.clerk, at, hand)
	wrong("review")
	x.asOffice()
	x.ok("等待答复", at+"/review", "ask", "at", "review", "to", "县保密局", "reason", "第一段")
	wrong("asking")
	x.asOffice()
	x.ok("登记保密部门审定意见：可以公开", at, "answered", "answer", "may", "paper", "2026-03-02", "signer", "县保密局")
	x.ok("已签", at+"/review", "sign", none()...)
	x.asLeader()
	x.ok("已签", at+"/review", "sign")
	wrong("approved")
	x.asClerk()
	x.ok("已发布", at, "publish")
	wrong("live")
	x.asClerk()
	x.ok("已撤下", at, "withdraw", "reason", "重复发布。")
	wrong("withdrawn")
}
