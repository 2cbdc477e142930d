package office

import (
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
)

// has reports on words that a page lacks.
func has(t testing.TB, body string, words ...string) {
	t.Helper()
	body = html.UnescapeString(body)
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

// send posts a form and gives the page, or where it leads.
func send(d *desk, path string, form url.Values) (int, string) {
	w := d.post(path, "", form)
	if to := w.Header().Get("Location"); to != "" {
		return w.Code, to
	}
	return w.Code, w.Body.String()
}

func TestOrganTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"organs": organsTemplate.Check(organsPage{}), "organ": organTemplate.Check(organPage{}), "form": organFormTemplate.Check(organForm{}), "rows": rowsFormTemplate.Check(rowsForm{}), "meeting": meetingTemplate.Check(meetingPage{}), "import": organImportTemplate.Check(organImportPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnOfficerSetsUpRenamesAndMovesAnOrgan(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	code, body := d.get("/desk/organs")
	if code != 200 {
		t.Fatal(code)
	}
	has(t, body, "云岭县人民政府", "青石镇人民政府", "共 3 个机关", "设立机关")
	code, to := send(d, "/desk/organs/new", url.Values{"name": {"云岭县柳溪镇人民政府"}, "parent": {"云岭县人民政府"}, "from": {"2020-01-01"}, "reason": {"云政发〔2020〕1号"}})
	if code != 303 {
		t.Fatalf("%d %s", code, to)
	}
	_, body = d.get(to)
	has(t, body, "云岭县柳溪镇人民政府", "乡镇", "乡级", "设立“云岭县柳溪镇人民政府”", "云政发〔2020〕1号", "已登记")
	at := strings.Split(to, "?")[0]
	code, to = send(d, at+"/rename", url.Values{"name": {"柳溪街道办事处"}, "on": {"2024-05-01"}, "version": {"1"}})
	if code != 303 {
		t.Fatalf("%d %s", code, to)
	}
	_, body = d.get(at)
	has(t, body, "柳溪街道办事处", "由“云岭县柳溪镇人民政府”更名为“柳溪街道办事处”", "2024年4月30日以前")
	code, _ = send(d, at+"/move", url.Values{"parent": {"青石镇"}, "on": {"2025-05-01"}, "version": {"2"}})
	if code != 303 {
		t.Fatal(code)
	}
	_, body = d.get("/desk/organs?on=2024-12-31")
	has(t, body, "2024年12月31日")
	if _, body = d.get("/desk/organs?on=2023-12-31&q=柳溪"); !strings.Contains(body, "柳溪镇人民政府") || strings.Contains(body, "街道办事处</a>") {
		t.Error("the tree of 2023 has the name of today")
	}
}

func TestFormsOfOrgansSayWhatIsWrong(t *testing.T) {
	d := newDesk(t)
	d.as(7, 0, org.Office)
	town := organHref(d.organs[1].ID)
	for name, c := range map[string]struct {
		path string
		form url.Values
		says string
	}{
		"no name":         {"/desk/organs/new", url.Values{"parent": {"云岭县人民政府"}}, "请填写机关全称"},
		"no parent":       {"/desk/organs/new", url.Values{"name": {"某局"}}, "请填写上级机关"},
		"unknown parent":  {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"外县"}}, "没有找到“外县”"},
		"which parent":    {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"镇人民政府"}}, "有 2 个机关符合"},
		"check digit":     {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"C0"}, "code": {"11330000000000000X"}}, "校验位不符"},
		"code taken":      {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"C0"}, "code": {"t1"}}, "已属于“白杨镇人民政府”"},
		"region":          {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"C0"}, "region": {"33"}}, "行政区划代码"},
		"bad day":         {"/desk/organs/new", url.Values{"name": {"某局"}, "parent": {"C0"}, "from": {"去年"}}, "无法识别"},
		"empty rename":    {town + "/rename", url.Values{"on": {"2025-01-01"}}, "请填写新名称"},
		"no day":          {town + "/rename", url.Values{"name": {"甲"}}, "请填写日期"},
		"future":          {town + "/rename", url.Values{"name": {"甲"}, "on": {"2027-01-01"}}, "还没有到"},
		"move nowhere":    {town + "/move", url.Values{"on": {"2025-01-01"}}, "请填写机关的名称或代码"},
		"below itself":    {town + "/move", url.Values{"on": {"2025-01-01"}, "parent": {"青石镇人民政府"}}, "不能是自己的上级"},
		"merge nothing":   {town + "/merge", url.Values{"on": {"2025-01-01"}}, "请填写并入哪个机关"},
		"merge itself":    {town + "/merge", url.Values{"on": {"2025-01-01"}, "into": {"T0"}}, "它自己就是"},
		"merge line":      {town + "/merge", url.Values{"on": {"2025-01-01"}, "into": {"T1"}, "from": {"无此镇"}}, "第1行：没有找到"},
		"split one":       {town + "/split", url.Values{"on": {"2025-01-01"}, "new": {"东镇"}}, "不保留的至少两个"},
		"split kind":      {town + "/split", url.Values{"on": {"2025-01-01"}, "new": {"东镇,,衙门"}}, "机关类别“衙门”"},
		"split nothing":   {town + "/split", url.Values{"on": {"2025-01-01"}}, "请至少写一个"},
		"abolish parent":  {organHref(d.organs[0].ID) + "/abolish", url.Values{"on": {"2025-01-01"}}, "下面还有 2 个机关"},
		"kind":            {town + "/change", url.Values{"on": {"2025-01-01"}, "kind": {"衙门"}}, "请从列表中选择类别"},
		"code of another": {town + "/change", url.Values{"on": {"2025-01-01"}, "kind": {"town"}, "code": {"T1"}, "version": {"1"}}, "已属于“白杨镇人民政府”"},
	} {
		code, body := send(d, c.path, c.form)
		if code != 422 {
			t.Errorf("%s answers %d", name, code)
		}
		has(t, body, c.says)
		for k, v := range c.form {
			if k != "on" && v[0] != "" && len(v[0]) > 1 && c.form.Get(k) != "衙门" && !strings.Contains(html.UnescapeString(body), v[0]) {
				t.Errorf("%s: what was typed into %s is lost", name, k)
			}
		}
	}
	// Overtaken: the form stays filled and says what the other did.
	v := url.Values{"name": {"甲镇人民政府"}, "on": {"2025-01-01"}, "version": {"1"}}
	if code, body := send(d, town+"/rename", v); code != 303 {
		t.Fatal(code, body)
	}
	v.Set("name", "乙镇人民政府")
	code, body := send(d, town+"/rename", v)
	if code != 409 {
		t.Errorf("the second officer is answered %d", code)
	}
	has(t, body, "改动了这个机关", "甲镇人民政府", "乙镇人民政府")
}

func TestWhoSeesWhichOrgans(t *testing.T) {
	d := newDesk(t)
	for path, want := range map[string]int{organHref(d.organs[1].ID): 200, organHref(d.organs[2].ID): 404, organHref(d.organs[1].ID) + "/rename": 403,
		"/desk/organs/new": 200, "/desk/organs/x": 404, "/desk/organs/99": 404} {
		d.as(8, 1, org.Head)
		if code, _ := d.get(path); code != want {
			t.Errorf("the head of a town asks %s: %d, want %d", path, code, want)
		}
	}
	d.as(8, 1, org.Drafter)
	if code, body := d.get("/desk/organs"); code != 200 || strings.Contains(body, "设立机关") || strings.Contains(body, "白杨镇") {
		t.Errorf("a drafter: %d", code)
	}
	if code, _ := d.get("/desk/organs/new"); code != 403 {
		t.Errorf("a drafter sets up organs: %d", code)
	}
	d.viewer = org.Viewer{}
	if code, _ := d.get("/desk/organs"); code != 303 {
		t.Errorf("nobody: %d", code)
	}
}

func TestFiftyThousandOrgansArePaged(t *testing.T) {
	d := newDesk(t)
	var list []org.Organ
	for i := range 3000 {
		list = append(list, org.Organ{Name: fmt.Sprintf("第%d村", i), Kind: org.Village, Parent: d.organs[1].ID})
	}
	if _, err := d.store.SaveOrgans(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	d.as(7, 0, org.Office)
	_, body := d.get("/desk/organs?kind=village")
	if n := strings.Count(body, "<tr>"); n > 60 || !strings.Contains(body, "共 3000 个机关") {
		t.Errorf("%d rows", n)
	}
	seen, next := 0, ""
	for range 10 {
		rows, total, more, err := d.store.ListOrgans(t.Context(), d.viewer, store.OrganQuery{After: next, Limit: 500})
		if err != nil || total != 3003 {
			t.Fatal(total, err)
		}
		if seen += len(rows); more == "" {
			break
		}
		next = more
	}
	if seen != 3003 {
		t.Errorf("%d rows on all pages", seen)
	}
}
