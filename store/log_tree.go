package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/translog"
)

func hereHead(seq int64) string { return fmt.Sprintf("检查点%d", seq) }
func hereAnchor(n int) string   { return fmt.Sprintf("库外检查点%d", n) }
func isRetired(err error) bool  { return errors.Is(err, translog.ErrRetired) }

// hashPlace says which entries a stored hash stands for.
func hashPlace(pos int64) string {
	level, n := tlog.SplitStoredHashIndex(pos)
	if level == 0 {
		return fmt.Sprintf("第%d条的摘要", n)
	}
	return fmt.Sprintf("第%d至%d条的合计摘要", n<<level, (n+1)<<level-1)
}

// maxDifferences bounds what is held of a log that is wrong in many places.
const maxDifferences = 1 << 16

// walk goes once over entries, stored hashes, heads and anchors of a log, side
// by side, and holds no more of them than where they differ.
type walk struct {
	*checking
	l       logTable
	n       *LogCount
	entries entryStream
	hashes  hashStream
	heads   headStream
	anchors []anchored

	rows, kept         frontier
	at                 int64 // number of the entry that is looked at
	contiguous         bool  // entries are numbered 0, 1, 2 … so far
	rowsHold, keptHold bool  // every head so far is the root of entries, of stored hashes
	good               int64 // size of the last head that was the root of the entries
	bad                *translog.Checkpoint

	// Where entry and stored hash of a number differ, entries and hashes wait
	// here for their other half.
	rowsOnly, keptOnly map[tlog.Hash]int64
	runs               []run
	differ             []int64 // numbers
	full               bool    // there are more differences than are held
	leaves             int64   // stored hashes of entries
}

// A run are entries that were found, in the same order, at other numbers.
type run struct{ now, then, n int64 }

func (w *walk) run() error {
	w.contiguous, w.rowsHold, w.keptHold = true, true, true
	if err := w.signed(0); err != nil { // anchors of the empty log
		return err
	}
	for {
		more, err := w.step()
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if err := w.rest(); err != nil {
		return err
	}
	return w.conclude()
}

// step takes one number: its entry, its stored hashes, and the heads that end
// with it.
func (w *walk) step() (more bool, err error) {
	e, err := w.entries.peek()
	if err != nil {
		return false, err
	}
	at := tlog.StoredHashIndex(0, w.at)
	h, err := w.hashes.peek(at)
	if err != nil || e == nil && h == nil {
		return false, err
	}
	if h == nil && e.idx > w.at { // numbers that were never given out
		w.contiguous = false
		w.at = e.idx
	}
	var row, kept *tlog.Hash
	if e != nil && e.idx == w.at {
		row = &e.hash
		if w.contiguous {
			w.rows.push(e.hash)
		}
		w.n.Size++
		w.entries.next()
	} else {
		w.contiguous = false
	}
	if h != nil {
		if kept, err = w.stored(at, row); err != nil {
			return false, err
		}
	}
	w.compare(row, kept)
	w.at++
	return true, w.signed(w.at)
}

// stored takes the hash of the entry and those of the nodes it completes, and
// checks the nodes. nil where the entry's own is not there.
func (w *walk) stored(at int64, row *tlog.Hash) (*tlog.Hash, error) {
	h, ok, err := w.hashes.take(at)
	if err != nil {
		return nil, err
	}
	kept := &h
	if !ok {
		if kept = nil; row != nil {
			h = *row
		}
	}
	if kept != nil {
		w.leaves++
	}
	for i, want := range w.kept.push(h) {
		got, ok, err := w.hashes.take(at + 1 + int64(i))
		if err != nil {
			return nil, err
		}
		if ok && got != want {
			w.add(FaultHash, -1, hashPlace(at+1+int64(i)), "合计摘要与它下面的摘要不符，被改动。")
		}
	}
	return kept, nil
}

// compare finds the other half of an entry and of a stored hash that differ.
func (w *walk) compare(row, kept *tlog.Hash) {
	if row != nil && kept != nil && *row == *kept {
		w.pair(w.at, w.at)
		return
	}
	if row != nil && kept != nil && len(w.differ) < maxDifferences {
		w.differ = append(w.differ, w.at)
	}
	if row != nil {
		if then, ok := w.keptOnly[*row]; ok {
			delete(w.keptOnly, *row)
			w.pair(w.at, then)
		} else {
			w.wait(w.rowsOnly, *row)
		}
	}
	if kept != nil {
		if now, ok := w.rowsOnly[*kept]; ok {
			delete(w.rowsOnly, *kept)
			w.pair(now, w.at)
		} else {
			w.wait(w.keptOnly, *kept)
		}
	}
}

func (w *walk) wait(in map[tlog.Hash]int64, h tlog.Hash) {
	if len(in) >= maxDifferences {
		w.full = true
		return
	}
	in[h] = w.at
}

func (w *walk) pair(now, then int64) {
	if n := len(w.runs); n > 0 {
		if r := &w.runs[n-1]; r.now+r.n == now && r.then+r.n == then {
			r.n++
			return
		}
	}
	if len(w.runs) >= maxDifferences {
		w.full = true
		return
	}
	w.runs = append(w.runs, run{now, then, 1})
}

// signed compares the heads and anchors of a size with the trees at it.
func (w *walk) signed(size int64) error {
	for {
		c, err := w.heads.peek()
		if err != nil {
			return err
		}
		if c == nil || c.Size > size {
			break
		}
		if w.contiguous && c.Size == w.rows.n && w.rows.root() == c.Root {
			if w.bad == nil {
				w.good = c.Size
			}
		} else {
			if w.rowsHold = false; w.bad == nil {
				w.bad = &translog.Checkpoint{Size: c.Size}
			}
		}
		if c.Size != w.kept.n || w.kept.root() != c.Root {
			w.keptHold = false
		}
		w.heads.next()
	}
	for ; len(w.anchors) > 0 && w.anchors[0].Size <= size; w.anchors = w.anchors[1:] {
		a := w.anchors[0]
		if w.contiguous && a.Size == w.rows.n && w.rows.root() == a.Root {
			w.n.Anchors++
		} else {
			w.add(FaultAnchor, -1, a.where, "库外保存的检查点（共%d条）与现存条目不符，条目被改动。", a.Size)
		}
	}
	return nil
}

// rest is what is signed beyond the last entry.
func (w *walk) rest() error {
	for {
		c, err := w.heads.peek()
		if err != nil {
			return err
		}
		if c == nil {
			break
		}
		w.rowsHold, w.keptHold = false, false
		if w.bad == nil {
			w.bad = &translog.Checkpoint{Size: c.Size}
		}
		w.heads.next()
	}
	if w.n.Checkpoints = w.heads.n; w.heads.good == 0 {
		w.rowsHold, w.keptHold = false, false
	}
	for _, a := range w.anchors {
		w.add(FaultAnchor, -1, a.where, "库外保存的检查点有%d条，数据库里只有%d条：数据库被换成较早的状态，或者末尾被删除。", a.Size, w.n.Size)
	}
	return nil
}

// conclude says what the differences mean: what was signed tells whether the
// entries or the stored hashes were changed.
func (w *walk) conclude() error {
	before := len(w.Faults)
	if w.rowsHold && w.contiguous {
		for _, i := range w.differ {
			w.add(FaultHash, i, hashPlace(tlog.StoredHashIndex(0, i)), "存的摘要被改动；条目本身与签名的检查点相符。")
		}
	} else if err := w.changed(); err != nil {
		return err
	}
	signed := w.heads.size
	switch n := w.n.Size; {
	case n > signed:
		w.add(FaultInserted, signed, fmt.Sprintf("第%d条起的%d条", signed, n-signed), "没有签名的检查点覆盖这些条目：是插入的，或者检查点被删除。")
	case n < signed && w.leaves < signed:
		w.add(FaultDropped, n, fmt.Sprintf("第%d条至第%d条", n, signed-1), "签名的检查点有%d条，数据库里只有%d条，末尾的条目被删除。", signed, n)
	}
	if !w.rowsHold && !w.keptHold && w.bad != nil {
		w.add(FaultEdited, w.good, fmt.Sprintf("第%d条至第%d条", w.good, w.bad.Size-1), "现存条目算出的总摘要与签名的检查点（共%d条）不符：前%d条没有动过，改动在这一段里。", w.bad.Size, w.good)
	}
	if w.full {
		w.add(FaultEdited, -1, "全本", "与签名时不同的地方太多，只列出前面的。")
	}
	if !w.contiguous && len(w.Faults) == before && w.More == 0 {
		w.add(FaultReordered, -1, "编号", "条目的编号不连续，被改动。")
	}
	return nil
}

// changed names entries that were moved, edited, dropped or put in.
func (w *walk) changed() error {
	slices.SortFunc(w.runs, func(a, b run) int { return int(min(max(a.now-b.now, -1), 1)) })
	shifted := w.n.Size != w.leaves || !w.contiguous
	furthest := int64(-1)
	for _, r := range w.runs {
		// Behind a gap or an insertion all numbers differ; only what overtook
		// others was moved.
		if !shifted && r.now != r.then || shifted && r.then < furthest {
			for i := range min(r.n, maxLogFaults) {
				name, err := w.nameAt(r.now + i)
				if err != nil {
					return err
				}
				w.add(FaultReordered, r.now+i, name, "存证时是第%d条，现在排在第%d条，次序被调换。", r.then+i, r.now+i)
			}
		}
		furthest = max(furthest, r.then+r.n-1)
	}
	unknown := map[int64]bool{} // by number
	for _, i := range w.rowsOnly {
		unknown[i] = true
	}
	for _, i := range slices.Sorted(maps.Values(w.keptOnly)) {
		if !unknown[i] {
			w.add(FaultDropped, i, fmt.Sprintf("第%d条", i), "条目不见了，被删除。")
			continue
		}
		delete(unknown, i)
		name, err := w.nameAt(i)
		if err != nil {
			return err
		}
		w.add(FaultEdited, i, name, "内容与存证时不同，被改动。")
	}
	for _, i := range slices.Sorted(maps.Keys(unknown)) {
		name, err := w.nameAt(i)
		if err != nil {
			return err
		}
		w.add(FaultInserted, i, name, "存证时没有这一条，是后来插入的。")
	}
	return nil
}

// nameAt names an entry by its number. It is asked for what is wrong only.
func (w *walk) nameAt(i int64) (string, error) {
	if len(w.Faults) >= maxLogFaults {
		return "", nil
	}
	query, read := "select body from log_leaf where idx = $1", act.ParseLeaf
	if w.l == officeLog {
		query, read = "select entry from act where idx = $1", act.ParseEntry
	}
	var b []byte
	if err := w.tx.QueryRowContext(w.ctx, query, i).Scan(&b); err != nil {
		return "", err
	}
	a, err := read(b)
	if err != nil {
		a = act.Act{}
	}
	return nameEntry(i, a), nil
}
