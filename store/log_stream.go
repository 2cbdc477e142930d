package store

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/translog"
)

// frontier is the right edge of a tree: the roots of its full subtrees, the
// largest first. It is all that must be held to go on and to know the root.
type frontier struct {
	n     int64
	nodes []tlog.Hash
}

// push appends a leaf and returns the nodes it completed, from below upwards.
func (f *frontier) push(h tlog.Hash) (done []tlog.Hash) {
	for m := f.n; m&1 == 1; m >>= 1 {
		last := len(f.nodes) - 1
		h = tlog.NodeHash(f.nodes[last], h)
		f.nodes, done = f.nodes[:last], append(done, h)
	}
	f.nodes, f.n = append(f.nodes, h), f.n+1
	return done
}

func (f *frontier) root() tlog.Hash {
	last := len(f.nodes) - 1
	if last < 0 {
		h, _ := tlog.TreeHash(0, nil) // asks for nothing
		return h
	}
	h := f.nodes[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(f.nodes[i], h)
	}
	return h
}

// entryStream gives the entries of a log in order of their number.
type entryStream struct {
	read  readRows
	after int64
	list  []logRow
	ended bool
}

// peek is the next entry, nil at the end.
func (s *entryStream) peek() (*logRow, error) {
	if len(s.list) == 0 && !s.ended {
		var err error
		if s.list, err = s.read(false, s.after); err != nil {
			return nil, err
		}
		if s.ended = len(s.list) == 0; !s.ended {
			s.after = s.list[len(s.list)-1].idx
		}
	}
	if len(s.list) == 0 {
		return nil, nil
	}
	return &s.list[0], nil
}

func (s *entryStream) next() { s.list = s.list[1:] }

// hashStream gives the stored hashes of a tree in order of their position.
type hashStream struct {
	v     *checking
	table string
	from  int64
	list  []storedHash
	ended bool
}

type storedHash struct {
	pos  int64
	hash tlog.Hash
	bad  bool // of another length
}

// farOutside is how far behind the expected position a stored hash is still
// taken for one of this tree.
const farOutside = 1 << 16

// peek is the next hash at or behind a position, nil at the end.
func (s *hashStream) peek(at int64) (*storedHash, error) {
	if len(s.list) == 0 && !s.ended {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	if len(s.list) == 0 {
		return nil, nil
	}
	if h := &s.list[0]; h.pos-at <= farOutside {
		return h, nil
	}
	s.v.add(FaultHash, -1, hashPlace(s.list[0].pos), "摘要远在树外，是插入的，或者它前面的摘要被成片删除。")
	s.list, s.ended = nil, true
	return nil, nil
}

func (s *hashStream) fill() error {
	rows, err := s.v.tx.QueryContext(s.v.ctx, "select pos, hash from "+s.table+" where pos >= $1 order by pos limit $2", s.from, 4*rowsAtOnce)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var h storedHash
		var b []byte
		if err := rows.Scan(&h.pos, &b); err != nil {
			return err
		}
		if copy(h.hash[:], b); len(b) != len(h.hash) {
			h.bad = true
		}
		s.list = append(s.list, h)
	}
	if len(s.list) == 0 {
		s.ended = true
	} else {
		s.from = s.list[len(s.list)-1].pos + 1
	}
	return rows.Err()
}

// take gives the hash at exactly this position. What is not there, or has
// another length, is named.
func (s *hashStream) take(at int64) (h tlog.Hash, ok bool, err error) {
	p, err := s.peek(at)
	if err != nil {
		return h, false, err
	}
	if p == nil || p.pos != at {
		s.v.add(FaultHash, -1, hashPlace(at), "摘要缺失。")
		return h, false, nil
	}
	h, ok = p.hash, !p.bad
	if p.bad {
		s.v.add(FaultHash, -1, hashPlace(at), "摘要的长度不对，被改动。")
	}
	s.list = s.list[1:]
	return h, ok, nil
}

// headStream gives the heads of a log in the order they were signed, each
// checked for itself.
type headStream struct {
	v     *checking
	l     logTable
	seq   int64 // of the last one read
	size  int64 // largest so far
	list  []translog.Checkpoint
	ended bool
	n     int // rows read
	good  int // heads that hold for themselves
}

// peek is the next head whose signature holds and that is larger than those
// before it, nil at the end.
func (s *headStream) peek() (*translog.Checkpoint, error) {
	for len(s.list) == 0 && !s.ended {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	if len(s.list) == 0 {
		return nil, nil
	}
	return &s.list[0], nil
}

func (s *headStream) next() { s.list = s.list[1:] }

func (s *headStream) fill() error {
	rows, err := s.v.tx.QueryContext(s.v.ctx, "select seq, size, note from "+s.l.heads+" where seq > $1 order by seq limit $2", s.seq, rowsAtOnce)
	if err != nil {
		return err
	}
	defer rows.Close()
	read := 0
	for ; rows.Next(); read++ {
		var seq, size int64
		var note string
		if err := rows.Scan(&seq, &size, &note); err != nil {
			return err
		}
		s.head(seq, size, note)
	}
	s.n += read
	s.ended = read == 0
	return rows.Err()
}

func (s *headStream) head(seq, size int64, note string) {
	where := hereHead(seq)
	if seq != s.seq+1 {
		s.v.add(FaultCheckpoint, -1, hereHead(s.seq+1)+"至"+hereHead(seq - 1)[len("检查点"):], "检查点缺失，被删除或改了编号。")
	}
	s.seq = seq
	c, err := s.v.keys.open(note, s.l)
	switch {
	case isRetired(err):
		s.v.add(FaultCheckpoint, -1, where, "用已经停用的密钥签的：当时已经换了新密钥，可能是拿到旧密钥的人伪造的。")
		return
	case err != nil:
		s.v.add(FaultCheckpoint, -1, where, "签名不成立：检查点被改动，或者不是用本存证的密钥签的。")
		return
	case c.Size != size:
		s.v.add(FaultCheckpoint, -1, where, "登记的条数%d与签名文字里的%d不同，登记被改动。", size, c.Size)
	case c.Size <= s.size:
		s.v.add(FaultCheckpoint, -1, where, "条数%d不大于前一个检查点的%d，检查点被调换或重复。", c.Size, s.size)
	}
	if s.good++; c.Size > s.size {
		s.size = c.Size
		s.list = append(s.list, c)
	}
}

// anchored is a head that was kept outside the database.
type anchored struct {
	translog.Checkpoint
	where string
}

// sortAnchors checks the signatures of heads kept elsewhere and gives them to
// their logs, the smallest first.
func (v *checking) sortAnchors(notes [][]byte) map[logTable][]anchored {
	out := map[logTable][]anchored{}
	for i, note := range notes {
		where := hereAnchor(i + 1)
		c, _, err := v.keys.trusted.Open(note)
		l, ours := v.keys.log(c.Origin)
		switch {
		case isRetired(err):
			v.add(FaultAnchor, -1, where, "用已经停用的密钥签的：当时已经换了新密钥，可能是拿到旧密钥的人伪造的。")
		case err != nil || !ours:
			v.add(FaultAnchor, -1, where, "签名不成立：这份检查点被改动，或者属于另一个存证。")
		default:
			out[l] = append(out[l], anchored{c, where})
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b anchored) int { return int(min(max(a.Size-b.Size, -1), 1)) })
	}
	return out
}
