package oversight

import "gongkai/law"

// Standing is where a task stands on a day: it is computed, never kept.
type Standing string

// The standings, in the order in which they ask for attention.
const (
	StandingOverdue   Standing = "overdue"   // 已超期
	StandingReturned  Standing = "returned"  // 被退回
	StandingWaiting   Standing = "waiting"   // 待验收
	StandingGoing     Standing = "going"     // 推进中
	StandingIdle      Standing = "idle"      // 未报进展
	StandingDone      Standing = "done"      // 已完成
	StandingCancelled Standing = "cancelled" // 已取消
)

// Standings lists them in that order.
func Standings() []Standing {
	return []Standing{StandingOverdue, StandingReturned, StandingWaiting, StandingGoing, StandingIdle, StandingDone, StandingCancelled}
}

// Chinese is the standing on screen.
func (s Standing) Chinese() string {
	return map[Standing]string{StandingOverdue: "已超期", StandingReturned: "被退回", StandingWaiting: "待验收", StandingGoing: "推进中",
		StandingIdle: "未报进展", StandingDone: "已完成", StandingCancelled: "已取消"}[s]
}

// Ended reports whether nothing more is to be done.
func (s Standing) Ended() bool { return s == StandingDone || s == StandingCancelled }

// Standing is where the task stands on the day. What waits for acceptance was
// reported, so it is late only if it was reported late.
func (t PlanTask) Standing(today law.Date) Standing {
	switch {
	case !t.Cancelled.IsZero():
		return StandingCancelled
	case !t.Done.IsZero():
		return StandingDone
	}
	worst := StandingDone
	order := map[Standing]int{}
	for i, s := range Standings() {
		order[s] = i
	}
	for _, p := range t.Leads() {
		if s := t.Share(p, today); order[s] < order[worst] {
			worst = s
		}
	}
	return worst
}

// Share is where one organ's share stands on the day.
func (t PlanTask) Share(p Party, today law.Date) Standing {
	switch {
	case !t.Cancelled.IsZero():
		return StandingCancelled
	case p.State == PartyDone:
		return StandingDone
	case p.State == PartyWaiting && (t.Due.IsZero() || !p.Reported.After(t.Due)):
		return StandingWaiting
	case !t.Due.IsZero() && t.Due.Before(today):
		return StandingOverdue
	case p.State == PartyWaiting:
		return StandingWaiting
	case p.State == PartyReturned:
		return StandingReturned
	case p.State == PartyGoing:
		return StandingGoing
	}
	return StandingIdle
}

// A Roll is what a task comes to with everything split off from it.
type Roll struct {
	Shares int // leaves: shares that nobody split further
	Done   int
	Sum    int // of the leaves' percents
}

// Percent is the mean of the leaves.
func (r Roll) Percent() int {
	if r.Shares == 0 {
		return 0
	}
	return r.Sum / r.Shares
}

func (r *Roll) add(x Roll) { r.Shares, r.Done, r.Sum = r.Shares+x.Shares, r.Done+x.Done, r.Sum+x.Sum }

// Rollup adds up every task of a plan from its parts: a share that its organ
// split counts as the parts do, one that was accepted as done is done whatever
// became of them. Cancelled parts count for nothing.
func Rollup(tasks []PlanTask) map[int64]Roll {
	below := map[int64][]int{}
	for i, t := range tasks {
		if t.Parent != 0 && t.Cancelled.IsZero() {
			below[t.Parent] = append(below[t.Parent], i)
		}
	}
	out := make(map[int64]Roll, len(tasks))
	var roll func(i, depth int) Roll
	roll = func(i, depth int) Roll {
		t := tasks[i]
		if r, ok := out[t.ID]; ok || depth > MaxDepth {
			return r
		}
		var sum Roll
		split := map[int64]Roll{}
		for _, k := range below[t.ID] {
			part := split[tasks[k].Organ]
			part.add(roll(k, depth+1))
			split[tasks[k].Organ] = part
		}
		for _, p := range t.Leads() {
			part, is := split[p.Organ]
			delete(split, p.Organ)
			switch {
			case p.State == PartyDone:
				part = Roll{1, 1, 100}
			case !is:
				part = Roll{1, 0, max(p.Percent, 0)}
			}
			sum.add(part)
		}
		for _, part := range split { // split by who gave the task
			sum.add(part)
		}
		out[t.ID] = sum
		return sum
	}
	for i := range tasks {
		roll(i, 0)
	}
	return out
}

// MaxDepth bounds how far down a task is split: province, city, county, town,
// section.
const MaxDepth = 6
