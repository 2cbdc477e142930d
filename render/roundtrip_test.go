package render

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/ingest"
	"gongkai/law"
	"gongkai/law/annual"
)

var (
	withDigits = []string{"约36万元", "10余件", "3件", "251000元"}
	inWords    = append([]string{"十余", "若干件", "详见附件"}, withDigits...)

	organs    = []string{"云岭县青石镇人民政府", "白河乡人民政府", "云岭县水务局", "云岭县人民政府城东街道办事处", "云岭县发展和改革局"}
	sentences = []string{"本年度围绕群众关心的事项做好公开工作。", "通过门户网站和村务公开栏公开各类信息，并按季度更新。", "举办业务培训两期，受训六十人次。",
		"对历年文件逐件复核，修订公开目录一次。", "镇便民服务大厅设查阅点一处，配备自助终端。", "部分栏目更新不够及时，政策解读形式单一。", "下一步将加强巡查，逐项销号。"}
	sections = []string{"（一）主动公开。", "（二）依申请公开。", "（三）政府信息管理。", "一是", "二是", ""}
)

// testReport draws a report that says something: every kind of cell, prose of
// several paragraphs, a signature and a date.
// Text in figure cells is drawn from texts.
func testReport(t *rapid.T, texts []string) *annual.Report {
	f := annual.Edition(rapid.SampledFrom([]string{"2019", "2021"}).Draw(t, "edition"))
	year := f.FromYear + rapid.IntRange(0, 1).Draw(t, "year")
	r := annual.New(f, rapid.SampledFrom(organs).Draw(t, "organ"), year)
	r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", r.Organ, year)
	r.Sources = make([]annual.Source, len(r.Values))
	for i := range r.Values {
		r.Values[i], r.Sources[i].Raw = testCell(t, f.Cells[i].Type, texts)
	}
	for i, def := range f.Chapters {
		r.Headings[i] = def.Ordinal + "、" + def.Title
		if def.Table == "" {
			r.Chapters[i] = testProse(t)
		}
	}
	r.Intro = testProse(t)
	r.Signature = r.Organ
	r.Dated = law.Day(year+1, 1, rapid.IntRange(2, 31).Draw(t, "day"))
	return r
}

func testCell(t *rapid.T, kind annual.CellType, texts []string) (annual.Value, string) {
	figure := func(n int64) (annual.Value, string) {
		v := annual.Num(n)
		return v, v.Format(kind)
	}
	switch k := rapid.IntRange(0, 29).Draw(t, "kind"); {
	case k < 12:
		return figure(0)
	case k < 25:
		n := int64(rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 99_999)).Draw(t, "n"))
		switch kind {
		case annual.Money:
			n *= int64(rapid.SampledFrom([]int{1, 100, 10_000, annual.Micro}).Draw(t, "scale"))
		case annual.Signed:
			if rapid.Bool().Draw(t, "less") {
				n = -n
			}
		}
		return figure(n)
	case k < 27:
		return annual.Value{Kind: annual.Blank}, ""
	case k < 29:
		return annual.Value{Kind: annual.NA}, rapid.SampledFrom([]string{"/", "-", "—", "不适用"}).Draw(t, "mark")
	}
	return annual.Value{Kind: annual.Text}, rapid.SampledFrom(texts).Draw(t, "text")
}

func testProse(t *rapid.T) string {
	var out []string
	for range rapid.IntRange(1, 4).Draw(t, "paragraphs") {
		p := rapid.SampledFrom(sections).Draw(t, "section")
		for range rapid.IntRange(1, 5).Draw(t, "sentences") {
			p += rapid.SampledFrom(sentences).Draw(t, "sentence")
		}
		out = append(out, p)
	}
	return strings.Join(out, "\n")
}

// A failer is *testing.T or *rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

func readBack(t failer, name string, write writer, r *annual.Report) *annual.Report {
	var b bytes.Buffer
	if err := write(&b, r, Options{}); err != nil {
		t.Fatalf("writing: %v", err)
	}
	rd, err := ingest.Read(context.Background(), name, b.Bytes())
	if err != nil {
		t.Fatalf("reading back: %v", err)
	}
	return rd.Report
}

// same compares what a report says. Places, notes and what the reader repaired
// are not part of it, but a file of ours needs no repair.
func same(t failer, want, got *annual.Report, repairs bool) {
	if got.Form != want.Form || got.Organ != want.Organ || got.Year != want.Year || got.Title != want.Title {
		t.Fatalf("front: %s %q %d %q, want %s %q %d %q", got.Form.Edition, got.Organ, got.Year, got.Title, want.Form.Edition, want.Organ, want.Year, want.Title)
	}
	for i, v := range want.Values {
		id := want.Form.Cells[i].ID
		if got.Values[i] != v {
			t.Fatalf("%s: read %v %q, written %v %q", id, got.Values[i], got.Raw(i), v, want.Raw(i))
		}
		if !v.Known() && strings.TrimSpace(got.Raw(i)) != want.Raw(i) {
			t.Fatalf("%s: read %q, written %q", id, got.Raw(i), want.Raw(i))
		}
	}
	if got.Signature != want.Signature || got.Dated != want.Dated {
		t.Fatalf("signed %q %s, want %q %s", got.Signature, got.Dated, want.Signature, want.Dated)
	}
	if got.Intro != want.Intro {
		t.Fatalf("intro reads\n%q\nwant\n%q", got.Intro, want.Intro)
	}
	for i := range want.Chapters {
		if got.Chapters[i] != want.Chapters[i] || got.Headings[i] != want.Headings[i] {
			t.Fatalf("chapter %d reads %q\n%q\nwant %q\n%q", i+1, got.Headings[i], got.Chapters[i], want.Headings[i], want.Chapters[i])
		}
	}
	if !repairs && (len(got.Repairs) > 0 || len(got.Undecided) > 0 || len(got.Missing) > 0) {
		t.Fatalf("repairs %+v, undecided %+v, missing %v", got.Repairs, got.Undecided, got.Missing)
	}
}

// A written file read back gives the identical report.
func TestWrittenFilesReadBackIdentical(t *testing.T) {
	if _, err := findFonts(nil); err != nil {
		fontsMissing(t, err)
	}
	for _, c := range []struct {
		name  string
		write writer
		texts []string
	}{{"r.docx", DOCX, inWords}, {"r.html", HTML, inWords}, {"rich.html", Rich, inWords}, {"r.pdf", PDF, inWords},
		{"r.xlsx", XLSX, inWords}, {"r.csv", CSV, inWords}, {"r.json", JSON, inWords}} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "r.pdf" { // a reader in a sandbox: a fifth of the draws
				draw := rapid.Custom(func(t *rapid.T) *annual.Report { return testReport(t, c.texts) })
				for seed := range 20 {
					want := draw.Example(seed)
					same(t, want, readBack(t, c.name, c.write, want), false)
				}
				return
			}
			rapid.Check(t, func(t *rapid.T) {
				want := testReport(t, c.texts)
				same(t, want, readBack(t, c.name, c.write, want), false)
			})
		})
	}
}

// The page also states its publication date.
func TestHTMLReadsBackThePublicationDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := testReport(t, withDigits)
		want.Published = law.Day(want.Year+1, 1, rapid.IntRange(1, 31).Draw(t, "published"))
		got := readBack(t, "r.html", HTML, want)
		if got.Published != want.Published {
			t.Fatalf("published %s, want %s", got.Published, want.Published)
		}
		same(t, want, got, false)
	})
}
