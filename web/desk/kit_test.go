package desk

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"gongkai/law/annual"
	"gongkai/render"
)

func docx(t testing.TB, r *annual.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.DOCX(&b, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// county sends three towns' files and a list of four.
func county(t testing.TB, url string) string {
	t.Helper()
	wrong := sample("云岭县青石镇人民政府")
	wrong.Set("t3.result_total.natural", annual.Num(8))
	code, body, _ := post(t, url+"/kit", part{field: "year", text: "2025"}, part{field: "from", text: "云岭县人民政府办公室"}, part{field: "deadline", text: "2026-01-25"},
		part{field: "organs", text: "云岭县青石镇人民政府\n云岭县白石镇人民政府\n云岭县红石镇人民政府\n云岭县黑石乡人民政府"},
		part{"files", "青石镇.docx", docx(t, wrong)}, part{"files", "白石镇.docx", docx(t, sample("云岭县白石镇人民政府"))},
		part{"files", "通知.txt", "关于报送年度报告的通知\n请各单位按时报送。"}, part{"files", "红石镇.docx", "PK\x03\x04garbage"})
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	i := strings.Index(body, `action="/kit/`)
	if i < 0 {
		t.Fatalf("no list: %.600s", body)
	}
	id, _, _ := strings.Cut(body[i+len(`action="/kit/`):], `"`)
	return url + "/kit/" + id
}

func TestKitListsWhoIsWrongMissingAndAlike(t *testing.T) {
	s, _ := serve(t)
	at := county(t, s.URL)
	code, body, _ := get(t, at)
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "须退回", "缺报", "读不出", "云岭县黑石乡人民政府", "T3-RESULT-SUM", "雷同", "通知.txt", "退回意见", "全县汇总", "#cell-t3-result_total-natural")
	code, body, _ = get(t, at+"/organ/1")
	if code != 200 {
		t.Errorf("the organ's page answers %d", code)
	}
	wants(t, body, `id="cell-t3-result_total-natural"`, "T3-RESULT-SUM", "云岭县青石镇人民政府", `id="source"`, "at-")
	for path, kind := range map[string]string{"/notice/1": "wordprocessingml", "/file/sum.xlsx": "spreadsheetml", "/file/sum.docx": "wordprocessingml", "/file/result.json": "json", "/zip": "zip"} {
		code, body, h := get(t, at+path)
		if code != 200 || !strings.Contains(h.Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", path, code, h.Get("Content-Type"))
		}
		if path == "/zip" {
			zr, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
			if err != nil {
				t.Fatal(err)
			}
			if len(zr.File) < 5 {
				t.Errorf("the archive holds %d files", len(zr.File))
			}
		}
	}
	if code, _, _ := get(t, at+"/organ/4"); code != 404 {
		t.Errorf("a missing organ's page answers %d", code)
	}
	if code, _, _ := get(t, at+"/file/..%2f..%2fetc"); code != 404 {
		t.Errorf("a strange file answers %d", code)
	}
}

func TestKitTakesCorrectedFilesAndSaysWhatChanged(t *testing.T) {
	s, _ := serve(t)
	at := county(t, s.URL)
	code, body, _ := post(t, at, part{"files", "青石镇（改）.docx", docx(t, sample("云岭县青石镇人民政府"))})
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "与上次相比", "改好的", "第 2 次提交", "云岭县白石镇人民政府")
	list, _, _ := strings.Cut(body[strings.Index(body, `id="list"`):], `id="alike"`)
	lacks(t, list, "T3-RESULT-SUM")
	// The result file does the same on another day.
	_, result, _ := get(t, at+"/file/result.json")
	_, body, _ = post(t, s.URL+"/kit", part{field: "year", text: "2025"}, part{"previous", "结果.json", result}, part{"files", "白石镇.docx", docx(t, sample("云岭县白石镇人民政府"))})
	wants(t, body, "与上次相比")
	code, body, _ = post(t, s.URL+"/kit", part{field: "year", text: "2025"}, part{"previous", "结果.json", `{"kind":"x"}`}, part{"files", "白石镇.docx", "x"})
	if code != 422 {
		t.Errorf("a foreign result file answers %d", code)
	}
	wants(t, body, "不是本系统保存的")
}

func TestKitIsForgottenInTimeAndOnRequest(t *testing.T) {
	s, d := serve(t)
	at := county(t, s.URL)
	if code, _, _ := post(t, at+"/forget"); code != 200 {
		t.Errorf("forgetting answers %d", code)
	}
	if code, body, _ := get(t, at); code != http.StatusGone || !strings.Contains(body, "已经不在了") {
		t.Errorf("a forgotten kit answers %d", code)
	}
	now := time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)
	k := newKits(func() time.Time { return now })
	first := k.put(&kit{})
	for range kitsHeld {
		now = now.Add(time.Second)
		k.put(&kit{})
	}
	if k.get(first) != nil {
		t.Errorf("%d kits are held", kitsHeld+1)
	}
	now = now.Add(kitsTime + time.Second)
	k.get("")
	if len(k.byID) != 0 {
		t.Errorf("%d kits are held for ever", len(k.byID))
	}
	_ = d
}

func TestADocxShowsItsOriginalBesideTheFigures(t *testing.T) {
	s, _ := serve(t)
	r := sample("云岭县青石镇人民政府")
	r.Set("t3.result_total.natural", annual.Num(8))
	_, body, _ := post(t, s.URL+"/check", part{"files", "青石镇.docx", docx(t, r)})
	wants(t, body, `id="source"`, `class="src" href="#at-`, `class="bad"`, "逐格原文", `name="original"`)
}

func TestPastedTextAndPastedHTMLAreRead(t *testing.T) {
	s, _ := serve(t)
	r := sample("云岭县青石镇人民政府")
	r.Set("t3.result_total.natural", annual.Num(8))
	var text strings.Builder
	text.WriteString(r.Title + "\n" + r.Intro + "\n")
	for i, c := range r.Form.Chapters {
		text.WriteString(r.Headings[i] + "\n" + r.Chapters[i] + "\n")
		if tb := r.Form.Table(c.Table); tb != nil && tb.ID != "t2" {
			text.WriteString(block(tb, true, func(i int) string { return r.Values[i].Format(r.Form.Cells[i].Type) }))
		}
	}
	code, body, _ := post(t, s.URL+"/check", part{field: "text", text: text.String()})
	if code != 200 {
		t.Fatalf("pasted text answers %d", code)
	}
	wants(t, body, "云岭县青石镇人民政府", "T3-RESULT-SUM", "粘贴的内容.txt")
	var page bytes.Buffer
	if err := render.Rich(&page, r, render.Options{}); err != nil {
		t.Fatal(err)
	}
	code, body, _ = post(t, s.URL+"/check", part{field: "text", text: "表格"}, part{field: "html", text: page.String()})
	if code != 200 {
		t.Fatalf("pasted html answers %d", code)
	}
	wants(t, body, "T3-RESULT-SUM", `class="n bad" id="cell-t3-result_total-natural"`, "粘贴的内容.html")
	lacks(t, body, "READ-UNDECIDED")
}

// The page's script follows the work by lines; a form without it gets a page.
func TestKitTellsTheScriptFileByFile(t *testing.T) {
	s, _ := serve(t)
	send := func(to string, parts ...part) []replyLine {
		t.Helper()
		kind, body := multi(t, parts...)
		req, err := http.NewRequest("POST", to, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Accept", lineType)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), lineType) {
			t.Fatalf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		var out []replyLine
		for d := json.NewDecoder(resp.Body); d.More(); {
			var l replyLine
			if err := d.Decode(&l); err != nil {
				t.Fatal(err)
			}
			out = append(out, l)
		}
		return out
	}
	a, b := docx(t, sample("云岭县青石镇人民政府")), docx(t, sample("云岭县白石镇人民政府"))
	lines := send(s.URL+"/kit", part{field: "year", text: "2025"}, part{"files", "青石镇.docx", a}, part{"files", "白石镇.docx", b})
	if len(lines) != 3 || lines[0].Done != 1 || lines[1].Done != 2 || lines[1].Total != 2 || lines[1].Name == "" || !strings.HasPrefix(lines[2].At, "/kit/") {
		t.Fatalf("%+v", lines)
	}
	at := lines[2].At
	if code, _, _ := get(t, s.URL+at); code != 200 {
		t.Errorf("the end leads to %d", code)
	}
	if lines = send(s.URL+at, part{"files", "青石镇更正.docx", a}); lines[len(lines)-1].At != at {
		t.Errorf("corrections: %+v", lines)
	}
	if lines = send(s.URL + at); len(lines) != 1 || !strings.Contains(lines[0].Error, "还没有选择") {
		t.Errorf("nothing chosen: %+v", lines)
	}
	lines = send(s.URL+"/kit", part{field: "year", text: "2025"}, part{field: "deadline", text: "下周五"}, part{"files", "青石镇.docx", a})
	if len(lines) != 1 || !strings.Contains(lines[0].Fields["deadline"], "下周五") {
		t.Errorf("a wrong field: %+v", lines)
	}
}
