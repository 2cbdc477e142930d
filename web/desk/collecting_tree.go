package desk

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/reporting"
	"gongkai/store"
)

// overview fills the line of figures and the tree by state. Organs that have
// nothing below them are one bar per kind: forty bars of one organ each say
// nothing that the list does not.
func (p *collectingPage) overview(q listQuery, tally []store.FilingCount) {
	var all store.FilingCount
	kinds := map[string]*store.FilingCount{}
	below := listQuery{Year: q.Year}
	for i := range tally {
		c := &tally[i]
		add(&all, c)
		switch {
		case c.Owing == 0:
		case c.Self || c.Owing == 1 && !c.Organ.Summarises():
			key := kindGroup(c.Organ.Kind)
			if kinds[key] == nil {
				kinds[key] = &store.FilingCount{}
			}
			add(kinds[key], c)
		default:
			at := below
			at.Under = c.Organ.ID
			b := branchOf(c.Organ.Name, *c, at)
			b.Open = at.at()
			p.Tree = append(p.Tree, b)
		}
	}
	direct := listQuery{Year: q.Year, Under: q.Under, Direct: len(p.Tree) > 0}
	var groups []branch
	for _, g := range kindGroups {
		if c := kinds[g.Key]; c != nil {
			at := direct
			at.Kind = g.Key
			name := g.Name
			switch {
			case g.Key == "government" && c.Owing == 1:
				name = "本级政府"
			case direct.Direct:
				name = "直属" + name
			}
			groups = append(groups, branchOf(name, *c, at))
		}
	}
	if c := kinds["other"]; c != nil {
		groups = append(groups, branchOf("其他机关", *c, direct))
	}
	p.Tree = append(groups, p.Tree...)
	p.Count = all.Owing
	p.Counts = countsOf(all, listQuery{Year: q.Year, Under: q.Under}, q.State)
}

func add(to, c *store.FilingCount) {
	to.Owing += c.Owing
	to.None += c.None
	to.Draft += c.Draft
	to.Submitted += c.Submitted
	to.Returned += c.Returned
	to.Accepted += c.Accepted
	to.Published += c.Published
	to.Correcting += c.Correcting
	to.Late += c.Late
	to.EverBack += c.EverBack
}

// countsOf are the figures of a count, each leading to the organs it counts.
func countsOf(c store.FilingCount, at listQuery, on string) []stateCount {
	n := map[string]int{store.FilingsWaiting: c.Submitted, string(reporting.FilingReturned): c.Returned, store.FilingsNone: c.None, store.FilingsBegun: c.Draft,
		string(reporting.FilingAccepted): c.Accepted, string(reporting.FilingPublished): c.Published, store.FilingsLate: c.Late}
	var out []stateCount
	for _, s := range listStates {
		k, counted := n[s[0]]
		if !counted {
			continue
		}
		x := stateCount{Text: s[1], N: k, Href: at.at("state", s[0]) + "#list", On: s[0] == on}
		if k > 0 {
			x.Tone = s[2]
		}
		if x.On {
			x.Href = at.at("state", "") + "#list"
		}
		out = append(out, x)
	}
	return out
}

// branchOf draws a count as a bar: done at the left, untouched at the right.
func branchOf(name string, c store.FilingCount, at listQuery) branch {
	b := branch{Name: name, List: at.at() + "#list", Count: c.Owing, Counts: countsOf(c, at, "")}
	x := 0.0
	var says []string
	for _, part := range []struct {
		class, word string
		n           int
	}{{"published", "已发布", c.Published}, {"accepted", "审核通过", c.Accepted}, {"waiting", "待审核", c.Submitted}, {"returned", "退回修改中", c.Returned}, {"draft", "填报中", c.Draft}, {"none", "未填报", c.None}} {
		if part.n == 0 || c.Owing == 0 {
			continue
		}
		w := float64(part.n) * 100 / float64(c.Owing)
		b.Bar = append(b.Bar, barPart{part.class, percent(x), percent(w)})
		x += w
		says = append(says, fmt.Sprintf("%s %d", part.word, part.n))
	}
	b.Says = strings.Join(says, "，")
	return b
}

func percent(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
