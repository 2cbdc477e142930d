package proactive

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
)

// A Shown is one posting as statistics read it.
type Shown struct {
	Matter string // what is counted once: an item, or a title without one
	Topic  string
	Side   Side
	Kind   OutletKind
	On     law.Date
}

// OutletSum is what an organ made public over its channels in a period, by topic
// and channel. A matter that stands on several channels counts once in Total and
// in All, and once in each channel's own column.
type OutletSum struct {
	Topics []string
	Kinds  []OutletKind
	Cells  map[string]map[OutletKind]int // by topic
	Total  map[string]int                // by topic, each matter once
	Column map[OutletKind]int            // by channel, each matter once
	All    int                           // each matter once
	Apart  map[Side]int                  // 党务、村务, each matter once
	Posts  int                           // postings of government affairs
}

// SumOutlets adds postings up. The topic of a matter is that of its first
// posting, so that the topics add up to the whole.
func SumOutlets(topics []string, list []Shown) OutletSum {
	s := OutletSum{Topics: slices.Clone(topics), Cells: map[string]map[OutletKind]int{}, Total: map[string]int{}, Column: map[OutletKind]int{}, Apart: map[Side]int{}}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Shown) int { return strings.Compare(a.On.String(), b.On.String()) })
	type key struct {
		matter string
		side   Side
	}
	topic := map[key]string{}
	seen := map[string]bool{}
	once := func(parts ...string) bool {
		k := strings.Join(parts, "\x00")
		if seen[k] {
			return false
		}
		seen[k] = true
		return true
	}
	for _, x := range list {
		k := key{x.Matter, x.Side}
		if x.Side != Government {
			if once("side", string(x.Side), x.Matter) {
				s.Apart[x.Side]++
			}
			continue
		}
		s.Posts++
		t, known := topic[k]
		if !known {
			t = x.Topic
			topic[k] = t
			if !slices.Contains(s.Topics, t) {
				s.Topics = append(s.Topics, t)
			}
			s.Total[t]++
			s.All++
		}
		if !slices.Contains(s.Kinds, x.Kind) {
			s.Kinds = append(s.Kinds, x.Kind)
		}
		if once("kind", string(x.Kind), x.Matter) {
			if s.Cells[t] == nil {
				s.Cells[t] = map[OutletKind]int{}
			}
			s.Cells[t][x.Kind]++
			s.Column[x.Kind]++
		}
	}
	order := OutletKinds()
	slices.SortFunc(s.Kinds, func(a, b OutletKind) int { return slices.Index(order, a) - slices.Index(order, b) })
	return s
}

// Sentence is the figure as the first chapter of an annual report says it, ""
// where there is nothing to say.
func (s OutletSum) Sentence() string {
	if s.All == 0 {
		return ""
	}
	var where, what []string
	for _, k := range s.Kinds {
		where = append(where, k.Chinese())
	}
	for _, t := range s.Topics {
		if n := s.Total[t]; n > 0 {
			what = append(what, fmt.Sprintf("%s类%d条", strings.TrimSuffix(t, "类"), n))
		}
	}
	out := fmt.Sprintf("通过%s公开政府信息%d条，其中%s。", strings.Join(where, "、"), s.All, strings.Join(what, "，"))
	if s.Posts > s.All {
		out = strings.TrimSuffix(out, "。") + "（同一条信息在多个渠道公开的只计一次）。"
	}
	var apart []string
	for _, side := range Sides()[1:] {
		if n := s.Apart[side]; n > 0 {
			apart = append(apart, fmt.Sprintf("%s信息%d条", side.Chinese(), n))
		}
	}
	if len(apart) > 0 {
		out += "另公开" + strings.Join(apart, "、") + "。"
	}
	return out
}
