package org

import (
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"      // 待接办
	TaskTaken     TaskState = "taken"     // 办理中
	TaskDone      TaskState = "done"      // 已办结
	TaskReturned  TaskState = "returned"  // 已退回交办人
	TaskCancelled TaskState = "cancelled" // 已取消
)

// Chinese is the state on screen.
func (s TaskState) Chinese() string {
	switch s {
	case TaskOpen:
		return "待接办"
	case TaskTaken:
		return "办理中"
	case TaskDone:
		return "已办结"
	case TaskReturned:
		return "已退回"
	case TaskCancelled:
		return "已取消"
	}
	return ""
}

// Ended reports whether nothing more is to be done.
func (s TaskState) Ended() bool { return s == TaskDone || s == TaskCancelled }

// A Task is work that somebody was given at an organ 交办事项: to a person, or to
// whoever holds a role there.
type Task struct {
	ID      int64
	Organ   int64
	Role    Role  // who may take it, "" if it is for one person
	Person  int64 // who has it, 0 while nobody took it
	Title   string
	Text    string
	Ref     string   // what it is about, e.g. report/5/2025, "" for nothing in here
	Due     law.Date // zero if it has no limit
	Basis   string   // what the limit stands on, as people wrote it
	State   TaskState
	By      int64 // who gave it
	Answer  string
	Version int64
}

// Check reports in Chinese what is wrong with a task that is to be given, by the
// field it is about, or nothing.
func (t Task) Check(today law.Date) map[string]string {
	bad := map[string]string{}
	switch {
	case strings.TrimSpace(t.Title) == "":
		bad["title"] = "请写明要办的事，例如“报送2025年度报告修改稿”。"
	case len(t.Title) > 300 || !plain(t.Title):
		bad["title"] = "标题过长（最多100字）或含有无法显示的字符。"
	}
	if len(t.Text) > 12_000 {
		bad["text"] = "说明过长，最多4000字；较长的材料请作为附件。"
	}
	if t.Organ == 0 {
		bad["organ"] = "请选择由哪个机关办理。"
	}
	if t.Person == 0 && !t.Role.Valid() {
		bad["to"] = "请选择由谁办理：一位同事，或一个岗位。"
	}
	if !t.Due.IsZero() && t.Due.Before(today) {
		bad["due"] = "期限" + t.Due.Chinese() + "已经过去，请改为今天或以后的日期。"
	}
	return bad
}

// Take makes the task the viewer's. Only who holds its role may.
func (t *Task) Take(v Viewer) error {
	switch {
	case t.State != TaskOpen && t.State != TaskReturned:
		return act.Refuse("这项任务" + t.State.Chinese() + "，不能再接办。")
	case t.Person != 0 && t.Person != v.Person:
		return act.Refuse("这项任务指定由另一位同事办理。如需改由您办理，请交办人改派。")
	case t.Person == 0 && !v.HoldsAt(t.Role, t.Organ):
		return act.Refuse("这项任务交给“" + t.Role.Chinese() + "”岗位，您在这个机关没有这个岗位。")
	}
	t.Person, t.State = v.Person, TaskTaken
	return nil
}

// Finish ends the task with what was done.
func (t *Task) Finish(v Viewer, answer string) error {
	switch {
	case t.State.Ended():
		return act.Refuse("这项任务" + t.State.Chinese() + "。")
	case t.Person != v.Person && v.ProgramName() == "":
		return act.Refuse("这项任务由另一位同事办理，只有办理人可以办结。")
	case strings.TrimSpace(answer) == "":
		return act.Refuse("请写一句办理情况，例如“已于今日报送”。")
	}
	t.State, t.Answer = TaskDone, answer
	return nil
}

// Return gives the task back to who gave it, with the reason.
func (t *Task) Return(v Viewer, why string) error {
	switch {
	case t.State != TaskOpen && t.State != TaskTaken:
		return act.Refuse("这项任务" + t.State.Chinese() + "，不能退回。")
	case t.Person != v.Person && !(t.Person == 0 && v.HoldsAt(t.Role, t.Organ)):
		return act.Refuse("这项任务不是交给您的，不能退回。")
	case strings.TrimSpace(why) == "":
		return act.Refuse("请写明退回的原因。")
	}
	t.State, t.Answer = TaskReturned, why
	return nil
}

// Cancel takes the task back. Only who gave it may.
func (t *Task) Cancel(v Viewer) error {
	switch {
	case t.State.Ended():
		return act.Refuse("这项任务" + t.State.Chinese() + "。")
	case t.By != v.Person && v.ProgramName() == "":
		return act.Refuse("只有交办人可以取消任务。")
	}
	t.State = TaskCancelled
	return nil
}
