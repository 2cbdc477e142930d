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
		"镇":                   "",
		"，。":                  "",
		"甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥": "",
	} {
		if got, ok := Keep(q); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v, want %q", q, got, ok, want)
		}
	}
}

// What was looked for in vain is given out a batch at a time: the same batch until
// it is kept elsewhere, and what is asked meanwhile stands in the next one.
func TestMisses(t *testing.T) {
	x := newIndex(t)
	ctx := context.Background()
	ask := func(day string, list ...string) {
		t.Helper()
		for _, q := range list {
			if err := x.Missed(ctx, q, day); err != nil {
				t.Fatal(err)
			}
		}
	}
	take := func(limit int) (int64, string) {
		t.Helper()
		batch, list, err := x.TakeMisses(ctx, limit)
		if err != nil {
			t.Fatal(err)
		}
		return batch, fmt.Sprint(list)
	}
	if batch, list := take(10); batch != 0 || list != "[]" {
		t.Errorf("nothing was asked: %d %s", batch, list)
	}
	ask("2026-11-23", "宅基地 审批", "宅基地　審批", "宅基地审批", "公租房", "镇", "13800138000", "13800138000")
	ask("2026-11-24", "公租房")
	one, list := take(2)
	if list != "[{2026-11-23 公租房 1} {2026-11-23 宅基地 审批 3}]" {
		t.Error(list)
	}
	ask("2026-11-23", "公租房")
	if again, same := take(10); again != one || same != list {
		t.Errorf("again %d %s", again, same)
	}
	if err := x.DropMisses(ctx, one); err != nil {
		t.Fatal(err)
	}
	two, list := take(10)
	if two == one || list != "[{2026-11-23 公租房 1} {2026-11-24 公租房 1}]" {
		t.Error(two, list)
	}
	if err := x.DropMisses(ctx, two); err != nil {
		t.Fatal(err)
	}
	if batch, list := take(10); batch != 0 || list != "[]" {
		t.Errorf("%d %s", batch, list)
	}
}
