package ingest

import (
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
	return s
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
	all     map[string]bool
	byFirst map[rune][][]rune // longest first
}

var allLabels = sync.OnceValue(func() *labelIndex {
	x := &labelIndex{all: map[string]bool{}, byFirst: map[rune][][]rune{}}
	for _, f := range annual.Editions() {
		for _, s := range sequences()[f.Edition] {
			for fold := range s.spellings {
				x.all[fold] = true
			}
			for _, l := range s.labels {
				x.put(text.Fold(l.text))
			}
		}
		for _, c := range f.Chapters {
			x.put(text.Fold(c.Ordinal + "、" + c.Title))
		}
	}
	return x
})

func (x *labelIndex) put(fold string) {
	r := []rune(fold)
	if len(r) < 2 {
		return
	}
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

func (x *labelIndex) known(fold string) bool { return x.all[fold] }

// longest returns the length of the longest label that the runes begin with.
func (x *labelIndex) longest(r []rune) int {
	for _, l := range x.byFirst[r[0]] {
		if len(l) <= len(r) && string(l) == string(r[:len(l)]) {
			return len(l)
		}
	}
	return 0
}
