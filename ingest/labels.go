package ingest

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"gongkai/law/annual"
	"gongkai/text"
)

// labelKind says what a label of a table is for.
type labelKind uint8

const (
	titleLabel labelKind = iota // heading of a part, e.g. 第二十条第（一）项
	headLabel                   // column header or corner
	groupLabel                  // spans several rows, has no figures of its own
	rowLabel                    // its figures follow
)

// A label is one printed label of a table, in reading order.
type label struct {
	kind  labelKind
	text  string // as the form prints it
	cells []int  // rowLabel: the row's cells
	part  int
	col   int // headLabel over one column: that column of the part, else -1
	w     float32
}

// A form in which one label may stand, and how well it then fits.
type spelling struct {
	label   int
	fit     float32
	variant string // canonical text, when this spelling is another wording of it
}

// A sequence is the labels of one table of one edition in reading order:
// order and wording together decide what a token is.
type sequence struct {
	form      *annual.Form
	table     *annual.Table
	labels    []label
	spellings map[string][]spelling
	byID      [][]spelling  // the same by the id of the folded text in the labelIndex
	starts    []string      // the spellings sorted, to see whether one begins with a text
	spelt     [][]string    // by label: its spellings
	ranks     []int         // by label: its position among those that tell a second copy, else -1
	folds     []foldedLabel // for fuzzy matching
	values    []int         // tables whose rows have no label (表四): the cells of the one row
}

type foldedLabel struct {
	fold  string
	runes []rune
	bits  uint64
	n     int
	label int
	fit   float32
}

// newSequence derives the labels from the printed layout, so that a third
// edition needs no code.
func newSequence(f *annual.Form, t *annual.Table) *sequence {
	s := &sequence{form: f, table: t, spellings: map[string][]spelling{}}
	part := -1
	for _, row := range annual.Layout(t) {
		figures, lastLabel := []int(nil), -1
		for i, c := range row {
			if c.Cell >= 0 {
				figures = append(figures, c.Cell)
			} else {
				lastLabel = i
			}
		}
		if len(figures) > 0 && lastLabel < 0 {
			s.values = figures
		}
		for i, c := range row {
			if c.Cell >= 0 || c.Text == "" {
				continue
			}
			l := label{text: c.Text, part: max(part, 0), col: -1}
			switch {
			case c.Title:
				part++
				l.kind, l.w, l.part = titleLabel, 0.7, part
			case c.Head:
				l.kind, l.w = headLabel, 0.5
				l.col = columnOf(&t.Parts[l.part], c)
			case i == lastLabel && len(figures) > 0:
				l.kind, l.w, l.cells = rowLabel, 1, figures
				l.part = f.Cells[figures[0]].Part
			default:
				l.kind, l.w = groupLabel, 0.5
			}
			s.add(l)
		}
	}
	s.index()
	return s
}

// index prepares what is looked up for every token.
func (s *sequence) index() {
	s.starts = slices.Sorted(maps.Keys(s.spellings))
	s.spelt = make([][]string, len(s.labels))
	for _, fold := range s.starts {
		for _, sp := range s.spellings[fold] {
			s.spelt[sp.label] = append(s.spelt[sp.label], fold)
		}
	}
	n := 0
	s.ranks = make([]int, len(s.labels))
	for i, l := range s.labels {
		s.ranks[i] = -1
		if l.kind == rowLabel || s.values != nil && l.kind == headLabel {
			s.ranks[i] = n
			n++
		}
	}
}

// spelled lists the labels that the token spells letter for letter.
func (s *sequence) spelled(t *token) []spelling {
	if t.id == 0 {
		return nil
	}
	return s.byID[t.id]
}

// ends reports whether a spelling of the label ends with the text and begins
// with more.
func (s *sequence) ends(fold string, label int) bool {
	return slices.ContainsFunc(s.spelt[label], func(sp string) bool {
		return len(sp) > len(fold) && strings.HasSuffix(sp, fold)
	})
}

// begins reports whether a spelling goes on where the text ends.
func (s *sequence) begins(fold string) bool {
	i, _ := slices.BinarySearch(s.starts, fold)
	return i < len(s.starts) && strings.HasPrefix(s.starts[i], fold)
}

// columnOf returns the column of the part that a header cell stands over alone.
func columnOf(p *annual.Part, c annual.LayoutCell) int {
	for i, col := range p.Columns {
		if col.Label() == c.Text && (c.Col+c.ColSpan-1 >= i) {
			if len(p.Columns) == 1 || uniqueLabel(p, c.Text) {
				return i
			}
		}
	}
	return -1
}

func uniqueLabel(p *annual.Part, s string) bool {
	n := 0
	for _, col := range p.Columns {
		if col.Label() == s {
			n++
		}
	}
	return n == 1
}

func (s *sequence) add(l label) {
	i := len(s.labels)
	s.labels = append(s.labels, l)
	full := text.Fold(l.text)
	s.spell(full, i, 1, "")
	bare := bareLabel(full)
	if bare != full {
		s.spell(bare, i, 0.92, "")
	}
	s.fuzzy(full, i, 1)
	s.fuzzy(bare, i, 0.95)
	if l.kind == headLabel && l.col >= 0 {
		for _, a := range s.table.Parts[l.part].Columns[l.col].Also {
			s.spell(text.Fold(a), i, 0.9, l.text)
		}
	}
	if l.kind != rowLabel {
		return
	}
	c := s.form.Cells[l.cells[0]]
	row := s.table.Parts[c.Part].Rows[c.Row]
	for _, a := range row.Also {
		s.spell(text.Fold(a), i, 0.9, l.text)
	}
	if n := len(row.Path); n >= 2 { // the group's label and the row's in one cell
		s.spell(text.Fold(row.Path[n-2]+row.Path[n-1]), i, 0.95, "")
		s.spell(text.Fold(strings.Join(row.Path, "")), i, 0.95, "")
	}
}

func (s *sequence) spell(fold string, label int, fit float32, variant string) {
	s.spellings[fold] = append(s.spellings[fold], spelling{label, fit, variant})
}

func (s *sequence) fuzzy(fold string, label int, fit float32) {
	r := []rune(fold)
	s.folds = append(s.folds, foldedLabel{fold, r, runeBits(r), len(r), label, fit})
}

// bareLabel drops the number in front of a folded label: 一. (一) 1. ①.
func bareLabel(fold string) string {
	if rest, ok := strings.CutPrefix(fold, "("); ok {
		if i := strings.IndexByte(rest, ')'); i > 0 && i <= 6 && onlyOrdinals(rest[:i]) {
			return strings.TrimLeft(rest[i+1:], ".")
		}
	}
	if i := strings.IndexAny(fold, ".)"); i > 0 && i <= 6 && onlyOrdinals(fold[:i]) {
		return fold[i+1:]
	}
	return fold
}

func onlyOrdinals(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("一二三四五六七八九十0123456789", r) {
			return false
		}
	}
	return true
}

// sequences of every edition, made once.
var sequences = sync.OnceValue(func() map[string][]*sequence {
	m := map[string][]*sequence{}
	for _, f := range annual.Editions() {
		for i := range f.Tables {
			m[f.Edition] = append(m[f.Edition], newSequence(f, &f.Tables[i]))
		}
	}
	return m
})

// labelIndex knows every label of every edition, for cutting lines.
type labelIndex struct {
	ids     map[string]int    // from 1
	byFirst map[rune][][]rune // longest first
	pairs   [1 << 13]bool     // by a hash of the first two characters: most begin no label
}

var allLabels = sync.OnceValue(func() *labelIndex {
	x := &labelIndex{ids: map[string]int{}, byFirst: map[rune][][]rune{}}
	for _, f := range annual.Editions() {
		for _, s := range sequences()[f.Edition] {
			for _, fold := range s.starts {
				if x.ids[fold] == 0 {
					x.ids[fold] = len(x.ids) + 1
				}
			}
			for _, l := range s.labels {
				x.put(text.Fold(l.text))
			}
		}
		for _, c := range f.Chapters {
			x.put(text.Fold(c.Ordinal + "、" + c.Title))
		}
	}
	for _, ss := range sequences() {
		for _, s := range ss {
			s.byID = make([][]spelling, len(x.ids)+1)
			for fold, sp := range s.spellings {
				s.byID[x.ids[fold]] = sp
			}
		}
	}
	return x
})

func (x *labelIndex) put(fold string) {
	r := []rune(fold)
	if len(r) < 2 {
		return
	}
	x.pairs[pairHash(r[0], r[1])] = true
	list := x.byFirst[r[0]]
	at := len(list)
	for i, o := range list {
		if string(o) == fold {
			return
		}
		if len(o) < len(r) {
			at = i
			break
		}
	}
	list = append(list, nil)
	copy(list[at+1:], list[at:])
	list[at] = r
	x.byFirst[r[0]] = list
}

// id numbers the folded texts that are labels of some edition, letter for
// letter; 0 is none.
func (x *labelIndex) id(fold string) int { return x.ids[fold] }

func pairHash(a, b rune) uint32 { return (uint32(a)*2654435761 + uint32(b)*40503) >> 7 % (1 << 13) }

// atMost bounds from above how many labels a text holds, without a copy.
func (x *labelIndex) atMost(raw string) int {
	n, last := 0, rune(-1)
	for _, r := range raw {
		if r = text.FoldRune(r); r < 0 {
			continue
		}
		if last >= 0 && x.pairs[pairHash(last, r)] {
			n++
		}
		last = r
	}
	return n
}

// longest returns the length of the longest label that the runes begin with.
func (x *labelIndex) longest(r []rune) int {
	if len(r) < 2 || !x.pairs[pairHash(r[0], r[1])] {
		return 0
	}
	for _, l := range x.byFirst[r[0]] {
		if len(l) <= len(r) && slices.Equal(l, r[:len(l)]) {
			return len(l)
		}
	}
	return 0
}
