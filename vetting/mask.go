package vetting

import (
	"cmp"
	"slices"
	"strings"

	"gongkai/rich"
)

// A Practice is how much of a number stays readable when it is masked. A list
// that is put up for objections (公示) has to tell namesakes apart, so something
// stays; the day of birth, the middle of a phone number and the account itself
// never do.
type Practice struct {
	IDFront, IDBack       int // of an ID number, at most 6 and 4
	PhoneFront, PhoneBack int // of a mobile, at most 3 and 4
	CardFront, CardBack   int // of a card, at most 6 and 4
}

// Usual is what most published lists do: 110101********1234, 138****1234,
// 6228***********1234. Where the list also tells the age, the last four digits
// with their check digit leave some thirty days of birth to guess from, so there
// only the last two of an ID number stay.
var Usual = Practice{IDFront: 6, IDBack: 4, PhoneFront: 3, PhoneBack: 4, CardFront: 4, CardBack: 4}

// bounded keeps a practice from showing what is to be hidden.
func (p Practice) bounded() Practice {
	in := func(n, most int) int { return max(0, min(n, most)) }
	return Practice{in(p.IDFront, 6), in(p.IDBack, 4), in(p.PhoneFront, 3), in(p.PhoneBack, 4), in(p.CardFront, 6), in(p.CardBack, 4)}
}

func stars(d string, front, back int) string {
	if len(d) < front+back+4 {
		return strings.Repeat("*", max(3, len(d)))
	}
	return d[:front] + strings.Repeat("*", len(d)-front-back) + d[len(d)-back:]
}

// number masks a number of a kind.
func (p Practice) number(sp Span, aged bool) string {
	d := sp.Digits
	switch sp.Kind {
	case IDNumber:
		back := p.IDBack
		if aged {
			back = min(back, 2)
		}
		switch len(d) {
		case 20:
			back = 0 // they tell kind and degree of a disability
		case 15:
			back = min(back, 3)
		}
		return stars(d, p.IDFront, back)
	case Phone:
		if mobile([]byte(d)) {
			return stars(d[len(d)-11:], p.PhoneFront, p.PhoneBack)
		}
		area := 4
		if d[1] == '1' || d[1] == '2' {
			area = 3
		}
		return d[:area] + "-" + strings.Repeat("*", 4) + d[area+4:]
	}
	return stars(d, p.CardFront, p.CardBack)
}

// cell masks all of a cell that holds numbers of a kind: what has the form of a
// number as usual, every other digit and letter without rest.
func (p Practice) cell(r []rune, k Kind, aged bool) string {
	var b strings.Builder
	hide := func(r []rune) {
		for _, c := range r {
			switch {
			case digit(c) >= 0 || letter(c):
				b.WriteByte('*')
			case !unseen(c):
				b.WriteRune(c)
			}
		}
	}
	at := 0
	for _, sp := range Spot(r) {
		hide(r[at:sp.From])
		if k == BankCard {
			sp.Kind = BankCard
		}
		b.WriteString(p.number(sp, aged))
		at = sp.To
	}
	hide(r[at:])
	if s := b.String(); strings.Contains(s, "***") {
		return s
	}
	return "***"
}

// hidden reports a cell that is masked already: stars or crosses, and no group
// of digits that is long enough to be a number.
func hidden(r []rune) bool {
	run, digits := 0, 0
	found := false
	for _, c := range r {
		if star(c) || c == 'x' || c == 'X' {
			run++
		} else {
			run = 0
		}
		found = found || run >= 3
		if digit(c) >= 0 {
			if digits++; digits > 6 {
				return false
			}
		} else {
			digits = 0
		}
	}
	return found
}

// maskName leaves the first character.
func maskName(r []rune) string { return string(r[:1]) + strings.Repeat("*", max(1, min(len(r)-1, 3))) }

// Mask puts Masked in place in the body, of every mark of the body that has one,
// and says how many it put. A mark whose words no longer stand where it says is
// left aside. The text is shorter then, and a label may stand nearer to a number
// that it did not speak of before: who masks looks once more.
func Mask(body *rich.Body, marks []Mark) int {
	byLine := map[int][]Mark{}
	for _, m := range marks {
		if m.Field == "body" && m.Masked != "" {
			byLine[m.Line] = append(byLine[m.Line], m)
		}
	}
	if len(byLine) == 0 {
		return 0
	}
	n := 0
	blocks := slices.Clone(body.Blocks)
	own := map[int]bool{} // blocks whose rows are ours to change
	for i, l := range body.Lines() {
		here := standing(l.Text, byLine[i])
		if len(here) == 0 {
			continue
		}
		n += len(here)
		x := &blocks[l.Block]
		switch {
		case l.Row >= 0:
			if !own[l.Block] {
				own[l.Block] = true
				x.Rows = slices.Clone(x.Rows)
				for r := range x.Rows {
					x.Rows[r].Cells = slices.Clone(x.Rows[r].Cells)
				}
			}
			c := &x.Rows[l.Row].Cells[l.Cell]
			c.Spans = replace(c.Spans, here)
		case x.Kind == rich.Picture && x.Image != nil:
			img := *x.Image
			img.Alt = joined(replace([]rich.Span{{Text: l.Text}}, here))
			x.Image = &img
		default:
			x.Spans = replace(x.Spans, here)
		}
	}
	body.Blocks = blocks
	return n
}

// MaskText is Mask for a line of text: a title, a summary.
func MaskText(s string, marks []Mark) string {
	return joined(replace([]rich.Span{{Text: s}}, standing(s, marks)))
}

// standing are the marks that can be put into the line, in its order.
func standing(line string, marks []Mark) []Mark {
	if len(marks) == 0 {
		return nil
	}
	r := []rune(line)
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.From, b.From) })
	out, end := marks[:0], 0
	for _, m := range marks {
		if m.Masked != "" && m.From >= end && m.From < m.To && m.To <= len(r) && string(r[m.From:m.To]) == m.Found {
			out, end = append(out, m), m.To
		}
	}
	return out
}

// replace puts what is masked in place, in the form of its first character.
func replace(spans []rich.Span, marks []Mark) []rich.Span {
	var out []rich.Span
	at := 0
	for _, sp := range spans {
		var b strings.Builder
		for _, c := range sp.Text {
			for len(marks) > 0 && at >= marks[0].To {
				marks = marks[1:]
			}
			switch {
			case len(marks) == 0 || at < marks[0].From:
				b.WriteRune(c)
			case at == marks[0].From:
				b.WriteString(marks[0].Masked)
			}
			at++
		}
		if sp.Text = b.String(); sp.Text != "" {
			out = append(out, sp)
		}
	}
	return out
}

func joined(spans []rich.Span) (s string) {
	for _, sp := range spans {
		s += sp.Text
	}
	return s
}

// Maskable are the marks that one key may mask: those with a masked form, but
// for the names of a list, which a 公示 has to tell and a person decides upon.
func Maskable(marks []Mark) []Mark {
	var out []Mark
	for _, m := range marks {
		if m.Masked != "" && m.Kind != Name {
			out = append(out, m)
		}
	}
	return out
}
