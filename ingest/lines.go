package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/text"
)

// addLine adds a line of running text. A line that carries labels, a label and
// its figures, or a whole table without separators, is cut where labels stand:
// so a PDF viewer copies the rows of a table.
func (s *stream) addLine(raw string, t token) {
	for _, piece := range linePieces(raw) {
		u := t
		u.raw = piece
		s.add(u)
	}
}

// linePieces cuts a line into what stood in cells of its own; ordinary text is
// one piece.
func linePieces(raw string) []string {
	if strings.Contains(raw, "\t") {
		var out []string
		for _, piece := range strings.Split(raw, "\t") {
			if strings.TrimSpace(piece) != "" {
				out = append(out, piece)
			}
		}
		return out
	}
	if pieces := cutDense(raw); pieces != nil {
		return pieces
	}
	if len(raw) > 3*rowLineMax {
		return []string{raw}
	}
	if pieces := cutLabels(raw); pieces != nil {
		return pieces
	}
	if fields := strings.Fields(raw); len(fields) >= rowFigures && !slices.ContainsFunc(fields, func(f string) bool { return !isFigure(f) }) {
		return fields
	}
	if head, tail := cutFigures(raw); tail != "" {
		return append(cutGroup(head), strings.Fields(tail)...)
	}
	return []string{raw}
}

// rowLineMax bounds, in characters, a line that holds a row or the head of a
// table: the longest label and seven figures.
const rowLineMax = 120

// cutLabels cuts a line that is nothing but labels: 行政复议行政诉讼, or
// 信息内容 本年处理决定数量. It returns nil for anything else.
func cutLabels(raw string) []string {
	idx := allLabels()
	if len(raw) < 12 || strings.ContainsAny(raw, "023456789。，") || idx.atMost(raw) < 2 || idx.id(text.Fold(raw)) != 0 {
		return nil
	}
	runes, offs := foldMap(raw)
	var out []string
	for i := 0; i < len(runes); {
		n := idx.longest(runes[i:])
		if n == 0 {
			return nil
		}
		out = append(out, raw[offs[i]:offs[i+n]])
		i += n
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// rowFigures is how many figures make a line a row of a table, whatever text
// stands before them.
const rowFigures = 5

// cutFigures splits "一、本年新收政府信息公开申请数量 64 0 0 2 0 4 70" into the label
// and its figures; tail is empty where the line is no such thing.
func cutFigures(raw string) (head, tail string) {
	cut := len(raw)
	for cut > 0 {
		r, size := utf8.DecodeLastRuneInString(raw[:cut])
		if !(r >= '0' && r <= '9' || r >= '０' && r <= '９' || unicode.IsSpace(r) || strings.ContainsRune("+-/—.,．，", r)) {
			break
		}
		cut -= size
	}
	head, tail = raw[:cut], strings.TrimSpace(raw[cut:])
	if cut == 0 || tail == "" || !strings.ContainsAny(tail, "0123456789/０１２３４５６７８９—") || len(head) > 180 || strings.ContainsAny(head, "。；") {
		return raw, ""
	}
	if allLabels().id(text.Fold(head)) != 0 {
		return head, tail
	}
	if !unicode.IsSpace(rune(raw[cut])) || len(strings.Fields(tail)) < rowFigures && strings.ContainsFunc(head, unicode.IsLetter) {
		return raw, ""
	}
	return head, tail
}

// cutGroup cuts the label of a row off what stands before it in its line: the
// rest of the group's label, as in "（四）无 1.本机关不掌握相关政府信息".
func cutGroup(head string) []string {
	idx := allLabels()
	if idx.id(text.Fold(head)) != 0 {
		return []string{head}
	}
	runes, offs := foldMap(head)
	for i := 1; i < len(runes) && i <= groupPieceMax; i++ {
		if !hasHan(string(runes[:i])) {
			continue // the mark behind a number is the label's own
		}
		if idx.id(string(runes[i:])) != 0 || runes[i] >= '1' && runes[i] <= '8' && i+1 < len(runes) && runes[i+1] == '.' {
			return []string{head[:offs[i]], head[offs[i]:]}
		}
	}
	return []string{head}
}

// groupPieceMax is how many characters of a group's label, folded, may stand
// before a row's in one line: （三）不予公开.
const groupPieceMax = 8
