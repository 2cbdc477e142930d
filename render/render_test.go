package render

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
)

// sample is a whole report with figures that balance, in words of our own.
func sample(t testing.TB, edition string) *annual.Report {
	t.Helper()
	f := annual.Edition(edition)
	year := f.FromYear + 1
	r := annual.New(f, "云岭县青石镇人民政府", year)
	for i := range r.Values {
		r.Values[i] = annual.Value{Kind: annual.Zero}
	}
	set := func(id string, n int64) {
		if !r.Set(id, annual.Num(n)) {
			t.Fatalf("%s: no cell %s", edition, id)
		}
	}
	for id, n := range map[string]int64{"new.natural": 31, "new.business": 4, "new.total": 35, "carried_in.natural": 2, "carried_in.total": 2,
		"granted.natural": 20, "granted.business": 3, "granted.total": 23, "partial.natural": 5, "partial.total": 5,
		"deny_third.natural": 1, "deny_third.total": 1, "unable_nohold.natural": 4, "unable_nohold.business": 1, "unable_nohold.total": 5,
		"result_total.natural": 30, "result_total.business": 4, "result_total.total": 34, "carried_out.natural": 3, "carried_out.total": 3} {
		set("t3."+id, n)
	}
	set("t4.review.upheld", 1)
	set("t4.review.total", 1)
	if edition == "2021" {
		set("t2.normative.made", 2)
		set("t2.normative.in_force", 11)
		set("t2.licence.decisions", 1208)
		set("t2.penalty.decisions", 17)
		set("t2.fees.amount", 38_000)
	} else {
		set("t2.normative.made", 2)
		set("t2.normative.published", 2)
		set("t2.normative.total", 9)
		set("t2.licence.last_year", 31)
		set("t2.licence.change", -2)
		set("t2.licence.decisions", 940)
		set("t2.procurement.projects", 3)
		set("t2.procurement.amount", 562_000*annual.Micro)
	}
	r.Intro = fmt.Sprintf("本报告依照《中华人民共和国政府信息公开条例》编制，统计期限为%d年1月1日至12月31日。本报告电子版可在县政府门户网站下载。如有疑问，请与青石镇党政综合办公室联系。", year)
	r.Chapters[0] = fmt.Sprintf("%d年，青石镇围绕群众关心的事项做好政府信息公开工作。\n（一）主动公开。全年通过门户网站和村务公开栏公开信息286条，其中财政资金类74条，惠民政策类131条，其他81条。\n（二）依申请公开。全年新收政府信息公开申请35件，上年结转2件，办结34件，结转下年度继续办理3件。\n（三）政府信息管理\n对历年文件逐件复核，修订公开目录一次。\n（四）政府信息公开平台建设。镇便民服务大厅设查阅点一处，配备自助终端。\n（五）监督保障。举办业务培训两期，受训六十人次。", year)
	r.Chapters[4] = "（一）存在的主要问题。一是部分村（社区）更新不够及时；二是政策解读形式单一。\n（二）改进情况。已建立每周巡查和月度通报制度，逐项销号。"
	r.Chapters[5] = "本年度未收取政府信息公开信息处理费。"
	r.Signature = "云岭县青石镇人民政府"
	r.Dated = law.Day(year+1, 1, 18)
	return r
}

// convert turns an office file into pdf with LibreOffice.
func convert(t *testing.T, dir, name string) string {
	t.Helper()
	office := need(t, "soffice", "libreoffice-writer")
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, name))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice: %v\n%s", err, out)
	}
	return filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".pdf")
}

// need finds a program of a Debian package; without it the test is skipped on
// a developer's machine and fails in CI.
func need(t *testing.T, program, debian string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: apt-get install %s", program, debian)
	}
	t.Skipf("%s is missing: apt-get install %s", program, debian)
	return ""
}

func pdfText(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command(need(t, "pdftotext", "poppler-utils"), "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// wellFormed unpacks a zip container and parses every part as XML.
func wellFormed(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		rc.Close()
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		d := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return parts
}

func keep(t *testing.T, name string, b []byte) {
	t.Helper()
	if dir := os.Getenv("RENDER_KEEP"); dir != "" { // look at what was written
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// squeeze drops all white space, which is layout in a printed page.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
