package storetest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// RunLeading checks work plans, recurring publications, monthly dispatch and
// rectification. Every call of open gives an empty store that signs, keeps
// private files and has the clock given.
func RunLeading(t *testing.T, open func(testing.TB, *Clock) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, led)
	}{
		{"PlanFromDraftToDone", planLife},
		{"PlanIsSeenByThoseItConcerns", planScope},
		{"TaskIsSplitDownward", planSplit},
		{"ChangeOfAnIssuedTaskHasItsReason", planChange},
		{"TasksAreImportedAllOrNone", planImport},
		{"RecurringIsTickedOff", recurringLife},
		{"RecurringFollowsAnEvent", recurringEvent},
		{"RecurringFromTemplates", recurringTemplates},
		{"DispatchFreezesTheMonth", dispatchLife},
		{"NextMonthShowsWhatStayedOpen", dispatchCarries},
		{"GapsAreSeenInScope", dispatchScope},
		{"RequestsPastTheirDayAreGaps", dispatchRequests},
		{"InspectorsAreLetInForATime", inspectors},
		{"OrderFromGivenToAccepted", orderLife},
		{"OrderIsExtendedAndEscalated", orderLate},
		{"OrderComesFromItsSource", orderSource},
		{"AccountabilityNamesNobody", accountability},
		{"WhatLeadingAsksOfAnOrgan", leadDue},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := NewClock()
			s := open(t, clock)
			c.run(t, led{s, clock, county(t, s, 2)})
		})
	}
}

// led is a county that is led: its organs are the county and two towns.
type led struct {
	*store.Store
	clock  *Clock
	organs []org.Organ
}

func (l led) office() store.By { return store.By{Viewer: officer(1, l.organs[0], org.Office)} }

func (l led) clerk(organ int) store.By {
	return store.By{Viewer: officer(int64(10+organ), l.organs[organ], org.Drafter)}
}

func (l led) head(organ int) store.By {
	return store.By{Viewer: officer(int64(20+organ), l.organs[organ], org.Head)}
}

func (l led) today() law.Date { return law.DateOf(l.clock.Now()) }

// days passes so many days.
func (l led) days(n int) { l.clock.Pass(time.Duration(n) * 24 * time.Hour) }

func reason(by store.By, why string) store.By {
	by.Reason = why
	return by
}

// refuses checks that an act was refused, for a reason that says word.
func refuses(t testing.TB, err error, word string) {
	t.Helper()
	var refusal *act.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Text, word) {
		t.Errorf("not refused with %q: %v", word, err)
	}
}

// plan is a plan of the county with one task for each of the towns.
func (l led) plan(t testing.TB, due law.Date) (plan int64, tasks []int64) {
	t.Helper()
	plan = idOf(t, must(l.SavePlan(ctx, l.office(), oversight.Plan{Organ: l.organs[0].ID, Year: 2026, Title: "2026年政务公开工作要点", Number: "云政办发〔2026〕5号"}))(t))
	for i, o := range l.organs[1:] {
		tasks = append(tasks, idOf(t, must(l.SavePlanTask(ctx, l.office(), oversight.PlanTask{Plan: plan, Organ: l.organs[0].ID, Number: string(rune('1' + i)), Text: "更新公开指南", Due: due,
			Evidence: "发布页面链接", Parties: []oversight.Party{{Organ: o.ID, Lead: true}}}))(t)))
	}
	return plan, tasks
}

func (l led) issued(t testing.TB, due law.Date) (plan int64, tasks []int64) {
	t.Helper()
	plan, tasks = l.plan(t, due)
	must(l.IssuePlan(ctx, l.office(), plan, 1))(t)
	return plan, tasks
}

func (l led) standing(t testing.TB, by store.By, task int64) oversight.Standing {
	t.Helper()
	return must(l.PlanTask(ctx, by.Viewer, task))(t).Task.Standing(l.today())
}

func planLife(t *testing.T, l led) {
	due := l.today().AddDays(20)
	plan, tasks := l.plan(t, due)
	town, progress := l.clerk(1), oversight.Progress{Task: tasks[0], Organ: l.organs[1].ID, Text: "已更新电话和地址", Percent: 60}
	if _, err := l.ReportProgress(ctx, l.office(), oversight.Progress{Task: tasks[0], Organ: l.organs[1].ID, Text: "代报", Percent: -1}); err == nil {
		t.Error("progress of a draft was kept")
	}
	if _, err := l.ReportProgress(ctx, town, progress); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a draft is known to the town: %v", err)
	}
	must(l.IssuePlan(ctx, l.office(), plan, 1))(t)
	if _, err := l.IssuePlan(ctx, l.office(), plan, 1); err == nil {
		t.Error("issued twice")
	}
	if got := l.standing(t, town, tasks[0]); got != oversight.StandingIdle {
		t.Errorf("stands as %s", got.Chinese())
	}
	first := idOf(t, must(l.ReportProgress(ctx, town, progress))(t))
	if got := l.standing(t, town, tasks[0]); got != oversight.StandingGoing {
		t.Errorf("after a report it stands as %s", got.Chinese())
	}
	if _, err := l.DecideProgress(ctx, l.head(1), first, true, ""); err == nil {
		t.Error("the town accepted its own progress")
	}
	if _, err := l.DecideProgress(ctx, l.office(), first, false, " "); err == nil {
		t.Error("sent back without a reason")
	}
	must(l.DecideProgress(ctx, l.office(), first, false, "请附发布页面"))(t)
	if got := l.standing(t, town, tasks[0]); got != oversight.StandingReturned {
		t.Errorf("after it was sent back it stands as %s", got.Chinese())
	}
	progress.Claims = true
	_, err := l.ReportProgress(ctx, town, progress)
	refuses(t, err, "要求附佐证")
	file := must(l.PutPrivate(ctx, store.PlanTaskRef(tasks[0]), bytes.NewReader([]byte("%PDF-1.4 截图"))))(t)
	progress.File, progress.FileName = file.ID, "截图.pdf"
	second := idOf(t, must(l.ReportProgress(ctx, town, progress))(t))
	l.days(30)
	if got := l.standing(t, town, tasks[0]); got != oversight.StandingWaiting {
		t.Errorf("claimed in time, waits for acceptance, stands as %s", got.Chinese())
	}
	if got := l.standing(t, l.office(), tasks[1]); got != oversight.StandingOverdue {
		t.Errorf("nobody reported and the day is over: %s", got.Chinese())
	}
	must(l.DecideProgress(ctx, l.office(), second, true, ""))(t)
	f := must(l.PlanTask(ctx, town.Viewer, tasks[0]))(t)
	if f.Task.Done != l.today() || f.Task.Standing(l.today()) != oversight.StandingDone || len(f.Reports) != 2 {
		t.Errorf("accepted on %v, %d reports", f.Task.Done, len(f.Reports))
	}
	if _, err := l.ReportProgress(ctx, town, progress); err == nil {
		t.Error("progress of what is done was kept")
	}
	name, _, r, err := l.OpenProgressFile(ctx, town, second)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, _ := io.ReadAll(r); name != "截图.pdf" || !strings.Contains(string(b), "截图") {
		t.Errorf("the evidence came back as %s %q", name, b)
	}
	if _, _, _, err := l.OpenProgressFile(ctx, l.clerk(2), second); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour opens the evidence: %v", err)
	}
	rows := must(l.Plans(ctx, l.office().Viewer, 2026, l.today()))(t)
	if len(rows) != 1 || rows[0].Tasks != 2 || rows[0].Done != 1 || rows[0].Overdue != 1 {
		t.Errorf("the list says %+v", rows)
	}
}

func planScope(t *testing.T, l led) {
	plan, _ := l.plan(t, law.Date{})
	both := idOf(t, must(l.SavePlanTask(ctx, l.office(), oversight.PlanTask{Plan: plan, Organ: l.organs[0].ID, Number: "3", Text: "共同任务",
		Parties: []oversight.Party{{Organ: l.organs[1].ID, Lead: true}, {Organ: l.organs[2].ID, Lead: true}}}))(t))
	sees := func(by store.By) int {
		f, err := l.Plan(ctx, by.Viewer, plan)
		if errors.Is(err, store.ErrNotFound) {
			return -1
		}
		if err != nil {
			t.Fatal(err)
		}
		return len(f.Tasks)
	}
	watcher := store.By{Viewer: officer(9, l.organs[0], org.Supervisor)}
	if a, b, c := sees(l.office()), sees(l.clerk(1)), sees(watcher); a != 3 || b != -1 || c != 3 {
		t.Errorf("of a draft the office sees %d, the town %d, who watches %d", a, b, c)
	}
	must(l.IssuePlan(ctx, l.office(), plan, 1))(t)
	must(l.ReportProgress(ctx, l.clerk(1), oversight.Progress{Task: both, Organ: l.organs[1].ID, Text: "甲镇进展", Percent: 40}))(t)
	if a, b, c := sees(l.office()), sees(l.clerk(1)), sees(store.By{Viewer: org.Viewer{Person: 5}}); a != 3 || b != 2 || c != -1 {
		t.Errorf("of an issued plan the office sees %d, the town %d, somebody without a post %d", a, b, c)
	}
	f := must(l.PlanTask(ctx, l.clerk(2).Viewer, both))(t)
	if len(f.Reports) != 0 || f.Task.Party(l.organs[1].ID).State != oversight.PartyIdle || f.Task.Party(l.organs[1].ID).Percent >= 0 || f.Task.Roll.Sum != 0 {
		t.Errorf("a town is shown how its neighbour stands: %+v", f.Task)
	}
	for _, e := range f.Changes {
		if e.Act.Kind == act.PlanReported {
			t.Errorf("a town reads in the history what its neighbour reported: %+v", e.Details)
		}
	}
	if _, err := l.ReportProgress(ctx, l.clerk(2), oversight.Progress{Task: both, Organ: l.organs[1].ID, Text: "替邻镇报", Percent: -1}); err == nil {
		t.Error("a town reported for its neighbour")
	}
	if _, err := l.ReportProgress(ctx, watcher, oversight.Progress{Task: both, Organ: l.organs[1].ID, Text: "替报", Percent: -1}); err == nil {
		t.Error("who watches reported")
	}
	if _, err := l.SavePlanTask(ctx, l.clerk(1), oversight.PlanTask{ID: both, Version: 1, Plan: plan, Organ: l.organs[1].ID, Text: "改", Parties: []oversight.Party{{Organ: l.organs[1].ID, Lead: true}}}); err == nil {
		t.Error("a town changed the county's task")
	}
	if _, err := l.SavePlanTask(ctx, l.head(1), oversight.PlanTask{Plan: plan, Organ: l.organs[1].ID, Text: "加", Parties: []oversight.Party{{Organ: l.organs[1].ID, Lead: true}}}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town added to the county's plan: %v", err)
	}
	office := must(l.PlanTask(ctx, l.office().Viewer, both))(t)
	if office.Task.Roll.Shares != 2 || office.Task.Roll.Percent() != 20 || len(office.Reports) != 1 {
		t.Errorf("the office sees %+v, %d reports", office.Task.Roll, len(office.Reports))
	}
	if n := must(l.Unread(ctx, 999))(t); n != 0 {
		t.Errorf("somebody else has %d notices", n)
	}
}

func planSplit(t *testing.T, l led) {
	due := l.today().AddDays(60)
	plan, tasks := l.issued(t, due)
	town, head := l.organs[1], l.head(1)
	var villages []int64
	for _, n := range []string{"东村", "西村", "南村", "北村"} {
		villages = append(villages, must(l.SaveOrgan(ctx, org.Organ{Name: n, Kind: org.Village, Level: org.Grassroots, Parent: town.ID}))(t).ID)
	}
	if _, err := l.SplitPlanTask(ctx, l.clerk(1), tasks[0], town.ID, villages, oversight.PlanTask{}); err == nil {
		t.Error("a clerk split a task")
	}
	if _, err := l.SplitPlanTask(ctx, l.head(2), tasks[0], l.organs[2].ID, villages, oversight.PlanTask{}); err == nil {
		t.Error("a town split its neighbour's task")
	}
	_, err := l.SplitPlanTask(ctx, head, tasks[0], town.ID, villages, oversight.PlanTask{Due: due.AddDays(1)})
	refuses(t, err, "不能晚于")
	if d := must(l.SplitPlanTask(ctx, head, tasks[0], town.ID, villages, oversight.PlanTask{Due: due.AddDays(-10)}))(t); d.Answer != "4" {
		t.Errorf("split into %s", d.Answer)
	}
	f := must(l.PlanTask(ctx, head.Viewer, tasks[0]))(t)
	if len(f.Parts) != 4 || f.Parts[0].Depth != 1 {
		t.Fatalf("%d parts", len(f.Parts))
	}
	for i, p := range f.Parts[:2] {
		report := oversight.Progress{Task: p.ID, Organ: villages[i], Text: "公开栏已更换", Percent: -1, Claims: true, Evidence: oversight.Evidence{Link: "https://town.example/1"}}
		id := idOf(t, must(l.ReportProgress(ctx, head, report))(t))
		must(l.DecideProgress(ctx, head, id, true, ""))(t) // of one organ: the same person may
	}
	whole := must(l.PlanTask(ctx, l.office().Viewer, tasks[0]))(t)
	if whole.Task.Roll != (oversight.Roll{Shares: 4, Done: 2, Sum: 200}) || whole.Task.Roll.Percent() != 50 || len(whole.Parts) != 4 {
		t.Errorf("the county sees %+v of %d parts", whole.Task.Roll, len(whole.Parts))
	}
	if got := must(l.Plan(ctx, l.clerk(2).Viewer, plan))(t); len(got.Tasks) != 1 {
		t.Errorf("the neighbour sees %d tasks", len(got.Tasks))
	}
	done := oversight.Progress{Task: tasks[0], Organ: town.ID, Text: "全镇完成", Percent: -1, Claims: true, Evidence: oversight.Evidence{Link: "https://town.example/"}}
	_, err = l.ReportProgress(ctx, l.clerk(1), done)
	refuses(t, err, "往下分解的任务还有没完成的")
	for _, p := range f.Parts[2:] {
		must(l.CancelPlanTask(ctx, reason(head, "两村已撤并"), p.ID, 1))(t)
	}
	id := idOf(t, must(l.ReportProgress(ctx, l.clerk(1), done))(t))
	must(l.DecideProgress(ctx, l.office(), id, true, ""))(t)
	if whole := must(l.PlanTask(ctx, l.office().Viewer, tasks[0]))(t); whole.Task.Done != l.today() || whole.Task.Roll.Percent() != 100 {
		t.Errorf("done on %v with %+v", whole.Task.Done, whole.Task.Roll)
	}
}

func planChange(t *testing.T, l led) {
	due := l.today().AddDays(20)
	_, tasks := l.issued(t, due)
	task := must(l.PlanTask(ctx, l.office().Viewer, tasks[0]))(t).Task.PlanTask
	task.Due = due.AddDays(30)
	_, err := l.SavePlanTask(ctx, l.office(), task)
	refuses(t, err, "写明原因")
	why := reason(l.office(), "市政府文件调整了时限")
	must(l.SavePlanTask(ctx, why, task))(t)
	if _, err := l.SavePlanTask(ctx, why, task); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second officer overwrote the first: %v", err)
	}
	f := must(l.PlanTask(ctx, l.clerk(1).Viewer, tasks[0]))(t)
	if len(f.Changes) != 2 || f.Changes[0].Details.Reason != "市政府文件调整了时限" || f.Changes[0].Details.Changes[0].Old != due.String() {
		t.Errorf("the town reads %+v", f.Changes)
	}
	foreign := task
	foreign.Version, foreign.Parties = 2, []oversight.Party{{Organ: l.organs[1].ID, Lead: true}}
	outside := must(l.SaveOrgan(ctx, org.Organ{Name: "邻县人民政府", Kind: org.Government, Level: org.County}))(t)
	foreign.Parties = append(foreign.Parties, oversight.Party{Organ: outside.ID})
	_, err = l.SavePlanTask(ctx, why, foreign)
	refuses(t, err, "不是本机关或者下级")
	// A claim that waits holds its organ to the task; who never reported may go.
	report := oversight.Progress{Task: tasks[0], Organ: l.organs[1].ID, Text: "完成", Percent: -1, Claims: true, Evidence: oversight.Evidence{Link: "https://x.example/"}}
	id := idOf(t, must(l.ReportProgress(ctx, l.clerk(1), report))(t))
	task.Version, task.Parties = 2, []oversight.Party{{Organ: l.organs[2].ID, Lead: true}}
	_, err = l.SavePlanTask(ctx, why, task)
	refuses(t, err, "已经报送完成")
	task.Parties = []oversight.Party{{Organ: l.organs[1].ID, Lead: true}, {Organ: l.organs[2].ID, Lead: true}}
	must(l.SavePlanTask(ctx, why, task))(t)
	must(l.DecideProgress(ctx, l.office(), id, true, ""))(t)
	if got := l.standing(t, l.office(), tasks[0]); got != oversight.StandingIdle {
		t.Errorf("one of two is done, it stands as %s", got.Chinese())
	}
	task.Version, task.Parties = 3, []oversight.Party{{Organ: l.organs[1].ID, Lead: true}}
	must(l.SavePlanTask(ctx, why, task))(t)
	if got := l.standing(t, l.office(), tasks[0]); got != oversight.StandingDone {
		t.Errorf("the other was taken out, it stands as %s", got.Chinese())
	}
}

func planImport(t *testing.T, l led) {
	plan := idOf(t, must(l.SavePlan(ctx, l.office(), oversight.Plan{Organ: l.organs[0].ID, Year: 2026, Title: "要点"}))(t))
	line := func(text string, organ int64) oversight.PlanTask {
		return oversight.PlanTask{Plan: plan, Organ: l.organs[0].ID, Text: text, Parties: []oversight.Party{{Organ: organ, Lead: true}}}
	}
	if _, err := l.ImportPlanTasks(ctx, l.office(), []oversight.PlanTask{line("甲", l.organs[1].ID), line("", l.organs[1].ID)}); err == nil {
		t.Error("a list with an empty line was kept")
	}
	if f := must(l.Plan(ctx, l.office().Viewer, plan))(t); len(f.Tasks) != 0 {
		t.Errorf("the refused list left %d tasks", len(f.Tasks))
	}
	by := l.office()
	by.Key = "once"
	list := []oversight.PlanTask{line("甲", l.organs[1].ID), line("乙", l.organs[2].ID), line("丙", l.organs[0].ID)}
	must(l.ImportPlanTasks(ctx, by, list))(t)
	if again := must(l.ImportPlanTasks(ctx, by, list))(t); !again.Repeated {
		t.Error("a double click imported twice")
	}
	f := must(l.Plan(ctx, l.office().Viewer, plan))(t)
	if len(f.Tasks) != 3 || f.Tasks[0].Text != "甲" || f.Tasks[2].Text != "丙" {
		t.Errorf("imported %+v", f.Tasks)
	}
	// Until it is issued a task is removed, with nothing left.
	must(l.CancelPlanTask(ctx, l.office(), f.Tasks[1].ID, 1))(t)
	if f := must(l.Plan(ctx, l.office().Viewer, plan))(t); len(f.Tasks) != 2 {
		t.Errorf("%d tasks are left", len(f.Tasks))
	}
}
