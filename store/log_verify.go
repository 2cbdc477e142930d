package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/translog"
)

// What a LogFault is about.
const (
	FaultEdited     = "edited"     // an entry says something else than it did
	FaultDropped    = "dropped"    // an entry is gone
	FaultInserted   = "inserted"   // an entry that no head covers
	FaultReordered  = "reordered"  // an entry stands at another number
	FaultHash       = "hash"       // a stored hash of the tree is wrong
	FaultCheckpoint = "checkpoint" // a head is edited, missing or not signed by the key
	FaultAnchor     = "anchor"     // a head kept elsewhere is not of this log
	FaultReport     = "report"     // a report is not what was logged
	FaultDetails    = "detail"     // what stands beside an act is not what it was sealed as
	FaultGap        = "history"    // the history of something has a gap
	FaultBoth       = "both"       // an act stands in one log and not, or otherwise, in the other
)

// The names of the two logs, as people read them.
const (
	PublicLogName = "公开存证"
	OfficeLogName = "内部存证"
)

// A LogFault is one thing that is wrong with a log. Log, Where and Text are
// Chinese.
type LogFault struct {
	Log   string // PublicLogName or OfficeLogName
	Code  string
	Index int64 // of the entry, -1 if it is about none
	Where string
	Text  string
}

// A LogCount says what VerifyLog has read of one log.
type LogCount struct {
	Size        int64 // entries with a number
	Waiting     int   // entries without one yet
	Since       int64 // when the oldest of them was entered, milliseconds since 1970
	Checkpoints int
	Anchors     int // heads kept elsewhere that agree
	Erased      int // acts whose details were erased, as an act says
}

// LogCheck is what VerifyLog found. The counts that are embedded are those of
// the public log.
type LogCheck struct {
	LogCount
	Office   LogCount
	Earlier  int      // public entries from before the internal log began
	Unlogged []string // refs of published reports whose present version is not in the log
	Faults   []LogFault
	More     int // faults beyond maxLogFaults, not listed
}

// maxLogFaults bounds what is listed: a log that is wrong from end to end says so
// in a page.
const maxLogFaults = 100

// VerifyLog recomputes both logs from their rows and names what does not agree:
// entries edited, dropped, put in or moved, wrong hashes, heads that no key of
// the log signed or whose root is another, details that are not what was sealed,
// columns that are not what their entry says, gaps in a history, acts that stand
// in one log only, and reports that are not what was logged. Files are held
// against their hashes by InspectBlobs. anchors are heads of either log that
// were kept outside the database; only they show that the whole database was put
// back to an earlier state. It reads in one transaction and holds a few thousand
// rows at a time, however long the logs are. It returns ErrNoLog without a key.
func (s *Store) VerifyLog(ctx context.Context, anchors ...[]byte) (LogCheck, error) {
	var c LogCheck
	keys := s.keys.Load()
	if keys == nil {
		return c, ErrNoLog
	}
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return c, fmt.Errorf("store: verify log: %w", err)
	}
	defer tx.Rollback() // nothing was written
	check := checking{LogCheck: &c, s: s, ctx: ctx, tx: tx, keys: keys}
	if err := check.run(anchors); err != nil {
		return c, fmt.Errorf("store: verify log: %w", err)
	}
	return c, nil
}

// checking is one run of VerifyLog.
type checking struct {
	*LogCheck
	s     *Store
	ctx   context.Context
	tx    *sql.Tx
	keys  *logKeys
	name  string // of the log that is being read
	first int64  // id of the oldest act of the internal log
}

func (v *checking) add(code string, index int64, where, text string, args ...any) {
	if len(v.Faults) >= maxLogFaults {
		v.More++
		return
	}
	v.Faults = append(v.Faults, LogFault{v.name, code, index, where, fmt.Sprintf(text, args...)})
}

func (v *checking) run(anchors [][]byte) error {
	if err := v.tx.QueryRowContext(v.ctx, "select coalesce(min(id), 0) from act").Scan(&v.first); err != nil {
		return err
	}
	v.name = PublicLogName
	of := v.sortAnchors(anchors)
	if err := v.log(publicLog, &v.LogCount, of[publicLog], v.leaves); err != nil {
		return err
	}
	if err := v.unlogged(); err != nil {
		return err
	}
	v.name = OfficeLogName
	if err := v.log(officeLog, &v.Office, of[officeLog], v.acts); err != nil {
		return err
	}
	return v.gaps()
}

// readRows reads entries of a log in order of their number, beginning behind
// one, or with waiting those that have none in order of their id, and checks
// each for itself.
type readRows func(waiting bool, after int64) ([]logRow, error)

// logRow is a row of a log as VerifyLog holds it.
type logRow struct {
	idx  int64 // -1 while it waits
	id   int64
	at   int64
	hash tlog.Hash // computed from what it says
	name string
}

// rowsAtOnce is how many rows are held in memory.
const rowsAtOnce = 1000

// log checks one of the logs.
func (v *checking) log(l logTable, n *LogCount, anchors []anchored, read readRows) error {
	w := &walk{checking: v, l: l, n: n, entries: entryStream{read: read, after: -1}, anchors: anchors,
		hashes: hashStream{v: v, table: l.hashes}, heads: headStream{v: v, l: l}, rowsOnly: map[tlog.Hash]int64{}, keptOnly: map[tlog.Hash]int64{}}
	if err := w.run(); err != nil {
		return err
	}
	for after := int64(0); ; {
		list, err := read(true, after)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, r := range list {
			if n.Waiting == 0 || r.at < n.Since {
				n.Since = r.at
			}
			n.Waiting++
		}
		after = list[len(list)-1].id
	}
}

// leaves reads the public log.
func (v *checking) leaves(waiting bool, after int64) ([]logRow, error) {
	const columns = "select coalesce(idx, -1), id, ref, seq, kind, version, at, body, hash from log_leaf where "
	q := columns + "idx > $1 order by idx limit $2"
	if waiting {
		q = columns + "(idx is null or idx < 0) and id > $1 order by id limit $2"
	}
	rows, err := v.tx.QueryContext(v.ctx, q, after, rowsAtOnce)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []logRow
	var acts []act.Act
	for rows.Next() {
		var e logRow
		var row act.Act
		var body, hash []byte
		if err := rows.Scan(&e.idx, &row.ID, &row.Ref, &row.Seq, &row.Kind, &row.Version, &row.At, &body, &hash); err != nil {
			return nil, err
		}
		e.id, e.at, e.hash = row.ID, row.At, translog.LeafHash(body)
		a, err := act.ParseLeaf(body)
		e.name = nameEntry(e.idx, a)
		switch {
		case errors.Is(err, act.ErrKind):
			// A later program wrote it; its hash is checked all the same.
		case err != nil:
			v.add(FaultEdited, e.idx, e.name, "存证内容不是规范格式，已被改动。")
		default:
			row.On, row.Body = a.On, a.Body
			if row != a {
				v.add(FaultEdited, e.idx, e.name, "数据库登记的编号、对象、类别或时间与存证内容不一致，登记被改动。")
			}
		}
		if err != nil {
			a = act.Act{}
		}
		if string(hash) != string(e.hash[:]) {
			v.add(FaultEdited, e.idx, e.name, "存证内容与当时记下的摘要不符，内容或摘要被改动。")
		}
		out, acts = append(out, e), append(acts, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close() // the connection is needed for what follows
	if err := v.besideActs(out, acts); err != nil || waiting {
		return out, err
	}
	for i, a := range acts {
		if r, ok := a.Body.(act.Report); ok {
			if err := v.report(out[i], a.Ref, r); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func nameEntry(idx int64, a act.Act) string {
	where := "待编号的条目"
	if idx >= 0 {
		where = fmt.Sprintf("第%d条", idx)
	}
	if r, ok := a.Body.(act.Report); ok {
		return where + fmt.Sprintf("（%s%d年度报告第%d版）", r.Name, r.Year, r.Version)
	}
	if a.Kind != "" {
		where += fmt.Sprintf("（%s，%s）", a.Chinese(), a.Ref)
	}
	return where
}
