package office

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func TestPeopleTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl *page.Template
		p    page.Page
	}{
		"people": {peopleTemplate, peoplePage{}}, "person": {personTemplate, personPage{}}, "form": {personFormTemplate, personFormPage{}}, "grant": {grantTemplate, grantPage{}},
		"end": {endTemplate, endPage{}}, "permissions": {permissionsTemplate, permissionsPage{}}, "roles": {rolesTemplate, rolesPage{}}, "import": {rosterTemplate, rosterPage{}},
		"handover new": {handoverNewTemplate, handoverNewPage{}}, "handover": {handoverTemplate, handoverPage{}}, "handovers": {handoversTemplate, handoversPage{}},
		"sheet": {handoverSheetTemplate, handoverSheetPage{}},
	} {
		if err := c.tmpl.Check(c.p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// known makes a person with posts, as the program.
func (d *desk) known(name string, organ int, roles ...org.Role) int64 {
	d.t.Helper()
	by := store.By{Viewer: org.Program("测试")}
	a, err := d.store.SavePerson(d.t.Context(), by, org.Person{Name: name, Organ: d.organs[organ].ID, Title: "科员", Phone: "13812345678", Login: fmt.Sprint("l", d.store.NewID()%1_000_000)})
	if err != nil {
		d.t.Fatal(err)
	}
	id, _ := strconv.ParseInt(a.Answer, 10, 64)
	for _, r := range roles {
		if _, err := d.store.Grant(d.t.Context(), by, org.Post{Person: id, Organ: d.organs[organ].ID, Role: r, From: d.cfg.Today()}); err != nil {
			d.t.Fatal(err)
		}
	}
	return id
}

// sign makes a known person ask from now on, with the posts the store has.
func (d *desk) sign(id int64) {
	d.t.Helper()
	v, err := d.store.Viewer(d.t.Context(), id, d.cfg.Today())
	if err != nil {
		d.t.Fatal(err)
	}
	d.viewer = v
}

func personAt(id int64) string { return fmt.Sprintf("/desk/people/%d", id) }

func TestHeadRecordsSomebodyAndGivesHimWork(t *testing.T) {
	d := newDesk(t)
	d.sign(d.known("镇负责人", 1, org.Head))
	_, form := d.get("/desk/people/new")
	says(t, form, "青石镇人民政府", "账号")
	if strings.Contains(form, "白杨镇") {
		t.Error("the form offers the neighbour's organ")
	}
	fill := url.Values{"name": {"何晓"}, "organ": {fmt.Sprint(d.organs[1].ID)}, "phone": {"一三八"}, "title": {"科员"}}
	if w := d.post("/desk/people/new", form, fill); w.Code != 422 || !strings.Contains(w.Body.String(), "不像电话号码") || !strings.Contains(w.Body.String(), `value="何晓"`) {
		t.Errorf("a bad telephone: %d %s", w.Code, saying(w.Body.String()))
	}
	fill.Set("phone", "13900001111")
	at := follow(t, d.post("/desk/people/new", form, fill))
	_, p := d.get(at + "?done=created")
	says(t, p, "何晓", "13900001111", "现在没有岗位", "已登记。")
	// The same name again is asked about, and no second record is made by a slip.
	_, form = d.get("/desk/people/new")
	w := d.post("/desk/people/new", form, url.Values{"name": {"何晓"}, "organ": {fmt.Sprint(d.organs[1].ID)}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "同名") {
		t.Errorf("the same name: %d", w.Code)
	}
	_, grant := d.get(at + "/grant")
	says(t, grant, "经办", "由安全管理员授予")
	if strings.Contains(grant, `value="supervisor"`) || strings.Contains(grant, `value="office"`) {
		t.Error("a head is offered roles he cannot give")
	}
	if w := d.post(at+"/grant", grant, url.Values{"organ": {fmt.Sprint(d.organs[1].ID)}, "from": {"2026-01-12"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "至少选择一个") {
		t.Errorf("no role: %d", w.Code)
	}
	follow(t, d.post(at+"/grant", grant, url.Values{"organ": {fmt.Sprint(d.organs[1].ID)}, "from": {"2026-01-12"}, "role": {"drafter", "handler"}}))
	_, p = d.get(at)
	says(t, p, "经办", "依申请办理", "2026-01-12 起", "收回")
	end := regexp.MustCompile(`/desk/people/\d+/posts/\d+/end`).FindString(p)
	_, ending := d.get(end)
	follow(t, d.post(end, ending, url.Values{"last": {"2026-01-31"}, "reason": {"分工调整"}}))
	_, p = d.get(at + "?done=ended")
	says(t, p, "岗位已收回", "到期结束")
	_, log := d.get("/desk/people?q=何晓")
	says(t, log, "139****1111")
	if strings.Contains(log, "13900001111") {
		t.Error("the list shows a whole number")
	}
}

// Two officers on one person: the second sees what changed and loses nothing.
func TestSecondOfficerLosesNothing(t *testing.T) {
	d := newDesk(t)
	id := d.known("周明", 1)
	d.sign(d.known("镇负责人", 1, org.Head))
	_, mine := d.get(personAt(id) + "/edit")
	_, other := d.get(personAt(id) + "/edit")
	fill := url.Values{"name": {"周明"}, "organ": {fmt.Sprint(d.organs[1].ID)}, "title": {"主任"}, "phone": {"13812345678"}}
	follow(t, d.post(personAt(id)+"/edit", other, fill))
	w := d.post(personAt(id)+"/edit", mine, url.Values{"name": {"周明"}, "organ": fill["organ"], "title": {"副主任"}, "phone": {"13812345678"}})
	if w.Code != 409 {
		t.Fatalf("answered %d", w.Code)
	}
	says(t, w.Body.String(), "别人已经改动", "现在是“主任”", `value="副主任"`)
	follow(t, d.post(personAt(id)+"/edit", w.Body.String(), url.Values{"name": {"周明"}, "organ": fill["organ"], "title": {"副主任"}, "phone": {"13812345678"}}))
	_, p := d.get(personAt(id))
	says(t, p, "副主任")
}

// Whole numbers are for those who record people, and reading them is registered.
func TestPersonalDataIsForThoseWhoNeedIt(t *testing.T) {
	d := newDesk(t)
	id := d.known("周明", 1)
	supervisor := d.known("监督员", 0, org.Supervisor)
	d.sign(supervisor)
	_, p := d.get(personAt(id))
	says(t, p, "138****5678", "查阅会登记")
	if strings.Contains(p, "13812345678") {
		t.Error("a supervisor sees the number")
	}
	office := d.known("公开办", 0, org.Office)
	d.sign(office)
	_, p = d.get(personAt(id))
	says(t, p, "13812345678")
	d.get(personAt(id))
	list, err := d.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Kind: "personal.read"})
	if err != nil || len(list) != 1 || list[0].Act.Officer != office {
		t.Errorf("registered %+v, %v", list, err)
	}
	d.sign(d.known("邻镇负责人", 2, org.Head))
	if code, _ := d.get(personAt(id)); code != 404 {
		t.Errorf("the neighbour's head: %d", code)
	}
}

func TestRolesOfAnOrganSayWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	d.known("独自一人", 1, org.Drafter, org.Handler, org.Publisher, org.Reviewer, org.Signer, org.Head)
	d.sign(d.known("公开办", 0, org.Office))
	_, p := d.get(fmt.Sprint("/desk/people/roles?organ=", d.organs[1].ID))
	says(t, p, "没有人担任“保密审查”", "起草人会自己审自己", "独自一人", "无人担任")
	_, p = d.get("/desk/people/roles")
	says(t, p, "青石镇人民政府", "白杨镇人民政府", "保密审查")
}

// upload sends a file with the fields of a form.
func (d *desk) upload(path, name, data string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if name != "" {
		f, _ := m.CreateFormFile("file", name)
		_, _ = f.Write([]byte(data))
	}
	for k, list := range form {
		for _, v := range list {
			_ = m.WriteField(k, v)
		}
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// carried are the hidden fields of the form that goes to an address.
func carried(body, action string) url.Values {
	_, rest, _ := strings.Cut(body, `action="`+action+`"`)
	rest, _, _ = strings.Cut(rest, "</form>")
	out := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(rest, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	return out
}

func TestRosterIsPreviewedDecidedAndKept(t *testing.T) {
	d := newDesk(t)
	d.known("李静", 1)
	d.known("李静", 1)
	d.known("王安", 1, org.Drafter)
	d.sign(d.known("公开办", 0, org.Office))
	list := "姓名,机关,内设机构,职务,岗位,账号,手机,到岗日期,备注\n" +
		"新来一,青石镇人民政府,党政办,科员,经办、依申请办理,xinlai,13700000000,2026/1/12,\n" +
		"王安,青石镇人民政府,,主任,经办,,,,\n" +
		"李静,青石镇人民政府,,副主任,,,,,\n" +
		"新来二,红石镇人民政府,,,,,,,\n" +
		"新来三,白杨镇人民政府,,,审计管理员,,,,\n"
	w := d.upload("/desk/people/import", "名单.csv", list, url.Values{"propose": {"1"}})
	if w.Code != 200 {
		t.Fatalf("preview answered %d: %s", w.Code, saying(w.Body.String()))
	}
	body := w.Body.String()
	says(t, body, "新来一", "还没有登记", "科员", "主任", "待您判断", "没有找到机关", "安全管理员另行授予", "“备注”", "导入这 2 人")
	if strings.Contains(body, "13700000000") {
		t.Error("the preview shows a whole number")
	}
	// The clerk says which of the two is meant.
	choice := regexp.MustCompile(`<option value="(\d{6,})">就是已登记的李静`).FindStringSubmatch(body)
	if choice == nil {
		t.Fatal("the preview does not ask who is meant")
	}
	form := carried(body, "/desk/people/import")
	form.Set("decide-4", choice[1])
	body = d.upload("/desk/people/import", "", "", form).Body.String()
	says(t, body, "导入这 3 人")
	apply := carried(body, "/desk/people/import/apply")
	r := d.post("/desk/people/import/apply", "", apply)
	if r.Code != 200 {
		t.Fatalf("import answered %d: %s", r.Code, saying(r.Body.String()))
	}
	says(t, r.Body.String(), "已登记", "已修改", "没有找到机关", "授予 2 个岗位")
	rows, _, err := d.store.People(t.Context(), org.Program("测试"), store.PersonQuery{Day: d.cfg.Today(), Limit: 100})
	if err != nil || len(rows) != 5 {
		t.Errorf("%d people, %v", len(rows), err)
	}
	// The same form again changes nothing.
	d.post("/desk/people/import/apply", "", apply)
	rows, _, _ = d.store.People(t.Context(), org.Program("测试"), store.PersonQuery{Day: d.cfg.Today(), Limit: 100})
	if len(rows) != 5 {
		t.Errorf("%d people after sending the form again", len(rows))
	}
}

func TestRosterRefusesWhatIsNoList(t *testing.T) {
	d := newDesk(t)
	d.sign(d.known("公开办", 0, org.Office))
	for name, data := range map[string]string{"空": "", "没有表头": "a,b\n1,2\n", "乱码": "\xff\xfe\x00\x01\x02"} {
		if w := d.upload("/desk/people/import", "x.csv", data, nil); w.Code != 422 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := d.post("/desk/people/import/apply", "", url.Values{"packed": {"!!"}}); w.Code != 400 {
		t.Errorf("a damaged form: %d", w.Code)
	}
	code, sample := d.get("/desk/people/import/sample.csv")
	if code != 200 || !strings.Contains(sample, "到岗日期") {
		t.Errorf("the empty list: %d %q", code, sample)
	}
}

// A handover from the first click to the signed list.
func TestHandoverThroughThePages(t *testing.T) {
	d := newDesk(t)
	leaver, taker, witness := d.known("周明", 1, org.Drafter, org.Publisher), d.known("吴安", 1), d.known("镇领导", 1, org.Signer)
	head := d.known("镇负责人", 1, org.Head)
	d.sign(head)
	_, form := d.get(personAt(leaver) + "/handover")
	says(t, form, "吴安", "镇领导")
	begin := url.Values{"leaves": {"1"}, "day": {"2026-01-12"}, "reason": {"调往县财政局"}, "successor": {fmt.Sprint(taker)}, "witness": {fmt.Sprint(taker)}}
	if w := d.post(personAt(leaver)+"/handover", form, begin); w.Code != 422 || !strings.Contains(w.Body.String(), "监交人不能是") {
		t.Errorf("the successor as witness: %d", w.Code)
	}
	begin.Set("witness", fmt.Sprint(witness))
	at := follow(t, d.post(personAt(leaver)+"/handover", form, begin))
	_, p := d.get(at)
	says(t, p, "清单（2项，2项待写明去向）", "青石镇人民政府：经办")
	fill := carried(p, at)
	for _, part := range []string{"part", "ref"} {
		fill.Del(part)
	}
	for _, m := range regexp.MustCompile(`name="part" value="([^"]+)"><input type="hidden" name="ref" value="([^"]+)"`).FindAllStringSubmatch(p, -1) {
		fill.Add("part", m[1])
		fill.Add("ref", m[2])
		fill.Add("to", fmt.Sprint(taker))
	}
	fill["how"], fill["word"] = []string{"pass", "close"}, []string{"", ""}
	if w := d.post(at, "", fill); w.Code != 422 || !strings.Contains(w.Body.String(), "要写明原因") {
		t.Errorf("closed without a word: %d", w.Code)
	}
	fill["word"] = []string{"", "不再设发布岗"}
	follow(t, d.post(at, "", fill))
	_, sheet := d.get(at + "/sheet")
	says(t, sheet, "工作交接清单", "移交吴安", "不再设发布岗", "签字：")
	for _, who := range []int64{leaver, taker} {
		d.sign(who)
		_, p = d.get("/desk/handovers")
		says(t, p, "等您确认")
		_, p = d.get(at)
		follow(t, d.post(at+"/confirm", "", carried(p, at+"/confirm")))
	}
	d.sign(head)
	_, p = d.get(at)
	says(t, p, "已在纸质清单上签字")
	paper := carried(p, at+"/confirm")
	paper.Set("paper", "2026-01-11")
	follow(t, d.post(at+"/confirm", "", paper))
	_, p = d.get(at)
	says(t, p, "2026年1月11日纸质签字", "办结交接")
	follow(t, d.post(at+"/complete", "", carried(p, at+"/complete")))
	_, p = d.get(at + "?done=handed")
	says(t, p, "已办结", "交接已办理。")
	_, p = d.get(personAt(taker))
	says(t, p, "经办")
	_, p = d.get(personAt(leaver))
	says(t, p, "2026年1月12日离岗", "重新到岗")
	code, docx := d.get(at + "/sheet.docx")
	if code != 200 || !strings.HasPrefix(docx, "PK") {
		t.Errorf("the Word file: %d", code)
	}
	d.as(77, 2, org.Head)
	for _, path := range []string{at, at + "/sheet", at + "/sheet.docx"} {
		if code, _ := d.get(path); code != 404 {
			t.Errorf("the neighbour opens %s: %d", path, code)
		}
	}
}

func TestPermissionTableIsPrinted(t *testing.T) {
	d := newDesk(t)
	d.as(1, 1, org.Drafter)
	_, p := d.get("/desk/people/permissions")
	says(t, p, "授予、收回监督和三员岗位", "<td>本下</td>", "由安全管理员授予，不能授给自己")
}
