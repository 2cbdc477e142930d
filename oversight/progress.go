package oversight

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// ReplyState is what became of something that was reported or answered.
type ReplyState string

// The states.
const (
	ReplySent     ReplyState = "sent"     // 待验收
	ReplyAccepted ReplyState = "accepted" // 已验收
	ReplyReturned ReplyState = "returned" // 已退回
)

// Chinese is the state on screen.
func (s ReplyState) Chinese() string {
	return map[ReplyState]string{ReplySent: "待验收", ReplyAccepted: "已验收", ReplyReturned: "已退回"}[s]
}

// Evidence is what proves a statement: a file, an address, a meeting of the
// leading group. All of it may be missing.
type Evidence struct {
	Link     string // address of what was published
	File     int64  // private file, 0 for none
	FileName string
	Meeting  int64 // 领导小组会议, 0 for none
}

// Empty reports whether there is none.
func (e Evidence) Empty() bool { return e.Link == "" && e.File == 0 && e.Meeting == 0 }

// Wrong says in Chinese what cannot be kept, by field name.
func (e Evidence) Wrong(bad map[string]string) {
	if e.Link != "" && !strings.HasPrefix(e.Link, "http://") && !strings.HasPrefix(e.Link, "https://") {
		bad["link"] = "链接请写完整网址，以 http:// 或 https:// 开头。"
	}
	check(bad, "link", e.Link, 500, "")
}

// A Progress is what an organ reported about its share of a task 进展.
type Progress struct {
	ID, Task, Organ int64
	Text            string
	Percent         int  // 0 to 100, -1 where none is given
	Claims          bool // says that the share is done
	Evidence
	State  ReplyState
	Reason string // why it was sent back, or a word of acceptance
	By     int64  // who reported
}

// Wrong says in Chinese what cannot be kept, by field name.
func (p Progress) Wrong() map[string]string {
	bad := map[string]string{}
	check(bad, "progress", p.Text, maxPlanText, "请写进展，例如：已完成12个站所的指南更新，其余3个月底前完成。")
	if p.Percent < -1 || p.Percent > 100 {
		bad["percent"] = "进度写0到100的整数，也可以不写。"
	}
	p.Evidence.Wrong(bad)
	return bad
}

// Report takes a progress into the task. open is how many parts the organ gave
// further down and has not got back.
func (t *PlanTask) Report(p *Progress, open int, on law.Date) error {
	if err := t.Open(); err != nil {
		return err
	}
	share := t.Party(p.Organ)
	switch {
	case share == nil || !share.Lead:
		return act.Refuse("进展由责任单位报送。配合单位的情况，请告诉责任单位一并报送。")
	case share.State == PartyDone:
		return act.Refuse("本单位的部分已于" + share.Done.Chinese() + "验收完成。")
	case share.State == PartyWaiting:
		return act.Refuse("上次报送的完成情况还在等待验收。")
	case p.Claims && open > 0:
		return act.Refuse("往下分解的任务还有没完成的。请先验收，或者写明原因取消，再报完成。")
	case p.Claims && t.Evidence != "" && p.Empty():
		return act.Refuse("这条任务要求附佐证：" + t.Evidence + "。请上传文件、填写链接或者选择一次会议。")
	}
	p.State = ReplySent
	share.Reported = on
	if p.Percent >= 0 {
		share.Percent = p.Percent
	}
	share.State = PartyGoing
	if p.Claims { // all of it counts once it is accepted
		share.State = PartyWaiting
	}
	return nil
}

// Decide accepts a progress or sends it back. own says that giver and share are
// of one organ: there one person may do both.
func (t *PlanTask) Decide(p *Progress, accept bool, reason string, by int64, own bool, on law.Date) error {
	share := t.Party(p.Organ)
	switch {
	case p.State != ReplySent || share == nil:
		return act.Refuse("这次报送" + p.State.Chinese() + "，不需要再验收。")
	case !t.Cancelled.IsZero():
		return t.Open()
	case by != 0 && by == p.By && !own:
		return act.Refuse("进展是您报送的，请由另一位同事验收。")
	case !accept && strings.TrimSpace(reason) == "":
		return act.Refuse("退回须写明原因，例如：缺少发布页面的链接。")
	}
	p.Reason = strings.TrimSpace(reason)
	if !accept {
		p.State, share.State = ReplyReturned, PartyReturned
		return nil
	}
	p.State = ReplyAccepted
	if !p.Claims {
		return nil
	}
	share.State, share.Percent, share.Done = PartyDone, 100, on
	for _, x := range t.Leads() {
		if x.State != PartyDone {
			return nil
		}
	}
	t.Done = on
	return nil
}
