package items

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// A list from a spreadsheet is looked at before it is kept; then a draft of today
// is marked by it on the page of the draft, and the list shows its history.
func TestWordListFromATableToTheDraft(t *testing.T) {
	x := newDraftDesk(t)
	c := proactive.Content{Title: "敬老助残活动的通知", Category: "20.15", Made: law.Day(2026, 3, 10), Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: "请各村落实。"}}}}}}
	d, err := x.st.DraftItem(t.Context(), store.By{Viewer: x.visit.Viewer}, store.NewItem{Organ: x.town.ID, Kind: proactive.Notice, Content: c})
	if err != nil {
		t.Fatal(err)
	}
	form := []string{"kind", "banned", "name", "规范用语", "source", "县语委办通知", "from", "2026-03-10", "to", ""}
	table := upload{"file", "词表.csv", []byte("词语,正确写法,说明\n敬老助残,敬老爱老,省里统一\n单\n")}
	a := x.post("/desk/words/new", append(form, "text", "按步就班,按部就班\n", "do", "keep"), table)
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "不足两个字") || !strings.Contains(a.body, "敬老助残 → 敬老爱老") || !strings.Contains(a.body, "按步就班,按部就班\n敬老助残,敬老爱老,省里统一") {
		t.Fatalf("a line with a fault: %d %s", a.code, a.body)
	}
	a = x.post("/desk/words/new", append(form, "text", "按步就班,按部就班\n敬老助残,敬老爱老,省里统一", "do", "check"))
	if a.code != http.StatusOK || !strings.Contains(a.body, "新增 2 条") {
		t.Fatalf("the preview: %d %s", a.code, a.body)
	}
	a = x.post("/desk/words/new", append(form, "text", "按步就班,按部就班\n敬老助残,敬老爱老,省里统一", "do", "keep"))
	if a.code != http.StatusOK || !strings.Contains(a.body, "已保存") || !strings.Contains(a.body, "第 1 次（现在）") {
		t.Fatalf("kept: %d %s", a.code, a.body)
	}
	at := strings.TrimSuffix(a.path, "?done=saved")
	if a := x.get("/desk/items/" + d.Answer + "/edit"); !strings.Contains(a.body, "应当写“敬老爱老”") {
		t.Errorf("the draft is not marked: %d", a.code)
	}
	if a := x.get("/desk/words"); !strings.Contains(a.body, "规范用语") || !strings.Contains(a.body, "常见错别字") {
		t.Error("the page of lists lacks one")
	}
	// Somebody else was faster.
	if a := x.post(at, append(form, "edition", "0", "text", "敬老助残,敬老爱老", "do", "keep")); a.code != http.StatusConflict || !strings.Contains(a.body, "删去 2 条") {
		t.Errorf("a conflict: %d %s", a.code, a.body)
	}
	if a := x.post(at, append(form, "edition", "1", "do", "stop")); a.code != http.StatusOK || !strings.Contains(a.body, "已停用") {
		t.Errorf("stopped: %d %s", a.code, a.body)
	}
	if a := x.get(at + "?edition=1"); a.code != http.StatusOK || !strings.Contains(a.body, "第 1 次保存的内容") || strings.Contains(a.body, "<textarea") {
		t.Errorf("the first edition: %d", a.code)
	}
	if a := x.get(at + "/export?format=csv"); !strings.Contains(a.body, "敬老助残,敬老爱老,省里统一") {
		t.Errorf("exported: %s", a.body)
	}
	// A neighbour and one who only drafts.
	x.as(2, x.next, org.Publisher)
	if a := x.get(at); a.code != http.StatusNotFound {
		t.Errorf("a neighbour reads it: %d", a.code)
	}
	x.as(3, x.town, org.Drafter)
	if a := x.get(at); a.code != http.StatusOK || strings.Contains(a.body, "name=\"do\"") {
		t.Errorf("who drafts: %d", a.code)
	}
	if a := x.post("/desk/words/new", append(form, "text", "甲乙,丙丁", "do", "keep")); a.code != http.StatusForbidden {
		t.Errorf("who drafts keeps a list: %d", a.code)
	}
}

// Words that mean the same are kept as they were written; what cannot be read is
// named and nothing is kept.
func TestSynonymsAreKept(t *testing.T) {
	x := newDraftDesk(t)
	x.as(1, x.town, org.Head)
	if a := x.get("/desk/words/synonyms?word=养老+补贴"); !strings.Contains(a.body, "养老补贴=</textarea>") {
		t.Error("what was looked for in vain is not at hand")
	}
	a := x.post("/desk/words/synonyms", []string{"version", "0", "text", "养老补贴=高龄津贴\n只有一个"})
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "<li>只有一个</li>") {
		t.Errorf("a line that cannot be read: %d %s", a.code, a.body)
	}
	a = x.post("/desk/words/synonyms", []string{"version", "0", "text", "养老补贴=高龄津贴\n"})
	if a.code != http.StatusOK || !strings.Contains(a.body, "已保存") || !strings.Contains(a.body, "养老补贴=高龄津贴</textarea>") {
		t.Errorf("kept: %d %s", a.code, a.body)
	}
	if a := x.post("/desk/words/synonyms", []string{"version", "0", "text", "低保=救助"}); a.code != http.StatusConflict || !strings.Contains(a.body, "<li>养老补贴=高龄津贴</li>") {
		t.Errorf("somebody else was faster: %d", a.code)
	}
	x.as(3, x.town, org.Drafter)
	if a := x.get("/desk/words/synonyms"); a.code != http.StatusOK || !strings.Contains(a.body, "养老补贴=高龄津贴") {
		t.Errorf("who may not change them reads them: %d", a.code)
	}
}

func TestWordTemplatesFitTheirPages(t *testing.T) {
	for _, err := range []error{wordsTemplate.Check(wordsPage{}), wordsShippedTemplate.Check(wordsShippedPage{}), wordsFormTemplate.Check(wordsFormPage{}), synonymsTemplate.Check(synonymsPage{}), statisticsTemplate.Check(statisticsPage{}), linksTemplate.Check(linksPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// The work is counted by person only for those who see people; links that lead
// out are listed, and nothing is tried where the program may not call out.
func TestStatisticsAndLinks(t *testing.T) {
	x := newDraftDesk(t)
	c := proactive.Content{Title: "关于春耕的通知", Category: "20.15", Made: law.Day(2026, 3, 10), Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: "请各村落实。"}}}}}}
	if _, err := x.st.DraftItem(t.Context(), store.By{Viewer: x.visit.Viewer}, store.NewItem{Organ: x.town.ID, Kind: proactive.Notice, Content: c}); err != nil {
		t.Fatal(err)
	}
	x.as(1, x.town, org.Head)
	a := x.get("/desk/items/statistics?year=2026")
	if a.code != http.StatusOK || !strings.Contains(a.body, "起草信息 1 件") || !strings.Contains(a.body, "按人员") {
		t.Errorf("the head: %d %s", a.code, a.body)
	}
	if a := x.get("/desk/items/statistics/export?year=2026&format=csv"); !strings.Contains(a.body, "按月,2026-03,1,") {
		t.Errorf("exported: %s", a.body)
	}
	x.as(2, x.next, org.Drafter)
	if a := x.get("/desk/items/statistics?year=2026"); strings.Contains(a.body, "起草信息 1 件") {
		t.Error("a neighbour sees the work")
	}
	x.as(1, x.town, org.Publisher)
	if a := x.get("/desk/items/links"); a.code != http.StatusOK || !strings.Contains(a.body, "没有失效的链接") {
		t.Errorf("links: %d %s", a.code, a.body)
	}
	if a := x.post("/desk/items/links", []string{"host", ""}); a.code != http.StatusBadRequest && a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "没有开通") {
		t.Errorf("tried without leave: %d", a.code)
	}
}
