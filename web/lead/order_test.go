package lead

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func anOrder(d *ledgerCounty, organ int) url.Values {
	return url.Values{"organ": {fmt.Sprint(d.organs[organ].ID)}, "title": {"公开指南电话失效"}, "text": {"指南所列电话已停用，请更正。"}, "basis": {"《政府信息公开条例》第十二条"}, "due": {"2026-03-20"}}
}

func TestOrderFromGivenToStruckOff(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("县公开办", 0, org.Office)
	office := d.viewer
	bad := anOrder(d, 1)
	bad.Set("due", "2026-03-01")
	bad.Set("basis", "")
	d.again(d.send("/desk/orders/new", "", bad), "已经过去", "请写依据", "指南所列电话已停用")
	bad.Set("due", "三月底")
	d.again(d.send("/desk/orders/new", "", bad), "日期请写成")
	at := d.went(d.send("/desk/orders/new", "", anOrder(d, 1)))
	d.says(d.see(at+"?done=sent"), "整改中", "公开整改〔2026〕1号", "青石镇人民政府", "2026-03-20", "已发出。")
	for _, f := range []string{"docx", "pdf"} {
		if code, body := d.ask(at + "/letter/" + f); code != 200 || len(body) < 1000 {
			t.Errorf("letter as %s: %d, %d bytes", f, code, len(body))
		}
	}
	d.gone(at + "/letter/exe")
	d.known("镇经办", 1, org.Drafter)
	clerk := d.viewer
	d.says(d.see("/desk/orders"), "公开指南电话失效")
	d.again(d.fill(at, "/reply", "", url.Values{"reply": {"已更正"}}), "请附整改的佐证", "已更正")
	stale := d.see(at)
	d.went(d.fill(at, "/reply", "", url.Values{"reply": {"已更正"}, "link": {"https://qs.example/guide"}}))
	if w := d.fillFrom(stale, at, "/reply", "", url.Values{"reply": {"又报一次"}, "link": {"https://qs.example/guide"}}); w.Code != http.StatusConflict {
		t.Errorf("a second reply at once: %d", w.Code)
	}
	if p := d.see(at); strings.Contains(p, `value="accept"`) {
		t.Error("the town may accept its own reply")
	}
	d.viewer = office
	d.again(d.fill(at, "/decide", "return", nil), "退回须写明原因")
	d.went(d.fill(at, "/decide", "return", url.Values{"opinion": {"链接打不开"}}))
	d.again(d.fill(at, "/decide", "extend", url.Values{"until": {"2026-03-10"}, "reason": {"改版"}}), "新的期限要晚于")
	d.went(d.fill(at, "/decide", "extend", url.Values{"until": {"2026-03-31"}, "reason": {"网站改版"}}))
	d.says(d.see(at), "退回重报", "链接打不开", "2026-03-31", "由2026年3月20日延期", "网站改版")
	d.viewer = clerk
	d.went(d.fill(at, "/reply", "", url.Values{"reply": {"重新发布"}}, "file", "截图.pdf", "%PDF-1.4 图"))
	file := d.pathIn(d.see(at), `/desk/orderreplies/\d+/file`)
	if code, body := d.ask(file); code != 200 || body != "%PDF-1.4 图" {
		t.Errorf("the evidence: %d", code)
	}
	d.viewer = office
	d.went(d.fill(at, "/decide", "accept", nil))
	d.says(d.see(at), "已销号", "验收通过")
	if p := d.see("/desk/orders"); strings.Contains(p, "公开指南电话失效") {
		t.Error("what is struck off stands among the open ones")
	}
	d.says(d.see("/desk/orders?state=accepted"), "公开指南电话失效")
	d.known("邻镇经办", 2, org.Drafter)
	d.gone(file, at)
}

func TestOrderFromAnOpinionOfSupervision(t *testing.T) {
	d := newLedgerCounty(t)
	by := store.By{Viewer: org.Program("测试")}
	task, err := d.store.GiveTask(t.Context(), by, org.Task{Organ: d.organs[1].ID, Role: org.Drafter, Title: "更新指南"})
	if err != nil {
		t.Fatal(err)
	}
	d.known("县纪委", 0, org.Supervisor)
	note, err := d.store.NoteSupervision(t.Context(), store.By{Viewer: d.viewer}, store.TaskRef(planID(task.Answer)), "请说明电话停用了多久")
	if err != nil {
		t.Fatal(err)
	}
	d.gone("/desk/orders/new?from=act/" + note.Answer)
	d.known("县公开办", 0, org.Office)
	form := "/desk/orders/new?from=act/" + note.Answer
	d.says(d.see(form), "请说明电话停用了多久", "落实监督意见")
	at := d.went(d.send(form, "", url.Values{"due": {"2026-03-20"}}))
	d.says(d.see(at), "监督意见", "/desk/log/"+note.Answer, "青石镇人民政府")
	d.says(d.see("/desk/orders/new?from=<script>/1&organ=1"), "下达整改通知")
}

func TestAccountabilityIsRecorded(t *testing.T) {
	d := newLedgerCounty(t)
	head := d.known("戊己庚", 1, org.Head)
	town := d.viewer
	d.known("县公开办", 0, org.Office)
	order := d.went(d.send("/desk/orders/new", "", anOrder(d, 1)))
	form := d.pathIn(strings.ReplaceAll(d.see(order), "&amp;", "&"), `/desk/accountability/new\?[^"]+`)
	form = strings.ReplaceAll(form, "%2F", "/")
	d.says(d.see(form), "戊己庚", "打开")
	d.again(d.send(form, "keep", url.Values{"document": {""}, "on": {"2026-04-01"}}), "文号或名称", "日期不能晚于今天")
	d.went(d.send(form, "keep", url.Values{"kind": {"talked"}, "document": {"云政办函〔2026〕8号"}, "person": {fmt.Sprint(head)}, "detail": {"约谈镇公开机构负责人"}}))
	d.says(d.see("/desk/accountability"), "约谈", "云政办函〔2026〕8号", "戊己庚", "约谈镇公开机构负责人", order)
	d.viewer = town
	p := d.see("/desk/accountability")
	d.says(p, "约谈", "云政办函〔2026〕8号")
	if _, main, _ := strings.Cut(p, "<main"); strings.Contains(main, "戊己庚") || strings.Contains(main, "约谈镇公开机构负责人") {
		t.Error("the town is shown who it was")
	}
	d.known("邻镇", 2, org.Head)
	if p := d.see("/desk/accountability"); strings.Contains(p, "8号") {
		t.Error("the neighbour is shown it")
	}
}

func aRecurring(d *ledgerCounty, organ int) url.Values {
	return url.Values{"organ": {fmt.Sprint(d.organs[organ].ID)}, "name": {"城乡低保对象名单"}, "category": {"社会救助"}, "kind": {"monthly"}, "day": {"25"}, "basis": {"县政府办通知"}, "from": {"2026-01-01"}}
}

func TestRecurringIsSetRemindedAndTickedOff(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("县公开办", 0, org.Office)
	office := d.viewer
	bad := aRecurring(d, 1)
	bad.Set("day", "四十")
	bad.Set("from", "")
	d.again(d.send("/desk/recurring/new", "", bad), "每月的日期写1到31", "请写从哪天起执行", "城乡低保对象名单")
	at := d.went(d.send("/desk/recurring/new", "", aRecurring(d, 1)))
	d.says(d.see(at), "每月25日前", "2026-01-25", "已逾期", "修改或停止")
	d.says(d.see("/desk/recurring"), "已超期", "1 项超期", "城乡低保对象名单")
	d.went(d.send("/desk/recurring/templates", "", url.Values{"organ": {fmt.Sprint(d.organs[1].ID), fmt.Sprint(d.organs[2].ID)}}))
	p := d.see("/desk/recurring")
	d.says(p, "本级预算、预算调整及其说明", "等待事项发生", "核对、更新公开指南和公开目录", "2026年3月", "白杨镇人民政府")
	d.again(d.send("/desk/recurring/templates", "", nil), "请至少选择一个机关")
	d.known("镇经办", 1, org.Drafter)
	if p := d.see("/desk/recurring"); strings.Contains(p, "白杨镇人民政府") || strings.Contains(p, "按模板建立</a>") {
		t.Error("the town is shown its neighbour's calendar, or may set one")
	}
	d.again(d.fill(at, "/tick", "", url.Values{"done_on": {"2026-03-01"}}), "请填写公开页面的链接")
	d.again(d.fill(at, "/tick", "", url.Values{"done_on": {"2026-03-09"}, "note": {"x"}}), "公开日期不能晚于今天")
	d.went(d.fill(at, "/tick", "", url.Values{"period": {"2026-01"}, "done_on": {"2026-02-01"}}, "file", "公开栏.jpg", "\xff\xd8\xff\xe0照片"))
	p = d.see(at)
	d.says(p, "2026年1月", "逾期公开", "公开栏.jpg", "2026-02-25")
	file := d.pathIn(p, `/desk/ticks/\d+/file`)
	budget := d.pathIn(d.see("/desk/recurring?q=本级预算"), `/desk/recurring/\d+`)
	d.again(d.fill(budget, "/event", "", url.Values{"event": {""}, "event_on": {"2026-02-20"}}), "请写发生了什么")
	w := d.fill(budget, "/event", "", url.Values{"event": {"2月20日县人大批准2026年预算"}, "event_on": {"2026-02-20"}})
	d.again(w, "之前")
	d.viewer = office
	d.went(d.fill(budget+"/edit", "/edit", "", url.Values{"from": {"2026-01-01"}}))
	d.known("镇经办二", 1, org.Drafter)
	d.went(d.fill(budget, "/event", "", url.Values{"event": {"2月20日县人大批准2026年预算"}, "event_on": {"2026-02-20"}}))
	d.says(d.see(budget), "2026-03-12", "县人大批准", "登记已公开")
	d.went(d.fill(budget, "/tick", "", url.Values{"done_on": {"2026-03-02"}, "link": {"https://qs.example/budget"}}))
	d.says(d.see(budget), "已公开", "没有待公开的")
	d.known("邻镇经办", 2, org.Drafter)
	d.gone(file, at)
}

func TestDispatchIsIssuedAndAnswered(t *testing.T) {
	d := newLedgerCounty(t)
	d.led()
	d.went(d.send("/desk/recurring/new", "", aRecurring(d, 1)))
	p := d.see("/desk/dispatch")
	d.says(p, "尚未接入", "青石镇人民政府", "本次查看3个单位，1个单位有缺口，共1项", "不等于没有", "印发2026年3月政务公开调度", "2026年3月25日")
	d.says(d.see("/desk/dispatch?on=2026-04-25"), "青石镇人民政府", "白杨镇人民政府", "云岭县人民政府") // the plan's limit and the report's are over by then
	d.says(d.see("/desk/dispatch?organ="+fmt.Sprint(d.organs[1].ID)), "重点公开事项超期", "城乡低保对象名单（2026年1月）", "下达整改")
	d.again(d.fill("/desk/dispatch?on=2026-03-25", "/issue", "", nil), "还没有到")
	at := d.went(d.fill("/desk/dispatch", "/issue", "", url.Values{"note": {"请各单位月底前销号。"}}))
	d.says(d.see(at), "2026-03-02 印发", "请各单位月底前销号。", "0/1")
	if p := d.see("/desk/dispatch"); strings.Contains(p, `action="/desk/dispatch/issue"`) {
		t.Error("a month can be dispatched twice")
	}
	for _, q := range []string{"format=pdf", "format=docx", "format=docx&full=1"} {
		for _, path := range []string{at + "/print?" + q, "/desk/dispatch/print?" + q} {
			if code, body := d.ask(path); code != 200 || len(body) < 1000 {
				t.Errorf("%s: %d, %d bytes", path, code, len(body))
			}
		}
	}
	gap := d.pathIn(strings.ReplaceAll(d.see(at+"?organ="+fmt.Sprint(d.organs[1].ID)), "%2F", "/"), `/desk/orders/new\?from=gap/\d+`)
	d.says(d.see(gap), "月度调度", "城乡低保对象名单（2026年1月）")
	d.known("镇经办", 1, org.Drafter)
	page := d.see(at)
	d.says(page, "城乡低保对象名单（2026年1月）", "原因和措施")
	if strings.Contains(page, "白杨镇") || strings.Contains(page, "下达整改") {
		t.Error("the town is shown its neighbour, or may give orders")
	}
	name := d.pathIn(page, `answer-\d+`)
	promise := strings.Replace(name, "answer", "promise", 1)
	d.again(d.fill(at, "/answer", "", nil), "请至少填写一项")
	d.again(d.fill(at, "/answer", "", url.Values{name: {"经办人变动"}, promise: {""}}), "请写完成日期", "经办人变动")
	stale := d.see(at)
	d.went(d.fill(at, "/answer", "", url.Values{name: {"经办人变动，本周补上"}, promise: {"2026-03-06"}}))
	if w := d.fillFrom(stale, at, "/answer", "", url.Values{name: {"同时又答"}, promise: {"2026-03-07"}}); w.Code != http.StatusConflict {
		t.Errorf("two answers at once: %d", w.Code)
	}
	d.says(d.see(at), "经办人变动，本周补上")
	d.gone(at+"/print", "/desk/dispatch?office="+fmt.Sprint(d.organs[0].ID))
	d.known("邻镇经办", 2, org.Drafter)
	d.gone(at)
	d.known("县公开办二", 0, org.Office)
	d.says(d.see(at), "1/1")
}

// What is said of a gap leads to where it can be seen.
func TestGapsLeadToTheirEvidence(t *testing.T) {
	for ref, want := range map[string]string{"plantask/5": "/desk/plantasks/5", "recurring/7/2026-01": "/desk/recurring/7", "order/9": "/desk/orders/9", "task/3": "/desk/tasks/3", "voice/4": "/desk/voices/4", "request/6": "/desk/requests/6", "": "", "x/1": ""} {
		if got := gapHref(oversight.Gap{Ref: ref}); got != want {
			t.Errorf("%q leads to %q", ref, got)
		}
	}
	if got := dutyRule("event:w", "7", ""); got != (oversight.DutyRule{Kind: oversight.OnEvent, Day: 7, Workdays: true}) {
		t.Errorf("seven working days are %+v", got)
	}
	for _, x := range oversight.DutyTemplates() {
		kind, day, month := dutyWords(x.Rule)
		if got := dutyRule(kind, day, month); got != x.Rule {
			t.Errorf("%s: %+v goes through the form as %+v", x.ID, x.Rule, got)
		}
	}
}

// An order is given from what a score table lacks, and from a complaint; both
// times the form is filled from there, and the order leads back to it.
func TestOrderFromAScoreAndFromAVoice(t *testing.T) {
	d := newLedgerCounty(t)
	round := d.opened()
	d.went(d.send(round, "compute", nil))
	sheet := d.sheetAt(round, "青石镇")
	form := d.pathIn(strings.ReplaceAll(strings.ReplaceAll(d.see(sheet), "&amp;", "&"), "%2F", "/"), `/desk/orders/new\?[^"]*from=score/[^"]*`)
	at := d.went(d.send(form, "", url.Values{"title": {"领导小组未组成"}, "text": {"请在期限内组成并报备。"}, "basis": {"季度考评方案1.1"}, "due": {"2026-03-20"}}))
	d.says(d.see(at), "考核", "青石镇人民政府", "领导小组未组成")

	d.known("办理人", 1, org.Handler)
	voice := d.went(d.send("/desk/voices/new", "", aCall()))
	d.known("县公开办二", 0, org.Office)
	form = "/desk/orders/new?from=" + strings.TrimPrefix(strings.Replace(voice, "voices", "voice", 1), "/desk/")
	d.says(d.see(form), "2026-0001", "督促整改")
	at = d.went(d.send(form, "", url.Values{"text": {"请更新公示栏并答复来电人。"}, "basis": {"《政府信息公开条例》第四十七条"}, "due": {"2026-03-20"}}))
	d.says(d.see(at), "投诉意见", "青石镇人民政府", voice)
	d.known("邻镇", 2, org.Office)
	d.gone(form)
}
