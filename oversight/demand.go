package oversight

import (
	"slices"
	"strings"
	"unicode"
)

// A Topic is what several requests are about.
type Topic struct {
	Words string
	N     int // requests
}

// TopicLeast is how many requests a topic has before it is shown: fewer may be
// those of one person.
const TopicLeast = 3

// Bounds of what topics are made of.
const (
	MaxSubjects  = 5000
	subjectRunes = 60
	topicLongest = 10 // characters
	mostTopics   = 20
)

// topicIdle are words that say nothing of what is wanted; they part the others.
var topicIdle = strings.NewReplacer("政府信息公开", " ", "政府信息", " ", "申请公开", " ", "申请", " ", "公开", " ", "信息", " ", "关于", " ", "有关", " ", "相关", " ", "情况", " ", "资料", " ", "材料", " ", "文件", " ", "复印件", " ", "年度", " ", "本镇", " ", "本县", " ", "本村", " ", "的", " ", "和", " ", "及", " ", "与", " ", "等", " ")

// Topics groups subjects of requests by words that they share, the most frequent
// first. Every subject counts once. Numbers and what stands in fewer than
// TopicLeast subjects are never a topic.
func Topics(subjects []string) []Topic {
	in := map[string][]int32{} // which subjects have the words
	for i, s := range subjects[:min(len(subjects), MaxSubjects)] {
		seen := map[string]bool{}
		for _, part := range strings.FieldsFunc(topicIdle.Replace(s), func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			r := []rune(part)
			r = r[:min(len(r), subjectRunes)]
			for from := range r {
				for to := from + 2; to <= min(len(r), from+topicLongest); to++ {
					if w := string(r[from:to]); !seen[w] {
						seen[w] = true
						in[w] = append(in[w], int32(i))
					}
				}
			}
		}
	}
	var words []string
	for w, list := range in {
		if len(list) >= TopicLeast {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	taken := make([]bool, len(subjects))
	var out []Topic
	for len(out) < mostTopics {
		best, weight, n := "", 0, 0
		for _, w := range words {
			left := 0
			for _, i := range in[w] {
				if !taken[i] {
					left++
				}
			}
			// longer words say more: 低保标准 before 低保 when most who ask for the
			// one ask for the other
			if x := left * min(len([]rune(w)), 6); left >= TopicLeast && x > weight {
				best, weight, n = w, x, left
			}
		}
		if best == "" {
			break
		}
		for _, i := range in[best] {
			taken[i] = true
		}
		out = append(out, Topic{best, n})
	}
	slices.SortStableFunc(out, func(a, b Topic) int { return b.N - a.N })
	return out
}
