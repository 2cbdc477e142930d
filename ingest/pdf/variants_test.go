package pdf_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gongkai/doc"
	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
)

// A variant is one way in which an office makes the report's pdf.
type variant struct {
	name string
	make func() []byte // the pdf; html, docx and xlsx sources are printed in one go before
	want []annual.Value
	more bool // printed only with -all
	// least is the number of figures that must be read; the others must be named
	// as undecided or missing. 0 stands for all of them, -1 for none.
	least int
	note  string // code of a note that must be there
	fails string // code of the error, where nothing can be read
}

var (
	only = flag.String("only", "", "pattern of the variants' names to make")
	all  = flag.Bool("all", false, "print every variant, not only those of each kind")
	keep = flag.String("keep", "", "folder to keep the variants' files in")
)

// plainFigures tell their cells apart: no figure equals a neighbour's.
func plainFigures() *annual.Report {
	r := annual.New(annual.Edition("2021"), "青石镇人民政府", 2023)
	r.Title, r.Signature = "青石镇人民政府2023年政府信息公开工作年度报告", "青石镇人民政府"
	r.Dated.Year, r.Dated.Month, r.Dated.Day = 2024, 1, 18
	for i := range r.Values {
		r.Values[i] = annual.Num(int64(i * 7 % 143))
	}
	r.Set("t2.fees.amount", annual.Num(38000))
	for i, c := range r.Form.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
		if c.Table == "" {
			r.Chapters[i] = "本年度按照条例要求开展工作，栏目更新及时，群众满意，全年公开126条，比上年增加12条。各村公示栏同步张贴，方便没有上网条件的群众查看，并由专人每周检查。\n（一）第一方面的情况，与上年相比有所改进。"
		}
	}
	return r
}

// sparseFigures leave a third of the places blank, some of whole rows.
func sparseFigures() *annual.Report {
	r := plainFigures()
	for i := range r.Values {
		if i*i%11 == 3 || i > 90 && i < 100 {
			r.Values[i] = annual.Value{Kind: annual.Blank}
		}
	}
	return r
}

// quietFigures are those of a small organ: noughts and a few small numbers.
func quietFigures() *annual.Report {
	r := plainFigures()
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
		if i%11 == 3 {
			r.Values[i] = annual.Num(int64(i % 9))
		}
	}
	return r
}

// A tally is what became of a report's figures.
type tally struct {
	right, undecided, missing, unnamed, wrong int
	first                                     []string // of those that are wrong or unnamed
}

// count compares what was read with what was printed: a figure is right, or
// named as undecided, or its row or table is named as missing.
func count(want []annual.Value, got *annual.Report) (n tally) {
	open := map[string]bool{}
	for _, u := range got.Undecided {
		for _, id := range u.Cells {
			open[id] = true
		}
	}
	f := annual.Edition("2021")
	for i, v := range want {
		id := f.Cells[i].ID
		g := got.Get(id)
		switch {
		case g == v:
			n.right++
		case open[id], g.Kind == annual.Text: // text in a figure's place is shown and objected to
			n.undecided++
		case g.Kind == annual.Absent && slices.ContainsFunc(got.Missing, func(m string) bool { return m == id || strings.HasPrefix(id, m+".") }):
			n.missing++
		case g.Kind == annual.Absent:
			n.unnamed++
			n.first = append(n.first, "unnamed "+id)
		default:
			n.wrong++
			n.first = append(n.first, fmt.Sprintf("%s: printed %v, read %v", id, v, g))
		}
	}
	return n
}

// However the form is drawn and printed, every figure that is read stands in
// its cell; what cannot be told is named.
func TestWaysToPrintTheForm(t *testing.T) {
	vs := variants(t)
	var table strings.Builder
	fmt.Fprintf(&table, "%-44s %6s %9s %7s %7s %5s\n", "", "right", "undecided", "missing", "unnamed", "wrong")
	var sum tally
	made := 0
	chosen := regexp.MustCompile(*only)
	for _, v := range vs {
		if !chosen.MatchString(v.name) || !*all && v.more {
			continue
		}
		made++
		data := v.make()
		if *keep != "" {
			write(t, filepath.Join(*keep, strings.ReplaceAll(v.name, "/", "_")+".pdf"), string(data))
		}
		rd, err := ingest.Read(context.Background(), "report.pdf", data)
		if v.fails != "" || err != nil {
			code := ""
			if err != nil {
				code = limit.Code(err)
			}
			fmt.Fprintf(&table, "%-44s error %s\n", v.name, code)
			if code != v.fails {
				t.Errorf("%s: error %v, want %q", v.name, err, v.fails)
			}
			continue
		}
		n := count(v.want, rd.Report)
		fmt.Fprintf(&table, "%-44s %6d %9d %7d %7d %5d\n", v.name, n.right, n.undecided, n.missing, n.unnamed, n.wrong)
		sum.right, sum.undecided, sum.missing, sum.unnamed, sum.wrong = sum.right+n.right, sum.undecided+n.undecided, sum.missing+n.missing, sum.unnamed+n.unnamed, sum.wrong+n.wrong
		least := v.least
		if least == 0 {
			least = len(v.want)
		}
		if n.wrong > 0 || n.unnamed > 0 || n.right < least {
			t.Errorf("%s: %d right (at least %d), %d wrong, %d unnamed: %s", v.name, n.right, least, n.wrong, n.unnamed, strings.Join(n.first[:min(4, len(n.first))], "; "))
		}
		if v.note != "" && !slices.ContainsFunc(rd.Report.Notes, func(d doc.Note) bool { return d.Code == v.note }) {
			t.Errorf("%s: no note %s: %v", v.name, v.note, rd.Report.Notes)
		}
	}
	fmt.Fprintf(&table, "%-44s %6d %9d %7d %7d %5d\n", fmt.Sprintf("%d ways", made), sum.right, sum.undecided, sum.missing, sum.unnamed, sum.wrong)
	t.Log("\n" + table.String())
	if *keep != "" {
		_ = os.WriteFile(filepath.Join(*keep, "table.txt"), []byte(table.String()), 0o600)
	}
}
