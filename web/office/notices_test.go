package office

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

func TestTemplatesOfNoticesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"inbox": inboxTemplate.Check(inboxPage{}), "choice": noticeChoiceTemplate.Check(noticeChoicePage{}), "jobs": jobsTemplate.Check(jobsPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var asProgram = store.By{Viewer: org.Program("测试")}

// hire registers somebody at an organ of the desk.
func (d *desk) hire(name string, organ int, email, phone string) int64 {
	d.t.Helper()
	if _, err := d.store.SavePerson(d.t.Context(), asProgram, org.Person{Name: name, Organ: d.organs[organ].ID, Email: email, Phone: phone}); err != nil {
		d.t.Fatal(err)
	}
	list, _, err := d.store.People(d.t.Context(), asProgram.Viewer, store.PersonQuery{})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range list {
		if p.Name == name {
			return p.ID
		}
	}
	d.t.Fatalf("%s is not there", name)
	return 0
}

func (d *desk) tell(person int64, kind, number, subject string, due law.Date) {
	d.t.Helper()
	n := store.News{Kind: kind, Ref: "task/" + number, Organ: d.organs[0].ID, Number: number, Subject: subject, Link: "/desk/tasks", Due: due}
	if _, err := d.store.Notify(d.t.Context(), asProgram, n, store.ToPerson(person)); err != nil {
		d.t.Fatal(err)
	}
}

func TestInbox(t *testing.T) {
	d := newDesk(t)
	d.cfg.Unread = d.Unread
	a, b := d.hire("经办甲", 0, "", ""), d.hire("经办乙", 0, "", "")
	d.as(a, 0, org.Drafter)
	if _, page := d.get("/desk/notices"); !strings.Contains(page, "没有通知") {
		t.Error("an empty inbox does not say so")
	}
	d.tell(a, act.TaskAssigned, "任务〔2026〕1号", "一月栏目核查", law.Day(2026, 1, 13))
	d.tell(a, act.ApprovalAsked, "审批〔2026〕2号", "年度报告发布", law.Date{})
	d.tell(b, act.TaskAssigned, "任务〔2026〕3号", "别人的事", law.Date{})
	_, inbox := d.get("/desk/notices")
	says(t, inbox, "有任务交给您办理", "一月栏目核查", "任务〔2026〕1号", "还剩 1 个工作日", "有事项等您审批", "全部标为已读")
	if !strings.Contains(inbox, "通知 <b>2</b>") || !strings.Contains(inbox, "未读 <small>2<") || strings.Contains(inbox, "别人的事") {
		t.Error("the header does not count what is unread, or shows somebody else's")
	}
	list, err := d.store.Inbox(t.Context(), d.viewer, true, 0)
	if err != nil {
		t.Fatal(err)
	}
	// One by its button, the rest at once; what came meanwhile stays.
	if to := follow(t, d.post("/desk/notices/read", inbox, url.Values{"one": {fmt.Sprint(list[0].ID)}})); to != "/desk/notices" {
		t.Errorf("leads to %s", to)
	}
	_, inbox = d.get("/desk/notices")
	d.tell(a, act.TaskReturned, "任务〔2026〕4号", "后来的", law.Date{})
	follow(t, d.post("/desk/notices/read", inbox, url.Values{}))
	_, inbox = d.get("/desk/notices")
	says(t, inbox, "后来的", "已读")
	// A notice leads to its matter and is read by that.
	list, err = d.store.Inbox(t.Context(), d.viewer, true, 0)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d unread, %v", len(list), err)
	}
	if code, _ := d.get(fmt.Sprint("/desk/notices/", list[0].ID)); code != http.StatusSeeOther {
		t.Errorf("answered %d", code)
	}
	if _, inbox := d.get("/desk/notices"); strings.Contains(inbox, "未读") && !strings.Contains(inbox, "没有未读") {
		t.Error("it is still unread")
	}
	d.as(b, 0, org.Drafter)
	if code, _ := d.get(fmt.Sprint("/desk/notices/", list[0].ID)); code != http.StatusNotFound {
		t.Errorf("somebody else's notice answered %d", code)
	}
}

func TestChoosingHowToBeTold(t *testing.T) {
	d := newDesk(t)
	a := d.hire("经办甲", 1, "jia@example.org", "")
	d.as(a, 1, org.Drafter)
	_, form := d.get("/desk/notices/settings")
	says(t, form, "没有配置邮件或短信网关")
	if err := d.store.ServeChannels(t.Context(), "甲", []string{store.ChannelMail, store.ChannelSMS, store.ChannelWeCom}); err != nil {
		t.Fatal(err)
	}
	_, form = d.get("/desk/notices/settings")
	says(t, form, "按本机关的规定（20:00 至 08:00、非工作日全天）", "没有登记手机号", "群机器人的消息发给整个群")
	if strings.Contains(form, "没有登记邮箱") {
		t.Error("the mail address that is there is said to be missing")
	}
	bad := d.post("/desk/notices/settings", form, url.Values{"mail": {"digest"}, "sms": {"off"}, "quiet": {"own"}, "from": {"晚上"}, "to": {"08:00"}})
	if bad.Code != http.StatusUnprocessableEntity {
		t.Errorf("answered %d", bad.Code)
	}
	says(t, bad.Body.String(), "请写成 24 小时制的时间")
	if !strings.Contains(bad.Body.String(), `value="晚上"`) || !strings.Contains(bad.Body.String(), `<option value="digest" selected>`) {
		t.Error("what was typed is gone")
	}
	follow(t, d.post("/desk/notices/settings", bad.Body.String(), url.Values{"mail": {"digest"}, "sms": {"off"}, "quiet": {"own"}, "from": {"22:30"}, "to": {"7:00"}, "off": {"1"}}))
	c, err := d.store.Choice(t.Context(), a)
	if err != nil || c.Mail != store.ModeDigest || c.SMS != store.ModeOff || c.Quiet != "22:30-07:00+非工作日" {
		t.Errorf("%+v, %v", c, err)
	}
	// The form of another window, opened before.
	stale := d.post("/desk/notices/settings", form, url.Values{"key": {"x"}, "mail": {"off"}, "sms": {"off"}, "quiet": {"none"}})
	if stale.Code != http.StatusConflict {
		t.Errorf("a stale form answered %d", stale.Code)
	}
	says(t, stale.Body.String(), "另一个窗口")
	follow(t, d.post("/desk/notices/settings", stale.Body.String(), url.Values{"mail": {"off"}, "sms": {"off"}, "quiet": {"none"}}))
	if c, _ := d.store.Choice(t.Context(), a); c.Quiet != "00:00-00:00" || c.Mail != store.ModeOff {
		t.Errorf("%+v", c)
	}
	_, form = d.get("/desk/notices/settings")
	if !strings.Contains(form, `value="none" checked`) {
		t.Error("the choice is not shown")
	}
}

// runOnce runs jobs until something is dead.
func (d *desk) runUntilDead(n int64, kinds ...store.JobKind) {
	d.t.Helper()
	ctx, stop := context.WithCancel(d.t.Context())
	over := make(chan error, 1)
	_, schedule := d.store.Standing()
	standing, _ := d.store.Standing()
	go func() {
		over <- d.store.RunJobs(ctx, store.JobRunner{Name: "服务器甲", Kinds: append(standing, kinds...), Schedule: schedule, Poll: 5 * time.Millisecond})
	}()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := d.store.JobCounts(d.t.Context()); err == nil && c.Dead >= n {
			break
		}
	}
	stop()
	if err := <-over; err != nil {
		d.t.Fatal(err)
	}
}

func TestJobsAndChannels(t *testing.T) {
	d := newDesk(t)
	a := d.hire("系统甲", 0, "", "")
	d.as(a, 0, org.Head)
	if code, _ := d.get("/desk/settings/jobs"); code != http.StatusForbidden {
		t.Errorf("a head sees the jobs: %d", code)
	}
	d.as(a, 0, org.SystemAdmin)
	_, p := d.get("/desk/settings/jobs")
	says(t, p, "没有配置通知渠道", "还没有实例运行后台作业", "队列是空的")
	if err := d.store.ServeChannels(t.Context(), "服务器甲", []string{store.ChannelMail, store.ChannelDingTalk}); err != nil {
		t.Fatal(err)
	}
	b := d.hire("经办乙", 1, "yi@example.org", "")
	for i := range 2 {
		d.tell(b, act.TaskAssigned, fmt.Sprint("任务〔2026〕", i, "号"), "核查", law.Date{})
	}
	d.runUntilDead(2, store.JobKind{Name: "deliver.mail", Run: func(context.Context, []byte) error {
		return store.GiveUp(errors.New("邮件服务器不收这个信箱（550）"))
	}})
	_, p = d.get("/desk/settings/jobs")
	says(t, p, "已停止的作业", "发送通知（邮件）", "不收这个信箱", "期限提醒", "工作日 08:00", "钉钉群机器人", "等待发出")
	if strings.Contains(p, "yi@example.org") || strings.Contains(p, "经办乙") {
		t.Error("the page says to whom")
	}
	x, err := d.store.JobState(t.Context(), asProgram.Viewer)
	if err != nil || len(x.Dead) != 2 {
		t.Fatalf("%+v, %v", x, err)
	}
	id := func(i int) string { return fmt.Sprint(x.Dead[i].ID) }
	w := d.post("/desk/settings/jobs", p, url.Values{"id": {id(0)}, "do": {"drop"}, "reason": {" "}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("dropped without a reason: %d", w.Code)
	}
	says(t, w.Body.String(), "要写明理由")
	follow(t, d.post("/desk/settings/jobs", w.Body.String(), url.Values{"id": {id(0)}, "do": {"drop"}, "reason": {"邮箱有误"}}))
	follow(t, d.post("/desk/settings/jobs", p, url.Values{"id": {id(1)}, "do": {"retry"}}))
	c, err := d.store.JobCounts(t.Context())
	if err != nil || c.Dead != 0 || c.Waiting < 1 {
		t.Errorf("%+v, %v", c, err)
	}
	w = d.post("/desk/settings/jobs", p, url.Values{"key": {"later"}, "id": {id(0)}, "do": {"retry"}})
	if w.Code != http.StatusConflict {
		t.Errorf("a letter that is gone: %d", w.Code)
	}
	// A test goes to whoever asks; who has no address is told so.
	w = d.post("/desk/settings/jobs/test", p, url.Values{"channel": {"mail"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a test for nobody: %d", w.Code)
	}
	says(t, w.Body.String(), "没有登记邮箱或手机号")
	follow(t, d.post("/desk/settings/jobs/test", p, url.Values{"channel": {"dingtalk"}}))
	_, p = d.get("/desk/settings/jobs")
	says(t, p, "测试消息")
}
