package reporting

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// LinkState is what became of a linked figure after the text was edited.
type LinkState string

// The states.
const (
	LinkSame   LinkState = "same"   // where it was, and right
	LinkMoved  LinkState = "moved"  // at another place, and right
	LinkEdited LinkState = "edited" // somebody wrote another number
	LinkStale  LinkState = "stale"  // the ledger has changed since
	LinkVague  LinkState = "vague"  // 余, 约: the ledger knows it exactly
	LinkGone   LinkState = "gone"   // no longer in the text
	LinkLost   LinkState = "lost"   // in the text, and no longer known
)

// A LinkCheck is a linked figure held against its fact.
type LinkCheck struct {
	Link    FactLink // as it stands now; of one that is gone as it stood
	State   LinkState
	Fact    Fact
	Message string // Chinese, "" where nothing is wrong
	Fix     string // what would stand there if it were mended, "" where nothing can be
	Para    int    // from 1
}

// Wrong reports whether the figure does not agree with its fact.
func (c LinkCheck) Wrong() bool {
	return c.State == LinkEdited || c.State == LinkStale || c.State == LinkVague || c.State == LinkLost
}

// Bounds of what is looked at: of a text beyond them the rest stays unchecked.
const (
	maxLinks   = 400
	maxNumbers = 1500
)

// Recheck finds every linked figure in a text that was edited freely, by the
// words around it, and holds it against its fact. Links come in the order in
// which they stood.
func Recheck(text string, links []FactLink, facts []Fact) []LinkCheck {
	r := []rune(text)
	numbers := numbersIn(r)
	links = links[:min(len(links), maxLinks)]
	at := alignLinks(r, numbers, links)
	x := indexFacts(facts)
	out := make([]LinkCheck, len(links))
	for i, l := range links {
		c := LinkCheck{Link: l}
		fact, there := x.one[l.Key]
		c.Fact = fact
		if c.Fact.Label == "" {
			c.Fact = nameless(l.Key)
		}
		if at[i].n < 0 {
			c.State, c.Message = LinkGone, fmt.Sprintf("文字里已经没有“%s”这个数（原来写%s）。", c.Fact.Label, l.Said)
			out[i] = c
			continue
		}
		n := numbers[at[i].n]
		c.Link.At, c.Link.Len = n.from, n.to-n.from
		c.Para = paragraphAt(r, n.from)
		c.judge(r, n, at[i].moved, there && fact.Known)
		out[i] = c
	}
	return out
}

// judge says how a figure that was found stands to its fact.
func (c *LinkCheck) judge(r []rune, n proseNumber, moved, known bool) {
	said := fmt.Sprintf("第%d段写“%s”，", c.Para, quoteNumber(r, n, c.Fact.Unit))
	want := c.Fact.Text()
	switch {
	case !known:
		c.State, c.Message = LinkLost, said+"台账里现在没有“"+c.Fact.Label+"”这个数，请核实后改写或者删去。"
	case n.vague:
		c.State, c.Message, c.Fix = LinkVague, said+"台账有准数"+want+c.Fact.Unit+"，请写准数。", want
	case n.value == want:
		if c.State = LinkSame; moved {
			c.State = LinkMoved
		}
	case n.value == c.Link.Said:
		c.State, c.Message, c.Fix = LinkStale, said+"台账已变为"+want+c.Fact.Unit+"。", want
	default:
		c.State, c.Message, c.Fix = LinkEdited, said+"台账为"+want+c.Fact.Unit+"。", want
	}
}

// Mend writes the fact's number where a check found another one. The text must
// be the one that was checked.
func Mend(text string, c LinkCheck) string {
	r := []rune(text)
	from, to := c.Link.At, c.Link.At+c.Link.Len
	if c.Fix == "" || from < 0 || to > len(r) {
		return text
	}
	if c.State == LinkVague {
		if to < len(r) && strings.ContainsRune("余多", r[to]) {
			to++
		}
		if from > 0 && strings.ContainsRune("约近", r[from-1]) {
			from--
		}
	}
	return string(r[:from]) + c.Fix + string(r[to:])
}

// Relinked is the links of a text as they stand now, for keeping: those that are
// there with the words around them now, those that are gone as they were.
func Relinked(text string, checks []LinkCheck) []FactLink {
	var here, gone []FactLink
	for _, c := range checks {
		if c.State == LinkGone {
			gone = append(gone, c.Link)
			continue
		}
		if c.State == LinkSame || c.State == LinkMoved {
			c.Link.Said = c.Fact.Text()
		}
		here = append(here, c.Link)
	}
	slices.SortStableFunc(here, func(a, b FactLink) int { return a.At - b.At })
	return append(Anchored(text, here), gone...)
}

func nameless(key string) Fact {
	k, _ := KindOfFact(key)
	return Fact{Key: key, Label: k.Label, Unit: k.Unit, Money: k.Money}
}

// A proseNumber is a number as it stands in a text.
type proseNumber struct {
	from, to int // characters
	value    string
	vague    bool
}

// numbersIn finds the numbers of a text: digits of either width, with decimals
// and with commas between thousands.
func numbersIn(r []rune) []proseNumber {
	var out []proseNumber
	digit := func(i int) (rune, bool) {
		if i < 0 || i >= len(r) {
			return 0, false
		}
		switch c := r[i]; {
		case c >= '0' && c <= '9':
			return c, true
		case c >= '０' && c <= '９':
			return c - '０' + '0', true
		}
		return 0, false
	}
	for i := 0; i < len(r) && len(out) < maxNumbers; {
		if _, ok := digit(i); !ok {
			i++
			continue
		}
		n := proseNumber{from: i}
		var b strings.Builder
		for point := false; ; i++ {
			if c, ok := digit(i); ok {
				b.WriteRune(c)
				continue
			}
			if _, next := digit(i + 1); !next || i >= len(r) {
				break
			}
			if c := r[i]; (c == '.' || c == '．') && !point {
				point = true
				b.WriteByte('.')
			} else if (c == ',' || c == '，') && !point && thousands(r, i, digit) {
				continue
			} else {
				break
			}
		}
		n.to, n.value = i, b.String()
		if strings.Contains(n.value, ".") {
			n.value = strings.TrimSuffix(strings.TrimRight(n.value, "0"), ".")
		}
		n.vague = i < len(r) && strings.ContainsRune("余多", r[i]) || n.from > 0 && strings.ContainsRune("约近", r[n.from-1])
		out = append(out, n)
	}
	return out
}

// thousands reports whether a comma divides thousands: three digits follow, and
// no fourth. A full-width one divides only clauses, unless digits stand close on
// both sides, which a list of numbers without units would do too: it never does.
func thousands(r []rune, i int, digit func(int) (rune, bool)) bool {
	if r[i] != ',' {
		return false
	}
	for k := 1; k <= 3; k++ {
		if _, ok := digit(i + k); !ok {
			return false
		}
	}
	_, more := digit(i + 4)
	return !more
}

type placedLink struct {
	n     int // of the numbers, -1 for none
	moved bool
}

// alignLinks finds for each link its number: in their order first, then, for
// those left, anywhere the words around fit closely.
func alignLinks(r []rune, numbers []proseNumber, links []FactLink) []placedLink {
	out := make([]placedLink, len(links))
	fit := make([][]int, len(links))
	for i, l := range links {
		out[i].n = -1
		fit[i] = make([]int, len(numbers))
		before, after := []rune(l.Before), []rune(l.After)
		for j, n := range numbers {
			fit[i][j] = fitness(r, n, before, after, l.Said)
		}
	}
	// Longest common subsequence, weighted by how well the words fit.
	w := len(numbers) + 1
	best := make([]int, (len(links)+1)*w)
	for i := len(links) - 1; i >= 0; i-- {
		for j := len(numbers) - 1; j >= 0; j-- {
			s := max(best[(i+1)*w+j], best[i*w+j+1])
			if f := fit[i][j]; f >= fitsInOrder {
				s = max(s, f+best[(i+1)*w+j+1])
			}
			best[i*w+j] = s
		}
	}
	used := make([]bool, len(numbers))
	for i, j := 0, 0; i < len(links) && j < len(numbers); {
		f, s := fit[i][j], best[i*w+j]
		switch {
		case f >= fitsInOrder && s == f+best[(i+1)*w+j+1]:
			out[i].n, used[j] = j, true
			i, j = i+1, j+1
		case s == best[(i+1)*w+j]:
			i++
		default:
			j++
		}
	}
	for i := range links {
		if out[i].n >= 0 {
			continue
		}
		at, most := -1, fitsAnywhere-1
		for j, f := range fit[i] {
			if !used[j] && f > most {
				at, most = j, f
			}
		}
		if at >= 0 {
			out[i], used[at] = placedLink{at, true}, true
		}
	}
	return out
}

// How well the words around have to fit, by fitness.
const (
	fitsInOrder  = 4
	fitsAnywhere = 6
)

// fitness counts the characters around a number that are those that stood around
// the figure; where the whole clause up to it is the same, and where the number
// is, it counts three more each. Marks of punctuation count for nothing.
func fitness(r []rune, n proseNumber, before, after []rune, said string) int {
	score := 0
	mark := func(c rune) bool { return unicode.IsPunct(c) || unicode.IsSpace(c) }
	i, k := n.from-1, len(before)-1
	if i >= 0 && strings.ContainsRune("约近", r[i]) && (k < 0 || before[k] != r[i]) {
		i--
	}
	for clause := true; ; i, k = i-1, k-1 {
		ends := k < 0 && len(before) < anchorBefore || k >= 0 && mark(before[k])
		if clause && ends && (i < 0 || mark(r[i])) && score > 0 {
			score += 3
			clause = false
		}
		if i < 0 || k < 0 || r[i] != before[k] {
			break
		}
		if !mark(r[i]) {
			score++
		}
	}
	i, k = n.to, 0
	if i < len(r) && strings.ContainsRune("余多", r[i]) && (len(after) == 0 || after[0] != r[i]) {
		i++
	}
	for ; i < len(r) && k < len(after) && r[i] == after[k]; i, k = i+1, k+1 {
		if !mark(r[i]) {
			score++
		}
	}
	if n.value == said {
		score += 3
	}
	return score
}

// paragraphAt is the paragraph, from 1, that a place is in.
func paragraphAt(r []rune, at int) int {
	n := 0
	empty := true
	for i := 0; i <= at && i < len(r); i++ {
		if r[i] == '\n' {
			empty = true
		} else if empty && !unicode.IsSpace(r[i]) {
			n++
			empty = false
		}
	}
	return max(n, 1)
}

// quoteNumber is the number with the words that lead to it and its unit.
func quoteNumber(r []rune, n proseNumber, unit string) string {
	from := n.from
	for from > 0 && n.from-from < 14 && !unicode.IsPunct(r[from-1]) && !unicode.IsSpace(r[from-1]) {
		from--
	}
	to := n.to
	if n.vague && to < len(r) && strings.ContainsRune("余多", r[to]) {
		to++
	}
	if u := []rune(unit); to+len(u) <= len(r) && string(r[to:to+len(u)]) == unit {
		to += len(u)
	}
	return string(r[from:to])
}
