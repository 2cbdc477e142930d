package office

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
)

func TestLogTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl *page.Template
		p    page.Page
	}{"log": {logTemplate, logPage{}}, "entry": {entryTemplate, entryPage{}}} {
		if err := c.tmpl.Check(c.p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// setting changes a setting of an organ as its head, on paper where a signer is
// given.
func (d *desk) setting(organ int, name, value, signer string, version int64) {
	d.t.Helper()
	d.as(int64(10+organ), organ, org.Head)
	by := store.By{Viewer: d.viewer, From: "192.0.2.7", Reason: "按上级要求"}
	if signer != "" {
		by.Paper, by.Signer, by.On = &act.Paper{On: law.Day(2026, 1, 9)}, signer, law.Day(2026, 1, 9)
	}
	if _, err := d.store.SaveSetting(d.t.Context(), by, store.Setting{Organ: d.organs[organ].ID, Name: name, Value: value, Version: version}); err != nil {
		d.t.Fatal(err)
	}
}

// entryLinks are the addresses of the entries on a page.
func entryLinks(p string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<div class="did"><a href="(/desk/log/\d+)"`).FindAllStringSubmatch(p, -1) {
		out = append(out, m[1])
	}
	return out
}

// Everything that was done can be found and opened: who, when, what changed from
// what to what, from where, and who signed on paper.
func TestHistoryOfASetting(t *testing.T) {
	d := newDesk(t)
	d.setting(1, "退回期限", "5个工作日", "", 0)
	d.setting(1, "退回期限", "7个工作日", "某镇长", 1)
	d.setting(2, "抄送", "县政府办", "", 0)

	d.as(11, 1, org.Drafter)
	code, p := d.get("/desk/log")
	if code != http.StatusOK || len(entryLinks(p)) != 2 {
		t.Fatalf("%d, %d entries", code, len(entryLinks(p)))
	}
	says(t, p, "2026-01-12", "修改设置", "青石镇人民政府设置“退回期限”", "<del>5个工作日</del>", "<ins>7个工作日</ins>", "纸质")
	if strings.Contains(p, "白杨") {
		t.Error("a town sees what another did")
	}
	_, p = d.get(entryLinks(p)[0])
	says(t, p, "某镇长于2026年1月9日在纸面签批", "192.0.2.7", "按上级要求", "第 1 条", "5个工作日", "7个工作日")

	d.as(1, 0, org.Auditor)
	_, p = d.get("/desk/log")
	if n := len(entryLinks(p)); n != 3 {
		t.Errorf("the auditor sees %d entries", n)
	}
	for query, n := range map[string]int{"whose=白杨": 1, "kind=task.": 0, "kind=setting.": 3, "from=2026-01-13": 0, "to=2026-01-12": 3, "who=没有": 0, "from=昨天晚上": 3,
		"ref=" + url.QueryEscape(store.SettingRef(d.organs[1].ID, "退回期限")): 2, "organ=" + store.ActID(d.organs[2].ID): 1, "before=1": 0} {
		code, p := d.get("/desk/log?" + query)
		if got := len(entryLinks(p)); code != http.StatusOK || got != n {
			t.Errorf("%s: %d, %d entries, want %d", query, code, got, n)
		}
	}
	_, p = d.get("/desk/log?ref=" + url.QueryEscape(store.SettingRef(d.organs[1].ID, "退回期限")))
	says(t, p, "青石镇人民政府设置“退回期限”的留痕", "理由：按上级要求")
	for _, path := range []string{"/desk/log/1", "/desk/log/x", "/desk/log/-3", "/desk/log/1/receipt.json"} {
		if code, _ := d.get(path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// The receipt of an act holds offline and tells no names.
func TestReceiptOfAnAct(t *testing.T) {
	d := newDesk(t)
	d.setting(1, "退回期限", "5个工作日", "", 0)
	_, p := d.get("/desk/log")
	at := entryLinks(p)[0]
	_, b := d.get(at + "/receipt.json")
	var r translog.Receipt
	if err := json.Unmarshal([]byte(b), &r); err != nil {
		t.Fatal(err, b)
	}
	if err := translog.VerifyReceipt(r, d.store.LogKey().Verifier); err != nil || strings.Contains(b, "5个工作日") || strings.Contains(b, "192.0.2.7") {
		t.Errorf("%v: %s", err, b)
	}
	d.as(12, 2, org.Head)
	if code, _ := d.get(at + "/receipt.json"); code != http.StatusNotFound {
		t.Errorf("another organ's receipt: %d", code)
	}
}

// A supervisor writes an opinion, the organ sees that it waits and answers.
func TestSupervisionOnTheDesk(t *testing.T) {
	d := newDesk(t)
	d.setting(1, "退回期限", "5个工作日", "", 0)
	d.as(1, 0, org.Supervisor)
	_, p := d.get("/desk/log")
	at := entryLinks(p)[0]
	_, p = d.get(at)
	says(t, p, "写监督意见")
	w := d.post(at+"/note", p, url.Values{"text": {"  "}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an empty opinion: %d", w.Code)
	}
	says(t, w.Body.String(), "请写明内容")
	note := follow(t, d.post(at+"/note", p, url.Values{"text": {"请说明缩短期限的依据。"}}))
	_, p = d.get(note)
	says(t, p, "请说明缩短期限的依据。", "监督意见")

	d.as(21, 1, org.Drafter)
	_, p = d.get("/desk/log")
	says(t, p, "1 条监督意见等待答复")
	if _, p = d.get(note); strings.Contains(p, "/answer") {
		t.Error("a clerk is offered to answer")
	}
	if w := d.post(note+"/answer", p, url.Values{"text": {"x"}, "key": {"k1"}}); w.Code != http.StatusForbidden {
		t.Errorf("a clerk answered: %d", w.Code)
	}
	d.as(11, 1, org.Head)
	_, p = d.get(note)
	follow(t, d.post(note+"/answer", p, url.Values{"text": {"依据是县政府办的通知。"}}))
	d.as(1, 0, org.Supervisor)
	_, p = d.get(note)
	says(t, p, "依据是县政府办的通知。", "答复监督意见")
	if _, p = d.get("/desk/log"); strings.Contains(p, "等待答复") {
		t.Error("an answered opinion still waits")
	}
}

// What stands beside an act is erased by another than who acted.
func TestErasingOnTheDesk(t *testing.T) {
	d := newDesk(t)
	d.setting(1, "退回期限", "5个工作日", "", 0)
	_, p := d.get("/desk/log")
	at := entryLinks(p)[0]
	if _, p = d.get(at); strings.Contains(p, "/erase") {
		t.Error("one is offered to erase one's own")
	}
	d.as(31, 1, org.Head)
	_, p = d.get(at)
	says(t, d.post(at+"/erase", p, url.Values{}).Body.String(), "请写明清除的理由")
	follow(t, d.post(at+"/erase", p, url.Values{"reason": {"保存期满"}}))
	_, p = d.get(at)
	says(t, p, "已按规定清除", "保存期满", "清除留痕附带内容")
	if strings.Contains(p, "5个工作日") {
		t.Error("the details are still shown")
	}
}

// An export has what the filter chooses, is safe in a spreadsheet, and is in the
// log itself.
func TestExportOfTheLog(t *testing.T) {
	d := newDesk(t)
	d.setting(1, "退回期限", "=1+1", "", 0)
	d.setting(2, "抄送", "县政府办", "", 0)
	d.as(1, 0, org.Auditor)
	_, p := d.get("/desk/log?whose=青石")
	w := d.post("/desk/log/export", p, url.Values{})
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 2 || lines[1][11] != "'=1+1" || lines[1][8] != "青石镇人民政府" {
		t.Fatalf("%v %v", lines, err)
	}
	if _, p = d.get("/desk/log?kind=data."); len(entryLinks(p)) != 1 {
		t.Error("the export left no entry")
	}
	says(t, p, "机关名称含“青石”")
}
