package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/law/annual"
)

// The layouts here are those of published reports as people get hold of them:
// copied out of a PDF viewer, or taken off a web page by a program. Names and
// figures are invented.

// publishedReport is a report of the 2021 edition whose 表三 adds up.
func publishedReport() *annual.Report {
	r := annual.New(annual.Edition("2021"), "云水镇", 2023)
	set := func(id string, n int64) {
		i, _ := r.Form.Index(id)
		r.Values[i] = annual.Num(n)
	}
	for i, c := range r.Form.Cells {
		if c.Table != "t3" {
			r.Values[i] = annual.Num(int64(i%5) * scale(c.Type))
		} else {
			r.Values[i] = annual.Num(0)
		}
	}
	for row, f := range map[string][3]int64{"new": {21, 3, 24}, "carried_in": {2, 0, 2}, "granted": {9, 1, 10}, "deny_internal": {3, 0, 3}, "unable_nohold": {7, 2, 9}, "other_misc": {1, 0, 1}, "result_total": {20, 3, 23}, "carried_out": {3, 0, 3}} {
		set("t3."+row+".natural", f[0])
		set("t3."+row+".legal", f[1])
		set("t3."+row+".total", f[2])
	}
	return r
}

func printedRow7(r *annual.Report, row string) string {
	var s []string
	for _, col := range []string{"natural", "business", "research", "charity", "legal", "other", "total"} {
		s = append(s, figureOf(r, "t3."+row+"."+col))
	}
	return strings.Join(s, " ")
}

func figureOf(r *annual.Report, id string) string {
	i, _ := r.Form.Index(id)
	return printed(r, i)
}

func mustRead(t *testing.T, text string) *annual.Report {
	t.Helper()
	rd, err := Read(context.Background(), "报告.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return rd.Report
}

func sameTable(t *testing.T, got, want *annual.Report, table string) {
	t.Helper()
	for i, c := range want.Form.Cells {
		if v := got.Get(c.ID); c.Table == table && v != want.Values[i] {
			t.Errorf("%s: read %v, the text says %v%s", c.ID, v, want.Values[i], explain(got))
			return
		}
	}
}

func repairCodes(r *annual.Report) []string {
	var out []string
	for _, x := range r.Repairs {
		out = append(out, x.Code)
	}
	return out
}

// A PDF viewer copies the head of 表三 in pieces, puts a group's label before a
// row's, and the figures of a long label beside its middle line.
func TestTextCopiedFromAPDFViewer(t *testing.T) {
	r := publishedReport()
	var b strings.Builder
	b.WriteString("云水镇2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n" +
		"（本列数据的勾稽关系为：第一项加第二项之和，\n等于第三项加第四项之和）\n申请人情况\n自然人\n法人或其他组织\n总计商 业 企\n业\n科研机\n构\n社会公益\n组织\n法 律 服 务\n机构\n其他\n")
	line := func(label, row, rest string) { fmt.Fprintf(&b, "%s %s\n%s", label, printedRow7(r, row), rest) }
	line("一、本年新收政府信息公开申请数量", "new", "")
	line("二、上年结转政府信息公开申请数量", "carried_in", "三、\n本\n年\n度\n办\n理\n结\n果\n")
	line("（一）予以公开", "granted", "（二）部分公开（区分处理的，只计这一情\n")
	line("形，不计其他情形）", "partial", "（三）不\n予公开\n")
	for i, row := range []string{"deny_secret", "deny_law", "deny_safety", "deny_third", "deny_internal", "deny_process", "deny_casefile", "deny_inquiry"} {
		line([]string{"1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项"}[i], row, "")
	}
	line("（四）无 1.本机关不掌握相关政府信息", "unable_nohold", "- 4 -\n")
	line("法提供 2.没有现成信息需要另行制作", "unable_make", "")
	line("3.补正后申请内容仍不明确", "unable_unclear", "")
	line("1.信访举报投诉类申请", "reject_petition", "")
	line("2.重复申请", "reject_repeat", "（五）不\n予处理\n")
	line("3.要求提供公开出版物", "reject_publication", "")
	line("4.无正当理由大量反复申请", "reject_massive", "")
	line("5.要求行政机关确认或重新出具已获取信息", "reject_confirm", "1.申请人无正当理由逾期不补\n")
	line("正、行政机关不再处理其政府信", "other_overdue", "息公开申请\n（六）其\n他处理\n")
	line("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "other_unpaid", "")
	line("3.其他", "other_misc", "")
	line("（七）总计", "result_total", "")
	line("四、结转下年度继续办理", "carried_out", "")
	b.WriteString("四、政府信息公开行政复议、行政诉讼情况\n")
	got := mustRead(t, b.String())
	sameTable(t, got, r, "t3")
	if !slices.Contains(repairCodes(got), "HEADER-DIFFERS") {
		t.Errorf("that the head was in pieces is not said: %v", repairCodes(got))
	}
}

// A line of two labels is two cells, with a space between or with nothing.
func TestLabelsInOneLine(t *testing.T) {
	for _, gap := range []string{" ", "", "  "} {
		got := mustRead(t, strings.ReplaceAll("二、主动公开政府信息情况\n第二十条第（一）项\n信息内容_本年制发件数_本年废止件数_现行有效件数\n规章 0 0 2\n行政规范性文件 3 1 7\n第二十条第（五）项\n信息内容_本年处理决定数量\n行政许可 97\n第二十条第（六）项\n信息内容_本年处理决定数量\n行政处罚 12\n行政强制 0\n第二十条第（八）项\n信息内容_本年收费金额（单位：万元）\n行政事业性收费 4.5\n", "_", gap))
		for id, want := range map[string]string{"t2.rules.in_force": "2", "t2.normative.made": "3", "t2.normative.in_force": "7", "t2.licence.decisions": "97", "t2.penalty.decisions": "12", "t2.fees.amount": "4.5"} {
			if v := figureOf(got, id); v != want {
				t.Errorf("%q: %s is read as %q, the text says %s%s", gap, id, v, want, explain(got))
			}
		}
	}
}

// Many reports since 2021 still print the one row （六）其他处理 of before. None at
// all is none of each of the three; a number cannot be divided.
func TestOldRowOfOtherResults(t *testing.T) {
	r := publishedReport()
	for _, blankBefore := range []bool{false, true} {
		h := hostileOf(r)
		rows := h.tables["t3"]
		k := slices.IndexFunc(*rows, func(row hrow) bool {
			return slices.ContainsFunc(row, func(c hcell) bool { return c.text == "（六）其他处理" })
		})
		old := hrow{{text: "（六）其他处理", rs: 1, cs: 2, cell: -1}}
		if blankBefore {
			old[0].cs = 1
			old = append(old, hcell{text: "", rs: 1, cs: 1, cell: -1})
		}
		for _, s := range []string{"1", "0", "0", "0", "0", "0", "1"} {
			old = append(old, hcell{text: s, rs: 1, cs: 1, cell: -1})
		}
		*rows = slices.Concat((*rows)[:k], []hrow{old}, (*rows)[k+3:])
		got, err := h.read("grid")
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []string{"other_overdue", "other_unpaid", "other_misc"} {
			for _, col := range []string{"business", "other"} {
				if v := got.Get("t3." + row + "." + col); v.Kind != annual.Zero {
					t.Errorf("%s.%s: read %v, none at all is none here%s", row, col, v, explain(got))
				}
			}
			if v := got.Get("t3." + row + ".natural"); v.Known() {
				t.Errorf("%s.natural: read %v, which of the three rows it was is not said", row, v)
			}
		}
		if !slices.Contains(repairCodes(got), "GROUP-ROW") || len(got.Undecided) == 0 || slices.Contains(repairCodes(got), "UNKNOWN-ROW") {
			t.Errorf("what was read is not said: %s", explain(got))
		}
	}
}

// Chapters go by more names than the form's.
func TestOtherNamesOfChapters(t *testing.T) {
	for want, headings := range map[int][]string{
		3: {"四、因政府信息公开工作被申请行政复议和提起行政诉讼情况", "四、政府信息公开行政复议及行政诉讼情况"},
		4: {"五、政府信息公开工作存在的主要问题及改进情况", "五、存在的主要问题和改进措施", "五、存在问题及改进措施"},
		5: {"六、其他需要汇报的事项", "六、其他需要报告事项"},
	} {
		for _, h := range headings {
			got := mustRead(t, "云水镇2023年政府信息公开工作年度报告\n一、总体情况\n"+strings.Repeat("全年公开各类信息12条，均在法定期限内公开。", 10)+"\n二、主动公开政府信息情况\n见附表。\n三、收到和处理政府信息公开申请情况\n未收到申请。\n"+h+"\n本段的文字。\n")
			if got.Headings[want] != h || got.Chapters[want] != "本段的文字。" {
				t.Errorf("%s is not seen as chapter %d: %q %v", h, want+1, got.Headings, got.Missing)
			}
		}
	}
}

// A sentence that lists the columns of 表四 with their numbers is no second 表四.
func TestSentenceOfResultsIsNoTable(t *testing.T) {
	h := hostileOf(publishedReport())
	h.insert(3, hitem{text: "2023年政府信息公开行政复议8件，其中结果维持5件，结果纠正1件，其他结果1件，尚未审结1件；行政诉讼4件，其中结果维持2件，结果纠正1件，其他结果0件，尚未审结1件。"})
	for _, style := range hstyles {
		got, err := h.read(style)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(repairCodes(got), "TABLE-TWICE") || !strings.Contains(got.Chapters[0], "尚未审结1件；行政诉讼4件") {
			t.Errorf("%s: the sentence is taken for a table%s", style, explain(got))
		}
	}
}

// What a page prints above the title is no part of the organ's name.
func TestWordAboveTheTitle(t *testing.T) {
	got := mustRead(t, "正文\n2023 年云水县科技局政府信息公开工作\n年度报告\n一、总体情况\n"+strings.Repeat("全年公开各类信息12条，均在法定期限内公开。", 10)+"\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n")
	if got.Organ != "云水县科技局" || got.Year != 2023 {
		t.Errorf("organ %q, year %d", got.Organ, got.Year)
	}
}

// Programs that take a page apart write its tables with pipes: a row a line, a
// cell a line, or rows that begin with a pipe alone.
func TestTablesWithLoosePipes(t *testing.T) {
	want := publishedReport()
	for name, write := range map[string]func(row hrow) string{
		"a row a line": func(row hrow) (s string) {
			for _, c := range row {
				s += c.text + " |" + strings.Repeat("|", c.cs-1) + " "
			}
			return strings.TrimSpace(s) + "\n"
		},
		"a cell a line": func(row hrow) (s string) {
			pad := 0
			for _, c := range row {
				s += c.text + " |\n"
				pad += c.cs - 1
			}
			if pad > 0 {
				s += strings.Repeat("|", pad) + "\n"
			}
			return s
		},
		"a pipe alone after each cell": func(row hrow) (s string) {
			for _, c := range row {
				s += c.text + "\n|\n"
			}
			return s
		},
		"a pipe alone first": func(row hrow) (s string) {
			s = "|"
			for _, c := range row {
				s += " \n " + c.text + "  |" + strings.Repeat("|", c.cs-1)
			}
			return s + "\n"
		},
	} {
		h := hostileOf(want)
		var b strings.Builder
		for _, it := range h.items {
			if it.table == nil {
				b.WriteString(it.text + "\n")
				continue
			}
			for _, row := range *it.table {
				b.WriteString(write(row))
			}
		}
		got := mustRead(t, b.String())
		for _, id := range []string{"t2", "t3", "t4"} {
			sameTable(t, got, want, id)
		}
		if len(got.Repairs)+len(got.Undecided)+len(got.Missing) > 0 || got.Chapters[5] == "" {
			t.Errorf("%s: %s", name, explain(got))
		}
	}
}

// A blank cell in such a row stays a blank cell.
func TestBlankBetweenLoosePipes(t *testing.T) {
	got := mustRead(t, "云水镇2023年政府信息公开工作年度报告\n一、总体情况\n"+strings.Repeat("全年公开各类信息12条。", 15)+"\n二、主动公开政府信息情况\n"+
		"| 第二十条第(一)项 | |||\n| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n| 规章 | 0 | 0 | |\n| 行政规范性文件 | 3 | | 8 |\n"+
		"| 第二十条第(五)项 | |||\n| 信息内容 | 本年处理决定数量 | ||\n| 行政许可 | 1300 | ||\n| 第二十条第(六)项 | |||\n| 信息内容 | 本年处理决定数量 | ||\n| 行政处罚 | 2 | ||\n| 行政强制 | | ||\n")
	for id, want := range map[string]string{"t2.rules.made": "0", "t2.rules.in_force": "", "t2.normative.made": "3", "t2.normative.repealed": "", "t2.normative.in_force": "8", "t2.licence.decisions": "1300", "t2.penalty.decisions": "2"} {
		if v := figureOf(got, id); v != want || want == "" && got.Get(id).Kind != annual.Blank {
			t.Errorf("%s is read as %q (%v), the text says %q%s", id, v, got.Get(id).Kind, want, explain(got))
		}
	}
}

// A PDF printed as text keeps the lines of narrow column names apart. They are
// read as long as they stand in the form's order and the rows add up.
func TestHeadOfNarrowColumns(t *testing.T) {
	r := publishedReport()
	body := "\n"
	for _, x := range [][2]string{{"一、本年新收政府信息公开申请数量", "new"}, {"二、上年结转政府信息公开申请数量", "carried_in"}, {"（一）予以公开", "granted"}, {"1.属于国家秘密", "deny_secret"},
		{"2.其他法律行政法规禁止公开", "deny_law"}, {"5.属于三类内部事务信息", "deny_internal"}, {"1.本机关不掌握相关政府信息", "unable_nohold"}, {"3.其他", "other_misc"}, {"（七）总计", "result_total"}, {"四、结转下年度继续办理", "carried_out"}} {
		body += x[0] + strings.Repeat(" ", 50-2*len([]rune(x[0]))) + strings.ReplaceAll(printedRow7(r, x[1]), " ", strings.Repeat(" ", 1+len(x[1])%4)) + "\n"
	}
	for name, head := range map[string]struct {
		text string
		read bool
	}{
		"as the form has them": {"   申请人情况\n   法人或其他组织\n（本列数据的勾稽关系为：第一项加第二项之和， 等\n于第三项加第四项之和）\n  自然人    社会 法律     总计\n  商业 科研\n   公益 服务 其他\n  企业 机构\n   组织 机构", true},
		"two exchanged":        {"   申请人情况\n   法人或其他组织\n  自然人    法律 社会     总计\n  商业 科研\n   服务 公益 其他\n  企业 机构\n   机构 组织", false},
		"another word":         {"   申请人情况\n   法人或其他组织\n  自然人    社会 法律     小计\n  商业 科研\n   公益 服务 其他\n  企业 机构\n   组织 机构", false},
	} {
		got := mustRead(t, "云水镇2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"+head.text+body+"四、政府信息公开行政复议、行政诉讼情况\n")
		for _, id := range []string{"t3.new.natural", "t3.new.legal", "t3.new.total", "t3.unable_nohold.legal", "t3.result_total.total"} {
			if v := figureOf(got, id); head.read && v != figureOf(r, id) || !head.read && got.Get(id).Known() {
				t.Errorf("%s: %s is read as %q%s", name, id, v, explain(got))
			}
		}
	}
}
