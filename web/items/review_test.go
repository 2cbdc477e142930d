package items

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// A text goes from the clerk over the office, who answers the five questions, and
// the leader to the public; nobody signs for himself, nothing goes out before.
func TestATextIsReviewedSignedAndPublished(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于做好汛期安全工作的通知", "各村：请做好汛期安全工作。"), true)
	x.asClerk()
	x.no("不能由自己审核", at+"/review", "sign", none()...)
	if _, body := x.get(at); strings.Contains(body, `value="publish"`) {
		t.Error("the page offers to publish what nobody signed")
	}
	x.no("不能办理这一步", at, "publish")
	x.asLeader()
	x.no("您没有这个岗位", at+"/review", "sign", none()...)
	x.asOffice()
	body := x.shows(at+"/review", "审核兼保密审查", "各村：请做好汛期安全工作", "国家秘密和安全稳定", "工作秘密")
	if n := strings.Count(body, `value="u"`); n != 5 {
		t.Errorf("%d questions have 拿不准", n)
	}
	x.no("请回答“", at+"/review", "sign")
	x.no("回答了“是”，不能签", at+"/review", "sign", append(none()[2:], "q_secret", "y")...)
	x.no("商请保密部门审定", at+"/review", "sign", append(none()[2:], "q_secret", "u")...)
	x.no("请写明依法可以公开的理由", at+"/review", "sign", "q_secret", "n", "q_third", "e", "q_internal", "n", "q_personal", "n", "q_work", "n")
	x.no("这一条不能这样回答", at+"/review", "sign", append(none()[2:], "q_secret", "e")...)
	x.ok("等待“分管领导签发”审签", at+"/review", "sign", append(none(), "opinion", "可以发布")...)
	x.asLeader()
	x.ok("可以发布", at+"/review", "sign")
	x.asClerk()
	body = x.ok("已发布", at, "publish")
	for _, s := range []string{"T1/2026-00001", "公开页面", "复制到县门户", "按期公开", "国家秘密和安全稳定：否", "可以发布"} {
		if !strings.Contains(body, s) {
			t.Errorf("the page does not say %q\n%s", s, seenOn(body))
		}
	}
	if p, err := x.st.PublicItem(t.Context(), "T1/2026-00001", 0); err != nil || p.Content.Title != "关于做好汛期安全工作的通知" {
		t.Errorf("public: %+v %v", p, err)
	}
}

var markBox = regexp.MustCompile(`name="mark" value="([^"]+)"`)

// What is marked in a text has to be answered before it is signed: a phone number
// of the office may stand with a reason, a mark of secrecy never.
func TestMarksAreAnsweredBeforeASignature(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于汛期值班的通知", "值班电话13800138000，请各村24小时有人值守。"), true)
	x.asOffice()
	body := x.shows(at+"/review", "电话号码", "<b>13800138000</b>", `class="open"`)
	x.no("没有处理", at+"/review", "sign", none()...)
	keys := markBox.FindAllStringSubmatch(body, -1)
	if len(keys) != 1 {
		t.Fatalf("%d marks can be answered", len(keys))
	}
	x.no("请先勾选", at+"/review", "mark", "at", "review", "why", "公布的值班电话")
	x.no("请写明为什么可以保留", at+"/review", "mark", "at", "review", "mark", keys[0][1])
	x.ok("可以保留：公布的值班电话", at+"/review", "mark", "at", "review", "mark", keys[0][1], "why", "公布的值班电话")
	x.ok("已签", at+"/review", "sign", none()...)

	at = x.draft(noticeText("关于工程的通知", "机密★5年。工程位置见附图。"), true)
	x.asOffice()
	body = x.shows(at+"/review", `class="stop"`, "不能签")
	if markBox.MatchString(body) {
		t.Error("a mark of secrecy may be answered away")
	}
	x.no("只能退回修改", at+"/review", "sign", none()...)
	x.ok("退回修改", at+"/review", "return", "at", "review", "ready", "文稿中有密级标志（正文），不得公开，请核实来源；确属不涉密的，取得保密部门的书面意见后重新起草。")
	x.asClerk()
	x.shows(at, "退回修改", "文稿中有密级标志")
}

// What a reviewer cannot decide is asked of the secrecy department; the review
// waits for the written answer and goes on with it.
func TestTheSecrecyDepartmentIsAsked(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于管线的公告", "管线位置见附图。"), true)
	x.asOffice()
	x.no("请写商请哪个部门", at+"/review", "ask", "at", "review", "reason", "附图能否公开")
	x.ok("等待答复", at+"/review", "ask", "at", "review", "to", "云岭县国家保密局", "reason", "附图能否公开")
	for _, path := range []string{"/letter/docx", "/sheet/docx"} {
		if code, body := x.get(at + path); code != http.StatusOK || !strings.HasPrefix(body, "PK") {
			t.Errorf("%s: %d", path, code)
		}
	}
	x.asLeader()
	x.no("", at, "sign")
	x.asOffice()
	x.no("请写答复的日期", at, "answered", "answer", "may")
	x.no("早于", at, "answered", "answer", "may", "paper", "2026-02-01", "signer", "云岭县国家保密局")
	body := x.ok("登记保密部门审定意见：可以公开", at, "answered", "answer", "may", "number", "云保审〔2026〕5号", "paper", "2026-03-02", "signer", "云岭县国家保密局", "scan", "%PDF-1.4\n%%EOF\n")
	if !strings.Contains(body, "云保审〔2026〕5号") || !strings.Contains(body, "扫描件") {
		t.Errorf("number or scan of the answer is not shown\n%s", seenOn(body))
	}
	scan := regexp.MustCompile(`/desk/items/\d+/scans/\d+`).FindString(body)
	if code, got := x.get(scan); code != http.StatusOK || !strings.HasPrefix(got, "%PDF") {
		t.Errorf("scan %q: %d", scan, code)
	}
	x.as(9, x.next, "secrecy")
	if code, _ := x.get(scan); code != http.StatusNotFound {
		t.Errorf("a neighbour reads the scan: %d", code)
	}
}

// A leader signs on paper: the clerk enters who, when, and the scan; the log says
// it was paper and who entered it.
func TestASignatureOnPaperIsEntered(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于会议的通知", "会议定于三月五日召开。"), true)
	x.asClerk()
	x.shows(at, "登记线下签批", "打印审批单")
	x.no("请写签批人", at+"/review", "sign", append(none(), "paper", "2026-03-02")...)
	x.no("还没有到", at+"/review", "sign", append(none(), "paper", "2026-03-09", "signer", "梁某某")...)
	x.no("早于送审日期", at+"/review", "sign", append(none(), "paper", "2026-02-20", "signer", "梁某某")...)
	x.no("扫描件应是", at+"/review", "sign", append(none(), "paper", "2026-03-02", "signer", "梁某某", "scan", "MZ not a scan")...)
	body := x.ok("已签", at+"/review", "sign", append(none(), "paper", "2026-03-02", "signer", "梁某某", "scan", "%PDF-1.4\n%%EOF\n")...)
	if !strings.Contains(body, "线下签批，2026年3月2日，签批人梁某某") {
		t.Error(seenOn(body))
	}
}

// Publication waits for its time and can be called back.
func TestAReleaseIsTimed(t *testing.T) {
	x := newReviewDesk(t)
	at := x.draft(noticeText("关于会议的通知", "会议定于三月五日召开。"), true)
	x.asOffice()
	x.ok("已签", at+"/review", "sign", none()...)
	x.asLeader()
	x.ok("已签", at+"/review", "sign")
	x.asClerk()
	x.no("已经过去", at, "schedule", "date", "2026-03-02", "time", "08:59")
	x.no("时间请写成", at, "schedule", "date", "2026-03-03", "time", "9点")
	x.ok("2026年3月3日 09:30", at, "schedule", "date", "2026-03-03", "time", "09:30")
	x.ok("可以发布", at, "unschedule")
	x.ok("2026年3月3日 09:30", at, "schedule", "date", "2026-03-03", "time", "09:30")
	x.now = x.now.AddDate(0, 0, 1).Add(31 * 60 * 1e9)
	if n, _, err := x.st.PublishDue(t.Context()); n != 1 || err != nil {
		t.Errorf("%d went out: %v", n, err)
	}
	x.shows(at, "已发布", "定时发布")
}

// What is withdrawn says why; what is repealed stays and says so.
func TestWithdrawalAndRepeal(t *testing.T) {
	x := newReviewDesk(t)
	at := x.out(noticeText("关于停水的通知", "明日停水。"))
	x.no("请写明撤下的原因", at, "withdraw")
	x.ok("已撤下", at, "withdraw", "ready", "重复发布。", "reason", "以另一件为准。")
	p, err := x.st.PublicItem(t.Context(), x.item(at).Number, 0)
	if err != nil || p.Reason != "重复发布。以另一件为准。" {
		t.Errorf("%+v %v", p, err)
	}
}
