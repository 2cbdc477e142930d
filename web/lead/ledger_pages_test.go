package lead

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func TestLedgerTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"ledgers": ledgersTemplate.Check(ledgersPage{}), "entry": ledgerEntryTemplate.Check(ledgerEntry{}), "equipment list": equipmentListTemplate.Check(equipmentPage{}), "equipment": equipmentTemplate.Check(equipmentShow{}),
		"trainings": trainingsTemplate.Check(trainingsPage{}), "training": trainingTemplate.Check(trainingPage{}), "records": recordsTemplate.Check(recordsPage{}), "code": trainingCodeTemplate.Check(trainingCodePage{}),
		"sign": trainingSignTemplate.Check(trainingSignPage{}), "test": trainingTestTemplate.Check(trainingTestPage{}), "incidents": incidentsTemplate.Check(incidentsPage{}), "incident": incidentTemplate.Check(incidentPage{}),
		"surveys": surveysTemplate.Check(surveysPage{}), "survey": surveyTemplate.Check(surveyPage{}), "paper": surveyPaperTemplate.Check(surveyPaperPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The office plans, summons everybody with a role, people sign in by the number
// on the wall and on paper, are tested, and the year adds up.
func TestTrainingFromPlanToTheYearsSum(t *testing.T) {
	d := newLedgerCounty(t)
	clerk := d.known("何晓禾", 1, org.Drafter)
	clerkViewer := d.viewer
	d.known("方启明", 2, org.Drafter)
	office := d.known("林知远", 0, org.Office)
	_ = office
	officeViewer := d.viewer
	fill := url.Values{"title": {"年度报告编制培训"}, "topic": {"年度报告"}, "planned": {"2026-03-02"}, "minutes": {"90"}, "test": {"一道题\nA. 甲\nB. 乙"}}
	d.again(d.send("/desk/trainings/new", "", fill), "没有标出正确的选项", `value="年度报告编制培训"`)
	fill.Set("test", "一道题\nA. 甲\n*B. 乙")
	at := d.went(d.send("/desk/trainings/new", "", fill))
	d.went(d.send(at, "role", url.Values{"role": {"drafter"}, "below": {"1"}}))
	d.went(d.send(at, "names", url.Values{"names": {"王某 石门村\r\n李某　青石村"}}))
	p := d.see(at)
	d.says(p, "何晓禾", "方启明", "王某", "石门村", "4人，到场0人，应到未到4人")
	for _, f := range []string{"docx", "pdf"} {
		if code, body := d.ask(at + "/sheet/" + f); code != 200 || len(body) < 1000 {
			t.Errorf("sheet as %s: %d, %d bytes", f, code, len(body))
		}
	}
	d.went(d.send(at, "open", nil))
	wall := d.see(at + "/code")
	code := regexp.MustCompile(`class="digits">(\d{6})<`).FindStringSubmatch(wall)
	if code == nil || !strings.Contains(wall, "<svg") {
		t.Fatalf("the wall shows no number: %.300s", ledgerText(wall))
	}
	// The clerk finds it among his own, signs in with the number, and cannot do more.
	d.viewer = clerkViewer
	d.says(d.see("/desk/trainings?mine=1"), "年度报告编制培训")
	d.again(d.send("/desk/trainings/sign", "", url.Values{"code": {"12345x"}}), "签到号不对")
	if got := d.went(d.send("/desk/trainings/sign?code="+code[1], "", nil)); got != at {
		t.Errorf("led to %s", got)
	}
	p = d.see(at + "?done=signed")
	d.says(p, "您已签到", "参加测试")
	if strings.Contains(p, "方启明") || strings.Contains(p, code[1]) || strings.Contains(p, `name="do"`) {
		t.Error("a trainee sees the whole list or the forms")
	}
	d.says(d.send(at+"/test", "", url.Values{"q0": {"0"}}).Body.String(), "0分，没有通过", "还可以考2次")
	d.says(d.send(at+"/test", "", url.Values{"q0": {"1"}}).Body.String(), "通过，100分")
	// A stranger with a wrong number learns nothing.
	d.as(999, 2, org.Head)
	if code, _ := d.ask(at); code != http.StatusNotFound {
		t.Errorf("a stranger: %d", code)
	}
	if code, _ := d.ask(at + "/test"); code != http.StatusNotFound {
		t.Errorf("a stranger's test: %d", code)
	}
	d.viewer = officeViewer
	page := d.see(at)
	line := regexp.MustCompile(`name="signed" value="(\d+)"[^>]*> 已签字`).FindStringSubmatch(page[strings.Index(page, "王某"):])
	d.went(d.send(at, "sheet", url.Values{"signed": {line[1]}}))
	d.went(d.send(at, "scan", nil, "scans", "签到表.pdf", "%PDF-1.4 x"))
	d.again(d.send(at, "hold", url.Values{"held": {"2026-03-02"}, "place": {""}, "minutes": {"90"}, "outside": {"3"}}), "请写地点")
	d.went(d.send(at, "hold", url.Values{"held": {"2026-03-02"}, "place": {"县会议中心"}, "minutes": {"90"}, "outside": {"3"}}))
	d.says(d.see(at), "到场5人，应到未到2人", "签到表扫描件", "已举办", "通过（100分）")
	d.says(d.see("/desk/trainings"), "已举办1次，共1.5小时，5人次")
	d.says(d.see("/desk/trainings/records?year=2026"), "何晓禾", "1.5")
	if body := d.see("/desk/trainings/records?year=2026&as=csv"); !strings.Contains(body, "王某") {
		t.Errorf("the file says %s", body)
	}
	d.says(d.see("/desk/ledgers"), "全年举办政府信息公开培训1次，共1.5小时，参加5人次。")
	if n, err := d.store.Unread(t.Context(), clerk); err != nil || n != 0 {
		t.Errorf("after it was held the clerk is still told of it: %d %v", n, err)
	}
}

func TestEquipmentOnTheDesk(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("经办", 1, org.Drafter)
	fill := url.Values{"kind": {"cipher"}, "name": {"涉密计算机"}, "place": {"保密室"}, "every": {"3"}}
	d.again(d.send("/desk/equipment/new", "", fill), "加密计算机必须有专人管理")
	fill = url.Values{"kind": {"point"}, "name": {"便民服务中心查阅点"}, "place": {"一楼大厅"}, "every": {"3"}, "since": {"2025-01-01"}}
	at := d.went(d.send("/desk/equipment/new", "", fill))
	d.again(d.send(at, "visit", url.Values{"visit_on": {"2026-02-27"}, "persons": {"很多"}, "items": {"3"}}), "整数", `value="很多"`)
	d.went(d.send(at, "visit", url.Values{"visit_on": {"2026-02-27"}, "persons": {"12"}, "items": {"20"}, "prints": {"5"}, "need": {"危房改造政策"}}))
	d.went(d.send(at, "visit", url.Values{"visit_on": {"2026-01-05"}, "persons": {"8"}, "items": {"4"}}))
	d.again(d.send(at, "check", url.Values{"result": {"整洁"}}, "photo", "x.jpg", "%PDF-1.4"), "照片应是 JPG 或 PNG")
	d.went(d.send(at, "check", url.Values{"result": {"整洁，指南为最新"}}, "photo", "x.png", "\x89PNG\r\n\x1a\nxx"))
	p := d.see(at)
	d.says(p, "1月", "全年", "20", "危房改造政策", "整洁，指南为最新", "2026-06-02")
	photo := regexp.MustCompile(`/desk/equipment/\d+/photos/\d+`).FindString(p)
	if code, body := d.ask(photo); code != 200 || !strings.HasPrefix(body, "\x89PNG") {
		t.Errorf("photo: %d", code)
	}
	d.went(d.send(at+"/edit", "", url.Values{"name": {"便民中心查阅点"}}))
	d.says(d.see("/desk/equipment?q=查阅点"), "便民中心查阅点")
	if body := d.see("/desk/equipment.csv"); !strings.Contains(body, "一楼大厅") {
		t.Error("the file misses it")
	}
	d.says(d.see("/desk/ledgers"), "政府信息查阅点1个，全年接待20人次，提供查阅24条，打印5页。")
	d.as(9, 2, org.Head)
	for _, path := range []string{at, at + "/edit", photo} {
		if code, body := d.ask(path); code != http.StatusNotFound && code != http.StatusForbidden || strings.Contains(body, "一楼大厅") {
			t.Errorf("the neighbour asks for %s: %d", path, code)
		}
	}
	d.as(10, 1, org.Head)
	d.went(d.send(at, "end", url.Values{"end_why": {"大厅搬迁"}}))
	d.says(d.see("/desk/equipment?ended=1"), "便民中心查阅点")
	if w := d.sendFrom(d.see("/desk/equipment/new"), at, "", url.Values{"do": {"visit"}, "version": {"9"}, "visit_on": {"2026-03-02"}, "persons": {"1"}}); w.Code == http.StatusSeeOther {
		t.Error("visits of a place that is gone")
	}
}

func TestIncidentsOnTheDesk(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("经办", 1, org.Drafter)
	fill := url.Values{"kind": {"leak"}, "title": {"某文件误发"}, "what": {"3月1日发现误发到网站。"}, "found": {"2026-03-01"}}
	d.again(d.send("/desk/incidents/new", "", fill), "泄密事件只对保密审查")
	fill.Set("secrecy", "1")
	// A drafter may enter it and does not see it afterwards.
	if at := d.went(d.send("/desk/incidents/new", "", fill)); at != "/desk/incidents" {
		t.Errorf("led to %s", at)
	}
	if p := d.see("/desk/incidents"); strings.Contains(p, "某文件误发") {
		t.Error("the drafter sees an incident of secrecy")
	}
	d.known("负责人", 1, org.Head)
	at := regexp.MustCompile(`/desk/incidents/\d+`).FindString(d.see("/desk/incidents"))
	d.again(d.send(at, "close", url.Values{"outcome": {"已清除"}}), "必须报告", "已清除")
	d.went(d.send(at, "measure", url.Values{"text": {"已撤下并清除缓存"}}))
	d.again(d.send(at, "report", url.Values{"to_text": {"电话报告"}}), "请写向谁报告")
	d.went(d.send(at, "report", url.Values{"to": {"县保密局"}, "to_text": {"电话报告，次日书面报告"}}))
	d.went(d.send(at, "close", url.Values{"outcome": {"未扩散，已加强审查"}}))
	d.says(d.see(at), "已办结", "报告县保密局", "未扩散，已加强审查")
	for _, who := range []struct {
		organ int
		role  org.Role
	}{{1, org.Drafter}, {1, org.Handler}, {2, org.Head}, {2, org.Secrecy}, {0, org.Supervisor}} {
		d.as(77, who.organ, who.role)
		if code, body := d.ask(at); code != http.StatusNotFound || strings.Contains(body, "某文件") {
			t.Errorf("%s at %d: %d", who.role, who.organ, code)
		}
	}
}

func TestSurveyOnTheDesk(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("经办", 1, org.Drafter)
	fill := url.Values{"title": {"社会评议"}, "questions": {"您满意吗？"}}
	d.again(d.send("/desk/surveys/new", "", fill), "看不出是哪种题", "您满意吗？")
	at := d.went(d.send("/desk/surveys/new", "", url.Values{"title": {"社会评议"}})) // with the questions that the form offers
	d.says(d.see(at), "编写中", "内容看得懂", "预览", "开始评议")
	if code, _ := d.ask(at + "/poster/pdf"); code != http.StatusNotFound {
		t.Errorf("a poster of a draft: %d", code)
	}
	d.went(d.send(at, "begin", nil))
	for _, f := range []string{"poster/docx", "poster/pdf", "sheet/docx", "sheet/pdf"} {
		if code, body := d.ask(at + "/" + f); code != 200 || len(body) < 1000 {
			t.Errorf("%s: %d, %d bytes", f, code, len(body))
		}
	}
	if w := d.send(at+"/paper", "", url.Values{}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "请选择。") {
		t.Errorf("an answer without what must be answered: %d", w.Code)
	}
	for range 3 {
		d.went(d.send(at+"/paper", "", url.Values{"q0": {"1"}, "q1": {"4"}, "q4": {"0", "2"}, "q5": {"字大一点"}}))
	}
	p := d.see(at)
	d.says(p, "收回3份", "收回不足30份，只显示人数", "字大一点")
	if strings.Contains(p, "%<") {
		t.Error("shares of three people are shown")
	}
	if body := d.see(at + "/results.csv"); !strings.Contains(body, "公开栏、电子屏,3,") {
		t.Errorf("the file says %.400s", body)
	}
	d.as(9, 2, org.Head)
	for _, path := range []string{at, at + "/edit", at + "/paper", at + "/poster/docx", at + "/results.csv", at + "/sheet/docx"} {
		if code, _ := d.ask(path); code != http.StatusNotFound && code != http.StatusForbidden {
			t.Errorf("the neighbour asks for %s: %d", path, code)
		}
	}
}

// Two officers on one entry: the second is told and his words are there.
func TestSecondOfficerOnALedgerLosesNothing(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("经办", 1, org.Drafter)
	at := d.went(d.send("/desk/equipment/new", "", url.Values{"kind": {"board"}, "name": {"公开栏"}, "place": {"院内"}}))
	mine := d.see(at + "/edit")
	d.went(d.send(at+"/edit", "", url.Values{"place": {"大门口"}}))
	w := d.sendFrom(mine, at+"/edit", "", url.Values{"place": {"我写的地方"}})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "我写的地方") || !strings.Contains(w.Body.String(), "别人已经改动") {
		t.Errorf("%d %.300s", w.Code, ledgerText(w.Body.String()))
	}
}

// The office sees what every organ below it has done in the year.
func TestOfficeSeesTheYearOfEveryOrgan(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("办理人", 1, org.Handler)
	d.went(d.send("/desk/voices/new", "", aCall()))
	d.known("公开办", 0, org.Office)
	d.says(d.see("/desk/ledgers"), "青石镇人民政府", "白杨镇人民政府", "下级机关")
	d.says(d.see(fmt.Sprintf("/desk/ledgers?organ=%d&year=2026", d.organs[1].ID)), "收到公众投诉、意见和问政1件（网络问政1件）")
	d.as(5, 2, org.Head)
	if p := d.see(fmt.Sprintf("/desk/ledgers?organ=%d", d.organs[1].ID)); strings.Contains(p, "问政1件") {
		t.Error("the neighbour reads the town's sums")
	}
}

func TestHostileLedgerForms(t *testing.T) {
	d := newLedgerCounty(t)
	d.known("经办", 1, org.Drafter)
	for _, c := range []struct {
		path string
		fill url.Values
	}{
		{"/desk/trainings/new", url.Values{"title": {"a\x00"}, "minutes": {"-5"}, "year": {"99999"}, "planned": {"x"}}},
		{"/desk/trainings/new", url.Values{"title": {"培训"}, "test": {strings.Repeat("题\n*甲\n乙\n\n", 70)}}},
		{"/desk/equipment/new", url.Values{"kind": {"x"}, "name": {strings.Repeat("长", 100)}, "every": {"999"}}},
		{"/desk/incidents/new", url.Values{"kind": {"x"}, "title": {""}, "found": {"2099-01-01"}}},
		{"/desk/surveys/new", url.Values{"title": {""}, "questions": {"\u202e"}, "opens": {"2026-05-01"}, "closes": {"2026-01-01"}}},
		{"/desk/equipment/new", url.Values{"kind": {"board"}, "name": {"x"}, "place": {"y"}, "organ": {fmt.Sprint(d.organs[2].ID)}}},
	} {
		if w := d.send(c.path, "", c.fill); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %v: %d", c.path, c.fill, w.Code)
		}
	}
	for _, path := range []string{"/desk/trainings/x", "/desk/equipment/0", "/desk/incidents/-1", "/desk/surveys/99999999999999999999", "/desk/trainings/1/files/1", "/desk/surveys/1/poster/exe"} {
		if code, _ := d.ask(path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	at := d.went(d.send("/desk/surveys/new", "", url.Values{"title": {"评议"}}))
	d.went(d.send(at, "begin", nil))
	for _, v := range []string{"99", "-1", "x", "99999999999999999999"} {
		if w := d.send(at+"/paper", "", url.Values{"q0": {v}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("choice %s: %d", v, w.Code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, at, strings.NewReader("do=drop+table"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	if d.handler.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
		t.Errorf("an unknown verb: %d", w.Code)
	}
}

// The list to sign has everybody on it and lines for others.
func TestSignSheetHasEverybody(t *testing.T) {
	x := store.TrainingRow{OrganName: "云岭县人民政府", Training: oversight.Training{Title: "培训", People: []oversight.Trainee{{Name: "甲某", Unit: "某镇"}, {Name: "乙某"}}}}
	l := signSheet(x)
	if len(l.Tables) != 1 || len(l.Tables[0].Rows) != 2+blankLines || l.Tables[0].Rows[0][1] != "甲某" || l.Title != "培训签到表" {
		t.Errorf("%+v", l)
	}
}
