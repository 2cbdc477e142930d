package oversight

import (
	"cmp"
	"slices"
)

// RankFormula is how places are given, as it is printed under every ranking.
const RankFormula = "同一组内按总分从高到低排名，总分相同的名次并列，其后的名次顺延；还有指标待评、或者不计入的指标超过满分一半的机关不参加排名。"

// A Place is an organ in a ranking. Rank is 0 for one that takes no part.
type Place struct {
	Organ int64
	Total Points
	Takes bool // takes part
	Rank  int
	Of    int // how many take part
}

// Rank gives places by total, the highest first. Equal totals have the same
// place, and the next one counts on from how many stand before it. The answer
// does not depend on the order of the list: equal ones stand by organ.
func Rank(list []Place) []Place {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b Place) int {
		switch {
		case a.Takes != b.Takes:
			if a.Takes {
				return -1
			}
			return 1
		case a.Total != b.Total:
			return cmp.Compare(b.Total, a.Total)
		}
		return cmp.Compare(a.Organ, b.Organ)
	})
	n := 0
	for k := range out {
		if out[k].Takes {
			n++
		}
	}
	for k := range out {
		p := &out[k]
		p.Rank, p.Of = 0, n
		switch {
		case !p.Takes:
		case k > 0 && out[k-1].Total == p.Total:
			p.Rank = out[k-1].Rank
		default:
			p.Rank = k + 1
		}
	}
	return out
}

// A RatioPlace is an organ in the ranking of one ratio.
type RatioPlace struct {
	Organ int64
	N, Of int64
	Rank  int // 0 where the sample is too small
}

// RankRatio gives places by ratio, the highest first, to those whose sample is
// large enough. Ratios are compared exactly.
func RankRatio(i *Indicator, list []RatioPlace) []RatioPlace {
	out := slices.Clone(list)
	enough := func(p RatioPlace) bool { return i.Enough(Fact{N: p.N, Of: p.Of}) }
	ratio := func(a, b RatioPlace) int { return cmp.Compare(b.N*a.Of, a.N*b.Of) }
	if i.Rule.Full < i.Rule.Zero { // the lower the better
		ratio = func(a, b RatioPlace) int { return cmp.Compare(a.N*b.Of, b.N*a.Of) }
	}
	slices.SortFunc(out, func(a, b RatioPlace) int {
		x, y := enough(a), enough(b)
		switch {
		case x != y:
			if x {
				return -1
			}
			return 1
		case x:
			if c := ratio(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Organ, b.Organ)
	})
	for k := range out {
		switch {
		case !enough(out[k]):
			out[k].Rank = 0
		case k > 0 && ratio(out[k-1], out[k]) == 0:
			out[k].Rank = out[k-1].Rank
		default:
			out[k].Rank = k + 1
		}
	}
	return out
}
