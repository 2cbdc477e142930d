package reporting

import (
	"cmp"
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
// comparing in full.
func (c *Collection) Suspects() [][2]int {
	var rows []int
	var prints []Fingerprint
	for i := range c.Rows {
		if r := c.Rows[i].Report; r != nil {
			rows, prints = append(rows, i), append(prints, FingerprintOf(r))
		}
	}
	out := SuspectPairs(prints)
	for i, p := range out {
		out[i] = [2]int{rows[p[0]], rows[p[1]]}
	}
	return out
}

// SuspectPairs returns the pairs of reports, by position, whose prose shares
// enough to be worth comparing in full. Among n reports there are n² pairs; this
// looks at each text once. A piece that very many share is form language and
// does not count.
func SuspectPairs(prints []Fingerprint) [][2]int {
	type holder struct {
		piece uint64
		n     int32
	}
	total := 0
	for _, f := range prints {
		total += len(f)
	}
	all := make([]holder, 0, total)
	for i, f := range prints {
		for _, h := range f {
			all = append(all, holder{h, int32(i)})
		}
	}
	slices.SortFunc(all, func(a, b holder) int {
		if c := cmp.Compare(a.piece, b.piece); c != 0 {
			return c
		}
		return cmp.Compare(a.n, b.n)
	})
	common := max(len(prints)/2, 60)
	shared := map[[2]int]int{}
	for i := 0; i < len(all); {
		k := i + 1
		for k < len(all) && all[k].piece == all[i].piece {
			k++
		}
		if k-i <= common {
			for x := i; x < k; x++ {
				for y := x + 1; y < k; y++ {
					shared[[2]int{int(all[x].n), int(all[y].n)}]++
				}
			}
		}
		i = k
	}
	var out [][2]int
	for p, k := range shared {
		if enough(k, prints[p[0]], prints[p[1]]) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int {
		if c := cmp.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return cmp.Compare(a[1], b[1])
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

// enough says that so many shared pieces are worth a closer look. Prose that is
// alike by AlikeFrom with a change in every tenth character still shares a third
// of its pieces; a tenth leaves room.
func enough(shared int, a, b Fingerprint) bool {
	return shared >= max(sharedPieces, min(len(a), len(b))/10)
}

// Suspects are those among the others that share enough with this one, by
// position. It says of one report what [SuspectPairs] says of all.
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
	common := int32(max((len(others)+1)/2, 60)) // with this one itself
	var out []int
	for n, o := range others {
		shared := 0
		each(o, func(i int) {
			if holders[i]+1 <= common {
				shared++
			}
		})
		if enough(shared, f, o) {
			out = append(out, n)
		}
	}
	return out
}
