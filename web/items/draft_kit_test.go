package items

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// A draftDesk is the desk of a town with a neighbour. Who asks is in visit.
type draftDesk struct {
	t          testing.TB
	st         *store.Store
	url        string
	visit      page.Visit
	town, next org.Organ
	keys       int
}

func newDraftDesk(t testing.TB) *draftDesk {
	t.Helper()
	x := &draftDesk{t: t}
	today := law.Day(2026, 3, 10)
	now := func() time.Time { return today.Start().Add(9 * time.Hour) }
	dir := t.TempDir()
	var err error
	x.st, err = store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "gongkai.db"), store.Options{Now: now, Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.st.Close() })
	save := func(o org.Organ) org.Organ {
		o, err := x.st.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	top := save(org.Organ{Code: "C0", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	x.town = save(org.Organ{Code: "T1", Name: "云岭县青石镇人民政府", Short: "青石镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	x.next = save(org.Organ{Code: "T2", Name: "云岭县白鹿镇人民政府", Short: "白鹿镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return today }, Now: now, Desk: Nav(), Visit: func(*http.Request) (page.Visit, error) { return x.visit, nil }}
	q, err := New(cfg, x.st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	q.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	x.url = s.URL
	x.as(1, x.town, org.Drafter, org.Publisher)
	return x
}

func (x *draftDesk) as(person int64, at org.Organ, roles ...org.Role) {
	v := org.Viewer{Person: person, Name: "某人", Organ: at.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: person, Organ: at.ID, Path: at.Path, Role: r})
	}
	x.visit = page.Visit{Viewer: v, Session: person, Sure: true}
}

type draftAnswer struct {
	code       int
	body, path string
}

func (x *draftDesk) answer(resp *http.Response, err error) draftAnswer {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	return draftAnswer{resp.StatusCode, string(b), resp.Request.URL.RequestURI()}
}

func (x *draftDesk) get(path string) draftAnswer {
	x.t.Helper()
	return x.answer(http.Get(x.url + path))
}

// An upload is a file of a form.
type upload struct {
	field, name string
	data        []byte
}

// post sends a form as a browser does.
func (x *draftDesk) post(path string, kv []string, files ...upload) draftAnswer {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	x.keys++
	_ = m.WriteField("key", fmt.Sprint("k", x.keys))
	for i := 0; i+1 < len(kv); i += 2 {
		_ = m.WriteField(kv[i], kv[i+1])
	}
	for _, f := range files {
		w, err := m.CreateFormFile(f.field, f.name)
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			x.t.Fatal(err)
		}
	}
	_ = m.Close()
	req, err := http.NewRequest(http.MethodPost, x.url+path, &b)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", x.url)
	return x.answer(http.DefaultClient.Do(req))
}

var (
	inputTag    = regexp.MustCompile(`<input ([^>]*)>`)
	attribute   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	textareaTag = regexp.MustCompile(`(?s)<textarea ([^>]*)>(.*?)</textarea>`)
	selectTag   = regexp.MustCompile(`(?s)<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>`)
	chosen      = regexp.MustCompile(`<option value="([^"]*)" selected>`)
)

// filled is the form of a page as it stands, with some fields changed: what a
// browser without scripts sends. A change to "-" leaves the field out.
func filled(body string, changes ...string) []string {
	i, j := strings.Index(body, `<form id="draft"`), 0
	if i >= 0 {
		j = strings.Index(body[i:], "</form>")
		body = body[i : i+j]
	}
	var kv []string
	set := map[string]string{}
	for i := 0; i+1 < len(changes); i += 2 {
		set[changes[i]] = changes[i+1]
	}
	add := func(name, value string) {
		if _, changed := set[name]; !changed && name != "" && name != "key" {
			kv = append(kv, name, html.UnescapeString(value))
		}
	}
	for _, m := range inputTag.FindAllStringSubmatch(body, -1) {
		a := map[string]string{}
		for _, p := range attribute.FindAllStringSubmatch(m[1], -1) {
			a[p[1]] = p[2]
		}
		if t := a["type"]; t == "file" || (t == "checkbox" || t == "radio") && !strings.HasSuffix(strings.TrimSpace(m[1]), "checked") && !strings.Contains(m[1], " checked ") {
			continue
		}
		add(a["name"], a["value"])
	}
	for _, m := range textareaTag.FindAllStringSubmatch(body, -1) {
		for _, p := range attribute.FindAllStringSubmatch(m[1], -1) {
			if p[1] == "name" {
				add(p[2], m[2])
			}
		}
	}
	for _, m := range selectTag.FindAllStringSubmatch(body, -1) {
		if c := chosen.FindStringSubmatch(m[2]); c != nil {
			add(m[1], c[1])
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] != "-" {
			kv = append(kv, changes[i], changes[i+1])
		}
	}
	return kv
}

// begun is a new draft with this title, and the page to edit it.
func (x *draftDesk) begun(title, kind string, kv ...string) (at string, page draftAnswer) {
	x.t.Helper()
	a := x.post("/desk/items/new", append([]string{"way", "write", "title", title, "kind", kind}, kv...))
	if a.code != http.StatusOK || !strings.Contains(a.path, "/edit") {
		x.t.Fatalf("a draft: %d %s %s", a.code, a.path, plainPage(a.body))
	}
	at, _, _ = strings.Cut(a.path, "?")
	return at, a
}

func (x *draftDesk) item(at string) *store.ItemFile {
	x.t.Helper()
	id, err := strconv.ParseInt(strings.Split(at, "/")[3], 10, 64)
	if err != nil {
		x.t.Fatal(err)
	}
	f, err := x.st.Item(x.t.Context(), org.Program("测试"), id)
	if err != nil {
		x.t.Fatal(err)
	}
	return f
}

var anyTag = regexp.MustCompile(`<[^>]*>|\s+`)

// plainPage is what a person reads on a page.
func plainPage(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return anyTag.ReplaceAllString(body, " ")
}

// wordPaper is an official paper as Word keeps it: number, title, text with a
// phone number, hidden words, a table, the signature.
func wordPaper(t testing.TB) []byte {
	t.Helper()
	p := func(props, run, text string) string {
		return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:rPr>` + run + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
	}
	centre, right := `<w:jc w:val="center"/>`, `<w:jc w:val="right"/>`
	cell := func(s string) string { return `<w:tc>` + p("", "", s) + `</w:tc>` }
	body := p(centre, "", "青政发〔2026〕7号") + p(centre, `<w:sz w:val="44"/><w:b/>`, "青石镇人民政府关于做好2026年防汛工作的通知") + p("", "", "各村（社区）：") +
		p(`<w:ind w:firstLine="640"/>`, "", "为确保人民群众生命财产安全，现就做好2026年防汛工作通知如下。各村要落实责任人。") +
		p("", `<w:vanish/>`, "此句内部掌握") + p(`<w:ind w:firstLine="640"/>`, "", "值班人员甲某，手机13955550001。") +
		`<w:tbl><w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4"/><w:insideH w:val="single" w:sz="4"/></w:tblBorders></w:tblPr><w:tr>` + cell("村") + cell("物资") + `</w:tr><w:tr>` + cell("东村") + cell("沙袋500条") + `</w:tr></w:tbl>` +
		p(right, "", "青石镇人民政府") + p(right, "", "2026年3月5日")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, s := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `<w:sectPr/></w:body></w:document>`,
	} {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// back returns what waits, with the reason.
func (x *draftDesk) back(id int64, reason string) {
	x.t.Helper()
	f, err := x.st.Item(x.t.Context(), org.Program("测试"), id)
	if err == nil {
		_, err = x.st.WithItem(x.t.Context(), store.By{Viewer: x.visit.Viewer, Reason: reason}, id, f.Version, func(y *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error {
			return y.SendBack(d, reason)
		})
	}
	if err != nil {
		x.t.Fatal(err)
	}
}
