package requests

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/ingest/rows"
	"gongkai/org"
	"gongkai/store"
)

func TestLedgerTemplatesFit(t *testing.T) {
	for _, err := range []error{ledgerTemplate.Check(ledgerPage{}), ledgerNewTemplate.Check(ledgerNewPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// hidden are the fields that a preview carries to its confirmation.
func hidden(body string, names ...string) (kv []string) {
	for _, name := range names {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
		if m != nil {
			kv = append(kv, name, html.UnescapeString(m[1]))
		}
	}
	return kv
}

const paperLedger = `青石镇依申请公开台账
编号,收件日期,申请方式,申请人类型,申请人姓名,内容,办理结果,理由,答复时间,答复文号,送达日期,送达方式,办公室主任
收1,2026.1.6,现场,公民,甲某某,本镇2025年农田水利资金,公开,,1月20日,青政公开告〔2026〕1号,2026年1月21日,邮寄,乙某
收2,2026/1/7,邮件,甲公司,,土地征收公告,不存在,档案室检索无结果,20260302,青政公开告〔2026〕2号,,,乙某
收3,46060,EMS,企业,,招标文件,,,,,,,
`

// A clerk brings the ledger of a town as it is; what the program cannot be sure
// of it asks, and what is in is not entered twice.
func TestLedgerImport(t *testing.T) {
	x := newDesk(t)
	x.as(3, x.town, org.Handler)
	x.no("没有找到表头", "/desk/requests/import", "text", "随便什么\n一行", "do", "check")
	x.no("请选择台账文件", "/desk/requests/import", "do", "check")
	code, body, _ := x.send("/desk/requests/import", "text", paperLedger, "do", "check")
	if code != 422 {
		t.Fatal(code)
	}
	for _, want := range []string{"没有写年份", "没有写确认日期", "“申请人类别”写的“甲公司”是", "办公室主任", "不清楚“甲公司”指哪一种"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview does not say %q:\n%s", want, main(body))
		}
	}
	if rows, _, err := x.st.Requests(t.Context(), x.visit.Viewer, store.RequestQuery{}); err != nil || len(rows) != 0 {
		t.Fatalf("a preview entered %d files (%v)", len(rows), err)
	}
	carried := hidden(body, "packed", "filename", "organ", "word0")
	answers := append(carried, "year", "2026", "confirm", "same", "is0", "business")
	code, body, _ = x.send("/desk/requests/import", append(answers, "do", "check")...)
	if code != 200 || !strings.Contains(body, "确认导入") || !strings.Contains(body, "超过答复期限才答复") {
		t.Fatalf("%d\n%s", code, main(body))
	}
	at := x.ok("导入完成", "/desk/requests/import", append(answers, "do", "keep")...)
	if at != "/desk/requests" {
		t.Error(at)
	}
	three, err := x.st.TableThree(t.Context(), x.town.ID, 2026, nil)
	if err != nil || three["new"]["total"] != 3 || three["granted"]["natural"] != 1 || three["unable_nohold"]["business"] != 1 || three["carried_out"]["business"] != 1 {
		t.Errorf("table three: %v (%v)", three, err)
	}
	if code, body, _ = x.send("/desk/requests/import", append(answers, "do", "check")...); code != 200 || !strings.Contains(body, "完全一致") {
		t.Errorf("the same ledger again: %d\n%s", code, main(body))
	}

	// The export is a sheet that says the same.
	code, sheet := x.get("/desk/requests/ledger.xlsx?year=2026")
	if code != 200 {
		t.Fatal(code)
	}
	read, err := rows.Read("x.xlsx", []byte(sheet), casework.LedgerWords())
	if err != nil || len(read.Rows) != 3 || len(read.Ignored) != 0 || len(read.Fields) != len(casework.LedgerColumns()) {
		t.Fatalf("%d rows, ignored %v (%v)", len(read.Rows), read.Ignored, err)
	}
	if r := read.Rows[0]; r.Get("outcome") != "予以公开" || r.Get("served") != "2026-01-21" || r.Get("name") != "甲某某" {
		t.Errorf("%v", r.Values)
	}
	if _, sample := x.get("/desk/requests/import/sample.xlsx"); len(sample) < 1000 {
		t.Error("no sample")
	} else if _, err := rows.Read("x.xlsx", []byte(sample), casework.LedgerWords()); err == nil || !strings.Contains(err.Error(), "没有内容") {
		t.Errorf("the sample reads as %v", err)
	}

	// A neighbour brings it into his own register only.
	x.as(4, x.next, org.Handler)
	x.ok("导入完成", "/desk/requests/import", append(append([]string{}, answers...), "do", "keep")...)
	if rows, _, err := x.st.Requests(t.Context(), x.visit.Viewer, store.RequestQuery{}); err != nil || len(rows) != 3 || rows[0].Organ != x.next.ID {
		t.Errorf("%d rows (%v)", len(rows), err)
	}
}

func TestLedgerOneLine(t *testing.T) {
	x := newDesk(t)
	x.as(3, x.town, org.Handler)
	const path = "/desk/requests/ledger/new"
	x.no("早于收到申请之日", path, "arrived", "2026-02-03", "channel", "person", "applicant", "natural", "outcome", "granted", "answer", "2026-02-01")
	x.no("不同意公开", path, "arrived", "2026-02-03", "channel", "person", "applicant", "natural", "consulted", "2026-02-04", "whom", "third", "heard", "2026-02-09")
	x.no("这一格必须填写", path, "channel", "person")
	at := x.ok("农田水利", path, "arrived", "2026-02-03", "channel", "person", "applicant", "natural", "subject", "农田水利", "wanted", "农田水利工程资金", "outcome", "granted", "answer", "2026-02-12", "letter", "青公开〔2026〕3号", "served", "2026-02-13", "way", "person")
	if _, body := x.get(at); !strings.Contains(body, "已办结") || !strings.Contains(body, "青公开〔2026〕3号") {
		t.Errorf("%s\n%s", at, main(body))
	}
}
