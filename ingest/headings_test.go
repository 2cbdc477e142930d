package ingest

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/law/annual"
)

// However the headings are written, each chapter has its own text.
func TestHeadingsAreFoundHoweverTheyAreWritten(t *testing.T) {
	r := sampleReport(t, "2021")
	plain := write(r, tabStyle)
	number := map[string]string{"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
	each := func(f func(ordinal, title string) string) string {
		s := plain
		for _, c := range r.Form.Chapters {
			s = strings.Replace(s, c.Ordinal+"、"+c.Title+"\n", f(c.Ordinal, c.Title), 1)
		}
		return s
	}
	toc := func(leader string) string {
		s := "目录\n"
		for i, c := range r.Form.Chapters {
			s += c.Ordinal + "、" + c.Title + strings.ReplaceAll(leader, "#", fmt.Sprint(i+1)) + "\n"
		}
		return strings.Replace(plain, "\n\n", "\n\n"+s, 1)
	}
	chapter := func(i int) string {
		from := strings.Index(plain, r.Form.Chapters[i].Ordinal+"、"+r.Form.Chapters[i].Title)
		to := strings.Index(plain, "\n青石镇人民政府")
		if i+1 < len(r.Form.Chapters) {
			to = strings.Index(plain, r.Form.Chapters[i+1].Ordinal+"、"+r.Form.Chapters[i+1].Title)
		}
		return plain[from:to]
	}
	for name, body := range map[string]string{
		"as the form has them":          plain,
		"第一部分":                          each(func(o, s string) string { return "第" + o + "部分 " + s + "\n" }),
		"第一章":                           each(func(o, s string) string { return "第" + o + "章  " + s + "\n" }),
		"a space for the mark":          each(func(o, s string) string { return o + "　" + s + "\n" }),
		"a full stop":                   each(func(o, s string) string { return o + "." + s + "\n" }),
		"a full-width stop":             each(func(o, s string) string { return o + "．" + s + "。\n" }),
		"brackets":                      each(func(o, s string) string { return "（" + o + "）" + s + "\n" }),
		"figures":                       each(func(o, s string) string { return number[o] + "." + s + "\n" }),
		"no numbers":                    each(func(_, s string) string { return s + "\n" }),
		"a colon":                       each(func(o, s string) string { return o + "、" + s + "：\n" }),
		"spaces in the title":           each(func(o, s string) string { return " " + o + "、 " + strings.Join(strings.Split(s, ""), " ") + "\n" }),
		"joined with the text":          each(func(o, s string) string { return o + "、" + s + "。" }),
		"第一部分 and the text":             strings.Replace(plain, "一、总体情况\n", "第一部分 总体情况。", 1),
		"contents":                      toc(""),
		"contents with page":            toc("……#"),
		"contents with spaces":          toc("    #"),
		"chapters five and six swapped": strings.Replace(plain, chapter(4)+chapter(5), chapter(5)+chapter(4), 1),
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, body)
			for i, c := range got.Form.Chapters {
				want := fmt.Sprintf("第%d章的文字，说明本年度的工作情况。", i+1)
				if c.Table == "" && strings.TrimSpace(got.Chapters[i]) != want {
					t.Errorf("chapter %s reads %q", c.Ordinal, got.Chapters[i])
				}
			}
			for i, v := range got.Values {
				if v != r.Values[i] {
					t.Fatalf("%s reads %v", r.Form.Cells[i].ID, v)
				}
			}
			if got.Status() == annual.Incomplete {
				t.Errorf("missing %v, undecided %v", got.Missing, got.Undecided)
			}
		})
	}
	t.Run("six is missing", func(t *testing.T) {
		got := read(t, strings.Replace(plain, chapter(5), "", 1))
		if got.Status() != annual.Incomplete || got.Chapters[5] != "" || !strings.Contains(got.Chapters[4], "第5章的文字") {
			t.Errorf("%v %q %q", got.Missing, got.Chapters[4], got.Chapters[5])
		}
	})
}
