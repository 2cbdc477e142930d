package oversight

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
)

// scorer and leader are two people of the office.
var (
	scorer   = org.Viewer{Person: 1, Name: "评分人"}
	leader   = org.Viewer{Person: 2, Name: "复核人"}
	head     = org.Viewer{Person: 3, Name: "机关负责人"}
	scoreDay = law.Day(2026, 4, 10)
)

// worked reads one worked example: facts as lines, with the points and the total
// that somebody reckoned by hand, and below a ruler what the program printed.
//
//	方案 D 2026年度
//	1.1 数 45 40 38 …        figures by period
//	2.3 比 9/10               a ratio
//	1.2 日 按时|未办|迟3       a date
//	2.1 有 14                 how many are there
//	1.1 扣 late 2 说明         an event, so many times
//	4.1 查                    looked at, nothing found
//	2.2 给 18 理由             points given
//	5.2 加 high 1             a bonus granted
//	# words for the reader
//	得 1.1 25                  reckoned by hand
//	总分 87.5                  reckoned by hand
func worked(t *testing.T, text string) (printed string) {
	t.Helper()
	var s *Scheme
	var r *Round
	var a Assessment
	file := []ScoreFile{{File: 1}}
	must := func(line string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	number := func(line, w string) int64 {
		n, err := strconv.ParseInt(w, 10, 64)
		must(line, err)
		return n
	}
	hand := map[string]Points{}
	total := ""
	for _, line := range strings.Split(text, "\n") {
		w := strings.Fields(line)
		switch {
		case len(w) == 0 || w[0] == "#":
			continue
		case w[0] == "方案":
			var ok bool
			if s, ok = ShippedScheme(w[1]); !ok {
				t.Fatalf("no scheme %s", w[1])
			}
			r = &Round{Year: 2026, Period: PeriodYear, Number: 1, State: RoundScoring}
			if len(w) > 3 {
				r.Period, r.Number = PeriodQuarter, int(number(line, w[3]))
			}
			a = NewAssessment(s, r.Period, 7)
			continue
		case w[0] == "得":
			p, err := ParsePoints(w[2])
			must(line, err)
			hand[w[1]] = p
			continue
		case w[0] == "总分":
			total = w[1]
			continue
		}
		key := w[0]
		m := a.Mark(key)
		if m == nil {
			t.Fatalf("%s: the round has no %s", line, key)
		}
		i, _ := s.Indicator(key)
		reason := strings.Join(w[min(len(w), 3):], " ") + "（核对）"
		switch w[1] {
		case "数":
			var f Fact
			for _, x := range w[2:] {
				f.Each = append(f.Each, number(line, x))
			}
			must(line, a.Enter(s, r, scorer, key, m.Version, f, "台账", nil, scoreDay))
		case "比":
			n, of, _ := strings.Cut(w[2], "/")
			must(line, a.Enter(s, r, scorer, key, m.Version, Fact{N: number(line, n), Of: number(line, of)}, "台账", nil, scoreDay))
		case "日":
			f := Fact{Done: true}
			if late, ok := strings.CutPrefix(w[2], "迟"); ok {
				f.Days = number(line, late)
			} else if w[2] == "未办" {
				f.Done = false
			}
			must(line, a.Enter(s, r, scorer, key, m.Version, f, "台账", nil, scoreDay))
		case "有":
			must(line, a.Enter(s, r, scorer, key, m.Version, Fact{N: number(line, w[2])}, "台账", nil, scoreDay))
		case "扣":
			e := ScoreEvent{Key: w[2], Count: number(line, w[3]), Text: strings.Join(w[4:], " ") + "。"}
			must(line, a.AddEvent(s, r, scorer, key, m.Version, e, scoreDay))
		case "查":
			must(line, a.LookedAt(s, r, scorer, key, m.Version, scoreDay))
		case "给":
			p, err := ParsePoints(w[2])
			must(line, err)
			must(line, a.Give(s, r, scorer, key, m.Version, p, reason, file, scoreDay))
		case "加":
			e := ScoreEvent{Key: w[2], Count: number(line, w[3]), Text: "文件。", Files: file}
			must(line, a.AskBonus(s, r, head, key, m.Version, e, scoreDay))
			m = a.Mark(key)
			must(line, a.DecideBonus(s, r, scorer, key, m.Version, m.Events[len(m.Events)-1].N, true, number(line, w[3]), "", scoreDay))
		default:
			t.Fatalf("%s: what is %s", line, w[1])
		}
		_ = i
	}
	var b strings.Builder
	for _, m := range a.Marks {
		i, _ := s.Indicator(m.Key)
		fmt.Fprintf(&b, "%s %s：%s／%s %s\n", m.Key, i.Name, m.Points, i.Max, m.State.Chinese())
		for _, l := range i.Reckon(&m, r.Span()).Lines {
			fmt.Fprintf(&b, "    %s", l.Text)
			if l.Points != 0 {
				fmt.Fprintf(&b, "  %s", l.Points)
			}
			b.WriteString("\n")
		}
		if p, ok := hand[m.Key]; ok && p != m.Points {
			t.Errorf("%s: %s by the program, %s by hand", m.Key, m.Points, p)
		}
	}
	fmt.Fprintln(&b, a.Formula(s))
	if a.Total.String() != total {
		t.Errorf("total %s by the program, %s by hand", a.Total, total)
	}
	return b.String()
}

// Each shipped scheme with a set of facts: what was reckoned by hand is what the
// program says, and every step of it is printed.
func TestWorkedExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/scores/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, _, _ := strings.Cut(string(b), "\n----\n")
			seen[strings.Fields(text)[1]] = true
			out := text + "\n----\n" + worked(t, text)
			if *update {
				if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(b, []byte(out)) && !*update {
				t.Errorf("%s is printed otherwise now:\n%s", file, out)
			}
		})
	}
	list, _ := ShippedSchemes()
	for _, s := range list {
		if !seen[s.Code] {
			t.Errorf("scheme %s has no worked example", s.Code)
		}
	}
}
