package requests

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
)

// upload sends a form with one file.
func (x *requestDesk) upload(path, name string, content []byte, kv ...string) (int, string) {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	x.keys++
	_ = m.WriteField("key", fmt.Sprint("k", x.keys))
	for i := 0; i+1 < len(kv); i += 2 {
		_ = m.WriteField(kv[i], kv[i+1])
	}
	_, body := x.get(path)
	if v := versionField.FindStringSubmatch(body); v != nil {
		_ = m.WriteField("version", v[1])
	}
	w, err := m.CreateFormFile("files", name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	_ = m.Close()
	req, err := http.NewRequest(http.MethodPost, x.url+path, &b)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", x.url)
	code, page, _ := x.read(http.DefaultClient.Do(req))
	return code, page
}

// picture is a small scan.
func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 60))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// answered is a file with a letter saying that nothing is held, not signed yet.
func (x *requestDesk) answered() (at string) {
	x.t.Helper()
	x.as(1, x.town, org.Handler)
	at = x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "address", "云岭县青石镇一号", "wanted", "会议纪要", "subject", "会议纪要")
	x.ok("检索记录", at, "do", "find", "what", "search", "text", "查了党政办档案，没有")
	x.ok("告〔2026〕1号", at+"/letters/new/D12", "do", "save", "no", "青政公开告〔2026〕1号", "f_search", "查了党政办档案室")
	return at
}

// A letter is written anew under its number, sealed, stamped, tried by post,
// served by notice: each with what it needs, and the applicant gets the scan.
func TestLetterGoesOut(t *testing.T) {
	x := newDesk(t)
	at := x.answered()
	x.ok("旧版本", at+"/letters/new/D12?of=1", "of", "1", "do", "save", "f_search", "查了党政办、财政所两处档案室")
	one, two := at+"/letters/1", at+"/letters/2"
	if _, body := x.get(two); !strings.Contains(body, "<ins>") || !strings.Contains(body, "青政公开告〔2026〕1号") || !strings.Contains(body, "第1份") {
		t.Errorf("the second version: %s", main(body))
	}
	if _, body := x.get(one); !strings.Contains(body, "旧版本") || strings.Contains(body, "voidletter") {
		t.Errorf("the first version: %s", main(body))
	}
	x.no("用印须经批准", two, "do", "seal", "copies", "2", "asker", "1", "keeper", "1")
	x.as(3, x.town, org.Signer)
	x.ok("待送达", at, "do", "decide", "outcome", "nothold")
	x.as(1, x.town, org.Handler)
	x.no("用印申请人", two, "do", "seal", "copies", "2")
	x.ok("已用印", two, "do", "seal", "copies", "2", "asker", "1", "keeper", "1")
	x.no("一个文件", two, "do", "stamp")
	if code, body := x.upload(two, "说明.txt", []byte("不是盖章件"), "do", "stamp"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "PDF 或者图片") {
		t.Errorf("a text as the stamped letter: %d", code)
	}
	if code, body := x.upload(two, "盖章.png", picture(t), "do", "stamp"); code != http.StatusOK || !strings.Contains(body, "盖章扫描件") {
		t.Fatalf("the stamped letter: %d %s", code, main(body))
	}
	if code, body := x.get(two + "/receipt/docx"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("receipt of service: %d", code)
	}
	x.no("邮件号", two, "do", "served", "way", "ems")
	x.no("先登记用其他方式", two, "do", "notice", "record", "县政府门户网站公告栏")
	x.ok("未能送达", two, "do", "try", "way", "ems", "why", "moved")
	x.ok("期满", two, "do", "notice", "record", "县政府门户网站公告栏")
	x.no("期满后才算", two, "do", "served", "way", "notice", "record", "公告栏")
	x.day = law.Day(2026, 4, 3)
	x.ok("已送达", two, "do", "served", "way", "notice", "record", "公告栏")
	if _, body := x.get(at); !strings.Contains(body, "已办结") {
		t.Errorf("the answer was served: %s", main(body))
	}
	if _, body := x.get(two); strings.Contains(body, "voidletter") {
		t.Error("a letter that was served may be made void")
	}
}

// A number that became 作废 stays, and its answer is taken back with it.
func TestVoidLetter(t *testing.T) {
	x := newDesk(t)
	at := x.answered()
	x.as(3, x.town, org.Signer)
	x.ok("待送达", at, "do", "decide", "outcome", "nothold")
	x.as(1, x.town, org.Handler)
	x.no("请选择作废的原因", at+"/letters/1", "do", "voidletter", "reason", "whim")
	x.ok("文号作废", at+"/letters/1", "do", "voidletter", "reason", "mistake")
	if _, body := x.get(at); !strings.Contains(body, "办理中") || !strings.Contains(body, "作废：") {
		t.Errorf("the file after its letter became void: %s", main(body))
	}
	x.no("已经用", at+"/letters/new/D12", "do", "save", "no", "青政公开告〔2026〕1号", "f_search", "又查了一遍")
	x.ok("告〔2026〕2号", at+"/letters/new/D12", "do", "save", "no", "青政公开告〔2026〕2号", "f_search", "又查了一遍")
	x.as(9, x.next, org.Handler, org.Head)
	for _, path := range []string{"/letters/1", "/letters/1/receipt/pdf"} {
		if code, _ := x.get(at + path); code != http.StatusNotFound {
			t.Errorf("a neighbour gets %d at %s", code, path)
		}
	}
}

// closed is a file whose answer was served, with a case against it.
func (x *requestDesk) closed() (at string) {
	x.t.Helper()
	at = x.answered()
	x.as(3, x.town, org.Signer)
	x.ok("待送达", at, "do", "decide", "outcome", "nothold")
	x.as(1, x.town, org.Handler)
	x.ok("已办结", at, "do", "serve", "way", "ems", "number", "EX100000001CN")
	return at
}

// A review is registered against the letter, answered with a list of evidence and
// a written answer made from the file, and stands in the register with its day.
func TestRemedyFromTheFile(t *testing.T) {
	x := newDesk(t)
	at := x.closed()
	x.ok("复议、诉讼", at, "do", "remedy", "kind", "review", "caseno", "云政复〔2026〕3号", "before", "云岭县人民政府")
	x.no("行政复议没有审级", at, "do", "remedystep", "n", "1", "what", "judged", "judgment", "upheld")
	x.no("听证、开庭的日期", at, "do", "remedystep", "n", "1", "what", "notified")
	x.ok("听证", at, "do", "remedystep", "n", "1", "what", "notified", "hearing", "2026-03-20")
	code, body := x.get("/desk/requests/remedies")
	if code != http.StatusOK || !strings.Contains(body, "2026-03-16") || !strings.Contains(body, "等待书面答复") || !strings.Contains(body, "青政公开告〔2026〕1号") {
		t.Errorf("the register: %d %s", code, main(body))
	}
	if _, body := x.get("/desk/requests"); !strings.Contains(body, "等待书面答复") {
		t.Error("the list of requests does not warn of an answer that is due")
	}
	one := at + "/remedies/1"
	if _, body := x.get(one); !strings.Contains(body, "还缺少") || !strings.Contains(body, "云政复〔2026〕3号") || !strings.Contains(body, "信息不存在") {
		t.Errorf("the draft of the answer: %s", main(body))
	}
	x.no("证明什么", one, "no", "云政复〔2026〕3号", "use_a", "1", "pages_a", "2")
	x.no("页数", one, "use_a", "1", "proves_a", "申请的内容", "pages_a", "两页")
	x.ok("5", one, "no", "云政复〔2026〕3号", "before", "云岭县人民政府", "claims", "请求撤销告知书", "facts", "经检索没有查到", "use_a", "1", "proves_a", "申请的内容", "pages_a", "2", "order_a", "2",
		"use_l1", "1", "proves_l1", "依法答复", "pages_l1", "3", "order_l1", "1")
	_, body = x.get(one)
	if strings.Contains(body, "还缺少") || !strings.Contains(body, "1—3") || !strings.Contains(body, "4—5") || !strings.Contains(body, "请求复议机关依法维持") {
		t.Errorf("pages or answer: %s", main(body))
	}
	for _, f := range []string{"/evidence/docx", "/evidence/pdf", "/reply/docx", "/reply/pdf"} {
		if code, body := x.get(one + f); code != http.StatusOK || len(body) < 2000 {
			t.Errorf("%s: %d with %d bytes", f, code, len(body))
		}
	}
	x.day = law.Day(2026, 3, 20)
	x.ok("超过期限才提交", at, "do", "remedystep", "n", "1", "what", "answered")
	x.ok("撤销", at, "do", "remedyend", "n", "1", "ending", "annulled")
	if _, body := x.get("/desk/requests/remedies?state=redo"); !strings.Contains(body, "待重新答复") {
		t.Errorf("an answer that has to be given anew: %s", main(body))
	}
	if _, body := x.get("/desk/requests/remedies?year=2026&kind=review&table=corrected"); !strings.Contains(body, "会议纪要") || !strings.Contains(body, "结果纠正") {
		t.Errorf("the cases behind a cell of table four: %s", main(body))
	}
	if _, body := x.get("/desk/requests/remedies?year=2026&table=upheld"); strings.Contains(body, "会议纪要") {
		t.Error("a case in the wrong column")
	}
	x.ok("办理中", at, "do", "reopen", "n", "1", "days", "10")
	x.no("结果还没有登记", at, "do", "reopen", "n", "2", "days", "10")
	if code, body := x.get("/desk/requests/remedies.xlsx"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("the register as a workbook: %d", code)
	}
	x.as(9, x.next, org.Handler, org.Head)
	for _, path := range []string{one, one + "/reply/pdf", at + "/case", at + "/case/volume/main"} {
		if code, _ := x.get(path); code != http.StatusNotFound {
			t.Errorf("a neighbour gets %d at %s", code, path)
		}
	}
	if _, body := x.get("/desk/requests/remedies?state=all"); strings.Contains(body, "会议纪要") {
		t.Error("a neighbour reads the register")
	}
	x.as(8, x.town, org.Reviewer)
	if _, body := x.get(one); strings.Contains(body, "请求撤销") || strings.Contains(body, "甲某某") {
		t.Error("who only watches reads the case")
	}
}

// The file is bound with an index of pages that are where it says, packed with
// hashes that hold, and handed over only as it was packed.
func TestCaseFileForTheArchive(t *testing.T) {
	x := newDesk(t)
	at := x.answered()
	if code, body := x.upload(at, "检索截图.png", picture(t), "do", "note", "kind", "remark", "text", "检索的截图"); code != http.StatusOK {
		t.Fatalf("a picture: %d %s", code, main(body))
	}
	if code, body := x.upload(at, "说明.txt", []byte("检索的经过"), "do", "note", "kind", "remark", "text", "检索的经过"); code != http.StatusOK {
		t.Fatalf("a text: %d %s", code, main(body))
	}
	x.as(3, x.town, org.Signer)
	x.ok("待送达", at, "do", "decide", "outcome", "nothold")
	x.as(1, x.town, org.Handler)
	file := at + "/case"
	x.ok("还没有办结", file, "do", "pack")
	x.ok("已办结", at, "do", "serve", "way", "ems", "number", "EX100000001CN")
	if _, body := x.get(file); !strings.Contains(body, "又有变化") {
		t.Errorf("a package that is out of date: %s", main(body))
	}
	x.no("又有变化", file, "do", "archive")
	x.ok("校验值", file, "do", "pack")
	code, body := x.get(file)
	if code != http.StatusOK || !strings.Contains(body, "另附") || !strings.Contains(body, "副卷") {
		t.Errorf("the list: %s", main(body))
	}
	for _, volume := range []string{"main", "inner"} {
		code, body := x.get(file + "/volume/" + volume)
		if code != http.StatusOK || !strings.HasPrefix(body, "%PDF") {
			t.Fatalf("%s: %d %s", volume, code, main(body))
		}
		checkBound(t, []byte(body), volume)
	}
	zipped := regexp.MustCompile(`/desk/requests/\d+/files/\d+`).FindString(body[strings.Index(body, "下载归档包")-200:])
	code, content := x.get(zipped)
	if code != http.StatusOK {
		t.Fatalf("the package: %d", code)
	}
	checkPackage(t, []byte(content), body)
	x.no("移交清单", file, "do", "archive")
	if code, body := x.upload(file, "移交清单.png", picture(t), "do", "archive"); code != http.StatusOK || !strings.Contains(body, "已归档") {
		t.Errorf("handed over: %d %s", code, main(body))
	}
	if _, body := x.get(at); !strings.Contains(body, "已归档") {
		t.Error("the file does not say that it was handed over")
	}
}

// checkBound compares the index of a bound volume with where its documents stand.
func checkBound(t *testing.T, data []byte, volume string) {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is missing (poppler-utils)")
		}
		t.Skip("pdftotext is missing (poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "bound.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(string(out), "\f")
	if !strings.Contains(pages[0], "案卷") || !strings.Contains(pages[1], "卷内目录") {
		t.Errorf("%s begins %s %s", volume, pages[0], pages[1])
	}
	title := map[string]string{"main": "政府信息公开申请表", "inner": "认定材料和记录"}[volume]
	prints := map[string]string{"main": "政府信息公开申请登记表", "inner": "政府信息公开申请认定材料和记录"}[volume]
	line := regexp.MustCompile(title + `[^\n]*?2026-03-02\s+(\d+)`).FindStringSubmatch(pages[1])
	if line == nil {
		t.Fatalf("%s: the index does not list %s:\n%s", volume, title, pages[1])
	}
	n, _ := strconv.Atoi(line[1])
	if n < 3 || n > len(pages) || !strings.Contains(strings.Join(strings.Fields(pages[n-1]), ""), prints) {
		t.Errorf("%s: %s is not on page %d", volume, title, n)
	}
}

// checkPackage recomputes every hash of a package.
func checkPackage(t *testing.T, data []byte, shown string) {
	t.Helper()
	if sum := sha256.Sum256(data); !strings.Contains(shown, hex.EncodeToString(sum[:])) {
		t.Error("the page shows another hash than the package has")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	sums, has := map[string]string{}, map[string]bool{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if has[f.Name] = true; f.Name == "SHA256SUMS" {
			for line := range strings.Lines(string(b)) {
				hash, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
				sums[name] = hash
			}
			continue
		}
		sum := sha256.Sum256(b)
		sums["is "+f.Name] = hex.EncodeToString(sum[:])
	}
	for name := range has {
		if name != "SHA256SUMS" && sums[name] != sums["is "+name] {
			t.Errorf("%s has another hash than the list says", name)
		}
	}
	for _, want := range []string{"正卷.pdf", "副卷.pdf", "metadata.json", "metadata.xml", "acts.json", "SHA256SUMS"} {
		if !has[want] {
			t.Errorf("the package lacks %s", want)
		}
	}
	if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, "说明.txt") }) {
		t.Error("an attachment that cannot be bound is not in the package")
	}
}
