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

func TestScoreTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"scores": scoresTemplate.Check(scoresPage{}), "new": roundFormTemplate.Check(roundFormPage{}), "round": roundTemplate.Check(roundPage{}), "sheet": scoreSheetTemplate.Check(scoreSheetPage{}),
		"item": scoreItemTemplate.Check(scoreItemPage{}), "evidence": scoreEvidenceTemplate.Check(scoreEvidencePage{}), "appeals": scoreAppealsTemplate.Check(scoreAppealsPage{}),
		"appeal": scoreAppealTemplate.Check(scoreAppealPage{}), "year": scoreYearTemplate.Check(scoreYearPage{}), "measures": scoreMeasuresTemplate.Check(scoreMeasuresPage{}),
		"schemes": schemesTemplate.Check(schemesPage{}), "scheme": schemeTemplate.Check(schemePage{}), "head": schemeHeadTemplate.Check(schemeHeadPage{}), "scheme item": schemeItemTemplate.Check(schemeItemPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

const aPhoto = "\x89PNG\r\n\x1a\n公开栏"

// office is one of two people who assess; town is the head of a town.
func (d *ledgerCounty) assessor(person int64) { d.as(person, 0, org.Office) }

// published is a scheme made from a shipped one.
func (d *ledgerCounty) published(code string) string {
	d.t.Helper()
	d.assessor(801)
	at := d.went(d.send("/desk/scores/schemes", "create", url.Values{"from": {code}}))
	d.went(d.send(at, "publish", nil))
	return at
}

// opened is a round of the last quarter by scheme T.
func (d *ledgerCounty) opened() string {
	d.t.Helper()
	d.published("T")
	return d.went(d.send("/desk/scores/new", "open", url.Values{"term": {"quarter/4"}, "year": {"2025"}, "name": {"四季度考评"}}))
}

// sheetAt is the address of a town's score table in a round.
func (d *ledgerCounty) sheetAt(round, town string) string {
	d.t.Helper()
	m := regexp.MustCompile(`<a href="(/desk/scores/sheets/\d+)">` + town).FindStringSubmatch(d.see(round))
	if m == nil {
		d.t.Fatalf("%s is not in the table: %.600s", town, ledgerText(d.see(round)))
	}
	return m[1]
}

// scoreAll gives points to everything that is open in a table.
func (d *ledgerCounty) scoreAll(sheet string, points string) {
	d.t.Helper()
	for range 30 {
		m := regexp.MustCompile(`<a href="(` + sheet + `/items/[^"]+)">[^<]*</a>(?:<small>[^<]*</small>)?</th>(?:<td class="n"[^>]*>[^<]*</td>)*<td class="n"[^>]*><b></b></td><td class="why"><span class="tag warn">待评`).FindStringSubmatch(d.see(sheet))
		if m == nil {
			return
		}
		page := d.see(m[1])
		switch {
		case strings.Contains(page, `value="give`):
			d.went(d.sendFrom(page, m[1], doOf(page, "give"), url.Values{"points": {points}, "reason": {"核查记录"}}, "files", "公开栏.png", aPhoto))
		case strings.Contains(page, `value="look`):
			d.went(d.sendFrom(page, m[1], doOf(page, "look"), nil))
		default:
			d.went(d.sendFrom(page, m[1], "enter", url.Values{"none": {"1"}, "reason": {"没有这项业务"}}))
		}
	}
	d.t.Fatal("the table is never done")
}

// doOf is the value of the button that does this, with or without going on.
func doOf(page, do string) string {
	return regexp.MustCompile(`value="(` + do + `(?:\+next)?)"`).FindStringSubmatch(page)[1]
}

// A quarter on the desk: a scheme from a shipped one, figures counted, the rest
// scored with photos, looked at by a second person, announced, one score
// appealed and corrected, and handed out on paper.
func TestQuarterOnTheDesk(t *testing.T) {
	d := newLedgerCounty(t)
	round := d.opened()
	page := d.see(round)
	d.says(page, "四季度考评", "2025年10月1日至2025年12月31日", "青石镇人民政府", "白杨镇人民政府", "还没有取数")
	d.again(d.send(round, "submit", nil), "处待评，不能送复核")
	d.went(d.send(round, "compute", nil))
	d.says(d.see(round+"?done=computed"), "取数完成", "重新取数会换掉程序取的数据")
	first, second := d.sheetAt(round, "青石镇"), d.sheetAt(round, "白杨镇")
	d.says(d.see(first), "领导小组在任", "应有 2 项，缺 2 项", "待评", "下达整改通知", "from=score%2F")

	// On site, with the phone: a reason and a photo are asked for.
	item := first + "/items/4.1"
	d.says(d.see(item), "现场评分，须附证据", "方案规定必须有")
	d.again(d.send(item, "give", url.Values{"points": {"二十"}}), "分值应是最多两位小数的数", `value="二十"`)
	d.again(d.send(item, doOf(d.see(item), "give"), url.Values{"points": {"15"}, "reason": {"两块旧"}}), "须附证据", "两块旧")
	d.again(d.send(item, doOf(d.see(item), "give"), url.Values{"points": {"15"}, "reason": {"两块旧"}}, "files", "假.png", "这不是图片"), "的内容不是")
	d.went(d.send(item, "give", url.Values{"points": {"15"}, "reason": {"两块旧"}}, "files", "公开栏.png", aPhoto))
	page = d.see(item)
	d.says(page, "15", "两块旧", "公开栏.png", "撤销人工评分")
	photo := regexp.MustCompile(`/desk/scores/sheets/\d+/files/\d+`).FindString(page)
	if code, body := d.ask(photo); code != 200 || body != aPhoto {
		t.Errorf("the photo: %d %q", code, body)
	}
	// Deductions one by one, then done.
	item = first + "/items/3.1"
	d.again(d.send(item, "add", url.Values{"fault": {"back"}, "count": {"0"}, "text": {"退回一次"}}), "1 或更大的整数", "退回一次")
	d.went(d.send(item, "add", url.Values{"fault": {"back"}, "count": {"2"}, "text": {"1月退回两次"}}))
	d.says(d.see(item), "被退回 2 次", "−2")
	d.scoreAll(first, "20")
	d.scoreAll(second, "18")
	d.says(d.see(first), "扣分清单", "1月退回两次", "基本分")
	d.says(d.see(round+"?item=2.1"), "单项名次", "样本不足")

	d.went(d.send(round, "submit", nil))
	if strings.Contains(d.see(round), `value="review"`) {
		t.Error("who scored is offered to review")
	}
	d.again(d.sendFrom(d.see(round), round, "return", nil), "写明退回的原因")
	d.assessor(802)
	d.went(d.send(round, "review", nil))
	d.says(d.see(round), "复核通过，待公布", "申诉截止日期", "2026-03-09")
	d.as(501, 1, org.Head)
	if code, _ := d.ask(first); code != http.StatusNotFound {
		t.Errorf("a town sees its score before it is announced: %d", code)
	}
	d.assessor(802)
	d.went(d.send(round, "announce", url.Values{"due": {"2026-03-09"}}))

	// The town finds its score, and nothing of its neighbour.
	d.as(501, 1, org.Head)
	page = d.see("/desk/scores")
	d.says(page, "四季度考评", "可以申诉到2026年3月9日", first)
	if strings.Contains(page, "白杨镇") || strings.Contains(page, second) {
		t.Error("a neighbour is shown")
	}
	d.says(d.see(first), "名次", "第 2 名，共 2 个", "对哪一项得分有异议")
	d.says(d.see(round), "青石镇")
	item = first + "/items/4.1"
	d.again(d.send(item, "appeal", url.Values{"want": {"15"}, "why": {"已更新"}}), "与现在的得分相同", "已更新")
	d.again(d.send(item, "appeal", url.Values{"want": {"19"}, "why": {""}}), "申诉的理由")
	appeal := d.went(d.send(item, "appeal", url.Values{"want": {"19"}, "why": {"两块公开栏2月已经更换，见照片。"}}, "why_files", "新公开栏.png", aPhoto))
	d.says(d.see(appeal), "待复核", "两块公开栏2月已经更换", "新公开栏.png", "撤回申诉")
	if strings.Contains(d.see(item), `value="appeal"`) {
		t.Error("the same thing can be appealed again")
	}

	d.assessor(801)
	d.says(d.see("/desk/scores/appeals"), "青石镇人民政府", "4.1")
	page = d.see(appeal)
	d.says(page, "不能由您复核")
	if strings.Contains(page, `value="uphold"`) {
		t.Error("who scored is offered to decide")
	}
	d.assessor(802)
	d.again(d.send(appeal, "uphold", url.Values{"to": {"21"}, "reply": {"采信照片"}}), "0 分到 20 分之间", "采信照片")
	d.went(d.send(appeal, "uphold", url.Values{"to": {"18"}, "reply": {"一块确已更换，另一块照片无法辨认。"}}))
	d.says(d.see(appeal), "予以更正", "更正为", "18")
	d.as(501, 1, org.Head)
	d.says(d.see(item), "15 分改为 18 分", "按复核结果计分", "一块确已更换")
	d.says(d.see(first), "复核更正")
	for _, f := range []string{"docx", "pdf"} {
		if code, body := d.ask(first + "/export?format=" + f); code != 200 || len(body) < 2000 {
			t.Errorf("the table as %s: %d, %d bytes", f, code, len(body))
		}
	}
	for _, path := range []string{round + "/export", "/desk/scores/year"} {
		if code, body := d.ask(path); code != 200 || len(body) < 2000 {
			t.Errorf("%s: %d, %d bytes", path, code, len(body))
		}
	}
	d.says(d.see("/desk/scores/year"), "年度总分", "缺2025年第一季度", "青石镇")
}

// What belongs to one town is closed to its neighbour, whatever he asks for.
func TestNeighboursSeeNoScores(t *testing.T) {
	d := newLedgerCounty(t)
	round := d.opened()
	first := d.sheetAt(round, "青石镇")
	d.went(d.send(first+"/items/4.1", doOf(d.see(first+"/items/4.1"), "give"), url.Values{"points": {"11"}, "reason": {"甲乙丙丁"}}, "files", "照片.png", aPhoto))
	photo := regexp.MustCompile(`/desk/scores/sheets/\d+/files/\d+`).FindString(d.see(first + "/items/4.1"))
	scheme := regexp.MustCompile(`/desk/scores/schemes/\d+`).FindString(d.see(round))
	for _, role := range org.Roles() {
		d.as(901, 2, role)
		for _, path := range []string{round + "/export", first, first + "/items/4.1", first + "/items/2.1", first + "/evidence?measure=task.ontime", first + "/export?format=pdf", photo, scheme, scheme + "/export?format=json", scheme + "/head", scheme + "/item"} {
			code, body := d.ask(path)
			if code != http.StatusNotFound && code != http.StatusForbidden || strings.Contains(body, "甲乙丙丁") {
				t.Errorf("%s as %s of the neighbour: %d", path, role.Chinese(), code)
			}
		}
		for _, do := range []string{"give", "add", "look", "enter", "clear", "self", "ask", "appeal", "own"} {
			r := httptest.NewRequest(http.MethodPost, first+"/items/4.1", strings.NewReader(url.Values{"do": {do}, "key": {do + string(role)}, "points": {"20"}, "version": {"1"}, "want": {"20"}, "why": {"x"}, "self": {"1"}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			d.handler.ServeHTTP(w, r)
			if w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s as %s of the neighbour: %d", do, role.Chinese(), w.Code)
			}
		}
	}
	// The town's own head sees that he may ask for a bonus, and no points.
	d.as(501, 1, org.Head)
	if code, body := d.ask(first + "/items/4.1"); code != 200 || strings.Contains(body, "甲乙丙丁") || strings.Contains(body, photo) || strings.Contains(body, ">11<") {
		t.Errorf("before the announcement the head sees %d %.400s", code, ledgerText(body))
	}
	if code, _ := d.ask(photo); code != http.StatusNotFound {
		t.Errorf("and the photo: %d", code)
	}
	d.went(d.send(first+"/items/5.1", "ask", url.Values{"grant": {"honour"}, "ask_count": {"1"}, "ask_text": {"市政办通报表扬"}}, "ask_files", "表扬.pdf", "%PDF-1.4"))
	d.says(d.see(first+"/items/5.1"), "已申请", "市政办通报表扬", "表扬.pdf")
	d.assessor(801)
	d.says(d.see(round), "加分待核定 1")
	d.again(d.send(first+"/items/5.1", "refuse", nil), "不予认定的理由")
	d.went(d.send(first+"/items/5.1", "grant", nil))
	d.says(d.see(first+"/items/5.1"), "已核定", "&#43;3")
}

// Two people score the same thing: the second is told, and keeps what he wrote.
func TestSecondScorerLosesNothing(t *testing.T) {
	d := newLedgerCounty(t)
	first := d.sheetAt(d.opened(), "青石镇")
	item := first + "/items/2.3"
	before := d.see(item)
	do := doOf(before, "give")
	d.went(d.sendFrom(before, item, do, url.Values{"points": {"20"}, "reason": {"先到的"}}))
	d.assessor(802)
	w := d.sendFrom(before, item, do, url.Values{"points": {"10"}, "reason": {"后到的"}, "key": {"二"}})
	if w.Code != http.StatusConflict {
		t.Fatalf("answered %d", w.Code)
	}
	d.says(w.Body.String(), "别人已经评了这一项", "先到的", "后到的", `value="10"`)
	d.says(d.see(item), "先到的")
	w = d.sendFrom(before, item, do, url.Values{"points": {"20"}, "reason": {"先到的"}}) // the other's key
	if w.Code != http.StatusConflict {
		t.Errorf("somebody else's key: %d", w.Code)
	}
}

// A scheme is changed piece by piece, says what is wrong where, and comes back
// from its own files.
func TestSchemeIsEditedAndComesBack(t *testing.T) {
	d := newLedgerCounty(t)
	d.assessor(801)
	d.again(d.send("/desk/scores/schemes", "create", url.Values{"from": {"Z"}}), "请选择从哪个范本建立")
	at := d.went(d.send("/desk/scores/schemes", "create", url.Values{"from": {"D"}}))
	d.says(d.see(at), "每月公开数量", "每月任务 40", "空白的一期 −10", "超额 30% 以上的部分，每 20% &#43;1", "网上测评")
	// A new indicator: the way of scoring decides which fields there are.
	page := d.see(at + "/item?group=0")
	w := d.sendFrom(page, at+"/item", "reload", url.Values{"kind": {"ratio"}, "name": {"按期答复"}})
	d.says(w.Body.String(), "达到多少给满分", "最少样本", `value="按期答复"`)
	page = w.Body.String()
	w = d.sendFrom(page, at+"/item", "save", url.Values{"max": {"十"}, "full": {"95"}, "zero": {"60"}})
	d.again(w, "分值应是最多两位小数的数", "请填写最少样本", `value="按期答复"`)
	d.went(d.sendFrom(w.Body.String(), at+"/item", "save", url.Values{"max": {"10"}, "full": {"95"}, "zero": {"60"}, "least": {"3"}, "measure": {"requests.ontime"}}))
	d.says(d.see(at), "按期答复", "95% 得满分，60% 不得分")
	// Another editor saved meanwhile.
	page = d.see(at + "/item?item=1.2")
	d.went(d.send(at, "down", url.Values{"item": {"1.1"}}))
	w = d.sendFrom(page, at+"/item", "save", url.Values{"name": {"改名"}})
	if w.Code != http.StatusConflict {
		t.Errorf("answered %d", w.Code)
	}
	d.says(w.Body.String(), "别人已经改动了这个方案", `value="改名"`)
	// The settings of the scheme.
	page = d.see(at + "/head")
	w = d.sendFrom(page, at+"/head", "", url.Values{"weight_year": {"70"}, "kind": {"town", "village"}})
	d.again(w, "合计应为 100%，现在是 70%", "不能和机关放在同一个方案里")
	d.again(d.sendFrom(page, at+"/head", "", url.Values{"group_name0": {""}}), "第 1 组还有 2 项指标")
	d.went(d.sendFrom(page, at+"/head", "", url.Values{"name": {"云岭县乡镇考评细则"}, "group_name7": {"新的一组"}, "group_part7": {"net"}}))
	d.says(d.see(at), "云岭县乡镇考评细则", "新的一组", "这一组没有指标")
	d.again(d.send(at, "publish", nil), "处问题，不能发布")
	d.went(d.sendFrom(d.see(at+"/head"), at+"/head", "", url.Values{"group_name6": {""}}))
	d.went(d.send(at, "publish", nil))
	d.says(d.see(at), "第 1 版", "在用")
	for _, format := range []string{"xlsx", "json"} {
		code, body := d.ask(at + "/export?format=" + format)
		if code != 200 {
			t.Fatal(code)
		}
		again := d.went(d.send("/desk/scores/schemes", "import", nil, "file", "方案."+format, body))
		_, json := d.ask(again + "/export?format=json")
		_, want := d.ask(at + "/export?format=json")
		if json != want {
			t.Errorf("%s came back otherwise", format)
		}
	}
	for name, body := range map[string]string{"坏.json": `{"format":"gongkai-scheme/1","name":1}`, "空.xlsx": "", "别的.xlsx": "PK\x03\x04坏", "图.png": aPhoto} {
		if w := d.send("/desk/scores/schemes", "import", nil, "file", name, body); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	d.went(d.send(at, "retire", nil))
	d.says(d.see("/desk/scores/schemes"), "已停用")
}

// The head of a town assesses villages; for towns the program refuses.
func TestVillagesAreAssessedByTheirTown(t *testing.T) {
	d := newLedgerCounty(t)
	for i := range 2 {
		o, err := d.store.SaveOrgan(t.Context(), org.Organ{Code: fmt.Sprint("V", i), Name: fmt.Sprintf("青石镇第%d村", i+1), Kind: org.Village, Level: org.Grassroots, Parent: d.organs[1].ID})
		if err != nil {
			t.Fatal(err)
		}
		d.organs = append(d.organs, o)
	}
	d.as(501, 1, org.Head)
	d.again(d.send("/desk/scores/schemes", "create", url.Values{"from": {"D"}}), "内设机构和村")
	at := d.went(d.send("/desk/scores/schemes", "create", url.Values{"from": {"E"}}))
	d.went(d.send(at, "publish", nil))
	form := d.see("/desk/scores/new")
	d.says(form, "青石镇第1村", "青石镇第2村")
	w := d.sendFrom(form, "/desk/scores/new", "open", url.Values{"term": {"year/1"}, "year": {"2025"}, "name": {""}})
	d.again(w, "请写明这一轮考核的名称")
	round := d.went(d.sendFrom(w.Body.String(), "/desk/scores/new", "open", url.Values{"name": {"村级考评"}, "organ": {fmt.Sprint(d.organs[3].ID)}}))
	page := d.see(round)
	d.says(page, "青石镇第1村")
	if strings.Contains(page, "青石镇第2村") {
		t.Error("a village that was left out is assessed")
	}
	sheet := d.sheetAt(round, "青石镇第1村")
	// By figures: four quarters, entered by hand.
	d.again(d.send(sheet+"/items/3.1", "enter", url.Values{"each0": {"1"}, "each1": {"两"}, "reason": {"台账"}}), "0 或正整数", `value="两"`)
	d.went(d.send(sheet+"/items/3.1", "enter", url.Values{"each0": {"2"}, "each1": {"1"}, "each2": {"0"}, "each3": {"3"}, "reason": {"橱窗台账"}}))
	d.says(d.see(sheet+"/items/3.1"), "9.38", "第1季度 2，第2季度 1", "橱窗台账")
	d.scoreAll(sheet, "4")
	d.went(d.send(round, "submit", nil))
	d.went(d.send(round, "paper", url.Values{"signer": {"分管副镇长"}, "on": {"2026-03-02"}}))
	d.says(d.see(round), "分管副镇长")
}

// Every page of a county of sixty answers within a tenth of a second.
func TestScorePagesOfACountyAreFast(t *testing.T) {
	d := newLedgerCounty(t)
	for i := range 60 {
		if _, err := d.store.SaveOrgan(t.Context(), org.Organ{Code: fmt.Sprint("D", i), Name: fmt.Sprintf("云岭县第%d局", i), Kind: org.Department, Level: org.County, Parent: d.organs[0].ID}); err != nil {
			t.Fatal(err)
		}
	}
	round := d.opened()
	d.went(d.send(round, "compute", nil))
	sheet := d.sheetAt(round, "青石镇")
	for _, path := range []string{"/desk/scores", round, round + "?item=2.1", sheet, sheet + "/items/2.1", sheet + "/evidence?measure=task.ontime", "/desk/scores/measures", "/desk/scores/new", "/desk/scores/appeals"} {
		if ms := d.millis(path); ms > 100*slack() {
			t.Errorf("%s takes %d ms", path, ms)
		}
	}
}

// A measure that nobody answers yet is shown as such and never counts as nothing.
func TestMeasuresNobodyAnswersAreSaidSo(t *testing.T) {
	d := newLedgerCounty(t)
	d.assessor(801)
	page := d.see("/desk/scores/measures")
	for _, m := range oversight.Measures() {
		d.says(page, m.Chinese, m.Counts)
	}
	for _, m := range oversight.Measures() {
		if store.Measured(m.Name) == (m.None != "") {
			t.Errorf("%s is answered: %v, and it says %q", m.Name, store.Measured(m.Name), m.None)
		}
		d.says(page, m.None)
	}
	first := d.sheetAt(d.opened(), "青石镇")
	d.says(d.see(first+"/items/3.1"), "与其他机关雷同", "待评")
	if strings.Contains(ledgerText(d.see(first+"/items/2.3")), "得分 0") {
		t.Error("an open mark shows 0 points")
	}
}
