package office

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/act"
	"gongkai/ingest/rows"
	"gongkai/org"
	"gongkai/store"
)

// sendList sends a list to the import.
func sendList(d *desk, name, content string, form map[string]string) (int, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range form {
		_ = w.WriteField(k, v)
	}
	if f, err := w.CreateFormFile("file", name); err == nil {
		_, _ = f.Write([]byte(content))
	}
	_ = w.Close()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/desk/organs/import", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	a := httptest.NewRecorder()
	d.handler.ServeHTTP(a, r)
	return a.Code, a.Body.String()
}

// inPage are the hidden fields of a page.
func inPage(body string) url.Values {
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		v.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	return v
}

const organList = "机关名称,上级机关,类别,代码,电话,备注\n云岭县财政局,云岭县人民政府,,F1,0571-00000001,x\n预算股,云岭县财政局,科室,,,\n青石镇人民政府,,,T0,0571-00000002,\n"

func TestAListIsPreviewedAndTakenWhole(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	gb, _ := simplifiedchinese.GB18030.NewEncoder().String(organList)
	code, body := sendList(d, "名单.csv", gb, map[string]string{"on": "2025-01-01", "reason": "云编办〔2025〕1号"})
	if code != 200 {
		t.Fatal(code, body)
	}
	has(t, body, "确认导入", "第2行的机关", "0571-00000002", "这些列没有识别", "备注")
	if rows, _, _, _ := d.store.ListOrgans(t.Context(), d.viewer, store.OrganQuery{}); len(rows) != 3 {
		t.Fatal("a preview changed something")
	}
	form := inPage(body)
	code, to := send(d, "/desk/organs/import/confirm", form)
	if code != 303 || !strings.Contains(to, "imported") {
		t.Fatal(code, to)
	}
	rows, total, _, err := d.store.ListOrgans(t.Context(), d.viewer, store.OrganQuery{})
	if err != nil || total != 5 {
		t.Fatalf("%+v %v", rows, err)
	}
	acts, err := d.store.Entries(t.Context(), org.Program("x"), store.EntryQuery{Kind: act.OrganImported})
	if err != nil || len(acts) != 1 || acts[0].Details.Reason != "云编办〔2025〕1号" {
		t.Errorf("%d acts, %v", len(acts), err)
	}
	// A double click, and the same list again.
	if code, to := send(d, "/desk/organs/import/confirm", form); code != 303 || !strings.Contains(to, "again") {
		t.Error(code, to)
	}
	_, body = sendList(d, "名单.csv", organList, nil)
	has(t, body, "完全一致")
	// The office record came along and is shown.
	_, body = d.get(organHref(d.organs[1].ID))
	has(t, body, "0571-00000002", "由名单导入")
}

func TestAChangeBetweenPreviewAndConfirmIsNoticed(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	_, body := sendList(d, "x.csv", "代码,名称\nT0,甲镇人民政府\n", nil)
	form := inPage(body)
	if _, err := d.store.RenameOrgan(t.Context(), store.By{Viewer: d.viewer}, d.organs[1].ID, 0, "乙镇人民政府", "", false); err != nil {
		t.Fatal(err)
	}
	code, body := send(d, "/desk/organs/import/confirm", form)
	if code != 200 {
		t.Fatal(code)
	}
	has(t, body, "别人改动了数据", "乙镇人民政府", "甲镇人民政府")
	if code, _ := send(d, "/desk/organs/import/confirm", inPage(body)); code != 303 {
		t.Error("the new preview cannot be confirmed", code)
	}
}

func TestWrongLinesAreReportedOneByOne(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	for name, c := range map[string]struct{ text, says string }{
		"no name":        {"名称,上级\n,C0\n", "缺少机关名称"},
		"no superior":    {"名称\n某局\n", "没有写上级机关"},
		"who":            {"名称,上级\n某局,外县\n", "没有找到"},
		"kind":           {"名称,上级,类别\n某局,C0,衙门\n", "机关类别“衙门”"},
		"level":          {"名称,上级,层级\n某局,C0,九级\n", "层级“九级”"},
		"day":            {"名称,上级,设立日期\n某局,C0,很久以前\n", "很久以前"},
		"code taken":     {"名称,上级,代码\n某局,C0,F9\n他局,C0,F9\n", "已属于"},
		"same organ":     {"名称,代码\n青石镇人民政府,T0\n青石镇,T0\n", "是同一个机关"},
		"number":         {"编号,名称\nJ1,某局\n", "编号“J1”不存在"},
		"circle":         {"名称,上级\n甲局,乙局\n乙局,甲局\n", "成环"},
		"below itself":   {"名称,上级,代码\n云岭县人民政府,青石镇人民政府,C0\n", "成环"},
		"region":         {"名称,上级,区划代码\n某局,C0,33\n", "行政区划代码"},
		"phone":          {"名称,上级,电话\n某局,C0,打不通\n", "不像电话号码"},
		"below section":  {"名称,上级,类别\n党政办,T0,科室\n某局,党政办,政府部门\n", "下面只能设内设机构"},
		"control":        {"名称,上级\n某\x01局,C0\n", "无法显示"},
		"no heading":     {"甲,乙\n", "表头"},
		"picture":        {"\x89PNG\x00\x00", "编码"},
		"ambiguous":      {"名称,上级\n某股,镇人民政府\n", "没有找到"},
		"future":         {"名称,上级\n某局,C0\n", "还没有到"},
		"of another one": {"名称,上级,代码\n某局,C0,\n", ""},
	} {
		form := map[string]string{}
		if name == "future" {
			form["on"] = "2027-01-01"
		}
		if name == "of another one" {
			d.as(8, 1, org.Head)
			c.says = "不在您的管理范围内"
		} else {
			d.as(7, 0, org.Office)
		}
		code, body := sendList(d, "x.csv", c.text, form)
		if code != 422 {
			t.Errorf("%s answers %d", name, code)
		}
		has(t, body, c.says)
		if strings.Contains(body, "确认导入") {
			t.Errorf("%s can be confirmed", name)
		}
	}
	if _, total, _, _ := d.store.ListOrgans(t.Context(), org.Program("x"), store.OrganQuery{}); total != 3 {
		t.Error("something was kept")
	}
}

func TestADamagedConfirmationIsRefused(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	_, body := sendList(d, "x.csv", organList, nil)
	for name, change := range map[string]func(url.Values){
		"nothing":  func(v url.Values) { v.Del("packed") },
		"damaged":  func(v url.Values) { v.Set("packed", v.Get("packed")[8:]) },
		"bomb":     func(v url.Values) { v.Set("packed", pack(make([]byte, rows.MaxBytes+10))) },
		"bad list": func(v url.Values) { v.Set("packed", pack([]byte("甲,乙\n"))) },
		"bad day":  func(v url.Values) { v.Set("on", "明天") },
	} {
		v := inPage(body)
		change(v)
		if code, _ := send(d, "/desk/organs/import/confirm", v); code != 400 {
			t.Errorf("%s answers %d", name, code)
		}
	}
	v := inPage(body)
	v.Set("seen", "0") // another plan than was shown is shown first
	if code, page := send(d, "/desk/organs/import/confirm", v); code != 200 || !strings.Contains(page, "确认导入") {
		t.Error(code)
	}
	d.as(8, 1, org.Drafter)
	if code, _ := send(d, "/desk/organs/import/confirm", inPage(body)); code != 403 {
		t.Error("a drafter imports", code)
	}
}

func TestTheExportedListImportsWithoutChange(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	_, body := sendList(d, "x.csv", organList+"=甲局,C0,,F7,,\n预算股,云岭县青石镇,科室,,,\n", nil)
	if code, _ := send(d, "/desk/organs/import/confirm", inPage(body)); code != 303 {
		// 青石镇 is known by its full name only
		_, body = sendList(d, "x.csv", organList+"=甲局,C0,,F7,,\n预算股,T0,科室,,,\n", nil)
		if code, _ := send(d, "/desk/organs/import/confirm", inPage(body)); code != 303 {
			t.Fatal(code)
		}
	}
	for _, format := range []string{"csv", "xlsx"} {
		_, file := d.get("/desk/organs/export?format=" + format)
		code, body := sendList(d, "x."+format, file, nil)
		if code != 200 || !strings.Contains(body, "完全一致") {
			t.Errorf("%s: %d %s", format, code, regexp.MustCompile(`(?s)<table.*</table>`).FindString(body))
		}
	}
	d.as(8, 1, org.Head)
	if _, file := d.get("/desk/organs/export?format=csv"); strings.Contains(file, "财政局") || !strings.Contains(file, "青石镇") {
		t.Error("a town exports what it may not see")
	}
}
