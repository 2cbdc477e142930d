package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/ingest/limit"
	"gongkai/law/annual"

	"pgregory.net/rapid"
)

func read(t interface {
	Helper()
	Fatalf(string, ...any)
}, body string) *annual.Report {
	t.Helper()
	rd, err := Read(context.Background(), "报告.txt", []byte(body))
	if err != nil {
		t.Fatalf("reading: %v", err)
	}
	return rd.Report
}

// Whatever way the tables are flattened, the figures come back as they were.
func TestEveryLayoutGivesTheSameFigures(t *testing.T) {
	for _, edition := range []string{"2019", "2021"} {
		for _, s := range []style{tabStyle, webStyle, rowStyle, spacedDense} {
			t.Run(edition+" "+s.name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					want := trueReport(t, edition, 400)
					got := read(t, write(want, s))
					if got.Form != want.Form {
						t.Fatalf("read as edition %s", got.Form.Edition)
					}
					for i := range want.Values {
						if got.Values[i] != want.Values[i] {
							t.Fatalf("%s: read %v %q, printed %v", want.Form.Cells[i].ID, got.Values[i], got.Sources[i].Raw, want.Values[i])
						}
					}
					if got.Organ != want.Organ || got.Year != want.Year || got.Signature != "青石镇人民政府" || got.Dated.String() == "" {
						t.Fatalf("front: %q %d %q %s", got.Organ, got.Year, got.Signature, got.Dated)
					}
					for i, c := range want.Form.Chapters {
						if c.Table == "" && !strings.Contains(got.Chapters[i], "本年度的工作情况") {
							t.Fatalf("chapter %s reads %q", c.Ordinal, got.Chapters[i])
						}
					}
				})
			})
		}
	}
}

// A figure whose separators are lost is right or it is undecided.
func TestGluedFiguresAreRightOrUndecided(t *testing.T) {
	for _, s := range []style{gluedStyle, denseStyle} {
		t.Run(s.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := trueReport(t, "2021", 40)
				got := read(t, write(want, s))
				if got.Status() == annual.Complete {
					t.Fatalf("a report with glued figures is never complete")
				}
				decided := 0
				for i := range want.Values {
					if got.Values[i].Kind == annual.Absent {
						if !named(got, want.Form.Cells[i].ID) {
							t.Fatalf("%s is neither read nor named as undecided", want.Form.Cells[i].ID)
						}
						continue
					}
					decided++
					if got.Values[i] != want.Values[i] {
						t.Fatalf("%s: read %v from %q, printed %v", want.Form.Cells[i].ID, got.Values[i], got.Sources[i].Raw, want.Values[i])
					}
				}
				if decided < len(want.Values)/4 {
					t.Fatalf("only %d of %d cells decided", decided, len(want.Values))
				}
			})
		})
	}
}

func named(r *annual.Report, id string) bool {
	for _, u := range r.Undecided {
		for _, c := range u.Cells {
			if c == id {
				return true
			}
		}
	}
	return false
}

func sampleReport(t *testing.T, edition string) *annual.Report {
	t.Helper()
	return rapid.Custom(func(t *rapid.T) *annual.Report { return trueReport(t, edition, 60) }).Example(7)
}

func hasRepair(r *annual.Report, code string) bool {
	for _, x := range r.Repairs {
		if x.Code == code {
			return true
		}
	}
	return false
}

func TestFaultsOfRealReports(t *testing.T) {
	base := sampleReport(t, "2019")
	for i := range base.Values {
		if base.Form.Cells[i].Table == "t3" {
			base.Values[i] = annual.Value{Kind: annual.Zero}
		}
	}
	tab := write(base, tabStyle)
	zeros := strings.Repeat("\t0\n", 7)
	for _, c := range []struct {
		name, from, to string
		repair         string
		cell           string
		want           annual.Value
	}{
		{"a row broken by the page, its zeros printed twice", "\t3.危及“三安全一稳定”\n" + zeros, "\t3.危及“三安全一稳\n" + zeros + "\n\n\n\t \n\t\n\t定”\n" + zeros,
			"ROW-SPLIT-BY-PAGE", "t3.deny_safety.total", annual.Value{Kind: annual.Zero}},
		{"a misprinted label", "1.信访举报投诉类申请", "1.住房举报投诉类申请", "LABEL-MISPRINT", "t3.reject_petition.total", annual.Value{Kind: annual.Zero}},
		{"a label that lost two characters", "1.信访举报投诉类申请", "1、信访举报类申请", "LABEL-MISPRINT", "t3.reject_petition.total", annual.Value{Kind: annual.Zero}},
		{"a bracket in the wrong place", "（区分处理的，只计这一情形，不计其他情形）", "（区分处理的），只计这一情形，不计其他情形", "LABEL-MISPRINT", "t3.partial.total", annual.Value{Kind: annual.Zero}},
		{"a group label cut to its number", "\t三、本年度办理结果\n", "\t三\n", "", "t3.granted.total", annual.Value{Kind: annual.Zero}},
		{"one figure too many, all the same", "\t4.保护第三方合法权益\n" + zeros, "\t4.保护第三方合法权益\n\t0\n" + zeros, "EXTRA-FIGURE", "t3.deny_third.other", annual.Value{Kind: annual.Zero}},
		{"a chapter without its number", "六、其他需要报告的事项", "其他需要报告的事项", "HEADING-NUMBER", "t3.new.total", annual.Value{Kind: annual.Zero}},
		{"another item number", "第二十条第（六）项", "第二十六条第（六）项", "LABEL-MISPRINT", "t2.penalty.change", base.Get("t2.penalty.change")},
		{"a label of 表二 misprinted", "政府集中采购", "政府集中收购", "LABEL-MISPRINT", "t2.procurement.projects", base.Get("t2.procurement.projects")},
		{"residue of Word", "（本列数据的勾稽关系", "[bookmark: _GoBack]（本列数据的勾稽关系", "WORD-RESIDUE", "t3.new.total", annual.Value{Kind: annual.Zero}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(tab, c.from) {
				t.Fatalf("the fixture lacks %q", c.from)
			}
			r := read(t, strings.Replace(tab, c.from, c.to, 1))
			if c.repair != "" && !hasRepair(r, c.repair) {
				t.Errorf("no repair %s in %+v", c.repair, r.Repairs)
			}
			if got := r.Get(c.cell); got != c.want {
				t.Errorf("%s = %v, want %v", c.cell, got, c.want)
			}
			if r.Status() == annual.Incomplete {
				t.Errorf("incomplete: missing %v, undecided %v", r.Missing, r.Undecided)
			}
		})
	}
}

func TestWhatTheSourceDoesNotSettleStaysUndecided(t *testing.T) {
	r := sampleReport(t, "2021")
	r.Set("t3.granted.natural", annual.Num(3))
	r.Set("t3.granted.business", annual.Num(5))
	tab := write(r, tabStyle)
	label := "\t（一）予以公开\n"
	at := strings.Index(tab, label) + len(label)
	for name, body := range map[string]string{
		"a figure too many": tab[:at] + "\t9\n" + tab[at:],
		"a figure missing":  tab[:at] + tab[at+strings.Index(tab[at:], "\n")+1:],
	} {
		got := read(t, body)
		if !named(got, "t3.granted.total") || got.Get("t3.granted.natural").Kind != annual.Absent {
			t.Errorf("%s: cells of the row must be undecided, got %v", name, got.Get("t3.granted.natural"))
		}
		if got.Status() != annual.Incomplete {
			t.Errorf("%s: status %s", name, got.Status())
		}
	}
}

// A figure that vanished from a row without cells must not be made up by
// splitting its neighbours: 11 0 0 0 0 0 is not 1 1 0 0 0 0 0.
func TestAMissingFigureIsNotMadeUpFromItsNeighbours(t *testing.T) {
	for _, c := range []struct {
		word string
		kind annual.Kind
	}{{"", annual.Blank}, {"十余", annual.Text}, {"详见附件", annual.Text}} {
		r := sampleReport(t, "2021")
		r.Sources = make([]annual.Source, len(r.Values))
		for _, col := range []string{"natural", "business", "research", "charity", "legal", "other", "total"} {
			r.Set("t3.granted."+col, annual.Value{Kind: annual.Zero})
		}
		r.Set("t3.granted.business", annual.Num(11))
		i, _ := r.Form.Index("t3.granted.natural")
		r.Values[i] = annual.Value{Kind: c.kind}
		r.Sources[i].Raw = c.word
		for _, s := range []style{tabStyle, webStyle, rowStyle} {
			got := read(t, write(r, s))
			if v := got.Get("t3.granted.business"); v != annual.Num(11) && !named(got, "t3.granted.business") && !slices.Contains(got.Missing, "t3.granted") {
				t.Errorf("%q, %s: 11 was printed and %v is read", c.word, s.name, v)
			}
			if v := got.Get("t3.granted.natural"); v.Known() {
				t.Errorf("%q, %s: no figure was printed and %v is read", c.word, s.name, v)
			}
		}
	}
}

func TestBlankIsNotZero(t *testing.T) {
	r := sampleReport(t, "2021")
	for i, c := range r.Form.Cells {
		if c.Table == "t3" {
			r.Values[i] = annual.Value{Kind: annual.Blank}
		}
	}
	got := read(t, write(r, tabStyle))
	for i, c := range got.Form.Cells {
		if c.Table == "t3" && got.Values[i].Kind != annual.Blank {
			t.Fatalf("%s was left empty and is read as %v", c.ID, got.Values[i])
		}
	}
}

func TestTextInAFigureCellIsKept(t *testing.T) {
	r := sampleReport(t, "2019")
	i, _ := r.Form.Index("t2.procurement.amount")
	r.Values[i] = annual.Value{Kind: annual.Text}
	r.Sources = make([]annual.Source, len(r.Values))
	r.Sources[i].Raw = "约36万元"
	for _, s := range []style{tabStyle, webStyle} {
		got := read(t, write(r, s))
		if got.Values[i].Kind != annual.Text || got.Sources[i].Raw != "约36万元" {
			t.Errorf("%s: %v %q", s.name, got.Values[i], got.Sources[i].Raw)
		}
	}
}

func TestMissingTableIsNamed(t *testing.T) {
	r := sampleReport(t, "2019")
	body := write(r, tabStyle)
	from, to := strings.Index(body, "四、政府信息公开"), strings.Index(body, "五、存在的")
	got := read(t, body[:from]+body[to:])
	if got.Status() != annual.Incomplete || got.Get("t4.review.total").Kind != annual.Absent {
		t.Errorf("status %s, missing %v", got.Status(), got.Missing)
	}
}

func TestFilesThatAreNoReportAreRefusedInWords(t *testing.T) {
	for name, c := range map[string]struct{ body, code string }{
		"a letter":          {"关于召开会议的通知\n\n各村：定于下周一召开会议，请准时参加。\n", "NOT-REPORT"},
		"nothing":           {"   \n", "EMPTY"},
		"an empty template": {blankTemplate(), "EMPTY"},
		"a picture":         {"\x89PNG\r\n\x1a\n", "PICTURE"},
		"program":           {"MZ\x00\x00\x00\x01\x02\x03", "NOT-SUPPORTED"},
	} {
		_, err := Read(context.Background(), name+".txt", []byte(c.body))
		var e *limit.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Msg == "" {
			t.Errorf("%s: %v, want code %s", name, err, c.code)
		}
	}
}

// A file that is not what its name says is called so, with what to do.
func TestFilesUnderAWrongNameAreCalledSo(t *testing.T) {
	junk := string([]byte{0x8f, 0x01, 0x02, 0x00, 0xee, 0x13, 0x07, 0x99, 0x03, 0x05}) + strings.Repeat("\x01\xd3\x9b\x02", 300)
	for _, c := range []struct{ name, body, says string }{
		{"报告.docx", junk, "内容却不是 Word 文档"},
		{"报告.DOCX", "PK\x03\x04" + junk, "内容却不是 Word 文档"},
		{"报告.docx", strings.Repeat("\x00", 3000), "内容却不是 Word 文档"},
		{"报告.docx", emptyZip, "打开却是一个压缩包"},
		{"报告.xlsx", "PK\x03\x04" + junk, "内容却不是 Excel 文档"},
		{"报告.doc", junk, "内容却不是 Word 文档"},
		{"报告.pdf", junk, "内容却不是 PDF 文档"},
		{"报告.ofd", "PK\x03\x04" + junk, "内容却不是 OFD 文档"},
	} {
		_, err := Read(context.Background(), c.name, []byte(c.body))
		if limit.Code(err) != "BROKEN" || !strings.Contains(limit.Message(err), c.says) || !strings.Contains(limit.Message(err), "请") {
			t.Errorf("%s %.8q: %s %s", c.name, c.body, limit.Code(err), limit.Message(err))
		}
	}
}

// emptyZip is an archive without files, as far as its directory says.
const emptyZip = "PK\x03\x04" + "PK\x05\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00"

func blankTemplate() string {
	r := annual.New(annual.Edition("2021"), "", 2023)
	body := write(r, tabStyle)
	return strings.NewReplacer("，说明本年度的工作情况", "", "人民政府\n", "\n").Replace(body)
}
