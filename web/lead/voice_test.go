package lead

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func TestVoiceTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"voices": voicesTemplate.Check(voicesPage{}), "voice": voiceTemplate.Check(voicePage{}), "form": voiceFormTemplate.Check(voiceFormPage{}), "gone": voiceGoneTemplate.Check(voiceGonePage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func aCall() url.Values {
	return url.Values{"kind": {"question"}, "channel": {"phone"}, "title": {"低保名单何时更新"}, "text": {"来电人说公示栏里还是去年的名单，问什么时候更新。"},
		"name": {"甲某某"}, "phone": {"13955550001"}, "consent": {"1"}, "topic": {"主动公开"}}
}

// A call is noted, looked into, answered by letter and shown to everybody in
// other words.
func TestCallFromNoteToPublishedAnswer(t *testing.T) {
	d := newLedgerCounty(t)
	handler := d.known("办理人", 1, org.Handler)
	fill := aCall()
	fill.Set("phone", "打他手机")
	d.again(d.send("/desk/voices/new", "", fill), "电话号码无法识别", `value="低保名单何时更新"`, "还是去年的名单")
	at := d.went(d.send("/desk/voices/new", "", aCall(), "files", `C:\扫描\电话记录.pdf`, "%PDF-1.4 记录"))
	p := d.see(at + "?done=created")
	d.says(p, "已登记。", "低保名单何时更新", "甲某某", "13955550001", "2026-0001", "还剩 5 个工作日", "2026-03-09", "电话记录.pdf", "青石镇人民政府", "查询码")
	file := regexp.MustCompile(`/desk/voices/\d+/files/1`).FindString(p)
	if code, body := d.ask(file); code != 200 || body != "%PDF-1.4 记录" {
		t.Errorf("the scan: %d %q", code, body)
	}
	d.says(d.see("/desk/voices"), "低保名单何时更新", "网络问政", "办理中 1 件")
	d.went(d.send(at, "assign", url.Values{"handler": {fmt.Sprint(handler)}}))
	d.says(d.see("/desk/voices?mine=1"), "办理人", "2026-0001")
	d.again(d.send(at, "extend", url.Values{"until": {"2026-06-30"}, "why_extend": {"要到村里核实"}}), "延期最多到", "要到村里核实")
	d.went(d.send(at, "extend", url.Values{"until": {"2026-03-13"}, "why_extend": {"要到村里核实"}}))
	d.says(d.see(at), "2026-03-13", "要到村里核实")
	d.went(d.send(at, "answer", url.Values{"answer": {"新名单3月5日前上墙。"}, "how": {"电话答复"}}))
	p = d.see(at + "?done=replied")
	d.says(p, "已答复", "新名单3月5日前上墙。", "letter/docx")
	for _, f := range []string{"docx", "pdf"} {
		if code, body := d.ask(at + "/letter/" + f); code != 200 || len(body) < 1000 {
			t.Errorf("letter as %s: %d, %d bytes", f, code, len(body))
		}
	}
	d.again(d.send(at, "publish", url.Values{"shown_title": {"低保名单何时更新"}, "shown_question": {"甲某某问何时更新"}, "shown_answer": {"3月5日前。"}}), "提出人姓名")
	d.went(d.send(at, "publish", url.Values{"shown_title": {"低保名单何时更新"}, "shown_question": {"公示栏的低保名单何时更新？"}, "shown_answer": {"3月5日前。"}}))
	if list, err := d.store.ShownVoices(t.Context(), store.ShownQuery{}); err != nil || len(list) != 1 {
		t.Errorf("published: %v %v", list, err)
	}
	d.went(d.send(at, "withdraw", nil))
	if list, err := d.store.ShownVoices(t.Context(), store.ShownQuery{}); err != nil || len(list) != 0 {
		t.Errorf("withdrawn: %v %v", list, err)
	}
}

// A complaint of a town taken by the town itself goes to the county, out of the
// town's sight; the county finds, orders and answers.
func TestComplaintGoesUpAndLeadsToAnOrder(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("镇办理人", 1, org.Handler)
	fill := aCall()
	fill.Set("kind", "complaint")
	d.again(d.send("/desk/voices/new", "", fill), "请写明投诉举报的是哪个机关")
	fill.Set("about", "没有这个机关")
	d.again(d.send("/desk/voices/new", "", fill), "没有找到“没有这个机关”")
	fill.Set("about", "青石镇人民政府")
	w := d.send("/desk/voices/new", "", fill)
	if w.Code != http.StatusOK {
		t.Fatalf("answered %d %s", w.Code, ledgerText(w.Body.String()))
	}
	d.says(w.Body.String(), "已移送云岭县人民政府", "2026-0001", "2026年3月30日")
	if p := d.see("/desk/voices?state=all"); strings.Contains(p, "低保名单") {
		t.Error("the town still reads the complaint about itself")
	}
	d.known("县公开办", 0, org.Office)
	at := regexp.MustCompile(`/desk/voices/\d+`).FindString(d.see("/desk/voices"))
	d.says(d.see(at), "保存查证结论后，才能答复")
	d.again(d.send(at, "transfer", url.Values{"to": {"青石镇人民政府"}, "why_transfer": {"请你镇办理"}}), "不能转给被投诉举报的机关")
	d.again(d.send(at, "find", url.Values{"verdict": {"proven"}, "finding": {"公示栏八个月未更新"}}), "督促整改或者通报批评")
	if p := d.see(at); strings.Contains(p, "/desk/orders/new") {
		t.Error("an order is offered before anything was found")
	}
	d.went(d.send(at, "find", url.Values{"verdict": {"proven"}, "finding": {"公示栏八个月未更新"}, "measure": {"督促整改，限十日"}}))
	d.says(d.see(at), "/desk/orders/new?from=voice/", "督促整改，限十日", "属实")
	d.went(d.send(at, "answer", url.Values{"answer": {"经查证属实，已督促整改。"}}))
	if p := d.see(at); strings.Contains(p, "公开的问题") {
		t.Error("a complaint is offered for publication")
	}
}

func TestSecondOfficerOnAVoiceLosesNothing(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	at := d.went(d.send("/desk/voices/new", "", aCall()))
	mine := d.see(at)
	d.went(d.send(at, "extend", url.Values{"until": {"2026-03-12"}, "why_extend": {"核实"}}))
	w := d.sendFrom(mine, at, "answer", url.Values{"answer": {"我写的答复在这里"}})
	if w.Code != http.StatusConflict {
		t.Fatalf("answered %d", w.Code)
	}
	d.says(w.Body.String(), "别人已经办理了这一件", "我写的答复在这里", "2026-03-12")
	if w := d.sendFrom(w.Body.String(), at, "answer", url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("after looking: %d", w.Code)
	}
}

// Who only reads sees no name and no number; the neighbour sees nothing.
func TestVoiceIsMaskedForReadersAndHiddenFromNeighbours(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	fill := aCall()
	fill.Set("text", "打我电话13955550001，我是甲某某的家属，公示栏没有更新。")
	at := d.went(d.send("/desk/voices/new", "", fill, "files", "a.pdf", "%PDF-1.4 x"))
	for _, role := range []org.Role{org.Drafter, org.Reviewer} {
		d.as(77, 1, role)
		p := d.see(at)
		if strings.Contains(p, "13955550001") || strings.Contains(p, ">甲某某<") || strings.Contains(p, "/files/1") || strings.Contains(p, `name="do"`) || strings.Contains(p, "查询码") {
			t.Errorf("%s reads too much", role)
		}
		d.says(p, "甲**", "139****0001", "已隐去")
	}
	d.as(78, 0, org.Supervisor)
	if p := d.see(at); strings.Contains(p, "13955550001") {
		t.Error("the supervisor reads the telephone number")
	}
	for _, who := range []org.Role{org.Handler, org.Head, org.Office, org.Supervisor} {
		d.as(79, 2, who)
		for _, path := range []string{at, at + "/letter/docx", at + "/files/1"} {
			if code, body := d.ask(path); code != http.StatusNotFound && code != http.StatusForbidden || strings.Contains(body, "甲某某") {
				t.Errorf("the neighbour's %s asks for %s: %d", who, path, code)
			}
		}
		if _, body := d.ask("/desk/voices?state=all"); strings.Contains(body, "低保名单") {
			t.Errorf("the neighbour's %s has it in the list", who)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, at, strings.NewReader("do=answer&answer=x&on=2026-03-02&version=1&key=k"+string(who)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		d.handler.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
			t.Errorf("the neighbour's %s answers it: %d", who, w.Code)
		}
	}
}

// That somebody read is logged once for a list, and by reference only.
func TestReadingVoicesIsLogged(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	for range 3 {
		d.went(d.send("/desk/voices/new", "", aCall()))
	}
	d.as(50, 0, org.Office)
	d.see("/desk/voices")
	d.see("/desk/voices")
	list, err := d.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Kind: act.PersonalRead, Officer: 50})
	if err != nil || len(list) != 1 || len(list[0].Act.Body.(act.Record).Refs) != 3 {
		t.Errorf("%d acts of reading (%v)", len(list), err)
	}
	if strings.Contains(fmt.Sprintf("%+v", list), "甲某某") {
		t.Error("the act of reading names the person")
	}
}

func TestRepetitionIsFoundAndMerged(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	first := d.went(d.send("/desk/voices/new", "", aCall()))
	second := d.went(d.send("/desk/voices/new", "", aCall()))
	d.says(d.see(second), "有 1 件相似", "文字相似 100%，联系方式相同")
	d.again(d.send(second, "merge", url.Values{"into": {"2026-0099"}, "why_merge": {"重复"}}), "没有编号“2026-0099”")
	d.went(d.send(second, "merge", url.Values{"why_merge": {"同一人就同一件事重复来电"}}))
	d.says(d.see(second), "已并案", "2026-0001", first)
}

func TestErasedVoiceShowsNothing(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("负责人", 1, org.Head)
	at := d.went(d.send("/desk/voices/new", "", aCall()))
	if strings.Contains(d.see(at), "清除，不能恢复") {
		t.Error("one that is open can be erased")
	}
	d.went(d.send(at, "answer", url.Values{"answer": {"已更新。"}}))
	d.went(d.send(at, "erase", nil))
	p := d.see(at + "?done=wiped")
	d.says(p, "内容已清除，登记仍在。", "2026-0001", "网络问政")
	for _, w := range []string{"甲某某", "13955550001", "低保名单"} {
		if strings.Contains(p, w) {
			t.Errorf("%s is still shown", w)
		}
	}
	d.says(d.see("/desk/voices?state=all"), "（内容已清除）")
}

// What is hostile is refused with words, and nothing breaks.
func TestHostileVoiceForms(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	for field, value := range map[string]string{"title": "a\x00b", "text": strings.Repeat("长", 5000), "name": "甲\u202e乙", "received": "2026-02-31", "topic": "<script>", "kind": "x", "channel": "x", "about": strings.Repeat("镇", 300)} {
		fill := aCall()
		fill.Set(field, value)
		if field == "about" {
			fill.Set("kind", "complaint")
		}
		if w := d.send("/desk/voices/new", "", fill); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", field, w.Code)
		}
	}
	fill := aCall()
	fill.Set("title", `<script>alert(1)</script>`)
	if p := d.see(d.went(d.send("/desk/voices/new", "", fill))); strings.Contains(p, "<script>alert") {
		t.Error("markup of a person is markup of the page")
	}
	for _, f := range []string{"#!/bin/sh\nrm -rf /", "MZ\x90\x00", "<html><script>", "纯文字"} {
		d.again(d.send("/desk/voices/new", "", aCall(), "files", "x.pdf", f), "请检查是否选错了文件")
	}
	for _, path := range []string{"/desk/voices/9999999999999999999999", "/desk/voices/0", "/desk/voices/-1", "/desk/voices/1/files/99999999999999999999", "/desk/voices/1/letter/exe"} {
		if code, _ := d.ask(path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	if code, _ := d.ask("/desk/voices?after=%00%00&q=%27%25&from=x&to=9999-99-99&state=%3Cb%3E"); code != http.StatusBadRequest {
		t.Errorf("a damaged mark: %d", code)
	}
	// Somebody else's organ in the form.
	fill = aCall()
	fill.Set("organ", fmt.Sprint(d.organs[2].ID))
	d.again(d.send("/desk/voices/new", "", fill), "您的岗位没有这项权限")
}

func TestRegisterIsExportedWithoutPersons(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	d.went(d.send("/desk/voices/new", "", aCall()))
	body := d.see("/desk/voices.csv?state=all")
	if !strings.Contains(body, "2026-0001") || strings.Contains(body, "甲某某") || strings.Contains(body, "低保") || strings.Contains(body, "1395555") {
		t.Errorf("the register says %s", body)
	}
}

// What somebody wrote in reply stays readable as a letter.
func TestReplyLetterSaysWhatWasAnswered(t *testing.T) {
	x := store.VoiceRow{OrganName: "青石镇人民政府", Voice: oversight.Voice{Number: "2026-0001", Kind: oversight.Infringed, Channel: oversight.ByMail, State: oversight.VoiceAnswered,
		Content: oversight.VoiceContent{Name: "甲某", Title: "名单", Answer: "已更正。"}}}
	l := voiceReply(x)
	for _, w := range []string{"2026-0001", "已更正。", "行政复议"} {
		if !strings.Contains(l.Text, w) {
			t.Errorf("the letter does not say %s: %s", w, l.Text)
		}
	}
	if l.To != "甲某" || l.From != "青石镇人民政府" {
		t.Errorf("%+v", l)
	}
}
