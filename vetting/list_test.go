package vetting

import (
	"strconv"
	"strings"
	"testing"

	"gongkai/law"

	"pgregory.net/rapid"
)

const leadersFile = `# 名称：县领导班子
# 种类：领导人
# 施行：2026-01-01
姓名,职务,说明
许立夏,县委书记
严立冬,县委副书记、县长
吕清明,县委常委、副县长,2026年1月起任现职。
`

func read(t *testing.T, s string) List {
	t.Helper()
	l, faults := ParseList([]byte(s))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return l
}

// A leader stands with the post he holds, and leaders in their order.
func TestLeaders(t *testing.T) {
	l := read(t, leadersFile)
	for s, want := range map[string]string{
		"县委书记许立夏出席":      "",
		"县长严立冬主持":        "",
		"县委副书记、县长严立冬主持":  "",
		"副县长吕清明":         "",
		"吕清明副县长":         "",
		"县长吕清明":          "list:吕清明⇒县委常委、副县长",
		"代县长严立冬":         "list:严立冬⇒县委副书记、县长",
		"县委书记严立冬":        "list:严立冬⇒县委副书记、县长",
		"副县长许立夏":         "list:许立夏⇒县委书记",
		"严立冬同志介绍了情况":     "",
		"许立夏、严立冬、吕清明等出席": "",
		"严立冬、许立夏出席":      "list:许立夏",
		"原县长许立夏":         "",
		"许立夏　调研":         "",
		"许 立夏县长":         "list:许 立夏⇒县委书记",
	} {
		if got := line(s, l); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
	if got := Look([]Piece{{Text: "县长吕清明"}}, []List{l}, law.Date{Year: 2025, Month: 12, Day: 31}); len(got) != 0 {
		t.Errorf("a list speaks before it is in force: %v", got)
	}
}

// A fixed wording that differs by one character is found; the wording itself and
// what only goes on is not.
func TestPhrases(t *testing.T) {
	l := List{Name: "固定表述", Kind: Phrases, Entries: []Entry{{Word: "全面推进乡村振兴战略实施"}, {Word: "以人民为中心的发展思想"}, {Word: "以人民为核心", Right: "以人民为中心"}, {Word: "绿水青山就是金山银山"}}}
	for s, want := range map[string]string{
		"坚持以人民为中心的发展思想，":      "",
		"坚持以人民为中心发展思想，":       "list:以人民为中心发展思想⇒以人民为中心的发展思想",
		"坚持以人民为重心的发展思想，":      "list:以人民为重心的发展思想⇒以人民为中心的发展思想",
		"坚持以人民作为中心的发展思想":      "list:以人民作为中心的发展思想⇒以人民为中心的发展思想",
		"坚持以人民为中心的发展思路":       "list:以人民为中心的发展思路⇒以人民为中心的发展思想",
		"坚持以人民为核心":            "list:以人民为核心⇒以人民为中心",
		"以人民为中心":              "",
		"全面推进乡村振兴战略":          "",
		"全面推进乡村振兴战略的实施":       "list:全面推进乡村振兴战略的实施⇒全面推进乡村振兴战略实施",
		"绿水青山就是金山银山，也是":       "",
		"青山绿水就是金山银山":          "",
		"发展思想以人民。为中心的发展思想很重要": "list:以人民。为中心的发展思想⇒以人民为中心的发展思想",
	} {
		if strings.Contains(s, "。为") {
			want = "" // not over the end of a sentence
		}
		if got := line(s, l); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

func TestOrgansAndBannedWords(t *testing.T) {
	organs := List{Name: "机构名称", Kind: Organs, Entries: []Entry{{Word: "国土资源局", Right: "自然资源和规划局"}, {Word: "卫生局", Right: "卫生健康委员会"}, {Word: "文化局", Right: "县文化局文旅中心"}}}
	banned := List{Name: "禁用词", Kind: Banned, Entries: []Entry{{Word: "最高级", Note: "广告用语。"}, {Word: "残废人", Right: "残疾人"}}}
	for s, want := range map[string]string{
		"县国土资源局":    "list:国土资源局⇒自然资源和规划局",
		"原国土资源局":    "",
		"县自然资源和规划局": "",
		"县文化局文旅中心":  "",
		"残废人补贴":     "list:残废人⇒残疾人",
		"最高级":       "list:最高级",
		"残　废 人":     "list:残　废 人⇒残疾人",
	} {
		if got := line(s, organs, banned); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// What is wrong with a file is said by line; what is right is read all the same.
func TestFaultsOfAList(t *testing.T) {
	l, faults := ParseList([]byte("\ufeff# 种类：领袖\n# 施行：2026年1月1日\n词语\t正确\n甲\t乙\n好词语\t好词\n\n好词语\t坏词\n\"坏引号,x\n一样的,一样的\n\"带,逗号\",\"说,明\"\n全角，逗号\n"))
	var got []string
	for _, f := range faults {
		got = append(got, strconv.Itoa(f.Line)+":"+f.Text)
	}
	for _, want := range []string{"1:种类“领袖”不认识", "2:日期“2026年1月1日”应当", "4:词语“甲”不足两个字", "7:“好词语”与第5行重复", "8:引号没有成对", "9:“一样的”的正确写法与词语相同"} {
		found := false
		for _, g := range got {
			found = found || strings.HasPrefix(g, want)
		}
		if !found {
			t.Errorf("no fault %q in %q", want, got)
		}
	}
	if len(got) != 6 {
		t.Errorf("faults %q", got)
	}
	if len(l.Entries) != 3 || l.Entries[1] != (Entry{Word: "带,逗号", Right: "说,明"}) || l.Entries[2] != (Entry{Word: "全角", Right: "逗号"}) {
		t.Errorf("entries %+v", l.Entries)
	}
	if _, faults := ParseList([]byte("\xb4\xca\xd3\xef")); len(faults) != 1 || !strings.Contains(faults[0].Text, "UTF-8") {
		t.Errorf("a file in another encoding: %v", faults)
	}
}

// A list that is written out and read again is the same list.
func TestListIsReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("公开县长,，\"、:：#a1")), 2, 8, -1)
		l := List{Name: "名单", Kind: rapid.SampledFrom(ListKinds()).Draw(t, "kind"), From: law.Date{Year: 2026, Month: 1, Day: 2}}
		seen := map[string]bool{}
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			e := Entry{Word: word.Draw(t, "word"), Right: word.Draw(t, "right"), Note: word.Draw(t, "note")}
			if !seen[e.Word] && e.Word != e.Right {
				l.Entries = append(l.Entries, e)
			}
			seen[e.Word] = true
		}
		got, faults := ParseList([]byte(l.Text()))
		if len(faults) > 0 || got.Name != l.Name || got.Kind != l.Kind || got.From != l.From || got.To != l.To || len(got.Entries) != len(l.Entries) {
			t.Fatalf("%v %+v, want %+v", faults, got, l)
		}
		for i := range l.Entries {
			if got.Entries[i] != l.Entries[i] {
				t.Fatalf("%+v, want %+v", got.Entries[i], l.Entries[i])
			}
		}
	})
}
