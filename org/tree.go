package org

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// A Tree is a checked forest of organs: every parent exists and no organ stands
// above itself.
type Tree struct {
	organs []Organ // parents before children, otherwise in the order given
	at     map[int64]int
	below  map[int64][]int64 // children by parent; 0 holds the tops
}

// A Fault is one reason why organs form no tree, in Chinese.
type Fault struct {
	Organ   Organ
	Message string
}

// Faults are all reasons why organs form no tree.
type Faults []Fault

func (f Faults) Error() string {
	var s []string
	for _, x := range f {
		s = append(s, x.Message)
	}
	return strings.Join(s, "")
}

// NewTree builds the tree and writes every organ's Path. The error is Faults.
func NewTree(organs []Organ) (*Tree, error) {
	t := &Tree{at: make(map[int64]int, len(organs)), below: map[int64][]int64{}}
	var faults Faults
	given := make(map[int64]int, len(organs))
	for i, o := range organs {
		if j, dup := given[o.ID]; dup {
			faults = append(faults, Fault{o, fmt.Sprintf("“%s”与“%s”编号相同，一个机关只能有一个上级。", o.Name, organs[j].Name)})
			continue
		}
		given[o.ID] = i
	}
	for i, o := range organs {
		if given[o.ID] != i {
			continue
		}
		if _, ok := given[o.Parent]; o.Parent != 0 && !ok {
			faults = append(faults, Fault{o, fmt.Sprintf("“%s”的上级机关不在名单中。", o.Name)})
			continue
		}
		t.below[o.Parent] = append(t.below[o.Parent], o.ID)
	}
	// Breadth first from the tops; what is not reached stands in a cycle, below
	// one, or below an organ whose parent is unknown.
	queue := append([]int64(nil), t.below[0]...)
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		o := organs[given[id]]
		above := "/"
		if o.Parent != 0 {
			above = t.organs[t.at[o.Parent]].Path
		}
		o.Path = ChildPath(above, id)
		t.at[id] = len(t.organs)
		t.organs = append(t.organs, o)
		queue = append(queue, t.below[id]...)
	}
	if len(faults) == 0 && len(t.organs) < len(organs) {
		for _, o := range organs {
			if _, ok := t.at[o.ID]; !ok && inCycle(o.ID, organs, given) {
				faults = append(faults, Fault{o, fmt.Sprintf("“%s”的上级关系成环：它出现在自己的上级之中。", o.Name)})
			}
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return t, nil
}

func inCycle(id int64, organs []Organ, at map[int64]int) bool {
	p := organs[at[id]].Parent
	for n := 0; n <= len(organs) && p != 0; n++ {
		if p == id {
			return true
		}
		p = organs[at[p]].Parent
	}
	return false
}

// ChildPath is the path of an organ below the path of its parent; the path
// above the tops is "/".
func ChildPath(above string, id int64) string {
	return above + strconv.FormatInt(id, 10) + "/"
}

// Organs lists every organ, parents before their children.
func (t *Tree) Organs() []Organ { return t.organs }

// Organ returns an organ by id.
func (t *Tree) Organ(id int64) (Organ, bool) {
	i, ok := t.at[id]
	if !ok {
		return Organ{}, false
	}
	return t.organs[i], true
}

// Children returns the organs directly below id; 0 gives the tops.
func (t *Tree) Children(id int64) []Organ {
	var out []Organ
	for _, c := range t.below[id] {
		out = append(out, t.organs[t.at[c]])
	}
	return out
}

// Under returns the organ and everything below it, in the order of paths.
func (t *Tree) Under(id int64) []Organ {
	top, ok := t.Organ(id)
	if !ok {
		return nil
	}
	var out []Organ
	for _, o := range t.organs {
		if strings.HasPrefix(o.Path, top.Path) {
			out = append(out, o)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Above returns the organs above id, the top first.
func (t *Tree) Above(id int64) []Organ {
	var out []Organ
	o, ok := t.Organ(id)
	for ok && o.Parent != 0 {
		o, ok = t.Organ(o.Parent)
		out = append([]Organ{o}, out...)
	}
	return out
}
