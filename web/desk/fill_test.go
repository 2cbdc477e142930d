package desk

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law/annual"
)

func TestAspectsOfChapterOneSurviveTheWayThroughAReport(t *testing.T) {
	f, _ := annual.FormFor(2025)
	line := rapid.StringMatching(`[一-龥，。0-9（）]{1,30}`)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return strings.TrimSpace(strings.Join(rapid.SliceOfN(line, 0, 3).Draw(t, "lines"), "\n"))
		})
		opening, texts := text.Draw(t, "opening"), make([]string, len(f.Aspects))
		for i := range texts {
			texts[i] = text.Draw(t, "aspect")
		}
		for _, s := range append([]string{opening}, texts...) {
			for l := range strings.SplitSeq(s, "\n") {
				if aspectOf(l, f.Aspects) > 0 {
					t.Skip("a line of the text is itself a heading")
				}
			}
		}
		o, back := splitAspects(joinAspects(opening, texts, f.Aspects), f.Aspects)
		if o != opening || fmt.Sprint(back) != fmt.Sprint(texts) {
			t.Fatalf("%q %q came back as %q %q", opening, texts, o, back)
		}
	})
}

func TestAHeadingOutOfOrderIsProse(t *testing.T) {
	names := []string{"主动公开", "依申请公开"}
	o, a := splitAspects("（一）依申请公开\n甲\n（二）主动公开\n乙", names)
	if o != "" || a[0] != "" || a[1] != "甲\n（二）主动公开\n乙" {
		t.Errorf("got %q %q", o, a)
	}
}

// block writes a table as a spreadsheet copies it, with or without labels.
func block(t *annual.Table, labels bool, figure func(i int) string) string {
	var b strings.Builder
	for _, p := range t.Parts {
		for ri, r := range p.Rows {
			if labels {
				b.WriteString(strings.Join(r.Path, "\t") + strings.Repeat("\t", 4-len(r.Path)))
			}
			for ci, i := range p.Cells[ri] {
				if ci > 0 {
					b.WriteString("\t")
				}
				b.WriteString(figure(i))
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestAWholeTableIsPastedCellByCell(t *testing.T) {
	for _, f := range annual.Editions() {
		for i := range f.Tables {
			tb := &f.Tables[i]
			for _, labels := range []bool{false, true} {
				if labels && tb.ID == "t4" {
					continue // the table has no row labels
				}
				p, err := pasteTable(f, tb, block(tb, labels, func(i int) string { return fmt.Sprint(i % 97) }))
				if err != nil {
					t.Errorf("%s %s labels=%v: %v", f.Edition, tb.ID, labels, err)
					continue
				}
				n := 0
				for _, c := range f.Cells {
					if c.Table == tb.ID {
						n++
						if got := p.Cells[c.Index]; got != fmt.Sprint(c.Index%97) {
							t.Errorf("%s %s labels=%v: %s holds %q", f.Edition, tb.ID, labels, c.ID, got)
						}
					}
				}
				if len(p.Cells) != n {
					t.Errorf("%s %s: %d of %d cells", f.Edition, tb.ID, len(p.Cells), n)
				}
			}
		}
	}
}

func TestARowTooFewIsNeverGuessed(t *testing.T) {
	f, _ := annual.FormFor(2025)
	t3 := f.Table("t3")
	rows := strings.Split(block(t3, false, func(int) string { return "0" }), "\n")
	_, err := pasteTable(f, t3, strings.Join(rows[1:], "\n"))
	if err == nil || !strings.Contains(err.Error(), "应有 25 行") {
		t.Errorf("24 rows are taken for 25: %v", err)
	}
	rows[3] = "0\t0\t0"
	if _, err = pasteTable(f, t3, strings.Join(rows, "\n")); err == nil || !strings.Contains(err.Error(), "应有 7 个数") {
		t.Errorf("a short row is accepted: %v", err)
	}
}

func TestBadInputComesBackFilledWithAMessageAtTheField(t *testing.T) {
	s, _ := serve(t)
	code, body, _ := post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "organ", text: "云岭县青石镇人民政府"}, part{field: "t3.new.natural", text: "约36"},
		part{field: "t2.fees.amount", text: "251000元"}, part{field: "dated", text: "元月十五"}, part{field: "aspect.2", text: "本年新收三件。"}, part{field: "do", text: "check"})
	if code != 422 {
		t.Errorf("answers %d", code)
	}
	wants(t, body, `name="t3.new.natural" value="约36"`, "“约36”不是件数", `value="251000元"`, "以万元为单位", "成文日期“元月十五”不是日期", "本年新收三件。", `value="云岭县青石镇人民政府"`)
}

func TestZeroReportNeedsItsConfirmationAndKeepsWhatIsThere(t *testing.T) {
	s, _ := serve(t)
	base := []part{{field: "was", text: "2025"}, {field: "organ", text: "云岭县青石镇人民政府"}, {field: "t3.new.natural", text: "4"}, {field: "do", text: "zero"}}
	code, body, _ := post(t, s.URL+"/fill", base...)
	if code != 422 || strings.Contains(body, `name="t3.new.total" value="0"`) {
		t.Errorf("zeros without confirmation (%d)", code)
	}
	_, body, _ = post(t, s.URL+"/fill", append(base, part{field: "zero", text: "1"})...)
	// The row has a figure, so its empty sum is no 0.
	wants(t, body, "把 198 个空格填为 0", "1 个空着的合计格按已填的分项算出", `name="t3.new.natural" value="4"`, `name="t3.new.total" value="4"`)
}

func TestADraftSavedAndLoadedIsTheSame(t *testing.T) {
	s, _ := serve(t)
	typed := []part{{field: "was", text: "2025"}, {field: "organ", text: "云岭县青石镇人民政府"}, {field: "t3.new.natural", text: "4"}, {field: "t3.new.total", text: "约4"},
		{field: "t2.fees.amount", text: "0.038"}, {field: "opening", text: "全年平稳。"}, {field: "aspect.2", text: "新收四件。"}, {field: "chapter.6", text: "没有收取信息处理费。"}, {field: "dated", text: "2026年1月9日"}}
	_, saved, _ := post(t, s.URL+"/fill", append(typed, part{field: "do", text: "json"})...)
	_, body, _ := post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "do", text: "load"}, part{"draft", "草稿.gongkai.json", saved})
	wants(t, body, "已载入", `name="t3.new.natural" value="4"`, `name="t3.new.total" value="约4"`, `value="0.038"`, "全年平稳。", "新收四件。", "没有收取信息处理费。", `value="2026-01-09"`, `value="云岭县青石镇人民政府"`)
	if !strings.Contains(body, `name="t3.granted.natural" aria-label`) {
		t.Error("a blank cell did not stay blank")
	}
}

func TestLastYearStandsBesideAndIsNeverFilledIn(t *testing.T) {
	s, _ := serve(t)
	last := sample("云岭县青石镇人民政府")
	last.Year = 2024
	_, body, _ := post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "do", text: "last"}, part{"lastfile", "上年.gongkai.json", string(machine(t, last))})
	wants(t, body, `<small class="beside">5</small>`, `name="t3.new.total" aria-label`, "格下的小字是云岭县青石镇人民政府 2024 年度报告里的数")
	// It travels in the page, so the next check knows it: carried out 1, carried in 0.
	i := strings.Index(body, `name="last" value="`)
	if i < 0 {
		t.Fatal("last year's report does not travel in the page")
	}
	j := string(machine(t, last))
	_, body, _ = post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "organ", text: "云岭县青石镇人民政府"}, part{field: "last", text: j}, part{field: "do", text: "check"},
		part{field: "t3.carried_in.total", text: "0"}, part{field: "t3.carried_in.natural", text: "0"})
	wants(t, body, "T3-CARRY-YEAR")
}

func TestAnotherYearKeepsSharedCells(t *testing.T) {
	s, _ := serve(t)
	_, body, _ := post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "year", text: "2020"}, part{field: "t3.new.total", text: "7"}, part{field: "do", text: "year"})
	wants(t, body, "填报 2020 年度报告", `name="t3.new.total" value="7"`, "政府集中采购")
	code, body, _ := post(t, s.URL+"/fill", part{field: "was", text: "2025"}, part{field: "year", text: "1998"}, part{field: "t3.new.total", text: "7"}, part{field: "do", text: "year"})
	if code != 422 {
		t.Errorf("1998 answers %d", code)
	}
	wants(t, body, `name="t3.new.total" value="7"`)
}

func TestQuotesAreMarkedWhereTheyStand(t *testing.T) {
	used := new(bool)
	got := cut("甲收到三件，乙收到三件。", []quote{{"收到三件", "#finding-1", "不符", "bad", used}})
	if len(got) != 5 || got[1].ID == "" || got[3].ID != "" || got[1].Tone != "bad" || got[0].Text != "甲" {
		t.Errorf("%+v", got)
	}
}

func TestAFormWithFiguresButNoWordsIsNotCalledComplete(t *testing.T) {
	s, _ := serve(t)
	parts := []part{{field: "was", text: "2025"}, {field: "organ", text: "云岭县青石镇人民政府"}, {field: "do", text: "check"}}
	f, _ := annual.FormFor(2025)
	for _, c := range f.Cells {
		parts = append(parts, part{field: c.ID, text: "0"})
	}
	_, body, _ := post(t, s.URL+"/fill", parts...)
	lacks(t, body, "核对通过")
	wants(t, body, "D-FIVE-EMPTY")
}
