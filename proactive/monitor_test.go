package proactive

import (
	"testing"

	"gongkai/law"
)

func TestWatchedColumnsAreData(t *testing.T) {
	list, bad := ParseWatched("")
	if bad != "" || len(list) != 7 || list[0].Days != 14 || list[1].Months != 6 {
		t.Fatalf("defaults: %+v %s", list, bad)
	}
	for _, s := range []string{"动态", "动态=没有这一类=14天", "动态=工作动态=很久", "动态=工作动态=0天", "=工作动态=14天"} {
		if _, bad := ParseWatched(s); bad == "" {
			t.Errorf("%q is accepted", s)
		}
	}
	if list, bad := ParseWatched("社救=21.town.8=2周"); bad != "" || list[0].Days != 14 || !list[0].Has(Livelihood, "21.town.8") {
		t.Errorf("by code: %+v %s", list, bad)
	}
}

// Two weeks are over on the fifteenth day; six months of the end of August on
// the last day of February.
func TestColumnsEmptyAndNotUpdated(t *testing.T) {
	list, _ := ParseWatched("动态=工作动态=14天；文件=文件=6月；职能=机构职能=不限")
	groups := []ColumnGroup{{News, "20.15", 3, law.Day(2026, 3, 1)}, {Institution, "20.2", 1, law.Day(2020, 1, 1)}}
	if got := Columns(list, groups, 5, law.Day(2026, 3, 15)); len(got) != 1 || got[0].Code != WatchEmpty || got[0].Name != "文件" {
		t.Errorf("on the fourteenth day: %+v", got)
	}
	if got := Columns(list, groups, 5, law.Day(2026, 3, 16)); len(got) != 2 || got[0].Code != WatchStale || got[0].Since != law.Day(2026, 3, 15) {
		t.Errorf("on the fifteenth: %+v", got)
	}
	if u := list[1].Until(law.Day(2025, 8, 31)); u != law.Day(2026, 2, 28) {
		t.Errorf("six months of 31 August end on %v", u)
	}
	if got := Columns(list, nil, 5, law.Day(2026, 3, 16)); len(got) != 1 || got[0].Code != WatchNothing {
		t.Errorf("who never published: %+v", got)
	}
}

func TestAmountsAreExact(t *testing.T) {
	for s, want := range map[string]int64{"123,456.78": 12345678, "1": 100, "0.1元": 10, "￥5.05": 505} {
		if got, ok := ParseYuan(s); !ok || got != want {
			t.Errorf("%q is %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "-1", "1.234", "1.", "一百", "1e9", "999999999999999"} {
		if got, ok := ParseYuan(s); ok {
			t.Errorf("%q is read as %d", s, got)
		}
	}
}
