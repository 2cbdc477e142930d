package items

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func TestBackfillTemplatesFitTheirPages(t *testing.T) {
	for _, c := range []struct {
		t *page.Template
		p page.Page
	}{{backfillTemplate, backfillPage{}}, {backfillImportTemplate, backfillImportPage{}}, {backfillLineTemplate, backfillLinePage{}}} {
		if err := c.t.Check(c.p); err != nil {
			t.Error(err)
		}
	}
}

// A list with a folder: one wrong line keeps all of it out; put right, each line
// becomes a draft that says where it was public before, outside the limit.
func TestOldStockIsListedAndDrafted(t *testing.T) {
	x := newDraftDesk(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("旧文件/通知.docx")
	if err == nil {
		_, err = w.Write(wordPaper(t))
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	folder := upload{"zip", "旧文件.zip", b.Bytes()}
	list := func(day string) upload {
		return upload{"list", "清单.csv", []byte("标题,文号,原发布日期,网址,文件名,类别\n关于旧事的通知,青政〔2016〕3号," + day + ",http://old.example.org/3.html,通知.docx,通知公告\n")}
	}
	if a := x.post("/desk/backfill/import", nil, list("昨天"), folder); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "一件也没有列入") {
		t.Errorf("a day that is none: %d %s", a.code, plainPage(a.body))
	}
	if a := x.post("/desk/backfill/import", nil, list("2016-04-01")); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "没有“通知.docx”") {
		t.Errorf("without the folder: %d %s", a.code, plainPage(a.body))
	}
	a := x.post("/desk/backfill/import", nil, list("2016-04-01"), folder)
	if a.code != http.StatusOK || !strings.Contains(a.body, "关于旧事的通知") {
		t.Fatalf("listed: %d %s", a.code, plainPage(a.body))
	}
	if a := x.post("/desk/backfill/import", nil, list("2016-04-01"), folder); a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "重复") {
		t.Errorf("listed twice: %d %s", a.code, plainPage(a.body))
	}
	rows, err := x.st.Backfills(t.Context(), org.Program("测试"), store.BackfillQuery{})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	at := "/desk/backfill/" + nonZero(rows[0].ID)
	if a := x.get(at); a.code != http.StatusOK || !strings.Contains(a.body, "2016-04-01") {
		t.Errorf("the line: %d %s", a.code, plainPage(a.body))
	}
	x.as(7, x.next, org.Publisher, org.Head)
	if a := x.get(at); a.code != http.StatusNotFound {
		t.Errorf("a neighbour reads it: %d", a.code)
	}
	x.as(1, x.town, org.Drafter, org.Publisher)
	if a := x.post("/desk/backfill", []string{"tick", nonZero(rows[0].ID)}); a.code != http.StatusOK {
		t.Fatalf("drafted: %d %s", a.code, plainPage(a.body))
	}
	if rows, err = x.st.Backfills(t.Context(), org.Program("测试"), store.BackfillQuery{State: proactive.StockDrafted}); err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	f := x.item("/desk/items/" + nonZero(rows[0].Item))
	if !f.Backfill || !f.Due.IsZero() || f.Content.Original.String() != "2016-04-01" || f.Content.OriginURL == "" || f.Content.DocNo != "青政〔2016〕3号" || f.Content.Body.Empty() {
		t.Errorf("the draft: %+v", f.Content)
	}
}
