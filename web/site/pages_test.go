package site

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/web/page"
)

func TestTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl   *page.Template
		sample page.Page
	}{
		"home": {homeTemplate, homePage{}}, "reports": {reportsTemplate, reportsPage{}}, "report": {reportTemplate, reportPage{}},
		"organ": {organTemplate, organPage{}}, "compare": {compareTemplate, comparePage{}}, "sum": {sumTemplate, sumPage{}},
		"standing": {standingTemplate, standingPage{}}, "api": {apiTemplate, apiPage{}}, "open": {openTemplate, openPage{}}, "help": {helpTemplate, helpIndex{}}, "chapter of help": {helpPageTemplate, helpPage{}}, "log": {logTemplate, logPage{}},
	} {
		if err := c.tmpl.Check(c.sample); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.tmpl.Execute(c.sample); err != nil {
			t.Errorf("%s, empty: %v", name, err)
		}
	}
}

func TestReportPageHasEveryFigureOfTheReport(t *testing.T) {
	c := newCounty(t)
	doc := c.see(t, "/reports/11341500MB0C/2025")
	r := full(t, c.qs.Name, 2025, 16)
	for i, cell := range r.Form.Cells {
		n := byID(doc, page.CellID(cell.ID))
		if n == nil {
			t.Fatalf("%s is not on the page", cell.ID)
		}
		if want := r.Values[i].Format(cell.Type); text(n) != want {
			t.Errorf("%s: page says %q, report %q", cell.ID, text(n), want)
		}
	}
	all := text(doc)
	for _, want := range []string{"一、总体情况", "全年新收申请16件", "六、其他需要报告的事项", "未收取信息处理费", "2026年1月15日", "2026-01-20"} {
		if !strings.Contains(all, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestEditionOfTheYearIsPrinted(t *testing.T) {
	c := newCounty(t)
	if s := text(c.see(t, "/reports/11341500MB0C/2020")); !strings.Contains(s, "政府集中采购") || strings.Contains(s, "现行有效件数") {
		t.Error("2020 is not printed in the form of 2019")
	}
	if s := text(c.see(t, "/reports/11341500MB0C/2021")); strings.Contains(s, "政府集中采购") || !strings.Contains(s, "现行有效件数") {
		t.Error("2021 is not printed in the form of 2021")
	}
}

func TestNoPublicPageShowsFindingsOrRepairs(t *testing.T) {
	c := newCounty(t)
	for _, path := range []string{"/", "/reports", "/reports?year=2025", "/reports/11341500MB0C", "/reports/11341500MB0C/2025", "/reports/11341500MB0C/2025.json", "/reports/11341500MB0C/2025.html",
		"/api/v1/reports?year=2025", "/api/v1/reports/11341500MB0C/2025", "/reports/sum/11341500MB0A/2025", "/open/reports-2025.csv", "/feed.xml"} {
		res, b := c.get(t, path)
		if res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, secret := range []string{"内部核对意见", "T3-BALANCE", "LABEL-MISPRINT", "住房举报"} {
			if strings.Contains(b, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
	}
}

func TestNoPublicPageSaysWhoHasNotFiled(t *testing.T) {
	c := newCounty(t)
	for _, path := range []string{"/", "/reports?year=2025", "/reports/sum/11341500MB0A/2025", "/api/v1/reports?year=2025", "/open/reports-2025.csv"} {
		if _, b := c.get(t, path); strings.Contains(b, c.bs.Name) {
			t.Errorf("%s names an organ without a report", path)
		}
	}
	if res, _ := c.get(t, "/reports/11341500MB0D/2025"); res.StatusCode != 404 {
		t.Errorf("a report that does not exist: %d", res.StatusCode)
	}
}

func rowNames(doc *html.Node) []string {
	var out []string
	for _, th := range byTag(doc, "th") {
		if attr(th, "scope") != "row" {
			continue
		}
		for _, a := range byTag(th, "a") {
			out = append(out, text(a))
		}
	}
	return out
}

func TestReportsAreFilteredSortedAndSearched(t *testing.T) {
	c := newCounty(t)
	if n := rowNames(c.see(t, "/reports?year=2025")); len(n) != 3 {
		t.Errorf("2025: %v", n)
	}
	if n := rowNames(c.see(t, "/reports?year=2024&sort=received")); len(n) != 4 || n[0] != c.gov.Name || n[3] != c.bs.Name {
		t.Errorf("by received: %v", n)
	}
	if n := rowNames(c.see(t, "/reports?q="+url.QueryEscape("教育"))); len(n) != 1 || n[0] != c.edu.Name {
		t.Errorf("search: %v", n)
	}
	if s := text(c.see(t, "/reports?year=2025&q="+url.QueryEscape("没有这个"))); !strings.Contains(s, "没有名称含") {
		t.Error("an empty search is not explained")
	}
}

func TestBlankIsADashAndNotZero(t *testing.T) {
	c := newCounty(t)
	r := annual.New(annual.Edition("2021"), c.bs.Name, 2025)
	r.Published = law.Day(2026, 1, 20)
	file(t, c.store, c.bs, r)
	seen := false
	for _, tr := range byTag(c.see(t, "/reports?year=2025"), "tr") {
		if !strings.Contains(text(tr), c.bs.Name) {
			continue
		}
		seen = true
		for _, td := range byTag(tr, "td") {
			if attr(td, "class") == "n" && text(td) != "—" {
				t.Errorf("a blank figure is shown as %q", text(td))
			}
		}
	}
	if !seen {
		t.Error("the report is not in the list")
	}
}

// What is only kept is nowhere before the public.
func TestWhatIsNotPublishedIsNowhere(t *testing.T) {
	c := newCounty(t)
	r := full(t, c.bs.Name, 2025, 9)
	r.Published = law.Date{}
	file(t, c.store, c.bs, r)
	for _, path := range []string{"/", "/reports?year=2025", "/reports/11341500MB0A", "/reports/sum/11341500MB0A/2025", "/open/reports-2025.csv", "/open/table.csv?year=2025", "/feed.xml", "/api/v1/reports?year=2025", "/api/v1/table?year=2025"} {
		_, b := c.get(t, path)
		if path == "/reports/11341500MB0A" {
			continue // the county names its towns by those of 2024
		}
		if strings.Contains(b, c.bs.Name) {
			t.Errorf("%s names it", path)
		}
	}
	for _, path := range []string{"/reports/11341500MB0D/2025", "/reports/11341500MB0D/2025.json", "/reports/11341500MB0D/2025/versions/1", "/api/v1/reports/11341500MB0D/2025", "/api/v1/reports/11341500MB0D/2025/versions", "/api/v1/reports/11341500MB0D/2025/versions/1"} {
		if res, _ := c.get(t, path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if s := text(c.see(t, "/reports/11341500MB0D")); strings.Contains(s, "2025") {
		t.Error("the organ's page shows the year")
	}
}

func TestSumOpensToItsParts(t *testing.T) {
	c := newCounty(t)
	doc := c.see(t, "/reports/sum/11341500MB0A/2025?cell=t3.new.total")
	want := map[string]bool{c.edu.Name: false, c.qs.Name: false}
	box := byID(doc, "cell")
	if box == nil {
		t.Fatal("the cell did not open")
	}
	for _, n := range rowNames(box) {
		want[n] = true
	}
	for n, seen := range want {
		if !seen {
			t.Errorf("%s is not among the parts", n)
		}
	}
	// The county's own report is already a sum: adding its 100 would count twice.
	if n := byID(doc, "cell-t3-new-total"); n == nil || text(n) != "56" {
		t.Errorf("sum of 40 and 16 is shown as %q", text(n))
	}
	if !strings.Contains(text(doc), "不重复计入") {
		t.Error("the page does not say that the county's own report is left out")
	}
}

func TestComparisonPutsDifferencesFirst(t *testing.T) {
	c := newCounty(t)
	s := text(c.see(t, "/reports/compare?a=11341500MB0C:2024&b=11341500MB0C:2025"))
	if !strings.Contains(s, "+1") || strings.Index(s, "不同的数字") > strings.Index(s, "相同的数字") {
		t.Errorf("differences are not shown first")
	}
	s = text(c.see(t, "/reports/compare?a=11341500MB0C:2020&b=11341500MB0C:2021"))
	if !strings.Contains(s, "版本不同") {
		t.Error("two editions are compared without a word")
	}
	other := "/reports/compare?an=" + url.QueryEscape("教育局") + "&ay=2025&bn=" + url.QueryEscape("青石") + "&by=2025"
	if s = text(c.see(t, other)); strings.Contains(s, "不同的数字") || !strings.Contains(s, "没有开放") {
		t.Error("two organs are compared though the office has not opened that")
	}
	c.decide(t, c.gov, org.BlockNeighbours)
	if s = text(c.see(t, other)); !strings.Contains(s, "不同的数字") {
		t.Error("organs are not found by name")
	}
}

func TestOrganOverTheYearsComparesOnlyWhatMeansTheSame(t *testing.T) {
	c := newCounty(t)
	doc := c.see(t, "/reports/11341500MB0C")
	s := text(doc)
	if strings.Contains(s, "政府集中采购") || !strings.Contains(s, "2021年度起改用新的表格") {
		t.Error("editions are mixed in silence")
	}
	if n := len(byTag(doc, "figure")); n != 4 {
		t.Errorf("%d charts", n)
	}
	for _, f := range byTag(doc, "figure") {
		if len(byTag(f, "table")) != 1 {
			t.Error("a chart without its table")
		}
	}
	for _, tr := range byTag(doc, "tr") {
		if strings.HasPrefix(text(tr), "现行有效") && strings.Count(text(tr), "—") != 2 {
			t.Errorf("2019 and 2020 state no such figure: %q", text(tr))
		}
	}
}

func TestDownloadsAreWhatTheySay(t *testing.T) {
	c := newCounty(t)
	for ext, begins := range map[string]string{"docx": "PK", "xlsx": "PK", "json": "{", "csv": ""} {
		res, b := c.get(t, "/reports/11341500MB0C/2025."+ext)
		if res.StatusCode != 200 || !strings.HasPrefix(b, begins) || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %s", ext, res.StatusCode, res.Header)
		}
		if begins == "PK" {
			if _, err := zip.NewReader(bytes.NewReader([]byte(b)), int64(len(b))); err != nil {
				t.Errorf("%s: %v", ext, err)
			}
		}
	}
	if res, b := c.get(t, "/reports/11341500MB0C/2025.pdf"); res.StatusCode == 503 {
		if !strings.Contains(b, "Word 文档") {
			t.Error("a missing font is not explained")
		}
	} else if res.StatusCode != 200 || !strings.HasPrefix(b, "%PDF") {
		t.Errorf("pdf: %d", res.StatusCode)
	}
	if res, _ := c.get(t, "/reports/11341500MB0C/2025.exe"); res.StatusCode != 404 {
		t.Errorf("unknown format: %d", res.StatusCode)
	}
}

func TestYearAsCSVHasALineForEveryOrgan(t *testing.T) {
	c := newCounty(t)
	_, b := c.get(t, "/open/reports-2025.csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	if want := 5 + len(annual.Edition("2021").Cells); len(rows[0]) != want {
		t.Errorf("%d columns, want %d", len(rows[0]), want)
	}
}

func TestAPIPagesAndSpeaksJSON(t *testing.T) {
	c := newCounty(t)
	res, b := c.get(t, "/api/v1/reports?year=2025")
	var list struct {
		Reports []struct {
			Organ string
			Cells map[string]int64
			Links struct{ Report string }
		}
	}
	if err := json.Unmarshal([]byte(b), &list); err != nil || len(list.Reports) != 3 {
		t.Fatalf("%d %v %s", res.StatusCode, err, b)
	}
	for _, r := range list.Reports {
		if res, _ := c.get(t, r.Links.Report); res.StatusCode != 200 {
			t.Errorf("%s: %d", r.Links.Report, res.StatusCode)
		}
	}
	for _, bad := range []string{"/api/v1/reports", "/api/v1/reports?year=abc", "/api/v1/reports/none/2025", "/api/v2"} {
		res, b := c.get(t, bad)
		if res.StatusCode < 400 || res.StatusCode > 499 || !json.Valid([]byte(b)) {
			t.Errorf("%s: %d %s", bad, res.StatusCode, b)
		}
	}
}
