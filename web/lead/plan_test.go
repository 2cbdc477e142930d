package lead

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func TestLeadingTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl *page.Template
		p    page.Page
	}{
		"plans": {plansTemplate, plansPage{}}, "plan": {planTemplate, planPage{}}, "plan form": {planFormTemplate, planFormPage{}}, "task": {planTaskTemplate, planTaskPage{}},
		"split": {planSplitTemplate, planSplitPage{}}, "import": {planImportTemplate, planImportPage{}},
		"recurring": {recurringTemplate, recurringPage{}}, "recurring item": {recurringItemTemplate, recurringItemPage{}}, "templates": {recurringTemplatesTemplate, recurringTemplatesPage{}},
		"dispatch": {dispatchTemplate, dispatchPage{}}, "orders": {ordersTemplate, ordersPage{}}, "order": {orderTemplate, orderPage{}}, "order form": {orderFormTemplate, orderFormPage{}},
		"accounts": {accountsTemplate, accountsPage{}}, "account form": {accountFormTemplate, orderFormPage{}},
	} {
		if err := c.tmpl.Check(c.p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fill sends the form of a page whose address ends so.
func (d *ledgerCounty) fill(path, action, do string, values url.Values, files ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.fillFrom(d.see(path), path, action, do, values, files...)
}

func (d *ledgerCounty) fillFrom(body, path, action, do string, values url.Values, files ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data != "form" || ledgerAttr(n, "method") != "post" || !strings.HasSuffix(ledgerAttr(n, "action"), action) || do != "" && ledgerFormOf(n, do) == nil && !offers(n, do) {
			continue
		}
		var b bytes.Buffer
		if err := html.Render(&b, n); err != nil {
			d.t.Fatal(err)
		}
		return d.sendFrom(b.String(), path, do, values, files...)
	}
	d.t.Fatalf("%s has no form to %s with %q: %.900s", path, action, do, ledgerText(body))
	return nil
}

// offers reports whether a form has a button of this value.
func offers(form *html.Node, do string) bool {
	for b := range form.Descendants() {
		if b.Data == "button" && ledgerAttr(b, "name") == "do" && ledgerAttr(b, "value") == do {
			return true
		}
	}
	return false
}

// gone checks that somebody is told that there is no such page.
func (d *ledgerCounty) gone(paths ...string) {
	d.t.Helper()
	for _, p := range paths {
		if code, body := d.ask(p); code != http.StatusNotFound && code != http.StatusForbidden {
			d.t.Errorf("%s is shown: %d %.300s", p, code, ledgerText(body))
		}
	}
}

const pasted = "序号\t任务\t责任单位\t配合单位\t完成时限\t佐证材料\n1\t更新公开指南\t各乡镇\t\t3月底前\t页面链接\n2\t集中公开预决算\t水利局\t\t尽快\t\n"

// pathIn is the first address of a page that fits.
func (d *ledgerCounty) pathIn(body, pattern string) string {
	d.t.Helper()
	m := regexp.MustCompile(pattern).FindString(body)
	if m == "" {
		d.t.Fatalf("no %s in %.900s", pattern, ledgerText(body))
	}
	return m
}

// led makes a plan of two tasks that is issued; as says who asks afterwards.
func (d *ledgerCounty) led() (plan string, tasks []string) {
	d.t.Helper()
	d.known("县公开办", 0, org.Office)
	plan = d.went(d.send("/desk/plan/new", "", url.Values{"title": {"2026年政务公开工作要点"}, "number": {"云政办发〔2026〕5号"}}))
	w := d.fill(plan+"/import", "/import", "check", url.Values{"text": {strings.Replace(strings.Replace(pasted, "水利局", "青石镇", 1), "尽快", "持续推进", 1)}})
	if w.Code != http.StatusOK {
		d.t.Fatalf("checked: %d %s", w.Code, ledgerText(w.Body.String()))
	}
	d.went(d.fillFrom(w.Body.String(), plan+"/import", "/import", "keep", nil))
	d.went(d.fill(plan, "/issue", "", url.Values{"on": {"2026-03-02"}}))
	return plan, regexp.MustCompile(`/desk/plantasks/\d+`).FindAllString(d.see(plan), -1)
}

func TestPlanFromATableToDone(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("县公开办", 0, org.Office)
	d.again(d.send("/desk/plan/new", "", url.Values{"title": {" "}, "year": {"二〇二六"}}), "请写标题", "年度请写四位数字")
	plan := d.went(d.send("/desk/plan/new", "", url.Values{"title": {"2026年政务公开工作要点"}, "number": {"云政办发〔2026〕5号"}}))
	d.says(d.see(plan), "未印发", "还没有任务")
	d.again(d.fill(plan, "/issue", "", nil), "还没有任务")
	d.again(d.fill(plan+"/import", "/import", "check", url.Values{"text": {"随便写写"}}), "没有读到任务")
	d.again(d.fill(plan+"/import", "/import", "check", nil, "file", "要点.xlsx", "这不是表格"), "导入任务")
	bad := d.fill(plan+"/import", "/import", "check", url.Values{"text": {pasted}})
	d.again(bad, "1 条有误", "认不出“水利局”", "认不出完成时限“尽快”", "青石镇人民政府、白杨镇人民政府", "2026-03-31")
	if strings.Contains(bad.Body.String(), `value="keep"`) {
		t.Error("a table with errors can be imported")
	}
	good := d.fillFrom(bad.Body.String(), plan+"/import", "/import", "check", url.Values{"text": {strings.Replace(strings.Replace(pasted, "水利局", "青石镇", 1), "尽快", "持续推进", 1)}})
	d.says(good.Body.String(), "没有问题", "导入 2 条", "全年")
	d.went(d.fillFrom(good.Body.String(), plan+"/import", "/import", "keep", nil))
	d.says(d.see(plan), "更新公开指南", "集中公开预决算", "未报进展")
	town := d.viewer
	d.known("镇经办", 1, org.Drafter)
	clerk := d.viewer
	d.gone(plan, plan+"/edit", plan+"/import")
	if p := d.see("/desk/plan"); strings.Contains(p, "2026年政务公开工作要点") {
		t.Error("the town is shown a draft")
	}
	d.viewer = town
	d.again(d.fill(plan, "/issue", "", url.Values{"on": {"2026-04-01"}}), "印发日期不能晚于今天")
	d.went(d.fill(plan, "/issue", "", url.Values{"on": {"2026-03-02"}}))
	d.viewer = clerk
	p := d.see(plan)
	d.says(p, "2026-03-02 印发", "这里只列本单位承担的任务", "还剩")
	if strings.Contains(p, "/edit") || strings.Contains(p, "/import") {
		t.Error("the town is offered to change the county's plan")
	}
	task := d.pathIn(p, `/desk/plantasks/\d+`)
	d.again(d.fill(task, "/report", "", url.Values{"progress": {""}, "percent": {"120"}, "link": {"www.x.cn"}}), "请写进展", "0到100", "完整网址", `value="www.x.cn"`)
	d.again(d.fill(task, "/report", "", url.Values{"progress": {"全部完成"}, "claims": {"1"}}), "要求附佐证", "全部完成")
	d.again(d.fill(task, "/report", "", url.Values{"progress": {"全部完成"}}, "file", "病毒.exe", "MZ…"), "不是 PDF")
	d.went(d.fill(task, "/report", "", url.Values{"progress": {"已更新电话和地址"}, "percent": {"60"}}))
	d.says(d.see(task), "推进中", "60%", "已更新电话和地址", "待验收")
	d.viewer = town
	d.says(d.see(plan), "0/2 完成")
	d.again(d.fill(task, "/decide", "return", nil), "退回须写明原因")
	d.went(d.fill(task, "/decide", "return", url.Values{"opinion": {"请附发布页面"}}))
	d.viewer = clerk
	d.says(d.see(task), "被退回", "请附发布页面")
	d.went(d.fill(task, "/report", "", url.Values{"progress": {"全部完成"}, "claims": {"1"}}, "file", "截图.pdf", "%PDF-1.4 截图"))
	file := d.pathIn(d.see(task), `/desk/planreports/\d+/file`)
	if code, body := d.ask(file); code != 200 || body != "%PDF-1.4 截图" {
		t.Errorf("the evidence: %d %q", code, body)
	}
	if p := d.see(task); strings.Contains(p, `action="`+task+`/decide"`) || strings.Contains(p, "报送进展</h2>") {
		t.Error("the town may accept its own report, or report again")
	}
	d.viewer = town
	d.went(d.fill(task, "/decide", "accept", nil))
	d.says(d.see(task), "已完成", "截图.pdf")
	d.says(d.see(plan), "1/2 完成", "未报进展") // the other town has not reported
	d.known("邻镇经办", 2, org.Drafter)
	d.gone(file)
	d.says(d.see(task), "未报进展")
	if p := d.see(task); strings.Contains(p, "截图.pdf") || strings.Contains(p, "已更新电话和地址") {
		t.Error("the neighbour reads the town's progress")
	}
	for format, least := range map[string]int{"xlsx": 3000, "docx": 2000, "pdf": 4000} {
		d.viewer = town
		if code, body := d.ask(plan + "/export?format=" + format); code != 200 || len(body) < least {
			t.Errorf("exported as %s: %d, %d bytes", format, code, len(body))
		}
	}
	if code, _ := d.ask(plan + "/export?format=exe"); code != http.StatusBadRequest {
		t.Errorf("exported as a program: %d", code)
	}
}

func TestTaskIsSplitAndChanged(t *testing.T) {
	d := newLedgerCounty(t)
	plan, tasks := d.led()
	office := d.viewer
	var villages []string
	for _, n := range []string{"东村", "西村"} {
		o, err := d.store.SaveOrgan(t.Context(), org.Organ{Name: n, Kind: org.Village, Level: org.Grassroots, Parent: d.organs[1].ID})
		if err != nil {
			t.Fatal(err)
		}
		villages = append(villages, fmt.Sprint(o.ID))
	}
	d.known("镇负责人", 1, org.Head)
	head := d.viewer
	split := d.pathIn(d.see(tasks[0]), `/desk/plantasks/\d+/split\?giver=\d+`)
	d.again(d.send(split, "", nil), "请至少勾选一个单位")
	d.again(d.send(split, "", url.Values{"to": villages, "due": {"2026-05-01"}}), "不能晚于原任务的2026年3月31日")
	d.went(d.send(split, "", url.Values{"to": villages, "due": {"2026-03-20"}, "text": {"更换村务公开栏里的指南"}}))
	p := d.see(tasks[0])
	d.says(p, "东村", "西村", "更换村务公开栏里的指南", "2 个部分")
	d.again(d.fill(tasks[0], "/report", "", url.Values{"progress": {"完成"}, "claims": {"1"}, "link": {"https://t.example/"}}), "往下分解的任务还有没完成的")
	d.viewer = office
	d.says(d.see(plan), "更换村务公开栏里的指南", "0/3 完成")
	// Two officers on one task: the second sees what changed and loses nothing.
	edit := tasks[0] + "/edit"
	mine, other := d.see(edit), d.see(edit)
	d.again(d.fillFrom(other, edit, "/edit", "", url.Values{"due": {"2026-04-30"}}), "要点已经印发，修改须写明原因")
	d.went(d.fillFrom(other, edit, "/edit", "", url.Values{"due": {"2026-04-30"}, "reason": {"市政府调整时限"}}))
	w := d.fillFrom(mine, edit, "/edit", "", url.Values{"text": {"更新公开指南和目录"}, "reason": {"补充"}})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "更新公开指南和目录") {
		t.Errorf("the second officer: %d %.300s", w.Code, ledgerText(w.Body.String()))
	}
	d.again(d.fill(edit, "/edit", "", url.Values{"lead": {"不存在的局"}, "reason": {"x"}}), "认不出“不存在的局”")
	d.viewer = head
	d.says(d.see(tasks[0]), "2026-04-30", "市政府调整时限")
	d.gone(edit)
	d.viewer = office
	d.again(d.fill(tasks[1], "/cancel", "", nil), "修改须写明原因")
	d.went(d.fill(tasks[1], "/cancel", "", url.Values{"reason": {"并入第1项"}}))
	d.says(d.see(tasks[1]), "已取消", "并入第1项")
}

// What is a town's, or the county's, answers a neighbour as if it were not there,
// whatever he asks and sends.
func TestNeighboursFindNothingOfLeading(t *testing.T) {
	d := newLedgerCounty(t)
	_, tasks := d.led()
	order := d.went(d.send("/desk/orders/new", "", anOrder(d, 1)))
	item := d.went(d.send("/desk/recurring/new", "", aRecurring(d, 1)))
	own := tasks[len(tasks)-1] // of the first town alone
	for _, role := range org.Roles() {
		d.as(900, 2, role)
		d.gone(order, item, own, own+"/edit", own+"/split", item+"/edit", order+"/letter/docx", order+"/letter/pdf")
		for path, form := range map[string]string{own + "/report": "progress=x&organ=" + fmt.Sprint(d.organs[1].ID), own + "/decide": "report=1&do=accept", own + "/cancel": "version=1&reason=x", order + "/reply": "reply=x&link=https://x.cn&version=1",
			order + "/decide": "do=accept&version=1", item + "/tick": "period=2026-03&done_on=2026-03-02&link=https://x.cn", item + "/event": "event=x&event_on=2026-03-02", item + "/edit": "name=x", own + "/split": "to=1", own + "/edit": "text=x"} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form+"&key="+page.NewKey()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			d.handler.ServeHTTP(w, r)
			if w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s as %s of the neighbour: %d", path, role.Chinese(), w.Code)
			}
		}
	}
	for _, path := range []string{"/desk/plan/999", "/desk/plan/x", "/desk/plantasks/999", "/desk/orders/999", "/desk/recurring/999", "/desk/dispatch/999", "/desk/planreports/999/file", "/desk/orderreplies/999/file", "/desk/ticks/999/file", "/desk/dispatch/999/print",
		"/desk/plan/99999999999999999999", "/desk/orders/new?from=gap/999", "/desk/orders/new?from=act/999"} {
		d.as(1, 0, org.Office)
		d.gone(path)
	}
}

// Who watches and who inspects see all of it and are offered nothing.
func TestWatchersAreOfferedNothing(t *testing.T) {
	d := newLedgerCounty(t)
	plan, tasks := d.led()
	order := d.went(d.send("/desk/orders/new", "", anOrder(d, 1)))
	item := d.went(d.send("/desk/recurring/new", "", aRecurring(d, 1)))
	for _, role := range []org.Role{org.Supervisor, org.Inspector} {
		d.as(9, 0, role)
		for _, path := range []string{"/desk/plan", plan, tasks[0], "/desk/recurring", item, "/desk/orders", order, "/desk/dispatch", "/desk/accountability"} {
			p := d.see(path)
			if _, main, _ := strings.Cut(p, "<main"); strings.Contains(main, `method="post"`) {
				t.Errorf("%s is offered a form at %s", role.Chinese(), path)
			}
		}
	}
}

// A county of sixty organs sees every page at once.
func BenchmarkCountyPages(b *testing.B) {
	d := newLedgerCounty(b)
	for i := range 58 {
		o, err := d.store.SaveOrgan(b.Context(), org.Organ{Code: fmt.Sprint("M", i), Name: fmt.Sprintf("第%d镇人民政府", i), Kind: org.Town, Level: org.Township, Parent: d.organs[0].ID})
		if err != nil {
			b.Fatal(err)
		}
		d.organs = append(d.organs, o)
	}
	by := store.By{Viewer: org.Program("测试")}
	county := d.organs[0].ID
	plan, err := d.store.SavePlan(b.Context(), by, oversight.Plan{Organ: county, Year: 2026, Title: "要点"})
	if err != nil {
		b.Fatal(err)
	}
	var list []oversight.PlanTask
	for i := range 60 {
		t := oversight.PlanTask{Plan: planID(plan.Answer), Organ: county, Number: fmt.Sprint(i), Text: fmt.Sprint("第", i, "条任务"), Due: law.Day(2026, 1+i%12, 20)}
		for k, o := range d.organs[1:] {
			if i < 20 || k%6 == i%6 {
				t.Parties = append(t.Parties, oversight.Party{Organ: o.ID, Lead: true, Percent: -1})
			}
		}
		list = append(list, t)
	}
	if _, err := d.store.ImportPlanTasks(b.Context(), by, list); err != nil {
		b.Fatal(err)
	}
	if _, err := d.store.IssuePlan(b.Context(), by, list[0].Plan, 1); err != nil {
		b.Fatal(err)
	}
	var ids []int64
	for _, o := range d.organs[1:] {
		ids = append(ids, o.ID)
	}
	var names []string
	for _, t := range oversight.DutyTemplates() {
		names = append(names, t.ID)
	}
	if _, err := d.store.AddDutyTemplates(b.Context(), by, ids, names, law.Day(2026, 1, 1)); err != nil {
		b.Fatal(err)
	}
	d.as(1, 0, org.Office)
	task := d.pathIn(d.see("/desk/plan/"+plan.Answer), `/desk/plantasks/\d+`)
	for name, path := range map[string]string{"plan": "/desk/plan/" + plan.Answer, "task": task, "dispatch": "/desk/dispatch", "recurring": "/desk/recurring", "orders": "/desk/orders", "plans": "/desk/plan", "pdf": "/desk/dispatch/print?format=pdf"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				d.see(path)
			}
		})
	}
}
