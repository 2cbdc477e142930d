package casework

import (
	"regexp"
	"slices"
	"strings"
)

// articles are the places of statutes that a paragraph names.
var articles = regexp.MustCompile(`第[一二三四五六七八九十百]+条(之[一二三四五六七八九十]+)?(第[一二三四五六七八九十]+款)?(第[一二三四五六七八九十]+项)?`)

// Required are the elements that a letter has to have before it is signed, in the
// order in which it says them 必备要素: what came in, what was found, what is
// decided on which article, and where one turns against it.
func (d Draft) Required() []string {
	if d.Kind.Inside {
		return nil
	}
	var out []string
	for _, p := range d.Paras {
		if p.Element != ElementOther && !slices.Contains(out, p.Element) {
			out = append(out, p.Element)
		}
	}
	return out
}

// Dropped are the required elements that an edited text no longer has, in Chinese,
// with what is gone: words may change, but not the day and number of what came
// in, the articles, and the paragraph on remedies, which is the engine's.
func (d Draft) Dropped(r *Request, edited []string) []string {
	all := strings.Join(edited, "")
	var out []string
	gone := func(element, what string) {
		if !strings.Contains(all, what) {
			out = append(out, ElementChinese(element)+"（“"+clipped(what, 24)+"”）")
		}
	}
	for _, p := range d.Paras {
		switch p.Element {
		case ElementRemedy:
			if !strings.Contains(all, p.Text) {
				out = append(out, "救济途径（由复议机关、法院设置和法律决定，这一段不能改动）")
			}
		case ElementReceived:
			for _, what := range []string{r.Number, r.Received.Chinese()} {
				if what != "" && strings.Contains(p.Text, what) {
					gone(p.Element, what)
				}
			}
		case ElementGround, ElementDecision:
			for _, a := range articles.FindAllString(p.Text, -1) {
				gone(ElementGround, a)
			}
		}
	}
	if len(out) == 0 && strings.TrimSpace(all) == "" {
		out = append(out, "正文")
	}
	return slices.Compact(out)
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "……"
	}
	return s
}

// A Change is one paragraph of two versions of a letter compared: Old and New are
// equal where nothing changed, one of them is "" where a paragraph came or went.
type Change struct{ Old, New string }

// Compare finds what differs between two versions of a letter, paragraph by
// paragraph.
func Compare(old, new []string) []Change {
	// The longest common subsequence; letters have a dozen paragraphs.
	const most = 400
	old, new = old[:min(len(old), most)], new[:min(len(new), most)]
	long := make([][]int, len(old)+1)
	for i := range long {
		long[i] = make([]int, len(new)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(new) - 1; j >= 0; j-- {
			if old[i] == new[j] {
				long[i][j] = long[i+1][j+1] + 1
			} else {
				long[i][j] = max(long[i+1][j], long[i][j+1])
			}
		}
	}
	var out []Change
	for i, j := 0, 0; i < len(old) || j < len(new); {
		switch {
		case i < len(old) && j < len(new) && old[i] == new[j]:
			out = append(out, Change{old[i], new[j]})
			i, j = i+1, j+1
		case j == len(new) || i < len(old) && long[i+1][j] >= long[i][j+1]:
			out = append(out, Change{old[i], ""})
			i++
		default:
			out = append(out, Change{"", new[j]})
			j++
		}
	}
	// A paragraph that went right before one that came was changed.
	var merged []Change
	for _, c := range out {
		if n := len(merged); n > 0 && c.Old == "" && merged[n-1].New == "" && merged[n-1].Old != "" {
			merged[n-1].New = c.New
			continue
		}
		merged = append(merged, c)
	}
	return merged
}
