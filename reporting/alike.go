package reporting

import (
	"fmt"
	"hash/fnv"
	"slices"
	"sort"
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// AlikeFrom is the similarity from which two organs' prose counts as copied:
// the one of rule D-SIMILAR. docs/law/discretion.md says why it is this one.
const AlikeFrom = annual.SimilarToNeighbour

// shingle is the length in characters of the pieces that are compared to find
// pairs worth a closer look, and sharedPieces how many of them must agree.
const (
	shingle      = 12
	sharedPieces = 8
)

// Suspects returns the pairs of rows whose prose shares enough to be worth
// comparing in full. Among n organs there are n² pairs; this looks at each text
// once. A piece that very many organs share is form language and
// does not count.
func (c *Collection) Suspects() [][2]int {
	holders := map[uint64][]int32{}
	n := 0
	for i := range c.Rows {
		if c.Rows[i].Report == nil {
			continue
		}
		n++
		for h := range pieces(prose(c.Rows[i].Report)) {
			holders[h] = append(holders[h], int32(i))
		}
	}
	common := max(n/2, 60)
	shared := map[[2]int]int{}
	for _, rows := range holders {
		if len(rows) < 2 || len(rows) > common {
			continue
		}
		for x := range rows {
			for y := x + 1; y < len(rows); y++ {
				shared[[2]int{int(rows[x]), int(rows[y])}]++
			}
		}
	}
	var out [][2]int
	for p, k := range shared {
		if k >= sharedPieces {
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i][0] != out[j][0] {
			return out[i][0] < out[j][0]
		}
		return out[i][1] < out[j][1]
	})
	return out
}

// SetAlike keeps the pairs at or above AlikeFrom, most alike first, and asks
// both organs of a pair to explain: who copied whom the texts do not say.
func (c *Collection) SetAlike(pairs []Pair) {
	c.Alike = nil
	for _, p := range pairs {
		if p.Score < AlikeFrom {
			continue
		}
		c.Alike = append(c.Alike, p)
		for _, two := range [][2]string{{p.A, p.B}, {p.B, p.A}} {
			r := c.Row(two[0])
			if r == nil || r.Report == nil {
				continue
			}
			f := annual.Finding{Code: "D-SIMILAR", Level: annual.Warning, Expected: fmt.Sprintf("低于%.0f%%", AlikeFrom*100), Found: fmt.Sprintf("%.0f%%", p.Score*100),
				Message: fmt.Sprintf("文字与“%s”的报告相同的部分约占%.0f%%。", two[1], p.Score*100), Suggest: "请结合本机关当年实际重写相同的段落，或说明原因。"}
			if len(p.Shared) > 0 {
				f.Quote = p.Shared[0]
			}
			r.Findings = append(r.Findings, f)
			r.settle()
		}
	}
	sort.SliceStable(c.Alike, func(i, j int) bool { return c.Alike[i].Score > c.Alike[j].Score })
}

// AlikeTo lists the organs whose prose is like the organ's own.
func (c *Collection) AlikeTo(organ string) []string {
	var out []string
	for _, p := range c.Alike {
		switch organ {
		case p.A:
			out = append(out, p.B)
		case p.B:
			out = append(out, p.A)
		}
	}
	return out
}

func prose(r *annual.Report) string {
	return text.Fold(r.Intro + "\n" + strings.Join(r.Chapters, "\n"))
}

// pieces is the set of hashes of every shingle of the text.
func pieces(s string) map[uint64]bool {
	var at []int // byte offsets of the runes
	for i := range s {
		at = append(at, i)
	}
	at = append(at, len(s))
	out := make(map[uint64]bool, len(at))
	for i := 0; i+shingle < len(at); i++ {
		h := fnv.New64a()
		h.Write([]byte(s[at[i]:at[i+shingle]]))
		out[h.Sum64()] = true
	}
	return out
}

// A Fingerprint is what has to be known of a report's prose to tell whether
// another's is worth comparing with it in full. It is small and never changed.
type Fingerprint []uint64 // hashes of its pieces, sorted

// FingerprintOf takes the fingerprint of a report.
func FingerprintOf(r *annual.Report) Fingerprint {
	set := pieces(prose(r))
	out := make(Fingerprint, 0, len(set))
	for h := range set {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// Suspects are those among the others that share enough with this one, by
// position. It says of one report what [Collection.Suspects] says of all.
func (f Fingerprint) Suspects(others []Fingerprint) []int {
	holders := make([]int32, len(f)) // how many others have each piece
	each := func(o Fingerprint, use func(i int)) {
		for i, j := 0, 0; i < len(f) && j < len(o); {
			switch {
			case f[i] < o[j]:
				i++
			case f[i] > o[j]:
				j++
			default:
				use(i)
				i++
				j++
			}
		}
	}
	for _, o := range others {
		each(o, func(i int) { holders[i]++ })
	}
	common := int32(max((len(others)+1)/2, 60))
	var out []int
	for n, o := range others {
		shared := 0
		each(o, func(i int) {
			if holders[i] < common {
				shared++
			}
		})
		if shared >= sharedPieces {
			out = append(out, n)
		}
	}
	return out
}
