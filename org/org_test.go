package org

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
	"gongkai/law/annual"
)

func TestWhoFiles(t *testing.T) {
	for _, c := range []struct {
		organ Organ
		files bool
		level annual.OrganLevel
	}{
		{Organ{Name: "白云县人民政府", Kind: Government, Level: County}, true, annual.LevelGovernment},
		{Organ{Name: "白云县财政局", Kind: Department, Level: County}, true, annual.LevelDepartment},
		{Organ{Name: "乌有部", Kind: Department, Level: Nation}, true, annual.LevelMinistry},
		{Organ{Name: "青石镇人民政府", Kind: Town, Level: Township}, true, annual.LevelTown},
		{Organ{Name: "城关街道办事处", Kind: Street, Level: Township}, true, annual.LevelTown},
		{Organ{Name: "白云县气象台", Kind: Authorised}, true, annual.LevelDepartment},
		{Organ{Name: "白云县自来水公司", Kind: Enterprise}, false, annual.LevelUnknown},
		{Organ{Name: "青石镇党政办公室", Kind: Section}, false, annual.LevelUnknown},
		{Organ{Name: "上河村村民委员会", Kind: Village}, false, annual.LevelUnknown},
		{Organ{Name: "来历不明"}, true, annual.LevelUnknown},
	} {
		if c.organ.Filer() != c.files || c.organ.OrganLevel() != c.level {
			t.Errorf("%s: files %v at level %q", c.organ.Name, c.organ.Filer(), c.organ.OrganLevel())
		}
	}
}

func TestOrganCheck(t *testing.T) {
	for says, o := range map[string]Organ{
		"不能为空":     {Name: " "},
		"无法显示的字符":  {Name: "青石镇\x00"},
		"过长":       {Name: strings.Repeat("镇", 101)},
		"代码过长":     {Name: "青石镇", Code: strings.Repeat("1", 65)},
		"机关类别":     {Name: "青石镇", Kind: "衙门"},
		"不能是自己的上级": {ID: 3, Name: "青石镇", Parent: 3},
		"早于设立日期":   {Name: "青石镇", From: law.Day(2020, 1, 2), To: law.Day(2020, 1, 1)},
		"不是有效日期":   {Name: "青石镇", From: law.Date{Year: 2023, Month: 2, Day: 30}},
		"行政层级":     {Name: "青石镇", Level: 9},
	} {
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if err := (Organ{Name: "青石镇"}).Check(); err != nil {
		t.Error(err)
	}
}

func TestAbolishedOrganOwesNoReport(t *testing.T) {
	o := Organ{Name: "老河乡人民政府", Kind: Town, From: law.Day(2001, 1, 1), To: law.Day(2022, 12, 30)}
	if o.Owes(2022) || !o.Owes(2021) || o.Owes(2000) {
		t.Error("an organ owes a report only for years at whose end it exists")
	}
}

func TestTree(t *testing.T) {
	tree, err := NewTree([]Organ{
		{ID: 9, Name: "青石镇", Parent: 5}, {ID: 5, Name: "白云县", Parent: 1}, {ID: 1, Name: "乌有市"}, {ID: 7, Name: "红叶乡", Parent: 5},
	})
	if err != nil {
		t.Fatal(err)
	}
	o, _ := tree.Organ(9)
	if o.Path != "/1/5/9/" {
		t.Errorf("path %q", o.Path)
	}
	if got := names(tree.Under(5)); got != "白云县 红叶乡 青石镇" {
		t.Errorf("under the county: %s", got)
	}
	if got := names(tree.Above(9)); got != "乌有市 白云县" {
		t.Errorf("above the town: %s", got)
	}
	if got := names(tree.Children(0)); got != "乌有市" {
		t.Errorf("tops: %s", got)
	}
}

func TestTreeFaults(t *testing.T) {
	for name, c := range map[string]struct {
		organs []Organ
		says   string
	}{
		"cycle":          {[]Organ{{ID: 1, Name: "甲", Parent: 2}, {ID: 2, Name: "乙", Parent: 1}, {ID: 3, Name: "丙", Parent: 1}}, "“甲”的上级关系成环"},
		"unknown parent": {[]Organ{{ID: 1, Name: "甲", Parent: 4}}, "“甲”的上级机关不在名单中"},
		"two parents":    {[]Organ{{ID: 1, Name: "甲"}, {ID: 2, Name: "乙"}, {ID: 3, Name: "丙", Parent: 1}, {ID: 3, Name: "丙", Parent: 2}}, "一个机关只能有一个上级"},
	} {
		_, err := NewTree(c.organs)
		var f Faults
		if !errors.As(err, &f) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "cycle" && strings.Contains(err.Error(), "丙") {
			t.Error("an organ below a cycle is not itself at fault")
		}
	}
}

// Any forest builds, in any order, and every path leads through the parent's.
func TestTreePaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		organs := make([]Organ, n)
		for i := range organs {
			organs[i] = Organ{ID: int64(i + 1), Name: fmt.Sprint("机关", i), Parent: int64(rapid.IntRange(0, i).Draw(t, "parent"))}
		}
		tree, err := NewTree(rapid.Permutation(organs).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range tree.Organs() {
			above := "/"
			if p, ok := tree.Organ(o.Parent); ok {
				above = p.Path
			}
			if o.Path != ChildPath(above, o.ID) {
				t.Fatalf("path %q below %q", o.Path, above)
			}
		}
		if len(tree.Organs()) != n {
			t.Fatal("organs lost")
		}
	})
}

func names(list []Organ) string {
	var s []string
	for _, o := range list {
		s = append(s, o.Name)
	}
	return strings.Join(s, " ")
}

func TestMatch(t *testing.T) {
	county := []Organ{
		{ID: 1, Name: "白云县人民政府", Kind: Government, Level: County, Code: "YX001"},
		{ID: 2, Name: "白云镇人民政府", Kind: Town, Parent: 1},
		{ID: 3, Name: "青石镇人民政府", Short: "青石", Kind: Town, Parent: 1},
		{ID: 4, Name: "小青石镇人民政府", Kind: Town, Parent: 1},
		{ID: 5, Name: "白云县财政局", Kind: Department, Parent: 1},
		{ID: 6, Name: "城关街道办事处", Kind: Street, Parent: 1},
		{ID: 7, Name: "乌有县人民政府", Kind: Government, Level: County},
		{ID: 8, Name: "新华镇人民政府", Kind: Town, Parent: 1},
		{ID: 9, Name: "新华镇人民政府", Kind: Town, Parent: 7},
		{ID: 10, Name: "白云县市场监督管理局", Kind: Department, Parent: 1},
	}
	for _, c := range []struct {
		name  string
		organ int64
		sure  Certainty
	}{
		{"白云镇人民政府", 2, Certain},
		{" 白云镇　人民政府 ", 2, Certain},
		{"ＹＸ００１", 1, Certain},
		{"青石", 3, Certain},
		{"白云镇", 2, Likely},
		{"青石镇政府", 3, Likely},
		{"小青石镇", 4, Likely},
		{"城关街道", 6, Likely},
		{"城关街道办", 6, Likely},
		{"财政局", 5, Likely},
		{"县财政局", 5, Likely},
		{"市场监督管理局", 10, Likely},
		{"白云县青石镇人民政府", 3, Likely},
		{"乌有市白云县青石镇人民政府", 3, Likely},
		{"外地县青石镇人民政府", 0, NoMatch},
		{"新华镇人民政府", 0, Ambiguous},
		{"白云县新华镇人民政府", 8, Likely},
		{"乌有县新华镇", 9, Likely},
		{"03 白云镇2023年政府信息公开工作年度报告.docx", 2, Likely},
		{"白云县小青石镇2023年年报（定稿）.pdf", 4, Likely},
		{"白云县人民政府2023年政府信息公开工作年度报告", 1, Likely},
		{"白云镇和城关街道的年报.zip", 0, Ambiguous},
		{"年度报告.docx", 0, NoMatch},
		{"", 0, NoMatch},
	} {
		o, sure := Match(county, c.name)
		if o.ID != c.organ || sure != c.sure {
			t.Errorf("%q: organ %d (%s), certainty %d; want %d, %d", c.name, o.ID, o.Name, sure, c.organ, c.sure)
		}
	}
}

// Whatever the name, an uncertain match names no organ.
func TestMatchNeverGuesses(t *testing.T) {
	part := rapid.SampledFrom([]string{"白云", "青石", "小", "县", "镇", "人民政府", "财政局", "街道", "办事处", " ", "2023", "年报"})
	rapid.Check(t, func(t *rapid.T) {
		name := func(label string) string { return strings.Join(rapid.SliceOfN(part, 1, 5).Draw(t, label), "") }
		var organs []Organ
		for i := range rapid.IntRange(0, 6).Draw(t, "n") {
			organs = append(organs, Organ{ID: int64(i + 1), Name: name("organ"), Parent: int64(rapid.IntRange(0, i).Draw(t, "parent"))})
		}
		n := name("name")
		o, sure := Match(organs, n)
		if (sure >= Likely) != (o.ID != 0) {
			t.Fatalf("%q: certainty %d with organ %d", n, sure, o.ID)
		}
		same := 0
		for _, x := range organs {
			if x.Name == n {
				same++
			}
		}
		if same > 1 && sure != Ambiguous {
			t.Fatalf("%q: chose between %d organs of that very name", n, same)
		}
	})
}
