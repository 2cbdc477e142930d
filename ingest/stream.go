package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/doc"
	"gongkai/text"
)

// A token is one cell, one line or one paragraph of the document, in reading
// order. Every file type becomes the same stream, so that one aligner serves
// them all.
type token struct {
	raw   string
	fold  string // text.Fold(raw)
	n     int    // runes of fold
	at    doc.Place
	row   int // number of the printed row it stands in, -1 where the source has no rows
	grid  int // ordinal of its grid, -1 outside grids
	col   int // first grid column, and how many it covers
	span  int
	para  int       // ordinal of the paragraph or cell it was cut from: prose is joined again by it
	level int       // heading level
	id    int       // of the label of some edition that fold is, letter for letter; 0 if it is none
	near  *nearText // once a label like it was looked for
	value int8      // what valueLike says of it: 0 not asked, 1 yes, -1 no
}

// nearText is a token's fold as labels are compared with it: its runes, those
// without the number in front, and their runeBits.
type nearText struct {
	full, bare []rune
	bits       uint64
}

// known reports whether the token is a label of some edition.
func (t *token) known() bool { return t.id > 0 }

// cell reports whether the token stands in a table cell, where empty text is a
// blank cell and not merely nothing.
func (t *token) cell() bool { return t.row >= 0 }

// residue is what Word leaves in text when a bookmark is flattened.
var residue = regexp.MustCompile(`\[bookmark: ?[^\]]{0,40}\]`)

// stream flattens a document. Tab-indented lines are the cells of a table that
// some converter flattened to one cell a line: an empty line ends the row.
type stream struct {
	tokens  []token
	residue []doc.Place // where Word residue was dropped
	rows    int
	paras   int
	open    int // index of the open row's last token, -1 if no row is open
}

func newStream(d *doc.Document) *stream {
	n := len(d.Blocks)
	for _, b := range d.Blocks {
		if b.Grid != nil {
			n += len(b.Grid.Cells)
		}
	}
	s := &stream{open: -1, tokens: make([]token, 0, n+n/8)}
	grids := 0
	for _, b := range d.Blocks {
		if len(s.tokens) > tokensMax {
			break // nothing of it will be read
		}
		if b.Grid != nil {
			s.closeRow()
			s.addGrid(b.Grid, grids)
			grids++
			continue
		}
		s.addPara(b.Para)
	}
	return s
}

func (s *stream) closeRow() {
	if s.open >= 0 {
		s.open = -1
		s.rows++
	}
}

func (s *stream) add(t token) {
	t.raw = s.clean(t.raw, t.at)
	t.fold = text.Fold(t.raw)
	t.n = utf8.RuneCountInString(t.fold)
	t.id = allLabels().id(t.fold)
	s.tokens = append(s.tokens, t)
}

func (s *stream) clean(raw string, at doc.Place) string {
	if !strings.Contains(raw, "[bookmark") {
		return raw
	}
	if out := residue.ReplaceAllString(raw, ""); out != raw {
		s.residue = append(s.residue, at)
		return out
	}
	return raw
}

func (s *stream) addGrid(g *doc.Grid, ordinal int) {
	last := -1
	for _, c := range g.Cells {
		if c.Row != last {
			s.rows++
			last = c.Row
		}
		s.paras++
		if len(c.Text) > 600 && strings.Contains(c.Text, "\n") {
			// A cell that holds a page is layout, not a figure.
			for _, line := range strings.Split(c.Text, "\n") {
				s.paras++
				s.addLine(line, token{at: c.At, row: -1, grid: -1, para: s.paras})
			}
			continue
		}
		s.add(token{raw: c.Text, at: c.At, row: s.rows, grid: ordinal, col: c.Col, span: c.ColSpan, para: s.paras})
	}
	s.rows++
}

// pageNumber matches the line at a page's end: - 4 -, — 4 —, 第4页 共7页.
var pageNumber = regexp.MustCompile(`^(?:[-－—–―]+ ?\d{1,3} ?[-－—–―]+|第 ?\d{1,3} ?页(?:[ ,，/]*共 ?\d{1,3} ?页)?)\s*$`)

func (s *stream) addPara(p *doc.Para) {
	trimmed := strings.TrimLeft(p.Text, " \u00a0\u3000")
	switch {
	case len(trimmed) < 40 && pageNumber.MatchString(trimmed):
		// A page ends here, the row or the sentence need not.
	case strings.HasPrefix(trimmed, "\t"):
		for _, piece := range strings.Split(trimmed[1:], "\t") {
			s.paras++
			s.add(token{raw: piece, at: p.At, row: s.rows, grid: -1, para: s.paras})
		}
		s.open = len(s.tokens) - 1
	case p.Text == "":
		s.closeRow()
	case strings.TrimSpace(p.Text) == "":
		// Spaces inside a cell that runs over several lines.
	case s.open >= 0 && s.tokens[s.open].n <= 200 && utf8.RuneCountInString(p.Text) <= 40 && !endsFigure(s.tokens[s.open].raw):
		t := &s.tokens[s.open]
		t.raw = s.clean(t.raw+"\n"+p.Text, p.At)
		t.fold = text.Fold(t.raw)
		t.n = utf8.RuneCountInString(t.fold)
		t.id = allLabels().id(t.fold)
	default:
		s.closeRow()
		s.paras++
		s.addLine(p.Text, token{at: p.At, row: -1, grid: -1, para: s.paras, level: p.Level})
	}
}

func endsFigure(raw string) bool {
	raw = strings.TrimSpace(raw)
	return raw != "" && raw[len(raw)-1] >= '0' && raw[len(raw)-1] <= '9'
}

// denseLabels is how many labels the least table has.
const denseLabels = 8

// cutDense cuts a paragraph in which a whole table stands without separators,
// at every label; nil where it is ordinary text.
func cutDense(raw string) []string {
	if len(raw) < 120 {
		return nil
	}
	idx := allLabels()
	if !strings.ContainsAny(raw, "0123456789") || idx.atMost(raw) < denseLabels {
		return nil
	}
	runes, offs := foldMap(raw)
	type hit struct{ from, to int }
	var hits []hit
	for i := 0; i < len(runes); {
		if n := idx.longest(runes[i:]); n > 0 {
			hits = append(hits, hit{offs[i], offs[i+n]})
			i += n
			continue
		}
		i++
	}
	figures, covered := 0, 0 // prose lists labels too, but a table has figures right behind them
	for _, h := range hits {
		covered += h.to - h.from
		if bareFigure(raw[h.to:]) {
			figures++
		}
	}
	if len(hits) < denseLabels || figures < 3 && (figures == 0 || 10*covered < 6*len(raw)) {
		return nil
	}
	var out []string
	at := 0
	for _, h := range hits {
		out = appendGap(out, raw[at:h.from])
		out = append(out, raw[h.from:h.to])
		at = h.to
	}
	return appendGap(out, raw[at:])
}

// bareFigure reports whether a text begins with a figure that has no unit of a
// sentence behind it: 结果维持 72 件，结果纠正 64 件 is prose, though it lists the
// labels of a table.
func bareFigure(s string) bool {
	s = strings.TrimLeft(s, " \u00a0\u3000")
	rest := strings.TrimLeft(s, "0123456789")
	if rest == s {
		return false
	}
	rest = strings.TrimLeft(rest, " \u00a0\u3000")
	for _, unit := range []string{"件", "个", "项", "条", "宗", "起", "次", "人", "年", "，", "；", "。", "、"} {
		if strings.HasPrefix(rest, unit) {
			return false
		}
	}
	return true
}

// appendGap adds what stands between two labels: figures separated by spaces
// become one token each.
func appendGap(out []string, gap string) []string {
	if strings.TrimSpace(gap) == "" {
		return out
	}
	fields := strings.Fields(gap)
	for _, f := range fields {
		if !isFigure(f) {
			return append(out, gap)
		}
	}
	return append(out, fields...)
}

func isFigure(s string) bool {
	for _, r := range s {
		if !(r >= '0' && r <= '9' || strings.ContainsRune("+-/.,—", r)) {
			return false
		}
	}
	return s != ""
}

// foldMap folds a text and remembers for every folded rune, and for the end,
// the byte at which it starts in the text.
func foldMap(raw string) (runes []rune, offs []int) {
	runes, offs = make([]rune, 0, len(raw)/3+8), make([]int, 0, len(raw)/3+9)
	for i, r := range raw {
		if f := text.FoldRune(r); f >= 0 {
			runes = append(runes, f)
			offs = append(offs, i)
		}
	}
	return runes, append(offs, len(raw))
}
