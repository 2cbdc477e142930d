package store

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/translog"
)

// grown is a tree computed from leaves alone.
type grown struct {
	leaves []tlog.Hash
	hashes []tlog.Hash
}

func growAll(leaves []tlog.Hash) (grown, error) {
	h, err := translog.Grow(0, leaves, tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, ErrLog }))
	return grown{leaves, h}, err
}

// root is the tree hash of the first n leaves; ok is false if there are fewer.
func (g grown) root(n int64) (h tlog.Hash, ok bool) {
	if n < 0 || n > int64(len(g.leaves)) {
		return h, false
	}
	h, err := tlog.TreeHash(n, overlay(0, g.hashes, nil))
	return h, err == nil
}

// tree holds rows, stored hashes, heads and anchors against each other.
func (v *verification) tree(s *Store, anchors [][]byte) error {
	rows := make([]tlog.Hash, len(v.entries))
	for i, e := range v.entries {
		rows[i] = e.hash
	}
	var kept []tlog.Hash
	for n := int64(0); tlog.StoredHashIndex(0, n) < int64(len(v.stored)); n++ {
		kept = append(kept, v.stored[tlog.StoredHashIndex(0, n)])
	}
	byRows, err := growAll(rows)
	if err != nil {
		return err
	}
	byKept, err := growAll(kept)
	if err != nil {
		return err
	}
	heads := v.openHeads(s, byRows, byKept)
	// What was signed tells which of the two was changed.
	signed := int64(0)
	rowsHold, keptHold := len(heads) > 0, len(heads) > 0
	for _, c := range heads {
		signed = max(signed, c.Size)
		a, okA := byRows.root(c.Size)
		b, okB := byKept.root(c.Size)
		rowsHold, keptHold = rowsHold && okA && a == c.Root, keptHold && okB && b == c.Root
	}
	if rowsHold && v.contiguous() {
		for i := range min(len(rows), len(kept)) {
			if rows[i] != kept[i] {
				v.add(FaultHash, int64(i), hashPlace(tlog.StoredHashIndex(0, int64(i))), "存的摘要被改动；条目本身与签名的检查点相符。")
			}
		}
	} else {
		v.compare(kept)
	}
	v.nodes(byKept)
	switch n := int64(len(rows)); {
	case n > signed:
		v.add(FaultInserted, signed, fmt.Sprintf("第%d条起的%d条", signed, n-signed), "没有签名的检查点覆盖这些条目：是插入的，或者检查点被删除。")
	case n < signed && int64(len(kept)) < signed:
		v.add(FaultDropped, n, fmt.Sprintf("第%d条至第%d条", n, signed-1), "签名的检查点有%d条，数据库里只有%d条，末尾的条目被删除。", signed, n)
	}
	if !rowsHold && !keptHold {
		v.divergence(heads, byRows)
	}
	v.anchor(s, anchors, byRows, byKept)
	return nil
}

// contiguous reports whether the entries are numbered from 0 without a gap.
func (v *verification) contiguous() bool {
	for i, e := range v.entries {
		if e.idx != int64(i) {
			return false
		}
	}
	return true
}

// openHeads checks each head for itself and returns those that the key signed.
func (v *verification) openHeads(s *Store, byRows, byKept grown) []translog.Checkpoint {
	var out []translog.Checkpoint
	next, size := int64(1), int64(0)
	for _, h := range v.heads {
		where := fmt.Sprintf("检查点%d", h.seq)
		if h.seq != next {
			v.add(FaultCheckpoint, -1, fmt.Sprintf("检查点%d至%d", next, h.seq-1), "检查点缺失，被删除或改了编号。")
		}
		next = h.seq + 1
		c, err := s.keys.Load().open(h.note, publicLog)
		if err != nil {
			v.add(FaultCheckpoint, -1, where, "签名不成立：检查点被改动，或者不是用本存证的密钥签的。")
			continue
		}
		switch {
		case c.Size != h.size:
			v.add(FaultCheckpoint, -1, where, "登记的条数%d与签名文字里的%d不同，登记被改动。", h.size, c.Size)
		case c.Size <= size:
			v.add(FaultCheckpoint, -1, where, "条数%d不大于前一个检查点的%d，检查点被调换或重复。", c.Size, size)
		}
		size = max(size, c.Size)
		out = append(out, c)
	}
	return out
}

// compare names the difference between the entries and the hashes that were
// stored when they were logged.
func (v *verification) compare(kept []tlog.Hash) {
	at := make(map[tlog.Hash]int64, len(kept))
	for i, h := range kept {
		at[h] = int64(i)
	}
	claimed := make([]bool, len(kept))
	unknown := map[int64]logRow{} // by number
	shifted := int64(len(v.entries)) != int64(len(kept)) || !v.contiguous()
	furthest := int64(-1)
	for _, e := range v.entries {
		i, known := at[e.hash]
		if !known {
			unknown[e.idx] = e
			continue
		}
		if claimed[i] {
			v.add(FaultInserted, e.idx, e.name, "与第%d条内容完全相同，是重复插入的。", i)
			continue
		}
		claimed[i] = true
		// Behind a gap or an insertion all numbers differ; only what overtook
		// others was moved.
		if !shifted && i != e.idx || shifted && i < furthest {
			v.add(FaultReordered, e.idx, e.name, "存证时是第%d条，现在排在第%d条，次序被调换。", i, e.idx)
		}
		furthest = max(furthest, i)
	}
	for i, ok := range claimed {
		if ok {
			continue
		}
		if e, ok := unknown[int64(i)]; ok {
			delete(unknown, int64(i))
			v.add(FaultEdited, e.idx, e.name, "内容与存证时不同，被改动。")
			continue
		}
		v.add(FaultDropped, int64(i), fmt.Sprintf("第%d条", i), "条目不见了，被删除。")
	}
	for _, e := range v.entries {
		if _, ok := unknown[e.idx]; ok {
			v.add(FaultInserted, e.idx, e.name, "存证时没有这一条，是后来插入的。")
		}
	}
}

// nodes compares the hashes above the leaves with what the leaves give.
func (v *verification) nodes(byKept grown) {
	for pos, h := range v.stored {
		level, _ := tlog.SplitStoredHashIndex(int64(pos))
		switch {
		case pos >= len(byKept.hashes):
			v.add(FaultHash, -1, hashPlace(int64(pos)), "摘要超出了树，是插入的。")
		case level > 0 && h != byKept.hashes[pos]:
			v.add(FaultHash, -1, hashPlace(int64(pos)), "合计摘要与它下面的摘要不符，被改动。")
		}
	}
	if n := len(byKept.hashes); n > len(v.stored) {
		v.add(FaultHash, -1, hashPlace(int64(len(v.stored))), "树的末尾缺%d个摘要。", n-len(v.stored))
	}
}

// divergence says between which two heads the log was changed, where neither
// the entries nor the stored hashes are what was signed.
func (v *verification) divergence(heads []translog.Checkpoint, byRows grown) {
	good := int64(0)
	for _, c := range heads {
		h, ok := byRows.root(c.Size)
		if ok && h == c.Root {
			good = max(good, c.Size)
			continue
		}
		v.add(FaultEdited, good, fmt.Sprintf("第%d条至第%d条", good, c.Size-1), "现存条目算出的总摘要与签名的检查点（共%d条）不符：前%d条没有动过，改动在这一段里。", c.Size, good)
		return
	}
}

// anchor holds heads that were kept elsewhere against the log.
func (v *verification) anchor(s *Store, anchors [][]byte, byRows, byKept grown) {
	for i, a := range anchors {
		where := fmt.Sprintf("库外检查点%d", i+1)
		c, err := s.keys.Load().open(string(a), publicLog)
		if err != nil {
			v.add(FaultAnchor, -1, where, "签名不成立：这份检查点被改动，或者属于另一个存证。")
			continue
		}
		h, ok := byRows.root(c.Size)
		switch {
		case !ok:
			v.add(FaultAnchor, -1, where, "库外保存的检查点有%d条，数据库里只有%d条：数据库被换成较早的状态，或者末尾被删除。", c.Size, len(byRows.leaves))
		case h != c.Root:
			v.add(FaultAnchor, -1, where, "库外保存的检查点（共%d条）与现存条目不符，条目被改动。", c.Size)
		default:
			v.Anchors++
		}
	}
}
