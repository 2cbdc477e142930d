package render_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/render"
)

// portalReports are two organs over two years, one corrected, with texts that
// try to break out of the page.
func portalReports(t *testing.T) []render.PortalReport {
	t.Helper()
	var out []render.PortalReport
	for i, c := range []struct {
		organ, code string
		year        int
	}{{"青石镇人民政府", "11341500MB0C", 2024}, {"青石镇人民政府", "11341500MB0C", 2025}, {`云岭县<script>alert(1)</script>局`, "局/../..\\x", 2025}} {
		f, err := annual.FormFor(c.year)
		if err != nil {
			t.Fatal(err)
		}
		r := annual.New(f, c.organ, c.year)
		for k := range r.Values {
			r.Values[k] = annual.Num(int64(k % 5))
		}
		r.Chapters[0] = "本机关全面推进政府信息公开工作，及时发布各类信息，\"认真\"办理<b>每一件</b>申请。"
		r.Dated = law.Day(c.year+1, 1, 12)
		x := render.PortalReport{Organ: c.organ, Code: c.code, Year: c.year, Version: int64(i + 1), Report: r, Published: law.Day(c.year+1, 1, 20), Page: "https://xxgk.example.gov.cn/reports/" + c.code, Receipt: []byte("{}\n")}
		if i == 1 {
			x.Corrected, x.Note, x.URL = law.Day(2026, 3, 5), "表三新收数漏计一件<img src=x onerror=alert(1)>", "https://www.example.gov.cn/nb/9.html"
		}
		out = append(out, x)
	}
	return out
}

func all(list []render.PortalReport) iter.Seq2[render.PortalReport, error] {
	return func(yield func(render.PortalReport, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func portalSet(t *testing.T) render.PortalSet {
	return render.PortalSet{From: "云岭县人民政府", Site: "云岭县人民政府网", Made: law.Day(2026, 3, 9), Formats: []string{"docx", "xlsx", "json", "csv"}, Reports: all(portalReports(t))}
}

func packPortal(t *testing.T, set render.PortalSet) (files map[string]string, hash string, whole []byte) {
	t.Helper()
	var b bytes.Buffer
	hash, err := render.Portal(&b, set)
	if err != nil {
		t.Fatal(err)
	}
	zr, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[f.Name]; twice || path.Clean(f.Name) != f.Name || strings.HasPrefix(f.Name, "/") || strings.ContainsAny(f.Name, `\:`) {
			t.Errorf("file %q", f.Name)
		}
		files[f.Name] = string(text)
	}
	return files, hash, b.Bytes()
}

func TestPortalManifestNamesEveryFileWithItsHash(t *testing.T) {
	files, hash, whole := packPortal(t, portalSet(t))
	var m render.PortalManifest
	if err := json.Unmarshal([]byte(files["manifest.json"]), &m); err != nil {
		t.Fatal(err)
	}
	digest := func(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
	if digest(files["manifest.json"]) != hash {
		t.Error("the hash is not the manifest's")
	}
	listed := map[string]bool{"manifest.json": true, "SHA256SUMS": true}
	for _, f := range m.Files {
		listed[f.Path] = true
		if digest(files[f.Path]) != f.SHA256 || int64(len(files[f.Path])) != f.Bytes {
			t.Errorf("%s is not what the manifest says", f.Path)
		}
		if !strings.Contains(files["SHA256SUMS"], f.SHA256+"  "+f.Path+"\n") {
			t.Errorf("%s is not in SHA256SUMS", f.Path)
		}
	}
	for name := range files {
		if !listed[name] {
			t.Errorf("%s is in no list", name)
		}
	}
	if len(m.Reports) != 3 || m.Reports[1].URL == "" || m.Reports[1].Corrected != law.Day(2026, 3, 5) || m.Reports[0].Title == "" {
		t.Errorf("%+v", m.Reports)
	}
	content, err := annual.Canonical(portalReports(t)[0].Report)
	if err != nil || m.Reports[0].Content != digest(string(content)) {
		t.Errorf("content %s, %v", m.Reports[0].Content, err)
	}
	if _, _, again := packPortal(t, portalSet(t)); !bytes.Equal(whole, again) {
		t.Error("the same set gives other bytes")
	}
}

// Pages stand on somebody else's site: nothing but inline styles, nothing runs,
// nothing is loaded, every relative link leads to a file of the package.
func TestPortalPagesStandByThemselves(t *testing.T) {
	for _, base := range []string{"", "https://www.example.gov.cn/nb"} {
		set := portalSet(t)
		set.Base = base
		files, _, _ := packPortal(t, set)
		pages := 0
		for name, text := range files {
			if !strings.HasSuffix(name, ".html") {
				continue
			}
			pages++
			doc, err := html.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			for n := range doc.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				switch n.Data {
				case "script", "style", "link", "img", "iframe", "object", "form", "base":
					t.Errorf("%s holds <%s>", name, n.Data)
				}
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "class" || a.Key == "src" || a.Key == "style" && strings.Contains(a.Val, "url(") {
						t.Errorf("%s: %s=%q", name, a.Key, a.Val)
					}
					if a.Key != "href" {
						continue
					}
					u, err := url.Parse(a.Val)
					if err != nil || u.Scheme != "" && u.Scheme != "https" {
						t.Errorf("%s: link %q", name, a.Val)
						continue
					}
					at, ours := path.Join(path.Dir(name), a.Val), u.Scheme == ""
					if rest, ok := strings.CutPrefix(a.Val, base+"/"); ok && base != "" {
						at, ours = rest, true
					}
					if _, there := files[at]; ours && !there {
						t.Errorf("%s: %q leads nowhere", name, a.Val)
					}
				}
			}
			if fragment := strings.HasSuffix(name, "fragment.html"); fragment == strings.Contains(text, "<html") {
				t.Errorf("%s: whole page or fragment?", name)
			}
		}
		if pages != 8 {
			t.Errorf("%d pages", pages)
		}
		corrected := files["reports/2025/11341500MB0C/index.html"]
		for _, want := range []string{`name="ArticleTitle"`, `name="PubDate" content="2026-01-20"`, `name="ContentSource" content="青石镇人民政府"`, `name="ColumnName" content="政府信息公开年报"`, "2026年3月5日更正", "漏计一件", "report.docx", "receipt.json"} {
			if !strings.Contains(corrected, want) {
				t.Errorf("the corrected report's page lacks %s", want)
			}
		}
		if f := files["reports/2025/11341500MB0C/fragment.html"]; strings.Contains(f, "report.docx") != (base != "") || !strings.Contains(f, "漏计一件") {
			t.Error("fragment: attachments only where their address is known; the correction always")
		}
	}
}

func TestPortalFeedsAreRead(t *testing.T) {
	set := portalSet(t)
	set.Base = "https://www.example.gov.cn/nb/"
	files, _, _ := packPortal(t, set)
	var atom struct {
		Updated string `xml:"updated"`
		Entries []struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
			Links   []struct {
				Rel  string `xml:"rel,attr"`
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(files["feed.xml"]), &atom); err != nil || len(atom.Entries) != 3 {
		t.Fatal(err, len(atom.Entries))
	}
	if e := atom.Entries[0]; e.Updated != "2026-03-05T00:00:00+08:00" || atom.Updated != e.Updated || len(e.Links) != 5 || e.Links[0].Href != "https://www.example.gov.cn/nb/reports/2025/11341500MB0C/index.html" {
		t.Errorf("%+v", e)
	}
	var rss struct {
		Links []string `xml:"channel>item>link"`
	}
	if err := xml.Unmarshal([]byte(files["rss.xml"]), &rss); err != nil || len(rss.Links) != 3 {
		t.Error(err, rss.Links)
	}
	if files, _, _ := packPortal(t, portalSet(t)); files["rss.xml"] != "" || !strings.Contains(files["feed.xml"], `href="reports/2025/`) {
		t.Error("without an address there is no RSS, and Atom is relative")
	}
}

func TestPortalListsSpeakThePortalsNames(t *testing.T) {
	columns, problem := render.ParsePortalColumns("# 门户的字段\r\n文章标题=标题\n信息来源 ＝ 发布机构\n体裁=“年度报告”\n正文=正文\n公式=\"=1+1\"\n")
	if problem != "" {
		t.Fatal(problem)
	}
	if again, problem := render.ParsePortalColumns(render.PortalColumnsText(columns)); problem != "" || !slices.Equal(again, columns) {
		t.Errorf("written and read again: %+v %s", again, problem)
	}
	set := portalSet(t)
	set.Columns = columns
	files, _, _ := packPortal(t, set)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(files["list.csv"], "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 4 || !slices.Equal(rows[0], []string{"文章标题", "信息来源", "体裁", "正文", "公式"}) {
		t.Fatalf("%v %v", err, rows)
	}
	if r := rows[1]; r[1] != "青石镇人民政府" || r[2] != "年度报告" || !strings.Contains(r[3], "<table") || r[4] != "'=1+1" {
		t.Errorf("%.200v", r)
	}
	var list []map[string]string
	if err := json.Unmarshal([]byte(files["list.json"]), &list); err != nil || len(list) != 3 || list[0]["信息来源"] != "青石镇人民政府" || list[0]["公式"] != "=1+1" {
		t.Errorf("%v %.300v", err, list)
	}
	x, err := excelize.OpenReader(strings.NewReader(files["list.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if v, _ := x.GetCellValue("清单", "D2"); !strings.Contains(v, "fragment.html") {
		t.Errorf("a body in the sheet: %.80q", v)
	}
	for _, bad := range []string{"标题", "=标题", "标题=", "a=没有这个", "a=标题\na=年度", strings.Repeat("长", 61) + "=标题", "a=\"" + strings.Repeat("长", 201) + "\"", "a\x01=标题"} {
		if _, problem := render.ParsePortalColumns(bad); !strings.HasPrefix(problem, "第") {
			t.Errorf("%q: %q", bad, problem)
		}
	}
}

func TestPortalStopsAtTheFirstError(t *testing.T) {
	boom := errors.New("boom")
	set := portalSet(t)
	set.Reports = func(yield func(render.PortalReport, error) bool) {
		if yield(portalReports(t)[0], nil) {
			yield(render.PortalReport{}, boom)
		}
	}
	if _, err := render.Portal(io.Discard, set); !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
	set.Reports = all(append(portalReports(t), portalReports(t)[0]))
	if _, err := render.Portal(io.Discard, set); err == nil {
		t.Error("one report twice")
	}
	set.Reports = all(nil)
	if _, err := render.Portal(io.Discard, set); err == nil {
		t.Error("an empty package")
	}
}
