package items

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// post sends an ordinary form with the version that its page shows, and follows.
func (x *reviewDesk) post(path string, kv ...string) (int, string) {
	x.t.Helper()
	x.keys++
	form := url.Values{"key": {fmt.Sprint("p", x.keys)}}
	for i := 0; i+1 < len(kv); i += 2 {
		form.Set(kv[i], kv[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, x.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", x.url)
	code, body, _ := x.read(http.DefaultClient.Do(req))
	return code, body
}

func (x *reviewDesk) posted(want int, text, path string, kv ...string) {
	x.t.Helper()
	if code, body := x.post(path, kv...); code != want || !strings.Contains(body, text) {
		x.t.Errorf("%s %v: %d without %q\n%s", path, kv, code, text, seenOn(body))
	}
}

// A clerk keeps the month's figures, mends one and reads table two.
func TestAClerkKeepsTheMonthlyLedger(t *testing.T) {
	x := newReviewDesk(t)
	at := fmt.Sprintf("/desk/monthly/edit?organ=%d&year=2026&month=1", x.town.ID)
	x.shows("/desk/monthly", "月度台账", "登记")
	x.posted(http.StatusUnprocessableEntity, "请写不小于0的整数", at, "t2.licence.decisions", "十余件", "version", "0", "source", "统计表")
	x.posted(http.StatusUnprocessableEntity, "数字从哪里来", at, "t2.licence.decisions", "12", "version", "0")
	x.posted(http.StatusOK, "已保存", at, "t2.licence.decisions", "12", "t2.fees.amount", "0.038", "t2.penalty.decisions", "0", "version", "0", "source", "审批系统1月统计表")
	x.posted(http.StatusUnprocessableEntity, "请写明理由", at, "t2.licence.decisions", "13", "t2.fees.amount", "0.038", "t2.penalty.decisions", "0", "version", "1", "source", "审批系统1月统计表")
	x.posted(http.StatusOK, "已保存", at, "t2.licence.decisions", "13", "t2.fees.amount", "0.038", "t2.penalty.decisions", "0", "version", "1", "source", "审批系统1月统计表", "reason", "漏登一件")
	x.posted(http.StatusConflict, "别人改动了", at, "t2.licence.decisions", "14", "version", "1", "source", "统计表", "reason", "又漏一件")
	body := x.shows("/desk/monthly/table?year=2026", "审批系统1月统计表", "0.038", "没有登记2月")
	if !strings.Contains(body, "行政强制") || !strings.Contains(body, "全年没有登记") {
		t.Errorf("what nobody stated is not named:\n%s", seenOn(body))
	}
	if code, body := x.get(fmt.Sprintf("/desk/monthly/export?organ=%d&year=2026&format=csv", x.town.ID)); code != http.StatusOK || !strings.Contains(body, "便") && !strings.Contains(body, "青石镇") {
		t.Errorf("export: %d %s", code, body)
	}
	x.as(9, x.next, org.Drafter, org.Publisher)
	if code, _ := x.get(at); code != http.StatusNotFound {
		t.Errorf("a neighbour's clerk opens the form: %d", code)
	}
}

// Old documents come in by a table; what is wrong is said by line, and nothing is
// kept until all of it is right.
func TestOldDocumentsComeInByATable(t *testing.T) {
	x := newReviewDesk(t)
	at := fmt.Sprintf("/desk/register/import?organ=%d", x.town.ID)
	bad := "文件名称,文号,成文日期,废止日期\n集镇管理办法,青政〔2018〕2号,2018-05-02,2017-01-01\n"
	x.posted(http.StatusUnprocessableEntity, "早于成文日期", at, "text", bad, "do", "keep")
	good := strings.Replace(bad, "2017-01-01", "2025-09-01", 1) + "宅基地细则,青政〔2020〕1号,2020-03-18,\n"
	x.posted(http.StatusOK, "没有问题", at, "text", good, "do", "check")
	x.posted(http.StatusOK, "导入完成", at, "text", good, "do", "keep")
	x.shows("/desk/register", "集镇管理办法", "废止", "已满5年")
	list, err := x.st.Documents(t.Context(), store.DocumentQuery{Organ: x.town.ID})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	x.posted(http.StatusOK, "已登记", "/desk/cleanups", "organ", fmt.Sprint(x.town.ID), "title", "2026年行政规范性文件清理")
	all, err := x.st.Cleanups(t.Context(), x.clerk.Viewer, x.town.ID)
	if err != nil || len(all) != 1 || all[0].Total != 1 {
		t.Fatal(all, err)
	}
	page := fmt.Sprintf("/desk/cleanups/%d", all[0].ID)
	x.posted(http.StatusUnprocessableEntity, "要写明理由", page, "version", "1", fmt.Sprintf("verdict-%d", list[0].ID), "repeal")
	x.posted(http.StatusOK, "已保存", page, "version", "1", fmt.Sprintf("verdict-%d", list[0].ID), "repeal", fmt.Sprintf("reason-%d", list[0].ID), "上位法已修改")
	x.posted(http.StatusOK, "清理完成", page+"/close", "at", "2")
	x.shows("/desk/items", "关于公布2026年行政规范性文件清理结果的公告")
}

// The guide is made of the office record, signed by somebody else, and says when
// the record has changed since.
func TestTheGuideIsSignedByAnother(t *testing.T) {
	x := newReviewDesk(t)
	rec := org.OfficeRecord{Organ: x.town.ID, Unit: "党政办公室", Address: "青石街1号", Hours: "工作日9:00—17:00", Phone: "0571-12345678"}
	if _, err := x.st.SaveOffice(t.Context(), store.By{Viewer: org.Program("测试")}, rec, 0); err != nil {
		t.Fatal(err)
	}
	organ := fmt.Sprint(x.town.ID)
	x.shows("/desk/guide", "还没有签发指南", "传真或者互联网联系方式")
	x.posted(http.StatusOK, "由另一位同事签发", "/desk/guide/draft", "organ", organ)
	x.posted(http.StatusUnprocessableEntity, "没有这项权限", "/desk/guide/sign", "organ", organ, "n", "1", "version", "1")
	x.asLeader()
	x.posted(http.StatusOK, "指南已签发", "/desk/guide/sign", "organ", organ, "n", "1", "version", "1")
	x.shows("/desk/guide", "与办公信息一致", "0571-12345678")
	rec.Phone = "0571-87654321"
	if _, err := x.st.SaveOffice(t.Context(), store.By{Viewer: org.Program("测试")}, rec, 1); err != nil {
		t.Fatal(err)
	}
	x.shows("/desk/guide", "办公信息有变化")
	if code, body := x.get("/desk/guide/export?organ=" + organ + "&n=1&format=docx"); code != http.StatusOK || !bytes.HasPrefix([]byte(body), []byte("PK")) {
		t.Errorf("docx: %d", code)
	}
}

// Catalogue, powers and standard catalogue of a town with one item.
func TestTheCatalogueNamesWhatIsEmpty(t *testing.T) {
	x := newReviewDesk(t)
	c := noticeText("关于农村低保对象的公示", "低保对象名单已经公示。")
	c.Category, c.Five, c.Field, c.Made = "21.town.8", []proactive.Five{"结果"}, "社会救助-1", law.Day(2026, 2, 27)
	x.out(c)
	organ := fmt.Sprint(x.town.ID)
	body := x.shows("/desk/catalogue", "22 类空白", "社会救助")
	if strings.Count(body, "空白</span>") != 22 {
		t.Errorf("%d empty categories are marked", strings.Count(body, "空白</span>"))
	}
	x.posted(http.StatusOK, "编成一版", "/desk/catalogue/issue", "organ", organ)
	x.shows("/desk/catalogue", "第1版")
	x.posted(http.StatusOK, "导入完成", "/desk/powers/import?organ="+organ, "text", "事项编码,事项名称,责任科室\n1,临时救助,民政办\n", "do", "keep", "version", "0")
	x.shows("/desk/powers", "临时救助", "民政办")
	x.posted(http.StatusUnprocessableEntity, "不在本地的领域名单中", "/desk/standard/import?organ="+organ, "text", "领域,一级事项\n没有的领域,事项\n", "do", "keep", "version", "0")
	x.posted(http.StatusOK, "导入完成", "/desk/standard/import?organ="+organ, "text", "序号,领域,一级事项,公开渠道和载体\n1,社会救助,最低生活保障,■政府网站 □政府公报 ■公示栏\n2,社会救助,临时救助,\n", "do", "keep", "version", "0")
	x.shows("/desk/standard", "政府网站、公示栏", "1 项已有信息", "没有信息")
	x.shows("/desk/monthly/table", "表二")
	for _, path := range []string{"/desk/catalogue/export?format=docx", "/desk/catalogue/export?format=xlsx&n=1", "/desk/standard/export?format=xlsx", "/desk/powers/export?format=xlsx", "/desk/register/export?format=xlsx"} {
		if code, body := x.get(path); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
			t.Errorf("%s: %d", path, code)
		}
	}
}
