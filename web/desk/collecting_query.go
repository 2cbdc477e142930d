package desk

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// listQuery is what the list is narrowed to, as its address says.
type listQuery struct {
	Year               int
	Under              int64
	Direct             bool
	State, Kind, Q     string
	After              string
	organs             []int64 // ticked
	all                bool
	kinds              []org.Kind
	stateWord, kindOne string
}

// kindGroups are the kinds as lists are narrowed to: what the law treats alike
// stands together.
var kindGroups = []struct {
	Key, Name string
	Kinds     []org.Kind
}{
	{"town", "乡镇、街道", []org.Kind{org.Town, org.Street}},
	{"department", "部门、授权组织", []org.Kind{org.Department, org.Authorised}},
	{"government", "人民政府", []org.Kind{org.Government}},
}

func kindGroup(k org.Kind) string {
	for _, g := range kindGroups {
		if slices.Contains(g.Kinds, k) {
			return g.Key
		}
	}
	return "other"
}

// listStates are the ways to narrow the list, in the order of the work.
var listStates = [][3]string{
	{store.FilingsWaiting, "待审核", "warn"},
	{string(reporting.FilingReturned), "退回修改中", "err"},
	{store.FilingsNone, "未填报", "err"},
	{store.FilingsBegun, "填报中", ""},
	{string(reporting.FilingAccepted), "审核通过，待发布", "ok"},
	{string(reporting.FilingPublished), "已发布", "ok"},
	{store.FilingsLate, "逾期", "err"},
	{store.FilingsOpen, "尚未报送（含退回）", ""},
}

func (d *Desk) listQueryOf(get func(string) string) (listQuery, error) {
	year, err := d.collectingYear(get("year"))
	if err != nil {
		return listQuery{}, err
	}
	q := listQuery{Year: year, Direct: get("direct") != "", Q: clip(strings.TrimSpace(get("q")), 40), After: get("after"), all: get("all") != ""}
	q.Under, _ = strconv.ParseInt(get("under"), 10, 64) // what is no number is no narrowing
	for _, s := range listStates {
		if s[0] == get("state") {
			q.State, q.stateWord = s[0], s[1]
		}
	}
	for _, g := range kindGroups {
		if g.Key == get("kind") {
			q.Kind, q.kinds, q.kindOne = g.Key, g.Kinds, g.Name
		}
	}
	return q, nil
}

// at is the address of the list with some of it changed.
func (q listQuery) at(pairs ...string) string {
	v := map[string]string{"year": strconv.Itoa(q.Year), "state": q.State, "kind": q.Kind, "q": q.Q}
	if q.Under != 0 {
		v["under"] = strconv.FormatInt(q.Under, 10)
	}
	if q.Direct {
		v["direct"] = "1"
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	var list []string
	for _, k := range []string{"year", "under", "direct", "state", "kind", "q", "after"} {
		list = append(list, k, v[k])
	}
	return page.With("/desk/collecting", list...)
}

func (q listQuery) filings(v org.Viewer, limit int) store.FilingQuery {
	return store.FilingQuery{Year: q.Year, Viewer: v, Under: q.Under, Direct: q.Direct, State: q.State, Kinds: q.kinds, Search: q.Q, After: q.After, Limit: limit}
}
