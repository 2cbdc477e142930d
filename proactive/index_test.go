package proactive

import "testing"

func TestIndexNumbers(t *testing.T) {
	for _, c := range []struct{ pattern, code, want string }{
		{DefaultIndex, "11330000000000000X", "11330000000000000X/2026-00007"},
		{"【机构代码】-【年】-【000】", "YL03", "YL03-2026-007"},
		{DefaultIndex, "", "G1k/2026-00007"}, // an organ without a code
		{"随便写的", "YL03", "YL03/2026-00007"},  // what does not hold falls back
	} {
		if got := IndexNumber(c.pattern, c.code, 56, 2026, 7); got != c.want {
			t.Errorf("%s of %s is %s, want %s", c.pattern, c.code, got, c.want)
		}
	}
	for _, bad := range []string{"【机构代码】/【年】", "【年】-【00000】", "【机构代码】 【年】【00000】", "【机构代码】/../【年】-【00000】"} {
		if CheckIndex(bad) == "" {
			t.Errorf("%s passes", bad)
		}
	}
}
