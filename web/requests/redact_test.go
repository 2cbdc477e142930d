package requests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/org"
	"gongkai/store"
)

// contract is a pdf of two pages with a name on both and a number on one, and a
// title among its properties.
func contract() string {
	var b strings.Builder
	b.WriteString("%PDF-1.7\n")
	for i, o := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F 5 0 R>>>>/Contents 6 0 R>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F 5 0 R>>>>/Contents 7 0 R>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		page1, page2, "<</Title(Zhao Manxiao)>>",
	} {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer <</Root 1 0 R/Info 8 0 R>>\n%%EOF\n")
	return b.String()
}

const (
	page1 = "<</Length 85>>\nstream\nBT /F 14 Tf 30 150 Td (Paid to Zhao Manxiao 13955550001 for the field) Tj ET     \nendstream"
	page2 = "<</Length 85>>\nstream\nBT /F 14 Tf 30 150 Td (Signed by Zhao Manxiao in spring) Tj ET                    \nendstream"
)

// attach sends a form with a file.
func (x *requestDesk) attach(path, name, data string, kv ...string) {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	x.keys++
	_ = m.WriteField("key", fmt.Sprint("k", x.keys))
	for i := 0; i+1 < len(kv); i += 2 {
		_ = m.WriteField(kv[i], kv[i+1])
	}
	_, body := x.get(path)
	_ = m.WriteField("version", versionField.FindStringSubmatch(body)[1])
	w, err := m.CreateFormFile("files", name)
	if err != nil {
		x.t.Fatal(err)
	}
	_, _ = io.WriteString(w, data)
	_ = m.Close()
	req, err := http.NewRequest(http.MethodPost, x.url+path, &b)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", x.url)
	if code, body, _ := x.read(http.DefaultClient.Do(req)); code != http.StatusOK {
		x.t.Fatalf("%s: %d %s", path, code, main(body))
	}
}

// fileOf is the file of a request by its address.
func (x *requestDesk) fileOf(at string) *store.RequestFile {
	x.t.Helper()
	var id int64
	if _, err := fmt.Sscanf(at, "/desk/requests/%d", &id); err != nil {
		x.t.Fatal(err)
	}
	f, err := x.st.Request(x.t.Context(), x.visit.Viewer, id)
	if err != nil {
		x.t.Fatal(err)
	}
	return f
}

// A clerk covers a name and a number without drawing: is told what he forgot, is
// refused without a ground, gets a file without either, and the proof beside it.
func TestClerkRedacts(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "wanted", "补助合同")
	x.attach(at, "合同.pdf", contract(), "do", "find", "what", "search", "text", "档案室查到合同一份")
	x.attach(at, "说明.docx", "PK\x03\x04", "do", "note", "kind", "remark", "text", "一")
	files := x.fileOf(at).Content.Files
	if len(files) != 2 {
		t.Fatalf("%d files", len(files))
	}
	to := fmt.Sprintf("%s/redact/%d", at, files[0].ID)
	if _, body := x.get(at); !strings.Contains(body, to) || strings.Contains(body, fmt.Sprintf("%s/redact/%d", at, files[1].ID)) {
		t.Errorf("the page of the file: %s", main(body))
	}
	if code, body := x.get(to); code != http.StatusOK || !strings.Contains(body, "Zhao Manxiao") || !strings.Contains(body, "个人隐私（第十五条）") {
		t.Fatalf("%d %s", code, main(body))
	}
	if code, body := x.get(to + "/pages/2"); code != http.StatusOK || !strings.HasPrefix(body, "\x89PNG") {
		t.Errorf("picture of page 2: %d", code)
	}
	if code, _ := x.get(to + "/pages/3"); code != http.StatusNotFound {
		t.Errorf("picture of page 3: %d", code)
	}
	x.no("还没有画遮盖框", to, "do", "make", "boxes", "")
	x.no("第 1 行看不懂", to, "do", "make", "boxes", "1 五 5 9 9 个人隐私")
	x.no("没有写明理由", to, "do", "make", "boxes", "1 5 5 9 9 好看")
	x.no("文件只有 2 页", to, "do", "make", "boxes", "3 5 5 9 9 个人隐私")
	x.ok("没有找到", to, "do", "find", "find", "Qian", "ground", "privacy")
	_, body, _ := x.send(to, "do", "find", "find", "Zhao Manxiao", "kind", "phone", "ground", "privacy")
	boxes := area(t, body)
	if !strings.Contains(body, "新加了 3 处") || strings.Count(boxes, "个人隐私") != 3 {
		t.Fatalf("%q in %s", boxes, main(body))
	}
	// Without the second page the name still shows there.
	var first []string
	for line := range strings.Lines(boxes) {
		if strings.HasPrefix(line, "1 ") {
			first = append(first, line)
		}
	}
	x.no("ZhaoManxiao", to, "do", "make", "boxes", strings.Join(first, ""))
	done := x.ok("SHA-256", to, "do", "make", "boxes", boxes)

	f := x.fileOf(at)
	if len(f.Content.Redactions) != 1 || !f.Stands(f.Content.Redactions[0]) || !f.Findings[casework.FoundRedacted] {
		t.Fatalf("%+v", f.Content.Redactions)
	}
	rec := f.Content.Redactions[0]
	last := f.Content.Files[len(f.Content.Files)-1]
	if last.ID != rec.As || last.Kind != "redacted" || !last.Open || last.Name != "合同（遮盖）.pdf" {
		t.Errorf("%+v", last)
	}
	if code, body := x.get(done); code != http.StatusOK || !strings.Contains(body, rec.Before) || !strings.Contains(body, rec.After) || !strings.Contains(body, "两个文件与记录一致") || !strings.Contains(body, "一致</dd>") {
		t.Errorf("the proof: %d %s", code, main(body))
	}
	if code, got := x.get(fmt.Sprintf("%s/files/%d", at, rec.As)); code != http.StatusOK || !strings.HasPrefix(got, "%PDF") || strings.Contains(got, "Manxiao") {
		t.Errorf("the redacted file: %d", code)
	}
	if _, body := x.get(at); !strings.Contains(body, "个人隐私3处") {
		t.Errorf("the file does not tell of it: %s", main(body))
	}
	// The act names no person and neither file's hash.
	acts, err := json.Marshal(f.Events())
	if err != nil || strings.Contains(string(acts), rec.Before) || strings.Contains(string(acts), rec.After) || !strings.Contains(string(acts), "privacy:3") {
		t.Errorf("%v: %s", err, acts)
	}
	// Covering once more takes the place of the first.
	x.ok("SHA-256", to, "do", "make", "boxes", boxes+"1 5 80 50 95 商业秘密\n")
	f = x.fileOf(at)
	if len(f.Content.Redactions) != 2 || f.Content.Files[len(f.Content.Files)-2].Open || !f.Content.Files[len(f.Content.Files)-1].Open {
		t.Errorf("%+v", f.Content.Files)
	}
	if code, body, _ := x.send(to, "do", "make", "boxes", boxes, "version", "1"); code != http.StatusConflict || !strings.Contains(body, "别人已经办理") {
		t.Errorf("conflict: %d", code)
	}

	x.as(9, x.next, org.Handler, org.Head)
	for _, path := range []string{to, to + "/pages/1", done} {
		if code, _ := x.get(path); code != http.StatusNotFound {
			t.Errorf("a neighbour gets %d at %s", code, path)
		}
	}
	x.as(8, x.town, org.Reviewer)
	for _, path := range []string{to, to + "/pages/1", done} {
		if code, _ := x.get(path); code != http.StatusNotFound {
			t.Errorf("who only reads gets %d at %s", code, path)
		}
	}
}

// area is what stands in the field of the boxes.
func area(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `id="boxes"`)
	if !ok {
		t.Fatal("no field for boxes")
	}
	_, rest, _ = strings.Cut(rest, ">")
	text, _, _ := strings.Cut(rest, "</textarea>")
	return text
}

func TestRedactTemplatesFit(t *testing.T) {
	for _, err := range []error{redactTemplate.Check(redactPage{}), redactionTemplate.Check(redactionPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// What the form writes it reads again.
func TestCoversInTheForm(t *testing.T) {
	for _, text := range []string{"1 10 20 35.5 22.05 个人隐私\n", "60 0 0 100 100 商业秘密\n2 0.01 0 0.02 99.99 国家秘密\n"} {
		got, bad := parseCovers(text)
		if bad != "" || coverText(got) != text {
			t.Errorf("%q became %q, %s", text, coverText(got), bad)
		}
	}
	for _, text := range []string{"1", "0 1 1 2 2", "1.5 1 1 2 2", "1 2 2 1 1", "1 -1 0 5 5", "1 0 0 101 5", "1 NaN 0 5 5", "1 a b c d e"} {
		if _, bad := parseCovers(text); bad == "" {
			t.Errorf("%q is read", text)
		}
	}
}
