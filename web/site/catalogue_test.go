package site

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// The public reads guide, catalogue, library, powers and standard catalogue of a
// town, and has them as files; what is removed is in none of them.
func TestThePublicReadsCatalogueAndGuide(t *testing.T) {
	p := newPress(t)
	by := store.By{Viewer: org.Program("测试")}
	ok := func(_ store.Done, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	k := organKey(p.qs)
	see := func(path string, texts ...string) string {
		t.Helper()
		w, body := p.get(t, path)
		for _, s := range texts {
			if w.StatusCode != http.StatusOK || !strings.Contains(body, s) {
				t.Errorf("%s: %d without %q", path, w.StatusCode, s)
			}
		}
		return body
	}
	see(page.GuideHref(k), "正在编制")
	ok(p.store.SaveOffice(t.Context(), by, org.OfficeRecord{Organ: p.qs.ID, Unit: "党政办公室", Address: "青石街1号", Phone: "0571-12345678"}, 0))
	ok(p.store.DraftGuide(t.Context(), by, p.qs.ID))
	see(page.GuideHref(k), "正在编制")
	ok(p.store.SignGuide(t.Context(), p.leader, p.qs.ID, 1, 1))
	see(page.GuideHref(k), "0571-12345678", "第1版", "20个工作日")
	see(page.OrganHref(k), page.GuideHref(k))

	c := proactive.Content{Title: "青石镇水利设施管护办法", DocNo: "青政规〔2026〕1号", Category: "20.1", Body: wording("管护责任由村承担。")}
	id, number := p.publish(t, proactive.Normative, c)
	ok(p.store.SaveDocument(t.Context(), by, proactive.RegisterEntry{Organ: p.qs.ID, Kind: proactive.Normative, Title: "集镇管理办法", Made: law.Day(2018, 5, 2), Until: law.Day(2023, 5, 31)}))
	ok(p.store.ImportPowers(t.Context(), by, p.qs.ID, 0, []proactive.PowerEntry{{Name: "临时救助", Section: "民政办", Guide: "https://www.example.gov.cn/1"}}))
	ok(p.store.ImportStandard(t.Context(), by, p.qs.ID, 0, []proactive.StandardEntry{{Code: "社会救助-1", Field: "社会救助", Matter: "最低生活保障"}}))
	see(page.CatalogueHref(k), "法规、规章和规范性文件")
	see("/library", c.Title, page.ItemHref(number), "集镇管理办法", "失效")
	if body := see(page.With("/library", "organ", k, "state", "有效"), c.Title); strings.Contains(body, "集镇管理办法") {
		t.Error("what is not in force is listed as in force")
	}
	see(page.With("/library", "q", "管护"), c.Title)
	see(page.PowersHref(k), "临时救助", "民政办", "https://www.example.gov.cn/1")
	see(page.StandardHref(k), "最低生活保障")
	for _, path := range []string{page.GuideHref(k) + "/guide.docx", page.CatalogueHref(k) + "/catalogue.xlsx", page.CatalogueHref(k) + "/catalogue.docx", "/library/library.xlsx", page.PowersHref(k) + "/powers.xlsx", page.StandardHref(k) + "/standard.xlsx"} {
		if w, body := p.get(t, path); w.StatusCode != http.StatusOK || !strings.HasPrefix(body, "PK") {
			t.Errorf("%s: %d", path, w.StatusCode)
		}
	}
	for _, path := range []string{page.GuideHref(k) + "/guide.exe", "/library/other.xlsx", "/guide/none", "/library?kind=news&x=1", page.CatalogueHref(k) + "/catalogue.docx?n=9"} {
		if w, _ := p.get(t, path); w.StatusCode == http.StatusOK {
			t.Errorf("%s is answered", path)
		}
	}
	x, err := p.store.Item(t.Context(), p.office.Viewer, id)
	if err != nil {
		t.Fatal(err)
	}
	ok(p.store.RemoveItem(t.Context(), p.office, id, x.Version, proactive.StateSecret))
	for _, path := range []string{"/library", page.CatalogueHref(k), page.CatalogueHref(k) + "/catalogue.csv", "/library/library.csv"} {
		if body := see(path); strings.Contains(body, "管护") || strings.Contains(body, number) {
			t.Errorf("%s still names what was removed", path)
		}
	}
}
