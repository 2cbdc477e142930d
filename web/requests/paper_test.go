package requests

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
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
