package oversight

import (
	"strings"
	"testing"

	"gongkai/doc"
)

// gridOf is rows as a sheet that was read.
func gridOf(sheet string, rows [][]string) *doc.Grid {
	g := &doc.Grid{Rows: len(rows), At: doc.Place{Part: sheet}}
	for y, r := range rows {
		g.Cols = max(g.Cols, len(r))
		for x, s := range r {
			g.Cells = append(g.Cells, doc.Cell{Row: y, Col: x, RowSpan: 1, ColSpan: 1, Text: s})
		}
	}
	return g
}

func workbook(s *Scheme) *doc.Document {
	d := &doc.Document{}
	d.AddGrid(gridOf(SchemeSheetHead, s.HeadRows()))
	d.AddGrid(gridOf(SchemeSheetRows, append([][]string{SchemeColumns()}, s.Rows()...)))
	return d
}

// Every shipped scheme comes back from its workbook as it was.
func TestSchemesComeBackFromTheirWorkbook(t *testing.T) {
	list, err := ShippedSchemes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		back, err := SchemeOf(workbook(s))
		if err != nil {
			t.Fatalf("%s: %v", s.Code, err)
		}
		a, _ := s.JSON()
		b, _ := back.JSON()
		if string(a) != string(b) {
			t.Errorf("%s came back as\n%s", s.Code, b)
		}
	}
}

// What is wrong in a workbook is said with sheet, row and what to write.
func TestFaultsOfAWorkbookAreNamedByPlace(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(head, rows [][]string) ([][]string, [][]string)
		want string
	}{
		{"points", func(h, r [][]string) ([][]string, [][]string) { r[1][colMax] = "十分"; return h, r }, "“指标”表第 2 行：满分“十分”不是分值"},
		{"kind", func(h, r [][]string) ([][]string, [][]string) { r[1][colKind] = "打分"; return h, r }, "计分方式“打分”应是"},
		{"rule", func(h, r [][]string) ([][]string, [][]string) { r[2][colRule] = "每次5"; return h, r }, "规则“每次5”应写成“名目=数”"},
		{"word", func(h, r [][]string) ([][]string, [][]string) { r[2][colRule] = "每趟=5"; return h, r }, "规则中的“每趟”不认识"},
		{"head", func(h, r [][]string) ([][]string, [][]string) { r[0][0] = "组"; return h, r }, "表头应依次是"},
		{"fault first", func(h, r [][]string) ([][]string, [][]string) { return h, [][]string{r[0], r[2]} }, "“扣分点”上面应有它所属的指标"},
		{"item", func(h, r [][]string) ([][]string, [][]string) { return append(h, []string{"颜色", "红"}), r }, "不认识的项目“颜色”"},
		{"organ", func(h, r [][]string) ([][]string, [][]string) { h[9][1] = "公司"; return h, r }, "机关类别“公司”不认识"},
		{"sheet", func(h, r [][]string) ([][]string, [][]string) { return h, nil }, "两张表"},
	} {
		s, _ := ShippedScheme("A")
		head, rows := c.edit(s.HeadRows(), append([][]string{SchemeColumns()}, s.Rows()...))
		d := &doc.Document{}
		d.AddGrid(gridOf(SchemeSheetHead, head))
		if rows != nil {
			d.AddGrid(gridOf(SchemeSheetRows, rows))
		}
		if _, err := SchemeOf(d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What is wrong in JSON is said with line and column.
func TestFaultsOfJSONAreNamedByPlace(t *testing.T) {
	s, _ := ShippedScheme("A")
	good, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][3]string{
		"comma":   {`"year": 2020,`, `"year": 2020`, "第 8 行第 3 列不是正确的 JSON"},
		"kind":    {`"year": 2020,`, `"year": "明年",`, "“year”应是整数，写的是文字"},
		"unknown": {`"year": 2020,`, `"year": 2020, "colour": 1,`, `不认识的项目 "colour"`},
		"points":  {`"max": 10,`, `"max": 10.123,`, "分值应是最多两位小数的数"},
		"format":  {"gongkai-scheme/1", "gongkai-scheme/9", "应是“gongkai-scheme/1”"},
		"level":   {`"year": 2020,`, `"year": 2020, "level": "村委会",`, "不是行政层级"},
	} {
		b := strings.Replace(string(good), c[0], c[1], 1)
		if b == string(good) {
			t.Errorf("%s: nothing to edit", name)
		}
		if _, err := ParseScheme([]byte(b)); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, b := range map[string]string{"empty": "", "cut": string(good[:len(good)/2]), "twice": string(good) + string(good), "array": "[]", "huge": strings.Repeat(" ", MaxScheme+1), "deep": strings.Repeat("[", 100_000)} {
		if _, err := ParseScheme([]byte(b)); err == nil || !strings.Contains(err.Error(), "。") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What does not make sense is said by place, in Chinese, with what to write.
func TestSenselessSchemesAreRefusedInWords(t *testing.T) {
	first := func(s *Scheme) *Indicator { return &s.Groups[0].Indicators[0] }
	for _, c := range []struct {
		name, field, want string
		edit              func(*Scheme)
	}{
		{"no name", "name", "请填写方案名称", func(s *Scheme) { s.Name = " " }},
		{"weights", "weights", "合计应为 100%，现在是 70%", func(s *Scheme) { s.Weights.Quarter = 30 }},
		{"weight without round", "weights", "半年有权重 10%，但方案没有半年考核", func(s *Scheme) { s.Weights.Half, s.Weights.Quarter = 10, 50 }},
		{"sum", "full", "各项满分合计 101，与方案满分 100 不符", func(s *Scheme) { first(s).Max += 100 }},
		{"same key", "key", "指标编号 1.1 已经用在“领导小组在任”上", func(s *Scheme) { s.Groups[0].Indicators[1].Key = "1.1" }},
		{"measure of no such name", "measure", "没有名为“nosuch”的取数指标", func(s *Scheme) { first(s).Measure = "nosuch" }},
		{"measure of another shape", "measure", "不能用在“有无”上", func(s *Scheme) { first(s).Measure = "task.ontime" }},
		{"negative", "rule", "不要写负号", func(s *Scheme) { first(s).Rule.Lack = -100 }},
		{"unused", "rule", "“有无”用不上“不足扣”", func(s *Scheme) { first(s).Rule.Short = 100 }},
		{"inner and outer", "kinds", "不能和机关放在同一个方案里", func(s *Scheme) { s.Kinds = append(s.Kinds, "village") }},
		{"ratio", "full", "两者不能相同", func(s *Scheme) { s.Groups[1].Indicators[0].Rule.Zero = 95 }},
		{"sample", "least", "请填写最少样本", func(s *Scheme) { s.Groups[1].Indicators[0].Rule.Least = 0 }},
		{"fault", "faults", "每次扣的分应大于 0", func(s *Scheme) { s.Groups[2].Indicators[0].Rule.Faults[0].Each = 0 }},
		{"veto with points", "max", "单项否决不占分", func(s *Scheme) { s.Groups[4].Indicators[1].Max = 100 }},
		{"no indicators", "groups", "方案还没有指标", func(s *Scheme) { s.Groups = nil }},
		{"control character", "name", "无法显示的字符", func(s *Scheme) { first(s).Name = "a\x00b" }},
	} {
		s, _ := ShippedScheme("T")
		c.edit(s)
		found := false
		for _, f := range s.Check() {
			found = found || f.Field == c.field && strings.Contains(f.Text, c.want)
			if f.Where == "" || !strings.HasSuffix(f.Text, "。") {
				t.Errorf("%s: %+v is no sentence with a place", c.name, f)
			}
		}
		if !found {
			t.Errorf("%s: %v", c.name, s.Check())
		}
	}
}

// Every measure says what it counts and on what article, and the shapes that
// schemes ask for exist.
func TestMeasuresAreDefined(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Measures() {
		if seen[m.Name] || m.Chinese == "" || m.Counts == "" || m.Cite.Article == "" || m.Cite.Paraphrase == "" {
			t.Errorf("%+v", m)
		}
		seen[m.Name] = true
	}
}
