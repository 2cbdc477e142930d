package vetting

import (
	"cmp"
	"slices"
	"strings"
)

// apart brings the marks of a line into order and apart. A mark of secrecy comes
// before all. What can be masked and overlaps becomes one mark over all of it, so
// that nothing stays open beside what is masked. Of the rest the more serious
// stands, of two of a kind the longer.
func apart(marks []Mark, n int) []Mark {
	if len(marks) == 0 {
		return nil
	}
	free, right := paint(marks, n, allowedPlace), paint(marks, n, rightPlace)
	var first, masked, rest []Mark
	for _, m := range marks {
		switch {
		case m.Kind == allowedPlace || m.Kind == rightPlace:
		case m.Kind == SecretMark:
			first = append(first, m)
		case free != nil && !slices.Contains(free[m.From:m.To], false):
		case m.Kind == ListWord && right != nil && slices.Contains(right[m.From:m.To], true):
		case m.Masked != "":
			masked = append(masked, m)
		default:
			rest = append(rest, m)
		}
	}
	covered := make([]bool, n)
	var kept []Mark
	keep := func(m Mark) {
		if slices.Contains(covered[m.From:m.To], true) {
			return
		}
		for k := m.From; k < m.To; k++ {
			covered[k] = true
		}
		kept = append(kept, m)
	}
	for _, m := range first {
		keep(m)
	}
	open := masked[:0]
	for _, m := range masked {
		if !slices.Contains(covered[m.From:m.To], true) {
			open = append(open, m)
		}
	}
	for _, m := range together(open) {
		keep(m)
	}
	slices.SortStableFunc(rest, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), cmp.Compare(b.To-b.From, a.To-a.From), cmp.Compare(a.From, b.From))
	})
	for _, m := range rest {
		keep(m)
	}
	slices.SortFunc(kept, func(a, b Mark) int { return cmp.Compare(a.From, b.From) })
	return kept
}

// paint is which runes marks of a kind cover, nil if there are none.
func paint(marks []Mark, n int, k Kind) []bool {
	var out []bool
	for _, m := range marks {
		if m.Kind == k {
			if out == nil {
				out = make([]bool, n)
			}
			for i := m.From; i < m.To; i++ {
				out[i] = true
			}
		}
	}
	return out
}

// together makes one mark of those that overlap.
func together(marks []Mark) []Mark {
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	var out []Mark
	for i := 0; i < len(marks); {
		j, end := i+1, marks[i].To
		for ; j < len(marks) && marks[j].From < end; j++ {
			end = max(end, marks[j].To)
		}
		out = append(out, merged(marks[i:j], end))
		i = j
	}
	return out
}

// merged is one mark over all of them, which begin where the first does. The
// masked form of one that covers all stays if it hides what the others name.
func merged(marks []Mark, end int) Mark {
	m := marks[0]
	if len(marks) == 1 {
		return m
	}
	hides := m.To == end
	var also []string
	for _, x := range marks[1:] {
		if x.Kind == m.Kind && x.From == m.From && x.To == m.To {
			continue // found by its form and by its column
		}
		if number := x.Kind == IDNumber || x.Kind == BankCard || x.Kind == Phone; !number || m.Kind == Address || m.Kind == Mail {
			hides = false
		}
		if name := x.Kind.Chinese(); x.Kind != m.Kind && !slices.Contains(also, name) {
			also = append(also, name)
		}
	}
	if m.To = end; !hides {
		m.Masked = "***"
	}
	if len(also) > 0 {
		m.Why += "这里还有" + strings.Join(also, "、") + "。"
	}
	for _, x := range marks[1:] {
		if x.Kind.rank() < m.Kind.rank() && !hides {
			m.Kind, m.Cite = x.Kind, x.Cite
		}
	}
	return m
}
