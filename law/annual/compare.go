package annual

import (
	"strings"

	"gongkai/text"
)

// A Difference is one cell that two reports do not share. Where the editions
// differ, Comparable is false for cells whose meaning changed (both figures
// are shown, never subtracted) or that one edition lacks (its side is Absent).
type Difference struct {
	Cell       string // id in the newer edition, or in the only one that has it
	Label      string
	A, B       Value
	Comparable bool
}

// A crossing says how cells of the 2021 form stand to those of 2019. Cells of
// the same id that are not named here mean the same.
type crossing struct {
	newer      string // id, or prefix of ids ending in "."
	older      string // the counterpart, "" for none
	comparable bool
}

var crossings = []crossing{
	{"t2.rules.repealed", "", false},
	{"t2.normative.repealed", "", false},
	{"t2.rules.in_force", "t2.rules.total", false}, // 对外公开总数量 is not 现行有效件数
	{"t2.normative.in_force", "t2.normative.total", false},
	{"t2.fees.amount", "", false},
	{"t3.other_overdue.", "", false}, // added up into 其他处理 below
	{"t3.other_unpaid.", "", false},
	{"t3.other_misc.", "", false},
}

// Compare lists the cells in which two reports differ, in the form's order.
// Across editions the one row 其他处理 of 2019 is held against the sum of the
// three rows of 2021, under the 2019 id.
func Compare(a, b *Report) []Difference {
	if a.Form == b.Form {
		var out []Difference
		for i, c := range a.Form.Cells {
			if a.Values[i] != b.Values[i] {
				out = append(out, Difference{c.ID, a.Form.label(i), a.Values[i], b.Values[i], true})
			}
		}
		return out
	}
	if a.Form.FromYear > b.Form.FromYear {
		out := Compare(b, a)
		for i := range out {
			out[i].A, out[i].B = out[i].B, out[i].A
		}
		return out
	}
	return compareAcross(a, b)
}

// compareAcross compares an older form a with a newer one b.
func compareAcross(a, b *Report) []Difference {
	var out []Difference
	used := map[string]bool{}
	add := func(id, label string, va, vb Value, comparable bool) {
		if !comparable || va != vb {
			out = append(out, Difference{id, label, va, vb, comparable})
		}
	}
	for i, c := range b.Form.Cells {
		x, special := crossingOf(c.ID)
		switch {
		case special && strings.HasSuffix(x.newer, "."):
			if col := strings.TrimPrefix(c.ID, "t3.other_overdue."); col != c.ID {
				old := "t3.other." + col
				used[old] = true
				sum := addUp(b.Get("t3.other_overdue."+col), b.Get("t3.other_unpaid."+col), b.Get("t3.other_misc."+col))
				add(old, a.Form.labelOf(old), a.Get(old), sum, true)
			}
		case special:
			if x.older != "" {
				used[x.older] = true
			}
			label := b.Form.label(i)
			if x.older != "" {
				label += "（对照" + a.Form.labelOf(x.older) + "）"
			}
			add(c.ID, label, a.Get(x.older), b.Values[i], x.comparable)
		default:
			_, both := a.Form.Index(c.ID)
			used[c.ID] = true
			add(c.ID, b.Form.label(i), a.Get(c.ID), b.Values[i], both)
		}
	}
	for i, c := range a.Form.Cells {
		if !used[c.ID] {
			add(c.ID, a.Form.label(i), a.Values[i], Value{}, false)
		}
	}
	return out
}

func crossingOf(id string) (crossing, bool) {
	for _, x := range crossings {
		if x.newer == id || strings.HasSuffix(x.newer, ".") && strings.HasPrefix(id, x.newer) {
			return x, true
		}
	}
	return crossing{}, false
}

// addUp adds figures; one that is not known leaves the sum blank.
func addUp(values ...Value) Value {
	if n, ok := sum(values...); ok {
		return Num(n)
	}
	return Value{Kind: Blank}
}

// CompareSum holds a parent's report (A) against the sum of its children (B).
// Cells that some child leaves blank are not comparable.
func CompareSum(parent *Report, children ...*Report) ([]Difference, error) {
	total, details, err := SumWithDetail(children...)
	if err != nil {
		return nil, err
	}
	lacking := map[string]bool{}
	for _, d := range details {
		lacking[d.Cell] = true
	}
	out := Compare(parent, total)
	for i := range out {
		if lacking[out[i].Cell] {
			out[i].Comparable = false
		}
	}
	return out, nil
}

// ChangeKind says how a paragraph of one report stands to the other.
type ChangeKind string

// The kinds of a paragraph.
const (
	Same    ChangeKind = "same"
	Changed ChangeKind = "changed"
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
)

// A ProseDiff is one paragraph of either report, in reading order.
type ProseDiff struct {
	Chapter string // 引言, or the ordinal 一 … 六
	Kind    ChangeKind
	A, B    string // "" where that report has none
}

// maxParagraphs bounds the comparison of one chapter; what lies beyond is
// listed as removed and added.
const maxParagraphs = 400

// CompareProse compares two reports' prose chapter by chapter, by paragraph.
// Paragraphs that differ only in width and punctuation are the same; of the
// rest, neighbours at the same place that share wording are one change.
func CompareProse(a, b *Report) []ProseDiff {
	out := compareParagraphs("引言", a.Intro, b.Intro)
	for i, c := range b.Form.Chapters {
		var x, y string
		if i < len(a.Chapters) {
			x = a.Chapters[i]
		}
		if i < len(b.Chapters) {
			y = b.Chapters[i]
		}
		out = append(out, compareParagraphs(c.Ordinal, x, y)...)
	}
	return out
}

func paragraphs(s string) []string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func compareParagraphs(chapter, s, t string) []ProseDiff {
	a, b := paragraphs(s), paragraphs(t)
	fa, fb := make([]string, len(a)), make([]string, len(b))
	for i := range a {
		fa[i] = text.Fold(a[i])
	}
	for i := range b {
		fb[i] = text.Fold(b[i])
	}
	var out []ProseDiff
	i, j := 0, 0
	for _, m := range append(commonParagraphs(fa, fb), [2]int{len(a), len(b)}) {
		out = append(out, between(chapter, a[i:m[0]], b[j:m[1]])...)
		if m[0] < len(a) && m[1] < len(b) {
			out = append(out, ProseDiff{chapter, Same, a[m[0]], b[m[1]]})
		}
		i, j = m[0]+1, m[1]+1
		if i > len(a) || j > len(b) {
			break
		}
	}
	return out
}

// commonParagraphs is the longest common subsequence as pairs of positions.
func commonParagraphs(a, b []string) [][2]int {
	n, m := min(len(a), maxParagraphs), min(len(b), maxParagraphs)
	length := make([][]int32, n+1)
	for i := range length {
		length[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i++
			j++
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// between pairs the paragraphs of a gap in order where they share wording.
func between(chapter string, a, b []string) []ProseDiff {
	var out []ProseDiff
	j := 0
	for _, x := range a {
		k := -1
		for c := j; c < len(b) && c < j+8; c++ {
			if alike(x, b[c]) {
				k = c
				break
			}
		}
		if k < 0 {
			out = append(out, ProseDiff{chapter, Removed, x, ""})
			continue
		}
		for ; j < k; j++ {
			out = append(out, ProseDiff{chapter, Added, "", b[j]})
		}
		out = append(out, ProseDiff{chapter, Changed, x, b[k]})
		j = k + 1
	}
	for ; j < len(b); j++ {
		out = append(out, ProseDiff{chapter, Added, "", b[j]})
	}
	return out
}

// alike reports whether two paragraphs share a third of their bigrams.
func alike(a, b string) bool {
	seen := map[string]int{}
	n := 0
	for _, g := range text.Bigrams(a) {
		seen[g]++
		n++
	}
	same := 0
	for _, g := range text.Bigrams(b) {
		n++
		if seen[g] > 0 {
			seen[g]--
			same++
		}
	}
	return n > 0 && 6*same >= n
}
