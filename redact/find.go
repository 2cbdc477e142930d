package redact

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"gongkai/ingest/pdf"
	"gongkai/vetting"
)

// A Kind of words that are found by their form.
type Kind struct {
	Code, Chinese string
	form          vetting.Kind
}

var kinds = []Kind{
	{"id", "身份证号码", vetting.IDNumber},
	{"phone", "手机、电话号码", vetting.Phone},
	{"bank", "银行账号", vetting.BankCard},
	{"mail", "电子邮箱", vetting.Mail},
}

// Kinds are the kinds that Find knows.
func Kinds() []Kind { return kinds }

// A Line of a page, for those who cannot draw on it.
type Line struct {
	Text string
	Box  Box
}

// Lines are the lines of a sheet in the order of the file, hidden text included:
// the machine that read a scan often wrote it.
func Lines(s *pdf.Sheet) []Line {
	var out []Line
	for _, run := range runs(s.Glyphs) {
		l := Line{Box: boxOf(s, run)}
		var b strings.Builder
		for i, g := range run {
			if i > 0 && gap(run[i-1], g) {
				b.WriteByte(' ')
			}
			b.WriteRune(g.R)
		}
		l.Text = b.String()
		out = append(out, l)
	}
	return out
}

// runs splits glyphs where a line ends.
func runs(gs []pdf.Glyph) (out [][]pdf.Glyph) {
	from := 0
	for i := 1; i <= len(gs); i++ {
		if i < len(gs) && alike(gs[i-1], gs[i]) {
			continue
		}
		if i > from {
			out = append(out, gs[from:i])
		}
		from = i
	}
	return out
}

// alike reports whether b goes on in the line of a.
func alike(a, b pdf.Glyph) bool {
	if a.Turn != b.Turn {
		return false
	}
	if a.Turn&1 == 1 {
		return math.Abs(a.X0+a.X1-b.X0-b.X1) < (a.X1 - a.X0)
	}
	return math.Abs(a.Y0+a.Y1-b.Y0-b.Y1) < (a.Y1-a.Y0) && b.X1 > a.X0
}

// gap reports whether there is a space between neighbours.
func gap(a, b pdf.Glyph) bool {
	if a.Turn&1 == 1 {
		return math.Max(b.Y0-a.Y1, a.Y0-b.Y1) > (a.X1-a.X0)/5
	}
	return b.X0-a.X1 > (a.Y1-a.Y0)/5
}

func boxOf(s *pdf.Sheet, gs []pdf.Glyph) Box {
	x0, y0, x1, y1 := s.W, s.H, 0.0, 0.0
	for _, g := range gs {
		x0, y0, x1, y1 = min(x0, g.X0), min(y0, g.Y0), max(x1, g.X1), max(y1, g.Y1)
	}
	in := func(v, of float64, round func(float64) float64) int { return max(0, min(Full, int(round(v*Full/of)))) }
	return Box{Page: s.Number, X0: in(x0, s.W, math.Floor), Y0: in(y0, s.H, math.Floor), X1: in(x1, s.W, math.Ceil), Y1: in(y1, s.H, math.Ceil)}
}

// plain folds a character: width and case do not count.
func plain(r rune) rune {
	if r >= 0xff01 && r <= 0xff5e {
		r -= 0xfee0
	}
	return unicode.ToLower(r)
}

func fold(s string) []rune {
	var out []rune
	for _, r := range s {
		if !unicode.IsSpace(r) {
			out = append(out, plain(r))
		}
	}
	return out
}

// Find proposes boxes for every place of a sheet where the words stand or
// something of the kinds. A place that goes over the end of a line gets a box in
// each line.
func Find(s *pdf.Sheet, words []string, codes []string) (out []Box) {
	all := make([]rune, len(s.Glyphs))
	for i, g := range s.Glyphs {
		all[i] = plain(g.R)
	}
	add := func(from, to int) {
		for _, run := range runs(s.Glyphs[from:to]) {
			if b := boxOf(s, run); b.X0 < b.X1 && b.Y0 < b.Y1 {
				out = append(out, b)
			}
		}
	}
	for _, w := range words {
		want := fold(w)
		for i := 0; len(want) > 0 && i+len(want) <= len(all); i++ {
			if string(all[i:i+len(want)]) == string(want) {
				add(i, i+len(want))
				i += len(want) - 1
			}
		}
	}
	for _, sp := range slices.Concat(vetting.Spot(all), vetting.Mails(all)) {
		for _, k := range kinds {
			if k.form == sp.Kind && slices.Contains(codes, k.Code) {
				add(sp.From, sp.To)
			}
		}
	}
	return out
}

// Under is what stands under each box of a sheet, by its place in boxes, without
// spaces.
func Under(s *pdf.Sheet, boxes []Box) map[int]string {
	out := map[int]string{}
	for i, b := range boxes {
		if b.Page != s.Number {
			continue
		}
		for _, g := range s.Glyphs {
			if under(g, s, []Box{b}, reaching) {
				out[i] += string(g.R)
			}
		}
	}
	return out
}

// Left counts the places of a sheet where a word stands that no box covers.
func Left(s *pdf.Sheet, word string, boxes []Box) (n int) {
	mine := onPage(boxes, s.Number)
	all := make([]rune, len(s.Glyphs))
	for i, g := range s.Glyphs {
		all[i] = plain(g.R)
	}
	want := fold(word)
	for i := 0; len(want) > 0 && i+len(want) <= len(all); i++ {
		if string(all[i:i+len(want)]) != string(want) {
			continue
		}
		for _, g := range s.Glyphs[i : i+len(want)] {
			if !g.Hidden && !under(g, s, mine, reaching) {
				n++
				break
			}
		}
		i += len(want) - 1
	}
	return n
}
