package casework

import (
	"gongkai/act"
	"gongkai/law"
)

// A Keep is for how many years the organ keeps the content of files 保管期限, by
// the group of the result; 0 is for ever.
type Keep struct {
	Years  int
	Groups map[Group]int
}

// Chinese is a group as the retention table names it.
func (g Group) Chinese() string {
	return map[Group]string{Disclosing: "公开", Withholding: "不予公开", Unable: "无法提供", Declining: "不予处理", Other: "其他处理"}[g]
}

// Least is the shortest period in it, 0 if everything is kept for ever.
func (k Keep) Least() int {
	least := k.Years
	for _, n := range k.Groups {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

// Until is the last day on which the content of a file has to be kept: the years
// count from the one after everything in it was over. False for a file that is
// not over or is kept for ever.
func (k Keep) Until(r *Request) (law.Date, bool) {
	if r.State != Closed || len(r.events) == 0 {
		return law.Date{}, false
	}
	last := 0
	for _, e := range r.events {
		if e.Kind != act.RequestArchived {
			last = max(last, e.On.Year)
		}
	}
	for _, x := range r.Remedies {
		if x.Ended.IsZero() {
			return law.Date{}, false
		}
	}
	years := k.Years
	if res, ok := ResultOf(r.Outcome); ok && k.Groups[res.Group] > 0 {
		years = k.Groups[res.Group]
	}
	return law.Day(last+years, 12, 31), years > 0
}
