package items

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func TestSubmissionTemplatesFitTheirPages(t *testing.T) {
	for _, c := range []struct {
		t *page.Template
		p page.Page
	}{{submissionsTemplate, submissionsPage{}}, {submissionFormTemplate, submissionFormPage{}}, {submissionTemplate, submissionPage{}}, {monitorTemplate, monitorPage{}}} {
		if err := c.t.Check(c.p); err != nil {
			t.Error(err)
		}
	}
}

// A section hands in a Word file and amounts; the desk gives it back, takes it
// the second time, and has a draft with the text and the table.
func TestMaterialIsHandedInAndBecomesADraft(t *testing.T) {
	x := newDraftDesk(t)
	word := upload{"files", "低保资金.docx", wordPaper(t)}
	if a := x.post("/desk/submissions/new", []string{"title", "低保资金发放情况", "a_project", "农村低保", "a_yuan", "一百元"}, word); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "读不出来") || !strings.Contains(a.body, "一百元") {
		t.Errorf("an amount in words: %d %s", a.code, plainPage(a.body))
	}
	if a := x.post("/desk/submissions/new", []string{"title", "空单"}); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "没有内容") {
		t.Errorf("an empty slip: %d %s", a.code, plainPage(a.body))
	}
	a := x.post("/desk/submissions/new", []string{"title", "低保资金发放情况", "kind", "funds", "made", "2026-03-02", "a_project", "农村低保", "a_yuan", "123,456.78", "paste", "特困供养\t\t\t1000\t福利院\t"}, word)
	if a.code != http.StatusOK || !strings.Contains(a.body, "124456.78") || !strings.Contains(a.body, "低保资金.docx") {
		t.Fatalf("handed in: %d %s", a.code, plainPage(a.body))
	}
	at, _, _ := strings.Cut(a.path, "?")
	if a := x.get(at + "/slip?format=docx"); a.code != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the slip: %d", a.code)
	}
	if a := x.post(at+"/return", []string{"version", "1", "reason", "缺发放名单", "due", "2026-03-13"}); a.code != http.StatusOK || !strings.Contains(a.body, "缺发放名单") {
		t.Errorf("given back: %d %s", a.code, plainPage(a.body))
	}
	if a := x.post(at+"/send", []string{"version", "2", "title", "低保资金发放情况", "kind", "funds", "made", "2026-03-02", "a_project", "农村低保", "a_yuan", "123456.78"}); a.code != http.StatusOK || !strings.Contains(a.body, "等待接收") {
		t.Fatalf("sent again: %d %s", a.code, plainPage(a.body))
	}
	x.as(7, x.next, org.Publisher, org.Head)
	for _, path := range []string{at, at + "/slip", at + "/receipt"} {
		if a := x.get(path); a.code != http.StatusNotFound {
			t.Errorf("a neighbour reads %s: %d", path, a.code)
		}
	}
	x.as(1, x.town, org.Drafter, org.Publisher)
	row := submissionRows(t, x)
	a = x.post(at+"/accept", []string{"version", "3", "kind", "funds", "body", nonZero(row[0].Files[0].ID)})
	if a.code != http.StatusOK || !strings.Contains(a.path, "/edit") {
		t.Fatalf("received: %d %s %s", a.code, a.path, plainPage(a.body))
	}
	f := x.item(a.path)
	if f.Content.Title != "低保资金发放情况" || !strings.Contains(f.Content.Body.Text(), "123456.78") || f.Content.Made.String() != "2026-03-02" || len(f.Content.Attached()) != 0 {
		t.Errorf("the draft: %+v", f.Content)
	}
	if a := x.get(at + "/receipt?format=docx"); a.code != http.StatusOK {
		t.Errorf("the receipt: %d", a.code)
	}
	if a := x.get("/desk/submissions?state=all"); !strings.Contains(a.body, "已接收") {
		t.Errorf("the list: %s", plainPage(a.body))
	}
	if a := x.get("/desk/submissions/export?state=all&format=csv"); a.code != http.StatusOK || !strings.Contains(a.body, "低保资金发放情况") {
		t.Errorf("the export: %d %s", a.code, a.body)
	}
}

func submissionRows(t *testing.T, x *draftDesk) []store.SubmissionRow {
	t.Helper()
	rows, err := x.st.Submissions(t.Context(), org.Program("测试"), store.SubmissionQuery{})
	if err != nil || len(rows) == 0 || len(rows[0].Files) == 0 {
		t.Fatal(rows, err)
	}
	return rows
}

// An empty desk is not scolded for columns that it never had; what it publishes
// is looked at, and a neighbour sees nothing of it.
func TestMonitorOpensToWhatHasToBeDone(t *testing.T) {
	x := newDraftDesk(t)
	if a := x.get("/desk/monitor"); a.code != http.StatusOK || !strings.Contains(a.body, "还没有在本平台发布过信息") || !strings.Contains(a.body, "还没有签发公开指南") || strings.Contains(a.body, "空白栏目") {
		t.Errorf("before anything: %d %s", a.code, plainPage(a.body))
	}
	if a := x.get("/desk/monitor/export?format=csv"); a.code != http.StatusOK || !strings.Contains(a.body, "公开指南") {
		t.Errorf("the export: %d %s", a.code, a.body)
	}
	if a := x.get("/desk/monitor?organ=" + nonZero(x.next.ID)); a.code != http.StatusNotFound {
		t.Errorf("the neighbour's: %d", a.code)
	}
}
