package requests

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
)

func TestTemplatesOfFiguresAndKinFit(t *testing.T) {
	for _, err := range []error{figuresTemplate.Check(figuresPage{}), convertTemplate.Check(convertPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

const roadText = "请公开本镇二〇二五年度农村公路养护项目的招标文件、中标通知书、施工合同和竣工验收报告。"

// in registers what somebody brought to the counter, and gives the file's address.
func (x *requestDesk) in(name, wanted string, more ...string) string {
	x.t.Helper()
	return x.ok("办理中", "/desk/requests/new", append([]string{"channel", "person", "arrived", x.day.String(), "applicant", "natural", "name", name, "phone", "000" + name, "wanted", wanted, "subject", "事项"}, more...)...)
}

// A clerk sees that the same was asked before, splits an application, joins a
// second one, and has what three asked for considered for everybody.
func TestClerkWorksOnSeveralFiles(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler, org.Head)
	paper := []string{"paper", "2026-03-02", "signer", "郑某"}
	first := x.in("甲某", roadText)
	x.ok("待送达", first, append([]string{"do", "decide", "outcome", "granted", "letter", "青政公开告〔2026〕5号"}, paper...)...)
	again := x.in("甲某", "您好，"+roadText)
	code, body := x.get(again)
	if code != http.StatusOK || !strings.Contains(body, "2026-0001</a> 相似 95%") || !strings.Contains(main(body), "同一申请人") || !strings.Contains(body, "青政公开告〔2026〕5号") {
		t.Errorf("nothing alike: %s", main(body))
	}
	x.no("没有登记号", again, "do", "former", "number", "2026-0099")
	x.ok("青政公开告〔2026〕5号，2026年3月2日", again, "do", "former", "number", "2026-0001")
	x.ok("待送达", again, append([]string{"do", "decide", "outcome", "repeat", "letter", "青政公开告〔2026〕6号"}, paper...)...)

	// Splitting.
	many := x.in("乙某", "一、低保名单\n二、财政决算")
	x.no("留在本件", many, "do", "split", "part1", "财政决算")
	x.ok("2026-0004</a>", many, "do", "split", "keep", "去年本村低保名单", "part1", "镇财政决算报告", "subject1", "财政决算")
	if _, body := x.get("/desk/requests"); !strings.Contains(body, "财政决算") {
		t.Errorf("the second file is not listed: %s", main(body))
	}
	// Merging, by the same person only.
	twice := x.in("乙某", "去年本村低保名单")
	x.no("不是同一人", twice, "do", "merge", "number", "2026-0002")
	x.no("并入哪一件", twice, append([]string{"do", "decide", "outcome", "merged", "letter", "青政公开告〔2026〕7号"}, paper...)...)
	x.ok("2026-0003</a>", twice, "do", "merge", "number", "2026-0003")
	x.ok("并入另一件申请办理", twice, append([]string{"do", "decide", "outcome", "merged", "letter", "青政公开告〔2026〕7号"}, paper...)...)

	// What three asked is proposed, decided and listed.
	x.in("丙某", roadText)
	x.in("丁某", roadText)
	code, body = x.get("/desk/requests/convert")
	if code != http.StatusOK || !strings.Contains(main(body), "3 个申请人") {
		t.Fatalf("three asked the same: %s", main(body))
	}
	x.ok("多个申请人申请相同信息（3人）", first, "do", "turnask", "many", "3")
	x.no("请写明不纳入", first, "do", "turn", "decision", "no")
	x.ok("纳入主动公开", first, "do", "turn", "decision", "open", "text", "经常有人申请")
	if _, body = x.get("/desk/requests/convert"); !strings.Contains(main(body), "已审核") || strings.Contains(main(body), "3 个申请人") {
		t.Errorf("after the decision: %s", main(body))
	}
	// A neighbour is shown none of it.
	x.as(9, x.next, org.Handler, org.Head)
	for _, path := range []string{"/desk/requests/convert", "/desk/requests/figures"} {
		if _, body := x.get(path); strings.Contains(body, "2026-000") || strings.Contains(body, "青石镇") {
			t.Errorf("%s shows a neighbour %s", path, main(body))
		}
	}
}

// Corrections of records have outcomes of their own; who cannot be reached is
// handled all the same.
func TestCorrectionsAndApplicantsOutOfReach(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler, org.Head)
	at := x.in("甲某", "耕地面积登记有误", "matter", "mend")
	_, body := x.get(at)
	if !strings.Contains(body, "更正本人信息记录") || !strings.Contains(body, `value="mended"`) || strings.Contains(body, `value="granted"`) {
		t.Errorf("a correction: %s", main(body))
	}
	x.ok("予以更正", at, "do", "decide", "outcome", "mended", "letter", "青政更正〔2026〕1号", "paper", "2026-03-02", "signer", "郑某")

	at = x.ok("待确认", "/desk/requests/new", "channel", "internet", "arrived", "2026-03-02", "applicant", "natural", "name", "乙某", "wanted", "会议纪要")
	x.day = law.Day(2026, 3, 4)
	x.no("两次", at, "do", "unreached")
	x.ok("无人接听", at, "do", "note", "kind", "phone", "text", "上午拨打，无人接听")
	x.ok("仍无人接听", at, "do", "note", "kind", "phone", "text", "下午拨打，仍无人接听")
	x.ok("联系不上申请人，从收件之日起算", at, "do", "unreached")
	x.no("申请人死亡", at, "do", "decide", "outcome", "lapsed", "paper", "2026-03-04", "signer", "郑某")
}

// The figures are those of the files, say when there are too few for a rate, and
// every number leads to a list of as many.
func TestFiguresOpenToTheirLists(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler, org.Head)
	if _, body := x.get("/desk/requests/figures"); !strings.Contains(main(body), "没有收到申请") {
		t.Errorf("empty: %s", main(body))
	}
	one := x.in("甲某", "会议纪要")
	x.in("乙某", "预算执行")
	x.day = law.Day(2026, 4, 20)
	x.ok("超过答复期限才答复", one, "do", "decide", "outcome", "granted", "letter", "1号", "paper", "2026-04-20", "signer", "郑某")
	code, body := x.get("/desk/requests/figures")
	if text := main(body); code != http.StatusOK || !strings.Contains(text, "已逾期 1") && !strings.Contains(strings.Join(strings.Fields(text), ""), "已逾期1") || !strings.Contains(text, "不足 10 件") {
		t.Errorf("figures: %s", text)
	}
	links := 0
	for _, part := range strings.Split(body, `<a href="/desk/requests?`)[1:] {
		href, rest, _ := strings.Cut(part, `">`)
		n, _, _ := strings.Cut(rest, "</a>")
		if n == "" || n[0] < '0' || n[0] > '9' {
			continue
		}
		links++
		_, list := x.get("/desk/requests?" + strings.ReplaceAll(href, "&amp;", "&"))
		if got := strings.Count(list, `<tr><th scope="row">`); n != itoa(got) {
			t.Errorf("%s says %s and lists %d", href, n, got)
		}
	}
	if links < 10 {
		t.Errorf("only %d numbers lead anywhere", links)
	}
	if code, body := x.get("/desk/requests/figures?format=xlsx&year=2026"); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
		t.Errorf("xlsx: %d", code)
	}
}

func itoa(n int) string { return string(rune('0' + n)) } // of lists of one page here
