package search

import (
	"context"
	"fmt"
	"testing"
)

func TestSuggest(t *testing.T) {
	x := newIndex(t)
	put(t, x, cabinet)
	ctx := context.Background()
	for i := range 4 {
		if err := x.Asked(ctx, "政务服务 大厅", fmt.Sprintf("2026-11-%02d", i/2+1)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ typed, want string }{
		{"调整", "[调整低保标准]"},
		{"tzdb", "[调整低保标准]"},
		{"农村最低", "[农村最低生活保障办法]"},
		{"政务", "[政务公开工作要点]"},
		{"防汛抗", "[防汛抗旱应急预案]"},
		{"青石镇", "[青石镇防汛抗旱应急预案 青石镇人民政府关于调整低保标准 青石镇人民政府关于印发农村最低]"},
		{"", "[]"}, {"%_\"*", "[]"}, {"没有这样的", "[]"},
	} {
		if got := suggested(t, x, c.typed); got != c.want {
			t.Errorf("%s: %s, want %s", c.typed, got, c.want)
		}
	}
	// Asked on two days: nobody is shown it. On a third: everybody, first.
	if err := x.Asked(ctx, "政务服务 大厅", "2026-11-05"); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"政务", "zwfw"} {
		if got := suggested(t, x, typed); got[:len("[政务服务 大厅")] != "[政务服务 大厅" {
			t.Errorf("%s: %s", typed, got)
		}
	}
	// What is gone is not offered.
	if err := x.Delete(ctx, []int64{2, 3}); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"调整", "tzdb", "政务公"} {
		if got := suggested(t, x, typed); got != "[]" {
			t.Errorf("%s: %s", typed, got)
		}
	}
}

func suggested(t *testing.T, x *Index, typed string) string {
	t.Helper()
	list, err := x.Suggest(context.Background(), typed, 5)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, s := range list {
		out = append(out, s.Text)
	}
	return fmt.Sprint(out)
}

// A question may be kept when it can name nobody.
func TestKeep(t *testing.T) {
	for q, want := range map[string]string{
		"低保 标准":               "低保 标准",
		"《政務公開》工作要點":          "政务公开 工作要点",
		"青政发〔2019〕12号":        "青政发2019 12号",
		"青政发2019 1234号":       "青政发2019 1234号",
		"2026年 预算":            "2026年 预算",
		"13800138000":         "",
		"电话 138 0013 8000":    "",
		"１３８-００１３-８０００":       "",
		"一三八零零一三八零零零":         "",
		"53010119900101123X":  "",
		"someone@example.com": "",
		"":                    "",
		"，。":                  "",
		"甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥": "",
	} {
		if got, ok := Keep(q); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", q, got, ok, want)
		}
	}
}

// What was looked for in vain is listed once it was asked again, without those
// who asked.
func TestMisses(t *testing.T) {
	x := newIndex(t)
	ctx := context.Background()
	for _, q := range []string{"宅基地 审批", "宅基地　審批", "宅基地审批", "公租房", "公租房", "一次", "13800138000", "13800138000"} {
		if err := x.Missed(ctx, q, "2026-11-23"); err != nil {
			t.Fatal(err)
		}
	}
	list, err := x.Misses(ctx, "2026-11-01", 10)
	if err != nil || fmt.Sprint(list) != "[{宅基地 审批 3 2026-11-23 2026-11-23} {公租房 2 2026-11-23 2026-11-23}]" {
		t.Errorf("%v %v", list, err)
	}
	if list, err := x.Misses(ctx, "2026-12-01", 10); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}
