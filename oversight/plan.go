package oversight

import (
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
)

// A Plan is the year's work plan 年度工作要点 of an office or an organ. Until it is
// issued only those who write it see it.
type Plan struct {
	ID      int64
	Organ   int64 // whose plan it is
	Year    int
	Title   string
	Number  string   // 文号, "" before it has one
	Issued  law.Date // zero for a draft
	Version int64    // as read; 0 for one that is new
}

// Bounds of a plan's texts, in characters, and of what one plan may hold.
const (
	maxTitle     = 100
	maxPlanText  = 2000
	maxShort     = 300
	MaxTasks     = 1000 // tasks of one plan, parts included
	MaxParties   = 300  // organs of one task
	firstPlan    = 2008 // the Regulation came into force
	furthestPlan = 2099
)

// Wrong says in Chinese what cannot be kept, by field name.
func (p Plan) Wrong() map[string]string {
	bad := map[string]string{}
	if p.Organ == 0 {
		bad["organ"] = "请选择由哪个机关制定。"
	}
	if p.Year < firstPlan || p.Year > furthestPlan {
		bad["year"] = "年度请写四位数字，例如 2026。"
	}
	check(bad, "title", p.Title, maxTitle, "请写标题，例如：2026年政务公开工作要点。")
	check(bad, "number", p.Number, 60, "")
	return bad
}

// Issue puts the plan before those who have to do it.
func (p *Plan) Issue(tasks int, on law.Date) error {
	switch {
	case !p.Issued.IsZero():
		return act.Refuse("要点已于" + p.Issued.Chinese() + "印发。")
	case tasks == 0:
		return act.Refuse("要点里还没有任务。请先逐条登记，或者从表格导入。")
	}
	p.Issued = on
	return nil
}

// PartyState is where an organ's share of a task stands.
type PartyState string

// The states of a share.
const (
	PartyIdle     PartyState = ""         // 未报进展
	PartyGoing    PartyState = "going"    // 推进中
	PartyWaiting  PartyState = "waiting"  // 报完成，待验收
	PartyReturned PartyState = "returned" // 被退回
	PartyDone     PartyState = "done"     // 已完成
)

// A Party is an organ, 内设机构 or 村（社区） that has a share in a task: leading it
// 责任（牵头）单位, or helping 配合单位. Only those who lead report.
type Party struct {
	Organ    int64
	Lead     bool
	State    PartyState
	Percent  int      // as last reported, 0 to 100; -1 where none was given
	Reported law.Date // the last time, zero for never
	Done     law.Date // accepted as done, zero before
}

// A PlanTask is one line of a plan 要点任务, or a part that an organ split off and
// gave to its own: then Parent is the task it is a part of, and Organ who split
// it.
type PlanTask struct {
	ID, Plan, Parent int64
	Organ            int64  // who gave it and accepts what is reported
	Number           string // 序号 as printed, e.g. 3 or （二）1
	Chapter          string // the heading it stands under, "" for none
	Text             string
	Source           string // 来源: the document or meeting that asks for it
	Meeting          int64  // of the leading group, 0 for none
	Parties          []Party
	Due              law.Date // zero: goes on all year
	DueText          string   // the limit as it was written, e.g. 6月底前
	Measure          string   // 完成标准
	Evidence         string   // 佐证材料 that is asked for
	Done             law.Date // the day its last share was accepted as done
	Cancelled        law.Date
	Version          int64
}

// Wrong says in Chinese what cannot be kept, by field name.
func (t PlanTask) Wrong() map[string]string {
	bad := map[string]string{}
	check(bad, "text", t.Text, maxPlanText, "请写任务内容，例如：6月底前完成公开指南更新。")
	for name, v := range map[string]string{"number": t.Number, "chapter": t.Chapter, "source": t.Source, "due_text": t.DueText} {
		check(bad, name, v, 100, "")
	}
	check(bad, "measure", t.Measure, maxShort, "")
	check(bad, "evidence", t.Evidence, maxShort, "")
	leads := 0
	seen := map[int64]bool{}
	for _, p := range t.Parties {
		if p.Lead {
			leads++
		}
		if seen[p.Organ] {
			bad["lead"] = "同一个单位只写一次：既是责任单位又是配合单位的，留作责任单位。"
		}
		seen[p.Organ] = true
	}
	switch {
	case leads == 0:
		bad["lead"] = "请写明责任单位，至少一个。"
	case len(t.Parties) > MaxParties:
		bad["lead"] = fmt.Sprintf("一条任务最多 %d 个单位。请拆成几条，或者交给一个单位再往下分解。", MaxParties)
	}
	if !t.Due.IsZero() && !t.Due.Valid() {
		bad["due"] = "完成时限不是有效日期。"
	}
	return bad
}

// Party is an organ's share in the task, or nil.
func (t *PlanTask) Party(organ int64) *Party {
	for i := range t.Parties {
		if t.Parties[i].Organ == organ {
			return &t.Parties[i]
		}
	}
	return nil
}

// Leads are the organs that lead the task.
func (t PlanTask) Leads() []Party {
	var out []Party
	for _, p := range t.Parties {
		if p.Lead {
			out = append(out, p)
		}
	}
	return out
}

// Open is a refusal for a task on which nothing can be done any more.
func (t PlanTask) Open() error {
	switch {
	case !t.Cancelled.IsZero():
		return act.Refuse("这条任务已于" + t.Cancelled.Chinese() + "取消。")
	case !t.Done.IsZero():
		return act.Refuse("这条任务已于" + t.Done.Chinese() + "完成并验收。")
	}
	return nil
}

// MaySplit is a refusal unless the organ may give parts of the task to others:
// it gave the task, or leads it.
func (t *PlanTask) MaySplit(by int64) error {
	if err := t.Open(); err != nil {
		return err
	}
	if p := t.Party(by); by != t.Organ && (p == nil || !p.Lead) {
		return act.Refuse("只有下达任务的机关或者它的责任单位可以往下分解。")
	}
	return nil
}

// Fits is a refusal for a part that asks for more time than the task has.
func (t PlanTask) Fits(part PlanTask) error {
	if !t.Due.IsZero() && (part.Due.IsZero() || part.Due.After(t.Due)) {
		return act.Refuse("分解任务的时限不能晚于原任务的" + t.Due.Chinese() + "。")
	}
	return nil
}

// Cancel takes the task back. The reason stands in the act.
func (t *PlanTask) Cancel(reason string, on law.Date) error {
	if err := t.Open(); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return act.Refuse("请写明取消任务的原因，例如：上级文件已调整，并入第5项。")
	}
	t.Cancelled = on
	return nil
}

// check puts a message about a text: blank says what to write where it must not
// be empty, most bounds it in characters.
func check(bad map[string]string, name, text string, most int, blank string) {
	switch {
	case blank != "" && strings.TrimSpace(text) == "":
		bad[name] = blank
	case len([]rune(text)) > most:
		bad[name] = fmt.Sprintf("内容过长，最多 %d 字。", most)
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0xfffd }):
		bad[name] = "有无法显示的字符，请删去后再试。"
	}
}
