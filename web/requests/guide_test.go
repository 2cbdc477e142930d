package requests

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

func TestGuideTemplatesFit(t *testing.T) {
	for _, err := range []error{guideTemplate.Check(guidePage{}), summaryTemplate.Check(guideSummary{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// searches are the fields of one line of the search record.
func searches(kv ...string) []string {
	return append(kv, "s0_who", "乙某", "s0_on", "2026-03-03", "s0_where", "党政办公文系统、综合档案室", "s0_words", "农田水利 资金", "s0_note", "")
}

// A clerk answers the seven questions to 信息不存在, with every wrong turn; the
// letter is filled from the answers, the leader gets one page and signs it.
func TestGuidedPathToAnAnswer(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("七步办理", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "1、农田水利工程的资金\n2、村道养护的台账", "subject", "农田水利资金")
	x.day = law.Day(2026, 3, 4)
	guide := at + "/guide"
	if _, body := x.get(guide); !strings.Contains(body, "回答第一问“补不补”") || strings.Contains(body, "起草《") {
		t.Errorf("an empty summary: %s", main(body))
	}
	if _, body := x.get(guide + "/clarity"); !strings.Contains(body, "一事一申请") || !strings.Contains(body, "身份证明") || !strings.Contains(body, "还没有告知过补正") {
		t.Errorf("no hints at the first question: %s", main(body))
	}
	x.no("请选择一个回答", guide+"/clarity")
	x.no("请选择一个回答", guide+"/clarity", "answer", "maybe")
	x.no("还没有告知过补正", guide+"/clarity", "answer", "still")
	if got := x.ok("第二问“是不是”", guide+"/clarity", "answer", "clear"); got != guide+"/nature" {
		t.Errorf("the next question is at %s", got)
	}
	x.ok("第三问“谁负责”", guide+"/nature", "answer", "info")
	x.ok("第四问“有没有”", guide+"/keeper", "answer", "ours", "f_ours_source", "本机关制作")
	x.no("每一条都要写明", guide+"/holding", "answer", "none", "s0_who", "乙某", "s0_where", "档案室")
	x.no("年-月-日", guide+"/holding", "answer", "none", "s0_who", "乙某", "s0_where", "档案室", "s0_words", "水利", "s0_on", "昨天")
	x.no("还没有到", guide+"/holding", "answer", "none", "s0_who", "乙某", "s0_where", "档案室", "s0_words", "水利", "s0_on", "2026-03-05")
	// What is missing may be added later, and is named until then.
	x.ok("第七问", guide+"/holding", "answer", "none")
	if _, body := x.get(guide); !strings.Contains(body, "检索记录（谁、查了哪里") || !strings.Contains(body, "信息不存在") {
		t.Errorf("the missing record is not named: %s", main(body))
	}
	x.no("检索记录", at, "do", "decide", "outcome", "nothold", "letter", "1", "paper", "2026-03-04", "signer", "丙某")
	if got := x.ok("第 2 条", guide+"/holding", searches("answer", "none", "do", "more")...); got != guide+"/holding" {
		t.Errorf("a further line is at %s", got)
	}
	x.ok("拟办", guide+"/reply", "answer", "net")
	_, body := x.get(guide)
	for _, text := range []string{"政府信息不存在告知书", "D12", "第三十六条第四项", "本机关不掌握", "党政办公文系统", "通过互联网送达", "不用回答", "/desk/approvals/new?"} {
		if !strings.Contains(body, text) {
			t.Errorf("the summary lacks %q: %s", text, main(body))
		}
	}
	if strings.Contains(body, "尚待解决") {
		t.Errorf("something is still open: %s", main(body))
	}
	ask := regexp.MustCompile(`href="(/desk/approvals/new[^"]*)"`).FindStringSubmatch(body)
	if ask == nil {
		t.Fatal("a signature cannot be asked for")
	}
	if q, err := url.QueryUnescape(ask[1]); err != nil || strings.Contains(q, "甲某某") || strings.Contains(q, "农田") {
		t.Errorf("the approval would say %s", q)
	}
	// The letter is filled from the answers and says so.
	code, body := x.get(at + "/letters/new/D12?net=1")
	if code != http.StatusOK || !strings.Contains(body, "2026年3月3日乙某查阅党政办公文系统、综合档案室") || !strings.Contains(body, "第四问“有没有”：经检索没有") {
		t.Errorf("the draft: %d %s", code, main(body))
	}
	x.ok("青政公开告〔2026〕1号", at+"/letters/new/D12", "no", "青政公开告〔2026〕1号", "f_search", "查阅了综合档案室", "do", "save")
	for _, format := range []string{"docx", "pdf"} {
		if code, body := x.get(guide + "/sheet/" + format); code != http.StatusOK || len(body) < 2000 {
			t.Errorf("%s: %d with %d bytes", format, code, len(body))
		}
	}
	if code, _ := x.get(guide + "/sheet/odt"); code != http.StatusNotFound {
		t.Errorf("an unknown format: %d", code)
	}
	// An answer is changed: the letter that is there no longer fits.
	x.ok("第五问“给不给”", guide+"/holding", "answer", "held", "f_held_what", "资金使用情况表")
	x.ok("第六问“怎么给”", guide+"/openness", "answer", "open")
	x.ok("第七问", guide+"/manner", "answer", "asked", "f_asked_form", "邮寄复印件3页")
	if _, body := x.get(guide); !strings.Contains(body, "按回答应当是 D02") {
		t.Errorf("the wrong letter is not named: %s", main(body))
	}
	x.ok("第七问", guide+"/holding", searches("answer", "none")...)
	if _, body := x.get(guide); !strings.Contains(body, "这一回答不再起作用") {
		t.Errorf("answers that are passed over are not named: %s", main(body))
	}
	if _, body := x.get(at); !strings.Contains(body, `<option value="nothold" selected>`) {
		t.Errorf("the form of the answer does not propose it: %s", main(body))
	}
	x.ok("待送达", at, "do", "decide", "outcome", "nothold", "paper", "2026-03-04", "signer", "丙某")
	if _, body := x.get(guide + "/holding"); !strings.Contains(body, "回答不能再改") || strings.Contains(body, `name="answer"`) {
		t.Errorf("answers can be changed after the decision: %s", main(body))
	}
	_, body = x.get(at)
	x.no("不能办理这一步", guide+"/holding", searches("answer", "held", "version", versionField.FindStringSubmatch(body)[1])...)
}

// The right organ and the former answer are offered from the register.
func TestGuideOffersOrganAndFormerAnswer(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	asked := []string{"channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "农田水利工程的资金", "subject", "农田水利资金"}
	first := x.ok("办理中", "/desk/requests/new", asked...)
	x.ok("待送达", first, "do", "decide", "outcome", "granted", "letter", "青政公开告〔2026〕1号", "paper", "2026-03-02", "signer", "丙某")
	at := x.ok("办理中", "/desk/requests/new", asked...)
	_, body := x.get(at + "/guide/nature")
	take := regexp.MustCompile(`href="([^"]*v_former[^"]*)"`).FindStringSubmatch(body)
	if take == nil {
		t.Fatalf("the former answer is not shown: %s", main(body))
	}
	if _, body = x.get(strings.ReplaceAll(take[1], "&amp;", "&")); !strings.Contains(body, `value="青政公开告〔2026〕1号，2026年3月2日"`) {
		t.Errorf("it is not filled in: %s", main(body))
	}
	if _, body = x.get(at + "/guide/keeper?find=" + url.QueryEscape("不存在的机关")); !strings.Contains(body, "没有找到") {
		t.Errorf("nothing found is not said: %s", main(body))
	}
	_, body = x.get(at + "/guide/keeper?find=" + url.QueryEscape("白鹿"))
	take = regexp.MustCompile(`href="([^"]*v_organ[^"]*)"`).FindStringSubmatch(body)
	if take == nil {
		t.Fatalf("the other town is not found: %s", main(body))
	}
	if _, body = x.get(strings.ReplaceAll(take[1], "&amp;", "&")); !strings.Contains(body, `value="云岭县白鹿镇人民政府"`) {
		t.Errorf("the organ is not filled in: %s", main(body))
	}
	x.ok("第七问", at+"/guide/keeper", "answer", "other", "f_other_why", "该项补贴由白鹿镇审核", "f_other_organ", "云岭县白鹿镇人民政府", "f_other_contact", "电话 0000-0000001")
	if _, body = x.get(at + "/letters/new/D13"); !strings.Contains(body, "云岭县白鹿镇人民政府（电话 0000-0000001）") {
		t.Errorf("the letter does not name it: %s", main(body))
	}
}

// An unclear application: the answer leads to the notice and fills the form of the
// notice; after the correction the question is asked again.
func TestGuideLeadsThroughACorrection(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "资金")
	guide := at + "/guide"
	x.no("年-月-日", guide+"/clarity", "answer", "ask", "f_ask_items", "年度不明确", "f_ask_by", "下周五")
	x.ok("政府信息公开申请补正告知书", guide+"/clarity", "answer", "ask", "f_ask_items", "年度不明确\n哪一项资金不明确", "f_ask_by", "2026-03-20")
	if _, body := x.get(at + "/letters/new/N02"); !strings.Contains(body, "年度不明确；哪一项资金不明确") || !strings.Contains(body, "2026年3月20日") {
		t.Errorf("the notice: %s", main(body))
	}
	if _, body := x.get(at); !strings.Contains(body, `value="2026-03-20"`) {
		t.Errorf("the form of the notice is not filled: %s", main(body))
	}
	x.ok("待补正", at, "do", "correct", "items", "年度不明确", "until", "2026-03-20")
	if _, body := x.get(guide); !strings.Contains(body, "申请现在待补正") || strings.Contains(body, "起草《") {
		t.Errorf("while it waits: %s", main(body))
	}
	x.no("已经告知过一次补正", guide+"/clarity", "answer", "ask", "f_ask_items", "再补", "f_ask_by", "2026-03-25")
	x.day = law.Day(2026, 3, 12)
	x.ok("办理中", at, "do", "corrected", "wanted", "还是那些")
	if _, body := x.get(guide); !strings.Contains(body, "请重新回答这一问") || !strings.Contains(body, "回答第一问") {
		t.Errorf("after the correction: %s", main(body))
	}
	x.ok("补正后仍不明确", guide+"/clarity", "answer", "still", "f_still_why", "没有写明年度和工程")
	if _, body := x.get(guide); !strings.Contains(body, "D15") {
		t.Errorf("the proposal: %s", main(body))
	}
}

// A third party objects and is overruled: both letters are offered, the second
// question of how to give fills the answer.
func TestGuideOverAThirdParty(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "合同")
	guide := at + "/guide"
	x.ok("办理中", at, "do", "consult", "kind", "third", "delivered", "2026-03-02")
	x.day = law.Day(2026, 3, 9)
	x.ok("不同意公开", at, "do", "hear", "n", "1", "opinion", "object")
	for _, a := range [][]string{{"clarity", "clear"}, {"nature", "info"}, {"keeper", "ours", "f_ours_source", "本机关制作"}, {"holding", "held", "f_held_what", "工程合同12页"}, {"openness", "open"}} {
		x.ok("第", guide+"/"+a[0], append([]string{"answer", a[1]}, a[2:]...)...)
	}
	if _, body := x.get(guide); !strings.Contains(body, "但第三方不同意") {
		t.Errorf("the contradiction is not named: %s", main(body))
	}
	if _, body := x.get(guide + "/openness"); !strings.Contains(body, "征求第三方意见：2026年3月2日发出，2026年3月9日不同意公开") {
		t.Errorf("the opinion is not shown: %s", main(body))
	}
	x.no("从列表中选择", guide+"/openness", "answer", "despite", "f_despite_basis", "随便")
	x.ok("怎么给", guide+"/openness", "answer", "despite", "f_despite_basis", "第三方的理由不成立", "f_despite_whythird", "合同已在招标网站公布")
	x.ok("怎么答", guide+"/manner", "answer", "asked", "f_asked_form", "邮寄复印件12页")
	_, body := x.get(guide)
	for _, text := range []string{"予以公开", "起草《政府信息公开告知书》", "起草《政府信息公开决定告知书（第三方）》"} {
		if !strings.Contains(body, text) {
			t.Errorf("the summary lacks %q: %s", text, main(body))
		}
	}
	if _, body := x.get(at + "/letters/new/N12"); !strings.Contains(body, "第三方的理由不成立：合同已在招标网站公布") || !strings.Contains(body, "工程合同12页") {
		t.Errorf("the letter to the third party: %s", main(body))
	}
	if _, body := x.get(at + "/letters/new/D02"); !strings.Contains(body, "工程合同12页") || !strings.Contains(body, "邮寄复印件12页") {
		t.Errorf("the answer: %s", main(body))
	}
}

// What went to the archive is answered with the letter of its own, whose number
// the answer takes.
func TestGuideToTheArchive(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "旧档案")
	for _, a := range [][]string{{"clarity", "clear"}, {"nature", "info"}, {"keeper", "ours", "f_ours_source", "本机关制作"}, {"holding", "archive", "f_archive_where", "县国家档案馆，电话 0000-0000002"}} {
		x.ok("第", at+"/guide/"+a[0], append([]string{"answer", a[1]}, a[2:]...)...)
	}
	if _, body := x.get(at + "/guide"); !strings.Contains(body, "D25") || strings.Contains(body, "尚待解决") {
		t.Errorf("the proposal: %s", main(body))
	}
	x.ok("青政公开告〔2026〕4号", at+"/letters/new/D25", "no", "青政公开告〔2026〕4号", "f_where", "县国家档案馆", "do", "save")
	x.ok("其他处理 青政公开告〔2026〕4号", at, "do", "decide", "outcome", "misc", "paper", "2026-03-02", "signer", "丙某")
}

// Two people at once, a neighbour, and who only reads.
func TestWhoAnswersTheQuestions(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "wanted", "子丑寅卯")
	code, body, _ := x.send(at+"/guide/openness", "answer", "secret", "f_secret_by", "县保密局", "version", "9")
	if code != http.StatusConflict || !strings.Contains(body, "别人已经办理") || !strings.Contains(body, "县保密局") {
		t.Errorf("a conflict: %d %s", code, main(body))
	}
	for _, who := range []func(){func() { x.as(9, x.next, org.Handler) }, func() { x.as(8, x.town, org.Reviewer) }} {
		who()
		for _, path := range []string{"/guide", "/guide/clarity", "/guide/sheet/pdf"} {
			if code, body := x.get(at + path); code != http.StatusNotFound || strings.Contains(body, "子丑寅卯") {
				t.Errorf("%d at %s", code, path)
			}
		}
		if code, _, _ := x.send(at+"/guide/clarity", "answer", "clear"); code != http.StatusNotFound {
			t.Errorf("answers: %d", code)
		}
	}
	x.as(1, x.town, org.Handler)
	if code, _ := x.get(at + "/guide/eighth"); code != http.StatusNotFound {
		t.Errorf("an eighth question: %d", code)
	}
	for _, q := range casework.Questions() {
		if code, _ := x.get(at + "/guide/" + string(q.Code)); code != http.StatusOK {
			t.Errorf("%s: %d", q.Name, code)
		}
	}
}
